"""An answer's findings as lines for people: one fault over many cells is one line with its cells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from processors.memory import Memory, identity
from processors.report import field_of, message_of
from templates.extract import Extracted
from templates.issued import Issued
from templates.words import say, texts
from validation.waivers import EXCUSED
from workbook.address import Cell
from workbook.finding import ERROR, INFO, WARNING, Finding, Place

TEXTS = "answers"
STYLES = {ERROR: "wrong", WARNING: "warn", INFO: ""}
ORDER = {ERROR: 0, WARNING: 1, INFO: 2}
BLANKS = frozenset({"REQUIRED", "NEEDED_WHEN", "NEEDED_WHEN_IS", "GROUP_INCOMPLETE", "TARGET_MISSING", "MISSING_LEVEL"})
"""Codes about a cell that holds nothing: there is nothing personal to withhold."""
_MOST_CELLS, _MOST_TEXTS, _MOST_SIGNS, _RUN = 24, 5, 500, 4
"""What a line shows at most: so many cells and different texts, and from `_RUN` cells below each other a range.

Every cell is marked in the twin whatever their number.
"""
_LINK_SIGNS = 18
"""Signs of a link: LibreOffice never wraps one, so longer lists of cells stand beside it."""


@dataclass(frozen=True)
class Answer:
    """What an answer is made from: the issued workbook, what was read and found, the file's name, digest and day.

    `seq` is the ledger's receiving number, 0 before it is stored; `stage` "" where the form has none. `memory` says
    what earlier attempts held.
    """

    issued: Issued
    extracted: Extracted
    findings: tuple[Finding, ...]
    file: str
    received: dt.date
    seq: int = 0
    sha256: str = ""
    stage: str = ""
    days_late: int = 0
    memory: Memory = field(default_factory=Memory)


@dataclass(frozen=True)
class Remark:
    """Findings of one severity, code, field and remedy, in the order of the form; `places` stand in the workbook shown.

    `places` is empty for a finding about the file as a whole. `whats` goes with `findings`. `states`: how each stands
    to the attempts before, empty on the first.
    """

    findings: tuple[Finding, ...]
    places: tuple[Place, ...]
    label: str
    whats: tuple[str, ...]
    fix: str
    example: str = ""
    states: tuple[str, ...] = ()
    personal: bool = False

    @property
    def severity(self) -> str:
        """Give the severity that all have."""
        return self.findings[0].severity

    @property
    def code(self) -> str:
        """Give the code that all have."""
        return self.findings[0].code


def words(key: str, **params: object) -> str:
    """Give a Thai sentence of the answers."""
    return say(TEXTS, key, "th", **params)


def in_twin(answer: Answer, place: Place | None) -> Place | None:
    """Give the place in the twin, where the form puts it; None for findings about the file."""
    if place is None or place.table is None or place.table not in answer.issued.layout.blocks:
        return place
    if place.field is None or place.record is None:
        return answer.issued.layout.title_place(place.table)
    return answer.issued.layout.place(place.table, place.record, place.field)


def remarks(answer: Answer, *, twin: bool) -> list[Remark]:
    """Group findings, errors first, then by their places in the form; `twin`: cells as the twin has them, else as sent."""
    found: dict[tuple[object, ...], list[tuple[Finding, Place | None, str, str]]] = {}
    placed = [(item, in_twin(answer, item.place) if twin else item.place) for item in answer.findings]
    for at, (finding, place) in enumerate(sorted(placed, key=lambda pair: _order(answer, *pair))):
        what, fix = message_of(_unnumbered(answer, finding), answer.issued.form, "th")
        # Findings about the file as a whole have no cells to gather; an excuse has reasons of its own.
        where = (place.sheet, place.table, place.field) if place else (at,)
        own = what if finding.code == EXCUSED else ""
        found.setdefault((finding.severity, finding.code, *where, fix, own), []).append((finding, place, what, fix))
    return [_remark(answer, members) for members in found.values()]


def _order(answer: Answer, finding: Finding, place: Place | None) -> tuple[int, ...]:
    if place is None:
        return ORDER[finding.severity], -1
    sheets = answer.issued.layout.sheets
    at = sheets.index(place.sheet) if place.sheet in sheets else len(sheets)
    return ORDER[finding.severity], at, place.cell.row, place.cell.col


def _unnumbered(answer: Answer, finding: Finding) -> Finding:
    """Take the record's number from the label, so that equal faults of a column read the same."""
    return replace(finding, place=replace(finding.place, label=_label(answer, finding.place))) if finding.place else finding


