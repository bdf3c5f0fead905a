"""Scores -> ranks within nation, group (ministry or cluster) and region, and the means of groups; domain B10 and B9."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from processors.outcome import EVALUATED
from processors.subscore import weighted_mean
from templates.policy import Policy
from templates.success import ONE, round_half_up

BY_GROUP, BY_REGION = "group", "region"


@dataclass(frozen=True)
class Entrant:
    """One agency as it enters the ranking: total score and status, its group (ministry or cluster) and region.

    `score` None = blank; `group` or `region` "" = belongs to none.
    """

    agency: str
    score: Decimal | None
    status: str
    group: str
    region: str

    @property
    def ranked(self) -> bool:
        """Tell whether it takes part in the ranking: all its sub-indicators have a score."""
        return self.status == EVALUATED and self.score is not None


@dataclass(frozen=True)
class Standing:
    """One place: the rank, the number ranked, and whether another agency has the same rank; rank None = unranked."""

    rank: int | None
    of: int
    shared: bool


@dataclass(frozen=True)
class Rank:
    """The places of one agency. `score` is None where it is outside the rank."""

    agency: str
    score: Decimal | None
    status: str
    group: str
    region: str
    national: Standing
    in_group: Standing
    in_region: Standing

    @property
    def shared(self) -> bool:
        """Tell whether the national rank is shared, the `shared` column of the ranks table."""
        return self.national.shared


@dataclass(frozen=True)
class GroupMean:
    """The mean score of one group: over `counted` agencies; `outside` lists (agency, status) of the others.

    `mean` is None when nobody counts.
    """

    group: str
    mean: Decimal | None
    counted: int
    outside: tuple[tuple[str, str], ...]


def rank(entrants: Iterable[Entrant], policy: Policy) -> tuple[Rank, ...]:
    """Rank agencies by score at score decimals: equal score, equal rank, the next rank skipped (B10, `[A]`).

    Unranked agencies come last with a blank rank; the answer does not depend on the order of the input. Raises
    ValueError when an agency stands twice, our own mistake.
    """
    everyone = sorted(entrants, key=lambda item: item.agency)
    twice = [name for name, count in Counter(item.agency for item in everyone).items() if count > 1]
    if twice:
        raise ValueError(f"ranked twice: {', '.join(twice)}")
    scores = {item.agency: _key(item, policy) for item in everyone}
    national = _board(scores, {item.agency: "*" for item in everyone})
    in_group = _board(scores, {item.agency: item.group for item in everyone})
    in_region = _board(scores, {item.agency: item.region for item in everyone})
    rows = [
        Rank(
            item.agency,
            scores[item.agency],
            item.status,
            item.group,
            item.region,
            national[item.agency],
            in_group[item.agency],
            in_region[item.agency],
        )
        for item in everyone
    ]
    return tuple(sorted(rows, key=lambda row: (row.national.rank is None, row.national.rank or 0, row.agency)))


def competition_ranks(scores: Sequence[Decimal]) -> dict[Decimal, int]:
    """Give score -> rank, highest first: 1, 2, 2, 4 (B10, `[A]`)."""
    ranks: dict[Decimal, int] = {}
    for place, score in enumerate(sorted(scores, reverse=True), 1):
        ranks.setdefault(score, place)
    return ranks


def group_means(entrants: Iterable[Entrant], by: str, policy: Policy) -> tuple[GroupMean, ...]:
    """Mean score of every group or region (`by`), in the order of their codes: sum(w S) / sum(w) (B9).

    Weights are equal, `[A]` policy `ministry_weights`, for clusters and regions likewise. Not evaluated, SLA and exempt
    agencies are listed but stay outside the mean; agencies of no group are left out.
    """
    members: dict[str, list[Entrant]] = defaultdict(list)
    for item in sorted(entrants, key=lambda entrant: entrant.agency):
        members[item.region if by == BY_REGION else item.group].append(item)
    return tuple(_group_mean(group, members[group], policy) for group in sorted(members) if group)


def _group_mean(group: str, members: Sequence[Entrant], policy: Policy) -> GroupMean:
    scores = [score for item in members if (score := _key(item, policy)) is not None]
    mean = weighted_mean([(ONE, score) for score in scores])
    return GroupMean(
        group,
        None if mean is None else round_half_up(mean, policy.score_decimals),
        len(scores),
        tuple((item.agency, item.status) for item in members if not item.ranked),
    )


def _key(item: Entrant, policy: Policy) -> Decimal | None:
    return round_half_up(item.score, policy.score_decimals) if item.ranked and item.score is not None else None


def _board(scores: dict[str, Decimal | None], places: dict[str, str]) -> dict[str, Standing]:
    """Rank within each place; an agency of no place ("") has no rank there."""
    fields: dict[str, list[Decimal]] = defaultdict(list)
    for agency, score in scores.items():
        if score is not None and places[agency]:
            fields[places[agency]].append(score)
    ranks = {place: competition_ranks(field) for place, field in fields.items()}
    ties = {place: Counter(field) for place, field in fields.items()}
    standings = {}
    for agency, score in scores.items():
        place = places[agency]
        of = len(fields.get(place, ()))
        if score is None or not place:
            standings[agency] = Standing(None, of, False)
        else:
            standings[agency] = Standing(ranks[place][score], of, ties[place][score] > 1)
    return standings
