"""The formulas of a framework in signs, by the policy in force: what anybody needs who reckons the scores again."""

from __future__ import annotations

from collections.abc import Mapping

from processors.explain import words
from processors.sheets import Block, Column, Grid, Heading, Line, Para
from processors.tallies import national
from processors.wording import t
from templates.criteria import ACHIEVEMENT, LEVELS, PLAN_QUALITY, Scale, criteria_from
from templates.levels import plain
from templates.policy import Policy, SubIndicator
from templates.spec import Framework
from templates.success import ZERO

Pair = tuple[str, str]
"""What is reckoned, and how."""


def formula_blocks(framework: Framework, chosen: Mapping[str, str]) -> list[Block]:
    """Give heading, note on rounding and the table of formulas. `chosen`: by key of the policy, what its value means."""
    scales = criteria_from(
        framework.criteria_rows, framework.sub_indicators,
        number=framework.number, weight=framework.weight, composite=framework.composite,
    ).scales  # fmt: skip
    columns = (
        Column(t("col_indicator")), Column(national("col_reckons"), style="cell+pad"), Column(words("col_formula")),
        Column(national("col_signs")),
    )  # fmt: skip
    lines = []
    for item in framework.sub_indicators:
        for name, formula in [*_gate(item, chosen), *_of(item, scales[item.id], framework.policy, chosen)]:
            lines.append((f"{item.id} {item.name}", name, formula, _signs(item.role)))
    total = f"{framework.number} {framework.indicator_title}"
    rule = "total_less_formula" if framework.policy.missed_round_deduction else "total_formula"
    lines.append((total, words("total_name"), words(rule), national("signs_total")))
    lines.append((total, words("weighted_name"), words("weighted_formula"), national("signs_weighted")))
    rounding = {"score": framework.policy.score_decimals, "percent": framework.policy.percent_decimals}
    return [
        Heading(national("formulas")), Para(national("formulas_rounding", **rounding), "bold+wrap"),
        Grid(columns, tuple(Line(line) for line in _once(lines))),
    ]  # fmt: skip


def _gate(item: SubIndicator, chosen: Mapping[str, str]) -> list[Pair]:
    """Say what must be reached before a sub-indicator is judged, and what it gets otherwise."""
    if not item.gate:
        return []
    gate = words("gate_formula", gate=item.gate, wanted=item.gate_level)
    return [(words("gate_name"), f"{gate} {national('formula_shut', told=chosen.get('gate_fail_score', ''))}")]


def _of(item: SubIndicator, scale: Scale, policy: Policy, chosen: Mapping[str, str]) -> list[Pair]:
    """Give the formulas of one sub-indicator from its first figure to its score."""
    below = (national("name_below"), national("formula_below", told=chosen.get("floor", "")))
    score = words("score_name")
    if item.role == PLAN_QUALITY:
        return [(words("quality_name"), words("quality_formula")), (score, national("formula_step_plan")), below]
    if item.role != ACHIEVEMENT:
        return [(words("survey_name"), words("survey_formula")), (score, _between("y")), below]
    demand = plain(scale.levels[0].execution_min or ZERO)
    reach = national("formula_reach", told=chosen.get("achievement_basis", ""), cap=chosen.get("achievement_cap", ""))
    return [
        (words("executed_name"), words("executed_formula", demand=demand)),
        (national("name_overall"), national("formula_overall", told=chosen.get("plan_progress_overall", ""))),
        (national("name_reach"), reach), (words("mean_name"), words("mean_formula")),
        (score, _between("A") if policy.interp_7_2 == "linear" else national("formula_step", sign="A")), below,
    ]  # fmt: skip


def _between(sign: str) -> str:
    return national("formula_between", sign=sign, top=LEVELS[-1])


def _signs(role: str) -> str:
    return national(f"signs_{role}")


def _once(lines: list[tuple[str, str, str, str]]) -> list[tuple[str | None, ...]]:
    """Leave out the indicator and the words that stand in the line above already."""
    found: list[tuple[str | None, ...]] = []
    above: tuple[str, ...] = ("", "", "", "")
    for line in lines:
        same = line[0] == above[0]
        found.append((None if same else line[0], *line[1:3], None if same and line[3] == above[3] else line[3]))
        above = line
    return found
