"""One run at a time: the lock of a season beside its ledger, that of a backup beside its folder, and who holds it."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from processors.disk import put
from processors.season import Season
from workbook.errors import AppError

LOCK = ".lock"
HOLDER = ".by"
"""Ends the name of the file beside a lock that says who holds it; not the lock itself, which Windows lets nobody else read."""

_HOLDER = re.compile(r"process (\d{1,10}) since (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d)\n")


@contextmanager
def one_run(season: Season) -> Iterator[None]:
    """Hold the lock of a season; AppError (status 11) when another run holds it. A dead run's lock is free at once."""
    with held(season.root / LOCK, "another run holds the lock of this season"):
        yield


@contextmanager
def held(path: Path, busy: str) -> Iterator[None]:
    """Hold a lock; AppError (status 11) with the sentence `busy`, and who holds it since when, where another run does."""
    import filelock

    lock = filelock.FileLock(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except filelock.Timeout as error:
        raise AppError(busy + _told(path), status=11) from error
    except OSError as error:
        raise AppError(f"{path}: {error.strerror or error}; nothing was done, try again", status=5) from error
    holder = path.with_name(path.name + HOLDER)
    try:
        # Only told, never believed: the lock alone decides, so a disk that takes no note stops nobody.
        with suppress(OSError):
            moment = dt.datetime.now().astimezone().isoformat(timespec="seconds")
            put(holder, f"process {os.getpid()} since {moment}\n".encode("ascii"))
        yield
    finally:
        with suppress(OSError):
            holder.unlink(missing_ok=True)
        lock.release()


def _told(path: Path) -> str:
    """Say who holds a lock; nothing where no note of that is to be read."""
    try:
        found = _HOLDER.fullmatch(path.with_name(path.name + HOLDER).read_text(encoding="ascii"))
    except (OSError, UnicodeDecodeError):
        return ""
    return f" (process {found[1]}, since {found[2]})" if found else ""
