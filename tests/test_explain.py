"""The printed steps of a score are reckoned again from their text; following the printed advice gives the next level."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import islice

import pytest
import repeat
from results_maker import framework

from processors import explain
from processors.advice import Known, next_level, unit_of
from processors.explain import Case, aside, steps, total, used_for, words
from processors.outcome import BELOW_LEVEL_1, GATE_CLOSED, SCORED, AgencyScore, Inputs, Measure, Plan, Report, Review, SubScore
from processors.rules_used import rules_used, total_rules
from processors.score import score_agency
from processors.wording import why_text
from templates.criteria import ACHIEVEMENT, PLAN_QUALITY, criteria_from
from templates.policy import Policy
from templates.success import HIGHER, LOWER, MILESTONE, NUMBER, SuccessIndicator

D = Decimal
POLICIES: Mapping[str, Mapping[str, object]] = {
    "as shipped": {},
    "uncapped": {"achievement_cap": None},
    "by levels": {"achievement_basis": "level_score"},
    "60 to 100": {"achievement_basis": "scale_60_100"},
    "whole levels": {"interp_7_2": "step", "interp_indicator": "step"},
    "no floor": {"floor": D(0)},
    "floor by share": {"floor": "linear_to_zero"},
    "floor by share, by levels": {"floor": "linear_to_zero", "achievement_basis": "level_score"},
    "gate gives 1": {"gate_fail_score": D(1)},
    "gate left out": {"gate_fail_score": "exclude_and_reweight"},
    "lower by levels": {"progress_lower_better": "level_based"},
    "lower by levels, uncapped": {"progress_lower_better": "level_based", "achievement_cap": None},
    "least measure": {"plan_progress_overall": "min", "floor": "linear_to_zero"},
    "deduction": {"missed_round_deduction": D("0.2")},
    "other rubric": {"factor_rubric": (D(0), D("0.3"), D(1))},
}
EACH = 60
"""Agencies that are made up for every policy and framework."""


def made_up(chance: random.Random, policy: Policy) -> Inputs:
    """Make up an agency: results below, on, between and above every criterion, of every kind of scale."""
    indicators, results = [], []
    for at in range(chance.randint(1, 5)):
        start, step = chance.randint(0, 60), chance.choice([1, 2, 3, 5, 10])
        levels: list[Decimal | None] = [D(start + step * n) for n in range(5)]
        lower = chance.random() < 0.3
        if lower:
            levels.reverse()
        if chance.random() < 0.3:
            levels[chance.choice([0, 1, 3])] = None
        scale = MILESTONE if chance.random() < 0.15 else NUMBER
        result = D(chance.randint(0, (start + step * 6) * (1 if scale == MILESTONE else 100)))
        result = result if scale == MILESTONE else result / 100
        result = chance.choice([result, *(level for level in levels if level is not None)])
        name = f"ตัวชี้วัดที่ {at + 1}"
        indicators.append(SuccessIndicator(name, D(chance.randint(1, 50)), LOWER if lower else HIGHER, scale, tuple(levels)))
        results.append(result)
    count = chance.choice([4, 5])
    done = chance.random() < 0.6
    measures = tuple(
        Measure(f"มาตรการที่ {n}", D(100) if done else D(chance.randint(0, 200)) / 2, True if done else chance.random() < 0.8)
        for n in range(count)
    )
    measures = tuple(item if item.progress and item.progress <= 100 else replace(item, progress=D(100)) for item in measures)
    review = Review(
        tuple(chance.random() < 0.97 for _ in range(5)),
        tuple(chance.choice([policy.factor_rubric[-1], *policy.factor_rubric]) for _ in range(count)),
    )
    missed = chance.randint(0, 2) if policy.missed_round_deduction else 0
    survey = D(chance.randint(5000, 9500)) / 100
    return Inputs(Plan(tuple(indicators), count), review, Report(measures, tuple(results)), survey, missed_rounds=missed)


def scored(name: str, changes: Mapping[str, object], inputs: Inputs | None = None) -> Iterator[tuple[list[Case], AgencyScore]]:
    """Score made-up agencies, or one, under a policy; gives their cases."""
    one = framework(name)
    policy = replace(one.policy, **changes)  # type: ignore[arg-type]
    criteria = criteria_from(one.criteria_rows, one.sub_indicators, number=one.number, weight=one.weight, composite=one.composite)
    chance = random.Random(f"{name} {sorted(map(str, changes.items()))}")
    for found in [inputs] if inputs else [made_up(chance, policy) for _ in range(EACH)]:
        score = score_agency(found, criteria, policy)
        yield [Case(item, score.sub(item.id), found, criteria.scales[item.id], policy) for item in one.sub_indicators], score


@pytest.mark.parametrize("name", ["dept_2557", "prov_2557"])
@pytest.mark.parametrize("changes", POLICIES.values(), ids=POLICIES)
def test_the_printed_steps_give_the_printed_scores(name: str, changes: Mapping[str, object]) -> None:
    seen = set()
    for cases, score in scored(name, changes):
        for case in cases:
            seen.add(case.sub.status)
            printed_again(name, case)
        total_again(score, cases[0].policy)
    assert {"evaluated", BELOW_LEVEL_1, GATE_CLOSED} <= seen


def printed_again(name: str, case: Case) -> None:
    """Reckon every printed step of one score again, and that each goes on with what the one before has printed."""
    found = steps(case)
    assert bool(found) == (case.sub.status in SCORED)
    for step in (*found, *aside(case)):
        again = repeat.repeated(step.worked)
        if again is None:
            continue
        value, printed = again
        places = max(0, -int(printed.as_tuple().exponent))
        # What is handed on with eight decimals may be a little off, since it was itself handed such figures; results never are.
        assert abs(repeat.rounded(value, places) - printed) <= (D("4e-7") if places == 8 else 0), step
        if step.value is not None:
            decimals = max(0, -int(D(str(step.value)).as_tuple().exponent))
            assert repeat.rounded(value, decimals) == step.value, step
    if not found:
        return
    if case.sub.status == GATE_CLOSED:
        gate, level, wanted = re.findall(r"[\d.]+", found[0].worked)
        assert gate == case.item.gate and int(level) < int(wanted) == case.item.gate_level
        # The result is shown all the same, and is reckoned again, but no step gives a score of it.
        results = [step.value for step in aside(case) if step.name == words("mean_name")]
        assert results == [case.sub.raw]
        assert words("score_name") not in [step.name for step in aside(case)]
        return
    scores = [step for step in found if step.name == words("score_name")]
    assert [step.value for step in scores] == [case.sub.score]
    handed_on(found, case)
    if words("level_worked", level=case.sub.level, score=case.sub.score) in scores[0].worked:
        level_again(name, scores[0].worked, case)


def handed_on(found: Sequence[explain.Step], case: Case) -> None:
    """Check that a step goes on with the figures that the steps before it have printed."""
    means = [step for step in found if step.name == words("mean_name")]
    if case.item.role != ACHIEVEMENT:
        return
    plan, report = case.inputs.plan, case.inputs.report
    assert plan is not None and report is not None
    names = [words("reach_name", no=no, name=item.name) for no, item in enumerate(plan.indicators, 1)]
    for step in (*found, *aside(case)):
        heads = [words("own_name", no=no) for no in range(1, len(plan.indicators) + 1)]
        no = next((no for no, head in enumerate(heads, 1) if step.name.startswith(head)), 0)
        if no and step not in found:
            assert step.name == words("own_aside", name=heads[no - 1], indicator=case.item.id)
        if no and step.formula != words("own_between_formula"):
            told_in_words(step, plan.indicators[no - 1], case.policy)
    reached = [D(step.worked.rpartition(" = ")[2]) for step in found if step.name in names]
    terms = repeat.terms(means[0].worked)
    assert [weight for weight, _ in terms] == [item.weight for item in plan.indicators]
    assert all(abs(repeat.rounded(value, 8) - one) <= D("4e-7") for (_, value), one in zip(terms, reached, strict=True)), means[0]
    mean = means[0].worked.rpartition(" = ")[2]
    last = next(step for step in found if step.name == words("score_name"))
    if case.sub.status != BELOW_LEVEL_1 and mean not in last.worked:
        assert case.sub.level == 1
    executed = next(step for step in found if step.name == words("executed_name"))
    whole = all(f"{item.progress.normalize():f}" == "100" and item.in_time for item in report.measures if item.progress)
    assert (words("executed_yes") in executed.worked) == whole == (case.sub.status != BELOW_LEVEL_1)


def told_in_words(step: explain.Step, item: SuccessIndicator, policy: Policy) -> None:
    """Check what is told of an indicator's own score in words and not as a sum."""
    value = D(step.worked.rpartition(" = ")[2])
    known = {at: limit for at, limit in enumerate(item.levels, 1) if limit is not None}
    better = (lambda a, b: a < b) if item.direction == LOWER else (lambda a, b: a > b)
    result = repeat.numbers(step.worked)[0]
    if step.formula == words("own_beyond_formula"):
        assert value == 5 and all(better(result, limit) for limit in known.values())
    elif step.formula == words("own_floor_formula"):
        assert value == (0 if policy.floor == "linear_to_zero" else policy.floor)
        assert all(better(limit, result) for limit in known.values())
    elif step.formula == words("own_level_formula"):
        _, limit, level, _ = repeat.numbers(step.worked)
        assert known[int(level)] == limit and value == level and not better(limit, result)
        assert not any(not better(other, result) for at, other in known.items() if at > level)


