"""What each level of a sub-indicator asks for, read from the rows of a framework's `level_criteria.csv`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from templates.policy import SubIndicator, read_number
from workbook.errors import SpecError

LEVELS = (1, 2, 3, 4, 5)
"""The five-level scale of every criteria table (seed 000 L215-221, 001 L70-75, 002 L65-70)."""
TARGET_LEVEL = 3
"""The level whose criterion is the target value (seed 000 L276-282)."""

PLAN_QUALITY, ACHIEVEMENT, SURVEY = "plan_quality", "achievement", "survey"
STEP_GE, MILESTONE_THEN_SCALE, LINEAR = "step_ge", "milestone_then_scale", "linear_5_per_point"
ROLE_SCALES = {PLAN_QUALITY: STEP_GE, ACHIEVEMENT: MILESTONE_THEN_SCALE, SURVEY: LINEAR}
"""What a sub-indicator measures -> the only scale its formula knows."""


@dataclass(frozen=True)
class LevelRule:
    """What one level asks for; None = it does not ask for that.

    `basic_required` counts basic criteria; the others are percentages of plan quality, of plan execution, and of
    the measured result.
    """

    level: int
    basic_required: int | None
    quality_min: Decimal | None
    execution_min: Decimal | None
    threshold: Decimal | None


@dataclass(frozen=True)
class Scale:
    """The five levels of one sub-indicator, rising, and how a score lies between them."""

    kind: str
    levels: tuple[LevelRule, ...]

    def anchors(self) -> tuple[tuple[int, Decimal], ...]:
        """Give (level, threshold) for the levels that have a threshold on the result."""
        return tuple((rule.level, rule.threshold) for rule in self.levels if rule.threshold is not None)

    def basic_required(self) -> int:
        """Give the number of basic criteria that count as complete, 0 when no level asks for any."""
        return max((rule.basic_required or 0 for rule in self.levels), default=0)


@dataclass(frozen=True)
class Criteria:
    """All that scoring needs of a framework: its indicator, its sub-indicators and their scales by id.

    `composite` holds the component weights `basic` and `quality` in per cent, empty when the framework has none.
    """

    number: str
    weight: Decimal
    sub_indicators: tuple[SubIndicator, ...]
    scales: Mapping[str, Scale]
    composite: Mapping[str, Decimal]


def criteria_from(
    rows: Sequence[Mapping[str, str]],
    sub_indicators: Sequence[SubIndicator],
    *,
    number: str,
    weight: Decimal,
    composite: Mapping[str, Decimal],
) -> Criteria:
    """Join a framework's sub-indicators with the rows of its `level_criteria.csv`.

    Rows of other indicators are left out. Raises SpecError with every mistake: unknown role or gate, weights that
    do not sum to the indicator's, levels that are missing, doubled, not rising, or on a scale the role does not have.
    """
    mistakes = _check_sub_indicators(sub_indicators, weight)
    if composite and set(composite) != {"basic", "quality"}:
        mistakes.append(f"composite: wants basic and quality, has {', '.join(sorted(composite))}")
    scales = {
        item.id: _scale(item, [row for row in rows if row.get("indicator") == item.id], mistakes)
        for item in sub_indicators
    }
    if mistakes:
        raise SpecError(mistakes)
    return Criteria(number, weight, tuple(sub_indicators), scales, composite)


def _check_sub_indicators(items: Sequence[SubIndicator], weight: Decimal) -> list[str]:
    known = [item.id for item in items]
    mistakes = [f"sub_indicator {name}: stands twice" for name in sorted(set(known)) if known.count(name) > 1]
    for item in items:
        where = f"sub_indicator {item.id}"
        if item.role not in ROLE_SCALES:
            mistakes.append(f"{where}: role {item.role!r} is not one of {', '.join(ROLE_SCALES)}")
        if item.weight <= 0:
            mistakes.append(f"{where}: weight {item.weight} is not above 0")
        if item.gate is not None and (item.gate not in known or item.gate == item.id):
            mistakes.append(f"{where}: gate {item.gate!r} is no other sub-indicator")
        if item.gate is not None and item.gate_level not in LEVELS:
            mistakes.append(f"{where}: gate_level {item.gate_level} is no level")
    total = sum((item.weight for item in items), Decimal(0))
    if total != weight:
        mistakes.append(f"sub_indicators: weights sum to {total}, the indicator weighs {weight}")
    return mistakes


def _scale(item: SubIndicator, rows: Sequence[Mapping[str, str]], mistakes: list[str]) -> Scale:
    where = f"level_criteria.csv: {item.id}"
    kinds = sorted({row.get("scale", "") for row in rows})
    wanted = ROLE_SCALES.get(item.role)
    if wanted is not None and kinds != [wanted]:
        mistakes.append(f"{where}: scale must be {wanted} for role {item.role}, is {', '.join(kinds) or 'missing'}")
    levels = sorted((_level_rule(row, where, mistakes) for row in rows), key=lambda rule: rule.level)
    if tuple(rule.level for rule in levels) != LEVELS:
        mistakes.append(f"{where}: wants the levels 1 to {LEVELS[-1]} once each")
    for column in ("basic_required", "quality_min", "execution_min", "threshold"):
        values = [value for rule in levels if (value := getattr(rule, column)) is not None]
        if values != sorted(values):
            mistakes.append(f"{where}: {column} falls with the level")
    thresholds = [rule.threshold for rule in levels if rule.threshold is not None]
    if len(set(thresholds)) != len(thresholds):
        mistakes.append(f"{where}: two levels share a threshold")
    if wanted in (MILESTONE_THEN_SCALE, LINEAR) and len(thresholds) < 2:
        mistakes.append(f"{where}: needs at least two thresholds")
    return Scale(wanted or "", tuple(levels))


def _level_rule(row: Mapping[str, str], where: str, mistakes: list[str]) -> LevelRule:
    def number(column: str) -> Decimal | None:
        text = row.get(column, "").strip()
        try:
            return read_number(text) if text else None
        except ValueError as error:
            mistakes.append(f"{where}: {column} {text!r} {error}")
            return None

    level, basic = number("level"), number("basic_criteria_required")
    return LevelRule(
        level=int(level) if level is not None else 0,
        basic_required=int(basic) if basic is not None else None,
        quality_min=number("quality_pct_min"),
        execution_min=number("plan_execution_pct"),
        threshold=number("threshold_pct"),
    )
