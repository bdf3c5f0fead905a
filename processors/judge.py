"""From readings to verdicts: cells, deadlines, frozen plans, older serials, conflicts; what the ledger will hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from processors.memory import looks_older
from processors.planned import changed_plan
from processors.season import Season
from processors.standing import Counted, answers_of, counted, find_issued
from processors.store import Ledger, Return, dumps
from processors.supervise import Reading
from processors.wire import pack_extracted, pack_finding
from templates.extract import Extracted
from templates.issued import Issued
from templates.lists import thai_date
from templates.passport import Passport, verifies
from templates.prefill import Answers
from templates.stages import frozen_fields, stage_of, stages
from templates.words import severity
from validation import gates
from validation.check import Filed, check
from validation.gates import ACCEPTED, CONFLICT, DUPLICATE, SUPERSEDED, UNREADABLE
from validation.trials import soften
from validation.waivers import excuse
from workbook.finding import ERROR, Finding, about_file


@dataclass(frozen=True)
class Judged:
    """One judged file: what goes to the ledger, and what answers are made from (None when it was not read)."""

    returned: Return
    findings: tuple[Finding, ...]
    issued: Issued | None = None
    extracted: Extracted | None = None


def gate_season(season: Season, ledger: Ledger, as_of: dt.date) -> gates.Season:
    """Give what admission needs to know of a season."""

    def issued(passport: Passport) -> Issued | None:
        row = ledger.issued(passport.form, passport.agency, passport.serial)
        # A ledger that was begun anew counts serials anew: the issue must agree too.
        return find_issued(season, row) if row is not None and row.issue == passport.issue else None

    return gates.Season(
        fiscal_year=season.fiscal_year,
        frameworks=season.frameworks,
        as_of=as_of,
        agencies=season.recipient_codes(),
        sealed=frozenset(ledger.sealed()),
        verify=lambda passport: verifies(passport, season.secret),
        issued=issued,
    )


def judge(
    season: Season,
    ledger: Ledger,
    as_of: dt.date,
    readings: Sequence[tuple[bytes, str, Reading]],
    *,
    came: Mapping[bytes, dt.date] | None = None,
) -> list[Judged]:
    """Judge (path, sha256, reading) of one night together: pandera once per table; the order given is kept.

    `came`: the day of reception by path, where it is not `as_of`.
    """
    now = counted(ledger)
    filed = {
        at: Filed(reading.admission.issued, reading.extracted, earlier(now, reading.admission.issued))
        for at, (_, _, reading) in enumerate(readings)
        if reading.extracted is not None and reading.admission.issued is not None and not reading.admission.verdict
    }
    cells = dict(zip(filed, check(list(filed.values())), strict=True))
    night = Night(season, as_of, now, ledger.of_agency)
    judged = []
    for at, source in enumerate(readings):
        mine = replace(night, as_of=(came or {}).get(source[0], as_of))
        judged.append(_read(mine, source, filed[at], cells[at]) if at in filed else _unread(mine, *source))
    return _conflicts(judged)


def earlier(now: Counted, issued: Issued) -> dict[str, Answers]:
    """Give the accepted answers of the same agency by form, for rules that compare rounds."""
    best = {form.id: now.best(form, issued.passport.agency) for form in issued.framework.forms}
    return {form_id: answers_of(found) for form_id, found in best.items() if found is not None}


@dataclass(frozen=True)
class Night:
    """What a file is judged against: the season, the day, what counted before, all that came of a form and agency."""

    season: Season
    as_of: dt.date
    now: Counted
    before: Callable[[str, str], Sequence[Return]] = lambda form, agency: ()


def _unread(night: Night, path: bytes, sha256: str, reading: Reading) -> Judged:
    """Judge a file whose cells are not judged: refused, or of another issue, whose answers are kept to be moved."""
    admission, extracted = reading.admission, reading.extracted
    passport, issued = admission.passport, admission.issued
    verdict = admission.verdict or UNREADABLE
    findings, stage = admission.findings, ""
    if issued is not None and extracted is not None:
        stage = stage_of(issued.form, extracted.answers)
        older = _older(night, issued, stage)
        verdict, findings = (SUPERSEDED, (older,)) if older else (verdict, findings)
    returned = Return(
        path=path,
        sha256=sha256,
        verdict=verdict,
        form=passport.form if passport else "",
        issue=passport.issue if passport else "",
        agency=passport.agency if passport and verdict != gates.NOT_OURS else "",
        serial=passport.serial if passport else "",
        stage=stage,
        findings=[pack_finding(item) for item in findings],
        extracted=pack_extracted(extracted) if extracted else {},
        saved_by=reading.saved_by,
        received=night.as_of.isoformat(),
        saved_at=reading.saved_at,
        known=passport is not None and verifies(passport, night.season.secret),
    )
    return Judged(returned, findings, issued, extracted)


def _read(night: Night, source: tuple[bytes, str, Reading], filed: Filed, cells: Sequence[Finding]) -> Judged:
    path, sha256, reading = source
    issued, extracted = filed.issued, filed.extracted
    stage = stage_of(issued.form, extracted.answers)
    days, findings = findings_of(night, filed, (reading.admission.findings, cells))
    findings += _looks_older(night, filed, (stage, reading.saved_at), findings)
    verdict, flags = gates.settle(findings, days)
    older = _older(night, issued, stage)
    if older is not None:
        verdict, flags, findings = SUPERSEDED, (), [older]
    passport = issued.passport
    returned = Return(
        path=path, sha256=sha256, verdict=verdict, form=passport.form, issue=passport.issue, agency=passport.agency,
        serial=passport.serial, stage=stage, flags=flags, findings=[pack_finding(item) for item in findings],
        extracted=pack_extracted(extracted), saved_by=reading.saved_by, received=night.as_of.isoformat(),
        days_late=days, saved_at=reading.saved_at, known=True,
    )  # fmt: skip
    return Judged(returned, tuple(findings), issued, extracted)


def _looks_older(night: Night, filed: Filed, known: tuple[str, str], findings: Sequence[Finding]) -> list[Finding]:
    """Warn when a file that would be accepted looks older than the return of its stage (in `known`) that counts."""
    stage, saved_at = known
    who = filed.issued.form.full_id, filed.issued.passport.agency
    if (*who, stage) not in night.now.returns or any(item.severity == ERROR for item in findings):
        return []
    return looks_older(night.before(*who), stage, filed.extracted, saved_at)


def findings_of(
    night: Night, filed: Filed, known: tuple[Sequence[Finding], Sequence[Finding]]
) -> tuple[int, list[Finding]]:
    """Give (days late, findings) of a file: what the gates and the cells (`known`) say, the frozen plan, the deadline.

    Exceptions and rules on trial have been applied.
    """
    admitted, cells = known
    issued, season = filed.issued, night.season
    stage = stage_of(issued.form, filed.extracted.answers)
    whole = [*admitted, *filed.extracted.findings]
    # A form that says nothing at all would only repeat itself cell by cell.
    empty = any(item.code == "EMPTY_FORM" for item in whole)
    form, framework = issued.form, season.frameworks[issued.form.framework]
    frozen = changed_plan(night.now, filed, stage, frozen_fields(framework, form.id))
    days, late = _late(night, issued, stage)
    found = [*whole, *([] if empty else [*cells, *frozen]), *late]
    found = excuse(found, issued.passport.agency, night.as_of, season.waivers)
    return days, soften(found, form.full_id, framework.round_of(form.id).id, season.trials)


def _late(night: Night, issued: Issued, stage: str) -> tuple[int, list[Finding]]:
    """Reckon lateness against the effective deadline (domain V12); 0 where no source states one."""
    deadline = issued.framework.deadline(issued.form.id, stage)
    if deadline is None or night.as_of <= deadline.date:
        return 0, []
    days = (night.as_of - deadline.date).days
    return days, [about_file("LATE", severity("LATE"), days=str(days), closes=thai_date(deadline.date))]


def _older(night: Night, issued: Issued, stage: str) -> Finding | None:
    """Say when a newer serial or a later stage counts already."""
    passport = issued.passport
    order = stages(issued.form)
    for (form, agency, known_stage), item in night.now.returns.items():
        if (form, agency) != (passport.form, passport.agency):
            continue
        later = stage in order and known_stage in order and order.index(known_stage) > order.index(stage)
        if int(item.serial) > int(passport.serial) or later:
            return about_file("SUPERSEDED", severity("SUPERSEDED"), serial=item.serial)
    return None


def _conflicts(judged: list[Judged]) -> list[Judged]:
    """Settle several accepted files of one agency, form and stage in one night.

    The newest serial counts; equal answers count once; different answers under one serial are a conflict.
    """
    groups: dict[tuple[str, str, str], list[int]] = {}
    for at, item in enumerate(judged):
        if item.returned.verdict == ACCEPTED:
            key = (item.returned.form, item.returned.agency, item.returned.stage)
            groups.setdefault(key, []).append(at)
    for members in groups.values():
        if len(members) > 1:
            _settle_group(judged, members)
    _later_stage(judged)
    return judged


def _later_stage(judged: list[Judged]) -> None:
    """Let the later stage count where two stages of one agency come in one night, whatever their names."""
    best: dict[tuple[str, str], tuple[int, str]] = {}
    accepted = [at for at, item in enumerate(judged) if item.returned.verdict == ACCEPTED and item.issued is not None]
    for at in accepted:
        item, issued = judged[at].returned, judged[at].issued
        assert issued is not None
        order = stages(issued.form)
        rank = order.index(item.stage) if item.stage in order else 0
        best[item.form, item.agency] = max(best.get((item.form, item.agency), (-1, "")), (rank, item.stage))
    for at in accepted:
        item = judged[at].returned
        if best[item.form, item.agency][1] != item.stage:
            finding = about_file("SUPERSEDED", severity("SUPERSEDED"), serial=item.serial)
            judged[at] = _again(judged[at], SUPERSEDED, finding)


def _settle_group(judged: list[Judged], members: Sequence[int]) -> None:
    newest = max(int(judged[at].returned.serial) for at in members)
    first: dict[str, int] = {}
    for at in members:
        item = judged[at].returned
        if int(item.serial) < newest:
            finding = about_file("SUPERSEDED", severity("SUPERSEDED"), serial=f"{newest:04d}")
            judged[at] = _again(judged[at], SUPERSEDED, finding)
            continue
        same = dumps(item.extracted["answers"])
        if same in first:
            name = shown(judged[first[same]].returned.path)
            finding = about_file("DUPLICATE_FILE", severity("DUPLICATE_FILE"), first=name)
            judged[at] = _again(judged[at], DUPLICATE, finding)
        else:
            first[same] = at
    if len(first) > 1:
        names = {at: shown(judged[at].returned.path) for at in first.values()}
        for at in first.values():
            other = ", ".join(name for key, name in names.items() if key != at)
            judged[at] = _again(judged[at], CONFLICT, about_file("CONFLICT", ERROR, other=other))


def _again(item: Judged, verdict: str, finding: Finding) -> Judged:
    findings = (finding, *item.findings)
    packed = [pack_finding(one) for one in findings]
    return replace(item, returned=replace(item.returned, verdict=verdict, findings=packed), findings=findings)


def shown(path: bytes) -> str:
    """Show a path of the share to people: bytes that are no text, line ends and control signs are escaped."""
    text = path.decode("utf-8", "backslashreplace")
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii") for sign in text)
