"""How letters leave: through a mail server, or as `.eml` files in the outbox; the only importer of smtplib.

Nothing here raises on account of the server: a recipient who was not served has a code, trouble is a text for people.
A server's own words are never repeated, since they may hold addresses.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from processors.disk import put
from processors.mail import STARTTLS, TLS, Mail

NOT_TRIED, FOR_GOOD = 0, 500
"""Code of recipients whose letter did not reach the server as far as anybody knows; codes from here on are for good."""
TOO_LARGE, _GOODBYE = 552, 421


@dataclass(frozen=True)
class Trouble:
    """Why letters wait: a key of the texts of letters with its values."""

    key: str
    params: Mapping[str, str]


@dataclass
class Server:
    """A mail server for one night: connected when the first letter leaves, shut when the time of the night is over.

    After trouble nothing more is tried. A connection that served somebody and then broke is made once more.
    """

    mail: Mail
    trouble: Trouble | None = None
    _line: smtplib.SMTP | None = None
    _served: int = 0
    _end: float = field(default=0.0)

    def send(self, recipients: Sequence[str], data: bytes) -> dict[str, int]:
        """Send a letter; gives a code for everybody who was not served, nothing when all were.

        Codes from 500 are refusals for good, from 400 for now; NOT_TRIED where the connection failed.
        """
        nobody = dict.fromkeys(recipients, NOT_TRIED)
        if self.trouble is not None or not self._ready():
            return nobody
        assert self._line is not None
        try:
            refused = self._line.sendmail(self.mail.sender, list(recipients), data)
        except smtplib.SMTPRecipientsRefused as error:
            return self._refused({name: code for name, (code, _) in error.recipients.items()})
        except smtplib.SMTPSenderRefused as error:
            return self._not_from_us(nobody, error.smtp_code)
        except smtplib.SMTPDataError as error:
            return self._refused(dict.fromkeys(recipients, error.smtp_code))
        except (OSError, ValueError) as error:
            self._broken(error)
            return nobody
        self._served += 1
        return {name: code for name, (code, _) in refused.items()}

    def _refused(self, codes: dict[str, int]) -> dict[str, int]:
        """Give the codes of refusals; a server that ends the connection meant no recipient."""
        if _GOODBYE not in codes.values():
            return codes
        if not self._served:
            self._stop("server_refuses", code=str(_GOODBYE))
        self._served = 0
        self._hang_up()
        return dict.fromkeys(codes, NOT_TRIED)

    def _not_from_us(self, nobody: dict[str, int], code: int) -> dict[str, int]:
        """Tell a letter that is too large, and a server that has enough for one connection, from one that takes none of ours."""
        if code == TOO_LARGE:
            return dict.fromkeys(nobody, TOO_LARGE)
        if not self._served or code >= FOR_GOOD:
            self._stop("server_refuses", code=str(code))
        self._served = 0
        self._hang_up()
        return nobody

    def close(self) -> None:
        """End the connection; a server that does not answer is left alone."""
        if self._line is not None:
            with suppress(OSError, ValueError):
                self._line.quit()
        self._hang_up()

    def _ready(self) -> bool:
        """Connect when nobody did; False when it can't be or the time is over."""
        self._end = self._end or time.monotonic() + self.mail.night_seconds
        left = self._end - time.monotonic()
        if left <= 0:
            self._stop("no_time")
            return False
        if self._line is None:
            try:
                self._connect(left)
            except smtplib.SMTPResponseException as error:
                self._stop("server_refuses", code=str(error.smtp_code))
            except (OSError, ValueError) as error:
                self._broken(error)
        return self.trouble is None

    def _connect(self, left: float) -> None:
        mail = self.mail
        # The name of this computer is nobody's business, and finding it may ask a name server that does not answer.
        me = mail.sender.rpartition("@")[2]
        seconds = min(mail.timeout_seconds, left)
        if mail.security == TLS:
            self._line = _WatchedTls(left, mail.server, mail.port, me, timeout=seconds, context=self._context())
        else:
            self._line = _Watched(left, mail.server, mail.port, me, timeout=seconds)
        if mail.security == STARTTLS:
            self._line.starttls(context=self._context())
        if mail.user and mail.password_file is not None:
            self._line.login(mail.user, mail.password_file.read_text(encoding="utf-8").strip())

    def _context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.mail.ca_file) if self.mail.ca_file else None)

    def _broken(self, error: Exception) -> None:
        """Hang up. Trouble is what a connection had that served nobody; one that did is tried anew by the next letter."""
        served, self._served = self._served, 0
        if not served or time.monotonic() >= self._end:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
            self._stop("no_connection", reason=reason)
        self._hang_up()

    def _stop(self, key: str, **params: str) -> None:
        """Keep why nothing more is tried; what a connection says that was cut is worth nothing."""
        over = time.monotonic() >= self._end
        seconds = f"{self.mail.night_seconds:g}"
        self.trouble = Trouble("no_time" if over else key, {"server": self.mail.server, "seconds": seconds, **params})

    def _hang_up(self) -> None:
        """Let go of a connection without a word: whoever does not answer would not answer that either."""
        line, self._line = self._line, None
        if line is not None:
            with suppress(OSError, ValueError):
                line.close()


@dataclass
class Files:
    """Letters as files: each whole or absent, the same bytes again when it is written again."""

    folder: Path
    trouble: Trouble | None = None

    def write(self, name: str, data: bytes) -> bool:
        """Write a letter; False when the disk does not take it, then no other is tried."""
        if self.trouble is not None:
            return False
        try:
            put(self.folder / f"{name}.eml", data)
        except OSError as error:
            self.trouble = Trouble("not_written", {"folder": self.folder.name, "reason": error.strerror or "?"})
            return False
        return True


class _Watched(smtplib.SMTP):
    """A connection that is cut when its time is over, whatever the other side says meanwhile."""

    def __init__(self, left: float, *where: Any, **how: Any) -> None:
        self.watch = threading.Timer(left, self.cut)
        self.watch.daemon = True
        super().__init__(*where, **how)

    def connect(self, host: str = "localhost", port: int = 0, source_address: Any = None) -> tuple[int, bytes]:
        self.watch.start()
        return super().connect(host, port, source_address)

    def cut(self) -> None:
        if self.sock is not None:
            with suppress(OSError, ValueError):
                # Not the method of a TLS socket, which would take its state away under the thread that reads.
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)

    def close(self) -> None:
        self.watch.cancel()
        super().close()


class _WatchedTls(_Watched, smtplib.SMTP_SSL):
    """The same over an encrypted connection."""
