"""What is wrong in a cohort's files, said so that it can be put right."""

from dataclasses import dataclass


class CohortError(ValueError):
    """A cohort cannot be opened; `problems` says where and what to do."""

    def __init__(self, problems: "list[Problem]") -> None:
        self.problems = problems
        shown = [str(problem) for problem in problems[:20]]
        if len(problems) > len(shown):
            shown.append(f"… and {len(problems) - len(shown)} more problems")
        super().__init__("\n".join(shown))


@dataclass(frozen=True)
class Problem:
    """
    One thing that is wrong in a cohort's files: where it is, what was found
    and what is needed. `rows` are as in a spreadsheet, the header row 1, with
    `more` that are not named; `values` are some of what stands there.
    """

    file: str
    message: str
    rows: tuple[int, ...] = ()
    column: str = ""
    values: tuple[str, ...] = ()
    more: int = 0

    def __str__(self) -> str:
        where = self.file
        if self.rows:
            named = [str(row) for row in self.rows] + ([f"{self.more:,} more"] if self.more else [])
            listed = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
            where += f", row{'' if len(named) == 1 else 's'} {listed}"
        if self.column:
            where += f", column {self.column}"
        values = ", ".join(repr(value if len(value) <= 60 else f"{value[:59]}…") for value in self.values)
        return f"{where}: {self.message}{f' Found {values}.' if values else ''}"
