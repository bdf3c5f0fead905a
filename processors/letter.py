"""A page of an answer in the making: lines, facts and tables from top to bottom, as wide as a printed page allows.

All answers print on A4 across with their widths in points, at three quarters of the size on the screen or more, so that
text of 16 points stays at 12 on paper.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from workbook.address import Cell
from workbook.book import CellValue, Link, Merge, Put, Sheet
from workbook.fit import MAX_HEIGHT, height
from workbook.style import FONT, HEADING_SIZE, LINE_HEIGHT, NOTE_SIZE, SIZE

WIDTH = 141.0
"""Units that all columns take together: 987 points, which A4 across takes at three quarters of their size."""
LONGEST = 1_000
"""Signs of one cell: more would not fit the highest row; whoever needs all of a text looks into the file itself."""
TITLE_HEIGHT = 34.0
_PAD = 1.5
"""Units that an indented cell keeps free, so that texts of neighbouring cells stay apart."""
PAGE = 632.0
"""Points of rows that one printed page takes for certain, in Excel and in LibreOffice, which draws columns wider."""


@dataclass
class Letter:
    """One page: `widths` by column from 1; `row` is the next free row."""

    widths: Mapping[int, float]
    row: int = 1
    puts: list[Put] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)
    repeat: tuple[int, int] | None = None
    tied: set[int] = field(default_factory=set)

    def title(self, text: str) -> None:
        """Write the title."""
        self.puts.append(Put(Cell(self.row, 1), text, "heading"))
        self.heights[self.row] = TITLE_HEIGHT
        self.row += 1

    def line(self, text: str, style: str = "wrap", *, bold: bool = False) -> None:
        """Write a text over all columns, as high as it needs."""
        look = f"{style}+bold+wrap" if bold else f"{style}+wrap"
        self.merges.append(Merge(Cell(self.row, 1), Cell(self.row, max(self.widths)), text, look))
        size = HEADING_SIZE if "lead" in style else SIZE
        self.heights[self.row] = height([(text, sum(self.widths.values()))], size=size, bold=bold)
        self.row += 1

    def section(self, text: str, style: str = "section") -> None:
        """Write a heading over all columns, which no page ends with."""
        self.tied.add(self.row)
        self.line(text, style, bold=True)

    def gap(self) -> None:
        """Leave half a line."""
        self.heights[self.row] = LINE_HEIGHT / 2
        self.row += 1

    def fact(self, name: str, value: str, last_name: int) -> None:
        """Write a name over the first columns and its value over the rest."""
        first = sum(width for col, width in self.widths.items() if col <= last_name)
        rest = sum(self.widths.values()) - first
        self.spread((1, last_name), name, "label")
        self.spread((last_name + 1, max(self.widths)), value, "cell+pad+text")
        self.heights[self.row] = height([(name, first / 1.06), (value, self.inner(rest))])
        self.row += 1

    def spread(self, cols: tuple[int, int], value: CellValue, style: str) -> None:
        """Write over some columns of the row, without going on to the next."""
        if cols[0] == cols[1]:
            self.puts.append(Put(Cell(self.row, cols[0]), value, style))
        else:
            self.merges.append(Merge(Cell(self.row, cols[0]), Cell(self.row, cols[1]), value, style))

    def inner(self, width: float) -> float:
        """Give the width that the padding of a cell leaves to its text."""
        return width - _PAD

    def heads(self, names: Sequence[str], *, repeat: bool = False) -> None:
        """Write the heading of a table; with `repeat` it stands on every printed page."""
        for at, name in enumerate(names, 1):
            self.puts.append(Put(Cell(self.row, at), name, "head"))
        self.heights[self.row] = height([(name, self.widths[at]) for at, name in enumerate(names, 1)], bold=True)
        self.tied.add(self.row)
        if repeat:
            self.repeat = (self.row, self.row)
        self.row += 1

    def cells(self, values: Sequence[CellValue], styles: Mapping[int, str] | None = None) -> None:
        """Write a row of a table; `styles` by column, others are plain cells, links are shown as such."""
        pairs = []
        for at, value in enumerate(values, 1):
            text = value.text if isinstance(value, Link) else "" if value is None else str(value)
            shown: CellValue = text[:LONGEST] if isinstance(value, str) else value
            look = "cell+pad+link" if isinstance(value, Link) else (styles or {}).get(at, "cell+pad")
            self.puts.append(Put(Cell(self.row, at), shown, look))
            pairs.append((text[:LONGEST], self.inner(self.widths[at])))
        self.heights[self.row] = min(MAX_HEIGHT, height(pairs))
        self.row += 1

    def sheet(self, name: str, tab: str, page: str) -> Sheet:
        """Give the finished page: its footer in the size of notes, so that it stays readable on paper."""
        return Sheet(
            name, self.puts, self.widths, self.heights, merges=self.merges, landscape=True, repeat_rows=self.repeat,
            tab=tab, footer=f'&C&"{FONT},Regular"&{NOTE_SIZE}{page}', page_breaks=self._breaks(), text_numbers=True,
        )  # fmt: skip

    def _breaks(self) -> list[int]:
        """Give the rows that a page ends behind: before what does not fit, and never between a heading and its first line."""
        found: list[int] = []
        used, row = 0.0, 1
        while row < self.row:
            end = next(at for at in range(row, self.row + 1) if at not in self.tied)
            need = sum(self.heights.get(at, LINE_HEIGHT) for at in range(row, end + 1))
            if used and used + need > PAGE:
                found.append(row - 1)
                used = self.heights[self.repeat[0]] if self.repeat and row > self.repeat[0] else 0.0
            used += need
            row = end + 1
        return found
