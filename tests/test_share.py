"""What a share does to a night: names, folders, half copies, trouble while it is read; strace lets real calls fail."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import threading
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import filling
import pytest
import traced
from season_tools import Trial

from processors import share
from processors.intake import INCOMING

DAY = "2014-05-20"
needs_strace = pytest.mark.skipif(traced.skips(), reason=traced.missing() or "-")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a season with two filled plans beside its share."""
    trial = Trial(tmp_path_factory.mktemp("share") / "season")
    trial.run("issue", "plan", day=DAY)
    for code in ("D01021", "D01002"):
        filling.fill(trial.issued(code, "plan"), trial.root / f"{code}.xlsx", filling.PLAN)
    return trial.root


@pytest.fixture
def trial(made: Path, tmp_path: Path) -> Iterator[Trial]:
    shutil.copytree(made, tmp_path / "season")
    found = Trial.__new__(Trial)
    found.root = tmp_path / "season"
    yield found


def put(trial: Trial, name: str | bytes, code: str = "D01021") -> Path:
    target = Path(os.fsdecode(os.path.join(os.fsencode(trial.root / "inbox"), os.fsencode(name))))
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(trial.root / f"{code}.xlsx", target)
    return target


def told(trial: Trial, *more: str) -> dict[str, tuple[str, set[str]]]:
    """Run a night and give verdict and codes of its new files, the remarks about answers aside."""
    quiet = {"READ_AS", "READ_AS_PERSONAL", "PLACEHOLDER_ZERO", "TEXT_CLEANED", "COPIED_TEXT"}
    files: list[dict[str, Any]] = trial.run("nightly", "--json", *more, day=DAY).json()["files"]
    return {item["file"]: (item["verdict"], {one["code"] for one in item["findings"]} - quiet) for item in files}


def traced_night(trial: Trial, path: Path, call: str, error: str, *, children: bool = False) -> traced.Ended:
    return traced.night(trial.root, DAY, traced.fail_path(path, call, error, children=children))


def codes(trial: Trial) -> dict[str, str]:
    return {row["file"]: row["code"] for row in trial.table("findings") if row["code"] in ("FOLDER_CLOSED", "SYNC_COPY", "STORE_ERROR", "SHARE_ERROR")}


@needs_strace
def test_what_the_share_itself_says(trial: Trial) -> None:
    """A closed folder, a copy beside its original, a copy of ours that our own disk does not give back."""
    put(trial, "หน่วยงาน/plan.xlsx")
    put(trial, "D01002.xlsx", "D01002")
    shutil.copy(trial.root / "D01002.xlsx", trial.root / "inbox" / "D01002 (1).xlsx")
    ended = traced_night(trial, trial.root / "inbox" / "หน่วยงาน", "getdents64", "EACCES")
    assert ended.status == 5, ended.err
    assert ended.out.splitlines()[-1] == "received 3, new 3, accepted 1, returned 0, unreadable 0, deferred 1, duplicate 1, unchanged 0"
    assert codes(trial)["หน่วยงาน"] == "FOLDER_CLOSED"
    assert told(trial) == {"หน่วยงาน/plan.xlsx": ("accepted", set())}
    again = put(trial, "D01002 - Copy.xlsx", "D01002")
    again.write_bytes(again.read_bytes()[:-40])
    assert told(trial) == {"D01002 - Copy.xlsx": ("unreadable", {"ZIP_BROKEN", "SYNC_COPY"})}
    # The next file's copy in the archive can't be read by the worker: our trouble, not the file's.
    put(trial, "late.xlsx", "D01021").write_bytes(b"PK\x03\x04")
    content = hashlib.sha256(b"PK\x03\x04").hexdigest()
    ended = traced_night(trial, trial.root / "archive" / content[:2] / content, "openat", "EIO", children=True)
    assert ended.status == 5, ended.err
    assert codes(trial)["late.xlsx"] == "STORE_ERROR"
    assert told(trial) == {"late.xlsx": ("unreadable", {"ZIP_BROKEN"})}


@needs_strace
@pytest.mark.parametrize("error", ["EIO", "EACCES"])
@pytest.mark.parametrize("call", ["read", "openat"])
def test_trouble_while_reading_never_condemns_a_file(trial: Trial, call: str, error: str) -> None:
    path = put(trial, "plan.xlsx")
    put(trial, "other.xlsx", "D01002")
    ended = traced_night(trial, path, call, error)
    assert (ended.status, ended.out.splitlines()[-1]) == (
        5, "received 2, new 2, accepted 1, returned 0, unreadable 0, deferred 1, unchanged 0",
    ), ended.err  # fmt: skip
    assert codes(trial)["plan.xlsx"] == "SHARE_ERROR"
    assert told(trial) == {"plan.xlsx": ("accepted", set())}


