"""The own standing that opens the workbook of a ministry or province: places, means, medians, and what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from statistics import median

from processors.board import EVERYBODY, Board, Row
from processors.change import (
    Change,
    figures_earlier,
    figures_published,
    means_then,
    round_before,
    same_criteria,
    since_publication,
    since_round,
    why_not,
)
from processors.explain import words
from processors.rank import BY_REGION, Standing
from processors.results import Figure
from processors.sheets import Block, Column, Grid, Heading, Line, Para
from processors.standings import group_places, is_small
from processors.tallies import national
from processors.view import View
from processors.wording import day_text, group_text, group_word, reason, standing_cells, standing_text, status_text, t
from templates.policy import EXCLUDE_AND_REWEIGHT, Policy
from templates.registry import sorts_only
from templates.success import round_half_up
from workbook.book import CellValue

COUNT, SCORE, PLACE = "cell+whole+centre", "cell+four+right", "cell+centre"


@dataclass(frozen=True)
class Moved:
    """One comparison: with what, score, place and number ranked then and now, and why nothing is compared.

    `note` is what a reader should know where it is.
    """

    since: str
    score: tuple[Decimal | None, Decimal | None]
    place: tuple[int | None, int | None]
    of: tuple[int, int]
    why: str = ""
    note: str = ""

    @property
    def values(self) -> tuple[CellValue, ...]:
        """Give the cells of a line; what is not compared has no difference."""
        (before, now), (then, here) = self.score, self.place
        delta = None if self.why or before is None or now is None else now - before
        won = None if self.why or then is None or here is None else then - here
        known = [place for place in self.place if place is not None]
        bases = words("change_bases", then=self.of[0], now=self.of[1]) if len(known) == 2 and len(set(self.of)) > 1 else ""
        remark = " · ".join(text for text in (words(f"change_{self.why}") if self.why else bases, self.note) if text)
        places = [place and words("place_of", rank=place, of=of) for place, of in zip(self.place, self.of, strict=True)]
        return self.since, before, now, delta, *places, won, remark or None


def changes(told: Sequence[Moved]) -> list[Block]:
    """Give the comparisons with earlier figures as a table; nothing where there is nothing to compare with."""
    columns = (
        Column(words("col_since")), Column(words("col_then"), style=SCORE), Column(words("col_now"), style=SCORE),
        Column(words("col_move"), style="cell+change4+right"), Column(f"{t('col_rank')}\n{words('col_then')}", style=PLACE),
        Column(f"{t('col_rank')}\n{words('col_now')}", style=PLACE), Column(words("col_places_won"), style="cell+places+centre"),
        Column(words("col_remark")),
    )  # fmt: skip
    lines = tuple(Line(item.values) for item in told)
    return [Heading(words("own_changes")), Grid(columns, lines)] if lines else []


def agency_blocks(view: View, board: Board, row: Row) -> list[Block]:
    """Give lead, places and changes of one agency; of one that is judged elsewhere or exempt nothing but that and why."""
    if row.score.total.why.code == "excused":
        return [Para(f"{row.agency.name}: {reason(row)}", "lead")]
    titles = before_titles(view, board)
    found = [since(view.results, board).get(row.agency.code) for since in (since_publication, since_round)]
    notes = ("", round_note(titles[1]))
    told = [_moved(change, *since) for change, *since in zip(found, titles, notes, strict=True) if change is not None]
    places = _own_places(board, row, view.results.small_group)
    return [Para(_own_lead(row), "lead"), places, Para(median_note(board), "note+wrap"), *changes(told)]


def _own_lead(row: Row) -> str:
    if row.rank.score is None:
        return t("own_unranked", name=row.agency.name, status=status_text(row.score.total.status))
    return t("own_lead", name=row.agency.name, score=row.rank.score, standing=standing_text(row.rank.national))


def _own_places(board: Board, row: Row, least: int) -> Grid:
    """Give the places of one agency in its group, region and the nation beside mean and median there."""
    columns = (
        Column(t("col_compared")), Column(t("col_rank"), style=COUNT), Column(t("col_shared"), style="cell+centre"),
        Column(t("col_of"), style=COUNT), Column(t("col_mean"), style=SCORE), Column(words("col_median_of"), style=SCORE),
    )  # fmt: skip
    rank, framework = row.rank, board.framework
    group, region = board.mean_of(rank.group), board.mean_of(rank.region, BY_REGION)
    total = row.score.total.indicator
    of_group = board.medians.get(rank.group, {}).get(total)
    lines = []
    if group is not None:
        # One's own figure is no median of others.
        middle: CellValue = of_group if group.counted >= least else words("small_place")
        lines.append(Line((group_text(framework, rank.group), *standing_cells(rank.in_group), group.mean, middle)))
    if rank.region:
        middle = _median([one for one in board.ranked if one.rank.region == rank.region], board, least)
        lines.append(Line((rank.region, *standing_cells(rank.in_region), region.mean if region else None, middle)))
    everybody = board.medians.get(EVERYBODY, {}).get(total)
    lines.append(Line((t("whole_country"), *standing_cells(rank.national), board.overall.mean, everybody), "bold"))
    return Grid(columns, tuple(lines))


def _median(rows: Sequence[Row], board: Board, least: int) -> CellValue:
    """Give the median of some ranked rows; a few have none."""
    scores = [row.rank.score for row in rows if row.rank.score is not None]
    if len(scores) < max(least, 1):
        return words("small_place")
    return round_half_up(Decimal(median(scores)), board.framework.policy.score_decimals)


def median_note(board: Board) -> str:
    """Say whose scores a median is of, and whether the score behind a closed gate is among them."""
    policy = board.framework.policy
    gated = any(item.gate for item in board.framework.sub_indicators)
    if not gated or policy.gate_fail_score == EXCLUDE_AND_REWEIGHT:
        return words("median_note")
    return f"{words('median_note')} {words('median_note_gate', score=shown_score(policy))}"


def shown_score(policy: Policy) -> str:
    """Print the score behind a closed gate with its decimals."""
    return f"{round_half_up(Decimal(policy.gate_fail_score), policy.score_decimals):f}"


def round_note(title: str) -> str:
    """Say why scores move far from a round in which plans were under way."""
    return words("change_round_note", what=title)


def _moved(change: Change, title: str, note: str) -> Moved:
    before, now = change.before, change.now
    scores = (before.score if before else None, now.score)
    places = (before.rank if before else None, now.rank)
    return Moved(title, scores, places, change.of, change.why, "" if change.why else note)


def group_standing(board: Board, code: str, least: int) -> Standing:
    """Place a group by its mean among the groups of its kind; a small one has no place and takes none."""
    places = group_places(board.groups, least)
    own = places.get(code)
    return Standing(own, len(places), own is not None and list(places.values()).count(own) > 1)


def group_lead(board: Board, code: str, where: tuple[Standing, int]) -> str:
    """Say the mean of a group with its place, or why it has none; `where`: its standing, and how many a group needs."""
    standing, least = where
    own = board.mean_of(code)
    if own is None or own.mean is None:
        return t("no_mean")
    if is_small(own, least):
        return f"{t('figure_mean')} {own.mean} · {words('small', counted=own.counted, small=least)}"
    if sorts_only(code):
        return f"{t('figure_mean')} {own.mean} · {national('no_group_lead')}"
    told = standing_text(standing)
    return t("group_lead", mean=own.mean, ranked=own.counted, standing=told, group=group_word(board.group))


def group_changes(view: View, board: Board, code: str) -> list[Block]:
    """Compare the mean of a group with the publication and with the round before."""
    results = view.results
    known = (figures_published(results, board), figures_earlier(results, board))
    titles = before_titles(view, board)
    found = []
    for before, title, same in zip(known, titles, (same_criteria(results, board), True), strict=True):
        if before is not None:
            found.append(_group_move(board, code, (before, title, same), results.small_group))
    return changes([replace(one, note=round_note(one.since)) if one.since == titles[1] and not one.why else one for one in found])


def _group_move(board: Board, code: str, than: tuple[Mapping[str, Figure | None], str, bool], least: int) -> Moved:
    before, title, same = than
    means = means_then(board, before)
    then = next((item.mean for item in means if item.group == code), None)
    own = board.mean_of(code)
    now = own.mean if own else None
    placed = (group_places(means, least), group_places(board.groups, least))
    places = (placed[0].get(code), placed[1].get(code))
    return Moved(title, (then, now), places, (len(placed[0]), len(placed[1])), why_not(then, now, same=same))


def before_titles(view: View, board: Board) -> tuple[str, str]:
    """Name the publication before and the round before, "" where there is none."""
    former, earlier = view.results.former, round_before(view.results, board)
    published = words("since_day", day=day_text(former.day)) if former else ""
    return published, next((item.title for item in board.framework.rounds if item.id == earlier), "")
