"""The score of one agency for one round: every sub-indicator, the gate, the total and the progress rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from processors import subscore as formula
from processors.outcome import (
    BELOW_LEVEL_1,
    EVALUATED,
    GATE_CLOSED,
    INDICATOR_ROW,
    MEASURE_ROW,
    MISSING,
    NOT_REPORTED,
    NOT_REVIEWED,
    NOT_SURVEYED,
    AgencyScore,
    Inputs,
    ProgressRow,
    Report,
    SubScore,
    Why,
)
from templates import success
from templates.criteria import ACHIEVEMENT, PLAN_QUALITY, Criteria, LevelRule, Scale
from templates.policy import EXCLUDE_AND_REWEIGHT, Policy, SubIndicator


def score_agency(inputs: Inputs, criteria: Criteria, policy: Policy) -> AgencyScore:
    """Score one agency for one round by domain part B; never raises on account of what an agency answered.

    An excused agency (`sla`, `exempt`) and a missing part give blanks with their status, never zeros.
    """
    if inputs.excused is not None:
        return _excused(inputs.excused, criteria)
    open_rows = {item.id: _score_sub(item, inputs, criteria, policy) for item in criteria.sub_indicators}
    subs = tuple(_gated(item, open_rows, policy) for item in criteria.sub_indicators)
    plan, report = inputs.plan, inputs.report
    progress = formula.plan_progress(report.measures, policy) if report else None
    mean = formula.mean_indicator_score(plan, report, policy) if plan and report else None
    return AgencyScore(
        subs=subs,
        total=_total(subs, inputs.missed_rounds, criteria, policy),
        measures=_measure_rows(report, criteria, policy) if report else (),
        indicators=_indicator_rows(inputs, policy),
        composite=_composite(inputs, criteria, policy),
        plan_progress=_percent(progress, policy),
        indicator_mean=_rounded(mean, policy),
    )


def _excused(status: str, criteria: Criteria) -> AgencyScore:
    why = Why("excused", {"status": status})
    subs = tuple(_blank(item, status, why) for item in criteria.sub_indicators)
    total = SubScore(criteria.number, criteria.weight, None, None, None, status, None, None, why)
    return AgencyScore(subs, total, (), (), None, None, None)


def _score_sub(item: SubIndicator, inputs: Inputs, criteria: Criteria, policy: Policy) -> SubScore:
    """Score a sub-indicator as if it had no gate."""
    scale = criteria.scales[item.id]
    if item.role == PLAN_QUALITY:
        return _score_plan_quality(item, scale, inputs, policy)
    if item.role == ACHIEVEMENT:
        return _score_achievement(item, scale, inputs, policy)
    return _score_survey(item, scale, inputs, policy)


def _score_plan_quality(item: SubIndicator, scale: Scale, inputs: Inputs, policy: Policy) -> SubScore:
    """B3: the level table over basic criteria and quality; raw is the quality in per cent."""
    plan, review = inputs.plan, inputs.review
    if plan is None:
        return _blank(item, NOT_REPORTED, _why_no_plan(inputs))
    if review is None:
        return _blank(item, NOT_REVIEWED, Why("review_missing", {}))
    if not formula.review_complete(review, scale, plan.factors):
        params = {"factors": str(plan.factors), "judged": str(len(review.factor_scores))}
        return _blank(item, NOT_REVIEWED, Why("review_incomplete", params))
    met, quality = sum(review.basic), formula.quality_pct(review, policy)
    level = formula.plan_level(scale, met, quality)
    row = replace(
        _blank(item, EVALUATED, _why_plan(scale, level, met, _percent_text(quality, policy))),
        raw=_percent(quality, policy),
        level=level,
        threshold=_at(scale, level).quality_min if level else None,
    )
    if level:
        return _with_score(row, Decimal(level), policy)
    first = scale.levels[0]
    demand = None if first.basic_required is None else Decimal(first.basic_required)
    share = min(formula.reached_share(Decimal(met), demand), formula.reached_share(quality, first.quality_min))
    return _with_score(replace(row, status=BELOW_LEVEL_1), success.floor_score(share, policy), policy)


def _why_no_plan(inputs: Inputs) -> Why:
    """Tell whether nothing was accepted or only an earlier stage of the plan."""
    return Why("plan_not_final", {"stage": inputs.early_plan}) if inputs.early_plan else Why("plan_missing", {})


def _why_plan(scale: Scale, level: int, met: int, quality: str) -> Why:
    params = {"level": str(level), "basic": str(met), "required": str(scale.basic_required()), "quality": quality}
    if level == formula.TOP_LEVEL:
        return Why("quality_top", params)
    above = _at(scale, level + 1)
    if met < (above.basic_required or 0):
        return Why("basic_incomplete", params)
    return Why("quality_below", {**params, "next": _text(above.quality_min)})


def _score_achievement(item: SubIndicator, scale: Scale, inputs: Inputs, policy: Policy) -> SubScore:
    """B5: plan executed completely, then the weighted achievement A; raw is A in per cent."""
    plan, report = inputs.plan, inputs.report
    if plan is None or report is None:
        return _blank(item, NOT_REPORTED, Why("report_missing", {}) if plan else _why_no_plan(inputs))
    results = report.results[: len(plan.indicators)]
    if len(results) < len(plan.indicators) or None in results:
        return _blank(item, NOT_REPORTED, Why("result_missing", {}))
    demand = scale.levels[0].execution_min
    executed = True if demand is None else formula.plan_executed(report.measures, demand)
    if executed is None:
        return _blank(item, NOT_REPORTED, Why("progress_missing", {}))
    reached = formula.weighted_achievement(plan, report, policy)
    if reached is None:
        # An accepted plan should never come here; if one does, only OPDC can put its criteria right.
        return _blank(item, NOT_REVIEWED, Why("criteria_unusable", {}))
    row = replace(_blank(item, EVALUATED, Why("achievement_top", {})), raw=_percent(reached, policy))
    if not executed:
        share = formula.reached_share(formula.plan_progress(report.measures, policy) or success.ZERO, demand)
        row = replace(row, status=BELOW_LEVEL_1, level=0, why=_why_not_executed(report, demand))
        return _with_score(row, success.floor_score(share, policy), policy)
    return _on_scale((row, scale), reached, policy.interp_7_2, policy)


def _why_not_executed(report: Report, demand: Decimal | None) -> Why:
    done = [item for item in report.measures if item.progress is not None and item.progress >= (demand or success.ZERO)]
    late = sum(item.in_time is False for item in done)
    return Why("plan_not_executed", {"done": str(len(done)), "of": str(len(report.measures)), "late": str(late)})


def _score_survey(item: SubIndicator, scale: Scale, inputs: Inputs, policy: Policy) -> SubScore:
    """B6: linear between the thresholds; raw is the survey result in per cent."""
    if inputs.survey is None:
        return _blank(item, NOT_SURVEYED, Why("survey_missing", {}))
    row = replace(_blank(item, EVALUATED, Why("survey_top", {})), raw=_percent(inputs.survey, policy))
    return _on_scale((row, scale), inputs.survey, "linear", policy)


def _on_scale(row_on: tuple[SubScore, Scale], value: Decimal, how: str, policy: Policy) -> SubScore:
    """Place a result on a scale with thresholds; `why` of the row names the top code, `…_top`."""
    row, scale = row_on
    score = formula.scale_score(scale, value, how)
    if score is None:
        share = formula.reached_share(value, scale.anchors()[0][1])
        row, score, level = replace(row, status=BELOW_LEVEL_1), success.floor_score(share, policy), 0
    else:
        # Below the first threshold only milestone levels count, and their score is their level.
        level = success.level_reached(scale.anchors(), value) or int(score)
    params = {"level": str(level), "result": _percent_text(value, policy)}
    why = Why(row.why.code, params)
    if level < formula.TOP_LEVEL:
        params["next"] = _text(_at(scale, level + 1).threshold)
        why = Why(row.why.code.replace("_top", "_below"), params)
    threshold = _at(scale, level).threshold if level else None
    return _with_score(replace(row, level=level, threshold=threshold, why=why), score, policy)


def _gated(item: SubIndicator, rows: Mapping[str, SubScore], policy: Policy) -> SubScore:
    """B4, seed 001 L117: evaluated only when the gate's level is high enough; raw stays.

    What the agency or the survey has not delivered is said first. The score behind a closed gate is `[A]`, policy
    `gate_fail_score`.
    """
    row = rows[item.id]
    if item.gate is None or row.status in (NOT_REPORTED, NOT_SURVEYED):
        return row
    gate = rows[item.gate]
    blank = replace(row, score=None, weighted_score=None, level=None, threshold=None)
    params = {"gate": gate.indicator, "gate_level": str(item.gate_level)}
    if gate.level is None:
        return replace(blank, status=NOT_REVIEWED, why=Why("gate_unknown", params))
    if gate.level >= item.gate_level:
        return row
    closed = replace(blank, status=GATE_CLOSED, why=Why("gate_closed", {**params, "level": str(gate.level)}))
    if policy.gate_fail_score == EXCLUDE_AND_REWEIGHT:
        return closed
    return _with_score(closed, Decimal(policy.gate_fail_score), policy)


def _total(subs: tuple[SubScore, ...], missed: int, criteria: Criteria, policy: Policy) -> SubScore:
    """B9: S over the sub-indicators that have a score; blank as soon as one of them is missing.

    A closed gate under `exclude_and_reweight` is left out. The weighted score comes from the unrounded S.
    """
    row = SubScore(criteria.number, criteria.weight, None, None, None, EVALUATED, None, None, Why("total_scored", {}))
    for status in MISSING:
        absent = [sub.indicator for sub in subs if sub.status == status]
        if absent:
            return replace(row, status=status, why=Why("total_blank", {"indicators": ", ".join(absent)}))
    counted = [(sub.weight, sub.score) for sub in subs if sub.score is not None]
    score = formula.total_score(counted, policy.missed_round_deduction * missed)
    excluded = ", ".join(sub.indicator for sub in subs if sub.score is None)
    if score is None:
        return replace(row, status=GATE_CLOSED, why=Why("total_blank", {"indicators": excluded}))
    params = {"missed": str(missed), "deduction": _text(policy.missed_round_deduction * missed)}
    why = Why("total_excluded", {**params, "indicators": excluded}) if excluded else Why("total_scored", params)
    weighted = formula.weighted_score(score, criteria.weight)
    return replace(row, score=_rounded(score, policy), weighted_score=_rounded(weighted, policy), why=why)


def _measure_rows(report: Report, criteria: Criteria, policy: Policy) -> tuple[ProgressRow, ...]:
    """Give the measures as reported; the target is the execution that the first level demands (B1)."""
    scales = [criteria.scales[item.id] for item in criteria.sub_indicators if item.role == ACHIEVEMENT]
    target = scales[0].levels[0].execution_min if scales else None
    return tuple(
        ProgressRow(MEASURE_ROW, no, item.name, target, item.progress, _percent(item.progress, policy), None)
        for no, item in enumerate(report.measures, 1)
    )


def _indicator_rows(inputs: Inputs, policy: Policy) -> tuple[ProgressRow, ...]:
    """Give target, result, uncapped progress (B2) and own score (B7) of every planned indicator, once reported."""
    plan, report = inputs.plan, inputs.report
    if plan is None or report is None:
        return ()
    rows = []
    for at, item in enumerate(plan.indicators):
        result = report.results[at] if at < len(report.results) else None
        progress = _percent(success.indicator_progress(item, result, policy), policy)
        score = _rounded(success.indicator_score(item, result, policy), policy)
        rows.append(ProgressRow(INDICATOR_ROW, at + 1, item.name, success.target_of(item), result, progress, score))
    return tuple(rows)


def _composite(inputs: Inputs, criteria: Criteria, policy: Policy) -> Decimal | None:
    """B3 composite, None without weights in the framework or without a complete review."""
    scales = [criteria.scales[item.id] for item in criteria.sub_indicators if item.role == PLAN_QUALITY]
    plan, review = inputs.plan, inputs.review
    if not criteria.composite or not scales or plan is None or review is None:
        return None
    required = scales[0].basic_required()
    if not required or not formula.review_complete(review, scales[0], plan.factors):
        return None
    basic = sum(review.basic) * success.HUNDRED / required
    weights = (criteria.composite["basic"], criteria.composite["quality"])
    return _percent(formula.composite_pct(basic, formula.quality_pct(review, policy), weights), policy)


def _blank(item: SubIndicator, status: str, why: Why) -> SubScore:
    return SubScore(item.id, item.weight, None, None, None, status, None, None, why)


def _with_score(row: SubScore, score: Decimal, policy: Policy) -> SubScore:
    # Weighed as shown, so that anyone can repeat the sum from the printed score.
    shown = success.round_half_up(score, policy.score_decimals)
    return replace(row, score=shown, weighted_score=_rounded(formula.weighted_score(shown, row.weight), policy))


def _at(scale: Scale, level: int) -> LevelRule:
    return scale.levels[level - 1]


def _percent(value: Decimal | None, policy: Policy) -> Decimal | None:
    return None if value is None else success.round_half_up(value, policy.percent_decimals)


def _rounded(value: Decimal | None, policy: Policy) -> Decimal | None:
    return None if value is None else success.round_half_up(value, policy.score_decimals)


def _percent_text(value: Decimal, policy: Policy) -> str:
    return _text(success.round_half_up(value, policy.percent_decimals))


def _text(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"
