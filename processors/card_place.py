"""Where in the results each agency's score card is found from outside: file, sheet and cell, known without laying a card.

Where a workbook has several cards that is the agency's line in the list above them, which leads on to the card; where it
has one, the card itself. Who has no card has a line with the reason; where there is no list, the first page of the file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from processors.board import BY_CLUSTER, BY_MINISTRY, Board, Row, book_path
from processors.sheets import first_row
from processors.view import View
from workbook.address import Cell

LISTED = 2
"""Rows of the list of cards above its first name: heading and heads."""

Place = tuple[str, str, Cell]
"""File below the results folder, sheet, cell."""


def has_card(row: Row) -> bool:
    """Tell whether an agency has a card: none is made of who is judged elsewhere or exempt."""
    return row.score.total.why.code != "excused"


def card_places(view: View, board: Board) -> Mapping[str, Place]:
    """Give by agency where its card is found; agencies without a ministry or province are absent."""
    books: dict[str, list[Row]] = {}
    for row in board.rows:
        if board.group == BY_MINISTRY and row.agency.group:
            books.setdefault(book_path(BY_MINISTRY, row.agency.group), []).append(row)
        elif board.group == BY_CLUSTER and row.agency.province:
            books.setdefault(book_path(BY_CLUSTER, row.agency.province), []).append(row)
    title = "province_title" if board.group == BY_CLUSTER else "ministry_title"
    home = view.frame("own", title).name
    frame = view.frame("cards", "cards_title", board, home)
    start = (frame.name, first_row(frame))
    found: dict[str, Place] = {}
    for file, rows in books.items():
        for at, cell in zip(rows, _cells(rows, home, start), strict=True):
            found[at.agency.code] = (file, *cell)
    return found


def _cells(rows: Sequence[Row], home: str, start: tuple[str, int]) -> list[tuple[str, Cell]]:
    """Give sheet and cell of every row of one workbook, in its order."""
    sheet, top = start
    if not any(map(has_card, rows)):
        return [(home, Cell(1, 1))] * len(rows)
    if len(rows) == 1:
        return [(sheet, Cell(top, 1))]
    return [(sheet, Cell(top + LISTED + at, 1)) for at in range(len(rows))]
