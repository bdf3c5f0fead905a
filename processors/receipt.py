"""Verdict -> Book: the receipt of any file, a proof of filing: what was received when, what was read, what counts now."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version

from processors.as_read import answers_sheet
from processors.changes import changes_sheet
from processors.headline import counts_and_remarks, memory_text, unchanged_text
from processors.judge import shown
from processors.letter import WIDTH, Letter
from processors.phrasing import short_where, typed, what_and_cells
from processors.records import Return
from processors.remarks import MENDED, STYLES, Answer, Remark, remarks, words
from processors.report import message_of
from processors.wire import unpack_finding
from templates.lists import thai_date
from templates.spec import Form, Framework
from templates.stages import form_text, stage_label, stages
from validation.gates import ACCEPTED, CONFLICT, DUPLICATE, RETURNED
from workbook.book import Book, CellValue, Sheet
from workbook.finding import ERROR, INFO, WARNING

_WIDTHS = {1: 5.0, 2: 27.0, 3: 24.0, 4: 19.0, 5: 33.0, 6: 33.0}
assert sum(_WIDTHS.values()) == WIDTH
_NAME_COLS = 2
_BIG = {ACCEPTED: "good+lead", RETURNED: "missing+lead"}
_TABS = {ACCEPTED: "#2F855A", DUPLICATE: "#52606D"}
_CLOCK = dt.timezone(dt.timedelta(hours=7))
"""The clock of those who read receipts, wherever the program runs."""
_PROGRAM = re.compile(r"[^/$]+(?:/[\d.]+)?")
_OTHER_LOOK, _OTHER_TAB = "notice+lead", "#C53030"


@dataclass(frozen=True)
class Proof:
    """What a receipt is made from. `agency` is the name of whose file it is, "" when no verified passport says so.

    `answer` None: the cells were not read. `counts`: the returns of that agency and form that count now. `first`: for
    a file that came before, how it came first. `fix`: the correction workbook to go on with, "" when there is none.
    `useless`: correction workbooks that this file makes pointless. `told`: what its own correction workbook tells, None
    when it has none.
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
    told: Answer | None = None

    @property
    def title(self) -> str:
        """Name the answer: only what was taken in gets a receipt of a report."""
        return words("receipt_title" if self.returned.verdict == ACCEPTED else "receipt_title_other")


def receipt(proof: Proof) -> Book:
    """Build the receipt: the facts, the answers as they were read, what changed; the same proof gives the same bytes."""
    sheets: list[Sheet] = [_facts_sheet(proof)]
    if proof.answer is not None:
        sheets.append(answers_sheet(proof.answer))
        changed = changes_sheet(proof.answer, links=False)
        sheets += [changed] if changed else []
    return Book(sheets, title=proof.title, subject=proof.agency, ruled=True)


def _facts_sheet(proof: Proof) -> Sheet:
    verdict = proof.returned.verdict
    letter = Letter(_WIDTHS)
    letter.title(proof.title)
    letter.line(words(f"verdict_{verdict}"), _BIG.get(verdict, _OTHER_LOOK), bold=True)
    if proof.answer is not None and proof.answer.memory.unchanged:
        letter.line(unchanged_text(proof.answer), bold=True)
    elif proof.first is not None:
        letter.line(words("unchanged", seq=f"{proof.first.seq:06d}", date=_day(proof.first.received)), bold=True)
    letter.line(_next(proof), bold=True)
    if proof.told is not None and proof.told.banner:
        letter.line(proof.told.banner, bold=True)
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
    if proof.returned.verdict == ACCEPTED:
        return _next_accepted(proof)
    rest = ""
    if proof.returned.verdict == RETURNED:
        errors = [item.code for item in proof.told.findings if item.severity == ERROR] if proof.told else []
        rest = "_later" if not proof.fix else "_look" if errors and set(errors) <= MENDED else ""
    return words(f"next_{proof.returned.verdict}{rest}", fix=proof.fix)


