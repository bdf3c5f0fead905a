"""The status board and the reconciliation: a small real season, broken by hand in one place after the other."""

from __future__ import annotations

import datetime as dt
import io
import json
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import filling
import openpyxl
import pytest
from results_maker import big_results, framework, made_results
from season_tools import Trial, command

from processors import data, nights, publish, ranking, reconcile, season
from processors.attention import remember_deferred
from processors.attention_page import attention_grid, attention_notes, filed_since
from processors.balance_page import expected_grid
from processors.collect import GONE
from processors.filing import filings, other_dates, source_title
from processors.judge import Judged
from processors.nights import NightRow
from processors.results import Attention, FindingRow, Results
from processors.sheets import page_room
from processors.status_book import deadlines_grid
from processors.store import Ledger, Return
from templates.words import severity
from validation.gates import DEFERRED
from workbook.address import Cell
from workbook.book import Book, Link, Put, Sheet, Styled
from workbook.finding import about_file
from workbook.write import write

JUNE, SEPTEMBER = "2014-06-05", "2014-09-05"
PLAN = "dept_2557/plan"
UNCERTIFIED = {**filling.PLAN, "certifier.certified": ["ไม่ใช่"]}


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """D01021 has filed its final plan, D01002 a preliminary one; P50 was returned twice, P51 is silent, P10 exempt."""
    trial = Trial(tmp_path_factory.mktemp("board") / "season")
    (trial.root / "waivers.csv").write_text(
        "agency,code,where,reason,approver,expires\n"
        "P50,REQUIRED,risks.effect,ตกลงกันแล้ว,เลขาธิการ,2014-08-31\nP50,REQUIRED,risks.cause,ตกลงกันแล้ว,เลขาธิการ,\n"
        "P51,REQUIRED,,หมดอายุแล้ว,เลขาธิการ,2014-05-01\n",
        encoding="utf-8-sig",
    )
    trial.run("issue", "plan", day="2014-04-20")
    trial.drop("D01021", "plan", filling.PLAN)
    trial.drop("D01002", "plan", {**filling.PLAN, "general.stage": ["เบื้องต้น"]})
    trial.drop("P50", "plan", UNCERTIFIED, "first.xlsx")
    trial.run("nightly", day="2014-05-20")
    trial.drop("P50", "plan", {**UNCERTIFIED, "general.work_process": [None]}, "second.xlsx")
    trial.run("nightly", day="2014-05-28")
    trial.run("issue", "report9", "--agency", "D01021", day="2014-07-01")
    return trial


@pytest.fixture
def copy(year: Trial, tmp_path: Path) -> Iterator[Path]:
    """Give a copy of the season to be broken."""
    yield Path(shutil.copytree(year.root, tmp_path / "copy"))


def collected(root: Path, day: str = JUNE) -> Results:
    """Collect a season and count the written rows, as a publication does."""
    loaded = season.load(root)
    with closing(Ledger(loaded.ledger_path)) as ledger:
        results = publish.collect(loaded, ledger, dt.date.fromisoformat(day), ledger.entries())
    files = data.data_files(results)
    return replace(results, balance=reconcile.counted_again(results.balance, files, data.FOLDER))


def change(root: Path, sql: str) -> None:
    with closing(sqlite3.connect(root / "ledger.db")) as db:
        assert db.execute(sql).rowcount == 1
        db.commit()


def forms(year: Trial, day: str) -> dict[tuple[str, str], dict[str, Any]]:
    told = year.run("status", "--json", day=day).json()
    return {(item["agency"], name): state for item in told["agencies"] for name, state in item["forms"].items()}


# --- everything adds up, by two routes --------------------------------------------------------------------------------


def test_a_whole_season_balances_with_its_numbers(year: Trial) -> None:
    balance = collected(year.root).balance
    assert balance.balances and reconcile.sentences(balance, "th") == []
    assert (balance.found, balance.verdicts["accepted"], balance.verdicts["returned"]) == (4, 2, 2)
    assert balance.kept == balance.verdicts
    plans = {item.form: item for item in balance.expected}
    # Two departments have filed; of three provinces one is silent, one returned (nothing accepted), one exempt.
    assert (plans[PLAN].expected, plans[PLAN].filed, plans[PLAN].silent) == (2, 2, 0)
    assert (plans["prov_2557/plan"].silent, plans["prov_2557/plan"].exempt) == (2, 1)
    rows = {(item.table, item.part): item for item in balance.rows}
    answers = rows["answers", PLAN]
    # recorder: name, e-mail, telephone, fax; certifier: name, e-mail; in two plans.
    assert answers.withheld == 12 and answers.read == (answers.written or 0) + 12 and answers.read > 100
    # Two departments, three sub-indicators and the total, in the one round that is open.
    assert (rows["scores", "dept_2557 9"].read, rows["ranks", "dept_2557 9"].read) == (8, 2)
    assert (rows["scores", "prov_2557 9"].read, rows["ranks", "prov_2557 9"].read) == (12, 3)


