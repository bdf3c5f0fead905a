"""Form -> what people and programs read about it: the Markdown data dictionary and the JSON of `forms show`."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from templates.layout import Layout, place
from templates.levels import plain
from templates.spec import Carried, Field, Form, Listed, Many, One, Rows, Table
from workbook.address import reference


def describe(form: Form) -> dict[str, Any]:
    """Give the data dictionary as JSON values; a program needs no more to fill the form."""
    return {
        "form": form.full_id,
        "issue": form.version,
        "title": form.title,
        "tables": [
            {
                "id": table.id,
                "sheet": table.sheet,
                "title": table.title,
                "rows": _rows(table.rows),
                "fields": [_field(item) for item in table.fields],
            }
            for table in form.tables
        ],
    }


def _rows(rows: Rows) -> dict[str, Any]:
    if isinstance(rows, One):
        return {"kind": "one", "max": 1}
    if isinstance(rows, Many):
        return {"kind": "many", "max": rows.count}
    if isinstance(rows, Listed):
        return {"kind": "listed", "max": None if rows.rows is None else len(rows.rows)}
    return {"kind": "carried", "max": None}


def _field(item: Field) -> dict[str, Any]:
    return {
        "id": item.id,
        "label": item.label,
        "kind": item.kind,
        "from": item.origin,
        "required": item.required,
        "options": [[option.code, option.label] for option in item.options] or None,
        "min": _bound(item.low),
        "max": _bound(item.high),
        "help": item.help,
    }


def _bound(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def dictionary(form: Form) -> str:
    """Write the data dictionary as Markdown."""
    lines = [f"# {form.title}", "", f"`{form.full_id}` · {form.version} · {form.form_code}".rstrip(" ·"), ""]
    if form.source:
        lines += [form.source, ""]
    for table in form.tables:
        lines += [f"## `{table.id}` {table.title}", "", f"{table.sheet} · {_counted(table)}", ""]
        lines += ["| id | label | kind | from | required | range or options | help |", "|---|---|---|---|---|---|---|"]
        lines += ["| " + " | ".join(_escape(part) for part in _columns(item)) + " |" for item in table.fields]
        lines += [""]
        lines += [f"- rule `{rule.rule}`: {_settings(rule.settings)}" for rule in table.rules]
        lines += [""] if table.rules else []
    return "\n".join(lines).rstrip() + "\n"


def _counted(table: Table) -> str:
    rows = table.rows
    if isinstance(rows, Many):
        return f"up to {rows.count} records, at least {rows.least}"
    if isinstance(rows, Carried):
        return f"one record per {rows.form}.{rows.table}" + (" of every agency" if rows.across else "")
    return "one record" if isinstance(rows, One) else "listed records"


def _columns(item: Field) -> list[str]:
    bounds = [f"≥ {plain(item.low)}"] if item.low is not None else []
    bounds += [f"≤ {plain(item.high)}"] if item.high is not None else []
    bounds += [f"{option.code} = {option.label}" for option in item.options]
    return [
        f"`{item.id}`", item.label, item.kind, item.origin, "yes" if item.required else "", "; ".join(bounds), item.help,
    ]  # fmt: skip


def _escape(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _settings(settings: Any) -> str:
    return ", ".join(f"{key} = {value}" for key, value in settings.items() if key != "rows")


def layout_lock(form: Form) -> str:
    """Write where every name points, one record per listed or carried table: a moved cell shows as a difference."""
    snapshot: dict[str, tuple[dict[str, str], ...]] = {
        table.id: ({},) for table in form.tables if not isinstance(table.rows, One | Many)
    }
    layout: Layout = place(form, snapshot)
    names = {name.name: reference(name.sheet, list(name.cells)) for name in layout.names()}
    return json.dumps(names, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
