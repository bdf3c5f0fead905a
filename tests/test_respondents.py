"""Lists of persons: four columns, kept out of results and logs, kept for a time, forgotten without a remainder."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import os
import shutil
import sqlite3
import tomllib
from collections.abc import Iterator
from pathlib import Path

import filling
import openpyxl
import pytest
from season_tools import Trial, command

from processors import forget
from processors.season import Season, load
from processors.store import Ledger
from templates.load import SHIPPED, load_framework

NAMES = ("นางสาวทดสอบ รายชื่อหนึ่ง", "นายทดสอบ รายชื่อสอง")
ADDRESSES = ("99/9 หมู่ 9 ตำบลสมมุติ อำเภอสมมุติ", "-")
PHONES = ("08 1000 0001", "0 2000 0002")
EMAIL = "rai.chue.nueng@example.org"
LIST: filling.Values = {
    "respondents.name": list(NAMES),
    "respondents.address": list(ADDRESSES),
    "respondents.phone": list(PHONES),
    "respondents.email": [EMAIL, None],
}
PRIVATE = (*NAMES, ADDRESSES[0], *PHONES, EMAIL, "รายชื่อหนึ่ง", "โทรไม่ได้เลย", "ไม่ใช่อีเมล")
WRONG: filling.Values = {**LIST, "respondents.phone": ["โทรไม่ได้เลย", "0 2000 0002"], "respondents.email": ["ไม่ใช่อีเมล", None]}
FORM = "dept_2557/respondents"


def texts_in(path: Path) -> Iterator[str]:
    """Give a file's bytes as text, and every cell and note when it is a workbook."""
    data = path.read_bytes()
    yield data.decode("utf-8", "replace")
    if data[:2] == b"PK":
        book = openpyxl.load_workbook(io.BytesIO(data))
        for sheet in book:
            for row in sheet.iter_rows():
                yield from (str(cell.value) for cell in row if cell.value is not None)
                yield from (cell.comment.text for cell in row if cell.comment)


def holding(root: Path, *parts: str) -> list[str]:
    """Name the files below parts of a season that hold a person's text, as it is or escaped."""
    wanted = {text for private in PRIVATE for text in (private, json.dumps(private)[1:-1])}
    paths = sorted(path for part in parts for path in ([root / part] if (root / part).is_file() else (root / part).rglob("*")))
    return [
        path.relative_to(root).as_posix()
        for path in paths
        if path.is_file() and any(text in content for content in texts_in(path) for text in wanted)
    ]


OURS = ("archive", "outbox", "results", "closed", "ledger.db", "log.jsonl")


def season_of(trial: Trial) -> Season:
    return load(trial.root)


@pytest.fixture
def listed(trial: Trial) -> Trial:
    """Give a season where one agency's list was returned for correction, then accepted; all of it logged."""
    log = ("--log", str(trial.root / "log.jsonl"))
    assert trial.run("issue", FORM, *log).status == 0
    trial.drop("D01021", "respondents", WRONG)
    assert trial.run("nightly", *log, day="2014-08-01").status == 3
    trial.drop("D01021", "respondents", LIST, "รายชื่อแก้แล้ว.xlsx")
    night = trial.run("nightly", *log, day="2014-08-02")
    assert (night.status, night.last) == (0, "received 2, new 1, accepted 1, returned 0, unreadable 0, unchanged 1")
    return trial


# --- the form ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("framework", ["dept_2557", "prov_2557"])
def test_the_form_has_exactly_the_four_official_columns(framework: str) -> None:
    """Seed 000 L306."""
    form = load_framework(SHIPPED / framework).form("respondents")
    (table,) = form.tables
    labels = [(item.id, item.label, item.kind, item.required) for item in table.fields]
    assert labels == [
        ("name", "ชื่อ นามสกุล", "text", True), ("address", "ที่อยู่", "long_text", False),
        ("phone", "เบอร์ติดต่อ", "phone", True), ("email", "e-mail address", "email", False),
    ]  # fmt: skip
    assert all(item.personal for item in table.fields) and forget.holds_people(form) and form.optional
    others = [item for item in load_framework(SHIPPED / framework).forms if item.id != "respondents"]
    assert [item.id for item in others if forget.holds_people(item)] == []


def test_the_days_that_the_form_names_are_those_of_a_new_season(trial: Trial) -> None:
    days = tomllib.loads((trial.root / "season.toml").read_text(encoding="utf-8"))["privacy"]["keep_days"]
    for framework in season_of(trial).frameworks.values():
        assert any(f" {days} วัน" in line for line in framework.form("respondents").intro)