def broken(root: Path) -> list[str]:
    balance = collected(root).balance
    assert not balance.balances
    return reconcile.sentences(balance, "en")


def test_a_lost_entry_is_missed(copy: Path) -> None:
    with closing(Ledger(copy / "ledger.db")) as ledger:
        ledger.set_meta("last_found", "4")
        ledger.set_meta(GONE, "[]")
    assert collected(copy).balance.balances
    change(copy, "DELETE FROM entry WHERE path=CAST('first.xlsx' AS BLOB)")
    assert broken(copy) == ["4 files were found, but the verdicts sum to 3"]


def test_files_that_left_the_share_are_not_missed(copy: Path) -> None:
    with closing(Ledger(copy / "ledger.db")) as ledger:
        ledger.set_meta("last_found", "3")
        ledger.set_meta(GONE, f'["{b"first.xlsx".hex()}"]')
    balance = collected(copy).balance
    assert balance.balances and (balance.found, balance.verdicts["returned"]) == (3, 1)


def test_a_lost_return_is_missed(copy: Path) -> None:
    change(copy, "DELETE FROM returned WHERE path=CAST('D01021_plan.xlsx' AS BLOB)")
    assert broken(copy)[0] == 'Verdict "accepted": the register of files has 2, the ledger\'s returns have 1'


def test_an_agency_that_has_filed_and_left_the_list_is_named(copy: Path) -> None:
    path = copy / "agencies.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    path.write_text("\n".join(line for line in lines if not line.startswith("D01021,")) + "\n", encoding="utf-8-sig")
    (wrong,) = broken(copy)
    assert wrong == (
        "dept_2557/plan: 1 agencies expected, but in time, late, silent and exempt sum to 2 "
        "(filed and not in agencies.csv: D01021)"
    )


def test_answers_that_reach_no_row_are_missed(copy: Path) -> None:
    read = next(item.read for item in collected(copy).balance.rows if item.part == PLAN)
    change(copy, "UPDATE returned SET form='dept_2557/other' WHERE path=CAST('D01021_plan.xlsx' AS BLOB)")
    told = broken(copy)
    assert any(text.startswith("dept_2557/other: ") and text.endswith("0 written and 0 withheld as personal") for text in told)
    left = next(item for item in collected(copy).balance.rows if item.part == PLAN)
    assert 0 < left.read < read and left.balances  # the other department's plan


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("scores", "Scores dept_2557 9: 8 rows expected, but 7 written"),
        ("ranks", "Ranks dept_2557 9: 2 rows expected, but 1 written"),
    ],
)
def test_a_row_lost_while_writing_is_missed(year: Trial, table: str, said: str) -> None:
    results = collected(year.root)
    files = dict(data.data_files(results))
    name = f"data/{table}.csv"
    head, _, *rest = files[name].split(b"\r\n")
    files[name] = b"\r\n".join([head, *rest])
    balance = reconcile.counted_again(results.balance, files, data.FOLDER)
    assert reconcile.sentences(balance, "en") == [said]
    assert "DOES NOT BALANCE" in reconcile.line(balance, "en")
    extra = {**files, "data/answers.csv": files["data/answers.csv"] + b"X,dept_2557/none,,,,,,,,\r\n"}
    more = reconcile.sentences(reconcile.counted_again(results.balance, extra, data.FOLDER), "en")
    assert more[-1].startswith("dept_2557/none: 0 cells of answers read, but 1 written")


