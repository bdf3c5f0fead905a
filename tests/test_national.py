"""The national workbook: its charts, key factors, rankings of groups, cover, method and marks, each reckoned by another route."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

import openpyxl
import pytest
from results_maker import big_results, filed, inputs, made_results, scored
from season_tools import Trial

from processors import data, ranking, season
from processors.balance_page import expected_line, rows_line
from processors.board import Board
from processors.card_links import MOST, named
from processors.collect import collect
from processors.factors import coverage, factors
from processors.factors_page import _named
from processors.filing import first_deadline
from processors.guideline import example, worked
from processors.index_book import index_book, name_order
from processors.outcome import ProgressRow
from processors.rank import GroupMean
from processors.results import AnswerRow, Expected, Mark, Results, RowCount
from processors.standings import group_places, is_small, sorted_means
from processors.store import Ledger
from processors.tallies import FILED_KINDS, band
from processors.tallies import filed as tallied
from processors.view import View
from templates.registry import group_name
from templates.words import texts
from workbook.book import Book, Chart, Sheet, Styled
from workbook.errors import AppError
from workbook.fit import lines
from workbook.write import write

D = Decimal
Rows = list[dict[str, str]]
SHOWN = "12"
DEPT, PROV = "dept_2557", "prov_2557"
SUMMARY = "สรุป"
NO_MINISTRY = "INDEP"
"""The code of those who belong to no ministry."""


# --- what another route needs: the published CSVs as anybody reads them ----------------------------------------------


def half_up(value: Decimal, places: int) -> Decimal:
    return value.quantize(D(1).scaleb(-places), ROUND_HALF_UP)


def tables(results: Results) -> dict[str, Rows]:
    """The published CSVs, read as anybody would."""
    files = data.data_files(results)
    names = ("scores", "ranks", "progress", "answers")
    return {name: list(csv.DictReader(io.StringIO(files[f"data/{name}.csv"].decode("utf-8-sig"), newline=""))) for name in names}


def of(rows: Rows, **wanted: str) -> Rows:
    return [row for row in rows if all(row[key] == value for key, value in wanted.items())]


@cache
def results() -> Results:
    return big_results()


@cache
def book() -> Book:
    return ranking.national(results())


@cache
def published() -> dict[str, Rows]:
    return tables(results())


@cache
def opened() -> Any:
    return openpyxl.load_workbook(io.BytesIO(write(book())))


def sheet(made: Book, name: str) -> Sheet:
    return next(page for page in made.sheets if page.name == name)


def shown(page: Any, chart: Chart) -> list[tuple[str, dict[str, Any]]]:
    """What a chart's references hold in the written workbook: title of the series, then value by name."""
    found = []
    for one in chart.series:
        assert one.sheet == page.title
        names = [cell.value for row in page[f"{one.names[0].a1()}:{one.names[1].a1()}"] for cell in row]
        values = [cell.value for row in page[f"{one.values[0].a1()}:{one.values[1].a1()}"] for cell in row]
        assert len(set(names)) == len(names) == len(values), chart.title
        found.append((one.title, dict(zip(names, values, strict=True))))
    return found


def chart_of(made: Book, begins: str, kind: str = "") -> Chart:
    (chart,) = (one for one in sheet(made, SUMMARY).charts if one.title.startswith(begins) and kind in one.title)
    return chart


KINDS = ((DEPT, "ส่วนราชการ", "7"), (PROV, "จังหวัด", "6"))


def totals(framework: str, number: str) -> Rows:
    return of(published()["scores"], framework=framework, round=SHOWN, indicator=number)


# --- charts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("framework", "kind", "number"), KINDS)
def test_the_spread_of_scores_is_that_of_the_ranked(framework: str, kind: str, number: str) -> None:
    counts = Counter(
        int(D(row["score"])) for row in of(published()["ranks"], framework=framework, round=SHOWN) if row["rank_national"]
    )
    ((_, values),) = shown(opened()[SUMMARY], chart_of(book(), "การกระจายของคะแนนรวม", kind))
    assert list(values.values()) == [counts[level] for level in range(6)] and sum(values.values()) > 50


@pytest.mark.parametrize(("framework", "kind", "number"), KINDS)
def test_statuses_are_those_of_the_totals(framework: str, kind: str, number: str) -> None:
    counts = Counter(texts("results")["th"][f"status_{row['status']}"] for row in totals(framework, number))
    assert dict(shown(opened()[SUMMARY], chart_of(book(), "สถานะผลการประเมิน", kind))[0][1]) == counts and len(counts) > 2


def level_by_score(row: dict[str, str]) -> str:
    """The level of a sub-indicator as its published score and status tell it."""
    if row["status"] == "evaluated":
        return f"ระดับ {int(D(row['score']))}"
    return {"below_level_1": "ต่ำกว่าระดับ 1", "gate_closed": "ไม่ประเมิน"}.get(row["status"], "ยังไม่มีผล")


@pytest.mark.parametrize(("framework", "kind", "number"), KINDS)
def test_levels_are_shares_of_the_agencies_that_are_due(framework: str, kind: str, number: str) -> None:
    series = dict(shown(opened()[SUMMARY], chart_of(book(), "ระดับที่ได้", kind)))
    assert list(series)[:2] == ["ต่ำกว่าระดับ 1", "ระดับ 1"] and list(series)[-2:] == ["ไม่ประเมิน", "ยังไม่มีผล"] and len(series) == 8
    names = list(next(iter(series.values())))
    for at, indicator in enumerate(f"{number}.{no}" for no in (1, 2, 3)):
        rows = of(published()["scores"], framework=framework, round=SHOWN, indicator=indicator)
        due = [level_by_score(row) for row in rows if row["status"] not in ("sla", "exempt")]
        assert names[at].startswith(indicator) and len(set(due)) > 1
        for title, values in series.items():
            assert D(str(values[names[at]])) == half_up(D(100) * due.count(title) / len(due), 2), (indicator, title)


def band_of(text: str) -> str:
    if not text:
        return "ไม่ระบุ"
    value = D(text)
    return "ครบ 100" if value >= 100 else "50 ไม่ถึง 100" if value >= 50 else "มากกว่า 0 ไม่ถึง 50" if value > 0 else "ยังไม่เริ่ม (0)"


@pytest.mark.parametrize(("framework", "kind", "number"), KINDS)
def test_progress_is_that_of_every_reported_measure_by_round(framework: str, kind: str, number: str) -> None:
    series = dict(shown(opened()[SUMMARY], chart_of(book(), "ความก้าวหน้าของมาตรการ", kind)))
    for name, round_id in zip(next(iter(series.values())), ("9", "12"), strict=True):
        rows = of(published()["progress"], framework=framework, round=round_id, kind="measure")
        counts = Counter(band_of(row["progress_pct"]) for row in rows)
        assert f"รอบ {round_id} เดือน" in name and len(counts) > 1
        assert {title: D(str(values[name])) for title, values in series.items()} == {
            title: half_up(D(100) * counts[title] / len(rows), 2) for title in series
        }


