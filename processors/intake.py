"""Copies what is new on the share into the archive, read twice some time apart; never changes anything on the share.

A copy lies beside the archive until the second reading shows the same bytes; only then it gets its name by its content.
"""

from __future__ import annotations

import errno
import hashlib
import os
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from processors.disk import sync_folder
from processors.season import Season
from processors.share import Seen, opened, patiently
from workbook.errors import AppError

CHUNK = 1 << 20
INCOMING = ".incoming"


@dataclass(frozen=True)
class Copy:
    """What became of one new entry: its copy, or why there is none (`NOT_SETTLED`, `SHARE_ERROR`, `FILE_TOO_LARGE`).

    `path` is the spool first, after `keep` the archived file. Forgotten content has a digest and no copy.
    """

    seen: Seen
    sha256: str = ""
    path: Path | None = None
    problem: str = ""


@dataclass(frozen=True)
class Shelf:
    """Where copies are kept by their content; what was forgotten is not kept again."""

    folder: Path
    forgotten: Collection[str] = ()


def tidy(folder: Path) -> None:
    """Remove the copies that a killed run left unfinished; the lock says that no other run is at it."""
    for path in folder.glob(f"{INCOMING}*"):
        path.unlink(missing_ok=True)


def wait(season: Season, since: float) -> None:
    """Let the time between the two looks pass; `since` is a moment of the monotonic clock."""
    time.sleep(max(0.0, since + season.limits.settle_seconds - time.monotonic()))


def copy(season: Season, seen: Seen, at: int, shelf: Shelf) -> Copy:
    """Copy one entry to the spool number `at`; trouble of the share is a problem, never a verdict on the file.

    Regular files only, links not followed; what is beyond `[limits] max_file_mb` is not copied. Raises AppError
    (status 5) when the spool can't be written.
    """
    if seen.size > season.limits.max_file_mb << 20:
        return Copy(seen, problem="FILE_TOO_LARGE")
    spool = shelf.folder / f"{INCOMING}-{at:06d}"
    try:
        sha256, facts = patiently(lambda: _spooled(_source(season, seen), spool))
    except OSError as error:
        spool.unlink(missing_ok=True)
        return Copy(seen, problem="NOT_SETTLED" if error.errno == errno.EAGAIN else "SHARE_ERROR")
    if (facts.st_size, facts.st_mtime_ns, facts.st_ino) != (seen.size, seen.mtime_ns, seen.inode):
        spool.unlink()
        return Copy(seen, problem="NOT_SETTLED")
    return Copy(seen, sha256, spool)


def confirm(season: Season, made: Copy) -> Copy:
    """Read an entry of the share once more: other bytes than the copy's are not settled, trouble is a problem."""
    if made.path is None:
        return made
    try:
        sha256 = patiently(lambda: _digest(_source(season, made.seen)))
    except OSError:
        problem = "SHARE_ERROR"
    else:
        problem = "" if sha256 == made.sha256 else "NOT_SETTLED"
    if not problem:
        return made
    made.path.unlink(missing_ok=True)
    return Copy(made.seen, problem=problem)


def keep(made: Copy, shelf: Shelf) -> Copy:
    """Give a copy its name by its content; what is there already or was forgotten is not kept again."""
    assert made.path is not None
    target = shelf.folder / made.sha256[:2] / made.sha256
    try:
        if made.sha256 in shelf.forgotten:
            made.path.unlink()
            return replace(made, path=None)
        if target.exists():
            made.path.unlink()
            return replace(made, path=target)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(made.path, target)
        sync_folder(target.parent)
    except OSError as error:
        raise _ours(target, error) from error
    return replace(made, path=target)


def _source(season: Season, seen: Seen) -> bytes:
    return os.path.join(os.fsencode(season.inbox), seen.path)


def _parts(inlet: IO[bytes]) -> Iterator[bytes]:
    while part := inlet.read(CHUNK):
        yield part


def _digest(source: bytes) -> str:
    digest = hashlib.sha256()
    with opened(source) as inlet:
        for part in _parts(inlet):
            digest.update(part)
    return digest.hexdigest()


def _spooled(source: bytes, spool: Path) -> tuple[str, os.stat_result]:
    """Copy a file to the spool, synchronised; gives its digest and what the open file says of itself at the end.

    OSError is the share's; what the spool's own disk does wrong is AppError (status 5).
    """
    digest = hashlib.sha256()
    size = 0
    with opened(source) as inlet, _Spool(spool) as outlet:
        for part in _parts(inlet):
            digest.update(part)
            size += len(part)
            outlet.write(part)
        outlet.finish()
        facts = os.fstat(inlet.fileno())
    if size != facts.st_size:
        raise OSError(errno.EAGAIN, "it changed while it was read")
    return digest.hexdigest(), facts


class _Spool:
    """A file of ours being written; its errors are ours and never taken for the share's."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.file = path.open("wb", buffering=0)
        except OSError as error:
            raise _ours(path, error) from error

    def __enter__(self) -> _Spool:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def write(self, part: bytes) -> None:
        try:
            rest = memoryview(part)
            while rest:
                rest = rest[self.file.write(rest) :]
        except OSError as error:
            raise _ours(self.path, error) from error

    def finish(self) -> None:
        try:
            os.fsync(self.file.fileno())
        except OSError as error:
            raise _ours(self.path, error) from error


def _ours(path: Path, error: OSError) -> AppError:
    return AppError(f"{path.parent}: {error.strerror or error}; nothing is lost, the next run goes on from here", status=5)
