"""One entry cell as the readiness sheet sees it: blank or not, its number, its option; each a formula and its twin here."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from templates import thai
from templates.kinds import NO, YES
from templates.rules import Value
from templates.spec import Field, Option
from templates.typed import bare, bare_text, figures, figures_in, quoted
from workbook.book import Formula

EMPTY, MARK, NONE, THERE = range(4)
"""What stands in a cell: nothing, a blank said with a sign or word, a stated none, an answer."""
UNREAD = "x"
"""Stands for a number or option that only the program can read, such as a number with words around it."""
MOST_OPTIONS = 30
"""Formulas nest to 64 levels; of a longer list only the program tells the option."""
_NO_ANSWER = "-"
NUMBERS = ("number", "whole", "percent", "criterion")
EPOCH = dt.date(1899, 12, 30)
"""The day before the first that programs count."""
_SPACES = "\u00a0\u200b"
"""Spaces that TRIM leaves: one of a fixed width, one of none."""
_SIGNS = " " + _SPACES + thai.BLANK_SIGNS
ARABIC = dict(zip(map(ord, thai.THAI_DIGITS), "0123456789", strict=True))
_CONTROLS = re.compile("[\x00-\x1f]")

Look = Callable[[str, int, Field], "Seen"]
"""(table, record on the page, field) -> what stands there."""


@dataclass(frozen=True)
class Seen:
    """What one cell says. `number`: true numbers and dates, and what the program read. `code`: of an option, "" unknown.

    `text`: what was typed, "" for numbers and true dates.
    """

    state: int
    number: Decimal | None = None
    code: str = ""
    text: str = ""


def need(item: Field) -> int:
    """Give the state from which on a required field counts as filled, as `validation.schema` judges it.

    A stated none answers a question in words and says nothing where a number, an address or a day is asked; a dash
    answers a level that is not used.
    """
    return MARK if item.kind == "criterion" else THERE if item.kind in (*NUMBERS, "email", "date") else NONE


def blank(item: Field) -> int:
    """Give the state of a cell without an answer: only of a level it matters whether a dash stands there."""
    return EMPTY if item.kind == "criterion" else MARK


def blanks() -> list[tuple[str, int]]:
    """List what is left of a cell that holds no answer, with what it takes off `THERE`."""
    slashed = ["/".join(word) for word in thai.BLANK_WORDS if word.isascii() and len(word) == 2]
    said = [("", THERE - MARK), *((word, THERE - MARK) for word in (*thai.BLANK_WORDS, *slashed))]
    return said + [(word, THERE - NONE) for word in thai.NONE_WORDS]


def substituted(inner: str, words: Iterable[str], by: str = "") -> str:
    """Give a formula that puts `by` in the place of each word."""
    for word in words:
        inner = f'SUBSTITUTE({inner},"{word}","{by}")'
    return inner


AT = "\x00"
"""Where a formula names its cell; to build long ones for every cell anew takes time."""
DIGITS = "SUBSTITUTE(" * 10 + AT + "".join(f',"{sign}",{value})' for value, sign in enumerate(thai.THAI_DIGITS))
_BARE = substituted(f"CLEAN({AT})", _SIGNS)
_TEXT = bare(substituted(AT, _SPACES, " "))
_FIGURES = figures(AT)


def bare_formula(ref: str) -> str:
    """Give what is left of a text without spaces and the signs of blanks."""
    return _BARE.replace(AT, ref)


def trimmed_formula(ref: str) -> str:
    """Give a text without the spaces around it, "" when nothing but spaces stands there."""
    return f'TRIM(CLEAN(SUBSTITUTE({ref},"\u00a0"," ")))'


def text_formula(ref: str, state: str) -> str:
    """Give a number as it is and a text without percent words; a dash where no answer stands."""
    return f'=IF({state}<{THERE},"{_NO_ANSWER}",{either(ref, _TEXT.replace(AT, ref), UNREAD)})'


def either(ref: str, text: str, other: str) -> str:
    """Give an expression for a true number, for `text` of a text, and for `other`; LibreOffice holds TRUE for a number."""
    return f'IF(ISTEXT({ref}),{text},IF(ISNUMBER({ref})*NOT(ISLOGICAL({ref})),{ref},"{other}"))'


def number_formula(text: str) -> str:
    """Give the number of what `text_formula` gave, "" for none, `UNREAD` where words stand around it.

    It reads as `typed.number_formula` does, but for the format of a true number: that look is volatile in Excel.
    """
    typed = f'IF({text}="{_NO_ANSWER}","",IFERROR({_FIGURES.replace(AT, text)},"{UNREAD}"))'
    return f"=IF(ISNUMBER({text}),{text},{typed})"


def code_formula(ref: str, state: str, options: tuple[Option, ...]) -> str:
    """Give the code of the option in a cell, typed as its label or code; other spellings only the program reads."""
    inner = f'"{UNREAD}"'
    for option in reversed(options if len(options) <= MOST_OPTIONS else ()):
        same = ",".join(f"TRIM({ref})={quoted(text)}" for text in dict.fromkeys((option.label, option.code)))
        inner = f"IF(OR({same}),{quoted(option.code)},{inner})"
    return f'=IF({state}<{NONE},"",{inner})'


def text_of(seen: Seen) -> str | Decimal:
    """Compute what `text_formula` gives."""
    if seen.state < THERE:
        return _NO_ANSWER
    return seen.number if seen.number is not None else bare_text(_spaced(seen.text)) if seen.text else UNREAD


def number_of(seen: Seen) -> str | Decimal:
    """Compute what `number_formula` gives."""
    text = text_of(seen)
    if isinstance(text, Decimal):
        return text
    number = figures_in(text)
    return "" if text == _NO_ANSWER else UNREAD if number is None else number


def code_of(seen: Seen) -> str:
    """Compute what `code_formula` gives."""
    return "" if seen.state < NONE else seen.code or UNREAD



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
        return Seen(THERE, serial(value))
    text = str(value)
    return Seen(_state(text, item), None, _option(text.strip(" "), item), text)


def _spaced(text: str) -> str:
    return text.translate(dict.fromkeys(map(ord, _SPACES), " "))


def _state(text: str, item: Field) -> int:
    if not _CONTROLS.sub("", text.replace("\u00a0", " ")).strip(" "):
        return blank(item)
    bare = _CONTROLS.sub("", text).translate(dict.fromkeys(map(ord, _SIGNS))).casefold()
    return THERE - dict(blanks()).get(bare, 0)


def _option(text: str, item: Field) -> str:
    wanted = text.casefold()
    return next((one.code for one in item.choices if wanted in (one.label.casefold(), one.code.casefold())), "")


def serial(day: dt.date) -> Decimal:
    """Give the number that programs hold for a day."""
    return Decimal(((day.date() if isinstance(day, dt.datetime) else day) - EPOCH).days)


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
        return Seen(THERE, serial(value))
    return Seen(THERE, None, value if item.choices else "")
