"""Real clients open, fill and save every form: same verdict and answers, and what each keeps stands in docs/conformance.md."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import client
import filling
import openpyxl
import pytest
from answers import answers
from openpyxl.utils import get_column_letter
from season_tools import Trial, reviewed

from templates.load import SHIPPED, load_framework
from templates.passport import PROPERTY, parse
from templates.spec import Form

pytestmark = [
    # openpyxl says so of every file with LibreOffice's own extensions, and then leaves the file open.
    pytest.mark.filterwarnings("ignore:.*extension is not supported", "ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.slow,
    pytest.mark.skipif(client.skips(), reason=client.missing()),
]
DAY = "2014-10-10"
DOCUMENT = Path(__file__).parents[1] / "docs" / "conformance.md"
FORMS: dict[str, Form] = {
    form.full_id: form for name in ("dept_2557", "prov_2557") for form in load_framework(SHIPPED / name).forms
}
"""All forms of the season; a new one is tested as soon as it stands in its framework."""
EASES = {"NO_NAMES", "PASSPORT_LOST"}
"""What a file may say about its kind without any harm to its answers."""
ZEROS = {"FORMULA_DIFFERS"}
"""LibreOffice saves the text that a formula gives as 0 in an .xls, unless the cell has the text format."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[client.Office]:
    with client.Office(tmp_path_factory.mktemp("office")) as office:
        yield office


