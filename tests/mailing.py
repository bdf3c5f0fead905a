"""Real mail servers on the loopback and a season that has something to write about, for the tests of letters."""

from __future__ import annotations

import csv
import datetime as dt
import email
import email.policy
import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import filling
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from season_tools import Trial

from processors import letters, season
from processors.bulletin import NightWords
from processors.letters import Posted
from processors.store import Ledger

OFFICES = {
    "D01021": "saraban@d01021.example.go.th",
    "D01002": "saraban@d01002.example.go.th",
    "P50": "office@p50.example.go.th;second@p50.example.go.th",
    "P51": "x",
}
CENTRE = "centre@example.go.th"
LINE = "received 5, new 5, accepted 1, returned 2, unreadable 0, unchanged 0"


def person(part: str, code: str) -> str:
    """Give the address that a person of an agency types into a form."""
    return f"{part}@{code.lower()}.example.go.th"


def people(code: str) -> filling.Values:
    """Give a plan's persons of an agency."""
    return {"recorder.email": [person("recorder", code)], "certifier.email": [person("certifier", code)]}


def made(root: Path) -> Trial:
    """Make a season with one plan accepted, one returned, two in conflict, one of an agency without an address."""
    trial = Trial(root)
    registry(trial, lambda row: row.update(emails=OFFICES.get(row["code"], "")))
    assert trial.run("issue", "plan").status == 0
    trial.drop("D01021", "plan", {**filling.PLAN, **people("D01021")})
    trial.drop("P50", "plan", {**filling.PLAN, **people("P50"), "basics.rationale": [None], "recorder.name": [None]})
    trial.drop("D01002", "plan", {**filling.PLAN, **people("D01002"), "basics.success": ["ก"]}, "A_one.xlsx")
    trial.drop("D01002", "plan", {**filling.PLAN, **people("D01002"), "basics.success": ["ข"]}, "B_two.xlsx")
    trial.drop("P51", "plan", {**filling.PLAN, "recorder.email": [None], "certifier.email": [None]})
    ran = trial.run("nightly", day="2014-04-10")
    assert ran.status == 3, ran.err
    return trial


def registry(trial: Trial, change: Callable[[dict[str, str]], None]) -> None:
    """Change the rows of a season's agencies."""
    path = trial.root / "agencies.csv"
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    for row in rows:
        change(row)
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def copied(source: Trial, root: Path) -> Trial:
    """Copy a season and let it forget that anybody was written to."""
    shutil.copytree(source.root, root, ignore=shutil.ignore_patterns("results", "archive", "_mail"))
    trial = object.__new__(Trial)
    trial.root = root
    with ledger_of(trial) as ledger:
        ledger.run("DELETE FROM mail")
        ledger.run("DELETE FROM meta WHERE key IN ('mail_seq','mail_told')")
    configure(trial, centre=[CENTRE])
    return trial


def configure(trial: Trial, simulated: bool = False, **values: Any) -> None:
    """Write the table [mail] anew."""
    path = trial.root / "season.toml"
    head = path.read_text(encoding="utf-8").partition("\n[mail]\n")[0]
    head = head.replace("simulated = false", f"simulated = {str(simulated).lower()}")
    words = {key.rstrip("_"): value for key, value in values.items()}
    lines = [f"{key} = {str(value).lower() if isinstance(value, bool) else repr(value)}" for key, value in words.items()]
    path.write_text(head + "\n[mail]\n" + "\n".join(lines) + "\n", encoding="utf-8")


@contextmanager
def ledger_of(trial: Trial) -> Iterator[Ledger]:
    """Open a season's ledger."""
    ledger = Ledger(trial.root / season.LEDGER)
    try:
        yield ledger
    finally:
        ledger.close()


def night(trial: Trial, day: str = "2014-04-10", words: NightWords | None = None) -> Posted:
    """Send what is due, as the end of a night does."""
    with ledger_of(trial) as ledger:
        told = words or NightWords(LINE, 3, True)
        return letters.send_due(season.load(trial.root), ledger, dt.date.fromisoformat(day), told)


def parsed(data: bytes) -> EmailMessage:
    """Read an e-mail as a mail program does."""
    found = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(found, EmailMessage) and not found.defects
    return found


def written(trial: Trial) -> dict[str, EmailMessage]:
    """Read the letters that were written as files, by their names."""
    folder = trial.root / "outbox" / "_mail"
    return {path.stem: parsed(path.read_bytes()) for path in sorted(folder.glob("*.eml"))}


def text_of(mail: EmailMessage) -> str:
    """Give the text of a letter."""
    body = mail.get_body()
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def recipients(mail: EmailMessage) -> list[str]:
    """Give whom a letter names."""
    assert not mail["Cc"] and not mail["Bcc"]
    return [one.addr_spec for one in mail["To"].addresses]


@dataclass
class Box:
    """What a server took: (recipients, letter). `answers` gives a reply to a recipient, `ends` one to a whole letter."""

    answers: Callable[[str], str] = lambda name: ""
    ends: Callable[[int, EmailMessage], str] = lambda count, mail: ""
    taken: list[tuple[list[str], EmailMessage]] = field(default_factory=list)
    offered: list[str] = field(default_factory=list)
    secure: list[bool] = field(default_factory=list)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        """Take a recipient or answer as the test wants."""
        self.offered.append(address)
        answer = self.answers(address)
        if not answer:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Take a letter or answer as the test wants."""
        mail = parsed(envelope.content)
        answer = self.ends(len(self.taken), mail)
        if not answer:
            self.taken.append((list(envelope.rcpt_tos), mail))
            self.secure.append(session.ssl is not None)
        return answer or "250 OK"

    @property
    def subjects(self) -> list[str]:
        """Give the subjects of what was taken."""
        return [str(mail["Subject"]) for _, mail in self.taken]

    @property
    def numbers(self) -> list[str]:
        """Give the Message-IDs of what was taken."""
        return [str(mail["Message-ID"]) for _, mail in self.taken]


def free_port() -> int:
    """Give a port of the loopback that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(box: Box, **options: Any) -> Iterator[int]:
    """Run a mail server on the loopback; gives its port."""
    port = options.pop("port", 0) or free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def by(user: str, password: str) -> Callable[..., AuthResult]:
    """Give who lets one user in by one password."""

    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        right = data.login == user.encode() and data.password == password.encode()
        return AuthResult(success=right, handled=right)

    return check


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """Make a certificate of the loopback that only itself vouches for; gives the server's context and the certificate."""
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context, cert
