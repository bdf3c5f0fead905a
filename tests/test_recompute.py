"""Scores and ranks, reckoned again from what is published by plain Python that shares no code with the program."""

from __future__ import annotations

import ast
import csv
import datetime as dt
import hashlib
import json
import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import recompute
from season_tools import Trial, command

from processors import data, rank, score, season, subscore
from processors.collect import collect
from processors.store import Ledger
from processors.tidy import TABLES
from templates import success

ROOT = Path(__file__).parents[1]
CLUSTERS = ROOT / "templates" / "registry" / "clusters.csv"
AS_OF = dt.date(2014, 11, 30)
MANY, FEW = 500, 60
WEIGHTS = (("100",), ("50", "50"), ("33.33", "33.33", "33.34"), ("40", "25", "20", "15"), ("50", "10", "10", "10", "10", "10"))
LADDERS = (
    ("60", "70", "80", "90", "100"), ("1", "2", "3", "4", "5"), ("0", "1", "2", "3", "4"), ("10", "8", "6", "4", "2"),
    ("0", "0", "1", "0", "2"), (None, "2", "4", None, "6"), ("7.5", None, "3", None, None), ("0.5", "1.1", "3", "3.7", "9"),
)  # fmt: skip
"""Criteria of levels 1 to 5: even, from zero, falling, with levels not used, uneven."""


# --- a made season: agencies of the registry, answers by chance, straight into the ledger ---------------------------------

Answers = dict[str, list[dict[str, Any]]]


def made_season(root: Path, count: int, seed: int) -> Path:
    """Make a season of so many agencies of both schemes, whose answers come by chance, and publish its tables."""
    assert command("init", str(root), "--year", "2557", "--framework", "dept_2557", "--framework", "prov_2557").status == 0
    chance = random.Random(seed)
    agencies = members(root / "agencies.csv", count, chance)
    Ledger(root / "ledger.db").close()
    ledger = sqlite3.connect(root / "ledger.db")
    with ledger:
        for framework in ("dept_2557", "prov_2557"):
            file_all(
                ledger,
                root / "frameworks" / framework,
                [item["code"] for item in agencies if item["framework"] == framework],
                chance,
            )
    ledger.close()
    publish_tables(root)
    return root


