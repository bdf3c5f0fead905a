"""The receipt's list of answers: each with its cell in the file, what was typed and what was read; nothing of a person."""

from __future__ import annotations

import datetime as dt

from processors.changes import short
from processors.letter import WIDTH, Letter
from processors.remarks import Answer, words
from templates.derive import plain_text
from templates.extract import Extracted
from templates.kinds import KINDS
from templates.lists import thai_date
from templates.spec import Field, Table
from validation.waivers import EXCUSED
from workbook.book import CellValue, Sheet

_WIDTHS = {1: 32.0, 2: 33.0, 3: 38.0, 4: 38.0}
assert sum(_WIDTHS.values()) == WIDTH
_MOST = 10_000
"""Answers that are all listed; of a longer list only those that were not read as they were typed."""


def answers_sheet(answer: Answer) -> Sheet:
    """List every answer with its cell in the file, what was typed and what was read; nothing of a person."""
    letter = Letter(_WIDTHS)
    letter.title(words("answers_title", seq=f"{answer.seq:06d}"))
    fields = {table.id: len(table.entries) for table in answer.issued.form.tables}
    count = sum(len(records) * fields[table] for table, records in answer.extracted.answers.items())
    plain = {words("answers_same"), words("blank")} if count > _MOST else set()
    if plain:
        letter.line(words("answers_many", count=count))
    letter.heads([words(key) for key in ("answers_where", "head_label", "answers_typed", "answers_read")], repeat=True)
    for table in answer.issued.form.tables:
        rows = [values for values in _answers(answer, table) if values[-1] not in plain]
        if rows:
            letter.section(table.title)
        for values in rows:
            letter.cells(values, {3: "cell+pad+text", 4: "cell+pad+text"})
    return letter.sheet(words("answers_sheet"), "#52606D", words("page"))


def _answers(answer: Answer, table: Table) -> list[list[CellValue]]:
    extracted = answer.extracted
    excused = {(item.place.sheet, item.place.cell) for item in answer.findings if item.code == EXCUSED and item.place}
    rows: list[list[CellValue]] = []
    for at in range(len(extracted.answers.get(table.id, ()))):
        for item in table.entries:
            place = extracted.places[table.id, at, item.id]
            bad = words("answers_excused" if (place.sheet, place.cell) in excused else "answers_bad")
            typed_and_read = _said(extracted, (table.id, at, item.id), item, bad)
            rows.append([f"{place.sheet}!{place.cell.a1()}", place.label, *typed_and_read])
    return rows


def _said(extracted: Extracted, key: tuple[str, int, str], item: Field, bad: str) -> tuple[str, str]:
    """Give what was typed and how it was read; `bad`: what to say of what could not be read."""
    raw = extracted.raws.get(key, "")
    table, at, name = key
    if item.personal:
        return words("withheld") if raw else words("blank"), bad if key in extracted.bad else ""
    if key in extracted.bad:
        return short(raw), bad
    kept = extracted.answers[table][at].get(name)
    if kept is None and key in extracted.stated:
        return short(raw), words("answers_unused") if item.kind == "criterion" else words("answers_stated", value=short(raw))
    value = KINDS[item.kind].show(KINDS[item.kind].load(kept), item)
    text = "" if value is None else thai_date(value) if isinstance(value, dt.date) else plain_text(value)
    return short(raw), words("answers_same") if text == raw.strip() else short(text)
