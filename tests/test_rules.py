"""Every rule shows both its faces: a table that keeps it and one that breaks it, at the exact record and field."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
import rules_of_rows
import rules_of_story

from templates.breach import TITLE
from templates.levels import anchors
from templates.rules import RULES, Breach, Context, Row, fiscal_year_bounds
from templates.spec import RuleSpec

D = Decimal
CRITERIA = {"fields": [f"l{n}" for n in range(1, 6)], "direction": "direction", "scale": "scale", "target": "l3"}


def criteria(text: str, direction: str = "higher") -> Row:
    values = [None if part == "-" else D(part) for part in text.split()]
    return {**{f"l{n}": value for n, value in enumerate(values, 1)}, "direction": direction, "scale": "number"}


STEPS = {"field": "r", "fields": CRITERIA["fields"], "scale": "scale", "equals": "milestone"}


def step(result: int | Decimal | None, scale: str | None = "milestone", levels: str = "1 2 3 4 5") -> Row:
    return {**criteria(levels), "scale": scale, "r": None if result is None else D(result)}


SERVICES = ({"code": "1", "type": "1"}, {"code": "2", "type": "2"})
FACTORS = Context({}, 2557, {"factor_min_share": D("0.70")}, derived={("t", "factor"): ("ก", "ข", "ค", "ง")})
PLAIN = Context({}, 2557)
BEFORE = Context({}, 2557, earlier={"before": {"t": [{"k": "x", "p": "50"}]}})
WITH_REPORTER = Context({"reporter": [{"name": "ก"}]}, 2557)

PEOPLE = Context({"reporter": [{"name": "นายสมชาย ใจดี", "email": "a@example.go.th"}]}, 2557)
SIX = Context({"rows": [{}] * 6}, 2557)
LAST_STATED = Context({}, 2557, stated=frozenset(("t", n, "l5") for n in (0, 1)))
NONE_SAID = Context({}, 2557, stated=frozenset({("t", 1, "a")}))
TROUBLES = {"fields": ["a"], "troubles": "obstacles.obstacles"}
DIFFERS = {"field": "name", "other": "reporter.name", "address": "email", "other_address": "reporter.email"}
LONG = "จัดประชุมชี้แจงขั้นตอนการให้บริการแก่เจ้าหน้าที่"
NEAR = {"field": "r", "fields": CRITERIA["fields"]}

KEEPS: list[tuple[str, dict[str, Any], list[Row], Context]] = [
    ("needed_when", {"field": "a", "when": "b", "above": 0}, [{"a": "x", "b": D(1)}, {"a": None, "b": D(0)}, {"a": None, "b": None}], PLAIN),
    ("needed_when", {"field": "a", "when": "b", "equals": 100}, [{"a": None, "b": D("99.99")}, {"a": True, "b": D(100)}], PLAIN),
    ("sums_to", {"field": "a", "total": 100}, [{"a": D("33.3")}, {"a": D("33.3")}, {"a": D("33.4")}], PLAIN),
    ("sums_to", {"field": "a", "total": 100}, [{"a": D(10)}, {"a": None}], PLAIN),
    ("sums_to", {"field": "a", "total": 100}, [{"a": D("16.6666666666667")}] * 6, PLAIN),
    ("criteria", CRITERIA, [criteria("40 50 60 70 80"), criteria("10 8 6 4 2", "lower"), criteria("- - 1 - 2"), criteria("0 1 2 3 4")], PLAIN),
    ("share_filled", {"field": "a", "of": "factor", "policy": "factor_min_share"}, [{"a": "x", "factor": "f"}] * 3 + [{"a": None, "factor": "f"}], FACTORS),
    ("not_after", {"first": "a", "last": "b"}, [{"a": dt.date(2014, 5, 1), "b": dt.date(2014, 5, 1)}, {"a": None, "b": dt.date(2014, 5, 1)}], PLAIN),
    ("within_year", {"field": "a"}, [{"a": dt.date(2013, 10, 1)}, {"a": dt.date(2014, 9, 30)}], PLAIN),
    ("must_be", {"field": "a", "equals": "yes"}, [{"a": True}, {"a": None}], PLAIN),
    ("differs", {"field": "name", "other": "reporter.name"}, [{"name": "ข"}, {"name": None}], WITH_REPORTER),
    ("unique", {"field": "a"}, [{"a": "x"}, {"a": "y"}, {"a": None}, {"a": None}], PLAIN),
    ("unique", {"field": "a", "beside": ["b"]}, [{"a": "x", "b": "1"}, {"a": "x", "b": "2"}, {"a": None, "b": None}, {"a": None, "b": None}], PLAIN),
    ("not_copied", {"fields": ["a"], "least": 1}, [{"a": "อบรม"}, {"a": "อบรม 2"}, {"a": None}, {"a": None}], PLAIN),
    ("only_with", {"field": "a", "with": "b"}, [{"a": "x", "b": "f"}, {"a": None, "b": None}], PLAIN),
    ("complete_group", {"by": "g", "fields": ["a"]}, [{"g": "1", "a": True}, {"g": "1", "a": False}, {"g": "2", "a": None}], PLAIN),
    ("not_falling", {"field": "p", "key": "k", "form": "before"}, [{"k": "x", "p": D(50)}, {"k": "y", "p": D(1)}, {"k": "x", "p": None}], BEFORE),
    ("within_pick", {"field": "n", "of": "t.factor"}, [{"n": "1"}, {"n": "4"}, {"n": None}], FACTORS),
    ("within_pick", {"field": "n", "of": "t.factor"}, [{"n": "5"}], PLAIN),  # no type is chosen yet
    ("agrees", {"field": "t", "by": "s", "csv": "services.csv", "match": "code", "value": "type", "rows": SERVICES}, [{"s": "2", "t": "2"}, {"s": None, "t": "1"}], PLAIN),
    ("few_decimals", {"field": "a", "most": 4}, [{"a": D("4.1234")}, {"a": D("5.00000")}, {"a": None}], PLAIN),
    ("on_levels", STEPS, [step(0), step(4), step(None), step(D("2.5"), "number"), step(D("2.5"), None), step(7, levels="- - - - -")], PLAIN),
    ("near_levels", NEAR, [step(20, levels="40 50 60 70 80"), step(480, levels="40 50 60 70 80"), step(D("0.8"), levels="0.5 0.6 0.7 0.8 0.9"),
                           step(0, levels="40 50 60 70 80"), step(1, levels="10 20 30 40 50"), step(None), step(9, levels="- - - - -")], PLAIN),
    ("moves", {"field": "p", "key": "k", "form": "before"}, [{"k": "x", "p": D(50)}, {"k": "y", "p": D(10)}], BEFORE),
    ("moves", {"field": "p", "key": "k", "form": "before"}, [{"k": "x", "p": D(100)}] * 2, Context({}, 2557, earlier={"before": {"t": [{"k": "x", "p": "100"}]}})),
    ("not_falling", {"field": "r", "key": "scale", "form": "b", "levels": CRITERIA["fields"]}, [step(3, "k", "10 8 6 4 2")], Context({}, 2557, earlier={"b": {"t": [{"scale": "k", "r": "5"}]}})),
    ("narrative", TROUBLES, [{"a": text} for text in ("อบรม 40 คน", "ไม่มี", "ดำเนินการครบถ้วน ไม่มีปัญหาอุปสรรค", "40 คน", "ไม่มีปัญหาการร้องเรียน", None)], PLAIN),
    ("narrative", {"fields": ["a"]}, [{"a": "ไม่มีปัญหาอุปสรรค"}], PLAIN),
    ("restates", {"field": "a", "of": "b"}, [{"a": "อบรม 2 รุ่น", "b": "อบรม"}, {"a": "อบรม", "b": LONG}, {"a": None, "b": "x"}, {"a": "x", "b": None}], PLAIN),
    ("not_copied", {"fields": ["a", "b"]}, [{"a": LONG, "b": "อบรม"}, {"a": LONG + " 2", "b": "อบรม"}, {"a": None, "b": None}], PLAIN),
    ("explains", {"field": "a", "least": 15}, [{"a": "สถิติข้อร้องเรียนสูงสุด"}, {"a": None}], PLAIN),
    ("says_none", {"field": "a", "of": "measures"}, [{"a": "อบรม"}, {"b": None}], PLAIN),
    ("names_row", {"field": "a", "of": "rows"}, [{"a": text} for text in ("1", "๖", "ตัวชี้วัดที่ 1-3", "2.1", "ทุกตัวชี้วัด", "ว 10/2557 ลงวันที่ 9", None)], SIX),
    ("names_row", {"field": "a", "of": "rows"}, [{"a": "9"}], PLAIN),  # nothing to count by
    ("states_count", {"field": "a", "of": "rows", "noun": "ตัวชี้วัด"}, [{"a": text} for text in ("จำนวน 6 ตัวชี้วัด", "มี ๖ ตัวชี้วัด", "มี 2 ตัวชี้วัดย่อย", "ตัวชี้วัดที่ 9", "มี 2 ตัวชี้วัด และมี 4 ตัวชี้วัด", None)], SIX),
    ("is_name", {"field": "a"}, [{"a": text} for text in ("นางสาวสมหญิง ใจดี", "ว่าที่ ร.ต. สมชาย ใจดี", "John Smith", None)], PLAIN),
    ("differs", DIFFERS, [{"name": "นายสมชาย ใจงาม", "email": "b@example.go.th"}, {"name": None, "email": None}], PEOPLE),
]  # fmt: skip
BREAKS: list[tuple[str, dict[str, Any], list[Row], Context, list[tuple[int, str, str]]]] = [
    ("near_levels", NEAR, [step(480 + 1, levels="40 50 60 70 80"), step(D("0.8"), levels="40 50 60 70 80"), step(80, levels="0.5 0.6 0.7 0.8 0.9"), step(-400, levels="- - 1 - 2")], PLAIN,
     [(0, "r", "RESULT_FAR"), (1, "r", "RESULT_FRACTION"), (2, "r", "RESULT_FAR"), (3, "r", "RESULT_FAR")]),
    ("moves", {"field": "p", "key": "k", "form": "before"}, [{"k": "x", "p": D(50)}, {"k": "x", "p": D(50)}], BEFORE, [(0, "p", "NOT_MOVED")]),
    ("narrative", TROUBLES, [{"a": text} for text in
     ("ไม่มีปัญหาอุปสรรค", "ไม่พบอุปสรรค", "ไม่มีปัญหาและอุปสรรคใด ๆ", "ยังไม่พบปัญหา อุปสรรคในการดำเนินงาน", "ในการดำเนินงานไม่มีปัญหา/อุปสรรคแต่อย่างใด", "ร้อยละ ๘๐", "80.5%", "12")],
     PLAIN, [(n, "a", "WRONG_FIELD") for n in range(5)] + [(n, "a", "NUMBER_ALONE") for n in (5, 6, 7)]),
    ("restates", {"field": "a", "of": "b"}, [{"a": "อบรม", "b": " อบ รม"}, {"a": LONG[:30], "b": LONG}, {"a": LONG + "ฯ ", "b": LONG}, {"a": LONG + "ๆ", "b": LONG}], PLAIN,
     [(n, "a", "RESTATED") for n in range(4)]),
    ("not_copied", {"fields": ["a", "b"]}, [{"a": LONG, "b": None}, {"a": "อบรม", "b": LONG.replace("การ", " การ")}], PLAIN, [(1, "b", "COPIED_TEXT")]),
    ("not_copied", {"fields": ["a"], "among": ["o.x"]}, [{"a": LONG}], Context({"o": [{"x": None}, {"x": LONG}]}, 2557), [(0, "a", "COPIED_TEXT")]),
    ("explains", {"field": "a", "least": 15}, [{"a": "มี"}, {"a": "ตามนโยบาย ....."}], PLAIN, [(0, "a", "TOO_SHORT"), (1, "a", "TOO_SHORT")]),
    ("says_none", {"field": "a", "of": "measures"}, [{"a": None}, {"a": None}], NONE_SAID, [(1, "a", "SAYS_NONE")]),
    ("names_row", {"field": "a", "of": "rows"}, [{"a": "7"}, {"a": "ตัวชี้วัดที่ ๕ และ ๘"}, {"a": "0"}], SIX, [(n, "a", "NO_SUCH_ROW") for n in range(3)]),
    ("states_count", {"field": "a", "of": "rows", "noun": "ตัวชี้วัด"}, [{"a": "กำหนดตัวชี้วัดไว้ จำนวน ๕ ตัวชี้วัด"}], SIX, [(0, "a", "COUNT_DIFFERS")]),
    ("is_name", {"field": "a"}, [{"a": "a@example.go.th"}, {"a": "นาย 0 2000 0000"}, {"a": "นางสาว"}, {"a": "02-000-0000"}], PLAIN, [(n, "a", "NOT_A_NAME") for n in range(4)]),
    ("differs", DIFFERS, [{"name": "สมชาย  ใจดี", "email": "a@example.go.th"}, {"name": "ดร.สมชาย ใจดี", "email": None}, {"name": "นายอื่น ใจดี", "email": "a@example.go.th"}], PEOPLE,
     [(0, "name", "SAME_PERSON"), (1, "name", "SAME_PERSON"), (2, "email", "SAME_EMAIL")]),
    ("on_levels", STEPS, [step(1), step(D("2.5")), step(7), step(4, levels="- - 3 - 5")], PLAIN, [(n, "r", "NOT_A_LEVEL") for n in (1, 2, 3)]),
    ("few_decimals", {"field": "a", "most": 4}, [{"a": D("4.1234")}, {"a": D("4.12345")}], PLAIN, [(1, "a", "TOO_MANY_DECIMALS")]),
    ("needed_when", {"field": "a", "when": "b", "above": 0}, [{"a": "x", "b": D(1)}, {"a": None, "b": D(1)}], PLAIN, [(1, "a", "NEEDED_WHEN")]),
    ("needed_when", {"field": "a", "when": "b", "equals": 100}, [{"a": None, "b": D(99)}, {"a": None, "b": D(100)}], PLAIN, [(1, "a", "NEEDED_WHEN_IS")]),
    ("sums_to", {"field": "a", "total": 100}, [{"a": D(50)}, {"a": D("49.99")}], PLAIN, [(1, "a", "SUM_WRONG")]),
    ("sums_to", {"field": "a", "total": 100}, [{"a": D(50)}, {"a": D("50.000000001")}], PLAIN, [(1, "a", "SUM_WRONG")]),
    ("criteria", CRITERIA, [criteria("40 50 60 55 80")], PLAIN, [(0, "l4", "NOT_MONOTONE")]),
    ("criteria", CRITERIA, [criteria("10 8 6 4 2")], PLAIN, [(0, "l1", "DIRECTION_WRONG")]),
    ("criteria", CRITERIA, [criteria("0 0 1 0 2")], PLAIN, [(0, "l1", "PLACEHOLDER_ZERO")]),
    ("criteria", CRITERIA, [criteria("20 30 40 50 -"), criteria("50 40 30 20 -", "lower")], LAST_STATED, [(n, "l5", "LAST_LEVEL_UNUSED") for n in (0, 1)]),
    ("criteria", CRITERIA, [criteria("- - 5 - -")], PLAIN, [(0, "l1", "TOO_FEW_ANCHORS")]),
    ("criteria", CRITERIA, [criteria("1 2 0 4 5")], PLAIN, [(0, "l3", "TARGET_MISSING")]),
    ("criteria", CRITERIA, [{**criteria("1 2 0 4 5"), "l1": D(-2), "l2": D(-1)}], PLAIN, [(0, "l3", "TARGET_ZERO")]),
    ("criteria", CRITERIA, [criteria("4 2 0 -1 -2", "lower")], PLAIN, [(0, "l3", "TARGET_UNMEASURABLE")]),
    ("not_falling", {"field": "p", "key": "k", "form": "before"}, [{"k": "x", "p": D(49)}], BEFORE, [(0, "p", "PROGRESS_FELL")]),
    ("share_filled", {"field": "a", "of": "factor", "policy": "factor_min_share"}, [{"a": "x", "factor": "f"}] * 2 + [{"a": None, "factor": "f"}] * 2, FACTORS, [(2, "a", "SHARE_TOO_LOW")]),
    ("not_after", {"first": "a", "last": "b"}, [{"a": dt.date(2014, 5, 2), "b": dt.date(2014, 5, 1)}], PLAIN, [(0, "b", "DATE_ORDER")]),
    ("within_year", {"field": "a"}, [{"a": dt.date(2014, 10, 1)}], PLAIN, [(0, "a", "OUTSIDE_YEAR")]),
    ("must_be", {"field": "a", "equals": "yes"}, [{"a": False}], PLAIN, [(0, "a", "MUST_BE")]),
    ("differs", {"field": "name", "other": "reporter.name"}, [{"name": "ก"}], WITH_REPORTER, [(0, "name", "SAME_PERSON")]),
    ("unique", {"field": "a"}, [{"a": "x"}, {"a": "x"}], PLAIN, [(1, "a", "DUPLICATE_ROW")]),
    ("unique", {"field": "a", "beside": ["b"]}, [{"a": "รับคำขอ", "b": "1"}] * 2 + [{"a": "รับ คำขอ", "b": " 1"}], PLAIN, [(n, "a", "DUPLICATE_ROW") for n in (1, 2)]),
    ("not_copied", {"fields": ["a"], "least": 1}, [{"a": "อบรม"}, {"a": "อบ รม"}, {"a": "อบรม"}], PLAIN, [(n, "a", "COPIED_TEXT") for n in (1, 2)]),
    ("only_with", {"field": "a", "with": "b"}, [{"a": None, "b": "f"}, {"a": "x", "b": None}], PLAIN, [(1, "a", "NOT_ALLOWED_HERE")]),
    ("complete_group", {"by": "g", "fields": ["a"]}, [{"g": "1", "a": True}, {"g": "1", "a": None}], PLAIN, [(1, "a", "GROUP_INCOMPLETE")]),
    ("within_pick", {"field": "n", "of": "t.factor"}, [{"n": "4"}, {"n": "5"}], FACTORS, [(1, "n", "FACTOR_BEYOND_TYPE")]),
    ("agrees", {"field": "t", "by": "s", "csv": "services.csv", "match": "code", "value": "type", "rows": SERVICES}, [{"s": "2", "t": "1"}], PLAIN, [(0, "t", "TYPE_DISAGREES")]),
]  # fmt: skip


_KEPT = {"form": "f", "fields": ["iit", "total"]}
_HAD = Context({}, 2568, earlier={"f": {"t": [{"agency": name, "iit": "90"} for name in "abcd"] + [{"agency": "e"}]}})
KEEPS += [
    ("kept", _KEPT, [{"agency": name, "total": D(1)} for name in "ab"], _HAD),
    ("kept", _KEPT, [{"agency": "a"}], Context({}, 2568)),
]
BREAKS += [("kept", _KEPT, [{"agency": "a", "iit": D(1)}, {"agency": "e", "iit": D(2)}], _HAD, [(TITLE, "", "FIGURES_GONE")])]
KEEPS += rules_of_rows.KEEPS + rules_of_story.KEEPS
BREAKS += rules_of_rows.BREAKS + rules_of_story.BREAKS


def run(name: str, settings: dict[str, Any], rows: list[Row], context: Context) -> list[Breach]:
    return RULES[name].check("t", rows, RuleSpec(name, settings), context)


def test_every_rule_and_every_code_of_it_has_its_cases() -> None:
    assert {case[0] for case in KEEPS} == {case[0] for case in BREAKS} == set(RULES)
    for name, rule in RULES.items():
        assert {code for case in BREAKS if case[0] == name for _, _, code in case[4]} == set(rule.codes)


@pytest.mark.parametrize(("name", "settings", "rows", "context"), KEEPS)
def test_a_table_that_keeps_the_rule(name: str, settings: dict[str, Any], rows: list[Row], context: Context) -> None:
    assert run(name, settings, rows, context) == []
    if name != "share_filled":  # no rows at all is too few measures
        assert run(name, settings, [], context) == []


@pytest.mark.parametrize(("name", "settings", "rows", "context", "wanted"), BREAKS)
def test_a_table_that_breaks_the_rule(
    name: str, settings: dict[str, Any], rows: list[Row], context: Context, wanted: list[tuple[int, str, str]]
) -> None:
    for _ in range(2):
        assert [(item.record, item.field, item.code) for item in run(name, settings, rows, context)] == wanted


def test_a_cell_that_could_not_be_read_is_not_asked_for_again() -> None:
    context = Context({}, 2557, bad=frozenset({("t", 0, "a"), ("t", 0, "l2")}))
    assert run("needed_when", {"field": "a", "when": "b", "above": 0}, [{"a": None, "b": D(1)}], context) == []
    assert run("criteria", CRITERIA, [criteria("5 - 1 9 2")], context) == []


@pytest.mark.parametrize(
    ("levels", "wanted"),
    [("0 0 1 0 2", {3: 1, 5: 2}), ("- - 1 - 2", {3: 1, 5: 2}), ("0 1 2 3 4", {1: 0, 2: 1, 3: 2, 4: 3, 5: 4}),
     ("10 8 6 4 0", {1: 10, 2: 8, 3: 6, 4: 4, 5: 0}), ("1 2 2 3 4", None)],
)  # fmt: skip
def test_anchors_of_a_criteria_row(levels: str, wanted: dict[int, int] | None) -> None:
    """Domain B7, seed 000 L218."""
    found = anchors([None if part == "-" else D(part) for part in levels.split()])
    assert found == (None if wanted is None else {level: D(value) for level, value in wanted.items()})


def test_fiscal_year() -> None:
    assert fiscal_year_bounds(2557) == (dt.date(2013, 10, 1), dt.date(2014, 9, 30))
