"""What all commands share: global options in either place, the season, the ledger, progress, the one place errors end."""

from __future__ import annotations

import datetime as dt
import functools
import json
import logging
import os
import re
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from templates.words import say
from workbook.errors import AppError

if TYPE_CHECKING:
    from processors.operation import LogFile
    from processors.season import Season
    from processors.store import Ledger

F = TypeVar("F", bound=Callable[..., Any])
LAST_YEAR = 2400
"""A later year is one of the Buddhist era."""
YESTERDAY = "yesterday"
"""For jobs that run after midnight: what came before them belongs to the day before."""

ENVIRONMENT = "CLEANREPORT_SEASON"
FAILED = "failed"
MEGABYTE = 1024 * 1024
NAMES = ("season", "as_of", "lang", "verbose", "quiet", "log")


@dataclass
class Settings:
    """The global options of one call."""

    season: str = ""
    as_of: str = ""
    lang: str = "th"
    verbose: bool = False
    quiet: bool = False
    log: str = ""

    @property
    def day(self) -> dt.date:
        """Give the day that everything is reckoned from; today when none is stated."""
        if not self.as_of:
            return dt.date.today()
        if self.as_of == YESTERDAY:
            return dt.date.today() - dt.timedelta(days=1)
        try:
            day = dt.date.fromisoformat(self.as_of)
            if day.year > LAST_YEAR:
                raise ValueError(day.year)
            return day
        except ValueError as error:
            raise AppError(f"--as-of {self.as_of!r} is no day of the Christian era like 2014-08-31") from error

    def say(self, key: str, **params: object) -> str:
        """Give a sentence of the command in the chosen language."""
        return say("command", key, self.lang, **params)

    def root(self) -> Path:
        """Give the season's folder: stated, or the current folder when it holds one."""
        stated = self.season or os.environ.get(ENVIRONMENT, "")
        if stated:
            return Path(stated).absolute()
        here = Path.cwd()
        if (here / "season.toml").is_file():
            return here
        raise AppError("which season? Give --season DIR, set CLEANREPORT_SEASON, or go to the season's folder")

    def has_season(self) -> bool:
        """Tell whether a season is stated or stands in the current folder."""
        return bool(self.season or os.environ.get(ENVIRONMENT)) or (Path.cwd() / "season.toml").is_file()

    def load(self) -> Season:
        """Load the season."""
        from processors import season

        loaded = season.load(self.root())
        bound_log(loaded.operation.log)
        return loaded

    @contextmanager
    def ledger(self, season: Season) -> Iterator[Ledger]:
        """Open the season's ledger."""
        from processors.store import Ledger

        ledger = Ledger(season.ledger_path)
        try:
            yield ledger
        finally:
            ledger.close()


_OPTIONS = (
    click.option("--season", metavar="DIR", help="The season's folder (or CLEANREPORT_SEASON)."),
    click.option("--as-of", metavar="DATE", help="The day that deadlines are reckoned from, like 2014-08-31, or yesterday."),
    click.option("--lang", type=click.Choice(["th", "en"]), help="Language of the sentences (default th)."),
    click.option("-v", "--verbose", is_flag=True, default=None, help="Say more."),
    click.option("-q", "--quiet", is_flag=True, default=None, help="Say only what is needed."),
    click.option("--log", metavar="FILE", help="Append a log of JSON lines."),
)


def with_settings(command: F) -> F:
    """Give a command the global options, so that they may stand before or after its name."""

    @functools.wraps(command)
    @click.pass_context
    def run(context: click.Context, /, *args: Any, **kwargs: Any) -> Any:
        settings = context.ensure_object(Settings)
        take(settings, {name: kwargs.pop(name) for name in NAMES})
        return command(settings, *args, **kwargs)

    decorated: Any = run
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated  # type: ignore[no-any-return]


def take(settings: Settings, values: dict[str, Any]) -> None:
    """Take the options that were given; options not given leave what was given before the command's name."""
    for name, value in values.items():
        if value is not None and value is not False:
            setattr(settings, name, value)
    if settings.log:
        start_log(Path(settings.log))


RUN = "CLEANREPORT_RUN"
_RUN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


