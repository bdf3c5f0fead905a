"""Dates as the readiness sheet reads them: a true date or a typed one becomes a day number; each formula with its twin here.

Four cells a date: its text in Arabic figures without the words around it, its three pieces, its Buddhist year, its day.
What is read is what `dates.read_date` reads without doubt: day, month as figure or Thai word, year of four figures or of
two near the fiscal year, and ISO; all else is left to the program.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from functools import cache

from templates.dates import AS_19XX, CELL_YEARS, CYCLE, ERA, MISREAD, NEAR_BE
from templates.ready_cells import ARABIC, AT, DIGITS, EPOCH, THERE, UNREAD, Seen, either, serial, substituted
from templates.thai import DATE_BESIDE, DATE_WORDS

_FAR = 100
"""Years around the fiscal year within which a year of four figures is read on the page."""
_NAMED = 500
"""Stands for a month that was written as a word: May is 505, a figure that nobody types."""
_ROOM = 8
"""The pieces of a date are parted by so many spaces; none is longer."""
_UNSAID = "?"
_NO_ANSWER = "\u2013"
"""Stands where no answer does; a typed one is read as a hyphen."""
_BUDDHIST, _CENTURY = 2400, 2500
_LAST = 2_958_466
"""The first day number beyond the year 9999."""
_SPACED = ("\u00a0", *DATE_BESIDE)
_MARKS = ("-", ".", ",")

Months = tuple[str, str]
"""The areas of the words and codes of `month_words`."""


@cache
def month_words() -> tuple[tuple[str, str | int], ...]:
    """List Thai months with their codes, short words before the longer that hold them; the first stands for "no month"."""
    months = {word: _NAMED + int(token[1:]) for word, token in DATE_WORDS.items() if re.fullmatch("m[0-9]{2}", token)}
    for word, code in list(months.items()):
        # The dots of the short forms may be left out.
        months |= {word.rstrip("."): code, word.replace(".", ""): code}
    return ((_UNSAID, _UNSAID), *sorted(months.items(), key=lambda month: (len(month[0]), month[0])))


def text_formula(ref: str, state: str) -> str:
    """Give a true date as its number, a typed one as text with Arabic figures."""
    text = f'SUBSTITUTE({substituted(ref, _SPACED, " ")},"{_NO_ANSWER}","-")'
    typed = f"TRIM({DIGITS.replace(AT, text)})"
    return f'=IF({state}<{THERE},"{_NO_ANSWER}",{either(ref, typed, _UNSAID)})'


def pieces_formula(text: str, months: Months) -> str:
    """Part a text into its pieces; the longest word of a month in it becomes its code."""
    words, codes = months
    longest = f"1+SUMPRODUCT(MAX(ISNUMBER(FIND({words},{text}))*(ROW({words})-ROW({words.partition(':')[0]}))))"
    named = f'SUBSTITUTE({text},INDEX({words},{longest})," "&INDEX({codes},{longest})&" ")'
    closed = f'SUBSTITUTE(SUBSTITUTE(TRIM({substituted(named, _MARKS, "/")})," /","/"),"/ ","/")'
    return f'=IF(OR(ISNUMBER({text}),{text}="{_NO_ANSWER}"),"",SUBSTITUTE(SUBSTITUTE({closed}," ","/"),"/","{" " * _ROOM}"))'


def year_formula(text: str, pieces: str, fiscal_year: int) -> str:
    """Give the Buddhist year."""
    first, _, last = _pieces(pieces)
    year = f"IF(LEN({first})=4,{first},{last})"
    typed = f'VALUE({year}&"E+0")+IF(LEN({year})=2,{_CENTURY},IF(VALUE({year}&"E+0")<{_BUDDHIST},{ERA},0))'
    low, high = _misread(fiscal_year)
    shift = f"IF((YEAR({text})>={low})*(YEAR({text})<={high}),{AS_19XX},0)"
    true = f"YEAR({text})+IF(YEAR({text})>={_BUDDHIST},0,{ERA}+{shift})"
    return f'=IF({text}="{_NO_ANSWER}","",IFERROR(IF(ISNUMBER({text}),{true},{typed}),"{UNREAD}"))'


def day_formula(written: tuple[str, str], year: str, fiscal_year: int) -> str:
    """Give the day number, "" for none, `UNREAD` where the text is no date or one that only the program reads.

    `written` are the cells of the text and of its pieces.
    """
    text, pieces = written
    first, month, last = _pieces(pieces)
    bare = f'SUBSTITUTE({pieces}," ","")'
    iso, number = f"(LEN({first})=4)", f'MOD(VALUE({month}&"E+0"),{_NAMED})'
    day = f'VALUE(IF({iso},{last},{first})&"E+0")'
    date = f"DATE({year}-{ERA},{number},{day})"
    marks = f'SUMPRODUCT(--(LEN({text})-LEN(SUBSTITUTE({text},{{"-","/","."}},""))=2))'
    marked = f"(LEN({month})<3)*{marks}*(LEN({last})<3)"
    usual = f"(LEN({first})<3)*((LEN({last})=2)+(LEN({last})=4))"
    right = "*".join([
        f"(LEN({pieces})-LEN({bare})={2 * _ROOM})", f'(TEXT(VALUE({bare}&"E+0"),REPT("0",LEN({bare})))={bare})',
        f"({number}>0)*({number}<13)*(DAY({date})={day})", f"((LEN({month})<3)+ISERROR(FIND({month},{text})))",
        f"IF({iso},{marked},{usual})", f"(ABS({year}-{fiscal_year})<=IF({iso}+(LEN({last})=4),{_FAR},{NEAR_BE}))",
    ])  # fmt: skip
    meant = f"DATE({year}-{ERA},MONTH({text}),DAY({text}))"
    known = f"(DAY({meant})=DAY({text}))*({year}>={CELL_YEARS[0] + ERA})*({year}<={CELL_YEARS[-1] + ERA})"
    return f'=IF({text}="{_NO_ANSWER}","",IFERROR(IF(ISNUMBER({text}),{meant}/({known}),{date}/({right})),"{UNREAD}"))'


def _pieces(pieces: str) -> tuple[str, str, str]:
    first, month, last = (f"TRIM(MID({pieces},{at * _ROOM + 1},{room}))" for at, room in enumerate((_ROOM, _ROOM, 2 * _ROOM)))
    return first, month, last


def _misread(fiscal_year: int) -> tuple[int, int]:
    """Give the first and last year of 19xx as which a program misunderstands two figures of a year near the fiscal one."""
    year = fiscal_year - ERA - AS_19XX
    return max(year - CYCLE, MISREAD[0]), min(year + CYCLE, MISREAD[-1])


def text_in(seen: Seen) -> str | Decimal:
    """Compute what `text_formula` gives."""
    if seen.state < THERE or seen.number is not None:
        return _NO_ANSWER if seen.state < THERE or seen.number is None else seen.number
    text = seen.text
    for word in _SPACED:
        text = text.replace(word, " ")
    return _trimmed(text.replace(_NO_ANSWER, "-").translate(ARABIC)) if text else _UNSAID


def pieces_in(text: str | Decimal) -> str:
    """Compute what `pieces_formula` gives."""
    if isinstance(text, Decimal) or text == _NO_ANSWER:
        return ""
    word, code = [month for month in month_words() if month[0] in text or month[0] == _UNSAID][-1]
    text = text.replace(word, f" {code} ")
    for mark in _MARKS:
        text = text.replace(mark, "/")
    return _trimmed(text).replace(" /", "/").replace("/ ", "/").replace(" ", "/").replace("/", " " * _ROOM)


def year_in(text: str | Decimal, pieces: str, fiscal_year: int) -> str | int:
    """Compute what `year_formula` gives."""
    if text == _NO_ANSWER:
        return ""
    if isinstance(text, Decimal):
        year = _date(text).year if 0 < text < _LAST else 0
        low, high = _misread(fiscal_year)
        shift = AS_19XX if low <= year <= high else 0
        return UNREAD if not year else year + (0 if year >= _BUDDHIST else ERA + shift)
    first, _, last = _cut(pieces)
    year_text = first if len(first) == 4 else last
    if not year_text.isdecimal():
        return UNREAD
    year = int(year_text)
    return year + (_CENTURY if len(year_text) == 2 else ERA if year < _BUDDHIST else 0)


def day_in(written: tuple[str | Decimal, str], year: str | int, fiscal_year: int) -> str | Decimal:
    """Compute what `day_formula` gives."""
    text, pieces = written
    if isinstance(year, str):
        return year
    if isinstance(text, Decimal):
        day = _date(text)
        return _serial(year, day.month, day.day) if year - ERA in CELL_YEARS else UNREAD
    first, month, last = _cut(pieces)
    iso = len(first) == 4
    marked = len(month) < 3 and any(text.count(mark) == 2 for mark in "-/.") and len(last) < 3
    shaped = marked if iso else len(first) < 3 and len(last) in (2, 4)
    named = len(month) < 3 or month not in text
    near = abs(year - fiscal_year) <= (_FAR if iso or len(last) == 4 else NEAR_BE)
    whole = all(piece.isdecimal() for piece in (first, month, last)) and pieces.count(" ") == 2 * _ROOM
    if not (whole and shaped and named and near):
        return UNREAD
    return _serial(year, int(month) % _NAMED, int(last if iso else first))


def read_day(seen: Seen, fiscal_year: int) -> str | Decimal:
    """Compute the day number of what stands in a cell."""
    text = text_in(seen)
    pieces = pieces_in(text)
    return day_in((text, pieces), year_in(text, pieces, fiscal_year), fiscal_year)


def _serial(year: int, month: int, day: int) -> str | Decimal:
    try:
        return serial(dt.date(year - ERA, month, day))
    except ValueError:
        return UNREAD


def _date(number: Decimal) -> dt.date:
    return EPOCH + dt.timedelta(days=int(number))


def _cut(pieces: str) -> tuple[str, str, str]:
    first, month, last = (pieces[at * _ROOM : (at + 1 + (at == 2)) * _ROOM].strip(" ") for at in range(3))
    return first, month, last


def _trimmed(text: str) -> str:
    return re.sub(" +", " ", text).strip(" ")
