"""Ledger -> Results: everything that one publication shows, joined once, with a fixed number of queries."""

from __future__ import annotations

import datetime as dt
import gc
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from sys import intern
from typing import Any

from processors import nights, reconcile
from processors.assess import assess, roles, rounds_shown
from processors.attention import attention, to_look_at
from processors.former import former
from processors.judge import shown
from processors.marks import marks
from processors.origin import origin
from processors.report import field_of, message_of
from processors.results import AnswerRow, Balance, Filed, FindingRow, Results, WaiverRow
from processors.season import Season
from processors.standing import Counted, outdone
from processors.store import Entry, Ledger, Return
from processors.tries import certified, last_tries, newest_tries, returned_series
from processors.wire import unpack_finding
from templates.prefill import Answers
from templates.spec import Form
from validation.waivers import EXCUSED, used_by
from workbook.address import Cell
from workbook.finding import Place

_SHORT = 40
"""Signs of a value that other returns surely have as well: numbers, days, options."""
GONE = "gone"
"""What the ledger remembers the paths under that were not on the share any more, as a JSON list of hexadecimal paths."""


@contextmanager
def _no_garbage() -> Iterator[None]:
    """Keep Python from looking for garbage among millions of plain values: it took more than half of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@_no_garbage()
def collect(
    season: Season,
    ledger: Ledger,
    as_of: dt.date,
    present: Mapping[bytes, Entry],
    *,
    round_id: str = "",
    found: int | None = None,
) -> Results:
    """Join everything that a publication shows; `round_id` "" shows each framework's newest round with returns.

    `found`: how many entries the share holds, counted apart from `present`; None asks what the last night remembered.
    """
    if found is None:
        present, found = _last_look(ledger, present)
    editions = _Editions(season, ledger)
    now, answers, withheld = _counted(ledger, editions, outdone(ledger, season.forms()))
    tries = newest_tries(ledger, list(now.returns.values()))
    known = [item for item in _standing(now, tries) if item.form in editions.forms]
    looked = to_look_at(season, ledger, as_of, present)
    rows = _once(known, looked)
    # Each return speaks of the edition of the form that it answered.
    asked = [(item, editions.form_of(item)) for item in rows]
    scored = assess(season, now, as_of)
    return Results(
        fiscal_year=season.fiscal_year, as_of=as_of, frameworks=tuple(season.frameworks.values()),
        agencies=season.agencies, scored=scored, former=former(ledger, season.frameworks.values(), scored),
        marks=marks(ledger), small_group=season.showing.small_group,
        filed=tuple(_filed(season, item) for item in known), answers=answers,
        findings=tuple(row for item, form in asked for row in _findings(item, form)),
        balance=_balance(season, ledger, as_of, (now, present, found, withheld)),
        shown_round=_shown_rounds(season, now, as_of, round_id),
        issued=editions.newest_serials, issued_on=editions.newest_days, simulated=season.simulated,
        attention=attention(looked, editions.forms),
        waivers=_waivers(season, rows, as_of),
        tries=last_tries(tries, returned_series(ledger)),
        nights=tuple(nights.last(ledger, before=as_of)), origin=origin(season, ledger),
    )  # fmt: skip


def _once(known: Sequence[Return], looked: Sequence[Return]) -> list[Return]:
    """Give both without those that stand in both; what waits for the next night has no number yet and stands apart."""
    told = {item.seq for item in known}
    return [*known, *(item for item in looked if item.seq not in told)]


def _balance(
    season: Season, ledger: Ledger, as_of: dt.date, told: tuple[Counted, Mapping[bytes, Entry], int, Mapping[str, int]]
) -> Balance:
    """Reconcile what counts, the present entries, how many were found, and what was withheld by form."""
    now, present, found, withheld = told
    files = reconcile.balance(season, now, present, as_of, found=found)
    rows = reconcile.sources(season, ledger, as_of, (now, withheld))
    return replace(files, kept=reconcile.kept(ledger, present), rows=rows)


def _last_look(ledger: Ledger, entries: Mapping[bytes, Entry]) -> tuple[Mapping[bytes, Entry], int]:
    """Give the entries that the last night saw and how many it counted; all of them where it remembered nothing."""
    gone, found = ledger.meta(GONE), ledger.meta("last_found")
    if not gone or not found:
        return entries, len(entries)
    left = {bytes.fromhex(path) for path in json.loads(gone)}
    return {path: item for path, item in entries.items() if path not in left}, int(found)


class _Editions:
    """What was issued, read once: the newest serials, and the edition of the form that each workbook asked."""

    def __init__(self, season: Season, ledger: Ledger) -> None:
        self.season = season
        self.forms = {form.full_id: form for form in season.forms()}
        self.newest_serials: dict[tuple[str, str], str] = {}
        self._asked: dict[tuple[str, str, str], tuple[str, str]] = {}
        self._found: dict[tuple[str, str, str], Form] = {}
        self.newest_days: dict[tuple[str, str], dt.date] = {}
        sql = "SELECT form, agency, serial, issue, spec, day FROM issued ORDER BY form, agency, serial"
        for form, agency, serial, issue, spec, day in ledger.rows(sql):
            self.newest_serials[agency, form] = serial
            if day:
                self.newest_days[agency, form] = dt.date.fromisoformat(day)
            self._asked[form, agency, serial] = (issue, spec)

    def form_of(self, item: Return) -> Form | None:
        """Give the form that a return answered as its workbook had it; None when the season has no such form."""
        present = self.forms.get(item.form)
        asked = self._asked.get((item.form, item.agency, item.serial))
        if present is None or asked is None or not item.serial:
            return present
        key = (item.form, *asked)
        if key not in self._found:
            framework = self.season.editions.framework((present.framework, present.id), *asked)
            self._found[key] = framework.form(present.id) if framework else present
        return self._found[key]


def _standing(now: Counted, tries: Sequence[Return]) -> list[Return]:
    """Give the returns that count, and of those with none the last try."""
    whose = {(form, agency) for form, agency, _ in now.returns}
    return [*now.returns.values(), *(item for item in tries if (item.form, item.agency) not in whose)]


def _shown_rounds(season: Season, now: Counted, as_of: dt.date, wanted: str) -> dict[str, str]:
    rounds = {}
    for framework in season.frameworks.values():
        open_rounds = rounds_shown(framework, now, as_of)
        if wanted and wanted in open_rounds:
            rounds[framework.id] = wanted
        elif open_rounds:
            filed = {form for form, _, _ in now.returns}
            reports = roles(framework).reports
            with_returns = [item for item in open_rounds if reports[item].full_id in filed]
            rounds[framework.id] = (with_returns or list(open_rounds[:1]))[-1]
    return rounds


def _filed(season: Season, item: Return) -> Filed:
    framework_id, _, form_id = item.form.partition("/")
    deadline = season.frameworks[framework_id].deadline(form_id, item.stage)
    return Filed(
        agency=item.agency, form=item.form, stage=item.stage, verdict=item.verdict, flags=item.flags, seq=item.seq,
        file=shown(item.path), serial=item.serial, sha256=item.sha256, received=dt.date.fromisoformat(item.received),
        days_late=item.days_late, closes=deadline.date if deadline else None, certified=certified(item),
    )  # fmt: skip


def _counted(
    ledger: Ledger, editions: _Editions, former: frozenset[int]
) -> tuple[Counted, tuple[AnswerRow, ...], Counter[str]]:
    """Give the returns that count, their answers, and by form how many personal cells were withheld.

    An earlier stage (`former`) is not shown beside a later one: nobody could tell their answers apart.
    The places of the answers are the most of what the ledger holds. They are read return by return and go into the rows,
    so that they never stand in memory together.
    """
    returns: dict[tuple[str, str, str], Return] = {}
    rows: list[AnswerRow] = []
    withheld: Counter[str] = Counter()
    personal: dict[int, dict[tuple[str, str], bool]] = {}
    for item in ledger.each_counted():
        form = editions.form_of(item)
        # Of what was extracted, scores and findings ask for the answers alone.
        kept = {"answers": _lean(item.extracted["answers"])} if "answers" in item.extracted else {}
        if form is not None and item.seq not in former:
            if id(form) not in personal:
                personal[id(form)] = {(table.id, one.id): one.personal for table in form.tables for one in table.fields}
            own = _Own(item.agency if form.issued_to == "agencies" else "", kept.get("answers", {}), personal[id(form)])
            withheld[item.form] += _answers(rows, item, own)
        returns[item.form, item.agency, item.stage] = replace(item, extracted=kept)
    return Counted(returns), tuple(rows), withheld


@dataclass(frozen=True)
class _Own:
    """What the cells of one return are read by: its agency ("" where each record names one), answers, and who is personal."""

    agency: str
    answers: Answers
    personal: Mapping[tuple[str, str], bool]


def _answers(rows: list[AnswerRow], item: Return, own: _Own) -> int:
    """Add the answers of one return, one row a cell; personal fields are left out altogether, and their number given."""
    name, withheld = shown(item.path), 0
    for table, position, field, place, raw, _, _ in item.extracted.get("cells", ()):
        # Of a field that the form does not know nobody can say whether it is personal.
        if own.personal.get((table, field), True):
            withheld += 1
            continue
        record = own.answers[table][position]
        kept = record.get(field)
        value = "" if kept is None else str(kept).lower() if isinstance(kept, bool) else kept
        agency = own.agency or str(record.get("agency") or item.agency)
        # Most was typed as it is read: one text then stands for both.
        raw = value if raw == value else _one(raw)
        spot = (intern(place[0]), _address(place[1], place[2]))
        rows.append(AnswerRow(agency, item.form, intern(table), position + 1, intern(field), value, raw, name, *spot, item.seq))
    return withheld


def _lean(answers: Answers) -> Answers:
    """Give answers with one text for what all returns repeat: names and short values take more room than all the rest."""
    return {
        intern(table): [{intern(name): _one(value) for name, value in record.items()} for record in records]
        for table, records in answers.items()
    }


def _one(value: Any) -> Any:
    """Give the one text that stands for all short ones like it; anything else as it is."""
    return intern(value) if value.__class__ is str and len(value) < _SHORT else value


@cache
def _address(row: int, col: int) -> str:
    """Give the address of a cell; the same few thousand come again for every return."""
    return Cell(row, col).a1()


def _waivers(season: Season, rows: Sequence[Return], as_of: dt.date) -> tuple[WaiverRow, ...]:
    """Give every exception with the number of findings that it excuses in the returns shown."""
    used: Counter[int | None] = Counter()
    for item in rows:
        excused = (unpack_finding(packed) for packed in item.findings if packed[0] == EXCUSED)
        used.update(used_by(finding, item.agency, season.waivers) for finding in excused)
    return tuple(
        WaiverRow(one.agency, one.code, one.where, one.reason, one.approver, one.expires, used[at], one.holds(as_of))
        for at, one in enumerate(season.waivers)
    )


def _findings(item: Return, form: Form | None) -> list[FindingRow]:
    """Give the findings of a return; without a form nobody can say which cells are personal, so none is shown."""
    rows = []
    answers, name = item.extracted.get("answers", {}), shown(item.path)
    for packed in item.findings:
        finding = unpack_finding(packed)
        what, _ = message_of(finding, form, "th")
        place = finding.place
        if form is None and place is not None:
            continue
        spec = field_of(finding, form)
        assert spec is None or not (spec.personal and finding.raw)
        sheet, cell = (place.sheet, place.cell.a1()) if place else (finding.params.get("sheet", ""), "")
        where = (name, sheet, cell)
        rows.append(FindingRow(_judged(item, answers, place), item.form, *where, finding.code, finding.severity, what))
    return rows


def _judged(item: Return, answers: Answers, place: Place | None) -> str:
    """Name the agency that a finding concerns: in a workbook over many agencies the one of its row."""
    if place is None or place.table is None or place.record is None:
        return item.agency
    records = answers.get(place.table, ())
    found = records[place.record].get("agency") if place.record < len(records) else None
    return str(found) if found and len(records) > 1 else item.agency
