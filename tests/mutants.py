"""Mutants of workbooks: bytes, the zip, and the XML within; each comes from a seed and a number alone, so it can be made again."""

from __future__ import annotations

import io
import random
import re
import struct
import zipfile
from collections.abc import Callable
from typing import NamedTuple

from hostile import Parts, packed


class Mutant(NamedTuple):
    """A spoiled file and how it was spoiled."""

    source: str
    data: bytes
    recipe: str


TAG = re.compile(rb"<(/?)([A-Za-z][\w:]*)((?:\s[^<>]*?)?)(/?)>")
ATTRIBUTE = re.compile(rb'([\w:]+)="([^"<]*)"')
VALUE = re.compile(rb">([^<>]+)<")
WILD = (
    b"", b"0", b"-1", b"1", b"99999999999999999999", b"4294967295", b"NaN", b"inf", b"-inf", b"1e999", b"1e-999", b"0x10", b"1_000",
    "๑๒".encode(), b"A1", b"XFD1048576", b"A0", b"ZZZZ1", b"A1:XFD1048576", b"$A$1", b"true", b"TRUE", b"s", b"n", b"str", b"inlineStr",
    b"e", b"b", b"d", b"&#0;", b"&#1;", b"&#xFFFF;", b"&lt;", b"&x;", b"\x00", b"\x08", b"\xff", b"_x0000_", b"_x000D_", b"1 000",
    b"1,5", b" ", b"\n", b"x" * 40_000, b"1" * 40_000, b" " * 40_000 + b"x", b"'" * 30_001, b"a." * 20_000, b"[" * 40_000, b"1," * 20_000, b"-" * 40_000,
    b"( " * 20_000, b"A1:" * 10_000, "๑".encode() * 20_000, "กรม ".encode() * 5_000, "\N{GRINNING FACE}".encode(), b"=1+1", b"#REF!", b"2014-05-20", b"PT06H", b"1048576", b"16384",
    b"100000", b"rId1", b"../x.xml", b"http://x/", b"-", b"00", b"1.", b".5", b"+5", b"5E0",
)  # fmt: skip
"""What attributes and texts become."""


def mutant(seeds: dict[str, bytes], seed: str, number: int) -> Mutant:
    """Make the mutant of that number."""
    chance = random.Random(f"{seed}:{number}")
    source = chance.choice(sorted(seeds))
    data = seeds[source]
    zipped = data.startswith(b"PK")
    way = chance.choice([*BYTES, *(ZIPS if zipped else ()), *(XML * 4 if zipped and not source.endswith("xlsb") else ())])
    spoiled, what = way(data, chance)
    return Mutant(source, spoiled, f"{seed}:{number} {source} {way.__name__} {what}")


def flipped(data: bytes, chance: random.Random) -> tuple[bytes, str]:
    made = bytearray(data)
    places = [chance.randrange(len(made)) for _ in range(chance.choice((1, 1, 2, 8, 64)))]
    for at in places:
        made[at] ^= 1 << chance.randrange(8)
    return bytes(made), str(places[:8])


def cut(data: bytes, chance: random.Random) -> tuple[bytes, str]:
    at = chance.randrange(len(data))
    return (data[:at], f"after {at}") if chance.random() < 0.7 else (data[at:], f"before {at}")


def inserted(data: bytes, chance: random.Random) -> tuple[bytes, str]:
    at, count = chance.randrange(len(data)), chance.choice((1, 2, 16, 512, 5000))
    block = chance.choice((bytes(count), chance.randbytes(count), data[:count]))
    return data[:at] + block + data[at:], f"{count} at {at}"


def removed(data: bytes, chance: random.Random) -> tuple[bytes, str]:
    at, count = chance.randrange(len(data)), chance.choice((1, 2, 16, 512, 5000))
    return data[:at] + data[at + count :], f"{count} at {at}"


def blanked(data: bytes, chance: random.Random) -> tuple[bytes, str]:
    at, count = chance.randrange(len(data)), chance.choice((4, 512, 4096))
    return data[:at] + bytes(min(count, len(data) - at)) + data[at + count :], f"{count} at {at}"


def directory_field(data: bytes, chance: random.Random) -> tuple[bytes, str]:
    """Change a figure of a local header, a directory entry or the end record."""
    mark, size = chance.choice(((b"PK\x01\x02", 46), (b"PK\x03\x04", 30), (b"PK\x05\x06", 22)))
    places = [match.start() for match in re.finditer(re.escape(mark), data)]
    at = chance.choice(places) + chance.randrange(4, size - 2)
    value = chance.choice((0, 1, 8, 0xFFFF, 0x7FFF, chance.randrange(0x10000)))
    return data[:at] + struct.pack("<H", value) + data[at + 2 :], f"{mark!r} {at} {value}"


