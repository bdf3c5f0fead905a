"""What a form is: frozen values, one description by which a page is written, read back, judged and scored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from templates.instruments import Profile
from templates.policy import Policy, SubIndicator
from templates.rounds import AgencyKind as AgencyKind
from templates.rounds import Deadline as Deadline
from templates.rounds import Round as Round

KINDS = (
    "text", "long_text", "number", "whole", "percent", "criterion", "date",
    "choice", "suggested", "yes_no", "email", "phone", "code",
)  # fmt: skip
ORIGINS = ("entry", "listed", "carried", "agency", "previous", "computed", "formula")
COMPUTED = ("raw", "score", "weighted_score", "level", "status", "reason")
"""What a field of origin `computed` may name: `7.1.score`, or `score` in a list of sub-indicators."""
BY_LIST = ".@"
"""`basics.@plan_field` as a source: the answer of table `basics` that the list's column `plan_field` names."""

Record = Mapping[str, str]
"""One row of a CSV or registry: column -> text, "" for blank."""


@dataclass(frozen=True)
class Option:
    """One answer of a choice: the code that programs keep, the label that people see."""

    code: str
    label: str


@dataclass(frozen=True)
class Pick:
    """A label that a formula picks: the n-th row of a CSV among those that match a chosen value.

    `rows` hold (match value, order, label) sorted by match value and order; `table` and `field` name the chooser.
    """

    table: str
    field: str
    rows: tuple[tuple[str, int, str], ...]

    def labels(self, chosen: str | None) -> tuple[str, ...]:
        """Give the labels for a chosen code in order, empty when nothing is chosen."""
        return tuple(label for match, _, label in self.rows if match == chosen)


@dataclass(frozen=True)
class RuleSpec:
    """One name of a closed list (`rules.RULES`, `calc.CALCS`) with its settings."""

    rule: str
    settings: Mapping[str, object]

    def text(self, key: str) -> str:
        """Give a setting as text, "" when it is not there."""
        value = self.settings.get(key, "")
        return str(value)

    def fields(self, key: str = "fields") -> tuple[str, ...]:
        """Give a setting that lists field ids."""
        value = self.settings.get(key, ())
        return tuple(str(item) for item in value) if isinstance(value, list | tuple) else ()


@dataclass(frozen=True)
class Field:
    """One question. `origin` alone decides lock, prefill and tamper check (one of `ORIGINS`).

    `low`/`high` bound numbers, None = open. `width` in characters and `lines` in text lines size the cell.
    `personal` answers never reach results or logs. `source` names where a locked value comes from. A field of
    origin `formula` has either `pick` (a label) or `calc` (a figure of the closed list `calc.CALCS`).
    """

    id: str
    label: str
    kind: str
    origin: str = "entry"
    source: str = ""
    required: bool = True
    options: tuple[Option, ...] = ()
    low: Decimal | None = None
    high: Decimal | None = None
    decimals: int | None = None
    max_length: int | None = None
    unit: str = ""
    help: str = ""
    example: str = ""
    width: float = 20
    lines: int = 1
    personal: bool = False
    was: tuple[str, ...] = ()
    pick: Pick | None = None
    calc: RuleSpec | None = None

    @property
    def choices(self) -> tuple[Option, ...]:
        """Give the options where nothing else may stand; none where they are only offered."""
        return () if self.kind == "suggested" else self.options

    @property
    def locked(self) -> bool:
        """Tell whether the agency may not change it."""
        return self.origin != "entry"


@dataclass(frozen=True)
class One:
    """A table with exactly one record; one that `waits` is issued only when what it carries is there."""

    waits: bool = True


@dataclass(frozen=True)
class Many:
    """A table with room for `count` records of which at least `least` must be filled."""

    count: int
    least: int = 0


@dataclass(frozen=True)
class Listed:
    """A table with a fixed list of records; `rows` None means the framework's agencies of the season."""

    key: str
    rows: tuple[Record, ...] | None


@dataclass(frozen=True)
class Carried:
    """A table with the records of an earlier accepted return.

    `form` and `table` name it; records whose field `where` is blank are left out ("" keeps all). `across`: one
    workbook carries the returns of all agencies of a group; `times` multiplies each agency by a list.
    """

    form: str
    table: str
    key: str
    where: str = ""
    across: bool = False
    times: tuple[Record, ...] = ()


Rows = One | Many | Listed | Carried


