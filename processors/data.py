"""The data of a publication as bytes: five CSV tables, their Frictionless description, digests, and `run.json`."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from processors.other_formats import has_parquet, json_table, parquet_table, pieces
from processors.reconcile import to_json
from processors.results import Results
from processors.tidy import CODE, FLAG, NUMBER, PERCENT, SCORE, TABLES, TEXT, WHOLE, Column, Record, Table, Value
from templates.policy import policy_texts
from templates.success import round_half_up
from templates.words import say, texts

FOLDER = "data"
PACKAGE = "datapackage.json"
SUMS = "SHA256SUMS"
_DECIMALS = {SCORE: 4, PERCENT: 2}
"""Places after the point that the contract promises; another `score_decimals` in the policy doesn't move them."""
_LIVE = ("=", "+", "-", "@", "\t", "\r")
_LIVE_SIGNS = frozenset(_LIVE)
_PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_FIELD_TYPES = {WHOLE: "integer", NUMBER: "number", SCORE: "number", PERCENT: "number", FLAG: "boolean"}


@dataclass(frozen=True)
class Fact:
    """What a written file is known by."""

    sha256: str
    size: int


def table_files(results: Results) -> dict[str, Callable[[], Iterator[bytes]]]:
    """Give the makers of the tables in every format by path relative to the results folder, the most work first.

    Each gives its file in pieces of whole rows; same Results, same bytes.
    """
    kinds = {"csv": csv_pieces, "json": json_table} | ({"parquet": parquet_table} if has_parquet() else {})
    # The tables with most rows stand last.
    tables = reversed(TABLES)
    return {f"{FOLDER}/{item.name}.{kind}": partial(write, item, results) for item in tables for kind, write in kinds.items()}


def closing_files(results: Results, facts: Mapping[str, Fact]) -> dict[str, bytes]:
    """Give what describes the tables: the data package and their digests; `facts` of the tables by their path."""
    package = json_bytes(datapackage(results, facts))
    digests = {**{path: fact.sha256 for path, fact in facts.items()}, f"{FOLDER}/{PACKAGE}": sha256(package)}
    sums = "".join(f"{digest}  {path.partition('/')[2]}\n" for path, digest in sorted(digests.items()))
    return {f"{FOLDER}/{PACKAGE}": package, f"{FOLDER}/{SUMS}": sums.encode("ascii")}


def data_files(results: Results) -> dict[str, bytes]:
    """Give every file of `data/` by its path relative to the results folder."""
    files = {path: b"".join(make()) for path, make in table_files(results).items()}
    return files | closing_files(results, {path: Fact(sha256(content), len(content)) for path, content in files.items()})


def csv_bytes(table: Table, results: Results) -> bytes:
    """Write one table whole."""
    return b"".join(csv_pieces(table, results))


def csv_pieces(table: Table, results: Results) -> Iterator[bytes]:
    """Write one table: UTF-8 with BOM, header row, `,` and CRLF, decimal point, blank for missing.

    Text that a spreadsheet would run as a formula gets a leading apostrophe.
    """
    target = io.StringIO("\ufeff")
    target.seek(1)
    # With CRLF the writer quotes a lone CR or LF inside a text, so that no reader takes it for the end of a row.
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow([column.name for column in table.columns])
    row = _row_maker(table)
    for rows in pieces(table, results):
        writer.writerows([row(record) for record in rows])
        yield target.getvalue().encode("utf-8", "replace")
        target.seek(0)
        target.truncate()
    if target.tell():
        yield target.getvalue().encode("utf-8", "replace")


def _row_maker(table: Table) -> Callable[[Record], Sequence[Value]]:
    """Give what turns a record into the cells of a row."""
    columns = table.columns

    def every(record: Record) -> list[Value]:
        return [shown(value, column) for value, column in zip(record, columns, strict=True)]

    def texts(record: Record) -> Sequence[Value]:
        # The longest tables hold texts and whole numbers, which the writer shows as they are; hardly one is a formula.
        if _LIVE_SIGNS.isdisjoint([value[:1] for value in record if isinstance(value, str)]):
            return record
        return every(record)

    return texts if all(column.kind in (TEXT, CODE, WHOLE) for column in columns) else every


