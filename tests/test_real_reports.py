"""The two real reports of seeds 003 and 004, typed into issued workbooks and taken through a season of three frameworks.

What has to be found stands in domain C6; the tables below are written from there and from the lines of the seeds, with rows
counted as the form counts them (measures 7 and 8 of seed 004 share the seventh row, so measure 9 stands in the eighth).
"""

from __future__ import annotations

import csv
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import filling
import openpyxl
import pytest
import reports
from filling import fill
from reports import CENTRE, DAY, DEPARTMENT, LOCAL, NAMES, PROVINCE, Report
from season_tools import Outcome, Trial

FRAMEWORKS = Path(__file__).parents[1] / "templates" / "frameworks"
THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")

Expected = list[tuple[str, str, int, str, tuple[str, ...]]]
"""Code, table, record (0 = the title of the table), field, and words that its message has to say (Thai digits as Arabic)."""

C6: Mapping[str, Expected] = {
    "ita_2566": [
        ("ITA10", "measures_l6", 0, "", ("1", "4", "5", "10")),  # 003: none for 1, 4/5, 10
        ("ITA11", "measures_l6", 5, "indicator_no", ("5", "4", "การใช้ทรัพย์สินของราชการ")),  # 003:L30
    ],
    "ita_2568": [
        ("ITA01", "narrative", 1, "result", ("88.13", "E", "ผ่าน")),  # 004:L83
        ("ITA02", "narrative", 1, "result", ("IIT", "EIT", "OIT")),  # 004:L83
        ("ITA03", "narrative", 1, "instruments", ("2565",)),  # 004:L62
        ("ITA04", "issues_l4", 1, "method", ("2565",)),  # 004:L98
        ("ITA04", "issues_l4", 1, "monitoring", ("2565",)),  # 004:L98
        ("ITA05", "measures_l5", 2, "period", ("2565",)),  # 004:L115
        ("ITA05", "measures_l5", 7, "period", ("2567",)),  # 004:L126
        ("ITA06", "measures_l5", 1, "period", ()),  # 004:L114
        ("ITA07", "narrative", 1, "recommendations", ("ยโสธร",)),  # 004:L87
        ("ITA08", "narrative", 1, "result", ("ศรีเชียงใหม่", "ศรีเมืองใหม่")),  # 004:L12, L81
        ("ITA09", "narrative", 1, "recommendations", ("14", "33", "8", "32")),  # 004:L87
        ("ITA10", "issues_l4", 0, "", ("3", "6", "7")),  # 004: table 1
        ("ITA12", "measures_l5", 9, "outcome", ()),  # 004:L130, measure 10
        ("ITA12", "measures_l5", 10, "outcome", ()),  # 004:L133, measure 11
        ("ITA12", "measures_l5", 11, "outcome", ()),  # 004:L134, measure 12, its first item
        *(("ITA13", "measures_l5", row, "progress_summary", ()) for row in (3, 4, 5, 6, 7, 8)),  # 004: measures 3-7 and 9
        ("ITA14", "measures_l5", 2, "progress_summary", ("64", "90", "71")),  # 004:L115
        ("ITA15", "measures_l5", 7, "measure", ("7", "8")),  # 004:L126
        ("ITA16", "issues_l4", 2, "responsible", ("คลัง",)),  # 004:L99
        ("ITA16", "measures_l5", 6, "responsible", ("คลัง",)),  # 004:L123
        ("ITA17", "narrative", 1, "recommendations", ("2",)),  # 004:L85-87
        ("ITA18", "issues_l4", 2, "monitoring", ("รายละเอียดตาม",)),  # 004:L99
        ("ITA19", "narrative", 1, "instruments", ("9.3",)),  # 004:L46 against L74
        ("ITA20", "narrative", 1, "target", ("84",)),  # 004:L28
        ("ITA21", "issues_l4", 3, "monitoring", ("ค่าไหล", "คำไหล")),  # 004:L102
        ("ITA21", "issues_l4", 4, "method", ("ค่าไหล", "คำไหล")),  # 004:L103
        ("ITA21", "issues_l4", 4, "monitoring", ("ค่าไหล", "คำไหล")),  # 004:L103
        ("ITA21", "issues_l4", 6, "monitoring", ("ค่าไหล", "คำไหล")),  # 004:L107
    ],
}


