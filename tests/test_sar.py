"""The self-assessment report: the real one of seed 002 filled and judged, computed values beside it, Thai digits everywhere."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import filling
import openpyxl
import pytest
import season_tools
from filling import Values, cells_of, fill
from season_tools import Trial, reviewed

from templates.load import SHIPPED, load_framework
from templates.words import say
from workbook.errors import SpecError

SAR_FORMS = [(name, form) for name in ("dept_2557", "prov_2557") for form in ("sar9", "sar12")]
OFFICE = "D15002"
"""สำนักงานปลัดกระทรวงมหาดไทย, whose report seed 002 is."""
PROCESS = (
    "การนำระบบเทคโนโลยีสารสนเทศมาใช้ในการกำกับ ดูแล ตรวจสอบ การดำเนินโครงการ "
    "และการใช้จ่ายงบประมาณตามแผนปฏิบัติราชการประจำปีของจังหวัดและกลุ่มจังหวัด"
)
PLAN: Values = {**filling.PLAN, "general.work_process": [PROCESS]}
PERSONS: Values = {
    "supervisor.name": ["ชื่อผู้กำกับดูแลทดสอบ"],
    "supervisor.position": ["ผู้อำนวยการสำนักพัฒนาและส่งเสริมการบริหารราชการจังหวัด สป."],
    "collectors.name": [f"ชื่อผู้จัดเก็บข้อมูลทดสอบ {sign}" for sign in "กขค"],
    "collectors.position": [
        "ผู้อำนวยการส่วนส่งเสริมการบริหารราชการจังหวัด", "นักวิเคราะห์นโยบายและแผนชำนาญพิเศษ", "นักวิเคราะห์นโยบายและแผนชำนาญการ",
    ],
    "collectors.unit": ["สปจ.สป."] * 3,
    "contact.phone": ["๐ ๒๐๐๐ ๐๐๐๐"],
    "contact.phone_interior": ["๕๐๐๐๐"],
}  # fmt: skip
"""The persons of the seed are not ours to repeat: names and numbers are invented."""
EVIDENCE = f"แผนการสร้างความโปร่งใสในการปฏิบัติราชการในกระบวนการ “{PROCESS}”"
CARD_1: Values = {
    "plan_quality_data.result": [
        "สำนักงานปลัดกระทรวงมหาดไทยในฐานะหน่วยงานสนับสนุน/ส่งเสริม ให้จังหวัดและกลุ่มจังหวัดสามารถจัดทำแผนพัฒนาจังหวัดและกลุ่มจังหวัด"
        "แผนปฏิบัติราชการประจำปีของจังหวัดและกลุ่มจังหวัดรวมทั้งแผนการบริหารงบประมาณของจังหวัดและกลุ่มจังหวัดให้เป็นไปอย่างมีประสิทธิภาพ "
        "ได้จัดทำแผนการสร้างความโปร่งใสในการบริหารแผนงาน/โครงการของจังหวัดและกลุ่มจังหวัด โดยการนำระบบเทคโนโลยีสารสนเทศมาใช้ในการกำกับดูแล "
        "ตรวจสอบการดำเนินโครงการและการใช้จ่ายงบประมาณตามแผนปฏิบัติราชการประจำปีของจังหวัดและกลุ่มจังหวัด"
    ],
    "plan_quality_score.result": ["ผลการดำเนินการแล้วเสร็จในขั้นตอนที่ ๕"],
    "plan_quality_score.score": ["๕"],
    "plan_quality_account.explanation": [
        f"สำนักงานปลัดกระทรวงมหาดไทย มีแผนการสร้างความโปร่งใสในการปฏิบัติราชการในกระบวนการ “{PROCESS}”"
    ],
    "plan_quality_account.supporting_factors": ["ไม่มี"],
    "plan_quality_account.hindrances": ["ไม่มี"],
    "plan_quality_account.evidence": [EVIDENCE],
}
"""Card 7.1 as the seed has it (L45-111)."""


def blank_card(role: str) -> Values:
    """Cards 7.2 and 7.3 are not in the seed: at nine months there is no result yet."""
    account = ("explanation", "supporting_factors", "hindrances", "evidence")
    return {
        f"{role}_data.result": ["ไม่มี"],
        f"{role}_score.result": ["N/A"],
        f"{role}_score.score": ["N/A"],
        **{f"{role}_account.{name}": ["ไม่มี"] for name in account},
    }


SAR: Values = {**PERSONS, **CARD_1, **blank_card("achievement"), **blank_card("survey")}


def sar(**scores: object) -> Values:
    """Give the seed's report with other self scores, by role."""
    changed: Values = {f"{role}_score.score": [score] for role, score in scores.items()}
    return {**SAR, **changed, **{f"{role}_score.result": ["ผลการดำเนินงาน"] for role in scores}}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    """A season in which the office's final plan was accepted and judged at a quality of 100 %."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(season_tools, "AGENCIES", (OFFICE, "D01021", "P50"))
        trial = Trial(tmp_path_factory.mktemp("sar") / "season")
        waiting = trial.run("issue", "sar9", "--agency", OFFICE)
        assert waiting.status == 3 and list((trial.root / "outbox").rglob("*sar9*")) == []  # nothing to carry before the plan
        assert trial.file(OFFICE, "plan", PLAN, "2014-05-20").status == 0
        assert trial.run("issue", "sar9", "--agency", OFFICE).status == 0
        assert trial.run("issue", "dept_2557/review", "--agency", "MOI").status == 0
        reviewed(trial.issued("MOI", "review"), trial.root / "inbox" / "review.xlsx")
        assert trial.run("nightly", day="2014-06-20").status == 0
        assert trial.run("issue", "sar9", "--agency", OFFICE).status == 0
        yield trial


def shown(path: Path, name: str) -> Any:
    """Give what stands in the first cell of a name."""
    return cells_of(openpyxl.load_workbook(path), name)[0].value


def judged(trial: Trial, tmp_path: Path, values: Values) -> dict[str, Any]:
    """Fill the newest report and give the verdict on it."""
    return trial.verdict(fill(trial.issued(OFFICE, "sar9"), tmp_path / "sar9.xlsx", values), "2014-08-01")


def first(verdict: dict[str, Any], table: str) -> dict[str, Any]:
    row: dict[str, Any] = verdict["answers"][table][0]
    return row


# --- what is issued --------------------------------------------------------------------------------------------------


def test_before_a_review_nothing_is_computed_and_nothing_is_zero(office: Trial) -> None:
    path = sorted((office.root / "outbox" / OFFICE).glob("*sar9*"))[0]
    for role in ("plan_quality", "achievement", "survey"):
        for name in ("computed.computed", "computed.computed_weighted", "computed.raw"):
            assert shown(path, f"{role}_{name}") is None
    assert shown(path, "plan_quality_computed.status") == "รอผลการพิจารณา"
    assert shown(path, "plan_quality_score.weight") == 1.5


def test_the_computed_score_of_the_seed(office: Trial) -> None:
    """Seed 002 L99: score 5, weight 1.5, weighted 0.0750; here the program computes the 5 from the review itself."""
    path = office.issued(OFFICE, "sar9")
    assert path.name.endswith("_0002.xlsx")
    names = ("computed.computed", "computed.computed_weighted", "computed.raw", "computed.status")
    assert [shown(path, f"plan_quality_{name}") for name in names] == [5, 0.075, 100, "ประเมินแล้ว"]
    assert shown(path, "achievement_computed.computed") is None
    assert shown(path, "cover.work_process") == PROCESS
    scores = {row["indicator"]: row for row in office.table("scores") if row["agency"] == OFFICE and row["round"] == "9"}
    assert (scores["7.1"]["score"], scores["7.1"]["weighted_score"]) == ("5.0000", "0.0750")


def test_issuing_again_changes_nothing(office: Trial) -> None:
    before = office.digests()
    again = office.run("issue", "sar9", "--agency", OFFICE)
    assert again.status == 0 and office.digests() == before


# --- what comes back -------------------------------------------------------------------------------------------------


def test_the_real_report_is_accepted(office: Trial, tmp_path: Path) -> None:
    verdict = judged(office, tmp_path, SAR)
    assert verdict["verdict"] == "accepted", verdict["findings"]
    assert [item for item in verdict["findings"] if item["severity"] != "info"] == []
    row = first(verdict, "plan_quality_score")
    assert Decimal(row["score"]) == 5 and row["weighted"] == "0.0750"
    assert Decimal(first(verdict, "plan_quality_computed")["difference"]) == 0
    assert row["result"] == "ผลการดำเนินการแล้วเสร็จในขั้นตอนที่ ๕"
    assert len(verdict["answers"]["collectors"]) == 3
    assert first(verdict, "plan_quality_account")["evidence"] == EVIDENCE


def test_not_available_is_an_answer(office: Trial, tmp_path: Path) -> None:
    report = judged(office, tmp_path, SAR)
    row, ours = first(report, "survey_score"), first(report, "survey_computed")
    assert (row["score"], row["weighted"], ours["difference"]) == (None, None, None)
    verdict = judged(office, tmp_path, {name: value for name, value in SAR.items() if name != "survey_score.score"})
    assert [item["code"] for item in verdict["findings"] if not item["code"].startswith("READ_AS")] == ["REQUIRED"]


@pytest.mark.parametrize(("typed", "score", "weighted", "difference"), [(4, "4", "0.0600", "-1"), ("๔.๕", "4.5", "0.0675", "-0.5")])
def test_another_score_shows_the_difference(
    office: Trial, tmp_path: Path, typed: object, score: str, weighted: str, difference: str
) -> None:
    verdict = judged(office, tmp_path, sar(plan_quality=typed))
    row, ours = first(verdict, "plan_quality_score"), first(verdict, "plan_quality_computed")
    assert verdict["verdict"] == "accepted"
    assert (Decimal(row["score"]), row["weighted"], Decimal(ours["difference"])) == (Decimal(score), weighted, Decimal(difference))


@pytest.mark.parametrize(
    ("typed", "codes"),
    [(4.1234, []), (4.12345, ["TOO_MANY_DECIMALS"]), ("๔.๑๒๓๔๕", ["TOO_MANY_DECIMALS"]), (5.5, ["TOO_HIGH"]), (0, []), (-1, ["TOO_LOW"])],
)
def test_a_score_has_four_decimals_between_nought_and_five(office: Trial, tmp_path: Path, typed: object, codes: list[str]) -> None:
    """Domain B4: our own score may be 0.0000 behind a closed gate, so theirs may, too."""
    verdict = judged(office, tmp_path, sar(plan_quality=typed))
    assert [item["code"] for item in verdict["findings"] if item["severity"] == "error"] == codes
    assert all(item["label"].startswith("ค่าคะแนนที่ได้") for item in verdict["findings"] if item["severity"] == "error")


def test_the_conditions_are_numbered_as_the_seed_does() -> None:
    """Seed 002 L74-87 has one condition of two parts; the parts are no conditions of their own."""
    for framework, first in (("dept_2557", "7.1"), ("prov_2557", "6.1")):
        rows = [row for row in load_framework(SHIPPED / framework).lists["sar_texts.csv"] if row["indicator"] == first]
        (condition,) = [row["text"].split("\n") for row in rows if row["section"] == "condition"]
        assert len(condition) == 8 and [line[:3] for line in condition if line.startswith("(")] == ["(๑)", "(๒)"]
        assert [line.startswith("- ") for line in condition] == [False, False, *[True] * 5, False]


def test_a_score_needs_its_result(office: Trial, tmp_path: Path) -> None:
    verdict = judged(office, tmp_path, {**SAR, "plan_quality_score.result": ["N/A"]})
    assert [item["code"] for item in verdict["findings"] if not item["code"].startswith("READ_AS")] == ["NEEDED_WHEN"]


def test_our_score_is_not_theirs_to_change(office: Trial, tmp_path: Path) -> None:
    path = fill(office.issued(OFFICE, "sar9"), tmp_path / "sar9.xlsx", {**SAR, "plan_quality_computed.computed": [4]})
    found = [item for item in office.verdict(path, "2014-08-01")["findings"] if item["severity"] == "error"]
    assert [(item["code"], item["raw"]) for item in found] == [("LOCKED_CHANGED", "4")]


def test_a_report_changes_no_score_and_nobody_waits_for_it(office: Trial) -> None:
    before = (office.root / "results" / "data" / "scores.csv").read_bytes()
    fill(office.issued(OFFICE, "sar9"), office.root / "inbox" / "sar.xlsx", sar(plan_quality=1))
    assert office.run("nightly", day="2014-08-01").status == 0
    assert (office.root / "results" / "data" / "scores.csv").read_bytes() == before
    rows = [row for row in office.table("answers") if row["form"] == "dept_2557/sar9"]
    assert [row["value"] for row in rows if (row["table"], row["field"]) == ("plan_quality_score", "score")] == ["1"]
    # No name and no telephone number reaches the results.
    persons = [row["field"] for row in rows if row["table"] in ("supervisor", "collectors", "contact")]
    assert set(persons) == {"position", "unit"}
    published = "".join(path.read_text(encoding="utf-8-sig") for path in (office.root / "results" / "data").glob("*.csv"))
    assert "ทดสอบ ก" not in published and "ผู้กำกับดูแลทดสอบ" not in published
    status = office.run("status", "--json", day="2014-08-01").json()
    assert [item for item in status["forms"] if "sar" in item["form"] and item["silent"]] == []


def test_a_new_judgement_makes_a_new_report(office: Trial, tmp_path: Path) -> None:
    """What counts changed: the next issue shows it under the next serial; the older one is still read by its own values."""
    root = tmp_path / "season"
    shutil.copytree(office.root, root)
    other = Trial.__new__(Trial)
    other.root = root
    older = fill(other.issued(OFFICE, "sar9"), tmp_path / "older.xlsx", SAR)
    reviewed(other.issued("MOI", "review"), root / "inbox" / "review2.xlsx", score=0.5)
    assert other.run("nightly", day="2014-08-02").status == 0
    assert other.run("issue", "sar9", "--agency", OFFICE, day="2014-08-02").status == 0
    newest = other.issued(OFFICE, "sar9")
    assert newest.name.endswith("_0003.xlsx") and shown(newest, "plan_quality_computed.computed") == 2
    assert other.verdict(older, "2014-08-03")["verdict"] == "accepted"
    assert Decimal(first(other.verdict(older, "2014-08-03"), "plan_quality_computed")["difference"]) == 0


# --- provinces and twelve months -------------------------------------------------------------------------------------


def test_a_province_has_its_own_indicator(tmp_path: Path) -> None:
    trial = Trial(tmp_path / "season")
    field = load_framework(SHIPPED / "prov_2557").form("plan").table("general").field
    plan: Values = {
        **filling.PLAN,
        "general.process_type": ["1"], "general.service": [field("service").options[0].label],
        "general.evidence_basis": [field("evidence_basis").options[0].label], "general.justification": ["สถิติข้อร้องเรียน"],
        "measures.additional_measure": ["ก"] * 4, "measures.current_measure": ["ข"] * 4,
    }  # fmt: skip
    assert trial.file("P50", "plan", plan, "2014-05-20").status == 0
    assert trial.run("issue", "prov_2557/review", "--agency", "C12").status == 0
    reviewed(trial.issued("C12", "review"), trial.root / "inbox" / "review.xlsx", score=0.5)
    assert trial.run("nightly", day="2014-06-20").status == 0
    assert trial.run("issue", "sar12", "--agency", "P50", day="2014-10-01").status == 0
    path = trial.issued("P50", "sar12")
    # 50 % reaches level 1 of provinces (seed 001 L70); departments would stand at level 2.
    assert [shown(path, f"plan_quality_{name}") for name in ("computed.computed", "computed.computed_weighted")] == [1, 0.015]
    book = openpyxl.load_workbook(path)
    assert [name for name in book.sheetnames if "๖." in name] == ["ตัวชี้วัด ๖.๑", "ตัวชี้วัด ๖.๒", "ตัวชี้วัด ๖.๓"]
    assert any("☐ รอบ ๙ เดือน" in text and "☑ รอบ ๑๒ เดือน" in text for _, text in texts_of(book["หน้าปก"]))
    done = fill(path, tmp_path / "sar12.xlsx", sar(plan_quality=1))
    assert trial.verdict(done, "2014-10-02")["verdict"] == "accepted"


def test_twelve_months_show_all_three(year: Trial) -> None:
    """Quality 100 % = 5; every indicator on target = 100 % = 5; survey 72.5 % = 2.5 (domain B3, B5, B6)."""
    assert year.run("issue", "sar12", "--agency", "D01021", day="2014-10-20").status == 0
    path = year.issued("D01021", "sar12")
    roles = ("plan_quality", "achievement", "survey")
    assert [shown(path, f"{role}_computed.computed") for role in roles] == [5, 5, 2.5]
    assert [shown(path, f"{role}_computed.computed_weighted") for role in roles] == [0.075, 0.075, 0.05]
    assert [shown(path, f"{role}_computed.raw") for role in roles] == [100, 100, 72.5]
    assert "ร้อยละ ๗๒.๕๐" in shown(path, "survey_computed.reason")


# --- how it looks ----------------------------------------------------------------------------------------------------


def texts_of(sheet: Any) -> list[tuple[str, str]]:
    """Give every text of a sheet with its cell."""
    return [(cell.coordinate, cell.value) for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]


def test_no_arabic_digit_is_seen(office: Trial) -> None:
    """Seed 002 has none: texts are written in Thai digits, numbers by their format; formulas and the agency's code aside."""
    book = openpyxl.load_workbook(office.issued(OFFICE, "sar9"))
    names = ["หน้าปก", "ตัวชี้วัด ๗.๑", "ตัวชี้วัด ๗.๒", "ตัวชี้วัด ๗.๓"]
    assert [name for name in names if name in book.sheetnames] == names
    for name in names:
        for cell, text in texts_of(book[name]):
            assert text.startswith("=") or not re.search("[0-9]", text.replace(OFFICE, "")), (name, cell, text)
        numbers = [cell for row in book[name].iter_rows() for cell in row if isinstance(cell.value, int | float)]
        assert numbers and all(cell.number_format.startswith("[$-D00041E]") for cell in numbers)
        for area in book[name].data_validations.dataValidation:
            assert ("N/A" in str(area.formula1)) is (area.type == "custom" and "N/A" in area.prompt)  # help and check agree
            assert not re.search("[0-9]", f"{area.prompt}{area.promptTitle}"), area.prompt
    formulas = [cell for name in names[1:] for row in book[name].iter_rows() for cell in row if cell.data_type == "f"]
    assert len(formulas) >= 6
    for role in ("plan_quality", "achievement", "survey"):
        for field in ("score.weighted", "computed.difference"):
            assert cells_of(book, f"{role}_{field}")[0].number_format == "[$-D00041E]0.0000"


