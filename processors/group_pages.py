"""The printed pages of the status board: one page per ministry or cluster, all on one sheet, with an index that links to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from processors.balance_page import framework_names
from processors.board import BY_CLUSTER, BY_MINISTRY, BY_PROVINCE
from processors.filing import (
    EXCUSED,
    LATE,
    LOOKS,
    NOT_PASSED,
    ON_TIME,
    QUIET,
    SILENT,
    Filing,
    deadlines_text,
    group_named,
    short_name,
)
from processors.results import Results
from processors.sheets import Block, Column, Frame, Grid, Heading, Line, Para, block_sheet, lay, page_room
from processors.wording import t
from templates.spec import Form, Framework
from templates.stages import stage_label
from workbook.address import Cell
from workbook.book import CellValue, Link, Sheet, Styled
from workbook.style import LINE_HEIGHT

COUNT = "cell+whole+centre"
_CODE, _NAME, _CELL = 12, 52, 34
_INDEXED = 3
"""Columns of figures in the index."""
KINDS = (BY_MINISTRY, BY_CLUSTER, BY_PROVINCE)
"""What agencies are grouped by, in the order of the sheets."""
_COUNTED = ("due", ON_TIME, LATE, NOT_PASSED, SILENT, EXCUSED)


@dataclass(frozen=True)
class Group:
    """One ministry or cluster of a framework: its agencies' filings by agency and form."""

    framework: Framework
    code: str
    name: str
    filings: tuple[Filing, ...]

    @property
    def agencies(self) -> dict[str, dict[str, Filing]]:
        """Give the filings by agency and form id."""
        found: dict[str, dict[str, Filing]] = {}
        for item in self.filings:
            found.setdefault(item.code, {})[item.form.id] = item
        return found


def group_sheets(results: Results, items: Sequence[Filing], frames: dict[str, Frame]) -> list[Sheet]:
    """Give a sheet of pages for each kind of group that there is; `frames` by what a framework's agencies are grouped by."""
    found = []
    for kind, frame in frames.items():
        parts = [(framework, _groups(framework, kind, items)) for framework in results.frameworks]
        several = sum(bool(groups) for _, groups in parts) > 1
        names = framework_names(results) if several else {}
        # Of several frameworks on one sheet the same group comes again: its pages say which one they are of.
        groups = [
            replace(group, name=f"{group.name} · {framework.short or names[framework.id]}") if several else group
            for framework, own in parts for group in own
        ]  # fmt: skip
        if groups:
            found.append(_sheet(frame, groups))
    return found


def _groups(framework: Framework, within: str, items: Sequence[Filing]) -> list[Group]:
    forms = {form.id for form in required(framework)}
    found: dict[str, list[Filing]] = {}
    for item in items:
        mine = item.framework.id == framework.id and item.agency is not None and item.agency.within == within
        if mine and item.form.id in forms:
            found.setdefault(item.group, []).append(item)
    return [Group(framework, code, group_named(framework, within, code), tuple(own)) for code, own in sorted(found.items())]


def required(framework: Framework) -> list[Form]:
    """Give the forms that every agency of a framework must file, in the order of the rounds."""
    forms = [framework.form(form_id) for item in framework.rounds for form_id in item.forms]
    return [form for form in forms if form.issued_to == "agencies" and not form.optional]


def _sheet(frame: Frame, groups: Sequence[Group]) -> Sheet:
    """Lay the index first, then a page per group; a group of many agencies goes on overleaf under its own name."""
    forms = max(len(required(group.framework)) for group in groups)
    widths = (_CODE, _NAME, *(_CELL,) * max(forms, _INDEXED))
    pages = [page for group in groups for page in _pages(frame, group, widths)]
    blocks = [block for page, _ in pages for block in page]
    # Laid once to learn at which rows the pages begin, then again with the links there.
    draft = block_sheet(frame, [*_index(frame, groups, [1] * len(groups)), *blocks], widths)
    titles = [put.cell.row for put in draft.puts if put.style == "section" and put.value is not None][1:]
    starts = [row for row, (_, first) in zip(titles, pages, strict=True) if first]
    sheet = block_sheet(frame, [*_index(frame, groups, starts), *blocks], widths)
    return replace(sheet, page_breaks=[row - 1 for row in titles])


def _index(frame: Frame, groups: Sequence[Group], rows: Sequence[int]) -> list[Block]:
    columns = (
        Column(t("col_code"), style="cell+centre"), Column(t("col_group"), style="cell+link"),
        Column(t("col_agencies"), style=COUNT), Column(t("count_not_passed"), style=COUNT),
        Column(t("col_overdue_agencies"), style=COUNT),
    )  # fmt: skip
    lines = []
    for group, row in zip(groups, rows, strict=True):
        link = Link(group.name, sheet=frame.name, cell=Cell(row, 1))
        lines.append(Line((group.code, link, *(number or None for number in _numbers(group)))))
    return [Heading(t("contents")), Grid(columns, tuple(lines))]


