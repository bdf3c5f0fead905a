"""The measures that agencies propose, each with the indicators that it is meant for and where it was read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from processors.evidence import Index
from processors.profile_words import p
from processors.results import AnswerRow
from templates.instruments import Profile
from templates.spec import Form, Framework, Table
from templates.thai import clean, digits

NUMBER = "indicator_no"
"""Field that makes a table one of measures."""
_TITLE, _HOW, _PART, _CODES = ("measure", "issue"), "method", "sub_indicator", "question_codes"
_DONE, _OUTCOME = ("progress_summary", "monitoring"), ("outcome", "due_date")
_NUMBERS = re.compile(r"([0-9]+)(?:\.[0-9]+)?(?:\s*[-\u2013\u2014]\s*([0-9]+)(?![0-9.]))?")
_CODE = re.compile(r"([A-Za-z])[ .-]?([0-9]+)")


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure, or issue to improve, of an agency: `indicators` that it is meant for, and its cell.

    `what`, `done` and `outcome` are the agency's words, "" where it wrote none.
    """

    what: str
    done: str
    outcome: str
    indicators: tuple[str, ...]
    file: str
    sheet: str
    cell: str


def measures_of(index: Index, framework: Framework) -> dict[str, tuple[Measure, ...]]:
    """Give the measures of the return of each agency that counts, in the order of the form."""
    found: dict[str, list[Measure]] = {}
    forms = {form.full_id: form for form in framework.forms if form.issued_to == "agencies" and tables_of(form)}
    for (agency, name), returns in index.by_return.items():
        if name in forms and framework.profile is not None:
            rows = returns[max(returns)]
            found.setdefault(agency, []).extend(_told(rows, forms[name], framework.profile))
    return {agency: tuple(measures) for agency, measures in found.items()}


def tables_of(form: Form) -> tuple[Table, ...]:
    """Give the tables of a form that hold measures."""
    return tuple(table for table in form.tables if any(item.id == NUMBER for item in table.fields))


def _told(rows: Sequence[AnswerRow], form: Form, profile: Profile) -> list[Measure]:
    order = [table.id for table in tables_of(form)]
    records: dict[tuple[int, int], dict[str, AnswerRow]] = {}
    for row in rows:
        if row.table in order:
            records.setdefault((order.index(row.table), row.record), {})[row.field] = row
    told = (_measure(records[at], profile) for at in sorted(records))
    return [item for item in told if item is not None]


def _measure(record: Mapping[str, AnswerRow], profile: Profile) -> Measure | None:
    """Read one record; None where nothing is proposed."""
    titled = next((record[name] for name in (*_TITLE, _HOW) if name in record and record[name].value), None)
    if titled is None:
        return None
    issue = record.get(_TITLE[1])
    how = record.get(_HOW) if issue is not None else None
    what = ": ".join(row.value for row in (titled, how) if row is not None and row.value)
    done, outcome = ([record[name].value for name in names if name in record] for names in (_DONE, _OUTCOME))
    place = (titled.file, titled.sheet, titled.cell)
    return Measure(what, "".join(done[:1]), "".join(outcome[:1]), _meant(record, profile, what), *place)


def _meant(record: Mapping[str, AnswerRow], profile: Profile, what: str) -> tuple[str, ...]:
    """Tell what indicators a measure is for: as stated, by its sub-indicator, its question codes, or its own words."""
    stated = {name: record[name].value for name in (NUMBER, _PART, _CODES) if name in record}
    return (
        indicators_in(stated.get(NUMBER, ""), profile)
        or indicators_in(stated.get(_PART, ""), profile)
        or _asked(stated.get(_CODES, ""), profile)
        or indicators_in(_behind(what), profile)
    )


def indicators_in(text: str, profile: Profile) -> tuple[str, ...]:
    """Find the numbers of indicators in a text, in any digits, also as a range; without one, their names."""
    plain = digits(clean(text)).replace(p("word_to"), "-")
    known = [item.no for item in profile.indicators]
    found = {no for match in _NUMBERS.finditer(plain) for no in _spread(match[1], match[2])}
    named = {item.no for item in profile.indicators if item.name in plain}
    return _ordered(found & set(known) or named, known)


def _spread(first: str, last: str | None) -> Iterable[str]:
    """Give the numbers of a range, or the one."""
    if last is None or not int(first) < int(last) < _ENDLESS:
        return {first, last or first}
    return {str(no) for no in range(int(first), int(last) + 1)}


_ENDLESS = 100
"""What goes on beyond this is no range of indicators."""


def _behind(text: str) -> str:
    """Keep of a text the numbers that stand behind the word for an indicator."""
    words = digits(clean(text)).split(p("word_indicator"))[1:]
    return ", ".join(match[0] for word in words if (match := _NUMBERS.match(word.strip())))


def _asked(codes: str, profile: Profile) -> tuple[str, ...]:
    """Give the indicators that the question codes of the year belong to."""
    catalogue = {item.code.casefold(): item.indicator.partition(".")[0] for item in profile.in_year(profile.questions)}
    found = {catalogue.get(f"{letter}{number}".casefold(), "") for letter, number in _CODE.findall(digits(clean(codes)))}
    known = [item.no for item in profile.indicators]
    return _ordered(found & set(known), known)


def _ordered(found: Iterable[str], known: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(found, key=known.index))
