"""The letters of a night: what is due is queued in the ledger, then sent or written, each once.

A letter is noted as sent after the server took it. A run that is killed between the two sends it again with the same
Message-ID, which mail servers drop; no other crash repeats or loses one. Trouble with mail never fails a night.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

from processors.addressee import spoiled
from processors.bulletin import SUMMARY, Mailed, queue_summary, remember_told
from processors.bulletin import NightWords as NightWords
from processors.compose import TEXTS, House, Letter, compose, listed
from processors.due import answered_up_to, of_returns
from processors.enclosure import enclosed, left_out
from processors.night import clock
from processors.post import FOR_GOOD, NOT_TRIED, TOO_LARGE, Files, Server, Trouble
from processors.reminders import REMIND, reminders
from processors.season import Season
from processors.store import Ledger, dumps
from templates.registry import records
from templates.words import say

FOLDER = "_mail"
"""The folder below the outbox for letters as files."""
_NOBODY = "no-reply@cleanreport.invalid"
_TRIES, _NOT_NOW = 5, 450
_NAMED, _AT_ONCE = 20, 100


@dataclass
class Posted:
    """What became of letters in one night. `nobody`: codes of agencies without an address, `doubtful`: letters that
    somebody did not get, by their codes; `undelivered`: the same in words."""

    sent: int = 0
    written: int = 0
    waiting: int = 0
    doubtful: list[str] = field(default_factory=list)
    undelivered: list[str] = field(default_factory=list)
    nobody: list[str] = field(default_factory=list)
    spoiled: tuple[str, ...] = ()
    trouble: Trouble | None = None

    def line(self, lang: str) -> str:
        """Count the letters in one line."""
        return say(
            TEXTS, "letters_line", lang, sent=self.sent, written=self.written, waiting=self.waiting, doubtful=len(self.doubtful)
        )

    def trouble_text(self, lang: str) -> str:
        """Say why letters wait, "" when nothing is wrong."""
        return say(TEXTS, self.trouble.key, lang, **self.trouble.params) if self.trouble else ""

    def lines(self, lang: str) -> list[str]:
        """Say for people what became of the letters; nothing when there were none."""
        told = []
        if self.sent or self.written or self.waiting or self.doubtful:
            counts = {"sent": self.sent, "written": self.written, "waiting": self.waiting, "doubtful": len(self.doubtful)}
            told.append(say(TEXTS, "posted", lang, **counts))
        if self.nobody:
            told.append(say(TEXTS, "posted_no_address", lang, count=len(self.nobody), names=listed(self.nobody, lang, _NAMED)))
        return told + ([self.trouble_text(lang)] if self.trouble else [])


def send_due(season: Season, ledger: Ledger, as_of: dt.date, night: NightWords) -> Posted:
    """Queue the letters that a night asks for and send all that wait; AppError only when the ledger's disk fails.

    Where the season says `enabled = false` nothing is queued, and what came meanwhile is not written about later.
    """
    posted = Posted()
    up_to = answered_up_to(ledger)
    if not season.mail.enabled:
        with ledger.transaction():
            ledger.set_meta("mail_seq", str(up_to))
            remember_told(ledger)
        return posted
    now = clock().isoformat()
    _queue_due(season, ledger, (as_of, up_to, now), posted)
    desk = _Desk(season, ledger, posted, now)
    with closing(desk.server):
        desk.deliver(_waiting(ledger))
        mailed = Mailed(posted.line("th"), posted.nobody, posted.spoiled, posted.undelivered, posted.trouble_text("th"))
        summary = queue_summary(season, ledger, as_of, (night, mailed, now))
        with ledger.transaction():
            _queue(ledger, [summary] if summary else [])
            remember_told(ledger)
        desk.deliver([item for item in _waiting(ledger) if summary and item.key == summary.key])
        desk.settle_held()
    posted.waiting = _count(ledger)
    return posted


def _queue_due(season: Season, ledger: Ledger, when: tuple[dt.date, int, str], posted: Posted) -> None:
    """Queue what is due, as one transaction with the mark of how far was looked; drop waiting letters that are void."""
    as_of, up_to, now = when
    wanted = of_returns(season, ledger, up_to, now)
    reminded, due = reminders(season, ledger, as_of, now)
    posted.nobody = sorted({*wanted.nobody, *reminded.nobody})
    posted.spoiled = spoiled(season.agencies)
    with ledger.transaction():
        _queue(ledger, [*wanted.letters, *reminded.letters])
        void = ledger.rows("SELECT key FROM mail WHERE sent='' AND kind=?", REMIND)
        for key in (key for (key,) in void if key not in due):
            ledger.run("DELETE FROM mail WHERE key=?", key)
        ledger.run("DELETE FROM mail WHERE sent='' AND seq IN (SELECT seq FROM forgotten)")
        ledger.set_meta("mail_seq", str(up_to))


def _queue(ledger: Ledger, letters: Sequence[Letter]) -> None:
    for item in letters:
        values = (item.key, item.kind, item.seq, dumps(list(item.recipients)), dumps(dict(item.facts)), item.queued, "")
        ledger.run("INSERT OR IGNORE INTO mail VALUES (?,?,?,?,?,?,?)", *values)


def _waiting(ledger: Ledger) -> list[Letter]:
    """Give the letters that wait, the oldest first."""
    rows = ledger.rows("SELECT key, kind, seq, recipients, facts, queued FROM mail WHERE sent='' ORDER BY rowid")
    return [
        Letter(key, kind, seq, tuple(json.loads(recipients)), json.loads(facts), queued)
        for key, kind, seq, recipients, facts, queued in rows
    ]


def _count(ledger: Ledger) -> int:
    return int(ledger.rows("SELECT count(*) FROM mail WHERE sent=''")[0][0])


class _Desk:
    """One night's sending: to the server, or into files where there is none or the season is a simulation."""

    def __init__(self, season: Season, ledger: Ledger, posted: Posted, now: str) -> None:
        mail = season.mail
        self.season, self.ledger, self.posted, self.now = season, ledger, posted, now
        self.by_server = bool(mail.server) and not season.simulated
        self.server = Server(mail)
        self.files = Files(season.outbox / FOLDER)
        office = next((row["name_th"] for row in records("departments") if row["code"] == season.centre), season.centre)
        self.held: list[tuple[Letter, dict[str, int]]] = []
        self.house = House(season.id, mail.sender or _NOBODY, office, season.simulated)

    def deliver(self, letters: Sequence[Letter]) -> None:
        """Send or write letters until all are through or nothing goes any more."""
        if self.by_server:
            for item in letters:
                if self.server.trouble is None:
                    self._send(item)
        else:
            for start in range(0, len(letters), _AT_ONCE):
                self._write(letters[start : start + _AT_ONCE])
        self.posted.trouble = self.server.trouble or self.files.trouble
        self.posted.waiting = _count(self.ledger) if letters else 0

    def _write(self, letters: Sequence[Letter]) -> None:
        """Write some letters and note them together: one that is written twice is the same file."""
        done = []
        for item in letters:
            data = compose(item, self.house, enclosed(self.season, item), draft=True)
            if self.files.write(file_name(item.key), data):
                done.append(item)
        with self.ledger.transaction():
            for item in done:
                self._note(item, self.now)
        self.posted.written += len(done)

    def _send(self, item: Letter) -> None:
        inside = enclosed(self.season, item)
        left = self.server.send(item.recipients, compose(item, self.house, inside))
        large = [name for name, code in left.items() if code == TOO_LARGE]
        if large and inside.data:
            # The server takes no file of this size: the letter goes without it and says where it stands.
            again = self.server.send(large, compose(item, self.house, left_out(item)))
            left = {**{name: code for name, code in left.items() if name not in large}, **again}
        if len(left) < len(item.recipients):
            self.posted.sent += 1
        if self.posted.sent or not any(code >= FOR_GOOD for code in left.values()):
            self._settle(item, left)
        else:
            self.held.append((item, left))
            self._doubt(item, left)

    def settle_held(self) -> None:
        """Settle the refusals from before anybody was served.

        A server that serves nobody all night is set up wrongly, or we are: its refusals are for now, whatever it says.
        """
        for item, left in self.held:
            self._settle(item, left if self.posted.sent else dict.fromkeys(left, _NOT_NOW))
        if self.held and not self.posted.sent and self.posted.trouble is None:
            params = {"server": self.season.mail.server, "code": str(max(self.held[0][1].values()))}
            self.posted.trouble = Trouble("server_refuses", params)

    def _settle(self, item: Letter, left: Mapping[str, int]) -> None:
        """Note who was served. Who was refused for good, or five times for now, is not tried again and told of."""
        tries = int(item.facts.get("tries", "0")) + any(NOT_TRIED < code < FOR_GOOD for code in left.values())
        refused = {name: code for name, code in left.items() if code >= FOR_GOOD or (code != NOT_TRIED and tries >= _TRIES)}
        later = tuple(name for name in left if name not in refused)
        if len(later) == len(item.recipients) and tries == int(item.facts.get("tries", "0")):
            return
        facts = {**item.facts, "tries": str(tries)}
        if refused:
            facts["refused"] = " ".join(dict.fromkeys([*facts.get("refused", "").split(), *_codes(refused)]))
            self._doubt(item, refused)
        self._note(replace(item, facts=facts, recipients=later or item.recipients), "" if later else self.now)

    def _doubt(self, item: Letter, refused: Mapping[str, int]) -> None:
        told = f"{_named(item)}: {' '.join(_codes(refused))}"
        if told not in self.posted.doubtful:
            self.posted.doubtful.append(told)
            self.posted.undelivered.append(_in_words(item, refused))

    def _note(self, item: Letter, sent: str) -> None:
        self.ledger.run(
            "UPDATE mail SET recipients=?, facts=?, sent=? WHERE key=?",
            dumps(list(item.recipients)), dumps(dict(item.facts)), sent, item.key,
        )  # fmt: skip


def file_name(key: str) -> str:
    """Give the name of a letter as a file, without its ending."""
    kept = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-._") else "_" for sign in key.replace("/", "-"))
    return kept.replace(":", "_")


def _codes(refused: Mapping[str, int]) -> list[str]:
    return sorted({str(code) for code in refused.values() if code != NOT_TRIED})


def _in_words(item: Letter, refused: Mapping[str, int]) -> str:
    """Name a letter and the server's answer for people, without its recipients."""
    gaps = {"kind": say(TEXTS, f"kind_{item.kind}"), "agency": item.facts.get("agency", ""), "code": item.facts.get("code", "")}
    numbered = {"seq": item.facts["seq"]} if item.facts.get("seq") else {}
    key = "undelivered" if numbered else "undelivered_summary" if item.kind == SUMMARY else "undelivered_plain"
    return say(TEXTS, key, reply=" ".join(_codes(refused)), **gaps, **numbered)


def _named(item: Letter) -> str:
    """Name a letter without its recipients."""
    return item.kind if item.kind == SUMMARY else f"{item.kind} {item.facts.get('code', '')} {item.facts.get('seq', '')}".strip()
