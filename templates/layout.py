"""Where every field of every record sits: the only home of coordinates. The writer writes by it, the reader reads by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from templates.spec import Form, Many, One, Table
from templates.words import say
from workbook.address import Cell
from workbook.book import Name
from workbook.finding import Place

Json = str | bool | None
Snapshot = Mapping[str, tuple[Mapping[str, Json], ...]]
"""The locked values of one issued workbook: table -> records -> field -> kept value."""

CODE_ROW = 1
TITLE_ROW = 2
AGENCY_ROW = 3
YEAR_ROW = 4
FIRST_ROW = 5
NUMBER_COL = 1
LABEL_COL = 1
ENTRY_COL = 2
HELP_COL = 3
LABEL_WIDTH = 31.0
ENTRY_WIDTH = 58.0
HELP_WIDTH = 30.0
"""Where a sheet of labels and entries explains its entries beside them, half of that column comes off the entries."""
NUMBER_WIDTH = 8.0
GRID_WIDTH = 140.0
"""What all columns of a grid may take together, so that it fits a landscape page in readable print."""
CENTRE_WIDTH = 170.0
"""The same for the centre's own lists, which have all figures of an agency in a line: 16 points are still 10 in print."""
WATCHED = 2000
"""Entries of which a readiness sheet keeps the state: with more of them it would be larger than all the rest."""
NARROW = 9.0
"""Columns up to this width are never narrowed to make a grid fit."""
LISTS_KEY_COL = 1
PASSPORT_CELL = Cell(1, 1)
NOWHERE = Cell(0, 0)
"""The place of a record that is not on the page any more."""

INTRO_COL = 1
INTRO_WIDTH = 103.0
INTRO_LEFT = 27.0
INTRO_NARROW = 8.5
"""The first sheet: all of it, and its left column (sign or term) where no worked example asks for more columns."""


READY_TITLE_COL = 1
READY_SIGN_COL = 2
READY_COUNT_COL = 3
READY_WHAT_COL = 4
READY_LINK_COL = 5
READY_WIDTHS = {READY_TITLE_COL: 62.0, READY_SIGN_COL: 18.0, READY_COUNT_COL: 13.0, READY_WHAT_COL: 44.0, READY_LINK_COL: 28.0}
READY_HELPER_COL = 1
"""Columns of the readiness sheet; its helper rows, which are hidden, begin in the first column too."""


@dataclass(frozen=True)
class Block:
    """One table on its sheet. `cells`: field -> one cell per record. `keys`: per record the cell of its row key.

    `labels`: (record, field) -> the cell that holds the label, for tables drawn as label and entry; their entries stand
    in column `entry_col`. `total_row` is None when the table has no total.
    """

    table: Table
    title: Cell
    note: Cell | None
    head_row: int | None
    records: int
    cells: Mapping[str, tuple[Cell, ...]]
    keys: tuple[Cell, ...]
    labels: Mapping[tuple[int, str], Cell]
    total_row: int | None = None
    entry_col: int = ENTRY_COL

    @cached_property
    def last_row(self) -> int:
        """Give the last row that the table uses."""
        rows = [cell.row for cells in self.cells.values() for cell in cells]
        return max([*rows, self.total_row or 0, self.head_row or 0, self.title.row])


@dataclass(frozen=True)
class Layout:
    """A form with the places of all its fields. `sheets` are the data sheets in order, `widths` those of their columns."""

    form: Form
    blocks: Mapping[str, Block]
    sheets: tuple[str, ...]
    widths: Mapping[str, Mapping[int, float]]

    def on(self, sheet: str) -> tuple[Block, ...]:
        """Give the tables of a sheet from top to bottom."""
        return tuple(block for block in self.blocks.values() if block.table.sheet == sheet)

    def foot(self, sheet: str) -> int:
        """Give the first row below the tables of a sheet: for notices and signatures, which nobody reads back."""
        return max(block.last_row for block in self.on(sheet)) + 1

    def place(self, table: str, record: int, field: str) -> Place:
        """Give the place of one field of one record, with the label that people read there."""
        block = self.blocks[table]
        label = block.table.field(field).label
        if block.records > 1:
            label = say("pages", "ready_at", label=label, n=record + 1)
        return Place(block.table.sheet, block.cells[field][record], label, table, record, field)

    @property
    def is_watched(self) -> bool:
        """Tell whether the form has a readiness sheet: not where it has too many entries."""
        blocks = self.blocks.values()
        return sum(len(block.cells[item.id]) for block in blocks for item in block.table.entries) <= WATCHED

    def title_place(self, table: str) -> Place:
        """Give the place of a table's title, for findings about the table as a whole."""
        block = self.blocks[table]
        return Place(block.table.sheet, block.title, block.table.title, table)

    def names(self) -> tuple[Name, ...]:
        """Give the workbook-level names `<table>.<field>` over the cells in record order."""
        return tuple(
            Name(f"{table_id}.{field_id}", block.table.sheet, cells)
            for table_id, block in self.blocks.items()
            for field_id, cells in block.cells.items()
            if cells
        )


