"""What counts now: the newest accepted returns as answers, and what issued workbooks may carry of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from processors.assessed import own_result
from processors.editions import KEPT
from processors.season import Season
from processors.store import IssuedRow, Ledger, Return
from templates.issued import Issued
from templates.layout import Json
from templates.passport import Passport, sign
from templates.prefill import Answers, Sources
from templates.spec import Form, Framework
from templates.stages import stages
from workbook.errors import AppError


@dataclass(frozen=True)
class Counted:
    """The returns that count, by (form full id, recipient, stage)."""

    returns: dict[tuple[str, str, str], Return]
    _shares: dict[str, dict[str, Answers]] = field(default_factory=dict, compare=False, repr=False)

    def best(self, form: Form, agency: str, *, last_only: bool = False) -> Return | None:
        """Give the return of the latest stage that was accepted; `last_only` asks for the last stage itself."""
        order = stages(form)
        for stage in reversed(order[-1:] if last_only else order):
            found = self.returns.get((form.full_id, agency, stage))
            if found is not None:
                return found
        return None

    def told_of(self, form: Form) -> dict[str, Answers]:
        """Give what the accepted return of the centre says of each agency: agency -> table -> its records."""
        if form.full_id not in self._shares:
            told: dict[str, dict[str, list[Mapping[str, Json]]]] = {}
            mine = [answers_of(item) for (name, _, _), item in self.returns.items() if name == form.full_id]
            for table, record in ((name, row) for one in mine for name, rows in one.items() for row in rows):
                told.setdefault(str(record.get("agency") or ""), {}).setdefault(table, []).append(record)
            self._shares[form.full_id] = {code: dict(tables) for code, tables in told.items() if code}
        return self._shares[form.full_id]


def counted(ledger: Ledger) -> Counted:
    """Load what counts from the ledger."""
    return Counted({(item.form, item.agency, item.stage): item for item in ledger.counted()})


def outdone(ledger: Ledger, forms: Iterable[Form]) -> frozenset[int]:
    """Give the returns that no longer speak for their agency: an earlier stage beside a later one that was accepted."""
    places = {(form.full_id, stage): at for form in forms for at, stage in enumerate(stages(form))}
    sql = (
        "SELECT max(seq), form, agency, stage FROM returned WHERE verdict='accepted' AND seq NOT IN "
        "(SELECT seq FROM forgotten) GROUP BY form, agency, stage"
    )
    filed: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for seq, form, agency, stage in ledger.rows(sql):
        filed.setdefault((form, agency), []).append((places.get((form, stage), -1), seq))
    return frozenset(seq for found in filed.values() for place, seq in found if place < max(found)[0])


def answers_of(item: Return) -> Answers:
    """Give the answers of a stored return."""
    answers: Answers = item.extracted.get("answers", {})
    return answers


def sources(framework: Framework, form: Form, counted_now: Counted, agencies: Iterable[str]) -> Sources:
    """Give what a form may carry: agencies get their own frozen (last stage) returns, groups the latest of any stage."""
    own = form.issued_to == "agencies"
    accepted: dict[str, dict[str, Answers]] = {}
    previous: dict[str, Answers] = {}
    former = _round_before(framework, form)
    for code in agencies:
        last = counted_now.best(former, code) if former else None
        if last is not None:
            previous[code] = answers_of(last)
        for earlier in framework.forms:
            if own and earlier.issued_to == "opdc" and code in (told := counted_now.told_of(earlier)):
                accepted.setdefault(code, {})[earlier.id] = own_result(framework, told[code])
            found = counted_now.best(earlier, code, last_only=own)
            if found is not None:
                accepted.setdefault(code, {})[earlier.id] = answers_of(found)
    return Sources(accepted, previous)


def _round_before(framework: Framework, form: Form) -> Form | None:
    """Give the form of the round before: the nearest earlier one with a table of the same name as one with `previous` fields."""
    wanted = {table.id for table in form.tables for item in table.fields if item.origin == "previous"}
    order = [form_id for item in framework.rounds for form_id in item.forms]
    earlier = [framework.form(form_id) for form_id in order[: order.index(form.id)]]
    return next((item for item in reversed(earlier) if any(item.has(table) for table in wanted)), None)


def issued_of(season: Season, row: IssuedRow) -> Issued:
    """Give an issued workbook from its row in the ledger, with the edition of the form that it was issued with.

    Raises AppError (status 4) when that edition is gone.
    """
    found = find_issued(season, row)
    if found is None:
        name = f"{row.form} {row.issue}"
        raise AppError(f"frameworks: {KEPT}/{row.spec} ({name}) is gone or was changed; put it back from the backup", status=4)
    return found


def find_issued(season: Season, row: IssuedRow) -> Issued | None:
    """Give an issued workbook from its row in the ledger, None when nobody can tell any more what it asked."""
    framework_id, _, form_id = row.form.partition("/")
    framework = season.editions.framework((framework_id, form_id), row.issue, row.spec)
    if framework is None:
        return None
    form = framework.form(form_id)
    recipient = season.recipient_name(form, row.agency)
    passport = Passport(str(season.fiscal_year), row.form, row.issue, row.agency, row.serial)
    snapshot = {table: tuple(records) for table, records in row.snapshot.items()}
    agency = season.by_code.get((framework_id, row.agency)) if form.issued_to == "agencies" else None
    return Issued(framework, form, sign(passport, season.secret), recipient, snapshot, agency)
