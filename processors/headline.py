"""The head of an answer: whose file it is, what to do with it, by when, how much there is to mend, what became of it since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from processors.letter import Letter
from processors.memory import BACK, NEW, SEEN, STILL
from processors.remarks import Answer, Remark, words
from templates.lists import thai_date
from templates.stages import form_text
from templates.words import say
from workbook.book import Link
from workbook.finding import ERROR, INFO, WARNING
from workbook.style import LINE_HEIGHT

EMPTY = "EMPTY_FORM"
_NOT_ALL = frozenset({"SHEET_TWICE", "SHIFTED", "OUTSIDE_TABLE", "SHEET_MISSING", "TABLE_MISSING", "NO_PLACE"})
"""Codes in whose presence the twin may lack something that was typed."""
_MOST_FILES = 3


def head(letter: Letter, answer: Answer, lines: Sequence[Remark]) -> None:
    """Write the head of a correction workbook."""
    memory = answer.memory
    letter.title(say("pages", "faults_title"))
    if answer.banner:
        letter.line(answer.banner, "notice", bold=True)
    if memory.unchanged and memory.before is not None:
        errors = any(item.severity == ERROR for item in lines)
        letter.line(unchanged_text(answer) + (words("unchanged_still") if errors else ""), "notice", bold=True)
    agency = words("agency_code", name=answer.issued.recipient, code=answer.issued.passport.agency)
    letter.line(words("front_whose", agency=agency, form=form_text(answer.issued.form, answer.stage)), bold=True)
    _what_to_do(letter, answer, lines)
    letter.line(words("front_send", by=_by(answer)) + _void(answer), bold=True)
    letter.line(counts(lines), bold=True)
    if memory.before is not None:
        letter.line(memory_text(answer, "front_memory"), bold=True)
    facts = {"file": answer.file, "seq": f"{answer.seq:06d}", "date": thai_date(answer.received)}
    letter.line(words("front_facts", **facts), "muted")
    letter.gap()


def _what_to_do(letter: Letter, answer: Answer, lines: Sequence[Remark]) -> None:
    codes = {item.code for item in answer.findings}
    errors = [item for item in lines if item.severity == ERROR]
    if EMPTY in codes:
        table = next(table for table in answer.issued.form.tables if table.entries)
        place = answer.issued.layout.place(table.id, 0, table.entries[0].id)
        letter.line(words("front_empty", sheet=place.sheet), "lead", bold=True)
        letter.spread((1, max(letter.widths)), Link(words("front_begin", label=place.label), place.sheet, place.cell), "link")
        letter.heights[letter.row] = LINE_HEIGHT
        letter.row += 1
    elif errors:
        left = [item for item in errors if not item.mended]
        key = "front_look" if not left else "front_do" if any(item.places for item in left) else "front_do_file"
        # What was pasted aside reaches beyond the table, so that only the file that was sent has all of it.
        key = "front_shifted" if "SHIFTED" in codes else key
        letter.line(words(key) + ("" if codes & _NOT_ALL else words("front_kept")), "lead", bold=True)


def _by(answer: Answer) -> str:
    """Say until when, where a deadline is stated that is not past."""
    deadline = answer.issued.framework.deadline(answer.issued.form.id, answer.stage)
    open_still = deadline is not None and deadline.date >= answer.received
    return words("send_by", date=thai_date(deadline.date)) if deadline and open_still else words("send_soon")


def _void(answer: Answer) -> str:
    if not answer.void:
        return ""
    more = say("pages", "and_more") if len(answer.void) > _MOST_FILES else ""
    return words("front_void", files=", ".join(answer.void[-_MOST_FILES:]) + more)


def counts(lines: Sequence[Remark]) -> str:
    """Count what there is to mend, what was mended, what to look at: in lines, with the cells that they are of."""
    left = [item for item in lines if item.severity == ERROR and not item.mended]
    mended = sum(item.mended for item in lines)
    cells = sum(len(item.places) for item in left)
    told = [words("count_errors", count=len(left)) + (words("count_cells", count=cells) if cells else "")] if left else []
    told += [words("count_mended", count=mended)] if mended else []
    told = told or [words("count_none")]
    return " · ".join([*told, words("count_warnings", count=sum(item.severity == WARNING for item in lines))])


def counts_and_remarks(lines: Sequence[Remark]) -> str:
    """Count as `counts` does, with what is only said."""
    return " · ".join([counts(lines), words("count_infos", count=sum(item.severity == INFO for item in lines))])


def unchanged_text(answer: Answer) -> str:
    """Say that a file answers as the attempt before."""
    before = answer.memory.before
    assert before is not None
    return words("unchanged", seq=f"{before.seq:06d}", date=_day(before.day))


def memory_text(answer: Answer, key: str) -> str:
    """Count what was fixed, is still there, is new or came back since the attempt that it is compared with."""
    memory, findings = answer.memory, answer.findings
    compared = memory.compared or memory.before
    assert compared is not None
    found = {state: memory.count(findings, state) for state in (STILL, NEW, BACK, SEEN)}
    rest = "".join(words(f"front_{state}", count=found[state]) for state in (BACK, SEEN) if found[state])
    changed = words("memory_changed", changes=len(memory.changed)) if memory.before is compared else ""
    return words(
        key, seq=f"{compared.seq:06d}", date=_day(compared.day), fixed=len(memory.fixed), still=found[STILL], new=found[NEW],
        rest=rest, changed=changed,
    )  # fmt: skip


def _day(iso: str) -> str:
    return thai_date(dt.date.fromisoformat(iso))
