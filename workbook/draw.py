"""Native charts, drawn on a workbook that is being written."""

from __future__ import annotations

from typing import Any

from workbook.address import Cell, quote_sheet
from workbook.book import Chart, Series
from workbook.style import FONT

_CHART_FONT: dict[str, Any] = {"name": FONT, "size": 12}
_SEAM = {"color": "#FFFFFF", "width": 1}
"""Between the parts of a stacked bar, so that they are told apart without their colours."""


def drawn(out: Any, item: Chart) -> Any:
    """Give a chart of the workbook `out` (of XlsxWriter) as it is described."""
    chart = out.add_chart({"type": item.kind, **({"subtype": "stacked"} if item.stacked else {})})
    for series in item.series:
        chart.add_series(_series(item, series))
    chart.set_title({"name": item.title, "name_font": {"name": FONT, "size": 16}})
    names: dict[str, Any] = {"num_font": dict(_CHART_FONT), **({"reverse": True} if item.reverse else {})}
    # No program leaves out every second name where it thinks that they stand too close.
    names["interval_unit"] = 1
    values: dict[str, Any] = {"num_font": dict(_CHART_FONT)}
    values |= {key: value for key, value in (("min", item.low), ("max", item.high)) if value is not None}
    if item.bare:
        values |= {"visible": False, "major_gridlines": {"visible": False}}
        names["major_gridlines"] = {"visible": False}
    # Of a bar chart XlsxWriter takes the horizontal axis, which holds the values, for x.
    across, up = (values, names) if item.kind == "bar" else (names, values)
    chart.set_x_axis({"name": item.x_title, "name_font": dict(_CHART_FONT), **across})
    chart.set_y_axis({"name": item.y_title, "name_font": dict(_CHART_FONT), **up})
    chart.set_legend({"none": True} if len(item.series) == 1 else {"position": "bottom", "font": dict(_CHART_FONT)})
    chart.set_size({"width": item.width, "height": item.height})
    return chart


def _series(item: Chart, series: Series) -> dict[str, Any]:
    """Describe one series as XlsxWriter takes it."""
    font = {**_CHART_FONT, **({"color": series.ink} if series.ink else {})}
    labels: dict[str, Any] = {"value": True, "font": font, **({"num_format": item.labels} if item.labels else {})}
    if series.labels:
        labels["custom"] = [{"value": text} if text else {"delete": True} for text in series.labels]
    return {
        "name": series.title,
        "categories": "=" + _area(series.sheet, series.names),
        "values": "=" + _area(series.sheet, series.values),
        "data_labels": labels,
        **({"fill": {"color": series.colour}} if series.colour else {}),
        **({"border": _SEAM} if item.stacked else {}),
        **({"gap": 60} if item.bare else {}),
    }


def _area(sheet: str, ends: tuple[Cell, Cell]) -> str:
    return f"{quote_sheet(sheet)}!{ends[0].absolute()}:{ends[1].absolute()}"
