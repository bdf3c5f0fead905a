"""The tables behind the score cards: every step of every score, and every answer that a score rests on with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from processors.board import Board
from processors.dossier import Dossier, Spot, spot
from processors.evidence import Evidence, receipt_no
from processors.explain import Case, aside, steps, total, used_for, words
from processors.filing import short_name
from processors.method import limits_text, value_text
from processors.rules_used import rules_used, total_rules
from processors.sheets import Column, Grid, Line, Lines
from processors.wording import level_of, status_text, t, why_text
from templates.policy import policy_texts
from templates.spec import Field
from workbook.address import Cell
from workbook.book import CellValue, Link, Styled

_CENTRE, _FREE = "cell+general+centre", "cell+general+right"
_FIGURE = re.compile(r"-?\d+(\.\d+)?")
PRINTED = 12
"""Columns of the sources that are printed; the rest is for those who compute."""

Values = tuple[CellValue, ...]
Back = Mapping[str, Link]
"""By agency, the link from its first line to its card."""
_DIGEST = 12
"""Figures of a digest that tell a file on paper."""


def told_steps(board: Board, found: Sequence[Dossier]) -> dict[tuple[str, str], list[Values]]:
    """Give what is said of every sub-indicator and total: agency and indicator -> lines of what, formula, worked, value."""
    rows = board.framework.criteria_rows
    criteria = {(row.get("indicator", ""), row.get("level", "")): row for row in rows}
    policy = dict(policy_texts(board.framework.policy))
    told: dict[tuple[str, str], list[Values]] = {}
    for item in found:
        code, score = item.row.agency.code, item.row.score
        for case in item.cases:
            indicator = case.sub.indicator
            reckoned = _told(case, policy, item.behind[indicator])
            told[code, indicator] = [*_outcome(case, criteria), *reckoned, *_next(item.advice[indicator])]
        whole: list[Values] = [(step.name, step.formula, step.worked, step.value) for step in total(score)]
        told[code, score.total.indicator] = [*whole, *_rules(total_rules(score), policy)]
    return told


def _outcome(case: Case, criteria: Mapping[tuple[str, str], Mapping[str, str]]) -> Iterator[Values]:
    """Say the result and why, then the criterion of the level that was reached."""
    yield words("outcome"), status_text(case.sub.status), why_text(case.sub.why), level_of(case.sub)
    row = criteria.get((case.sub.indicator, str(case.sub.level)))
    if row is not None:
        yield words("criterion"), row.get("criterion_th"), limits_text(row), case.sub.level


def _told(case: Case, policy: Mapping[str, str], behind: Sequence[Evidence]) -> Iterator[Values]:
    for step in steps(case):
        yield step.name, step.formula, step.worked, step.value
    apart = aside(case)
    if apart:
        yield words("aside"), words("aside_means", indicator=case.sub.indicator), None, None
    for step in apart:
        yield step.name, step.formula, step.worked, step.value
    if behind:
        yield words("evidence"), words(f"evidence_{used_for(case)}", count=len(behind)), evidence_text(behind), None
    yield from _rules(rules_used(case), policy)


def _rules(keys: Sequence[str], policy: Mapping[str, str]) -> Iterator[Values]:
    """Say what each of some rules settles, and how."""
    for key in keys:
        yield words("policy"), t(f"policy_{key}"), value_text(key, policy[key]), None


def _next(advice: Sequence[str]) -> Iterator[Values]:
    for text in advice:
        yield words("next"), text, None, None


def evidence_text(behind: Sequence[Evidence]) -> str:
    """Say where answers stand: one line for each sheet of a return, with its cells."""
    cells: dict[tuple[int, str], list[str]] = {}
    for item in behind:
        cells.setdefault((item.filed.seq, item.answer.sheet), []).append(item.answer.cell)
    parts = [(receipt_no(seq), sheet, ", ".join(each)) for (seq, sheet), each in cells.items()]
    return "\n".join(words("evidence_part", seq=seq, sheet=sheet, cells=each) for seq, sheet, each in parts)


def steps_grid(board: Board, found: Sequence[Dossier], told: Mapping[tuple[str, str], list[Values]], back: Back) -> Grid:
    """Give criterion, steps, evidence, policy and the way to the next level of every score, one line each."""
    columns = (
        Column(t("col_code"), 11), Column(board.label, 30), Column(t("col_indicator"), 9, _CENTRE), Column(words("col_what"), 34),
        Column(words("col_formula"), 50), Column(words("col_worked"), 58), Column(words("col_value"), 13, _FREE),
    )  # fmt: skip

    def lines() -> Iterator[Line]:
        for item in found:
            code, whole = item.row.agency.code, item.row.score.total.indicator
            first = True
            for indicator in (*item.behind, whole):
                for values in told[code, indicator]:
                    head: CellValue = back.get(code, code) if first else code
                    first = False
                    told_as = (*values[:3], _printed(values[3]))
                    yield Line((head, item.row.agency.name, indicator, *told_as), "total" if indicator == whole else "")

    return Grid(columns, Lines(sum(map(len, told.values())), lines))


def _printed(value: CellValue) -> CellValue | Styled:
    """Give a result with the decimals that it was rounded to."""
    places = -int(value.as_tuple().exponent) if isinstance(value, Decimal) else 0
    return Styled(value, {2: "two", 4: "four"}[places]) if places in (2, 4) else value


def step_rows(found: Sequence[Dossier], told: Mapping[tuple[str, str], list[Values]], first: int) -> dict[tuple[str, str], int]:
    """Give the row where the steps of each sub-indicator begin on a sheet whose first line is `first`."""
    rows, at = {}, first
    for item in found:
        for indicator in (*item.behind, item.row.score.total.indicator):
            rows[item.row.agency.code, indicator] = at
            at += len(told[item.row.agency.code, indicator])
    return rows


def source_rows(found: Sequence[Dossier], first: int) -> tuple[dict[tuple[str, str], int], dict[Spot, int]]:
    """Give the row where the answers of each sub-indicator begin, and that of each answer."""
    starts: dict[tuple[str, str], int] = {}
    answers: dict[Spot, int] = {}
    at = first
    for item in found:
        for indicator, behind in item.behind.items():
            if behind:
                starts[item.row.agency.code, indicator] = at
            answers.update({spot(one): at + place for place, one in enumerate(behind)})
            at += len(behind)
    return starts, answers


def sources_grid(board: Board, found: Sequence[Dossier], back: Back) -> Grid:
    """Give every answer that a score rests on: its value, how it was typed, and where it stands."""
    columns = (
        Column(t("col_code"), 11), Column(board.label, 30), Column(t("col_indicator"), 9, _CENTRE), Column(words("col_use"), 13),
        Column(words("col_about"), 38), Column(words("col_field"), 26), Column(words("col_used"), 16, _FREE),
        Column(words("col_seq"), 9, _CENTRE), Column(words("col_sheet"), 22), Column(words("col_cell"), 8, _CENTRE),
        Column(words("col_file"), 44), Column(words("col_short_digest"), 16, _CENTRE),
        # What follows is for those who compute.
        Column(t("col_form"), 46), Column(words("col_serial"), 9, _CENTRE), Column(words("col_raw"), 24),
        Column(words("col_record"), 10, _CENTRE), Column(words("col_digest"), 92),
    )  # fmt: skip
    framework = board.framework
    titles = {form.full_id: short_name(framework, form) for form in framework.forms}
    fields = [(form.full_id, table.id, item) for form in framework.forms for table in form.tables for item in table.fields]
    known = {(form, table, item.id): item for form, table, item in fields}

    def lines() -> Iterator[Line]:
        for item in found:
            code, first = item.row.agency.code, True
            uses = {case.sub.indicator: words(f"use_{used_for(case)}") for case in item.cases}
            for indicator, behind in item.behind.items():
                for one in behind:
                    head: CellValue = back.get(code, code) if first else code
                    first = False
                    yield Line((head, item.row.agency.name, indicator, uses[indicator], *_source(item, one, (titles, known))))

    count = sum(len(behind) for item in found for behind in item.behind.values())
    return Grid(columns, Lines(count, lines))


def _source(item: Dossier, one: Evidence, names: tuple[Mapping[str, str], Mapping[tuple[str, str, str], Field]]) -> Values:
    titles, known = names
    answer, filed = one.answer, one.filed
    field = known.get((answer.form, answer.table, answer.field))
    label = field.label if field else answer.field
    options = {option.code: option.label for option in field.options} if field else {}
    option = options.get(answer.value, "")
    # A code that its label only explains, as the scores of a review, stays a figure.
    explained = _FIGURE.fullmatch(answer.value) and option.split(" ")[0] == answer.value
    value = number_or_text(answer.value, "" if explained else option)
    return (
        item.about.get((answer.seq, answer.table, answer.record)), label, value, receipt_no(filed.seq), answer.sheet,
        answer.cell, filed.file, filed.sha256[:_DIGEST], titles.get(answer.form, answer.form), filed.serial,
        answer.raw or None, answer.record, filed.sha256,
    )  # fmt: skip


def number_or_text(value: str, told: str) -> CellValue:
    """Give a stored answer for a cell: options by their labels (`told`), yes and no in words, figures as numbers, None for ""."""
    if value in ("true", "false") and not told:
        return words(f"answer_{value}")
    shown = told or value
    return Decimal(shown) if _FIGURE.fullmatch(shown) else shown or None


def back_links(found: Sequence[Dossier], sheet: str, card: Mapping[str, int]) -> dict[str, Link]:
    """Give for each agency with a card the link to it."""
    codes = [item.row.agency.code for item in found]
    return {code: Link(code, sheet=sheet, cell=Cell(card[code], 1)) for code in codes if code in card}
