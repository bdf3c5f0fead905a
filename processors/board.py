"""What the reading sheets of a publication look at: every framework at its shown round, ranked, with its means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from statistics import median

from processors.outcome import NOTHING, SCORED, AgencyScore, Inputs
from processors.rank import BY_GROUP, BY_REGION, Entrant, GroupMean, Rank, group_means, rank
from processors.results import Results, Scored
from processors.subscore import TOP_LEVEL
from templates.criteria import Criteria, criteria_from
from templates.instruments import FULL
from templates.registry import BY_CLUSTER as BY_CLUSTER
from templates.registry import BY_MINISTRY as BY_MINISTRY
from templates.registry import BY_PROVINCE as BY_PROVINCE
from templates.registry import Agency
from templates.spec import AgencyKind, Framework, Round
from templates.success import round_half_up

EVERYBODY = "*"
_FEW = 2
"""Decimals up to which a score is shown with two."""
LABEL = 19
"""Signs of a profile's label: with the word before it, it must fit the name of a sheet."""


def book_path(kind: str, code: str) -> str:
    """Give the path of a group's workbook in the results folder: `kind` is what its agencies are ranked within."""
    folder = "ministries" if kind == BY_MINISTRY else "provinces"
    # The codes come from a file that people edit: none of them may lead out of the folder.
    return f"{folder}/{re.sub(r'[^A-Za-z0-9_-]', '_', code)}.xlsx"


@dataclass(frozen=True)
class Row:
    """One agency on a board: its scores, its places, and what the scores were reckoned from."""

    agency: Agency
    score: AgencyScore
    rank: Rank
    inputs: Inputs = NOTHING

    @property
    def ranked(self) -> bool:
        """Tell whether it stands in the ranking."""
        return self.rank.national.rank is not None

    @property
    def gaps(self) -> tuple[str, ...]:
        """Name the sub-indicators without a result."""
        return tuple(sub.indicator for sub in self.score.subs if sub.status not in SCORED)


@dataclass(frozen=True)
class Board:
    """One kind of agencies of a framework at one round: rows in the order of the framework's rank, unranked last by code.

    The national rank is that among all agencies of the framework, means and medians are of this kind. `label` tells it
    from the other boards of a publication in names of sheets, `word` is what its agencies are called. `round` None = nothing
    is shown yet.
    """

    framework: Framework
    kind: AgencyKind
    label: str
    round: Round | None
    rows: tuple[Row, ...]
    groups: tuple[GroupMean, ...]
    regions: tuple[GroupMean, ...]
    overall: GroupMean
    word: str = ""

    @property
    def parts(self) -> tuple[str, ...]:
        """Name the scores that stand beside the total in a ranking: sub-indicators, or the instruments of a profile."""
        profile = self.framework.profile
        if profile is not None:
            return tuple(item.code for item in profile.instruments)
        return tuple(item.id for item in self.framework.sub_indicators)

    @property
    def top(self) -> Decimal:
        """Give the highest score that there is."""
        return FULL if self.framework.profile is not None else Decimal(TOP_LEVEL)

    @property
    def look(self) -> str:
        """Name the style of its scores: with as many decimals as they have."""
        return "four" if self.framework.policy.score_decimals > _FEW else "two"

    @property
    def group(self) -> str:
        """Give what its agencies are ranked within: ministry, cluster or province."""
        return self.kind.group

    @cached_property
    def ranked(self) -> tuple[Row, ...]:
        """Give the rows that stand in the ranking."""
        return tuple(row for row in self.rows if row.ranked)

    @cached_property
    def by_group(self) -> dict[str, tuple[Row, ...]]:
        """Give the rows of each group in the order of rank."""
        found: dict[str, list[Row]] = {}
        for row in self.rows:
            found.setdefault(row.agency.group, []).append(row)
        return {group: tuple(rows) for group, rows in found.items()}

    @cached_property
    def criteria(self) -> Criteria:
        """Give what the levels of the framework ask for."""
        one = self.framework
        return criteria_from(one.criteria_rows, one.sub_indicators, number=one.number, weight=one.weight, composite=one.composite)

    @cached_property
    def medians(self) -> dict[str, dict[str, Decimal]]:
        """Give the median of every sub-indicator and of the total among the ranked, by group; "*" is the whole country."""
        scores: dict[str, dict[str, list[Decimal]]] = {}
        for row in self.ranked:
            known = [(sub.indicator, sub.score) for sub in (*row.score.subs, row.score.total) if sub.score is not None]
            for group in (row.agency.group, EVERYBODY):
                for indicator, score in known:
                    scores.setdefault(group, {}).setdefault(indicator, []).append(score)
        places = self.framework.policy.score_decimals
        return {
            group: {name: round_half_up(median(values), places) for name, values in found.items()}
            for group, found in scores.items()
        }

    def mean_of(self, group: str, by: str = BY_GROUP) -> GroupMean | None:
        """Give the mean of a group or region; None when it has no agency here."""
        means = self.regions if by == BY_REGION else self.groups
        return next((item for item in means if item.group == group), None)


