"""One publication as its workbooks see it: results, boards and filings, reckoned once for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from processors import wording
from processors.board import Board, boards, profile_boards
from processors.evidence import Index
from processors.filing import Filing, filings
from processors.profile_counts import means
from processors.profile_measures import Measure, measures_of
from processors.profile_words import brief_kinds
from processors.results import Results
from processors.sheets import Frame, sheet_name
from processors.wording import day_text, t
from workbook.address import Cell
from workbook.book import Link, Sheet


@dataclass(frozen=True)
class View:
    """The results with what every workbook derives from them."""

    results: Results

    @cached_property
    def boards(self) -> tuple[Board, ...]:
        """Give a board per framework that scores by levels."""
        return boards(self.results, wording.kinds())

    @cached_property
    def profiles(self) -> tuple[Board, ...]:
        """Give a board per kind of agencies of each framework that is judged by a profile."""
        return profile_boards(self.results, wording.kinds(), brief_kinds())

    @cached_property
    def filings(self) -> tuple[Filing, ...]:
        """Give every filing."""
        return filings(self.results)

    @cached_property
    def measures(self) -> dict[str, dict[str, tuple[Measure, ...]]]:
        """Give the measures that agencies propose, by framework that is judged by a profile and by agency."""
        judged = {board.framework.id: board.framework for board in self.profiles}
        return {name: measures_of(self.index, framework) for name, framework in judged.items()}

    @cached_property
    def profile_means(self) -> dict[str, Mapping[str, Decimal | None]]:
        """Give the means of every score over all agencies of each profile's board, by its label."""
        return {board.label: means(board, board.rows) for board in self.profiles}

    @cached_property
    def index(self) -> Index:
        """Give the answers behind the scores, found by agency."""
        return Index(self.results)

    def reckoned(self) -> View:
        """Give this view with everything reckoned that most workbooks ask for, so that no process does it once more."""
        _ = (self.boards, self.profiles, self.filings, self.index.by_return, self.measures, self.profile_means)
        return self

    @property
    def as_of(self) -> str:
        """Say the day of the figures."""
        return t("as_of", date=day_text(self.results.as_of))

    @property
    def alert(self) -> str:
        """Give the warning of simulated data, "" for real ones."""
        return wording.alert(self.results)

    def subtitle(self, board: Board) -> str:
        """Say the round shown, the number ranked and the day."""
        if board.round is None:
            return f"{t('no_round')} · {self.as_of}"
        return f"{board.round.title} · {t('ranked_of', ranked=len(board.ranked), of=len(board.rows))} · {self.as_of}"

    def frame(self, key: str, title: str, board: Board | None = None, home: str = "") -> Frame:
        """Frame a sheet of a board: name and title from the texts `sheet_<key>` and `title`."""
        label = board.label if board else ""
        year = board.framework.fiscal_year if board else self.results.fiscal_year
        return Frame(
            sheet_name(t(f"sheet_{key}", kind=label)),
            t(title, kind=label, year=year),
            self.subtitle(board) if board else self.as_of,
            home,
            self.alert,
        )


def contents(sheets: Sequence[Sheet], tips: Sequence[str]) -> list[tuple[Link, str]]:
    """Link to every sheet with a line that says what stands there."""
    return [(Link(item.name, sheet=item.name, cell=Cell(1, 1)), tip) for item, tip in zip(sheets, tips, strict=True)]