def level_again(name: str, worked: str, case: Case) -> None:
    """Check a whole level: what is printed reaches its limits, and by the framework's table not those of the next."""
    *limits, level = [repeat.numbers(part) for part in worked.split(" · ")]
    assert level == [case.sub.level, case.sub.score]
    assert all(value >= limit for value, limit in limits)
    rows = {row["level"]: row for row in framework(name).criteria_rows if row["indicator"] == case.item.id}
    above = rows.get(str((case.sub.level or 0) + 1))
    if case.item.role == PLAN_QUALITY and above:
        review = case.inputs.review
        assert review is not None
        quality = sum(review.factor_scores) / len(review.factor_scores) / case.policy.factor_rubric[-1] * 100
        basic, least = D(above["basic_criteria_required"] or 0), D(above["quality_pct_min"] or 0)
        assert sum(review.basic) < basic or quality < least


def total_again(score: AgencyScore, policy: Policy) -> None:
    """Reckon the total and its weighted score again."""
    found = total(score)
    assert bool(found) == (score.total.score is not None)
    for step, value in zip(found, (score.total.score, score.total.weighted_score), strict=False):
        again = repeat.repeated(step.worked)
        assert again is not None and value is not None
        assert repeat.rounded(again[0], policy.score_decimals) == again[1] == value == step.value


