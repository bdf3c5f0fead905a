"""Dates, months, periods and fiscal years as Thai offices write them, in the Buddhist era and in the Gregorian one."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from templates.phrases import words
from templates.reading import LONGEST, plain
from templates.thai import DATE_WORDS, Raw, Read, clean, digits, nothing
from templates.words import say

ERA = 543  # Buddhist year = Gregorian year + 543
NEAR_BE, NEAR_CE = 20, 10  # years around the fiscal year within which a year of two digits is believed
CYCLE = 3  # years around the fiscal year within which a cell of 19xx is a Buddhist year that Excel misunderstood
AS_19XX = 2500 - ERA - 1900
_FISCAL_YEARS = range(2540, 2641)
CELL_YEARS = range(1950, 2101)
MISREAD = range(1950, 2000)
FIRST_CELL = date(CELL_YEARS[0], 1, 1)
"""No true date cell before this day is believed."""
MONTH_WORDS = tuple(word for word, token in DATE_WORDS.items() if re.fullmatch("[em][0-9]{2}", token))

_YEAR = "([0-9]{4}|[0-9]{2})"
_SEP = "(?:[-/.,] )?"
_WORD = "|".join(
    re.escape(word).replace(r"\.", r"\s?\.?\s?") + ("(?![a-z])" if word.isascii() and word.isalpha() else "")
    for word in sorted(DATE_WORDS, key=len, reverse=True)
)
_TOKEN = re.compile(rf"({_WORD})|([0-9]+|[/.,:])|\s+|(.)", re.DOTALL)
_TOKENS = {word.replace(".", ""): token for word, token in DATE_WORDS.items()}
_CLOCK = re.compile(r" (?:at )?[0-9]{1,2} [:.] [0-9]{2}(?: : [0-9]{2}(?: \. [0-9]+)?)?(?: hr)?\Z")
_ISO = re.compile(r"([0-9]{4}) ([-/.]) ([0-9]{1,2})(?: \2 ([0-9]{1,2}))?\Z")
_NUMERIC = re.compile(rf"([0-9]{{1,2}}) {_SEP}([0-9]{{1,2}})(?: {_SEP}{_YEAR})?\Z")
_NUMERIC_MONTH = re.compile(r"([0-9]{1,2}) [-/.] ([0-9]{4})\Z")
_NAMED = re.compile(rf"(?:([0-9]{{1,2}}) {_SEP})?([em])([0-9]{{2}})(?: {_SEP}{_YEAR})?\Z")
_AMERICAN = re.compile(r"e([0-9]{2}) ([0-9]{1,2}) , ([0-9]{4})\Z")
_COUNTED = re.compile(r"no [0-9]{1,2} (?:[:.] )?(?=.)")
_FISCAL = re.compile(rf"(?:fy )?{_YEAR}\Z")
_WHOLE = re.compile(rf"fy(?: {_YEAR})?\Z")
_ROUND = re.compile(rf"round (3|6|9|12)(?: (?:fy )?{_YEAR})?\Z")
_QUARTER = re.compile(rf"q ([1-4])(?: [-,] (?:q )?([1-4]))?(?: (?:/ )?(?:fy )?{_YEAR})?\Z")


@dataclass(frozen=True)
class _Point:
    """A day, a month or a bare day as typed; 0 and "" = not said. `english`: the month was named in English."""

    day: int = 0
    month: int = 0
    year: str = ""
    english: bool = False


def thai_date(day: date) -> str:
    """Write a day as `30 มิ.ย. 2557`: short month, year of the Buddhist era; `read_date` reads it back."""
    return f"{day.day} {say('pages', 'months').split()[day.month - 1]} {day.year + ERA}"


def read_date(raw: Raw, fiscal_year: int, date1904: bool = False) -> Read:
    """Read a day as a Gregorian date; `fiscal_year` (Buddhist era) settles years of two digits.

    Raw may be a date cell, its serial number (`date1904`: of a workbook with the 1904 epoch) or typed text. An end of a
    month is its last day with VAGUE; a day without its year is refused with NO_YEAR.
    """
    if not isinstance(raw, str):
        return _cell(raw, fiscal_year, date1904)
    text = clean(raw)
    if found := nothing(text):
        return found
    tokens = _tokens(text)
    end = tokens.startswith("end ")
    if end and (whole := _WHOLE.match(tokens, 4)):
        year = _fiscal_number(whole[1], fiscal_year)
        return Read(_fiscal_span(year, 0, 11)[1], ("VAGUE",)) if year else Read(rejected="BAD_DATE")
    point = _point(tokens[4:] if end else tokens)
    if point is None or not point.month or end == bool(point.day):
        return Read(rejected="BAD_DATE")
    read = _day(point, fiscal_year)
    more = ("VAGUE",) * end + ("ERA_CONTRADICTS",) * _contradicts(text, point.year)
    return Read(read.value, (*read.codes, *more)) if more and read.value else read


def _contradicts(text: str, year: str) -> bool:
    """Tell whether the era named before a whole year is not the one that the year belongs to."""
    era = "christian" if len(year) == 4 and int(year) >= 2400 else "buddhist"
    return len(year) == 4 and any(word in text for word in words("year", era))


def read_month(raw: Raw, fiscal_year: int) -> Read:
    """Read a month as `2014-06`; without a year it is that of the fiscal year, with the code NO_YEAR."""
    read = read_date(raw, fiscal_year) if not isinstance(raw, str) else nothing(clean(raw))
    if read is None:
        point = _point(_tokens(clean(str(raw))))
        if point is None or not 1 <= point.month <= 12:
            return Read(rejected="BAD_MONTH")
        found = _year(point, fiscal_year) if point.year else (_context_year(point.month, fiscal_year), ("NO_YEAR",))
        return Read(f"{found[0]:04}-{point.month:02}", found[1]) if found else Read(rejected="BAD_MONTH")
    return Read(f"{read.value:%Y-%m}", read.codes) if isinstance(read.value, date) else read


def read_period(raw: Raw, fiscal_year: int) -> Read:
    """Read a span as `2013-10-01/2014-06-30`: two days or months, one of them, fiscal quarters, a round, a fiscal year.

    What the first end leaves out it takes from the last; a year nobody wrote is that of the fiscal year with NO_YEAR.
    """
    if raw is not None and not isinstance(raw, str):
        return Read(rejected="EXCEL_DATE_MANGLED")
    text = clean(raw or "")
    if found := nothing(text):
        return found
    tokens = _COUNTED.sub("", _tokens(text), count=1)
    for pattern in (_WHOLE, _ROUND, _QUARTER):
        if match := pattern.match(tokens):
            return _fiscal_period(pattern, match, fiscal_year)
    if (point := _point(tokens)) and point.month:
        return _span(point, point, fiscal_year)
    for cut in re.finditer(" - ", tokens):
        first, last = _point(tokens[: cut.start()]), _point(tokens[cut.end() :])
        if first and last and last.month:
            return _span(first, last, fiscal_year)
    return Read(rejected="BAD_PERIOD")


def read_fiscal_year(raw: Raw) -> Read:
    """Read a fiscal year as a Decimal of the Buddhist era; Gregorian years are turned into it."""
    if isinstance(raw, bool | date | timedelta) or raw is None:
        return Read(rejected=None if raw is None else "BAD_YEAR")
    number = plain(raw) if isinstance(raw, int | float | Decimal) else None
    text = clean(raw) if isinstance(raw, str) else "?" if number is None else str(number)
    if found := nothing(text):
        return found
    match = _FISCAL.match(_tokens(text))
    if not match:
        return Read(rejected="BAD_YEAR")
    year = _fiscal_number(match[1], 0)
    if not year:
        return Read(rejected="OUT_OF_RANGE")
    return Read(Decimal(year), ("CE_2DIGIT",) if len(match[1]) == 2 and year % 100 != int(match[1]) else ())


def _fiscal_number(written: str | None, fiscal_year: int) -> int:
    if not written:
        return fiscal_year
    number = int(written)
    bases = (0, ERA) if len(written) == 4 else (2500, 2000 + ERA)
    return next((number + base for base in bases if number + base in _FISCAL_YEARS), 0)


def _tokens(text: str) -> str:
    """Give a cleaned text as tokens parted by one space, without the time of day; "?" where a word is unknown."""
    tokens: list[str] = []
    for match in _TOKEN.finditer(digits(text).casefold() if len(text) <= LONGEST else "?"):
        word, figure, unknown = match.groups()
        tokens.append("?" if unknown else figure or (_TOKENS["".join(word.replace(".", "").split())] if word else ""))
    joined = " ".join(token for token in tokens if token).removesuffix(" .")
    clock = _CLOCK.search(joined)
    said = clock is not None and (":" in clock[0] or "at" in clock[0] or "hr" in clock[0])
    return joined[: clock.start()] if clock and said else joined


def _point(tokens: str) -> _Point | None:
    if match := _ISO.match(tokens):
        return _Point(int(match[4] or 0), int(match[3]), match[1])
    if match := _NUMERIC_MONTH.match(tokens):
        return _Point(0, int(match[1]), match[2])
    if match := _NUMERIC.match(tokens):
        return _Point(int(match[1]), int(match[2]), match[3] or "")
    if match := _AMERICAN.match(tokens):
        return _Point(int(match[2]), int(match[1]), match[3], english=True)
    if match := _NAMED.match(tokens):
        return _Point(int(match[1] or 0), int(match[3]), match[4] or "", match[2] == "e")
    return _Point(int(tokens)) if tokens.isdecimal() and len(tokens) <= 2 else None


def _year(point: _Point, fiscal_year: int) -> tuple[int, tuple[str, ...]] | None:
    number = int(point.year)
    if len(point.year) == 4:
        number -= ERA if number >= 2400 else 0
        if _misread(number, fiscal_year):
            return number + AS_19XX, ("BE_2DIGIT_AS_19XX",)
        return (number, ()) if 1850 <= number <= 2200 else None
    buddhist, gregorian = 2500 + number - ERA, 2000 + number
    now = fiscal_year - ERA
    if abs(buddhist - now) <= NEAR_BE:
        return buddhist, ("BE_2DIGIT_AS_19XX",) if point.english else ()
    return (gregorian, ("CE_2DIGIT",)) if abs(gregorian - now) <= NEAR_CE else None


def _misread(year: int, fiscal_year: int) -> bool:
    """Tell whether a year of the last century is a Buddhist year of two digits that a program took for one (domain D)."""
    return year in MISREAD and abs(year + AS_19XX - (fiscal_year - ERA)) <= CYCLE


def _context_year(month: int, fiscal_year: int) -> int:
    return fiscal_year - ERA - (month >= 10)


def _day(point: _Point, fiscal_year: int) -> Read:
    found = _year(point, fiscal_year) if point.year else (_context_year(point.month, fiscal_year), ())
    day = _on(found[0], point.month, point.day or 31) if found else None
    if found is None or day is None or point.day and point.day != day.day:
        return Read(rejected="BAD_DATE")
    return Read(day, found[1]) if point.year else Read(rejected="NO_YEAR")


def _on(year: int, month: int, day: int) -> date | None:
    return date(year, month, min(day, monthrange(year, month)[1])) if 1 <= month <= 12 and 1 <= day <= 31 else None


def _cell(raw: Raw, fiscal_year: int, date1904: bool) -> Read:
    if raw is None:
        return Read()
    day = raw.date() if isinstance(raw, datetime) else raw if isinstance(raw, date) else None
    if isinstance(raw, int | float | Decimal) and not isinstance(raw, bool):
        day = _serial(raw, date1904)
    if day is None:
        return Read(rejected="BAD_DATE")
    shift, code = (-ERA, "BE_AS_CE") if day.year >= 2400 else (0, "")
    if _misread(day.year, fiscal_year):
        shift, code = AS_19XX, "BE_2DIGIT_AS_19XX"
    meant = _on(day.year + shift, day.month, day.day)
    if meant is None or meant.day != day.day or meant.year not in CELL_YEARS:
        return Read(rejected="BAD_DATE")
    return Read(meant, (code,) if code else ())


def _serial(raw: int | float | Decimal, date1904: bool) -> date | None:
    value = plain(raw)
    if value is None or not 60 < value < 2_958_466:
        return None
    return (date(1904, 1, 1) if date1904 else date(1899, 12, 30)) + timedelta(days=int(value))


def _fiscal_span(fiscal_year: int, first: int, last: int) -> tuple[date, date]:
    """Give the days from the first to the last month of a fiscal year, counted from October = 0."""
    start, end = (divmod((fiscal_year - ERA - 1) * 12 + 9 + month, 12) for month in (first, last))
    return date(start[0], start[1] + 1, 1), date(end[0], end[1] + 1, monthrange(end[0], end[1] + 1)[1])


def _fiscal_period(pattern: re.Pattern[str], match: re.Match[str], fiscal_year: int) -> Read:
    year = _fiscal_number(match[pattern.groups], fiscal_year)
    if pattern is _WHOLE:
        first, last = 0, 11
    elif pattern is _ROUND:
        first, last = 0, int(match[1]) - 1
    else:
        first, last = 3 * int(match[1]) - 3, 3 * int(match[2] or match[1]) - 1
    if not year or first > last:
        return Read(rejected="BAD_PERIOD")
    return _shown(_fiscal_span(year, first, last), ())


def _span(first: _Point, last: _Point, fiscal_year: int) -> Read:
    month = first.month or last.month
    turns = month > last.month
    ends = [_year(point, fiscal_year) if point.year else None for point in (first, last)]
    if (first.year and not ends[0]) or (last.year and not ends[1]):
        return Read(rejected="BAD_PERIOD")
    codes = [code for end in ends if end for code in end[1]] + ["NO_YEAR"] * (not last.year)
    if ends[1]:
        last_year = ends[1][0]
        first_year = ends[0][0] if ends[0] else last_year - turns
    else:
        first_year = ends[0][0] if ends[0] else _context_year(month, fiscal_year)
        last_year = first_year + turns
    start, end = _on(first_year, month, first.day or 1), _on(last_year, last.month, last.day or 31)
    if not start or not end or start > end or first.day not in (0, start.day) or last.day not in (0, end.day):
        return Read(rejected="BAD_PERIOD")
    return _shown((start, end), tuple(dict.fromkeys(codes)))


def _shown(span: tuple[date, date], codes: tuple[str, ...]) -> Read:
    return Read(f"{span[0].isoformat()}/{span[1].isoformat()}", codes)
