"""Which letters the returns of a night ask for: notices, receipts, what is to be mended; each return is looked at once."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from processors.addressee import CERTIFIER, REPORTERS, addresses
from processors.compose import TEXTS, Letter, where
from processors.contacts import Recorders, office_of, recorders
from processors.enclosure import digest_of
from processors.forget import holds_people
from processors.headline import EMPTY
from processors.judge import shown
from processors.receipt import clock_text
from processors.remarks import MENDED
from processors.season import Season
from processors.store import Ledger
from processors.wire import unpack_finding
from templates.lists import thai_date
from templates.spec import Form, Framework
from templates.stages import stage_label, stages
from templates.words import say
from validation.gates import ACCEPTED, CONFLICT, RETURNED, SUPERSEDED, WRONG_ROUND
from workbook.finding import ERROR, WARNING, Finding

NOTICE, RECEIPT, RETURN, ASIDE = "notice", "receipt", "return", "aside"
_TOLD = (ACCEPTED, RETURNED, CONFLICT, SUPERSEDED, WRONG_ROUND)
"""Verdicts that an agency gets a letter about. A duplicate changes nothing, and of the others nobody knows whose they are."""
_PERSONS = ", ".join(f"json_extract(extracted, '$.answers.{table}[0].email')" for table in (CERTIFIER, *REPORTERS))
_AGAIN = (
    "EXISTS (SELECT 1 FROM returned AS was WHERE was.sha256=returned.sha256 AND was.path=returned.path "
    "AND was.verdict=returned.verdict AND was.known=1 AND was.seq<returned.seq)"
)
"""Tells of a return that was judged once more to the same end: its letters were written the first time."""
_COLUMNS = "seq, path, verdict, form, agency, stage, findings, received, received_at, days_late"
_MOST_SHEETS = 4


@dataclass(frozen=True)
class Told:
    """One return that asks for letters, with the addresses that stand in its own cells as they were read.

    `others`: the returns of the same night that it is in conflict with; they share one letter.
    """

    seq: int
    path: bytes
    verdict: str
    form: str
    agency: str
    stage: str
    findings: tuple[Finding, ...]
    received: dt.date
    received_at: str
    days_late: int
    certifier: tuple[str, ...]
    reporters: tuple[str, ...]
    others: tuple[Told, ...] = ()

    @property
    def files(self) -> tuple[Told, ...]:
        """Give the returns that its letter is about."""
        return (self, *self.others)

    @property
    def numbers(self) -> str:
        """Give the receiving numbers that its letter is about."""
        return ", ".join(f"{one.seq:06d}" for one in self.files)


@dataclass
class Wanted:
    """Letters that are due, and whom nobody can write to: codes of agencies. `now` dates what has no moment of its own."""

    now: str
    letters: list[Letter] = field(default_factory=list)
    nobody: list[str] = field(default_factory=list)


def looked_at(ledger: Ledger) -> int:
    """Give the number of the last return whose letters were decided."""
    return int(ledger.meta("mail_seq") or 0)


def answered_up_to(ledger: Ledger) -> int:
    """Give the last return before the first whose answer is not written yet: a letter tells of files that stand."""
    after = looked_at(ledger)
    waiting = ledger.rows("SELECT min(seq) FROM returned WHERE seq>? AND answered=0", after)[0][0]
    return int(waiting) - 1 if waiting is not None else ledger.last_seq()


def of_returns(season: Season, ledger: Ledger, up_to: int, now: str) -> Wanted:
    """Give the letters about the returns since the last time; `now` dates those of which no moment is kept."""
    wanted = Wanted(now)
    forms = {form.full_id: form for form in season.forms()}
    fallback: Recorders | None = None
    for item in _told(ledger, up_to):
        form = forms.get(item.form)
        if form is None:
            continue
        if not item.reporters and item.verdict != ACCEPTED and form.issued_to == "agencies":
            fallback = recorders(ledger) if fallback is None else fallback
            item = replace(item, reporters=addresses(fallback.get((form.framework, item.agency), [])))
        _letters(season, form, item, wanted)
    return wanted


def _told(ledger: Ledger, up_to: int) -> list[Told]:
    """Load the returns by verified passports since the last time, of their answers only the addresses."""
    marks = ",".join("?" * len(_TOLD))
    sql = (
        f"SELECT {_COLUMNS}, {_PERSONS} FROM returned WHERE seq>? AND seq<=? AND known=1 AND verdict IN ({marks}) "
        f"AND seq NOT IN (SELECT seq FROM forgotten) AND NOT {_AGAIN} ORDER BY seq"
    )
    found = [_row(row) for row in ledger.rows(sql, looked_at(ledger), up_to, *_TOLD)]
    whole = (_whole(ledger, item) if item.verdict == CONFLICT else item for item in found)
    return [item for item in whole if item is not None]


def _whole(ledger: Ledger, item: Told) -> Told | None:
    """Put the returns together that are in conflict; None for all but the first, whose letter is about the others too.

    The returns of a night have one moment of reception, so two conflicts of an agency are not taken for one.
    """
    sql = (
        f"SELECT {_AGAIN}, {_COLUMNS}, {_PERSONS} FROM returned WHERE form=? AND agency=? AND stage=? AND verdict=? "
        "AND received=? AND received_at=? AND seq NOT IN (SELECT seq FROM forgotten) ORDER BY seq"
    )
    who = item.form, item.agency, item.stage, item.verdict
    rows = ledger.rows(sql, *who, item.received.isoformat(), item.received_at)
    if item.seq != min(seq for again, seq, *_ in rows if not again):
        return None
    others = tuple(_row(row) for _, *row in rows if row[0] != item.seq)
    reporters = addresses(name for one in (item, *others) for name in one.reporters)
    return replace(item, others=others, reporters=reporters)


def _row(row: Sequence[Any]) -> Told:
    seq, path, verdict, form, agency, stage, findings, received, received_at, late, certifier, *reporters = row
    return Told(
        seq, bytes(path), verdict, form, agency, stage, tuple(unpack_finding(one) for one in json.loads(findings)),
        dt.date.fromisoformat(received), received_at, late, addresses([certifier]), addresses(reporters),
    )  # fmt: skip


def _letters(season: Season, form: Form, item: Told, wanted: Wanted) -> None:
    """Add the letters about one return: each person gets one, a form of the centre's own goes to the centre."""
    office = office_of(season, form, item.agency)
    facts = _facts(season, form, item)
    if item.verdict == ACCEPTED:
        reporters = tuple(name for name in item.reporters if name.casefold() not in {one.casefold() for one in item.certifier})
        if form.issued_to != "agencies":
            return
        sent = {NOTICE: item.certifier, RECEIPT: reporters if item.certifier or reporters else office}
    else:
        sent = {RETURN if item.verdict in (RETURNED, CONFLICT) else ASIDE: addresses([*item.reporters, *office])}
    for kind, recipients in sent.items():
        if recipients:
            text = facts["text"] if item.verdict != ACCEPTED else kind
            key = f"{kind}:{item.seq:06d}"
            queued = item.received_at or wanted.now
            wanted.letters.append(Letter(key, kind, item.seq, recipients, {**facts, "text": text}, queued))
    if not any(sent.values()):
        wanted.nobody.append(item.agency)


