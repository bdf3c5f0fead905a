"""`verify` proves archive, ledger, results, answers, seals and backups; `close` and `backup` make what it proves.

One file, since one season serves them all.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

import filling
import pytest
from ops_season import DAY, copy_of, doubts, ledger, make
from season_tools import Trial, command

from processors import backup as backups
from processors import forget
from processors.detach import LIVE, OWN, Live, detached, rules_of
from processors.lock import held
from processors.seal import Sealed
from processors.season import load
from processors.store import Ledger
from processors.trees import remove

TEXTS = tomllib.loads((Path(__file__).parents[1] / "templates" / "texts" / "operation.toml").read_text(encoding="utf-8"))


MADE = 24
"""Files of a publication that are made again and compared: the data, its digests and description, and the workbooks."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    return make(tmp_path_factory.mktemp("verify") / "season")


@pytest.fixture
def season(whole: Trial, tmp_path: Path) -> Trial:
    return copy_of(whole, tmp_path / "season")


@pytest.fixture(scope="module")
def closed(whole: Trial, tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """Give the season with its nine-month round sealed."""
    trial = copy_of(whole, tmp_path_factory.mktemp("closed") / "season")
    assert trial.run("close", "9", day="2014-08-21").status == 0
    return trial


@pytest.fixture
def sealed(closed: Trial, tmp_path: Path) -> Trial:
    return copy_of(closed, tmp_path / "season")


def archived(trial: Trial) -> list[Path]:
    return sorted(path for path in (trial.root / "archive").rglob("*") if path.is_file())


def test_a_whole_season_is_proved_and_nothing_is_touched(season: Trial) -> None:
    before = season.digests()
    outcome = season.run("verify", "--json", day=DAY)
    told = outcome.json()
    assert (outcome.status, told["doubts"], told["kind"]) == (0, [], "season")
    assert told["counts"] == {
        "returns": 5, "entries": 5, "archive": 4, "issued": 3, "answers": 4, "tables": MADE,
        "published": len([name for name in before if name.startswith("results/")]) - 1,
    }  # fmt: skip
    assert season.digests() == before
    shown = season.run("verify", day=DAY)
    assert shown.status == 0 and shown.last == f"all proved, nothing to mend: {season.root}"
    assert "ตรวจครบแล้ว" in command("verify", str(season.root)).out


def test_every_sentence_stands_in_both_languages() -> None:
    assert set(TEXTS["th"]) == set(TEXTS["en"])
    named = {code for code in TEXTS["en"] if code.startswith("doubt_")}
    source = "".join(path.read_text(encoding="utf-8") for path in (Path(__file__).parents[1] / "processors").glob("*.py"))
    for code in named:
        single = code.removeprefix("doubt_")
        built = single.startswith(("backup_", "seal_")) and single.partition("_")[2] in ("changed", "missing", "extra")
        assert f'"{single}"' in source or built, code


def appended(path: Path) -> None:
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b" ")


def test_an_archived_file_that_is_changed_lost_or_left_over_is_named(season: Trial) -> None:
    changed, lost, *_ = archived(season)
    appended(changed)
    lost.unlink()
    (season.root / "archive" / "ab").mkdir(exist_ok=True)
    (season.root / "archive" / "ab" / ("ab" + "0" * 62)).write_bytes(b"rest")
    found = doubts(season, status=3)
    assert found == {
        f"archive/{changed.parent.name}/{changed.name}": "archive_changed",
        f"archive/{lost.parent.name}/{lost.name}": "archive_missing",
        f"archive/ab/ab{'0' * 62}": "archive_left",
    }
    said = season.run("verify", day=DAY).out
    assert changed.name in said and "from the backup" in said


def test_what_is_left_of_a_broken_run_alone_needs_nobody(season: Trial) -> None:
    (season.root / "archive" / ".part").write_bytes(b"half")
    assert doubts(season, status=0) == {"archive/.part": "archive_left"}


def test_forgotten_content_that_came_back_is_named(season: Trial) -> None:
    digest = hashlib.sha256(b"what nobody can place").hexdigest()
    path = season.root / "archive" / digest[:2] / digest
    assert not path.exists()
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"what nobody can place")
    assert doubts(season, status=3) == {f"archive/{digest[:2]}/{digest}": "archive_not_forgotten"}


