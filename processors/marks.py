"""An analyst's marks of doubt: typed into the published scores, read back by the next run, carried on until they are taken away.

The national workbook's table of scores ends with a column for them. A workbook that somebody has saved since it was published is
read by a process of its own; what stands in the column is kept in the ledger and stands in every later publication.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from processors.results import Mark, MarkKey
from processors.season import Season
from processors.store import Ledger, dumps
from processors.wording import t
from workbook.errors import AppError

KEY = ("framework", "round", "agency", "indicator")
SCORE = "score"
KNEW = "cleanreport-marks"
"""Custom property: the digest of the marks that a workbook was written with."""
BOOK, TABLE = "national.xlsx", "scores"
_SECONDS = 120
MAX_WORDS = 500
"""Signs of a mark that are kept."""


def sheet() -> str:
    """Name the sheet that holds the column."""
    return t("sheet_data", table=TABLE)


def column() -> str:
    """Name the column."""
    return t("mark_column")


def marks(ledger: Ledger) -> dict[MarkKey, Mark]:
    """Give the marks that stand."""
    sql = "SELECT framework, round, agency, indicator, words, score, day FROM mark ORDER BY framework, round, agency, indicator"
    return {
        (framework, round_id, agency, indicator): Mark(words, score, dt.date.fromisoformat(day))
        for framework, round_id, agency, indicator, words, score, day in ledger.rows(sql)
    }


def digest(known: Mapping[MarkKey, Mark]) -> str:
    """Give a digest of marks: a workbook tells by it which ones its reader has seen."""
    return hashlib.sha256(dumps([[*key, mark.words] for key, mark in sorted(known.items())]).encode("utf-8")).hexdigest()[:16]


@dataclass(frozen=True)
class Read:
    """What an edited workbook says: the digest of the marks that it was written with, words and printed score of every row."""

    knew: str
    rows: Mapping[MarkKey, tuple[str, str]]


def edited(season: Season) -> bool:
    """Tell whether the published workbook was saved by somebody; False where nothing is published."""
    try:
        run = json.loads((season.results / "run.json").read_text(encoding="utf-8"))
        content = (season.results / BOOK).read_bytes()
    except (OSError, ValueError):
        return False
    return bool(run["digests"].get(BOOK) != hashlib.sha256(content).hexdigest())


def read(season: Season) -> Read:
    """Read an edited workbook in a process with limits; raises AppError (status 3) when it can't be read."""
    path = season.results / BOOK
    command = [sys.executable, "-m", "processors.marker", str(path), str(season.limits.file_memory_mb)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
        told = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        told = {"refused": "READER_DIED"}
    if "refused" in told:
        where = f"{path} was saved by somebody and can't be read ({told['refused']})"
        raise AppError(f"{where}: marks of doubt that were typed into it are lost, those known before stay", status=3)
    rows = {(row[0], row[1], row[2], row[3]): (row[4].strip()[:MAX_WORDS], row[5]) for row in told["rows"]}
    return Read(told["knew"], rows)


def take(season: Season, ledger: Ledger, day: dt.date) -> bool:
    """Take the marks out of the published workbook when somebody has saved it; tells whether any changed.

    Only a workbook that was written with the marks of now takes one away by a blank: an older copy does not know the
    marks that came after it.
    """
    if not edited(season):
        return False
    known, found = marks(ledger), read(season)
    fresh = {key: told for key, told in found.rows.items() if told[0] and (key not in known or known[key].words != told[0])}
    gone = [key for key, told in found.rows.items() if not told[0] and key in known] if found.knew == digest(known) else []
    if not fresh and not gone:
        return False
    with ledger.transaction():
        for key, told in fresh.items():
            ledger.run("INSERT OR REPLACE INTO mark VALUES (?,?,?,?,?,?,?)", *key, *told, day.isoformat())
        for key in gone:
            ledger.run("DELETE FROM mark WHERE framework=? AND round=? AND agency=? AND indicator=?", *key)
    return True
