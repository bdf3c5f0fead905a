"""What an integrity assessment measures: instruments, indicators and their parts, grades, targets and question codes by year.

A framework with an `instruments.csv` is judged by its *profile*: a score of each instrument and indicator that the centre
hands in, and a grade by conditions on the total and on every instrument. All of it is data of the framework's folder.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from templates.policy import read_number
from workbook.errors import SpecError

FILES = ("instruments.csv", "indicators.csv", "sub_indicators.csv", "grades.csv", "targets.csv", "questions.csv")
TOTAL = "total"
"""What the total is called where instruments and indicators stand under their codes."""
FULL = Decimal(100)
"""The weights of the instruments add up to it; no score is above it."""

Record = Mapping[str, str]


@dataclass(frozen=True)
class Instrument:
    """One instrument: its code (`IIT`), names, other names that are met, and its weight in per cent."""

    code: str
    name: str
    name_en: str
    weight: Decimal
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Indicator:
    """One indicator: its number (`1` ... `10`), the instrument that measures it, its names."""

    no: str
    instrument: str
    name: str
    name_en: str


@dataclass(frozen=True)
class Part:
    """One sub-indicator (`9.4`) under the name that it had in some years; `aliases` are other wordings of that name."""

    no: str
    indicator: str
    name: str
    first: int | None
    last: int | None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grade:
    """One grade of a scheme that held in some years, the highest first.

    `least`: the lowest total; `each_least`: the lowest score of every instrument, None where none is asked for.
    """

    scheme: str
    label: str
    least: Decimal
    each_least: Decimal | None
    passing: bool
    first: int | None
    last: int | None


@dataclass(frozen=True)
class Target:
    """The pass mark of a year, and the share of agencies (per cent) that should reach it; None = no source states one."""

    pass_mark: Decimal
    share: Decimal | None
    first: int | None
    last: int | None
    standing: str


@dataclass(frozen=True)
class Question:
    """One question code of the catalogue of some years; `indicator` is the number of an indicator or of its part."""

    code: str
    indicator: str
    title: str
    first: int | None
    last: int | None


Dated = TypeVar("Dated", Part, Grade, Target, Question)


def holds(item: Part | Grade | Target | Question, year: int) -> bool:
    """Tell whether something of the lists holds in a fiscal year (Buddhist era)."""
    return (item.first is None or item.first <= year) and (item.last is None or year <= item.last)


@dataclass(frozen=True)
class Profile:
    """All that an assessment of one fiscal year is made of; the lists also hold what was in force in other years."""

    year: int
    instruments: tuple[Instrument, ...]
    indicators: tuple[Indicator, ...]
    parts: tuple[Part, ...]
    grades: tuple[Grade, ...]
    targets: tuple[Target, ...]
    questions: tuple[Question, ...]

    def of(self, instrument: str) -> tuple[Indicator, ...]:
        """Give the indicators that an instrument measures."""
        return tuple(item for item in self.indicators if item.instrument == instrument)

    def mean(self, scores: Mapping[str, Decimal | None], instrument: str) -> Decimal | None:
        """Give the plain mean of the indicators of an instrument; None where one of them is missing (domain C2)."""
        values = [scores.get(item.no) for item in self.of(instrument)]
        known = [value for value in values if value is not None]
        return sum(known, Decimal(0)) / len(known) if len(known) == len(values) else None

    def weighted(self, scores: Mapping[str, Decimal | None]) -> Decimal | None:
        """Give the sum of the instruments by their weights; None where one is missing (domain C2)."""
        parts = [(item.weight, scores.get(item.code)) for item in self.instruments]
        known = [weight * score for weight, score in parts if score is not None]
        return sum(known, Decimal(0)) / FULL if len(known) == len(parts) else None

    def in_year(self, items: Sequence[Dated], year: int | None = None) -> tuple[Dated, ...]:
        """Give what of a list holds in a year; None = the year of the framework."""
        return tuple(item for item in items if holds(item, self.year if year is None else year))

    @property
    def target(self) -> Target:
        """Give pass mark and target share of the framework's year."""
        return self.in_year(self.targets)[0]

    def possible(self, total: Decimal | None, scores: Mapping[str, Decimal | None], year: int | None = None) -> tuple[Grade, ...]:
        """Give the grades that a total and the known scores of instruments leave open, the highest first (domain C3).

        The grades stand from the highest to the lowest. One that asks something of every instrument is decided only where
        all are known, or one that is known is too low. A total of None leaves open what the instruments do.
        """
        found: list[Grade] = []
        known = [scores.get(one.code) for one in self.instruments]
        for item in self.in_year(self.grades, year):
            if total is not None and total < item.least:
                continue
            least = item.each_least
            if least is not None and any(score is not None and score < least for score in known):
                continue
            found.append(item)
            if total is not None and (least is None or None not in known):
                break
        return tuple(found)

    def grade(self, total: Decimal | None, scores: Mapping[str, Decimal | None], year: int | None = None) -> Grade | None:
        """Give the grade of a total and the scores of the instruments (domain C3); None where it can't be told."""
        fitting = self.possible(total, scores, year)
        return fitting[0] if total is not None and len(fitting) == 1 else None


