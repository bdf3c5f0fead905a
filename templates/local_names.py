"""Rows of a list of local bodies -> their type, name, district and province, however people wrote them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from templates import registry
from templates.names import Index, index, read_province
from templates.thai import clean, key, nothing

NO_NAME, NO_TYPE, TYPE_DISAGREES, PHONE = "no_name", "no_type", "type_disagrees", "phone"
NO_PROVINCE, UNKNOWN_PROVINCE, AMBIGUOUS_PROVINCE = "no_province", "unknown_province", "ambiguous_province"
PROVINCE_DISAGREES, PROVINCE_LIKE = "province_disagrees", "province_like"
"""Why a row names no body; the last is a warning: the province was read by its likeness."""
LIVE = "=+-@"
"""Signs that a spreadsheet takes for the beginning of a formula; no name begins with one."""
_WHY = {"": NO_PROVINCE, "AMBIGUOUS": AMBIGUOUS_PROVINCE, "CLUSTER_NOT_PROVINCE": AMBIGUOUS_PROVINCE}
_PHONE_FIGURES = 7
"""Figures from which on something in a name is a telephone number; numbers of villages and the like are shorter."""
_ASIDE = re.compile(r"\(([^()]*)\)")


@dataclass(frozen=True)
class Body:
    """One local body: `type` as the alias table codes it, its bare name, the TIS code of its province, its district.

    `province_told` is the province as it was written where it was read by its likeness, else "".
    """

    type: str
    name: str
    province: str
    district: str = ""
    province_told: str = ""

    @property
    def full_name(self) -> str:
        """Give the official name: the type written out, then the name."""
        word = _written_out().get(self.type, self.type)
        return self.name if key(word) == key(self.name) else f"{word}{self.name}"

    @property
    def key(self) -> tuple[str, str, str]:
        """Give what two rows of the same body share: type, name, province."""
        return self.type, key(self.name), self.province

    @property
    def district_key(self) -> str:
        """Give what two spellings of its district share, "" where none is known."""
        return key(self.district)


@dataclass(frozen=True)
class Unread:
    """A row that names no body: why, and the text that it is about."""

    why: str
    text: str = ""


def read_body(row: Mapping[str, str]) -> Body | Unread:
    """Read a body from the cells `type`, `name`, `district` and `province`; type and address may stand in the name alone."""
    name = _line(row.get("name", ""))
    if not key(name):
        return Unread(NO_NAME)
    if sum(sign.isdecimal() for sign in name) >= _PHONE_FIGURES:
        # Names go into results; a person's number never may.
        return Unread(PHONE)
    stated = _line(row.get("type", ""))
    kind = _stated_type(stated)
    begun, rest = _split(name)
    if stated and not kind or not kind and not begun:
        return Unread(NO_TYPE, stated or name)
    if begun and kind and begun != kind:
        if rest and _self_named(begun):
            begun, rest = "", name  # a town that only begins like a body named by its own word
        else:
            return Unread(TYPE_DISAGREES, f"{stated} / {name}")
    kind = kind or begun
    bare, district, province = _addressed(rest if begun else name)
    if not key(bare):
        if not _self_named(kind):
            return Unread(NO_NAME, name)
        bare = _written_out()[kind]
    return _placed(row, (kind, bare), (district, province))


def official_name(row: Mapping[str, str]) -> tuple[str, str, str]:
    """Give the official name of a body wherever it stands, with district and province of the address; "" without a type."""
    name = _line(row.get("name", ""))
    begun, rest = _split(name)
    kind = _stated_type(_line(row.get("type", ""))) or begun
    bare, district, province = _addressed(rest if begun == kind else name)
    return Body(kind, bare or _written_out().get(kind, ""), "").full_name if kind else "", district, province


def _placed(row: Mapping[str, str], named: tuple[str, str], address: tuple[str, str]) -> Body | Unread:
    """Find the province: its own cell, else the address behind the name, else the name of a body that bears its province's."""
    kind, bare = named
    district, within = address
    told = _line(row.get("province", ""))
    text = told or within or (bare if kind in _words("lao_seat") and province_of(bare)[1] == "" else "")
    code, doubt = province_of(text)
    if not code:
        return Unread(_WHY.get(doubt, UNKNOWN_PROVINCE), text or bare)
    other = province_of(within)[0]
    if told and other and other != code:
        return Unread(PROVINCE_DISAGREES, f"{told} / {within}")
    words = bare.split()
    if len(words) > 1 and not words[-1].isdecimal() and province_of(words[-1]) == (code, ""):
        bare = " ".join(words[:-1])
    place = district_name(row.get("district", "") or district, code)
    return Body(kind, bare, code, place, text if doubt else "")


