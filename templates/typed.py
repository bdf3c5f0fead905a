"""Reading on the page what people type where a number is asked: one reader for all sheets that reckon.

`bare` takes the percent words off a text, `figures` gives the number of what is left. `number_formula` joins both in
one cell, the readiness sheet parts them over two hidden cells, a total runs both over a column. What they read, the
program (`thai.read_number`) reads the same; where they can't, it may still. Excel 2010 and newer, LibreOffice and Google
Sheets calculate them: neither LET nor regular expressions, and no IF, which needs an array formula over a column.
"""

from __future__ import annotations

import re
from decimal import Decimal

from templates import thai

UNREAD = "?"
"""What the expression yields for a text that it cannot read, if nothing else is asked; the program may still read it."""

_ROOM = 15
_EACH = "{" + ",".join(str(n) for n in range(1, _ROOM + 1)) + "}"
_FIGURES = "0123456789" + thai.THAI_DIGITS + "."
_GROUPED = (4, 8)
"""Between these places stands the point (or end) of one to three figures before the last three, counted without the comma."""
_NUMBER = re.compile(r"(?:[0-9]{1,3},[0-9]{3}(?![0-9])|[0-9]*)(?:\.[0-9]*)?")
_ARABIC = dict(zip(map(ord, thai.THAI_DIGITS), "0123456789", strict=True))


def number_formula(ref: str, unread: str = UNREAD) -> str:
    """Give an expression that yields the number typed into a cell, "" for a blank (or dashes), `unread` where it can't read.

    Read are true numbers, those in a percent format a hundredfold, and texts of Thai or Arabic figures with a decimal
    point, a comma before the last three whole figures, and percent words around them. A date is no number.
    """
    text = f'IF(SUBSTITUTE(TRIM({ref}),"-","")="","",ROUND({figures(bare(ref))},10))'
    return f'IF({ref}="","",IF(ISNUMBER({ref}),{_true_number(ref, unread)},IFERROR({text},"{unread}")))'


def _true_number(ref: str, unread: str) -> str:
    """Look at the format of a number; Google Sheets has no such look, there the number stands as it is."""
    form = f'LEFT(CELL("format",{ref}),1)'
    return f'IFERROR(IF({form}="P",ROUND({ref}*100,10),IF({form}="D","{unread}",{ref})),{ref})'


def bare(ref: str) -> str:
    """Take the percent words off; one in the middle leaves a space there, which no number has.

    TRIM leaves no two spaces, so two in front mark the beginning, where alone the word for a percentage may stand.
    """
    text = f'SUBSTITUTE("  "&TRIM({ref}),"  {thai.PERCENT_BEFORE}"," ")'
    for word in thai.PERCENT_BESIDE:
        text = f'SUBSTITUTE({text},"{word}"," ")'
    return f"TRIM({text})"


def figures(text: str, *, grouped: bool = True) -> str:
    """Give the number of a bare text (of many texts, their sum), an error where one is none; commas only if `grouped`.

    The figures are added up by their places. A comma is right when the whole figures, parted again, are the text.
    """
    whole = f'SUBSTITUTE({text},",","")' if grouped else text
    point, count = f'FIND(".",{whole}&".")', f'LEN(SUBSTITUTE({whole},".",""))'
    right = f"({count}>0)*(LEN({whole})<={_ROOM})*(LEN({whole})-{count}<=1)"
    if grouped:
        parted = f'"000"&{text}=REPLACE("000"&{whole},{point},0,",")'
        right += f"*(({text}={whole})+({point}>{_GROUPED[0]})*({point}<{_GROUPED[1]})*({parted}))"
    figure = f'MOD(FIND(MID({whole}&"{"0" * _ROOM}",{_EACH},1),"{_FIGURES}")-1,10)'
    return f"SUMPRODUCT({figure}*10^({point}-{_EACH}-({_EACH}<{point}))/({right}))"


def bare_text(text: str) -> str:
    """Compute what `bare` gives."""
    text = "  " + _trimmed(text)
    text = text.replace(f"  {thai.PERCENT_BEFORE}", " ")
    for word in thai.PERCENT_BESIDE:
        text = text.replace(word, " ")
    return _trimmed(text)


def figures_in(text: str) -> Decimal | None:
    """Compute what `figures` gives, None for its error."""
    text = text.translate(_ARABIC)
    plain = text.replace(",", "")
    known = len(plain) <= _ROOM and plain not in ("", ".") and _NUMBER.fullmatch(text)
    return Decimal(plain) if known else None


def _trimmed(text: str) -> str:
    return re.sub(" +", " ", text).strip(" ")


def quoted(text: str) -> str:
    """Give a text as a string of a formula."""
    return '"' + text.replace('"', '""') + '"'
