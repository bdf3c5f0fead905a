"""Made results for tests: real frameworks and registry, real scores, invented answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache

from processors.outcome import (
    EXEMPT,
    SLA,
    Inputs,
    Measure,
    Plan,
    Report,
    Review,
)
from processors.results import AnswerRow, Attention, Balance, Expected, Filed, FindingRow, Results, Scored
from processors.score import score_agency
from templates.criteria import criteria_from
from templates.load import SHIPPED, load_framework
from templates.registry import Agency, agency_from, due_list
from templates.spec import Framework
from templates.success import HIGHER, NUMBER, SuccessIndicator

D = Decimal
AS_OF = dt.date(2014, 10, 20)
VERDICTS = (
    "accepted", "returned", "unreadable", "not_ours", "wrong_round", "duplicate", "superseded", "conflict", "deferred",
    "ignored",
)  # fmt: skip


@cache
def framework(name: str) -> Framework:
    return load_framework(SHIPPED / name)


def agencies(name: str, codes: Sequence[str] | None = None) -> list[Agency]:
    """The framework's agencies from the shipped registry, all or some by code."""
    found = [agency_from(row, framework(name)) for row in due_list(framework(name))]
    return found if codes is None else [item for code in codes for item in found if item.code == code]


def inputs(
    quality: Sequence[str] = ("1", "1", "1", "1"),
    results: Sequence[str | None] = ("60", "80"),
    survey: str | None = "85",
    *,
    basic: int = 5,
    names: tuple[str, str] = ("จัดทำคู่มือและเผยแพร่ขั้นตอนการให้บริการ", "ร้อยละของเรื่องที่แล้วเสร็จตามเวลา"),
    progress: str = "100",
) -> Inputs:
    """One agency: factor scores, results of two indicators (targets 60 and 80), survey per cent; None = absent."""
    measure, indicator = names
    plan = Plan(
        (
            SuccessIndicator(indicator, D(50), HIGHER, NUMBER, tuple(D(v) for v in (40, 50, 60, 70, 80))),
            SuccessIndicator("จำนวนเรื่องร้องเรียนที่ตอบแล้ว", D(50), HIGHER, NUMBER, tuple(D(v) for v in (60, 70, 80, 90, 100))),
        ),
        len(quality),
    )
    review = Review(tuple(at < basic for at in range(5)), tuple(D(item) for item in quality))
    report = Report(
        (Measure(measure, D(progress), True), Measure("เปิดเผยข้อมูลการจัดซื้อจัดจ้าง", D(100), True)),
        tuple(None if item is None else D(item) for item in results),
    )
    return Inputs(plan, review, report, None if survey is None else D(survey))


def scored(agency: Agency, made: Inputs, round_id: str) -> Scored:
    one = framework(agency.framework)
    criteria = criteria_from(one.criteria_rows, one.sub_indicators, number=one.number, weight=one.weight, composite=one.composite)
    if agency.sla or agency.exempt_reason:
        made = replace(made, excused=SLA if agency.sla else EXEMPT)
    return Scored(agency, one, round_id, score_agency(made, criteria, one.policy), made)


DEPARTMENTS = {
    "D01001": inputs(),  # 5.0000
    "D01002": inputs(survey="80"),  # 4.6000
    "D01003": inputs(survey="80"),  # 4.6000, shared
    "D01004": inputs(("1", "1", "1", "0"), survey="72.5"),  # level 3 by quality 75
    "D01005": inputs(results=("60", None)),  # not reported
    "D01006": inputs(("0.5", "0.5", "0.5", "0.5"), basic=4, survey="60"),  # gate closed, survey below level 1
    "D01008": inputs(),  # SLA
}
PROVINCES = {
    "P50": inputs(names=("=1+1", "@cmd"), survey="77.25"),
    "P51": inputs(survey=None),
    "P52": inputs(("1", "1", "0.5", "0.5"), survey="70"),
    "P40": inputs(progress="80"),
    "P10": inputs(),  # exempt: no provincial administration
}


def made_agencies() -> list[Agency]:
    """Seven departments and five provinces; the last department under SLA, one province with a name that looks live."""
    departments = [replace(item, sla=item.code == "D01008") for item in agencies("dept_2557", list(DEPARTMENTS))]
    provinces = [
        replace(item, name='=HYPERLINK("x")') if item.code == "P52" else item for item in agencies("prov_2557", list(PROVINCES))
    ]
    return [*departments, *provinces]


