"""The index of a publication: one workbook with a link to every other file, and how each group stands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import ceil
from pathlib import PurePosixPath

from processors.board import BY_CLUSTER, BY_MINISTRY, Board, Row, book_path
from processors.explain import words
from processors.profile_grades import note_text, with_results
from processors.profile_words import p
from processors.sheets import Block, Column, Grid, Heading, Line, Para, block_sheet, first_row, lay
from processors.standings import group_places, is_small
from processors.tallies import national
from processors.view import View
from processors.wording import group_text, group_word, known, reason, t
from templates.registry import provinces, sorts_only
from workbook.book import Book, CellValue, Link, Sheet, Styled
from workbook.style import LINE_HEIGHT, UNIT

_WIDTHS = (54.0, 10.0, 13.0, 40.0, 26.0)
_COUNT, _SCORE = "cell+whole+centre", "cell+four+right"
_PAGE = 1.4 * sum(_WIDTHS) * UNIT
"""Points of rows that an upright page of A4 has room for, at the scale at which the columns fit its width."""
_AROUND = 6
"""Lines that the heads of a table and what stands above them take of a page."""
_BEFORE = re.compile(f"([{chr(0x0E40)}-{chr(0x0E44)}])(.)")
"""Vowels that are written before the consonant by which a word is looked up."""
_TONES = re.compile(f"[{chr(0x0E47)}-{chr(0x0E4E)}]")


def index_book(view: View, files: Iterable[str]) -> Book:
    """Give the index over the files of a publication, by their paths."""
    paths = sorted(files)
    frame = view.frame("index", "index_title")
    blocks: list[Block] = [Para(words("index_lead")), Heading(words("index_whole")), _whole(paths)]
    for board in view.boards:
        ministries = board.group == BY_MINISTRY
        lines = _groups(view, board, set(paths)) if ministries else _provinces(board, set(paths))
        title = words(f"index_{board.group}", kind=board.label) if lines else ""
        columns = _columns(t("group_ministry" if ministries else "kind_cluster"), t("col_mean" if ministries else "col_total"))
        blocks += _tables(title, columns, lines)
    for board in with_results(view.profiles):
        blocks += _profile(view, board, set(paths))
    # Workbooks of groups without a mean or a score, and whatever else there is: every file is named once.
    lines = [line for block in blocks if isinstance(block, Grid) for line in block.lines]
    named = {value.file for line in lines for value in line.values if isinstance(value, Link)}
    rest = [path for path in paths if path not in named]
    blocks += [Heading(words("index_data")), _data(rest)]
    sheet = replace(block_sheet(frame, blocks, _WIDTHS), landscape=False)
    breaks = _breaks(blocks, lay(blocks, _WIDTHS, first_row(frame)).spots, sheet)
    return Book(sheets=(replace(sheet, page_breaks=breaks),), title=frame.title, subject=view.as_of, ruled=True)


def _profile(view: View, board: Board, paths: set[str]) -> list[Block]:
    """Give the workbooks with the agencies of a profile's board: by the mean of a group, or by a province's own score."""
    own = board.group == BY_CLUSTER
    lines = _provinces(board, paths) if own else _groups(view, board, paths)
    shown = [Line((*line.values[:2], Styled(line.values[2], board.look), *line.values[3:])) for line in lines]  # type: ignore[arg-type]
    columns = _columns(t("kind_cluster") if own else group_word(board.group), t("col_total" if own else "col_mean"))
    return _tables(p("index_own" if own else "index_groups", kind=board.label, group=group_word(board.group)), columns, shown)


def _breaks(blocks: Sequence[Block], spots: Sequence[tuple[int, int]], sheet: Sheet) -> list[int]:
    """Give the rows after which a page ends: every section that would be cut begins a new one."""
    starts = [spot[0] for spot, block in zip(spots, blocks, strict=True) if isinstance(block, Heading)]
    breaks: list[int] = []
    top = 1
    for first, last in zip(starts, [*(row - 1 for row in starts[1:]), spots[-1][1]], strict=True):
        if sum(sheet.heights.get(row, LINE_HEIGHT) for row in range(top, last + 1)) > _PAGE:
            breaks.append(first - 1)
            top = first
    return breaks


def name_order(name: str) -> str:
    """Give what Thai names are put in order by: vowels behind the consonant that they are written before, no tones."""
    return _TONES.sub("", _BEFORE.sub(r"\2\1", name))


def _tables(title: str, columns: tuple[Column, ...], lines: Sequence[Line]) -> list[Block]:
    """Give a table in parts of at most a page, alike in length, so that its heads stand on every page of it."""
    room = int(_PAGE / LINE_HEIGHT) - _AROUND
    blocks: list[Block] = []
    count = ceil(len(lines) / room)
    for at in range(count):
        part = lines[at * len(lines) // count : (at + 1) * len(lines) // count]
        blocks += [Heading(national("index_goes_on", title=title) if at else title), Grid(columns, tuple(part))]
    return blocks


def _whole(paths: list[str]) -> Grid:
    names = [path for path in paths if "/" not in path]
    return Grid(_wide("cell+link"), tuple(Line((Link(path, file=path), None, None, _tip(path))) for path in names), heads=False)


def _wide(first: str) -> tuple[Column, ...]:
    """Give the columns of files that are no workbook of a group."""
    empty = Column("", style="cell")
    return Column(words("col_path"), style=first), empty, empty, Column(t("col_meaning"), span=2)


def _tip(path: str) -> str:
    """Describe a file that is no workbook of a group by its name; one without a sentence in the texts is a mistake of ours."""
    name = PurePosixPath(path).stem
    told = (t(key) for key in (f"tip_{name}", f"table_{name}") if known(key))
    return next(told, "") or words(f"index_file_{name}")


def _columns(name: str, score: str) -> tuple[Column, ...]:
    return (
        Column(name, style="cell+pad"), Column(t("col_rank"), style=_COUNT), Column(score, style=_SCORE),
        Column(t("col_note"), style="cell+pad"), Column(words("col_path"), style="cell+pad"),
    )  # fmt: skip


def _groups(view: View, board: Board, paths: set[str]) -> list[Line]:
    """Link every group that has a workbook, by name; what is said of a mean of few agencies is that it is one."""
    least = view.results.small_group
    places = group_places(board.groups, least)
    taken = Counter(places.values())
    lines = []
    for item in board.groups:
        path = book_path(board.group, item.group)
        place = places.get(item.group)
        told = national("index_counted", count=item.counted)
        if sorts_only(item.group):
            told = national("index_no_group", count=item.counted)
        elif is_small(item, least):
            told = national("index_small", count=item.counted, least=least)
        elif place is not None and taken[place] > 1:
            told = national("index_shared", count=item.counted)
        name = group_text(board.framework, item.group)
        if path in paths:
            lines.append(Line((Link(name, file=path), place, item.mean, told, path)))
    return _by_name(lines)


def _provinces(board: Board, paths: set[str]) -> list[Line]:
    """Link every province that has a workbook, by name, with its own place and score; without one stands why."""
    rows = {row.agency.province: row for row in board.rows if row.agency.province}
    lines = []
    for tis, place in provinces().items():
        path = book_path(BY_CLUSTER, tis)
        if path in paths and tis in rows:
            own = rows[tis].rank
            told = t("shared") if own.national.shared else None if own.national.rank is not None else _why(board, rows[tis])
            values: tuple[CellValue, ...] = (Link(place["name_th"], file=path), own.national.rank, own.score, told, path)
            lines.append(Line(values))
    return _by_name(lines)


def _why(board: Board, row: Row) -> str:
    return reason(row) if board.framework.profile is None else note_text(board, row)


def _by_name(lines: Iterable[Line]) -> list[Line]:
    """Put lines in the order of the names that they begin with."""
    return sorted(lines, key=lambda line: name_order(line.values[0].text) if isinstance(line.values[0], Link) else "")


def _data(paths: list[str]) -> Grid:
    # A workbook of a group that has no row above says by its path what it is.
    lines = [Line((Link(path, file=path), None, None, "" if path.endswith(".xlsx") else _tip(path))) for path in paths]
    return Grid(_wide("cell+pad"), tuple(lines))
