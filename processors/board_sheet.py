"""The status board's sheets that filter: one row per agency and form, and those to pursue, the longest overdue first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from processors.filing import (
    LOOKS,
    NOT_PASSED,
    QUIET,
    Filing,
    group_named,
    other_dates,
    short_name,
    source_title,
    state_text,
)
from processors.next_step import next_text, who_acts
from processors.receipt import clock_text
from processors.results import Filed, Results, WaiverRow
from processors.sheets import Column, Frame, Grid, Line, first_row, table_sheet
from processors.tries import CERTIFIED
from processors.wording import flags_text, t, verdict_text
from templates.lists import thai_date
from templates.registry import province_name
from validation.gates import REPAIRED, REPAIRS
from workbook.address import Cell
from workbook.book import CellValue, Sheet, Styled

DAY, COUNT = "cell+date+centre", "cell+whole+centre"
_FROZEN, _PRINTED = 2, 8
"""Columns that stay in sight (agency and code), and columns that are printed."""
READ_AS = "read_as"
"""What a flag is said as where values were read otherwise than typed, and nothing else was mended."""
_MENDED = REPAIRS - {READ_AS.upper()}


@dataclass
class Desk:
    """What the rows look up again and again: exceptions by agency, the other dates of each form and stage, mended files."""

    results: Results
    waivers: dict[str, list[WaiverRow]] = field(default_factory=dict)
    dates: dict[tuple[str, str], str | None] = field(default_factory=dict)
    mended: set[tuple[str, str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Sort the exceptions that hold by agency, and find the files in which more was mended than how values are written."""
        self.mended.update((one.agency, one.form, one.file) for one in self.results.findings if one.code in _MENDED)
        for item in self.results.waivers:
            if item.holds:
                self.waivers.setdefault(item.agency, []).append(item)

    def others(self, item: Filing) -> str | None:
        """Write the dates that conflict with the effective deadline, each with its source."""
        key = (item.form.full_id, item.stage)
        if key not in self.dates:
            found = other_dates(item.framework, item.form, item.stage)
            self.dates[key] = "\n".join(f"{thai_date(one.date)} ({source_title(item.framework, one)})" for one in found) or None
        return self.dates[key]

    def flags(self, filed: Filed | None) -> str | None:
        """Say the flags of what came; what was only read otherwise than typed is no mending."""
        if filed is None:
            return None
        only_read = (filed.agency, filed.form, filed.file) not in self.mended
        return flags_text(tuple(READ_AS if flag == REPAIRED and only_read else flag for flag in filed.flags))

    def excused(self, code: str) -> tuple[int | None, dt.date | None]:
        """Give how many exceptions hold for an agency, and when the first of them ends."""
        mine = self.waivers.get(code, ())
        return len(mine) or None, min((item.expires for item in mine if item.expires), default=None)


def board_sheet(frame: Frame, results: Results, items: Sequence[Filing]) -> Sheet:
    """Give every filing as rows that can be filtered by any column; paper takes the first columns only, of all rows."""
    sheet = table_sheet(frame, board_grid(results, items), _FROZEN)
    return replace(sheet, print_area=(Cell(1, 1), Cell(first_row(frame) + max(len(items), 1), _PRINTED)))


def board_grid(results: Results, items: Sequence[Filing]) -> Grid:
    """Give filings as rows: who and what is to be done first, then what came, what was returned, what is excused."""
    desk = Desk(results)
    # What is not printed is wide: a narrow column would make the printed rows high for words that nobody sees there.
    columns = (
        Column(t("col_recipient"), 40), Column(t("col_code"), 10), Column(t("col_group"), 30), Column(t("col_form"), 43),
        Column(t("col_state"), 26), Column(t("col_overdue"), 12, COUNT), Column(t("col_closes"), 14, DAY),
        Column(t("col_next"), 36), Column(t("col_who"), 14), Column(t("col_province"), 24),
        Column(t("col_issued_serial"), 11, "cell+centre"), Column(t("col_issued_on"), 14, DAY),
        Column(t("col_received"), 14, DAY), Column(t("col_verdict"), 20),
        Column(t("col_days_late"), 9, COUNT), Column(t("col_other_dates"), 120), Column(t("col_certified"), 14, "cell+centre"),
        Column(t("col_returned_since"), 14, DAY), Column(t("col_returned_times"), 10, COUNT),
        Column(t("col_returned_days"), 10, COUNT), Column(t("col_waived"), 11, COUNT),
        Column(t("col_waived_until"), 14, DAY), Column(t("col_exempt_reason"), 90), Column(t("col_flags"), 60),
        Column(t("col_filed_serial"), 11, "cell+centre"), Column(t("col_last_verdict"), 20),
        Column(t("col_last_seq"), 11, "cell+centre"), Column(t("col_last_at"), 56), Column(t("col_last_errors"), 9, COUNT),
    )  # fmt: skip
    return Grid(columns, tuple(_line(desk, item) for item in items))


