"""
A browser's message is read to its end before the run that it began is given up
for a newer one. Streamlit asks before, and at each word of a callback with the
state, whether a newer one waits; a click would then be in neither.
"""

from functools import cache
from typing import Any

from streamlit.runtime.state import SafeSessionState


@cache
def read_to_the_end() -> None:
    """Make it so in this process; a session reads one after the other, because `runner.fastReruns` is off."""
    read = SafeSessionState.on_script_will_rerun

    def read_all(state: SafeSessionState, *message: Any, **more: Any) -> None:
        give_way = state._yield_callback
        object.__setattr__(state, "_yield_callback", lambda: None)
        try:
            read(state, *message, **more)
        finally:
            object.__setattr__(state, "_yield_callback", give_way)

    SafeSessionState.on_script_will_rerun = read_all  # type: ignore[method-assign]
