"""What agencies typed outside the entries: below or between rows, in the total row, on extra sheets; nothing is lost unsaid."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from templates import thai
from templates.anchors import text_of
from templates.frame import frame_texts
from templates.issued import Issued, label_of, record_title
from templates.layout import FIRST_ROW, NOWHERE, NUMBER_COL, Block, label_cell
from templates.lists import LISTS_SHEET
from templates.locate import NAMELESS_KINDS, Spots
from templates.passport import SHEET
from templates.totals import is_total_words, words_under
from templates.words import say, severity
from workbook.address import Cell
from workbook.finding import WARNING, Finding, Place, about_file, at_cell
from workbook.raw import RawBook, RawCell, RawSheet


def strays(issued: Issued, raw: RawBook, spots: Spots) -> list[Finding]:
    """Find what stands outside the tables.

    In a table's own columns it is a fault (`OUTSIDE_TABLE`, the cell without its content, which may be personal);
    beside the tables and on sheets of the agency's own it is only said not to be read (`NOT_READ`). A second copy of
    a sheet of the form is a fault (`SHEET_TWICE`): nobody can tell which holds.
    """
    findings: list[Finding] = []
    ours = {sheet for (_, _), places in spots.cells.items() for sheet, _ in places}
    for name in sorted(ours):
        sheet = raw.sheet(name)
        if sheet is not None:
            findings += _on_sheet(issued, raw.kind, sheet, spots)
    return findings + _extra_sheets(issued, raw, ours) + _lists_gone(issued, raw)


def _lists_gone(issued: Issued, raw: RawBook) -> list[Finding]:
    """Say that the hidden lists were deleted: cells then offer nothing to choose, what was typed is checked all the same."""
    chosen = any(item.options for block in issued.layout.blocks.values() for item in block.table.entries)
    gone = chosen and raw.sheet(LISTS_SHEET) is None
    return [about_file("LISTS_GONE", severity("LISTS_GONE"))] if gone else []


def _on_sheet(issued: Issued, kind: str, sheet: RawSheet, spots: Spots) -> list[Finding]:
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
    found = []
    for cell in typed:
        place = Place(sheet.name, cell, blocks[0].table.title, blocks[0].table.id)
        if cell.col > last_col:
            continue
        if (grid and cell.col <= number_col) or (last_row and cell.row > last_row):
            # A remark or a signature under the answers is no answer; it is said, and the file stays good.
            found.append(at_cell("NOT_READ", WARNING, place, sheet=sheet.name))
        else:
            found.append(at_cell("OUTSIDE_TABLE", severity("OUTSIDE_TABLE"), place))
    beside = next((cell for cell in typed if cell.col > last_col), None)
    if beside is not None:
        found.append(at_cell("NOT_READ", severity("NOT_READ"), Place(sheet.name, beside), sheet=sheet.name))
    return found


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
        for _, cell in spots.cells.get((block.table.id, name), ())[:1]
    }
    return frozenset(Cell(row, col) for row in rows for col in columns)


def _extra_sheets(issued: Issued, raw: RawBook, ours: set[str]) -> list[Finding]:
    own = ours | {SHEET, LISTS_SHEET, *issued.layout.sheets}
    own |= {say("pages", name) for name in ("intro_sheet", "faults_sheet", "changes_sheet", "ready_sheet")}
    titles = {thai.key(block.table.title) for block in issued.layout.blocks.values()}
    told = thai.key(say("pages", "ready_title"))
    found = []
    for sheet in raw.sheets:
        if sheet.name in own or not any(content.value is not None for content in sheet.cells.values()):
            continue
        texts = {text_of(content) for content in sheet.cells.values()}
        # The readiness sheet names all tables; under another name it is still no copy of them.
        code = "SHEET_TWICE" if texts & titles and told not in texts else "NOT_READ"
        found.append(about_file(code, severity(code), sheet=sheet.name))
    return found
