"""Every score and rank of a season again, from its published answers: plain Python that shares no code with the program.

Reads `results/data/answers.csv`, `agencies.csv` and the season's framework files, nothing else that the program reckoned, and
imports none of its packages. The formulas are those that the scheme states, with the choices of `[scoring]`; arithmetic is
exact (`Fraction`) and rounds half up once, where a figure is shown.
"""

from __future__ import annotations

import csv
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

F = Fraction
HUNDRED, TOP, TARGET = F(100), 5, 3
ROUNDS = ("9", "12")
RANKED = ("evaluated", "below_level_1", "gate_closed")
MISSING = ("not_reported", "not_reviewed", "not_surveyed")
NEEDED: Mapping[str, Mapping[str, Sequence[str]]] = {
    "plan": {
        "general": ("process_type", "stage"),
        "measures": ("factor", "additional_measure"),
        "indicators": ("name", "weight", "direction", "scale", "level1", "level2", "level3", "level4", "level5"),
    },
    "report": {"measures": ("progress", "in_time"), "indicators": ("name", "result")},
    "review": {"basics": ("met",), "factors": ("factor", "measure", "score")},
    "survey": {"survey": ("transparency_pct",)},
}  # fmt: skip

Record = dict[str, str]
Tables = dict[str, dict[int, Record]]


@dataclass(frozen=True)
class Scheme:
    """One framework of the season as its files state it."""

    id: str
    number: str
    weight: Fraction
    parts: Sequence[Mapping[str, Any]]
    policy: Mapping[str, Any]
    levels: Mapping[str, Sequence[Mapping[str, str]]]
    factors: Mapping[str, int]


@dataclass
class Answered:
    """What counts of one agency, by form; `plans` by file, since a preliminary and a final plan may both be published."""

    plans: dict[str, Tables] = field(default_factory=dict)
    forms: dict[str, Tables] = field(default_factory=dict)

    @property
    def plan(self) -> Tables | None:
        """Give the final plan: what was sent before it may still be changed and is not scored."""
        return next((tables for tables in self.plans.values() if tables["general"][1].get("stage") == "final"), None)


@dataclass(frozen=True)
class Line:
    """One row of scores.csv as far as it is reckoned; "" = blank."""

    raw: str
    score: str
    weighted: str
    status: str


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    """Read a CSV of ours row by row."""
    csv.field_size_limit(10**9)
    with path.open(encoding="utf-8-sig", newline="") as lines:
        yield from csv.DictReader(lines)


def shown(value: Fraction | None, decimals: int) -> str:
    """Print a value half up, a tie away from zero; None = blank."""
    if value is None:
        return ""
    whole = int(abs(value) * 10**decimals + F(1, 2))
    text = str(whole).rjust(decimals + 1, "0")
    sign = "-" if value < 0 and whole else ""
    return f"{sign}{text[:-decimals]}.{text[-decimals:]}"


def number(text: str | None) -> Fraction | None:
    """Read a decimal string; blank = None."""
    return F(text) if text else None


KNOWN = {
    "achievement_basis": ("target_ratio", "level_score", "scale_60_100"),
    "interp_7_2": ("linear", "step"),
    "interp_indicator": ("linear", "step"),
    "progress_lower_better": ("ratio", "level_based"),
    "rounding": ("half_up",),
    "score_decimals": (4,),
    "percent_decimals": (2,),
}
"""The choices that this module reckons; `floor`, `gate_fail_score`, `achievement_cap` and the deduction may be any number."""
REWEIGHT = "exclude_and_reweight"


def scheme_of(folder: Path, chosen: Mapping[str, Any] | None = None) -> Scheme:
    """Read a framework folder with the season's own choices; ValueError when one of them is not reckoned here."""
    told = tomllib.loads((folder / "framework.toml").read_text(encoding="utf-8"))
    policy = {**told["scoring"], **(chosen or {})}
    other = [key for key, values in KNOWN.items() if policy[key] not in values]
    if other:
        raise ValueError(f"{folder.name}: this recomputation doesn't know the choice of {', '.join(other)}")
    levels: dict[str, list[Mapping[str, str]]] = defaultdict(list)
    for row in rows_of(folder / "level_criteria.csv"):
        levels[row["indicator"]].append(row)
    factors = Counter(row["process_type_no"] for row in rows_of(folder / "factors.csv"))
    return Scheme(told["id"], told["number"], F(told["weight"]), told["sub_indicator"], policy, levels, factors)


