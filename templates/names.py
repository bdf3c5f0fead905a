"""Names of provinces, ministries, departments and local organisations -> codes of the registry."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from templates.reading import LONGEST, Raw, Read
from templates.thai import PAIYANNOI, clean, digits, key, nothing, read_text

Row = Mapping[str, str]

_LIKELY, _MARGIN = 80, 15  # a likeness out of 100 that is proposed, and by how much the best must lead
_SHORT_LIKELY, _SHORT_MARGIN, _SHORT_EDITS, _SHORT_LENGTH = 72, 12, 2, 5  # or so, when few letters differ
_BEGINNING = 4  # letters that the beginning of a name must have to be proposed for it
_LOCAL_EDITS = 2
_POSTCODE = re.compile(r"\s*[0-9]{5}\Z")
_ASIDE = re.compile(r"\([^()]*\)")


@dataclass(frozen=True)
class Entry:
    """One record of a registry. `ministry` "" where it has none; years of the Buddhist era, None = open.

    `titled`: the full name bears the title of its kind, as every province does but Bangkok.
    """

    code: str
    name: str
    ministry: str = ""
    first_year: int | None = None
    last_year: int | None = None
    titled: bool = True


@dataclass(frozen=True)
class Index:
    """A registry ready to be searched: spellings -> codes, with dots (`dotted`) and by comparison key (`keys`).

    `stems`: code -> class and name without title, for likeness. `prefixes`: title -> its class; `clusters`: words that
    say that no single province is meant.
    """

    kind: str
    entries: Mapping[str, Entry]
    dotted: Mapping[str, tuple[str, ...]]
    keys: Mapping[str, tuple[str, ...]]
    stems: Mapping[str, tuple[str, str]]
    prefixes: Mapping[str, str] = field(default_factory=dict)
    clusters: tuple[str, ...] = ()


def index(kind: str, rows: Iterable[Row], aliases: Iterable[Row]) -> Index:
    """Make the index of one registry, `province`, `ministry` or `department`, of its CSV rows and the alias table.

    Rows need `code` and `name_th`; aliases have `kind`, `alias`, `code`.
    """
    aliases = tuple(aliases)
    prefixes = {row["alias"]: row["code"] for row in aliases if row["kind"] == f"{kind}_prefix"}
    entries: dict[str, Entry] = {}
    dotted: dict[str, dict[str, None]] = {}
    keys: dict[str, dict[str, None]] = {}

    def learn(spelling: str, code: str) -> None:
        if key(spelling):
            dotted.setdefault(_dotted(spelling), {})[code] = None
            keys.setdefault(key(spelling), {})[code] = None

    for row in rows:
        entry = _entry(row)
        entries[entry.code] = entry
        short = _untitled(row.get("abbr_th", ""), prefixes)[1]
        bare = "" if kind == "department" else _untitled(entry.name, prefixes)[1]
        for spelling in (entry.code, row.get("full_name_th", ""), short, bare, *map(row.get, _SPELLINGS)):
            learn(spelling or "", entry.code)
    for row in aliases:
        if row["kind"] == kind and row["code"] in entries:
            learn(row["alias"], row["code"])
    stems = {code: _stem(entry.name, prefixes) for code, entry in entries.items()}
    clusters = tuple(row["alias"] for row in aliases if row["kind"] == f"{kind}_cluster")
    return Index(kind, entries, _frozen(dotted), _frozen(keys), stems, prefixes, clusters)


_SPELLINGS = ("name_th", "name_en", "abbr_th", "abbr_en")


def _frozen(found: dict[str, dict[str, None]]) -> dict[str, tuple[str, ...]]:
    return {spelling: tuple(codes) for spelling, codes in found.items()}


def _entry(row: Row) -> Entry:
    first, last = (int(row[name]) if row.get(name) else None for name in ("valid_from_fy", "valid_to_fy"))
    titled = row.get("full_name_th", "") != row["name_th"]
    return Entry(row["code"], row["name_th"], row.get("ministry_code", ""), first, last, titled)


def _dotted(text: str) -> str:
    return "".join(digits(clean(text)).casefold().split()).rstrip(".")


def _untitled(text: str, prefixes: Mapping[str, str]) -> tuple[str, str]:
    """Give the title that a name begins with, "" for none, and the rest; a dotted title needs a name after it."""
    found = [word for word in prefixes if text.casefold().startswith(word)]
    word = max(found, key=len, default="")
    rest = text[len(word) :].strip()
    return (word, rest) if rest and (not word.endswith(".") or len(key(rest)) > 2) else ("", text)


def _stem(text: str, prefixes: Mapping[str, str]) -> tuple[str, str]:
    word, rest = _untitled(text, prefixes)
    return prefixes.get(word, ""), key(rest)


def read_province(raw: Raw, provinces: Index) -> Read:
    """Read a province as its TIS code; of an address what stands after the last title counts."""
    text, refused = _text(raw)
    if refused:
        return refused
    if any(key(word) in key(text) for word in provinces.clusters):
        return Read(rejected="CLUSTER_NOT_PROVINCE")
    name, titled = _after_title(_POSTCODE.sub("", text), provinces.prefixes)
    read = _resolve(name, provinces, "")
    if read.rejected == "UNKNOWN_NAME" and " " in name:
        read = _exact(name.rsplit(maxsplit=1)[1], provinces, "") or read
    if titled and isinstance(read.value, str) and not provinces.entries[read.value].titled:
        return replace(read, codes=(*read.codes, "BKK_NOT_PROVINCE"))
    return read


def read_ministry(raw: Raw, ministries: Index, *, fiscal_year: int | None = None) -> Read:
    """Read a ministry as its code; NOT_VALID_IN_FY when it did not exist in the fiscal year."""
    text, refused = _text(raw)
    return refused or _valid(_resolve(text, ministries, ""), ministries, fiscal_year)


def read_department(
    raw: Raw, departments: Index, *, ministry: str = "", fiscal_year: int | None = None, known: str = ""
) -> Read:
    """Read a department as its code; `ministry` settles abbreviations that several share.

    `known`: the code that the file already carries; a likeness that says another one is refused with CODE_DISAGREES.
    """
    text, refused = _text(raw)
    if refused:
        return refused
    read = _resolve(text, departments, ministry)
    if known and read.value != known and "FUZZY" in read.codes:
        return Read(rejected="CODE_DISAGREES")
    if ministry and isinstance(read.value, str) and departments.entries[read.value].ministry != ministry:
        read = replace(read, codes=(*read.codes, "MINISTRY_MISMATCH"))
    return _valid(read, departments, fiscal_year)


def _text(raw: Raw) -> tuple[str, Read | None]:
    text = clean(raw) if isinstance(raw, str) else str(read_text(raw).value or "")
    if found := nothing(text):
        return "", found
    if len(text) > LONGEST:
        return "", Read(rejected="UNKNOWN_NAME")
    return " ".join(_ASIDE.sub(" ", text).split()) or text, None


def _after_title(text: str, prefixes: Mapping[str, str]) -> tuple[str, bool]:
    for word in prefixes:
        head, found, tail = text.rpartition(word)
        if found and tail.strip() and (not word.endswith(".") or not head or head[-1] in " ,"):
            return tail.strip(), True
    return text, False


def _valid(read: Read, names: Index, fiscal_year: int | None) -> Read:
    if fiscal_year is None or not isinstance(read.value, str):
        return read
    entry = names.entries[read.value]
    early = entry.first_year is not None and fiscal_year < entry.first_year
    late = entry.last_year is not None and fiscal_year > entry.last_year
    return replace(read, codes=(*read.codes, "NOT_VALID_IN_FY")) if early or late else read


def _resolve(text: str, names: Index, ministry: str) -> Read:
    found = _exact(text, names, ministry)
    if not found and names.kind != "department":
        found = _exact(_untitled(text, names.prefixes)[1], names, ministry)
    if found:
        return found
    if PAIYANNOI in text:
        begun = _begun(text[: text.index(PAIYANNOI)], names, ministry)
        if begun:
            return Read(begun[0]) if len(begun) == 1 else Read(rejected="AMBIGUOUS")
    return _likely(text, names, ministry)


def _exact(text: str, names: Index, ministry: str) -> Read | None:
    hits = (names.dotted.get(_dotted(text), ()), names.keys.get(key(text), ()))
    for codes in (*(_within(codes, names, ministry) for codes in hits), *hits):
        if codes:
            return Read(codes[0]) if len(codes) == 1 else Read(rejected="AMBIGUOUS")
    return None


def _within(codes: Iterable[str], names: Index, ministry: str) -> tuple[str, ...]:
    return tuple(code for code in codes if ministry and names.entries[code].ministry == ministry)


def _begun(text: str, names: Index, ministry: str) -> tuple[str, ...]:
    """Give the codes of the names that begin so, those of the ministry first if it has any."""
    start, stem = key(text), _stem(text, names.prefixes)
    codes = tuple(
        code
        for code, (group, rest) in names.stems.items()
        if start and (key(names.entries[code].name).startswith(start) or group == stem[0] and rest.startswith(stem[1]))
    )
    return _within(codes, names, ministry) or codes


def alike(one: str, other: str) -> float:
    """Give how alike two texts are, 0..100."""
    from rapidfuzz import fuzz
    return fuzz.ratio(one, other)


def propose(text: str, names: Index, limit: int = 3) -> tuple[tuple[str, float], ...]:
    """Give the codes whose names are most like a text, best first, with the likeness 0..100; people choose."""
    group, stem = _stem(clean(text)[:LONGEST], names.prefixes)
    scored = [(code, alike(stem, rest)) for code, (of, rest) in names.stems.items() if of == group]
    return tuple(sorted(scored, key=lambda pair: -pair[1])[:limit])


def _likely(text: str, names: Index, ministry: str) -> Read:
    from rapidfuzz.distance import Levenshtein

    ranked = (*propose(text, names, 2), ("", 0.0), ("", 0.0))
    (best, score), (_, second) = ranked[0], ranked[1]
    stem = _stem(text, names.prefixes)[1]
    near = sorted(Levenshtein.distance(stem, rest) for _, rest in names.stems.values())
    edits = near[0]
    short = score >= _SHORT_LIKELY and edits <= _SHORT_EDITS and len(stem) >= _SHORT_LENGTH
    if short and score - second >= _SHORT_MARGIN or score >= _LIKELY and score - second >= _MARGIN:
        twins = [rest for _, rest in names.stems.values() if Levenshtein.distance(names.stems[best][1], rest) == 1]
        return Read(rejected="AMBIGUOUS") if twins or near[1] <= 1 else Read(best, ("FUZZY",))
    begun = _begun(text, names, ministry) if len(stem) >= _BEGINNING else ()
    if len(begun) == 1:
        return Read(begun[0], ("FUZZY",))
    return Read(rejected="AMBIGUOUS" if begun or short or score >= _LIKELY else "UNKNOWN_NAME")


def read_lao(raw: Raw, aliases: Iterable[Row], provinces: Index, cover: str = "") -> Read:
    """Read a local organisation as `type|name|province`, the province "" where neither address nor name says it.

    `cover`: the organisation whose report this is; a name almost like it gets NAME_MISMATCH, another FOREIGN_ORG.
    """
    text, refused = _text(raw)
    if refused:
        return refused
    aliases = tuple(aliases)
    parts = _local(text, aliases, provinces)
    own = _local(clean(cover), aliases, provinces) if cover else None
    if parts is None:
        return Read(rejected="UNKNOWN_ORG")
    return Read("|".join(parts), () if own is None else _against(parts, own))


def _against(parts: tuple[str, str, str], own: tuple[str, str, str]) -> tuple[str, ...]:
    from rapidfuzz.distance import Levenshtein

    edits = Levenshtein.distance(key(parts[1]), key(own[1]))
    elsewhere = parts[2] and own[2] and parts[2] != own[2]
    if parts[0] != own[0] or elsewhere or edits > _LOCAL_EDITS:
        return ("FOREIGN_ORG",)
    return ("NAME_MISMATCH",) if edits else ()


def _local(text: str, aliases: tuple[Row, ...], provinces: Index) -> tuple[str, str, str] | None:
    for row in sorted((row for row in aliases if row["kind"] == "lao_type"), key=lambda row: -len(row["alias"])):
        word = row["alias"]
        letters = [letter for letter in word if letter != "."]
        loose = r"\.?\s?".join(letters) + (r"\.?\s*" if len(letters) > 2 else r"[.\s]\s*")
        match = re.match(loose if word.endswith(".") else r"\s?".join(letters) + r"\s*", text)
        if match:
            return _located(row, text[match.end() :], aliases, provinces)
    return None


def _located(row: Row, rest: str, aliases: tuple[Row, ...], provinces: Index) -> tuple[str, str, str] | None:
    if not rest.strip():
        self_named = _exact(row["alias"], provinces, "")
        code = str(self_named.value) if self_named else ""
        word_alone = row["code"] == row["alias"] and not row["alias"].endswith(".")
        name = provinces.entries[code].name if code in provinces.entries else row["alias"]
        return (row["code"], name, code) if code or word_alone else None
    seats = {other["alias"] for other in aliases if other["kind"] == "lao_seat"}
    words = [re.escape(other["alias"]) for other in aliases if other["kind"] == "address_word"]
    head, *address = re.split(rf"\s+(?={'|'.join(words)})", rest.strip(), maxsplit=1)
    name, *further = head.split()
    where = _after_title(" ".join([*further, *address]), provinces.prefixes)
    read = _exact(where[0].split()[-1], provinces, "") if where[0].split() else None
    if read is None and row["code"] in seats:
        read = _exact(name, provinces, "")
    return row["code"], name, str(read.value) if read and read.value else ""
