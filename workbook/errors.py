"""The base of every mistake that is ours; mistakes of agencies are `Finding` values and never raise."""

from __future__ import annotations


class AppError(Exception):
    """Stop the command with one sentence for people and one exit status.

    `status` is an exit status of the command's contract (2: our own files are wrong or usage, 4: share or
    configuration unusable, 5: temporary, 11: another run holds the lock).
    """

    status = 2

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        if status is not None:
            self.status = status


class SpecError(AppError):
    """Report every mistake of our own form files at once: one line each, naming file, table and field."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = tuple(mistakes)
