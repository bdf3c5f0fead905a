"""The formulas of domain part B against the worked figures of the sources, every policy variant, and their laws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors import subscore as formula
from processors.outcome import (
    BELOW_LEVEL_1,
    EVALUATED,
    EXEMPT,
    GATE_CLOSED,
    NOT_REPORTED,
    NOT_REVIEWED,
    NOT_SURVEYED,
    SLA,
    STATUSES,
    WHY_CODES,
    AgencyScore,
    Inputs,
    Measure,
    Plan,
    Report,
    Review,
)
from processors.score import score_agency
from templates import success
from templates.criteria import Criteria, criteria_from
from templates.policy import Policy, SubIndicator, policy_from, policy_texts
from templates.success import SuccessIndicator
from workbook.errors import SpecError

D = Decimal

SCORING: dict[str, object] = {
    "achievement_basis": "target_ratio",
    "achievement_cap": "100",
    "interp_7_2": "linear",
    "interp_indicator": "linear",
    "floor": "1.0000",
    "gate_fail_score": "0.0000",
    "factor_rubric": ["0", "0.5", "1"],
    "factor_min_share": "0.70",
    "progress_lower_better": "ratio",
    "plan_progress_overall": "mean",
    "ministry_weights": "equal",
    "missed_round_deduction": "0",
    "rounding": "half_up",
    "score_decimals": 4,
    "percent_decimals": 2,
    "supersede_by": "guide_2557",
}
COLUMNS = ("indicator", "level", "basic_criteria_required", "quality_pct_min", "plan_execution_pct", "threshold_pct")


def policy(**changes: object) -> Policy:
    return policy_from({**SCORING, **changes})


POLICY = policy()


def rows(name: str, scale: str, *levels: str) -> list[dict[str, str]]:
    """Five lines of level_criteria.csv: basic, quality, execution, threshold separated by |."""
    return [
        dict(zip(COLUMNS, (name, str(level), *text.split("|")), strict=True)) | {"scale": scale}
        for level, text in enumerate(levels, 1)
    ]


DEPT_PLAN = ("0|||", "5|||", "5|70||", "5|80||", "5|90||")
PROV_PLAN = ("5|50||", "5|60||", "5|70||", "5|80||", "5|90||")
ACHIEVED = ("||100|", "||100|70", "||100|80", "||100|90", "||100|100")
SURVEYED = ("|||65", "|||70", "|||75", "|||80", "|||85")


def subs(number: str) -> tuple[SubIndicator, ...]:
    return (
        SubIndicator(f"{number}.1", "plan_quality", D("1.5"), "plan", None, 0),
        SubIndicator(f"{number}.2", "achievement", D("1.5"), "achievement", f"{number}.1", 3),
        SubIndicator(f"{number}.3", "survey", D(2), "survey", None, 0),
    )


def table(number: str, plan_levels: tuple[str, ...]) -> list[dict[str, str]]:
    return [
        *rows(f"{number}.1", "step_ge", *plan_levels),
        *rows(f"{number}.2", "milestone_then_scale", *ACHIEVED),
        *rows(f"{number}.3", "linear_5_per_point", *SURVEYED),
    ]


def criteria(number: str = "7", plan_levels: tuple[str, ...] = DEPT_PLAN) -> Criteria:
    weights = {"basic": D(30), "quality": D(70)} if number == "7" else {}
    return criteria_from(table(number, plan_levels), subs(number), number=number, weight=D(5), composite=weights)


DEPT, PROV = criteria(), criteria("6", PROV_PLAN)


def indicator(
    levels: str, weight: str = "10", direction: str = "higher", scale: str = "number", name: str = "x"
) -> SuccessIndicator:
    values = tuple(None if text == "-" else D(text) for text in levels.split())
    return SuccessIndicator(name, D(weight), direction, scale, values)


def lower(levels: str) -> SuccessIndicator:
    return indicator(levels, direction="lower")


# Seed 000 L215-221 and L244-262: six criteria rows and their nine-month results.
SAMPLE = (
    (indicator("40 50 60 70 80", "50"), D("20.00")),
    (indicator("60 70 80 90 100"), D("0.00")),
    (indicator("1 2 3 4 5"), D("0.00")),
    (indicator("0 0 1 0 2"), D("2.00")),
    (indicator("1 2 3 4 5"), D("2.00")),
    (indicator("1 2 3 4 5"), D("2.00")),
)
SAMPLE_PLAN = Plan(tuple(item for item, _ in SAMPLE), factors=5)
SAMPLE_PROGRESS = (20, 30, 50, 20, 40)


def measures(*progress: str | int, in_time: bool | None = True) -> tuple[Measure, ...]:
    return tuple(Measure(f"m{at}", D(value), in_time) for at, value in enumerate(progress, 1))


SAMPLE_REPORT = Report(measures(*SAMPLE_PROGRESS, in_time=None), tuple(result for _, result in SAMPLE))


def review(*factors: str, basic: int = 5) -> Review:
    return Review((True,) * basic + (False,) * (5 - basic), tuple(D(item) for item in factors))


FULL_REVIEW = review("1", "1", "1", "1", "1")


def achieving(percent: str, *progress: str | int) -> Inputs:
    """A department with everything there: full plan quality, survey 85, and exactly this achievement A."""
    plan = Plan((indicator("60 80 100 110 120", "100"),), factors=5)
    return Inputs(plan, FULL_REVIEW, Report(measures(*(progress or (100, 100))), (D(percent),)), D(85))


def score(inputs: Inputs, by: Policy = POLICY, on: Criteria = DEPT) -> AgencyScore:
    return score_agency(inputs, on, by)


# --- rounding ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        ("2.675", 2, "2.68"),
        ("-2.675", 2, "-2.68"),
        ("0.00005", 4, "0.0001"),
        ("0.00004999", 4, "0.0000"),
        ("-0.001", 2, "0.00"),
        ("99.996", 2, "100.00"),
        ("123456789012345678901234567890.125", 2, "123456789012345678901234567890.13"),
    ],
)
def test_rounds_half_up_from_text(value: str, decimals: int, shown: str) -> None:
    assert str(success.round_half_up(D(value), decimals)) == shown


# --- B1 plan progress -------------------------------------------------------------------------------------------


def test_plan_progress_of_the_sample_is_32() -> None:
    progress = formula.plan_progress(measures(*SAMPLE_PROGRESS), POLICY)
    assert progress is not None and str(success.round_half_up(progress, 2)) == "32.00"


def test_plan_progress_variants() -> None:
    assert formula.plan_progress(measures(20, 30, 50), policy(plan_progress_overall="min")) == 20
    by_weight = policy(plan_progress_overall="weights")
    weighted = tuple(replace(item, weight=D(w)) for item, w in zip(measures(20, 50), ("1", "2"), strict=True))
    assert formula.plan_progress(weighted, by_weight) == 40
    assert formula.plan_progress(measures(20, 50), by_weight) is None


def test_plan_progress_is_blank_when_a_measure_is_blank() -> None:
    assert formula.plan_progress((*measures(100), Measure("m", None, None)), POLICY) is None
    assert formula.plan_progress((), POLICY) is None


@pytest.mark.parametrize(
    ("progress", "in_time", "executed"),
    [
        (("100", "100"), True, True),
        (("100", "99.996"), True, False),
        (("100", "100"), False, False),
        (("100", "100"), None, None),
        (("100", "40"), None, False),
        ((), True, None),
    ],
)
def test_executed_means_every_measure_whole_and_in_time(
    progress: tuple[str, ...], in_time: bool | None, executed: bool | None
) -> None:
    assert formula.plan_executed(measures(*progress, in_time=in_time), D(100)) is executed


def test_a_mean_that_rounds_to_100_is_not_executed() -> None:
    result = score(achieving("100", "100", "99.996"))
    assert result.plan_progress == D("100.00")
    assert result.sub("7.2").status == BELOW_LEVEL_1


# --- B2 indicator progress --------------------------------------------------------------------------------------


def test_indicator_progress_of_the_sample_is_exact() -> None:
    shown = [row.progress_pct for row in score(Inputs(SAMPLE_PLAN, None, SAMPLE_REPORT, None)).indicators]
    assert [str(value) for value in shown] == ["33.33", "0.00", "0.00", "200.00", "66.67", "66.67"]


@pytest.mark.parametrize(
    ("row", "result", "progress"),
    [
        (lower("10 8 6 4 2"), "6", "100"),
        (lower("10 8 6 4 2"), "12", "50"),
        (lower("10 8 6 4 2"), "3", "200"),
        (lower("10 8 6 4 2"), "0", "100"),
        (indicator("-2 -1 0 1 2"), "1", None),
        (lower("4 2 0 - -"), "1", None),
        (indicator("1 2 - 4 5"), "4", None),
    ],
)
def test_indicator_progress(row: SuccessIndicator, result: str, progress: str | None) -> None:
    assert success.indicator_progress(row, D(result), POLICY) == (None if progress is None else D(progress))


def test_progress_by_level_for_lower_is_better() -> None:
    by_level = policy(progress_lower_better="level_based")
    assert success.indicator_progress(lower("10 8 6 4 2"), D(2), by_level) == D(5) * 100 / 3
    assert success.indicator_progress(lower("10 8 6 4 2"), D(6), by_level) == 100
    assert success.indicator_progress(lower("10 10 6 4 2"), D(6), by_level) is None
    assert success.indicator_progress(indicator("1 2 3 4 5"), D(6), by_level) == 200


def test_progress_of_a_blank_is_blank() -> None:
    assert success.indicator_progress(indicator("1 2 3 4 5"), None, POLICY) is None


def test_zero_of_lower_is_better_counts_as_reached_without_a_cap() -> None:
    assert success.indicator_progress(lower("10 8 6 4 2"), D(0), policy(achievement_cap="none")) == 100
    assert success.indicator_progress(lower("10 8 6 4 2"), D(0), policy(achievement_cap="150")) == 150


# --- B3 plan quality --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("factors", "basic", "dept", "prov"),
    [
        (("1", "1", "1", "0"), 5, 3, 3),
        (("1", "1", "0.5", "0.5"), 5, 3, 3),
        (("1", "1", "0.5", "0"), 5, 2, 2),
        (("1", "0.5", "0.5", "0"), 5, 2, 1),
        (("1", "0.5", "0", "0"), 5, 2, 0),
        (("1", "1", "1", "0.5"), 5, 4, 4),
        (("1", "1", "1", "1"), 5, 5, 5),
        (("1", "1", "1", "1"), 4, 1, 0),
    ],
)
def test_levels_of_a_plan_with_four_factors(factors: tuple[str, ...], basic: int, dept: int, prov: int) -> None:
    inputs = Inputs(replace(SAMPLE_PLAN, factors=4), review(*factors, basic=basic), None, None)
    assert score(inputs).sub("7.1").level == dept
    assert score(inputs, on=PROV).sub("6.1").level == prov


def test_quality_of_75_percent_is_shown_and_says_what_is_missing() -> None:
    row = score(Inputs(replace(SAMPLE_PLAN, factors=4), review("1", "1", "1", "0"), None, None)).sub("7.1")
    assert (row.raw, row.score, row.threshold, row.status) == (D("75.00"), D("3.0000"), D(70), EVALUATED)
    assert row.why.code == "quality_below"
    assert row.why.params == {"level": "3", "basic": "5", "required": "5", "quality": "75.00", "next": "80"}


def test_quality_is_compared_before_rounding() -> None:
    rubric = policy(factor_rubric=["0", "100"])
    plan = replace(SAMPLE_PLAN, factors=1)
    row = score(Inputs(plan, review("69.996"), None, None), rubric).sub("7.1")
    assert (row.raw, row.level) == (D("70.00"), 2)
    assert score(Inputs(plan, review("70"), None, None), rubric).sub("7.1").level == 3


def test_step_five_of_the_seed_weighs_0_0750() -> None:
    row = score(Inputs(SAMPLE_PLAN, FULL_REVIEW, None, None)).sub("7.1")
    assert (str(row.score), str(row.weighted_score), row.why.code) == ("5.0000", "0.0750", "quality_top")
    assert formula.weighted_score(D(5), D("1.5")) == D("0.0750")


def test_incomplete_basic_criteria() -> None:
    inputs = Inputs(SAMPLE_PLAN, review("1", "1", "1", "1", "1", basic=4), None, None)
    dept, prov = score(inputs).sub("7.1"), score(inputs, on=PROV).sub("6.1")
    assert (dept.status, dept.score, dept.threshold, dept.why.code) == (EVALUATED, 1, None, "basic_incomplete")
    assert (prov.status, prov.score, prov.level, prov.why.code) == (BELOW_LEVEL_1, 1, 0, "basic_incomplete")


@pytest.mark.parametrize(
    "incomplete",
    [review("1", "1", "1", "1"), review(), Review((True,) * 4, FULL_REVIEW.factor_scores)],
)
def test_an_unfinished_review_is_no_review(incomplete: Review) -> None:
    row = score(Inputs(SAMPLE_PLAN, incomplete, None, None)).sub("7.1")
    assert (row.status, row.raw, row.score, row.why.code) == (NOT_REVIEWED, None, None, "review_incomplete")


def test_composite_weighs_30_to_70_only_where_the_framework_says_so() -> None:
    inputs = Inputs(SAMPLE_PLAN, review("1", "1", "1", "0.5", "0", basic=4), None, None)
    assert score(inputs).composite == D("73.00")  # 30 x 80 % + 70 x 70 %
    assert score(inputs, on=PROV).composite is None
    assert score(replace(inputs, review=None)).composite is None
    assert score(replace(inputs, review=review())).composite is None


@pytest.mark.parametrize(("factors", "needed"), [(4, 3), (5, 4), (10, 7), (1, 1), (0, 0)])
def test_factors_required_is_rounded_up(factors: int, needed: int) -> None:
    assert formula.factors_required(factors, POLICY) == needed


# --- B4 gate ----------------------------------------------------------------------------------------------------

WEAK = review("1", "1", "1", "0", "0")  # 60 %: level 2


def test_closed_gate_keeps_the_achievement_and_scores_by_policy() -> None:
    result = score(replace(achieving("85"), review=WEAK))
    row = result.sub("7.2")
    assert (row.status, row.raw, row.score, row.weighted_score) == (GATE_CLOSED, D("85.00"), D("0.0000"), D("0.0000"))
    assert (row.level, row.why.code) == (None, "gate_closed")
    assert row.why.params == {"gate": "7.1", "gate_level": "3", "level": "2"}
    # (1.5 x 2 + 1.5 x 0 + 2 x 5) / 5
    assert (result.total.status, result.total.score, result.total.weighted_score) == (EVALUATED, D("2.6"), D("0.13"))


def test_closed_gate_variants() -> None:
    inputs = replace(achieving("85"), review=WEAK)
    floored = score(inputs, policy(gate_fail_score="1.0000"))
    assert (floored.sub("7.2").score, floored.total.score) == (1, D("2.9000"))
    left_out = score(inputs, policy(gate_fail_score="exclude_and_reweight"))
    assert (left_out.sub("7.2").score, left_out.sub("7.2").weighted_score) == (None, None)
    assert left_out.total.score == D("3.7143")  # (1.5 x 2 + 2 x 5) / 3.5
    assert left_out.total.weighted_score == D("0.1857")
    assert (left_out.total.status, left_out.total.why.code) == (EVALUATED, "total_excluded")


def test_gate_opens_at_its_level_and_is_data() -> None:
    three = replace(achieving("85"), review=review("1", "1", "1", "0.5", "0"))
    assert score(three).sub("7.2").status == EVALUATED
    strict = replace(DEPT, sub_indicators=tuple(replace(i, gate_level=4) if i.gate else i for i in DEPT.sub_indicators))
    assert score(three, on=strict).sub("7.2").status == GATE_CLOSED
    free = replace(DEPT, sub_indicators=tuple(replace(item, gate=None) for item in DEPT.sub_indicators))
    assert score(replace(three, review=WEAK), on=free).sub("7.2").score == D("3.5000")


def test_all_weight_behind_a_closed_gate_gives_no_total() -> None:
    only = (replace(DEPT.sub_indicators[0], gate="7.2", gate_level=5), replace(DEPT.sub_indicators[1], gate_level=5))
    result = score(
        replace(achieving("85"), review=WEAK),
        policy(gate_fail_score="exclude_and_reweight"),
        replace(DEPT, sub_indicators=only),
    )
    assert (result.total.status, result.total.score) == (GATE_CLOSED, None)


# --- B5 achievement ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "mean"),
    [
        ({"achievement_cap": "none"}, "50.00"),
        ({}, "40.00"),
        ({"achievement_cap": "150"}, "45.00"),
        ({"achievement_basis": "level_score"}, "32.00"),  # 1.6 / 5
        ({"achievement_basis": "scale_60_100"}, "66.00"),  # 60 + (1.6 - 1) x 10
    ],
)
def test_weighted_achievement_of_the_sample(changes: Mapping[str, object], mean: str) -> None:
    reached = formula.weighted_achievement(SAMPLE_PLAN, SAMPLE_REPORT, policy(**changes))
    assert reached is not None and reached == D(mean)
    assert str(success.round_half_up(reached, 2)) == mean


def test_mean_indicator_score_of_the_sample() -> None:
    result = score(Inputs(SAMPLE_PLAN, FULL_REVIEW, SAMPLE_REPORT, D(80)))
    assert str(result.indicator_mean) == "1.6000"
    assert [str(row.score) for row in result.indicators] == ["1.0000"] * 3 + ["5.0000", "2.0000", "2.0000"]
    assert result.plan_progress == D("32.00")
    assert (result.sub("7.2").raw, result.sub("7.2").status) == (D("40.00"), BELOW_LEVEL_1)


@pytest.mark.parametrize(
    ("reached", "linear", "step", "level", "threshold"),
    [
        ("0", "1.0000", "1.0000", 1, None),
        ("69.999", "1.0000", "1.0000", 1, None),
        ("70", "2.0000", "2.0000", 2, "70"),
        ("72.34", "2.2340", "2.0000", 2, "70"),
        ("85", "3.5000", "3.0000", 3, "80"),
        ("99.999", "4.9999", "4.0000", 4, "90"),
        ("100", "5.0000", "5.0000", 5, "100"),
        ("140", "5.0000", "5.0000", 5, "100"),
    ],
)
def test_score_of_an_achievement(reached: str, linear: str, step: str, level: int, threshold: str | None) -> None:
    for how, expected in (("linear", linear), ("step", step)):
        row = score(achieving(reached), policy(interp_7_2=how)).sub("7.2")
        assert (str(row.score), row.level, row.status) == (expected, level, EVALUATED)
        assert row.threshold == (None if threshold is None else D(threshold))


def test_why_an_achievement_is_no_better() -> None:
    row = score(achieving("85")).sub("7.2")
    assert (row.why.code, row.why.params) == ("achievement_below", {"level": "3", "result": "85.00", "next": "90"})
    assert score(achieving("100")).sub("7.2").why.code == "achievement_top"


def test_repeating_fractions_do_not_miss_a_threshold() -> None:
    # 20 x 4/6 + 30 x 3/6 + 50 x 5/6 is 70 exactly; summed in Decimal it is 69.99999999999999999999999999.
    plan = Plan(tuple(indicator("4 5 6 7 8", weight) for weight in ("20", "30", "50")), factors=5)
    assert formula.weighted_achievement(plan, Report((), (D(4), D(3), D(5))), POLICY) == 70


def test_plan_not_executed_is_below_level_1() -> None:
    late = (*measures(100), Measure("late", D(100), False))
    inputs = achieving("100")
    assert inputs.report is not None
    row = score(replace(inputs, report=replace(inputs.report, measures=late))).sub("7.2")
    assert (row.status, row.raw, row.score, row.level) == (BELOW_LEVEL_1, D("100.00"), D("1.0000"), 0)
    assert (row.why.code, row.why.params) == ("plan_not_executed", {"done": "2", "of": "2", "late": "1"})


def test_an_incomplete_report_is_no_report() -> None:
    inputs = achieving("85")
    assert inputs.report is not None
    no_result = score(replace(inputs, report=replace(inputs.report, results=(None,))))
    too_short = score(replace(inputs, report=replace(inputs.report, results=())))
    no_tick = score(replace(inputs, report=replace(inputs.report, measures=measures(100, in_time=None))))
    for result, code in ((no_result, "result_missing"), (too_short, "result_missing"), (no_tick, "progress_missing")):
        row = result.sub("7.2")
        assert (row.status, row.raw, row.score, row.why.code) == (NOT_REPORTED, None, None, code)
        assert result.total.status == NOT_REPORTED
    assert no_result.indicators[0].progress_pct is None and no_result.indicators[0].score is None


def test_unusable_criteria_wait_for_opdc() -> None:
    plan = Plan((indicator("-2 -1 0 1 2", "100"),), 5)
    inputs = replace(achieving("1"), plan=plan)
    row = score(inputs).sub("7.2")
    assert (row.status, row.score, row.why.code) == (NOT_REVIEWED, None, "criteria_unusable")
    assert score(inputs, policy(achievement_basis="level_score")).sub("7.2").raw == D("80.00")
    tangled = Plan((indicator("1 3 2 4 5", "100"),), 5)
    assert score(replace(inputs, plan=tangled), policy(achievement_basis="level_score")).sub("7.2").score is None
    assert score(replace(inputs, plan=tangled)).indicator_mean is None
    assert score(replace(inputs, plan=Plan((), 5))).sub("7.2").why.code == "criteria_unusable"


# --- B6 survey --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("survey", "expected", "level", "status"),
    [
        ("72.5", "2.5000", 2, EVALUATED),
        ("65", "1.0000", 1, EVALUATED),
        ("64.999", "1.0000", 0, BELOW_LEVEL_1),
        ("0", "1.0000", 0, BELOW_LEVEL_1),
        ("84.9999", "5.0000", 4, EVALUATED),
        ("85", "5.0000", 5, EVALUATED),
        ("100", "5.0000", 5, EVALUATED),
    ],
)
def test_survey(survey: str, expected: str, level: int, status: str) -> None:
    row = score(Inputs(None, None, None, D(survey))).sub("7.3")
    assert (str(row.score), row.level, row.status) == (expected, level, status)
    assert row.why.code == ("survey_top" if level == 5 else "survey_below")


def test_survey_is_linear_under_every_policy() -> None:
    assert score(achieving("85"), policy(interp_7_2="step", interp_indicator="step")).sub("7.3").score == 5
    assert score(replace(achieving("85"), survey=D("72.5")), policy(interp_7_2="step")).sub("7.3").score == D("2.5")


# --- B7 success indicators --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "known"),
    [
        (indicator("0 0 1 0 2"), ((3, 1), (5, 2))),
        (indicator("0 1 2 3 4"), ((1, 0), (2, 1), (3, 2), (4, 3), (5, 4))),
        (indicator("- - 1 - 2"), ((3, 1), (5, 2))),
        (lower("10 8 6 4 2"), ((1, 10), (2, 8), (3, 6), (4, 4), (5, 2))),
        (indicator("10 8 6 4 2"), ()),
        (lower("1 2 3 4 5"), ()),
        (indicator("1 2 0 4 5"), ()),
        (indicator("- - 3 - -"), ()),
        (indicator("1 3 2 4 5"), ()),
    ],
)
def test_criteria_anchors(row: SuccessIndicator, known: tuple[tuple[int, int], ...]) -> None:
    assert success.criteria_anchors(row) == known


@pytest.mark.parametrize(
    ("row", "result", "linear", "step"),
    [
        (indicator("0 0 1 0 2"), "0", "1", "1"),
        (indicator("0 0 1 0 2"), "1", "3", "3"),
        (indicator("0 0 1 0 2"), "2", "5", "5"),
        (indicator("0 0 1 0 2"), "1.5", "4", "3"),
        (indicator("0 1 2 3 4"), "0", "1", "1"),
        (indicator("0 1 2 3 4"), "0.5", "1.5", "1"),
        (lower("10 8 6 4 2"), "6", "3", "3"),
        (lower("10 8 6 4 2"), "5", "3.5", "3"),
        (lower("10 8 6 4 2"), "11", "1", "1"),
        (lower("10 8 6 4 2"), "0", "5", "5"),
        (indicator("10 20 50 60 100"), "35", "2.5", "2"),
        (indicator("10 20 50 60 100"), "90", "4.75", "4"),
        (indicator("60 70 80 90 100"), "59.99", "1", "1"),
        (indicator("60 70 80 90 100"), "250", "5", "5"),
        (indicator("1 2 3 4 -"), "9", "5", "5"),
        (indicator("1 2 3 4 5", scale="milestone"), "3.5", "3", "3"),
        (indicator("1 2 3 4 5", scale="milestone"), "4", "4", "4"),
    ],
)
def test_indicator_score(row: SuccessIndicator, result: str, linear: str, step: str) -> None:
    assert success.indicator_score(row, D(result), POLICY) == D(linear)
    assert success.indicator_score(row, D(result), policy(interp_indicator="step")) == D(step)


def test_blank_result_has_no_score() -> None:
    assert success.indicator_score(indicator("0 1 2 3 4"), None, POLICY) is None


# --- B8 floor ---------------------------------------------------------------------------------------------------


def test_floor_variants_of_the_survey() -> None:
    below = Inputs(None, None, None, D("32.5"))
    assert score(below, policy(floor="0.0000")).sub("7.3").score == 0
    assert score(below, policy(floor="linear_to_zero")).sub("7.3").score == D("0.5000")


def test_linear_to_zero_of_indicators() -> None:
    sloped = policy(floor="linear_to_zero")
    assert success.indicator_score(indicator("40 50 60 70 80"), D(20), sloped) == D("0.5")
    assert success.indicator_score(lower("10 8 6 4 2"), D(12), sloped) == D("0.8")
    assert success.indicator_score(lower("10 8 6 4 2"), D(30), sloped) == 0
    assert success.indicator_score(indicator("0 1 2 3 4"), D(-1), sloped) == 0


def test_linear_to_zero_takes_the_least_demand_reached() -> None:
    sloped = policy(floor="linear_to_zero")
    basic = Inputs(SAMPLE_PLAN, review("1", "1", "1", "1", "1", basic=4), None, None)
    assert score(basic, sloped, PROV).sub("6.1").score == D("0.8000")
    poor = Inputs(SAMPLE_PLAN, review("1", "0.5", "0", "0", "0"), None, None)
    assert score(poor, sloped, PROV).sub("6.1").score == D("0.6000")
    assert score(achieving("100", 100, 50), sloped).sub("7.2").score == D("0.7500")
    blank = (*measures(50), Measure("m", None, None))
    half = replace(achieving("100"), report=Report(blank, (D(100),)))
    assert score(half, sloped).sub("7.2").score == 0


# --- B9 total and statuses --------------------------------------------------------------------------------------


def test_total_of_the_best_agency() -> None:
    result = score(achieving("100"))
    assert [str(row.weighted_score) for row in result.subs] == ["0.0750", "0.0750", "0.1000"]
    total = result.total
    assert (str(total.score), str(total.weighted_score), total.indicator, total.weight) == ("5.0000", "0.2500", "7", 5)
    assert total.raw is None


def test_total_weighs_unrounded_products() -> None:
    inputs = replace(achieving("80"), review=review("1", "1", "1", "0.5", "0"), survey=D("65.012"))
    result = score(inputs)
    assert [str(row.score) for row in result.subs] == ["3.0000", "3.0000", "1.0024"]
    assert str(result.total.score) == "2.2010"  # 11.0048 / 5 = 2.20096
    assert str(result.total.weighted_score) == "0.1100"  # 0.110048; from the rounded 2.2010 it would be 0.1101


def test_missed_rounds_are_deducted_as_in_practice() -> None:
    deducted = policy(missed_round_deduction="0.2")
    assert score(replace(achieving("100"), missed_rounds=1), deducted).total.score == D("4.8000")
    assert score(replace(achieving("100"), missed_rounds=1), deducted).total.weighted_score == D("0.2400")
    assert formula.total_score([(D(5), D(2))], D("0.2") * 2) == D("1.6")
    assert formula.total_score([(D(5), D(1))], D(3)) == 0
    assert score(replace(achieving("100"), missed_rounds=9)).total.score == 5


@pytest.mark.parametrize(
    ("changes", "plan", "achieved", "total"),
    [
        ({}, EVALUATED, EVALUATED, EVALUATED),
        ({"plan": None}, NOT_REPORTED, NOT_REPORTED, NOT_REPORTED),
        ({"review": None}, NOT_REVIEWED, NOT_REVIEWED, NOT_REVIEWED),
        ({"report": None}, EVALUATED, NOT_REPORTED, NOT_REPORTED),
        ({"report": None, "review": None}, NOT_REVIEWED, NOT_REPORTED, NOT_REPORTED),
        ({"report": None, "review": WEAK}, EVALUATED, NOT_REPORTED, NOT_REPORTED),
        ({"survey": None}, EVALUATED, EVALUATED, NOT_SURVEYED),
        ({"survey": None, "review": None}, NOT_REVIEWED, NOT_REVIEWED, NOT_REVIEWED),
        ({"review": WEAK}, EVALUATED, GATE_CLOSED, EVALUATED),
    ],
)
def test_statuses(changes: dict[str, None], plan: str, achieved: str, total: str) -> None:
    result = score(replace(achieving("85"), **changes))
    assert (result.sub("7.1").status, result.sub("7.2").status, result.total.status) == (plan, achieved, total)
    for row in (*result.subs, result.total):
        assert (row.score is None) == (row.status in (NOT_REPORTED, NOT_REVIEWED, NOT_SURVEYED))
        assert (row.weighted_score is None) == (row.score is None)


def test_achievement_without_review_keeps_its_raw_value() -> None:
    row = score(replace(achieving("85"), review=None)).sub("7.2")
    assert (row.status, row.raw, row.score, row.why.code) == (NOT_REVIEWED, D("85.00"), None, "gate_unknown")


@pytest.mark.parametrize("status", [SLA, EXEMPT])
def test_excused_agencies_are_blank(status: str) -> None:
    result = score(replace(achieving("85"), excused=status))
    for row in (*result.subs, result.total):
        assert (row.status, row.raw, row.score, row.weighted_score) == (status, None, None, None)
    assert result.measures == result.indicators == ()
    assert result.composite is result.plan_progress is result.indicator_mean is None


def test_progress_rows() -> None:
    result = score(Inputs(SAMPLE_PLAN, None, SAMPLE_REPORT, None))
    measure = result.measures[1]
    assert (measure.kind, measure.no, measure.name, measure.target) == ("measure", 2, "m2", D(100))
    assert (measure.result, measure.progress_pct, measure.score) == (D(30), D("30.00"), None)
    first = result.indicators[0]
    assert (first.kind, first.no, first.target, first.result) == ("indicator", 1, D(60), D("20.00"))
    assert score(Inputs(SAMPLE_PLAN, None, None, None)).indicators == ()
    assert len(score(Inputs(None, None, SAMPLE_REPORT, None)).measures) == 5
    with pytest.raises(KeyError):
        result.sub("9.9")


# --- policy and criteria ----------------------------------------------------------------------------------------


def test_policy_reports_every_mistake_at_once() -> None:
    wrong: dict[str, object] = {
        **SCORING, "achievement_basis": "best", "achievement_cap": "90", "floor": "2", "gate_fail_score": "low",
        "factor_rubric": ["0.5", "1"], "factor_min_share": "0", "ministry_weights": "size", "rounding": "even",
        "missed_round_deduction": "-1", "score_decimals": "4.5", "percent_decimals": True, "supersede_by": 1,
        "colour": "red",
    }  # fmt: skip
    del wrong["interp_7_2"]
    with pytest.raises(SpecError) as raised:
        policy_from(wrong)
    lines = [line.removeprefix("[scoring] ").replace("unknown key ", "") for line in raised.value.mistakes]
    named = {line.split(":")[0] for line in lines}
    assert named == {
        "'colour'", "interp_7_2 is missing", "achievement_basis", "achievement_cap", "floor", "gate_fail_score",
        "factor_rubric", "factor_min_share", "ministry_weights", "rounding", "missed_round_deduction",
        "score_decimals", "percent_decimals", "supersede_by",
    }  # fmt: skip


@pytest.mark.parametrize("rubric", ["0", ["0"], ["0", "1", "1"], ["0", "x"], ["0", "NaN"], ["0", None]])
def test_policy_refuses_a_bad_rubric(rubric: object) -> None:
    with pytest.raises(SpecError):
        policy(factor_rubric=rubric)


def test_policy_has_no_default() -> None:
    with pytest.raises(SpecError) as raised:
        policy_from({})
    assert len(raised.value.mistakes) == len(SCORING)


def test_policy_reads_toml_numbers_by_their_digits() -> None:
    assert policy(factor_min_share=0.7, floor=1.0, factor_rubric=[0, 0.5, 1]) == POLICY
    assert policy(missed_round_deduction=0.1).missed_round_deduction == D("0.1")


def test_policy_is_printed_whole() -> None:
    texts = dict(policy_texts(policy(achievement_cap="none")))
    assert list(texts) == list(SCORING)
    assert (texts["factor_rubric"], texts["achievement_cap"], texts["score_decimals"]) == ("0, 0.5, 1", "none", "4")


def test_decimals_are_policy() -> None:
    row = score(achieving("72.34"), policy(score_decimals=2, percent_decimals=1)).sub("7.2")
    assert (str(row.score), str(row.raw)) == ("2.23", "72.3")


def test_criteria_report_every_mistake_at_once() -> None:
    lines = table("7", ("0|||", "5|||", "5|70||", "5|60||", "x|90||"))[:-1]
    items = (*subs("7"), SubIndicator("7.4", "luck", D(0), "", "7.9", 6))
    with pytest.raises(SpecError) as raised:
        criteria_from(lines, items, number="7", weight=D(6), composite={"basic": D(30)})
    text = "\n".join(raised.value.mistakes)
    for part in (
        "role 'luck'", "weight 0 is not above 0", "gate '7.9'", "gate_level 6", "weights sum to 5.0", "composite",
        "7.1: quality_min falls", "7.1: basic_criteria_required 'x' is no number", "7.3: wants the levels 1 to 5",
        "7.4: wants the levels",
    ):  # fmt: skip
        assert part in text


def test_criteria_refuse_a_strange_scale_and_equal_thresholds() -> None:
    lines = [
        *rows("7.1", "linear_5_per_point", *DEPT_PLAN),
        *rows("7.2", "milestone_then_scale", "||100|", "||100|70", "||100|70", "||100|90", "||100|100"),
        *rows("7.3", "linear_5_per_point", "|||", "|||", "|||", "|||", "|||85"),
    ]
    with pytest.raises(SpecError) as raised:
        criteria_from(lines, (*subs("7"), subs("7")[0]), number="7", weight=D("6.5"), composite={})
    text = "\n".join(raised.value.mistakes)
    for part in ("scale must be step_ge", "share a threshold", "at least two thresholds", "7.1: stands twice"):
        assert part in text


def test_criteria_ignore_rows_of_other_indicators() -> None:
    both = [*table("7", DEPT_PLAN), *table("6", PROV_PLAN)]
    assert criteria_from(both, subs("6"), number="6", weight=D(5), composite={}) == PROV


# --- laws -------------------------------------------------------------------------------------------------------

numbers = st.decimals("-1000", "1000", places=3)
percents = st.decimals("0", "100", places=2)
variants = st.fixed_dictionaries(
    {
        "achievement_basis": st.sampled_from(["target_ratio", "level_score", "scale_60_100"]),
        "achievement_cap": st.sampled_from(["100", "150", "none"]),
        "interp_7_2": st.sampled_from(["linear", "step"]),
        "interp_indicator": st.sampled_from(["linear", "step"]),
        "floor": st.sampled_from(["0", "1.0000", "linear_to_zero"]),
        "gate_fail_score": st.sampled_from(["0.0000", "1.0000", "exclude_and_reweight"]),
        "progress_lower_better": st.sampled_from(["ratio", "level_based"]),
        "plan_progress_overall": st.sampled_from(["mean", "min", "weights"]),
    }
)


@st.composite
def criteria_rows(draw: st.DrawFn) -> SuccessIndicator:
    falling = draw(st.booleans())
    values = sorted(draw(st.lists(numbers, min_size=5, max_size=5, unique=True)), reverse=falling)
    scale = draw(st.sampled_from(["number", "milestone"]))
    weight = draw(st.decimals("1", "100", places=1))
    return SuccessIndicator("x", weight, "lower" if falling else "higher", scale, tuple(values))


@st.composite
def agencies(draw: st.DrawFn) -> Inputs:
    indicators = tuple(draw(st.lists(criteria_rows(), min_size=1, max_size=4)))
    factors = draw(st.integers(1, 5))
    marks = draw(st.lists(st.sampled_from([D(0), D("0.5"), D(1)]), min_size=factors, max_size=factors))
    basic = tuple(draw(st.lists(st.booleans(), min_size=5, max_size=5)))
    whole = st.one_of(st.just(D(100)), percents, st.none())
    given_measures = draw(st.lists(st.builds(Measure, st.just("m"), whole, st.sampled_from([True, False, None]))))
    results = tuple(draw(st.one_of(numbers, st.none())) for _ in indicators)
    return Inputs(
        plan=draw(st.sampled_from([Plan(indicators, factors), None])),
        review=draw(st.sampled_from([Review(basic, tuple(marks)), None])),
        report=draw(st.sampled_from([Report(tuple(given_measures), results), None])),
        survey=draw(st.one_of(percents, st.none())),
        excused=draw(st.sampled_from([None, None, None, SLA])),
    )


@given(agencies(), variants, st.sampled_from([DEPT, PROV]))
def test_every_score_lies_between_floor_or_gate_and_5(inputs: Inputs, by: dict[str, object], on: Criteria) -> None:
    chosen = policy(**by)
    result = score_agency(inputs, on, chosen)
    floor = D(0) if chosen.floor == "linear_to_zero" else D(chosen.floor)
    for row in (*result.subs, result.total):
        least = floor
        if (row.status == GATE_CLOSED or row is result.total) and chosen.gate_fail_score != "exclude_and_reweight":
            least = min(floor, D(chosen.gate_fail_score))
        assert row.score is None or least <= row.score <= 5
        assert (row.score is None) == (row.weighted_score is None)
        assert row.status in STATUSES and row.why.code in WHY_CODES
    for progress in (*result.measures, *result.indicators):
        assert progress.result is not None or progress.progress_pct is None
    whole = all(row.status in (EVALUATED, BELOW_LEVEL_1, GATE_CLOSED) for row in result.subs)
    assert (result.total.status == EVALUATED) == whole


@given(criteria_rows(), st.lists(numbers, min_size=2, max_size=6), variants)
def test_indicator_score_rises_with_the_result(row: SuccessIndicator, results: list[D], by: dict[str, object]) -> None:
    ordered = sorted(results, reverse=row.direction == "lower")
    scores = [success.indicator_score(row, result, policy(**by)) for result in ordered]
    known = [value for value in scores if value is not None]
    assert all(low <= high for low, high in pairwise(known))


@given(st.lists(percents, min_size=2, max_size=6), variants)
def test_achievement_and_survey_scores_rise_with_the_result(results: list[D], by: dict[str, object]) -> None:
    chosen = policy(**{**by, "achievement_basis": "target_ratio"})
    ordered = sorted(results)
    for name, given_inputs in (
        ("7.2", [achieving(str(value)) for value in ordered]),
        ("7.3", [replace(achieving("85"), survey=value) for value in ordered]),
    ):
        scores = [score(inputs, chosen).sub(name).score for inputs in given_inputs]
        assert all(low is not None and high is not None and low <= high for low, high in pairwise(scores))


@given(criteria_rows())
def test_each_criterion_scores_its_own_level(row: SuccessIndicator) -> None:
    for level, value in enumerate(row.levels, 1):
        assert success.indicator_score(row, value, POLICY) == level