def test_not_everybody_has_an_email_or_a_telephone(trial: Trial) -> None:
    """Name and telephone are asked for, the word for none answers the telephone; address and e-mail may stay blank."""
    trial.run("issue", FORM, "--agency", "D01021")
    good = trial.drop("D01021", "respondents", {**LIST, "respondents.phone": [PHONES[0], "ไม่มี"]})
    assert trial.verdict(good)["verdict"] == "accepted"
    blank = trial.drop("D01021", "respondents", {**LIST, "respondents.phone": [PHONES[0], None]})
    found = trial.verdict(blank)
    assert [(item["code"], item["cell"]) for item in found["findings"] if item["severity"] == "error"] == [("REQUIRED", "D9")]


def test_a_fifth_column_is_not_read(trial: Trial) -> None:
    trial.run("issue", FORM, "--agency", "D01021")
    path = trial.drop("D01021", "respondents", LIST)
    book = openpyxl.load_workbook(path)
    first = filling.cells_of(book, "respondents.email")[0]
    book[first.parent.title].cell(first.row, first.column + 1).value = "3 1009 00000 00 0"
    book.save(path)
    found = trial.verdict(path)
    assert {"NOT_READ"} <= {item["code"] for item in found["findings"]}
    assert set(found["answers"]["respondents"][0]) == {"name", "address", "phone", "email"}
    assert "1009" not in json.dumps(found, ensure_ascii=False)


def test_nobody_is_late_or_silent_with_a_list(trial: Trial) -> None:
    trial.run("issue", "dept_2557/plan")
    trial.drop("D01021", "plan", filling.PLAN)
    assert trial.run("nightly", day="2014-12-30").status == 0
    run = json.loads((trial.root / "results" / "run.json").read_text(encoding="utf-8"))
    assert "respondents" not in json.dumps(run["counts"]["expected"])
    assert run["counts"]["balances"] is True


# --- kept out ------------------------------------------------------------------------------------------------------


def test_persons_stand_nowhere_but_in_archive_ledger_and_the_own_correction(listed: Trial) -> None:
    listed.run("publish")
    found = holding(listed.root, *OURS)
    assert [name for name in found if name.startswith("outbox/")] == ["outbox/D01021/fix_000001_2557_D01021_respondents_0001.xlsx"]
    assert {name.split("/")[0] for name in found} == {"archive", "outbox", "ledger.db"}
    receipt = next((listed.root / "outbox" / "D01021").glob("receipt_*_respondents_*.xlsx"))
    assert holding(listed.root, receipt.relative_to(listed.root).as_posix()) == []
    assert [row for row in listed.table("answers") if row["form"] == FORM] == []
    codes = {row["code"] for row in listed.table("findings") if row["form"] == FORM}
    assert codes <= {"LATE", "LEADING_ZERO_LOST"}


def test_what_is_said_about_a_list_names_cells_only(trial: Trial) -> None:
    trial.run("issue", FORM, "--agency", "D01021")
    path = trial.drop("D01021", "respondents", WRONG)
    told = trial.run("check", str(path)).out
    verdict = trial.verdict(path)
    night = trial.run("nightly", "--json")
    assert verdict["verdict"] == "returned"
    wrong = {(item["code"], item["raw"]) for item in verdict["findings"] if item["severity"] == "error"}
    assert wrong == {("BAD_PHONE", ""), ("BAD_EMAIL", "")}
    for text in (told, json.dumps(verdict["findings"], ensure_ascii=False), night.out):
        assert not any(private in text for private in PRIVATE)
    (trial.root / "results" / "data" / "findings.csv").read_text(encoding="utf-8-sig")
    assert holding(trial.root, "results") == []


def test_a_person_typed_over_a_heading_is_not_told(trial: Trial) -> None:
    trial.run("issue", FORM, "--agency", "D01021")
    path = trial.drop("D01021", "respondents", LIST)
    book = openpyxl.load_workbook(path)
    first = filling.cells_of(book, "respondents.name")[0]
    first.parent.cell(first.row - 1, first.column).value = PRIVATE[0]
    book.save(path)
    verdict, night = trial.verdict(path), trial.run("nightly", "--json")
    assert ("LOCKED_CHANGED", "") in {(item["code"], item["raw"]) for item in verdict["findings"]}
    assert PRIVATE[0] not in json.dumps(verdict["findings"], ensure_ascii=False) + night.out
    assert holding(trial.root, "results") == []


