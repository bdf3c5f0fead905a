"""The score card of one agency: standing, sub-indicators with what would give the next level, review, measures, indicators.

Every typed figure stands beside the cell that it was read from; what is blank carries a letter that says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from processors.board import EVERYBODY, Board, Row
from processors.change import Change
from processors.dossier import TARGET, Dossier, Places, spot
from processors.evidence import REPORT, REVIEW, Evidence, receipt_no
from processors.explain import used_for, words
from processors.filing import Filing
from processors.lacking import lacking_form, lacking_told
from processors.outcome import MEASURE_ROW, SubScore
from processors.own_standing import median_note, round_note
from processors.reach import own_used
from processors.review_part import place_lines, review_blocks
from processors.sheets import Block, Column, Grid, Heading, Line, Para
from processors.subscore import TOP_LEVEL
from processors.wording import day_text, group_text, level_of, standing_text, status_text, t, why_text
from templates.criteria import ACHIEVEMENT
from templates.levels import plain
from workbook.address import Cell
from workbook.book import CellValue, Link, Styled

WIDTHS = (45.0, 9.0, 9.0, 12.0, 9.0, 10.0, 13.0, 10.0, 10.0, 10.0, 62.0)
"""Columns of a card; all its tables share them."""
CENTRE, PERCENT, SCORE, NUMBER = "cell+general+centre", "cell+two+right", "cell+four+right", "cell+general+right"
CELL = "cell+centre"
_REPORTED = ("progress", "in_time", "output", "summary")
"""What the report says of a measure; the cells of the first two have columns of their own, those of texts stand behind them."""
_OWN_CELLS = 2


@dataclass
class Notes:
    """The letters of blanks: each reason gets the next one, and the same reason the same."""

    known: dict[str, str] = field(default_factory=dict)

    def mark(self, value: CellValue, why: str) -> CellValue:
        """Give a value, or where it is blank the letter in brackets that stands for the reason."""
        if value is not None:
            return value
        letters = words("letters").split()
        if why not in self.known:
            self.known[why] = letters[len(self.known) % len(letters)]
        return f"[{self.known[why]}]"

    def lines(self) -> list[Block]:
        """Give the reasons below the tables."""
        told: list[Block] = [Para(f"[{letter}] {why}", "note+wrap") for why, letter in self.known.items()]
        return [Heading(words("card_note")), *told] if told else []


@dataclass(frozen=True)
class Desk:
    """What the tables of one card share: the board, the agency's dossier, the places of its parts, the letters of blanks.

    `linked`: cells lead to the sheet of sources; `small`: the number of ranked below which a group has no median; `listed`: the
    card stands below a list of names.
    """

    board: Board
    item: Dossier
    places: Places
    notes: Notes
    linked: bool
    small: int
    listed: bool = True

    def cell(self, item: Evidence | None) -> CellValue | Styled:
        """Give the cell that an answer was read from, as a link to its row among the sources."""
        row = self.places.answer.get(spot(item)) if item is not None else None
        if item is None or row is None or not self.linked:
            return item.answer.cell if item is not None else None
        return Styled(Link(item.answer.cell, sheet=self.places.sources, cell=Cell(row, 1)), "link")

    def median(self, indicator: str) -> tuple[CellValue, CellValue]:
        """Give the medians of an indicator among the ranked of the group and of the nation."""
        medians, group = self.board.medians, self.item.row.agency.group
        mean = self.board.mean_of(group) if group else None
        ranked = mean.counted if mean else 0
        why = words("small_median", small=self.small) if ranked else words("no_median")
        own = medians.get(group, {}).get(indicator) if ranked >= max(self.small, 1) else None
        everybody = medians.get(EVERYBODY, {}).get(indicator)
        return self.notes.mark(own, why), self.notes.mark(everybody, words("no_median"))


def card(desk: Desk, titles: tuple[str, str]) -> list[list[Block]]:
    """Give the parts of one agency's card; each should stand on one page. `titles`: of the publication and round before."""
    item = desk.item
    row = item.row
    head: list[Block] = [Heading(_title(row)), _links(desk), Para(_lead(desk.board, row, desk.small), "lead")]
    notes = ("", round_note(titles[1]))
    told = [_change(change, *of) for change, *of in zip((item.published, item.earlier), titles, notes, strict=True) if change]
    head += [Para(" · ".join(told))] if told else []
    parts = [[*head, _subs(desk), Para(median_note(desk.board), "note+wrap"), *_owed(item)]]
    review = item.basis.records(REVIEW, "basics") + item.basis.records(REVIEW, "factors")
    if row.inputs.review is not None and review:
        parts.append(review_blocks(item, desk.cell, desk.notes.mark))
    if row.score.measures:
        parts.append(_measures(desk))
    if row.score.indicators:
        parts.append(_indicators(desk))
    last = [*_obstacles(item), *desk.notes.lines()]
    return [*parts, last] if last else parts


def _title(row: Row) -> str:
    return f"{row.agency.name} ({row.agency.code})"


