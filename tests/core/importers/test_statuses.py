"""What a status says: denied words, codes that stand alone, headings that ask who lives."""

import pytest

from core.importers import mapping as m
from core.importers.apply import applied
from core.importers.mapping import mapping_of, recipe
from core.importers.questions import questions_of
from core.importers.recipes import refitted
from core.importers.status_questions import CENSORED, NOT_KNOWN
from core.importers.statuses import of_sentence, status_of
from tests.core.importers.test_shapes import brought


@pytest.mark.parametrize(
    "word",
    ["progression-free", "relapse free", "progressionsfrei", "absence de progression", "libero da progressione",
     "not dead", "nicht verstorben", "no relapse", "pas de rechute", "no progression or death", "event free",
     "kein Tod", "无进展", "sin progresión"],
)  # fmt: skip
def test_what_is_denied_did_not_happen(word):
    assert status_of(word.casefold()) == of_sentence(word.casefold(), "PFS") == m.CENSORED


@pytest.mark.parametrize(
    "word", ["no longer alive", "non vivant", "no vivo", "non in vita", "nicht mehr am leben", "not alive"]
)
def test_whose_life_is_denied_is_dead(word):
    assert status_of(word) == of_sentence(word, "OS") == m.EVENT


@pytest.mark.parametrize(
    ("word", "as_cell", "in_a_legend"),
    [("no relapse, died", "", m.COMPETING), ("death without progression", m.COMPETING, m.COMPETING),
     ("no death", m.CENSORED, m.CENSORED), ("progressed", m.EVENT, m.EVENT), ("alive", m.CENSORED, m.CENSORED)],
)  # fmt: skip
def test_what_is_said_behind_a_denial_is_heard(word, as_cell, in_a_legend):
    assert (status_of(word), of_sentence(word, "PFS")) == (as_cell, in_a_legend)


def events(heading: str, cells: list[str], endpoint: str = "OS", *answers: tuple[str, str]) -> dict[str, str]:
    """Of each patient the status that is read; `answers` are keys of questions and what is chosen, in turn."""
    rows = "".join(f"P{n},{n + 10}.5,{cell}\n" for n, cell in enumerate(cells))
    found = brought(a=f'ID,{endpoint} months,"{heading}"\n{rows}')
    mapping = found.mapping
    for key, answer in answers:
        [question] = [one for one in questions_of(found.tables, mapping) if one.key.startswith(key)]
        mapping = question.answers[answer]
    return {row[0]: row[3] for row in applied(found.tables, mapping).tables.get("endpoints", ())}


@pytest.mark.parametrize(
    "heading", ["am Leben", "Still alive", "Survival", "Überleben", "生存", "Patient alive", "lebt noch"]
)
@pytest.mark.parametrize(("yes", "no"), [("yes", "no"), ("1", "0"), ("ja", "nein")])
def test_under_a_heading_that_asks_who_lives_a_yes_is_no_death(heading, yes, no):
    cells = [yes, no, no, yes, yes, no]
    assert events(heading, cells) == {f"P{n}": "0" if cell == yes else "1" for n, cell in enumerate(cells)}


@pytest.mark.parametrize("heading", ["Dead/alive", "Alive or dead", "Vivo/muerto"])
def test_what_1_says_of_life_or_death_is_asked(heading):
    cells = ["1", "0", "0", "1", "1", "0"]
    assert events(heading, cells) == {}
    read = events(heading, cells, "OS", ("status", "0 event, 1 censored"))
    assert read == {f"P{n}": str(1 - int(cell)) for n, cell in enumerate(cells)}


@pytest.mark.parametrize("heading", ["Death", "verstorben", "Survival event"])
def test_under_one_that_asks_who_died_it_is(heading):
    assert events(heading, ["1", "0", "0", "1", "1", "0"]) == {f"P{n}": s for n, s in enumerate("100110")}


@pytest.mark.parametrize(
    "heading", ["Progression/death (1/0)", "PD/death (0/1)", "Progress/Tod (1/0)", "Relapse/Death (1/0)"]
)
def test_progression_or_death_is_one_question_of_which_1_is_the_yes(heading):
    found = events(heading, ["1", "0", "0", "1", "1", "0"], "PFS")
    assert found in ({f"P{n}": s for n, s in enumerate("100110")}, {})  # or a variable of its own


@pytest.mark.parametrize("told", ["1=progression-free, 0=progressed/died", "0=Progress, 1=progressionsfrei"])
def test_codes_of_who_is_free_of_progression_are_no_events(told):
    found = events(f"PFS status ({told})", ["1", "0", "0", "1", "1", "0"], "PFS")
    assert found == {f"P{n}": s for n, s in enumerate("011001")}