def test_what_does_not_balance_stands_in_red_and_in_run_json(copy: Path) -> None:
    change(copy, "DELETE FROM returned WHERE path=CAST('D01021_plan.xlsx' AS BLOB)")
    done = command("publish", "--season", str(copy), "--as-of", JUNE)
    assert done.status == 3 and "D01021" not in done.err, done.err
    balance = publish.standing_balance(season.load(copy))
    assert balance is not None and not balance.balances
    page = openpyxl.load_workbook(copy / "results" / "status.xlsx").worksheets[0]
    cells = [cell for row in page.iter_rows(max_row=8) for cell in row if cell.value]
    head = next(cell for cell in cells if str(cell.value).startswith("ยอดไม่ตรง"))
    why = next(cell for cell in cells if 'ผล "ผ่าน": ทะเบียนไฟล์มี 2 แต่บันทึกการรับมี 1' in str(cell.value))
    assert head.fill.start_color.rgb == why.fill.start_color.rgb == "FFFBD5D5"


def test_run_json_keeps_the_whole_reconciliation(year: Trial) -> None:
    balance = collected(year.root).balance
    assert reconcile.from_json(reconcile.to_json(balance)) == balance


# --- where every form stands ------------------------------------------------------------------------------------------


def test_deadlines_in_conflict(year: Trial) -> None:
    prov, dept = framework("prov_2557"), framework("dept_2557")
    binding = prov.deadline("report9")
    assert binding is not None and binding.date == dt.date(2014, 8, 31)  # K1: the guideline supersedes
    assert [(item.date, item.source) for item in other_dates(prov, prov.form("report9"), "")] == [
        (dt.date(2014, 7, 31), "seed 001 L159")
    ]
    # K2: the status date that the screens repeat, and the provinces' own calendar.
    days = [item.date for item in other_dates(prov, prov.form("report12"), "")]
    assert days == [dt.date(2014, 9, 30), dt.date(2014, 10, 31)]
    assert [item.date for item in other_dates(dept, dept.form("report12"), "")] == [dt.date(2014, 9, 30)]


def test_days_overdue_are_counted_for_those_who_have_not_filed(year: Trial) -> None:
    state = forms(year, JUNE)
    # P51 owes the preliminary plan of 30 April, P50 tried the final one of 30 May; departments have no deadline.
    assert {key[0]: item["overdue_days"] for key, item in state.items() if key[1] == "plan"} == {
        "P51": 36, "P50": 6, "D01021": 0, "D01002": 0, "P10": 0,
    }  # fmt: skip
    assert (state["P51", "plan"]["closes"], state["P50", "plan"]["closes"]) == ("2014-04-30", "2014-05-30")
    later = forms(year, SEPTEMBER)
    assert later["D01021", "report9"]["overdue_days"] == later["P51", "report9"]["overdue_days"] == 5
    assert [item["date"] for item in later["P51", "report9"]["other_dates"]] == ["2014-07-31"]
    assert forms(year, "2014-08-31")["D01021", "report9"]["overdue_days"] == 0
    assert later["P10", "report9"]["overdue_days"] == 0 and later["P10", "report9"]["state"] == "excused"


def test_returned_since_the_first_of_an_unbroken_series(year: Trial) -> None:
    state = forms(year, JUNE)
    assert (state["P50", "plan"]["returned_since"], state["P50", "plan"]["returned_times"]) == ("2014-05-20", 2)
    assert (state["D01021", "plan"]["returned_since"], state["D01021", "plan"]["returned_times"]) == (None, 0)


def test_an_accepted_try_ends_the_series(copy: Path) -> None:
    change(copy, "UPDATE returned SET verdict='accepted' WHERE path=CAST('first.xlsx' AS BLOB)")
    series = collected(copy).tries["P50", "prov_2557/plan"].returned
    assert series is not None and (series.since, series.times) == (dt.date(2014, 5, 28), 1)


def test_certified_is_told_without_names(year: Trial) -> None:
    state = forms(year, JUNE)
    assert [state[code, "plan"]["certified"] for code in ("D01021", "P50", "P51")] == [True, False, None]
    told = [str(put.value) for make in ranking.books(collected(year.root)).values() for sheet in make().sheets for put in sheet.puts]
    assert not any("ทดสอบ" in text or "@example.go.th" in text for text in told)


def board(results: Results) -> dict[tuple[str, str], dict[str, Any]]:
    book = openpyxl.load_workbook(io.BytesIO(write(ranking.status(results))))
    page = book["สถานะรายหน่วยงาน"]
    top = int("".join(sign for sign in page.auto_filter.ref.split(":")[0] if sign.isdigit()))
    heads = [str(cell.value).replace("\n", " ") for cell in page[top]]
    rows = [dict(zip(heads, (cell.value for cell in row), strict=True)) for row in page.iter_rows(min_row=top + 1)]
    assert page.freeze_panes == f"C{top + 1}" and page.print_area == f"'{page.title}'!$A$1:$H${page.max_row}"
    return {(row["รหัส"], row["แบบฟอร์ม"]): row for row in rows}


