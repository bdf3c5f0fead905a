"""A final plan freezes what reports show of it: a further return of the last stage is compared with the accepted one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal

from processors.standing import Counted, answers_of
from templates.kinds import KINDS
from templates.levels import anchors
from templates.prefill import Answers
from templates.spec import Field, Form, Table
from templates.stages import stages
from validation.check import Filed, place_of
from workbook.finding import ERROR, Finding, at_cell


def changed_plan(now: Counted, filed: Filed, stage: str, present: Mapping[str, Collection[str]]) -> list[Finding]:
    """Compare a further return of the last stage with the accepted one (domain V11, seed 000 L223).

    `present`: table -> fields that later forms carry by now. What one of the two was not asked (it is of another
    edition of the form) is no change.
    """
    issued, extracted = filed.issued, filed.extracted
    order = stages(issued.form)
    known = now.returns.get((issued.form.full_id, issued.passport.agency, order[-1]))
    if known is None or not order[-1] or stage != order[-1]:
        return []
    before = answers_of(known)
    changes = [
        (table_id, at, name)
        for table_id, fields in present.items()
        if table_id in extracted.answers and table_id in before  # a table that is gone is said to be gone
        for at in range(max(len(before[table_id]), len(extracted.answers[table_id])))
        for name in fields
        # What could not be read is said already; it is no decision to change the plan.
        if (table_id, at, name) not in extracted.bad
        and _asked(issued.form, before, (table_id, name))
        and _at(before, (table_id, at, name)) != _at(extracted.answers, (table_id, at, name))
        and not _same_levels(issued.form.table(table_id), (before, extracted.answers), (at, name))
    ]
    return [_finding(filed, key, _at(before, key)) for key in changes]


def _same_levels(table: Table, answers: tuple[Answers, Answers], what: tuple[int, str]) -> bool:
    """Tell whether a criterion differs only by how a level that is not used is marked: 0 out of order, or a dash (domain B7)."""
    at, name = what
    levels = [item.id for item in table.fields if item.kind == "criterion" and not item.locked]
    if name not in levels:
        return False
    rows = [[KINDS["criterion"].load(_at(one, (table.id, at, level))) for level in levels] for one in answers]
    found = [anchors([value if isinstance(value, Decimal) else None for value in row]) for row in rows]
    return found[0] is not None and found[0] == found[1]


def _asked(form: Form, before: Answers, what: tuple[str, str]) -> bool:
    """Tell whether both returns were asked for a field; a table without records tells nothing and counts as asked."""
    table, name = what
    here = form.has(table) and any(item.id == name for item in form.table(table).fields)
    return here and (not before[table] or any(name in record for record in before[table]))


def _at(answers: Answers, key: tuple[str, int, str]) -> str | bool | None:
    table, at, name = key
    records = answers.get(table, ())
    return records[at].get(name) if at < len(records) else None


def _finding(filed: Filed, key: tuple[str, int, str], before: str | bool | None) -> Finding:
    table_id, at, name = key
    after = _at(filed.extracted.answers, key)
    item = filed.issued.form.table(table_id).field(name)
    params = {"before": _shown(item, before), "after": _shown(item, after)}
    if key in filed.extracted.places:
        table = filed.issued.form.table(table_id)
        place, raw = place_of(filed, table, (at, table.field(name)))
        return at_cell("PLAN_FROZEN", ERROR, place, raw, **params)
    return at_cell("PLAN_FROZEN", ERROR, filed.issued.layout.place(table_id, at, name), "", **params)


def _shown(item: Field, kept: str | bool | None) -> str:
    """Give a kept answer as its cell shows it."""
    shown = KINDS[item.kind].show(KINDS[item.kind].load(kept), item)
    return "" if shown is None else format(shown, "f") if isinstance(shown, Decimal) else str(shown)