@pytest.mark.parametrize("progress", ["0", "0.01", "49.99", "50", "99.99", "100", ""])
def test_every_progress_has_its_band(progress: str) -> None:
    line = ProgressRow("measure", 1, "", None, None, D(progress) if progress else None, None)
    assert texts("national")["th"][f"band_{band(line)}"] == band_of(progress)


@pytest.mark.parametrize(("framework", "kind", "number"), KINDS)
def test_means_of_groups_are_those_of_the_ranked_scores(framework: str, kind: str, number: str) -> None:
    by: dict[str, list[Decimal]] = defaultdict(list)
    for row in of(published()["ranks"], framework=framework, round=SHOWN):
        if row["rank_national"]:
            by[row["group"]].append(D(row["score"]))
    word = "กระทรวง" if framework == DEPT else "กลุ่มจังหวัด"
    chart = chart_of(book(), f"คะแนนเฉลี่ยราย{word}")
    told = {re.sub(r" \(\d+ ราย\)$", "", name): D(str(value)) for name, value in shown(opened()[SUMMARY], chart)[0][1].items()}
    names = {code: "ไม่สังกัดกระทรวง" if code == NO_MINISTRY else group_name(code, 2557) for code in by}
    assert told == {names[code]: half_up(sum(values, D(0)) / len(values), 4) for code, values in by.items() if code}
    assert (chart.low, chart.high) == (0, 5.0)


def test_means_of_regions_are_those_of_the_ranked_scores() -> None:
    region = {agency.code: agency.region for agency in results().agencies}
    by: dict[str, list[Decimal]] = defaultdict(list)
    for row in of(published()["ranks"], framework=PROV, round=SHOWN):
        if row["rank_national"]:
            by[region[row["agency"]]].append(D(row["score"]))
    told = shown(opened()[SUMMARY], chart_of(book(), "คะแนนเฉลี่ยรายภาค"))[0][1]
    assert {name: D(str(value)) for name, value in told.items()} == {
        name: half_up(sum(values, D(0)) / len(values), 4) for name, values in by.items()
    }


def test_filing_is_that_of_the_reconciliation() -> None:
    page = opened()[SUMMARY]
    assert [values for _, values in shown(page, chart_of(book(), "การส่งแบบฟอร์ม", "ส่วนราชการ"))] == [
        {"รายงานผลการดำเนินการ รอบ 12 เดือน": value}
        for value in (14.29, 14.29, 57.14, 14.29)  # 1, 1, 4 and 1 of 7
    ]


@pytest.mark.slow
def test_filing_adds_up_as_the_ledger_says(year: Trial) -> None:
    """In a real season: who filed comes from the ledger's own rows, who is listed from the season's list of agencies."""
    made = real(year)
    path = year.root / "results" / "national.xlsx"
    book_there = ranking.national(made)
    series = dict(shown(openpyxl.load_workbook(path)[SUMMARY], chart_of(book_there, "การส่งแบบฟอร์ม", "ส่วนราชการ")))
    assert list(series) == ["ทันกำหนด", "ส่งแล้ว (ไม่มีกำหนด)", "ล่าช้า", "ยังไม่ส่ง", "ยกเว้น / SLA"]
    with (year.root / "agencies.csv").open(encoding="utf-8-sig", newline="") as lines:
        listed = [row for row in csv.DictReader(lines) if row["framework"] == DEPT]
    with sqlite3.connect(year.root / "ledger.db") as db:
        sql = "SELECT DISTINCT agency, form, days_late > 0 FROM returned WHERE verdict = 'accepted'"
        came = [(agency, form, bool(late)) for agency, form, late in db.execute(sql)]
    db.close()
    forms = [f"{DEPT}/plan", f"{DEPT}/report9", f"{DEPT}/report12"]
    names = list(series["ทันกำหนด"])
    assert len(names) == len(forms)
    for name, form in zip(names, forms, strict=True):
        late = [agency for agency, which, is_late in came if which == form and is_late]
        intime = [agency for agency, which, is_late in came if which == form and not is_late]
        # No source states a date for the plan of a department.
        dated = (0, len(intime)) if form.endswith("plan") else (len(intime), 0)
        counts = (*dated, len(late), len(listed) - len(intime) - len(late), 0)
        wanted = [half_up(D(100) * count / len(listed), 2) for count in counts]
        assert [D(str(values[name])) for values in series.values()] == wanted and len(intime) == 1, form


def real(trial: Trial) -> Results:
    one = season.load(trial.root)
    ledger = Ledger(one.ledger_path)
    try:
        return collect(one, ledger, dt.date(2014, 10, 10), ledger.entries())
    finally:
        ledger.close()


def test_every_chart_is_told_in_words_and_has_fixed_ends() -> None:
    charts = sheet(book(), SUMMARY).charts
    assert len(charts) == 13 == len(opened()[SUMMARY]._charts)  # six for both, regions for provinces
    for chart in charts:
        assert chart.low == 0 and (chart.high in (5.0, 100) or chart.labels == "#,##0")
        for _, values in shown(opened()[SUMMARY], chart):
            assert all(f"{name}" in chart.alt for name in values), chart.title


def test_parts_of_a_bar_say_their_share_and_stand_in_the_order_of_the_table() -> None:
    charts = [chart for chart in sheet(book(), SUMMARY).charts if chart.stacked]
    assert len(charts) == 6
    for chart in charts:
        for title, values in shown(opened()[SUMMARY], chart):
            (one,) = (item for item in chart.series if item.title == title)
            for label, value in zip(one.labels, values.values(), strict=True):
                assert label in ("", f"{value:.2f}")
                assert label or value < 5, (chart.title, title, value)  # a part that has room is told on it
        # The legend follows the bar, and both the columns of the table beside them.
        assert [one.values[0].col for one in chart.series] == list(range(2, len(chart.series) + 2))
        fills = [one.colour for one in chart.series]
        assert len(set(fills)) == len(fills) and chart.series[0].ink


def test_no_chart_covers_a_table_or_another_chart() -> None:
    page = sheet(book(), SUMMARY)
    last = 0
    for chart in page.charts:
        assert chart.at.row > last and all(put.cell.col < chart.at.col for put in page.puts if put.value is not None)
        height, row = chart.height * 0.75, chart.at.row
        while height > 0:
            height -= page.heights[row]
            row += 1
        last = row - 1
    assert page.page_breaks == sorted(set(page.page_breaks))
    for row in page.page_breaks:
        assert not any(chart.at.row <= row < chart.at.row + chart.height * 0.75 / 25 - 1 for chart in page.charts)


