"""What changed against the year before: total, instruments and grade of every agency, then and now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from processors.assessed import instrument_score, total_score
from processors.board import Board, Row
from processors.profile_grades import profile_of
from processors.profile_words import agency_name, p
from processors.sheets import Column, Frame, Grid, Line, table_sheet
from processors.standings import MARK, score_style, short_group
from processors.view import View
from processors.wording import group_word, t
from templates.instruments import Grade
from workbook.book import CellValue, Sheet

NEW, GONE, NEITHER, UP, DOWN, SAME = "new", "gone", "neither", "up", "down", "same"
"""No score the year before, none now, none at all; better, worse, alike."""
_APART = "cell+change+right"


@dataclass(frozen=True)
class Then:
    """What an agency had the year before: total and instruments as they are reckoned now, the grade of that year's scheme.

    `grade` None = can't be told; `stated`: what the centre typed, "" for nothing.
    """

    total: Decimal | None
    scores: Mapping[str, Decimal | None]
    grade: Grade | None
    stated: str


@dataclass(frozen=True)
class Moved:
    """One agency then and now: `kind` says whether its total went up, down or stayed, or why nothing is compared."""

    row: Row
    then: Then | None
    kind: str


def moved(board: Board) -> list[Moved]:
    """Compare every agency of a board with the year before."""
    return [_moved(row, _then(board, row)) for row in board.rows]


def _moved(row: Row, then: Then | None) -> Moved:
    now, before = row.score.total.score, then.total if then else None
    if now is None or before is None:
        return Moved(row, then, NEITHER if now is None and before is None else NEW if before is None else GONE)
    return Moved(row, then, UP if now > before else DOWN if now < before else SAME)


def _then(board: Board, row: Row) -> Then | None:
    profile, policy = profile_of(board), board.framework.policy
    found = row.inputs.assessed.before if row.inputs.assessed else None
    if found is None:
        return None
    scores = {item.code: instrument_score(profile, found, item.code, policy) for item in profile.instruments}
    total, _ = total_score(profile, scores, found, policy)
    return Then(total, scores, profile.grade(total, scores, profile.year - 1), found.grade)


def year_sheet(view: View, frame: Frame, board: Board) -> Sheet | None:
    """Give the changes against the year before; None where nothing is known of it."""
    found = moved(board)
    counts = Counter(item.kind for item in found)
    if not any(counts[kind] for kind in (GONE, UP, DOWN, SAME)):
        return None
    compared = {kind: counts[kind] for kind in (UP, DOWN, SAME)}
    told = p("moved", compared=sum(compared.values()), **compared)
    frame = replace(frame, notes=(*frame.notes, f"{told} · {p('came_and_went', new=counts[NEW], gone=counts[GONE])}"))
    return table_sheet(frame, _grid(board, found), 2)


def _grid(board: Board, found: list[Moved]) -> Grid:
    profile, style = profile_of(board), score_style(board)
    year = {"before": profile.year - 1, "year": profile.year}
    codes = [item.code for item in profile.instruments]
    columns = (
        Column(t("col_code"), 11), Column(board.word, 42), Column(group_word(board.group), 28),
        Column(p("col_total_year", year=profile.year - 1), 11, style), Column(p("col_total_year", year=profile.year), 11, style),
        Column(p("col_delta"), 11, f"{_APART}+bold"), Column(p("col_grade_year", year=year["before"]), 19, MARK),
        Column(p("col_grade_year", year=year["year"]), 19, MARK), Column(p("col_moved"), 18, MARK),
        *(column for code in codes for column in _heads(code, year["before"], style)), Column(p("col_remark"), 50),
    )  # fmt: skip
    return Grid(columns, tuple(Line(_cells(board, item), "" if item.row.ranked else "muted") for item in found))


def _heads(code: str, before: int, style: str) -> tuple[Column, ...]:
    return (
        Column(p("col_then", what=code, year=before), 10, style), Column(p("col_now", what=code), 10, style),
        Column(p("col_delta_of", what=code), 11, _APART),
    )  # fmt: skip


def _cells(board: Board, item: Moved) -> tuple[CellValue, ...]:
    row, then = item.row, item.then
    cells: list[CellValue] = []
    for code in board.parts:
        before, now = then.scores[code] if then else None, row.score.sub(code).score
        cells += [before, now, _apart(before, now)]
    total = then.total if then else None
    return (
        row.agency.code, agency_name(row.agency), short_group(board, row.agency.group), total, row.score.total.score,
        _apart(total, row.score.total.score), _grade_then(then), row.score.grade or None, _grade_moved(board, item), *cells,
        _remark(board, item),
    )  # fmt: skip


def _apart(before: Decimal | None, now: Decimal | None) -> Decimal | None:
    return None if before is None or now is None else now - before


def _grade_then(then: Then | None) -> str | None:
    """Give the grade of that year as it is reckoned, else as it was stated."""
    if then is None:
        return None
    return then.grade.label if then.grade else then.stated or None


def _grade_moved(board: Board, item: Moved) -> str:
    """Say which way the grade went; of an agency that can't be compared why."""
    if item.kind in (NEW, GONE, NEITHER):
        return p(f"kind_{item.kind}")
    order = profile_of(board).grades
    now = next((one for one in profile_of(board).in_year(order) if one.label == item.row.score.grade), None)
    before = item.then.grade if item.then else None
    if now is None or before is None:
        return p("grade_unknown")
    if now.scheme != before.scheme:
        return p("grade_other_scheme")
    at, was = order.index(now), order.index(before)
    return p("grade_up" if at < was else "grade_down" if at > was else "grade_same")


def _remark(board: Board, item: Moved) -> str | None:
    """Say what was stated of the year before otherwise than it is reckoned, or that the schemes differ."""
    then = item.then
    if then is None or not then.stated or then.grade is None or then.stated == then.grade.label:
        return None
    return p("then_differs", year=profile_of(board).year - 1, stated=then.stated, grade=then.grade.label)
