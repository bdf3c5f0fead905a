"""What people must look at after a list was read: lines for the terminal, for JSON and for a CSV beside what was made."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from processors.data import harmless
from processors.table_file import Line
from templates.words import say

NOT_TAKEN = "not_taken"
"""A row that was left out; other states are the caller's."""
_HEADS = ("about", "line", "read", "why", "do")
_SHOWN = 20
"""Lines that the terminal shows; the report has them all."""


@dataclass(frozen=True)
class Told:
    """One line of the report: what it is about, the line of the file ("" for none), what was read, why."""

    about: str
    line: str
    read: str
    why: str
    params: Mapping[str, str]

    def cells(self, lang: str) -> tuple[str, ...]:
        """Give its cells: state, line, what was read, why, what to do."""
        why, remedy = (say("registry", f"{key}{self.why}", lang, **self.params) for key in ("why_", "do_"))
        return say("registry", f"about_{self.about}", lang), self.line, self.read, why.strip(), remedy

    def json(self, lang: str) -> dict[str, str]:
        """Give it for programs; `state` and `reason` are the same in every language."""
        _, line, read, why, remedy = self.cells(lang)
        return {"state": self.about, "line": line, "read": read, "reason": self.why, "message": why, "fix": remedy}


def shown(line: Line) -> str:
    """Give what was read of a row about its agency; addresses for e-mail stay out."""
    cells = (line.cells.get(name, "") for name in ("code", "type", "name", "district", "province", "ministry"))
    return " | ".join(" ".join(text.split()) for text in cells if text)


def lines(told: Sequence[Told], lang: str) -> list[str]:
    """Give the first lines for the terminal, and how many more the report has."""
    said = []
    for item in told[:_SHOWN]:
        _, line, read, why, remedy = item.cells(lang)
        said.append(say("registry", "line", lang, line=line, read=read, why=why, do=remedy))
    return said if len(told) <= _SHOWN else [*said, say("registry", "more", lang, count=len(told) - _SHOWN)]


def report_csv(told: Sequence[Told]) -> bytes:
    """Give the report as a CSV for people: text that a spreadsheet would run as a formula gets a leading apostrophe."""
    out = io.StringIO(newline="")
    heads = tuple(say("registry", f"head_{name}") for name in _HEADS)
    csv.writer(out).writerows([harmless(text) for text in row] for row in (heads, *(item.cells("th") for item in told)))
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")
