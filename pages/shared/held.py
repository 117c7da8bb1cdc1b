"""
What sessions hold of cohorts of their own, so that it leaves the memory soon after they end.

Streamlit keeps a session whose browser is gone for two minutes, in case it comes back, and forgets it when the next
one leaves. Here it is told to look every minute while anything is held, so that the last to leave is forgotten as well.
"""

import ctypes
import gc
import sys
import threading
import weakref
from typing import Any

from streamlit import runtime

_EVERY_SECONDS, _SOON = 60.0, 1.0
_living: "weakref.WeakValueDictionary[int, Any]" = weakref.WeakValueDictionary()
_watch = threading.Lock()


def hold(what: Any) -> None:
    """Something of a session's own cohort is in memory from now on."""
    _living[id(what)] = what
    if runtime.exists() and _watch.acquire(blocking=False):
        threading.Thread(target=_let_go_in_time, name="let go", daemon=True).start()


def let_go() -> None:
    """
    Give back what nobody holds any longer, to the system as well where its library can. Sessions that began before
    modules were kept from the collector (navigation.py) are kept with them: they are looked through here alone.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)


def _let_go_in_time() -> None:
    """While anything is held: have the sessions forgotten whose browsers are gone for good."""
    pause = threading.Event()
    try:
        while len(_living):
            pause.wait(_EVERY_SECONDS)
            _forget_the_gone()
            pause.wait(_SOON)
            let_go()
    finally:
        _watch.release()


def _forget_the_gone() -> None:
    """Streamlit has no way of its own to be asked for this; where its inside is another, it forgets them later."""
    try:
        instance = runtime.get_instance()
        expire = instance._session_mgr._session_storage._cache.expire  # type: ignore[attr-defined]
        instance._get_async_objs().eventloop.call_soon_threadsafe(expire)
    except (AttributeError, RuntimeError):
        pass