def filed(agency: str, form: str, verdict: str = "accepted", **more: object) -> Filed:
    base = Filed(agency, form, "", verdict, (), 1, f"{agency}.xlsx", "0001", "0" * 64, dt.date(2014, 10, 10))
    return replace(base, **more)  # type: ignore[arg-type]


def made_results(simulated: bool = False) -> Results:
    """A small publication: both frameworks, two rounds for the departments."""
    members = made_agencies()
    answers = {**DEPARTMENTS, **PROVINCES}
    scores = [scored(item, answers[item.code], "12") for item in members]
    scores += [scored(item, replace(answers[item.code], survey=None), "9") for item in members if not item.province]
    return Results(
        fiscal_year=2557,
        as_of=AS_OF,
        frameworks=(framework("dept_2557"), framework("prov_2557")),
        agencies=tuple(members),
        scored=tuple(scores),
        filed=(
            filed("D01001", "dept_2557/report12"),
            filed("D01002", "dept_2557/report12", flags=("late", "warnings"), days_late=3, received=dt.date(2014, 10, 18)),
            filed("D01005", "dept_2557/report12", "returned"),
            filed("P50", "prov_2557/report12", file="=cmd.xlsx"),
        ),
        answers=(
            AnswerRow("P50", "prov_2557/report12", "measures", 1, "measure", "=1+1", "=1+1", "=cmd.xlsx", "-แผ่น", "C5"),
            AnswerRow("D01001", "dept_2557/report12", "indicators", 1, "result", "-5", "-5", "a.xlsx", "ผล", "D12"),
            AnswerRow("D01001", "dept_2557/report12", "measures", 1, "summary", "+ทำแล้ว", "+ทำแล้ว", "a.xlsx", "ผล", "D9"),
        ),
        findings=(
            FindingRow("D01005", "dept_2557/report12", "b.xlsx", "ผล", "D10", "REQUIRED", "error", "ยังไม่ได้กรอก"),
            FindingRow("D01005", "dept_2557/report12", "b.xlsx", "ผล", "D9", "REQUIRED", "error", "@ยังไม่ได้กรอก"),
        ),
        balance=Balance(
            5, {name: {"accepted": 3, "returned": 1, "duplicate": 1}.get(name, 0) for name in VERDICTS},
            (
                Expected("dept_2557/report12", 7, 1, 1, 4, 1, ("D01003", "D01004", "D01005", "D01006")),
                Expected("prov_2557/report12", 5, 1, 0, 3, 1, ("P51", "P52", "P40")),
            ),
        ),
        shown_round={"dept_2557": "12", "prov_2557": "12"},
        issued={("D01001", "dept_2557/report12"): "0001", ("P50", "prov_2557/report12"): "0002"},
        simulated=simulated,
        attention=(
            Attention("=x.xlsx", "conflict", "P50", "prov_2557/report12", dt.date(2014, 10, 12), "CONFLICT", "ต่างกัน", "ส่งใหม่"),
        ),
    )  # fmt: skip


def big_results() -> Results:
    """Every agency of the registry, three rounds of variety, for pictures and for speed."""
    members, scores, came = [], [], []
    for name in ("dept_2557", "prov_2557"):
        for at, agency in enumerate(agencies(name)):
            agency = replace(agency, sla=name == "dept_2557" and at % 7 == 3)
            members.append(agency)
            made = inputs(
                [("1", "0.5", "1", "1", "0")[(at + n) % 5] for n in range(4)],
                [str(45 + at % 40), None if at % 23 == 5 else str(60 + at % 41)],
                None if at % 19 == 8 else str(62 + at % 27),
                progress="90" if at % 11 == 4 else "100",
            )
            scores += [scored(agency, made, round_id) for round_id in ("9", "12")]
            if at % 23 != 5:
                late = at % 13 if at % 13 < 4 else 0
                flags = ("late",) if late else ()
                verdict = "returned" if at % 17 == 6 else "accepted"
                came.append(filed(agency.code, f"{name}/report12", verdict, days_late=late, flags=flags, seq=at))
    return replace(
        made_results(simulated=True), agencies=tuple(members), scored=tuple(scores), filed=tuple(came), answers=(),
        findings=(),
    )  # fmt: skip
