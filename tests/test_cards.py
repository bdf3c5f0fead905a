"""Score cards: every figure leads to the cell it was read from, every blank says why, every link leads where it says."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import repeat
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet
from results_maker import AS_OF, big_results, filed, framework, made_results
from season_tools import Trial

from processors import group_books, ranking
from processors import overview as overview_page
from processors.assess import assess_round
from processors.card_place import card_places, has_card
from processors.change import NEITHER, NEW_CRITERIA, NOT_BEFORE, NOT_NOW, why_not
from processors.dossier import dossiers
from processors.evidence import PLAN, SURVEY
from processors.explain import words
from processors.filing import LATE, NOT_PASSED
from processors.former import criteria_version
from processors.lacking import lacking_told
from processors.outcome import SubScore, Why
from processors.overview import WIDTHS
from processors.own_standing import median_note
from processors.results import AnswerRow, Expected, Figure, Former, Results
from processors.season import load
from processors.sheets import page_room
from processors.standing import Counted, counted
from processors.store import Ledger
from processors.trace import number_or_text
from processors.view import View
from processors.wording import t
from templates.stages import form_text, stage_label
from workbook.book import Link
from workbook.write import write

SUBS, REVIEW, MEASURES, INDICATORS = (words(f"col_{name}") for name in ("next", "comments", "summary", "levels"))
D1 = Decimal(1)
AGENCY, SILENT = "D01021", "D01002"
YES = {words("in_time_true"): "ใช่", words("in_time_false"): "ไม่ใช่", words("met_true"): "ใช่", words("met_false"): "ไม่ใช่"}


@dataclass(frozen=True)
class Opened:
    """A workbook of the results beside the archive of its season."""

    path: Path
    archive: Path

    @cached_property
    def book(self) -> openpyxl.Workbook:
        return openpyxl.load_workbook(self.path)

    def sheet(self, part: str) -> Worksheet:
        return next(page for page in self.book.worksheets if page.title.startswith(part))

    def lead(self, cell: Cell) -> tuple[Worksheet, int]:
        """Follow a link within the workbook."""
        assert cell.hyperlink is not None and cell.hyperlink.location, (cell.coordinate, cell.value)
        name, _, place = cell.hyperlink.location.rpartition("!")
        return self.book[name.strip("'")], int(re.sub(r"\D", "", place))

    def source(self, cell: Cell) -> dict[str, Any]:
        """Follow the link of a cell to its row among the sources; the cell says where that answer was read."""
        page, row = self.lead(cell)
        found = records(page)[row]
        assert found[words("col_cell")] == cell.value
        return found


@cache
def archived(path: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(path.read_bytes()))


@pytest.fixture(scope="module")
def ministry(year: Trial) -> Opened:
    return Opened(year.root / "results" / "ministries" / "OPM.xlsx", year.root / "archive")


def records(page: Worksheet) -> dict[int, dict[str, Any]]:
    """Read a table below its headings: row -> heading -> value."""
    top = next(row[0].row for row in page.iter_rows(max_col=1) if row[0].value == t("col_code"))
    heads = [cell.value for cell in page[top]]
    return {row[0].row: dict(zip(heads, (cell.value for cell in row), strict=True)) for row in page.iter_rows(min_row=top + 1)}


def tables(page: Worksheet, code: str) -> Iterator[tuple[str, list[list[Cell]]]]:
    """Give the tables of one agency's card, each by the heading of its last column, with its lines."""
    rows = list(page.iter_rows())
    start = next(at for at, row in enumerate(rows) if str(row[0].value).endswith(f"({code})"))
    stop = next((at for at in range(start + 1, len(rows)) if re.search(r"\([DP]\d+\)$", str(rows[at][0].value))), len(rows))
    at = start
    while at < stop:
        if rows[at][10].value in (SUBS, REVIEW, MEASURES, INDICATORS):
            lines = []
            for row in rows[at + 1 : stop]:
                if row[0].border.left.style is None or row[0].value is None and row[10].value is None:
                    break
                lines.append(list(row))
            yield str(rows[at][10].value), lines
            at += len(lines)
        at += 1