@needs_strace
def test_trouble_that_passes_is_not_even_seen(trial: Trial) -> None:
    """One failing call of three: the second try reads the file in the same night."""
    path = put(trial, "plan.xlsx")
    trace = traced.fail_path(path, "read", "ESTALE")
    ended = traced.night(trial.root, DAY, [*trace[:-1], f"{trace[-1]}:when=1"])
    assert ended.status == 0, ended.err
    assert ended.out.splitlines()[-1].startswith("received 1, new 1, accepted 1,")


@needs_strace
def test_a_share_that_fails_while_it_is_listed_ends_the_night(trial: Trial) -> None:
    put(trial, "plan.xlsx")
    for error, status in (("EIO", 5), ("ESTALE", 5)):
        ended = traced_night(trial, trial.root / "inbox", "getdents64", error)
        assert ended.status == status and "results are kept" in ended.err, ended.err
    assert told(trial) == {"plan.xlsx": ("accepted", set())}


def test_names_of_every_kind(trial: Trial) -> None:
    """Composed and decomposed, as long as a name can be, not UTF-8, steering a terminal; temporary and system names."""
    thai = "แผนเพิ่มประสิทธิภาพ"
    composed, decomposed = unicodedata.normalize("NFC", f"é{thai}.xlsx"), unicodedata.normalize("NFD", f"é{thai}.xlsx")
    longest = "ก" * 83 + ".xlsx"
    assert len(longest.encode()) == 254
    put(trial, composed)
    put(trial, decomposed)
    put(trial, longest)
    put(trial, b"\xa1\xa2plan.xlsx")
    put(trial, "a\x1b[2Jb\nc.xlsx")
    left = (
        "~$plan.xlsx", ".~lock.plan.xlsx#", "plan.xlsx.part", "plan.tmp", "~WRL0001.docx", "Thumbs.db", "desktop.ini", ".DS_Store",
        "a.crdownload", "letter.pdf", ".Trash-1000/plan.xlsx", "$RECYCLE.BIN/S-1/plan.xlsx", "@eaDir/plan.xlsx", ".stversions/x/plan.xlsx",
        "System Volume Information/plan.xlsx",
    )  # fmt: skip
    for name in left:
        put(trial, name)
    found = told(trial)
    first = min(composed, decomposed, longest, key=lambda name: name.encode())
    assert {verdict for name, (verdict, _) in found.items() if name not in left} == {"accepted", "duplicate"}
    assert len(found) == 5 + len(left) and all(found[name][0] == "ignored" for name in left), found
    accepted = [name for name, (verdict, _) in found.items() if verdict == "accepted"]
    assert len(accepted) == 1 and (accepted[0] == first or "\\x" in accepted[0])
    assert told(trial) == {}


def test_copies_by_their_names() -> None:
    """Names that people, browsers and synchronising programs make; only beside the file that they are a copy of."""
    base = "a/แผน.xlsx"
    names = [
        "a/แผน (1).xlsx", "a/Copy of แผน.xlsx", "a/สำเนาของ แผน.xlsx", "a/แผน - Copy.xlsx", "a/แผน - สำเนา (2).xlsx",
        "a/แผน (ชื่อ's conflicted copy 2014-05-20).xlsx", "a/แผน.sync-conflict-20140520-101010-ABCDEF.xlsx", "a/แผน-conflict-1.xlsx",
    ]  # fmt: skip
    paths = [name.encode() for name in [base, *names]]
    assert share.copies(paths) == {name.encode(): base.encode() for name in names}
    assert share.copies([b"b/\xe0\xb9\x81 (1).xlsx", base.encode()]) == {}
    assert share.copies(paths[1:2]) == {}


def test_links_pipes_and_huge_files(trial: Trial) -> None:
    """None is followed, waited for or copied whole."""
    outside = trial.root / "secret.xlsx"
    shutil.copy(trial.root / "D01021.xlsx", outside)
    (trial.root / "inbox" / "link.xlsx").symlink_to(outside)
    (trial.root / "inbox" / "folder").symlink_to(trial.root)
    os.mkfifo(trial.root / "inbox" / "pipe.xlsx")
    huge = trial.root / "inbox" / "huge.xlsx"
    with huge.open("wb") as file:
        file.truncate(5 << 30)
    found = told(trial)
    assert found == {
        "link.xlsx": ("ignored", {"IGNORED"}), "folder": ("ignored", {"IGNORED"}), "pipe.xlsx": ("ignored", {"IGNORED"}),
        "huge.xlsx": ("unreadable", {"FILE_TOO_LARGE"}),
    }  # fmt: skip
    assert list((trial.root / "archive").iterdir()) == []
    receipts = list((trial.root / "outbox" / "_unidentified").glob("receipt_*_huge.xlsx"))
    assert len(receipts) == 1
    assert told(trial) == {}


