"""The map of the provinces as tiles: each stands where it lies, with its name, its score, and a link to its workbook."""

from __future__ import annotations

from dataclasses import replace

from processors.board import BY_CLUSTER, Board, Row, book_path
from processors.explain import words
from processors.outcome import EXEMPT, SLA
from processors.sheets import Frame, Para, block_sheet, first_row, lay
from processors.subscore import TOP_LEVEL
from processors.wording import status_text
from templates.criteria import LEVELS
from templates.registry import provinces
from workbook.address import Cell
from workbook.book import CellValue, Highlight, Link, Put, Sheet
from workbook.style import LINE_HEIGHT

_TILE, _GAP = 17.0, 6.0
_COLOURS = ("#F4B183", "#FFF2CC", "#8FBF8F")
"""From the lowest score to the highest; the score stands in the tile, so that nobody needs the colours."""


def tile_map(frame: Frame, board: Board) -> Sheet:
    """Give the map of a board of provinces: two rows a tile, name above score, and an empty row between the tiles."""
    places = provinces()
    rows = {row.agency.province: row for row in board.rows if row.agency.province}
    wide = max(int(item["grid_col"]) for item in places.values())
    widths = [_TILE] * wide
    intro = [Para(words("map_lead")), Para(words("map_legend", low=LEVELS[0], high=TOP_LEVEL), "note+wrap")]
    laid = lay(intro, widths, first_row(frame))
    puts: list[Put] = []
    # Row by row: a row between two tiles is narrow, and none is left to a program's own height.
    heights = dict.fromkeys(range(laid.end + 1, laid.end + 2), _GAP)
    for tis, place in sorted(places.items()):
        top = laid.end + 2 + 3 * (int(place["grid_row"]) - 1)
        col = int(place["grid_col"])
        row = rows.get(tis)
        name: CellValue = place["name_th"]
        if row is not None:
            name = Link(place["name_th"], file=book_path(BY_CLUSTER, tis))
        puts += [Put(Cell(top, col), name, "tilename"), Put(Cell(top + 1, col), _score(row), "tile")]
        heights |= {top: LINE_HEIGHT, top + 1: LINE_HEIGHT, top + 2: _GAP}
    sheet = block_sheet(frame, intro, widths)
    last = max(heights)
    scale = Highlight(Cell(laid.end + 2, 1), Cell(last, wide), "scale", low=LEVELS[0], high=TOP_LEVEL, colours=_COLOURS)
    whole = replace(sheet, puts=(*sheet.puts, *puts), heights={**sheet.heights, **heights}, highlights=(scale,))
    return replace(whole, landscape=False, one_page=True)


def _score(row: Row | None) -> CellValue:
    """Give the score of a tile; without one the words for why there is none."""
    if row is None:
        return words("map_not_evaluated")
    if row.rank.score is not None:
        return row.rank.score
    status = row.score.total.status
    return status_text(status) if status in (SLA, EXEMPT) else words("map_no_score")
