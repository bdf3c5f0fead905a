"""The plan form: what the policy asks for is said where it is filled, and a chosen factor shows its name."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import filling
import openpyxl
import pytest
from season_tools import Trial
from test_guards import calculated, client
from test_roundtrip import FRAMEWORKS, issued

from templates.build import Filling, build
from templates.extract import extract
from templates.load import SHIPPED, load_framework
from templates.official import official
from templates.rules import RULES, Context
from workbook.read import read
from workbook.write import write

DEPT = FRAMEWORKS["dept_2557"]
LEVELLED = {name: one for name, one in FRAMEWORKS.items() if one.sub_indicators}
CHOSEN = ["ปัจจัยที่ 4", "1", 5, None, "ปัจจัยที่ 9"]
FAIR, CONTROLLED = "เน้นความเป็นธรรม เสมอภาค", "มีการควบคุม ติดตามอย่างเป็นระบบ"
NAMES = ["เน้นความถูกต้องตามกฎหมาย ลดการใช้ดุลยพินิจ", CONTROLLED, FAIR, None, None]
"""Seed 002 L92: the factors of type 3 in their order."""
VALUES = {**filling.PLAN, "activities.activity": ["ก", "ข", "ค", "ง", "จ"], "activities.factor": CHOSEN}


# --- how many factors need a measure -------------------------------------------------------------------------------


@pytest.mark.parametrize("framework", LEVELLED.values(), ids=LEVELLED)
def test_form_and_rule_ask_for_as_many_measures(framework: object) -> None:
    """Domain B3: 3 of 4, 4 of 5; help, note and first sheet say what the rule refuses to fall below."""
    form = framework.form("plan")  # type: ignore[attr-defined]
    table = form.table("measures")
    (spec,) = [spec for spec in table.rules if spec.rule == "share_filled"]
    counts = set(Counter(row["process_type_no"] for row in framework.lists["factors.csv"]).values())  # type: ignore[attr-defined]
    for count in counts:
        shares = {"factor_min_share": framework.policy.factor_min_share}  # type: ignore[attr-defined]
        context = Context({}, 2557, shares, derived={("measures", "factor"): ["ก"] * count})
        rows = [{"factor": "ก", "additional_measure": None}] * count
        (breach,) = RULES["share_filled"].check("measures", rows, spec, context)
        for text in (table.note, table.field("additional_measure").help, " ".join(form.intro)):
            assert f"{breach.params['need']} ใน {count}" in text
    assert "{" not in table.note + table.field("additional_measure").help + " ".join(form.intro)


def test_another_share_changes_every_text() -> None:
    raw = load_framework(SHIPPED / "dept_2557")
    plan = replace(raw.form("plan"), intro=("{factor_share}: {factor_least}", "{factor_none}"))
    mistakes: list[str] = []
    half = official(plan, replace(raw, policy=replace(raw.policy, factor_min_share=Decimal("0.5"))), mistakes)
    assert half.intro == ("50: 2 ใน 4 หรือ 3 ใน 5", "{factor_none}")
    assert mistakes == ["dept_2557/plan: intro names the unknown indicator or figure 'factor_none'"]


# --- the name of a chosen factor -------------------------------------------------------------------------------------


def test_the_program_names_the_chosen_factors(tmp_path: Path) -> None:
    one = issued(DEPT.form("plan"))
    (tmp_path / "blank.xlsx").write_bytes(write(build(one)))
    raw, _ = read(filling.fill(tmp_path / "blank.xlsx", tmp_path / "plan.xlsx", VALUES).read_bytes())
    assert raw is not None
    found = extract(one, raw)
    assert [row["factor_name"] for row in found.answers["activities"]] == NAMES
    assert {item.code for item in found.findings} == {"BAD_CHOICE", "READ_AS"}


def test_the_twin_shows_the_names_at_once(tmp_path: Path) -> None:
    answers = {"general": [{"process_type": "3"}], "activities": [{"factor": "5"}, {}, {"factor": "1"}]}
    one = issued(DEPT.form("plan"))
    path = tmp_path / "plan.xlsx"
    path.write_bytes(write(build(one, Filling(answers))))
    shown = filling.cells_of(openpyxl.load_workbook(path, data_only=True), "activities.factor_name")
    assert [cell.value or None for cell in shown[:3]] == [FAIR, None, CONTROLLED]
    assert all(cell.protection.locked for cell in shown)


@client
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_the_page_names_the_chosen_factors(tmp_path: Path, kind: str) -> None:
    one = issued(DEPT.form("plan"))
    (tmp_path / "blank.xlsx").write_bytes(write(build(one)))
    (made,) = calculated([filling.fill(tmp_path / "blank.xlsx", tmp_path / "plan.xlsx", VALUES)], kind, tmp_path / "out")
    raw, _ = read(made.read_bytes())
    assert raw is not None
    sheet = raw.sheet(one.form.table("activities").sheet)
    assert sheet is not None
    cells = one.layout.blocks["activities"].cells["factor_name"]
    assert [sheet.get(cell).value or None for cell in cells[:6]] == [*NAMES, None]
    assert not {"FORMULA_DIFFERS", "LOCKED_CHANGED"} & {item.code for item in extract(one, raw).findings}


def test_a_name_that_was_typed_over_is_found(trial: Trial) -> None:
    assert trial.run("issue", "plan", "--agency", "D01021").status == 0
    path = trial.drop("D01021", "plan", filling.PLAN)
    book = openpyxl.load_workbook(path)
    cell = filling.cells_of(book, "activities.factor_name")[0]
    cell.value = "ชื่ออื่น"
    book.save(path)
    wrong = [(item["code"], item["cell"]) for item in trial.verdict(path)["findings"] if item["severity"] == "error"]
    assert wrong == [("LOCKED_CHANGED", cell.coordinate)]
