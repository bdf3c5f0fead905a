"""The workbooks of one ministry and of one province: own standing first, then what stands behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from processors.board import BY_CLUSTER, BY_MINISTRY, BY_PROVINCE, Board, Row
from processors.card_pages import Cards, card_pages
from processors.card_place import has_card
from processors.details import own_subs_grid, progress_grid, progress_lead, subs_grid
from processors.exceptions_page import exceptions_page
from processors.explain import words
from processors.filing import Filing
from processors.lacking import lacking, lacking_detail, lacking_form, lacking_told
from processors.method import method_sheet
from processors.national import Page
from processors.outcome import SCORED
from processors.overview import Part, ministry_overview
from processors.own_standing import agency_blocks
from processors.profile_books import group_pages, methods, peers_pages
from processors.profile_grades import note_text, with_results
from processors.profile_own import agency_blocks as profile_blocks
from processors.profile_own import group_blocks
from processors.profile_words import p, short_title
from processors.sheets import (
    Block,
    Column,
    Frame,
    Grid,
    Heading,
    Line,
    Para,
    block_sheet,
    section_sheet,
    table_sheet,
)
from processors.standings import group_grid
from processors.view import View, contents
from processors.wording import group_text, status_text, t, why_text
from templates.registry import provinces
from workbook.book import Book, Link, Sheet

_PROVINCE = (52, 12, 12, 14, 12, 14, 24, 72)


def ministry_book(view: View, code: str) -> Book:
    """Give the workbook of a ministry over every framework that is grouped by ministry."""
    home = view.frame("own", "ministry_title")
    boards = [board for board in view.boards if board.group == BY_MINISTRY and _has(view, board, code)]
    profiles = [board for board in view.profiles if board.group == BY_MINISTRY and code in board.by_group]
    names = {board.label: group_text(board.framework, code) for board in (*boards, *profiles)}
    title = t("ministry_title", name=next(iter(names.values()), code), year=view.results.fiscal_year)
    pages: list[Page] = []
    rows = {board.label: board.by_group.get(code, ()) for board in boards}
    cards = {board.label: card_pages(view, board, rows[board.label], home.name) for board in boards}
    for board in boards:
        frame = view.frame("in_group", "in_group_title", board, home.name)
        grid = _to_cards(group_grid(board, rows[board.label]), rows[board.label], cards[board.label])
        pages.append((table_sheet(frame, grid, 5), t("tip_in_group", kind=board.label)))
    pages += _behind(view, boards, rows, home.name)
    for board in boards:
        pages += cards[board.label].pages
    told: list[Block] = []
    rows |= {board.label: board.by_group[code] for board in profiles}
    for board in with_results(profiles):
        more = group_pages(view, board, rows[board.label], home.name)
        told += group_blocks(view, board, code, more[0][0].name)
        pages += more
    codes = {row.code for row in view.results.agencies if row.group == code} | {code}
    pages += _last(view, (*boards, *profiles), (rows, codes), home.name)
    own = Frame(home.name, title, view.as_of, "", view.alert)
    parts = [Part(board, cards[board.label], pages[at][0].name) for at, board in enumerate(boards)]
    return _book(own, ministry_overview(view, own, (parts, code), [*told, *_contents(pages)]), pages)


def province_book(view: View, tis: str) -> Book:
    """Give the workbook of a province: the province by every framework that is grouped by cluster, then its local bodies."""
    home = view.frame("own", "province_title")
    listed = [board for board in (*view.boards, *view.profiles) if board.group in (BY_CLUSTER, BY_PROVINCE)]
    whole = {board.label: tuple(row for row in board.rows if row.agency.province == tis) for board in listed}
    here = {item.framework for item in view.results.agencies if item.province == tis}
    boards = [board for board in view.boards if board.label in whole and board.framework.id in here]
    rows = {board.label: whole[board.label] for board in boards}
    pages: list[Page] = _behind(view, boards, rows, home.name, subs=False)
    cards = {board.label: card_pages(view, board, rows[board.label], home.name) for board in boards}
    for board in boards:
        frame = view.frame("peers", "peers_title", board, home.name)
        for group in sorted({row.agency.group for row in rows[board.label] if has_card(row)}):
            own = next(row.agency.code for row in rows[board.label] if row.agency.group == group)
            grid = _to_cards(group_grid(board, board.by_group[group], own), rows[board.label], cards[board.label])
            pages.append((table_sheet(frame, grid, 5), t("tip_peers", group=group_text(board.framework, group))))
    for board in boards:
        pages += cards[board.label].pages
    told: list[Block] = []
    profiles = [board for board in view.profiles if whole.get(board.label)]
    for board in with_results(profiles):
        more = _profiled(view, board, whole[board.label], home.name)
        told += _told(view, board, whole[board.label], more[0][0].name)
        pages += more
    codes = {item.code for item in view.results.agencies if item.province == tis}
    pages += _last(view, (*boards, *profiles), (whole, codes), home.name)
    name = provinces().get(tis, {}).get("full_name_th") or tis
    title = t("province_title", name=name, year=view.results.fiscal_year)
    own_frame = Frame(home.name, title, view.as_of, "", view.alert)
    return _book(own_frame, _province_sheet(view, own_frame, (boards, rows), (told, pages)), pages)


def _profiled(view: View, board: Board, rows: Sequence[Row], home: str) -> list[Page]:
    """Give the pages of a province by a profile: beside its cluster, or of its local bodies."""
    return peers_pages(view, board, rows[0], home) if board.group == BY_CLUSTER else group_pages(view, board, rows, home)


def _told(view: View, board: Board, rows: Sequence[Row], ranking: str) -> list[Block]:
    if board.group == BY_CLUSTER:
        return profile_blocks(view, board, rows[0])
    return group_blocks(view, board, rows[0].agency.group, ranking)


def _to_cards(grid: Grid, rows: Sequence[Row], cards: Cards) -> Grid:
    """Link the names of agencies in a ranking to their cards."""
    at = [column.head for column in grid.columns].index(t("col_code"))
    links = {row.agency.code: cards.link(row) for row in rows}
    lines = []
    for line in grid.lines:
        link = links.get(str(line.values[at]))
        values = line.values if link is None else (*line.values[: at + 1], link, *line.values[at + 2 :])
        lines.append(Line(values, line.style))
    return replace(grid, lines=tuple(lines))


def _book(frame: Frame, first: Sheet, pages: Sequence[Page]) -> Book:
    # Ruled: the same columns and pages where the font of the texts is missing.
    return Book(sheets=(first, *(page for page, _ in pages)), title=frame.title, subject=frame.subtitle, ruled=True)


def _has(view: View, board: Board, group: str) -> bool:
    return any(item.framework == board.framework.id and item.group == group for item in view.results.agencies)


def _behind(view: View, boards: Sequence[Board], rows: dict[str, tuple[Row, ...]], home: str, *, subs: bool = True) -> list[Page]:
    """Give the sub-indicators and the progress of some rows, per framework."""
    pages: list[Page] = []
    for board in boards if subs else ():
        frame = view.frame("subs", "subs_title", board, home)
        pages.append((table_sheet(frame, subs_grid(board, rows[board.label]), 3), t("tip_subs", kind=board.label)))
    for board in boards:
        own = rows[board.label]
        if own and not any(map(has_card, own)):
            continue
        frame = view.frame("progress", "progress_title", board, home)
        pages.append((table_sheet(frame, progress_grid(board, own), 2), progress_lead(own)))
    return pages


def _last(view: View, boards: Sequence[Board], whose: tuple[dict[str, tuple[Row, ...]], set[str]], home: str) -> list[Page]:
    """Give what is missing, then the method of every framework."""
    rows, codes = whose
    ids = {board.framework.id for board in boards}
    items = [item for item in lacking(view.filings) if item.code in codes and item.framework.id in ids]
    levels = [board for board in boards if board.framework.profile is None]
    profiles = with_results([board for board in boards if board.framework.profile is not None])
    everybody = [row for board in levels for row in rows[board.label]]
    judged = [(board, row) for board in profiles for row in rows[board.label]]
    pages: list[Page] = []
    if items or judged or any(map(has_card, everybody)):
        grid = gaps_grid(items, everybody, judged)
        pages.append((table_sheet(view.frame("gaps", "gaps_title", None, home), grid), t("tip_gaps")))
    pages += exceptions_page(view, home, codes)
    pages += methods(view, profiles, home, [row for _, row in judged])
    for board in levels:
        page = method_sheet(view.frame("method", "method_title", board, home), board, rows[board.label])
        pages.append((page, t("tip_method", kind=board.label)))
    return pages


def gaps_grid(items: Sequence[Filing], rows: Sequence[Row], judged: Sequence[tuple[Board, Row]] = ()) -> Grid:
    """Give what has not come, came late, was returned or lacks a later stage, then every sub-indicator without a result.

    `judged` are rows of profiles with their boards: of those without a total stands why.
    """
    columns = (
        Column(t("col_code"), 11), Column(t("col_recipient"), 40), Column(t("col_what"), 60), Column(t("col_state"), 24),
        Column(t("col_detail"), 60), Column(t("col_closes"), 16, "cell+date"),
    )  # fmt: skip
    lines: list[Line] = []
    for item in items:
        lines.append(Line((item.code, item.name, lacking_form(item), lacking_told(item), lacking_detail(item), item.closes)))
    for row in rows:
        if row.score.total.why.code == "excused":
            continue
        for sub in row.score.subs:
            if sub.status not in SCORED:
                what = t("sub_indicator", indicator=sub.indicator)
                name = (row.agency.code, row.agency.name, what, status_text(sub.status), why_text(sub.why))
                lines.append(Line((*name, None)))
    for board, row in judged:
        if row.score.total.score is None and row.score.total.why.code != "excused":
            what = p("result_of", what=short_title(board.framework))
            lines.append(Line((row.agency.code, row.agency.name, what, p("no_result"), note_text(board, row), None)))
    if not lines:
        lines.append(Line((None, t("nothing_missing"), None, None, None, None), "good"))
    return Grid(columns, tuple(lines))


def _province_sheet(
    view: View, frame: Frame, what: tuple[Sequence[Board], dict[str, tuple[Row, ...]]], last: tuple[list[Block], Sequence[Page]]
) -> Sheet:
    boards, rows = what
    told, pages = last
    blocks: list[Block] = []
    for board in boards:
        blocks += [Heading(board.framework.title), Para(view.subtitle(board))]
        for row in rows[board.label]:
            blocks += agency_blocks(view, board, row)
            if has_card(row):
                blocks += [Heading(t("own_subs")), own_subs_grid(board, row)]
    whole = [*blocks, *told, *_contents(pages)]
    return section_sheet(frame, whole, _PROVINCE) if told else block_sheet(frame, whole, _PROVINCE)


def _contents(pages: Sequence[Page]) -> list[Block]:
    lines = contents([page for page, _ in pages], [tip for _, tip in pages])
    lines.append((Link(t("to_national"), file="../national.xlsx"), t("tip_national")))
    lines += [(Link(words(f"to_{name}"), file=f"../{name}.xlsx"), words(f"tip_{name}")) for name in ("status", "index")]
    grid = Grid((Column("", style="link"), Column("", style="plain")), tuple(Line(line) for line in lines), heads=False)
    return [Heading(t("contents")), grid]
