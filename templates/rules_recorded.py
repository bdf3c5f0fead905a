"""The rule about a total that a report states: it is the one that the centre recorded for the agency."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from templates import thai
from templates.breach import Breach, Context, Row, Rule
from templates.instruments import TOTAL, Profile
from templates.levels import plain
from templates.rules_years import texts_of, years_said
from templates.scores_said import told_of
from templates.spec import RuleSpec

_SHOWN = Decimal("0.01")
_TOLERANCE = "tolerance"
_YEAR = re.compile("(?<![0-9])2[45][0-9]{2}(?![0-9])")
_AFTER = 40
"""Letters behind a total in which a year may stand that it is of."""


def recorded(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Ask about a total of the year that is not the one in the table `assessment`, which shows what the centre recorded.

    Silent where nothing is recorded, and where a text states more than one total: it may compare, plan or quote.
    """
    profile = context.profile
    shown = next(iter(context.tables.get(spec.text("assessment"), ())), {}).get(TOTAL)
    if profile is None or not isinstance(shown, Decimal):
        return []
    breaches = []
    for at, name, text in texts_of(rows, spec.fields()):
        total = _total(text, profile)
        if total is not None and _apart(total, shown, context):
            params = {"value": plain(total), "wanted": f"{shown.quantize(_SHOWN, ROUND_HALF_UP):f}"}
            breaches.append(Breach(at, name, "RESULT_DIFFERS", params, "warning"))
    return breaches


def _total(text: str, profile: Profile) -> Decimal | None:
    """Give the one total of a text where it is said of this year; None where there are several, or another year is near it."""
    found = told_of(text, profile).totals
    if len({score.value for score in found}) != 1:
        return None
    digits, (start, end) = thai.digits(text), (found[0].start, found[0].end)
    before, behind = _YEAR.findall(digits[:start])[-1:], _YEAR.findall(digits[end : end + _AFTER])[:1]
    said = [year.first for year in years_said(text, profile.year) if year.at < start][-1:]
    years = {*map(int, before or behind), *said}
    return found[0].value if years <= {profile.year} else None


def _apart(total: Decimal, shown: Decimal, context: Context) -> bool:
    """Tell whether a total is neither the recorded one, rounded as the text has it, nor within the policy's tolerance."""
    exponent = total.as_tuple().exponent
    rounded = shown.quantize(Decimal(1).scaleb(min(int(exponent), 0)), ROUND_HALF_UP)
    return total != rounded and abs(total - shown) > context.shares.get(_TOLERANCE, Decimal(0))


RULES: dict[str, Rule] = {"recorded": Rule(("fields",), recorded, ("RESULT_DIFFERS",))}
