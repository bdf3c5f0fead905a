"""Rules about rows that report on measures: a result that says nothing new, the same text twice, two measures in one row.

Domain C6: ITA12, ITA13, ITA15, ITA18. Each rule takes the code that it speaks under from its settings.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cache

from templates import thai
from templates.breach import TITLE, Breach, Context, Row, Rule, Value
from templates.numbered import items
from templates.phrases import words
from templates.reading import LONGEST
from templates.spec import RuleSpec

SAME_TEXT, SAME_ITEM = 20, 60
"""Letters of a whole answer, and of one item of a list, that are not the same in two records by chance."""
RUN = 6
"""Letters in a row that a result shares with its measure: shorter runs are single syllables, which any two texts share."""
RESTATED_SHARE, NEW_RUN, RESTATED_FROM = 0.90, 12, 12
"""A result only repeats its measure when so much of it stands there, no new run is so long, and it has so many letters."""
_SHOWN = 30
"""Letters of an open end that are shown."""
_OPENING = {"(": ")", "[": "]", "“": "”", "«": "»"}
_TRAILING = " \n\t.,:;…-–—"
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s/.]+(?:\.[^\s/.]+)+", re.IGNORECASE)
_MARK = re.compile(r"\A(?:[-–•*]|[0-9]{1,2}[.)])\s+")


def some_rows(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Ask for at least one row in any of several tables, each of which may stay blank; said at the title of the first."""
    tables = spec.fields("tables")
    if any(context.tables.get(name) for name in tables) or table != next((name for name in context.tables if name in tables), ""):
        return []
    return [Breach(TITLE, "", "NO_MEASURES")]


