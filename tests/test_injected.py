"""The night killed at system calls and at random moments, and calls that fail: the next run ends as an undisturbed one.

`pytest -m slow tests/test_injected.py` tries a sample; `FAULTS=all pytest -n 0 -m slow tests/test_injected.py` every point
(hours), `FAULTS=400` that many. `FAULTS_PART=2/5` with `all` takes the second fifth: of the calls that fail, every point
with another error in each fifth. `FAULTS_JOBS=2` runs two trials side by side. Needs Linux on x86-64.
"""

from __future__ import annotations

import json
import os
import queue
import random
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import filling
import notify
import pytest
import traced
from mother import Mother
from notify import Plan
from openpyxl import Workbook
from season_tools import Trial
from traced import Ended

pytestmark = [pytest.mark.slow, pytest.mark.skipif(notify.skips(), reason=notify.missing() or "-")]

DAY = "2014-05-20"
ERRORS = ("EIO", "ENOSPC", "ESTALE", "EROFS", "EACCES")
HOW_MANY = os.environ.get("FAULTS", "")
PART, PARTS = (int(text) for text in os.environ.get("FAULTS_PART", "1/1").split("/"))
JOBS = int(os.environ.get("FAULTS_JOBS", "1"))
SEED = 20570
FAULTY = {**filling.PLAN, "indicators.weight": [40, 10, 10, 10, 10, 10]}


class Nights:
    """Runs nights, each in a fresh process; as many side by side as there are mothers."""

    def __init__(self) -> None:
        self.mothers: queue.SimpleQueue[Mother] = queue.SimpleQueue()
        for _ in range(JOBS):
            self.mothers.put(Mother(traced.environment()))

    def run(self, root: Path, at: Plan | None = None, after: float = 0) -> Ended:
        """Run the night of a season; disturbed at one call, or killed after so many seconds."""
        mother = self.mothers.get()
        said = root.with_name(f"{root.name}.said")
        said.mkdir(exist_ok=True)
        try:
            return Ended(*mother.run(["nightly", "--season", str(root), "--as-of", DAY, "--lang", "en"], said, at, after))
        finally:
            self.mothers.put(mother)

    def end(self) -> None:
        while not self.mothers.empty():
            self.mothers.get().end()


@dataclass(frozen=True)
class Ready:
    """A season whose share waits for its night, the same after an undisturbed night, and all points of that night."""

    before: Path
    wanted: dict[str, object]
    points: list[tuple[str, int]]
    seconds: float
    nights: Nights


def thirty(root: Path) -> None:
    """Make a season with thirty files on its share: good, faulty, double, contradicting, foreign, broken, left aside."""
    more = ("D01001", "D01002", "D01003", "D01004", "D01005")
    trial = Trial(root, frameworks=("dept_2557",), agencies=more)
    config = root / "season.toml"
    config.write_text(config.read_text(encoding="utf-8").replace("[limits]", "[limits]\nworkers = 1"), encoding="utf-8")
    trial.run("issue", "plan", day=DAY)
    inbox = root / "inbox"
    for at, code in enumerate(more):
        trial.drop(code, "plan", FAULTY if at == 1 else filling.PLAN, f"{code}/แผน {at}.xlsx")
    trial.drop(more[3], "plan", {**filling.PLAN, "indicators.weight": [15, 25, 20, 20, 10, 10]}, "another.xlsx")
    for at in range(4):
        shutil.copy(inbox / more[0] / "แผน 0.xlsx", inbox / f"copy {at}.xlsx")
    Workbook().save(inbox / "foreign.xlsx")
    (inbox / "zero.xlsx").write_bytes(b"")
    (inbox / "~$lock.xlsx").write_bytes(b"lock")
    (inbox / "letter.pdf").write_bytes(b"%PDF-1.4")
    for at in range(31 - sum(path.is_file() for path in inbox.rglob("*"))):
        (inbox / f"broken {at}.xlsx").write_bytes(b"PK\x03\x04" + bytes([at]) * 40)


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
def ready(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ready]:
    folder = tmp_path_factory.mktemp("injected")
    thirty(folder / "before")
    nights = Nights()
    try:
        yield undisturbed(folder, nights)
    finally:
        nights.end()


def undisturbed(folder: Path, nights: Nights) -> Ready:
    """Run the night twice without disturbing it: once by the clock, once with every call counted."""
    for name in ("timed", "whole"):
        shutil.copytree(folder / "before", folder / name)
    start = time.monotonic()
    ended = nights.run(folder / "timed")
    seconds = time.monotonic() - start
    assert ended.status == 3, ended.err
    counted = Plan()
    ended = nights.run(folder / "whole", counted)
    assert ended.status == 3, ended.err
    found = [(name, counted.seen[: at + 1].count(name)) for at, name in enumerate(counted.seen)]
    wanted = state(folder / "whole")
    assert differs(state(folder / "timed"), wanted) == []
    verdicts = [str(row[1]) for row in sqlite3.connect(folder / "whole/ledger.db").execute("SELECT path, verdict FROM entry")]
    kinds = {"accepted", "returned", "conflict", "not_ours", "unreadable", "duplicate", "ignored"}
    assert set(verdicts) == kinds and len(verdicts) == 30
    assert len(found) > 300, len(found)
    return Ready(folder / "before", wanted, found, seconds, nights)


