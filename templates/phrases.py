"""What a text speaks of, by the words of `texts/phrases.toml`: none of it, a person, years, counts; their only reader."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from unicodedata import category

from templates import thai
from templates.reading import LONGEST
from templates.words import texts

TROUBLES, MEASURES = "troubles", "measures"
_FIGURE = re.compile("[0-9]+")
_YEAR = re.compile("(?<![0-9])(?:19|20|24|25|26)[0-9]{2}(?![0-9])")
_ERA, _BUDDHIST = 543, 2400


def words(group: str, name: str) -> tuple[str, ...]:
    """Give one list of the phrases."""
    return tuple(str(item) for item in texts("phrases")[group][name])


def one_of(group: str, name: str) -> str:
    """Give an expression for any word of one list, longest first; spaces within a word may be left out."""
    return _any(words(group, name)).replace("\\ ", r"\s?")


def _any(items: Iterable[str]) -> str:
    """Give an expression for any of some words, longest first."""
    return "(?:" + "|".join(sorted((re.escape(item) for item in items), key=len, reverse=True)) + ")"


def _keys(group: str, name: str) -> str:
    return _any(filter(None, (thai.key(item) for item in words(group, name))))


@cache
def _none(subject: str) -> re.Pattern[str]:
    no, leads, tails, joins = (_keys("none", name) for name in ("no", "leads", "tails", "joins"))
    about = _keys("none", subject)
    return re.compile(f"{leads}*{no}{about}(?:{joins}?{about})*{tails}*\\Z")


def says_none(text: str, subject: str) -> bool:
    """Tell whether a text says no more than that there is none of a subject (a list of `[none]`)."""
    return len(text) <= LONGEST and bool(_none(subject).match(thai.key(text)))


@cache
def _titles() -> re.Pattern[str]:
    return re.compile(_any(item.casefold() for item in words("person", "titles")) + r"\s*")


def person(name: str) -> str:
    """Give what two spellings of one person's name share: no titles, spaces, punctuation."""
    rest = thai.clean(name).casefold()
    for _ in range(4):
        found = _titles().match(rest)
        # A sign that stands on the letter before it can't begin a name: then the title was its first syllable.
        if not found or category(rest[found.end() : found.end() + 1] or " ") == "Mn":
            break
        rest = rest[found.end() :]
    return thai.key(rest)


def years_of(text: str) -> tuple[str, ...]:
    """Give the words that name the fiscal year a text is about, such as a copied plan's; "" where it names none."""
    if not any(c.isdecimal() for c in text):
        return ()
    return tuple(" ".join(found[0].split()) for found in _year_words().finditer(thai.digits(thai.clean(text))))


@cache
def _year_words() -> re.Pattern[str]:
    return re.compile(f"{_any(words('year', 'words'))}\\s*{_any(words('year', 'era'))}?\\s*{_YEAR.pattern}")


def all_years(text: str) -> tuple[int, ...]:
    """Give every year in a text, counted in the Buddhist era."""
    found = (int(year) for year in _YEAR.findall(thai.digits(thai.clean(text))))
    return tuple(year if year >= _BUDDHIST else year + _ERA for year in found)


def stated_counts(text: str, noun: str) -> tuple[int, ...]:
    """Give the numbers of things that a text states: 5 of a text that says there are five indicators."""
    leads, other = _any(words("count", "leads")), _any(words("count", "not_after"))
    pattern = f"{leads}\\s*([0-9]{{1,3}})\\s*{re.escape(noun)}(?!\\s*{other})"
    return tuple(int(found) for found in re.findall(pattern, thai.digits(thai.clean(text))))


def row_numbers(text: str) -> tuple[int, ...]:
    """Give the row numbers that a text names, none when it says anything else beside them."""
    if len(text) > LONGEST:
        return ()
    plain = thai.digits(thai.clean(text))
    rest = _FIGURE.sub(" ", plain)
    for word in words("count", "row_words"):
        rest = rest.replace(word, " ")
    return () if rest.strip() or re.search(r"[0-9]\.[0-9]", plain) else tuple(map(int, _FIGURE.findall(plain)))


@cache
def subject_of(names: tuple[str, ...]) -> re.Pattern[str]:
    """Give an expression that finds which of some names a line has as its subject (group 1)."""
    leads, acts = _any(words("organisation", "leads")), _any(words("organisation", "acts"))
    named = "(" + "|".join(sorted(map(re.escape, names), key=len, reverse=True)) + ")"
    return re.compile(f"(?m)^(?:[^\\w\n]|[0-9]){{0,20}}{leads}? ?{named} ?{acts}")
