"""Why a score is what it is: the steps of its reckoning with the numbers put in (domain B1-B9).

Each step says its formula in signs and then with the agency's own numbers, so that anybody can repeat it from what is
printed: what one step hands on to the next is printed whole, or with eight decimals, and only results are rounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from processors import subscore as formula
from processors.outcome import BELOW_LEVEL_1, GATE_CLOSED, SCORED, AgencyScore, Inputs, Plan, Report, Review, SubScore
from processors.reach import achieved, achieved_text, own_score, own_used
from processors.wording import level_text
from templates import success
from templates.criteria import ACHIEVEMENT, PLAN_QUALITY, Scale
from templates.levels import plain
from templates.policy import LINEAR_TO_ZERO, Policy, SubIndicator
from templates.words import say
from workbook.book import CellValue

_PASSED_ON = 8
"""Decimals of a figure that the next step is reckoned from: enough that the last printed decimal of a score comes out."""


def words(key: str, **params: object) -> str:
    """Give a Thai sentence of the score cards."""
    return say("cards", key, "th", **params)


@dataclass(frozen=True)
class Step:
    """One step: what it gives, the formula in signs, the same with numbers, and the value. None is a blank."""

    name: str
    formula: str
    worked: str
    value: CellValue


@dataclass(frozen=True)
class Case:
    """One sub-indicator of one agency with all that its score was reckoned from."""

    item: SubIndicator
    sub: SubScore
    inputs: Inputs
    scale: Scale
    policy: Policy


def steps(case: Case) -> tuple[Step, ...]:
    """Give the steps that lead to a score; none where something is missing, since the status says what."""
    if case.sub.status not in SCORED:
        return ()
    if case.sub.status == GATE_CLOSED:
        return _gate(case)
    return (*_result(case), _score(case), _weighted(case))


def aside(case: Case) -> tuple[Step, ...]:
    """Give what is reckoned but enters no score: the result of what is not assessed, and own scores that no sum goes on with."""
    if case.sub.raw is None:
        return ()
    found = () if _counts(case) else _result(case)
    plan, report = case.inputs.plan, case.inputs.report
    if case.item.role != ACHIEVEMENT or plan is None or report is None:
        return found
    unused = [at for at, item in enumerate(plan.indicators) if not own_used(item, case.policy)]
    own = [step for at in unused for step in _own(plan, report, (at, case.policy))]
    return (*found, *(replace(step, name=words("own_aside", name=step.name, indicator=case.item.id)) for step in own))


def used_for(case: Case) -> str:
    """Tell what the answers behind a case are used for: `score`, `aside` (a result that enters no score) or `none`."""
    if _counts(case):
        return "score"
    return "none" if case.sub.raw is None else "aside"


def _counts(case: Case) -> bool:
    """Tell whether the score comes from the result."""
    return case.sub.status in SCORED and case.sub.status != GATE_CLOSED


def _result(case: Case) -> tuple[Step, ...]:
    """Give the steps to the result in per cent."""
    if case.item.role == PLAN_QUALITY:
        return _quality(case)
    return _achievement(case) if case.item.role == ACHIEVEMENT else (_surveyed(case),)


def _score(case: Case) -> Step:
    """Give the step from the result to the score."""
    plan, review, report, policy = case.inputs.plan, case.inputs.review, case.inputs.report, case.policy
    first = case.scale.levels[0]
    if case.item.role == PLAN_QUALITY:
        assert review is not None
        return _level(case, review, formula.quality_pct(review, policy))
    if case.item.role == ACHIEVEMENT:
        assert plan is not None and report is not None
        if case.sub.status == BELOW_LEVEL_1:
            overall = formula.plan_progress(report.measures, policy) or success.ZERO
            return _floor(case, [_share(overall, first.execution_min)])
        reached = formula.weighted_achievement(plan, report, policy)
        assert reached is not None
        return _between(case, reached, policy.interp_7_2)
    value = case.inputs.survey
    assert value is not None
    if case.sub.status == BELOW_LEVEL_1:
        return _floor(case, [_share(value, case.scale.anchors()[0][1])])
    return _between(case, value, "linear")


def _gate(case: Case) -> tuple[Step, ...]:
    params = case.sub.why.params
    worked = words("gate_worked", gate=params["gate"], level=level_text(int(params["level"])), wanted=params["gate_level"])
    rule = words("gate_formula", gate=params["gate"], wanted=params["gate_level"])
    return (Step(words("gate_name"), rule, worked, case.sub.score), *([_weighted(case)] if case.sub.score is not None else []))


def _quality(case: Case) -> tuple[Step, ...]:
    review, policy = case.inputs.review, case.policy
    assert review is not None
    full = policy.factor_rubric[-1]
    met = " + ".join(str(int(item)) for item in review.basic)
    factors = " + ".join(plain(item) for item in review.factor_scores)
    quality = formula.quality_pct(review, policy)
    basic = Step(
        words("basic_name"), words("basic_formula", required=case.scale.basic_required()), f"{met} = {sum(review.basic)}",
        sum(review.basic),
    )  # fmt: skip
    worked = f"({factors}) ÷ ({len(review.factor_scores)} × {plain(full)}) × 100 = {passed_on(quality)}"
    rounded = success.round_half_up(quality, policy.percent_decimals)
    return basic, Step(words("quality_name"), words("quality_formula"), worked, rounded)


def _level(case: Case, review: Review, quality: Decimal) -> Step:
    """Say how the level table turns basic criteria and quality into a score (B3)."""
    name, score, met = words("score_name"), case.sub.score, sum(review.basic)
    if case.sub.status == BELOW_LEVEL_1:
        first = case.scale.levels[0]
        basic = None if first.basic_required is None else Decimal(first.basic_required)
        parts = [_share(Decimal(met), basic), _share(quality, first.quality_min)]
        return _floor(case, [part for part in parts if part])
    rule = case.scale.levels[(case.sub.level or 1) - 1]
    told = [words("limit_basic", value=met, limit=rule.basic_required)] if rule.basic_required else []
    if rule.quality_min is not None:
        told.append(words("limit_quality", value=passed_on(quality), limit=plain(rule.quality_min)))
    worked = words("level_worked", level=case.sub.level, score=score)
    return Step(name, words("level_formula"), " · ".join([*told, worked]), score)


def _share(value: Decimal, demand: Decimal | None) -> str:
    """Write the share of a demand that was reached; "" where nothing is demanded."""
    return f"{passed_on(value)} ÷ {plain(demand)}" if demand else ""


def _floor(case: Case, shares: Sequence[str]) -> Step:
    """Say what a result below level 1 gets: the score of the policy, or the least of the shares that were reached (B8)."""
    name, score = words("score_name"), case.sub.score
    if case.policy.floor != LINEAR_TO_ZERO:
        return Step(name, words("floor_formula"), words("floor_worked", score=score), score)
    worked = words("floor_share_worked", shares=", ".join([*shares, "1"]), score=score)
    return Step(name, words("floor_share_formula"), worked, score)


def _achievement(case: Case) -> tuple[Step, ...]:
    plan, report, policy = case.inputs.plan, case.inputs.report, case.policy
    assert plan is not None and report is not None
    found = [_executed(case, report)]
    for at in range(len(plan.indicators)):
        if own_used(plan.indicators[at], policy):
            found += _own(plan, report, (at, policy))
        found.append(_reached(plan, report, (at, policy)))
    reached = formula.weighted_achievement(plan, report, policy)
    assert reached is not None
    terms = [f"{plain(item.weight)} × {_term(plan, report, at, policy)}" for at, item in enumerate(plan.indicators)]
    total = sum((item.weight for item in plan.indicators), success.ZERO)
    worked = f"({' + '.join(terms)}) ÷ {plain(total)} = {passed_on(reached)}"
    value = success.round_half_up(reached, policy.percent_decimals)
    return (*found, Step(words("mean_name"), words("mean_formula"), worked, value))


def _term(plan: Plan, report: Report, at: int, policy: Policy) -> str:
    item, result = plan.indicators[at], report.results[at]
    value = formula.achievement(item, result, policy)
    assert result is not None and value is not None
    return achieved_text(item, result, policy, value)


def _executed(case: Case, report: Report) -> Step:
    """Say whether every measure was carried out in time: the condition of every level (B1)."""
    demand = case.scale.levels[0].execution_min
    told = [f"{plain(item.progress or success.ZERO)}{'' if item.in_time else words('late_mark')}" for item in report.measures]
    fulfilled = demand is None or formula.plan_executed(report.measures, demand)
    worked = words("executed_worked", list=", ".join(told), state=words("executed_yes" if fulfilled else "executed_no"))
    return Step(words("executed_name"), words("executed_formula", demand=plain(demand or success.ZERO)), worked, None)


def _own(plan: Plan, report: Report, at_by: tuple[int, Policy]) -> list[Step]:
    """Give an indicator's own score (B7); nothing where its criteria can't be used."""
    at, policy = at_by
    item, result = plan.indicators[at], report.results[at]
    score = success.indicator_score(item, result, policy)
    if score is None or result is None:
        return []
    rule, worked = own_score(item, result, policy)
    told = words(f"own_{rule}_worked", value=passed_on(score), **worked)
    rounded = success.round_half_up(score, policy.score_decimals)
    return [Step(words("own_name", no=at + 1), words(f"own_{rule}_formula"), told, rounded)]


def _reached(plan: Plan, report: Report, at_by: tuple[int, Policy]) -> Step:
    """Give an indicator's achievement by the basis that the policy names (B5)."""
    at, policy = at_by
    item, result = plan.indicators[at], report.results[at]
    value = formula.achievement(item, result, policy)
    assert result is not None and value is not None
    rule, params = achieved(item, result, policy)
    told = words(f"reach_{rule}_worked", value=passed_on(value), **params)
    rounded = success.round_half_up(value, policy.percent_decimals)
    return Step(words("reach_name", no=at + 1, name=item.name), words(f"reach_{rule}_formula"), told, rounded)