def _facts(season: Season, form: Form, item: Told) -> dict[str, str]:
    """Give what a letter about a return says, as texts: the gaps of its sentences and its facts."""
    framework = season.frameworks[form.framework]
    folder = season.outbox / item.agency
    # Of files in conflict none is to be mended: one is to be taken away.
    fix = None if item.verdict == CONFLICT else _made(folder, f"fix_{item.seq:06d}_")
    receipts = [path for one in item.files if (path := _made(folder, f"receipt_{one.seq:06d}_"))]
    names = [shown(one.path) for one in item.files]
    name = agency_name(season, form, item.agency)
    facts = {
        "text": _text(item, fix), "agency": name, "code": item.agency, "form": form_words(framework, form, item.stage),
        "seq": item.numbers, "by": _by(framework, form, item), "fix": fix.name if fix else "",
        "receipt": receipts[0].name if receipts else "", "amount": _amount(item), "next": _next(framework, form, item),
        "a": names[0], "b": "”, “".join(names[1:]),
        "fact_agency": f"{name} ({item.agency})", "fact_form": form_words(framework, form, item.stage, whole=True),
        "fact_seq": item.numbers, "fact_file": ", ".join(names),
        "fact_receipt": ", ".join(where(f"{item.agency}/{path.name}") for path in receipts),
        "fact_received": clock_text(item.received_at) if item.received_at else thai_date(item.received),
    }  # fmt: skip
    if item.verdict == ACCEPTED:
        return {**facts, "fact_late": _late(framework, form, item)}
    facts["fact_mend"] = _mend(item) if item.verdict == RETURNED else ""
    if fix is None:
        return facts
    digest = "" if holds_people(form) else digest_of(fix)  # nobody needs a list of persons in a mailbox
    return {**facts, "enclose": f"{item.agency}/{fix.name}", "digest": digest}


