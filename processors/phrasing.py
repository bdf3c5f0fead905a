"""The texts of one line of an answer: its cells, what was typed, what is wrong, how it stands to the attempts before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from processors.remarks import BESIDE, BLANKS, Remark, words
from templates.words import say
from workbook.address import Cell
from workbook.finding import Place

_MOST_CELLS, _MOST_TEXTS, _MOST_LINES, _MOST_SIGNS, _RUN = 24, 5, 12, 500, 4
"""What a line shows at most: so many cells and different texts, and from `_RUN` cells below each other a range.

Every cell is marked in the twin whatever their number.
"""
_LINK_SIGNS = 18
"""Signs of a link: LibreOffice never wraps one, so longer lists of cells stand beside it."""


def cells_of(places: Iterable[Place]) -> list[Cell]:
    """Give the cells of places, each once."""
    return list(dict.fromkeys(place.cell for place in places))


def where(places: Sequence[Place]) -> tuple[str, str]:
    """Name the cells of one sheet: short enough for a link, and all of them where the link says only the first ("" else)."""
    if not places:
        return words("whole_file"), ""
    cells = cells_of(places)
    names = runs(cells)
    short = words("cells", cells=", ".join(names), count=len(cells)) if len(cells) > 1 else names[0]
    if len(short) <= _LINK_SIGNS:
        return short, ""
    left = len(cells) - 1
    listed = ", ".join(names[:_MOST_CELLS]) + (say("pages", "and_more") if len(names) > _MOST_CELLS else "")
    return cells[0].a1() + words("more", count=left), words("all_cells", cells=listed)


def short_where(remark: Remark, *, twin: bool) -> str:
    """Name the cells of a line; in a twin, where what stood beside the tables is no more, as those of the file sent."""
    short, _ = where(remark.places)
    beside = twin and remark.code in BESIDE and bool(remark.places)
    return words("in_sent", cell=remark.places[0].cell.a1()) if beside else short


def runs(cells: Sequence[Cell]) -> list[str]:
    """Name cells in their order, long runs below each other as ranges."""
    found: list[list[Cell]] = []
    for cell in cells:
        if found and found[-1][-1] == Cell(cell.row - 1, cell.col):
            found[-1].append(cell)
        else:
            found.append([cell])
    names: list[str] = []
    for run in found:
        names += [f"{run[0].a1()}:{run[-1].a1()}"] if len(run) >= _RUN else [cell.a1() for cell in run]
    return names


def typed(remark: Remark) -> str:
    """Give what stood in the cells of a line: different texts once each, a blank as such, nothing personal."""
    if not remark.places:
        return ""
    if remark.personal and remark.code not in BLANKS:
        return words("withheld")
    cells: dict[str, list[Cell]] = {}
    for place, finding in zip(remark.places, remark.findings, strict=True):
        text = finding.raw or (words("blank") if remark.code in BLANKS else "")
        if remark.code in BESIDE:
            text = finding.params.get("text") or words("withheld")
        cells.setdefault(text, []).append(place.cell)
    if remark.listed:
        lines = [f"{', '.join(runs(at))} {text}".rstrip() for text, at in cells.items()]
        return "\n".join(lines[:_MOST_LINES]) + (say("pages", "and_more") if len(lines) > _MOST_LINES else "")
    raws = [text for text in cells if text]
    text = ", ".join(raws[:_MOST_TEXTS]) + (say("pages", "and_more") if len(raws) > _MOST_TEXTS else "")
    return text[:_MOST_SIGNS]


def what_and_cells(remark: Remark) -> str:
    """Say what is wrong, and which cells where neither the link nor what was typed names them."""
    _, cells = where(remark.places)
    told = remark.listed and len({finding.raw for finding in remark.findings}) <= _MOST_LINES
    return "\n".join(text for text in (what_of(remark), "" if told else cells) if text)


def what_of(remark: Remark) -> str:
    """Say what is wrong: once where all cells have the same sentence, else by cell."""
    if len(set(remark.whats)) == 1:
        return remark.whats[0]
    pairs = [f"{place.cell.a1()}: {what}" for place, what in zip(remark.places, remark.whats, strict=True)]
    return "\n".join(pairs[:_MOST_TEXTS]) + (say("pages", "and_more") if len(pairs) > _MOST_TEXTS else "")


def state_of(remark: Remark) -> str:
    """Say how a line stands to the attempts before: one word, or words with their counts."""
    counts = {state: remark.states.count(state) for state in dict.fromkeys(remark.states)}
    if len(counts) == 1:
        return words(f"state_{remark.states[0]}")
    return "\n".join(words("state_many", state=words(f"state_{state}"), count=count) for state, count in counts.items())
