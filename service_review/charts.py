"""The charts of a service review: plain bars with their numbers on them, readable without colour."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence

import pygal
from markupsafe import Markup
from pygal.style import Style

# Made for maps that are not used here, it would be asked at every import of this process, in a way that
# Python has given up.
sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder) is not pygal.PluginImportFixer]

NOW, BEFORE = "#86a9f0", "#c3c8d1"
"""Light, so that black numbers can be read on both, on a dark page as well."""
_STYLE = Style(
    background="transparent",
    plot_background="transparent",
    foreground="currentColor",
    foreground_strong="currentColor",
    foreground_subtle="currentColor",
    font_family="system-ui, sans-serif",
    label_font_size=13,
    major_label_font_size=13,
    legend_font_size=13,
    value_font_size=13,
    value_colors=("#000000", "#000000"),
    colors=(NOW, BEFORE),
    transition="0s",
)
_NEEDLESS = re.compile(r"<!--.*?-->|<script.*?</script>", re.DOTALL)
"""What the library adds for tooltips, and about itself."""
_LINE = 34
"""Pixels of height for each bar."""
_WIDTH = 440
"""Pixels: drawn a little wider than a phone, so that its words are no smaller there than can be read."""


def bars(title: str, labels: Sequence[str], **series: Sequence[float]) -> Markup:
    """Horizontal bars, the first label on top; series are drawn in the order given, darkest first.

    The numbers stand on the bars, and in the table beside: the picture is for the eye alone.
    """
    count = max(1, len(labels) * len(series))
    chart = pygal.HorizontalBar(
        style=_STYLE,
        js=[],
        width=_WIDTH,
        height=70 + _LINE * count,
        show_legend=len(series) > 1,
        legend_at_bottom=True,
        legend_box_size=12,
        truncate_legend=-1,
        print_values=True,
        print_zeroes=True,
        show_y_guides=False,
        show_x_labels=False,
        margin=6,
        value_formatter=lambda value: f"{value:g}" if value is not None else "",
        disable_xml_declaration=True,
        explicit_size=False,
    )
    # It draws from the bottom upwards.
    chart.x_labels = list(reversed(labels))
    for name, values in series.items():
        chart.add(name.replace("_", " "), list(reversed(values)))
    drawn = _NEEDLESS.sub("", chart.render(is_unicode=True))
    hidden = drawn.replace("<svg ", f'<svg role="img" aria-label="{_plain(title)}" ', 1)
    # Made of numbers, and of labels that the library has escaped.
    return Markup(hidden)  # noqa: S704


def _plain(text: str) -> str:
    return re.sub(r"[<>&\"']", " ", text)