def test_a_verdict_changed_behind_the_ledgers_back_is_named(season: Trial) -> None:
    ledger(season, "UPDATE entry SET verdict='accepted' WHERE verdict='returned'")
    found = doubts(season, status=3)
    assert found["D01002_plan.xlsx"] == "entry_differs"
    ledger(season, "DELETE FROM entry WHERE path=?", b"zero.xlsx")
    assert doubts(season, status=3)["zero.xlsx"] == "entry_missing"


@pytest.mark.parametrize(
    ("spoil", "file", "code"),
    [
        (lambda root: appended(root / "results/national.xlsx"), "results/national.xlsx", "result_changed"),
        (lambda root: (root / "results/status.xlsx").unlink(), "results/status.xlsx", "result_missing"),
        (lambda root: (root / "results/note.txt").write_text("x"), "results/note.txt", "result_extra"),
        (lambda root: (root / "results/run.json").write_text("{}"), "results/run.json", "run_unreadable"),
        (lambda root: shutil.rmtree(root / "results"), "results/run.json", "results_missing"),
    ],
    ids=["changed", "missing", "extra", "run.json", "all"],
)  # fmt: skip
def test_results_that_are_not_as_published_are_named(
    season: Trial, spoil: Callable[[Path], object], file: str, code: str
) -> None:
    spoil(season.root)
    assert doubts(season, status=3).get(file) == code
    # A national workbook that somebody saved and that can't be read is kept, and people are asked to look at it.
    assert season.run("publish", day=DAY).status == (3 if file.endswith("national.xlsx") else 0)
    assert doubts(season, status=0) == {}


def test_marks_of_office_programs_beside_results_are_nothing(season: Trial) -> None:
    for name in ("~$national.xlsx", ".~lock.national.xlsx#"):
        (season.root / "results" / name).write_bytes(b"somebody")
    assert doubts(season, status=0) == {}


def test_figures_are_computed_again_so_a_whole_forged_publication_is_found(season: Trial) -> None:
    """Every digest fits what was written by hand; only the ledger knows better."""
    data = season.root / "results" / "data"
    scores = (data / "scores.csv").read_bytes().replace(b"not_reviewed", b"evaluated", 1)
    former = hashlib.sha256((data / "scores.csv").read_bytes()).hexdigest()
    (data / "scores.csv").write_bytes(scores)
    for path in (data / "SHA256SUMS", season.root / "results" / "run.json"):
        old = hashlib.sha256(path.read_bytes()).hexdigest()
        path.write_text(path.read_text(encoding="utf-8").replace(former, hashlib.sha256(scores).hexdigest()), encoding="utf-8")
        run = season.root / "results" / "run.json"
        run.write_text(run.read_text(encoding="utf-8").replace(old, hashlib.sha256(path.read_bytes()).hexdigest()), encoding="utf-8")
    assert doubts(season, status=3) == {f"results/data/{name}": "figures_differ" for name in ("scores.csv", "SHA256SUMS")}


def test_a_return_that_was_rewritten_after_publication_is_named(season: Trial) -> None:
    ledger(season, "UPDATE returned SET received='2014-01-01' WHERE seq=1")
    assert doubts(season, status=3)["ledger.db"] == "ledger_rewritten"


def test_a_ledger_that_went_on_is_said_and_no_fault(season: Trial) -> None:
    path = season.root / "agencies.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    path.write_text("\n".join(line[:-2] + "1," if line.startswith("D01021") else line for line in lines) + "\n", encoding="utf-8")
    found = doubts(season, status=0)
    assert set(found.values()) == {"figures_earlier"} and "results/data/scores.csv" in found
    assert season.run("publish", day=DAY).status == 0
    assert doubts(season, status=0) == {}


