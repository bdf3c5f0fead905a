"""Figures of many agencies come from a list into the issued workbook, at the right rows, as people would have typed them."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

import filling
import openpyxl
import pytest
from season_tools import Outcome, Trial

from processors import season as seasons
from processors.whose import Nobody, Whose
from templates.registry import records

DAY = "2025-10-15"
LOCAL = "ประเภท,ชื่อ,อำเภอ,จังหวัด\nอบต.,คำไหล,ศรีเมืองใหม่,อุบลราชธานี\nอบต.,นาคำ,ศรีเมืองใหม่,อุบลราชธานี\nอบต.,นาคำ,เขื่องใน,อุบลราชธานี\nทต.,นาคำ,,ยโสธร\n"
SCORES = {"iit": "93.50", "eit": "95.00", "oit": "98.46", "total": "95.93"}


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """Give a season with agencies of every kind and the issued workbook of scores."""
    root = tmp_path_factory.mktemp("fill")
    made = Trial(root / "season", "2568", ("ita_2568", "dept_2557"), ("D01021", "D15002", "D03002", "P34"))
    (root / "local.csv").write_text(LOCAL, encoding="utf-8")
    assert made.run("registry", "import", str(root / "local.csv"), day=DAY).status == 0
    assert made.run("fill", "ita_result", str(root / "local.csv"), day=DAY).status == 2  # not issued yet
    assert made.run("issue", "ita_result", day=DAY).status == 0
    assert made.run("issue", "survey", day=DAY).status == 0
    return made


def fill(trial: Trial, tmp_path: Path, text: str, *more: str, form: str = "ita_result") -> Outcome:
    """Fill a form from a CSV of that text."""
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8-sig")
    return trial.run("fill", form, str(path), "--to", str(tmp_path / "out.xlsx"), "--json", *more, day=DAY)


def column(tmp_path: Path, name: str, code: str, key: str = "scores.agency") -> Any:
    """Give what stands in the row of an agency under a defined name."""
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    codes = [cell.value for cell in filling.cells_of(book, key)]
    return filling.cells_of(book, name)[codes.index(code)].value


def reasons(done: Outcome) -> list[tuple[str, str]]:
    return [(item["line"], item["reason"]) for item in done.json()["report"] if item["state"] == "not_taken"]


def every(trial: Trial) -> list[str]:
    return [item.code for item in seasons.load(trial.root).agencies if item.framework == "ita_2568" and item.due]


def test_a_filled_workbook_comes_back_accepted(trial: Trial, tmp_path: Path) -> None:
    heads = ["agency", *SCORES, "previous.total", "recommendation"]
    lines = [",".join([code, *SCORES.values(), "90", "ควรเปิดช่องทางรับฟังความคิดเห็น"]) for code in every(trial)]
    done = fill(trial, tmp_path, "\n".join([",".join(heads), *lines]))
    assert (done.status, done.json()["filled"], done.json()["report"]) == (0, len(every(trial)), [])
    assert done.json()["cells"] == len(lines) * 6
    verdict = trial.verdict(tmp_path / "out.xlsx", day=DAY)
    assert verdict["verdict"] == "accepted", verdict["findings"]
    answers = {row["agency"]: row for row in verdict["answers"]["scores"]}
    assert {code: row["iit"] for code, row in answers.items()} == dict.fromkeys(every(trial), "93.5")
    assert {row["total"] for row in verdict["answers"]["previous"]} == {"90"}


def test_it_goes_beside_the_issued_workbook_and_leaves_that_alone(trial: Trial, tmp_path: Path) -> None:
    issued = trial.issued("D01021", "ita_result")
    before, inbox = issued.read_bytes(), list((trial.root / "inbox").iterdir())
    path = tmp_path / "list.csv"
    path.write_text("agency,total\nD01021,90\n", encoding="utf-8")
    done = trial.run("fill", "ita_result", str(path), day=DAY)
    made = issued.with_name(f"{issued.stem}_filled.xlsx")
    assert done.status == 3 and made.is_file() and str(made) in done.out
    assert issued.read_bytes() == before and list((trial.root / "inbox").iterdir()) == inbox
    with issued.with_name(f"{issued.stem}_filled_report.csv").open(encoding="utf-8-sig", newline="") as lines:
        told = list(csv.DictReader(lines))
    assert [row["ข้อมูลที่อ่านได้"].split()[0] for row in told] == [code for code in every(trial) if code != "D01021"]
    assert all(row["สาเหตุ"] and row["สิ่งที่ต้องทำ"] for row in told)
    again = made.read_bytes()
    assert trial.run("fill", "ita_result", str(path), day=DAY).status == 3 and made.read_bytes() == again
    assert "issued_changed" not in trial.run("verify", "--json", day=DAY).out


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"code": "D01021"}, "D01021"), ({"code": "d15002", "name": "ชื่อใดก็ได้"}, "D15002"), ({"name": "ก.พ.ร."}, "D01021"),
        ({"name": "สำนักงานคณะกรรมการพัฒนาระบบราชการ"}, "D01021"), ({"code": "99", "name": "อบต.คำไหล"}, "L340001"),
        ({"name": "สำนักงานปลัดกระทรวง", "ministry": "การคลัง"}, "D03002"), ({"name": "สป.", "ministry": "MOF"}, "D03002"),
        ({"name": "จังหวัดอุบลราชธานี"}, "P34"), ({"name": "อุบลราชธานี"}, "P34"), ({"type": "อบต.", "name": "คำไหล"}, "L340001"),
        ({"name": "องค์การบริหารส่วนตำบลคำไหล อำเภอศรีเมืองใหม่ จังหวัดอุบลราชธานี"}, "L340001"),
        ({"name": "อบต.นาคำ", "district": "อ.เขื่องใน"}, "L340003"), ({"name": "อบต.นาคำ อ.ศรีเมืองใหม่"}, "L340002"),
        ({"name": "ทต.นาคำ", "province": "จ.ยโสธร"}, "L350001"),
        ({"name": "อบต.นาคำ"}, "several"), ({"name": "อบต.คำไหล", "province": "ยโสธร"}, "unmatched"),
        ({"name": "อบต.ดำไหล"}, "unmatched"), ({"name": "สำนักงานคณะกรรมการพัฒนาระบบราชกาน"}, "unmatched"), ({}, "unmatched"),
        ({"name": "อบจ.อุบลราชธานี"}, "unmatched"), ({"code": "D01021", "name": "อบต.คำไหล"}, "other_name"),
        ({"name": "นาคำ"}, "unmatched"),
    ],
)  # fmt: skip
def test_whose_row_it_is(trial: Trial, row: dict[str, str], expected: str) -> None:
    whose = Whose([item for item in seasons.load(trial.root).agencies if item.framework == "ita_2568"])
    found = whose.find(row)
    assert (found.why if isinstance(found, Nobody) else found.code) == expected


def test_rows_of_nobody_and_second_rows_are_told(trial: Trial, tmp_path: Path) -> None:
    text = "ชื่อหน่วยงาน,คะแนนรวม\nอบต.คำไหล,90\nอบต.ดำไหล,91\nอบต.นาคำ,92\nองค์การบริหารส่วนตำบลคำไหล,93\n"
    done = fill(trial, tmp_path, text)
    assert done.status == 3
    assert reasons(done) == [("3", "unmatched"), ("4", "several"), ("5", "same_agency")]
    assert column(tmp_path, "scores.total", "L340001") == 90
    assert "L340002" in done.json()["report"][1]["message"]


def test_headings_are_ids_or_labels_and_the_second_table_has_its_own(trial: Trial, tmp_path: Path) -> None:
    text = "รหัส,คะแนนรวม,1 การปฏิบัติหน้าที่,previous.คะแนนรวม,ผลคะแนนปีก่อน.IIT,อื่น ๆ\nD01021,90.5,๙๑.๒๕,80,81,x\n"
    done = fill(trial, tmp_path, text)
    assert done.json()["unused"] == ["อื่น ๆ"] and done.json()["cells"] == 4
    names = ("scores.total", "scores.i1", "previous.total", "previous.iit")
    assert [column(tmp_path, name, "D01021") for name in names] == [90.5, "๙๑.๒๕", 80, 81]
    assert column(tmp_path, "scores.total", "P34") is None


def test_cells_hold_what_was_typed_and_the_program_judges_it_later(trial: Trial, tmp_path: Path) -> None:
    text = 'agency,total,iit,grade,recommendation\nD01021,=1+1,เก้าสิบ,"ผ่านดี","=HYPERLINK(""x"")"\nP34,-,101,ผ่าน,007\n'
    assert fill(trial, tmp_path, text).status == 3
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    cells = [filling.cells_of(book, name) for name in ("scores.total", "scores.iit", "recommendations.recommendation")]
    assert all(cell.data_type != "f" for found in cells for cell in found)
    assert column(tmp_path, "scores.total", "D01021") == "=1+1" and column(tmp_path, "recommendations.recommendation", "P34") == "007"
    assert column(tmp_path, "scores.iit", "P34") == 101
    verdict = trial.verdict(tmp_path / "out.xlsx", day=DAY)
    assert verdict["verdict"] == "returned" and {item["raw"] for item in verdict["findings"]} >= {"=1+1", "101"}


def test_a_text_too_long_for_a_cell_is_left_out_and_told(trial: Trial, tmp_path: Path) -> None:
    done = fill(trial, tmp_path, f"agency,total,recommendation\nD01021,90,{'ก' * 32_768}\n")
    assert reasons(done) == [("2", "too_long")] and "recommendations.recommendation" in done.json()["report"][0]["message"]
    assert (column(tmp_path, "recommendations.recommendation", "D01021"), column(tmp_path, "scores.total", "D01021")) == (None, 90)


def test_other_forms_with_a_row_for_every_agency_are_filled_too(trial: Trial, tmp_path: Path) -> None:
    done = fill(trial, tmp_path, "agency,transparency_pct\nD01021,72.5\n", form="survey")
    assert done.status == 3 and done.json()["form"] == "dept_2557/survey"
    assert column(tmp_path, "survey.transparency_pct", "D01021", "survey.agency") == float(Decimal("72.5"))


def test_what_cannot_be_filled_is_refused_with_the_remedy(trial: Trial, tmp_path: Path) -> None:
    good = tmp_path / "list.csv"
    good.write_text("agency,total\nD01021,90\n", encoding="utf-8")
    inbox, issued = trial.root / "inbox" / "x.xlsx", trial.issued("D01021", "ita_result")

    def refused(form: str, path: Path, *more: str) -> str:
        done = trial.run("fill", form, str(path), *more, day=DAY)
        assert done.status == 2, done.out
        return done.err

    assert "inbox" in refused("ita_result", good, "--to", str(inbox)) and not inbox.exists()
    assert "as it was issued" in refused("ita_result", good, "--to", str(issued))
    assert ".xlsx" in refused("ita_result", good, "--to", str(tmp_path / "x.csv"))
    assert "row for every agency" in refused("measures", good)
    assert "no form" in refused("nothing", good)
    bad = tmp_path / "bad.csv"
    bad.write_text("a,b\n1,2\n", encoding="utf-8")
    assert "no heading" in refused("ita_result", bad)
    before = issued.read_bytes()
    issued.write_bytes(before + b"x")
    assert "cleanreport issue" in refused("ita_result", good)
    issued.write_bytes(before)


def test_a_file_that_would_take_most_figures_away_goes_back(tmp_path: Path) -> None:
    """To mend three agencies in the blank form is natural; the newest accepted list counts whole, so it would empty the others."""
    made = Trial(tmp_path / "season", "2568", ("ita_2568",), ("D01001", "D01002", "D01003", "D02001", "D03002"))
    assert made.run("issue", "ita_result", day=DAY).status == 0
    lines = [",".join([code, *SCORES.values()]) for code in every(made)]
    for count, name in ((5, "whole"), (4, "four"), (2, "two")):
        assert fill(made, tmp_path, "\n".join([",".join(["agency", *SCORES]), *lines[:count]])).status in (0, 3)
        (tmp_path / "out.xlsx").rename(tmp_path / f"{name}.xlsx")
    (made.root / "inbox" / "scores.xlsx").write_bytes((tmp_path / "whole.xlsx").read_bytes())
    assert made.run("nightly", day=DAY).status == 0
    assert made.verdict(tmp_path / "four.xlsx", day=DAY)["verdict"] == "accepted"
    verdict = made.verdict(tmp_path / "two.xlsx", day=DAY)
    (found,) = [item for item in verdict["findings"] if item["code"] == "FIGURES_GONE"]
    assert verdict["verdict"] == "returned" and found["sheet"] == "ผลคะแนน" and found["cell"] and "3 of the 5" in found["message"]


@pytest.mark.slow
def test_the_list_of_all_agencies_of_the_country_is_read_and_answered(tmp_path: Path) -> None:
    """About 8,300 rows in one workbook: more cells than any agency's form may have, and a receipt that people can open."""
    made = Trial(tmp_path / "season", "2568", ("ita_2568",), ())
    provinces = [row["name_th"] for row in records("provinces")][1:]
    lines = [f"อบต.,ตัวอย่าง{at},เมือง,{provinces[at % len(provinces)]}" for at in range(8300)]
    (tmp_path / "local.csv").write_text("\n".join(["ประเภท,ชื่อ,อำเภอ,จังหวัด", *lines]), encoding="utf-8")
    assert made.run("registry", "import", str(tmp_path / "local.csv"), day=DAY).status == 0
    assert made.run("issue", "ita_result", day=DAY).status == 0
    codes = every(made)
    assert len(codes) > 8300
    rows = [",".join([code, *SCORES.values(), "ควรเปิดช่องทาง"]) for code in codes]
    done = fill(made, tmp_path, "\n".join([",".join(["agency", *SCORES, "recommendation"]), *rows]))
    assert done.status == 0 and done.json()["filled"] == len(codes)
    (made.root / "inbox" / "scores.xlsx").write_bytes((tmp_path / "out.xlsx").read_bytes())
    night = made.run("nightly", "--json", day=DAY)
    assert night.status == 0, night.out[-2000:]
    receipt = next((made.root / "outbox" / "D01021").glob("receipt_*"))
    assert receipt.stat().st_size < 200_000
    with (made.root / "results" / "data" / "ranks.csv").open(encoding="utf-8-sig", newline="") as lines_of:
        assert sum(1 for row in csv.DictReader(lines_of) if row["rank_national"]) == len(codes)
