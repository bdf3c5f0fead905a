"""What the summary counts of a board: levels of each sub-indicator, progress of the measures, who filed in time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from processors.board import Board
from processors.filing import LATE, ON_TIME, Filing, first_deadline, short_name
from processors.outcome import EXEMPT, GATE_CLOSED, SLA, ProgressRow, SubScore
from processors.results import Results
from processors.wording import t
from templates.criteria import LEVELS
from templates.spec import Form, Framework
from templates.success import HUNDRED, ZERO, round_half_up
from templates.words import say

NO_RESULT = "none"
SHUT = "shut"
LEVEL_KINDS = ("0", *map(str, LEVELS), SHUT, NO_RESULT)
"""Below level 1, the levels, not judged because of a closed gate, and without a result."""
BANDS = ("untouched", "begun", "half", "done", NO_RESULT)
"""Progress of a measure in per cent: 0, below 50, below 100, 100, and not told."""
FILED_KINDS = ("filed", "undated", "partly", "late", "silent", "exempt")
"""In time, filed where no source states a date, filed in an earlier stage only, late, nothing accepted, excused."""
_HALF = Decimal(50)


@dataclass(frozen=True)
class Tally:
    """One bar: its name, and how many there are of each kind."""

    name: str
    counts: tuple[int, ...]

    @property
    def of(self) -> int:
        """Give the number of all."""
        return sum(self.counts)

    def shares(self, places: int) -> tuple[Decimal | None, ...]:
        """Give the share of each kind in per cent; None where there is nothing."""
        if not self.of:
            return tuple(None for _ in self.counts)
        return tuple(round_half_up(HUNDRED * count / self.of, places) for count in self.counts)


def national(key: str, **params: object) -> str:
    """Give a Thai sentence of the national workbook."""
    return say("national", key, "th", **params)


def levels(board: Board) -> list[Tally]:
    """Count the agencies by the whole level that they reached, one tally a sub-indicator; the excused are left out."""
    due = [row for row in board.rows if row.score.total.status not in (SLA, EXEMPT)]
    found = []
    for item in board.framework.sub_indicators:
        subs = [row.score.sub(item.id) for row in due]
        kinds = Counter(level_kind(sub) for sub in subs)
        name = national(f"short_{item.role}", indicator=item.id)
        found.append(Tally(name, tuple(kinds[kind] for kind in LEVEL_KINDS)))
    return found


def level_kind(sub: SubScore) -> str:
    """Name the level of a sub-indicator, or why it has none."""
    if sub.status == GATE_CLOSED:
        return SHUT
    return NO_RESULT if sub.level is None else str(sub.level)


def progress(results: Results, framework: Framework) -> list[Tally]:
    """Count the reported measures by band of progress, one tally a round that has any."""
    found = []
    for one in framework.rounds:
        scored = (item for item in results.scored if item.framework.id == framework.id and item.round == one.id)
        kinds = Counter(band(line) for item in scored for line in item.score.measures)
        if kinds:
            found.append(Tally(one.title, tuple(kinds[kind] for kind in BANDS)))
    return found


def band(line: ProgressRow) -> str:
    """Name the band of a measure's progress."""
    value = line.progress_pct
    if value is None:
        return NO_RESULT
    if value <= ZERO:
        return "untouched"
    return "begun" if value < _HALF else "half" if value < HUNDRED else "done"


def filed(results: Results, framework: Framework, filings: Sequence[Filing]) -> list[Tally]:
    """Count who filed in time, late or not, and who is excused, one tally a form that was expected.

    The numbers are those of the reconciliation. Of who filed, those whose last stage is still owed are told apart; who
    filed a form without a date is neither in time nor late.
    """
    order = [form for item in framework.rounds for form in map(framework.form, item.forms)]
    known = {item.form: item for item in results.balance.expected}
    found = []
    for form in order:
        count = known.get(form.full_id)
        if count is None:
            continue
        late = Counter(item.filed is not None and item.filed.days_late > 0 for item in filings if _partly(item, form))
        dated = first_deadline(framework, form) is not None
        whole = count.filed - late[False]
        counts = (
            whole if dated else 0, 0 if dated else whole, late.total(), count.late - late[True], count.silent, count.exempt,
        )  # fmt: skip
        found.append(Tally(short_name(framework, form), counts))
    return found


def _partly(item: Filing, form: Form) -> bool:
    """Tell whether an agency that must file a form has filed an earlier stage of it only."""
    due = item.form is form and item.agency is not None and item.agency.due
    return due and item.owed is not None and item.state in (ON_TIME, LATE)


def kind_names(prefix: str, kinds: Iterable[str]) -> tuple[str, ...]:
    """Give the words for kinds."""
    return tuple(national(f"{prefix}_{kind}") for kind in kinds)


def level_names() -> tuple[str, ...]:
    """Give the words for the levels, below the first and without a result around them."""
    inner = [t("level_n", level=level) for level in LEVELS]
    return (t("level_none"), *inner, national("level_shut"), national("level_no_result"))
