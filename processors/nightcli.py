"""The command of the night: what runs unattended, and what it says."""

from __future__ import annotations

import sys

import click

from processors.terminal import Settings, log, print_json, progress, tell, with_settings


@click.command()
@click.option("--dry-run", is_flag=True, help="Judge everything, keep nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the night as JSON.")
@with_settings
def nightly(settings: Settings, dry_run: bool, as_json: bool) -> int:
    """Take in, judge, answer, score, rank and publish: the whole job."""
    from processors import nightly as job
    from processors.judge import shown
    from processors.lock import one_run
    from processors.report import verdict_lines
    from processors.screen import night_facts, night_json
    from processors.seal import from_sealed

    season = settings.load()
    with one_run(season), settings.ledger(season) as ledger, progress(settings) as step:
        night = job.run(season, ledger, settings.day, dry_run=dry_run, progress=step)
        differences = from_sealed(season, ledger)
    for facts in night_facts(season, night):
        log("file", **facts)
    counts = {name: count for name, count in night.new.items() if count}
    whole = {"found": night.found, "new": counts, "unchanged": night.unchanged, "expired": night.expired}
    log("night", **whole, seconds=night.seconds, status=night.status)
    if as_json:
        print_json(night_json(night, settings.lang))
        return night.status
    if dry_run:
        tell(settings.say("dry_run"))
    for item in night.judged if not settings.quiet else []:
        lines = verdict_lines(item, shown(item.returned.path), settings.lang)
        tell("\n".join(lines if settings.verbose else lines[:1]))
    if night.published:
        tell(settings.say("published", count=len(night.published), root=season.results))
    for round_id, found in differences.items():
        tell(settings.say("closed_differs", round=round_id, count=len(found), files=", ".join(found)))
    if night.expired:
        tell(settings.say("retention_passed", count=night.expired, days=season.privacy.keep_days))
    if sys.platform != "linux":
        tell(settings.say("limits_by_clock"))
    tell(night.line())
    return night.status


COMMANDS = (nightly,)
"""What this module adds to the command."""
