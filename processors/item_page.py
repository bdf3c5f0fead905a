"""The scores item by item, one line an agency: what each sub-indicator was made of, side by side for comparison.

They stand on two sheets, so that they can be read on paper: the quality of the plans, and what came of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from processors.board import Board, Row
from processors.card_links import Named, plainly
from processors.explain import words
from processors.outcome import Review
from processors.sheets import Column, Grid, Line, Lines
from processors.standings import short_group
from processors.tallies import national
from processors.wording import group_word, level_of, t
from templates.criteria import ACHIEVEMENT, PLAN_QUALITY
from templates.levels import plain
from templates.policy import SubIndicator
from templates.spec import Framework
from workbook.book import CellValue, Styled

_MARK, _PERCENT, _SCORE = "cell+general+centre", "cell+two+right", "cell+four+right"
Part = tuple[SubIndicator, ...]
Head = tuple[str, float, str]
"""Heading, width and style of a column."""


def parts(board: Board) -> tuple[Part, ...]:
    """Give the sub-indicators that stand on one sheet: first those of the plans, then all others."""
    subs = board.framework.sub_indicators
    plans = tuple(item for item in subs if item.role == PLAN_QUALITY)
    return tuple(part for part in (plans, tuple(item for item in subs if item not in plans)) if part)


def items_grid(board: Board, part: Part, kinds: Mapping[str, str], named: Named = plainly) -> Grid:
    """Give the items of every agency in the order of rank; an item that was not judged is blank.

    `kinds`: the code of the process type of each agency's plan, beside the agency: the key factors of each type are others.
    """
    judged = [(len(row.inputs.review.basic), len(row.inputs.review.factor_scores)) for row in board.rows if row.inputs.review]
    counts = (max((basic for basic, _ in judged), default=0), max((factors for _, factors in judged), default=0))
    last = part[-1] == board.framework.sub_indicators[-1]
    who = 28 if board.regions else 54
    columns = [Column(t("col_code"), 11), Column(board.label, who), Column(group_word(board.group), 33)]
    columns += [Column(national("col_process_type"), 10, _MARK)] if kinds else []
    columns += [Column(*head) for item in part for head in _heads(board, item, counts)]
    columns += [Column(t("col_total"), 11, f"{_SCORE}+bold")] if last else []

    def lines() -> Iterator[Line]:
        for row in board.rows:
            code = row.agency.code
            values: list[CellValue | Styled] = [code, named(row), short_group(board, row.agency.group)]
            values += [kinds.get(code)] if kinds else []
            for item in part:
                values += _cells(row, item, counts)
            yield Line((*values, *([row.rank.score] if last else [])), "" if row.ranked else "muted")

    return Grid(tuple(columns), Lines(len(board.rows), lines))


def by_ratio(framework: Framework) -> bool:
    """Tell whether the achievement is reckoned by the ratio to the target, so that scores of indicators play no part in it."""
    return framework.policy.achievement_basis == "target_ratio"


def _heads(board: Board, item: SubIndicator, counts: tuple[int, int]) -> Sequence[Head]:
    """Give heading, width and style of every column of a sub-indicator: its items, its result, level and score."""
    heads: list[Head] = []
    indicator = item.id
    if item.role == PLAN_QUALITY:
        heads += [(national("item_basic", no=no), 9, _MARK) for no in range(1, counts[0] + 1)]
        heads += [(national("item_factor", no=no), 9, _MARK) for no in range(1, counts[1] + 1)]
        shares = {name: plain(share) for name, share in board.framework.composite.items()}
        told = national("item_composite", indicator=indicator, **{"basic": "", "quality": "", **shares})
        heads.append((told, 14, _PERCENT))
    elif item.role == ACHIEVEMENT:
        told = national("item_mean_known" if by_ratio(board.framework) else "item_mean_used", indicator=indicator)
        heads += [(words("item_progress", indicator=indicator), 12, _PERCENT), (told, 16, _SCORE)]
    heads.append((words(f"item_{item.role}", indicator=indicator), 12, _PERCENT))
    heads.append((words("item_level", indicator=indicator), 14, _MARK))
    return [*heads, (t("col_sub", indicator=indicator), 10, _SCORE)]


def _cells(row: Row, item: SubIndicator, counts: tuple[int, int]) -> list[CellValue]:
    sub, score = row.score.sub(item.id), row.score
    values: list[CellValue] = []
    if item.role == PLAN_QUALITY:
        review = row.inputs.review or Review((), ())
        values += [*(int(met) for met in review.basic), *[None] * (counts[0] - len(review.basic))]
        values += [*review.factor_scores, *[None] * (counts[1] - len(review.factor_scores))]
        values.append(score.composite)
    elif item.role == ACHIEVEMENT:
        values += [score.plan_progress, score.indicator_mean]
    return [*values, sub.raw, level_of(sub), sub.score]
