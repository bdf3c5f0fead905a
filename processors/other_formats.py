"""The tables of a publication as JSON and, where the extra is installed, as Parquet: the same rows as the CSVs, typed.

In both a text is as it was typed: nothing there runs as a formula, so no apostrophe stands before it.
"""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from importlib.util import find_spec

from processors.results import Results
from processors.tidy import FLAG, NUMBER, PERCENT, SCORE, WHOLE, Table, Value

_ENGINE = "pyarrow"


def json_table(table: Table, results: Results) -> bytes:
    """Write one table as `{"columns": […], "data": [[…], …]}`: pandas reads it by `orient="split"`. Missing is null."""
    rows = (json.dumps([_plain(value) for value in record], ensure_ascii=False) for record in table.records(results))
    head = json.dumps([column.name for column in table.columns], ensure_ascii=False)
    body = ",\n".join(rows)
    return f'{{"columns": {head}, "data": [\n{body}\n]}}\n'.encode("utf-8", "replace")


def _plain(value: Value) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and abs(value) < 1 << 53 else float(value)
    return value


@cache
def has_parquet() -> bool:
    """Tell whether Parquet can be written: it needs the extra `parquet`."""
    return find_spec(_ENGINE) is not None


def parquet_table(table: Table, results: Results) -> bytes:
    """Write one table as Parquet: text, 64-bit integers and floats, booleans; missing is null."""
    import pyarrow
    from pyarrow import parquet

    kinds = {WHOLE: pyarrow.int64(), FLAG: pyarrow.bool_()}
    kinds |= dict.fromkeys((NUMBER, SCORE, PERCENT), pyarrow.float64())
    records = table.records(results)
    columns = {
        column.name: pyarrow.array(
            [float(value) if isinstance(value := record[at], Decimal) else value for record in records],
            type=kinds.get(column.kind, pyarrow.string()),
        )
        for at, column in enumerate(table.columns)
    }
    sink = pyarrow.BufferOutputStream()
    parquet.write_table(pyarrow.table(columns), sink, compression="zstd")
    return bytes(sink.getvalue())
