"""What every agency of the demonstration answers in a whole season: the worked example as printed, all others simulated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import partial

from processors.scenario import Habit, Scenario
from templates.layout import Json
from templates.registry import Agency
from templates.spec import Framework, Record
from templates.words import fill

Rows = Sequence[Mapping[str, Json]]
Records = Mapping[str, Rows]
"""Answers of one return as they are kept: table -> records -> field -> value."""

FORMS = ("plan", "report9", "report12")


@dataclass(frozen=True)
class Story:
    """One agency's season: `returns` by form, how it types, when it sends, how it is judged.

    `met`: the five basic criteria; `scores`: one rubric code per key factor; `survey` a percentage.
    """

    returns: Mapping[str, Records]
    habit: Habit
    early: bool
    late: frozenset[str]
    met: tuple[bool, ...]
    scores: tuple[str, ...]
    survey: str
    respondents: str


def story_of(scenario: Scenario, framework: Framework, agency: Agency) -> Story:
    """Tell one agency's season; the same agency always has the same one."""
    if agency.code == scenario.worked["agency"]:
        return _worked(scenario, framework)
    return _Teller(scenario, framework, agency).story()


def factors_of(framework: Framework, process_type: str) -> list[str]:
    """Give the ids of the key factors of a process type in the order of the form."""
    rows = [row for row in framework.lists["factors.csv"] if row["process_type_no"] == process_type]
    return [row["factor_id"] for row in sorted(rows, key=lambda row: int(row["factor_no"]))]


def printed(scenario: Scenario, framework: Framework) -> list[tuple[str, int, str]]:
    """Give the figures that the worked example prints, as (kind, number, percentage) in the order of the form."""
    worked = scenario.worked
    order = factors_of(framework, worked["plan"]["general"][0]["process_type"])
    figures = worked["printed"]
    found = [("measure", at, str(figures["measures"][factor])) for at, factor in enumerate(order, 1)]
    return found + [("indicator", at, str(value)) for at, value in enumerate(figures["indicators"], 1)]


def _worked(scenario: Scenario, framework: Framework) -> Story:
    worked = scenario.worked
    order = factors_of(framework, worked["plan"]["general"][0]["process_type"])
    returns: dict[str, Records] = {}
    for form in FORMS:
        records = {table: list(rows) for table, rows in worked[form].items()}
        # The guideline lists the key factors in another order than the form: a measure goes by its factor.
        records["measures"].sort(key=lambda row: order.index(row["factor"]))
        returns[form] = {**records, **_people(scenario, form), **(_closeout(scenario) if form == FORMS[-1] else {})}
    basic = framework.lists["basic_criteria.csv"]
    return Story(
        returns, scenario.habit(), True, frozenset(), (True,) * len(basic), tuple(worked["review"]),
        worked["survey"], str(worked["respondents"]),
    )  # fmt: skip


def _people(scenario: Scenario, form: str) -> dict[str, Rows]:
    people = scenario.setting["people"]
    filler = "recorder" if form == FORMS[0] else "reporter"
    return {filler: [people[filler]], "certifier": [{"certified": True, **people["certifier"]}]}


def _closeout(scenario: Scenario, process: str = "") -> dict[str, Rows]:
    process = process or scenario.worked["plan"]["general"][0]["work_process"]
    chapters: Mapping[str, str] = scenario.texts["closeout"]
    return {"closeout": [{key: fill(text, {"process": process}) + scenario.mark for key, text in chapters.items()}]}


@dataclass(frozen=True)
class _Goal:
    """One success indicator with its results of both rounds."""

    row: Record
    weight: str
    results: Mapping[str, str]


