"""The first sheet of a correction workbook: what to do, in the order of work, for somebody who never saw the program."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import groupby

from processors.letter import WIDTH, Letter
from processors.memory import BACK, NEW, STILL
from processors.remarks import (
    STYLES,
    Answer,
    Remark,
    in_twin,
    remarks,
    section_of,
    state_of,
    typed,
    what_of,
    where,
    words,
)
from processors.report import message_of
from templates.lists import thai_date
from templates.stages import form_text
from templates.words import say
from validation.waivers import EXCUSED
from workbook.book import CellValue, Link, Sheet
from workbook.finding import ERROR, INFO, WARNING, Finding
from workbook.fit import height

LABELS = 3
"""Labels that one action names."""
ACTIONS = 3
_STATE_WIDTH = 11.0
_WIDTHS = {1: 5.0, 2: 18.0, 3: 21.0, 4: 18.0, 5: 36.0, 6: 43.0}
assert sum(_WIDTHS.values()) == WIDTH
_TABS = {True: "#C53030", False: "#2F855A"}


def front(answer: Answer) -> Sheet:
    """Build the first sheet: whose file and what to do, three actions, errors by section, warnings, repairs, excuses, fixed.

    One fault over many cells is one line; lines link to their first cell.
    """
    lines = remarks(answer, twin=True)
    errors = [item for item in lines if item.severity == ERROR]
    warnings = [item for item in lines if item.severity == WARNING]
    letter = Letter(_widths(answer))
    _head(letter, answer, (errors, warnings))
    if len(errors) > ACTIONS:
        _actions(letter, answer, errors)
    _table(letter, answer, errors, warnings)
    infos = [item for item in lines if item.severity == INFO]
    _read(letter, [item for item in infos if item.code != EXCUSED])
    _excused(letter, [item for item in infos if item.code == EXCUSED])
    _fixed(letter, answer, answer.memory.fixed)
    return letter.sheet(say("pages", "faults_sheet"), _TABS[bool(errors)], words("page"))


def _widths(answer: Answer) -> dict[int, float]:
    """Give the columns; where there was an attempt before, one for how a line stands to it."""
    if answer.memory.before is None:
        return dict(_WIDTHS)
    narrow = {5: _WIDTHS[5] - _STATE_WIDTH / 2, 6: _WIDTHS[6] - _STATE_WIDTH / 2}
    return {**_WIDTHS, **narrow, 7: _STATE_WIDTH}


def _head(letter: Letter, answer: Answer, lines: tuple[Sequence[Remark], Sequence[Remark]]) -> None:
    errors, warnings = lines
    memory = answer.memory
    letter.title(say("pages", "faults_title"))
    if memory.unchanged and memory.before is not None:
        letter.line(unchanged_text(answer) + (words("unchanged_still") if errors else ""), "notice", bold=True)
    passport = answer.issued.passport
    agency = words("agency_code", name=answer.issued.recipient, code=passport.agency)
    letter.line(words("front_whose", agency=agency, form=form_text(answer.issued.form, answer.stage)), bold=True)
    if errors:
        letter.line(words("front_do" if any(item.places for item in errors) else "front_do_file"), "lead", bold=True)
    cells = sum(len(item.findings) for item in errors)
    counts = words("front_counts", errors=len(errors), cells=cells, warnings=len(warnings))
    letter.line(counts if errors else words("front_clean", warnings=len(warnings)), bold=True)
    if memory.before is not None:
        letter.line(memory_text(answer, "front_memory"), bold=True)
    facts = {"file": answer.file, "seq": f"{answer.seq:06d}", "date": thai_date(answer.received)}
    letter.line(words("front_facts", **facts), "muted")
    letter.gap()


def unchanged_text(answer: Answer) -> str:
    """Say that a file answers as the attempt before."""
    before = answer.memory.before
    assert before is not None
    return words("unchanged", seq=f"{before.seq:06d}", date=_day(before.day))


def memory_text(answer: Answer, key: str) -> str:
    """Count what was fixed, is still there, is new or came back since the attempt before."""
    memory, findings = answer.memory, answer.findings
    assert memory.before is not None
    back = memory.count(findings, BACK)
    return words(
        key, seq=f"{memory.before.seq:06d}", date=_day(memory.before.day), fixed=len(memory.fixed),
        still=memory.count(findings, STILL), new=memory.count(findings, NEW),
        back=words("front_back", back=back) if back else "", changes=len(memory.changed),
    )  # fmt: skip


def _day(iso: str) -> str:
    return thai_date(dt.date.fromisoformat(iso))


def _actions(letter: Letter, answer: Answer, errors: Sequence[Remark]) -> None:
    """Lead with the actions that clear most cells: one action is one remedy over all its cells, on all sheets."""
    grouped: dict[tuple[str, str], list[Remark]] = {}
    for item in errors:
        grouped.setdefault((item.code, item.fix), []).append(item)
    ranked = sorted(grouped.values(), key=lambda members: -sum(len(item.findings) for item in members))
    last = max(letter.widths)
    letter.section(words("actions"), "notice")
    for number, members in enumerate(ranked[:ACTIONS], 1):
        labels = list(dict.fromkeys(answer_label(answer, item) for item in members if item.label))
        named = " · ".join(labels[:LABELS]) + (" …" if len(labels) > LABELS else "")
        text = words("action", fix=members[0].fix, labels=named) if named else members[0].fix
        first = next((item.places[0] for item in members if item.places), None)
        link: CellValue = words("whole_file")
        if first is not None:
            link = Link(words("action_at", cell=first.cell.a1()), sheet=first.sheet, cell=first.cell)
        count = words("action_cells", count=sum(len(item.findings) for item in members))
        _action(letter, (number, link, count, text), last)
    letter.gap()


def _action(letter: Letter, values: tuple[int, CellValue, str, str], last: int) -> None:
    number, link, count, text = values
    letter.spread((1, 1), number, "cell+centre+bold")
    letter.spread((2, 2), link, "cell+link" if isinstance(link, Link) else "cell")
    letter.spread((3, 3), count, "cell+bold")
    letter.spread((4, last), text, "cell")
    letter.heights[letter.row] = height([(text, sum(width for col, width in letter.widths.items() if col > 3))])
    letter.row += 1


def answer_label(answer: Answer, remark: Remark) -> str:
    """Give the label of a line without its record's number."""
    place = remark.findings[0].place
    blocks = answer.issued.layout.blocks
    if place is None or place.table is None or place.table not in blocks or place.field is None:
        return remark.label
    return blocks[place.table].table.field(place.field).label