Item = TypeVar("Item")


def sample(items: Sequence[Item], share: float, least: int) -> list[Item]:
    """Choose points over the whole night, evenly spread with a random start; all of them, or one part, on request."""
    if HOW_MANY == "all":
        return list(items[(PART - 1) * len(items) // PARTS : PART * len(items) // PARTS])
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
        ended = ready.nights.run(root)
        if ended.status not in (0, 3):
            wrong += f" next run ends with {ended.status}: {ended.err[-300:]}"
        different = [key for key in differs(state(root), ready.wanted) if not key.startswith(tuple(may) or "-")]
        told = f"{name}:{wrong} differs: {different[:4]}" if wrong or different else ""
        print(told, end="\n" if told else "", flush=True)
        return told
    finally:
        shutil.rmtree(root)
        shutil.rmtree(root.with_name(f"{root.name}.said"), ignore_errors=True)


def all_of(ready: Ready, tmp_path: Path, trials: Sequence[tuple[str, Callable[[Path], str]]], may: Sequence[str] = ALIKE) -> None:
    start = time.monotonic()
    with ThreadPoolExecutor(JOBS) as pool:
        told = list(pool.map(lambda item: disturbed(ready, tmp_path, *item, may), trials))
    print(f"{len(trials)} disturbed nights of {len(ready.points)} points in {time.monotonic() - start:.0f} s")
    assert [text for text in told if text] == []


def test_killed_at_a_system_call(ready: Ready, tmp_path: Path) -> None:
    def kill(call: str, when: int) -> Callable[[Path], str]:
        def run(root: Path) -> str:
            ended = ready.nights.run(root, Plan(call, when))
            return "" if traced.killed(ended) else f" was not killed ({ended.status})"

        return run

    all_of(ready, tmp_path, [(f"kill-{call}-{when}", kill(call, when)) for call, when in sample(ready.points, 0.5, 24)])


def test_a_system_call_fails(ready: Ready, tmp_path: Path) -> None:
    """It ends with a status of the contract and a sentence, never as a bug."""

    def fail(call: str, when: int, error: str) -> Callable[[Path], str]:
        def run(root: Path) -> str:
            ended = ready.nights.run(root, Plan(call, when, error))
            if ended.status not in (0, 3, 4, 5) or "Traceback" in ended.err:
                return f" ends with {ended.status}: {ended.err[-600:]}"
            return " says nothing" if ended.status in (4, 5) and not ended.err.strip() else ""

        return run

    every = [(*point, ERRORS[(at + turn) % len(ERRORS)]) for turn in range(len(ERRORS)) for at, point in enumerate(ready.points)]
    trials = [(f"{error}-{call}-{when}", fail(call, when, error)) for call, when, error in sample(every, 0.5, 24)]
    all_of(ready, tmp_path, trials, TOLD)


def test_killed_at_random_moments(ready: Ready, tmp_path: Path) -> None:
    chance = random.Random(SEED)

    def kill(after: float) -> Callable[[Path], str]:
        def run(root: Path) -> str:
            ended = ready.nights.run(root, after=after)
            return "" if traced.killed(ended) or ended.status == 3 else f" ended with {ended.status}"

        return run

    count = 200 if HOW_MANY == "all" else int(HOW_MANY) // 10 if HOW_MANY else 6
    moments = [chance.uniform(0.02, 1.0) * ready.seconds for _ in range(count)]
    all_of(ready, tmp_path, [(f"moment-{at}", kill(after)) for at, after in enumerate(moments)])


def test_the_share_goes_away_or_is_emptied_meanwhile(ready: Ready, tmp_path: Path) -> None:
    """At random moments the whole share is gone, or a share without anything stands in its place; then it comes back."""
    chance = random.Random(SEED)

    def drop(after: float, *, empty: bool) -> Callable[[Path], str]:
        def run(root: Path) -> str:
            def away() -> None:
                (root / "inbox").rename(root / "away")
                if empty:
                    (root / "inbox").mkdir()

            timer = threading.Timer(after, away)
            timer.start()
            ended = ready.nights.run(root)
            timer.join()
            shutil.rmtree(root / "inbox", ignore_errors=True)
            (root / "away").rename(root / "inbox")
            wrong = ended.status not in (0, 3, 4, 5) or (ended.status > 3 and not ended.err.strip())
            return f" ends with {ended.status}: {ended.err[-300:]}" if wrong else ""

        return run

    count = 40 if HOW_MANY == "all" else 6
    trials = [(f"away-{at}", drop(chance.uniform(0.1, 0.8) * ready.seconds, empty=at % 2 == 0)) for at in range(count)]
    all_of(ready, tmp_path, trials, TOLD)
