"""The last try of each agency at each form: how it ended, when it came, what is left to mend."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from processors.records import Return
from validation.gates import WRONG_ROUND
from workbook.finding import ERROR

OLDER = ("OLDER_ANSWERS", "OLDER_SAVED")


@dataclass(frozen=True)
class Try:
    """One try. `received` is the day of reckoning, `received_at` the moment by the clock (ISO, "" unknown).

    `errors` counts the cells (and faults of the file) to mend; `older`: it looks older than what counted before it.
    """

    seq: int
    verdict: str
    received: dt.date
    received_at: str
    errors: int
    older: bool


def last_tries(items: Iterable[Return]) -> dict[tuple[str, str], Try]:
    """Give the tries by (agency, form) from the newest returns; what an unverified passport claims is nobody's try."""
    return {(item.agency, item.form): _try(item) for item in items if item.known or item.verdict != WRONG_ROUND}


def _try(item: Return) -> Try:
    severities = [str(packed[1]) for packed in item.findings]
    return Try(
        seq=item.seq, verdict=item.verdict, received=dt.date.fromisoformat(item.received), received_at=item.received_at,
        errors=severities.count(ERROR), older=any(packed[0] in OLDER for packed in item.findings),
    )  # fmt: skip