def _label(answer: Answer, place: Place) -> str:
    blocks = answer.issued.layout.blocks
    if place.table is None or place.table not in blocks or place.field is None:
        return place.label
    return blocks[place.table].table.field(place.field).label


def _remark(answer: Answer, members: Sequence[tuple[Finding, Place | None, str, str]]) -> Remark:
    findings = tuple(finding for finding, _, _, _ in members)
    places = tuple(place for _, place, _, _ in members if place is not None)
    known = answer.memory.states
    states = tuple(known[identity(item)] for item in findings if identity(item) in known)
    item = field_of(findings[0], answer.issued.form)
    rest = (_example(answer, findings[0]), states, item is not None and item.personal)
    if len(members) > 1:
        whats = tuple(what for _, _, what, _ in members)
        return Remark(findings, places, _label(answer, places[0]), whats, members[0][3], *rest)
    # One finding keeps the label with its record's number, in its sentence too.
    what, fix = message_of(findings[0], answer.issued.form, "th")
    return Remark(findings, places, places[0].label if places else "", (what,), fix, *rest)


def _example(answer: Answer, finding: Finding) -> str:
    """Show what right looks like: by the message, else by the field, else by its kind; "" where nothing is to be typed."""
    stated = texts("messages").get(finding.code, {}).get("example_th")
    item = field_of(finding, answer.issued.form)
    if stated is not None or item is None or item.locked:
        return str(stated or "")
    return item.example or str(texts(TEXTS)["th"].get(f"example_{item.kind}", ""))


def section_of(answer: Answer, remark: Remark) -> str:
    """Name the section of the form that a line belongs to: its sheet and table."""
    if not remark.places:
        return words("section_file")
    place = remark.places[0]
    blocks = answer.issued.layout.blocks
    if place.table is None or place.table not in blocks:
        return words("section_sheet", sheet=place.sheet)
    return words("section", sheet=place.sheet, title=blocks[place.table].table.title)


def cells_of(places: Iterable[Place]) -> list[Cell]:
    """Give the cells of places, each once."""
    return list(dict.fromkeys(place.cell for place in places))


def where(places: Sequence[Place]) -> tuple[str, str]:
    """Name the cells of one sheet: short enough for a link, and all of them where the link says only the first ("" else)."""
    if not places:
        return words("whole_file"), ""
    cells = cells_of(places)
    names = runs(cells)
    short = words("cells", cells=", ".join(names), count=len(cells)) if len(cells) > 1 else names[0]
    if len(short) <= _LINK_SIGNS:
        return short, ""
    left = len(cells) - 1
    listed = ", ".join(names[:_MOST_CELLS]) + (say("pages", "and_more") if len(names) > _MOST_CELLS else "")
    return cells[0].a1() + words("more", count=left), words("all_cells", cells=listed)


def runs(cells: Sequence[Cell]) -> list[str]:
    """Name cells in their order, long runs below each other as ranges."""
    found: list[list[Cell]] = []
    for cell in cells:
        if found and found[-1][-1] == Cell(cell.row - 1, cell.col):
            found[-1].append(cell)
        else:
            found.append([cell])
    names: list[str] = []
    for run in found:
        names += [f"{run[0].a1()}:{run[-1].a1()}"] if len(run) >= _RUN else [cell.a1() for cell in run]
    return names


def typed(remark: Remark) -> str:
    """Give what stood in the cells of a line: different texts once each, a blank as such, nothing personal."""
    if not remark.places:
        return ""
    if remark.personal and remark.code not in BLANKS:
        return words("withheld")
    raws = list(dict.fromkeys(item.raw or (words("blank") if item.code in BLANKS else "") for item in remark.findings))
    raws = [text for text in raws if text]
    text = ", ".join(raws[:_MOST_TEXTS]) + (say("pages", "and_more") if len(raws) > _MOST_TEXTS else "")
    return text[:_MOST_SIGNS]


def what_of(remark: Remark) -> str:
    """Say what is wrong: once where all cells have the same sentence, else by cell."""
    if len(set(remark.whats)) == 1:
        return remark.whats[0]
    pairs = [f"{place.cell.a1()}: {what}" for place, what in zip(remark.places, remark.whats, strict=True)]
    return "\n".join(pairs[:_MOST_TEXTS]) + (say("pages", "and_more") if len(pairs) > _MOST_TEXTS else "")


def state_of(remark: Remark) -> str:
    """Say how a line stands to the attempts before: one word, or words with their counts."""
    counts = {state: remark.states.count(state) for state in dict.fromkeys(remark.states)}
    if len(counts) == 1:
        return words(f"state_{remark.states[0]}")
    return "\n".join(words("state_many", state=words(f"state_{state}"), count=count) for state, count in counts.items())