def test_1_alone_is_asked_about_and_no_endpoint_until_then():
    assert events("OS event", ["1"] * 6) == {}
    assert set(events("OS event", ["1"] * 6, "OS", ("status", "1 event")).values()) == {"1"}
    assert set(events("OS event", ["1"] * 6, "OS", ("status", "1 censored")).values()) == {"0"}


@pytest.mark.parametrize("heading", ["Dead", "verstorben", "OS event", "OS censored"])
def test_so_are_1_and_2_under_a_question(heading):
    cells = ["1", "2", "2", "1", "2", "2"]
    assert events(heading, cells) == {}
    for answer, of_one in (("1 event, 2 censored", "1"), ("1 censored, 2 event", "0")):
        read = events(heading, cells, "OS", ("status", answer))
        assert read == {f"P{n}": of_one if cell == "1" else str(1 - int(of_one)) for n, cell in enumerate(cells)}


def test_under_a_status_the_larger_is_the_event_and_under_alive_the_smaller_lives():
    cells = ["1", "2", "2", "1", "2", "2"]
    assert events("OS status", cells) == {f"P{n}": str(int(cell) - 1) for n, cell in enumerate(cells)}
    assert events("Alive", cells) == {f"P{n}": str(int(cell) - 1) for n, cell in enumerate(cells)}


@pytest.mark.parametrize(("heading", "of_one"), [("OS uncensored", "1"), ("PFS status (free of progression)", "0")])
def test_headings_that_turn_round_what_they_seem_to_say(heading, of_one):
    read = events(heading, ["1", "0", "0", "1", "1", "0"], heading[:3].strip())
    assert read in ({f"P{n}": of_one if c == "1" else str(1 - int(of_one)) for n, c in enumerate("100110")}, {})


@pytest.mark.parametrize("empty", ["", "-", "n.d."])
@pytest.mark.parametrize("one", ["1", "yes", "x"])
def test_what_is_empty_beside_events_alone_is_asked_about_and_no_endpoint_until_then(empty, one):
    cells = [one, empty, one, one, empty, one]
    assert events("OS event", cells) == {}
    first = (("status", "1 event"),) if one == "1" else ()
    as_none = events("OS event", cells, "OS", *first, ("no status", CENSORED))
    assert as_none == {f"P{n}": "1" if cell == one else "0" for n, cell in enumerate(cells)}
    unknown = events("OS event", cells, "OS", *first, ("no status", NOT_KNOWN))
    assert unknown == {f"P{n}": "1" for n, cell in enumerate(cells) if cell == one}


def test_of_words_of_which_one_side_alone_is_known_no_endpoint_is_made():
    assert events("OS status", ["dead", "qwertz", "dead", "qwertz", "dead", "dead"]) == {}
    assert len(events("OS status", ["dead", "qwertz", "dead", "alive", "dead", "dead"])) == 5


@pytest.mark.parametrize(
    ("then", "now", "status"),
    [
        (("OS status", "01", ""), ("OS status", "12", ""), {"P1": "0", "P2": "1"}),
        (("OS status", "01", "OS status,0 = alive"), ("OS status", "01", "OS status,0 = dead"), {"P1": "1", "P2": "0"}),
        (("OS status", "01", ""), ("OS status", "01", ""), {"P1": "0", "P2": "1"}),
    ],
)
def test_next_months_codes_are_read_by_what_is_said_of_them_then(then, now, status):
    def month(heading: str, codes: str, legend: str):
        rows = "".join(f"P{n},{n + 9},{codes[(n - 1) % 2]}\n" for n in range(1, 9))
        more = {"legend": f"Column,Codes\n{legend}\nID,the patient\n"} if legend else {}
        return brought(a=f"ID,OS months,{heading}\n{rows}", **more)

    kept = mapping_of(recipe(month(*then).mapping), "2026-11-27")
    found = month(*now)
    mapping, told = refitted(found, kept)
    read = {row[0]: row[3] for row in applied(found.tables, mapping).tables["endpoints"]}
    assert {who: read[who] for who in status} == status
    assert any("codes" in words for words in told) == (then != now)


def test_codes_that_a_program_wrote_with_a_point_are_codes():
    rows = "".join(f"P{n},{n + 4}.5,{n % 2}.0,{n % 4}.0,{n % 3 + 1}.0\n" for n in range(8))
    found = brought(a=f"ID,PFS months,PFS status,CRS grade,ISS\n{rows}P9,20.0,,,\n")
    made = applied(found.tables, found.mapping)
    assert {row[0]: row[3] for row in made.tables["endpoints"]} == {f"P{n}": str(n % 2) for n in range(8)}
    assert sorted((row[0], row[3]) for row in made.tables["adverse_events"]) == [
        (f"P{n}", str(n % 4)) for n in range(8) if n % 4
    ]
    at = made.columns["patients"].index("iss_stage")
    assert [row[at] for row in made.tables["patients"]][:4] == ["I", "II", "III", "I"]
