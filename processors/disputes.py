"""Files in conflict: when only one of the contents is left on the share, people have settled it and it is judged anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from processors.share import Seen
from processors.store import Entry, Ledger
from validation.gates import ACCEPTED, CONFLICT


@dataclass(frozen=True)
class Dispute:
    """One conflict that nothing accepted has settled since: where its files stood, and their contents by SHA-256."""

    files: dict[bytes, str] = field(default_factory=dict)


def disputes(ledger: Ledger, known: Mapping[bytes, Entry]) -> tuple[Dispute, ...]:
    """Give the conflicts of a ledger that are still open."""
    if not any(entry.verdict == CONFLICT for entry in known.values()):
        return ()
    accepted = {
        tuple(row[:3]): int(row[3])
        for row in ledger.rows(
            "SELECT form, agency, stage, max(seq) FROM returned WHERE verdict=? GROUP BY form, agency, stage", ACCEPTED
        )
    }
    found: dict[tuple[str, ...], Dispute] = {}
    sql = "SELECT form, agency, stage, seq, path, sha256 FROM returned WHERE verdict=? ORDER BY seq"
    for *who, seq, path, sha256 in ledger.rows(sql, CONFLICT):
        if accepted.get(tuple(who), 0) < seq:
            found.setdefault(tuple(who), Dispute()).files[bytes(path)] = sha256
    return tuple(found.values())


def disturbed(open_ones: tuple[Dispute, ...], known: Mapping[bytes, Entry], now: Mapping[bytes, Seen]) -> frozenset[bytes]:
    """Give the files that still stand where another file of their conflict is gone or changed."""
    paths: set[bytes] = set()
    for one in open_ones:
        standing = {path for path in one.files if path in now and path in known and now[path].same(known[path])}
        if len(standing) < len(one.files):
            paths |= standing
    return frozenset(paths)


def settled(open_ones: tuple[Dispute, ...], contents: Mapping[bytes, str]) -> tuple[frozenset[bytes], frozenset[str]]:
    """Say what people have settled: (files to judge as new, contents that are no duplicates any more).

    `contents`: what stands on the share now, by its place. One content left of a conflict, or none, settles it; a
    renamed file settles nothing.
    """
    again: set[bytes] = set()
    free: set[str] = set()
    there = set(contents.values())
    for one in open_ones:
        left = set(one.files.values()) & there
        if len(left) < 2:
            again |= {path for path in one.files if contents.get(path) in left}
            free |= set(one.files.values())
    return frozenset(again), frozenset(free)
