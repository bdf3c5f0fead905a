"""Blocks of a page and how they are laid on it: headings, paragraphs and grids below each other, rows as high as their texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate

from workbook import fit
from workbook.address import Cell
from workbook.book import CellValue, Link, Merge, Put, Styled
from workbook.style import LINE_HEIGHT, SIZE, resolve

_SPACE = 10.0


@dataclass(frozen=True)
class Column:
    """One column of a grid: heading, style of its cells, and width in characters on a sheet of its own.

    Among blocks with common columns it may take several of the sheet's: `span` of them.
    """

    head: str
    width: float = 12
    style: str = "cell+pad"
    span: int = 1


@dataclass(frozen=True)
class Line:
    """One row of a grid; `style` is joined to the style of every column."""

    values: tuple[CellValue | Styled, ...]
    style: str = ""


@dataclass(frozen=True)
class Lines:
    """Many lines that are made anew whenever somebody goes through them, so that none is held; `count` of them."""

    count: int
    make: Callable[[], Iterator[Line]]

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[Line]:
        return self.make()


@dataclass(frozen=True)
class Heading:
    """A band across the sheet that opens a section."""

    text: str


@dataclass(frozen=True)
class Para:
    """A paragraph across the sheet."""

    text: str
    style: str = "wrap"


@dataclass(frozen=True)
class Gap:
    """Empty rows, so that a chart beside a short grid finds its room."""

    rows: int = 1


@dataclass(frozen=True)
class Grid:
    """Rows under headings; without `heads` only the rows."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...] | Lines
    heads: bool = True


Block = Heading | Para | Gap | Grid


@dataclass(frozen=True)
class Laid:
    """Blocks laid on a sheet: what to write, and per block its first and last row of content."""

    puts: tuple[Put, ...]
    merges: tuple[Merge, ...]
    heights: dict[int, float]
    spots: tuple[tuple[int, int], ...]
    end: int


@dataclass
class _Draft:
    widths: Sequence[float]
    row: int
    puts: list[Put] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)


def lay(blocks: Sequence[Block], widths: Sequence[float], row: int) -> Laid:
    """Lay blocks below each other from a row on, over columns of the given widths."""
    draft, spots = _Draft(widths, row), []
    for block in blocks:
        spots.append(_lay_block(draft, block))
    return Laid(tuple(draft.puts), tuple(draft.merges), draft.heights, tuple(spots), draft.row - 1)


def _lay_block(draft: _Draft, block: Block) -> tuple[int, int]:
    if isinstance(block, Grid):
        return _lay_grid(draft, block)
    first = draft.row
    if isinstance(block, Gap):
        for _ in range(block.rows):
            _close_row(draft, LINE_HEIGHT)
        return first, draft.row - 1
    if isinstance(block, Heading):
        if draft.puts:
            _close_row(draft, _SPACE)
            first = draft.row
        draft.puts.extend(Put(Cell(first, col), None, "section") for col in range(2, len(draft.widths) + 1))
        draft.puts.append(Put(Cell(first, 1), block.text, "section"))
        _close_row(draft, LINE_HEIGHT + 3)
        return first, first
    size = float(resolve(block.style)["font_size"])
    if len(draft.widths) > 1:
        draft.merges.append(Merge(Cell(first, 1), Cell(first, len(draft.widths)), block.text, block.style))
    else:
        draft.puts.append(Put(Cell(first, 1), block.text, block.style))
    _close_row(draft, _height([(block.text, sum(draft.widths))], size))
    return first, first


def _lay_grid(draft: _Draft, grid: Grid) -> tuple[int, int]:
    spans = [column.span for column in grid.columns]
    ends = list(accumulate(spans))
    areas = [(end - span + 1, end) for span, end in zip(spans, ends, strict=True)]
    widths = [sum(draft.widths[first - 1 : last]) for first, last in areas]
    if grid.heads:
        heads = [(column.head, widths[at]) for at, column in enumerate(grid.columns)]
        for area, (text, _) in zip(areas, heads, strict=True):
            _lay_cell(draft, area, text, "head")
        _close_row(draft, _height(heads))
    first = draft.row
    styles = [column.style for column in grid.columns]
    wrapping = [bool(resolve(style).get("text_wrap")) for style in styles]
    for line in grid.lines:
        tail = f"+{line.style}" if line.style else ""
        for at, item in enumerate(line.values):
            value, own = (item.value, f"+{item.style}") if isinstance(item, Styled) else (item, "")
            _lay_cell(draft, areas[at], value, styles[at] + tail + own)
        _close_row(draft, line_height(line, wrapping, widths))
    return first, draft.row - 1


def _lay_cell(draft: _Draft, area: tuple[int, int], value: CellValue, style: str) -> None:
    """Put a value into one column of the sheet, or over several."""
    first, last = area
    at = Cell(draft.row, first)
    if first == last:
        draft.puts.append(Put(at, value, style))
    else:
        draft.merges.append(Merge(at, Cell(draft.row, last), value, style))


def _close_row(draft: _Draft, height: float) -> None:
    draft.heights[draft.row] = height
    draft.row += 1


def line_height(line: Line, wrapping: Sequence[bool], widths: Sequence[float]) -> float:
    """Give the height that the texts of a line need; numbers, dates and what runs on over its neighbours need one line."""
    most = 1
    for at, wraps in enumerate(wrapping):
        if not wraps or at >= len(line.values):
            continue
        item = line.values[at]
        value = item.value if isinstance(item, Styled) else item
        text = value.text if isinstance(value, Link) else value
        # A text of half as many letters as the column has units fits one line whatever its letters are.
        if isinstance(text, str) and (2 * len(text) > widths[at] or "\n" in text):
            most = max(most, _lines(text, widths[at] - 1, SIZE))
    return LINE_HEIGHT if most == 1 else min(fit.MAX_HEIGHT, fit.high(most))


@lru_cache(maxsize=50_000)
def _lines(text: str, width: float, size: float) -> int:
    return fit.lines(text, width, size)


def _height(pairs: Sequence[tuple[str, float]], size: float = SIZE) -> float:
    most = max([1, *(_lines(text, width, size) for text, width in pairs)])
    return LINE_HEIGHT * size / SIZE if most == 1 else min(fit.MAX_HEIGHT, fit.high(most, size))
