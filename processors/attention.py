"""Files of the share that count for nobody until people look: unreadable, not ours, wrong round, conflict, deferred."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from processors.judge import Judged, shown
from processors.report import message_of
from processors.results import Attention
from processors.season import Season
from processors.store import Entry, Ledger, Return, dumps
from processors.wire import pack_finding, unpack_finding
from templates.spec import Form
from templates.words import severity
from validation.gates import ACCEPTED, CONFLICT, DEFERRED, NOT_OURS, UNREADABLE, WRONG_ROUND
from workbook.finding import ERROR, about_file

STORED = (UNREADABLE, NOT_OURS, WRONG_ROUND, CONFLICT)
"""Verdicts that the ledger keeps a return of; deferred files have none, only why they wait."""
_WAITING = "deferred"


def remember_deferred(ledger: Ledger, judged: Sequence[Judged]) -> None:
    """Keep why files wait for the next night, and since which day; every night looks at all of them again."""
    before = _remembered(ledger)
    why = {}
    for item in (one for one in judged if one.returned.verdict == DEFERRED):
        name = shown(item.returned.path)
        since = before[name][1] if name in before else item.returned.received
        why[name] = [item.findings[0].code, since]
    ledger.set_meta(_WAITING, dumps(why))


def _remembered(ledger: Ledger) -> dict[str, list[str]]:
    """Give by name why a file waits, as the code of its finding, and the ISO day since when."""
    found: dict[str, list[str]] = json.loads(ledger.meta(_WAITING) or "{}")
    return found


def to_look_at(season: Season, ledger: Ledger, as_of: dt.date, present: Mapping[bytes, Entry]) -> list[Return]:
    """Give the newest return of each present entry that people must look at, by path; codes nobody knows are blank.

    What an accepted return of the same agency and form came after is settled: nobody need look at it any more.
    """
    newest = ledger.newest(STORED)
    why = _remembered(ledger)
    found = []
    for path, entry in sorted(present.items()):
        if entry.verdict == DEFERRED:
            found.append(_waiting(path, *why.get(shown(path), ("NOT_SETTLED", as_of.isoformat()))))
        elif entry.verdict in STORED and path in newest:
            found.append(newest[path])
    accepted = _accepted(ledger)
    return [item for item in named(season, found) if not _settled(item, accepted)]


def _accepted(ledger: Ledger) -> dict[tuple[str, str], int]:
    """Give the number of the newest accepted return by agency and form."""
    sql = (
        "SELECT agency, form, max(seq) FROM returned WHERE verdict=? AND seq NOT IN (SELECT seq FROM forgotten) "
        "GROUP BY agency, form"
    )
    return {(agency, form): int(seq) for agency, form, seq in ledger.rows(sql, ACCEPTED)}


def _settled(item: Return, accepted: Mapping[tuple[str, str], int]) -> bool:
    # What an unverified passport claims settles nothing: anybody may have written it.
    claimed = item.verdict == WRONG_ROUND and not item.known
    return not claimed and item.seq < accepted.get((item.agency, item.form), 0)


def _waiting(path: bytes, code: str, day: str) -> Return:
    finding = pack_finding(about_file(code, severity(code)))
    return Return(path=path, sha256="", verdict=DEFERRED, findings=[finding], received=day)


def named(season: Season, items: Sequence[Return]) -> list[Return]:
    """Blank the agency and form of returns whose passport was not taken as ours or names what the season doesn't know."""
    forms = {form.full_id for form in season.forms()}
    codes = season.recipient_codes()
    return [
        replace(
            item,
            agency=item.agency if item.agency in codes else "",
            form=item.form if item.form in forms and item.verdict != NOT_OURS else "",
        )
        for item in items
    ]


def attention(items: Sequence[Return], forms: Mapping[str, Form]) -> tuple[Attention, ...]:
    """Give files to look at with what is wrong with each: its first error, else its first finding."""
    return tuple(_attention(item, forms.get(item.form)) for item in items if item.findings)


def _attention(item: Return, form: Form | None) -> Attention:
    findings = [unpack_finding(one) for one in item.findings]
    first = next((one for one in findings if one.severity == ERROR), findings[0])
    what, fix = message_of(first, form, "th")
    day = dt.date.fromisoformat(item.received)
    return Attention(shown(item.path), item.verdict, item.agency, item.form, day, first.code, what, fix)
