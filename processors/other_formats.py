"""The tables of a publication as JSON and, where the extra is installed, as Parquet: the same rows as the CSVs, typed.

In both a text is as it was typed: nothing there runs as a formula, so no apostrophe stands before it. Both come in pieces.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache
from importlib.util import find_spec
from itertools import islice

from processors.results import Results
from processors.tidy import FLAG, NUMBER, PERCENT, SCORE, WHOLE, Record, Table, Value

_ENGINE = "pyarrow"
_JSON = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode
_ROWS = 20_000
"""Rows of a piece."""


def json_table(table: Table, results: Results) -> Iterator[bytes]:
    """Write one table as `{"columns": […], "data": [[…], …]}`: pandas reads it by `orient="split"`. Missing is null."""
    head = json.dumps([column.name for column in table.columns], ensure_ascii=False)
    before = f'{{"columns": {head}, "data": [\n'
    for rows in pieces(table, results):
        body = ",\n".join([_JSON([_plain(value) for value in record]) for record in rows])
        yield (before + body).encode("utf-8", "replace")
        before = ",\n"
    yield b"\n]}\n" if before == ",\n" else f"{before}\n]}}\n".encode()


def pieces(table: Table, results: Results) -> Iterator[tuple[Record, ...]]:
    """Give the records of a table, some thousands at a time."""
    rows = iter(table.each(results))
    while part := tuple(islice(rows, _ROWS)):
        yield part


def _plain(value: Value) -> object:
    if value.__class__ is str:
        # An empty text is missing, as a blank is in a CSV.
        return value or None
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and abs(value) < 1 << 53 else float(value)
    return value


@cache
def has_parquet() -> bool:
    """Tell whether Parquet can be written: it needs the extra `parquet`."""
    return find_spec(_ENGINE) is not None


def parquet_table(table: Table, results: Results) -> Iterator[bytes]:
    """Write one table as Parquet: text, 64-bit integers and floats, booleans; missing is null. It comes in one piece."""
    import pyarrow
    from pyarrow import parquet

    kinds = {WHOLE: pyarrow.int64(), FLAG: pyarrow.bool_()}
    kinds |= dict.fromkeys((NUMBER, SCORE, PERCENT), pyarrow.float64())
    schema = pyarrow.schema([(column.name, kinds.get(column.kind, pyarrow.string())) for column in table.columns])
    sink = io.BytesIO()
    with parquet.ParquetWriter(sink, schema, compression="zstd") as writer:
        for rows in pieces(table, results):
            columns = zip(zip(*rows, strict=True), schema, strict=True)
            arrays = [pyarrow.array(_typed(column, field.type == pyarrow.string()), type=field.type) for column, field in columns]
            writer.write_table(pyarrow.Table.from_arrays(arrays, schema=schema))
    yield sink.getvalue()


def _typed(column: Sequence[Value], texts: bool) -> list[object]:
    """Give the values of a column as pyarrow takes them; what UTF-8 can't hold stands as it does in the other formats."""
    if not texts:
        return [float(value) if isinstance(value, Decimal) else value for value in column]
    try:
        "".join([value for value in column if isinstance(value, str)]).encode("utf-8")
    except UnicodeEncodeError:
        return [str(value).encode("utf-8", "replace").decode("utf-8") if value else None for value in column]
    return [value or None for value in column]
