"""What people get back: receipts, one line for one fault over many cells, and the files that somebody must look at."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import shutil
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import filling
import openpyxl
import pytest
from season_tools import Trial, command

from processors.correction import correction
from processors.phrasing import typed
from processors.receipt import Proof, moment, receipt
from processors.receipt import facts as receipt_facts
from processors.remarks import Answer, remarks
from processors.ruleset import rules_version
from processors.season import load
from processors.standing import issued_of
from processors.store import Ledger, Return
from processors.wire import unpack_extracted, unpack_finding
from workbook.address import column_letters
from workbook.finding import ERROR, INFO, WARNING, about_file, at_cell
from workbook.style import AMBER
from workbook.write import write


def sheet_rows(path: Path, sheet: int = 0) -> list[list[Any]]:
    page = openpyxl.load_workbook(path).worksheets[sheet]
    return [[cell.value for cell in row] for row in page.iter_rows()]


def facts_of(path: Path) -> dict[str, str]:
    """Give name -> value of a receipt: the names stand in the first column, the values in the third."""
    return {str(row[0]): str(row[2]) for row in sheet_rows(path) if isinstance(row[0], str) and row[2]}


def told(path: Path, sheet: int = 0) -> list[str]:
    """Give the first column: titles, sentences, headings of sections."""
    return [row[0] for row in sheet_rows(path, sheet) if isinstance(row[0], str)]


def fault_lines(path: Path) -> list[list[Any]]:
    """Give the numbered lines below the heading of the table, errors first: the box of actions stands above it."""
    rows = sheet_rows(path)
    top = next(at for at, row in enumerate(rows) if row[0] == "ที่")
    return [row for row in rows[top + 1 :] if isinstance(row[0], int)]


def parts(path: Path) -> dict[str, list[list[Any]]]:
    """Give the lines of a first sheet under the headings of their parts: errors, warnings, repairs, excused, fixed."""
    marks = ("ต้องแก้ไข ", "ตรวจดูอีกครั้ง", "ระบบอ่านหรือซ่อม", "ได้รับการยกเว้น", "แก้แล้วตั้งแต่")
    rows = sheet_rows(path)
    top = next((at for at, row in enumerate(rows) if row[0] == "ที่"), 0)
    found: dict[str, list[list[Any]]] = {}
    name = ""
    for row in rows[top + 1 :]:
        name = next((mark for mark in marks if str(row[0]).startswith(mark)), name)
        found.setdefault(name.strip(), []).append(row)
    return found


def links(path: Path) -> dict[str, str]:
    """Give the links of the first sheet: what each shows -> where it leads."""
    cells = (cell for row in openpyxl.load_workbook(path).worksheets[0].iter_rows() for cell in row)
    return {str(cell.value): cell.hyperlink.location.replace("'", "") for cell in cells if cell.hyperlink}


def answers_in(trial: Trial, agency: str, kind: str) -> list[Path]:
    return sorted((trial.root / "outbox" / agency).glob(f"{kind}_*.xlsx"))


# --- receipts -------------------------------------------------------------------------------------------------------


def test_a_receipt_says_what_was_received(year: Trial) -> None:
    paths = answers_in(year, "D01021", "receipt")
    book = openpyxl.load_workbook(paths[0])
    assert book.sheetnames == ["ใบรับรายงาน", "คำตอบที่ระบบอ่านได้"]
    assert told(paths[0])[:2] == ["ใบรับรายงาน", "รับแล้ว"] and "เก็บใบรับนี้ไว้เป็นหลักฐาน" in told(paths[0])[2]
    facts = facts_of(paths[0])
    sent = year.root / "inbox" / "D01021_plan.xlsx"
    assert facts["หน่วยงาน"] == "สำนักงานคณะกรรมการพัฒนาระบบราชการ (D01021)"
    assert facts["แบบฟอร์ม"] == "แผนสร้างความโปร่งใสในการปฏิบัติราชการ (ฉบับสมบูรณ์) ฉบับ 2557.1"
    assert facts["เลขที่รับ"] == "000001" and facts["เลขที่ออกของแบบฟอร์ม"] == "0001"
    assert facts["ชื่อไฟล์ที่ได้รับ"] == "D01021_plan.xlsx"
    assert facts["รหัสตรวจสอบไฟล์ (SHA-256)"] == hashlib.sha256(sent.read_bytes()).hexdigest()
    assert facts["ผลการตรวจ"] == "ไม่พบสิ่งที่ต้องแก้ไข · ตรวจดูอีกครั้ง 1 เรื่อง · เพื่อทราบ 2 เรื่อง"
    assert told(paths[0])[2] == "ไม่ต้องส่งไฟล์นี้ใหม่ โปรดอ่านข้อสังเกต 1 ข้อข้างล่าง โปรดเก็บใบรับนี้ไว้เป็นหลักฐาน"
    assert "แนวทางแก้ไขปัญหาหรือความเสี่ยง: 8 จาก 10 ช่อง (ที่ว่าง 2 ช่องไม่บังคับ)" in facts["คำตอบที่อ่านได้"]
    assert facts["โปรแกรมที่บันทึกไฟล์"].startswith("Microsoft Excel Compatible เมื่อ ")
    assert facts["ฉบับที่นับอยู่ขณะนี้"] == "ฉบับสมบูรณ์: เลขที่รับ 000001 เลขที่ออก 0001 วันที่ 20 พ.ค. 2557"
    assert "2. ข้อมูลการดำเนินงาน : ตัวชี้วัดและค่าเป้าหมาย: 60 จาก 60 ช่อง" in facts["คำตอบที่อ่านได้"]
    assert "ความล่าช้า" not in facts and "ไฟล์แก้ไขที่ไม่ต้องใช้แล้ว" not in facts


def test_a_receipt_tells_day_and_time_by_the_clock_of_thailand(year: Trial) -> None:
    facts = facts_of(answers_in(year, "D01021", "receipt")[0])
    assert facts["วันและเวลาที่ได้รับ"] == "20 พ.ค. 2557 เวลา 09.00 น. (เวลาประเทศไทย)"  # the machine's clock is UTC
    assert "วันที่ใช้นับกำหนดส่ง" not in facts
    later = facts_of(answers_in(year, "D01021", "receipt")[1])
    assert later["วันที่ใช้นับกำหนดส่ง"] == "20 ส.ค. 2557"
    evening = Return(b"a", "", "accepted", received="2014-05-21", received_at="2014-05-20T20:15:00+00:00")
    assert moment(evening) == "21 พ.ค. 2557 เวลา 03.15 น. (เวลาประเทศไทย)"
    assert "วันที่ใช้นับกำหนดส่ง" not in dict(receipt_facts(Proof(evening)))


def test_the_version_of_the_rules_changes_with_the_rules_only(year: Trial) -> None:
    season = load(year.root)
    facts = [facts_of(path)["รุ่นของกฎที่ใช้ตรวจ"] for path in answers_in(year, "D01021", "receipt")]
    assert set(facts) == {f"{rules_version(season)} (cleanreport {version('cleanreport')})"}
    path = year.root / "frameworks" / "dept_2557" / "framework.toml"
    before = path.read_bytes()
    path.write_bytes(before + b"# x\n")
    try:
        assert rules_version(season) not in facts[0]
    finally:
        path.write_bytes(before)
    assert rules_version(season) in facts[0]


def test_a_receipt_lists_every_answer_as_typed_and_read(year: Trial) -> None:
    rows = {row[0]: row for row in sheet_rows(answers_in(year, "D01021", "receipt")[0], 1)}
    assert rows["แผนการดำเนินงาน!E8"][2:] == ["๑ พ.ค. ๒๕๕๗", "1 พ.ค. 2557"]
    assert rows["ตัวชี้วัดและค่าเป้าหมาย!D9"][1:] == ["น้ำหนัก (ลำดับที่ 2)", "๑๐", "10"]
    assert rows["เกณฑ์พื้นฐาน!B7"][2:] == ["เหตุผลของแผน", "ตามที่กรอก"]
    said = str(list(rows.values()))
    for secret in (*filling.PLAN["recorder.name"], *filling.PLAN["recorder.email"], *filling.PLAN["certifier.name"]):
        assert secret not in said
    assert "(ข้อมูลส่วนบุคคล)" in said


def test_a_late_receipt_says_by_how_many_days(trial: Trial) -> None:
    trial.file("D01021", "plan", filling.PLAN, "2014-05-20")
    assert trial.file("D01021", "report9", filling.REPORT, "2014-09-03").status == 0
    path = answers_in(trial, "D01021", "receipt")[-1]
    assert facts_of(path)["ความล่าช้า"] == "ล่าช้า 3 วัน (กำหนดส่งวันที่ 31 ส.ค. 2557)"
    (late,) = [row for row in sheet_rows(path) if "ส่งช้ากว่ากำหนด 3 วัน" in str(row[4])]
    assert late[1] == "ทั้งไฟล์" and "รับไว้" not in str(late)
    cells = [cell for row in openpyxl.load_workbook(path).worksheets[0].iter_rows() for cell in row]
    assert not any(cell.hyperlink for cell in cells)  # the sheets of the form are not in the receipt
    standing = trial.run("status", day="2014-09-03").out
    assert "report9: accepted (late by 3 days) [last: accepted no. 000002, 2014-05-20" in standing and "+3" not in standing
    thai = command("status", "--season", str(trial.root), "--as-of", "2014-09-03")
    assert "report9: รับแล้ว (ล่าช้า 3 วัน) [ครั้งล่าสุด รับแล้ว เลขที่รับ 000002" in thai.out


def test_a_late_file_that_goes_back_is_not_said_to_be_taken(trial: Trial) -> None:
    trial.file("D01021", "plan", filling.PLAN, "2014-05-20")
    assert trial.file("D01021", "report9", {**filling.REPORT, "reporter.position": [None]}, "2014-09-03").status == 3
    (path,) = answers_in(trial, "D01021", "fix")
    (late,) = [row for row in parts(path)["ตรวจดูอีกครั้ง"] if "ส่งช้ากว่ากำหนด" in str(row[4])]
    assert late[5] == "ไม่ต้องแก้ในไฟล์ ระบบบันทึกวันที่ส่งไว้"
    receipt = answers_in(trial, "D01021", "receipt")[-1]
    assert told(receipt)[1] == "ส่งคืนให้แก้ไข ยังไม่นับเป็นการส่ง" and path.name in told(receipt)[2]
    assert facts_of(receipt)["ฉบับที่นับอยู่ขณะนี้"] == "ยังไม่มี"


def test_every_judged_file_gets_one_receipt(trial: Trial) -> None:
    strange(trial)
    inbox = trial.root / "inbox"
    shutil.copy(inbox / "empty_form.xlsx", inbox / "copy.xlsx")
    (inbox / "~$lock.xlsx").write_bytes(b"x")
    night = trial.run("nightly", "--json").json()
    found = {Path(name).name: told(Path(name)) for name in night["answered"] if Path(name).name.startswith("receipt_")}
    assert len(found) == sum(count for name, count in night["verdicts"].items() if name != "ignored") == 6
    by_file = {facts_of(path)["ชื่อไฟล์ที่ได้รับ"]: path for path in (trial.root / "outbox").rglob("receipt_*.xlsx")}
    said = {name: (path.parent.name, told(path)[1]) for name, path in by_file.items()}
    assert said == {
        "a.xlsx": ("D01021", "ได้รับสองไฟล์ที่ต่างกัน ยังไม่นับเป็นการส่ง"),
        "b.xlsx": ("D01021", "ได้รับสองไฟล์ที่ต่างกัน ยังไม่นับเป็นการส่ง"),
        "copy.xlsx": ("P50", "ส่งคืนให้แก้ไข ยังไม่นับเป็นการส่ง"),
        "empty_form.xlsx": ("P50", "ซ้ำกับไฟล์ที่เคยส่ง"),
        "zero.xlsx": ("_unidentified", "อ่านไฟล์ไม่ได้ ยังไม่นับเป็นการส่ง"),
        "=foreign.xlsx": ("_unidentified", "ไม่ใช่แบบฟอร์มที่ออกให้ ยังไม่นับเป็นการส่ง"),
    }
    assert by_file["=foreign.xlsx"].name.endswith("_foreign.xlsx")
    zero = facts_of(by_file["zero.xlsx"])
    assert zero["หน่วยงาน"].startswith("ไม่ทราบ") and "แบบฟอร์ม" not in zero
    assert any(row[4] == "ไฟล์ว่างเปล่า ไม่มีข้อมูล" for row in sheet_rows(by_file["zero.xlsx"]))
    assert trial.run("nightly", "--json").json()["answered"] == []


def test_a_superseded_file_gets_a_receipt_with_what_counts(trial: Trial) -> None:
    trial.file("D01021", "plan", filling.PLAN, "2014-05-20")
    trial.drop("D01021", "plan", {**filling.PLAN, "general.stage": ["เบื้องต้น"]}, "older.xlsx")
    trial.run("nightly", day="2014-05-21")
    path = answers_in(trial, "D01021", "receipt")[-1]
    assert told(path)[1] == "ไม่ใช้ไฟล์นี้ มีฉบับใหม่กว่าแล้ว"
    assert "เลขที่รับ 000001" in facts_of(path)["ฉบับที่นับอยู่ขณะนี้"]
    (agency,) = [item for item in trial.run("status", "--json").json()["agencies"] if item["agency"] == "D01021"]
    plan = agency["forms"]["plan"]
    assert (plan["verdict"], plan["last_try"]["verdict"], plan["last_try"]["seq"]) == ("accepted", "superseded", 2)


def test_a_file_of_a_closed_round_has_its_receipt_with_the_agency(trial: Trial) -> None:
    trial.file("D01021", "plan", filling.PLAN, "2014-05-20")
    trial.run("issue", "report12", "--agency", "D01021")
    trial.drop("D01021", "report12", filling.REPORT12)
    trial.run("nightly", day="2014-05-21")
    (path,) = answers_in(trial, "D01021", "receipt_000002")
    assert told(path)[1] == "ไม่ตรงรอบ ยังไม่นับเป็นการส่ง"


def test_a_passport_that_does_not_verify_reaches_no_folder_of_an_agency(trial: Trial) -> None:
    """What names another season is refused before its digest is looked at: the agency in it is only claimed."""
    trial.run("issue", "plan", "--agency", "D01021")
    path = trial.drop("D01021", "plan", filling.PLAN)
    book = openpyxl.load_workbook(path)
    (old,) = [item.value for item in book.custom_doc_props if "D01021" in str(item.value)]
    new = old.replace("2557", "2558", 1)
    for item in book.custom_doc_props:
        item.value = new if item.value == old else item.value
    for cell in (cell for sheet in book for row in sheet.iter_rows() for cell in row):
        if isinstance(cell.value, str) and old in cell.value:
            cell.value = cell.value.replace(old, new)
    book.save(path)
    assert trial.verdict(path)["verdict"] == "wrong_round"
    trial.run("nightly")
    assert not answers_in(trial, "D01021", "receipt") and len(answers_in(trial, "_unidentified", "receipt")) == 1
    (agency,) = [item for item in trial.run("status", "--json").json()["agencies"] if item["agency"] == "D01021"]
    assert agency["forms"]["plan"]["last_try"] is None


def test_a_receipt_names_the_corrections_that_are_of_no_use_any_more(trial: Trial) -> None:
    trial.run("issue", "plan", "--agency", "D01021")
    trial.drop("D01021", "plan", {**filling.PLAN, "basics.success": [None]})
    trial.run("nightly")
    (fix,) = answers_in(trial, "D01021", "fix")
    trial.drop("D01021", "plan", filling.PLAN)
    trial.run("nightly", day="2014-05-21")
    assert facts_of(answers_in(trial, "D01021", "receipt")[-1])["ไฟล์แก้ไขที่ไม่ต้องใช้แล้ว"].startswith(f"{fix.name} (ไม่ต้องแก้")
    assert fix.is_file()


def test_the_same_answer_gives_the_same_bytes(year: Trial) -> None:
    season = load(year.root)
    ledger = Ledger(season.ledger_path)
    try:
        item = next(one for one in ledger.counted("dept_2557/plan"))
        answer = _answer(year, ledger, item)
    finally:
        ledger.close()
    proof = Proof(item, "x", answer.issued.framework, answer.issued.form, answer)
    assert write(receipt(proof)) == write(receipt(proof))


def _answer(trial: Trial, ledger: Ledger, item: Return) -> Answer:
    row = ledger.issued(item.form, item.agency, item.serial)
    assert row is not None
    return Answer(
        issued_of(load(trial.root), row), unpack_extracted(item.extracted),
        tuple(unpack_finding(one) for one in item.findings), "a.xlsx", dt.date(2014, 5, 20), item.seq, item.sha256,
        item.stage, item.days_late,
    )  # fmt: skip


# --- the first sheet of a correction workbook -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """Give a season with one returned plan: unreadable weights, blanks, a wrong e-mail, Thai digits, an excused warning."""
    trial = Trial(tmp_path_factory.mktemp("faulty") / "season")
    trial.run("issue", "plan", "--agency", "D01021")
    waiver = "D01021,PLACEHOLDER_ZERO,indicators.level1,ตามหนังสือที่ 1,ผู้อำนวยการ,\n"
    with (trial.root / "waivers.csv").open("a", encoding="utf-8") as lines:
        lines.write(waiver)
    wrong = {
        **filling.PLAN,
        "indicators.weight": ["มาก", "มาก", "น้อย", 10, 10, 10],
        "indicators.unit": [None, None, "ครั้ง", "ครั้ง", "จังหวัด", "สาขา"],
        "basics.success": [None],
        "basics.approach": ["-"],
        "recorder.email": ["x"],
        "certifier.name": filling.PLAN["recorder.name"],
    }
    trial.drop("D01021", "plan", wrong)
    assert trial.run("nightly").status == 3
    return trial


@pytest.fixture
def returned(faulty: Trial) -> Path:
    """Give its correction workbook."""
    return answers_in(faulty, "D01021", "fix")[0]


def test_the_first_lines_say_whose_file_it_is_and_what_to_do(returned: Path) -> None:
    lines = told(returned)
    assert lines[0] == "สิ่งที่ต้องแก้ไข"
    whose = "สำนักงานคณะกรรมการพัฒนาระบบราชการ (D01021) · แผนสร้างความโปร่งใสในการปฏิบัติราชการ (ฉบับสมบูรณ์)"
    assert lines[1] == whose
    assert "ในไฟล์นี้ บันทึก แล้ววางไฟล์นี้ในโฟลเดอร์รับรายงานเดิม" in lines[2] and "ไม่ต้องเริ่มกรอกใหม่" in lines[2]
    assert lines[3] == "ส่งกลับโดยเร็ว · วางไฟล์นี้ในโฟลเดอร์รับรายงานของหน่วยงาน"  # no date is stated for plans
    assert lines[4].startswith("ต้องแก้ไข 5 เรื่อง (8 ช่อง)")
    assert "D01021_plan.xlsx" in lines[5] and "20 พ.ค. 2557" in lines[5]


def test_three_actions_lead_by_the_cells_they_clear(returned: Path) -> None:
    rows = sheet_rows(returned)
    top = next(at for at, row in enumerate(rows) if str(row[0]).startswith("แก้สามเรื่องนี้ก่อน"))
    box = rows[top + 1 : top + 4]
    assert [row[:3] for row in box[:2]] == [[1, "ไปที่ B11", "3 ช่อง"], [2, "ไปที่ D8", "3 ช่อง"]] and box[2][2] == "1 ช่อง"
    fix = "กรอกคำตอบในช่องนี้ (ช่องที่มี * ต้องกรอก)"
    assert box[0][3].startswith(f"ข้อ 2, 3 · แผ่น เกณฑ์พื้นฐาน, ตัวชี้วัดและค่าเป้าหมาย · {fix} · รายการ: ") and "หน่วยวัด" in box[0][3]
    assert links(returned)["ไปที่ D8"] == "ตัวชี้วัดและค่าเป้าหมาย!D8"


def test_few_errors_need_no_box(trial: Trial) -> None:
    trial.run("issue", "plan", "--agency", "D01021")
    trial.drop("D01021", "plan", {**filling.PLAN, "basics.success": [None], "indicators.unit": [None] * 6})
    trial.run("nightly")
    (path,) = answers_in(trial, "D01021", "fix")
    assert not any(text.startswith("แก้สามเรื่องนี้ก่อน") for text in told(path))
    assert links(path)["C8:C13 (6 ช่อง)"] == "ตัวชี้วัดและค่าเป้าหมาย!C8"  # a long run is a range


def test_one_fault_over_many_cells_is_one_line(returned: Path) -> None:
    lines = {row[1]: row for row in parts(returned)["ต้องแก้ไข"] if isinstance(row[0], int)}
    assert {"C8, C9 (2 ช่อง)", "B10", "B11"} <= set(lines)
    weight = lines["D8 และอีก 2 ช่อง"]
    assert weight[2] == "น้ำหนัก" and weight[3] == "D8, D9 มาก\nD10 น้อย"
    assert weight[4] == "“น้ำหนัก” 3 ช่อง: อ่านเป็นตัวเลขไม่ได้"
    blank = lines["C8, C9 (2 ช่อง)"]
    assert (blank[2], blank[3]) == ("หน่วยวัด", "(ว่าง)") and "C8:" not in blank[4]
    assert links(returned)["D8 และอีก 2 ช่อง"] == "ตัวชี้วัดและค่าเป้าหมาย!D8"
    book = openpyxl.load_workbook(returned)
    for cell in filling.cells_of(book, "indicators.weight")[:3]:
        assert cell.comment is not None  # every cell keeps its mark


def test_lines_stand_in_sections_of_the_form_with_an_example(returned: Path) -> None:
    rows = parts(returned)["ต้องแก้ไข"]
    heads = [row[0] for row in rows if str(row[0]).startswith("แผ่นงาน ")]
    sheets = openpyxl.load_workbook(returned).sheetnames
    placed = [sheets.index(text.removeprefix("แผ่นงาน ").split(" › ")[0]) for text in heads]
    assert placed == sorted(placed) and len(heads) == len(set(heads)) == 3
    assert heads[0] == "แผ่นงาน เกณฑ์พื้นฐาน › 2. ข้อมูลการดำเนินงาน : องค์ประกอบของแผนตามเกณฑ์พื้นฐาน"
    lines = {row[1]: row for row in rows if isinstance(row[0], int)}
    assert "ตัวอย่าง: " in lines["B11"][5]
    assert lines["B9"][3] == "(ข้อมูลส่วนบุคคล)" and "name@example.go.th" in lines["B9"][5]


def test_warnings_repairs_and_excuses_stand_apart(returned: Path) -> None:
    found = parts(returned)
    warned = [row for row in found["ตรวจดูอีกครั้ง"] if isinstance(row[0], int)]
    assert "ผู้รับรองเป็นคนเดียวกับผู้กรอกข้อมูล" in {row[4] for row in warned}
    repaired = {row[1]: row for row in found["ระบบอ่านหรือซ่อม"]}
    assert not any(isinstance(row[0], int) for row in found["ระบบอ่านหรือซ่อม"])
    assert [row[0] for row in found["ระบบอ่านหรือซ่อม"]][1:3] == ["แผ่นงาน แผนการดำเนินงาน", None]
    assert repaired["E8"][3] == "๑ พ.ค. ๒๕๕๗" and repaired["E8"][5].startswith("ระบบใช้: 1 พ")
    (excused,) = [row for row in found["ได้รับการยกเว้น"] if row[1]]
    assert (excused[1], excused[3]) == ("G11", "0") and links(returned)["G11"] == "ตัวชี้วัดและค่าเป้าหมาย!G11"
    assert "ตามหนังสือที่ 1" in excused[4] and "ผู้อำนวยการ" in excused[4]
    assert "แผ่นงาน ตัวชี้วัดและค่าเป้าหมาย" in [row[0] for row in found["ได้รับการยกเว้น"]]
    assert "G11" not in {row[1] for row in warned}
    numbers = [row[0] for row in [*found["ต้องแก้ไข"], *found["ตรวจดูอีกครั้ง"]] if isinstance(row[0], int)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_nothing_of_a_person_stands_on_the_first_sheet_or_receipt(faulty: Trial, returned: Path) -> None:
    for path in (returned, *answers_in(faulty, "D01021", "receipt")):
        said = str(sheet_rows(path)) + str(sheet_rows(path, 1) if "receipt" in path.name else "")
        assert filling.PLAN["recorder.name"][0] not in said


@pytest.mark.parametrize("kind", ["fix", "receipt"])
def test_answers_print_large_on_whole_pages(faulty: Trial, kind: str) -> None:
    """Points on paper are those on the screen times what A4 across leaves of the columns."""
    book = openpyxl.load_workbook(answers_in(faulty, "D01021", kind)[0])
    own = book.worksheets[:1] if kind == "fix" else book.worksheets
    for page in own:
        assert page.page_setup.orientation == "landscape" and page.page_setup.fitToHeight == 0
        widths = [page.column_dimensions[column_letters(at)].width for at in range(1, page.max_column + 1)]
        inches = sum(width * 7 + 5 for width in widths) / 96
        scale = (11.69 - 1.2) / inches
        sizes = {cell.font.sz for row in page.iter_rows() for cell in row if cell.value is not None}
        assert min(sizes) * scale >= 11.5
        assert float(page.oddFooter.center.size or 0) * scale >= 10
        breaks = {item.id for item in page.row_breaks.brk}
        headings = {row for row in range(1, page.max_row + 1) if str(page.cell(row, 1).value).startswith("แผ่นงาน ")}
        assert not breaks & headings  # no page ends with a heading


def test_the_findings_stay_one_per_cell_in_the_data(faulty: Trial) -> None:
    rows = [row for row in faulty.table("findings") if row["severity"] == "error"]
    assert {"C8", "C9", "D8", "D9", "D10"} <= {row["cell"] for row in rows}


def test_what_stands_in_the_twin_need_not_be_typed_and_long_texts_are_cut(year: Trial) -> None:
    season = load(year.root)
    ledger = Ledger(season.ledger_path)
    try:
        answer = _answer(year, ledger, ledger.counted("dept_2557/plan")[0])
    finally:
        ledger.close()
    layout = answer.issued.layout
    at = [layout.place("indicators", record, "level1") for record in range(3)]
    two = (
        at_cell("APPROX", WARNING, at[0], "ประมาณ 60", value="60"),
        at_cell("BAD_NUMBER", ERROR, at[1], "ก" * 200),
        at_cell("READ_AS", INFO, at[1], "ก" * 200, value="5"),
        at_cell("READ_AS", INFO, at[2], "๗", value="7"),
    )
    lines = {line.code: line for line in remarks(replace(answer, findings=two), twin=True)}
    assert lines["APPROX"].fix == "ไฟล์นี้ใส่ 60 ให้แล้ว ถ้าไม่ถูกต้องให้พิมพ์ใหม่ในช่องนี้" and lines["APPROX"].example == ""
    assert typed(lines["BAD_NUMBER"]) == "ก" * 60 + " …" and "ก" * 61 not in lines["BAD_NUMBER"].whats[0]
    assert "ไฟล์นี้" not in remarks(replace(answer, findings=two[:1]), twin=False)[0].fix
    for findings, read in ((two, {"G10"}), ((two[1], two[2]), set())):
        made = openpyxl.load_workbook(io.BytesIO(write(correction(replace(answer, findings=findings))))).worksheets[0]
        rows = [[cell.value for cell in row] for row in made.iter_rows()]
        first = next((number for number, row in enumerate(rows) if str(row[0]).startswith("ระบบอ่านหรือซ่อม")), len(rows))
        assert {row[1] for row in rows[first:] if row[1]} == read  # what an error says of a cell is not said again


def test_findings_about_the_file_are_not_gathered(year: Trial) -> None:
    season = load(year.root)
    ledger = Ledger(season.ledger_path)
    try:
        answer = _answer(year, ledger, ledger.counted("dept_2557/plan")[0])
    finally:
        ledger.close()
    two = (about_file("LATE", WARNING, days="1", closes="x"), about_file("LATE", WARNING, days="2", closes="y"))
    made = openpyxl.load_workbook(io.BytesIO(write(correction(replace(answer, findings=two))))).worksheets[0]
    assert [row[1].value for row in made.iter_rows() if isinstance(row[0].value, int)] == ["ทั้งไฟล์", "ทั้งไฟล์"]
    assert not any("แก้ช่องที่มีกรอบแดง" in str(row[0].value) for row in made.iter_rows())


STRAYS = (("ตัวชี้วัดและค่าเป้าหมาย", "E20", "หมายเหตุของเรา"), ("ผู้บันทึกและผู้รับรอง", "D9", "โทร 081 111 2222"))


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """Give a season with a plan full of odd things, one with hidden rows only, a blank one twice, a preliminary one."""
    trial = Trial(tmp_path_factory.mktemp("odd") / "season")
    trial.run("issue", "plan")
    with (trial.root / "waivers.csv").open("a", encoding="utf-8") as lines:
        lines.write("D01021,BAD_DATE,activities.end,ตามหนังสือที่ 1,ผู้อำนวยการ,\n")
    wrong = {
        **filling.PLAN,
        "activities.end": ["อีกหน่อย"],
        "indicators.weight": [50, "มาก", "น้อย", 10, 10, 10],
        "indicators.unit": ["x" * 90] * 2 + ["ครั้ง"] * 4,
        "general.process_type": ["แบบที่เก้า"],
        "basics.success": ["-"],
        "recorder.email": ["x"],
    }
    spoil(trial.drop("D01021", "plan", wrong), hide=(("เกณฑ์พื้นฐาน", 7),), put=STRAYS)
    spoil(trial.drop("D01002", "plan", filling.PLAN), hide=(("มาตรการ", 8), ("มาตรการ", 9)))
    trial.drop("P50", "plan", {})
    assert trial.run("nightly").status == 3
    spoil(trial.drop("P50", "plan", {}, "again.xlsx"))
    trial.drop("D01002", "plan", {**filling.PLAN, "general.stage": ["เบื้องต้น"]}, "pre.xlsx")
    assert trial.run("nightly", day="2014-05-21").status == 3
    return trial


def spoil(path: Path, hide: tuple[tuple[str, int], ...] = (), put: tuple[tuple[str, str, str], ...] = ()) -> None:
    """Hide rows and type beside the tables; the file gets bytes of its own."""
    book = openpyxl.load_workbook(path)
    book.properties.keywords = path.name
    for sheet, row in hide:
        book[sheet].row_dimensions[row].hidden = True
    for sheet, cell, text in put:
        book[sheet][cell] = text
    book.save(path)


def test_what_is_mended_already_is_a_group_of_its_own(odd: Trial) -> None:
    (path,) = answers_in(odd, "D01002", "fix")
    lines = told(path)
    assert lines[2].startswith("วิธีแก้: ตรวจดูรายการข้างล่าง แล้วส่งไฟล์นี้กลับ ระบบแก้ให้แล้วทุกเรื่อง")
    assert "ระบบแก้ให้แล้ว 1 เรื่อง · ตรวจดูอีกครั้ง 1 เรื่อง" in lines
    assert "ระบบแก้ให้แล้ว ตรวจดูแล้วส่งไฟล์นี้กลับ (1 เรื่อง)" in lines
    assert not any(text.startswith("ต้องแก้ไข ") for text in lines)
    (hidden,) = [row for row in fault_lines(path) if "ซ่อน" in str(row[4])]  # one line, though of two fields and two rows
    assert hidden[1] == "C8 และอีก 2 ช่อง" and hidden[4].startswith("คำตอบ 3 ช่องอยู่ในแถว") and hidden[4].endswith("ช่อง: C8, D8, D9")
    assert hidden[5] == "ไฟล์นี้แสดงทุกแถวและคอลัมน์แล้ว ตรวจดูคำตอบ ถ้าถูกต้องไม่ต้องแก้"
    assert told(answers_in(odd, "D01002", "receipt")[0])[2].startswith(f"ระบบแก้ไฟล์ให้แล้ว เปิดไฟล์ {path.name} ")
    fill = openpyxl.load_workbook(path)["มาตรการ"]["C8"].fill.fgColor.rgb
    assert fill[-6:] == AMBER.lstrip("#")  # nothing is red where nothing is left to mend


def test_what_other_checks_wait_for_comes_first(odd: Trial) -> None:
    rows = sheet_rows(answers_in(odd, "D01021", "fix")[0])
    top = next(at for at, row in enumerate(rows) if row[0] == "แก้สามเรื่องนี้ก่อน")
    assert rows[top + 1][:3] == [1, "ไปที่ B10", "1 ช่อง"] and rows[top + 1][3].startswith("ข้อ 1 · แผ่น ข้อมูลทั่วไป · ")
    assert rows[top + 2][2] == "2 ช่อง"


def test_what_stood_beside_the_tables_is_quoted_with_its_cell_in_the_file_sent(odd: Trial) -> None:
    (path,) = answers_in(odd, "D01021", "fix")
    (line,) = [row for row in fault_lines(path) if row[1] == "E20 ในไฟล์ที่ส่ง"]
    assert line[3] == "E20 หมายเหตุของเรา" and line[1] not in links(path)
    assert line[5].startswith("ไม่มีข้อความนี้ในไฟล์นี้แล้ว ถ้าเป็นคำตอบให้กรอกในช่องสีเหลือง")
    assert "คำตอบเดิมอยู่ครบแล้ว" not in told(path)[2]
    (private,) = [row for row in sheet_rows(path) if row[1] == "D9 ในไฟล์ที่ส่ง"]  # on a sheet with personal fields
    assert private[3] == "D9 (ข้อมูลส่วนบุคคล)" and "081 111 2222" not in str(sheet_rows(path))


def test_an_excused_cell_is_said_to_be_excused_everywhere(odd: Trial) -> None:
    (path,) = answers_in(odd, "D01021", "fix")
    (line,) = [row for row in parts(path)["ได้รับการยกเว้น"] if row[1]]
    assert line[1] == "F8" and line[3] == "อีกหน่อย" and links(path)["F8"] == "แผนการดำเนินงาน!F8"
    read = {row[0]: row for row in sheet_rows(answers_in(odd, "D01021", "receipt")[0], 1)}
    assert read["แผนการดำเนินงาน!F8"][2:] == ["อีกหน่อย", "อ่านไม่ได้ (ได้รับการยกเว้น)"]
    assert read["ตัวชี้วัดและค่าเป้าหมาย!D9"][2:] == ["มาก", "อ่านไม่ได้ ต้องแก้ไข"]


def test_a_blank_form_is_told_where_to_begin(odd: Trial) -> None:
    first, second = answers_in(odd, "P50", "fix")
    lines = told(first)
    assert lines[2] == "ไฟล์ที่ส่งมายังไม่มีคำตอบ กรอกช่องสีเหลืองในไฟล์นี้ เริ่มที่แผ่น ข้อมูลทั่วไป แล้ววางในโฟลเดอร์รับรายงาน"
    assert links(first)[lines[3]].startswith("ข้อมูลทั่วไป!B") and "คำตอบเดิม" not in "".join(lines)
    again = told(second)
    assert any("แก้แล้ว 0 · ยังค้าง 1 · ใหม่ 0 (" in text for text in again)
    assert any(text.endswith(f"ใช้ไฟล์นี้แทน {first.name} ซึ่งไม่ต้องใช้แล้ว") for text in again)


def test_a_receipt_says_what_is_still_to_come(odd: Trial) -> None:
    path = answers_in(odd, "D01002", "receipt")[-1]
    lines = told(path)
    assert lines[:2] == ["ใบรับรายงาน", "รับแล้ว"]
    assert lines[2].startswith("รับแผนฉบับเบื้องต้นแล้ว ยังต้องส่งฉบับสมบูรณ์ โดยแก้ในไฟล์เดิมและเลือก ฉบับสมบูรณ์")
    assert "ไม่ต้องทำอะไรอีก" not in lines[2]
    returned = told(answers_in(odd, "D01021", "receipt")[0])
    assert returned[:2] == ["ใบแจ้งผลการรับไฟล์", "ส่งคืนให้แก้ไข ยังไม่นับเป็นการส่ง"]


def test_the_deadline_of_a_stated_round_is_on_the_first_sheet(trial: Trial) -> None:
    trial.file("D01021", "plan", filling.PLAN, "2014-05-20")
    for day, said in (("2014-08-20", "ส่งกลับภายในวันที่ 31 ส.ค. 2557 · "), ("2014-09-03", "ส่งกลับโดยเร็ว · ")):
        if not list((trial.root / "outbox" / "D01021").glob("2557_*_report9_*")):
            trial.run("issue", "report9", "--agency", "D01021", day=day)
        wrong = {**filling.REPORT, "reporter.position": [None], "obstacles.remedies": [day]}
        trial.drop("D01021", "report9", wrong, f"{day}.xlsx")
        trial.run("nightly", day=day)
        assert any(text.startswith(said) for text in told(answers_in(trial, "D01021", "fix")[-1]))


# --- files that somebody must look at -------------------------------------------------------------------------------


def strange(trial: Trial) -> None:
    """Lay out a good file, a conflict, and files that are no returns."""
    trial.run("issue", "plan")
    inbox = trial.root / "inbox"
    trial.drop("P50", "plan", {}, "empty_form.xlsx")
    trial.drop("D01021", "plan", filling.PLAN, "a.xlsx")
    trial.drop("D01021", "plan", {**filling.PLAN, "basics.rationale": ["อีกฉบับ"]}, "b.xlsx")
    (inbox / "zero.xlsx").write_bytes(b"")
    foreign = openpyxl.Workbook()
    foreign.active["A1"] = "not ours"
    foreign.save(inbox / "=foreign.xlsx")


def attention_rows(trial: Trial) -> list[dict[str, Any]]:
    page = openpyxl.load_workbook(trial.root / "results" / "status.xlsx")["ไฟล์ที่ต้องดู"]
    rows = [list(row) for row in page.iter_rows(values_only=True)]
    top = next(at for at, row in enumerate(rows) if row[0] == "ไฟล์")
    return [dict(zip(map(str, rows[top]), row, strict=True)) for row in rows[top + 1 :]]


def test_files_to_look_at_stand_in_the_status_workbook(trial: Trial) -> None:
    strange(trial)
    assert trial.run("nightly").status == 3
    book = openpyxl.load_workbook(trial.root / "results" / "status.xlsx")
    assert book.sheetnames[:2] == ["ความครบถ้วนของข้อมูล", "ไฟล์ที่ต้องดู"]
    rows = {row["ไฟล์"]: row for row in attention_rows(trial)}
    assert set(rows) == {"=foreign.xlsx", "a.xlsx", "b.xlsx", "zero.xlsx"}
    assert rows["a.xlsx"]["ผลการตรวจไฟล์"] == "ขัดแย้งกัน"
    whose = "หน่วยงานและแบบฟอร์ม\nตามข้อมูลในไฟล์"
    assert rows["a.xlsx"][whose] == "สำนักงานคณะกรรมการพัฒนาระบบราชการ (D01021)\nแผนสร้างความโปร่งใสในการปฏิบัติราชการ"
    assert rows["zero.xlsx"][whose] is None and rows["zero.xlsx"]["ผลการตรวจไฟล์"] == "อ่านไม่ได้"
    assert all(row["สิ่งที่พบ"] and row["วิธีแก้ไข"] and row["วันที่ตรวจ"] for row in rows.values())


def test_files_to_look_at_stand_in_the_findings_once(trial: Trial) -> None:
    strange(trial)
    trial.run("nightly")
    rows = trial.table("findings")
    told = {(row["file"], row["code"]): row for row in rows}
    assert told["zero.xlsx", "FILE_EMPTY"]["agency"] == told["zero.xlsx", "FILE_EMPTY"]["form"] == ""
    assert ("'=foreign.xlsx", "NO_PASSPORT") in told
    for name in ("a.xlsx", "b.xlsx"):
        assert (told[name, "CONFLICT"]["agency"], told[name, "CONFLICT"]["form"]) == ("D01021", "dept_2557/plan")
    keys = [tuple(row.values()) for row in rows]
    assert len(keys) == len(set(keys))
    before = trial.digests()
    trial.run("nightly")
    assert trial.digests() == before


def test_a_file_that_went_away_is_not_looked_at(trial: Trial) -> None:
    strange(trial)
    trial.run("nightly")
    (trial.root / "inbox" / "zero.xlsx").unlink()
    trial.run("nightly")
    assert "zero.xlsx" not in {row["ไฟล์"] for row in attention_rows(trial)}
    assert "zero.xlsx" not in {row["file"] for row in trial.table("findings")}


def test_the_newest_return_of_a_path_counts(trial: Trial) -> None:
    strange(trial)
    trial.run("nightly")
    (trial.root / "inbox" / "zero.xlsx").write_bytes(b"%PDF-1.7\n1 0 obj\n")
    trial.run("nightly", day="2014-05-22")
    codes = {row["code"] for row in trial.table("findings") if row["file"] == "zero.xlsx"}
    assert codes == {"FILE_TYPE"}
    day = next(row["วันที่ตรวจ"] for row in attention_rows(trial) if row["ไฟล์"] == "zero.xlsx")
    assert day.date().isoformat() == "2014-05-22"


def test_a_deferred_file_is_shown_with_its_reason(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    from processors import intake

    strange(trial)
    take = intake.copy

    def broken(season: Any, seen: Any, at: int, shelf: Any) -> Any:
        return intake.Copy(seen, problem="SHARE_ERROR") if seen.path == b"zero.xlsx" else take(season, seen, at, shelf)

    monkeypatch.setattr(intake, "copy", broken)
    trial.run("nightly")
    assert {row["code"] for row in trial.table("findings") if row["file"] == "zero.xlsx"} == {"SHARE_ERROR"}
    row = next(row for row in attention_rows(trial) if row["ไฟล์"] == "zero.xlsx")
    assert row["ผลการตรวจไฟล์"] == "รอตรวจรอบถัดไป"
    monkeypatch.undo()
    trial.run("nightly")
    assert {row["code"] for row in trial.table("findings") if row["file"] == "zero.xlsx"} == {"FILE_EMPTY"}


def test_the_log_names_every_new_file(trial: Trial, tmp_path: Path) -> None:
    strange(trial)
    log = tmp_path / "log.jsonl"
    trial.run("nightly", "--log", str(log))
    trial.run("nightly", "--log", str(log))
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    files = {line["file"]: line for line in lines if line["event"] == "file"}
    assert len([line for line in lines if line["event"] == "file"]) == 5 == len(files)
    assert set(files["a.xlsx"]) == {"time", "level", "event", "run", "pid", "file", "verdict", "codes", "agency", "form"}
    conflict = files["a.xlsx"]
    assert (conflict["verdict"], conflict["agency"], conflict["form"]) == ("conflict", "D01021", "dept_2557/plan")
    assert conflict["codes"][0] == "CONFLICT"
    assert (files["zero.xlsx"]["codes"], files["zero.xlsx"]["agency"]) == (["FILE_EMPTY"], None)
    text = log.read_text(encoding="utf-8")
    for secret in (*filling.PLAN["recorder.name"], *filling.PLAN["recorder.email"], *filling.PLAN["basics.rationale"]):
        assert secret not in text
