"""The first sheet of a ministry's workbook: where it stands, then what can be told to each of its agencies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from processors.board import Board, Row
from processors.card_pages import Cards
from processors.dossier import Dossier
from processors.explain import Case, words
from processors.own_standing import group_changes, group_lead, group_standing
from processors.rank import Standing
from processors.sheets import Block, Column, Frame, Gap, Grid, Heading, Line, Para, block_sheet, first_row, lay, page_room
from processors.subscore import TOP_LEVEL
from processors.view import View
from processors.wording import reason, standing_cells, t, why_text
from templates.success import round_half_up
from workbook.address import Cell
from workbook.book import CellValue, Chart, Link, Series, Sheet, Styled
from workbook.style import LINE_HEIGHT

WIDTHS = (50.0, 12.0, 12.0, 12.0, 13.0, 13.0, 10.0, 76.0)
"""Columns of the first sheet; all its tables share them."""
COUNT, SCORE, CENTRE = "cell+whole+centre", "cell+four+right", "cell+general+centre"
LISTED = 40
"""So many agencies, the highest first, are told what is missing; the others stand in the ranking."""
_ROW_PIXELS, _BAR_PIXELS, _CHART_WIDTH = 33, 30, 1000
_BEGUN = 3
"""Rows below the heading of a table that stand on its page: its heads and two lines."""
_BARS = 15
"""So many agencies, the highest, have a bar in the chart of their group, beside the mean of the nation."""
_CONDITIONS = 3
"""So many sentences of an advice are told: what opens a gate, or what a level asks for."""


@dataclass(frozen=True)
class Part:
    """What the first sheet shows of one framework: the board, the cards of the ministry's agencies, the sheet that ranks them."""

    board: Board
    cards: Cards
    ranking: str


def ministry_overview(view: View, frame: Frame, what: tuple[Sequence[Part], str], last: Sequence[Block]) -> Sheet:
    """Lay the first sheet over every framework; `last` are the contents below it."""
    parts, code = what
    blocks: list[Block] = []
    charted: list[tuple[int, int, Part]] = []
    for part in parts:
        board = part.board
        blocks += [Heading(board.framework.title), Para(view.subtitle(board))]
        standing = group_standing(board, code, view.results.small_group)
        blocks += [Para(group_lead(board, code, (standing, view.results.small_group)), "lead"), _means(board, code, standing)]
        blocks += _told(part, code)
        table = len(blocks) - 1
        if len(board.by_group.get(code, ())) > LISTED:
            link = Line((Link(words("all_agencies"), sheet=part.ranking),))
            blocks.append(Grid((Column("", style="link"),), (link,), heads=False))
        blocks += group_changes(view, board, code)
        bars = _bars(board, code)
        if bars:
            charted.append((len(blocks) + 1, table, part))
            blocks += [Gap(), Gap(_chart_rows(bars + 1)), Gap()]
    blocks += last
    laid = lay(blocks, WIDTHS, first_row(frame))
    charts = [_chart(part, code, (frame.name, laid.spots[table][0]), laid.spots[spot][0]) for spot, table, part in charted]
    sheet = block_sheet(frame, blocks, WIDTHS, charts)
    # A chart that would be cut begins a page; so do the contents, and a table of which only the heading would stand at the foot.
    whole = [(laid.spots[spot][0], laid.spots[spot + 1][1]) for spot, _, _ in charted]
    heads = [(spot[0], spot[0] + _BEGUN) for spot, block in zip(laid.spots, blocks, strict=True) if isinstance(block, Heading)]
    return replace(sheet, page_breaks=_breaks(sheet, [*heads[:-1], *whole, (laid.spots[-2][0], laid.end)]))


def _means(board: Board, code: str, standing: Standing) -> Grid:
    """Give the means of every sub-indicator and of the total beside those of the nation, the total with its place."""
    columns = (
        Column(words("col_mean_of")), Column(words("col_own_mean"), style=SCORE), Column(words("col_national_mean"), style=SCORE),
        Column(words("col_apart"), style="cell+change4+right"), Column(t("col_rank"), style=COUNT),
        Column(t("col_shared"), style="cell+centre"), Column(t("col_of"), style=COUNT),
    )  # fmt: skip
    names = {item.id: f"{item.id} {item.name}" for item in board.framework.sub_indicators}
    own, everybody = (_sub_means(board, rows) for rows in (board.by_group.get(code, ()), board.rows))
    lines = [
        Line((names[name], *_apart(own.get(name), everybody.get(name)), None, None, None))
        for name in names
    ]  # fmt: skip
    mean = board.mean_of(code)
    total = _apart(mean.mean if mean else None, board.overall.mean)
    return Grid(columns, (*lines, Line((t("col_total"), *total, *standing_cells(standing)), "total")))


