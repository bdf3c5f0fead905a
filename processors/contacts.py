"""Whom a letter can reach beyond what its return says: the registry's addresses, the recorders of what was accepted."""

from __future__ import annotations

from processors.addressee import addresses
from processors.season import Season
from processors.store import Ledger
from templates.spec import Form

Recorders = dict[tuple[str, str], list[str]]
"""(framework, agency) -> the addresses of those who recorded what counts."""


def recorders(ledger: Ledger) -> Recorders:
    """Give who recorded what was accepted of an agency."""
    found: Recorders = {}
    rows = ledger.rows(
        "SELECT form, agency, json_extract(extracted, '$.answers.recorder[0].email') FROM returned WHERE seq IN ("
        "SELECT max(seq) FROM returned WHERE verdict='accepted' AND seq NOT IN (SELECT seq FROM forgotten) "
        "GROUP BY form, agency)"
    )
    for form, agency, email in rows:
        if email:
            found.setdefault((form.partition("/")[0], agency), []).append(str(email))
    return found


def office_of(season: Season, form: Form, agency: str) -> tuple[str, ...]:
    """Give the addresses of whom a form is issued to: an agency by the registry, else the centre."""
    if form.issued_to != "agencies":
        return season.mail.centre
    known = season.by_code.get((form.framework, agency))
    return addresses(known.emails) if known else ()
