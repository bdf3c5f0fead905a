"""One run at a time: the lock of a season beside its ledger."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from processors.season import Season
from workbook.errors import AppError

LOCK = ".lock"


@contextmanager
def one_run(season: Season) -> Iterator[None]:
    """Hold the lock of a season; AppError (status 11) when another run holds it. A dead run's lock is free at once."""
    import filelock

    lock = filelock.FileLock(season.root / LOCK)
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout as error:
        raise AppError("another run holds the lock of this season", status=11) from error
    try:
        yield
    finally:
        lock.release()
