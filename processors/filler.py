"""Answers -> the cells of an issued workbook, typed the way people type; filled by defined names, as any client would."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

from processors.scenario import Fault, Habit, Scenario
from processors.store import IssuedRow
from processors.stories import Records, Story
from templates.dates import thai_date
from templates.kinds import KINDS
from templates.layout import Json
from templates.spec import Field, Form
from templates.stages import STAGE_FIELD, stage_field
from templates.thai import THAI_DIGITS
from templates.words import fill, say
from workbook.patch import Value

Cells = Mapping[str, Sequence[Value]]
"""What is typed: defined name -> cells in record order."""

_NUMBERS = ("number", "whole", "criterion")
_ERA = 543
_THAI = str.maketrans("0123456789", THAI_DIGITS)


def cells_of(form: Form, records: Records, writer: tuple[Habit, Scenario]) -> dict[str, list[Value]]:
    """Type the answers of one return; fields without an answer in any record stay out, a record without one is blank."""
    found: dict[str, list[Value]] = {}
    for table in form.tables:
        rows = records.get(table.id, ())
        for item in table.entries:
            if any(row.get(item.id) is not None for row in rows):
                unit = [str(row.get("unit") or "") for row in rows]
                found[f"{table.id}.{item.id}"] = [
                    typed(row.get(item.id), item, (*writer, unit[at])) for at, row in enumerate(rows)
                ]
    return found


def typed(kept: Json, item: Field, writer: tuple[Habit, Scenario, str]) -> Value:
    """Type one answer by the habit of its writer; a dash stays a dash."""
    habit, scenario, unit = writer
    if kept is None or kept in ("", "-"):
        return kept or None
    kind = KINDS[item.kind]
    value = kind.load(kept)
    if isinstance(value, bool):
        return habit.yes if value else habit.no
    if isinstance(value, dt.date):
        return _dated(value, habit, scenario)
    if isinstance(value, Decimal):
        pattern = habit.percent if item.kind == "percent" else habit.number if item.kind in _NUMBERS else ""
        return _digits(fill(pattern, {"n": f"{value:f}", "unit": unit}), habit) if pattern else value
    if item.kind == "choice" and habit.codes and str(value).isdigit():
        return str(value)
    shown = kind.show(value, item)
    return str(shown)


def _digits(text: str, habit: Habit) -> str:
    return text.translate(_THAI) if habit.thai_digits else text


def _dated(day: dt.date, habit: Habit, scenario: Scenario) -> Value:
    """Type a date as people do: as the form's own text, or as the habit of the writer says."""
    if not habit.date:
        return thai_date(day)
    months = scenario.setting["months"]
    gaps = {
        "day": str(day.day), "number": str(day.month), "month": months["long"][day.month - 1],
        "short": months["short"][day.month - 1], "year": str(day.year + _ERA),
    }  # fmt: skip
    return _digits(fill(habit.date, gaps), habit)


def return_cells(form: Form, story: Story, scenario: Scenario, *, last: bool = True) -> dict[str, list[Value]]:
    """Type one agency's return of a form; a form with stages says the last one, or the first one without `last`."""
    records = dict(story.returns[form.id])
    staged = stage_field(form)
    if staged is not None:
        table, item = staged
        stage = item.options[-1 if last else 0].code
        records[table] = [{**records[table][0], STAGE_FIELD: stage}]
    return cells_of(form, records, (story.habit, scenario))


def review_cells(row: IssuedRow, stories: Mapping[str, Story], scenario: Scenario) -> dict[str, list[Value]]:
    """Judge the plans that a review carries: basic criteria and key factors of every agency, or none of them."""
    texts, seen = scenario.texts["review"], dict[tuple[str, str], int]()
    found: dict[str, list[Value]] = {"basics.met": [], "basics.comment": [], "factors.score": [], "factors.comment": []}
    for table in ("basics", "factors"):
        for record in row.snapshot[table]:
            code = str(record["agency"])
            at = seen[table, code] = seen.get((table, code), -1) + 1
            answer, comment = _judged(stories[code], table, at), ""
            if code in scenario.unreviewed:
                answer = None
            elif table == "basics":
                comment = "" if stories[code].met[at] else texts["unmet"]
            elif stories[code].scores[at] != "1":
                comment = texts["partly"] if record["measure"] else texts["missing"]
            found["basics.met" if table == "basics" else "factors.score"].append(answer)
            found[f"{table}.comment"].append(comment + scenario.mark if comment else None)
    return found


def _judged(story: Story, table: str, at: int) -> str | None:
    if table == "factors":
        return story.scores[at]
    return say("pages", "yes" if story.met[at] else "no_word")


def survey_cells(row: IssuedRow, stories: Mapping[str, Story], scenario: Scenario) -> dict[str, list[Value]]:
    """Enter the survey's results of every agency on the list; those without one stay blank."""
    codes = [str(record["agency"]) for record in row.snapshot["survey"]]
    known = [None if code in scenario.unsurveyed else stories[code] for code in codes]
    return {
        "survey.respondents": [int(story.respondents) if story else None for story in known],
        "survey.transparency_pct": [Decimal(story.survey) if story else None for story in known],
    }


def spoilt(cells: Cells, fault: Fault, row: IssuedRow) -> dict[str, list[Value]]:
    """Change the cells that a fault names; a locked one starts from what was issued."""
    changed = {name: list(values) for name, values in cells.items()}
    for change in fault.cells:
        name, at = str(change["name"]), int(change["at"])
        values = changed.setdefault(name, _issued(row, name))
        values += [None] * (at + 1 - len(values))
        if "add" in change:
            values[at] = _number(values[at]) + Decimal(change["add"])
        else:
            values[at] = str(change["value"]) or None
    return changed


def _issued(row: IssuedRow, name: str) -> list[Value]:
    table, _, field = name.partition(".")
    found: list[Value] = []
    for record in row.snapshot.get(table, ()):
        kept = record.get(field)
        found.append(_number(kept) if isinstance(kept, str) else kept)
    return found


def _number(value: Value) -> Decimal:
    """Read what was typed: digits of either script, without the words around them."""
    digits = "".join(sign for sign in str(value) if sign.isdecimal() or sign == ".")
    return Decimal(digits)


def put_right(cells: Cells, fault: Fault) -> dict[str, list[Value]]:
    """Give the right values of the columns that a fault names, to be typed into the returned twin."""
    names = {str(change["name"]) for change in fault.cells}
    return {name: list(values) for name, values in cells.items() if name in names}