PROVINCES_OWN = "ปฏิทินดำเนินการตามกรอบการประเมินผลของจังหวัด"
PLANS, NINE = "แผนสร้างความโปร่งใสในการปฏิบัติราชการ", "รายงานความก้าวหน้า รอบ 9 เดือน"


def test_one_row_per_agency_and_form_says_who_acts_and_what_next(year: Trial) -> None:
    rows = board(collected(year.root, SEPTEMBER))
    returned = rows["P50", PLANS]
    assert (returned["สถานะ"], returned["ผู้ดำเนินการ ต่อไป"]) == ("ส่งแล้วแต่ยังไม่ผ่าน", "หน่วยงาน")
    assert returned["สิ่งที่ต้องทำต่อไป"] == (
        f"แก้ไข {returned['จุดที่ ต้องแก้']} จุดในไฟล์แก้ไข (ชื่อขึ้นต้นด้วย fix_) แล้วส่งใหม่ · ศูนย์กลางโทรติดตาม"
    )
    assert not any("seed" in str(value) for row in rows.values() for value in row.values())
    assert any(str(value).endswith(" น. (เวลาประเทศไทย)") for value in returned.values())
    assert (returned["ส่งคืนให้แก้ ตั้งแต่"].date(), returned["ส่งคืน (ครั้ง)"]) == (dt.date(2014, 5, 20), 2)
    assert returned["ค้างแก้ (วัน)"] == 108 and returned["ผู้บริหาร รับรอง"] == "ไม่รับรอง"
    # The exception that ended on 31 August no longer holds, the other has no end.
    assert (returned["ข้อยกเว้น (รายการ)"], returned["ข้อยกเว้น ถึงวันที่"]) == (1, None)
    assert rows["P51", PLANS]["ข้อยกเว้น (รายการ)"] is None
    assert rows["P51", NINE]["สิ่งที่ต้องทำต่อไป"] == f"ส่ง{PLANS} ฉบับสมบูรณ์ก่อน · ศูนย์กลางโทรติดตาม"
    nine = rows["D01021", NINE]
    assert (nine["ค้างเกิน กำหนด (วัน)"], nine["กำหนดส่ง"].date()) == (5, dt.date(2014, 8, 31))
    assert (nine["ผู้ดำเนินการ ต่อไป"], nine["สิ่งที่ต้องทำต่อไป"]) == ("ศูนย์กลาง", "ศูนย์กลางโทรติดตามให้ส่งทันที")
    assert rows["P51", NINE]["กำหนดอื่นในเอกสาร ที่ขัดกัน (ไม่ใช้)"] == f"31 ก.ค. 2557 ({PROVINCES_OWN})"
    partly = rows["D01002", PLANS]
    assert partly["สถานะ"] == "ส่งแล้ว (เบื้องต้น) ยังขาดฉบับสมบูรณ์"
    assert partly["สิ่งที่ต้องทำต่อไป"] == "ส่งฉบับสมบูรณ์ตามแบบฟอร์มที่ออกให้"
    assert rows["D01021", PLANS]["สิ่งที่ต้องทำต่อไป"] == "ครบแล้ว"
    assert rows["P10", PLANS]["เหตุที่ไม่ต้องส่ง"].startswith("กรุงเทพมหานครไม่เป็นราชการส่วนภูมิภาค")


def test_rows_stand_by_group_and_agency(year: Trial) -> None:
    items = [item for item in filings(collected(year.root, SEPTEMBER)) if item.agency]
    keys = [(item.framework.id, item.group, item.code) for item in items]
    assert keys == sorted(keys) and len({(*key, item.form.id) for key, item in zip(keys, items, strict=True)}) == len(items)


def test_those_to_pursue_stand_together_by_agency(year: Trial) -> None:
    book = ranking.status(collected(year.root, SEPTEMBER))
    page = next(sheet for sheet in book.sheets if sheet.name == "ต้องติดตาม")
    first = {put.cell.row: put.value for put in page.puts if put.cell.col == 1}
    days = [value for row, value in sorted(first.items()) if isinstance(value, int)]
    # P51: plan of 30 April; P50: plan of 30 May; each with its report of 31 August, as two departments.
    assert days == [128, 5, 98, 5, 5, 5]
    codes = {put.cell.row: put.value for put in page.puts if put.cell.col == 3}
    assert [codes[row] for row, value in sorted(first.items()) if isinstance(value, int)][:4] == ["P51", "P51", "P50", "P50"]


