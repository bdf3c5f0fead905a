"""Rules that read what a text says: wrong field, copied, restated, too short, no name, a row that is not there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from templates import thai
from templates.breach import Breach, Context, Row, Value
from templates.names import alike
from templates.phrases import TROUBLES, person, row_numbers, says_none, stated_counts
from templates.reading import LONGEST
from templates.spec import RuleSpec

COPIED_FROM = 20
"""Letters and figures of a text that two people would not write alike by chance."""
_CONTAINED_FROM, _ALIKE = 12, 95
_PHONE_FIGURES = 7
_PERCENT = frozenset({"", *(thai.key(word) for word in thai.PERCENT_WORDS)})


def narrative(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Ask about a narrative that only says there are no problems (domain A1.7, seed 000 L235), or is a number alone."""
    found = [_narrative((at, name), row.get(name), spec) for at, row in enumerate(rows) for name in spec.fields()]
    return [breach for breach in found if breach is not None]


def _narrative(place: tuple[int, str], text: Value, spec: RuleSpec) -> Breach | None:
    if not isinstance(text, str):
        return None
    if spec.text("troubles") and says_none(text, TROUBLES):
        return Breach(*place, "WRONG_FIELD", {"belongs_place": spec.text("troubles")}, "warning")
    return Breach(*place, "NUMBER_ALONE", {}, "warning") if _number_alone(text) else None


def _number_alone(text: str) -> bool:
    """Tell whether a text is a number or percentage and no word else, a unit included."""
    if len(text) > LONGEST or not any(c.isdecimal() for c in text):
        return False
    letters = "".join(c for c in thai.key(text) if not c.isdecimal())
    return letters in _PERCENT and isinstance(thai.read_percent(text).value, Decimal)


def restates(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Ask about an answer that says no more than the text that it should report on, or add to (V13)."""
    column, of = spec.text("field"), spec.text("of")
    return [
        Breach(at, column, "RESTATED", {"other_field": of}, "warning")
        for at, row in enumerate(rows)
        if _repeats(row.get(column), row.get(of))
    ]


def _repeats(value: Value, of: Value) -> bool:
    if not isinstance(value, str) or not isinstance(of, str):
        return False
    said, known = thai.key(value), thai.key(of)
    if said == known or len(said) >= _CONTAINED_FROM and said in known:
        return bool(said)
    return len(said) >= COPIED_FROM and alike(said, known) >= _ALIKE


def not_copied(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Ask about a text that stands in two fields or records alike (V13); `among` names fields of other tables.

    `least`: letters and figures of texts that are looked at, where even short ones should differ.
    """
    seen: dict[str, tuple[str, int]] = {}
    least = int(spec.text("least") or COPIED_FROM)
    for name in spec.fields("among"):
        other, _, column = name.partition(".")
        for at, text in _long_texts(context.tables.get(other, ()), column, least):
            seen.setdefault(text, (name, at))
    breaches = []
    for at, name, text in _in_order(rows, spec.fields(), least):
        own = (f"{table}.{name}", at)
        first = seen.setdefault(text, own)
        if first != own:
            params = {"first_place": first[0], "first_no": str(first[1] + 1)}
            breaches.append(Breach(at, name, "COPIED_TEXT", params, "warning"))
    return breaches


def _in_order(rows: Sequence[Row], names: Sequence[str], least: int) -> Iterator[tuple[int, str, str]]:
    """Give (record, field, text) of the long texts as people read: record after record."""
    for at, name in ((at, name) for at in range(len(rows)) for name in names):
        yield from ((at, name, text) for _, text in _long_texts(rows[at : at + 1], name, least))


def _long_texts(rows: Sequence[Row], column: str, least: int) -> Iterator[tuple[int, str]]:
    for at, row in enumerate(rows):
        value = row.get(column)
        text = thai.key(value) if isinstance(value, str) else ""
        if len(text) >= least:
            yield at, text


def explains(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Ask about a reason that is too short to be one (V14)."""
    column, least = spec.text("field"), int(spec.text("least"))
    return [
        Breach(at, column, "TOO_SHORT", {"least": str(least)}, "warning")
        for at, row in enumerate(rows)
        if isinstance(text := row.get(column), str) and len(thai.key(text)) < least
    ]


def says_none_of(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Say that an answer was read as none: who types that there is no measure has none (V4, V13).

    The reader asks `reads_as_none`, so that such a text neither counts nor is reported on.
    """
    column = spec.text("field")
    return [Breach(at, column, "SAYS_NONE", {}, "info") for at in range(len(rows)) if (table, at, column) in context.stated]


def reads_as_none(rules: Sequence[RuleSpec], column: str, value: Value) -> bool:
    """Tell whether a rule of the table has a text read as none."""
    return isinstance(value, str) and any(
        spec.rule == "says_none" and spec.text("field") == column and says_none(value, spec.text("of")) for spec in rules
    )


def names_row(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Ask about a row number of another table that is not there (V10)."""
    column = spec.text("field")
    count = len(context.tables.get(spec.text("of"), ()))
    breaches = []
    for at, row in enumerate(rows):
        strange = [number for number in row_numbers(str(row.get(column) or "")) if not 1 <= number <= count]
        if strange and count:
            breaches.append(Breach(at, column, "NO_SUCH_ROW", {"count": str(count), "numbers": _listed(strange)}, "warning"))
    return breaches


def states_count(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Compare the number of rows that a text states with those that are filled (V15)."""
    column, noun = spec.text("field"), spec.text("noun")
    count = len(context.tables.get(spec.text("of"), ()))
    breaches = []
    for at, row in enumerate(rows):
        stated = set(stated_counts(str(row.get(column) or ""), noun))
        if count and len(stated) == 1 and count not in stated:
            params = {"count": str(count), "numbers": _listed(stated), "noun": noun}
            breaches.append(Breach(at, column, "COUNT_DIFFERS", params, "warning"))
    return breaches


def _listed(numbers: Sequence[int] | set[int]) -> str:
    return ", ".join(map(str, sorted(set(numbers))))


def is_name(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Ask about a name that is an address, a telephone number, or a title alone (V13); what was typed is never repeated."""
    column = spec.text("field")
    return [
        Breach(at, column, "NOT_A_NAME", {}, "warning")
        for at, row in enumerate(rows)
        if isinstance(text := row.get(column), str) and _no_name(text)
    ]


def _no_name(text: str) -> bool:
    figures = sum(c.isdecimal() for c in text)
    return "@" in text or figures >= _PHONE_FIGURES or not any(c.isalpha() for c in person(text))


def differs(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Domain V9: the certifier is somebody else than the reporter, whatever titles and spaces; nor is the address the same.

    One person is said once: where the names are alike the address says nothing new.
    """
    column, address = spec.text("field"), spec.text("address")
    names = {person(text) for text in _others(spec.text("other"), context)} - {""}
    addresses = _others(spec.text("other_address"), context)
    breaches = []
    for at, row in enumerate(rows):
        if person(str(row.get(column) or "")) in names:
            breaches.append(Breach(at, column, "SAME_PERSON", {}, "warning"))
        elif address and row.get(address) in addresses:
            breaches.append(Breach(at, address, "SAME_EMAIL", {}, "warning"))
    return breaches


def _others(name: str, context: Context) -> set[str]:
    table, _, column = name.partition(".")
    return {text for row in context.tables.get(table, ()) if isinstance(text := row.get(column), str)}
