"""The commands of the night: what runs unattended, and what it says."""

from __future__ import annotations

import datetime as dt
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from processors.terminal import Settings, log, print_json, progress, run_id, tell, with_settings
from workbook.errors import AppError

if TYPE_CHECKING:
    from processors.night import Night
    from processors.nightly import Asked
    from processors.season import Season
    from processors.store import Ledger


@click.command()
@click.option("--dry-run", is_flag=True, help="Judge everything, keep nothing.")
@click.option("--since", metavar="DATE", default="", help="Judge once more what was not accepted since that day.")
@click.option("--json", "as_json", is_flag=True, help="Print the night as JSON.")
@with_settings
def nightly(settings: Settings, dry_run: bool, since: str, as_json: bool) -> int:
    """Take in, judge, answer, score, rank and publish: the whole job."""
    from processors.nightly import Asked

    try:
        day = dt.date.fromisoformat(since) if since else None
    except ValueError as error:
        raise AppError(f"--since {since!r} is no day like 2014-08-31") from error
    return _night(settings, settings.load(), Asked(dry_run=dry_run, since=day), as_json)


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the night as JSON.")
@with_settings
def retry(settings: Settings, files: tuple[Path, ...], as_json: bool) -> int:
    """Judge files of the inbox once more, as a night of its own."""
    from processors.nightly import Asked

    season = settings.load()
    inbox = os.fsencode(season.inbox)
    # As it stands from the current folder, else by its place on the share.
    paths = [os.fsencode(path.absolute()) if path.exists() else os.path.join(inbox, os.fsencode(path)) for path in files]
    inside = [path for path in paths if os.path.normpath(path).startswith(inbox + b"/")]
    if len(inside) < len(paths):
        raise AppError(f"retry: the files stand in {season.inbox}; `cleanreport check FILE` looks at any file")
    return _night(settings, season, Asked(files=[os.path.normpath(path)[len(inbox) + 1 :] for path in inside]), as_json)


def _night(settings: Settings, season: Season, asked: Asked, as_json: bool) -> int:
    """Run a night, tell the monitor that it began and how it ended; a dry run tells it nothing."""
    from processors import ping

    if asked.dry_run:
        return _told(settings, season, asked, as_json).status
    ping.start(season)
    try:
        night = _told(settings, season, asked, as_json)
    except BaseException as error:
        ping.end(season, getattr(error, "status", 1), str(error) if isinstance(error, AppError) else type(error).__name__)
        raise
    ping.end(season, night.status, night.line())
    return night.status


def _told(settings: Settings, season: Season, asked: Asked, as_json: bool) -> Night:
    """Run a night under the lock and tell of it."""
    from processors import nightly as job
    from processors.lock import one_run
    from processors.seal import from_sealed

    with one_run(season), _ledger(settings, season, dry_run=asked.dry_run) as ledger:
        with progress(settings) as step:
            night = job.logged(season, ledger, settings.day, asked, run_id=run_id(), progress=step)
        differences = from_sealed(season, ledger)
    _log(season, night)
    if as_json:
        from processors.screen import night_json

        print_json(night_json(night, settings.lang))
    else:
        if asked.dry_run:
            tell(settings.say("dry_run"))
        _tell(settings, season, night)
        for round_id, found in differences.items():
            tell(settings.say("closed_differs", round=round_id, count=len(found), files=", ".join(found)))
    for sentence in (*_unbalanced(settings, night), *(item.sentence for item in night.troubles)):
        tell(sentence, error=True)
    if not as_json:
        tell(night.line())
    return night


@contextmanager
def _ledger(settings: Settings, season: Season, *, dry_run: bool) -> Iterator[Ledger]:
    """Open the ledger; a dry run works on a copy, so that it doesn't even bring an older ledger up to this version."""
    if not dry_run:
        with settings.ledger(season) as ledger:
            yield ledger
        return
    from processors.store import Ledger, snapshot

    with tempfile.TemporaryDirectory(prefix="cleanreport-") as scratch:
        copy = Path(scratch) / season.ledger_path.name
        snapshot(season.ledger_path, copy)
        with closing(Ledger(copy)) as ledger:
            yield ledger


def _unbalanced(settings: Settings, night: Night) -> list[str]:
    """Name what does not add up, with both numbers."""
    from processors import reconcile

    return reconcile.sentences(night.balance, settings.lang) if night.balance is not None else []


def _log(season: Season, night: Night) -> None:
    from processors.screen import night_facts

    for facts in night_facts(season, night):
        log("file", **facts)
    counts = {name: count for name, count in night.new.items() if count}
    whole = {"found": night.found, "new": counts, "unchanged": night.unchanged, "expired": night.expired}
    if posted := night.posted:
        facts = {"sent": posted.sent, "written": posted.written, "waiting": posted.waiting, "doubtful": posted.doubtful}
        log("mail", **facts, nobody=posted.nobody, trouble=posted.trouble_text("en"))
    for trouble in night.troubles:
        log("trouble", stage=trouble.stage, status=trouble.status, sentence=trouble.sentence)
    log("night", **whole, seconds=night.seconds, status=night.status)


def _tell(settings: Settings, season: Season, night: Night) -> None:
    """Say what the night did, the files first."""
    from processors import reconcile
    from processors.judge import shown
    from processors.report import verdict_lines

    for item in night.judged if not settings.quiet else []:
        lines = verdict_lines(item, shown(item.returned.path), settings.lang)
        tell("\n".join(lines if settings.verbose else lines[:1]))
    for line in night.posted.lines(settings.lang) if night.posted else ():
        tell(line)
    if night.published:
        tell(settings.say("published", count=len(night.published), root=season.results))
    if night.balance is not None:
        tell(reconcile.line(night.balance, settings.lang))
    if night.expired:
        tell(settings.say("retention_passed", count=night.expired, days=season.privacy.keep_days))
    if sys.platform != "linux":
        tell(settings.say("limits_by_clock"))


COMMANDS: Sequence[click.Command] = (nightly, retry)
"""What this module adds to the command."""
