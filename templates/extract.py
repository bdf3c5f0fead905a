"""(Issued, RawBook) -> answers with their places, and findings; the mirror of build.py."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from templates import locate, thai
from templates.derive import Draft, Key, derive, plain_text, raw_text
from templates.figures import derived_labels
from templates.issued import Issued
from templates.kinds import KINDS, Hint
from templates.layout import NOWHERE, Json, Layout
from templates.live import live
from templates.locate import Spots
from templates.milestone import read_level_word, unused_in_words
from templates.prefill import Answers
from templates.readas import read_otherwise, said_value
from templates.ready_return import differences
from templates.rules_text import reads_as_none
from templates.shifted import lacking, shifted
from templates.spec import Field, Many, Table
from templates.strays import Rows, strays
from templates.thai import Read
from templates.unseen import covered, unseen_codes
from templates.words import say, severity
from workbook.finding import ERROR, Finding, Place, about_file, at_cell
from workbook.raw import RawBook, RawCell

LONGEST_LIST = 400
"""Characters of a list of options in a message."""


@dataclass(frozen=True)
class Extracted:
    """What one workbook says.

    `answers`: table -> records that hold anything -> field -> kept value. `positions`: table -> the record
    number on the page (from 0) of each kept record. `places`: where each field of a kept record stands as the
    agency sees it; `raws`: what was typed there, as text ("" blank). `bad`: cells that could not be read.
    `stated`: cells whose blank was stated by a mark such as a dash.
    """

    answers: Answers
    positions: Mapping[str, tuple[int, ...]]
    places: Mapping[Key, Place]
    raws: Mapping[Key, str]
    bad: frozenset[Key]
    stated: frozenset[Key]
    findings: tuple[Finding, ...] = ()


def extract(issued: Issued, raw: RawBook) -> Extracted:
    """Read the answers of a returned workbook by the layout that it was issued with.

    Cells are found by defined names first, then by row keys, then by position. Locked cells are compared with
    what was issued. Nothing is guessed: what can't be read is a finding at its cell and a blank answer.
    """
    layout = issued.layout
    spots, findings = locate.find(issued, raw)
    draft = Draft(findings=list(findings), formats_lost=raw.kind in locate.NAMELESS_KINDS)
    hint = Hint(issued.form_year, "date1904" in raw.flags)
    # Picked labels follow from answers, so tables that pick are read after those that are picked by.
    for table in sorted(issued.form.tables, key=lambda table: any(item.pick for item in table.fields)):
        if table.id in spots.tables:
            _table(_Reading(issued, layout, raw, spots, hint), table, draft)
    derive(issued, draft)
    draft.findings += live(raw, draft)
    draft.findings += differences(issued, raw, spots, draft)
    aside = shifted(issued, raw, hint, draft)
    draft.findings += strays(issued, raw, spots, Rows(aside, lacking(issued, draft), lacking(issued, draft, optional=True)))
    if not any(_filled(table, draft) for table in issued.form.tables):
        draft.findings.append(about_file("EMPTY_FORM"))
    return Extracted(
        draft.answers, draft.positions, draft.places, draft.raws, frozenset(draft.bad), frozenset(draft.stated),
        tuple(draft.findings),
    )  # fmt: skip


@dataclass(frozen=True)
class _Reading:
    issued: Issued
    layout: Layout
    raw: RawBook
    spots: Spots
    hint: Hint

    def cell(self, table: str, record: int, item: Field) -> tuple[RawCell, Place]:
        """Give what stands in a field, and its place as the agency sees it."""
        sheet_name, cell = self.spots.cells[table, item.id][record]
        label = self.layout.place(table, record, item.id).label
        if cell == NOWHERE:
            return RawCell(None), Place(sheet_name, self.layout.blocks[table].title, label, table, record, item.id)
        sheet = self.raw.sheet(sheet_name)
        found = sheet.get(cell) if sheet else RawCell(None)
        return found, Place(sheet_name, cell, label, table, record, item.id)


def _filled(table: Table, draft: Draft) -> bool:
    names = [item.id for item in table.entries]
    return any(
        record.get(name) is not None or (table.id, at, name) in draft.bad
        for at, record in enumerate(draft.answers.get(table.id, ()))
        for name in names
    )


def _table(reading: _Reading, table: Table, draft: Draft) -> None:
    kept: list[dict[str, Json]] = []
    positions = []
    block = reading.layout.blocks[table.id]
    for record in range(block.records):
        if isinstance(table.rows, Many) and not (_begun(reading, table, record) or _picked(table, record, draft)):
            continue
        kept.append(_record(reading, table, (record, len(kept)), draft))
        positions.append(record)
    draft.answers[table.id] = kept
    draft.positions[table.id] = tuple(positions)


def _begun(reading: _Reading, table: Table, record: int) -> bool:
    """Tell whether a record of a growing table holds anything; lone spaces and dots are nothing."""
    for item in table.entries:
        cell, _ = reading.cell(table.id, record, item)
        if cell.error or cell.formula or thai.read_text(raw_text(cell) or None).value is not None:
            return True
    return False


def _picked(table: Table, record: int, draft: Draft) -> bool:
    """Tell whether a formula shows a label in the record: then it stands there even when nothing is typed yet."""
    picks = (item for item in table.fields if item.pick is not None)
    return any(record < len(derived_labels(draft.answers, item)) for item in picks)


def _record(reading: _Reading, table: Table, at: tuple[int, int], draft: Draft) -> dict[str, Json]:
    record, position = at
    values: dict[str, Json] = {}
    for item in table.fields:
        key = (table.id, position, item.id)
        cell, place = reading.cell(table.id, record, item)
        draft.places[key] = place
        draft.raws[key] = raw_text(cell)
        if (place.sheet, place.cell) in reading.raw.disagree:
            draft.findings.append(at_cell("READINGS_DIFFER", ERROR, place, _said(item, cell)))
        if reading.spots.cells[table.id, item.id][record][1] == NOWHERE and not item.locked:
            # That its row or line is gone is said once; its blank says nothing more.
            draft.bad.add(key)
        if item.locked:
            values[item.id] = _locked(reading, table, (record, item), draft)
        else:
            values[item.id] = _entry(reading, (table, item, values), (cell, place, key), draft)
    return values


def _locked(reading: _Reading, table: Table, at: tuple[int, Field], draft: Draft) -> Json:
    """Give the issued value whatever the file says; a difference is a finding (formulas are recomputed later)."""
    record, item = at
    if item.origin == "formula":
        cell, _ = reading.cell(table.id, record, item)
        if not cell.formula and not cell.formats_lost:
            # Files without formats don't tell formulas either; there an uncalculated one reads as 0.
            draft.typed_over.add((table.id, record, item.id))
        return None
    records = reading.issued.snapshot.get(table.id, ())
    issued = records[record].get(item.id) if record < len(records) else None
    cell, place = reading.cell(table.id, record, item)
    gone = reading.spots.cells[table.id, item.id][record][1] == NOWHERE
    if not gone and not same(issued, cell, item):
        shown = KINDS[item.kind].show(KINDS[item.kind].load(issued), item)
        after = say("pages", "withheld") if item.personal else raw_text(cell)
        params = {"before": plain_text(shown), "after": after}
        draft.findings.append(at_cell("LOCKED_CHANGED", ERROR, place, _said(item, cell), **params))
    return issued


def same(issued: Json, cell: RawCell, item: Field) -> bool:
    """Compare an issued value with a cell: numbers at 15 digits, text without regard to spaces and marks order."""
    kind = KINDS[item.kind]
    shown = kind.show(kind.load(issued), item)
    if cell.error:
        return False
    if isinstance(shown, Decimal):
        number = thai.read_number(cell.value if isinstance(cell.value, int | float | str) else None)
        return isinstance(number.value, Decimal) and float(number.value) == float(format(shown, ".15g"))
    if isinstance(shown, dt.date):
        found = KINDS["date"].read(cell, item, Hint(shown.year + 543))
        return found.value == shown
    return thai.key(raw_text(cell)) == thai.key(plain_text(shown))


def _entry(
    reading: _Reading, asked: tuple[Table, Field, Mapping[str, Json]], found: tuple[RawCell, Place, Key], draft: Draft
) -> Json:
    table, item, record = asked
    cell, place, key = found
    said = _said(item, cell)
    sheet = reading.raw.sheet(place.sheet)
    over = covered(sheet, place.cell) if sheet else None
    if over is not None:
        return _refuse("MERGED", found, said, draft, other=over.a1())
    if cell.error:
        return _refuse("EXCEL_ERROR", found, said, draft)
    if cell.formula and cell.value is None:
        return _refuse("FORMULA_UNCALCULATED", found, said, draft)
    read, params = KINDS[item.kind].read(cell, item, reading.hint), _choices(item)
    if read.rejected == "BAD_NUMBER" and (level := read_level_word(table, item, record, cell)) is not None:
        read, params = level
    if item.choices and said and sheet and not sheet.offers(place.cell):
        draft.findings.append(at_cell("DROPDOWN_LOST", severity("DROPDOWN_LOST"), place, said))
    if read.rejected is not None:
        return _refuse(_code(read.rejected, item), found, said, draft, **params)
    if reads_as_none(table.rules, item.id, read.value):
        read = Read(None, ("STATED_NONE",))
    _remarks(item, read, found, draft)
    if read.value is None and item.kind == "criterion" and raw_text(cell).strip():
        # A typed dash says that a level has no criterion; an empty cell says nothing.
        draft.stated.add(key)
        if unused_in_words(table, item, cell):
            draft.findings.append(at_cell("LEVEL_NOT_USED", severity("LEVEL_NOT_USED"), place, said))
    for code in unseen_codes(sheet, place.cell, read.value) if sheet else ():
        draft.findings.append(at_cell(code, severity(code), place, said))
    return KINDS[item.kind].dump(read.value)


def _remarks(item: Field, read: Read, found: tuple[RawCell, Place, Key], draft: Draft) -> None:
    """Say what was noticed in an answer, and how it was read where it does not read as it stands."""
    cell, place, key = found
    said = _said(item, cell)
    shown = "" if item.personal else said_value(item, read.value)
    for code in read.codes:
        if code == "STATED_NONE" and item.kind not in ("email", "date"):
            # Domain V9: where an address or a day is asked for, "none" is no answer.
            draft.stated.add(key)
        if code == "STATED_NONE" or _said_otherwise(code, item, read.value):
            continue
        draft.findings.append(at_cell(code, severity(code), place, said, value=shown))
    if other := read_otherwise(item, cell, read):
        draft.findings.append(at_cell(other, severity(other), place, said, value=shown))


def _said_otherwise(code: str, item: Field, value: object) -> bool:
    """Tell whether an error will say the same of this cell: over the limit, or required and blank."""
    over = code == "OVER_100" and item.high is not None and isinstance(value, Decimal) and value > item.high
    return over or (code == "NONE_MAY_BE_ZERO" and item.required)


def _choices(item: Field) -> dict[str, str]:
    """Name the answers of a list, as many as a sentence holds."""
    labels = " / ".join(option.label for option in item.choices)
    return {"options": labels if len(labels) <= LONGEST_LIST else labels[:LONGEST_LIST] + " …"} if labels else {}


def _code(rejected: str, item: Field) -> str:
    """Say a choice's refusal in the words of its kind, keep all others."""
    return KINDS[item.kind].reject if item.kind in ("choice", "yes_no", "email", "phone") else rejected


def _refuse(code: str, found: tuple[RawCell, Place, Key], said: str, draft: Draft, **params: str) -> Json:
    _, place, key = found
    draft.bad.add(key)
    draft.findings.append(at_cell(code, severity(code), place, said, **params))
    return None


def _said(item: Field, cell: RawCell) -> str:
    return "" if item.personal else raw_text(cell)
