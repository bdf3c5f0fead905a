"""The rules of policy that made a figure what it is: of all that could be decided, only what had a say in this one."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from processors import subscore as formula
from processors.explain import Case
from processors.outcome import BELOW_LEVEL_1, EVALUATED, GATE_CLOSED, AgencyScore, Plan, Report
from processors.reach import TARGET_RATIO, own_score, own_used
from templates import success
from templates.criteria import ACHIEVEMENT, PLAN_QUALITY
from templates.policy import LINEAR_TO_ZERO, Policy
from templates.success import SuccessIndicator


def rules_used(case: Case) -> tuple[str, ...]:
    """Name the rules that had a say in a result or in its score; none where neither is known."""
    found = ["gate_fail_score"] if case.sub.status == GATE_CLOSED else []
    if case.sub.raw is not None:
        found += _of_result(case)
    if case.sub.status in (EVALUATED, BELOW_LEVEL_1):
        found += _of_score(case)
    return tuple(dict.fromkeys(found))


def total_rules(score: AgencyScore) -> tuple[str, ...]:
    """Name the rules that had a say in a total beyond those of its parts."""
    return ("missed_round_deduction",) if Decimal(score.total.why.params.get("deduction") or 0) else ()


def _of_result(case: Case) -> Iterator[str]:
    if case.item.role == PLAN_QUALITY:
        yield "factor_rubric"
    plan, report = case.inputs.plan, case.inputs.report
    if case.item.role != ACHIEVEMENT or plan is None or report is None:
        return
    yield "achievement_basis"
    for item, result in _results(plan, report):
        yield from _of_indicator(item, result, case.policy)


def _results(plan: Plan, report: Report) -> Iterator[tuple[SuccessIndicator, Decimal]]:
    for item, result in zip(plan.indicators, report.results, strict=False):
        if result is not None:
            yield item, result


def _of_indicator(item: SuccessIndicator, result: Decimal, policy: Policy) -> Iterator[str]:
    """Name what made an indicator's achievement."""
    if policy.achievement_basis == TARGET_RATIO:
        if item.direction == success.LOWER:
            yield "progress_lower_better"
        ratio = success.indicator_progress(item, result, policy)
        # No cap is below 100. At 0 the achievement of what had better be low is the cap itself.
        if ratio is not None and (ratio > success.HUNDRED or (item.direction == success.LOWER and result <= 0)):
            yield "achievement_cap"
    if own_used(item, policy) and success.criteria_anchors(item):
        yield from _of_own(item, result, policy)


def _of_own(item: SuccessIndicator, result: Decimal, policy: Policy) -> Iterator[str]:
    """Name what made an indicator's own score."""
    rule, _ = own_score(item, result, policy)
    on_limit = result in [limit for _, limit in success.criteria_anchors(item)]
    if rule in ("floor", "share"):
        yield "floor"
    elif rule == "between" or (rule == "level" and not on_limit and item.scale != success.MILESTONE):
        yield "interp_indicator"


def _of_score(case: Case) -> Iterator[str]:
    if case.sub.status == BELOW_LEVEL_1:
        yield "floor"
        if case.item.role == ACHIEVEMENT and case.policy.floor == LINEAR_TO_ZERO:
            yield "plan_progress_overall"
        return
    plan, report, known = case.inputs.plan, case.inputs.report, case.scale.anchors()
    if case.item.role != ACHIEVEMENT or plan is None or report is None:
        return
    reached = formula.weighted_achievement(plan, report, case.policy)
    limits = [limit for _, limit in known]
    if reached is not None and limits[0] < reached < limits[-1] and reached not in limits:
        yield "interp_7_2"
