"""What one night did, as values: counts, verdicts, what was written, what went wrong, how long it took."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from processors.judge import Judged
from processors.results import Balance
from validation.gates import DEFERRED, NEED_PEOPLE
from workbook.errors import AppError

if TYPE_CHECKING:
    from processors.letters import Posted

_WORST = (1, 2, 4, 5)
"""Exit statuses of trouble, the one that counts first."""


@dataclass(frozen=True)
class Trouble:
    """A step of the night that could not be done: the exit status it asks for, and the sentence for people."""

    stage: str
    status: int
    sentence: str


@dataclass
class Night:
    """What a night did. `new` counts the verdicts of entries that are new or changed, `expired` lists past retention.

    `balances` is None until it is known, `posted` (the letters) where none were looked for. `troubles`: steps after the
    verdicts that failed; the next night does them.
    """

    found: int = 0
    new: Counter[str] = field(default_factory=Counter)
    unchanged: int = 0
    judged: list[Judged] = field(default_factory=list)
    answers: list[Path] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    balance: Balance | None = None
    balances: bool | None = None
    expired: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)
    posted: Posted | None = None

    @property
    def status(self) -> int:
        """Give the exit status: that of the worst trouble, 3 people are needed, 5 only deferred, 0 all well."""
        asked = {item.status for item in self.troubles}
        for status in _WORST:
            if status in asked:
                return status
        if any(self.new[verdict] for verdict in NEED_PEOPLE) or self.balances is False or asked:
            return 3
        return 5 if self.new[DEFERRED] else 0

    def sentences(self) -> str:
        """Give what could not be done, as one line; "" where all was done."""
        return "; ".join(item.sentence for item in self.troubles)

    def line(self) -> str:
        """Give the closing line of the contract; verdicts that did not occur beyond the first three are left out."""
        first = ("accepted", "returned", "unreadable")
        counts = [f"{name} {self.new[name]}" for name in first]
        counts += [f"{name} {count}" for name, count in sorted(self.new.items()) if name not in first and count]
        total = sum(self.new.values())
        return f"received {self.found}, new {total}, {', '.join(counts)}, unchanged {self.unchanged}"

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Count the seconds of a stage."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] = round(self.seconds.get(stage, 0.0) + time.perf_counter() - start, 3)

    @contextmanager
    def tried(self, stage: str) -> Iterator[None]:
        """Do a step whose trouble does not stop the steps after it: each of them can be done for itself."""
        with self.timed(stage):
            try:
                yield
            except AppError as error:
                self.troubles.append(Trouble(stage, error.status, str(error)))
            except OSError as error:
                name = f"{error.filename}: " if error.filename else ""
                self.troubles.append(Trouble(stage, 5, f"{name}{error.strerror or error}; the next night does it"))


def clock() -> dt.datetime:
    """Tell the time by the clock, in the zone of this computer; SOURCE_DATE_EPOCH (seconds) stands in for it in trials."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH", "")
    now = dt.datetime.fromtimestamp(int(fixed), dt.UTC) if fixed.isdigit() else dt.datetime.now(dt.UTC)
    return now.astimezone().replace(microsecond=0)