def test_outbox_files_that_people_moved_or_filled_are_warned_of(season: Trial) -> None:
    issued = season.issued("D01002", "plan")
    appended(issued)
    season.issued("D01021", "plan").unlink()
    next((season.root / "outbox" / "D01021").glob("receipt_*_plan_*")).unlink()
    next((season.root / "outbox" / "D01002").glob("fix_*")).unlink()
    told = season.run("verify", "--json", day=DAY).json()
    assert sorted(item["code"] for item in told["doubts"]) == ["fix_missing", "issued_changed", "issued_missing", "receipt_missing"]
    assert told["status"] == 0 and {item["level"] for item in told["doubts"]} == {"warning"}
    assert f"outbox/D01002/{issued.name}" in [item["file"] for item in told["doubts"]]


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no modes")
def test_a_key_that_others_can_read_is_warned_of(season: Trial) -> None:
    (season.root / "secret.key").chmod(0o644)
    assert doubts(season, status=0) == {"secret.key": "secret_open"}


def test_a_damaged_or_missing_ledger_is_unusable(season: Trial) -> None:
    path = season.root / "ledger.db"
    good = path.read_bytes()
    page = 4096
    path.write_bytes(good[:page] + b"\xff" * page + good[2 * page :])
    damaged = season.run("verify", day=DAY)
    assert damaged.status == 4 and "put the backup" in damaged.out + damaged.err
    path.write_bytes(b"nothing of the kind")
    assert season.run("verify", day=DAY).status == 4
    path.unlink()
    lost = season.run("verify", day=DAY)
    assert lost.status == 4 and "put the backup" in lost.err and not path.exists()
    assert command("verify", str(season.root / "inbox")).status == 4


def test_a_changed_published_form_is_named_and_the_rest_is_proved(season: Trial) -> None:
    assert season.run("forms", "publish", "dept_2557/plan").status == 0
    assert doubts(season, status=0) == {}
    appended(next((season.root / "frameworks/dept_2557/forms").glob("plan*/form.toml")))
    archived(season)[0].unlink()
    found = doubts(season, status=3)
    assert {"rules_changed", "archive_missing"} <= set(found.values())


def test_it_reads_beside_a_run_that_writes(season: Trial) -> None:
    """Neither the lock of a run nor a transaction that is open hold it up; what is not committed is not seen."""
    db = sqlite3.connect(season.root / "ledger.db", isolation_level=None)
    db.execute("BEGIN IMMEDIATE")
    db.execute("DELETE FROM entry")
    try:
        assert doubts(season, status=0) == {}
    finally:
        db.execute("ROLLBACK")
        db.close()


# -- sealed rounds -------------------------------------------------------------------------------------------------------