def test_the_first_sheet_opens_with_who_is_to_be_called(year: Trial) -> None:
    book = ranking.status(collected(year.root, SEPTEMBER))
    links = [put.value for put in sorted(book.sheets[0].puts, key=lambda put: put.cell.row) if isinstance(put.value, Link)]
    # P51 and P50 owe plan and report, D01002 and D01021 the report; Bangkok is exempt.
    assert [(link.text, link.sheet) for link in links[:2]] == [
        ("วันนี้ต้องโทรติดตาม 4 หน่วยงาน", "ต้องติดตาม"), ("ต้องติดตาม", "ต้องติดตาม"),
    ]  # fmt: skip
    early = ranking.status(collected(year.root, "2014-04-25")).sheets[0]
    assert "วันนี้ไม่มีหน่วยงานที่ต้องโทรติดตาม" in [merge.value for merge in early.merges]


def test_forms_of_the_same_title_are_told_apart_in_the_order_of_rounds(year: Trial) -> None:
    results = collected(year.root, "2014-11-20")
    grid = expected_grid(results)
    named = [line.values[0] for line in grid.lines]
    titles = [framework("dept_2557").form(name).title for name in ("plan", "report9", "report12")]
    assert named == [f"{title} ({who})" for who in ("ส่วนราชการ", "จังหวัด") for title in titles]


def test_every_form_that_must_be_filed_has_its_deadline_or_says_that_there_is_none(year: Trial) -> None:
    rows = [line.values for line in deadlines_grid(collected(year.root)).lines]
    assert rows[0] == ("ส่วนราชการ", PLANS, None, "ไม่มีกำหนดในเอกสาร", None, None)
    assert not any("seed" in str(value) for row in rows for value in row)
    assert any(str(row[5]).endswith(f"\n(ที่มา: {PROVINCES_OWN})") for row in rows if row[4])
    # Only a form without any stated date may say that the documents have none.
    assert all(row[4] is None for row in rows if row[3] == "ไม่มีกำหนดในเอกสาร")
    assert {row[3] for row in rows if row[2] is None and row[4]} == {"ไม่มีกำหนดที่ใช้บังคับ"}


def test_a_calendar_without_a_title_goes_by_its_framework() -> None:
    prov = framework("prov_2557")
    (stated,) = other_dates(prov, prov.form("report9"), "")
    assert source_title(prov, stated) == PROVINCES_OWN
    assert source_title(replace(prov, lists={}), stated) == prov.title


def test_one_page_per_ministry_with_an_index_that_leads_there(year: Trial) -> None:
    book = ranking.status(collected(year.root, SEPTEMBER))
    pages = {sheet.name: sheet for sheet in book.sheets}
    for name, groups in (("หน้ารายกระทรวง", ["สำนักนายกรัฐมนตรี (OPM)"]), ("หน้ารายกลุ่มจังหวัด", None)):
        page = pages[name]
        at = {put.cell: put.value for put in page.puts}
        titles = [row for row in page.page_breaks if at[Cell(row + 1, 1)]]
        assert len(titles) == len(page.page_breaks)
        links = [put.value for put in page.puts if getattr(put.value, "sheet", "") == name]
        assert [link.cell.row - 1 for link in links] == list(page.page_breaks)
        for link in links:
            assert str(at[link.cell]).startswith(link.text)
        assert groups is None or [at[link.cell] for link in links] == groups
        # Bangkok is in no cluster: it says so instead of a blank with empty brackets.
        assert groups is not None or "ไม่อยู่ในกลุ่มจังหวัด" in [link.text for link in links]
        assert not any("()" in str(value) for value in at.values())
    told = {put.value for put in pages["หน้ารายกระทรวง"].puts}
    assert {"✓ ส่งเบื้องต้นแล้ว ยังขาดฉบับสมบูรณ์", "✓ ส่งแล้ว", "✗ ยังไม่ส่ง (เกิน 5 วัน)"} <= told


