"""Closing a round: one sealed folder with final inputs, rules, criteria, outputs and digests; never replaced."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from processors.frozen import SUMS, digest, sums_text
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
        return Sealing(folder, False, _differences(season, folder))
    publish_at(season, ledger, collect(season, ledger, as_of, ledger.entries(), round_id=round_id))
    fresh = folder.with_name(f".{round_id}.new")
    try:
        shutil.rmtree(fresh, ignore_errors=True)
        names = {form.full_id for form in forms}
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


def _differences(season: Season, folder: Path) -> tuple[str, ...]:
    """Name the published files that differ from the sealed ones, or are only on one side; run times do not count."""
    sealed = _digests(folder / "results")
    present = _digests(season.results)
    return tuple(name for name in sorted(set(sealed) | set(present)) if sealed.get(name) != present.get(name))


def _digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): digest(path)
        for path in folder.rglob("*")
        if path.is_file() and path.name != "run.json"
    }
