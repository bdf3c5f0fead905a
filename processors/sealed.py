"""What a sealed round shows beside the present results: rows that differ, figure by figure; the seal itself never changes."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from processors.tidy import Table
from processors.tidy import table as named_table

BY_ROUND = ("ranks", "scores", "progress")
"""The data files whose rows name their round."""

ANSWERS = "answers"
_ANSWER_KEY = ("agency", "form", "table", "record", "field", "file")
_Key = tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """One figure that differs: `where` names the row (agency first), `old` is the sealed value, `new` the present one.

    A row that only one side has shows "" for the side that lacks it, in every column of its own.
    """

    file: str
    where: str
    column: str
    old: str
    new: str


def differing_rows(sealed: Path, present: Path, round_id: str) -> dict[str, int]:
    """Count the rows of a round that differ between two results folders, by data file; files that agree are left out."""
    found = {}
    for name in BY_ROUND:
        keys = _key(named_table(name))
        old, new = (_rows(folder, name, keys, round_id=round_id) for folder in (sealed, present))
        count = sum(1 for key in {**old, **new} if old.get(key) != new.get(key))
        if count:
            found[f"{name}.csv"] = count
    return found


def changes(sealed: Path, present: Path, round_id: str, forms: Collection[str]) -> list[Change]:
    """Give every figure of a round that differs, scores first; `forms` are the full ids of the round's forms."""
    found: list[Change] = []
    for name in (*sorted(BY_ROUND, reverse=True), ANSWERS):
        keys = _ANSWER_KEY if name == ANSWERS else _key(named_table(name))
        old = _rows(sealed, name, keys, round_id=round_id, forms=forms)
        new = _rows(present, name, keys, round_id=round_id, forms=forms)
        for key in sorted({**old, **new}):
            found += _cells(f"{name}.csv", (keys, key), old.get(key, {}), new.get(key, {}))
    return found


def by_file(found: Collection[Change]) -> dict[str, int]:
    """Count the rows behind changes by file."""
    rows = {(item.file, item.where) for item in found}
    return dict(sorted(Counter(file for file, _ in rows).items()))


def _key(table: Table) -> _Key:
    """Give the columns that name a row, the agency first: that is whom people look for."""
    return tuple(sorted(table.key, key=lambda name: name != "agency"))


def _cells(file: str, whose: tuple[_Key, _Key], old: dict[str, str], new: dict[str, str]) -> Iterator[Change]:
    keys, values = whose
    shown = " ".join(value for name, value in zip(keys, values[: len(keys)], strict=True) if name != "fiscal_year" and value)
    for column in {**old, **new}:
        if column not in keys and old.get(column, "") != new.get(column, ""):
            yield Change(file, shown, column, old.get(column, ""), new.get(column, ""))


def _rows(folder: Path, name: str, keys: _Key, *, round_id: str, forms: Collection[str] = ()) -> dict[_Key, dict[str, str]]:
    """Read the rows of one round by their key; a missing file gives none. Equal keys are told apart by their order."""
    found: dict[_Key, dict[str, str]] = {}
    path = folder / "data" / f"{name}.csv"
    if not path.is_file():
        return found
    seen: Counter[_Key] = Counter()
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            if (row.get("form") in forms) if name == ANSWERS else (row.get("round") == round_id):
                key = tuple(row.get(column) or "" for column in keys)
                seen[key] += 1
                found[(*key, str(seen[key]))] = {column: value or "" for column, value in row.items() if column}
    return found
