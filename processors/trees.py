"""Whole folders that are kept: copied file by file with their digests, proved by SHA256SUMS, made read-only, removed."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from processors.disk import sync_folder
from processors.frozen import SUMS, digest

_CHUNK = 1 << 20
_LINK = "link"
"""Stands for the digest of what is no plain file: nothing of ours is a link."""


@dataclass(frozen=True)
class Drift:
    """How a folder differs from its SHA256SUMS: names below it, in order; `stated` False when there is none to read."""

    changed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    stated: bool = True

    @property
    def whole(self) -> bool:
        """Tell whether every file is there as it was, and none besides."""
        return self.stated and not (self.changed or self.missing or self.extra)


def copy(source: Path, target: Path, mode: int = 0o644) -> str:
    """Copy a file into a folder that nobody reads yet, synchronised; gives the SHA-256 of what was copied."""
    target.parent.mkdir(parents=True, exist_ok=True)
    found = hashlib.sha256()
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), mode)
    with source.open("rb") as old, os.fdopen(handle, "wb") as new:
        while chunk := old.read(_CHUNK):
            found.update(chunk)
            new.write(chunk)
        new.flush()
        os.fsync(new.fileno())
    return found.hexdigest()


def names(folder: Path, leave: Collection[str] = ()) -> list[str]:
    """Name every file below a folder, in the order of SHA256SUMS, but those left out (names relative to it)."""
    found = []
    for where, inner, files in os.walk(folder):
        below = os.path.relpath(where, folder).replace(os.sep, "/")
        links = [name for name in inner if os.path.islink(os.path.join(where, name))]
        found += [name if below == "." else f"{below}/{name}" for name in (*files, *links)]
    left_out = frozenset(leave)
    return sorted(name for name in found if name not in left_out)


def sums(digests: Mapping[str, str]) -> bytes:
    """Give the text of SHA256SUMS, as `sha256sum -c` reads it."""
    return "".join(f"{value}  {name}\n" for name, value in sorted(digests.items())).encode("utf-8", "surrogateescape")


def digests(folder: Path, leave: Collection[str] = (SUMS,)) -> dict[str, str]:
    """Give the SHA-256 of every file below a folder by its name."""
    return {name: file_digest(folder / name) for name in names(folder, leave)}


def stated(path: Path) -> dict[str, str]:
    """Read SHA256SUMS; OSError or ValueError when it is none."""
    found = {}
    for line in path.read_bytes().decode("utf-8", "surrogateescape").splitlines():
        value, mark, name = line[:64], line[64:66], line[66:]
        if mark not in ("  ", " *") or not name or set(value) - set("0123456789abcdef"):
            raise ValueError(f"{path.name}: {line[:80]!r} is no line of a digest")
        found[name] = value
    return found


def drift(folder: Path, leave: Collection[str] = ()) -> Drift:
    """Compare a folder with its SHA256SUMS; `leave` names files that are not looked at."""
    try:
        wanted = {name: value for name, value in stated(folder / SUMS).items() if name not in leave}
    except (OSError, ValueError):
        return Drift(stated=False)
    present = set(names(folder, {SUMS, *leave}))
    changed = sorted(name for name in present & set(wanted) if file_digest(folder / name) != wanted[name])
    return Drift(tuple(changed), tuple(sorted(set(wanted) - present)), tuple(sorted(present - set(wanted))))


def file_digest(path: Path) -> str:
    """Give the digest of a plain file; what is a link, or can't be read, has none that could be right."""
    try:
        return _LINK if path.is_symlink() or not path.is_file() else digest(path)
    except OSError:
        return "unreadable"


def sync(folder: Path) -> None:
    """Synchronise the entries of a folder and of all folders below it."""
    for where, _, _ in os.walk(folder):
        sync_folder(Path(where))


def lock(folder: Path) -> None:
    """Make a folder and all below it read-only; where the system knows no such thing nothing happens."""
    for path in (*folder.rglob("*"), folder):
        with suppress(OSError):
            path.chmod(0o555 if path.is_dir() else 0o444)


def release(folders: Iterable[Path]) -> None:
    """Let files be removed from folders that were made read-only."""
    for path in folders:
        with suppress(OSError):
            path.chmod(stat.S_IMODE(path.stat().st_mode) | stat.S_IRWXU)


def remove(folder: Path) -> None:
    """Remove a folder with all below it, read-only ones too; one that is not there is no fault."""
    release(path for path in (folder, *folder.rglob("*")) if path.is_dir() and not path.is_symlink())
    shutil.rmtree(folder, ignore_errors=True)
