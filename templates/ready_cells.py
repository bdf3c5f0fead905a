"""One entry cell as the readiness sheet sees it: blank or not, its number, its option; each a formula and its twin here."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from templates import thai
from templates.dates import ERA
from templates.kinds import NO, YES
from templates.rules import Value
from templates.spec import Field, Option
from workbook.book import Formula

EMPTY, MARK, NONE, THERE = range(4)
"""What stands in a cell: nothing, a blank said with a sign or word, a stated none, an answer."""
UNREAD = "x"
"""Stands for a number or option that only the program can read, such as a number with words around it."""
MOST_OPTIONS = 30
"""Formulas nest to 64 levels; of a longer list only the program tells the option."""
NUMBERS = ("number", "whole", "percent", "criterion")
_FIRST_YEAR = "2400"
_TYPED_DAY = re.compile(r"([0-9]{1,2}) (.+) ([0-9]{4})\Z")
_EPOCH = dt.date(1899, 12, 30)
_SIGNS = " \u00a0" + thai.BLANK_SIGNS
_REMOVED = (*thai.PERCENT_WORDS, ",", " ", "\u00a0")
_PLAIN = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)\Z")
_ARABIC = dict(zip(map(ord, thai.THAI_DIGITS), "0123456789", strict=True))
_CONTROLS = re.compile("[\x00-\x1f]")

Look = Callable[[str, int, Field], "Seen"]
"""(table, record on the page, field) -> what stands there."""


@dataclass(frozen=True)
class Seen:
    """What one cell says. `number`: None when blank or not readable (dates as day numbers). `code`: of an option, "" unknown.

    `text`: what was typed, "" for numbers and true dates.
    """

    state: int
    number: Decimal | None = None
    code: str = ""
    text: str = ""


def need(item: Field) -> int:
    """Give the state from which on a required field counts as filled, as `validation.schema` judges it.

    A stated none answers a question in words and says nothing where a number or an address is asked; a dash answers a level that
    is not used.
    """
    return MARK if item.kind == "criterion" else THERE if item.kind in (*NUMBERS, "email") else NONE


def blank(item: Field) -> int:
    """Give the state of a cell without an answer: only of a level it matters whether a dash stands there."""
    return EMPTY if item.kind == "criterion" else MARK


def blanks() -> list[tuple[str, int]]:
    """List what is left of a cell that holds no answer, with what it takes off `THERE`."""
    slashed = ["/".join(word) for word in thai.BLANK_WORDS if word.isascii() and len(word) == 2]
    said = [("", THERE - MARK), *((word, THERE - MARK) for word in (*thai.BLANK_WORDS, *slashed))]
    return said + [(word, THERE - NONE) for word in thai.NONE_WORDS]


def _without(inner: str, words: tuple[str, ...] | str) -> str:
    return "SUBSTITUTE(" * len(words) + inner + "".join(f',"{word}","")' for word in words)


_AT = "\x00"
_BARE = _without(f"CLEAN({_AT})", _SIGNS)
_DIGITS = "SUBSTITUTE(" * 10 + _AT + "".join(f',"{sign}",{value})' for value, sign in enumerate(thai.THAI_DIGITS))
_NUMBER = _without(_DIGITS, _REMOVED)


def bare_formula(ref: str) -> str:
    """Give what is left of a text without spaces and the signs of blanks."""
    return _BARE.replace(_AT, ref)


def trimmed_formula(ref: str) -> str:
    """Give a text without the spaces around it, "" when nothing but spaces stands there."""
    return f'TRIM(CLEAN(SUBSTITUTE({ref},"\u00a0"," ")))'


def number_formula(ref: str, state: str) -> str:
    """Give the number of a cell, "" for none, `UNREAD` where words stand around it; E+0 keeps dates and fractions out."""
    typed = f'IFERROR(VALUE({_NUMBER.replace(_AT, ref)}&"E+0"),"{UNREAD}")'
    return f'=IF({state}<{THERE},"",IF(ISNUMBER({ref}),{ref},{typed}))'


def date_text_formula(ref: str, state: str) -> str:
    """Give a true date as its day number, a typed one as text with Arabic figures."""
    return f'=IF({state}<{THERE},"",IF(ISNUMBER({ref}),{ref},TRIM({_DIGITS.replace(_AT, ref)})))'


def day_formula(text: str, months: tuple[str, str]) -> str:
    """Give the day number of what `date_text_formula` gave: a true date, or day, Thai month and Buddhist year.

    `months` are the areas of `month_words`. Whatever is typed in another way only the program reads.
    """
    month = f'SUMPRODUCT((MID({text},FIND(" ",{text})+1,LEN({text})-FIND(" ",{text})-5)={months[0]})*{months[1]})'
    day = f'VALUE(LEFT({text},FIND(" ",{text})-1)&"E+0")'
    date = f'DATE(VALUE(RIGHT({text},4)&"E+0")-{ERA},{month},{day})'
    right = f'({month}>0)*(RIGHT({text},4)>"{_FIRST_YEAR}")*(MID({text},LEN({text})-4,1)=" ")*(DAY({date})={day})'
    return f'=IF(ISNUMBER({text}),{text},IF({text}="","",IFERROR({date}/({right}),"{UNREAD}")))'


def month_words() -> list[tuple[str, int]]:
    """List the words of Thai months with their numbers."""
    return [(word, int(token[1:])) for word, token in thai.DATE_WORDS.items() if token[:1] == "m" and token[1:].isdecimal()]


def code_formula(ref: str, state: str, options: tuple[Option, ...]) -> str:
    """Give the code of the option in a cell, typed as its label or code; other spellings only the program reads."""
    inner = f'"{UNREAD}"'
    for option in reversed(options if len(options) <= MOST_OPTIONS else ()):
        same = ",".join(f"TRIM({ref})={quoted(text)}" for text in dict.fromkeys((option.label, option.code)))
        inner = f"IF(OR({same}),{quoted(option.code)},{inner})"
    return f'=IF({state}<{NONE},"",{inner})'


def number_of(seen: Seen) -> str | Decimal:
    """Compute what `number_formula` or `day_formula` gives."""
    return "" if seen.state < THERE else UNREAD if seen.number is None else seen.number


def code_of(seen: Seen) -> str:
    """Compute what `code_formula` gives."""
    return "" if seen.state < NONE else seen.code or UNREAD


def quoted(text: str) -> str:
    """Write a text as a formula holds it."""
    return '"' + text.replace('"', '""') + '"'


def seen_in(value: object, item: Field) -> Seen:
    """See a cell with the eyes of the formulas: text as it is typed, numbers and true dates."""
    if isinstance(value, Formula):
        value = value.value
    if value is None or value == "":
        return Seen(blank(item))
    if isinstance(value, bool):
        return Seen(THERE)
    if isinstance(value, int | float | Decimal):
        number = value if isinstance(value, Decimal) else Decimal(format(value, ".15g"))
        return Seen(THERE, number, _option(format(number, "f"), item))
    if isinstance(value, dt.date):
        return Seen(THERE, _serial(value))
    text = str(value)
    return Seen(_state(text, item), (_day if item.kind == "date" else _number)(text), _option(text.strip(" "), item), text)


def _state(text: str, item: Field) -> int:
    if not _CONTROLS.sub("", text.replace("\u00a0", " ")).strip(" "):
        return blank(item)
    bare = _CONTROLS.sub("", text).translate(dict.fromkeys(map(ord, _SIGNS))).casefold()
    return THERE - dict(blanks()).get(bare, 0)


def _number(text: str) -> Decimal | None:
    for word in _REMOVED:
        text = text.replace(word, "")
    text = text.translate(_ARABIC)
    return Decimal(text) if _PLAIN.match(text) else None


def _day(text: str) -> Decimal | None:
    match = _TYPED_DAY.match(dated(text))
    month = dict(month_words()).get(match[2]) if match else None
    if match is None or month is None or match[3] <= _FIRST_YEAR:
        return None
    try:
        return _serial(dt.date(int(match[3]) - ERA, month, int(match[1])))
    except ValueError:
        return None


def dated(text: str) -> str:
    """Compute what `date_text_formula` gives for a typed text."""
    return re.sub(" +", " ", text.translate(_ARABIC)).strip(" ")


def _option(text: str, item: Field) -> str:
    wanted = text.casefold()
    return next((one.code for one in item.options if wanted in (one.label.casefold(), one.code.casefold())), "")


def _serial(day: dt.date) -> Decimal:
    return Decimal(((day.date() if isinstance(day, dt.datetime) else day) - _EPOCH).days)


def seen_as(value: Value, item: Field, *, bad: bool, stated: bool) -> Seen:
    """See a cell with the eyes of the program: the value it read, a cell it could not read, a blank stated by a mark."""
    if bad:
        return Seen(THERE)
    if value is None:
        return Seen((MARK if item.kind == "criterion" else NONE) if stated else blank(item))
    if isinstance(value, bool):
        return Seen(THERE, None, YES if value else NO)
    if isinstance(value, Decimal):
        return Seen(THERE, value)
    if isinstance(value, dt.date):
        return Seen(THERE, _serial(value))
    return Seen(THERE, None, value if item.options else "")
