"""What the centre handed in about each agency -> its profile: joins the records, leaves the formulas to assessed.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from processors.assessed import ADVICE, ADVICES, BEFORE, SCORES, assess_profile
from processors.outcome import EXEMPT, NOTHING, NOTHING_TOLD, SLA, Assessment
from processors.results import Scored
from processors.season import Season
from processors.standing import Counted
from templates.instruments import TOTAL, Profile
from templates.prefill import Answers
from templates.spec import Form, Framework


def assess_profiles(season: Season, framework: Framework, counted: Counted, form: Form) -> tuple[Scored, ...]:
    """Grade every agency of a framework that is judged by a profile, by the newest scores that the centre handed in."""
    assert framework.profile is not None
    told = counted.told_of(form)
    scored = []
    for agency in season.agencies:
        if agency.framework == framework.id:
            excused = SLA if agency.sla else EXEMPT if agency.exempt_reason else None
            inputs = replace(NOTHING, excused=excused, assessed=_assessment(framework.profile, told.get(agency.code, {})))
            score = assess_profile(inputs, framework.profile, framework.policy)
            scored.append(Scored(agency, framework, form.round, score, inputs))
    return tuple(scored)


def _assessment(profile: Profile, told: Answers) -> Assessment | None:
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
    return Assessment(scores, total, str(record.get("grade") or ""))


def _number(kept: str | bool | None) -> Decimal | None:
    return Decimal(kept) if isinstance(kept, str) and kept else None
