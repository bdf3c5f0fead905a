"""The national workbook: cover, summary, rankings, means, scores, progress, who is missing, method, data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from processors.board import BY_CLUSTER, Board
from processors.card_links import MOST, named
from processors.change import figures_earlier, means_then
from processors.change_page import change_sheet
from processors.change_page import tip as change_tip
from processors.cover import cover_sheet
from processors.details import progress_grid, progress_lead, subs_grid
from processors.exceptions_page import exceptions_page
from processors.explain import words
from processors.factors import factors, process_types
from processors.factors_page import factors_sheets
from processors.filing import Filing, late_grid, missing
from processors.item_page import items_grid, parts
from processors.marks import KNEW, digest
from processors.marks_page import marks_page
from processors.method import data_sheet, dictionary_sheet, method_sheet
from processors.profile_books import methods, national_pages
from processors.sheets import sheet_name, table_sheet
from processors.standings import Means, means_sheet, ranking_sheet
from processors.summary import summary_sheet
from processors.tallies import national
from processors.tile_map import tile_map
from processors.view import View
from processors.wording import group_word, t
from templates.criteria import PLAN_QUALITY
from workbook.book import Book, Sheet

DATA = ("scores", "ranks", "progress")
"""The tables that the workbook holds whole, all rounds."""

Page = tuple[Sheet, str]
"""A sheet and the line that describes it in the contents."""


def national_book(view: View) -> Book:
    """Give the national workbook; frameworks stand apart on sheets of their own."""
    cover = view.frame("cover", "national_title")
    home = cover.name
    pages: list[Page] = [(summary_sheet(view, view.frame("summary", "summary_title", None, home)), t("tip_summary"))]
    for make in (_ranking, _map, _means, _regions, _subs, _items, _factors, _progress, _changes):
        pages += [page for board in view.boards for page in make(view, board, home)]
    pages += national_pages(view, home)
    how = (national("missing_order"), national("missing_note"))
    overdue = replace(view.frame("missing", "missing_title", None, home), notes=how)
    late = table_sheet(overdue, late_grid(in_order(missing(view.filings))), 3)
    pages.append((late, t("tip_missing")))
    pages += [*exceptions_page(view, home), *marks_page(view, home)]
    for board in view.boards:
        method = method_sheet(view.frame("method", "method_title", board, home), board, board.rows)
        pages.append((method, t("tip_method", kind=board.label)))
    pages += methods(view, view.profiles, home)
    pages.append((dictionary_sheet(view.frame("dictionary", "dictionary_title", None, home), DATA), t("tip_dictionary")))
    pages += [(data_sheet(view.results, name, view.alert), t(f"tip_data_{name}")) for name in DATA]
    sheets = (cover_sheet(view, cover, pages), *(page for page, _ in pages))
    # Ruled: the same columns and pages where the font of the texts is missing.
    known = {KNEW: digest(view.results.marks)}
    return Book(sheets=sheets, title=cover.title, subject=view.as_of, properties=known, ruled=True)


def in_order(found: Sequence[Filing]) -> list[Filing]:
    """Put first what is still owed, the longest overdue first; then what came late and was accepted."""
    return sorted(found, key=lambda item: (item.owed is None, -item.overdue))


def _ranking(view: View, board: Board, home: str) -> list[Page]:
    frame = view.frame("ranking", "ranking_title", board, home)
    return [(ranking_sheet(frame, board, named(view, board, MOST)), t("tip_ranking", kind=board.label))]


def _map(view: View, board: Board, home: str) -> list[Page]:
    if board.group != BY_CLUSTER or board.round is None:
        return []
    return [(tile_map(view.frame("map", "map_title", board, home), board), words("tip_map", kind=board.label))]


def _items(view: View, board: Board, home: str) -> list[Page]:
    whole = view.frame("items", "items_title", board, home)
    types = dict.fromkeys(item.kind_text for item in factors(board.framework))
    sheet = view.frame("factors", "factors_title", board).name
    pages = []
    for part in parts(board):
        plans = any(item.role == PLAN_QUALITY for item in part)
        kinds = process_types(view.results, board) if plans else {}
        notes = [national("items_note", sheet=sheet), *_few(national("items_types"), types)] if kinds else []
        notes += [national("items_composite_note")] if plans and board.framework.composite else []
        told = {"indicators": " ".join(item.id for item in part), "kind": board.label}
        frame = replace(
            whole, name=sheet_name(national("sheet_items_part", **told)), notes=tuple(notes),
            title=f"{whole.title} ({national('items_part', **told)})",
        )  # fmt: skip
        grid = items_grid(board, part, kinds, named(view, board))
        pages.append((table_sheet(frame, grid, 3), national("tip_items_plans" if plans else "tip_items_others", **told)))
    return pages


def _few(head: str, words: Iterable[str]) -> list[str]:
    """Give words three to a line: a note that is longer than the table would make the printed page wider."""
    known = list(words)
    lines = [" · ".join(known[at : at + 3]) for at in range(0, len(known), 3)]
    return [f"{head} {lines[0]}", *lines[1:]] if lines else []


def _factors(view: View, board: Board, home: str) -> list[Page]:
    frame, kind = view.frame("factors", "factors_title", board, home), board.label
    title = national("uncovered_title", kind=kind, year=board.framework.fiscal_year)
    whole = replace(frame, name=sheet_name(national("sheet_uncovered", kind=kind)), title=title)
    sheets = factors_sheets(view, (frame, whole), board, named(view, board, MOST))
    return list(zip(sheets, (national("tip_factors", kind=kind), national("tip_uncovered", kind=kind)), strict=False))


def _changes(view: View, board: Board, home: str) -> list[Page]:
    sheet = change_sheet(view, view.frame("changes", "changes_title", board, home), board, named(view, board))
    return [] if sheet is None else [(sheet, change_tip(view, board))]


def _means(view: View, board: Board, home: str) -> list[Page]:
    word = group_word(board.group)
    frame = view.frame("means", "means_title", board, home)
    earlier = figures_earlier(view.results, board)
    then = means_then(board, earlier) if earlier is not None else ()
    means = Means(word, board.groups, view.results.small_group, words("head_round"), then)
    return [(means_sheet(frame, board, means), t("tip_means", kind=board.label, group=word))]


def _regions(view: View, board: Board, home: str) -> list[Page]:
    if not board.regions:
        return []
    word = t("col_region")
    frame = view.frame("regions", "regions_title", board, home)
    sheet = means_sheet(frame, board, Means(word, board.regions, view.results.small_group))
    return [(sheet, t("tip_means", kind=board.label, group=word))]


def _subs(view: View, board: Board, home: str) -> list[Page]:
    frame = view.frame("subs", "subs_title", board, home)
    return [(table_sheet(frame, subs_grid(board, board.rows, named(view, board)), 3), t("tip_subs", kind=board.label))]


def _progress(view: View, board: Board, home: str) -> list[Page]:
    frame = view.frame("progress", "progress_title", board, home)
    return [(table_sheet(frame, progress_grid(board, board.rows, named(view, board)), 2), progress_lead(board.rows))]
