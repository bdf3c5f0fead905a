"""What an agency lacks to its next grade, which indicators are below the pass mark, and what of its scores is in doubt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from processors.board import Board, Row
from processors.outcome import AgencyScore
from processors.profile_words import p
from processors.wording import reason
from templates.instruments import TOTAL, Grade, Profile

ZERO = Decimal(0)


@dataclass(frozen=True)
class Step:
    """The way from the grade of an agency to the next one (domain C3).

    `missing`: points by what they are missing from, the total first, instruments below their condition behind it. `unknown`:
    the instruments whose score is missing where the grade, or the step, can't be told. `now` None = no grade can be told,
    `then` None = there is no higher one, or no grade can be told.
    """

    now: Grade | None
    then: Grade | None
    missing: tuple[tuple[str, Decimal], ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def highest(self) -> bool:
        """Tell whether no grade is higher."""
        return self.now is not None and self.then is None


def step(profile: Profile, score: AgencyScore) -> Step:
    """Tell the grade of an agency, the next one and what is missing to it."""
    scores = {item.code: score.sub(item.code).score for item in profile.instruments}
    blank = tuple(code for code, value in scores.items() if value is None)
    order = profile.in_year(profile.grades)
    now = next((item for item in order if item.label == score.grade), None)
    total = score.total.score
    if now is None or total is None:
        return Step(None, None, (), blank)
    if now is order[0]:
        return Step(now, None)
    then = order[order.index(now) - 1]
    least = then.each_least
    missing = [(TOTAL, then.least - total)] if total < then.least else []
    if least is None:
        return Step(now, then, tuple(missing))
    missing += [(code, least - value) for code, value in scores.items() if value is not None and value < least]
    return Step(now, then, tuple(missing), blank)


def missing_text(found: Step) -> str:
    """Say what is missing to the next grade, or why it can't be told."""
    if found.highest:
        return p("highest")
    told = [p("lacks", what=_what(name), points=points) for name, points in found.missing]
    told += [p("lacks_score", what=", ".join(found.unknown))] if found.unknown else []
    if found.now is None:
        return p("no_grade", why=" · ".join(told) or p("lacks_score", what=_what(TOTAL)))
    return " · ".join(told)


def _what(name: str) -> str:
    return p("total") if name == TOTAL else name


def below(profile: Profile, score: AgencyScore) -> tuple[str, ...]:
    """Give the numbers of the indicators whose score is known and below the pass mark."""
    mark, values = profile.target.pass_mark, {item.indicator: item.score for item in score.subs}
    return tuple(item.no for item in profile.indicators if (value := values[item.no]) is not None and value < mark)


def judged(profile: Profile, score: AgencyScore) -> bool:
    """Tell whether any indicator has a score: without one nobody knows how many are below the pass mark."""
    known = {item.indicator for item in score.subs if item.score is not None}
    return any(item.no in known for item in profile.indicators)


def profile_of(board: Board) -> Profile:
    """Give the profile that a board's agencies are judged by."""
    assert board.framework.profile is not None
    return board.framework.profile


def known(rows: Sequence[Row]) -> list[Row]:
    """Keep the rows of agencies that have a total."""
    return [row for row in rows if row.score.total.score is not None]


def with_results(boards: Sequence[Board]) -> list[Board]:
    """Keep the boards on which anybody has a total."""
    return [board for board in boards if known(board.rows)]


def stated_grade(row: Row) -> str:
    """Give the grade that the centre typed, "" for none."""
    return row.inputs.assessed.grade if row.inputs.assessed else ""


def note_text(board: Board, row: Row) -> str:
    """Say why an agency has no place; of one that has, what the centre stated otherwise than it is reckoned."""
    if row.score.total.why.code == "excused":
        return reason(row)
    found = step(profile_of(board), row.score)
    if row.score.total.score is None:
        return missing_text(found) if row.inputs.assessed and row.inputs.assessed.tells else p("nothing_yet")
    told, stated, raw = [], stated_grade(row), row.score.total.raw
    if found.now is None:
        told.append(missing_text(found))
    if stated and stated != row.score.grade:
        told.append(p("stated_differs" if found.now else "stated_unproved", stated=stated, grade=row.score.grade))
    if raw is not None and abs(raw - row.score.total.score) > board.framework.policy.tolerance:
        told.append(p("total_differs", stated=raw, total=row.score.total.score))
    return " · ".join(told)
