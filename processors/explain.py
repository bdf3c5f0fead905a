"""Why a score is what it is: the steps of its reckoning with the numbers put in, and what would give the next level.

Each step says its formula in signs and then with the agency's own numbers, so that anybody can repeat it. Figures between
steps are printed rounded but carried unrounded, as the scores are (domain B1-B9).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from processors import subscore as formula
from processors.outcome import BELOW_LEVEL_1, GATE_CLOSED, SCORED, AgencyScore, Inputs, Plan, Report, SubScore
from templates import success
from templates.criteria import ACHIEVEMENT, PLAN_QUALITY, Scale
from templates.levels import plain
from templates.policy import Policy, SubIndicator
from templates.words import say
from workbook.book import CellValue

_NUMBERS = 40
"""A sum of more terms is told by its first ones and an ellipsis: nobody checks a longer line by hand."""


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
    if case.item.role == PLAN_QUALITY:
        found = _quality(case)
    elif case.item.role == ACHIEVEMENT:
        found = _achievement(case)
    else:
        found = _survey(case)
    return (*found, _weighted(case))


def _gate(case: Case) -> tuple[Step, ...]:
    params = case.sub.why.params
    worked = words("gate_worked", gate=params["gate"], level=params["level"], wanted=params["gate_level"])
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
    worked = f"({factors}) ÷ ({len(review.factor_scores)} × {plain(full)}) × 100 = {percent(quality, policy)}"
    rounded = success.round_half_up(quality, policy.percent_decimals)
    return basic, Step(words("quality_name"), words("quality_formula"), worked, rounded), _level(case)


def _level(case: Case) -> Step:
    """Say how a step scale turns a result into a score."""
    if case.sub.status == BELOW_LEVEL_1:
        return Step(words("score_name"), words("floor_formula"), words("floor_worked"), case.sub.score)
    worked = words("level_worked", level=case.sub.level, score=case.sub.score)
    return Step(words("score_name"), words("level_formula"), worked, case.sub.score)


def _achievement(case: Case) -> tuple[Step, ...]:
    plan, report, policy = case.inputs.plan, case.inputs.report, case.policy
    assert plan is not None and report is not None
    found = [_executed(case, report), *_each(plan, report, policy)]
    reached = formula.weighted_achievement(plan, report, policy)
    assert reached is not None
    values = [percent(_reached(plan, report, at, policy), policy) for at in range(len(plan.indicators))]
    terms = [f"{plain(item.weight)} × {value}" for item, value in zip(plan.indicators, values, strict=True)]
    total = sum((item.weight for item in plan.indicators), success.ZERO)
    worked = f"({_sum(terms)}) ÷ {plain(total)} = {percent(reached, policy)}"
    value = success.round_half_up(reached, policy.percent_decimals)
    found.append(Step(words("mean_name"), words("mean_formula"), worked, value))
    return (*found, _between(case, reached, policy.interp_7_2))


def _executed(case: Case, report: Report) -> Step:
    """Say whether every measure was carried out in time: the condition of every level (B1)."""
    demand = case.scale.levels[0].execution_min
    told = [f"{plain(item.progress or success.ZERO)}{'' if item.in_time else words('late_mark')}" for item in report.measures]
    fulfilled = demand is None or formula.plan_executed(report.measures, demand)
    worked = words("executed_worked", list=", ".join(told), state=words("executed_yes" if fulfilled else "executed_no"))
    return Step(words("executed_name"), words("executed_formula", demand=plain(demand or success.ZERO)), worked, None)


def _reached(plan: Plan, report: Report, at: int, policy: Policy) -> Decimal:
    value = formula.achievement(plan.indicators[at], report.results[at], policy)
    assert value is not None
    return value


def _each(plan: Plan, report: Report, policy: Policy) -> list[Step]:
    """Give the achievement of every indicator; by the basis that the policy names."""
    found = []
    for at, item in enumerate(plan.indicators):
        value, result = _reached(plan, report, at, policy), report.results[at]
        assert result is not None
        target = success.target_of(item) or success.ZERO
        params = {"result": plain(result), "target": plain(target), "value": percent(value, policy)}
        key = f"reach_{policy.achievement_basis}"
        if policy.achievement_basis == "target_ratio":
            key += "_zero" if item.direction == success.LOWER and result <= 0 else f"_{item.direction}"
            params["cap"] = plain(policy.achievement_cap) if policy.achievement_cap is not None else "–"
        else:
            score = success.indicator_score(item, result, policy)
            params["score"] = _score(score or success.ZERO, policy)
        name = words("reach_name", no=at + 1, name=item.name)
        rounded = success.round_half_up(value, policy.percent_decimals)
        found.append(Step(name, words(f"{key}_formula"), words(f"{key}_worked", **params), rounded))
    return found


def _survey(case: Case) -> tuple[Step, ...]:
    value, policy = case.inputs.survey, case.policy
    assert value is not None
    shown = success.round_half_up(value, policy.percent_decimals)
    first = Step(words("survey_name"), words("survey_formula"), plain(value), shown)
    return first, _between(case, value, "linear")


def _between(case: Case, value: Decimal, how: str) -> Step:
    """Say how a result became a score on a scale with thresholds: interpolated, a whole level, the top, or the floor."""
    known, score, name = case.scale.anchors(), case.sub.score, words("score_name")
    if case.sub.status == BELOW_LEVEL_1:
        return Step(name, words("floor_formula"), words("floor_worked"), score)
    shown = percent(value, case.policy)
    if value >= known[-1][1]:
        worked = words("top_worked", value=shown, limit=plain(known[-1][1]), score=score)
        return Step(name, words("top_formula"), worked, score)
    if value < known[0][1] or how != "linear":
        worked = words("level_worked", level=case.sub.level, score=score)
        return Step(name, words("level_formula"), worked, score)
    (low, start), (high, end) = next(pair for pair in zip(known, known[1:], strict=False) if pair[0][1] <= value < pair[1][1])
    over = f"({shown} − {plain(start)}) ÷ ({plain(end)} − {plain(start)})"
    worked = f"{low} + {over}{'' if high - low == 1 else f' × {high - low}'} = {score}"
    return Step(name, words("between_formula"), worked, score)


def _weighted(case: Case) -> Step:
    worked = f"{case.sub.score} × {plain(case.sub.weight)} ÷ 100 = {case.sub.weighted_score}"
    return Step(words("weighted_name"), words("weighted_formula"), worked, case.sub.weighted_score)


def total(score: AgencyScore, policy: Policy) -> tuple[Step, ...]:
    """Give the steps of the total; none where it is blank (B9)."""
    if score.total.score is None:
        return ()
    counted = [sub for sub in score.subs if sub.score is not None]
    terms = " + ".join(f"{plain(sub.weight)} × {sub.score}" for sub in counted)
    weight = plain(sum((sub.weight for sub in counted), success.ZERO))
    deduction = Decimal(score.total.why.params.get("deduction") or 0)
    less = f" − {plain(deduction)}" if deduction else ""
    whole = f"({terms}) ÷ {weight}{less} = {score.total.score}"
    first = Step(words("total_name"), words("total_formula"), whole, score.total.score)
    worked = f"{score.total.score} × {plain(score.total.weight)} ÷ 100 = {score.total.weighted_score}"
    return first, Step(words("weighted_name"), words("weighted_formula"), worked, score.total.weighted_score)


def _sum(terms: Sequence[str]) -> str:
    return " + ".join(terms if len(terms) <= _NUMBERS else [*terms[:_NUMBERS], "…"])


def percent(value: Decimal, policy: Policy) -> str:
    """Print a percentage with the decimals of the policy."""
    return f"{success.round_half_up(value, policy.percent_decimals):f}"


def _score(value: Decimal, policy: Policy) -> str:
    return f"{success.round_half_up(value, policy.score_decimals):f}"
