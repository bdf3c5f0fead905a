"""`check FILE`: the verdict that the night would give, now; stores nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from processors.judge import Judged, judge
from processors.reading import read
from processors.season import Season
from processors.store import Ledger
from workbook.errors import AppError


def check_files(season: Season, ledger: Ledger, as_of: dt.date, files: Sequence[Path]) -> list[Judged]:
    """Judge each file by itself, as if it were new: what was accepted from the same bytes before does not matter.

    Raises AppError (status 2) for a file that isn't there.
    """
    with tempfile.TemporaryDirectory(prefix="cleanreport-") as scratch:
        copies = [_copy(season, path, Path(scratch) / str(at)) for at, path in enumerate(files)]
        readings = read(season, ledger, as_of, copies)
        judged = []
        for path, copy, reading in zip(files, copies, readings, strict=True):
            sha256 = "" if copy == path else _digest(copy)
            judged += judge(season, ledger, as_of, [(str(path).encode("utf-8", "surrogateescape"), sha256, reading)])
        return judged


def _digest(copy: Path) -> str:
    with copy.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _copy(season: Season, path: Path, copy: Path) -> Path:
    """Copy a file, so that it can't change meanwhile; one that is too large to be read anyway stays, without a digest."""
    try:
        if not path.is_file():
            raise AppError(f"{path}: there is no such file")
        if path.stat().st_size > season.limits.max_file_mb << 20:
            return path
        shutil.copyfile(path, copy)
    except OSError as error:
        raise AppError(f"{path}: {error.strerror or error}", status=5) from error
    return copy
