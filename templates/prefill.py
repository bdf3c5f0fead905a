"""What an issued workbook carries locked: the rows of lists, the agency's own data, its accepted plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from templates import registry, thai
from templates.kinds import KINDS
from templates.layout import Json, Snapshot
from templates.registry import Agency
from templates.spec import BY_LIST, Carried, Field, Form, Framework, Listed, Many, One, Record, Table

Answers = Mapping[str, Sequence[Mapping[str, Json]]]
"""Accepted answers of one return: table -> records -> field -> kept value."""
Figures = Mapping[str, Mapping[str, Json]]
"""What was computed for one agency: sub-indicator -> name of `spec.COMPUTED` -> kept value."""


@dataclass(frozen=True)
class Recipient:
    """Who a workbook is issued to: an agency, or a group (ministry, cluster) whose agencies OPDC judges."""

    code: str
    name: str
    agency: Agency | None = None
    members: tuple[Agency, ...] = ()


@dataclass(frozen=True)
class Sources:
    """What may be carried: agency -> form -> accepted answers; `previous` the same for the round before.

    `computed`: agency -> figures of the form's round; nothing where they are not known yet.
    """

    accepted: Mapping[str, Mapping[str, Answers]] = field(default_factory=dict)
    previous: Mapping[str, Answers] = field(default_factory=dict)
    computed: Mapping[str, Figures] = field(default_factory=dict)


def snapshot(form: Form, framework: Framework, recipient: Recipient, sources: Sources) -> Snapshot | None:
    """Give the locked values of one workbook, None when an earlier return that it carries is not there yet."""
    taken: dict[str, tuple[Mapping[str, Json], ...]] = {}
    for table in form.tables:
        records = _records(table, framework, recipient, sources)
        if records is None:
            return None
        taken[table.id] = tuple(_in_digits(form, table, record) for record in records)
    return taken


def _records(
    table: Table, framework: Framework, recipient: Recipient, sources: Sources
) -> list[Mapping[str, Json]] | None:
    rows = table.rows
    if isinstance(rows, One | Many):
        if isinstance(rows, Many):
            return []
        return _one(table, framework, recipient, sources)
    if isinstance(rows, Listed):
        listed = rows.rows if rows.rows is not None else _agency_rows(recipient)
        figures = sources.computed.get(recipient.code, {})
        return [_listed(table, record, figures.get(record.get(rows.key, ""), {})) for record in listed]
    return _across(table, rows, recipient, sources) if rows.across else _carried(table, rows, recipient, sources)


def _listed(table: Table, record: Record, figures: Mapping[str, Json]) -> Mapping[str, Json]:
    """Give the locked values of one listed row; figures that are not known are blank, never zero."""
    taken: dict[str, Json] = {}
    for item in table.fields:
        if item.origin == "computed":
            taken[item.id] = figures.get(_source(item))
        elif item.locked and item.origin != "formula":
            taken[item.id] = record.get(_source(item), "")
    return taken


def _in_digits(form: Form, table: Table, record: Mapping[str, Json]) -> Mapping[str, Json]:
    """Write our own texts in Thai digits where the form has them; what an agency wrote stays as it wrote it."""
    ours = {item.id for item in table.fields if item.origin in ("listed", "computed") and item.kind in ("text", "long_text")}
    if form.digits != "thai" or not ours:
        return record
    return {
        name: thai.thai_digits(value) if name in ours and isinstance(value, str) else value for name, value in record.items()
    }


def _source(item: Field) -> str:
    return item.source or item.id


def _agency_rows(recipient: Recipient) -> tuple[Record, ...]:
    return tuple({"code": member.code, "name_th": member.name} for member in recipient.members if member.due)


def _one(table: Table, framework: Framework, recipient: Recipient, sources: Sources) -> list[Mapping[str, Json]] | None:
    record: dict[str, Json] = {}
    mine = sources.accepted.get(recipient.code, {})
    for item in table.fields:
        if item.origin == "agency":
            record[item.id] = _identity(_source(item), framework, recipient)
        elif item.origin == "carried":
            form_id, table_id, field_id = item.source.split(".")
            if form_id not in mine and isinstance(table.rows, One) and table.rows.waits:
                return None
            record[item.id] = _first(mine.get(form_id, {}), table_id, field_id)
        elif item.origin == "computed":
            indicator, _, name = item.source.rpartition(".")
            record[item.id] = sources.computed.get(recipient.code, {}).get(indicator, {}).get(name)
    record.update(_previous(table, sources, recipient.code, record))
    return [record]


def _first(answers: Answers, table_id: str, field_id: str) -> Json:
    records = answers.get(table_id, ())
    return records[0].get(field_id) if records else None


def _identity(source: str, framework: Framework, recipient: Recipient) -> str:
    agency = recipient.agency
    ministry = agency.ministry if agency else ""
    known = {
        "code": recipient.code,
        "name_th": recipient.name,
        "name_full": recipient.name,
        "ministry_name": registry.group_name(ministry, framework.fiscal_year) if ministry else "",
        "district_name": agency.district if agency else "",
        "type_name": agency.type if agency else "",
        "province_name": registry.province_name(agency.province) if agency else "",
        "group_name": registry.group_name(agency.group, framework.fiscal_year) if agency else recipient.name,
    }
    return known[source]


def _carried(table: Table, rows: Carried, recipient: Recipient, sources: Sources) -> list[Mapping[str, Json]] | None:
    answers = sources.accepted.get(recipient.code, {}).get(rows.form)
    if answers is None:
        return None
    records: list[Mapping[str, Json]] = []
    for record in _kept(answers, rows):
        taken = {item.id: record.get(_source(item)) for item in table.fields if item.origin == "carried"}
        taken.update(_previous(table, sources, recipient.code, taken))
        records.append(taken)
    return records


def _previous(table: Table, sources: Sources, code: str, taken: Mapping[str, Json]) -> dict[str, Json]:
    """Give what the round before said of the same record, matched by the table's key; blank when unknown, never guessed."""
    before = sources.previous.get(code, {}).get(table.id, ())
    key = table.rows.key if isinstance(table.rows, Carried) else ""
    matching = [record for record in before if not key or record.get(key) == taken.get(key)]
    former = matching[0] if len(matching) == 1 else {}
    return {item.id: former.get(_source(item)) for item in table.fields if item.origin == "previous"}


