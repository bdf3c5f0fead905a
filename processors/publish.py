"""Ledger -> results folder: everything is written beside the former publication and switched in as a whole."""

from __future__ import annotations

import ctypes
import gc
import hashlib
import json
import os
import platform
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from processors import data, ranking, reconcile
from processors.abreast import made
from processors.collect import collect as collect
from processors.disk import put, sync_folder, trouble
from processors.former import keep_figures
from processors.guard import checked
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
        files, proved = contents(results, _processes(season, results))
        for name, content in sorted(files.items()):
            put(fresh / name, content)
        run = data.run_json(proved, versions(), dict(durations), _digests(fresh))
        put(fresh / RUN, data.json_bytes(run))
        for folder in [fresh, *(item for item in fresh.rglob("*") if item.is_dir())]:
            sync_folder(folder)
        switch(fresh, season.results)
    except OSError as error:
        raise trouble(season.results, error, "the former results stay") from error
    return sorted(files)


def _processes(season: Season, results: Results) -> int:
    """Tell how many processes write: what takes less than a second is not worth a second process."""
    return season.limits.workers if len(results.answers) > MANY else 1


def contents(results: Results, processes: int = 1) -> tuple[dict[str, bytes], Results]:
    """Give the bytes of every file of a publication by its path, and the results with the balance that they show.

    The rows are counted again in the bytes of the tables; every workbook shows what comes out of that. Nothing of what
    is given here could run as a formula: each file was looked through.
    """
    files = {name: checked(content, name) for name, content in data.data_files(results, processes).items()}
    proved = replace(results, balance=reconcile.counted_again(results.balance, files, data.FOLDER))
    books = ranking.books(proved)
    names = list(books)
    for at, content in made([partial(_written, name, books[name]) for name in names], processes):
        files[names[at]] = content
    files[INDEX] = _written(INDEX, partial(index_book, View(proved), [*files, RUN, INDEX]))
    return files, proved


def _written(name: str, make: Callable[[], Book]) -> bytes:
    return checked(write(make()), name)


def _digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


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
        return all(hashlib.sha256((season.results / name).read_bytes()).hexdigest() == value for name, value in digests.items())
    except (OSError, ValueError, KeyError):
        return False


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
