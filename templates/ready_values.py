"""The limits of single answers on the readiness sheet: numbers within their bounds, and answers that a formula can recognise."""

from __future__ import annotations

from decimal import Decimal

from templates.levels import plain
from templates.prompts import CHECKS
from templates.ready_cells import NONE, THERE, UNREAD, Seen, quoted
from templates.ready_lines import FAULT, FINE, OPEN, UNTOLD, Check, by_record, statuses
from templates.ready_rows import Rows
from templates.spec import Field, RuleSpec, Table
from templates.thai import NONE_WORDS, THAI_DIGITS
from templates.words import say

_FIGURES = frozenset("0123456789" + "".join(THAI_DIGITS))
_TYPED = ("email", "phone")


def limits_of(table: Table) -> list[RuleSpec]:
    """List the checks of single answers: one for each number with bounds, one for all answers from lists and addresses."""
    bounded = [item.id for item in table.entries if item.low is not None or item.high is not None]
    told = [item.id for item in table.entries if item.options or item.kind in _TYPED]
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
        judged = f"IF(OR({','.join(outside)}),{FAULT},{FINE})"
        return f'IF({cell}="",{OPEN},IF({cell}="{UNREAD}",{UNTOLD},{judged}))'

    def value(at: int) -> int:
        number = numbers.values[at]
        if not isinstance(number, Decimal):
            return UNTOLD if number == UNREAD else OPEN
        low, high = item.low is not None and number < item.low, item.high is not None and number > item.high
        return FAULT if low or high else FINE

    bounds = {"low": "" if item.low is None else plain(item.low), "high": "" if item.high is None else plain(item.high)}
    key = "between" if all(bounds.values()) else "least" if bounds["low"] else "most"
    title = say("pages", f"ready_{key}", field=item.label, table=rows.table.title, **bounds)
    return by_record(rows, statuses(rows, formula, value), title, item.id)


def readable(rows: Rows, spec: RuleSpec) -> Check:
    """Say whether choices, addresses and telephone numbers are such as a formula recognises; others the program reads."""
    items = [rows.table.field(name) for name in spec.fields()]

    def formula(at: int) -> str:
        blank = [f"{rows.states[item.id].at(at)}<{NONE}" for item in items]
        return f"IF(AND({','.join(blank)}),{OPEN},IF(OR({','.join(_odd(rows, at, item) for item in items)}),{UNTOLD},{FINE}))"

    def value(at: int) -> int:
        seen = [(item, rows.seen(at, item.id)) for item in items]
        if all(one.state < NONE for _, one in seen):
            return OPEN
        return UNTOLD if any(_is_odd(item, one) for item, one in seen) else FINE

    title = say("pages", "ready_readable", table=rows.table.title)
    return by_record(rows, statuses(rows, formula, value), title, items[0].id)


def _odd(rows: Rows, at: int, item: Field) -> str:
    if item.options:
        return f'{rows.code(item.id).at(at)}="{UNREAD}"'
    ref = rows.ref(at, item.id)
    checked = _phone(ref) if item.kind == "phone" else CHECKS[item.kind](ref, item).removeprefix("=")
    return f"AND({rows.states[item.id].at(at)}={THERE},NOT(IFERROR({checked},FALSE)))"


def _phone(ref: str) -> str:
    """Give the check of `prompts.CHECKS` without its defined name, which not every program keeps."""
    signs = ",".join(quoted(sign) for sign in sorted(_FIGURES))
    figures = f'SUMPRODUCT(LEN({ref})-LEN(SUBSTITUTE({ref},{{{signs}}},"")))'
    none = ",".join(f"TRIM({ref})={quoted(word)}" for word in sorted(NONE_WORDS))
    return f"OR({figures}>7,ABS({figures}-3.5)<1,{none})"


def _is_odd(item: Field, seen: Seen) -> bool:
    """Compute what `_odd` gives; of an address that the program has read nothing is left to doubt."""
    if item.options:
        return seen.state >= NONE and not seen.code
    text = seen.text or ("" if seen.number is None else format(seen.number, "f"))
    if seen.state < THERE or not text:
        return False
    return not (_like_address(text) if item.kind == "email" else _like_number(text))


def _like_address(text: str) -> bool:
    _, _, behind = text.partition("@")
    return text.count("@") == 1 and "." in behind and " " not in text.strip(" ") and "," not in text


def _like_number(text: str) -> bool:
    figures = sum(sign in _FIGURES for sign in text)
    return figures > 7 or figures in (3, 4) or text.strip(" ").casefold() in NONE_WORDS
