"""One issued workbook as a value: the form, its recipient, its locked values, its passport; and texts that its pages share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from templates.layout import Layout, Snapshot, place
from templates.passport import Passport
from templates.registry import Agency
from templates.spec import Field, Form, Framework, Table
from templates.thai import thai_digits
from templates.words import fill, say
from workbook.style import FONT, NOTE_SIZE


@dataclass(frozen=True)
class Issued:
    """One workbook that was issued: to whom, with which locked values, under which passport.

    `agency`: the recipient in the season's list, None for the centre, for groups, and where only cells are read.
    """

    framework: Framework
    form: Form
    passport: Passport
    recipient: str
    snapshot: Snapshot
    agency: Agency | None = None

    @cached_property
    def layout(self) -> Layout:
        """Lay the form out with what it carries."""
        return place(self.form, self.snapshot)

    def digits(self, text: str) -> str:
        """Write a text of ours in the digits of the form; never codes, addresses or the passport."""
        return thai_digits(text) if self.form.digits == "thai" else text

    @property
    def form_year(self) -> int:
        """Give the fiscal year (Buddhist era) of the form's framework."""
        return self.framework.fiscal_year


def footer(issued: Issued) -> str:
    """Give the footer of every page: form code and issue, page number, agency.

    Page numbers are Arabic in every form: programs write them in no other digits.
    """
    code = issued.digits(f"{issued.form.form_code} {say('pages', 'issue', issue=issued.form.version)}").strip().replace("&", "&&")
    font = f'&"{FONT},Regular"&{NOTE_SIZE}'
    return f"&L{font}{code}&C{font}{say('pages', 'footer_page')}&R{font}{issued.passport.agency}"


def label_of(item: Field) -> str:
    """Give the label as the page shows it: a star behind it when it must be filled, never alone on a line of its own."""
    return f"{item.label}\u00a0{say('pages', 'required')}" if item.required else item.label


def record_title(issued: Issued, table: Table, record: int) -> str:
    """Title a card, counted from 0: by the table's own words where it has some."""
    words = table.record or say("pages", "record", n="{n}")
    return issued.digits(fill(words, {"n": str(record + 1)}))
