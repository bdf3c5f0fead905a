"""What goes into the score of one agency and what comes out: plain frozen values, no formula."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from templates.success import SuccessIndicator

EVALUATED, BELOW_LEVEL_1, GATE_CLOSED = "evaluated", "below_level_1", "gate_closed"
NOT_REPORTED, NOT_REVIEWED, NOT_SURVEYED = "not_reported", "not_reviewed", "not_surveyed"
SLA, EXEMPT = "sla", "exempt"
SCORED = (EVALUATED, BELOW_LEVEL_1, GATE_CLOSED)
MISSING = (NOT_REPORTED, NOT_REVIEWED, NOT_SURVEYED)
"""The statuses that leave the total blank; the first of them among the sub-indicators is the total's."""
STATUSES = (*SCORED, *MISSING, SLA, EXEMPT)

MEASURE_ROW, INDICATOR_ROW = "measure", "indicator"

WHY_CODES = (
    "plan_missing", "plan_not_final", "review_missing", "review_incomplete", "basic_incomplete", "quality_below",
    "quality_top", "report_missing", "progress_missing", "result_missing", "criteria_unusable", "plan_not_executed",
    "achievement_below", "achievement_top", "gate_closed", "gate_unknown", "survey_missing", "survey_below",
    "survey_top", "total_scored", "total_blank", "total_excluded", "excused", "assessed_missing", "assessed_absent",
    "assessed_stated", "assessed_mean", "assessed_total", "assessed_total_stated", "assessed_no_total",
)  # fmt: skip
"""Every reason a score can have; each has its sentence in the result texts."""


@dataclass(frozen=True)
class Why:
    """The reason of a score: a code with its sentence elsewhere, and the values that fill it."""

    code: str
    params: Mapping[str, str]


@dataclass(frozen=True)
class Plan:
    """The accepted plan: its indicators, and the number of key factors of its process type."""

    indicators: tuple[SuccessIndicator, ...]
    factors: int


@dataclass(frozen=True)
class Review:
    """The plan quality as OPDC's reviewer saw it: basic criteria met, and one score per key factor."""

    basic: tuple[bool, ...]
    factor_scores: tuple[Decimal, ...]


@dataclass(frozen=True)
class Measure:
    """One reported measure: progress in per cent, and whether it was finished in time; None = blank.

    `weight` counts only under policy `plan_progress_overall = weights`.
    """

    name: str
    progress: Decimal | None
    in_time: bool | None
    weight: Decimal | None = None


@dataclass(frozen=True)
class Report:
    """The accepted report of a round; `results` stand in the order of the plan's indicators, None = blank."""

    measures: tuple[Measure, ...]
    results: tuple[Decimal | None, ...]


@dataclass(frozen=True)
class Assessment:
    """What the centre handed in of one agency's assessment: scores by instrument code and indicator number, None = blank.

    `grade` is what was typed, "" for nothing. `before`: the same of the year before, None where nothing is known of it.
    """

    scores: Mapping[str, Decimal | None]
    total: Decimal | None
    grade: str = ""
    recommendation: str = ""
    before: Assessment | None = None

    @property
    def tells(self) -> bool:
        """Tell whether any figure of this year is known."""
        return self.total is not None or any(value is not None for value in self.scores.values())


NOTHING_TOLD = Assessment({}, None)
"""What is known of an agency of which only the year before is told."""


@dataclass(frozen=True)
class Inputs:
    """All that is known of one agency in one round; None = absent.

    `survey` is a percentage. `excused` is `sla` or `exempt`. `missed_rounds` counts round reports never filed. `early_plan`:
    the words of an earlier stage that was accepted where the last one, which alone counts, was not; "" otherwise.
    """

    plan: Plan | None
    review: Review | None
    report: Report | None
    survey: Decimal | None
    excused: str | None = None
    missed_rounds: int = 0
    early_plan: str = ""
    assessed: Assessment | None = None


NOTHING = Inputs(None, None, None, None)
"""What is known of an agency that nobody has heard of."""


@dataclass(frozen=True)
class SubScore:
    """One row of the scores: a sub-indicator or the total. Missing is None, never zero.

    `raw` has percent decimals, `score` and `weighted_score` score decimals. `level` is the whole level reached
    (0 = below level 1, None = not judged), `threshold` the limit crossed to reach it.
    """

    indicator: str
    weight: Decimal
    raw: Decimal | None
    score: Decimal | None
    weighted_score: Decimal | None
    status: str
    level: int | None
    threshold: Decimal | None
    why: Why


@dataclass(frozen=True)
class ProgressRow:
    """One row of the progress table: `kind` is measure or indicator, `no` counts from 1."""

    kind: str
    no: int
    name: str
    target: Decimal | None
    result: Decimal | None
    progress_pct: Decimal | None
    score: Decimal | None


@dataclass(frozen=True)
class AgencyScore:
    """All scores of one agency in one round.

    `composite` (30/70 quality), `plan_progress` (overall measure progress) and `indicator_mean` (weighted mean of
    the indicators' own scores) are for information and do not enter the total; None where not computable. `grade` and
    `passing` are of a profile: "" and None where there is none, or where it can't be told.
    """

    subs: tuple[SubScore, ...]
    total: SubScore
    measures: tuple[ProgressRow, ...]
    indicators: tuple[ProgressRow, ...]
    composite: Decimal | None
    plan_progress: Decimal | None
    indicator_mean: Decimal | None
    grade: str = ""
    passing: bool | None = None

    def sub(self, indicator: str) -> SubScore:
        """Give the row of a sub-indicator; KeyError when there is none."""
        for row in self.subs:
            if row.indicator == indicator:
                return row
        raise KeyError(indicator)
