"""A small season for the tests of proofs and copies: returns taken, returned, unreadable and forgotten, results published."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import filling
from season_tools import Trial

DAY = "2014-08-20"


def make(root: Path) -> Trial:
    """Make a season with one of everything that proofs look at."""
    trial = Trial(root)
    assert trial.run("issue", "plan", "--agency", "D01021", "--agency", "D01002").status == 0
    trial.drop("D01021", "plan", filling.PLAN)
    trial.drop("D01002", "plan", {**filling.PLAN, "indicators.weight": [40, 10, 10, 10, 10, 10]})
    (root / "inbox" / "zero.xlsx").write_bytes(b"")
    (root / "inbox" / "strange.xlsx").write_bytes(b"what nobody can place")
    assert trial.run("nightly").status == 3
    strange = hashlib.sha256(b"what nobody can place").hexdigest()
    assert trial.run("forget", "--content", strange).status == 0
    assert trial.file("D01021", "report9", filling.REPORT, DAY).status == 0
    return trial


def copy_of(trial: Trial, root: Path) -> Trial:
    """Copy a season, so that a test may spoil it."""
    shutil.copytree(trial.root, root)
    other = Trial.__new__(Trial)
    other.root = root
    return other


def ledger(trial: Trial, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """Ask or change the ledger as a program of others would."""
    with sqlite3.connect(trial.root / "ledger.db") as db:
        found = db.execute(sql, values).fetchall()
    db.close()
    return found


def doubts(trial: Trial, *arguments: str, status: int | None = None) -> dict[str, str]:
    """Verify a season (or a folder) and give file -> code of each doubt but those of no weight."""
    outcome = trial.run("verify", *arguments, "--json", day=DAY)
    told = outcome.json()
    assert outcome.status == told["status"] and status in (None, outcome.status), told
    for item in told["doubts"]:
        assert item["message"].strip() and "{" not in item["message"]
    return {item["file"]: item["code"] for item in told["doubts"]}
