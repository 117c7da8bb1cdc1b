"""Figures as files: the same specification in light colours and a journal's or a slide's size, with its provenance."""

import json
import re
from dataclasses import dataclass
from functools import cache
from textwrap import wrap
from typing import Any

import altair as alt
import pandas as pd

from core.figures.frame import NARROW_BELOW, with_rows
from core.figures.grammar import drawn_from, text_of, x_at, y_at
from core.figures.theme import LIGHT, Specification, in_light_colours
from core.text import width

_FONT = "Arial, Liberation Sans, Helvetica, sans-serif"  # what journals ask for; vl-convert brings the second
_TITLE, _NUMBERS, _FOOTER = 18, 13, 9
"""Sizes of a file's own texts."""
_LETTER = 0.52
"""The width of a letter of that type, as a share of its size."""
_MARGIN = {"left": 24, "right": 32, "top": 20, "bottom": 20}
_MAY_LACK = re.compile("[\u0530-\u1dff\u2e80-\uffff\U00010000-\U0010ffff]")
"""Letters that the type which a PNG is drawn with does not have: neither Latin, Greek nor Cyrillic."""


@dataclass(frozen=True)
class Size:
    """A file's width: as it is drawn in `pixels`, and as it is printed in `millimetres` (0: on a screen)."""

    pixels: int
    millimetres: int = 0


SLIDE, ONE_COLUMN, TWO_COLUMNS = Size(960), Size(440, 85), Size(900, 174)
"""A slide, and a column and a page's width of a journal: type of 6 to 7 points, which journals ask for."""
_SLIDE_SCALE = 3
_DOTS_PER_INCH, _POINTS_PER_INCH, _MILLIMETRES_PER_INCH = 600, 72, 25.4


def for_file(
    specification: Specification,
    title: str,
    footer: tuple[str, ...],
    numbers: tuple[str, ...] = (),
    size: Size = SLIDE,
) -> Specification:
    """
    The figure as it stands in a file of this size: white ground, light colours,
    the finding and the `numbers` that it rests on above, and selection, method
    and source below it.
    """
    lines = _lines(footer, size.pixels, _FOOTER)
    datasets = specification["datasets"] | {"footer": pd.DataFrame({"line": lines, "row": range(len(lines))})}
    whole = with_rows(specification | {"datasets": datasets})
    chart: dict[str, Any] = json.loads(json.dumps(in_light_colours(whole), ensure_ascii=False))
    # Without the marks' descriptions for screen readers, which would carry names in full that the figure shortens.
    config = chart["config"] | {"font": _FONT, "aria": False}
    heading = _title(title, numbers, chart.get("title", {}), size.pixels)
    narrow = size.pixels < NARROW_BELOW
    below = {"name": "below", "value": chart["usermeta"]["narrow_depth" if narrow else "depth"] + 12}
    params = [{"name": "narrow", "value": narrow} if p["name"] == "narrow" else p for p in chart["params"]]
    above = _TITLE * len(heading["text"]) + _NUMBERS * 1.4 * len(heading["subtitle"])
    return chart | {
        "config": config,
        "width": size.pixels,
        "height": int(chart["height"] + above + 1.35 * _FOOTER * len(lines) + 60),
        "background": LIGHT["bg"],
        "padding": _MARGIN,
        "title": heading,
        "params": [*params, below],
        "layer": [*chart["layer"], _footer()],
    }


def _lines(sentences: tuple[str, ...], pixels: int, size: float) -> list[str]:
    """Sentences, each broken into lines of type of this size that fit the file."""
    letters = int((pixels - _MARGIN["left"] - _MARGIN["right"]) / (_LETTER * size))
    wide = [letters if width(sentence) == len(sentence) else letters // 2 for sentence in sentences]
    return [line for sentence, most in zip(sentences, wide, strict=True) for line in wrap(sentence, most)]


def _title(title: str, numbers: tuple[str, ...], own: dict[str, Any], pixels: int) -> dict[str, Any]:
    """The finding in the place of the figure's `own` heading, which goes under it, and its numbers."""
    said = tuple(words for words in (own.get("text", ""), *own.get("subtitle", []), *numbers) if words)
    return alt.TitleParams(
        text=_lines((title,), pixels, 1.1 * _TITLE),  # bold
        subtitle=[*_lines(said, pixels, _NUMBERS), ""],
        anchor="start",
        frame="bounds",
        fontSize=_TITLE,
        fontWeight=600,
        color=LIGHT["ink"],
        subtitleColor=LIGHT["mute"],
        subtitleFontSize=_NUMBERS,
    ).to_dict()


@cache
def _footer() -> dict[str, Any]:
    mark = drawn_from("footer").mark_text(align="left", baseline="top", fontSize=_FOOTER, color=LIGHT["mute"])
    place = f"height + below + {1.35 * _FOOTER} * datum.row"
    layer = mark.encode(x=x_at("-gutter"), y=y_at(place), text=text_of("line"))
    return {part: layer.to_dict()[part] for part in ("data", "mark", "encoding")}


def figure_file(
    kind: str,
    specification: Specification,
    title: str,
    footer: tuple[str, ...],
    numbers: tuple[str, ...] = (),
    size: Size = SLIDE,
) -> bytes:
    """A figure as a file of the kind "svg" or "png", its title, the numbers under that, and its footer with it."""
    write = {"svg": as_svg, "png": as_png}[kind]
    return write(for_file(specification, title, footer, numbers, size), size)


def as_svg(specification: Specification, size: Size = SLIDE) -> bytes:
    """The figure as SVG, its texts as text, so that it can be edited; of a journal's size in millimetres."""
    import vl_convert  # 80 MB of memory on first use: only for those who take a figure away

    drawn = vl_convert.vegalite_to_svg(json.dumps(specification), vl_version="6.4")
    if size.millimetres:
        width, height = (float(re.search(rf'<svg[^>]*? {side}="([\d.]+)"', drawn)[1]) for side in ("width", "height"))  # type: ignore[index]
        for side, pixels in (("width", width), ("height", height)):
            millimetres = f'{side}="{pixels * size.millimetres / width:.4g}mm"'
            drawn = re.sub(rf'(<svg[^>]*?) {side}="[\d.]+"', rf"\1 {millimetres}", drawn, count=1)
    return drawn.encode()


def as_png(specification: Specification, size: Size = SLIDE) -> bytes:
    """The figure as PNG: at three times its size on screen, or at a journal's size with 600 dots per inch."""
    import vl_convert

    drawn = json.dumps(specification)
    if not size.millimetres:
        return vl_convert.vegalite_to_png(drawn, vl_version="6.4", scale=_SLIDE_SCALE)
    dots = size.millimetres / _MILLIMETRES_PER_INCH * _DOTS_PER_INCH
    scale = dots / specification["width"] / (_DOTS_PER_INCH / _POINTS_PER_INCH)
    return vl_convert.vegalite_to_png(drawn, vl_version="6.4", scale=scale, ppi=_DOTS_PER_INCH)


def lacks_letters(specification: Specification, *texts: str) -> bool:
    """Whether a PNG of the figure may show boxes for letters: only where the server has no type with them."""
    words = [*texts, *(str(v) for frame in specification["datasets"].values() for v in frame.to_numpy(object).ravel())]
    return any(map(_MAY_LACK.search, words))
