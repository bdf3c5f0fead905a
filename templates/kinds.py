"""Kinds of answers and limits: one small class per kind owns how it is read, kept, shown, styled and checked in Excel."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from templates import thai
from templates.dates import read_date, thai_date
from templates.levels import plain
from templates.options import find_option as find_option
from templates.rules import Value
from templates.spec import Field
from templates.thai import Read
from workbook.raw import RawCell

Json = str | bool | None
YES, NO = "yes", "no"
"""Codes of the two options of a yes/no question."""
RuleKind = Literal["list", "offer", "number", "whole", "date", "email", "phone", "any"]


@dataclass(frozen=True)
class Sheetside:
    """How a kind looks in Excel: style atoms and what the page checks while it is typed (`prompts.CHECKS`)."""

    style: str
    rule: RuleKind = "any"


@dataclass(frozen=True)
class Hint:
    """What reading may know beside the cell: fiscal year (Buddhist era) and the 1904 date system."""

    fiscal_year: int
    date1904: bool = False


class Kind:
    """Read, keep and show one kind of answer; plain text is the base."""

    look = Sheetside("text")
    reject = "BAD_NUMBER"

    def read(self, cell: RawCell, field: Field, hint: Hint) -> Read:
        """Turn a cell's content into a value (None = blank), the codes of what was noticed, or a refusal."""
        return thai.read_text(_as_text(cell.value))

    def dump(self, value: Value) -> Json:
        """Give the value as JSON keeps it: numbers as decimal strings, dates ISO, blanks null."""
        if value is None or isinstance(value, bool | str):
            return value
        return value.isoformat() if isinstance(value, dt.date) else format(value, "f")

    def load(self, kept: Json) -> Value:
        """Read back what `dump` gave."""
        return kept

    def show(self, value: Value, field: Field) -> str | Decimal | dt.date | None:
        """Give the value as it is written into a cell."""
        return None if value is None else str(value)

    def style(self, field: Field) -> str:
        """Give the style atoms of a field of this kind."""
        return self.look.style


class Text(Kind):
    """Text of one line or of many."""


class Number(Kind):
    """A number; limits bound it."""

    look = Sheetside("general+right", "number")

    def read(self, cell: RawCell, field: Field, hint: Hint) -> Read:
        """Read digits of both scripts, units and words around them; Excel's own dates are refused as such."""
        raw = cell.value
        if raw is None or isinstance(raw, str | int | float):
            return self.read_plain(raw, cell)
        return Read(None, (), "EXCEL_DATE_MANGLED")

    def read_plain(self, raw: str | int | float | None, cell: RawCell) -> Read:
        """Read what is no date; a number under a percent format counts as people see it."""
        if "%" in cell.number_format and not isinstance(raw, str):
            return thai.read_percent(raw, number_format=cell.number_format)
        if isinstance(raw, str) and raw.strip().startswith("("):
            # Official papers print weights in parentheses; in a form they never mean a minus.
            return thai.read_weight(raw)
        return thai.read_number(raw)

    def load(self, kept: Json) -> Value:
        """Read a decimal string."""
        return None if kept is None else Decimal(str(kept))

    def show(self, value: Value, field: Field) -> str | Decimal | dt.date | None:
        """Write a number as a number."""
        return value if isinstance(value, Decimal) else None


class Whole(Number):
    """A whole number."""

    look = Sheetside("general+right", "whole")

    def read(self, cell: RawCell, field: Field, hint: Hint) -> Read:
        """Read a number and refuse fractions."""
        found = super().read(cell, field, hint)
        if isinstance(found.value, Decimal) and found.value != found.value.to_integral_value():
            return Read(None, (), "BAD_NUMBER")
        return found


class Percent(Number):
    """A percentage kept as 0..100."""

    def read_plain(self, raw: str | int | float | None, cell: RawCell) -> Read:
        """Read 80, 80 %, the word for per cent, or 0.8 in a percent format as 80.

        Where the file can't tell its formats (.xls), a number up to 1 may be a hundredfold: that is refused, not guessed.
        """
        read = thai.read_percent(raw, number_format=cell.number_format)
        if cell.formats_lost and not isinstance(raw, str) and isinstance(read.value, Decimal) and 0 < read.value <= 1:
            return Read(None, (), "PERCENT_UNKNOWN")
        if read.value == 1 and "%" not in cell.number_format and not isinstance(raw, str):
            return Read(read.value, (*read.codes, "MAYBE_FRACTION"), None)
        return read


class Criterion(Number):
    """A criterion value of a level: a number, a step word with its number, or a dash for none."""

    look = Sheetside("general+right", "number")

    def read_plain(self, raw: str | int | float | None, cell: RawCell) -> Read:
        """Read a number first, then a level or percentage written with words."""
        number = super().read_plain(raw, cell)
        readings = (number, thai.read_percent(raw), thai.read_level(raw))
        return next((found for found in readings if found.rejected is None), number)


