"""The exceptions as a sheet of results: who was excused from what, why, by whom, until when, and how often it was needed."""

from __future__ import annotations

from collections.abc import Collection

from processors.results import Results, WaiverRow
from processors.sheets import Column, Grid, Line, table_sheet
from processors.view import View
from processors.wording import recipient_name, t
from templates.words import gist
from workbook.book import Sheet, Styled


def exceptions_page(view: View, home: str, codes: Collection[str] | None = None) -> list[tuple[Sheet, str]]:
    """Give the sheet of exceptions of some recipients (None = all); none where nobody is excused from anything."""
    rows = [row for row in view.results.waivers if codes is None or row.agency in codes]
    if not rows:
        return []
    sheet = table_sheet(view.frame("waivers", "waivers_title", None, home), exceptions_grid(view.results, rows), 2)
    return [(sheet, t("tip_waivers", count=len(rows), used=sum(1 for row in rows if row.used)))]


def exceptions_grid(results: Results, rows: Collection[WaiverRow]) -> Grid:
    """Give exceptions as rows that can be filtered; one that excused nothing or is over says so."""
    columns = (
        Column(t("col_code"), 10), Column(t("col_recipient"), 28), Column(t("col_waived_code"), 18),
        Column(t("col_waived_what"), 40), Column(t("col_waived_where"), 28), Column(t("col_reason"), 34),
        Column(t("col_approver"), 20), Column(t("col_expires"), 14, "cell+date+centre"),
        Column(t("col_used"), 8, "cell+whole+centre"), Column(t("col_waiver_state"), 13),
    )  # fmt: skip
    return Grid(columns, tuple(_line(results, row) for row in rows))


def _line(results: Results, row: WaiverRow) -> Line:
    names = {(item.framework, item.code): item.name for item in results.agencies}
    named = (recipient_name(row.agency, framework, names) for framework in results.frameworks)
    name = next((found for found in named if found != row.agency), row.agency)
    state = "waiver_over" if not row.holds else "waiver_used" if row.used else "waiver_unused"
    shown = Styled(t(state), "" if state == "waiver_used" else "muted")
    where = where_text(results, row.where)
    return Line((row.agency, name, row.code, gist(row.code, "th"), where, row.reason, row.approver, row.expires, row.used, shown))


def where_text(results: Results, where: str) -> str:
    """Say where an exception holds as people read it there: the label of a field, the sheet of a table, a cell as it is."""
    if not where or "!" in where:
        return where or t("everywhere")
    table_id, _, field_id = where.partition(".")
    forms = (form for framework in results.frameworks for form in framework.forms if form.has(table_id))
    for table in (form.table(table_id) for form in forms):
        label = next((item.label for item in table.fields if item.id == field_id), "")
        if label or not field_id:
            return t("waived_at", sheet=table.sheet, label=label) if label else table.sheet
    return where
