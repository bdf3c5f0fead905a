"""What changed: an agency's score and place beside those of the publication before, or of the round before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from processors.board import Board
from processors.former import criteria_version, figures
from processors.rank import BY_GROUP, Entrant, GroupMean, group_means
from processors.results import Figure, Results

NEW_CRITERIA, NOT_BEFORE, NOT_NOW, NEITHER = "new_criteria", "not_before", "not_now", "neither"
"""Why two figures are not compared: the criteria changed, there was no score before, there is none now, there never was."""


@dataclass(frozen=True)
class Change:
    """One agency then and now. `why` is "" where the scores are compared, else the reason.

    `delta` is the difference of the scores, `places` the places won (below 0: lost); None where not compared. `of` is how many
    were ranked then and now.
    """

    before: Figure | None
    now: Figure
    why: str
    of: tuple[int, int] = (0, 0)

    @property
    def delta(self) -> Decimal | None:
        """Give the difference of the scores, None where they are not compared."""
        if self.why or self.before is None or self.before.score is None or self.now.score is None:
            return None
        return self.now.score - self.before.score

    @property
    def places(self) -> int | None:
        """Give the places won, below 0 those lost; None where they are not compared."""
        if self.why or self.before is None or self.before.rank is None or self.now.rank is None:
            return None
        return self.before.rank - self.now.rank

    @property
    def differs(self) -> bool:
        """Tell whether anything is different: score, place or status."""
        return self.before is not None and self.before != self.now


def since_publication(results: Results, board: Board) -> dict[str, Change]:
    """Compare the agencies of a board with the publication before; empty when there was none."""
    before = figures_published(results, board)
    if before is None or results.former is None or board.round is None:
        return {}
    asked = (board.framework.id, board.round.id)
    then = [item for key, item in results.former.figures.items() if key[:2] == asked]
    return _compared(board, before, _ranked(then), same=same_criteria(results, board))


def since_round(results: Results, board: Board) -> dict[str, Change]:
    """Compare the agencies of a board with the round before, by the same criteria; empty in the first round."""
    before = figures_earlier(results, board)
    return {} if before is None else _compared(board, before, _ranked(before.values()), same=True)


def same_criteria(results: Results, board: Board) -> bool:
    """Tell whether the publication before used the criteria in force now."""
    framework = board.framework
    return results.former is not None and results.former.criteria.get(framework.id) == criteria_version(framework)


def figures_published(results: Results, board: Board) -> dict[str, Figure | None] | None:
    """Give what the publication before showed of a board's agencies; None when there was none."""
    before = results.former
    if before is None or board.round is None:
        return None
    return {row.agency.code: before.figures.get((board.framework.id, board.round.id, row.agency.code)) for row in board.rows}


def figures_earlier(results: Results, board: Board) -> dict[str, Figure | None] | None:
    """Give the figures of a board's agencies in the round before; None in the first round."""
    earlier = round_before(results, board)
    if earlier is None:
        return None
    known = figures([item for item in results.scored if item.framework.id == board.framework.id and item.round == earlier])
    return {row.agency.code: known.get((board.framework.id, earlier, row.agency.code)) for row in board.rows}


def means_then(board: Board, before: Mapping[str, Figure | None]) -> tuple[GroupMean, ...]:
    """Give the means of the groups as they stand today, of the scores that their agencies had."""
    then = [
        Entrant(row.agency.code, known.score, known.status, row.agency.group, row.agency.region)
        for row in board.rows
        if (known := before.get(row.agency.code)) is not None
    ]
    return group_means(then, BY_GROUP, board.framework.policy)


def round_before(results: Results, board: Board) -> str | None:
    """Give the scored round before the one shown, None when there is none."""
    if board.round is None:
        return None
    order = [item.id for item in board.framework.rounds]
    scored = {item.round for item in results.scored if item.framework.id == board.framework.id}
    earlier = [item for item in order[: order.index(board.round.id)] if item in scored]
    return earlier[-1] if earlier else None


def _ranked(then: Iterable[Figure | None]) -> int:
    return sum(item is not None and item.rank is not None for item in then)


def why_not(before: Decimal | None, now: Decimal | None, *, same: bool) -> str:
    """Say why two scores are not compared, "" where they are."""
    if before is None:
        return NEITHER if now is None else NOT_BEFORE
    if now is None:
        return NOT_NOW
    return "" if same else NEW_CRITERIA


def _compared(board: Board, before: Mapping[str, Figure | None], ranked: int, *, same: bool) -> dict[str, Change]:
    found = {}
    for row in board.rows:
        then = before.get(row.agency.code)
        now = Figure(row.score.total.status, row.rank.score, row.rank.national.rank)
        why = why_not(then.score if then else None, now.score, same=same)
        found[row.agency.code] = Change(then, now, why, (ranked, len(board.ranked)))
    return found
