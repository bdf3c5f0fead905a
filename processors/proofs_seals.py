"""Proofs of sealed rounds: by the ledger that remembers them, and of one folder alone."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from processors import trees
from processors.doubts import ERROR, INFO, Doubt, doubt
from processors.frozen import SUMS, digest
from processors.judge import shown
from processors.seal import CLOSED, INPUTS
from processors.store import Ledger

Counts = Counter[str]


def alone(folder: Path, counts: Counts) -> Iterator[Doubt]:
    """Every file of a sealed folder is as its SHA256SUMS says, none is missing, none was added."""
    yield from _drift(folder, "", frozenset(), nested=False)
    counts["files"] = len(trees.names(folder))


def seals(root: Path, ledger: Ledger, counts: Counts) -> Iterator[Doubt]:
    """Every sealed round stands whole, with the digest that the ledger keeps; its inputs are of the archive."""
    known = dict(ledger.rows("SELECT round, digest FROM sealed ORDER BY round"))
    contents = {str(row[0]) for row in ledger.rows("SELECT DISTINCT sha256 FROM returned")}
    forgotten = frozenset(item.sha256 for item in ledger.forgotten())
    for round_id, stated in known.items():
        name, folder = f"{CLOSED}/{round_id}", root / CLOSED / round_id
        counts["seals"] += 1
        if not folder.is_dir():
            yield doubt("seal_missing", ERROR, name, round=round_id)
            continue
        yield from _drift(folder, f"{name}/", forgotten, nested=not stated)
        yield from _by_ledger(folder, name, stated, contents)
    for path in sorted((root / CLOSED).iterdir()) if (root / CLOSED).is_dir() else ():
        if path.name not in known:
            yield doubt("seal_unknown", INFO, f"{CLOSED}/{shown(os.fsencode(path.name))}")


def _by_ledger(folder: Path, name: str, stated: str, contents: set[str]) -> Iterator[Doubt]:
    try:
        sums = trees.stated(folder / SUMS)
        if not stated:
            yield doubt("seal_of_before", INFO, f"{name}/{SUMS}")
        elif digest(folder / SUMS) != stated:
            yield doubt("seal_sums_changed", ERROR, f"{name}/{SUMS}")
    except (OSError, ValueError):
        return
    for file, sha256 in sums.items():
        if file.startswith(f"{INPUTS}/") and sha256 not in contents:
            yield doubt("seal_input_unknown", ERROR, f"{name}/{file}")


def _drift(folder: Path, prefix: str, forgotten: frozenset[str], *, nested: bool) -> Iterator[Doubt]:
    """Give how a sealed folder differs; lists of persons that were forgotten are gone rightly.

    `nested`: seals of an earlier version of the program don't list the SHA256SUMS of folders inside.
    """
    drift = trees.drift(folder)
    if not drift.stated:
        yield doubt("sums_unreadable", ERROR, f"{prefix}{SUMS}")
        return
    sums = trees.stated(folder / SUMS)
    for code in ("changed", "missing", "extra"):
        for name in getattr(drift, code):
            if nested and code == "extra" and name.endswith(f"/{SUMS}"):
                continue
            gone = code == "missing" and sums[name] in forgotten
            shown_name = prefix + shown(os.fsencode(name))
            yield doubt("seal_forgotten", INFO, shown_name) if gone else doubt(f"seal_{code}", ERROR, shown_name)
