"""The command `cleanreport`: the only place that prints, exits and catches our own mistakes."""

from __future__ import annotations

import os
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click

from processors.terminal import Settings, fail, log, new_run, print_json, progress, stop_log, tell, with_settings
from workbook.errors import AppError, SpecError

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(context_settings=CONTEXT)
@click.version_option(package_name="cleanreport")
@with_settings
def cli(settings: Settings) -> None:
    """Issue, collect, judge, score and rank official Excel reports."""


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--year", type=int, required=True, help="Fiscal year of the Buddhist era, four digits.")
@click.option("--framework", "frameworks", multiple=True, required=True, help="A shipped framework or a folder.")
@with_settings
def init(settings: Settings, folder: Path, year: int, frameworks: tuple[str, ...]) -> None:
    """Make a season folder."""
    from processors import season

    if not 2400 <= year <= 2700:
        raise AppError(f"--year {year}: give the year of the Buddhist era")
    made = season.init(folder.absolute(), year, frameworks)
    names = ", ".join(made.frameworks)
    tell(settings.say("init_done", year=year, root=made.root, agencies=len(made.agencies), frameworks=names))


@cli.command()
@click.argument("form")
@click.option("--agency", "agencies", multiple=True, help="Only these agencies (or groups).")
@click.option("--ministry", "ministries", multiple=True, help="Only the agencies of these ministries.")
@click.option("--rows", metavar="TABLE=N", multiple=True, help="Room for N records in a growing table, like indicators=40.")
@with_settings
def issue(
    settings: Settings, form: str, *, agencies: tuple[str, ...], ministries: tuple[str, ...], rows: tuple[str, ...]
) -> int:
    """Write personalised workbooks to the outbox; repeating it changes nothing."""
    from processors.capacity import asked_rows
    from processors.issue import issue as issue_forms
    from processors.lock import one_run

    season = settings.load()
    forms = season.forms(form)
    wanted, room = frozenset((*agencies, *ministries)), asked_rows(rows, forms, settings.lang)
    start = time.perf_counter()
    with one_run(season), settings.ledger(season) as ledger, progress(settings) as step:
        done = issue_forms(
            season, ledger, forms, wanted, step=lambda at, total: step("issue", at, total), rows=room,
            day=settings.day.isoformat(),
        )  # fmt: skip
    # Where nothing had to be written, the speed is that of finding workbooks unchanged.
    rate = f"{(len(done.written) or done.unchanged) / max(time.perf_counter() - start, 1e-6):.1f}"
    if not settings.quiet:
        for path in done.written:
            tell(path)
    if done.waiting:
        codes = ", ".join(code for _, code in done.waiting)
        tell(settings.say("issue_waiting", count=len(done.waiting), codes=codes))
    counts = {"written": len(done.written), "unchanged": done.unchanged, "waiting": len(done.waiting)}
    tell(settings.say("issue_done", **counts, rate=rate))
    log("issued", **counts)
    nothing = bool(wanted and done.waiting and not done.written and not done.unchanged)
    return 3 if nothing else 0


@cli.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the verdicts as JSON.")
@click.option("--deep", is_flag=True, help="Look a second time, at protection, lists, notes and formulas.")
@with_settings
def check(settings: Settings, files: tuple[Path, ...], as_json: bool, deep: bool) -> int:
    """Say the verdict on files, now; store nothing."""
    from processors.checking import check_files
    from processors.judge import shown
    from processors.report import verdict_json, verdict_lines
    from processors.screen import deep_lines
    from validation.gates import NEED_PEOPLE

    season = settings.load()
    with settings.ledger(season) as ledger:
        judged = check_files(season, ledger, settings.day, files)
    names = [shown(os.fsencode(path)) for path in files]
    if as_json:
        print_json([verdict_json(item, name, settings.lang) for name, item in zip(names, judged, strict=True)])
    else:
        for name, item in zip(names, judged, strict=True):
            tell("\n".join(verdict_lines(item, name, settings.lang)))
    for path in files if deep and not as_json else ():
        tell("\n".join(deep_lines(path, settings.lang)))
    return 3 if any(item.returned.verdict in NEED_PEOPLE for item in judged) else 0


@cli.group()
def share() -> None:
    """The folder that serves as the inbox."""


@share.command("mark")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Also where the marker of another season stands.")
@with_settings
def share_mark(settings: Settings, folder: Path, *, replace: bool) -> None:
    """Write the marker into a folder that serves as the inbox."""
    from processors.season import mark_share

    path = mark_share(folder.absolute(), settings.load().id, replace=replace)
    tell(settings.say("share_marked", path=path))


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="Print the standing as JSON.")
@click.option("--ministry", default="", help="Only the agencies of this ministry.")
@click.option("--province", default="", help="Only the agencies of this province (TIS code).")
@with_settings
def status(settings: Settings, as_json: bool, ministry: str, province: str) -> None:
    """Say who has filed, was returned, is late, is silent."""
    from processors.screen import status_json, status_lines

    season = settings.load()
    with settings.ledger(season) as ledger:
        standing = status_json(season, ledger, settings.day, (ministry, province), lang=settings.lang)
    if as_json:
        print_json(standing)
    else:
        tell("\n".join(status_lines(standing, settings.lang)))


