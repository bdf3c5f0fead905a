"""How many records a form takes, larger forms on request, and the speed and sameness of issuing everything."""

from __future__ import annotations

import hashlib
import os
import pty
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import filling
import openpyxl
import pytest
from season_tools import Trial, command

from templates.load import SHIPPED, load_framework
from templates.loadform import MAX_RECORDS
from templates.spec import Many

FORTY: filling.Values = {
    **filling.PLAN,
    "indicators.name": [f"ตัวชี้วัดที่ {n}" for n in range(1, 41)],
    "indicators.unit": ["ร้อยละ"] * 40,
    "indicators.weight": [2.5] * 40,
    "indicators.direction": ["ยิ่งมากยิ่งดี"] * 40,
    "indicators.scale": ["ตัวเลข"] * 40,
    **{f"indicators.level{level}": [level * 10 + n for n in range(40)] for level in range(1, 6)},
}


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """Give a season whose one agency asked for forty indicators, filed them, and reported on all."""
    trial = Trial(tmp_path_factory.mktemp("large") / "season")
    assert trial.run("issue", "plan", "--agency", "D01021").status == 0
    made = trial.run("issue", "plan", "--agency", "D01021", "--rows", "indicators=40", "--rows", "activities=60")
    assert (made.status, Path(made.out.splitlines()[0]).name) == (0, "2557_D01021_plan_0002.xlsx")
    trial.drop("D01021", "plan", FORTY)
    assert trial.run("nightly").last == "received 1, new 1, accepted 1, returned 0, unreadable 0, unchanged 0"
    report = {**filling.REPORT, "indicators.result": [30 + n for n in range(40)]}
    assert trial.file("D01021", "report9", report, "2014-08-20").status == 0
    return trial


def named(book: openpyxl.Workbook, name: str) -> list[Any]:
    return filling.cells_of(book, name)


def covered(book: openpyxl.Workbook, sheet: str, kind: str) -> set[str]:
    """Give the cells of a sheet that a data validation of a kind covers."""
    rules = [rule for rule in book[sheet].data_validations.dataValidation if rule.type == kind]
    return {cell.coordinate for rule in rules for area in rule.sqref.ranges for row in book[sheet][area.coord] for cell in row} if all(
        ":" in area.coord for rule in rules for area in rule.sqref.ranges
    ) else set()  # fmt: skip


def test_the_sizes_are_those_of_the_spec() -> None:
    sizes = {
        (form.id, table.id): table.rows.count
        for name in ("dept_2557", "prov_2557")
        for form in load_framework(SHIPPED / name).forms
        for table in form.tables
        if isinstance(table.rows, Many)
    }
    assert sizes["plan", "risks"] == 10 and sizes["plan", "activities"] == 20 and sizes["plan", "indicators"] >= 10
    assert sizes["respondents", "respondents"] == 300
    assert all(1 <= size <= MAX_RECORDS for size in sizes.values())


def test_a_larger_form_is_larger_in_every_respect(large: Trial) -> None:
    book = openpyxl.load_workbook(large.issued("D01021", "plan"))
    weights = named(book, "indicators.weight")
    assert (len(weights), len(named(book, "activities.start")), len(named(book, "risks.risk"))) == (40, 60, 10)
    sheet = book[weights[0].parent.title]
    total = sheet.cell(weights[-1].row + 1, weights[0].column)
    assert set(re.findall(r"[A-Z]+[0-9]+:[A-Z]+[0-9]+", total.value)) == {f"{weights[0].coordinate}:{weights[-1].coordinate}"}
    directions = {cell.coordinate for cell in named(book, "indicators.direction")}
    assert directions <= covered(book, sheet.title, "list")
    assert all(not cell.protection.locked for cell in weights) and total.protection.locked
    assert [sheet.cell(cell.row, 1).value for cell in weights] == list(range(1, 41))


def test_answers_beyond_the_spec_count_and_reports_carry_them(large: Trial) -> None:
    rows = [row for row in large.table("progress") if row["agency"] == "D01021" and row["kind"] == "indicator"]
    assert [row["no"] for row in rows] == [str(n) for n in range(1, 41)]
    assert {row["progress_pct"] for row in rows} == {"100.00"}
    book = openpyxl.load_workbook(large.issued("D01021", "report9"))
    names = named(book, "indicators.name")
    assert [cell.value for cell in names] == FORTY["indicators.name"]
    assert all(cell.protection.locked for cell in names)
    weights = named(book, "indicators.weight")
    total = weights[0].parent.cell(weights[-1].row + 1, weights[0].column)
    assert set(re.findall(r"[A-Z]+[0-9]+:[A-Z]+[0-9]+", total.value)) == {f"{weights[0].coordinate}:{weights[-1].coordinate}"}