def test_every_figure_of_a_card_leads_to_the_cell_that_it_was_read_from(ministry: Opened) -> None:
    page = ministry.sheet("บัตรคะแนน")
    steps = [line for line in records(ministry.sheet("วิธีคิด")).values() if line[t("col_code")] == AGENCY]
    followed: set[str] = set()
    for head, lines in tables(page, AGENCY):
        for line in lines:
            if head == SUBS:
                followed |= of_sub(ministry, line, steps)
            elif head == REVIEW:
                followed |= of_review(ministry, line)
            elif head == MEASURES:
                followed |= of_measure(ministry, line)
            else:
                followed |= of_indicator(ministry, line, steps)
    starts = [row for row, _ in headings(page) if str(page.cell(row, 1).value).endswith(f"({AGENCY})")]
    stop = next((row for row, text in headings(page) if row > starts[0] and re.search(r"\([DP]\d+\)$", text)), page.max_row + 1)
    figures = {
        cell.coordinate
        for row in page.iter_rows(min_row=starts[0], max_row=stop - 1)
        for cell in row
        if isinstance(cell.value, int | float)
    }
    assert figures and figures == followed, sorted(figures ^ followed)


def headings(page: Worksheet) -> list[tuple[int, str]]:
    return [(row[0].row, str(row[0].value)) for row in page.iter_rows(max_col=1) if row[0].value]


def of_sub(book: Opened, line: list[Cell], steps: list[dict[str, Any]]) -> set[str]:
    """Follow a sub-indicator: what was typed to its source, what was reckoned to a printed step that gives it."""
    indicator = str(line[0].value).split(" ")[0]
    own = [one for one in steps if one[t("col_indicator")] == indicator]
    results = {one[words("col_value")] for one in own}
    if line[9].value:
        page, row = book.lead(line[9])
        first = records(page)[row]
        assert (first[t("col_code")], first[t("col_indicator")]) == (AGENCY, indicator)
    if indicator.endswith(".3"):
        assert first[words("col_used")] == line[2].value
    for cell in (line[2], line[5], line[6]):
        assert cell.value is None or cell.value in results, (indicator, cell.coordinate)
    if isinstance(line[3].value, int):
        assert str(line[3].value) in {str(one[words("col_value")]) for one in own if one[words("col_what")] == words("criterion")}
    worked = " ".join(str(one[words("col_worked")]) for one in own)
    if line[4].value is not None:
        assert Decimal(str(line[4].value)) in repeat.numbers(worked)
    assert Decimal(str(line[1].value)) in repeat.numbers(worked)
    # Medians are of other agencies, too: they are reckoned again elsewhere.
    return {cell.coordinate for cell in line[1:9] if isinstance(cell.value, int | float)}


def of_review(book: Opened, line: list[Cell]) -> set[str]:
    met, score = book.source(line[2]), book.source(line[9])
    assert typed_in(book, met) == YES[str(line[1].value)]
    assert Decimal(str(typed_in(book, score))) == Decimal(str(line[8].value)) == Decimal(str(score[words("col_used")]))
    # Criterion and factor stand before what was given for them.
    for name, record in ((line[0].value, met), (line[3].value, score)):
        assert record[words("col_about")].rstrip("…") in str(name)
    told_above(line, met, score)
    return {line[8].coordinate}


def told_above(line: list[Cell], *records: Mapping[str, Any]) -> None:
    """Check that the line above a table names number, serial, file and sheet of the returns behind it."""
    page = line[0].parent
    told = next(str(page.cell(row, 1).value) for row in range(line[0].row, 0, -1) if is_source(page.cell(row, 1).value))
    for record in records:
        params = {name: record[words(f"col_{name}")] for name in ("seq", "serial", "file", "sheet")}
        known = words("place_table", **{**params, "sheet": ""})
        assert known in told and params["sheet"] in told.partition(known)[2], told


def is_source(text: object) -> bool:
    return str(text).startswith(words("place_table", seq="@", serial="", file="", sheet="").partition("@")[0])


