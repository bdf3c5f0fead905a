"""The official wording of a form: indicators named where a title points to them, Thai digits where the form has them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from templates.spec import Field, Form, Framework, Table
from templates.thai import thai_digits

_GAP = re.compile(r"\{([0-9][0-9.]*)\}")
"""`{7.1}` in a title stands for the name of sub-indicator 7.1, `{7}` for that of the indicator."""


def official(form: Form, framework: Framework, mistakes: list[str]) -> Form:
    """Fill the names of indicators into titles and notes, and write a form of Thai digits in them.

    Codes stay as they are: ids, form code, issue. An unknown indicator is appended to the mistakes.
    """
    names = {item.id: item.name for item in framework.sub_indicators} | {framework.number: framework.indicator_title}
    for table in form.tables:
        for unknown in sorted(set(_GAP.findall(table.title + table.note)) - set(names)):
            mistakes.append(f"{form.full_id}: table {table.id} names the unknown indicator {unknown!r}")
    named = replace(form, tables=tuple(_named(table, names) for table in form.tables))
    return _digits(named) if form.digits == "thai" else named


def _named(table: Table, names: Mapping[str, str]) -> Table:
    def fill(text: str) -> str:
        return _GAP.sub(lambda match: names.get(match[1], match[0]), text)

    return replace(table, title=fill(table.title), note=fill(table.note))


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
