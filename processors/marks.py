"""An analyst's marks of doubt: typed into the published scores, read back by the next run, carried on until they are taken away.

The national workbook's table of scores ends with a column for them. A workbook that somebody has saved since it was published is
read by a process of its own; what stands in the column is kept in the ledger and stands in every later publication.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import stat
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from processors.disk import put
from processors.mark_column import KEY as KEY
from processors.mark_column import KNEW as KNEW
from processors.mark_column import MAX_WORDS
from processors.mark_column import SCORE as SCORE
from processors.mark_column import TABLE as TABLE
from processors.mark_column import column as column
from processors.mark_column import sheet as sheet
from processors.results import Mark, MarkKey
from processors.season import Season
from processors.store import Ledger, dumps
from workbook.errors import AppError
from workbook.rows import clean

BOOK = "national.xlsx"
KEPT = "edited"
"""Folder of the season where workbooks that were saved by somebody and can't be read are kept."""
MAX_BYTES = 256 << 20
"""A larger workbook is not read: the largest that was ever published had a twentieth of it."""
_SECONDS, _TURNS = 120, 3
_HISTORY, _STEPS = "mark_history", 200

Words = Mapping[MarkKey, str]


def marks(ledger: Ledger) -> dict[MarkKey, Mark]:
    """Give the marks that stand."""
    sql = "SELECT framework, round, agency, indicator, words, score, day FROM mark ORDER BY framework, round, agency, indicator"
    return {
        (framework, round_id, agency, indicator): Mark(words, score, dt.date.fromisoformat(day))
        for framework, round_id, agency, indicator, words, score, day in ledger.rows(sql)
    }


def words_of(known: Mapping[MarkKey, Mark]) -> dict[MarkKey, str]:
    """Give the words of marks alone."""
    return {key: mark.words for key, mark in known.items()}


def digest(known: Mapping[MarkKey, Mark]) -> str:
    """Give a digest of marks: a workbook tells by it which ones its reader has seen."""
    return _digest(words_of(known))


def _digest(words: Words) -> str:
    told = [[*key, text] for key, text in sorted(words.items())]
    return hashlib.sha256(dumps(told).encode("utf-8")).hexdigest()[:16]


@dataclass(frozen=True)
class Read:
    """What an edited workbook says: the digest of the marks that it was written with, words and printed score of every row."""

    knew: str
    rows: Mapping[MarkKey, tuple[str, str]]


def published(season: Season) -> str:
    """Give the digest that the workbook was published with, "" where nothing is published."""
    try:
        return str(json.loads((season.results / "run.json").read_text(encoding="utf-8"))["digests"][BOOK])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def edited(season: Season) -> bytes | None:
    """Give the published workbook when somebody has saved it since, None when it stands as it was written or is gone.

    Raises AppError (status 3) when something else stands in its place that nobody can read.
    """
    stated, path = published(season), season.results / BOOK
    if not stated:
        return None
    try:
        # Whatever people put there is looked at and not waited for: a pipe would hold the night up for ever.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _lost(path, error.strerror or str(error), "the next publication takes its place") from error
    about = os.fstat(handle)
    if not stat.S_ISREG(about.st_mode) or about.st_size > MAX_BYTES:
        os.close(handle)
        raise _lost(path, "too large" if stat.S_ISREG(about.st_mode) else "no file", "the next publication takes its place")
    with os.fdopen(handle, "rb") as file:
        content = file.read()
    return None if hashlib.sha256(content).hexdigest() == stated else content


def _lost(path: Path, why: str, then: str) -> AppError:
    said = f"{path} was saved by somebody and can't be read ({why}); {then}"
    return AppError(f"{said}. Marks of doubt known before stay, those in it must be typed into the next publication", status=3)


def read(season: Season, content: bytes) -> Read | str:
    """Read an edited workbook in a process with limits; gives why when it can't be read."""
    command = [sys.executable, "-m", "processors.marker", str(season.limits.file_memory_mb)]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=_SECONDS, check=False)
        told = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return "READER_DIED"
    if "refused" in told:
        return str(told["refused"])
    codes, frameworks = {item.code for item in season.agencies}, set(season.frameworks)
    rows: dict[MarkKey, tuple[str, str]] = {}
    for *row, words, score in told["rows"]:
        key: MarkKey = (row[0], row[1], row[2], row[3])
        # A row that somebody copied says what any of its copies says.
        if key[0] in frameworks and key[2] in codes and not rows.get(key, ("",))[0]:
            rows[key] = (plain(words), score[:MAX_WORDS])
    return Read(told["knew"], rows)


