"""Fixtures of all tests: a season that has been through its whole year, made once per file that asks for it."""

from __future__ import annotations

import os
import time
from pathlib import Path

import filling
import pytest
from elsewhere import ELSEWHERE
from season_tools import Trial, reviewed

os.environ["SOURCE_DATE_EPOCH"], os.environ["TZ"] = "1400551200", "UTC"
if hasattr(time, "tzset"):
    time.tzset()
"""The clock of all tests stands: receipts hold the moment of reception, and equal seasons must give equal bytes."""


TWO_IN_ONE = ("test_night_cases", "test_judgement")
"""Files whose tests look twice by themselves."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the cases of codes twice in one process: a guard that fires only once is none."""
    where = f"{metafunc.module.__name__}::{metafunc.function.__name__}"
    if where in ELSEWHERE.values() and metafunc.module.__name__ not in TWO_IN_ONE:
        metafunc.fixturenames.append("again")
        metafunc.parametrize("again", ("first", "again"))


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    """Give a fresh small season."""
    return Trial(tmp_path / "season")


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """Give a season whose one agency has filed everything: plan, report9, review, survey, report12."""
    trial = Trial(tmp_path_factory.mktemp("year") / "season")
    assert trial.file("D01021", "plan", filling.PLAN, "2014-05-20").status == 0
    assert trial.file("D01021", "report9", filling.REPORT, "2014-08-20").status == 0
    assert trial.run("issue", "review", "--agency", "OPM").status == 0
    reviewed(trial.issued("OPM", "review"), trial.root / "inbox" / "review.xlsx")
    assert trial.run("issue", "dept_2557/survey").status == 0
    codes = [row["code"] for row in rows(trial) if row["framework"] == "dept_2557"]
    answers = ["72.5" if code == "D01021" else None for code in codes]
    people = [400 if code == "D01021" else None for code in codes]
    trial.drop("D01021", "survey", {"survey.transparency_pct": answers, "survey.respondents": people})
    assert trial.run("nightly", day="2014-09-30").status == 0
    assert trial.file("D01021", "report12", filling.REPORT12, "2014-10-10").status == 0
    return trial


def rows(trial: Trial) -> list[dict[str, str]]:
    """Read the season's agencies."""
    import csv

    with (trial.root / "agencies.csv").open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))
