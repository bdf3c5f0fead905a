"""Pages of a profile: every score of every agency as a heat map, and what each lacks to its next grade."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from processors.board import BY_CLUSTER, Board, Row, book_path
from processors.card_links import LINK, Named
from processors.profile_grades import Step, below, judged, missing_text, note_text, profile_of, stated_grade, step
from processors.profile_words import agency_name, indicator_name, p, short_title
from processors.sheets import Column, Frame, Grid, Line, first_row, sheet_name, table_sheet
from processors.standings import COUNT, MARK, score_style, short_group
from processors.view import View
from processors.wording import group_word, t
from templates.instruments import FULL, TOTAL
from workbook.address import Cell
from workbook.book import CellValue, Highlight, Link, Sheet, Styled

HEAT = ("#F4B183", "#FFFFFF", "#8FB8E8")
"""Below, at and above the pass mark: orange and blue, which print without colours as two greys with white between."""
_BEFORE = 5
"""Columns before the scores of a heat map."""

Cells = tuple[CellValue | Styled, ...]


def profile_frame(view: View, key: str, board: Board, home: str) -> Frame:
    """Frame a sheet of a profile's board: name and title from the texts `sheet_<key>` and `title_<key>`."""
    told = {"what": f"{short_title(board.framework)} {board.word}", "group": group_word(board.group)}
    mark, decimals = profile_of(board).target.pass_mark, board.framework.policy.score_decimals
    notes = tuple(line for line in p(f"note_{key}", mark=mark, decimals=decimals, **told).split("\n") if line)
    name = sheet_name(p(f"sheet_{key}", kind=board.label))
    return Frame(name, p(f"title_{key}", **told), view.subtitle(board), home, view.alert, notes)


def booked(row: Row) -> CellValue | Styled:
    """Name an agency; in the national workbook a province leads to its own."""
    if row.agency.within != BY_CLUSTER or not row.agency.province:
        return agency_name(row.agency)
    return Styled(Link(row.agency.name, file=book_path(BY_CLUSTER, row.agency.province)), LINK)


def unlinked(row: Row) -> CellValue | Styled:
    """Name an agency without a link."""
    return agency_name(row.agency)


def scores_sheet(frame: Frame, board: Board, rows: Sequence[Row], named: Named = unlinked) -> Sheet:
    """Give every score of every agency, coloured with the pass mark as the turning point; who has no total stands last."""
    grid = scores_grid(board, rows, named)
    top, wide = first_row(frame) + 1, len(board.framework.scored_by)
    area = (Cell(top, _BEFORE), Cell(top + max(len(rows) - 1, 0), _BEFORE + wide))
    return table_sheet(frame, grid, 2, (heat(board, area),) if rows else ())


def heat(board: Board, area: tuple[Cell, Cell]) -> Highlight:
    """Colour an area by the distance from the pass mark, as far below it as above it."""
    mark = profile_of(board).target.pass_mark
    return Highlight(*area, "scale", low=float(mark - (FULL - mark)), high=float(FULL), colours=HEAT)


def scores_grid(board: Board, rows: Sequence[Row], named: Named = unlinked) -> Grid:
    """Give a line per agency: total, instruments and indicators under their names, and which are below the pass mark."""
    profile, style = profile_of(board), score_style(board)
    columns = (
        Column(t("col_code"), 11), Column(board.word, 42), Column(group_word(board.group), 30), Column(p("col_grade"), 18, MARK),
        Column(t("col_total"), 11, f"{style}+bold"),
        *(Column(p("head_instrument", code=item.code, name=item.name), 15, style) for item in profile.instruments),
        *(Column(indicator_name(profile, item.no), 13, style) for item in profile.indicators),
        Column(p("col_below_count"), 10, COUNT), Column(p("col_below"), 22),
    )  # fmt: skip

    def line(row: Row) -> Line:
        low = below(profile, row.score)
        values = (
            row.agency.code, named(row), short_group(board, row.agency.group), row.score.grade or None,
            row.score.total.score, *(row.score.sub(name).score for name in board.framework.scored_by),
            len(low) if judged(profile, row.score) else None, ", ".join(low),
        )  # fmt: skip
        return Line(values, "" if row.ranked else "muted")

    return Grid(columns, tuple(line(row) for row in rows))


def steps_sheet(frame: Frame, board: Board, rows: Sequence[Row], named: Named = unlinked) -> Sheet:
    """Give what each agency lacks to its next grade."""
    return table_sheet(frame, steps_grid(board, rows, named), 2)


def steps_grid(board: Board, rows: Sequence[Row], named: Named = unlinked) -> Grid:
    """Give a line per agency: its grade, the next one, the points missing of the total and of every instrument, and why."""
    profile, style = profile_of(board), score_style(board)
    codes = (TOTAL, *(item.code for item in profile.instruments))
    columns = (
        Column(t("col_code"), 11), Column(board.word, 42), Column(group_word(board.group), 28), Column(t("col_total"), 11, style),
        Column(p("col_grade"), 19, f"{MARK}+bold"), Column(p("col_stated"), 19, MARK), Column(p("col_next"), 19, MARK),
        *(Column(p("col_lacks", what=p("total") if code == TOTAL else code), 11, style) for code in codes),
        Column(p("col_missing"), 62), Column(p("col_below"), 20), Column(p("col_remark"), 44),
    )  # fmt: skip

    def line(row: Row) -> Line:
        found = step(profile, row.score)
        missing = dict(found.missing)
        stated = stated_grade(row)
        differs = Styled(stated or None, "warn" if stated and stated != row.score.grade else "")
        values = (
            row.agency.code, named(row), short_group(board, row.agency.group), row.score.total.score,
            row.score.grade or None, differs, _next(found), *(missing.get(code) for code in codes),
            _missing(row, found), ", ".join(below(profile, row.score)), note_text(board, row),
        )  # fmt: skip
        return Line(values, "" if row.ranked else "muted")

    return Grid(columns, tuple(line(row) for row in rows))


def _next(found: Step) -> str | None:
    return found.then.label if found.then else p("highest") if found.highest else None


def _missing(row: Row, found: Step) -> str:
    """Say what is missing; who has no total, or is judged elsewhere, has that in the remark."""
    return missing_text(found) if row.ranked else ""


def ranking_frame(view: View, board: Board, home: str) -> Frame:
    """Frame a ranking; that places in the nation count every kind of agencies stands below the title where there are several."""
    frame = profile_frame(view, "ranking", board, home)
    several = sum(one.framework is board.framework for one in view.profiles) > 1
    return replace(frame, notes=(*frame.notes, p("note_all_kinds"))) if several else frame