def answered(path: Path) -> dict[tuple[str, str], Answered]:
    """Read answers.csv: (framework, agency) -> the answers that bear on a score; other rows are passed over."""
    found: dict[tuple[str, str], Answered] = defaultdict(Answered)
    for row in rows_of(path):
        framework, _, form = row["form"].partition("/")
        wanted = NEEDED.get(form.rstrip("0123456789"), {})
        if row["field"] not in wanted.get(row["table"], ()):
            continue
        mine = found[framework, row["agency"]]
        tables = mine.plans.setdefault(row["file"], {}) if form == "plan" else mine.forms.setdefault(form, {})
        tables.setdefault(row["table"], {}).setdefault(int(row["record"]), {})[row["field"]] = row["value"]
    return found


def records(tables: Tables | None, name: str) -> list[Record]:
    """Give the records of a table in their order."""
    found = (tables or {}).get(name, {})
    return [found[at] for at in sorted(found)]


# --- one success indicator ---------------------------------------------------------------------------------------------


def criteria(plan_row: Record) -> dict[int, Fraction]:
    """Give level -> value; a zero that breaks the rise or fall of the others stands for a level not used."""
    typed = {level: number(plan_row.get(f"level{level}")) for level in range(1, TOP + 1)}
    given = {level: value for level, value in typed.items() if value is not None}
    if strict(list(given.values())):
        return given
    return {level: value for level, value in given.items() if value != 0}


def strict(values: Sequence[Fraction]) -> bool:
    """Tell whether values rise all the way or fall all the way."""
    pairs = list(zip(values, values[1:], strict=False))
    return all(a < b for a, b in pairs) or all(a > b for a, b in pairs)


def progress(plan_row: Record, result: Fraction | None, scheme: Scheme) -> Fraction | None:
    """Give the progress against level 3 in per cent, uncapped."""
    target = number(plan_row.get("level3"))
    if result is None or target is None:
        return None
    if plan_row["direction"] == "lower" and scheme.policy["progress_lower_better"] == "level_based":
        score = own_score(plan_row, result, scheme)
        return None if score is None else score / TARGET * HUNDRED
    if target <= 0:
        return None
    if plan_row["direction"] != "lower":
        return result / target * HUNDRED
    return target / result * HUNDRED if result else F(scheme.policy["achievement_cap"])


def own_score(plan_row: Record, result: Fraction | None, scheme: Scheme) -> Fraction | None:
    """Give the 1-5 score of an indicator: rule of three between two levels, the floor below the first, 5 above the last."""
    points = sorted(criteria(plan_row).items())
    if result is None or len(points) < 2:
        return None
    falling = points[-1][1] < points[0][1]
    ladder = [(level, -value if falling else value) for level, value in points]
    reached = -result if falling else result
    if reached < ladder[0][1]:
        return F(scheme.policy["floor"])
    if reached >= ladder[-1][1]:
        return F(TOP if reached > ladder[-1][1] else ladder[-1][0])
    below = max(at for at, (_, value) in enumerate(ladder) if value <= reached)
    (low, start), (high, end) = ladder[below], ladder[below + 1]
    if plan_row.get("scale") == "milestone" or scheme.policy["interp_indicator"] == "step":
        return F(low)
    return low + (reached - start) / (end - start) * (high - low)


def results_of(plan: Tables, report: Tables) -> list[Fraction | None]:
    """Give the results in the order of the plan's indicators, by name; None = blank."""
    told = {row["name"]: number(row["result"]) for row in records(report, "indicators")}
    return [told.get(row["name"]) for row in records(plan, "indicators")]


def achieved(plan_row: Record, result: Fraction | None, scheme: Scheme) -> Fraction | None:
    """Give the share of its target that an indicator counts with in 7.2, in per cent."""
    basis = scheme.policy["achievement_basis"]
    if basis == "target_ratio":
        rate = progress(plan_row, result, scheme)
        return None if rate is None else min(rate, F(scheme.policy["achievement_cap"]))
    score = own_score(plan_row, result, scheme)
    if score is None:
        return None
    return score / TOP * HUNDRED if basis == "level_score" else 60 + (score - 1) * 10


