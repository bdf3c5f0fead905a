"""One success indicator of a plan: how far a result went by its five criteria, as a value and as formulas of a page.

Domain B2, B7 and B8. None always means "cannot be computed because something is blank", never zero. Values are
unrounded: rounding happens once, where a figure is shown, and limits are compared before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from templates.criteria import LEVELS, TARGET_LEVEL
from templates.levels import anchors, plain
from templates.policy import LINEAR_TO_ZERO, Policy

HIGHER, LOWER = "higher", "lower"
NUMBER, MILESTONE = "number", "milestone"

Anchors = Sequence[tuple[int, Decimal]]

ZERO, ONE, HUNDRED = Decimal(0), Decimal(1), Decimal(100)
_WIDE = Context(prec=80, rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class SuccessIndicator:
    """One indicator of the accepted plan; `levels` are the criteria of levels 1 to 5, None = blank."""

    name: str
    weight: Decimal
    direction: str
    scale: str
    levels: tuple[Decimal | None, ...]


def by_levels(levels: Sequence[Decimal | None]) -> SuccessIndicator:
    """Make an indicator of its criteria alone: they fall where lower is better, as the plan had to say of them."""
    found = sorted((anchors(levels) or {}).items())
    falling = bool(found) and found[-1][1] < found[0][1]
    return SuccessIndicator("", ZERO, LOWER if falling else HIGHER, NUMBER, tuple(levels))


def round_half_up(value: Decimal, decimals: int) -> Decimal:
    """Round as Excel's ROUND does (`[A]`, policy `rounding`): 2.675 -> 2.68, a tie away from zero, no minus zero."""
    rounded = value.quantize(ONE.scaleb(-decimals), context=_WIDE)
    return _WIDE.add(rounded, ZERO)


def indicator_progress(indicator: SuccessIndicator, result: Decimal | None, policy: Policy) -> Decimal | None:
    """Progress g against the target of level 3 in per cent, uncapped: seed 000 L263 and L276-282 (B2).

    Lower-is-better is `[A]`, policy `progress_lower_better`. None when the result or the target is blank, or the
    target is not above 0: a share of nothing means nothing.
    """
    target = target_of(indicator)
    if result is None or target is None:
        return None
    if indicator.direction == LOWER and policy.progress_lower_better == "level_based":
        score = indicator_score(indicator, result, policy)
        return None if score is None else score * HUNDRED / TARGET_LEVEL
    if target <= 0:
        return None
    if indicator.direction != LOWER:
        return result * HUNDRED / target
    # At zero the ratio has no value, and no result can be better: the target counts as reached.
    return target * HUNDRED / result if result > 0 else policy.achievement_cap or HUNDRED


def target_of(indicator: SuccessIndicator) -> Decimal | None:
    """Give the target value: the criterion of level 3 (seed 000 L276-282, B2), None when it is blank."""
    return indicator.levels[TARGET_LEVEL - 1] if len(indicator.levels) >= TARGET_LEVEL else None


def indicator_score(indicator: SuccessIndicator, result: Decimal | None, policy: Policy) -> Decimal | None:
    """Score of a success indicator by its five criteria: rule of three `[K]`, policy `interp_indicator` (B7).

    Below the first anchor the floor of B8, above the last the top level, never extrapolated; a milestone scale is never
    interpolated. None when the result is blank or the criteria give no two anchors with level 3.
    """
    known = _rising(indicator)
    if result is None or not known:
        return None
    if indicator.direction == LOWER:
        result = -result
    if result < known[0][1]:
        return floor_score(share_of(result, known[0][1]), policy)
    if result > known[-1][1]:
        return Decimal(LEVELS[-1])
    if indicator.scale == MILESTONE or policy.interp_indicator == "step":
        return Decimal(level_reached(known, result))
    return interpolate(known, result)


def indicator_level(indicator: SuccessIndicator, result: Decimal | None) -> int | None:
    """Whole level that a result reached (B7), 0 = below the first level that has a criterion; above the last, the top.

    None when the result is blank or the criteria are unusable.
    """
    known = _rising(indicator)
    if result is None or not known:
        return None
    result = -result if indicator.direction == LOWER else result
    return LEVELS[-1] if result > known[-1][1] else level_reached(known, result)


def criteria_anchors(indicator: SuccessIndicator) -> tuple[tuple[int, Decimal], ...]:
    """Give the levels that count with their values, placeholders left out: seed 000 L218 (B7).

    Empty when the row is unusable: not monotone in its declared direction, fewer than two anchors, or no level 3.
    """
    found = anchors(indicator.levels)
    if found is None or len(found) < 2 or TARGET_LEVEL not in found:
        return ()
    known = tuple(sorted(found.items()))
    falling = known[0][1] > known[-1][1]
    return known if falling == (indicator.direction == LOWER) else ()


