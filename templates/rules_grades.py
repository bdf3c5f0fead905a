"""The rule about a score and a grade in a text: they go together, and the instruments that decide stand there (ITA01, ITA02)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from templates.breach import Breach, Context, Row, Rule
from templates.instruments import TOTAL, Profile
from templates.rules_assessed import column_of, grade_wrong
from templates.rules_years import texts_of, years_said
from templates.scores_said import GradeSaid, Told, told_of, year_at
from templates.spec import RuleSpec

_QUOTED = 70
"""Letters of a text that are shown as they stand; a longer one is shown by its two ends."""


def grade_fits(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Ask about a grade that is not of its year's scheme or can't go with the score, and about missing scores of instruments.

    `code` is said of the grade, `missing` of a total or a grade that needs the instruments where they stand in none of
    the fields. `assessment` names the table that shows the agency's result, with fields `total` and one of each instrument.
    """
    profile = context.profile
    if profile is None:
        return []
    breaches = []
    known = _shown(context.tables.get(spec.text("assessment"), ()), profile)
    for at, row in enumerate(rows):
        texts = {name: text for _, name, text in texts_of([row], spec.fields())}
        told = {name: told_of(text, profile) for name, text in texts.items()}
        stated = {code: score for said in told.values() for code, score in said.instruments.items()}
        found = [
            *((name, spec.text("code"), params) for name, params in _misfits((texts, told), stated, (profile, known))),
            *_missing((texts, told), stated, (profile, known, spec)),
        ]
        breaches += [Breach(at, *item, "warning") for item in found]
    return breaches


def _misfits(
    read: tuple[Mapping[str, str], Mapping[str, Told]],
    stated: Mapping[str, Decimal],
    given: tuple[Profile, Mapping[str, Decimal]],
) -> Iterator[tuple[str, dict[str, str]]]:
    """Give (field, what is to be said) of the first grade of each text that does not fit."""
    texts, told = read
    profile, known = given
    for name, said in told.items():
        scores = ((grade, _scores(grade, (said.instruments or stated, said), known)) for grade in said.grades)
        wrong = (params for grade, score in scores if (params := _misfit(texts[name], grade, (profile, score))))
        yield from ((name, params) for params in [next(wrong, None)] if params)


def _shown(rows: Sequence[Row], profile: Profile) -> Mapping[str, Decimal]:
    """Give the scores that the form shows of the agency, by instrument, the total as ""."""
    fields = {"": TOTAL, **{item.code: column_of(profile, item.code) for item in profile.instruments}}
    row: Row = rows[0] if rows else {}
    return {code: value for code, name in fields.items() if isinstance(value := row.get(name), Decimal)}


def _scores(grade: GradeSaid, said: tuple[Mapping[str, Decimal], Told], known: Mapping[str, Decimal]) -> Mapping[str, Decimal]:
    """Give the scores of instruments that stand beside a total: of the same text, or of the form where the total is the same."""
    beside, told = said
    if len({score.value for score in told.totals}) > 1:
        return {}
    if beside or grade.total is None or known.get("") != grade.total.value:
        return beside
    return known


def _misfit(text: str, said: GradeSaid, given: tuple[Profile, Mapping[str, Decimal]]) -> dict[str, str]:
    """Give what is to be said of a grade that does not fit, nothing for one that does, or of a year without grades."""
    profile, scores = given
    if not profile.in_year(profile.grades, said.year):
        return {}
    wrong = grade_wrong(profile, said.label, (said.total.value if said.total else None, scores), said.year)
    return {**wrong, "words": _quoted(text, said)} if wrong else {}


def _quoted(text: str, said: GradeSaid) -> str:
    start = min(said.start, said.total.start) if said.total else said.start
    end = max(said.end, said.total.end) if said.total else said.end
    if end - start <= _QUOTED:
        return " ".join(text[start:end].split())
    shown = [text[said.start : said.end]] + ([text[said.total.start : said.total.end]] if said.total else [])
    return " … ".join(" ".join(words.split()) for words in shown)


def _missing(
    read: tuple[Mapping[str, str], Mapping[str, Told]],
    stated: Mapping[str, Decimal],
    given: tuple[Profile, Mapping[str, Decimal], RuleSpec],
) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Ask once for the scores of instruments that no field states, at the first text whose grade depends on them."""
    texts, told = read
    profile, known, spec = given
    lack = [item.code for item in profile.instruments if item.code not in stated]
    if not lack:
        return
    for name, said in told.items():
        if not any(_depends(profile, *stands) for stands in _results(texts[name], said, profile)):
            continue
        params = {"words": ", ".join(lack)}
        if all(code in known for code in lack):
            params["values"] = ", ".join(f"{code} {known[code]:.2f}" for code in lack)
        yield name, spec.text("missing"), params
        return


def _results(text: str, said: Told, profile: Profile) -> Iterator[tuple[int, Decimal | None]]:
    """Give (year, total) of the results that a text states: every grade that is no aim, totals of the report's own year."""
    yield from ((grade.year, grade.total.value if grade.total else None) for grade in said.grades if not grade.aim)
    years = [item for item in years_said(text, profile.year) if item.first == item.last]
    for score in said.totals:
        if year_at(score.start, years, profile.year) == profile.year:
            yield profile.year, score.value


def _depends(profile: Profile, year: int, total: Decimal | None) -> bool:
    """Tell whether the grade of a total depends on the instruments in a year."""
    scheme = profile.in_year(profile.grades, year)
    if all(item.each_least is None for item in scheme):
        return False
    return total is None or len(profile.possible(total, {}, year)) > 1


RULES = {"grade_fits": Rule(("fields",), grade_fits, ("ITA01", "ITA02"))}
