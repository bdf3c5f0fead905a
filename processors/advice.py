"""What would give the next level: how much is missing, and where it could come from, one short sentence each.

Every figure named is tried before it is printed: it really gives the level, and a hundredth less does not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from processors import subscore as formula
from processors.explain import Case, words
from processors.outcome import GATE_CLOSED, SCORED, Plan, Report, Review, SubScore
from templates import success
from templates.criteria import ACHIEVEMENT, LEVELS, PLAN_QUALITY, LevelRule
from templates.levels import plain

_CENT = Decimal("0.01")


def next_level(case: Case) -> tuple[str, ...]:
    """Say what the next whole level asks for; where something is missing, what has to come first."""
    sub = case.sub
    if sub.status == GATE_CLOSED:
        params = sub.why.params
        return (words("next_gate", gate=params["gate"], wanted=params["gate_level"], level=params["level"]),)
    if sub.status not in SCORED or sub.level is None:
        return (_first(sub),)
    if sub.level >= LEVELS[-1]:
        return (words("next_top"),)
    rule = case.scale.levels[sub.level]
    if case.item.role == PLAN_QUALITY:
        return _quality(case, rule)
    return _achievement(case, rule) if case.item.role == ACHIEVEMENT else _survey(case, rule)


def _first(sub: SubScore) -> str:
    """Say what has to come before there is a score: what the reason asks for, else what the status does."""
    asked = ("plan_missing", "plan_not_final", "report_missing")
    return words(f"next_{sub.why.code if sub.why.code in asked else sub.status}")


def _quality(case: Case, rule: LevelRule) -> tuple[str, ...]:
    review, policy = case.inputs.review, case.policy
    assert isinstance(review, Review)
    told, met = [], sum(review.basic)
    if met < (rule.basic_required or 0):
        told.append(words("next_basic", level=rule.level, more=(rule.basic_required or 0) - met, met=met))
    quality = formula.quality_pct(review, policy)
    if rule.quality_min is not None and quality < rule.quality_min:
        limit, gap = plain(rule.quality_min), _up(rule.quality_min - quality)
        more = _points(review, rule.quality_min, policy.factor_rubric)
        told.append(words("next_quality", level=rule.level, limit=limit, gap=gap, points=plain(more)))
    return tuple(told)


def _points(review: Review, limit: Decimal, rubric: tuple[Decimal, ...]) -> Decimal:
    """Give the fewest points that reach a quality, of those that raising scores to values of the rubric can give."""
    wanted = limit * rubric[-1] * len(review.factor_scores) / success.HUNDRED
    sums = {success.ZERO}
    for score in review.factor_scores:
        steps = {score, *(value for value in rubric if value > score)}
        sums = {known + step for known in sums for step in steps}
    return min(item for item in sums if item >= wanted) - sum(review.factor_scores, success.ZERO)


def _achievement(case: Case, rule: LevelRule) -> tuple[str, ...]:
    plan, report, policy = case.inputs.plan, case.inputs.report, case.policy
    assert isinstance(plan, Plan) and isinstance(report, Report)
    demand = case.scale.levels[0].execution_min
    reached = formula.weighted_achievement(plan, report, policy)
    if demand is not None and not formula.plan_executed(report.measures, demand):
        level = success.level_reached(case.scale.anchors(), reached or success.ZERO) or LEVELS[0]
        return (_open_measures(report, demand, level),)
    if reached is None or rule.threshold is None:
        return ()
    first = words("next_mean", level=rule.level, limit=plain(rule.threshold), gap=_up(rule.threshold - reached))
    return first, *_single(case, plan, report, rule.threshold)


def _open_measures(report: Report, demand: Decimal, level: int) -> str:
    """Name the measures that stand in the way, and the level that the results are worth without them."""
    open_ones = [
        words("next_measure", no=no, progress=plain(item.progress or success.ZERO))
        if (item.progress or success.ZERO) < demand
        else words("next_measure_late", no=no)
        for no, item in enumerate(report.measures, 1)
        if (item.progress or success.ZERO) < demand or not item.in_time
    ]
    return words("next_executed", level=level, demand=plain(demand), list=", ".join(open_ones))


def _single(case: Case, plan: Plan, report: Report, limit: Decimal) -> list[str]:
    """Name the indicators that could reach the level alone, with the result that each would need."""
    told = []
    for at, item in enumerate(plan.indicators):
        now = report.results[at]
        target = success.target_of(item)
        if now is None or target is None or item.weight == 0:
            continue
        needed = _needed(case, (plan, report, at), limit)
        if needed is not None:
            told.append(words(f"next_single_{item.direction}", no=at + 1, needed=plain(needed), now=plain(now)))
    return told


def _needed(case: Case, where: tuple[Plan, Report, int], limit: Decimal) -> Decimal | None:
    """Give the least change of one result that lifts the whole to a limit; None where no result of it can.

    Results are told in hundredths, of a milestone scale in whole steps. By every basis the whole rises, or stays, as a
    result gets better, so that halving the way finds the place.
    """
    plan, report, at = where
    item, now = plan.indicators[at], report.results[at]
    assert now is not None
    unit = success.ONE if item.scale == success.MILESTONE else _CENT

    def gives(result: Decimal) -> bool:
        results = (*report.results[:at], result, *report.results[at + 1 :])
        reached = formula.weighted_achievement(plan, replace(report, results=results), case.policy)
        return reached is not None and reached >= limit

    best = _best(case, where, limit)
    rounds = (ROUND_CEILING, ROUND_FLOOR) if item.direction == success.LOWER else (ROUND_FLOOR, ROUND_CEILING)
    worst, enough = (int((end / unit).to_integral_value(how)) for end, how in zip((now, best), rounds, strict=True))
    if gives(now) or not gives(enough * unit):
        return None
    return _between(gives, (worst, enough), unit)


def _between(gives: Callable[[Decimal], bool], ends: tuple[int, int], unit: Decimal) -> Decimal:
    """Halve the way from a result that does not do to one that does; gives the first that does."""
    short, enough = ends
    while abs(enough - short) > 1:
        middle = (short + enough) // 2
        short, enough = (short, middle) if gives(middle * unit) else (middle, enough)
    return enough * unit


def _best(case: Case, where: tuple[Plan, Report, int], limit: Decimal) -> Decimal:
    """Give a result beyond which one indicator alone can win nothing more, or need win nothing more."""
    plan, _, at = where
    item, policy = plan.indicators[at], case.policy
    target = success.target_of(item) or success.ZERO
    known = success.criteria_anchors(item)
    ends = [known[-1][1]] if known else []
    if item.direction == success.LOWER:
        # At 0 the ratio has no value; just above it, it has any.
        ends.append(success.ZERO if policy.achievement_cap is not None else _CENT)
        return max(min(ends), success.ZERO)
    total = sum((one.weight for one in plan.indicators), success.ZERO)
    # Were all others at nothing, this one alone would have to make up the whole.
    return max([*ends, target * limit * total / item.weight / success.HUNDRED]) + 1


def _survey(case: Case, rule: LevelRule) -> tuple[str, ...]:
    value = case.inputs.survey
    assert value is not None
    if rule.threshold is None:
        return ()
    return (words("next_survey", level=rule.level, limit=plain(rule.threshold), gap=_up(rule.threshold - value)),)


def _up(gap: Decimal) -> str:
    """Print what is missing in hundredths, rounded up: whoever closes it has really reached the limit."""
    return f"{(gap / _CENT).to_integral_value(ROUND_CEILING) * _CENT:f}"
