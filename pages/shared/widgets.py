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


def _with_options(name: str) -> Callable[..., Any]:
    """The widget of that name, whose label and options both do."""

    def draw(label: object, *arguments: Any, format_func: Callable[[Any], object] = str, **options: Any) -> Any:
        written = lambda option: plain(format_func(option))  # noqa: E731
        return getattr(st, name)(plain(label), *arguments, format_func=written, **options)

    return draw


title = partial(_labelled("title"), anchor=False)  # an anchor would put a cohort's words into the address
subheader = partial(_labelled("subheader"), anchor=False)
caption, markdown, warning, toast = map(_labelled, ("caption", "markdown", "warning", "toast"))
button, download_button, popover, expander = map(_labelled, ("button", "download_button", "popover", "expander"))
slider, text_input, toggle, checkbox = map(_labelled, ("slider", "text_input", "toggle", "checkbox"))
selectbox, multiselect = map(_labelled, ("selectbox", "multiselect"))
segmented_control, pills, radio = map(_with_options, ("segmented_control", "pills", "radio"))


def tabs(labels: list[str], **options: Any) -> Any:
    """Tabs by their names."""
    return st.tabs([plain(label) for label in labels], **options)


def page_link(label: object, page: Any, **options: Any) -> Any:
    """A link to a page of the app."""
    return st.page_link(page, label=plain(label), **options)
