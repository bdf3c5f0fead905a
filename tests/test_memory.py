"""What the program remembers between attempts: new, still there, fixed, back; unchanged, changed, older; told in the answers."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import filling
import openpyxl
import pytest
from season_tools import Trial

from processors.compare import ADDED, CHANGED, MOVED, REMOVED, changes
from processors.memory import BACK, NEW, SEEN, STILL, Memory, identity, looks_older, remember
from processors.records import Return
from processors.season import load
from processors.standing import issued_of
from processors.store import Ledger
from processors.wire import pack_extracted, pack_finding, unpack_extracted, unpack_finding
from templates.issued import Issued
from workbook.finding import ERROR, Finding, about_file, at_cell

FIRST: filling.Values = {
    **filling.PLAN,
    "indicators.weight": ["มาก", "มาก", "น้อย", 10, 10, 10],
    "indicators.unit": [None, None, "ครั้ง", "ครั้ง", "จังหวัด", "สาขา"],
    "basics.success": [None],
    "recorder.email": ["x"],
}
SECOND: filling.Values = {
    **FIRST,
    "indicators.weight": [50, "๑๐", "น้อย", 10, 10, 10],
    "indicators.name": [None, *filling.PLAN["indicators.name"][1:]],
    "recorder.email": ["recorder@example.go.th"],
    "basics.rationale": ["เหตุผลใหม่"],
}
THIRD: filling.Values = {**SECOND, "recorder.email": ["x"]}
SEVENTH: filling.Values = {**filling.PLAN, "basics.risk_analysis": ["วิเคราะห์ใหม่"], "recorder.name": ["ชื่อบุคคลใหม่"]}
FORM = "dept_2557/plan"


def drop(trial: Trial, name: str, values: filling.Values) -> Path:
    """Fill a plan into a file of its own bytes, whatever the answers: a mark that nobody reads tells them apart."""
    path = trial.drop("D01021", "plan", values, name)
    book = openpyxl.load_workbook(path)
    book.properties.keywords = name
    book.save(path)
    return path


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """Run seven nights of one agency: three attempts, one unchanged, accepted, other answers, the former answers again."""
    trial = Trial(tmp_path_factory.mktemp("memory") / "season")
    trial.run("issue", "plan", "--agency", "D01021")
    expected = {"returned": 3, "accepted": 0}
    for at, values in enumerate((FIRST, SECOND, THIRD, THIRD), 1):
        drop(trial, f"n{at}.xlsx", values)
        assert trial.run("nightly", day=f"2014-05-{at:02}").status == expected["returned"]
    drop(trial, "n5.xlsx", filling.PLAN)
    shutil.copy(trial.root / "inbox" / "n4.xlsx", trial.root / "inbox" / "n6.xlsx")
    assert trial.run("nightly", day="2014-05-05").status == expected["accepted"]
    drop(trial, "n7.xlsx", SEVENTH)
    assert trial.run("nightly", day="2014-05-06").status == expected["accepted"]
    drop(trial, "n8.xlsx", filling.PLAN)
    assert trial.run("nightly", day="2014-05-07").status == expected["accepted"]
    return trial


@pytest.fixture(scope="module")
def kept(nights: Trial) -> tuple[Issued, list[Return]]:
    """Give the issued plan and all that came, as the ledger holds it."""
    ledger = Ledger(load(nights.root).ledger_path)
    try:
        items = ledger.of_agency(FORM, "D01021")
        row = ledger.issued(FORM, "D01021", "0001")
        assert row is not None
        return issued_of(load(nights.root), row), items
    finally:
        ledger.close()


def memory(kept: tuple[Issued, list[Return]], seq: int) -> tuple[Memory, list[Finding]]:
    issued, items = kept
    item = items[seq - 1]
    findings = [unpack_finding(one) for one in item.findings]
    return remember(issued, (unpack_extracted(item.extracted), findings), items[: seq - 1], item.stage), findings


def states(kept: tuple[Issued, list[Return]], seq: int) -> dict[tuple[str, ...], str]:
    """Give code, table, field and record of errors with their states."""
    found, findings = memory(kept, seq)
    errors = {item.code for item in findings if item.severity == ERROR}
    return {name: state for name, state in found.states.items() if name[0] in errors}


def fixed(kept: tuple[Issued, list[Return]], seq: int) -> set[tuple[str, str | None, int | None]]:
    return {(item.code, item.place.field, item.place.record) for item in memory(kept, seq)[0].fixed if item.place}


# --- new, still, fixed, back ---------------------------------------------------------------------------------------


def test_a_first_attempt_remembers_nothing(kept: tuple[Issued, list[Return]]) -> None:
    assert memory(kept, 1)[0] == Memory()


def test_findings_are_new_still_there_or_fixed(kept: tuple[Issued, list[Return]]) -> None:
    assert states(kept, 2) == {
        ("REQUIRED", "basics", "success", "0"): STILL,
        ("REQUIRED", "indicators", "unit", "0"): STILL,
        ("REQUIRED", "indicators", "unit", "1"): STILL,
        ("BAD_NUMBER", "indicators", "weight", "2"): STILL,
        ("REQUIRED", "indicators", "name", "0"): NEW,
    }
    assert fixed(kept, 2) == {("BAD_NUMBER", "weight", 0), ("BAD_NUMBER", "weight", 1), ("BAD_EMAIL", "email", 0)}


def test_what_was_fixed_and_came_back_is_said_so(kept: tuple[Issued, list[Return]]) -> None:
    found = states(kept, 3)
    assert found["BAD_EMAIL", "recorder", "email", "0"] == BACK
    assert found["REQUIRED", "indicators", "name", "0"] == STILL
    assert memory(kept, 3)[0].fixed == ()
    assert states(kept, 4)["BAD_EMAIL", "recorder", "email", "0"] == STILL


def test_an_accepted_file_has_everything_fixed(kept: tuple[Issued, list[Return]]) -> None:
    found, _ = memory(kept, 5)
    assert found.before is not None and found.before.seq == 4
    assert len(found.fixed) == 6 and states(kept, 5) == {}


def test_what_is_not_judged_is_not_fixed(kept: tuple[Issued, list[Return]]) -> None:
    issued, items = kept
    extracted = unpack_extracted(items[1].extracted)
    empty = (extracted, [about_file("EMPTY_FORM")])
    assert remember(issued, empty, items[:1], items[0].stage).fixed == ()
    lost = {table: records for table, records in extracted.answers.items() if table != "indicators"}
    gone = remember(issued, (replace(extracted, answers=lost), []), items[:1], items[0].stage)
    assert {item.place.table for item in gone.fixed if item.place} == {"basics", "recorder"}


def test_a_cell_that_is_wrong_otherwise_is_not_fixed(kept: tuple[Issued, list[Return]]) -> None:
    issued, items = kept
    item = items[0]
    findings = [unpack_finding(one) for one in item.findings]
    other = [replace(one, code="TOO_HIGH") if one.code == "BAD_NUMBER" else one for one in findings]
    found = remember(issued, (unpack_extracted(item.extracted), other), items[:1], item.stage)
    assert found.fixed == () and {state for name, state in found.states.items() if name[0] == "TOO_HIGH"} == {NEW}


def test_what_is_excused_now_is_not_called_fixed(kept: tuple[Issued, list[Return]]) -> None:
    issued, items = kept
    item = items[0]
    findings = [unpack_finding(one) for one in item.findings]
    excused = [
        replace(one, code="WAIVED", severity="info", params={"code": one.code}) if one.code == "BAD_NUMBER" else one
        for one in findings
    ]
    found = remember(issued, (unpack_extracted(item.extracted), excused), items[:1], item.stage)
    assert found.before is not None and found.fixed == ()


def test_a_blank_is_the_same_whatever_mark_stood_there(kept: tuple[Issued, list[Return]]) -> None:
    """The twin takes the mark out, so what was MARK_FOR_TEXT comes back as REQUIRED."""
    issued, items = kept
    marked = [[("MARK_FOR_TEXT" if one[0] == "REQUIRED" else one[0]), *one[1:]] for one in items[0].findings]
    findings = [unpack_finding(one) for one in items[0].findings]
    former = replace(items[0], findings=marked)
    found = remember(issued, (unpack_extracted(items[0].extracted), findings), [former], items[0].stage)
    assert found.states["REQUIRED", "basics", "success", "0"] == STILL and found.fixed == () and found.unchanged


def test_what_hides_all_else_is_still_there(kept: tuple[Issued, list[Return]]) -> None:
    issued, items = kept
    blank = [about_file("EMPTY_FORM")]
    former = replace(items[0], findings=[pack_finding(one) for one in blank])
    found = remember(issued, (unpack_extracted(items[0].extracted), blank), [former], items[0].stage)
    assert found.states == {("EMPTY_FORM", ""): STILL} and found.count(blank, NEW) == 0


def test_the_attempt_that_is_compared_is_the_one_that_is_named(kept: tuple[Issued, list[Return]]) -> None:
    issued, items = kept
    other = replace(items[1], findings=[pack_finding(about_file("OTHER_ISSUE"))])
    found = remember(issued, (unpack_extracted(items[4].extracted), []), [items[0], other], items[0].stage)
    assert found.before is not None and found.compared is not None
    assert (found.before.seq, found.compared.seq, len(found.fixed)) == (2, 1, 7)


def test_what_could_be_checked_only_now_is_not_called_new(kept: tuple[Issued, list[Return]]) -> None:
    """A cell that nobody touched, behind one that could not be read before; but nothing was read better otherwise."""
    issued, items = kept
    place = issued.layout.place("indicators", 3, "level1")
    late = at_cell("SHARE_TOO_LOW", ERROR, place)
    touched = at_cell("SHARE_TOO_LOW", ERROR, issued.layout.place("basics", 0, "rationale"))
    now = (unpack_extracted(items[1].extracted), [late, touched])
    found = remember(issued, now, items[:1], items[0].stage)
    assert found.states[identity(late)] == SEEN and found.states[identity(touched)] == NEW
    same = replace(items[0], findings=[], extracted=items[1].extracted)
    assert remember(issued, now, [same], items[0].stage).states[identity(late)] == NEW


def test_another_stage_is_another_matter(kept: tuple[Issued, list[Return]]) -> None:
    issued, items = kept
    now = (unpack_extracted(items[1].extracted), [])
    assert remember(issued, now, [replace(items[0], stage="preliminary")], items[1].stage) == Memory()
    assert remember(issued, now, [replace(items[0], stage="")], items[1].stage).before is not None


def test_what_was_forgotten_is_no_attempt(kept: tuple[Issued, list[Return]]) -> None:
    issued, items = kept
    blank = [replace(item, extracted={}, findings=[]) for item in items[:2]]
    assert remember(issued, (unpack_extracted(items[2].extracted), []), blank, items[2].stage) == Memory()
    half = remember(issued, (unpack_extracted(items[2].extracted), []), [blank[0], items[1]], items[2].stage)
    assert half.before is not None and half.before.seq == 2


# --- unchanged, changed --------------------------------------------------------------------------------------------


def changed(kept: tuple[Issued, list[Return]], seq: int) -> dict[str, tuple[str, str, str]]:
    return {item.place.label: (item.kind, item.before, item.after) for item in memory(kept, seq)[0].changed}


def test_an_unchanged_file_is_known_by_answers_and_findings(kept: tuple[Issued, list[Return]]) -> None:
    assert [memory(kept, seq)[0].unchanged for seq in (2, 3, 4)] == [False, False, True]
    assert memory(kept, 4)[0].changed == ()


def test_what_changed_is_said_cell_by_cell(kept: tuple[Issued, list[Return]]) -> None:
    issued, _ = kept
    found = {(item.place.table, item.place.field, item.place.record): item for item in memory(kept, 2)[0].changed}
    weight = found["indicators", "weight", 0]
    assert (weight.kind, weight.before, weight.after) == (CHANGED, "มาก", "50")
    assert weight.place.cell == issued.layout.place("indicators", 0, "weight").cell
    assert found["indicators", "name", 0].kind == REMOVED and found["basics", "rationale", 0].kind == CHANGED
    assert found["recorder", "email", 0].personal
    assert len(found) == 5  # two weights, a name, a reason, an e-mail


def test_filled_gaps_are_added(kept: tuple[Issued, list[Return]]) -> None:
    found = {(item.place.field, item.place.record): item.kind for item in memory(kept, 5)[0].changed}
    assert found["success", 0] == found["unit", 1] == found["name", 0] == ADDED


def test_a_record_on_another_row_moved_and_did_not_change(kept: tuple[Issued, list[Return]]) -> None:
    issued, items = kept
    now = unpack_extracted(items[4].extracted)
    (moved,) = changes(issued, now, replace(now, positions={**now.positions, "risks": (2,)}))
    assert (moved.kind, moved.before, moved.after) == (MOVED, "1", "3")
    assert moved.place.table == "risks" and moved.place.record == 2


def test_carried_records_belong_together_by_their_key(year: Trial) -> None:
    ledger = Ledger(load(year.root).ledger_path)
    try:
        item = ledger.counted("dept_2557/report9")[0]
        row = ledger.issued(item.form, item.agency, item.serial)
    finally:
        ledger.close()
    assert row is not None
    now = unpack_extracted(item.extracted)
    first, second, *rest = now.answers["measures"]
    turned = replace(now, answers={**now.answers, "measures": [second, first, *rest]})
    assert changes(issued_of(load(year.root), row), now, turned) == ()


# --- older ---------------------------------------------------------------------------------------------------------


def test_former_answers_are_warned_of(nights: Trial, kept: tuple[Issued, list[Return]]) -> None:
    found = [one for one in memory(kept, 8)[1] if one.code.startswith("OLDER")]
    assert [(one.code, dict(one.params)) for one in found] == [("OLDER_ANSWERS", {"seq": "000005", "current": "000007"})]
    item = kept[1][7]
    assert (item.verdict, "warnings" in item.flags) == ("accepted", True)
    assert not any(str(one[0]).startswith("OLDER") for former in kept[1][:7] for one in former.findings)
    codes = {row["code"] for row in nights.table("findings") if row["agency"] == "D01021"}
    assert "OLDER_ANSWERS" in codes
    told = nights.run("status", "--json", day="2014-05-08").json()
    (agency,) = [one for one in told["agencies"] if one["agency"] == "D01021"]
    last = agency["forms"]["plan"]["last_try"]
    assert (last["seq"], last["verdict"], last["errors"], last["older"]) == (8, "accepted", 0, True)
    assert "no. 000008, 2014-05-20" in nights.run("status", day="2014-05-08").out
    board = openpyxl.load_workbook(nights.root / "results" / "status.xlsx")
    lines = [row for sheet in board for row in rows(sheet) if "D01021" in row and "000008" in row]
    assert len(lines) == 1 and lines[0][-4:] == ["ผ่าน", "000008", "20 พ.ค. 2557 เวลา 09.00 น. (เวลาประเทศไทย)", 0]


def test_an_earlier_saved_file_is_only_hinted_at(kept: tuple[Issued, list[Return]]) -> None:
    _, items = kept
    counting = replace(items[4], saved_at="2014-05-05T08:00:00Z")
    other = unpack_extracted(items[6].extracted)
    stage = counting.stage
    (hint,) = looks_older([counting], stage, other, "2014-05-04T08:00:00Z")
    assert (hint.code, hint.severity, hint.place) == ("OLDER_SAVED", "warning", None)
    for saved in ("2014-05-06T08:00:00Z", ""):
        assert looks_older([counting], stage, other, saved) == []
    assert looks_older([counting], stage, unpack_extracted(counting.extracted), "2014-05-04T08:00:00Z") == []
    assert looks_older([], stage, other, "2014-05-04T08:00:00Z") == []


# --- told in the answers -------------------------------------------------------------------------------------------


def book(trial: Trial, kind: str, seq: int) -> openpyxl.Workbook:
    (path,) = (trial.root / "outbox" / "D01021").glob(f"{kind}_{seq:06d}_*.xlsx")
    return openpyxl.load_workbook(path)


def rows(sheet: Any) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def told(sheet: Any) -> list[str]:
    return [str(row[0]) for row in rows(sheet) if row[0] is not None]


def test_the_first_sheet_counts_and_names_the_states(nights: Trial) -> None:
    assert not any("เทียบกับครั้งก่อน" in text for text in told(book(nights, "fix", 1).worksheets[0]))
    second = book(nights, "fix", 2).worksheets[0]
    assert any("แก้แล้ว 3 · ยังค้าง 4 · ใหม่ 1 (" in text for text in told(second))
    lines = {row[1]: row[6] for row in rows(second) if isinstance(row[0], int) and row[6]}
    assert (lines["D10"], lines["B8"]) == ("ยังค้าง", "ใหม่")
    at = next(number for number, text in enumerate(told(second)) if text.startswith("แก้แล้วตั้งแต่ครั้งก่อน (3 ช่อง)"))
    assert "D8" in told(second)[at + 2] or "D8" in told(second)[at + 1]
    third = book(nights, "fix", 3).worksheets[0]
    assert "กลับมาอีก 1" in "".join(told(third))
    assert "กลับมาอีก" in {row[6] for row in rows(third)}


def test_an_unchanged_file_is_told_so_first(nights: Trial) -> None:
    first = told(book(nights, "fix", 4).worksheets[0])
    assert first[1] == "ไฟล์นี้มีคำตอบเหมือนครั้งก่อนทุกช่อง (เลขที่รับ 000003 วันที่ 3 พ.ค. 2557) สิ่งที่ต้องแก้ไขจึงยังเหมือนเดิม"
    assert "เหมือนครั้งก่อนทุกช่อง" not in "".join(told(book(nights, "fix", 3).worksheets[0]))
    assert "เหมือนครั้งก่อนทุกช่อง" in told(book(nights, "receipt", 4).worksheets[0])[2]
    again = told(book(nights, "receipt", 6).worksheets[0])
    assert again[1] == "ซ้ำกับไฟล์ที่เคยส่ง" and "(เลขที่รับ 000004" in again[2] and "fix_000004_" in again[3]


def test_the_sheet_of_changes_stands_in_twin_and_receipt(nights: Trial) -> None:
    twin = book(nights, "fix", 2)
    assert twin.sheetnames[:2] == ["สิ่งที่ต้องแก้ไข", "สิ่งที่เปลี่ยนแปลง"]
    lines = {row[1]: row[3:6] for row in rows(twin["สิ่งที่เปลี่ยนแปลง"]) if isinstance(row[0], int)}
    assert lines["ตัวชี้วัดและค่าเป้าหมาย!D8"] == ["มาก", "50", "แก้ไข"]
    assert lines["ตัวชี้วัดและค่าเป้าหมาย!B8"] == [filling.PLAN["indicators.name"][0], "(ว่าง)", "ลบออก"]
    assert ["(ข้อมูลส่วนบุคคล)", "(ข้อมูลส่วนบุคคล)", "แก้ไข"] in lines.values()
    for kind, seq in (("fix", 1), ("fix", 4), ("receipt", 1)):
        assert "สิ่งที่เปลี่ยนแปลง" not in book(nights, kind, seq).sheetnames
    receipt = rows(book(nights, "receipt", 7)["สิ่งที่เปลี่ยนแปลง"])
    assert any("ซึ่งเป็นฉบับที่นับอยู่ก่อนไฟล์นี้ (เลขที่รับ 000005" in str(row[0]) for row in receipt)
    assert "ชื่อบุคคลใหม่" not in str(receipt)


def test_a_return_after_an_accepted_one_is_compared_with_both(nights: Trial, kept: tuple[Issued, list[Return]]) -> None:
    issued, items = kept
    wrong = replace(items[2], seq=50)
    found = remember(issued, (unpack_extracted(items[6].extracted), []), [*items[:5], wrong], items[6].stage)
    assert found.before is not None and found.counting is not None
    assert (found.before.seq, found.counting.seq) == (50, 5)
    assert {item.place.field for item in found.changed_counting} == {"risk_analysis", "name"}
    assert len(found.changed) > 2


def test_the_twin_with_its_sheet_of_changes_is_read_like_the_form(nights: Trial) -> None:
    (path,) = (nights.root / "outbox" / "D01021").glob("fix_000002_*.xlsx")
    done = filling.fill(path, nights.root / "again.xlsx", filling.PLAN)
    verdict = nights.verdict(done, day="2014-05-03")
    assert verdict["verdict"] == "accepted"
    assert not {item["code"] for item in verdict["findings"]} & {"NOT_READ", "SHEET_TWICE", "OUTSIDE_TABLE"}


def test_an_answer_comes_from_the_ledger_alone(nights: Trial, tmp_path: Path) -> None:
    """All answers written again from the ledger have the same bytes, but for what has begun to count since."""
    copy = tmp_path / "season"
    shutil.copytree(nights.root, copy)
    before = {path.name: path.read_bytes() for path in (copy / "outbox" / "D01021").glob("fix_*")}
    for path in (copy / "outbox" / "D01021").glob("fix_*"):
        path.unlink()
    ledger = sqlite3.connect(copy / "ledger.db")
    ledger.execute("UPDATE returned SET answered=0")
    ledger.commit()
    ledger.close()
    again = Trial.__new__(Trial)
    again.root = copy
    assert again.run("nightly", day="2014-05-08").status == 0
    assert {path.name: path.read_bytes() for path in (copy / "outbox" / "D01021").glob("fix_*")} == before


def test_what_is_kept_is_packed_and_read_again(kept: tuple[Issued, list[Return]]) -> None:
    extracted = unpack_extracted(kept[1][2].extracted)
    assert unpack_extracted(pack_extracted(extracted)) == extracted
