"""The profile of one agency: instruments, indicators, total and grade, from what the centre handed in (domain C2, C3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from processors.outcome import (
    EVALUATED,
    NOT_SURVEYED,
    NOTHING,
    NOTHING_TOLD,
    AgencyScore,
    Assessment,
    Inputs,
    SubScore,
    Why,
)
from templates.grade_names import grade_named
from templates.instruments import FULL, TOTAL, Profile
from templates.policy import Policy
from templates.prefill import Answers
from templates.spec import Framework
from templates.success import round_half_up

SCORES, BEFORE, ADVICES, ADVICE = "scores", "previous", "recommendations", "recommendation"
"""Tables of what the centre hands in: scores of this year, of the year before, what the assessors advise, and its field."""
STATED, MEAN = "stated", "mean"

Number = Decimal | None


def assess_profile(inputs: Inputs, profile: Profile, policy: Policy) -> AgencyScore:
    """Score one agency; an excused agency and missing parts give blanks with their status, never zeros.

    Instruments count as stated or as the plain mean of their indicators (policy `instrument_score`), each standing in
    for the other where that is missing. The total is the weighted sum of the instruments, or as stated (`total_score`).
    """
    if inputs.excused is not None:
        return _blank(profile, inputs.excused, Why("excused", {"status": inputs.excused}))
    found = inputs.assessed
    if found is None or not found.tells:
        return _blank(profile, NOT_SURVEYED, Why("assessed_missing", {}))
    scores = {item.code: instrument_score(profile, found, item.code, policy) for item in profile.instruments}
    rows = [_instrument(profile, scores, found, item.code) for item in profile.instruments]
    rows += [_indicator(profile, found, item.no) for item in profile.indicators]
    value, why = total_score(profile, scores, found, policy)
    total = _row((TOTAL, FULL), found.total, value, why)
    grade = profile.grade(value, scores)
    return AgencyScore(
        tuple(_rounded(row, policy) for row in rows), _rounded(total, policy), (), (), None, None, None,
        grade=grade.label if grade else "", passing=None if value is None else value >= profile.target.pass_mark,
    )  # fmt: skip


def instrument_score(profile: Profile, found: Assessment, code: str, policy: Policy) -> Number:
    """Give the score of an instrument at the policy's decimals; None where neither it nor all its indicators are known (C2)."""
    mean = profile.mean(found.scores, code)
    pair = (found.scores.get(code), mean)
    first, second = pair if policy.instrument_score == STATED else reversed(pair)
    value = first if first is not None else second
    return None if value is None else round_half_up(value, policy.score_decimals)


def total_score(profile: Profile, scores: Mapping[str, Number], found: Assessment, policy: Policy) -> tuple[Number, Why]:
    """Give the total with its reason: computed or as stated, by policy and by what is there."""
    summed = profile.weighted(scores)
    computed = None if summed is None else round_half_up(summed, policy.score_decimals)
    if computed is not None and (policy.total_score != STATED or found.total is None):
        parts = " + ".join(f"{item.weight / FULL:f} × {scores[item.code]}" for item in profile.instruments)
        return computed, Why("assessed_total", {"parts": parts, "total": str(computed)})
    if found.total is None:
        missing = ", ".join(code for code, score in scores.items() if score is None)
        return None, Why("assessed_no_total", {"indicators": missing})
    return round_half_up(found.total, policy.score_decimals), Why("assessed_total_stated", {})


def _instrument(profile: Profile, scores: Mapping[str, Number], found: Assessment, code: str) -> SubScore:
    weight = next(item.weight for item in profile.instruments if item.code == code)
    score, stated = scores[code], found.scores.get(code)
    names = ", ".join(item.no for item in profile.of(code))
    key = "assessed_absent" if score is None else "assessed_stated" if score == stated else "assessed_mean"
    return _row((code, weight), stated, score, Why(key, {"indicators": names}))


def _indicator(profile: Profile, found: Assessment, no: str) -> SubScore:
    """Give an indicator; its weight in the total is its part of the weight of its instrument."""
    code = next(item.instrument for item in profile.indicators if item.no == no)
    weight = next(item.weight for item in profile.instruments if item.code == code) / len(profile.of(code))
    stated = found.scores.get(no)
    return _row((no, weight), stated, stated, Why("assessed_absent" if stated is None else "assessed_stated", {"indicators": no}))


def _row(what: tuple[str, Decimal], raw: Number, score: Number, why: Why) -> SubScore:
    name, weight = what
    weighted = None if score is None else score * weight / FULL
    return SubScore(name, weight, raw, score, weighted, NOT_SURVEYED if score is None else EVALUATED, None, None, why)


def _rounded(row: SubScore, policy: Policy) -> SubScore:
    if row.score is None:
        return row
    places = policy.score_decimals
    assert row.weighted_score is not None
    return replace(row, score=round_half_up(row.score, places), weighted_score=round_half_up(row.weighted_score, places))


def _blank(profile: Profile, status: str, why: Why) -> AgencyScore:
    def row(name: str, weight: Decimal) -> SubScore:
        return SubScore(name, weight, None, None, None, status, None, None, why)

    rows = [row(item.code, item.weight) for item in profile.instruments]
    for item in profile.indicators:
        whole = next(one.weight for one in profile.instruments if one.code == item.instrument)
        rows.append(row(item.no, whole / len(profile.of(item.instrument))))
    return AgencyScore(tuple(rows), row(TOTAL, FULL), (), (), None, None, None)


def assessment_of(profile: Profile, told: Answers) -> Assessment | None:
    """Read what the centre told of one agency; None where it told no figure of this year or the year before."""
    now, before = (_told(profile, told.get(table, ())) for table in (SCORES, BEFORE))
    advice = [str(record.get(ADVICE) or "") for record in told.get(ADVICES, ())]
    if now is None and before is None:
        return None
    return replace(now or NOTHING_TOLD, before=before, recommendation="\n".join(filter(None, advice)))


def _told(profile: Profile, records: Sequence[Mapping[str, str | bool | None]]) -> Assessment | None:
    if not records:
        return None
    record = records[-1]
    fields = {item.code: item.code.lower() for item in profile.instruments}
    fields |= {item.no: f"i{item.no}" for item in profile.indicators}
    scores = {name: _number(record.get(column)) for name, column in fields.items()}
    total = _number(record.get(TOTAL))
    if total is None and not any(value is not None for value in scores.values()):
        return None
    return Assessment(scores, total, grade_named(str(record.get("grade") or ""), profile))


def _number(kept: str | bool | None) -> Decimal | None:
    return Decimal(kept) if isinstance(kept, str) and kept else None


def own_result(framework: Framework, told: Answers) -> Answers:
    """Give what the centre told of one agency with its result as it is published: total, grade, instruments as they count."""
    profile = framework.profile
    found = assessment_of(profile, told) if profile is not None else None
    if profile is None or found is None or not found.tells:
        return told
    score = assess_profile(replace(NOTHING, assessed=found), profile, framework.policy)
    codes = [item.code for item in profile.instruments]
    values = {sub.indicator.lower(): sub.score for sub in (*score.subs, score.total) if sub.indicator in (*codes, TOTAL)}
    figures = {name: None if value is None else f"{value:f}" for name, value in values.items()}
    records = [{**record, **figures, "grade": score.grade or None} for record in told.get(SCORES, ())]
    return {**told, SCORES: records}
