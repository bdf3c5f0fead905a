"""The sheets of score cards in the workbooks of ministries and provinces: the cards, their steps and their sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from processors.board import Board, Row
from processors.card import SCORE, WIDTHS, Desk, Notes, card
from processors.card_place import has_card
from processors.dossier import Dossier, Places, dossiers, linked
from processors.explain import words
from processors.own_standing import before_titles
from processors.sheets import Block, Column, Frame, Grid, Heading, Laid, Line, block_sheet, first_row, lay, table_sheet
from processors.trace import PRINTED, back_links, source_rows, sources_grid, step_rows, steps_grid, told_steps
from processors.view import View
from processors.wording import reason, standing_cells, t
from workbook.address import Cell
from workbook.book import CellValue, Link, Sheet
from workbook.style import LINE_HEIGHT

Page = tuple[Sheet, str]
"""A sheet and the line that describes it in the contents."""
COUNT = "cell+whole+centre"
_PAGE = 835.0
"""Points of rows on one sheet of A4 across below title and day, at the scale at which the columns of a card fit its width."""
_FEW = 110.0
"""So few points of notes stay below what they are about."""
_THIN = 300.0
"""A page with fewer points of rows takes the part before it along."""
_SPACE = 10.0
_REPEATED = 2
"""Rows that stand on every printed page: title and day."""


@dataclass(frozen=True)
class Cards:
    """The sheets of cards, steps and sources, and the row where each agency's card begins."""

    pages: tuple[Page, ...]
    sheet: str
    rows: Mapping[str, int]
    found: Mapping[str, Dossier]

    def link(self, row: Row) -> CellValue:
        """Give an agency's name, as a link to its card where it has one."""
        at = self.rows.get(row.agency.code)
        return Link(row.agency.name, sheet=self.sheet, cell=Cell(at, 1)) if at else row.agency.name


def card_pages(view: View, board: Board, rows: Sequence[Row], home: str) -> Cards:
    """Give the cards of some rows, the steps of their scores, and the answers behind them.

    There is none without a round, and none of an agency that is judged elsewhere or exempt.
    """
    frames = {key: view.frame(key, f"{key}_title", board, home) for key in ("cards", "steps", "sources")}
    frames["steps"] = replace(frames["steps"], notes=(words("symbols"),))
    found = dossiers(view, board, rows) if board.round is not None else []
    shown = [item for item in found if has_card(item.row)]
    if not shown:
        return Cards((), frames["cards"].name, {}, {})
    told = told_steps(board, shown)
    starts, answers = source_rows(shown, first_row(frames["sources"]) + 1)
    places = Places(
        frames["cards"].name, frames["steps"].name, frames["sources"].name, {},
        step_rows(shown, told, first_row(frames["steps"]) + 1), starts, answers,
    )  # fmt: skip
    sheet, at = _cards(view, board, (found, shown), (frames["cards"], places))
    back = back_links(shown, frames["cards"].name, at)
    steps = table_sheet(frames["steps"], steps_grid(board, shown, told, back), 3)
    sources = table_sheet(frames["sources"], sources_grid(board, shown, back), 3)
    # Letters fit a page only where the last columns stay on the screen: they are for those who compute.
    end = first_row(frames["sources"]) + max(sum(len(behind) for item in shown for behind in item.behind.values()), 1)
    sources = replace(sources, print_area=(Cell(1, 1), Cell(end, PRINTED)))
    pages = tuple((one, words(f"tip_{key}", kind=board.label)) for key, one in zip(frames, (sheet, steps, sources), strict=True))
    return Cards(pages, frames["cards"].name, at, {item.row.agency.code: item for item in shown})


