"""The whole job of a night: take in, judge, answer, score, rank, publish; idempotent, one run at a time."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from processors import forget, intake, publish
from processors.answering import answer_one
from processors.attention import remember_deferred
from processors.issue import keep_issued
from processors.judge import Judged, judge, shown
from processors.reading import Progress, read
from processors.reseat import present_rows
from processors.results import Balance
from processors.ruleset import rule_files, rules_version
from processors.season import Season
from processors.store import Entry, Ledger, Return, dumps
from processors.wire import pack_finding, unpack_finding
from templates.words import severity
from validation.gates import (
    ACCEPTED,
    CONFLICT,
    DEFERRED,
    DUPLICATE,
    IGNORED,
    NEED_PEOPLE,
    RETURNED,
    SUPERSEDED,
    VERDICTS,
)  # fmt: skip
from workbook.finding import about_file

KNOWN_CONTENT = (ACCEPTED, RETURNED, SUPERSEDED, CONFLICT)
"""Verdicts whose content, met again under another name, is a duplicate."""


@dataclass
class Night:
    """What a night did. `new` counts the verdicts of entries that are new or changed, `expired` lists past retention."""

    found: int = 0
    new: Counter[str] = field(default_factory=Counter)
    unchanged: int = 0
    judged: list[Judged] = field(default_factory=list)
    answers: list[Path] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    balance: Balance | None = None
    expired: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def status(self) -> int:
        """Give the exit status: 3 people are needed, 5 only deferred, 0 all well."""
        if any(self.new[verdict] for verdict in NEED_PEOPLE) or (self.balance and not self.balance.balances):
            return 3
        return 5 if self.new[DEFERRED] else 0

    def line(self) -> str:
        """Give the closing line of the contract; verdicts that did not occur beyond the first three are left out."""
        first = (ACCEPTED, RETURNED, "unreadable")
        counts = [f"{name} {self.new[name]}" for name in first]
        counts += [f"{name} {count}" for name, count in sorted(self.new.items()) if name not in first and count]
        total = sum(self.new.values())
        return f"received {self.found}, new {total}, {', '.join(counts)}, unchanged {self.unchanged}"


@contextmanager
def _timed(night: Night, stage: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    night.seconds[stage] = round(night.seconds.get(stage, 0.0) + time.perf_counter() - start, 3)


def run(season: Season, ledger: Ledger, as_of: dt.date, *, dry_run: bool = False, progress: Progress | None = None) -> Night:
    """Run one night. With `dry_run` nothing is kept: copies go to a temporary folder, no verdict, answer or result."""
    night = Night()
    tell = progress or (lambda stage, done, total: None)
    with _timed(night, "look"):
        intake.check_share(season)
        intake.tidy(season.archive)
        if not dry_run:
            forget.finish(season, ledger)
            keep_issued(season, ledger)
        known = ledger.entries()
        first = intake.look(season.inbox)
        intake.check_count(season, len(first), int(ledger.meta("last_found") or 0))
        fresh = intake.changed(first, known)
        if fresh:
            intake.wait(season)
        second = intake.look(season.inbox) if fresh else first
        still, moving = intake.settled(fresh, second)
    gone = {item.path for item in fresh} - {item.path for item in (*still, *moving)}
    night.found = len(first) - len(gone)
    with tempfile.TemporaryDirectory(prefix="cleanreport-") as scratch:
        folder = Path(scratch) if dry_run else season.archive
        shelf = intake.Shelf(folder, frozenset(item.sha256 for item in ledger.forgotten()))
        entries, returns = _take(_Work(season, ledger, as_of, night, tell, shelf), (still, moving), known)
    night.unchanged = night.found - sum(night.new.values())
    present = {path: entry for path, entry in {**known, **entries}.items() if path in first and path not in gone}
    if not dry_run:
        ledger.record_night(list(entries.values()), _stamped(season, returns))
        remember_deferred(ledger, night.judged)
        ledger.set_meta("last_found", str(night.found))
        with _timed(night, "answer"):
            _answer(season, ledger, night)
        _publish(season, ledger, as_of, (night, present))
    night.expired = len(forget.expired(season, ledger, as_of))
    return night


def clock() -> dt.datetime:
    """Tell the time by the clock, in the zone of this computer; SOURCE_DATE_EPOCH (seconds) stands in for it in trials."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH", "")
    now = dt.datetime.fromtimestamp(int(fixed), dt.UTC) if fixed.isdigit() else dt.datetime.now(dt.UTC)
    return now.astimezone().replace(microsecond=0)


