"""Proofs of the published results: every file is the one that `run.json` names, and the figures come out of the ledger again."""

from __future__ import annotations

import datetime as dt
import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from processors import trees
from processors.collect import collect
from processors.data import FOLDER
from processors.doubts import ERROR, INFO, WARNING, Doubt, doubt
from processors.frozen import SUMS
from processors.judge import shown
from processors.marks import BOOK, readable
from processors.origin import origin, rows_digest
from processors.publish import RUN, contents, versions
from processors.season import Season
from processors.store import Ledger

Counts = Counter[str]
_OPEN = ("~$", ".~lock.")
"""How the marks begin that office programs put beside a workbook while somebody looks at it."""
_TURNS = 3


def results(season: Season, ledger: Ledger, counts: Counts, *, compute: bool) -> Iterator[Doubt]:
    """Prove a publication; when a night switches in another one meanwhile, that one is proved instead."""
    for turn in range(_TURNS):
        before = _run_bytes(season)
        found = list(_files(season, counts)) if before else list(_none(season, ledger))
        if before and compute:
            found += _figures(season, ledger, counts)
        if _run_bytes(season) == before or turn == _TURNS - 1:
            yield from found
            return


def _run_bytes(season: Season) -> bytes:
    try:
        return (season.results / RUN).read_bytes()
    except OSError:
        return b""


def _none(season: Season, ledger: Ledger) -> Iterator[Doubt]:
    """Say that nothing is published: a fault where the ledger knows of a publication."""
    published = bool(ledger.meta("published"))
    yield doubt("results_missing" if published else "results_none", ERROR if published else INFO, f"{season.results.name}/{RUN}")


def _run(season: Season) -> dict[str, Any]:
    """Read run.json; {} when it is not what a publication writes."""
    try:
        run: dict[str, Any] = json.loads(_run_bytes(season).decode("utf-8"))
        dt.date.fromisoformat(run["as_of"])
        return run if isinstance(run["digests"], dict) else {}
    except (ValueError, KeyError, TypeError):
        return {}


def _files(season: Season, counts: Counts) -> Iterator[Doubt]:
    folder, name = season.results, season.results.name
    stated: Mapping[str, str] = _run(season).get("digests", {})
    if not stated:
        yield doubt("run_unreadable", ERROR, f"{name}/{RUN}")
        return
    present = trees.digests(folder, (RUN,))
    counts["published"] = len(stated)
    for file in sorted({*stated, *present}):
        if file not in present:
            yield doubt("result_missing", ERROR, f"{name}/{file}")
        elif file not in stated:
            if not file.rpartition("/")[2].startswith(_OPEN):
                yield doubt("result_extra", ERROR, f"{name}/{shown(os.fsencode(file))}")
        elif stated[file] != present[file]:
            # Whoever types a mark of doubt saves the workbook: what the next run can read is no damage.
            marked = file == BOOK and readable(season)
            yield doubt("result_marked" if marked else "result_changed", WARNING if marked else ERROR, f"{name}/{file}")
    try:
        sums = trees.stated(folder / FOLDER / SUMS)
    except (OSError, ValueError):
        yield doubt("sums_unreadable", ERROR, f"{name}/{FOLDER}/{SUMS}")
        return
    own = {file.partition("/")[2]: value for file, value in stated.items() if file.startswith(f"{FOLDER}/")}
    own.pop(SUMS, None)
    if sums != own:
        yield doubt("result_changed", ERROR, f"{name}/{FOLDER}/{SUMS}")


def _figures(season: Season, ledger: Ledger, counts: Counts) -> Iterator[Doubt]:
    """Make tables and workbooks again and compare bytes; a ledger or rules that went on since the publication are said."""
    run = _run(season)
    if not run:
        return
    made = run.get("origin", {})
    if "rows" in made and rows_digest(ledger, int(made["returns"]), int(made["issued"])) != made["rows"]:
        yield doubt("ledger_rewritten", ERROR, "ledger.db", day=run["as_of"])
    shown_rounds = {item.get("shown_round") for item in run.get("frameworks", {}).values()}
    chosen = str(next(iter(shown_rounds)) or "") if len(shown_rounds) == 1 else ""
    now = collect(season, ledger, dt.date.fromisoformat(run["as_of"]), ledger.entries(), round_id=chosen)
    name = season.results.name
    moved = made != origin(season, ledger)
    version = run.get("versions", {}).get("cleanreport")
    with tempfile.TemporaryDirectory(prefix="cleanreport-") as scratch:
        # The cover says what it was made from: of the publication that is proved, as it is the day of that one.
        made_now, _ = contents(replace(now, origin=made), Path(scratch))
    for file, digest in made_now.items():
        if digest == run["digests"].get(file):
            counts["tables"] += 1
        elif moved:
            yield doubt("figures_earlier", INFO, f"{name}/{file}", day=run["as_of"])
        elif version != versions()["cleanreport"]:
            yield doubt("figures_program", INFO, f"{name}/{file}", version=version)
        else:
            yield doubt("figures_differ", ERROR, f"{name}/{file}", day=run["as_of"])
