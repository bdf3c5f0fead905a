"""A return of an issue that is no longer in use -> its answers in a workbook of the present issue, to be reviewed and sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from processors.issue import issue
from processors.memory import Memory
from processors.remarks import BESIDE, Answer, words
from processors.season import Season
from processors.standing import find_issued
from processors.store import IssuedRow, Ledger, Return
from processors.wire import unpack_extracted
from templates.seating import Left, blanks, room_needed, seat, source_of
from templates.spec import Form
from templates.words import say, severity
from workbook.finding import Finding, Place, about_file, at_cell

OTHER_ISSUE = "OTHER_ISSUE"


def moves(item: Return) -> bool:
    """Tell whether a return is to be answered in a workbook of another issue."""
    return bool(item.extracted) and any(packed[0] == OTHER_ISSUE for packed in item.findings)


def present_rows(season: Season, ledger: Ledger, items: Sequence[Return]) -> dict[tuple[str, str], IssuedRow]:
    """Give the newest workbook of the present issue for each (form, recipient) of returns that are to be moved.

    Who has none yet gets it now, by the rules of `issue`. A workbook with fewer rows than were filled is issued larger.
    None for whom it can't be issued yet (an earlier return that it carries is missing).
    """
    wanted: dict[tuple[str, tuple[tuple[str, int], ...]], set[str]] = {}
    forms = {form.full_id: form for form in season.forms()}
    for item in items:
        if moves(item) and item.form in forms:
            room = room_needed(unpack_extracted(item.extracted), forms[item.form])
            wanted.setdefault((item.form, tuple(sorted(room.items()))), set()).add(item.agency)
    day = max((item.received for item in items), default="")
    for (name, room_items), codes in sorted(wanted.items()):
        issue(season, ledger, [forms[name]], frozenset(codes), rows=dict(room_items), day=day)
    newest = ledger.newest_issued() if wanted else {}
    rows = {(form, agency): row for (agency, form), row in newest.items()}
    keys = {(name, code) for (name, _), codes in wanted.items() for code in codes}
    return {key: rows[key] for key in keys if key in rows and _present(rows[key], forms[key[0]])}


def _present(row: IssuedRow, form: Form) -> bool:
    return row.issue == form.version


def moved(season: Season, answer: Answer, row: IssuedRow) -> Answer:
    """Give an answer in the workbook of the present issue: the answers at their new places, what is blank marked.

    What found no place is listed; of persons' data only where it stood.
    """
    target = find_issued(season, row)
    assert target is not None, "a workbook of the present issue has its form"
    seated = seat(answer.issued, answer.extracted, target)
    gaps = [_gap(answer.issued.form, target.form, place) for place in blanks(target, seated.extracted)]
    found = [about_file("RESEATED", severity("RESEATED"), issue=answer.issued.passport.issue, current=row.issue)]
    found += [*gaps, *seated.unread]
    found += [_left(item) for item in seated.left]
    found += _strays(answer.extracted.findings)
    banner = _banner(row, sum("fresh" in item.params for item in gaps), bool(gaps or seated.unread))
    return replace(answer, issued=target, extracted=seated.extracted, findings=tuple(found), memory=Memory(), banner=banner)


def _gap(old: Form, form: Form, place: Place) -> Finding:
    """Say that a cell is blank, and whether the older issue did not ask for it at all."""
    assert place.table is not None and place.field is not None
    table = form.table(place.table)
    fresh = source_of(old, table, table.field(place.field)) is None
    return at_cell("REQUIRED", severity("REQUIRED"), place, **({"fresh": form.version} if fresh else {}))


def _banner(row: IssuedRow, fresh: int, open_cells: bool) -> str:
    new = words("moved_fresh", count=fresh) if fresh else words("moved_same")
    todo = words("moved_fill" if open_cells else "moved_look")
    return words("moved", issue=row.issue, new=new, todo=todo, file=Path(row.file).name)


def _left(left: Left) -> Finding:
    return _without_place(left.place, say("pages", "withheld") if left.personal else left.raw)


def _strays(findings: Sequence[Finding]) -> list[Finding]:
    """List what stood outside the tables of the file that was sent: it isn't in the new workbook either."""
    former = say("command", "in_former_file")
    found = [item for item in findings if item.code in BESIDE]
    return [_without_place(item.place, item.params.get("text") or former) for item in found if item.place is not None]


def _without_place(place: Place, value: str) -> Finding:
    was = f"{place.sheet}!{place.cell.a1()}"
    return about_file("NO_PLACE", severity("NO_PLACE"), old=place.label or was, was=was, value=value)
