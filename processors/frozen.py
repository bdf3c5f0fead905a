"""Published forms are frozen: their folder's SHA256SUMS must hold."""

from __future__ import annotations

import hashlib
from pathlib import Path

from workbook.errors import SpecError

SUMS = "SHA256SUMS"


def digest(path: Path) -> str:
    """Give the SHA-256 of a file as hex."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def sums_text(folder: Path) -> str:
    """Give the lines of SHA256SUMS for every file of a folder but itself."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != SUMS)
    return "".join(f"{digest(path)}  {path.relative_to(folder).as_posix()}\n" for path in paths)


def refuse_changed(framework: Path) -> None:
    """Raise SpecError with every published form file that was changed, removed or added since publication."""
    mistakes = []
    for sums in sorted(framework.glob(f"forms/*/{SUMS}")):
        lines = (line.split("  ", 1) for line in sums.read_text(encoding="utf-8").splitlines() if "  " in line)
        stated = {name: value for value, name in lines}
        present = {
            path.relative_to(sums.parent).as_posix(): digest(path)
            for path in sums.parent.rglob("*")
            if path.is_file() and path != sums
        }
        where = f"{framework.name}/forms/{sums.parent.name}"
        for name in sorted(set(stated) | set(present)):
            if stated.get(name) != present.get(name):
                mistakes.append(f"{where}/{name}: changed after publication; make a new issue of the form instead")
    if mistakes:
        raise SpecError(mistakes)
