"""From the share to verdicts: what is new is copied, read, judged together, and told; stores nothing."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from processors import intake, share
from processors.disputes import Dispute, disputes, disturbed, settled
from processors.judge import Judged, judge, shown
from processors.night import Night
from processors.reading import Progress, read
from processors.season import Season
from processors.share import Seen
from processors.store import Entry, Ledger, Return
from processors.wire import pack_finding
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
    UNREADABLE,
    VERDICTS,
)  # fmt: skip
from workbook.errors import AppError
from workbook.finding import about_file

KNOWN_CONTENT = (ACCEPTED, RETURNED, SUPERSEDED, CONFLICT)
"""Verdicts whose content, met again under another name, is a duplicate."""
_TAKEN = (ACCEPTED, DUPLICATE, SUPERSEDED)


@dataclass
class Taking:
    """One night at the share: what it knows, and what it found.

    `again`: entries to judge as if they were new; `free`: contents of settled conflicts. `entries`
    and `returns` are what the ledger is to remember; `present` are the entries that stand on the share now.
    """

    season: Season
    ledger: Ledger
    as_of: dt.date
    night: Night
    tell: Progress
    shelf: intake.Shelf
    again: Collection[bytes] = ()
    disputes: tuple[Dispute, ...] = ()
    free: Collection[str] = ()
    known: Mapping[bytes, Entry] = field(default_factory=dict)
    entries: dict[bytes, Entry] = field(default_factory=dict)
    returns: list[Return] = field(default_factory=list)
    present: dict[bytes, Entry] = field(default_factory=dict)

    def take(self) -> None:
        """Look, copy, wait, look again, read, judge."""
        night = self.night
        with night.timed("look"):
            self.known = self.ledger.entries()
            first = self._look()
            self.disputes = disputes(self.ledger, self.known)
            asked = frozenset(self.again) | disturbed(self.disputes, self.known, first)
            fresh = share.changed(first, self.known, asked)
        copies = self._settled(fresh, first) if fresh else []
        night.found = len(first) - len({item.path for item in fresh} - set(self.entries) - {one.seen.path for one in copies})
        places = {item.seen.path: item.seen for item in copies}
        for judged in self._judged(copies):
            self._remember(judged, places[judged.returned.path])
        self._tell_copies(first)
        night.new.update(item.verdict for item in self.returns)
        night.unchanged = night.found - sum(night.new.values())
        whole = {**self.known, **self.entries}
        gone = {item.path for item in fresh if item.path not in self.entries}
        self.present = {path: whole[path] for path in first if path in whole and path not in gone}

    def _look(self) -> dict[bytes, Seen]:
        found = share.look(self.season)
        share.check_count(self.season, len(found), int(self.ledger.meta("last_found") or 0))
        return found

    def _settled(self, fresh: Sequence[Seen], first: Mapping[bytes, Seen]) -> list[intake.Copy]:
        """Copy what is new, look again after a while, and give the copies of what stayed the same."""
        with self.night.timed("copy"):
            made = {seen.path: self._copied(seen, at) for at, seen in enumerate(fresh) if not seen.rule}
            there = {path: entry.sha256 for path, entry in self.known.items() if path in first and path not in made}
            again, self.free = settled(self.disputes, {**there, **{path: item.sha256 for path, item in made.items()}})
            self.again = frozenset(self.again) | again
            since = time.monotonic()
            intake.wait(self.season, since)
            still, moving = share.settled(fresh, self._look())
            for seen in moving:
                self._defer(seen, "NOT_SETTLED")
            kept = [self._confirmed(seen, made.get(seen.path)) for seen in still]
            for path in set(made) - {seen.path for seen in still}:
                if (spool := made[path].path) is not None:
                    spool.unlink(missing_ok=True)
        return [item for item in kept if item is not None]

    def _copied(self, seen: Seen, at: int) -> intake.Copy:
        if seen.problem:
            return intake.Copy(seen, problem=seen.problem)
        return intake.copy(self.season, seen, at, self.shelf)

    def _confirmed(self, seen: Seen, made: intake.Copy | None) -> intake.Copy | None:
        """Settle one entry that both looks saw alike; gives its copy when it is to be judged."""
        if made is None:
            self._aside(seen, IGNORED, ("IGNORED", {"rule": seen.rule}))
            return None
        made = intake.confirm(self.season, made)
        if made.problem == "FILE_TOO_LARGE":
            limit = self.season.limits.max_file_mb << 20
            self._aside(seen, UNREADABLE, (made.problem, {"size": str(seen.size), "limit": str(limit)}))
            return None
        if made.problem:
            self._defer(seen, made.problem)
            return None
        made = intake.keep(made, self.shelf)
        before = self.known.get(seen.path)
        if before is not None and before.sha256 == made.sha256 and seen.path not in self.again:
            # The same content under the same name: only its dates changed, its verdict stays.
            self.entries[seen.path] = _entry(seen, made.sha256, before.verdict)
            return None
        return made

    def _aside(self, seen: Seen, verdict: str, why: tuple[str, dict[str, str]]) -> None:
        """Give an entry a verdict without a reading."""
        code, params = why
        finding = about_file(code, severity(code), **params)
        returned = Return(
            path=seen.path, sha256="", verdict=verdict, findings=[pack_finding(finding)],
            received=self.as_of.isoformat(), answered=verdict != UNREADABLE,
        )  # fmt: skip
        self.night.judged.append(Judged(returned, (finding,)))
        self.entries[seen.path] = _entry(seen, "", verdict)
        if verdict != DEFERRED:
            self.returns.append(returned)

    def _defer(self, seen: Seen, code: str) -> None:
        """Leave an entry for the next night; it gets no row in the ledger's returns, only its present verdict."""
        self._aside(seen, DEFERRED, (code, {}))
        self.night.new[DEFERRED] += 1

    def _remember(self, judged: Judged, seen: Seen) -> None:
        returned = judged.returned
        if returned.verdict == DEFERRED:
            self._defer(seen, judged.findings[0].code)
            return
        self.night.judged.append(judged)
        self.returns.append(returned)
        self.entries[returned.path] = _entry(seen, returned.sha256, returned.verdict)

    def _before(self, item: intake.Copy) -> Return | None:
        """Give the return that makes content a duplicate: one identified before, or one forgotten, never taken in again."""
        if item.sha256 in self.shelf.forgotten:
            return self.ledger.seen(item.sha256, VERDICTS)
        if item.seen.path in self.again:
            return None
        known = tuple(one for one in KNOWN_CONTENT if one != CONFLICT or item.sha256 not in self.free)
        return self.ledger.seen(item.sha256, known)

    def _judged(self, copies: Sequence[intake.Copy]) -> list[Judged]:
        """Read every content once and judge all files together, in the order of their names."""
        first: dict[str, intake.Copy] = {}
        again: list[tuple[intake.Copy, str]] = []
        for item in copies:
            before = self._before(item)
            if before is not None:
                again.append((item, shown(before.path)))
            elif item.sha256 in first:
                again.append((item, shown(first[item.sha256].seen.path)))
            else:
                first[item.sha256] = item
        with self.night.timed("read"):
            paths = [item.path for item in first.values() if item.path]
            readings = read(self.season, self.ledger, self.as_of, paths, tell=self.tell)
        with self.night.timed("judge"):
            batch = [(item.seen.path, item.sha256, reading) for item, reading in zip(first.values(), readings, strict=True)]
            judged = judge(self.season, self.ledger, self.as_of, batch, came=self._first_days(first.values()))
        by_content = {item.returned.sha256: item for item in judged}
        for item, name in again:
            judged.append(self._repeated(item, name, by_content.get(item.sha256)))
        return judged

    def _first_days(self, copies: Iterable[intake.Copy]) -> dict[bytes, dt.date]:
        """Give the day on which content that is judged once more came first: judging again makes nobody late."""
        days = {}
        for item in copies:
            if item.seen.path in self.again or item.sha256 in self.free:
                came = [dt.date.fromisoformat(one.received) for one in self.ledger.of_content(item.sha256)]
                days[item.seen.path] = min((*came, self.as_of))
        return days

    def _repeated(self, item: intake.Copy, name: str, first: Judged | None) -> Judged:
        """Judge content met before: a duplicate when it was identified, else the same verdict once more."""
        if first is not None and first.returned.verdict not in KNOWN_CONTENT:
            return replace(first, returned=replace(first.returned, path=item.seen.path))
        finding = about_file("DUPLICATE_FILE", severity("DUPLICATE_FILE"), first=name)
        before = self._before(item) or (first.returned if first else None)
        assert before is not None
        returned = Return(
            path=item.seen.path, sha256=item.sha256, verdict=DUPLICATE, form=before.form, issue=before.issue,
            agency=before.agency, serial=before.serial, stage=before.stage, findings=[pack_finding(finding)],
            saved_by=before.saved_by, saved_at=before.saved_at, received=self.as_of.isoformat(), known=before.known,
        )  # fmt: skip
        return Judged(returned, (finding,))

    def _tell_copies(self, first: Mapping[bytes, Seen]) -> None:
        """Say of new files whose name says so that they are copies of another that stands beside them."""
        if not self.returns:
            return
        beside = share.copies(path for path, seen in first.items() if not seen.rule)
        told = {}
        for item in self.returns:
            if item.path in beside and item.sha256:
                finding = about_file("SYNC_COPY", severity("SYNC_COPY"), first=shown(beside[item.path]))
                told[item.path] = finding
        self.returns = [
            replace(item, findings=[*item.findings, pack_finding(told[item.path])]) if item.path in told else item
            for item in self.returns
        ]
        self.night.judged = [
            replace(item, findings=(*item.findings, told[item.returned.path])) if item.returned.path in told else item
            for item in self.night.judged
        ]


def _entry(seen: Seen, sha256: str, verdict: str) -> Entry:
    return Entry(seen.path, seen.size, seen.mtime_ns, seen.inode, sha256, verdict)


def asked_again(season: Season, ledger: Ledger, files: Sequence[bytes], since: dt.date | None) -> frozenset[bytes]:
    """Give the entries to judge once more: files named by their place on the share, and all not taken since a day.

    "Not taken": returned, unreadable, not ours, wrong round, in conflict. Raises AppError (status 2) for a name that is not
    there, and for a file that was taken: judging it again could only count it twice.
    """
    asked = set(files)
    if asked:
        there, known = share.look(season), ledger.entries()
        missing = [shown(path) for path in sorted(asked) if path not in there]
        if missing:
            raise AppError(f"not in {season.inbox}: {', '.join(missing)}; `cleanreport check FILE` looks at any file")
        taken = [shown(path) for path in sorted(asked) if path in known and known[path].verdict in _TAKEN]
        if taken:
            raise AppError(f"nothing to judge again, taken already: {', '.join(taken)}")
    if since is not None:
        newest = ledger.newest(tuple(NEED_PEOPLE))
        asked |= {path for path, item in newest.items() if dt.date.fromisoformat(item.received) >= since}
    return frozenset(asked)