def _made(folder: Path, start: str) -> Path | None:
    """Find the answer that begins with a receiving number; a link is none of ours."""
    found = sorted(path for path in folder.glob(f"{start}*.xlsx") if path.is_file() and not path.is_symlink())
    return found[0] if found else None


def agency_name(season: Season, form: Form, code: str) -> str:
    """Give the name of whom a form is issued to, its code where there is none."""
    known = season.by_code.get((form.framework, code))
    return known.name if known else season.recipient_name(form, code)


def form_words(framework: Framework, form: Form, stage: str, *, whole: bool = False) -> str:
    """Name a form briefly: the main form of a round by the round; `whole`: by its title; with its stage in brackets."""
    place = framework.round_of(form.id)
    title = form.title if whole or place.forms[0] != form.id else place.title
    return f"{title} ({stage_label(form, stage)})" if stage else title


def _text(item: Told, fix: Path | None) -> str:
    """Choose the sentences by what is to be done."""
    if item.verdict in (CONFLICT, SUPERSEDED, WRONG_ROUND):
        return "conflict_many" if len(item.others) > 1 else item.verdict
    codes = {one.code for one in item.findings if one.severity == ERROR}
    if fix is None:
        return "return_receipt"
    return "return_empty" if EMPTY in codes else "return_look" if codes <= MENDED else "return"


def _by(framework: Framework, form: Form, item: Told) -> str:
    deadline = framework.deadline(form.id, item.stage)
    if deadline and deadline.date >= item.received:
        return say(TEXTS, "by_date", date=thai_date(deadline.date))
    return say(TEXTS, "by_soon")


def _cells(item: Told) -> Counter[str]:
    """Count the cells to mend by sheet; what the correction workbook has right already is not counted."""
    places = {
        (one.place.sheet, one.place.cell)
        for one in item.findings
        if one.severity == ERROR and one.place is not None and one.code not in MENDED
    }
    return Counter(sheet for sheet, _ in sorted(places))


def _amount(item: Told) -> str:
    count = sum(_cells(item).values())
    return say(TEXTS, "amount_cells", count=count) if count else ""


def _mend(item: Told) -> str:
    """Say how much there is to mend, by sheet."""
    cells = _cells(item)
    told = [say(TEXTS, "mend_sheet", sheet=sheet, count=count) for sheet, count in cells.most_common(_MOST_SHEETS)]
    rest = sum(cells.values()) - sum(count for _, count in cells.most_common(_MOST_SHEETS))
    told += [say(TEXTS, "mend_more", count=rest)] if rest else []
    whole = sum(one.severity == ERROR and one.place is None for one in item.findings)
    parts = [say(TEXTS, "mend_cells", count=sum(cells.values()), sheets=", ".join(told))] if cells else []
    parts += [say(TEXTS, "mend_file", count=whole)] if whole else []
    return " · ".join(parts)


def _late(framework: Framework, form: Form, item: Told) -> str:
    deadline = framework.deadline(form.id, item.stage)
    if deadline is None or item.days_late <= 0:
        return ""
    return say(TEXTS, "late_days", days=item.days_late, date=thai_date(deadline.date))


def _next(framework: Framework, form: Form, item: Told) -> str:
    """Say what is still to come after a return that was taken: the last stage, remarks to read."""
    told = ""
    last = stages(form)[-1]
    if item.stage and item.stage != last:
        deadline = framework.deadline(form.id, last)
        by = say(TEXTS, "by_date", date=thai_date(deadline.date)) if deadline else ""
        told = say(TEXTS, "next_stage", last=stage_label(form, last), by=by)
    warnings = sum(one.severity == WARNING for one in item.findings)
    return told + (say(TEXTS, "next_warnings", count=warnings) if warnings else "")
