"""An xlsx as its parts say: workbook, relations, styles, properties, and every sheet by `cells`."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import replace

from workbook.cells import Context, Room, scan_sheet
from workbook.raw import RawSheet
from workbook.scan import MAIN, STRICT, TRUE, BookScan, Item, Refusal, Style, items, shared_strings, tree

_BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    14: "mm-dd-yy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm",
    21: "h:mm:ss", 22: "m/d/yy h:mm", 37: "#,##0 ;(#,##0)", 38: "#,##0 ;[Red](#,##0)", 39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;[Red](#,##0.00)", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mmss.0", 48: "##0.0E+0", 49: "@",
    59: "t0", 60: "t0.00", 61: "t#,##0", 62: "t#,##0.00", 67: "t0%", 68: "t0.00%", 69: "t# ?/?", 70: "t# ??/??",
    71: "d/m/bb", 72: "d-mmm-bb", 73: "d-mmm", 74: "mmm-bb", 75: "h:mm", 76: "h:mm:ss", 77: "d/m/bb h:mm",
    78: "mm:ss", 79: "[h]:mm:ss", 80: "mm:ss.0", 81: "d/m/bb",
}  # fmt: skip
"""Number formats that files name by number only; 59 to 81 are those of Thai Excel."""

_N = f"{{{MAIN}}}"
MAX_STYLES = 65_490
"""Formats of cells: Excel itself opens no file with more."""
MAX_CODE = 1_000
"""Signs of a number format: Excel's own have 255 at most, and what reads them reads each sign many times."""


def scan(parts: Mapping[str, bytes]) -> BookScan:
    """Read every part that says something about cells; raises Refusal for what is missing, broken or ambiguous."""
    main = _main_part(parts)
    relations = _relations(parts, main)
    book = items(parts[main], main, ("workbookPr", "sheet", "definedName"))
    strings = _strings(parts, relations)
    styles = _styles(parts, relations)
    sheets: list[RawSheet] = []
    room = Room()
    for name, part, visible in _listed(book, relations, parts):
        sheet, room = scan_sheet(parts[part], Context(name, part, strings, styles), room)
        sheets.append(sheet if visible else replace(sheet, visible=False))
    if not sheets:
        raise Refusal("XLSX_NO_SHEETS", part=main)
    return BookScan(
        tuple(sheets), _names(book, main), _properties(parts), _saved_by(parts), _flags(parts, book), _saved_at(parts),
        tuple((item.attributes.get("name", ""), item.text.strip()) for item in book if item.path.endswith("/definedName")),
    )  # fmt: skip


