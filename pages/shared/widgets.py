"""
Every widget and text of Streamlit that reads Markdown, for words that are words.

A cohort's own names stand in labels, options and titles, and Markdown would
make them bold, a link or a picture that calls out. What is given to these
functions is shown as it is written, unless it is Markup of our own.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

_JOINER = "\u2060"
"""A word joiner: it has no width, and parts signs that would be read together."""
_READ_TOGETHER = re.compile(r"(?<=[-<>=~])(?=[-<>=~])|(?<=:)(?=[\w+/-])|(?<=@)(?=\w)|(?<=www)(?=\.)", re.IGNORECASE)
_SIGNS = re.compile(r"([\\`*_\[\]$~<>|&]|^#|^[+-](?=\s)|(?<=^\d)[.)](?=\s)|(?<=^\d\d)[.)](?=\s))")
"""What Markdown would take for emphasis, a link, mathematics, HTML or the beginning of a heading or list."""


class Markup(str):
    """Markdown of our own; what it holds of a cohort has gone through `plain`."""


def plain(words: object) -> str:
    """
    Words as Markdown shows them as they are: its signs escaped, and those
    parted that make an arrow, a dash, an emoji or an address. Markup stays.
    """
    if isinstance(words, Markup):
        return str(words)
    parted = _READ_TOGETHER.sub(_JOINER, re.sub(r"\s+", " ", str(words)).strip())
    return _SIGNS.sub(r"\\\1", parted)


def _labelled(name: str) -> Callable[..., Any]:
    """The widget of that name, whose label reads Markdown."""

    def draw(label: object, *arguments: Any, **options: Any) -> Any:
        return getattr(st, name)(plain(label), *arguments, **options)

    return draw


def _with_options(name: str, begins: str) -> Callable[..., Any]:
    """The widget of that name, whose label and options both do; `begins` is what it calls its first value."""

    def draw(label: object, options: Any, value: Any, format_func: Callable[[Any], object] = str, **others: Any) -> Any:
        written = lambda option: plain(format_func(option))  # noqa: E731
        others[begins] = list(options).index(value) if begins == "index" else value
        return getattr(st, name)(plain(label), options, format_func=written, **others)

    return draw


title = partial(_labelled("title"), anchor=False)  # an anchor would put a cohort's words into the address
heading = partial(_labelled("header"), anchor=False)
caption, markdown, warning, toast = map(_labelled, ("caption", "markdown", "warning", "toast"))
button, download_button, popover, expander = map(_labelled, ("button", "download_button", "popover", "expander"))
slider, text_input, number_input, toggle, checkbox = map(
    _labelled, ("slider", "text_input", "number_input", "toggle", "checkbox")
)
pills, segmented_control = (_with_options(name, "default") for name in ("pills", "segmented_control"))
radio = _with_options("radio", "index")


def selectbox(label: object, options: list[Any], value: Any, **others: Any) -> Any:
    """One of several by name."""
    return st.selectbox(plain(label), options, index=options.index(value), **others)


def multiselect(label: object, options: list[Any], value: list[Any], **others: Any) -> Any:
    """Several by name, and those that were typed."""
    typed = [one for one in value if one not in options]
    return st.multiselect(plain(label), [*options, *typed], default=value, **others)


def tabs(labels: list[str], value: str, key: str, **options: Any) -> Any:
    """Tabs by their names. They begin with `value`, and stay the browser's: others by default lose the keyboard."""
    first = st.session_state.setdefault(f"first {key}", value)
    return st.tabs([plain(label) for label in labels], default=plain(first), key=key, **options)


def page_link(label: object, page: Any, **options: Any) -> Any:
    """A link to a page of the app."""
    return st.page_link(page, label=plain(label), **options)
