"""Rules about running texts of an assessment: question codes, numbering, sub-indicators, target shares (ITA09, 17, 19, 20)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from templates import thai
from templates.breach import Breach, Context, Row, Rule
from templates.instruments import Part, Profile, Question, holds
from templates.phrases import one_of
from templates.rules_years import texts_of, without_addresses, years_said
from templates.spec import RuleSpec

_CODE = re.compile(r"(?<![A-Za-z0-9])([A-Za-z])\s?[-.]?\s?([0-9]{1,2})(?![0-9A-Za-z%]|[.,/:][0-9])")
_LISTED = 8
"""Letters between two items of a list: what follows on something that is no code is none."""
_MOST = 6
"""Codes whose meaning is said; of more only the codes stand there."""
_ITEM = re.compile(r"(?m)^[ \t]*\(?([0-9]{1,2})[.)](?![0-9])")
_INLINE = re.compile(r"(?<!\S)([0-9]{1,2})[.)](?![0-9])")
_WRAP = re.compile(r"(?<=[^\s:])[ \t]*\n(?=[ \t]*[^\s])(?![ \t]*(?:[-•·▪*]|\(?[0-9]{1,2}[.)]))")
_SUB = re.compile(r"(?<!\S)([0-9]{1,2})\.[0-9]{1,2}(?![0-9])")
_LIST = 400
"""Letters within which a list of sub-indicators ends."""
_SHORT = 70
"""Letters of a text that says nothing but the target."""
_NEAR, _ABOUT, _YEAR_BEFORE, _YEAR_BEHIND = 45, 120, 100, 45
"""Letters around a share: for a word of targets, for what it is of, for the year."""


def codes(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Ask about codes of questions that the list of the year has not, and a list of another year has; `code` is what is said.

    Where the list of the year is whole, also about codes that no list has.
    """
    profile = context.profile
    if profile is None:
        return []
    breaches = []
    for at, name, text in texts_of(rows, spec.fields()):
        found = list(_stale(text, profile))
        stale = [(word, question) for word, question in found if question]
        if unknown := list(dict.fromkeys(word for word, question in found if question is None)):
            params = {"words": ", ".join(unknown), "year": str(profile.year)}
            breaches.append(Breach(at, name, spec.text("code"), params, "warning"))
        if stale:
            words = list(dict.fromkeys(word for word, _ in stale))
            meant = list(dict.fromkeys(_meaning(question, profile) for _, question in stale))[:_MOST]
            params = {"words": ", ".join(words), "values": "; ".join(meant), "year": str(profile.year)}
            breaches.append(Breach(at, name, spec.text("code"), params, "warning"))
    return breaches


def _stale(text: str, profile: Profile) -> Iterator[tuple[str, Question | None]]:
    """Give (the words, the question of another year, None for none) of every code that is not of the profile's year."""
    plain = without_addresses(text)
    now = {item.code for item in profile.in_year(profile.questions)}
    others = {item.code: item for item in profile.questions if not holds(item, profile.year)}
    whole = _whole(profile)
    passed = -_LISTED
    for match in _CODE.finditer(plain):
        if match.start() - passed < _LISTED or _no_code().search(plain, max(0, match.start() - 20), match.start()):
            passed = match.end()
            continue
        code = f"{match[1].upper()}{int(match[2])}"
        if code not in now and (code in others or code[0] in whole):
            yield text[match.start() : match.end()], others.get(code)


def _whole(profile: Profile) -> frozenset[str]:
    """Give the letters whose codes in the year are all known: each with its wording, from 1 on without a gap."""
    listed = profile.in_year(profile.questions)
    letters: dict[str, list[int]] = {}
    for item in listed:
        letters.setdefault(item.code[0], []).append(int(item.code[1:]) if item.title else 0)
    in_order = {letter: sorted(known) == list(range(1, len(known) + 1)) for letter, known in letters.items()}
    return frozenset(letter for letter, known in letters.items() if len(known) > 1 and in_order[letter])


def _meaning(question: Question, profile: Profile) -> str:
    """Say what a code of another year meant, in which years, and the code of the same question in the profile's year."""
    same = next((item.code for item in profile.in_year(profile.questions) if question.title and item.title == question.title), "")
    years = "–".join(dict.fromkeys(str(year) for year in (question.first, question.last) if year))
    return f"{question.code} {question.title}".strip() + f" ({years}{f'; {profile.year}: {same}' if same else ''})"


