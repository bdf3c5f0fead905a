"""The summary of a profile: who passes against the target, grades, groups and the weakest indicators, each with its chart."""

from __future__ import annotations

from collections.abc import Sequence

from processors.board import Board, Row
from processors.panels import SHARE, Kind, Panel, shares_panel
from processors.profile_counts import grades, kinds_of, share, weakest
from processors.profile_grades import known, profile_of
from processors.profile_groups import APART, share_cells
from processors.profile_pages import Cells
from processors.profile_words import indicator_name, p, short_title
from processors.sheets import Block, Column, Grid, Heading, Line, Para
from processors.standings import COUNT
from processors.view import View
from processors.wording import group_text, group_word, t
from templates.instruments import Profile
from templates.registry import sorts_only
from templates.success import HUNDRED

_PASSING = (("#1F3864", "#FFFFFF"), ("#3F6FB0", "#FFFFFF"), ("#7FA8D9",), ("#B5CDE8",))
_FAILING = (("#FBE0C8",), ("#F4B183",), ("#D9813F",), ("#A85418", "#FFFFFF"), ("#7F3A0B", "#FFFFFF"))
_UNKNOWN = ("#EDEFF2",)
_CHARTED = 30
"""So many groups have a bar each; of more, their regions have."""


def profile_parts(view: View) -> list[Block | Panel]:
    """Give the summary of every framework that is judged by a profile; one that nobody has a result of says only that."""
    blocks: list[Block | Panel] = []
    for framework, boards in kinds_of(view.profiles):
        blocks.append(Heading(framework.title))
        rows = [row for board in boards for row in board.rows]
        if not known(rows):
            blocks.append(Para(p("summary_nothing", of=len(rows))))
            continue
        blocks.append(Para(p("summary_lead", judged=len(known(rows)), of=share(rows).listed) + f" · {view.as_of}"))
        blocks += [_passing(boards, rows), _grades(boards, rows), _weakest(boards, rows)]
        blocks += [panel for board in boards for panel in _groups(view, board)]
    return blocks


def _passing(boards: Sequence[Board], rows: Sequence[Row]) -> Panel:
    """Show who passes, a bar for each kind of agencies, one for all and one for the target of the year."""
    board, profile = boards[0], profile_of(boards[0])
    columns = (
        Column(p("col_kind")), Column(p("col_share"), style=f"{SHARE}+bold"), Column(p("col_passing"), style=COUNT),
        Column(p("col_with_result"), style=COUNT), Column(p("col_listed"), style=COUNT), Column(p("col_target"), style=SHARE),
        Column(p("col_to_target"), style=APART),
    )  # fmt: skip
    lines = [Line(_share_line(one, one.word, one.rows)) for one in boards if known(one.rows)]
    if len(boards) > 1:
        lines.append(Line(_share_line(board, p("all_kinds"), rows), "total"))
    target = profile.target.share
    if target is not None:
        lines.append(Line((p("target_bar", share=target), target, *(None,) * 5), "muted"))
    told = {"mark": profile.target.pass_mark, "what": short_title(board.framework)}
    return Panel(Grid(columns, tuple(lines)), p("chart_passing", **told), "bar", "0.00", float(HUNDRED), "#2F7F79")


def _share_line(board: Board, name: str, rows: Sequence[Row]) -> Cells:
    of, listed, passing, per_cent, target, apart = share_cells(board, share(rows))
    return name, per_cent, passing, of, listed, target, apart


def _grades(boards: Sequence[Board], rows: Sequence[Row]) -> Panel:
    profile = profile_of(boards[0])
    tallies = [grades(one.rows, one.word, profile) for one in boards if known(one.rows)]
    if len(boards) > 1:
        tallies.append(grades(rows, p("all_kinds"), profile))
    title = p("chart_grades", what=short_title(boards[0].framework))
    return shares_panel(tallies, title, p("col_kind"), _grade_kinds(profile))


def _grade_kinds(profile: Profile) -> list[Kind]:
    """Colour the grades: those that pass from dark to light blue, the others from light to dark orange."""
    found, taken = [], {True: 0, False: 0}
    for item in profile.in_year(profile.grades):
        steps = _PASSING if item.passing else _FAILING
        found.append(Kind(item.label, *steps[min(taken[item.passing], len(steps) - 1)]))
        taken[item.passing] += 1
    return [*found, Kind(p("grade_undecided"), *_UNKNOWN)]


def _weakest(boards: Sequence[Board], rows: Sequence[Row]) -> Panel:
    board, profile = boards[0], profile_of(boards[0])
    columns = (
        Column(t("col_indicator")), Column(p("col_share_below"), style=SHARE), Column(p("col_below_agencies"), style=COUNT),
        Column(p("col_of_scores"), style=COUNT), Column(t("col_mean"), style=f"cell+{board.look}+right"),
    )  # fmt: skip
    found = weakest(rows, profile, board.framework.policy.score_decimals)
    lines = [Line((indicator_name(profile, one.no), one.per_cent, one.below, one.of, one.mean)) for one in found if one.of]
    title = p("chart_weakest", what=short_title(board.framework), mark=profile.target.pass_mark)
    return Panel(Grid(columns, tuple(lines)), title, "bar", "0.00", float(HUNDRED), "#D9813F")


def _groups(view: View, board: Board) -> list[Panel]:
    """Show who passes by group, the most first; where the groups are too many for a chart, by region."""
    many = len(board.groups) > _CHARTED
    word = t("col_region") if many else group_word(board.group)
    means = board.regions if many else board.groups
    parts = [(item, [row for row in board.rows if item.group in (row.agency.group, row.agency.region)]) for item in means]
    judged = [(item, rows) for item, rows in parts if known(rows)]
    if len(judged) <= 1:
        return []
    columns = (
        Column(word), Column(p("col_share"), style=f"{SHARE}+bold"), Column(p("col_passing"), style=COUNT),
        Column(p("col_with_result"), style=COUNT), Column(t("col_mean"), style=f"cell+{board.look}+right"),
    )  # fmt: skip
    lines = []
    for item, rows in sorted(judged, key=lambda pair: (-(share(pair[1]).per_cent or 0), -(pair[0].mean or 0), pair[0].group)):
        found = share(rows)
        name = item.group if many else group_text(board.framework, item.group)
        name = p("no_ministry") if not many and sorts_only(item.group) else name
        small = found.of < view.results.small_group
        lines.append(Line((name, found.per_cent, found.passing, found.of, item.mean), "muted" if small else ""))
    title = p("chart_groups", group=word, what=board.word)
    return [Panel(Grid(columns, tuple(lines)), title, "bar", "0.00", float(HUNDRED), "#2F7F79")]
