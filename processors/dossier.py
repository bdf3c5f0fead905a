"""All that the card, the steps and the sources of one agency say, put together once, and where each part of it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from processors.advice import Known, next_level
from processors.board import Board, Row
from processors.change import Change, since_publication, since_round
from processors.evidence import PLAN, REPORT, REVIEW, SURVEY, Basis, Evidence
from processors.explain import Case
from processors.filing import Filing
from processors.lacking import lacking
from processors.view import View
from templates.criteria import ACHIEVEMENT, PLAN_QUALITY

LEVELS = ("level1", "level2", "level3", "level4", "level5")
TARGET = "level3"
"""The field of the plan that is the target of an indicator."""
_USED: dict[str, tuple[tuple[str, str, tuple[str, ...]], ...]] = {
    PLAN_QUALITY: ((REVIEW, "basics", ("met",)), (REVIEW, "factors", ("score",)), (PLAN, "general", ("process_type",))),
    ACHIEVEMENT: (
        (PLAN, "indicators", ("weight", "direction", "scale", *LEVELS)),
        (REPORT, "measures", ("progress", "in_time")),
        (REPORT, "indicators", ("result",)),
    ),
}
"""The answers that a sub-indicator is reckoned from, by its role: form, table and fields; any other rests on the survey."""
_SURVEYED = ((SURVEY, "survey", ("transparency_pct",)),)
_KEYS = ("criterion", "factor", "name", "measure")
"""Fields that name a record, in the order in which they are asked."""
_ABOUT = 36
"""Letters of a name that tell a record from others."""
_LINKED = 500
"""Of more agencies on one sheet, cells have no links of their own: a sheet holds 65,530 of them."""

Spot = tuple[int, str, int, str]
"""The ledger's number of a return, with table, record and field of an answer."""


@dataclass(frozen=True)
class Dossier:
    """One agency with everything behind its scores. `behind`: the answers that each sub-indicator rests on.

    `published` and `earlier`: what changed since the publication before and since the round before, None = nothing to
    compare with. `owed`: what has not come, came late or was returned, and what lacks a later stage.
    """

    row: Row
    basis: Basis
    cases: tuple[Case, ...]
    behind: Mapping[str, tuple[Evidence, ...]]
    published: Change | None
    earlier: Change | None
    owed: tuple[Filing, ...]

    @cached_property
    def advice(self) -> dict[str, tuple[str, ...]]:
        """Give by sub-indicator what is missing for the next level."""
        known = {case.item.id: case for case in self.cases}
        found = {}
        for case in self.cases:
            gate = known.get(case.item.gate) if case.item.gate else None
            found[case.sub.indicator] = next_level(case, Known(self._basics, self._units, gate))
        return found

    @cached_property
    def _basics(self) -> tuple[str, ...]:
        """Give the names of the basic criteria as the review has them."""
        records = self.basis.records(REVIEW, "basics")
        return tuple(one["criterion"].answer.value if "criterion" in one else "" for one in records)

    @cached_property
    def _units(self) -> tuple[str, ...]:
        """Give the units of the plan's indicators, "" where the plan has none."""
        plan = self.row.inputs.plan
        records = [self.plan.get(item.name, {}) for item in plan.indicators] if plan else []
        return tuple(record["unit"].answer.value if "unit" in record else "" for record in records)

    @cached_property
    def plan(self) -> dict[str, dict[str, Evidence]]:
        """Give the indicators of the plan by their names: field -> answer."""
        return {record["name"].answer.value: record for record in self.basis.records(PLAN, "indicators") if "name" in record}

    @cached_property
    def reported(self) -> dict[str, dict[str, Evidence]]:
        """Give the indicators of the report by their names: field -> answer."""
        return {record["name"].answer.value: record for record in self.basis.records(REPORT, "indicators") if "name" in record}

    @cached_property
    def about(self) -> dict[tuple[int, str, int], str]:
        """Give what names the record of an answer, by return, table and record."""
        found: dict[tuple[int, str, int], tuple[int, str]] = {}
        for items in self.basis.answers.values():
            for item in items:
                one = item.answer
                if one.field in _KEYS and one.value:
                    key, told = (one.seq, one.table, one.record), (_KEYS.index(one.field), one.value)
                    found[key] = min(found.get(key, told), told)
        return {key: text if len(text) <= _ABOUT else f"{text[:_ABOUT]}…" for key, (_, text) in found.items()}


@dataclass(frozen=True)
class Places:
    """Where the parts stand in a workbook: names of the sheets, and rows by agency, sub-indicator and answer."""

    cards: str
    steps: str
    sources: str
    card: Mapping[str, int]
    step: Mapping[tuple[str, str], int]
    source: Mapping[tuple[str, str], int]
    answer: Mapping[Spot, int]


def spot(item: Evidence) -> Spot:
    """Give what tells an answer from all others."""
    return item.answer.seq, item.answer.table, item.answer.record, item.answer.field


def dossiers(view: View, board: Board, rows: Sequence[Row]) -> list[Dossier]:
    """Put together what is known of some agencies of a board that shows a round."""
    assert board.round is not None
    published, earlier = since_publication(view.results, board), since_round(view.results, board)
    owed: dict[str, list[Filing]] = {}
    for item in lacking(view.filings):
        if item.framework.id == board.framework.id:
            owed.setdefault(item.code, []).append(item)
    found = []
    for row in rows:
        code = row.agency.code
        basis, of_row = view.index.basis(board.framework, code, board.round.id), cases(board, row)
        behind = {one.sub.indicator: answers_behind(one, basis) for one in of_row}
        changes = (published.get(code), earlier.get(code))
        found.append(Dossier(row, basis, of_row, behind, *changes, tuple(owed.get(code, ()))))
    return found


def cases(board: Board, row: Row) -> tuple[Case, ...]:
    """Give every sub-indicator of a row with what its score was reckoned from."""
    known = {item.id: item for item in board.framework.sub_indicators}
    return tuple(
        Case(known[sub.indicator], sub, row.inputs, board.criteria.scales[sub.indicator], board.framework.policy)
        for sub in row.score.subs
    )


def answers_behind(case: Case, basis: Basis) -> tuple[Evidence, ...]:
    """Give the answers that a sub-indicator rests on, in the order of forms, records and fields.

    Where a review or survey has a row for the agency and nothing in it, nothing rests on it.
    """
    used = _USED.get(case.item.role, _SURVEYED)
    found = [(role, item) for role, table, fields in used for item in basis.of(role, table, *fields)]
    return tuple(item for role, item in found if item.answer.value or role in (PLAN, REPORT))


def linked(found: Sequence[Dossier]) -> bool:
    """Tell whether cells may have links of their own."""
    return len(found) <= _LINKED
