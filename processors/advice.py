"""What is missing for the next level: how much, and where it could come from, one short sentence each.

Every figure named is tried before it is printed: it really gives the level, and a hundredth less does not, or one less of what
is counted in whole things.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from processors import subscore as formula
from processors.explain import Case, words
from processors.outcome import GATE_CLOSED, SCORED, Plan, Report, Review, SubScore
from processors.wording import level_text
from templates import success
from templates.criteria import ACHIEVEMENT, LEVELS, PLAN_QUALITY, LevelRule
from templates.levels import plain

_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Known:
    """What an advice names beyond the figures: the basic criteria, the units of the indicators, the case of the gate."""

    basics: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    gate: Case | None = None


def next_level(case: Case, known: Known | None = None) -> tuple[str, ...]:
    """Say what the next whole level asks for; where something is missing, what has to come first."""
    sub, known = case.sub, known or Known()
    if sub.status == GATE_CLOSED:
        params = sub.why.params
        first = words("next_gate", gate=params["gate"], wanted=params["gate_level"], now=level_text(int(params["level"])))
        if known.gate is None:
            return (first,)
        return first, *_towards(known.gate, known.gate.scale.levels[case.item.gate_level - 1], known)
    if sub.status not in SCORED or sub.level is None:
        return (_first(sub),)
    if sub.level >= LEVELS[-1]:
        return (words("next_top"),)
    return _towards(case, case.scale.levels[sub.level], known)


def _towards(case: Case, rule: LevelRule, known: Known) -> tuple[str, ...]:
    """Say what a level asks for beyond what there is."""
    if case.item.role == PLAN_QUALITY:
        return _quality(case, rule, known)
    return _achievement(case, rule, known) if case.item.role == ACHIEVEMENT else _survey(case, rule)


def _first(sub: SubScore) -> str:
    """Say what has to come before there is a score: what the reason asks for, else what the status does."""
    asked = ("plan_missing", "plan_not_final", "report_missing")
    return words(f"next_{sub.why.code if sub.why.code in asked else sub.status}")


def _quality(case: Case, rule: LevelRule, known: Known) -> tuple[str, ...]:
    review, policy = case.inputs.review, case.policy
    assert isinstance(review, Review)
    told, met = [], sum(review.basic)
    if met < (rule.basic_required or 0):
        names = [*known.basics, *[""] * (len(review.basic) - len(known.basics))]
        failed = [words("basic_item", no=no, name=names[no - 1]).strip() for no, met in enumerate(review.basic, 1) if not met]
        more = (rule.basic_required or 0) - met
        told.append(words("next_basic", level=rule.level, more=more, met=met, list=", ".join(failed)))
    quality = formula.quality_pct(review, policy)
    if rule.quality_min is not None and quality < rule.quality_min:
        limit, gap = plain(rule.quality_min), _up(rule.quality_min - quality)
        points = plain(_points(review, rule.quality_min, policy.factor_rubric))
        told.append(words("next_quality", level=rule.level, limit=limit, gap=gap, points=points))
    return tuple(told)


def _points(review: Review, limit: Decimal, rubric: tuple[Decimal, ...]) -> Decimal:
    """Give the fewest points that reach a quality, of those that raising scores to values of the rubric can give."""
    wanted = limit * rubric[-1] * len(review.factor_scores) / success.HUNDRED
    sums = {success.ZERO}
    for score in review.factor_scores:
        steps = {score, *(value for value in rubric if value > score)}
        sums = {known + step for known in sums for step in steps}
    return min(item for item in sums if item >= wanted) - sum(review.factor_scores, success.ZERO)


def _achievement(case: Case, rule: LevelRule, known: Known) -> tuple[str, ...]:
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
    return first, *_single(case, known.units, rule.threshold)


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


def _single(case: Case, units: tuple[str, ...], limit: Decimal) -> list[str]:
    """Name the indicators that could reach the level alone, with the result that each would need."""
    plan, report = case.inputs.plan, case.inputs.report
    assert plan is not None and report is not None
    told = []
    for at, item in enumerate(plan.indicators):
        now = report.results[at]
        target = success.target_of(item)
        if now is None or target is None or item.weight == 0:
            continue
        needed = _needed(case, (plan, report, at), limit)
        if needed is not None:
            unit = units[at] if at < len(units) else ""
            params = {"needed": _measured(needed, unit), "now": _measured(now, unit)}
            told.append(words(f"next_single_{item.direction}", no=at + 1, **params))
    return told


def _measured(value: Decimal, unit: str) -> str:
    """Print a figure with its unit; "per cent" stands before it."""
    if not unit:
        return plain(value)
    return words("measured_before" if unit == words("per_cent") else "measured", value=plain(value), unit=unit)


def _needed(case: Case, where: tuple[Plan, Report, int], limit: Decimal) -> Decimal | None:
    """Give the least change of one result that lifts the whole to a limit; None where no result of it can.

    Results are told in hundredths; in whole steps where everything known of the indicator is whole, since such things are
    counted. By every basis the whole rises, or stays, as a result gets better, so that halving the way finds the place.
    """
    plan, report, at = where
    item, now = plan.indicators[at], report.results[at]
    assert now is not None
    unit = unit_of(item, now)

    def gives(result: Decimal) -> bool:
        results = (*report.results[:at], result, *report.results[at + 1 :])
        reached = formula.weighted_achievement(plan, replace(report, results=results), case.policy)
        return reached is not None and reached >= limit

    best = _best(case, where, limit, unit)
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


def unit_of(item: success.SuccessIndicator, now: Decimal) -> Decimal:
    """Give the step in which results of an indicator are told: whole where it goes by steps or only knows whole figures."""
    figures = [now, *(level for level in item.levels if level is not None)]
    whole = all(figure == figure.to_integral_value() for figure in figures)
    return success.ONE if whole or item.scale == success.MILESTONE else _CENT


def _best(case: Case, where: tuple[Plan, Report, int], limit: Decimal, unit: Decimal) -> Decimal:
    """Give a result beyond which one indicator alone can win nothing more, or need win nothing more."""
    plan, _, at = where
    item, policy = plan.indicators[at], case.policy
    target = success.target_of(item) or success.ZERO
    known = success.criteria_anchors(item)
    ends = [known[-1][1]] if known else []
    if item.direction == success.LOWER:
        # At 0 the ratio has no value; just above it, it has any.
        ends.append(success.ZERO if policy.achievement_cap is not None else unit)
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
    return f"{gap.quantize(_CENT, ROUND_CEILING):f}"
