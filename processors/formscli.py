"""The commands about forms and their rules: `forms list | show | check | publish | new`, and `rehearse`."""

from __future__ import annotations

from pathlib import Path

import click

from processors.terminal import Settings, print_json, progress, tell, with_settings
from templates.docs import describe, dictionary
from templates.load import SHIPPED, load_framework, shipped_frameworks
from templates.spec import Form, Framework
from workbook.errors import AppError, SpecError


@click.group()
def forms() -> None:
    """The forms: their spec, their dictionary, their publication."""


def folders(settings: Settings) -> list[Path]:
    """Give the framework folders in force: the season's own copies, else those shipped."""
    if settings.has_season():
        found = sorted(path.parent for path in (settings.root() / "frameworks").glob("*/framework.toml"))
        if not found:
            raise AppError(f"{settings.root()} holds no frameworks", status=4)
        return found
    return [SHIPPED / name for name in shipped_frameworks()]


def find(settings: Settings, name: str) -> tuple[Path, Form]:
    """Find a form by its full id; the short id serves where only one framework has it."""
    framework_id, slash, form_id = name.rpartition("/")
    found = []
    for folder in folders(settings):
        if slash and folder.name != framework_id:
            continue
        framework = load_framework(folder)
        found += [(folder, form) for form in framework.forms if form.id == form_id]
    if not found:
        raise AppError(f"there is no form {name!r}")
    if len(found) > 1:
        raise AppError(f"{name!r} is in several frameworks: {', '.join(form.full_id for _, form in found)}")
    return found[0]


@forms.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_settings
def list_forms(settings: Settings, as_json: bool) -> None:
    """List the forms with issue, round and title."""
    rows = [form for folder in folders(settings) for form in load_framework(folder).forms]
    if as_json:
        print_json([{"form": form.full_id, "issue": form.version, "round": form.round, "title": form.title} for form in rows])
        return
    for form in rows:
        tell(f"{form.full_id}\t{form.version}\t{form.round}\t{form.title}")


@forms.command()
@click.argument("form")
@click.option("--json", "as_json", is_flag=True, help="Print JSON that a program can fill the form by.")
@with_settings
def show(settings: Settings, form: str, as_json: bool) -> None:
    """Print the data dictionary of a form."""
    _, found = find(settings, form)
    if as_json:
        print_json(describe(found))
    else:
        tell(dictionary(found).rstrip())


@forms.command()
@with_settings
def check(settings: Settings) -> None:
    """Report every mistake of the spec at once."""
    mistakes: list[str] = []
    loaded: list[Framework] = []
    for folder in folders(settings):
        try:
            loaded.append(_checked(folder))
        except SpecError as error:
            mistakes += error.mistakes
    if mistakes:
        raise SpecError(mistakes)
    tell(settings.say("forms_ok", count=sum(len(item.forms) for item in loaded)))


def _checked(folder: Path) -> Framework:
    from processors.frozen import refuse_changed
    from templates.criteria import criteria_from

    refuse_changed(folder)
    framework = load_framework(folder)
    if framework.sub_indicators:
        criteria_from(
            framework.criteria_rows, framework.sub_indicators,
            number=framework.number, weight=framework.weight, composite=framework.composite,
        )  # fmt: skip
    return framework


@forms.command()
@click.argument("form")
@with_settings
def publish(settings: Settings, form: str) -> None:
    """Freeze a form of the season: dictionary, layout and digests are written beside it."""
    from processors.frozen import refuse_changed
    from processors.nextyear import freeze

    root = settings.root()
    folder, found = find(settings, form)
    refuse_changed(folder)
    fresh = freeze(root / "frameworks" / found.framework / "forms" / found.id, found)
    key = "form_published" if fresh else "form_already"
    tell(settings.say(key, form=found.full_id, issue=found.version))


@forms.command()
@click.argument("name")
@click.option("--from", "source", required=True, help="The framework to start from.")
@with_settings
def new(settings: Settings, name: str, source: str) -> None:
    """Start a framework of another year from this one, in the season's folder."""
    from processors.nextyear import start_framework

    root = settings.root() / "frameworks"
    path = start_framework(root, name, source)
    load_framework(path)
    tell(settings.say("framework_new", name=name, source=source, path=path))


@click.command()
@click.option("--round", "round_id", default="", help="Only the forms of this round, like 9.")
@click.option("--json", "as_json", is_flag=True, help="Print the rehearsal as JSON.")
@with_settings
def rehearse(settings: Settings, round_id: str, as_json: bool) -> int:
    """Try the present rules on all stored returns: who would fail."""
    from processors.rehearse import rehearse as run
    from processors.rehearsed import rehearsal_json, rehearsal_lines

    season = settings.load()
    known = {form.round for form in season.forms()}
    if round_id and round_id not in known:
        raise AppError(f"there is no round {round_id!r}; known: {', '.join(sorted(known))}")
    with settings.ledger(season) as ledger, progress(settings) as step:
        seen = run(season, ledger, round_id, tell=step)
    if as_json:
        print_json(rehearsal_json(season, seen, settings.lang))
    else:
        tell("\n".join(rehearsal_lines(season, seen, settings.lang)))
    return seen.status


COMMANDS = (forms, rehearse)
"""What this module adds to the command."""
