"""What one cell says, and the reading of figures in which no language matters; the Thai words stand in `thai.py`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from decimal import Decimal
from typing import TypeAlias

from templates.levels import anchors

Raw: TypeAlias = str | int | float | Decimal | bool | date | time | timedelta | None
Value: TypeAlias = str | Decimal | date | bool | None

LONGEST = 200  # no number, date, telephone or name that a person typed is longer; beyond it nothing is searched
WIDEST = 40  # figures of one number, exponent included: what is wider is an attack or an accident

_NUMERAL = re.compile(r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]*)(?:\.[0-9]*)?\Z")
_LITERAL = re.compile(r'"[^"]*"|[\\_*].')
_EXTENSION = re.compile(r"[0-9]{1,6}(?:-[0-9]{1,6})?\Z")
_LAST_OF_RANGE = re.compile(r"\s*-\s*([0-9]{1,2})\Z")
_BETWEEN_FIGURES = re.compile(r"[-+().\s]+")
# Ticked and empty characters of the symbol fonts; Word and Excel may store them moved up to U+F000.
_SYMBOLS = {"wingdings 2": ("OPQRST", "£"), "wingdings": ("þýüûx¤", "¨oq¡"), "webdings": ("ar", "c")}
_LOCAL = r"[a-z0-9!#$%&'*+=?^_`{|}~-]+"
_EMAIL = re.compile(rf"{_LOCAL}(?:\.{_LOCAL})*@(?:[a-z0-9](?:[a-z0-9-]{{0,62}})\.)+[a-z]{{2,24}}\Z")


@dataclass(frozen=True)
class Read:
    """What one cell says: `value` (None: nothing stands there), warnings in `codes`, or why it is `rejected`.

    `STATED_NONE` in `codes` is no fault: the cell says that there is none, which answers a required text. When
    `rejected` is set, `value` is None.
    """

    value: Value = None
    codes: tuple[str, ...] = ()
    rejected: str | None = None


def plain(raw: int | float | Decimal) -> Decimal | None:
    """Give a number as a Decimal without exponent, floats to the 15 digits of Excel; None: not finite or too wide."""
    if isinstance(raw, float) and not math.isfinite(raw) or isinstance(raw, int) and abs(raw) >= 10**WIDEST:
        return None
    value = raw if isinstance(raw, Decimal) else Decimal(format(raw, ".15g") if isinstance(raw, float) else raw)
    _, figures, exponent = value.as_tuple()
    if not isinstance(exponent, int) or len(figures) > WIDEST or abs(exponent) > WIDEST:
        return None
    return Decimal(format(value or value.copy_abs(), "f"))


def numeral(text: str) -> Decimal | None:
    """Read figures 0-9 with a decimal point, commas between thousands, an ASCII sign; None when it is anything else."""
    if len(text) > WIDEST or not _NUMERAL.match(text) or not any(c.isdecimal() for c in text):
        return None
    value = Decimal(text.replace(",", ""))
    return value or value.copy_abs()


def spelled(words: Sequence[str], ones: Mapping[str, int], tens: Mapping[str, int]) -> int | None:
    """Read number words, largest first, a million closing its group; None when they do not stand in such an order."""
    total = group = 0
    one: int | None = None
    below = million = max(tens.values())
    for word in words:
        if word in ones:
            if one is not None:
                return None
            one = ones[word]
            continue
        place = tens[word]
        if place == million:
            total, group = (total + group + (one or 0) or 1) * million, 0
        elif place >= below:
            return None
        else:
            group += place * (1 if one is None else one)
        below, one = place, None
    return total + group + (one or 0)


def peel(text: str, before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """Take known words off both ends of a text, longest first, and give the codes that they stand for ("": none)."""
    codes: dict[str, None] = {}
    for _ in range(10):
        head = _longest(word for word in before if text.startswith(word))
        tail = "" if head else _longest(word for word in after if text.endswith(word))
        if not head and not tail:
            break
        code = before[head] if head else after[tail]
        codes |= {code: None} if code else {}
        text = text[len(head) : len(text) - len(tail)].strip(" :")
    return text, tuple(codes)


def _longest(words: Iterable[str]) -> str:
    return max(words, key=len, default="")


def as_number(read: Read) -> Read:
    """Forget the code "%", which says nothing where any number may stand."""
    return replace(read, codes=tuple(code for code in read.codes if code != "%"))


def as_percent(read: Read, number_format: str) -> Read:
    """Make a percentage of a number, whose code "%" says that a percent word stood there.

    `number_format` is that of a cell with a number; "" for typed text, which no format multiplies.
    """
    hundredfold = "%" in _LITERAL.sub("", number_format)
    codes = as_number(read).codes
    if not isinstance(read.value, Decimal):
        return replace(read, codes=codes)
    value = plain(read.value.scaleb(2)) if hundredfold else read.value
    if value is None:
        return Read(rejected="BAD_NUMBER")
    if 0 < abs(value) < 1 and not hundredfold and codes == read.codes:
        codes += ("MAYBE_FRACTION",)
    return Read(value, (*codes, "OVER_100") if value > 100 else codes)


def read_criteria(levels: Sequence[Decimal | None]) -> Read:
    """Judge the five criteria of an indicator, level 1 first, None for a placeholder; the value is `-,-,1,-,2`.

    A zero that breaks the order is a placeholder (domain notes B7); levels 3, the target, and 5 must stand.
    """
    found = anchors(levels)
    if found is None:
        return Read(rejected="NOT_MONOTONE")
    if len(levels) != 5 or 3 not in found or 5 not in found:
        return Read(rejected="MISSING_LEVEL")
    zeros = any(value is not None and level not in found for level, value in enumerate(levels, 1))
    codes = ("PLACEHOLDER_ZERO",) * zeros + ("LOWER_BETTER",) * (found[3] > found[5])
    return Read(",".join(format(found[level], "f") if level in found else "-" for level in range(1, 6)), codes)


def drawn(character: str, font: str) -> bool | None:
    """Tell whether a character of a symbol font is drawn as a ticked box or an empty one; None when it is neither."""
    if len(character) != 1:
        return None
    moved = "\uf020" <= character <= "\uf0ff"
    character = chr(ord(character) - 0xF000) if moved else character
    name = next((name for name in _SYMBOLS if font.casefold().startswith(name)), "")
    fonts = [_SYMBOLS[name]] if name else list(_SYMBOLS.values()) if moved else []
    return next((character in ticked for ticked, empty in fonts if character in ticked + empty), None)


def telephones(text: str) -> Read:
    """Read telephone numbers 0-9 parted by , ; / with x before an extension; the value is `0 2000 0099 ext 1234`.

    Several are joined by ", "; a lone short figure after an extension is one more extension.
    """
    shown: list[str] = []
    lost = False
    for part in re.split(r"[,;/\n]", text):
        head, *extensions = (piece.strip() for piece in part.split("x"))
        if shown and "ext" in shown[-1] and not extensions and _EXTENSION.match(head) and len(head) <= 5:
            shown.append(head)
            continue
        found = _telephone(head)
        if found is None or len(extensions) > 1 or any(not _EXTENSION.match(piece) for piece in extensions):
            return Read(rejected="BAD_PHONE")
        shown.append(" ext ".join([found[0], *extensions]))
        lost = lost or found[1]
    return Read(", ".join(shown), ("LEADING_ZERO_LOST",) if lost else ())


def _telephone(text: str) -> tuple[str, bool] | None:
    found = _grouped(_BETWEEN_FIGURES.sub("", text.replace("(0)", "")))
    last = _LAST_OF_RANGE.search(text)
    if found is None and last and (first := _grouped(_BETWEEN_FIGURES.sub("", text[: last.start()]))):
        found = (f"{first[0]}-{last[1]}", first[1])
    return found


def _grouped(number: str) -> tuple[str, bool] | None:
    for prefix in ("0066", "66"):
        if number.startswith(prefix) and len(number) - len(prefix) in (8, 9, 10):
            number = "0" + number.removeprefix(prefix).removeprefix("0")
            break
    if not number.isdecimal() or len(number) in (3, 4) and number[0] == "1":
        return (number, False) if number.isdecimal() else None
    lost = not number.startswith("0")
    number = "0" + number if lost else number
    if len(number) == 9 and number[1] in "234567":
        return f"0 {number[1:5]} {number[5:]}", lost
    if len(number) == 10 and number[1] in "689":
        return f"{number[:2]} {number[2:6]} {number[6:]}", lost
    return None


def email(text: str) -> Read:
    """Read one e-mail address in lower case; spaces inside, commas, several addresses are BAD_EMAIL."""
    text = text.strip(" <>").casefold().removeprefix("mailto:").strip().rstrip(".,;")
    return Read(text) if len(text) <= 254 and _EMAIL.match(text) else Read(rejected="BAD_EMAIL")