def _links(desk: Desk) -> Grid:
    """Give the way back to the list, to the steps and to the sources."""
    code, places = desk.item.row.agency.code, desk.places
    indicators = (*desk.item.behind, desk.item.row.score.total.indicator)
    steps = next((places.step[code, name] for name in indicators if (code, name) in places.step), None)
    sources = next((places.source[code, name] for name in indicators if (code, name) in places.source), None)
    # Their texts run on over the empty cells behind them.
    values: list[CellValue] = [None] * 6
    values[0] = Link(words("card_back"), sheet=places.cards) if desk.listed else None
    values[1] = Link(words("card_steps"), sheet=places.steps, cell=Cell(steps, 1)) if steps else None
    values[4] = Link(words("card_sources"), sheet=places.sources, cell=Cell(sources, 1)) if sources else None
    return Grid(tuple(Column("", style="link") for _ in values), (Line(tuple(values)),), heads=False)


def _lead(board: Board, row: Row, small: int) -> str:
    """Say score and places in one line; of a group of few ranked agencies how few, since a place there says little."""
    if row.rank.score is None:
        return t("own_unranked", name=row.agency.name, status=status_text(row.score.total.status))
    told = [words("lead_score", score=row.rank.score, top=TOP_LEVEL)]
    told.append(words("lead_nation", place=standing_text(row.rank.national)))
    if row.rank.in_group.rank is not None:
        place, group = row.rank.in_group, group_text(board.framework, row.rank.group)
        few = place.of < small
        told.append(words("lead_few" if few else "lead_group", group=group, place=standing_text(place), of=place.of))
    if row.rank.in_region.rank is not None:
        told.append(words("lead_region", region=row.rank.region, place=standing_text(row.rank.in_region)))
    return " · ".join(told)


def _change(change: Change, what: str, note: str) -> str:
    """Say what became of score and place, or why that is not compared; `note` is what a reader of the difference should know."""
    if change.delta is None:
        return words("change_none", what=what, why=words(f"change_{change.why}"))
    key = "change_same" if change.delta == 0 else "change_up" if change.delta > 0 else "change_down"
    told = words("change_score", told=words(key, delta=abs(change.delta), what=what))
    if change.places and change.before:
        params = {"places": abs(change.places), "then": change.before.rank, "now": change.now.rank}
        told += f" {words('change_places_up' if change.places > 0 else 'change_places_down', **params)}"
    then, now = change.of
    bases = words("change_bases", then=then, now=now) if change.places and then != now else ""
    return " · ".join(text for text in (told, bases, note) if text)


def _subs(desk: Desk) -> Grid:
    columns = (
        Column(t("col_indicator")), Column(t("col_weight"), style=CENTRE), Column(t("col_raw"), style=PERCENT),
        Column(t("col_level"), style=CENTRE), Column(t("col_threshold"), style=CENTRE), Column(t("col_score"), style=SCORE),
        Column(t("col_weighted"), style=SCORE), Column(words("col_median"), style=SCORE),
        Column(words("col_median_all"), style=SCORE), Column(words("col_sources"), style=CELL), Column(words("col_next")),
    )  # fmt: skip
    names = {item.id: item.name for item in desk.board.framework.sub_indicators}
    lines = []
    for case in desk.item.cases:
        name = f"{case.sub.indicator} {names[case.sub.indicator]}"
        advice = "\n".join(desk.item.advice[case.sub.indicator])
        values = (name, *_scored(desk, case.sub), _behind(desk, case.sub.indicator), advice)
        lines.append(Line(values, "" if case.sub.score is not None else "warn"))
    total = desk.item.row.score.total
    name = f"{total.indicator} {desk.board.framework.indicator_title}"
    lines.append(Line((name, *_scored(desk, total), None, why_text(total.why)), "total"))
    return Grid(columns, tuple(lines))


def _behind(desk: Desk, indicator: str) -> CellValue | Styled:
    """Count the answers behind a sub-indicator, as a link to the first of them among the sources."""
    row = desk.places.source.get((desk.item.row.agency.code, indicator))
    if row is None:
        return None
    case = next(case for case in desk.item.cases if case.sub.indicator == indicator)
    key = "source_count_aside" if used_for(case) == "aside" else "source_count"
    told = words(key, count=len(desk.item.behind[indicator]))
    return Styled(Link(told, sheet=desk.places.sources, cell=Cell(row, 1)), "link") if desk.linked else told


def _scored(desk: Desk, sub: SubScore) -> tuple[CellValue, ...]:
    """Give weight, result, level, threshold, score, weighted score and the medians."""
    status, told = status_text(sub.status), why_text(sub.why)
    why = f"{sub.indicator}: {told if told.startswith(status) else f'{status} – {told}'}"
    mark = desk.notes.mark
    # A total has neither a result nor a level of its own: nothing is missing there.
    raw = level = limit = None
    if sub is not desk.item.row.score.total:
        raw, level = mark(sub.raw, why), mark(level_of(sub), why)
        limit = mark(sub.threshold, words("no_threshold") if sub.level else why)
    return sub.weight, raw, level, limit, mark(sub.score, why), mark(sub.weighted_score, why), *desk.median(sub.indicator)


