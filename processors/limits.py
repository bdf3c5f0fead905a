"""The numbers of a season's configuration: bounds of a night, days that personal data are kept, the least ranked group."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from workbook.errors import AppError


@dataclass(frozen=True)
class Limits:
    """Bounds of a night: seconds, shares (0..1), counts, bytes."""

    settle_seconds: float = 2.0
    min_share_ratio: float = 0.5
    workers: int = 2
    file_seconds: float = 30.0
    file_cpu_seconds: int = 20
    file_memory_mb: int = 1024
    max_file_mb: int = 64


@dataclass(frozen=True)
class Privacy:
    """How long lists of persons are kept: days after they were received; 0 = no end is stated.

    The sources state no retention (domain H10): the days stand in the season's configuration, `init` writes ours.
    """

    keep_days: int = 0

    def last_day(self, as_of: dt.date) -> dt.date | None:
        """Give the last day of reception whose retention has passed by a day, None where no end is stated."""
        return as_of - dt.timedelta(days=self.keep_days + 1) if self.keep_days else None


@dataclass(frozen=True)
class Showing:
    """How results are shown: a ministry, cluster or region of fewer ranked agencies than `small_group` gets no place.

    The sources know no such limit: 3 is ours. 0 = every group with a mean gets a place.
    """

    small_group: int = 3


SHOWING = """
[results]
# Ministries, clusters and regions with fewer ranked agencies stand apart and get no place. Our own: no source states any.
small_group = 3
"""
"""What `init` writes of it."""

Bounds = TypeVar("Bounds", Limits, Privacy, Showing)


def read_bounds(kind: type[Bounds], raw: Mapping[str, Any], where: str) -> Bounds:
    """Read one table of numbers; AppError (status 4) for an unknown key, a value that is no number, or one below 0."""
    known = kind.__dataclass_fields__
    mistakes = [f"{where} unknown key {key!r}" for key in sorted(set(raw) - set(known))]
    below = [key for key, value in raw.items() if isinstance(value, int | float) and value < 0]
    mistakes += [f"{where} {key} must not be below 0" for key in below]
    if mistakes:
        raise AppError("\n".join(mistakes), status=4)
    try:
        return kind(**{key: type(getattr(kind(), key))(value) for key, value in raw.items()})
    except (TypeError, ValueError) as error:
        raise AppError(f"{where} {error}", status=4) from error