def _line(desk: Desk, item: Filing) -> Line:
    filed = item.filed
    came: tuple[CellValue, ...] = (filed.received, verdict_text(filed.verdict), filed.days_late or None) if filed else (None,) * 3
    group, province = _where(item)
    values = (
        *_who(item), group, short_name(item.framework, item.form), Styled(state_text(item), LOOKS.get(item.state, "")),
        Styled(item.overdue or None, "missing" if item.overdue else ""), item.closes, next_text(item), who_acts(item),
        province, item.serial or None, desk.results.issued_on.get((item.code, item.form.full_id)), *came,
        desk.others(item), certified_text(item),
        *_returned(item, desk.results.as_of), *desk.excused(item.code), _reason(item), desk.flags(filed),
        filed.serial if filed else None, *_last(item),
    )  # fmt: skip
    return Line(values, "muted" if item.state in QUIET else "")


def _who(item: Filing) -> tuple[CellValue, ...]:
    return item.name, item.code


def _where(item: Filing) -> tuple[CellValue, ...]:
    """Give ministry or cluster, and province."""
    province = province_name(item.agency.province) if item.agency else ""
    return group_named(item.framework, item.agency.within, item.group) if item.agency else None, province or None


def _reason(item: Filing) -> str | None:
    """Say why an agency need not file."""
    if item.agency is None or item.agency.due:
        return None
    return t("status_sla") if item.agency.sla else item.agency.exempt_reason


def certified_text(item: Filing) -> str | None:
    """Say what the certifier answered in the return that counts, else in the last try; nothing where no form asks it."""
    asks = any(one.id == CERTIFIED for table in item.form.tables for one in table.fields)
    if not asks or item.agency is None or item.state in QUIET:
        return None
    answer = certified_of(item)
    return t("certified_none" if answer is None else "certified_yes" if answer else "certified_no")


def certified_of(item: Filing) -> bool | None:
    """Give what the certifier answered in the return that counts, else in the last try."""
    if item.filed is not None and item.filed.certified is not None:
        return item.filed.certified
    return item.last.certified if item.last else None


def _returned(item: Filing, as_of: dt.date) -> tuple[CellValue, ...]:
    """Give since when the last tries were returned, how many they are, and for how many days."""
    if item.last is None or item.last.returned is None:
        return None, None, None
    series = item.last.returned
    return series.since, series.times, (as_of - series.since).days


def _last(item: Filing) -> tuple[CellValue, ...]:
    """Give verdict, number and moment of the last try, and what is left to mend."""
    if item.last is None:
        return None, None, None, None
    when = clock_text(item.last.received_at) if item.last.received_at else thai_date(item.last.received)
    return verdict_text(item.last.verdict), f"{item.last.seq:06d}", when, item.last.errors


def pursued(items: Sequence[Filing]) -> list[Filing]:
    """Keep what somebody must run after: overdue, or returned and not mended.

    The rows of one agency stand together, since it is called once; the agency with the longest overdue stands first.
    """
    found = [item for item in items if item.overdue or (item.agency is not None and item.state == NOT_PASSED)]
    worst: dict[str, int] = {}
    for item in found:
        worst[item.code] = max(item.overdue, worst.get(item.code, 0))
    return sorted(found, key=lambda item: (-worst[item.code], item.code, -item.overdue))


def pursue_grid(results: Results, items: Sequence[Filing]) -> Grid:
    """Give what is to be pursued, short enough for one sheet of paper across."""
    columns = (
        Column(t("col_overdue"), 11, COUNT + "+bold"), Column(t("col_recipient"), 34), Column(t("col_code"), 10),
        Column(t("col_group"), 26), Column(t("col_form"), 32), Column(t("col_state"), 21), Column(t("col_closes"), 14, DAY),
        Column(t("col_returned_since"), 14, DAY), Column(t("col_last_errors"), 9, COUNT), Column(t("col_next"), 40),
    )  # fmt: skip
    lines = []
    for item in items:
        since, errors = _returned(item, results.as_of)[0], item.last.errors if item.last else None
        group, _ = _where(item)
        state = Styled(state_text(item), LOOKS.get(item.state, ""))
        form = short_name(item.framework, item.form, item.stage)
        values = (item.overdue or None, *_who(item), group, form, state, item.closes, since, errors, next_text(item))
        lines.append(Line(values))
    return Grid(columns, tuple(lines))
