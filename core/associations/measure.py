"""What is set against what: numbers, two groups, ordered levels, and times to an event, of each patient."""

from dataclasses import dataclass

NUMBER, TWO, ORDERED, TIME = "number", "two groups", "ordered levels", "time to an event"


@dataclass(frozen=True)
class Measure:
    """
    Something known of each patient: `key` names its column of values, `kind` is
    NUMBER, TWO (0 and 1), ORDERED (places in `levels`, lowest first) or TIME
    (months, with a column of events). `late` is what is known only after infusion;
    `outcome` what becomes of patients, whose column no variable of that name shares.
    """

    key: str
    label: str
    kind: str
    unit: str = ""
    levels: tuple[str, ...] = ()
    late: bool = False
    outcome: bool = False

    @property
    def column(self) -> str:
        """The column of its values."""
        return f"{self.key}: outcome" if self.outcome else self.key

    @property
    def heading(self) -> str:
        return f"{self.label}, {self.unit}" if self.unit else self.label

    @property
    def event(self) -> str:
        """The column of whether a time ended with the event."""
        return f"{self.key}: event"