# --- key factors ----------------------------------------------------------------------------------------------------

NONE = "ไม่มีมาตรการเพิ่มเติม"
PLANS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "D01001": ("1", ("ทำคู่มือ", "ประชุม", "", "ประกาศ")),
    "D01002": ("1", ("ทำคู่มือ", NONE, "ลงทะเบียน", "ประกาศ")),
    "D01003": ("2", ("เกณฑ์", "ชี้แจง", "ตรวจสอบ", "")),
    "D02001": ("1", ("ลดขั้นตอน", "", "จัดคิว", "ประกาศ")),
}
"""Agency -> process type, measure for each factor in the order of the form."""
RUBRIC = {"D01001": ("1", "0.5", "0", "1"), "D01002": ("1", "0", "1", "0.5"), "D02001": ("0.5", "0.5", "1", "1")}


def planned() -> Results:
    """Few departments with plans that cover some factors; D01003 is not reviewed, of D01004 only the preliminary plan came."""
    made = made_results()
    ministry = {agency.code: agency for agency in big_results().agencies}
    members = [replace(ministry[code], sla=False) for code in (*PLANS, "D01004")]
    known = factors(made.frameworks[0])
    answers: list[AnswerRow] = []
    files = []
    scores = []
    for seq, agency in enumerate(members, 1):
        what = inputs(RUBRIC.get(agency.code, ("1", "1", "1", "1")))
        what = replace(
            what, review=what.review if agency.code in RUBRIC else None, plan=what.plan if agency.code in PLANS else None
        )
        scores.append(scored(agency, what, SHOWN))
        if agency.code not in PLANS:
            answers.append(
                AnswerRow(agency.code, f"{DEPT}/plan", "general", 1, "process_type", "1", "1", "p.xlsx", "ก", "B1", seq)
            )
            files.append(filed(agency.code, f"{DEPT}/plan", stage="preliminary", seq=seq))
            continue
        kind, measures = PLANS[agency.code]
        form, review = f"{DEPT}/plan", f"{DEPT}/review"
        names = [item.text for item in known if item.kind == kind]
        old = AnswerRow(agency.code, form, "general", 1, "process_type", "5", "5", "old.xlsx", "ก", "B1", seq)
        answers += [old, replace(old, value=kind, raw=kind, file="a.xlsx", seq=seq + 50)]
        for at, (name, text) in enumerate(zip(names, measures, strict=True), 1):
            row = AnswerRow(agency.code, form, "measures", at, "factor", name, "", "a.xlsx", "ก", f"B{at}", seq + 50)
            answers += [row, replace(row, field="additional_measure", value=text, raw=text)]
            if agency.code in RUBRIC:
                seen = replace(row, form=review, table="factors", raw=name, file="r.xlsx", seq=200)
                answers += [seen, replace(seen, field="score", value=RUBRIC[agency.code][at - 1])]
        files += [
            filed(agency.code, form, stage="preliminary", seq=seq),
            filed(agency.code, form, stage="final", seq=seq + 50),
        ]
    files.append(filed("OPM", f"{DEPT}/review", seq=200))
    return replace(made, agencies=tuple(members), scored=tuple(scores), filed=tuple(files), answers=tuple(answers))


def first_board(made: Results) -> tuple[View, Board]:
    view = View(made)
    return view, view.boards[0]


def test_a_factor_is_covered_by_a_measure_that_says_more_than_none() -> None:
    view, board = first_board(planned())
    found = {(item.factor.kind, item.factor.no): item for item in coverage(view.results, board)}
    assert {key: (len(item.plans), len(item.uncovered)) for key, item in found.items() if item.plans} == {
        ("1", 1): (3, 0), ("1", 2): (3, 2), ("1", 3): (3, 1), ("1", 4): (3, 0),
        ("2", 1): (1, 0), ("2", 2): (1, 0), ("2", 3): (1, 0), ("2", 4): (1, 1),
    }  # fmt: skip
    second = found["1", 2]
    assert sorted(row.agency.code for row in second.uncovered) == ["D01002", "D02001"]
    assert (second.share(2), second.share(2, "OPM"), second.share(2, "MOD"), second.share(2, "MOF")) == (
        D("33.33"), D("50.00"), D("0.00"), None,
    )  # fmt: skip
    assert (second.mean(2), found["1", 1].mean(2), found["2", 1].mean(2)) == (D("0.33"), D("0.83"), None)


def test_the_heat_map_shades_shares_and_nothing_else() -> None:
    made = ranking.national(replace(planned(), small_group=1))
    page = sheet(made, "ปัจจัยสำคัญส่วนราชการ")
    values = {put.cell: put.value for put in page.puts}
    shaded: list[Any] = []
    for item in page.highlights:
        assert (item.kind, item.low, item.high) == ("scale", 0, 100)
        area = [
            values[item.first._replace(row=row, col=col)]
            for row in range(item.first.row, item.last.row + 1)
            for col in range(item.first.col, item.last.col + 1)
        ]
        assert all(value is None or (isinstance(value, Decimal) and 0 <= value <= 100) for value in area)
        shaded.append(area)
    assert shaded[0] == [D("100.00"), D("33.33"), D("66.67"), D("100.00")] and len(shaded) == 4
    # Everywhere, then OPM and MOD by the order of the registry; the other type has plans in OPM only.
    assert shaded[2][:6] == [D("100.00"), D("100.00"), D("100.00"), D("33.33"), D("50.00"), D("0.00")]
    assert shaded[3][-2:] == [D("0.00"), D("0.00")]
    assert any("สำนักนายกรัฐมนตรี" in text and "กระทรวงกลาโหม" in text for text in told(made, page.name))
    assert "ปัจจัยสำคัญจังหวัด" not in [one.name for one in made.sheets]  # nobody's plan is there


def test_names_of_many_end_in_a_count_and_fit_one_line() -> None:
    names = [f"สำนักงานคณะกรรมการที่ {at}" for at in range(1, 400)]
    told = _named(names, 133)
    listed, left = re.fullmatch(r"(.+) และอีก (\d+) หน่วยงาน", told).groups()  # type: ignore[union-attr]
    assert lines(told, 133) == 1 and len(listed.split(", ")) + int(left) == len(names) and int(left) > 380
    assert _named(names[:2], 133) == ", ".join(names[:2]) and _named([], 133) == ""
    assert _named(names, 5).endswith("และอีก 398 หน่วยงาน")


def test_an_excused_agency_and_an_agency_without_a_final_plan_do_not_count() -> None:
    made = planned()
    sla = [replace(agency, sla=agency.code == "D02001") for agency in made.agencies]
    scores = tuple(scored(agency, one.inputs, SHOWN) for agency, one in zip(sla, made.scored, strict=True))
    view, board = first_board(replace(made, agencies=tuple(sla), scored=scores))
    assert {len(item.plans) for item in coverage(view.results, board)} == {2, 1, 0}


