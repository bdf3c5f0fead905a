"""The board of the night as a workbook: does it balance, where stands every form, who is to be called, pages to print."""

from __future__ import annotations

from processors.balance_page import balance_blocks, forms_of
from processors.board_sheet import board_sheet, pursue_grid, pursued
from processors.filing import filings, other_dates, short_name, source_title
from processors.group_pages import KINDS, group_sheets, required
from processors.next_step import called
from processors.night_log import nights_grid
from processors.results import Results
from processors.sheets import Block, Column, Frame, Grid, Heading, Line, Para, block_sheet, sheet_name, table_sheet
from processors.wording import alert, day_text, recipient_name, t, verdict_text
from templates.spec import Form, Framework, Round
from templates.stages import stages
from workbook.address import Cell
from workbook.book import Book, Link, Sheet

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
    pursue = table_sheet(frame("pursue"), pursue_grid(results, late), 2)
    pages = group_sheets(results, items, {kind: frame(f"pages_{kind}") for kind in KINDS})
    sheets = [
        (table_sheet(frame("attention"), attention_grid(results), 1), t("tip_attention", count=len(results.attention))),
        (board_sheet(frame("filings"), results, items), t("tip_filings", count=len(items))),
        (pursue, t("tip_pursue", count=len(late))),
        *((page, t("tip_pages")) for page in pages),
        (table_sheet(frame("deadlines"), deadlines_grid(results), 1), t("tip_deadlines")),
        (table_sheet(frame("nights"), nights_grid(results), 1), _tip_nights(results)),
    ]
    call = _call(pursue, len({item.code for item in late if called(item)}))
    first = _first(frame("reconciliation"), results, call, sheets)
    return Book(
        sheets=(first, *(sheet for sheet, _ in sheets)),
        title=t("status_book_title", year=results.fiscal_year),
        subject=_as_of(results),
    )


def _as_of(results: Results) -> str:
    return t("as_of", date=day_text(results.as_of))


def _tip_nights(results: Results) -> str:
    return t("tip_nights", count=len(results.nights)) if results.nights else t("tip_no_nights")


def _call(pursue: Sheet, agencies: int) -> Block:
    """Say how many agencies are to be called today, with a link to them."""
    if not agencies:
        return Para(t("call_none"))
    link = Link(t("call_today", count=agencies), sheet=pursue.name, cell=Cell(1, 1))
    return Grid((Column("", style="link+bold"),), (Line((link,)),), heads=False)


def _first(frame: Frame, results: Results, call: Block, sheets: list[tuple[Sheet, str]]) -> Sheet:
    # Who is to be called is what most readers open the board for: its link stands first, wherever its sheet does.
    pursue = sheet_name(t("sheet_pursue"))
    ordered = sorted(sheets, key=lambda item: item[0].name != pursue)
    links = tuple(Line((Link(sheet.name, sheet=sheet.name, cell=Cell(1, 1)), tip)) for sheet, tip in ordered)
    contents = Grid((Column("", style="link"), Column("", style="plain")), links, heads=False)
    balance, *rest = balance_blocks(results)
    # What a caller is asked for stands behind these links: they come before the figures.
    wrong = 0 if results.balance.balances else next(at for at, block in enumerate(rest) if isinstance(block, Heading))
    return block_sheet(frame, [balance, *rest[:wrong], call, Heading(t("contents")), contents, *rest[wrong:]], _WIDTHS)


def attention_grid(results: Results) -> Grid:
    """Give the files that people must look at: what each is, whose, what is wrong and what to do."""
    columns = (
        Column(t("col_file"), 40), Column(t("col_verdict"), 20), Column(t("col_recipient"), 40), Column(t("col_form"), 46),
        Column(t("col_found"), 60), Column(t("col_remedy"), 56), Column(t("col_day"), 15, "cell+date+centre"),
    )  # fmt: skip
    lines = []
    for item in results.attention:
        form = forms_of(results).get(item.form)
        values = (
            item.file, verdict_text(item.verdict), _whose(results, item.agency, item.form) or None,
            form.title if form else None, item.message, item.fix, item.received,
        )  # fmt: skip
        lines.append(Line(values))
    return Grid(columns, tuple(lines))


def _whose(results: Results, code: str, form: str) -> str:
    """Name an agency or group with its code, "" when nobody knows whose a file is."""
    names = {(item.framework, item.code): item.name for item in results.agencies}
    frameworks = [item for item in results.frameworks if form.startswith(f"{item.id}/")] or results.frameworks
    if not code or not frameworks:
        return code
    named = (recipient_name(code, item, names) for item in frameworks)
    return t("recipient_coded", name=next((name for name in named if name != code), code), code=code)


def deadlines_grid(results: Results) -> Grid:
    """Give per form and stage the date that binds, and every other date that a source states, each with its source."""
    columns = (
        Column(t("col_framework_title"), 40), Column(t("col_form"), 38), Column(t("col_closes"), 14, "cell+date+centre"),
        Column(t("col_deadline_note"), 38), Column(t("col_source"), 36), Column(t("col_other_dates"), 19, "cell+date+centre"),
        Column(t("col_other_note"), 40), Column(t("col_source"), 36),
    )  # fmt: skip
    return Grid(columns, tuple(line for framework in results.frameworks for line in _deadlines(framework)))


def _deadlines(framework: Framework) -> list[Line]:
    asked = [(item, framework.form(form_id)) for item in framework.rounds for form_id in item.forms]
    return [line for item, form in asked for stage in _stated(framework, item, form) for line in _dates(framework, form, stage)]


def _stated(framework: Framework, item: Round, form: Form) -> list[str]:
    """Give the stages of a form that dates are stated for, by date; one that agencies must file stands without any, too."""
    found = sorted((one.date, one.stage) for one in item.deadlines if one.form == form.id)
    return list(dict.fromkeys(stage for _, stage in found)) or ([""] if form in required(framework) else [])


def _dates(framework: Framework, form: Form, stage: str) -> list[Line]:
    binding = framework.deadline(form.id, stage)
    others = other_dates(framework, form, stage)
    none = t("no_binding" if others else "no_deadline")
    head = (binding.date, binding.note, source_title(framework, binding)) if binding else (None, none, None)
    title = short_name(framework, form, stage if stage in stages(form) else "")
    line = (framework.title, title, *head)
    lines = [Line((*line, one.date, one.note, source_title(framework, one))) for one in others]
    return lines or [Line((*line, None, None, None))]
