"""The rules' faces on the readiness sheet: a closed list, each a formula that decides as the rule does, with its value."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from templates.levels import plain
from templates.policy import Policy
from templates.ready_cells import THERE, UNREAD, bare_formula, serial
from templates.ready_lack import runs
from templates.ready_levels import criteria
from templates.ready_lines import FAULT, FINE, OPEN, UNTOLD, WARN, Check, by_record, statuses
from templates.ready_rows import Rows, gap_formula, gap_of
from templates.ready_values import limits_of, readable, within
from templates.rules import factors_needed, fiscal_year_bounds
from templates.spec import RuleSpec, Table
from templates.typed import quoted
from templates.words import say
from workbook.address import quote_sheet

Face = Callable[[Rows, RuleSpec, Policy], Check]


def faces(table: Table) -> list[RuleSpec]:
    """List the rules of a table that have a line: those with a face whose entries the agency fills here."""
    entries = {item.id for item in table.entries}
    ruled = [spec for spec in table.rules if spec.rule in FACES and _named(spec) <= entries]
    return [*limits_of(table, {name for spec in ruled for name in _named(spec)}), *ruled]


def _named(spec: RuleSpec) -> set[str]:
    return {name for key in FACES[spec.rule][0] for name in spec.fields(key) or (spec.text(key),)}


def check_of(rows: Rows, spec: RuleSpec, policy: Policy) -> Check:
    """Give the line of a rule that `faces` lists."""
    return FACES[spec.rule][1](rows, spec, policy)


def _label(rows: Rows, spec: RuleSpec, key: str) -> str:
    return rows.table.field(spec.text(key)).label


def _sums_to(rows: Rows, spec: RuleSpec, policy: Policy) -> Check:
    """A sum that is wrong only because a percentage was typed into a cell of numbers (0.5 for 50 %) is left to the program."""
    field, total = spec.text("field"), Decimal(spec.text("total"))
    column = rows.number(field)
    area, begun = column.area, rows.begun
    records = f"SUM({begun.area})" if begun else str(rows.block.records)
    wrong = f'IF(COUNTIFS({area},">0",{area},"<1")+(MAX({area})<=1)>0,{UNTOLD},{FAULT})'
    decided = f"IF(ROUND(SUM({area}),9)={plain(total)},{FINE},{wrong})"
    some = f"OR({records}=0,COUNT({area})<{records})"
    formula = f'=IF(COUNTIF({area},"{UNREAD}")>0,{UNTOLD},IF({some},{OPEN},{decided}))'
    numbers = [value for value in column.values if isinstance(value, Decimal)]
    asked = sum(int(value) for value in begun.values) if begun else rows.block.records
    state = UNTOLD if UNREAD in column.values else OPEN
    if state == OPEN and asked and len(numbers) >= asked:
        small = any(0 < value < 1 for value in numbers) or max(numbers) <= 1
        state = FINE if round(sum(numbers), 9) == total else UNTOLD if small else FAULT
    short = plain(round(sum(numbers, Decimal(0)), 4))
    title = say("pages", "ready_sums_to", field=_label(rows, spec, "field"), total=plain(total))
    return Check(
        rows, title, (formula, state), (f'=ROUND(SUM({area}),4)&" / {plain(total)}"', f"{short} / {plain(total)}"),
        ("=1", 1), field,
    )  # fmt: skip


def _share_filled(rows: Rows, spec: RuleSpec, policy: Policy) -> Check:
    field, share = spec.text("field"), policy.factor_min_share
    states, shown = rows.states[field], rows.shown(spec.text("of"))
    count = sum(int(value) for value in shown.values)
    filled = [int(state == THERE and label == 1) for state, label in zip(states.values, shown.values, strict=True)]
    wanted = factors_needed(share, count)
    have = f"SUMPRODUCT(({shown.area}=1)*({states.area}={THERE}))"
    least = f"ROUNDUP(ROUND({plain(share)}*SUM({shown.area}),6),0)"
    state = f"=IF(SUM({shown.area})=0,{OPEN},IF({have}>={least},{FINE},{FAULT}))"
    value = OPEN if not count else FINE if sum(filled) >= wanted else FAULT
    gap = f"SUMPRODUCT(MAX(({shown.area}=1)*({states.area}<{THERE})*{gap_formula(shown.area, 1)}))"
    gaps = [at for at, label in enumerate(shown.values) if label == 1 and not filled[at]]
    record = (f"=IF({gap}=0,0,{gap_of(gap)[0]}-{shown.first - 1})", gaps[0] + 1 if gaps else 0)
    title = say("pages", "ready_share_filled", field=_label(rows, spec, "field"), share=plain(share * 100))
    return Check(rows, title, (state, value), (f'={have}&" / "&{least}', f"{sum(filled)} / {wanted}"), record, field)


def _not_after(rows: Rows, spec: RuleSpec, policy: Policy) -> Check:
    first, last = rows.number(spec.text("first")), rows.number(spec.text("last"))

    def formula(at: int) -> str:
        a, b = first.at(at), last.at(at)
        blank = f'OR({a}="",{b}="")'
        return f'IF(OR({a}="{UNREAD}",{b}="{UNREAD}"),{UNTOLD},IF({blank},{OPEN},IF({a}<={b},{FINE},{FAULT})))'

    def value(at: int) -> int:
        a, b = first.values[at], last.values[at]
        if not isinstance(a, Decimal) or not isinstance(b, Decimal):
            return UNTOLD if UNREAD in (a, b) else OPEN
        return FINE if a <= b else FAULT

    title = say("pages", "ready_not_after", first=_label(rows, spec, "first"), last=_label(rows, spec, "last"))
    return by_record(rows, statuses(rows, formula, value), title, spec.text("last"))


def _within_year(rows: Rows, spec: RuleSpec, policy: Policy) -> Check:
    """A date outside the fiscal year is only a warning."""
    field, bounds = spec.text("field"), fiscal_year_bounds(rows.year)
    days, (first, last) = rows.number(field), (serial(day) for day in bounds)
    low, high = (f"DATE({day.year},{day.month},{day.day})" for day in bounds)

    def formula(at: int) -> str:
        cell = days.at(at)
        return f'IF({cell}="",{OPEN},IF({cell}="{UNREAD}",{UNTOLD},IF(({cell}<{low})+({cell}>{high})>0,{WARN},{FINE})))'

    def value(at: int) -> int:
        day = days.values[at]
        if not isinstance(day, Decimal):
            return UNTOLD if day == UNREAD else OPEN
        return FINE if first <= day <= last else WARN

    title = say("pages", "ready_within_year", field=_label(rows, spec, "field"), year=rows.year)
    return by_record(rows, statuses(rows, formula, value), title, field)


def _must_be(rows: Rows, spec: RuleSpec, policy: Policy) -> Check:
    field, wanted = spec.text("field"), spec.text("equals")
    codes, item = rows.code(field), rows.table.field(field)

    def formula(at: int) -> str:
        cell = codes.at(at)
        return f'IF({cell}="",{OPEN},IF({cell}="{UNREAD}",{UNTOLD},IF({cell}={quoted(wanted)},{FINE},{FAULT})))'

    def value(at: int) -> int:
        code = codes.values[at]
        return OPEN if code == "" else UNTOLD if code == UNREAD else FINE if code == wanted else FAULT

    label = next((option.label for option in item.options if option.code == wanted), wanted)
    title = say("pages", "ready_must_be", field=item.label, value=label)
    return by_record(rows, statuses(rows, formula, value), title, field)


def _only_with(rows: Rows, spec: RuleSpec, policy: Policy) -> Check:
    field, shown = spec.text("field"), rows.shown(spec.text("with"))
    states = rows.states[field]

    def formula(at: int) -> str:
        return f"IF(SUM({shown.area})=0,{OPEN},IF(AND({states.at(at)}={THERE},{shown.at(at)}=0),{FAULT},{FINE}))"

    def value(at: int) -> int:
        if not any(shown.values):
            return OPEN
        return FAULT if states.values[at] == THERE and not shown.values[at] else FINE

    title = say("pages", "ready_only_with", field=_label(rows, spec, "field"), other=_label(rows, spec, "with"))
    return by_record(rows, statuses(rows, formula, value), title, field)


def _within_pick(rows: Rows, spec: RuleSpec, policy: Policy) -> Check:
    field, (table, _, picked) = spec.text("field"), spec.text("of").partition(".")
    codes, (most, count) = rows.code(field), rows.shown_in(table, picked)

    def formula(at: int) -> str:
        cell = codes.at(at)
        told = f'IF({cell}="{UNREAD}",{UNTOLD},IF(VALUE({cell})>{most},{FAULT},{FINE}))'
        return f'IF(OR({cell}="",{most}=0),{OPEN},{told})'

    def value(at: int) -> int:
        code = str(codes.values[at])
        if not code or not count:
            return OPEN
        return UNTOLD if code == UNREAD else FAULT if int(code) > count else FINE

    title = say("pages", "ready_within_pick", field=_label(rows, spec, "field"))
    return by_record(rows, statuses(rows, formula, value), title, field)


def _few_decimals(rows: Rows, spec: RuleSpec, policy: Policy) -> Check:
    field, most = spec.text("field"), int(spec.text("most"))
    numbers = rows.number(field)

    def formula(at: int) -> str:
        cell = numbers.at(at)
        return f'IF({cell}="",{OPEN},IF({cell}="{UNREAD}",{UNTOLD},IF(ROUND({cell},{most})={cell},{FINE},{FAULT})))'

    def value(at: int) -> int:
        number = numbers.values[at]
        if not isinstance(number, Decimal):
            return UNTOLD if number == UNREAD else OPEN
        return FINE if round(number, most) == number else FAULT

    title = say("pages", "ready_few_decimals", field=_label(rows, spec, "field"), table=rows.table.title, most=most)
    return by_record(rows, statuses(rows, formula, value), title, field)


def _agrees(rows: Rows, spec: RuleSpec, policy: Policy) -> Check:
    field, listed = rows.code(spec.text("field")), spec.settings.get("rows", ())
    by = rows.code(spec.text("by"))
    assert isinstance(listed, tuple)
    implied = {str(record[spec.text("match")]): str(record[spec.text("value")]) for record in listed}

    def formula(at: int) -> str:
        a, b = field.at(at), by.at(at)
        wanted = '""'
        for code, value in implied.items():
            wanted = f"IF({b}={quoted(code)},{quoted(value)},{wanted})"
        told = f'IF({wanted}="",{FINE},IF({a}="{UNREAD}",{UNTOLD},IF({a}={wanted},{FINE},{FAULT})))'
        return f'IF(OR({a}="",{b}=""),{OPEN},IF({b}="{UNREAD}",{UNTOLD},{told}))'

    def value(at: int) -> int:
        a, b = field.values[at], by.values[at]
        if "" in (a, b):
            return OPEN
        wanted = implied.get(str(b), "")
        told = FINE if not wanted or a == wanted else UNTOLD if a == UNREAD else FAULT
        return UNTOLD if b == UNREAD else told

    title = say("pages", "ready_agrees", field=_label(rows, spec, "field"), other=_label(rows, spec, "by"))
    return by_record(rows, statuses(rows, formula, value), title, spec.text("field"))


def _some_rows(rows: Rows, spec: RuleSpec, policy: Policy) -> Check:
    """Count, in all the tables, the rows whose first required answer is there: the others are missing anyway."""
    parts, count = [], 0
    for name in spec.fields("tables"):
        block = rows.layout.blocks[name]
        item = next(item for item in block.table.entries if item.required)
        for run in runs(quote_sheet(block.table.sheet), block.cells[item.id], range(block.records)):
            said, weights = rows.words.down if run.along else rows.words.along
            blank = f'SUMPRODUCT(({bare_formula(run.area)}&"|"={said})*({weights}>0))'
            parts.append(f"IFERROR({run.count}-{blank},0)")
        count += sum(rows.look(name, at, item).state == THERE for at in range(block.records))
    field = next(item.id for item in rows.table.entries if item.required)
    have, value = "+".join(parts), FINE if count else FAULT
    state, record = (f"=IF({have}>0,{FINE},{FAULT})", value), (f"=IF({have}>0,0,1)", 0 if count else 1)
    return Check(rows, say("pages", "ready_some_rows"), state, (f'={have}&""', str(count)), record, field)


FACES: dict[str, tuple[tuple[str, ...], Face]] = {
    "sums_to": (("field",), _sums_to),
    "criteria": (("fields",), lambda rows, spec, policy: criteria(rows, spec)),
    "share_filled": (("field",), _share_filled),
    "not_after": (("first", "last"), _not_after),
    "within_year": (("field",), _within_year),
    "must_be": (("field",), _must_be),
    "only_with": (("field",), _only_with),
    "within_pick": (("field",), _within_pick),
    "few_decimals": (("field",), _few_decimals),
    "agrees": (("field", "by"), _agrees),
    "some_rows": ((), _some_rows),
    "within": (("field",), lambda rows, spec, policy: within(rows, spec)),
    "readable": (("fields",), lambda rows, spec, policy: readable(rows, spec)),
}
"""Rule -> the settings that name entries, and its face; the last two are limits of single answers (`limits_of`), no rules.

Rules that ask for an answer stand in `ready_gaps`; of those that only warn some have a line, which says so.
"""
