"""Table -> pandera schema, derived and never written by hand; the only importer of pandera.

pandera costs tens of milliseconds a call whatever the size, so one frame holds the records of all files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from templates.kinds import breaks_limit
from templates.rules import Value
from templates.spec import Field, Table

if TYPE_CHECKING:
    import pandera.pandas as pa


class _Mark:
    """A cell that holds no value for a stated reason; checks about values pass it by."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


BAD = _Mark("BAD")
"""The cell could not be read; that is already said."""
STATED = _Mark("STATED")
"""The cell says that there is none, which answers a required question."""

Cell = Value | _Mark
REQUIRED, LIMIT, RULE = "required", "limit", "rule"


@dataclass(frozen=True)
class Failure:
    """One failed check: the row of the frame, the column (field id or `rule:<n>`), and which check."""

    row: int
    column: str
    check: str


def rule_column(number: int) -> str:
    """Name the boolean column of the n-th rule of a table."""
    return f"rule:{number}"


def schema_of(table: Table) -> pa.DataFrameSchema:
    """Derive the schema: per entry field its requirement and limits, per rule one boolean column.

    Columns are `object` and never coerced: one text in a typed column would turn a whole check into a single
    failure without a row.
    """
    import pandera.pandas as pa

    columns = {item.id: _column(item, pa) for item in table.entries}
    for number in range(len(table.rules)):
        columns[rule_column(number)] = pa.Column(bool, [_check(RULE, bool, pa)], nullable=False, coerce=False)
    return pa.DataFrameSchema(columns, index=pa.Index(int, unique=True), strict=True, coerce=False)


def _column(item: Field, pa: Any) -> Any:
    checks = [_check(LIMIT, lambda value: isinstance(value, _Mark) or breaks_limit(item, value) is None, pa)]
    if item.required:
        checks.append(_check(REQUIRED, lambda value: value is not None, pa))
    return pa.Column(object, checks, nullable=True, coerce=False)


def _check(name: str, holds: Callable[[Any], bool], pa: Any) -> Any:
    return pa.Check(holds, element_wise=True, ignore_na=False, name=name, error=name)


def failures(table: Table, rows: Sequence[Mapping[str, Cell | bool]]) -> list[Failure]:
    """Validate the stacked records of one table in one call and give every failure; none for no rows."""
    if not rows:
        return []
    import pandas as pd
    import pandera.errors

    schema = schema_of(table)
    frame = pd.DataFrame(
        {
            name: pd.Series([row[name] for row in rows], dtype=bool if name.startswith("rule:") else object)
            for name in schema.columns
        }
    )
    try:
        schema.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as error:
        # pandas sorts texts otherwise where it finds pyarrow: cases that it takes for equal came in another order.
        places = {name: at for at, name in enumerate(schema.columns)}
        found = [_failure(case) for case in error.failure_cases.to_dict("records")]
        return sorted(found, key=lambda one: (places[one.column], one.row, one.check))
    return []


def _failure(case: Mapping[str, Any]) -> Failure:
    index = case["index"]
    if index is None or index != index:
        # A failure without a row would be a fault of the schema itself, never of an agency.
        raise AssertionError(f"schema of our own is wrong: {case}")
    return Failure(int(index), str(case["column"]), str(case["check"]))
