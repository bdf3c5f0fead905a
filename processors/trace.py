"""The tables behind the score cards: every step of every score, and every answer that a score rests on with its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from processors.advice import next_level
from processors.board import Board, Row
from processors.card import cases
from processors.evidence import PLAN, REPORT, REVIEW, SURVEY, Basis
from processors.explain import Case, steps, total, words
from processors.method import value_text
from processors.sheets import Column, Grid, Line, Lines
from processors.view import View
from processors.wording import t, why_text
from templates.criteria import ACHIEVEMENT, PLAN_QUALITY
from templates.policy import policy_texts
from workbook.book import CellValue

_CENTRE, _FREE = "cell+general+centre", "cell+general+right"
_USED: dict[str, tuple[tuple[str, str, tuple[str, ...]], ...]] = {
    PLAN_QUALITY: ((REVIEW, "basics", ("met",)), (REVIEW, "factors", ("score",)), (PLAN, "general", ("process_type",))),
    ACHIEVEMENT: (
        (PLAN, "indicators", ("weight", "direction", "scale", "level1", "level2", "level3", "level4", "level5")),
        (REPORT, "measures", ("progress", "in_time")),
        (REPORT, "indicators", ("result",)),
    ),
}
"""The answers that a sub-indicator is reckoned from, by its role: form, table and fields; any other rests on the survey."""
_SURVEYED = ((SURVEY, "survey", ("transparency_pct",)),)
_POLICIES = {
    PLAN_QUALITY: ("factor_rubric", "floor"),
    ACHIEVEMENT: ("achievement_basis", "achievement_cap", "progress_lower_better", "interp_7_2", "gate_fail_score", "floor"),
}
"""The choices of policy that bear on a sub-indicator, by its role."""


def steps_grid(view: View, board: Board, rows: Sequence[Row]) -> Grid:
    """Give criterion, steps, policy and the way to the next level of every score, one line each."""
    columns = (
        Column(t("col_code"), 11), Column(board.label, 40), Column(t("col_indicator"), 9, _CENTRE), Column(words("col_what"), 40),
        Column(words("col_formula"), 62), Column(words("col_worked"), 72), Column(words("col_value"), 12, _FREE),
    )  # fmt: skip
    asked = board.framework.criteria_rows
    criteria = {(row.get("indicator", ""), row.get("level", "")): row.get("criterion_th", "") for row in asked}
    policy = dict(policy_texts(board.framework.policy))

    def lines() -> Iterator[Line]:
        for row in rows:
            head = (row.agency.code, row.agency.name)
            for case in cases(board, row):
                for values in _told(case, criteria, policy):
                    yield Line((*head, case.sub.indicator, *values))
            for step in total(row.score, board.framework.policy):
                yield Line((*head, row.score.total.indicator, step.name, step.formula, step.worked, step.value), "total")

    return Grid(columns, Lines(sum(1 for _ in lines()), lines))


def _told(case: Case, criteria: dict[tuple[str, str], str], policy: dict[str, str]) -> Iterator[tuple[CellValue, ...]]:
    """Give what is said of one sub-indicator: name, formula or rule, worked or text, value."""
    criterion = criteria.get((case.sub.indicator, str(case.sub.level)), "")
    yield words("criterion"), criterion, why_text(case.sub.why), case.sub.level
    for step in steps(case):
        yield step.name, step.formula, step.worked, step.value
    for key in _POLICIES.get(case.item.role, ("floor",)):
        if key in policy:
            yield words("policy"), t(f"policy_{key}"), value_text(key, policy[key]), None
    for text in next_level(case):
        yield words("next"), text, None, None


def sources_grid(view: View, board: Board, rows: Sequence[Row]) -> Grid:
    """Give every answer that a score rests on: its value, how it was typed, and where it stands."""
    columns = (
        Column(t("col_code"), 11), Column(board.label, 40), Column(t("col_indicator"), 9, _CENTRE), Column(t("col_form"), 30),
        Column(words("col_record"), 8, _CENTRE), Column(words("col_field"), 34),
        Column(words("col_value"), 16, _FREE),
        Column(words("col_raw"), 22), Column(words("col_seq"), 9, _CENTRE), Column(words("col_file"), 44),
        Column(words("col_sheet"), 26), Column(words("col_cell"), 9, _CENTRE), Column(words("col_serial"), 10, _CENTRE),
        Column(words("col_digest"), 70),
    )  # fmt: skip
    framework = board.framework
    titles = {form.full_id: form.title for form in framework.forms}
    fields = [(form.full_id, table.id, item) for form in framework.forms for table in form.tables for item in table.fields]
    labels = {(form, table, item.id): item.label for form, table, item in fields}
    shown = board.round.id if board.round else ""

    def lines() -> Iterator[Line]:
        for row in rows:
            basis = view.index.basis(framework, row.agency.code, shown)
            for case in cases(board, row):
                for values in _answers(case, basis, titles, labels):
                    yield Line((row.agency.code, row.agency.name, case.sub.indicator, *values))

    return Grid(columns, Lines(sum(1 for _ in lines()), lines))


def _answers(
    case: Case, basis: Basis, titles: dict[str, str], labels: dict[tuple[str, str, str], str]
) -> Iterator[tuple[CellValue, ...]]:
    for role, table, fields in _USED.get(case.item.role, _SURVEYED):
        for item in basis.of(role, table, *fields):
            one, filed = item.answer, item.filed
            label = labels.get((one.form, one.table, one.field), one.field)
            yield (
                titles.get(one.form, one.form), one.record, label, one.value or None, one.raw or None, filed.seq, filed.file,
                one.sheet, one.cell, filed.serial, filed.sha256,
            )  # fmt: skip