class Date(Kind):
    """A day; Buddhist-era input of all usual forms.

    An entry is a text cell: Excel and LibreOffice would turn a typed `5/1/2557` into another day. Locked dates stay
    true dates.
    """

    look = Sheetside("date", "date")
    reject = "BAD_DATE"

    def read(self, cell: RawCell, field: Field, hint: Hint) -> Read:
        """Read a date cell or typed date."""
        raw = cell.value
        if isinstance(raw, bool | dt.time | dt.timedelta):
            return Read(None, (), "BAD_DATE")
        return read_date(raw, hint.fiscal_year, date1904=hint.date1904)

    def load(self, kept: Json) -> Value:
        """Read an ISO date."""
        return None if kept is None else dt.date.fromisoformat(str(kept))

    def show(self, value: Value, field: Field) -> str | Decimal | dt.date | None:
        """Write an entry as people read it, a locked value as a true date."""
        if not isinstance(value, dt.date):
            return None
        return value if field.locked else thai_date(value)

    def style(self, field: Field) -> str:
        """Keep what is typed as it was typed."""
        return self.look.style if field.locked else "text"


class Choice(Kind):
    """One of a list; the code is kept, the label is shown."""

    look = Sheetside("text", "list")
    reject = "BAD_CHOICE"

    def read(self, cell: RawCell, field: Field, hint: Hint) -> Read:
        """Accept the code, the label, the label without its number, or an equal number."""
        text = _as_text(cell.value) or ""
        # The options come first: a word such as "none" is a blank elsewhere and may be an answer here.
        found = find_option(field.options, text)
        if found is not None:
            return Read(found.code, (), None)
        blank = thai.read_text(text)
        return Read(None, (), None) if blank.value is None and not blank.codes else Read(None, (), "BAD_CHOICE")

    def show(self, value: Value, field: Field) -> str | Decimal | dt.date | None:
        """Write the label."""
        return next((option.label for option in field.options if option.code == value), _text_or_none(value))


class Suggested(Choice):
    """A text for which a list is offered: the code of an option, or what else was typed, for rules to judge."""

    look = Sheetside("text", "offer")

    def read(self, cell: RawCell, field: Field, hint: Hint) -> Read:
        """Read an option as its code; any other text stays as it is."""
        found = super().read(cell, field, hint)
        return thai.read_text(_as_text(cell.value)) if found.rejected else found


class YesNo(Kind):
    """A tick or yes/no, kept as true or false."""

    look = Sheetside("text+centre", "list")
    reject = "BAD_TICK"

    def read(self, cell: RawCell, field: Field, hint: Hint) -> Read:
        """Read the words of the list, ticks and boxes; a blank stays blank."""
        raw = cell.value
        if isinstance(raw, bool):
            return Read(raw, (), None)
        text = _as_text(raw)
        found = find_option(field.options, text or "")
        if found is not None:
            return Read(found.code == YES, (), None)
        blank = thai.read_text(text)
        if blank.value is None and not blank.codes and not cell.font.startswith("Wingdings"):
            return Read(None, (), None)
        read = thai.read_tick(text, font=cell.font)
        # AMBIGUOUS is the code of a whole file that contradicts itself; a mark of two meanings has its own words.
        return Read(read.value, tuple("AMBIGUOUS_VALUE" if code == "AMBIGUOUS" else code for code in read.codes), read.rejected)

    def show(self, value: Value, field: Field) -> str | Decimal | dt.date | None:
        """Write the word of the list."""
        if value is None:
            return None
        wanted = YES if value else NO
        return next(option.label for option in field.options if option.code == wanted)


class Email(Kind):
    """An e-mail address."""

    look = Sheetside("text", "email")
    reject = "BAD_EMAIL"

    def read(self, cell: RawCell, field: Field, hint: Hint) -> Read:
        """Trim, lower and check the address."""
        return thai.read_email(_as_text(cell.value))


class Phone(Kind):
    """A telephone number, kept as it is dialled."""

    look = Sheetside("text", "phone")
    reject = "BAD_PHONE"

    def read(self, cell: RawCell, field: Field, hint: Hint) -> Read:
        """Read digits of both scripts and extensions; numbers that lost their zero are mended with a warning."""
        return thai.read_phone(_as_text(cell.value))


KINDS: dict[str, Kind] = {
    "text": Text(), "long_text": Text(), "code": Text(), "number": Number(), "whole": Whole(), "percent": Percent(),
    "criterion": Criterion(), "date": Date(), "choice": Choice(), "suggested": Suggested(), "yes_no": YesNo(), "email": Email(),
    "phone": Phone(),
}  # fmt: skip


def breaks_limit(field: Field, value: Value) -> tuple[str, dict[str, str]] | None:
    """Name the limit of a field that a value breaks, with the values of its message; None when it breaks none."""
    if isinstance(value, Decimal):
        if field.low is not None and value < field.low:
            return "TOO_LOW", {"low": plain(field.low)}
        if field.high is not None and value > field.high:
            return "TOO_HIGH", {"high": plain(field.high)}
    if isinstance(value, str) and field.max_length is not None and len(value) > field.max_length:
        return "TOO_LONG", {"high": str(field.max_length), "length": str(len(value))}
    return None


def _as_text(raw: object) -> str | None:
    if raw is None or isinstance(raw, str):
        return raw
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, float):
        return str(int(raw)) if raw.is_integer() and abs(raw) < 1e15 else repr(raw)
    if isinstance(raw, dt.datetime) and raw.time() == dt.time():
        return raw.date().isoformat()
    return str(raw)


def _text_or_none(value: Value) -> str | None:
    return None if value is None else str(value)
