"""The sheets of score cards in the workbooks of ministries and provinces: the cards, their steps and their sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from processors.board import Board, Row
from processors.card import WIDTHS, card
from processors.change import since_round
from processors.explain import words
from processors.sheets import Block, Column, Frame, Grid, Heading, Line, block_sheet, first_row, lay, table_sheet
from processors.trace import sources_grid, steps_grid
from processors.view import View
from workbook.address import Cell
from workbook.book import Link, Sheet

Page = tuple[Sheet, str]
"""A sheet and the line that describes it in the contents."""
_INDEXED = 1
"""From how many cards on the sheet begins with links to each."""


def card_pages(view: View, board: Board, rows: Sequence[Row], home: str) -> list[Page]:
    """Give the cards of some rows, the steps of their scores, and the answers behind them; none without a round."""
    if board.round is None or not rows:
        return []
    steps = view.frame("steps", "steps_title", board, home)
    sources = view.frame("sources", "sources_title", board, home)
    return [
        (_cards(view, board, rows, view.frame("cards", "cards_title", board, home)), words("tip_cards", kind=board.label)),
        (table_sheet(steps, steps_grid(view, board, rows), 3), words("tip_steps", kind=board.label)),
        (table_sheet(sources, sources_grid(view, board, rows), 3), words("tip_sources", kind=board.label)),
    ]


def _cards(view: View, board: Board, rows: Sequence[Row], frame: Frame) -> Sheet:
    """Lay every card on a page of its own, behind an index with links."""
    assert board.round is not None
    changes, shown = since_round(view.results, board), board.round.id
    found = [(row, view.index.basis(board.framework, row.agency.code, shown)) for row in rows]
    cards = [card(board, row, basis, changes.get(row.agency.code)) for row, basis in found]
    index = _index(frame, rows, [0] * len(rows))
    blocks: list[Block] = [*index, *(block for one in cards for block in one)]
    laid = lay(blocks, WIDTHS, first_row(frame))
    starts, at = [], len(index)
    for one in cards:
        starts.append(laid.spots[at][0])
        at += len(one)
    blocks[: len(index)] = _index(frame, rows, starts)
    breaks = [start - 1 for start in starts[0 if index else 1 :]]
    return replace(block_sheet(frame, blocks, WIDTHS), page_breaks=breaks)


def _index(frame: Frame, rows: Sequence[Row], starts: Sequence[int]) -> list[Block]:
    """Give links to the cards by name; none where there is only one card."""
    if len(rows) <= _INDEXED:
        return []
    columns = (Column("", style="link"), Column("", style="cell+four+right"))
    lines = [
        Line((Link(row.agency.name, sheet=frame.name, cell=Cell(max(start, 1), 1)), row.rank.score))
        for row, start in zip(rows, starts, strict=True)
    ]
    return [Heading(words("cards_index")), Grid(columns, tuple(lines), heads=False)]
