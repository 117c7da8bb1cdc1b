"""Which columns of a sheet count where several have one meaning, and what the others beside them say."""

from dataclasses import replace

from core.importers import mapping as m
from core.importers.levels import ANY_GRADE
from core.importers.names import LIKELY
from core.importers.seen import Guess
from core.importers.timed_columns import term_named


def one_of_each(guesses: list[Guess]) -> list[Guess]:
    """
    Of two columns of one meaning the surer one counts, the first where both are alike; the other is left out. Of two
    of one adverse event that with grades counts, and yes and no beside it say who was looked at.
    """
    graded = [guess.choice for guess in guesses if guess.choice.role == m.GRADE]
    ticked = {choice.of for choice in graded if choice.at is not None}  # a column a grade: one beside says who had any
    guesses = [
        replace(guess, choice=replace(guess.choice, role=m.LOOKED_FOR))
        if guess.choice in graded and guess.choice.at is None and guess.choice.of in ticked
        else guess
        for guess in guesses
    ]
    guesses = [_beside_its_grade(guess, {choice.of for choice in graded if choice.at is None}) for guess in guesses]
    several = {(guess.choice.role, guess.choice.of) for guess in guesses if _is_of_several(guess)}
    guesses = [
        guess if _is_of_several(guess) or (guess.choice.role, guess.choice.of) not in several else _left_out(guess)
        for guess in guesses
    ]
    best: dict[tuple, Guess] = {}
    for guess in guesses:
        choice = guess.choice
        if choice.role not in (m.LEFT_OUT, m.PRIVATE, m.MEASUREMENT):
            key = (choice.role, choice.of, choice.at, choice.column if _is_of_several(guess) else "")
            if key not in best or _rank(guess) > _rank(best[key]):
                best[key] = guess
    kept = {id(guess) for guess in best.values()}
    free = (m.LEFT_OUT, m.PRIVATE, m.MEASUREMENT)
    return [guess if guess.choice.role in free or id(guess) in kept else _left_out(guess) for guess in guesses]


def _beside_its_grade(guess: Guess, graded: set[str]) -> Guess:
    """A yes or no that is called as an event whose grades stand beside it (Infection, Infection grade)."""
    column = guess.choice
    if (column.role, column.kind) != (m.VARIABLE, "flag") or (term := term_named(column.column)) not in graded:
        return guess
    levels = tuple((text, {"Yes": ANY_GRADE, "No": "0"}.get(level, "")) for text, level in column.levels)
    beside = m.ColumnChoice(column.column, m.LOOKED_FOR, term, levels=levels or (("1", ANY_GRADE),))
    return Guess(beside, LIKELY, "yes and no, beside the grades")


def _is_of_several(guess: Guess) -> bool:
    """Whether others of the same meaning count beside it; of grades the worst does, of best responses the best."""
    graded = guess.choice.role == m.GRADE and guess.choice.at is None and not _says_yes(guess)
    return graded or guess.choice.role in (*m.OF_SEVERAL, m.BEST_RESPONSE)


def _rank(guess: Guess) -> tuple[bool, int]:
    return not _says_yes(guess), guess.sure


def _says_yes(guess: Guess) -> bool:
    return guess.choice.role == m.GRADE and any(level == ANY_GRADE for _, level in guess.choice.levels)


def _left_out(guess: Guess) -> Guess:
    if _says_yes(guess):
        return Guess(replace(guess.choice, role=m.LOOKED_FOR), guess.sure, "yes and no, beside the grades")
    return Guess(m.ColumnChoice(guess.choice.column), LIKELY, f"another column is the {guess.choice.role}")
