"""Book -> .xlsx bytes; the only importer of XlsxWriter. The same Book gives the same bytes."""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any

import xlsxwriter
from xlsxwriter.url import Url
from xlsxwriter.worksheet import CellFormulaTuple, Worksheet

from workbook.address import Cell, quote_sheet, reference
from workbook.book import Book, CellValue, Chart, Formula, Highlight, Link, Name, Rule, Sheet, Stream
from workbook.constraint import constraint
from workbook.draw import drawn
from workbook.errors import AppError
from workbook.fit import ruled
from workbook.rows import Looks, clean, xml
from workbook.style import FONT, RULER, SIZE, resolve

CREATED = dt.date(2000, 1, 1)
"""Fixed, so that the same Book gives the same bytes."""

MAX_LINKS = 65_530
"""Excel's limit of links on a sheet."""
LARGE = 5_000
"""Rows of streams from which on the parts of a workbook are put together on the disk, not in memory."""
_NEWER = re.compile(
    r"\b(_xlfn|ANCHORARRAY|BYCOL|BYROW|CHOOSECOLS|CHOOSEROWS|CONCAT|DROP|EXPAND|FILTER|HSTACK|IFNA|IFS|LAMBDA|LET|MAKEARRAY|MAP|MAXIFS"
    r"|MINIFS|RANDARRAY|REDUCE|SCAN|SEQUENCE|SINGLE|SORT|SORTBY|SWITCH|TAKE|TEXTAFTER|TEXTBEFORE|TEXTJOIN|TEXTSPLIT|TOCOL|TOROW|UNIQUE|VSTACK"
    r"|WRAPCOLS|WRAPROWS|XLOOKUP|XMATCH|XOR)[.(]"
)
_OPTIONS: dict[str, Any] = {
    "strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False, "default_date_format": "yyyy-mm-dd",
}  # fmt: skip


class WriteError(AppError):
    """Excel can't hold what we wanted to write: our own mistake."""

    status = 1


@lru_cache(maxsize=16_384)
def _checked(formula: str) -> str:
    """Give a formula without its sign; the formulas of a form are the same for all its recipients, so each is looked at once."""
    if found := _NEWER.search(formula):
        raise WriteError(f"{found.group(1)} is unknown to Excel 2010")
    return formula.removeprefix("=")


class _Sheet(Worksheet):  # type: ignore[misc]
    """A worksheet that takes formulas as they are.

    XlsxWriter looks for each of some forty functions of newer Excels in every formula, which took four fifths of the
    time of a form. Such functions would fail in Excel 2010, LibreOffice or Google Sheets: they are refused instead.
    The rows of a stream are asked for when the page is put together.
    """

    streamed: Callable[[], Iterator[str]] | None = None
    held = 0
    dim_rowmax: int | None

    def stream(self, item: Stream, looks: Looks) -> None:
        """Remember the rows that stand below all others."""
        held: int | None = self.dim_rowmax
        if self._check_dimensions(item.first - 1, 0) or self._check_dimensions(item.first + item.count - 2, len(item.styles) - 1):
            raise WriteError(f"{self.name}: {item.count} rows are too many")
        self.held = item.first - 2 if held is None else held
        self.streamed = lambda: xml(item, looks, self._link)

    def _link(self, row: int, col: int, link: Link) -> None:
        self.hlink_count += 1
        if self.hlink_count > MAX_LINKS:
            raise WriteError(f"{self.name}: more than {MAX_LINKS} links")
        self.hyperlinks[row][col] = _url(link)

    def _write_rows(self) -> None:
        if self.streamed is None:
            super()._write_rows()
            return
        whole, self.dim_rowmax = self.dim_rowmax, self.held
        super()._write_rows()
        self.dim_rowmax = whole
        for row in self.streamed():
            self.fh.write(row)

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return _checked(formula)

    def _write_formula(self, row: int, col: int, formula: str, *rest: Any) -> int:
        """Keep a formula (then its format and value) without a second look for dynamic functions, which are refused above."""
        if self._check_dimensions(row, col):
            return -1
        look, value = rest if rest else (None, 0)
        self.table[row][col] = CellFormulaTuple(self._prepare_formula(formula), look, value)
        return 0