def _rising(indicator: SuccessIndicator) -> Anchors:
    """Give the anchors rising: mirrored at zero, lower-is-better is higher-is-better."""
    known = criteria_anchors(indicator)
    return tuple((level, -value) for level, value in known) if indicator.direction == LOWER else known


def interpolate(known: Anchors, value: Decimal) -> Decimal:
    """Interpolate between rising anchors by the two-point formula, the ends held: `[K]` rule of three (B7)."""
    for (low, start), (high, end) in zip(known, known[1:], strict=False):
        if start <= value < end:
            return low + (value - start) * (high - low) / (end - start)
    return Decimal(known[-1][0] if value >= known[-1][1] else known[0][0])


def level_reached(known: Anchors, value: Decimal) -> int:
    """Give the highest level whose anchor is reached, "not less than" of seed 001 L71-75 (B3); 0 = none."""
    return max((level for level, limit in known if value >= limit), default=0)


def floor_score(share: Decimal, policy: Policy) -> Decimal:
    """Score of an evaluated result below level 1: `[K]` policy `floor` (B8).

    Under `linear_to_zero` it is the share of level 1's demand that was reached, from 0 to 1.
    """
    if policy.floor == LINEAR_TO_ZERO:
        return min(max(share, ZERO), ONE)
    return Decimal(policy.floor)


def share_of(value: Decimal, demand: Decimal) -> Decimal:
    """Give the share of a demand by distance, so that lower-is-better (mirrored, both below zero) falls from 1 to 0, too."""
    return ZERO if demand == 0 else ONE - (demand - value) / abs(demand)


@dataclass(frozen=True)
class Cells:
    """Where a page shows an indicator: the cell with the result as a number (a text where it has none), those of its levels."""

    result: str
    levels: tuple[str, ...]


def progress_formula(indicator: SuccessIndicator, at: Cells, policy: Policy) -> str:
    """Write `indicator_progress` as a formula, rounded for print; what is no number stays as it is."""
    target, places = target_of(indicator), policy.percent_decimals
    cell, result = at.levels[TARGET_LEVEL - 1], at.result
    lower = indicator.direction == LOWER
    if target is None:
        return '=""'
    if lower and policy.progress_lower_better == "level_based":
        score = _score_expression(indicator, at, policy)
        return _of_number(result, f"ROUND({score}*100/{TARGET_LEVEL},{places})") if score else '=""'
    if target <= 0:
        return '=""'
    if not lower:
        return _of_number(result, f"ROUND({result}*100/{cell},{places})")
    reached = plain(policy.achievement_cap or HUNDRED)
    return _of_number(result, f"IF({result}>0,ROUND({cell}*100/{result},{places}),{reached})")


def level_formula(indicator: SuccessIndicator, at: Cells, below: str) -> str:
    """Write `indicator_level` as a formula that gives a text; `below` is said below the first level with a criterion."""
    known, result = criteria_anchors(indicator), at.result
    if not known:
        return '=""'
    lower = indicator.direction == LOWER
    expression, top = f'"{below}"', known[-1][0]
    for level, _ in known:
        expression = f'IF({result}{"<=" if lower else ">="}{at.levels[level - 1]},"{level}",{expression})'
    if top != LEVELS[-1]:
        expression = f'IF({result}{"<" if lower else ">"}{at.levels[top - 1]},"{LEVELS[-1]}",{expression})'
    return _of_number(result, expression)


def _of_number(result: str, expression: str) -> str:
    return f'=IF(ISNUMBER({result}),{expression},{result}&"")'


def _score_expression(indicator: SuccessIndicator, at: Cells, policy: Policy) -> str:
    """Write `indicator_score` as an expression, "" when the criteria are unusable; the rule of three needs no mirror."""
    known = criteria_anchors(indicator)
    if not known:
        return ""
    short = ">" if indicator.direction == LOWER else "<"
    step = indicator.scale == MILESTONE or policy.interp_indicator == "step"
    last = at.levels[known[-1][0] - 1]
    expression = f"IF({at.result}={last},{known[-1][0]},{LEVELS[-1]})"
    for (low, _), (high, _) in reversed(list(zip(known, known[1:], strict=False))):
        start, end = at.levels[low - 1], at.levels[high - 1]
        between = f"{low}" if step else f"{low}+({at.result}-{start})*{high - low}/({end}-{start})"
        expression = f"IF({at.result}{short}{end},{between},{expression})"
    first, demand = at.levels[known[0][0] - 1], known[0][1]
    floor = "0" if demand == 0 else f"MAX(0,MIN(1,1-ABS({at.result}-{first})/ABS({first})))"
    floor = floor if policy.floor == LINEAR_TO_ZERO else plain(Decimal(policy.floor))
    return f"IF({at.result}{short}{first},{floor},{expression})"