def after(name: str, case: Case, inputs: Inputs) -> SubScore:
    """Score the same agency with other inputs under the same policy."""
    policy = case.policy
    one = framework(name)
    criteria = criteria_from(one.criteria_rows, one.sub_indicators, number=one.number, weight=one.weight, composite=one.composite)
    return score_agency(inputs, criteria, policy).sub(case.item.id)


def told(key: str, text: str) -> dict[str, str] | None:
    """Read the values out of a printed sentence; None when it is another sentence."""
    pattern = re.escape(words(key, **{name: f"@{name}@" for name in ("no", "level", "limit", "gap", "needed", "now", "points", "more",
                                                                 "met", "demand", "list")}))  # fmt: skip
    found = re.fullmatch(re.sub(r"@(\w+)@", r"(?P<\1>.+?)", pattern), text)
    return found.groupdict() if found else None


@pytest.mark.parametrize("name", ["dept_2557", "prov_2557"])
@pytest.mark.parametrize("changes", POLICIES.values(), ids=POLICIES)
def test_following_the_advice_gives_the_next_level_and_a_hundredth_less_does_not(
    name: str, changes: Mapping[str, object]
) -> None:
    followed: set[str] = set()
    for cases, _ in scored(name, changes):
        for case in cases:
            if case.sub.status in SCORED and case.sub.level is not None:
                follow(name, case, followed)
    assert followed >= {"next_quality", "next_basic", "next_mean", "next_survey", "next_executed", "next_top"}
    assert any(key.startswith("next_single") for key in followed)


