"""Closing a round: one sealed folder with final inputs, rules, criteria, outputs and digests; never replaced."""

from __future__ import annotations

import csv
import datetime as dt
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from processors.forget import holds_people
from processors.frozen import SUMS, sums_text
from processors.publish import collect, publish_at
from processors.season import CONFIG, Season
from processors.standing import counted
from processors.store import Ledger
from workbook.errors import AppError


@dataclass(frozen=True)
class Sealing:
    """What closing did: `fresh` when the round was sealed now, else how the present results differ from the sealed."""

    folder: Path
    fresh: bool
    differences: tuple[str, ...] = ()


def close(season: Season, ledger: Ledger, round_id: str, as_of: dt.date) -> Sealing:
    """Seal a round, or compare with its seal when it has one. Raises AppError for an unknown round."""
    forms = [form for form in season.forms() if form.round == round_id]
    if not forms:
        known = sorted({form.round for form in season.forms()})
        raise AppError(f"there is no round {round_id!r}; known: {', '.join(known)}")
    folder = season.root / "closed" / round_id
    if round_id in ledger.sealed():
        return Sealing(folder, False, _differences(season, folder, round_id))
    publish_at(season, ledger, collect(season, ledger, as_of, ledger.entries(), round_id=round_id))
    fresh = folder.with_name(f".{round_id}.new")
    try:
        shutil.rmtree(fresh, ignore_errors=True)
        # Lists of persons stay out of seals: a seal is for ever, such a list is not.
        names = {form.full_id for form in forms if not holds_people(form)}
        for (form, agency, stage), item in sorted(counted(ledger).returns.items()):
            if form in names:
                name = "_".join(part for part in (agency, form.replace("/", "-"), stage, item.serial) if part)
                target = fresh / "inputs" / f"{name}{Path(os.fsdecode(item.path)).suffix[:6]}"
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(season.archive / item.sha256[:2] / item.sha256, target)
        shutil.copytree(season.root / "frameworks", fresh / "frameworks")
        shutil.copytree(season.results, fresh / "results")
        for name in (CONFIG, "agencies.csv", "waivers.csv"):
            shutil.copyfile(season.root / name, fresh / name)
        (fresh / SUMS).write_text(sums_text(fresh), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        os.rename(fresh, folder)
    except OSError as error:
        raise AppError(f"{folder}: {error.strerror or error}", status=4) from error
    ledger.seal(round_id, str(folder), as_of.isoformat())
    return Sealing(folder, True)


def from_sealed(season: Season, ledger: Ledger) -> dict[str, tuple[str, ...]]:
    """Give the sealed rounds whose figures differ in the present results, with where; the seals themselves never change."""
    found = {item: _differences(season, season.root / "closed" / item, item) for item in sorted(ledger.sealed())}
    return {item: differences for item, differences in found.items() if differences}


def _differences(season: Season, folder: Path, round_id: str) -> tuple[str, ...]:
    """Compare the sealed round's rows of the data files with the present ones: `scores.csv (3)` = three rows differ."""
    found = []
    for path in sorted((folder / "results" / "data").glob("*.csv")):
        sealed = _rows(path, round_id)
        present = _rows(season.results / "data" / path.name, round_id)
        changed = len(set(sealed) ^ set(present))
        if changed:
            found.append(f"{path.name} ({changed})")
    return tuple(found)


def _rows(path: Path, round_id: str) -> list[tuple[str, ...]]:
    """Read the rows of one round; files without rounds and missing files give none."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        return [tuple(row.values()) for row in reader if row.get("round") == round_id]