@cli.command()
@click.option("--round", "round_id", default="", help="The round that the reading sheets show, like 9.")
@with_settings
def publish(settings: Settings, round_id: str) -> int:
    """Write the results again from the ledger."""
    from processors import marks, reconcile
    from processors.lock import one_run
    from processors.publish import collect, publish_at, standing_balance
    from processors.seal import from_sealed

    season = settings.load()
    known = {item.id for framework in season.frameworks.values() for item in framework.rounds}
    if round_id and round_id not in known:
        raise AppError(f"there is no round {round_id!r}; known: {', '.join(sorted(known))}")
    with one_run(season), settings.ledger(season) as ledger:
        unread = marks.trouble(season, ledger, settings.day)
        results = collect(season, ledger, settings.day, ledger.entries(), round_id=round_id)
        paths = publish_at(season, ledger, results)
        differences = from_sealed(season, ledger)
    tell(settings.say("published", count=len(paths), root=season.results))
    for sealed_id, found in differences.items():
        tell(settings.say("closed_differs", round=sealed_id, count=len(found), files=", ".join(found)))
    wrong = [*unread, *reconcile.sentences(standing_balance(season) or results.balance, settings.lang)]
    for sentence in wrong:
        tell(sentence, error=True)
    return 3 if wrong else 0


@cli.command()
@click.argument("round_id", metavar="ROUND")
@with_settings
def close(settings: Settings, round_id: str) -> None:
    """Seal a round: final inputs, rules, criteria, outputs and digests in one folder."""
    from processors.lock import one_run
    from processors.seal import close as seal

    season = settings.load()
    with one_run(season), settings.ledger(season) as ledger:
        outcome = seal(season, ledger, round_id, settings.day)
    if outcome.fresh:
        tell(settings.say("closed", round=round_id, path=outcome.folder))
        assert outcome.sealed is not None
        tell(outcome.sealed.line(settings.lang))
        for sentence in outcome.sealed.early(settings.lang):
            tell(sentence, error=True)
    elif outcome.differences:
        names = ", ".join(outcome.differences[:20])
        tell(settings.say("closed_differs", round=round_id, count=len(outcome.differences), files=names))
        tell("\n".join(outcome.lines(settings.lang)))
    else:
        tell(settings.say("closed_same", round=round_id))


@cli.command()
@click.option("--agency", default="", help="The lists of this agency.")
@click.option("--form", default="", help="With --agency: only this form; default all that ask for nothing but personal data.")
@click.option("--expired", is_flag=True, help="All lists kept longer than [privacy] keep_days.")
@click.option("--content", metavar="SHA256", default="", help="A list, or a file that nobody could place, by its digest.")
@click.option("--list", "show", is_flag=True, help="Show what was forgotten, when and why.")
@click.option("--dry-run", is_flag=True, help="Say what would go, delete nothing.")
@with_settings
def forget(settings: Settings, *, show: bool, dry_run: bool, **chosen: Any) -> None:
    """Delete lists of persons from archive and ledger, and keep the trace."""
    from processors import forget as work
    from processors.lock import one_run

    season, wanted = settings.load(), work.Wanted(**chosen)
    if sum(map(bool, (wanted.agency, wanted.expired, wanted.content, show))) != 1 or (wanted.form and not wanted.agency):
        raise AppError("forget: give one of --agency (with or without --form), --expired, --content, --list")
    with nullcontext() if show else one_run(season), settings.ledger(season) as ledger:
        if show:
            gone = ledger.forgotten()
        elif dry_run:
            gone = work.traces(season, settings.day, work.choose(season, ledger, settings.day, wanted), wanted.why)
        else:
            gone = work.forget(season, ledger, settings.day, wanted)
        left = work.in_inbox(ledger, (item.sha256 for item in gone))
        unplaced = work.unplaced(ledger) if wanted.agency else []
    for line in (*work.lines(gone, left, settings.lang), *work.unplaced_lines(unplaced, settings.lang)):
        tell(line)
    if show:
        return
    tell(settings.say("forget_trial" if dry_run else "forget_done", count=len(gone)))
    if not dry_run:
        log("forgotten", returns=[item.seq for item in gone])


@cli.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@with_settings
def demo(settings: Settings, folder: Path | None) -> None:
    """Make a whole simulated season in out/demo/ and run it to the end."""
    from processors.demo import run_demo

    root = (folder or Path("out") / "demo").absolute()
    with progress(settings) as step:
        report = run_demo(root, step)
    for line in report.lines(settings.lang):
        tell(line)


def main() -> None:
    """Run the command and exit with the contract's status."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one call and give its exit status; mistakes of ours end here with one sentence each."""
    from processors import formscli, nightcli, opscli, registrycli

    for command in (*formscli.COMMANDS, *nightcli.COMMANDS, *opscli.COMMANDS, *registrycli.COMMANDS):
        cli.add_command(command)
    new_run()
    try:
        status = cli.main(arguments, prog_name="cleanreport", standalone_mode=False, obj=Settings())
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return fail(2, error.format_message())
    except click.Abort:
        return fail(1, "broken off by hand")
    except AppError as error:
        told = "\n".join(error.mistakes) if isinstance(error, SpecError) else str(error)
        tell(told, error=True)
        return fail(error.status, told)
    except OSError as error:
        told = f"{error.filename or 'input or output'}: {error.strerror or error}; nothing is lost, try again"
        tell(told, error=True)
        return fail(5, told)
    except Exception as error:
        # A bug: its text may hold what stood in a file, so the log keeps its kind only; people see the rest on stderr.
        fail(1, type(error).__name__)
        raise
    finally:
        stop_log()
    return status if isinstance(status, int) else 0


if __name__ == "__main__":
    main()
