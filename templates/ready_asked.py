"""Answers that are asked for only under a condition: the rules `needed_when` and `complete_group` in formulas."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from templates.kinds import NO, YES
from templates.levels import plain
from templates.ready_cells import NUMBERS, THERE, quoted
from templates.ready_lack import state_in
from templates.ready_rows import Rows, States, asked_by, conditional
from templates.spec import RuleSpec

Conditions = list[tuple[str, bool]]
"""One a record: the condition as a formula (without `=`), and whether it holds now."""


def ask_all(rows: Rows) -> None:
    """Add the columns of all conditional fields; a field that several rules ask for is asked for when any of them does."""
    for name in conditional(rows.table):
        found = [_conditions(rows, rule) for rule in rows.table.rules if name in asked_by(rule)]
        formulas = [f"OR({','.join(text for text, _ in record)})" for record in zip(*found, strict=True)]
        rows.ask(name, formulas, [any(holds for _, holds in record) for record in zip(*found, strict=True)])


def _conditions(rows: Rows, rule: RuleSpec) -> Conditions:
    return _group(rows, rule) if rule.rule == "complete_group" else _when(rows, rule)


def _when(rows: Rows, rule: RuleSpec) -> Conditions:
    when, records = rule.text("when"), rows.records
    if when not in rows.states:
        # What a locked cell says was known when the form was issued.
        return [("TRUE" if held else "FALSE", held) for held in (_held(rows, rule, at) for at in records)]
    item = rows.table.field(when)
    column = rows.number(when) if item.kind in NUMBERS else rows.code(when) if item.options else None
    if column is None:
        return [("FALSE", False)] * rows.block.records
    numeric = item.kind in NUMBERS
    return [(_formula(column.at(at), rule, numeric=numeric), _holds(column.values[at], rule)) for at in records]


def _formula(cell: str, rule: RuleSpec, *, numeric: bool) -> str:
    if "above" in rule.settings:
        return f"AND(ISNUMBER({cell}),{cell}>{plain(Decimal(rule.text('above')))})"
    return f"{cell}={plain(Decimal(rule.text('equals'))) if numeric else quoted(_code(rule))}"


def _holds(value: object, rule: RuleSpec) -> bool:
    if "above" in rule.settings:
        return isinstance(value, Decimal) and value > Decimal(rule.text("above"))
    if isinstance(value, Decimal):
        return value == Decimal(rule.text("equals"))
    return isinstance(value, str) and value != "" and value == _code(rule)


def _held(rows: Rows, rule: RuleSpec, at: int) -> bool:
    seen = rows.seen(at, rule.text("when"))
    return _holds(seen.code if seen.number is None else seen.number, rule)


def _code(rule: RuleSpec) -> str:
    """Give the code that a condition names; TOML may say yes or no as truth values."""
    wanted = rule.text("equals")
    return {"true": YES, "false": NO}.get(wanted.lower(), wanted)


def _group(rows: Rows, rule: RuleSpec) -> Conditions:
    """Ask for all fields of a group's records once one of them holds an answer."""
    keys = [rows.key(at, rule.text("by")) for at in rows.records]
    columns = [rows.states[name] for name in rule.fields()]
    told: dict[str, tuple[str, bool]] = {}
    for key in dict.fromkeys(keys):
        members = [at for at, other in enumerate(keys) if other == key]
        counts = [f"SUMPRODUCT(--({run}={THERE}))" for states in columns for run in _runs(states, members)]
        begun = any(states.values[at] == THERE for states in columns for at in members)
        told[key] = (f"{'+'.join(counts)}>0", begun)
    return [told[key] for key in keys]


def _runs(states: States, members: Sequence[int]) -> list[str]:
    """Give the states of some records, those that follow each other joined."""
    cuts = [0, *(at + 1 for at, (a, b) in enumerate(pairwise(members)) if b != a + 1), len(members)]
    parts = [members[a:b] for a, b in pairwise(cuts)]
    return [state_in(f"{states.packed.at(part[0])}:{states.packed.at(part[-1])}", states.weight) for part in parts]
