"""Pages of places: the ranking of a board or group with its unranked below, and the means of groups."""

from __future__ import annotations

from collections.abc import Sequence

from processors.board import BY_CLUSTER, BY_MINISTRY, Board, Row, book_path
from processors.rank import GroupMean, competition_ranks
from processors.sheets import Column, Frame, Grid, Line, first_row, table_sheet
from processors.subscore import TOP_LEVEL
from processors.wording import group_text, group_word, reason, standing_cells, status_text, t
from workbook.address import Cell
from workbook.book import CellValue, Highlight, Link, Sheet

SCORE, COUNT, MARK = "cell+four+right", "cell+whole+centre", "cell+centre"
_BAR = "#A9C4E6"


def ranking_sheet(frame: Frame, board: Board) -> Sheet:
    """Give the national ranking of a board: places in nation, group and region; the unranked below with the reason."""
    grid = ranking_grid(board, board.rows)
    at = 1 + [column.head for column in grid.columns].index(t("col_total"))
    top = first_row(frame) + 1
    bars = Highlight(Cell(top, at), Cell(top + max(len(grid.lines) - 1, 0), at), "bar", high=TOP_LEVEL, colours=(_BAR,))
    return table_sheet(frame, grid, 4, (bars,) if grid.lines else ())


def ranking_grid(board: Board, rows: Sequence[Row]) -> Grid:
    """Give rows in the order of the national rank."""
    columns = [
        *_places(t("col_rank_national"), of=False), *_who(board), Column(group_word(board.framework), 52),
        *([Column(t("col_region"), 20)] if board.regions else []), *_scores(board),
        *_places(t("col_rank_group", group=group_word(board.framework))),
        *(_places(t("col_rank_region")) if board.regions else []), Column(t("col_note"), 50),
    ]  # fmt: skip
    lines = []
    for row in rows:
        values: list[CellValue] = [*standing_cells(row.rank.national)[:2], row.agency.code, _linked(board, row)]
        values.append(_group_linked(board, row.agency.group))
        values.extend([row.agency.region] if board.regions else [])
        values.extend(_score_cells(row))
        values.extend(standing_cells(row.rank.in_group))
        values.extend(standing_cells(row.rank.in_region) if board.regions else [])
        lines.append(Line((*values, reason(row)), "" if row.ranked else "muted"))
    return Grid(tuple(columns), tuple(lines))


def group_grid(board: Board, rows: Sequence[Row], own: str = "") -> Grid:
    """Give the rows of one group in the order of their rank in it, with the national rank; `own` stands out."""
    columns = [
        *_places(t("col_rank_in", group=group_word(board.framework))), *_who(board), *_scores(board),
        *_places(t("col_rank_national")), *(_places(t("col_rank_region")) if board.regions else []),
        Column(t("col_note"), 50),
    ]  # fmt: skip
    lines = []
    for row in rows:
        values: list[CellValue] = [*standing_cells(row.rank.in_group), row.agency.code, row.agency.name]
        values.extend(_score_cells(row))
        values.extend(standing_cells(row.rank.national))
        values.extend(standing_cells(row.rank.in_region) if board.regions else [])
        style = "own" if row.agency.code == own else "" if row.ranked else "muted"
        lines.append(Line((*values, reason(row)), style))
    return Grid(tuple(columns), tuple(lines))


def _linked(board: Board, row: Row) -> CellValue:
    """Link a province to its workbook; a department has none of its own."""
    if board.framework.group != BY_CLUSTER or not row.agency.province:
        return row.agency.name
    return Link(row.agency.name, file=book_path(BY_CLUSTER, row.agency.province))


def _group_linked(board: Board, group: str) -> CellValue:
    """Link a ministry to its workbook; clusters and regions have none."""
    name = group_text(board.framework, group)
    if board.framework.group != BY_MINISTRY or not group:
        return name
    return Link(name, file=book_path(BY_MINISTRY, group))


def _places(head: str, *, of: bool = True) -> tuple[Column, ...]:
    columns = (Column(head, 10, COUNT), Column(t("col_shared"), 7, MARK), Column(t("col_of"), 8, COUNT))
    return columns if of else columns[:2]


def _who(board: Board) -> tuple[Column, ...]:
    # Provinces have short names, and their rankings have more columns to find room for.
    return Column(t("col_code"), 11), Column(board.label, 32 if board.regions else 48)


def _scores(board: Board) -> tuple[Column, ...]:
    subs = [Column(t("col_sub", indicator=item.id), 10, SCORE) for item in board.framework.sub_indicators]
    return Column(t("col_total"), 12, f"{SCORE}+bold"), *subs


def _score_cells(row: Row) -> tuple[CellValue, ...]:
    return row.rank.score, *(sub.score for sub in row.score.subs)


def means_grid(board: Board, means: Sequence[GroupMean], word: str) -> Grid:
    """Give groups by their mean, highest first, those without one last; who is left out stands beside."""
    columns = (
        Column(t("col_place_of_mean"), 10, COUNT), Column(word, 54), Column(t("col_mean"), 12, f"{SCORE}+bold"),
        Column(t("col_counted"), 12, COUNT), Column(t("col_highest"), 12, SCORE), Column(t("col_lowest"), 12, SCORE),
        Column(t("col_left_out"), 12, COUNT), Column(t("col_who_left_out"), 70),
    )  # fmt: skip
    names = {row.agency.code: row.agency.name for row in board.rows}
    places = competition_ranks([item.mean for item in means if item.mean is not None])
    lines = []
    for item in by_mean(means):
        out = "\n".join(f"{names[code]} ({status_text(status)})" for code, status in item.outside)
        scores = [row.rank.score for row in board.ranked if item.group in (row.agency.group, row.agency.region)]
        ends = [score for score in scores if score is not None]
        values = (
            None if item.mean is None else places[item.mean], _group_linked(board, item.group), item.mean,
            item.counted, max(ends, default=None), min(ends, default=None), len(item.outside), out,
        )  # fmt: skip
        lines.append(Line(values, "" if item.mean is not None else "muted"))
    overall = board.overall
    total = (None, t("whole_country"), overall.mean, overall.counted, None, None, len(overall.outside), None)
    return Grid(columns, (*lines, Line(total, "bold")))


def by_mean(means: Sequence[GroupMean]) -> list[GroupMean]:
    """Order groups by their mean, highest first; those without one last."""
    return sorted(means, key=lambda item: (item.mean is None, -(item.mean or 0), item.group))
