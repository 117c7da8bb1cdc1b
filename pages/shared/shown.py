"""What is shown with what can be taken away of it: a table with its file, a figure with its files."""

from collections.abc import Callable
from typing import Any

from streamlit.delta_generator import DeltaGenerator

from core.figures.theme import Specification
from core.text import Table
from pages.shared import downloads, style

Footer = Callable[[], tuple[str, ...]]
"""The lines under a file, worked out when it is taken away."""


def table(
    shown: Table, footer: Footer, name: str, colours: list[str] | None = None, indent: list[bool] | None = None
) -> None:
    """A table (`style.table`) and under it the button that gives it as the file `name`."""
    style.table(*shown, colours, indent)
    downloads.save_table(*shown, footer, name)


def figure(
    chart: Specification,
    key: str,
    title: str,
    footer: Footer,
    save: DeltaGenerator,
    data: dict[str, Callable[[], Table]] | None = None,
    name: str = "",
    **options: Any,
) -> None:
    """A figure, and at the place `save` the button that gives it as the file `name` (or `key`) with its `data`."""
    with save:
        downloads.save_figure(chart, title, footer, name or key, data)
    style.figure(chart, key, **options)