class _Teller:
    """Makes up one agency's season with its own dice."""

    def __init__(self, scenario: Scenario, framework: Framework, agency: Agency) -> None:
        self.scenario = scenario
        self.framework = framework
        self.agency = agency
        self.dice = scenario.dice(framework.id, agency.code)
        self.grade = scenario.drawn("grade", self.dice)

    def chance(self, name: str) -> bool:
        """Throw the dice for a share."""
        return self.dice.random() < self.scenario.chance(name)

    def say(self, section: str, key: str, **gaps: str) -> str:
        """Choose one of several sentences, fill its gaps and mark it as simulated."""
        return fill(self.dice.choice(self.scenario.texts[section][key]), gaps) + self.scenario.mark

    def story(self) -> Story:
        """Tell everything, in a fixed order of throws."""
        scenario, code = self.scenario, self.agency.code
        habit = scenario.habit(self.dice)
        general = self.general()
        factors = factors_of(self.framework, str(general["process_type"]))
        measures = self.measures(factors)
        goals = self.goals()
        plan = {"general": [general], **self.plan(general), "measures": measures, "indicators": _criteria(goals, scenario.mark)}
        kept = sum(1 for row in measures if row["additional_measure"])
        done = self.progress(kept)
        returns: dict[str, Records] = {"plan": {**plan, **_people(scenario, "plan")}}
        for form in FORMS[1:]:
            returns[form] = {**self.report(form, done[form], goals), **_people(scenario, form)}
        process = str(general["work_process"]).removesuffix(scenario.mark)
        returns[FORMS[-1]] = {**returns[FORMS[-1]], **_closeout(scenario, process)}
        late = {form for form in FORMS if self.chance(f"late_{form}")} | {f for a, f in scenario.late if a == code}
        low, often, high = scenario.setting["survey"]["spread"]
        return Story(
            returns=returns,
            habit=habit,
            early=self.chance("early") or code in scenario.final_missing,
            late=frozenset(late),
            met=self.met(),
            scores=tuple(self.score(bool(row["additional_measure"])) for row in measures),
            survey=f"{self.dice.triangular(low, high, often):.2f}",
            respondents=str(self.dice.randint(*scenario.setting["survey"]["respondents"])),
        )

    def general(self) -> dict[str, Json]:
        """Choose process and type; provinces choose one of their services, which implies the type."""
        services = self.framework.lists.get("services.csv", ())
        if not services:
            kind = self.dice.choice(self.framework.lists["process_types.csv"])["code"]
            process = self.dice.choice(self.scenario.texts["processes"][kind])
            return {"work_process": process + self.scenario.mark, "process_type": kind}
        service = self.dice.choice(services)
        process = fill(self.scenario.texts["general"]["service_process"], {"service": service["label"]})
        basis = self.framework.form("plan").table("general").field("evidence_basis").options
        at = self.dice.randrange(len(basis))
        reason = self.scenario.texts["general"]["justification"][at]
        return {
            "work_process": process + self.scenario.mark,
            "process_type": service["process_type_no"],
            "service": service["code"],
            "evidence_basis": basis[at].code,
            "justification": fill(reason, {"n": str(self.dice.randint(3, 60))}) + self.scenario.mark,
        }

    def plan(self, general: Mapping[str, Json]) -> dict[str, Rows]:
        """Write the five basic parts, risks and activities."""
        process = str(general["work_process"]).removesuffix(self.scenario.mark)
        texts, mark = self.scenario.texts, self.scenario.mark
        basics = {key: self.say("basics", key, process=process) for key in texts["basics"]}
        risks = self.dice.sample(texts["risks"], self.dice.randint(1, len(texts["risks"])))
        activities = []
        for number, row in enumerate(texts["activities"], 1):
            marked = {key: row[key] + mark for key in ("activity", "responsible", "output")}
            activities.append({**marked, "factor": str(number), "start": row["start"], "end": row["end"]})
        return {
            "basics": [basics],
            "risks": [{key: text + mark for key, text in row.items()} for row in risks],
            "activities": activities,
        }

    def measures(self, factors: Sequence[str]) -> list[dict[str, Json]]:
        """Give every key factor its measures; some agencies leave one out, as far as the least share allows."""
        left_out = -1 if self.chance("all_factors") else self.dice.randrange(len(factors))
        rows: list[dict[str, Json]] = []
        for at, factor in enumerate(factors):
            texts = self.scenario.measures[factor]
            added = None if at == left_out else texts["additional_measure"] + self.scenario.mark
            current = texts["current_measure"] + self.scenario.mark
            rows.append({"current_measure": current, "additional_measure": added})
        return rows

    def goals(self) -> list[_Goal]:
        """Choose success indicators with weights that add up to 100, and what comes of them."""
        weights = self.dice.choice(self.scenario.weights)
        rows = self.dice.sample(self.scenario.indicators, len(weights))
        return [_Goal(row, weight, self.results(row)) for row, weight in zip(rows, weights, strict=True)]

    def results(self, row: Record) -> dict[str, str]:
        """Reach the target of level 3 more or less by the agency's grade; nine months give a part of it."""
        ratio = self.dice.uniform(*self.grade["results"])
        target = float(row["level3"])
        whole = min(target / ratio if row["direction"] == "lower" else target * ratio, float(row["most"]))
        part = whole * self.dice.uniform(0.2, 0.8)
        step = Decimal(1).scaleb(-int(row["decimals"]))
        rounded = partial(Decimal.quantize, exp=step, rounding=ROUND_HALF_UP)
        return {"report9": f"{rounded(Decimal(part)):f}", "report12": f"{rounded(Decimal(whole)):f}"}

    def progress(self, count: int) -> dict[str, list[tuple[int, bool]]]:
        """Give (per cent, in time) per measure and round; most plans are carried out whole and in time."""
        complete, in_time = self.chance("complete"), self.chance("in_time")
        last = [100] * count
        if not complete:
            last[self.dice.randrange(count)] = self.dice.randint(8, 19) * 5
        punctual = [True] * count
        if not in_time:
            punctual[self.dice.randrange(count)] = False
        first = [min(value, self.dice.randint(2, 10) * 10) for value in last]
        return {"report9": [(value, True) for value in first], "report12": list(zip(last, punctual, strict=True))}

    def report(self, form: str, done: Sequence[tuple[int, bool]], goals: Sequence[_Goal]) -> dict[str, Rows]:
        """Report every measure and indicator of one round."""
        measures: list[dict[str, Json]] = []
        told: set[str] = set()
        for at, (value, in_time) in enumerate(done, 1):
            summary = self.told_once(told, at, self.say("report", "summary", progress=str(value)))
            output = self.told_once(told, at, self.say("report", "output"))
            row: dict[str, Json] = {"progress": str(value), "in_time": in_time if value == 100 else None}
            measures.append({**row, "summary": summary, "output": output})
        at = self.dice.randrange(len(self.scenario.texts["report"]["obstacles"]))
        trouble = {key: self.scenario.texts["report"][key][at] + self.scenario.mark for key in ("obstacles", "remedies")}
        number = str(self.dice.randint(1, 99))
        evidence = {"title": self.say("report", "evidence"), "reference": self.say("report", "reference", n=number)}
        return {
            "measures": measures,
            "indicators": [{"result": goal.results[form]} for goal in goals],
            "obstacles": [trouble],
            "evidence": [{"indicator": "1", **evidence}],
        }

    def told_once(self, told: set[str], number: int, text: str) -> str:
        """Keep what is told of each measure apart: nobody who works with care pastes one sentence twice."""
        text = fill(self.scenario.texts["report"]["again"], {"n": str(number)}) + text if text in told else text
        told.add(text)
        return text

    def met(self) -> tuple[bool, ...]:
        """Judge the five basic criteria."""
        count = len(self.framework.lists["basic_criteria.csv"])
        missing = -1 if self.chance("basic_complete") else self.dice.randrange(count)
        return tuple(at != missing for at in range(count))

    def score(self, measured: bool) -> str:
        """Judge one key factor; one without a measure gets nothing."""
        rubric = [str(value) for value in self.framework.policy.factor_rubric]
        drawn = self.dice.choices(rubric, self.grade["rubric"])[0]
        return drawn if measured else rubric[0]


def _criteria(goals: Sequence[_Goal], mark: str) -> list[dict[str, Json]]:
    wanted = ("unit", "direction", "scale", "level1", "level2", "level3", "level4", "level5")
    return [{"name": goal.row["name"] + mark, "weight": goal.weight, **{key: goal.row[key] for key in wanted}} for goal in goals]
