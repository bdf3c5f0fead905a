"""What a page marks by itself while it is filled: conditional formats from the limits and rules that judge.

Every mark has a second sign beside its colour: bold type, or a word. What only the program can read is never marked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from templates.kinds import YES
from templates.layout import Block, Layout
from templates.levels import plain
from templates.lists import list_name
from templates.spec import Field, RuleSpec
from templates.totals import words_under
from templates.typed import quoted
from workbook.address import Cell, column_letters
from workbook.book import Highlight

ALERT, GOOD, UNUSED = "alert", "good+bold", "locked"


@dataclass(frozen=True)
class _Scene:
    """One table on its page, as formulas see it."""

    layout: Layout
    block: Block

    def spans(self, *names: str) -> Iterator[tuple[int, Cell, Cell]]:
        """Give (record, first cell, last cell) of the areas of fields that stand side by side.

        A grid is one area, whose formula is written for its first record; elsewhere every entry is its own.
        """
        cells = self.block.cells
        if self.block.head_row and cells[names[0]]:
            yield 0, cells[names[0]][0], cells[names[-1]][-1]
        elif not self.block.head_row:
            yield from ((at, cell, cell) for name in names for at, cell in enumerate(cells[name]))

    def ref(self, name: str, record: int) -> str:
        """Give a field of the record, `$C8`: its column stays, its row goes along with the area."""
        cell = self.block.cells[name][record]
        return f"${column_letters(cell.col)}{cell.row}"

    def column(self, name: str) -> str:
        """Give a field of all records, `$C$8:$C$17`."""
        cells = self.block.cells[name]
        return f"{cells[0].absolute()}:{cells[-1].absolute()}"

    def marks(self, names: Sequence[str], test: Callable[[int], str], style: str = ALERT) -> list[Highlight]:
        """Mark areas where a test, written for their first record, holds."""
        spans = self.spans(*names)
        return [Highlight(first, last, formula=f"={test(record)}", style=style) for record, first, last in spans]

    def label(self, name: str, code: str) -> str:
        """Give the label of an option as a string of a formula; yes/no rules may say "true"."""
        options = self.block.table.field(name).choices
        wanted = YES if code.lower() == "true" else code
        return quoted(next((option.label for option in options if option.code == wanted), wanted))


def highlights(layout: Layout, block: Block) -> list[Highlight]:
    """Give the conditional formats of a table: what breaks a limit or rule is marked while it is typed."""
    scene = _Scene(layout, block)
    found = [mark for item in block.table.entries for mark in _limits(scene, item)]
    entries = {item.id for item in block.table.entries}
    for spec in block.table.rules:
        watched = spec.text("field") or next(iter(spec.fields()), "")
        if spec.rule in MARKS and watched in entries and block.records:
            found += MARKS[spec.rule](scene, spec)
    return found


def _limits(scene: _Scene, item: Field) -> list[Highlight]:
    """Mark numbers out of bounds: pasting passes every validation by."""
    bounds = [("<", item.low), (">", item.high)]

    def test(record: int) -> str:
        ref = scene.ref(item.id, record)
        broken = ",".join(f"{ref}{sign}{plain(bound)}" for sign, bound in bounds if bound is not None)
        return f"AND(ISNUMBER({ref}),OR({broken}))"

    return scene.marks([item.id], test) if item.low is not None or item.high is not None else []


def _needed_when(scene: _Scene, spec: RuleSpec) -> list[Highlight]:
    wanted, when = spec.text("field"), spec.text("when")

    def test(record: int) -> str:
        ref = scene.ref(when, record)
        if "above" in spec.settings:
            holds = f"ISNUMBER({ref}),{ref}>{spec.text('above')}"
        elif scene.block.table.field(when).choices:
            holds = f"TRIM({ref})={scene.label(when, spec.text('equals'))}"
        else:
            holds = f"ISNUMBER({ref}),{ref}={spec.text('equals')}"
        return f'AND(TRIM({scene.ref(wanted, record)})="",{holds})'

    return scene.marks([wanted], test)


def _sums_to(scene: _Scene, spec: RuleSpec) -> list[Highlight]:
    """Mark the total and the words beside it."""
    name, row = spec.text("field"), scene.block.total_row
    if row is None or name not in scene.block.table.total:
        return []
    total = Cell(row, scene.block.cells[name][0].col)
    beside = [Cell(row, scene.block.cells[other][0].col) for other, summed in words_under(scene.block.table) if summed is spec]
    last = max([total, *beside])
    gap, begun = f"ROUND({total.absolute()}-{spec.text('total')},6)", f"COUNTA({scene.column(name)})>0"
    return [
        Highlight(total, last, formula=f"=AND({begun},{gap}=0)", style=GOOD),
        Highlight(total, last, formula=f"=AND({begun},{gap}<>0)", style=ALERT),
    ]


def _criteria(scene: _Scene, spec: RuleSpec) -> list[Highlight]:
    """Mark criteria that do not go all the way in the chosen direction.

    Two levels of which both are numbers and none is 0 (a placeholder, domain B7) are compared, whatever lies between.
    A row with a text that is no dash is left alone: the page can't tell what it says.
    """
    fields, direction = spec.fields(), spec.text("direction")
    steps = range(1, len(fields))

    def test(record: int, code: str, sign: str) -> str:
        refs = [scene.ref(name, record) for name in fields]
        pairs = ((f"{refs[0]}:{refs[-1 - step]}", f"{refs[step]}:{refs[-1]}") for step in steps)
        turns = "+".join(f"SUMPRODUCT(ISNUMBER(1/{a}/{b})*({a}{sign}{b}))" for a, b in pairs)
        row = f"{refs[0]}:{refs[-1]}"
        known = f'COUNT({row})+COUNTIF({row},"-")=COUNTA({row})'
        return f"AND(TRIM({scene.ref(direction, record)})={scene.label(direction, code)},{known},{turns}>0)"

    ways = (("higher", ">="), ("lower", "<="))
    return [mark for way in ways for mark in scene.marks(fields, lambda record, way=way: test(record, *way))]  # type: ignore[misc]


def _must_be(scene: _Scene, spec: RuleSpec) -> list[Highlight]:
    """Mark the other answers of the list; ticks and other spellings are left to the program."""
    name, right = spec.text("field"), scene.label(spec.text("field"), spec.text("equals"))
    others = [quoted(text) for option in scene.block.table.field(name).choices for text in (option.label, option.code)]

    def test(record: int) -> str:
        ref = f"TRIM({scene.ref(name, record)})"
        return "OR(" + ",".join(f"{ref}={other}" for other in _wrong(others, right)) + ")"

    return scene.marks([name], test)


def _wrong(texts: Sequence[str], right: str) -> list[str]:
    """Leave out the pair (label, code) of the right answer."""
    at = texts.index(right)
    return [text for position, text in enumerate(texts) if position not in (at, at + 1)]


def _differs(scene: _Scene, spec: RuleSpec) -> list[Highlight]:
    name = spec.text("field")
    # Another sheet may stand in a conditional format only by a defined name.
    return scene.marks([name], lambda record: _same_text(scene.ref(name, record), spec.text("other")))


def _same_text(ref: str, other: str) -> str:
    return f'AND(TRIM({ref})<>"",TRIM({ref})=TRIM({other}))'


def _unique(scene: _Scene, spec: RuleSpec) -> list[Highlight]:
    name = spec.text("field")

    def test(record: int) -> str:
        ref = scene.ref(name, record)
        return f'AND(TRIM({ref})<>"",SUMPRODUCT(--({scene.column(name)}={ref}))>1)'

    return scene.marks([name], test) if scene.block.head_row else []


def _only_with(scene: _Scene, spec: RuleSpec) -> list[Highlight]:
    """Mark what stands where nothing belongs, and grey the entries that stay empty, once something is chosen."""
    name, other = spec.text("field"), spec.text("with")

    def test(record: int, sign: str) -> str:
        blank = f'TRIM({scene.ref(name, record)}){sign}"",TRIM({scene.ref(other, record)})=""'
        return f"AND({blank},SUMPRODUCT(LEN({scene.column(other)}))>0)"

    if not scene.block.head_row:
        return []
    return [
        *scene.marks([name], lambda record: test(record, "<>")),
        *scene.marks([name], lambda record: test(record, "="), UNUSED),
    ]


def _within_pick(scene: _Scene, spec: RuleSpec) -> list[Highlight]:
    """Mark a number beyond those that the chosen value picks; a list can't shorten itself after it was used."""
    name, picked = spec.text("field"), spec.text("of")
    options = list_name(scene.layout, scene.block.table.id, scene.block.table.field(name))

    def test(record: int) -> str:
        ref = f"TRIM({scene.ref(name, record)})"
        blank = f'IFERROR(INDEX({picked},MATCH({ref},{options},0))="",FALSE)'
        return f'AND({ref}<>"",SUMPRODUCT(LEN({picked}))>0,{blank})'

    return scene.marks([name], test)


