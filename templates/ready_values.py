"""The limits of single answers on the readiness sheet: numbers within their bounds, and answers that a formula can recognise."""

from __future__ import annotations

import re
import string
from collections.abc import Collection
from decimal import Decimal

from templates.levels import plain
from templates.ready_cells import ARABIC, AT, DIGITS, NONE, NUMBERS, THERE, UNREAD, substituted
from templates.ready_lines import FAULT, FINE, OPEN, UNTOLD, Check, by_record, statuses
from templates.ready_rows import Rows
from templates.spec import Field, RuleSpec, Table
from templates.thai import NONE_WORDS, PHONE_EXTENSION, THAI_DIGITS
from templates.typed import quoted
from templates.words import say

_LETTERS = string.ascii_lowercase
_ADDRESS, _ROOM = _LETTERS + string.digits + "._-+@", 60
_BESIDE = ("..", ".@", "@.", "@-", ".-", "|.", "|@", ".|")
"""What stands in no address; a bar marks its ends."""
_LENGTHS = (
    (0, 0), (100, 3), (200, 0), (1_000, 4), (2_000, 0), (20_000_000, 8), (80_000_000, 0), (600_000_000, 9), (700_000_000, 0),
    (800_000_000, 9), (1_000_000_000, 0),
)  # fmt: skip
"""How many figures a Thai telephone number has from its value on, the zero in front left out; 0 = there is none such."""
_SHORT, _MOST = 5, 6
"""Short numbers have no zero in front; an extension has six figures at most."""
_TYPED, _READ = ("email", "phone"), (*NUMBERS, "date")


def limits_of(table: Table, read: Collection[str]) -> list[RuleSpec]:
    """List the checks of single answers: one for each number with bounds, one for all others that may be misspelt.

    `read`: the fields whose numbers and dates other checks read.
    """
    bounded = [item.id for item in table.entries if item.low is not None or item.high is not None]
    told = [
        item.id
        for item in table.entries
        if item.choices or item.kind in _TYPED or (item.kind in _READ and item.id not in (*bounded, *read))
    ]
    found = [RuleSpec("within", {"field": name}) for name in bounded]
    return found + ([RuleSpec("readable", {"fields": tuple(told)})] if told else [])


def within(rows: Rows, spec: RuleSpec) -> Check:
    """Check the bounds of a number; what is written with words only the program reads."""
    item = rows.table.field(spec.text("field"))
    numbers = rows.number(item.id)

    def formula(at: int) -> str:
        cell = numbers.at(at)
        outside = [f"{cell}<{plain(item.low)}"] if item.low is not None else []
        outside += [f"{cell}>{plain(item.high)}"] if item.high is not None else []
        outside += [f"INT({cell})<>{cell}"] if item.kind == "whole" else []
        judged = f"IF(OR({','.join(outside)}),{FAULT},{FINE})"
        return f'IF({cell}="",{OPEN},IF({cell}="{UNREAD}",{UNTOLD},{judged}))'

    def value(at: int) -> int:
        number = numbers.values[at]
        if not isinstance(number, Decimal):
            return UNTOLD if number == UNREAD else OPEN
        low, high = item.low is not None and number < item.low, item.high is not None and number > item.high
        return FAULT if low or high or (item.kind == "whole" and number != int(number)) else FINE

    bounds = {"low": "" if item.low is None else plain(item.low), "high": "" if item.high is None else plain(item.high)}
    key = "between" if all(bounds.values()) else "least" if bounds["low"] else "most"
    title = say("pages", f"ready_{key}", field=item.label, table=rows.table.title, **bounds)
    return by_record(rows, statuses(rows, formula, value), title, item.id)


def readable(rows: Rows, spec: RuleSpec) -> Check:
    """Say whether choices, figures, addresses and telephone numbers are as a formula recognises; others the program reads."""
    items = [rows.table.field(name) for name in spec.fields()]

    def formula(at: int) -> str:
        blank = [f"{rows.states[item.id].at(at)}<{NONE}" for item in items]
        return f"IF(AND({','.join(blank)}),{OPEN},IF(OR({','.join(_odd(rows, at, item) for item in items)}),{UNTOLD},{FINE}))"

    def value(at: int) -> int:
        seen = [(item, rows.seen(at, item.id)) for item in items]
        if all(one.state < NONE for _, one in seen):
            return OPEN
        return UNTOLD if any(_is_odd(rows, at, item) for item, _ in seen) else FINE

    title = say("pages", "ready_readable", table=rows.table.title)
    return by_record(rows, statuses(rows, formula, value), title, items[0].id)


