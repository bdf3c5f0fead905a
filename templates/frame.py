"""What frames the tables of a data sheet: the title block above, the notice of the frozen plan and the signatures below."""

from __future__ import annotations

from templates.draft import GAP, Draft
from templates.issued import Issued
from templates.layout import AGENCY_ROW, CODE_ROW, TITLE_ROW, YEAR_ROW, halves
from templates.paper import Part
from templates.spec import Carried, Form, Framework, Many
from templates.words import say
from workbook.fit import broken, height
from workbook.style import resolve

NOTICE = "**"
"""A sentence of a form's introduction that begins so is a notice: bold, and said again where it applies."""


def head(draft: Draft, issued: Issued) -> None:
    """Draw the title block: form code at the top right, form, agency and fiscal year in the middle."""
    lines = ((CODE_ROW, "code"), (TITLE_ROW, "formname"), (AGENCY_ROW, "bold+centre+wrap"), (YEAR_ROW, "bold+centre"))
    wide = draft.wide(draft.first_col, draft.last_col)
    for (row, style), words in zip(lines, _head_texts(issued), strict=True):
        size = float(resolve(style)["font_size"])
        text = broken(words, wide, size)
        draft.across((row, draft.first_col, draft.last_col), text, style)
        draft.heights[row] = height([(text, wide)], size=size, bold=True)
    draft.heights[YEAR_ROW] += GAP / 2


def foot(draft: Draft, issued: Issued, sheet: str) -> list[Part]:
    """Draw what stands below the tables of a sheet; gives the parts that may begin a page."""
    row = issued.layout.foot(sheet)
    for text in notices(issued.framework, issued.form, sheet):
        draft.across((row, draft.first_col, draft.last_col), text, "bold+wrap")
        draft.heights[row] = height([(text, draft.wide(draft.first_col, draft.last_col))], bold=True)
        row += 1
    texts = _signatures(issued.form, sheet)
    if not texts:
        return []
    row += 1
    middle = halves(draft.widths)
    sides = ((draft.first_col, middle), (middle + 1, draft.last_col)) if len(texts) > 1 else ((middle + 1, draft.last_col),)
    for text, (first, last) in zip(texts, sides, strict=True):
        draft.across((row, first, last), text, "sign")
    draft.heights[row] = height([(text, draft.wide(*side)) for text, side in zip(texts, sides, strict=True)]) + GAP
    return [Part((row,))]


def notices(framework: Framework, form: Form, sheet: str) -> list[str]:
    """Give the notices that belong on a sheet: those of the form, where a table stands that the final plan freezes."""
    carried = {
        (table.rows.form, table.rows.table)
        for other in framework.forms
        for table in other.tables
        if isinstance(table.rows, Carried)
    }
    frozen = any(
        isinstance(table.rows, Carried) or (isinstance(table.rows, Many) and (form.id, table.id) in carried)
        for table in form.tables
        if table.sheet == sheet and (table.entries or all(item.origin == "carried" for item in table.fields))
    )
    return [line for line in form.intro if line.startswith(NOTICE)] if frozen else []


def frame_texts(issued: Issued, sheet: str) -> list[str]:
    """Give all texts that frame a sheet: they are the form's own, wherever they stand when it comes back."""
    return [*_head_texts(issued), *notices(issued.framework, issued.form, sheet), *_signatures(issued.form, sheet)]


def _head_texts(issued: Issued) -> tuple[str, ...]:
    year = issued.digits(say("pages", "fiscal_year", year=issued.form_year))
    return (issued.form.form_code, issued.form.title, agency_line(issued), year)


def agency_line(issued: Issued) -> str:
    """Name the agency with its code."""
    key = "agency_groups" if issued.form.issued_to == "groups" else "agency"
    return say("pages", key, name=issued.recipient, code=issued.passport.agency)


def _signatures(form: Form, sheet: str) -> list[str]:
    return [say("pages", "sign", role=role) for table, role in form.signatures if form.table(table).sheet == sheet]