def _agrees(scene: _Scene, spec: RuleSpec) -> list[Highlight]:
    """Mark a choice that is not what the line that picks by the other choice shows."""
    name, by = spec.text("field"), f"{scene.block.table.id}.{spec.text('by')}"
    shown = [item.id for item in scene.block.table.fields if item.pick and f"{item.pick.table}.{item.pick.field}" == by]

    def test(record: int) -> str:
        chosen, implied = (f"TRIM({scene.ref(field, record)})" for field in (name, shown[0]))
        # The number or the name of the type alone is the same choice to the program.
        return f'AND({chosen}<>"",{implied}<>"",ISERROR(FIND({chosen},{implied})))'

    return scene.marks([name], test) if shown else []


def _on_levels(scene: _Scene, spec: RuleSpec) -> list[Highlight]:
    """Mark a number that is none of a milestone's levels; words for a level are left to the program."""
    name, scale = spec.text("field"), spec.text("scale")

    def test(record: int) -> str:
        ref, levels = scene.ref(name, record), [scene.ref(level, record) for level in spec.fields()]
        there = f"ISNUMBER({ref}),{ref}<>0,COUNTIF({levels[0]}:{levels[-1]},{ref})=0"
        return f"AND(TRIM({scene.ref(scale, record)})={scene.label(scale, spec.text('equals'))},{there})"

    return scene.marks([name], test)


MARKS: Mapping[str, Callable[[_Scene, RuleSpec], list[Highlight]]] = {
    "needed_when": _needed_when, "sums_to": _sums_to, "criteria": _criteria, "must_be": _must_be, "differs": _differs,
    "unique": _unique, "only_with": _only_with, "within_pick": _within_pick, "agrees": _agrees,
    "on_levels": _on_levels,
}  # fmt: skip
