"""The computed figures that a form shows beside what an agency says of itself, as an issued workbook carries them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from processors.assess import assess_round
from processors.outcome import SubScore
from processors.season import Season
from processors.standing import Counted
from processors.wording import status_text, why_text
from templates.kinds import KINDS
from templates.layout import Json
from templates.prefill import Figures
from templates.spec import Form


def shows_figures(form: Form) -> bool:
    """Tell whether a form carries computed figures."""
    return any(item.origin == "computed" for table in form.tables for item in table.fields)


class SelfScores:
    """The figures of one form's round for all its agencies, computed once and only when the form shows any."""

    def __init__(self, season: Season, form: Form, counted: Counted) -> None:
        self.season = season
        self.form = form
        self.counted = counted

    @cached_property
    def figures(self) -> Mapping[str, Figures]:
        """Give agency -> sub-indicator -> figures; what is not known yet is None, never zero."""
        if not shows_figures(self.form):
            return {}
        framework = self.season.frameworks[self.form.framework]
        scored = assess_round(self.season, framework, self.counted, self.form.round)
        return {item.agency.code: {sub.indicator: _kept(sub) for sub in item.score.subs} for item in scored}


def _kept(sub: SubScore) -> dict[str, Json]:
    number = KINDS["number"]
    return {
        "raw": number.dump(sub.raw),
        "score": number.dump(sub.score),
        "weighted_score": number.dump(sub.weighted_score),
        "level": None if sub.level is None else str(sub.level),
        "status": status_text(sub.status),
        "reason": why_text(sub.why),
    }
