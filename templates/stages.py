"""Stages of a form (preliminary, final): the last one freezes what later forms carry."""

from __future__ import annotations

from templates.prefill import Answers
from templates.spec import Carried, Field, Form, Framework, One

STAGE_FIELD = "stage"


def stage_field(form: Form) -> tuple[str, Field] | None:
    """Give (table, field) of the question that states the stage, None when the form has no stages."""
    for table in form.tables:
        if isinstance(table.rows, One):
            for item in table.fields:
                if item.id == STAGE_FIELD and item.options:
                    return table.id, item
    return None


def stage_of(form: Form, answers: Answers) -> str:
    """Give the stage that a return states, "" when the form has none or it is not answered."""
    found = stage_field(form)
    if found is None:
        return ""
    records = answers.get(found[0], ())
    value = records[0].get(STAGE_FIELD) if records else None
    return value if isinstance(value, str) else ""


def stages(form: Form) -> tuple[str, ...]:
    """Give the stages of a form in their order; a form without stages has the one stage ""."""
    found = stage_field(form)
    return tuple(option.code for option in found[1].options) if found else ("",)


def frozen_fields(framework: Framework, form_id: str) -> dict[str, tuple[str, ...]]:
    """Give the fields that later forms of agencies carry, per table: frozen once the last stage is accepted."""
    fields: dict[str, dict[str, None]] = {}
    for form in framework.forms:
        if form.issued_to != "agencies":
            continue
        for table in form.tables:
            rows = table.rows
            for item in table.fields:
                if item.origin != "carried":
                    continue
                parts = item.source.split(".")
                if len(parts) == 3 and parts[0] == form_id:
                    fields.setdefault(parts[1], {})[parts[2]] = None
                elif isinstance(rows, Carried) and rows.form == form_id:
                    fields.setdefault(rows.table, {})[item.source or item.id] = None
    return {table: tuple(names) for table, names in fields.items()}
