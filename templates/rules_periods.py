"""Rules about the time in which a measure is carried out: years outside the report, months without a year (ITA05, ITA06)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from functools import cache

from templates import thai
from templates.breach import Breach, Context, Row, Rule
from templates.dates import MONTH_WORDS, read_period
from templates.phrases import one_of, words
from templates.rules_dates import fiscal_year_bounds
from templates.rules_years import outside, texts_of, years_said
from templates.spec import RuleSpec

FINE, STRANGE, BARE, UNREAD, NO_QUARTER = range(5)
_QUARTERS = range(1, 5)


def periods(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Ask about a period that is not within the fiscal year, that names a month and no year, or that nobody can read.

    What only says how long, how often or how soon (`[period] known` of the phrases) is left alone; a fifth quarter is not.
    Fiscal quarters, rounds and the whole year need no year: they are the report's. What spans the whole fiscal year is
    right, too. Each line of a cell is read by itself, unless all of them are one period.
    """
    codes = {STRANGE: spec.text("outside"), BARE: spec.text("bare"), UNREAD: "PERIOD_UNREAD", NO_QUARTER: "PERIOD_UNREAD"}
    breaches = []
    for at, name, text in texts_of(rows, spec.fields()):
        if (table, at, name) in context.bad:
            continue
        said = _lines(text, context.fiscal_year)
        if all(kind == UNREAD for kind, _ in said):
            said = said[:1]
        else:
            said = [(kind, line) for kind, line in said if kind not in (FINE, UNREAD)]
        for kind in dict.fromkeys(kind for kind, _ in said):
            shown = ", ".join(dict.fromkeys(line for other, line in said if other == kind))
            params = {"words": shown, "year": str(context.fiscal_year)}
            breaches.append(Breach(at, name, codes[kind], params, "warning"))
    return breaches


def _lines(text: str, fiscal_year: int) -> list[tuple[int, str]]:
    whole = " ".join(text.split())
    if (kind := _span(whole, fiscal_year)) is not None:
        return [(kind, whole)]
    return [(_line(line, fiscal_year), line.strip()) for line in text.split("\n") if line.strip()]


def _span(text: str, fiscal_year: int) -> int | None:
    """Judge what reads as a period and nothing else; None for any other text."""
    read = read_period(text, fiscal_year)
    if not isinstance(read.value, str):
        return None
    if "NO_YEAR" in read.codes:
        return BARE
    (first, last), (start, end) = map(dt.date.fromisoformat, read.value.split("/")), fiscal_year_bounds(fiscal_year)
    return FINE if start <= first <= last <= end or first <= start and end <= last else STRANGE


def _line(text: str, fiscal_year: int) -> int:
    if (kind := _span(text, fiscal_year)) is not None:
        return kind
    if outside(text, fiscal_year, fiscal_year, fiscal_year):
        return STRANGE
    if years_said(text, fiscal_year):
        return FINE
    plain = thai.digits(text)
    if any(int(no) not in _QUARTERS for found in _quarters().finditer(plain) for no in re.findall("[0-9]+", found[1])):
        return NO_QUARTER
    if _months().search(plain):
        return BARE
    return FINE if any(word in plain for word in words("period", "known")) else UNREAD


@cache
def _quarters() -> re.Pattern[str]:
    """Give an expression for a quarter, or several of them, without the year that may follow."""
    joins = one_of("period", "joins")
    return re.compile(f"{one_of('prose', 'quarters')}\\s*([0-9]{{1,2}}(?![0-9])(?:\\s*{joins}\\s*[0-9](?![0-9./]))*)")


@cache
def _months() -> re.Pattern[str]:
    named = (word for word in MONTH_WORDS if not word.isascii())
    return re.compile("|".join(sorted(map(re.escape, named), key=len, reverse=True)))


RULES: dict[str, Rule] = {"periods": Rule(("fields",), periods, ("ITA05", "ITA06", "PERIOD_UNREAD"))}
