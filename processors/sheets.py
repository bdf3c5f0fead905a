"""Reading sheets from blocks under one title, with panes, filter, print and heights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from processors.blocks import Block as Block
from processors.blocks import Column as Column
from processors.blocks import Gap as Gap
from processors.blocks import Grid as Grid
from processors.blocks import Heading as Heading
from processors.blocks import Laid as Laid
from processors.blocks import Line as Line
from processors.blocks import Lines as Lines
from processors.blocks import Para as Para
from processors.blocks import lay as lay
from processors.blocks import line_height
from templates.words import say
from workbook.address import Cell
from workbook.book import Chart, Highlight, Link, Put, Sheet, Stream, StreamRow
from workbook.style import LINE_HEIGHT, UNIT, resolve

MAX_NAME = 31
"""Excel's own limit of a sheet name."""
STREAMED = 400
"""A table of more lines is not held: its rows are made while they are written."""
_TITLE_HEIGHT = 32.0
_TAKEN = ("[", "]", ":", "*", "?", "/", "\\")


@dataclass(frozen=True)
class Frame:
    """What a sheet says around its blocks. `home` is the sheet that it links back to, "" = none.

    `alert` is a warning that stands above everything and on every printed page (simulated data). `notes` say below it how
    to read the sheet, a line each.
    """

    name: str
    title: str
    subtitle: str
    home: str = ""
    alert: str = ""
    notes: tuple[str, ...] = ()


def _streamed(grid: Grid, row: int) -> Stream:
    """Give the lines of a grid as rows that are made while they are written."""
    styles = tuple(column.style for column in grid.columns)
    widths = [column.width for column in grid.columns]
    wrapping = [bool(resolve(style).get("text_wrap")) for style in styles]

    def rows() -> Iterator[StreamRow]:
        for line in grid.lines:
            yield line_height(line, wrapping, widths), line.style, line.values

    return Stream(row, len(grid.lines), styles, rows)


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


def section_sheet(frame: Frame, blocks: Sequence[Block], widths: Sequence[float]) -> Sheet:
    """Give a sheet of blocks of which every section, from its heading on, stands whole on a printed page where it fits one."""
    laid, sheet = lay(blocks, widths, first_row(frame)), block_sheet(frame, blocks, widths)
    starts = [spot[0] for spot, block in zip(laid.spots, blocks, strict=True) if isinstance(block, Heading)]
    breaks: list[int] = []
    top = 1
    for first, last in zip(starts, [*(row - 1 for row in starts[1:]), laid.end], strict=True):
        if sum(sheet.heights.get(row, LINE_HEIGHT) for row in range(top, last + 1)) > page_room(widths):
            breaks.append(first - 1)
            top = first
    return replace(sheet, page_breaks=breaks)


def page_room(widths: Sequence[float]) -> float:
    """Give the points of rows that a page of A4 across has room for, at the scale at which the columns fit its width."""
    return 0.63 * sum(widths) * UNIT


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
    for text in frame.notes:
        puts.append(Put(Cell(row, 1), text, "note"))
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
