"""Framework and form folders -> `Framework` and `Form`; reports every mistake at once with file, table and field."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from templates.instruments import FILES, profile_from
from templates.loadform import FormLoader
from templates.official import official
from templates.policy import BY_LEVELS, BY_PROFILE, SubIndicator, policy_from
from templates.records import read_csv as read_csv
from templates.spec import (
    BY_LIST,
    COMPUTED,
    AgencyKind,
    Carried,
    Deadline,
    Field,
    Form,
    Framework,
    Listed,
    Record,
    Round,
    Table,
)
from workbook.errors import SpecError

SHIPPED = Path(__file__).parent / "frameworks"


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file; a broken one is a SpecError that names the file and the line."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SpecError([f"{path.parent.name}/{path.name}: {error}"]) from error


def shipped_frameworks() -> tuple[str, ...]:
    """Name the frameworks that come with the program."""
    return tuple(sorted(path.parent.name for path in SHIPPED.glob("*/framework.toml")))


def load_framework(folder: Path, *, only: str = "") -> Framework:
    """Load one framework with all its forms from a folder.

    `only` loads one form by its folder and leaves out what holds between forms: for the copy of an issue that stands
    alone. Raises SpecError with every mistake found in framework.toml, its CSVs and its forms.
    """
    raw = read_toml(folder / "framework.toml")
    lists = {path.name: read_csv(path) for path in sorted(folder.glob("*.csv"))}
    mistakes: list[str] = []
    framework = _framework(raw, lists, mistakes)
    known = {**lists, **_derived(framework)}
    forms = []
    for path in sorted(folder.glob(f"forms/{only or '*'}/form.toml")):
        loader = FormLoader(framework.id, path.parent.name, known, mistakes)
        try:
            form = loader.load(read_toml(path))
        except (TypeError, ValueError, AttributeError, KeyError, IndexError) as error:
            mistakes.append(f"{framework.id}/forms/{path.parent.name}/form.toml: a value has the wrong type ({error})")
            continue
        if form is not None:
            forms.append(official(form, framework, mistakes))
    if not only:
        _check_rounds(framework, forms, mistakes)
        _check_carried(forms, mistakes)
        _check_computed(framework, forms, mistakes)
    if mistakes:
        raise SpecError(mistakes)
    return replace(framework, forms=tuple(forms))


_FRAMEWORK_KEYS = {
    "id", "title", "title_en", "fiscal_year", "number", "indicator_title", "weight", "note", "agencies", "round",
    "sub_indicator", "scoring", "composite", "short",
}  # fmt: skip


def _framework(raw: Mapping[str, Any], lists: Mapping[str, tuple[Record, ...]], mistakes: list[str]) -> Framework:
    name = str(raw.get("id", "?"))
    for key in sorted(set(raw) - _FRAMEWORK_KEYS):
        mistakes.append(f"{name}/framework.toml: unknown key {key!r}")
    for key in ("id", "title", "fiscal_year", "agencies"):
        if key not in raw:
            mistakes.append(f"{name}/framework.toml: {key!r} is missing")
    if mistakes:
        raise SpecError(mistakes)
    kinds = _kinds(raw["agencies"])
    policy = policy_from(raw.get("scoring", {}), BY_PROFILE if FILES[0] in lists else BY_LEVELS)
    return Framework(
        id=name,
        title=str(raw["title"]),
        title_en=str(raw.get("title_en", "")),
        short=str(raw.get("short", "")),
        fiscal_year=int(raw["fiscal_year"]),
        number=str(raw.get("number", "")),
        indicator_title=str(raw.get("indicator_title", raw["title"])),
        weight=_decimal(raw.get("weight", "0"), f"{name}/framework.toml: weight", mistakes),
        note=str(raw.get("note", "")),
        kinds=kinds,
        rounds=tuple(_round(item, name, mistakes) for item in raw.get("round", [])),
        sub_indicators=tuple(_sub_indicator(item, name, mistakes) for item in raw.get("sub_indicator", [])),
        policy=policy,
        criteria_rows=lists.get("level_criteria.csv", ()),
        composite={
            key: _decimal(value, f"{name}/framework.toml: composite.{key}", mistakes)
            for key, value in raw.get("composite", {}).items()
        },
        lists=lists,
        profile=profile_from(lists, int(raw["fiscal_year"])),
    )


def _kinds(raw: Mapping[str, Any]) -> tuple[AgencyKind, ...]:
    """Read `[agencies]`: one kind under its own keys, or several under `kind`."""
    return tuple(
        AgencyKind(
            id=str(item.get("id", "")),
            registry=str(item.get("registry", "")),
            group=str(item.get("group", "")),
            ministry=str(item.get("ministry", "")),
            exempt_when={key: str(value) for key, value in item.get("exempt_when", {}).items()},
            exempt_reason=str(item.get("exempt_reason", "")),
        )
        for item in raw.get("kind", [raw])
    )


def _round(raw: Mapping[str, Any], name: str, mistakes: list[str]) -> Round:
    where = f"{name}/framework.toml: round {raw.get('id', '?')}"
    return Round(
        id=str(raw.get("id", "")),
        title=str(raw.get("title", "")),
        forms=tuple(str(form) for form in raw.get("forms", [])),
        opens=_date(raw.get("opens", ""), where, mistakes),
        deadlines=tuple(item for row in raw.get("deadlines", []) if (item := _deadline(row, where, mistakes))),
        period=str(raw.get("period", "")),
        status_date=_date(raw.get("status_date", ""), where, mistakes),
    )


def _deadline(raw: Mapping[str, Any], where: str, mistakes: list[str]) -> Deadline | None:
    day = _date(raw.get("date", ""), where, mistakes)
    if day is None:
        mistakes.append(f"{where}: a deadline has no date")
        return None
    return Deadline(
        calendar=str(raw.get("calendar", "")),
        form=str(raw.get("form", "")),
        stage=str(raw.get("stage", "")),
        date=day,
        source=str(raw.get("source", "")),
        enforced=bool(raw.get("enforced", True)),
        note=str(raw.get("note", "")),
    )


def _sub_indicator(raw: Mapping[str, Any], name: str, mistakes: list[str]) -> SubIndicator:
    where = f"{name}/framework.toml: sub_indicator {raw.get('id', '?')}"
    return SubIndicator(
        id=str(raw.get("id", "")),
        role=str(raw.get("role", "")),
        weight=_decimal(raw.get("weight", "0"), where, mistakes),
        name=str(raw.get("name", "")),
        gate=str(raw.get("gate", "")) or None,
        gate_level=int(raw.get("gate_level", 0)),
    )


def _derived(framework: Framework) -> dict[str, tuple[Record, ...]]:
    """Give the lists that follow from the framework, so that no fact stands twice: forms list them like a CSV.

    `sub_indicators`: id, role, name, weight. `process_factors`: each process type, its key factors a line each.
    `grades_now.csv`, `sub_indicators_now.csv`: of those lists what holds in the framework's fiscal year.
    """
    factors = framework.lists.get("factors.csv", ())
    dated = {name: framework.lists.get(f"{name}.csv", ()) for name in ("grades", "sub_indicators")}
    now = {name: _in_force(rows, framework.fiscal_year) for name, rows in dated.items()}
    return {
        **{f"{name}_now.csv": rows for name, rows in now.items() if rows},
        "sub_indicators": tuple(
            {"id": item.id, "role": item.role, "name": item.name, "weight": f"{item.weight:f}"}
            for item in framework.sub_indicators
        ),
        "process_factors": tuple(
            {
                "code": row.get("code", ""),
                "label": row.get("label", "").lstrip("0123456789. "),
                "factors": "\n".join(
                    f"- {one.get('factor_th', '')}" for one in factors if one.get("process_type_no") == row.get("code")
                ),
            }
            for row in framework.lists.get("process_types.csv", ())
        ),
    }


def _in_force(rows: tuple[Record, ...], year: int) -> tuple[Record, ...]:
    def bound(row: Record, column: str) -> int:
        text = row.get(column, "").strip()
        return int(text) if text.isdecimal() else year

    return tuple(row for row in rows if bound(row, "valid_from") <= year <= bound(row, "valid_to"))


def _decimal(raw: object, where: str, mistakes: list[str]) -> Decimal:
    try:
        return Decimal(str(raw))
    except InvalidOperation:
        mistakes.append(f"{where}: {raw!r} is no number")
        return Decimal(0)


def _date(raw: object, where: str, mistakes: list[str]) -> dt.date | None:
    if raw in ("", None):
        return None
    try:
        return dt.date.fromisoformat(str(raw))
    except ValueError:
        mistakes.append(f"{where}: {raw!r} is no date like 2014-08-31")
        return None


def _check_rounds(framework: Framework, forms: list[Form], mistakes: list[str]) -> None:
    known = {form.id for form in forms}
    for item in framework.rounds:
        for form_id in item.forms:
            if form_id not in known:
                mistakes.append(f"{framework.id}/framework.toml: round {item.id} names the unknown form {form_id!r}")
    in_rounds = {form_id for item in framework.rounds for form_id in item.forms}
    for form in forms:
        if form.id not in in_rounds:
            mistakes.append(f"{form.full_id}: belongs to no round of framework.toml")


def _check_carried(forms: list[Form], mistakes: list[str]) -> None:
    known = {form.id: form for form in forms}
    for form, table in ((item, table) for item in forms for table in item.tables):
        for field in table.fields:
            parts = field.source.split(".")
            if field.origin == "carried" and len(parts) == 3 and not _has_field(known.get(parts[0]), parts[1], parts[2]):
                mistakes.append(f"{form.full_id}: {table.id}.{field.id} carries the unknown {field.source!r}")
            mistakes += _check_by_list(form, table, field, known)
        rows = table.rows
        if isinstance(rows, Carried) and (rows.form not in known or not known[rows.form].has(rows.table)):
            mistakes.append(f"{form.full_id}: table {table.id} carries an unknown table of {rows.form!r}")


def _check_by_list(form: Form, table: Table, field: Field, known: Mapping[str, Form]) -> list[str]:
    """Look whether the answers that a list names by its rows are there."""
    home, _, column = field.source.partition(BY_LIST)
    rows = table.rows
    if not column or not isinstance(rows, Carried):
        return []
    named = [row.get(column, "") for row in rows.times]
    return [
        f"{form.full_id}: {table.id}.{field.id}: the list names the unknown answer {home}.{name}"
        for name in named
        if not _has_field(known.get(rows.form), home, name)
    ]


def _check_computed(framework: Framework, forms: list[Form], mistakes: list[str]) -> None:
    known = {item.id for item in framework.sub_indicators}
    for form, table in ((item, table) for item in forms for table in item.tables):
        for field in (item for item in table.fields if item.origin == "computed"):
            named, name = _computed(table, field)
            if not named or named - known or name not in COMPUTED:
                mistakes.append(f"{form.full_id}: {table.id}.{field.id} has the unknown figure {field.source!r}")


def _computed(table: Table, field: Field) -> tuple[set[str], str]:
    """Give the sub-indicators that a computed field speaks of, and what it shows of them."""
    if isinstance(table.rows, Listed):
        return {row.get(table.rows.key, "") for row in table.rows.rows or ()}, field.source or field.id
    indicator, _, name = field.source.rpartition(".")
    return {indicator}, name


def _has_field(form: Form | None, table_id: str, field_id: str) -> bool:
    return form is not None and form.has(table_id) and any(field.id == field_id for field in form.table(table_id).fields)