def test_a_seal_holds_everything_and_says_how_it_is_checked(sealed: Trial) -> None:
    folder = sealed.root / "closed" / "9"
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    for part in ("README.md", "SHA256SUMS", "inputs.csv", "agencies.csv", "waivers.csv", "season.toml", "results/run.json"):
        assert part in names
    assert "inputs/D01021_dept_2557-report9_0001.xlsx" in names and "forms/dept_2557_report9.md" in names
    assert any(name.startswith("frameworks/dept_2557/issued/") for name in names)
    stated = {line[66:] for line in (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()}
    assert stated == names - {"SHA256SUMS"}
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert "sha256sum -c SHA256SUMS" in readme and "รอบ 9" in readme
    if shutil.which("sha256sum"):
        assert subprocess.run(["sha256sum", "-c", "--quiet", "--strict", "SHA256SUMS"], cwd=folder, check=False).returncode == 0
    stored = ledger(sealed, "SELECT digest FROM sealed WHERE round='9'")
    assert stored == [(hashlib.sha256((folder / "SHA256SUMS").read_bytes()).hexdigest(),)]
    assert doubts(sealed, status=0) == {}


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no modes")
def test_a_seal_is_read_only(closed: Trial) -> None:
    folder = closed.root / "closed" / "9"
    assert all(path.stat().st_mode & 0o222 == 0 for path in (folder, *folder.rglob("*")))


SEALED_FILES = (
    "inputs/D01021_dept_2557-report9_0001.xlsx", "inputs.csv", "forms/dept_2557_report9.md", "frameworks/dept_2557/framework.toml",
    "results/data/scores.csv", "results/data/SHA256SUMS", "results/run.json", "results/national.xlsx", "agencies.csv",
    "waivers.csv", "season.toml", "README.md",
)  # fmt: skip


def unlocked(path: Path) -> Path:
    """Make a sealed file and its folder writable, as who tampers would."""
    path.parent.chmod(0o755)
    path.chmod(0o644)
    return path


def test_every_kind_of_sealed_file_is_watched(sealed: Trial) -> None:
    folder = sealed.root / "closed" / "9"
    for name in SEALED_FILES:
        path = unlocked(folder / name)
        good = path.read_bytes()
        path.write_bytes(good.replace(good[:1], b"\x00", 1))
        assert doubts(sealed, status=3) == {f"closed/9/{name}": "seal_changed"}, name
        alone = sealed.run("verify", str(folder), "--json").json()
        assert (alone["status"], alone["kind"]) == (3, "seal")
        assert {item["file"]: item["code"] for item in alone["doubts"]} == {name: "seal_changed", "SHA256SUMS": "seal_digest"}
        path.write_bytes(good)
    (folder / "inputs" / "more.xlsx").write_bytes(b"more")
    unlocked(folder / "waivers.csv").unlink()
    assert doubts(sealed, status=3) == {"closed/9/inputs/more.xlsx": "seal_extra", "closed/9/waivers.csv": "seal_missing"}


def test_a_seal_made_anew_around_other_figures_is_found_by_the_ledger(sealed: Trial) -> None:
    folder = sealed.root / "closed" / "9"
    unlocked(folder / "inputs" / "D01021_dept_2557-report9_0001.xlsx").write_bytes(b"another")
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n"
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).as_posix() != "SHA256SUMS"
    ]
    unlocked(folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")
    assert doubts(sealed, str(folder), status=0) == {"SHA256SUMS": "seal_digest"}
    assert doubts(sealed, status=3) == {
        "closed/9/SHA256SUMS": "seal_sums_changed",
        "closed/9/inputs/D01021_dept_2557-report9_0001.xlsx": "seal_input_unknown",
    }
    (folder / "SHA256SUMS").unlink()
    assert doubts(sealed, status=3) == {"closed/9/SHA256SUMS": "sums_unreadable"}
    remove(folder)
    assert doubts(sealed, status=3) == {"closed/9": "seal_missing"}


def test_a_sealed_folder_is_proved_without_its_season(sealed: Trial, tmp_path: Path) -> None:
    alone = tmp_path / "years later"
    shutil.copytree(sealed.root / "closed" / "9", alone)
    outcome = command("verify", str(alone), "--lang", "en")
    digest = hashlib.sha256((alone / "SHA256SUMS").read_bytes()).hexdigest()
    assert outcome.status == 0 and digest in outcome.out


def test_a_seal_keeps_no_secret_of_the_season(season: Trial) -> None:
    config = season.root / "season.toml"
    config.write_text(config.read_text(encoding="utf-8") + '\n[ping]\nurl = "https://ping.example/token-1234"\n', encoding="utf-8")
    assert season.run("close", "9", day="2014-08-21").status == 0
    sealed = (season.root / "closed/9/season.toml").read_text(encoding="utf-8")
    assert "token-1234" not in sealed and "keep_days = 365" in sealed
    assert not (season.root / "closed/9/secret.key").exists()


def test_closing_says_what_it_seals_and_that_it_may_be_early(season: Trial) -> None:
    """Nothing is refused; the last deadline of the round is 2014-08-31, and all but one agency are silent."""
    day = "2014-08-31"
    early = season.run("close", "9", day=day)
    assert early.status == 0 and (season.root / "closed" / "9" / "SHA256SUMS").is_file()
    assert re.search(rf"^sealed 1 returns that count; \d+ agencies have none; the round's last deadline: {day}$", early.out, re.MULTILINE)
    assert "LOOK AGAIN" in early.err and f"not past ({day})" in early.err and "agencies have no return" in early.err
    assert "LOOK AGAIN" not in season.run("close", "9", day=day).err


def test_a_round_closed_in_its_time_is_closed_quietly() -> None:
    day = dt.date(2014, 8, 31)
    assert Sealed(3, 0, 0, day, day + dt.timedelta(1)).early("th") == [] == Sealed(3, 0, 0, None, day).early("en")
    assert [len(Sealed(3, *rest, day).early("th")) for rest in ((0, 0, day), (2, 0, None), (0, 1, None), (2, 1, day))] == [2, 2, 2, 4]
    assert "31 ส.ค. 2557" in Sealed(3, 0, 0, day, day).line("th") + "".join(Sealed(3, 0, 0, day, day).early("th"))


def test_closing_again_names_the_figures_that_changed(sealed: Trial) -> None:
    same = sealed.run("close", "9", day="2014-08-22")
    assert "equal the sealed ones" in same.out
    before = sealed.digests()
    path = sealed.root / "agencies.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    path.write_text("\n".join(line[:-2] + "1," if line.startswith("D01021") else line for line in lines) + "\n", encoding="utf-8")
    assert sealed.run("publish", day="2014-08-22").status == 0
    told = sealed.run("close", "9", day="2014-08-22").out
    assert "scores.csv (4)" in told and "figures more" in told
    assert "scores.csv D01021 dept_2557 9 7 status: sealed “not_reviewed”, now “sla”" in told
    after = sealed.digests()
    assert [name for name in before if name.startswith("closed/") and before[name] != after.get(name)] == []


def test_a_close_that_was_killed_is_taken_over_whole(sealed: Trial) -> None:
    """Killed between the naming of the folder and the ledger: the folder stays, byte for byte."""
    before = {name: value for name, value in sealed.digests().items() if name.startswith("closed/")}
    ledger(sealed, "DELETE FROM sealed")
    assert doubts(sealed, status=0) == {"closed/9": "seal_unknown"}
    rest = sealed.root / "closed" / ".9.new"
    rest.mkdir()
    (rest / "half").write_bytes(b"half")
    assert sealed.run("close", "9", day="2014-08-21").status == 0
    assert doubts(sealed)["closed/.9.new"] == "seal_unknown"
    shutil.rmtree(rest)
    assert doubts(sealed, status=0) == {}
    assert {name: value for name, value in sealed.digests().items() if name.startswith("closed/")} == before
    ledger(sealed, "DELETE FROM sealed")
    unlocked(sealed.root / "closed/9/agencies.csv").write_bytes(b"other")
    refused = sealed.run("close", "9", day="2014-08-21")
    assert refused.status == 4 and "isn't a whole seal" in refused.err


def test_content_forgotten_after_the_seal_leaves_it_and_that_is_known(sealed: Trial) -> None:
    """An earlier version sealed lists of persons, too; forgetting reaches into the read-only folder."""
    folder = sealed.root / "closed" / "9" / "inputs"
    (path,) = folder.glob("*report9*")
    (sha256,) = ledger(sealed, "SELECT sha256 FROM returned WHERE form LIKE '%report9'")[0]
    row = ledger(sealed, "SELECT seq, form, agency FROM returned WHERE sha256=?", sha256)[0]
    forget._delete(path, sealed.root / "closed")
    assert not path.exists() and (os.name == "nt" or folder.stat().st_mode & 0o222 == 0)
    (sealed.root / "archive" / sha256[:2] / sha256).unlink()
    ledger(sealed, "INSERT INTO forgotten VALUES (?,?,?,?,'2014-09-01','asked','[]',1)", row[0], sha256, row[1], row[2])
    found = doubts(sealed)
    assert found[f"closed/9/inputs/{path.name}"] == "seal_forgotten" and "seal_missing" not in found.values()


def test_a_seal_of_an_earlier_version_is_proved_in_itself(sealed: Trial) -> None:
    ledger(sealed, "UPDATE sealed SET digest=''")
    folder = sealed.root / "closed" / "9"
    lines = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines(keepends=True)
    unlocked(folder / "SHA256SUMS").write_text("".join(line for line in lines if not line.endswith("/SHA256SUMS\n")), encoding="utf-8")
    assert doubts(sealed, status=0) == {"closed/9/SHA256SUMS": "seal_of_before"}


def test_a_fresh_season_is_proved(tmp_path: Path) -> None:
    trial = Trial(tmp_path / "season")
    assert doubts(trial, status=0) == {"results/run.json": "results_none"}


# -- backups -------------------------------------------------------------------------------------------------------------


def results_of(root: Path) -> dict[str, str]:
    """Give the digests of published files, the record of the run aside."""
    folder = root / "results"
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "run.json"
    }


