"""The worked example of the first sheet: one row of a table, filled with the examples of its fields, and what it means."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from templates.criteria import TARGET_LEVEL
from templates.issued import Issued
from templates.levels import anchors, plain
from templates.spec import Field, Form
from templates.thai import read_number
from templates.words import say

_REACHED = 2
"""The level whose criterion is the result of an example that states none, so that no rule between levels matters."""


@dataclass(frozen=True)
class Worked:
    """One filled row: the table's title, headings and values in the order of the columns, and sentences about it."""

    title: str
    heads: tuple[str, ...]
    values: tuple[str, ...]
    meaning: tuple[str, ...]


def worked_fields(form: Form) -> tuple[Field, ...]:
    """Give the fields of the worked example: those of its table that have an example, two at least."""
    found = tuple(item for item in form.table(form.worked).fields if item.example) if form.worked else ()
    return found if len(found) > 1 else ()


def worked_rows(issued: Issued) -> Worked | None:
    """Give the worked example of a form, None where it has none."""
    fields = worked_fields(issued.form)
    if not fields:
        return None
    title = issued.form.table(issued.form.worked).title
    heads, values = tuple(item.label for item in fields), tuple(issued.digits(item.example) for item in fields)
    return Worked(title, heads, values, tuple(issued.digits(text) for text in _meaning(fields)))


def _meaning(fields: tuple[Field, ...]) -> list[str]:
    """Say which level a result reaches and how far it is from the target, where five criteria rise."""
    examples = {item.id: item.example for item in fields}
    found = anchors([_number(examples.get(f"level{level}", "")) for level in range(1, 6)])
    if found is None or TARGET_LEVEL not in found or _REACHED not in found or found[_REACHED] > found[TARGET_LEVEL]:
        return []
    target, result = found[TARGET_LEVEL], _number(examples.get("result", "")) or found[_REACHED]
    share = (result / target * 100).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    gaps = {"result": plain(result), "target": plain(target), "unit": examples.get("unit", ""), "percent": str(share)}
    reached = [level for level, value in found.items() if value <= result]
    exact = bool(reached) and found[reached[-1]] == result
    words = "worked_between" if reached and not exact else "worked_reached" if reached else "worked_below"
    level = say("pages", words, level=reached[-1] if reached else min(found))
    return [" ".join(say("pages", "worked_meaning", at=TARGET_LEVEL, reached=level, **gaps).split())]


def _number(text: str) -> Decimal | None:
    value = read_number(text).value
    return value if isinstance(value, Decimal) else None
