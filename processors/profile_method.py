"""How a profile is reckoned: instruments, formula with one agency's figures, grades and targets by year, policy, sources."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from processors.board import Row, apart
from processors.method import deadlines_grid, policy_grid
from processors.profile_counts import kinds_of
from processors.profile_grades import ZERO
from processors.profile_words import p, short_title
from processors.sheets import Block, Column, Frame, Grid, Heading, Line, Para, section_sheet, sheet_name
from processors.standings import MARK
from processors.view import View
from processors.wording import t, why_text
from templates.instruments import FULL, Grade, Part, Profile, Target, holds
from templates.spec import Framework
from templates.words import texts
from workbook.book import Sheet

_WIDTHS = (38, 28, 70, 62)
_WORKED = "assessed_total"


def method_page(view: View, framework: Framework, rows: Sequence[Row], home: str) -> tuple[Sheet, str]:
    """Give the sheet of the method with the line that describes it; the example is one of `rows`."""
    name = short_title(framework)
    title = p("title_method", what=name)
    frame = Frame(method_names(view)[framework.id], title, view.as_of, home, view.alert)
    return section_sheet(frame, _blocks(framework, rows), _WIDTHS), p("tip_method", what=name)


def method_names(view: View) -> dict[str, str]:
    """Name the sheet of the method of every framework that is judged by a profile; short titles that are alike are numbered."""
    ids = [framework.id for framework, _ in kinds_of(view.profiles)]
    titles = apart([short_title(framework) for framework, _ in kinds_of(view.profiles)])
    return {name: sheet_name(p("sheet_method", kind=title)) for name, title in zip(ids, titles, strict=True)}


def _blocks(framework: Framework, rows: Sequence[Row]) -> list[Block]:
    profile = framework.profile
    assert profile is not None
    blocks: list[Block] = [Heading(p("method_instruments")), *([Para(framework.note, "note+wrap")] if framework.note else [])]
    blocks += [_instruments(profile), Heading(p("method_indicators")), _indicators(profile)]
    blocks += [Heading(p("method_formula")), *(Para(text) for text in _formula(framework, profile))]
    blocks += [Para(text) for text in _worked(profile, rows)]
    blocks += [Heading(p("method_grades")), Para(p("method_grades_note", year=profile.year), "note+wrap"), _grades(profile)]
    blocks += [Heading(p("method_targets")), _targets(profile), Heading(p("method_ranking"))]
    blocks += [Para(p("method_ranking_note", decimals=framework.policy.score_decimals)), Para(p("method_share_note"))]
    blocks += [Heading(t("method_policy")), Para(t("method_policy_note"), "note"), policy_grid(framework)]
    dates = deadlines_grid(framework)
    blocks += [Heading(t("method_deadlines")), dates] if dates.lines else []
    return [*blocks, Heading(p("method_sources")), _sources(framework)]


def _instruments(profile: Profile) -> Grid:
    columns = (
        Column(p("col_instrument")), Column(t("col_weight"), style="cell+general+centre"), Column(p("col_name_th")),
        Column(p("col_name_en")),
    )  # fmt: skip
    return Grid(columns, tuple(Line((item.code, item.weight, item.name, item.name_en)) for item in profile.instruments))


def _indicators(profile: Profile) -> Grid:
    """Give the indicators with their instrument and, below the name, what they are made of in the year."""
    parts: tuple[Part, ...] = profile.in_year(profile.parts)
    columns = (
        Column(t("col_indicator")), Column(p("col_instrument"), style=MARK), Column(p("col_parts")), Column(p("col_name_en")),
    )  # fmt: skip
    lines = []
    for item in profile.indicators:
        own = " · ".join(f"{part.no} {part.name}" for part in parts if part.indicator == item.no)
        lines.append(Line((f"{item.no} {item.name}", item.instrument, own or None, item.name_en)))
    return Grid(columns, tuple(lines))


def _formula(framework: Framework, profile: Profile) -> list[str]:
    """Write out the formula of instruments and total."""
    total = " + ".join(f"{item.weight / FULL:.2f} × {item.code}" for item in profile.instruments)
    told = [p("formula_total", parts=total)]
    for item in profile.instruments:
        numbers = " + ".join(one.no for one in profile.of(item.code))
        told.append(p("formula_instrument", code=item.code, parts=numbers, count=len(profile.of(item.code))))
    return [*told, p("formula_rounding", decimals=framework.policy.score_decimals)]


def _worked(profile: Profile, rows: Sequence[Row]) -> list[str]:
    """Work the formula out for the first by rank whose scores are all known and differ most; nothing without one."""
    whole = [row for row in rows if row.score.total.why.code == _WORKED and None not in _scores(row).values()]
    if not whole:
        return []
    row = max(whole, key=lambda one: len(set(_scores(one).values())))
    subs = _scores(row)
    told = [p("worked", name=row.agency.name, total=why_text(row.score.total.why), grade=row.score.grade)]
    for item in profile.instruments:
        values = [subs[one.no] or ZERO for one in profile.of(item.code)]
        mean = f"{sum(values, ZERO) / len(values):.4f}"
        parts = " + ".join(str(value) for value in values)
        told.append(p("worked_instrument", code=item.code, parts=parts, count=len(values), mean=mean, score=subs[item.code]))
    return told


def _scores(row: Row) -> dict[str, Decimal | None]:
    return {item.indicator: item.score for item in row.score.subs}


def _grades(profile: Profile) -> Grid:
    """Give the grades of every scheme in the lists; those of the year stand out."""
    columns = (Column(p("col_years")), Column(p("col_grade")), Column(p("col_condition")), Column(p("col_scheme")))
    lines = [
        Line((_years(item), item.label, _condition(item, profile), item.scheme), "own" if holds(item, profile.year) else "")
        for item in sorted(profile.grades, key=lambda one: not holds(one, profile.year))
    ]
    return Grid(columns, tuple(lines))


def _condition(item: Grade, profile: Profile) -> str:
    told = [p("condition_total", least=item.least)]
    if item.each_least is not None:
        told.append(p("condition_each", codes=", ".join(one.code for one in profile.instruments), least=item.each_least))
    return " ".join([*told, p("condition_passing" if item.passing else "condition_failing")])


def _targets(profile: Profile) -> Grid:
    heads = ("col_years", "col_mark", "col_target_year", "col_standing")
    columns = tuple(Column(p(key), style="cell+general+pad") for key in heads)
    lines = []
    for item in profile.targets:
        share = p("target_least", share=item.share) if item.share is not None else p("target_none")
        lines.append(Line((_years(item), item.pass_mark, share, standing_text(item)), "own" if holds(item, profile.year) else ""))
    return Grid(columns, tuple(lines))


def standing_text(item: Target) -> str:
    """Say how well a target is founded; a standing without words of its own is said as the list has it."""
    key = f"standing_{item.standing.split(';')[0].split(' ')[0]}"
    return p(key) if key in texts("profiles")["th"] else item.standing


def _years(item: Grade | Target) -> str:
    if item.last is None:
        return p("years_from", first=item.first)
    return p("years_between", first=item.first if item.first is not None else "", last=item.last)


def _sources(framework: Framework) -> Grid:
    """Give the sources that the lists name, each once, with the list that names it."""
    columns = (Column(p("col_list")), Column(p("col_source"), span=3))
    found: dict[tuple[str, str], None] = {}
    for name, rows in framework.lists.items():
        for row in rows:
            if row.get("source"):
                found.setdefault((name, row["source"]), None)
    return Grid(columns, tuple(Line(pair) for pair in found))
