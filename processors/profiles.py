"""What the centre handed in about each agency -> its profile: joins the records, leaves the formulas to assessed.py."""

from __future__ import annotations

from dataclasses import replace

from processors.assessed import assess_profile, assessment_of
from processors.outcome import EXEMPT, NOTHING, SLA
from processors.results import Scored
from processors.season import Season
from processors.standing import Counted
from templates.spec import Form, Framework


def assess_profiles(season: Season, framework: Framework, counted: Counted, form: Form) -> tuple[Scored, ...]:
    """Grade every agency of a framework that is judged by a profile, by the newest scores that the centre handed in."""
    assert framework.profile is not None
    told = counted.told_of(form)
    scored = []
    for agency in season.agencies:
        if agency.framework == framework.id:
            excused = SLA if agency.sla else EXEMPT if agency.exempt_reason else None
            inputs = replace(NOTHING, excused=excused, assessed=assessment_of(framework.profile, told.get(agency.code, {})))
            score = assess_profile(inputs, framework.profile, framework.policy)
            scored.append(Scored(agency, framework, form.round, score, inputs))
    return tuple(scored)