def follow(name: str, case: Case, followed: set[str]) -> None:
    """Do what each sentence says, and a little less."""
    assert case.sub.level is not None
    advice, level = next_level(case), case.sub.level
    assert advice, case
    quality: dict[str, dict[str, str]] = {}
    for text in advice:
        keys = ("next_top", "next_basic", "next_quality", "next_executed", "next_mean", "next_single_higher", "next_single_lower",
                "next_survey")  # fmt: skip
        key, params = next((key, found) for key in keys if (found := told(key, text)) is not None)
        followed.add(key)
        if key == "next_top":
            assert level == 5
        elif key in ("next_basic", "next_quality"):
            quality[key] = params
        elif key == "next_survey":
            value, gap = case.inputs.survey, D(params["gap"])
            assert value is not None
            assert (after(name, case, replace(case.inputs, survey=value + gap)).level or 0) > level
            assert after(name, case, replace(case.inputs, survey=value + gap - D("0.01"))).level == level
        elif key == "next_executed":
            follow_measures(name, case, params)
        elif key == "next_mean":
            follow_mean(case, params)
        else:
            follow_single(name, case, params)
    if quality:
        follow_quality(name, case, quality)


def follow_mean(case: Case, params: Mapping[str, str]) -> None:
    """Close the gap of the weighted mean, as it is printed among the steps."""
    mean = next(step for step in steps(case) if step.name == words("mean_name"))
    reached, limit, gap = D(mean.worked.rpartition(" = ")[2]), D(params["limit"]), D(params["gap"])
    assert reached + gap >= limit - D("1e-8") and reached + gap - D("0.01") < limit


def follow_single(name: str, case: Case, params: Mapping[str, str]) -> None:
    """Set the one result that is named."""
    plan, report = case.inputs.plan, case.inputs.report
    assert plan is not None and report is not None
    at, needed = int(params["no"]) - 1, D(params["needed"])
    assert D(params["now"]) == report.results[at]
    item = plan.indicators[at]
    unit = unit_of(item, D(params["now"]))

    def level_with(result: Decimal) -> int:
        results = tuple(result if place == at else value for place, value in enumerate(report.results))
        return after(name, case, replace(case.inputs, report=replace(report, results=results))).level or 0

    assert level_with(needed) > (case.sub.level or 0), params
    assert level_with(needed + (unit if item.direction == LOWER else -unit)) == case.sub.level, params


def follow_measures(name: str, case: Case, params: Mapping[str, str]) -> None:
    """Finish the measures that are named, and then all but one of them."""
    listed, level = params["list"], int(params["level"])
    report = case.inputs.report
    assert report is not None
    named = [int(repeat.numbers(part)[0]) for part in listed.split(", ")]
    mended = [replace(item, progress=D(100), in_time=True) if no in named else item for no, item in enumerate(report.measures, 1)]
    assert after(name, case, replace(case.inputs, report=replace(report, measures=tuple(mended)))).level == level >= 1
    mended[named[0] - 1] = report.measures[named[0] - 1]
    assert after(name, case, replace(case.inputs, report=replace(report, measures=tuple(mended)))).level == 0