@pytest.mark.slow
def test_factors_of_a_real_season_are_those_of_its_answers(year: Trial) -> None:
    made = real(year)
    view, board = first_board(made)
    found = [item for item in coverage(view.results, board) if item.plans]
    rows = [row for row in year.table("answers") if row["form"] == f"{DEPT}/plan" and row["table"] == "measures"]
    covered = {row["record"] for row in rows if row["field"] == "additional_measure" and row["value"]}
    assert [len(item.plans) - len(item.uncovered) for item in found] == [
        int(row["record"] in covered) for row in of(rows, field="factor")
    ]
    judged = [row["value"] for row in year.table("answers") if row["form"] == f"{DEPT}/review" and row["field"] == "score"]
    assert [item.mean(2) for item in found] == [half_up(D(value), 2) for value in judged] and len(judged) == 5


# --- rankings -------------------------------------------------------------------------------------------------------


def mean(group: str, value: str | None, counted: int) -> GroupMean:
    return GroupMean(group, None if value is None else D(value), counted, ())


MEANS = [mean("A", "3", 3), mean("B", "5", 2), mean("C", "4", 4), mean("D", "4", 9), mean("E", None, 0), mean("F", "1", 5)]


def test_small_groups_take_no_place() -> None:
    assert group_places(MEANS, 3) == {"C": 1, "D": 1, "A": 3, "F": 4}
    assert group_places(MEANS, 0) == {"B": 1, "C": 2, "D": 2, "A": 4, "F": 5}
    assert [item.group for item in sorted_means(MEANS, 3)] == ["C", "D", "A", "F", "B", "E"]
    assert [is_small(item, 3) for item in MEANS] == [False, True, False, False, False, False]


def test_small_groups_stand_below_and_the_filter_ends_above_them() -> None:
    made = replace(results(), small_group=6)
    page = openpyxl.load_workbook(io.BytesIO(write(ranking.national(made))))["ค่าเฉลี่ยกลุ่มส่วนราชการ"]
    first, last = (int(re.sub(r"\D", "", part)) for part in page.auto_filter.ref.split(":"))
    above = list(page.iter_rows(min_row=first + 1, max_row=last, values_only=True))
    below = list(page.iter_rows(min_row=last + 1, values_only=True))
    assert all(row[0] and row[5] >= 6 for row in above) and len(above) > 3
    assert [row[0] for row in above] == sorted(row[0] for row in above)
    assert "น้อยกว่า 6 ราย" in below[0][3] and all(row[0] is None for row in below)
    apart = next(at for at, row in enumerate(below) if (row[3] or "").startswith("ไม่ใช่กระทรวง"))
    small = [row for row in below[1:apart] if row[4] is not None]
    assert small and all(row[5] < 6 for row in small)
    assert below[apart + 1][3] == group_name(NO_MINISTRY, 2557)
    assert below[-1][3] == "ทั้งประเทศ"
    assert {row[2] for row in above} == {len(above)} and all(row[2] is None for row in below)


def test_who_belongs_to_no_ministry_is_none_and_takes_no_place() -> None:
    means = [mean("OPM", "3", 3), mean(NO_MINISTRY, "5", 9), mean("MOI", "4", 4)]
    assert group_places(means, 3) == {"MOI": 1, "OPM": 2}
    assert [item.group for item in sorted_means([*means, mean("MOF", "2", 1)], 3)] == ["MOI", "OPM", "MOF", NO_MINISTRY]
    ministries = ranking.books(results())
    page = openpyxl.load_workbook(io.BytesIO(write(ministries[f"ministries/{NO_MINISTRY}.xlsx"]())))["ภาพรวม"]
    told = " ".join(str(cell.value) for row in page.iter_rows(max_row=12) for cell in row if cell.value)
    assert "ไม่สังกัดกระทรวงใด จึงไม่จัดลำดับ" in told


def test_no_two_heads_of_a_table_are_alike() -> None:
    for page in opened().worksheets:
        if page.auto_filter.ref:
            first, last = page.auto_filter.ref.split(":")
            top = re.sub(r"\D", "", first)
            heads = [cell.value for cell in page[f"{first}:{re.sub(r'[0-9]', '', last)}{top}"][0]]
            assert len(set(heads)) == len(heads), (page.title, heads)


LEADING = ("อันดับ", "คะแนนรายข้อ {no}.1 ", "คะแนนรายข้อ {no}.2 {no}.3 ", "คะแนน", "ความก้าวหน้า", "การเปลี่ยนแปลง")


def leads(page: Any) -> dict[str, tuple[str, str]]:
    """Name -> file, sheet and cell, of every link of a sheet to another workbook's cell."""
    cells = [cell for row in page.iter_rows(max_col=5) for cell in row if cell.hyperlink and cell.hyperlink.target]
    found = [(str(cell.value), cell.hyperlink.target, cell.hyperlink.location) for cell in cells if cell.hyperlink.location]
    assert len(found) == len({name for name, _, _ in found})
    return {name: (file, place) for name, file, place in found}


@pytest.mark.parametrize("begins", LEADING)
@pytest.mark.parametrize("kind", ["ส่วนราชการ", "จังหวัด"])
def test_every_agency_leads_to_its_card(begins: str, kind: str) -> None:
    """From each sheet of agencies, the one link of each leads to a cell that says its name."""
    found = leads(opened()[begins.format(no=7 if kind == "ส่วนราชการ" else 6) + kind])
    names = {agency.name for agency in results().agencies if agency.framework == (DEPT if kind == "ส่วนราชการ" else PROV)}
    assert found.keys() <= names and (len(found) == len(names) or begins == "ความก้าวหน้า"), names - found.keys()
    # A department among others, and one province, whose card stands alone.
    for name, (file, place) in [item for item in found.items() if item[1][0] in ("ministries/OPM.xlsx", "provinces/50.xlsx")][:2]:
        sheet_there, _, cell = place.rpartition("!")
        there = neighbour(file)[sheet_there.strip("'")]
        around = [str(one.value) for row in there[f"A{cell[1:]}:K{int(cell[1:]) + 1}"] for one in row]
        assert any(name in text for text in around), (name, file, place, around)


@cache
def neighbour(file: str) -> Any:
    return openpyxl.load_workbook(io.BytesIO(write(ranking.books(results())[file]())))


def test_a_large_board_has_links_in_its_ranking_only() -> None:
    board = View(results()).boards[0]
    names = {named(View(results()), board, most)(board.rows[0]) for most in (len(board.rows), MOST)}
    assert {type(name) for name in names} == {Styled}
    assert named(View(results()), board, len(board.rows) - 1)(board.rows[0]) == board.rows[0].agency.name


