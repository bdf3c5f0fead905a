"""Crafted files are refused quickly and in little memory, with a code, a sentence and a place, by the whole command.

Each is made from a good, filled form of the season. The promise of 5 seconds and 512 MiB is measured on the command and
its workers together: seconds of processor (a busy machine makes the clock of the wall meaningless), and the sum of the
peaks of all its processes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

import filling
import pytest
from hostile import NAMED, REFUSED, RETURNED, Parts
from season_tools import Trial

from workbook.patch import patch

CASES = {**REFUSED, **RETURNED}
DAY = "2014-05-20"
SECONDS, MEGABYTES = 5.0, 512
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits and /proc are those of Linux")


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    trial = Trial(tmp_path_factory.mktemp("hostile") / "season")
    assert trial.run("issue", "plan", "--agency", "D01021").status == 0
    return trial


@pytest.fixture(scope="module")
def form(season: Trial) -> Parts:
    """Give the parts of a good, filled form."""
    path = season.root / "good.xlsx"
    path.write_bytes(patch(season.issued("D01021", "plan").read_bytes(), filling.PLAN))
    assert season.verdict(path)["verdict"] == "accepted"
    with zipfile.ZipFile(path) as source:
        return {name: source.read(name) for name in source.namelist()}


class Cost(NamedTuple):
    """What the command took, with all its processes."""

    status: int
    verdict: dict[str, Any]
    cpu: float
    wall: float
    megabytes: int


def family(pid: int) -> list[int]:
    found = [pid]
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            for child in Path(f"/proc/{pid}/task/{task}/children").read_text().split():
                found += family(int(child))
    except OSError:
        pass
    return found


def peak(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


def measured(season: Trial, path: Path) -> Cost:
    """Run the command on one file and look at its processes all the while."""
    arguments = ["check", str(path), "--json", "--season", str(season.root), "--as-of", DAY, "--lang", "en"]
    begin, peaks = time.monotonic(), dict[int, int]()
    out = path.with_suffix(".json")
    with out.open("wb") as target:
        process = subprocess.Popen(
            [sys.executable, "-m", "processors.cli", *arguments], stdout=target, stderr=subprocess.STDOUT, cwd=Path(__file__).parents[1]
        )
        while (done := os.wait4(process.pid, os.WNOHANG))[0] == 0:
            for pid in family(process.pid):
                peaks[pid] = max(peaks.get(pid, 0), peak(pid))
            time.sleep(0.01)
    process.returncode = os.waitstatus_to_exitcode(done[1])
    cpu = done[2].ru_utime + done[2].ru_stime
    text = out.read_text(encoding="utf-8")
    assert process.returncode == 3, text[-2000:]
    return Cost(process.returncode, json.loads(text)[0], cpu, time.monotonic() - begin, sum(peaks.values()) >> 10)


def assert_refused(name: str, verdict: dict[str, Any]) -> None:
    """Not accepted, for the reason that was put into the file, with a sentence, a remedy and a place."""
    codes = CASES[name][1]
    errors = [item for item in verdict["findings"] if item["severity"] == "error"]
    told = [item for item in errors if item["code"] in codes]
    assert told, (name, verdict["verdict"], errors)
    assert verdict["verdict"] == "returned" if name in RETURNED else verdict["verdict"] in ("unreadable", "not_ours")
    for item in told:
        assert item["message"].strip() and item["fix"].strip(), item
        assert "{" not in item["message"] + item["fix"], item
    if name in RETURNED:
        assert verdict["agency"] == "D01021"
        assert told[0]["cell"] or "xl/" in told[0]["message"]


@pytest.mark.parametrize("name", [pytest.param(name, marks=() if name in NAMED else pytest.mark.slow) for name in CASES])
def test_a_hostile_file_is_refused_in_time_and_memory(season: Trial, form: Parts, tmp_path: Path, name: str) -> None:
    path = tmp_path / "sent.xlsx"
    path.write_bytes(CASES[name][0](form))
    cost = measured(season, path)
    assert_refused(name, cost.verdict)
    print(f"{name}: {cost.cpu:.1f} s of processor, {cost.wall:.1f} s, {cost.megabytes} MB")
    assert cost.megabytes < MEGABYTES, (name, cost.megabytes)
    assert cost.cpu < SECONDS, (name, cost.cpu)


SMALL = [name for name in CASES if name.startswith(("name ", "ods ", "xls", "overlapping", "lying", "a false", "a far", "a row", "a cell"))]
LAST = [name for name in SMALL if not any(word in name for word in ("million", "60 MB", "records", "quadratic", "parameter"))]


def test_small_hostile_files_in_one_call(season: Trial, form: Parts, tmp_path: Path) -> None:
    """Twice: the first may end a worker, and the others must not suffer for it."""
    paths = [tmp_path / f"{at}.xlsx" for at in range(len(LAST))]
    for path, name in zip(paths, LAST, strict=True):
        path.write_bytes(CASES[name][0](form))
    good = season.root / "good.xlsx"
    calls = [season.run("check", *map(str, paths), str(good), "--json", day=DAY).json() for _ in range(2)]
    assert calls[0] == calls[1]
    for name, verdict in zip(LAST, calls[0], strict=False):
        assert_refused(name, verdict)
    assert calls[0][-1]["verdict"] == "accepted"


def test_what_is_no_file_is_not_waited_for(season: Trial, tmp_path: Path) -> None:
    """A pipe nobody writes to, a device, a folder, a link to itself: said at once, status 2."""
    os.mkfifo(tmp_path / "pipe.xlsx")
    (tmp_path / "folder.xlsx").mkdir()
    (tmp_path / "loop.xlsx").symlink_to(tmp_path / "loop.xlsx")
    (tmp_path / "device.xlsx").symlink_to("/dev/zero")
    begin = time.monotonic()
    for name in ("pipe", "folder", "loop", "device"):
        told = season.run("check", str(tmp_path / f"{name}.xlsx"))
        assert told.status in (2, 5) and name in told.err, (name, told)
    assert time.monotonic() - begin < SECONDS
