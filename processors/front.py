"""The first sheet of a correction workbook: what to do, in the order of work, for somebody who never saw the program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from processors.headline import head
from processors.letter import WIDTH, Letter
from processors.phrasing import short_where, state_of, typed, what_and_cells
from processors.remarks import BESIDE, STYLES, Answer, Remark, in_twin, remarks, section_of, words
from processors.report import message_of
from processors.steps import actions
from templates.words import say
from validation.waivers import EXCUSED
from workbook.book import CellValue, Link, Sheet
from workbook.finding import ERROR, INFO, WARNING, Finding

_STATE_WIDTH = 11.0
_WIDTHS = {1: 5.0, 2: 18.0, 3: 21.0, 4: 18.0, 5: 36.0, 6: 43.0}
assert sum(_WIDTHS.values()) == WIDTH
_TABS = {True: "#C53030", False: "#2F855A"}
_BARS = {"errors": "alert", "mended": "good", "warnings": "warn"}


def front(answer: Answer) -> Sheet:
    """Build the first sheet: whose file and what to do, three actions, errors by section, warnings, repairs, excuses, fixed.

    One fault over many cells is one line; lines link to their first cell.
    """
    lines = remarks(_once_told(answer), twin=True)
    errors = [item for item in lines if item.severity == ERROR and not item.mended]
    mended = [item for item in lines if item.mended]
    warnings = [item for item in lines if item.severity == WARNING]
    letter = Letter(_widths(answer))
    head(letter, answer, lines)
    actions(letter, answer, errors)
    _table(letter, answer, {"errors": errors, "mended": mended, "warnings": warnings})
    infos = [item for item in lines if item.severity == INFO]
    _read(letter, [item for item in infos if item.code != EXCUSED])
    _excused(letter, [item for item in infos if item.code == EXCUSED])
    _fixed(letter, answer, answer.memory.fixed)
    return letter.sheet(say("pages", "faults_sheet"), _TABS[bool(errors)], words("page"))


def _once_told(answer: Answer) -> Answer:
    """Leave out how a cell was read where an error or a warning says something of it."""
    told = {(item.place.sheet, item.place.cell) for item in answer.findings if item.place and item.severity != INFO}
    kept = [
        item
        for item in answer.findings
        if item.severity != INFO or item.code == EXCUSED or not item.place or (item.place.sheet, item.place.cell) not in told
    ]
    return replace(answer, findings=tuple(kept))


def _widths(answer: Answer) -> dict[int, float]:
    """Give the columns; where there was an attempt before, one for how a line stands to it."""
    if answer.memory.before is None:
        return dict(_WIDTHS)
    narrow = {5: _WIDTHS[5] - _STATE_WIDTH / 2, 6: _WIDTHS[6] - _STATE_WIDTH / 2}
    return {**_WIDTHS, **narrow, 7: _STATE_WIDTH}


def _table(letter: Letter, answer: Answer, parts: Mapping[str, Sequence[Remark]]) -> None:
    """Write errors by section of the form, then what is mended already, then the warnings apart from them."""
    if not any(parts.values()):
        return
    names = [words(f"head_{key}") for key in ("no", "where", "label", "raw", "what", "fix")]
    state = [words("head_state")] if answer.memory.before is not None else []
    letter.heads([*names, *state], repeat=True)
    number = 0
    for title, lines in parts.items():
        if lines:
            letter.section(words(title, count=len(lines)), _BARS[title])
        for section, members in groupby(lines, key=lambda item: section_of(answer, item)):
            letter.section(section)
            for item in members:
                number += 1
                _line(letter, item, number, stated=bool(state))


def _line(letter: Letter, remark: Remark, number: int, *, stated: bool) -> None:
    fix = "\n".join(text for text in (remark.fix, words("example", example=remark.example) if remark.example else "") if text)
    values: list[CellValue] = [number, _where(remark), remark.label, typed(remark), what_and_cells(remark), fix]
    look = "good" if remark.mended else STYLES[remark.severity]
    letter.cells([*values, state_of(remark)] if stated else values, {1: f"cell+centre+{look}", 4: "cell+pad+text"})


def _where(remark: Remark) -> CellValue:
    """Lead to the first cell of a line; what the twin has no more is only named."""
    short = short_where(remark, twin=True)
    linked = remark.places and remark.code not in BESIDE
    return Link(short, sheet=remark.places[0].sheet, cell=remark.places[0].cell) if linked else short


def _read(letter: Letter, lines: Sequence[Remark]) -> None:
    """List by sheet what the program read differently or repaired, before and after."""
    if not lines:
        return
    letter.gap()
    letter.section(words("repairs", count=len(lines)), "good")
    for sheet, members in groupby(lines, key=_sheet_of):
        letter.section(sheet)
        for item in members:
            after = [text for text in dict.fromkeys(_after(one) for one in item.findings) if text]
            shown = words("read_as", value=words("withheld") if item.personal else ", ".join(after)) if after else ""
            fix = shown or (item.fix if item.code in BESIDE else "")
            _unnumbered(letter, [_where(item), item.label, typed(item), what_and_cells(item), fix])


def _sheet_of(item: Remark) -> str:
    return words("section_sheet", sheet=item.places[0].sheet) if item.places else words("section_file")


def _unnumbered(letter: Letter, values: Sequence[CellValue]) -> None:
    blank = [""] * (len(letter.widths) - len(values) - 1)
    letter.cells(["", *values, *blank], {1: "cell+centre", 4: "cell+pad+text"})


def _after(finding: Finding) -> str:
    return finding.params.get("value") or finding.params.get("after") or ""


def _excused(letter: Letter, lines: Sequence[Remark]) -> None:
    """List by sheet what was excused: with its link, what stands there, by whom and why."""
    if not lines:
        return
    letter.gap()
    letter.section(words("excused", count=len(lines)), "good")
    for sheet, members in groupby(lines, key=_sheet_of):
        letter.section(sheet)
        for item in members:
            _unnumbered(letter, [_where(item), item.label, typed(item), what_and_cells(item), item.fix])


def _fixed(letter: Letter, answer: Answer, fixed: Sequence[Finding]) -> None:
    """List the errors of the attempt before that are gone, shortly: their cells by sheet."""
    if not fixed:
        return
    letter.gap()
    letter.section(words("fixed", count=len(fixed)), "good")
    places = [(item, item.place if item.code in BESIDE else in_twin(answer, item.place)) for item in fixed]
    sheets: dict[str, list[str]] = {}
    for item, place in places:
        label = f" {place.label}" if place is not None and place.label else ""
        name = place.cell.a1() + label if place is not None else message_of(item, answer.issued.form, "th")[0]
        sheets.setdefault(words("section_sheet", sheet=place.sheet) if place else words("section_file"), []).append(name)
    for sheet, names in sheets.items():
        letter.line(f"{sheet}: {', '.join(dict.fromkeys(names))}")