def members(path: Path, count: int, chance: random.Random) -> list[dict[str, str]]:
    """Give the season so many agencies: those of the registry by chance, departments beyond them under codes of their own."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        known = list(csv.DictReader(lines))
    departments = [item for item in known if item["framework"] == "dept_2557"]
    further = [
        {
            **departments[at % len(departments)],
            "code": f"D9{at:04d}",
            "name_th": f"{departments[at % len(departments)]['name_th']} {at}",
        }
        for at in range(count - len(known))
    ]
    chosen = [*chance.sample(known, min(count, len(known))), *further]
    for item in chosen:
        item["sla"] = "1" if chance.random() < 0.05 else item["sla"]
    with path.open("w", encoding="utf-8-sig", newline="") as target:
        writer = csv.DictWriter(target, list(known[0]))
        writer.writeheader()
        writer.writerows(chosen)
    return chosen


def file_all(ledger: sqlite3.Connection, framework: Path, codes: list[str], chance: random.Random) -> None:
    """File plans, reports, one review and one survey of a framework."""
    labels: dict[str, list[str]] = {}
    for row in recompute.rows_of(framework / "factors.csv"):
        labels.setdefault(row["process_type_no"], []).append(row["factor_th"])
    reviewed: Answers = {"basics": [], "factors": []}
    surveyed: Answers = {"survey": []}
    for code in codes:
        plan = plan_of(labels, chance)
        stages = chance.choice([("final",)] * 8 + [("preliminary", "final"), ("preliminary",), ()])
        for stage in stages:
            general = {**plan["general"][0], "stage": stage}
            store(ledger, code, f"{framework.name}/plan", stage, {**plan, "general": [general]})
        for round_ in ("9", "12"):
            if stages and chance.random() < 0.95:
                store(ledger, code, f"{framework.name}/report{round_}", "", report_of(plan, round_, chance))
        judge(code, plan, reviewed, chance)
        if chance.random() < 0.97:
            asked = chance.choice(
                [f"{chance.uniform(60, 90):.2f}", str(chance.randint(62, 88)), "65", "85", "64.99", "72.5", None]
            )
            surveyed["survey"].append({"agency": code, "transparency_pct": asked})
    store(ledger, "OPM" if framework.name == "dept_2557" else "C01", f"{framework.name}/review", "", reviewed)
    store(ledger, "D01021", f"{framework.name}/survey", "", surveyed)


def plan_of(labels: dict[str, list[str]], chance: random.Random) -> Answers:
    kind = chance.choice(sorted(labels))
    factors = [{"factor": label, "additional_measure": f"มาตรการ {at}"} for at, label in enumerate(labels[kind])]
    indicators = []
    for at, weight in enumerate(chance.choice(WEIGHTS)):
        levels = chance.choice(LADDERS)
        falling = levels in (LADDERS[3], LADDERS[6])
        scale = "milestone" if levels == LADDERS[1] and chance.random() < 0.5 else "number"
        row = {"name": f"ตัวชี้วัด {at}", "weight": weight, "direction": "lower" if falling else "higher", "scale": scale}
        indicators.append({**row, **{f"level{no}": value for no, value in enumerate(levels, 1)}})
    return {"general": [{"process_type": kind}], "measures": factors, "indicators": indicators}


def report_of(plan: Answers, round_: str, chance: random.Random) -> Answers:
    """Report on a plan: mostly whole and near its targets, with every kind of gap now and then."""
    whole = chance.random() < (0.8 if round_ == "12" else 0.3)
    measures = [
        {
            "factor": row["factor"],
            "progress": "100" if whole else chance.choice(["100", "99.99", "80", "0", None if chance.random() < 0.2 else "50"]),
            "in_time": chance.choice([True] * 40 + [False, None]),
        }
        for row in plan["measures"]
    ]
    results = []
    for row in plan["indicators"]:
        target = Decimal(row["level3"])
        share = chance.choice(["0", "0.7", "0.8", "0.9", "1", "1.5", f"{chance.uniform(0.5, 1.3):.3f}"])
        result = chance.choice([target * Decimal(share), target - 1, target + 1, Decimal(chance.randint(0, 12))])
        shown = None if chance.random() < 0.01 else f"{max(result, Decimal(0)):f}"
        results.append({"name": row["name"], "result": shown})
    chance.shuffle(results)
    return {"measures": measures, "indicators": results}


def judge(code: str, plan: Answers, reviewed: Answers, chance: random.Random) -> None:
    """Add what the reviewers say of a plan: mostly good, some criteria not met, some blanks, some on an earlier plan."""
    said = chance.random()
    if said < 0.03:
        return
    for at in range(5):
        met = None if said < 0.05 else chance.random() < 0.97
        reviewed["basics"].append({"agency": code, "criterion": str(at), "met": met})
    for row in plan["measures"]:
        given = None if 0.05 < said < 0.07 else chance.choice(["1", "1", "1", "0.5", "0.5", "0"])
        measure = "ฉบับเดิม" if 0.07 < said < 0.1 else row["additional_measure"]
        reviewed["factors"].append({"agency": code, "factor": row["factor"], "measure": measure, "score": given})


def store(ledger: sqlite3.Connection, agency: str, form: str, stage: str, answers: Answers) -> None:
    """Put one accepted return into the ledger as the reader would have stored it."""
    cells = [
        [table, at, name, ["แผ่น", at + 1, no + 1, name, table, at, name], str(value or ""), False, False]
        for table, records in answers.items()
        for at, record in enumerate(records)
        for no, (name, value) in enumerate(record.items())
    ]
    told = json.dumps({"answers": answers, "cells": cells, "findings": [], "positions": {}}, ensure_ascii=False)
    path = f"{agency}_{form.replace('/', '_')}_{stage}.xlsx".encode()
    row = {
        "path": path, "sha256": hashlib.sha256(path).hexdigest(), "verdict": "accepted", "form": form, "issue": "2557.1",
        "agency": agency, "serial": "0001", "stage": stage, "flags": "[]", "findings": "[]", "extracted": told, "saved_by": "",
        "received": "2014-10-10", "days_late": 0, "answered": 1,
    }  # fmt: skip
    ledger.execute(f"INSERT INTO returned ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", tuple(row.values()))


@cache
def loaded(root: Path) -> season.Season:
    return season.load(root)


def publish_tables(root: Path, *names: str) -> None:
    """Write the tables of a publication as `publish` does, without its workbooks; all tables or some by name."""
    made = loaded(root)
    ledger = Ledger(made.ledger_path)
    try:
        results = collect(made, ledger, AS_OF, {})
    finally:
        ledger.close()
    (root / "results" / "data").mkdir(parents=True, exist_ok=True)
    for table in (item for item in TABLES if item.name in names or not names):
        (root / "results" / "data" / f"{table.name}.csv").write_bytes(data.csv_bytes(table, results))


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_season(tmp_path_factory.mktemp("many") / "season", MANY, 2557)


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_season(tmp_path_factory.mktemp("few") / "season", FEW, 7)


# --- the recomputation -------------------------------------------------------------------------------------------------


def test_every_score_and_rank_of_500_agencies_comes_out_again(many: Path) -> None:
    wrong, own = recompute.differences(many, CLUSTERS)
    assert wrong == []
    assert len({agency for _, _, agency in own.ranks}) == MANY
    assert {(framework, round_) for framework, round_, _ in own.ranks} == {
        (framework, round_) for framework in ("dept_2557", "prov_2557") for round_ in ("9", "12")
    }


def test_the_made_season_shows_every_status_and_many_ties(many: Path) -> None:
    """A season without the hard cases would prove nothing."""
    _, own = recompute.differences(many, CLUSTERS)
    statuses = Counter(line.status for line in own.scores.values())
    assert set(statuses) == {*recompute.RANKED, *recompute.MISSING, "sla", "exempt"}
    assert min(statuses.values()) >= 4, statuses
    assert sum(row[-1] == "true" for row in own.ranks.values()) > 50
    scored = {line.score for (_, _, _, name), line in own.scores.items() if name in ("7.2", "6.2")}
    assert {"", "0.0000", "1.0000", "2.0000", "3.0000", "4.0000", "5.0000"} < scored and len(scored) > 40


@pytest.mark.slow
def test_a_year_of_real_workbooks_comes_out_again(year: Trial) -> None:
    wrong, own = recompute.differences(year.root, CLUSTERS)
    assert wrong == []
    assert own.scores["dept_2557", "12", "D01021", "7"].status == "evaluated"


def test_the_recomputation_shares_no_code_with_the_program() -> None:
    tree = ast.parse((ROOT / "tests" / "recompute.py").read_text(encoding="utf-8"))
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported == {
        "__future__",
        "csv",
        "tomllib",
        "collections",
        "collections.abc",
        "dataclasses",
        "fractions",
        "pathlib",
        "typing",
    }


def test_the_worked_example_of_the_guideline() -> None:
    """Weights 50 and five times 10: 33.33 0 0 200 66.67 66.67; A is 50 uncapped, 40 with the cap; the mean score is 1.6."""
    rows = [
        ("50", ("40", "50", "60", "70", "80"), "20"),
        ("10", ("60", "70", "80", "90", "100"), "0"),
        ("10", ("1", "2", "3", "4", "5"), "0"),
    ]
    rows += [("10", ("0", "0", "1", "0", "2"), "2"), *[("10", ("1", "2", "3", "4", "5"), "2")] * 2]
    plan = [{"weight": w, "direction": "higher", **{f"level{no}": v for no, v in enumerate(levels, 1)}} for w, levels, _ in rows]
    scheme = recompute.scheme_of(ROOT / "templates" / "frameworks" / "dept_2557")
    results = [recompute.number(result) for _, _, result in rows]
    rates = [recompute.progress(row, result, scheme) or recompute.F(0) for row, result in zip(plan, results, strict=True)]
    assert [recompute.shown(rate, 2) for rate in rates] == ["33.33", "0.00", "0.00", "200.00", "66.67", "66.67"]
    weights = [recompute.F(row["weight"]) for row in plan]
    assert sum(w * rate for w, rate in zip(weights, rates, strict=True)) / 100 == 50
    assert sum(w * min(rate, recompute.HUNDRED) for w, rate in zip(weights, rates, strict=True)) / 100 == 40
    scores = [recompute.own_score(row, result, scheme) or recompute.F(0) for row, result in zip(plan, results, strict=True)]
    assert recompute.shown(sum(w * s for w, s in zip(weights, scores, strict=True)) / 100, 4) == "1.6000"


VARIANTS = (
    "achievement_basis = 'level_score'",
    "achievement_basis = 'scale_60_100'",
    "achievement_cap = '120'",
    "interp_7_2 = 'step'",
    "interp_indicator = 'step'\nachievement_basis = 'level_score'",
    "progress_lower_better = 'level_based'",
    "floor = '0.0000'\ngate_fail_score = '1.0000'",
    "gate_fail_score = 'exclude_and_reweight'",
    "missed_round_deduction = '0.2'",
    "floor = '0.0000'\n[policy.prov_2557]\nfloor = '1.0000'",
)


@pytest.mark.parametrize("chosen", VARIANTS)
def test_every_choice_of_policy_comes_out_again(few: Path, tmp_path: Path, chosen: str) -> None:
    root = tmp_path / "season"
    shutil.copytree(few, root)
    publish_tables(few, "scores", "ranks", "progress")
    before = {name: (few / "results" / "data" / f"{name}.csv").read_bytes() for name in ("scores", "progress")}
    with (root / "season.toml").open("a", encoding="utf-8") as target:
        target.write(f"\n[policy]\n{chosen}\n")
    publish_tables(root, "scores", "ranks", "progress")
    assert {name: (root / "results" / "data" / f"{name}.csv").read_bytes() for name in before} != before
    assert recompute.differences(root, CLUSTERS)[0] == []


def test_a_choice_that_it_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="progress_lower_better"):
        recompute.scheme_of(ROOT / "templates" / "frameworks" / "dept_2557", {"progress_lower_better": "other"})


# --- the recomputation notices -----------------------------------------------------------------------------------------

Change = Callable[[Any], Any]
MUTATIONS: dict[str, tuple[ModuleType, str, Change]] = {
    "half down": (success, "round_half_up", lambda old: lambda value, places: old(value - Decimal(5).scaleb(-places - 2), places)),
    "cap forgotten": (subscore, "achievement", lambda old: lambda item, result, policy: success.indicator_progress(item, result, policy)),
    "mean unweighted": (subscore, "weighted_mean", lambda old: lambda pairs: old([(success.ONE, value) for _, value in pairs])),
    "late measures pass": (
        subscore, "plan_executed",
        lambda old: lambda measures, least: all((item.progress or success.ZERO) >= least for item in measures),
    ),
    "quality above, not from": (subscore, "plan_level", lambda old: lambda scale, met, share: old(scale, met, share - Decimal("0.001"))),
    "basic criteria forgotten": (subscore, "plan_level", lambda old: lambda scale, met, share: old(scale, 5, share)),
    "survey in steps": (
        subscore, "scale_score",
        lambda old: lambda scale, value, how: old(scale, value, "step"),
    ),
    "lower is better forgotten": (
        success, "indicator_progress",
        lambda old: lambda item, result, policy: None if result is None else result * 100 / success.target_of(item),
    ),
    "gate one lower": (score, "_gated", lambda old: lambda item, rows, policy: old(lower_gate(item), rows, policy)),
    "total of printed sums": (subscore, "weighted_score", lambda old: lambda value, weight: success.round_half_up(value, 2) * weight / 100),
    "dense ranks": (rank, "competition_ranks", lambda old: lambda scores: {s: no for no, s in enumerate(sorted(set(scores), reverse=True), 1)}),
    "ties shared by all": (rank, "_key", lambda old: lambda item, policy: (key := old(item, policy)) and success.round_half_up(key, 1)),
    "placeholder zero counts": (success, "anchors", lambda old: lambda levels: {no: v for no, v in enumerate(levels, 1) if v is not None}),
}  # fmt: skip
"""What could go wrong in a formula, each as a change of one function of the program."""


def lower_gate(item: Any) -> Any:
    return replace(item, gate_level=2) if item.gate else item


@pytest.mark.slow
@pytest.mark.parametrize("name", MUTATIONS)
def test_a_wrong_formula_is_noticed(few: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutant's tables replace the right ones; who comes after publishes anew."""
    module, function, change = MUTATIONS[name]
    old = getattr(module, function)
    fresh = change(old)
    for user in (success, subscore, score, rank):
        if getattr(user, function, None) is old:
            monkeypatch.setattr(user, function, fresh)
    publish_tables(few, "scores", "ranks", "progress")
    assert recompute.differences(few, CLUSTERS)[0], name


