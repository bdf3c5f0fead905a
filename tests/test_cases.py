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
from elsewhere import ELSEWHERE
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
