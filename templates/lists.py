"""The hidden page of lists behind dropdowns and picking formulas, and small texts that pages share."""

from __future__ import annotations

from dataclasses import dataclass

from templates.dates import MONTH_WORDS
from templates.dates import thai_date as thai_date
from templates.layout import LISTS_KEY_COL, Block, Layout
from templates.prefill import Answers
from templates.spec import Field, Form, Framework, Option, Pick
from templates.stages import stage_label
from templates.thai import THAI_DIGITS
from templates.words import say
from workbook.address import Cell
from workbook.book import Formula, Link, Name, Put, Sheet

LISTS_SHEET = "_lists"
DIGITS, MONTHS, DATE_MARKS = "check_digits", "check_months", "check_marks"
"""Names of the words that checks on the page look for in what was typed.

Our own names have no dots: LibreOffice makes underscores of them in an `.xls`, and Google Sheets knows none.
"""
_WORDS: dict[str, tuple[str, ...]] = {
    DIGITS: (*"0123456789", *THAI_DIGITS),
    # Months are looked for in a text without dots, which people leave out.
    MONTHS: tuple(dict.fromkeys(word.replace(".", "") for word in MONTH_WORDS)),
    DATE_MARKS: ("/", "-", "."),
}


@dataclass(frozen=True)
class Lists:
    """The hidden sheet and the names over its columns."""

    sheet: Sheet
    names: tuple[Name, ...]


def list_name(layout: Layout, table: str, item: Field) -> str:
    """Give the name of the list behind a field; fields with equal lists share one."""
    return _lists(layout)[item.options]


def _lists(layout: Layout) -> dict[tuple[Option, ...], str]:
    found: dict[tuple[Option, ...], str] = {}
    for block in layout.blocks.values():
        for item in block.table.entries:
            options = item.options
            if options and options not in found:
                found[options] = f"list_{block.table.id}_{item.id}"
    return found


def _picks(layout: Layout) -> dict[Pick, str]:
    found: dict[Pick, str] = {}
    for block in layout.blocks.values():
        for item in block.table.fields:
            if item.pick is not None and item.pick not in found:
                found[item.pick] = f"pick_{block.table.id}_{item.id}"
    return found


def lists_sheet(layout: Layout) -> Lists:
    """Build the hidden sheet: one column per list, two (key, label) per picking formula, one per set of words."""
    puts: list[Put] = []
    names: list[Name] = []
    col = LISTS_KEY_COL
    labels_of = {name: tuple(option.label for option in options) for options, name in _lists(layout).items()}
    for name, texts in (labels_of | _WORDS).items():
        cells = [Cell(row, col) for row in range(1, len(texts) + 1)]
        puts += [Put(cell, text, "text") for cell, text in zip(cells, texts, strict=True)]
        names.append(Name(name, LISTS_SHEET, cells))
        col += 1
    for pick, name in _picks(layout).items():
        rows = _pick_rows(layout, pick)
        keys = [Cell(row, col) for row in range(1, len(rows) + 1)]
        labels = [Cell(row, col + 1) for row in range(1, len(rows) + 1)]
        for (key, label), key_cell, label_cell in zip(rows, keys, labels, strict=True):
            puts += [Put(key_cell, key, "text"), Put(label_cell, label, "text")]
        names += [Name(f"{name}_key", LISTS_SHEET, keys), Name(f"{name}_label", LISTS_SHEET, labels)]
        col += 2
    return Lists(Sheet(LISTS_SHEET, puts, visibility="very_hidden"), tuple(names))


def _pick_rows(layout: Layout, pick: Pick) -> list[tuple[str, str]]:
    """List the keys that a chooser's cell may hold (label or code, with the order) and the label picked."""
    chooser = layout.form.table(pick.table).field(pick.field)
    labels = {option.code: option.label for option in chooser.options}
    rows = [(f"{labels.get(match, match)}|{order}", label) for match, order, label in pick.rows]
    return rows + [(f"{match}|{order}", label) for match, order, label in pick.rows]


def pick_formula(layout: Layout, block: Block, at: tuple[int, Field], answers: Answers) -> Formula:
    """Give the formula of a picked label, with the label that it shows now."""
    record, item = at
    assert item.pick is not None
    pick = item.pick
    name = _picks(layout)[pick]
    chooser = layout.place(pick.table, 0, pick.field)
    sheet = "" if chooser.sheet == block.table.sheet else "'" + chooser.sheet.replace("'", "''") + "'!"
    where = f'MATCH(TRIM({sheet}{chooser.cell.absolute()})&"|{record + 1}",{name}_key,0)'
    records = answers.get(pick.table, ())
    chosen = records[0].get(pick.field) if records else None
    labels = pick.labels(chosen if isinstance(chosen, str) else None)
    return Formula(f'=IFERROR(INDEX({name}_label,{where}),"")', labels[record] if record < len(labels) else "")


def sheet_link(layout: Layout, sheet: str) -> Link:
    """Give a link to a data sheet that names its first table."""
    title = next(block.table.title for block in layout.blocks.values() if block.table.sheet == sheet)
    return Link(f"{sheet}: {title}", sheet=sheet)


def deadline_lines(framework: Framework, form: Form) -> list[str]:
    """Say by when a form must be in, the effective deadline of each stage; nothing where no source states one."""
    stages = sorted({item.stage for item in framework.round_of(form.id).deadlines if item.form == form.id})
    effective = [(found.date, stage) for stage in stages if (found := framework.deadline(form.id, stage)) is not None]
    lines = []
    for day, stage in sorted(effective):
        label = f" ({stage_label(form, stage)})" if stage else ""
        lines.append(say("pages", "deadline", date=thai_date(day)) + label)
    return lines
