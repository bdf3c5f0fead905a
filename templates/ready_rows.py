"""The helper rows of one table on the readiness sheet: a hidden row a record, cells with a formula and its value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from templates import ready_days
from templates.layout import READY_HELPER_COL, Block, Json, Layout
from templates.ready_cells import (
    NONE,
    THERE,
    Look,
    Seen,
    code_formula,
    code_of,
    need,
    number_formula,
    number_of,
    text_formula,
    text_of,
)  # fmt: skip
from templates.ready_lack import MOST, Words, area, lack_formula, lack_of, power, runs, state_in
from templates.spec import Field, Many, RuleSpec, Table
from workbook.address import Cell, column_letters, quote_sheet
from workbook.book import Formula, Put

Held = str | int | Decimal
"""What a helper cell holds."""
LETTERS, ROWS, LABELS, NEEDS, POWERS, HEAD_ROWS = range(6)
"""The rows above the records, a column an entry: where it stands, its name, the state that counts, its digit's weight."""
NOT_ASKED = 2
"""The state of a conditional field whose condition does not hold; 0 is missing, 1 is there."""
_FAR, _ROW = 99_999_999, 1_000


@dataclass(frozen=True)
class Column:
    """One helper column: its place and the values that it holds now, one a record."""

    col: int
    first: int
    values: tuple[Held, ...]

    def at(self, record: int) -> str:
        """Give the address of one record's cell."""
        return Cell(self.first + record, self.col).a1()

    @property
    def area(self) -> str:
        """Give the address of the whole column."""
        return area(Cell(self.first, self.col), Cell(self.first + len(self.values) - 1, self.col))


@dataclass(frozen=True)
class States:
    """The states of one entry in all records: a digit of a packed column, with the values that it has now."""

    packed: Column
    weight: str
    values: tuple[int, ...]

    def at(self, record: int) -> str:
        """Give the formula of one record's state."""
        return state_in(self.packed.at(record), self.weight)

    @property
    def area(self) -> str:
        """Give the formula of all states, for use inside SUMPRODUCT."""
        return state_in(self.packed.area, self.weight)


@dataclass(frozen=True)
class Part:
    """Up to `MOST` entries whose states are packed into one column; `first` counts entries from 0."""

    packed: Column
    first: int
    count: int


