"""An answer's findings as lines for people: one fault over many cells is one line with its cells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from processors.report import message_of
from templates.extract import Extracted
from templates.issued import Issued
from templates.words import say
from workbook.address import Cell
from workbook.book import CellValue, Link, Put
from workbook.finding import ERROR, INFO, WARNING, Finding, Place
from workbook.fit import height
from workbook.style import LINE_HEIGHT

# LibreOffice never wraps a link: the cells of most lines must fit one line.
WIDTHS = {1: 6.0, 2: 14.0, 3: 42.0, 4: 28.0, 5: 18.0, 6: 44.0, 7: 44.0}
STYLES = {ERROR: "wrong", WARNING: "warn", INFO: ""}
ORDER = {ERROR: 0, WARNING: 1, INFO: 2}
_COLUMNS = ("no", "severity", "where", "label", "raw", "what", "fix")
_MOST_CELLS, _MOST_TEXTS, _MOST_SIGNS, _RUN = 24, 5, 500, 4
"""What a line shows at most: so many cells and different texts, and from `_RUN` cells below each other a range.

Every cell is marked in the twin whatever their number.
"""


@dataclass(frozen=True)
class Answer:
    """What an answer is made from: the issued workbook, what was read and found, the file's name, digest and day.

    `seq` is the ledger's receiving number, 0 before it is stored; `stage` "" where the form has none.
    """

    issued: Issued
    extracted: Extracted
    findings: tuple[Finding, ...]
    file: str
    received: dt.date
    seq: int = 0
    sha256: str = ""
    stage: str = ""
    days_late: int = 0


@dataclass(frozen=True)
class Remark:
    """Findings of one severity, code, field and remedy, in the order of the form; `places` stand in the workbook shown.

    `places` is empty for a finding about the file as a whole. `whats` goes with `findings`.
    """

    findings: tuple[Finding, ...]
    places: tuple[Place, ...]
    label: str
    whats: tuple[str, ...]
    fix: str

    @property
    def severity(self) -> str:
        """Give the severity that all have."""
        return self.findings[0].severity


def in_twin(answer: Answer, place: Place | None) -> Place | None:
    """Give the place in the twin, where the form puts it; None for findings about the file."""
    if place is None or place.table is None or place.table not in answer.issued.layout.blocks:
        return place
    if place.field is None or place.record is None:
        return answer.issued.layout.title_place(place.table)
    return answer.issued.layout.place(place.table, place.record, place.field)


def remarks(answer: Answer, *, twin: bool) -> list[Remark]:
    """Group findings, errors first, then by their places in the form; `twin`: cells as the twin has them, else as sent."""
    found: dict[tuple[object, ...], list[tuple[Finding, Place | None, str, str]]] = {}
    placed = [(item, in_twin(answer, item.place) if twin else item.place) for item in answer.findings]
    for at, (finding, place) in enumerate(sorted(placed, key=lambda pair: _order(answer, *pair))):
        what, fix = message_of(_unnumbered(answer, finding), answer.issued.form, "th")
        # Findings about the file as a whole have no cells to gather.
        where = (place.sheet, place.table, place.field) if place else (at,)
        found.setdefault((finding.severity, finding.code, *where, fix), []).append((finding, place, what, fix))
    return [_remark(answer, members) for members in found.values()]


def _order(answer: Answer, finding: Finding, place: Place | None) -> tuple[int, ...]:
    if place is None:
        return ORDER[finding.severity], -1
    sheets = answer.issued.layout.sheets
    at = sheets.index(place.sheet) if place.sheet in sheets else len(sheets)
    return ORDER[finding.severity], at, place.cell.row, place.cell.col


def _unnumbered(answer: Answer, finding: Finding) -> Finding:
    """Take the record's number from the label, so that equal faults of a column read the same."""
    return replace(finding, place=replace(finding.place, label=_label(answer, finding.place))) if finding.place else finding


def _label(answer: Answer, place: Place) -> str:
    blocks = answer.issued.layout.blocks
    if place.table is None or place.table not in blocks or place.field is None:
        return place.label
    return blocks[place.table].table.field(place.field).label