# --- forgotten -----------------------------------------------------------------------------------------------------


def test_forgetting_leaves_no_text_and_a_trace(listed: Trial) -> None:
    before = {row: sha for row, sha in listed.digests().items() if row.startswith(("inbox/", "archive/"))}
    trial_run = listed.run("forget", "--agency", "D01021", "--dry-run", day="2014-08-03")
    assert trial_run.status == 0 and "2 returns would be forgotten" in trial_run.out
    assert "fix_000001" in trial_run.out
    assert holding(listed.root, "ledger.db") == ["ledger.db"]
    done = listed.run("forget", "--agency", "D01021", "--log", str(listed.root / "log.jsonl"), day="2014-08-03")
    assert (done.status, done.last) == (0, "forgot 2 returns")
    assert "รายชื่อแก้แล้ว.xlsx" in done.out  # the inbox is not ours: people delete there
    assert holding(listed.root, *OURS) == []
    assert list((listed.root / "outbox" / "D01021").glob("fix_*")) == []
    inbox = {row: sha for row, sha in before.items() if row.startswith("inbox/")}
    assert inbox.items() <= listed.digests().items()
    listing = listed.run("forget", "--list")
    lines = listing.out.strip().splitlines()
    shas = [hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted((listed.root / "inbox").glob("*.xlsx"))]
    assert all("D01021" in line and FORM in line and "2014-08-03" in line and "asked for" in line for line in lines[:2])
    assert all(any(sha in line for line in lines) for sha in shas)
    assert f"archive/{shas[0][:2]}/{shas[0]}" in listing.out and "records: 2" in listing.out
    assert not any(private in listing.out for private in PRIVATE)


def test_the_row_stays_and_the_agency_still_counts_as_having_filed(listed: Trial) -> None:
    listed.run("forget", "--agency", "D01021", day="2014-08-03")
    with sqlite3.connect(listed.root / "ledger.db") as ledger:
        rows = ledger.execute("SELECT verdict, form, agency, received, extracted, length(sha256) FROM returned ORDER BY seq").fetchall()
        trace = ledger.execute("SELECT seq, form, agency, day, why, done FROM forgotten ORDER BY seq").fetchall()
    assert rows == [("returned", FORM, "D01021", "2014-08-01", "{}", 64), ("accepted", FORM, "D01021", "2014-08-02", "{}", 64)]
    assert trace == [(1, FORM, "D01021", "2014-08-03", "asked", 1), (2, FORM, "D01021", "2014-08-03", "asked", 1)]
    standing = listed.run("status", "--json", day="2014-08-03").json()
    state = next(item for item in standing["agencies"] if item["agency"] == "D01021")["forms"]["respondents"]
    assert (state["verdict"], state["received"]) == ("accepted", "2014-08-02")


def test_nights_after_it_are_quiet_whatever_the_inbox_does(listed: Trial) -> None:
    listed.run("forget", "--agency", "D01021", day="2014-08-03")
    night = listed.run("nightly", day="2014-08-03")
    assert (night.status, night.last) == (0, "received 2, new 0, accepted 0, returned 0, unreadable 0, unchanged 2")
    inbox = listed.root / "inbox"
    for path in inbox.glob("*.xlsx"):
        os.utime(path, (1_400_000_000, 1_400_000_000))
    touched = listed.run("nightly", day="2014-08-03")
    assert (touched.status, touched.last) == (night.status, night.last)
    for at, path in enumerate(sorted(inbox.glob("*.xlsx"))):
        shutil.copyfile(path, inbox / f"again{at}.xlsx")
    again = listed.run("nightly", day="2014-08-04")
    assert (again.status, again.last) == (
        0, "received 4, new 2, accepted 0, returned 0, unreadable 0, duplicate 2, unchanged 2",
    )  # fmt: skip
    assert holding(listed.root, *OURS) == []
    assert listed.run("publish", day="2014-08-04").status == 0
    assert listed.run("nightly", "--dry-run", day="2014-08-04").status == 0
    assert listed.run("close", "survey", day="2014-08-05").status == 0
    assert holding(listed.root, *OURS) == []