def _measures(desk: Desk) -> list[Block]:
    columns = (
        Column(t("kind_measure")), Column(words("col_target_short"), style=NUMBER),
        Column(words("col_progress_short"), style=PERCENT), Column(words("col_in_time"), style="cell+centre"),
        *(Column(words("col_cells", what=words(f"cell_{name}")), style=CELL) for name in _REPORTED[:_OWN_CELLS]),
        Column(words("col_output"), span=4), Column(words("col_summary")),
    )  # fmt: skip
    records = desk.item.basis.records(REPORT, "measures")
    lines = []
    for one in [one for one in desk.item.row.score.measures if one.kind == MEASURE_ROW]:
        record = records[one.no - 1] if one.no <= len(records) else {}
        _, in_time, *said_in_words = found = [record.get(name) for name in _REPORTED]
        said = in_time.answer.value if in_time else ""
        why = words("not_stated")
        undone = one.progress_pct is not None and one.target is not None and one.progress_pct < one.target
        timely = desk.notes.mark(words(f"in_time_{said}") if said else None, words("not_finished") if undone else why)
        texts = [desk.notes.mark(_told(item), why) for item in said_in_words]
        values = (
            f"{one.no}. {one.name}", one.target, desk.notes.mark(one.progress_pct, why), timely,
            *map(desk.cell, found[:_OWN_CELLS]), *texts,
        )  # fmt: skip
        lines.append(Line(values))
    told = place_lines(record["progress"] for record in records if "progress" in record)
    return [Heading(words("card_measures")), *told, Grid(columns, tuple(lines))]


def _told(item: Evidence | None) -> str | None:
    """Give what a report says in words, with the cell; None where it says nothing."""
    if item is None or not item.answer.value:
        return None
    return words("told_at", text=item.answer.value, cell=item.answer.cell)


def _indicators(desk: Desk) -> list[Block]:
    plan_inputs, case = desk.item.row.inputs.plan, next(one for one in desk.item.cases if one.item.role == ACHIEVEMENT)
    assert plan_inputs is not None
    used = any(own_used(one, case.policy) for one in plan_inputs.indicators)
    own_head = words("col_own_short" if used else "col_own_aside")
    columns = (
        Column(t("kind_indicator")), Column(words("col_weight_short"), style=NUMBER),
        Column(words("col_target_short"), style=NUMBER), Column(words("col_result_short"), style=NUMBER),
        Column(words("col_progress_short"), style=PERCENT), Column(own_head, style=SCORE),
        Column(words("col_direction")),
        *(Column(words("col_cells", what=words(f"cell_{name}")), style=CELL) for name in ("weight", "target", "result")),
        Column(words("col_levels")),
    )  # fmt: skip
    plan, reported = desk.item.plan, {name: record.get("result") for name, record in desk.item.reported.items()}
    lines = []
    for one, source in zip(desk.item.row.score.indicators, plan_inputs.indicators, strict=True):
        record, result = plan.get(one.name, {}), reported.get(one.name)
        known = [(at, value) for at, value in enumerate(source.levels, 1) if value is not None]
        levels = [words("level_line", level=at, value=plain(value)) for at, value in known]
        why = words("not_stated")
        values = (
            f"{one.no}. {one.name}", source.weight, desk.notes.mark(one.target, why), desk.notes.mark(one.result, why),
            desk.notes.mark(one.progress_pct, why), desk.notes.mark(one.score, why), words(f"direction_{source.direction}"),
            desk.cell(record.get("weight")), desk.cell(record.get(TARGET)), desk.cell(result), " · ".join(levels),
        )  # fmt: skip
        lines.append(Line(values))
    told = place_lines(record["name"] for record in (*plan.values(), *desk.item.reported.values()))
    note = [] if used else [Para(words("own_aside_note", indicator=case.item.id), "note+wrap")]
    return [Heading(words("card_indicators")), *told, Grid(columns, tuple(lines)), *note]


def place_text(item: Evidence) -> str:
    """Say where an answer was read: the return's number, sheet and cell."""
    return words("place", seq=receipt_no(item.filed.seq), sheet=item.answer.sheet, cell=item.answer.cell)


def _obstacles(item: Dossier) -> list[Block]:
    """Give what the report says of obstacles and remedies, with the cells."""
    found = item.basis.of(REPORT, "obstacles", "obstacles", "remedies")
    told = [Para(f"{words(one.answer.field)}: {one.answer.value} ({place_text(one)})") for one in found if one.answer.value]
    return [Heading(words("card_obstacles")), *told] if told else []


def _owed(item: Dossier) -> list[Block]:
    """Give what has not come, came late or was returned, with the day that it closes."""
    told: Sequence[Block] = [
        Para(words("owed_line", form=lacking_form(one), state=lacking_told(one), by=_by(one))) for one in item.owed
    ]
    return [Heading(words("card_owed")), *told] if told else []


def _by(item: Filing) -> str:
    return words("owed_by", date=day_text(item.closes)) if item.closes else ""
