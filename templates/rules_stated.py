"""Rules about what reports on measures state beside their prose: shares of people (ITA14), names of units (ITA16)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from templates import thai
from templates.breach import Breach, Context, Row, Rule
from templates.instruments import FULL
from templates.phrases import one_of, words
from templates.rules_years import texts_of
from templates.spec import RuleSpec

_AROUND, _BEHIND, _FAR = 40, 20, 60
"""Letters around a share in which words make it something else, and between a share and the number that it is of."""
_FIGURE = "(?<![0-9.,])[0-9][0-9,]{0,11}(?:\\.[0-9]{1,6})?(?![0-9])"
_SPLIT = re.compile(r"[/\n,;]|\s{2,}")


@dataclass(frozen=True)
class _Share:
    """So many people, of a unit, are a percentage; `wholes`: other numbers of people that the text states.

    `whole`: the number that the percentage is of, where the text says so; 0 elsewhere.
    """

    count: int
    unit: str
    percent: Decimal
    decimals: int
    wholes: tuple[int, ...]
    whole: int = 0


def share_of_people(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Work out how many people were meant to come, where a number of them is said to be a percentage (ITA14).

    A percentage of something else, such as those who are content or passed a test, is none of the people before it.
    """
    breaches = []
    for at, name, text in texts_of(rows, spec.fields()):
        found = (_judged(share, spec.text("code")) for share in _shares(thai.digits(text)))
        if wrong := next(filter(None, found), None):
            breaches.append(Breach(at, name, *wrong, "info"))
    return breaches


def _shares(text: str) -> Iterator[_Share]:
    people = [_whole_number(item) for item in re.findall(f"({_FIGURE})\\s*{one_of('attended', 'people')}", text)]
    for found in _share_words().finditer(text):
        before, behind = text[max(found.start() - _FAR, 0) : found.start()], text[found.end() : found.end() + _FAR]
        around = before[-_AROUND:].rpartition("\n")[2] + "\n" + behind[:_BEHIND].partition("\n")[0]
        count, percent = _whole_number(found["count"]), (found["percent"] or found["after"]).replace(",", "")
        if not count or _others().search(around):
            continue
        first, led, follows = _first().search(before), _whole_before().search(before), _whole_behind().match(behind)
        whole = _whole_number(found["whole"] or (follows[1] if follows else ""))
        if not whole and led and _whole_number(led[1]) >= count:
            whole = _whole_number(led[1])
        count, whole = (_whole_number(first[1]), count) if first else (count, whole)
        others = tuple(dict.fromkeys(item for item in people if item and item != count))
        yield _Share(count, found["unit"], Decimal(percent), len(percent.partition(".")[2]), others, whole)


def _whole_number(written: str) -> int:
    plain = written.replace(",", "")
    return int(plain) if plain.isdecimal() else 0


@cache
def _share_words() -> re.Pattern[str]:
    """Give an expression for people, the number that they are of if it stands between, and the percentage that they are."""
    people, wholes, links = (one_of("attended", name) for name in ("people", "wholes", "links"))
    percent, signs = one_of("attended", "before"), one_of("attended", "behind")
    whole = f"(?:\\(?{wholes}{_gap()}(?P<whole>{_FIGURE})(?:\\s*{people})?\\)?\\s*)?"
    return re.compile(
        f"(?P<count>{_FIGURE})[\\s.]*(?P<unit>{people})[\\s.,]*{whole}(?:{links}[\\s.]*)+"
        f"(?:{percent}[\\s.]*(?P<percent>{_FIGURE})|(?P<after>{_FIGURE})\\s*{signs})"
    )


def _gap() -> str:
    """Give an expression for the words between what leads to a whole number and that number: none that begins a list."""
    return f"(?:(?!{one_of('attended', 'stops')})[^0-9\\n]){{0,{_AROUND}}}?"


@cache
def _first() -> re.Pattern[str]:
    """Give an expression for a number before another one that it is a part of: "64 of", "64/"."""
    return re.compile(f"({_FIGURE})\\s*(?:{one_of('attended', 'people')}\\s*)?{one_of('attended', 'parts')}\\s*\\Z")


