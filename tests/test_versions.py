"""Issues of a form in circulation: the same is quiet, an accepted older one is said, another is re-seated, an unknown one refused."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import filling
import openpyxl
import pytest
from season_tools import Trial

from processors.editions import KEPT, spec_digest
from processors.season import load
from processors.store import Ledger

FORM = "frameworks/dept_2557/forms/plan/form.toml"
OLD, NEW = "2557.1", "2557.2"
DAY = "2014-05-20"


def edit(trial: Trial, *changes: tuple[str, str]) -> None:
    path = trial.root / FORM
    text = path.read_text(encoding="utf-8")
    for before, after in changes:
        assert len(re.findall(before, text, re.M)) == 1, before
        text = re.sub(before, after, text, flags=re.M)
    path.write_text(text, encoding="utf-8")


def next_issue(trial: Trial, accepts: str = "") -> None:
    """Make the plan's second issue: a field more, one moved up, one renamed, two removed."""
    success = r'^  \{ id = "success", .*\n'
    line = re.search(success, (trial.root / FORM).read_text(encoding="utf-8"), re.M)
    assert line
    edit(trial, (success, ""))
    edit(
        trial,
        (f'^version = "{OLD}"', f'version = "{NEW}"'),
        (r"^accepts = \[\]", f'accepts = [{accepts and json.dumps(accepts)}]'),
        (r'^(  \{ id = "rationale")', line[0].replace("\\", "\\\\") + r"\1"),
        (r'^(  \{ id = "objective", .*\n)', r'\1  { id = "benefit", label = "ประโยชน์ต่อประชาชน", kind = "long_text" },\n'),
        (r'^  \{ id = "cause", .*\n', ""),
        (r'^  \{ id = "effect", label = "ผลกระทบของปัญหา",', '  { id = "impact", was = ["effect"], label = "ผลกระทบ",'),
        (r'fields = \["step", "risk", "cause", "effect"\]', 'fields = ["step", "risk", "impact"]'),
        (r'(id = "recorder"[\s\S]*?)  \{ id = "fax", .*\n', r"\1"),
    )  # fmt: skip


def codes(verdict: dict[str, Any], *severities: str) -> list[str]:
    return sorted(item["code"] for item in verdict["findings"] if not severities or item["severity"] in severities)


OLD_PLAN = {**filling.PLAN, "recorder.fax": ["0 2111 1111"]}


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """Give a season whose plans were issued and filled as 2557.1; then the plan became 2557.2, which accepts no older issue."""
    trial = Trial(tmp_path_factory.mktemp("versions") / "season", frameworks=("dept_2557",))
    assert trial.run("issue", "plan", "--agency", "D01021", "--agency", "D01002").status == 0
    for code in ("D01021", "D01002"):
        filling.fill(trial.issued(code, "plan"), trial.root / f"old_{code}.xlsx", OLD_PLAN)
    next_issue(trial)
    return trial


def with_accepts(trial: Trial, accepts: str) -> None:
    edit(trial, (r"^accepts = \[.*\]", f"accepts = [{accepts}]"))


def test_what_a_workbook_was_made_from_is_kept_once_and_says_its_digest(season: Trial) -> None:
    framework = season.root / "frameworks" / "dept_2557"
    kept = list((framework / KEPT).iterdir())
    assert len(kept) == 1 and spec_digest(kept[0], "plan") == kept[0].name
    assert {path.name for path in (kept[0] / "forms").iterdir()} == {"plan"}


def test_an_older_issue_that_is_accepted_is_read_as_it_is_and_said(season: Trial) -> None:
    with_accepts(season, f'"{OLD}"')
    try:
        verdict = season.verdict(season.root / "old_D01021.xlsx")
    finally:
        with_accepts(season, "")
    assert (verdict["verdict"], verdict["issue"]) == ("accepted", OLD)
    assert set(codes(verdict, "error", "warning")) == {"PLACEHOLDER_ZERO"} and codes(verdict).count("OLDER_ISSUE") == 1
    said = next(item for item in verdict["findings"] if item["code"] == "OLDER_ISSUE")
    assert (said["severity"], said["cell"]) == ("info", None) and OLD in said["message"] and NEW in said["message"]
    # It keeps its own fields and is not asked for those that it hasn't.
    assert verdict["answers"]["risks"][0]["cause"] == "ใช้ดุลยพินิจ" and "benefit" not in verdict["answers"]["basics"][0]


