"""(Issued, answers) -> Book: all pages of one form, by the same layout that reads them back."""

from __future__ import annotations

from templates import lists
from templates.intro import intro
from templates.issued import Issued
from templates.layout import PASSPORT_CELL
from templates.page import Filling, Mark, Page
from templates.passport import PROPERTY, SHEET
from templates.ready_cells import seen_in
from templates.ready_sheet import ready_sheet
from workbook.book import Book, Put, Sheet

__all__ = ["Filling", "Mark", "build"]


def build(issued: Issued, filling: Filling | None = None, front: Sheet | None = None) -> Book:
    """Build the workbook of a form: instruction, pages, readiness, hidden lists, passport; `front` comes before all others."""
    layout = issued.layout
    page = Page(issued, filling or Filling())
    hidden = lists.lists_sheet(layout)
    sheets = [intro(issued, layout, returned=front is not None), *(page.sheet(name) for name in layout.sheets)]
    if layout.is_watched:
        sheets.append(
            ready_sheet(
                issued, lambda table, record, item: seen_in(page.value(layout.blocks[table], record, item), item),
                front=front is not None,
            )
        )  # fmt: skip
    sheets += [hidden.sheet, _passport(issued)]
    if front is not None:
        sheets.insert(0, front)
    form = issued.form
    names = (*layout.names(), *hidden.names)
    return Book(
        sheets=sheets,
        names=tuple(name for name in names if name.cells),
        title=form.title,
        subject=issued.recipient,
        properties={PROPERTY: issued.passport.line()},
        ruled=True,
    )


def _passport(issued: Issued) -> Sheet:
    return Sheet(SHEET, puts=[Put(PASSPORT_CELL, issued.passport.line(), "text")], visibility="very_hidden")