@cache
def _whole_before() -> re.Pattern[str]:
    """Give an expression for the whole number before the people: "of 71 invited 64 people ..."."""
    groups, people = one_of("attended", "groups"), one_of("attended", "people")
    return re.compile(f"{groups}{_gap()}({_FIGURE})\\s*{people}[^0-9\\n]{{0,{_AROUND}}}\\Z")


@cache
def _whole_behind() -> re.Pattern[str]:
    """Give an expression for the whole number behind the percentage: "... of all 80 people"."""
    wholes, people = one_of("attended", "wholes"), one_of("attended", "people")
    return re.compile(f"[\\s).]*\\(?{wholes}{_gap()}({_FIGURE})\\s*{people}")


@cache
def _others() -> re.Pattern[str]:
    return re.compile(one_of("attended", "others"))


def _judged(share: _Share, code: str) -> tuple[str, dict[str, str]] | None:
    """Give code and values of what is to be said of a share; None where the figures say it themselves, or it is nought."""
    params = {"have": str(share.count), "noun": share.unit, "equals": f"{share.percent:f}"}
    told = any(_rounded(share, whole, share.decimals) == share.percent for whole in (share.whole, *share.wholes) if whole)
    if not share.percent or told:
        return None
    if share.percent > FULL and not share.whole:
        return "SHARE_OVER", params
    exact = share.count * FULL / share.percent
    total = share.whole or int(exact.to_integral_value(ROUND_HALF_UP))
    fits = _rounded(share, total, share.decimals) == share.percent
    if exact == total or fits and share.decimals:
        return None
    return code, {**params, "total": str(total), ("value" if fits else "other"): f"{_rounded(share, total, 2):f}"}


def _rounded(share: _Share, whole: int, decimals: int) -> Decimal:
    return (share.count * FULL / whole).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def one_name(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Ask about a unit under two names: the same stem behind two words for a unit of one level (ITA16).

    The first cell of each name is told of; a unit that stands beside another of the same stem in one cell is its part.
    """
    column, first = spec.text("field"), _first_places(spec, context)
    breaches = []
    for places in first.values():
        for name, (where, at) in places.items():
            if len(places) > 1 and where == table:
                others = ", ".join(other for other in places if other != name)
                params = {"name": name, "values": others}
                breaches.append(Breach(at, column, spec.text("code"), params, "warning"))
    return sorted(breaches, key=lambda breach: breach.record)


def _first_places(spec: RuleSpec, context: Context) -> dict[tuple[str, str], dict[str, tuple[str, int]]]:
    """Give, for each level and stem, the first cell (table, record) of each name."""
    found: dict[tuple[str, str], dict[str, tuple[str, int]]] = defaultdict(dict)
    together: set[tuple[str, str]] = set()
    for table in (name for name in context.tables if name in spec.fields("tables")):
        for at, _, text in texts_of(context.tables[table], [spec.text("field")]):
            here: dict[tuple[str, str], set[str]] = defaultdict(set)
            for name, stem in _units(text):
                here[stem].add(name)
                found[stem].setdefault(name, (table, at))
            together |= {stem for stem, names in here.items() if len(names) > 1}
    return {stem: places for stem, places in found.items() if stem not in together}


def _units(text: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """Give (name, (level, stem)) of the units that a cell names."""
    for part in _SPLIT.split(text):
        name = "".join(part.split())
        level, word = next(((level, word) for level, word in _unit_words() if name.startswith(word)), ("", ""))
        stem = thai.key(name.removeprefix(word))
        if word and stem and not stem.startswith(words("unit", "no_names")):
            yield name, (level, stem)


@cache
def _unit_words() -> tuple[tuple[str, str], ...]:
    """Give (level, word) of the words for a unit, the longest first."""
    found = [(level, word) for level in ("divisions", "groups") for word in words("unit", level)]
    return tuple(sorted(found, key=lambda pair: -len(pair[1])))


RULES: dict[str, Rule] = {
    "share_of_people": Rule(("fields",), share_of_people, ("ITA14", "SHARE_OVER")),
    "one_name": Rule(("field",), one_name, ("ITA16",)),
}
