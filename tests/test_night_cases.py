"""Every code that only a night can give has a case: what came before, the file, and exactly its findings; two agencies each."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import filling
import openpyxl
import pytest
from answers import answers
from season_tools import Trial

from templates.load import SHIPPED, load_framework

BOTH = ("D01021", "D01002")
FORMS = {form.full_id: form for name in ("dept_2557", "prov_2557") for form in load_framework(SHIPPED / name).forms}
Told = dict[str, tuple[str, list[tuple[str, str | None]]]]
"""file -> verdict, and (code, cell) of every finding that the same answers don't have when they come first."""
QUIET = {"READ_AS", "READ_AS_PERSONAL", "PLACEHOLDER_ZERO", "TEXT_CLEANED", "COPIED_TEXT"}
"""What the good answers of these tests have anyway."""


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    return Trial(tmp_path_factory.mktemp("nights") / "season")


def good(season: Trial, agency: str, form: str) -> filling.Values:
    framework = "prov_2557" if agency.startswith("P") else "dept_2557"
    return answers(FORMS[f"{framework}/{form}"], openpyxl.load_workbook(season.issued(agency, form)))


def night(season: Trial, day: str) -> Told:
    """Run a night and give what it said of new files."""
    files = season.run("nightly", "--json", day=day).json()["files"]
    return {
        item["file"]: (item["verdict"], [(one["code"], one["cell"]) for one in item["findings"] if one["code"] not in QUIET])
        for item in files
    }


def drop(season: Trial, agency: str, name: str, form: str = "plan", **changes: Any) -> Path:
    values = good(season, agency, form)
    values.update({key.replace("__", "."): value for key, value in changes.items()})
    return season.drop(agency, form, values, name)


def cell(season: Trial, agency: str, form: str, name: str) -> str:
    return str(filling.cells_of(openpyxl.load_workbook(season.issued(agency, form)), name)[0].coordinate)


def test_the_first_night(season: Trial) -> None:
    """Duplicates, a lock file, two different first returns."""
    season.run("issue", "plan")
    wanted: Told = {}
    for agency in BOTH:
        path = drop(season, agency, f"{agency}.xlsx", general__stage=["เบื้องต้น"])
        shutil.copy(path, path.with_name(f"{agency}_copy.xlsx"))
        (path.parent / f"~${agency}.xlsx").write_bytes(b"lock")
        wanted |= {
            f"{agency}.xlsx": ("accepted", []),
            f"{agency}_copy.xlsx": ("duplicate", [("DUPLICATE_FILE", None)]),
            f"~${agency}.xlsx": ("ignored", [("IGNORED", None)]),
        }
    for agency in ("P50", "P51"):
        for n, name in enumerate(("one", "two"), 1):
            drop(season, agency, f"{agency}_{name}.xlsx", general__work_process=[f"กระบวนงานที่ {n}"])
            wanted[f"{agency}_{name}.xlsx"] = ("conflict", [("CONFLICT", None)])
    assert night(season, "2014-05-20") == wanted


def test_the_final_plan_is_frozen(season: Trial) -> None:
    for agency in BOTH:
        drop(season, agency, f"{agency}_final.xlsx")
    assert night(season, "2014-05-21") == {f"{agency}_final.xlsx": ("accepted", []) for agency in BOTH}
    for agency in BOTH:
        drop(season, agency, f"{agency}_again.xlsx", general__work_process=["กระบวนงานอื่น"])
        drop(season, agency, f"{agency}_first.xlsx", general__stage=["เบื้องต้น"], general__work_process=["กระบวนงานแรก"])
    wanted: Told = {}
    for agency in BOTH:
        changed = cell(season, agency, "plan", "general.work_process")
        wanted[f"{agency}_again.xlsx"] = ("returned", [("PLAN_FROZEN", changed)])
        wanted[f"{agency}_first.xlsx"] = ("superseded", [("SUPERSEDED", None)])
    assert night(season, "2014-05-22") == wanted


def test_a_level_that_is_not_used_may_be_marked_otherwise(season: Trial) -> None:
    """The receipt asks for a dash instead of a 0 out of order (`0 0 1 0 2`): to do so changes nothing that is frozen."""
    for agency in BOTH:
        changes = {f"indicators__level{n}": [*filling.PLAN[f"indicators.level{n}"][:3], "-", *filling.PLAN[f"indicators.level{n}"][4:]] for n in (1, 2, 4)}
        drop(season, agency, f"{agency}_dash.xlsx", **changes)
    told = night(season, "2014-05-23")
    assert {name: verdict for name, (verdict, _) in told.items()} == {f"{agency}_dash.xlsx": "accepted" for agency in BOTH}


def test_late_reports_and_older_answers(season: Trial) -> None:
    """Late, then other answers, then the first answers saved anew."""
    season.run("issue", "report9", day="2014-06-01")
    for agency in BOTH:
        drop(season, agency, f"{agency}_a.xlsx", "report9")
    late = [("LATE", None)]
    assert night(season, "2014-09-05") == {f"{agency}_a.xlsx": ("accepted", late) for agency in BOTH}
    for agency in BOTH:
        drop(season, agency, f"{agency}_b.xlsx", "report9", indicators__result=[25, 0, 0, 2, 2, 2])
    assert night(season, "2014-09-06") == {f"{agency}_b.xlsx": ("accepted", late) for agency in BOTH}
    for agency in BOTH:
        book = openpyxl.load_workbook(season.root / "inbox" / f"{agency}_a.xlsx")
        book.properties.title = "saved anew"
        book.save(season.root / "inbox" / f"{agency}_c.xlsx")
    older = [("LATE", None), ("OLDER_ANSWERS", None)]
    assert night(season, "2014-09-07") == {f"{agency}_c.xlsx": ("accepted", older) for agency in BOTH}


def test_an_exception(season: Trial) -> None:
    """A waiver turns the fault into a remark at the same cell."""
    rows = [f"{agency},NEEDED_WHEN,measures.summary,ยกเว้นตามหนังสือ,สำนักงาน,2014-12-31" for agency in BOTH]
    (season.root / "waivers.csv").write_text("\n".join(["agency,code,where,reason,approver,expires", *rows]) + "\n", encoding="utf-8-sig")
    for agency in BOTH:
        drop(season, agency, f"{agency}_d.xlsx", "report9", measures__summary=[None, *["ดำเนินการแล้วบางส่วน"] * 4])
    told = night(season, "2014-09-08")
    for agency in BOTH:
        assert told[f"{agency}_d.xlsx"] == ("accepted", [("WAIVED", cell(season, agency, "report9", "measures.summary")), ("LATE", None)])