# --- sub-indicators ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """One sub-indicator before it is printed; `level` is what the gate asks for, None = not judged."""

    raw: Fraction | None
    score: Fraction | None
    status: str
    level: int | None = None


def floored(raw: Fraction, scheme: Scheme) -> Part:
    return Part(raw, F(scheme.policy["floor"]), "below_level_1", 0)


def plan_quality(mine: Answered, scheme: Scheme, part: Mapping[str, Any], _: str) -> Part:
    """Steps over basic criteria and quality; a share of the reviewers' factor scores decides, unrounded."""
    plan, review = mine.plan, mine.forms.get("review")
    if plan is None:
        return Part(None, None, "not_reported")
    rows = scheme.levels[part["id"]]
    wanted = scheme.factors[plan["general"][1]["process_type"]]
    met = [row["met"] for row in records(review, "basics")]
    scores = [number(row["score"]) for row in records(review, "factors")]
    asked = max(int(row["basic_criteria_required"]) for row in rows)
    if review is None or len(met) < asked or "" in met or len(scores) != wanted or None in scores or outdated(plan, review):
        return Part(None, None, "not_reviewed")
    quality = sum((score for score in scores if score is not None), F(0)) / wanted * HUNDRED
    level = 0
    for row in sorted(rows, key=lambda item: int(item["level"])):
        floor = number(row["quality_pct_min"])
        if met.count("true") < int(row["basic_criteria_required"]) or (floor is not None and quality < floor):
            break
        level = int(row["level"])
    return Part(quality, F(level), "evaluated", level) if level else floored(quality, scheme)


def outdated(plan: Tables, review: Tables) -> bool:
    """Tell whether the reviewers judged other measures than the final plan has: they read an earlier one."""
    planned = {row["factor"]: row["additional_measure"] for row in records(plan, "measures")}
    return any(planned.get(row["factor"], row["measure"]) != row["measure"] for row in records(review, "factors"))


def achievement(mine: Answered, scheme: Scheme, part: Mapping[str, Any], round_: str) -> Part:
    """The plan carried out to the full and in time, then the weighted mean achievement, each indicator capped."""
    plan, report = mine.plan, mine.forms.get(f"report{round_}")
    if plan is None or report is None:
        return Part(None, None, "not_reported")
    planned, results = records(plan, "indicators"), results_of(plan, report)
    done = [(number(row["progress"]), row["in_time"]) for row in records(report, "measures")]
    if None in results:
        return Part(None, None, "not_reported")
    reached = [achieved(row, result, scheme) for row, result in zip(planned, results, strict=True)]
    weights = [F(row["weight"]) for row in planned]
    first, *above = sorted(scheme.levels[part["id"]], key=lambda item: int(item["level"]))
    undone = any(in_time == "false" or (share is not None and share < F(first["plan_execution_pct"])) for share, in_time in done)
    if not undone and (not done or any(share is None or in_time == "" for share, in_time in done)):
        return Part(None, None, "not_reported")
    if None in reached:
        return Part(None, None, "not_reviewed")
    mean = sum((w * g for w, g in zip(weights, reached, strict=True) if g is not None), F(0)) / sum(weights)
    if undone:
        return floored(mean, scheme)
    steps = [(int(row["level"]), F(row["threshold_pct"])) for row in above]
    found = between(steps, mean) or F(1)
    return Part(mean, F(int(found)) if scheme.policy["interp_7_2"] == "step" else found, "evaluated", 1)


def survey(mine: Answered, scheme: Scheme, part: Mapping[str, Any], _: str) -> Part:
    """Linear between the thresholds."""
    asked = records(mine.forms.get("survey"), "survey")
    result = number(asked[0]["transparency_pct"]) if asked else None
    if result is None:
        return Part(None, None, "not_surveyed")
    steps = [(int(row["level"]), F(row["threshold_pct"])) for row in scheme.levels[part["id"]]]
    score = between(sorted(steps), result)
    return floored(result, scheme) if score is None else Part(result, score, "evaluated", 1)


def between(steps: Sequence[tuple[int, Fraction]], value: Fraction) -> Fraction | None:
    """Place a value on a rising scale; None below its first step, its last level above."""
    if value < steps[0][1]:
        return None
    for (low, start), (high, end) in zip(steps, steps[1:], strict=False):
        if value < end:
            return low + (value - start) / (end - start) * (high - low)
    return F(steps[-1][0])


