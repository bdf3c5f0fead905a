"""The ranking of groups by their mean, with the share of their agencies that pass, and the means of every score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from processors.board import Board, Row
from processors.profile_counts import Share, means, share, to_target
from processors.profile_grades import profile_of
from processors.profile_pages import Cells, heat
from processors.profile_words import indicator_name, p
from processors.rank import GroupMean
from processors.sheets import Column, Frame, Grid, Line, first_row, table_sheet
from processors.standings import COUNT, MARK, band, group_linked, group_places, score_style, sorted_means
from processors.tallies import national
from processors.view import View
from processors.wording import group_word, t
from templates.instruments import TOTAL
from workbook.address import Cell
from workbook.book import Sheet

SHARE, APART = "cell+two+right", "cell+change+right"
_BEFORE = 11
"""Columns before the means of the single scores."""


def groups_sheet(view: View, frame: Frame, board: Board) -> Sheet:
    """Give groups by their mean, highest first; the filter is of those that have a place."""
    grid = groups_grid(view, board)
    top, wide = first_row(frame), len(board.framework.scored_by)
    placed = len(group_places(board.groups, view.results.small_group))
    area = (Cell(top + 1, _BEFORE + 1), Cell(top + len(grid.lines), _BEFORE + wide))
    sheet = table_sheet(frame, grid, 4, (heat(board, area),))
    return replace(sheet, filter=(Cell(top, 1), Cell(top + max(placed, 1), len(grid.columns))))


def groups_grid(view: View, board: Board) -> Grid:
    """Give a line per group: place, mean, who passes, the distance to the target, the mean of every score."""
    profile, style, word = profile_of(board), score_style(board), group_word(board.group)
    columns = (
        Column(t("col_place_of_mean"), 9, COUNT), Column(t("col_shared"), 7, MARK),
        Column(national("col_of_means", group=word), 11, COUNT), Column(word, 50), Column(t("col_mean"), 11, f"{style}+bold"),
        Column(p("col_with_result"), 12, COUNT), Column(p("col_listed"), 12, COUNT), Column(p("col_passing"), 10, COUNT),
        Column(p("col_share"), 11, f"{SHARE}+bold"), Column(p("col_target"), 11, SHARE), Column(p("col_to_target"), 12, APART),
        *(Column(item.code, 10, style) for item in profile.instruments),
        *(Column(indicator_name(profile, item.no), 13, style) for item in profile.indicators),
    )  # fmt: skip
    least, places = view.results.small_group, group_places(board.groups, view.results.small_group)
    taken, lines, shown = Counter(places.values()), list[Line](), set[str]()
    for item in sorted_means(board.groups, least):
        key = band(item, least)
        if key and key not in shown:
            shown.add(key)
            lines.append(Line((None, None, None, national(key, least=least), *(None,) * (len(columns) - 4)), "total"))
        place = places.get(item.group)
        shared = t("shared") if place is not None and taken[place] > 1 else None
        head = (place, shared, None if place is None else len(places), group_linked(board, item.group))
        lines.append(Line((*head, *_figures(board, item, board.by_group[item.group])), "muted" if item.mean is None else ""))
    whole = (None, None, None, p("all_of_kind", kind=board.word))
    lines.append(Line((*whole, *_figures(board, board.overall, board.rows)), "total"))
    return Grid(columns, tuple(lines))


def _figures(board: Board, item: GroupMean, rows: Sequence[Row]) -> Cells:
    found, known = share(rows), means(board, rows)
    scores = (known[name] for name in board.framework.scored_by)
    return (item.mean, *share_cells(board, found), *scores)


def share_cells(board: Board, found: Share) -> Cells:
    """Give with a total, listed, passing, share, target and distance to it; without a total only how many are listed."""
    profile = profile_of(board)
    return (
        found.of, found.listed, found.passing if found.of else None, found.per_cent, profile.target.share,
        to_target(found, profile),
    )  # fmt: skip


def own_means(board: Board, rows: Sequence[Row]) -> Cells:
    """Give the mean of the total, then of every score."""
    known = means(board, rows)
    return tuple(known[name] for name in (TOTAL, *board.framework.scored_by))
