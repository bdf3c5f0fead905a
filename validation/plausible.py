"""Doubts about texts that no form need declare: another year, another organisation that acts, an address or number; warnings.

They hold for every text that an agency types into any form, what it speaks of only where it is nobody's personal data.
What compares rounds or the fields of a form is a rule, which a form declares; where one judges years or organisations
of a field, nothing is said twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from templates import thai
from templates.bodies import other_subject
from templates.breach import Breach, Row
from templates.issued import Issued
from templates.phrases import all_years, years_of
from templates.reading import LONGEST
from templates.registry import ministries, provinces, records
from templates.spec import Field, Table

_TEXTS = ("text", "long_text")
_PHONE_FIGURES = 9
"""Figures that a telephone number has at least; shorter ones are extensions, or numbers of anything."""
_RULED = {"YEAR_ELSEWHERE": ("years_within", "periods"), "FOREIGN_NAME": ("organisations",)}
"""Doubts -> the rules that judge the same."""
_NEAR = 1
"""Years before and after the season's of which a text may speak."""


def doubts(issued: Issued, tables: Mapping[str, Sequence[Row]]) -> Iterator[tuple[str, Breach]]:
    """Give (table, what is asked about) for the answers of one file, typed by kind."""
    own = _own_names(issued)
    for table in issued.form.tables:
        named = {rule.text("field") for rule in table.rules if rule.rule == "is_name"}
        judged = {code: _judged(table, rules) for code, rules in _RULED.items()}
        fields = [item for item in table.entries if item.kind in _TEXTS]
        for at, item in ((at, item) for at in range(len(tables.get(table.id, ()))) for item in fields):
            text = tables[table.id][at].get(item.id)
            if not isinstance(text, str):
                continue
            if item.id not in named and _address(text, item):
                yield table.id, Breach(at, item.id, "NOT_WORDS", {}, "warning")
            if not item.personal:
                found = _about(text, (at, item.id), issued.form_year, own)
                yield from ((table.id, breach) for breach in found if item.id not in judged[breach.code])


def _judged(table: Table, rules: tuple[str, ...]) -> frozenset[str]:
    """Give the fields of a table that rules of the form judge."""
    return frozenset(name for rule in table.rules if rule.rule in rules for name in (rule.text("field"), *rule.fields()))


def _address(text: str, item: Field) -> bool:
    """Tell whether a text is an e-mail address or, where one line is asked for, a telephone number, and nothing else."""
    if len(text) > LONGEST:
        return False
    figures = sum(c.isdecimal() for c in text)
    number = item.kind == "text" and figures >= _PHONE_FIGURES and isinstance(thai.read_phone(text).value, str)
    return number or "@" in text and isinstance(thai.read_email(text).value, str)


def _about(text: str, at: tuple[int, str], fiscal_year: int, own: frozenset[str]) -> Iterator[Breach]:
    record, name = at
    if said := _other_years(text, fiscal_year):
        params = {"words": ", ".join(said), "year": str(fiscal_year)}
        yield Breach(record, name, "YEAR_ELSEWHERE", params, "warning")
    if other := other_subject(thai.clean(text), own):
        yield Breach(record, name, "FOREIGN_NAME", {"words": other}, "warning")


def _other_years(text: str, fiscal_year: int) -> tuple[str, ...]:
    """Give the words for fiscal years that are not the season's; none where the text compares them with one that is."""
    said = years_of(text)
    if not said or any(abs(year - fiscal_year) <= _NEAR for year in all_years(text)):
        return ()
    return tuple(dict.fromkeys(said))


def _own_names(issued: Issued) -> frozenset[str]:
    """Give the names of the agency itself, of its ministry, and of the ministry over all agencies of its framework."""
    code = issued.passport.agency
    mine = [row for row in records("departments") if row["code"] == code]
    over = {*(kind.ministry for kind in issued.framework.kinds), *(row["ministry_code"] for row in mine)}
    ministry = [ministries().get(name) for name in over]
    province = provinces().get(code.removeprefix("P"))
    named = [row["name_th"] for row in [*mine, *filter(None, ministry)]]
    return frozenset(filter(None, [issued.recipient, *named, province["full_name_th"] if province else ""]))
