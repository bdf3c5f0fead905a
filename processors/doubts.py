"""One thing that a proof found: its code, how much it matters, the file, and the sentence with the remedy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from templates.words import say

ERROR, WARNING, INFO = "error", "warning", "info"
_ORDER = (ERROR, WARNING, INFO)


@dataclass(frozen=True)
class Doubt:
    """One difference. `file` is relative to the folder that is proved, escaped where it is a name of the share."""

    code: str
    level: str
    file: str
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def needs_people(self) -> bool:
        """Tell whether somebody has to act; warnings and hints are said only."""
        return self.level == ERROR

    @property
    def rank(self) -> int:
        """Give the place among doubts: errors first."""
        return _ORDER.index(self.level)

    def sentence(self, lang: str) -> str:
        """Say what is wrong and what to do about it."""
        return say("operation", f"doubt_{self.code}", lang, **{"file": self.file, **self.facts})

    def line(self, lang: str) -> str:
        """Give the doubt as a line of the terminal."""
        return f"{say('operation', f'level_{self.level}', lang)}: {self.sentence(lang)}"

    def json(self, lang: str) -> dict[str, Any]:
        """Give the doubt as JSON values."""
        return {"code": self.code, "level": self.level, "file": self.file, "message": self.sentence(lang)}


def doubt(code: str, level: str, file: str, **facts: object) -> Doubt:
    """Make a doubt."""
    return Doubt(code, level, file, facts)
