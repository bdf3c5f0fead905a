"""What stands beside an entry: its input message, what is checked while it is typed, and the refusal, all from one spec."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from templates.dates import FIRST_CELL
from templates.kinds import KINDS
from templates.layout import Block, Layout
from templates.levels import plain
from templates.lists import DATE_MARKS, DIGITS, MONTHS, list_name
from templates.spec import Field
from templates.thai import NONE_WORDS, thai_digits
from templates.words import say
from workbook.book import Rule

MAX_TITLE, MAX_TEXT, MAX_FORMULA = 32, 255, 255
"""What Excel takes; a longer formula makes it call the whole file damaged."""
_FIRST_SERIAL = (FIRST_CELL - dt.date(1899, 12, 30)).days
_LEADING = frozenset(map(chr, range(0xE40, 0xE45)))
_FOLLOWING = frozenset(map(chr, (*range(0xE30, 0xE3B), 0xE45, *range(0xE47, 0xE4F))))
"""Thai vowels that are written before their consonant, and vowels and marks that follow it."""
_NUMBERING = re.compile(r"\(?[0-9]+(?:\.[0-9]+)*[.)]*\s+")
_BRACKETS = re.compile(r"\s*\([^()]*\)\Z")
_NUMERIC = ("number", "whole")


def prompt_rule(block: Block, item: Field, layout: Layout) -> Rule:
    """Give the validation of a field over all its cells.

    Only lists refuse. All else warns: a typed Thai number, a percentage with its word or a date of another spelling is
    text to Excel and must pass; the program reads and judges it.
    """
    check = KINDS[item.kind].look.rule
    listed, offered = check == "list", check in ("list", "offer")
    limited = check == "any" and item.max_length is not None
    formula = CHECKS[check](block.cells[item.id][0].a1(), item) if check in CHECKS else ""
    error = "error_list" if listed else "error_check" if formula or limited else ""
    digits = thai_digits if layout.form.digits == "thai" else str
    return Rule(
        cells=block.cells[item.id],
        kind="list" if offered else "custom" if formula else "length" if limited else "any",
        source=list_name(layout, block.table.id, item) if offered else formula,
        high=item.max_length if limited else None,
        hard=listed,
        alert=check != "offer",
        prompt_title=prompt_title(item.label),
        prompt=digits(prompt(item)),
        error_title=say("pages", "error_title") if listed else say("pages", "check_title") if error else "",
        error=digits(say("pages", error, wanted=expected(item))) if error else "",
    )


def prompt_title(label: str) -> str:
    """Give a label as the title of a message, at most 32 characters, cut where a word ends.

    A long label loses its numbering, its chapter before a colon and its brackets, then what stands behind a space or
    before a joining word (Thai writes no spaces between words).
    """
    if len(label) <= MAX_TITLE:
        return label
    text = _NUMBERING.sub("", label, count=1) if _NUMBERING.match(label) else label
    text = _BRACKETS.sub("", text.rpartition(" : ")[2])
    if len(text) <= MAX_TITLE:
        return text
    joints, others = say("pages", "joints").split(), say("pages", "no_joints").split()
    words = re.compile("|".join(map(re.escape, [*others, *joints])) + r"|[\s/(]")
    ends = {match.start() for match in words.finditer(text) if match[0] not in others}
    end = max((at for at in ends if 0 < at < MAX_TITLE), default=0) or _cluster_end(text)
    return text[:end].rstrip(" /(") + "…"


def _cluster_end(text: str) -> int:
    """Give the last place before the limit that parts no vowel or tone mark from its consonant."""
    ends = (at for at in range(1, MAX_TITLE) if text[at] not in _FOLLOWING and text[at - 1] not in _LEADING)
    return max(ends, default=MAX_TITLE - 1)


def prompt(item: Field) -> str:
    """Give the input message: help, what may stand there, unit, example.

    Where it would pass 255 characters the help is cut at a space: range, unit and example are never lost.
    """
    parts = [expected(item)]
    if item.unit:
        parts.append(say("pages", "prompt_unit", unit=item.unit))
    if item.example:
        parts.append(say("pages", "prompt_example", example=item.example))
    rest = "\n".join(part for part in parts if part)
    if not item.help:
        return rest or say("pages", "prompt_text")
    room = MAX_TEXT - len(rest) - 1
    text = item.help if len(item.help) <= room else item.help[: room - 1].rpartition(" ")[0] + "…"
    return f"{text}\n{rest}" if rest else text


def expected(item: Field) -> str:
    """Say what may stand in an entry, by its kind and limits; "" for free text."""
    if item.kind in ("choice", "yes_no"):
        return say("pages", "prompt_list")
    if item.kind in ("email", "phone", "date"):
        return say("pages", f"prompt_{item.kind}")
    if KINDS[item.kind].look.rule not in _NUMERIC:
        return "" if item.max_length is None else say("pages", "prompt_length", high=item.max_length)
    noun = say("pages", "noun_whole" if item.kind == "whole" else "noun_number")
    if item.low is not None and item.high is not None:
        return say("pages", "prompt_between", noun=noun, low=plain(item.low), high=plain(item.high))
    if item.low is not None:
        return say("pages", "prompt_least", noun=noun, low=plain(item.low))
    if item.high is not None:
        return say("pages", "prompt_most", noun=noun, high=plain(item.high))
    return say("pages", "prompt_number", noun=noun)


def _digits(ref: str) -> str:
    """Count the figures, Thai or Arabic, that stand in a cell."""
    return f'SUMPRODUCT(LEN({ref})-LEN(SUBSTITUTE({ref},{DIGITS},"")))'


def _number(ref: str, item: Field) -> str:
    """Let numbers within the limits pass, and texts in which a figure stands, or a dash alone; N/A where none is an answer."""
    bounds = [f"{ref}>={plain(item.low)}"] if item.low is not None else []
    bounds += [f"{ref}<={plain(item.high)}"] if item.high is not None else []
    bounds += [f"INT({ref})={ref}"] if item.kind == "whole" else []
    none = f'TRIM({ref})="-"' + (f',TRIM({ref})="N/A"' if item.kind == "criterion" else "")
    return f'=IF(ISNUMBER({ref}),AND({",".join(bounds) or "TRUE"}),OR({none},{_digits(ref)}>0))'


def _date(ref: str, item: Field) -> str:
    """Let true dates pass, and texts with figures and either a month's name or two marks between figures."""
    month = f'SUMPRODUCT(--ISNUMBER(SEARCH({MONTHS},SUBSTITUTE({ref},".",""))))>0'
    marks = f'SUMPRODUCT(LEN({ref})-LEN(SUBSTITUTE({ref},{DATE_MARKS},"")))>1'
    return f"=IF(ISNUMBER({ref}),{ref}>={_FIRST_SERIAL},AND({_digits(ref)}>2,OR({month},{marks})))"


def _email(ref: str, item: Field) -> str:
    """Look for one @ with a dot behind it, and no space or comma inside."""
    inside = f'ISERROR(FIND(" ",TRIM({ref}))),ISERROR(FIND(",",{ref}))'
    return f'=AND(ISNUMBER(FIND(".",{ref},FIND("@",{ref}))),LEN({ref})-LEN(SUBSTITUTE({ref},"@",""))=1,{inside})'


def _phone(ref: str, item: Field) -> str:
    """Look for eight figures or more (the first zero may be lost), a short number of three or four, or the word for none."""
    none = ",".join(f'TRIM({ref})="{word}"' for word in sorted(NONE_WORDS))
    return f"=OR({_digits(ref)}>7,ABS({_digits(ref)}-3.5)<1,{none})"


CHECKS: dict[str, Callable[[str, Field], str]] = {
    "number": _number, "whole": _number, "date": _date, "email": _email, "phone": _phone,
}  # fmt: skip
