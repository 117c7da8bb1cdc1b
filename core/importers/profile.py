"""What the cells of a column are like: how many are missing, and how many read as dates, numbers, grades, responses."""

import re
from collections import Counter
from dataclasses import dataclass

from core.importers import mapping as m
from core.importers.dates import when
from core.importers.layout import Heading, SheetTable
from core.importers.levels import HIGHEST_GRADE, folded, grade_in, is_missing, response_in, yes_or_no
from core.importers.meanings import Known
from core.importers.names import LIKELY, SURE
from core.importers.numbers import decimals_of, number_in

_MOST_LOOKED_AT = 3_000
"""Different texts of a column that say what it is like."""
_PHONE = re.compile(r"(?<![\d.,])\+?\(?\d[\d ()/-]{5,}\d(?![\d.,])")
_DATED = re.compile(r"(?:19|20)\d\d-\d\d?-\d\d?|\d\d?[./]\d\d?[./]\d\d")
_EMAIL = re.compile(r"\S@\S+\.\w")
_YES = (1, HIGHEST_GRADE)
"""What a yes says of a grade: it alone makes no column one of grades."""
_FIRST_INFUSED = 1990
"""The first year in which anything that is asked for can have happened to most patients."""
_RECORD = re.compile(r"[1-9]\d{4,}")
_FEWEST_RECORDS = 5
_ERROR = re.compile(r"#[A-Z/0!?]+")


@dataclass(frozen=True)
class Profile:
    """
    Of one column: `texts` are its different cells that hold a value, each with how
    often; the shares are of these cells, not of different texts.
    """

    texts: dict[str, int]
    rows: int
    missing: int
    dates: float
    numbers: float
    plain_numbers: float
    yes_no: float
    grades: float
    responses: float
    decimal: str

    @property
    def values(self) -> int:
        return self.rows - self.missing

    @property
    def different(self) -> int:
        return len(self.texts)

    @property
    def is_free_text(self) -> bool:
        """Whether it is sentences: words that hardly repeat."""
        words = [text for text in self.texts if len(text.split()) > 2 and not number_in(text)]
        repeats = self.values >= 3 * self.different
        return self.numbers < 0.5 and self.dates < 0.5 and not repeats and len(words) > max(1, 0.4 * self.different)

    @property
    def is_of_births(self) -> bool:
        """Whether it is dates whose years are those of births: nobody was infused then."""
        years = sorted(int(year) for text in self.texts for year in re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", text))
        return self.dates >= 0.5 and bool(years) and years[len(years) // 2] < _FIRST_INFUSED

    @property
    def is_of_record_numbers(self) -> bool:
        """Whether it is whole numbers of five digits or more, all of one length and each there once."""
        longest = {len(text) for text in self.texts}
        digits = all(map(_RECORD.fullmatch, self.texts))
        return digits and len(longest) == 1 and self.different == self.values >= _FEWEST_RECORDS

    @property
    def is_personal(self) -> bool:
        """Whether any cell holds a telephone number or an address of electronic mail."""
        return any(_EMAIL.search(text) or _is_phone(text) for text in self.texts if len(text) < 2_000)


def _is_phone(text: str) -> bool:
    found = _PHONE.search(text)
    if found is None or when(text, 2100) is not None or number_in(text) is not None:
        return False
    if _DATED.search(found.group()):
        return False
    digits = re.sub(r"\D", "", found.group())
    return 7 <= len(digits) <= 15 and (
        " " in found.group().strip() or "/" in found.group() or found.group()[0] in "+0("
    )


def profile_of(table: SheetTable, heading: Heading) -> Profile:
    """The profile of a column of a table."""
    place, of_sheet = heading.column, table.sheet.rows
    cells = Counter([of_sheet[row][place] for row in table.rows])
    texts = {text: often for text, often in cells.items() if not is_missing(text)}
    looked_at = dict(list(texts.items())[:_MOST_LOOKED_AT])
    whole = sum(often for text, often in looked_at.items() if not _ERROR.fullmatch(text)) or 1
    decimal, _ = decimals_of(looked_at)

    def share(reads) -> float:  # type: ignore[no-untyped-def]
        return sum(often for text, often in looked_at.items() if reads(text)) / whole

    return Profile(
        texts=texts,
        rows=len(table.rows),
        missing=len(table.rows) - sum(texts.values()),
        dates=share(lambda text: when(text, 2100) is not None),
        numbers=share(lambda text: number_in(text, decimal) is not None and when(text, 2100) is None),
        plain_numbers=share(lambda text: (one := number_in(text, decimal)) is not None and not one.rest),
        yes_no=share(lambda text: yes_or_no(text) is not None),
        grades=share(
            lambda text: (grade := grade_in(text)) is not None and grade.exists and (grade.low, grade.high) != _YES
        ),
        responses=share(lambda text: response_in(folded(text)) is not None),
        decimal=decimal,
    )


def privacy_of(profile: Profile, known: Known | None, sure: int) -> tuple[int, str] | None:
    """How sure a column is private, and why; None where it is not."""
    if known is not None and known.role == m.PRIVATE:
        return sure, "by its name"
    if profile.is_of_births:
        return LIKELY, "dates of births, by their years"
    if profile.is_personal:
        return SURE, "telephone numbers or addresses in it"
    if profile.is_free_text and (known is None or known.role in (m.LEFT_OUT, m.PATIENT)):
        return LIKELY, "free text, in which names may stand"
    return None