def test_a_large_group_goes_on_overleaf() -> None:
    made = made_results()
    first = made.agencies[0]
    many = tuple(replace(first, code=f"D{at:05}", name=f"หน่วยงาน {at}") for at in range(45))
    page = next(sheet for sheet in ranking.status(replace(made, agencies=many)).sheets if sheet.name == "หน้ารายกระทรวง")
    titles = [put.value for put in page.puts if put.style == "section" and put.value]
    assert titles[1:] == [
        "สำนักนายกรัฐมนตรี (OPM)", "สำนักนายกรัฐมนตรี (ต่อ) (OPM)", "สำนักนายกรัฐมนตรี (ต่อ) (OPM)",
    ]  # fmt: skip
    assert len(page.page_breaks) == 3
    width = sum(page.widths.values())
    for first, last in zip(page.page_breaks, [*page.page_breaks[1:], max(page.heights)], strict=True):
        assert sum(page.heights[row] for row in range(first + 1, last + 1)) <= page_room([width])
    assert sum(1 for put in page.puts if str(put.value).startswith("หน่วยงาน ")) == 45


def test_what_is_owed_after_an_earlier_stage_is_said_everywhere(year: Trial) -> None:
    state = forms(year, JUNE)
    assert (state["D01002", "plan"]["state"], state["D01002", "plan"]["stage"]) == ("on_time", "preliminary")
    assert (state["D01002", "plan"]["owed_stage"], state["D01002", "plan"]["owed_label"]) == ("final", "ฉบับสมบูรณ์")
    assert (state["D01021", "plan"]["owed_stage"], state["D01021", "plan"]["owed_label"]) == (None, None)
    lines = year.run("status", day=JUNE).out.splitlines()
    assert [line.split(" ")[0] for line in lines if "ฉบับสมบูรณ์ still missing" in line] == ["D01002"]
    first = ranking.status(collected(year.root)).sheets[0]
    told = [merge.value for merge in first.merges]
    assert f"ในจำนวนที่ส่งแล้ว 1 หน่วยงานยังขาด{PLANS} (ฉบับสมบูรณ์)" in told


def test_a_form_without_deadline_is_filed_and_not_in_time(year: Trial) -> None:
    grid = expected_grid(collected(year.root))
    assert [column.head for column in grid.columns][1:3] == ["ในบัญชี\nรายชื่อ", "ส่งแล้ว\nไม่ล่าช้า"]
    days = {line.values[0]: line.values[-1] for line in grid.lines}
    assert days[f"{PLANS} (ส่วนราชการ)"] == "ไม่มีกำหนดในเอกสาร"
    assert days[f"{PLANS} (จังหวัด)"] == "30 เม.ย. 2557 / 30 พ.ค. 2557"


def test_only_mended_files_are_said_to_be_mended() -> None:
    made = made_results()
    came = tuple(replace(item, flags=("repaired",)) for item in made.filed if item.agency in ("D01001", "D01002"))
    found = tuple(
        FindingRow(item.agency, item.form, item.file, "ผล", "D9", code, "info", "…")
        for item, code in zip(came, ("READ_AS", "NAME_MOVED"), strict=True)
    )
    rows = board(replace(made, filed=came, findings=found))
    flags = {key[0]: row["ข้อสังเกต"] for key, row in rows.items() if row["ข้อสังเกต"]}
    assert flags == {"D01001": "ปรับรูปแบบค่าที่อ่าน (เช่น เลขไทย)", "D01002": "ซ่อมไฟล์ให้แล้ว"}


# --- on paper ---------------------------------------------------------------------------------------------------------


def test_print_area_filter_and_repeated_rows_cover_every_table() -> None:
    """Held or streamed, of every kind of workbook. Sheets of data print their heads only, as those themselves say."""
    books = ranking.books(big_results())
    some = ["national.xlsx", "status.xlsx", *(next(name for name in books if name.startswith(kind)) for kind in ("min", "prov"))]
    pages = [sheet for name in some for sheet in books[name]().sheets]
    streamed = {sheet.name for sheet in pages if sheet.stream}
    assert "สถานะรายหน่วยงาน" in streamed and any(name.startswith("data_") for name in streamed)
    for sheet in pages:
        held = [put.cell.row for put in sheet.puts] + [merge.last.row for merge in sheet.merges]
        last = sheet.stream.first + sheet.stream.count - 1 if sheet.stream else max(held)
        area = sheet.print_area
        assert area is None or area[1].row == (1 if sheet.name.startswith("data_") else last), sheet.name
        if sheet.filter is None:
            continue
        top, end = sheet.filter[0].row, sheet.filter[1].row
        assert sheet.repeat_rows is not None and sheet.repeat_rows[1] == top, sheet.name
        assert {put.cell.col for put in sheet.puts if put.cell.row == top} == set(range(1, sheet.filter[1].col + 1)), sheet.name
        assert sheet.stream is None or sheet.stream.first == top + 1, sheet.name
        # Of rankings the filter leaves out those below who have no place.
        assert end == last or (end < last and sheet.name.startswith(("อันดับ", "ค่าเฉลี่ย"))), sheet.name


