"""How it was reckoned: the policy in force, the criteria of every level, the dictionary, and the tidy data sheets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from processors import marks, tidy
from processors.board import Board, Row
from processors.data import meaning
from processors.formulas import formula_blocks
from processors.guideline import guideline_blocks
from processors.outcome import STATUSES
from processors.results import Results
from processors.sheets import Block, Column, Frame, Grid, Heading, Line, Para, block_sheet, section_sheet
from processors.tallies import national
from processors.wording import day_text, known, t
from templates.policy import policy_texts
from templates.spec import Framework
from templates.stages import form_text
from workbook.address import Cell
from workbook.book import Put, Sheet, Stream, StreamRow
from workbook.style import LINE_HEIGHT

_WIDTHS = (38, 28, 70, 62)
_DICTIONARY = (20, 22, 80, 24, 44)
_LOOKS = {
    tidy.SCORE: "four", tidy.PERCENT: "two", tidy.NUMBER: "general", tidy.WHOLE: "general", tidy.TEXT: "plain",
    tidy.CODE: "plain", tidy.FLAG: "plain",
}  # fmt: skip
_DATA_WIDTHS = {"agency_name": 44, "name": 60, "framework": 14, "weighted_score": 17, "status": 18, "fiscal_year": 13}


def method_sheet(frame: Frame, board: Board, rows: Sequence[Row]) -> Sheet:
    """Give the method of one framework: notes, sub-indicators, example, policy in force, formulas, criteria, deadlines.

    Two examples: the guideline's own, and the total of one of `rows`, where anybody is ranked.
    """
    framework = board.framework
    blocks: list[Block] = [Heading(t("method_subs")), *([Para(framework.note, "note")] if framework.note else [])]
    text = chosen_example(rows)
    blocks += [_subs(framework), Heading(t("method_ranking")), Para(t("method_ranking_note")), Para(national("groups_note"))]
    blocks += [Heading(t("method_example")), Para(national("example_chosen"), "note+wrap"), Para(text)] if text else []
    blocks += [Heading(t("method_policy")), Para(t("method_policy_note"), "note"), policy_grid(framework)]
    chosen = {key: value_text(key, value) for key, value in policy_texts(framework.policy)}
    blocks += formula_blocks(framework, chosen)
    blocks += guideline_blocks(framework)
    blocks += [Heading(t("method_levels")), _levels(framework)]
    deadlines = deadlines_grid(framework)
    if deadlines.lines:
        blocks += [Heading(t("method_deadlines")), deadlines]
    return section_sheet(frame, blocks, _WIDTHS)


def chosen_example(rows: Sequence[Row]) -> str:
    """Work out the total of the first by rank whose sub-indicators have most scores that differ; "" where nobody has a total."""
    worked = [row for row in rows if row.ranked and example(row)]
    return example(max(worked, key=lambda row: len({sub.score for sub in row.score.subs}))) if worked else ""


def example(row: Row) -> str:
    """Write out the total of an agency from its printed scores; "" where the total is not that plain mean."""
    total, subs = row.score.total, row.score.subs
    if total.why.code != "total_scored" or Decimal(total.why.params.get("deduction") or 0) != 0:
        return ""
    parts = " + ".join(f"{sub.weight} × {sub.score}" for sub in subs)
    weight = sum((sub.weight for sub in subs), Decimal(0))
    return t("example_total", name=row.agency.name, parts=parts, weight=f"{weight.normalize():f}", score=total.score)


def _subs(framework: Framework) -> Grid:
    columns = (
        Column(t("col_indicator")), Column(t("col_weight"), style="cell+general+centre"), Column(t("col_name")),
        Column(t("col_gate")),
    )  # fmt: skip
    lines = [
        Line((item.id, item.weight, item.name, t("gate", gate=item.gate, level=item.gate_level) if item.gate else None))
        for item in framework.sub_indicators
    ]
    total = Line((framework.number, framework.weight, framework.indicator_title, None), "total")
    return Grid(columns, (*lines, total))


def policy_grid(framework: Framework) -> Grid:
    """Give every value of the policy in force with what it is and what it does."""
    columns = (Column(t("col_key")), Column(t("col_value")), Column(t("col_policy")), Column(t("col_value_means")))
    lines = []
    for key, value in policy_texts(framework.policy):
        words = t(f"policy_{key}") if known(f"policy_{key}") else ""
        lines.append(Line((key, value, words, value_text(key, value))))
    return Grid(columns, tuple(lines))


def value_text(key: str, value: str) -> str:
    """Say what a value of the policy does, by its own sentence or that of its key; "" when neither has words."""
    for name in (f"value_{key}_{value}", f"value_{key}"):
        if known(name):
            return t(name, value=value)
    return ""


def _levels(framework: Framework) -> Grid:
    columns = (
        Column(t("col_indicator")), Column(t("col_level"), style="cell+centre"), Column(t("col_criterion")),
        Column(t("col_limits")),
    )  # fmt: skip
    ids = [item.id for item in framework.sub_indicators]
    rows = sorted(
        (row for row in framework.criteria_rows if row.get("indicator") in ids),
        key=lambda row: (ids.index(row["indicator"]), row.get("level", "")),
    )
    return Grid(
        columns,
        tuple(Line((row["indicator"], row.get("level"), row.get("criterion_th"), limits_text(row))) for row in rows),
    )


def limits_text(row: Mapping[str, str]) -> str:
    """Say the limits of a level in figures; "" where it has none."""
    columns = ("basic_criteria_required", "quality_pct_min", "plan_execution_pct", "threshold_pct")
    told = (_limit(name, row[name]) for name in columns if row.get(name))
    return " · ".join(told)


def _limit(name: str, value: str) -> str:
    """Say one limit; a level that asks for no basic criterion asks for a plan."""
    return t("limit_plan") if name == "basic_criteria_required" and value == "0" else t(f"limit_{name}", value=value)


def deadlines_grid(framework: Framework) -> Grid:
    """Give the deadline of every form and stage that has one, with the words of its source."""
    columns = (
        Column(t("col_form")),
        Column(t("col_closes")),
        Column(t("col_deadline_note")),
    )
    lines = [
        _deadline(framework, form_id, stage)
        for item in framework.rounds
        for form_id in item.forms
        for stage in sorted({one.stage for one in item.deadlines if one.form == form_id})
    ]
    return Grid(columns, tuple(line for line in lines if line is not None))


def _deadline(framework: Framework, form_id: str, stage: str) -> Line | None:
    found = framework.deadline(form_id, stage)
    if found is None:
        return None
    return Line((form_text(framework.form(form_id), stage), day_text(found.date), found.note))


def dictionary_sheet(frame: Frame, names: tuple[str, ...]) -> Sheet:
    """Give the meaning of every column of the data sheets and CSVs, and of every status."""
    columns = (
        Column(t("col_table")), Column(t("col_column")), Column(t("col_meaning")), Column(t("col_type")),
        Column(t("col_missing")),
    )  # fmt: skip
    lines = []
    for table in tidy.TABLES:
        where = t("sheet_data", table=table.name) if table.name in names else f"{table.name}.csv"
        for column in table.columns:
            blank = t("blank_never") if column.name in table.key else t(_blank(table.name, column.name))
            words = meaning(table.name, column.name, "th")
            lines.append(Line((where, column.name, words, t(f"type_{column.kind}"), blank)))
        if table.name == marks.TABLE and table.name in names:
            told = (national("mark_means"), t("type_text"), national("mark_blank"))
            lines.append(Line((where, marks.column(), *told)))
    statuses = Grid(
        (Column("status"), Column(t("col_status")), Column(t("col_meaning"))),
        tuple(Line((item, t(f"status_{item}"), t(f"status_{item}_means"))) for item in STATUSES),
    )
    blocks = (
        Heading(t("dictionary_columns")),
        Grid(columns, tuple(lines)),
        Heading(t("dictionary_statuses")),
        statuses,
    )
    return block_sheet(frame, blocks, _DICTIONARY)


def _blank(table: str, column: str) -> str:
    """Name why a column may be blank: its own reason in this table or by its name, where the texts have one."""
    keys = (f"blank_{table}_{column}", f"blank_{column}")
    return next((key for key in keys if known(key)), "blank_other")


def data_sheet(results: Results, name: str, alert: str = "") -> Sheet:
    """Give one table from A1: one header row with the stable names, true numbers, blanks where nothing is known."""
    table = tidy.table(name)
    records = table.records(results)
    last = len(records) + 1

    doubts = name == marks.TABLE
    names = [column.name for column in table.columns]
    at = [names.index(key) for key in marks.KEY] if doubts else []

    def rows() -> Iterator[StreamRow]:
        for record in records:
            if not doubts:
                yield LINE_HEIGHT, "", record
                continue
            framework, round_id, agency, indicator = (str(record[place]) for place in at)
            mark = results.marks.get((framework, round_id, agency, indicator))
            yield LINE_HEIGHT, "", (*record, mark.words if mark else None)

    told = national("data_not_printed")
    looks = (*(_LOOKS[column.kind] for column in table.columns), *(["plain"] if doubts else []))
    heads = [*(column.name for column in table.columns), *([marks.column()] if doubts else [])]
    return Sheet(
        name=t("sheet_data", table=name),
        puts=[Put(Cell(1, at), head, "datahead") for at, head in enumerate(heads, 1)],
        stream=Stream(2, len(records), looks, rows, sparse=True) if records else None,
        widths={at: _DATA_WIDTHS.get(head, 14) for at, head in enumerate(heads, 1)},
        # Without a height LibreOffice gives rows that cut off the marks above and below.
        heights={1: LINE_HEIGHT},
        landscape=True,
        freeze=Cell(2, 1),
        repeat_rows=(1, 1),
        filter=(Cell(1, 1), Cell(max(last, 2), len(heads))),
        # Thousands of rows are of no use on paper: of a whole workbook that is printed the heads come out, and why no more.
        print_area=(Cell(1, 1), Cell(1, len(heads))),
        header=f"&C{alert}&R{told}" if alert else f"&R{told}",
        footer=f"&L{name}&R{t('footer_page')}",
        gridlines=True,
        text_numbers=True,
    )
