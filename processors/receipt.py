"""Verdict -> Book: the receipt of an accepted file, with what was received and what was remarked."""

from __future__ import annotations

from importlib.metadata import version

from processors.remarks import WIDTHS, Answer, remark_rows, remarks
from templates.lists import thai_date
from templates.stages import stage_field, stage_label
from templates.words import say
from workbook.address import Cell
from workbook.book import Book, Merge, Put, Sheet
from workbook.fit import height
from workbook.style import LINE_HEIGHT

_TITLE_ROW, _FIRST_ROW = 1, 3
_NAME_COLS, _VALUE_COLS = (1, 3), (4, 7)


def receipt(answer: Answer) -> Book:
    """Build the receipt: one sheet of facts, then the warnings and remarks if there are any; same answer, same bytes."""
    title = say("pages", "receipt_title")
    puts = [Put(Cell(_TITLE_ROW, 1), title, "heading")]
    heights = {_TITLE_ROW: 32.0, _TITLE_ROW + 1: LINE_HEIGHT / 2}
    merges: list[Merge] = []
    row = _FIRST_ROW
    for name, value in facts(answer):
        merges.append(Merge(Cell(row, _NAME_COLS[0]), Cell(row, _NAME_COLS[1]), name, "label"))
        merges.append(Merge(Cell(row, _VALUE_COLS[0]), Cell(row, _VALUE_COLS[1]), value, "cell+text"))
        heights[row] = height([(name, _width(_NAME_COLS)), (value, _width(_VALUE_COLS))])
        row += 1
    for note in (say("pages", "receipt_keep"), say("pages", "receipt_replaces")):
        merges.append(Merge(Cell(row, 1), Cell(row, len(WIDTHS)), note, "wrap"))
        heights[row] = height([(note, sum(WIDTHS.values()))])
        row += 1
    lines = remarks(answer, twin=False)
    if lines:
        heights[row] = LINE_HEIGHT / 2
        puts.append(Put(Cell(row + 1, 1), say("pages", "receipt_remarks", count=len(lines)), "bold"))
        heights[row + 1] = LINE_HEIGHT
        more_puts, more_heights = remark_rows(lines, row + 2, links=False)
        puts += more_puts
        heights.update(more_heights)
    sheet = Sheet(
        say("pages", "receipt_sheet"), puts, WIDTHS, heights, merges=merges, landscape=True, tab="#2F855A",
        footer=f"&C{say('pages', 'footer_page')}",
    )  # fmt: skip
    return Book([sheet], title=title, subject=answer.issued.recipient)


def _width(cols: tuple[int, int]) -> float:
    return sum(WIDTHS[col] for col in range(cols[0], cols[1] + 1))


def facts(answer: Answer) -> list[tuple[str, str]]:
    """Give (name, value) of everything that a receipt states, in its order."""
    issued, stage = answer.issued, answer.stage
    passport, form = issued.passport, issued.form
    found: list[tuple[str, str]] = [
        (say("pages", "receipt_agency"), f"{issued.recipient} ({passport.agency})"),
        (say("pages", "receipt_form"), form.title),
        (say("pages", "receipt_verdict"), say("command", "verdict_accepted")),
    ]
    asked = stage_field(form)
    if stage and asked is not None:
        found.append((asked[1].label, stage_label(form, stage)))
    found.append((say("pages", "receipt_received"), thai_date(answer.received)))
    deadline = issued.framework.deadline(form.id, stage)
    if answer.days_late > 0 and deadline is not None:
        late = say("pages", "receipt_late_days", days=answer.days_late, date=thai_date(deadline.date))
        found.append((say("pages", "receipt_late"), late))
    return [
        *found,
        (say("pages", "receipt_seq"), f"{answer.seq:06d}"),
        (say("pages", "receipt_serial"), passport.serial),
        (say("pages", "receipt_issue"), passport.issue),
        (say("pages", "receipt_file"), answer.file),
        (say("pages", "receipt_sha256"), answer.sha256),
        (say("pages", "receipt_program"), f"cleanreport {version('cleanreport')}"),
    ]
