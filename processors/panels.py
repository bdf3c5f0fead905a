"""A panel of the summary: one small table and the chart beside it, which shows nothing but what stands in the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from processors.sheets import Block, Column, Frame, Gap, Grid, Heading, Laid, Line, block_sheet, first_row, lay
from processors.tallies import Tally, national
from workbook.address import Cell
from workbook.book import Chart, Series, Sheet, Styled
from workbook.style import LINE_HEIGHT, UNIT

WIDTHS = (50, *(11,) * 8, 3, *(14,) * 7)
"""Of the tables, of the seam, and of the columns below the charts."""
LEAST_ROWS = 8
_CHART_COL, _CHART_WIDTH, _ROW_PIXELS = 11, 910, 33
_PAGE = 0.63 * sum(WIDTHS) * UNIT
"""Points of rows that a printed page of A4 across has room for, at the scale at which the columns fit its width."""
_SIGN_PIXELS, _PERCENT_PIXELS = 6.5, 6.3
"""Width of a figure's sign on a stacked bar, and of one per cent of it."""
SHARE, COUNT = "cell+two+right", "cell+whole+right"


@dataclass(frozen=True)
class Kind:
    """One kind that a stacked bar is made of: its words, the colour of its part and of the words on it."""

    words: str
    fill: str
    ink: str = "#1F2937"


@dataclass(frozen=True)
class Panel:
    """One table and its chart of the second column by the first. `kind` bar lists the names from the top.

    With `kinds` it is a stacked bar: a series a kind, a bar a tally, and the table's first lines are the shares.
    """

    grid: Grid
    title: str
    kind: str
    labels: str = "#,##0"
    high: float | None = None
    colour: str = ""
    kinds: Sequence[Kind] = ()
    tallies: Sequence[Tally] = ()


def shares_panel(tallies: Sequence[Tally], title: str, head: str, kinds: Sequence[Kind]) -> Panel:
    """Give a panel of shares in per cent: below a line of shares for every tally stands a line of counts for each."""
    columns = (Column(head), *(Column(kind.words, style=SHARE) for kind in kinds))
    shares = [Line((item.name, *item.shares(2))) for item in tallies]
    counts = [
        Line((national("counted", name=item.name, of=item.of), *(Styled(count, "whole") for count in item.counts)))
        for item in tallies
    ]
    return Panel(Grid(columns, (*shares, *counts)), title, "bar", high=100, kinds=kinds, tallies=tallies)


def panel_sheet(frame: Frame, blocks: Sequence[Block | Panel]) -> Sheet:
    """Lay blocks and panels below each other; a heading, or a panel that would be cut, begins a new printed page."""
    whole: list[Block] = []
    panels: dict[int, Panel] = {}
    for block in blocks:
        if isinstance(block, Panel):
            panels[len(whole)] = block
            rows = len(block.grid.lines) + 1
            whole += [block.grid, Gap(max(LEAST_ROWS - rows, 0) + 1)]
        else:
            whole.append(block)
    laid = lay(whole, WIDTHS, first_row(frame))
    charts = [_chart(frame.name, panel, laid.spots[at]) for at, panel in panels.items()]
    sheet = block_sheet(frame, whole, WIDTHS, charts)
    return replace(sheet, page_breaks=_breaks(whole, laid, frozenset(panels)))


def _breaks(blocks: Sequence[Block], laid: Laid, panels: frozenset[int]) -> list[int]:
    """Give the rows after which a page ends."""
    breaks: list[int] = []
    top = 1
    for at, block in enumerate(blocks):
        first, last = laid.spots[at]
        begins = first - 1
        if at in panels:
            needed = sum(laid.heights.get(row, LINE_HEIGHT) for row in range(top, max(last, begins + LEAST_ROWS) + 1))
            cut = needed > _PAGE and not isinstance(blocks[at - 1], Heading)
        else:
            cut = isinstance(block, Heading) and at > 0
        if cut:
            breaks.append(begins - 1 if at in panels else begins)
            top = begins
    return breaks


def _chart(sheet: str, panel: Panel, spot: tuple[int, int]) -> Chart:
    first, last = spot
    rows = max(last - first + 2, LEAST_ROWS)
    series: tuple[Series, ...]
    if panel.kinds:
        series = _stack(sheet, panel, first)
    else:
        series = (Series(panel.title, sheet, (Cell(first, 1), Cell(last, 1)), (Cell(first, 2), Cell(last, 2)), panel.colour),)
    return Chart(
        at=Cell(first - 1, _CHART_COL), kind="bar" if panel.kind == "bar" else "column", title=panel.title,
        series=series, width=_CHART_WIDTH, height=rows * _ROW_PIXELS, alt=_alt(panel), stacked=bool(panel.kinds),
        low=0, high=panel.high, labels=panel.labels, reverse=panel.kind == "bar", bare=True,
    )  # fmt: skip


def _stack(sheet: str, panel: Panel, first: int) -> tuple[Series, ...]:
    """Give one series a kind, in the order of the table's columns; a part says its share where it has the room."""
    last = first + len(panel.tallies) - 1
    shares = [item.shares(2) for item in panel.tallies]
    return tuple(
        Series(
            kind.words, sheet, (Cell(first, 1), Cell(last, 1)), (Cell(first, at + 2), Cell(last, at + 2)), kind.fill,
            tuple(_label(line[at]) for line in shares), kind.ink,
        )
        for at, kind in enumerate(panel.kinds)
    )  # fmt: skip


def _label(share: Decimal | None) -> str:
    if not share:
        return ""
    figure = f"{share:.2f}"
    return figure if len(figure) * _SIGN_PIXELS <= float(share) * _PERCENT_PIXELS else ""


def _alt(panel: Panel) -> str:
    """Describe a chart by its figures, for whoever cannot see it."""
    if panel.kinds:
        told = []
        for item in panel.tallies:
            parts = zip(panel.kinds, item.shares(2), item.counts, strict=True)
            told.append(f"{item.name}: " + ", ".join(f"{kind.words} {share} % ({count})" for kind, share, count in parts))
        return f"{panel.title}: " + "; ".join(told)
    return f"{panel.title}: " + ", ".join(f"{line.values[0]} {line.values[1]}" for line in panel.grid.lines)