def _stamped(season: Season, returns: Sequence[Return]) -> list[Return]:
    """Put the moment of reception and the version of the rules on what goes into the ledger."""
    if not returns:
        return []
    now, rules = clock().isoformat(), rules_version(season)
    return [replace(item, received_at=now, rules=rules) for item in returns]


@dataclass(frozen=True)
class _Work:
    season: Season
    ledger: Ledger
    as_of: dt.date
    night: Night
    tell: Progress
    shelf: intake.Shelf

    def before(self, sha256: str) -> Return | None:
        """Give the return that makes content a duplicate: one identified before, or one forgotten, never taken in again."""
        return self.ledger.seen(sha256, VERDICTS if sha256 in self.shelf.forgotten else KNOWN_CONTENT)


def _take(
    work: _Work, looked: tuple[Sequence[intake.Seen], Sequence[intake.Seen]], known: Mapping[bytes, Entry]
) -> tuple[dict[bytes, Entry], list[Return]]:
    """Copy, read and judge what is new; gives the entries to remember and the verdicts to store."""
    still, moving = looked
    night = work.night
    entries: dict[bytes, Entry] = {}
    returns: list[Return] = []
    copies: list[intake.Copy] = []
    with _timed(night, "copy"):
        for seen in still:
            if seen.rule:
                aside = _aside(work, seen, IGNORED, ("IGNORED", {"rule": seen.rule}))
                night.judged.append(Judged(aside, tuple(unpack_finding(one) for one in aside.findings)))
                returns.append(aside)
                entries[seen.path] = _entry(seen, "", IGNORED)
                continue
            taken = intake.copy(work.season, seen, work.shelf)
            if taken.problem:
                _defer(work, seen, taken.problem, entries)
            elif seen.path in known and known[seen.path].sha256 == taken.sha256:
                # The same content under the same name: only its dates changed, its verdict stays.
                entries[seen.path] = _entry(seen, taken.sha256, known[seen.path].verdict)
            else:
                copies.append(taken)
    for seen in moving:
        _defer(work, seen, "NOT_SETTLED", entries)
    for judged in _judged(work, copies):
        returned = judged.returned
        night.judged.append(judged)
        returns.append(returned)
        seen = next(item.seen for item in copies if item.seen.path == returned.path)
        entries[returned.path] = _entry(seen, returned.sha256, returned.verdict)
    night.new.update(item.verdict for item in returns)
    return entries, returns


def _entry(seen: intake.Seen, sha256: str, verdict: str) -> Entry:
    return Entry(seen.path, seen.size, seen.mtime_ns, seen.inode, sha256, verdict)


def _defer(work: _Work, seen: intake.Seen, code: str, entries: dict[bytes, Entry]) -> None:
    """Leave an entry for the next night; it gets no row in the ledger's returns, only its present verdict."""
    work.night.judged.append(Judged(_aside(work, seen, DEFERRED, (code, {})), (about_file(code, severity(code)),)))
    work.night.new[DEFERRED] += 1
    entries[seen.path] = _entry(seen, "", DEFERRED)


def _aside(work: _Work, seen: intake.Seen, verdict: str, why: tuple[str, dict[str, str]]) -> Return:
    code, params = why
    finding = about_file(code, severity(code), **params)
    return Return(
        path=seen.path, sha256="", verdict=verdict, findings=[pack_finding(finding)],
        received=work.as_of.isoformat(), answered=True,
    )  # fmt: skip


