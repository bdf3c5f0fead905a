"""Everything adds up: found = the sum of the ten verdicts, expected = filed + late + silent + exempt."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping

from processors.results import Balance, Expected
from processors.season import Season
from processors.standing import Counted
from processors.store import Entry
from templates.spec import Form
from validation.gates import VERDICTS


def balance(season: Season, counted: Counted, entries: Mapping[bytes, Entry], as_of: dt.date, *, found: int) -> Balance:
    """Reconcile a night: `entries` are the present entries of the share with their verdicts, `found` how many were seen."""
    verdicts = Counter(entry.verdict for entry in entries.values())
    expected = tuple(
        _expected(season, form, counted)
        for form in season.forms()
        if form.issued_to == "agencies" and not form.optional and _begun(season, form, counted, as_of)
    )
    return Balance(found, {name: verdicts.get(name, 0) for name in VERDICTS}, expected)


def _begun(season: Season, form: Form, counted: Counted, as_of: dt.date) -> bool:
    opens = season.frameworks[form.framework].round_of(form.id).opens
    return opens is None or opens <= as_of or any(name == form.full_id for name, _, _ in counted.returns)


def _expected(season: Season, form: Form, counted: Counted) -> Expected:
    mine = [item for item in season.agencies if item.framework == form.framework]
    filed = late = exempt = 0
    silent = []
    for agency in mine:
        best = counted.best(form, agency.code)
        if not agency.due:
            exempt += 1
        elif best is None:
            silent.append(agency.code)
        elif best.days_late > 0:
            late += 1
        else:
            filed += 1
    return Expected(form.full_id, len(mine), filed, late, len(silent), exempt, tuple(silent))
