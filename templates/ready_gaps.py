"""What one table asks for and still lacks: conditional answers, all that is missing, the first gap; formulas with values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from templates.kinds import NO, YES
from templates.layout import READY_HELPER_COL
from templates.levels import plain
from templates.ready_cells import NUMBERS, THERE, number_of
from templates.ready_lack import state_in
from templates.ready_rows import (
    LABELS,
    LETTERS,
    NEEDS,
    NOT_ASKED,
    POWERS,
    ROWS,
    Held,
    Rows,
    States,
    asked_by,
    code_of_gap,
    conditional,
    gap_formula,
    gap_of,
)  # fmt: skip
from templates.spec import Many, RuleSpec
from templates.typed import quoted
from workbook.address import column_letters

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
    column = rows.number(when) if item.kind in NUMBERS else rows.code(when) if item.choices else None
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
    number = number_of(seen)
    return _holds(number if isinstance(number, Decimal) else seen.code, rule)


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


@dataclass(frozen=True)
class Gap:
    """One missing answer: its record (from 0) and field."""

    record: int
    field: str


@dataclass(frozen=True)
class Gaps:
    """The figures of one table; `first` is its first missing answer, None when nothing is missing."""

    rows: Rows
    required: int
    missing: int
    content: int
    first: Gap | None

    @property
    def pairs(self) -> tuple[tuple[str, Held], ...]:
        """Give the helper cells: required, missing, code of the first gap (0 = none), answers."""
        rows, gap = self.rows, self.first
        answers = "+".join(f"SUMPRODUCT(--({rows.matrix(part)}={THERE}))" for part in rows.parts)
        return (
            (_required(rows), self.required),
            (_missing(rows), self.missing),
            (_first(rows), code_of_gap(rows.first + gap.record, rows.index(gap.field)) if gap else 0),
            (f"={answers}", self.content),
        )

    def label(self, code: str) -> tuple[str, str]:
        """Give the label of the first gap, as a formula over its code and as text."""
        shown = self.rows.table.field(self.first.field).label if self.first else ""
        return f"INDEX({self.rows.head(LABELS)},{gap_of(code)[1]})", shown

    def record(self, code: str) -> tuple[str, int]:
        """Give the record of the first gap, from 1."""
        return f"({gap_of(code)[0]}-{self.rows.first - 1})", self.first.record + 1 if self.first else 0

    def address(self, code: str) -> tuple[str, str]:
        """Give the address of the first gap on its sheet."""
        rows, (row, index) = self.rows, gap_of(code)
        step = f"+({row}-{rows.first})*{rows.step}" if rows.step else ""
        formula = f"INDEX({rows.head(LETTERS)},{index})&(INDEX({rows.head(ROWS)},{index}){step})"
        if self.first is None:
            return formula, ""
        cell = rows.block.cells[self.first.field][self.first.record]
        return formula, f"{column_letters(cell.col)}{cell.row}"


def gaps_of(rows: Rows) -> Gaps:
    """Compute what a table lacks: of records that count each missing answer, of those still to be begun all of them."""
    needs, gaps, required = rows.needs(), [], 0
    short = _short(rows) - sum(int(value) for value in rows.begun.values) if rows.begun else 0
    for record in rows.records:
        begun = rows.begun is None or rows.begun.values[record] == 1
        if not begun and short <= 0:
            continue
        short -= not begun
        for name, least in needs:
            asked = begun and name in rows.asked and rows.asked[name].values[record] != NOT_ASKED
            required += bool(least or asked)
            lacks = rows.asked[name].values[record] == 0 if asked else rows.states[name].values[record] < least
            if lacks or (least and not begun):
                gaps.append(Gap(record, name))
    content = sum(states.values.count(THERE) for states in rows.states.values())
    return Gaps(rows, required, len(gaps), content, gaps[0] if gaps else None)


def _short(rows: Rows) -> int:
    return rows.table.rows.least if isinstance(rows.table.rows, Many) else 0


def _always(rows: Rows) -> list[int]:
    """List the entries (from 1) that are always asked for."""
    return [at for at, (_, least) in enumerate(rows.needs(), 1) if least]


def _unbegun(rows: Rows) -> str:
    """Count the records that must still be begun."""
    return f"MAX(0,{_short(rows)}-SUM({rows.begun.area}))" if rows.begun and _short(rows) else "0"


def _required(rows: Rows) -> str:
    count = len(_always(rows))
    begun = f"(SUM({rows.begun.area})+{_unbegun(rows)})" if rows.begun else str(rows.block.records)
    asked = [f'COUNTIF({column.area},"<{NOT_ASKED}")' for column in rows.asked.values()]
    return "=" + "+".join([f"{count}*{begun}", *asked])


def _lacking(rows: Rows) -> list[tuple[str, str]]:
    """Give per part the formula that is 1 where a required answer is missing, and the area of its powers."""
    begun = f"*({rows.begun.area}=1)" if rows.begun else ""
    return [(f"({rows.matrix(part)}<{rows.head(NEEDS, part)}){begun}", rows.head(POWERS, part)) for part in rows.parts]


def _missing(rows: Rows) -> str:
    asked = [f"COUNTIF({column.area},0)" for column in rows.asked.values()]
    whole = [f"{len(_always(rows))}*{_unbegun(rows)}"] if rows.begun and _short(rows) else []
    return "=" + "+".join([*(f"SUMPRODUCT(1*{lacking})" for lacking, _ in _lacking(rows)), *whole, *asked])


def _first(rows: Rows) -> str:
    """Find the first gap in reading order: MAX inside SUMPRODUCT counts over areas without an array formula."""
    column = f"-{READY_HELPER_COL - 1}"
    found = [
        f"SUMPRODUCT(MAX({lacking}*{gap_formula(part.packed.area, f'(COLUMN({powers}){column})')}))"
        for part, (lacking, powers) in zip(rows.parts, _lacking(rows), strict=True)
    ]
    for name, asked in rows.asked.items():
        found.append(f"SUMPRODUCT(MAX(({asked.area}=0)*{gap_formula(asked.area, rows.index(name))}))")
    if rows.begun and _short(rows) and _always(rows):
        unbegun = f"{rows.first - 1}+MATCH(0,{rows.begun.area},0)"
        code = gap_formula("", _always(rows)[0]).replace("ROW()", f"({unbegun})")
        found.append(f"IF({_unbegun(rows)}>0,{code},0)")
    return f"=MAX({','.join(found)})"