def test_another_issue_goes_back_and_nothing_of_its_cells_is_judged(season: Trial, tmp_path: Path) -> None:
    wrong = filling.fill(season.root / "old_D01021.xlsx", tmp_path / "wrong.xlsx", {"indicators.weight": ["มาก"]})
    for path in (season.root / "old_D01021.xlsx", wrong):
        verdict = season.verdict(path)
        assert (verdict["verdict"], codes(verdict)) == ("returned", ["OTHER_ISSUE"])
        assert OLD in verdict["findings"][0]["message"] and NEW in verdict["findings"][0]["fix"]


def test_an_issue_whose_description_is_gone_is_not_read_by_the_newest(season: Trial) -> None:
    kept = season.root / "frameworks" / "dept_2557" / KEPT
    shutil.move(kept, season.root / "aside")
    try:
        verdict = season.verdict(season.root / "old_D01021.xlsx")
    finally:
        shutil.move(season.root / "aside", kept)
    assert (verdict["verdict"], codes(verdict), verdict["answers"]) == ("returned", ["UNKNOWN_ISSUE"], {})
    assert OLD in verdict["findings"][0]["message"] and NEW in verdict["findings"][0]["fix"]
    assert season.run("check", str(season.root / "old_D01021.xlsx")).status == 3


def test_a_kept_description_that_was_edited_is_none(season: Trial) -> None:
    folder = next((season.root / "frameworks" / "dept_2557" / KEPT).iterdir())
    path = folder / "forms" / "plan" / "form.toml"
    before = path.read_bytes()
    path.write_bytes(before + b"\n")
    try:
        assert codes(season.verdict(season.root / "old_D01021.xlsx")) == ["UNKNOWN_ISSUE"]
    finally:
        path.write_bytes(before)


def test_a_newer_issue_than_the_season_has_is_unknown(season: Trial, tmp_path: Path) -> None:
    """Issued by a copy of the season that went on: its digest verifies, this season never issued it."""
    shutil.copytree(season.root, tmp_path / "copy")
    other = Trial.__new__(Trial)
    other.root = tmp_path / "copy"
    edit(other, (f'^version = "{NEW}"', 'version = "2557.3"'))
    assert other.run("issue", "plan", "--agency", "D01021").status == 0
    verdict = season.verdict(other.issued("D01021", "plan"))
    assert (verdict["verdict"], verdict["issue"], codes(verdict)) == ("returned", "2557.3", ["UNKNOWN_ISSUE"])
    # The same serial of the present issue was never issued either.
    edit(other, ('^version = "2557.3"', f'version = "{NEW}"'), (r"^form_code = .*", 'form_code = "อื่น"'))
    assert other.run("issue", "plan", "--agency", "D01021").status == 0
    verdict = season.verdict(other.issued("D01021", "plan"))
    assert (verdict["verdict"], codes(verdict)) == ("returned", ["UNKNOWN_SERIAL"])


def test_a_digest_that_does_not_hold_is_not_ours_whatever_its_issue(season: Trial, tmp_path: Path) -> None:
    secret = season.root / "secret.key"
    before = secret.read_text(encoding="ascii")
    secret.write_text("00" * 32 + "\n", encoding="ascii")
    try:
        verdict = season.verdict(season.root / "old_D01021.xlsx")
    finally:
        secret.write_text(before, encoding="ascii")
    assert (verdict["verdict"], codes(verdict)) == ("not_ours", ["DIGEST_WRONG"])


# --- the night: the answers go into a workbook of the present issue ----------------------------------------------------


@pytest.fixture(scope="module")
def night(season: Trial) -> Trial:
    """Give the season after the night that took in both old files: nobody had a workbook of the new issue yet."""
    for code in ("D01021", "D01002"):
        shutil.copyfile(season.root / f"old_{code}.xlsx", season.root / "inbox" / f"{code}.xlsx")
    ran = season.run("nightly", day=DAY)
    assert (ran.status, ran.last) == (3, "received 2, new 2, accepted 0, returned 2, unreadable 0, unchanged 0")
    return season


