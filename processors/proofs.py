"""Single proofs of a season: the ledger in itself, the archive, the share's entries, the outbox, the secret, the manifest."""

from __future__ import annotations

import os
import re
import stat
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from processors import trees
from processors.doubts import ERROR, INFO, WARNING, Doubt, doubt
from processors.frozen import SUMS, digest
from processors.judge import shown
from processors.reseat import moves
from processors.season import Season
from processors.store import Ledger
from validation.gates import DEFERRED, IGNORED, RETURNED
from workbook.errors import AppError

Counts = Counter[str]
ARCHIVE = "archive"
_SECRET = "secret.key"
_ANSWER = re.compile(r"(receipt|fix)_([0-9]{6,})_.*\.xlsx")


def ledger_whole(ledger: Ledger) -> Iterator[Doubt]:
    """Ask SQLite whether the file is whole and its references hold."""
    try:
        found = [str(row[0]) for row in ledger.rows("PRAGMA integrity_check")]
        found = [] if found == ["ok"] else found
        found += [f"{row[0]} {row[1]} → {row[2]}" for row in ledger.rows("PRAGMA foreign_key_check")]
    except AppError as error:
        found = [str(error)]
    for text in found:
        yield doubt("ledger_damaged", ERROR, "ledger.db", reason=text)


def archive(root: Path, ledger: Ledger, counts: Counts) -> Iterator[Doubt]:
    """Every content that was received and is kept stands under its SHA-256, and what was forgotten is gone."""
    folder = root / ARCHIVE
    sql = (
        "SELECT sha256, min(seq), min(path), min(seq IN (SELECT seq FROM forgotten)), min(seq IN "
        "(SELECT seq FROM forgotten WHERE done=1)) FROM returned WHERE sha256<>'' GROUP BY sha256"
    )
    known = set()
    for sha256, seq, path, decided, gone in ledger.rows(sql):
        known.add(sha256)
        name = f"{ARCHIVE}/{sha256[:2]}/{sha256}"
        file = root / name
        facts = {"seq": f"{seq:06d}", "path": shown(bytes(path))}
        if decided:
            if gone and file.exists():
                yield doubt("archive_not_forgotten", ERROR, name, **facts)
            continue
        counts["archive"] += 1
        try:
            same = digest(file) == sha256
        except FileNotFoundError:
            yield doubt("archive_missing", ERROR, name, **facts)
            continue
        except OSError as error:
            yield doubt("archive_unreadable", ERROR, name, reason=error.strerror or error, **facts)
            continue
        if not same:
            yield doubt("archive_changed", ERROR, name, **facts)
    for name in trees.names(folder):
        sha256 = name.rpartition("/")[2]
        if sha256 not in known or name != f"{sha256[:2]}/{sha256}":
            yield doubt("archive_left", INFO, f"{ARCHIVE}/{shown(os.fsencode(name))}")
    for seq, form, agency in ledger.rows("SELECT seq, form, agency FROM forgotten WHERE done=0"):
        yield doubt("not_through", WARNING, "ledger.db", seq=f"{seq:06d}", form=form, agency=agency)


def share(ledger: Ledger, counts: Counts) -> Iterator[Doubt]:
    """Every entry of the share has the verdict of its newest return, and every return has its entry."""
    newest = {
        bytes(path): (sha256, verdict)
        for path, sha256, verdict in ledger.rows(
            "SELECT path, sha256, verdict FROM returned WHERE seq IN (SELECT max(seq) FROM returned GROUP BY path)"
        )
    }
    entries = ledger.entries()
    counts["returns"] = ledger.rows("SELECT count(*) FROM returned")[0][0]
    for path, entry in entries.items():
        counts["entries"] += 1
        if entry.verdict != DEFERRED and newest.get(path) != (entry.sha256, entry.verdict):
            told = newest.get(path, ("", "–"))[1]
            yield doubt("entry_differs", ERROR, shown(path), entry=entry.verdict, returned=told)
    for path in newest.keys() - entries.keys():
        yield doubt("entry_missing", ERROR, shown(path))


def secret(root: Path) -> Iterator[Doubt]:
    """The key that passports are made with is for its owner alone."""
    path = root / _SECRET
    if os.name != "nt" and path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield doubt("secret_open", WARNING, _SECRET, mode=f"{stat.S_IMODE(path.stat().st_mode):04o}")


def manifest(root: Path, counts: Counts) -> Iterator[Doubt]:
    """The files of a backup are those of its SHA256SUMS; archived files are proved by their names instead."""
    drift = trees.drift(root, {f"{ARCHIVE}/{name}" for name in trees.names(root / ARCHIVE)})
    if not drift.stated:
        yield doubt("sums_unreadable", ERROR, SUMS)
        return
    counts["files"] = len(trees.stated(root / SUMS))
    for code in ("changed", "missing", "extra"):
        for name in getattr(drift, code):
            yield doubt(f"backup_{code}", ERROR, shown(os.fsencode(name)))


def outbox(season: Season, ledger: Ledger, counts: Counts) -> Iterator[Doubt]:
    """Issued workbooks stand as they were issued and answers are there; people may have moved theirs, so these are warnings."""
    if not season.outbox.is_dir():
        yield doubt("no_outbox", INFO, season.outbox.name)
        return
    for file, sha256 in ledger.rows("SELECT file, sha256 FROM issued ORDER BY file"):
        counts["issued"] += 1
        path = season.outbox / file
        try:
            if digest(path) != sha256:
                yield doubt("issued_changed", WARNING, f"{season.outbox.name}/{file}")
        except OSError:
            yield doubt("issued_missing", WARNING, f"{season.outbox.name}/{file}")
    yield from _answers(season, ledger, counts)


def _answers(season: Season, ledger: Ledger, counts: Counts) -> Iterator[Doubt]:
    there: set[tuple[str, int]] = set()
    for path in season.outbox.glob("*/*.xlsx"):
        match = _ANSWER.fullmatch(path.name)
        if match:
            there.add((match.group(1), int(match.group(2))))
    sql = (
        "SELECT seq, agency, verdict, extracted<>'{}' FROM returned WHERE answered=1 AND verdict NOT IN (?,?) "
        "AND seq NOT IN (SELECT seq FROM forgotten) ORDER BY seq"
    )
    for seq, agency, verdict, read in ledger.rows(sql, DEFERRED, IGNORED):
        counts["answers"] += 1
        facts = {"seq": f"{seq:06d}", "agency": agency or "–"}
        if ("receipt", seq) not in there:
            yield doubt("receipt_missing", WARNING, f"{season.outbox.name}/{agency}", **facts)
        elif verdict == RETURNED and read and ("fix", seq) not in there and not _moved(ledger, seq):
            yield doubt("fix_missing", WARNING, f"{season.outbox.name}/{agency}", **facts)


def _moved(ledger: Ledger, seq: int) -> bool:
    """Tell whether a return is answered in a workbook of another issue, which may have to wait."""
    (sha256,) = ledger.rows("SELECT sha256 FROM returned WHERE seq=?", seq)[0]
    return any(item.seq == seq and moves(item) for item in ledger.of_content(sha256))