def test_a_fault_in_the_last_row_is_found_there_and_corrected_there(tmp_path: Path) -> None:
    trial = Trial(tmp_path / "season")
    assert trial.run("issue", "plan", "--agency", "D01021", "--rows", "indicators=40").status == 0
    trial.drop("D01021", "plan", {**FORTY, "indicators.weight": [2.5] * 39 + ["มาก"]})
    assert trial.run("nightly").status == 3
    twin = next((trial.root / "outbox" / "D01021").glob("fix_*"))
    last = named(openpyxl.load_workbook(twin), "indicators.weight")[-1]
    assert last.value == "มาก" and last.comment is not None
    filling.fill(twin, trial.root / "inbox" / "again.xlsx", {"indicators.weight": [None] * 39 + [2.5]})
    assert trial.run("nightly").last == "received 2, new 1, accepted 1, returned 0, unreadable 0, unchanged 1"


def test_asking_again_changes_nothing_and_never_takes_rows_away(large: Trial) -> None:
    before = large.digests()
    for rows in ((), ("--rows", "indicators=40"), ("--rows", "indicators=30"), ("--rows", "indicators=40", "--rows", "activities=60")):
        again = large.run("issue", "plan", "--agency", "D01021", *rows)
        assert (again.status, "0 workbooks" in again.last or "issued 0" in again.last) == (0, True), again.last
    assert large.digests() == before
    lost = large.issued("D01021", "plan")
    content = lost.read_bytes()
    lost.unlink()
    assert large.run("issue", "plan", "--agency", "D01021").status == 0
    assert lost.read_bytes() == content


def test_only_those_asked_for_are_larger(trial: Trial) -> None:
    trial.run("issue", "plan")
    before = trial.digests()
    trial.run("issue", "plan", "--agency", "D01021", "--rows", "indicators=40")
    sizes = {
        code: len(named(openpyxl.load_workbook(trial.issued(code, "plan")), "indicators.weight")) for code in ("D01021", "D01002", "P50")
    }
    spec = load_framework(SHIPPED / "dept_2557").form("plan").table("indicators").rows
    assert isinstance(spec, Many)
    assert sizes == {"D01021": 40, "D01002": spec.count, "P50": spec.count}
    after = trial.digests()
    assert {name for name in after if after[name] != before.get(name)} == {"ledger.db", "outbox/D01021/2557_D01021_plan_0002.xlsx"}
    # A form of the spec's own size is the very form that stands already.
    assert "issued 0" in trial.run("issue", "plan", "--agency", "D01002", "--rows", f"indicators={spec.count}").last
    trial.run("issue", "plan")
    assert trial.digests() == after


def test_both_sizes_that_were_issued_are_read(trial: Trial) -> None:
    """An agency that began with the smaller workbook may send either; the newer serial counts from then on."""
    trial.run("issue", "plan", "--agency", "D01021")
    trial.drop("D01021", "plan", filling.PLAN, "small.xlsx")
    trial.run("issue", "plan", "--agency", "D01021", "--rows", "indicators=40")
    assert trial.run("nightly").last.startswith("received 1, new 1, accepted 1")


@pytest.mark.parametrize(
    ("form", "rows", "words"),
    [
        ("plan", "indicator=40", "activities, indicators, risks"),
        ("plan", "indicators=2001", "to 2000"),
        ("plan", "indicators=9", "what the form has"),
        ("plan", "indicators", "like indicators=40"),
        ("plan", "indicators=", "like indicators=40"),
        ("plan", "indicators=-40", "like indicators=40"),
        ("plan", "indicators=๔๐", "like indicators=40"),
        ("plan", "general=4", "doesn't grow"),
        ("plan", "measures=6", "doesn't grow"),
        ("survey", "survey=400", "doesn't grow"),
    ],
)
def test_what_can_not_be_asked_for_is_refused_in_a_sentence(trial: Trial, form: str, rows: str, words: str) -> None:
    before = trial.digests()
    refused = trial.run("issue", form, "--rows", rows)
    assert (refused.status, words in refused.err, refused.err.count("\n")) == (2, True, 1), refused.err
    assert refused.err.startswith(f"--rows {rows.partition('=')[0]}")
    thai = command("issue", form, "--rows", rows, "--season", str(trial.root))
    assert thai.status == 2 and thai.err.startswith(f"--rows {rows.partition('=')[0]}") and thai.err != refused.err
    assert re.search("แถว", thai.err) and thai.err.count("\n") == 1
    assert trial.digests() == before


