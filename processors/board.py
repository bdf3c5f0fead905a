"""What the reading sheets of a publication look at: every framework at its shown round, ranked, with its means."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from statistics import median

from processors.outcome import NOTHING, SCORED, AgencyScore, Inputs
from processors.rank import BY_GROUP, BY_REGION, Entrant, GroupMean, Rank, group_means, rank
from processors.results import Results, Scored
from templates.criteria import Criteria, criteria_from
from templates.registry import Agency
from templates.spec import Framework, Round
from templates.success import round_half_up

EVERYBODY = "*"
BY_MINISTRY, BY_CLUSTER = "ministry", "cluster"
"""What a framework's agencies are ranked within (`Framework.group`)."""


def book_path(kind: str, code: str) -> str:
    """Give the path of a group's workbook in the results folder: `kind` is what its agencies are ranked within."""
    folder = "provinces" if kind == BY_CLUSTER else "ministries"
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
    """One framework at one round: rows in the order of rank, unranked last by code.

    `label` tells it from the other boards of a publication in names of sheets. `round` None = nothing is shown yet.
    """

    framework: Framework
    label: str
    round: Round | None
    rows: tuple[Row, ...]
    groups: tuple[GroupMean, ...]
    regions: tuple[GroupMean, ...]
    overall: GroupMean

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
    """Give a board for every framework that scores, in the order of the results.

    `kinds` words what is ranked, by `Framework.group`, "" for any other; boards of one kind are numbered.
    """
    scoring = [item for item in results.frameworks if item.sub_indicators]
    words = [kinds.get(item.group, kinds[""]) for item in scoring]
    found = []
    for at, framework in enumerate(scoring):
        word = words[at]
        label = word if words.count(word) == 1 else f"{word} {words[: at + 1].count(word)}"
        found.append(_board(results, framework, label))
    return tuple(found)


def _board(results: Results, framework: Framework, label: str) -> Board:
    shown = results.shown_round.get(framework.id, "")
    scored = {item.agency.code: item for item in results.scored if item.framework.id == framework.id and item.round == shown}
    field = entrants(scored.values())
    policy = framework.policy
    everybody = group_means([replace(item, group=EVERYBODY) for item in field], BY_GROUP, policy)
    return Board(
        framework=framework,
        label=label,
        round=next((item for item in framework.rounds if item.id == shown), None),
        rows=tuple(_row(scored[item.agency], item) for item in rank(field, policy)),
        groups=group_means(field, BY_GROUP, policy),
        regions=group_means(field, BY_REGION, policy),
        overall=everybody[0] if everybody else GroupMean(EVERYBODY, None, 0, ()),
    )


def _row(item: Scored, place: Rank) -> Row:
    return Row(item.agency, item.score, place, item.inputs)