@dataclass(frozen=True)
class Season:
    """The season after its nights: each report's issued workbook, the file that was handed in, the verdict on it."""

    trial: Trial
    issued: Mapping[str, Path]
    returned: Mapping[str, Path]
    first: Outcome
    night: Outcome

    def verdict(self, name: str) -> dict[str, Any]:
        return self.trial.verdict(self.returned[name], DAY)

    def rows(self, table: str, **wanted: str) -> list[dict[str, str]]:
        return [row for row in self.trial.table(table) if all(row[key] == value for key, value in wanted.items())]


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Season:
    trial = reports.season_of_three(tmp_path_factory.mktemp("reports") / "season")
    for name in NAMES:
        book = reports.issue(trial, f"{name}/ita_result", CENTRE)
        fill(book, trial.root / "inbox" / f"{name}_scores.xlsx", reports.scores_of(name, book))
    first = trial.run("nightly", "--json", day=DAY)
    issued, returned = {}, {}
    for name in NAMES:
        agency = reports.agency_of(name)
        issued[name] = reports.issue(trial, f"{name}/measures", agency)
        target = trial.root / "inbox" / f"{name}_{agency}.xlsx"
        returned[name] = fill(issued[name], target, reports.typed(reports.report(name)))
    plan = reports.issue(trial, "dept_2557/plan", CENTRE)
    fill(plan, trial.root / "inbox" / "plan.xlsx", filling.PLAN)
    return Season(trial, issued, returned, first, trial.run("nightly", "--json", day=DAY))


def titles(name: str) -> dict[str, str]:
    """Give the title of each table of the form."""
    form = tomllib.loads((FRAMEWORKS / name / "forms" / "measures" / "form.toml").read_text(encoding="utf-8"))
    return {table["id"]: table["title"] for table in form["table"]}


@cache
def places(name: str, book: Path) -> dict[reports.Place, tuple[str, int, str]]:
    """Give table, record and field of every cell of the issued workbook that a finding can be about."""
    find, opened = reports.place_of(book, titles(name)), openpyxl.load_workbook(book)
    known = {find(table, 0, ""): (table, 0, "") for table in reports.TABLES}
    for label in opened.defined_names:
        table, _, field = label.partition(".")
        cells = filling.cells_of(opened, label) if table in reports.TABLES else ()
        known |= {(cell.parent.title, cell.coordinate): (table, record, field) for record, cell in enumerate(cells, 1)}
    return known


def found_in(name: str, verdict: Mapping[str, Any], book: Path) -> dict[tuple[str, str, int, str], str]:
    """Give code, table, record and field of each finding with its message; the place is looked up in the issued workbook."""
    known, told = places(name, book), {}
    for item in verdict["findings"]:
        place = known.get((item["sheet"], item["cell"]), (item["sheet"], -1, item["cell"]))
        assert (item["code"], *place) not in told, "one finding stands twice"
        told[item["code"], *place] = f"{item['message']} {item['fix']}".translate(THAI_DIGITS)
    return told


def wanted(name: str) -> set[tuple[str, str, int, str]]:
    return {item[:4] for item in C6[name]}


# --- the data ----------------------------------------------------------------------------------------------------------