def _remark(answer: Answer, members: Sequence[tuple[Finding, Place | None, str, str]]) -> Remark:
    findings = tuple(finding for finding, _, _, _ in members)
    places = tuple(place for _, place, _, _ in members if place is not None)
    if len(members) > 1:
        return Remark(findings, places, _label(answer, places[0]), tuple(what for _, _, what, _ in members), members[0][3])
    # One finding keeps the label with its record's number, in its sentence too.
    what, fix = message_of(findings[0], answer.issued.form, "th")
    return Remark(findings, places, places[0].label if places else "", (what,), fix)


def remark_rows(lines: Sequence[Remark], row: int, *, links: bool) -> tuple[list[Put], dict[int, float]]:
    """Lay remarks as a table from a row on: headings, one row each; gives what to write and the heights."""
    heads = [say("pages", f"faults_{key}") for key in _COLUMNS]
    if not links:
        heads[_COLUMNS.index("where")] = say("pages", "receipt_where")
    puts = [Put(Cell(row, at), head, "head") for at, head in enumerate(heads, 1)]
    heights = {row: LINE_HEIGHT * 2}
    for number, remark in enumerate(lines, 1):
        values = _line(remark, number, links=links)
        style = f"cell+{STYLES[remark.severity]}" if STYLES[remark.severity] else "cell"
        for at, value in enumerate(values, 1):
            look = "cell+link" if isinstance(value, Link) else style if at == 2 else "cell+centre" if at == 1 else "cell"
            puts.append(Put(Cell(row + number, at), value, look))
        texts = [(value.text if isinstance(value, Link) else str(value), WIDTHS[at]) for at, value in enumerate(values, 1)]
        heights[row + number] = height(texts)
    return puts, heights


def _line(remark: Remark, number: int, *, links: bool) -> list[CellValue]:
    where: CellValue = _where(remark)
    if remark.places and links:
        first = remark.places[0]
        where = Link(_where(remark), sheet=first.sheet, cell=first.cell)
    raws = list(dict.fromkeys(item.raw for item in remark.findings if item.raw))
    raw = ", ".join(raws[:_MOST_TEXTS]) + (say("pages", "and_more") if len(raws) > _MOST_TEXTS else "")
    severity = say("pages", f"severity_{remark.severity}")
    return [number, severity, where, remark.label, raw[:_MOST_SIGNS], _what(remark), remark.fix]


def _where(remark: Remark) -> str:
    """Name the cells of a remark: one as `sheet!B7`, many with their number."""
    if not remark.places:
        return say("pages", "whole_file")
    cells = list(dict.fromkeys(place.cell for place in remark.places))
    sheet = remark.places[0].sheet
    if len(cells) == 1:
        return f"{sheet}!{cells[0].a1()}"
    names = _runs(cells)
    shown = ", ".join(names[:_MOST_CELLS]) + (say("pages", "and_more") if len(names) > _MOST_CELLS else "")
    return say("pages", "many_cells", sheet=sheet, cells=shown, count=len(cells))


def _runs(cells: Sequence[Cell]) -> list[str]:
    """Name cells in their order, long runs below each other as ranges."""
    runs: list[list[Cell]] = []
    for cell in cells:
        if runs and runs[-1][-1] == Cell(cell.row - 1, cell.col):
            runs[-1].append(cell)
        else:
            runs.append([cell])
    names: list[str] = []
    for run in runs:
        names += [f"{run[0].a1()}:{run[-1].a1()}"] if len(run) >= _RUN else [cell.a1() for cell in run]
    return names


def _what(remark: Remark) -> str:
    """Say what is wrong: once where all cells have the same sentence, else by cell."""
    if len(set(remark.whats)) == 1:
        return remark.whats[0]
    pairs = [f"{place.cell.a1()}: {what}" for place, what in zip(remark.places, remark.whats, strict=True)]
    return "\n".join(pairs[:_MOST_TEXTS]) + (say("pages", "and_more") if len(pairs) > _MOST_TEXTS else "")