def _kept(answers: Answers, rows: Carried) -> list[Mapping[str, Json]]:
    records = answers.get(rows.table, ())
    return [record for record in records if not rows.where or record.get(rows.where) not in (None, "")]


def _across(table: Table, rows: Carried, recipient: Recipient, sources: Sources) -> list[Mapping[str, Json]]:
    records: list[Mapping[str, Json]] = []
    for member in recipient.members:
        answers = sources.accepted.get(member.code, {}).get(rows.form)
        if answers is None:
            continue
        own = _kept(answers, rows)
        pairs = [(record, listed) for record in own for listed in rows.times] if rows.times else [(r, {}) for r in own]
        for record, listed in pairs:
            records.append(
                {item.id: _across_value(item, member, (answers, record), listed) for item in table.fields if item.locked}
            )
    return records


def _across_value(item: Field, member: Agency, plan: tuple[Answers, Mapping[str, Json]], listed: Record) -> Json:
    answers, record = plan
    source = _source(item)
    home, _, column = source.partition(BY_LIST)
    if column:
        return _first(answers, home, listed.get(column, ""))
    if source == "@agency":
        return member.code
    if source == "@name":
        return member.name
    if item.origin == "listed":
        return listed.get(source, "")
    return record.get(source)


def typed(table: Table, field_id: str, kept: Json) -> object:
    """Give a kept value as its kind's value."""
    return KINDS[table.field(field_id).kind].load(kept)