def follow_quality(name: str, case: Case, quality: Mapping[str, Mapping[str, str]]) -> None:
    """Meet as many criteria and win as many points as are named; one criterion or one step of the rubric less is too little."""
    review, rubric = case.inputs.review, case.policy.factor_rubric
    assert review is not None
    more = int(quality["next_basic"]["more"]) if "next_basic" in quality else 0
    points = D(quality["next_quality"]["points"]) if "next_quality" in quality else D(0)

    def level_with(criteria: int, scores: Sequence[Decimal]) -> int:
        left, basic = criteria, []
        for met in review.basic:
            basic.append(met or left > 0)
            left -= not met and left > 0
        return after(name, case, replace(case.inputs, review=Review(tuple(basic), tuple(scores)))).level or 0

    ways = {tuple(review.factor_scores)}
    for at in range(len(review.factor_scores)):
        ways |= {(*way[:at], value, *way[at + 1 :]) for way in ways for value in rubric if value > way[at]}
    won = {way: sum(way, D(0)) - sum(review.factor_scores, D(0)) for way in ways}
    exact = [way for way, gain in won.items() if gain == points]
    assert exact and all(level_with(more, way) > (case.sub.level or 0) for way in exact)
    if points:
        best = max((way for way, gain in won.items() if gain < points), key=lambda way: won[way])
        assert level_with(more, best) == case.sub.level
    if more:
        assert level_with(more - 1, exact[0]) == case.sub.level


def test_what_is_missing_has_no_steps_and_the_advice_says_what_comes_first() -> None:
    for status in ("not_reported", "not_reviewed", "not_surveyed", "sla", "exempt"):
        assert words(f"next_{status}")
    nothing = Inputs(None, None, None, None)
    for cases, score in scored("dept_2557", {}, nothing):
        assert [steps(case) for case in cases] == [(), (), ()] and total(score) == ()
        first = ("next_plan_missing", "next_plan_missing", "next_not_surveyed")
        assert [next_level(case) for case in cases] == [(words(key),) for key in first]
    early = replace(nothing, early_plan="เบื้องต้น")
    for cases, _ in scored("dept_2557", {}, early):
        assert [case.sub.why.code for case in cases[:2]] == ["plan_not_final"] * 2
        assert [next_level(case) for case in cases[:2]] == [(words("next_plan_not_final"),)] * 2
        assert why_text(cases[0].sub.why) == "มีเพียงแผน (เบื้องต้น) ยังไม่มีแผนฉบับสมบูรณ์ที่ผ่านการตรวจ"
    for cases, _ in scored("dept_2557", {}, replace(next(scored("dept_2557", {}))[0][0].inputs, report=None)):
        assert next_level(cases[1]) == (words("next_report_missing"),)


def test_no_result_is_asked_for_that_no_report_can_have() -> None:
    """A milestone is asked for in whole steps, and what falls is never asked below 0."""
    for name in ("dept_2557", "prov_2557"):
        for changes in POLICIES.values():
            for cases, _ in scored(name, changes):
                case = next(item for item in cases if item.item.role == ACHIEVEMENT)
                plan = case.inputs.plan
                assert plan is not None
                for text in next_level(case):
                    params = told("next_single_higher", text) or told("next_single_lower", text)
                    if params:
                        item, needed = plan.indicators[int(params["no"]) - 1], D(params["needed"])
                        assert needed >= 0
                        assert item.scale != MILESTONE or needed == int(needed)
                        whole = all(level is None or level == int(level) for level in item.levels)
                        assert needed == int(needed) or not whole or D(params["now"]) != int(D(params["now"]))


@pytest.mark.parametrize("name", ["dept_2557", "prov_2557"])
@pytest.mark.parametrize("changes", POLICIES.values(), ids=POLICIES)
def test_a_rule_that_is_not_named_has_no_say_in_the_figure(name: str, changes: Mapping[str, object]) -> None:
    """Whatever else a rule that is not named under a score were set to, result and score would stay as they are."""
    others: Mapping[str, Sequence[object]] = {
        "achievement_basis": ("target_ratio", "level_score", "scale_60_100"), "achievement_cap": (None, D(100), D(120)),
        "interp_7_2": ("linear", "step"), "interp_indicator": ("linear", "step"), "floor": (D(0), D(1), "linear_to_zero"),
        "gate_fail_score": (D(0), D(1), "exclude_and_reweight"), "progress_lower_better": ("ratio", "level_based"),
        "plan_progress_overall": ("mean", "min"),
    }  # fmt: skip
    named: set[str] = set()
    for cases, score in islice(scored(name, changes), 15):
        for case in cases:
            used = rules_used(case)
            named |= set(used)
            assert not used or case.sub.raw is not None or case.sub.status == GATE_CLOSED
            for key in set(others) - set(used):
                for value in others[key]:
                    again = replace(case, policy=replace(case.policy, **{key: value}))  # type: ignore[arg-type]
                    after_all = after(name, again, case.inputs)
                    assert (after_all.raw, after_all.score) == (case.sub.raw, case.sub.score), (key, value, used)
        assert bool(total_rules(score)) == bool(cases[0].inputs.missed_rounds and cases[0].policy.missed_round_deduction)
    assert {"factor_rubric", "achievement_basis", "floor"} <= named


