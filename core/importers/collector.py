"""Garbage is collected later: among a million rows the collector would take longer than the rows themselves."""

import gc
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

Of = ParamSpec("Of")
Made = TypeVar("Made")


def collected_later(work: Callable[Of, Made]) -> Callable[Of, Made]:
    """The same work without the collector of garbage, which is on again after it."""

    @wraps(work)
    def uncollected(*of: Of.args, **named: Of.kwargs) -> Made:
        was_on = gc.isenabled()
        gc.disable()
        try:
            return work(*of, **named)
        finally:
            if was_on:
                gc.enable()

    return uncollected
