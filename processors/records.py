"""What the ledger holds, as plain frozen rows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class IssuedRow:
    """One issued workbook: `file` is its path below the outbox, `snapshot` its locked values, `spec` the form's digest.

    `day`: the ISO day that its issue reckoned from, "" in ledgers from before it was kept.
    """

    form: str
    issue: str
    agency: str
    serial: str
    file: str
    sha256: str
    snapshot: Mapping[str, Any]
    spec: str
    day: str = ""


@dataclass(frozen=True)
class Entry:
    """One entry of the share as it was last seen; `path` relative, as bytes."""

    path: bytes
    size: int
    mtime_ns: int
    inode: int
    sha256: str
    verdict: str


@dataclass(frozen=True)
class Return:
    """One judged file. `seq` is the ledger's own order, 0 before it is stored; `received` is the ISO day of reckoning.

    `received_at`: the moment by the clock, with its zone, "" in ledgers from before it was kept. `rules`: the version of
    the rules that judged it. `saved_at`: what the file says of its last saving, a hint only. `known`: the digest of its
    passport holds, so the agency is who it says.
    """

    path: bytes
    sha256: str
    verdict: str
    form: str = ""
    issue: str = ""
    agency: str = ""
    serial: str = ""
    stage: str = ""
    flags: tuple[str, ...] = ()
    findings: Sequence[Any] = ()
    extracted: Mapping[str, Any] = field(default_factory=dict)
    saved_by: str = ""
    received: str = ""
    days_late: int = 0
    seq: int = 0
    answered: bool = False
    received_at: str = ""
    rules: str = ""
    saved_at: str = ""
    known: bool = False


@dataclass(frozen=True)
class Forgotten:
    """The trace of one forgotten return: its number, digest, whose it was, the ISO day and why, what was removed.

    `removed` lists files and the number of records, never what stood in them. `done` False: decided, not yet through.
    """

    seq: int
    sha256: str
    form: str
    agency: str
    day: str
    why: str
    removed: tuple[str, ...]
    done: bool = False


def issued_row(row: Sequence[Any]) -> IssuedRow:
    """Read a row of the table `issued`, its columns in their order."""
    form, issue, agency, serial, file, sha256, snapshot, spec, day = row
    return IssuedRow(form, issue, agency, serial, file, sha256, json.loads(snapshot), spec, day)


def return_row(row: Sequence[Any]) -> Return:
    """Read a row of the table `returned`, its columns in their order."""
    return Return(
        seq=row[0], path=bytes(row[1]), sha256=row[2], verdict=row[3], form=row[4], issue=row[5], agency=row[6],
        serial=row[7], stage=row[8], flags=tuple(json.loads(row[9])), findings=json.loads(row[10]),
        extracted=json.loads(row[11]), saved_by=row[12], received=row[13], days_late=row[14], answered=bool(row[15]),
        received_at=row[16], rules=row[17], saved_at=row[18], known=bool(row[19]),
    )  # fmt: skip


def trace_row(row: Sequence[Any]) -> Forgotten:
    """Read a row of the table `forgotten`, its columns in their order."""
    seq, sha256, form, agency, day, why, removed, done = row
    return Forgotten(seq, sha256, form, agency, day, why, tuple(json.loads(removed)), bool(done))