def test_every_measure_and_issue_of_the_reports_is_there() -> None:
    first, second = (reports.report(name) for name in NAMES)
    assert [len(first["measures_l6"]), len(second["issues_l4"]), len(second["measures_l5"])] == [18, 6, 11]
    numbers = re.findall(r"(?m)^(\d+)\. ", "\n".join(row["measure"] for row in second["measures_l5"]).translate(THAI_DIGITS))
    assert numbers == [str(n) for n in range(1, 13)]
    heads = [row["indicator_no"].split()[0] for row in first["measures_l6"]]
    assert [(no, heads.count(no)) for no in dict.fromkeys(heads)] == [
        ("2", 3), ("3", 1), ("5", 1), ("6", 4), ("7", 3), ("8", 5), ("9", 1),
    ]  # fmt: skip
    periods = [row["period"] for row in first["measures_l6"]]
    assert [periods.count(f"ไตรมาส {n} - 4") for n in (3, 2, 1)] == [16, 1, 1]


def test_the_reports_are_words_without_tags_or_names_of_people() -> None:
    people = re.compile(r"นาย\s|นาง\s|นางสาว|น\.ส\.|ว่าที่|ลงชื่อ|โทร|@")
    for name in NAMES:
        for text in (text for rows in reports.report(name).values() for row in rows for text in row.values()):
            assert not re.search(r"<[a-z/]|[|\t]|  ", text) and not people.search(text), text
            assert text == text.strip() and text


# --- verdicts and findings ---------------------------------------------------------------------------------------------


def test_three_frameworks_are_taken_in_by_one_night(season: Season) -> None:
    assert season.first.status == 0 and season.first.json()["verdicts"]["accepted"] == 2
    assert season.night.status == 0, season.night.err
    assert season.rows("findings", form="ita_2566/ita_result") == season.rows("findings", form="ita_2568/ita_result") == []
    told = season.night.json()
    assert told["verdicts"] == {"accepted": 3} and told["new"] == 3 and told["balances"] is True
    filed = {row["form"] for row in season.trial.table("answers")}
    assert {"ita_2566/measures", "ita_2568/measures", "dept_2557/plan"} <= filed


@pytest.mark.parametrize("name", NAMES)
def test_a_report_is_accepted_with_its_warnings(season: Season, name: str) -> None:
    verdict = season.verdict(name)
    assert (verdict["verdict"], verdict["flags"]) == ("accepted", ["warnings"])
    assert (verdict["form"], verdict["agency"]) == (f"{name}/measures", reports.agency_of(name))
    informs = {item["code"] for item in verdict["findings"] if item["severity"] == "info"}
    assert informs == ({"ITA14"} if name == "ita_2568" else set())
    assert not [item for item in verdict["findings"] if item["severity"] == "error"]


@pytest.mark.parametrize("name", NAMES)
def test_the_findings_are_those_of_c6_at_their_cells_and_no_others(season: Season, name: str) -> None:
    told = found_in(name, season.verdict(name), season.issued[name])
    assert sorted(set(told) - wanted(name)) == [], "beyond C6"
    assert sorted(wanted(name) - set(told)) == [], "of C6, and not found"


@pytest.mark.parametrize("name", NAMES)
def test_each_finding_says_what_it_found(season: Season, name: str) -> None:
    told = found_in(name, season.verdict(name), season.issued[name])
    silent = [
        (code, record, word, told[code, table, record, field])
        for code, table, record, field, words in C6[name]
        for word in words
        if not re.search(rf"(?<!\d){re.escape(word)}(?!\d)", told[code, table, record, field])
    ]
    assert silent == []


@pytest.mark.parametrize("name", NAMES)
def test_the_night_publishes_the_same_findings(season: Season, name: str) -> None:
    rows = season.rows("findings", form=f"{name}/measures")
    verdict = season.verdict(name)
    told = {(item["code"], item["sheet"], item["cell"], item["severity"]) for item in verdict["findings"]}
    assert {(row["code"], row["sheet"], row["cell"], row["severity"]) for row in rows} == told


def whole_issue(made: Report) -> None:
    """Type the first column of the issues whole, as the report prints it, and leave the further columns of the form blank."""
    for row in made.get("issues_l4", ()):
        row["issue"] = " ".join(row.pop(field) for field in ("issue", "instrument", "indicator_no"))


