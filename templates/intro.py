"""The first sheet of an issued workbook: who fills what, by when, how it comes back, what colours mean; the visible passport."""

from __future__ import annotations

from templates import lists
from templates.issued import Issued, footer
from templates.layout import INTRO_COL, INTRO_MARGIN_COL, INTRO_MARGIN_WIDTH, INTRO_WIDTH, Layout
from templates.words import say
from workbook.address import Cell
from workbook.book import CellValue, Put, Sheet
from workbook.fit import height
from workbook.style import resolve


def intro(issued: Issued, layout: Layout) -> Sheet:
    """Build the first sheet: who fills what, by when, how it comes back, what colours mean, and the visible passport line."""
    form, passport = issued.form, issued.passport
    lines: list[tuple[CellValue, str]] = [
        (form.form_code, "code"),
        (form.title, "title+wrap"),
        (say("pages", "fiscal_year", year=passport.season), "subtitle+bold"),
        (say("pages", "agency", name=issued.recipient, code=passport.agency), "subtitle+bold+wrap"),
        ("", ""),
    ]
    lines += [(text, "wrap") for text in form.intro]
    lines += [(text, "wrap+bold") for text in lists.deadline_lines(issued.framework, form)]
    lines += [("", ""), (say("pages", "steps"), "section")]
    lines += [(say("pages", f"step_{n}"), "wrap") for n in (1, 2, 3, 4)]
    lines += [("", ""), (say("pages", "legend"), "section")]
    lines += [(say("pages", f"legend_{key}"), f"cell+{style}") for key, style in _LEGEND]
    lines += [("", ""), (say("pages", "contents"), "section")]
    lines += [(lists.sheet_link(layout, name), "link") for name in layout.sheets]
    lines += [("", ""), (say("pages", "issue", issue=form.version), "small+muted"), (passport.line(), "foot")]
    # One column wider than the paper would be cut in print instead of scaled.
    width = INTRO_WIDTH
    puts = [Put(Cell(row, INTRO_COL), value, style) for row, (value, style) in enumerate(lines, 1)]
    heights = {put.cell.row: height([(_text(put.value), width)], size=_size(put.style)) for put in puts}
    # LibreOffice scales a page to its width only when it holds more than one column.
    area = (Cell(puts[0].cell.row, INTRO_COL), Cell(puts[-1].cell.row, INTRO_MARGIN_COL))
    widths = {INTRO_COL: width, INTRO_MARGIN_COL: INTRO_MARGIN_WIDTH}
    return Sheet(
        say("pages", "intro_sheet"), puts, widths, heights, protect=True, one_page=True, print_area=area, footer=footer(issued)
    )


def _size(style: str) -> float:
    return float(resolve(style)["font_size"])


_LEGEND = (("entry", "entry+closed"), ("locked", "locked"), ("wrong", "wrong"))


def _text(value: CellValue) -> str:
    return value if isinstance(value, str) else getattr(value, "text", "")
