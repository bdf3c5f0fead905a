"""Agencies in a running text: local bodies by type and name, districts, names that act, and names that are nearly the own one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from templates.names import Index, index, read_lao
from templates.phrases import one_of, subject_of, words
from templates.registry import Agency, ministries, provinces, records

_LETTERS = r"\u0e01-\u0e2e\u0e30-\u0e3a\u0e40-\u0e45\u0e47-\u0e4e"
_CONSONANT = r"\u0e01-\u0e2e"
_BESIDE, _NAME = 40, 16
"""Letters before a name in which a word says that it is only mentioned; letters that a name of a local body may have."""
_ACTS = 2
"""Letters of a name before which no word of an action ends it."""


@dataclass(frozen=True)
class Own:
    """What a report may call its own agency: type and bare name of a local body, "" for others; its full names; its district."""

    type: str
    bare: str
    names: tuple[str, ...]
    district: str = ""


@dataclass(frozen=True)
class Mention:
    """A local body as a text names it: its type, the word for it, what stands behind it, where the word begins and ends."""

    type: str
    word: str
    rest: str
    start: int
    end: int


@cache
def own_of(agency: Agency) -> Own:
    """Give the names of the agency whose report it is."""
    kind, name = agency.type, ""
    if kind:
        read = read_lao(agency.full_name, records("aliases"), _province_index())
        kind, name = str(read.value).split("|")[:2] if read.value else (kind, agency.full_name)
    district = next((agency.district[len(word) :] for word in _aliases("district_word") if agency.district.startswith(word)), "")
    return Own(kind, squeezed(name), own_names(agency), squeezed(district or agency.district))


def own_names(agency: Agency) -> tuple[str, ...]:
    """Give the names of an agency, of its ministry, and of its province."""
    ministry = ministries().get(agency.ministry)
    places = [provinces().get(code) for code in (agency.province, agency.code.removeprefix("P"))]
    named = [ministry["name_th"] if ministry else "", *(row["full_name_th"] for row in places if row)]
    return tuple(dict.fromkeys(filter(None, [agency.full_name, agency.name, *named])))


def squeezed(text: str) -> str:
    """Give a text without spaces."""
    return "".join(text.split())


def mentions(text: str) -> Iterator[Mention]:
    """Give the local bodies that a cleaned text names, with the letters behind the word of the type."""
    for match in _type_words().finditer(text):
        kind = _types()[squeezed(match[0]).replace(".", "")]
        rest = _behind().match(text, match.end())
        yield Mention(kind, match[0], rest[0] if rest else "", match.start(), match.end())


def name_in(rest: str) -> str:
    """Give the name that stands behind the word of a type; "" for words that name no body."""
    token = rest.strip().split(" ")[0]
    if _no_name().match(token):
        return ""
    name = _cut(token)
    return name if 1 < len(name) <= _NAME else ""


def _cut(name: str) -> str:
    """Give a name without the words that are joined to it."""
    end = _ends().search(name, _ACTS)
    return name[: end.start()] if end else name


def only_beside(text: str, start: int) -> bool:
    """Tell whether what begins at a place is only mentioned: somebody that the agency works with, visits or lies beside."""
    before = text[max(0, start - _BESIDE) : start].rpartition("\n")[2]
    return bool(_beside().search(before))


def nearest(rest: str, name: str) -> tuple[int, str]:
    """Give how few edits make the beginning of a text a name, and that beginning; spaces within it do not count."""
    tried = (beginning for length in range(len(name) - 2, len(name) + 3) if (beginning := _begin(rest, length)))
    # Of two that are as near the one that ends a word: no letter stands behind it.
    found = [(edits(squeezed(one), name), bool(rest.lstrip()[len(one) :][:1].strip()), one) for one in tried]
    count, _, beginning = min(found, default=(len(name), False, ""), key=lambda item: item[:2])
    return count, beginning


def _begin(rest: str, letters: int) -> str:
    """Give the beginning of a text with so many letters, "" when it is shorter."""
    count = 0
    for at, letter in enumerate(rest):
        count += not letter.isspace()
        if count == letters:
            return rest[: at + 1].strip()
    return ""


def spared(name: str) -> int:
    """Give how many edits still make a name the same one, misspelt."""
    return min(2, max(0, len(name) - 3))


@lru_cache(4096)
def edits(one: str, other: str) -> int:
    """Give the least number of letters to put in, take out or change to make one text the other."""
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        last, row[0] = row[0], at
        for n, wanted in enumerate(other, 1):
            last, row[n] = row[n], min(row[n] + 1, row[n - 1] + 1, last + (letter != wanted))
    return row[-1]


def damaged_words(text: str, own: Own) -> Iterator[tuple[int, str, str]]:
    """Give (place, abbreviation, what stands behind) where a damaged abbreviation of the own type stands before letters."""
    short = next((word for word in _short_words() if _types()[word] == own.type), "")
    for match in _abbreviations().finditer(text) if short else ():
        run = match[1]
        known = max((word for word in _short_words() if run.endswith(word)), key=len, default="")
        if known:
            length = len(known) + 1 if run != known and _stray(text[: match.end(1) - len(known)]) else 0
        else:
            length = max((n for n in range(2, len(run) + 1) if _like(run[-n:], short)), default=0)
        if length:
            yield match.end(1) - length, f"{run[-length:]}.", match[2]


def _stray(before: str) -> bool:
    """Tell whether one letter that belongs to no word ends what stands before an abbreviation."""
    if _joined().search(before):
        return False
    return not before[-2:-1].strip() or bool(_joined().search(before[:-1]))


def _like(run: str, short: str) -> bool:
    """Tell whether letters are nearly an abbreviation: two of its letters in order, hardly another one."""
    if abs(len(run) - len(short)) > 1 or run == short or len(short) < 3:
        return False
    shared = [0] * (len(short) + 1)
    for letter in run:
        left = 0
        for n, wanted in enumerate(short, 1):
            left, shared[n] = shared[n], max(shared[n], shared[n - 1], left + (letter == wanted))
    return shared[-1] >= len(short) - 1


def other_subject(text: str, own: frozenset[str], common: frozenset[str] = frozenset()) -> str:
    """Give the name of another organisation that a line has as its subject; "" when the agency's own stands there too."""
    found = [name for name in subject_of(_registered()).findall(text) if name not in own | common]
    return "" if not found or any(name in text for name in own) else str(found[0])


