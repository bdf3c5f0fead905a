"""Ledger -> results folder: everything is written beside the former publication and switched in as a whole."""

from __future__ import annotations

import ctypes
import datetime as dt
import gc
import hashlib
import json
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from processors import data, ranking, reconcile
from processors.abreast import made
from processors.collect import collect as collect
from processors.disk import pour, put, sync_folder, trouble
from processors.former import keep_figures
from processors.frozen import digest
from processors.guard import watched
from processors.index_book import index_book
from processors.results import Balance, Results
from processors.season import Season
from processors.store import Ledger
from processors.view import View
from workbook.book import Book
from workbook.errors import AppError
from workbook.write import write

_LIBRARIES = ("cleanreport", "python-calamine", "XlsxWriter", "pandas", "pandera")
_AT_FDCWD, _EXCHANGE = -100, 2
RUN, INDEX = "run.json", "index.xlsx"
MANY = 50_000
"""Answers from which on a publication is written by several processes."""


def versions() -> dict[str, str]:
    """Name the versions that made a publication."""
    found = {"python": platform.python_version()}
    for name in _LIBRARIES:
        found[name] = version(name)
    return found


def publish(season: Season, results: Results, durations: Mapping[str, float]) -> list[str]:
    """Write all result files side by side and switch them in as a whole; gives their paths below results/."""
    if os.path.ismount(season.results):
        where = f"{season.results} is the root of a disk and can't be switched as a whole"
        raise AppError(f"{where}; name a folder on it in [folders] results", status=4)
    fresh = season.results.with_name(f".{season.results.name}.new")
    recover(season.results)
    # What was collected stays to the end: looking for garbage among it again and again would take longer than writing.
    gc.freeze()
    try:
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        digests, proved = contents(results, fresh, _processes(season, results))
        run = data.run_json(proved, versions(), dict(durations), digests)
        put(fresh / RUN, data.json_bytes(run))
        for folder in [fresh, *(item for item in fresh.rglob("*") if item.is_dir())]:
            sync_folder(folder)
        switch(fresh, season.results)
    except OSError as error:
        raise trouble(season.results, error, "the former results stay") from error
    return sorted(digests)


def _processes(season: Season, results: Results) -> int:
    """Tell how many processes write: what takes less than a second is not worth a second process."""
    return season.limits.workers if len(results.answers) > MANY else 1


def contents(results: Results, folder: Path, processes: int = 1) -> tuple[dict[str, str], Results]:
    """Write every file of a publication but `run.json` into an empty folder: digests by path, and the results with the
    balance that they show.

    The rows are counted again in the tables as they were written; every workbook shows what comes out of that. Nothing
    of what is written here could run as a formula: each file was looked through.
    """
    facts = _all_written(folder, data.table_files(results), processes)
    tables: dict[str, bytes | Path] = {name: folder / name for name in facts}
    proved = replace(results, balance=reconcile.counted_again(results.balance, tables, data.FOLDER))
    closing = {name: partial(_once, content) for name, content in data.closing_files(proved, facts).items()}
    facts |= _all_written(folder, closing, 1)
    day, view = results.as_of, View(proved).reckoned()
    gc.freeze()
    books = {name: partial(_book, make, day) for name, make in ranking.books(proved, view).items()}
    facts |= _all_written(folder, books, processes)
    index = partial(_book, partial(index_book, view, [*facts, RUN]), day)
    facts |= _all_written(folder, {INDEX: index}, 1)
    return {name: fact.sha256 for name, fact in sorted(facts.items())}, proved


def _all_written(folder: Path, files: Mapping[str, Callable[[], Iterable[bytes]]], processes: int) -> dict[str, data.Fact]:
    """Write files side by side, each looked through on its way out, and give what they are known by."""
    names = list(files)
    facts = {}
    for at, told in made([partial(_written, folder, name, files[name]) for name in names], processes):
        sha256, size = told.decode("ascii").split()
        facts[names[at]] = data.Fact(sha256, int(size))
    return facts


def _written(folder: Path, name: str, make: Callable[[], Iterable[bytes]]) -> bytes:
    """Write one file; gives digest and size as text, which is all that another process need be told."""
    found = hashlib.sha256()
    size = 0

    def pieces() -> Iterator[bytes]:
        nonlocal size
        for piece in watched(make(), name):
            found.update(piece)
            size += len(piece)
            yield piece

    pour(folder / name, pieces())
    return f"{found.hexdigest()} {size}".encode("ascii")


def _once(content: bytes) -> Iterator[bytes]:
    yield content


def _book(make: Callable[[], Book], day: dt.date) -> Iterator[bytes]:
    yield write(make(), day)


def switch(fresh: Path, target: Path) -> None:
    """Exchange two folders in one step where the system can, else by two renames that `recover` completes."""
    if target.exists() and _exchange(fresh, target):
        sync_folder(target.parent)
        shutil.rmtree(fresh, ignore_errors=True)
        return
    former = target.with_name(f".{target.name}.former")
    shutil.rmtree(former, ignore_errors=True)
    if target.exists():
        os.rename(target, former)
    os.rename(fresh, target)
    sync_folder(target.parent)
    shutil.rmtree(former, ignore_errors=True)


def _exchange(fresh: Path, target: Path) -> bool:
    if sys.platform != "linux":
        return False
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    done: int = call(_AT_FDCWD, os.fsencode(fresh), _AT_FDCWD, os.fsencode(target), _EXCHANGE)
    return done == 0


def recover(target: Path) -> None:
    """Put the former publication back when a crash came between two renames."""
    former = target.with_name(f".{target.name}.former")
    if former.exists() and not target.exists():
        os.rename(former, target)


def stands(season: Season) -> bool:
    """Tell whether a whole publication stands: run.json names every file with its digest."""
    try:
        digests: dict[str, str] = _run(season)["digests"]
        return all(_digest(season.results / name) == value for name, value in digests.items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _digest(path: Path) -> str:
    # People can write here: nobody may make the night wait at a pipe.
    return digest(path) if path.is_file() else ""


def standing_balance(season: Season) -> Balance | None:
    """Give the reconciliation of the publication that stands, rows and all; None when there is none to be read."""
    try:
        return reconcile.from_json(_run(season)["reconciliation"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _run(season: Season) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((season.results / RUN).read_text(encoding="utf-8"))
    return told


def publish_at(season: Season, ledger: Ledger, results: Results) -> list[str]:
    """Publish on request; the next night looks again whether it differs."""
    paths = publish(season, results, {})
    keep_figures(ledger, results)
    ledger.set_meta("published", "")
    return paths