def numbers_only(made: Report) -> None:
    """Type numbers where the reports print words; only the number that disagrees with its name keeps the name."""
    for row in [*made.get("issues_l4", ()), *made.get("measures_l6", ())]:
        numbers = re.findall(r"\d+", row["indicator_no"].translate(THAI_DIGITS))
        row["indicator_no"] = row["indicator_no"] if numbers == ["5"] and "ทรัพย์สิน" in row["indicator_no"] else ", ".join(numbers)
        row.update({"sub_indicator": "9.4"} if "sub_indicator" in row else {})
        row.update(
            {"instrument": row["instrument"].split()[1].replace("IT", "IIT", row["instrument"].endswith(" IT"))}
            if "instrument" in row
            else {}
        )


def whole_heading(made: Report) -> None:
    """Type the heading of each indicator whole, the sub-indicator with it."""
    for row in made.get("measures_l6", ()):
        part = f" ตัวชี้วัดย่อยที่ {row.pop('sub_indicator')}" if "sub_indicator" in row else ""
        row["indicator_no"] = f"มาตรการตามตัวชี้วัดที่ {row['indicator_no']}{part}"
    for row in made.get("issues_l4", ()):
        row["indicator_no"] = f"{row.pop('instrument')} {row['indicator_no']}"


def run_together(made: Report) -> None:
    """Join the lines of every cell by a space, as cells are pasted from a page."""
    for row in (row for table, rows in made.items() if table != "narrative" for row in rows):
        row.update({field: " ".join(text.split("\n")) for field, text in row.items()})


@pytest.mark.parametrize(
    ("name", "change"),
    [
        *((name, change) for name in NAMES for change in (numbers_only, whole_heading)),
        ("ita_2568", whole_issue),
        ("ita_2568", run_together),
    ],
)
def test_other_ways_of_typing_the_same_report_give_the_same_findings(
    season: Season, tmp_path: Path, name: str, change: Any
) -> None:
    made = reports.report(name)
    change(made)
    path = fill(season.issued[name], tmp_path / "other.xlsx", reports.typed(made))
    told = found_in(name, season.trial.verdict(path, DAY), season.issued[name])
    assert set(told) == wanted(name)


def test_the_same_prose_under_its_own_headings_is_judged_where_it_then_stands(season: Season, tmp_path: Path) -> None:
    """Seed 004 has the paragraph of the target under หลักการประเมิน, and the criteria (L50-79) under a heading of their own."""
    made = reports.report("ita_2568")
    (story,) = made["narrative"]
    tools, heading, criteria = story["instruments"].partition("\nหลักเกณฑ์การประเมินผล\n")
    assert heading
    story.update(principle=f"{story['principle']}\n{story['target']}", instruments=tools, target=criteria)
    path = fill(season.issued["ita_2568"], tmp_path / "other.xlsx", reports.typed(made))
    told = found_in("ita_2568", season.trial.verdict(path, DAY), season.issued["ita_2568"])
    moved = {"ITA03": ("narrative", 1, "target"), "ITA20": ("narrative", 1, "principle")}
    assert set(told) == {(item[0], *moved.get(item[0], item[1:])) for item in wanted("ita_2568")}


def test_the_table_in_the_documents_accounts_for_all_twenty_one() -> None:
    text = (FRAMEWORKS.parents[1] / "docs" / "ita.md").read_text(encoding="utf-8")
    rows = [
        line.strip("| ").split(" | ") for line in text.partition("<!-- findings -->")[2].splitlines() if line.startswith("| ITA")
    ]
    assert [row[0] for row in rows] == [f"ITA{n:02}" for n in range(1, 22)]
    assert all(len(row) == 6 and all(row) for row in rows)
    assert {row[0] for row in rows if row[3] == "info"} == {"ITA14"} and {row[3] for row in rows} == {"info", "warning"}
    written = set()
    for row in rows:
        for place in row[2].split("; "):
            seed, table, *at = place.replace("`", "").split()
            record, field = (0, "") if at == ["title"] else (int(at[0]), at[1])
            written.add(({"003": "ita_2566", "004": "ita_2568"}[seed], row[0], table, record, field))
    assert written == {(name, *item) for name in NAMES for item in wanted(name)}


