"""How one success indicator got its score and its achievement: which case of the formulas it is, and the numbers in it.

The texts `own_<case>_…` (B7, B8) and `reach_<case>_…` (B2, B5) of the score cards say each case in signs and with numbers.
"""

from __future__ import annotations

from decimal import Decimal

from templates import success
from templates.criteria import LEVELS, TARGET_LEVEL
from templates.levels import plain
from templates.policy import LINEAR_TO_ZERO, Policy
from templates.success import SuccessIndicator

Told = tuple[str, dict[str, str]]
"""A case and its numbers as they are printed."""
TARGET_RATIO = "target_ratio"
"""The basis by which results are measured by the target, not by the five criteria."""
_LAST = 8
"""Decimals of a number that is printed in a sum as it is."""


def own_used(item: SuccessIndicator, policy: Policy) -> bool:
    """Tell whether an indicator's own score enters its achievement, or is shown for information only."""
    by_level = item.direction == success.LOWER and policy.progress_lower_better == "level_based"
    return policy.achievement_basis != TARGET_RATIO or by_level


def own_score(item: SuccessIndicator, result: Decimal, policy: Policy) -> Told:
    """Tell how the five criteria gave an indicator its own score; wants usable criteria."""
    known = success.criteria_anchors(item)
    lower = item.direction == success.LOWER
    sign = -1 if lower else 1
    (first, start), (last, end) = known[0], known[-1]
    shown = {"result": plain(result)}
    if sign * result < sign * start:
        if policy.floor != LINEAR_TO_ZERO or start == 0:
            return "floor", shown
        short = f"({plain(result)} − {plain(start)})" if lower else f"({plain(start)} − {plain(result)})"
        return "share", {**shown, "share": f"1 − {short} ÷ {plain(abs(start))}", "level": str(first)}
    if sign * result > sign * end:
        return "beyond", {**shown, "limit": plain(end), "level": str(last)}
    level = max(at for at, limit in known if sign * result >= sign * limit)
    limit = dict(known)[level]
    if item.scale == success.MILESTONE or policy.interp_indicator == "step" or result == limit:
        return "level", {**shown, "limit": plain(limit), "level": str(level)}
    above, upper = next((at, one) for at, one in known if at > level)
    over = f"({plain(result)} − {plain(limit)}) ÷ ({plain(upper)} − {plain(limit)})"
    return "between", {"sum": f"{level} + {over}{'' if above - level == 1 else f' × {above - level}'}"}


def achieved(item: SuccessIndicator, result: Decimal, policy: Policy) -> Told:
    """Tell how the basis of the policy made an achievement in per cent of an indicator's result."""
    shown = {"score": _own_text(item, result, policy)}
    if policy.achievement_basis != TARGET_RATIO:
        return policy.achievement_basis, shown
    cap = policy.achievement_cap
    capped = "uncapped" if cap is None else "capped"
    limit = "" if cap is None else plain(cap)
    target = plain(success.target_of(item) or success.ZERO)
    if item.direction != success.LOWER:
        return f"higher_{capped}", {"result": plain(result), "target": target, "cap": limit}
    if policy.progress_lower_better == "level_based":
        return f"lower_level_{capped}", {**shown, "target_level": str(TARGET_LEVEL), "cap": limit}
    if result <= 0:
        return "zero", {"result": plain(result), "target": target}
    return f"lower_{capped}", {"result": plain(result), "target": target, "cap": limit}


def achieved_text(item: SuccessIndicator, result: Decimal, policy: Policy, value: Decimal) -> str:
    """Write an achievement for a sum that goes on with it: as a number, or where that has no end as what it is reckoned from.

    A sum of rounded thirds may miss by its last decimal what the thirds make together.
    """
    if _ends(value):
        return plain(value)
    rule, params = achieved(item, result, policy)
    if rule.startswith("higher"):
        return f"({params['result']} × 100 ÷ {params['target']})"
    if rule.startswith("lower_level"):
        return f"({params['score']} × 100 ÷ {params['target_level']})"
    if rule.startswith("lower"):
        return f"({params['target']} × 100 ÷ {params['result']})"
    if rule == "level_score":
        return f"({params['score']} × 100 ÷ {LEVELS[-1]})"
    return f"(60 + ({params['score']} − 1) × 10)"


def _own_text(item: SuccessIndicator, result: Decimal, policy: Policy) -> str:
    """Write an indicator's own score likewise; "" where its criteria can't be used."""
    score = success.indicator_score(item, result, policy)
    if score is None or _ends(score):
        return "" if score is None else plain(score)
    _, params = own_score(item, result, policy)
    return f"({params.get('sum') or params['share']})"


def _ends(value: Decimal) -> bool:
    return value == success.round_half_up(value, _LAST)