def backed_up(trial: Trial, target: Path, status: int = 0) -> dict[str, int]:
    outcome = trial.run("backup", str(target), "--json", day=DAY)
    assert outcome.status == status, (outcome.out, outcome.err)
    return outcome.json()


def test_a_backup_is_a_season_that_rebuilds_the_same_results(sealed: Trial, tmp_path: Path) -> None:
    target = tmp_path / "disk" / "backup"
    before = sealed.digests()
    told = backed_up(sealed, target)
    assert sealed.digests() == before and told["kind"] == "backup" and told["kept"] == 0
    proved = command("verify", str(target), "--json").json()
    assert (proved["status"], proved["kind"], [item["code"] for item in proved["doubts"]]) == (0, "backup", ["no_outbox"])
    assert proved["counts"]["tables"] == MADE and proved["counts"]["seals"] == 1
    wanted = results_of(sealed.root)
    assert results_of(target) == wanted
    shutil.rmtree(target / "results")
    assert command("publish", "--season", str(target), "--as-of", "2014-08-21", "--round", "9").status == 0
    assert results_of(target) == wanted
    assert sealed.digests() == before
    if os.name != "nt":
        assert (target / "secret.key").stat().st_mode & 0o077 == 0 and target.stat().st_mode & 0o077 == 0