def _surveyed(case: Case) -> Step:
    value = case.inputs.survey
    assert value is not None
    shown = success.round_half_up(value, case.policy.percent_decimals)
    return Step(words("survey_name"), words("survey_formula"), plain(value), shown)


def _between(case: Case, value: Decimal, how: str) -> Step:
    """Say how a result became a score on a scale with thresholds: interpolated, a whole level, or the top."""
    known, score, name = case.scale.anchors(), case.sub.score, words("score_name")
    shown = passed_on(value)
    if value >= known[-1][1]:
        worked = words("top_worked", value=shown, limit=plain(known[-1][1]), score=score)
        return Step(name, words("top_formula"), worked, score)
    if value < known[0][1] or how != "linear":
        worked = words("level_worked", level=case.sub.level, score=score)
        limits = [limit for level, limit in known if level == case.sub.level]
        told = [words("limit", value=shown, limit=plain(limit)) for limit in limits]
        return Step(name, words("level_formula"), " · ".join([*told, worked]), score)
    (low, start), (high, end) = next(pair for pair in zip(known, known[1:], strict=False) if pair[0][1] <= value < pair[1][1])
    over = f"({shown} − {plain(start)}) ÷ ({plain(end)} − {plain(start)})"
    worked = f"{low} + {over}{'' if high - low == 1 else f' × {high - low}'} = {score}"
    return Step(name, words("between_formula"), worked, score)


