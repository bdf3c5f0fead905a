"""The ledger of exceptions applied to findings: data with a reason and an approver, never code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from templates.spec import Record
from templates.words import message
from workbook.finding import INFO, Finding

COLUMNS = ("agency", "code", "where", "reason", "approver", "expires")


@dataclass(frozen=True)
class Waiver:
    """One exception: this code of this agency at this place is excused until a day (None = for the whole season).

    `where` is a cell as the agency sees it (`Sheet!B7`), `table.field`, `table`, or "" for everywhere.
    """

    agency: str
    code: str
    where: str
    reason: str
    approver: str
    expires: dt.date | None


def read_waivers(rows: Sequence[Record]) -> tuple[tuple[Waiver, ...], list[str]]:
    """Read `waivers.csv`; gives the waivers and every mistake with its line (a waiver wants a reason and an approver)."""
    found, mistakes = [], []
    for line, row in enumerate(rows, 2):
        values = {name: row.get(name, "").strip() for name in COLUMNS}
        if not any(values.values()):
            continue
        lacking = [name for name in ("agency", "code", "reason", "approver") if not values[name]]
        mistakes += [f"waivers.csv line {line}: {name} is missing" for name in lacking]
        try:
            expires = dt.date.fromisoformat(values["expires"]) if values["expires"] else None
        except ValueError:
            mistakes.append(f"waivers.csv line {line}: {values['expires']!r} is no date like 2014-08-31")
            continue
        head = (values["agency"], values["code"], values["where"], values["reason"], values["approver"])
        found.append(Waiver(*head, expires))
    return tuple(found), mistakes


def excuse(findings: Sequence[Finding], agency: str, day: dt.date, waivers: Sequence[Waiver]) -> list[Finding]:
    """Turn excused errors and warnings into information that names reason and approver; all others stay."""
    mine = [item for item in waivers if item.agency == agency and (item.expires is None or day <= item.expires)]
    return [_excused(finding, mine) for finding in findings]


def _excused(finding: Finding, waivers: Sequence[Waiver]) -> Finding:
    waiver = next((item for item in waivers if item.code == finding.code and _covers(item.where, finding)), None)
    if waiver is None or finding.severity == INFO:
        return finding
    label = finding.place.label if finding.place else ""
    # What was typed stays out of the sentence: the field may be personal.
    what, _ = message(finding.code, "th", {**finding.params, "label": label, "raw": "…", "value": "…"})
    params = {"what": what, "reason": waiver.reason, "approver": waiver.approver, "code": finding.code}
    return Finding("WAIVED", INFO, finding.place, finding.raw, params)


def _covers(where: str, finding: Finding) -> bool:
    place = finding.place
    if not where:
        return True
    if place is None:
        return False
    return where in (f"{place.sheet}!{place.cell.a1()}", f"{place.table}.{place.field}", place.table)


