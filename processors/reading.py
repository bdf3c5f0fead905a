"""Files -> readings: the supervised workers with this season's gate before the cells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from processors.judge import gate_season
from processors.season import Season
from processors.store import Ledger
from processors.supervise import Bounds, Reading, Supervisor
from templates.passport import Passport
from validation import gates

Progress = Callable[[str, int, int], None]


def read(
    season: Season, ledger: Ledger, as_of: dt.date, paths: Sequence[Path], *, tell: Progress | None = None, again: bool = False
) -> list[Reading]:
    """Read files in supervised workers; the readings come in the order of the paths.

    `again`: they were taken in before, and it does not matter that their round is sealed by now.
    """
    gate = gate_season(season, ledger, as_of)
    gate = replace(gate, sealed=frozenset()) if again else gate
    limits = season.limits
    bounds = Bounds(limits.file_seconds, limits.file_cpu_seconds, limits.file_memory_mb)
    folders = [season.root / "frameworks" / name for name in season.frameworks]
    readings: dict[int, Reading] = {}

    def admit(at: int, passports: tuple[Passport, ...]) -> gates.Admission:
        return gates.admit(passports, gate)

    for at, reading in Supervisor(folders, bounds, limits.workers).read(paths, admit):
        readings[at] = reading
        if tell:
            tell("read", len(readings), len(paths))
    return [readings[at] for at in range(len(paths))]
