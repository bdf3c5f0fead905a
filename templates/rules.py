"""Rules between fields of a record or table: the closed list, each one small predicate that names what it breaks.

Those about figures, days and texts stand in `rules_numbers`, `rules_dates` and `rules_text`, those about assessments in
further modules that list their own; here those about rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from templates import (
    rules_assessed,
    rules_bodies,
    rules_covered,
    rules_grades,
    rules_periods,
    rules_recorded,
    rules_rows,
    rules_stated,
    rules_story,
    thai,
)
from templates import rules_dates as dates
from templates import rules_numbers as numbers
from templates import rules_text as text
from templates import rules_years as years
from templates.breach import TITLE as TITLE
from templates.breach import Breach as Breach
from templates.breach import Context as Context
from templates.breach import Row as Row
from templates.breach import Rule
from templates.breach import Value as Value
from templates.rules_dates import fiscal_year_bounds as fiscal_year_bounds
from templates.rules_numbers import factors_needed as factors_needed
from templates.spec import Record, RuleSpec


def _needed_when(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    wanted, when = spec.text("field"), spec.text("when")
    breaches = []
    for at, row in enumerate(rows):
        if row.get(wanted) is None and (table, at, wanted) not in context.bad and _holds(row.get(when), spec):
            code, why = ("NEEDED_WHEN", "above") if "above" in spec.settings else ("NEEDED_WHEN_IS", "equals")
            breaches.append(Breach(at, wanted, code, {"when_field": when, why: spec.text(why)}))
    return breaches


def _holds(value: Value, spec: RuleSpec) -> bool:
    if value is None:
        return False
    if "above" in spec.settings:
        return isinstance(value, Decimal) and value > Decimal(spec.text("above"))
    wanted = spec.text("equals")
    if isinstance(value, bool):
        return value is (wanted.lower() in ("yes", "true"))
    if isinstance(value, Decimal):
        return value == Decimal(wanted)
    return str(value) == wanted


def _must_be(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    column = spec.text("field")
    return [
        Breach(at, column, "MUST_BE")
        for at, row in enumerate(rows)
        if row.get(column) is not None and not _holds(row.get(column), spec)
    ]


def _unique(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Ask about a value that stands in two records; with `beside` only where those fields are equal, too."""
    column = spec.text("field")
    seen: set[tuple[Value, ...]] = set()
    breaches = []
    for at, row in enumerate(rows):
        values = tuple(_plain(row.get(name)) for name in (column, *spec.fields("beside")))
        if values[0] is not None and values in seen:
            breaches.append(Breach(at, column, "DUPLICATE_ROW", {}, "warning"))
        seen.add(values)
    return breaches


def _plain(value: Value) -> Value:
    """Give what two spellings of a text share; what has no letters or figures stays as it is."""
    return thai.key(value) or value if isinstance(value, str) else value


