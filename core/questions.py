"""The SQL of core/sql: a question a file, with what belongs in its places put in."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

_SQL = Path(__file__).parent / "sql"


@cache
def question(name: str) -> str:
    """The text of a question, with the parts that it shares with others (core/sql/parts) in their places."""
    sql = (_SQL / f"{name}.sql").read_text(encoding="utf-8")
    parts = {file.stem for file in (_SQL / "parts").glob("*.sql")}
    return _filled(sql, lambda place: question(f"parts/{place}") if place in parts else f"{{{place}}}")


def filled(name: str, fillings: dict[str, Callable[[], str]]) -> str:
    """
    A question with every place filled, in one pass: the words of a cohort that
    are put in may have braces of their own. Raises KeyError for a place that has no filling.
    """
    return _filled(question(name), lambda place: fillings[place]())


def _filled(sql: str, filling: Callable[[str], str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda place: filling(place[1]), sql)