def test_forgetting_twice_is_harmless_and_a_fresh_list_is_taken_in(listed: Trial) -> None:
    listed.run("forget", "--agency", "D01021", day="2014-08-03")
    before = listed.digests()
    again = listed.run("forget", "--agency", "D01021", day="2014-08-04")
    assert (again.status, again.last) == (0, "forgot 0 returns")
    assert listed.digests() == before
    listed.drop("D01021", "respondents", {**LIST, "respondents.phone": ["0 2000 0009", "0 2000 0008"]}, "new.xlsx")
    assert listed.run("nightly", day="2014-08-05").last.startswith("received 3, new 1, accepted 1")
    assert listed.run("forget", "--agency", "D01021", "--form", "respondents", day="2014-08-06").last == "forgot 1 returns"
    assert holding(listed.root, *OURS) == []


def test_a_list_refused_for_its_round_goes_too(listed: Trial) -> None:
    """A list that comes after its round was sealed is archived as all files are; a seal holds no lists."""
    assert listed.run("close", "survey", day="2014-10-30").status == 0
    assert holding(listed.root, "closed") == []
    listed.drop("D01021", "respondents", {**LIST, "respondents.email": [EMAIL, "x@example.org"]}, "late.xlsx")
    assert listed.run("nightly", day="2014-11-01").last.count("wrong_round 1") == 1
    assert listed.run("forget", "--agency", "D01021", day="2014-11-02").last == "forgot 3 returns"
    assert holding(listed.root, *OURS) == []
    shutil.copyfile(listed.root / "inbox" / "late.xlsx", listed.root / "inbox" / "later.xlsx")
    night = listed.run("nightly", day="2014-11-03")
    assert (night.status, "duplicate 1" in night.last) == (0, True)
    assert holding(listed.root, *OURS) == []


def test_only_lists_of_persons_can_be_forgotten(listed: Trial) -> None:
    for arguments, words in {
        ("--agency", "D01021", "--form", "plan"): "is kept",
        ("--agency", "D09999"): "D09999",
        ("--content", "0" * 64): "nothing with the digest",
        (): "give one of",
        ("--agency", "D01021", "--expired"): "give one of",
        ("--expired", "--form", "respondents"): "give one of",
    }.items():
        found = listed.run("forget", *arguments)
        assert (found.status, words in found.err) == (2, True), (arguments, found.err)
    assert listed.run("forget", "--agency", "D01002").last == "forgot 0 returns"


def test_a_list_without_passport_can_be_forgotten_by_its_digest(trial: Trial) -> None:
    """Agencies send lists of their own making: nobody can place them, yet they stand in the archive."""
    book = openpyxl.Workbook()
    book.active.append([*NAMES, EMAIL])
    book.save(trial.root / "inbox" / "own.xlsx")
    trial.run("issue", "dept_2557/plan", "--agency", "D01021")
    plan = trial.drop("D01021", "plan", filling.PLAN)
    assert trial.run("nightly").last.endswith("not_ours 1, unchanged 0")
    sha = hashlib.sha256((trial.root / "inbox" / "own.xlsx").read_bytes()).hexdigest()
    assert len(holding(trial.root, "archive")) == 1
    for trying in ((), ("--dry-run",)):
        (told,) = [line for line in trial.run("forget", "--agency", "D01021", *trying).out.splitlines() if sha in line]
        assert told.startswith("1 files of which nobody knows the agency are kept") and f"own.xlsx {sha}" in told
        assert "--content" in told and len(holding(trial.root, "archive")) == 1
    assert trial.run("forget", "--content", sha).last == "forgot 1 returns"
    assert sha not in trial.run("forget", "--agency", "D01021").out
    assert holding(trial.root, *OURS) == []
    refused = trial.run("forget", "--content", hashlib.sha256(plan.read_bytes()).hexdigest())
    assert (refused.status, "is kept" in refused.err) == (2, True)
    shutil.copyfile(trial.root / "inbox" / "own.xlsx", trial.root / "inbox" / "own2.xlsx")
    assert "duplicate 1" in trial.run("nightly").last
    assert holding(trial.root, *OURS) == []


# --- retention -----------------------------------------------------------------------------------------------------


def test_a_night_says_what_is_past_retention_and_people_decide(listed: Trial) -> None:
    """365 days after 1 August is 1 August: the day after that the first of two has passed."""
    kept = listed.run("nightly", day="2015-08-01")
    assert (kept.status, "kept longer" in kept.out) == (0, False)
    told = listed.run("nightly", day="2015-08-02")
    assert (told.status, "1 lists of persons were kept longer than 365 days" in told.out) == (0, True)
    assert told.last.startswith("received 2, new 0")
    assert len(holding(listed.root, "archive")) == 2
    assert listed.run("forget", "--expired", day="2015-08-02").last == "forgot 1 returns"
    assert len(holding(listed.root, "archive")) == 1
    assert listed.run("forget", "--expired", day="2015-08-03").last == "forgot 1 returns"
    assert holding(listed.root, *OURS) == []
    assert "retention passed" in listed.run("forget", "--list").out
    quiet = listed.run("nightly", day="2015-08-04")
    assert "kept longer" not in quiet.out


