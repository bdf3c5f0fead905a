"""A field is one line of TOML, a framework is a folder: neither needs Python."""

from __future__ import annotations

import csv
from pathlib import Path

import filling
import openpyxl
from season_tools import Trial, command, reviewed


def add_field(trial: Trial) -> None:
    """Add one text field to the nine-month report's obstacles: one line."""
    path = trial.root / "frameworks" / "dept_2557" / "forms" / "report9" / "form.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    at = next(number for number, line in enumerate(lines) if 'id = "obstacles", label' in line)
    lines.insert(
        at, '  { id = "lesson", label = "บทเรียนที่ได้รับ", kind = "text", max_length = 20, help = "ระบุบทเรียน", width = 60 },'
    )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_one_line_adds_a_field_everywhere(trial: Trial) -> None:
    add_field(trial)
    trial.file("D01021", "plan", filling.PLAN, "2014-05-20")
    trial.run("issue", "report9", "--agency", "D01021")
    book = openpyxl.load_workbook(trial.issued("D01021", "report9"))
    (cell,) = filling.cells_of(book, "obstacles.lesson")
    assert not cell.protection.locked and "บทเรียนที่ได้รับ" in str(cell.offset(0, -1).value)
    assert any(
        cell.coordinate in rule.sqref and "ระบุบทเรียน" in rule.prompt for rule in cell.parent.data_validations.dataValidation
    )
    path = trial.drop("D01021", "report9", filling.REPORT)
    missing = trial.verdict(path, "2014-08-20")
    assert [(item["code"], item["cell"]) for item in missing["findings"] if item["severity"] == "error"] == [
        ("REQUIRED", cell.coordinate)
    ]
    trial.drop("D01021", "report9", {**filling.REPORT, "obstacles.lesson": ["ก" * 21]})
    assert [item["code"] for item in trial.verdict(path, "2014-08-20")["findings"] if item["severity"] == "error"] == ["TOO_LONG"]
    trial.drop("D01021", "report9", {**filling.REPORT, "obstacles.lesson": ["รู้จักวางแผน"]})
    assert trial.run("nightly", day="2014-08-20").status == 0
    assert next(row["value"] for row in trial.table("answers") if row["field"] == "lesson") == "รู้จักวางแผน"
    assert "`lesson`" in trial.run("forms", "show", "dept_2557/report9").out
    shown = trial.run("forms", "show", "dept_2557/report9", "--json").json()
    fields = next(table["fields"] for table in shown["tables"] if table["id"] == "obstacles")
    assert next(item for item in fields if item["id"] == "lesson")["required"] is True


def test_a_framework_of_another_year_with_other_numbers(tmp_path: Path) -> None:
    start = Trial(tmp_path / "start")
    assert start.run("forms", "new", "dept_2558", "--from", "dept_2557").status == 0
    folder = start.root / "frameworks" / "dept_2558"
    text = (folder / "framework.toml").read_text(encoding="utf-8")
    assert "fiscal_year = 2558" in text and '"2015-08-31"' in text and "2014-08-31" not in text
    with (folder / "level_criteria.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    for row in rows:
        if row["indicator"] == "7.3":
            row["threshold_pct"] = str(40 + 10 * int(row["level"]))
    with (folder / "level_criteria.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    trial = Trial(tmp_path / "season", "2558", (str(folder),))
    plan = {**filling.PLAN, "activities.start": ["1 พ.ค. 2558"], "activities.end": ["30 ก.ย. 2558"]}
    assert trial.file("D01021", "plan", plan, "2015-05-20").status == 0
    trial.run("issue", "review", day="2015-06-01")
    reviewed(trial.issued("OPM", "review"), trial.root / "inbox" / "review.xlsx")
    trial.run("issue", "survey", day="2015-06-01")
    book = openpyxl.load_workbook(trial.issued("D01021", "survey"))
    codes = [cell.value for cell in filling.cells_of(book, "survey.agency")]
    trial.drop("D01021", "survey", {"survey.transparency_pct": ["65" if code == "D01021" else None for code in codes]})
    assert trial.run("nightly", day="2015-10-01").status == 0
    assert trial.file("D01021", "report12", filling.REPORT12, "2015-10-10").status == 0
    scores = {row["indicator"]: row for row in trial.table("scores") if (row["agency"], row["round"]) == ("D01021", "12")}
    # 40 + 10 per level: 65 lies half way between level 2 (60) and level 3 (70).
    assert (scores["7.3"]["score"], scores["7"]["fiscal_year"]) == ("2.5000", "2558")
    assert command("forms", "list", "--season", str(trial.root)).out.count("dept_2558/") == 8


def test_a_published_form_can_not_be_changed(trial: Trial) -> None:
    assert trial.run("forms", "publish", "dept_2557/plan").status == 0
    folder = trial.root / "frameworks" / "dept_2557" / "forms" / "plan"
    assert {path.name for path in folder.iterdir()} == {"form.toml", "README.md", "layout.lock", "SHA256SUMS"}
    assert trial.run("issue", "plan", "--agency", "D01021").status == 0
    form = folder / "form.toml"
    form.write_text(form.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    refused = trial.run("issue", "plan")
    assert refused.status == 2 and "dept_2557/forms/plan/form.toml" in refused.err
    assert trial.run("forms", "check").status == 2


def test_every_mistake_of_a_spec_is_said_at_once(trial: Trial) -> None:
    path = trial.root / "frameworks" / "dept_2557" / "forms" / "plan" / "form.toml"
    text = path.read_text(encoding="utf-8")
    text = text.replace('kind = "email"', 'kind = "e-mail"').replace('total = ["weight"]', 'total = ["wieght"]')
    path.write_text(text.replace('rule = "sums_to"', 'rule = "sums"'), encoding="utf-8")
    found = trial.run("forms", "check")
    assert found.status == 2
    for part in ("'e-mail' is none of", "unknown field 'wieght'", "unknown rule 'sums'", "field email", "table indicators"):
        assert part in found.err


def test_the_round_before_stands_beside_this_one(trial: Trial) -> None:
    """`from = "previous"`: grey, locked, matched by the table's key, blank when unknown."""
    path = trial.root / "frameworks" / "dept_2557" / "forms" / "report12" / "form.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    at = next(number for number, line in enumerate(lines) if 'id = "progress"' in line)
    lines.insert(at, '  { id = "before", label = "รอบ 9 เดือน", kind = "percent", from = "previous", source = "progress" },')
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    trial.file("D01021", "plan", filling.PLAN, "2014-05-20")
    trial.run("issue", "report12", "--agency", "D01021", day="2014-08-01")
    blank = openpyxl.load_workbook(trial.issued("D01021", "report12"))
    assert [cell.value for cell in filling.cells_of(blank, "measures.before")] == [None] * 5
    assert trial.file("D01021", "report9", filling.REPORT, "2014-08-20").status == 0
    trial.run("issue", "report12", "--agency", "D01021", day="2014-10-01")
    book = openpyxl.load_workbook(trial.issued("D01021", "report12"))
    cells = filling.cells_of(book, "measures.before")
    assert [cell.value for cell in cells] == [20, 30, 50, 20, 40] and all(cell.protection.locked for cell in cells)
    filled = trial.drop("D01021", "report12", filling.REPORT12)
    assert trial.verdict(filled, "2014-10-10")["verdict"] == "accepted"
    book = openpyxl.load_workbook(filled)
    filling.cells_of(book, "measures.before")[1].value = 99
    book.save(filled)
    verdict = trial.verdict(filled, "2014-10-10")
    assert [item["code"] for item in verdict["findings"] if item["severity"] == "error"] == ["LOCKED_CHANGED"]
