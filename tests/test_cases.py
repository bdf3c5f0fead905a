"""Every message code has a case: a few cells changed in a good return, and exactly the findings that must come of it, twice.

`cases/*.toml` hold the cases of cells; a case of `FILES` is a whole file that only a program makes. Each is judged twice in one
process, since a guard that works once per process is none.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import filling
import openpyxl
import pytest
import test_file_cases
import test_spoiled
from answers import answers
from season_tools import Trial

from templates.load import SHIPPED, load_framework
from templates.words import texts
from workbook.address import Cell
from workbook.patch import set_cells

FOLDER = Path(__file__).parent / "cases"
CASES: dict[str, dict[str, Any]] = {
    f"{path.stem}: {name}": case
    for path in sorted(FOLDER.glob("*.toml"))
    for name, case in tomllib.loads(path.read_text(encoding="utf-8")).items()
}
FORMS = {form.full_id: form for name in ("dept_2557", "prov_2557") for form in load_framework(SHIPPED / name).forms}
DAYS = {"plan": "2014-05-21", "report9": "2014-08-20", "report12": "2014-10-10"}
LATER = "2014-10-10"
Found = Counter[tuple[str, str | None, str | None]]


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """Give a season in which one department and one province have filed what the further forms are issued from."""
    trial = Trial(tmp_path_factory.mktemp("cases") / "season")
    for agency, framework in (("D01021", "dept_2557"), ("P50", "prov_2557")):
        for form in ("plan", "report9"):
            assert trial.run("issue", f"{framework}/{form}", "--agency", agency, day=DAYS[form]).status == 0
            path = trial.issued(agency, form)
            trial.drop(agency, form, answers(FORMS[f"{framework}/{form}"], openpyxl.load_workbook(path)))
            assert trial.run("nightly", day=DAYS[form]).status == 0
    for form in sorted({case["form"] for case in CASES.values()}):
        assert trial.run("issue", form, day=LATER).status == 0
    return trial


def place(book: Any, name: str) -> Any:
    """Give the cell of `table.field:n` (as issued) or `Sheet!B7`."""
    if "!" in name:
        sheet, _, cell = name.partition("!")
        return book[sheet][cell]
    field, _, n = name.partition(":")
    return filling.cells_of(book, field)[int(n or 1) - 1]


def value(given: Any) -> Any:
    """Give what is typed: an array is a text and how often it is repeated."""
    return str(given[0]) * int(given[1]) if isinstance(given, list) else given


@cache
def issued_book(path: Path) -> Any:
    """Give an issued workbook, only to be looked at."""
    return openpyxl.load_workbook(path)


def made(season: Trial, case: dict[str, Any], folder: Path) -> Path:
    """Fill a form well, then change the cells of a case; what needs a format of its own is typed by openpyxl."""
    issued = season.issued(case["agency"], case["form"].partition("/")[2])
    book = issued_book(issued)
    typed = {} if case.get("blank") else answers(FORMS[case["form"]], book)
    cells: dict[tuple[str, Cell], Any] = {}
    for name, items in typed.items():
        for cell, item in zip(filling.cells_of(book, name), items, strict=False):
            if item is not None:
                cells[cell.parent.title, Cell(cell.row, cell.column)] = item
    changes, formats = case.get("set", {}), case.get("formats", {})
    special = {name for name, given in changes.items() if isinstance(given, dt.date) or str(given)[:1] in "#="} - {""}
    for name, given in changes.items():
        cell = place(book, name)
        if name not in special or given == "":
            cells[cell.parent.title, Cell(cell.row, cell.column)] = None if given == "" else value(given)
    folder.mkdir(parents=True)
    path = folder / "sent.xlsx"
    path.write_bytes(set_cells(issued.read_bytes(), cells))
    if formats or any(changes[name] != "" for name in special):
        _by_openpyxl(path, {name: changes[name] for name in special if changes[name] != ""}, formats)
    return path


def _by_openpyxl(path: Path, changes: dict[str, Any], formats: dict[str, str]) -> None:
    book = openpyxl.load_workbook(path)
    for name, given in changes.items():
        cell = place(book, name)
        cell.value = given
        if isinstance(given, dt.date):
            cell.number_format = "dd/mm/yyyy"
        elif given.startswith("#"):
            cell.data_type = "e"
    for name, code in formats.items():
        place(book, name).number_format = code
    book.save(path)


def told(verdict: dict[str, Any]) -> Found:
    return Counter((item["code"], item["sheet"], item["cell"]) for item in verdict["findings"])


@pytest.fixture(scope="module")
def judged(season: Trial, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """Give both verdicts of every case, and of the good return of each form (by form and agency), by two calls of `check` a day."""
    folder = tmp_path_factory.mktemp("files")
    days: dict[str, dict[str, Path]] = {}
    for at, (name, case) in enumerate(CASES.items()):
        day = case.get("day", DAYS.get(case["form"].partition("/")[2], LATER))
        days.setdefault(day, {})[name] = made(season, case, folder / str(at))
        good = f"good {case['form']} {case['agency']} {day}"
        if good not in days[day]:
            plain = {"form": case["form"], "agency": case["agency"]}
            days[day][good] = made(season, plain, folder / f"good{at}")
    found: dict[str, list[dict[str, Any]]] = {}
    for _ in range(2):
        for day, paths in days.items():
            verdicts = season.run("check", *map(str, paths.values()), "--json", day=day).json()
            for name, verdict in zip(paths, verdicts, strict=True):
                found.setdefault(name, []).append(verdict)
    return found


@pytest.mark.parametrize("name", CASES)
def test_a_case_trips_exactly_its_codes(season: Trial, judged: dict[str, list[dict[str, Any]]], name: str) -> None:
    case = CASES[name]
    day = case.get("day", DAYS.get(case["form"].partition("/")[2], LATER))
    good = told(judged[f"good {case['form']} {case['agency']} {day}"][0])
    book = openpyxl.load_workbook(season.issued(case["agency"], case["form"].partition("/")[2]))
    wanted: Found = Counter()
    for code, where in case["finds"]:
        cell = place(book, where) if where else None
        wanted[code, cell.parent.title if cell else None, cell.coordinate if cell else None] += 1
    for verdict in judged[name]:
        found = told(verdict)
        assert found - good == wanted, verdict["findings"]
        assert verdict["verdict"] == case.get("verdict", "returned"), verdict["findings"]


def test_good_returns_are_accepted(judged: dict[str, list[dict[str, Any]]]) -> None:
    for name, verdicts in judged.items():
        if name.startswith("good "):
            assert {item["verdict"] for item in verdicts} == {"accepted"}, (name, verdicts[0]["findings"])


ELSEWHERE: dict[str, str] = {
    "UNREADABLE": "test_file_cases::test_what_no_reader_opens",
    "NO_PASSPORT": "test_file_cases::test_no_passport",
    **dict.fromkeys(
        ("DIGEST_WRONG", "OTHER_SEASON", "UNKNOWN_SERIAL", "UNKNOWN_AGENCY"), "test_file_cases::test_passports_of_others"
    ),
    "UNKNOWN_FORM": "test_file_cases::test_a_form_that_the_season_has_not",
    **dict.fromkeys(("ROUND_NOT_OPEN", "ROUND_CLOSED"), "test_file_cases::test_rounds_that_are_not_open"),
    **dict.fromkeys(("READER_DIED", "READER_TIMEOUT"), "test_file_cases::test_a_reader_that_has_no_room_or_no_time"),
    **dict.fromkeys(
        ("MACROS", "EXTERNAL_LINKS", "DATES_1904", "LISTS_GONE", "PASSPORT_LOST", "PASSPORT_DISAGREES"),
        "test_file_cases::test_anatomy_and_identity",
    ),
    "READINGS_DIFFER": "test_file_cases::test_a_cell_that_two_readers_read_differently",
    **dict.fromkeys(("DUPLICATE_FILE", "IGNORED", "CONFLICT"), "test_night_cases::test_the_first_night"),
    **dict.fromkeys(("PLAN_FROZEN", "SUPERSEDED"), "test_night_cases::test_the_final_plan_is_frozen"),
    **dict.fromkeys(("LATE", "OLDER_ANSWERS"), "test_night_cases::test_late_reports_and_older_answers"),
    "WAIVED": "test_night_cases::test_an_exception",
    "OLDER_SAVED": "test_memory::test_an_earlier_saved_file_is_only_hinted_at",
    "NOT_SETTLED": "test_season::test_a_file_that_is_still_growing_waits_for_the_next_night",
    "SHARE_ERROR": "test_answers::test_a_deferred_file_is_shown_with_its_reason",
    "OLDER_ISSUE": "test_versions::test_an_older_issue_that_is_accepted_is_read_as_it_is_and_said",
    "OTHER_ISSUE": "test_versions::test_another_issue_goes_back_and_nothing_of_its_cells_is_judged",
    "UNKNOWN_ISSUE": "test_versions::test_a_newer_issue_than_the_season_has_is_unknown",
    "RESEATED": "test_versions::test_the_answers_stand_in_a_fresh_workbook_of_the_present_issue",
    "NO_PLACE": "test_versions::test_what_found_no_place_is_listed_and_of_persons_only_where_it_stood",
    "NAME_WRONG": "test_damage::test_names_that_point_beside_the_table_are_said",
    "SHEET_MISSING": "test_damage::test_a_deleted_sheet",
    "TABLE_MISSING": "test_damage::test_a_table_that_nothing_names_any_more",
    "NOT_A_LEVEL": "test_milestones::test_a_result_beside_the_levels_of_a_milestone_is_a_warning",
    "NOT_MOVED": "test_judgement::test_a_case_trips_exactly_its_rule",
    "FORMULA_DIFFERS": "test_summary::test_a_figure_that_the_page_shows_otherwise_is_a_warning_at_its_cell",
    "READY_DIFFERS": "test_ready::test_a_stale_readiness_is_told_at_its_cells",
    "TOO_LONG": "test_extension::test_one_line_adds_a_field_everywhere",
    "PERCENT_UNKNOWN": "test_kinds::test_a_file_without_formats_never_has_its_percentages_guessed",
    # What these readers say of rows of the shared table of cases; no field of a shipped form asks for such a thing.
    **dict.fromkeys(("MISSING_LEVEL", "LOWER_BETTER", "OUT_OF_RANGE", "OVER_100", "STATED_NONE"), "test_thai::test_case"),
    "FUZZY": "test_names::test_case",
}
"""Codes of whole files and whole nights, and those that need damage no cell shows -> the test that has their case."""


def test_every_code_has_a_case() -> None:
    """By a case here, a file of `test_file_cases`, a spoiled workbook of `test_spoiled`, or the test that ELSEWHERE names."""
    covered = {code for case in CASES.values() for code, _ in case["finds"]}
    covered |= test_file_cases.FILES.keys() | {code for case in test_spoiled.SPOILED.values() for code, _ in case.told}
    assert set(texts("messages")) - covered - ELSEWHERE.keys() == set()
    assert covered - set(texts("messages")) == set()


def test_the_tests_elsewhere_are_there() -> None:
    for where in set(ELSEWHERE.values()):
        module, _, name = where.partition("::")
        assert f"def {name}(" in (FOLDER.parent / f"{module}.py").read_text(encoding="utf-8"), where