def test_without_a_stated_retention_nothing_expires(listed: Trial) -> None:
    config = listed.root / "season.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text[: text.index("[privacy]")], encoding="utf-8")
    assert "kept longer" not in listed.run("nightly", day="2030-01-01").out
    refused = listed.run("forget", "--expired", day="2030-01-01")
    assert (refused.status, "keep_days" in refused.err) == (2, True)
    for value, words in (("-1", "below 0"), ('"a"', "[privacy]"), ("1\nkeep = 2", "unknown key 'keep'")):
        config.write_text(text[: text.index("[privacy]")] + f"[privacy]\nkeep_days = {value}\n", encoding="utf-8")
        refused = listed.run("status")
        assert (refused.status, words in refused.err) == (4, True), refused.err


# --- crashes -------------------------------------------------------------------------------------------------------


def decided(trial: Trial) -> None:
    """Leave the season as a crash right after the decision would."""
    season = season_of(trial)
    ledger = Ledger(season.ledger_path)
    forget.decide(season, ledger, dt.date(2014, 8, 3), forget.Wanted(agency="D01021"))
    ledger.close()


@pytest.mark.parametrize("gone", ["", "archive", "archive outbox"])
@pytest.mark.parametrize("then", ["forget", "nightly"])
def test_a_crash_at_any_step_is_finished_by_the_next_run(listed: Trial, gone: str, then: str) -> None:
    decided(listed)
    for part in gone.split():
        for path in (listed.root / part).rglob("fix_*" if part == "outbox" else "*"):
            path.unlink() if path.is_file() else None
    assert "(not finished)" in listed.run("forget", "--list").out
    assert listed.run("status").status == 0 and listed.run("publish").status == 0
    run = listed.run("forget", "--expired") if then == "forget" else listed.run("nightly")
    assert run.status == 0
    assert holding(listed.root, *OURS) == []
    assert "(not finished)" not in listed.run("forget", "--list").out
    assert listed.run("nightly").last == "received 2, new 0, accepted 0, returned 0, unreadable 0, unchanged 2"


def test_a_file_that_cannot_be_deleted_stops_it_and_the_next_run_goes_on(listed: Trial) -> None:
    fix = next((listed.root / "outbox" / "D01021").glob("fix_*"))
    outbox = listed.root / "outbox"
    outbox.rename(listed.root / "elsewhere")
    refused = listed.run("forget", "--agency", "D01021")
    assert (refused.status, "isn't there" in refused.err) == (4, True)
    assert holding(listed.root, "ledger.db") == ["ledger.db"]
    (listed.root / "elsewhere").rename(outbox)
    assert fix.is_file()
    assert listed.run("forget", "--expired").last == "forgot 2 returns"
    assert holding(listed.root, *OURS) == []


def test_a_ledger_of_the_version_before_is_brought_up(listed: Trial) -> None:
    """Versions before left overwritten texts in the file's free pages: forgetting rewrites it."""
    ledger = sqlite3.connect(listed.root / "ledger.db")
    ledger.execute("PRAGMA secure_delete=OFF")
    for table in ("forgotten", "night", "mail", "shown", "mark"):
        ledger.execute(f"DROP TABLE {table}")
    ledger.execute("ALTER TABLE sealed DROP COLUMN digest")
    ledger.execute("ALTER TABLE issued DROP COLUMN day")
    ledger.execute("DELETE FROM meta WHERE key LIKE 'mail%'")
    for column in ("received_at", "rules", "saved_at", "known"):
        ledger.execute(f"ALTER TABLE returned DROP COLUMN {column}")
    ledger.execute("PRAGMA user_version=1")
    ledger.execute("INSERT INTO meta VALUES ('rest', ?)", (f"{NAMES[0]} " * 500,))
    ledger.commit()
    ledger.execute("DELETE FROM meta WHERE key='rest'")
    ledger.commit()
    ledger.close()
    assert (listed.root / "ledger.db").read_bytes().count(NAMES[0].encode()) > 100
    assert command("status", "--season", str(listed.root)).status == 0
    assert listed.run("forget", "--agency", "D01021").last == "forgot 2 returns"
    assert holding(listed.root, *OURS) == []
