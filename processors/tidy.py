"""The five tables of a publication as typed rows, and what their columns are: CSV, data sheets and dictionary agree."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from processors.board import entrants
from processors.outcome import INDICATOR_ROW, MEASURE_ROW, STATUSES, ProgressRow
from processors.rank import rank
from processors.results import AnswerRow, Results, Scored
from templates.spec import Framework

TEXT, CODE, WHOLE, NUMBER, SCORE, PERCENT, FLAG = "text", "code", "whole", "number", "score", "percent", "flag"

Value = str | int | bool | Decimal | None
Record = tuple[Value, ...]


@dataclass(frozen=True)
class Column:
    """One column: its stable name and what it holds.

    `text` may come from an agency, `code` is ours; `score` has 4 decimals, `percent` 2, `number` as many as it has.
    """

    name: str
    kind: str


@dataclass(frozen=True)
class Table:
    """One table: `key` names the columns that make a record unique, `allowed` the only values of a column.

    `each` gives its records one by one, so that the longest tables need not be held.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    allowed: Mapping[str, tuple[str, ...]]
    each: Callable[[Results], Iterable[Record]]

    def records(self, results: Results) -> tuple[Record, ...]:
        """Give all records."""
        return tuple(self.each(results))


def _columns(text: str) -> tuple[Column, ...]:
    return tuple(Column(*part.split(":")) for part in text.split())


def scores(results: Results) -> tuple[Record, ...]:
    """Give one row per agency, round and sub-indicator, and one for the total; missing is None."""
    rows: list[Record] = []
    for item in _ordered(results):
        agency = item.agency
        who = (agency.code, agency.name, agency.ministry, agency.province, agency.cluster)
        head = (item.framework.fiscal_year, item.framework.id, item.round, *who)
        for sub in (*item.score.subs, item.score.total):
            tail = (sub.indicator, sub.weight, sub.raw, sub.score, sub.weighted_score, sub.status)
            rows.append((*head, *tail))
    return tuple(rows)


def ranks(results: Results) -> tuple[Record, ...]:
    """Give one row per agency and round; whoever is outside the rank has blank score and places."""
    rows: list[Record] = []
    for framework, round_id, field in _rounds(results):
        for item in sorted(rank(entrants(field), framework.policy), key=lambda row: row.agency):
            national: tuple[Value, Value] = (None, None)
            group: tuple[Value, Value] = (None, None)
            if item.national.rank is not None:
                national = (item.national.rank, item.national.of)
            if item.in_group.rank is not None:
                group = (item.in_group.rank, item.in_group.of)
            head = (framework.fiscal_year, framework.id, round_id, item.agency, item.score)
            rows.append((*head, *national, *group, item.group, item.shared))
    return tuple(rows)


def progress(results: Results) -> tuple[Record, ...]:
    """Give one row per reported measure and success indicator."""

    def row(item: Scored, line: ProgressRow) -> Record:
        head = (item.framework.fiscal_year, item.framework.id, item.agency.code, item.round)
        values = (line.target, line.result, line.progress_pct, line.score)
        return (*head, line.kind, line.no, line.name, *values)

    return tuple(row(item, line) for item in _ordered(results) for line in (*item.score.measures, *item.score.indicators))


def answers(results: Results) -> Iterator[Record]:
    """Give every answer that counts with its place, in the order of the form."""
    places = _form_places(results)
    fields = {
        (form.full_id, table.id, field.id): (at, no)
        for framework in results.frameworks
        for form in framework.forms
        for at, table in enumerate(form.tables)
        for no, field in enumerate(table.fields)
    }
    late = (len(fields), len(fields))

    def within(row: AnswerRow) -> tuple[int, str, int, int, str, str]:
        table, field = fields.get((row.form, row.table, row.field), late)
        return table, row.table, row.record, field, row.field, row.cell

    # Millions of rows are put in order form by form and agency by agency: only a few hundred stand in each.
    groups: dict[tuple[str, str], list[AnswerRow]] = {}
    for row in results.answers:
        groups.setdefault((row.form, row.agency), []).append(row)
    for form, agency in sorted(groups, key=lambda key: (places.get(key[0], (key[0], 0)), key[1])):
        for row in sorted(groups[form, agency], key=within):
            values = (row.value or None, row.raw or None, row.file, row.sheet, row.cell)
            yield (row.agency, row.form, row.table, row.record, row.field, *values)


