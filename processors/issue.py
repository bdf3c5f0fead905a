"""Writes personalised workbooks to the outbox; repeating it changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from processors.capacity import with_room
from processors.disk import put, trouble
from processors.guard import checked
from processors.season import Season
from processors.selfscore import SelfScores
from processors.standing import Counted, counted, sources
from processors.store import IssuedRow, Ledger, dumps
from templates.build import build
from templates.issued import Issued
from templates.layout import Snapshot
from templates.passport import Passport, sign
from templates.prefill import Recipient, snapshot
from templates.spec import Form
from workbook.errors import AppError
from workbook.write import write

Step = Callable[[int, int], None]


@dataclass(frozen=True)
class Issuance:
    """What one call did: files written, files that stood already, recipients whose earlier return is not there yet."""

    written: tuple[Path, ...]
    unchanged: int
    waiting: tuple[tuple[str, str], ...]


def issue(
    season: Season,
    ledger: Ledger,
    forms: Sequence[Form],
    wanted: frozenset[str],
    *,
    step: Step | None = None,
    rows: Mapping[str, int] | None = None,
    day: str = "",
) -> Issuance:
    """Issue forms to everybody due, or to the recipients named in `wanted` (codes of agencies, groups, ministries).

    A workbook whose locked content did not change keeps its serial and bytes; changed content gets the next serial.
    `rows`: how many records growing tables are to have room for, by table; a recipient's larger workbook stays larger.
    `day`: the ISO day that the ledger remembers for what is issued now.
    Raises AppError when a code is nobody's.
    """
    _known(wanted, season)
    desk = _Desk(season, ledger, counted(ledger), ledger.newest_issued(), rows or {}, day)
    work = [(form, item) for form in forms for item in _recipients(season, form, wanted)]
    for done, (form, recipient) in enumerate(work, 1):
        desk.issue(form, recipient)
        if step:
            step(done, len(work))
    ledger.add_issued(desk.rows)
    return Issuance(tuple(desk.written), desk.unchanged, tuple(desk.waiting))


def keep_issued(season: Season, ledger: Ledger) -> None:
    """Keep what the newest workbooks were made from, where it still stands: an earlier version of the program kept nothing.

    So a form that is edited later doesn't leave the workbooks in circulation without their description.
    """
    made = {(row.form, row.spec) for row in ledger.newest_issued().values()}
    for form in season.forms():
        if (form.full_id, season.editions.present(form)) in made:
            season.editions.keep(form)


@dataclass
class _Desk:
    """One call of `issue` at work."""

    season: Season
    ledger: Ledger
    now: Counted
    newest: Mapping[tuple[str, str], IssuedRow]
    asked: Mapping[str, int]
    day: str
    written: list[Path] = field(default_factory=list)
    waiting: list[tuple[str, str]] = field(default_factory=list)
    rows: list[IssuedRow] = field(default_factory=list)
    serials: dict[tuple[str, str], int] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    known: dict[str, SelfScores] = field(default_factory=dict)
    unchanged: int = 0

    def issue(self, form: Form, recipient: Recipient) -> None:
        """Issue one workbook unless the same stands already or an earlier return is missing."""
        taken = _snapshot(self.season, form, recipient, self.scores(form))
        if taken is None:
            self.waiting.append((form.full_id, recipient.code))
            return
        before = self.newest.get((recipient.code, form.full_id))
        taken = with_room(form, taken, self.asked, before.snapshot if before else {})
        if before is not None and self.holds(form, recipient, before, taken):
            if before.spec == self.season.editions.present(form):
                self.keep(form)  # an earlier version of the program issued it and kept nothing
            self.again(form, recipient, before)
            return
        key = (recipient.code, form.id)
        self.serials[key] = self.serials.get(key, self.ledger.next_serial(recipient.code, form.id) - 1) + 1
        serial = f"{self.serials[key]:04d}"
        data = _bytes(self.season, form, recipient, (serial, taken))
        spec = self.keep(form)
        file = f"{recipient.code}/{self.season.fiscal_year}_{recipient.code}_{form.id}_{serial}.xlsx"
        place(self.season.outbox / file, data)
        digest = hashlib.sha256(data).hexdigest()
        row = IssuedRow(form.full_id, form.version, recipient.code, serial, file, digest, _plain(taken), spec, self.day)
        self.rows.append(row)
        self.written.append(self.season.outbox / file)

    def holds(self, form: Form, recipient: Recipient, before: IssuedRow, taken: Snapshot) -> bool:
        """Tell whether what was issued is still what would be issued: same locked values, same form or same bytes."""
        if dumps(before.snapshot) != dumps(_plain(taken)):
            return False
        if before.spec == self.season.editions.present(form):
            return True
        return hashlib.sha256(_bytes(self.season, form, recipient, (before.serial, taken))).hexdigest() == before.sha256

    def keep(self, form: Form) -> str:
        """Keep what a form is made from before its workbook leaves, once a call; gives its digest."""
        if form.full_id not in self.kept:
            self.season.editions.keep(form)
            self.kept.add(form.full_id)
        return self.season.editions.present(form)

    def scores(self, form: Form) -> SelfScores:
        """Give what counts now, with the computed figures that a form may show, the same for all its recipients."""
        if form.full_id not in self.known:
            self.known[form.full_id] = SelfScores(self.season, form, self.now)
        return self.known[form.full_id]

    def again(self, form: Form, recipient: Recipient, before: IssuedRow) -> None:
        """Leave a workbook that stands as it was issued; write the same bytes again where it is gone or changed."""
        path = self.season.outbox / before.file
        if _stands(path, before.sha256):
            self.unchanged += 1
            return
        taken = {table: tuple(records) for table, records in before.snapshot.items()}
        place(path, _bytes(self.season, form, recipient, (before.serial, taken)))
        self.written.append(path)


def _recipients(season: Season, form: Form, wanted: frozenset[str]) -> list[Recipient]:
    """Choose recipients: all that are due, or those named themselves, by their ministry, or as the group."""
    found = []
    for item in season.recipients(form):
        agency = item.agency
        if wanted:
            mine = {item.code} | ({agency.ministry, agency.group} - {""} if agency else set())
            named = item.code in wanted
            if named or (mine & wanted and (agency is None or agency.due)):
                found.append(item)
        elif agency is None or agency.due:
            found.append(item)
    return found


def _known(wanted: frozenset[str], season: Season) -> None:
    codes = season.recipient_codes() | {item.ministry for item in season.agencies} | {i.group for i in season.agencies}
    unknown = sorted(wanted - (codes - {""}))
    if unknown:
        raise AppError(f"no agency, ministry or cluster of this season has the code {', '.join(unknown)}")


def _snapshot(season: Season, form: Form, recipient: Recipient, scores: SelfScores) -> Snapshot | None:
    framework = season.frameworks[form.framework]
    codes = [recipient.code, *(member.code for member in recipient.members)]
    known = replace(sources(framework, form, scores.counted, codes), computed=scores.figures)
    taken = snapshot(form, framework, recipient, known)
    carried = [table for table in form.tables if getattr(table.rows, "across", False)]
    if taken is not None and carried and not any(taken[table.id] for table in carried):
        return None
    return taken


def _plain(taken: Snapshot) -> dict[str, list[dict[str, str | bool | None]]]:
    return {table: [dict(record) for record in records] for table, records in taken.items()}


def _bytes(season: Season, form: Form, recipient: Recipient, content: tuple[str, Snapshot]) -> bytes:
    serial, taken = content
    framework = season.frameworks[form.framework]
    passport = sign(
        Passport(str(season.fiscal_year), form.full_id, form.version, recipient.code, serial), season.secret
    )
    return write(build(Issued(framework, form, passport, recipient.name, taken)))


def _stands(path: Path, sha256: str) -> bool:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    except OSError:
        return False


def place(path: Path, data: bytes) -> None:
    """Write a file into the outbox; AppError when the outbox can't take it (4, 5) or something in it could run (1)."""
    try:
        put(path, checked(data, path.name))
    except OSError as error:
        raise trouble(path, error, "it is written the next time") from error
