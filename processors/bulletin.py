"""The nightly letter to the centre: how the night ended, what needs people, who could not be written to; nobody's data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from processors.compose import SUMMARY as SUMMARY
from processors.compose import TEXTS, Letter, listed
from processors.season import Season
from processors.store import Ledger
from templates.lists import thai_date
from templates.words import say
from validation.gates import NEED_PEOPLE, VERDICTS

_LATER = 5
_STATUSES = (0, 1, 2, 3, 4, 5)
_MOST = 20
_TOLD = "mail_told"


@dataclass(frozen=True)
class NightWords:
    """What the night says of itself: its closing line, exit status, whether it balances (None unknown), its trouble."""

    line: str
    status: int
    balances: bool | None = None
    trouble: str = ""


@dataclass(frozen=True)
class Mailed:
    """What became of the letters, for the summary: a line of counts, who has no address, spoiled ones, what failed."""

    line: str
    nobody: Sequence[str] = ()
    spoiled: Sequence[str] = ()
    doubtful: Sequence[str] = ()
    trouble: str = ""


def queue_summary(season: Season, ledger: Ledger, as_of: dt.date, told: tuple[NightWords, Mailed, str]) -> Letter | None:
    """Give the summary of a night; a night that is done again and took nothing in has the letter of the first time.

    What it counts is what came since the last summary, so a run that broke off before its letter is told of by the next.
    """
    night, mailed, now = told
    if not season.mail.centre:
        return None
    last = ledger.last_seq()
    rows = ledger.rows("SELECT verdict, count(*) FROM returned WHERE seq>? GROUP BY verdict", int(ledger.meta(_TOLD) or 0))
    counts = {str(name): int(count) for name, count in rows}
    key = f"{SUMMARY}:{as_of.isoformat()}:{last}" + (f":{night.status}" if night.trouble else "")
    facts = _facts(season, as_of, (night, mailed), {name: counts[name] for name in VERDICTS if counts.get(name)})
    return Letter(key, SUMMARY, 0, season.mail.centre, facts, now)


def remember_told(ledger: Ledger) -> None:
    """Remember up to where the centre was told."""
    ledger.set_meta(_TOLD, str(ledger.last_seq()))


def _facts(season: Season, as_of: dt.date, told: tuple[NightWords, Mailed], counts: Mapping[str, int]) -> dict[str, str]:
    night, mailed = told
    people = {name: count for name, count in counts.items() if name in NEED_PEOPLE}
    status = f"status_{night.status}" if night.status in _STATUSES else "status_other"
    balance = {True: "yes", False: "no", None: "unknown"}[night.balances]
    named = (say(TEXTS, "count_of", name=say("command", f"verdict_{name}"), count=count) for name, count in people.items())
    return {
        "text": SUMMARY, "date": thai_date(as_of), "head": _head(night, sum(people.values())), "fact_line": night.line,
        "fact_status": say(TEXTS, status, status=night.status), "fact_balance": say(TEXTS, balance),
        "fact_people": ", ".join(named), "fact_trouble": night.trouble,
        "fact_no_address": listed(mailed.nobody, "th", _MOST), "fact_spoiled": listed(mailed.spoiled, "th", _MOST),
        "fact_letters": mailed.line, "fact_doubtful": listed(mailed.doubtful, "th", _MOST),
        "fact_mail_trouble": mailed.trouble, "fact_results": f"{season.results.name}/status.xlsx",
    }  # fmt: skip


def _head(night: NightWords, people: int) -> str:
    if night.trouble:
        return say(TEXTS, "head_trouble")
    if night.balances is False:
        return say(TEXTS, "head_balance")
    if people:
        return say(TEXTS, "head_people", count=people)
    return say(TEXTS, "head_later" if night.status == _LATER else "head_well")