def test_the_first_and_the_last_sheet_count_in_thai_digits_too(office: Trial) -> None:
    """Codes, addresses of cells and the passport stay as programs write them."""
    book = openpyxl.load_workbook(office.issued(OFFICE, "sar9"), data_only=True)
    for name in (say("pages", "intro_sheet"), say("pages", "ready_sheet")):
        sheet = book[name]
        texts = [(cell, text) for cell, text in texts_of(sheet) if not sheet.row_dimensions[sheet[cell].row].hidden]
        plain = [text.replace(OFFICE, "") for _, text in texts if not re.search("![A-Z]+[0-9]+$|^CLEANREPORT", text)]
        assert len(plain) > 20 and [text for text in plain if re.search("[0-9]", text)] == []
    assert re.search("[๐-๙]+ / [๐-๙]+", " ".join(plain)) and say("pages", "ready_no").split(":")[0] in " ".join(plain)


@pytest.mark.parametrize("form_id", ["sar9", "sar12"])
def test_cards_are_upright_and_the_whole_report_takes_few_pages(year: Trial, form_id: str) -> None:
    assert year.run("issue", form_id, "--agency", "D01021", day="2014-10-20").status == 0
    book = openpyxl.load_workbook(year.issued("D01021", form_id))
    pages = {sheet.title: len(sheet.row_breaks.brk) + 1 for sheet in book if sheet.sheet_state == "visible"}
    assert sum(pages.values()) <= 12 and max(pages.values()) <= 3, pages
    cards = [book[name] for name in pages if name.startswith(("หน้าปก", "ตัวชี้วัด"))]
    assert len(cards) == 4 and all(sheet.page_setup.orientation == "portrait" for sheet in cards)


