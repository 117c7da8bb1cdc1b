"""Figures as files: the same specification in light colours, with its provenance under it."""

import json
from functools import cache
from textwrap import wrap
from typing import Any

import altair as alt
import pandas as pd

from core.figures.grammar import drawn_from, text_of, with_rows, x_at, y_at
from core.figures.theme import LIGHT, Specification, in_light_colours

WIDTH = 960
PNG_SCALE = 3
_LINE = 14
_TITLE_LETTERS = 88
_SUPERSCRIPTS = {ord(raised): f"^{digit}" for digit, raised in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}  # Arial has few of them
_FONT = "Arial, Liberation Sans, Helvetica, sans-serif"  # what journals ask for and every machine has


def for_file(
    specification: Specification, title: str, footer: tuple[str, ...], numbers: tuple[str, ...] = ()
) -> Specification:
    """
    The figure as it stands in a file: fixed width, white ground, light
    colours, the finding and the `numbers` that it rests on above, and
    selection, method and source below it.
    """
    lines = [line for sentence in footer for line in wrap(sentence.translate(_SUPERSCRIPTS), 150)]
    datasets = specification["datasets"] | {"footer": pd.DataFrame({"line": lines, "row": range(len(lines))})}
    whole = with_rows(specification | {"datasets": datasets})
    texts = json.dumps(in_light_colours(whole), ensure_ascii=False)
    chart: dict[str, Any] = json.loads(texts.translate(_SUPERSCRIPTS))
    # Without the marks' descriptions for screen readers, which would carry names in full that the figure shortens.
    config = chart["config"] | {"font": _FONT, "aria": False}
    below = {"name": "below", "value": chart["usermeta"]["depth"] + 12}
    return chart | {
        "config": config,
        "width": WIDTH,
        "height": chart["height"] + _LINE * len(lines) + 100 + 18 * len(numbers),
        "background": LIGHT["bg"],
        "padding": {"left": 24, "right": 32, "top": 20, "bottom": 20},
        "title": _title(title, numbers, chart.get("title", {})),
        "params": [*chart["params"], below],
        "layer": [*chart["layer"], _footer()],
    }


def _title(title: str, numbers: tuple[str, ...], own: dict[str, Any]) -> dict[str, Any]:
    """The finding in the place of the figure's `own` heading, which goes under it and its numbers."""
    return alt.TitleParams(
        text=wrap(title, _TITLE_LETTERS),
        subtitle=[*numbers, *([own["text"], *own.get("subtitle", []), ""] if own else [""] if numbers else [])],
        anchor="start",
        frame="bounds",
        fontSize=18,
        fontWeight=600,
        color=LIGHT["ink"],
        subtitleColor=LIGHT["mute"],
        subtitleFontSize=13,
    ).to_dict()


@cache
def _footer() -> dict[str, Any]:
    mark = drawn_from("footer").mark_text(align="left", baseline="top", fontSize=10.5, color=LIGHT["mute"])
    layer = mark.encode(x=x_at("-gutter"), y=y_at(f"height + below + {_LINE} * datum.row"), text=text_of("line"))
    return {part: layer.to_dict()[part] for part in ("data", "mark", "encoding")}


def figure_file(
    kind: str, specification: Specification, title: str, footer: tuple[str, ...], numbers: tuple[str, ...] = ()
) -> bytes:
    """A figure as a file of the kind "svg" or "png", its title, the numbers under that, and its footer with it."""
    write = {"svg": as_svg, "png": as_png}[kind]
    return write(for_file(specification, title, footer, numbers))


def as_svg(specification: Specification) -> bytes:
    """The figure as SVG, its texts as text, so that it can be edited."""
    import vl_convert  # 80 MB of memory on first use: only for those who take a figure away

    return vl_convert.vegalite_to_svg(json.dumps(specification), vl_version="6.4").encode()


def as_png(specification: Specification) -> bytes:
    """The figure as PNG at three times its size on screen."""
    import vl_convert

    return vl_convert.vegalite_to_png(json.dumps(specification), vl_version="6.4", scale=PNG_SCALE)