def write(book: Book, created: dt.date = CREATED) -> bytes:
    """Give the bytes of a workbook, which says that it was made on the day `created`.

    Raises WriteError when a name, text or rule passes Excel's limits: nothing is dropped silently.
    """
    target = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            rows = sum(sheet.stream.count for sheet in book.sheets if sheet.stream)
            out = xlsxwriter.Workbook(target, {**_OPTIONS, "in_memory": rows < LARGE})
            _Writer(out).book(book, created)
            out.close()
        except (UserWarning, xlsxwriter.exceptions.XlsxWriterException) as error:
            raise WriteError(str(error)) from error
    return target.getvalue()


class _Writer:
    """One workbook on its way out; keeps the formats that it has made."""

    def __init__(self, out: Any) -> None:
        self.out = out
        self.formats: dict[str, Any] = {}
        self.ruled = False

    def format(self, style: str) -> Any:
        """Give the XlsxWriter format of a style, made once."""
        if style not in self.formats:
            self.formats[style] = self.out.add_format(resolve(style))
        return self.formats[style]

    def book(self, book: Book, created: dt.date) -> None:
        """Write everything in the order that XlsxWriter wants."""
        self.ruled = book.ruled
        self.out.formats[0].set_font_name(RULER[0] if book.ruled else FONT)
        self.out.formats[0].set_font_size(RULER[1] if book.ruled else SIZE)
        day = dt.datetime(created.year, created.month, created.day)
        self.out.set_properties({"title": book.title, "subject": book.subject, "author": "cleanreport", "created": day})
        for key, value in book.properties.items():
            self.out.set_custom_property(key, value, "text")
        pages = [self.out.add_worksheet(sheet.name, _Sheet) for sheet in book.sheets]
        for page, sheet in zip(pages, book.sheets, strict=True):
            self.sheet(page, sheet, book.password)
        pages[book.active].activate()
        pages[book.active].set_first_sheet()
        for name in book.names:
            self.name(name)

    def name(self, name: Name) -> None:
        """Define a workbook-level name."""
        self.checked(self.out.define_name(name.name, "=" + reference(name.sheet, list(name.cells))), name.name)

    def checked(self, code: object, what: str) -> None:
        """Turn XlsxWriter's return codes into exceptions."""
        if code not in (0, None):
            raise WriteError(f"{what}: not written (code {code})")

    def sheet(self, page: Worksheet, sheet: Sheet, password: str) -> None:
        """Write one page."""
        for col, width in sheet.widths.items():
            page.set_column(col - 1, col - 1, ruled(width) if self.ruled else width)
        for row, height in sheet.heights.items():
            page.set_row(row - 1, height or None, None, {} if height else {"hidden": True})
        for merge in sheet.merges:
            page.merge_range(*_at(merge.first), *_at(merge.last), "", self.format(merge.style))
            self.put(page, merge.first, merge.value, merge.style)
        for put in sheet.puts:
            self.put(page, put.cell, put.value, put.style)
        if sheet.stream:
            page.stream(sheet.stream, lambda style: int(self.format(style)._get_xf_index()))
        for rule in sheet.rules:
            self.rule(page, rule)
        for highlight in sheet.highlights:
            self.highlight(page, highlight)
        for note in sheet.notes:
            options = {"x_scale": 2.2, "y_scale": 1.6, "font_name": FONT, "font_size": 14, "author": "cleanreport"}
            self.checked(page.write_comment(*_at(note.cell), note.text, options), note.cell.a1())
        for chart in sheet.charts:
            self.chart(page, chart)
        self.page(page, sheet, password)

    def put(self, page: Worksheet, cell: Cell, value: CellValue, style: str) -> None:
        """Write one cell by its type; text is never taken for a formula or link."""
        if code := _written(page, _at(cell), value, self.format(style)):
            self.checked(code, cell.a1())

    def rule(self, page: Worksheet, rule: Rule) -> None:
        """Write a data validation over all cells of a rule."""
        if not rule.cells:
            return
        first, options = rule.cells[0], constraint(rule)
        self.checked(page.data_validation(*_at(first), *_at(first), options), first.a1())

    def highlight(self, page: Worksheet, item: Highlight) -> None:
        """Write a conditional format."""
        area = (*_at(item.first), *_at(item.last))
        options: dict[str, Any]
        if item.kind == "formula":
            options = {"type": "formula", "criteria": item.formula, "format": self.out.add_format(_colours(item.style))}
        elif item.kind == "bar":
            # Plain bars: solid ones live in an extension that openpyxl drops with a warning.
            options = {
                "type": "data_bar", "min_type": "num", "max_type": "num", "min_value": item.low,
                "max_value": item.high, "bar_color": item.colours[0] if item.colours else "#7FA8D9",
            }  # fmt: skip
        else:
            low, middle, high = item.colours
            options = {
                "type": "3_color_scale", "min_type": "num", "mid_type": "num", "max_type": "num",
                "min_value": item.low, "mid_value": (item.low + item.high) / 2, "max_value": item.high,
                "min_color": low, "mid_color": middle, "max_color": high,
            }  # fmt: skip
        self.checked(page.conditional_format(*area, options), item.first.a1())

    def chart(self, page: Worksheet, item: Chart) -> None:
        """Draw a native chart."""
        # Off the edge of its cell, or a page break above it would cut its frame.
        options = {"description": item.alt or item.title, "x_offset": 4, "y_offset": 4}
        self.checked(page.insert_chart(*_at(item.at), drawn(self.out, item), options), item.title)

    def page(self, page: Worksheet, sheet: Sheet, password: str) -> None:
        """Set paper, panes, protection and visibility."""
        page.set_paper(9)
        page.set_margins(left=0.6, right=0.6, top=0.75, bottom=0.75)
        page.fit_to_pages(1, 1 if sheet.one_page else 0)
        if sheet.landscape:
            page.set_landscape()
        # A wide table is made small to fit the paper; the page number and the warning above it stay as they are.
        page.set_header(sheet.header, {"scale_with_doc": False})
        page.set_footer(sheet.footer, {"scale_with_doc": False})
        if sheet.repeat_rows:
            page.repeat_rows(sheet.repeat_rows[0] - 1, sheet.repeat_rows[1] - 1)
        if sheet.print_area:
            page.print_area(*_at(sheet.print_area[0]), *_at(sheet.print_area[1]))
        if sheet.page_breaks:
            page.set_h_pagebreaks(list(sheet.page_breaks))
        if sheet.freeze:
            page.freeze_panes(*_at(sheet.freeze))
        if sheet.filter:
            page.autofilter(*_at(sheet.filter[0]), *_at(sheet.filter[1]))
        if sheet.tab:
            page.set_tab_color(sheet.tab)
        if sheet.text_numbers:
            page.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        if not sheet.gridlines:
            page.hide_gridlines(2)
        if sheet.cursor:
            page.set_selection(*_at(sheet.cursor), *_at(sheet.cursor))
        if sheet.protect:
            page.protect(password, {"format_rows": True, "format_columns": True, "autofilter": True, "sort": False})
        if sheet.visibility == "hidden":
            page.hide()
        elif sheet.visibility == "very_hidden":
            page.very_hidden()


