"""A variable: a column of `patients` as the dictionary describes it, and when its value is known."""

import re
from dataclasses import dataclass

from core.cohort.schema import _PATIENT, FLAG_LEVELS, LONGEST_MONTHS, Column
from core.cohort.vocabulary import RESPONSES
from core.text import digits


@dataclass(frozen=True)
class KnownAt:
    """
    When a variable's value is known, where that is only after infusion: from
    `month` on, or by the dates of `what` in `table` (a response, or a term of
    adverse events); with neither, no date exists.
    """

    month: float | None = None
    table: str = ""
    what: str = ""

    @classmethod
    def parsed(cls, words: str) -> "KnownAt | None":
        """From how `variables` says it; None for what is known at infusion. Raises ValueError for any other words."""
        words = words.strip()
        table, point, what = words.partition(".")
        table = table.strip().casefold()
        if point and table == "responses" and what.strip().casefold() in DATED_RESPONSES:
            return cls(table=table, what=what.strip().casefold())
        if point and table == "adverse_events" and what.strip():
            return cls(table=table, what=what.strip())
        month = re.fullmatch(r"month\s+(\d+(?:\.\d+)?)", words.casefold())
        if month is not None and float(month[1]) <= LONGEST_MONTHS:
            return cls(month=float(month[1]))
        if words.casefold() not in ("", "undated"):
            raise ValueError(f"{words!r} does not say when a value is known.")
        return cls() if words else None

    @property
    def dated(self) -> bool:
        """Whether the value can be told by some month."""
        return self.month is not None or bool(self.table)


DATED_RESPONSES = {"mrd": "flag", "responder": "flag", "response": "category"}
"""What the dates of `responses` can tell, and the kind of variable that it needs."""


@dataclass(frozen=True)
class AdverseEvent:
    """A term at a worst grade from `lowest` to `highest`; `dated` where the cohort dates the onset of any."""

    term: str
    lowest: int
    highest: int
    dated: bool

    @property
    def name(self) -> str:
        """How a selection names it beside the variables, whose names have no colon."""
        return f"{_EVENT}: {self.lowest}-{self.highest}{' dated' * self.dated}: {self.term}"

    @property
    def variable(self) -> "Variable":
        """Whether a patient had it, as a flag that is known only later."""
        grades = f"grade {self.lowest}" + (f"–{self.highest}" if self.highest > self.lowest else "")
        grades = "any grade" if self.lowest == 1 and self.highest == 5 else grades
        grades = f"grade {self.lowest} or more" if self.highest == 5 and 1 < self.lowest < 5 else grades
        known = KnownAt(table="adverse_events", what=self.term) if self.dated else KnownAt()
        label, section = f"{self.term}, {grades}", "after infusion"
        return Variable(self.name, label, "flag", "", FLAG_LEVELS, section, known_at=known, event=self)


_EVENT = "adverse event"


def adverse_event_named(name: str) -> AdverseEvent | None:
    """The adverse event of a name that a selection gives it; None for any other name."""
    parts = re.fullmatch(rf"{_EVENT}: ([1-5])-([1-5])( dated)?: (.+)", name)
    return None if parts is None else AdverseEvent(parts[4], int(parts[1]), int(parts[2]), bool(parts[3]))


@dataclass(frozen=True)
class Variable:
    """
    A column of `patients`, as its row of `variables` describes it.

    `levels` are in clinical order (a flag's are No, Yes; a number has none).
    `known_at` is None for what is known at infusion; `note` says what it, or
    its levels, mean. With an `event` it is no column, but whether a patient had that.
    """

    name: str
    label: str
    kind: str
    unit: str = ""
    levels: tuple[str, ...] = ()
    section: str = "more"
    default_cut: float | None = None
    known_at: KnownAt | None = None
    note: str = ""
    event: AdverseEvent | None = None

    @property
    def is_number(self) -> bool:
        return self.kind == "number"

    @property
    def column(self) -> Column:
        """How a cell of this variable is read."""
        return Column(self.name, "number") if self.is_number else Column(self.name, levels=self.levels)

    @property
    def responses(self) -> dict[str, str]:
        """
        Of a category known by the dates of responses: response -> its level,
        "VGPR/PR" for VGPR and PR, and sCR among CR where it has no level of its own.
        Raises ValueError for a level that names no response, or one named twice.
        """
        level_of: dict[str, str] = {}
        known = {response.casefold(): response for response in RESPONSES}
        for level in self.levels:
            for part in re.split(r"\s*(?:[/,;+&]|\bor\b|\band\b)\s*", level):
                response = known.get(part.strip().casefold())
                if response is None or response in level_of:
                    raise ValueError(f"{level!r} names no response, or one that another level has.")
                level_of[response] = level
        return level_of | ({"sCR": level_of["CR"]} if "CR" in level_of and "sCR" not in level_of else {})

    @property
    def heading(self) -> str:
        """What stands over a column of its values: Infused dose, ×10⁸ cells."""
        return f"{self.label}, {self.unit}" if self.unit else self.label

    def value(self, number: float) -> str:
        """A number of this variable with its unit: 66.23%, 1.5 ×10⁸ cells."""
        return self.with_unit(digits(number))

    def with_unit(self, shown: str) -> str:
        """A number that is written already, with this variable's unit."""
        return f"{shown}{'' if self.unit == '%' else ' ' if self.unit else ''}{self.unit}"

    def step(self, number: float) -> str:
        """A difference of this variable, for "per": 10 percentage points, 10 years, 1 year."""
        words = f"{digits(number)} percentage points" if self.unit == "%" else self.value(number)
        return words.removesuffix("s") if number == 1 and self.unit.isalpha() and self.unit.isascii() else words


def patients_columns(variables: "tuple[Variable, ...] | list[Variable]") -> tuple[Column, ...]:
    """The columns of `patients` for a cohort with these variables."""
    return (_PATIENT, *(variable.column for variable in variables))