def test_no_section_of_the_first_sheet_is_cut(year: Trial) -> None:
    page = ranking.status(collected(year.root, SEPTEMBER)).sheets[0]
    sections = sorted(put.cell.row for put in page.puts if put.style == "section" and put.value)
    assert page.page_breaks and {row + 1 for row in page.page_breaks} <= set(sections)
    room, ends = page_room(list(page.widths.values())), [*page.page_breaks, max(page.heights)]
    for first, last in zip([0, *page.page_breaks], ends, strict=True):
        assert sum(page.heights[row] for row in range(first + 1, last + 1)) <= room


def test_headers_and_footers_do_not_shrink_with_a_wide_table() -> None:
    data = write(Book((Sheet("one", puts=(Put(Cell(1, 1), "ก"),), header="&Cก", footer="&R&P"),)))
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        assert '<headerFooter scaleWithDoc="0">' in found.read("xl/worksheets/sheet1.xml").decode()


# --- the nights -------------------------------------------------------------------------------------------------------


def night(day: str, status: int = 0) -> NightRow:
    when = dt.date.fromisoformat(day)
    return NightRow(f"run-{day}", when, f"{day}T01:00:00+07:00", f"{day}T01:02:05+07:00", status, 4, {"returned": 1}, "หมายเหตุ")


def test_the_log_shows_nights_of_earlier_days_only(copy: Path) -> None:
    with closing(Ledger(copy / "ledger.db")) as ledger:
        ledger.run("DELETE FROM night")
        nights.remember(ledger, night("2014-05-20", 4))
        before = collected(copy).nights
        nights.remember(ledger, night(JUNE))
    results = collected(copy)
    assert results.nights == before and [item.as_of.isoformat() for item in before] == ["2014-05-20"]
    page = next(sheet for sheet in ranking.status(results).sheets if sheet.name == "บันทึกการทำงาน")
    told = [put.value for put in page.puts]
    assert {"0:02:05", "ขัดข้อง: ใช้ไดรฟ์หรือการตั้งค่าไม่ได้", "20 พ.ค. 2557 เวลา 01.00 น. (เวลาประเทศไทย)", "run-2014-05-20"} <= set(told)
    status = command("status", "--json", "--season", str(copy), "--as-of", JUNE).json()
    assert [item["run"] for item in status["last_nights"]] == [f"run-{JUNE}", "run-2014-05-20"]


def test_a_board_without_earlier_nights_says_so(copy: Path) -> None:
    with closing(Ledger(copy / "ledger.db")) as ledger:
        ledger.run("DELETE FROM night")
    told = [put.value for put in ranking.status(collected(copy)).sheets[0].puts]
    assert "ยังไม่มีบันทึกของคืนก่อน" in told and not any(str(value).startswith("0 ครั้ง") for value in told)


# --- files to look at -------------------------------------------------------------------------------------------------


def looked_at(root: Path) -> set[str]:
    return {item.file for item in collected(root).attention}


def test_a_file_is_settled_by_a_later_accepted_return_of_its_agency_and_form(copy: Path) -> None:
    change(copy, "UPDATE entry SET verdict='conflict' WHERE path=CAST('first.xlsx' AS BLOB)")
    change(copy, "UPDATE returned SET verdict='conflict' WHERE path=CAST('first.xlsx' AS BLOB)")
    assert looked_at(copy) == {"first.xlsx"}
    change(copy, "UPDATE returned SET verdict='accepted', form='prov_2557/report9' WHERE path=CAST('second.xlsx' AS BLOB)")
    assert looked_at(copy) == {"first.xlsx"}  # another form
    change(copy, "UPDATE returned SET form='prov_2557/plan' WHERE path=CAST('second.xlsx' AS BLOB)")
    assert looked_at(copy) == set()