@pytest.mark.slow
def test_the_longest_list_goes_round(trial: Trial) -> None:
    """2,000 persons: issued, filled to the last row, accepted within the limits of one file."""
    assert trial.run("issue", "dept_2557/respondents", "--agency", "D01021", "--rows", f"respondents={MAX_RECORDS}").status == 0
    people = [f"บุคคลสมมุติ ที่ {n}" for n in range(MAX_RECORDS)]
    trial.drop("D01021", "respondents", {"respondents.name": people, "respondents.phone": ["0 2000 0000"] * MAX_RECORDS})
    assert trial.run("nightly").last == "received 1, new 1, accepted 1, returned 0, unreadable 0, unchanged 0"


# --- issuing everything --------------------------------------------------------------------------------------------


def issue_all(root: Path, *, seed: str = "0", zone: str = "UTC") -> list[str]:
    """Issue every form in a process of its own; gives the last line of each call."""
    forms = sorted({form.id for path in (root / "frameworks").iterdir() for form in load_framework(path).forms})
    setting = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C.UTF-8"}
    said = []
    for form in forms:
        call = [sys.executable, "-m", "processors.cli", "-q", "--lang", "en", "--season", str(root), "issue", form]
        done = subprocess.run(call, env=setting, capture_output=True, text=True, cwd=Path(__file__).parents[1])
        assert done.returncode == 0, done.stderr
        said.append(done.stdout.strip().splitlines()[-1])
    return said


def every_third(path: Path) -> None:
    """Keep every third agency, of both frameworks: two seasons of all would take minutes."""
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    path.write_text("\n".join([lines[0], *lines[1::3]]) + "\n", encoding="utf-8-sig")


def outbox(root: Path, serial: str = "????") -> dict[str, str]:
    paths = sorted((root / "outbox").rglob(f"2*_{serial}.xlsx"))
    return {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


@pytest.mark.slow
def test_all_forms_are_the_same_bytes_in_another_season(tmp_path: Path) -> None:
    """Same secret, another folder, hash seed and time zone: every workbook is equal to the byte."""
    roots = [tmp_path / name for name in ("one", "two")]
    for root in roots:
        made = command("init", str(root), "--year", "2557", "--framework", "dept_2557", "--framework", "prov_2557")
        assert made.status == 0
        every_third(root / "agencies.csv")
    shutil.copyfile(roots[0] / "secret.key", roots[1] / "secret.key")
    for root, seed, zone in zip(roots, ("1", "2"), ("UTC", "Asia/Bangkok"), strict=True):
        assert all(re.search(r"\([0-9]+\.[0-9] per second\)", line) for line in issue_all(root, seed=seed, zone=zone))
    first = outbox(roots[0])
    assert len(first) > 2 * 70 and outbox(roots[1]) == first
    again = issue_all(roots[0])
    assert all(line.startswith("issued 0 workbooks") for line in again)
    assert outbox(roots[0]) == first


@pytest.mark.slow
def test_forms_that_carry_returns_are_the_same_bytes_too(large: Trial, tmp_path: Path) -> None:
    """A copy of a season without its outbox and its memory of what was issued gives the same carried workbooks."""
    import sqlite3

    reviewers = large.run("issue", "review")
    assert reviewers.status == 0 and large.run("issue", "report12", "--agency", "D01021").status == 0
    copy = tmp_path / "copy"
    shutil.copytree(large.root, copy)
    shutil.rmtree(copy / "outbox")
    (copy / "outbox").mkdir()
    with sqlite3.connect(copy / "ledger.db") as ledger:
        ledger.execute("DELETE FROM issued WHERE form NOT LIKE '%/plan'")
    issue_all(copy, seed="3", zone="Asia/Bangkok")
    carried = {name: sha for name, sha in outbox(large.root).items() if not re.search("_plan_", name)}
    assert {name.split("_")[-2] for name in carried} >= {"report9", "report12", "review"}
    assert carried.items() <= outbox(copy).items()


def test_speed_is_told_and_a_terminal_gets_a_bar(trial: Trial) -> None:
    front, back = pty.openpty()
    call = [sys.executable, "-m", "processors.cli", "--lang", "en", "--season", str(trial.root), "issue", "plan"]
    setting = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    done = subprocess.run(call, stdout=subprocess.PIPE, stderr=back, env=setting, text=True, cwd=Path(__file__).parents[1])
    os.close(back)
    shown = b""
    try:
        while part := os.read(front, 65536):
            shown += part
    except OSError:  # how Linux says that the other side is closed
        pass
    os.close(front)
    assert done.returncode == 0
    assert "issuing forms" in shown.decode("utf-8", "replace") and "━" in shown.decode("utf-8", "replace")
    assert re.fullmatch(r"issued 4 workbooks, 0 unchanged, 0 waiting for an earlier return \([0-9.]+ per second\)", done.stdout.splitlines()[-1])
    piped = trial.run("issue", "plan")
    assert piped.err == "" and re.search(r"issued 0 workbooks, 4 unchanged.*\([1-9][0-9.]* per second\)", piped.last)
