"""The key factors as heat maps: how many plans cover each, by process type, and the share in every ministry or cluster."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import groupby

from processors.board import BY_MINISTRY, Board
from processors.card_links import Named, plainly
from processors.factors import Coverage, coverage
from processors.sheets import Block, Column, Frame, Grid, Heading, Line, Para, block_sheet, first_row, lay, table_sheet
from processors.standings import short_group
from processors.tallies import national
from processors.view import View
from processors.wording import group_text, group_word, t
from templates.registry import records, sorts_only
from workbook.address import Cell
from workbook.book import CellValue, Highlight, Sheet, Styled
from workbook.fit import lines

_COUNT, _SHARE, _SCORE = "cell+whole+centre", "cell+two+centre", "cell+two+centre"
_NO_WIDTH, _NAME_WIDTH, _LEAST = 7, 50, 9.5
_TABLE = (10, 10, 12, 12, 12)
"""Widths of plans, covered, share, mean of reviewers and uncovered; who left it uncovered takes what is left."""
_COLOURS = ("#F4B183", "#FFF2CC", "#8FBF8F")
_PLACES = 2
_SHARE_AT, _WHO_AT, _MATRIX_AT = 5, 8, 3
"""Columns of the share and of the names in the first table, and of the first share in the matrix."""


def factors_sheets(view: View, frames: tuple[Frame, Frame], board: Board, named: Named = plainly) -> list[Sheet]:
    """Give the sheet of key factors of a board, and where a plan leaves one uncovered the sheet of all who do, by name.

    None at all where nobody's plan counts yet or plans name no process type.
    """
    found = coverage(view.results, board)
    if not any(item.plans for item in found):
        return []
    if not any(item.uncovered for item in found):
        return [_factors_sheet(view, frames[0], board, found)]
    whole = replace(frames[0], notes=(*frames[0].notes, national("uncovered_where", sheet=frames[1].name)))
    return [_factors_sheet(view, whole, board, found), table_sheet(frames[1], uncovered_grid(board, found, named), 2)]


def uncovered_grid(board: Board, found: Sequence[Coverage], named: Named = plainly) -> Grid:
    """Give a line per plan and key factor without a measure, by process type and factor."""
    columns = (
        Column(t("col_code"), 11), Column(board.label, 54), Column(group_word(board.group), 34),
        Column(national("col_process_type"), 74), Column(national("col_factor_no"), 7, _COUNT),
        Column(national("col_factor"), 60),
    )  # fmt: skip
    seen: set[str] = set()
    lines: list[Line] = []
    for item in found:
        for row in item.uncovered:
            # One link of each: a second to the same card tells nobody more.
            name = row.agency.name if row.agency.code in seen else named(row)
            seen.add(row.agency.code)
            group = short_group(board, row.agency.group)
            lines.append(Line((row.agency.code, name, group, item.factor.kind_text, item.factor.no, item.factor.text)))
    return Grid(columns, tuple(lines))


def _factors_sheet(view: View, frame: Frame, board: Board, found: Sequence[Coverage]) -> Sheet:
    least = view.results.small_group
    groups = _in_order(board, {item.row.agency.group for one in found for item in one.plans} - {""})
    widths = _widths(len(groups))
    blocks: list[Block] = [Para(national("factors_lead")), Para(national("factors_legend", least=least), "note+wrap")]
    shaded: list[tuple[int, int, int, int]] = []
    for kind, part in _by_kind(found):
        blocks += [Heading(kind), _table(part, sum(widths[_WHO_AT - 1 :]))]
        shaded.append((len(blocks) - 1, 0, _SHARE_AT, _SHARE_AT))
    word = group_word(board.group)
    blocks += [Heading(national("factors_matrix", group=word)), Para(national("factors_matrix_lead", group=word), "note+wrap")]
    cut = len(blocks) - 2
    for kind, part in _by_kind(found):
        blocks += [Para(kind, "bold"), _matrix(board, part, groups)]
        # The first line of the matrix counts plans and is no share.
        shaded += [(len(blocks) - 1, 1, *run) for run in _compared(part, groups, least)]
    names = (f"{_short(board, code)} {group_text(board.framework, code)}" for code in groups)
    blocks += [Heading(national("factors_groups", group=word)), Para(" · ".join(names))]
    laid = lay(blocks, widths, first_row(frame))
    scales = [_scale(laid.spots[at], skipped, columns) for at, skipped, *columns in shaded]
    sheet = block_sheet(frame, blocks, widths)
    return replace(sheet, highlights=scales, page_breaks=[laid.spots[cut][0] - 1])


def _compared(part: Sequence[Coverage], groups: Sequence[str], least: int) -> list[tuple[int, int]]:
    """Give the runs of columns of the matrix that are of enough plans to be compared: what one plan lacks, not all lack."""
    counted = Counter(item.row.agency.group for item in part[0].plans)
    enough = [len(part[0].plans) >= least, *(counted[code] >= least for code in groups)]
    runs: list[tuple[int, int]] = []
    for at, good in enumerate(enough, _MATRIX_AT):
        if good and runs and runs[-1][1] == at - 1:
            runs[-1] = (runs[-1][0], at)
        elif good:
            runs.append((at, at))
    return runs


def _by_kind(found: Sequence[Coverage]) -> list[tuple[str, list[Coverage]]]:
    """Give the factors of each process type that has plans."""
    parts = [(kind, list(part)) for kind, part in groupby(found, key=lambda item: item.factor.kind_text)]
    return [(kind, part) for kind, part in parts if part[0].plans]


def _widths(groups: int) -> tuple[float, ...]:
    """Give the widths of columns that serve both tables: those of the first, then as many as groups need."""
    return (_NO_WIDTH, _NAME_WIDTH, *_TABLE, *(_LEAST,) * max(groups + 1 - len(_TABLE), 10))


def _scale(spot: tuple[int, int], skipped: int, columns: Sequence[int]) -> Highlight:
    first, last = columns
    return Highlight(Cell(spot[0] + skipped, first), Cell(spot[1], last), "scale", low=0, high=100, colours=_COLOURS)


def _table(part: Sequence[Coverage], room: float) -> Grid:
    """Give one process type: a line a factor, with those who left it uncovered by name as far as there is room."""
    columns = (
        Column(national("col_factor_no"), style=_COUNT), Column(national("col_factor")),
        Column(national("col_plans"), style=_COUNT), Column(national("col_covered"), style=_COUNT),
        Column(national("col_covered_share"), style=_SHARE), Column(national("col_reviewed"), style=_SCORE),
        Column(national("col_uncovered"), style=_COUNT), Column(national("col_who_uncovered"), style="plain"),
    )  # fmt: skip
    found = []
    for item in part:
        names = [row.agency.name for row in item.uncovered]
        values: tuple[CellValue, ...] = (
            item.factor.no, item.factor.text, len(item.plans), len(item.plans) - len(names), item.share(_PLACES),
            item.mean(_PLACES), len(names), _named(names, room) or None,
        )  # fmt: skip
        found.append(Line(values))
    return Grid(columns, tuple(found))


def _named(names: Sequence[str], room: float) -> str:
    """Join names in one line of some units, and count those that it has no room for; one is always named."""
    shown = list(names[:1])
    for name in names[1:]:
        more = f" {national('and_more', count=len(names))}"
        if lines(f"{', '.join([*shown, name])}{more}", room) > 1:
            break
        shown.append(name)
    left = len(names) - len(shown)
    return ", ".join(shown) + (f" {national('and_more', count=left)}" if left else "")


def _matrix(board: Board, part: Sequence[Coverage], groups: Sequence[str]) -> Grid:
    """Give one process type: its plans, then a line a factor; a column a group after the whole country; blank without plans."""
    heads = [Column(_short(board, code), style=_SHARE) for code in groups]
    columns = (
        Column(national("col_factor_no"), style=_COUNT), Column(national("col_factor")),
        Column(national("col_everywhere"), style=_SHARE), *heads,
    )  # fmt: skip
    counted = Counter(item.row.agency.group for item in part[0].plans)
    counts = (Styled(count or None, "whole+muted") for count in (len(part[0].plans), *(counted[code] for code in groups)))
    found = [
        Line((None, Styled(national("plans_counted"), "muted"), *counts)),
        *(
            Line((item.factor.no, item.factor.text, item.share(_PLACES), *(item.share(_PLACES, code) for code in groups)))
            for item in part
        ),
    ]
    return Grid(columns, tuple(found))


def _in_order(board: Board, groups: Collection[str]) -> list[str]:
    """Give ministries in the order of the registry, other groups in that of their codes."""
    order = [row["code"] for row in records("ministries")] if board.group == BY_MINISTRY else []
    return sorted(groups, key=lambda code: (order.index(code) if code in order else len(order), code))


def _short(board: Board, code: str) -> str:
    """Give the usual short form of a group's name; a group without one goes by its code, what is no group says so."""
    if board.group != BY_MINISTRY:
        return code
    if sorts_only(code):
        return national("short_no_group")
    return next((row["abbr_th"] for row in records("ministries") if row["code"] == code and row["abbr_th"]), code)
