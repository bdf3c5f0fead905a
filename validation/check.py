"""Tables of many files -> findings of each file; a blank silences what follows from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from templates.breach import TITLE
from templates.extract import Extracted
from templates.figures import derived_labels
from templates.issued import Issued
from templates.kinds import KINDS, breaks_limit
from templates.prefill import Answers
from templates.rules import RULES, Breach, Context, Row, Value
from templates.spec import Field, Form, Many, Table
from templates.thai import NONE_WORDS
from templates.words import severity
from validation.plausible import doubts
from validation.schema import BAD, LIMIT, REQUIRED, STATED, Cell, Failure, failures, rule_column
from workbook.finding import Finding, Place, at_cell


@dataclass(frozen=True)
class Filed:
    """One file to judge: what was issued, what was read from it, and the agency's accepted returns by form id."""

    issued: Issued
    extracted: Extracted
    earlier: Mapping[str, Answers] = field(default_factory=dict)


@dataclass
class _Stack:
    """The records of one table of all files: one row a record, with where it came from; `titles`: (file, what is said there)."""

    rows: list[Mapping[str, Cell | bool]] = field(default_factory=list)
    origin: list[tuple[int, int]] = field(default_factory=list)
    breaches: dict[tuple[int, str], list[Breach]] = field(default_factory=dict)
    titles: list[tuple[int, Breach]] = field(default_factory=list)


def check(batch: Sequence[Filed]) -> list[list[Finding]]:
    """Judge the cells of many files: one pandera call per table of each form, findings in the order of the batch."""
    found: list[list[Finding]] = [[] for _ in batch]
    for form, members in _by_form(batch):
        for table in form.tables:
            stack = _stack(table, [(at, batch[at]) for at in members])
            for failure in failures(table, stack.rows):
                at, position = stack.origin[failure.row]
                found[at] += _findings(table, batch[at], (position, failure), stack)
            for at, breach in stack.titles:
                found[at].append(_at_title(table, batch[at], breach))
        for at in members:
            found[at] += [*_too_few(batch[at]), *_doubts(batch[at])]
    return [_in_order(batch[at].issued.form, items) for at, items in enumerate(found)]


def _by_form(batch: Sequence[Filed]) -> list[tuple[Form, list[int]]]:
    members: dict[str, list[int]] = {}
    forms: dict[str, Form] = {}
    for at, filed in enumerate(batch):
        # A form that was edited before its publication has two editions of one issue.
        name = f"{filed.issued.form.full_id} {filed.issued.form.version} {filed.issued.form.spec}"
        forms.setdefault(name, filed.issued.form)
        members.setdefault(name, []).append(at)
    return [(forms[name], items) for name, items in sorted(members.items())]


def _stack(table: Table, files: Sequence[tuple[int, Filed]]) -> _Stack:
    stack = _Stack()
    for at, filed in files:
        rows = typed_rows(table, filed.extracted)
        broken = _broken(table, rows, context_of(filed))
        if _readable(table, filed):
            stack.titles += [(at, breach) for (_, record), items in broken.items() if record == TITLE for breach in items]
        for position, row in enumerate(rows):
            record: dict[str, Cell | bool] = {
                item.id: _marked(filed.extracted, (table.id, position, item.id), row[item.id]) for item in table.entries
            }
            for number in range(len(table.rules)):
                breaches = broken.get((number, position), [])
                record[rule_column(number)] = not breaches
                stack.breaches[len(stack.rows), rule_column(number)] = breaches
            stack.rows.append(record)
            stack.origin.append((at, position))
    return stack


def _readable(table: Table, filed: Filed) -> bool:
    """Tell whether a table is there and anything in the form: that the file is empty, or a sheet gone, is said already."""
    return table.id in filed.extracted.answers and all(item.code != "EMPTY_FORM" for item in filed.extracted.findings)


def _broken(table: Table, rows: Sequence[Row], context: Context) -> dict[tuple[int, int], list[Breach]]:
    """Give the breaches of each rule (by its number) at each record."""
    broken: dict[tuple[int, int], list[Breach]] = {}
    for number, spec in enumerate(table.rules):
        for breach in RULES[spec.rule].check(table.id, rows, spec, context):
            broken.setdefault((number, breach.record), []).append(breach)
    return broken


def _marked(extracted: Extracted, key: tuple[str, int, str], value: Value) -> Cell:
    if key in extracted.bad:
        return BAD
    return STATED if value is None and key in extracted.stated else value


def typed_rows(table: Table, extracted: Extracted) -> list[Row]:
    """Give the kept records of a table with their values typed by kind."""
    return [
        {item.id: KINDS[item.kind].load(record.get(item.id)) for item in table.fields}
        for record in extracted.answers.get(table.id, ())
    ]