def _apart(own: Decimal | None, everybody: Decimal | None) -> tuple[CellValue, ...]:
    return own, everybody, None if own is None or everybody is None else own - everybody


def _sub_means(board: Board, rows: Sequence[Row]) -> Mapping[str, Decimal]:
    """Give the mean score of every sub-indicator among the ranked of some rows."""
    scores: dict[str, list[Decimal]] = {}
    for row in rows:
        for sub in row.score.subs if row.ranked else ():
            if sub.score is not None:
                scores.setdefault(sub.indicator, []).append(sub.score)
    places = board.framework.policy.score_decimals
    return {name: round_half_up(sum(found, Decimal(0)) / len(found), places) for name, found in scores.items()}


def _told(part: Part, code: str) -> list[Block]:
    """Give an agency a line, below the mean of the nation: place, score, what costs it most, and what is missing there."""
    columns = (
        Column(part.board.label), Column(words("col_group_rank"), style="cell+centre"),
        Column(t("col_total"), style=f"{SCORE}+bold"), Column(words("col_costs"), span=4), Column(words("col_action")),
    )  # fmt: skip
    nation = Line((t("figure_national_mean"), None, part.board.overall.mean, None, None), "total")
    lines = [nation]
    for row in part.board.by_group.get(code, ())[:LISTED]:
        why, action = _advised(row, part.cards.found.get(row.agency.code))
        name = part.cards.link(row)
        named = Styled(name, "link") if isinstance(name, Link) else name
        values = (named, _place(row), row.rank.score, why, action)
        lines.append(Line(values, "" if row.ranked else "muted"))
    return [Heading(words("own_agencies")), Grid(columns, tuple(lines))]


def _place(row: Row) -> CellValue:
    rank, shared, _ = standing_cells(row.rank.in_group)
    return f"{rank} {shared}" if shared else rank


def _advised(row: Row, item: Dossier | None) -> tuple[str, str]:
    """Say what costs an agency most and what is missing there."""
    case = costliest(item) if item is not None else None
    if item is None or case is None:
        return (words("nothing_to_win") if row.ranked else reason(row)), ""
    indicator = case.sub.indicator
    why = f"{indicator} {why_text(case.sub.why)}" if row.ranked else reason(row)
    return why, f"{indicator} {' · '.join(item.advice[indicator][:_CONDITIONS])}"


def costliest(item: Dossier) -> Case | None:
    """Give the sub-indicator whose full score would raise the total most, None where all have it."""
    lost = [(case.sub.weight * (TOP_LEVEL - (case.sub.score or 0)), case) for case in item.cases]
    most, case = max(lost, key=lambda pair: pair[0])
    return case if most > 0 else None


def _bars(board: Board, code: str) -> int:
    return min(sum(row.ranked for row in board.by_group.get(code, ())), _BARS)


def _chart_rows(bars: int) -> int:
    return max(6, (bars * _BAR_PIXELS + 90) // _ROW_PIXELS + 1)


def _chart(part: Part, code: str, table: tuple[str, int], at: int) -> Chart:
    """Chart the totals of the ranked of a group, who stand first in its table, below a bar of the mean of the nation."""
    (sheet, top), board = table, part.board
    rows, bars = board.by_group[code], _bars(board, code)
    names, scores = ((Cell(top, col), Cell(top + bars, col)) for col in (1, 3))
    whole = sum(row.ranked for row in rows)
    title = t("chart_group", kind=board.label)
    title = title if bars == whole else words("chart_first", title=title, count=bars)
    figures = [(t("figure_national_mean"), board.overall.mean), *((row.agency.name, row.rank.score) for row in rows[:bars])]
    told = ", ".join(f"{name} {score}" for name, score in figures)
    series = Series(title, sheet, names, scores, "#1F3864")
    return Chart(
        at=Cell(at, 1), kind="bar", title=title, series=(series,), width=_CHART_WIDTH,
        height=_chart_rows(bars + 1) * _ROW_PIXELS, alt=f"{title}: {told}", low=0, high=TOP_LEVEL,
        labels="0.0000", reverse=True, bare=True,
    )  # fmt: skip


def _breaks(sheet: Sheet, parts: Sequence[tuple[int, int]]) -> list[int]:
    """Give the rows after which a page ends, so that neither a row nor one of the parts (first and last row) is cut."""
    breaks: list[int] = []
    ends, row, used = dict(parts), 1, 0.0
    while row <= max(sheet.heights):
        end = ends.get(row, row)
        points = sum(sheet.heights.get(at, LINE_HEIGHT) for at in range(row, end + 1))
        if used + points > page_room(WIDTHS) and row > 1:
            breaks.append(row - 1)
            used = 0.0
        used += points
        row = end + 1
    return breaks
