"""The pages of profiles in the workbooks: all of a board for the nation, those of its own agencies for a group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from processors.board import BY_CLUSTER, Board, Row
from processors.change_page import change_sheet
from processors.change_page import tip as change_tip
from processors.profile_change import year_sheet
from processors.profile_counts import kinds_of
from processors.profile_grades import with_results
from processors.profile_groups import groups_sheet
from processors.profile_method import method_page
from processors.profile_pages import booked, profile_frame, ranking_frame, scores_sheet, steps_sheet
from processors.profile_weak import measures_sheet, own_measures_grid, weak_sheet
from processors.profile_words import p, short_title
from processors.sheets import Frame, table_sheet
from processors.standings import group_grid, ranking_sheet
from processors.view import View
from processors.wording import group_text, group_word
from workbook.book import Sheet

Page = tuple[Sheet, str]
"""A sheet and the line that describes it in the contents."""


def national_pages(view: View, home: str) -> list[Page]:
    """Give the pages of every profile's board that has a result: places, profile, groups, next grade, weak spots, changes."""
    return [page for board in with_results(view.profiles) for page in _national(view, board, home)]


def _national(view: View, board: Board, home: str) -> list[Page]:
    told = {"kind": board.label, "group": group_word(board.group)}

    def page(key: str, sheet: Sheet) -> Page:
        return sheet, p(f"tip_{key}", **told)

    pages = [
        page("ranking", ranking_sheet(ranking_frame(view, board, home), board, booked)),
        page("scores", scores_sheet(profile_frame(view, "scores", board, home), board, board.rows, booked)),
    ]
    if board.groups:
        pages.append(page("groups", groups_sheet(view, profile_frame(view, "groups", board, home), board)))
    pages += [
        page("steps", steps_sheet(profile_frame(view, "steps", board, home), board, board.rows, booked)),
        page("weak", weak_sheet(view, profile_frame(view, "weak", board, home), board)),
        page("measures", measures_sheet(view, profile_frame(view, "measures", board, home), board)),
    ]
    year = year_sheet(view, profile_frame(view, "year", board, home), board)
    pages += [page("year", year)] if year is not None else []
    changed = change_sheet(view, profile_frame(view, "changes", board, home), board, booked)
    return [*pages, (changed, change_tip(view, board))] if changed is not None else pages


def methods(view: View, boards: Sequence[Board], home: str, rows: Sequence[Row] = ()) -> list[Page]:
    """Give the method of every framework that is judged by a profile; its example is one of `rows`, or any agency."""
    found = []
    for framework, own in kinds_of(boards):
        mine = [row for row in rows if row.agency.framework == framework.id]
        found.append(method_page(view, framework, mine or [row for board in own for row in board.rows], home))
    return found


def group_pages(view: View, board: Board, rows: Sequence[Row], home: str) -> list[Page]:
    """Give the pages of some agencies of a board for the workbook of their group: places, profile, next grade, measures."""
    told = {"kind": board.label, "group": group_word(board.group)}
    whose = group_text(board.framework, rows[0].agency.group) if board.group != BY_CLUSTER else rows[0].agency.name

    def framed(frame: Frame, title: str = "") -> Frame:
        return replace(frame, title=f"{title or frame.title}: {whose}")

    pages = [(table_sheet(framed(ranking_frame(view, board, home)), group_grid(board, rows), 5), p("tip_own_ranking", **told))]
    for key, make in (("scores", scores_sheet), ("steps", steps_sheet)):
        pages.append((make(framed(profile_frame(view, key, board, home)), board, rows), p(f"tip_{key}", **told)))
    frame = replace(profile_frame(view, "measures", board, home), notes=(p("note_own_measures"),))
    title = p("title_own_measures", what=short_title(board.framework))
    return [*pages, (table_sheet(framed(frame, title), own_measures_grid(view, board, rows), 2), p("tip_own_measures", **told))]


def peers_pages(view: View, board: Board, row: Row, home: str) -> list[Page]:
    """Give the page that compares one agency with the others of its group, then the pages of its own."""
    told = {"kind": board.label, "group": group_word(board.group)}
    peers = board.by_group[row.agency.group]
    frame = ranking_frame(view, board, home)
    frame = replace(frame, title=f"{frame.title}: {group_text(board.framework, row.agency.group)}")
    first = table_sheet(frame, group_grid(board, peers, row.agency.code), 5)
    return [(first, p("tip_peers", **told)), *group_pages(view, board, [row], home)[1:]]
