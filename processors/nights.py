"""The log of nights in the ledger: what each run met and did, which status it ended with."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from processors.store import Ledger, dumps

LIMIT = 400
"""Nights that are kept: more than a year of them."""

UNTOLD = "untold"
"""What was judged and not yet told: the verdict of each new entry, kept until the night that judged it has ended."""


@dataclass(frozen=True)
class NightRow:
    """One run: `run` its id, `as_of` the day it reckoned from, `started` and `ended` ISO moments, `status` its exit status.

    `counts`: new entries by verdict. `note`: the sentence it ended with, the trouble of one that broke off.
    """

    run: str
    as_of: dt.date
    started: str
    ended: str
    status: int
    found: int
    counts: Mapping[str, int]
    note: str = ""


def remember(ledger: Ledger, row: NightRow, *, told: bool = False) -> None:
    """Write a night into the log, under a name of its own where its run id is taken; the oldest beyond the limit go.

    `told`: what was judged is told by this row. Both in one step: killed between them, no night would ever tell it.
    """
    taken = {str(one[0]) for one in ledger.rows("SELECT run FROM night WHERE run=? OR run LIKE ?", row.run, f"{row.run}.%")}
    name = row.run if row.run not in taken else next(f"{row.run}.{n}" for n in count(2) if f"{row.run}.{n}" not in taken)
    values = (name, row.as_of.isoformat(), row.started, row.ended, row.status, row.found, dumps(dict(row.counts)), row.note)
    with ledger.transaction():
        ledger.run("INSERT INTO night VALUES (?,?,?,?,?,?,?,?)", *values)
        if told:
            ledger.set_meta(UNTOLD, "")
        ledger.run("DELETE FROM night WHERE rowid NOT IN (SELECT rowid FROM night ORDER BY rowid DESC LIMIT ?)", LIMIT)


def last(ledger: Ledger, before: dt.date | None = None, most: int = 30) -> list[NightRow]:
    """Give the newest nights, newest first; with `before` only those of earlier days.

    A publication shows those of earlier days: a night that is done again on its day publishes the same bytes.
    """
    rows = ledger.rows(
        "SELECT * FROM night WHERE ?='' OR as_of<? ORDER BY rowid DESC LIMIT ?",
        *((before.isoformat(),) * 2 if before else ("", "")), most,
    )  # fmt: skip
    return [_row(*row) for row in rows]


def _row(run: str, as_of: str, *rest: Any) -> NightRow:
    started, ended, status, found, counts, note = rest
    return NightRow(run, dt.date.fromisoformat(as_of), started, ended, status, found, json.loads(counts), note)


def done_on(ledger: Ledger, day: dt.date) -> bool:
    """Tell whether the newest night of the log reckoned from that day and ended without trouble."""
    rows = ledger.rows("SELECT as_of, note FROM night ORDER BY rowid DESC LIMIT 1")
    return bool(rows) and tuple(rows[0]) == (day.isoformat(), "")


def untold(ledger: Ledger) -> dict[bytes, str]:
    """Give the verdicts that a night stored and, broken off, never told; the next one tells them as its own."""
    return {bytes.fromhex(path): verdict for path, verdict in json.loads(ledger.meta(UNTOLD) or "{}").items()}
