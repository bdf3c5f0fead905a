"""Rules between fields of a record or table: a closed list, each one small predicate that names what it breaks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal

from templates.breach import Breach as Breach
from templates.breach import Context as Context
from templates.breach import Row as Row
from templates.breach import Rule
from templates.breach import Value as Value
from templates.levels import anchors, first_turn, plain, shown
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


def _sums_to(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Domain B9: weights of a plan sum to 100 exactly (seed 000 L221); silent while any weight is missing.

    Six times `=100/6` is 100: what is left beyond the ninth decimal is noise of formulas, here as on the page.
    """
    column = spec.text("field")
    values = [row.get(column) for row in rows]
    numbers = [value for value in values if isinstance(value, Decimal)]
    if not rows or len(numbers) != len(values):
        return []
    total, wanted = sum(numbers, Decimal(0)), Decimal(spec.text("total"))
    if abs(total - wanted) < Decimal("5e-10"):
        return []
    return [Breach(len(rows) - 1, column, "SUM_WRONG", {"sum": plain(total), "total": plain(wanted)})]


def _criteria(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Domain V3, B7: five criteria, strictly monotone in the declared direction, level 3 is the target."""
    fields, target = spec.fields(), spec.text("target")
    breaches = []
    for at, row in enumerate(rows):
        if any((table, at, name) in context.bad for name in fields):
            continue
        levels = [value if isinstance(value := row.get(name), Decimal) else None for name in fields]
        if (table, at, target) in context.stated:
            breaches.append(Breach(at, target, "TARGET_MISSING"))
            continue
        breach = _criteria_row(at, levels, row.get(spec.text("direction")), (fields, target))
        if breach is not None:
            breaches.append(breach)
    return breaches


def _criteria_row(
    at: int, levels: list[Decimal | None], direction: Value, names: tuple[tuple[str, ...], str]
) -> Breach | None:
    fields, target = names
    found = anchors(levels)
    if found is None:
        return Breach(at, fields[first_turn(levels)], "NOT_MONOTONE", {"values": shown(levels)})
    position = fields.index(target) + 1
    if position not in found:
        return None if levels[position - 1] is None else Breach(at, target, "TARGET_MISSING")
    if len(found) < 2:
        return Breach(at, fields[0], "TOO_FEW_ANCHORS", {"values": shown(levels)})
    values = list(found.values())
    rising = values[0] < values[-1]
    if direction in ("higher", "lower") and rising is not (direction == "higher"):
        return Breach(at, fields[0], "DIRECTION_WRONG", {"values": shown(levels)})
    if found[position] <= 0:
        # Domain B2: an error where more is better; where less is better it depends on the policy.
        code, weight = ("TARGET_ZERO", "error") if rising else ("TARGET_UNMEASURABLE", "warning")
        return Breach(at, target, code, {"values": shown(levels)}, weight)
    dropped = [level for level, value in enumerate(levels, 1) if value is not None and level not in found]
    if dropped:
        return Breach(at, fields[dropped[0] - 1], "PLACEHOLDER_ZERO", {"values": shown(levels)}, "warning")
    return None


def factors_needed(share: Decimal, count: int) -> int:
    """Give how many of the key factors must have a measure: domain B3, 0.7 of 4 = 3 and of 5 = 4."""
    return int((share * count).to_integral_value(rounding=ROUND_CEILING))


def _share_filled(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Domain B3, V4: at least the share (policy) of all key factors of the chosen type has a measure, rounded up."""
    column, of = spec.text("field"), spec.text("of")
    labels = [label for label in context.derived.get((table, of), ()) if label]
    if not labels:
        return []
    share = context.shares[spec.text("policy")]
    need = factors_needed(share, len(labels))
    have = sum(1 for row in rows if row.get(column) is not None and row.get(of))
    if have >= need:
        return []
    missing = next((at for at, row in enumerate(rows) if row.get(column) is None and row.get(of)), 0)
    params = {"have": str(have), "need": str(need), "count": str(len(labels)), "share": plain(share * 100)}
    return [Breach(missing, column, "SHARE_TOO_LOW", params)]


def _not_after(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    first, last = spec.text("first"), spec.text("last")
    breaches = []
    for at, row in enumerate(rows):
        start, end = row.get(first), row.get(last)
        if isinstance(start, dt.date) and isinstance(end, dt.date) and start > end:
            params = {"first_field": first, "start": start.isoformat(), "end": end.isoformat()}
            breaches.append(Breach(at, last, "DATE_ORDER", params))
    return breaches


def fiscal_year_bounds(fiscal_year: int) -> tuple[dt.date, dt.date]:
    """Give the first and last day of a fiscal year of the Buddhist era: 1 October of the year before to 30 September."""
    return dt.date(fiscal_year - 544, 10, 1), dt.date(fiscal_year - 543, 9, 30)


def _within_year(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Domain K4, V7: warn about a date outside the fiscal year."""
    column = spec.text("field")
    first, last = fiscal_year_bounds(context.fiscal_year)
    breaches = []
    for at, row in enumerate(rows):
        day = row.get(column)
        if isinstance(day, dt.date) and not first <= day <= last:
            params = {"date": day.isoformat(), "year": str(context.fiscal_year)}
            breaches.append(Breach(at, column, "OUTSIDE_YEAR", params, "warning"))
    return breaches


def _must_be(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    column = spec.text("field")
    return [
        Breach(at, column, "MUST_BE")
        for at, row in enumerate(rows)
        if row.get(column) is not None and not _holds(row.get(column), spec)
    ]


def _differs(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Domain V9: the certifier is somebody else than the reporter (warning)."""
    column = spec.text("field")
    other_table, _, other_field = spec.text("other").partition(".")
    others = {row.get(other_field) for row in context.tables.get(other_table, ())} - {None}
    return [
        Breach(at, column, "SAME_PERSON", {}, "warning") for at, row in enumerate(rows) if row.get(column) in others
    ]


def _unique(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    column = spec.text("field")
    seen: set[Value] = set()
    breaches = []
    for at, row in enumerate(rows):
        value = row.get(column)
        if value is not None and value in seen:
            breaches.append(Breach(at, column, "DUPLICATE_ROW", {}, "warning"))
        seen.add(value)
    return breaches


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


def _within_pick(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Keep a number within those that the chosen value picks (a factor of a type that has fewer); silent before a choice."""
    column, (picking, _, picked) = spec.text("field"), spec.text("of").partition(".")
    count = sum(1 for label in context.derived.get((picking, picked), ()) if label)
    return [
        Breach(at, column, "FACTOR_BEYOND_TYPE", {"count": str(count), "value": str(value)})
        for at, row in enumerate(rows)
        if count and (value := row.get(column)) is not None and int(str(value)) > count
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


def _not_falling(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Domain V6: warn when progress is below what the round before reported; records are matched by their key."""
    column, key = spec.text("field"), spec.text("key")
    before = {
        str(record.get(key)): Decimal(str(record[column]))
        for record in context.earlier.get(spec.text("form"), {}).get(table, ())
        if record.get(column)
    }
    breaches = []
    for at, row in enumerate(rows):
        value, former = row.get(column), before.get(str(row.get(key)))
        if isinstance(value, Decimal) and former is not None and value < former:
            breaches.append(Breach(at, column, "PROGRESS_FELL", {"before": plain(former)}, "warning"))
    return breaches


def _few_decimals(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Domain A3.1: a score that an agency gives itself has at most four decimals."""
    column, most = spec.text("field"), int(spec.text("most"))
    return [
        Breach(at, column, "TOO_MANY_DECIMALS", {"most": str(most)})
        for at, row in enumerate(rows)
        if isinstance(value := row.get(column), Decimal) and value != round(value, most)
    ]


def _on_levels(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Domain B7: a milestone has whole levels; warn of a result that is none of its criteria. 0 = nothing reached yet."""
    column, fields = spec.text("field"), spec.fields()
    breaches = []
    for at, row in enumerate(rows):
        value, levels = row.get(column), [level if isinstance(level := row.get(name), Decimal) else None for name in fields]
        known = anchors(levels) or {}
        milestone = str(row.get(spec.text("scale"))) == spec.text("equals")
        if milestone and known and isinstance(value, Decimal) and value not in (0, *known.values()):
            breaches.append(Breach(at, column, "NOT_A_LEVEL", {"values": shown(levels)}, "warning"))
    return breaches


RULES: dict[str, Rule] = {
    "needed_when": Rule(("field", "when"), _needed_when, ("NEEDED_WHEN", "NEEDED_WHEN_IS")),
    "sums_to": Rule(("field",), _sums_to, ("SUM_WRONG",)),
    "criteria": Rule(
        ("fields", "direction", "scale", "target"),
        _criteria,
        (
            "NOT_MONOTONE", "TARGET_MISSING", "TOO_FEW_ANCHORS", "DIRECTION_WRONG", "TARGET_ZERO", "TARGET_UNMEASURABLE",
            "PLACEHOLDER_ZERO",
        ),  # fmt: skip
    ),
    "share_filled": Rule(("field", "of"), _share_filled, ("SHARE_TOO_LOW",)),
    "not_after": Rule(("first", "last"), _not_after, ("DATE_ORDER",)),
    "within_year": Rule(("field",), _within_year, ("OUTSIDE_YEAR",)),
    "must_be": Rule(("field",), _must_be, ("MUST_BE",)),
    "differs": Rule(("field",), _differs, ("SAME_PERSON",)),
    "unique": Rule(("field",), _unique, ("DUPLICATE_ROW",)),
    "only_with": Rule(("field", "with"), _only_with, ("NOT_ALLOWED_HERE",)),
    "within_pick": Rule(("field",), _within_pick, ("FACTOR_BEYOND_TYPE",)),
    "complete_group": Rule(("by", "fields"), _complete_group, ("GROUP_INCOMPLETE",)),
    "not_falling": Rule(("field", "key"), _not_falling, ("PROGRESS_FELL",)),
    "agrees": Rule(("field", "by"), _agrees, ("TYPE_DISAGREES",)),
    "on_levels": Rule(("field", "fields", "scale"), _on_levels, ("NOT_A_LEVEL",)),
    "few_decimals": Rule(("field",), _few_decimals, ("TOO_MANY_DECIMALS",)),
}
