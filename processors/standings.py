"""Pages of places: the ranking of a board or group, below it in blocks who has no place, and the ranking of groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from processors.board import BY_CLUSTER, BY_MINISTRY, BY_PROVINCE, Board, Row, book_path
from processors.card_links import LINK, MOST, Named, plainly
from processors.outcome import EXEMPT, SLA
from processors.profile_grades import note_text
from processors.profile_words import agency_name, p
from processors.rank import GroupMean, Standing, competition_ranks
from processors.sheets import Column, Frame, Grid, Line, first_row, table_sheet
from processors.tallies import national
from processors.wording import group_text, group_word, reason, standing_cells, status_text, t
from templates.registry import sorts_only
from workbook.address import Cell
from workbook.book import CellValue, Highlight, Link, Sheet, Styled

COUNT, MARK = "cell+whole+centre", "cell+centre"
_BAR = "#A9C4E6"
BOOKED = (BY_MINISTRY, BY_PROVINCE)
"""What agencies are ranked within that has a workbook of its own."""
_NAMED = 8
"""So many of those left out of a mean are named in its cell."""

Cells = tuple[CellValue | Styled, ...]


def ranking_sheet(frame: Frame, board: Board, named: Named = plainly) -> Sheet:
    """Give the national ranking of a board: places in nation, group and region; below it, in blocks, who has none and why.

    The filter is of the ranked only: sorted or filtered, the ranking leaves the blocks below it where they stand.
    """
    grid = ranking_grid(board, board.rows, named)
    at = 1 + [column.head for column in grid.columns].index(t("col_total"))
    top = first_row(frame) + 1
    last = top + max(len(board.ranked) - 1, 0)
    bars = Highlight(Cell(top, at), Cell(last, at), "bar", high=float(board.top), colours=(_BAR,))
    sheet = table_sheet(frame, grid, 4, (bars,) if board.ranked else ())
    return replace(sheet, filter=(Cell(top - 1, 1), Cell(last, len(grid.columns))) if grid.lines else None)


def ranking_grid(board: Board, rows: Sequence[Row], named: Named = plainly) -> Grid:
    """Give rows in the order of the national rank; groups are links as long as a sheet takes two links a row."""
    linked, word = 2 * len(rows) <= MOST, group_word(board.group)
    columns = (
        *_places("", t("col_rank_national"), of=False), *_who(board, 24 if board.group == BY_CLUSTER else 40),
        Column(word, 34 if board.regions else 50),
        *([Column(t("col_region"), 27)] if board.regions else []), *_scores(board),
        *_joined(word, t("col_rank_group", group=word), 15 if board.regions else 19),
        *(_joined(t("col_region"), t("col_rank_region")) if board.regions else []), Column(t("col_note"), 38),
    )  # fmt: skip

    def values(row: Row) -> Cells:
        return (
            *standing_cells(row.rank.national)[:2], row.agency.code, named(row),
            _group_shortly(board, row.agency.group, linked=linked), *([row.agency.region] if board.regions else []),
            *_score_cells(board, row), *_joined_cells(row.rank.in_group),
            *(_joined_cells(row.rank.in_region) if board.regions else []), _note(board, row),
        )  # fmt: skip

    return Grid(columns, _in_blocks(rows, values, columns))


def group_grid(board: Board, rows: Sequence[Row], own: str = "") -> Grid:
    """Give the rows of one group in the order of their rank in it, with the national rank; `own` stands out."""
    columns = (
        *_places("", t("col_rank_in", group=group_word(board.group))), *_who(board, 32 if board.group == BY_CLUSTER else 44),
        *_scores(board),
        *_places(national("among_national"), t("col_rank_national")),
        *(_places(t("col_region"), t("col_rank_region")) if board.regions else []),
        Column(t("col_note"), 50),
    )  # fmt: skip

    def values(row: Row) -> Cells:
        return (
            *standing_cells(row.rank.in_group), row.agency.code, agency_name(row.agency), *_score_cells(board, row),
            *standing_cells(row.rank.national), *(standing_cells(row.rank.in_region) if board.regions else []), _note(board, row),
        )  # fmt: skip

    return Grid(columns, _in_blocks(rows, values, columns, own))


def _in_blocks(rows: Sequence[Row], values: Callable[[Row], Cells], columns: Sequence[Column], own: str = "") -> tuple[Line, ...]:
    """Give the ranked, then under a band of their own those whose results are not complete, then those judged elsewhere."""
    lines = [Line(values(row), "own" if row.agency.code == own else "") for row in rows if row.ranked]
    # The words of a band stand in the name behind the code, or in the group behind the name where that has more room.
    name = [column.head for column in columns].index(t("col_code")) + 1
    name += columns[name + 1].width > columns[name].width
    outside = [row for row in rows if not row.ranked]
    for key in ("band_incomplete", "band_excused"):
        block = [row for row in outside if (row.score.total.status in (SLA, EXEMPT)) == (key == "band_excused")]
        if block:
            band = (*(None,) * name, national(key, count=len(block)), *(None,) * (len(columns) - name - 1))
            lines.append(Line(band, "total"))
            lines += [Line(values(row), "own" if row.agency.code == own else "muted") for row in block]
    return tuple(lines)


def _group_shortly(board: Board, group: str, *, linked: bool) -> CellValue | Styled:
    """Name a group on a wide table: a ministry in full, where there is one, as a link."""
    short = short_group(board, group)
    if board.group not in BOOKED or not group:
        return short
    name = short if board.group != BY_MINISTRY or sorts_only(group) else group_text(board.framework, group)
    return Styled(Link(name, file=book_path(board.group, group)), LINK) if linked else name


def group_linked(board: Board, group: str) -> CellValue | Styled:
    """Link a ministry or province to its workbook; clusters and regions have none."""
    name = group_text(board.framework, group)
    if board.group not in BOOKED or not group or group not in board.by_group:
        return name
    return Styled(Link(name, file=book_path(board.group, group)), LINK)


def _places(among: str, head: str, *, of: bool = True) -> tuple[Column, ...]:
    """Give the columns of a place; but for the first of a table their heads say `among` whom, so that no two are alike."""
    shared = national("col_shared_among", among=among) if among else t("col_shared")
    whole = national("col_of_among", among=among) if among else t("col_of")
    columns = (Column(head, 10, COUNT), Column(shared, 13 if among else 7, MARK), Column(whole, 13 if among else 8, COUNT))
    return columns if of else columns[:2]


def _joined(among: str, head: str, width: int = 15) -> tuple[Column, ...]:
    """Give the columns of a place on a wide table: the place as a number, and in words of how many and whether it is shared."""
    return Column(head, 10, COUNT), Column(national("col_of_among", among=among), width, MARK)


def _joined_cells(standing: Standing) -> tuple[CellValue, ...]:
    if standing.rank is None:
        return None, None
    return standing.rank, national("of_shared" if standing.shared else "of_alone", of=standing.of)


def short_group(board: Board, code: str) -> str:
    """Give the name of a group without the word that stands in the head of its column; what is no group has few words, too."""
    if board.group == BY_MINISTRY and sorts_only(code):
        return national("short_no_group")
    name = group_text(board.framework, code)
    return name.removeprefix(group_word(board.group)).strip() or name


def _who(board: Board, short: float) -> tuple[Column, ...]:
    # Provinces have short names, and their rankings have more columns to find room for.
    return Column(t("col_code"), 11), Column(_called(board), short if board.regions else 58)


def _called(board: Board) -> str:
    """Give the head of the column of names; the label of a profile's board is for names of sheets."""
    return board.label if board.framework.profile is None else board.word