def test_whoever_waits_for_the_last_stage_and_who_has_no_date_is_not_in_time() -> None:
    made = results()
    framework = made.frameworks[0]
    plan = framework.form("plan")
    assert first_deadline(framework, plan) is None
    codes = [agency.code for agency in made.agencies if agency.framework == DEPT and agency.due][:4]
    files = [filed(codes[0], plan.full_id, stage="preliminary", seq=900)]
    files += [filed(code, plan.full_id, stage="final", seq=901 + at) for at, code in enumerate(codes[1:3])]
    count = Expected(plan.full_id, 6, 3, 0, 2, 1, ())
    mine = replace(made, filed=(*made.filed, *files), balance=replace(made.balance, expected=(count,)))
    (told,) = tallied(mine, framework, View(mine).filings)
    assert dict(zip(FILED_KINDS, told.counts, strict=True)) == {
        "filed": 0, "undated": 2, "partly": 1, "late": 0, "silent": 2, "exempt": 1,
    }  # fmt: skip


def test_the_cover_gives_sums_that_can_be_checked() -> None:
    rows = (
        RowCount("answers", f"{DEPT}/plan", 100, 10, 90), RowCount("answers", f"{DEPT}/report9", 1000, 0, 1000),
        RowCount("scores", f"{DEPT} 12", 40, 0, 40),
    )  # fmt: skip
    made = replace(results(), balance=replace(results().balance, rows=rows))
    assert rows_line(made).startswith(
        "คำตอบ (ช่อง): อ่าน 1,100 = เขียน 1,090 + ข้อมูลส่วนบุคคลที่ไม่แสดง 10 · คะแนน (แถว): อ่าน 40 = เขียน 40"
    )
    total, *parts = (int(item.replace(",", "")) for item in re.findall(r"[\d,]+(?= =| \+| ·)", expected_line(made)))
    assert total == sum(parts) > 0 and len(parts) == 4


def test_the_method_gives_every_formula_and_says_what_is_not_rounded() -> None:
    for name in ("เกณฑ์ส่วนราชการ", "เกณฑ์จังหวัด"):
        told = " ".join(str(cell.value) for row in opened()[name].iter_rows() for cell in row if cell.value)
        for part in (
            "Σ คะแนนปัจจัยสำคัญ ÷",
            "A = Σ (น้ำหนัก × a) ÷ Σ น้ำหนัก",
            "(A − T(L)) ÷ (T(L+1) − T(L))",
            "(y − T(L))",
            "S = Σ",
            "ไม่ปัดเศษ",
        ):
            assert part in told, (name, part)
        assert "เกณฑ์พื้นฐาน 0 ข้อ" not in told


def test_the_dictionary_says_of_no_column_that_nothing_is_known() -> None:
    page = opened()["พจนานุกรมข้อมูล"]
    lines = {(row[0], row[1]): row[4] for row in page.iter_rows(values_only=True) if row[4]}
    assert "ไม่มีข้อมูล" not in lines.values()
    assert {key for key, blank in lines.items() if blank == "ไม่มีช่องว่าง"} >= {
        ("data_scores", "weight"), ("data_scores", "status"), ("answers.csv", "record"),
    }  # fmt: skip
    for name in ("scores", "ranks", "progress"):
        for key in published()[name][0]:
            if lines[f"data_{name}", key] == "ไม่มีช่องว่าง":
                assert all(row[key] for row in published()[name]), (name, key)


def test_a_whole_workbook_prints_few_pages_of_data() -> None:
    for page in opened().worksheets:
        if page.title.startswith("data_"):
            assert page.print_area.endswith("$1"), page.print_area
            assert "ไม่พิมพ์ทั้งตาราง" in page.oddHeader.right.text
        else:
            assert not page.print_area
    cover = opened()["หน้าแรก"]
    told = {row[0].value: row[7].value for row in cover.iter_rows(min_row=5) if row[7].value}
    assert told["data_scores"] == "ข้อมูล" and told[SUMMARY] == "พิมพ์ A4"
    assert cover.page_setup.orientation == "portrait" and cover.page_setup.fitToHeight in (None, 1)


def test_a_round_in_which_plans_were_under_way_says_so_beside_its_changes() -> None:
    def told(made: Results) -> str:
        page = sheet(ranking.national(made), "การเปลี่ยนแปลงส่วนราชการ")
        return " ".join(str(put.value) for put in page.puts if put.cell.row < 8)

    assert "อยู่ระหว่างดำเนินการ" not in told(results())  # most measures of the round before were complete
    begun = inputs()
    assert begun.report is not None
    half = tuple(replace(item, progress=D(40)) for item in begun.report.measures)
    begun = replace(begun, report=replace(begun.report, measures=half))
    early = [scored(item.agency, begun, "9") if item.round == "9" else item for item in results().scored]
    said = told(replace(results(), scored=tuple(early)))
    done, measures = (int(text) for text in re.findall(r"แล้วเสร็จเพียง (\d+) จาก (\d+) มาตรการ", said)[0])
    assert done == 0 < measures and re.search(r"สูงขึ้นใน \d+ จาก \d+ หน่วยงานที่เทียบได้", said)


def test_whoever_has_no_place_stands_in_a_block_that_says_why() -> None:
    page = opened()["อันดับส่วนราชการ"]
    first, last = (int(re.sub(r"\D", "", part)) for part in page.auto_filter.ref.split(":"))
    ranks = of(published()["ranks"], framework=DEPT, round=SHOWN)
    ranked = list(page.iter_rows(min_row=first + 1, max_row=last, values_only=True))
    assert [row[0] for row in ranked] == sorted(int(row["rank_national"]) for row in ranks if row["rank_national"])
    below = list(page.iter_rows(min_row=last + 1, values_only=True))
    bands = [at for at, row in enumerate(below) if row[2] is None]
    status = {row["agency"]: row["status"] for row in totals(DEPT, "7")}
    assert len(bands) == 2 and bands[0] == 0
    incomplete, excused = below[1 : bands[1]], below[bands[1] + 1 :]
    assert {status[row[2]] for row in incomplete} <= {"not_reported", "not_reviewed", "not_surveyed"} and incomplete
    assert {status[row[2]] for row in excused} == {"sla"} and all(row[-1] for row in (*incomplete, *excused))
    assert str(len(incomplete)) in str(below[0]) and str(len(excused)) in str(below[bands[1]])
    assert len(ranked) + len(incomplete) + len(excused) == len(ranks)


