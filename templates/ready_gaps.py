"""What one table still lacks: required and missing answers, the first gap, answers at all; formulas with their values."""

from __future__ import annotations

from dataclasses import dataclass

from templates.layout import READY_HELPER_COL
from templates.ready_cells import THERE
from templates.ready_rows import LABELS, LETTERS, NEEDS, NOT_ASKED, POWERS, ROWS, Held, Rows, code_of_gap, gap_formula, gap_of
from templates.spec import Many
from workbook.address import column_letters


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