def shown(value: Value, column: Column) -> str:
    """Give a value as it stands in a CSV; None is blank."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        decimals = _DECIMALS.get(column.kind)
        return f"{value if decimals is None else round_half_up(value, decimals):f}"
    return harmless(value) if isinstance(value, str) else str(value)


def harmless(text: str) -> str:
    """Put an apostrophe before text that would run as a formula; a plain negative number runs nothing."""
    return f"'{text}" if text.startswith(_LIVE) and not _PLAIN_NUMBER.fullmatch(text) else text


def datapackage(results: Results, facts: Mapping[str, Fact]) -> dict[str, Any]:
    """Describe the five tables as a Frictionless tabular data package; `facts` of the CSVs by path."""
    return {
        "profile": "tabular-data-package",
        "name": f"cleanreport-results-{results.fiscal_year}",
        "title": say("results", "package_title", "en", year=results.fiscal_year),
        "description": say("results", "package_simulated", "en") if results.simulated else _en("package_about"),
        "created": f"{results.as_of.isoformat()}T00:00:00Z",
        "fiscal_year": results.fiscal_year,
        "simulated": results.simulated,
        "frameworks": [{"id": item.id, "title": item.title, "title_en": item.title_en} for item in results.frameworks],
        "notes": [_en("package_apostrophe"), _en("package_missing"), _en("package_decimals")],
        "resources": [_resource(item, facts[f"{FOLDER}/{item.name}.csv"]) for item in TABLES],
    }


def _resource(table: Table, fact: Fact) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [_field(table, column) for column in table.columns], "missingValues": [""]}
    if table.key:
        schema["primaryKey"] = list(table.key)
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "title": _en(f"table_{table.name}"),
        "path": f"{table.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": fact.size,
        "hash": f"sha256:{fact.sha256}",
        "dialect": {
            "delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True,
            "skipInitialSpace": False, "byteOrderMark": True,
        },
        "schema": schema,
    }  # fmt: skip


def _field(table: Table, column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": _FIELD_TYPES.get(column.kind, "string"),
        "title": meaning(table.name, column.name, "th"),
        "description": meaning(table.name, column.name, "en"),
    }
    if column.kind == FLAG:
        field |= {"trueValues": ["true"], "falseValues": ["false"]}
    constraints: dict[str, Any] = {}
    if column.name in table.key:
        constraints["required"] = True
    if column.name in table.allowed:
        constraints["enum"] = list(table.allowed[column.name])
    return field | ({"constraints": constraints} if constraints else {})


def meaning(table: str, column: str, lang: str) -> str:
    """Say what a column means: its own words in this table where it has some, else those of the name."""
    own = f"field_{table}_{column}"
    return say("results", own if own in texts("results")[lang] else f"field_{column}", lang)


def run_json(
    results: Results,
    versions: Mapping[str, str],
    durations: Mapping[str, float],
    digests: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Give the record of a publication: counts, durations in seconds, versions, policy in force, digests.

    `digests`: path relative to the results folder -> SHA-256 of every published file.
    """
    return {
        "fiscal_year": results.fiscal_year,
        "as_of": results.as_of.isoformat(),
        "simulated": results.simulated,
        "versions": dict(sorted(versions.items())),
        "origin": dict(results.origin),
        "durations": {name: round(seconds, 3) for name, seconds in durations.items()},
        "counts": _counts(results),
        "reconciliation": to_json(results.balance),
        "frameworks": {
            item.id: {
                "title": item.title,
                "fiscal_year": item.fiscal_year,
                "shown_round": results.shown_round.get(item.id),
                "policy": dict(policy_texts(item.policy)),
                "scored": _statuses(results, item.id),
            }
            for item in results.frameworks
        },
        "digests": dict(sorted((digests or {}).items())),
    }  # fmt: skip


def _counts(results: Results) -> dict[str, Any]:
    balance = results.balance
    # One row each; making and sorting the many again would only count them.
    own: dict[str, Sequence[object]] = {"answers": results.answers, "findings": results.findings}
    return {
        "found": balance.found,
        "verdicts": dict(balance.verdicts),
        "expected": [
            {
                "form": item.form,
                "expected": item.expected,
                "filed": item.filed,
                "late": item.late,
                "silent": item.silent,
                "exempt": item.exempt,
                "balances": item.balances,
            }
            for item in balance.expected
        ],
        "balances": balance.balances,
        "agencies": dict(sorted(Counter(item.framework for item in results.agencies).items())),
        "rows": {item.name: len(own.get(item.name) or item.records(results)) for item in TABLES},
    }


def _statuses(results: Results, framework: str) -> dict[str, dict[str, int]]:
    """Count the statuses of the totals by round."""
    counts: dict[str, Counter[str]] = {}
    for item in results.scored:
        if item.framework.id == framework:
            counts.setdefault(item.round, Counter())[item.score.total.status] += 1
    return {key: dict(sorted(counts[key].items())) for key in sorted(counts)}


def json_bytes(value: Mapping[str, Any]) -> bytes:
    """Write a JSON document that people can read: UTF-8, two spaces, the keys in their order."""
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def sha256(content: bytes) -> str:
    """Give the SHA-256 of some bytes in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _en(key: str) -> str:
    return say("results", key, "en")
