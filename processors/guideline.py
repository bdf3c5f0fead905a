"""The worked example of the reporting guideline, reckoned anew by the rules and the policy in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from processors import subscore as formula
from processors.outcome import Measure, Plan, Report
from processors.sheets import Block, Column, Gap, Grid, Heading, Line, Para
from processors.tallies import national
from processors.wording import t
from templates.levels import plain
from templates.policy import Policy
from templates.spec import Framework, Record
from templates.success import (
    HUNDRED,
    ZERO,
    SuccessIndicator,
    indicator_progress,
    indicator_score,
    round_half_up,
    target_of,
)

FILE = "worked_example.csv"
_LEVELS = ("level1", "level2", "level3", "level4", "level5")


@dataclass(frozen=True)
class Example:
    """The example: its plan and report, and what the guideline prints for each indicator."""

    plan: Plan
    report: Report
    printed: tuple[Decimal | None, ...]


@dataclass(frozen=True)
class Worked:
    """What comes out: progress of the plan, the weighted achievement without and with the cap, the mean of the scores."""

    progress: Decimal | None
    uncapped: Decimal | None
    capped: Decimal | None
    mean: Decimal | None
    executed: bool


def example(framework: Framework) -> Example | None:
    """Read the example of a framework; None where it has none."""
    rows = framework.lists.get(FILE, ())
    measures = tuple(Measure(row["name"], _number(row["result"]), None) for row in rows if row["kind"] == "measure")
    listed = [row for row in rows if row["kind"] == "indicator"]
    if not listed:
        return None
    report = Report(measures, tuple(_number(row["result"]) for row in listed))
    return Example(Plan(tuple(map(_indicator, listed)), len(measures)), report, tuple(_number(row["printed"]) for row in listed))


def _indicator(row: Record) -> SuccessIndicator:
    levels = tuple(_number(row[name]) for name in _LEVELS)
    return SuccessIndicator(row["name"], Decimal(row["weight"]), row["direction"], row["scale"], levels)


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def worked(one: Example, policy: Policy) -> Worked:
    """Reckon the example as the program reckons agencies; the achievement by the ratio to the target, both ways."""
    ratio = replace(policy, achievement_basis="target_ratio")
    capped = replace(ratio, achievement_cap=policy.achievement_cap or HUNDRED)
    progress = formula.plan_progress(one.report.measures, policy)
    return Worked(
        _percent(progress, policy),
        _percent(formula.weighted_achievement(one.plan, one.report, replace(ratio, achievement_cap=None)), policy),
        _percent(formula.weighted_achievement(one.plan, one.report, capped), policy),
        _rounded(formula.mean_indicator_score(one.plan, one.report, policy), policy.score_decimals),
        bool(formula.plan_executed(one.report.measures, HUNDRED)),
    )


def _percent(value: Decimal | None, policy: Policy) -> Decimal | None:
    return _rounded(value, policy.percent_decimals)


def _rounded(value: Decimal | None, places: int) -> Decimal | None:
    return None if value is None else round_half_up(value, places)


def guideline_blocks(framework: Framework) -> list[Block]:
    """Give the example with the numbers put in; nothing where the framework has none."""
    one = example(framework)
    if one is None:
        return []
    blocks: list[Block] = [Heading(national("example_guideline")), Para(national("example_lead"), "note+wrap")]
    return [*blocks, _indicators(one, framework.policy), Gap(), _ends(one, framework.policy)]


def _indicators(one: Example, policy: Policy) -> Grid:
    """Give every indicator with its criteria, its progress as it is reckoned, and whether the guideline prints the same."""
    columns = (
        Column(national("col_no_weight")), Column(national("col_criteria"), style="cell+centre"), Column(t("col_name")),
        Column(national("col_reckoned")),
    )  # fmt: skip
    lines = []
    for no, (item, result, printed) in enumerate(zip(one.plan.indicators, one.report.results, one.printed, strict=True), 1):
        progress = _percent(indicator_progress(item, result, policy), policy)
        gaps = {
            "result": _plain(result), "target": _plain(target_of(item)), "value": progress, "printed": printed,
            "score": _rounded(indicator_score(item, result, policy), policy.score_decimals),
        }  # fmt: skip
        told = national("reckoned_same" if progress == printed else "reckoned_differs", **gaps)
        lines.append(Line((national("no_weight", no=no, weight=_plain(item.weight)), _criteria(item), item.name, told)))
    return Grid(columns, tuple(lines))


def _criteria(item: SuccessIndicator) -> str:
    return " / ".join(_plain(level) or "-" for level in item.levels)


def _plain(value: Decimal | None) -> str:
    return "" if value is None else plain(value)


def _ends(one: Example, policy: Policy) -> Grid:
    """Give what the indicators and measures come to, with the numbers put in and what it means for the score."""
    done = worked(one, policy)
    ratios = [_percent(indicator_progress(item, result, policy), policy) for item, result in _pairs(one)]
    cap = policy.achievement_cap or HUNDRED
    scores = [_rounded(indicator_score(item, result, policy), policy.score_decimals) for item, result in _pairs(one)]
    told = (
        ("progress", ", ".join(_plain(item.progress) for item in one.report.measures), done.progress),
        ("uncapped", _weighted(one, ratios), done.uncapped),
        ("capped", _weighted(one, [None if ratio is None else min(ratio, cap) for ratio in ratios]), done.capped),
        ("mean", _weighted(one, scores), done.mean),
    )
    columns = (
        Column(t("col_name")), Column(t("col_result"), style="cell+centre"), Column(national("col_reckoned")),
        Column(t("col_meaning")),
    )  # fmt: skip
    means = {"mean": "end_mean_used"} if policy.achievement_basis != "target_ratio" else {}
    gaps = {"cap": _plain(cap), "executed": national("executed" if done.executed else "executed_not")}
    lines = [
        Line((national(f"end_{key}", **gaps), str(value), text, national(means.get(key, f"end_{key}_means"), **gaps)))
        for key, text, value in told
    ]
    return Grid(columns, tuple(lines))


def _pairs(one: Example) -> list[tuple[SuccessIndicator, Decimal | None]]:
    return list(zip(one.plan.indicators, one.report.results, strict=True))


def _weighted(one: Example, values: Sequence[Decimal | None]) -> str:
    """Write a weighted mean out with its numbers."""
    terms = (f"{_plain(item.weight)} × {value}" for item, value in zip(one.plan.indicators, values, strict=True))
    total = sum((item.weight for item in one.plan.indicators), ZERO)
    return f"({' + '.join(terms)}) ÷ {_plain(total)}"
