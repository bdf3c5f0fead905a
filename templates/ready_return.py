"""The readiness sheet of a returned file beside what the program computes from the same answers; a difference is a warning."""

from __future__ import annotations

from collections.abc import Iterable

from templates.derive import Draft
from templates.issued import Issued
from templates.kinds import KINDS
from templates.layout import NOWHERE
from templates.locate import NAMELESS_KINDS, Spots
from templates.ready_cells import Look, Seen, seen_as, seen_in
from templates.ready_sheet import sheet_name, shown, spots_of
from templates.spec import Field
from templates.words import severity
from workbook.address import Cell
from workbook.finding import Finding, Place, about_file, at_cell
from workbook.raw import RawBook, RawCell, RawSheet


def differences(issued: Issued, raw: RawBook, spots: Spots, draft: Draft) -> list[Finding]:
    """Compare what the sheet says with the program's own result; nothing where the sheet was not calculated or is gone.

    A cell is compared only where the formulas, as they read these cells, give the same as the program: what only one
    of the two can read is no fault of the file.
    """
    sheet = raw.sheet(sheet_name())
    if sheet is None or raw.kind in NAMELESS_KINDS or spots.tables != frozenset(issued.layout.blocks):
        return []
    cells = spots_of(issued.layout)
    said = {cell: content for cell in cells if _says(content := sheet.get(cell))}
    ours = shown(issued, _by_program(draft)) if said else {}
    differ = [cell for cell in said if said[cell].value != ours[cell][0].value]
    if not differ:
        return _typed(sheet, cells)
    theirs = shown(issued, _by_sheet(raw, spots))
    found = []
    for cell in differ:
        value, label = ours[cell]
        if theirs[cell][0].value == value.value:
            text = str(said[cell].value)
            place, params = Place(sheet.name, cell, label or sheet.name), {"before": str(value.value), "after": text}
            found.append(at_cell("READY_DIFFERS", severity("READY_DIFFERS"), place, text, sheet=sheet.name, **params))
    return found + _typed(sheet, cells)


def _says(content: RawCell) -> bool:
    """Tell whether a formula shows a result; an error value says that a program could not calculate it, no more."""
    return content.formula and isinstance(content.value, str) and not content.value.startswith("#")


def _typed(sheet: RawSheet, cells: Iterable[Cell]) -> list[Finding]:
    """Say that a result typed over is not read: the program never takes the sheet's word."""
    contents = [sheet.get(cell) for cell in cells]
    over = any(not content.formula and content.value is not None for content in contents)
    return [about_file("NOT_READ", severity("NOT_READ"), sheet=sheet.name)] if over else []


def _by_program(draft: Draft) -> Look:
    """See the answers as they were read."""
    at = {(table, position): number for table, places in draft.positions.items() for number, position in enumerate(places)}

    def look(table: str, record: int, item: Field) -> Seen:
        number = at.get((table, record))
        if number is None:
            return seen_in(None, item)
        key = (table, number, item.id)
        value = KINDS[item.kind].load(draft.answers[table][number].get(item.id))
        return seen_as(value, item, bad=key in draft.bad, stated=key in draft.stated)

    return look


def _by_sheet(raw: RawBook, spots: Spots) -> Look:
    """See the cells as the formulas read them."""

    def look(table: str, record: int, item: Field) -> Seen:
        sheet_name, cell = spots.cells[table, item.id][record]
        sheet = raw.sheet(sheet_name)
        content = sheet.get(cell) if sheet and cell != NOWHERE else RawCell(None)
        return seen_in(None if content.error else content.value, item)

    return look
