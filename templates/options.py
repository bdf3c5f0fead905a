"""Which option of a list a typed text means."""

from __future__ import annotations

from decimal import Decimal

from templates import thai
from templates.spec import Option


def find_option(options: tuple[Option, ...], text: str) -> Option | None:
    """Find the option that a text means: code, label, label without its leading number, or an equal number."""
    wanted = thai.key(text)
    for option in options:
        if wanted and wanted in (thai.key(option.code), thai.key(option.label)):
            return option
    for option in options:
        if wanted and wanted == thai.key(option.label.lstrip("0123456789. ")):
            return option
    number = thai.read_number(text)
    if number.rejected is None and isinstance(number.value, Decimal):
        for option in options:
            code = thai.read_number(option.code)
            if code.rejected is None and code.value == number.value:
                return option
    return None
