"""What a publication was made from, in a few short facts that stand in `run.json`: so anybody can tell whether it is of now."""

from __future__ import annotations

import hashlib

from processors.marks import digest, marks
from processors.ruleset import rules_version
from processors.season import Season
from processors.store import Ledger

SHORT = 12
_REMEMBERED = ("deferred", "gone")
"""What the ledger remembers of the last look at the share."""
_NEVER_CHANGED = (
    "seq, path, sha256, verdict, form, issue, agency, serial, stage, flags, saved_by, received, days_late, received_at, "
    "rules, saved_at, known"
)


def origin(season: Season, ledger: Ledger) -> dict[str, object]:
    """Give the number of the newest return, a digest over what else results show, and the version of the rules."""
    facts = hashlib.sha256()
    for path, entry in sorted(ledger.entries().items()):
        facts.update(path + f"\0{entry.sha256} {entry.verdict}\n".encode())
    for item in ledger.forgotten():
        facts.update(f"{item.seq} ".encode())
    for text in (str(ledger.count_issued()), *map(ledger.meta, _REMEMBERED), digest(marks(ledger))):
        facts.update(text.encode("utf-8", "surrogateescape") + b"\n")
    returns, issued = ledger.last_seq(), ledger.count_issued()
    rows = rows_digest(ledger, returns, issued)
    return {
        "returns": returns, "issued": issued, "rows": rows, "ledger": facts.hexdigest()[:SHORT], "rules": rules_version(season),
    }  # fmt: skip


def rows_digest(ledger: Ledger, returns: int, issued: int) -> str:
    """Give a digest over the first returns and issued workbooks of the ledger, which nothing ever changes afterwards.

    Left out is what may change: whether a return is answered, and answers and findings, which `forget` empties.
    """
    found = hashlib.sha256()
    for row in ledger.rows(f"SELECT {_NEVER_CHANGED} FROM returned WHERE seq<=? ORDER BY seq", returns):
        found.update(repr(tuple(row)).encode("utf-8"))
    for row in ledger.rows("SELECT * FROM issued ORDER BY rowid LIMIT ?", issued):
        found.update(repr(tuple(row)).encode("utf-8"))
    return found.hexdigest()[:SHORT]
