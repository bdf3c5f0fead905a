"""One small pure function per formula of domain part B, B1 to B9: Decimals in, an unrounded Decimal or None out.

The formulas of one success indicator (B2, B7, B8) stand in `templates/success.py`, since pages show them, too.
None always means "cannot be computed because something is blank", never zero. Rounding happens once, at the end,
where a value is shown; thresholds are compared before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from processors.outcome import Measure, Plan, Report, Review
from templates.criteria import LEVELS, LevelRule, Scale
from templates.policy import Policy
from templates.success import (
    HUNDRED,
    ONE,
    ZERO,
    SuccessIndicator,
    indicator_progress,
    indicator_score,
    interpolate,
    level_reached,
    round_half_up,
    share_of,
)

TOP_LEVEL = LEVELS[-1]
_SNAP_DECIMALS = 20


def weighted_mean(pairs: Sequence[tuple[Decimal, Decimal]]) -> Decimal | None:
    """Mean of (weight, value): sum(w v) / sum(w), domain B5 and B9; None when the weights sum to 0."""
    total = sum((weight for weight, _ in pairs), ZERO)
    if total == 0:
        return None
    mean = sum((weight * value for weight, value in pairs), ZERO) / total
    # Values such as 2/3 have no end, so an exact 70 may come out as 69.99…97 and miss its level by nothing.
    return round_half_up(mean, _SNAP_DECIMALS)


def plan_progress(measures: Sequence[Measure], policy: Policy) -> Decimal | None:
    """Overall plan progress P in per cent: seed 000 L267-272, `[A]` policy `plan_progress_overall` (B1).

    None when there are no measures, one is blank, or policy wants weights and one is missing.
    """
    values = [item.progress for item in measures if item.progress is not None]
    if not values or len(values) < len(measures):
        return None
    if policy.plan_progress_overall == "min":
        return min(values)
    if policy.plan_progress_overall == "mean":
        return weighted_mean([(ONE, value) for value in values])
    weights = [item.weight for item in measures if item.weight is not None]
    return weighted_mean(list(zip(weights, values, strict=True))) if len(weights) == len(values) else None


def plan_executed(measures: Sequence[Measure], execution_min: Decimal) -> bool | None:
    """Tell whether the plan was carried out completely: every measure at `execution_min` and in time (B1).

    seed 001 L109 and L118. A mean that rounds to 100 is not enough. None when only blanks stand in the way.
    """
    if any(item.in_time is False or (item.progress is not None and item.progress < execution_min) for item in measures):
        return False
    if not measures or any(item.in_time is None or item.progress is None for item in measures):
        return None
    return True


def review_complete(review: Review, scale: Scale, factors: int) -> bool:
    """Tell whether every basic criterion and every key factor was judged (B3): a blank is no zero."""
    return 0 < factors == len(review.factor_scores) and len(review.basic) >= scale.basic_required()


def quality_pct(review: Review, policy: Policy) -> Decimal:
    """Quality q = sum(f) / n x 100: seed 001 L91-95, 002 L86-94, `[A]` policy `factor_rubric` (B3).

    The rubric's last value is the full mark of one factor. Wants a complete review.
    """
    full = policy.factor_rubric[-1] * len(review.factor_scores)
    return sum(review.factor_scores, ZERO) * HUNDRED / full


def plan_level(scale: Scale, basic_met: int, quality: Decimal) -> int:
    """Level of the plan quality, a step scale, 0 = below level 1: seed 001 L70-75, 002 L65-70 (B3)."""
    reached = [rule.level for rule in scale.levels if _plan_rule_met(rule, basic_met, quality)]
    return max(reached, default=0)


def _plan_rule_met(rule: LevelRule, basic_met: int, quality: Decimal) -> bool:
    return basic_met >= (rule.basic_required or 0) and (rule.quality_min is None or quality >= rule.quality_min)


def composite_pct(basic_share: Decimal, quality: Decimal, weights: tuple[Decimal, Decimal]) -> Decimal:
    """Composite of basic criteria and quality, both in per cent: weights 002 L76 and L87, use `[A]` (B3).

    For information and tie-break columns only; the level table does not use it.
    """
    return (weights[0] * basic_share + weights[1] * quality) / (weights[0] + weights[1])


def factors_required(factors: int, policy: Policy) -> int:
    """Least number of key factors with a measure, rounded up: seed 001 L95, policy `factor_min_share` (B3)."""
    share = policy.factor_min_share * factors
    return int(share) + (share != int(share))


def achievement(indicator: SuccessIndicator, result: Decimal | None, policy: Policy) -> Decimal | None:
    """Achievement a of one indicator in per cent: `[A]` policies `achievement_basis`, `achievement_cap` (B5)."""
    if policy.achievement_basis == "target_ratio":
        ratio = indicator_progress(indicator, result, policy)
        return ratio if ratio is None or policy.achievement_cap is None else min(ratio, policy.achievement_cap)
    score = indicator_score(indicator, result, policy)
    if score is None:
        return None
    # The two other bases read the five-level score as a percentage: 20 per level, or 60 to 100 in tens.
    return score * HUNDRED / TOP_LEVEL if policy.achievement_basis == "level_score" else 60 + (score - 1) * 10


def weighted_achievement(plan: Plan, report: Report, policy: Policy) -> Decimal | None:
    """Weighted mean achievement A = sum(w a) / sum(w): seed 001 L108-113 (B5).

    None when one indicator cannot be computed: leaving it out would raise the mean.
    """
    pairs = []
    for indicator, result in _with_results(plan, report):
        value = achievement(indicator, result, policy)
        if value is None:
            return None
        pairs.append((indicator.weight, value))
    return weighted_mean(pairs)


def mean_indicator_score(plan: Plan, report: Report, policy: Policy) -> Decimal | None:
    """Weighted mean of the indicators' own scores (B5 sample: 1.6000); None when one cannot be computed."""
    pairs = []
    for indicator, result in _with_results(plan, report):
        value = indicator_score(indicator, result, policy)
        if value is None:
            return None
        pairs.append((indicator.weight, value))
    return weighted_mean(pairs)


