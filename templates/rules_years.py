"""The years that a running text speaks of, and the rule that they are those of the report (domain C6: ITA03-ITA05)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from templates import thai
from templates.breach import Breach, Context, Row
from templates.dates import ERA, MONTH_WORDS, NEAR_BE
from templates.phrases import one_of
from templates.spec import RuleSpec

_OCTOBER = 10  # from this month on a month belongs to the next fiscal year
_BUDDHIST, _CENTURY = 2400, 2500
_BARE = 40  # years around the fiscal year within which four figures without a word are a year
_CHAIN = 3  # so many years in a row are a comparison
_WEB = re.compile(r"(?:https?://|www\.)\S+|[a-z0-9._%+-]{1,64}@\S+", re.IGNORECASE)
_KEPT = 256  # texts whose reading is kept: several rules look at the same cells
_FOUR = "(?:19|20|24|25|26)[0-9]{2}(?![0-9])"
_TWO = "[0-9]{2}(?![0-9]|[.,:/-][0-9])"
_ISO = re.compile(rf"(?<![0-9])({_FOUR})-([01]?[0-9])-[0-3]?[0-9](?![0-9])")
_NUMERIC = re.compile(rf"(?<![0-9/.])[0-3]?[0-9]\s?([-/.])\s?([01]?[0-9])\s?\1\s?({_FOUR}|[0-9]{{2}}(?![0-9]))(?!/)")
_MONTHS = {word.replace(".", ""): int(thai.DATE_WORDS[word][1:]) for word in MONTH_WORDS}

Hit = tuple[int, int, int, int]
"""Where a year stands in a text (start, end), and the first and the last fiscal year that it means."""


@dataclass(frozen=True)
class Said:
    """A year as a text says it: the words, the first and the last fiscal year (Buddhist era) that they mean, where it begins."""

    words: str
    first: int
    last: int
    at: int


def within(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Ask about years that the report is not of: up to `back` years before its fiscal year and `ahead` behind it are right.

    A month with a year is of the fiscal year that it falls in; a span of years that reaches into the report's is right,
    and so are the years of laws, of letters that are cited, of history, and years that are compared. `code` is what is said.
    """
    year = context.fiscal_year
    first, last = year - int(spec.text("back") or 0), year + int(spec.text("ahead") or 0)
    breaches = []
    for at, name, text in texts_of(rows, spec.fields()):
        if strange := outside(text, year, first, last):
            params = {"words": ", ".join(dict.fromkeys(strange)), "year": str(year)}
            breaches.append(Breach(at, name, spec.text("code"), params, "warning"))
    return breaches


