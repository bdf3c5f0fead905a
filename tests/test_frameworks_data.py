"""The data of the frameworks hold together: factors, levels, dates, weights, ids, texts without reading damage."""

from __future__ import annotations

import csv
import re
import string
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from templates.load import SHIPPED, load_framework

ROOT = Path(__file__).parents[1]
TEMPLATES = ROOT / "templates"
FRAMEWORKS = ("dept_2557", "prov_2557")
RECORDER = ["name", "position", "email", "phone", "fax"]
CERTIFIER = ["certified", "name", "position", "email"]
LEVELS = [f"level{level}" for level in range(1, 6)]
CLOSEOUT = [
    f"c{chapter}_{item}" for chapter, items in enumerate((2, 2, 2, 3, 2, 1, 3), 1) for item in range(1, items + 1)
]
REPORT = {
    "general": ["agency", "ministry", "work_process", "process_type"],
    "measures": ["factor", "measure", "progress", "in_time", "summary", "output"],
    "indicators": ["name", "weight", *LEVELS, "target", "scale", "result"],
    "obstacles": ["obstacles", "remedies"],
    "evidence": ["indicator", "title", "reference"],
    "reporter": RECORDER,
    "certifier": CERTIFIER,
}
REPORT |= {"plan_risks": ["step", "risk"], "plan_measures": ["factor", "current_measure", "additional_measure"]}
REPORT |= {"plan_status": ["measure", "progress"], "indicator_status": ["name", "target", "result", "progress", "level"]}
REPORT12 = {
    **REPORT,
    "measures": [*REPORT["measures"], "progress_9"],
    "indicators": [*REPORT["indicators"], "result_9"],
    "closeout": CLOSEOUT,
}
CONTRACT = {
    "plan": {
        "general": ["agency", "ministry", "work_process", "process_type", "stage"],
        "basics": ["rationale", "objective", "risk_analysis", "approach", "success"],
        "risks": ["step", "risk", "cause", "effect"],
        "measures": ["factor", "current_measure", "additional_measure"],
        "activities": ["activity", "factor", "factor_name", "start", "end", "responsible", "output"],
        "indicators": ["name", "unit", "weight", "direction", "scale", *LEVELS],
        "recorder": RECORDER,
        "certifier": CERTIFIER,
    },
    "report9": REPORT,
    "report12": REPORT12,
    "review": {
        "basics": ["agency", "name", "criterion", "plan_text", "met", "comment"],
        "factors": ["agency", "name", "factor", "current_measure", "measure", "score", "comment"],
    },
    "survey": {"survey": ["agency", "name", "respondents", "transparency_pct"]},
    "respondents": {"respondents": ["name", "address", "phone", "email"]},
}
PROVINCE_ONLY = ["service", "service_type", "evidence_basis", "justification"]
DEADLINES = {
    "dept_2557": {
        ("guide_2557", "report9", "", "2014-08-31", True),
        ("guide_2557", "report12", "", "2014-10-15", True),
        ("guide_2557", "report12", "", "2014-09-30", False),
        ("guide_2557", "survey", "", "2014-09-30", False),
    },
    "prov_2557": {
        ("prov_2557", "plan", "preliminary", "2014-04-30", True),
        ("prov_2557", "plan", "final", "2014-05-30", True),
        ("prov_2557", "review", "preliminary", "2014-05-16", False),
        ("guide_2557", "report9", "", "2014-08-31", True),
        ("prov_2557", "report9", "", "2014-07-31", True),
        ("guide_2557", "report12", "", "2014-10-15", True),
        ("prov_2557", "report12", "", "2014-10-31", True),
        ("guide_2557", "report12", "", "2014-09-30", False),
        ("guide_2557", "survey", "", "2014-09-30", False),
        ("prov_2557", "survey", "", "2014-10-31", False),
    },
}
LOCK = (
    "**ภายหลังจากส่งแผนสร้างความโปร่งใสในการปฏิบัติราชการ ฉบับสมบูรณ์แล้ว ระบบไม่เปิดให้มีการแก้ไข/เปลี่ยนแปลง"
    "รายละเอียดมาตรการ ตัวชี้วัดและค่าเป้าหมาย**"
)


