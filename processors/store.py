"""The ledger: what was issued, every file ever received, every verdict; the only importer of sqlite3.

Local disk only, rollback journal, full synchronisation, one writer. A night's verdicts go in as one transaction, so a
crash leaves either none or all of them and the next run judges the same files to the same end.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from processors.ledger_tables import MIGRATIONS
from processors.mounts import refuse_network
from processors.records import Entry as Entry
from processors.records import Forgotten as Forgotten
from processors.records import IssuedRow as IssuedRow
from processors.records import Return as Return
from processors.records import issued_row, return_row, trace_row
from workbook.errors import AppError


class Ledger:
    """The ledger of one season. One writer; reads may come from other threads of the same run."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        """Open the ledger (or make it, with `create`) and bring it to the present version.

        A missing ledger is refused (status 4): an empty one in its place would forget every return.
        """
        refuse_network(path.parent)
        if not create and not path.is_file():
            raise AppError(f"{path} is missing; put the backup of the ledger back", status=4)
        self.lock = threading.RLock()
        try:
            self.db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
            self.db.execute("PRAGMA journal_mode=DELETE")
            self.db.execute("PRAGMA synchronous=FULL")
            self.db.execute("PRAGMA foreign_keys=ON")
            # What is deleted or overwritten leaves no text behind in the file.
            self.db.execute("PRAGMA secure_delete=ON")
            done = int(self.db.execute("PRAGMA user_version").fetchone()[0])
            for version, migrate in enumerate(MIGRATIONS[done:], done + 1):
                # One transaction with the version number: a crash leaves the old version or the new one, whole.
                self.db.executescript(f"BEGIN IMMEDIATE;{migrate()}PRAGMA user_version={version};COMMIT;")
        except sqlite3.Error as error:
            raise _trouble(path.name, error) from error

    def close(self) -> None:
        """Close the connection."""
        self.db.close()

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Hold the ledger; what its disk does wrong is said as AppError (status 5), nothing of a statement remains."""
        with self.lock:
            try:
                yield
            except sqlite3.Error as error:
                raise _trouble("ledger.db", error) from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Run a block as one transaction: all of it or nothing."""
        with self._held():
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.db.execute("COMMIT")
            except BaseException:
                # After some errors of the disk SQLite has rolled back by itself.
                if self.db.in_transaction:
                    self.db.execute("ROLLBACK")
                raise

    def rows(self, sql: str, *values: object) -> list[Any]:
        """Run a query and give all its rows."""
        with self._held():
            return self.db.execute(sql, values).fetchall()

    def run(self, sql: str, *values: object) -> None:
        """Run one statement that changes something, as a transaction of its own (or within the one that is open)."""
        with self._held():
            self.db.execute(sql, values)

    def copy_to(self, path: Path) -> None:
        """Write a consistent copy of the ledger as it is now to a new file; other runs may go on meanwhile."""
        with self._held():
            copy = sqlite3.connect(path)
            try:
                self.db.backup(copy)
            finally:
                copy.close()

    def meta(self, key: str) -> str:
        """Give a remembered text, "" when there is none."""
        rows = self.rows("SELECT value FROM meta WHERE key=?", key)
        return str(rows[0][0]) if rows else ""

    def set_meta(self, key: str, value: str) -> None:
        """Remember a text; the ledger is not touched when it says so already."""
        if self.meta(key) == value:
            return
        self.run("INSERT OR REPLACE INTO meta VALUES (?,?)", key, value)

    # -- issued ----------------------------------------------------------------------------------------------------

    def add_issued(self, rows: Sequence[IssuedRow]) -> None:
        """Remember issued workbooks, all or none."""
        with self.transaction():
            for row in rows:
                what = (row.form, row.issue, row.agency, row.serial, row.file)
                values = (*what, row.sha256, dumps(row.snapshot), row.spec, row.day)
                self.db.execute("INSERT INTO issued VALUES (?,?,?,?,?,?,?,?,?)", values)

    def issued(self, form: str, agency: str, serial: str) -> IssuedRow | None:
        """Give one issued workbook, None when that serial was never issued."""
        rows = self.rows("SELECT * FROM issued WHERE form=? AND agency=? AND serial=?", form, agency, serial)
        return issued_row(rows[0]) if rows else None

    def newest_issued(self) -> dict[tuple[str, str], IssuedRow]:
        """Give the newest issued workbook of each (agency, form)."""
        rows = self.rows("SELECT * FROM issued ORDER BY form, agency, serial")
        return {(row.agency, row.form): row for row in map(issued_row, rows)}

    def next_serial(self, agency: str, form_id: str) -> int:
        """Give the next serial of an agency for a short form id, counted over all frameworks (file names differ)."""
        rows = self.rows("SELECT max(serial) FROM issued WHERE agency=? AND form LIKE ?", agency, f"%/{form_id}")
        return int(rows[0][0] or 0) + 1

    # -- entries and returns ---------------------------------------------------------------------------------------

    def entries(self) -> dict[bytes, Entry]:
        """Give every entry of the share as it was last seen."""
        rows = self.rows("SELECT path, size, mtime_ns, inode, sha256, verdict FROM entry")
        return {bytes(row[0]): Entry(bytes(row[0]), *row[1:]) for row in rows}

    def record_night(self, entries: Sequence[Entry], returns: Sequence[Return], facts: Mapping[str, str]) -> None:
        """Store the verdicts of a night and what is to be remembered with them: one transaction, in the order given."""
        with self.transaction():
            for key, value in facts.items():
                self.set_meta(key, value)
            for entry in entries:
                values = (entry.path, entry.size, entry.mtime_ns, entry.inode, entry.sha256, entry.verdict)
                self.db.execute("INSERT OR REPLACE INTO entry VALUES (?,?,?,?,?,?)", values)
            for item in returns:
                self._add_return(item)

    def _add_return(self, item: Return) -> None:
        values = (
            item.path, item.sha256, item.verdict, item.form, item.issue, item.agency, item.serial, item.stage,
            dumps(list(item.flags)), dumps(list(item.findings)), dumps(item.extracted), item.saved_by, item.received,
            item.days_late, int(item.answered), item.received_at, item.rules, item.saved_at, int(item.known),
        )  # fmt: skip
        marks = ",".join("?" * len(values))
        columns = (
            "path, sha256, verdict, form, issue, agency, serial, stage, flags, findings, extracted, saved_by, received, "
            "days_late, answered, received_at, rules, saved_at, known"
        )
        self.db.execute(f"INSERT INTO returned ({columns}) VALUES ({marks})", values)

    def seen(self, sha256: str, verdicts: Sequence[str]) -> Return | None:
        """Give the first return of that content with one of the verdicts, None when there is none."""
        marks = ",".join("?" * len(verdicts))
        sql = f"SELECT * FROM returned WHERE sha256=? AND verdict IN ({marks}) ORDER BY seq LIMIT 1"
        rows = self.rows(sql, sha256, *verdicts)
        return return_row(rows[0]) if rows else None

    def counted(self, form: str = "", agency: str = "") -> list[Return]:
        """Give the accepted returns that count: the newest not forgotten per form, agency and stage, in ledger order."""
        return list(self.each_counted(form, agency))

    def each_counted(self, form: str = "", agency: str = "") -> Iterator[Return]:
        """Give what `counted` gives one by one, so that what is not kept of each need not be held."""
        sql = (
            "SELECT max(seq) FROM returned WHERE verdict='accepted' AND seq NOT IN (SELECT seq FROM forgotten) "
            "AND (?='' OR form=?) AND (?='' OR agency=?) GROUP BY form, agency, stage ORDER BY 1"
        )
        for (seq,) in self.rows(sql, form, form, agency, agency):
            yield return_row(self.rows("SELECT * FROM returned WHERE seq=?", seq)[0])

    def of_agency(self, form: str, agency: str, before: int = 2**62) -> list[Return]:
        """Give what came of one form of one agency before a number of the ledger, in its order."""
        sql = "SELECT * FROM returned WHERE form=? AND agency=? AND seq<? ORDER BY seq"
        return [return_row(row) for row in self.rows(sql, form, agency, before)]

    def newest(self, verdicts: Sequence[str]) -> dict[bytes, Return]:
        """Give the newest return of each path of the share where its verdict is one of those."""
        marks = ",".join("?" * len(verdicts))
        sql = f"SELECT * FROM returned WHERE seq IN (SELECT max(seq) FROM returned GROUP BY path) AND verdict IN ({marks})"
        return {item.path: item for item in map(return_row, self.rows(sql, *verdicts))}

    def unanswered(self, after: int = 0, count: int = -1) -> list[Return]:
        """Give the returns after a number whose answer was not yet written to the outbox, at most so many (-1 = all)."""
        sql = "SELECT * FROM returned WHERE answered=0 AND seq>? ORDER BY seq LIMIT ?"
        return [return_row(row) for row in self.rows(sql, after, count)]

    def mark_answered(self, seqs: Sequence[int]) -> None:
        """Remember that answers were written."""
        with self.transaction():
            self.db.executemany("UPDATE returned SET answered=1 WHERE seq=?", [(seq,) for seq in seqs])

    # -- forgetting --------------------------------------------------------------------------------------------------

    def kept(self, forms: Sequence[str], agency: str = "", until: str = "") -> list[Return]:
        """Give the returns of forms that are not forgotten: of one agency, received up to an ISO day ("" = all)."""
        sql = (
            f"SELECT * FROM returned WHERE form IN ({','.join('?' * len(forms))}) AND sha256<>'' AND (?='' OR agency=?) "
            "AND (?='' OR received<=?) AND seq NOT IN (SELECT seq FROM forgotten) ORDER BY seq"
        )
        return [return_row(row) for row in self.rows(sql, *forms, agency, agency, until, until)]

    def of_verdicts(self, verdicts: Sequence[str]) -> list[Return]:
        """Give all returns with one of the verdicts."""
        marks = ",".join("?" * len(verdicts))
        sql = f"SELECT * FROM returned WHERE verdict IN ({marks}) ORDER BY seq"
        return [return_row(row) for row in self.rows(sql, *verdicts)]

    def of_content(self, sha256: str) -> list[Return]:
        """Give the returns of that content, under whatever names it came."""
        return [return_row(row) for row in self.rows("SELECT * FROM returned WHERE sha256=? ORDER BY seq", sha256)]

    def forgotten(self) -> list[Forgotten]:
        """Give the traces of all that was forgotten, and of what is decided and not yet through."""
        rows = self.rows("SELECT * FROM forgotten ORDER BY seq")
        return [trace_row(row) for row in rows]

    def decide(self, items: Sequence[Forgotten]) -> None:
        """Remember what is to be forgotten, all or none; from now on it doesn't count and isn't taken in again."""
        with self.transaction():
            for item in items:
                values = (item.seq, item.sha256, item.form, item.agency, item.day, item.why, dumps(item.removed))
                self.db.execute("INSERT OR IGNORE INTO forgotten VALUES (?,?,?,?,?,?,?,0)", values)

    def blank(self, findings: Mapping[int, Sequence[Any]]) -> None:
        """Empty the answers of returns and leave them these findings; then rewrite the file, so that no text remains."""
        with self.transaction():
            for seq, left in findings.items():
                self.db.execute("UPDATE returned SET extracted='{}', findings=? WHERE seq=?", (dumps(left), seq))
        self.run("VACUUM")
        with self.transaction():
            self.db.executemany("UPDATE forgotten SET done=1 WHERE seq=?", [(seq,) for seq in findings])

    def count_issued(self) -> int:
        """Give how many workbooks were ever issued."""
        return int(self.rows("SELECT count(*) FROM issued")[0][0])

    def last_seq(self) -> int:
        """Give the newest sequence number, 0 before the first return."""
        return int(self.rows("SELECT coalesce(max(seq),0) FROM returned")[0][0])

    def sealed(self) -> dict[str, str]:
        """Give the sealed rounds and their folders."""
        return {str(row[0]): str(row[1]) for row in self.rows("SELECT round, folder FROM sealed")}

    def seal(self, round_id: str, folder: str, day: str, digest: str) -> None:
        """Remember that a round was sealed, with the digest of its SHA256SUMS."""
        self.run("INSERT INTO sealed (round, folder, day, digest) VALUES (?,?,?,?)", round_id, folder, day, digest)


def snapshot(source: Path, target: Path) -> None:
    """Copy a ledger as it stands, also one that a run is writing; AppError (status 4) when it can't be read."""
    try:
        address = f"{source.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(address, uri=True, timeout=10)) as there, closing(sqlite3.connect(target)) as copy:
            there.backup(copy)
    except sqlite3.Error as error:
        raise AppError(f"{source}: {error}; put the backup of the ledger back", status=4) from error


_PEOPLE = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_CANTOPEN", "SQLITE_READONLY")


def _trouble(name: str, error: sqlite3.Error) -> AppError:
    """Say what the ledger's disk did wrong: a damaged file needs its backup (status 4), all else can be tried again (5)."""
    if getattr(error, "sqlite_errorname", "").startswith(_PEOPLE):
        return AppError(f"{name}: {error}; `cleanreport verify` says more, a damaged ledger is replaced by its backup", status=4)
    return AppError(f"{name}: {error}; nothing is lost, the next run goes on from here", status=5)


def dumps(value: object) -> str:
    """Give compact JSON with keys in order."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
