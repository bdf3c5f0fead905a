"""The indicators most often below the pass mark, and the measures that agencies propose for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from processors.board import Board, Row
from processors.profile_counts import Weak, weakest
from processors.profile_grades import below, profile_of
from processors.profile_measures import Measure
from processors.profile_words import agency_name, indicator_name, p
from processors.sheets import Column, Frame, Grid, Line, Lines, table_sheet
from processors.standings import COUNT, MARK, score_style, short_group
from processors.view import View
from processors.wording import group_word, t
from workbook.book import CellValue, Sheet, Styled

SHARE = "cell+two+right"

Proposals = dict[str, tuple[Measure, ...]]
"""The measures of each agency."""


@dataclass(frozen=True)
class Found:
    """One agency below the pass mark of an indicator and one measure that it proposes for it; None = it proposes none."""

    weak: Weak
    row: Row
    measure: Measure | None


def weak_sheet(view: View, frame: Frame, board: Board) -> Sheet:
    """Give the indicators by how many agencies are below the pass mark, most often first."""
    return table_sheet(frame, weak_grid(view, board), 3)


def weak_grid(view: View, board: Board) -> Grid:
    """Count an indicator a line: of this kind of agencies, with and without a measure of their own, and of all kinds."""
    profile, places = profile_of(board), board.framework.policy.score_decimals
    every = [row for one in view.profiles if one.framework is board.framework for row in one.rows]
    whole = {item.no: item for item in weakest(every, profile, places)}
    style, of = score_style(board), {item.no: item.instrument for item in profile.indicators}
    columns = (
        Column(p("col_order"), 8, COUNT), Column(p("col_instrument"), 10, MARK), Column(t("col_indicator"), 38),
        Column(p("col_below_agencies"), 13, f"{COUNT}+bold"), Column(p("col_of_scores"), 13, COUNT),
        Column(p("col_share_below"), 13, SHARE), Column(p("col_with_measure"), 13, COUNT),
        Column(p("col_without_measure"), 13, COUNT), Column(t("col_mean"), 12, style), Column(t("col_lowest"), 12, style),
        Column(p("col_below_all"), 15, COUNT), Column(p("col_of_all"), 15, COUNT), Column(p("col_share_all"), 15, SHARE),
    )  # fmt: skip
    lines = []
    for at, item in enumerate(weakest(board.rows, profile, places), 1):
        told = list(found_for(board, item, view.measures[board.framework.id]))
        without = sum(one.measure is None for one in told)
        all_kinds = whole[item.no]
        values: tuple[CellValue, ...] = (
            at, of[item.no], indicator_name(profile, item.no), item.below, item.of, item.per_cent, item.below - without,
            without, item.mean, item.lowest, all_kinds.below, all_kinds.of, all_kinds.per_cent,
        )  # fmt: skip
        lines.append(Line(values))
    return Grid(columns, tuple(lines))


def found_for(board: Board, weak: Weak, proposals: Proposals) -> Iterator[Found]:
    """Give the agencies below the pass mark of an indicator, lowest first, with each measure for it; then those without any."""
    mark = profile_of(board).target.pass_mark
    scores = [(row.score.sub(weak.no).score, row) for row in board.rows]
    low = sorted(((score, row) for score, row in scores if score is not None and score < mark), key=lambda pair: pair[0])
    own = {row.agency.code: _for(proposals.get(row.agency.code, ()), weak.no) for _, row in low}
    yield from (Found(weak, row, one) for _, row in low for one in own[row.agency.code])
    yield from (Found(weak, row, None) for _, row in low if not own[row.agency.code])


def _for(measures: Sequence[Measure], no: str) -> list[Measure]:
    return [item for item in measures if no in item.indicators]


def measures_sheet(view: View, frame: Frame, board: Board) -> Sheet:
    """Give the measures for the weakest indicators of all agencies of a board that are below the pass mark there."""
    return table_sheet(frame, measures_grid(view, board), 3)


def measures_grid(view: View, board: Board) -> Grid:
    """Give a line per agency, indicator that is below the pass mark, and measure proposed for it; the lines are made anew."""
    profile, proposals = profile_of(board), view.measures[board.framework.id]
    columns = (
        Column(t("col_indicator"), 26), Column(t("col_code"), 11), Column(board.word, 38), Column(group_word(board.group), 26),
        Column(t("col_score"), 10, score_style(board)), Column(p("col_state"), 22), *_measure_columns(),
    )  # fmt: skip
    weak = weakest(board.rows, profile, board.framework.policy.score_decimals)
    # Before anybody has reported, a line for each that has not would only hide that nobody was asked yet.
    ordered = [item for item in weak if item.below] if proposals else []

    def lines() -> Iterator[Line]:
        for item in ordered:
            name = indicator_name(profile, item.no)
            for one in found_for(board, item, proposals):
                who = (one.row.agency.code, agency_name(one.row.agency), short_group(board, one.row.agency.group))
                filed = one.row.agency.code in proposals
                yield Line((name, *who, one.row.score.sub(item.no).score, _state(one.measure, filed), *_cells(one.measure)))

    return Grid(columns, Lines(sum(1 for _ in lines()), lines))


def own_measures_grid(view: View, board: Board, rows: Sequence[Row]) -> Grid:
    """Give every measure of some agencies, then each of their indicators below the pass mark without any."""
    profile, proposals = profile_of(board), view.measures[board.framework.id]
    columns = (
        Column(t("col_code"), 11), Column(board.word, 38), Column(p("col_meant"), 16, MARK),
        Column(p("col_meant_below"), 14, MARK), Column(p("col_state"), 22), *_measure_columns(),
    )  # fmt: skip

    def lines() -> Iterator[Line]:
        for row in rows if proposals else ():
            low, measures = below(profile, row.score), proposals.get(row.agency.code, ())
            who = (row.agency.code, agency_name(row.agency))
            for item in measures:
                meant = ", ".join(item.indicators) or p("meant_nothing")
                hit = ", ".join(no for no in item.indicators if no in low)
                yield Line((*who, meant, hit, p("state_proposed"), *_cells(item)))
            bare = [no for no in low if not _for(measures, no)]
            if bare:
                numbers, state = ", ".join(bare), _state(None, row.agency.code in proposals)
                yield Line((*who, numbers, numbers, state, *_cells(None)))

    return Grid(columns, Lines(sum(1 for _ in lines()), lines))


def _state(measure: Measure | None, filed: bool) -> Styled:
    """Say whether a measure is proposed; of none whether the agency has reported any at all."""
    if measure is not None:
        return Styled(p("state_proposed"), "")
    return Styled(p("state_none" if filed else "state_unfiled"), "missing" if filed else "warn")


def _measure_columns() -> tuple[Column, ...]:
    return (
        Column(p("col_measure"), 56), Column(p("col_done"), 50), Column(p("col_outcome"), 44), Column(t("col_file"), 26),
        Column(p("col_sheet"), 22), Column(p("col_cell"), 8, MARK),
    )  # fmt: skip


def _cells(item: Measure | None) -> tuple[CellValue, ...]:
    if item is None:
        return (None,) * 6
    return item.what, item.done or None, item.outcome or None, item.file, item.sheet, item.cell