def test_a_file_whose_bytes_change_under_the_same_size_and_date_waits(trial: Trial) -> None:
    """A copying program that reserves the room first leaves size and date alone: only the bytes tell."""
    config = trial.root / "season.toml"
    config.write_text(config.read_text(encoding="utf-8").replace("settle_seconds = 0.05", "settle_seconds = 1.5"), encoding="utf-8")
    path = put(trial, "plan.xlsx")
    whole = path.read_bytes()
    path.write_bytes(bytes(len(whole)))
    os.utime(path, (1_400_000_000, 1_400_000_000))

    def fill() -> None:
        # When the first copy lies there, the rest arrives.
        until = time.monotonic() + 20
        while time.monotonic() < until and not list((trial.root / "archive").glob(f"{INCOMING}*")):
            time.sleep(0.02)
        time.sleep(0.3)
        with path.open("r+b") as file:
            file.write(whole)
        os.utime(path, (1_400_000_000, 1_400_000_000))

    writer = threading.Thread(target=fill)
    writer.start()
    found = told(trial)
    writer.join()
    assert found == {"plan.xlsx": ("deferred", {"NOT_SETTLED"})}
    assert [path for path in (trial.root / "archive").rglob("*") if path.is_file()] == []
    assert told(trial) == {"plan.xlsx": ("accepted", set())}


def test_what_was_not_accepted_is_judged_once_more_on_request(trial: Trial) -> None:
    """`retry FILE` and `nightly --since`: an exception was granted, so the same file is accepted now."""
    faulty = {**filling.PLAN, "indicators.weight": [40, 10, 10, 10, 10, 10]}
    path = filling.fill(trial.issued("D01021", "plan"), trial.root / "inbox" / "plan.xlsx", faulty)
    put(trial, "other.xlsx", "D01002")
    assert told(trial)["plan.xlsx"] == ("returned", {"SUM_WRONG"})
    assert told(trial, "--since", "2014-05-01") == {"plan.xlsx": ("returned", {"SUM_WRONG"})}
    row = "D01021,SUM_WRONG,,ตามหนังสือ,สำนักงาน,2014-12-31\n"
    waivers = trial.root / "waivers.csv"
    waivers.write_text(waivers.read_text(encoding="utf-8-sig") + row, encoding="utf-8-sig")
    assert told(trial) == {}
    assert told(trial, "--since", "2014-05-21") == {}
    outcome = trial.run("retry", str(path), day=DAY)
    assert outcome.status == 0 and outcome.last == "received 2, new 1, accepted 1, returned 0, unreadable 0, unchanged 1", outcome
    assert [row["verdict"] for row in trial.run("status", "--json").json()["agencies"][0]["forms"].values() if row["verdict"]] == ["accepted"]
    assert trial.run("retry", "nowhere.xlsx", day=DAY).status == 2
    assert trial.run("retry", "/etc/passwd", day=DAY).status == 2
    assert trial.run("nightly", "--since", "soon", day=DAY).status == 2


def test_judging_again_makes_nobody_late_and_counts_nothing_twice(trial: Trial) -> None:
    """Received before the closing day, excused after it: the day of reception stays. What was taken stays taken."""
    faulty = {**filling.PLAN, "indicators.weight": [40, 10, 10, 10, 10, 10]}
    filling.fill(trial.issued("P50", "plan"), trial.root / "inbox" / "P50.xlsx", faulty)
    put(trial, "plan.xlsx")
    trial.run("nightly", day="2014-05-28")
    (trial.root / "waivers.csv").write_text(
        "agency,code,where,reason,approver,expires\nP50,SUM_WRONG,,ตามหนังสือ,สำนักงาน,2014-12-31\n", encoding="utf-8-sig"
    )
    before = trial.verdict(trial.root / "inbox" / "P50.xlsx", day="2014-07-01")
    assert "LATE" in {item["code"] for item in before["findings"]}
    again = trial.run("retry", "P50.xlsx", "--json", day="2014-07-01").json()["files"]
    assert [(item["file"], item["verdict"]) for item in again] == [("P50.xlsx", before["verdict"])]
    assert "LATE" not in {item["code"] for item in again[0]["findings"]}
    for name in ("plan.xlsx",):
        refused = trial.run("retry", name, day="2014-07-01")
        assert refused.status == 2 and "taken already: plan.xlsx" in refused.err
    assert trial.run("nightly", "--since", "2014-01-01", "--json", day="2014-07-02").json()["verdicts"].keys() <= {"returned"}