def _numbers(group: Group) -> tuple[int, int, int]:
    """Count the agencies, the forms returned and not mended, and the agencies that are overdue."""
    returned = sum(1 for item in group.filings if item.state == NOT_PASSED)
    return len(group.agencies), returned, len({item.code for item in group.filings if item.overdue})


def _summary(group: Group) -> str:
    agencies, returned, overdue = _numbers(group)
    return t("group_summary", agencies=agencies, returned=returned, overdue=overdue)


def _pages(frame: Frame, group: Group, widths: Sequence[float]) -> list[tuple[list[Block], bool]]:
    """Give the pages of a group with whether each is its first: counts by form, then as many of its agencies as there is room."""
    pages: list[tuple[list[Block], bool]] = []
    left = list(group.agencies.values())
    while left:
        name = t("group_goes_on", name=group.name) if pages else group.name
        page: list[Block] = [Heading(f"{name} ({group.code})" if group.code else name)]
        if not pages:
            page += [Para(f"{frame.subtitle} · {_summary(group)}", "bold"), _count_grid(group)]
        # More lines than of one line each never fit, so no more are laid to see how many do.
        most = left[: int(page_room(widths) // LINE_HEIGHT)]
        fits = _fitting([*page, _agency_grid(group, most)], widths, len(most))
        pages.append(([*page, _agency_grid(group, left[:fits])], not pages))
        left = left[fits:]
    return pages


def _fitting(blocks: Sequence[Block], widths: Sequence[float], lines: int) -> int:
    """Give how many of the last block's lines one sheet of paper has room for, with all that stands above them; at least one."""
    laid = lay(blocks, widths, 1)
    ends = accumulate(laid.heights[row] for row in range(1, laid.end + 1))
    # The space above the next page's heading stands at the foot of this one.
    over = sum(1 for end in ends if end > page_room(widths) - LINE_HEIGHT)
    return max(lines - over, 1)


def _heads(group: Group) -> tuple[Column, ...]:
    return tuple(Column(short_name(group.framework, form)) for form in required(group.framework))


def _count_grid(group: Group) -> Grid:
    """Count by form who must file, has filed, is late, returned, silent or exempt, with the deadline."""
    forms = required(group.framework)
    columns = (
        Column("", style=COUNT), Column(t("col_figure"), style="label"),
        *(replace(head, style=COUNT) for head in _heads(group)),
    )  # fmt: skip
    found = {form.id: Counter(item.state for item in group.filings if item.form.id == form.id) for form in forms}
    lines = []
    for key in _COUNTED:
        counts = [sum(found[form.id].values()) if key == "due" else found[form.id][key] for form in forms]
        lines.append(Line((None, t(f"count_{key}"), *counts)))
    days = [deadlines_text(group.framework, form) for form in forms]
    return Grid(columns, (*lines, Line((None, t("col_closes"), *days))))


def _agency_grid(group: Group, agencies: Sequence[dict[str, Filing]]) -> Grid:
    """Give agencies x forms: short words with a sign of their own, so that they can be told apart without colours."""
    columns = (Column(t("col_code"), style="cell+centre"), Column(t("col_recipient")), *_heads(group))
    lines = []
    for mine in agencies:
        one = next(iter(mine.values()))
        cells = [_cell(mine.get(form.id)) for form in required(group.framework)]
        lines.append(Line((one.code, one.name, *cells)))
    return Grid(columns, tuple(lines))


def _cell(item: Filing | None) -> Styled | CellValue:
    if item is None:
        return None
    look = "muted" if item.state in QUIET else "missing+bold" if item.overdue else LOOKS.get(item.state, "good")
    if not item.overdue and (item.state == SILENT or (item.partly and item.state == ON_TIME)):
        look = ""
    return Styled(mark_text(item), look)


def mark_text(item: Filing) -> str:
    """Say in a few words where a filing stands, beginning with a sign: done, to mend, missing, or nothing to do."""
    late = item.filed.days_late if item.filed else 0
    came, owed = (stage_label(item.form, stage) for stage in (item.filed.stage if item.filed else "", item.owed or ""))
    words = t(f"mark_{item.state}_partly" if item.partly else f"mark_{item.state}", days=late, stage=came, owed=owed)
    return f"{words} {t('mark_overdue', days=item.overdue)}" if item.overdue else words
