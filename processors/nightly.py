"""The whole job of a night: take in, judge, answer, score, rank, publish, write letters; idempotent, one run at a time.

The verdicts are stored in one transaction. Each step after it can be done for itself: what fails is said, asks for an
exit status, and is done by the next night.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from processors import backup, forget, intake, letters, marks, publish, share
from processors.answering import answer_one
from processors.attention import remember_deferred
from processors.former import keep_figures
from processors.issue import keep_issued
from processors.judge import shown
from processors.night import Night, Trouble, clock
from processors.nights import UNTOLD, NightRow, done_on, remember, untold
from processors.reading import Progress
from processors.reseat import present_rows
from processors.results import Balance
from processors.ruleset import rule_files, rules_version
from processors.season import Season
from processors.store import Entry, Ledger, Return, dumps
from processors.taking import Taking, asked_again
from workbook.errors import AppError

_AT_ONCE = 100
"""Returns that are held in memory together while they are answered."""


@dataclass(frozen=True)
class Asked:
    """What is asked of a night: `dry_run` keeps nothing; `files` (by their place on the share) and what was not taken
    `since` a day are judged once more."""

    dry_run: bool = False
    files: Sequence[bytes] = ()
    since: dt.date | None = None


def run(season: Season, ledger: Ledger, as_of: dt.date, asked: Asked | None = None, *, progress: Progress | None = None) -> Night:
    """Run one night. A dry run keeps nothing: copies go to a temporary folder, no verdict, answer, result or letter.

    Raises AppError before anything is stored: 4 for a share or season that can't be used, 5 for trouble that passes.
    """
    asked = asked or Asked()
    night = Night()
    with night.timed("look"):
        share.check_share(season)
        intake.tidy(season.archive)
        if not asked.dry_run:
            forget.finish(season, ledger)
            keep_issued(season, ledger)
        again = asked_again(season, ledger, asked.files, asked.since)
    with tempfile.TemporaryDirectory(prefix="cleanreport-") if asked.dry_run else nullcontext(season.archive) as folder:
        shelf = intake.Shelf(Path(folder), frozenset(item.sha256 for item in ledger.forgotten()))
        taking = Taking(season, ledger, as_of, night, progress or (lambda stage, done, total: None), shelf, again)
        taking.take()
    if not asked.dry_run:
        _keep(season, ledger, taking)
        _after(season, ledger, as_of, (night, taking.present))
    night.expired = len(forget.expired(season, ledger, as_of))
    return night


def logged(
    season: Season, ledger: Ledger, as_of: dt.date, asked: Asked | None = None, *, run_id: str, progress: Progress | None = None
) -> Night:
    """Run a night and write it into the log of nights, also one that could not go on; a dry run writes nothing."""
    dry = asked is not None and asked.dry_run
    started = clock().isoformat()

    def row(status: int, told: tuple[int, dict[str, int], str]) -> NightRow:
        found, counts, note = told
        return NightRow(run_id, as_of, started, clock().isoformat(), status, found, counts, note)

    try:
        night = run(season, ledger, as_of, asked, progress=progress)
    except AppError as error:
        if not dry and error.status != 2:
            # The ledger's own trouble may be the reason; then the night stands in the log file only.
            with suppress(AppError):
                remember(ledger, row(error.status, (0, {}, str(error))))
        raise
    counts = {name: count for name, count in sorted(night.new.items()) if count}
    # Done again on its day with nothing to do, a night changes nothing at all, its log included.
    again = not (counts or night.answers or night.published or night.troubles) and done_on(ledger, as_of)
    if not dry:
        with night.tried("log"):
            if again:
                ledger.set_meta(UNTOLD, "")
            else:
                remember(ledger, row(night.status, (night.found, counts, night.sentences())), told=True)
    return night


def _keep(season: Season, ledger: Ledger, taking: Taking) -> None:
    """Store the verdicts of the night: one transaction; nothing is written when the share is as it was."""
    night = taking.night
    broken_off = {path: verdict for path, verdict in untold(ledger).items() if path not in taking.entries}
    told = {**broken_off, **{item.path: item.verdict for item in taking.returns}}
    facts = {
        UNTOLD: dumps({path.hex(): verdict for path, verdict in sorted(told.items())}) if told else "",
        "last_found": str(night.found),
        "gone": dumps(sorted(path.hex() for path in (*taking.known, *taking.entries) if path not in taking.present)),
    }
    if taking.entries or any(ledger.meta(key) != value for key, value in facts.items()):
        ledger.record_night(list(taking.entries.values()), _stamped(season, taking.returns), facts)
    remember_deferred(ledger, night.judged)
    # What a night that was killed after its verdicts never told is told by this one.
    here = Counter(verdict for path, verdict in broken_off.items() if path in taking.present)
    night.new.update(here)
    night.unchanged -= sum(here.values())
    # The answers of thousands of files are in the ledger now; what is told of the night needs none of them.
    taking.returns.clear()
    night.judged = [replace(item, extracted=None, returned=replace(item.returned, extracted={})) for item in night.judged]


def _stamped(season: Season, returns: Sequence[Return]) -> list[Return]:
    """Put the moment of reception and the version of the rules on what goes into the ledger."""
    if not returns:
        return []
    now, rules = clock().isoformat(), rules_version(season)
    return [replace(item, received_at=now, rules=rules) for item in returns]


def _after(season: Season, ledger: Ledger, as_of: dt.date, told: tuple[Night, Mapping[bytes, Entry]]) -> None:
    """Do what follows from the verdicts, each step for itself."""
    night, present = told
    with night.tried("answer"):
        _answer(season, ledger, night)
    with night.tried("publish"):
        _publish(season, ledger, as_of, (night, present))
    with night.tried("backup"):
        _backup(season, ledger, night)
    # The letter to the centre tells how the night ended, so it comes last.
    with night.tried("mail"):
        words = letters.NightWords(night.line(), night.status, night.balances, night.sentences())
        night.posted = letters.send_due(season, ledger, as_of, words)


def _backup(season: Season, ledger: Ledger, night: Night) -> None:
    """Make the backup that the season asks for and prove it; one that can't be proved needs people."""
    made = backup.after_night(season, ledger)
    if made is not None and made.proof is not None and made.proof.status:
        sentence = f"{made.folder}: the backup was made and can't be proved; `cleanreport verify {made.folder}` says why"
        night.troubles.append(Trouble("backup", 3, sentence))


