"""Looks at the share and copies what is new into the archive; never moves, renames or deletes anything there."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from processors.disk import sync_folder
from processors.season import MARKER, Season
from processors.store import Entry
from workbook.errors import AppError

CHUNK = 1 << 20
INCOMING = ".incoming"

IGNORE_RULES: tuple[tuple[str, str, str], ...] = (
    ("office_lock", "~$", ""),
    ("libreoffice_lock", ".~lock.", "#"),
    ("hidden_file", ".", ""),
    ("temporary", "", ".tmp"),
    ("temporary", "", ".part"),
    ("temporary", "", ".crdownload"),
    ("system_file", "thumbs.db", ""),
    ("system_file", "desktop.ini", ""),
)
"""(rule, beginning, end) of names that are never returns, compared in lower case."""

OTHER_KINDS = frozenset(
    {
        ".pdf", ".doc", ".docx", ".ppt", ".pptx", ".jpg", ".jpeg", ".png", ".gif", ".tif", ".tiff", ".bmp", ".txt", ".rtf",
        ".eml", ".msg", ".mp4", ".lnk", ".url",
    }
)  # fmt: skip
"""Endings of attachments that officers put beside their workbooks: kept out by the rule `not_a_workbook`."""


@dataclass(frozen=True)
class Seen:
    """One entry of the share at one look. `rule` names why it is ignored, "" when it is looked at."""

    path: bytes
    size: int
    mtime_ns: int
    inode: int
    rule: str = ""

    def same(self, entry: Entry) -> bool:
        """Tell whether the ledger saw exactly this before."""
        return (self.size, self.mtime_ns, self.inode) == (entry.size, entry.mtime_ns, entry.inode)


@dataclass(frozen=True)
class Copy:
    """What became of one new entry: its archived copy, or why there is none (`NOT_SETTLED`, `SHARE_ERROR`).

    Forgotten content has a digest and no copy.
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


def check_share(season: Season) -> None:
    """Raise AppError (status 4) when the inbox isn't there or isn't this season's: an empty mount is no silence."""
    marker = season.inbox / MARKER
    try:
        found = marker.read_text(encoding="utf-8", errors="replace").strip()
    except OSError as error:
        raise AppError(
            f"{season.inbox}: the marker {MARKER} can't be read ({error.strerror}); is the share mounted? "
            "A folder that is to serve as the inbox is marked by `cleanreport share mark`",
            status=4,
        ) from error
    if found != season.id:
        raise AppError(f"{season.inbox} belongs to another season ({found[:40]!r})", status=4)


def check_count(season: Season, found: int, before: int) -> None:
    """Raise AppError (status 4) when the share holds suspiciously few files against last night."""
    if found < season.limits.min_share_ratio * before:
        raise AppError(
            f"{season.inbox} holds {found} files, last night {before}: less than the share of "
            f"{season.limits.min_share_ratio:g} ([limits] min_share_ratio); results are kept as they are",
            status=4,
        )


def look(root: Path) -> dict[bytes, Seen]:
    """List every file below the share with what its entry says; links are named, never followed.

    Raises AppError (status 5) when the share fails while it is read.
    """
    found: dict[bytes, Seen] = {}
    folders = [os.fsencode(root)]
    base = len(folders[0]) + 1
    try:
        while folders:
            inner, files = _list(folders.pop())
            folders += inner
            found.update((seen.path, seen) for entry in files if (seen := _seen(entry.path[base:], entry)))
    except OSError as error:
        raise AppError(f"{root}: {error.strerror or error}", status=5) from error
    return dict(sorted(found.items()))


def _list(folder: bytes) -> tuple[list[bytes], list[os.DirEntry[bytes]]]:
    with os.scandir(folder) as entries:
        listed = list(entries)
    inner = [entry.path for entry in listed if entry.is_dir(follow_symlinks=False)]
    return inner, [entry for entry in listed if not entry.is_dir(follow_symlinks=False)]


def _seen(path: bytes, entry: os.DirEntry[bytes]) -> Seen | None:
    if path == os.fsencode(MARKER):
        return None
    facts = entry.stat(follow_symlinks=False)
    rule = "symbolic_link" if entry.is_symlink() else "" if stat.S_ISREG(facts.st_mode) else "not_a_file"
    return Seen(path, facts.st_size, facts.st_mtime_ns, facts.st_ino, rule or ignored(path))


def ignored(path: bytes) -> str:
    """Name the rule that leaves a file aside, "" when it is to be read."""
    name = os.path.basename(os.fsdecode(path)).lower()
    for rule, start, end in IGNORE_RULES:
        if name.startswith(start) and name.endswith(end) and (start or end):
            return rule
    return "not_a_workbook" if os.path.splitext(name)[1] in OTHER_KINDS else ""


def changed(now: Mapping[bytes, Seen], known: Mapping[bytes, Entry]) -> list[Seen]:
    """Give the entries that the ledger has not seen like this, or deferred, in the order of their names."""
    return [
        seen
        for path, seen in now.items()
        if path not in known or not seen.same(known[path]) or known[path].verdict == "deferred"
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


def tidy(folder: Path) -> None:
    """Remove the half copy that a killed run left; the lock says that no other run is at it."""
    for path in folder.glob(f"{INCOMING}*"):
        path.unlink(missing_ok=True)


def wait(season: Season) -> None:
    """Let the time between the two looks pass."""
    time.sleep(season.limits.settle_seconds)


def copy(season: Season, seen: Seen, shelf: Shelf) -> Copy:
    """Copy one entry to the shelf; trouble of the share is a problem, never a verdict on the file.

    Regular files only, links not followed, size bounded; the copy is synchronised before it is named.
    """
    source = os.path.join(os.fsencode(season.inbox), seen.path)
    folder = shelf.folder
    temporary = folder / INCOMING
    try:
        sha256, size, facts = _spool(source, temporary)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        if error.errno == errno.ENOSPC:
            raise AppError(f"{folder}: {error.strerror}", status=5) from error
        return Copy(seen, problem="SHARE_ERROR")
    if (facts.st_size, facts.st_mtime_ns, facts.st_ino, size) != (seen.size, seen.mtime_ns, seen.inode, seen.size):
        temporary.unlink(missing_ok=True)
        return Copy(seen, problem="NOT_SETTLED")
    if sha256 in shelf.forgotten:
        temporary.unlink()
        return Copy(seen, sha256)
    return Copy(seen, sha256, _keep(temporary, folder / sha256[:2] / sha256))


def _spool(source: bytes, temporary: Path) -> tuple[str, int, os.stat_result]:
    handle = os.open(source, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    digest = hashlib.sha256()
    size = 0
    with os.fdopen(handle, "rb") as inlet, temporary.open("wb") as outlet:
        if not stat.S_ISREG(os.fstat(inlet.fileno()).st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
        while part := inlet.read(CHUNK):
            digest.update(part)
            size += len(part)
            outlet.write(part)
        outlet.flush()
        os.fsync(outlet.fileno())
        facts = os.fstat(inlet.fileno())
    return digest.hexdigest(), size, facts


def _keep(temporary: Path, target: Path) -> Path:
    """Give the copy its name; content that is there already is not written again."""
    if target.exists():
        temporary.unlink()
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(temporary, target)
    sync_folder(target.parent)
    return target