def score_style(board: Board) -> str:
    """Give the style of a column of scores: as many decimals as they have."""
    return f"cell+{board.look}+right"


def _scores(board: Board) -> tuple[Column, ...]:
    style = score_style(board)
    grade = [Column(p("col_grade"), 19, "cell+centre")] if board.framework.profile is not None else []
    subs = [Column(t("col_sub", indicator=name), 10, style) for name in board.parts]
    return Column(t("col_total"), 12, f"{style}+bold"), *grade, *subs


def _score_cells(board: Board, row: Row) -> tuple[CellValue, ...]:
    grade = [row.score.grade or None] if board.framework.profile is not None else []
    return row.rank.score, *grade, *(row.score.sub(name).score for name in board.parts)


def _note(board: Board, row: Row) -> str:
    return reason(row) if board.framework.profile is None else note_text(board, row)


@dataclass(frozen=True)
class Means:
    """Groups of one kind: the word for them, their means, of how many agencies one must be to have a place.

    `then`: their means in the round before, called `before`; empty where there was none.
    """

    word: str
    now: Sequence[GroupMean]
    least: int
    before: str = ""
    then: Sequence[GroupMean] = ()


def means_sheet(frame: Frame, board: Board, means: Means) -> Sheet:
    """Give the ranking of groups as a sheet; its filter is of the groups that have a place only."""
    grid = means_grid(board, means)
    placed, earlier = len(group_places(means.now, means.least)), len(group_places(means.then, means.least))
    if means.then and placed != earlier:
        told = national("means_bases", what=means.before, then=earlier, now=placed, group=means.word)
        frame = replace(frame, notes=(*frame.notes, told))
    top = first_row(frame)
    sheet = table_sheet(frame, grid, 2)
    return replace(sheet, filter=(Cell(top, 1), Cell(top + max(placed, 1), len(grid.columns))))


