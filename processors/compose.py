"""A letter of the ledger -> the bytes of an e-mail; pure: the same letter gives the same bytes, whenever and however often."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from unicodedata import category

from templates.words import say

TEXTS = "mail"
SUMMARY = "summary"
FACTS = (
    "fix", "mend", "due", "standing", "form_file", "agency", "form", "seq", "received", "late", "receipt", "file", "line",
    "status", "balance", "people", "trouble", "no_address", "spoiled", "letters", "doubtful", "mail_trouble", "results",
)  # fmt: skip
"""The facts that a letter may state, in their order."""
_XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
_LONGEST_SUBJECT = 240


@dataclass(frozen=True)
class Letter:
    """A letter as the ledger keeps it. `facts`: its `text` (kind of sentences), their gaps, facts `fact_*`, attachment.

    `queued` is the ISO moment that the letter is dated; `sent` "" while it waits. `seq`: the return that it is about.
    """

    key: str
    kind: str
    seq: int
    recipients: tuple[str, ...]
    facts: Mapping[str, str]
    queued: str
    sent: str = ""


@dataclass(frozen=True)
class House:
    """What all letters of a season share: its id, who sends, whose program it is, whether it is a simulation."""

    season: str
    sender: str
    office: str
    simulated: bool = False
    lang: str = "th"


@dataclass(frozen=True)
class Enclosed:
    """A workbook that goes with a letter; `note` says where it stands, and why when it does not go."""

    name: str = ""
    data: bytes = b""
    note: str = field(default="")


def compose(letter: Letter, house: House, enclosed: Enclosed, *, draft: bool = False) -> bytes:
    """Build the e-mail; a `draft` is a file that people open and send themselves."""
    digest = hashlib.sha256(f"{house.season} {letter.key}".encode()).hexdigest()[:40]
    mail = EmailMessage(policy=SMTP)
    mail["From"] = house.sender
    mail["To"] = ", ".join(letter.recipients)
    mail["Date"] = format_datetime(dt.datetime.fromisoformat(letter.queued))
    # The same letter always has the same number, so that a server that got it twice may drop the second.
    mail["Message-ID"] = f"<{digest}@{house.sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    if draft:
        mail["X-Unsent"] = "1"
    mail.set_content(body_of(letter, house, enclosed.note), cte="base64")
    if enclosed.data:
        mail.add_attachment(enclosed.data, maintype=_XLSX[0], subtype=_XLSX[1], filename=plain(enclosed.name))
        mail.set_boundary(f"=_{digest}")
    # The newer policies of Python lose spaces between encoded words of a header: this one is encoded as a whole.
    subject = Header(subject_of(letter, house), "utf-8", header_name="Subject").encode(linesep="\r\n")
    return f"Subject: {subject}\r\n".encode("ascii") + mail.as_bytes()


def subject_of(letter: Letter, house: House) -> str:
    """Give the subject: one line, whatever stands in its gaps."""
    text = say(TEXTS, f"{letter.facts['text']}_subject", house.lang, **_gaps(letter, house))
    text = say(TEXTS, "simulated_subject", house.lang, subject=text) if house.simulated else text
    return " ".join(plain(text).split())[:_LONGEST_SUBJECT]


def body_of(letter: Letter, house: House, note: str) -> str:
    """Give the text: whom it is to, what is to be done, the facts, the foot."""
    gaps = _gaps(letter, house)
    lines = [say(TEXTS, "simulated", house.lang), ""] if house.simulated else []
    if letter.kind != SUMMARY:
        lines += [say(TEXTS, "hail_notice" if letter.kind == "notice" else "hail", house.lang, **gaps), ""]
    lines += [say(TEXTS, f"{letter.facts['text']}_lead", house.lang, **gaps), ""]
    stated = {**{name: gaps.get(f"fact_{name}", "") for name in FACTS}, **({"fix": note} if note else {})}
    lines += [f"{say(TEXTS, f'fact_{name}', house.lang)}: {value}" for name, value in stated.items() if value]
    foot = "foot_centre" if letter.kind == SUMMARY else "foot"
    return "\n".join([*lines, "", say(TEXTS, foot, house.lang, **gaps), ""])


def _gaps(letter: Letter, house: House) -> dict[str, str]:
    return {**{name: plain(value) for name, value in letter.facts.items()}, "office": plain(house.office)}


def plain(text: str) -> str:
    """Give a text as one line of signs that show: no line end, no control sign, nothing that is no sign at all."""
    return "".join(" " if sign in "\r\n\t" else sign for sign in text if sign in "\r\n\t" or category(sign)[0] != "C")


def where(path: str) -> str:
    """Say where something stands below the outbox, in the words of those who open folders."""
    return say(TEXTS, "where", path=" › ".join(path.split("/")))


def listed(names: Sequence[str], lang: str, most: int) -> str:
    """Name some and count the rest."""
    some = ", ".join(names[:most])
    return say(TEXTS, "named_more", lang, names=some, count=len(names) - most) if len(names) > most else some
