"""Disks that are full, closed or gone: an exit status, a sentence, no damage, and the next night does what is left.

Real small disks are mounted for this, so the tests need a user who may mount.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import filling
import pytest
from season_tools import Outcome, Trial, command

DAY = "2014-05-20"


@cache
def missing() -> str:
    """Say why no disk can be mounted here, "" when it can."""
    folder = Path(f"/tmp/cleanreport-mount-{os.getpid()}")
    folder.mkdir(exist_ok=True)
    try:
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True, text=True)
        if done.returncode:
            return f"no disk can be mounted here: {done.stderr.strip()}"
        subprocess.run(["umount", str(folder)], check=True)
        return ""
    except OSError as error:
        return f"no disk can be mounted here: {error}"
    finally:
        folder.rmdir()


needs_disk = pytest.mark.skipif(bool(missing()), reason=missing() or "-")


@contextmanager
def disk(folder: Path, options: str) -> Iterator[None]:
    """Mount a small disk at a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a season with a publication of yesterday and three new files."""
    trial = Trial(tmp_path_factory.mktemp("trouble") / "season")
    trial.run("issue", "plan", day=DAY)
    trial.drop("P50", "plan", filling.PLAN)
    trial.run("nightly", day="2014-05-19")
    trial.drop("D01021", "plan", filling.PLAN)
    trial.drop("D01002", "plan", {**filling.PLAN, "indicators.weight": [40, 10, 10, 10, 10, 10]})
    (trial.root / "inbox" / "zero.xlsx").write_bytes(b"")
    return trial.root


@pytest.fixture
def root(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1400544000")
    shutil.copytree(made, tmp_path / "season")
    return tmp_path / "season"


def state(root: Path) -> dict[str, str]:
    trial = Trial.__new__(Trial)
    trial.root = root
    return trial.digests("run.json", "ledger.db")


def undisturbed(root: Path) -> dict[str, str]:
    other = root.with_name("undisturbed")
    shutil.copytree(root, other)
    assert night(other).status == 3
    return state(other)


def night(root: Path) -> Outcome:
    return command("nightly", "--season", str(root), "--as-of", DAY, "--lang", "en")


def published(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted((root / "results").rglob("*")) if path.is_file()}


def config(root: Path, folder: str, place: str) -> None:
    path = root / "season.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(f'{folder} = "{folder}"', f'{folder} = "{place}"'), encoding="utf-8")


@needs_disk
@pytest.mark.parametrize(("options", "status", "word"), [("size={used}k", 5, "No space left"), ("ro", 4, "Read-only")])
def test_an_outbox_that_takes_nothing(root: Path, options: str, status: int, word: str) -> None:
    """The verdicts are kept, the results are published, the answers are written by the next night."""
    wanted = undisturbed(root)
    kept = root.with_name("kept")
    shutil.copytree(root / "outbox", kept)
    with disk(root / "outbox", "size=16m"):
        shutil.copytree(kept, root / "outbox", dirs_exist_ok=True)
        used = shutil.disk_usage(root / "outbox").used // 1024 + 64
        subprocess.run(["mount", "-o", f"remount,{options.format(used=used)}", str(root / "outbox")], check=True)
        ended = night(root)
        assert (ended.status, ended.last.split(",")[0]) == (status, "received 4"), ended.err
        assert word in ended.err
        assert "D01021,dept_2557/plan" in (root / "results/data/answers.csv").read_text(encoding="utf-8-sig")
        subprocess.run(["mount", "-o", "remount,rw,size=16m", str(root / "outbox")], check=True)
        assert night(root).status == 0
        assert state(root) == wanted


@needs_disk
@pytest.mark.parametrize(("options", "status", "word"), [("size={used}k", 5, "No space left"), ("ro", 4, "Read-only")])
def test_results_that_can_not_be_published_stay_what_they_were(root: Path, options: str, status: int, word: str) -> None:
    # The results stand on a disk of their own, as on a share.
    config(root, "results", "share/results")
    shutil.copytree(root / "results", root / "share" / "results")
    wanted = undisturbed(root)
    before = published(root / "share")
    kept = root.with_name("kept")
    shutil.move(root / "share", kept)
    with disk(root / "share", "size=16m"):
        shutil.copytree(kept, root / "share", dirs_exist_ok=True)
        used = shutil.disk_usage(root / "share").used // 1024 + 64
        subprocess.run(["mount", "-o", f"remount,{options.format(used=used)}", str(root / "share")], check=True)
        ended = night(root)
        assert (ended.status, ended.last.split(",")[0]) == (status, "received 4"), ended.err
        assert word in ended.err and "the former results stay" in ended.err
        assert published(root / "share") == before
        subprocess.run(["mount", "-o", "remount,rw,size=16m", str(root / "share")], check=True)
        assert night(root).status == 0
        assert state(root) == wanted


@needs_disk
def test_results_at_the_root_of_a_disk_are_refused(root: Path) -> None:
    """Such a folder can't be switched in one step; the sentence says what to write instead."""
    before = published(root)
    with disk(root / "results", "size=8m"):
        ended = night(root)
        assert ended.status == 4 and "[folders] results" in ended.err
    assert published(root) == before
    assert night(root).status == 0


@needs_disk
def test_a_full_disk_under_the_whole_season(root: Path) -> None:
    wanted = undisturbed(root)
    place = root.with_name("small")
    with disk(place, "size=32m"):
        season = place / "season"
        shutil.copytree(root, season)
        used = shutil.disk_usage(place).used // 1024
        for room in (4, 32, 128, 512, 1024):
            subprocess.run(["mount", "-o", f"remount,size={used + room}k", str(place)], check=True)
            ended = night(season)
            assert ended.status in (0, 3, 5) and "Traceback" not in ended.err, ended.err
            assert ended.status != 5 or "No space left" in ended.err or "full" in ended.err, ended.err
            if ended.status != 5:
                break
        subprocess.run(["mount", "-o", "remount,size=32m", str(place)], check=True)
        assert night(season).status in (0, 3)
        assert state(season) == wanted


@needs_disk
def test_a_share_that_is_not_mounted(root: Path) -> None:
    """The empty folder below the mount is never read as silence."""
    place = root / "drive"
    config(root, "inbox", str(place))
    before = published(root)
    with disk(place, "size=16m"):
        shutil.copytree(root / "inbox", place, dirs_exist_ok=True)
        assert night(root).status == 3
    after = published(root)
    assert before != after
    for day in (DAY, "2014-05-21"):
        ended = command("nightly", "--season", str(root), "--as-of", day)
        assert ended.status == 4 and "is the share mounted?" in ended.err
    assert published(root) == after


def test_an_emptied_share_is_no_silence(root: Path) -> None:
    assert night(root).status == 3
    before = published(root)
    for path in (root / "inbox").glob("*.xlsx"):
        path.unlink()
    ended = night(root)
    assert ended.status == 4 and "min_share_ratio" in ended.err
    assert published(root) == before
    assert command("status", "--season", str(root)).status == 0
