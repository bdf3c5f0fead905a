"""What a rule looks at and what it finds: the values that go into and come out of every rule of `rules.RULES`."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from templates.instruments import Profile
from templates.registry import Agency
from templates.spec import RuleSpec

Value = str | Decimal | dt.date | bool | None
Row = Mapping[str, Value]
TITLE = -1
"""The record of a breach about a table as a whole, said at its title; its field is ""."""


@dataclass(frozen=True)
class Context:
    """What a rule may look at beside its own table.

    `tables`: table id -> its rows; `fiscal_year` in the Buddhist era; `shares`: policy name -> its figure;
    `bad`: (table, record, field) of cells that could not be read, about which rules stay silent.
    `earlier`: form id -> kept answers (table -> records -> field -> text) of the same agency's accepted returns.
    `stated`: cells whose blank was typed on purpose, such as a dash.
    `derived`: (table, field) -> labels that formulas show, in record order.
    `profile`: what the framework's assessment is made of, None where it scores by levels or not at all.
    `agency`: the recipient in the season's list, None for the centre, for groups, and where only cells are read.
    """

    tables: Mapping[str, Sequence[Row]]
    fiscal_year: int
    shares: Mapping[str, Decimal] = dataclasses.field(default_factory=dict)
    bad: frozenset[tuple[str, int, str]] = frozenset()
    stated: frozenset[tuple[str, int, str]] = frozenset()
    earlier: Mapping[str, Mapping[str, Sequence[Mapping[str, object]]]] = dataclasses.field(default_factory=dict)
    derived: Mapping[tuple[str, str], Sequence[str]] = dataclasses.field(default_factory=dict)
    profile: Profile | None = None
    agency: Agency | None = None


@dataclass(frozen=True)
class Breach:
    """One broken rule at a record (its position in the rows given, or `TITLE`) and field, with the values of its message.

    A value named `..._records` holds positions of records, which people read as row numbers; `..._field` names a field.
    """

    record: int
    field: str
    code: str
    params: Mapping[str, str] = dataclasses.field(default_factory=dict)
    severity: str = "error"


Check = Callable[[str, Sequence[Row], RuleSpec, Context], list[Breach]]


@dataclass(frozen=True)
class Rule:
    """A rule of the closed list: which settings name fields of the table, and the predicate."""

    field_settings: tuple[str, ...]
    check: Check
    codes: tuple[str, ...]