def profile_from(lists: Mapping[str, Sequence[Record]], year: int) -> Profile | None:
    """Read the lists of a framework's folder; None where it has no instruments.

    Raises SpecError with every mistake: a file that is missing, weights that do not add up to 100, an indicator of no
    instrument, a year without grades or target, a number that is none.
    """
    if FILES[0] not in lists:
        return None
    mistakes = [f"{name} is missing" for name in FILES if name not in lists]
    if mistakes:
        raise SpecError(mistakes)
    found = _Reader(lists, mistakes).profile(year)
    mistakes += _mistakes(found)
    if mistakes:
        raise SpecError(mistakes)
    return found


def _listed(row: Record) -> tuple[str, ...]:
    return tuple(part.strip() for part in row.get("aliases", "").split("|") if part.strip())


class _Reader:
    """Reads the rows of the lists and remembers what is wrong with them."""

    def __init__(self, lists: Mapping[str, Sequence[Record]], mistakes: list[str]) -> None:
        self.lists = lists
        self.mistakes = mistakes

    def profile(self, year: int) -> Profile:
        """Read every list."""
        instruments = tuple(
            Instrument(row["code"], row["name_th"], row["name_en"], self.number(row, "weight"), _listed(row))
            for row in self.rows("instruments.csv", "code", "name_th", "name_en", "weight")
        )
        indicators = tuple(
            Indicator(row["no"], row["instrument"], row["name_th"], row["name_en"])
            for row in self.rows("indicators.csv", "no", "instrument", "name_th", "name_en")
        )
        parts = tuple(
            Part(row["no"], row["indicator"], row["name_th"], *self.years(row), _listed(row))
            for row in self.rows("sub_indicators.csv", "no", "indicator", "name_th")
        )
        questions = tuple(
            Question(row["code"], row["indicator"], row["title_th"], *self.years(row))
            for row in self.rows("questions.csv", "code", "indicator", "title_th")
        )
        return Profile(year, instruments, indicators, parts, self.grades(), self.targets(), questions)

    def grades(self) -> tuple[Grade, ...]:
        """Read the grades, highest first in each scheme."""
        return tuple(
            Grade(
                row["scheme"], row["grade"], self.number(row, "least"),
                self.number(row, "each_least") if row["each_least"] else None, row["passing"] == "1", *self.years(row),
            )
            for row in self.rows("grades.csv", "scheme", "grade", "least", "each_least", "passing")
        )  # fmt: skip

    def targets(self) -> tuple[Target, ...]:
        """Read pass marks and target shares by year."""
        return tuple(
            Target(
                self.number(row, "pass_mark"), self.number(row, "target_share") if row["target_share"] else None,
                *self.years(row), row.get("standing", ""),
            )
            for row in self.rows("targets.csv", "pass_mark", "target_share")
        )  # fmt: skip

    def rows(self, name: str, *columns: str) -> list[Record]:
        """Give the rows of a list; none where a column is missing."""
        rows = self.lists[name]
        missing = [column for column in columns if rows and column not in rows[0]]
        self.mistakes += [f"{name}: column {column!r} is missing" for column in missing]
        return [] if missing else list(rows)

    def number(self, row: Record, column: str) -> Decimal:
        """Read a number; 0 where it is none."""
        try:
            return read_number(row[column])
        except ValueError as error:
            self.mistakes.append(f"{column} {row[column]!r} {error}")
            return Decimal(0)

    def years(self, row: Record) -> tuple[int | None, int | None]:
        """Read the first and the last year; None = open."""
        found: list[int | None] = []
        for column in ("valid_from", "valid_to"):
            text = row.get(column, "").strip()
            if text and not text.isdecimal():
                self.mistakes.append(f"{column} {text!r} is no year")
            found.append(int(text) if text.isdecimal() else None)
        return found[0], found[1]


def _mistakes(found: Profile) -> list[str]:
    told = []
    codes, numbers = [item.code for item in found.instruments], [item.no for item in found.indicators]
    if sum((item.weight for item in found.instruments), Decimal(0)) != FULL:
        told.append(f"instruments.csv: the weights do not add up to {FULL}")
    told += [f"{name} stands twice" for name in sorted({*codes, *numbers}) if (codes + numbers).count(name) > 1]
    homeless = [item for item in found.indicators if item.instrument not in codes]
    told += [f"indicators.csv: {item.no}: no instrument {item.instrument!r}" for item in homeless]
    told += [f"instruments.csv: {code} measures no indicator" for code in codes if not found.of(code)]
    lost = [item for item in found.parts if item.indicator not in numbers]
    told += [f"sub_indicators.csv: {item.no}: no indicator {item.indicator!r}" for item in lost]
    if not found.in_year(found.grades):
        told.append(f"grades.csv: no grade holds in {found.year}")
    if len(found.in_year(found.targets)) != 1:
        told.append(f"targets.csv: wants one row that holds in {found.year}")
    return told
