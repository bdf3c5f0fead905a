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
from templates.phrases import one_of, words
from templates.rules_years import texts_of
from templates.spec import RuleSpec

_BETWEEN = 60
"""Letters that may stand between a number of people and the percentage that they are."""
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
    """Work out how many people were meant to come, where a number of them and its percentage are stated (ITA14)."""
    breaches = []
    for at, name, text in texts_of(rows, spec.fields()):
        found = (_worked_out(share) for share in _shares(thai.digits(text)))
        if params := next(filter(None, found), None):
            breaches.append(Breach(at, name, spec.text("code"), params, "info"))
    return breaches


def _shares(text: str) -> Iterator[_Share]:
    people = [_whole_number(item) for item in re.findall(f"({_FIGURE})\\s*{one_of('attended', 'people')}", text)]
    for found in _share_words().finditer(text):
        percent = (found["percent"] or found["after"]).replace(",", "")
        last, before = _whole_number(found["count"]), text[max(found.start() - _BETWEEN, 0) : found.start()]
        first = re.search(f"({_FIGURE})\\s*(?:{one_of('attended', 'people')})?\\s*{one_of('attended', 'wholes')}\\s*\\Z", before)
        count, whole = (_whole_number(first[1]), last) if first else (last, 0)
        if count and percent:
            others = tuple(dict.fromkeys(item for item in people if item and item != count))
            yield _Share(count, found["unit"], Decimal(percent), len(percent.partition(".")[2]), others, whole)


def _whole_number(written: str) -> int:
    plain = written.replace(",", "")
    return int(plain) if plain.isdecimal() else 0


@cache
def _share_words() -> re.Pattern[str]:
    people, percent, signs = (one_of("attended", name) for name in ("people", "before", "behind"))
    # Another number in between would be the one that the percentage is of.
    between = f"(?:(?!{_FIGURE})[^\\n]){{0,{_BETWEEN}}}?"
    return re.compile(
        f"(?P<count>{_FIGURE})\\s*(?P<unit>{people}){between}"
        f"(?:{percent}\\s*(?P<percent>{_FIGURE})|(?P<after>{_FIGURE})\\s*{signs})"
    )


def _worked_out(share: _Share) -> dict[str, str]:
    """Give the nearest number of people and what the percentage then is; nothing where the figures say it themselves."""
    if not 0 < share.percent <= 100:
        return {}
    exact = share.count * 100 / share.percent
    total = share.whole or int(exact.to_integral_value(ROUND_HALF_UP))
    fits = _rounded(share, total, share.decimals) == share.percent
    told = any(_rounded(share, whole, share.decimals) == share.percent for whole in share.wholes)
    if exact == total or told or fits and (share.whole or share.decimals):
        return {}
    true = f"{_rounded(share, total, 2):f}"
    params = {"have": str(share.count), "noun": share.unit, "equals": f"{share.percent:f}", "total": str(total)}
    return {**params, ("value" if fits else "other"): true}


def _rounded(share: _Share, whole: int, decimals: int) -> Decimal:
    return (Decimal(share.count) * 100 / whole).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


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
    "share_of_people": Rule(("fields",), share_of_people, ("ITA14",)),
    "one_name": Rule(("field",), one_name, ("ITA16",)),
}
