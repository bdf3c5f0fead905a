"""The cover of the national workbook: what it was made from, what was counted, whether it balances, what it holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import TypeVar

from processors.balance_page import expected_line, found_line, rows_line
from processors.board import BY_MINISTRY, Board, book_path
from processors.card_links import LINK, MOST, named
from processors.method import value_text
from processors.outcome import EXEMPT, SLA
from processors.profile_counts import kinds_of
from processors.profile_method import method_names
from processors.profile_pages import booked
from processors.profile_words import p, short_title
from processors.sheets import Block, Column, Frame, Grid, Heading, Line, Para, block_sheet
from processors.standings import group_places
from processors.tallies import national
from processors.view import View, contents
from processors.wording import group_text, group_word, t
from templates.policy import policy_texts
from templates.spec import Framework
from workbook.book import CellValue, Link, Sheet, Styled

Who = TypeVar("Who")
COUNT, SCORE = "cell+whole+centre", "cell+right"
_COVER = (46, 32, 11, 11, 11, 12, 11, 15)
_LONG = 300
"""A sheet of more rows is read on the screen."""
_IN_SHORT = (
    "achievement_basis", "achievement_cap", "interp_7_2", "floor", "gate_fail_score", "ministry_weights",
    "missed_round_deduction", "instrument_score", "total_score",
)  # fmt: skip
"""What of the policy moves places most; the rest stands on the sheet of the method."""
_ONE_PAGE = 90
"""Rows that are still readable on one page; a cover over more frameworks runs over two."""
_MADE_FROM = ("returns", "issued", "ledger", "rules")


def cover_sheet(view: View, frame: Frame, pages: Sequence[tuple[Sheet, str]]) -> Sheet:
    """Give the cover: run and counts, balance, contents, policy in short, what to know of it all."""
    balance = view.results.balance
    wrong = "wrap" if balance.balances else "missing+wrap"
    blocks: list[Block] = [Heading(t("counts")), _counts((*view.boards, *view.profiles)), *_ends(view)]
    blocks.append(Heading(t("sheet_reconciliation")))
    told = (found_line(balance), expected_line(view.results), rows_line(view.results))
    blocks += [Para(text, wrong) for text in told if text]
    blocks.append(_links([(Link(t("to_status"), file="status.xlsx"), t("tip_status"))]))
    blocks += [Heading(t("contents")), _contents(pages), Para(national("print_note"), "note+wrap")]
    blocks += _policy(view)
    blocks += [Heading(t("notes")), *([Para(t("note_missing"))] if view.boards or not view.profiles else [])]
    blocks += [Para(f"{board.label}: {board.framework.note}") for board in view.boards if board.framework.note]
    for one, _ in kinds_of(view.profiles):
        decimals = p("note_missing", what=short_title(one), decimals=one.policy.score_decimals)
        blocks.append(Para(f"{decimals} {one.note}".strip()))
    blocks += _made_from(view)
    sheet = block_sheet(frame, blocks, _COVER)
    return replace(sheet, landscape=False, one_page=max(sheet.heights, default=0) <= _ONE_PAGE)


def _ends(view: View) -> list[Block]:
    """Name who stands highest and lowest, with links: of the ministries that have a place, and of every board's agencies."""
    lines = []
    for board in (*view.boards, *view.profiles):
        levels = board.framework.profile is None
        placed = group_places(board.groups, view.results.small_group)
        if board.group == BY_MINISTRY:
            means = [(item.group, item.mean) for item in board.groups if item.group in placed]
            word = group_word(board.group)
            what = national("ends_groups", group=word) if levels else f"{word} {short_title(board.framework)}"
            lines += _shown(board, _both(what, means, partial(_group_link, board)))
        links = named(view, board, MOST) if levels else booked
        scores = [(row, row.rank.score) for row in board.ranked]
        lines += _shown(board, _both(board.label, scores, links))
    columns = (Column("", style="plain"), Column("", style="plain", span=len(_COVER) - 2), Column("", style="right"))
    return [Heading(national("ends")), Grid(columns, tuple(lines), heads=False)] if lines else []


def _shown(board: Board, lines: Sequence[Line]) -> list[Line]:
    """Give the scores of lines the decimals of their board."""
    return [Line((*line.values[:-1], Styled(line.values[-1], board.look))) for line in lines]  # type: ignore[arg-type]


