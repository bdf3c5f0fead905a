"""The data sheets of one workbook: tables drawn by the same layout that reads them back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from templates import lists
from templates.figures import figure
from templates.issued import Issued, footer, label_of
from templates.kinds import KINDS
from templates.layout import (
    AGENCY_ROW,
    CODE_ROW,
    LABEL_COL,
    NUMBER_COL,
    TITLE_ROW,
    Block,
    Json,
)  # fmt: skip
from templates.prefill import Answers
from templates.prompts import prompt_rule
from templates.spec import Field, One, Table
from templates.words import fill, say
from workbook.address import Cell
from workbook.book import CellValue, Formula, Highlight, Merge, Note, Put, Rule, Sheet
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


@dataclass
class _Draft:
    """One sheet on its way: what is drawn so far."""

    widths: Mapping[int, float]
    puts: list[Put] = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    highlights: list[Highlight] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    @property
    def last_col(self) -> int:
        """Give the last column of the sheet."""
        return max(self.widths)

    def wide(self, first: int, last: int) -> float:
        """Give the width of columns together, in characters."""
        return sum(self.widths[col] for col in range(first, last + 1))

    def across(self, where: tuple[int, int, int], value: CellValue, style: str) -> None:
        """Write one text over the columns of a row (row, first, last); never an entry."""
        row, first, last = where
        if first == last:
            self.puts.append(Put(Cell(row, first), value, style))
        else:
            self.merges.append(Merge(Cell(row, first), Cell(row, last), value, style))


class Page:
    """The data sheets of one workbook."""

    def __init__(self, issued: Issued, filling: Filling) -> None:
        self.issued = issued
        self.layout = issued.layout
        self.filling = filling

    def sheet(self, name: str) -> Sheet:
        """Give one data sheet with all tables on it."""
        blocks = self.layout.on(name)
        widths = self.layout.widths[name]
        draft = _Draft(widths)
        self.top(draft)
        for block in blocks:
            self.block(draft, block)
        entries = [cell for block in blocks for item in block.table.entries for cell in block.cells[item.id]]
        head = blocks[0].head_row if len(blocks) == 1 else None
        return Sheet(
            name,
            puts=draft.puts,
            widths=widths,
            heights=draft.heights,
            merges=draft.merges,
            rules=draft.rules,
            highlights=draft.highlights,
            notes=draft.notes,
            protect=True,
            landscape=any(block.head_row for block in blocks),
            footer=footer(self.issued),
            cursor=min(entries) if entries else None,
            freeze=Cell(head + 1, NUMBER_COL + 1) if head else None,
            repeat_rows=(head, head) if head else None,
        )

    def top(self, draft: _Draft) -> None:
        """Draw the title block: form code at the right, title, agency."""
        form = self.issued.form
        agency = say("pages", "agency", name=self.issued.recipient, code=self.issued.passport.agency)
        draft.puts += [
            Put(Cell(TITLE_ROW, NUMBER_COL), form.title, "heading"),
            Put(Cell(CODE_ROW, draft.last_col), form.form_code, "code"),
            Put(Cell(AGENCY_ROW, NUMBER_COL), agency, "bold"),
        ]
        draft.heights |= {CODE_ROW: LINE_HEIGHT, TITLE_ROW: LINE_HEIGHT * 1.2, AGENCY_ROW: LINE_HEIGHT}

    def block(self, draft: _Draft, block: Block) -> None:
        """Add one table to a sheet."""
        draft.puts.append(Put(block.title, block.table.title, "heading"))
        draft.heights[block.title.row] = LINE_HEIGHT * 1.2
        if block.note:
            # A note runs over the whole width of the sheet, so its height is counted against that.
            draft.merges.append(Merge(block.note, Cell(block.note.row, draft.last_col), block.table.note, "note+wrap"))
            draft.heights[block.note.row] = height([(block.table.note, sum(draft.widths.values()))])
        if block.head_row:
            self.grid(draft, block)
        else:
            self.lines(draft, block)
        draft.notes += [
            Note(cell, mark.note)
            for (name, cell), mark in self.filling.marks.items()
            if name == block.table.sheet and mark.note and any(cell in cells for cells in block.cells.values())
        ]
        draft.rules += [prompt_rule(block, item, self.layout) for item in block.table.entries if block.cells[item.id]]

    def grid(self, draft: _Draft, block: Block) -> None:
        """Draw records as rows under a heading."""
        head, fields = block.head_row, block.table.fields
        assert head is not None
        draft.puts.append(Put(Cell(head, NUMBER_COL), say("pages", "no"), "head"))
        draft.puts += [Put(Cell(head, NUMBER_COL + 1 + at), label_of(item), "head") for at, item in enumerate(fields)]
        draft.heights[head] = height(
            [(label_of(item), draft.widths[NUMBER_COL + 1 + at]) for at, item in enumerate(fields)]
        )
        for record in range(block.records):
            row = block.keys[record].row
            cells = [self.cell(block, record, item) for item in fields]
            draft.puts += [Put(block.keys[record], record + 1, "locked+centre+general"), *cells]
            texts = [(_shown(put.value), draft.widths[put.cell.col]) for put in cells]
            draft.heights[row] = height(texts, max(item.lines for item in fields))
        if block.total_row:
            draft.puts += self.totals(block)
            draft.heights[block.total_row] = LINE_HEIGHT

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

    def lines(self, draft: _Draft, block: Block) -> None:
        """Draw records as label and entry, one line a field."""
        many = not isinstance(block.table.rows, One)
        for record in range(block.records):
            if many:
                key = block.keys[record]
                draft.across((key.row, LABEL_COL, draft.last_col), _record_title(block.table, record), "section")
                draft.heights[key.row] = LINE_HEIGHT
            for item in block.table.fields:
                self.line(draft, block, (record, item))

    def line(self, draft: _Draft, block: Block, at: tuple[int, Field]) -> None:
        """Draw one label and entry; where columns are left beside the entry, its help stands there."""
        record, item = at
        label, entry = block.labels[record, item.id], block.entry_col
        put = self.cell(block, record, item)
        draft.across((label.row, LABEL_COL, entry - 1), label_of(item), "label")
        draft.puts.append(put)
        pairs = [(label_of(item), draft.wide(LABEL_COL, entry - 1)), (_shown(put.value), draft.wide(entry, entry))]
        if entry < draft.last_col and item.origin == "entry" and item.help:
            draft.across((label.row, entry + 1, draft.last_col), item.help, "note+wrap")
            pairs.append((item.help, draft.wide(entry + 1, draft.last_col)))
        draft.heights[label.row] = height(pairs, item.lines)

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
        if item.calc is not None:
            return figure(self.issued, self.filling.answers, (block.table, record, item))
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


def _shown(value: CellValue) -> str:
    if isinstance(value, Formula):
        return str(value.value)
    if isinstance(value, dt.date):
        return "00 XXX 0000"
    return "" if value is None else str(value)
