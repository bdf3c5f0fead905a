"""What a rule looks at and what it finds: the values that go into and come out of every rule of `rules.RULES`."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from templates.spec import RuleSpec

Value = str | Decimal | dt.date | bool | None
Row = Mapping[str, Value]


@dataclass(frozen=True)
class Context:
    """What a rule may look at beside its own table.

    `tables`: table id -> its rows; `fiscal_year` in the Buddhist era; `shares`: policy name -> share (0..1);
    `bad`: (table, record, field) of cells that could not be read, about which rules stay silent.
    `earlier`: form id -> kept answers (table -> records -> field -> text) of the same agency's accepted returns.
    `stated`: cells whose blank was typed on purpose, such as a dash.
    `derived`: (table, field) -> labels that formulas show, in record order.
    """

    tables: Mapping[str, Sequence[Row]]
    fiscal_year: int
    shares: Mapping[str, Decimal] = dataclasses.field(default_factory=dict)
    bad: frozenset[tuple[str, int, str]] = frozenset()
    stated: frozenset[tuple[str, int, str]] = frozenset()
    earlier: Mapping[str, Mapping[str, Sequence[Mapping[str, object]]]] = dataclasses.field(default_factory=dict)
    derived: Mapping[tuple[str, str], Sequence[str]] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class Breach:
    """One broken rule at a record (its position in the rows given) and field, with the values of its message."""

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