def sheet_parts(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Give the part of every worksheet by the sheet's name."""
    main = _main_part(parts)
    book = items(parts[main], main, ("sheet",))
    return {name: part for name, part, _ in _listed(book, _relations(parts, main), parts)}


def defined_names(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Give the references of the names of the whole workbook as stored."""
    main = _main_part(parts)
    return _names(items(parts[main], main, ("definedName",)), main)


def _main_part(parts: Mapping[str, bytes]) -> str:
    mains = [target for kind, target in _relations(parts, "").values() if kind == "officeDocument"]
    if len(mains) > 1:
        raise Refusal("AMBIGUOUS", what="main_part", part="_rels/.rels", sheet="", cell="")
    if not mains or mains[0] not in parts:
        raise Refusal("XLSX_PART_MISSING", part=mains[0] if mains else "xl/workbook.xml", sheet="")
    # calamine goes by this fixed name and not by the relation.
    if mains[0] != "xl/workbook.xml":
        raise Refusal("AMBIGUOUS", what="main_part", part=mains[0], sheet="", cell="")
    return mains[0]


def _relations(parts: Mapping[str, bytes], source: str) -> dict[str, tuple[str, str]]:
    """Read a part's relations: Id -> (last word of the type, target part)."""
    folder, _, name = source.rpartition("/")
    part = posixpath.join(folder, "_rels", name + ".rels")
    found: dict[str, tuple[str, str]] = {}
    if part not in parts:
        raise Refusal("XLSX_PART_MISSING", part=part, sheet="")
    for element in items(parts[part], part, ("Relationship",)):
        key, kind = element.attributes.get("Id", ""), element.attributes.get("Type", "")
        if key in found:
            raise Refusal("AMBIGUOUS", what="relation_twice", part=part, sheet="", cell="")
        if kind.startswith(STRICT):
            raise Refusal("XLSX_STRICT", part=part)
        target = element.attributes.get("Target", "")
        if element.attributes.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
        found[key] = (kind.rpartition("/")[2], target)
    return found


def _one_of(relations: Mapping[str, tuple[str, str]], kind: str) -> str:
    targets = {target for one, target in relations.values() if one == kind}
    if len(targets) > 1:
        raise Refusal("AMBIGUOUS", what="relation_twice", part=kind, sheet="", cell="")
    return next(iter(targets), "")


def _listed(
    book: Iterable[Item], relations: Mapping[str, tuple[str, str]], parts: Mapping[str, bytes]
) -> list[tuple[str, str, bool]]:
    """List the worksheets: (name, part, visible); chart and dialogue sheets hold no cells and are left out."""
    listed: list[tuple[str, str, bool]] = []
    names: set[str] = set()
    for element in book:
        if element.path != "workbook/sheets/sheet":
            continue
        name = element.attributes.get("name", "")
        kind, part = relations.get(element.attributes.get("id", ""), ("", ""))
        if name.casefold() in names:
            raise Refusal("AMBIGUOUS", what="sheet_twice", part=part, sheet=name, cell="")
        names.add(name.casefold())
        if not parts.get(part):
            raise Refusal("XLSX_PART_MISSING", part=part, sheet=name)
        if kind == "worksheet":
            listed.append((name, part, element.attributes.get("state", "visible") == "visible"))
    used = [part for _, part, _ in listed]
    if len(set(used)) < len(used):
        raise Refusal("AMBIGUOUS", what="sheet_twice", part=used[0], sheet="", cell="")
    return listed


def _strings(parts: Mapping[str, bytes], relations: Mapping[str, tuple[str, str]]) -> list[str]:
    part = _one_of(relations, "sharedStrings")
    if not part or not parts.get(part):
        if "xl/sharedStrings.xml" in parts:
            raise Refusal("AMBIGUOUS", what="main_part", part="xl/sharedStrings.xml", sheet="", cell="")
        return []
    return shared_strings(parts[part], part)


def _styles(parts: Mapping[str, bytes], relations: Mapping[str, tuple[str, str]]) -> dict[str, Style]:
    part = _one_of(relations, "styles")
    return _read_styles(parts[part], part) if parts.get(part) else {}


def _read_styles(data: bytes, part: str) -> dict[str, Style]:
    root = tree(data, part)
    if any(len(group) > MAX_STYLES for group in root):
        raise Refusal("XML_MUCH", part=part)
    codes = dict(_BUILT_IN)
    for code in root.iterfind(f"{_N}numFmts/{_N}numFmt"):
        stored = code.get("formatCode", "")
        if len(stored) > MAX_CODE:
            raise Refusal("XML_MUCH", part=part)
        codes[_index(code.get("numFmtId"))] = "" if stored == "General" else stored
    fonts: list[str] = []
    for font in root.iterfind(f"{_N}fonts/{_N}font"):
        name = font.find(f"{_N}name")
        fonts.append("" if name is None else name.get("val", ""))
    styles: dict[str, Style] = {}
    for look in root.iterfind(f"{_N}cellXfs/{_N}xf"):
        font_id = _index(look.get("fontId"))
        font_name = fonts[font_id] if font_id < len(fonts) else ""
        styles[str(len(styles))] = Style(codes.get(_index(look.get("numFmtId")), ""), font_name)
    return styles


def _index(text: str | None) -> int:
    return int(text[:9]) if text and text.isascii() and text.isdigit() else 0


def _names(book: Iterable[Item], main: str) -> dict[str, str]:
    """Read the names of the whole workbook: name -> reference as stored."""
    names: dict[str, str] = {}
    seen: set[str] = set()
    for path, attributes, text in book:
        if path != "workbook/definedNames/definedName" or "localSheetId" in attributes:
            continue
        name = attributes.get("name", "")
        if name.casefold() in seen:
            raise Refusal("AMBIGUOUS", what="name_twice", part=main, sheet="", cell="")
        seen.add(name.casefold())
        names[name] = text.strip()
    return names


def _properties(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Read the custom document properties; of one given twice the first counts."""
    found: dict[str, str] = {}
    data = parts.get("docProps/custom.xml")
    if not data:
        return found
    for element in tree(data, "docProps/custom.xml"):
        value = element[0].text if len(element) else ""
        found.setdefault(element.get("name", ""), value or "")
    return found


def _saved_by(parts: Mapping[str, bytes]) -> str:
    data = parts.get("docProps/app.xml")
    if not data:
        return ""
    found = items(data, "docProps/app.xml", ("Application", "AppVersion"))
    said = {path.rpartition("/")[2]: text.strip() for path, _, text in found}
    return f"{said.get('Application', '')} {said.get('AppVersion', '')}".strip()


def _saved_at(parts: Mapping[str, bytes]) -> str:
    """Give when the workbook says that it was saved last, "" where nobody saved it since it was made."""
    data = parts.get("docProps/core.xml")
    found = items(data, "docProps/core.xml", ("created", "modified")) if data else []
    said = {path.rpartition("/")[2]: text.strip()[:40] for path, _, text in found}
    return "" if said.get("created") == said.get("modified") else said.get("modified", "")


def _flags(parts: Mapping[str, bytes], book: Iterable[Item]) -> frozenset[str]:
    flags: set[str] = set()
    for name in parts:
        folded = name.casefold()
        if folded.endswith("vbaproject.bin") or folded.startswith("xl/macrosheets/"):
            flags.add("macros")
        if folded.startswith("xl/externallinks/") or folded == "xl/connections.xml":
            flags.add("external_links")
    if any(path == "/workbook/workbookPr" and said.get("date1904") in TRUE for path, said, _ in book):
        flags.add("date1904")
    return frozenset(flags)
