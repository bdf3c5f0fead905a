"""The present rules over all stored returns: who would newly fail, who would newly pass; stores nothing.

Every file is read again from the archive by the edition of the form that it was issued with; its answers are then put
to the questions of the present form (rules, limits, what is required), with today's exceptions and rules on trial, as
of the day it was received and against what had been accepted on days before that. What is left out: whether the round
is closed by now, which issue of the form it was, and the settling of several files of one night; none of them is a rule.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from processors.judge import Night, earlier, findings_of, shown
from processors.reading import Progress, read
from processors.season import Season
from processors.standing import Counted
from processors.store import Ledger, Return
from processors.supervise import Reading
from processors.wire import unpack_finding
from templates.issued import Issued
from templates.seating import seat
from templates.spec import Form
from validation import gates
from validation.check import Filed, check
from workbook.finding import INFO, Finding

JUDGED = (gates.ACCEPTED, gates.RETURNED)
"""Verdicts that follow from the rules; the others follow from what else came."""
_ISSUES = frozenset({"OTHER_ISSUE", "OLDER_ISSUE"})

Key = tuple[str, str, str, str]
"""What makes two findings the same: code, severity, sheet, cell."""


@dataclass(frozen=True)
class Change:
    """One return whose verdict or findings would be others. `fresh` are the findings that it has not now."""

    returned: Return
    form: Form
    verdict: str
    fresh: tuple[Finding, ...]

    @property
    def fails(self) -> bool:
        """Tell whether it would newly go back."""
        return self.verdict != gates.ACCEPTED and self.returned.verdict == gates.ACCEPTED

    @property
    def passes(self) -> bool:
        """Tell whether it would newly be accepted."""
        return self.verdict == gates.ACCEPTED and self.returned.verdict == gates.RETURNED


@dataclass(frozen=True)
class Rehearsal:
    """What a rehearsal saw: how many returns were judged again, what changed, and what was left out and why."""

    read: int
    changes: tuple[Change, ...]
    forgotten: int
    missing: int
    other: int

    @property
    def status(self) -> int:
        """Give the exit status: 3 when somebody would newly fail, else 0."""
        return 3 if any(item.fails for item in self.changes) else 0


def rehearse(season: Season, ledger: Ledger, round_id: str = "", *, tell: Progress | None = None) -> Rehearsal:
    """Judge all stored returns (of one round, "" = all) by the present rules; stores nothing."""
    forms = {form.full_id: form for form in season.forms() if round_id in ("", form.round)}
    gone = {item.seq for item in ledger.forgotten()}
    stored = [item for item in ledger.of_verdicts(gates.VERDICTS) if item.form in forms]
    judged = [item for item in stored if _by_rules(item) and item.seq not in gone]
    found = [item for item in judged if _archived(season, item).is_file()]
    # The last day there is: every round is open.
    readings = read(season, ledger, dt.date.max, [_archived(season, item) for item in found], tell=tell, again=True)
    changes = _judge(season, ledger, [(item, reading) for item, reading in zip(found, readings, strict=True)])
    return Rehearsal(
        read=len(found),
        changes=tuple(item for item in changes if item.fails or item.passes or item.fresh),
        forgotten=sum(1 for item in stored if item.seq in gone),
        missing=len(judged) - len(found),
        other=sum(1 for item in stored if not _by_rules(item) and item.seq not in gone),
    )


def _by_rules(item: Return) -> bool:
    """Tell whether a verdict followed from the rules: not from the issue of the form, nor from what else came."""
    return item.verdict in JUDGED and bool(item.extracted) and not any(packed[0] == "OTHER_ISSUE" for packed in item.findings)


def _archived(season: Season, item: Return) -> Path:
    return season.archive / item.sha256[:2] / (item.sha256 or "-")


def _judge(season: Season, ledger: Ledger, read_again: Sequence[tuple[Return, Reading]]) -> list[Change]:
    """Judge together, pandera once per table; gives one change (or none) per return, in ledger order."""
    nights = _nights(season, ledger)
    filed: dict[int, Filed] = {}
    for at, (item, reading) in enumerate(read_again):
        issued, extracted = reading.admission.issued, reading.extracted
        if issued is not None and extracted is not None:
            present = _present(season, issued)
            now = nights[item.received].now
            filed[at] = Filed(present, seat(issued, extracted, present).extracted, earlier(now, present))
    cells = dict(zip(filed, check(list(filed.values())), strict=True))
    changes = []
    for at, (item, reading) in enumerate(read_again):
        admitted = [one for one in reading.admission.findings if one.code not in _ISSUES]
        if at in filed:
            days, findings = findings_of(nights[item.received], filed[at], (admitted, cells[at]))
            verdict, _ = gates.settle(findings, days)
            form = filed[at].issued.form
        else:
            (form,) = season.forms(item.form)
            findings, verdict = admitted, reading.admission.verdict or gates.UNREADABLE
        changes.append(Change(item, form, verdict, _fresh(item, findings)))
    return changes


def _present(season: Season, issued: Issued) -> Issued:
    """Give an issued workbook as the present form would have made it, with the locked values that it carried."""
    framework = season.frameworks[issued.form.framework]
    form = framework.form(issued.form.id)
    return issued if issued.form == form else replace(issued, framework=framework, form=form)


def _nights(season: Season, ledger: Ledger) -> Mapping[str, Night]:
    """Give, by day, what a file received on it is judged against: the newest accepted return of days before."""
    nights: dict[str, Night] = {}
    counted: dict[tuple[str, str, str], Return] = {}
    fresh: list[Return] = []
    for item in ledger.of_verdicts(gates.VERDICTS):
        if item.received not in nights:
            counted = {**counted, **{(one.form, one.agency, one.stage): one for one in fresh}}
            fresh = []
            nights[item.received] = Night(season, dt.date.fromisoformat(item.received), Counted(counted))
        if item.verdict == gates.ACCEPTED and item.extracted:
            fresh.append(item)
    return nights


def _fresh(item: Return, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Give the errors and warnings that a return has not now; one more of a kind at the same cell counts too."""
    had = Counter(_key(unpack_finding(packed)) for packed in item.findings)
    fresh = []
    for finding in findings:
        key = _key(finding)
        if finding.severity == INFO:
            continue
        if had[key]:
            had[key] -= 1
        else:
            fresh.append(finding)
    return tuple(fresh)


def _key(finding: Finding) -> Key:
    place = finding.place
    return finding.code, finding.severity, place.sheet if place else "", place.cell.a1() if place else ""


def file_of(change: Change) -> str:
    """Name the file of a change as it came."""
    return shown(change.returned.path)
