"""A click whose run gives way to a newer one is heard all the same."""

from contextvars import copy_context

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState
from streamlit.runtime.state import SafeSessionState, SessionState
from streamlit.runtime.state.common import WidgetMetadata

from pages.shared import messages


class GivenUp(Exception):
    """A newer message waits."""


def test_a_click_is_heard_to_its_end_while_a_newer_message_waits():
    """The callback reads and sets the state, each a place where the run would be given up."""

    def give_way() -> None:
        if waits:
            raise GivenUp

    def take() -> None:
        state["chosen"] = state["chip"]

    def read() -> None:
        ThreadState.initialize()
        state.on_script_will_rerun(clicked)

    waits: list[bool] = []
    state = SafeSessionState(SessionState(), give_way)
    chip = WidgetMetadata(
        id="$$ID-0-chip",
        deserializer=bool,
        serializer=bool,
        value_type="trigger_value",
        callback=take,
        callback_args=(),
        callback_kwargs={},
        fragment_id=None,
    )
    state.register_widget(chip, "chip")
    clicked = WidgetStates(widgets=[WidgetState(id=chip.id, trigger_value=True)])

    messages.read_to_the_end()
    messages.read_to_the_end()
    waits.append(True)
    copy_context().run(read)
    with pytest.raises(GivenUp):
        state["chosen"]
    waits.clear()
    assert state["chosen"] is True
