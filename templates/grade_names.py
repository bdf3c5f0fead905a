"""Which grade a typed text names, with or without the words that reports put before it."""

from __future__ import annotations

from templates import thai
from templates.instruments import Profile
from templates.phrases import words


def grade_named(typed: str, profile: Profile) -> str:
    """Give the label of a grade of any year that a text names; the text itself where it names none."""
    said = thai.key(typed)
    leads = sorted((thai.key(word) for word in words("scores", "grades")), key=len, reverse=True)
    names = {said, *(said.removeprefix(lead) for lead in leads if said.startswith(lead))}
    return next((item.label for item in profile.grades if thai.key(item.label) in names), typed)