def _table(letter: Letter, answer: Answer, errors: Sequence[Remark], warnings: Sequence[Remark]) -> None:
    """Write errors by section of the form, then the warnings apart from them."""
    if not errors and not warnings:
        return
    names = [words(f"head_{key}") for key in ("no", "where", "label", "raw", "what", "fix")]
    state = [words("head_state")] if answer.memory.before is not None else []
    letter.heads([*names, *state], repeat=True)
    number = 0
    for title, lines in (("errors", errors), ("warnings", warnings)):
        if lines:
            letter.section(words(title, count=len(lines)), "alert" if title == "errors" else "warn")
        for section, members in groupby(lines, key=lambda item: section_of(answer, item)):
            letter.section(section)
            for item in members:
                number += 1
                _line(letter, item, number, stated=bool(state))


def _line(letter: Letter, remark: Remark, number: int, *, stated: bool) -> None:
    short, cells = where(remark.places)
    place: CellValue = short
    if remark.places:
        place = Link(short, sheet=remark.places[0].sheet, cell=remark.places[0].cell)
    what = "\n".join(text for text in (what_of(remark), cells) if text)
    fix = "\n".join(text for text in (remark.fix, words("example", example=remark.example) if remark.example else "") if text)
    values: list[CellValue] = [number, place, remark.label, typed(remark), what, fix]
    styles = {1: f"cell+centre+{STYLES[remark.severity]}", 4: "cell+text"}
    letter.cells([*values, state_of(remark)] if stated else values, styles)


def _read(letter: Letter, lines: Sequence[Remark]) -> None:
    """List what the program read differently or repaired, before and after."""
    if not lines:
        return
    letter.gap()
    letter.section(words("repairs", count=len(lines)), "good")
    for number, item in enumerate(lines, 1):
        short, cells = where(item.places)
        after = [text for text in dict.fromkeys(_after(one) for one in item.findings) if text]
        why = "\n".join(text for text in (what_of(item), cells) if text)
        shown = words("read_as", value=words("withheld") if item.personal else ", ".join(after)) if after else ""
        values = [number, _linked(item, short), item.label, typed(item), why, shown]
        letter.cells([*values, *[""] * (len(letter.widths) - len(values))], {1: "cell+centre", 4: "cell+text"})


def _after(finding: Finding) -> str:
    return finding.params.get("value") or finding.params.get("after") or ""


def _linked(item: Remark, short: str) -> CellValue:
    return Link(short, sheet=item.places[0].sheet, cell=item.places[0].cell) if item.places else short


def _excused(letter: Letter, lines: Sequence[Remark]) -> None:
    if not lines:
        return
    letter.gap()
    letter.section(words("excused", count=len(lines)), "good")
    for item in lines:
        short, cells = where(item.places)
        letter.line(" · ".join(text for text in (short, item.label, what_of(item), cells) if text))


def _fixed(letter: Letter, answer: Answer, fixed: Sequence[Finding]) -> None:
    """List the errors of the attempt before that are gone, shortly: their cells by sheet."""
    if not fixed:
        return
    letter.gap()
    letter.section(words("fixed", count=len(fixed)), "good")
    places = [(item, in_twin(answer, item.place)) for item in fixed]
    sheets: dict[str, list[str]] = {}
    for item, place in places:
        label = f" {place.label}" if place is not None and place.label else ""
        name = place.cell.a1() + label if place is not None else message_of(item, answer.issued.form, "th")[0]
        sheets.setdefault(words("section_sheet", sheet=place.sheet) if place else words("section_file"), []).append(name)
    for sheet, names in sheets.items():
        letter.line(f"{sheet}: {', '.join(dict.fromkeys(names))}")


