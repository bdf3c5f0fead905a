"""An answer's findings as lines for people: one fault over many cells is one line with its cells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from processors.memory import Memory, identity
from processors.report import WITHHELD_PARAMS, field_of, message_of
from templates.extract import Extracted
from templates.issued import Issued
from templates.words import fill, say, texts
from validation.trials import ON_TRIAL
from validation.waivers import EXCUSED
from workbook.finding import ERROR, INFO, WARNING, Finding, Place

TEXTS = "answers"
STYLES = {ERROR: "wrong", WARNING: "warn", INFO: ""}
ORDER = {ERROR: 0, WARNING: 1, INFO: 2}
BLANKS = frozenset({"REQUIRED", "NEEDED_WHEN", "NEEDED_WHEN_IS", "GROUP_INCOMPLETE", "TARGET_MISSING", "MISSING_LEVEL"})
"""Codes about a cell that holds nothing: there is nothing personal to withhold."""
BESIDE = ("OUTSIDE_TABLE", "NOT_READ")
"""Codes of what was typed where no question stands: it is in the file that was sent, and not in the twin."""
MENDED = frozenset({"LOCKED_CHANGED", "HIDDEN_ANSWER", "EXTERNAL_LINKS", "SHOWN_OTHERWISE"})
"""Codes of errors that the twin has no more: nothing is left but to look and to send it."""
_PUT_IN = frozenset(
    {
        "THAI_WORD", "DIRECTION_WORD", "APPROX", "COMPARATOR", "MAYBE_FRACTION", "BE_2DIGIT_AS_19XX", "BE_AS_CE", "CE_2DIGIT",
        "VAGUE",
    }
)  # fmt: skip
"""Codes of answers that stand in the twin as they were read (`value`), so that nobody need type them again."""
_AS_ONE = frozenset({"HIDDEN_ANSWER"})
"""Codes that are one fault of a table, whatever its fields: a hidden row hides all of them."""
_BRIEF = 60
"""Signs of what was typed that an answer shows."""


@dataclass(frozen=True)
class Answer:
    """What an answer is made from: the issued workbook, what was read and found, the file's name, digest and day.

    `seq` is the ledger's receiving number, 0 before it is stored; `stage` "" where the form has none. `memory` says
    what earlier attempts held. `banner`: what to say before all else. `void`: the correction workbooks that this replaces.
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
    banner: str = ""
    void: tuple[str, ...] = ()


@dataclass(frozen=True)
class Remark:
    """Findings of one severity, code, field and remedy, in the order of the form; `places` stand in the workbook shown.

    `places` is empty for a finding about the file as a whole. `whats` goes with `findings`. `states`: how each stands
    to the attempts before, empty on the first. `listed`: cells differ in what was typed only, so they are told with it.
    """

    findings: tuple[Finding, ...]
    places: tuple[Place, ...]
    label: str
    whats: tuple[str, ...]
    fix: str
    example: str = ""
    states: tuple[str, ...] = ()
    personal: bool = False
    listed: bool = False

    @property
    def mended(self) -> bool:
        """Tell whether nothing is left to mend in the twin."""
        return self.severity == ERROR and self.code in MENDED

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
    placed = [(item, _shown_at(answer, item, twin)) for item in map(brief, answer.findings)]
    for at, (finding, place) in enumerate(sorted(placed, key=lambda pair: _order(answer, *pair))):
        what, fix = said(answer, _unnumbered(answer, finding), twin=twin)
        # An excuse has reasons of its own, a new question is no gap of what was sent.
        own = what if finding.code == EXCUSED else finding.params.get("fresh", "")
        found.setdefault((finding.severity, finding.code, *_where(finding, place, at), fix, own), []).append(
            (finding, place, what, fix)
        )
    return [_remark(answer, members, twin) for members in found.values()]


def _shown_at(answer: Answer, finding: Finding, twin: bool) -> Place | None:
    return in_twin(answer, finding.place) if twin and finding.code not in BESIDE else finding.place


