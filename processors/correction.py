"""Verdict -> Book: the returned twin (the answers in a fresh copy, wrong cells marked) and the receipt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from processors.report import message_of
from templates.build import Filling, Mark, build
from templates.extract import Extracted
from templates.issued import Issued
from templates.layout import Json
from templates.lists import thai_date
from templates.words import say
from workbook.address import Cell
from workbook.book import Book, CellValue, Link, Put, Sheet
from workbook.finding import ERROR, INFO, WARNING, Finding, Place
from workbook.fit import height
from workbook.style import LINE_HEIGHT

_WIDTHS = {1: 6.0, 2: 14.0, 3: 28.0, 4: 28.0, 5: 18.0, 6: 44.0, 7: 44.0}
_COLUMNS = ("no", "severity", "where", "label", "raw", "what", "fix")
_STYLES = {ERROR: "wrong", WARNING: "warn", INFO: ""}
_ORDER = {ERROR: 0, WARNING: 1, INFO: 2}
_HEAD_ROW = 6


@dataclass(frozen=True)
class Answer:
    """What an answer is made from: the issued workbook, what was read, what was found, the file's name and day."""

    issued: Issued
    extracted: Extracted
    findings: tuple[Finding, ...]
    file: str
    received: dt.date


def correction(answer: Answer) -> Book:
    """Build the twin: the same form and serial with the filler's answers, marked, and a first sheet of faults.

    Cells stand where the form puts them; a fault in a moved table is shown at its place in the twin.
    """
    return build(answer.issued, _filling(answer), front(answer))


def receipt(answer: Answer) -> Book:
    """Build the receipt of an accepted file: what was received, and remarks."""
    return Book([front(answer)], title=say("pages", "faults_title"), subject=answer.issued.recipient)


def _filling(answer: Answer) -> Filling:
    extracted = answer.extracted
    raws = {
        (table, extracted.positions[table][at], field): extracted.raws.get((table, at, field), "")
        for table, at, field in (*extracted.bad, *extracted.stated)
    }
    marks: dict[tuple[str, Cell], Mark] = {}
    for finding in sorted(answer.findings, key=lambda item: -_ORDER[item.severity]):
        place = _in_twin(answer, finding.place)
        if place is None or finding.severity == INFO:
            continue
        before = marks.get((place.sheet, place.cell))
        text = _note(answer, finding)
        note = f"{before.note}\n{text}" if before and before.note else text
        marks[place.sheet, place.cell] = Mark(_STYLES[finding.severity], note[:1_000])
    return Filling(_spread(answer), raws, marks)


def _note(answer: Answer, finding: Finding) -> str:
    what, fix = message_of(finding, answer.issued.form, "th")
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


def _in_twin(answer: Answer, place: Place | None) -> Place | None:
    """Give the place in the twin, where the form puts it; None for findings about the file."""
    if place is None or place.table is None or place.table not in answer.issued.layout.blocks:
        return place
    if place.field is None or place.record is None:
        return answer.issued.layout.title_place(place.table)
    return answer.issued.layout.place(place.table, place.record, place.field)


def front(answer: Answer) -> Sheet:
    """Build the first sheet: faults in the order of work, each with a link, what is wrong, how to put it right."""
    findings = sorted(enumerate(answer.findings), key=lambda item: (_ORDER[item[1].severity], item[0]))
    errors = sum(1 for _, item in findings if item.severity == ERROR)
    warnings = sum(1 for _, item in findings if item.severity == WARNING)
    lead = "faults_lead" if errors else "faults_clean"
    puts = [
        Put(Cell(1, 1), say("pages", "faults_title"), "heading"),
        Put(Cell(2, 1), f"{answer.issued.form.title} · {answer.issued.recipient}", "bold"),
        Put(Cell(3, 1), say("pages", lead, errors=errors, warnings=warnings), "bold"),
        Put(Cell(4, 1), say("pages", "faults_file", file=answer.file)),
        Put(Cell(5, 1), say("pages", "faults_when", date=thai_date(answer.received))),
    ]
    puts += [Put(Cell(_HEAD_ROW, at), say("pages", f"faults_{key}"), "head") for at, key in enumerate(_COLUMNS, 1)]
    heights = {1: 32.0, **dict.fromkeys(range(2, _HEAD_ROW), LINE_HEIGHT), _HEAD_ROW: LINE_HEIGHT * 2}
    for number, (_, finding) in enumerate(findings, 1):
        row = _HEAD_ROW + number
        values = _line(answer, finding, number)
        style = f"cell+{_STYLES[finding.severity]}" if finding.severity != INFO else "cell"
        for at, value in enumerate(values, 1):
            look = "cell+link" if isinstance(value, Link) else style if at == 2 else "cell"
            puts.append(Put(Cell(row, at), value, look))
        texts = [(value.text if isinstance(value, Link) else str(value), _WIDTHS[at]) for at, value in enumerate(values, 1)]
        heights[row] = height(texts)
    return Sheet(
        say("pages", "faults_sheet"), puts, _WIDTHS, heights, landscape=True, repeat_rows=(_HEAD_ROW, _HEAD_ROW),
        freeze=Cell(_HEAD_ROW + 1, 1), tab="#C53030" if errors else "#2F855A", footer=f"&C{say('pages', 'footer_page')}",
    )  # fmt: skip


def _line(answer: Answer, finding: Finding, number: int) -> list[CellValue]:
    what, fix = message_of(finding, answer.issued.form, "th")
    place = _in_twin(answer, finding.place)
    where: CellValue = say("pages", "whole_file")
    if place is not None:
        where = Link(f"{place.sheet}!{place.cell.a1()}", sheet=place.sheet, cell=place.cell)
    severity = say("pages", f"severity_{finding.severity}")
    return [number, severity, where, place.label if place else "", finding.raw[:500], what, fix]