def texts_of(rows: Sequence[Row], names: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    """Give (record, field, cleaned text) of the texts that stand in some fields."""
    for at, row in enumerate(rows):
        for name in names:
            if isinstance(value := row.get(name), str):
                yield at, name, _clean(value)


@lru_cache(_KEPT)
def _clean(text: str) -> str:
    return thai.clean(text)


def without_addresses(text: str) -> str:
    """Give a text with figures 0-9 and addresses of pages and people blotted out, letter for letter."""
    return _WEB.sub(lambda match: "x" * len(match[0]), thai.digits(text))


def outside(text: str, fiscal_year: int, first: int, last: int) -> tuple[str, ...]:
    """Give the words of a cleaned text that mean no year from `first` to `last`."""
    said = years_said(text, fiscal_year)
    named = {item.first for item in said if item.first == item.last}
    strange = (item for item in said if item.last < first or item.first > last)
    return tuple(item.words for item in strange if not _in_a_row(item, named))


def _in_a_row(item: Said, named: set[int]) -> bool:
    """Tell whether a year stands in a row of years that are all named."""
    lowest = top = item.first
    while top + 1 in named:
        top += 1
    while lowest - 1 in named:
        lowest -= 1
    return item.first == item.last and top - lowest + 1 >= _CHAIN


@lru_cache(_KEPT)
def years_said(text: str, fiscal_year: int, *, compared: bool = False) -> tuple[Said, ...]:
    """Give the years that a cleaned text speaks of as its own, in order; `fiscal_year` settles years of two figures.

    `compared`: also those that it only compares with, or that something began in.
    """
    if not any(c.isdecimal() for c in text):
        return ()
    whole = plain = without_addresses(text)
    found: list[Hit] = []
    for reader in (_days, _months, _spans, _quarters, _led_years, _bare_years):
        hits = list(reader(plain, fiscal_year))
        found += [hit for hit in hits if not _told_otherwise(whole, hit, compared)]
        for start, end, _, _ in hits:
            plain = plain[:start] + "\x00" * (end - start) + plain[end:]
    return tuple(Said(" ".join(text[start:end].split()), first, last, start) for start, end, first, last in sorted(found))


def _days(plain: str, fiscal_year: int) -> Iterator[Hit]:
    for match in _ISO.finditer(plain):
        yield from _in_month(match, match[1], int(match[2]))
    for match in _NUMERIC.finditer(plain):
        if len(match[3]) == 4 or match[1] == "/" and _near(match[3], fiscal_year):
            yield from _in_month(match, match[3], int(match[2]))


def _months(plain: str, fiscal_year: int) -> Iterator[Hit]:
    for match in _month_words().finditer(plain):
        month = _MONTHS.get(re.sub(r"[.\s]", "", match[1]).casefold(), 0)
        if len(match[2]) == 4 or _near(match[2], fiscal_year) and not _units().match(plain, match.end()):
            yield from _in_month(match, match[2], month)


def _spans(plain: str, fiscal_year: int) -> Iterator[Hit]:
    for match in _span_words().finditer(plain):
        first = _of_four(match[1])
        last = _of_four(match[2]) if len(match[2]) == 4 else first // 100 * 100 + int(match[2])
        if first < last:
            yield match.start(), match.end(), first, last


def _quarters(plain: str, fiscal_year: int) -> Iterator[Hit]:
    for match in _quarter_words().finditer(plain):
        yield match.start(), match.end(), _of_four(match[1]), _of_four(match[1])


def _led_years(plain: str, fiscal_year: int) -> Iterator[Hit]:
    for match in _led_words().finditer(plain):
        year = _of_four(match[1]) if match[1] else _CENTURY + int(match[2])
        if match[1] or _near(match[2], fiscal_year) and not _units().match(plain, match.end()):
            yield match.start(), match.end(), year, year


def _bare_years(plain: str, fiscal_year: int) -> Iterator[Hit]:
    for match in _bare_words().finditer(plain):
        year = int(match[0])
        if abs(year - fiscal_year) <= _BARE and not _units().match(plain, match.end()):
            yield match.start(), match.end(), year, year


def _in_month(match: re.Match[str], year: str, month: int) -> Iterator[Hit]:
    if 1 <= month <= 12:
        whole = _of_four(year) if len(year) == 4 else _CENTURY + int(year)
        fiscal = whole + (month >= _OCTOBER)
        yield match.start(), match.end(), fiscal, fiscal


def _of_four(year: str) -> int:
    return int(year) if int(year) >= _BUDDHIST else int(year) + ERA


def _near(year: str, fiscal_year: int) -> bool:
    return abs(_CENTURY + int(year) - fiscal_year) <= NEAR_BE


def _told_otherwise(whole: str, hit: Hit, compared: bool) -> bool:
    """Tell whether what stands around a year makes it that of a law or a letter, of history, or one that is compared."""
    start, end = hit[:2]
    before = whole[max(0, start - 110) : start].rpartition("\n")[2]
    behind = whole[end : end + 45].partition("\n")[0]
    yearly = _yearly().search(whole, start, end)
    if not yearly and _lawful().search(before) or _leading().search(before):
        return True
    if compared:
        return False
    begun = bool(yearly) and bool(_beginning().search(before))
    return begun or bool(_than().search(before) or _compared().search(before[-45:] + "\n" + behind) or _since().match(behind))


@cache
def _month_words() -> re.Pattern[str]:
    by_length = sorted(MONTH_WORDS, key=len, reverse=True)
    months = "|".join(re.escape(word).replace(r"\.", r"\.?\s?") for word in by_length)
    era = one_of("year", "era")
    return re.compile(rf"(?:(?<![0-9.])[0-3]?[0-9]\s?)?(?<![a-z])({months})\s*(?:{era}|,)?\s*({_FOUR}|{_TWO})", re.IGNORECASE)


@cache
def _led() -> str:
    return f"(?:{one_of('prose', 'leads')}\\s*){{1,4}}"


@cache
def _span_words() -> re.Pattern[str]:
    between = rf"\s*{one_of('prose', 'ranges')}\s*(?:{one_of('year', 'era')}\s*)?"
    return re.compile(rf"(?:{_led()})?(?<![0-9.,/])({_FOUR}){between}({_FOUR}|{_TWO})")


@cache
def _quarter_words() -> re.Pattern[str]:
    return re.compile(rf"{one_of('prose', 'quarters')}\s*[1-4]\s*/\s*({_FOUR})")


@cache
def _led_words() -> re.Pattern[str]:
    lead = rf"(?:{one_of('prose', 'short_leads')}|(?<![0-9] )(?<![0-9]){one_of('prose', 'shortest')})"
    short = rf"{lead}\s*(?:{one_of('year', 'era')}\s*)?({_TWO})"
    return re.compile(rf"{_led()}({_FOUR})|{short}")


@cache
def _bare_words() -> re.Pattern[str]:
    """Give an expression for four figures that stand alone: no amount, no number of a letter or telephone."""
    year = "2[456][0-9]{2}"
    before = rf"(?<![0-9.,/])(?:(?<![0-9][- ])|(?<={year}[- ]))"
    return re.compile(rf"{before}{year}(?![0-9/%]|[.,][0-9]|[- ](?!{year}(?![0-9]))[0-9]{{3,}})")


@cache
def _units() -> re.Pattern[str]:
    return re.compile(rf"\s*{one_of('prose', 'units')}")


@cache
def _yearly() -> re.Pattern[str]:
    return re.compile(one_of("prose", "yearly"))


@cache
def _lawful() -> re.Pattern[str]:
    return re.compile(one_of("prose", "laws"))


@cache
def _leading() -> re.Pattern[str]:
    """Give an expression for words before a year: of a letter, of a foundation, of a number that is none."""
    cited, founded, counts = one_of("prose", "cited"), one_of("prose", "founded"), one_of("prose", "counts")
    return re.compile(rf"{cited}.{{0,70}}\Z|{founded}.{{0,45}}\Z|(?<![^\s]){counts}\s*\Z")


@cache
def _than() -> re.Pattern[str]:
    return re.compile(rf"{one_of('prose', 'than')}[^0-9]{{0,25}}\Z")


@cache
def _beginning() -> re.Pattern[str]:
    """Give an expression for words right before the year in which something began that still goes on."""
    return re.compile(rf"{one_of('prose', 'from')}\s*\Z")


@cache
def _compared() -> re.Pattern[str]:
    return re.compile(one_of("prose", "compares"))


@cache
def _since() -> re.Pattern[str]:
    return re.compile(rf".{{0,15}}{one_of('prose', 'since')}")
