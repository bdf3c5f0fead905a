"""Rows of a list of local bodies against those the season knows: who is whom, who is new, what only people can tell."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from processors.table_file import Line
from templates.local_names import Body, Unread, read_body
from templates.names import alike
from templates.thai import digits, key

_CODE = re.compile(r"[A-Z0-9]{1,20}\Z")
_LIKELY = 80
"""A likeness out of 100 from which a name may be another spelling of a known one."""
BAD_CODE, CODE_TAKEN, CODE_TWICE, CODE_DISAGREES = "bad_code", "code_taken", "code_twice", "code_disagrees"
TWICE, NEEDS_DISTRICT, KNOWN_WITHOUT = "twice", "needs_district", "known_without"
OTHER_DISTRICT, LIKE_ONLY = "other_district", "like_only"

BodyKey = tuple[str, str, str]


@dataclass(frozen=True)
class Known:
    """A body of the season: its code, and what its row in `agencies.csv` says of it."""

    code: str
    body: Body


@dataclass(frozen=True)
class Taken:
    """A row that is one body: `code` of a known one or stated in the file, "" where a new one is to get a code."""

    line: Line
    body: Body
    code: str
    known: bool


@dataclass(frozen=True)
class Doubt:
    """A row that people must look at: why, and what the sentence about it needs."""

    line: Line
    why: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Row:
    line: Line
    body: Body
    code: str


@dataclass
class _Register:
    """What is known, and what this file has laid hands on; `foreign` are codes of others than local bodies."""

    by_key: Mapping[BodyKey, Sequence[Known]]
    by_code: Mapping[str, Known]
    foreign: Collection[str]
    stated: dict[str, int] = field(default_factory=dict)


def match(lines: Iterable[Line], known: Sequence[Known], foreign: Collection[str]) -> tuple[list[Taken], list[Doubt]]:
    """Match rows by type, name and province, among bodies of one name by district; both lists in the order of the file.

    A code in the file must be that of the body it names, or nobody's. Nothing is matched by likeness.
    """
    doubts: list[Doubt] = []
    groups: dict[BodyKey, list[_Row]] = defaultdict(list)
    for line in lines:
        body = read_body(line.cells)
        code = digits(line.cells.get("code", "")).replace(" ", "").upper()
        if isinstance(body, Unread):
            doubts.append(Doubt(line, body.why, {"text": body.text}))
        elif code and not _CODE.match(code):
            doubts.append(Doubt(line, BAD_CODE, {"code": code}))
        else:
            groups[body.key].append(_Row(line, body, code))
    by_key: dict[BodyKey, list[Known]] = defaultdict(list)
    for item in known:
        by_key[item.body.key].append(item)
    register = _Register(by_key, {item.code: item for item in known}, foreign)
    found = [told for group in groups.values() for told in _group(group, register)]
    taken = _unlike([item for item in found if isinstance(item, Taken)], known, doubts)
    doubts += [item for item in found if isinstance(item, Doubt)]
    return sorted(taken, key=lambda item: item.line.number), sorted(doubts, key=lambda item: item.line.number)


def _group(rows: Sequence[_Row], register: _Register) -> Iterator[Taken | Doubt]:
    """Tell the rows of one name in one province apart."""
    olds = register.by_key.get(rows[0].body.key, ())
    districts = {row.body.district_key for row in rows}
    seen: dict[str, int] = {}
    for row in rows:
        district = row.body.district_key
        if district in seen:
            yield Doubt(row.line, TWICE, {"line": str(seen[district])})
            continue
        seen[district] = row.line.number
        if not district and len(districts) > 1:
            yield Doubt(row.line, NEEDS_DISTRICT)
            continue
        yield _by_code(row, olds, register) if row.code else _by_district(row, olds, districts)


def _by_code(row: _Row, olds: Sequence[Known], register: _Register) -> Taken | Doubt:
    """Match a row that states its code."""
    first = register.stated.setdefault(row.code, row.line.number)
    if first != row.line.number:
        return Doubt(row.line, CODE_TWICE, {"code": row.code, "line": str(first)})
    if row.code in register.foreign:
        return Doubt(row.line, CODE_TAKEN, {"code": row.code, "name": ""})
    old = register.by_code.get(row.code)
    if old is not None:
        if old.body.key == row.body.key:
            return Taken(row.line, row.body, old.code, known=True)
        return Doubt(row.line, CODE_TAKEN, {"code": row.code, "name": old.body.full_name})
    # A body of another district is another body; where either says none it may be the same under another code.
    district = row.body.district_key
    same = [item for item in olds if not district or item.body.district_key in ("", district)]
    if same:
        return Doubt(row.line, CODE_DISAGREES, {"code": row.code, "known": same[0].code})
    return Taken(row.line, row.body, row.code, known=False)


def _by_district(row: _Row, olds: Sequence[Known], districts: Collection[str]) -> Taken | Doubt:
    """Match a row without a code: by its district where one is told, else only where there is one body of that name."""
    district = row.body.district_key
    if not district:
        if len(olds) > 1:
            return Doubt(row.line, NEEDS_DISTRICT)
        return Taken(row.line, row.body, olds[0].code if olds else "", known=bool(olds))
    same = [item for item in olds if item.body.district_key == district]
    if same:
        return Taken(row.line, row.body, same[0].code, known=True)
    blank = [item for item in olds if not item.body.district]
    if blank:
        if len(olds) == 1 and len(districts) == 1:
            return Taken(row.line, row.body, blank[0].code, known=True)
        return Doubt(row.line, KNOWN_WITHOUT, {"known": blank[0].code})
    left = [item for item in olds if item.body.district_key not in districts]
    if left:
        return Doubt(row.line, OTHER_DISTRICT, {"known": left[0].code, "district": left[0].body.district})
    return Taken(row.line, row.body, "", known=False)


def _unlike(taken: Sequence[Taken], known: Sequence[Known], doubts: list[Doubt]) -> list[Taken]:
    """Hold back new bodies that may be a known one, which the file lacks, in another spelling; a code of its own clears a row."""
    met = {item.code for item in taken if item.known}
    waiting: dict[tuple[str, str], list[Known]] = defaultdict(list)
    for item in known:
        if item.code not in met:
            waiting[item.body.type, item.body.province].append(item)
    kept = []
    for one in taken:
        near = None if one.known or one.code else _nearest(one.body, waiting.get((one.body.type, one.body.province), ()))
        if near is None:
            kept.append(one)
        else:
            doubts.append(Doubt(one.line, LIKE_ONLY, {"known": near.code, "name": near.body.full_name}))
    return kept


def _nearest(body: Body, others: Iterable[Known]) -> Known | None:
    """Give the known body whose name is most like this one, None where none is alike or it stands in another district."""
    district = body.district_key
    told = [
        (alike(key(body.name), key(item.body.name)), item)
        for item in others
        if item.body.key != body.key and (not district or item.body.district_key in ("", district))
    ]
    score, best = max(told, key=lambda pair: pair[0], default=(0.0, None))
    return best if score >= _LIKELY else None
