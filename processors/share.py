"""What stands on the share and what its names say; looks only, never moves, renames or deletes anything there."""

from __future__ import annotations

import errno
import os
import random
import re
import stat
import time
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import IO, TypeVar

from processors.season import MARKER, Season
from processors.store import Entry
from templates.registry import records
from workbook.errors import AppError

TRIES = 3
"""How often a call to the share is tried before its trouble is believed."""
_PAUSE = 0.2
"""Seconds before the second try, doubled before the third; a random part keeps several readers from knocking together."""
_CLOSED = (errno.EACCES, errno.EPERM)
_MARKER_BYTES = 4096
_GONE = (errno.ENOENT, errno.ENOTDIR)

T = TypeVar("T")


@dataclass(frozen=True)
class Seen:
    """One entry of the share at one look. `rule` names why it is ignored, "" when it is looked at.

    `problem`: the code of what keeps it from being read at all (a folder that is closed to us), "" when nothing does.
    """

    path: bytes
    size: int
    mtime_ns: int
    inode: int
    rule: str = ""
    problem: str = ""

    def same(self, entry: Entry) -> bool:
        """Tell whether the ledger saw exactly this before."""
        return (self.size, self.mtime_ns, self.inode) == (entry.size, entry.mtime_ns, entry.inode)


def patiently(call: Callable[[], T]) -> T:
    """Call something that reads the share, again after a pause when it fails; what is gone or closed stays so."""
    for at in range(TRIES - 1):
        try:
            return call()
        except OSError as error:
            if error.errno in (*_GONE, errno.EPERM, errno.ELOOP, errno.EINVAL):
                raise
            time.sleep(_PAUSE * 2**at * random.uniform(0.5, 1.5))
    return call()


def check_share(season: Season) -> None:
    """Raise AppError (status 4) when the inbox isn't there or isn't this season's: an empty mount is no silence."""
    marker = season.inbox / MARKER
    try:
        found = patiently(lambda: _marker_text(os.fsencode(marker))).strip()
    except OSError as error:
        raise AppError(
            f"{season.inbox}: the marker {MARKER} can't be read ({error.strerror}); is the share mounted? "
            "A folder that is to serve as the inbox is marked by `cleanreport share mark`",
            status=4,
        ) from error
    if found != season.id:
        raise AppError(f"{season.inbox} belongs to another season ({found[:40]!r})", status=4)


def opened(source: bytes) -> IO[bytes]:
    """Open a file of the share for reading: no link is followed, no pipe or device waited for; OSError is the share's."""
    handle = os.open(source, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "not a regular file")
    return os.fdopen(handle, "rb", buffering=0)


def _marker_text(marker: bytes) -> str:
    with opened(marker) as file:
        return file.read(_MARKER_BYTES).decode("utf-8", "replace")


def check_count(season: Season, found: int, before: int) -> None:
    """Raise AppError (status 4) when the share holds suspiciously few files against last night."""
    if found < season.limits.min_share_ratio * before:
        raise AppError(
            f"{season.inbox} holds {found} files, last night {before}: less than the share of "
            f"{season.limits.min_share_ratio:g} ([limits] min_share_ratio); results are kept as they are",
            status=4,
        )


def look(season: Season) -> dict[bytes, Seen]:
    """List every file below the share with what its entry says; links are named, never followed.

    A folder that is closed to us is an entry of its own with a problem. Raises AppError (status 5) when the share fails
    while it is read, status 4 when it is no longer there: a share that went away meanwhile is not an empty one.
    """
    try:
        found = patiently(lambda: _listed(os.fsencode(season.inbox)))
    except OSError as error:
        raise AppError(f"{season.inbox}: {error.strerror or error}; results are kept as they are", status=5) from error
    check_share(season)
    return found


def _listed(root: bytes) -> dict[bytes, Seen]:
    found: dict[bytes, Seen] = {}
    folders = [(root, "")]
    base = len(root) + 1
    while folders:
        folder, rule = folders.pop()
        try:
            inner, files = _list(folder)
        except OSError as error:
            if folder == root or error.errno not in (*_CLOSED, *_GONE):
                raise
            if error.errno in _CLOSED:
                found[folder[base:]] = Seen(folder[base:], 0, 0, 0, rule, "" if rule else "FOLDER_CLOSED")
            continue
        folders += [(one, rule or _named("folder", os.path.basename(one))) for one in inner]
        found.update((seen.path, seen) for entry in files if (seen := _seen(entry, entry.path[base:], rule)))
    return dict(sorted(found.items()))


def _list(folder: bytes) -> tuple[list[bytes], list[os.DirEntry[bytes]]]:
    with os.scandir(folder) as entries:
        listed = list(entries)
    inner = [entry.path for entry in listed if entry.is_dir(follow_symlinks=False)]
    return inner, [entry for entry in listed if not entry.is_dir(follow_symlinks=False)]


def _seen(entry: os.DirEntry[bytes], path: bytes, rule: str) -> Seen | None:
    if path == os.fsencode(MARKER):
        return None
    try:
        facts = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None  # deleted between the listing and the look at it
    kind = "symbolic_link" if entry.is_symlink() else "" if stat.S_ISREG(facts.st_mode) else "not_a_file"
    return Seen(path, facts.st_size, facts.st_mtime_ns, facts.st_ino, rule or kind or _named("file", entry.name))


@cache
def _patterns(kind: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    rows = (row for row in records("share_names") if row["kind"] == kind)
    return tuple((re.compile(row["pattern"], re.S), row["rule"]) for row in rows)


def _folded(name: bytes) -> str:
    """Give a name as people see it: composed or decomposed, capital or small, it is the same."""
    return unicodedata.normalize("NFC", os.fsdecode(name)).casefold()


def _named(kind: str, name: bytes) -> str:
    """Name the rule by which a file or folder of that name is left aside, "" when it is looked at."""
    folded = _folded(name)
    return next((rule for pattern, rule in _patterns(kind) if pattern.fullmatch(folded)), "")


def copies(paths: Iterable[bytes]) -> dict[bytes, bytes]:
    """Give the files whose name says that they are a copy of another that stands beside them: path -> that other.

    Such names come from people, browsers and programs that synchronise folders; they decide nothing, they are told.
    """
    known = {(os.path.dirname(path), _folded(os.path.basename(path))): path for path in paths}
    found = {}
    for (folder, name), path in known.items():
        stem, ending = os.path.splitext(name)
        for pattern, _ in _patterns("copy"):
            match = pattern.fullmatch(stem)
            other = known.get((folder, match["base"] + ending)) if match else None
            if other is not None and other != path:
                found[path] = other
                break
    return found


def changed(now: Mapping[bytes, Seen], known: Mapping[bytes, Entry], again: Iterable[bytes] = ()) -> list[Seen]:
    """Give the entries that the ledger has not seen like this, or deferred, or that are asked for `again`, by name."""
    asked = frozenset(again)
    return [
        seen
        for path, seen in now.items()
        if path in asked or path not in known or not seen.same(known[path]) or known[path].verdict == "deferred"
    ]


def settled(first: Iterable[Seen], second: Mapping[bytes, Seen]) -> tuple[list[Seen], list[Seen]]:
    """Split entries into those equal at both looks and those still changing; what vanished is in neither."""
    still: list[Seen] = []
    moving: list[Seen] = []
    for seen in first:
        again = second.get(seen.path)
        if again is not None:
            (still if again == seen else moving).append(again)
    return still, moving
