"""What the demonstration season is made of: nights, chances, sentences, the worked example and the planted faults, as data."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from templates.load import SHIPPED, read_csv, read_toml
from templates.spec import Record

DATA = SHIPPED.parent / "demo"


@dataclass(frozen=True)
class Act:
    """One night and what comes before it: forms issued, then returns of these groups (`late_report9` = the late ones)."""

    day: dt.date
    forms: tuple[str, ...]
    files: tuple[str, ...]


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong on purpose, and what the program must say: `verdict`, and `code` ("" = any).

    `cells` name what is changed or put right; `instead`: it replaces the proper return of that night.
    """

    id: str
    day: dt.date
    agency: str
    form: str
    kind: str
    verdict: str
    code: str
    cells: tuple[Mapping[str, Any], ...]
    instead: bool
    text: str


@dataclass(frozen=True)
class Habit:
    """How one agency types: patterns of numbers, percentages and dates ("" = a true value), digits, ticks."""

    number: str
    percent: str
    date: str
    thai_digits: bool
    yes: str
    no: str
    codes: bool


@dataclass(frozen=True)
class Scenario:
    """All data of the demonstration. `setting` is season.toml, `texts` and `worked` the other TOML files as they stand."""

    setting: Mapping[str, Any]
    texts: Mapping[str, Any]
    worked: Mapping[str, Any]
    measures: Mapping[str, Record]
    indicators: tuple[Record, ...]
    weights: tuple[tuple[str, ...], ...]
    acts: tuple[Act, ...]
    faults: tuple[Fault, ...]
    absent: frozenset[tuple[str, str]]
    late: frozenset[tuple[str, str]]
    final_missing: frozenset[str]
    unreviewed: frozenset[str]
    unsurveyed: frozenset[str]

    @property
    def mark(self) -> str:
        """Give what every simulated text ends with."""
        return str(self.setting["mark"])

    def chance(self, name: str) -> float:
        """Give a share of agencies."""
        return float(self.setting["chances"][name])

    def dice(self, *about: str) -> random.Random:
        """Give dice that fall the same way for the same words in every run."""
        return random.Random(":".join((str(self.setting["seed"]), *about)))

    def drawn(self, key: str, dice: random.Random) -> Mapping[str, Any]:
        """Draw one of the entries of `key` by their chances."""
        entries: Sequence[Mapping[str, Any]] = self.setting[key]
        return dice.choices(entries, [float(item["chance"]) for item in entries])[0]

    def habit(self, dice: random.Random | None = None) -> Habit:
        """Draw how somebody types; without dice the plain way, the first of the list."""
        raw = self.drawn("habit", dice) if dice else self.setting["habit"][0]
        return Habit(**{name: raw[name] for name in Habit.__dataclass_fields__})


def load_scenario(folder: Path = DATA) -> Scenario:
    """Load the demonstration's data; a broken file is a SpecError."""
    setting, raw = read_toml(folder / "season.toml"), read_toml(folder / "faults.toml")
    return Scenario(
        setting=setting,
        texts=read_toml(folder / "texts.toml"),
        worked=read_toml(folder / "worked.toml"),
        measures={row["factor_id"]: row for row in read_csv(folder / "measures.csv")},
        indicators=read_csv(folder / "indicators.csv"),
        weights=tuple(tuple(row["weights"].split()) for row in read_csv(folder / "weights.csv")),
        acts=tuple(
            Act(dt.date.fromisoformat(item["day"]), tuple(item["forms"]), tuple(item["files"])) for item in setting["night"]
        ),
        faults=tuple(_fault(item) for item in raw["fault"]),
        absent=frozenset((item["agency"], form) for item in raw["absent"] for form in item["forms"]),
        late=frozenset((item["agency"], form) for item in raw["late"] for form in item["forms"]),
        final_missing=frozenset(raw["final_missing"]),
        unreviewed=frozenset(raw["unreviewed"]),
        unsurveyed=frozenset(raw["unsurveyed"]),
    )


def _fault(raw: Mapping[str, Any]) -> Fault:
    return Fault(
        id=raw["id"], day=dt.date.fromisoformat(raw["night"]), agency=raw["agency"], form=raw["form"],
        kind=raw["kind"], verdict=raw["verdict"], code=raw.get("code", ""), cells=tuple(raw.get("cells", ())),
        instead=raw.get("instead", False), text=raw.get("text", ""),
    )  # fmt: skip
