"""The last visible sheet of a form: what is missing and what is to mend, at a glance, with links; formulas that run anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from templates import paper
from templates.draft import GAP, INDENT
from templates.frame import agency_line
from templates.issued import Issued, footer
from templates.layout import (
    AGENCY_ROW,
    CODE_ROW,
    FIRST_ROW,
    READY_COUNT_COL,
    READY_LINK_COL,
    READY_SIGN_COL,
    READY_TITLE_COL,
    READY_WHAT_COL,
    READY_WIDTHS,
    TITLE_ROW,
    Layout,
)  # fmt: skip
from templates.ready import Line, Ready, lines_of, readiness
from templates.ready_cells import Look
from templates.thai import THAI_DIGITS
from templates.words import say
from workbook.address import Cell
from workbook.book import Formula, Highlight, Merge, Put, Sheet
from workbook.fit import height
from workbook.style import LINE_HEIGHT

_COLUMNS = (READY_TITLE_COL, READY_SIGN_COL, READY_COUNT_COL, READY_WHAT_COL, READY_LINK_COL)
_SECTIONS_ROW = FIRST_ROW + 3
_SIGNS = (("ready_yes", "good"), ("ready_no", "missing"), ("ready_later", "warn"), ("ready_warn", "alert"))
"""A line begins with a sign; the colour behind it says the same."""


def sheet_name() -> str:
    """Name the sheet."""
    return say("pages", "ready_sheet")


def ready_sheet(issued: Issued, look: Look, *, front: bool = False) -> Sheet:
    """Draw the sheet; `look` says what stands in the cells, so that the stored values are those that programs calculate.

    `front`: a sheet of faults comes before all others; it knows more than formulas can tell, and this one says so.
    """
    ready = _ready(issued, look)
    top, heights = _top(issued, ready)
    if front:
        hint = say("pages", "ready_front", sheet=say("pages", "faults_sheet"))
        top[0].append(Put(Cell(CODE_ROW, READY_TITLE_COL), hint, "note"))
    sections, more = _table(("ready_section", "ready_count", "ready_gap"), _SECTIONS_ROW, ready.sections)
    puts, heights = [*top[0], *sections], heights | more
    last = _SECTIONS_ROW + 1 + len(ready.sections)
    if ready.checks:
        checks, more = _table(("ready_check", "ready_figure", "ready_where"), _checks_row(len(ready.sections)), ready.checks)
        puts, heights = [*puts, *checks], heights | more
        last = _checks_row(len(ready.sections)) + 1 + len(ready.checks)
    heights = {row: heights.get(row, GAP) for row in range(CODE_ROW, last + 1)}
    hidden = {put.cell.row: 0.0 for put in ready.helpers}
    full = paper.room(READY_WIDTHS)
    whole = paper.squeezed(heights, READY_WIDTHS)
    head = _checks_row(len(ready.sections)) + 1 if ready.checks else None
    ends = () if whole else paper.breaks(_parts(len(ready.sections), len(ready.checks)), heights, full, head=head)
    return Sheet(
        sheet_name(), [*puts, *ready.helpers], READY_WIDTHS, heights | hidden, merges=top[1], highlights=_highlights(last),
        protect=True, landscape=True, footer=footer(issued), repeat_rows=(head, head) if head else None, one_page=whole,
        page_breaks=ends,
        print_area=(Cell(CODE_ROW, READY_TITLE_COL), Cell(last, READY_LINK_COL)),
    )  # fmt: skip


def _parts(sections: int, checks: int) -> list[paper.Part]:
    """Give what should stay on one page: the verdict with the sections, then the checks; both are cut between their lines."""
    found = []
    for start, first, count in ((CODE_ROW, _SECTIONS_ROW, sections), (_checks_row(sections), _checks_row(sections), checks)):
        if count:
            found.append(paper.Part((start, *range(first + 3, first + 2 + count))))
    return found


def _checks_row(sections: int) -> int:
    return _SECTIONS_ROW + sections + 3


def _ready(issued: Issued, look: Look) -> Ready:
    sections, checks = lines_of(issued.layout)
    ready = readiness(issued, look, _checks_row(sections) + checks + 3)
    return _in_thai(issued, ready) if issued.form.digits == "thai" else ready


def _in_thai(issued: Issued, ready: Ready) -> Ready:
    """Write what the sheet says in Thai digits; addresses of cells stay as programs write them."""

    def formula(item: Formula) -> Formula:
        text = item.text.removeprefix("=")
        for sign, digit in enumerate(THAI_DIGITS):
            text = f'SUBSTITUTE({text},"{sign}","{digit}")'
        return Formula(f"={text}", issued.digits(str(item.value)))

    def line(item: Line) -> Line:
        sign, count, what = (formula(found) for found in (item.sign, item.count, item.what))
        title, widest = issued.digits(item.title), issued.digits(item.widest)
        return replace(item, title=title, sign=sign, count=count, what=what, widest=widest)

    sections, checks = tuple(line(item) for item in ready.sections), tuple(line(item) for item in ready.checks)
    return replace(ready, verdict=formula(ready.verdict), remark=formula(ready.remark), sections=sections, checks=checks)


def spots_of(layout: Layout) -> list[Cell]:
    """List the cells that say how things stand."""
    sections, checks = lines_of(layout)
    first, second = _SECTIONS_ROW + 2, _checks_row(sections) + 2
    rows = [*range(first, first + sections), *range(second, second + checks)]
    return [Cell(FIRST_ROW, READY_TITLE_COL), *(Cell(row, col) for row in rows for col in (READY_SIGN_COL, READY_COUNT_COL))]


def shown(issued: Issued, look: Look) -> dict[Cell, tuple[Formula, str]]:
    """Give the cells that say how things stand, with the text beside them in the first column ("" = the verdict)."""
    ready = _ready(issued, look)
    found = {Cell(FIRST_ROW, READY_TITLE_COL): (ready.verdict, "")}
    for start, lines in ((_SECTIONS_ROW, ready.sections), (_checks_row(len(ready.sections)), ready.checks)):
        for row, line in enumerate(lines, start + 2):
            found[Cell(row, READY_SIGN_COL)] = (line.sign, line.title)
            found[Cell(row, READY_COUNT_COL)] = (line.count, line.title)
    return found


def _top(issued: Issued, ready: Ready) -> tuple[tuple[list[Put], list[Merge]], dict[int, float]]:
    agency = agency_line(issued)
    puts = [
        Put(Cell(CODE_ROW, READY_LINK_COL), issued.form.form_code, "code"),
        Put(Cell(TITLE_ROW, READY_TITLE_COL), say("pages", "ready_title"), "heading"),
        Put(Cell(AGENCY_ROW, READY_TITLE_COL), f"{issued.form.title} · {agency}", "bold"),
    ]
    merges = [
        Merge(Cell(row, READY_TITLE_COL), Cell(row, READY_LINK_COL), value, style)
        for row, value, style in ((FIRST_ROW, ready.verdict, "title+cell+middle"), (FIRST_ROW + 1, ready.remark, "note+wrap"))
    ]
    heights = {CODE_ROW: LINE_HEIGHT, TITLE_ROW: LINE_HEIGHT * 1.2, AGENCY_ROW: LINE_HEIGHT}
    return (puts, merges), heights | {FIRST_ROW: LINE_HEIGHT * 1.8, FIRST_ROW + 1: LINE_HEIGHT}


def _table(heads: tuple[str, str, str], row: int, lines: Sequence[Line]) -> tuple[list[Put], dict[int, float]]:
    """Draw a heading over lines; every height is that of the longest text that the line may show."""
    title = "ready_sections" if heads[0] == "ready_section" else "ready_checks"
    names = (heads[0], "ready_state", heads[1], heads[2], "ready_link")
    puts = [Put(Cell(row, READY_TITLE_COL), say("pages", title), "heading")]
    puts += [Put(Cell(row + 1, col), say("pages", name), "head") for col, name in zip(_COLUMNS, names, strict=True)]
    titles = [(say("pages", name), READY_WIDTHS[col]) for col, name in zip(_COLUMNS, names, strict=True)]
    heights = {row: LINE_HEIGHT * 1.2, row + 1: height(titles, bold=True)}
    for at, line in enumerate(lines, row + 2):
        values: tuple[str | Formula, ...] = (line.title, line.sign, line.count, line.what, line.link)
        styles = ("cell", "cell+bold+pad", "cell+centre", "cell+pad", "cell+link+pad")
        puts += [Put(Cell(at, col), value, style) for col, value, style in zip(_COLUMNS, values, styles, strict=True)]
        texts = {READY_WHAT_COL: line.widest, READY_LINK_COL: line.target}
        pairs = [(text, READY_WIDTHS[col] - INDENT) for col, text in texts.items()]
        heights[at] = height([(line.title, READY_WIDTHS[READY_TITLE_COL]), *pairs])
    return puts, heights


def _highlights(last: int) -> list[Highlight]:
    verdict = (Cell(FIRST_ROW, READY_TITLE_COL), Cell(FIRST_ROW, READY_LINK_COL))
    signs = (Cell(_SECTIONS_ROW + 2, READY_SIGN_COL), Cell(last, READY_SIGN_COL))
    found = []
    for first, end, at in ((*verdict, verdict[0].absolute()), (*signs, signs[0].a1())):
        for key, style in _SIGNS:
            found.append(Highlight(first, end, formula=f'=LEFT({at},1)="{say("pages", key)[:1]}"', style=style))
    return found
