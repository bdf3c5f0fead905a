"""The consolidated workbooks of a publication: results -> Books, and their places in the results folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from processors import group_books, status_book
from processors import national as whole
from processors.board import BY_CLUSTER, BY_MINISTRY, BY_PROVINCE, book_path
from processors.results import Results
from processors.view import View
from workbook.book import Book


def national(results: Results) -> Book:
    """Give the national workbook."""
    return whole.national_book(View(results))


def ministry(results: Results, code: str) -> Book:
    """Give the workbook of a ministry by its code."""
    return group_books.ministry_book(View(results), code)


def province(results: Results, tis: str) -> Book:
    """Give the workbook of a province by its TIS code."""
    return group_books.province_book(View(results), tis)


def status(results: Results) -> Book:
    """Give the late-and-silent board."""
    return status_book.status(results)


def books(results: Results, seen: View | None = None) -> Mapping[str, Callable[[], Book]]:
    """Give the builder of every workbook by its path relative to the results folder; nothing is built yet.

    Ministries with agencies of a framework grouped by ministry, provinces with an agency of one grouped by cluster or province.
    `seen`: the view of these results where one is there already, with what was reckoned for it.
    """
    view = seen or View(results)
    scoring = {item.id for item in results.frameworks if item.scores}
    listed = [item for item in results.agencies if item.framework in scoring]
    ministries = sorted({item.ministry for item in listed if item.within == BY_MINISTRY} - {""})
    provinces = sorted({item.province for item in listed if item.within in (BY_CLUSTER, BY_PROVINCE)} - {""})
    found: dict[str, Callable[[], Book]] = {
        "national.xlsx": partial(whole.national_book, view),
        "status.xlsx": partial(status_book.status, results),
    }
    for code in ministries:
        found[book_path(BY_MINISTRY, code)] = partial(group_books.ministry_book, view, code)
    for code in provinces:
        found[book_path(BY_CLUSTER, code)] = partial(group_books.province_book, view, code)
    return found
