"""Freezing a form, and starting the next year's framework from this year's."""

from __future__ import annotations

import csv
import datetime as dt
import re
import shutil
from pathlib import Path

from processors.editions import KEPT
from processors.frozen import SUMS, sums_text
from templates.docs import dictionary, layout_lock
from templates.load import SHIPPED
from templates.spec import Form
from workbook.errors import AppError

FROZEN = ("README.md", "layout.lock", SUMS)
_NAME = re.compile(r"[a-z][a-z0-9_]{0,34}_([0-9]{4})")
_ISO = re.compile(r"\b([0-9]{4})-([0-9]{2})-([0-9]{2})\b")
CSV_DATES = ("calendar.csv",)


def freeze(folder: Path, form: Form) -> bool:
    """Write dictionary, layout and digests beside a form; False when it was frozen before."""
    if (folder / SUMS).exists():
        return False
    (folder / "README.md").write_text(dictionary(form), encoding="utf-8")
    (folder / "layout.lock").write_text(layout_lock(form), encoding="utf-8")
    (folder / SUMS).write_text(sums_text(folder), encoding="utf-8")
    return True


def start_framework(root: Path, name: str, source: str) -> Path:
    """Copy a framework under a new name that ends with its fiscal year; years and dates move along.

    The fiscal year and the year before it are moved in texts and ids, ISO dates by as many years; other years (of
    laws, of resolutions) stay. Frozen files are left behind: the new forms are drafts. Raises AppError (status 2).
    """
    match = _NAME.fullmatch(name)
    if not match:
        raise AppError(f"{name!r}: the name of a framework is lower case and ends with _ and its fiscal year")
    origin = root / source if (root / source).is_dir() else SHIPPED / source
    if not (origin / "framework.toml").is_file():
        raise AppError(f"there is no framework {source!r}")
    target = root / name
    if target.exists():
        raise AppError(f"{target} is there already")
    old = _NAME.fullmatch(source)
    shift = int(match.group(1)) - int(old.group(1)) if old else 0
    shutil.copytree(origin, target, ignore=shutil.ignore_patterns(*FROZEN, KEPT))
    for path in target.rglob("*.toml"):
        text = path.read_text(encoding="utf-8").replace(f'"{source}"', f'"{name}"')
        path.write_text(_move(text, int(old.group(1)) if old else 0, shift), encoding="utf-8")
    for path in (target / item for item in CSV_DATES):
        if path.is_file() and old:
            _move_csv(path, int(old.group(1)), shift)
    return target


def _move(text: str, year: int, shift: int) -> str:
    if not shift:
        return text
    years = {str(year): str(year + shift), str(year - 1): str(year - 1 + shift)}
    moved = re.sub("|".join(years), lambda found: years[found.group()], text)
    return _ISO.sub(lambda found: _day(found, shift), moved)


def _day(found: re.Match[str], shift: int) -> str:
    year, month, day = (int(part) for part in found.groups())
    try:
        return dt.date(year + shift, month, day).isoformat()
    except ValueError:  # 29 February of a year that has none
        return dt.date(year + shift, month, day - 1).isoformat()


def _move_csv(path: Path, year: int, shift: int) -> None:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.reader(lines))
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows([[_move(cell, year, shift) for cell in row] for row in rows])