def _weighted(case: Case) -> Step:
    worked = f"{case.sub.score} × {plain(case.sub.weight)} ÷ 100 = {case.sub.weighted_score}"
    return Step(words("weighted_name"), words("weighted_formula"), worked, case.sub.weighted_score)


def total(score: AgencyScore) -> tuple[Step, ...]:
    """Give the steps of the total; none where it is blank (B9)."""
    whole = score.total
    if whole.score is None:
        return ()
    counted = [sub for sub in score.subs if sub.score is not None]
    terms = " + ".join(f"{plain(sub.weight)} × {sub.score}" for sub in counted)
    weight = plain(sum((sub.weight for sub in counted), success.ZERO))
    deduction = Decimal(whole.why.params.get("deduction") or 0)
    mean = f"({terms}) ÷ {weight}"
    rule, weighs = "total_formula", "total_weighted_formula"
    if deduction:
        mean, rule = words("total_less", mean=mean, deduction=plain(deduction)), "total_less_formula"
    # Weighed unrounded, as the total is: its printed score may be off by half of its last decimal.
    weighted = f"({mean}) × {plain(whole.weight)} ÷ 100 = {whole.weighted_score}"
    first = Step(words("total_name"), words(rule), f"{mean} = {whole.score}", whole.score)
    return first, Step(words("weighted_name"), words(weighs), weighted, whole.weighted_score)


def passed_on(value: Decimal) -> str:
    """Print a figure that the next step goes on with."""
    return plain(success.round_half_up(value, _PASSED_ON))

