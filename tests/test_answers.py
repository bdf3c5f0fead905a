"""What people get back: receipts, one line for one fault over many cells, and the files that somebody must look at."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import filling
import openpyxl
import pytest
from season_tools import Trial, command

from processors.correction import correction
from processors.receipt import receipt
from processors.remarks import Answer
from processors.season import load
from processors.standing import issued_of
from processors.store import Ledger, Return
from processors.wire import unpack_extracted, unpack_finding
from workbook.finding import WARNING, about_file
from workbook.write import write


def sheet_rows(path: Path, sheet: int = 0) -> list[list[Any]]:
    page = openpyxl.load_workbook(path).worksheets[sheet]
    return [[cell.value for cell in row] for row in page.iter_rows()]


def facts_of(path: Path) -> dict[str, str]:
    """Give name -> value of a receipt: the names stand in the first column, the values in the fourth."""
    return {str(row[0]): str(row[3]) for row in sheet_rows(path) if row[0] and row[3]}


def fault_lines(path: Path) -> list[list[Any]]:
    return [row for row in sheet_rows(path)[6:] if row[0]]


def answers_in(trial: Trial, agency: str, kind: str) -> list[Path]:
    return sorted((trial.root / "outbox" / agency).glob(f"{kind}_*.xlsx"))


# --- receipts -------------------------------------------------------------------------------------------------------


def test_a_receipt_says_what_was_received(year: Trial) -> None:
    paths = answers_in(year, "D01021", "receipt")
    book = openpyxl.load_workbook(paths[0])
    assert book.sheetnames == ["ใบรับรายงาน"] and book.worksheets[0]["A1"].value == "ใบรับรายงาน"
    facts = facts_of(paths[0])
    sent = year.root / "inbox" / "D01021_plan.xlsx"
    assert facts["หน่วยงาน"] == "สำนักงานคณะกรรมการพัฒนาระบบราชการ (D01021)"
    assert facts["แบบฟอร์ม"] == "แผนสร้างความโปร่งใสในการปฏิบัติราชการ"
    assert (facts["ผลการตรวจ"], facts["แผนฉบับ"]) == ("รับแล้ว", "ฉบับสมบูรณ์")
    assert (facts["วันที่ได้รับ"], facts["เลขที่รับ"]) == ("20 พ.ค. 2557", "000001")
    assert (facts["เลขที่ออกของแบบฟอร์ม"], facts["ฉบับของแบบฟอร์ม"]) == ("0001", "2557.1")
    assert facts["ชื่อไฟล์ที่ได้รับ"] == "D01021_plan.xlsx"
    assert facts["รหัสตรวจสอบไฟล์ (SHA-256)"] == hashlib.sha256(sent.read_bytes()).hexdigest()
    assert facts["โปรแกรมที่ตรวจ"].startswith("cleanreport ")
    assert "ความล่าช้า" not in facts


def test_a_receipt_replaces_earlier_corrections(year: Trial) -> None:
    told = [str(row[0]) for row in sheet_rows(answers_in(year, "D01021", "receipt")[0])]
    assert any("ใบรับนี้ใช้แทนไฟล์เหล่านั้นทั้งหมด" in text for text in told)
    assert not any("สิ่งที่ต้องแก้ไข" in text for text in told)


def test_a_late_receipt_says_by_how_many_days(trial: Trial) -> None:
    trial.file("D01021", "plan", filling.PLAN, "2014-05-20")
    assert trial.file("D01021", "report9", filling.REPORT, "2014-09-03").status == 0
    path = answers_in(trial, "D01021", "receipt")[-1]
    assert facts_of(path)["ความล่าช้า"] == "ล่าช้า 3 วัน (กำหนดส่งวันที่ 31 ส.ค. 2557)"
    rows = sheet_rows(path)
    at = next(number for number, row in enumerate(rows) if str(row[0]).startswith("ข้อสังเกต"))
    assert rows[at + 1][:2] == ["ที่", "ประเภท"] and rows[at + 2][1] == "โปรดตรวจสอบ"
    cells = [cell for row in openpyxl.load_workbook(path).worksheets[0].iter_rows() for cell in row]
    assert not any(cell.hyperlink for cell in cells)  # the sheets of the form are not in the receipt
    standing = trial.run("status", day="2014-09-03").out
    assert "report9: accepted (late by 3 days)" in standing and "+3" not in standing
    thai = command("status", "--season", str(trial.root), "--as-of", "2014-09-03")
    assert "report9: รับแล้ว (ล่าช้า 3 วัน)" in thai.out


def test_the_same_answer_gives_the_same_bytes(year: Trial) -> None:
    season = load(year.root)
    ledger = Ledger(season.ledger_path)
    try:
        item = next(one for one in ledger.counted("dept_2557/plan"))
        answer = _answer(year, ledger, item)
    finally:
        ledger.close()
    assert write(receipt(answer)) == write(receipt(answer))


def _answer(trial: Trial, ledger: Ledger, item: Return) -> Answer:
    row = ledger.issued(item.form, item.agency, item.serial)
    assert row is not None
    return Answer(
        issued_of(load(trial.root), row), unpack_extracted(item.extracted),
        tuple(unpack_finding(one) for one in item.findings), "a.xlsx", dt.date(2014, 5, 20), item.seq, item.sha256,
        item.stage, item.days_late,
    )  # fmt: skip


# --- one fault over many cells --------------------------------------------------------------------------------------


@pytest.fixture
def returned(trial: Trial) -> Path:
    """A correction workbook: three unreadable weights of one kind, one blank elsewhere, a wrong e-mail."""
    trial.run("issue", "plan", "--agency", "D01021")
    wrong = {
        **filling.PLAN,
        "indicators.weight": ["มาก", "มาก", "น้อย", 10, 10, 10],
        "indicators.unit": [None, None, "ครั้ง", "ครั้ง", "จังหวัด", "สาขา"],
        "basics.success": [None],
        "recorder.email": ["x"],
    }
    trial.drop("D01021", "plan", wrong)
    assert trial.run("nightly").status == 3
    return answers_in(trial, "D01021", "fix")[0]


def test_one_fault_over_many_cells_is_one_line(returned: Path) -> None:
    lines = fault_lines(returned)
    errors = [line for line in lines if line[1] == "ต้องแก้ไข"]
    where = [line[2] for line in errors]
    assert where.count("ตัวชี้วัดและค่าเป้าหมาย!C8, C9 (2 ช่อง)") == 1
    assert where.count("ตัวชี้วัดและค่าเป้าหมาย!D8, D9, D10 (3 ช่อง)") == 1
    weight = next(line for line in errors if "D8, D9" in line[2])
    assert "(" not in weight[3] or "(1)" not in weight[3]
    assert weight[4] == "มาก, น้อย"
    blank = next(line for line in errors if "C8, C9" in line[2])
    assert "(1)" not in blank[3] and "(1)" not in blank[5] and "C8:" not in blank[5]
    single = next(line for line in errors if line[2] == "เกณฑ์พื้นฐาน!B11")
    assert single[3]
    book = openpyxl.load_workbook(returned)
    row = next(at for at, line in enumerate(sheet_rows(returned), 1) if line[2] == weight[2])
    assert book.worksheets[0][f"C{row}"].hyperlink.location.replace("'", "") == "ตัวชี้วัดและค่าเป้าหมาย!D8"
    for cell in filling.cells_of(book, "indicators.weight")[:3]:
        assert cell.comment is not None  # every cell keeps its mark


def test_long_runs_of_cells_are_named_as_a_range(trial: Trial) -> None:
    trial.run("issue", "plan", "--agency", "D01021")
    wrong = {**filling.PLAN, "indicators.unit": [None] * 6, "indicators.name": ["ก", None, "ค", None, "จ", None]}
    trial.drop("D01021", "plan", wrong)
    trial.run("nightly")
    where = [line[2] for line in fault_lines(answers_in(trial, "D01021", "fix")[0])]
    assert "ตัวชี้วัดและค่าเป้าหมาย!C8:C13 (6 ช่อง)" in where
    assert "ตัวชี้วัดและค่าเป้าหมาย!B9, B11, B13 (3 ช่อง)" in where


def test_lines_keep_the_order_of_severity_then_of_the_form(returned: Path) -> None:
    lines = fault_lines(returned)
    ranks = [["ต้องแก้ไข", "โปรดตรวจสอบ", "เพื่อทราบ"].index(line[1]) for line in lines]
    assert ranks == sorted(ranks)
    sheets = openpyxl.load_workbook(returned).sheetnames
    placed = [sheets.index(line[2].split("!")[0]) for line in lines if line[1] == "ต้องแก้ไข" and "!" in line[2]]
    assert placed == sorted(placed)
    assert [line[0] for line in lines] == list(range(1, len(lines) + 1))
    lead = str(sheet_rows(returned)[2][0])
    assert f"{ranks.count(0)} รายการ" in lead


def test_the_findings_stay_one_per_cell_in_the_data(trial: Trial, returned: Path) -> None:
    rows = [row for row in trial.table("findings") if row["severity"] == "error"]
    assert {"C8", "C9", "D8", "D9", "D10"} <= {row["cell"] for row in rows}


def test_findings_about_the_file_are_not_gathered(year: Trial) -> None:
    season = load(year.root)
    ledger = Ledger(season.ledger_path)
    try:
        answer = _answer(year, ledger, ledger.counted("dept_2557/plan")[0])
    finally:
        ledger.close()
    two = (about_file("LATE", WARNING, days="1", closes="x"), about_file("LATE", WARNING, days="2", closes="y"))
    made = openpyxl.load_workbook(io.BytesIO(write(correction(replace(answer, findings=two))))).worksheets[0]
    assert [made.cell(row, 3).value for row in (7, 8)] == ["ทั้งไฟล์", "ทั้งไฟล์"]


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
    assert rows["a.xlsx"]["หน่วยงาน"] == "สำนักงานคณะกรรมการพัฒนาระบบราชการ (D01021)"
    assert rows["a.xlsx"]["แบบฟอร์ม"] == "แผนสร้างความโปร่งใสในการปฏิบัติราชการ"
    assert rows["zero.xlsx"]["หน่วยงาน"] is None and rows["zero.xlsx"]["ผลการตรวจไฟล์"] == "อ่านไม่ได้"
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

    def broken(season: Any, seen: Any, folder: Path) -> Any:
        return intake.Copy(seen, problem="SHARE_ERROR") if seen.path == b"zero.xlsx" else take(season, seen, folder)

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
    assert set(files["a.xlsx"]) == {"time", "level", "event", "file", "verdict", "codes", "agency", "form"}
    conflict = files["a.xlsx"]
    assert (conflict["verdict"], conflict["agency"], conflict["form"]) == ("conflict", "D01021", "dept_2557/plan")
    assert conflict["codes"][0] == "CONFLICT"
    assert (files["zero.xlsx"]["codes"], files["zero.xlsx"]["agency"]) == (["FILE_EMPTY"], None)
    text = log.read_text(encoding="utf-8")
    for secret in (*filling.PLAN["recorder.name"], *filling.PLAN["recorder.email"], *filling.PLAN["basics.rationale"]):
        assert secret not in text