def _odd(rows: Rows, at: int, item: Field) -> str:
    if item.choices:
        return f'{rows.code(item.id).at(at)}="{UNREAD}"'
    if item.kind in _READ:
        return f'{rows.number(item.id).at(at)}="{UNREAD}"'
    ref = rows.ref(at, item.id)
    checked = (_EMAIL if item.kind == "email" else _PHONE).replace(AT, ref)
    return f"AND({rows.states[item.id].at(at)}={THERE},NOT(IFERROR({checked},FALSE)))"


def _email() -> str:
    """Let an address of plain letters pass: one @, no two signs side by side, two letters at the end."""
    text = f"LOWER(TRIM({AT}))"
    known = f'SUMPRODUCT(--ISERROR(FIND(MID({text}&REPT("a",{_ROOM}),ROW($1:${_ROOM}),1),"{_ADDRESS}")))=0'
    beside = ",".join(quoted(pair) for pair in _BESIDE)
    apart = f'SUMPRODUCT(--ISNUMBER(FIND({{{beside}}},"|"&{text}&"|")))=0'
    host = f'SUMPRODUCT(--ISNUMBER(FIND({{"@","_","+"}},{text},FIND("@",{text})+1)))=0'
    parted = f'ISNUMBER(FIND(".",{text},FIND("@",{text})))'
    end = f'ISNUMBER(FIND(RIGHT({text}),"{_LETTERS}")+FIND(LEFT(RIGHT({text},2)),"{_LETTERS}"))'
    return f"AND(LEN({text})<={_ROOM},{known},{apart},{host},{parted},{end})"


def _phone() -> str:
    """Let a number of the right length for its first figures pass, with an extension, and the word for none."""
    rest = f'"{PHONE_EXTENSION}"'
    text = substituted(f"LEFT({AT},FIND({rest},{AT}&{rest})-1)", " -")
    firsts, lengths = (",".join(map(str, numbers)) for numbers in zip(*_LENGTHS, strict=True))
    number = f'VALUE({DIGITS.replace(AT, text)}&"E+0")'
    zero = f'ISNUMBER(FIND(LEFT({text}),"0{THAI_DIGITS[0]}"))*(LEN({text})>{_SHORT})'
    right = f"LOOKUP({number},{{{firsts}}},{{{lengths}}})+{zero}=LEN({text})"
    typed = f"TRIM(MID({AT},FIND({rest},{AT})+{len(PHONE_EXTENSION)},9))"
    behind = f'VALUE("0"&{DIGITS.replace(AT, typed)}&"E+0")'
    extension = f"IF(ISERROR(FIND({rest},{AT})),TRUE,AND({behind}>0,LEN({typed})<={_MOST}))"
    none = ",".join(f"TRIM({AT})={quoted(word)}" for word in sorted(NONE_WORDS))
    return f"IF(OR({none}),TRUE,AND({right},{extension}))"


_EMAIL, _PHONE = _email(), _phone()


def _is_odd(rows: Rows, at: int, item: Field) -> bool:
    """Compute what `_odd` gives; of an address that the program has read nothing is left to doubt."""
    seen = rows.seen(at, item.id)
    if item.choices:
        return seen.state >= NONE and not seen.code
    if item.kind in _READ:
        return rows.number(item.id).values[at] == UNREAD
    text = seen.text or ("" if seen.number is None else format(seen.number, "f"))
    if seen.state < THERE or not text:
        return False
    return not (_like_address(text) if item.kind == "email" else _like_number(text))


def _like_address(text: str) -> bool:
    text = _trimmed(text).lower()
    local, _, host = text.partition("@")
    apart = not any(pair in f"|{text}|" for pair in _BESIDE)
    plain = len(text) <= _ROOM and not set(text) - set(_ADDRESS) and not set("@_+") & set(host)
    return plain and apart and "." in host and set(text[-2:]) <= set(_LETTERS)


def _like_number(text: str) -> bool:
    if _trimmed(text).casefold() in NONE_WORDS:
        return True
    first, parted, rest = text.partition(PHONE_EXTENSION)
    number = first.replace(" ", "").replace("-", "").translate(ARABIC)
    if not number.isascii() or not number.isdecimal():
        return False
    value = int(number)
    length = next(length for least, length in reversed(_LENGTHS) if value >= least)
    behind = _trimmed(rest[:9]).translate(ARABIC)
    extended = not parted or (behind.isascii() and behind.isdecimal() and int(behind) > 0 and len(behind) <= _MOST)
    return length + (number[0] == "0" and len(number) > _SHORT) == len(number) and extended


def _trimmed(text: str) -> str:
    return re.sub(" +", " ", text).strip(" ")