def test_the_season_says_how_small_a_group_may_be(trial: Trial) -> None:
    config = trial.root / "season.toml"
    text = config.read_text(encoding="utf-8")
    assert season.load(trial.root).showing.small_group == 3 and "[results]\n" in text
    config.write_text(text.replace("small_group = 3", "small_group = 5"), encoding="utf-8")
    assert season.load(trial.root).showing.small_group == 5
    config.write_text(text.replace("small_group = 3", "small_group = -1"), encoding="utf-8")
    with pytest.raises(AppError, match=r"\[results\] small_group must not be below 0"):
        season.load(trial.root)


# --- cover, method, marks -------------------------------------------------------------------------------------------


def told(made: Book, name: str) -> list[str]:
    page = sheet(made, name)
    values = [put.value for put in page.puts] + [merge.value for merge in page.merges]
    return [str(getattr(value, "text", value)) for value in values if value is not None]


def test_the_cover_says_what_it_was_made_from() -> None:
    made = replace(results(), origin={"returns": 828, "issued": 734, "ledger": "aa25", "rules": "2069"}, small_group=4)
    cover = told(ranking.national(made), "หน้าแรก")
    assert any("ถึงเลขที่ 828" in text and "734 ฉบับ" in text and "aa25" in text and "2069" in text for text in cover)
    assert any("นับไม่เกินร้อยละ 100" in text for text in cover) and any("ตั้งแต่ 4 ราย" in text for text in cover)
    assert cover.count("เกณฑ์ส่วนราชการ") == 2  # in the contents, and behind the policy
    assert not any("ทะเบียนรับ" in text for text in told(book(), "หน้าแรก"))


def test_policies_that_differ_are_told_apart() -> None:
    one, other = results().frameworks
    stepped = replace(other, policy=replace(other.policy, interp_7_2="step"))
    cover = told(ranking.national(replace(results(), frameworks=(one, stepped))), "หน้าแรก")
    assert sum("คะแนนระหว่างเกณฑ์ของตัวชี้วัดย่อยที่ 2" in text for text in cover) == 2
    assert sum("คะแนนระหว่างเกณฑ์ของตัวชี้วัดย่อยที่ 2" in text for text in told(book(), "หน้าแรก")) == 1


@pytest.mark.parametrize("at", [0, 1])
def test_the_guidelines_example_is_reckoned_from_its_data(at: int) -> None:
    framework = results().frameworks[at]
    one = example(framework)
    assert one is not None and one.printed == tuple(map(D, ("33.33", "0.00", "0.00", "200.00", "66.67", "66.67")))
    done = worked(one, framework.policy)
    assert (done.progress, done.uncapped, done.capped, done.mean, done.executed) == (
        D("32.00"), D("50.00"), D("40.00"), D("1.6000"), False,
    )  # fmt: skip
    method = told(book(), ("เกณฑ์ส่วนราชการ", "เกณฑ์จังหวัด")[at])
    assert sum("ตรงกับที่คู่มือพิมพ์" in text and "ไม่ตรงกับ" not in text for text in method) == 6
    assert {"50.00", "40.00", "1.6000", "32.00"} <= set(method) and any("÷ 60 × 100 = 33.33" in text for text in method)


def test_an_example_that_comes_out_otherwise_says_so() -> None:
    one, other = results().frameworks
    rows = one.lists["worked_example.csv"]
    changed = tuple({**row, "result": "3"} if row["printed"] == "200.00" else row for row in rows)
    lists = {**one.lists, "worked_example.csv": changed}
    method = told(ranking.national(replace(results(), frameworks=(replace(one, lists=lists), other))), "เกณฑ์ส่วนราชการ")
    assert sum("= 300.00 ไม่ตรงกับที่คู่มือพิมพ์ (200.00)" in text for text in method) == 1
    bare = replace(results(), frameworks=(replace(one, lists={}), other))
    assert not any("ตามคู่มือการรายงาน" in text for text in told(ranking.national(bare), "เกณฑ์ส่วนราชการ"))


def test_marks_lead_to_their_row_and_say_whether_the_score_is_still_the_one_doubted() -> None:
    day = dt.date(2014, 10, 1)
    row = next(row for row in totals(DEPT, "7") if row["score"])
    other = next(row for row in totals(PROV, "6") if row["score"])
    blank = next(row for row in totals(DEPT, "7") if not row["score"])
    marks = {
        (DEPT, SHOWN, row["agency"], "7"): Mark("สูงผิดปกติ", row["score"], day),
        (PROV, SHOWN, other["agency"], "6"): Mark("=1+1", "0.5000", day),
        (DEPT, SHOWN, blank["agency"], "7"): Mark("ทำไมว่าง", "", day),
        (DEPT, SHOWN, "D99999", "7"): Mark("หน่วยงานถูกยุบ", "2.0000", day),
    }
    made = openpyxl.load_workbook(io.BytesIO(write(ranking.national(replace(results(), marks=marks)))))
    page, data_page = made["รายการตรวจทาน"], made["data_scores"]
    rows = {
        cells[0].value: cells for cells in page.iter_rows(min_row=int(re.sub(r"\D", "", page.auto_filter.ref.split(":")[0])) + 1)
    }
    states = {code: cells[8].value for code, cells in rows.items()}
    assert states == {
        row["agency"]: "คะแนนเท่าเดิม", other["agency"]: "คะแนนเปลี่ยนแล้ว", blank["agency"]: "คะแนนเท่าเดิม", "D99999": "ไม่มีแถวนี้แล้ว",
    }  # fmt: skip
    for code, cells in rows.items():
        link = cells[9].hyperlink
        assert (link is None) == (code == "D99999")
        if link is not None:
            at = int(re.sub(r"\D", "", link.location.rpartition("!")[2]))
            line = [cell.value for cell in data_page[at]]
            assert code in line and cells[4].value in line
    assert rows[other["agency"]][4].data_type == "s" and rows[other["agency"]][6].value == 0.5
    assert any(
        "4 รายการ" in str(cell.value) and "2 รายการ" in str(cell.value) for cells in made["หน้าแรก"].iter_rows() for cell in cells
    )
    assert "รายการตรวจทาน" not in opened().sheetnames


def test_the_dictionary_tells_what_the_column_of_doubt_is() -> None:
    page = opened()["พจนานุกรมข้อมูล"]
    (row,) = (row for row in page.iter_rows(values_only=True) if row[1] == "ตรวจทาน")
    assert row[0] == "data_scores" == next(one for one in opened().sheetnames if one == row[0])
    assert [cell.value for cell in opened()["data_scores"][1]][-1] == row[1] and "อ่านกลับ" in row[2]


# --- what a reader asks next ----------------------------------------------------------------------------------------


def table_of(page: Any, first: str) -> list[dict[str, Any]]:
    """The table of an opened sheet whose heads begin with `first`, as rows by head."""
    rows = list(page.iter_rows(values_only=True))
    at = next(no for no, row in enumerate(rows) if row[0] == first)
    return [dict(zip(rows[at], row, strict=True)) for row in rows[at + 1 :]]


