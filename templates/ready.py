"""Is a form ready to be sent? Sections, checks and a verdict, each a formula and its value, from the form's own spec."""

from __future__ import annotations

from dataclasses import dataclass

from templates.issued import Issued
from templates.layout import READY_HELPER_COL, Block, Layout
from templates.ready_cells import Look
from templates.ready_checks import check_of, faces
from templates.ready_gaps import Gaps, ask_all, gaps_of
from templates.ready_lack import area, words_at
from templates.ready_lines import FAULT, FINE, OPEN, UNTOLD, WARN, Check, joined
from templates.ready_rows import HEAD_ROWS, ROWS, Held, Rows
from templates.spec import One, Table
from templates.typed import quoted
from templates.words import say
from workbook.address import Cell, column_letters, quote_sheet
from workbook.book import Formula, Put

BASICS = "basics"
"""The table of a plan that answers the basic criteria, one field a criterion."""


@dataclass(frozen=True)
class Line:
    """One visible line. `widest` and `target`: the longest texts that the formulas of place and link may show."""

    title: str
    sign: Formula
    count: Formula
    what: Formula
    link: Formula
    widest: str
    target: str


@dataclass(frozen=True)
class Ready:
    """The whole: what is shown, and the helper cells behind it, which begin in the row that was given."""

    verdict: Formula
    remark: Formula
    sections: tuple[Line, ...]
    checks: tuple[Line, ...]
    helpers: tuple[Put, ...]


def lines_of(layout: Layout) -> tuple[int, int]:
    """Count the lines of sections and checks of a form."""
    blocks = _blocks(layout)
    return len(blocks), sum(len(faces(block.table)) + _has_basics(block.table) for block in blocks)


def _blocks(layout: Layout) -> list[Block]:
    return [block for block in layout.blocks.values() if block.records and block.table.entries]


def _has_basics(table: Table) -> bool:
    return table.id == BASICS and isinstance(table.rows, One)


def readiness(issued: Issued, look: Look, top: int) -> Ready:
    """Judge how far a form is filled; helper cells stand from row `top` on: words, totals, sections, checks, tables."""
    blocks, counts = _blocks(issued.layout), lines_of(issued.layout)
    words, helpers, totals = words_at(top)
    section_row, check_row = totals + 1, totals + 1 + counts[0]
    row = check_row + counts[1]
    tables: list[Rows] = []
    for block in blocks:
        rows = Rows(issued.layout, block, look, row, words, issued.form_year, issued.snapshot.get(block.table.id, ()))
        ask_all(rows)
        tables.append(rows)
        row += HEAD_ROWS + block.records
    checks = [check for rows in tables for check in _checks(rows, issued)]
    gaps = [gaps_of(rows) for rows in tables]
    sections = tuple(_section(rows, gap, section_row + at) for at, (rows, gap) in enumerate(zip(tables, gaps, strict=True)))
    lines = tuple(_check(check, check_row + at) for at, check in enumerate(checks))
    for at, gap in enumerate(gaps):
        helpers += _put(section_row + at, gap.pairs)
    for at, check in enumerate(checks):
        helpers += _put(check_row + at, (check.state, check.record))
    pairs = _totals((section_row, check_row), gaps, checks)
    helpers += _put(totals, pairs)
    for rows in tables:
        helpers += [*rows.heads(), *rows.puts]
    verdict, remark = _verdict(totals, [int(value) for _, value in pairs])
    return Ready(verdict, remark, sections, lines, tuple(helpers))


def _put(row: int, pairs: tuple[tuple[str, Held], ...]) -> list[Put]:
    return [Put(Cell(row, READY_HELPER_COL + at), Formula(formula, value)) for at, (formula, value) in enumerate(pairs)]


def _held(row: int, at: int) -> str:
    return Cell(row, READY_HELPER_COL + at).absolute()


def _checks(rows: Rows, issued: Issued) -> list[Check]:
    found = [check_of(rows, spec, issued.framework.policy) for spec in faces(rows.table)]
    return [_basics(rows), *found] if _has_basics(rows.table) else found


def _basics(rows: Rows) -> Check:
    """Sum up the components of a plan by the basic criteria: a blank one is missing already and counts once."""
    items = [(rows.states[name], least, name) for name, least in rows.needs() if least]
    blank = [f"({states.at(0)}<{least})" for states, least, _ in items]
    lacking = [name for states, least, name in items if states.values[0] < least]
    have = f"{len(items)}-({'+'.join(blank)})"
    state = (f"=IF({'+'.join(blank)}=0,{FINE},{OPEN})", OPEN if lacking else FINE)
    short = (f'={have}&" / {len(items)}"', f"{len(items) - len(lacking)} / {len(items)}")
    field = (*lacking, items[0][2])[0]
    return Check(rows, say("pages", "ready_basics"), state, short, ("=0", 0), field, counts=False)


def _totals(rows: tuple[int, int], gaps: list[Gaps], checks: list[Check]) -> tuple[tuple[str, Held], ...]:
    """Give missing answers, faults, checks that only the program can make, cells that hold an answer, warnings."""
    sections, states = rows

    def down(row: int, count: int, at: int) -> str:
        return area(Cell(row, READY_HELPER_COL + at), Cell(row + count - 1, READY_HELPER_COL + at))

    found = [check.state[1] for check in checks]
    every = down(states, len(checks), 0)
    counted = [(f"=COUNTIF({every},{at})" if checks else "=0", found.count(at)) for at in (FAULT, UNTOLD, WARN)]
    return (
        (f"=SUM({down(sections, len(gaps), 1)})", sum(gap.missing for gap in gaps)),
        counted[0],
        counted[1],
        (f"=SUM({down(sections, len(gaps), 3)})", sum(gap.content for gap in gaps)),
        counted[2],
    )


