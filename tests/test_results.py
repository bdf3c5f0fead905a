"""Published results: exact cells, ranks, blanks, CSVs and their description, and that no text ever runs."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any

import openpyxl
import pytest
from results_maker import VERDICTS, made_agencies, made_results, scored

from processors import data, ranking
from processors.outcome import STATUSES, WHY_CODES, AgencyScore, Inputs, Why
from processors.results import Results
from processors.tidy import TABLES
from processors.wording import known, verdict_text, why_text
from templates.policy import BY_LEVELS, method_keys
from templates.words import texts
from workbook.book import Book, Link
from workbook.write import write

D = Decimal
ROUND9, ROUND12 = "รายงานความก้าวหน้า รอบ 9 เดือน", "รายงานผลการดำเนินการ รอบ 12 เดือน"
REPORT12 = "รายงานผลการดำเนินการสร้างความโปร่งใสในการปฏิบัติราชการ รอบ 12 เดือน และรายงานการสิ้นสุดโครงการ"

COLUMNS = {
    "scores": "fiscal_year,framework,round,agency,agency_name,ministry,province,cluster,indicator,weight,raw,score,"
    "weighted_score,status",
    "ranks": "fiscal_year,framework,round,agency,score,rank_national,of_national,rank_group,of_group,group,shared",
    "progress": "fiscal_year,framework,agency,round,kind,no,name,target,result,progress_pct,score",
    "answers": "agency,form,table,record,field,value,raw,file,sheet,cell",
    "findings": "agency,form,file,sheet,cell,code,severity,message",
}


@cache
def results() -> Results:
    return made_results()


@cache
def opened(path: str, simulated: bool = False) -> Any:
    """The written workbook as openpyxl sees it."""
    made = made_results(simulated)
    return openpyxl.load_workbook(io.BytesIO(write(ranking.books(made)[path]())), rich_text=False)


def grid(path: str, sheet: str) -> list[dict[str, Any]]:
    """The rows below the first row of headings (the row that the filter names)."""
    page = opened(path)[sheet]
    top = int(re.sub(r"\D", "", page.auto_filter.ref.split(":")[0]))
    heads = [str(cell.value) for cell in page[top]]
    return [dict(zip(heads, (cell.value for cell in row), strict=True)) for row in page.iter_rows(min_row=top + 1)]


def everything(path: str, sheet: str) -> list[str]:
    return [str(cell.value) for row in opened(path)[sheet].iter_rows() for cell in row if cell.value is not None]


@cache
def table(name: str) -> list[dict[str, str]]:
    content = data.data_files(results())[f"data/{name}.csv"].decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content, newline="")))


# --- workbooks ------------------------------------------------------------------------------------------------------


def test_ranks_with_ties_and_the_unranked_below() -> None:
    page = opened("national.xlsx")["อันดับส่วนราชการ"]
    top = 4
    assert page.auto_filter.ref.startswith(f"A{top}:")
    shown = [tuple(cell.value for cell in row[:6]) for row in page.iter_rows(min_row=top + 1)]
    assert [(row[0], row[1], row[2], row[5]) for row in shown] == [
        (1, None, "D01001", 5), (2, "ร่วม", "D01002", 4.6), (2, "ร่วม", "D01003", 4.6), (4, None, "D01004", 3.4),
        (5, None, "D01006", 0.7), (None,) * 4, (None, None, "D01005", None), (None,) * 4, (None, None, "D01008", None),
    ]  # fmt: skip
    notes = [row[-1].value for row in page.iter_rows(min_row=top + 1)]
    assert [note for note in notes[5:] if note] == ["ผลยังไม่ครบ จึงไม่จัดอันดับ: 7.2 ยังไม่รายงาน", "ประเมินด้วยตัวชี้วัด SLA"]
    assert notes[4] == "7.2 ไม่ประเมิน (ไม่ผ่านเงื่อนไข), 7.3 ต่ำกว่าระดับ 1"
    assert "จัดอันดับ 5 จาก 7 หน่วยงาน" in page["A2"].value


def test_missing_is_blank_and_never_zero() -> None:
    row = next(item for item in grid("national.xlsx", "อันดับส่วนราชการ") if item["รหัส"] == "D01005")
    assert (row["คะแนนรวม"], row["7.1"], row["7.2"], row["7.3"]) == (None, 5, None, 5)
    sla = next(item for item in grid("national.xlsx", "อันดับส่วนราชการ") if item["รหัส"] == "D01008")
    assert {sla[key] for key in ("อันดับ\nประเทศ", "คะแนนรวม", "7.1", "7.2", "7.3")} == {None}


def test_provinces_have_region_and_cluster_ranks_and_stand_apart() -> None:
    page = opened("national.xlsx")["อันดับจังหวัด"]
    shown = [tuple(cell.value for cell in row) for row in page.iter_rows(min_row=5)]
    assert [(row[0], row[2]) for row in shown] == [
        (1, "P50"), (2, "P40"), (3, "P52"), (None, None), (None, "P51"), (None, None), (None, "P10"),
    ]  # fmt: skip
    assert shown[0][4:11] == ("ภาคเหนือตอนบน 1", "ภาคเหนือ", 4.38, 5, 5, 3.45, 1)
    assert shown[0][11:14] == ("จาก 2", 1, "จาก 2")  # of in the cluster; rank, of in the region
    assert not any("D01" in text for text in everything("national.xlsx", "อันดับจังหวัด"))


def test_means_leave_the_unranked_outside() -> None:
    rows = grid("national.xlsx", "ค่าเฉลี่ยกลุ่มส่วนราชการ")
    assert rows[0]["คะแนนเฉลี่ย"] == 3.66 and rows[0]["จำนวนที่นำมาเฉลี่ย"] == 5  # (5 + 4.6 + 4.6 + 3.4 + 0.7) / 5
    assert "(ยังไม่รายงาน)" in rows[0]["หน่วยงานที่ไม่นำมาเฉลี่ยและเหตุผล"]
    assert rows[-1]["กระทรวง"] == "ทั้งประเทศ"
    regions = grid("national.xlsx", "ค่าเฉลี่ยรายภาคจังหวัด")
    assert [(row["ลำดับ"], row["ภาค"], row["คะแนนเฉลี่ย"]) for row in regions if not str(row["ภาค"]).startswith("กลุ่ม")] == [
        (None, "ภาคตะวันออกเฉียงเหนือ", 3.8), (None, "ภาคเหนือ", 3.79), (None, "ภาคกลาง", None), (None, "ทั้งประเทศ", 3.7933),
    ]  # fmt: skip


def test_every_sub_indicator_says_why() -> None:
    rows = [row for row in grid("national.xlsx", "คะแนนส่วนราชการ") if row["รหัส"] == "D01006"]
    assert [row["ตัวชี้วัด"] for row in rows] == ["7.1", "7.2", "7.3", "7"]
    assert rows[0]["เหตุผล"] == "ได้ระดับ 1: เกณฑ์พื้นฐานผ่าน 4 จาก 5 ข้อ (คุณภาพร้อยละ 50.00)"
    assert rows[1]["เหตุผล"] == "ไม่ประเมิน เพราะตัวชี้วัดย่อย 7.1 ได้ระดับ 1 ต้องได้ไม่ต่ำกว่าระดับ 3"
    assert rows[2]["ระดับ"] == "ต่ำกว่าระดับ 1" and rows[2]["คะแนน"] == 1
    assert (rows[0]["ผล\n(ร้อยละ)"], rows[0]["คะแนน\nถ่วงน้ำหนัก"]) == (50, 0.015)


def test_progress_shows_target_result_and_percent() -> None:
    rows = [row for row in grid("national.xlsx", "ความก้าวหน้าจังหวัด") if row["รหัส"] == "P40"]
    assert [(row["ประเภท"], row["ลำดับที่"], row["ผลการ\nดำเนินงาน"]) for row in rows] == [
        ("มาตรการ", 1, 80), ("มาตรการ", 2, 100), ("ตัวชี้วัด", 1, 60), ("ตัวชี้วัด", 2, 80),
    ]  # fmt: skip
    assert rows[2]["ความก้าวหน้า\n(ร้อยละ)"] == 100 and rows[2]["ค่าเป้าหมาย"] == 60


def test_cover_counts_balance_and_links() -> None:
    told = everything("national.xlsx", "หน้าแรก")
    assert told[0] == "ผลการประเมินและอันดับระดับประเทศ ปีงบประมาณ พ.ศ. 2557"
    assert "ข้อมูล ณ วันที่ 20 ต.ค. 2557" in told
    assert "พบ 5 ไฟล์ = ผ่าน 3 + ส่งคืนให้แก้ไข 1 + ไฟล์ซ้ำ 1 · ยอดตรงกัน" in told
    assert any(text.startswith("ส่วนราชการ: เกณฑ์ระดับคะแนนของตัวชี้วัดย่อย 7.2 และ 7.3") for text in told)
    assert not any("จำลอง" in text for text in told)


def test_links_lead_somewhere() -> None:
    made = ranking.books(results())
    whole = {*made, "index.xlsx"}
    for path, make in made.items():
        book = make()
        names = {sheet.name for sheet in book.sheets}
        for put in (put for sheet in book.sheets for put in sheet.puts if isinstance(put.value, Link)):
            target = put.value
            if target.file:
                folder = "" if "/" not in path else path.split("/")[0] + "/"
                file = re.sub(r"^[^/]+/\.\./", "", folder + target.file)
                assert file in whole, (path, target.file)
            else:
                assert target.sheet in names


def test_simulated_results_say_so_on_every_sheet() -> None:
    for path in ("national.xlsx", "status.xlsx", "ministries/OPM.xlsx", "provinces/50.xlsx"):
        for page in opened(path, True).worksheets:
            assert "จำลอง" in page.oddHeader.center.text
            if not page.title.startswith("data_"):
                assert any("จำลอง" in str(page.cell(row, 1).value) for row in (1, 2, 3)), (path, page.title)


def test_the_ministry_stands_first_in_its_own_workbook() -> None:
    told = everything("ministries/OPM.xlsx", "ภาพรวม")
    assert told[0] == "ผลการประเมินของสำนักนายกรัฐมนตรี ปีงบประมาณ พ.ศ. 2557"
    assert "คะแนนเฉลี่ย 3.6600 จาก 5 หน่วยงานที่จัดอันดับ · ค่าเฉลี่ยอยู่อันดับที่ 1 จาก 1 กระทรวง" in told
    rows = grid("ministries/OPM.xlsx", "อันดับในกลุ่มส่วนราชการ")
    assert [(row["อันดับใน\nกระทรวง"], row["อันดับ\nประเทศ"]) for row in rows[:4]] == [(1, 1), (2, 2), (2, 2), (4, 4)]
    gaps = grid("ministries/OPM.xlsx", "สิ่งที่ยังขาด")
    assert ("D01002", "ส่งล่าช้า 3 วัน (ไม่มีผลต่อคะแนน)") in [(row["รหัส"], row["สถานะ"]) for row in gaps]
    assert ("D01005", "ส่งแล้วแต่ยังไม่ผ่าน") in [(row["รหัส"], row["สถานะ"]) for row in gaps]
    assert ("D01005", "ยังไม่รายงาน") in [(row["รหัส"], row["สถานะ"]) for row in gaps]
    assert not any(row["รหัส"] == "D01008" for row in gaps)


def test_the_province_stands_first_in_its_own_workbook() -> None:
    told = everything("provinces/50.xlsx", "ภาพรวม")
    assert "จังหวัดเชียงใหม่: 4.3800 คะแนน อันดับที่ 1 จาก 3 หน่วยงานทั่วประเทศ" in told
    assert "กลุ่มจังหวัดภาคเหนือตอนบน 1" in told and "ภาคเหนือ" in told
    assert "ระดับเต็มที่บรรลุคือระดับ 3: ผลสำรวจร้อยละ 77.25 ระดับถัดไปต้องถึงร้อยละ 80" in told
    peers = grid("provinces/50.xlsx", "เทียบในกลุ่มจังหวัด")
    assert [row["รหัส"] for row in peers] == ["P50", "P52", None, "P51"]
    missing = everything("provinces/51.xlsx", "ภาพรวม")
    assert any("ยังไม่มีคะแนนรวม (รอผลสำรวจ)" in text for text in missing)
    exempt = everything("provinces/10.xlsx", "ภาพรวม")
    assert exempt[0] == "ผลการประเมินของกรุงเทพมหานคร ปีงบประมาณ พ.ศ. 2557"


def test_status_starts_with_the_reconciliation() -> None:
    book = opened("status.xlsx")
    assert book.sheetnames[0] == "ความครบถ้วนของข้อมูล"
    told = everything("status.xlsx", book.sheetnames[0])
    assert any(text.startswith("ยอดครบถ้วน") for text in told)
    assert {verdict_text(name) for name in VERDICTS} <= set(told)
    page = book[book.sheetnames[0]]
    row = next(row for row in page.iter_rows(values_only=True) if row[0] == f"{REPORT12} (ส่วนราชการ)")
    assert row[1:7] == (7, 1, 1, 4, 1, 0)


@pytest.mark.parametrize("path", ["status.xlsx", "national.xlsx", "ministries/OPM.xlsx", "provinces/50.xlsx"])
def test_reading_sheets_name_no_form_by_its_id(path: str) -> None:
    for page in opened(path).worksheets:
        if page.title.startswith(("data_", "พจนานุกรม")):
            continue
        told = everything(path, page.title)
        assert not [text for text in told if re.search(r"(dept|prov)_2557/|\((preliminary|final|accepted|returned)\)", text)]
        assert not [text for text in told if re.fullmatch(r"(plan|report9|report12|review|survey)( \w+)?", text)]


def test_the_stage_is_named_in_words() -> None:
    made = results()
    plan = replace(made.filed[0], form="dept_2557/plan", stage="preliminary")
    late = ranking.national(replace(made, filed=(replace(plan, flags=("late",), days_late=2), *made.filed)))
    told = {put.value for sheet in late.sheets for put in sheet.puts}
    assert "แผนสร้างความโปร่งใสในการปฏิบัติราชการ (เบื้องต้น)" in told


def test_files_to_look_at_follow_the_reconciliation() -> None:
    (row,) = grid("status.xlsx", "ไฟล์ที่ต้องดู")
    assert opened("status.xlsx").sheetnames[1] == "ไฟล์ที่ต้องดู"
    assert list(row.values())[:5] == ["=x.xlsx", "ขัดแย้งกัน", f"จังหวัดเชียงใหม่ (P50)\n{REPORT12}", "ต่างกัน", "ส่งใหม่"]
    assert row["วันที่ตรวจ"].date().isoformat() == "2014-10-12"
    nothing = replace(results(), attention=())
    assert any(merge.value == "ยังไม่มีข้อมูล" for merge in ranking.status(nothing).sheets[1].merges)


def test_averages_are_not_headed_as_settings() -> None:
    assert "ค่าที่ใช้" not in everything("ministries/OPM.xlsx", "ภาพรวม")
    assert "คะแนนเฉลี่ยของหน่วยงานที่จัดอันดับ" in everything("ministries/OPM.xlsx", "ภาพรวม")


def test_a_night_that_does_not_balance_says_so() -> None:
    made = results()
    wrong = replace(made, balance=replace(made.balance, found=6))
    page = ranking.status(wrong).sheets[0]
    told = [str(merge.value) for merge in page.merges]
    assert told[0].startswith("ยอดไม่ตรง")
    assert any("พบ 6 ไฟล์ แต่ผลการตรวจรวมได้ 5" in text for text in told)


def test_status_lists_every_agency_and_form() -> None:
    rows = grid("status.xlsx", "สถานะรายหน่วยงาน")
    state = {(row["รหัส"], row["แบบฟอร์ม"]): row for row in rows}
    late = state["D01002", ROUND12]
    assert (late["สถานะ"], late["ส่งหลัง\nกำหนด (วัน)"], late["ข้อสังเกต"]) == ("ส่งล่าช้า 3 วัน", 3, "ล่าช้า, มีข้อสังเกต")
    assert late["กำหนดส่ง"].date().isoformat() == "2014-10-15"
    assert state["D01001", ROUND12]["เลขที่ออก\nล่าสุด"] == "0001"
    assert state["D01003", ROUND12]["สถานะ"] == "ยังไม่ส่ง"
    assert state["D01003", ROUND9]["สถานะ"] == "ยังไม่ถึงช่วงส่ง"
    assert state["D01008", ROUND12]["สถานะ"] == "ไม่ต้องส่ง (SLA)"
    assert state["P10", ROUND12]["สถานะ"] == "ได้รับยกเว้น"
    missing = grid("national.xlsx", "ล่าช้าและยังไม่ส่ง")
    assert {row["สถานะ"] for row in missing} == {"ส่งล่าช้า 3 วัน", "ส่งแล้วแต่ยังไม่ผ่าน", "ยังไม่ส่ง"}


@pytest.mark.parametrize(
    ("path", "sheet"),
    [("national.xlsx", "เกณฑ์ส่วนราชการ"), ("ministries/OPM.xlsx", "เกณฑ์ส่วนราชการ"), ("provinces/50.xlsx", "เกณฑ์จังหวัด")],
)
def test_the_policy_in_force_is_printed_whole(path: str, sheet: str) -> None:
    page = opened(path)[sheet]
    rows = {row[0]: row for row in page.iter_rows(values_only=True)}
    for name in method_keys(BY_LEVELS):
        key, value, explanation, meaning = rows[name][:4]
        assert value and explanation and meaning, key
    assert rows["gate_fail_score"][1] == "0.0000"
    told = everything(path, sheet)
    assert any("÷ 5 = " in text for text in told)


def test_the_dictionary_covers_every_column_and_status() -> None:
    told = everything("national.xlsx", "พจนานุกรมข้อมูล")
    assert {column.name for item in TABLES for column in item.columns} <= set(told)
    assert set(STATUSES) <= set(told)


def test_charts_show_figures_and_have_alt_text() -> None:
    made = ranking.national(results())
    charts = [chart for sheet in made.sheets for chart in sheet.charts]
    assert len(charts) == 13  # spread, statuses, levels, progress, filing, means for both; regions for provinces
    assert all(len(chart.alt) > len(chart.title) for chart in charts)
    assert len(opened("national.xlsx")["สรุป"]._charts) == 13
    summary = next(sheet for sheet in made.sheets if sheet.charts)
    values = {put.cell: put.value for put in summary.puts}
    first = charts[0].series[0]
    assert [values[first.values[0]._replace(row=row)] for row in range(first.values[0].row, first.values[1].row + 1)] == [
        1, 0, 0, 1, 2, 1,
    ]  # fmt: skip


def test_ministry_chart_points_at_the_ranked_rows() -> None:
    made = ranking.ministry(results(), "OPM")
    series = made.sheets[0].charts[0].series[0]
    page = next(sheet for sheet in made.sheets if sheet.name == series.sheet)
    values = {put.cell: put.value for put in page.puts}
    first = series.values[0]
    assert values[first] == D("3.6600") and values[first._replace(row=first.row + 1)] == D("5.0000")  # the nation, then the best
    assert values[series.values[1]] == D("0.7000")
    assert values[series.names[0]._replace(row=series.names[0].row + 1)].text == "สำนักงานปลัดสำนักนายกรัฐมนตรี"


def test_reading_sheets_are_ready_to_read_and_print() -> None:
    for path in ("national.xlsx", "status.xlsx", "ministries/OPM.xlsx", "provinces/50.xlsx"):
        for page in opened(path).worksheets:
            assert page.page_setup.paperSize == 9 or page.page_setup.paperSize == "9"
            upright = page.title.startswith("แผนที่") or (path == "national.xlsx" and page.title == "หน้าแรก")
            assert page.page_setup.orientation == ("portrait" if upright else "landscape")
            assert page.page_setup.fitToHeight == (None if upright else 0)  # one page = what Excel does unasked
            assert page.freeze_panes
            if page.auto_filter.ref:
                assert page.print_title_rows
            if page.title.startswith("data_"):
                assert page.freeze_panes == "A2" and page["A1"].value == "fiscal_year"
            for row in range(1, page.max_row + 1):
                assert page.row_dimensions[row].height, (path, page.title, row)


def test_data_sheet_equals_the_csv() -> None:
    for name in ("scores", "ranks", "progress"):
        page = opened("national.xlsx")[f"data_{name}"]
        rows = list(page.iter_rows(values_only=True))
        marks = ",ตรวจทาน" if name == "scores" else ""
        assert ",".join(str(value) for value in rows[0]) == COLUMNS[name] + marks
        assert len(rows) == len(table(name)) + 1
        assert all(any(value is not None for value in row) for row in rows)
    rows = list(opened("national.xlsx")["data_scores"].iter_rows(values_only=True))
    at = [row[3:4] + row[8:9] for row in rows].index(("P50", "6.3"))
    assert rows[at][10:14] == (77.25, 3.45, 0.069, "evaluated")


# --- nothing runs, nothing changes ----------------------------------------------------------------------------------


def test_text_of_agencies_never_runs() -> None:
    live = {"=1+1", "@cmd", '=HYPERLINK("x")'}
    seen = set()
    for path in ranking.books(results()):
        for page in opened(path).worksheets:
            for row in page.iter_rows():
                for cell in row:
                    assert cell.data_type != "f", (path, page.title, cell.coordinate)
                    if cell.value in live:
                        seen.add(cell.value)
    assert seen == live


def test_csv_text_that_would_run_gets_an_apostrophe() -> None:
    answers = {(row["agency"], row["field"]): row for row in table("answers")}
    assert answers["P50", "measure"]["value"] == "'=1+1"
    assert answers["P50", "measure"]["file"] == "'=cmd.xlsx" and answers["P50", "measure"]["sheet"] == "'-แผ่น"
    assert answers["D01001", "summary"]["raw"] == "'+ทำแล้ว"
    assert answers["D01001", "result"]["value"] == "-5"  # a plain number runs nothing
    assert {row["name"] for row in table("progress") if row["agency"] == "P50"} >= {"'=1+1", "'@cmd"}
    assert table("findings")[0]["message"] == "'@ยังไม่ได้กรอก"
    assert '\'=HYPERLINK("x")' in {row["agency_name"] for row in table("scores")}


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1", "'=1"), ("+1", "'+1"), ("-", "'-"), ("-5", "-5"), ("-5.50", "-5.50"), ("-5+1", "'-5+1"), ("@a", "'@a"),
        ("\ta", "'\ta"), ("\ra", "'\ra"), ("a=1", "a=1"), ("'=1", "'=1"), ("", ""), (" =1", " =1"),
    ],
)  # fmt: skip
def test_harmless(text: str, safe: str) -> None:
    assert data.harmless(text) == safe


def test_same_results_same_bytes() -> None:
    first, second = made_results(), made_results()
    shuffled = replace(
        second, scored=second.scored[::-1], filed=second.filed[::-1], answers=second.answers[::-1],
        findings=second.findings[::-1],
    )  # fmt: skip
    assert data.data_files(first) == data.data_files(second) == data.data_files(shuffled)
    for (path, one), two, three in zip(
        ranking.books(first).items(), ranking.books(second).values(), ranking.books(shuffled).values(), strict=True
    ):
        assert write(one()) == write(two()) == write(three()), path


def test_books_and_their_sheet_names() -> None:
    made = ranking.books(results())
    assert list(made) == [
        "national.xlsx", "status.xlsx", "ministries/OPM.xlsx", "provinces/10.xlsx", "provinces/40.xlsx",
        "provinces/50.xlsx", "provinces/51.xlsx", "provinces/52.xlsx",
    ]  # fmt: skip
    for make in made.values():
        names = [sheet.name for sheet in make().sheets]
        assert len({name.lower() for name in names}) == len(names) and all(0 < len(name) <= 31 for name in names)


def test_the_functions_give_the_same_books_as_the_list() -> None:
    made = ranking.books(results())
    pairs: list[tuple[str, Callable[[], Book]]] = [
        ("national.xlsx", lambda: ranking.national(results())),
        ("status.xlsx", lambda: ranking.status(results())),
        ("ministries/OPM.xlsx", lambda: ranking.ministry(results(), "OPM")),
        ("provinces/50.xlsx", lambda: ranking.province(results(), "50")),
    ]
    for path, make in pairs:
        assert write(make()) == write(made[path]())


def test_no_code_leads_out_of_the_folder() -> None:
    made = results()
    agencies = (replace(made.agencies[0], ministry="../../x", group="../../x"), *made.agencies[1:])
    paths = list(ranking.books(replace(made, agencies=agencies)))
    assert "ministries/______x.xlsx" in paths and not any(".." in path for path in paths)


def test_a_season_without_scores_gives_whole_workbooks() -> None:
    empty = replace(results(), scored=(), filed=(), answers=(), findings=(), shown_round={}, issued={})
    for path, make in ranking.books(empty).items():
        assert write(make()), path
    told = [put.value for sheet in ranking.province(empty, "50").sheets for put in sheet.puts]
    told += [merge.value for sheet in ranking.province(empty, "50").sheets for merge in sheet.merges]
    assert "ยังไม่มีรอบที่มีผลคะแนน · ข้อมูล ณ วันที่ 20 ต.ค. 2557" in told and "ยังไม่มีข้อมูล" in told
    assert len(data.data_files(empty)["data/scores.csv"].splitlines()) == 1


def test_everybody_unranked() -> None:
    nobody = Inputs(None, None, None, None)
    made = replace(results(), scored=tuple(scored(item, nobody, "12") for item in made_agencies()))
    for path, make in ranking.books(made).items():
        assert write(make()), path


def test_e_mail_addresses_never_enter_results() -> None:
    made = results()
    agencies = tuple(replace(item, emails=("someone@example.go.th",)) for item in made.agencies)
    with_mail = replace(made, agencies=agencies, scored=tuple(replace(item, agency=agencies[0]) for item in made.scored[:1]))
    assert not any(b"someone@" in content for content in data.data_files(with_mail).values())
    told = [put.value for make in ranking.books(with_mail).values() for sheet in make().sheets for put in sheet.puts]
    assert not any("someone@" in str(value) for value in told)


# --- data -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COLUMNS)
def test_csv_form(name: str) -> None:
    content = data.data_files(results())[f"data/{name}.csv"]
    assert content.startswith(b"\xef\xbb\xbf") and content.count(b"\xef\xbb\xbf") == 1
    lines = content.decode("utf-8-sig").split("\r\n")
    assert lines[0] == COLUMNS[name] and lines[-1] == "" and not any("\n" in line for line in lines)


def test_scores_rows() -> None:
    rows = table("scores")
    assert len(rows) == (7 * 2 + 5) * 4
    assert [(row["framework"], row["round"], row["agency"], row["indicator"]) for row in rows[:5]] == [
        ("dept_2557", "9", "D01001", "7.1"), ("dept_2557", "9", "D01001", "7.2"), ("dept_2557", "9", "D01001", "7.3"),
        ("dept_2557", "9", "D01001", "7"), ("dept_2557", "9", "D01002", "7.1"),
    ]  # fmt: skip
    first = next(row for row in rows if (row["agency"], row["round"], row["indicator"]) == ("D01004", "12", "7.1"))
    assert first == {
        "fiscal_year": "2557", "framework": "dept_2557", "round": "12", "agency": "D01004",
        "agency_name": "สำนักเลขาธิการนายกรัฐมนตรี", "ministry": "OPM", "province": "", "cluster": "", "indicator": "7.1",
        "weight": "1.5", "raw": "75.00", "score": "3.0000", "weighted_score": "0.0450", "status": "evaluated",
    }  # fmt: skip
    total = next(row for row in rows if (row["agency"], row["indicator"]) == ("P50", "6"))
    assert (total["weight"], total["raw"], total["score"], total["weighted_score"]) == ("5", "", "4.3800", "0.2190")
    assert (total["ministry"], total["province"], total["cluster"]) == ("MOI", "50", "C12")
    blank = next(row for row in rows if (row["agency"], row["round"], row["indicator"]) == ("D01005", "12", "7.2"))
    assert (blank["raw"], blank["score"], blank["weighted_score"], blank["status"]) == ("", "", "", "not_reported")
    sla = {row["status"] for row in rows if row["agency"] == "D01008"}
    assert sla == {"sla"} and {row["status"] for row in rows if row["agency"] == "P10"} == {"exempt"}


def test_ranks_rows() -> None:
    rows = [row for row in table("ranks") if row["framework"] == "dept_2557" and row["round"] == "12"]
    assert [(row["agency"], row["score"], row["rank_national"], row["shared"]) for row in rows] == [
        ("D01001", "5.0000", "1", "false"), ("D01002", "4.6000", "2", "true"), ("D01003", "4.6000", "2", "true"),
        ("D01004", "3.4000", "4", "false"), ("D01005", "", "", "false"), ("D01006", "0.7000", "5", "false"),
        ("D01008", "", "", "false"),
    ]  # fmt: skip
    assert {(row["of_national"], row["of_group"], row["group"]) for row in rows if row["score"]} == {("5", "5", "OPM")}
    assert {(row["of_national"], row["rank_group"], row["of_group"]) for row in rows if not row["score"]} == {("", "", "")}
    ninth = [row for row in table("ranks") if row["round"] == "9"]
    assert len(ninth) == 7 and {row["score"] for row in ninth} == {""}  # no survey yet


def test_progress_rows() -> None:
    rows = [row for row in table("progress") if row["agency"] == "D01005" and row["round"] == "12"]
    assert [(row["kind"], row["no"]) for row in rows] == [
        ("measure", "1"),
        ("measure", "2"),
        ("indicator", "1"),
        ("indicator", "2"),
    ]
    assert (rows[2]["target"], rows[2]["result"], rows[2]["progress_pct"], rows[2]["score"]) == ("60", "60", "100.00", "3.0000")
    assert (rows[3]["target"], rows[3]["result"], rows[3]["progress_pct"], rows[3]["score"]) == ("80", "", "", "")


def test_answers_and_findings_rows() -> None:
    assert [(row["agency"], row["table"], row["record"]) for row in table("answers")] == [
        ("D01001", "measures", "1"), ("D01001", "indicators", "1"), ("P50", "measures", "1"),
    ]  # fmt: skip
    assert [row["cell"] for row in table("findings")] == ["D9", "D10"]  # as Excel orders them


def test_datapackage_describes_the_files() -> None:
    files = data.data_files(results())
    package = json.loads(files["data/datapackage.json"])
    assert package["profile"] == "tabular-data-package" and package["simulated"] is False
    assert any("apostrophe" in note for note in package["notes"])
    assert [item["path"] for item in package["resources"]] == [f"{name}.csv" for name in COLUMNS]
    for item in package["resources"]:
        content = files[f"data/{item['path']}"]
        assert ",".join(field["name"] for field in item["schema"]["fields"]) == COLUMNS[item["name"]]
        assert item["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}" and item["bytes"] == len(content)
        assert item["encoding"] == "utf-8" and item["schema"]["missingValues"] == [""]
        assert all(field["title"] and field["description"] for field in item["schema"]["fields"])
        assert item["dialect"]["lineTerminator"] == "\r\n"


def test_datapackage_types_and_keys_hold() -> None:
    package = json.loads(data.data_files(results())["data/datapackage.json"])
    readers: dict[str, Callable[[str], object]] = {"integer": int, "number": D, "string": str}
    for item in package["resources"]:
        rows = table(item["name"])
        for field in item["schema"]["fields"]:
            values = [row[field["name"]] for row in rows if row[field["name"]] != ""]
            if field["type"] == "boolean":
                assert set(values) <= {"true", "false"}
            else:
                assert len([readers[field["type"]](value) for value in values]) == len(values)
            constraints = field.get("constraints", {})
            assert set(values) <= set(constraints.get("enum", values))
            assert not constraints.get("required") or len(values) == len(rows)
        key = item["schema"].get("primaryKey")
        if key:
            assert len({tuple(row[name] for name in key) for row in rows}) == len(rows)


def test_sums_cover_every_data_file() -> None:
    files = data.data_files(results())
    lines = files["data/SHA256SUMS"].decode("ascii").splitlines()
    assert {line.split("  ")[1] for line in lines} == {name[5:] for name in files} - {"SHA256SUMS"}
    for line in lines:
        digest, name = line.split("  ")
        assert hashlib.sha256(files[f"data/{name}"]).hexdigest() == digest


def test_run_json() -> None:
    run = data.run_json(results(), {"cleanreport": "0.1.0"}, {"judge": 1.23456}, {"national.xlsx": "ab"})
    again = json.loads(data.json_bytes(run))
    assert again["versions"] == {"cleanreport": "0.1.0"} and again["durations"] == {"judge": 1.235}
    assert again["digests"] == {"national.xlsx": "ab"}
    assert again["counts"]["found"] == 5 and again["counts"]["balances"] is True
    assert again["counts"]["rows"]["ranks"] == 19
    assert again["frameworks"]["dept_2557"]["policy"]["gate_fail_score"] == "0.0000"
    assert again["frameworks"]["dept_2557"]["shown_round"] == "12"
    assert again["frameworks"]["dept_2557"]["scored"]["12"] == {"evaluated": 5, "not_reported": 1, "sla": 1}


# --- texts ----------------------------------------------------------------------------------------------------------


def test_both_languages_say_everything_with_the_same_gaps() -> None:
    thai, english = texts("results")["th"], texts("results")["en"]
    assert set(thai) == set(english)
    for key in thai:
        gaps = [set(re.findall(r"{(\w+)}", text)) for text in (thai[key], english[key])]
        assert gaps[0] == gaps[1], key


def test_every_code_has_words() -> None:
    wanted = [f"why_{code}" for code in WHY_CODES if code != "excused"]
    wanted += [f"status_{name}{tail}" for name in STATUSES for tail in ("", "_means")]
    wanted += [f"verdict_{name}" for name in VERDICTS] + [f"policy_{name}" for name in method_keys()]
    wanted += [f"flag_{name}" for name in ("late", "warnings", "repaired")]
    assert [key for key in wanted if not known(key)] == []


def test_reasons_leave_no_gap_open() -> None:
    def reasons(score: AgencyScore) -> list[Why]:
        return [row.why for row in (*score.subs, score.total)]

    for why in [why for item in results().scored for why in reasons(item.score)]:
        told = why_text(why)
        assert told and "{" not in told and "ร้อยละ  " not in told
    assert "หัก 0.2 คะแนน" in why_text(Why("total_scored", {"missed": "1", "deduction": "0.2"}))
    assert why_text(Why("excused", {"status": "sla"})) == "ประเมินด้วยตัวชี้วัด SLA"


def test_two_frameworks_of_one_kind_stay_apart() -> None:
    made = results()
    other = replace(made.frameworks[1], id="prov_other", title="อีกชุดหนึ่ง")
    twins = tuple(replace(item, framework=other.id) for item in made.agencies if item.framework == "prov_2557")
    more = tuple(
        replace(item, framework=other, agency=replace(item.agency, framework=other.id))
        for item in made.scored
        if item.framework.id == "prov_2557" and item.agency.code != "P50"
    )
    both = replace(
        made, frameworks=(*made.frameworks, other), agencies=(*made.agencies, *twins), scored=(*made.scored, *more),
        shown_round={**made.shown_round, other.id: "12"},
    )  # fmt: skip
    pages = {sheet.name: sheet for sheet in ranking.national(both).sheets}
    first, second = pages["อันดับจังหวัด 1"], pages["อันดับจังหวัด 2"]
    assert any(put.value == "P50" for put in first.puts) and not any(put.value == "P50" for put in second.puts)
    for make in ranking.books(both).values():
        assert write(make())


def test_a_province_is_marked_among_its_peers() -> None:
    page = next(sheet for sheet in ranking.province(results(), "52").sheets if sheet.name == "เทียบในกลุ่มจังหวัด")
    marked = {put.cell.row for put in page.puts if put.style.endswith("+own")}
    own = next(put.cell.row for put in page.puts if put.value == "P52")
    assert marked == {own}
