"""Integrity assessments: grades by year, weights and means, missing scores, mistakes in the lists, agencies of every kind.

Expectations are those of domain C1-C4 and of the rows of published tables that it cites; instrument scores that no source
gives are constructed and named so.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.agency_list import read_agencies
from processors.assessed import assess_profile, instrument_score, own_result, total_score
from processors.outcome import EVALUATED, EXEMPT, NOT_SURVEYED, NOTHING, SLA, AgencyScore, Assessment
from templates.grade_names import grade_named
from templates.instruments import FILES, Profile, profile_from
from templates.load import SHIPPED, load_framework
from templates.policy import policy_texts
from templates.records import read_csv
from templates.registry import agency_from, agency_mistakes, cluster_of, due_list, group_name, local_type, ministry_in
from templates.rules import RULES, Context
from templates.spec import Framework, RuleSpec
from workbook.errors import SpecError

D = Decimal
ITA = ("ita_2566", "ita_2568")
FIVE = ["ต้องปรับปรุงโดยด่วน", "ต้องปรับปรุง", "ผ่าน", "ผ่านดี", "ผ่านดีเยี่ยม"]
LETTERS = ["F", "E", "D", "C", "B", "A", "AA"]


@cache
def framework(name: str = "ita_2568") -> Framework:
    return load_framework(SHIPPED / name)


def profile(name: str = "ita_2568") -> Profile:
    found = framework(name).profile
    assert found is not None
    return found


def of(iit: str | None, eit: str | None, oit: str | None) -> dict[str, Decimal | None]:
    """Scores of the three instruments; None = not known."""
    return {code: None if text is None else D(text) for code, text in zip(("IIT", "EIT", "OIT"), (iit, eit, oit), strict=True)}


def grade(total: str | None, scores: Mapping[str, Decimal | None], year: int | None = None) -> str | None:
    found = profile().grade(None if total is None else D(total), scores, year)
    return found.label if found else None


def assessed(scores: Mapping[str, Decimal | None], total: str | None = None, **changes: object) -> AgencyScore:
    """Score one agency from instruments and indicators as the centre handed them in, under a policy with some changes."""
    told = Assessment(scores, None if total is None else D(total))
    return assess_profile(replace(NOTHING, assessed=told), profile(), replace(framework().policy, **changes))  # type: ignore[arg-type]


# --- what an assessment is made of (C1, C2, C4) -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ITA)
def test_three_instruments_measure_ten_indicators(name: str) -> None:
    made = profile(name)
    assert [(item.code, item.weight) for item in made.instruments] == [("IIT", 30), ("EIT", 30), ("OIT", 40)]
    assert {item.code: [one.no for one in made.of(item.code)] for item in made.instruments} == {
        "IIT": ["1", "2", "3", "4", "5"], "EIT": ["6", "7", "8"], "OIT": ["9", "10"],
    }  # fmt: skip
    assert [item.name for item in made.indicators] == [
        "การปฏิบัติหน้าที่", "การใช้งบประมาณ", "การใช้อำนาจ", "การใช้ทรัพย์สินของราชการ", "การแก้ไขปัญหาการทุจริต",
        "คุณภาพการดำเนินงาน", "ประสิทธิภาพการสื่อสาร", "การปรับปรุงระบบการทำงาน", "การเปิดเผยข้อมูล", "การป้องกันการทุจริต",
    ]  # fmt: skip
    assert "แบบตรวจการเปิดเผยสาธารณะ" in made.instruments[2].aliases


@pytest.mark.parametrize(("name", "named"), [("ita_2566", "การบริหารเงินงบประมาณ"), ("ita_2568", "การจัดซื้อจัดจ้าง")])
def test_one_sub_indicator_changed_its_name_with_the_years(name: str, named: str) -> None:
    made = profile(name)
    parts = made.in_year(made.parts)
    assert [item.no for item in parts] == ["9.1", "9.2", "9.3", "9.4", "9.5", "10.1", "10.2"]
    assert [item.name for item in parts if item.no == "9.3"] == [named]
    assert {item.indicator for item in parts} == {"9", "10"}


@pytest.mark.parametrize(("year", "share"), [(2562, 80), (2565, 80), (2566, 84), (2568, 84)])
def test_pass_mark_and_target_share_are_of_a_year(year: int, share: int) -> None:
    (target,) = profile().in_year(profile().targets, year)
    assert (target.pass_mark, target.share) == (85, share)


def test_the_year_of_the_target_is_marked_as_unverified() -> None:
    assert "not" in profile().target.standing and "not verified" in " ".join(
        row["source"] for row in framework().lists["targets.csv"]
    )


@pytest.mark.parametrize(
    ("year", "code", "part"), [(2566, "O33", "9.5"), (2567, "O29", "9.5"), (2568, "O25", "9.5"), (2566, "E14", "8")]
)
def test_participation_moved_through_the_catalogues(year: int, code: str, part: str) -> None:
    made = profile()
    (item,) = (one for one in made.in_year(made.questions, year) if one.code == code)
    assert item.indicator == part


def test_the_codes_of_seed_004_are_not_in_the_catalogue_of_its_year() -> None:
    made = profile()
    assert not {"E14", "O33", "O8", "O32"} & {item.code for item in made.in_year(made.questions, 2568)}
    assert {"E14", "O33", "O8", "O32"} <= {item.code for item in made.in_year(made.questions, 2566)}


# --- grades (C3) ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("total", "scores", "expected"),
    [
        ("95.81", of("96.00", "94.99", "96.28"), "ผ่านดี"),  # Thai PBS FY2566; instruments constructed, one below 95
        ("94.64", of("98.00", "84.20", "99.95"), "ผ่าน"),  # SAO FY2568, EIT below 85; its instruments are constructed
        ("91.15", of("90.10", "84.20", "97.15"), "ผ่าน"),  # IPST FY2567; constructed: EIT below 85
        ("91.15", of("90.10", "88.20", "94.15"), "ผ่านดี"),  # the same total with every instrument at 85 or above
        ("95.81", of("95.00", "95.00", "97.03"), "ผ่านดีเยี่ยม"),
        ("85.00", of("85.00", "85.00", "85.00"), "ผ่านดี"),
        ("85.00", of("84.99", "85.00", "85.01"), "ผ่าน"),
        ("84.99", of("85.00", "85.00", "84.98"), "ต้องปรับปรุง"),
        ("95.00", of("95.00", "95.00", "95.00"), "ผ่านดีเยี่ยม"),
        ("95.00", of("94.99", "95.00", "95.01"), "ผ่านดี"),
        ("94.99", of("95.00", "95.00", "94.97"), "ผ่านดี"),
        ("70.00", of("70.00", "70.00", "70.00"), "ต้องปรับปรุง"),
        ("69.99", of("70.00", "70.00", "69.98"), "ต้องปรับปรุงโดยด่วน"),
        ("100", of("100", "100", "100"), "ผ่านดีเยี่ยม"),
        ("0", of("0", "0", "0"), "ต้องปรับปรุงโดยด่วน"),
    ],
)
@pytest.mark.parametrize("year", [2566, 2567, 2568])
def test_five_levels_ask_for_every_instrument(total: str, scores: dict[str, D | None], expected: str, year: int) -> None:
    assert grade(total, scores, year) == expected


@pytest.mark.parametrize(
    ("total", "expected"),
    [
        ("95.00", "AA"), ("94.99", "A"), ("88.13", "A"), ("85.00", "A"), ("84.99", "B"), ("75.00", "B"), ("74.99", "C"), ("65.00", "C"),
        ("64.99", "D"), ("55.00", "D"), ("54.99", "E"), ("50.00", "E"), ("49.99", "F"), ("0", "F"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("year", [2562, 2565])
def test_letters_to_2565_look_at_the_total_alone(total: str, expected: str, year: int) -> None:
    assert grade(total, of(None, None, None), year) == expected


def test_no_grade_is_known_before_2562() -> None:
    assert profile().in_year(profile().grades, 2561) == () and grade("99", of("99", "99", "99"), 2561) is None


def test_e_is_no_grade_of_the_years_of_the_reports() -> None:
    for name in ITA:
        assert [item.label for item in profile(name).in_year(profile(name).grades)] == FIVE[::-1]


@pytest.mark.parametrize(
    ("total", "scores", "expected"),
    [
        ("88.13", of(None, None, None), None),  # seed 004: ผ่าน or ผ่านดี
        ("88.13", of("90.00", None, "91.25"), None),
        ("88.13", of("90.00", "82.10", None), "ผ่าน"),  # one that is known is too low: the third cannot mend it
        ("95.81", of("94.00", None, "97.00"), None),  # not the best; the next still hangs on EIT
        ("84.99", of(None, None, None), "ต้องปรับปรุง"),  # below 85 nothing is asked of the instruments
        ("60.00", of(None, None, None), "ต้องปรับปรุงโดยด่วน"),
        (None, of("90", "90", "90"), None),
    ],
)
def test_a_grade_is_told_only_where_the_scores_decide_it(
    total: str | None, scores: dict[str, D | None], expected: str | None
) -> None:
    assert grade(total, scores) == expected


hundredths = st.integers(0, 10000).map(lambda n: D(n) / 100)


@given(
    st.tuples(hundredths, hundredths, hundredths),
    st.tuples(hundredths, hundredths, hundredths),
    st.sampled_from([2562, 2565, 2566, 2568]),
)
def test_a_grade_never_rises_when_a_score_falls(high: tuple[D, D, D], cut: tuple[D, D, D], year: int) -> None:
    low = tuple(max(D(0), score - fall) for score, fall in zip(high, cut, strict=True))
    order = LETTERS if year <= 2565 else FIVE
    places = []
    for scores in (low, high):
        named = dict(zip(("IIT", "EIT", "OIT"), scores, strict=True))
        total = profile().weighted(named)
        found = profile().grade(total, named, year)
        assert found is not None
        places.append(order.index(found.label))
    assert places[0] <= places[1]


@given(st.lists(hundredths, min_size=10, max_size=10), st.integers(0, 9), hundredths)
def test_total_and_grade_never_rise_when_an_indicator_falls(values: list[D], at: int, fall: D) -> None:
    fallen = [max(D(0), value - fall) if n == at else value for n, value in enumerate(values)]
    before, after = (assessed({str(n): value for n, value in enumerate(items, 1)}) for items in (values, fallen))
    assert before.total.score is not None and after.total.score is not None
    assert after.total.score <= before.total.score
    assert FIVE.index(after.grade) <= FIVE.index(before.grade)
    assert not (after.passing and not before.passing)


# --- scores (C2) ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("nine", "ten", "mean", "weighted"), [("93.50", "100", "96.75", "38.70"), ("97.78", "93.75", "95.77", "38.31")]
)
def test_weights_agree_with_rows_of_published_tables(nine: str, ten: str, mean: str, weighted: str) -> None:
    told = Assessment({"9": D(nine), "10": D(ten)}, None)
    assert instrument_score(profile(), told, "OIT", framework().policy) == D(mean)
    made = assessed({"9": D(nine), "10": D(ten)})
    assert (made.sub("OIT").score, made.sub("OIT").weighted_score) == (D(mean), D(weighted))
    assert made.sub("9").weight == made.sub("10").weight == 20


def test_the_total_is_the_weighted_sum_of_the_instruments() -> None:
    made = assessed(of("90.00", "82.10", "91.25"))
    assert [made.sub(code).weighted_score for code in ("IIT", "EIT", "OIT")] == [D("27.00"), D("24.63"), D("36.50")]
    assert (made.total.score, made.total.indicator, made.grade, made.passing) == (D("88.13"), "total", "ผ่าน", True)
    assert [row.indicator for row in made.subs] == ["IIT", "EIT", "OIT", *map(str, range(1, 11))]


def test_the_mean_of_all_indicators_stands_in_for_an_instrument() -> None:
    iit = dict(zip("12345", map(D, ("92", "88", "86", "94", "90")), strict=True))
    made = assessed({**iit, "EIT": D("82.10"), "OIT": D("91.25")})
    assert (made.sub("IIT").score, made.sub("IIT").raw, made.total.score) == (D("90.00"), None, D("88.13"))
    del iit["5"]
    assert profile().mean(iit, "IIT") is None
    short = assessed({**iit, "EIT": D("82.10"), "OIT": D("91.25")})
    assert (short.sub("IIT").score, short.sub("IIT").status, short.total.score, short.grade) == (None, NOT_SURVEYED, None, "")
    assert short.passing is None and short.total.status == NOT_SURVEYED
    assert (short.sub("1").status, short.sub("5").status) == (EVALUATED, NOT_SURVEYED)


@pytest.mark.parametrize(("choice", "expected"), [("stated", "90.00"), ("mean", "80.00")])
def test_policy_says_whether_an_instrument_counts_as_stated_or_as_the_mean(choice: str, expected: str) -> None:
    scores = {"IIT": D("90"), **{str(n): D("80") for n in range(1, 6)}}
    assert assessed(scores, instrument_score=choice).sub("IIT").score == D(expected)
    # Each stands in for the other where that is missing.
    assert assessed({"IIT": D("90")}, instrument_score="mean").sub("IIT").score == D("90.00")


@pytest.mark.parametrize(("choice", "expected", "named"), [("instruments", "88.13", "ผ่าน"), ("stated", "95.00", "ผ่าน")])
def test_policy_says_whether_the_total_is_computed_or_as_published(choice: str, expected: str, named: str) -> None:
    made = assessed(of("90.00", "82.10", "91.25"), "95.00", total_score=choice)
    assert (made.total.score, made.grade) == (D(expected), named)


def test_a_stated_total_stands_in_where_an_instrument_is_missing() -> None:
    made = assessed(of("90.00", None, "91.25"), "88.13")
    assert (made.total.score, made.total.status, made.grade, made.passing) == (D("88.13"), EVALUATED, "", True)
    below = assessed({}, "84.99")
    assert (below.total.score, below.grade, below.passing) == (D("84.99"), "ต้องปรับปรุง", False)


def test_a_sum_at_the_pass_mark_passes_and_one_below_does_not() -> None:
    assert assessed(of("85", "85", "85")).passing is True
    assert assessed(of("85", "85", "84.97")).passing is False  # 84.988 -> 84.99
    # What counts is the published figure with two places: 84.996 is published as 85.00.
    assert assessed(of("85", "85", "84.99")).total.score == D("85.00")


def test_a_total_needs_no_more_than_it_has_and_says_what_is_missing() -> None:
    scores = of("90", None, None)
    value, why = total_score(profile(), scores, Assessment(scores, None), framework().policy)
    assert value is None and why.code == "assessed_no_total" and why.params == {"indicators": "EIT, OIT"}


def test_nothing_handed_in_leaves_blanks_and_never_zeros() -> None:
    made = assess_profile(NOTHING, profile(), framework().policy)
    rows = (*made.subs, made.total)
    assert {(row.status, row.raw, row.score, row.weighted_score) for row in rows} == {(NOT_SURVEYED, None, None, None)}
    assert sum(row.weight for row in made.subs if row.indicator.isdecimal()) == 100
    assert (made.grade, made.passing) == ("", None)


def test_a_score_of_nought_is_a_score() -> None:
    made = assessed(of("0", "0", "0"))
    assert (made.total.score, made.total.status, made.grade, made.passing) == (D("0.00"), EVALUATED, FIVE[0], False)


@pytest.mark.parametrize("status", [SLA, EXEMPT])
def test_excused_agencies_are_blank_whatever_is_handed_in(status: str) -> None:
    told = Assessment(of("90", "90", "90"), D("90"))
    made = assess_profile(replace(NOTHING, excused=status, assessed=told), profile(), framework().policy)
    assert {(row.status, row.score) for row in (*made.subs, made.total)} == {(status, None)} and made.grade == ""


def test_the_policy_of_a_profile_is_printed_without_what_only_levels_read() -> None:
    assert dict(policy_texts(framework().policy)) == {
        "instrument_score": "stated", "total_score": "instruments", "tolerance": "0.01", "rounding": "half_up",
        "score_decimals": "2", "percent_decimals": "2", "supersede_by": "",
    }  # fmt: skip


# --- mistakes in the lists --------------------------------------------------------------------------------------------


def copied(tmp_path: Path, **changes: tuple[str, str]) -> Path:
    """Copy a framework with one replacement in some of its files (file name without ending)."""
    folder = tmp_path / "ita_2568"
    shutil.copytree(SHIPPED / "ita_2568", folder)
    for name, (old, new) in changes.items():
        path = folder / f"{name}.csv"
        text = path.read_text(encoding="utf-8-sig")
        assert old in text, name
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def test_every_mistake_of_the_lists_is_told_at_once(tmp_path: Path) -> None:
    folder = copied(
        tmp_path,
        instruments=("Transparency Assessment,40", "Transparency Assessment,45"),
        indicators=("10,OIT", "10,OAT"),
        sub_indicators=("10.2,10,", "10.2,11,"),
        grades=(",2566,,ผ่านดีเยี่ยม,95.00,", ",ปี 2566,,ผ่านดีเยี่ยม,เก้าสิบห้า,"),
        targets=("2566,,85,84", "2561,,85,84"),
    )
    with pytest.raises(SpecError) as caught:
        load_framework(folder)
    said = str(caught.value)
    for part in (
        "the weights do not add up to 100", "10: no instrument 'OAT'", "10.2: no indicator '11'", "'เก้าสิบห้า' is no number", "'ปี 2566' is no year",
    ):  # fmt: skip
        assert part in said, part


def test_two_targets_or_no_grade_of_a_year_are_mistakes(tmp_path: Path) -> None:
    lists = {name: read_csv(SHIPPED / "ita_2568" / name) for name in FILES}
    twice = {**lists, "targets.csv": (*lists["targets.csv"], lists["targets.csv"][-1])}
    with pytest.raises(SpecError, match=r"targets.csv: wants one row that holds in 2568"):
        profile_from(twice, 2568)
    with pytest.raises(SpecError) as caught:
        profile_from(lists, 2561)
    assert "grades.csv: no grade holds in 2561" in str(caught.value)


def test_a_framework_with_instruments_wants_every_list(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    (folder / "grades.csv").unlink()
    (folder / "questions.csv").unlink()
    with pytest.raises(SpecError) as caught:
        load_framework(folder)
    assert "grades.csv is missing" in str(caught.value) and "questions.csv is missing" in str(caught.value)


def test_a_framework_without_instruments_has_no_profile() -> None:
    assert profile_from({}, 2557) is None and framework("dept_2557").profile is None


def test_the_policy_wants_the_keys_of_its_method(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    path = folder / "framework.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('total_score = "instruments"', 'total_score = "mean"\nfloor = "1.0000"'), encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        load_framework(folder)
    assert "total_score: 'mean' is not one of instruments, stated" in str(caught.value)
    assert "unknown key 'floor'" in str(caught.value)


# --- agencies of every kind -------------------------------------------------------------------------------------------


def row(code: str, name: str, **more: str) -> dict[str, str]:
    blank = dict.fromkeys(("ministry", "province", "emails", "sla", "exempt_reason"), "")
    return {"code": code, "name_th": name, "framework": "ita_2568", **blank, **more}


@pytest.mark.parametrize(
    ("made", "kind", "within", "group", "type_"),
    [
        (row("D01021", "สำนักงาน ก.พ.ร.", ministry="OPM"), "department", "ministry", "OPM", ""),
        (row("P50", "จังหวัดเชียงใหม่", ministry="MOI", province="50"), "province", "cluster", "C12", ""),
        (row("L340001", "องค์การบริหารส่วนตำบลคำไหล", province="34"), "local", "province", "34", "อบต."),
        (row("X1", "อบต.คำไหล", province="34"), "local", "province", "34", "อบต."),
        (row("X2", "เทศบาลเมืองยโสธร", province="35"), "local", "province", "35", "ทม."),
        (row("X3", "เทศบาลตำบลแม่ริม", province="50"), "local", "province", "50", "ทต."),
        (row("X4", "เทศบาลนครเชียงใหม่", province="50"), "local", "province", "50", "ทน."),
        (row("X5", "องค์การบริหารส่วนจังหวัดแพร่", province="54"), "local", "province", "54", "อบจ."),
        (row("X6", "เมืองพัทยา", province="20"), "local", "province", "20", "เมืองพัทยา"),
        # What the row states goes before what its name tells.
        (row("X7", "หน่วยงานทดสอบ", province="34", kind="local", type="อบต.", district="ศรีเมืองใหม่"), "local", "province", "34", "อบต."),
    ],
)  # fmt: skip
def test_code_and_name_tell_the_kind_of_an_agency(made: dict[str, str], kind: str, within: str, group: str, type_: str) -> None:
    agency = agency_from(made, framework())
    assert (agency.kind, agency.within, agency.group, agency.type) == (kind, within, group, type_)
    assert agency.district == made.get("district", "")


def test_a_province_of_another_code_is_no_province() -> None:
    assert agency_from(row("P99", "หน่วยงานทดสอบ", ministry="OPM"), framework()).kind == "department"
    assert local_type("กรมเทศบาล") == "" and local_type("เทศบาลเมืองยโสธร") == "ทม."


@pytest.mark.parametrize(
    ("code", "then", "now"),
    [
        ("12", "กลุ่มจังหวัดภาคกลางตอนบน 1", "กลุ่มจังหวัดภาคกลางปริมณฑล"),
        ("90", "กลุ่มจังหวัดภาคใต้ชายแดน", "กลุ่มจังหวัดภาคใต้ฝั่งอ่าวไทย"),
        ("91", "กลุ่มจังหวัดภาคใต้ชายแดน", "กลุ่มจังหวัดภาคใต้ฝั่งอันดามัน"),
        ("34", "กลุ่มจังหวัดภาคตะวันออกเฉียงเหนือตอนล่าง 2", "กลุ่มจังหวัดภาคตะวันออกเฉียงเหนือตอนล่าง 2"),
    ],
)
def test_a_province_is_ranked_within_its_cluster_of_the_year(code: str, then: str, now: str) -> None:
    assert [group_name(cluster_of(code, year), year) for year in (2557, 2566, 2568)] == [then, now, now]


def test_a_framework_of_one_kind_takes_every_row_as_that_kind() -> None:
    agency = agency_from({**row("D01021", "สำนักงาน ก.พ.ร.", ministry="OPM"), "framework": "dept_2557"}, framework("dept_2557"))
    assert (agency.within, agency.group) == ("ministry", "OPM")


def test_every_mistake_of_the_list_is_told_with_its_line(tmp_path: Path) -> None:
    assert agency_mistakes(row("L1", "อบต.หนึ่ง", province="34"), framework()) == []
    wrong = row("", "อบต.สอง", province="99", ministry="MICX", sla="maybe", kind="village")
    assert len(agency_mistakes(wrong, framework())) == 5
    path = tmp_path / "agencies.csv"
    columns = [*row("", ""), "kind"]
    lines = [",".join(columns)]
    lines += [
        ",".join(made.get(column, "") for column in columns) for made in (wrong, row("L1", "อบต.หนึ่ง"), row("L1", "อบต.หนึ่ง"))
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        read_agencies(path, {"ita_2568": framework()})
    assert str(caught.value).count("line 2") == 5 and "line 4: L1 is there twice" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "code", "ministry"), [("dept_2557", "MICT", "MICT"), ("ita_2566", "MICT", "MDES"), ("ita_2568", "MOST", "MHESI")]
)
def test_a_ministry_is_that_of_the_year(name: str, code: str, ministry: str) -> None:
    assert ministry_in(code, framework(name).fiscal_year) == ministry
    assert {item["ministry"] for item in due_list(framework(name))} & {code, ministry} == {ministry}


def test_the_list_of_a_season_holds_departments_and_provinces_of_the_year_and_waits_for_local_bodies() -> None:
    made = [agency_from(item, framework()) for item in due_list(framework())]
    kinds = [item.kind for item in made]
    assert kinds.count("province") == 77 and kinds.count("local") == 0 and kinds.count("department") > 140
    assert [item.code for item in made if item.exempt_reason] == ["P10"]
    assert all(item.group for item in made if item.due)
    assert {item.within for item in made} == {"ministry", "cluster"}


# --- what the centre typed, and what agencies are shown ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("ผ่านดี", "ผ่านดี"), ("ระดับ ผ่านดี", "ผ่านดี"), ("ระดับผ่านดีเยี่ยม", "ผ่านดีเยี่ยม"), ("เกรด A", "A"), (" ผ่าน ดี ", "ผ่านดี"),
        ("ผ่านดี (A)", "ผ่านดี (A)"), ("ดีมาก", "ดีมาก"), ("", ""),
    ],
)  # fmt: skip
def test_a_grade_is_known_with_the_words_before_it(typed: str, named: str) -> None:
    assert grade_named(typed, profile()) == named


def graded(row: dict[str, object], bad: frozenset[tuple[str, int, str]] = frozenset()) -> list[tuple[str, str]]:
    settings = {"field": "grade", "code": "ITA01", "missing": "ITA02"}
    shares = {"tolerance": D("0.01"), "score_decimals": D(2)}
    context = Context({}, 2568, shares, bad, profile=profile())
    return [(item.field, item.code) for item in RULES["graded"].check("scores", [row], RuleSpec("graded", settings), context)]  # type: ignore[list-item]


def test_the_check_sees_the_grade_that_the_results_will_show() -> None:
    """Scores count at two decimals: 94.995 is 95.00, in the check as in the results."""
    row = {"iit": D("94.995"), "eit": D(95), "oit": D(95), "total": D(95)}
    assert graded({**row, "grade": "ผ่านดีเยี่ยม"}) == [] and graded({**row, "grade": "ระดับผ่านดีเยี่ยม"}) == []
    assert graded({**row, "grade": "ผ่านดี"}) == [("grade", "ITA01")]
    found = assess_profile(replace(NOTHING, assessed=Assessment({"IIT": D("94.995"), "EIT": D(95), "OIT": D(95)}, D(95))), profile(), framework().policy)
    assert found.grade == "ผ่านดีเยี่ยม"


def test_a_cell_that_could_not_be_read_is_not_missing() -> None:
    row = {"iit": None, "eit": D(90), "oit": D(90), "total": D(90)}
    assert graded(row) == [("iit", "ITA02")]
    assert graded(row, frozenset({("scores", 0, "iit")})) == []


def test_an_agency_is_shown_its_result_as_it_is_published() -> None:
    record = {"agency": "D01001", **{f"i{n}": "92" for n in range(1, 6)}, "i6": "81", "i7": "81", "i8": "81", "i9": "96", "i10": "97.5", "grade": "ผ่านดี"}
    (shown,) = own_result(framework(), {"scores": [record], "recommendations": [{"agency": "D01001"}]})["scores"]
    # 0.30 × 92 + 0.30 × 81 + 0.40 × 96.75 = 90.60, and EIT is below 85.
    assert (shown["iit"], shown["eit"], shown["oit"], shown["total"], shown["grade"]) == ("92.00", "81.00", "96.75", "90.60", "ผ่าน")
    assert shown["i6"] == "81" and own_result(framework(), {"scores": [{"agency": "x"}]}) == {"scores": [{"agency": "x"}]}