def _with_results(plan: Plan, report: Report) -> list[tuple[SuccessIndicator, Decimal | None]]:
    blanks = (None,) * (len(plan.indicators) - len(report.results))
    return list(zip(plan.indicators, (*report.results, *blanks), strict=False))


def scale_score(scale: Scale, value: Decimal, how: str) -> Decimal | None:
    """Score of a result on a scale with thresholds; None = below level 1.

    Achievement: seed 001 L108-113, between thresholds `[A]` policy `interp_7_2` (B5); below the first threshold the
    milestone levels without one hold exactly. Survey: seed 001 L141, s = 1 + (y - 65) / 5 (B6).
    """
    known = scale.anchors()
    if value >= known[0][1]:
        return interpolate(known, value) if how == "linear" else Decimal(level_reached(known, value))
    milestones = [rule.level for rule in scale.levels if rule.threshold is None]
    return Decimal(max(milestones)) if milestones else None


def reached_share(value: Decimal, demand: Decimal | None) -> Decimal:
    """Give which share of a demand was reached, at most 1 (B8, `linear_to_zero`); no demand is reached whole."""
    return ONE if not demand else min(share_of(value, demand), ONE)


def weighted_score(score: Decimal, weight: Decimal) -> Decimal:
    """Weighted score s x w / 100: seed 002 L99, 5 x 1.5 / 100 = 0.0750 (B9)."""
    return score * weight / HUNDRED


def total_score(pairs: Sequence[tuple[Decimal, Decimal]], deduction: Decimal) -> Decimal | None:
    """Score of the indicator S = sum(w s) / sum(w) less the deduction for missed rounds, at least 0 (B9, B8).

    Deduction `[A]` policy `missed_round_deduction` (0.2 per round in practice). None when no weight is left.
    """
    mean = weighted_mean(pairs)
    return None if mean is None else max(mean - deduction, ZERO)
