"""
What the viewer wants: one dictionary, which widgets show, links spell and pages read.

A widget is born with what is wanted, and its `on_change` is all that it tells
from then on. Who wants something for the viewer (a link, a chip, a click on a
figure) makes it another widget, so that no message of the old one, which may be
on its way, can undo the wish. What is wanted outlives its widget: a choice that
a filter makes impossible comes back with its filter.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any
from zlib import crc32

import streamlit as st

from pages.shared import lit, reconnect, widgets

NOT_OFFERED = "This link asks for a choice that this page does not offer; the usual one is shown."


def get(name: str, usual: Any = None) -> Any:
    """What is wanted, or the usual; known before any widget is drawn."""
    value = _store("wanted").get(name)
    return usual if value is None else value


def want(values: dict[str, Any]) -> None:
    """Want for the viewer, in a callback; None for the usual choice."""
    _store("wanted").update(values)
    for name in values:
        _store("births")[name] = _store("births").get(name, 0) + 1


def only(values: dict[str, Any], by_link: Iterable[str] = ()) -> None:
    """Want this and nothing else; what a page does not offer of what is wanted `by_link` is said where it is drawn."""
    births = dict(_store("births"))
    want({name: values.get(name) for name in {*_store("wanted"), *births, *values}})
    if reconnect.any_held():
        _store("births").update(births)  # the browser's widgets have yet to be heard
    st.session_state["asked"] = set(by_link)


def begin() -> None:
    """In a session's first run: the widgets of a browser that came back are those that they were before."""
    sent = reconnect.begin()
    lit.come_back(sent)
    for key in sent:
        name, _, number = key.rpartition(" ")
        birth = number.partition(".")[0]
        if name and birth.isdecimal():
            _store("births")[name] = int(birth)


def anything(_: Any) -> bool:
    """Of a choice that nothing makes impossible."""
    return True


def choose(
    name: str,
    draw: partial,
    allowed: Callable[[Any], bool],
    usual: Any,
    place: str = "",
    shown: Callable[[Any], Any] = lambda value: value,
    meant: Callable[[Any], Any] = lambda value: value,
    forgets: tuple[str, ...] = (),
) -> Any:
    """
    Draw a widget and return what it says. `draw` is a widget short of its key,
    with its bounds or choices among its positional arguments: with others, or
    in another `place`, it is another widget. It begins with what is wanted, as it
    is `shown`, and with `usual` while that is not `allowed`. When it is moved,
    what it says is wanted, as it is `meant`, and `forgets` no longer.
    """
    if get(name) is None and _store("usual").setdefault(name, usual) != usual:
        want({name: None})  # nobody chose it, and what is usual is another now
    _store("usual")[name] = usual
    birth, key = _store("births").get(name, 0), key_of(name, draw, place)
    if reconnect.held(key):
        drawn = draw(key=key, value=usual)
        if st.session_state[key] != usual:
            _store("wanted")[name] = meant(st.session_state[key])
        return drawn
    if refused := st.session_state.pop("refused", ""):
        widgets.toast(refused)
    possible = _possible(name, allowed)
    # Said each time: a browser that missed the widget's first drawing begins with what is wanted now.
    value = usual if possible is None else shown(possible)
    return draw(value=value, key=key, on_change=_moved, args=(name, key, birth, allowed, meant, forgets))


def key_of(name: str, draw: partial, place: str = "") -> str:
    """The key of the widget that `choose` draws now."""
    return f"{name} {_store('births').get(name, 0)}.{crc32(f'{name} {place} {draw.args}'.encode())}"


def _moved(
    name: str,
    key: str,
    birth: int,
    allowed: Callable[[Any], bool],
    meant: Callable[[Any], Any],
    forgets: tuple[str, ...],
) -> None:
    """The viewer moved a widget."""
    value = st.session_state[key]
    if birth != _store("births").get(name, 0):
        return  # a message of the widget that stood here before
    if get(name) is None and value == _store("usual").get(name):
        return  # it says what it was drawn with, after words of before its choices were renamed
    if isinstance(value, list):
        refused = [str(part) for part in value if not allowed(part)]
        if refused:
            want({name: [part for part in value if allowed(part)]})
            st.session_state["refused"] = f"Left out, because it is no choice here: {', '.join(refused)}"
            return
    elif not allowed(value):
        return  # a label of before the choices were renamed, and nobody's wish
    _store("wanted")[name] = meant(value)
    want(dict.fromkeys(forgets))


def _possible(name: str, allowed: Callable[[Any], bool]) -> Any:
    """What is wanted as far as it is allowed, if anything; what a link asked for in vain is said once."""
    value, by_link = get(name), st.session_state.get("asked", set())
    st.session_state["asked"] = by_link - {name}
    possible = value
    if isinstance(value, list):
        possible = [part for part in value if allowed(part)] or None
    elif value is not None and not allowed(value):
        possible = None
    if name in by_link and possible != value and value:
        _store("wanted")[name] = possible
        widgets.toast(NOT_OFFERED)
    return possible


def _store(name: str) -> dict[str, Any]:
    return st.session_state.setdefault(name, {})
