"""Answers of a night: for every judged file a receipt, for files to mend the correction workbook too, into the outbox.

What an answer says comes from the ledger alone, so a night that was killed is answered with the same bytes by the next.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from unicodedata import category

from processors.correction import correction
from processors.issue import place
from processors.judge import shown
from processors.memory import remember
from processors.receipt import Proof, receipt
from processors.remarks import Answer
from processors.reseat import moved, moves
from processors.season import Season
from processors.standing import find_issued
from processors.store import IssuedRow, Ledger, Return
from processors.wire import unpack_extracted, unpack_finding
from templates.issued import Issued
from validation.gates import ACCEPTED, CONFLICT, DEFERRED, DUPLICATE, IGNORED, NOT_OURS, RETURNED, UNREADABLE
from workbook.write import write

UNIDENTIFIED = "_unidentified"
"""The folder below the outbox for receipts of files that no verified passport gives to an agency."""
_MENDED = (RETURNED, CONFLICT)
_NOBODY = (UNREADABLE, NOT_OURS)
_SILENT = (DEFERRED, IGNORED)
_LONGEST = 60
_KEPT = "-_. "


def answer_one(season: Season, ledger: Ledger, item: Return, present: IssuedRow | None = None) -> list[Path]:
    """Write the answers to one return of the ledger; gives their paths, the correction workbook first.

    `present`: the workbook of the present issue that the answers of a return of another issue move into.
    """
    if item.verdict in _SILENT:
        return []
    earlier = ledger.of_agency(item.form, item.agency, item.seq) if _belongs(season, item) else []
    answer = _answer(season, ledger, item, earlier)
    written = []
    shown_answer = _to_mend(season, item, answer, present)
    if shown_answer is not None:
        # Of two files in conflict nobody knows which one holds.
        former = _mended(item, earlier) if item.verdict == RETURNED else []
        void = tuple(fix_name(season, ledger, one) for one in former)
        shown_answer = replace(shown_answer, void=void)
        written.append(season.outbox / item.agency / fix_name(season, ledger, item, present))
        place(written[0], write(correction(shown_answer)))
    proof = replace(_proof(season, ledger, (item, answer), earlier), told=shown_answer)
    if written:
        proof = replace(proof, fix=written[0].name)
    path = season.outbox / receipt_name(season, ledger, item)
    place(path, write(receipt(proof if written or item.verdict not in _MENDED else replace(proof, fix=""))))
    return [*written, path]


def _to_mend(season: Season, item: Return, answer: Answer | None, present: IssuedRow | None) -> Answer | None:
    """Give what the correction workbook shows, None when there is none: of another issue the answers in the present one."""
    if answer is None or item.verdict not in _MENDED:
        return None
    if not moves(item):
        return answer
    # Findings of another issue say nothing of the present one, so nothing is remembered of them there.
    return moved(season, answer, present) if present else None


def _mended(item: Return, earlier: Sequence[Return]) -> list[Return]:
    """Give the returns before this one whose correction workbooks it replaces."""
    return [one for one in earlier if one.verdict in _MENDED and one.extracted and one.stage in ("", item.stage)]


def _belongs(season: Season, item: Return) -> bool:
    """Tell whether a return is of an agency that its verified passport names: the cells were read by it, or its digest holds."""
    if item.verdict in _NOBODY or item.agency not in season.recipient_codes():
        return False
    return item.known or bool(item.extracted) or item.verdict in (ACCEPTED, RETURNED, DUPLICATE)


def _answer(season: Season, ledger: Ledger, item: Return, earlier: Sequence[Return]) -> Answer | None:
    """Give what stood in a return beside what came before it, None when its cells were not read."""
    issued = _issued(season, ledger, item) if item.extracted else None
    if issued is None:
        return None
    extracted = unpack_extracted(item.extracted)
    findings = tuple(unpack_finding(one) for one in item.findings)
    return Answer(
        issued=issued, extracted=extracted, findings=findings, file=shown(item.path),
        received=dt.date.fromisoformat(item.received), seq=item.seq, sha256=item.sha256, stage=item.stage,
        days_late=item.days_late, memory=remember(issued, (extracted, findings), earlier, item.stage),
    )  # fmt: skip


def _issued(season: Season, ledger: Ledger, item: Return) -> Issued | None:
    row = ledger.issued(item.form, item.agency, item.serial)
    return find_issued(season, row) if row is not None else None


def _proof(season: Season, ledger: Ledger, told: tuple[Return, Answer | None], earlier: Sequence[Return]) -> Proof:
    item, answer = told
    if not _belongs(season, item):
        return Proof(item)
    form = next((one for one in season.forms() if one.full_id == item.form), None)
    name = season.recipient_name(form, item.agency) if form else item.agency
    first = _first(item, earlier)
    source = item if item.verdict in _MENDED and answer is not None else first
    fix = source is not None and source.verdict in _MENDED
    return Proof(
        returned=item,
        agency=name,
        framework=season.frameworks[form.framework] if form else None,
        form=answer.issued.form if answer else form,
        answer=answer,
        counts=tuple(ledger.counted(item.form, item.agency)),
        first=first if item.verdict == DUPLICATE else None,
        fix=fix_name(season, ledger, source) if fix and source is not None else "",
        useless=tuple(fix_name(season, ledger, one) for one in _mended(item, earlier)) if item.verdict == ACCEPTED else (),
    )


def _first(item: Return, earlier: Sequence[Return]) -> Return | None:
    """Give how the same content came first: the same bytes, else the file before it."""
    same = [one for one in earlier if one.sha256 == item.sha256 and one.verdict != DUPLICATE]
    others = [one for one in earlier if one.extracted and one.verdict != DUPLICATE]
    return same[0] if same else others[-1] if others else None


def fix_name(season: Season, ledger: Ledger, item: Return, present: IssuedRow | None = None) -> str:
    """Name the correction workbook of a return, by the workbook whose serial it has.

    `present`: the workbook of the present issue that its answers move into; later its own file says which that was.
    """
    row = ledger.issued(item.form, item.agency, item.serial)
    if moves(item):
        row = present or row
        made = [] if present else sorted((season.outbox / item.agency).glob(f"fix_{item.seq:06d}_*.xlsx"))
        if made:
            return made[0].name
    return f"fix_{item.seq:06d}_{Path(row.file).stem if row else item.agency}.xlsx"


def receipt_name(season: Season, ledger: Ledger, item: Return) -> str:
    """Name the receipt of a return with its folder below the outbox; of an unknown file by that file's own name."""
    if not _belongs(season, item):
        stem = Path(shown(item.path)).stem
        plain = "".join(sign if category(sign)[0] in "LMN" or sign in _KEPT else "_" for sign in stem)[:_LONGEST].strip(_KEPT)
        return f"{UNIDENTIFIED}/receipt_{item.seq:06d}_{plain or 'file'}.xlsx"
    row = ledger.issued(item.form, item.agency, item.serial)
    stem = Path(row.file).stem if row else f"{item.agency}_{item.form.partition('/')[2]}"
    return f"{item.agency}/receipt_{item.seq:06d}_{stem}.xlsx"