def place(form: Form, snapshot: Snapshot) -> Layout:
    """Lay a form out; tables that are listed or carried have as many records as the snapshot holds."""
    blocks: dict[str, Block] = {}
    next_row: dict[str, int] = {}
    widths = {table.sheet: _widths(form, table.sheet) for table in form.tables}
    for table in form.tables:
        records = record_count(table, snapshot)
        start = next_row.setdefault(table.sheet, FIRST_ROW)
        entry_col = _entry_col(widths[table.sheet])
        block = _grid(table, records, start) if table.is_grid else _lines(table, records, (start, entry_col))
        blocks[table.id] = block
        next_row[table.sheet] = block.last_row + 2
    return Layout(form, blocks, tuple(widths), widths)


def _widths(form: Form, sheet: str) -> dict[int, float]:
    """Give the widths of a sheet's columns: those of its grids, the widest of each column, or label, entry and help."""
    tables = [table for table in form.tables if table.sheet == sheet]
    widths: dict[int, float] = {}
    for table in tables:
        if table.is_grid:
            widths[NUMBER_COL] = NUMBER_WIDTH
            for col, item in enumerate(table.fields, NUMBER_COL + 1):
                widths[col] = max(widths.get(col, 0.0), item.width)
    if widths:
        return _fitted(widths, CENTRE_WIDTH if form.issued_to == "opdc" else GRID_WIDTH, NARROW)
    if any(item.help for table in tables for item in table.entries):
        return {LABEL_COL: LABEL_WIDTH, ENTRY_COL: ENTRY_WIDTH - HELP_WIDTH / 2, HELP_COL: HELP_WIDTH}
    return {LABEL_COL: LABEL_WIDTH, ENTRY_COL: ENTRY_WIDTH}


def _fitted(widths: Mapping[int, float], whole: float, narrow: float) -> dict[int, float]:
    """Narrow the columns above a width, each by the same share, until all take no more than the whole."""
    wide = {col: width for col, width in widths.items() if width > narrow}
    over = sum(widths.values()) - whole
    if over <= 0 or not wide:
        return dict(widths)
    share = max(0.0, 1 - over / sum(width - narrow for width in wide.values()))
    return {**widths, **{col: round(narrow + (width - narrow) * share, 1) for col, width in wide.items()}}


def intro_widths(wanted: tuple[float, ...]) -> dict[int, float]:
    """Give the columns of the first sheet: as the columns of its worked example, brought to the width of the sheet."""
    if len(wanted) <= 1:
        return {INTRO_COL: INTRO_LEFT, INTRO_COL + 1: INTRO_WIDTH - INTRO_LEFT}
    widths = {INTRO_COL + at: width for at, width in enumerate(wanted)}
    widths[INTRO_COL] += max(0.0, INTRO_WIDTH - sum(wanted))
    return _fitted(widths, INTRO_WIDTH, INTRO_NARROW)


def halves(widths: Mapping[int, float]) -> int:
    """Give the last column of the left half of a sheet, where two things stand side by side."""
    cols, whole = sorted(widths), sum(widths.values())
    if len(cols) == 1:
        return cols[0]
    return min(cols[:-1], key=lambda last: abs(sum(widths[col] for col in cols if col <= last) - whole / 2))


def _entry_col(widths: Mapping[int, float]) -> int:
    """Choose the column of entries beside labels: beneath grids the widest, so that labels may run over those before it."""
    beyond = {col: width for col, width in widths.items() if col >= ENTRY_COL}
    return max(beyond, key=lambda col: (beyond[col], col))


def record_count(table: Table, snapshot: Snapshot) -> int:
    """Count the records of a table: one, the room of the spec, or what was listed or carried."""
    if isinstance(table.rows, One):
        return 1
    if isinstance(table.rows, Many):
        return max(table.rows.count, len(snapshot.get(table.id, ())))
    return len(snapshot.get(table.id, ()))


def _grid(table: Table, records: int, start: int) -> Block:
    note = Cell(start + 1, NUMBER_COL) if table.note else None
    head = start + (2 if table.note else 1)
    first = head + 1
    cells = {
        field.id: tuple(Cell(first + at, NUMBER_COL + 1 + column) for at in range(records))
        for column, field in enumerate(table.fields)
    }
    keys = tuple(Cell(first + at, NUMBER_COL) for at in range(records))
    total = first + records if table.total else None
    return Block(table, Cell(start, NUMBER_COL), note, head, records, cells, keys, {}, total)


def _lines(table: Table, records: int, where: tuple[int, int]) -> Block:
    start, entry_col = where
    note = Cell(start + 1, LABEL_COL) if table.note else None
    row = start + (2 if table.note else 1)
    cells: dict[str, list[Cell]] = {field.id: [] for field in table.fields}
    labels: dict[tuple[int, str], Cell] = {}
    keys = []
    for record in range(records):
        keys.append(Cell(row, LABEL_COL))
        if not isinstance(table.rows, One):
            row += 1
        for field in table.fields:
            cells[field.id].append(Cell(row, entry_col))
            labels[record, field.id] = Cell(row, LABEL_COL)
            row += 1
        if record + 1 < records:
            row += 1
    fixed = {field_id: tuple(items) for field_id, items in cells.items()}
    return Block(table, Cell(start, LABEL_COL), note, None, records, fixed, tuple(keys), labels, entry_col=entry_col)


def label_cell(block: Block, entry: Cell) -> Cell:
    """Give the cell that holds the label of an entry drawn as label and entry."""
    return Cell(entry.row, entry.col - block.entry_col + LABEL_COL)
