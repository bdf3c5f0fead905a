"""One issued workbook as a value: the form, its recipient, its locked values, its passport; and the page on top of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from templates import lists
from templates.layout import INTRO_COL, INTRO_MARGIN_COL, INTRO_MARGIN_WIDTH, INTRO_WIDTH, Layout, Snapshot, place
from templates.passport import Passport
from templates.spec import Field, Form, Framework
from templates.words import say
from workbook.address import Cell
from workbook.book import CellValue, Put, Sheet
from workbook.fit import height
from workbook.style import resolve


@dataclass(frozen=True)
class Issued:
    """One workbook that was issued: to whom, with which locked values, under which passport."""

    framework: Framework
    form: Form
    passport: Passport
    recipient: str
    snapshot: Snapshot

    @cached_property
    def layout(self) -> Layout:
        """Lay the form out with what it carries."""
        return place(self.form, self.snapshot)

    @property
    def form_year(self) -> int:
        """Give the fiscal year (Buddhist era) of the form's framework."""
        return self.framework.fiscal_year


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


def footer(issued: Issued) -> str:
    """Give the footer of every page: form code and issue, page number, agency."""
    code = issued.form.form_code.replace("&", "&&")
    return f"&L{code} {issued.form.version}&C{say('pages', 'footer_page')}&R{issued.passport.agency}"


def label_of(item: Field) -> str:
    """Give the label as the page shows it: unit in brackets, a star when it must be filled."""
    star = say("pages", "required") if item.required else ""
    return f"{item.label} {star}".strip()
