"""Thai and English sentences from `texts/*.toml`: what is wrong, how to put it right, what a page says."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from workbook.errors import SpecError

_TEXTS = Path(__file__).parent / "texts"


class _Gaps(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


@cache
def texts(name: str) -> Mapping[str, Any]:
    """Load one file of texts; a broken one is a SpecError."""
    try:
        return tomllib.loads((_TEXTS / f"{name}.toml").read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise SpecError([f"texts/{name}.toml: {error}"]) from error


def say(name: str, key: str, lang: str = "th", /, **params: object) -> str:
    """Give a sentence of `texts/<name>.toml` with its gaps filled; a missing key is a SpecError."""
    sentence = texts(name).get(lang, {}).get(key)
    if not isinstance(sentence, str):
        raise SpecError([f"texts/{name}.toml: [{lang}] has no {key!r}"])
    return fill(sentence, {gap: str(value) for gap, value in params.items()})


def fill(sentence: str, params: Mapping[str, str]) -> str:
    """Fill `{gaps}` of a sentence with plain text; only names are gaps, so agency text can't reach anything else."""
    parts = []
    for text, gap, _, _ in string.Formatter().parse(sentence):
        parts.append(text)
        if gap is not None:
            parts.append(_Gaps(params)[gap] if gap.isidentifier() else "")
    return "".join(parts)


def has_message(code: str) -> bool:
    """Tell whether there is a sentence for a message code."""
    return code in texts("messages")


def message(code: str, lang: str, params: Mapping[str, str]) -> tuple[str, str]:
    """Give (what is wrong, how to put it right) of a message code; an unknown code is a SpecError, our mistake."""
    entry = texts("messages").get(code)
    if entry is None:
        raise SpecError([f"texts/messages.toml: no message {code!r}"])
    return _sentence(entry, lang, params), _sentence(entry, "fix_th" if lang == "th" else "fix_en", params)


def _sentence(entry: Mapping[str, Any], key: str, params: Mapping[str, str]) -> str:
    """Fill a sentence; where one of its gaps has no value its other wording (`<key>_else`) stands, if there is one."""
    text, other = str(entry.get(key, "")), entry.get(f"{key}_else")
    gaps = [gap for _, gap, _, _ in string.Formatter().parse(text) if gap]
    return fill(text if other is None or all(params.get(gap) for gap in gaps) else str(other), params)


def gist(code: str, lang: str) -> str:
    """Give what a message code says of no file in particular: an ellipsis stands where a finding's own words would."""
    sentence = str(texts("messages")[code][lang])
    return fill(sentence, {gap: "…" for _, gap, _, _ in string.Formatter().parse(sentence) if gap})


def severity(code: str) -> str:
    """Give the severity that the texts state for a code: error, warning or info."""
    entry = texts("messages").get(code)
    if entry is None:
        raise SpecError([f"texts/messages.toml: no message {code!r}"])
    return str(entry["severity"])