def _cards(
    view: View, board: Board, whose: tuple[Sequence[Dossier], Sequence[Dossier]], where: tuple[Frame, Places]
) -> tuple[Sheet, dict[str, int]]:
    """Lay every card on a page of its own, behind a list with links; gives the sheet and where each card begins."""
    (everybody, shown), (frame, places) = whose, where
    cells, titles = linked(shown), before_titles(view, board)
    top = first_row(frame)
    # A card that stands alone shares its page with what stands once above it.
    above = 0.0 if len(everybody) > 1 else LINE_HEIGHT * (top - 1 - _REPEATED)
    draft = _Draft(lay(_index(board, frame, everybody, {}), WIDTHS, top).end + 1, above)
    rows: dict[str, int] = {}
    for item in shown:
        rows[item.row.agency.code] = draft.row
        desk = Desk(board, item, places, Notes(), cells, view.results.small_group, listed=len(everybody) > 1)
        draft.card(item, card(desk, titles))
    sheet = block_sheet(frame, _index(board, frame, everybody, rows), WIDTHS)
    puts = [*sheet.puts, *(put for one in draft.laid for put in one.puts)]
    heights = {**sheet.heights, **{row: points for one in draft.laid for row, points in one.heights.items()}}
    merges = [*sheet.merges, *(merge for one in draft.laid for merge in one.merges)]
    # The way home is of no use on paper, and the warning of simulated data stands in the header of every page.
    repeated = (1, _REPEATED)
    breaks = draft.breaks if len(everybody) > 1 else draft.breaks[1:]
    return replace(sheet, puts=puts, heights=heights, merges=merges, page_breaks=breaks, repeat_rows=repeated), rows


@dataclass
class _Draft:
    """Cards laid one below the other: the next free row, what was laid, and the rows after which a page ends.

    `above`: points of what stands above the first card on its page.
    """

    row: int
    above: float = 0.0
    laid: list[Laid] = field(default_factory=list)
    breaks: list[int] = field(default_factory=list)

    def card(self, item: Dossier, parts: Sequence[Sequence[Block]]) -> None:
        """Lay the parts of a card; a part that does not fit what is left of its page goes on the next one."""
        used, self.above = self.above, 0.0
        for at, part in enumerate(parts):
            laid = lay(part, WIDTHS, self.row + 1 if at else self.row)
            points = sum(laid.heights.values())
            alone = at == len(parts) - 2 and _leaves_alone(parts[-1], used + points + _SPACE)
            if at and points > _FEW and (alone or used + points > _PAGE):
                head: list[Block] = [Heading(words("card_more", name=item.row.agency.name))]
                laid, used = lay([*head, *part], WIDTHS, self.row), 0.0
                self.breaks.append(self.row - 1)
                points = sum(laid.heights.values())
            elif at:
                laid.heights[self.row] = _SPACE
            else:
                self.breaks.append(self.row - 1)
            used += points + _SPACE
            self.laid.append(laid)
            self.row = laid.end + 1


def _leaves_alone(last: Sequence[Block], used: float) -> bool:
    """Tell whether the last part of a card would stand on a page of its own with next to nothing on it."""
    points = sum(lay(last, WIDTHS, 1).heights.values())
    return points < _THIN and used + points + _SPACE > _PAGE


def _index(board: Board, frame: Frame, everybody: Sequence[Dossier], rows: Mapping[str, int]) -> list[Block]:
    """Give every name with its place and score, as a link to its card; who has none stands there with the reason.

    A card that stands alone needs no list.
    """
    if len(everybody) == 1:
        return []
    subs = board.framework.sub_indicators
    columns = (
        # LibreOffice breaks no line of a link: most names find room over two columns.
        Column(board.label, style="cell+link", span=2), Column(t("col_rank"), style=COUNT),
        Column(t("col_shared"), style="cell+centre"), Column(t("col_total"), style=f"{SCORE}+bold"),
        *(Column(t("col_sub", indicator=item.id), style=SCORE) for item in subs),
    )  # fmt: skip
    lines = []
    for item in everybody:
        row, at = item.row, rows.get(item.row.agency.code, 1)
        plain = f"{row.agency.name} ({words('no_card')}: {reason(row)})"
        name: CellValue = Link(row.agency.name, sheet=frame.name, cell=Cell(at, 1)) if has_card(row) else plain
        scores = (row.rank.score, *(sub.score for sub in row.score.subs))
        lines.append(Line((name, *standing_cells(row.rank.in_group)[:2], *scores), "" if row.ranked else "muted"))
    return [Heading(words("cards_index")), Grid(columns, tuple(lines))]
