"""The order of judgement: readable, ours, this agency, this round, whole, cells; each gate hides those behind it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from templates.issued import Issued
from templates.lists import thai_date
from templates.passport import Passport
from templates.spec import Form, Framework
from templates.words import severity
from workbook.finding import ERROR, WARNING, Finding, about_file

ACCEPTED, RETURNED, UNREADABLE, NOT_OURS = "accepted", "returned", "unreadable", "not_ours"
WRONG_ROUND, DUPLICATE, SUPERSEDED, CONFLICT = "wrong_round", "duplicate", "superseded", "conflict"
DEFERRED, IGNORED = "deferred", "ignored"
VERDICTS = (
    ACCEPTED, RETURNED, UNREADABLE, NOT_OURS, WRONG_ROUND, DUPLICATE, SUPERSEDED, CONFLICT, DEFERRED, IGNORED,
)  # fmt: skip
NEED_PEOPLE = frozenset({RETURNED, UNREADABLE, NOT_OURS, WRONG_ROUND, CONFLICT})
LATE, WARNINGS, REPAIRED = "late", "warnings", "repaired"
REPAIRS = frozenset({"NAME_MOVED", "READ_AS", "DROPDOWN_LOST", "LISTS_GONE", "NAME_WRONG", "SHEET_RENAMED"})
PLACES = 3
"""A passport stands in three places."""


@dataclass(frozen=True)
class Season:
    """What admission needs to know: the year, the frameworks, the day, who may file, which rounds are sealed.

    `verify` checks a passport's digest; `issued` gives the issued workbook of a passport with the form as it was then,
    None when it was never issued or when nobody can tell any more what it asked.
    """

    fiscal_year: int
    frameworks: Mapping[str, Framework]
    as_of: dt.date
    agencies: Collection[str]
    sealed: Collection[str]
    verify: Callable[[Passport], bool]
    issued: Callable[[Passport], Issued | None]


@dataclass(frozen=True)
class Admission:
    """The outcome of the gates before the cells: the workbook to read by, or a verdict that ends it.

    Both together: another issue, whose answers are read to be put into a workbook of the present one.
    """

    passport: Passport | None
    issued: Issued | None
    verdict: str = ""
    findings: tuple[Finding, ...] = ()


def admit(passports: Sequence[Passport], season: Season) -> Admission:
    """Decide whether a workbook is ours, of a known agency, and of an open round of this season.

    The season and round are decided before the digest (a form of another season can't verify here).
    """
    if not passports:
        return Admission(None, None, NOT_OURS, (about_file("NO_PASSPORT"),))
    # Of places that disagree the majority names the agency, so that nobody gets another's answers.
    passport = max((item for item in passports if season.verify(item)), key=passports.count, default=passports[0])
    refusal = _round(passport, season) or _ours(passport, season)
    if refusal is not None:
        verdict, finding = refusal
        return Admission(passport, None, verdict, (finding,))
    issued = season.issued(passport)
    framework_id, _, form_id = passport.form.partition("/")
    current = season.frameworks[framework_id].form(form_id).version
    if issued is None:
        return Admission(passport, None, RETURNED, (_unknown(passport, current),))
    verdict, findings = _issue(issued, current, season.frameworks[framework_id].form(form_id).accepts)
    return Admission(passport, issued, verdict, (*_places(passports), *findings))


def _unknown(passport: Passport, current: str) -> Finding:
    """Say that nobody knows what a workbook asked: it is ours by its digest, but was never issued, or by what is lost.

    It is not read by the present form instead: answers would land under other questions.
    """
    if passport.issue == current:
        return about_file("UNKNOWN_SERIAL", serial=passport.serial)
    return about_file("UNKNOWN_ISSUE", issue=passport.issue, current=current)


def _issue(issued: Issued, current: str, accepts: Collection[str]) -> tuple[str, list[Finding]]:
    """Judge the issue: the same is quiet, one that the present form accepts is said, any other goes back."""
    issue = issued.passport.issue
    if issue == current:
        return "", []
    if issue in accepts:
        return "", [about_file("OLDER_ISSUE", severity("OLDER_ISSUE"), issue=issue, current=current)]
    return RETURNED, [about_file("OTHER_ISSUE", ERROR, issue=issue, current=current)]


def _round(passport: Passport, season: Season) -> tuple[str, Finding] | None:
    framework_id, _, form_id = passport.form.partition("/")
    framework = season.frameworks.get(framework_id)
    if passport.season != str(season.fiscal_year) or framework is None:
        return WRONG_ROUND, about_file("OTHER_SEASON", year=passport.season, current=str(season.fiscal_year))
    form = _form(framework, form_id)
    if form is None:
        return NOT_OURS, about_file("UNKNOWN_FORM", form=passport.form)
    reporting = framework.round_of(form_id)
    if reporting.opens is not None and season.as_of < reporting.opens:
        return WRONG_ROUND, about_file("ROUND_NOT_OPEN", round=reporting.title, opens=thai_date(reporting.opens))
    if reporting.id in season.sealed:
        return WRONG_ROUND, about_file("ROUND_CLOSED", round=reporting.title)
    return None


def _form(framework: Framework, form_id: str) -> Form | None:
    return next((form for form in framework.forms if form.id == form_id), None)


def _ours(passport: Passport, season: Season) -> tuple[str, Finding] | None:
    if not season.verify(passport):
        return NOT_OURS, about_file("DIGEST_WRONG")
    if passport.agency not in season.agencies:
        return NOT_OURS, about_file("UNKNOWN_AGENCY", agency=passport.agency)
    return None


def _places(passports: Sequence[Passport]) -> list[Finding]:
    """Say when the three places disagree (the agency must send a clean file) or one was lost (harmless)."""
    if len(set(passports)) > 1:
        return [about_file("PASSPORT_DISAGREES", ERROR)]
    return [about_file("PASSPORT_LOST", severity("PASSPORT_LOST"))] if len(passports) < PLACES else []


def settle(findings: Sequence[Finding], days_late: int) -> tuple[str, tuple[str, ...]]:
    """Give the verdict and flags that findings amount to: any error returns the file."""
    errors = any(item.severity == ERROR for item in findings)
    flags = []
    if days_late > 0:
        flags.append(LATE)
    if any(item.severity == WARNING and item.code not in ("LATE",) for item in findings):
        flags.append(WARNINGS)
    if any(item.code in REPAIRS for item in findings):
        flags.append(REPAIRED)
    return (RETURNED if errors else ACCEPTED), tuple(flags)