def entrants(scored: Iterable[Scored]) -> tuple[Entrant, ...]:
    """Turn scores of one framework and round into entrants of the ranking."""
    return tuple(
        Entrant(item.agency.code, item.score.total.score, item.score.total.status, item.agency.group, item.agency.region)
        for item in scored
    )


def boards(results: Results, kinds: dict[str, str]) -> tuple[Board, ...]:
    """Give the boards of every framework that scores by levels, in the order of the results."""
    return _boards(results, kinds, [item for item in results.frameworks if item.sub_indicators])


def profile_boards(results: Results, kinds: dict[str, str], brief: dict[str, str]) -> tuple[Board, ...]:
    """Give the boards of every framework that is judged by a profile, one for each kind of agencies that it has.

    Their labels begin with the framework's short title and end with a word of `brief`, so that they are like no other board's.
    """
    found = _boards(results, kinds, [item for item in results.frameworks if item.profile is not None])
    words = [brief.get(board.group, brief[""]) for board in found]
    names = [_shortly(board.framework)[: LABEL - len(word) - 1].strip() for board, word in zip(found, words, strict=True)]
    whole = [f"{name} {word}" for name, word in zip(names, words, strict=True)]
    return tuple(replace(board, label=label) for board, label in zip(found, apart(whole), strict=True))


def _shortly(framework: Framework) -> str:
    return framework.short or framework.id


def apart(labels: Sequence[str]) -> list[str]:
    """Number the labels that are alike."""
    return [one if labels.count(one) == 1 else f"{one} {labels[: at + 1].count(one)}" for at, one in enumerate(labels)]


def _boards(results: Results, words: dict[str, str], frameworks: Sequence[Framework]) -> tuple[Board, ...]:
    """Give a board for each kind of agencies; `words` says what is ranked by what it is ranked within, "" for any other.

    Boards of one word are numbered, or told apart by the year of their frameworks.
    """
    there = {(item.framework, item.kind) for item in results.agencies}
    parts = [
        (framework, kind) for framework in frameworks for kind in framework.kinds
        if len(framework.kinds) == 1 or (framework.id, kind.id) in there
    ]  # fmt: skip
    named = [words.get(kind.group, words[""]) for _, kind in parts]
    found: list[Board] = []
    for framework in frameworks:
        own = [(kind, label) for (whose, kind), label in zip(parts, apart(named), strict=True) if whose is framework]
        found += _ranked(results, framework, own)
    return tuple(replace(board, word=words.get(board.group, words[""])) for board in found)


def _ranked(results: Results, framework: Framework, kinds: Sequence[tuple[AgencyKind, str]]) -> list[Board]:
    """Rank a framework whole, then part its rows by kind of agency."""
    shown = results.shown_round.get(framework.id, "")
    scored = {item.agency.code: item for item in results.scored if item.framework.id == framework.id and item.round == shown}
    rows = [_row(scored[item.agency], item) for item in rank(entrants(scored.values()), framework.policy)]
    one = next((item for item in framework.rounds if item.id == shown), None)
    found = []
    for kind, label in kinds:
        mine = tuple(row for row in rows if len(kinds) == 1 or row.agency.kind == kind.id)
        field = entrants(scored[row.agency.code] for row in mine)
        everybody = group_means([replace(item, group=EVERYBODY) for item in field], BY_GROUP, framework.policy)
        overall = everybody[0] if everybody else GroupMean(EVERYBODY, None, 0, ())
        means = (group_means(field, BY_GROUP, framework.policy), group_means(field, BY_REGION, framework.policy))
        found.append(Board(framework, kind, label, one, mine, *means, overall))
    return found


def _row(item: Scored, place: Rank) -> Row:
    return Row(item.agency, item.score, place, item.inputs)