def test_nothing_done_with_a_backup_reaches_the_live_season(season: Trial, tmp_path: Path) -> None:
    for name in ("inbox", "outbox", "results"):
        (season.root / name).rename(tmp_path / f"share_{name}")
    config = season.root / "season.toml"
    text = config.read_text(encoding="utf-8")
    for name in ("inbox", "outbox", "results"):
        text = text.replace(f'{name} = "{name}"', f'{name} = "{tmp_path.as_posix()}/share_{name}"')
    outward = f'\n[ping]\nurl = "https://ping.example/token-1234"\n[backup]\nfolder = "{tmp_path.as_posix()}/copy"\n'
    config.write_text(text + outward, encoding="utf-8")
    backed_up(season, tmp_path / "copy")
    copy = load(tmp_path / "copy")
    assert (copy.inbox, copy.operation.backup, copy.operation.ping.success) == (tmp_path / "copy" / "inbox", None, "")
    shares = {path: path.read_bytes() for path in tmp_path.glob("share_*/**/*") if path.is_file()}
    assert command("publish", "--season", str(tmp_path / "copy"), "--as-of", DAY).status == 0
    night = command("nightly", "--season", str(tmp_path / "copy"), "--as-of", DAY)
    assert night.status == 4  # there is no share here, and that is said
    assert shares == {path: path.read_bytes() for path in tmp_path.glob("share_*/**/*") if path.is_file()}
    assert "# url = " in (tmp_path / "copy" / "season.toml").read_text(encoding="utf-8")


CONFIG = '''id = "x"
ping.url = "https://a.example/1"
[folders] # where
inbox = "/mnt/share"
[limits]
workers = 2
note = """
[mail]
"""
[mail]
text = """
[limits]
secret
"""
["ping"]
url = "https://a.example/2"
[[trial]]
code = "X"
'''


def test_the_configuration_of_a_copy_keeps_its_rules_and_nothing_outward() -> None:
    copy, plain = detached(CONFIG), detached(CONFIG, Live.DROPPED)
    for text in (copy, plain):
        read = tomllib.loads(text)
        assert set(read) == {"id", "folders", "limits", "trial"} and read["limits"] == {"workers": 2, "note": "[mail]\n"}
        assert read["folders"] == {"inbox": "inbox", "outbox": "outbox", "results": "results"}
    assert "secret" not in plain and "example" not in plain and "/mnt/share" not in plain
    assert "#live# secret" in copy and '#live# inbox = "/mnt/share"' in copy and "#" not in plain
    assert rules_of(detached(copy)) == rules_of(copy) == rules_of(CONFIG)
    assert rules_of(CONFIG.replace("workers = 2", "workers = 3")) != rules_of(CONFIG)


