"""The score card of one agency: standing, sub-indicators with what would give the next level, measures, indicators, obstacles.

Every typed figure stands beside the place that it was read from; what is blank carries a letter that says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from processors.advice import next_level
from processors.board import EVERYBODY, Board, Row
from processors.change import Change
from processors.evidence import REPORT, Basis, Evidence
from processors.explain import Case, words
from processors.outcome import MEASURE_ROW, ProgressRow, SubScore
from processors.sheets import Block, Column, Gap, Grid, Heading, Line, Para
from processors.wording import group_text, level_of, standing_text, status_text, t, why_text
from workbook.book import CellValue

WIDTHS = (50.0, 11.0, 12.0, 12.0, 13.0, 15.0, 15.0, 70.0)
"""Columns of a card; all its tables share them."""
_CENTRE, _PERCENT, _SCORE, _NUMBER = "cell+general+centre", "cell+two+right", "cell+four+right", "cell+general+right"


@dataclass
class Notes:
    """The letters of blanks: each reason gets the next one, and the same reason the same."""

    known: dict[str, str] = field(default_factory=dict)

    def mark(self, value: CellValue, why: str) -> CellValue:
        """Give a value, or where it is blank the letter in brackets that stands for the reason."""
        if value is not None:
            return value
        letters = words("letters").split()
        if why not in self.known:
            self.known[why] = letters[len(self.known) % len(letters)]
        return f"[{self.known[why]}]"

    def lines(self) -> list[Block]:
        """Give the reasons below the tables."""
        return [Para(f"[{letter}] {why}", "note+wrap") for why, letter in self.known.items()]


def card(board: Board, row: Row, basis: Basis, change: Change | None) -> list[Block]:
    """Give the blocks of one agency's card."""
    notes = Notes()
    blocks: list[Block] = [Heading(f"{row.agency.name} ({row.agency.code})"), Para(_lead(board, row, change), "lead")]
    blocks += [_subs(board, row, notes), Gap()]
    measures = [item for item in row.score.measures if item.kind == MEASURE_ROW]
    if measures:
        blocks += [Heading(words("card_measures")), _measures(measures, basis, notes), Gap()]
    if row.score.indicators:
        blocks += [Heading(words("card_indicators")), _indicators(row.score.indicators, basis, notes), Gap()]
    return [*blocks, *_obstacles(basis), *notes.lines()]


def cases(board: Board, row: Row) -> list[Case]:
    """Give every sub-indicator of a row with what its score was reckoned from."""
    known = {item.id: item for item in board.framework.sub_indicators}
    return [
        Case(known[sub.indicator], sub, row.inputs, board.criteria.scales[sub.indicator], board.framework.policy)
        for sub in row.score.subs
    ]


def place_text(item: Evidence | None) -> str:
    """Say where an answer was read: the return's number, sheet and cell; "" without one."""
    return "" if item is None else words("place", seq=item.filed.seq, sheet=item.answer.sheet, cell=item.answer.cell)


def _lead(board: Board, row: Row, change: Change | None) -> str:
    """Say score, places and change in one line."""
    if row.rank.score is None:
        return t("own_unranked", name=row.agency.name, status=status_text(row.score.total.status))
    told = [words("lead_score", score=row.rank.score), words("lead_nation", place=standing_text(row.rank.national))]
    if row.rank.in_group.rank is not None:
        group = group_text(board.framework, row.rank.group)
        told.append(words("lead_group", group=group, place=standing_text(row.rank.in_group)))
    if change is not None and change.delta is not None:
        key = "lead_same" if change.delta == 0 else "lead_up" if change.delta > 0 else "lead_down"
        told.append(words(key, delta=abs(change.delta)))
    return " · ".join(told)


def _subs(board: Board, row: Row, notes: Notes) -> Grid:
    columns = (
        Column(t("col_indicator")), Column(t("col_weight"), style=_CENTRE), Column(t("col_raw"), style=_PERCENT),
        Column(t("col_level"), style=_CENTRE), Column(t("col_score"), style=_SCORE), Column(t("col_weighted"), style=_SCORE),
        Column(words("col_median"), style=_SCORE), Column(words("col_next")),
    )  # fmt: skip
    names = {item.id: item.name for item in board.framework.sub_indicators}
    lines = []
    for case in cases(board, row):
        told = "\n".join(next_level(case))
        values = _scored(board, row, case.sub, notes)
        name = f"{case.sub.indicator} {names[case.sub.indicator]}"
        lines.append(Line((name, *values, told), "" if case.sub.score is not None else "warn"))
    total = row.score.total
    name = f"{total.indicator} {board.framework.indicator_title}"
    lines.append(Line((name, *_scored(board, row, total, notes), why_text(total.why)), "total"))
    return Grid(columns, tuple(lines))


