"""What the cells of one record lack, packed into one figure, so that one formula a record says which are filled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from templates.layout import READY_HELPER_COL
from templates.ready_cells import MARK, THERE, bare_formula, blanks, trimmed_formula
from templates.ready_days import Months, month_words
from workbook.address import Cell
from workbook.book import Put

_BASE = 4
MOST = 20
"""Cells of one figure: a double holds 26 digits of base 4."""


@dataclass(frozen=True)
class Words:
    """The list of what counts as blank, once down and once along, each as (words, weights); months as (words, numbers)."""

    down: tuple[str, str]
    along: tuple[str, str]
    months: Months


@dataclass(frozen=True)
class Run:
    """Neighbouring cells: their area with its sheet, along a row or down a column, the first digit, how many."""

    area: str
    along: bool
    digit: int
    count: int

    @property
    def powers(self) -> str:
        """Give the weights of the digits as an array of the same direction."""
        return "{" + ("," if self.along else ";").join(power(self.digit + at) for at in range(self.count)) + "}"


def area(first: Cell, last: Cell) -> str:
    """Give the absolute address of an area."""
    return f"{first.absolute()}:{last.absolute()}"


def words_at(row: int) -> tuple[Words, list[Put], int]:
    """Write the list of blank words from a row on, down and along; give the first free row."""
    words = blanks()
    puts = []
    for at, (word, weight) in enumerate(words):
        # The bar behind a word keeps empty cells and wildcards out of the comparison.
        for cell, value in (
            (Cell(row + 2 + at, READY_HELPER_COL), f"{word}|"), (Cell(row + 2 + at, READY_HELPER_COL + 1), weight),
            (Cell(row, READY_HELPER_COL + at), f"{word}|"), (Cell(row + 1, READY_HELPER_COL + at), weight),
        ):  # fmt: skip
            puts.append(Put(cell, value))
    months, side = month_words(), READY_HELPER_COL + 2
    for at, (word, number) in enumerate(months, row + 2):
        puts += [Put(Cell(at, side), word), Put(Cell(at, side + 1), number)]
    down, named = _beside(row + 2, READY_HELPER_COL, len(words)), _beside(row + 2, side, len(months))
    last = READY_HELPER_COL + len(words) - 1
    along = (area(Cell(row, READY_HELPER_COL), Cell(row, last)), area(Cell(row + 1, READY_HELPER_COL), Cell(row + 1, last)))
    return Words(down, along, named), puts, row + 2 + max(len(words), len(months))


def _beside(row: int, col: int, count: int) -> tuple[str, str]:
    """Give the areas of two columns side by side."""
    first, second = (area(Cell(row, at), Cell(row + count - 1, at)) for at in (col, col + 1))
    return first, second


def power(digit: int) -> str:
    """Give the weight of a digit."""
    return str(_BASE**digit)


def runs(sheet: str, cells: Sequence[Cell], digits: Sequence[int]) -> list[Run]:
    """Join neighbouring cells (in the order of their digits) into runs; `sheet` is quoted already."""
    steps = [(b.row - a.row, b.col - a.col) for a, b in pairwise(cells)]
    made: list[Run] = []
    start = 0
    for at in range(1, len(cells) + 1):
        joins = at < len(cells) and digits[at] == digits[at - 1] + 1 and steps[at - 1] in ((0, 1), (1, 0))
        if joins and (at - start == 1 or steps[at - 1] == steps[start]):
            continue
        along = at - start == 1 or steps[start] == (0, 1)
        made.append(Run(f"{sheet}!{area(cells[start], cells[at - 1])}", along, digits[start], at - start))
        start = at
    return made


def lack_formula(cells: Sequence[Run], levels: Sequence[Run], words: Words) -> str:
    """Give the figure: digit by digit what each cell lacks to `THERE`. Of `levels` an empty cell says less than a dash.

    An error value among the cells counts as nothing, since the program refuses it; the other cells then count roughly.
    """
    parts, rough = [], []
    for run in cells:
        said, weights = words.down if run.along else words.along
        parts.append(f'SUMPRODUCT(({bare_formula(run.area)}&"|"={said})*{weights}*{run.powers})')
        rough.append(f"{THERE - MARK}*SUMPRODUCT((ISBLANK({run.area})+ISERROR({run.area}))*{run.powers})")
    parts += [f'SUMPRODUCT(({trimmed_formula(run.area)}="")*{run.powers})' for run in levels]
    return f"=IFERROR({'+'.join(parts)},{'+'.join(rough)})"


def lack_of(states: Sequence[int]) -> int:
    """Compute the figure of the states of some cells."""
    return sum((THERE - state) * _BASE**digit for digit, state in enumerate(states))


def state_in(figure: str, weight: str) -> str:
    """Give the state of one digit of a figure, or of many where `figure` or `weight` are areas."""
    return f"({THERE}-MOD(INT({figure}/{weight}),{_BASE}))"