def _written(page: Worksheet, at: tuple[int, int], value: CellValue, look: Any) -> object:
    """Write one cell and give XlsxWriter's code, by its inner ways: the outer ones look for addresses like A1 each time."""
    if value is None or value == "":
        return page._write_blank(*at, None, look)
    if isinstance(value, str):
        return page._write_string(*at, clean(value), look)
    if isinstance(value, Formula):
        cached = float(value.value) if isinstance(value.value, Decimal) else value.value
        return page._write_formula(*at, value.text, look, cached)
    if isinstance(value, Link):
        return page._write_url(*at, _url(value), look)
    if isinstance(value, bool):
        return page._write_boolean(*at, value, look)
    if isinstance(value, dt.date):
        return page._write_datetime(*at, value, look)
    if isinstance(value, int | float | Decimal):
        return page._write_number(*at, float(value), look)
    raise WriteError(f"a cell holds no {type(value).__name__}")


def _url(link: Link) -> Url:
    """Give a link as XlsxWriter takes it. A file stands with `/`, as in every URI: only Excel follows XlsxWriter's own `\\`."""
    place = f"{quote_sheet(link.sheet)}!{link.cell.a1()}"
    url = Url(f"external:{link.file}{'#' + place if link.sheet else ''}" if link.file else f"internal:{place}")
    url._relationship_link = url._relationship_link.replace("\\", "/")
    url.text, url.tip = clean(link.text), link.tip
    return url


def _at(cell: Cell) -> tuple[int, int]:
    return cell.row - 1, cell.col - 1


def _colours(style: str) -> dict[str, Any]:
    """Keep what a conditional format may hold: no fonts, sizes or alignments."""
    look = resolve(style)
    return {key: look[key] for key in ("bg_color", "font_color", "bold", "border", "border_color") if key in look}