@functools.cache
def run_id() -> str:
    """Give the id of this run: what CLEANREPORT_RUN says, else the moment and chance; the same for the whole call."""
    stated = os.environ.get(RUN, "")
    if _RUN_ID.fullmatch(stated):
        return stated
    fixed = os.environ.get("SOURCE_DATE_EPOCH", "")
    if fixed.isdigit():
        return f"trial-{fixed}"
    return f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"


def new_run() -> None:
    """Begin a call of the command: it has an id of its own, also where one process makes several calls."""
    run_id.cache_clear()


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        moment = dt.datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds")
        line = {"time": moment, "run": run_id(), "pid": record.process, "level": record.levelname.lower()}
        line |= {"event": record.getMessage(), **getattr(record, "facts", {})}
        # What isn't UTF-8 in a name of the share is escaped, so that every line can be written and read.
        return json.dumps(line, ensure_ascii=False, default=str).encode("utf-8", "backslashreplace").decode("utf-8")


class _Rotating(RotatingFileHandler):
    """A log that never stops a run: what can't be written is lost, and said once on stderr."""

    told = False

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name is that of the library
        if not self.told:
            self.told = True
            reason = sys.exc_info()[1]
            what = reason.strerror if isinstance(reason, OSError) else type(reason).__name__
            tell(f"the log {self.baseFilename} can't be written: {what}; the run goes on without it", error=True)

    def close(self) -> None:
        with suppress(OSError):  # the disk is full: what waits to be written is lost
            super().close()


LOG = logging.getLogger("cleanreport")


def start_log(path: Path) -> None:
    """Append JSON lines to a file; personal data never goes there."""
    stop_log()
    if path.is_fifo():
        raise AppError(f"--log {path}: a pipe would hold the run up; name a file", status=4)
    try:
        handler = _Rotating(path, encoding="utf-8", maxBytes=10 * MEGABYTE, backupCount=10)
    except OSError as error:
        raise AppError(f"--log {path}: {error.strerror}", status=4) from error
    handler.setFormatter(_JsonLines())
    LOG.addHandler(handler)
    LOG.setLevel(logging.INFO)


def bound_log(settings: LogFile) -> None:
    """Take a season's bounds for the log, and its file where no other was asked for."""
    if not LOG.handlers and settings.file:
        try:
            settings.file.parent.mkdir(parents=True, exist_ok=True)
            start_log(settings.file)
        except (OSError, AppError) as error:
            # Nobody stands by to mend it: the run is worth more than its log.
            tell(f"[log] file {settings.file}: {error}", error=True)
    for handler in LOG.handlers:
        if isinstance(handler, RotatingFileHandler):
            handler.maxBytes, handler.backupCount = int(settings.max_mb * MEGABYTE), settings.keep


def stop_log() -> None:
    """Close the log of a call."""
    for handler in list(LOG.handlers):
        LOG.removeHandler(handler)
        handler.close()


def log(event: str, **facts: object) -> None:
    """Write one event to the log; without a log nothing happens."""
    if LOG.handlers:
        LOG.log(logging.ERROR if event == FAILED else logging.INFO, event, extra={"facts": facts})


def fail(status: int, sentence: str) -> int:
    """Log what ended a command early, and give its exit status."""
    log(FAILED, status=status, sentence=sentence)
    return status


@contextmanager
def progress(settings: Settings) -> Iterator[Callable[[str, int, int], None]]:
    """Show a progress bar on stderr when it is a terminal; gives (stage, done, total) -> None."""
    if settings.quiet or not sys.stderr.isatty():
        yield lambda stage, done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def step(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(settings.say(f"stage_{stage}"), total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield step


def tell(text: object, *, error: bool = False) -> None:
    """Print text for people; what could steer a terminal (escape signs, bells, direction marks) is escaped."""
    shown = "".join(
        sign if sign.isprintable() or sign in "\n\t" else sign.encode("unicode_escape", "backslashreplace").decode("ascii")
        for sign in str(text)
    )
    click.echo(shown.encode("utf-8", "backslashreplace").decode("utf-8"), err=error)


def print_json(value: object) -> None:
    """Print one JSON document and nothing else."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
