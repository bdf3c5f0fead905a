"""The summary of the national workbook: per framework what was scored, reached, carried out and filed, each with its chart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from processors.board import Board
from processors.outcome import STATUSES
from processors.panels import Kind, Panel, panel_sheet, shares_panel
from processors.profile_summary import profile_parts
from processors.rank import GroupMean
from processors.sheets import Block, Column, Frame, Grid, Heading, Line, Para
from processors.standings import group_places, is_small, sorted_means
from processors.tallies import (
    BANDS,
    FILED_KINDS,
    Tally,
    filed,
    kind_names,
    level_names,
    levels,
    national,
    progress,
)
from processors.view import View
from processors.wording import group_text, group_word, status_text, t
from templates.criteria import LEVELS
from templates.registry import sorts_only
from workbook.book import CellValue, Sheet

COUNT, SCORE = "cell+whole+centre", "cell+four+right"
_NAVY, _TEAL, _BLUE = "#1F3864", "#2F7F79", "#5B84B1"
_WHITE = "#FFFFFF"
_BELOW, _SHUT, _NOTHING = ("#F4B183",), ("#C9CED6",), ("#EDEFF2",)
_STEPS = (("#DCE8F7",), ("#B5CDE8",), ("#7FA8D9",), ("#3F6FB0", _WHITE), ("#1F3864", _WHITE))
"""The five levels from light to dark: print without colours still tells them apart."""
_LEVEL_STEPS = (_BELOW, *_STEPS, _SHUT, _NOTHING)
_BAND_STEPS = (_BELOW, _STEPS[1], _STEPS[2], _STEPS[4], _NOTHING)
_FILED_STEPS = (_STEPS[4], _STEPS[3], _STEPS[1], _STEPS[0], _BELOW, _NOTHING)
_ALWAYS = frozenset(("filed", "late", "silent", "exempt"))
"""Kinds of filing that are shown also where nobody is of them."""


def summary_sheet(view: View, frame: Frame) -> Sheet:
    """Give the summary: a section per framework; one without agencies says only that."""
    blocks: list[Block | Panel] = []
    for board in view.boards:
        blocks += [Heading(board.framework.title), Para(view.subtitle(board))]
        blocks += _panels(view, board) if board.rows else ()
    blocks += profile_parts(view)
    return panel_sheet(replace(frame, notes=(*frame.notes, national("shares_note"))), blocks)


def _panels(view: View, board: Board) -> list[Panel]:
    results, reached = view.results, _kinds(level_names(), _LEVEL_STEPS)
    panels = [
        Panel(_spread(board), t("chart_spread", kind=board.label), "column", colour=_NAVY),
        *_means_panels(board, board.groups, group_word(board.group), results.small_group),
        Panel(_statuses(board), t("chart_statuses", kind=board.label), "bar", colour=_BLUE),
        shares_panel(levels(board), national("chart_levels", kind=board.label), t("col_indicator"), reached),
    ]
    rounds, forms = progress(results, board.framework), filed(results, board.framework, view.filings)
    if rounds:
        kinds = _kinds(kind_names("band", BANDS), _BAND_STEPS)
        panels.append(shares_panel(rounds, national("chart_progress", kind=board.label), national("col_round"), kinds))
    if forms:
        kept = [at for at, kind in enumerate(FILED_KINDS) if kind in _ALWAYS or any(item.counts[at] for item in forms)]
        every = _kinds(kind_names("filed", FILED_KINDS), _FILED_STEPS)
        kinds = [every[at] for at in kept]
        forms = [Tally(item.name, tuple(item.counts[at] for at in kept)) for item in forms]
        panels.append(shares_panel(forms, national("chart_filed", kind=board.label), t("col_form"), kinds))
    return [*panels, *_means_panels(board, board.regions, t("col_region"), results.small_group)]


def _means_panels(board: Board, means: Sequence[GroupMean], word: str, least: int) -> list[Panel]:
    grid = _means(board, means, word, least)
    return [Panel(grid, t("chart_means", group=word), "bar", "0.0000", float(LEVELS[-1]), _TEAL)] if grid.lines else []


def _kinds(words: Sequence[str], steps: Sequence[tuple[str, ...]]) -> list[Kind]:
    return [Kind(word, *step) for word, step in zip(words, steps, strict=True)]


def _spread(board: Board) -> Grid:
    """Count the ranked agencies by the whole level that their score has passed."""
    columns = _counted_columns(t("col_total"), national("share_of_ranked", of=len(board.ranked)))
    passed = Counter(int(row.rank.score) for row in board.ranked if row.rank.score is not None)
    names = [(0, t("bucket_below", level=LEVELS[0]))]
    names += [(level, t("bucket", low=f"{level}.0000", high=f"{level}.9999")) for level in LEVELS[:-1]]
    names.append((LEVELS[-1], t("bucket_top", level=f"{LEVELS[-1]}.0000")))
    return Grid(columns, tuple(_counted(name, passed[level], len(board.ranked)) for level, name in names))


def _statuses(board: Board) -> Grid:
    columns = _counted_columns(t("col_status"), national("share_of_listed", of=len(board.rows)))
    counts = Counter(row.score.total.status for row in board.rows)
    lines = [_counted(status_text(name), counts[name], len(board.rows)) for name in STATUSES if counts[name]]
    return Grid(columns, tuple(lines))


def _counted_columns(what: str, share: str) -> tuple[Column, ...]:
    """Give the columns of a count; the head of the shares says what they are of."""
    return Column(what), Column(t("col_count"), style=COUNT), Column(share, style="cell+two+right")


def _counted(name: str, count: int, of: int) -> Line:
    share: CellValue = round(100 * count / of, 2) if of else None
    return Line((name, count, share))


def _means(board: Board, means: Sequence[GroupMean], word: str, least: int) -> Grid:
    """Give the groups that have a mean, highest first; below them the small ones, which say how many they are of."""
    columns = (Column(word), Column(t("col_mean"), style=SCORE), Column(t("col_counted"), style=COUNT))
    lines, places = [], group_places(means, least)
    for item in sorted_means(means, least):
        if item.mean is None:
            continue
        name = national("short_no_group") if sorts_only(item.group) else group_text(board.framework, item.group)
        told = national("small_named", name=name, count=item.counted) if is_small(item, least) else name
        lines.append(Line((told, item.mean, item.counted), "muted" if item.group not in places else ""))
    return Grid(columns, tuple(lines))