@cache
def province_of(text: str) -> tuple[str, str]:
    """Read a province: its TIS code, "" for none, and why not or FUZZY where it was read by its likeness."""
    read = read_province(text, _provinces())
    if read.value is None:
        return "", read.rejected or ""
    return str(read.value), "FUZZY" if "FUZZY" in read.codes else ""


def district_name(text: str, province: str) -> str:
    """Give the name of a district without its title; that of a capital is written out with its province."""
    name = _line(text).lstrip(LIVE)
    for word in _words("district_word"):
        if name.startswith(word) and name != word:
            name = name[len(word) :].strip()
            break
    if key(name) in {key(word) for word in _words("district_capital")}:
        name += registry.province_name(province)
    return name


def _line(text: str) -> str:
    """Give a cell as one clean line, "" for a mark that nothing stands there."""
    text = clean(text)
    return "" if nothing(text) else " ".join(text.split())


@cache
def _stated_type(text: str) -> str:
    """Read a type that stands for itself; an abbreviation may follow in brackets."""
    known = {key(row["alias"]): row["code"] for row in registry.records("aliases") if row["kind"] == "lao_type"}
    tried = (text, _ASIDE.sub("", text), *_ASIDE.findall(text))
    return next((known[key(one)] for one in tried if key(one) in known), "")


def _split(name: str) -> tuple[str, str]:
    """Give the type that a name begins with, "" for none, and the rest."""
    for code, pattern in _patterns():
        match = pattern.match(name)
        if match:
            return code, name[match.end() :].strip()
    return "", name


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Give how the types are written, the longest first; two letters alone begin other names, so they want their dot."""
    found = []
    for word in _words("lao_type"):
        letters = [re.escape(letter) for letter in word if letter != "."]
        ends = r"[.\s]\s*" if len(letters) < 3 else r"\.?\s*"
        loose = r"\.?\s?".join(letters) + ends if word.endswith(".") else r"\s?".join(letters)
        found.append((_types()[word], re.compile(loose)))
    return tuple(found)


def _addressed(text: str) -> tuple[str, str, str]:
    """Part a name from the address behind it: name, district, province, "" for what is not there."""
    titles = "|".join(map(re.escape, _words("address_word")))
    name, *behind = re.split(rf"\s+(?=(?:{titles}))", text, maxsplit=1)
    address = f" {behind[0]}" if behind else ""
    found = [_after(address, kind) for kind in ("district_word", "province_prefix")]
    return name, found[0], found[1]


def _after(address: str, kind: str) -> str:
    words = "|".join(map(re.escape, _words(kind)))
    match = re.search(rf"\s(?:{words})\s*(\S+)", address)
    return match.group(1) if match else ""


@cache
def _words(kind: str) -> tuple[str, ...]:
    """Give the aliases of a kind, the longest first."""
    return tuple(sorted((row["alias"] for row in registry.records("aliases") if row["kind"] == kind), key=len, reverse=True))


@cache
def _types() -> Mapping[str, str]:
    return {row["alias"]: row["code"] for row in registry.records("aliases") if row["kind"] == "lao_type"}


@cache
def _written_out() -> Mapping[str, str]:
    """Give the type written out by its code: the longest of its aliases."""
    found: dict[str, str] = {}
    for word in _words("lao_type"):
        found.setdefault(_types()[word], word)
    return found


def _self_named(kind: str) -> bool:
    """Tell whether the word of a type is the whole name of its only body."""
    word = _written_out()[kind]
    return word == kind or province_of(word)[1] == "" != province_of(word)[0]


@cache
def _provinces() -> Index:
    return index("province", registry.records("provinces"), registry.records("aliases"))