def test_nothing_that_was_not_scored_names_a_rule() -> None:
    for cases, _ in scored("dept_2557", {}, Inputs(None, None, None, None)):
        assert [(rules_used(case), aside(case), used_for(case)) for case in cases] == [((), (), "none")] * 3


def closed_gate(met: Sequence[bool], factors: Sequence[str]) -> tuple[Case, Case]:
    """Score an agency whose plan keeps the gate of the second sub-indicator closed."""
    levels = tuple(D(at) for at in (2, 4, 6, 8, 10))
    plan = Plan((SuccessIndicator("จำนวน", D(100), HIGHER, NUMBER, levels),), len(factors))
    report = Report((Measure("มาตรการ", D(100), True),), (D(5),))
    inputs = Inputs(plan, Review(tuple(met), tuple(map(D, factors))), report, D(70))
    cases, _ = next(scored("dept_2557", {}, inputs))
    assert cases[1].sub.status == GATE_CLOSED
    return cases[1], cases[0]


def test_behind_a_closed_gate_all_that_opens_it_is_named() -> None:
    case, gate = closed_gate([True, False, True, True, True], ["1", "0", "0.5", "1"])
    first, basic, quality = next_level(case, Known(basics=("ก", "วัตถุประสงค์และเป้าหมาย"), gate=gate))
    assert first == words("next_gate", gate="7.1", wanted=3, now="ระดับ 1")
    item = words("basic_item", no=2, name="วัตถุประสงค์และเป้าหมาย")
    assert basic == words("next_basic", level=3, more=1, met=4, list=item)
    assert quality == words("next_quality", level=3, limit=70, gap="7.50", points="0.5")
    for basics, factors, opens in (
        ((True,) * 5, "0.5", True),
        ((True, False, True, True, True), "0.5", False),
        ((True,) * 5, "0", False),
    ):
        review = Review(basics, (D(1), D(factors), D("0.5"), D(1)))
        assert (after("dept_2557", case, replace(case.inputs, review=review)).status != GATE_CLOSED) == opens


def test_what_is_counted_is_asked_for_in_whole_things_with_its_unit() -> None:
    """Three of ten and a third of four: nobody holds 2.63 meetings."""
    for direction, levels, now in ((HIGHER, (1, 2, 3, 4, 5), 2), (LOWER, (9, 7, 6, 5, 4), 8)):
        item = SuccessIndicator("จำนวนครั้ง", D(100), direction, NUMBER, tuple(map(D, levels)))
        report = Report((Measure("มาตรการ", D(100), True),), (D(now),))
        inputs = Inputs(Plan((item,), 4), Review((True,) * 5, (D(1),) * 4), report, D(70))
        cases, _ = next(scored("dept_2557", {}, inputs))
        *_, text = next_level(cases[1], Known(units=("ครั้ง",)))
        needed = {HIGHER: "3", LOWER: "7"}[direction]
        assert f"{needed} ครั้ง" in text and f"{now} ครั้ง" in text and "." not in text
        results = replace(report, results=(D(needed),))
        assert (after("dept_2557", cases[1], replace(inputs, report=results)).level or 0) > (cases[1].sub.level or 0)
    assert words("measured_before", value="2.63", unit=words("per_cent")) == "ร้อยละ 2.63"
