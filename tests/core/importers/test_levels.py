"""Yes, grades, responses and missing words as clinicians write them."""

import pytest

from core.cohort.vocabulary import RESPONSES
from core.importers.levels import GradeBand, grade_in, is_missing, response_in, yes_or_no


@pytest.mark.parametrize(
    "text", ["", " ", "n.d.", "N.D.", "unk", "NA", "–", "-", "?", "k.A.", "nicht  bestimmt", "entf."]
)
def test_what_says_that_there_is_no_value(text):
    assert is_missing(text)


@pytest.mark.parametrize("text", ["no", "0", "none seen", "No EMD", "negative", "x", "nandrolone"])
def test_no_is_a_value(text):
    assert not is_missing(text)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Yes", (True, "")), ("ja", (True, "")), ("OUI", (True, "")), ("是", (True, "")), ("x", (True, "")),
        ("+", (True, "")), ("1", (True, "")), ("nein", (False, "")), ("N", (False, "")), ("0", (False, "")),
        ("yes (t(4;14))", (True, "t(4;14)")), ("y (1x)", (True, "1x")), ("y d1-4", (True, "d1-4")),
        ("yes (del17p, t(4;14))", (True, "del17p, t(4;14)")),
        ("", None), ("tandem", None), ("failed", None), ("not done", None), ("1 dose d+4", None), ("nothing", None),
        ("y/n", None), ("0 or 1", None),
    ],
)  # fmt: skip
def test_yes_and_no_with_what_follows(text, answer):
    assert yes_or_no(text) == answer


@pytest.mark.parametrize(
    ("text", "low", "high", "day"),
    [
        ("I", 1, 1, None), ("IV", 4, 4, None), ("2°", 2, 2, None), ("Gr 1", 1, 1, None), ("Gr. 2", 2, 2, None),
        ("Grad 2", 2, 2, None), ("G3", 3, 3, None), ("grade 3", 3, 3, None), ("3-4", 3, 4, None), ("1–2", 1, 2, None),
        ("≥3", 3, 5, None), ("Grade ≥ 3", 3, 5, None), ("3*", 3, 3, None), ("4 (d12)", 4, 4, 12), ("4 (d-2)", 4, 4, -2),
        ("none", 0, 0, None), ("0", 0, 0, None), ("III", 3, 3, None), ("I–II", 1, 2, None),
    ],
)  # fmt: skip
def test_grades(text, low, high, day):
    assert grade_in(text) == GradeBand(low, high, day)
    assert grade_in(text).exists


@pytest.mark.parametrize("text", ["6", "4-3", "9°", "5–6"])
def test_a_grade_that_there_is_not_is_read_and_said_to_be_none(text):
    assert not grade_in(text).exists


@pytest.mark.parametrize("text", ["", "-", "x", "mildly", "1O", "12", "G", "IIII", "VI", "3 or 4", "d12"])
def test_what_is_no_grade(text):
    assert grade_in(text) is None


@pytest.mark.parametrize(
    ("text", "response"),
    [
        ("s-CR", "sCR"), ("stringente CR", "sCR"), ("CR ", "CR"), ("komplette Remission", "CR"), ("vgPR", "VGPR"),
        ("sehr gute PR", "VGPR"), ("partielle Remission", "PR"), ("min. resp.", "MR"), ("stable", "SD"),
        ("stabil", "SD"), ("progressed", "PD"), ("Progress", "PD"),
        ("VGPR/CR", None), ("PR/VGPR", None), ("PR (VGPR?)", None), ("died before assessment", None), ("", None),
        ("dead, n.a.", None), ("NE", None), ("CR?", None),
    ],
)  # fmt: skip
def test_responses_are_one_level_or_none(text, response):
    assert response_in(text) == response


@pytest.mark.parametrize("response", RESPONSES)
def test_every_response_is_known_by_its_own_name(response):
    assert response_in(response) == response
    assert response_in(response.casefold()) == response
