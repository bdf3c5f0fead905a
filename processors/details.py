"""Pages behind the places: the sub-indicators of every agency with their reasons, and its measures and indicators."""

from __future__ import annotations

from collections.abc import Sequence

from processors.board import Board, Row
from processors.card_links import Named, plainly
from processors.outcome import EVALUATED, MEASURE_ROW, SubScore
from processors.sheets import Column, Grid, Line
from processors.wording import level_of, status_text, t, why_text
from workbook.book import CellValue

SCORE, PERCENT, NUMBER, COUNT = "cell+four+right", "cell+two+right", "cell+general+right", "cell+general+centre"


def subs_grid(board: Board, rows: Sequence[Row], named: Named = plainly) -> Grid:
    """Give one line per agency and sub-indicator and one for the total; `named` gives the name on an agency's first line."""
    columns = (
        Column(t("col_code"), 11), Column(board.label, 32 if board.regions else 56), Column(t("col_indicator"), 10, COUNT),
        Column(t("col_weight"), 9, COUNT), Column(t("col_raw"), 11, PERCENT), Column(t("col_level"), 14, COUNT),
        Column(t("col_threshold"), 11, COUNT), Column(t("col_score"), 11, SCORE), Column(t("col_weighted"), 12, SCORE),
        Column(t("col_status"), 24), Column(t("col_why"), 84),
    )  # fmt: skip
    lines = []
    for row in rows:
        name = named(row)
        for sub in row.score.subs:
            lines.append(Line((row.agency.code, name, *_sub_cells(sub)), "" if sub.score is not None else "muted"))
            name = row.agency.name
        total = (row.agency.code, name, *_sub_cells(row.score.total))
        lines.append(Line(total, "total" if row.ranked else "total+muted"))
    return Grid(columns, tuple(lines))


def _sub_cells(sub: SubScore) -> tuple[CellValue, ...]:
    values = (sub.indicator, sub.weight, sub.raw, level_of(sub), sub.threshold, sub.score, sub.weighted_score)
    return (*values, status_text(sub.status), why_text(sub.why))


def own_subs_grid(board: Board, row: Row) -> Grid:
    """Give the sub-indicators of one agency by their full names."""
    names = {item.id: item.name for item in board.framework.sub_indicators}
    columns = (
        Column(t("col_indicator"), 46), Column(t("col_weight"), 10, COUNT), Column(t("col_raw"), 12, PERCENT),
        Column(t("col_level"), 14, COUNT), Column(t("col_score"), 12, SCORE), Column(t("col_weighted"), 12, SCORE),
        Column(t("col_status"), 24), Column(t("col_why"), 72),
    )  # fmt: skip
    lines = []
    for sub in (*row.score.subs, row.score.total):
        name = names.get(sub.indicator, board.framework.indicator_title)
        values = (
            f"{sub.indicator} {name}", sub.weight, sub.raw, level_of(sub), sub.score, sub.weighted_score,
            status_text(sub.status), why_text(sub.why),
        )  # fmt: skip
        style = "total" if sub is row.score.total else "" if sub.status == EVALUATED else "warn"
        lines.append(Line(values, style))
    return Grid(columns, tuple(lines))


def progress_grid(board: Board, rows: Sequence[Row], named: Named = plainly) -> Grid:
    """Give the measures, then the success indicators of every agency that reported; `named` as in `subs_grid`."""
    columns = (
        Column(t("col_code"), 11), Column(board.label, 32 if board.regions else 60), Column(t("col_kind"), 12),
        Column(t("col_no"), 8, COUNT), Column(t("col_name"), 82), Column(t("col_target"), 12, NUMBER),
        Column(t("col_result"), 12, NUMBER), Column(t("col_progress"), 14, PERCENT), Column(t("col_own_score"), 12, SCORE),
    )  # fmt: skip
    lines = []
    for row in rows:
        name = named(row)
        for item in (*row.score.measures, *row.score.indicators):
            kind = t("kind_measure" if item.kind == MEASURE_ROW else "kind_indicator")
            values = (kind, item.no, item.name, item.target, item.result, item.progress_pct, item.score)
            lines.append(Line((row.agency.code, name, *values)))
            name = row.agency.name
    return Grid(columns, tuple(lines))


def progress_lead(rows: Sequence[Row]) -> str:
    """Say what the progress figures mean and how many agencies reported."""
    reported = sum(bool(row.score.measures or row.score.indicators) for row in rows)
    return t("progress_lead", reported=reported, of=len(rows))