def fixes(trial: Trial, code: str) -> list[Path]:
    return sorted((trial.root / "outbox" / code).glob("fix_*.xlsx"))


def value(book: openpyxl.Workbook, name: str) -> object:
    return filling.cells_of(book, name)[0].value


def test_the_answers_stand_in_a_fresh_workbook_of_the_present_issue(night: Trial) -> None:
    (path,) = fixes(night, "D01021")
    passport = openpyxl.load_workbook(path)["_passport"]["A1"].value
    assert f"dept_2557/plan {NEW} D01021 0002 " in passport
    assert (night.root / "outbox" / "D01021" / "2557_D01021_plan_0002.xlsx").is_file()
    ledger = Ledger(night.root / "ledger.db")
    row = ledger.issued("dept_2557/plan", "D01021", "0002")
    ledger.close()
    assert row is not None and row.issue == NEW
    book = openpyxl.load_workbook(path)
    assert value(book, "basics.success") == "ผลลัพธ์ที่คาดหวัง" and value(book, "basics.benefit") is None
    assert value(book, "risks.impact") == "ประชาชนเสียโอกาส" and "risks.cause" not in book.defined_names
    assert value(book, "general.process_type") == "3. กระบวนงานเกี่ยวกับการกำกับและบังคับใช้กฎหมาย"
    assert [cell.value for cell in filling.cells_of(book, "indicators.weight")][:3] == [50, 10, 10]
    assert value(book, "measures.additional_measure") == "ถามตอบ" and value(book, "recorder.phone") == "0 2000 0000"


def test_what_found_no_place_is_listed_and_of_persons_only_where_it_stood(night: Trial) -> None:
    book = openpyxl.load_workbook(fixes(night, "D01021")[0])
    told = "\n".join(str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row if cell.value)
    assert "ต้นตอของปัญหา" in told and "ใช้ดุลยพินิจ" in told and "ปัญหาหรือความเสี่ยง!D8" in told
    assert "ผู้บันทึกและผู้รับรอง!B11" in told and "0 2111 1111" not in told
    assert OLD in told and "ประโยชน์ต่อประชาชน" in told  # what is new and blank is asked for


def test_a_moved_answer_says_so_first_and_is_named_by_its_own_serial(night: Trial) -> None:
    (path,) = fixes(night, "D01021")
    assert path.name == "fix_000002_2557_D01021_plan_0002.xlsx"
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(path).worksheets[0].iter_rows()]
    banner = (
        "แบบฟอร์มเปลี่ยนเป็นฉบับ 2557.2 มีช่องใหม่ 1 ช่อง คำตอบเดิมย้ายมาแล้ว กรอกช่องที่มีกรอบแดงแล้วส่งไฟล์นี้ "
        "ไม่ต้องกรอกไฟล์ 2557_D01021_plan_0002.xlsx"
    )
    assert rows[1][0] == banner
    (new,) = [row for row in rows if isinstance(row[0], int) and row[2] == "ประโยชน์ต่อประชาชน"]
    assert new[1] == "B10" and new[4] == "ช่องใหม่ในแบบฟอร์มฉบับ 2557.2"
    (receipt,) = (night.root / "outbox" / "D01021").glob("receipt_000002_*.xlsx")
    said = [[cell.value for cell in row] for row in openpyxl.load_workbook(receipt).worksheets[0].iter_rows()]
    facts = {row[0]: row[2] for row in said}
    assert path.name in said[2][0] and said[3][0] == banner
    counted = next(str(row[0]) for row in rows if str(row[0]).startswith("ต้องแก้ไข 1 เรื่อง (1 ช่อง)"))
    assert str(facts["ผลการตรวจ"]).startswith(counted)


def test_the_completed_workbook_is_accepted_and_counts(night: Trial) -> None:
    filling.fill(fixes(night, "D01021")[0], night.root / "inbox" / "again.xlsx", {"basics.benefit": ["ลดเวลารอ"]})
    ran = night.run("nightly", day=DAY)
    assert (ran.status, ran.last) == (0, "received 3, new 1, accepted 1, returned 0, unreadable 0, unchanged 2")
    kept = {(row["table"], row["field"]): row["value"] for row in night.table("answers") if row["agency"] == "D01021"}
    assert kept["basics", "benefit"] == "ลดเวลารอ" and kept["risks", "impact"] == "ประชาชนเสียโอกาส"
    assert ("risks", "cause") not in kept and ("risks", "effect") not in kept


