"""What the attempts before say about this one: findings new, still there, back or fixed, and what was answered otherwise.

Everything comes from the ledger's rows of the same agency, form and stage, never from names of files. What was forgotten
has no answers left and is no attempt any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from processors.compare import MOVED, Change, changes, same_answers
from processors.records import Return
from processors.wire import unpack_extracted, unpack_finding
from templates.extract import Extracted
from templates.issued import Issued
from templates.words import severity
from validation.gates import ACCEPTED, CONFLICT, RETURNED
from validation.waivers import EXCUSED
from workbook.finding import ERROR, WARNING, Finding, about_file

NEW, STILL, BACK, SEEN = "new", "still", "back", "seen"
"""How a finding stands to the attempts before. `SEEN`: its cell is as it was, and could be checked only now."""
ATTEMPTS = (ACCEPTED, RETURNED, CONFLICT)
"""Verdicts of files whose cells were judged, with all their findings in the ledger."""
HIDING = frozenset({"EMPTY_FORM", "OTHER_ISSUE"})
"""Findings in whose presence cells are not judged: what is not said then is not fixed."""
_BLANK = "REQUIRED"
_BLANKS = frozenset(
    {"NEEDED_WHEN", "NEEDED_WHEN_IS", "GROUP_INCOMPLETE", "TARGET_MISSING", "MISSING_LEVEL", "MARK_FOR_TEXT", "NONE_FOR_NUMBER"}
)
"""Codes of a cell without an answer: one fault, though the twin takes out the mark that stood there."""

Identity = tuple[str, ...]


@dataclass(frozen=True)
class Attempt:
    """An earlier file: its number and ISO day, what was found in it, what stood in it."""

    seq: int
    day: str
    verdict: str
    findings: tuple[Finding, ...]
    extracted: Extracted


@dataclass(frozen=True)
class Memory:
    """What is remembered when a file is answered; without `before` it is the first attempt.

    `states` are of errors and warnings, by identity. `fixed`: errors of the attempt before that are gone.
    `counting` is the return that counted, None when there is none or it is `before` itself. `compared`: the attempt
    whose findings these were compared with, which is `before` unless that was not judged.
    """

    before: Attempt | None = None
    compared: Attempt | None = None
    counting: Attempt | None = None
    states: Mapping[Identity, str] = field(default_factory=dict)
    fixed: tuple[Finding, ...] = ()
    changed: tuple[Change, ...] = ()
    changed_counting: tuple[Change, ...] = ()
    unchanged: bool = False

    def count(self, findings: Sequence[Finding], state: str) -> int:
        """Count errors of a state."""
        return sum(1 for item in findings if item.severity == ERROR and self.states.get(identity(item)) == state)


def identity(finding: Finding) -> Identity:
    """Name a finding over attempts: its code and field, else its sheet and cell, else what it says of the file."""
    place = finding.place
    code = _BLANK if finding.code in _BLANKS else finding.code
    if place is None:
        return code, finding.params.get("sheet", "")
    if place.table is None or place.field is None or place.record is None:
        return code, place.sheet, place.cell.a1()
    return code, place.table, place.field, str(place.record)


def attempts(earlier: Sequence[Return], stage: str) -> list[Return]:
    """Keep the attempts of a stage, in their order; a file that states no stage may be one at any."""
    return [
        item
        for item in earlier
        if item.verdict in ATTEMPTS and item.extracted and (item.stage == stage or "" in (item.stage, stage))
    ]


def remember(issued: Issued, now: tuple[Extracted, Sequence[Finding]], earlier: Sequence[Return], stage: str) -> Memory:
    """Compare a file with the attempts before it (rows of the same agency and form, in the ledger's order)."""
    extracted, findings = now
    tried = attempts(earlier, stage)
    if not tried:
        return Memory()
    before = _attempt(tried[-1])
    counted = next((item for item in reversed(tried) if item.verdict == ACCEPTED and item.stage == stage), None)
    counting = _attempt(counted) if counted is not None and counted.seq != before.seq else None
    changed = changes(issued, before.extracted, extracted)
    same = _identities(findings) == _identities(before.findings)
    # Attempts whose cells were not judged say nothing of what stood in them.
    told = [(item, _findings(item)) for item in tried]
    judged = told if _hides(findings) else [(item, found) for item, found in told if not _hides(found)]
    compared = before if not judged or judged[-1][0].seq == before.seq else _attempt(judged[-1][0])
    fixed = _fixed(compared.findings, findings, extracted) if judged else ()
    states = _states(findings, [found for _, found in judged])
    moved = changed if compared is before else changes(issued, compared.extracted, extracted)
    return Memory(
        before=before,
        compared=compared,
        counting=counting,
        states=_seen(states, findings, _readable(compared, fixed), moved),
        fixed=fixed,
        changed=changed,
        changed_counting=changes(issued, counting.extracted, extracted) if counting else (),
        unchanged=same and not [item for item in changed if item.kind != MOVED],
    )


def _attempt(item: Return) -> Attempt:
    return Attempt(item.seq, item.received, item.verdict, _findings(item), unpack_extracted(item.extracted))


def _findings(item: Return) -> tuple[Finding, ...]:
    return tuple(unpack_finding(one) for one in item.findings)


def _identities(findings: Sequence[Finding]) -> set[Identity]:
    return {identity(item) for item in findings if item.severity in (ERROR, WARNING)}


def _states(findings: Sequence[Finding], before: Sequence[Sequence[Finding]]) -> dict[Identity, str]:
    """Say of each finding whether the last attempt had it, an earlier one, or none."""
    had = [_identities(found) for found in before]
    last, ever = had[-1] if had else (), {item for one in had for item in one}
    return {item: STILL if item in last else BACK if item in ever else NEW for item in _identities(findings)}


def _readable(before: Attempt, fixed: Sequence[Finding]) -> bool:
    """Tell whether a cell that could not be read, or held nothing, is mended since: then more can be checked than before."""
    bad = {(before.extracted.places[key].sheet, before.extracted.places[key].cell) for key in before.extracted.bad}
    return any(
        identity(item)[0] == _BLANK or (item.place.sheet, item.place.cell) in bad for item in fixed if item.place is not None
    )


def _seen(
    states: dict[Identity, str], findings: Sequence[Finding], readable: bool, changed: Sequence[Change]
) -> dict[Identity, str]:
    """Tell what is new from what stands in a cell that is as it was, and could be checked only now."""
    if not readable:
        return states
    touched = {(item.place.table, item.place.field, item.place.record) for item in changed}
    late = {
        identity(item)
        for item in findings
        if item.place is not None and (item.place.table, item.place.field, item.place.record) not in touched
    }
    return {item: SEEN if state == NEW and item in late else state for item, state in states.items()}


def _fixed(before: Sequence[Finding], findings: Sequence[Finding], now: Extracted) -> tuple[Finding, ...]:
    """Give the errors that are gone: not those excused now, of cells that are wrong otherwise, or that were not judged."""
    if _hides(findings):
        return ()
    excused = {(item.params.get("code", ""), *_cell(item)) for item in findings if item.code == EXCUSED}
    present = _identities(findings) | excused
    wrong = {_cell(item) for item in findings if item.severity == ERROR and item.place is not None}
    # Behind a block that was pasted aside the cells of its table were not judged.
    aside = {item.place.table for item in findings if item.code == "SHIFTED" and item.place is not None}
    return tuple(
        item
        for item in before
        if item.severity == ERROR and identity(item) not in present and not _unknown(item, now)
        and (item.place is None or (_cell(item) not in wrong and item.place.table not in aside))
    )  # fmt: skip


def _hides(findings: Sequence[Finding]) -> bool:
    return any(item.code in HIDING for item in findings)


def _cell(finding: Finding) -> Identity:
    return identity(finding)[1:]


def _unknown(finding: Finding, now: Extracted) -> bool:
    """Tell whether a finding is of a table that this file lost."""
    return finding.place is not None and finding.place.table is not None and finding.place.table not in now.answers


def looks_older(earlier: Sequence[Return], stage: str, extracted: Extracted, saved_at: str) -> list[Finding]:
    """Warn of a file that looks older than the return that counts: it says what was replaced before, or was saved earlier.

    `saved_at` (ISO, "" unknown) is what the file says of itself: a hint that never decides. A later file with answers of
    its own gets no warning, and one that answers as the counting one does neither.
    """
    counted = [item for item in earlier if item.verdict == ACCEPTED and item.stage == stage and item.extracted]
    if not counted or same_answers(counted[-1].extracted["answers"], extracted.answers):
        return []
    now = counted[-1]
    replaced = next((item for item in reversed(counted) if same_answers(item.extracted["answers"], extracted.answers)), None)
    if replaced is not None:
        params = {"seq": f"{replaced.seq:06d}", "current": f"{now.seq:06d}"}
        return [about_file("OLDER_ANSWERS", severity("OLDER_ANSWERS"), **params)]
    if saved_at and now.saved_at and saved_at < now.saved_at:
        return [about_file("OLDER_SAVED", severity("OLDER_SAVED"), current=f"{now.seq:06d}")]
    return []
