"""Verdict -> Book: the receipt of any file, a proof of filing: what was received when, what was read, what counts now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version

from processors.changes import changes_sheet, short
from processors.front import memory_text, unchanged_text
from processors.judge import shown
from processors.letter import WIDTH, Letter
from processors.records import Return
from processors.remarks import STYLES, Answer, Remark, remarks, typed, what_of, where, words
from processors.report import message_of
from processors.wire import unpack_finding
from templates.derive import plain_text
from templates.extract import Extracted
from templates.issued import Issued
from templates.kinds import KINDS
from templates.lists import thai_date
from templates.spec import Field, Form, Framework, Table
from templates.stages import form_text, stage_label
from validation.gates import ACCEPTED, CONFLICT, DUPLICATE, RETURNED
from workbook.book import Book, CellValue, Sheet
from workbook.finding import ERROR, INFO, WARNING

_WIDTHS = {1: 5.0, 2: 27.0, 3: 24.0, 4: 19.0, 5: 33.0, 6: 33.0}
_ANSWERS = {1: 32.0, 2: 33.0, 3: 38.0, 4: 38.0}
assert sum(_WIDTHS.values()) == sum(_ANSWERS.values()) == WIDTH
_NAME_COLS = 2
_BIG = {ACCEPTED: "good+lead", RETURNED: "missing+lead"}
_TABS = {ACCEPTED: "#2F855A", DUPLICATE: "#52606D"}
_OTHER_LOOK, _OTHER_TAB = "notice+lead", "#C53030"


@dataclass(frozen=True)
class Proof:
    """What a receipt is made from. `agency` is the name of whose file it is, "" when no verified passport says so.

    `answer` None: the cells were not read. `counts`: the returns of that agency and form that count now. `first`: for
    a file that came before, how it came first. `fix`: the correction workbook to go on with, "" when there is none.
    `useless`: correction workbooks that an accepted file makes pointless.
    """

    returned: Return
    agency: str = ""
    framework: Framework | None = None
    form: Form | None = None
    answer: Answer | None = None
    counts: tuple[Return, ...] = ()
    first: Return | None = None
    fix: str = ""
    useless: tuple[str, ...] = field(default_factory=tuple)


def receipt(proof: Proof) -> Book:
    """Build the receipt: the facts, the answers as they were read, what changed; the same proof gives the same bytes."""
    sheets: list[Sheet] = [_facts_sheet(proof)]
    if proof.answer is not None:
        sheets.append(_answers_sheet(proof.answer))
        changed = changes_sheet(proof.answer, links=False)
        sheets += [changed] if changed else []
    return Book(sheets, title=words("receipt_title"), subject=proof.agency, ruled=True)


def _facts_sheet(proof: Proof) -> Sheet:
    verdict = proof.returned.verdict
    letter = Letter(_WIDTHS)
    letter.title(words("receipt_title"))
    letter.line(words(f"verdict_{verdict}"), _BIG.get(verdict, _OTHER_LOOK), bold=True)
    if proof.answer is not None and proof.answer.memory.unchanged:
        letter.line(unchanged_text(proof.answer), bold=True)
    elif proof.first is not None:
        letter.line(words("unchanged", seq=f"{proof.first.seq:06d}", date=_day(proof.first.received)), bold=True)
    letter.line(_next(proof), bold=True)
    letter.gap()
    for name, value in facts(proof):
        letter.fact(name, value, _NAME_COLS)
    _remarks(letter, proof)
    return letter.sheet(words("receipt_sheet"), _TABS.get(verdict, _OTHER_TAB), words("page"))


def _next(proof: Proof) -> str:
    """Say what the verdict means and what to do next."""
    first = proof.first
    if proof.returned.verdict == DUPLICATE and first is not None:
        verdict = words(f"verdict_{first.verdict}")
        told = words("next_duplicate", seq=f"{first.seq:06d}", date=_day(first.received), verdict=verdict)
        again = first.verdict in (RETURNED, CONFLICT) and proof.fix
        return told + (words("next_duplicate_returned", fix=proof.fix) if again else "")
    later = "_later" if proof.returned.verdict == RETURNED and not proof.fix else ""
    return words(f"next_{proof.returned.verdict}{later}", fix=proof.fix)


def facts(proof: Proof) -> list[tuple[str, str]]:
    """Give (name, value) of everything that a receipt states, in its order; what nobody knows is left out."""
    item, form = proof.returned, proof.form
    whose = words("agency_code", name=proof.agency, code=item.agency) if proof.agency else words("agency_unknown")
    named = words("form_issue", form=form_text(form, item.stage), issue=item.issue) if form and proof.agency else ""
    found = [
        ("fact_agency", whose),
        ("fact_form", named),
        ("fact_seq", f"{item.seq:06d}"),
        ("fact_received", moment(item)),
        ("fact_reckoned", "" if item.received_at[:10] == item.received else _day(item.received)),
        ("fact_late", _late(proof)),
        ("fact_file", shown(item.path)),
        ("fact_sha256", item.sha256),
        ("fact_serial", item.serial if proof.agency else ""),
        ("fact_counts", _counts(proof) if proof.agency and form else ""),
        ("fact_found", _found(item)),
        ("fact_memory", memory_text(proof.answer, "memory") if proof.answer and proof.answer.memory.before else ""),
        ("fact_useless", words("useless", files=", ".join(proof.useless)) if proof.useless else ""),
        ("fact_saved", _saved(item)),
        ("fact_rules", words("rules_text", rules=item.rules or "–", version=version("cleanreport"))),
        ("fact_read", _read(proof.answer) if proof.answer else ""),
    ]
    return [(words(key), value) for key, value in found if value]


def moment(item: Return) -> str:
    """Say day and time of reception by the clock, with the zone; a ledger from before the time was kept has the day only."""
    return clock_text(item.received_at) if item.received_at else _day(item.received)


def clock_text(iso: str) -> str:
    """Say a moment with its zone in Thai; what is no moment stays as it is."""
    try:
        when = dt.datetime.fromisoformat(iso)
    except ValueError:
        return iso
    offset = when.strftime("%z")
    zone = words("zone", offset=f"{offset[:3]}:{offset[3:5]}") if offset else words("zone_unknown")
    return words("received_at", date=thai_date(when.date()), time=when.strftime("%H.%M"), zone=zone)


def _day(iso: str) -> str:
    return thai_date(dt.date.fromisoformat(iso))


def _late(proof: Proof) -> str:
    item = proof.returned
    if item.days_late <= 0 or proof.framework is None or proof.form is None:
        return ""
    deadline = proof.framework.deadline(proof.form.id, item.stage)
    return words("late_days", days=item.days_late, date=thai_date(deadline.date)) if deadline else ""


def _found(item: Return) -> str:
    severities = [unpack_finding(one).severity for one in item.findings]
    return words("found", **{name: severities.count(name) for name in (ERROR, WARNING, INFO)})


def _saved(item: Return) -> str:
    program = item.saved_by or words("saved_unknown")
    return words("saved_at", program=program, when=clock_text(item.saved_at)) if item.saved_at else program


def _counts(proof: Proof) -> str:
    """Say what counts now: per stage the number, serial and day."""
    lines = []
    for item in proof.counts:
        stage = words("stage_is", stage=stage_label(proof.form, item.stage)) if proof.form and item.stage else ""
        lines.append(words("counts", stage=stage, seq=f"{item.seq:06d}", serial=item.serial, date=_day(item.received)))
    return "\n".join(lines) or words("counts_none")


def _read(answer: Answer) -> str:
    """Say per table how many of its cells hold an answer; rows of growing tables that nobody began are not counted."""
    lines = []
    for table in answer.issued.form.tables:
        records = answer.extracted.answers.get(table.id, ())
        have = sum(1 for record in records for item in table.entries if record.get(item.id) is not None)
        if table.entries:
            lines.append(words("read", title=table.title, have=have, of=len(records) * len(table.entries)))
    return "\n".join(lines)


def _remarks(letter: Letter, proof: Proof) -> None:
    """List what was found; a returned file has a correction workbook that says it with links."""
    if proof.returned.verdict == RETURNED and proof.fix or not proof.returned.findings:
        return
    letter.gap()
    letter.section(words("remarks"))
    letter.heads([words(f"head_{key}") for key in ("no", "cell", "label", "raw", "what", "fix")], repeat=True)
    if proof.answer is None:
        rows = [_plain(proof, one) for one in proof.returned.findings]
    else:
        rows = [_row(line) for line in remarks(proof.answer, twin=False)]
    for number, (values, severity) in enumerate(rows, 1):
        letter.cells([number, *values], {1: f"cell+centre+{STYLES[severity]}", 4: "cell+text"})


def _plain(proof: Proof, packed: Sequence[object]) -> tuple[list[CellValue], str]:
    finding = unpack_finding(packed)
    what, fix = message_of(finding, proof.form, "th")
    return [words("whole_file"), "", "", what, fix], finding.severity


def _row(line: Remark) -> tuple[list[CellValue], str]:
    short_where, cells = where(line.places)
    sheet = f"{line.places[0].sheet}!" if line.places else ""
    what = "\n".join(text for text in (what_of(line), cells) if text)
    return [sheet + short_where, line.label, typed(line), what, line.fix], line.severity


def _answers_sheet(answer: Answer) -> Sheet:
    """List every answer with its cell in the file, what was typed and what was read; nothing of a person."""
    letter = Letter(_ANSWERS)
    letter.title(words("answers_title", seq=f"{answer.seq:06d}"))
    letter.heads([words(key) for key in ("answers_where", "head_label", "answers_typed", "answers_read")], repeat=True)
    for table in answer.issued.form.tables:
        rows = list(_answers(answer.issued, answer.extracted, table))
        if rows:
            letter.section(table.title)
        for values in rows:
            letter.cells(values, {3: "cell+text", 4: "cell+text"})
    return letter.sheet(words("answers_sheet"), "#52606D", words("page"))


def _answers(issued: Issued, extracted: Extracted, table: Table) -> list[list[CellValue]]:
    rows: list[list[CellValue]] = []
    for at in range(len(extracted.answers.get(table.id, ()))):
        for item in table.entries:
            place = extracted.places[table.id, at, item.id]
            where_at = f"{place.sheet}!{place.cell.a1()}"
            rows.append([where_at, place.label, *_said(extracted, (table.id, at, item.id), item)])
    return rows


def _said(extracted: Extracted, key: tuple[str, int, str], item: Field) -> tuple[str, str]:
    """Give what was typed and how it was read."""
    raw = extracted.raws.get(key, "")
    table, at, name = key
    if item.personal:
        return words("withheld") if raw else words("blank"), words("answers_bad") if key in extracted.bad else ""
    if key in extracted.bad:
        return short(raw), words("answers_bad")
    value = KINDS[item.kind].show(KINDS[item.kind].load(extracted.answers[table][at].get(name)), item)
    text = "" if value is None else thai_date(value) if isinstance(value, dt.date) else plain_text(value)
    return short(raw), words("answers_same") if text == raw else short(text)
