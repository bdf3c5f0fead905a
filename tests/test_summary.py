"""The live summary of the reports: what the pages calculate equals what the program computes, and the round before beside it."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import filling
import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from season_tools import Trial
from test_libreoffice import SOFFICE, convert

from templates import thai
from templates.build import Filling, build
from templates.calc import CALCS, Scene
from templates.extract import extract
from templates.issued import Issued
from templates.load import SHIPPED, load_framework
from templates.passport import Passport, sign
from templates.spec import RuleSpec
from templates.success import by_levels, indicator_level, indicator_progress, indicator_score
from templates.typed import UNREAD, number_formula
from workbook.address import Cell
from workbook.book import Book, Formula, Put, Sheet
from workbook.read import read
from workbook.write import write

pytestmark = [
    # openpyxl says so of every file with LibreOffice's own extensions, and then leaves the file open.
    pytest.mark.filterwarnings("ignore:.*extension is not supported", "ignore::pytest.PytestUnraisableExceptionWarning"),
]
client = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed; it calculates the pages of these tests")
D = Decimal
FRAMEWORK = load_framework(SHIPPED / "dept_2557")
POLICY = FRAMEWORK.policy
LEVEL_BASED = replace(POLICY, progress_lower_better="level_based")
LEVELS = ("level1", "level2", "level3", "level4", "level5")
SHARES = ["33.33", "0.00", "0.00", "200.00", "66.67", "66.67"]
"""Seed 000 L276-282: printed progress of the six indicators."""
REACHED = ["ต่ำกว่าระดับ 1", "ต่ำกว่าระดับ 1", "ต่ำกว่าระดับ 1", "5", "2", "2"]
BELOW, LATER = "ต่ำกว่าระดับ {}", "ระบบจะคำนวณ"

# --- one figure as a value ------------------------------------------------------------------------------------------


def scene(levels: list[Any], result: Any, policy: Any = POLICY) -> Scene:
    """Give what a figure looks at: five criteria and a result as they are kept."""
    known = {f"t.{name}": None if value is None else D(str(value)) for name, value in zip(LEVELS, levels, strict=True)}
    known["t.result"] = None if result is None else D(str(result))
    spec = RuleSpec("", {"result": "t.result", "levels": [f"t.{name}" for name in LEVELS]})
    return Scene(lambda name: f"{name}!", known.__getitem__, spec, policy)


def figures(levels: list[Any], result: Any, policy: Any = POLICY) -> tuple[str | None, str | None]:
    """Give progress and level as the summary prints them."""
    share, level = (CALCS[name].value(scene(levels, result, policy)) for name in ("share_of_target", "level_reached"))
    return (None if share is None else str(share)), (None if level is None else str(level))


WORKED = list(zip(*(filling.PLAN[f"indicators.{name}"] for name in LEVELS), filling.REPORT["indicators.result"], strict=True))


@pytest.mark.parametrize("row", range(6))
def test_the_worked_example_as_values(row: int) -> None:
    *levels, result = WORKED[row]
    assert figures(levels, result) == (SHARES[row], REACHED[row])


@pytest.mark.parametrize(
    ("levels", "result", "expected"),
    [
        ((10, 8, 6, 4, 2), 8, ("75.00", "2")),  # lower is better: 6 of 8
        ((10, 8, 6, 4, 2), 4, ("150.00", "4")),
        ((10, 8, 6, 4, 2), 0, ("100.00", "5")),  # nothing is better than none: the cap
        ((10, 8, 6, 4, 2), 11, ("54.55", "ต่ำกว่าระดับ 1")),
        ((4, 3, 2, 1, 0), 0, ("100.00", "5")),
        ((-1, 0, 0, 1, 2), 1, (None, None)),  # no monotone row, target 0
        ((-2, -1, 0, 1, 2), 1, (None, "4")),  # a share of nothing means nothing
        ((4, 2, 0, -1, -2), 1, (None, "2")),
        ((0, 1, 2, 3, 4), 0, ("0.00", "1")),  # the 0 of a rising row counts
        ((0, 0, 1, 0, 2), 1.5, ("150.00", "3")),
        ((0, 0, 1, 0, 2), 0, ("0.00", "ต่ำกว่าระดับ 3")),  # levels 1 and 2 ask for nothing
        ((None, None, 3, None, 5), 4.99, ("166.33", "3")),
        ((None, None, 3, None, 5), 5, ("166.67", "5")),
        ((1, 2, 3, 4, None), 4, ("133.33", "4")),
        ((1, 2, 3, 4, None), 4.01, ("133.67", "5")),  # above the last criterion
        ((40, 50, 60, 70, 80), 79.999, ("133.33", "4")),
        ((40, 50, 60, 70, 80), 1000, ("1666.67", "5")),
        ((40, 50, 60, 70, 80), None, (None, None)),
        ((1, 2, None, 4, 5), 3, (None, None)),  # no target
    ],
)
def test_progress_and_level(levels: tuple[Any, ...], result: Any, expected: tuple[Any, Any]) -> None:
    assert figures(list(levels), result) == expected


def test_progress_by_levels_where_the_policy_says_so() -> None:
    assert figures([10, 8, 6, 4, 2], 7, LEVEL_BASED) == ("83.33", "2")  # score 2.5 of 3
    assert figures([10, 8, 6, 4, 2], 1, LEVEL_BASED) == ("166.67", "5")
    assert figures([40, 50, 60, 70, 80], 20, LEVEL_BASED) == ("33.33", "ต่ำกว่าระดับ 1")


# --- the same figures, calculated by a real client ------------------------------------------------------------------


def calculated(folder: Path, rows: list[tuple[Any, ...]], formulas: list[tuple[str, ...]]) -> list[list[Any]]:
    """Let LibreOffice calculate formulas beside rows of typed cells; all in one workbook."""
    puts = [Put(Cell(at, col), value, style) for at, row in enumerate(rows, 1) for col, (value, style) in enumerate(row, 1)]
    first = max(map(len, rows)) + 1
    puts += [Put(Cell(at, col), Formula(text)) for at, row in enumerate(formulas, 1) for col, text in enumerate(row, first)]
    path = folder / "figures.xlsx"
    path.write_bytes(write(Book([Sheet("คำนวณ", puts=puts)], title="t")))
    (made,) = convert([path], "xlsx", folder / "out")
    sheet = openpyxl.load_workbook(made, data_only=True).worksheets[0]
    return [[sheet.cell(at, col).value for col in range(first, first + len(row))] for at, row in enumerate(formulas, 1)]


TYPED = [
    "20", "๒๐", "ร้อยละ 20", "ร้อยละ๒๐.๕", "20%", "20 %", " ๘๐ เปอร์เซ็นต์ ", "1,000", "๑,๐๐๐", "๑๒,๐๐๐.๒๕", "999,999", "20.", ".5", "0", "007",
    "33.33", "12.345678901", "123456789012345", "12,34", "1234,567", "1,5", ",000", "1,000,000", "0,123", "2 0", "1 000", "2%0", "20 ร้อยละ", "abc", "-", "--",
    "–", " ", ".", "1.2.3", "-5", "+5", "1-2", "1/2", "12:30", "1e3", "(5)", "$5", "1234567890123456", "ร้อยละ", "%", "ร้อยละ ร้อยละ 20", "ประมาณ 20",
    "20 ครั้ง", "ยี่สิบ", "ไม่มี", "N/A", "TRUE", "#N/A", "=1+1", "20\u200b", "２０", "\u00a020",
]  # fmt: skip
NEEDED = TYPED[:18]
"""Texts that officers type often: these the page must read itself."""
NUMBERS = [(20, "general"), (D("0.07"), "general"), (D("33.33"), "two"), (0, "two"), (20, "percent2"), (5, "thai_digits")]


@client
@pytest.mark.slow
def test_what_is_typed_is_read_on_the_page_as_the_program_reads_it(tmp_path: Path) -> None:
    rows = [((text, "text"),) for text in TYPED] + [(pair,) for pair in NUMBERS]
    formulas = [("=" + number_formula(f"$A${at}"),) for at in range(1, len(rows) + 1)]
    shown = [row[0] for row in calculated(tmp_path, rows, formulas)]
    for text, got in zip(TYPED, shown, strict=False):
        read_by_us = thai.read_number(text)
        if got == UNREAD:
            assert text not in NEEDED, text
        elif got in (None, ""):
            assert read_by_us.value is None and read_by_us.rejected is None, text
        else:
            assert isinstance(read_by_us.value, Decimal) and abs(D(str(got)) - read_by_us.value) < D("1e-9"), text
    assert [D(str(got)) for got in shown[len(TYPED) :]] == [D(str(value)) for value, _ in NUMBERS]


@client
@pytest.mark.slow
def test_a_number_in_a_percent_format_counts_a_hundredfold(tmp_path: Path) -> None:
    path = tmp_path / "percent.xlsx"
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    for at, (value, form) in enumerate([(0.2, "0%"), (0.29, "0.00%"), (0.07, "0%"), (20, "0.00")], 1):
        page.cell(at, 1, value).number_format = form
        page.cell(at, 2, "=" + number_formula(f"$A${at}"))
    book.save(path)
    (made,) = convert([path], "xlsx", tmp_path / "out")
    assert [row[1] for row in openpyxl.load_workbook(made, data_only=True).worksheets[0].iter_rows(values_only=True)] == [20, 29, 7, 20]


number = st.one_of(st.integers(-20, 120).map(D), st.decimals(-5, 200, places=2), st.decimals(0, 5, places=3))
rising = st.lists(number, min_size=5, max_size=5, unique=True).map(sorted)


@st.composite
def indicator(draw: st.DrawFn) -> tuple[list[Decimal | None], Decimal | None]:
    """Draw criteria (rising, falling, with gaps, with placeholders, any) and a result, often one exactly on a level."""
    levels: list[Decimal | None] = list(draw(rising))
    if draw(st.booleans()):
        levels.reverse()
    for at in range(5):
        spoil = draw(st.integers(0, 9))
        levels[at] = None if spoil == 0 else D(0) if spoil == 1 else levels[at]
    on_level = st.sampled_from([value for value in levels if value is not None] or [D(1)])
    return levels, draw(st.one_of(number, on_level, st.none()))


@client
@pytest.mark.slow
def test_formulas_and_values_agree_for_any_indicator(tmp_path: Path) -> None:
    drawn: list[tuple[list[Decimal | None], Decimal | None]] = []

    @settings(max_examples=400, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(indicator())
    def collect(one: tuple[list[Decimal | None], Decimal | None]) -> None:
        drawn.append(one)

    collect()
    rows = [tuple((value, "general") for value in (*levels, result)) for levels, result in drawn]
    formulas, wanted = [], []
    for at, (levels, result) in enumerate(drawn, 1):
        refs = {f"t.{name}": f"${letter}${at}" for name, letter in zip((*LEVELS, "result"), "ABCDEF", strict=True)}
        figure_scenes = [
            (CALCS[name], replace(scene(levels, result, policy), ref=refs.__getitem__))
            for name, policy in (("share_of_target", POLICY), ("share_of_target", LEVEL_BASED), ("level_reached", POLICY))
        ]
        formulas.append(tuple(calc.formula(one) for calc, one in figure_scenes))
        wanted.append([calc.value(one) for calc, one in figure_scenes])
    for (levels, result), values, cells in zip(drawn, wanted, calculated(tmp_path, rows, formulas), strict=True):
        for value, cell in zip(values, cells, strict=True):
            if isinstance(value, Decimal):
                assert isinstance(cell, int | float) and abs(D(str(cell)) - value) < D("1e-6") * max(D(1), abs(value)), (levels, result)
            else:
                assert (cell or None) == value, (levels, result)
    assert sum(values[2] in ("1", "2", "3", "4", "5") for values in wanted) > 50, "the drawn indicators say too little"


def test_a_level_agrees_with_the_score() -> None:
    """The whole level is what a score by steps is, from level 1 on."""
    step = replace(POLICY, interp_indicator="step")

    @settings(max_examples=200, deadline=None, database=None)
    @given(indicator())
    def check(one: tuple[list[Decimal | None], Decimal | None]) -> None:
        levels, result = one
        item = by_levels(levels)
        level, score = indicator_level(item, result), indicator_score(item, result, step)
        assert (level is None) == (score is None)
        assert level is None or level == 0 and score == 1 or level == score
        assert result is not None or indicator_progress(item, result, POLICY) is None

    check()


# --- a report with its summary --------------------------------------------------------------------------------------


def worked(form_id: str = "report9") -> tuple[Issued, dict[str, list[dict[str, Any]]]]:
    """Give the report of the worked example as it was issued, and its answers."""
    form = FRAMEWORK.form(form_id)
    plan = [
        {**{name: str(value) for name, value in zip(LEVELS, row, strict=False)}, "name": f"ตัวชี้วัดที่ {at}", "target": str(row[2])}
        for at, row in enumerate(WORKED, 1)
    ]
    measures = [{"factor": f"ปัจจัยที่ {at}", "measure": f"มาตรการ {at}"} for at in range(1, 6)]
    snapshot: dict[str, tuple[dict[str, Any], ...]] = {table.id: () for table in form.tables}
    snapshot |= {"general": ({},), "measures": tuple(measures), "plan_status": tuple(measures)}
    snapshot |= {"indicators": tuple(plan), "indicator_status": tuple(plan)}
    passport = sign(Passport("2557", form.full_id, form.version, "D01021", "0001"), b"secret")
    answers = {
        "measures": [{"progress": str(value), "summary": "สรุป"} for value in (20, 30, 50, 20, 40)],
        "indicators": [{"result": str(row[5])} for row in WORKED],
    }
    return Issued(FRAMEWORK, form, passport, "หน่วยงาน", snapshot), answers


SUMMARY = ("plan_status.progress", "indicator_status.result", "indicator_status.progress", "indicator_status.level")
WANTED = [[20, 30, 50, 20, 40], [20, 0, 0, 2, 2, 2], [float(value) for value in SHARES], REACHED]


def shown(path: Path, names: tuple[str, ...] = SUMMARY) -> list[list[Any]]:
    book = openpyxl.load_workbook(path, data_only=True)
    return [[cell.value for cell in filling.cells_of(book, name)] for name in names]


@pytest.mark.parametrize("form", ["report9", "report12"])
def test_a_page_carries_its_figures_before_anything_calculates(form: str, tmp_path: Path) -> None:
    one, answers = worked(form)
    path = tmp_path / "report.xlsx"
    path.write_bytes(write(build(one, Filling(answers))))
    assert shown(path) == WANTED
    book = openpyxl.load_workbook(path)
    assert "สรุปสถานะการดำเนินงาน" in book.sheetnames
    assert {cell.number_format for cell in filling.cells_of(book, "indicator_status.progress")} == {"#,##0.00"}
    raw, _ = read(path.read_bytes())
    assert raw is not None
    found = extract(one, raw)
    assert found.findings == ()
    assert [row["progress"] for row in found.answers["indicator_status"]] == SHARES
    assert [row["level"] for row in found.answers["indicator_status"]] == REACHED


@client
@pytest.mark.slow
def test_a_client_calculates_the_worked_example_and_what_is_typed_otherwise(tmp_path: Path) -> None:
    one, _ = worked()
    issued = tmp_path / "issued.xlsx"
    issued.write_bytes(write(build(one)))
    plain = filling.fill(issued, tmp_path / "plain.xlsx", filling.REPORT)
    typed = {
        "measures.progress": ["๒๐", "ร้อยละ 30", "50%", "ยี่สิบ", "๔๐.๐๐"],
        "indicators.result": ["ร้อยละ ๒๐", "-", None, "2 ครั้ง", "มาก", "๒"],
    }
    odd = filling.fill(issued, tmp_path / "odd.xlsx", {**filling.REPORT, **typed})
    plain_made, odd_made = convert([plain, odd], "xlsx", tmp_path / "out")
    assert shown(plain_made) == WANTED
    assert shown(odd_made) == [
        [20, 30, 50, LATER, 40],
        [20, None, None, LATER, LATER, 2],
        [33.33, None, None, LATER, LATER, 66.67],
        [REACHED[0], None, None, LATER, LATER, "2"],
    ]
    raw, _ = read(odd_made.read_bytes())
    assert raw is not None
    found = extract(one, raw)
    # The program reads more than the page does, and refuses what nobody can read; the page contradicts it nowhere.
    assert [row["progress"] for row in found.answers["indicator_status"]] == ["33.33", None, None, "200.00", None, "66.67"]
    assert [row["progress"] for row in found.answers["plan_status"]] == ["20", "30", "50", "20", "40.00"]
    assert "FORMULA_DIFFERS" not in {item.code for item in found.findings}


# --- what comes back with other figures -----------------------------------------------------------------------------


def about(path: Path, one: Issued) -> list[tuple[str, str, str, str, str]]:
    raw, _ = read(path.read_bytes())
    assert raw is not None
    return [(item.code, item.severity, item.place.sheet, item.place.cell.a1(), item.raw) for item in extract(one, raw).findings if item.place]


@pytest.fixture
def returned(tmp_path: Path) -> tuple[Issued, Path]:
    one, answers = worked()
    path = tmp_path / "report.xlsx"
    path.write_bytes(write(build(one, Filling(answers))))
    return one, path


def test_a_figure_typed_over_is_an_error_at_its_cell(returned: tuple[Issued, Path]) -> None:
    one, path = returned
    book = openpyxl.load_workbook(path)
    cell = filling.cells_of(book, "indicator_status.progress")[0]
    cell.value = 100
    book.save(path)
    assert about(path, one) == [("LOCKED_CHANGED", "error", cell.parent.title, cell.coordinate, "100")]


def test_a_figure_that_the_page_shows_otherwise_is_a_warning_at_its_cell(returned: tuple[Issued, Path], tmp_path: Path) -> None:
    one, path = returned
    cell = filling.cells_of(openpyxl.load_workbook(path), "indicator_status.progress")[3]
    changed = tmp_path / "changed.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            part = old.read(name).decode() if name.startswith("xl/worksheets/sheet") else old.read(name)
            if isinstance(part, str):
                part = re.sub("<v>200(?:[.]0+)?</v>", "<v>100</v>", part)
            new.writestr(name, part)
    assert about(changed, one) == [("FORMULA_DIFFERS", "warning", cell.parent.title, cell.coordinate, "100")]


def test_formulas_that_were_never_calculated_say_nothing(returned: tuple[Issued, Path]) -> None:
    one, path = returned
    openpyxl.load_workbook(path).save(path)  # openpyxl keeps formulas and drops what they showed
    assert shown(path, SUMMARY[:1]) == [[None] * 5]
    assert about(path, one) == []


def test_a_figure_whose_formula_was_deleted_says_nothing(returned: tuple[Issued, Path]) -> None:
    one, path = returned
    book = openpyxl.load_workbook(path)
    filling.cells_of(book, "plan_status.progress")[1].value = None
    book.save(path)
    assert about(path, one) == []


# --- through a season -----------------------------------------------------------------------------------------------

BEFORE = ("measures.progress_9", "indicators.result_9")


def test_the_round_before_stands_beside_this_one(year: Trial) -> None:
    path = year.issued("D01021", "report12")
    assert shown(path, BEFORE) == [[20, 30, 50, 20, 40], [20, 0, 0, 2, 2, 2]]
    book = openpyxl.load_workbook(path)
    cells = [cell for name in BEFORE for cell in filling.cells_of(book, name)]
    assert all(cell.protection.locked and cell.fill.fgColor.rgb == "FFF0F1F3" for cell in cells)
    former, now = (filling.cells_of(book, f"measures.{name}")[0] for name in ("progress_9", "progress"))
    assert (former.row + 1, former.column) == (now.row, now.column)
    former, now = (filling.cells_of(book, f"indicators.{name}")[0] for name in ("result_9", "result"))
    assert (former.row, former.column + 1) == (now.row, now.column)


def test_the_figures_of_a_report_are_kept_with_its_answers(year: Trial) -> None:
    rows = [row for row in year.table("answers") if row["agency"] == "D01021" and row["form"].endswith("report9")]
    kept = {name: [row["value"] for row in rows if f"{row['table']}.{row['field']}" == name] for name in SUMMARY}
    assert kept["indicator_status.progress"] == SHARES and kept["indicator_status.level"] == REACHED
    assert [row["progress_pct"] for row in year.table("progress") if row["kind"] == "indicator" and row["round"] == "9"] == SHARES


def test_the_round_before_is_blank_when_unknown_and_a_late_one_gives_the_next_serial(trial: Trial) -> None:
    trial.file("D01021", "plan", filling.PLAN, "2014-05-20")
    assert trial.run("issue", "report9", "--agency", "D01021", day="2014-08-20").status == 0
    assert trial.run("issue", "report12", "--agency", "D01021", day="2014-09-20").status == 0
    first = trial.issued("D01021", "report12")
    assert shown(first, BEFORE) == [[None] * 5, [None] * 6]
    trial.drop("D01021", "report9", filling.REPORT)
    assert trial.run("nightly", day="2014-09-21").status == 0
    assert trial.run("issue", "report12", "--agency", "D01021", day="2014-09-21").status == 0
    second = trial.issued("D01021", "report12")
    assert [path.stem[-4:] for path in (first, second)] == ["0001", "0002"]
    assert shown(second, BEFORE) == [[20, 30, 50, 20, 40], [20, 0, 0, 2, 2, 2]]
    assert trial.run("issue", "report12", "--agency", "D01021", day="2014-09-21").status == 0
    assert trial.issued("D01021", "report12") == second


def test_a_value_of_the_round_before_may_not_be_changed(year: Trial, tmp_path: Path) -> None:
    path = filling.fill(year.issued("D01021", "report12"), tmp_path / "r.xlsx", filling.REPORT12)
    book = openpyxl.load_workbook(path)
    cell = filling.cells_of(book, "measures.progress_9")[2]
    cell.value = 10
    book.save(path)
    found = [(item["code"], item["cell"]) for item in year.verdict(path, "2014-10-10")["findings"] if item["severity"] == "error"]
    assert found == [("LOCKED_CHANGED", cell.coordinate)]
