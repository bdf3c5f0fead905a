"""The passport of an issued workbook: form, issue, agency, serial, season and a keyed digest, in three places."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass

from workbook.raw import RawBook

MARK = "CLEANREPORT1"
PROPERTY = "cleanreport"
SHEET = "_passport"
DIGEST_CHARS = 16
"""80 bits in base32."""

_LINE = re.compile(
    rf"{MARK} (?P<season>[0-9]{{4}}) (?P<form>[a-z0-9_]{{1,40}}/[a-z0-9_]{{1,40}}) (?P<issue>[0-9]{{4}}\.[0-9]{{1,3}})"
    rf" (?P<agency>[A-Z0-9-]{{1,40}}) (?P<serial>[0-9]{{4,8}}) (?P<digest>[A-Z2-7]{{{DIGEST_CHARS}}})"
)


@dataclass(frozen=True)
class Passport:
    """Who a workbook was issued to. `form` is the full id, `season` the fiscal year of the season (Buddhist era)."""

    season: str
    form: str
    issue: str
    agency: str
    serial: str
    digest: str = ""

    def line(self) -> str:
        """Give the line that alone carries everything."""
        return " ".join((MARK, self.season, self.form, self.issue, self.agency, self.serial, self.digest))

    def unsigned(self) -> str:
        """Give what the digest is made over."""
        return "|".join((MARK, self.season, self.form, self.issue, self.agency, self.serial))


def sign(passport: Passport, secret: bytes) -> Passport:
    """Give the passport with its keyed digest (HMAC-SHA256, first 80 bits, base32)."""
    full = hmac.new(secret, passport.unsigned().encode("utf-8"), hashlib.sha256).digest()
    digest = base64.b32encode(full[:10]).decode("ascii")
    return Passport(passport.season, passport.form, passport.issue, passport.agency, passport.serial, digest)


def verifies(passport: Passport, secret: bytes) -> bool:
    """Tell whether the digest was made with this season's secret."""
    return hmac.compare_digest(sign(passport, secret).digest, passport.digest)


def parse(text: object) -> Passport | None:
    """Read a passport line, wherever it stands in a text; None when there is none."""
    if not isinstance(text, str) or len(text) > 2_000:
        return None
    match = _LINE.search(text)
    return Passport(**match.groupdict()) if match else None


def find_passports(raw: RawBook) -> tuple[Passport, ...]:
    """Find the passport in its three places: custom property, hidden sheet, visible line of another sheet.

    One per place that still has it, in that order; text that agencies typed counts only where it is a whole line.
    """
    found = [parse(raw.properties.get(PROPERTY))]
    visible: Passport | None = None
    hidden: Passport | None = None
    for sheet in raw.sheets:
        for content in sheet.cells.values():
            if not isinstance(content.value, str) or not content.value.startswith(MARK):
                continue
            passport = parse(content.value)
            if passport is None or passport.line() != content.value.strip():
                continue
            if sheet.name == SHEET:
                hidden = hidden or passport
            else:
                visible = visible or passport
    return tuple(item for item in (*found, hidden, visible) if item is not None)