JUDGES = {"plan_quality": plan_quality, "achievement": achievement, "survey": survey}


def gated(part: Mapping[str, Any], own: Part, gate: Part | None, scheme: Scheme) -> Part:
    """Close the gate: what is not delivered is said first, then a gate not judged, then one not reached."""
    if gate is None or own.status in ("not_reported", "not_surveyed"):
        return own
    if gate.level is None:
        return Part(own.raw, None, "not_reviewed")
    if gate.level >= part["gate_level"]:
        return own
    failed = scheme.policy["gate_fail_score"]
    return Part(own.raw, None if failed == REWEIGHT else F(failed), "gate_closed")


def lines_of(mine: Answered, scheme: Scheme, round_: str) -> dict[str, Line]:
    """Give indicator -> line of scores.csv, the total among them; the deadlines of all earlier rounds have passed."""
    open_ = {part["id"]: JUDGES[part["role"]](mine, scheme, part, round_) for part in scheme.parts}
    parts = {part["id"]: gated(part, open_[part["id"]], open_.get(part["gate"]), scheme) for part in scheme.parts}
    weights = {part["id"]: F(part["weight"]) for part in scheme.parts}
    # A score has four decimals: what follows is reckoned from it, so that anyone can repeat it from the printed figure.
    printed = {name: number(shown(part.score, 4)) for name, part in parts.items()}
    lines = {
        name: Line(shown(part.raw, 2), shown(part.score, 4), weighed(printed[name], weights[name]), part.status)
        for name, part in parts.items()
    }
    absent = [status for status in MISSING if any(part.status == status for part in parts.values())]
    if absent:
        return {**lines, scheme.number: Line("", "", "", absent[0])}
    counted = {name: score for name, score in printed.items() if score is not None}
    total = sum((weights[name] * score for name, score in counted.items()), F(0)) / sum(weights[name] for name in counted)
    missed = sum(f"report{earlier}" not in mine.forms for earlier in ROUNDS[: ROUNDS.index(round_)])
    total = max(F(0), total - F(scheme.policy["missed_round_deduction"]) * missed)
    return {**lines, scheme.number: Line("", shown(total, 4), weighed(total, scheme.weight), "evaluated")}


def weighed(score: Fraction | None, weight: Fraction) -> str:
    return shown(None if score is None else score * weight / HUNDRED, 4)


def excused(agency: Mapping[str, str]) -> str:
    if agency["sla"].lower() in ("1", "true", "yes", "y", "x"):
        return "sla"
    return "exempt" if agency["exempt_reason"] else ""


# --- the whole season --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Recomputed:
    """What a season must have published: (framework, round, agency, indicator) -> line, (framework, round, agency) -> rank."""

    scores: Mapping[tuple[str, str, str, str], Line]
    ranks: Mapping[tuple[str, str, str], tuple[str, ...]]
    progress: Mapping[tuple[str, str, str, str, str], tuple[str, str]]


def recompute(season: Path, registry: Path) -> Recomputed:
    """Reckon every score, rank and progress of a season from its published answers; `registry` names clusters."""
    mine = answered(season / "results" / "data" / "answers.csv")
    agencies = list(rows_of(season / "agencies.csv"))
    told = tomllib.loads((season / "season.toml").read_text(encoding="utf-8"))
    chosen, year = told.get("policy", {}), told["fiscal_year"]
    common = {key: value for key, value in chosen.items() if not isinstance(value, dict)}
    folders = sorted((season / "frameworks").iterdir())
    schemes = {one.name: scheme_of(one, {**common, **chosen.get(one.name, {})}) for one in folders}
    clusters = {
        f"P{tis}": row["code"] for row in rows_of(registry) if row["fiscal_year"] == str(year) for tis in row["members"].split()
    }
    scores: dict[tuple[str, str, str, str], Line] = {}
    rates: dict[tuple[str, str, str, str, str], tuple[str, str]] = {}
    for agency in agencies:
        scheme, filed = schemes[agency["framework"]], mine[agency["framework"], agency["code"]]
        for round_ in ROUNDS:
            key = (scheme.id, round_, agency["code"])
            excuse = excused(agency)
            names = [*(part["id"] for part in scheme.parts), scheme.number]
            blank = {name: Line("", "", "", excuse) for name in names}
            scores |= {(*key, name): line for name, line in (blank if excuse else lines_of(filed, scheme, round_)).items()}
            rates |= {} if excuse else {(*key, *rate): pair for rate, pair in rates_of(filed, scheme, round_)}
    group = {item["code"]: clusters.get(item["code"], "") if item["province"] else item["ministry"] for item in agencies}
    totals = {(*key, scheme.number): key for scheme in schemes.values() for key in placed(scores, scheme.id)}
    points = {key: scores[name].score for name, key in totals.items()}
    return Recomputed(scores, ranked(points, group), rates)