def _where(finding: Finding, place: Place | None, at: int) -> tuple[object, ...]:
    """Name what the cells of one line have in common; findings about the file as a whole have no cells to gather."""
    if place is None:
        return (at,)
    return (place.sheet, place.table) if finding.code in _AS_ONE else (place.sheet, place.table, place.field)


def brief(finding: Finding) -> Finding:
    """Shorten what was typed: whoever needs all of it looks into the cell."""
    params = {key: _cut(value) if key in (*WITHHELD_PARAMS, "text") else value for key, value in finding.params.items()}
    return replace(finding, raw=_cut(finding.raw), params=params)


def _cut(text: str) -> str:
    return text if len(text) <= _BRIEF else text[:_BRIEF].rstrip() + say("pages", "and_more")


def said(answer: Answer, finding: Finding, *, twin: bool) -> tuple[str, str]:
    """Give what is wrong and the remedy; in the twin some need less than in the file that was sent."""
    what, fix = message_of(finding, answer.issued.form, "th")
    if "fresh" in finding.params:
        what = words("fresh_field", issue=finding.params["fresh"])
    if twin and finding.code in _PUT_IN:
        return what, words("put_in_all")
    return what, str(texts(TEXTS)["twin"].get(finding.code, fix)) if twin else fix


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


def _remark(answer: Answer, members: Sequence[tuple[Finding, Place | None, str, str]], twin: bool) -> Remark:
    findings = tuple(finding for finding, _, _, _ in members)
    places = tuple(place for _, place, _, _ in members if place is not None)
    known = answer.memory.states
    states = tuple(known[identity(item)] for item in findings if identity(item) in known)
    item = field_of(findings[0], answer.issued.form)
    personal = item is not None and item.personal
    beside = findings[0].code in BESIDE and bool(places)
    rest = (_example(answer, findings[0], twin), states, personal)
    if len(members) == 1:
        # One finding keeps the label with its record's number, in its sentence too.
        what, fix = said(answer, findings[0], twin=twin)
        value = findings[0].params.get("value", "")
        if twin and value and not personal and findings[0].code in _PUT_IN:
            fix = words("put_in", value=value)
        return Remark(findings, places, places[0].label if places else "", (what,), fix, *rest, beside)
    whats, listed = tuple(what for _, _, what, _ in members), beside
    if len(set(whats)) > 1 and not personal:
        once = _once(answer, findings)
        whats, listed = ((once,) * len(members), findings[0].code not in _AS_ONE) if once else (whats, listed)
    label = _labels(places) if findings[0].code in _AS_ONE else _label(answer, places[0])
    return Remark(findings, places, label, whats, members[0][3], *rest, listed)


def _labels(places: Sequence[Place]) -> str:
    names = list(dict.fromkeys(place.label for place in places))
    return names[0] + (words("more_labels", count=len(names) - 1) if len(names) > 1 else "")


def _once(answer: Answer, findings: Sequence[Finding]) -> str:
    """Say the same of all cells in one sentence without what was typed in each; "" when more differs than that."""
    code, count = findings[0].code, len(findings)
    plain = str(texts(TEXTS)["together"].get(code, texts("messages")[code]["th"]))
    for cut in texts(TEXTS)["th"]["once_cuts"]:
        plain = plain.replace(cut, texts(TEXTS)["th"]["once_put"])
    if "{raw}" in plain or any(ON_TRIAL in item.params for item in findings):
        return ""
    places = (item.place for item in findings if item.place)
    labels = [_label(answer, place) for place in places]
    said = {
        fill(plain, {**item.params, "label": label, "count": str(count)}) for item, label in zip(findings, labels, strict=True)
    }
    return said.pop() if len(said) == 1 else ""


def _example(answer: Answer, finding: Finding, twin: bool) -> str:
    """Show what right looks like: by the message, else by the field, else by its kind; "" where nothing is to be typed."""
    if twin and finding.code in (*MENDED, *_PUT_IN, *BESIDE):
        return ""
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
