"""One issued workbook as a value: the form, its recipient, its locked values, its passport; and texts that its pages share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from templates.layout import Layout, Snapshot, place
from templates.passport import Passport
from templates.spec import Field, Form, Framework
from templates.words import say


@dataclass(frozen=True)
class Issued:
    """One workbook that was issued: to whom, with which locked values, under which passport."""

    framework: Framework
    form: Form
    passport: Passport
    recipient: str
    snapshot: Snapshot

    @cached_property
    def layout(self) -> Layout:
        """Lay the form out with what it carries."""
        return place(self.form, self.snapshot)

    @property
    def form_year(self) -> int:
        """Give the fiscal year (Buddhist era) of the form's framework."""
        return self.framework.fiscal_year


def footer(issued: Issued) -> str:
    """Give the footer of every page: form code and issue, page number, agency."""
    code = issued.form.form_code.replace("&", "&&")
    return f"&L{code} {issued.form.version}&C{say('pages', 'footer_page')}&R{issued.passport.agency}"


def label_of(item: Field) -> str:
    """Give the label as the page shows it: unit in brackets, a star when it must be filled."""
    star = say("pages", "required") if item.required else ""
    return f"{item.label} {star}".strip()
