"""The own standing of a ministry or province by a profile: mean and place, who passes, the profile beside the nation's."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from processors.board import Board, Row
from processors.explain import words
from processors.profile_counts import means, share
from processors.profile_grades import below, missing_text, note_text, profile_of, step
from processors.profile_groups import APART
from processors.profile_words import agency_name, indicator_name, p, short_title
from processors.sheets import Block, Column, Grid, Heading, Line, Para
from processors.standings import band, group_places, score_style
from processors.view import View
from processors.wording import group_text, group_word, standing_cells, standing_text, t
from templates.instruments import TOTAL
from workbook.book import CellValue, Link

LISTED = 40
"""So many agencies, the highest first, are told here; the others stand in the ranking."""
CENTRE = "cell+general+centre"


def group_blocks(view: View, board: Board, code: str, ranking: str) -> list[Block]:
    """Give lead, profile beside the nation's, and a line per agency of a group; `ranking` is the sheet that has all of them."""
    rows = board.by_group.get(code, ())
    blocks: list[Block] = [_heading(board), Para(view.subtitle(board))]
    if not rows:
        return []
    blocks += [Para(_lead(view, board, code), "lead"), _profile(view, board, rows, p("col_own_mean")), Heading(p("own_agencies"))]
    blocks.append(_agencies(board, rows[:LISTED]))
    if len(rows) > LISTED:
        link = Line((Link(words("all_agencies"), sheet=ranking),))
        blocks.append(Grid((Column("", style="link"),), (link,), heads=False))
    return blocks


def agency_blocks(view: View, board: Board, row: Row) -> list[Block]:
    """Give lead and profile of one agency beside the means of its group and of the nation."""
    blocks: list[Block] = [_heading(board), Para(view.subtitle(board))]
    if row.score.total.score is None:
        return [*blocks, Para(p("own_nothing", name=row.agency.name, why=note_text(board, row)), "lead")]
    told = p("own_lead", name=row.agency.name, score=row.score.total.score, standing=standing_text(row.rank.national))
    missing = missing_text(step(profile_of(board), row.score))
    grade = p("own_grade", grade=row.score.grade or p("grade_undecided"), missing=missing)
    within = p("own_within", group=group_text(board.framework, row.agency.group), standing=standing_text(row.rank.in_group))
    return [*blocks, Para(told, "lead"), Para(f"{within} · {grade}"), _profile(view, board, [row], p("col_own_score"))]


def _heading(board: Board) -> Heading:
    return Heading(f"{short_title(board.framework)}: {board.word}")


def _lead(view: View, board: Board, code: str) -> str:
    """Say mean, place among the groups, and who passes against the target of the year."""
    found, mean = share(board.by_group[code]), board.mean_of(code)
    name = group_text(board.framework, code)
    if mean is None or mean.mean is None:
        return p("group_nothing", name=name, of=found.listed)
    places = group_places(board.groups, view.results.small_group)
    place = p("group_place", place=places[code], of=len(places), group=group_word(board.group)) if code in places else ""
    if band(mean, view.results.small_group) == "band_small":
        place = p("group_small", least=view.results.small_group)
    target = profile_of(board).target.share
    passing = p("group_passing", passing=found.passing, of=found.of, share=found.per_cent)
    aim = p("group_target", share=target) if target is not None else ""
    return " · ".join(part for part in (p("group_mean", name=name, mean=mean.mean), place, passing, aim) if part)


def _profile(view: View, board: Board, rows: Sequence[Row], head: str) -> Grid:
    """Give total, instruments and indicators of some rows beside the means of all agencies of the kind."""
    profile, style = profile_of(board), score_style(board)
    own, everybody = means(board, rows), view.profile_means[board.label]
    mark = profile.target.pass_mark
    columns = (
        Column(p("col_score_of")), Column(head, style=style), Column(p("col_kind_mean"), style=style),
        Column(words("col_apart"), style=APART), Column(p("col_against_mark", mark=mark), style=CENTRE),
    )  # fmt: skip
    names = [(TOTAL, p("total")), *((item.code, item.code) for item in profile.instruments)]
    names += [(item.no, indicator_name(profile, item.no)) for item in profile.indicators]
    lines = []
    for name, text in names:
        value = own[name]
        low = value is not None and value < mark
        told = None if value is None else p("below_mark") if low else p("above_mark")
        cells = (text, value, everybody[name], _apart(value, everybody[name]), told)
        lines.append(Line(cells, "total" if name == TOTAL else "warn" if low else ""))
    return Grid(columns, tuple(lines))


def _apart(own: Decimal | None, everybody: Decimal | None) -> Decimal | None:
    return None if own is None or everybody is None else own - everybody


def _agencies(board: Board, rows: Sequence[Row]) -> Grid:
    """Give a line per agency: place in the group, total, grade, the next one and what is missing to it."""
    bold = f"{score_style(board)}+bold"
    columns = (
        Column(board.word), Column(t("col_rank"), style="cell+centre"), Column(t("col_total"), style=bold),
        Column(p("col_grade"), style="cell+centre", span=2), Column(p("col_below"), span=2), Column(p("col_missing_to_next")),
    )  # fmt: skip
    return Grid(columns, tuple(Line(_agency(board, row), "" if row.ranked else "muted") for row in rows))


def _agency(board: Board, row: Row) -> tuple[CellValue, ...]:
    rank, shared, _ = standing_cells(row.rank.in_group)
    profile = profile_of(board)
    found = step(profile, row.score)
    told = note_text(board, row)
    if row.ranked and found.then is not None:
        told = p("to_next", grade=found.then.label, missing=missing_text(found))
    elif found.highest:
        told = p("highest")
    low = ", ".join(below(profile, row.score))
    place = f"{rank} {shared}" if shared else rank
    return agency_name(row.agency), place, row.score.total.score, row.score.grade or None, low, told