# --- answers and results -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_word_of_the_reports_is_among_the_published_answers(season: Season, name: str) -> None:
    rows = season.rows("answers", form=f"{name}/measures", agency=reports.agency_of(name))
    raw = {(row["table"], row["record"], row["field"]): row for row in rows}
    for table, records in reports.report(name).items():
        for number, record in enumerate(records, 1):
            for field, text in record.items():
                row = raw[table, str(number), field]
                assert row["raw"].removeprefix("'") == text, (table, number, field)
                assert row["file"] == season.returned[name].name and row["cell"]
    chosen = {row["value"] for row in rows if row["field"] == "indicator_no"}
    assert chosen >= ({"2", "3", "6", "7", "8", "9"} if name == "ita_2566" else set())


@pytest.mark.parametrize("name", NAMES)
def test_the_form_shows_the_result_that_the_centre_handed_in(season: Season, name: str) -> None:
    told = reports.SCORES[name][reports.agency_of(name)]
    book = openpyxl.load_workbook(season.issued[name])
    shown = {field: filling.cells_of(book, f"assessment.{field}")[0].value for field in told}
    assert {field: shown[field] for field in ("grade", "recommendation")} == {
        key: told[key] for key in ("grade", "recommendation")
    }
    figures = [field for field in told if field not in ("grade", "recommendation")]
    assert {field: Decimal(str(shown[field])) for field in figures} == {field: Decimal(str(told[field])) for field in figures}
    general = {field: filling.cells_of(book, f"general.{field}")[0].value for field in ("agency", "district", "province")}
    if name == "ita_2568":
        assert general == {"agency": "องค์การบริหารส่วนตำบลคำไหล", "district": "ศรีเมืองใหม่", "province": "อุบลราชธานี"}


def test_scores_stand_under_instruments_indicators_and_total(season: Season) -> None:
    mine = season.rows("scores", framework="ita_2568", agency=LOCAL)
    assert [row["indicator"] for row in mine] == ["IIT", "EIT", "OIT", *map(str, range(1, 11)), "total"]
    score = {row["indicator"]: Decimal(row["score"]) for row in mine}
    given = reports.SCORES["ita_2568"][LOCAL]
    assert score == {key: Decimal(str(given[key.lower() if key.isalpha() else f"i{key}"])) for key in score}
    weighted = {row["indicator"]: Decimal(row["weighted_score"]) for row in mine}
    assert [weighted[key] for key in ("IIT", "EIT", "OIT")] == [Decimal(text) for text in ("27.00", "24.63", "36.50")]
    assert weighted["total"] == Decimal("88.13")
    assert {row["status"] for row in mine} == {"evaluated"}
    assert {(row["fiscal_year"], row["province"], row["ministry"]) for row in mine} == {("2568", "34", "")}


def test_means_and_missing_scores_are_told_by_their_status(season: Season) -> None:
    centre = {row["indicator"]: row for row in season.rows("scores", framework="ita_2568", agency=CENTRE)}
    # 0.30 x 96 + 0.30 x 94 + 0.40 x 97.03 = 95.812
    assert Decimal(centre["total"]["score"]) == Decimal("95.81")
    assert {centre[str(n)]["status"] for n in range(1, 11)} == {"not_surveyed"} and {
        centre[str(n)]["score"] for n in range(1, 11)
    } == {""}
    nothing = season.rows("scores", framework="ita_2566", agency=PROVINCE)
    assert {(row["status"], row["score"], row["raw"]) for row in nothing} == {("not_surveyed", "", "")}


