"""The index of a publication: one workbook with a link to every other file, and how each group stands."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

from processors.board import BY_CLUSTER, BY_MINISTRY, Board, book_path
from processors.explain import words
from processors.rank import GroupMean
from processors.sheets import Block, Column, Grid, Heading, Line, Para, block_sheet
from processors.view import View
from processors.wording import group_text, known, t
from templates.registry import provinces
from workbook.book import Book, CellValue, Link

_WIDTHS = (60.0, 16.0, 16.0, 70.0)
_COUNT, _SCORE = "cell+whole+centre", "cell+four+right"


def index_book(view: View, files: Iterable[str]) -> Book:
    """Give the index over the files of a publication, by their paths."""
    paths = sorted(files)
    frame = view.frame("index", "index_title")
    blocks: list[Block] = [Para(words("index_lead")), Heading(words("index_whole")), _whole(paths)]
    for board in view.boards:
        grid = _groups(board, set(paths)) if board.framework.group == BY_MINISTRY else _provinces(board, set(paths))
        if grid.lines:
            blocks += [Heading(words(f"index_{board.framework.group}", kind=board.label)), grid]
    # Workbooks of groups without a mean or a score, and whatever else there is: every file is named once.
    lines = [line for block in blocks if isinstance(block, Grid) for line in block.lines]
    named = {value.file for line in lines for value in line.values if isinstance(value, Link)}
    rest = [path for path in paths if path not in named]
    blocks += [Heading(words("index_data")), _data(rest)]
    return Book(sheets=(block_sheet(frame, blocks, _WIDTHS),), title=frame.title, subject=view.as_of)


def _whole(paths: list[str]) -> Grid:
    columns = (Column("", style="cell+link"), Column("", style="cell"), Column("", style="cell"), Column("", style="cell"))
    names = [path for path in paths if "/" not in path]
    return Grid(columns, tuple(Line((Link(path, file=path), None, None, _tip(path))) for path in names), heads=False)


def _tip(path: str) -> str:
    """Describe a file that is no workbook of a group by its name; one without a sentence in the texts is a mistake of ours."""
    name = PurePosixPath(path).stem
    told = (t(key) for key in (f"tip_{name}", f"table_{name}") if known(key))
    return next(told, "") or words(f"index_file_{name}")


def _columns(name: str) -> tuple[Column, ...]:
    return (
        Column(name, style="cell+pad"), Column(t("col_counted"), style=_COUNT), Column(t("col_mean"), style=_SCORE),
        Column(words("col_path"), style="cell+pad"),
    )  # fmt: skip


def _groups(board: Board, paths: set[str]) -> Grid:
    """Link every ministry that has a workbook."""
    found = [(item, book_path(BY_MINISTRY, item.group)) for item in board.groups]
    lines = [_line(group_text(board.framework, item.group), path, item) for item, path in found if path in paths]
    return Grid(_columns(t("group_ministry")), tuple(lines))


def _line(name: str, path: str, mean: GroupMean) -> Line:
    return Line((Link(name, file=path), mean.counted, mean.mean, path))


def _provinces(board: Board, paths: set[str]) -> Grid:
    """Link every province that has a workbook, with its own score."""
    rows = {row.agency.province: row for row in board.rows if row.agency.province}
    lines = []
    for tis, place in sorted(provinces().items()):
        path = book_path(BY_CLUSTER, tis)
        if path in paths and tis in rows:
            own = rows[tis].rank
            values: tuple[CellValue, ...] = (Link(place["name_th"], file=path), own.national.rank, own.score, path)
            lines.append(Line(values))
    columns = _columns(t("kind_cluster"))
    return Grid((columns[0], Column(t("col_rank"), style=_COUNT), Column(t("col_total"), style=_SCORE), columns[3]), tuple(lines))


def _data(paths: list[str]) -> Grid:
    empty = Column("", style="cell")
    columns = (Column(words("col_path"), style="cell+pad"), empty, empty, Column(t("col_meaning")))
    # A workbook of a group that has no row above says by its path what it is.
    lines = [Line((Link(path, file=path), None, None, "" if path.endswith(".xlsx") else _tip(path))) for path in paths]
    return Grid(columns, tuple(lines))