@pytest.fixture(scope="module")
def filed(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """Give a season in which a department and a province have filed all that other forms are issued from."""
    trial = Trial(tmp_path_factory.mktemp("conformance") / "season")

    def file(form: str, agency: str, day: str) -> None:
        assert trial.run("issue", form, "--agency", agency, day=day).status == 0
        path = trial.issued(agency, form.partition("/")[2])
        trial.drop(agency, form.partition("/")[2], answers(FORMS[form], openpyxl.load_workbook(path)))

    for form, day in (("plan", "2014-05-20"), ("report9", "2014-08-20"), ("review", "2014-09-01")):
        for name, agency in (("dept_2557", "D01021"), ("prov_2557", "P50")):
            if form == "review":
                assert trial.run("issue", f"{name}/review", day=day).status == 0
            else:
                file(f"{name}/{form}", agency, day)
        if form == "review":
            for path in sorted(trial.root.glob("outbox/*/*_review_*.xlsx")):
                reviewed(path, trial.root / "inbox" / path.name)
        night = trial.run("nightly", day=day)
        assert night.status == 0, night.out
    for form in FORMS:
        assert trial.run("issue", form, day=DAY).status == 0
    return trial


def issued(trial: Trial) -> dict[str, Path]:
    """Give an issued workbook of each form, of the agencies that have filed where there are several."""
    found: dict[str, tuple[bool, str, Path]] = {}
    for path in sorted(trial.root.glob("outbox/*/2*.xlsx")):
        with zipfile.ZipFile(path) as parts:
            passport = parse(parts.read("docProps/custom.xml").decode("utf-8"))
        assert passport is not None
        found[passport.form] = max(
            found.get(passport.form, (False, "", path)), (passport.agency in ("D01021", "P50"), passport.serial, path)
        )
    assert set(found) == set(FORMS), "a form was not issued: this season lacks what it is made from"
    return {form: path for form, (_, _, path) in found.items()}


@dataclass
class Measured:
    """One form in the clients: the untouched route's verdict, and per client and kind what came back."""

    form: Form
    source: Path
    files: dict[tuple[str, str], Path]
    before: dict[str, Any]
    refused: dict[str, Any]
    verdicts: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    facts: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    figures: dict[tuple[str, str], dict[str, list[list[Any]]]] = field(default_factory=dict)

    @property
    def expected(self) -> dict[str, Any]:
        """Give the verdict of the untouched route."""
        return self.verdicts[OPENPYXL, "xlsx"]


LIBREOFFICE, OPENPYXL, GNUMERIC = "LibreOffice", "openpyxl", "Gnumeric"
TABLE_OF = ("dept_2557/plan", "dept_2557/report12", "dept_2557/review")
"""The forms by which the other programs are measured: rows, cards, and what a group fills."""


class Bench:
    """Every form in the clients, each measured once, when it is asked for."""

    def __init__(self, trial: Trial, office: client.Office, folder: Path) -> None:
        self.trial, self.office, self.folder = trial, office, folder
        self.sources = issued(trial)
        self.done: dict[str, Measured] = {}

    def __getitem__(self, name: str) -> Measured:
        if name not in self.done:
            self.done[name] = self.measure(FORMS[name], self.sources[name], self.folder / name)
        return self.done[name]

    def measure(self, form: Form, source: Path, folder: Path) -> Measured:
        """Type a form in LibreOffice, save it as three kinds, and look at each file by the program and by LibreOffice."""
        values = answers(form, openpyxl.load_workbook(source))
        files = {(OPENPYXL, "xlsx"): filling.fill(source, folder / "openpyxl.xlsx", values)}
        files |= {(LIBREOFFICE, kind): folder / f"LibreOffice.{kind}" for kind in client.KINDS}
        locked = {"do": "type_at", "sheet": form.tables[0].sheet, "cell": "A2", "value": "ทับ"}
        typed = self.office.do(source, [*client.typing(values), locked], list(files.values())[1:])
        if form.full_id in TABLE_OF and shutil.which("ssconvert"):
            for kind in client.KINDS:
                files[GNUMERIC, kind] = client.gnumeric(files[OPENPYXL, "xlsx"], folder / f"Gnumeric.{kind}")
        item = Measured(form, source, files, self.office.facts(source)[0], typed[-1])
        item.verdicts = dict(zip(files, verdicts(self.trial, list(files.values())), strict=True))
        wanted = formulas(form, item.before["names"])
        for key, path in files.items():
            if key[0] == LIBREOFFICE or form.full_id in TABLE_OF:
                item.facts[key], item.figures[key] = self.office.facts(path, item.before, wanted)
        return item


@pytest.fixture(scope="module")
def measured(filed: Trial, office: client.Office, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(filed, office, tmp_path_factory.mktemp("typed"))


def verdicts(trial: Trial, paths: list[Path], day: str = DAY) -> list[dict[str, Any]]:
    """Give the verdicts on many files by one call."""
    said = trial.run("check", *map(str, paths), "--json", day=day).json()
    assert [Path(item["file"]).name for item in said] == [path.name for path in paths]
    return list(said)


def formulas(form: Form, names: dict[str, Any]) -> dict[str, list[list[str]]]:
    """Say where formulas show what the program computes too: fields that a formula fills, and totals under a table."""
    places = {}
    for table in form.tables:
        for entry in table.fields:
            cells = names.get(f"{table.id}.{entry.id}", [])
            if entry.origin == "formula" and cells:
                places[f"{table.id}.{entry.id}"] = cells
            if entry.id in table.total and cells:
                sheet, last = cells[-1]
                column = last.rstrip("0123456789")
                places[f"sum of {table.id}.{entry.id}"] = [[sheet, f"{column}{int(last[len(column):]) + 1}"]]
    return places


def own(names: dict[str, Any]) -> dict[str, list[list[str]]]:
    """Keep the names that programs fill by; their cells as [sheet, cell]."""
    return {name: cells for name, cells in names.items() if "." in name}


def loud(verdict: dict[str, Any]) -> list[tuple[str, str]]:
    """Give the findings that are more than the ease of a kind of file."""
    return sorted({(item["code"], item["cell"] or "") for item in verdict["findings"] if item["code"] not in EASES})


@pytest.mark.parametrize("kind", client.KINDS)
@pytest.mark.parametrize("name", FORMS)
def test_a_form_typed_in_libreoffice_gives_the_same_verdict_and_answers(
    measured: Bench, name: str, kind: str
) -> None:
    item = measured[name]
    verdict = item.verdicts[LIBREOFFICE, kind]
    assert item.expected["verdict"] == "accepted", item.expected["findings"]
    assert verdict["verdict"] == "accepted", verdict["findings"]
    assert verdict["answers"] == item.expected["answers"]
    allowed = ZEROS if kind == "xls" else set()
    # What LibreOffice makes a number of while it is typed reads as it stands.
    told, expected = ([found for found in loud(one) if found[0] not in allowed] for one in (verdict, item.expected))
    assert [found for found in told if found[0] != "READ_AS"] == [found for found in expected if found[0] != "READ_AS"]
    assert set(told) <= set(expected)
    assert {found["raw"] for found in verdict["findings"] if found["code"] in ZEROS} <= {"0"}
    eases = {found["code"] for found in verdict["findings"]} & EASES
    assert eases == (EASES if kind == "xls" else set())


@pytest.mark.parametrize("name", FORMS)
def test_a_locked_cell_refuses_typing(measured: Bench, name: str) -> None:
    refused = measured[name].refused
    assert refused["locked"] and refused["before"] == refused["after"]
    assert refused["before"].split() == measured[name].form.title.split()


@pytest.mark.parametrize("kind", client.KINDS)
@pytest.mark.parametrize("name", FORMS)
def test_the_page_stays_whole(measured: Bench, name: str, kind: str) -> None:
    """Names with their cells, dropdowns with their lists, number rules, locks and protection, formulas."""
    before, after = measured[name].before, measured[name].facts[LIBREOFFICE, kind]
    assert own(before["names"]) and own(after["names"]) == own(before["names"])
    for feature in ("Dropdowns", "Locked cells", "Sheet protection", "Hidden sheets", "Formulas"):
        got, of = FEATURES[feature](before, after)
        assert got == of, feature


@pytest.mark.parametrize("kind", client.KINDS)
@pytest.mark.parametrize("name", FORMS)
def test_formulas_show_what_the_program_computes(measured: Bench, name: str, kind: str) -> None:
    item = measured[name]
    shown = item.figures[LIBREOFFICE, kind]
    for table in item.form.tables:
        records = item.expected["answers"][table.id]
        for entry in table.fields:
            key = f"{table.id}.{entry.id}"
            if key in shown:
                ours = [record[entry.id] or "" for record in records]
                ours += [""] * (len(shown[key]) - len(ours))
                assert [as_text(cell) for cell in shown[key]] == [plain(value) for value in ours], key
            if f"sum of {key}" in shown:
                assert shown[f"sum of {key}"][0][3] == sum(float(record[entry.id] or 0) for record in records)


def as_text(cell: list[Any]) -> str:
    """Give what stands in a cell as an answer: plain numbers, a dash that stands for nothing is blank."""
    _, _, seen, number, _ = cell
    if number is not None:
        return plain(f"{round(number, 4):.4f}")
    return "" if seen in ("-", "–") else str(seen)


def plain(value: str) -> str:
    """Give a decimal number without the noughts that add nothing."""
    return value.rstrip("0").rstrip(".") if "." in value and value.replace(".", "").lstrip("-").isdigit() else value


@pytest.mark.parametrize("name", FORMS)
def test_every_cell_of_the_xlsx_by_another_library(measured: Bench, name: str) -> None:
    """The file as openpyxl sees it, against the issued one: LibreOffice does not mark its own work."""
    item = measured[name]
    before, after = (openpyxl.load_workbook(path) for path in (item.source, item.files[LIBREOFFICE, "xlsx"]))
    assert before.sheetnames == after.sheetnames
    for key in own(dict.fromkeys(before.defined_names)):
        cells, again = filling.cells_of(before, key), filling.cells_of(after, key)
        assert [(cell.parent.title, cell.coordinate) for cell in again] == [(cell.parent.title, cell.coordinate) for cell in cells]
        assert [cell.protection.locked for cell in again] == [cell.protection.locked for cell in cells]
    for sheet in before:
        twin = after[sheet.title]
        assert twin.protection.sheet == sheet.protection.sheet
        assert lists(twin) == lists(sheet)


def lists(sheet: Any) -> dict[str, str]:
    """Give the dropdowns of a sheet: cell -> where its list stands."""
    found = {}
    for rule in sheet.data_validations.dataValidation:
        for area in rule.sqref.ranges if rule.type == "list" else ():
            for row, col in (cell for line in area.rows for cell in line):
                found[f"{get_column_letter(col)}{row}"] = rule.formula1.replace("$", "")
    return found


# What each program keeps.

Facts = dict[str, Any]


def of_cells(ask: Callable[[Facts], Any], *keys: str) -> Callable[[Facts, Facts], tuple[int, int]]:
    """Count the cells of which `ask` is true before, and those of them whose `keys` came back the same."""

    def count(before: Facts, after: Facts) -> tuple[int, int]:
        asked = [(cell, facts) for cell, facts in before["cells"].items() if ask(facts)]
        same = [cell for cell, facts in asked if all(facts[key] == after["cells"].get(cell, {}).get(key) for key in keys)]
        return len(same), len(asked)

    return count


def of_sheets(key: str, wanted: Callable[[Any], bool]) -> Callable[[Facts, Facts], tuple[int, int]]:
    def count(before: Facts, after: Facts) -> tuple[int, int]:
        asked = [(name, facts[key]) for name, facts in before["sheets"].items() if wanted(facts[key])]
        same = [name for name, value in asked if near(after["sheets"].get(name, {}).get(key), value)]
        return len(same), len(asked)

    return count


def near(one: Any, two: Any) -> bool:
    """Compare; widths may differ by a fiftieth, as kinds of files count them in other units."""
    if isinstance(one, list):
        return len(one) == len(two) and all(abs(a - b) <= b / 50 for a, b in zip(one, two, strict=True))
    return bool(one == two)


def of_names(before: Facts, after: Facts) -> tuple[int, int]:
    wanted = own(before["names"])
    return sum(after["names"].get(name) == cells for name, cells in wanted.items()), len(wanted)


def of_unions(before: Facts, after: Facts) -> tuple[int, int]:
    """Names over cells that do not touch: those of cards."""
    wanted = {name: cells for name, cells in own(before["names"]).items() if len(cells) > 1 and apart(cells)}
    return sum(after["names"].get(name) == cells for name, cells in wanted.items()), len(wanted)


def apart(cells: list[list[str]]) -> bool:
    rows = [int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) for _, cell in cells]
    return rows[-1] - rows[0] >= len(rows)


def of_passport(before: Facts, after: Facts) -> tuple[int, int]:
    return int(after["properties"].get(PROPERTY) == before["properties"][PROPERTY]), 1


RULES = ("WHOLE", "DECIMAL", "DATE", "TEXT_LEN", "CUSTOM")
FEATURES: dict[str, Callable[[Facts, Facts], tuple[int, int]]] = {
    "Defined names": of_names,
    "Defined names of cards (unions)": of_unions,
    "Dropdowns": of_cells(lambda cell: cell["rule"] == "LIST", "rule", "source"),
    "Checks of entries (addresses, dates, levels)": of_cells(lambda cell: cell["rule"] in RULES, "rule", "source"),
    "Input messages": of_cells(lambda cell: bool(cell["prompt"]), "title", "prompt"),
    "Error messages": of_cells(lambda cell: bool(cell["error"]), "error", "alert"),
    "Locked cells": of_cells(lambda cell: True, "locked"),
    "Sheet protection": of_sheets("protected", bool),
    "Hidden sheets": of_sheets("visible", lambda visible: not visible),
    "Custom property (passport)": of_passport,
    "Formulas": of_cells(lambda cell: cell["formula"], "formula"),
    "Number formats": of_cells(lambda cell: cell["format"] not in ("General", "Standard", "@"), "format"),
    "Text format": of_cells(lambda cell: cell["format"] == "@", "format"),
    "Fonts": of_cells(lambda cell: True, "font"),
    "Colours": of_cells(lambda cell: True, "colour"),
    "Frozen panes": of_sheets("frozen", bool),
    "Repeated header rows": of_sheets("header", lambda row: row >= 0),
    "Column widths": of_sheets("widths", lambda widths: True),
}


def word(counts: list[tuple[int, int]]) -> str:
    """Say in a word how much came back."""
    got, of = (sum(numbers) for numbers in zip(*counts, strict=True))
    return "–" if of == 0 else "keeps" if got == of else "loses" if got == 0 else "partly"


def column(measured: Bench, key: tuple[str, str]) -> list[str]:
    """Give one program's column of the table: each feature in a word, then what the program makes of the file."""
    items = [measured[name] for name in TABLE_OF]
    words = [word([count(item.before, item.facts[key]) for item in items]) for count in FEATURES.values()]
    answers_kept = all(item.verdicts[key]["answers"] == item.expected["answers"] for item in items)
    named = sorted({item.verdicts[key]["verdict"] for item in items})
    return [*words, "keeps" if answers_kept else "loses", ", ".join(named)]


def table(measured: Bench, program: str, kinds: tuple[str, ...]) -> str:
    """Write the table of one program as it stands in docs/conformance.md."""
    columns = [column(measured, (program, kind)) for kind in kinds]
    lines = [f"| {program} | " + " | ".join(f".{kind}" for kind in kinds) + " |", "|---" * (len(kinds) + 1) + "|"]
    for at, feature in enumerate([*FEATURES, "Answers", "Verdict"]):
        lines.append(f"| {feature} | " + " | ".join(words[at] for words in columns) + " |")
    return "\n".join(lines)


def stands(measured: Bench, program: str, kinds: tuple[str, ...]) -> None:
    """Hold a measured table against the document; CONFORMANCE_WRITE=1 puts it there instead."""
    made = table(measured, program, kinds)
    text = DOCUMENT.read_text(encoding="utf-8")
    if os.environ.get("CONFORMANCE_WRITE"):
        start, end = f"<!-- measured: {program} -->", "<!-- end -->"
        before, _, rest = text.partition(start)
        text = f"{before}{start}\n{made}\n{end}{rest.partition(end)[2]}"
        DOCUMENT.write_text(text, encoding="utf-8")
    assert made in text, f"docs/conformance.md must say (CONFORMANCE_WRITE=1 writes it):\n{made}"


def test_the_document_says_what_libreoffice_keeps(measured: Bench) -> None:
    if " 7.4" not in client.version("soffice", "--version"):
        pytest.skip("the table is about LibreOffice 7.4, and another version is installed")
    stands(measured, LIBREOFFICE, client.KINDS)


def test_the_document_says_what_openpyxl_keeps(measured: Bench) -> None:
    stands(measured, OPENPYXL, ("xlsx",))


def test_the_document_says_what_gnumeric_keeps(measured: Bench) -> None:
    if " 1.12" not in client.version("ssconvert", "--version").replace("'", " "):
        pytest.skip("Gnumeric 1.12 (ssconvert) is not installed; the table is about it")
    stands(measured, GNUMERIC, client.KINDS)


# What people do.

GENERAL, RISKS, MEASURES, INDICATORS = "ข้อมูลทั่วไป", "ปัญหาหรือความเสี่ยง", "มาตรการ", "ตัวชี้วัดและค่าเป้าหมาย"
PROGRESS, RESULTS = "ความก้าวหน้าตามแผน", "ความก้าวหน้าตามตัวชี้วัด"


def unprotect(sheet: str) -> dict[str, Any]:
    return {"do": "unprotect", "sheet": sheet}


def enter(sheet: str, cell: str, value: Any) -> dict[str, Any]:
    return {"do": "type_at", "sheet": sheet, "cell": cell, "value": value}


def paste(source: tuple[str, str], target: tuple[str, str]) -> dict[str, Any]:
    return {"do": "paste", "source": list(source), "target": list(target)}


def insert(sheet: str, row: int) -> dict[str, Any]:
    return {"do": "insert_row", "sheet": sheet, "row": row}


@dataclass(frozen=True)
class Deed:
    """Something that people do to a filled form, and what follows: verdict, errors as (code, sheet, cell), other codes."""

    form: str
    steps: tuple[dict[str, Any], ...]
    verdict: str
    errors: tuple[tuple[str, str, str], ...] = ()
    says: frozenset[str] = frozenset()


REPAIRED = frozenset({"NAME_MOVED"})
DEEDS = {
    "a wrong text pasted over a dropdown": Deed(
        "plan", (paste((GENERAL, "B9"), (GENERAL, "B11")),), "returned", (("BAD_CHOICE", GENERAL, "B11"),)
    ),
    "a text of another sheet pasted over a dropdown": Deed(
        "plan", (paste((RISKS, "B8"), (INDICATORS, "E9")),), "returned", (("BAD_CHOICE", INDICATORS, "E9"),)
    ),
    "a right answer pasted over a dropdown": Deed(
        "plan", (enter(RISKS, "B9", "ยิ่งมากยิ่งดี"), paste((RISKS, "B9"), (INDICATORS, "E9")), enter(RISKS, "B9", "")), "accepted"
    ),
    "a locked cell retyped after unprotecting": Deed(
        "report9", (unprotect(RESULTS), enter(RESULTS, "H9", 95)), "returned", (("LOCKED_CHANGED", RESULTS, "H9"),)
    ),
    "an empty row inserted in a growing table": Deed("plan", (unprotect(RISKS), insert(RISKS, 9)), "accepted", (), REPAIRED),
    "an empty row inserted above the first row": Deed("plan", (unprotect(RISKS), insert(RISKS, 8)), "accepted", (), REPAIRED),
    "an answer in a row inserted in a growing table": Deed(
        "plan", (unprotect(INDICATORS), insert(INDICATORS, 10), enter(INDICATORS, "B10", "แทรก"), enter(INDICATORS, "D10", 10)),
        "returned", (("OUTSIDE_TABLE", INDICATORS, "B10"), ("OUTSIDE_TABLE", INDICATORS, "D10")), REPAIRED,
    ),
    "an empty row inserted in a fixed table": Deed("report9", (unprotect(RESULTS), insert(RESULTS, 10)), "accepted", (), REPAIRED),
    "an answer in a row inserted in a fixed table": Deed(
        "report9", (unprotect(RESULTS), insert(RESULTS, 10), enter(RESULTS, "J10", 7)),
        "returned", (("OUTSIDE_TABLE", RESULTS, "J10"),), REPAIRED,
    ),
    "a row inserted between cards": Deed("report9", (unprotect(PROGRESS), insert(PROGRESS, 16)), "accepted", (), REPAIRED),
    "the hidden lists deleted": Deed(
        "plan", ({"do": "delete_sheet", "sheet": "_lists"},), "accepted", (), frozenset({"LISTS_GONE"})
    ),
    "the hidden passport deleted": Deed(
        "plan", ({"do": "delete_sheet", "sheet": "_passport"},), "accepted", (), frozenset({"PASSPORT_LOST"})
    ),
}  # fmt: skip
HEARD = {"NO_NAMES", "PLACEHOLDER_ZERO", "LATE", "DROPDOWN_LOST", "READ_AS"} | ZEROS
"""What is said whatever was done, or about kinds of files; DROPDOWN_LOST has its own test."""


class Damage:
    """Each deed done once and saved as all kinds; verdicts by (deed, kind)."""

    def __init__(self, trial: Trial, office: client.Office, folder: Path) -> None:
        self.trial, self.office, self.folder = trial, office, folder
        self.done: dict[str, dict[str, dict[str, Any]]] = {}

    def __call__(self, deed: str, kind: str) -> dict[str, Any]:
        if deed not in self.done:
            what = DEEDS[deed]
            values = filling.PLAN if what.form == "plan" else filling.REPORT
            paths = [self.folder / deed.replace(" ", "_") / f"file.{each}" for each in client.KINDS]
            self.office.do(self.trial.issued("D01021", what.form), [*client.typing(values), *what.steps], paths)
            self.done[deed] = dict(zip(client.KINDS, verdicts(self.trial, paths, "2014-08-20"), strict=True))
        return self.done[deed][kind]


@pytest.fixture(scope="module")
def damage(filed: Trial, office: client.Office, tmp_path_factory: pytest.TempPathFactory) -> Damage:
    return Damage(filed, office, tmp_path_factory.mktemp("damage"))


@pytest.mark.parametrize("kind", client.KINDS)
@pytest.mark.parametrize("deed", DEEDS)
def test_what_people_do_gets_the_right_verdict_with_the_right_cells(damage: Damage, deed: str, kind: str) -> None:
    expected, verdict = DEEDS[deed], damage(deed, kind)
    errors = [(item["code"], item["sheet"], item["cell"]) for item in verdict["findings"] if item["severity"] == "error"]
    assert (verdict["verdict"], sorted(errors)) == (expected.verdict, sorted(expected.errors))
    heard = HEARD | {"PASSPORT_LOST"} if kind == "xls" else HEARD
    others = {item["code"] for item in verdict["findings"] if item["severity"] != "error"}
    assert others - heard == expected.says - heard
    if REPAIRED & expected.says:
        assert "repaired" in verdict["flags"]
        table, field_id = ("indicators", "result") if expected.form == "report9" else ("indicators", "weight")
        items = [row[field_id] for row in verdict["answers"][table]]
        assert items == (["20", "0", "0", "2", "2", "2"] if expected.form == "report9" else ["50", *["10"] * 5])


def test_a_lost_dropdown_is_said(damage: Damage) -> None:
    for deed, cell in (("a wrong text pasted over a dropdown", "B11"), ("a right answer pasted over a dropdown", "E9")):
        found = [item for item in damage(deed, "xlsx")["findings"] if item["code"] == "DROPDOWN_LOST"]
        assert [item["cell"] for item in found] == [cell]


def test_a_file_without_any_passport_is_not_ours(filed: Trial, office: client.Office, tmp_path: Path) -> None:
    """An .xls has no custom property for the reader, so the deleted first sheet takes the last passport with it."""
    steps = [{"do": "delete_sheet", "sheet": name} for name in ("_passport", "คำชี้แจง")]
    paths = [tmp_path / f"bare.{kind}" for kind in client.KINDS]
    office.do(filed.issued("D01021", "plan"), [*client.typing(filling.PLAN), *steps], paths)
    assert [item["verdict"] for item in verdicts(filed, paths, "2014-08-20")] == ["accepted", "not_ours", "accepted"]


def test_a_correction_workbook_is_mended_in_libreoffice(filed: Trial, office: client.Office, tmp_path: Path) -> None:
    assert filed.run("issue", "dept_2557/plan", "--agency", "D01002", day="2014-08-20").status == 0
    wrong = {**filling.PLAN, "indicators.weight": ["มาก", 10, 10, 10, 10, 10]}
    filed.drop("D01002", "plan", wrong)
    assert filed.run("nightly", day="2014-08-20").status == 3
    twin = next((filed.root / "outbox" / "D01002").glob("fix_*.xlsx"))
    notes = sum(sheet["notes"] for sheet in office.facts(twin)[0]["sheets"].values())
    paths = [tmp_path / f"mended.{kind}" for kind in client.KINDS]
    office.do(twin, client.typing({"indicators.weight": [50]}), paths)
    assert notes and [sum(sheet["notes"] for sheet in office.facts(path)[0]["sheets"].values()) for path in paths] == [notes] * 3
    for verdict in verdicts(filed, paths, "2014-08-20"):
        assert verdict["verdict"] == "accepted", verdict["findings"]
        assert verdict["answers"]["indicators"][0]["weight"] == "50"


def test_an_english_libreoffice_changes_no_answer(filed: Trial, tmp_path: Path) -> None:
    """Its typed dates would have the month first and its Thai digits are text, but dates are typed into text cells."""
    values = {**filling.PLAN, "activities.start": ["1/5/2557"]}
    path = tmp_path / "english.xlsx"
    with client.Office(tmp_path, "en-US") as other:
        other.do(filed.issued("D01021", "plan"), client.typing(values), [path])
    (english,) = verdicts(filed, [path], "2014-08-20")
    assert english["answers"]["activities"][0]["start"] == "2014-05-01"
    assert english["answers"]["indicators"][1]["weight"] == "10"
