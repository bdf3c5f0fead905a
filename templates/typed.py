"""Reading on the page what people type where a number is asked: one formula expression for all sheets that reckon.

It reads a part of what `thai.read_number` reads, and where it reads, it reads the same. Excel 2010 and newer,
LibreOffice and Google Sheets calculate it, so it may use neither LET nor regular expressions.
"""

from __future__ import annotations

from templates import thai

UNREAD = "?"
"""What the expression yields for a text that it cannot read, if nothing else is asked; the program may still read it."""

_ROOM = 15
_EACH = "{" + ",".join(str(n) for n in range(1, _ROOM + 1)) + "}"
_FIGURES = "0123456789" + thai.THAI_DIGITS + "."


def number_formula(ref: str, unread: str = UNREAD) -> str:
    """Give an expression that yields the number typed into a cell, "" for a blank (or dashes), `unread` where it can't read.

    Read are true numbers, those in a percent format a hundredfold, and texts of Thai or Arabic figures with a decimal
    point, a comma before the last three whole figures, and percent words around them. A date is no number.
    """
    return f'IF({ref}="","",IF(ISNUMBER({ref}),{_true_number(ref, unread)},IFERROR({_from_text(ref)},"{unread}")))'


def _true_number(ref: str, unread: str) -> str:
    """Look at the format of a number; Google Sheets has no such look, there the number stands as it is."""
    form = f'LEFT(CELL("format",{ref}),1)'
    return f'IFERROR(IF({form}="P",ROUND({ref}*100,10),IF({form}="D","{unread}",{ref})),{ref})'


def _from_text(ref: str) -> str:
    text = _bare(ref)
    whole = f'SUBSTITUTE({text},",","")'
    figures = f'LEN(SUBSTITUTE({whole},".",""))'
    readable = (
        f"({figures}>0)*(LEN({whole})<={_ROOM})*(LEN({whole})-{figures}<=1)"
        f"*IF({text}={whole},1,{_comma_in_place(text)}*(LEN({text})-LEN({whole})=1))"
    )
    return f'IF(SUBSTITUTE(TRIM({ref}),"-","")="","",ROUND({_valued(whole)}/({readable}),10))'


def _bare(ref: str) -> str:
    """Take the percent words off; one in the middle leaves a space there, which no number has.

    TRIM leaves no two spaces, so two in front mark the beginning, where alone the word for a percentage may stand.
    """
    text = f'SUBSTITUTE("  "&TRIM({ref}),"  {thai.PERCENT_BEFORE}"," ")'
    for word in thai.PERCENT_BESIDE:
        text = f'SUBSTITUTE({text},"{word}"," ")'
    return f"TRIM({text})"


def _valued(text: str) -> str:
    """Add up the figures by their places; any other character is an error, and so is the whole."""
    point = f'FIND(".",{text}&".")'
    figure = f'MOD(FIND(MID({text}&"{"0" * _ROOM}",{_EACH},1),"{_FIGURES}")-1,10)'
    return f"SUMPRODUCT({figure}*10^({point}-{_EACH}-({_EACH}<{point})))"


def _comma_in_place(text: str) -> str:
    """Tell whether the first comma parts one to three figures from the last three before the point."""
    comma = f'FIND(",",{text})'
    return f'({comma}=FIND(".",{text}&".")-4)*(MEDIAN(2,4,{comma})={comma})'
