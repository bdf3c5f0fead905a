"""One form.toml -> `Form`: a closed vocabulary, every unknown key or value is a mistake with its place."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from templates.calc import CALCS, used
from templates.rules import RULES
from templates.spec import (
    KINDS,
    ORIGINS,
    Carried,
    Field,
    Form,
    Listed,
    Many,
    One,
    Option,
    Pick,
    Record,
    Rows,
    RuleSpec,
    Table,
)  # fmt: skip
from templates.words import say

_FORM_KEYS = {
    "id", "version", "title", "form_code", "round", "issued_to", "digits", "accepts", "intro", "source", "lists",
    "table", "worked", "signatures", "optional",
}  # fmt: skip
_TABLE_KEYS = {"id", "sheet", "title", "note", "record", "number", "rows", "draw", "total", "fields", "rules"}
_FIELD_KEYS = {
    "id", "label", "kind", "from", "source", "required", "list", "min", "max", "decimals", "max_length", "unit",
    "help", "example", "width", "lines", "personal", "was", "pick", "calc",
}  # fmt: skip
_BAD_SHEET = set("[]:*?/\\")
MAX_RECORDS = 2_000


class FormLoader:
    """Load one form of a framework; mistakes are appended to the shared list, never raised one by one."""

    def __init__(
        self, framework: str, folder: str, lists: Mapping[str, tuple[Record, ...]], mistakes: list[str]
    ) -> None:
        self.framework = framework
        self.folder = folder
        self.csvs = lists
        self.mistakes = mistakes
        self.options: dict[str, tuple[Option, ...]] = {}

    def load(self, raw: Mapping[str, Any]) -> Form | None:
        """Give the form, None when it is too broken to stand for one."""
        self._unknown(raw, _FORM_KEYS, "")
        for key in ("id", "version", "title", "round", "table"):
            if key not in raw:
                self._mistake("", f"{key!r} is missing")
        if "table" not in raw or "id" not in raw:
            return None
        for name, content in raw.get("lists", {}).items():
            self.options[name] = self._options(name, content)
        tables = tuple(self._table(item) for item in raw["table"])
        self._check_tables(tables)
        return Form(
            framework=self.framework,
            id=str(raw["id"]),
            version=str(raw.get("version", "")),
            title=str(raw.get("title", "")),
            form_code=str(raw.get("form_code", "")),
            round=str(raw.get("round", "")),
            issued_to=self._one_of(raw.get("issued_to", "agencies"), ("agencies", "groups", "opdc"), "issued_to"),
            tables=tables,
            intro=tuple(str(line) for line in raw.get("intro", [])),
            digits=self._one_of(raw.get("digits", "arabic"), ("arabic", "thai"), "digits"),
            accepts=tuple(str(item) for item in raw.get("accepts", [])),
            source=str(raw.get("source", "")),
            glossary=self._glossary(str(raw["id"])),
            worked=self._one_of(raw.get("worked", ""), ("", *(table.id for table in tables)), "worked"),
            signatures=self._signatures(raw.get("signatures", []), tables),
            optional=bool(raw.get("optional", False)),
        )

    def _glossary(self, form: str) -> tuple[tuple[str, str], ...]:
        """Give the terms of the framework's `glossary.csv` (term, meaning, forms) that a form needs."""
        rows = self.csvs.get("glossary.csv", ())
        return tuple((row["term"], row["meaning"]) for row in rows if form in row["forms"].split())

    def _signatures(self, raw: Any, tables: tuple[Table, ...]) -> tuple[tuple[str, str], ...]:
        pairs = tuple((str(table), str(role)) for table, role in raw)
        for table, _ in pairs:
            if table not in {item.id for item in tables}:
                self._mistake("signatures", f"names the unknown table {table!r}")
        return pairs

    def _mistake(self, where: str, text: str) -> None:
        self.mistakes.append(f"{self.framework}/forms/{self.folder}/form.toml: {where + ': ' if where else ''}{text}")

    def _unknown(self, raw: Mapping[str, Any], known: set[str], where: str) -> None:
        for key in sorted(set(raw) - known):
            self._mistake(where, f"unknown key {key!r}")

    def _one_of(self, value: object, allowed: tuple[str, ...], where: str) -> str:
        if value not in allowed:
            self._mistake(where, f"{value!r} is none of {', '.join(allowed)}")
            return allowed[0]
        return str(value)

    def _csv(self, name: object, where: str, columns: tuple[str, ...] = ()) -> tuple[Record, ...]:
        rows = self.csvs.get(str(name))
        if rows is None:
            self._mistake(where, f"there is no {name!r} in the framework's folder")
            return ()
        for column in columns:
            if rows and column not in rows[0]:
                self._mistake(where, f"{name} has no column {column!r}")
                return ()
        return rows

    def _options(self, name: str, content: Any) -> tuple[Option, ...]:
        if isinstance(content, Mapping):
            code, label = str(content.get("code", "code")), str(content.get("label", "label"))
            rows = self._csv(content.get("csv"), f"list {name}", (code, label))
            return tuple(Option(row[code], row[label]) for row in rows)
        return tuple(
            Option(str(item[0]), str(item[1])) if isinstance(item, list) else Option(str(item), str(item))
            for item in content
        )

    def _table(self, raw: Mapping[str, Any]) -> Table:
        where = f"table {raw.get('id', '?')}"
        self._unknown(raw, _TABLE_KEYS, where)
        fields = tuple(self._field(item, where) for item in raw.get("fields", []))
        if not fields:
            self._mistake(where, "has no fields")
        return Table(
            id=str(raw.get("id", "")),
            sheet=str(raw.get("sheet", "")),
            title=str(raw.get("title", "")),
            rows=self._rows(raw.get("rows", {"one": True}), where),
            fields=fields,
            draw=self._one_of(raw.get("draw", "rows"), ("rows", "cards", "columns"), where),
            note=str(raw.get("note", "")),
            record=str(raw.get("record", "")),
            number=str(raw.get("number", "")),
            total=tuple(str(item) for item in raw.get("total", [])),
            rules=tuple(self._rule(item, where, fields) for item in raw.get("rules", [])),
        )

    def _rows(self, raw: Mapping[str, Any], where: str) -> Rows:
        if raw.get("one"):
            return One(waits=bool(raw.get("waits", True)))
        if "many" in raw:
            count = int(raw["many"])
            if not 1 <= count <= MAX_RECORDS:
                self._mistake(where, f"many = {count} is not between 1 and {MAX_RECORDS}")
            return Many(count, int(raw.get("min", 0)))
        if "listed" in raw:
            key = str(raw.get("key", "code"))
            listed = raw["listed"]
            if listed == "agencies":
                return Listed(key, None)
            match = {str(column): str(value) for column, value in raw.get("match", {}).items()}
            rows = self._csv(listed, where, (key, *match))
            kept = tuple(row for row in rows if all(row[column] == value for column, value in match.items()))
            if match and rows and not kept:
                self._mistake(where, f"{listed} has no row with {match}")
            return Listed(key, kept)
        if "carried" in raw:
            form, _, table = str(raw["carried"]).partition(".")
            times = self._csv(raw["times"], where) if "times" in raw else ()
            return Carried(
                form=form,
                table=table,
                key=str(raw.get("key", "")),
                where=str(raw.get("where", "")),
                across=raw.get("across") == "group",
                times=times,
            )
        self._mistake(where, "rows must be one, many, listed or carried")
        return One()

    def _field(self, raw: Mapping[str, Any], where: str) -> Field:
        where = f"{where}, field {raw.get('id', '?')}"
        self._unknown(raw, _FIELD_KEYS, where)
        kind = self._one_of(raw.get("kind", "text"), KINDS, where)
        origin = self._one_of(raw.get("from", "entry"), ORIGINS, where)
        options = self.options.get(str(raw.get("list", "")), ())
        if kind == "yes_no" and not options:
            options = (Option("yes", say("pages", "yes")), Option("no", say("pages", "no_word")))
        if kind in ("choice", "suggested") and not options:
            self._mistake(where, f"a {kind} needs a list; {raw.get('list')!r} is empty or unknown")
        return Field(
            id=str(raw.get("id", "")),
            label=str(raw.get("label", "")),
            kind=kind,
            origin=origin,
            source=str(raw.get("source", "")),
            required=bool(raw.get("required", True)) and origin == "entry",
            options=options,
            low=self._number(raw.get("min"), where),
            high=self._number(raw.get("max"), where),
            decimals=raw.get("decimals"),
            max_length=raw.get("max_length"),
            unit=str(raw.get("unit", "")),
            help=str(raw.get("help", "")),
            example=str(raw.get("example", "")),
            width=float(raw.get("width", 20)),
            lines=int(raw.get("lines", 1)),
            personal=bool(raw.get("personal", False)),
            was=tuple(str(item) for item in raw.get("was", [])),
            pick=self._pick(raw["pick"], where) if "pick" in raw else None,
            calc=self._calc(raw["calc"], where) if "calc" in raw else None,
        )

    def _calc(self, raw: Mapping[str, Any], where: str) -> RuleSpec:
        name = str(raw.get("do", ""))
        if name not in CALCS:
            self._mistake(where, f"unknown calculation {name!r}; known: {', '.join(sorted(CALCS))}")
        return RuleSpec(name, {key: value for key, value in raw.items() if key != "do"})

    def _number(self, raw: object, where: str) -> Decimal | None:
        if raw is None:
            return None
        try:
            return Decimal(str(raw))
        except InvalidOperation:
            self._mistake(where, f"{raw!r} is no number")
            return None

    def _pick(self, raw: Mapping[str, Any], where: str) -> Pick:
        label, match, order = str(raw.get("label")), str(raw.get("match")), str(raw.get("order"))
        rows = self._csv(raw.get("csv"), where, (label, match, order))
        table, _, field = str(raw.get("by", "")).partition(".")
        picked = sorted((row[match], int(row[order]), row[label]) for row in rows)
        return Pick(table, field, tuple(picked))

    def _rule(self, raw: Mapping[str, Any], where: str, fields: tuple[Field, ...]) -> RuleSpec:
        name = str(raw.get("rule", ""))
        settings: dict[str, object] = {key: value for key, value in raw.items() if key != "rule"}
        rule = RULES.get(name)
        if rule is None:
            self._mistake(where, f"unknown rule {name!r}; known: {', '.join(sorted(RULES))}")
            return RuleSpec(name, settings)
        known = {field.id for field in fields}
        for key in rule.field_settings:
            named = settings.get(key)
            for item in named if isinstance(named, list) else [named]:
                if item not in known:
                    self._mistake(where, f"rule {name}: {key} names the unknown field {item!r}")
        if "csv" in settings:
            settings["rows"] = self._csv(settings["csv"], f"{where}, rule {name}")
        return RuleSpec(name, settings)

    def _check_tables(self, tables: tuple[Table, ...]) -> None:
        known = {f"{table.id}.{field.id}" for table in tables for field in table.fields}
        for table in tables:
            if not 1 <= len(table.sheet) <= 31 or set(table.sheet) & _BAD_SHEET:
                self._mistake(f"table {table.id}", f"{table.sheet!r} is no name for a sheet")
            for item in table.fields:
                for name in sorted(set(used(item.calc)) - known if item.calc else ()):
                    self._mistake(f"table {table.id}, field {item.id}", f"calc names the unknown field {name!r}")
            ids = [field.id for field in table.fields]
            for field_id in {item for item in ids if ids.count(item) > 1}:
                self._mistake(f"table {table.id}", f"field {field_id!r} is there twice")
            for field_id in table.total:
                if field_id not in ids:
                    self._mistake(f"table {table.id}", f"total names the unknown field {field_id!r}")
        table_ids = [table.id for table in tables]
        for table_id in {item for item in table_ids if table_ids.count(item) > 1}:
            self._mistake(f"table {table_id}", "is there twice")
