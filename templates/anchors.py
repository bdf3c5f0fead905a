"""Where the rows and columns of a table stand by what people see: headings, row numbers, locked content, labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from math import ceil

from templates import thai
from templates.layout import NOWHERE, Block, Json
from templates.lines import cards, lines
from templates.seen import HEAD_SHARE, Anchored, shown_key, text_of
from templates.spec import Many
from templates.words import say
from workbook.address import Cell
from workbook.raw import RawSheet


def anchor(
    block: Block,
    sheet: RawSheet,
    records: Sequence[Mapping[str, Json]],
    *,
    others: Sequence[Block] = (),
    titles: Sequence[str] = (),
) -> Anchored | None:
    """Find a table on a sheet; `records` are its locked values as issued. None when it can't be found this way.

    `others` are the further tables of its sheet: what stands above its own title or below the next one is not its own.
    `titles` are those of its cards, in record order.
    """
    part = _part(block, sheet, others) if others else sheet
    if block.head_row:
        return _grid(block, part, records)
    return cards(block, part, records, titles) if block.records > 1 else lines(block, part)


def _part(block: Block, sheet: RawSheet, others: Sequence[Block]) -> RawSheet:
    """Cut a sheet down to the rows between a table's title and the next title; all of it when the title is gone."""
    titles = {thai.key(other.table.title) for other in others}
    mine = thai.key(block.table.title)
    rows = sorted((cell.row, text_of(content)) for cell, content in sheet.cells.items() if cell.col == block.title.col)
    top = next((row for row, text in rows if text == mine), None)
    if top is None:
        return sheet
    end = next((row for row, text in rows if row > top and text in titles), None)
    kept = {cell: content for cell, content in sheet.cells.items() if cell.row >= top and (end is None or cell.row < end)}
    return replace(sheet, cells=kept)


def _grid(block: Block, sheet: RawSheet, records: Sequence[Mapping[str, Json]]) -> Anchored | None:
    found = _heading(block, sheet)
    if found is None:
        return None
    head, number_col, columns = found
    numbers = _numbers(sheet, head, number_col)
    rows = [numbers.get(at + 1, 0) for at in range(block.records)]
    if not isinstance(block.table.rows, Many):
        rows = _by_content(block, (sheet, head), (columns, rows), records)
    if not any(rows):
        return None
    return Anchored(
        head,
        {item.id: tuple(Cell(row, columns[item.id]) if row else NOWHERE for row in rows) for item in block.table.fields},
    )


def _heading(block: Block, sheet: RawSheet) -> tuple[int, int, dict[str, int]] | None:
    """Find the heading row, the column of row numbers and the column of each field."""
    wanted = {thai.key(item.label): item for item in block.table.fields}
    rows: dict[int, dict[str, int]] = {}
    number = thai.key(say("pages", "no"))
    number_cols: dict[int, int] = {}
    for cell, content in sheet.cells.items():
        text = text_of(content)
        if text in wanted:
            rows.setdefault(cell.row, {}).setdefault(wanted[text].id, cell.col)
        elif text == number:
            number_cols[cell.row] = cell.col
    best = max(rows, key=lambda row: (len(rows[row]), -row), default=0)
    if not best or len(rows[best]) < ceil(HEAD_SHARE * len(wanted)):
        return None
    columns = _columns(block, rows[best])
    return None if columns is None else (best, number_cols.get(best, min(columns.values()) - 1), columns)


def _columns(block: Block, seen: Mapping[str, int]) -> dict[str, int] | None:
    """Complete the columns of fields whose headings are gone by the shift that the others have in common."""
    expected = {item.id: block.cells[item.id][0].col for item in block.table.fields if block.cells[item.id]}
    shifts = {seen[name] - expected[name] for name in seen if name in expected}
    if len(seen) < len(block.table.fields) and len(shifts) != 1:
        return None
    shift = next(iter(shifts), 0)
    columns = {item.id: seen.get(item.id, expected.get(item.id, 0) + shift) for item in block.table.fields}
    return columns if len(set(columns.values())) == len(columns) else None


def _numbers(sheet: RawSheet, head: int, column: int) -> dict[int, int]:
    """Read the row numbers under a heading: number -> first row that has it."""
    found: dict[int, int] = {}
    for cell, content in sorted(sheet.cells.items()):
        if cell.col != column or cell.row <= head or not isinstance(content.value, int | float | str):
            continue
        number = thai.read_number(content.value).value
        if isinstance(number, Decimal) and number == number.to_integral_value():
            found.setdefault(int(number), cell.row)
    return found


def _by_content(
    block: Block,
    page: tuple[RawSheet, int],
    found: tuple[Mapping[str, int], list[int]],
    records: Sequence[Mapping[str, Json]],
) -> list[int]:
    """Pair rows and records by their locked content first, by number where a row matches none: sorting is no harm."""
    sheet, head = page
    columns, numbered = found
    locked = [item for item in block.table.fields if item.locked and item.origin != "formula"]
    signatures = [tuple(shown_key(item, record.get(item.id)) for item in locked) for record in records]
    rows: dict[tuple[str, ...], list[int]] = {}
    for row in sorted({cell.row for cell in sheet.cells if cell.row > head}):
        signature = tuple(text_of(sheet.get(Cell(row, columns[item.id]))) for item in locked)
        if any(signature):
            rows.setdefault(signature, []).append(row)
    often = Counter(signatures)
    paired = [
        rows[signature][0] if often[signature] == 1 and len(rows.get(signature, ())) == 1 else 0
        for signature in signatures
    ]
    taken = set(paired)
    return [row or (numbered[at] if numbered[at] not in taken else 0) for at, row in enumerate(paired)]
