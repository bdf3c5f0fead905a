"""Pages to be written, as values: every workbook that the program makes is one `Book`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from workbook.address import Cell


@dataclass(frozen=True)
class Formula:
    """A formula of ours with the value that it has now (programs that don't calculate show that)."""

    text: str
    value: str | int | float | Decimal | bool = ""


@dataclass(frozen=True)
class Link:
    """A link to a cell of this workbook (`sheet` and `cell`), or to a neighbouring file (`file`, relative with `/`): to its
    first page, or to a cell of the `sheet` named.
    """

    text: str
    sheet: str = ""
    cell: Cell = Cell(1, 1)
    file: str = ""
    tip: str = ""


CellValue = str | int | float | Decimal | bool | dt.date | Formula | Link | None


@dataclass(frozen=True)
class Put:
    """One cell to write. `style` names atoms of `style.ATOMS` joined by `+`, later ones win. None is a blank cell.

    Text is always written as text: what looks like a formula stays text.
    """

    cell: Cell
    value: CellValue
    style: str = ""


@dataclass(frozen=True)
class Styled:
    """A value with atoms of its own, on top of those of its column and row."""

    value: CellValue
    style: str


StreamRow = tuple[float, str, Sequence[CellValue | Styled]]
"""Height in points, the style that is joined to every column's, and the values; None is a blank cell."""


@dataclass(frozen=True)
class Stream:
    """Many rows below each other from row `first` on, made one by one while they are written; so none is held.

    `styles`: of each column. `rows` gives the `count` rows, from the beginning whenever it is called. No formulas.
    `sparse`: blanks are no cells at all.
    """

    first: int
    count: int
    styles: tuple[str, ...]
    rows: Callable[[], Iterable[StreamRow]]
    sparse: bool = False


@dataclass(frozen=True)
class Rule:
    """A data validation over cells.

    `kind`: `list` (source is a name or reference, or a short tuple of options), `decimal`, `whole`, `date`,
    `length`, `custom` (formula) or `any` (input message only). `low`/`high` bound the value, None = open.
    `hard` refuses a wrong value at once, otherwise it warns; without `alert` it does neither.
    """

    cells: Sequence[Cell]
    kind: Literal["list", "decimal", "whole", "date", "length", "custom", "any"]
    source: str | tuple[str, ...] = ""
    low: float | int | dt.date | None = None
    high: float | int | dt.date | None = None
    hard: bool = True
    alert: bool = True
    prompt_title: str = ""
    prompt: str = ""
    error_title: str = ""
    error: str = ""


@dataclass(frozen=True)
class Highlight:
    """A conditional format over an area: a `formula` with a style, a `bar` or a `scale` of colours."""

    first: Cell
    last: Cell
    kind: Literal["formula", "bar", "scale"] = "formula"
    formula: str = ""
    style: str = ""
    low: float = 0
    high: float = 100
    colours: tuple[str, ...] = ()


@dataclass(frozen=True)
class Note:
    """A note on a cell."""

    cell: Cell
    text: str


@dataclass(frozen=True)
class Merge:
    """A merged area of titles; never used for entries or inside data tables."""

    first: Cell
    last: Cell
    value: CellValue
    style: str = ""


@dataclass(frozen=True)
class Series:
    """One row of a chart: references of names and values on a sheet (first and last cell).

    `labels`: words on the points in place of their values, "" = none on that point; `ink` is the colour of the labels.
    """

    title: str
    sheet: str
    names: tuple[Cell, Cell]
    values: tuple[Cell, Cell]
    colour: str = ""
    labels: tuple[str, ...] = ()
    ink: str = ""


@dataclass(frozen=True)
class Chart:
    """A native chart at a cell, sized in pixels, with alt text.

    `low`/`high` bound the axis of values. `labels` is the number format of the labels on the points. `reverse` lists
    the names of a bar chart from the top. `bare` leaves out the axis and lines that labelled points do not need.
    """

    at: Cell
    kind: Literal["column", "bar", "line", "pie"]
    title: str
    series: tuple[Series, ...]
    x_title: str = ""
    y_title: str = ""
    width: int = 720
    height: int = 320
    alt: str = ""
    stacked: bool = False
    low: float | None = None
    high: float | None = None
    labels: str = ""
    reverse: bool = False
    bare: bool = False


@dataclass(frozen=True)
class Sheet:
    """One page. `widths` by column number in characters, `heights` by row number in points (0 hides the row).

    `text_numbers`: codes such as `7.1` are text on purpose, Excel need not point at them. `stream`: rows below the last
    of `puts`.
    """

    name: str
    puts: Sequence[Put] = ()
    widths: Mapping[int, float] = field(default_factory=dict)
    heights: Mapping[int, float] = field(default_factory=dict)
    rules: Sequence[Rule] = ()
    highlights: Sequence[Highlight] = ()
    notes: Sequence[Note] = ()
    merges: Sequence[Merge] = ()
    charts: Sequence[Chart] = ()
    visibility: Literal["visible", "hidden", "very_hidden"] = "visible"
    protect: bool = False
    landscape: bool = False
    one_page: bool = False
    freeze: Cell | None = None
    repeat_rows: tuple[int, int] | None = None
    filter: tuple[Cell, Cell] | None = None
    print_area: tuple[Cell, Cell] | None = None
    page_breaks: Sequence[int] = ()
    header: str = ""
    footer: str = ""
    tab: str = ""
    cursor: Cell | None = None
    gridlines: bool = False
    text_numbers: bool = False
    stream: Stream | None = None


@dataclass(frozen=True)
class Name:
    """A workbook-level defined name over cells of one sheet, in record order."""

    name: str
    sheet: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Book:
    """A whole workbook: the same Book always gives the same bytes.

    `ruled`: columns are measured in points (`style.UNIT` each) and not in characters of the text's font, so that pages
    come out alike wherever that font is missing.
    """

    sheets: Sequence[Sheet]
    names: Sequence[Name] = ()
    title: str = ""
    subject: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)
    active: int = 0
    password: str = ""
    ruled: bool = False
