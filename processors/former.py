"""What earlier publications showed: the scores and places that the next one is compared with.

The ledger keeps the figures of the newest publications, one after the other, each only when it differs from the one before.
So the same ledger always gives the same comparison, however often it is published.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from decimal import Decimal

from processors.board import entrants
from processors.rank import rank
from processors.results import Figure, FigureKey, Former, Results, Scored
from processors.store import Ledger, dumps
from templates.policy import policy_texts
from templates.spec import Framework

KEPT = 20
"""How many publications the ledger keeps the figures of."""

def criteria_version(framework: Framework) -> str:
    """Give a digest of everything that turns answers into scores: scores of two versions are not compared."""
    subs = [{key: str(value) for key, value in asdict(item).items()} for item in framework.sub_indicators]
    rows = [dict(sorted(row.items())) for row in framework.criteria_rows]
    whole = [subs, rows, dict(policy_texts(framework.policy)), {key: str(value) for key, value in framework.composite.items()}]
    if framework.profile is not None:
        whole.append(repr(framework.profile))
    return hashlib.sha256(dumps(whole).encode("utf-8")).hexdigest()


def figures(scored: Iterable[Scored]) -> dict[FigureKey, Figure]:
    """Give the figures of all scores, every framework and round ranked for itself."""
    rounds: dict[tuple[str, str], list[Scored]] = {}
    for item in scored:
        rounds.setdefault((item.framework.id, item.round), []).append(item)
    return {
        (framework, round_id, row.agency): Figure(row.status, row.score, row.national.rank)
        for (framework, round_id), field in rounds.items()
        for row in rank(entrants(field), field[0].framework.policy)
    }


def keep_figures(ledger: Ledger, results: Results) -> None:
    """Keep the figures of a publication that stands now, unless the newest kept are the same."""
    told = _packed(results.frameworks, results.scored)
    newest = ledger.rows("SELECT figures FROM shown ORDER BY seq DESC LIMIT 1")
    if newest and newest[0][0] == told:
        return
    with ledger.transaction():
        ledger.run("INSERT INTO shown (day, figures) VALUES (?, ?)", results.as_of.isoformat(), told)
        ledger.run("DELETE FROM shown WHERE seq <= (SELECT max(seq) FROM shown) - ?", KEPT)


def former(ledger: Ledger, frameworks: Iterable[Framework], scored: Iterable[Scored]) -> Former | None:
    """Give the newest publication that showed other figures than these; None when there was none."""
    now = _packed(frameworks, scored)
    rows = ledger.rows("SELECT day, figures FROM shown WHERE figures <> ? ORDER BY seq DESC LIMIT 1", now)
    return _unpacked(dt.date.fromisoformat(rows[0][0]), rows[0][1]) if rows else None


def _packed(frameworks: Iterable[Framework], scored: Iterable[Scored]) -> str:
    found: dict[str, dict[str, dict[str, object]]] = {}
    for (framework, round_id, agency), item in sorted(figures(scored).items()):
        score = None if item.score is None else str(item.score)
        found.setdefault(framework, {}).setdefault(round_id, {})[agency] = [item.status, score, item.rank]
    criteria = {item.id: criteria_version(item) for item in frameworks if item.scores}
    return dumps({"criteria": criteria, "figures": found})


def _unpacked(day: dt.date, told: str) -> Former:
    plain = json.loads(told)
    known = {
        (framework, round_id, agency): Figure(status, None if score is None else Decimal(score), place)
        for framework, rounds in plain["figures"].items()
        for round_id, agencies in rounds.items()
        for agency, (status, score, place) in agencies.items()
    }
    return Former(day, plain["criteria"], known)