def context_of(filed: Filed) -> Context:
    """Give what rules may look at beside their own table."""
    form, policy = filed.issued.form, filed.issued.framework.policy
    derived = {
        (table.id, item.id): derived_labels(filed.extracted.answers, item)
        for table in form.tables
        for item in table.fields
        if item.pick is not None
    }
    return Context(
        tables={table.id: typed_rows(table, filed.extracted) for table in form.tables},
        fiscal_year=filed.issued.framework.fiscal_year,
        shares={name: Decimal(getattr(policy, name)) for name in ("factor_min_share", "tolerance", "score_decimals")},
        bad=filed.extracted.bad,
        stated=filed.extracted.stated,
        derived=derived,
        earlier=filed.earlier,
        profile=filed.issued.framework.profile,
        agency=filed.issued.agency,
    )


def _findings(table: Table, filed: Filed, at: tuple[int, Failure], stack: _Stack) -> list[Finding]:
    position, failure = at
    if failure.check in (REQUIRED, LIMIT):
        item = table.field(failure.column)
        place, raw = place_of(filed, table, (position, item))
        if failure.check == REQUIRED:
            code = _blank(item, raw)
            return [at_cell(code, severity(code), place, raw, **(_none_word(item) if code == "MARK_FOR_TEXT" else {}))]
        value = KINDS[item.kind].load(filed.extracted.answers[table.id][position][item.id])
        broken = breaks_limit(item, value)
        assert broken is not None
        code, params = broken
        return [at_cell(code, severity(code), place, raw, **params)]
    found = []
    for breach in stack.breaches[failure.row, failure.column]:
        place, raw = place_of(filed, table, (breach.record, table.field(breach.field)))
        params = _labelled(filed, table, breach.params)
        found.append(at_cell(breach.code, severity(breach.code), place, raw, **params))
    return found


def _at_title(table: Table, filed: Filed, breach: Breach) -> Finding:
    """Say something about a table as a whole where its title stands."""
    params = _labelled(filed, table, breach.params)
    return at_cell(breach.code, severity(breach.code), filed.issued.layout.title_place(table.id), "", **params)


def _doubts(filed: Filed) -> list[Finding]:
    """Ask about what no rule of a form forbids and a glance would (`plausible`)."""
    form, found = filed.issued.form, []
    tables = {table.id: typed_rows(table, filed.extracted) for table in form.tables}
    for table_id, breach in doubts(filed.issued, tables):
        table = form.table(table_id)
        place, raw = place_of(filed, table, (breach.record, table.field(breach.field)))
        found.append(at_cell(breach.code, severity(breach.code), place, raw, **breach.params))
    return found


def _blank(item: Field, raw: str) -> str:
    """Say of a blank whether nothing stands there, or a mark for none that its filler took for an answer."""
    if not raw.strip():
        return "REQUIRED"
    if item.kind in ("number", "whole", "percent"):
        return "NONE_FOR_NUMBER"
    return "MARK_FOR_TEXT" if item.kind in ("text", "long_text", "code") else "REQUIRED"


def _none_word(item: Field) -> dict[str, str]:
    """Give the word for "there is none" where the field's own help invites it; elsewhere nobody should be led to it."""
    return next(({"none": word} for word in NONE_WORDS if word in item.help), {})


def _labelled(filed: Filed, table: Table, params: Mapping[str, str]) -> dict[str, str]:
    """Show people the label of another field that a rule speaks of, never its id: `x_field` here, `x_place` in any table.

    Records (`x_records`) are shown by the numbers that stand beside them on the page, where rows may have been left blank.
    """
    shown, form = dict(params), filed.issued.form
    for key, value in params.items():
        other, _, name = value.partition(".")
        if key.endswith("_field"):
            shown[key] = table.field(value).label
        elif key.endswith("_place"):
            shown[key] = form.table(other).field(name).label
        elif key.endswith("_records"):
            rows = filed.extracted.positions[table.id]
            shown[key] = ", ".join(str(rows[int(record)] + 1) for record in value.split(","))
    return shown


def place_of(filed: Filed, table: Table, at: tuple[int, Field]) -> tuple[Place, str]:
    """Give the place of a field as the agency sees it, and what was typed there (withheld when personal)."""
    position, item = at
    key = (table.id, position, item.id)
    return filed.extracted.places[key], "" if item.personal else filed.extracted.raws.get(key, "")


def _too_few(filed: Filed) -> list[Finding]:
    """Ask for the least number of records of a growing table (domain V1, V5)."""
    found = []
    for table in filed.issued.form.tables:
        if not isinstance(table.rows, Many) or table.id not in filed.extracted.answers:
            continue
        have = len(filed.extracted.answers[table.id])
        if have < table.rows.least:
            place = filed.issued.layout.place(table.id, have, table.entries[0].id)
            params = {"have": str(have), "need": str(table.rows.least), "table": table.title}
            found.append(at_cell("TOO_FEW_ROWS", severity("TOO_FEW_ROWS"), place, "", **params))
    return found


def _in_order(form: Form, items: list[Finding]) -> list[Finding]:
    """Sort findings by table as the form goes, then row and column as people read."""
    order = {table.id: at for at, table in enumerate(form.tables)}

    def key(item: Finding) -> tuple[int, int, int, str]:
        place = item.place
        if place is None:
            return (-1, 0, 0, item.code)
        return (order.get(place.table or "", len(order)), place.cell.row, place.cell.col, item.code)

    return sorted(items, key=key)
