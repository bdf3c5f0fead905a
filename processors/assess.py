"""Accepted returns -> scores of every agency in every reporting round: joins the tables, leaves the formulas to score.py."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from processors.assessed import SCORES
from processors.outcome import EXEMPT, SLA, Inputs, Measure, Plan, Report, Review
from processors.profiles import assess_profiles
from processors.results import Scored
from processors.score import score_agency
from processors.season import Season
from processors.standing import Counted, answers_of
from processors.store import Return
from templates.criteria import Criteria, criteria_from
from templates.instruments import TOTAL
from templates.prefill import Answers
from templates.registry import Agency
from templates.spec import Field, Form, Framework
from templates.stages import stage_label, stages
from templates.success import SuccessIndicator

LEVEL_FIELDS = ("level1", "level2", "level3", "level4", "level5")


@dataclass(frozen=True)
class Roles:
    """Which form gives which input, known by the tables that it has; of a profile the form of its scores is the report."""

    plan: Form | None
    review: Form | None
    survey: Form | None
    reports: Mapping[str, Form]


def roles(framework: Framework) -> Roles:
    """Find the forms by their tables: a plan has indicators of its own, a report has results, a review has judgements."""
    reports = {}
    plan = review = survey = None
    for form in framework.forms:
        reported = _has(form, "indicators", "result") and _has(form, "measures", "progress")
        if reported or framework.profile is not None and _has(form, SCORES, TOTAL):
            reports[form.round] = form
        elif _has(form, "indicators", "weight") and _has(form, "measures", "additional_measure"):
            plan = form
        elif _has(form, "basics", "met") and _has(form, "factors", "score"):
            review = form
        elif _has(form, "survey", "transparency_pct"):
            survey = form
    return Roles(plan, review, survey, reports)


def _has(form: Form, table: str, field: str) -> bool:
    return form.has(table) and any(item.id == field for item in form.table(table).fields)


def assess(season: Season, counted: Counted, as_of: dt.date) -> tuple[Scored, ...]:
    """Score every agency in every reporting round that is open by that day or has returns."""
    scored: list[Scored] = []
    for framework in season.frameworks.values():
        if not framework.scores:
            continue
        for round_id in rounds_shown(framework, counted, as_of):
            scored += assess_round(season, framework, counted, round_id, as_of=as_of)
    return tuple(scored)


def assess_round(
    season: Season, framework: Framework, counted: Counted, round_id: str, *, as_of: dt.date | None = None
) -> tuple[Scored, ...]:
    """Score every agency of a framework in one reporting round, whether it is open or not; none without a report form.

    `as_of` tells which earlier rounds were missed by that day; None = nothing is deducted for them.
    """
    found = roles(framework)
    if not framework.scores or round_id not in found.reports:
        return ()
    if framework.profile is not None:
        return assess_profiles(season, framework, counted, found.reports[round_id])
    criteria = criteria_from(
        framework.criteria_rows, framework.sub_indicators,
        number=framework.number, weight=framework.weight, composite=framework.composite,
    )  # fmt: skip
    join = _Join(framework, found, counted, as_of)
    return tuple(join.score(agency, round_id, criteria) for agency in season.agencies if agency.framework == framework.id)


def rounds_shown(framework: Framework, counted: Counted, as_of: dt.date) -> tuple[str, ...]:
    """Give the reporting rounds that are open by a day, or have accepted returns, in the framework's order."""
    reports = roles(framework).reports
    filed = {form for form, _, _ in counted.returns}
    return tuple(
        item.id
        for item in framework.rounds
        if item.id in reports and (item.opens is None or item.opens <= as_of or reports[item.id].full_id in filed)
    )


