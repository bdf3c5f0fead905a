"""Rows of a list about agencies -> the agencies that they are about: by code, by name, by name and place; never by likeness."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from templates import registry
from templates.local_names import district_name, official_name, province_of
from templates.names import Index, index, read_department, read_ministry
from templates.registry import LOCAL, PROVINCE, Agency
from templates.thai import digits, key

UNMATCHED, SEVERAL, OTHER_NAME = "unmatched", "several", "other_name"


@dataclass(frozen=True)
class Nobody:
    """A row that is about no agency, or about more than one: why, and what the sentence about it needs."""

    why: str
    params: Mapping[str, str]


class Whose:
    """Some agencies, ready to be found."""

    def __init__(self, agencies: Iterable[Agency]) -> None:
        self._by_code = {item.code: item for item in agencies}
        self._by_name: dict[str, list[Agency]] = defaultdict(list)
        for item in self._by_code.values():
            names = {key(item.name)}
            if item.kind == LOCAL:
                names.add(key(official_name({"name": item.name, "type": item.type})[0]))
            for name in names:
                self._by_name[name].append(item)

    def find(self, row: Mapping[str, str]) -> Agency | Nobody:
        """Find the agency of a row by its cells `code`, `name`, `type`, `district`, `province`, `ministry`."""
        own = self._by_code.get(digits(row.get("code", "")).strip().upper())
        named = self._named(row)
        if own is not None:
            if named and own not in named:
                return Nobody(OTHER_NAME, {"known": own.code, "name": own.name})
            return own
        if len(named) > 1:
            return Nobody(SEVERAL, {"known": ", ".join(item.code for item in named[:10])})
        return named[0] if named else Nobody(UNMATCHED, {})

    def _named(self, row: Mapping[str, str]) -> list[Agency]:
        official, district, province = official_name(row)
        found = self._by_name.get(key(official)) if official else None
        found = found or self._by_name.get(key(row.get("name", "")), []) or self._by_registry(row)
        places = {
            "province": province_of(row.get("province", "") or province)[0],
            "ministry": _ministry(row.get("ministry", "")),
        }
        for name, stated in places.items():
            found = [item for item in found if stated in ("", getattr(item, name)) or not getattr(item, name)]
        told = row.get("district", "") or district
        here = [item for item in found if told and key(district_name(told, item.province)) == key(item.district)]
        return here or found

    def _by_registry(self, row: Mapping[str, str]) -> list[Agency]:
        """Find a department by its abbreviation or another of its names, and a province without its title."""
        name = row.get("name", "")
        if not key(name):
            return []
        read = read_department(name, _index("department"), ministry=_ministry(row.get("ministry", "")))
        if read.value in self._by_code and "FUZZY" not in read.codes:
            return [self._by_code[str(read.value)]]
        code, like = province_of(name)
        return [item for item in self._by_code.values() if code and not like and item.kind == PROVINCE and item.province == code]


def _ministry(text: str) -> str:
    read = read_ministry(text, _index("ministry"))
    return str(read.value) if read.value and "FUZZY" not in read.codes else ""


@cache
def _index(kind: str) -> Index:
    names = {"department": "departments", "ministry": "ministries"}
    return index(kind, registry.records(names[kind]), registry.records("aliases"))