def rows(path: Path) -> list[dict[str, str]]:
    """Read a CSV as records of text."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def table(framework: str, name: str) -> list[dict[str, str]]:
    """Read one CSV of a framework."""
    return rows(TEMPLATES / "frameworks" / framework / f"{name}.csv")


def toml(path: Path) -> dict[str, Any]:
    """Read a TOML file."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def spec(framework: str) -> dict[str, Any]:
    """Read framework.toml."""
    return toml(TEMPLATES / "frameworks" / framework / "framework.toml")


def form(framework: str, name: str) -> dict[str, Any]:
    """Read one form.toml."""
    return toml(TEMPLATES / "frameworks" / framework / "forms" / name / "form.toml")


def every_field(framework: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Give (form, table, field) for all fields of a framework."""
    for name in CONTRACT:
        for block in form(framework, name)["table"]:
            for field in block["fields"]:
                yield name, block["id"], field


# --- factors, types, services --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("framework", "types", "factors"), [("dept_2557", 5, 21), ("prov_2557", 2, 8)])
def test_factors_match_the_process_types(framework: str, types: int, factors: int) -> None:
    listed, known = table(framework, "factors"), table(framework, "process_types")
    assert (len(known), len(listed)) == (types, factors)
    for kind in known:
        numbers = [row["factor_no"] for row in listed if row["process_type_no"] == kind["code"]]
        assert numbers == [str(n) for n in range(1, int(kind["factor_count"]) + 1)]
        assert kind["label"].startswith(f"{kind['code']}. กระบวนงาน")


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_every_factor_has_its_own_id_within_its_type(framework: str) -> None:
    listed = table(framework, "factors")
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", row["factor_id"]) for row in listed)
    keys = [(row["process_type_no"], row["factor_id"]) for row in listed]
    assert len(set(keys)) == len(keys)
    assert all(row["factor_th"] and row["factor_th_seed"] and row["source"].startswith("seed 00") for row in listed)


def test_one_wording_has_one_factor_id_everywhere() -> None:
    listed = [row for framework in FRAMEWORKS for row in table(framework, "factors")]
    ids: dict[str, set[str]] = {}
    for row in listed:
        ids.setdefault(row["factor_th"], set()).add(row["factor_id"])
    assert all(len(found) == 1 for found in ids.values())
    shared = {row["factor_id"] for row in table("dept_2557", "factors")}
    assert {row["factor_id"] for row in table("prov_2557", "factors")} <= shared


def test_provinces_choose_among_six_services_of_known_types() -> None:
    services = table("prov_2557", "services")
    types = {row["code"] for row in table("prov_2557", "process_types")}
    assert [row["code"] for row in services] == list("123456")
    assert {row["process_type_no"] for row in services} == types
    labels = {row["code"]: row["label"] for row in table("prov_2557", "process_types")}
    assert [row["process_type"] for row in services] == [labels[row["process_type_no"]] for row in services]
    assert [row["code"] for row in services if row["process_type_no"] == "2"] == ["2"]


# --- levels, basic criteria, weights, dates ------------------------------------------------------------------------


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_every_sub_indicator_has_the_levels_one_to_five(framework: str) -> None:
    criteria = table(framework, "level_criteria")
    ids = [item["id"] for item in spec(framework)["sub_indicator"]]
    assert sorted({row["indicator"] for row in criteria}) == ids
    for name in ids:
        assert [row["level"] for row in criteria if row["indicator"] == name] == list("12345")


def test_levels_one_and_two_of_the_plan_differ_between_the_frameworks() -> None:
    quality = {
        framework: [row["quality_pct_min"] for row in table(framework, "level_criteria") if row["indicator"][2] == "1"]
        for framework in FRAMEWORKS
    }
    assert quality == {"dept_2557": ["", "", "70", "80", "90"], "prov_2557": ["50", "60", "70", "80", "90"]}


@pytest.mark.parametrize(
    ("framework", "fourth"),
    [("dept_2557", "แนวทางแก้ไขปัญหาหรือความเสี่ยง"), ("prov_2557", "ขั้นตอน และแผนการดำเนินงาน")],
)
def test_five_basic_criteria_with_the_frameworks_own_fourth(framework: str, fourth: str) -> None:
    listed = table(framework, "basic_criteria")
    assert [row["no"] for row in listed] == list("12345")
    assert listed[3]["title_th"] == fourth
    basics = next(block for block in form(framework, "plan")["table"] if block["id"] == "basics")
    assert [field["label"] for field in basics["fields"]] == [f"({row['no']}) {row['title_th']}" for row in listed]


@pytest.mark.parametrize(("framework", "number"), [("dept_2557", "7"), ("prov_2557", "6")])
def test_weights_sum_to_the_weight_of_the_indicator(framework: str, number: str) -> None:
    data = spec(framework)
    weights = [item["weight"] for item in data["sub_indicator"]]
    assert (data["number"], weights) == (number, ["1.5", "1.5", "2"])
    assert sum(map(Decimal, weights)) == Decimal(data["weight"]) == 5
    gates = [(item["gate"], item["gate_level"]) for item in data["sub_indicator"]]
    assert gates == [("", 0), (f"{number}.1", 3), ("", 0)]
    assert sum(map(Decimal, data["composite"].values())) == 100


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_deadlines_equal_the_stated_calendars(framework: str) -> None:
    stated = [row for item in spec(framework)["round"] for row in item["deadlines"]]
    keys = ("calendar", "form", "stage", "date", "enforced")
    assert {tuple(row[key] for key in keys) for row in stated} == DEADLINES[framework]
    assert all(row["source"].startswith("seed 00") for row in stated)
    calendar = {(row["calendar"], row["end"]) for row in table(framework, "calendar")}
    assert {(row["calendar"], row["date"]) for row in stated} <= calendar


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_the_twelve_month_round_opens_in_mid_september(framework: str) -> None:
    rounds = {item["id"]: item for item in spec(framework)["round"]}
    assert list(rounds) == ["plan", "9", "12", "review", "survey"]
    assert rounds["12"]["opens"] == "2014-09-15"
    assert (rounds["9"]["status_date"], rounds["12"]["status_date"]) == ("2014-06-30", "2014-09-30")


def test_only_bangkok_is_exempt() -> None:
    wanted = spec("prov_2557")["agencies"]["exempt_when"]
    exempt = [
        row["name_th"]
        for row in rows(TEMPLATES / "registry" / "provinces.csv")
        if all(row[key] == value for key, value in wanted.items())
    ]
    assert exempt == ["กรุงเทพมหานคร"]


def test_registry_is_whole() -> None:
    registry = {path.stem: rows(path) for path in (TEMPLATES / "registry").glob("*.csv")}
    counts = {name: len(registry[name]) for name in ("ministries", "departments", "provinces", "clusters")}
    assert counts == {"ministries": 23, "departments": 157, "provinces": 77, "clusters": 36}
    ministries = {row["code"] for row in registry["ministries"]}
    assert {row["ministry_code"] for row in registry["departments"]} <= ministries
    evaluated = sorted(row["code"] for row in registry["provinces"] if row["is_provincial_administration"] == "1")
    for year in ("2557", "2561"):
        groups = [row for row in registry["clusters"] if row["fiscal_year"] == year]
        assert len(groups) == len({row["code"] for row in groups}) == 18
        assert sorted(code for row in groups for code in row["members"].split()) == evaluated
        # The two lists of the registry say the same.
        told = {row["code"]: row[f"cluster_{year}"] for row in registry["provinces"] if row[f"cluster_{year}"]}
        assert {code: row["name_th"] for row in groups for code in row["members"].split()} == told


# --- forms ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("name", CONTRACT)
def test_forms_hold_exactly_the_promised_ids(framework: str, name: str) -> None:
    found = {block["id"]: [field["id"] for field in block["fields"]] for block in form(framework, name)["table"]}
    wanted = {key: set(fields) for key, fields in CONTRACT[name].items()}
    if (framework, name) == ("prov_2557", "plan"):
        wanted["general"] |= set(PROVINCE_ONLY)
    assert {key: set(fields) for key, fields in found.items()} == wanted
    assert all(len(set(fields)) == len(fields) for fields in found.values())


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_the_loader_finds_no_mistake(framework: str) -> None:
    assert {item.id for item in load_framework(SHIPPED / framework).forms} == {*CONTRACT, "sar9", "sar12", "respondents"}


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_personal_answers_say_so(framework: str) -> None:
    people = {"recorder", "reporter", "certifier", "respondents"}
    for name, block, field in every_field(framework):
        personal = block in people and field["id"] in ("name", "email", "phone", "fax", "address")
        personal = personal or field["id"] == "respondents"
        assert field.get("personal", False) is personal, (name, block, field["id"])


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_entries_help_in_one_short_sentence(framework: str) -> None:
    for name, block, field in every_field(framework):
        if field.get("from", "entry") == "entry":
            assert 0 < len(field.get("help", "")) <= 180, (name, block, field["id"])


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("name", ["plan", "report9", "report12"])
def test_the_lock_sentence_stands_on_plan_and_reports(framework: str, name: str) -> None:
    assert LOCK in form(framework, name)["intro"]


# --- texts ---------------------------------------------------------------------------------------------------------


def corrections() -> list[dict[str, str]]:
    """Give the reading errors of the seeds that are certain."""
    listed = rows(ROOT / "tests" / "data" / "ocr_corrections.csv")
    return [row for row in listed if row["confidence"] == "certain"]


def damage(text: str) -> list[str]:
    """List the certainly damaged wordings that a text holds, line breaks and runs of spaces aside."""
    plain = " ".join(text.split())
    return [row["seed_text"] for row in corrections() if " ".join(row["seed_text"].split()) in plain]


def shipped_texts() -> list[Path]:
    """Give every text file of the frameworks and of the common sentences; the names in the registry are exempt."""
    folders = (TEMPLATES / "frameworks", TEMPLATES / "texts")
    return sorted(path for folder in folders for path in folder.rglob("*") if path.suffix in (".csv", ".toml", ".md"))


def test_no_shipped_text_holds_a_damaged_wording() -> None:
    files = shipped_texts()
    assert len(files) >= 25
    assert {str(path): found for path in files if (found := damage(path.read_text(encoding="utf-8")))} == {}


def test_a_planted_damage_is_found() -> None:
    assert len(corrections()) > 40
    text = (TEMPLATES / "frameworks" / "dept_2557" / "forms" / "plan" / "form.toml").read_text(encoding="utf-8")
    for row in corrections():
        assert row["seed_text"] in damage(f"{text}\n{row['seed_text']}\n{text}")
    assert "สํารวจ" in damage(text + "สํารวจ")


def test_the_right_wordings_do_not_count_as_damage() -> None:
    right = {row["official_text"] for row in corrections() if not row["official_text"].startswith("(")}
    assert {text: found for text in right if (found := damage(text))} == {}


def test_no_shipped_text_names_a_path_of_a_machine() -> None:
    private = re.compile(r"/(work|home|tmp|root|Users)/|[A-Z]:\\|\bshared/")
    for path in [*shipped_texts(), *(TEMPLATES / "registry").glob("*.csv")]:
        assert private.search(path.read_text(encoding="utf-8")) is None, path


def gaps(sentence: str) -> set[str]:
    """Name the gaps of a sentence."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def test_every_message_has_its_words_in_both_languages() -> None:
    messages = toml(TEMPLATES / "texts" / "messages.toml")
    thai = re.compile("[\u0e01-\u0e5b]")
    for code, entry in messages.items():
        examples = {"example_th", "example_en"}
        words = {"th", "fix_th", "en", "fix_en"}
        others = {f"{key}_else" for key in words}
        assert set(entry) - examples - others == {"severity", *words}, code
        assert all(f"{key.replace('th', 'en', 1)}" in entry for key in set(entry) & others if "th" in key), code
        assert set(entry) & examples in (set(), examples), code
        assert entry["severity"] in ("error", "warning", "info"), code
        assert all(entry[key].strip() for key in set(entry) - examples), code  # "" says that no example helps
        assert thai.search(entry["th"]) and thai.search(entry["fix_th"]), code
        for key in ("", "fix_"):
            # A value that is itself a sentence has its English under a name of its own.
            assert gaps(entry[f"{key}th"]) == {gap.removesuffix("_en") for gap in gaps(entry[f"{key}en"])}, code
    for code in ("BAD_EMAIL", "BAD_PHONE", "SAME_PERSON", "LEADING_ZERO_LOST"):
        assert "raw" not in gaps(messages[code]["th"] + messages[code]["fix_th"]), code


# --- assessments by profile ------------------------------------------------------------------------------------------

ASSESSED = ("ita_2566", "ita_2568")


@pytest.mark.parametrize("framework", ASSESSED)
def test_every_fact_of_an_assessment_has_its_source(framework: str) -> None:
    for name in ("instruments", "indicators", "sub_indicators", "grades", "targets", "questions"):
        found = table(framework, name)
        assert found and all(row["source"].strip() for row in found), name


@pytest.mark.parametrize(("framework", "year", "share"), [("ita_2566", 2566, 84), ("ita_2568", 2568, 84)])
def test_instruments_indicators_and_target_of_the_year(framework: str, year: int, share: int) -> None:
    profile = load_framework(SHIPPED / framework).profile
    assert profile is not None and profile.year == year
    assert [(item.code, item.weight) for item in profile.instruments] == [("IIT", 30), ("EIT", 30), ("OIT", 40)]
    # Seed 004 L34-79: five indicators of IIT, three of EIT, two of OIT.
    assert [item.instrument for item in profile.indicators] == ["IIT"] * 5 + ["EIT"] * 3 + ["OIT"] * 2
    assert (profile.target.pass_mark, profile.target.share) == (85, share)
    ninth = [item.name for item in profile.in_year(profile.parts) if item.no == "9.3"]
    assert ninth == ["การบริหารเงินงบประมาณ" if year == 2566 else "การจัดซื้อจัดจ้าง"]
    assert [item.no for item in profile.in_year(profile.parts)] == ["9.1", "9.2", "9.3", "9.4", "9.5", "10.1", "10.2"]


def test_question_codes_belong_to_their_years() -> None:
    """Participation is O33 through FY2566, O29 in FY2567, O25 in FY2568 (domain C5)."""
    profile = load_framework(SHIPPED / "ita_2568").profile
    assert profile is not None
    title = "การเปิดโอกาสให้เกิดการมีส่วนร่วม"
    codes = {
        year: [item.code for item in profile.in_year(profile.questions, year) if item.title == title]
        for year in (2565, 2566, 2567, 2568)
    }
    assert codes == {2565: ["O33"], 2566: ["O33"], 2567: ["O29"], 2568: ["O25"]}
    assert len([item for item in profile.in_year(profile.questions, 2566) if item.code[0] == "O"]) == 43


@pytest.mark.parametrize("framework", ASSESSED)
def test_the_lists_of_both_years_are_the_same(framework: str) -> None:
    """What held in which year is one truth: only the year of the framework chooses from it."""
    for name in ("instruments", "indicators", "sub_indicators", "grades", "targets", "questions", "glossary"):
        assert table(framework, name) == table(ASSESSED[0], name)
