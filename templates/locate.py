"""Where the fields of a form stand in a returned workbook: by defined names, then by row keys, then by position."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from templates import thai
from templates.layout import Block, Layout
from templates.words import severity
from workbook.address import Cell, parse_reference
from workbook.finding import ERROR, Finding, Place, about_file, at_cell
from workbook.raw import RawBook, RawSheet

Spot = tuple[str, Cell]
NAMELESS_KINDS = ("xls", "xlsb")


@dataclass(frozen=True)
class Spots:
    """(table, field) -> sheet and cell of each record; `tables` are those that were found."""

    cells: Mapping[tuple[str, str], tuple[Spot, ...]]
    tables: frozenset[str]


def find(layout: Layout, raw: RawBook) -> tuple[Spots, list[Finding]]:
    """Find every field of every table; a table whose sheet is gone is a finding and left out."""
    cells: dict[tuple[str, str], tuple[Spot, ...]] = {}
    tables: set[str] = set()
    findings: list[Finding] = []
    if raw.kind in NAMELESS_KINDS:
        findings.append(about_file("NO_NAMES", severity("NO_NAMES"), kind=f".{raw.kind}"))
    for table_id, block in layout.blocks.items():
        named = _by_names(block, raw)
        sheet = _sheet_of(block, raw, named)
        if sheet is None:
            findings.append(about_file("SHEET_MISSING", ERROR, sheet=block.table.sheet, label=block.table.title))
            continue
        tables.add(table_id)
        keyed = None if all(named.values()) else _by_keys(block, sheet)
        for item in block.table.fields:
            spots = named.get(item.id) or (keyed or {}).get(item.id) or _by_position(block, item.id, sheet)
            cells[table_id, item.id] = spots
        if _moved(block, cells):
            findings.append(_moved_finding(layout, table_id, cells))
    return Spots(cells, frozenset(tables)), findings


def _by_names(block: Block, raw: RawBook) -> dict[str, tuple[Spot, ...] | None]:
    known = {sheet.name for sheet in raw.sheets}
    found: dict[str, tuple[Spot, ...] | None] = {}
    for item in block.table.fields:
        text = raw.names.get(f"{block.table.id}.{item.id}")
        spots = parse_reference(text) if text else None
        if not spots or len(spots) != block.records or any(sheet not in known for sheet, _ in spots):
            found[item.id] = None
        else:
            found[item.id] = tuple(spots)
    return found


def _sheet_of(block: Block, raw: RawBook, named: Mapping[str, tuple[Spot, ...] | None]) -> RawSheet | None:
    """Give the sheet of a table: by its name, else by where its defined names point."""
    sheet = raw.sheet(block.table.sheet)
    if sheet is not None:
        return sheet
    pointed = {spots[0][0] for spots in named.values() if spots}
    return raw.sheet(pointed.pop()) if len(pointed) == 1 else None


def _by_keys(block: Block, sheet: RawSheet) -> dict[str, tuple[Spot, ...]] | None:
    """Find rows by their keys: the row number of a grid, the labels of a card; None when they are not all there."""
    shift = _grid_shift(block, sheet) if block.head_row else _label_shift(block, sheet)
    if shift is None:
        return None
    return {
        field_id: tuple((sheet.name, Cell(shift[cell.row], cell.col)) for cell in cells)
        for field_id, cells in block.cells.items()
    }


def _grid_shift(block: Block, sheet: RawSheet) -> dict[int, int] | None:
    rows: dict[str, int] = {}
    column = block.keys[0].col if block.keys else 0
    for cell, content in sorted(sheet.cells.items()):
        number = thai.read_number(content.value) if isinstance(content.value, int | float | str) else None
        if cell.col == column and number is not None and number.value is not None:
            rows.setdefault(f"{number.value:f}".rstrip("0").rstrip(".") or "0", cell.row)
    wanted = {key.row: rows.get(str(at + 1)) for at, key in enumerate(block.keys)}
    return {row: found for row, found in wanted.items() if found} if all(wanted.values()) else None


def _label_shift(block: Block, sheet: RawSheet) -> dict[int, int] | None:
    """Find the lines of labels in their order, starting behind the table's title."""
    wanted = sorted(block.labels.items(), key=lambda item: item[1].row)
    column = block.title.col
    lines = [(cell.row, thai.key(str(content.value))) for cell, content in sorted(sheet.cells.items())
             if cell.col == column and isinstance(content.value, str)]  # fmt: skip
    title = thai.key(block.table.title)
    start = next((at for at, (_, text) in enumerate(lines) if text == title), None)
    if start is None:
        return None
    shift: dict[int, int] = {}
    at = start
    for (_, field_id), cell in wanted:
        label = thai.key(block.table.field(field_id).label)
        at = next((n for n in range(at + 1, len(lines)) if lines[n][1].startswith(label)), -1)
        if at < 0:
            return None
        shift[cell.row] = lines[at][0]
    return shift


def _by_position(block: Block, field_id: str, sheet: RawSheet) -> tuple[Spot, ...]:
    return tuple((sheet.name, cell) for cell in block.cells[field_id])


def _moved(block: Block, cells: Mapping[tuple[str, str], tuple[Spot, ...]]) -> bool:
    return any(
        spot != (block.table.sheet, cell)
        for item in block.table.fields
        for spot, cell in zip(cells[block.table.id, item.id], block.cells[item.id], strict=True)
    )


def _moved_finding(layout: Layout, table_id: str, cells: Mapping[tuple[str, str], tuple[Spot, ...]]) -> Finding:
    """Say where a table was found again: repaired, nothing for the agency to do."""
    block = layout.blocks[table_id]
    first = block.table.fields[0].id
    sheet, cell = cells[table_id, first][0] if block.records else (block.table.sheet, block.title)
    place = Place(sheet, cell, block.table.title, table_id)
    return at_cell("NAME_MOVED", severity("NAME_MOVED"), place)


def strays(layout: Layout, raw: RawBook, spots: Spots) -> list[Finding]:
    """Find answers typed outside a table: cells below or between its rows, in its own columns.

    Scratch sheets and notes to the right of a table are harmless.
    """
    known: dict[str, set[Cell]] = {}
    for (_, _), places in spots.cells.items():
        for sheet, cell in places:
            known.setdefault(sheet, set()).add(cell)
    findings = []
    for table_id in sorted(spots.tables):
        block = layout.blocks[table_id]
        if not block.head_row or not block.records:
            continue
        rows = [cell.row for item in block.table.fields for _, cell in spots.cells[table_id, item.id]]
        sheet_name = spots.cells[table_id, block.table.fields[0].id][0][0]
        columns = {cell.col: item for item in block.table.fields for _, cell in spots.cells[table_id, item.id][:1]}
        page = raw.sheet(sheet_name)
        assert page is not None
        total = max(rows) + 1 if block.total_row else 0
        for cell, content in sorted(page.cells.items()):
            inside = cell.col in columns and cell.row > min(rows) and cell.row != total
            if inside and cell not in known[sheet_name] and content.value not in (None, "") and not content.formula:
                item = columns[cell.col]
                place = Place(sheet_name, cell, item.label, table_id)
                said = "" if item.personal else str(content.value)
                findings.append(at_cell("OUTSIDE_TABLE", severity("OUTSIDE_TABLE"), place, said))
    return findings
