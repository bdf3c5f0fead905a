"""Names of agencies as links to their score cards in the workbooks of ministries and provinces, as far as a sheet takes links."""

from __future__ import annotations

from collections.abc import Callable

from processors.board import Board, Row
from processors.card_place import card_places
from processors.view import View
from workbook.book import CellValue, Link, Styled

FEW, MOST = 500, 65_000
"""Agencies on a sheet of many links each, and links on any sheet: Excel takes 65,530."""
LINK = "link"

Named = Callable[[Row], CellValue | Styled]
"""Gives the name of an agency, as a link to its card or plain."""


def plainly(row: Row) -> CellValue | Styled:
    """Give the name of an agency without a link."""
    return row.agency.name


def named(view: View, board: Board, most: int = FEW) -> Named:
    """Give names as links to the cards; plain ones on a board of more than `most` agencies."""
    if len(board.rows) > most:
        return plainly
    places = card_places(view, board)

    def link(row: Row) -> CellValue | Styled:
        place = places.get(row.agency.code)
        if place is None:
            return row.agency.name
        file, sheet, cell = place
        return Styled(Link(row.agency.name, sheet=sheet, cell=cell, file=file), LINK)

    return link