LINES = [page for page in (Path(__file__).parents[1] / "docs/operation/README.md").read_text(encoding="utf-8").splitlines() if "sed -i" in page]
WITH_REMARKS = (
    CONFIG.replace('ping.url = "https://a.example/1"\n', "")
    .replace("[limits]\nsecret", "[limits]\n\n# no remark\nsecret")
    .replace('inbox = "', '# our share\ninbox = "')
)


def test_the_marks_of_a_copy_bring_the_live_configuration_back(tmp_path: Path) -> None:
    copy = detached(WITH_REMARKS)
    assert "# our share" in copy.splitlines() and "#live# # no remark" in copy
    kept = [line.removeprefix(LIVE) for line in copy.splitlines() if not line.endswith(OWN)]
    assert tomllib.loads("\n".join(kept)) == tomllib.loads(WITH_REMARKS) and len(kept) == len(WITH_REMARKS.splitlines()) + 1
    assert len(LINES) == 1
    if shutil.which("sed") and sys.platform == "linux":
        (tmp_path / "season.toml").write_text(copy, encoding="utf-8")
        call = LINES[0].replace("/srv/cleanreport/season", str(tmp_path))
        assert subprocess.run(["sh", "-c", call], check=False).returncode == 0
        assert (tmp_path / "season.toml").read_text(encoding="utf-8").splitlines() == kept


def test_two_backups_to_one_folder_at_once_are_two_after_each_other(season: Trial, tmp_path: Path) -> None:
    target = tmp_path / "backup"
    with held(tmp_path / ".lock.backup", "x"):
        refused = season.run("backup", str(target), day=DAY)
        assert refused.status == 11 and f"another backup to {target} is being made (process {os.getpid()}, since" in refused.err
        assert not target.exists()
    backed_up(season, target)
    assert sorted(path.name for path in tmp_path.iterdir()) in (["backup", "season"], [".lock.backup", "backup", "season"])


def test_a_further_backup_copies_only_what_is_new(season: Trial, tmp_path: Path) -> None:
    target = tmp_path / "backup"
    first = backed_up(season, target)
    held = {path.name: path.stat().st_ino for path in (target / "archive").rglob("*") if path.is_file()}
    assert len(held) == 4
    second = backed_up(season, target)
    assert second["copied"] == 0 and second["kept"] == first["copied"]
    season.drop("D01002", "plan", filling.PLAN, "mended.xlsx")
    assert season.run("nightly", day=DAY).status == 0
    third = backed_up(season, target)
    now = {path.name: path.stat().st_ino for path in (target / "archive").rglob("*") if path.is_file()}
    assert held.items() < now.items() and len(now) == 5 and third["kept"] >= 4
    assert results_of(target) == results_of(season.root)
    assert not list(tmp_path.glob(".backup*"))


def test_forgotten_content_leaves_the_backup_too(season: Trial, tmp_path: Path) -> None:
    target = tmp_path / "backup"
    (season.root / "inbox" / "unknown.xlsx").write_bytes(b"names of persons")
    season.run("nightly", day=DAY)
    backed_up(season, target)
    digest = hashlib.sha256(b"names of persons").hexdigest()
    assert (target / "archive" / digest[:2] / digest).is_file()
    assert season.run("forget", "--content", digest, day=DAY).status == 0
    backed_up(season, target)
    assert not [path for path in tmp_path.rglob(digest) if not path.is_relative_to(season.root)]


@pytest.mark.parametrize("place", [".", "archive/copy", "results/copy", "inbox", "closed/copy", "..", "../other"])
def test_a_backup_goes_neither_into_the_season_nor_over_anything_else(season: Trial, tmp_path: Path, place: str) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "somebody's").write_text("kept")
    before = season.digests()
    refused = season.run("backup", str(season.root / place), day=DAY)
    assert refused.status == 2 and refused.err.strip()
    assert season.digests() == before and (other / "somebody's").read_text() == "kept"


def test_a_backup_of_another_season_is_not_replaced(season: Trial, tmp_path: Path) -> None:
    backed_up(season, tmp_path / "backup")
    config = season.root / "season.toml"
    config.write_text(config.read_text(encoding="utf-8").replace('id = "2557-', 'id = "2557-0'), encoding="utf-8")
    assert season.run("backup", str(tmp_path / "backup"), day=DAY).status == 2


