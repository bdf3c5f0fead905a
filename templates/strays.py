"""What agencies typed outside the entries: below or between rows, in the total row, on extra sheets; nothing is lost unsaid."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from templates import thai
from templates.derive import raw_text
from templates.frame import frame_texts
from templates.issued import Issued, label_of, record_title
from templates.layout import FIRST_ROW, NOWHERE, NUMBER_COL, Block, label_cell
from templates.lists import LISTS_SHEET
from templates.locate import NAMELESS_KINDS, Spots
from templates.passport import SHEET
from templates.seen import text_of
from templates.totals import is_total_words, words_under
from templates.words import say, severity
from workbook.address import Cell
from workbook.finding import WARNING, Finding, Place, about_file, at_cell
from workbook.raw import RawBook, RawCell, RawSheet

SIGNS = 60
"""Signs of a text that a sentence quotes."""
_MOST_DIFFERENT = 12
"""Cells that a sentence about a copied sheet names."""


@dataclass(frozen=True)
class Rows:
    """(sheet, row) of records pasted `aside`, of those with an answer `lacking` or not read, of all with a `blank` cell."""

    aside: frozenset[tuple[str, int]] = frozenset()
    lacking: frozenset[tuple[str, int]] = frozenset()
    blank: frozenset[tuple[str, int]] = frozenset()


def strays(issued: Issued, raw: RawBook, spots: Spots, rows: Rows) -> list[Finding]:
    """Find what stands outside the tables.

    In a table's own columns, and beside a record that lacks an answer, it is a fault (`OUTSIDE_TABLE`); beside the
    tables and on sheets of the agency's own it is only said not to be read (`NOT_READ`). The text is quoted unless the
    sheet asks for personal data. A copy of a sheet of the form with other answers is a fault (`SHEET_TWICE`): nobody
    can tell which holds.
    """
    findings: list[Finding] = []
    ours = {sheet for (_, _), places in spots.cells.items() for sheet, _ in places}
    for name in sorted(ours):
        sheet = raw.sheet(name)
        if sheet is not None:
            findings += _on_sheet(issued, (raw.kind, sheet), spots, rows)
    return findings + _extra_sheets(issued, raw, spots, ours) + _lists_gone(issued, raw)


def _lists_gone(issued: Issued, raw: RawBook) -> list[Finding]:
    """Say that the hidden lists were deleted: cells then offer nothing to choose, what was typed is checked all the same."""
    chosen = any(item.choices for block in issued.layout.blocks.values() for item in block.table.entries)
    gone = chosen and raw.sheet(LISTS_SHEET) is None
    return [about_file("LISTS_GONE", severity("LISTS_GONE"))] if gone else []


def _on_sheet(issued: Issued, seen: tuple[str, RawSheet], spots: Spots, rows: Rows) -> list[Finding]:
    kind, sheet = seen
    tables = [table for table in sorted(spots.tables) if any(spot[0] == sheet.name for spot in _spots(spots, table))]
    blocks = sorted((issued.layout.blocks[table] for table in tables), key=lambda block: block.title.row)
    grid = any(block.head_row for block in blocks)
    known = _own_cells(spots, blocks)
    fixed = _fixed_texts(issued, blocks)
    number_col = NUMBER_COL + _shift(blocks, spots)
    totals = _total_cells((blocks, number_col), sheet, spots)
    last_col = max([*(block.entry_col for block in blocks if not block.head_row), *(cell.col for cell in known)])
    typed = [
        cell
        for cell, content in sorted(sheet.cells.items())
        if cell not in known
        and cell.row >= FIRST_ROW
        and _typed(content, fixed, row_number=grid and cell.col == number_col)
        and not (cell in totals and (content.formula or kind in NAMELESS_KINDS or _is_sum(sheet, cell, known)))
        and not (cell in totals and is_total_words(str(content.value)))
    ]
    # Rows below a growing table look like more of its records; what stands below labels does not.
    last_row = 0 if blocks[-1].head_row else max((cell.row for cell in known), default=0)
    found = [finding for block in blocks if block.head_row for finding in _renumbered(block, sheet, spots, number_col)]
    noted = False
    for cell in (cell for cell in typed if (sheet.name, cell.row) not in rows.aside):
        place = _place(sheet, cell, blocks)
        params = {"text": _quoted(sheet.get(cell), blocks), "sheet": sheet.name, "cell": cell.a1()}
        beside = cell.col > last_col
        if cell.col == last_col + 1 and (sheet.name, cell.row) in rows.blank - rows.lacking:
            # Right beside a row with a blank cell that need not be filled: perhaps its answer.
            found.append(at_cell("NOT_READ", WARNING, place, **params))
        elif beside and (sheet.name, cell.row) not in rows.lacking:
            # Notes of their own beside whole records: said once.
            found += [] if noted else [at_cell("NOT_READ", severity("NOT_READ"), place, **params)]
            noted = True
        elif not beside and ((grid and cell.col <= number_col) or (last_row and cell.row > last_row)):
            # A remark or a signature under the answers is no answer; it is said, and the file stays good.
            found.append(at_cell("NOT_READ", WARNING, place, **params))
        else:
            found.append(at_cell("OUTSIDE_TABLE", severity("OUTSIDE_TABLE"), place, **params))
    return found


def _renumbered(block: Block, sheet: RawSheet, spots: Spots, number_col: int) -> list[Finding]:
    """Say where another number was typed over that of a row, which is known by its locked text; once for a table."""
    homes = spots.cells.get((block.table.id, block.table.fields[0].id), ())
    for record, (_, home) in enumerate(homes):
        cell = Cell(home.row, number_col)
        number = sheet.get(cell).value if home != NOWHERE else None
        if isinstance(number, int | float) and number != record + 1:
            params = {"before": str(record + 1), "after": raw_text(sheet.get(cell)), "cell": cell.a1()}
            place = Place(sheet.name, cell, block.table.title, block.table.id)
            return [at_cell("ROW_RENUMBERED", severity("ROW_RENUMBERED"), place, **params)]
    return []


def _place(sheet: RawSheet, cell: Cell, blocks: Sequence[Block]) -> Place:
    """Give the place of a stray text: of the last table that begins above it."""
    block = next((block for block in reversed(blocks) if block.title.row <= cell.row), blocks[0])
    return Place(sheet.name, cell, block.table.title, block.table.id)


def _quoted(content: RawCell, blocks: Iterable[Block]) -> str:
    """Give the beginning of a stray text, "" on sheets that ask for personal data: there it may be some."""
    if any(item.personal for block in blocks for item in block.table.fields):
        return ""
    text = " ".join(raw_text(content).split())
    return text if len(text) <= SIGNS else text[:SIGNS] + say("pages", "and_more").strip()


def _is_sum(sheet: RawSheet, total: Cell, known: frozenset[Cell]) -> bool:
    """Tell whether a pasted value in a total cell is the sum above it: pasted values are no harm."""
    typed = (sheet.get(cell).value for cell in known if cell.col == total.col)
    above = [thai.read_number(item).value for item in typed if isinstance(item, int | float | str)]
    value = sheet.get(total).value
    numbers = [item for item in above if isinstance(item, Decimal)]
    return isinstance(value, int | float) and Decimal(str(value)) == sum(numbers, Decimal(0))


def _own_cells(spots: Spots, blocks: Iterable[Block]) -> frozenset[Cell]:
    """Give the cells of entries, labels and headings; labels are compared with the form elsewhere."""
    own: set[Cell] = set()
    for block in blocks:
        head = spots.heads[block.table.id]
        for _, cell in _spots(spots, block.table.id):
            if cell != NOWHERE:
                own |= {cell, Cell(head, cell.col) if head else label_cell(block, cell)}
    return frozenset(own)


def _spots(spots: Spots, table: str) -> list[tuple[str, Cell]]:
    return [spot for (table_id, _), places in spots.cells.items() if table_id == table for spot in places]


def _typed(content: RawCell, fixed: frozenset[str], *, row_number: bool) -> bool:
    """Tell whether a cell holds something that the form itself does not put there."""
    if content.error:
        return True
    if content.value is None or (row_number and isinstance(content.value, int | float)):
        return False
    text = text_of(content)
    return bool(text) and text not in fixed


def _fixed_texts(issued: Issued, blocks: Iterable[Block]) -> frozenset[str]:
    """Collect the texts that the form writes on a sheet, wherever they stand now."""
    texts = [say("pages", "no"), say("pages", "total")]
    for block in blocks:
        table = block.table
        texts += frame_texts(issued, table.sheet)
        texts += [table.title, table.note, table.number]
        texts += [text for item in table.fields for text in (item.label, label_of(item), item.help)]
        for record in range(block.records if not block.head_row else 0):
            texts.append(record_title(issued, table, record))
    return frozenset(thai.key(text) for text in texts if text)


def _shift(blocks: Iterable[Block], spots: Spots) -> int:
    """Give by how many columns the grids of a sheet stand further right than the form puts them."""
    for block in blocks:
        for name, homes in block.cells.items() if block.head_row else ():
            seen = [cell for _, cell in spots.cells.get((block.table.id, name), ()) if cell != NOWHERE]
            if seen and homes:
                return seen[0].col - homes[0].col
    return 0


def _total_cells(page: tuple[Iterable[Block], int], sheet: RawSheet, spots: Spots) -> frozenset[Cell]:
    """Give the cells of total rows that hold a sum of ours, or words of ours beside it."""
    blocks, number_col = page
    word = thai.key(say("pages", "total"))
    rows = {cell.row for cell, content in sheet.cells.items() if cell.col == number_col and text_of(content) == word}
    columns = {
        cell.col
        for block in blocks
        for name in (*block.table.total, *(beside for beside, _ in words_under(block.table)))
        for _, cell in [spot for spot in spots.cells.get((block.table.id, name), ()) if spot[1] != NOWHERE][:1]
    }
    return frozenset(Cell(row, col) for row in rows for col in columns)


def _extra_sheets(issued: Issued, raw: RawBook, spots: Spots, ours: set[str]) -> list[Finding]:
    own = ours | {SHEET, LISTS_SHEET, *issued.layout.sheets}
    own |= {say("pages", name) for name in ("intro_sheet", "faults_sheet", "changes_sheet", "ready_sheet")}
    told = thai.key(say("pages", "ready_title"))
    found = []
    for sheet in raw.sheets:
        if sheet.name in own or not any(content.value is not None for content in sheet.cells.values()):
            continue
        texts = {text_of(content) for content in sheet.cells.values()}
        # The readiness sheet names all tables; under another name it is still no copy of them.
        copied = [block for block in issued.layout.blocks.values() if thai.key(block.table.title) in texts]
        different = _different(raw, sheet, spots, copied) if told not in texts else {}
        if different:
            found.append(about_file("SHEET_TWICE", severity("SHEET_TWICE"), sheet=sheet.name, **different))
        else:
            found.append(about_file("NOT_READ", severity("NOT_READ"), sheet=sheet.name))
    return found


def _different(raw: RawBook, copy: RawSheet, spots: Spots, blocks: Iterable[Block]) -> dict[str, str]:
    """Give the original of a copied sheet and the cells of answers that differ there, none where all are alike."""
    asked = {(block.table.id, item.id) for block in blocks for item in block.table.entries}
    places = sorted({spot for key, found in spots.cells.items() if key in asked for spot in found if spot[1] != NOWHERE})
    differ = [cell for name, cell in places if _content(copy, cell) != _content(raw.sheet(name), cell)]
    if not differ:
        return {}
    more = say("pages", "and_more") if len(differ) > _MOST_DIFFERENT else ""
    cells = ", ".join(cell.a1() for cell in differ[:_MOST_DIFFERENT]) + more
    return {"before": places[0][0], "cells": cells, "count": str(len(differ))}


def _content(sheet: RawSheet | None, cell: Cell) -> str:
    return " ".join(raw_text(sheet.get(cell)).split()) if sheet is not None else ""
