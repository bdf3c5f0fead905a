"""The one palette: fonts, colours, number formats as atoms that are joined by `+`; data, no logic but the joining."""

from __future__ import annotations

from functools import cache
from typing import Any

FONT = "TH Sarabun New"
SIZE = 16
HEADING_SIZE = 18
NOTE_SIZE = 14
SMALLER = (14, 12, 10, 8)
"""Sizes for a text that is too long for the highest row at the usual size."""
LINE_HEIGHT = 25.0
"""Points for one line of text at 16 pt, so that Thai marks above and below are never clipped."""

UNIT = 7.0
"""Points that one unit of a column takes in a ruled book."""
RULER = ("Arial", 10, 7, 5)
"""The font whose figures measure the columns of a ruled book: its name, size, width of a figure and of the edges in pixels.

Every program has it or a font of the same widths.
"""

INK = "#1F2937"
NAVY = "#1F3864"
PALE = "#E8EEF7"
ENTRY = "#FFF9DB"
GREY = "#F0F1F3"
LINE = "#9AA5B1"
RED = "#FBD5D5"
AMBER = "#FDE9C8"
GREEN = "#D9F0DD"

TAB_INTRO = NAVY
TAB_ENTRY = "#E3B341"
TAB_LOCKED = LINE

_BORDER = {"border": 1, "border_color": LINE}

ATOMS: dict[str, dict[str, Any]] = {
    "": {},
    "plain": {},
    "title": {"bold": True, "font_size": 20, "align": "center", "font_color": NAVY},
    "heading": {"bold": True, "font_size": HEADING_SIZE, "font_color": NAVY},
    "formname": {"bold": True, "font_size": HEADING_SIZE, "font_color": NAVY, "align": "center", "text_wrap": True},
    "notice": {"bold": True, "text_wrap": True, "bg_color": AMBER, "border": 1, "border_color": LINE},
    "sign": {"align": "center", "valign": "vcenter", "text_wrap": True},
    "subtitle": {"align": "center", "font_color": INK},
    "code": {"align": "right", "italic": True, "font_color": "#52606D"},
    "section": {"bold": True, "bg_color": NAVY, "font_color": "#FFFFFF"},
    "head": {"bold": True, "bg_color": PALE, "align": "center", "valign": "vcenter", "text_wrap": True, **_BORDER},
    "label": {"bold": True, "bg_color": PALE, "text_wrap": True, **_BORDER},
    "cell": {"text_wrap": True, **_BORDER},
    "locked": {"text_wrap": True, "bg_color": GREY, **_BORDER},
    "entry": {"text_wrap": True, "bg_color": ENTRY, "locked": False, **_BORDER},
    "previous": {"text_wrap": True, "bg_color": GREY, "font_color": "#616E7C", **_BORDER},
    "wrap": {"text_wrap": True},
    "note": {"font_color": "#52606D", "font_size": NOTE_SIZE},
    "foot": {"font_color": "#7B8794", "font_size": 10, "font_name": "Consolas"},
    "link": {"font_color": "#1D4ED8", "underline": 1},
    "bold": {"bold": True},
    "small": {"font_size": NOTE_SIZE},
    **{f"size{size}": {"font_size": size} for size in SMALLER},
    "centre": {"align": "center"},
    "right": {"align": "right", "indent": 1},
    "top": {"valign": "top"},
    "middle": {"valign": "vcenter"},
    "wrong": {"bg_color": RED, "border": 2, "border_color": "#C53030"},
    "warn": {"bg_color": AMBER},
    "good": {"bg_color": GREEN},
    "muted": {"font_color": "#7B8794"},
    "open": {"locked": False},
    "closed": {"locked": True},
    "text": {"num_format": "@"},
    "whole": {"num_format": "#,##0"},
    "number": {"num_format": "#,##0.00##"},
    "general": {"num_format": "General"},
    "two": {"num_format": "#,##0.00"},
    "four": {"num_format": "0.0000"},
    "percent2": {"num_format": '0.00" %"'},
    "date": {"num_format": "[$-107041E]d mmm yyyy"},
    "date_thai": {"num_format": "[$-D07041E]d mmm yyyy"},
    "thai_digits": {"num_format": "[$-D00041E]#,##0.00"},
    "thai_general": {"num_format": "[$-D00041E]General"},
    "thai_two": {"num_format": "[$-D00041E]#,##0.00"},
    "thai_four": {"num_format": "[$-D00041E]0.0000"},
    "alert": {"bold": True, "bg_color": AMBER, "font_color": "#9B2C2C"},
    "lead": {"bold": True, "font_size": 18, "font_color": NAVY, "text_wrap": True},
    "missing": {"bg_color": RED},
    "total": {"bold": True, "bg_color": GREY},
    "pad": {"indent": 1, "align": "left"},
    "own": {"bold": True, "bg_color": "#DCE8F7"},
    "datahead": {"bold": True, "bg_color": PALE, "bottom": 1, "bottom_color": LINE},
    "tile": {"align": "center", "valign": "vcenter", "num_format": "0.0000", "bold": True, **_BORDER, "top": 0},
    "tilename": {"align": "center", "valign": "vcenter", "font_color": "#1D4ED8", **_BORDER, "bottom": 0},
    "change": {"num_format": "▲ 0.00;[Red]▼ 0.00;–"},
    "change4": {"num_format": "▲ 0.0000;[Red]▼ 0.0000;–"},
    "places": {"num_format": "▲ 0;[Red]▼ 0;–"},
}


@cache
def resolve(style: str) -> dict[str, Any]:
    """Join the atoms of a style into one set of format properties; an unknown atom is a KeyError, our own mistake."""
    joined: dict[str, Any] = {"font_name": FONT, "font_size": SIZE, "valign": "top"}
    for atom in style.split("+"):
        joined.update(ATOMS[atom])
    return joined
