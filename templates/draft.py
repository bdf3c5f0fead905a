"""One sheet of a form on its way: what is drawn so far, and how wide and high it has become."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workbook.address import Cell
from workbook.book import CellValue, Highlight, Merge, Note, Put, Rule
from workbook.style import LINE_HEIGHT

GAP = LINE_HEIGHT * 0.4
"""How high a row is on which nothing stands."""
INDENT = 1.5
"""Characters that an indent takes."""


@dataclass
class Draft:
    """One sheet on its way: what is drawn so far."""

    widths: Mapping[int, float]
    puts: list[Put] = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    highlights: list[Highlight] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    @property
    def first_col(self) -> int:
        """Give the first column of the sheet."""
        return min(self.widths)

    @property
    def last_col(self) -> int:
        """Give the last column of the sheet."""
        return max(self.widths)

    @property
    def last_row(self) -> int:
        """Give the last row that was given a height."""
        return max(self.heights, default=1)

    def wide(self, first: int, last: int) -> float:
        """Give the width of columns together, in characters."""
        return sum(self.widths[col] for col in range(first, last + 1))

    def across(self, where: tuple[int, int, int], value: CellValue, style: str) -> None:
        """Write one text over the columns of a row (row, first, last); never an entry."""
        row, first, last = where
        if first == last:
            self.puts.append(Put(Cell(row, first), value, style))
        else:
            self.merges.append(Merge(Cell(row, first), Cell(row, last), value, style))

    def close(self) -> None:
        """Give every row a height of ours, so that all programs print the same pages."""
        self.heights = {row: self.heights.get(row, GAP) for row in range(1, self.last_row + 1)}