def test_places_then_and_now_say_of_how_many() -> None:
    then = {row["agency"]: row for row in of(published()["ranks"], framework=DEPT, round="9")}
    now = {row["agency"]: row for row in of(published()["ranks"], framework=DEPT, round=SHOWN)}
    rows = table_of(opened()["การเปลี่ยนแปลงส่วนราชการ"], "รหัส")
    heads = list(rows[0])
    place = heads.index("อันดับในรอบก่อน")
    compared = 0
    for row in rows:
        code, values = row["รหัส"], list(row.values())
        for (rank, many), known in (((values[4], values[5]), now), ((values[place], values[place + 1]), then)):
            assert [str(one or "") for one in (rank, many)] == [known[code][key] for key in ("rank_national", "of_national")]
        if values[4] and values[place]:
            assert values[place + 2] == values[place] - values[4]
            compared += 1
    assert compared > 50
    notes = " ".join(told(book(), "การเปลี่ยนแปลงส่วนราชการ"))
    assert "ยังไม่มีการเผยแพร่ครั้งก่อนที่เทียบได้" in notes
    cover = " ".join(str(cell.value) for row in opened()["หน้าแรก"].iter_rows() for cell in row if cell.value)
    assert "เปลี่ยนจากการเผยแพร่ครั้งก่อน" not in cover and "เปลี่ยนจากรอบก่อน" in cover


def test_a_different_number_of_ranked_is_said_beside_the_changes() -> None:
    gone = next(row["agency"] for row in of(published()["ranks"], framework=DEPT, round=SHOWN) if row["rank_national"] == "1")
    fewer = [one for one in results().scored if not (one.round == "9" and one.agency.code == gone)]
    said = " ".join(told(ranking.national(replace(results(), scored=tuple(fewer))), "การเปลี่ยนแปลงส่วนราชการ"))
    then, now = (int(text) for text in re.findall(r"จำนวนที่จัดอันดับต่างกัน: รอบก่อน (\d+) ขณะนี้ (\d+)", said)[0])
    assert now == sum(bool(row["rank_national"]) for row in of(published()["ranks"], framework=DEPT, round=SHOWN)) != then


def test_means_say_place_and_mean_of_the_round_before() -> None:
    by: dict[str, list[Decimal]] = defaultdict(list)
    group = {row["agency"]: row["group"] for row in of(published()["ranks"], framework=DEPT, round=SHOWN)}
    for row in of(published()["ranks"], framework=DEPT, round="9"):
        if row["rank_national"]:
            by[group[row["agency"]]].append(D(row["score"]))
    means = {group_name(code, 2557): half_up(sum(values, D(0)) / len(values), 4) for code, values in by.items()}
    placed = [means[group_name(code, 2557)] for code, values in by.items() if len(values) >= 3 and code != NO_MINISTRY]
    rows = table_of(opened()["ค่าเฉลี่ยกลุ่มส่วนราชการ"], "ลำดับ")
    told_ = [row for row in rows if row["กระทรวง"] in means]
    assert len(told_) == len(means) > 10
    for row in told_:
        assert D(str(row["คะแนนเฉลี่ย\nรอบก่อน"])) == means[row["กระทรวง"]]
        if row["ลำดับใน\nรอบก่อน"]:
            assert row["ลำดับใน\nรอบก่อน"] == 1 + sum(mean > means[row["กระทรวง"]] for mean in placed)
            assert row["จาก (ราย)\nรอบก่อน"] == len(placed)


@pytest.mark.parametrize(("kind", "number"), [("ส่วนราชการ", "7"), ("จังหวัด", "6")])
def test_items_stand_on_two_sheets_and_say_what_is_for_information(kind: str, number: str) -> None:
    plans, others = (f"คะแนนรายข้อ {number}.1 {kind}", f"คะแนนรายข้อ {number}.2 {number}.3 {kind}")
    heads = [[str(head) for head in table_of(opened()[name], "รหัส")[0]] for name in (plans, others)]
    assert f"{number}.1" in heads[0] and not {f"{number}.2", f"{number}.3"} & set(heads[0])
    assert heads[1][-1] == "คะแนนรวม" and {f"{number}.2", f"{number}.3"} <= set(heads[1]) and f"{number}.1" not in heads[1]
    assert any("แสดงเพื่อทราบ" in head for head in heads[0]) and any(f"ไม่ใช้คิด {number}.2" in head for head in heads[1])
    widths = [sum(sheet(book(), name).widths.values()) for name in (plans, others)]
    assert max(widths) < 260  # all of them on one sheet took 337


def test_scores_of_indicators_that_are_used_are_not_called_information() -> None:
    one, other = results().frameworks
    levels = replace(one, policy=replace(one.policy, achievement_basis="level_score"))
    made = ranking.national(replace(results(), frameworks=(levels, other)))
    assert not any("ไม่ใช้คิด" in text for text in told(made, "คะแนนรายข้อ 7.2 7.3 ส่วนราชการ"))


def test_groups_of_few_plans_have_no_colour() -> None:
    page = sheet(ranking.national(planned()), "ปัจจัยสำคัญส่วนราชการ")
    matrix = [one for one in page.highlights if one.first.col == 3]
    assert [(one.first.col, one.last.col) for one in matrix] == [(3, 3)]  # three plans in all, two and one in a ministry
    assert any("น้อยกว่า 3 ฉบับไม่ระบายสี" in text for text in told(ranking.national(planned()), page.name))


def test_everybody_who_left_a_factor_uncovered_stands_in_a_list() -> None:
    made = ranking.national(planned())
    name = "ยังไม่มีมาตรการส่วนราชการ"
    rows = table_of(openpyxl.load_workbook(io.BytesIO(write(made)))[name], "รหัส")
    found = sorted((row["รหัส"], str(row["ประเภท\nกระบวนงาน"])[0], row["ที่"]) for row in rows)
    empty = (NONE, "")
    assert found == sorted(
        (code, kind, no) for code, (kind, texts_) in PLANS.items() for no, text in enumerate(texts_, 1) if text in empty
    )
    assert any(name in text for text in told(made, "ปัจจัยสำคัญส่วนราชการ"))


def test_what_is_missing_stands_before_what_came_late() -> None:
    made = ranking.national(results())
    rows = table_of(openpyxl.load_workbook(io.BytesIO(write(made)))["ล่าช้าและยังไม่ส่ง"], "แบบฟอร์ม")
    late = ["ล่าช้า" in row["สถานะ"] for row in rows]
    assert late == sorted(late) and len(set(late)) == 2
    days = [row["ค้างเกิน\nกำหนด (วัน)"] or 0 for row in rows if "ล่าช้า" not in row["สถานะ"]]
    assert days == sorted(days, reverse=True)


