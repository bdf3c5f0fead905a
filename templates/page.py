"""The data sheets of one workbook: tables drawn by the same layout that reads them back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from templates import frame, guards, lists, paper
from templates.draft import INDENT, Draft
from templates.figures import figure
from templates.issued import Issued, footer, label_of, record_title
from templates.kinds import KINDS
from templates.layout import (
    CODE_ROW,
    LABEL_COL,
    NUMBER_COL,
    NUMBER_WIDTH,
    Block,
    Json,
)  # fmt: skip
from templates.prefill import Answers
from templates.prompts import prompt_rule
from templates.spec import Field, One
from templates.totals import total_formula, total_words
from templates.words import say
from workbook.address import Cell
from workbook.book import CellValue, Formula, Merge, Note, Put, Sheet
from workbook.fit import broken, fitting, height
from workbook.style import HEADING_SIZE, NOTE_SIZE, SIZE, TAB_ENTRY, TAB_LOCKED


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


_TEXTS = ("text", "long_text", "choice")
_IN_THAI = {
    "general+right": "thai_general+right",
    "general+centre": "thai_general+centre",
    "two+right": "thai_two+centre",
    "four+right": "thai_four+centre",
    "date": "date_thai",
}
"""The looks of numbers and dates in a form of Thai digits, which are wider: scores stand in the middle of their columns."""


class Page:
    """The data sheets of one workbook."""

    def __init__(self, issued: Issued, filling: Filling) -> None:
        self.issued = issued
        self.layout = issued.layout
        self.filling = filling

    def sheet(self, name: str) -> Sheet:
        """Give one data sheet with all tables on it."""
        blocks = self.layout.on(name)
        draft = Draft(self.layout.widths[name])
        frame.head(draft, self.issued)
        for block in blocks:
            self.block(draft, block)
        below = frame.foot(draft, self.issued, name)
        draft.close()
        entries = [cell for block in blocks for item in block.table.entries for cell in block.cells[item.id]]
        full = paper.room(draft.widths)
        whole = paper.squeezed(draft.heights, draft.widths)
        pages = paper.paged(blocks, below, draft.heights, full)
        return Sheet(
            name,
            puts=draft.puts,
            widths=draft.widths,
            heights=draft.heights,
            merges=draft.merges,
            rules=draft.rules,
            highlights=draft.highlights,
            notes=draft.notes,
            protect=True,
            landscape=paper.landscape(draft.widths),
            footer=footer(self.issued),
            cursor=min(entries) if entries else None,
            freeze=_freeze(draft, blocks[0].head_row if len(blocks) == 1 else None),
            repeat_rows=(pages.head, pages.head) if pages.head else None,
            print_area=(Cell(CODE_ROW, draft.first_col), Cell(draft.last_row, draft.last_col)),
            page_breaks=() if whole else pages.ends,
            one_page=whole,
            tab=TAB_ENTRY if entries else TAB_LOCKED,
        )

    def block(self, draft: Draft, block: Block) -> None:
        """Add one table to a sheet."""
        across = draft.wide(block.title.col, draft.last_col)
        title = broken(block.table.title, across, HEADING_SIZE)
        mark = self.filling.marks.get((block.table.sheet, block.title))
        look = f"heading+wrap+{mark.style}" if mark else "heading+wrap"
        draft.across((block.title.row, block.title.col, draft.last_col), title, look)
        draft.heights[block.title.row] = height([(title, across)], size=HEADING_SIZE, bold=True)
        if block.note:
            # A note runs over the whole width of the sheet, so its height is counted against that.
            draft.merges.append(Merge(block.note, Cell(block.note.row, draft.last_col), block.table.note, "note+wrap"))
            draft.heights[block.note.row] = height([(block.table.note, across)], size=NOTE_SIZE)
        if block.head_row:
            self.grid(draft, block)
        else:
            self.lines(draft, block)
        draft.notes += [
            Note(cell, mark.note)
            for (name, cell), mark in self.filling.marks.items()
            if name == block.table.sheet and mark.note and any(cell in cells for cells in (*block.cells.values(), [block.title]))
        ]
        draft.rules += [prompt_rule(block, item, self.layout) for item in block.table.entries if block.cells[item.id]]
        draft.highlights += guards.highlights(self.layout, block)

    def grid(self, draft: Draft, block: Block) -> None:
        """Draw records as rows under a heading."""
        head, fields = block.head_row, block.table.fields
        assert head is not None
        number = broken(block.table.number or say("pages", "no"), NUMBER_WIDTH)
        draft.puts.append(Put(Cell(head, NUMBER_COL), number, "head"))
        texts = [(number, NUMBER_WIDTH)]
        for at, item in enumerate(fields):
            col = NUMBER_COL + 1 + at
            wide = draft.wide(col, self.end(draft, col, item, last=item is fields[-1]))
            texts.append((broken(label_of(item), wide), wide))
            self.spread(draft, Put(Cell(head, col), texts[-1][0], "head"), item, last=item is fields[-1])
        draft.heights[head] = height(texts, bold=True)
        for record in range(block.records):
            row = block.keys[record].row
            cells = [self.cell(block, record, item) for item in fields]
            draft.puts.append(Put(block.keys[record], record + 1, f"locked+centre+{self.digits}"))
            highs = [self.spread(draft, put, item, last=item is fields[-1]) for put, item in zip(cells, fields, strict=True)]
            draft.heights[row] = max(highs)
        if block.total_row:
            draft.puts += self.totals(block)
            draft.heights[block.total_row] = height([])

    def spread(self, draft: Draft, put: Put, item: Field, *, last: bool) -> float:
        """Write a cell, smaller where the highest row is too low for its text, and give the height that it needs."""
        end = self.end(draft, put.cell.col, item, last=last)
        text, wide = _shown(put.value), draft.wide(put.cell.col, end)
        size = fitting(text, wide)
        style = put.style if size == SIZE else f"{put.style}+size{size}"
        draft.across((put.cell.row, put.cell.col, end), put.value, style)
        # Room for what will be typed; a locked text is as high as it is.
        return height([(text, wide)], item.lines if item.origin == "entry" else 1, size)

    def end(self, draft: Draft, col: int, item: Field, *, last: bool) -> int:
        """Give the last column of a cell: a locked text at the end of a row runs over the columns beside it."""
        return draft.last_col if last and item.locked and item.kind in _TEXTS else col

    @property
    def digits(self) -> str:
        """Give the style of whole numbers that the page itself writes."""
        return "thai_general" if self.issued.form.digits == "thai" else "general"

    def totals(self, block: Block) -> list[Put]:
        """Draw the total row: a sum under each field that has one, with the value that it shows now."""
        row = block.total_row
        assert row is not None
        puts = [Put(Cell(row, NUMBER_COL), say("pages", "total"), "head")]
        typed = {item.id: [self.value(block, at, item) for at in range(block.records)] for item in block.table.fields}
        for item in block.table.fields:
            cells = block.cells[item.id]
            cell = Cell(row, cells[0].col if cells else NUMBER_COL)
            total = sum((value for value in typed[item.id] if isinstance(value, Decimal)), Decimal(0))
            summed = item.id in block.table.total and cells
            words = total_words(block, item, typed)
            formula = Formula(total_formula(cells, typed=item.origin == "entry"), total) if summed else words
            puts.append(Put(cell, formula, f"head+{self.digits}"))
        return puts

    def lines(self, draft: Draft, block: Block) -> None:
        """Draw records as label and entry, one line a field."""
        many = not isinstance(block.table.rows, One)
        for record in range(block.records):
            if many:
                key = block.keys[record]
                draft.across((key.row, LABEL_COL, draft.last_col), record_title(self.issued, block.table, record), "section")
                draft.heights[key.row] = height([])
            for item in block.table.fields:
                self.line(draft, block, (record, item))

    def line(self, draft: Draft, block: Block, at: tuple[int, Field]) -> None:
        """Draw one label and entry; where columns are left beside the entry, its help stands there."""
        record, item = at
        label, entry = block.labels[record, item.id], block.entry_col
        put = self.cell(block, record, item)
        beside = draft.wide(LABEL_COL, entry - 1)
        words = broken(label_of(item), beside)
        draft.across((label.row, LABEL_COL, entry - 1), words, "label")
        high = max(height([(words, beside)], bold=True), self.spread(draft, put, item, last=True))
        if entry < draft.last_col and item.origin == "entry" and item.help:
            draft.across((label.row, entry + 1, draft.last_col), item.help, "note+wrap+pad")
            told = (item.help, draft.wide(entry + 1, draft.last_col) - INDENT)
            high = max(high, height([told], size=NOTE_SIZE))
        draft.heights[label.row] = high

    def cell(self, block: Block, record: int, item: Field) -> Put:
        """Give the cell of one field: locked value, formula, or the answer with its mark."""
        cell = block.cells[item.id][record]
        value, style = self.value(block, record, item), self.style(item)
        mark = self.filling.marks.get((block.table.sheet, cell))
        return Put(cell, value, f"{style}+{mark.style}" if mark else style)

    def style(self, item: Field) -> str:
        """Give the style of a field by its origin and kind."""
        base = "entry" if item.origin == "entry" else "previous" if item.origin == "previous" else "locked"
        look = KINDS[item.kind].style(item)
        if item.decimals == 2:
            look = "two+right"
        if item.decimals == 4:
            look = "four+right"
        if item.kind == "criterion" and item.locked:
            look = look.replace("+right", "+centre")
        if item.kind == "text" and item.calc is not None:
            look = "general+centre"
        if self.issued.form.digits == "thai":
            look = _IN_THAI.get(look, look)
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


def _freeze(draft: Draft, head: int | None) -> Cell | None:
    """Keep the heading in sight where it leaves room for the rows on a small screen, else only the row numbers."""
    if head is None:
        return None
    low = sum(draft.heights[row] for row in range(CODE_ROW, head + 1)) <= _FROZEN
    return Cell(head + 1 if low else CODE_ROW, NUMBER_COL + 1)


_FROZEN = 230.0
"""Points of a screen that frozen rows may take."""


def _kept(answers: Answers, table: str, record: int, field_id: str) -> Json:
    records = answers.get(table, ())
    return records[record].get(field_id) if record < len(records) else None


def _shown(value: CellValue) -> str:
    if isinstance(value, Formula):
        return str(value.value)
    if isinstance(value, dt.date):
        return "00 XXX 0000"
    return "" if value is None else str(value)
