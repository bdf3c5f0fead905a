"""The national workbook's first two sheets: the cover with counts and contents, and the summary with charts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from processors.balance_page import expected_line, found_line, rows_line
from processors.board import Board
from processors.outcome import EXEMPT, SLA, STATUSES
from processors.rank import GroupMean
from processors.sheets import Block, Column, Frame, Gap, Grid, Heading, Laid, Line, Para, block_sheet, first_row, lay
from processors.standings import by_mean
from processors.view import View, contents
from processors.wording import group_text, group_word, status_text, t
from templates.criteria import LEVELS
from workbook.address import Cell
from workbook.book import CellValue, Chart, Link, Series, Sheet

COUNT, SCORE = "cell+whole+centre", "cell+four+right"
_COVER = (50, 34, 14, 14, 14, 14, 14, 16)
_SUMMARY = (54, 14, 14, 3, 14, 14, 14, 14, 14, 14, 14)
_CHART_COL, _CHART_WIDTH, _ROW_PIXELS, _LEAST_ROWS = 5, 740, 33, 10
_NAVY, _TEAL, _BLUE = "#1F3864", "#2F7F79", "#5B84B1"


def cover_sheet(view: View, frame: Frame, pages: Sequence[tuple[Sheet, str]]) -> Sheet:
    """Give the cover: what was counted, whether it balances, what the workbook holds, what to know of it."""
    balance = view.results.balance
    wrong = "wrap" if balance.balances else "missing+wrap"
    blocks: list[Block] = [Heading(t("counts")), _counts(view.boards), Heading(t("sheet_reconciliation"))]
    told = (found_line(balance), expected_line(view.results), rows_line(view.results))
    blocks += [Para(text, wrong) for text in told if text]
    blocks.append(_links([(Link(t("to_status"), file="status.xlsx"), t("tip_status"))]))
    blocks += [Heading(t("contents")), _links(contents([page for page, _ in pages], [tip for _, tip in pages]))]
    blocks += [Heading(t("notes")), Para(t("note_missing"))]
    blocks += [Para(f"{board.label}: {board.framework.note}") for board in view.boards if board.framework.note]
    return block_sheet(frame, blocks, _COVER)


def _links(lines: Sequence[tuple[Link, str]]) -> Grid:
    return Grid((Column("", style="link"), Column("", style="plain")), tuple(Line(line) for line in lines), heads=False)


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
            board.framework.title, board.round.title if board.round else t("no_round"), len(board.rows), ranked,
            len(board.rows) - ranked - excused, counts[SLA], counts[EXEMPT], board.overall.mean,
        )  # fmt: skip
        lines.append(Line(values))
    return Grid(columns, tuple(lines))


@dataclass(frozen=True)
class _Panel:
    """One small table and the chart beside it."""

    grid: Grid
    title: str
    kind: str
    colour: str
    labels: str
    high: float | None = None


def summary_sheet(view: View, frame: Frame) -> Sheet:
    """Give the summary: per framework the spread of scores, the statuses and the means, each with its chart."""
    blocks: list[Block] = []
    panels: list[tuple[int, _Panel]] = []
    starts: list[int] = []
    for board in view.boards:
        starts.append(len(blocks))
        blocks += [Heading(board.framework.title), Para(view.subtitle(board))]
        for panel in _panels(board) if board.rows else ():
            panels.append((len(blocks), panel))
            rows = len(panel.grid.lines) + 1
            blocks += [panel.grid, Gap(max(_LEAST_ROWS - rows, 0) + 1)]
    laid = lay(blocks, _SUMMARY, first_row(frame))
    charts = [_chart(frame.name, panel, laid, at) for at, panel in panels]
    breaks = [laid.spots[at][0] - 1 for at in starts[1:]]
    breaks += [laid.spots[at][0] - 2 for at, panel in panels if len(panel.grid.lines) > _LEAST_ROWS]
    return replace(block_sheet(frame, blocks, _SUMMARY, charts), page_breaks=sorted(breaks))


def _chart(sheet: str, panel: _Panel, laid: Laid, at: int) -> Chart:
    first, last = laid.spots[at]
    rows = max(last - first + 2, _LEAST_ROWS)
    series = Series(panel.title, sheet, (Cell(first, 1), Cell(last, 1)), (Cell(first, 2), Cell(last, 2)), colour=panel.colour)
    return Chart(
        at=Cell(first - 1, _CHART_COL), kind="bar" if panel.kind == "bar" else "column", title=panel.title,
        series=(series,), width=_CHART_WIDTH, height=rows * _ROW_PIXELS, alt=_alt(panel), low=0, high=panel.high,
        labels=panel.labels, reverse=panel.kind == "bar", bare=True,
    )  # fmt: skip


def _alt(panel: _Panel) -> str:
    """Describe a chart by its figures, for whoever cannot see it."""
    figures = ", ".join(f"{line.values[0]} {line.values[1]}" for line in panel.grid.lines)
    return f"{panel.title}: {figures}"


def _panels(board: Board) -> list[_Panel]:
    panels = [
        _Panel(_spread(board), t("chart_spread", kind=board.label), "column", _NAVY, "0"),
        _Panel(_statuses(board), t("chart_statuses", kind=board.label), "bar", _BLUE, "0"),
    ]
    high = float(LEVELS[-1])
    for means, word in ((board.groups, group_word(board.framework)), (board.regions, t("col_region"))):
        grid = _means(board, means, word)
        if grid.lines:
            panels.append(_Panel(grid, t("chart_means", group=word), "bar", _TEAL, "0.0000", high))
    return panels


def _spread(board: Board) -> Grid:
    """Count the ranked agencies by the whole level that their score has passed."""
    columns = (
        Column(t("col_total")),
        Column(t("col_count"), style=COUNT),
        Column(t("col_share"), style="cell+two+right"),
    )
    passed = Counter(int(row.rank.score) for row in board.ranked if row.rank.score is not None)
    names = [(0, t("bucket_below", level=LEVELS[0]))]
    names += [(level, t("bucket", low=f"{level}.0000", high=f"{level}.9999")) for level in LEVELS[:-1]]
    names.append((LEVELS[-1], t("bucket_top", level=f"{LEVELS[-1]}.0000")))
    return Grid(columns, tuple(_counted(name, passed[level], len(board.ranked)) for level, name in names))


def _statuses(board: Board) -> Grid:
    columns = (
        Column(t("col_status")),
        Column(t("col_count"), style=COUNT),
        Column(t("col_share"), style="cell+two+right"),
    )
    counts = Counter(row.score.total.status for row in board.rows)
    lines = [_counted(status_text(name), counts[name], len(board.rows)) for name in STATUSES if counts[name]]
    return Grid(columns, tuple(lines))


def _counted(name: str, count: int, of: int) -> Line:
    share: CellValue = round(100 * count / of, 2) if of else None
    return Line((name, count, share))


def _means(board: Board, means: Sequence[GroupMean], word: str) -> Grid:
    columns = (Column(word), Column(t("col_mean"), style=SCORE), Column(t("col_counted"), style=COUNT))
    known = [item for item in by_mean(means) if item.mean is not None]
    return Grid(columns, tuple(Line((group_text(board.framework, item.group), item.mean, item.counted)) for item in known))
