"""When forms are due and of whom: reporting rounds with their stated dates, and the kinds of agencies of a framework."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Deadline:
    """One stated closing date of a form (and stage) in one calendar; not every stated date is enforced."""

    calendar: str
    form: str
    stage: str
    date: dt.date
    source: str
    enforced: bool
    note: str = ""


@dataclass(frozen=True)
class Round:
    """A reporting round. `opens` None = open from the start of the season."""

    id: str
    title: str
    forms: tuple[str, ...]
    opens: dt.date | None
    deadlines: tuple[Deadline, ...]
    period: str = ""
    status_date: dt.date | None = None


@dataclass(frozen=True)
class AgencyKind:
    """One kind of agencies of a framework: `department`, `province`, `local` ...

    `registry` names the list that `init` takes them from, "" where they come by `registry import`; `group` what they are
    ranked within (ministry, cluster, province); `ministry` the code of the one over all of them, "" where each has its own.
    """

    id: str
    registry: str
    group: str
    ministry: str = ""
    exempt_when: Mapping[str, str] = field(default_factory=dict)
    exempt_reason: str = ""
