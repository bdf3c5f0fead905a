"""What changed, agency by agency: against the publication before and against the round before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from processors.board import BY_CLUSTER, Board
from processors.card_links import Named, plainly
from processors.change import Change, round_before, since_publication, since_round
from processors.explain import words
from processors.sheets import Column, Frame, Grid, Line, table_sheet
from processors.standings import score_style, short_group
from processors.tallies import BANDS, national, progress
from processors.view import View
from processors.wording import day_text, group_word, status_text, t
from workbook.book import CellValue, Sheet, Styled

_COUNT = "cell+whole+centre"


def change_sheet(view: View, frame: Frame, board: Board, named: Named = plainly) -> Sheet | None:
    """Give the sheet of changes of a board; None where there is nothing to compare with."""
    published, rounds = since_publication(view.results, board), since_round(view.results, board)
    if not published and not rounds:
        return None
    told = [frame.subtitle]
    if view.results.former is not None and published:
        told.append(words("since_publication", day=day_text(view.results.former.day)))
    earlier = round_before(view.results, board)
    if earlier is not None:
        title = next(item.title for item in board.framework.rounds if item.id == earlier)
        told.append(words("since_round", title=title))
    notes = (*frame.notes, *([] if published else [national("changes_first")]))
    notes += (*_bases((published, rounds)), *_unfinished(view, board, rounds))
    grid = _grid(board, (published, rounds), named)
    return table_sheet(replace(frame, subtitle=" · ".join(told), notes=notes), grid, 3)


def tip(view: View, board: Board) -> str:
    """Describe the sheet of changes by what it compares with."""
    both = (bool(since_publication(view.results, board)), bool(since_round(view.results, board)))
    return {(True, False): national("tip_changes_publication"), (False, True): national("tip_changes_round")}.get(
        both, words("tip_changes")
    )


def _bases(since: tuple[dict[str, Change], dict[str, Change]]) -> Sequence[str]:
    """Say where places then and now are not of the same number of agencies."""
    told = []
    for key, changes in zip(("head_publication", "head_round"), since, strict=True):
        then, now = next((change.of for change in changes.values()), (0, 0))
        if then != now:
            told.append(national("changes_bases", what=words(key), then=then, now=now))
    return told


def _unfinished(view: View, board: Board, rounds: dict[str, Change]) -> Sequence[str]:
    """Say that scores rise because plans were under way in the round before, where less than half of the measures were done."""
    titles = [item.title for item in board.framework.rounds if item.id == round_before(view.results, board)]
    deltas = [change.delta for change in rounds.values() if change.delta is not None]
    for then in progress(view.results, board.framework):
        done = then.counts[BANDS.index("done")]
        if then.name in titles and deltas and 2 * done < then.of:
            up = sum(delta > 0 for delta in deltas)
            return [national("changes_unfinished", title=then.name, up=up, of=len(deltas), done=done, measures=then.of)]
    return []


def _grid(board: Board, since: tuple[dict[str, Change], dict[str, Change]], named: Named) -> Grid:
    published, rounds = since
    style, moved = score_style(board), "cell+change+right" if board.look == "two" else "cell+change4+right"
    who = board.label if board.framework.profile is None else board.word
    columns = (
        Column(t("col_code"), 11), Column(who, 32 if board.group == BY_CLUSTER else 54),
        Column(group_word(board.group), 34),
        Column(t("col_total"), 11, f"{style}+bold"), Column(national("col_rank_now"), 10, _COUNT),
        Column(t("col_of"), 8, _COUNT), *(_heads("head_publication", style, moved) if published else ()),
        *(_heads("head_round", style, moved) if rounds else ()),
    )  # fmt: skip
    lines = []
    for row in board.rows:
        values: list[CellValue | Styled] = [row.agency.code, named(row), short_group(board, row.agency.group)]
        values += [row.rank.score, row.rank.national.rank, row.rank.national.of if row.ranked else None]
        for changes in (published, rounds):
            values += _cells(changes[row.agency.code]) if changes else []
        lines.append(Line(tuple(values), "" if row.ranked else "muted"))
    return Grid(columns, tuple(lines))


def _heads(key: str, style: str, moved: str) -> Sequence[Column]:
    name = words(key)
    return (
        Column(words("col_before", what=name), 12, style), Column(words("col_delta", what=name), 13, moved),
        Column(national("col_rank_before", what=name), 10, _COUNT), Column(national("col_of_before", what=name), 10, _COUNT),
        Column(national("col_moved", what=name), 14, "cell+places+centre"), Column(words("col_why", what=name), 34),
    )  # fmt: skip


def _cells(change: Change) -> tuple[CellValue, ...]:
    """Give score, difference and place before (of how many), the places won, and in words what the figures don't say."""
    before = change.before
    told = words(f"change_{change.why}") if change.why else ""
    if before is not None and before.status != change.now.status:
        told = words("change_status", before=status_text(before.status), now=status_text(change.now.status))
    rank = before.rank if before else None
    return before.score if before else None, change.delta, rank, change.of[0] if rank else None, change.places, told or None
