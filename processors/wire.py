"""What crosses a pipe or rests in the ledger: extracted answers and findings as plain JSON values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from templates.derive import Key
from templates.extract import Extracted
from workbook.address import Cell
from workbook.finding import Finding, Place

Plain = dict[str, Any]


def pack_place(place: Place | None) -> list[Any] | None:
    """Give a place as a list."""
    if place is None:
        return None
    return [place.sheet, place.cell.row, place.cell.col, place.label, place.table, place.record, place.field]


def unpack_place(plain: Sequence[Any] | None) -> Place | None:
    """Read what `pack_place` gave."""
    if plain is None:
        return None
    sheet, row, col, label, table, record, field = plain
    return Place(str(sheet), Cell(int(row), int(col)), str(label), table, record, field)


def pack_finding(finding: Finding) -> list[Any]:
    """Give a finding as a list."""
    return [finding.code, finding.severity, pack_place(finding.place), finding.raw, dict(finding.params)]


def unpack_finding(plain: Sequence[Any]) -> Finding:
    """Read what `pack_finding` gave."""
    code, severity, place, raw, params = plain
    return Finding(str(code), str(severity), unpack_place(place), str(raw), {str(k): str(v) for k, v in params.items()})


def pack_extracted(extracted: Extracted) -> Plain:
    """Give the answers of a workbook with their places as JSON values."""
    cells = [
        [*key, pack_place(place), extracted.raws.get(key, ""), key in extracted.bad, key in extracted.stated]
        for key, place in extracted.places.items()
    ]
    return {
        "answers": {table: [dict(record) for record in records] for table, records in extracted.answers.items()},
        "positions": {table: list(items) for table, items in extracted.positions.items()},
        "cells": cells,
        "findings": [pack_finding(item) for item in extracted.findings],
    }


def unpack_extracted(plain: Mapping[str, Any]) -> Extracted:
    """Read what `pack_extracted` gave; malformed input raises KeyError, TypeError or ValueError."""
    places: dict[Key, Place] = {}
    raws: dict[Key, str] = {}
    bad: set[Key] = set()
    stated: set[Key] = set()
    for table, position, field, place, raw, is_bad, is_stated in plain["cells"]:
        key = (str(table), int(position), str(field))
        unpacked = unpack_place(place)
        assert unpacked is not None
        places[key], raws[key] = unpacked, str(raw)
        if is_bad:
            bad.add(key)
        if is_stated:
            stated.add(key)
    return Extracted(
        answers={str(table): list(records) for table, records in plain["answers"].items()},
        positions={str(table): tuple(items) for table, items in plain["positions"].items()},
        places=places,
        raws=raws,
        bad=frozenset(bad),
        stated=frozenset(stated),
        findings=tuple(unpack_finding(item) for item in plain["findings"]),
    )