def of_measure(book: Opened, line: list[Cell]) -> set[str]:
    progress, in_time = book.source(line[4]), book.source(line[5])
    assert number(typed_in(book, progress)) == Decimal(str(line[2].value)) == Decimal(str(progress[words("col_used")]))
    assert typed_in(book, in_time) == YES[str(line[3].value)]
    told_above(line, progress, in_time)
    assert line[1].value == 100
    # What was done and what came of it are shown, too, each with the cell that it was read from.
    path = next(book.archive.rglob(f"{progress[words('col_digest')]}*"))
    page = archived(path)[progress[words("col_sheet")]]
    for cell in (line[6], line[10]):
        text, at = re.fullmatch(words("told_at", text="(.+)", cell="@").replace(" (", r" \(").replace("@)", r"(\w+)\)"),
                                str(cell.value)).groups()  # type: ignore[union-attr]  # fmt: skip
        assert page[at].value == text
    return {line[1].coordinate, line[2].coordinate}


def of_indicator(book: Opened, line: list[Cell], steps: list[dict[str, Any]]) -> set[str]:
    for at, link in ((1, 7), (2, 8), (3, 9)):
        record = book.source(line[link])
        assert number(typed_in(book, record)) == Decimal(str(line[at].value)) == Decimal(str(record[words("col_used")])), line[at]
    no = str(line[0].value).split(".")[0]
    own = next(one for one in steps if one[words("col_what")].startswith(words("own_name", no=no)))
    assert own[words("col_value")] == line[5].value
    assert repeat.rounded(repeat.reckon(f"{line[3].value} ÷ {line[2].value} × 100"), 2) == Decimal(str(line[4].value))
    return {cell.coordinate for cell in line[1:6]}


def typed_in(book: Opened, record: Mapping[str, Any]) -> Any:
    """Open the archived file of a source by its digest and read its cell; what is recorded as typed is what stands there."""
    path = next(book.archive.rglob(f"{record[words('col_digest')]}*"))
    value = archived(path)[record[words("col_sheet")]][record[words("col_cell")]].value
    assert str(value) == record[words("col_raw")]
    return value


