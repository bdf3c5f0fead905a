"""(Issued, answers) -> Book: the pages of one form, by the same layout that reads them back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from templates import lists
from templates.issued import Issued, footer, intro, label_of
from templates.kinds import KINDS
from templates.layout import (
    AGENCY_ROW,
    CODE_ROW,
    ENTRY_COL,
    ENTRY_WIDTH,
    LABEL_COL,
    LABEL_WIDTH,
    NUMBER_COL,
    NUMBER_WIDTH,
    PASSPORT_CELL,
    TITLE_ROW,
    Block,
    Json,
    Layout,
)  # fmt: skip
from templates.loadform import stands_alone
from templates.passport import PROPERTY, SHEET
from templates.prefill import Answers
from templates.prompts import prompt_rule
from templates.spec import Field, One, Table
from templates.words import fill, say
from workbook.address import Cell
from workbook.book import Book, CellValue, Formula, Merge, Note, Put, Sheet
from workbook.fit import height
from workbook.style import LINE_HEIGHT


@dataclass(frozen=True)
class Mark:
    """How a returned cell is marked: style atoms on top of its own, and a note ("" = none)."""

    style: str
    note: str = ""


Seated = Mapping[tuple[str, int, str], str]
"""Raw texts that could not be read, by (table, record, field): shown again as they were typed."""


@dataclass(frozen=True)
class Filling:
    """What stands in the entries: kept answers, raw texts that could not be read, marks by (sheet, cell)."""

    answers: Answers = field(default_factory=dict)
    raws: Seated = field(default_factory=dict)
    marks: Mapping[tuple[str, Cell], Mark] = field(default_factory=dict)


def build(issued: Issued, filling: Filling | None = None, front: Sheet | None = None) -> Book:
    """Build the workbook of a form: instruction, pages, hidden lists, passport; `front` comes before all others."""
    layout = issued.layout
    page = _Page(issued, layout, filling or Filling())
    hidden = lists.lists_sheet(layout)
    sheets = [intro(issued, layout), *(page.sheet(name) for name in layout.sheets), hidden.sheet, _passport(issued)]
    if front is not None:
        sheets.insert(0, front)
    form = issued.form
    names = (*layout.names(), *hidden.names)
    return Book(
        sheets=sheets,
        names=tuple(name for name in names if name.cells),
        title=form.title,
        subject=issued.recipient,
        properties={PROPERTY: issued.passport.line()},
    )


def _passport(issued: Issued) -> Sheet:
    return Sheet(SHEET, puts=[Put(PASSPORT_CELL, issued.passport.line(), "text")], visibility="very_hidden")


class _Page:
    """The data sheets of one workbook."""

    def __init__(self, issued: Issued, layout: Layout, filling: Filling) -> None:
        self.issued = issued
        self.layout = layout
        self.filling = filling

    def sheet(self, name: str) -> Sheet:
        """Give one data sheet with all tables on it."""
        blocks = [block for block in self.layout.blocks.values() if block.table.sheet == name]
        grid = stands_alone(blocks[0].table)
        widths = _grid_widths(blocks[0].table) if grid else {LABEL_COL: LABEL_WIDTH, ENTRY_COL: ENTRY_WIDTH}
        last_col = len(blocks[0].table.fields) + 1 if grid else ENTRY_COL
        form = self.issued.form
        agency = say("pages", "agency", name=self.issued.recipient, code=self.issued.passport.agency)
        sheet = Sheet(
            name,
            puts=[
                Put(Cell(TITLE_ROW, NUMBER_COL), form.title, "heading"),
                Put(Cell(CODE_ROW, last_col), form.form_code, "code"),
                Put(Cell(AGENCY_ROW, NUMBER_COL), agency, "bold"),
            ],
            widths=widths,
            heights={CODE_ROW: LINE_HEIGHT, TITLE_ROW: LINE_HEIGHT * 1.2, AGENCY_ROW: LINE_HEIGHT},
            protect=True,
            landscape=grid or last_col > ENTRY_COL,
            footer=footer(self.issued),
        )
        for block in blocks:
            sheet = self.block(sheet, block, widths)
        entries = [cell for block in blocks for item in block.table.entries for cell in block.cells[item.id]]
        head = blocks[0].head_row
        return replace(
            sheet,
            cursor=min(entries) if entries else None,
            freeze=Cell(head + 1, NUMBER_COL + 1) if grid and head else None,
            repeat_rows=(head, head) if grid and head else None,
        )

    def block(self, sheet: Sheet, block: Block, widths: Mapping[int, float]) -> Sheet:
        """Add one table to a sheet."""
        puts = [*sheet.puts, Put(block.title, block.table.title, "heading")]
        heights = {**sheet.heights, block.title.row: LINE_HEIGHT * 1.2}
        merges = list(sheet.merges)
        if block.note:
            # A note runs over the whole width of the table, so its height is counted against that.
            merges.append(Merge(block.note, Cell(block.note.row, max(widths)), block.table.note, "note+wrap"))
            heights[block.note.row] = height([(block.table.note, sum(widths.values()))])
        more_puts, more_heights = self.grid(block, widths) if block.head_row else self.lines(block)
        marks = [
            Note(cell, mark.note)
            for (name, cell), mark in self.filling.marks.items()
            if name == sheet.name and mark.note and any(cell in cells for cells in block.cells.values())
        ]
        rules = [prompt_rule(block, item, self.layout) for item in block.table.entries if block.cells[item.id]]
        return replace(
            sheet,
            puts=[*puts, *more_puts],
            merges=merges,
            heights={**heights, **more_heights},
            rules=[*sheet.rules, *rules],
            notes=[*sheet.notes, *marks],
        )

    def grid(self, block: Block, widths: Mapping[int, float]) -> tuple[list[Put], dict[int, float]]:
        """Draw records as rows under a header."""
        assert block.head_row is not None
        head = block.head_row
        puts = [Put(Cell(head, NUMBER_COL), say("pages", "no"), "head")]
        puts += [Put(Cell(head, NUMBER_COL + 1 + at), label_of(item), "head") for at, item in enumerate(block.table.fields)]
        heights = {head: height([(label_of(item), item.width) for item in block.table.fields])}
        for record in range(block.records):
            row = block.keys[record].row
            puts.append(Put(block.keys[record], record + 1, "locked+centre+general"))
            cells = [self.cell(block, record, item) for item in block.table.fields]
            puts += cells
            texts = [(_shown(put.value), widths[put.cell.col]) for put in cells]
            heights[row] = height(texts, max(item.lines for item in block.table.fields))
        if block.total_row:
            puts += self.totals(block)
            heights[block.total_row] = LINE_HEIGHT
        return puts, heights

    def totals(self, block: Block) -> list[Put]:
        """Draw the total row: a sum under each field that has one, with the value that it shows now."""
        row = block.total_row
        assert row is not None
        puts = [Put(Cell(row, NUMBER_COL), say("pages", "total"), "head")]
        for item in block.table.fields:
            cells = block.cells[item.id]
            cell = Cell(row, cells[0].col if cells else NUMBER_COL)
            values = [self.value(block, record, item) for record in range(block.records)]
            total = sum((value for value in values if isinstance(value, Decimal)), Decimal(0))
            summed = item.id in block.table.total and cells
            puts.append(Put(cell, Formula(f"=SUM({cells[0].a1()}:{cells[-1].a1()})", total) if summed else None, "head+general"))
        return puts

    def lines(self, block: Block) -> tuple[list[Put], dict[int, float]]:
        """Draw records as label and entry, one line a field."""
        puts: list[Put] = []
        heights: dict[int, float] = {}
        many = not isinstance(block.table.rows, One)
        for record in range(block.records):
            if many:
                key = block.keys[record]
                puts += [
                    Put(key, _record_title(block.table, record), "section"),
                    Put(Cell(key.row, ENTRY_COL), None, "section"),
                ]
                heights[key.row] = LINE_HEIGHT
            for item in block.table.fields:
                label = block.labels[record, item.id]
                put = self.cell(block, record, item)
                puts += [Put(label, label_of(item), "label"), put]
                pairs = [(label_of(item), LABEL_WIDTH), (_shown(put.value), ENTRY_WIDTH)]
                heights[label.row] = height(pairs, item.lines)
        return puts, heights

    def cell(self, block: Block, record: int, item: Field) -> Put:
        """Give the cell of one field: locked value, formula, or the answer with its mark."""
        cell = block.cells[item.id][record]
        value, style = self.value(block, record, item), self.style(item)
        mark = self.filling.marks.get((block.table.sheet, cell))
        return Put(cell, value, f"{style}+{mark.style}" if mark else style)

    def style(self, item: Field) -> str:
        """Give the style of a field by its origin and kind."""
        base = "entry" if item.origin == "entry" else "previous" if item.origin == "previous" else "locked"
        look = KINDS[item.kind].look.style
        if item.decimals == 2 and item.origin == "entry":
            look = "two+right"
        if item.kind == "date" and self.issued.form.digits == "thai":
            look = "date_thai"
        return f"{base}+{look}"

    def value(self, block: Block, record: int, item: Field) -> CellValue:
        """Give what stands in a field."""
        kind = KINDS[item.kind]
        if item.origin == "formula":
            return lists.pick_formula(self.layout, block, (record, item), self.filling.answers)
        if item.origin == "entry":
            raw = self.filling.raws.get((block.table.id, record, item.id))
            if raw is not None:
                return raw
            kept = _kept(self.filling.answers, block.table.id, record, item.id)
        else:
            kept = _kept(self.issued.snapshot, block.table.id, record, item.id)
        return kind.show(kind.load(kept), item)


def _kept(answers: Answers, table: str, record: int, field_id: str) -> Json:
    records = answers.get(table, ())
    return records[record].get(field_id) if record < len(records) else None


def _record_title(table: Table, record: int) -> str:
    """Title a card: by the table's own words where it has some."""
    return fill(table.record, {"n": str(record + 1)}) if table.record else say("pages", "record", n=record + 1)


def _grid_widths(table: Table) -> dict[int, float]:
    return {NUMBER_COL: NUMBER_WIDTH, **{NUMBER_COL + 1 + at: item.width for at, item in enumerate(table.fields)}}


def _shown(value: CellValue) -> str:
    if isinstance(value, Formula):
        return str(value.value)
    if isinstance(value, dt.date):
        return "00 XXX 0000"
    return "" if value is None else str(value)
