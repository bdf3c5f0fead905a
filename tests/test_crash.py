"""A night killed at any moment loses nothing and doubles nothing: the next run ends as an undisturbed one."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import filling
import pytest
from season_tools import Trial, command

DAY = "2014-05-20"


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a season whose inbox waits for its first night: good, faulty, double and strange files."""
    trial = Trial(tmp_path_factory.mktemp("crash") / "season")
    trial.run("issue", "plan", day=DAY)
    trial.drop("D01021", "plan", filling.PLAN)
    trial.drop("D01002", "plan", {**filling.PLAN, "indicators.weight": [40, 10, 10, 10, 10, 10]})
    shutil.copy(trial.root / "inbox" / "D01021_plan.xlsx", trial.root / "inbox" / "copy.xlsx")
    (trial.root / "inbox" / "zero.xlsx").write_bytes(b"")
    return trial.root


def state(root: Path) -> dict[str, str]:
    trial = Trial.__new__(Trial)
    trial.root = root
    return {
        name: value for name, value in trial.digests("run.json").items() if name.split("/")[0] in ("results", "outbox", "archive")
    }


def night(root: Path) -> subprocess.Popen[bytes]:
    arguments = [sys.executable, "-m", "processors.cli", "nightly", "--season", str(root), "--as-of", DAY]
    return subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.mark.slow
def test_kill_at_random_moments(before: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    shutil.copytree(before, whole)
    start = time.monotonic()
    assert night(whole).wait() == 3
    length = time.monotonic() - start
    wanted = state(whole)
    assert any(name.startswith("outbox/D01002/fix_") for name in wanted)
    moments = random.Random(7)
    killed = 0
    for attempt in range(6):
        root = tmp_path / f"killed{attempt}"
        shutil.copytree(before, root)
        for _ in range(2):
            process = night(root)
            time.sleep(moments.uniform(0.3, 1.0) * length)
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
                killed += 1
            process.wait()
        assert command("nightly", "--season", str(root), "--as-of", DAY).status in (0, 3)
        assert state(root) == wanted
        last = command("nightly", "--season", str(root), "--as-of", DAY)
        assert (last.status, last.last) == (0, "received 4, new 0, accepted 0, returned 0, unreadable 0, unchanged 4")
    assert killed > 0


def test_two_nights_started_together(before: Path, tmp_path: Path) -> None:
    """One works, the other leaves at once; a lock that a dead run left behind stops nobody."""
    root = tmp_path / "season"
    shutil.copytree(before, root)
    (root / ".lock").write_text("4711")
    both = [night(root), night(root)]
    assert sorted(process.wait() for process in both) == [3, 11]
    assert command("nightly", "--season", str(root), "--as-of", DAY).status == 0
