"""The SQL of a subject, in its room's sql/: a question a file, with what belongs in its places put in."""

import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

_ROOMS = Path(__file__).parents[1]


@cache
def question(name: str) -> str:
    """
    The text of a question by its room and name ("survival/counts" stands in core/survival/sql/counts.sql), with what
    several of them share (core/cohort/sql/parts) in its places.
    """
    room, _, file = name.partition("/")
    sql = (_ROOMS / room / "sql" / f"{file}.sql").read_text(encoding="utf-8")
    parts = {part.stem for part in (_ROOMS / "cohort" / "sql" / "parts").glob("*.sql")}
    return _filled(sql, lambda place: question(f"cohort/parts/{place}") if place in parts else f"{{{place}}}")


def filled(name: str, fillings: dict[str, Callable[[], str]]) -> str:
    """
    A question with every place filled, in one pass: the words of a cohort that
    are put in may have braces of their own. Raises KeyError for a place that has no filling.
    """
    return _filled(question(name), lambda place: fillings[place]())


def _filled(sql: str, filling: Callable[[str], str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda place: filling(place[1]), sql)


def quoted(name: str) -> str:
    """A column or table name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def text(words: object) -> str:
    """Words as an SQL text."""
    return "'" + str(words).replace("'", "''") + "'"


def listed(values: Iterable[object]) -> str:
    """Values as an SQL list of texts."""
    return ", ".join(map(text, values))
