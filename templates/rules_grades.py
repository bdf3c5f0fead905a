"""The rule about a score and a grade in a text: they go together, and the instruments that decide stand there (ITA01, ITA02)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from templates.breach import Breach, Context, Row, Rule
from templates.instruments import FULL, TOTAL, Profile
from templates.rules_assessed import column_of, grade_wrong
from templates.rules_years import texts_of
from templates.scores_said import GradeSaid, Told, told_of
from templates.spec import RuleSpec

_QUOTED = 70
"""Letters of a text that are shown as they stand; a longer one is shown by its two ends."""
_APART = Decimal(1)
"""Points by which a total may differ from the weighted sum of its instruments, stated in whole points or one decimal."""
_PAIRS = (("(", ")"), ("“", "”"), ("‘", "’"))
_OPEN = "–"


def grade_fits(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Ask about a grade that is not of its year's scheme or can't go with the score, and about missing scores of instruments.

    `code` is said of the grade, `missing` of a total or a grade that needs the instruments where they stand in none of
    the fields. `assessment` names the table that shows the agency's result, with fields `total` and one of each instrument;
    `target` the field of what is hoped for. What may be of another year than it seems is left alone.
    """
    profile = context.profile
    if profile is None:
        return []
    breaches = []
    known = _shown(context.tables.get(spec.text("assessment"), ()), profile)
    for at, row in enumerate(rows):
        texts = {name: text for _, name, text in texts_of([row], spec.fields())}
        told = {name: _hoped(told_of(text, profile), name == spec.text("target")) for name, text in texts.items()}
        found = [
            *((name, spec.text("code"), params) for name, params in _misfits((texts, told), profile, known)),
            *_missing(told, (profile, known, spec)),
        ]
        breaches += [Breach(at, *item, "warning") for item in found]
    return breaches


def _hoped(told: Told, of_target: bool) -> Told:
    """Take all that a text about targets says for aims."""
    if not of_target:
        return told
    totals = tuple(replace(score, aim=True) for score in told.totals)
    return replace(told, totals=totals, grades=tuple(replace(grade, total=None, aim=True) for grade in told.grades))


def _misfits(
    read: tuple[Mapping[str, str], Mapping[str, Told]], profile: Profile, known: Mapping[str, Decimal]
) -> Iterator[tuple[str, dict[str, str]]]:
    """Give (field, what is to be said) of the first grade of each text that does not fit."""
    texts, told = read
    for name, said in told.items():
        several = {score.year for score in said.totals if _totals(said, score.year) > 1}
        wrong = []
        for grade in said.grades:
            scores = {} if grade.aim or grade.year in several else _beside(grade, (said, told.values()), (profile, known))
            # Of two totals of one year one is of another that the text names: only what fits none of them is wrong.
            years = {grade.year, *(said.years if grade.year in several else ())}
            tried = {year: _misfit(texts[name], replace(grade, year=year), (profile, scores)) for year in years}
            wrong += [tried[grade.year]] if all(tried.values()) else []
        yield from ((name, params) for params in wrong[:1])


def _totals(said: Told, year: int) -> int:
    return len({score.value for score in said.totals if score.year == year and not score.aim})


def _shown(rows: Sequence[Row], profile: Profile) -> Mapping[str, Decimal]:
    """Give the scores that the form shows of the agency, by instrument, the total as ""."""
    fields = {"": TOTAL, **{item.code: column_of(profile, item.code) for item in profile.instruments}}
    row: Row = rows[0] if rows else {}
    return {code: value for code, name in fields.items() if isinstance(value := row.get(name), Decimal)}