def _answer(season: Season, ledger: Ledger, night: Night) -> None:
    """Write what was not yet answered: a receipt for every file, a correction workbook for those to mend.

    A file that can't be written (open in Excel on the share) waits for the next night, the others don't wait for it.
    """
    failed: list[AppError] = []
    total, last = 0, 0
    while waiting := ledger.unanswered(last, _AT_ONCE):
        present = present_rows(season, ledger, waiting)
        for item in waiting:
            try:
                night.answers += answer_one(season, ledger, item, present.get((item.form, item.agency)))
            except AppError as error:
                failed.append(error)
            else:
                ledger.mark_answered([item.seq])
        total, last = total + len(waiting), waiting[-1].seq
    if failed:
        more = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
        # All alike is the outbox, a single one is a workbook that somebody has open.
        bug = any(error.status == 1 for error in failed)
        status = 1 if bug else failed[0].status if len(failed) == total else 5
        night.troubles.append(Trouble("answer", status, f"{failed[0]}{more}"))


def _publish(season: Season, ledger: Ledger, as_of: dt.date, told: tuple[Night, Mapping[bytes, Entry]]) -> None:
    """Publish when anything that results show has changed since the last publication, or it no longer stands whole."""
    night, present = told
    with night.tried("marks"):
        marks.take(season, ledger, as_of)
    key = publication_key(season, ledger, as_of, present)
    if ledger.meta("published") == key and publish.stands(season):
        _balance(night, publish.standing_balance(season))
        return
    with night.timed("score"):
        results = publish.collect(season, ledger, as_of, present, found=night.found)
    night.published = publish.publish(season, results, night.seconds)
    _balance(night, publish.standing_balance(season) or results.balance)
    keep_figures(ledger, results)
    ledger.set_meta("published", key)


def _balance(night: Night, found: Balance | None) -> None:
    night.balance = found
    night.balances = found.balances if found else None


def publication_key(season: Season, ledger: Ledger, as_of: dt.date, present: Mapping[bytes, Entry]) -> str:
    """Give a digest of all that results depend on: ledger, share, day, rules, the program's own version."""
    digest = hashlib.sha256()
    facts = [as_of.isoformat(), str(ledger.last_seq()), str(ledger.count_issued()), dumps(publish.versions())]
    facts += [f"{shown(path)} {entry.sha256} {entry.verdict}" for path, entry in sorted(present.items())]
    for item in facts:
        digest.update(item.encode("utf-8") + b"\n")
    for path in rule_files(season):
        digest.update(path.read_bytes() if path.is_file() else b"")
    return digest.hexdigest()
