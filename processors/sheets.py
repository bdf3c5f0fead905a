"""Reading sheets from blocks: headings, paragraphs and grids under one title, with panes, filter, print and heights."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from templates.words import say
from workbook import fit
from workbook.address import Cell
from workbook.book import CellValue, Chart, Highlight, Link, Merge, Put, Sheet, Stream, StreamRow, Styled
from workbook.style import LINE_HEIGHT, SIZE, resolve

MAX_NAME = 31
"""Excel's own limit of a sheet name."""
STREAMED = 400
"""A table of more lines is not held: its rows are made while they are written."""
_TITLE_HEIGHT = 32.0
_SPACE = 10.0
_TAKEN = ("[", "]", ":", "*", "?", "/", "\\")


@dataclass(frozen=True)
class Column:
    """One column of a grid: heading, style of its cells, and width in characters on a sheet of its own."""

    head: str
    width: float = 12
    style: str = "cell+pad"


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
class Frame:
    """What a sheet says around its blocks. `home` is the sheet that it links back to, "" = none.

    `alert` is a warning that stands above everything and on every printed page (simulated data).
    """

    name: str
    title: str
    subtitle: str
    home: str = ""
    alert: str = ""


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
    widths = draft.widths
    if grid.heads:
        heads = [(column.head, widths[at]) for at, column in enumerate(grid.columns)]
        draft.puts.extend(Put(Cell(draft.row, at), text, "head") for at, (text, _) in enumerate(heads, 1))
        _close_row(draft, _height(heads))
    first = draft.row
    styles = [column.style for column in grid.columns]
    wrapping = [bool(resolve(style).get("text_wrap")) for style in styles]
    for line in grid.lines:
        tail = f"+{line.style}" if line.style else ""
        for at, item in enumerate(line.values):
            value, own = (item.value, f"+{item.style}") if isinstance(item, Styled) else (item, "")
            draft.puts.append(Put(Cell(draft.row, at + 1), value, styles[at] + tail + own))
        _close_row(draft, _line_height(line, wrapping, widths))
    return first, draft.row - 1


def _streamed(grid: Grid, row: int) -> Stream:
    """Give the lines of a grid as rows that are made while they are written."""
    styles = tuple(column.style for column in grid.columns)
    widths = [column.width for column in grid.columns]
    wrapping = [bool(resolve(style).get("text_wrap")) for style in styles]

    def rows() -> Iterator[StreamRow]:
        for line in grid.lines:
            yield _line_height(line, wrapping, widths), line.style, line.values

    return Stream(row, len(grid.lines), styles, rows)


def _close_row(draft: _Draft, height: float) -> None:
    draft.heights[draft.row] = height
    draft.row += 1


def _line_height(line: Line, wrapping: Sequence[bool], widths: Sequence[float]) -> float:
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


def table_sheet(frame: Frame, grid: Grid, frozen: int = 0, highlights: Sequence[Highlight] = ()) -> Sheet:
    """Give a sheet with one grid: filter on its headings, panes below them and right of `frozen` columns."""
    widths = [column.width for column in grid.columns]
    top, puts, heights = _top(frame, len(widths))
    many = len(grid.lines) > STREAMED
    empty = [] if grid.lines else [Para(say("results", "nothing_here"), "note")]
    laid = lay([replace(grid, lines=()) if many else grid, *empty], widths, top)
    end = top + len(grid.lines) if many else laid.end
    return Sheet(
        name=frame.name,
        puts=(*puts, *laid.puts),
        stream=_streamed(grid, top + 1) if many else None,
        widths=dict(enumerate(widths, 1)),
        heights={**heights, **laid.heights},
        merges=laid.merges,
        highlights=highlights,
        landscape=True,
        freeze=Cell(top + 1, frozen + 1),
        repeat_rows=(1, top),
        filter=(Cell(top, 1), Cell(max(end, top + 1), len(widths))) if grid.lines else None,
        header=_header(frame),
        footer=_footer(frame),
        text_numbers=True,
    )


def block_sheet(frame: Frame, blocks: Sequence[Block], widths: Sequence[float], charts: Sequence[Chart] = ()) -> Sheet:
    """Give a sheet of several blocks over common columns."""
    top, puts, heights = _top(frame, len(widths))
    laid = lay(blocks, widths, top)
    return Sheet(
        name=frame.name,
        puts=(*puts, *laid.puts),
        widths=dict(enumerate(widths, 1)),
        heights={**heights, **laid.heights},
        merges=laid.merges,
        charts=charts,
        landscape=True,
        freeze=Cell(top, 1),
        header=_header(frame),
        footer=_footer(frame),
        text_numbers=True,
    )


def first_row(frame: Frame) -> int:
    """Give the row where the blocks of a sheet begin."""
    return _top(frame, 1)[0]


def _top(frame: Frame, columns: int) -> tuple[int, list[Put], dict[int, float]]:
    """Give the first free row below title, subtitle and link, with what stands there."""
    puts = [Put(Cell(1, 1), frame.title, "heading"), Put(Cell(2, 1), frame.subtitle, "plain")]
    heights = {1: _TITLE_HEIGHT, 2: LINE_HEIGHT}
    row = 3
    if frame.alert:
        puts.append(Put(Cell(row, 1), frame.alert, "alert"))
        puts.extend(Put(Cell(row, col), None, "alert") for col in range(2, columns + 1))
        heights[row] = LINE_HEIGHT
        row += 1
    if frame.home:
        puts.append(Put(Cell(row, 1), Link(say("results", "home"), sheet=frame.home), "link"))
        heights[row] = LINE_HEIGHT
        row += 1
    return row, puts, heights


def _header(frame: Frame) -> str:
    return f"&C{_printed(frame.alert)}" if frame.alert else ""


def _footer(frame: Frame) -> str:
    return f"&L{_printed(frame.title[:100])}&R{say('results', 'footer_page')}"


def _printed(text: str) -> str:
    # An ampersand is a command in headers and footers.
    return text.replace("&", "&&")


def sheet_name(text: str) -> str:
    """Cut a text to what Excel takes as the name of a sheet."""
    kept = "".join(sign for sign in text if sign not in _TAKEN)
    return kept[:MAX_NAME].strip("' ")