@dataclass
class Rows:
    """The helper rows of one table, growing as its rules ask for more columns.

    `top` is the first row, `words` the blank words, `year` the fiscal year, `locked` what was issued. `states` has the
    state of every entry, `asked` that of fields which a rule asks for under a condition; `begun` says which records of
    a growing table count.
    """

    layout: Layout
    block: Block
    look: Look
    top: int
    words: Words
    year: int
    locked: Sequence[Mapping[str, Json]] = ()
    puts: list[Put] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    states: dict[str, States] = field(default_factory=dict)
    asked: dict[str, Column] = field(default_factory=dict)
    made: dict[str, Column] = field(default_factory=dict)
    begun: Column | None = None
    next: int = READY_HELPER_COL

    def __post_init__(self) -> None:
        self.table = self.block.table
        self.sheet = quote_sheet(self.table.sheet)
        self.entries = self.table.entries
        self.records = range(self.block.records)
        self.first = self.top + HEAD_ROWS
        for start in range(0, len(self.entries), MOST):
            self._pack(start, self.entries[start : start + MOST])
        if isinstance(self.table.rows, Many):
            self.begun = self._begun()

    def ref(self, record: int, field_id: str) -> str:
        """Name the cell of a field on its own sheet."""
        return f"{self.sheet}!{self.block.cells[field_id][record].absolute()}"

    def seen(self, record: int, field_id: str) -> Seen:
        """See what stands in a field."""
        return self.look(self.table.id, record, self.table.field(field_id))

    def column(self, formulas: Sequence[str], values: Sequence[Held]) -> Column:
        """Add a column of formulas with their values."""
        col, self.next = self.next, self.next + 1
        self.puts += [
            Put(Cell(self.first + at, col), Formula(formula, value))
            for at, (formula, value) in enumerate(zip(formulas, values, strict=True))
        ]
        return Column(col, self.first, tuple(values))

    def number(self, field_id: str) -> Column:
        """Give the column of a field's numbers (dates as day numbers), made once."""
        if "number:" + field_id not in self.made:
            made = self._days(field_id) if self.table.field(field_id).kind == "date" else self._numbers(field_id)
            self.made["number:" + field_id] = made
        return self.made["number:" + field_id]

    def _numbers(self, field_id: str) -> Column:
        states, seen = self.states[field_id], [self.seen(at, field_id) for at in self.records]
        formulas = [text_formula(self.ref(at, field_id), states.at(at)) for at in self.records]
        texts = self.column(formulas, [text_of(one) for one in seen])
        return self.column([number_formula(texts.at(at)) for at in self.records], [number_of(one) for one in seen])

    def _days(self, field_id: str) -> Column:
        """Add the columns of `ready_days`."""
        states, year = self.states[field_id], self.year
        typed = [ready_days.text_in(self.seen(at, field_id)) for at in self.records]
        texts = self.column([ready_days.text_formula(self.ref(at, field_id), states.at(at)) for at in self.records], typed)
        cut = [ready_days.pieces_in(text) for text in typed]
        pieces = self.column([ready_days.pieces_formula(text, self.words.months) for text in map(texts.at, self.records)], cut)
        known = [ready_days.year_in(text, piece, year) for text, piece in zip(typed, cut, strict=True)]
        years = self.column([ready_days.year_formula(texts.at(at), pieces.at(at), year) for at in self.records], known)
        formulas = [ready_days.day_formula((texts.at(at), pieces.at(at)), years.at(at), year) for at in self.records]
        days = [ready_days.day_in((text, piece), at, year) for text, piece, at in zip(typed, cut, known, strict=True)]
        return self.column(formulas, days)

    def code(self, field_id: str) -> Column:
        """Give the column of a field's option codes, made once."""
        if "code:" + field_id not in self.made:
            options, states = self.table.field(field_id).choices, self.states[field_id]
            formulas = [code_formula(self.ref(at, field_id), states.at(at), options) for at in self.records]
            self.made["code:" + field_id] = self.column(formulas, [code_of(self.seen(at, field_id)) for at in self.records])
        return self.made["code:" + field_id]

    def shown(self, field_id: str) -> Column:
        """Give the column that says whether a locked field shows anything (1) or nothing (0), made once."""
        if "shown:" + field_id not in self.made:
            formulas = [f"=IFERROR(IF(LEN({self.ref(at, field_id)})>0,1,0),0)" for at in self.records]
            values = [int(self.seen(at, field_id).state == THERE) for at in self.records]
            self.made["shown:" + field_id] = self.column(formulas, values)
        return self.made["shown:" + field_id]

    def shown_in(self, table_id: str, field_id: str) -> tuple[str, int]:
        """Count the cells of a locked field of any table that show anything: the formula (without `=`) and the count."""
        block = self.layout.blocks[table_id]
        item, cells = block.table.field(field_id), block.cells[field_id]
        areas = runs(quote_sheet(block.table.sheet), cells, range(len(cells)))
        count = sum(self.look(table_id, at, item).state == THERE for at in range(block.records))
        return "+".join(f"SUMPRODUCT(--(LEN({run.area})>0))" for run in areas), count

    def _pack(self, start: int, items: Sequence[Field]) -> None:
        """Add the column that holds the states of some entries, one figure a record."""
        levels = [digit for digit, item in enumerate(items) if item.kind == "criterion"]
        formulas, values, states = [], [], []
        for record in self.records:
            cells = [self.block.cells[item.id][record] for item in items]
            every = runs(self.sheet, cells, range(len(cells)))
            some = runs(self.sheet, [cells[digit] for digit in levels], levels)
            formulas.append(lack_formula(every, some, self.words))
            states.append([self.seen(record, item.id).state for item in items])
            values.append(lack_of(states[-1]))
        packed = self.column(formulas, values)
        self.parts.append(Part(packed, start, len(items)))
        for digit, item in enumerate(items):
            self.states[item.id] = States(packed, power(digit), tuple(record[digit] for record in states))

    def matrix(self, part: Part) -> str:
        """Give the formula of all states of a part, for use inside SUMPRODUCT."""
        return state_in(part.packed.area, self.head(POWERS, part))

    def _begun(self) -> Column:
        """Say which records hold anything, as `templates.extract` keeps them: an answer, or a picked label."""
        picks = [self.shown(item.id) for item in self.table.fields if item.pick is not None]
        formulas, values = [], []
        for at in self.records:
            digits = [state_in(part.packed.at(at), self.head(POWERS, part)) for part in self.parts]
            holds = [f"SUMPRODUCT(--({digit}={THERE}))>0" for digit in digits] + [f"{pick.at(at)}=1" for pick in picks]
            formulas.append(f"=IF({holds[0] if len(holds) == 1 else 'OR(' + ','.join(holds) + ')'},1,0)")
            answered = any(states.values[at] == THERE for states in self.states.values())
            values.append(int(answered or any(pick.values[at] == 1 for pick in picks)))
        return self.column(formulas, values)

    def ask(self, field_id: str, conditions: Sequence[str], holds: Sequence[bool]) -> None:
        """Make a field required in the records whose condition holds; the formulas of the conditions have no `=`."""
        # A stated none is no answer where a rule asks for one; a tick may say it.
        states, least, formulas, values = self.states[field_id], NONE if self.table.field(field_id).choices else THERE, [], []
        for at, (condition, asked) in enumerate(zip(conditions, holds, strict=True)):
            wanted = f"AND({self.begun.at(at)}=1,{condition})" if self.begun else condition
            formulas.append(f"=IF({wanted},IF({states.at(at)}<{least},0,1),{NOT_ASKED})")
            counts = asked and (self.begun is None or self.begun.values[at] == 1)
            values.append(int(states.values[at] >= least) if counts else NOT_ASKED)
        self.asked[field_id] = self.column(formulas, values)

    def needs(self) -> list[tuple[str, int]]:
        """List every entry with the state from which on it counts, 0 where it is not always asked for."""
        sometimes = set(conditional(self.table))
        return [(item.id, need(item) if item.required and item.id not in sometimes else 0) for item in self.entries]

    def heads(self) -> list[Put]:
        """Write the rows above the records."""
        puts = []
        for col, (name, least) in enumerate(self.needs(), READY_HELPER_COL):
            cell, label = self.block.cells[name][0], self.table.field(name).label
            row, weight = Formula(f"=ROW({self.ref(0, name)})", cell.row), int(self.states[name].weight)
            values: tuple[str | Formula | int, ...] = (column_letters(cell.col), row, label, least, weight)
            puts += [Put(Cell(self.top + at, col), value) for at, value in enumerate(values)]
        return puts

    def head(self, at: int, part: Part | None = None) -> str:
        """Give the area of one of the rows above the records, of all entries or those of a part."""
        first, count = (part.first, part.count) if part else (0, len(self.entries))
        row, col = self.top + at, READY_HELPER_COL + first
        return area(Cell(row, col), Cell(row, col + count - 1))

    def index(self, field_id: str) -> int:
        """Give the position of an entry among the heads, from 1."""
        return [item.id for item in self.entries].index(field_id) + 1

    def key(self, record: int, field_id: str) -> str:
        """Give the issued text of a locked field."""
        return str(self.locked[record].get(field_id) or "") if record < len(self.locked) else ""

    @property
    def step(self) -> int:
        """Give the rows from one record to the next on the data sheet."""
        cells = next(iter(self.block.cells.values()))
        return cells[1].row - cells[0].row if len(cells) > 1 else 0


def conditional(table: Table) -> list[str]:
    """List the fields that rules ask for under a condition."""
    names: dict[str, None] = {}
    for rule in table.rules:
        names |= dict.fromkeys(asked_by(rule))
    optional = {item.id for item in table.entries if not item.required}
    return [name for name in names if name in optional]


def asked_by(rule: RuleSpec) -> tuple[str, ...]:
    """Give the fields that one rule may ask for."""
    if rule.rule == "needed_when":
        return (rule.text("field"),)
    return rule.fields() if rule.rule == "complete_group" else ()


def code_of_gap(row: int, index: int) -> int:
    """Give a number that is the higher the earlier a cell comes: by record, then by entry (from 1)."""
    return _FAR - row * _ROW - index


def gap_formula(rows: str, index: str | int) -> str:
    """Give `code_of_gap` as formulas count it over the rows of an area."""
    return f"({_FAR}-ROW({rows})*{_ROW}-{index})"


def gap_of(code: str) -> tuple[str, str]:
    """Give the formulas of row and entry of a gap."""
    return f"INT(({_FAR}-{code})/{_ROW})", f"MOD({_FAR}-{code},{_ROW})"