@cache
def _no_code() -> re.Pattern[str]:
    return re.compile(one_of("codes", "not_after") + r"\s*\Z", re.IGNORECASE)


def numbering(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Ask about numbered items whose number before is missing; `code` is what is said.

    Items begin lines; within a line only one counts that is followed by its own parts (2. ... 2.1 ...). Fields that
    go on where the one before ended are counted through. The number of an indicator before its name is no item.
    """
    breaches = []
    for at, row in enumerate(rows):
        section = 0
        for _, name, text in texts_of([row], spec.fields()):
            plain = _without_indicators(thai.digits(text), context.profile)
            number = _without_former(plain, section)
            if number:
                params = {"numbers": str(number), "need": str(number - 1)}
                breaches.append(Breach(at, name, spec.text("code"), params, "warning"))
            tops = [int(match[1]) for match in _ITEM.finditer(plain)]
            counted_on = tops == list(range(1, len(tops) + 1)) or tops == list(range(section + 1, section + len(tops) + 1))
            section = tops[-1] if tops and counted_on else 0
    return breaches


def _without_indicators(plain: str, profile: Profile | None) -> str:
    """Blot out the numbers of indicators that stand before their names, as in a list of them."""
    for item in profile.indicators if profile else ():
        name = r"\s?".join(map(re.escape, item.name))
        plain = re.sub(rf"(?<!\S)(\(?{item.no}[.)])(?=\s*{name})", lambda match: "x" * len(match[1]), plain)
    return plain


def _without_former(plain: str, section: int) -> int:
    """Give the first number of an item before which the one before it does not stand; 0 when all are in order."""
    inline = {int(match[1]): match.start() for match in reversed(list(_INLINE.finditer(plain)))}
    subs = {int(match[1]) for match in _SUB.finditer(plain)}
    items = {int(match[1]): match.start(1) for match in reversed(list(_ITEM.finditer(plain)))}
    found = [*items.items(), *((number, start) for number, start in inline.items() if number in subs)]
    for number, start in sorted(found, key=lambda pair: pair[1]):
        former = inline.get(number - 1, items.get(number - 1, len(plain)))
        if number > 1 and former > start and number != section + 1:
            return number
    return 0


@dataclass(frozen=True)
class _Named:
    """A sub-indicator named in a list: where its name begins in the text without spaces, and which it is."""

    start: int
    part: Part


def parts(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Ask about names of sub-indicators that are of another year, and about lists that are not as long as they say.

    A name counts behind its number (9.3 ...) and in a list of sub-indicators; `code` is what is said.
    """
    profile = context.profile
    if profile is None:
        return []
    breaches = []
    for at, name, text in texts_of(rows, spec.fields()):
        plain = thai.digits(text)
        lists = list(_lists(plain))
        named = [*_behind_numbers(plain, profile), *(item.part for _, words in lists for item in _names_in(words, profile))]
        if old := [part for part in dict.fromkeys(named) if not holds(part, profile.year)]:
            breaches.append(Breach(at, name, spec.text("code"), _instead(old, plain, profile), "warning"))
        breaches += [Breach(at, name, spec.text("code"), params, "warning") for params in _counted(lists, profile)]
    return breaches


def _lists(plain: str) -> Iterator[tuple[int, str]]:
    """Give (the number said, 0 for none; the names) of every list of sub-indicators, up to where it ends."""
    for match in _list_words().finditer(plain):
        words = plain[match.end() : match.end() + _LIST]
        end = _list_ends().search(words)
        yield int(match[1] or 0), words[: end.start()] if end else words


def _spellings(part: Part) -> tuple[str, ...]:
    return tuple("".join(name.split()) for name in (part.name, *part.aliases))


def _names_in(words: str, profile: Profile) -> list[_Named]:
    """Give the sub-indicators that a list names, in its order; spaces do not matter."""
    tight = "".join(words.split())
    found = []
    for part in profile.parts:
        place = max(tight.find(name) for name in _spellings(part))
        if place >= 0:
            found.append(_Named(place, part))
    return sorted(found, key=lambda item: item.start)


def _behind_numbers(plain: str, profile: Profile) -> Iterator[Part]:
    """Give the sub-indicators whose name stands right behind their number."""
    for part in (part for part in profile.parts if part.no in plain):
        for match in re.finditer(rf"(?<![0-9.]){re.escape(part.no)}(?![0-9.])\s*", plain):
            if "".join(plain[match.end() : match.end() + 120].split()).startswith(_spellings(part)):
                yield part
                break


def _instead(old: Sequence[Part], plain: str, profile: Profile) -> dict[str, str]:
    """Say the old names as the text spells them, and those that the same sub-indicators have in the year."""
    tight = "".join(plain.split())
    now = [item for item in profile.in_year(profile.parts) if item.no in {part.no for part in old}]
    spelt = ((part.no, next((name for name in _spellings(part) if name in tight), part.name)) for part in old)
    return {
        "words": ", ".join(f"{no} {name}" for no, name in spelt),
        "wanted": ", ".join(f"{item.no} {item.name}" for item in now),
        "year": str(profile.year),
    }


def _counted(lists: Sequence[tuple[int, str]], profile: Profile) -> Iterator[dict[str, str]]:
    """Ask about a list of known names that says another number of them."""
    for said, words in lists:
        known = {item.part.no for item in _names_in(words, profile)}
        if said and len(known) > 1 and len(known) != said:
            yield {"numbers": str(said), "count": str(len(known)), "year": str(profile.year)}


@cache
def _list_words() -> re.Pattern[str]:
    return re.compile(rf"(?:(?<![0-9.])([0-9]{{1,2}})\s*)?{one_of('parts', 'noun')}\s*{one_of('parts', 'lists')}")


@cache
def _list_ends() -> re.Pattern[str]:
    return re.compile(rf"\)|{one_of('parts', 'ends')}|\n(?!\s*[-•·▪*(])")


def dated_share(table: str, rows: Sequence[Row], spec: RuleSpec, context: Context) -> list[Breach]:
    """Ask about a share of agencies to be reached that has no year beside it; `code` is what is said.

    A span of years, such as that of a plan, is no such year. Shares of people, money and the like are nobody's target here.
    """
    breaches = []
    for at, name, text in texts_of(rows, spec.fields()):
        plain = _flowing(thai.digits(text))
        years = [said.at for said in years_said(plain, context.fiscal_year) if said.first == said.last]
        shares = [match for match in _shares().finditer(plain) if _is_target(plain, match)]
        strange = [match for match in shares if not any(_beside(match, place) for place in years)]
        if strange:
            words = ", ".join(dict.fromkeys(" ".join(text[match.start() : match.end()].split()) for match in strange))
            breaches.append(Breach(at, name, spec.text("code"), {"words": words, "year": str(context.fiscal_year)}, "warning"))
    return breaches


def _flowing(text: str) -> str:
    """Make spaces of the breaks of lines within a paragraph, letter for letter; an item of a list begins its own."""
    return _WRAP.sub(lambda match: " " * len(match[0]), text)


def _is_target(plain: str, share: re.Match[str]) -> bool:
    line = plain[max(0, share.start() - _ABOUT) : share.start()].rpartition("\n")[2]
    behind = plain[share.end() : share.end() + _ABOUT].partition("\n")[0]
    near = line[-_NEAR:]
    return bool(
        _of("targets").search(near + "\n" + behind[:_NEAR])
        and (len(plain) <= _SHORT or _of("about").search(line + "\n" + behind))
        and not _of("others").search(near + "\n" + behind[:20])
    )


def _beside(share: re.Match[str], year: int) -> bool:
    return year - share.start() >= -_YEAR_BEFORE and year - share.end() <= _YEAR_BEHIND


@cache
def _of(name: str) -> re.Pattern[str]:
    return re.compile(one_of("share", name))


@cache
def _shares() -> re.Pattern[str]:
    number = r"[0-9]{1,3}(?:\.[0-9]+)?"
    return re.compile(rf"{one_of('share', 'percent')}\s*{number}|(?<![0-9.,]){number}\s*{one_of('share', 'behind')}")


RULES = {
    "question_codes": Rule(("fields",), codes, ("ITA09",)),
    "numbering": Rule(("fields",), numbering, ("ITA17",)),
    "part_names": Rule(("fields",), parts, ("ITA19",)),
    "dated_share": Rule(("fields",), dated_share, ("ITA20",)),
}