def number(value: Any) -> Decimal:
    """Read a number as people type it: with words around it, in Thai figures."""
    figures = str(value).translate(str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789"))
    return repeat.numbers(figures)[0]


def test_every_source_is_an_answer_that_stands_in_its_archived_file(ministry: Opened) -> None:
    """All sources, also of what no card prints: levels, directions, kinds of scale, the process type."""
    found = records(ministry.sheet("ที่มา"))
    assert len(found) > 60
    for record in found.values():
        if record[words("col_raw")] is not None:
            typed_in(ministry, record)


def test_place_leads_to_card_card_to_steps_and_sources_and_both_lead_back(ministry: Opened) -> None:
    rank = ministry.sheet("อันดับ")
    names = {row[3].value: row[4] for row in rank.iter_rows() if row[3].value in (AGENCY, SILENT)}
    assert set(names) == {AGENCY, SILENT}
    for code, cell in names.items():
        cards, at = ministry.lead(cell)
        assert str(cards.cell(at, 1).value).endswith(f"({code})")
        back, steps, sources = (cards.cell(at + 1, col) for col in (1, 2, 5))
        index, row = ministry.lead(back)
        assert index.title == cards.title and row == 1
        page, row = ministry.lead(steps)
        assert page.title.startswith("วิธีคิด") and page.cell(row, 1).value == code
        assert ministry.lead(page.cell(row, 1)) == (cards, at)
        if code == AGENCY:
            page, row = ministry.lead(sources)
            assert page.title.startswith("ที่มา") and ministry.lead(page.cell(row, 1)) == (cards, at)
        else:
            assert sources.value is None


def test_a_blank_has_a_letter_and_the_letter_a_reason(ministry: Opened) -> None:
    page = ministry.sheet("บัตรคะแนน")
    lines = dict(tables(page, SILENT))[SUBS]
    marks = {cell.value for line in lines for cell in line[1:9] if isinstance(cell.value, str)}
    assert marks and all(re.fullmatch(r"\[.\]", mark) for mark in marks)
    text = "\n".join(str(row[0].value) for row in page.iter_rows(max_col=1))
    for mark in marks:
        assert f"\n{mark} " in text
    assert t("own_unranked", name="กรมประชาสัมพันธ์", status=t("status_not_reported")) in text
    # What is to be done comes first: a plan and reports that nobody has sent.
    assert words("card_owed") in text and t("state_silent") in text
    assert [line[10].value for line in lines[:2]] == [words("next_plan_missing")] * 2
    assert not any(head == MEASURES for head, _ in tables(page, SILENT))


def test_each_card_begins_a_page_that_says_title_and_number(ministry: Opened) -> None:
    page = ministry.sheet("บัตรคะแนน")
    starts = [row for row, text in headings(page) if re.search(r"\([DP]\d+\)$", text)]
    breaks = {item.id for item in page.row_breaks.brk}
    assert len(starts) == 2 and {start - 1 for start in starts} <= breaks
    more = [row for row, text in headings(page) if text.endswith(words("card_more", name="").strip())]
    assert breaks == {row - 1 for row in (*starts, *more)}
    assert page.page_setup.orientation == "landscape" and str(page.page_setup.paperSize) == "9"
    assert page.page_setup.fitToHeight == 0 and page.sheet_properties.pageSetUpPr.fitToPage
    assert page.print_title_rows and page.print_title_rows.startswith("$1:")
    assert "&P" in page.oddFooter.right.text and page.title[:8] in page.oddFooter.left.text


def test_the_paper_of_the_sources_tells_file_and_the_first_figures_of_its_digest(ministry: Opened) -> None:
    page = ministry.sheet("ที่มา")
    heads = next(row for row in page.iter_rows(values_only=True) if row[0] == t("col_code"))
    last = re.search(r":\$?([A-Z]+)\$?\d+$", str(page.print_area))
    assert last is not None and heads[openpyxl.utils.column_index_from_string(last[1]) - 1] == words("col_short_digest")
    printed = heads[: heads.index(words("col_short_digest")) + 1]
    assert words("col_file") in printed and words("col_seq") in printed and words("col_digest") not in printed
    for record in records(page).values():
        assert record[words("col_digest")].startswith(record[words("col_short_digest")])
        assert re.fullmatch(r"\d{6}", record[words("col_seq")])


def shown(results: Results, name: str, tmp_path: Path) -> Opened:
    path = tmp_path / Path(name).name
    path.write_bytes(write(ranking.books(results)[name]()))
    return Opened(path, tmp_path)


def texts(book: Opened, part: str) -> str:
    return "\n".join(str(cell.value) for row in book.sheet(part).iter_rows() for cell in row if cell.value is not None)


def test_who_is_judged_elsewhere_has_no_card_but_is_named(tmp_path: Path) -> None:
    results = made_results()
    book = shown(results, "ministries/OPM.xlsx", tmp_path)
    page = book.sheet("บัตรคะแนน")
    assert not any(text.endswith("(D01008)") for _, text in headings(page))
    sla = next(row[0] for row in page.iter_rows(max_col=1) if words("no_card") in str(row[0].value))
    assert t("status_sla") in sla.value and sla.hyperlink is None
    whole = shown(results, "provinces/10.xlsx", tmp_path)
    assert not any(page.title.startswith(("บัตร", "วิธีคิด", "ที่มา")) for page in whole.book.worksheets)


def test_a_card_says_the_places_and_the_medians_of_peers(tmp_path: Path) -> None:
    results = made_results()
    book = shown(results, "ministries/OPM.xlsx", tmp_path)
    page = book.sheet("บัตรคะแนน")
    lead = [text for _, text in headings(page) if text.startswith("คะแนน 4.6")]
    assert len(lead) == 2 and all("อันดับที่ 2 (ร่วม) จาก 5" in text for text in lead)
    ranked = [item for item in results.scored if item.framework.id == "dept_2557" and item.round == "12"]
    totals = sorted(
        item.score.total.score for item in ranked if item.score.total.status == "evaluated" and item.score.total.score
    )
    total = dict(tables(page, "D01002"))[SUBS][-1]
    assert Decimal(str(total[7].value)) == Decimal(str(total[8].value)) == totals[len(totals) // 2] == Decimal("4.6000")


def test_a_small_group_has_no_median_and_no_place_among_groups(tmp_path: Path) -> None:
    book = shown(replace(made_results(), small_group=9), "ministries/OPM.xlsx", tmp_path)
    total = dict(tables(book.sheet("บัตรคะแนน"), "D01002"))[SUBS][-1]
    assert re.fullmatch(r"\[.\]", str(total[7].value)) and total[8].value == 4.6
    assert words("small_median", small=9) in texts(book, "บัตรคะแนน")
    assert words("small", counted=5, small=9) in texts(book, "ภาพรวม")
    several = shown(made_results(), "ministries/OPM.xlsx", tmp_path)
    assert words("small", counted=5, small=3) not in texts(several, "ภาพรวม")


def test_what_changed_since_the_publication_before_is_said_on_card_and_overview(tmp_path: Path) -> None:
    results = made_results()
    criteria = {item.id: criteria_version(item) for item in results.frameworks}
    before = {("dept_2557", "12", "D01002"): Figure("evaluated", Decimal("4.1000"), 5)}
    former = Former(AS_OF.replace(day=1), criteria, before)
    book = shown(replace(results, former=former), "ministries/OPM.xlsx", tmp_path)
    cards = texts(book, "บัตรคะแนน")
    day = words("since_day", day="1 ต.ค. 2557")
    assert words("change_score", told=words("change_up", delta=Decimal("0.5000"), what=day)) in cards
    assert words("change_places_up", places=3, then=5, now=2) in cards
    # Of the only agency that was ranked then and the five of now the places are of different numbers: that is said.
    assert words("change_bases", then=1, now=5) in cards
    assert words("change_none", what=day, why=words("change_not_before")) in cards
    lines = [[cell.value for cell in row] for row in book.sheet("ภาพรวม").iter_rows() if row[0].value == day]
    mean = next(item.mean for item in ranking_means(results) if item.group == "OPM")
    assert lines[0][1:4] == [4.1, float(mean), pytest.approx(float(mean) - 4.1)]
    other = Former(former.day, dict.fromkeys(criteria, "0"), before)
    changed = shown(replace(results, former=other), "ministries/OPM.xlsx", tmp_path)
    assert words("change_none", what=day, why=words("change_new_criteria")) in texts(changed, "บัตรคะแนน")


def ranking_means(results: Results) -> Any:
    return View(results).boards[0].groups


def test_of_two_returns_the_one_that_counts_is_the_source() -> None:
    """Of a plan the last stage, of a survey the newest return; an empty row of a survey is no source."""
    results = made_results()
    plan = [filed("D01001", "dept_2557/plan", stage=stage, seq=seq) for stage, seq in (("final", 4), ("preliminary", 9))]
    survey = [filed("D01021", "dept_2557/survey", seq=seq) for seq in (5, 7, 6)]
    told = [AnswerRow("D01001", one.form, "indicators", 1, "weight", str(one.seq), "", "", "ชีต", "D8", one.seq) for one in plan]
    told += [
        AnswerRow(agency, one.form, "survey", 1, "transparency_pct", value, "", "", "ชีต", "D8", one.seq)
        for one in survey
        for agency, value in (("D01001", str(one.seq)), ("D01002", ""))
    ]
    view = View(replace(results, filed=(*plan, *survey), answers=tuple(told)))
    board = view.boards[0]
    basis = view.index.basis(board.framework, "D01001", "12")
    assert [item.answer.value for item in basis.of(PLAN, "indicators", "weight")] == ["4"]
    assert [item.answer.value for item in basis.of(SURVEY, "survey", "transparency_pct")] == ["7"]
    found = {item.row.agency.code: item.behind["7.3"] for item in dossiers(view, board, board.rows)}
    assert [item.answer.value for item in found["D01001"]] == ["7"] and found["D01002"] == ()


def test_a_province_opens_with_its_places_and_what_they_are_of(tmp_path: Path) -> None:
    book = shown(replace(made_results(), small_group=1), "provinces/50.xlsx", tmp_path)
    page = book.book.worksheets[0]
    rows = [[cell.value for cell in row[:6]] for row in page.iter_rows()]
    head = next(at for at, row in enumerate(rows) if row[0] == t("col_compared"))
    group, region, nation = rows[head + 1 : head + 4]
    assert group[1] and nation[0] == t("whole_country") and nation[3] == 3 and region[1]
    assert nation[5] is not None and group[4] is not None


def test_a_plan_of_an_early_stage_is_told_as_what_it_is(tmp_path: Path) -> None:
    """The final plan is named among what is missing, and nobody is told that there is no plan at all."""
    made = made_results()
    early = [replace(item, score=replace(item.score, subs=tuple(not_final(sub) for sub in item.score.subs)))
             if item.agency.code == "D01005" else item for item in made.scored]  # fmt: skip
    plan = filed("D01005", "dept_2557/plan", stage="preliminary", seq=3)
    due = replace(made.balance, expected=(*made.balance.expected, Expected("dept_2557/plan", 7, 1, 0, 6, 0, ())))
    book = shown(replace(made, scored=tuple(early), filed=(*made.filed, plan), balance=due), "ministries/OPM.xlsx", tmp_path)
    gaps = [[cell.value for cell in row] for row in book.sheet(t("sheet_gaps")).iter_rows() if row[0].value == "D01005"]
    form = framework("dept_2557").form("plan")
    assert [form_text(form, "final"), t("state_silent")] in [line[2:4] for line in gaps]
    told = next(line[4] for line in gaps if line[2] == form_text(form, "final"))
    assert told.startswith(words("only_stage", stage=stage_label(form, "preliminary")))
    why = t("why_plan_not_final", stage=stage_label(form, "preliminary"))
    assert [line[4] for line in gaps].count(why) == 2
    cards = texts(book, "บัตรคะแนน")
    assert why in cards and words("next_plan_not_final") in cards and form_text(form, "final") in cards
    assert t("why_plan_missing") not in cards


def not_final(sub: SubScore) -> SubScore:
    if sub.indicator.endswith(".3"):
        return sub
    why = Why("plan_not_final", {"stage": stage_label(framework("dept_2557").form("plan"), "preliminary")})
    return replace(sub, status="not_reported", raw=None, score=None, weighted_score=None, level=None, threshold=None, why=why)


def test_an_early_plan_is_seen_only_where_the_final_one_is_not_accepted(year: Trial) -> None:
    season = load(year.root)
    now, framework = counted(Ledger(season.ledger_path)), season.frameworks["dept_2557"]
    form = framework.form("plan")
    final = next(item for (name, _, stage), item in now.returns.items() if (name, stage) == (form.full_id, "final"))
    early = replace(final, stage="preliminary")
    both = {(form.full_id, final.agency, one.stage): one for one in (early, final)}
    for returns, code in (({k: v for k, v in both.items() if v is early}, "plan_not_final"), (both, ""), ({}, "plan_missing")):
        others = {key: value for key, value in now.returns.items() if key[:2] != (form.full_id, final.agency)}
        scored = assess_round(season, framework, Counted({**others, **returns}), "12")
        score = next(item.score for item in scored if item.agency.code == final.agency)
        codes = {sub.why.code for sub in score.subs}
        assert (code in codes) if code else not codes & {"plan_not_final", "plan_missing"}


def test_the_list_of_cards_stands_where_others_are_told_that_it_does(tmp_path: Path) -> None:
    """A link from outside finds the agency's line in the list, or its card where there is only one."""
    made = made_results()
    view = View(made)
    known = set()
    for board in view.boards:
        places = card_places(view, board)
        for file in {place[0] for place in places.values()}:
            book = shown(made, file, tmp_path)
            for code, (_, sheet, at) in ((code, place) for code, place in places.items() if place[0] == file):
                cell = book.book[sheet].cell(at.row, at.col)
                row = next(row for row in board.rows if row.agency.code == code)
                alone = sum(place[0] == file for place in places.values()) == 1
                if not has_card(row):
                    known.add("none")
                    assert sheet == book.book.worksheets[0].title if alone else words("no_card") in cell.value
                    continue
                if alone:
                    assert cell.value == f"{row.agency.name} ({code})"
                else:
                    assert cell.value == row.agency.name
                    page, line = book.lead(cell)
                    assert page.cell(line, 1).value == f"{row.agency.name} ({code})"
                known.add("alone" if alone else "listed")
    assert known == {"none", "alone", "listed"}


def test_a_card_says_whose_scores_its_medians_are_of(tmp_path: Path) -> None:
    book = shown(made_results(), "ministries/OPM.xlsx", tmp_path)
    note = f"{words('median_note')} {words('median_note_gate', score='0.0000')}"
    assert texts(book, "บัตรคะแนน").count(note) == 6
    one = replace(framework("dept_2557"), policy=replace(framework("dept_2557").policy, gate_fail_score="exclude_and_reweight"))
    assert median_note(replace(View(made_results()).boards[0], framework=one)) == words("median_note")


def test_a_choice_is_told_by_its_label_and_a_figure_as_a_figure() -> None:
    assert number_or_text("higher", "ยิ่งมากยิ่งดี") == "ยิ่งมากยิ่งดี" and number_or_text("4", "4. กระบวนงาน") == "4. กระบวนงาน"
    assert number_or_text("0.5", "") == Decimal("0.5") and number_or_text("true", "") == words("answer_true")
    assert number_or_text("", "") is None


def test_no_chart_and_no_contents_of_a_ministry_are_cut_by_a_page() -> None:
    view, whole = View(big_results()), page_room(WIDTHS)
    for code in ("OPM", "MOI"):
        page = group_books.ministry_book(view, code).sheets[0]
        ends = [0, *page.page_breaks, max(page.heights)]
        assert len(ends) > 2
        for above, end in pairwise(ends):
            assert sum(page.heights[row] for row in range(above + 1, end + 1)) <= whole
        for chart in page.charts:
            start = max(end for end in ends if end < chart.at.row)
            above = sum(page.heights[row] for row in range(start + 1, chart.at.row))
            assert above + chart.height * 0.75 <= whole


def overview(book: Opened) -> tuple[list[list[Any]], int]:
    """Give the rows of the first sheet, and the place of the head of what is told of each agency."""
    rows = [[cell.value for cell in row] for row in book.book.worksheets[0].iter_rows()]
    return rows, next(at for at, row in enumerate(rows) if row[7] == words("col_action"))


def test_a_ministry_opens_with_its_means_beside_those_of_the_nation(ministry: Opened) -> None:
    """Every mean is reckoned again from the scores of the data."""
    root = ministry.path.parents[1]
    scores = list(csv.DictReader((root / "data" / "scores.csv").read_text(encoding="utf-8-sig").splitlines()))
    last = [row for row in scores if row["framework"] == "dept_2557" and row["round"] == "12"]
    totals = {row["agency"]: row for row in last if row["indicator"] == "7"}
    ranked = [code for code, row in totals.items() if row["score"]]
    rows, _ = overview(ministry)
    head = next(at for at, row in enumerate(rows) if row[0] == words("col_mean_of"))
    for line in rows[head + 1 : head + 5]:
        name = "7" if line[0] == t("col_total") else str(line[0]).split(" ")[0]
        known = [row for row in last if row["indicator"] == name and row["agency"] in ranked and row["score"]]
        own = [Decimal(row["score"]) for row in known if row["ministry"] == "OPM"]
        everybody = [Decimal(row["score"]) for row in known]
        for value, found in ((line[1], own), (line[2], everybody)):
            mean = repeat.rounded(Fraction(sum(found)) / len(found), 4) if found else None
            assert value == (None if mean is None else float(mean)), line
        assert line[3] is None or line[3] == pytest.approx(line[1] - line[2])


def test_a_ministry_is_told_of_each_agency_what_costs_most_and_what_is_missing(tmp_path: Path) -> None:
    results = made_results()
    book = shown(results, "ministries/OPM.xlsx", tmp_path)
    rows, head = overview(book)
    board = View(results).boards[0]
    own = board.by_group["OPM"]
    assert rows[head + 1][0] == t("figure_national_mean") and rows[head + 1][2] == float(board.overall.mean or 0)
    told = rows[head + 2 : head + 2 + len(own)]
    assert [line[0] for line in told] == [row.agency.name for row in own]
    for line, row in zip(told, own, strict=True):
        assert line[2] == (None if row.rank.score is None else float(row.rank.score))
        costs = max((sub.weight * (5 - (sub.score or 0)) for sub in row.score.subs), default=0)
        assert line[3] and bool(line[7]) == (has_card(row) and costs > 0), line
        lost = {sub.indicator: sub.weight * (5 - (sub.score or 0)) for sub in row.score.subs}
        if row.ranked and max(lost.values()):
            named = str(line[3]).split(" ")[0]
            assert named == str(line[7]).split(" ")[0] and lost[named] == max(lost.values())
    for cell in next(book.book.worksheets[0].iter_rows(min_row=head + 3, max_col=1)):
        cards, at = book.lead(cell)
        assert str(cards.cell(at, 1).value).endswith(f"({own[0].agency.code})")
    links = {str(cell.hyperlink.target) for row in book.book.worksheets[0].iter_rows(max_col=1) for cell in row if cell.hyperlink}
    assert {"../national.xlsx", "../status.xlsx", "../index.xlsx"} <= links


def test_the_chart_of_a_ministry_shows_its_ranked_agencies_below_the_nation() -> None:
    view = View(big_results())
    for code in ("OPM", "MOI"):
        page = group_books.ministry_book(view, code).sheets[0]
        put = {(item.cell.row, item.cell.col): item.value for item in page.puts}
        for chart in page.charts:
            (series,) = chart.series
            assert series.sheet == page.name
            (first, last), (start, end) = series.names, series.values
            assert (first.row, last.row) == (start.row, end.row) and put[start.row, first.col] == t("figure_national_mean")
            scores = [put[row, start.col] for row in range(start.row + 1, end.row + 1)]
            ranked = [row.rank.score for row in view.boards[0].by_group[code] if row.ranked]
            assert scores == ranked[: len(scores)] and len(scores) == min(len(ranked), 15)


def test_an_exempt_agency_is_told_once_why_and_has_no_empty_sheets(tmp_path: Path) -> None:
    book = shown(made_results(), "provinces/10.xlsx", tmp_path)
    own = texts(book, "ภาพรวม")
    row = next(row for row in View(made_results()).boards[1].rows if row.agency.province == "10")
    assert own.count(t("status_exempt")) == 1 and row.agency.exempt_reason in own
    assert "ยังไม่มี" not in own and words("own_changes") not in own and t("own_subs") not in own
    assert [page.title for page in book.book.worksheets[1:]] == [t("sheet_method", kind="จังหวัด")]


def test_nobody_is_told_of_a_former_score_that_is_not_there_nor_now() -> None:
    assert [why_not(*pair, same=True) for pair in ((None, None), (None, D1), (D1, None), (D1, D1))] == [
        NEITHER, NOT_BEFORE, NOT_NOW, "",
    ]  # fmt: skip
    assert why_not(D1, D1, same=False) == NEW_CRITERIA and all(words(f"change_{why}") for why in (NEITHER, NOT_BEFORE, NOT_NOW))


def test_what_came_late_takes_nothing_off_the_score_and_says_so() -> None:
    view = View(made_results())
    one = next(item for item in view.filings if item.filed is not None)
    assert one.filed is not None
    late = replace(one, state=LATE, owed=None, filed=replace(one.filed, days_late=9))
    assert lacking_told(late) == f"{t('state_late_days', days=9)} ({words('no_effect')})"
    assert words("no_effect") not in lacking_told(replace(late, state=NOT_PASSED))


def test_a_card_that_stands_alone_has_no_way_back_to_a_list(year: Trial) -> None:
    path = next(path for path in sorted((year.root / "results" / "provinces").iterdir()) if path.stem != "10")
    book = Opened(path, year.root / "archive")
    pages = [page for page in book.book.worksheets if page.title.startswith("บัตร")]
    assert pages and all(words("card_back") != cell.value for page in pages for row in page.iter_rows() for cell in row)


def test_no_page_of_a_card_is_cut_and_none_holds_but_two_lines(ministry: Opened) -> None:
    """Excel fits some 800 points of rows on a page at the width of a card; parts that are higher than a page break by themselves."""
    page = ministry.sheet("บัตรคะแนน")
    ends = [0, *(item.id for item in page.row_breaks.brk), page.max_row]
    high = [sum(page.row_dimensions[row].height or 0 for row in range(above + 1, end + 1)) for above, end in pairwise(ends)]
    assert len(high) > 3 and all(150 < points < 840 for points in high[1:]), high
    assert page.print_title_rows == "$1:$2"


def test_of_many_agencies_the_first_are_told_and_the_ranking_has_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overview_page, "LISTED", 3)
    book = group_books.ministry_book(View(big_results()), "MOI")
    puts = {(item.cell.row, item.cell.col): item.value for item in book.sheets[0].puts}
    head = next(row for (row, _), value in puts.items() if value == words("col_group_rank"))
    told = [getattr(puts.get((row, 1)), "text", puts.get((row, 1))) for row in range(head + 1, head + 6)]
    own = View(big_results()).boards[0].by_group["MOI"]
    assert told == [t("figure_national_mean"), *(row.agency.name for row in own[:3]), words("all_agencies")]
    link = puts[head + 5, 1]
    assert isinstance(link, Link) and link.sheet == book.sheets[1].name
