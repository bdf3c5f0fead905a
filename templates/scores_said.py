"""What a running text says of an assessment: the total, the scores of the instruments, the grade, and of which year."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

from templates import thai
from templates.instruments import FULL, Profile
from templates.phrases import one_of
from templates.rules_years import Said, years_said

_INDICATOR, _TOTAL, _OTHER, _SCORE = "indicator", "total", "other", "score"
_RANGE = re.compile(r"[0-9]\s*[-–—]\s*\Z")
_BAND = re.compile(r"\s*\(?\s*[0-9.]+\s*[-–—]")
_SCHEME = 2
"""Grades with their bands of which on a text describes the scheme and states no result."""
_GRADE_BEHIND, _GRADE_BEFORE, _YEAR_BEHIND, _AIM = 170, 90, 40, 40
"""Letters between a total and the grade behind or before it, a grade and the year behind it, and a word of hope before it."""


@dataclass(frozen=True)
class Score:
    """A figure of a text, and where its words stand."""

    value: Decimal
    start: int
    end: int


@dataclass(frozen=True)
class GradeSaid:
    """A grade of a text: its label, where its words stand, the total that it is said of, the year, and whether it is an aim."""

    label: str
    start: int
    end: int
    total: Score | None
    year: int
    aim: bool


@dataclass(frozen=True)
class Told:
    """All that a text says of scores: totals, instruments by code, grades."""

    totals: tuple[Score, ...]
    instruments: Mapping[str, Decimal] = field(default_factory=dict)
    grades: tuple[GradeSaid, ...] = ()


@dataclass(frozen=True)
class _Token:
    kind: str
    start: int
    end: int
    value: str


def told_of(text: str, profile: Profile) -> Told:
    """Read a cleaned text."""
    plain = thai.digits(text)
    tokens = sorted([*_scores(plain, profile), *_owners(plain, profile)], key=lambda token: token.start)
    totals, instruments = _owned(tokens)
    years = [said for said in years_said(text, profile.year) if said.first == said.last]
    grades = tuple(_grades(plain, profile, (totals, tokens), years))
    return Told(tuple(totals), instruments, grades)


def year_at(place: int, years: Sequence[Said], otherwise: int) -> int:
    """Give the year that holds at a place of a text: the last one before it, else one right behind it."""
    before = [said.first for said in years if said.at <= place]
    behind = [said.first for said in years if place < said.at <= place + _YEAR_BEHIND]
    return before[-1] if before else behind[0] if behind else otherwise


def _scores(plain: str, profile: Profile) -> Iterator[_Token]:
    codes = tuple(item.code for item in profile.instruments)
    for match in _number().finditer(plain):
        line = _line(plain, match.start())
        exact = "." in match["n"] and len(match["n"].partition(".")[2]) == 2
        led = bool(_lead().search(line)) or bool(_behind_code(codes).search(line)) and not _counted().match(plain, match.end())
        named = bool(match["word"]) or exact or led
        bounded = _limit().search(line[-25:]) or _RANGE.search(line) or _upwards().match(plain, match.end("n"))
        if named and not bounded and Decimal(match["n"]) <= FULL:
            yield _Token(_SCORE, match.start(), match.end(), match["n"])


def _line(plain: str, end: int) -> str:
    """Give what stands right before a place on its line."""
    return plain[max(0, end - _AIM) : end].rpartition("\n")[2]


def _owners(plain: str, profile: Profile) -> Iterator[_Token]:
    codes = {item.code.casefold(): item.code for item in profile.instruments}
    names = {name: item.code for item in profile.instruments for name in (item.name, *item.aliases)}
    for match in _instrument_words(tuple(codes), tuple(names)).finditer(plain):
        yield _Token(codes.get(match[0].casefold()) or names[match[0]], match.start(), match.end(), match[0])
    parts = tuple(dict.fromkeys([item.name for item in profile.indicators] + [item.name for item in profile.parts]))
    for kind, pattern in ((_TOTAL, _total()), (_OTHER, _other()), (_INDICATOR, _indicators(parts))):
        for match in pattern.finditer(plain):
            yield _Token(kind, match.start(), match.end(), match[0])


def _owned(tokens: Sequence[_Token]) -> tuple[list[Score], dict[str, Decimal]]:
    """Give the totals and the scores of instruments: what stands behind a word belongs to it."""
    totals: list[Score] = []
    instruments: dict[str, Decimal] = {}
    for owners, scores in _groups(tokens):
        codes = list(dict.fromkeys(token.kind for token in owners if token.kind not in (_INDICATOR, _TOTAL, _OTHER)))
        last = owners[-1].kind if owners else _TOTAL
        if last == _TOTAL or len(codes) > 1 and len(scores) == 1 and last in codes:
            totals.append(Score(Decimal(scores[0].value), scores[0].start, scores[0].end))
        elif last in codes:
            own = codes if len(codes) == len(scores) else [last]
            instruments.update({code: Decimal(score.value) for code, score in zip(own, scores, strict=False)})
    return totals, instruments


def _groups(tokens: Sequence[_Token]) -> Iterator[tuple[list[_Token], list[_Token]]]:
    """Give (words, scores) of each run of words that ends in scores."""
    owners: list[_Token] = []
    scores: list[_Token] = []
    for token in tokens:
        if token.kind == _SCORE:
            scores.append(token)
            continue
        if scores:
            yield owners, scores
            owners, scores = [], []
        owners.append(token)
    if scores:
        yield owners, scores


def _grades(
    plain: str, profile: Profile, found: tuple[Sequence[Score], Sequence[_Token]], years: Sequence[Said]
) -> Iterator[GradeSaid]:
    totals, tokens = found
    labels = {item.label.casefold(): item.label for item in profile.grades}
    matches = list(_grade(tuple(item.label for item in profile.grades)).finditer(plain))
    described = [match for match in matches if _BAND.match(plain, match.end())]
    named = re.compile(one_of("scores", "grades"))
    described = [match for match in described if len(described) >= _SCHEME or not named.match(match["led"])]
    for match in (match for match in matches if match not in described):
        start = match.start("led") if match["led"] else match.start("label")
        owner = next((token.kind for token in reversed(tokens) if token.end <= start and token.kind != _SCORE), _TOTAL)
        total = _nearest(totals, start, match.end())
        latin = match["label"].isascii()
        if owner == _OTHER or owner == _INDICATOR and total is None or latin and total is None and not tokens:
            continue
        aim = bool(_aim().search(_line(plain, start)))
        label = labels[match["label"].casefold()]
        yield GradeSaid(label, start, match.end("label"), None if aim else total, year_at(start, years, profile.year), aim)


def _nearest(totals: Sequence[Score], start: int, end: int) -> Score | None:
    before = [score for score in totals if 0 < start - score.start <= _GRADE_BEHIND]
    behind = [score for score in totals if 0 <= score.start - end <= _GRADE_BEFORE]
    return before[-1] if before else behind[0] if behind else None


@cache
def _number() -> re.Pattern[str]:
    word = one_of("scores", "word")
    return re.compile(
        rf"(?<![0-9.,/])(?P<n>[0-9]{{1,3}}(?:\.[0-9]{{1,4}})?)(?![0-9]|[.,/][0-9]|\s?[-–]\s?[0-9])(?P<word>\s*{word})?"
    )


@cache
def _lead() -> re.Pattern[str]:
    return re.compile(rf"{one_of('scores', 'word')}\s*(?:{one_of('scores', 'leads')}\s*){{0,2}}\Z")


@cache
def _behind_code(codes: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(map(re.escape, codes))})\)?\s*(?:{one_of('scores', 'leads')}\s*)?\Z", re.IGNORECASE)


@cache
def _counted() -> re.Pattern[str]:
    return re.compile(rf"\s*{one_of('scores', 'counted')}")


@cache
def _limit() -> re.Pattern[str]:
    return re.compile(rf"{one_of('scores', 'limits')}[^0-9]{{0,12}}\Z")


@cache
def _upwards() -> re.Pattern[str]:
    return re.compile(rf"\s*{one_of('scores', 'upwards')}")


@cache
def _instrument_words(codes: tuple[str, ...], names: tuple[str, ...]) -> re.Pattern[str]:
    code = "|".join(map(re.escape, codes))
    name = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    return re.compile(rf"(?<![a-z])(?:{code})(?![a-z])|{name}", re.IGNORECASE)


@cache
def _total() -> re.Pattern[str]:
    return re.compile(one_of("scores", "totals"))


@cache
def _other() -> re.Pattern[str]:
    return re.compile(one_of("scores", "others"))


@cache
def _indicators(names: tuple[str, ...]) -> re.Pattern[str]:
    name = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    return re.compile(rf"(?<![0-9] )(?<![0-9]){one_of('scores', 'indicators')}\s*[0-9]{{1,2}}(?:\.[0-9])?(?![0-9.])|{name}")


@cache
def _grade(labels: tuple[str, ...]) -> re.Pattern[str]:
    """Give an expression for a grade behind a word for it, or in Latin letters right behind a score."""
    latin = "|".join(sorted((label for label in labels if label.isascii()), key=len, reverse=True))
    named = "|".join(sorted((re.escape(label) for label in labels if not label.isascii()), key=len, reverse=True))
    signs = r"[\s:“\"”‘'(]*"
    end = r"(?![a-z0-9]|[-.][0-9]|\s?[0-9](?![0-9.]))"
    word = one_of("scores", "word")
    return re.compile(
        rf"(?P<led>{one_of('scores', 'grades')}{signs}|(?<=[0-9]){signs}{word}{signs}|(?<=[0-9])\s*\()"
        rf"(?P<label>(?:{latin}){end}|(?:{named})(?![\u0e01-\u0e4e]){end})",
        re.IGNORECASE,
    )


@cache
def _aim() -> re.Pattern[str]:
    return re.compile(rf"{one_of('scores', 'aims')}[^0-9]{{0,25}}\Z")
