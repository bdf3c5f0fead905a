"""The season's list of agencies: `agencies.csv` read with every mistake at once, and written."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from templates import registry
from templates.load import read_csv
from templates.registry import AGENCY_COLUMNS, FURTHER_COLUMNS, Agency
from templates.spec import Framework
from workbook.errors import SpecError

AGENCIES = "agencies.csv"


def read_agencies(path: Path, frameworks: Mapping[str, Framework]) -> tuple[Agency, ...]:
    """Read the list; SpecError with every mistake and its line."""
    mistakes = []
    found: dict[tuple[str, str], Agency] = {}
    for line, row in enumerate(read_csv(path), 2):
        if not any(value.strip() for value in row.values()):
            continue  # Excel leaves a line of commas where a row was cleared
        missing = [column for column in AGENCY_COLUMNS if column not in row]
        if missing:
            raise SpecError([f"{AGENCIES}: column {column!r} is missing" for column in missing])
        framework = frameworks.get(row["framework"].strip())
        if framework is None:
            mistakes.append(f"{AGENCIES} line {line}: framework {row['framework']!r} is not in season.toml")
            continue
        mistakes += [f"{AGENCIES} line {line}: {text}" for text in registry.agency_mistakes(row, framework)]
        agency = registry.agency_from(row, framework)
        if (agency.framework, agency.code) in found:
            mistakes.append(f"{AGENCIES} line {line}: {agency.code} is there twice for {agency.framework}")
        found[agency.framework, agency.code] = agency
    if mistakes:
        raise SpecError(mistakes)
    return tuple(found.values())


def agencies_csv(rows: Iterable[Mapping[str, str]], frameworks: Sequence[Framework]) -> bytes:
    """Give the bytes of the list; what only frameworks of several kinds of agencies state stands in further columns."""
    several = any(len(item.kinds) > 1 for item in frameworks)
    out = io.StringIO(newline="")
    columns = (*AGENCY_COLUMNS, *FURTHER_COLUMNS) if several else AGENCY_COLUMNS
    writer = csv.DictWriter(out, columns, extrasaction="ignore", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()
