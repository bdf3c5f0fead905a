"""The national workbook: cover, summary, rankings, means, scores, progress, who is missing, method, data."""

from __future__ import annotations

from dataclasses import replace

from processors.board import BY_CLUSTER, Board
from processors.card_links import MOST, named
from processors.change_page import change_sheet
from processors.cover import cover_sheet
from processors.details import progress_grid, progress_lead, subs_grid
from processors.exceptions_page import exceptions_page
from processors.explain import words
from processors.factors import factors, process_types
from processors.factors_page import factors_sheet
from processors.filing import late_grid, missing
from processors.item_page import items_grid
from processors.marks import KNEW, digest
from processors.marks_page import marks_page
from processors.method import data_sheet, dictionary_sheet, method_sheet
from processors.sheets import table_sheet
from processors.standings import means_sheet, ranking_sheet
from processors.summary import summary_sheet
from processors.tallies import national
from processors.tile_map import tile_map
from processors.view import View
from processors.wording import group_word, t
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
        pages += [page for board in view.boards if (page := make(view, board, home)) is not None]
    overdue = replace(view.frame("missing", "missing_title", None, home), notes=(national("missing_note"),))
    late = table_sheet(overdue, late_grid(missing(view.filings)), 3)
    pages.append((late, t("tip_missing")))
    pages += [*exceptions_page(view, home), *marks_page(view, home)]
    for board in view.boards:
        method = method_sheet(view.frame("method", "method_title", board, home), board, board.rows)
        pages.append((method, t("tip_method", kind=board.label)))
    pages.append((dictionary_sheet(view.frame("dictionary", "dictionary_title", None, home), DATA), t("tip_dictionary")))
    pages += [(data_sheet(view.results, name, view.alert), t(f"tip_data_{name}")) for name in DATA]
    sheets = (cover_sheet(view, cover, pages), *(page for page, _ in pages))
    # Ruled: the same columns and pages where the font of the texts is missing.
    known = {KNEW: digest(view.results.marks)}
    return Book(sheets=sheets, title=cover.title, subject=view.as_of, properties=known, ruled=True)


def _ranking(view: View, board: Board, home: str) -> Page | None:
    frame = view.frame("ranking", "ranking_title", board, home)
    return ranking_sheet(frame, board, named(view, board, MOST)), t("tip_ranking", kind=board.label)


def _map(view: View, board: Board, home: str) -> Page | None:
    if board.framework.group != BY_CLUSTER or board.round is None:
        return None
    return tile_map(view.frame("map", "map_title", board, home), board), words("tip_map", kind=board.label)


def _items(view: View, board: Board, home: str) -> Page | None:
    frame = view.frame("items", "items_title", board, home)
    kinds = process_types(view.results, board)
    types = dict.fromkeys(item.kind_text for item in factors(board.framework))
    sheet = view.frame("factors", "factors_title", board).name
    notes = [national("items_note", sheet=sheet), national("items_types", types=" · ".join(types))] if kinds else []
    notes += [national("items_composite_note")] if board.framework.composite else []
    return table_sheet(replace(frame, notes=tuple(notes)), items_grid(board, kinds, named(view, board)), 3), words("tip_items")


def _factors(view: View, board: Board, home: str) -> Page | None:
    sheet = factors_sheet(view, view.frame("factors", "factors_title", board, home), board)
    return None if sheet is None else (sheet, national("tip_factors", kind=board.label))


def _changes(view: View, board: Board, home: str) -> Page | None:
    sheet = change_sheet(view, view.frame("changes", "changes_title", board, home), board, named(view, board))
    return None if sheet is None else (sheet, words("tip_changes"))


def _means(view: View, board: Board, home: str) -> Page | None:
    word = group_word(board.framework)
    frame = view.frame("means", "means_title", board, home)
    return means_sheet(frame, board, (word, board.groups), view.results.small_group), t("tip_means", kind=board.label, group=word)


def _regions(view: View, board: Board, home: str) -> Page | None:
    if not board.regions:
        return None
    word = t("col_region")
    frame = view.frame("regions", "regions_title", board, home)
    sheet = means_sheet(frame, board, (word, board.regions), view.results.small_group)
    return sheet, t("tip_means", kind=board.label, group=word)


def _subs(view: View, board: Board, home: str) -> Page | None:
    frame = view.frame("subs", "subs_title", board, home)
    return table_sheet(frame, subs_grid(board, board.rows, named(view, board)), 3), t("tip_subs", kind=board.label)


def _progress(view: View, board: Board, home: str) -> Page | None:
    frame = view.frame("progress", "progress_title", board, home)
    return table_sheet(frame, progress_grid(board, board.rows, named(view, board)), 2), progress_lead(board.rows)
