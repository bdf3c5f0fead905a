"""What would give the next level: how much is missing, and where it could come from, one short sentence each."""

from __future__ import annotations

from decimal import Decimal
from math import ceil

from processors import subscore as formula
from processors.explain import Case, percent, words
from processors.outcome import GATE_CLOSED, SCORED, Plan, Report, Review
from templates import success
from templates.criteria import ACHIEVEMENT, LEVELS, PLAN_QUALITY, LevelRule
from templates.levels import plain


def next_level(case: Case) -> tuple[str, ...]:
    """Say what the next whole level asks for; where something is missing, what has to come first."""
    sub = case.sub
    if sub.status == GATE_CLOSED:
        params = sub.why.params
        return (words("next_gate", gate=params["gate"], wanted=params["gate_level"], level=params["level"]),)
    if sub.status not in SCORED or sub.level is None:
        return (words(f"next_{sub.status}"),)
    if sub.level >= LEVELS[-1]:
        return (words("next_top"),)
    rule = case.scale.levels[sub.level]
    if case.item.role == PLAN_QUALITY:
        return _quality(case, rule)
    return _achievement(case, rule) if case.item.role == ACHIEVEMENT else _survey(case, rule)


def _quality(case: Case, rule: LevelRule) -> tuple[str, ...]:
    review, policy = case.inputs.review, case.policy
    assert isinstance(review, Review)
    told, met = [], sum(review.basic)
    if met < (rule.basic_required or 0):
        told.append(words("next_basic", level=rule.level, more=(rule.basic_required or 0) - met, met=met))
    quality = formula.quality_pct(review, policy)
    if rule.quality_min is not None and quality < rule.quality_min:
        full = policy.factor_rubric[-1] * len(review.factor_scores)
        points = rule.quality_min * full / success.HUNDRED - sum(review.factor_scores, success.ZERO)
        # Only the values of the rubric can be given: what is missing is reached in steps of its smallest one.
        step = min(high - low for low, high in zip(policy.factor_rubric, policy.factor_rubric[1:], strict=False))
        more = ceil(points / step) * step
        gap = percent(rule.quality_min - quality, policy)
        told.append(words("next_quality", level=rule.level, limit=plain(rule.quality_min), gap=gap, points=plain(more)))
    return tuple(told)


def _achievement(case: Case, rule: LevelRule) -> tuple[str, ...]:
    plan, report, policy = case.inputs.plan, case.inputs.report, case.policy
    assert isinstance(plan, Plan) and isinstance(report, Report)
    demand = case.scale.levels[0].execution_min
    if demand is not None and not formula.plan_executed(report.measures, demand):
        open_ones = [
            words("next_measure", no=no, progress=plain(item.progress or success.ZERO))
            if (item.progress or success.ZERO) < demand
            else words("next_measure_late", no=no)
            for no, item in enumerate(report.measures, 1)
            if (item.progress or success.ZERO) < demand or not item.in_time
        ]
        return (words("next_executed", demand=plain(demand), list=", ".join(open_ones)),)
    reached = formula.weighted_achievement(plan, report, policy)
    if reached is None or rule.threshold is None:
        return ()
    gap = rule.threshold - reached
    first = words("next_mean", level=rule.level, limit=plain(rule.threshold), gap=percent(gap, policy))
    return first, *_single(case, plan, report, gap)


def _single(case: Case, plan: Plan, report: Report, gap: Decimal) -> list[str]:
    """Name the indicators that could close the gap alone, with the result that each would need.

    Only where achievement is the ratio of result and target: by the other bases one result has no single answer.
    """
    policy = case.policy
    if policy.achievement_basis != "target_ratio":
        return []
    total, told = sum((item.weight for item in plan.indicators), success.ZERO), []
    for at, item in enumerate(plan.indicators):
        value = formula.achievement(item, report.results[at], policy)
        target = success.target_of(item)
        if value is None or target is None or item.weight == 0:
            continue
        wanted = value + gap * total / item.weight
        if policy.achievement_cap is not None and wanted > policy.achievement_cap:
            continue
        needed = target * success.HUNDRED / wanted if item.direction == success.LOWER else target * wanted / success.HUNDRED
        shown = percent(_towards(needed, item.direction), policy)
        now = report.results[at]
        told.append(words(f"next_single_{item.direction}", no=at + 1, needed=shown, now=plain(now) if now is not None else "–"))
    return told


def _towards(value: Decimal, direction: str) -> Decimal:
    """Round a needed result to two decimals on the safe side: it must really give the level."""
    cent = Decimal("0.01")
    down = value // cent * cent
    return down if direction == success.LOWER or down == value else down + cent


def _survey(case: Case, rule: LevelRule) -> tuple[str, ...]:
    value = case.inputs.survey
    assert value is not None
    if rule.threshold is None:
        return ()
    gap = percent(rule.threshold - value, case.policy)
    return (words("next_survey", level=rule.level, limit=plain(rule.threshold), gap=gap),)