@dataclass(frozen=True)
class Table:
    """One block of a form: fields by records, drawn as `rows`, `cards`, or `columns` (a heading even for one record)."""

    id: str
    sheet: str
    title: str
    rows: Rows
    fields: tuple[Field, ...]
    draw: str = "rows"
    note: str = ""
    record: str = ""
    number: str = ""  # heads the row numbers of a grid, "" = the usual word
    total: tuple[str, ...] = ()
    rules: tuple[RuleSpec, ...] = ()

    def field(self, field_id: str) -> Field:
        """Give the field; KeyError when there is none, our own mistake."""
        for item in self.fields:
            if item.id == field_id:
                return item
        raise KeyError(f"{self.id}.{field_id}")

    @property
    def is_grid(self) -> bool:
        """Tell whether it is drawn as columns under a heading, not as label and entry."""
        return self.draw == "rows" and not isinstance(self.rows, One) or self.draw == "columns"

    @property
    def entries(self) -> tuple[Field, ...]:
        """Give the fields that the agency fills."""
        return tuple(item for item in self.fields if item.origin == "entry")


@dataclass(frozen=True)
class Form:
    """One form in one issue. `id` is the short id, `full_id` carries the framework: `dept_2557/plan`.

    `glossary` lists (term, meaning). `worked` names the table whose examples make the worked example of the first
    sheet. `signatures` lists (table of a person, role) of the two blocks to be signed. Nobody is late with an
    `optional` form. `spec` is the digest of a kept edition, "" for the form as it stands.
    """

    framework: str
    id: str
    version: str
    title: str
    form_code: str
    round: str
    issued_to: str
    tables: tuple[Table, ...]
    intro: tuple[str, ...] = ()
    digits: str = "arabic"
    accepts: tuple[str, ...] = ()
    source: str = ""
    glossary: tuple[tuple[str, str], ...] = ()
    worked: str = ""
    signatures: tuple[tuple[str, str], ...] = ()
    optional: bool = False
    spec: str = ""

    @property
    def full_id(self) -> str:
        """Give framework and form, the name that commands and results use."""
        return f"{self.framework}/{self.id}"

    def table(self, table_id: str) -> Table:
        """Give the table; KeyError when there is none."""
        for item in self.tables:
            if item.id == table_id:
                return item
        raise KeyError(f"{self.full_id}:{table_id}")

    def has(self, table_id: str) -> bool:
        """Tell whether the form has that table."""
        return any(item.id == table_id for item in self.tables)


@dataclass(frozen=True)
class Framework:
    """One evaluation scheme of one fiscal year (Buddhist era): forms, rounds, criteria, policy.

    `short` names it on narrow sheets, "" where its agencies need no other word.
    It scores by `sub_indicators` on five levels or by a `profile`; with neither it only collects.
    """

    id: str
    title: str
    title_en: str
    fiscal_year: int
    number: str
    indicator_title: str
    weight: Decimal
    note: str
    kinds: tuple[AgencyKind, ...]
    rounds: tuple[Round, ...]
    sub_indicators: tuple[SubIndicator, ...]
    policy: Policy
    criteria_rows: tuple[Record, ...]
    composite: Mapping[str, Decimal]
    forms: tuple[Form, ...] = ()
    lists: Mapping[str, tuple[Record, ...]] = field(default_factory=dict)
    profile: Profile | None = None
    short: str = ""

    @property
    def scores(self) -> bool:
        """Tell whether its agencies are scored and ranked."""
        return bool(self.scored_by)

    @property
    def scored_by(self) -> tuple[str, ...]:
        """Give what an agency has a score of beside the total: sub-indicators, or instruments and indicators."""
        if self.profile is not None:
            return (*(item.code for item in self.profile.instruments), *(item.no for item in self.profile.indicators))
        return tuple(item.id for item in self.sub_indicators)

    def kind(self, kind_id: str) -> AgencyKind:
        """Give a kind of agencies; the only one, or the first, where there is none of that id."""
        return next((item for item in self.kinds if item.id == kind_id), self.kinds[0])

    def form(self, form_id: str) -> Form:
        """Give the form by its short id; KeyError when there is none."""
        for item in self.forms:
            if item.id == form_id:
                return item
        raise KeyError(f"{self.id}/{form_id}")

    def round_of(self, form_id: str) -> Round:
        """Give the round that a form belongs to."""
        return next(item for item in self.rounds if form_id in item.forms)

    def deadline(self, form_id: str, stage: str = "") -> Deadline | None:
        """Give the effective deadline: of the superseding calendar when it states one, else the first enforced.

        None when no source states a date. Policy `supersede_by` (conflicts K1 and K2 of the sources).
        """
        stated = [
            item
            for item in self.round_of(form_id).deadlines
            if item.enforced and item.form == form_id and item.stage in ("", stage)
        ]
        for item in stated:
            if item.calendar == self.policy.supersede_by:
                return item
        return stated[0] if stated else None