def _both(what: str, scores: Sequence[tuple[Who, Decimal | None]], link: Callable[[Who], CellValue | Styled]) -> list[Line]:
    """Give a line for the highest and one for the lowest; of several alike the first is named and the others are counted."""
    known = [(who, score) for who, score in scores if score is not None]
    lines = []
    for key, end in (("highest", max), ("lowest", min)):
        best = end((score for _, score in known), default=None)
        alike = [who for who, score in known if score == best]
        if alike:
            more = len(alike) - 1
            told = national(f"ends_{key}" if not more else f"ends_{key}_shared", what=what, more=more)
            lines.append(Line((told, link(alike[0]), best)))
    return lines if len({line.values[2] for line in lines}) > 1 else []


def _group_link(board: Board, group: str) -> CellValue | Styled:
    return Styled(Link(group_text(board.framework, group), file=book_path(BY_MINISTRY, group)), LINK)


def _links(lines: Sequence[tuple[Link, str]]) -> Grid:
    return Grid((Column("", style="link"), Column("", style="plain")), tuple(Line(line) for line in lines), heads=False)


def _contents(pages: Sequence[tuple[Sheet, str]]) -> Grid:
    """Link to every sheet with what stands there, and say in the last column what it is made for."""
    sheets = [page for page, _ in pages]
    lines = contents(sheets, [tip for _, tip in pages])
    columns = (Column("", style="link"), *(Column("", style="plain") for _ in _COVER[1:]))
    blanks = (None,) * (len(_COVER) - 3)
    return Grid(
        columns, tuple(Line((*line, *blanks, _made_for(sheet))) for line, sheet in zip(lines, sheets, strict=True)), heads=False
    )


def _made_for(sheet: Sheet) -> str:
    """Say what a sheet is made for: paper, the screen, or to compute with."""
    rows = max((put.cell.row for put in sheet.puts), default=0) + (sheet.stream.count if sheet.stream else 0)
    if sheet.gridlines:
        return national("print_data")
    return national("print_long" if rows > _LONG else "print_paper")


def _made_from(view: View) -> list[Block]:
    """Say which standing of the ledger and of the rules the figures are of; nothing where nobody told."""
    origin = view.results.origin
    told = [national(f"made_{key}", value=origin[key]) for key in _MADE_FROM if key in origin]
    return [Para(f"{view.as_of} · " + " · ".join(told), "note+wrap")] if told else []


def _policy(view: View) -> list[Block]:
    """Give the choices that move places most, each as a sentence, and a link to the whole of them."""
    frameworks = [*(board.framework for board in view.boards), *(one for one, _ in kinds_of(view.profiles))]
    if not frameworks:
        return []
    blocks: list[Block] = [Heading(national("policy_in_short"))]
    told: dict[tuple[str, ...], list[str]] = {}
    for framework in frameworks:
        title = framework.title if framework.profile is None else short_title(framework)
        told.setdefault(_in_short(framework), []).append(title)
    for lines, titles in told.items():
        blocks += [Para(" · ".join(titles), "bold")] if len(told) > 1 else []
        # A text in a single cell runs on over its empty neighbours and needs no second line.
        blocks.append(Grid((Column("", style="plain"),), tuple(Line((text,)) for text in lines), heads=False))
    sheets = [view.frame("method", "method_title", board).name for board in view.boards]
    sheets += method_names(view).values()
    blocks.append(Para(national("small_group_in_force", least=view.results.small_group)))
    return [*blocks, _links([(Link(name, sheet=name), national("policy_whole")) for name in sheets])]


def _in_short(framework: Framework) -> tuple[str, ...]:
    texts = dict(policy_texts(framework.policy))
    found = ((key, texts[key]) for key in _IN_SHORT if key in texts)
    return tuple(f"{t(f'policy_{key}')}: {value_text(key, value) or value}" for key, value in found)


def _counts(boards: Sequence[Board]) -> Grid:
    columns = (
        Column(t("col_framework_title")), Column(t("col_shown_round")), Column(t("col_agencies"), style=COUNT),
        Column(t("col_ranked"), style=COUNT), Column(t("col_incomplete"), style=COUNT), Column(t("status_sla"), style=COUNT),
        Column(t("status_exempt"), style=COUNT), Column(t("col_mean"), style=f"{SCORE}+bold"),
    )  # fmt: skip
    lines = []
    for board in boards:
        counts = Counter(row.score.total.status for row in board.rows)
        excused = counts[SLA] + counts[EXEMPT]
        ranked = len(board.ranked)
        values = (
            _title(board), board.round.title if board.round else t("no_round"), len(board.rows), ranked,
            len(board.rows) - ranked - excused, counts[SLA], counts[EXEMPT], Styled(board.overall.mean, board.look),
        )  # fmt: skip
        lines.append(Line(values))
    return Grid(columns, tuple(lines))


def _title(board: Board) -> str:
    """Name what a board shows: a framework, or one kind of agencies of a framework that has several."""
    one = board.framework
    return one.title if one.profile is None else f"{short_title(one)}: {board.word}"