def findings(results: Results) -> tuple[Record, ...]:
    """Give every finding on the returns that count or were the last try."""
    places = _form_places(results)
    ordered = sorted(
        results.findings,
        key=lambda row: (
            places.get(row.form, (row.form, 0)), row.agency, row.file, row.sheet, _cell_order(row.cell), row.code,
            row.severity, row.message,
        ),
    )  # fmt: skip
    return tuple(
        (
            row.agency,
            row.form or None,
            row.file,
            row.sheet or None,
            row.cell or None,
            row.code,
            row.severity,
            row.message,
        )
        for row in ordered
    )


def _rounds(results: Results) -> list[tuple[Framework, str, list[Scored]]]:
    """Give the scores by framework (by id) and round (in the order of the framework)."""
    found: dict[tuple[str, int, str], tuple[Framework, str, list[Scored]]] = {}
    for item in results.scored:
        ids = [one.id for one in item.framework.rounds]
        at = ids.index(item.round) if item.round in ids else len(ids)
        found.setdefault((item.framework.id, at, item.round), (item.framework, item.round, []))[2].append(item)
    return [found[key] for key in sorted(found)]


def _ordered(results: Results) -> list[Scored]:
    return [item for _, _, field in _rounds(results) for item in sorted(field, key=lambda one: one.agency.code)]


def _form_places(results: Results) -> dict[str, tuple[str, int]]:
    return {
        form.full_id: (framework.id, at)
        for framework in results.frameworks
        for at, form in enumerate(sorted(framework.forms, key=lambda one: _round_place(framework, one.id)))
    }


def _round_place(framework: Framework, form_id: str) -> tuple[int, str]:
    for at, item in enumerate(framework.rounds):
        if form_id in item.forms:
            return at, form_id
    return len(framework.rounds), form_id


def _cell_order(cell: str) -> tuple[int, int, str]:
    """Order addresses as Excel does: by row, then column; what is no address comes first."""
    match = re.fullmatch(r"([A-Z]{1,3})([0-9]{1,7})", cell)
    return (int(match[2]), len(match[1]), match[1]) if match else (0, 0, cell)


TABLES: tuple[Table, ...] = (
    Table(
        "scores",
        _columns(
            "fiscal_year:whole framework:code round:code agency:code agency_name:text ministry:code province:code "
            "cluster:code indicator:code weight:number raw:percent score:score weighted_score:score status:code"
        ),
        ("fiscal_year", "framework", "round", "agency", "indicator"),
        {"status": STATUSES},
        scores,
    ),
    Table(
        "ranks",
        _columns(
            "fiscal_year:whole framework:code round:code agency:code score:score rank_national:whole "
            "of_national:whole rank_group:whole of_group:whole group:code shared:flag"
        ),
        ("fiscal_year", "framework", "round", "agency"),
        {},
        ranks,
    ),
    Table(
        "progress",
        _columns(
            "fiscal_year:whole framework:code agency:code round:code kind:code no:whole name:text target:number "
            "result:number progress_pct:percent score:score"
        ),
        ("fiscal_year", "framework", "agency", "round", "kind", "no"),
        {"kind": (MEASURE_ROW, INDICATOR_ROW)},
        progress,
    ),
    Table(
        "answers",
        _columns("agency:code form:code table:code record:whole field:code value:text raw:text file:text sheet:text cell:code"),
        (),
        {},
        answers,
    ),
    Table(
        "findings",
        _columns("agency:code form:code file:text sheet:text cell:code code:code severity:code message:text"),
        (),
        {},
        findings,
    ),
)
"""The tables of the contract's section 6, with exactly its columns."""


def table(name: str) -> Table:
    """Give a table by its name; KeyError when there is none."""
    for item in TABLES:
        if item.name == name:
            return item
    raise KeyError(name)