def _verdict(row: int, values: list[int]) -> tuple[Formula, Formula]:
    missing, faults, untold, content, warned = (_held(row, at) for at in range(5))
    yes, none, no = quoted(say("pages", "ready_yes")), quoted(say("pages", "ready_none")), ""
    no = joined("ready_no", missing=missing, faults=faults)
    wait = joined("ready_wait", count=untold)
    verdict = f"=IF({missing}+{faults}>0,{no},IF({content}=0,{none},IF({untold}>0,{wait},{yes})))"
    done = "ready_wait" if values[2] else "ready_yes"
    key = "ready_no" if values[0] + values[1] else done if values[3] else "ready_none"
    warns = f"IF({warned}>0,{joined('ready_warned', count=warned)},{quoted(say('pages', 'ready_remark'))})"
    remark = f"=IF({untold}>0,{quoted(say('pages', 'ready_untold'))},{warns})"
    said = ("ready_untold", values[2]) if values[2] else ("ready_warned" if values[4] else "ready_remark", values[4])
    return (
        Formula(verdict, say("pages", key, missing=values[0], faults=values[1], count=values[2])),
        Formula(remark, say("pages", said[0], count=said[1])),
    )


def _section(rows: Rows, gap: Gaps, row: int) -> Line:
    required, missing, content = _held(row, 0), _held(row, 1), _held(row, 3)
    none = "ready_below" if faces(rows.table) else "ready_optional"
    signs = [quoted(say("pages", none)), quoted(say("pages", "ready_full")), joined("ready_missing", missing=missing)]
    key = none if not gap.required else "ready_missing" if gap.missing else "ready_full"
    filled = joined("ready_filled", filled=f"({required}-{missing})", required=required)
    shown = say("pages", "ready_filled", filled=gap.required - gap.missing, required=gap.required)
    code = _held(row, 2)
    labels = [rows.table.field(name).label for name, least in rows.needs() if least] or [""]
    return Line(
        rows.table.title,
        Formula(f"=IF({required}=0,{signs[0]},IF({missing}=0,{signs[1]},{signs[2]}))", say("pages", key, missing=gap.missing)),
        Formula(f"=IF({required}=0,{joined('ready_some', filled=content)},{filled})",
                shown if gap.required else say("pages", "ready_some", filled=gap.content)),
        _where(rows, f"{missing}=0", gap.label(code), gap.record(code)),
        _link(rows, f"{missing}=0", gap.address(code)),
        _numbered(rows, max(labels, key=len), rows.block.records), _target(rows),
    )  # fmt: skip


def _numbered(rows: Rows, label: str, record: int) -> str:
    """Name a field and its record, as findings do."""
    return say("pages", "ready_at", label=label, n=record) if rows.block.records > 1 and label else label


def _where(rows: Rows, none: str, label: tuple[str, str], record: tuple[str, int]) -> Formula:
    text = joined("ready_at", label=label[0], n=record[0]) if rows.block.records > 1 else label[0]
    return Formula(f'=IF({none},"",{text})', _numbered(rows, label[1], record[1]))


def _link(rows: Rows, none: str, place: tuple[str, str]) -> Formula:
    """Link to a cell; where a program does not follow links inside a workbook, the address can be read."""
    target = quoted(f"#{quote_sheet(rows.table.sheet)}!")
    shown = f"{rows.table.sheet}!{place[1]}" if place[1] else ""
    return Formula(f'=IF({none},"",HYPERLINK({target}&{place[0]},{quoted(rows.table.sheet + "!")}&{place[0]}))', shown)


def _check(check: Check, row: int) -> Line:
    rows, state, record = check.rows, _held(row, 0), _held(row, 1)
    words = {FAULT: "ready_fault", FINE: "ready_fine", UNTOLD: "ready_later", OPEN: "ready_open", WARN: "ready_warn"}
    sign = f"=CHOOSE({state}+1,{','.join(quoted(say('pages', words[at])) for at in sorted(words))})"
    cell, label = rows.block.cells[check.field][0], rows.table.field(check.field).label
    number, value = int(check.record[1]), int(check.state[1])
    shown = f"{column_letters(cell.col)}{cell.row + (number - 1) * rows.step}" if value in (FAULT, WARN) else ""
    index = rows.index(check.field)
    address = f"{quoted(column_letters(cell.col))}&(INDEX({rows.head(ROWS)},{index})+({record}-1)*{rows.step})"
    fine = f"AND({state}<>{FAULT},{state}<>{WARN})"
    place = _where(rows, fine, (quoted(label), label if value in (FAULT, WARN) else ""), (record, number))
    short = Formula(check.short[0], check.short[1]) if check.short[0] else Formula('=""')
    return Line(
        check.title, Formula(sign, say("pages", words[value])), short, place, _link(rows, fine, (address, shown)),
        _numbered(rows, label, rows.block.records), _target(rows),
    )  # fmt: skip


def _target(rows: Rows) -> str:
    return f"{rows.table.sheet}!{Cell(rows.block.last_row, rows.block.entry_col).a1()}"
