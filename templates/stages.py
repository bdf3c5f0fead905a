"""Stages of a form (preliminary, final): the last one freezes what later forms carry."""

from __future__ import annotations

from templates.prefill import Answers
from templates.spec import Carried, Field, Form, Framework, One, Table

STAGE_FIELD = "stage"


def stage_field(form: Form) -> tuple[str, Field] | None:
    """Give (table, field) of the question that states the stage, None when the form has no stages."""
    singles = ((table.id, item) for table in form.tables if isinstance(table.rows, One) for item in table.fields)
    return next(((table_id, item) for table_id, item in singles if item.id == STAGE_FIELD and item.options), None)


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


def stage_label(form: Form, stage: str) -> str:
    """Give the words of a stage as the form's question offers them; one without words stays as it is."""
    found = stage_field(form)
    options = found[1].options if found else ()
    return next((option.label for option in options if option.code == stage), stage)


def form_text(form: Form, stage: str) -> str:
    """Name a form as people know it: its title, with the stage in brackets where a return states one."""
    return f"{form.title} ({stage_label(form, stage)})" if stage else form.title


def frozen_fields(framework: Framework, form_id: str) -> dict[str, tuple[str, ...]]:
    """Give the fields that later forms of agencies carry, per table: frozen once the last stage is accepted.

    What a formula shows is left out: it follows from an answer, which is frozen itself.
    """
    fields: dict[str, dict[str, None]] = {}
    later = (form for form in framework.forms if form.issued_to == "agencies")
    for table, item in ((block, field) for form in later for block in form.tables for field in block.fields):
        source = _carried_from(table, item, form_id)
        if source is not None and framework.form(form_id).table(source[0]).field(source[1]).origin != "formula":
            fields.setdefault(source[0], {})[source[1]] = None
    return {table: tuple(names) for table, names in fields.items()}


def _carried_from(table: Table, item: Field, form_id: str) -> tuple[str, str] | None:
    """Give (table, field) of the form that a field carries, None when it carries nothing of it."""
    if item.origin != "carried":
        return None
    parts = item.source.split(".")
    if len(parts) == 3:
        return (parts[1], parts[2]) if parts[0] == form_id else None
    rows = table.rows
    return (rows.table, item.source or item.id) if isinstance(rows, Carried) and rows.form == form_id else None
