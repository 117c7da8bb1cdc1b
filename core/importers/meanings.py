"""What columns are called and what they then are: meanings.toml, read once."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

with (Path(__file__).parent / "meanings.toml").open("rb") as _file:
    _TOLD = tomllib.load(_file)


@dataclass(frozen=True)
class Known:
    """
    A meaning and its names. Of a variable: its label, kind, unit and section, the range
    in which a value can be true, and for each level the words that say it.
    """

    role: str
    names: tuple[str, ...]
    of: str = ""
    label: str = ""
    kind: str = ""
    unit: str = ""
    section: str = "more"
    levels: tuple[tuple[str, tuple[str, ...]], ...] = ()
    between: tuple[float, float] | None = None


def _words(told: str) -> tuple[str, ...]:
    return tuple(told.split("|"))


def _known(told: dict) -> Known:
    levels = tuple((level, (level.casefold(), *_words(words))) for level, words in told.get("levels", {}).items())
    between = told.get("between")
    plain = {key: told[key] for key in ("role", "of", "label", "kind", "unit", "section") if key in told}
    return Known(names=_words(told["names"]), levels=levels, between=tuple(between) if between else None, **plain)


def _by_name(told: dict[str, str]) -> dict[str, str]:
    """Each name of a table of names with what it is the name of."""
    return {name: one for one, names in told.items() for name in (one.casefold(), *_words(names))}


KNOWN: tuple[Known, ...] = tuple(map(_known, _TOLD["column"]))
"""Columns of a sheet with one row a patient."""

LONG: tuple[Known, ...] = tuple(map(_known, _TOLD["long"]))
"""Columns of a sheet with one row an event, a measurement, an assessment or an endpoint."""

ANALYTES, TERMS, CAUSES = (_by_name(_TOLD[table]) for table in ("analytes", "terms", "causes"))
"""Names of analytes, of adverse events that have several, and of causes of death that have several."""

DATES_BY_WORDS: dict[str, re.Pattern[str]] = {
    role: re.compile(r"\b(?:" + words.replace("..", r"\w*") + r")\b", re.IGNORECASE)
    for role, words in _TOLD["dates_by_words"].items()
}
"""What a word in the heading of a column of dates says that it is of."""

POSSIBLE: dict[str, tuple[float, float]] = {analyte: tuple(ends) for analyte, ends in _TOLD["possible"].items()}
"""Between which values, in the unit of core/importers/units.py, a measurement can be true."""

TYPICAL: dict[str, tuple[float, float]] = {analyte: tuple(ends) for analyte, ends in _TOLD["typical"].items()}
"""Between which values, in that unit, the median of a cohort lies."""

WORDS: dict[str, frozenset[str]] = {meaning: frozenset(_words(words)) for meaning, words in _TOLD["words"].items()}
"""What says event, censored, competing event, negative, positive, and that a day has not come."""


def variable_called(name: str) -> Known | None:
    """The known variable of that name."""
    return next((one for one in KNOWN if one.role == "variable" and one.of == name), None)


@cache
def known_as(role: str) -> tuple[Known, ...]:
    """The known meanings of columns of a role: for to ask of a heading whether it is that."""
    return tuple(one for one in KNOWN if one.role == role)
