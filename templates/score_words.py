"""The expressions by which scores and grades are found in a running text (`[scores]` of `texts/phrases.toml`)."""

from __future__ import annotations

import re
from functools import cache

from templates.phrases import one_of, words

_UNCOUNTED = r"(?:(?<![0-9] )(?<![0-9])|(?<=\.[0-9][0-9] ))"
"""Behind a number it is a count of indicators, behind a score none."""


@cache
def number() -> re.Pattern[str]:
    """Give an expression for a figure that may be a score, with the word for it."""
    word = one_of("scores", "word")
    return re.compile(
        rf"(?<![0-9.,/])(?P<n>[0-9]{{1,3}}(?:\.[0-9]{{1,4}})?)(?![0-9]|[.,/][0-9]|\s?[-–]\s?[0-9])(?P<word>\s*{word})?"
    )


@cache
def lead() -> re.Pattern[str]:
    """Give an expression for words that lead to a score."""
    return re.compile(rf"{one_of('scores', 'word')}\s*(?:{one_of('scores', 'leads')}\s*){{0,2}}\Z")


@cache
def behind_code(codes: tuple[str, ...]) -> re.Pattern[str]:
    """Give an expression for the code of an instrument right before a score."""
    return re.compile(rf"(?:{'|'.join(map(re.escape, codes))})\)?\s*(?:{one_of('scores', 'leads')}\s*)?\Z", re.IGNORECASE)


@cache
def counted() -> re.Pattern[str]:
    """Give an expression for what is counted, behind a figure that is no score."""
    return re.compile(rf"\s*{one_of('scores', 'counted')}")


@cache
def limit() -> re.Pattern[str]:
    """Give an expression for a limit before a figure."""
    return re.compile(rf"{one_of('scores', 'limits')}[^0-9]{{0,12}}\Z")


@cache
def upwards() -> re.Pattern[str]:
    """Give an expression for a limit behind a figure."""
    return re.compile(rf"\s*{one_of('scores', 'upwards')}")


@cache
def instrument_words(codes: tuple[str, ...], names: tuple[str, ...]) -> re.Pattern[str]:
    """Give an expression for codes and names of instruments."""
    code = "|".join(map(re.escape, codes))
    name = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    return re.compile(rf"(?<![a-z])(?:{code})(?![a-z])" + (f"|{name}" if names else ""), re.IGNORECASE)


@cache
def total() -> re.Pattern[str]:
    """Give an expression for words for the whole result."""
    return re.compile(one_of("scores", "totals"))


@cache
def other() -> re.Pattern[str]:
    """Give an expression for words for scores that are no assessment."""
    return re.compile(one_of("scores", "others"))


@cache
def indicators(names: tuple[str, ...]) -> re.Pattern[str]:
    """Give an expression for an indicator, by number or name."""
    name = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    return re.compile(rf"{_UNCOUNTED}{one_of('scores', 'indicators')}\s*[0-9]{{1,2}}(?:\.[0-9])?(?![0-9.])|{name}")


@cache
def grade(labels: tuple[str, ...]) -> re.Pattern[str]:
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
def aim() -> re.Pattern[str]:
    """Give an expression for words of hope before a score or a grade."""
    return re.compile(rf"{_unreached()}{one_of('scores', 'aims')}[^0-9]{{0,25}}\Z")


@cache
def goal() -> re.Pattern[str]:
    """Give an expression for a goal that leads up to a figure or a grade, with years and one score between."""
    score = r"[0-9]{1,3}(?:\.[0-9]+)?[^0-9\n]*"
    return re.compile(rf"{_unreached()}{one_of('scores', 'goals')}(?:[^0-9\n]|[0-9]{{4}})*(?:{score})?\Z")


def _unreached() -> str:
    return "".join(f"(?<!{re.escape(word)})" for word in words("scores", "reached"))


@cache
def beside_scores() -> re.Pattern[str]:
    """Give an expression for a lead that makes a grade only where a score stands beside it."""
    return re.compile(rf"{one_of('scores', 'beside_scores')}[\s:“\"”‘'(]*\Z")
