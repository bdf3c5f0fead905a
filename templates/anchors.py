"""Where the rows and columns of a table stand by what people see: headings, row numbers, locked content, labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import ceil

from templates import thai
from templates.kinds import KINDS
from templates.layout import NOWHERE, Block, Json
from templates.spec import Field, Many
from templates.words import say
from workbook.address import Cell
from workbook.raw import RawCell, RawSheet

HEAD_SHARE = 0.6
"""Share of a table's headings that must stand in one row to make it the heading row."""


@dataclass(frozen=True)
class Anchored:
    """A table found by what is seen: the heading row (0 for labels), field -> cell per record (NOWHERE = gone)."""

    head: int
    cells: Mapping[str, tuple[Cell, ...]]

    @property
    def missing(self) -> tuple[int, ...]:
        """Give the records that are not on the page."""
        first = next(iter(self.cells.values()), ())
        return tuple(at for at, cell in enumerate(first) if cell == NOWHERE)


def text_of(cell: RawCell) -> str:
    """Give what stands in a cell as a comparison key, numbers as people see them."""
    value = cell.value
    if isinstance(value, float):
        return thai.key(format(value, ".15g"))
    return "" if value is None else thai.key(str(value))


def anchor(
    block: Block, sheet: RawSheet, records: Sequence[Mapping[str, Json]], others: Sequence[Block] = ()
) -> Anchored | None:
    """Find a table on a sheet; `records` are its locked values as issued. None when it can't be found this way.

    `others` are the further tables of its sheet: what stands above its own title or below the next one is not its own.
    """
    part = _part(block, sheet, others) if others else sheet
    return _grid(block, part, records) if block.head_row else _lines(block, part)


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
    signatures = [tuple(_shown_key(item, record.get(item.id)) for item in locked) for record in records]
    rows: dict[tuple[str, ...], list[int]] = {}
    for row in sorted({cell.row for cell in sheet.cells if cell.row > head}):
        signature = tuple(text_of(sheet.get(Cell(row, columns[item.id]))) for item in locked)
        if any(signature):
            rows.setdefault(signature, []).append(row)
    paired = [
        rows[signature][0] if signatures.count(signature) == 1 and len(rows.get(signature, ())) == 1 else 0
        for signature in signatures
    ]
    taken = set(paired)
    return [row or (numbered[at] if numbered[at] not in taken else 0) for at, row in enumerate(paired)]


def _shown_key(item: Field, kept: Json) -> str:
    kind = KINDS[item.kind]
    shown = kind.show(kind.load(kept), item)
    return "" if shown is None else thai.key(format(shown, "f") if hasattr(shown, "as_tuple") else str(shown))


def _lines(block: Block, sheet: RawSheet) -> Anchored | None:
    """Find labels in their order, starting behind the table's title; entries stand one column to the right.

    A label that is gone or changed is placed between its neighbours: where they left room its line still stands there,
    where they closed up the line was deleted (NOWHERE). None when most labels are gone.
    """
    column = block.title.col
    lines = [(cell.row, text_of(content)) for cell, content in sorted(sheet.cells.items()) if cell.col == column]
    title = thai.key(block.table.title)
    at = next((n for n, (_, text) in enumerate(lines) if text == title), None)
    if at is None:
        return None
    labels = sorted(block.labels.items(), key=lambda pair: pair[1].row)
    wanted = [thai.key(block.table.field(field_id).label) for (_, field_id), _ in labels]
    matched = _in_order(wanted, lines[at + 1 :])
    if len(matched) < HEAD_SHARE * len(wanted):
        return None
    cells: dict[str, dict[int, Cell]] = {item.id: {} for item in block.table.fields}
    homes = [cell.row for _, cell in labels]
    for n, ((record, field_id), label) in enumerate(labels):
        row = matched.get(n) or _between(n, homes, matched)
        entry = block.cells[field_id][record]
        cells[field_id][record] = Cell(row, entry.col + column - label.col) if row else NOWHERE
    return Anchored(0, {name: tuple(cell for _, cell in sorted(items.items())) for name, items in cells.items()})


def _in_order(wanted: Sequence[str], lines: Sequence[tuple[int, str]]) -> dict[int, int]:
    """Match as many labels as possible to lines without crossing: number of the label -> row of its line."""
    straight: dict[int, int] = {}
    rest = iter(lines)
    for n, label in enumerate(wanted):
        row = next((row for row, text in rest if text == label), 0)
        if not row:
            break
        straight[n] = row
    return straight if len(straight) == len(wanted) else _aligned(wanted, lines)


def _aligned(wanted: Sequence[str], lines: Sequence[tuple[int, str]]) -> dict[int, int]:
    best = [[0] * (len(lines) + 1) for _ in range(len(wanted) + 1)]
    for n in reversed(range(len(wanted))):
        for at in reversed(range(len(lines))):
            same = best[n + 1][at + 1] + 1 if wanted[n] == lines[at][1] else 0
            best[n][at] = max(same, best[n + 1][at], best[n][at + 1])
    matched: dict[int, int] = {}
    n = at = 0
    while n < len(wanted) and at < len(lines):
        if wanted[n] == lines[at][1] and best[n][at] == best[n + 1][at + 1] + 1:
            matched[n] = lines[at][0]
            n, at = n + 1, at + 1
        elif best[n][at] == best[n + 1][at]:
            n += 1
        else:
            at += 1
    return matched


def _between(n: int, homes: Sequence[int], matched: Mapping[int, int]) -> int:
    """Give the row of a line whose label is not there: where its neighbours left as much room as the form does; else 0."""
    before = max((at for at in matched if at < n), default=None)
    after = min((at for at in matched if at > n), default=None)
    if before is not None:
        row = matched[before] + homes[n] - homes[before]
        return row if after is None or matched[after] - matched[before] >= homes[after] - homes[before] else 0
    return matched[after] - homes[after] + homes[n] if after is not None else 0