def plain(words: str) -> str:
    """Give words as they can be written again and are then read alike."""
    return clean(words.replace("\r\n", "\n").replace("\r", "\n")).strip()[:MAX_WORDS].strip()


def readable(season: Season) -> bool:
    """Tell whether the published workbook was saved by somebody and its marks can be read."""
    try:
        content = edited(season)
    except AppError:
        return False
    return content is not None and isinstance(read(season, content), Read)


def take(season: Season, ledger: Ledger, day: dt.date) -> bool:
    """Take the marks out of the published workbook when somebody has saved it; tells whether any changed.

    Raises AppError (status 3) when it can't be read, after a copy of it was kept; the marks known before stay then.
    """
    content = edited(season)
    if content is None:
        return False
    why = ""
    for turn in range(_TURNS):
        found = read(season, content)
        if isinstance(found, Read):
            return _store(ledger, found, day)
        why = found
        # It may be on its way in still: an office program or a slow share has not written the end.
        if turn < _TURNS - 1:
            time.sleep(season.limits.settle_seconds)
        before, content = content, edited(season)
        if content is None:
            return False
        if content == before:
            break
    path = season.root / KEPT / f"{day.isoformat()}_{hashlib.sha256(content).hexdigest()[:12]}_{BOOK}"
    if not any(path.parent.glob(f"*_{path.name[11:]}")):
        put(path, content)
    raise _lost(season.results / BOOK, why, f"a copy of it stands in {path.parent}")


def trouble(season: Season, ledger: Ledger, day: dt.date) -> list[str]:
    """Take the marks; gives the sentence of why they could not be read, as a list of one or none."""
    try:
        take(season, ledger, day)
    except AppError as error:
        if error.status != 3:
            raise
        return [str(error)]
    return []


def _store(ledger: Ledger, found: Read, day: dt.date) -> bool:
    known = marks(ledger)
    now = words_of(known)
    history = json.loads(ledger.meta(_HISTORY) or "[]")
    changed = changes(found.rows, now, seen(found.knew, now, history))
    if not changed:
        return False
    before = [[*key, now.get(key)] for key in sorted(changed)]
    with ledger.transaction():
        for key, words in changed.items():
            ledger.run("DELETE FROM mark WHERE framework=? AND round=? AND agency=? AND indicator=?", *key)
            if words:
                ledger.run("INSERT INTO mark VALUES (?,?,?,?,?,?,?)", *key, words, found.rows[key][1], day.isoformat())
        ledger.set_meta(_HISTORY, dumps([*history, [_digest(now), before]][-_STEPS:]))
    return True


def seen(knew: str, now: Words, history: list[list[object]]) -> dict[MarkKey, str] | None:
    """Give the words that a workbook was written with, by its digest of them; None when nobody knows.

    `history`: the changes that led to `now`, the newest last: the digest before each, and what it changed as it was.
    """
    words = dict(now)
    if knew == _digest(words):
        return words
    for stated, before in reversed(history):
        assert isinstance(before, list)
        for framework, round_id, agency, indicator, text in before:
            key: MarkKey = (framework, round_id, agency, indicator)
            words.pop(key, None)
            if text is not None:
                words[key] = text
        if stated == knew:
            return words
    return None


def changes(rows: Mapping[MarkKey, tuple[str, str]], now: Words, base: Words | None) -> dict[MarkKey, str]:
    """Give what an analyst changed, "" where a mark was taken away: the workbook against the words that it was written with.

    So an older copy brings back nothing that was taken away since, and takes nothing away that came since. Where nobody
    knows what it was written with (a program dropped the property), a blank takes nothing away.
    """
    found: dict[MarkKey, str] = {}
    for key, (words, _) in rows.items():
        stands = now.get(key, "")
        before = stands if base is None else base.get(key, "")
        if words in (stands, before) or (not words and (base is None or stands != before)):
            continue
        found[key] = words
    return found
