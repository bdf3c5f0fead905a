"""What a publication was made from, in a few short facts that stand in `run.json`: so anybody can tell whether it is of now."""

from __future__ import annotations

import hashlib

from processors.ruleset import rules_version
from processors.season import Season
from processors.store import Ledger

SHORT = 12
_REMEMBERED = ("deferred", "gone")
"""What the ledger remembers of the last look at the share."""


def origin(season: Season, ledger: Ledger) -> dict[str, object]:
    """Give the number of the newest return, a digest over what else results show, and the version of the rules."""
    facts = hashlib.sha256()
    for path, entry in sorted(ledger.entries().items()):
        facts.update(path + f"\0{entry.sha256} {entry.verdict}\n".encode())
    for item in ledger.forgotten():
        facts.update(f"{item.seq} ".encode())
    for text in (str(ledger.count_issued()), *map(ledger.meta, _REMEMBERED)):
        facts.update(text.encode("utf-8", "surrogateescape") + b"\n")
    return {"returns": ledger.last_seq(), "ledger": facts.hexdigest()[:SHORT], "rules": rules_version(season)}
