"""What a publication is made of, as plain values: who was judged, what counts, what is missing, what balances."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from processors.nights import NightRow
from processors.outcome import NOTHING, AgencyScore, Inputs
from processors.tries import Try
from templates.registry import Agency
from templates.spec import Framework


@dataclass(frozen=True)
class Filed:
    """One return that counts or was the last try: `agency` is the recipient (a group code for reviews).

    `form` is the full id; `verdict` of the contract; `received` the day that lateness was reckoned from; `days_late`
    0 when in time or where no deadline is stated; `closes` the effective deadline, None when none is stated.
    `certified`: what its certifier answered, None where nothing is answered or asked.
    """

    agency: str
    form: str
    stage: str
    verdict: str
    flags: tuple[str, ...]
    seq: int
    file: str
    serial: str
    sha256: str
    received: dt.date
    days_late: int = 0
    closes: dt.date | None = None
    certified: bool | None = None


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One answer of a return that counts, with its place; personal answers are never here.

    `seq` is the ledger's number of the return.
    """

    agency: str
    form: str
    table: str
    record: int
    field: str
    value: str
    raw: str
    file: str
    sheet: str
    cell: str
    seq: int = 0


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One finding of a return that counts, of the last try of an agency, or of a file that people must look at.

    `agency` and `form` are "" where the file does not tell them; personal content is withheld.
    """

    agency: str
    form: str
    file: str
    sheet: str
    cell: str
    code: str
    severity: str
    message: str


@dataclass(frozen=True)
class Attention:
    """One present file of the share that counts for nobody until people have looked at it.

    `verdict`: unreadable, not_ours, wrong_round, conflict or deferred. `agency` and `form` (full id) are "" where the
    file does not tell them, or tells codes that the season doesn't know. `code`, `message` and `fix` are of its first
    fault; `received` is the day of the verdict.
    """

    file: str
    verdict: str
    agency: str
    form: str
    received: dt.date
    code: str
    message: str
    fix: str


@dataclass(frozen=True)
class WaiverRow:
    """One exception of the season: `used` counts the findings that it excuses in the returns shown.

    `where` is "" for everywhere; `expires` None for the whole season; `holds` tells whether it holds on the day shown.
    """

    agency: str
    code: str
    where: str
    reason: str
    approver: str
    expires: dt.date | None
    used: int
    holds: bool


@dataclass(frozen=True)
class Scored:
    """The score of one agency in one round (`9`, `12`) of its framework, and what it was reckoned from."""

    agency: Agency
    framework: Framework
    round: str
    score: AgencyScore
    inputs: Inputs = NOTHING


@dataclass(frozen=True)
class Expected:
    """Who was expected to file one form, and what came: expected = filed + late + silent + exempt.

    `expected` counts the season's list of agencies; `filed` (in time) and `late` the agencies whose accepted return the
    ledger holds; `silent` those due without one, who are `silent_codes`; `exempt` also those judged elsewhere (SLA).
    `strangers` have an accepted return and are not on the list.
    """

    form: str
    expected: int
    filed: int
    late: int
    silent: int
    exempt: int
    silent_codes: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()

    @property
    def balances(self) -> bool:
        """Tell whether the parts add up."""
        return self.expected == self.filed + self.late + self.silent + self.exempt


@dataclass(frozen=True)
class RowCount:
    """Rows of one published table, for one part of it: those counted at the source, and again in the written bytes.

    `table` is a table of `data/`, `part` what was counted apart (a form's full id, or framework and round). `withheld`
    are personal cells, which no result shows: read = written + withheld. `written` None: nothing is written yet.
    """

    table: str
    part: str
    read: int
    withheld: int = 0
    written: int | None = None

    @property
    def balances(self) -> bool:
        """Tell whether every row that was read has been written or withheld."""
        return self.written is None or self.read == self.written + self.withheld


@dataclass(frozen=True)
class Balance:
    """The reconciliation of a night: found = the sum of the ten verdicts; expected and rows add up, part by part.

    `verdicts` counts the register of the share's entries. `kept` counts the same entries by the returns that the ledger
    keeps of them; None where nobody counted.
    """

    found: int
    verdicts: Mapping[str, int]
    expected: tuple[Expected, ...]
    kept: Mapping[str, int] | None = None
    rows: tuple[RowCount, ...] = ()

    @property
    def files_balance(self) -> bool:
        """Tell whether every file that was found has one verdict, and a return in the ledger that says the same."""
        return self.found == sum(self.verdicts.values()) and self.kept in (None, self.verdicts)

    @property
    def balances(self) -> bool:
        """Tell whether everything adds up."""
        return self.files_balance and all(item.balances for item in self.expected) and all(item.balances for item in self.rows)


FigureKey = tuple[str, str, str]
"""Framework, round, agency."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What a publication said of one agency in one round; `score` and `rank` None = outside the rank."""

    status: str
    score: Decimal | None
    rank: int | None


MarkKey = tuple[str, str, str, str]
"""Framework, round, agency, indicator: one row of the published scores."""


@dataclass(frozen=True, slots=True)
class Mark:
    """An analyst's doubt: the words, the score that stood beside them as it was printed, and the day it was first read."""

    words: str
    score: str
    day: dt.date


@dataclass(frozen=True)
class Former:
    """An earlier publication: its day, the version of each framework's criteria, and its figures."""

    day: dt.date
    criteria: Mapping[str, str]
    figures: Mapping[FigureKey, Figure]


@dataclass(frozen=True)
class Results:
    """Everything that one publication shows. `shown_round` is the round of the reading sheets per framework id.

    `simulated`: the season is a demonstration and every workbook says so. `filed` holds, per agency and form, the
    return that counts, else the last try. `issued`: (agency, form) -> serial of the newest issued workbook, `issued_on` the day.
    `attention`: the files that people must look at, by name. `nights`: the newest nights of earlier days, newest first.
    `origin`: which standing of the ledger and of the rules all this is of. `former`: the newest publication that showed
    other figures, None when there was none. `small_group`: groups of fewer ranked agencies get no place among groups.
    """

    fiscal_year: int
    as_of: dt.date
    frameworks: tuple[Framework, ...]
    agencies: tuple[Agency, ...]
    scored: tuple[Scored, ...]
    filed: tuple[Filed, ...]
    answers: tuple[AnswerRow, ...]
    findings: tuple[FindingRow, ...]
    balance: Balance
    shown_round: Mapping[str, str]
    issued: Mapping[tuple[str, str], str]
    issued_on: Mapping[tuple[str, str], dt.date] = field(default_factory=dict)
    simulated: bool = False
    attention: tuple[Attention, ...] = ()
    waivers: tuple[WaiverRow, ...] = ()
    tries: Mapping[tuple[str, str], Try] = field(default_factory=dict)
    nights: tuple[NightRow, ...] = ()
    origin: Mapping[str, object] = field(default_factory=dict)
    former: Former | None = None
    marks: Mapping[MarkKey, Mark] = field(default_factory=dict)
    small_group: int = 3
