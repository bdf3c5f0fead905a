"""Verdict -> Book: the returned twin, the answers in a fresh copy with the wrong cells marked and named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from processors.remarks import ORDER, STYLES, WIDTHS, Answer, in_twin, remark_rows, remarks
from processors.report import message_of
from templates.build import Filling, Mark, build
from templates.layout import Json
from templates.lists import thai_date
from templates.words import say
from workbook.address import Cell
from workbook.book import Book, Put, Sheet
from workbook.finding import ERROR, INFO, WARNING, Finding
from workbook.style import LINE_HEIGHT

_HEAD_ROW = 6


def correction(answer: Answer) -> Book:
    """Build the twin: the same form and serial with the filler's answers, marked, and a first sheet of faults.

    Cells stand where the form puts them; a fault in a moved table is shown at its place in the twin.
    """
    return build(answer.issued, _filling(answer), front(answer))


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
        marks[place.sheet, place.cell] = Mark(STYLES[finding.severity], note[:1_000])
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


def front(answer: Answer) -> Sheet:
    """Build the first sheet: faults in the order of work, each with a link, what is wrong, how to put it right.

    One fault over many cells is one line; the counts above are those of the lines.
    """
    lines = remarks(answer, twin=True)
    errors = sum(1 for item in lines if item.severity == ERROR)
    warnings = sum(1 for item in lines if item.severity == WARNING)
    lead = "faults_lead" if errors else "faults_clean"
    puts = [
        Put(Cell(1, 1), say("pages", "faults_title"), "heading"),
        Put(Cell(2, 1), f"{answer.issued.form.title} · {answer.issued.recipient}", "bold"),
        Put(Cell(3, 1), say("pages", lead, errors=errors, warnings=warnings), "bold"),
        Put(Cell(4, 1), say("pages", "faults_file", file=answer.file)),
        Put(Cell(5, 1), say("pages", "faults_when", date=thai_date(answer.received))),
    ]
    heights = {1: 32.0, **dict.fromkeys(range(2, _HEAD_ROW), LINE_HEIGHT)}
    more_puts, more_heights = remark_rows(lines, _HEAD_ROW, links=True)
    return Sheet(
        say("pages", "faults_sheet"), [*puts, *more_puts], WIDTHS, {**heights, **more_heights}, landscape=True,
        repeat_rows=(_HEAD_ROW, _HEAD_ROW), freeze=Cell(_HEAD_ROW + 1, 1), tab="#C53030" if errors else "#2F855A",
        footer=f"&C{say('pages', 'footer_page')}",
    )  # fmt: skip
