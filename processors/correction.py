"""Verdict -> Book: the returned twin, the answers in a fresh copy with the wrong cells marked and named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from processors.changes import changes_sheet
from processors.front import front
from processors.remarks import MENDED, ORDER, STYLES, Answer, in_twin, said
from templates.build import Filling, Mark, build
from templates.layout import Json
from workbook.address import Cell
from workbook.book import Book
from workbook.finding import ERROR, INFO, WARNING, Finding


def correction(answer: Answer) -> Book:
    """Build the twin: the same form and serial with the filler's answers, marked, a first sheet of faults, what changed.

    Cells stand where the form puts them; a fault in a moved table is shown at its place in the twin.
    """
    book = build(answer.issued, _filling(answer), front(answer))
    changed = changes_sheet(answer, links=True)
    return replace(book, sheets=(book.sheets[0], changed, *book.sheets[1:])) if changed else book


def _filling(answer: Answer) -> Filling:
    extracted = answer.extracted
    raws = {
        (table, extracted.positions[table][at], field): extracted.raws.get((table, at, field), "")
        for table, at, field in (*extracted.bad, *extracted.stated)
    }
    marks: dict[tuple[str, Cell], Mark] = {}
    for finding in sorted(answer.findings, key=lambda item: -ORDER[item.severity]):
        place = in_twin(answer, finding.place)
        if place is None or finding.severity == INFO:
            continue
        before = marks.get((place.sheet, place.cell))
        text = _note(answer, finding)
        note = f"{before.note}\n{text}" if before and before.note else text
        # What is mended already is only to be looked at, unless the cell has another error.
        wrong = before is not None and before.style == STYLES[ERROR]
        look = STYLES[WARNING if finding.code in MENDED and not wrong else finding.severity]
        marks[place.sheet, place.cell] = Mark(look, note[:1_000])
    return Filling(_spread(answer), raws, marks)


def _note(answer: Answer, finding: Finding) -> str:
    what, fix = said(answer, finding, twin=True)
    return f"{what} {fix}".strip()


def _spread(answer: Answer) -> Mapping[str, Sequence[Mapping[str, Json]]]:
    """Put kept records back on the rows where they stood."""
    spread: dict[str, list[Mapping[str, Json]]] = {}
    for table, records in answer.extracted.answers.items():
        positions = answer.extracted.positions[table]
        rows: list[Mapping[str, Json]] = [{} for _ in range(max(positions, default=-1) + 1)]
        for position, record in zip(positions, records, strict=True):
            rows[position] = record
        spread[table] = rows
    return spread
