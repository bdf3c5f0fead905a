"""Rules about scores of an assessment: the total and the instruments against what they are made of, the grade (ITA01, ITA02)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from templates import thai
from templates.breach import TITLE, Breach, Context, Row, Rule, Value
from templates.grade_names import grade_named
from templates.instruments import TOTAL, Profile
from templates.spec import RuleSpec

Scores = Mapping[str, Decimal | None]
_SHOWN = Decimal("0.01")
_TOLERANCE, _DECIMALS = "tolerance", "score_decimals"
_LOST = 2
"""One of so many agencies that had figures may have none any more before people are asked."""


def column_of(profile: Profile, code: str) -> str:
    """Give the field that holds the score of an instrument or indicator: `iit`, `i1`."""
    return code.lower() if any(item.code == code for item in profile.instruments) else f"i{code}"


def adds_up(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Compare the stated total with the weighted sum of the instruments, and each instrument with the mean of its indicators.

    Silent where a part is blank. Stated scores are rounded: the policy says how far they may be from the computed ones.
    """
    profile, breaches = context.profile, []
    if profile is None:
        return []
    for at, row in enumerate(rows):
        total, computed = _number(row.get(TOTAL)), profile.weighted(_rounded(_stated(profile, row), context))
        if _apart(total, computed, context):
            breaches.append(_differs(at, TOTAL, "TOTAL_DIFFERS", computed))
        for item in profile.instruments:
            column, mean = column_of(profile, item.code), profile.mean(_figures(profile, row), item.code)
            if _apart(_number(row.get(column)), mean, context):
                breaches.append(_differs(at, column, "MEAN_DIFFERS", mean))
    return breaches


def _apart(stated: Decimal | None, computed: Decimal | None, context: Context) -> bool:
    allowed = context.shares.get(_TOLERANCE, Decimal(0))
    return stated is not None and computed is not None and abs(stated - computed) > allowed


def _differs(at: int, column: str, code: str, computed: Decimal | None) -> Breach:
    assert computed is not None
    return Breach(at, column, code, {"wanted": f"{computed.quantize(_SHOWN, ROUND_HALF_UP):f}"}, "warning")


def _number(value: Value) -> Decimal | None:
    return value if isinstance(value, Decimal) else None


def _stated(profile: Profile, row: Row) -> Scores:
    return {item.code: _number(row.get(column_of(profile, item.code))) for item in profile.instruments}


def _rounded(scores: Scores, context: Context) -> Scores:
    """Give scores as they count: at the decimals of the policy, so that a check never sees another grade than the results."""
    step = Decimal(1).scaleb(-int(context.shares.get(_DECIMALS, Decimal(2))))
    return {code: None if score is None else score.quantize(step, ROUND_HALF_UP) for code, score in scores.items()}


def _figures(profile: Profile, row: Row) -> Scores:
    """Give every score of a record by instrument code and indicator number."""
    return {name: _number(row.get(column_of(profile, name))) for name in _columns(profile)}


def graded(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Compare the stated grade with the scheme of the year and with the scores; ask for instruments that it needs.

    `back`: the scores are of so many years before the framework's. `code`: of a grade that can't be; `missing`: of scores
    from which no grade follows, said at the first blank instrument, "" where nobody needs it.
    """
    profile, column, breaches = context.profile, spec.text("field"), []
    if profile is None:
        return []
    year = profile.year - int(spec.text("back") or 0)
    for at, row in enumerate(rows):
        stated = _stated(profile, row)
        counted = {code: profile.mean(_figures(profile, row), code) if score is None else score for code, score in stated.items()}
        scores = _rounded(counted, context)
        total = _number(row.get(TOTAL))
        total = _rounded({TOTAL: total if total is not None else profile.weighted(scores)}, context)[TOTAL]
        typed = grade_named(str(row.get(column) or ""), profile)
        if typed and (wrong := grade_wrong(profile, typed, (total, scores), year)):
            breaches.append(Breach(at, column, spec.text("code"), wrong, "warning"))
        blank = [code for code, score in scores.items() if score is None]
        begun = total is not None or any(_number(row.get(column_of(profile, name))) is not None for name in _columns(profile))
        unread = any((table, at, column_of(profile, name)) in context.bad for name in _columns(profile))
        if spec.text("missing") and not unread and begun and blank and profile.grade(total, scores, year) is None:
            place = column_of(profile, blank[0])
            breaches.append(Breach(at, place, spec.text("missing"), {"words": ", ".join(blank)}, "warning"))
    return breaches


def kept(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Ask when most agencies that had figures in the accepted list have none in this one: it may be an older, emptier file.

    The newest accepted list counts whole, so one that was begun again from the blank form would take everybody's figures away.
    """
    fields = spec.fields()
    before = context.earlier.get(spec.text("form"), {}).get(table, ())
    had = {str(row.get("agency")) for row in before if any(row.get(name) is not None for name in fields)}
    have = {str(row.get("agency")) for row in rows if any(row.get(name) is not None for name in fields)}
    lost = had - have
    if not rows or len(lost) * _LOST <= len(had):
        return []
    return [Breach(TITLE, "", "FIGURES_GONE", {"count": str(len(lost)), "total": str(len(had))})]


def _columns(profile: Profile) -> list[str]:
    return [*(item.code for item in profile.instruments), *(item.no for item in profile.indicators)]


def grade_wrong(profile: Profile, typed: str, known: tuple[Decimal | None, Scores], year: int) -> dict[str, str]:
    """Give the values of a message about a grade that does not go with a year's scheme or the scores; {} when it does."""
    total, scores = known
    fitting = profile.possible(total, scores, year)
    if any(thai.key(typed) == thai.key(item.label) for item in fitting):
        return {}
    scheme = profile.in_year(profile.grades, year)
    said = typed if total is None else f"{total.quantize(_SHOWN, ROUND_HALF_UP):f} / {typed}"
    params = {"words": said, "value": typed, "year": str(year), "wanted": ", ".join(item.label for item in fitting)}
    elsewhere = [item for item in profile.grades if thai.key(item.label) == thai.key(typed)]
    if elsewhere and not any(item in scheme for item in elsewhere):
        params["was"] = "–".join(str(bound) for bound in (elsewhere[0].first, elsewhere[0].last) if bound)
    return params


RULES: dict[str, Rule] = {
    "kept": Rule((), kept, ("FIGURES_GONE",)),
    "adds_up": Rule((), adds_up, ("TOTAL_DIFFERS", "MEAN_DIFFERS")),
    "graded": Rule(("field",), graded, ("ITA01", "ITA02")),
}
