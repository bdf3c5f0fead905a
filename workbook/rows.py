"""Rows of a stream as XML, one at a time: a long table is written without ever being held.

XlsxWriter keeps every cell of a sheet until the end, or takes about 7 µs a cell and one row at a time; here a cell takes about
one. The cells say what XlsxWriter's cells say for the same values, with the texts in place instead of in a table of texts.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import lru_cache

from workbook.address import column_letters
from workbook.book import CellValue, Link, Stream, Styled
from workbook.errors import AppError

MAX_TEXT = 32_767
"""Excel's limit of a text in a cell."""
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ODD = re.compile("[&<>\x00-\x1f\ud800-\udfff\ufffe\uffff]|_x|^ | $")
"""What makes a text more than its letters: marks of XML, controls, spaces at the ends, what Excel would take for a code."""
_CODE = re.compile("(_x[0-9a-fA-F]{4}_)")
_EPOCH = dt.date(1899, 12, 30)

Looks = Callable[[str], int]
"""Style -> the number of its format in the workbook."""
Links = Callable[[int, int, Link], None]
"""Takes row and column (from 0) and what is linked there."""


def clean(text: str) -> str:
    """Drop what XML can't hold and cut at Excel's limit (whoever passes long text says so elsewhere)."""
    return _NO_XML.sub("", text)[:MAX_TEXT]


def xml(stream: Stream, looks: Looks, links: Links) -> Iterator[str]:
    """Give one `<row>` after the other.

    Raises AppError (status 1) when they are more or fewer than the stream says, or one has cells beyond its columns.
    """
    heads = [f'<c r="{column_letters(at)}' for at in range(1, len(stream.styles) + 1)]
    styles: dict[str, list[str]] = {}
    row = stream.first - 1
    for row, (height, suffix, values) in enumerate(stream.rows(), stream.first):
        if suffix not in styles:
            styles[suffix] = [_look(_joined(style, suffix), looks) for style in stream.styles]
        own = styles[suffix]
        if len(values) > len(heads):
            raise AppError(f"a row of a table has {len(values)} cells and the table {len(heads)} columns", status=1)
        parts = [f'<row r="{row}" ht="{_pixels(height):.16g}" customHeight="1">']
        for at, value in enumerate(values):
            if stream.sparse and (value is None or value == ""):
                continue
            look = own[at]
            if isinstance(value, Styled):
                look = _look(_joined(stream.styles[at], suffix, value.style), looks)
                value = value.value
            if isinstance(value, Link):
                links(row - 1, at, value)
                value = value.text
            parts.append(f"{heads[at]}{row}{look}{_body(value)}")
        parts.append("</row>")
        yield "".join(parts)
    if row - stream.first + 1 != stream.count:
        raise AppError(f"a table said {stream.count} rows and had {row - stream.first + 1}", status=1)


@lru_cache(maxsize=1_024)
def _pixels(height: float) -> float:
    """Give a height in points as Excel keeps it: in whole pixels."""
    return int(4 / 3 * height + 0.5) * 0.75


def _look(style: str, looks: Looks) -> str:
    return f'" s="{looks(style)}"'


@lru_cache(maxsize=1_024)
def _joined(*styles: str) -> str:
    return "+".join(style for style in styles if style)


def _body(value: CellValue) -> str:
    """Give what stands behind the attributes of a cell, with its end."""
    if isinstance(value, str):
        return _text(value) if value else "/>"
    if value is None:
        return "/>"
    if isinstance(value, bool):
        return f' t="b"><v>{value:d}</v></c>'
    if isinstance(value, int):
        return f"><v>{value}</v></c>"
    if isinstance(value, float | Decimal):
        if not math.isfinite(value):
            raise AppError(f"a stream holds no number like {value}", status=1)
        return f"><v>{float(value):.16g}</v></c>"
    if isinstance(value, dt.date):
        return f"><v>{(value - _EPOCH).days}</v></c>"
    raise AppError(f"a stream holds no {type(value).__name__}", status=1)


@lru_cache(maxsize=65_536)
def _text(text: str) -> str:
    """Give a text in place; the same names and words come again in thousands of rows."""
    if not _ODD.search(text) and len(text) <= MAX_TEXT:
        return f' t="inlineStr"><is><t>{text}</t></is></c>'
    text = _CODE.sub(r"_x005F\1", clean(text))
    space = ' xml:space="preserve"' if text != text.strip() else ""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
    return f' t="inlineStr"><is><t{space}>{text}</t></is></c>'
