"""Rules about the indicators that rows name: which have no row (domain C6: ITA10), and numbers with another's name (ITA11)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from templates import thai
from templates.breach import TITLE, Breach, Context, Row, Rule, Value
from templates.instruments import Indicator, Profile
from templates.names import alike
from templates.phrases import one_of, words
from templates.reading import LONGEST
from templates.spec import RuleSpec

NAME, AHEAD = 88, 8
"""Likeness (0..100) from which words are a name, and by how much another indicator's must be nearer than the own one's."""
_LONGEST = 1_000
"""Letters of a cell for numbers beyond which nothing is searched: ten indicators with their names are about 300."""
_BEGUN = 8
"""Letters from which the beginning of a name stands for it."""
_FIGURE = "(?<![0-9.A-Za-z])[0-9]{1,2}(?:\\.[0-9]{1,2})?(?![0-9])(?!\\.[0-9])"


@dataclass(frozen=True)
class Named:
    """One indicator or sub-indicator that a text names: its number, and the letters that stand behind the number."""

    no: str
    said: str


@dataclass
class _Covered:
    """Which indicators rows are about for certain, and pairs of which a row with a wrong number or name means one."""

    sure: set[str] = field(default_factory=set)
    either: list[tuple[str, str]] = field(default_factory=list)


def covered(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Say at the title which indicators have no row.

    Several tables (`tables`) are looked at together and told of once: at the first that names indicators, or at the
    first with rows where none does.
    """
    names, profile = spec.fields("tables"), context.profile
    unread = any(name in (*spec.fields("numbers"), *spec.fields("prose")) for other, _, name in context.bad if other in names)
    if profile is None or unread:
        return []
    tables = [rows for name, rows in context.tables.items() if name in names]
    filled = [name for name, rows in context.tables.items() if name in names and rows]
    naming = [name for name in filled if any(_all_named(context.tables[name], spec, profile))]
    if table not in (naming or filled)[:1]:
        return []
    found = [_covered(rows, spec, profile) for rows in tables]
    sure = {no for each in found for no in each.sure}
    either = [pair for each in found for pair in each.either]
    missing = _missing(profile, sure, either)
    params = {"numbers": ", ".join(missing), "count": str(len(missing))}
    return [Breach(TITLE, "", spec.text("code"), params, "warning")] if missing else []


def _missing(profile: Profile, sure: set[str], either: Sequence[tuple[str, str]]) -> list[str]:
    """List the indicators without a row, as `4/5` where a row is about one of two."""
    left = [item.no for item in profile.indicators if item.no not in sure]
    shown: list[str] = []
    for no in left:
        pair = next((pair for pair in either if no in pair and set(pair) <= set(left)), None)
        text = "/".join(sorted(pair, key=left.index)) if pair else no
        if text not in shown:
            shown.append(text)
    return shown


def _all_named(rows: Sequence[Row], spec: RuleSpec, profile: Profile) -> Iterator[Named]:
    for row in rows:
        for name in (*spec.fields("numbers"), *spec.fields("prose")):
            yield from named(row.get(name), profile, prose=name in spec.fields("prose"))


def _covered(rows: Sequence[Row], spec: RuleSpec, profile: Profile) -> _Covered:
    found = _Covered()
    for each in _all_named(rows, spec, profile):
        wrong = _named_otherwise(each, profile)
        own = _indicator(profile, each.no)
        if wrong and _indicator(profile, wrong[0]) != own:
            found.either.append((own, _indicator(profile, wrong[0])))
        else:
            found.sure.add(own)
    return found


