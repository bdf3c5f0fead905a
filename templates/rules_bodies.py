"""Rules about the agencies that a text names: another body, another district, the own name misspelt (ITA07, ITA08, ITA21)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from templates.bodies import (
    Mention,
    Own,
    damaged_words,
    districts,
    mentions,
    misspelt,
    name_in,
    nearest,
    only_beside,
    other_subject,
    own_of,
    rule_makers,
    spared,
    squeezed,
)
from templates.breach import Breach, Context, Row, Rule
from templates.phrases import one_of
from templates.registry import records
from templates.rules_years import texts_of
from templates.spec import RuleSpec

_ADDRESS = 60
"""Letters behind the own name within which its address stands."""


def organisations(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Ask about another organisation in what a report says about its own agency; `code` is what is said.

    Any local body but the own one, unless it is only worked with, visited, beside; in the report of an agency that is no
    local body only one that acts. Of departments, ministries and provinces those with which a line begins and that act.
    """
    if context.agency is None:
        return []
    own = own_of(context.agency)
    found = []
    for at, name, text in texts_of(rows, spec.fields()):
        strange = [*_others(text, own), *filter(None, [other_subject(text, frozenset(own.names), rule_makers())])]
        if strange:
            params = {"words": ", ".join(dict.fromkeys(strange)), "name": context.agency.full_name}
            found.append(Breach(at, name, spec.text("code"), params, "warning"))
    return found


def _others(text: str, own: Own) -> Iterator[str]:
    for said in mentions(text):
        name = name_in(said.rest)
        if not name or _is_own(said, own) or only_beside(text, said.start):
            continue
        if own.bare and not _broken(said) or _acting().match(said.rest.strip()[len(name) :]):
            yield f"{' '.join(said.word.split())}{name}"


def _broken(said: Mention) -> bool:
    """Tell whether a name stands on the next line: what begins that line may also be something else."""
    return "\n" in said.rest


def _is_own(said: Mention, own: Own) -> bool:
    """Tell whether a body is the own one, well spelt or not."""
    return bool(own.bare) and said.type == own.type and nearest(said.rest, own.bare)[0] <= spared(own.bare)


@cache
def _acting() -> re.Pattern[str]:
    return re.compile(r"\s*" + one_of("organisation", "acts"))


def district(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Ask about a district that is not the local body's own; `code` is what is said.

    Where the season's list states none, the one that stands first behind the own name is taken for it.
    """
    if context.agency is None or not context.agency.type:
        return []
    own = own_of(context.agency)
    texts = list(texts_of(rows, spec.fields()))
    wanted = own.district or next(filter(None, (_addressed(text, own) for _, _, text in texts)), "")
    breaches = []
    for at, name, text in texts if wanted else ():
        strange = [said for place, said in districts(text) if not _same(said, wanted) and not only_beside(text, place)]
        if strange:
            params = {"words": ", ".join(dict.fromkeys(strange)), "wanted" if own.district else "other": wanted}
            breaches.append(Breach(at, name, spec.text("code"), params, "warning"))
    return breaches


def _addressed(text: str, own: Own) -> str:
    """Give the district that stands first behind the own name, "" for none."""
    ends = [said.end for said in mentions(text) if _is_own(said, own)]
    return next((name for place, name in districts(text) if any(0 <= place - end <= _ADDRESS for end in ends)), "")


def _same(said: str, wanted: str) -> bool:
    """Compare two names of districts; that of a capital may stand without its province."""
    capitals = [row["alias"] for row in records("aliases") if row["kind"] == "district_capital"]
    return squeezed(said).startswith(wanted) or said in capitals and wanted.startswith(said)


def own_name(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Ask about the agency's own name where it is hardly misspelt, or stands behind a damaged abbreviation."""
    if context.agency is None:
        return []
    own = own_of(context.agency)
    breaches = []
    for at, name, text in texts_of(rows, spec.fields()):
        strange = list(_wrong(text, own) if own.bare else filter(None, [misspelt(text, context.agency.full_name)]))
        if strange:
            params = {"words": ", ".join(dict.fromkeys(strange)), "name": context.agency.full_name}
            breaches.append(Breach(at, name, spec.text("code"), params, "warning"))
    return breaches


def _wrong(text: str, own: Own) -> Iterator[str]:
    found: dict[int, str] = {}
    for start, word, rest in damaged_words(text, own):
        count, name = nearest(rest, own.bare)
        if count <= spared(own.bare):
            found[start + len(word)] = f"{word}{name}"
    for said in mentions(text):
        count, name = nearest(said.rest, own.bare)
        near = said.type == own.type and 0 < count <= spared(own.bare)
        if near and not _broken(said) and name_in(said.rest) and not only_beside(text, said.start):
            found.setdefault(said.end, f"{' '.join(said.word.split())}{name}")
    yield from found.values()


RULES = {
    "organisations": Rule(("fields",), organisations, ("ITA07",)),
    "district": Rule(("fields",), district, ("ITA08",)),
    "own_name": Rule(("fields",), own_name, ("ITA21",)),
}
