"""The board of the night as a workbook: does it balance, where stands every form, who is to be called, pages to print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from processors.attention_page import attention_grid, attention_notes, filed_since
from processors.balance_page import balance_blocks, framework_names
from processors.board_sheet import board_sheet, pursue_grid, pursued
from processors.filing import Filing, filings, other_dates, short_name, source_title
from processors.group_pages import KINDS, group_sheets, required
from processors.next_step import called
from processors.night_log import nights_grid
from processors.results import Results
from processors.sheets import Block, Column, Frame, Grid, Heading, Line, Para, section_sheet, sheet_name, table_sheet
from processors.wording import alert, day_text, t
from templates.spec import Deadline, Form, Framework, Round
from templates.stages import stages
from workbook.address import Cell
from workbook.book import Book, CellValue, Link, Sheet

_WIDTHS = (68, 11, 11, 11, 11, 11, 11, 13, 40)


def status(results: Results) -> Book:
    """Give the late-and-silent board: reconciliation first, then one filterable row per recipient and form, then the rest."""
    items = filings(results)
    home = sheet_name(t("sheet_reconciliation"))

    def frame(key: str) -> Frame:
        name = sheet_name(t(f"sheet_{key}"))
        title = t(f"{key}_title", year=results.fiscal_year)
        return Frame(name, title, _as_of(results), home if name != home else "", alert(results))

    late = pursued(items)
    look = replace(frame("attention"), notes=attention_notes(results))
    pursue = table_sheet(frame("pursue"), pursue_grid(results, late), 2)
    pages = group_sheets(results, items, {kind: frame(f"pages_{kind}") for kind in KINDS})
    sheets = [
        (table_sheet(look, attention_grid(results), 1), _tip_attention(results)),
        (board_sheet(frame("filings"), results, items), t("tip_filings", count=len(items))),
        (pursue, t("tip_pursue", count=len(late))),
        *((page, t("tip_pages")) for page in pages),
        (table_sheet(frame("deadlines"), deadlines_grid(results), 1), t("tip_deadlines")),
        (table_sheet(frame("nights"), nights_grid(results), 1), _tip_nights(results)),
    ]
    call = _call(pursue, len({item.code for item in late if called(item)}))
    first = _first(frame("reconciliation"), (results, items), call, sheets)
    return Book(
        sheets=(first, *(sheet for sheet, _ in sheets)),
        title=t("status_book_title", year=results.fiscal_year),
        subject=_as_of(results),
    )


def _as_of(results: Results) -> str:
    return t("as_of", date=day_text(results.as_of))


def _tip_attention(results: Results) -> str:
    since = filed_since(results)
    told = t("tip_attention", count=len(results.attention))
    return f"{told} {t('tip_attention_since', count=since)}" if since else told


def _tip_nights(results: Results) -> str:
    return t("tip_nights", count=len(results.nights)) if results.nights else t("tip_no_nights")


def _call(pursue: Sheet, agencies: int) -> Block:
    """Say how many agencies are to be called today, with a link to them."""
    if not agencies:
        return Para(t("call_none"))
    link = Link(t("call_today", count=agencies), sheet=pursue.name, cell=Cell(1, 1))
    return Grid((Column("", style="link+bold"),), (Line((link,)),), heads=False)


def _first(frame: Frame, told: tuple[Results, Sequence[Filing]], call: Block, sheets: list[tuple[Sheet, str]]) -> Sheet:
    # Who is to be called is what most readers open the board for: its link stands first, wherever its sheet does.
    pursue = sheet_name(t("sheet_pursue"))
    ordered = sorted(sheets, key=lambda item: item[0].name != pursue)
    links = tuple(Line((Link(sheet.name, sheet=sheet.name, cell=Cell(1, 1)), tip)) for sheet, tip in ordered)
    contents = Grid((Column("", style="link"), Column("", style="plain")), links, heads=False)
    balance, *rest = balance_blocks(*told)
    # What a caller is asked for stands behind these links: they come before the figures.
    wrong = 0 if told[0].balance.balances else next(at for at, block in enumerate(rest) if isinstance(block, Heading))
    return section_sheet(frame, [balance, *rest[:wrong], call, Heading(t("contents")), contents, *rest[wrong:]], _WIDTHS)


def deadlines_grid(results: Results) -> Grid:
    """Give per form and stage the date that binds, and every other date that a source states, each with its words and source."""
    columns = (
        Column(t("col_framework_title"), 14), Column(t("col_form"), 34), Column(t("col_closes"), 13, "cell+date+centre"),
        Column(t("col_deadline_note"), 46), Column(t("col_other_dates"), 17, "cell+date+centre"), Column(t("col_other_note"), 46),
    )  # fmt: skip
    names = framework_names(results)
    return Grid(columns, tuple(Line((names[one.id], *cells)) for one in results.frameworks for cells in _deadlines(one)))


def _deadlines(framework: Framework) -> list[tuple[CellValue, ...]]:
    asked = [(item, framework.form(form_id)) for item in framework.rounds for form_id in item.forms]
    return [cells for item, form in asked for stage in _stated(framework, item, form) for cells in _dates(framework, form, stage)]


def _stated(framework: Framework, item: Round, form: Form) -> list[str]:
    """Give the stages of a form that dates are stated for, by date; one that agencies must file stands without any, too."""
    found = sorted((one.date, one.stage) for one in item.deadlines if one.form == form.id)
    return list(dict.fromkeys(stage for _, stage in found)) or ([""] if form in required(framework) else [])


def _dates(framework: Framework, form: Form, stage: str) -> list[tuple[CellValue, ...]]:
    binding = framework.deadline(form.id, stage)
    others = other_dates(framework, form, stage)
    head = _date(framework, binding) if binding else (None, t("no_binding" if others else "no_deadline"))
    title = short_name(framework, form, stage if stage in stages(form) else "")
    return [(title, *head, *_date(framework, one)) for one in others] or [(title, *head, None, None)]


def _date(framework: Framework, stated: Deadline) -> tuple[CellValue, ...]:
    """Give a stated date, and in one cell the words of the document with its name."""
    return stated.date, t("stated", words=stated.note, source=source_title(framework, stated))