class _Join:
    """The returns of one framework, joined by agency."""

    def __init__(self, framework: Framework, found: Roles, counted: Counted, as_of: dt.date | None) -> None:
        self.framework = framework
        self.as_of = as_of
        self.roles = found
        self.counted = counted
        self.reviews = _reviews(found.review, counted)
        self.judged = _judged(found.review, counted)
        self.surveys = _surveys(found.survey, counted)

    def score(self, agency: Agency, round_id: str, criteria: Criteria) -> Scored:
        """Score one agency in one round."""
        plan = self.plan(agency)
        report = self.report(agency, self.roles.reports[round_id], plan)
        inputs = Inputs(
            plan=plan,
            review=self.review(agency),
            report=report,
            survey=self.surveys.get(agency.code),
            excused=SLA if agency.sla else EXEMPT if agency.exempt_reason else None,
            missed_rounds=self.missed(agency, round_id),
            early_plan=self.early_plan(agency),
        )
        return Scored(agency, self.framework, round_id, score_agency(inputs, criteria, self.framework.policy), inputs)

    def missed(self, agency: Agency, round_id: str) -> int:
        """Count the reporting rounds before this one whose deadline has passed without an accepted report."""
        order = [item.id for item in self.framework.rounds if item.id in self.roles.reports]
        count = 0
        for form in (self.roles.reports[name] for name in order[: order.index(round_id)]):
            closes = self.framework.deadline(form.id)
            passed = self.as_of is not None and closes is not None and closes.date < self.as_of
            count += passed and self.counted.best(form, agency.code) is None
        return count

    def review(self, agency: Agency) -> Review | None:
        """Give the review of the plan that counts; one made on other measures (an earlier stage) does not count."""
        form = self.roles.plan
        found = self.counted.best(form, agency.code, last_only=True) if form else None
        judged = self.judged.get(agency.code)
        if found is not None and judged is not None:
            planned = {str(row.get("factor")): row.get("additional_measure") for row in answers_of(found).get("measures", ())}
            if {factor: measure for factor, measure in planned.items() if factor in judged} != judged:
                return None
        return self.reviews.get(agency.code)

    def early_plan(self, agency: Agency) -> str:
        """Name the accepted stage of a plan whose last stage is not accepted; "" where that is, or where nothing is."""
        form = self.roles.plan
        found = self.counted.best(form, agency.code) if form else None
        if form is None or found is None or found.stage == stages(form)[-1]:
            return ""
        return stage_label(form, found.stage)

    def plan(self, agency: Agency) -> Plan | None:
        """Give the accepted plan that counts: the last stage."""
        form = self.roles.plan
        found = self.counted.best(form, agency.code, last_only=True) if form else None
        if form is None or found is None:
            return None
        answers = answers_of(found)
        indicators = tuple(_indicator(record) for record in answers.get("indicators", ()))
        return Plan(indicators, _factors(form, answers))

    def report(self, agency: Agency, form: Form, plan: Plan | None) -> Report | None:
        """Give the accepted report of a round; results in the order of the plan's indicators."""
        found = self.counted.best(form, agency.code)
        if found is None or plan is None:
            return None
        answers = answers_of(found)
        measures = tuple(
            Measure(str(record.get("measure") or ""), _number(record.get("progress")), _flag(record.get("in_time")))
            for record in answers.get("measures", ())
        )
        results = {str(record.get("name")): _number(record.get("result")) for record in answers.get("indicators", ())}
        return Report(measures, tuple(results.get(item.name) for item in plan.indicators))


def _indicator(record: Mapping[str, str | bool | None]) -> SuccessIndicator:
    return SuccessIndicator(
        name=str(record.get("name") or ""),
        weight=_number(record.get("weight")) or Decimal(0),
        direction=str(record.get("direction") or "higher"),
        scale=str(record.get("scale") or "number"),
        levels=tuple(_number(record.get(name)) for name in LEVEL_FIELDS),
    )


def _factors(form: Form, answers: Answers) -> int:
    """Count the key factors of the chosen process type."""
    picks: Sequence[Field] = [item for item in form.table("measures").fields if item.pick is not None]
    for item in picks:
        assert item.pick is not None
        records = answers.get(item.pick.table, ())
        chosen = records[0].get(item.pick.field) if records else None
        return len(item.pick.labels(chosen if isinstance(chosen, str) else None))
    return len(answers.get("measures", ()))


def _reviews(form: Form | None, counted: Counted) -> dict[str, Review]:
    """Give the judgement of each agency that a review judged whole; the newest review wins."""
    basics: dict[str, list[bool]] = {}
    factors: dict[str, list[Decimal]] = {}
    for item in _returns(form, counted):
        answers = answers_of(item)
        fresh: dict[str, list[bool]] = {}
        scores: dict[str, list[Decimal]] = {}
        for record in answers.get("basics", ()):
            if isinstance(met := record.get("met"), bool):
                fresh.setdefault(str(record.get("agency")), []).append(met)
        for record in answers.get("factors", ()):
            if (score := _number(record.get("score"))) is not None:
                scores.setdefault(str(record.get("agency")), []).append(score)
        basics.update(fresh)
        factors.update(scores)
    return {code: Review(tuple(met), tuple(factors.get(code, ()))) for code, met in basics.items()}


def _judged(form: Form | None, counted: Counted) -> dict[str, dict[str, object]]:
    """Give the measures that reviews showed: agency -> factor -> measure; none where the form shows no measures."""
    if form is None or not _has(form, "factors", "measure"):
        return {}
    shown: dict[str, dict[str, object]] = {}
    for item in _returns(form, counted):
        fresh: dict[str, dict[str, object]] = {}
        for record in answers_of(item).get("factors", ()):
            if record.get("score") is not None:
                fresh.setdefault(str(record.get("agency")), {})[str(record.get("factor"))] = record.get("measure")
        shown.update(fresh)
    return shown


def _surveys(form: Form | None, counted: Counted) -> dict[str, Decimal]:
    found = {}
    for item in _returns(form, counted):
        for record in answers_of(item).get("survey", ()):
            value = _number(record.get("transparency_pct"))
            if value is not None:
                found[str(record.get("agency"))] = value
    return found


def _returns(form: Form | None, counted: Counted) -> list[Return]:
    if form is None:
        return []
    return [item for (name, _, _), item in counted.returns.items() if name == form.full_id]


def _number(kept: str | bool | None) -> Decimal | None:
    return Decimal(kept) if isinstance(kept, str) and kept else None


def _flag(kept: str | bool | None) -> bool | None:
    return kept if isinstance(kept, bool) else None