def test_who_takes_the_wrong_one_of_two_away_has_settled_the_conflict(trial: Trial) -> None:
    """One content left counts; a renamed file settles nothing; where both were taken away, the one that comes back counts."""
    inbox = trial.root / "inbox"
    for code, names in (("D01021", "ab"), ("D01002", "ef")):
        for at, name in enumerate(names):
            values = {**filling.PLAN, "general.work_process": [f"กระบวนงานที่ {at}"]}
            filling.fill(trial.issued(code, "plan"), inbox / f"{name}.xlsx", values)
    assert {verdict for verdict, _ in told(trial).values()} == {"conflict"}
    (inbox / "a.xlsx").rename(inbox / "renamed.xlsx")
    (inbox / "e.xlsx").unlink()
    (inbox / "f.xlsx").rename(trial.root / "f.xlsx")
    assert {name: verdict for name, (verdict, _) in told(trial).items()} == {"renamed.xlsx": "duplicate"}
    (trial.root / "f.xlsx").rename(inbox / "back.xlsx")
    (inbox / "renamed.xlsx").unlink()
    assert told(trial) == {"back.xlsx": ("accepted", set()), "b.xlsx": ("accepted", set())}
    assert told(trial) == {}


@pytest.mark.slow
def test_an_unchanged_share_of_ten_thousand_files_is_not_read_again(trial: Trial, tmp_path: Path) -> None:
    """Nothing is opened on the share but its marker, and the night takes a fraction of the first."""
    inbox = trial.root / "inbox"
    put(trial, "plan.xlsx")
    for at in range(10_000):
        folder = inbox / f"{at % 100:02d}"
        folder.mkdir(exist_ok=True)
        (folder / f"{at}.pdf").write_bytes(b"%PDF-1.4")
    assert trial.run("nightly", day=DAY).last.startswith("received 10001, new 10001, accepted 1,")
    log = tmp_path / "opened"
    trace = ["-f", "-o", str(log), "-e", "trace=openat"] if not traced.missing() else []
    start = time.monotonic()
    ended = traced.night(trial.root, DAY, trace)
    seconds = time.monotonic() - start
    assert (ended.status, ended.out.splitlines()[-1]) == (
        0, "received 10001, new 0, accepted 0, returned 0, unreadable 0, unchanged 10001",
    )  # fmt: skip
    print(f"an unchanged night of 10,001 files: {seconds:.1f} s")
    if trace:
        opened = [line for line in log.read_text(errors="replace").splitlines() if str(inbox) in line and "O_DIRECTORY" not in line]
        assert opened and all(".cleanreport-share" in line for line in opened), opened[:3]



def test_a_dry_run_leaves_even_an_older_ledger_as_it_is(trial: Trial) -> None:
    """It works on a copy: the ledger is not brought up to this version by a rehearsal."""
    put(trial, "plan.xlsx")
    ledger = sqlite3.connect(trial.root / "ledger.db")
    for table in ("night", "mail", "shown", "mark"):
        ledger.execute(f"DROP TABLE {table}")
    ledger.execute("ALTER TABLE sealed DROP COLUMN digest")
    ledger.execute("ALTER TABLE issued DROP COLUMN day")
    ledger.execute("DELETE FROM meta WHERE key LIKE 'mail%'")
    ledger.execute("PRAGMA user_version=3")
    ledger.commit()
    ledger.close()
    before = trial.digests()
    assert trial.run("nightly", "--dry-run", day=DAY).last.startswith("received 1, new 1, accepted 1,")
    assert trial.digests() == before
    assert trial.run("nightly", day=DAY).status == 0
    assert trial.digests() != before


def test_a_marker_that_is_no_plain_file_or_huge_holds_nothing_up(trial: Trial) -> None:
    marker = trial.root / "inbox" / ".cleanreport-share"
    said = marker.read_text(encoding="utf-8")
    put(trial, "plan.xlsx")
    marker.unlink()
    os.mkfifo(marker)
    assert trial.run("nightly", day=DAY).status == 4
    marker.unlink()
    with marker.open("wb") as file:
        file.truncate(30 << 30)
    assert trial.run("nightly", day=DAY).status == 4
    marker.unlink()
    (trial.root / "elsewhere").write_text(said, encoding="utf-8")
    marker.symlink_to(trial.root / "elsewhere")
    assert trial.run("nightly", day=DAY).status == 4
    marker.unlink()
    marker.write_text(said, encoding="utf-8")
    assert told(trial) == {"plan.xlsx": ("accepted", set())}