@cache
def rule_makers() -> frozenset[str]:
    """Give the names of the bodies that set the rules for all."""
    codes = words("organisation", "rule_makers")
    named = [row["name_th"] for row in records("departments") if row["code"] in codes]
    return frozenset([*named, *(row["name_th"] for code, row in ministries().items() if code in codes)])


@cache
def _registered() -> tuple[str, ...]:
    """Give the full names of all departments, ministries and provinces, without those that set the rules for all."""
    common = set(words("organisation", "common"))
    departments = [row["name_th"] for row in records("departments") if row["code"] not in common]
    others = [row["name_th"] for code, row in ministries().items() if code not in common]
    return tuple(dict.fromkeys([*departments, *others, *(row["full_name_th"] for row in provinces().values())]))


def misspelt(text: str, name: str) -> str:
    """Give what stands in a text in the place of a long name and is hardly different; "" where there is none."""
    whole, plain = squeezed(name), squeezed(text)
    if len(whole) < 15 or whole in plain:
        return ""
    known = {squeezed(item) for item in _registered()}
    for match in re.finditer(re.escape(whole[:6]), plain):
        count, found = nearest(plain[match.start() : match.start() + len(whole) + 2], whole)
        if 0 < count <= 2 and not any(plain.startswith(item, match.start()) for item in known if len(item) >= len(found) - 1):
            return found
    return ""