def means_grid(board: Board, means: Means) -> Grid:
    """Give groups by their mean, highest first; below them, without a place, those of few ranked agencies.

    Those without a mean come last; who is left out of a mean stands beside it, and the place of the round before.
    """
    word, least, style = means.word, means.least, score_style(board)
    columns = (
        Column(t("col_place_of_mean"), 10, COUNT), Column(t("col_shared"), 7, MARK),
        Column(national("col_of_means", group=word), 12, COUNT), Column(word, 62),
        Column(t("col_mean"), 12, f"{style}+bold"), Column(t("col_counted"), 12, COUNT), *_then_columns(means, style),
        Column(t("col_highest"), 12, style), Column(t("col_lowest"), 12, style),
        Column(t("col_left_out"), 12, COUNT), Column(t("col_who_left_out"), 58 if means.then else 70),
    )  # fmt: skip
    places, then = group_places(means.now, least), _then(means)
    taken = Counter(places.values())
    lines: list[Line] = []
    bands = {"band_small": False, "band_no_group": False, "band_no_mean": False}
    for item in sorted_means(means.now, least):
        key = band(item, least)
        if key and not bands[key]:
            bands[key] = True
            lines.append(Line((None, None, None, national(key, least=least), *(None,) * (len(columns) - 4)), "total"))
        place = places.get(item.group)
        shared = t("shared") if place is not None and taken[place] > 1 else None
        head = (place, shared, None if place is None else len(places), group_linked(board, item.group))
        own, count, *rest = _mean_cells(board, item)
        lines.append(Line((*head, own, count, *then(item.group), *rest), "muted" if item.mean is None else ""))
    overall = board.overall
    whole = (t("whole_country"), overall.mean, overall.counted, *then(None), None, None, len(overall.outside), None)
    return Grid(columns, (*lines, Line((None, None, None, *whole), "bold")))


def _then_columns(means: Means, style: str) -> tuple[Column, ...]:
    """Give the columns of mean and place in the round before, where there was one."""
    if not means.then:
        return ()
    heads = (("col_mean_before", style), ("col_place_before", COUNT), ("col_of_before", COUNT))
    return tuple(Column(national(key, what=means.before), 12, look) for key, look in heads)


def _then(means: Means) -> Callable[[str | None], Cells]:
    """Tell of a group what `_then_columns` are of; the whole country has no place."""
    places = group_places(means.then, means.least)
    known = {item.group: item.mean for item in means.then}

    def cells(group: str | None) -> Cells:
        place = None if group is None else places.get(group)
        return (None if group is None else known.get(group), place, None if place is None else len(places)) if means.then else ()

    return cells


def band(item: GroupMean, least: int) -> str:
    """Name the band below which a group without a place stands; "" for those that are compared."""
    if item.mean is None:
        return "band_no_mean"
    return "band_no_group" if sorts_only(item.group) else "band_small" if is_small(item, least) else ""


def _mean_cells(board: Board, item: GroupMean) -> tuple[CellValue, ...]:
    """Give mean, how many it is of, its ends, and the first of those left out by name."""
    names = {row.agency.code: row.agency.name for row in board.rows}
    scores = [row.rank.score for row in board.ranked if item.group in (row.agency.group, row.agency.region)]
    ends = [score for score in scores if score is not None]
    out = [f"{names[code]} ({status_text(status)})" for code, status in item.outside[:_NAMED]]
    if len(item.outside) > _NAMED:
        out.append(national("and_more", count=len(item.outside) - _NAMED))
    return item.mean, item.counted, max(ends, default=None), min(ends, default=None), len(item.outside), "\n".join(out)


def is_small(item: GroupMean, least: int) -> bool:
    """Tell whether a group has a mean, but of so few agencies that it is not compared with the others."""
    return item.mean is not None and item.counted < least


def sorted_means(means: Sequence[GroupMean], least: int) -> list[GroupMean]:
    """Order groups by their mean, highest first, then the small ones likewise, then what is no group, then who has no mean."""
    bands = ("", "band_small", "band_no_group", "band_no_mean")
    return sorted(means, key=lambda item: (bands.index(band(item, least)), -(item.mean or 0), item.group))


def group_places(means: Sequence[GroupMean], least: int) -> dict[str, int]:
    """Give the place of every group among those of its kind, by its mean; a small group, or what is none, takes no place."""
    known = {item.group: item.mean for item in means if item.mean is not None and not band(item, least)}
    places = competition_ranks(list(known.values()))
    return {group: places[mean] for group, mean in known.items()}