def _parts(data: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return {name: source.read(name) for name in source.namelist()}


def members(data: bytes, chance: random.Random) -> tuple[bytes, str]:
    """Swap, drop, rename, cut or copy members."""
    parts = _parts(data)
    one, other = chance.sample(sorted(parts), 2)
    what = chance.choice(("swap", "drop", "rename", "cut", "copy", "empty", "case"))
    if what == "swap":
        parts[one], parts[other] = parts[other], parts[one]
    elif what == "drop":
        del parts[one]
    elif what in ("rename", "case"):
        parts = {(name.upper() if what == "case" else name + "x") if name == one else name: part for name, part in parts.items()}
    elif what == "cut":
        parts[one] = parts[one][: chance.randrange(len(parts[one]) + 1)]
    elif what == "empty":
        parts[one] = b""
    else:
        parts[one] = parts[other]
    return packed(parts), f"{what} {one} {other}"


def _xml(data: bytes, chance: random.Random) -> tuple[Parts, str]:
    """Choose a part, those that hold cells most often."""
    parts = _parts(data)
    names = sorted(name for name, part in parts.items() if part.lstrip().startswith(b"<"))
    cells = [name for name in names if "worksheets/sheet" in name or name in ("content.xml", "xl/sharedStrings.xml", "xl/workbook.xml")]
    return parts, chance.choice(cells if cells and chance.random() < 0.75 else names)


def _tags(part: bytes, chance: random.Random, count: int) -> list[re.Match[bytes]]:
    """Choose some tags, near each other."""
    found = list(TAG.finditer(part, chance.randrange(len(part)))) or list(TAG.finditer(part))
    return found[:count]


def element(data: bytes, chance: random.Random) -> tuple[bytes, str]:
    """Delete, double, wrap or rename one element, or swap it with the next."""
    parts, name = _xml(data, chance)
    part = parts[name]
    found = [tag for tag in _tags(part, chance, 40) if not tag.group(1)]
    if len(found) < 2:
        return packed(parts), f"{name} nothing"
    tag, following = chance.sample(found, 2)
    start, end = _whole(part, tag)
    body = part[start:end]
    what = chance.choice(("delete", "double", "wrap", "rename", "swap", "other namespace", "alternate"))
    if what == "delete":
        new = b""
    elif what == "double":
        new = body * chance.choice((2, 2, 3, 50))
    elif what == "wrap":
        new = b"<x>" * 3 + body + b"</x>" * 3
    elif what == "alternate":
        new = b'<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice>' + body
        new += b"</mc:Choice></mc:AlternateContent>"
    elif what == "rename":
        new = re.sub(rb"\b" + re.escape(tag.group(2)) + rb"\b", chance.choice((b"v", b"c", b"row", b"f", b"is", b"t", b"zz")), body)
    elif what == "other namespace":
        new = body.replace(tag.group(2), tag.group(2) + b' xmlns="urn:other"', 1)
    else:
        new = b""
        at = following.start() if following.start() >= end or following.start() < start else end
        part = part[:at] + body + part[at:]
        start, end = (start + len(body), end + len(body)) if at <= start else (start, end)
    parts[name] = part[:start] + new + part[end:]
    return packed(parts), f"{name} {what} {tag.group(2).decode()} at {start}"


def _whole(part: bytes, tag: re.Match[bytes]) -> tuple[int, int]:
    """Give where an element begins and ends (to its first end tag of that name)."""
    if tag.group(4):
        return tag.start(), tag.end()
    closing = b"</" + tag.group(2) + b">"
    end = part.find(closing, tag.end())
    return tag.start(), tag.end() if end < 0 else end + len(closing)


def attribute(data: bytes, chance: random.Random) -> tuple[bytes, str]:
    """Change, drop, double or rename one attribute."""
    parts, name = _xml(data, chance)
    part = parts[name]
    start = chance.randrange(len(part))
    found = ATTRIBUTE.search(part, start) or ATTRIBUTE.search(part)
    if found is None:
        return packed(parts), f"{name} nothing"
    key, old = found.groups()
    what = chance.choice(("change", "change", "change", "drop", "double", "rename"))
    wild = chance.choice(WILD)
    new = {
        "change": key + b'="' + wild + b'"',
        "drop": b"",
        "double": found.group() + b" " + found.group(),
        "rename": chance.choice((b"r", b"t", b"s", b"spans", b"ref", b"count", b"uniqueCount", b"hidden", b"zz")) + b'="' + old + b'"',
    }[what]
    parts[name] = part[: found.start()] + new + part[found.end() :]
    return packed(parts), f"{name} {what} {key.decode()} {old[:30]!r} {wild[:30]!r} at {found.start()}"


def text(data: bytes, chance: random.Random) -> tuple[bytes, str]:
    """Change one text: a value, a string, a name's reference."""
    parts, name = _xml(data, chance)
    part = parts[name]
    found = VALUE.search(part, chance.randrange(len(part))) or VALUE.search(part)
    if found is None:
        return packed(parts), f"{name} nothing"
    old = found.group(1)
    wild = chance.choice((*WILD, old + b"1", old[::-1], old[:-1], b"<v>7</v>", b"<![CDATA[" + old + b"]]>", old + b"<!-- x -->" + old))
    parts[name] = part[: found.start(1)] + wild + part[found.end(1) :]
    return packed(parts), f"{name} {old[:30]!r} -> {wild[:30]!r} at {found.start(1)}"


def several(data: bytes, chance: random.Random) -> tuple[bytes, str]:
    """Change one thing after another."""
    said = []
    for _ in range(chance.randrange(2, 6)):
        way = chance.choice((attribute, text, element))
        data, what = way(data, chance)
        said.append(f"{way.__name__} {what}")
    return data, "; ".join(said)


Way = Callable[[bytes, random.Random], tuple[bytes, str]]
BYTES: tuple[Way, ...] = (flipped, cut, inserted, removed, blanked)
ZIPS: tuple[Way, ...] = (directory_field, members)
XML: tuple[Way, ...] = (element, attribute, text, several)
