"""The commands that take lists in: `registry import` for local bodies, `fill` for figures of many agencies."""

from __future__ import annotations

from pathlib import Path

import click

from processors.terminal import Settings, log, print_json, tell, with_settings
from templates.words import say
from workbook.errors import AppError


@click.group()
def registry() -> None:
    """Lists of agencies that don't come with the program."""


@registry.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--framework", default="", help="Only this framework; default all that have local bodies.")
@click.option("--dry-run", is_flag=True, help="Say what would be taken in, keep nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print what was taken in, and the report, as JSON.")
@with_settings
def import_list(settings: Settings, file: Path, *, framework: str, dry_run: bool, as_json: bool) -> int:
    """Take a list of local bodies (CSV or Excel) into agencies.csv; nothing is removed."""
    from processors.list_report import NOT_TAKEN, lines
    from processors.lock import one_run
    from processors.registry_import import ABSENT, TAKEN, import_registry

    season = settings.load()
    with one_run(season), settings.ledger(season) as ledger:
        season = settings.load()  # as it stands now that nobody else changes it
        done = import_registry(season, ledger, file, framework, keep=not dry_run)
    counts = {"rows": done.rows, "new": done.new, "changed": done.changed, "same": done.same}
    counts |= {"left": done.count(NOT_TAKEN), "remarks": done.count(TAKEN), "absent": done.count(ABSENT)}
    log("registry", kept=not dry_run, **counts)
    if as_json:
        report = [item.json(settings.lang) for item in done.told]
        told = {"frameworks": done.frameworks, "dry_run": dry_run, **counts, "unused": done.unused, "report": report}
        print_json(told)
        return done.status
    for line in lines([item for item in done.told if item.about != ABSENT], settings.lang) if not settings.quiet else ():
        tell(line)
    _tell_unused(settings, done.unused)
    if done.report is None:
        tell(say("registry", "import_trial", settings.lang))
    tell(say("registry", "import_done", settings.lang, frameworks=", ".join(done.frameworks), **counts))
    if done.report is not None and done.told:
        tell(say("registry", "import_report", settings.lang, path=done.report))
    return done.status


@click.command()
@click.argument("form")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--to", "target", type=click.Path(path_type=Path), help="Write here; default beside the issued workbook.")
@click.option("--json", "as_json", is_flag=True, help="Print what was filled in, and the report, as JSON.")
@with_settings
def fill(settings: Settings, form: str, file: Path, *, target: Path | None, as_json: bool) -> int:
    """Fill the issued workbook of a form from a CSV, to be looked at and handed in."""
    from processors.fill_form import NO_ROW, fill_form
    from processors.list_report import NOT_TAKEN, lines

    season = settings.load()
    forms = season.forms(form)
    if len(forms) > 1:
        raise AppError(f"{form!r} is in several frameworks: {', '.join(item.full_id for item in forms)}")
    with settings.ledger(season) as ledger:
        done = fill_form(season, ledger, forms[0], file, target=target)
    counts = {"agencies": done.agencies, "filled": done.filled, "cells": done.cells}
    log("filled", form=forms[0].full_id, **counts)
    if as_json:
        report = [item.json(settings.lang) for item in done.told]
        print_json({"form": forms[0].full_id, "path": str(done.path), **counts, "unused": done.unused, "report": report})
        return done.status
    for line in lines([item for item in done.told if item.about == NOT_TAKEN], settings.lang) if not settings.quiet else ():
        tell(line)
    _tell_unused(settings, done.unused)
    tell(say("registry", "fill_done", settings.lang, form=forms[0].full_id, path=done.path, **counts))
    if done.told:
        left = {"lines": done.count(NOT_TAKEN), "agencies": done.count(NO_ROW)}
        tell(say("registry", "fill_left", settings.lang, report=done.report, **left))
    return done.status


def _tell_unused(settings: Settings, columns: tuple[str, ...]) -> None:
    if columns:
        tell(say("registry", "unused", settings.lang, columns=", ".join(columns)))


COMMANDS: tuple[click.Command, ...] = (registry, fill)
"""What this module adds to the command."""