def name_fits(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Ask about a number with the name of another indicator, about a sub-indicator of another than the row's, and about none.

    `numbers`: the field of indicators, then that of sub-indicators; what stands there and is none is told with their list.
    """
    profile = context.profile
    if profile is None:
        return []
    breaches: list[Breach] = []
    for at, row in enumerate(rows):
        breaches += _unknown(at, row, spec, profile)
        above: set[str] = set()
        for name in (*spec.fields("numbers"), *spec.fields("prose")):
            here = named(row.get(name), profile, prose=name in spec.fields("prose"))
            wrong = _first_wrong(here, above, profile)
            if wrong:
                params = dict(zip(("value", "wanted", "name"), wrong, strict=True))
                params |= _choices(params["value"], params["wanted"], profile)
                breaches.append(Breach(at, name, spec.text("code"), params, "warning"))
            above |= {_indicator(profile, each.no) for each in here}
    return breaches


def _unknown(at: int, row: Row, spec: RuleSpec, profile: Profile) -> Iterator[Breach]:
    """Ask about cells for indicators that name none, or a number that none has beside others."""
    lists = (
        [(item.no, item.name) for item in profile.indicators],
        [(part.no, part.name) for part in profile.in_year(profile.parts)],
    )
    for name, items in zip(spec.fields("numbers"), lists, strict=False):
        value = row.get(name)
        text = thai.digits(value) if isinstance(value, str) else ""
        if not thai.key(text) or len(text) > _LONGEST or thai.key(text) in map(_key, words("indicator", "none")):
            continue
        strange = _numbers_alone().fullmatch(text) and set(re.findall(_FIGURE, text)) - set(_names(profile))
        if strange or not named(value, profile):
            values = ", ".join(f"{no} {label}" for no, label in items)
            yield Breach(at, name, "UNKNOWN_INDICATOR", {"text": str(value)[:LONGEST], "values": values}, "warning")


@cache
def _numbers_alone() -> re.Pattern[str]:
    """Give an expression for a text of nothing but numbers and the words that lead to them and join them."""
    return re.compile(f"(?:{_FIGURE}|{one_of('indicator', 'leads')}|{one_of('indicator', 'joins')}|\\s)+")


def _choices(value: str, wanted: str, profile: Profile) -> dict[str, str]:
    """Give number and name of the two that a cell may mean: the one by its number, and the one by its name."""
    known = _names(profile)
    pairs = (("first", wanted), ("other", value))
    return {key: f"{no} {known[no][0]}" for key, no in pairs} if value in known and ("." in value) == ("." in wanted) else {}


def _first_wrong(here: Sequence[Named], above: set[str], profile: Profile) -> tuple[str, str, str] | None:
    """Give (number, number that the name belongs to, name) of the first number that does not go with its name or row."""
    for each in here:
        if wrong := _named_otherwise(each, profile):
            return each.no, *wrong
        if "." in each.no and above and _indicator(profile, each.no) not in above:
            return ", ".join(sorted(above, key=int)), each.no, next(iter(_names(profile)[each.no]))
    return None


def named(value: Value, profile: Profile, prose: bool = False) -> tuple[Named, ...]:
    """Give the indicators that a cleaned answer names; in prose only numbers that the word for an indicator leads to count."""
    text = thai.digits(value) if isinstance(value, str) else ""
    if _names_all(text, profile, prose):
        return tuple(Named(item.no, "") for item in _of_instrument(text, profile))
    if not prose:
        return (tuple(_numbers(text, profile)) or _by_name(text, profile)) if len(text) <= _LONGEST else ()
    joins = one_of("indicator", "joins")
    leads = list(re.finditer(f"{one_of('indicator', 'leads')}\\s*{_FIGURE}(?:\\s*{joins}\\s*{_FIGURE})*", text))
    found: list[Named] = []
    for lead, after in zip(leads, [*leads[1:], None], strict=False):
        behind = text[lead.end() : after.start() if after else len(text)].split("\n")[0]
        found += _numbers(lead[0] + behind, profile, len(lead[0]))
    return tuple(found)


def _names_all(text: str, profile: Profile, prose: bool) -> bool:
    """Tell whether a text means every indicator, or every one of the instruments that it names."""
    plain, count = "".join(text.split()), len(_of_instrument(text, profile))
    if not prose and thai.key(text) in map(_key, words("indicator", "all_alone")):
        return True
    counts = {str(count), str(len(profile.indicators))}
    return any("".join(word.split()).replace("{count}", no) in plain for word in words("indicator", "all") for no in counts)


def _numbers(text: str, profile: Profile, within: int | None = None) -> Iterator[Named]:
    """Read the numbers of a text up to a place, each with what is said behind it; a dash between two stands for a range."""
    known, order = _names(profile), [item.no for item in profile.indicators]
    marks = list(re.finditer(_FIGURE, text))
    marks = [mark for mark in marks if within is None or mark.start() < within]
    last = ""
    for at, mark in enumerate(marks):
        end = marks[at + 1].start() if at + 1 < len(marks) else len(text)
        joined = text[marks[at - 1].end() : mark.start()].strip() if at else ""
        if joined in words("indicator", "ranges") and last in order and mark[0] in order:
            yield from (Named(no, "") for no in order[order.index(last) + 1 : order.index(mark[0])])
        last = mark[0]
        if mark[0] in known:
            yield Named(mark[0], _said(text[mark.end() : end]))


def _said(text: str) -> str:
    """Give the letters of the words behind a number, without those that lead to the next one."""
    bare = re.sub(one_of("indicator", "leads"), " ", text).strip(" ,;/-–\n")
    join = next((word for word in words("indicator", "joins") if bare.endswith(word)), "")
    return thai.key(bare.removesuffix(join))


def _of_instrument(text: str, profile: Profile) -> list[Indicator]:
    """Give the indicators of the instruments that a text names, all where it names none."""
    chosen = {item.code for item in profile.instruments if item.code in text.upper()}
    return [item for item in profile.indicators if not chosen or item.instrument in chosen]


def _by_name(text: str, profile: Profile) -> tuple[Named, ...]:
    said = thai.key(text)
    near = [no for no, names in _names(profile).items() if "." not in no and said and _likeness(said, names) >= NAME]
    return tuple(Named(no, "") for no in near[:1]) if len(near) == 1 else ()


def _named_otherwise(each: Named, profile: Profile) -> tuple[str, str] | None:
    """Give (number, name) of another indicator whose name stands behind a number; None where its own may, or none does."""
    if not each.said:
        return None
    known = _names(profile)
    own = [*known[each.no], *known[_indicator(profile, each.no)]]
    parts = [name for no, names in known.items() if no.startswith(f"{each.no}.") for name in names]
    near = _likeness(each.said, [*own, *parts])
    best = max((_likeness(each.said, [name]), no, name) for no, names in known.items() for name in names)
    return (best[1], best[2]) if best[0] >= NAME and best[0] - near >= AHEAD else None


def _likeness(said: str, names: Sequence[str]) -> float:
    """Give how like the nearest of some names the letters are; a name with words behind it is that name."""
    found = 0.0
    for name in map(_key, names):
        whole = said.startswith(name) or len(said) >= _BEGUN and name.startswith(said)
        found = max(found, 100.0 if whole else alike(said, name))
    return found


@cache
def _key(name: str) -> str:
    return thai.key(name)


def _indicator(profile: Profile, no: str) -> str:
    """Give the number of the indicator that a number is of, or is."""
    return next((part.indicator for part in profile.parts if part.no == no), no)


def _names(profile: Profile) -> Mapping[str, tuple[str, ...]]:
    """Give every number with its names, those of other years and other wordings included; the name of now comes first."""
    return _names_of(profile.year, tuple((item.no, item.name) for item in profile.indicators), _parts(profile))


def _parts(profile: Profile) -> tuple[tuple[str, str], ...]:
    now = profile.in_year(profile.parts)
    order = [*now, *(part for part in profile.parts if part not in now)]
    return tuple((part.no, name) for part in order for name in (part.name, *part.aliases))


@cache
def _names_of(
    year: int, indicators: tuple[tuple[str, str], ...], parts: tuple[tuple[str, str], ...]
) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for no, name in (*indicators, *parts):
        found[no] = (*found.get(no, ()), name)
    return found


RULES: dict[str, Rule] = {
    "covered": Rule((), covered, ("ITA10",)),
    "name_fits": Rule((), name_fits, ("ITA11", "UNKNOWN_INDICATOR")),
}
