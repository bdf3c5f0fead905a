"""The official wording of a form: indicators named where a title points to them, Thai digits where the form has them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from templates.levels import plain
from templates.rules import factors_needed
from templates.spec import Field, Form, Framework, Table
from templates.thai import thai_digits
from templates.words import say

_GAP = re.compile(r"\{([0-9][0-9.]*|factor_[a-z]+)\}")
"""`{7.1}` in a text of a form stands for the name of sub-indicator 7.1, `{7}` for that of the indicator.

`{factor_share}` is the share of the key factors (in per cent) that need a measure, `{factor_least}` says the same in
numbers of factors: the policy states it once.
"""


def official(form: Form, framework: Framework, mistakes: list[str]) -> Form:
    """Fill names of indicators and figures of the policy into the texts of a form, and write a form of Thai digits in them.

    Codes stay as they are: ids, form code, issue. An unknown gap is appended to the mistakes.
    """
    known = {item.id: item.name for item in framework.sub_indicators} | {framework.number: framework.indicator_title}
    known |= _shares(framework)

    def fill(text: str, where: str) -> str:
        for name in sorted(set(_GAP.findall(text)) - set(known)):
            mistakes.append(f"{form.full_id}: {where} names the unknown indicator or figure {name!r}")
        return _GAP.sub(lambda match: known.get(match[1], match[0]), text)

    named = replace(
        form,
        intro=tuple(fill(line, "intro") for line in form.intro),
        tables=tuple(_named(table, fill) for table in form.tables),
    )
    return _digits(named) if form.digits == "thai" else named


def _shares(framework: Framework) -> dict[str, str]:
    """Say which part of the key factors needs a measure (domain B3), for every number of factors that a type has."""
    share = framework.policy.factor_min_share
    counts = sorted(set(Counter(row.get("process_type_no", "") for row in framework.lists.get("factors.csv", ())).values()))
    if not counts:
        return {}
    parts = [say("pages", "factor_least", need=factors_needed(share, count), count=count) for count in counts]
    return {"factor_share": plain(share * 100), "factor_least": say("pages", "or").join(parts)}


def _named(table: Table, fill: Callable[[str, str], str]) -> Table:
    where = f"table {table.id}"
    fields = tuple(replace(item, help=fill(item.help, f"{where}, field {item.id}")) for item in table.fields)
    return replace(table, title=fill(table.title, where), note=fill(table.note, where), fields=fields)


def _digits(form: Form) -> Form:
    return replace(
        form,
        title=thai_digits(form.title),
        intro=tuple(thai_digits(line) for line in form.intro),
        glossary=tuple((thai_digits(term), thai_digits(meaning)) for term, meaning in form.glossary),
        tables=tuple(_table(table) for table in form.tables),
    )


def _table(table: Table) -> Table:
    return replace(
        table,
        sheet=thai_digits(table.sheet),
        title=thai_digits(table.title),
        note=thai_digits(table.note),
        number=thai_digits(table.number),
        record=thai_digits(table.record),
        fields=tuple(_field(item) for item in table.fields),
    )


def _field(item: Field) -> Field:
    return replace(
        item,
        label=thai_digits(item.label),
        unit=thai_digits(item.unit),
        help=thai_digits(item.help),
        example=thai_digits(item.example),
        options=tuple(replace(option, label=thai_digits(option.label)) for option in item.options),
    )