def test_without_a_wrong_formula_nothing_is_noticed(few: Path) -> None:
    publish_tables(few)
    assert recompute.differences(few, CLUSTERS)[0] == []


# --- what docs/results.md tells analysts ---------------------------------------------------------------------------------


def test_the_lines_for_pandas_give_the_published_ranks_and_the_true_means(few: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_tables(few)
    text = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")
    lines = text.partition("```python\n")[2].partition("```")[0]
    monkeypatch.chdir(few)
    made: dict[str, Any] = {}
    exec(compile(lines, "docs/results.md", "exec"), made)
    published = made["ranks"].query("framework == 'dept_2557' and round == '12'").set_index("agency")
    again = made["again"].set_axis(made["totals"]["agency"])
    assert len(again) == len(published) > 20
    assert again.dropna().astype(int).to_dict() == published["rank_national"].dropna().astype(int).to_dict()
    own = recompute.recompute(few, CLUSTERS)
    for ministry, row in made["means"].iterrows():
        mine = [
            recompute.F(item[0])
            for (name, round_, _), item in own.ranks.items()
            if item[5] == ministry and item[0] and round_ == "12"
        ]
        assert row["count"] == len(mine)
        assert not mine or abs(float(sum(mine) / len(mine)) - row["mean"]) < 0.0001
    assert set(made["late"]["kind"]) == {"measure"} and made["late"]["progress_pct"].max() < 100
    assert not made["plans"].duplicated(["agency", "record"]).any() and len(made["plans"]) > 40
    assert set(made["plans"]["level3"].dropna()) <= {ladder[2] for ladder in LADDERS}
