"""A block of answers pasted some columns beside its place: one fault in place of one at every cell; where answers lack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from templates.derive import Draft
from templates.issued import Issued
from templates.kinds import KINDS, Hint
from templates.spec import Field, Table
from templates.words import severity
from workbook.address import Cell
from workbook.finding import Place, at_cell
from workbook.raw import RawBook, RawSheet

CODE = "SHIFTED"
FURTHEST = 3
"""Columns by which a block is thought to be shifted at most."""
NEIGHBOURS = 3
"""So many columns beside each other that can't be right make a block that was pasted aside."""
_BETTER = 4
"""So many times fewer cells must be wrong when they are read some columns further right."""


@dataclass(frozen=True)
class _Block:
    """The records of a grid that hold anything: sheet, entries, rows, the column of each entry, the last of all fields."""

    sheet: RawSheet
    entries: tuple[Field, ...]
    rows: tuple[int, ...]
    columns: Mapping[str, int]
    last: int


def shifted(issued: Issued, raw: RawBook, hint: Hint, draft: Draft) -> frozenset[tuple[str, int]]:
    """Say of each grid whose answers only make sense some columns further right that it was pasted aside.

    Its cells are then no answers, and no fault of theirs is said: each would hide what happened. No answer is moved.
    Gives the (sheet, row) of the records of such grids: what stands beside them is the block's own.
    """
    found: set[tuple[str, int]] = set()
    gaps = lacking(issued, draft)
    for table in issued.form.tables:
        block = _block(issued, raw, table, draft)
        if block is None or not any((block.sheet.name, row) in gaps for row in block.rows):
            continue
        if offset := _offset(block, hint):
            _tell(issued, (table, block, offset), draft)
            found |= {(block.sheet.name, row) for row in block.rows}
    return frozenset(found)


def lacking(issued: Issued, draft: Draft, *, optional: bool = False) -> frozenset[tuple[str, int]]:
    """Give the (sheet, row) of records with a required (or `optional`) answer missing, or one that can't be read."""
    missing = {
        (table.id, at, item.id)
        for table in issued.form.tables
        for at, record in enumerate(draft.answers.get(table.id, ()))
        for item in table.entries
        if (optional or item.required) and record.get(item.id) is None
    }
    places = [draft.places[key] for key in (missing - draft.stated) | draft.bad]
    return frozenset((place.sheet, place.cell.row) for place in places)


def _block(issued: Issued, raw: RawBook, table: Table, draft: Draft) -> _Block | None:
    count = len(draft.answers.get(table.id, ()))
    if issued.layout.blocks[table.id].head_row is None or not count or len(table.entries) < NEIGHBOURS:
        return None
    columns = {item.id: draft.places[table.id, 0, item.id].cell.col for item in table.fields}
    rows = tuple(draft.places[table.id, at, table.entries[0].id].cell.row for at in range(count))
    sheet = raw.sheet(draft.places[table.id, 0, table.entries[0].id].sheet)
    return _Block(sheet, table.entries, rows, columns, max(columns.values())) if sheet is not None and all(rows) else None


def _offset(block: _Block, hint: Hint) -> int:
    """Give by how many columns a block stands too far right, 0 where it does not or nobody can tell."""
    now = sum(_wrong(block, item, 0, hint).count(True) for item in block.entries)
    for offset in range(1, FURTHEST + 1 if now else 1):
        beside = [bool(_text(block.sheet, Cell(row, block.last + offset))) for row in block.rows]
        left = [Cell(row, block.columns[item.id]) for item in block.entries[:offset] for row in block.rows]
        blank = not any(_text(block.sheet, cell) for cell in left)
        if not (any(beside) and _many_wrong(block, hint) or all(beside) and blank):
            continue
        then = sum(_wrong(block, item, offset, hint).count(True) for item in block.entries)
        if then * _BETTER <= now:
            return offset
    return 0


def _many_wrong(block: _Block, hint: Hint) -> bool:
    run = longest = 0
    for item in block.entries:
        run = run + 1 if any(_wrong(block, item, 0, hint)) else 0
        longest = max(longest, run)
    return longest >= NEIGHBOURS


def _wrong(block: _Block, item: Field, offset: int, hint: Hint) -> list[bool]:
    """Tell of every record whether what stands `offset` columns right of a field can't be its answer."""
    cells = [block.sheet.get(Cell(row, block.columns[item.id] + offset)) for row in block.rows]
    reads = [KINDS[item.kind].read(cell, item, hint) for cell in cells]
    return [
        bool(cell.error) or read.rejected is not None or item.required and cell.value in (None, "")
        for cell, read in zip(cells, reads, strict=True)
    ]


def _text(sheet: RawSheet, cell: Cell) -> str:
    return str(sheet.get(cell).value or "").strip()


def _tell(issued: Issued, found: tuple[Table, _Block, int], draft: Draft) -> None:
    table, block, offset = found
    draft.findings[:] = [item for item in draft.findings if not _inside(item.place, table.id)]
    for at, record in enumerate(draft.answers[table.id]):
        for item in table.entries:
            record[item.id] = None
            draft.bad.add((table.id, at, item.id))
    first = table.entries[0].id
    start, end = Cell(block.rows[0], block.columns[first] + offset), Cell(block.rows[-1], block.last + offset)
    target = issued.layout.place(table.id, draft.positions[table.id][0], first).cell
    params = {"table": table.title, "count": str(offset), "first": start.a1(), "last": end.a1(), "cell": target.a1()}
    draft.findings.append(at_cell(CODE, severity(CODE), draft.places[table.id, 0, first], "", **params))


def _inside(place: Place | None, table: str) -> bool:
    return place is not None and place.table == table and place.field is not None
