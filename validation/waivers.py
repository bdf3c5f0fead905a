"""The ledger of exceptions applied to findings: data with a reason and an approver, never code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from templates.dates import ERA
from templates.lists import thai_date
from templates.spec import Form, Record
from templates.words import has_message, message, say
from workbook.address import parse_cell
from workbook.finding import ERROR, INFO, Finding

COLUMNS = ("agency", "code", "where", "reason", "approver", "expires")
BUDDHIST = 2400
"""From this year on a year can only be of the Buddhist era."""
EXCUSED = "WAIVED"
"""The code of a finding that was excused."""
NEVER = frozenset(
    {
        "NO_PASSPORT", "DIGEST_WRONG", "PASSPORT_DISAGREES", "UNKNOWN_AGENCY", "UNKNOWN_FORM", "UNKNOWN_SERIAL",
        "UNKNOWN_ISSUE", "OTHER_ISSUE", "OTHER_SEASON", "ROUND_NOT_OPEN", "ROUND_CLOSED", "SUPERSEDED", "CONFLICT",
        "DUPLICATE_FILE", "NOT_SETTLED", "SHARE_ERROR", "STORE_ERROR", "FOLDER_CLOSED", "IGNORED",
        "LIVE_FORMULA", "READER_DIED", "READER_TIMEOUT", "EMPTY_FORM", EXCUSED,
        "FILE_EMPTY", "FILE_TYPE", "FILE_ENCRYPTED", "FILE_TOO_LARGE", "UNREADABLE", "ZIP_BOMB", "ZIP_BROKEN", "ZIP_JUNK",
        "ZIP_NAME", "ZIP_OVERLAP", "XML_DOCTYPE", "XML_BROKEN", "XML_ENCODING", "XLSX_STRICT", "XLSX_NO_SHEETS",
        "XLSX_PART_MISSING", "STRINGS_FALSE", "DIMENSION_FALSE", "CELL_FAR", "CELL_BROKEN", "TOO_MANY_CELLS", "AMBIGUOUS",
        "SHEET_TWICE", "SHEET_MISSING", "EXTERNAL_LINKS",
    }
)  # fmt: skip
"""Codes of errors about the file as a whole: gates before the cells, which no exception opens and no trial softens."""


@dataclass(frozen=True)
class Waiver:
    """One exception: this code of this agency at this place is excused until a day (None = for the whole season).

    `where` is a cell as the agency sees it (`Sheet!B7`), `table.field`, `table`, or "" for everywhere.
    """

    agency: str
    code: str
    where: str
    reason: str
    approver: str
    expires: dt.date | None

    def holds(self, day: dt.date) -> bool:
        """Tell whether it holds on a day; its last day is included."""
        return self.expires is None or day <= self.expires


def read_waivers(rows: Sequence[Record], forms: Mapping[str, Sequence[Form]]) -> tuple[tuple[Waiver, ...], list[str]]:
    """Read `waivers.csv`; gives the waivers and every mistake with its line (a waiver wants a reason and an approver).

    `forms` are the forms of each recipient. A waiver that can never match excuses nobody: that is a mistake, not silence.
    """
    found, mistakes = [], []
    for line, row in enumerate(rows, 2):
        values = {name: (row.get(name) or "").strip() for name in COLUMNS}
        if not any(values.values()):
            continue
        where = f"waivers.csv line {line}"
        lacking = [name for name in ("agency", "code", "reason", "approver") if not values[name]]
        mistakes += [f"{where}: {name} is missing" for name in lacking]
        try:
            expires = dt.date.fromisoformat(values["expires"]) if values["expires"] else None
        except ValueError:
            mistakes.append(f"{where}: {values['expires']!r} is no date like 2014-08-31")
            continue
        if expires is not None and expires.year >= BUDDHIST:
            common = f"{expires.year - ERA}{values['expires'][4:]}"
            mistakes.append(f"{where}: {values['expires']!r} is of the Buddhist era; write {common}")
            continue
        head = (values["agency"], values["code"], values["where"], values["reason"], values["approver"])
        waiver = Waiver(*head, expires)
        mistakes += [f"{where}: {text}" for text in ([] if lacking else _useless(waiver, forms))]
        found.append(waiver)
    return tuple(found), mistakes


def _useless(waiver: Waiver, forms: Mapping[str, Sequence[Form]]) -> list[str]:
    """Say why a waiver can never match."""
    if waiver.agency not in forms:
        return [f"no recipient of this season has the code {waiver.agency!r}"]
    if not has_message(waiver.code):
        return [f"there is no code {waiver.code!r}"]
    if waiver.code in NEVER:
        return [f"{waiver.code} can't be excused: it is about the file as a whole"]
    if waiver.where and not any(_names(waiver.where, form) for form in forms[waiver.agency]):
        return [f"{waiver.where!r} is no cell (Sheet!B7), table.field or table of a form of {waiver.agency}"]
    return []


def _names(where: str, form: Form) -> bool:
    sheet, mark, cell = where.rpartition("!")
    if mark:
        return parse_cell(cell) is not None and sheet in {table.sheet for table in form.tables}
    table, _, field = where.partition(".")
    return form.has(table) and (not field or any(item.id == field for item in form.table(table).fields))


def excuse(findings: Sequence[Finding], agency: str, day: dt.date, waivers: Sequence[Waiver]) -> list[Finding]:
    """Turn excused errors and warnings into information that names reason, approver and last day; all others stay.

    An error about the file as a whole is never excused.
    """
    mine = [item for item in waivers if item.agency == agency and item.holds(day)]
    return [_excused(finding, mine) for finding in findings]


def _excused(finding: Finding, waivers: Sequence[Waiver]) -> Finding:
    if finding.severity == INFO or (finding.place is None and finding.severity == ERROR):
        return finding
    waiver = next((item for item in waivers if item.code == finding.code and _covers(item.where, finding)), None)
    if waiver is None:
        return finding
    params = {
        "code": finding.code, "where": waiver.where, "reason": waiver.reason, "approver": waiver.approver,
        "expires": waiver.expires.isoformat() if waiver.expires else "",
        "until": thai_date(waiver.expires) if waiver.expires else say("command", "waived_season", "th"),
        "until_en": waiver.expires.isoformat() if waiver.expires else say("command", "waived_season", "en"),
        "what": _sentence(finding, "th"), "what_en": _sentence(finding, "en"),
    }  # fmt: skip
    return Finding(EXCUSED, INFO, finding.place, finding.raw, params)


def _sentence(finding: Finding, lang: str) -> str:
    """Say what is excused. What was typed into a personal field no finding holds; there the sentence says that it is withheld."""
    place = finding.place
    withheld = say("pages", "withheld")
    gaps = {**finding.params, "label": place.label if place else "", "raw": finding.raw or withheld}
    gaps |= {key: gaps[key] or withheld for key in ("value", "before", "after") if key in gaps and not finding.raw}
    gaps |= {key: say("command", "blank", lang) for key in ("before", "after") if gaps.get(key) == ""}
    return message(finding.code, lang, gaps)[0]


def used_by(finding: Finding, agency: str, waivers: Sequence[Waiver]) -> int | None:
    """Give the number of the waiver that excused a finding, None when none of these did (it was struck off since)."""
    named = tuple(finding.params.get(key, "") for key in ("code", "where", "reason", "approver", "expires"))
    for at, item in enumerate(waivers):
        expires = item.expires.isoformat() if item.expires else ""
        if item.agency == agency and (item.code, item.where, item.reason, item.approver, expires) == named:
            return at
    return None


def _covers(where: str, finding: Finding) -> bool:
    place = finding.place
    if not where:
        return True
    if place is None:
        return False
    return where in (f"{place.sheet}!{place.cell.a1()}", f"{place.table}.{place.field}", place.table)