def test_damage_in_a_backup_is_mended_and_damage_in_the_season_does_not_spread(season: Trial, tmp_path: Path) -> None:
    target = tmp_path / "backup"
    backed_up(season, target)
    name = archived(season)[0].relative_to(season.root)
    good = (season.root / name).read_bytes()
    appended(target / name)
    assert command("verify", str(target)).status == 3
    backed_up(season, target)
    assert (target / name).read_bytes() == good
    appended(season.root / name)
    backed_up(season, target)
    assert (target / name).read_bytes() == good
    remove(target)
    backed_up(season, target, status=3)
    assert not (target / name).exists() and doubts(season, str(target), status=3)[name.as_posix()] == "archive_missing"


@pytest.mark.skipif(sys.platform != "linux", reason="limits of a process are those of Linux")
def test_a_full_disk_leaves_the_former_backup_and_says_so(season: Trial, tmp_path: Path) -> None:
    target = tmp_path / "backup"
    backed_up(season, target)
    before = {path: path.read_bytes() for path in target.rglob("*") if path.is_file()}
    biggest = max(path.stat().st_size for path in (season.root / "results").rglob("*.*"))
    call = f'ulimit -f {biggest // 2048}; exec "$0" -m processors.cli backup "{target}" --season "{season.root}"'
    (season.root / "results" / "data" / "big").write_bytes(bytes(2 * biggest))  # nothing that the former backup holds
    done = subprocess.run(["bash", "-c", call, sys.executable], capture_output=True, text=True, check=False)
    assert done.returncode == 5 and "disk of the backup is full; the former backup stays" in done.stderr, done.stderr
    assert before == {path: path.read_bytes() for path in target.rglob("*") if path.is_file()}
    assert not list(tmp_path.glob(".backup*"))


def test_a_backup_is_made_beside_a_run_that_writes(season: Trial, tmp_path: Path) -> None:
    db = sqlite3.connect(season.root / "ledger.db", isolation_level=None)
    db.execute("BEGIN IMMEDIATE")
    db.execute("DELETE FROM returned")
    try:
        backed_up(season, tmp_path / "backup")
    finally:
        db.execute("ROLLBACK")
        db.close()
    assert len(ledger(season, "SELECT * FROM returned")) == 5


def test_the_night_makes_the_backup_that_the_configuration_asks_for(season: Trial, tmp_path: Path) -> None:
    def after() -> backups.Copy | None:
        loaded = load(season.root)
        opened = Ledger(loaded.ledger_path)
        try:
            return backups.after_night(loaded, opened)
        finally:
            opened.close()

    assert after() is None
    config = season.root / "season.toml"
    config.write_text(config.read_text(encoding="utf-8") + '\n[backup]\nfolder = "../copy"\n', encoding="utf-8")
    assert season.run("nightly", day=DAY).status == 0
    assert results_of(season.root.parent / "copy") == results_of(season.root)
    again = after()  # the night proved the same publication
    assert again and again.proof and again.proof.status == 0 and "tables" not in again.proof.counts
    ledger(season, "DELETE FROM meta WHERE key='backup_proved'")
    made = after()
    assert made and made.proof and (made.proof.status, made.proof.counts["tables"]) == (0, MADE)
    assert command("backup", "--season", str(season.root)).status == 0
    assert command("verify", str(season.root.parent / "copy")).status == 0


@pytest.mark.slow
def test_a_backup_killed_at_any_moment_leaves_the_former_or_the_new_one(season: Trial, tmp_path: Path) -> None:
    target = tmp_path / "backup"
    backed_up(season, target)
    arguments = [sys.executable, "-m", "processors.cli", "backup", str(target), "--season", str(season.root)]
    moments = random.Random(11)
    killed = 0
    for turn in range(12):
        (season.root / "inbox" / f"zero{turn}.xlsx").write_bytes(f"nothing {turn}".encode())
        season.run("nightly", day=DAY)
        process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(moments.uniform(0.3, 1.2))
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            killed += 1
        process.wait()
        assert command("verify", str(target)).status == 0
    assert killed > 0
    backed_up(season, target)
    assert not list(tmp_path.glob(".backup*"))