def test_an_old_issue_after_a_newer_return_counts_is_superseded(night: Trial) -> None:
    verdict = night.verdict(night.root / "old_D01021.xlsx")
    assert (verdict["verdict"], codes(verdict)) == ("superseded", ["SUPERSEDED"])


def test_an_accepted_older_issue_goes_on_to_the_results(night: Trial) -> None:
    """Fields that the present form has no more stay in the data; personal ones never get there."""
    with_accepts(night, f'"{OLD}"')
    shutil.copyfile(night.root / "old_D01002.xlsx", night.root / "inbox" / "D01002_once_more.xlsx")
    old = filling.fill(night.root / "old_D01002.xlsx", night.root / "inbox" / "D01002_more.xlsx", {"risks.cause": ["ขั้นตอนมาก"]})
    assert night.verdict(old)["verdict"] == "accepted"
    (night.root / "inbox" / "D01002_once_more.xlsx").unlink()
    ran = night.run("nightly", day=DAY)
    assert (ran.status, ran.last) == (0, "received 4, new 1, accepted 1, returned 0, unreadable 0, unchanged 3")
    kept = {(row["table"], row["field"]): row["value"] for row in night.table("answers") if row["agency"] == "D01002"}
    assert kept["risks", "cause"] == "ขั้นตอนมาก" and ("recorder", "fax") not in kept
    told = [(row["code"], row["severity"]) for row in night.table("findings") if row["agency"] == "D01002"]
    assert told.count(("OLDER_ISSUE", "info")) == 1 and "error" not in {severity for _, severity in told}
    everything = night.data()
    assert "0 2111 1111" not in everything
    assert night.run("nightly", day=DAY).status == 0
    # A later form carries the plan as it was answered.
    assert night.run("issue", "report9", "--agency", "D01002", day="2014-07-10").status == 0


# --- one issue in two editions ---------------------------------------------------------------------------------------


def test_a_form_edited_before_publication_is_read_by_what_was_issued(trial: Trial) -> None:
    trial.run("issue", "plan", "--agency", "D01021")
    path = trial.drop("D01021", "plan", filling.PLAN)
    before = trial.verdict(path)
    next_issue(trial)
    edit(trial, (f'^version = "{NEW}"', f'version = "{OLD}"'))
    assert trial.verdict(path) == before and before["verdict"] == "accepted"
    assert "OLDER_ISSUE" not in codes(before)
    assert trial.run("issue", "plan", "--agency", "D01021").status == 0
    assert trial.issued("D01021", "plan").name.endswith("_0002.xlsx")
    assert len(list((trial.root / "frameworks" / "dept_2557" / KEPT).iterdir())) == 2
    assert trial.run("forms", "publish", "dept_2557/plan").status == 0
    assert trial.verdict(path) == before
    shutil.rmtree(trial.root / "frameworks" / "dept_2557" / KEPT)  # a season of an earlier version of the program
    assert trial.run("issue", "plan", "--agency", "D01021").status == 0
    spec = spec_digest(trial.root / "frameworks" / "dept_2557", "plan")
    assert load(trial.root).editions.kept(("dept_2557", "plan"), spec)
    shutil.rmtree(trial.root / "frameworks" / "dept_2557" / KEPT)
    assert trial.run("nightly", "--dry-run").status in (0, 3) and not (trial.root / "frameworks" / "dept_2557" / KEPT).exists()
    trial.run("nightly")
    assert [path.name for path in (trial.root / "frameworks" / "dept_2557" / KEPT).iterdir()] == [spec]


def test_a_crash_while_copying_leaves_no_half_edition(trial: Trial) -> None:
    kept = trial.root / "frameworks" / "dept_2557" / KEPT
    spec = spec_digest(kept.parent, "plan")
    half = kept / f".{spec}.new" / "forms"
    half.mkdir(parents=True)
    (kept / spec).mkdir()
    (kept / spec / "framework.toml").write_text("id =", encoding="utf-8")
    assert trial.run("issue", "plan", "--agency", "D01021").status == 0
    assert [path.name for path in kept.iterdir()] == [spec] and spec_digest(kept / spec, "plan") == spec
    trial.drop("D01021", "plan", filling.PLAN)
    assert trial.run("nightly").status == 0


