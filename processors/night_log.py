"""The log of the last nights as a sheet: when each ran, how it ended, what it met."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from processors.nights import NightRow
from processors.receipt import clock_text
from processors.results import Results
from processors.sheets import Column, Grid, Line
from processors.wording import FILE, known, t, verdict_text
from templates.words import say
from validation.gates import VERDICTS
from workbook.book import CellValue, Styled

COUNT, DAY = "cell+whole+centre", "cell+date+centre"
_LOOKS = {0: "good", 3: "warn", 11: ""}


def nights_grid(results: Results) -> Grid:
    """Give the nights of earlier days, newest first, with the verdicts that occurred; this night itself is not in it."""
    verdicts = [name for name in VERDICTS if any(item.counts.get(name) for item in results.nights)]
    columns = (
        Column(t("col_night"), 14, DAY), Column(t("col_started"), 40), Column(t("col_ended"), 40),
        Column(t("col_lasted"), 11, "cell+centre"), Column(t("col_status_means"), 36), Column(t("found"), 10, COUNT),
        *(Column(verdict_text(name), 10, COUNT) for name in verdicts), Column(t("col_night_note"), 46), Column(t("col_run"), 30),
    )  # fmt: skip
    return Grid(columns, tuple(_line(item, verdicts) for item in results.nights))


def _line(night: NightRow, verdicts: Sequence[str]) -> Line:
    values: tuple[CellValue | Styled, ...] = (
        night.as_of, _moment(night.started), _moment(night.ended), lasted(night),
        Styled(status_means(night.status), _LOOKS.get(night.status, "missing")), night.found,
        *(night.counts.get(name) or None for name in verdicts), night.note or None, night.run,
    )  # fmt: skip
    return Line(values)


def _moment(iso: str) -> str | None:
    return clock_text(iso) if iso else None


def lasted(night: NightRow) -> str | None:
    """Say how long a night ran, as hours:minutes:seconds; None when its clock can't be read."""
    try:
        seconds = round((dt.datetime.fromisoformat(night.ended) - dt.datetime.fromisoformat(night.started)).total_seconds())
    except (ValueError, TypeError):
        return None
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}" if seconds >= 0 else None


def status_means(status: int, lang: str = "th") -> str:
    """Say what an exit status means."""
    key = f"exit_{status}"
    return say(FILE, key if known(key) else "exit_other", lang, status=status)
