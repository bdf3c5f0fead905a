"""Exceptions, rules on trial and the rehearsal of rules: data of the season, never code."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import filling
import openpyxl
import pytest
from season_tools import Trial

from validation.waivers import Waiver, excuse
from workbook.finding import about_file

HEAD = "agency,code,where,reason,approver,expires\n"
SHEET = "ตัวชี้วัดและค่าเป้าหมาย"
WRONG = {**filling.PLAN, "indicators.weight": [40, 10, 10, 10, 10, 10], "recorder.email": ["x"]}
FORMS = "frameworks/dept_2557/forms"


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """Give a season with one good plan (D01002) and one with a wrong sum and a wrong e-mail (D01021), both taken in."""
    trial = Trial(tmp_path_factory.mktemp("rehearse") / "season", frameworks=("dept_2557",))
    assert trial.run("issue", "plan", "--agency", "D01021", "--agency", "D01002").status == 0
    trial.drop("D01021", "plan", WRONG)
    trial.drop("D01002", "plan", {**filling.PLAN, "general.work_process": ["กระบวนงานอนุญาต"]})
    assert trial.run("nightly").last == "received 2, new 2, accepted 1, returned 1, unreadable 0, unchanged 0"
    return trial


@pytest.fixture
def own(season: Trial) -> Iterator[Trial]:
    """Give that season and put its own files back afterwards."""
    names = ["waivers.csv", "season.toml", f"{FORMS}/plan/form.toml"]
    before = {name: (season.root / name).read_bytes() for name in names}
    yield season
    for name, data in before.items():
        (season.root / name).write_bytes(data)


def waive(trial: Trial, *lines: str) -> None:
    (trial.root / "waivers.csv").write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8-sig")


def try_out(trial: Trial, text: str) -> None:
    path = trial.root / "season.toml"
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{text}\n", encoding="utf-8")


def errors(verdict: dict[str, Any], severity: str = "error") -> list[tuple[str, str]]:
    return sorted((item["code"], item["cell"]) for item in verdict["findings"] if item["severity"] == severity)


def wrong(trial: Trial) -> Path:
    return trial.root / "inbox" / "D01021_plan.xlsx"


BOTH = [("BAD_EMAIL", "B9"), ("SUM_WRONG", "D13")]


# --- waivers.csv -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("where", "left"),
    [
        ("indicators.weight", [("BAD_EMAIL", "B9")]),
        ("indicators", [("BAD_EMAIL", "B9")]),
        (f"{SHEET}!D13", [("BAD_EMAIL", "B9")]),
        ("", [("BAD_EMAIL", "B9")]),
        (f"{SHEET}!D12", BOTH),
        ("indicators.unit", BOTH),
        ("risks", BOTH),
    ],
)
def test_a_waiver_holds_where_it_says(own: Trial, where: str, left: list[tuple[str, str]]) -> None:
    waive(own, f"D01021,SUM_WRONG,{where},ตามหนังสือ,เลขาธิการ,2014-05-31")
    verdict = own.verdict(wrong(own))
    assert errors(verdict) == left
    assert [item["cell"] for item in verdict["findings"] if item["code"] == "WAIVED"] == ([] if left == BOTH else ["D13"])


@pytest.mark.parametrize(
    ("line", "day", "holds"),
    [
        ("D01021,SUM_WRONG,,r,a,2014-05-20", "2014-05-20", True),
        ("D01021,SUM_WRONG,,r,a,2014-05-20", "2014-05-21", False),
        ("D01021,SUM_WRONG,,r,a,", "2014-09-21", True),
        ("D01002,SUM_WRONG,,r,a,", "2014-05-20", False),
        ("D01021,TOO_FEW_ROWS,,r,a,", "2014-05-20", False),
    ],
)
def test_a_waiver_holds_for_whom_and_how_long_it_says(own: Trial, line: str, day: str, holds: bool) -> None:
    waive(own, line)
    verdict = own.verdict(wrong(own), day)
    assert (("SUM_WRONG", "D13") in errors(verdict)) is not holds
    assert ("WAIVED" in {item["code"] for item in verdict["findings"]}) is holds


def test_a_waived_finding_says_what_why_by_whom_and_until_when_in_both_languages(own: Trial) -> None:
    waive(own, "D01021,SUM_WRONG,,ตามหนังสือ นร 1,เลขาธิการ,2014-05-31", "D01021,BAD_EMAIL,,ไม่มีอีเมล,เลขาธิการ,")
    found = {item["cell"]: item["message"] for item in own.verdict(wrong(own))["findings"] if item["code"] == "WAIVED"}
    for part in ("90", "10 short of 100", "ตามหนังสือ นร 1", "เลขาธิการ", "2014-05-31"):
        assert part in found["D13"]
    assert "the end of the fiscal year" in found["B9"] and "“x”" not in found["B9"] and "Excused: The" in found["B9"]
    assert not any("…" in text or "“”" in text or "BAD_" in text or "SUM_" in text for text in found.values())


def test_an_excuse_says_what_was_typed_unless_it_is_personal(own: Trial, tmp_path: Path) -> None:
    waive(own, "D01021,BAD_DATE,,ตามหนังสือ,เลขาธิการ,", "D01021,LEADING_ZERO_LOST,,ตามหนังสือ,เลขาธิการ,")
    values = {**filling.PLAN, "activities.start": ["ไตรมาส 3"], "recorder.phone": [20001234]}
    path = filling.fill(own.issued("D01021", "plan"), tmp_path / "sent.xlsx", values)
    said = [item["message"] for item in own.verdict(path)["findings"] if item["code"] == "WAIVED"]
    assert len(said) == 2 and "“ไตรมาส 3”" in said[0] and "20001234" not in said[1] and "0 2000 1234" not in said[1]


def test_a_warning_is_excused_too(own: Trial) -> None:
    before = own.verdict(wrong(own))
    cells = [cell for code, cell in errors(before, "warning") if code == "PLACEHOLDER_ZERO"]
    assert cells
    waive(own, "D01021,PLACEHOLDER_ZERO,indicators,ตามหนังสือ,เลขาธิการ,")
    after = own.verdict(wrong(own))
    assert not [code for code, _ in errors(after, "warning") if code == "PLACEHOLDER_ZERO"]
    assert [item["cell"] for item in after["findings"] if item["code"] == "WAIVED"] == cells


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("D99999,SUM_WRONG,,r,a,", "no recipient of this season has the code 'D99999'"),
        ("D01021,SUM_WORNG,,r,a,", "there is no code 'SUM_WORNG'"),
        ("D01021,SUM_WRONG,indicator.weight,r,a,", "'indicator.weight' is no cell"),
        ("D01021,SUM_WRONG,indicators.wieght,r,a,", "'indicators.wieght' is no cell"),
        ("D01021,SUM_WRONG,แผ่นงานอื่น!B7,r,a,", "'แผ่นงานอื่น!B7' is no cell"),
        (f"D01021,SUM_WRONG,{SHEET}!7B,r,a,", "is no cell"),
        ("D01021,OTHER_ISSUE,,r,a,", "OTHER_ISSUE can't be excused"),
        ("D01021,DIGEST_WRONG,,r,a,", "DIGEST_WRONG can't be excused"),
        ("D01021,ZIP_BROKEN,,r,a,", "ZIP_BROKEN can't be excused"),
        ("D01021,SHEET_MISSING,,r,a,", "SHEET_MISSING can't be excused"),
        ("D01021,SUM_WRONG,,,a,", "reason is missing"),
        ("D01021,SUM_WRONG,,r,,", "approver is missing"),
        ("D01021,SUM_WRONG,,r,a,31/5/2557", "'31/5/2557' is no date like 2014-08-31"),
        ("D01021,SUM_WRONG,,r,a,2557-12-31", "'2557-12-31' is of the Buddhist era; write 2014-12-31"),
    ],
)
def test_a_waiver_that_can_never_match_is_a_mistake(own: Trial, line: str, told: str) -> None:
    waive(own, line)
    ran = own.run("status")
    assert ran.status == 2 and "waivers.csv line 2: " in ran.err and told in ran.err


def test_a_fault_of_the_whole_file_is_never_excused() -> None:
    gone = about_file("TABLE_MISSING")
    assert excuse([gone], "D01021", dt.date(2014, 5, 20), [Waiver("D01021", "TABLE_MISSING", "", "r", "a", None)]) == [gone]


def test_exceptions_stand_in_the_results_used_and_unused(season: Trial, tmp_path: Path) -> None:
    shutil.copytree(season.root, tmp_path / "season")
    trial = Trial.__new__(Trial)
    trial.root = tmp_path / "season"
    waive(
        trial, "D01021,SUM_WRONG,indicators,ตามหนังสือ นร 1,เลขาธิการ,2014-12-31", "D01021,BAD_EMAIL,recorder.email,ไม่มีอีเมล,เลขาธิการ,",
        "D01002,SUM_WRONG,,เผื่อไว้,เลขาธิการ,", "D01002,TOO_FEW_ROWS,,พ้นแล้ว,เลขาธิการ,2014-05-01",
    )  # fmt: skip
    again = filling.fill(wrong(trial), trial.root / "inbox" / "again.xlsx", {"general.work_process": ["กระบวนงานเดิม"]})
    assert again.is_file() and trial.run("nightly").status == 0
    told = [(row["code"], row["severity"], row["cell"]) for row in trial.table("findings") if row["agency"] == "D01021"]
    assert ("WAIVED", "info", "D13") in told and ("WAIVED", "info", "B9") in told and "SUM_WRONG" not in {one[0] for one in told}
    standing = trial.run("status", "--json").json()["waivers"]
    assert [(item["agency"], item["code"], item["used"], item["holds"]) for item in standing] == [
        ("D01021", "SUM_WRONG", 1, True), ("D01021", "BAD_EMAIL", 1, True), ("D01002", "SUM_WRONG", 0, True),
        ("D01002", "TOO_FEW_ROWS", 0, False),
    ]  # fmt: skip
    assert "excused: D01002 TOO_FEW_ROWS : over since 2014-05-01" in trial.run("status").out
    for name in ("national.xlsx", "ministries/OPM.xlsx"):
        page = openpyxl.load_workbook(trial.root / "results" / name)["ข้อยกเว้น"]
        rows = [tuple(cell.value for cell in row) for row in page.iter_rows() if row[0].value in ("D01021", "D01002")]
        assert [(row[0], row[2], row[4], row[8], row[9]) for row in rows] == [
            ("D01021", "SUM_WRONG", SHEET, 1, "ใช้แล้ว"), ("D01021", "BAD_EMAIL", "ผู้บันทึกและผู้รับรอง: อีเมล", 1, "ใช้แล้ว"),
            ("D01002", "SUM_WRONG", "ทุกตำแหน่ง", 0, "ยังไม่ได้ใช้"), ("D01002", "TOO_FEW_ROWS", "ทุกตำแหน่ง", 0, "หมดอายุ"),
        ], name  # fmt: skip
        assert "รวมกันได้ …" in rows[0][3]
        assert rows[0][5:7] == ("ตามหนังสือ นร 1", "เลขาธิการ") and rows[0][1].startswith("สำนักงานคณะกรรมการพัฒนา")


# --- [[trial]] -----------------------------------------------------------------------------------------------------------


def test_a_rule_on_trial_only_warns_and_says_so(own: Trial) -> None:
    try_out(own, '[[trial]]\ncode = "SUM_WRONG"\nround = "plan"\nreason = "กฎใหม่"')
    verdict = own.verdict(wrong(own))
    assert errors(verdict) == [("BAD_EMAIL", "B9")] and ("SUM_WRONG", "D13") in errors(verdict, "warning")
    told = next(item["message"] for item in verdict["findings"] if item["code"] == "SUM_WRONG")
    assert told.endswith("(Only a warning in this round; it must be mended in the next.)")


def test_a_rule_on_trial_in_another_round_bites_here(own: Trial) -> None:
    try_out(own, '[[trial]]\ncode = "SUM_WRONG"\nround = "9"\nreason = "กฎใหม่"')
    assert errors(own.verdict(wrong(own))) == BOTH


@pytest.mark.parametrize("form", ["plan", "dept_2557/plan"])
def test_a_trial_may_name_one_form(own: Trial, form: str) -> None:
    try_out(own, f'[[trial]]\ncode = "SUM_WRONG"\nround = "plan"\nform = "{form}"\nreason = "กฎใหม่"')
    assert errors(own.verdict(wrong(own))) == [("BAD_EMAIL", "B9")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('code = "SUM_WORNG"\nround = "plan"\nreason = "r"', "there is no code 'SUM_WORNG'"),
        ('code = "ZIP_BROKEN"\nround = "plan"\nreason = "r"', "ZIP_BROKEN can't be on trial"),
        ('code = "SUM_WRONG"\nround = "99"\nreason = "r"', "there is no round '99'"),
        ('code = "SUM_WRONG"\nround = "plan"\nform = "report9"\nreason = "r"', "round plan has no form 'report9'"),
        ('code = "SUM_WRONG"\nround = "plan"', "'reason' is missing"),
        ('code = "SUM_WRONG"\nround = "plan"\nreason = "r"\nuntil = "x"', "unknown key 'until'"),
    ],
)
def test_a_trial_that_can_never_hold_is_a_mistake(own: Trial, text: str, told: str) -> None:
    try_out(own, f"[[trial]]\n{text}")
    ran = own.run("status")
    assert ran.status == 2 and "season.toml: [[trial]] 1: " in ran.err and told in ran.err


# --- rehearse --------------------------------------------------------------------------------------------------------------


def limit_weight(trial: Trial) -> None:
    """Sharpen a rule of the plan: no indicator may weigh more than 45."""
    path = trial.root / FORMS / "plan" / "form.toml"
    text = path.read_text(encoding="utf-8")
    before = '{ id = "weight", label = "น้ำหนัก", kind = "number", min = 0, max = 100,'
    assert text.count(before) == 1
    path.write_text(text.replace(before, before.replace("max = 100", "max = 45")), encoding="utf-8")


def test_nothing_changes_while_the_rules_stay(own: Trial) -> None:
    before = own.digests()
    ran = own.run("rehearse", "--json")
    assert ran.status == 0
    told = ran.json()
    assert (told["read"], told["newly_fail"], told["newly_pass"], told["codes"]) == (2, [], [], [])
    assert "No verdict would change." in own.run("rehearse").out
    assert own.digests() == before


def test_a_sharper_rule_shows_who_would_newly_fail_and_where(own: Trial) -> None:
    limit_weight(own)
    ran = own.run("rehearse", "--json")
    told = ran.json()
    assert ran.status == 3 and told["status"] == 3 and told["newly_pass"] == []
    (failing,) = told["newly_fail"]
    assert (failing["agency"], failing["form"], failing["was"], failing["would_be"]) == ("D01002", "dept_2557/plan", "accepted", "returned")
    assert [(item["code"], item["sheet"], item["cell"]) for item in failing["findings"]] == [("TOO_HIGH", SHEET, "D8")]
    (code,) = told["codes"]
    assert (code["code"], code["severity"], code["agencies"]) == ("TOO_HIGH", "error", ["D01002"])
    lines = own.run("rehearse").out
    assert "Would newly fail: 1 returns of 1 agencies" in lines and f"{SHEET}!D8: " in lines and "D01002_plan.xlsx" in lines
    # The workbooks that were issued before are still read by their own rules.
    assert own.verdict(own.root / "inbox" / "D01002_plan.xlsx")["verdict"] == "accepted"


def test_a_rule_on_trial_would_fail_nobody(own: Trial) -> None:
    limit_weight(own)
    try_out(own, '[[trial]]\ncode = "TOO_HIGH"\nround = "plan"\nreason = "กฎใหม่"')
    ran = own.run("rehearse", "--json")
    assert ran.status == 0
    assert [(item["code"], item["severity"], item["agencies"]) for item in ran.json()["codes"]] == [("TOO_HIGH", "warning", ["D01002"])]


def test_an_exception_shows_who_would_newly_pass(own: Trial) -> None:
    waive(own, "D01021,SUM_WRONG,,r,a,", "D01021,BAD_EMAIL,,r,a,")
    ran = own.run("rehearse", "--json")
    told = ran.json()
    assert ran.status == 0 and [item["agency"] for item in told["newly_pass"]] == ["D01021"] and told["newly_fail"] == []


def test_only_the_returns_of_one_round(own: Trial) -> None:
    limit_weight(own)
    assert own.run("rehearse", "--round", "9", "--json").json()["read"] == 0
    assert own.run("rehearse", "--round", "plan").status == 3
    assert "there is no round '5'" in own.run("rehearse", "--round", "5").err


def test_what_was_typed_about_persons_is_never_told(season: Trial, tmp_path: Path) -> None:
    """A field that becomes required of persons: its cell is named, what stood in it before is not."""
    shutil.copytree(season.root, tmp_path / "season")
    trial = Trial.__new__(Trial)
    trial.root = tmp_path / "season"
    path = trial.root / FORMS / "plan" / "form.toml"
    text = path.read_text(encoding="utf-8").replace('id = "phone", label = "โทรศัพท์", kind = "phone"', 'id = "phone", label = "โทรศัพท์", kind = "email"')
    path.write_text(text, encoding="utf-8")
    ran = trial.run("rehearse", "--json")
    assert ran.status == 3 and [item["agency"] for item in ran.json()["newly_fail"]] == ["D01002"]
    assert "0 2000 0000" not in ran.out and "0 2000 0000" not in trial.run("rehearse").out


def test_a_missing_sheet_is_named_in_the_findings_file(trial: Trial) -> None:
    trial.run("issue", "plan", "--agency", "D01021")
    path = trial.drop("D01021", "plan", filling.PLAN)
    book = openpyxl.load_workbook(path)
    del book["มาตรการ"]
    book.save(path)
    trial.run("nightly")
    assert [(row["sheet"], row["cell"]) for row in trial.table("findings") if row["code"] == "SHEET_MISSING"] == [("มาตรการ", "")]


def test_what_was_forgotten_or_has_no_copy_is_left_out_and_counted(season: Trial, tmp_path: Path) -> None:
    shutil.copytree(season.root, tmp_path / "season")
    trial = Trial.__new__(Trial)
    trial.root = tmp_path / "season"
    people = {"respondents.name": ["ผู้รับบริการหนึ่ง"], "respondents.phone": ["0 2000 0000"]}
    trial.run("issue", "respondents", "--agency", "D01021", day="2014-08-01")
    trial.drop("D01021", "respondents", people)
    trial.run("nightly", day="2014-08-01")
    assert trial.run("rehearse", "--json").json()["read"] == 3
    assert trial.run("forget", "--agency", "D01021").status == 0
    told = trial.run("rehearse", "--json").json()
    assert (told["read"], told["left_out"]) == (2, {"forgotten": 1, "missing": 0, "other_verdicts": 0})
    for path in (trial.root / "archive").rglob("*"):
        if path.is_file():
            path.unlink()
    told = trial.run("rehearse", "--json").json()
    assert (told["read"], told["left_out"]) == (0, {"forgotten": 1, "missing": 2, "other_verdicts": 0})


def test_a_progress_that_fell_is_judged_against_what_counted_then(trial: Trial) -> None:
    """The 12-month report is rehearsed against the 9-month report of its day, not against itself."""
    assert trial.file("D01021", "plan", filling.PLAN, "2014-05-20").status == 0
    assert trial.file("D01021", "report9", filling.REPORT, "2014-08-20").status == 0
    assert trial.file("D01021", "report12", filling.REPORT12, "2014-10-10").status == 0
    told = trial.run("rehearse", "--json", day="2014-12-31")
    assert told.status == 0 and (told.json()["read"], told.json()["codes"]) == (3, [])
    assert trial.run("close", "9", day="2014-10-11").status == 0
    assert trial.run("rehearse", "--json", day="2014-12-31").json()["codes"] == []