def repeated(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Ask about an answer, or a numbered item of it, that stands in another record, too; every one of them is named.

    Lists with dashes may share their lines: two measures may well have led to the same things.
    """
    column = spec.text("field")
    held: dict[str, set[int]] = defaultdict(set)
    for at, row in enumerate(rows):
        for text in _whole_and_items(row.get(column)):
            held[text].add(at)
    others: dict[int, set[int]] = defaultdict(set)
    for records in held.values():
        for at in records if len(records) > 1 else ():
            others[at] |= records - {at}
    return [
        Breach(at, column, spec.text("code"), {"other_records": ",".join(map(str, sorted(others[at])))}, "warning")
        for at in sorted(others)
    ]


def _whole_and_items(value: Value) -> set[str]:
    """Give what of an answer is long enough to be compared, in the letters that two spellings share."""
    if not isinstance(value, str) or thai.key(value) in _keys("states"):
        return set()
    parts = items(value)
    whole = thai.key(parts[0].text if len(parts) == 1 else value)
    long_items = {text for item in parts if item.number and len(text := thai.key(item.text)) >= SAME_ITEM}
    return long_items | ({whole} if len(whole) >= SAME_TEXT else set())


@cache
def _keys(name: str) -> tuple[str, ...]:
    return tuple(thai.key(word) for word in words("rows", name))


def restated(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Ask about a result that says no more than the measure that it should report on.

    Nearly all its letters stand in the measure in runs, no longer new run is left, and neither a number nor a word of
    reporting ("has been done", "finished") is new.
    """
    column, of = spec.text("field"), spec.text("of")
    return [
        Breach(at, column, spec.text("code"), {"other_field": of}, "warning")
        for at, row in enumerate(rows)
        if isinstance(said := row.get(column), str) and isinstance(known := row.get(of), str) and _restates(said, known)
    ]


def _restates(said: str, known: str) -> bool:
    result, measure = thai.key(said), thai.key(known)
    if result == measure:
        return bool(result)
    if len(result) < RESTATED_FROM or result.startswith(_keys("begins")) or result.endswith(_keys("ends")):
        return False
    share, new = known_share(result, measure)
    return share >= RESTATED_SHARE and new < NEW_RUN and not set(_figures(said)) - set(_figures(known))


def _figures(text: str) -> list[str]:
    """Give the numbers of a text, those before its items left out."""
    return [figure for item in items(text) for figure in re.findall("[0-9]+", item.text)]


def known_share(result: str, measure: str) -> tuple[float, int]:
    """Give which share of a result's letters stands in the measure in runs, and how long the longest new run is."""
    grams = {measure[at : at + RUN] for at in range(len(measure) - RUN + 1)}
    known = bytearray(len(result))
    for at in range(len(result) - RUN + 1):
        if result[at : at + RUN] in grams:
            known[at : at + RUN] = b"\x01" * RUN
    fresh = max(map(len, bytes(known).split(b"\x01")))
    return sum(known) / max(len(result), 1), fresh


def one_a_row(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Ask about two measures in one row: the numbers that the cell begins with go on in it as those of the table do."""
    column = spec.text("field")
    numbers = [_numbers(row.get(column)) for row in rows]
    breaches = []
    for at, own in enumerate(numbers):
        before, behind = (numbers[place] if 0 <= place < len(numbers) else () for place in (at - 1, at + 1))
        goes_on = behind[:1] == (own[-1] + 1,) if own else False
        follows = bool(before) and bool(own) and before[-1] == own[0] - 1
        # A list within a measure begins with 1 again, and the row below has the number that the list had, too.
        if len(own) > 1 and (goes_on or follows) and not set(behind[:1]) & set(own):
            params = {"numbers": ", ".join(map(str, own))}
            breaches.append(Breach(at, column, spec.text("code"), params, "warning"))
    return breaches


def _numbers(value: Value) -> tuple[int, ...]:
    found = items(value) if isinstance(value, str) else ()
    return tuple(item.number for item in found) if found and found[0].number else ()


def ends_well(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Ask about a text that ends in the air: with a word that something must follow, or within a bracket.

    `but`: words that may end a text here, since what follows them stands in another table.
    """
    breaches = []
    for at, row in enumerate(rows):
        for name in spec.fields():
            ending = _open_end(row.get(name))
            if ending and ending not in spec.fields("but"):
                breaches.append(Breach(at, name, spec.text("code"), {"words": ending}, "warning"))
    return breaches


def _open_end(value: Value) -> str:
    """Give the words with which a text breaks off, or those from the bracket on that it leaves open; "" where it ends well."""
    if not isinstance(value, str) or len(value) <= 1:
        return ""
    text = value.rstrip(_TRAILING)
    for word in words("dangling", "words"):
        if text.endswith(word) and not text.endswith(words("dangling", "complete")):
            return word
    last = text.split()[-1:]
    if last and last[0] in words("dangling", "alone"):
        return last[0]
    opened = (text.rfind(sign) for sign, close in _OPENING.items() if text.rfind(sign) > text.rfind(close))
    return next((_cut(text[at:]) for at in opened), "")


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else text[0] + "…" + text[-_SHOWN:]


def addresses(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Ask about lines that hold no address of a page (`https://…` or `www.…`)."""
    column = spec.text("field")
    breaches = []
    for at, row in enumerate(rows):
        lines = [_MARK.sub("", line.strip()) for line in str(row.get(column) or "").split("\n")]
        wrong = [line[:LONGEST] for line in lines if line and not _ADDRESS.search(line)]
        if wrong:
            breaches.append(Breach(at, column, "BAD_ADDRESS", {"text": wrong[0], "count": str(len(wrong))}, "warning"))
    return breaches


RULES: dict[str, Rule] = {
    "some_rows": Rule((), some_rows, ("NO_MEASURES",)),
    "repeated": Rule(("field",), repeated, ("ITA12",)),
    "restated": Rule(("field", "of"), restated, ("ITA13",)),
    "one_a_row": Rule(("field",), one_a_row, ("ITA15",)),
    "ends_well": Rule(("fields",), ends_well, ("ITA18",)),
    "addresses": Rule(("field",), addresses, ("BAD_ADDRESS",)),
}
