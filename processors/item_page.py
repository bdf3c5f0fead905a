"""The scores item by item, one line an agency: what each sub-indicator was made of, side by side for comparison."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from processors.board import Board, Row
from processors.card_links import Named, plainly
from processors.explain import words
from processors.outcome import Review
from processors.sheets import Column, Grid, Line, Lines
from processors.tallies import national
from processors.wording import group_text, group_word, level_of, t
from templates.criteria import ACHIEVEMENT, PLAN_QUALITY
from templates.levels import plain
from workbook.book import CellValue, Styled

_MARK, _PERCENT, _SCORE = "cell+general+centre", "cell+two+right", "cell+four+right"


def items_grid(board: Board, kinds: Mapping[str, str], named: Named = plainly) -> Grid:
    """Give the items of every agency in the order of rank; an item that was not judged is blank.

    `kinds`: the code of the process type of each agency's plan, beside the agency: the key factors of each type are others.
    """
    basics = max((len(row.inputs.review.basic) for row in board.rows if row.inputs.review), default=0)
    factors = max((len(row.inputs.review.factor_scores) for row in board.rows if row.inputs.review), default=0)
    columns = [Column(t("col_code"), 11), Column(board.label, 56), Column(group_word(board.framework), 38)]
    columns += [Column(national("col_process_type"), 12, _MARK)] if kinds else []
    for item in board.framework.sub_indicators:
        heads = _heads(board, item.id, item.role, (basics, factors))
        columns += [Column(name, 10, style) for name, style in heads]
    columns.append(Column(t("col_total"), 11, f"{_SCORE}+bold"))

    def lines() -> Iterator[Line]:
        for row in board.rows:
            code = row.agency.code
            values: list[CellValue | Styled] = [code, named(row), group_text(board.framework, row.agency.group)]
            values += [kinds.get(code)] if kinds else []
            for item in board.framework.sub_indicators:
                values += _cells(row, item.id, item.role, (basics, factors))
            yield Line((*values, row.rank.score), "" if row.ranked else "muted")

    return Grid(tuple(columns), Lines(len(board.rows), lines))


def _heads(board: Board, indicator: str, role: str, counts: tuple[int, int]) -> list[tuple[str, str]]:
    """Give heading and style of every column of a sub-indicator: its items, its result, level and score."""
    heads = []
    if role == PLAN_QUALITY:
        heads += [(words("item_basic", indicator=indicator, no=no), _MARK) for no in range(1, counts[0] + 1)]
        heads += [(words("item_factor", indicator=indicator, no=no), _MARK) for no in range(1, counts[1] + 1)]
        shares = {name: plain(share) for name, share in board.framework.composite.items()}
        heads.append((national("item_composite", indicator=indicator, **{"basic": "", "quality": "", **shares}), _PERCENT))
    elif role == ACHIEVEMENT:
        heads.append((words("item_progress", indicator=indicator), _PERCENT))
        heads.append((words("item_mean", indicator=indicator), _SCORE))
    heads.append((words(f"item_{role}", indicator=indicator), _PERCENT))
    heads.append((words("item_level", indicator=indicator), _MARK))
    return [*heads, (t("col_sub", indicator=indicator), _SCORE)]


def _cells(row: Row, indicator: str, role: str, counts: tuple[int, int]) -> list[CellValue]:
    sub, score = row.score.sub(indicator), row.score
    values: list[CellValue] = []
    if role == PLAN_QUALITY:
        review = row.inputs.review or Review((), ())
        values += [*(int(item) for item in review.basic), *[None] * (counts[0] - len(review.basic))]
        values += [*review.factor_scores, *[None] * (counts[1] - len(review.factor_scores))]
        values.append(score.composite)
    elif role == ACHIEVEMENT:
        values += [score.plan_progress, score.indicator_mean]
    return [*values, sub.raw, level_of(sub), sub.score]
