"""The path as a picture: a ladder, climbed from below; how long each rung has stands on the way up."""

from __future__ import annotations

from collections.abc import Sequence

import drawsvg

from procedure.document.content import Rung

WIDTH = 340
"""As wide as the smallest telephone shows it without making it smaller."""

BOX, LEFT, HIGH, LINE = 210, 125, 46, 15


def picture(rungs: Sequence[Rung]) -> str:
    """The ladder of these rungs as SVG, the lowest first; in the colour of the text around it."""
    places = _places(rungs)
    height = places[0] + HIGH + 2
    drawing = drawsvg.Drawing(
        WIDTH,
        height,
        role="img",
        aria_label=_in_words(rungs),
        font_family="inherit",
        fill="currentColor",
        class_="ladder",
    )
    tip = drawsvg.Marker(-0.1, -0.5, 0.9, 0.5, scale=7, orient="auto")
    tip.append(drawsvg.Lines(-0.1, 0.5, -0.1, -0.5, 0.9, 0, close=True, fill="currentColor"))
    for rung, top, above in zip(rungs, places, (*places[1:], None), strict=True):
        _box(drawing, rung, top)
        _starts(drawing, rung, top, tip)
        if above is not None:
            _way_up(drawing, rung, top, above + HIGH, tip)
    return str(drawing.as_svg(header=""))


def _places(rungs: Sequence[Rung]) -> list[int]:
    """Where each rung's box begins, from the top of the picture."""
    places, top = list[int](), 2
    for rung in reversed(rungs):
        if places:
            top += HIGH + 20 + LINE * len(rung.stays)
        places.append(top)
    return places[::-1]


def _box(drawing: drawsvg.Drawing, rung: Rung, top: int) -> None:
    drawing.append(
        drawsvg.Rectangle(LEFT, top, BOX, HIGH, rx=6, fill="none", stroke="currentColor", stroke_width=1.5)
    )
    drawing.append(_text(rung.name, 14, LEFT + 12, top + 19, font_weight="bold"))
    drawing.append(_text(f"first {rung.who}", 12, LEFT + 12, top + 36))


def _starts(drawing: drawsvg.Drawing, rung: Rung, top: int, tip: drawsvg.Marker) -> None:
    """Which severities begin here, beside the box."""
    if not rung.starts:
        return
    middle = top + HIGH / 2
    first = middle + 4 - LINE * (len(rung.starts) - 1) / 2
    for number, severity in enumerate(rung.starts):
        drawing.append(_text(severity, 12, LEFT - 45, first + number * LINE, text_anchor="end"))
    drawing.append(_arrow(LEFT - 38, middle, LEFT - 7, middle, tip))


def _way_up(drawing: drawsvg.Drawing, rung: Rung, top: int, end: int, tip: drawsvg.Marker) -> None:
    """The arrow to the next rung, and after how long it is taken."""
    drawing.append(_arrow(LEFT + 20, top, LEFT + 20, end + 7, tip))
    for number, (severity, stay) in enumerate(rung.stays):
        line = end + 20 + number * LINE
        drawing.append(_text(severity, 12, LEFT + 36, line))
        drawing.append(_text(stay, 12, LEFT + 94, line))


def _arrow(from_x: float, from_y: float, to_x: float, to_y: float, tip: drawsvg.Marker) -> drawsvg.Line:
    return drawsvg.Line(from_x, from_y, to_x, to_y, stroke="currentColor", stroke_width=1.5, marker_end=tip)


def _text(text: str, size: int, x: float, y: float, **more: str) -> drawsvg.Text:
    # The library escapes what it is given.
    return drawsvg.Text(text, size, x, y, **more)


def _in_words(rungs: Sequence[Rung]) -> str:
    """What the picture shows, for who hears it; the table of times says how long."""
    return "The path, from below: " + ", ".join(f"{rung.name} (first {rung.who})" for rung in rungs)