def _only_with(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Keep a field blank where the other is blank (measures beyond the type's factors); silent before a choice."""
    column, other = spec.text("field"), spec.text("with")
    if not any(row.get(other) for row in rows):
        return []
    return [
        Breach(at, column, "NOT_ALLOWED_HERE")
        for at, row in enumerate(rows)
        if row.get(column) is not None and not row.get(other)
    ]


def _complete_group(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Ask for all or none of a group's rows: a judgement of an agency is whole or not yet given."""
    by, fields = spec.text("by"), spec.fields()
    begun = {row.get(by) for row in rows if any(row.get(name) is not None for name in fields)}
    return [
        Breach(at, name, "GROUP_INCOMPLETE", {"group": str(row.get(by))})
        for at, row in enumerate(rows)
        if row.get(by) in begun
        for name in fields
        if row.get(name) is None and (table, at, name) not in context.bad
    ]


def _agrees(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Compare a choice with the one that another choice implies (service -> process type)."""
    column, by = spec.text("field"), spec.text("by")
    listed = spec.settings.get("rows", ())
    assert isinstance(listed, tuple)
    implied: dict[str, str] = {}
    for record in listed:
        row_record: Record = record
        implied[row_record[spec.text("match")]] = row_record[spec.text("value")]
    breaches = []
    for at, row in enumerate(rows):
        wanted = implied.get(str(row.get(by)))
        if wanted and row.get(column) is not None and row.get(column) != wanted:
            breaches.append(Breach(at, column, "TYPE_DISAGREES", {"wanted": wanted}))
    return breaches


RULES: dict[str, Rule] = {
    "needed_when": Rule(("field", "when"), _needed_when, ("NEEDED_WHEN", "NEEDED_WHEN_IS")),
    "sums_to": Rule(("field",), numbers.sums_to, ("SUM_WRONG",)),
    "criteria": Rule(
        ("fields", "direction", "scale", "target"),
        numbers.criteria,
        (
            "NOT_MONOTONE", "TARGET_MISSING", "TOO_FEW_ANCHORS", "DIRECTION_WRONG", "TARGET_ZERO", "TARGET_UNMEASURABLE",
            "PLACEHOLDER_ZERO", "LAST_LEVEL_UNUSED",
        ),  # fmt: skip
    ),
    "share_filled": Rule(("field", "of"), numbers.share_filled, ("SHARE_TOO_LOW",)),
    "not_after": Rule(("first", "last"), dates.not_after, ("DATE_ORDER",)),
    "within_year": Rule(("field",), dates.within_year, ("OUTSIDE_YEAR",)),
    "must_be": Rule(("field",), _must_be, ("MUST_BE",)),
    "differs": Rule(("field",), text.differs, ("SAME_PERSON", "SAME_EMAIL")),
    "unique": Rule(("field",), _unique, ("DUPLICATE_ROW",)),
    "only_with": Rule(("field", "with"), _only_with, ("NOT_ALLOWED_HERE",)),
    "within_pick": Rule(("field",), numbers.within_pick, ("FACTOR_BEYOND_TYPE",)),
    "complete_group": Rule(("by", "fields"), _complete_group, ("GROUP_INCOMPLETE",)),
    "not_falling": Rule(("field", "key"), numbers.not_falling, ("PROGRESS_FELL",)),
    "agrees": Rule(("field", "by"), _agrees, ("TYPE_DISAGREES",)),
    "on_levels": Rule(("field", "fields", "scale"), numbers.on_levels, ("NOT_A_LEVEL",)),
    "few_decimals": Rule(("field",), numbers.few_decimals, ("TOO_MANY_DECIMALS",)),
    "near_levels": Rule(("field", "fields"), numbers.near_levels, ("RESULT_FAR", "RESULT_FRACTION")),
    "moves": Rule(("field", "key"), numbers.moves, ("NOT_MOVED",)),
    "narrative": Rule(("fields",), text.narrative, ("WRONG_FIELD", "NUMBER_ALONE")),
    "restates": Rule(("field", "of"), text.restates, ("RESTATED",)),
    "not_copied": Rule(("fields",), text.not_copied, ("COPIED_TEXT",)),
    "explains": Rule(("field",), text.explains, ("TOO_SHORT",)),
    "says_none": Rule(("field",), text.says_none_of, ("SAYS_NONE",)),
    "names_row": Rule(("field",), text.names_row, ("NO_SUCH_ROW",)),
    "states_count": Rule(("field",), text.states_count, ("COUNT_DIFFERS",)),
    "is_name": Rule(("field",), text.is_name, ("NOT_A_NAME",)),
    "years_within": Rule(("fields",), years.within, ("ITA03", "ITA04", "ITA05")),
    **rules_rows.RULES,
    **rules_covered.RULES,
    **rules_periods.RULES,
    **rules_recorded.RULES,
    **rules_stated.RULES,
    **rules_assessed.RULES,
    **rules_story.RULES,
    **rules_grades.RULES,
    **rules_bodies.RULES,
}
