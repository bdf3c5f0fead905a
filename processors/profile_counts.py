"""What is counted of a profile: who passes, which grade how many have, which indicators are most often below the pass mark."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from processors.board import Board, Row
from processors.outcome import EXEMPT, SLA
from processors.profile_grades import known
from processors.tallies import Tally
from templates.instruments import TOTAL, Profile
from templates.spec import Framework
from templates.success import HUNDRED, round_half_up


@dataclass(frozen=True)
class Share:
    """How many agencies pass, of how many with a total, of how many that should have one."""

    passing: int
    of: int
    listed: int

    @property
    def per_cent(self) -> Decimal | None:
        """Give the share of those that pass; None where nobody has a total."""
        return round_half_up(HUNDRED * self.passing / self.of, 2) if self.of else None


@dataclass(frozen=True)
class Weak:
    """One indicator: how many agencies are below the pass mark, of how many with a score, and mean and lowest of these."""

    no: str
    below: int
    of: int
    mean: Decimal | None
    lowest: Decimal | None

    @property
    def per_cent(self) -> Decimal | None:
        """Give the share of those below; None where nobody has a score."""
        return round_half_up(HUNDRED * self.below / self.of, 2) if self.of else None


def share(rows: Iterable[Row]) -> Share:
    """Count who passes; whoever is judged elsewhere or exempt is not listed."""
    listed = [row for row in rows if row.score.total.status not in (SLA, EXEMPT)]
    judged = [row for row in listed if row.score.passing is not None]
    return Share(sum(bool(row.score.passing) for row in judged), len(judged), len(listed))


def to_target(found: Share, profile: Profile) -> Decimal | None:
    """Give by how much a share is above the target of the year, below 0 what is missing; None where either is unknown."""
    target, reached = profile.target.share, found.per_cent
    return None if target is None or reached is None else reached - target


def kinds_of(boards: Sequence[Board]) -> list[tuple[Framework, list[Board]]]:
    """Put the boards of one framework together, in the order given."""
    found: dict[str, tuple[Framework, list[Board]]] = {}
    for board in boards:
        found.setdefault(board.framework.id, (board.framework, []))[1].append(board)
    return list(found.values())


def grades(rows: Sequence[Row], name: str, profile: Profile) -> Tally:
    """Count the agencies that have a total by grade, the highest first; last those whose grade can't be told."""
    labels = [item.label for item in profile.in_year(profile.grades)]
    counts = Counter(row.score.grade for row in known(rows))
    return Tally(name, (*(counts[label] for label in labels), counts.total() - sum(counts[label] for label in labels)))


def weakest(rows: Sequence[Row], profile: Profile, places: int) -> list[Weak]:
    """Count for every indicator who is below the pass mark: the highest share of those known first, then by number."""
    found, scores, mark = [], _scores(rows), profile.target.pass_mark
    for item in profile.indicators:
        values = scores.get(item.no, [])
        low = sum(value < mark for value in values)
        found.append(Weak(item.no, low, len(values), mean(values, places), min(values, default=None)))
    return sorted(found, key=lambda one: -Fraction(one.below, one.of or 1))


def _scores(rows: Sequence[Row]) -> dict[str, list[Decimal]]:
    """Give the scores that are known by what they are of, read in one go: thousands of agencies have fourteen each."""
    found: dict[str, list[Decimal]] = {}
    for row in rows:
        for sub in (*row.score.subs, row.score.total):
            if sub.score is not None:
                found.setdefault(sub.indicator, []).append(sub.score)
    return found


def mean(scores: Sequence[Decimal], places: int) -> Decimal | None:
    """Give the plain mean; None of nothing."""
    return round_half_up(sum(scores, Decimal(0)) / len(scores), places) if scores else None


def means(board: Board, rows: Sequence[Row]) -> Mapping[str, Decimal | None]:
    """Give the mean of the total, of every instrument and of every indicator over the agencies that have one."""
    scores, places = _scores(rows), board.framework.policy.score_decimals
    return {name: mean(scores.get(name, []), places) for name in (TOTAL, *board.framework.scored_by)}
