"""Which key factors the plans cover: of every process type, which factor has an additional measure, and in whose plan.

A factor is covered when the final plan that counts has an additional measure for it. A text that says that there is none is none.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from processors.assess import roles
from processors.board import Board, Row
from processors.results import AnswerRow, Results
from processors.subscore import weighted_mean
from templates.phrases import MEASURES, says_none
from templates.spec import Form, Framework, Pick
from templates.stages import stages
from templates.success import HUNDRED, ONE, round_half_up

TABLE, FACTOR, MEASURE, SCORE = "measures", "factor", "additional_measure", "score"
_JUDGED = "factors"
"""The table of a review."""


@dataclass(frozen=True)
class Factor:
    """One key factor: the process type and its words, the factor's number in it, its words."""

    kind: str
    kind_text: str
    no: int
    text: str


@dataclass(frozen=True)
class Planned:
    """What one agency's plan and its review say of one factor; `score` None = not judged."""

    row: Row
    covered: bool
    score: Decimal | None


@dataclass(frozen=True)
class Coverage:
    """One factor and every plan of its process type."""

    factor: Factor
    plans: tuple[Planned, ...]

    def share(self, places: int, group: str | None = None) -> Decimal | None:
        """Give the share of plans that cover it in per cent, in one group or (None) everywhere; None without plans."""
        plans = [item for item in self.plans if group in (None, item.row.agency.group)]
        return round_half_up(HUNDRED * sum(item.covered for item in plans) / len(plans), places) if plans else None

    def mean(self, places: int) -> Decimal | None:
        """Give the mean of what the reviewers gave it; None where nobody was judged."""
        mean = weighted_mean([(ONE, item.score) for item in self.plans if item.score is not None])
        return None if mean is None else round_half_up(mean, places)

    @property
    def uncovered(self) -> tuple[Row, ...]:
        """Give whose plans have no measure for it."""
        return tuple(item.row for item in self.plans if not item.covered)


def coverage(results: Results, board: Board) -> tuple[Coverage, ...]:
    """Give the coverage of every factor in the order of process types; empty where plans name no process type."""
    found = roles(board.framework)
    pick = _pick(found.plan)
    if found.plan is None or pick is None:
        return ()
    plans = _answers(results, found.plan, (TABLE, pick.table))
    reviews = _answers(results, found.review, (_JUDGED,)) if found.review else {}
    told: dict[tuple[str, int], list[Planned]] = {}
    for row in board.rows:
        if row.inputs.plan is None or row.inputs.excused is not None:
            continue
        review = reviews.get(row.agency.code, ()) if row.inputs.review is not None else ()
        for at, planned in _of(row, pick, plans.get(row.agency.code, ()), review):
            told.setdefault(at, []).append(planned)
    return tuple(Coverage(item, tuple(told.get((item.kind, item.no), ()))) for item in factors(board.framework))


def _answers(results: Results, form: Form, wanted: Collection[str]) -> dict[str, list[AnswerRow]]:
    """Give the answers in some tables of each agency's return of the latest stage, the newest of them, in one look at all."""
    order, name = stages(form), form.full_id
    filed = (item for item in results.filed if item.form == name and item.stage in order)
    ranks = {item.seq: (order.index(item.stage), item.seq) for item in filed}
    best: dict[str, tuple[int, int]] = {}
    found: dict[str, list[AnswerRow]] = {}
    for row in results.answers:
        if row.form != name or row.table not in wanted or row.seq not in ranks:
            continue
        rank, before = ranks[row.seq], best.get(row.agency)
        if before is None or rank > before:
            best[row.agency], found[row.agency] = rank, []
        if rank == best[row.agency]:
            found[row.agency].append(row)
    return found


def process_types(results: Results, board: Board) -> dict[str, str]:
    """Give the code of the process type that each agency's plan names; empty where plans name none."""
    form = roles(board.framework).plan
    pick = _pick(form)
    if form is None or pick is None:
        return {}
    answers = _answers(results, form, (pick.table,))
    told = {code: next((item.value for item in rows if item.field == pick.field), "") for code, rows in answers.items()}
    return {code: kind for code, kind in told.items() if kind}


def factors(framework: Framework) -> tuple[Factor, ...]:
    """Give the key factors of a framework by process type."""
    form = roles(framework).plan
    pick = _pick(form)
    if form is None or pick is None:
        return ()
    kinds = {option.code: option.label for option in form.table(pick.table).field(pick.field).options}
    return tuple(Factor(kind, kinds.get(kind, kind), no, text) for kind, no, text in pick.rows)


def _pick(form: Form | None) -> Pick | None:
    """Give what picks the factors of a plan by its process type."""
    return None if form is None else next((item.pick for item in form.table(TABLE).fields if item.pick is not None), None)


def _of(
    row: Row, pick: Pick, plan: Sequence[AnswerRow], review: Sequence[AnswerRow]
) -> Sequence[tuple[tuple[str, int], Planned]]:
    """Give the factors of one plan, each by process type and number."""
    kind = next((item.value for item in plan if (item.table, item.field) == (pick.table, pick.field)), "")
    measures, scores = _by_factor(plan, TABLE, MEASURE), _by_factor(review, _JUDGED, SCORE)
    numbers = [no for match, no, _ in pick.rows if match == kind]
    found = []
    for no, text in zip(numbers, pick.labels(kind), strict=True):
        score = scores.get(text, "")
        found.append(((kind, no), Planned(row, _covers(measures.get(text, "")), Decimal(score) if score else None)))
    return found


def _by_factor(answers: Sequence[AnswerRow], table: str, field: str) -> dict[str, str]:
    """Give what one field says of each factor of a table."""
    rows = [item for item in answers if item.table == table]
    names = {item.record: item.value for item in rows if item.field == FACTOR}
    return {names[item.record]: item.value for item in rows if item.field == field and item.record in names}


@lru_cache(maxsize=65_536)
def _covers(measure: str) -> bool:
    return bool(measure.strip()) and not says_none(measure, MEASURES)
