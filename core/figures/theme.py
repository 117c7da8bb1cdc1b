"""
The colours and type of every figure and table, defined once.

On screen a colour is the name of a CSS variable, so that a figure follows the
switch between light and dark without being made again; in a file taken away it
is the light theme's value.
"""

import re
from itertools import accumulate
from typing import Any

Specification = dict[str, Any]
"""A figure as Vega-Lite takes it; its `datasets` are frames."""

LIGHT = {
    "bg": "#FFFFFF", "panel": "#F2F5F8", "ink": "#17212E", "mute": "#566475",
    "faint": "#8A96A5", "line": "#D9E0E8", "grid": "#E9EEF3", "accent": "#1F5A93",
    "check": "#B4431F", "group0": "#1F5A93", "group1": "#B85A08", "group2": "#0F7B6C", "group3": "#CC79A7",
    "sCR": "#0B3A66", "CR": "#2A6CA6", "VGPR": "#6FA6D2", "PR": "#B5D1E8", "MR": "#C9DAE6",
    "SD": "#D5DAE0", "PD": "#C8475C",
    "grade1": "#F9D8C6", "grade2": "#F0AE8F", "grade3": "#C44F36", "grade4": "#8F1F26", "grade5": "#3A0A10",
    "ongrade3": "#FFFFFF", "ongroup3": "#17212E",
}  # fmt: skip
DARK = {
    "bg": "#0F151D", "panel": "#1A222D", "ink": "#E7ECF2", "mute": "#A3AFBD",
    "faint": "#76838F", "line": "#2C3745", "grid": "#212B37", "accent": "#6DB1EC",
    "check": "#F0A04B", "group0": "#6DB1EC", "group1": "#F0A04B", "group2": "#4CC3B0", "group3": "#F4C6DD",
    "sCR": "#A9D6F8", "CR": "#5FA8E6", "VGPR": "#34729F", "PR": "#264B68", "MR": "#2E455A",
    "SD": "#3A444F", "PD": "#E8697C",
    "grade1": "#49302B", "grade2": "#8A4431", "grade3": "#C25139", "grade4": "#F58A73", "grade5": "#FFD9CC",
    "ongrade3": "#FFFFFF", "ongroup3": "#0F151D",
}  # fmt: skip

GROUP_COLOURS = 4
DASHES: tuple[list[int], ...] = ([], [6, 3], [2, 2], [9, 2, 2, 2], [12, 5], [4, 1], [1, 4])
"""Colours come round again, dashed in another way each time."""
TEXT_ON = {
    "sCR": "bg", "CR": "bg", "VGPR": "ink", "PR": "ink", "MR": "ink", "SD": "ink", "PD": "bg", "panel": "mute",
    "grade1": "ink", "grade2": "ink", "grade3": "ongrade3", "grade4": "bg", "grade5": "bg",
}  # fmt: skip
"""What is written in on a ground of a response or a grade, readable in both themes."""
FONT = '"Source Sans", sans-serif'


def colour(name: str) -> str:
    """A colour by its name, as figures and HTML carry it on screen."""
    return f"var(--{name})"


def group_colour(number: int) -> str:
    """The colour of a group by its place in the clinical order; from the fifth on colours come round again, dashed."""
    return colour(f"group{number % GROUP_COLOURS}")


def group_line(number: int) -> str:
    """A group's line as CSS: its colour, and from the fifth group on its dash."""
    hue, dash = group_colour(number), group_dash(number)
    ends = [0, *accumulate(dash)]
    parts = [f"{'transparent' if n % 2 else hue} {ends[n]}px {ends[n + 1]}px" for n in range(len(dash))]
    return f"repeating-linear-gradient(90deg,{','.join(parts)})" if dash else hue


def on_group_colour(number: int) -> str:
    """The colour of what is written on that of a group."""
    return colour("ongroup3" if number % GROUP_COLOURS == 3 else "bg")


def group_turn(number: int) -> int:
    """How often colours have come round before this group; from the last dash on they are not told apart."""
    return min(number // GROUP_COLOURS, len(DASHES) - 1)


def group_dash(number: int) -> list[int]:
    """The dash of a group's line: solid for the first four."""
    return DASHES[group_turn(number)]


def css_variables() -> str:
    """Each colour as a CSS variable that follows the page's colour scheme, and the font."""
    colours = ";".join(f"--{name}:light-dark({LIGHT[name]},{DARK[name]})" for name in LIGHT)
    return f"{colours};--font:{FONT}"


def in_light_colours(specification: Any) -> Any:
    """The same specification with every CSS variable replaced by the light theme's colour."""
    if isinstance(specification, dict):
        return {key: in_light_colours(value) for key, value in specification.items()}
    if isinstance(specification, list):
        return [in_light_colours(value) for value in specification]
    if isinstance(specification, str):
        return re.sub(r"var\(--(\w+)\)", lambda match: LIGHT[match[1]], specification)
    return specification


def configuration() -> dict[str, Any]:
    """Vega-Lite's `config` for every figure: quiet axes, no frame, a transparent ground."""
    axis = {
        "labelColor": colour("mute"), "titleColor": colour("mute"), "labelFontSize": 12, "titleFontSize": 12,
        "titleFontWeight": 400, "domainColor": colour("line"), "tickColor": colour("line"),
        "gridColor": colour("grid"), "labelFlush": False, "labelPadding": 6,
    }  # fmt: skip
    return {
        "font": FONT,
        "background": "transparent",
        "mark": {"tooltip": None},  # or who points at a mark without words of its own reads our columns
        "view": {"stroke": None},
        "axis": axis,
        "text": {"color": colour("ink"), "fontSize": 13},
        "legend": {
            "labelColor": colour("ink"),
            "titleColor": colour("mute"),
            "labelFontSize": 12,
            "symbolStrokeColor": colour("ink"),
        },
        "title": {"color": colour("ink"), "subtitleColor": colour("mute"), "anchor": "start"},
    }