def _scored(board: Board, row: Row, sub: SubScore, notes: Notes) -> tuple[CellValue, ...]:
    """Give weight, result, level, score, weighted score and the median of the peers."""
    why = f"{sub.indicator}: {status_text(sub.status)} – {why_text(sub.why)}"
    whole = sub is row.score.total
    # A total has neither a result nor a level of its own: nothing is missing there.
    raw = None if whole else notes.mark(sub.raw, why)
    level = None if whole else notes.mark(level_of(sub), why)
    medians = board.medians.get(row.agency.group) or board.medians.get(EVERYBODY, {})
    middle = notes.mark(medians.get(sub.indicator), words("no_median"))
    return sub.weight, raw, level, notes.mark(sub.score, why), notes.mark(sub.weighted_score, why), middle


def _measures(rows: Sequence[ProgressRow], basis: Basis, notes: Notes) -> Grid:
    columns = (
        Column(t("kind_measure")), Column(t("col_no"), style=_CENTRE), Column(t("col_progress"), style=_PERCENT),
        Column(words("col_in_time"), style="cell+centre"), Column(words("col_seq"), style=_CENTRE),
        Column(words("col_sheet")), Column(words("col_cell"), style="cell+centre"), Column(words("col_summary")),
    )  # fmt: skip
    records = basis.records(REPORT, "measures")
    lines = []
    for item in rows:
        record = records[item.no - 1] if item.no <= len(records) else {}
        progress, in_time, summary = (record.get(name) for name in ("progress", "in_time", "summary"))
        value = notes.mark(item.progress_pct, words("not_stated"))
        said = in_time.answer.value if in_time else ""
        timely = notes.mark(words(f"in_time_{said}") if said else None, words("not_stated"))
        lines.append(Line((item.name, item.no, value, timely, *_spot(progress), summary.answer.value if summary else None)))
    return Grid(columns, tuple(lines))


def _spot(item: Evidence | None) -> tuple[CellValue, CellValue, CellValue]:
    """Give the return's number, the sheet and the cell of an answer."""
    return (None, None, None) if item is None else (item.filed.seq, item.answer.sheet, item.answer.cell)


def _indicators(rows: Sequence[ProgressRow], basis: Basis, notes: Notes) -> Grid:
    columns = (
        Column(t("kind_indicator")), Column(t("col_no"), style=_CENTRE), Column(t("col_weight"), style=_NUMBER),
        Column(t("col_target"), style=_NUMBER), Column(t("col_result"), style=_NUMBER), Column(t("col_progress"), style=_PERCENT),
        Column(t("col_own_score"), style=_SCORE), Column(words("col_sources")),
    )  # fmt: skip
    records = {record["name"].answer.value: record for record in basis.records(REPORT, "indicators") if "name" in record}
    lines = []
    for item in rows:
        record = records.get(item.name, {})
        weight, target, result = (record.get(name) for name in ("weight", "target", "result"))
        told = "\n".join(
            words("source_line", what=what, place=place_text(found))
            for what, found in ((t("col_weight"), weight), (t("col_target"), target), (t("col_result"), result))
            if found is not None
        )
        why = words("not_stated")
        values = (
            item.name, item.no, notes.mark(_number(weight), why), notes.mark(item.target, why), notes.mark(item.result, why),
            notes.mark(item.progress_pct, why), notes.mark(item.score, why), told,
        )  # fmt: skip
        lines.append(Line(values))
    return Grid(columns, tuple(lines))


def _number(item: Evidence | None) -> CellValue:
    return None if item is None or not item.answer.value else float(item.answer.value)


def _obstacles(basis: Basis) -> list[Block]:
    """Give what the report says of obstacles and remedies, with the cells."""
    found = basis.of(REPORT, "obstacles", "obstacles", "remedies")
    told = [Para(f"{words(item.answer.field)}: {item.answer.value} ({place_text(item)})") for item in found if item.answer.value]
    return [Heading(words("card_obstacles")), *told, Gap()] if told else []
