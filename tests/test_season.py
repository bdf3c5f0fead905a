"""One season end to end through the command: the printed figures, idempotence, verdicts, exit statuses."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import filling
import openpyxl
import pytest
from season_tools import Trial, command, reviewed
from test_gate import make_ole


def test_the_worked_example_shows_the_printed_figures(year: Trial) -> None:
    """Seed 000 L263-284 (domain B1, B2)."""
    rows = [row for row in year.table("progress") if row["agency"] == "D01021" and row["round"] == "9"]
    measures = [row["progress_pct"] for row in rows if row["kind"] == "measure"]
    indicators = [row["progress_pct"] for row in rows if row["kind"] == "indicator"]
    assert measures == ["20.00", "30.00", "50.00", "20.00", "40.00"]
    assert indicators == ["33.33", "0.00", "0.00", "200.00", "66.67", "66.67"]
    assert [row["target"] for row in rows if row["kind"] == "indicator"] == ["60", "80", "3", "1", "3", "3"]


def test_scores_of_both_rounds(year: Trial) -> None:
    """7.1: all basics, q = 100 -> 5; 7.2: plan not carried out -> floor 1; all on target -> A = 100 -> 5; 7.3: 72.5 -> 2.5."""
    scores = {(r["round"], r["indicator"]): r for r in year.table("scores") if r["agency"] == "D01021"}
    assert {key: row["score"] for key, row in scores.items()} == {
        ("9", "7.1"): "5.0000", ("9", "7.2"): "1.0000", ("9", "7.3"): "2.5000", ("9", "7"): "2.8000",
        ("12", "7.1"): "5.0000", ("12", "7.2"): "5.0000", ("12", "7.3"): "2.5000", ("12", "7"): "4.0000",
    }  # fmt: skip
    assert scores["9", "7.2"]["raw"] == "40.00" and scores["9", "7.2"]["status"] == "below_level_1"
    assert scores["12", "7.1"]["weighted_score"] == "0.0750"
    assert scores["12", "7"]["status"] == "evaluated"
    other = {r["indicator"]: r["status"] for r in year.table("scores") if (r["agency"], r["round"]) == ("D01002", "12")}
    assert other == {"7.1": "not_reported", "7.2": "not_reported", "7.3": "not_surveyed", "7": "not_reported"}
    bangkok = {r["status"] for r in year.table("scores") if r["agency"] == "P10"}
    assert bangkok == {"exempt"}
    ranks = {r["agency"]: r for r in year.table("ranks") if r["round"] == "12"}
    assert (ranks["D01021"]["rank_national"], ranks["D01021"]["of_national"], ranks["D01021"]["group"]) == ("1", "1", "OPM")
    assert ranks["D01002"]["rank_national"] == ""


def test_answers_keep_their_source_and_leave_people_out(year: Trial) -> None:
    answers = year.table("answers")
    weights = [r for r in answers if (r["form"], r["table"], r["field"]) == ("dept_2557/plan", "indicators", "weight")]
    typed = next(row for row in weights if row["record"] == "2")
    assert (typed["value"], typed["raw"], typed["file"]) == ("10", "๑๐", "D01021_plan.xlsx")
    book = openpyxl.load_workbook(year.root / "inbox" / typed["file"])
    assert book[typed["sheet"]][typed["cell"]].value == "๑๐"
    everything = year.data()
    for personal in ("ชื่อผู้รับรองทดสอบ", "ชื่อผู้บันทึกทดสอบ", "recorder@example.go.th", "0 2000 0000"):
        assert not any(personal == row["value"] or personal == row["raw"] for row in answers)
        assert personal not in everything
    judged = {row["agency"] for row in answers if row["form"] == "dept_2557/review"}
    assert judged == {"D01021"}


def test_results_are_complete_and_balance(year: Trial) -> None:
    results = year.root / "results"
    run = json.loads((results / "run.json").read_text(encoding="utf-8"))
    assert run["counts"]["balances"] is True
    assert run["counts"]["found"] == sum(run["counts"]["verdicts"].values()) == 5
    names = {path.relative_to(results).as_posix() for path in results.rglob("*") if path.is_file()}
    assert {"national.xlsx", "status.xlsx", "ministries/OPM.xlsx", "provinces/50.xlsx", "provinces/10.xlsx"} <= names
    assert {f"data/{name}.csv" for name in ("scores", "ranks", "progress", "answers", "findings")} <= names
    assert set(run["digests"]) == names - {"run.json"}


def test_the_same_night_twice_changes_nothing(year: Trial) -> None:
    before = year.digests()
    again = year.run("nightly", day="2014-10-10")
    assert (again.status, again.last) == (0, "received 5, new 0, accepted 0, returned 0, unreadable 0, unchanged 5")
    assert year.digests() == before


def test_issuing_again_changes_nothing(year: Trial) -> None:
    before = year.digests()
    for form in ("plan", "report9", "review", "survey"):
        year.run("issue", form)
    once = year.digests()
    for form in ("plan", "report9", "review", "survey"):
        assert year.run("issue", form).status == 0
    assert year.digests() == once
    before.pop("ledger.db")
    assert {name: value for name, value in once.items() if name in before} == before


def test_check_gives_the_verdict_of_the_night_as_json(trial: Trial) -> None:
    trial.run("issue", "plan", "--agency", "D01021")
    path = trial.drop("D01021", "plan", {**filling.PLAN, "indicators.weight": [40, 10, 10, 10, 10, 10], "recorder.email": ["x"]})
    found = trial.run("check", str(path), "--json")
    assert found.status == 3
    verdict = found.json()[0]
    assert set(verdict) == {
        "file", "sha256", "form", "issue", "agency", "serial", "saved_by", "verdict", "flags", "findings", "answers",
    }  # fmt: skip
    assert (verdict["form"], verdict["issue"], verdict["agency"], verdict["serial"]) == (
        "dept_2557/plan", "2557.1", "D01021", "0001",
    )  # fmt: skip
    assert verdict["verdict"] == "returned"
    wrong = [item for item in verdict["findings"] if item["severity"] == "error"]
    errors = {(item["code"], item["sheet"], item["cell"], item["raw"]) for item in wrong}
    assert errors == {("SUM_WRONG", "ตัวชี้วัดและค่าเป้าหมาย", "D13", "10"), ("BAD_EMAIL", "ผู้บันทึกและผู้รับรอง", "B9", "")}
    assert verdict["answers"]["general"][0]["process_type"] == "3"
    assert verdict["answers"]["activities"][0]["start"] == "2014-05-01"
    assert verdict["answers"]["indicators"][1]["weight"] == "10"
    assert verdict["answers"]["indicators"][0]["level1"] == "40"
    night = trial.run("nightly")
    assert (night.status, night.last) == (3, "received 1, new 1, accepted 0, returned 1, unreadable 0, unchanged 0")
    assert trial.run("nightly").status == 0


def test_a_corrected_twin_is_accepted(trial: Trial) -> None:
    trial.run("issue", "plan", "--agency", "D01021")
    trial.drop("D01021", "plan", {**filling.PLAN, "indicators.weight": ["มาก", 10, 10, 10, 10, 10], "basics.success": [None]})
    assert trial.run("nightly").status == 3
    twin = next((trial.root / "outbox" / "D01021").glob("fix_*.xlsx"))
    book = openpyxl.load_workbook(twin)
    assert book.sheetnames[0] == "สิ่งที่ต้องแก้ไข"
    links = [cell.hyperlink.location for cell in book.worksheets[0]["B"] if cell.hyperlink and not cell.value.startswith("ไปที่")]
    marked = {"'ตัวชี้วัดและค่าเป้าหมาย'!D8", "'เกณฑ์พื้นฐาน'!B11"}
    assert marked <= {link if link.startswith("'") else "'" + link.replace("!", "'!") for link in links}
    wrong = filling.cells_of(book, "indicators.weight")[0]
    assert wrong.value == "มาก" and wrong.comment is not None
    assert filling.cells_of(book, "general.work_process")[0].value == filling.PLAN["general.work_process"][0]
    filling.fill(twin, trial.root / "inbox" / "again.xlsx", {"indicators.weight": [50], "basics.success": ["ผลลัพธ์"]})
    night = trial.run("nightly")
    assert (night.status, night.last) == (0, "received 2, new 1, accepted 1, returned 0, unreadable 0, unchanged 1")


def tampered(trial: Trial, name: str, record: int, value: object) -> dict[str, object]:
    path = filling.fill(trial.issued("D01021", "report9"), trial.root / "tampered.xlsx", filling.REPORT)
    book = openpyxl.load_workbook(path)
    cell = filling.cells_of(book, name)[record]
    cell.value = value
    book.save(path)
    verdict = trial.verdict(path, "2014-08-20")
    (finding,) = [item for item in verdict["findings"] if item["severity"] == "error"]
    return {**finding, "verdict": verdict["verdict"], "at": cell.coordinate, "on": cell.parent.title}


@pytest.mark.parametrize(
    ("name", "record", "value", "before"),
    [("indicators.target", 0, 20, "60"), ("indicators.level5", 5, 4, "5"), ("indicators.weight", 1, "๑๑", "10"),
     ("measures.measure", 2, "อย่างอื่น", "ประชุมทางไกล"), ("general.agency", 0, "กรมอื่น", "สำนักงานคณะกรรมการพัฒนาระบบราชการ")],
)  # fmt: skip
def test_a_changed_locked_cell_is_reported_with_before_and_after(
    year: Trial, name: str, record: int, value: object, before: str
) -> None:
    found = tampered(year, name, record, value)
    assert (found["verdict"], found["code"]) == ("returned", "LOCKED_CHANGED")
    assert (found["sheet"], found["cell"]) == (found["on"], found["at"])
    assert before in str(found["message"]) and str(value) in str(found["message"])


def test_spaces_and_digits_in_locked_cells_are_no_tampering(year: Trial) -> None:
    path = filling.fill(year.issued("D01021", "report9"), year.root / "spaced.xlsx", filling.REPORT)
    book = openpyxl.load_workbook(path)
    cell = filling.cells_of(book, "general.agency")[0]
    cell.value = f" {cell.value}\u00a0"
    filling.cells_of(book, "indicators.target")[0].value = "๖๐"
    book.save(path)
    assert year.verdict(path, "2014-08-20")["verdict"] == "accepted"


@pytest.mark.parametrize("form", ["report9", "report12"])
def test_a_report_shows_what_the_plan_says_and_asks_nothing_there(year: Trial, form: str) -> None:
    """Seed 000 L196-215: section 2 of the reporting screens, every factor with its present and its further measure."""
    book = openpyxl.load_workbook(year.issued("D01021", form))
    told = ("plan_risks.step", "plan_risks.risk", "plan_measures.current_measure", "plan_measures.additional_measure")
    shown = {name: [cell.value for cell in filling.cells_of(book, name)] for name in told}
    assert shown == {name: filling.PLAN[name.removeprefix("plan_")] for name in told}
    assert len(filling.cells_of(book, "plan_measures.factor")) == 5
    sheet = book["ข้อมูลการดำเนินงาน"]
    assert all(cell.protection.locked for row in sheet.iter_rows() for cell in row) and sheet.protection.sheet


def test_a_final_plan_is_frozen_but_a_telephone_is_not(year: Trial) -> None:
    same = year.root / "phone.xlsx"
    filling.fill(year.issued("D01021", "plan"), same, {**filling.PLAN, "recorder.phone": ["0 2111 1111"]})
    assert year.verdict(same)["verdict"] == "accepted"
    filling.fill(year.issued("D01021", "plan"), same, {**filling.PLAN, "indicators.level3": [61, 80, 3, 1, 3, 3]})
    verdict = year.verdict(same)
    assert verdict["verdict"] == "returned"
    wrong = [(item["code"], item["cell"]) for item in verdict["findings"] if item["severity"] == "error"]
    assert wrong == [("PLAN_FROZEN", "I8")]
    filling.fill(year.issued("D01021", "plan"), same, {**filling.PLAN, "general.stage": ["เบื้องต้น"]})
    assert year.verdict(same)["verdict"] == "superseded"
    same.unlink()


def test_late_returns_are_accepted_and_flagged(trial: Trial) -> None:
    trial.file("D01021", "plan", filling.PLAN, "2014-05-20")
    trial.run("issue", "report9", "--agency", "D01021")
    path = trial.drop("D01021", "report9", filling.REPORT)
    assert trial.verdict(path, "2014-08-31")["flags"] == ["repaired"]  # "ร้อยละ 30" and "๕๐" are read as 30 and 50
    verdict = trial.verdict(path, "2014-09-03")
    assert (verdict["verdict"], verdict["flags"]) == ("accepted", ["late", "repaired"])
    assert next(item for item in verdict["findings"] if item["code"] == "LATE")["message"].count("3") >= 1
    assert trial.run("nightly", day="2014-09-03").status == 0
    standing = trial.run("status", "--json", day="2014-09-03").json()
    form = next(item for item in standing["forms"] if item["form"] == "dept_2557/report9")
    assert (form["expected"], form["filed"], form["late"], form["silent"], form["exempt"]) == (2, 0, 1, 1, 0)


def other_season(folder: Path, year: str) -> Path:
    other = Trial(folder, year)
    other.run("issue", "plan", "--agency", "D01021")
    return other.issued("D01021", "plan")


def test_strange_files_get_a_verdict_and_never_stop_the_night(trial: Trial, tmp_path: Path) -> None:
    trial.run("issue", "plan")
    trial.drop("D01021", "plan", filling.PLAN, "good.xlsx")
    inbox = trial.root / "inbox"
    (inbox / "zero.xlsx").write_bytes(b"")
    (inbox / "pdf.xlsx").write_bytes(b"%PDF-1.7\n1 0 obj\n")
    (inbox / "secret.xlsx").write_bytes(make_ole(["EncryptionInfo", "EncryptedPackage"]))
    foreign = openpyxl.Workbook()
    foreign.active["A1"] = "not ours"
    foreign.save(inbox / "foreign.xlsx")
    shutil.copy(other_season(tmp_path / "next", "2558"), inbox / "nextyear.xlsx")
    shutil.copy(other_season(tmp_path / "twin", "2557"), inbox / "forged.xlsx")
    (inbox / "~$good.xlsx").write_bytes(b"lock")
    (inbox / "scan.pdf").write_bytes(b"%PDF-1.7\n")
    shutil.copy(inbox / "good.xlsx", inbox / "good (1).xlsx")
    night = trial.run("nightly", "--json")
    assert night.status == 3
    verdicts = {item["file"]: item["verdict"] for item in night.json()["files"]}
    assert verdicts == {
        "good (1).xlsx": "accepted", "good.xlsx": "duplicate", "zero.xlsx": "unreadable", "pdf.xlsx": "unreadable",
        "secret.xlsx": "unreadable", "foreign.xlsx": "not_ours", "nextyear.xlsx": "wrong_round", "forged.xlsx": "not_ours",
        "~$good.xlsx": "ignored", "scan.pdf": "ignored",
    }  # fmt: skip
    assert night.json()["verdicts"]["ignored"] == 2 and night.json()["balances"] is True
    for item in night.json()["files"]:
        assert item["verdict"] == "accepted" or all(one["message"] for one in item["findings"]) and item["findings"]
    codes = {item["file"]: item["findings"][0]["code"] for item in night.json()["files"] if item["findings"]}
    assert codes["zero.xlsx"] == "FILE_EMPTY" and codes["pdf.xlsx"] == "FILE_TYPE" and codes["forged.xlsx"] == "DIGEST_WRONG"
    assert (codes["secret.xlsx"], codes["foreign.xlsx"]) == ("FILE_ENCRYPTED", "NO_PASSPORT")
    assert codes["nextyear.xlsx"] == "OTHER_SEASON"
    assert trial.run("nightly").last == "received 10, new 0, accepted 0, returned 0, unreadable 0, unchanged 10"


def test_two_different_first_returns_are_a_conflict_and_a_third_settles_it(trial: Trial) -> None:
    trial.run("issue", "plan", "--agency", "D01021")
    trial.drop("D01021", "plan", filling.PLAN, "a.xlsx")
    trial.drop("D01021", "plan", {**filling.PLAN, "basics.rationale": ["อีกฉบับ"]}, "b.xlsx")
    night = trial.run("nightly")
    assert (night.status, night.last) == (3, "received 2, new 2, accepted 0, returned 0, unreadable 0, conflict 2, unchanged 0")
    trial.drop("D01021", "plan", {**filling.PLAN, "basics.rationale": ["ฉบับจริง"]}, "c.xlsx")
    assert trial.run("nightly").last == "received 3, new 1, accepted 1, returned 0, unreadable 0, unchanged 2"
    answer = next(r for r in trial.table("answers") if r["field"] == "rationale")
    assert answer["value"] == "ฉบับจริง"


def test_the_newest_accepted_return_counts(trial: Trial) -> None:
    trial.file("D01021", "plan", {**filling.PLAN, "general.stage": ["เบื้องต้น"]}, "2014-04-20")
    assert trial.run("issue", "report9", "--agency", "D01021").status == 3
    trial.drop("D01021", "plan", filling.PLAN, "final.xlsx")
    assert trial.run("nightly", day="2014-05-20").status == 0
    assert trial.run("issue", "report9", "--agency", "D01021").status == 0
    trial.drop("D01021", "plan", {**filling.PLAN, "general.stage": ["เบื้องต้น"], "basics.objective": ["x"]}, "old.xlsx")
    assert "superseded 1" in trial.run("nightly", day="2014-05-21").last


def test_exit_statuses_of_trouble(trial: Trial, tmp_path: Path) -> None:
    assert command("nightly", "--season", str(tmp_path)).status == 4
    assert command("nonsense").status == 2
    assert trial.run("issue", "nothing").status == 2
    assert trial.run("issue", "plan", "--agency", "D99999").status == 2
    assert trial.run("check", str(tmp_path / "absent.xlsx")).status == 2
    assert command("init", str(trial.root), "--year", "2557", "--framework", "dept_2557").status == 2
    trial.run("issue", "plan")
    for agency in ("D01021", "D01002", "P50"):
        trial.drop(agency, "plan", {})
    assert trial.run("nightly").status == 3
    before = trial.digests()
    (trial.root / "inbox" / "D01021_plan.xlsx").unlink()
    (trial.root / "inbox" / "D01002_plan.xlsx").unlink()
    few = trial.run("nightly")
    assert (few.status, "min_share_ratio" in few.err) == (4, True)
    (trial.root / "inbox" / ".cleanreport-share").rename(tmp_path / "marker")
    assert trial.run("nightly").status == 4
    after = trial.digests()
    assert {name: value for name, value in before.items() if name.startswith("results/")} == {
        name: value for name, value in after.items() if name.startswith("results/")
    }
    broken = trial.root / "frameworks" / "dept_2557" / "framework.toml"
    broken.write_text(broken.read_text(encoding="utf-8").replace("fiscal_year = 2557", "fiscal_yaer = 2557"), encoding="utf-8")
    wrong = trial.run("forms", "check")
    assert wrong.status == 2 and "fiscal_yaer" in wrong.err and "'fiscal_year' is missing" in wrong.err


def test_two_runs_at_once(trial: Trial) -> None:
    import filelock

    lock = filelock.FileLock(trial.root / ".lock")
    with lock:
        done = subprocess.run(
            [sys.executable, "-m", "processors.cli", "nightly", "--season", str(trial.root)], capture_output=True, check=False
        )
    assert done.returncode == 11


def test_a_file_that_is_still_growing_waits_for_the_next_night(trial: Trial) -> None:
    config = trial.root / "season.toml"
    config.write_text(config.read_text(encoding="utf-8").replace("settle_seconds = 0.05", "settle_seconds = 0.6"))
    path = trial.root / "inbox" / "growing.xlsx"
    path.write_bytes(b"PK")
    stop = threading.Event()

    def grow() -> None:
        while not stop.is_set():
            with path.open("ab") as out:
                out.write(b"\0")
            time.sleep(0.05)

    thread = threading.Thread(target=grow)
    thread.start()
    try:
        night = trial.run("nightly")
    finally:
        stop.set()
        thread.join()
    assert (night.status, night.last) == (5, "received 1, new 1, accepted 0, returned 0, unreadable 0, deferred 1, unchanged 0")
    assert trial.run("nightly").last == "received 1, new 1, accepted 0, returned 0, unreadable 1, unchanged 0"


def test_dry_run_keeps_nothing(trial: Trial) -> None:
    trial.run("issue", "plan", "--agency", "D01021")
    trial.drop("D01021", "plan", filling.PLAN)
    before = trial.digests()
    assert "accepted 1" in trial.run("nightly", "--dry-run").last
    assert trial.digests() == before
    assert "new 1, accepted 1" in trial.run("nightly").last


def test_a_review_judges_whole_agencies(trial: Trial) -> None:
    trial.file("D01021", "plan", filling.PLAN, "2014-05-20")
    trial.run("issue", "review")
    path = trial.root / "review.xlsx"
    reviewed(trial.issued("OPM", "review"), path, score="0.5")
    book = openpyxl.load_workbook(path)
    filling.cells_of(book, "factors.score")[2].value = None
    book.save(path)
    verdict = trial.verdict(path)
    assert [item["code"] for item in verdict["findings"] if item["severity"] == "error"] == ["GROUP_INCOMPLETE"]
    assert verdict["answers"]["factors"][0]["agency"] == "D01021"
    assert verdict["answers"]["factors"][0]["score"] == "0.5"


def test_publish_and_close_a_round(year: Trial) -> None:
    assert year.run("publish", "--round", "9", day="2014-10-10").status == 0
    run = json.loads((year.root / "results/run.json").read_text(encoding="utf-8"))
    assert run["frameworks"]["dept_2557"]["shown_round"] == "9"
    assert year.run("nightly", day="2014-10-10").status == 0
    assert year.run("publish", "--round", "7").status == 2
    assert year.run("close", "9", day="2014-10-10").status == 0
    folder = year.root / "closed" / "9"
    assert (folder / "SHA256SUMS").exists() and any((folder / "inputs").iterdir())
    assert year.run("close", "9", day="2014-10-10").status == 0
    late = year.root / "late.xlsx"
    filling.fill(year.issued("D01021", "report9"), late, filling.REPORT)
    assert year.verdict(late, "2014-10-10")["verdict"] == "wrong_round"
    late.unlink()


def test_the_season_named_on_the_line_wins_over_the_environment(
    trial: Trial, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLEANREPORT_SEASON", str(tmp_path / "elsewhere"))
    assert command("--season", str(trial.root), "status", "--json").status == 0
    assert command("status", "--season", str(trial.root), "--json").status == 0
    assert command("status", "--json").status == 4
    monkeypatch.setenv("CLEANREPORT_SEASON", str(trial.root))
    assert command("status", "--json").status == 0


def test_a_lost_ledger_is_never_replaced_by_an_empty_one(trial: Trial) -> None:
    (trial.root / "ledger.db").unlink()
    lost = trial.run("nightly")
    assert lost.status == 4 and "ledger.db is missing" in lost.err
    assert not (trial.root / "ledger.db").exists()


def test_wrong_words_in_our_own_files_are_said(trial: Trial) -> None:
    path = trial.root / "agencies.csv"
    good = path.read_text(encoding="utf-8-sig")
    path.write_text(good.replace(",OPM,,,0,", ",ZZZ,,,maybe,"), encoding="utf-8")
    wrong = trial.run("status")
    assert wrong.status == 2 and "no ministry 'ZZZ'" in wrong.err and "'maybe'" in wrong.err
    path.write_text(good, encoding="utf-8")
    assert trial.run("status", "--ministry", "ZZZ").status == 2
    assert trial.run("status", "--province", "99").status == 2
    assert command("status", "--season", str(trial.root), "--as-of", "2557-06-30").status == 2
    config = trial.root / "season.toml"
    config.write_text(config.read_text(encoding="utf-8") + '\n[policy.nope]\nfloor = "0.0000"\n', encoding="utf-8")
    assert trial.run("status").status == 4


def test_policy_of_the_season_reaches_the_scores(trial: Trial) -> None:
    config = trial.root / "season.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text + '\n[policy]\nfloor = "0.0000"\n\n[policy.prov_2557]\ngate_fail_score = "1.0000"\n', encoding="utf-8")
    trial.file("D01021", "plan", filling.PLAN, "2014-05-20")
    run = json.loads((trial.root / "results/run.json").read_text(encoding="utf-8"))["frameworks"]
    assert [run[name]["policy"]["floor"] for name in ("dept_2557", "prov_2557")] == ["0.0000", "0.0000"]
    assert [run[name]["policy"]["gate_fail_score"] for name in ("dept_2557", "prov_2557")] == ["0.0000", "1.0000"]
    config.write_text(text + '\n[policy]\nflor = "0.0000"\n', encoding="utf-8")
    assert trial.run("nightly").status in (2, 4)


def test_sla_and_exempt_agencies_stand_apart(trial: Trial) -> None:
    path = trial.root / "agencies.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    lines = [line[: -len("0,")] + "1," if line.startswith("D01002") else line for line in lines]
    lines = [line + "ยกเว้นตามหนังสือ" if line.startswith("P51") else line for line in lines]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    assert trial.run("issue", "plan").status == 0
    assert {path.name for path in (trial.root / "outbox").iterdir()} == {"D01021", "P50"}
    trial.run("nightly")
    status = {row["agency"]: row["status"] for row in trial.table("scores")}
    assert (status["D01002"], status["P51"], status["P10"]) == ("sla", "exempt", "exempt")
    forms = {item["form"]: item for item in trial.run("status", "--json").json()["forms"]}
    assert (forms["dept_2557/plan"]["exempt"], forms["prov_2557/plan"]["exempt"]) == (1, 2)


def test_an_edited_form_is_issued_anew_and_only_then(trial: Trial) -> None:
    trial.run("issue", "plan", "--agency", "D01021")
    path = trial.root / "frameworks" / "dept_2557" / "forms" / "plan" / "form.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("แบบฟอร์ม 1", "แบบฟอร์ม ๑"), encoding="utf-8")
    trial.run("issue", "plan", "--agency", "D01021")
    assert trial.issued("D01021", "plan").name == "2557_D01021_plan_0002.xlsx"
    path.write_text(path.read_text(encoding="utf-8") + "\n# a remark\n", encoding="utf-8")
    trial.run("issue", "plan", "--agency", "D01021")
    assert trial.issued("D01021", "plan").name == "2557_D01021_plan_0002.xlsx"
    old = filling.fill(trial.root / "outbox/D01021/2557_D01021_plan_0001.xlsx", trial.root / "inbox/old.xlsx", filling.PLAN)
    assert trial.verdict(old)["verdict"] == "accepted"


def test_a_review_of_other_measures_does_not_count(trial: Trial) -> None:
    trial.file("D01021", "plan", {**filling.PLAN, "general.stage": ["เบื้องต้น"]}, "2014-04-20")
    trial.run("issue", "review")
    reviewed(trial.issued("OPM", "review"), trial.root / "inbox" / "review.xlsx")
    changed = {**filling.PLAN, "measures.additional_measure": ["ใหม่", "ปรับปรุงระบบ", "ประชุมทางไกล", "อบรม", "แลกเปลี่ยนเรียนรู้"]}
    trial.drop("D01021", "plan", changed)
    assert trial.run("nightly").status == 0
    status = {row["indicator"]: row["status"] for row in trial.table("scores") if row["agency"] == "D01021"}
    assert status["7.1"] == "not_reviewed"
    trial.run("issue", "review")
    assert trial.issued("OPM", "review").name.endswith("_0002.xlsx")
    reviewed(trial.issued("OPM", "review"), trial.root / "inbox" / "review.xlsx")
    assert trial.run("nightly").status == 0
    status = {row["indicator"]: row["status"] for row in trial.table("scores") if row["agency"] == "D01021"}
    assert status["7.1"] == "evaluated"


def test_the_later_stage_counts_whatever_the_names(trial: Trial) -> None:
    trial.run("issue", "plan", "--agency", "D01021")
    trial.drop("D01021", "plan", filling.PLAN, "a.xlsx")
    trial.drop("D01021", "plan", {**filling.PLAN, "general.stage": ["เบื้องต้น"]}, "z.xlsx")
    night = trial.run("nightly", "--json").json()
    assert {item["file"]: item["verdict"] for item in night["files"]} == {"a.xlsx": "accepted", "z.xlsx": "superseded"}


def test_names_can_not_steer_a_terminal_or_break_json(trial: Trial, tmp_path: Path) -> None:
    import os

    bad = os.path.join(os.fsencode(trial.root / "inbox"), b"\x1b]0;own\x07\xff\n x.xlsx")
    with open(bad, "wb") as out:
        out.write(b"")
    night = trial.run("nightly")
    assert "\x1b" not in night.out and "\x07" not in night.out and "\\x1b]0;own\\x07" in night.out
    checked = subprocess.run(
        [sys.executable, "-m", "processors.cli", "check", "--json", "--season", str(trial.root).encode(), bad],
        capture_output=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 3 and json.loads(checked.stdout.decode("utf-8"))[0]["verdict"] == "unreadable"
    assert "\x1b" not in trial.run("issue", "plan", "--agency", "X\x1b[31m").err


def test_a_change_against_a_sealed_round_is_said(trial: Trial) -> None:
    trial.file("D01021", "plan", filling.PLAN, "2014-05-20")
    trial.file("D01021", "report9", filling.REPORT, "2014-08-20")
    assert trial.run("close", "9", day="2014-08-21").status == 0
    quiet = trial.run("nightly", day="2014-08-22")
    assert quiet.status == 0 and "is closed" not in quiet.out
    path = trial.root / "agencies.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    path.write_text(
        "\n".join(line[:-2] + "1," if line.startswith("D01021") else line for line in [*lines, ",,,,,,,"]) + "\n",
        encoding="utf-8",
    )
    told = trial.run("nightly", day="2014-08-22")
    assert "round 9 is closed; the present results differ from the sealed ones: " in told.out and "scores.csv (4)" in told.out
    assert "differ" in trial.run("close", "9", day="2014-08-22").out


def test_season_settings_of_a_wrong_type_are_said(trial: Trial) -> None:
    config = trial.root / "season.toml"
    config.write_text("policy = 3\n" + config.read_text(encoding="utf-8"), encoding="utf-8")
    wrong = trial.run("publish")
    assert wrong.status == 4 and "'policy' wants a table" in wrong.err


def test_a_waiver_excuses_one_fault_and_says_so(trial: Trial) -> None:
    trial.run("issue", "plan", "--agency", "D01021")
    path = trial.drop("D01021", "plan", {**filling.PLAN, "indicators.weight": [40, 10, 10, 10, 10, 10], "recorder.email": ["x"]})
    head = "agency,code,where,reason,approver,expires\n"
    waivers = trial.root / "waivers.csv"
    waivers.write_text(head + "D01021,SUM_WRONG,indicators.weight,อนุมัติตามหนังสือ,เลขาธิการ,2014-05-31\n", encoding="utf-8")
    verdict = trial.verdict(path, "2014-05-31")
    assert [item["code"] for item in verdict["findings"] if item["severity"] == "error"] == ["BAD_EMAIL"]
    waived = next(item for item in verdict["findings"] if item["code"] == "WAIVED")
    assert (waived["severity"], waived["cell"]) == ("info", "D13") and "อนุมัติตามหนังสือ" in waived["message"]
    expired = trial.verdict(path, "2014-06-01")
    assert "SUM_WRONG" in [item["code"] for item in expired["findings"]]
    waivers.write_text(head + "D01021,SUM_WRONG,,,,soon\n", encoding="utf-8")
    wrong = trial.run("nightly")
    assert wrong.status == 2 and "line 2: reason is missing" in wrong.err and "'soon' is no date" in wrong.err


def test_a_second_look_at_one_file(trial: Trial) -> None:
    trial.run("issue", "plan", "--agency", "D01021")
    path = trial.drop("D01021", "plan", filling.PLAN)
    looked = trial.run("check", "--deep", str(path))
    assert looked.status == 0 and "มาตรการ (visible): protected ✓, unlocked 10" in looked.out
    assert "INDEX(pick_measures_factor_label" in looked.out and "_passport (veryHidden)" in looked.out
    assert trial.run("check", "--deep", "--json", str(path)).json()[0]["verdict"] == "accepted"
