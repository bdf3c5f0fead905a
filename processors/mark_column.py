"""The column for marks of doubt in the published scores: where it stands, and what its rows are known by."""

from __future__ import annotations

from templates.words import say

KEY = ("framework", "round", "agency", "indicator")
SCORE = "score"
KNEW = "cleanreport-marks"
"""Custom property: the digest of the marks that a workbook was written with."""
TABLE = "scores"
MAX_WORDS = 500
"""Signs of a mark that are kept."""
_TEXTS = "results"


def sheet() -> str:
    """Name the sheet that holds the column."""
    return say(_TEXTS, "sheet_data", "th", table=TABLE)


def column() -> str:
    """Name the column."""
    return say(_TEXTS, "mark_column", "th")