def test_agencies_of_every_kind_are_ranked_in_the_nation_and_in_their_own_group(season: Season) -> None:
    columns = ("agency", "score", "rank_national", "of_national", "rank_group", "of_group", "group")
    ranks = {tuple(row[key] for key in columns) for row in season.rows("ranks", framework="ita_2568") if row["score"]}
    assert ranks == {
        (CENTRE, "95.8100", "1", "3", "1", "1", "OPM"),
        (LOCAL, "88.1300", "2", "3", "1", "1", "34"),
        (PROVINCE, "70.0000", "3", "3", "1", "1", "C11"),
    }
    (own,) = season.rows("ranks", framework="ita_2566", agency=DEPARTMENT)
    assert (own["score"], own["rank_national"], own["of_national"], own["group"]) == ("92.7000", "1", "1", "INDEP")
    assert {row["score"] for row in season.rows("ranks", framework="ita_2566") if row["agency"] != DEPARTMENT} == {""}


def test_the_workbooks_of_nation_ministry_and_province_are_published(season: Season) -> None:
    results = season.trial.root / "results"
    books = {path.relative_to(results).as_posix() for path in results.rglob("*.xlsx")}
    assert {"national.xlsx", "status.xlsx", "ministries/OPM.xlsx", "ministries/INDEP.xlsx", "provinces/34.xlsx"} <= books
    named = {"national.xlsx": LOCAL, "provinces/34.xlsx": LOCAL, "ministries/INDEP.xlsx": DEPARTMENT}
    for name, agency in named.items():
        text = next(row["agency_name"] for row in season.rows("scores", agency=agency))
        opened = openpyxl.load_workbook(results / name, read_only=True)
        assert any(text in str(value) for page in opened for row in page.iter_rows(values_only=True) for value in row if value), (
            name
        )
        opened.close()


def test_everything_proves_and_a_second_night_changes_nothing(season: Season) -> None:
    assert season.trial.run("verify", day=DAY).status == 0
    before = season.trial.digests()
    again = season.trial.run("nightly", "--json", day=DAY)
    assert again.status == 0 and again.json()["new"] == 0
    changed = {name for name, digest in season.trial.digests().items() if before.get(name) != digest}
    assert not {name for name in changed if name.startswith(("results/", "outbox/", "archive/", "inbox/"))}, changed
    run = json.loads((season.trial.root / "results" / "run.json").read_text(encoding="utf-8"))
    assert run["counts"]["balances"] is True
    with (season.trial.root / "results" / "data" / "ranks.csv").open(encoding="utf-8-sig", newline="") as lines:
        assert {row["framework"] for row in csv.DictReader(lines)} == set(reports.FRAMEWORKS)


@pytest.mark.slow
def test_scores_measures_and_a_plan_may_come_in_one_night(tmp_path: Path, season: Season) -> None:
    """Issued all at once, the measures show no result yet; everything else comes out as in the season of two nights."""
    trial = reports.season_of_three(tmp_path / "season")
    inbox = trial.root / "inbox"
    for name in NAMES:
        book = reports.issue(trial, f"{name}/ita_result", CENTRE)
        fill(book, inbox / f"{name}_scores.xlsx", reports.scores_of(name, book))
        agency = reports.agency_of(name)
        book = reports.issue(trial, f"{name}/measures", agency)
        fill(book, inbox / f"{name}_{agency}.xlsx", reports.typed(reports.report(name)))
        verdict = trial.verdict(inbox / f"{name}_{agency}.xlsx", DAY)
        assert (verdict["verdict"], set(found_in(name, verdict, book))) == ("accepted", wanted(name))
    fill(reports.issue(trial, "dept_2557/plan", CENTRE), inbox / "plan.xlsx", filling.PLAN)
    night = trial.run("nightly", "--json", day=DAY)
    assert night.status == 0 and night.json()["verdicts"] == {"accepted": 5} and night.json()["balances"] is True
    for table in ("scores", "ranks", "progress"):
        assert trial.table(table) == season.trial.table(table)
