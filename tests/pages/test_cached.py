"""What is kept of a cohort's answers is shared: no page changes it, and no cohort meets another's."""

from threading import Event

import pandas as pd
import pytest

from pages.shared import cached
from tests.pages.the_app import choose, open_app

PAGES = (
    "overview", "survival", "response", "adverse_events", "kinetics", "subgroups", "associations", "patients",
    "published",
)  # fmt: skip


@pytest.fixture
def answers(monkeypatch) -> list[tuple[str, pd.DataFrame, pd.DataFrame]]:
    """Every answer of the database since now, as it was given and as it is."""
    cached.forget()
    given, ask = [], cached.ask

    def recorded(database, question, selection, **values):
        answer = ask(database, question, selection, **values)
        given.append((question, answer.copy(deep=True), answer))
        return answer

    monkeypatch.setattr(cached, "ask", recorded)
    return given


def test_no_page_changes_an_answer_that_is_kept(answers):
    for page in PAGES:
        app = open_app(page)
        choose(app, filter__prior_asct=["Yes"])
        choose(app, by="emd_any")
    assert len({question for question, _, _ in answers}) > 15
    for question, given, kept in answers:
        pd.testing.assert_frame_equal(given, kept, obj=question)


def test_a_view_that_was_seen_asks_nothing(answers):
    app = choose(open_app("survival"), filter__prior_asct=["Yes"])
    choose(app, filter__prior_asct=[])
    asked = len(answers)
    assert asked
    choose(app, filter__prior_asct=["Yes"])
    assert len(answers) == asked


def test_what_takes_seconds_is_worked_out_beside_a_run_that_gives_way(monkeypatch):
    class GivenUp(Exception):
        """A newer message waits."""

    class State:
        def get(self, _):
            if newer.is_set():
                raise GivenUp

    def share(total: int) -> float:
        go_on.wait(20)
        share_done.set()
        return 1 / total

    newer, go_on, share_done = Event(), Event(), Event()
    monkeypatch.setattr(cached.st, "session_state", State())
    newer.set()
    with pytest.raises(GivenUp):
        cached.beside(share)(4)
    assert not share_done.is_set()
    go_on.set()
    assert share_done.wait(20)
    newer.clear()
    assert cached.beside(share)(4) == 0.25
    with pytest.raises(ZeroDivisionError):
        cached.beside(share)(0)
