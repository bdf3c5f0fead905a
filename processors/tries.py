"""The last try of each agency at each form: how it ended, when it came, what is left to mend, since when it is returned."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from processors.records import return_row
from processors.store import Ledger, Return
from validation.gates import ACCEPTED, RETURNED, WRONG_ROUND
from workbook.finding import ERROR

OLDER = ("OLDER_ANSWERS", "OLDER_SAVED")
CERTIFIED = "certified"
"""The field of every form where its certifier says yes."""
Who = tuple[str, str]
"""Agency and form (full id)."""


@dataclass(frozen=True)
class Series:
    """An unbroken series of returned tries: the day of the first, and how many."""

    since: dt.date
    times: int


@dataclass(frozen=True)
class Try:
    """One try. `received` is the day of reckoning, `received_at` the moment by the clock (ISO, "" unknown).

    `errors` counts the cells (and faults of the file) to mend; `older`: it looks older than what counted before it.
    `returned` is the series of returned tries that stands now, None where the last of them was accepted.
    """

    seq: int
    verdict: str
    received: dt.date
    received_at: str
    errors: int
    older: bool
    certified: bool | None = None
    returned: Series | None = None


def last_tries(items: Iterable[Return], series: Mapping[Who, Series]) -> dict[Who, Try]:
    """Give the tries by (agency, form) from the newest returns; what an unverified passport claims is nobody's try."""
    known = [item for item in items if item.known or item.verdict != WRONG_ROUND]
    return {(item.agency, item.form): _try(item, series.get((item.agency, item.form))) for item in known}


def _try(item: Return, series: Series | None) -> Try:
    severities = [str(packed[1]) for packed in item.findings]
    return Try(
        seq=item.seq, verdict=item.verdict, received=dt.date.fromisoformat(item.received), received_at=item.received_at,
        errors=severities.count(ERROR), older=any(packed[0] in OLDER for packed in item.findings),
        certified=certified(item), returned=series,
    )  # fmt: skip


def certified(item: Return) -> bool | None:
    """Give what the certifier of a return answered; None where nothing is answered or the form does not ask."""
    tables: Mapping[str, Any] = item.extracted.get("answers", {})
    found = (record[CERTIFIED] for records in tables.values() for record in records if CERTIFIED in record)
    answer = next(found, None)
    return answer if isinstance(answer, bool) else None


def returned_series(ledger: Ledger) -> dict[Who, Series]:
    """Give the series of returned tries that stand now; an accepted try ends one, other verdicts neither end nor add."""
    sql = "SELECT agency, form, verdict, received FROM returned WHERE agency<>'' AND verdict IN (?,?) ORDER BY seq"
    found: dict[Who, Series] = {}
    for agency, form, verdict, received in ledger.rows(sql, ACCEPTED, RETURNED):
        before = found.pop((agency, form), None)
        if verdict == RETURNED:
            day = dt.date.fromisoformat(received)
            found[agency, form] = Series(before.since, before.times + 1) if before else Series(day, 1)
    return found


def newest_tries(ledger: Ledger, loaded: Collection[Return]) -> list[Return]:
    """Give the newest return of each form and agency, whatever its verdict; those `loaded` are not read again."""
    known = {item.seq: item for item in loaded}
    newest = "SELECT max(seq) FROM returned WHERE agency<>'' GROUP BY form, agency"
    seqs = [int(row[0]) for row in ledger.rows(newest)]
    missing = json.dumps([seq for seq in seqs if seq not in known])
    rows = ledger.rows("SELECT * FROM returned WHERE seq IN (SELECT value FROM json_each(?))", missing)
    return sorted([*(known[seq] for seq in seqs if seq in known), *map(return_row, rows)], key=lambda item: item.seq)