def _next_accepted(proof: Proof) -> str:
    """Say what is still to come: the last stage, warnings to read, or nothing."""
    told = []
    form, stage = proof.form, proof.returned.stage
    if form is not None and stage and stage != stages(form)[-1]:
        last = stages(form)[-1]
        deadline = proof.framework.deadline(form.id, last) if proof.framework else None
        by = words("send_by", date=thai_date(deadline.date)) if deadline else ""
        told.append(words("next_stage", stage=stage_label(form, stage), last=stage_label(form, last), by=f" {by}" if by else ""))
    lines = remarks(proof.answer, twin=False) if proof.answer else []
    warnings = sum(item.severity == WARNING for item in lines)
    if warnings:
        told.append(words("next_warnings", count=warnings))
    return " ".join([*told, words("next_keep")]) if told else words("next_accepted")


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
        ("fact_reckoned", "" if _local_day(item.received_at) == item.received else _day(item.received)),
        ("fact_late", _late(proof)),
        ("fact_file", shown(item.path)),
        ("fact_sha256", item.sha256),
        ("fact_serial", item.serial if proof.agency else ""),
        ("fact_counts", _counts(proof) if proof.agency and form else ""),
        ("fact_found", _found(proof)),
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
    """Say a moment in Thai by the clock of Thailand; what is no moment stays as it is."""
    try:
        when = dt.datetime.fromisoformat(iso)
    except ValueError:
        return iso
    zone = words("zone" if when.tzinfo else "zone_unknown")
    when = when.astimezone(_CLOCK) if when.tzinfo else when
    return words("received_at", date=thai_date(when.date()), time=when.strftime("%H.%M"), zone=zone)


def _local_day(iso: str) -> str:
    """Give the ISO day of a moment by the clock of Thailand, its own day where it has no zone."""
    try:
        when = dt.datetime.fromisoformat(iso)
    except ValueError:
        return iso[:10]
    return (when.astimezone(_CLOCK) if when.tzinfo else when).date().isoformat()


def _day(iso: str) -> str:
    return thai_date(dt.date.fromisoformat(iso))


def _late(proof: Proof) -> str:
    item = proof.returned
    if item.days_late <= 0 or proof.framework is None or proof.form is None:
        return ""
    deadline = proof.framework.deadline(proof.form.id, item.stage)
    return words("late_days", days=item.days_late, date=thai_date(deadline.date)) if deadline else ""


def _found(proof: Proof) -> str:
    """Count as the first sheet of the correction workbook does, where there is one; else the findings of the file."""
    told = proof.told or proof.answer
    if told is not None:
        return counts_and_remarks(remarks(told, twin=True))
    severities = [unpack_finding(one).severity for one in proof.returned.findings]
    return words("found", **{name: severities.count(name) for name in (ERROR, WARNING, INFO)})


def _saved(item: Return) -> str:
    known = _PROGRAM.match(item.saved_by)
    program = known.group().replace("/", " ").strip() if known else words("saved_unknown")
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
        blank = [
            item
            for at, record in enumerate(records)
            for item in table.entries
            if record.get(item.id) is None and (table.id, at, item.id) not in answer.extracted.stated
        ]
        free = sum(not item.required for item in blank)
        total = len(records) * len(table.entries)
        if table.entries:
            rest = words("read_free", count=free) if free else ""
            lines.append(words("read", title=table.title, have=total - len(blank), of=total) + rest)
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
        letter.cells([number, *values], {1: f"cell+centre+{STYLES[severity]}", 4: "cell+pad+text"})


def _plain(proof: Proof, packed: Sequence[object]) -> tuple[list[CellValue], str]:
    finding = unpack_finding(packed)
    what, fix = message_of(finding, proof.form, "th")
    return [words("whole_file"), "", "", what, fix], finding.severity


def _row(line: Remark) -> tuple[list[CellValue], str]:
    sheet = f"{line.places[0].sheet}!" if line.places else ""
    at = sheet + short_where(line, twin=False)
    return [at, line.label, typed(line), what_and_cells(line), line.fix], line.severity
