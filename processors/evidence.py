"""What a score rests on: the answers behind it, each with the file, sheet and cell that it was read from.

An answer leads to its return by the ledger's number: file, serial and digest stand there. Of a plan the last stage counts,
of a review or survey the newest return that names the agency; the same choice as that of the scores.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from processors.assess import Roles, roles
from processors.results import AnswerRow, Filed, Results
from templates.spec import Form, Framework
from templates.stages import stages

PLAN, REPORT, REVIEW, SURVEY = "plan", "report", "review", "survey"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One answer and the return that it stands in."""

    answer: AnswerRow
    filed: Filed


def receipt_no(seq: int) -> str:
    """Write the number of a return as it is written everywhere, on receipts first."""
    return f"{seq:06d}"


@dataclass(frozen=True)
class Basis:
    """The answers that one agency's scores of one round may rest on, by role of the form; "" roles are absent."""

    answers: Mapping[str, tuple[Evidence, ...]]

    def of(self, role: str, table: str, *fields: str) -> tuple[Evidence, ...]:
        """Give the answers of some fields of a table, in the order of records, then of the fields named."""
        found = [item for item in self.answers.get(role, ()) if item.answer.table == table and item.answer.field in fields]
        return tuple(sorted(found, key=lambda item: (item.answer.record, fields.index(item.answer.field))))

    def records(self, role: str, table: str) -> list[dict[str, Evidence]]:
        """Give the records of a table in their order: field -> answer."""
        found: dict[int, dict[str, Evidence]] = {}
        for item in self.answers.get(role, ()):
            if item.answer.table == table:
                found.setdefault(item.answer.record, {})[item.answer.field] = item
        return [found[at] for at in sorted(found)]

    def filed(self, role: str) -> Filed | None:
        """Give the return that a role's answers stand in; None when there is none."""
        found = self.answers.get(role)
        return found[0].filed if found else None


@dataclass(frozen=True)
class Index:
    """All answers of a publication, found by agency."""

    results: Results

    @cached_property
    def by_return(self) -> dict[tuple[str, str], dict[int, list[AnswerRow]]]:
        """Group the answers by agency and form, then by return."""
        found: dict[tuple[str, str], dict[int, list[AnswerRow]]] = {}
        for row in self.results.answers:
            found.setdefault((row.agency, row.form), {}).setdefault(row.seq, []).append(row)
        return found

    @cached_property
    def _filed(self) -> dict[int, Filed]:
        return {item.seq: item for item in self.results.filed}

    @cached_property
    def _roles(self) -> dict[str, Roles]:
        return {item.id: roles(item) for item in self.results.frameworks}

    def basis(self, framework: Framework, agency: str, round_id: str) -> Basis:
        """Give what the scores of an agency in a round rest on."""
        found = self._roles[framework.id]
        forms = {PLAN: found.plan, REPORT: found.reports.get(round_id), REVIEW: found.review, SURVEY: found.survey}
        return Basis({role: self._of(form, agency, last_only=role == PLAN) for role, form in forms.items() if form})

    def _of(self, form: Form, agency: str, *, last_only: bool) -> tuple[Evidence, ...]:
        by_return = self.by_return.get((agency, form.full_id), {})
        known = [(self._filed[seq], rows) for seq, rows in by_return.items() if seq in self._filed]
        order = stages(form)
        counts: Sequence[str] = order[-1:] if last_only else order
        best = max(
            ((filed, rows) for filed, rows in known if filed.stage in counts),
            key=lambda item: (counts.index(item[0].stage), item[0].seq),
            default=None,
        )
        return tuple(Evidence(row, best[0]) for row in best[1]) if best else ()
