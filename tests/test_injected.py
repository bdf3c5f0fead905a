"""The night killed at system calls and at random moments, and calls that fail: the next run ends as an undisturbed one.

`pytest -m slow tests/test_injected.py` tries a sample; `FAULTS=all pytest -n 0 -m slow tests/test_injected.py` every point
(hours), `FAULTS=400` that many. `FAULTS_JOBS=2` runs two trials side by side. Needs strace (a Debian package).
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import filling
import pytest
import traced
from season_tools import Trial

pytestmark = [pytest.mark.slow, pytest.mark.skipif(traced.skips(), reason=traced.missing() or "-")]

DAY = "2014-05-20"
ERRORS = ("EIO", "ENOSPC", "ESTALE", "EROFS", "EACCES")
HOW_MANY = os.environ.get("FAULTS", "")
JOBS = int(os.environ.get("FAULTS_JOBS", "1"))
SEED = 20570
FAULTY = {**filling.PLAN, "indicators.weight": [40, 10, 10, 10, 10, 10]}
PEOPLE = ("respondents.name", "respondents.phone")


@dataclass(frozen=True)
class Ready:
    """A season whose share waits for its night, the same after an undisturbed night, and all points of that night."""

    before: Path
    wanted: dict[str, object]
    points: list[tuple[str, int]]
    seconds: float


def thirty(root: Path) -> None:
    """Make a season with thirty files on its share: good, faulty, double, broken, foreign, left aside."""
    import season_tools

    more = tuple(f"D010{at:02d}" for at in range(1, 12))
    kept, season_tools.AGENCIES = season_tools.AGENCIES, more
    try:
        trial = Trial(root, frameworks=("dept_2557",))
    finally:
        season_tools.AGENCIES = kept
    codes = sorted(line.split(",")[0] for line in (root / "agencies.csv").read_text(encoding="utf-8-sig").splitlines()[1:])
    trial.run("issue", "plan", day=DAY)
    inbox = root / "inbox"
    for at, code in enumerate(codes):
        trial.drop(code, "plan", FAULTY if at % 4 == 1 else filling.PLAN, f"{code}/แผน {at}.xlsx")
    for at, code in enumerate(codes[:5]):
        shutil.copy(inbox / code / f"แผน {at}.xlsx", inbox / f"copy {at}.xlsx")
    for at in range(30 - len(codes) - 5 - 3):
        (inbox / f"broken {at}.xlsx").write_bytes(b"PK\x03\x04" + bytes([at]) * 40)
    (inbox / "zero.xlsx").write_bytes(b"")
    (inbox / "~$lock.xlsx").write_bytes(b"lock")
    (inbox / "letter.pdf").write_bytes(b"%PDF-1.4")
    assert sum(path.is_file() for path in inbox.rglob("*")) == 30 + 1


def state(root: Path) -> dict[str, object]:
    """Give all that a night leaves, the run times aside: every file by its bytes, every row of the ledger."""
    trial = Trial.__new__(Trial)
    trial.root = root
    whole: dict[str, object] = dict(trial.digests("run.json", "ledger.db"))
    whole["run.json"] = json.loads((root / "results" / "run.json").read_text(encoding="utf-8")) | {"durations": {}}
    ledger = sqlite3.connect(f"file:{root / 'ledger.db'}?mode=ro", uri=True)
    for table in ("entry", "returned", "issued", "mail", "night"):
        columns = [row[1] for row in ledger.execute(f"PRAGMA table_info({table})") if row[1] not in ("inode", "mtime_ns")]
        whole[table] = sorted(ledger.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall(), key=str)
    assert ledger.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    ledger.close()
    return whole


def differs(one: dict[str, object], other: dict[str, object]) -> list[str]:
    return sorted(key for key in {*one, *other} if one.get(key) != other.get(key))


ALIKE: tuple[str, ...] = ()
TOLD = ("night", "mail", "outbox/_mail")
"""What may differ: nothing after a kill; a night that ended in trouble stands in the log of nights, and in the letters."""


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Ready:
    if traced.missing():
        pytest.fail(traced.missing())
    folder = tmp_path_factory.mktemp("injected")
    thirty(folder / "before")
    shutil.copytree(folder / "before", folder / "whole")
    start = time.monotonic()
    found = traced.points(folder / "whole", DAY, folder / "calls")
    seconds = time.monotonic() - start
    wanted = state(folder / "whole")
    verdicts = [str(row[1]) for row in sqlite3.connect(folder / "whole/ledger.db").execute("SELECT path, verdict FROM entry")]
    assert {"accepted", "returned", "unreadable", "duplicate", "ignored"} == set(verdicts) and len(verdicts) == 30
    assert len(found) > 300, len(found)
    return Ready(folder / "before", wanted, found, seconds)


def sample(items: Sequence[tuple[str, int]], share: float, least: int) -> list[tuple[str, int]]:
    """Choose points over the whole night, evenly spread with a random start; all of them on request."""
    if HOW_MANY == "all":
        return list(items)
    count = round(int(HOW_MANY) * share) if HOW_MANY else least
    step = len(items) / count
    start = random.Random(SEED).random()
    return [items[int((at + start) * step) % len(items)] for at in range(min(count, len(items)))]


def disturbed(ready: Ready, tmp_path: Path, name: str, disturb: Callable[[Path], str], may: Sequence[str] = ALIKE) -> str:
    """Disturb one night and let the next run end it; gives what is wrong, "" when all is as it must be."""
    root = tmp_path / name
    shutil.copytree(ready.before, root)
    try:
        wrong = disturb(root)
        ended = traced.night(root, DAY)
        if ended.status not in (0, 3):
            wrong += f" next run ends with {ended.status}: {ended.err[-300:]}"
        different = [key for key in differs(state(root), ready.wanted) if not key.startswith(tuple(may) or "-")]
        return f"{name}:{wrong} differs: {different[:4]}" if wrong or different else ""
    finally:
        shutil.rmtree(root)


def all_of(
    ready: Ready, tmp_path: Path, trials: Sequence[tuple[str, Callable[[Path], str]]], may: Sequence[str] = ALIKE
) -> None:
    with ThreadPoolExecutor(JOBS) as pool:
        told = list(pool.map(lambda item: disturbed(ready, tmp_path, *item, may), trials))
    print(f"{len(trials)} disturbed nights of {len(ready.points)} points")
    assert [text for text in told if text] == []


def test_killed_at_a_system_call(ready: Ready, tmp_path: Path) -> None:
    def kill(call: str, when: int) -> Callable[[Path], str]:
        def run(root: Path) -> str:
            ended = traced.night(root, DAY, traced.kill_at(call, when))
            return "" if traced.killed(ended) else f" was not killed ({ended.status})"

        return run

    all_of(ready, tmp_path, [(f"kill-{call}-{when}", kill(call, when)) for call, when in sample(ready.points, 0.5, 24)])


def test_a_system_call_fails(ready: Ready, tmp_path: Path) -> None:
    """It ends with a status of the contract and a sentence, never as a bug."""

    def fail(call: str, when: int, error: str) -> Callable[[Path], str]:
        def run(root: Path) -> str:
            ended = traced.night(root, DAY, traced.fail_at(call, when, error))
            if ended.status not in (0, 3, 4, 5) or "Traceback" in ended.err:
                return f" ends with {ended.status}: {ended.err[-600:]}"
            return " says nothing" if ended.status in (4, 5) and not ended.err.strip() else ""

        return run

    chosen = sample([(call, when) for call, when in ready.points for _ in ERRORS], 0.5, 24)
    errors = [ERRORS[at % len(ERRORS)] for at in range(len(chosen))]
    trials = [(f"{error}-{call}-{when}", fail(call, when, error)) for (call, when), error in zip(chosen, errors, strict=True)]
    all_of(ready, tmp_path, trials, TOLD)


def test_killed_at_random_moments(ready: Ready, tmp_path: Path) -> None:
    chance = random.Random(SEED)

    def kill(after: float) -> Callable[[Path], str]:
        def run(root: Path) -> str:
            arguments = [sys.executable, "-m", "processors.cli", "nightly", "--season", str(root), "--as-of", DAY]
            process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=traced.environment())
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(after)
            process.send_signal(signal.SIGKILL)
            process.wait()
            return ""

        return run

    count = 200 if HOW_MANY == "all" else int(HOW_MANY) // 10 if HOW_MANY else 6
    moments = [chance.uniform(0.15, 1.0) * ready.seconds for _ in range(count)]
    all_of(ready, tmp_path, [(f"moment-{at}", kill(after)) for at, after in enumerate(moments)])


def test_the_share_goes_away_or_is_emptied_meanwhile(ready: Ready, tmp_path: Path) -> None:
    """At random moments the whole share is gone, or a share without anything stands in its place; then it comes back."""
    chance = random.Random(SEED)

    def drop(after: float, *, empty: bool) -> Callable[[Path], str]:
        def run(root: Path) -> str:
            arguments = [sys.executable, "-m", "processors.cli", "nightly", "--season", str(root), "--as-of", DAY]
            process = subprocess.Popen(
                arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=traced.environment(), text=True
            )
            time.sleep(after)
            (root / "inbox").rename(root / "away")
            if empty:
                (root / "inbox").mkdir()
            _, err = process.communicate(timeout=300)
            shutil.rmtree(root / "inbox", ignore_errors=True)
            (root / "away").rename(root / "inbox")
            wrong = process.returncode not in (0, 3, 4, 5) or (process.returncode > 3 and not err.strip())
            return f" ends with {process.returncode}: {err[-300:]}" if wrong else ""

        return run

    count = 40 if HOW_MANY == "all" else 6
    trials = [(f"away-{at}", drop(chance.uniform(0.1, 0.8) * ready.seconds, empty=at % 2 == 0)) for at in range(count)]
    all_of(ready, tmp_path, trials, TOLD)