def test_a_new_framework_and_a_new_season_start_without_old_editions(trial: Trial, tmp_path: Path) -> None:
    trial.run("issue", "plan", "--agency", "D01021")
    assert trial.run("forms", "new", "dept_2558", "--from", "dept_2557").status == 0
    assert not (trial.root / "frameworks" / "dept_2558" / KEPT).exists()
    made = Trial(tmp_path / "next", frameworks=(str(trial.root / "frameworks" / "dept_2557"),))
    assert not (made.root / "frameworks" / "dept_2557" / KEPT).exists()


# --- what a move keeps ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    """Give a re-seated workbook: more rows than the form has, other kinds, names of before, a wrong cell."""
    trial = Trial(tmp_path_factory.mktemp("moved") / "season", frameworks=("dept_2557",))
    assert trial.run("issue", "plan", "--agency", "D01021", "--rows", "indicators=12").status == 0
    many: filling.Values = {
        name: (items * 2 if name.startswith("indicators.") else items) for name, items in filling.PLAN.items()
    }
    many["indicators.weight"] = ["มาก", *[10] * 11]
    many["indicators.name"] = [f"ตัวชี้วัดที่ {n}" for n in range(1, 13)]
    trial.drop("D01021", "plan", {**many, "recorder.position": ["40"]})
    edit(
        trial,
        (f'^version = "{OLD}"', f'version = "{NEW}"'),
        # From one table into another; by its old label; texts that become numbers.
        (r'^  \{ id = "cause", .*\n', ""),
        (r'fields = \["step", "risk", "cause", "effect"\]', 'fields = ["step", "risk", "effect"]'),
        (r'^(  \{ id = "rationale", )', r'  { id = "origin", was = ["risks.cause"], label = "ต้นตอ", kind = "text" },\n\1'),
        (r'\{ id = "responsible", label = "ผู้รับผิดชอบ"', '{ id = "who", was = ["ผู้รับผิดชอบ"], label = "หน่วยงานที่รับผิดชอบ"'),
        (r'(id = "recorder"[\s\S]*?id = "position", label = "ตำแหน่ง", kind = )"text"', r'\1"number"'),
        (r'(id = "certifier"[\s\S]*?id = "position", label = "ตำแหน่ง", kind = )"text"', r'\1"number"'),
    )  # fmt: skip
    form = trial.root / FORM
    form.write_text(form.read_text(encoding="utf-8").replace('"responsible"', '"who"'), encoding="utf-8")  # in rules
    assert trial.run("nightly").last == "received 1, new 1, accepted 0, returned 1, unreadable 0, unchanged 0"
    return openpyxl.load_workbook(fixes(trial, "D01021")[0])


def test_answers_go_to_the_names_that_fields_have_now(moved: openpyxl.Workbook) -> None:
    assert value(moved, "basics.origin") == "ใช้ดุลยพินิจ"
    assert value(moved, "activities.who") == "สำนักงานเลขาธิการ"


def test_the_fresh_workbook_has_room_for_all_rows(moved: openpyxl.Workbook) -> None:
    names = [cell.value for cell in filling.cells_of(moved, "indicators.name")]
    assert names == [f"ตัวชี้วัดที่ {n}" for n in range(1, 13)]


def test_what_another_kind_can_read_is_read_anew_else_shown_as_typed_and_marked(moved: openpyxl.Workbook) -> None:
    assert value(moved, "recorder.position") == 40  # was a text
    assert value(moved, "certifier.position") == "เลขาธิการ" and value(moved, "indicators.weight") == "มาก"
    told = [[cell.value for cell in row] for row in moved.worksheets[0].iter_rows()]
    lines = {row[4 - 1]: row for row in told if row[3]}
    assert "มาก" in lines and "เลขาธิการ" in lines
    assert {row[1] for row in (lines["มาก"], lines["เลขาธิการ"])} == {"D8", filling.cells_of(moved, "certifier.position")[0].coordinate}
