"""What a zipped workbook carries beside cells that can act or fetch: embedded files, DDE, controls, data from elsewhere.

None of it is ever opened here; it is named, so that the file goes back. Links that a person has to click are no such thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from workbook.scan import Item, items
from workbook.unzip import Member, beginnings

EMBEDDED, LIVE_PART = "EMBEDDED", "LIVE_PART"
_PARTS = (
    (re.compile(r"xl/embeddings/", re.I), EMBEDDED),
    (
        re.compile(
            r"xl/(?:activeX|webextensions|queryTables|model|customData|dialogsheets|xmlMaps\.xml\Z|volatileDependencies\.xml\Z)"
            r"|customUI/",
            re.I,
        ),
        LIVE_PART,
    ),
)
_ARCHIVES = (b"PK\x03\x04", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08", b"MZ\x90\x00")
_LINKS = re.compile(rb"<(?:[A-Za-z0-9]+:)?(?:ddeLink|oleLink)\b")
_SOURCES = re.compile(rb"<[A-Za-z0-9]+:(?:dde-source|dde-link|cell-range-source|plugin|applet)\b")
"""Elements of an OpenDocument file that fetch from elsewhere or run something."""
_SAFE = frozenset({"hyperlink", "externalLinkPath", "xlPathMissing", "xlExternalLinkPath", "externalLinkLongPath"})
"""External relations that do nothing by themselves, or have their own finding."""


def foreign(data: bytes, members: Sequence[Member], parts: Mapping[str, bytes]) -> tuple[tuple[str, str], ...]:
    """Give (code, part), the first part of each code; raises Refusal for relations that are no XML."""
    found: dict[str, str] = {}
    for code, part in (*_named(members), *_hidden(data, members, parts), *_linked(parts), *_objects(parts)):
        found.setdefault(code, part)
    return tuple(sorted(found.items()))


def _named(members: Sequence[Member]) -> Iterator[tuple[str, str]]:
    for member in members:
        yield from ((code, member.name[:200]) for pattern, code in _PARTS if pattern.match(member.name))


def _hidden(data: bytes, members: Sequence[Member], parts: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Look for archives and programs under any name, a picture's say."""
    for member in members:
        if not parts.get(member.name) and beginnings(data, member, 8).startswith(_ARCHIVES):
            yield EMBEDDED, member.name[:200]


def _linked(parts: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    for name, part in parts.items():
        if name.casefold().startswith("xl/externallinks/") and _LINKS.search(part):
            yield LIVE_PART, name[:200]
        if name.endswith(".rels") and b"External" in part and _fetches(items(part, name[:200], ("Relationship",))):
            yield LIVE_PART, name[:200]


def _fetches(relations: Sequence[Item]) -> bool:
    """Tell whether opening the workbook would fetch something: a linked picture, a linked object."""
    outside = (item.attributes for item in relations if item.attributes.get("TargetMode") == "External")
    return any(said.get("Type", "").rpartition("/")[2] not in _SAFE for said in outside)


def _objects(parts: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Tell objects of other programs from charts, which an OpenDocument file holds in the same way."""
    if b"oleobject" in parts.get("META-INF/manifest.xml", b""):
        yield EMBEDDED, "META-INF/manifest.xml"
    if _SOURCES.search(parts.get("content.xml", b"")):
        yield LIVE_PART, "content.xml"
