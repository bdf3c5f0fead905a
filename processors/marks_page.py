"""The doubts of analysts as a page: which score, what they say, the score then and now, and the row of the data they stand in."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from processors import marks, tidy
from processors.results import Mark, MarkKey
from processors.sheets import Column, Frame, Grid, Line, sheet_name, table_sheet
from processors.tallies import national
from processors.view import View
from processors.wording import t
from workbook.address import Cell
from workbook.book import CellValue, Link, Sheet, Styled

_SCORE = "cell+four+right"
SAME, CHANGED, GONE = "same", "changed", "gone"


@dataclass(frozen=True)
class Doubted:
    """One mark and the row that it stands in: its number on the data sheet and its score now; no row = it is gone."""

    key: MarkKey
    mark: Mark
    row: int | None
    now: Decimal | None

    @property
    def then(self) -> Decimal | None:
        """Give the score that stood beside the words when they were first read; None = blank."""
        try:
            return Decimal(self.mark.score) if self.mark.score else None
        except InvalidOperation:
            return None

    @property
    def state(self) -> str:
        """Tell whether the score is still the one that was doubted."""
        return GONE if self.row is None else SAME if self.then == self.now else CHANGED


def doubted(view: View) -> list[Doubted]:
    """Give every mark in the order of the data; those whose row is gone come last."""
    table = tidy.table(marks.TABLE)
    names = [column.name for column in table.columns]
    key_at, score_at = [names.index(name) for name in marks.KEY], names.index(marks.SCORE)
    found, left = [], dict(view.results.marks)
    for row, record in enumerate(table.records(view.results), 2):
        framework, round_id, agency, indicator = (str(record[at]) for at in key_at)
        key = (framework, round_id, agency, indicator)
        mark = left.pop(key, None)
        if mark is not None:
            now = record[score_at]
            found.append(Doubted(key, mark, row, now if isinstance(now, Decimal) else None))
    return [*found, *(Doubted(key, mark, None, None) for key, mark in sorted(left.items()))]


def marks_page(view: View, home: str) -> list[tuple[Sheet, str]]:
    """Give the sheet of marks; none where nobody doubts anything."""
    items = doubted(view)
    if not items:
        return []
    title = national("marks_title", year=view.results.fiscal_year)
    frame = Frame(sheet_name(national("sheet_marks")), title, f"{view.as_of} · {national('marks_lead')}", home, view.alert)
    changed = sum(item.state != SAME for item in items)
    return [(table_sheet(frame, _grid(view, items), 2), national("tip_marks", count=len(items), changed=changed))]


def _grid(view: View, items: list[Doubted]) -> Grid:
    columns = (
        Column(t("col_code"), 11), Column(t("col_recipient"), 44), Column(national("col_round"), 34),
        Column(t("col_indicator"), 10, "cell+centre"), Column(marks.column(), 50),
        Column(national("col_since"), 14, "cell+date+centre"), Column(national("col_score_then"), 13, _SCORE),
        Column(national("col_score_now"), 13, _SCORE), Column(national("col_mark_state"), 20),
        Column(national("col_data_row"), 18, "cell+link"),
    )  # fmt: skip
    return Grid(columns, tuple(_line(view, item) for item in items))


def _line(view: View, item: Doubted) -> Line:
    framework, round_id, agency, indicator = item.key
    names = {(one.framework, one.code): one.name for one in view.results.agencies}
    rounds = {(one.id, part.id): part.title for one in view.results.frameworks for part in one.rounds}
    link: CellValue = None
    if item.row is not None:
        link = Link(national("data_row", row=item.row), sheet=marks.sheet(), cell=Cell(item.row, 1))
    values = (
        agency, names.get((framework, agency), agency), rounds.get((framework, round_id), round_id), indicator, item.mark.words,
        item.mark.day, item.then, item.now, Styled(national(f"mark_{item.state}"), "" if item.state == SAME else "warn"), link,
    )  # fmt: skip
    return Line(values)
