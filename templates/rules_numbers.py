"""Rules about figures: sums, criteria, shares, decimals, levels, what the round before said and how far a result may lie."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal

from templates.breach import Breach, Context, Row, Value
from templates.levels import anchors, first_turn, plain, shown
from templates.spec import RuleSpec

FAR = 10
"""So many times the width of its criteria may a result lie outside them without a question."""
FRACTION_BELOW = 10
"""Where all criteria are at least this, a result below 1 is asked about."""


def sums_to(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
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
    off = {"lack": plain(wanted - total)} if total < wanted else {"over": plain(total - wanted)}
    params = {
        "sum": plain(total), "total": plain(wanted), "values": " + ".join(plain(value) for value in numbers),
        "sum_field": column, "count": str(len(numbers)), **off,
    }  # fmt: skip
    return [Breach(len(rows) - 1, column, "SUM_WRONG", params)]


def criteria(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
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
        if breach is None and (table, at, fields[-1]) in context.stated:
            breach = _last_level(at, levels, fields)
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


def _last_level(at: int, levels: list[Decimal | None], fields: tuple[str, ...]) -> Breach | None:
    """Domain B7: what lies beyond the last criterion has the full score; say so where the last level is not used."""
    found = anchors(levels) or {}
    params = {"level": str(max(found)), "value": plain(found[max(found)])} if found else {}
    return Breach(at, fields[-1], "LAST_LEVEL_UNUSED", params, "warning") if params else None


def factors_needed(share: Decimal, count: int) -> int:
    """Give how many of the key factors must have a measure: domain B3, 0.7 of 4 = 3 and of 5 = 4."""
    return int((share * count).to_integral_value(rounding=ROUND_CEILING))


def share_filled(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
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


def within_pick(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Keep a number within those that the chosen value picks (a factor of a type that has fewer); silent before a choice."""
    column, (picking, _, picked) = spec.text("field"), spec.text("of").partition(".")
    count = sum(1 for label in context.derived.get((picking, picked), ()) if label)
    return [
        Breach(at, column, "FACTOR_BEYOND_TYPE", {"count": str(count), "value": str(value)})
        for at, row in enumerate(rows)
        if count and (value := row.get(column)) is not None and int(str(value)) > count
    ]


def not_falling(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Domain V6: warn when a figure is below what the round before reported; records are matched by their key.

    `levels` names criteria: where less is better a fall is no fault.
    """
    column, before, levels = spec.text("field"), _before(table, spec, context), spec.fields("levels")
    breaches = []
    for at, row in enumerate(rows):
        value, former = row.get(column), before.get(str(row.get(spec.text("key"))))
        if isinstance(value, Decimal) and former is not None and value < former and not _wants_less(row, levels):
            breaches.append(Breach(at, column, "PROGRESS_FELL", {"before": plain(former)}, "warning"))
    return breaches


def _before(table: str, spec: RuleSpec, context: Context) -> dict[str, Decimal]:
    """Give the figures of the round before by the key of their record."""
    column, key = spec.text("field"), spec.text("key")
    records = context.earlier.get(spec.text("form"), {}).get(table, ())
    return {str(record.get(key)): Decimal(str(record[column])) for record in records if record.get(column)}


def _wants_less(row: Row, levels: Sequence[str]) -> bool:
    """Tell whether criteria fall from level to level: then a lower result is a better one."""
    found = anchors([level if isinstance(level := row.get(name), Decimal) else None for name in levels]) or {}
    values = list(found.values())
    return len(values) > 1 and values[0] > values[-1]


def few_decimals(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Domain A3.1: a score that an agency gives itself has at most four decimals."""
    column, most = spec.text("field"), int(spec.text("most"))
    return [
        Breach(at, column, "TOO_MANY_DECIMALS", {"most": str(most)})
        for at, row in enumerate(rows)
        if isinstance(value := row.get(column), Decimal) and value != round(value, most)
    ]


def on_levels(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
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


def near_levels(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Ask about a result that its criteria make unlikely: a fraction of 1 for a percentage, or one that lies far outside."""
    column, fields = spec.text("field"), spec.fields()
    breaches = []
    for at, row in enumerate(rows):
        value, levels = row.get(column), [level if isinstance(level := row.get(name), Decimal) else None for name in fields]
        known = sorted((anchors(levels) or {}).values())
        code = _unlikely(value, known) if isinstance(value, Decimal) and len(known) > 1 else ""
        if code:
            breaches.append(Breach(at, column, code, {"values": shown(levels)}, "warning"))
    return breaches


def _unlikely(value: Decimal, known: Sequence[Decimal]) -> str:
    low, high = known[0], known[-1]
    room = FAR * (high - low)
    if 0 < value < 1 and low >= FRACTION_BELOW:
        return "RESULT_FRACTION"
    return "" if low - room <= value <= high + room else "RESULT_FAR"


def moves(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Ask once when every figure is that of the round before: was it copied, or did nothing happen? Finished ones are fine."""
    column, before = spec.text("field"), _before(table, spec, context)
    pairs = [(row.get(column), before.get(str(row.get(spec.text("key"))))) for row in rows]
    open_rows = [at for at, (value, _) in enumerate(pairs) if isinstance(value, Decimal) and value < 100]
    if len(pairs) < 2 or not open_rows or any(value is None or value != former for value, former in pairs):
        return []
    return [Breach(open_rows[0], column, "NOT_MOVED", {"rows": str(len(pairs))}, "warning")]
