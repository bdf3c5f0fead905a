"""What a running text says of an assessment: the total, the scores of the instruments, the grade, and of which year."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from templates import score_words as words
from templates import thai
from templates.instruments import FULL, Profile
from templates.phrases import one_of
from templates.rules_years import Said, years_said

_INDICATOR, _TOTAL, _OTHER, _UNSURE = "indicator", "total", "other", "unsure"
_SCORE, _LIMIT, _TURN = "score", "limit", "year"
_WORDS = (_INDICATOR, _TOTAL, _OTHER, _UNSURE)
_RANGE = re.compile(r"[0-9]\s*[-–—]\s*\Z")
_BAND = re.compile(r"\s*\(?\s*[0-9.]+\s*[-–—]")
_SCHEME = 2
"""Grades with their bands of which on a text describes the scheme and states no result."""
_GRADE_BEHIND, _GRADE_BEFORE, _YEAR_BEHIND, _AIM = 170, 90, 40, 40
"""Letters between a total and the grade behind or before it, a grade and the year behind it, and a word of hope before it."""


@dataclass(frozen=True)
class Score:
    """A figure of a text, where its words stand, of which year it is, and whether it is an aim."""

    value: Decimal
    start: int
    end: int
    year: int = 0
    aim: bool = False


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
    """All that a text says of scores: totals, instruments by year and code, grades; and the years that it names."""

    totals: tuple[Score, ...]
    instruments: Mapping[tuple[int, str], frozenset[Decimal]] = field(default_factory=dict)
    grades: tuple[GradeSaid, ...] = ()
    years: frozenset[int] = frozenset()


@dataclass(frozen=True)
class _Token:
    kind: str
    start: int
    end: int
    value: str


def told_of(text: str, profile: Profile) -> Told:
    """Read a cleaned text."""
    plain = thai.digits(text)
    years = [said for said in years_said(text, profile.year, compared=True) if said.first == said.last]
    turns = [_Token(_TURN, said.at, said.at, "") for said in years]
    tokens = sorted([*_scores(plain, profile), *_owners(plain, profile), *turns], key=lambda token: token.start)
    found, instruments = _owned(tokens, years, profile.year)
    totals = tuple(replace(score, aim=_aimed(plain, score.start)) for score in found)
    grades = tuple(_grades(plain, profile, (totals, tokens), years))
    return Told(totals, instruments, grades, frozenset(said.first for said in years))


def year_at(place: int, years: Sequence[Said], otherwise: int) -> int:
    """Give the year that holds at a place of a text: the last one before it, else one right behind it."""
    before = [said.first for said in years if said.at <= place]
    behind = [said.first for said in years if place < said.at <= place + _YEAR_BEHIND]
    return before[-1] if before else behind[0] if behind else otherwise


def _scores(plain: str, profile: Profile) -> Iterator[_Token]:
    codes = tuple(item.code for item in profile.instruments)
    for match in words.number().finditer(plain):
        line = _line(plain, match.start())
        exact = "." in match["n"] and len(match["n"].partition(".")[2]) == 2
        coded = words.behind_code(codes).search(line) and not words.counted().match(plain, match.end())
        led = bool(words.lead().search(line)) or bool(coded)
        named = bool(match["word"]) or exact or led
        limit = words.limit().search(line[-25:])
        least = limit and not words.instrument_words(codes, ()).search(limit[0])
        bounded = least or _RANGE.search(line) or words.upwards().match(plain, match.end("n"))
        if (named or bounded) and Decimal(match["n"]) <= FULL:
            yield _Token(_LIMIT if bounded else _SCORE, match.start(), match.end(), match["n"])


def _line(plain: str, end: int) -> str:
    """Give what stands right before a place on its line."""
    return plain[max(0, end - _AIM) : end].rpartition("\n")[2]


def _owners(plain: str, profile: Profile) -> Iterator[_Token]:
    codes = {item.code.casefold(): item.code for item in profile.instruments}
    names = {name: item.code for item in profile.instruments for name in (item.name, *item.aliases)}
    spans = [(match.start(), match.end()) for match in words.instrument_words(tuple(codes), tuple(names)).finditer(plain)]
    for start, end in spans:
        said = plain[start:end]
        yield _Token(codes.get(said.casefold()) or names[said], start, end, said)
    parts = tuple(dict.fromkeys([item.name for item in profile.indicators] + [item.name for item in profile.parts]))
    for kind, pattern in ((_TOTAL, words.total()), (_OTHER, words.other()), (_INDICATOR, words.indicators(parts))):
        for match in pattern.finditer(plain):
            # The name of an instrument may hold that of one of its indicators.
            if not any(start <= match.start() < end for start, end in spans):
                yield _Token(kind, match.start(), match.end(), match[0])


def _owned(
    tokens: Sequence[_Token], years: Sequence[Said], year: int
) -> tuple[list[Score], dict[tuple[int, str], frozenset[Decimal]]]:
    """Give the totals and the scores of instruments by year: what stands behind a word belongs to it."""
    totals: list[Score] = []
    instruments: dict[tuple[int, str], frozenset[Decimal]] = {}
    for owners, scores in _groups(tokens):
        codes = list(dict.fromkeys(token.kind for token in owners if token.kind not in _WORDS))
        last = owners[-1].kind if owners else _TOTAL
        if last == _TOTAL or len(codes) > 1 and len(scores) == 1 and last in codes:
            totals += [Score(Decimal(item.value), item.start, item.end, year_at(item.start, years, year)) for item in scores]
        elif last in codes:
            own = codes if len(codes) == len(scores) else [last]
            for code, score in zip(own, scores, strict=False):
                key = (year_at(score.start, years, year), code)
                instruments[key] = instruments.get(key, frozenset()) | {Decimal(score.value)}
    return totals, instruments


def _groups(tokens: Sequence[_Token]) -> Iterator[tuple[list[_Token], list[_Token]]]:
    """Give (words, scores) of each run of words that ends in scores.

    Another year begins a run of its own: of the same words where they stand before the years (IIT 2567 84.00 2568 90.10),
    of nobody's where it is not clear whose they are.
    """
    owners: list[_Token] = []
    scores: list[_Token] = []
    cut = turned = False
    for token in tokens:
        if token.kind == _SCORE:
            scores.append(token)
            continue
        if scores and token.kind != _LIMIT:
            yield owners, scores
            kept = owners if turned else _unsure(owners)
            owners, scores, cut = kept if token.kind == _TURN else [], [], False
        if token.kind == _TURN:
            turned = True
        elif token.kind == _LIMIT:
            cut = True
        else:
            # A figure that is a limit ends what was said of the words before it.
            owners = [token] if cut or owners and owners[-1].kind == _UNSURE else [*owners, token]
            cut = turned = False
    if scores:
        yield owners, scores


def _unsure(owners: Sequence[_Token]) -> list[_Token]:
    last = owners[-1] if owners else None
    return [replace(last, kind=_UNSURE)] if last and last.kind != _TOTAL else []


def _grades(
    plain: str, profile: Profile, found: tuple[Sequence[Score], Sequence[_Token]], years: Sequence[Said]
) -> Iterator[GradeSaid]:
    totals, tokens = found
    labels = {item.label.casefold(): item.label for item in profile.grades}
    matches = list(words.grade(tuple(item.label for item in profile.grades)).finditer(plain))
    described = [match for match in matches if _BAND.match(plain, match.end())]
    named = re.compile(one_of("scores", "grades"))
    described = [match for match in described if len(described) >= _SCHEME or not named.match(match["led"])]
    former, part = 0, False
    judged = [token for token in tokens if token.kind not in (_LIMIT, _TURN)]
    for match in (match for match in matches if match not in described):
        start = match.start("led") if match["led"] else match.start("label")
        year = year_at(start, years, profile.year)
        total = _nearest([score for score in totals if score.year == year], start, match.end())
        owners = [token.kind for token in judged if token.kind != _SCORE and former <= token.start and token.end <= start]
        part = _of_a_part(owners, profile) if owners else part
        former = match.end()
        bare = match["label"].isascii() and not judged or words.beside_scores().match(match["led"])
        if part or total is None and bare:
            continue
        aim = _aimed(plain, start) or bool(total and total.aim)
        yield GradeSaid(labels[match["label"].casefold()], start, match.end("label"), None if aim else total, year, aim)


def _of_a_part(owners: Sequence[str], profile: Profile) -> bool:
    """Tell whether a grade is that of an indicator, of some instruments, or nobody's, by the words that lead to it."""
    if owners[-1] == _TOTAL:
        return False
    behind = owners[len(owners) - owners[::-1].index(_TOTAL) :] if _TOTAL in owners else owners
    return owners[-1] in _WORDS or len(set(behind) - set(_WORDS)) < len(profile.instruments)


def _nearest(totals: Sequence[Score], start: int, end: int) -> Score | None:
    before = [score for score in totals if 0 < start - score.start <= _GRADE_BEHIND]
    behind = [score for score in totals if 0 <= score.start - end <= _GRADE_BEFORE]
    return before[-1] if before else behind[0] if behind else None


def _aimed(plain: str, place: int) -> bool:
    """Tell whether what stands at a place is hoped for."""
    return bool(words.aim().search(_line(plain, place)) or words.goal().search(plain, max(0, place - 2 * _AIM), place))
