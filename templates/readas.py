"""Which answers were read otherwise than they were typed, and what was read instead, as a person sees it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import product

from templates import thai
from templates.dates import ERA, thai_date
from templates.kinds import KINDS
from templates.levels import plain
from templates.reading import Read, numeral
from templates.rules import Value
from templates.spec import Field
from workbook.raw import RawCell

_FIGURES = ("number", "whole", "percent", "criterion")
_TEXTS = ("text", "long_text", "code")
_SILENT = frozenset({"STATED_NONE", "OVER_100", "SPLIT_SARA_AM", "PDF_GLYPH"})
"""Codes that say nothing of a value; all others say it in their own sentence."""


def read_otherwise(item: Field, cell: RawCell, read: Read) -> str:
    """Name the code under which an answer is listed as read otherwise than typed, "" when it reads as it stands.

    A value that a code of its reading tells already is not told twice. What differs in spaces alone is no other
    text, unless they are signs that nobody sees.
    """
    if read.value is None or not set(read.codes) <= _SILENT or _as_it_stands(item, cell, read.value):
        return ""
    if item.kind in _TEXTS:
        return "TEXT_CLEANED"
    if item.personal:
        return "READ_AS_PERSONAL"
    return "IN_PARENTHESES" if _maybe_minus(item, cell, read.value) else "READ_AS"


def _maybe_minus(item: Field, cell: RawCell, value: Value) -> bool:
    """Tell whether a figure stands in parentheses where it may be below nought: Excel itself takes them for a minus."""
    enclosed = isinstance(cell.value, str) and cell.value.strip().startswith("(")
    return enclosed and item.kind in _FIGURES and isinstance(value, Decimal) and value > 0 and (item.low is None or item.low < 0)


def said_value(item: Field, value: Value) -> str:
    """Give a value as a person would say it: days written out, labels of lists, numbers without trailing zeros."""
    if isinstance(value, dt.date):
        return f"{value.day} {thai.MONTHS[value.month - 1]} {value.year + ERA}"
    if isinstance(value, Decimal):
        return plain(value)
    return str(KINDS[item.kind].show(value, item) or "")


def _as_it_stands(item: Field, cell: RawCell, value: Value) -> bool:
    raw = cell.value
    if not isinstance(raw, str):
        return _cell_as_it_stands(item, cell, value)
    text = raw.strip()
    if item.kind in _FIGURES:
        return numeral(text) == value
    if isinstance(value, dt.date):
        return text in _spellings(value)
    if item.kind == "phone":
        return _dialled(text) == _dialled(str(value))
    if item.kind in _TEXTS:
        return _said(text) == _said(str(value)) and _only_usual_spaces(raw)
    if item.kind == "suggested":
        # Figures of either kind say the same of a list whose codes are numbers.
        return any(_plainly(text) == _plainly(other) for other in (str(value), said_value(item, value)))
    return " ".join(text.split()) == " ".join(said_value(item, value).split())


def _plainly(text: str) -> str:
    return " ".join(thai.digits(text).split())


def _cell_as_it_stands(item: Field, cell: RawCell, value: Value) -> bool:
    """Judge what is no text: numbers stand as they are, hundredfold only where a percentage is asked; so do days."""
    if item.kind in _FIGURES:
        return item.kind == "percent" or "%" not in cell.number_format
    if isinstance(value, dt.date):
        return isinstance(cell.value, dt.date)
    if item.kind == "suggested":
        return plain_text(cell) == value
    return item.kind in _TEXTS or item.kind == "phone" and _dialled(plain_text(cell)) == _dialled(str(value))


def plain_text(cell: RawCell) -> str:
    """Give a number of a cell as its figures."""
    value = thai.read_text(cell.value if isinstance(cell.value, int | float) else None).value
    return str(value or "")


def _spellings(day: dt.date) -> set[str]:
    """Give the spellings of a day that the forms themselves show: short and long month, or figures, with the whole year."""
    year, short, long = day.year + ERA, thai_date(day).split()[1], thai.MONTHS[day.month - 1]
    days, months = (f"{day.day}", f"{day.day:02}"), (f"{day.month}", f"{day.month:02}")
    named = {f"{number} {month} {year}" for number, month in product(days, (short, long))}
    return named | {f"{number}/{month}/{year}" for number, month in product(days, months)}


def _dialled(text: str) -> str:
    """Give the figures of a telephone number as they are typed; Thai figures are others."""
    return "".join(c for c in text if c.isdecimal())


def _said(text: str) -> str:
    """Give the letters and figures of a text: a dot leader around an answer is a line to write on, and says nothing."""
    return "".join(c for c in thai.digits(text) if c not in "._\u2026" and not c.isspace())


def _only_usual_spaces(raw: str) -> bool:
    """Tell whether all spaces are those of a keyboard; programs put others there that nobody sees."""
    return all(c in " \t\r\n" for c in raw if c.isspace())
