"""From readings to verdicts: cells, deadlines, frozen plans, older serials, conflicts; what the ledger will hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from processors.season import Season
from processors.standing import Counted, answers_of, counted, issued_of
from processors.store import Ledger, Return, dumps
from processors.supervise import Reading
from processors.wire import pack_extracted, pack_finding
from templates.extract import Extracted
from templates.issued import Issued
from templates.kinds import KINDS
from templates.lists import thai_date
from templates.passport import Passport, verifies
from templates.prefill import Answers
from templates.spec import Field
from templates.stages import frozen_fields, stage_of, stages
from templates.words import severity
from validation import gates
from validation.check import Filed, check, place_of
from validation.gates import ACCEPTED, CONFLICT, DUPLICATE, SUPERSEDED, UNREADABLE
from validation.waivers import excuse
from workbook.finding import ERROR, Finding, about_file, at_cell


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
        return issued_of(season, row) if row is not None else None

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
    season: Season, ledger: Ledger, as_of: dt.date, readings: Sequence[tuple[bytes, str, Reading]]
) -> list[Judged]:
    """Judge (path, sha256, reading) of one night together: pandera once per table; the order given is kept."""
    now = counted(ledger)
    filed = {
        at: Filed(reading.admission.issued, reading.extracted, _earlier(now, reading.admission.issued))
        for at, (_, _, reading) in enumerate(readings)
        if reading.extracted is not None and reading.admission.issued is not None
    }
    cells = dict(zip(filed, check(list(filed.values())), strict=True))
    judged = []
    for at, (path, sha256, reading) in enumerate(readings):
        if at in filed:
            judged.append(_read(_Night(season, as_of, now), (path, sha256, reading), filed[at], cells[at]))
        else:
            judged.append(_unread(as_of, path, sha256, reading))
    return _conflicts(judged)


def _earlier(now: Counted, issued: Issued) -> dict[str, Answers]:
    """Give the accepted answers of the same agency by form, for rules that compare rounds."""
    best = {form.id: now.best(form, issued.passport.agency) for form in issued.framework.forms}
    return {form_id: answers_of(found) for form_id, found in best.items() if found is not None}


@dataclass(frozen=True)
class _Night:
    season: Season
    as_of: dt.date
    now: Counted


def _unread(as_of: dt.date, path: bytes, sha256: str, reading: Reading) -> Judged:
    admission = reading.admission
    passport = admission.passport
    verdict = admission.verdict or UNREADABLE
    returned = Return(
        path=path,
        sha256=sha256,
        verdict=verdict,
        form=passport.form if passport else "",
        issue=passport.issue if passport else "",
        agency=passport.agency if passport and verdict != gates.NOT_OURS else "",
        serial=passport.serial if passport else "",
        findings=[pack_finding(item) for item in admission.findings],
        saved_by=reading.saved_by,
        received=as_of.isoformat(),
    )
    return Judged(returned, admission.findings, admission.issued, None)


def _read(night: _Night, source: tuple[bytes, str, Reading], filed: Filed, cells: Sequence[Finding]) -> Judged:
    path, sha256, reading = source
    issued, extracted = filed.issued, filed.extracted
    stage = stage_of(issued.form, extracted.answers)
    whole = [*reading.admission.findings, *extracted.findings]
    # A form that says nothing at all would only repeat itself cell by cell.
    empty = any(item.code == "EMPTY_FORM" for item in whole)
    findings = [*whole, *([] if empty else [*cells, *_frozen(night, filed, stage)])]
    days, late = _late(night, issued, stage)
    findings += late
    findings = excuse(findings, issued.passport.agency, night.as_of, night.season.waivers)
    verdict, flags = gates.settle(findings, days)
    older = _older(night, issued, stage)
    if older is not None:
        verdict, flags, findings = SUPERSEDED, (), [older]
    passport = issued.passport
    returned = Return(
        path=path, sha256=sha256, verdict=verdict, form=passport.form, issue=passport.issue, agency=passport.agency,
        serial=passport.serial, stage=stage, flags=flags, findings=[pack_finding(item) for item in findings],
        extracted=pack_extracted(extracted), saved_by=reading.saved_by, received=night.as_of.isoformat(),
        days_late=days,
    )  # fmt: skip
    return Judged(returned, tuple(findings), issued, extracted)


def _late(night: _Night, issued: Issued, stage: str) -> tuple[int, list[Finding]]:
    """Reckon lateness against the effective deadline (domain V12); 0 where no source states one."""
    deadline = issued.framework.deadline(issued.form.id, stage)
    if deadline is None or night.as_of <= deadline.date:
        return 0, []
    days = (night.as_of - deadline.date).days
    return days, [about_file("LATE", severity("LATE"), days=str(days), closes=thai_date(deadline.date))]


def _older(night: _Night, issued: Issued, stage: str) -> Finding | None:
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


def _frozen(night: _Night, filed: Filed, stage: str) -> list[Finding]:
    """Compare a further return of the last stage with the accepted one (domain V11, seed 000 L223)."""
    issued, extracted = filed.issued, filed.extracted
    order = stages(issued.form)
    known = night.now.returns.get((issued.form.full_id, issued.passport.agency, order[-1]))
    if known is None or not order[-1] or stage != order[-1]:
        return []
    before = answers_of(known)
    changes = [
        (table_id, at, name)
        for table_id, fields in frozen_fields(issued.framework, issued.form.id).items()
        if table_id in extracted.answers  # a table that is gone is said to be gone
        for at in range(max(len(before.get(table_id, ())), len(extracted.answers.get(table_id, ()))))
        for name in fields
        if _at(before, (table_id, at, name)) != _at(extracted.answers, (table_id, at, name))
    ]
    return [_frozen_finding(filed, key, _at(before, key)) for key in changes]


def _at(answers: Answers, key: tuple[str, int, str]) -> str | bool | None:
    table, at, name = key
    records = answers.get(table, ())
    return records[at].get(name) if at < len(records) else None


def _frozen_finding(filed: Filed, key: tuple[str, int, str], before: str | bool | None) -> Finding:
    table_id, at, name = key
    after = _at(filed.extracted.answers, key)
    item = filed.issued.form.table(table_id).field(name)
    params = {"before": _shown(item, before), "after": _shown(item, after)}
    if key in filed.extracted.places:
        table = filed.issued.form.table(table_id)
        place, raw = place_of(filed, table, (at, table.field(name)))
        return at_cell("PLAN_FROZEN", ERROR, place, raw, **params)
    return at_cell("PLAN_FROZEN", ERROR, filed.issued.layout.place(table_id, at, name), "", **params)


def _shown(item: Field, kept: str | bool | None) -> str:
    """Give a kept answer as its cell shows it."""
    shown = KINDS[item.kind].show(KINDS[item.kind].load(kept), item)
    return "" if shown is None else format(shown, "f") if isinstance(shown, Decimal) else str(shown)


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
