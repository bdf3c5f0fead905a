"""Who has filed what: one filing per agency and form, from what was issued, returned and expected; what is still owed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from processors.results import Filed, Results
from processors.sheets import Column, Grid, Line
from processors.tries import Try
from processors.wording import day_text, group_text, known, recipient_name, t, verdict_text
from templates.registry import Agency
from templates.spec import Carried, Deadline, Form, Framework
from templates.stages import form_text, stage_label, stages
from workbook.book import CellValue, Styled

ON_TIME, LATE, NOT_PASSED, SILENT, EXCUSED = "on_time", "late", "not_passed", "silent", "excused"
NOT_DUE, AWAITED, OPTIONAL = "not_due", "awaited", "optional"
"""Nothing came: an agency's form whose time has not begun; one that a group or another office files; one nobody must file."""
ACCEPTED = "accepted"
_LATE_FLAG = "late"
_CALENDAR = "calendar.csv"
"""The list of a framework that its stated dates come from."""
LOOKS = {LATE: "warn", NOT_PASSED: "missing", SILENT: "missing"}
QUIET = (EXCUSED, NOT_DUE, AWAITED, OPTIONAL)


@dataclass(frozen=True)
class Filing:
    """One form of one recipient: `state` says where it stands, `filed` is the return that counts or the last try.

    `agency` None = the recipient is a group or another office. `owed` is the stage that must still come ("" in a form
    without stages), None = nothing is owed. `closes`: the effective deadline of what is owed, else of what came; None = no
    source states one. `overdue`: days past it of what is owed. `last`: the last try, which may be another file than `filed`.
    `waits`: the earlier form that it carries answers of and that is owed itself, so that it can't be issued yet.
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
    owed: str | None = None
    overdue: int = 0
    waits: Form | None = None

    @property
    def stage(self) -> str:
        """Give the stage that the deadline is of: what is owed, else what came."""
        return self.owed if self.owed is not None else self.filed.stage if self.filed else ""

    @property
    def partly(self) -> bool:
        """Tell whether an earlier stage was accepted and a later one must still come."""
        return self.owed is not None and self.filed is not None and self.state in (ON_TIME, LATE)


@dataclass(frozen=True)
class _Known:
    """What filings are made from, by form: names of agencies, what came of whom, who is silent."""

    results: Results
    names: Mapping[tuple[str, str], str]
    filed: Mapping[str, Mapping[str, Sequence[Filed]]]
    agencies: Mapping[str, Mapping[str, Agency]]
    issued: Mapping[str, frozenset[str]]


def filings(results: Results) -> tuple[Filing, ...]:
    """Give one filing per recipient and form, by framework, group and recipient, its forms in the order of the rounds."""
    filed: dict[str, dict[str, list[Filed]]] = {}
    for item in results.filed:
        filed.setdefault(item.form, {}).setdefault(item.agency, []).append(item)
    agencies: dict[str, dict[str, Agency]] = {}
    for agency in results.agencies:
        agencies.setdefault(agency.framework, {})[agency.code] = agency
    issued: dict[str, set[str]] = {}
    for code, name in results.issued:
        issued.setdefault(name, set()).add(code)
    names = {(item.framework, item.code): item.name for item in results.agencies}
    known = _Known(results, names, filed, agencies, {form: frozenset(codes) for form, codes in issued.items()})
    return tuple(item for framework in results.frameworks for item in _of_framework(known, framework))


def _of_framework(known: _Known, framework: Framework) -> list[Filing]:
    found: list[Filing] = []
    owed: dict[str, dict[str, Form]] = {}
    for form_id in [form_id for item in framework.rounds for form_id in item.forms]:
        form = framework.form(form_id)
        fresh = [_waiting(filing, owed.get(filing.code, {})) for filing in _of_form(known, framework, form)]
        for filing in fresh:
            if filing.owed is not None:
                owed.setdefault(filing.code, {})[form.id] = form
        found += fresh
    # They stand form after form; sorting keeps that order within an agency.
    return sorted(found, key=lambda item: (item.agency is None, item.group, item.code))


def _of_form(known: _Known, framework: Framework, form: Form) -> list[Filing]:
    filed = known.filed.get(form.full_id, {})
    agencies = known.agencies.get(framework.id, {})
    expected = [item for item in known.results.balance.expected if item.form == form.full_id]
    codes = set(known.issued.get(form.full_id, ())) | set(filed)
    codes |= {code for item in expected for code in item.silent_codes}
    if form.issued_to == "agencies" and not form.optional:
        codes |= set(agencies)
    return [_filing(known, framework, form, (code, bool(expected))) for code in sorted(codes)]


def _filing(known: _Known, framework: Framework, form: Form, whose: tuple[str, bool]) -> Filing:
    code, begun = whose
    results = known.results
    agency = known.agencies.get(framework.id, {}).get(code)
    order = stages(form)
    filed = _best(known.filed.get(form.full_id, {}).get(code, ()), order)
    state = _state(filed, agency, form, begun)
    owed = _owed(state, filed, order) if begun and agency is not None else None
    stage = owed if owed is not None else filed.stage if filed else order[0]
    deadline = framework.deadline(form.id, stage)
    closes = deadline.date if deadline else None
    if owed is None and filed is not None:
        closes = filed.closes or closes
    overdue = max((results.as_of - closes).days, 0) if owed is not None and closes else 0
    serial = results.issued.get((code, form.full_id), "") or (filed.serial if filed else "")
    return Filing(
        framework, form, code, recipient_name(code, framework, known.names), agency.group if agency else code, agency,
        state, serial, filed, closes, results.tries.get((code, form.full_id)), owed, overdue,
    )  # fmt: skip


def _waiting(item: Filing, owed: Mapping[str, Form]) -> Filing:
    """Note on a form that was not issued which earlier form of the same agency it waits for."""
    if item.serial or item.owed is None or not owed:
        return item
    carried = [table.rows.form for table in item.form.tables if isinstance(table.rows, Carried)]
    return replace(item, waits=next((owed[name] for name in carried if name in owed), None))


def _best(items: Sequence[Filed], order: Sequence[str]) -> Filed | None:
    """Give what stands for an agency: the accepted return of the latest stage, else the last try."""

    def rank(item: Filed) -> tuple[bool, int, int]:
        accepted = item.verdict == ACCEPTED
        return accepted, order.index(item.stage) if accepted and item.stage in order else -1, item.seq

    return max(items, key=rank, default=None)


def _state(filed: Filed | None, agency: Agency | None, form: Form, begun: bool) -> str:
    if filed is not None and filed.verdict == ACCEPTED:
        return LATE if filed.days_late > 0 or _LATE_FLAG in filed.flags else ON_TIME
    if agency is not None and not agency.due:
        return EXCUSED
    if filed is not None:
        return NOT_PASSED
    if agency is None:
        return AWAITED
    return OPTIONAL if form.optional else SILENT if begun else NOT_DUE


def _owed(state: str, filed: Filed | None, order: Sequence[str]) -> str | None:
    """Give the stage that must still come: the one after what was accepted, else the one that was tried, else the first."""
    if state in (SILENT, NOT_PASSED):
        return filed.stage if filed is not None and filed.stage in order else order[0]
    if filed is None or state not in (ON_TIME, LATE) or filed.stage not in order:
        return None
    later = order[order.index(filed.stage) + 1 :]
    return later[0] if later else None


def first_deadline(framework: Framework, form: Form) -> dt.date | None:
    """Give the first effective deadline of a form over its stages; None when none is stated."""
    stated = {item.stage for item in framework.round_of(form.id).deadlines if item.form == form.id}
    found = [item.date for stage in stated if (item := framework.deadline(form.id, stage))]
    return min(found, default=None)


def deadlines_text(framework: Framework, form: Form) -> str:
    """Write the effective deadlines of a form, one for each stage; words where no source states one."""
    found = (framework.deadline(form.id, stage) for stage in stages(form))
    return " / ".join(dict.fromkeys(day_text(item.date) for item in found if item)) or t("no_deadline")


def other_dates(framework: Framework, form: Form, stage: str) -> list[Deadline]:
    """Give the other dates that sources state for a form and stage, by date: what does not bind, or lost a conflict."""
    binding = framework.deadline(form.id, stage)
    stated = [item for item in framework.round_of(form.id).deadlines if item.form == form.id and item.stage in ("", stage)]
    others = {item.date: item for item in reversed(stated) if binding is None or item.date != binding.date}
    return [others[day] for day in sorted(others)]


def source_title(framework: Framework, stated: Deadline) -> str:
    """Name the document that states a date; a calendar without a title goes by the title of its framework."""
    rows = (row for row in framework.lists.get(_CALENDAR, ()) if row.get("calendar") == stated.calendar)
    return next((row["calendar_title"] for row in rows if row.get("calendar_title")), framework.title)


def group_named(framework: Framework, within: str, code: str) -> str:
    """Give the name of what agencies are ranked within; an agency outside all of them has words for that."""
    key = f"no_group_{within}"
    return group_text(framework, code) or t(key if known(key) else "no_group")


def missing(items: Sequence[Filing]) -> list[Filing]:
    """Keep what is late, returned or silent."""
    return [item for item in items if item.state in (LATE, NOT_PASSED, SILENT)]


def late_grid(items: Sequence[Filing]) -> Grid:
    """Give filings as rows for reading: who, which form, where it stands, what came and when."""
    columns = (
        Column(t("col_form"), 46), Column(t("col_code"), 11), Column(t("col_recipient"), 46), Column(t("col_group"), 40),
        Column(t("col_state"), 24), Column(t("col_verdict"), 18), Column(t("col_received"), 15, "cell+date+centre"),
        Column(t("col_days_late"), 11, "cell+whole+centre"), Column(t("col_overdue"), 11, "cell+whole+centre"),
        Column(t("col_closes"), 15, "cell+date+centre"),
    )  # fmt: skip
    return Grid(columns, tuple(Line(_late_cells(item)) for item in items))


def _late_cells(item: Filing) -> tuple[CellValue | Styled, ...]:
    filed = item.filed
    tail = (verdict_text(filed.verdict), filed.received, filed.days_late or None) if filed else (None, None, None)
    group = group_named(item.framework, item.agency.within, item.group) if item.agency else None
    state = Styled(state_text(item), LOOKS.get(item.state, ""))
    form = short_name(item.framework, item.form, filed.stage if filed else "")
    return (form, item.code, item.name, group, state, *tail, item.overdue or None, item.closes)


def short_name(framework: Framework, form: Form, stage: str = "") -> str:
    """Name a form shortly: by its round, of which it is the first; a further form of a round by its own title.

    A framework with a short name of its own goes before it: others may have a round of the same title.
    """
    item = framework.round_of(form.id)
    if item.forms[0] != form.id:
        return form_text(form, stage)
    title = f"{framework.short} {item.title}".strip()
    return f"{title} ({stage_label(form, stage)})" if stage else title


def form_name(item: Filing) -> str:
    """Name the form of a filing as people know it, with the stage that came."""
    return form_text(item.form, item.filed.stage if item.filed else "")


def state_text(item: Filing) -> str:
    """Say where a filing stands; for an exempt agency why, for a form with stages which one came and which is missing."""
    if item.state == EXCUSED and item.agency is not None:
        return t("state_sla") if item.agency.sla else t("state_exempt")
    words = t(f"state_{item.state}")
    if item.state == LATE and item.filed is not None and item.filed.days_late:
        words = t("state_late_days", days=item.filed.days_late)
    if not item.partly or item.filed is None:
        return words
    came, owed = (stage_label(item.form, stage) for stage in (item.filed.stage, item.owed or ""))
    return t("state_partly", state=words, came=came, owed=owed)