def districts(text: str) -> Iterator[tuple[int, str]]:
    """Give (place, name) of the districts that a cleaned text names."""
    for match in _district_words().finditer(text):
        name = re.split("|".join(map(re.escape, _aliases("province_prefix"))), match["name"])[0]
        if len(name) > 1 and not _no_name().match(name):
            yield match.start(), _cut(name)


@cache
def _rows(kind: str) -> tuple[dict[str, str], ...]:
    return tuple(dict(row) for row in records("aliases") if row["kind"] == kind)


@cache
def _aliases(kind: str) -> tuple[str, ...]:
    return tuple(sorted((row["alias"] for row in _rows(kind)), key=len, reverse=True))


@cache
def _types() -> dict[str, str]:
    return {row["alias"].replace(".", ""): row["code"] for row in _rows("lao_type")}


@cache
def _short_words() -> tuple[str, ...]:
    return tuple(word.replace(".", "") for word in _aliases("lao_type") if "." in word)


@cache
def _province_index() -> Index:
    return index("province", records("provinces"), records("aliases"))


@cache
def _type_words() -> re.Pattern[str]:
    """Give an expression for the words of types; those that are the name of their only body are places, too, and left out."""
    kinds = [row for row in _rows("lao_type") if not _self_named(row["code"])]
    found = []
    for row in sorted(kinds, key=lambda row: -len(row["alias"])):
        letters = [re.escape(letter) for letter in row["alias"] if letter != "."]
        if not row["alias"].endswith("."):
            found.append(r"\s?".join(letters))
        elif len(letters) > 2:
            alone = rf"(?<![{_LETTERS}])" + r"\.?\s?".join(letters) + r"(?![\u0e30-\u0e3a\u0e47-\u0e4e])\.?"
            found += ["".join(letters) + r"\.", alone]
        else:
            found.append(rf"(?<![{_LETTERS}.])" + r"\.?\s?".join(letters) + r"\.")
    return re.compile("|".join(found))


@cache
def _self_named(kind: str) -> bool:
    named = [row["alias"] for row in _rows("lao_type") if row["code"] == kind and not row["alias"].endswith(".")]
    return any(word == kind or word in _place_names() for word in named)


@cache
def _place_names() -> frozenset[str]:
    return frozenset(row["name_th"] for row in provinces().values())


@cache
def _behind() -> re.Pattern[str]:
    return re.compile(rf"[ ]*\n?[ ]*[{_LETTERS}]+(?: [{_LETTERS}]+){{0,2}}")


@cache
def _abbreviations() -> re.Pattern[str]:
    return re.compile(rf"([{_CONSONANT}]{{2,6}})\. ?([{_LETTERS}]+(?: [{_LETTERS}]+)?)")


@cache
def _district_words() -> re.Pattern[str]:
    """Give an expression for a district: the whole word, or the letter where a province or subdistrict stands beside it."""
    whole = "|".join(re.escape(word) for word in _aliases("district_word") if len(word) > 3 and "." not in word)
    short = "|".join(re.escape(word) for word in _aliases("district_word") if "." in word)
    province = "|".join(map(re.escape, _aliases("province_prefix")))
    return re.compile(
        rf"(?:(?:{whole})\s*|(?<![{_LETTERS}.])(?:{short})\s*(?=[{_LETTERS}]+\s*(?:{province})))(?P<name>[{_LETTERS}]+)"
    )


@cache
def _no_name() -> re.Pattern[str]:
    return re.compile(one_of("bodies", "not_names"))


@cache
def _ends() -> re.Pattern[str]:
    return re.compile(f"{one_of('organisation', 'acts')}|{one_of('bodies', 'ends')}")


@cache
def _beside() -> re.Pattern[str]:
    return re.compile(rf"{one_of('bodies', 'beside')}|{one_of('bodies', 'right_beside')}\s*\Z")


@cache
def _joined() -> re.Pattern[str]:
    return re.compile(one_of("bodies", "joined") + r"\Z")