def placed(scores: Iterable[tuple[str, str, str, str]], framework: str) -> set[tuple[str, str, str]]:
    return {(name, round_, agency) for name, round_, agency, _ in scores if name == framework}


def rates_of(mine: Answered, scheme: Scheme, round_: str) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    """Give (kind, no) -> progress and score of progress.csv."""
    plan, report = mine.plan, mine.forms.get(f"report{round_}")
    if plan is None or report is None:
        return
    for at, row in enumerate(records(report, "measures"), 1):
        yield ("measure", str(at)), (shown(number(row["progress"]), 2), "")
    for at, (plan_row, result) in enumerate(zip(records(plan, "indicators"), results_of(plan, report), strict=True), 1):
        rate, score = progress(plan_row, result, scheme), own_score(plan_row, result, scheme)
        yield ("indicator", str(at)), (shown(rate, 2), shown(score, 4))


def ranked(points: Mapping[tuple[str, str, str], str], group: Mapping[str, str]) -> dict[tuple[str, str, str], tuple[str, ...]]:
    """Give score, rank_national, of_national, rank_group, of_group, group, shared: one more than the number above."""
    fields: dict[tuple[str, str, str], Counter[Fraction]] = defaultdict(Counter)
    for (framework, round_, agency), score in points.items():
        for place in {"", group[agency]} if score else ():
            fields[framework, round_, place][F(score)] += 1
    places = {place: places_of(counts) for place, counts in fields.items()}
    ranks = {}
    for (framework, round_, agency), score in points.items():
        club, told = group[agency], ["", "", "", ""]  # outside the rank
        if score:
            nation, mates = ((framework, round_, place) for place in ("", club))
            told[:2] = str(places[nation][F(score)]), str(fields[nation].total())
            told[2:] = (str(places[mates][F(score)]), str(fields[mates].total())) if club else ("", "")
        shared = "true" if score and fields[framework, round_, ""][F(score)] > 1 else "false"
        ranks[framework, round_, agency] = (score, *told, club, shared)
    return ranks


def places_of(counts: Counter[Fraction]) -> dict[Fraction, int]:
    """Give score -> rank: one more than the number of those above."""
    found, above = {}, 0
    for score in sorted(counts, reverse=True):
        found[score] = 1 + above
        above += counts[score]
    return found


def differences(season: Path, registry: Path) -> tuple[list[str], Recomputed]:
    """Compare a season's scores.csv, ranks.csv and progress.csv with the recomputation: every row, both ways."""
    own = recompute(season, registry)
    data = season / "results" / "data"
    told: dict[tuple[str, ...], tuple[str, ...]] = {}
    for row in rows_of(data / "scores.csv"):
        told["score", row["framework"], row["round"], row["agency"], row["indicator"]] = (
            row["raw"], row["score"], row["weighted_score"], row["status"],
        )  # fmt: skip
    for row in rows_of(data / "ranks.csv"):
        told["rank", row["framework"], row["round"], row["agency"]] = tuple(
            row[name] for name in ("score", "rank_national", "of_national", "rank_group", "of_group", "group", "shared")
        )
    for row in rows_of(data / "progress.csv"):
        key = ("progress", row["framework"], row["round"], row["agency"], row["kind"], row["no"])
        told[key] = (row["progress_pct"], row["score"])
    mine: dict[tuple[str, ...], tuple[str, ...]] = {
        ("score", *key): (line.raw, line.score, line.weighted, line.status) for key, line in own.scores.items()
    }
    mine |= {("rank", *key): rank for key, rank in own.ranks.items()}
    mine |= {("progress", *key): rate for key, rate in own.progress.items()}
    wrong = [f"{' '.join(key)}: published {told.get(key)}, recomputed {mine.get(key)}" for key in sorted(told.keys() | mine.keys())
             if told.get(key) != mine.get(key)]  # fmt: skip
    return wrong, own