def test_the_five_columns_of_the_seed(office: Trial) -> None:
    """Seed 002 L97: the five headings in their order; what the program computed stands below what it is compared with."""
    book = openpyxl.load_workbook(office.issued(OFFICE, "sar9"))
    cell = cells_of(book, "plan_quality_score.name")[0]
    sheet = cell.parent
    heads = [sheet.cell(cell.row - 1, cell.column + at).value for at in range(6)]
    assert [str(head or "").replace("/\n", "/").replace("\n", " ").removesuffix("\u00a0*") for head in heads] == [
        "ตัวชี้วัด/ข้อมูลพื้นฐานประกอบตัวชี้วัด", "น้ำหนัก (ร้อยละ)", "ผลการดำเนินงาน", "ค่าคะแนนที่ได้", "ค่าคะแนนถ่วงน้ำหนัก", "",
    ]  # fmt: skip
    for theirs, ours in (("score", "computed"), ("weighted", "computed_weighted")):
        given, found = (cells_of(book, f"plan_quality_{name}")[0] for name in (f"score.{theirs}", f"computed.{ours}"))
        assert given.column == found.column and given.row < found.row
    assert cells_of(book, "plan_quality_computed.difference")[0].column == found.column + 1


@pytest.mark.parametrize(("name", "form_id"), SAR_FORMS)
def test_facts_stand_once(name: str, form_id: str) -> None:
    """Weights, names and criteria come from the framework; the form's own file holds none of them."""
    framework = load_framework(SHIPPED / name)
    form = framework.form(form_id)
    assert [row["weight"] for row in form.table("sub_indicators").rows.rows] == ["1.5", "1.5", "2"]  # type: ignore[union-attr]
    raw = (SHIPPED / name / "forms" / form_id / "form.toml").read_text(encoding="utf-8")
    for item in framework.sub_indicators:
        assert item.name not in raw
        table = form.table(f"{item.role}_about")
        assert item.name in table.title and not re.search("[0-9]", table.title)
        with (SHIPPED / name / "level_criteria.csv").open(encoding="utf-8-sig", newline="") as lines:
            wanted = [row["criterion_th"] for row in csv.DictReader(lines) if row["indicator"] == item.id]
        assert [row["criterion_th"] for row in form.table(f"{item.role}_levels").rows.rows] == wanted  # type: ignore[union-attr]
    assert framework.indicator_title not in raw and framework.indicator_title in form.table("cover").title
    assert form.optional and form.digits == "thai"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('match = { role = "survey" }', 'match = { role = "nobody" }', "has no row"),
        ('source = "score", decimals', 'source = "scores", decimals', "unknown figure"),
        ("{7.3}", "{7.4}", "unknown indicator"),
        ('match = { indicator = "7.1" }', 'match = { indikator = "7.1" }', "has no column"),
    ],
)
def test_a_mistake_in_the_form_is_told(tmp_path: Path, old: str, new: str, said: str) -> None:
    folder = tmp_path / "dept_2557"
    shutil.copytree(SHIPPED / "dept_2557", folder)
    path = folder / "forms" / "sar9" / "form.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(SpecError, match=said):
        load_framework(folder)


# --- a real client ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed; it calculates here")
@pytest.mark.filterwarnings("ignore:.*extension is not supported", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_libreoffice_calculates_as_the_program_does(office: Trial, tmp_path: Path) -> None:
    from test_libreoffice import convert

    typed = {"thai": "๕", "arabic": 4.5, "blank": "N/A"}
    paths = [fill(office.issued(OFFICE, "sar9"), tmp_path / f"{name}.xlsx", {**SAR, "plan_quality_score.score": [score]}) for name, score in typed.items()]
    wanted = [(0.075, 0), (0.0675, -0.5), (None, None)]
    for path, values in zip(convert(paths, "xlsx", tmp_path / "out"), wanted, strict=True):
        book = openpyxl.load_workbook(path, data_only=True)
        found = [cells_of(book, f"plan_quality_{name}")[0].value for name in ("score.weighted", "computed.difference")]
        assert [None if value in (None, "") else pytest.approx(value) for value in found] == [*values], path.name
        verdict = office.verdict(path, "2014-08-01")
        assert [item["code"] for item in verdict["findings"] if item["code"] in ("FORMULA_DIFFERS", "LOCKED_CHANGED", "READY_DIFFERS")] == []
