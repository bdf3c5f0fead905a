"""Who a letter may go to: the persons that an agency's own return names, the agency's addresses in the registry, the centre.

Nothing else is ever an address: a text with a second address, a name, a line end or a sign no address has is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from templates.registry import Agency

CERTIFIER, REPORTERS = "certifier", ("reporter", "recorder")
"""Tables of forms whose field `email` is the address of a person who may be written to."""
_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.IGNORECASE | re.ASCII)
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_LONGEST, _LONGEST_LOCAL = 254, 64


def address(text: object) -> str:
    """Give the one address that a text is, its domain in ASCII and small letters; "" when it is none or more than one."""
    local, at, domain = text.strip().rpartition("@") if isinstance(text, str) else ("", "", "")
    if not at or len(local) > _LONGEST_LOCAL or not _LOCAL.fullmatch(local):
        return ""
    try:
        domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""
    labels = domain.split(".")
    if len(labels) < 2 or labels[-1].isdigit() or not all(_LABEL.fullmatch(label) for label in labels):
        return ""
    found = f"{local}@{domain}"
    return found if len(found) <= _LONGEST else ""


def addresses(texts: Iterable[object]) -> tuple[str, ...]:
    """Give the addresses among texts, each once, in their order; what is none is left out."""
    found: dict[str, str] = {}
    for text in texts:
        one = address(text)
        if one:
            found.setdefault(one.casefold(), one)
    return tuple(found.values())


def spoiled(agencies: Iterable[Agency]) -> tuple[str, ...]:
    """Give the codes of agencies of which the registry states something that is no address, each once."""
    return tuple(dict.fromkeys(item.code for item in agencies if not all(address(text) for text in item.emails)))