def _beside(
    grade: GradeSaid, read: tuple[Told, Collection[Told]], given: tuple[Profile, Mapping[str, Decimal]]
) -> Mapping[str, Decimal]:
    """Give the scores of instruments that a grade is judged by: those of its year and text, else of its year in other fields.

    Where they all stand and are not those of the total, none are; where the form shows the same total, they are the form's.
    """
    own, told = read
    profile, known = given
    scores = _of_year([own], grade.year) or _of_year(told, grade.year)
    total = grade.total.value if grade.total else None
    if not scores and total is not None and known.get("") == total:
        return known
    parts = [scores[item.code] * item.weight / FULL for item in profile.instruments if item.code in scores]
    whole = len(parts) == len(profile.instruments)
    return {} if whole and total is not None and abs(sum(parts, Decimal(0)) - total) > _APART else scores


def _of_year(told: Collection[Told], year: int) -> dict[str, Decimal]:
    """Give the scores of instruments of a year that are told in one way only."""
    found: dict[str, set[Decimal]] = {}
    for said in told:
        for (of, code), values in said.instruments.items():
            if of == year:
                found.setdefault(code, set()).update(values)
    return {code: values.pop() for code, values in found.items() if len(values) == 1}


def _misfit(text: str, said: GradeSaid, given: tuple[Profile, Mapping[str, Decimal]]) -> dict[str, str]:
    """Give what is to be said of a grade that does not fit, nothing for one that does, or of a year without grades."""
    profile, scores = given
    if not profile.in_year(profile.grades, said.year):
        return {}
    wrong = grade_wrong(profile, said.label, (said.total.value if said.total else None, scores), said.year)
    if wrong.get("was", "").endswith(_OPEN):
        first = wrong["was"].removesuffix(_OPEN)
        wrong["was"] = first if first == str(profile.year) else f"{first}{_OPEN}{profile.year}"
    return {**wrong, "words": _quoted(text, said)} if wrong else {}


def _quoted(text: str, said: GradeSaid) -> str:
    places = sorted([(said.start, said.end)] + ([(said.total.start, said.total.end)] if said.total else []))
    start, end = places[0][0], max(end for _, end in places)
    if end - start <= _QUOTED:
        return _closed(text, start, end)
    return " … ".join(_closed(text, *place) for place in places)


def _closed(text: str, start: int, end: int) -> str:
    """Give a piece of a text in one line, with the bracket that closes it."""
    found = text[start:end]
    for opened, closed in _PAIRS:
        if found.count(opened) > found.count(closed) and text[end : end + 1] == closed:
            found, end = found + closed, end + 1
    return " ".join(found.split())


def _missing(
    told: Mapping[str, Told], given: tuple[Profile, Mapping[str, Decimal], RuleSpec]
) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Ask once for the scores of instruments that no field states, at the first text whose grade depends on them."""
    profile, known, spec = given
    stated = {code for said in told.values() for _, code in said.instruments}
    lack = [item.code for item in profile.instruments if item.code not in stated]
    if not lack:
        return
    for name, said in told.items():
        if not any(_depends(profile, *stands) for stands in _results(said, profile)):
            continue
        params = {"words": ", ".join(lack)}
        if all(code in known for code in lack):
            params["values"] = ", ".join(f"{code} {known[code]:.2f}" for code in lack)
        yield name, spec.text("missing"), params
        return


def _results(said: Told, profile: Profile) -> Iterator[tuple[int, Decimal | None]]:
    """Give (year, total) of the results that a text states: every grade that is no aim, totals of the report's own year."""
    yield from ((grade.year, grade.total.value if grade.total else None) for grade in said.grades if not grade.aim)
    yield from ((profile.year, score.value) for score in said.totals if score.year == profile.year and not score.aim)


def _depends(profile: Profile, year: int, total: Decimal | None) -> bool:
    """Tell whether the grade of a total depends on the instruments in a year."""
    scheme = profile.in_year(profile.grades, year)
    if all(item.each_least is None for item in scheme):
        return False
    return total is None or len(profile.possible(total, {}, year)) > 1


RULES = {"grade_fits": Rule(("fields",), grade_fits, ("ITA01", "ITA02"))}