def _judged(work: _Work, copies: Sequence[intake.Copy]) -> list[Judged]:
    """Read every content once and judge all files together, in the order of their names."""
    first: dict[str, intake.Copy] = {}
    again: list[tuple[intake.Copy, str]] = []
    for item in copies:
        before = work.before(item.sha256)
        if before is not None:
            again.append((item, shown(before.path)))
        elif item.sha256 in first:
            again.append((item, shown(first[item.sha256].seen.path)))
        else:
            first[item.sha256] = item
    with _timed(work.night, "read"):
        paths = [item.path for item in first.values() if item.path]
        readings = read(work.season, work.ledger, work.as_of, paths, tell=work.tell)
    with _timed(work.night, "judge"):
        batch = [(item.seen.path, item.sha256, reading) for item, reading in zip(first.values(), readings, strict=True)]
        judged = judge(work.season, work.ledger, work.as_of, batch)
    by_content = {item.returned.sha256: item for item in judged}
    for item, name in again:
        judged.append(_repeated(work, item, name, by_content.get(item.sha256)))
    return judged


def _repeated(work: _Work, item: intake.Copy, name: str, first: Judged | None) -> Judged:
    """Judge content met before: a duplicate when it was identified, else the same verdict once more."""
    if first is not None and first.returned.verdict not in KNOWN_CONTENT:
        return replace(first, returned=replace(first.returned, path=item.seen.path))
    finding = about_file("DUPLICATE_FILE", severity("DUPLICATE_FILE"), first=name)
    before = work.before(item.sha256) or (first.returned if first else None)
    assert before is not None
    returned = Return(
        path=item.seen.path, sha256=item.sha256, verdict=DUPLICATE, form=before.form, issue=before.issue,
        agency=before.agency, serial=before.serial, stage=before.stage, findings=[pack_finding(finding)],
        saved_by=before.saved_by, saved_at=before.saved_at, received=work.as_of.isoformat(), known=before.known,
    )  # fmt: skip
    return Judged(returned, (finding,))


def _answer(season: Season, ledger: Ledger, night: Night) -> None:
    """Write what was not yet answered: a receipt for every file, a correction workbook for those to mend."""
    done = []
    waiting = ledger.unanswered()
    present = present_rows(season, ledger, waiting)
    for item in waiting:
        night.answers += answer_one(season, ledger, item, present.get((item.form, item.agency)))
        done.append(item.seq)
    if done:
        ledger.mark_answered(done)


def _publish(season: Season, ledger: Ledger, as_of: dt.date, night: tuple[Night, Mapping[bytes, Entry]]) -> None:
    """Publish when anything that results show has changed since the last publication, or it no longer stands whole."""
    report, present = night
    with _timed(report, "score"):
        results = publish.collect(season, ledger, as_of, present, found=report.found)
    report.balance = results.balance
    key = publication_key(season, ledger, as_of, present)
    if ledger.meta("published") == key and publish.stands(season):
        return
    with _timed(report, "publish"):
        report.published = publish.publish(season, results, report.seconds)
    ledger.set_meta("published", key)


def publication_key(season: Season, ledger: Ledger, as_of: dt.date, present: Mapping[bytes, Entry]) -> str:
    """Give a digest of all that results depend on: ledger, share, day, rules, the program's own version."""
    digest = hashlib.sha256()
    facts = [as_of.isoformat(), str(ledger.last_seq()), str(len(ledger.newest_issued())), dumps(publish.versions())]
    facts += [f"{shown(path)} {entry.sha256} {entry.verdict}" for path, entry in sorted(present.items())]
    for item in facts:
        digest.update(item.encode("utf-8") + b"\n")
    for path in rule_files(season):
        digest.update(path.read_bytes() if path.is_file() else b"")
    return digest.hexdigest()
