"""Figures as files: the same specification in light colours, with its provenance under it."""

import json
from textwrap import wrap
from typing import Any

from core.figures.grammar import Specification
from core.figures.theme import LIGHT, in_light_colours

WIDTH = 960
PNG_SCALE = 3
_LINE = 14
_SUPERSCRIPTS = {ord(raised): f"^{digit}" for digit, raised in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}  # Arial has few of them
_FONT = "Arial, Liberation Sans, Helvetica, sans-serif"  # what journals ask for and every machine has


def for_file(specification: Specification, title: str, footer: tuple[str, ...]) -> Specification:
    """
    The figure as it stands in a file: fixed width, white ground, light
    colours, the finding above and selection, method and source below it.
    """
    texts = json.dumps(in_light_colours(specification), ensure_ascii=False).translate(_SUPERSCRIPTS)
    chart: dict[str, Any] = json.loads(texts)
    lines = [line for sentence in footer for line in wrap(sentence.translate(_SUPERSCRIPTS), 150)]
    own_title = chart.get("title", {})
    # Without the marks' descriptions for screen readers, which would carry names in full that the figure shortens.
    chart["config"] = chart["config"] | {"font": _FONT, "aria": False}
    chart |= {
        "width": WIDTH,
        "background": LIGHT["bg"],
        "title": {
            "text": title,
            "subtitle": [own_title["text"], *own_title.get("subtitle", []), ""] if "text" in own_title else [],
            "anchor": "start",
            "frame": "bounds",
            "fontSize": 18,
            "fontWeight": 600,
            "color": LIGHT["ink"],
            "subtitleColor": LIGHT["mute"],
            "subtitleFontSize": 13,
        },
    }
    chart["padding"] = {"left": 24, "right": 32, "top": 20, "bottom": 20}
    chart["height"] += _LINE * len(lines) + 100
    top = specification["usermeta"]["depth"] + 12
    note = {
        "data": {"values": [{"line": line, "row": row} for row, line in enumerate(lines)]},
        "mark": {
            "type": "text",
            "align": "left",
            "baseline": "top",
            "fontSize": 10.5,
            "color": LIGHT["mute"],
        },
        "encoding": {
            "x": {"value": -specification["usermeta"]["gutter"]},
            "y": {"value": {"expr": f"height + {top} + {_LINE} * datum.row"}},
            "text": {"field": "line"},
        },
    }
    chart["layer"] = [*chart["layer"], note]
    return chart


def as_svg(specification: Specification) -> bytes:
    """The figure as SVG, its texts as text, so that it can be edited."""
    import vl_convert  # 80 MB of memory on first use: only for those who take a figure away

    return vl_convert.vegalite_to_svg(json.dumps(specification), vl_version="6.4").encode()


def as_png(specification: Specification) -> bytes:
    """The figure as PNG at three times its size on screen."""
    import vl_convert

    return vl_convert.vegalite_to_png(json.dumps(specification), vl_version="6.4", scale=PNG_SCALE)