def test_an_unverified_claim_is_looked_at_whatever_was_accepted(copy: Path) -> None:
    change(copy, "UPDATE entry SET verdict='wrong_round' WHERE path=CAST('first.xlsx' AS BLOB)")
    change(copy, "UPDATE returned SET verdict='wrong_round', known=0 WHERE path=CAST('first.xlsx' AS BLOB)")
    change(copy, "UPDATE returned SET verdict='accepted' WHERE path=CAST('second.xlsx' AS BLOB)")
    assert looked_at(copy) == {"first.xlsx"}
    change(copy, "UPDATE returned SET known=1 WHERE path=CAST('first.xlsx' AS BLOB)")
    assert looked_at(copy) == set()


def test_names_of_files_are_a_hint_who_has_filed_since() -> None:
    made = made_results()
    (one,) = made.attention

    def look(file: str, day: int, verdict: str = "unreadable") -> Attention:
        return replace(one, file=file, verdict=verdict, agency="", form="", received=dt.date(2014, 10, day))

    files = (
        look("OPM/2557_D01001_report12_0001_pdf.xlsx", 10),  # accepted on the 10th
        look("OPM/2557_D01001_report12_0001_later.xlsx", 11),
        look("OPM/2557_D01003_report12_0001.xlsx", 10),
        look("OPM/2557_D01005_report12_0001.xlsx", 10),  # returned
        look("OPM/D01001.xlsx", 10),
        look("OPM/D01001_D01002_report12.xlsx", 10),
        look("D01001_report12/scan.pdf", 10),  # a folder names nobody
    )
    results = replace(made, attention=files)
    rows = {str(line.values[0]): line.values[-1] for line in attention_grid(results).lines}
    told = {name: (str(cell.value or "").partition(") ")[2], cell.style) for name, cell in rows.items() if isinstance(cell, Styled)}
    assert list(told.values()) == [
        ("ส่งแบบฟอร์มนี้ผ่านแล้ว 10 ต.ค. 2557", ""), ("ยังไม่มีฉบับที่ผ่าน", ""), ("ยังไม่มีฉบับที่ผ่าน", ""),
        ("", ""), ("", ""), ("", ""), ("ส่งแบบฟอร์มนี้ผ่านแล้ว 10 ต.ค. 2557", "good"),
    ]  # fmt: skip
    assert list(told)[-1] == files[0].file and filed_since(results) == 1


def test_files_of_the_reconciliation_that_are_settled_are_counted_on_the_sheet() -> None:
    made = made_results()
    verdicts = {**made.balance.verdicts, "conflict": 3, "wrong_round": 1}
    notes = attention_notes(replace(made, balance=replace(made.balance, verdicts=verdicts)))
    assert len(notes) == 2 and notes[1].startswith("ไม่แสดงในหน้านี้: ผิดรอบ 1 ไฟล์, ขัดแย้งกัน 2 ไฟล์ ")
    assert attention_notes(replace(made, attention=())) == ()


def test_a_waiting_file_keeps_the_day_since_when(copy: Path) -> None:
    finding = about_file("NOT_SETTLED", severity("NOT_SETTLED"))

    def waits(*days: tuple[str, str]) -> list[Judged]:
        return [Judged(Return(name.encode(), "", DEFERRED, received=day), (finding,)) for name, day in days]

    with closing(Ledger(copy / "ledger.db")) as ledger:
        remember_deferred(ledger, waits(("a.xlsx", "2014-06-01")))
        remember_deferred(ledger, waits(("a.xlsx", "2014-06-02"), ("b.xlsx", "2014-06-02")))
        assert json.loads(ledger.meta("deferred")) == {
            "a.xlsx": ["NOT_SETTLED", "2014-06-01"], "b.xlsx": ["NOT_SETTLED", "2014-06-02"],
        }  # fmt: skip
        remember_deferred(ledger, [])
        remember_deferred(ledger, waits(("a.xlsx", "2014-06-05")))
        assert json.loads(ledger.meta("deferred")) == {"a.xlsx": ["NOT_SETTLED", "2014-06-05"]}


def test_the_same_ledger_and_day_give_the_same_bytes(year: Trial) -> None:
    first, second = (write(ranking.status(collected(year.root))) for _ in range(2))
    assert first == second


def test_status_says_it_in_lines(year: Trial) -> None:
    told = year.run("status", day=SEPTEMBER).out
    assert "returned since 2014-05-20 (2 times)" in told and "report9: silent 5 days overdue" in told