@pytest.mark.parametrize(("framework", "kind"), [(DEPT, "ส่วนราชการ"), (PROV, "จังหวัด")])
def test_the_cover_names_the_highest_and_the_lowest(framework: str, kind: str) -> None:
    scores = {
        row["agency"]: D(row["score"]) for row in of(published()["ranks"], framework=framework, round=SHOWN) if row["score"]
    }
    names = {row["agency"]: row["agency_name"] for row in published()["scores"]}
    cells = [
        row for row in opened()["หน้าแรก"].iter_rows() if str(row[0].value or "").startswith((f"{kind} สูงสุด", f"{kind} ต่ำสุด"))
    ]
    assert len(cells) == 2
    for row, end in zip(cells, (max(scores.values()), min(scores.values())), strict=True):
        alike = [code for code, score in scores.items() if score == end]
        assert row[1].value in {names[code] for code in alike} and D(str(row[7].value)) == end
        assert (f"อีก {len(alike) - 1} แห่ง" in row[0].value) == (len(alike) > 1)
        assert row[1].hyperlink.target.startswith(("ministries/", "provinces/"))


def test_the_worked_example_is_of_scores_that_differ() -> None:
    subs: dict[str, list[str]] = defaultdict(list)
    for row in of(published()["scores"], framework=DEPT, round=SHOWN):
        if row["indicator"] != "7":
            subs[row["agency"]].append(row["score"])
    order = [row for row in of(published()["ranks"], framework=DEPT, round=SHOWN) if row["rank_national"]]
    order.sort(key=lambda row: (int(row["rank_national"]), row["agency"]))
    most = max(len(set(subs[row["agency"]])) for row in order)
    first = next(row["agency"] for row in order if len(set(subs[row["agency"]])) == most)
    name = next(row["agency_name"] for row in published()["scores"] if row["agency"] == first)
    text = next(one for one in told(book(), "เกณฑ์ส่วนราชการ") if one.startswith(f"{name}: ("))
    assert re.findall(r"× ([\d.]+)", text) == subs[first] and most > 1


def test_shares_say_what_they_are_of() -> None:
    ranked = sum(bool(row["rank_national"]) for row in of(published()["ranks"], framework=DEPT, round=SHOWN))
    said = told(book(), SUMMARY)
    assert f"ร้อยละของ\n{ranked} ที่จัดอันดับ" in said and f"ร้อยละของ\n{len(totals(DEPT, '7'))} หน่วยงาน" in said
    assert any("100.00" in text and "ปัดเศษ" in text for text in said)
    measures = len(of(published()["progress"], framework=DEPT, round=SHOWN, kind="measure"))
    assert any(f"(จำนวน รวม {measures})" in text for text in said)


def test_the_dictionary_tells_blanks_of_answers_and_findings() -> None:
    rows = opened()["พจนานุกรมข้อมูล"].iter_rows(values_only=True)
    blanks = {(row[0], row[1]): row[4] for row in rows if row[4]}
    assert "ล็อก" in blanks["answers.csv", "raw"] and "เว้นว่าง" in blanks["answers.csv", "raw"]
    assert "ไม่ทราบ" in blanks["findings.csv", "agency"]
    meaning = {(row[0], row[1]): row[2] for row in opened()["พจนานุกรมข้อมูล"].iter_rows(values_only=True)}
    assert "ก่อนปัดเศษ" in meaning["data_scores", "weighted_score"]


# --- index ----------------------------------------------------------------------------------------------------------


def indexed(made: Results) -> Any:
    paths = ["national.xlsx", "status.xlsx", *(path for path in ranking.books(made) if "/" in path), "data/scores.csv"]
    return openpyxl.load_workbook(io.BytesIO(write(index_book(View(made), paths)))).worksheets[0]


def test_the_index_is_in_the_order_of_names_with_heads_on_every_page() -> None:
    page = indexed(results())
    rows = list(page.iter_rows(values_only=True))
    provinces = [row for row in rows if str(row[4] or "").startswith("provinces/")]
    names = [str(row[0]) for row in provinces]
    # กรุงเทพฯ and กระบี่ begin alike; เชียงใหม่ stands among those of its consonant, behind ชุมพร.
    wanted = [
        name for name in ("กระบี่", "กรุงเทพมหานคร", "ชลบุรี", "ชุมพร", "เชียงราย", "เชียงใหม่", "ตรัง", "เลย", "อ่างทอง") if name in names
    ]
    assert [name for name in names if name in wanted] == wanted and len(wanted) > 5
    heads = [at for at, row in enumerate(rows, 1) if row[0] == "จังหวัด"]
    titles = [row[0] for row in rows if str(row[0] or "").startswith("รายจังหวัด")]
    assert len(heads) == len(titles) == len({*titles[:1], *titles[1:]}) and len(provinces) == 77
    breaks = {one.id for one in page.row_breaks.brk}
    assert all(head - 2 in breaks for head in heads[1:])  # the heading stands between
    assert page.page_setup.orientation == "portrait"


def test_the_index_says_which_means_are_of_few() -> None:
    page = indexed(replace(results(), small_group=6))
    rows = {row[4]: row for row in page.iter_rows(values_only=True) if str(row[4] or "").startswith("ministries/")}
    by: dict[str, int] = Counter(
        row["group"] for row in of(published()["ranks"], framework=DEPT, round=SHOWN) if row["rank_national"]
    )
    small = {code for code, count in by.items() if count < 6 and code != NO_MINISTRY}
    assert small
    for code, count in by.items():
        _, place, _, note, _ = rows[f"ministries/{code}.xlsx"]
        assert f"{count} หน่วยงาน" in note and ("น้อยกว่า 6" in note) == (code in small)
        assert (place is None) == (code in small or code == NO_MINISTRY)


def test_names_are_looked_up_by_their_consonants() -> None:
    names = ["เลย", "ลพบุรี", "แพร่", "พะเยา", "ไทย", "ท่า", "โขง", "ขอนแก่น"]
    assert sorted(names, key=name_order) == ["ขอนแก่น", "โขง", "ท่า", "ไทย", "พะเยา", "แพร่", "ลพบุรี", "เลย"]


# --- texts ----------------------------------------------------------------------------------------------------------


def test_both_languages_say_everything_with_the_same_gaps() -> None:
    thai, english = texts("national")["th"], texts("national")["en"]
    assert set(thai) == set(english)
    for key in thai:
        gaps = [set(re.findall(r"{(\w+)}", text)) for text in (thai[key], english[key])]
        assert gaps[0] == gaps[1] and not re.search(r"[\u0e00-\u0e7f]", english[key]), key


def test_every_reading_sheet_fits_the_width_of_its_page() -> None:
    for page in book().sheets:
        if page.name.startswith("data_"):
            continue
        assert page.landscape or page.one_page
        assert sum(page.widths.values()) <= 330, page.name
