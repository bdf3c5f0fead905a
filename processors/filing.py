"""Who has filed what: one line per agency and form, from what was issued, returned and expected; the missing ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from processors.results import Filed, Results
from processors.sheets import Column, Grid, Line, Marked
from processors.tries import Try
from processors.wording import flags_text, group_text, recipient_name, t, verdict_text
from templates.registry import Agency
from templates.spec import Form, Framework
from templates.stages import form_text
from workbook.book import CellValue

ON_TIME, LATE, NOT_PASSED, SILENT, EXCUSED = "on_time", "late", "not_passed", "silent", "excused"
NOT_DUE, AWAITED = "not_due", "awaited"
"""Nothing came: an agency's form whose time has not begun; a form that a group or another office files."""
ACCEPTED = "accepted"
_LATE_FLAG = "late"
_LOOK = {LATE: "warn", NOT_PASSED: "missing", SILENT: "missing"}
_QUIET = (EXCUSED, NOT_DUE, AWAITED)


@dataclass(frozen=True)
class Filing:
    """One form of one recipient: `state` says where it stands, `filed` is the return that counts or the last try.

    `agency` None = the recipient is a group or another office. `closes` None = no deadline is stated. `last`: the last
    try, which may be another file than `filed`.
    """

    framework: Framework
    form: Form
    code: str
    name: str
    group: str
    agency: Agency | None
    state: str
    serial: str
    filed: Filed | None
    closes: dt.date | None
    last: Try | None = None


def filings(results: Results) -> tuple[Filing, ...]:
    """Give the filings of all forms by framework, round and recipient."""
    filed: dict[str, dict[str, list[Filed]]] = {}
    for item in results.filed:
        filed.setdefault(item.form, {}).setdefault(item.agency, []).append(item)
    names = {(item.framework, item.code): item.name for item in results.agencies}
    found: list[Filing] = []
    for framework in results.frameworks:
        for form_id in [form_id for item in framework.rounds for form_id in item.forms]:
            found.extend(_of_form(results, framework.form(form_id), framework, (names, filed)))
    return tuple(found)


def _of_form(
    results: Results,
    form: Form,
    framework: Framework,
    known: tuple[dict[tuple[str, str], str], dict[str, dict[str, list[Filed]]]],
) -> list[Filing]:
    names, all_filed = known
    filed = all_filed.get(form.full_id, {})
    agencies = {item.code: item for item in results.agencies if item.framework == framework.id}
    codes = {code for code, name in results.issued if name == form.full_id} | set(filed)
    expected = [item for item in results.balance.expected if item.form == form.full_id]
    codes |= {code for item in expected for code in item.silent_codes}
    if form.issued_to == "agencies":
        codes |= set(agencies)
    closes = first_deadline(framework, form)
    lines = []
    begun = bool(expected)
    for code in sorted(codes):
        agency = agencies.get(code)
        tries: list[Filed | None] = [*sorted(filed.get(code, []), key=lambda one: one.seq)]
        issued = results.issued.get((code, form.full_id), "")
        for item in tries or [None]:
            lines.append(
                Filing(
                    framework, form, code, recipient_name(code, framework, names), agency.group if agency else code,
                    agency, _state(item, agency, begun), issued or (item.serial if item else ""), item,
                    (item.closes if item else None) or closes, results.tries.get((code, form.full_id)),
                )
            )  # fmt: skip
    return lines


def _state(filed: Filed | None, agency: Agency | None, begun: bool) -> str:
    if filed is not None and filed.verdict == ACCEPTED:
        return LATE if filed.days_late > 0 or _LATE_FLAG in filed.flags else ON_TIME
    if agency is not None and not agency.due:
        return EXCUSED
    if filed is not None:
        return NOT_PASSED
    return SILENT if begun else AWAITED if agency is None else NOT_DUE


def first_deadline(framework: Framework, form: Form) -> dt.date | None:
    """Give the first effective deadline of a form over its stages; None when none is stated."""
    stages = {item.stage for item in framework.round_of(form.id).deadlines if item.form == form.id}
    found = [item.date for stage in stages if (item := framework.deadline(form.id, stage))]
    return min(found, default=None)


def missing(items: Sequence[Filing]) -> list[Filing]:
    """Keep what is late, returned or silent."""
    return [item for item in items if item.state in (LATE, NOT_PASSED, SILENT)]


def filing_grid(items: Sequence[Filing], serials: bool = True) -> Grid:
    """Give filings as rows that can be filtered by any column; without `serials` for reading only."""
    columns = [
        Column(t("col_form"), 52), Column(t("col_code"), 11),
        Column(t("col_recipient"), 46), Column(t("col_group"), 40), Column(t("col_state"), 24),
        Column(t("col_verdict"), 18), Column(t("col_received"), 15, "cell+date+centre"),
        Column(t("col_days_late"), 9, "cell+whole+centre"), Column(t("col_closes"), 15, "cell+date+centre"),
    ]  # fmt: skip
    if serials:
        columns += [Column(t("col_flags"), 18), Column(t("col_issued_serial"), 16), Column(t("col_filed_serial"), 16)]
        columns += [Column(t("col_last_verdict"), 18), Column(t("col_last_seq"), 11), Column(t("col_last_at"), 19)]
        columns += [Column(t("col_last_errors"), 10, "cell+whole+centre")]
    lines = [_line(item) for item in items]
    return Grid(tuple(columns), tuple(Line(line.values[: len(columns)], line.style) for line in lines))


def _line(item: Filing) -> Line:
    filed = item.filed
    tail: tuple[CellValue, ...] = (None, None, None)
    if filed is not None:
        tail = (verdict_text(filed.verdict), filed.received, filed.days_late or None)
    group = group_text(item.framework, item.group) if item.agency else None
    values = (
        form_name(item), item.code, item.name, group,
        Marked(state_text(item), _LOOK.get(item.state, "")), *tail,
        item.closes, flags_text(filed.flags) if filed else None, item.serial or None, filed.serial if filed else None,
        *_last(item.last),
    )  # fmt: skip
    return Line(values, "muted" if item.state in _QUIET else "")


def _last(found: Try | None) -> tuple[CellValue, ...]:
    """Give verdict, number, moment and what is left to mend of the last try."""
    if found is None:
        return None, None, None, None
    when = found.received_at[:16].replace("T", " ") or found.received.isoformat()
    return verdict_text(found.verdict), f"{found.seq:06d}", when, found.errors


def form_name(item: Filing) -> str:
    """Name the form of a filing as people know it, with the stage that came."""
    return form_text(item.form, item.filed.stage if item.filed else "")


def state_text(item: Filing) -> str:
    """Say where a filing stands; for an exempt agency why."""
    if item.state == EXCUSED and item.agency is not None:
        return t("state_sla") if item.agency.sla else t("state_exempt")
    if item.state == LATE and item.filed is not None and item.filed.days_late:
        return t("state_late_days", days=item.filed.days_late)
    return t(f"state_{item.state}")
