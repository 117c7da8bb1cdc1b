"""Columns of one day or month, and of a grid of terms: responses, MRD, analytes and grades in headings."""

import re
from dataclasses import replace

from core.cohort.vocabulary import ANY_EVENT, ANY_OF, DAYS_PER_MONTH
from core.importers import mapping as m
from core.importers.codes import as_written as as_written_levels
from core.importers.codes import levels_for, slug
from core.importers.layout import Heading, SheetTable
from core.importers.legends import limit_told
from core.importers.levels import HIGHEST_GRADE, folded, grade_in, yes_or_no
from core.importers.meanings import KNOWN, TERMS
from core.importers.names import LIKELY, SURE, Name, analyte_named, is_judged, known_by, name_of, plain
from core.importers.numbers import number_in
from core.importers.other_rows import TITLE
from core.importers.said_besides import EARLIER, measured_in, ones_as_yes
from core.importers.seen import Guess, Seen, asked

_LONGEST_TERM = 180
_ARE_GRADES, _ARE_DATES, _SHORTEST_TERM = 0.8, 0.5, 2
_FEW = 20
"""Different texts that a column of responses has at most."""
_TERM_OF = {plain(name): term for name, term in TERMS.items()}
_CUT = re.compile(r"[<>≤≥]|transfus|substitut|given|yes|\bja\b", re.I)
"""What makes of an analyte's name a question: Ferritin > 1000."""


_ANY_GRADE = re.compile(
    r"(.+?)[\s_,:(-]+(?:any|all|jeder|jeglicher|tout|tous|qualsiasi|cualquier)\s*[-]?(?:grade?s?|grad|grado)\)?",
    re.IGNORECASE,
)
"""A heading that asks who had an adverse event, of whatever grade: CRS any grade."""
_GRADE_OF = re.compile(
    r"(.+?)(?:[\s_,:]+|\s*(?=[(\[°]))[(\[]?\s*(?:max\.?\s+)?"
    r"(?:(?:grado?|grade|graad|gr\.?|ctcae|schweregrad)(?:\s+(?:max|ctcae)\S*)?|°)\s*[)\]]?",
    re.IGNORECASE,
)
"""A heading that says that it holds the grades of an adverse event: Neutropenie °, Infezione (grado)."""


def _alike(term: str) -> str:
    """A term as it is known however it is spelled: Anemia is Anaemia."""
    return re.sub("[ao]e", "e", plain(term))


_TERMS = frozenset(map(_alike, (*TERMS, *TERMS.values())))


def of_a_term(seen: Seen, column: m.ColumnChoice) -> Guess | None:
    """A column that is called as an adverse event and holds grades, of which one is above 1: Neutropenia, G4."""
    profile, name = seen.profile, seen.heading.name
    if _alike(name) not in _TERMS or profile.grades + profile.yes_no < _ARE_GRADES or seen.codes:
        return None
    grades = [grade for text in profile.texts if (grade := grade_in(text)) is not None]
    if not any(grade.low > 1 for grade in grades) or any(not grade.exists for grade in grades):
        return None
    return Guess(replace(column, role=m.GRADE, of=term_named(name)), LIKELY, "grades of that event")


_ONE_GRADE = re.compile(
    r"(?P<term>.+?)[\s_:,(-]*(?:\b|_|(?<=[a-z]))(?:grade|grad|grado|gr|g|°)[\s._]*"
    r"(?P<grade>[1-5])\s*(?P<more>[-–/]\s*(?P<high>[1-5])|\+|or (?:higher|more|above))?\)?",
    re.IGNORECASE,
)
"""A heading of a column that marks who had an event in one grade: CRS grade 2, ICANS G3."""


def of_one_grade(seen: Seen, column: m.ColumnChoice) -> Guess | None:
    """A column of those that mark who had an event in each grade: `at` says which, and a no is none in that grade."""
    found = _ONE_GRADE.fullmatch(seen.heading.words.strip())
    if found is None or seen.profile.yes_no < 1 or not _names_a_term(found["term"]):
        return None
    others = [_ONE_GRADE.fullmatch(heading.words.strip()) for heading in seen.table.headings]
    grades = {other["grade"] for other in others if other is not None and plain(other["term"]) == plain(found["term"])}
    if len(grades) < 2:
        return None
    said = ((folded(text), yes_or_no(text)) for text in seen.profile.texts)
    high = found["high"] or (HIGHEST_GRADE if found["more"] else found["grade"])
    grade = found["grade"] if str(high) == found["grade"] else f"{found['grade']}-{high}"
    levels = tuple((text, grade if answer[0] else "0") for text, answer in said if answer is not None)
    choice = replace(column, role=m.GRADE, of=term_named(found["term"]), at=float(found["grade"]), levels=levels)
    return Guess(choice, LIKELY, f"who had grade {grade}")


_OF_A_TISSUE = re.compile(
    r"fibros|tumou?r(?!.?lysis)|differentiat|histolog"
    r"|frailty|fragil|performance|\bwho\b|nyha",
    re.I,
)
"""What is graded and is no adverse event."""


def _names_a_term(words: str) -> bool:
    """Whether words before a grade name an adverse event, and not only that there was one."""
    if _OF_A_TISSUE.search(words) or EARLIER.search(words):
        return False
    return len(words) > _SHORTEST_TERM and not re.fullmatch(
        r"(?:ae|tox\w*|event|max|worst|ctcae|ctc|nci|term)s?", plain(words)
    )


def of_graded_name(seen: Seen, column: m.ColumnChoice) -> Guess | None:
    """A column whose heading and cells say that it holds the grades of an adverse event, or who had it of any grade."""
    name = seen.heading.name.strip()
    of_any = _ANY_GRADE.fullmatch(name)
    if of_any is not None and seen.profile.yes_no >= _ARE_GRADES and _names_a_term(of_any[1]):
        levels = ones_as_yes("", seen.profile.texts)
        return Guess(
            replace(column, role=m.GRADE, of=term_named(of_any[1]), levels=levels), LIKELY, "who had any grade"
        )
    found = _GRADE_OF.fullmatch(name)
    if found is None or seen.profile.grades < _ARE_GRADES or not _names_a_term(found[1]):
        return None
    return Guess(replace(column, role=m.GRADE, of=term_named(found[1])), LIKELY, "grades, by its name")


_BESIDES_A_TERM = re.compile(
    r"[(\[][^)\]]*(?:astct|lee|ctcae|nci|criteri|kriteri|max|worst|grad|day|tag|\d)[^)\]]*[)\]]"
    r"|\b(?:max\.?\s+|ctcae\s+)?(?:grade|grad|grado|gr|g)[\s.]*[0-5]\b"
    r"|\b(?:first|second|third|1st|2nd|3rd|erste|zweite|recurrent|late|early|delayed)\b|\bepisode\b\s*\d*|#\s*\d+",
    re.IGNORECASE,
)
"""What stands beside a known adverse event and makes it no other: CRS (ASTCT), CRS grade 2, second episode of it."""


def term_named(words: str) -> str:
    """The adverse event that words name, in the name it has here; the words themselves where it has no other."""
    known = _TERM_OF.get(plain(words)) or _TERM_OF.get(plain(_BESIDES_A_TERM.sub(" ", words)))
    term = known or words.strip()[:_LONGEST_TERM]
    is_total = term.casefold() == ANY_EVENT.casefold() or term.endswith(ANY_OF)
    return f"{term} (as written)" if is_total else term


def over_it(table: SheetTable, heading: Heading, name: Name) -> Name:
    """
    What stands over a column: its group; or of a response, MRD or an analyte the month or day that its
    sheet is called by, where there is a sheet a visit (Month 3).
    """
    over, of_sheet = name_of(heading.group), name_of(table.sheet.name)
    is_visit = over.day is None and name.day is None and of_sheet.day is not None
    if is_visit and of_sheet.plain in _VISIT and (is_judged(name.plain) or analyte_named(name.plain) is not None):
        return replace(of_sheet, plain="")
    return over


_VISIT = ("", "visit", "visite", "fu", "follow up", "nachsorge", "kontrolle", "controle", "contrôle", "controllo")
"""What a sheet of one visit is called beside its day or month."""


def timed(seen: Seen, column: m.ColumnChoice) -> Guess | None:
    """A column of a day or a month: a response, an MRD result or an analyte then."""
    name, over, profile = seen.name, seen.over, seen.profile
    here = name if name.day is not None else over
    month = here.month if here.month is not None else round((here.day or 0) / DAYS_PER_MONTH, 6)
    said = f"{name.plain} {over.plain}"
    known_as, sure = known_by([name.plain], KNOWN)
    if known_as is not None and known_as.role == m.GRADE and sure == SURE and profile.grades >= _ARE_GRADES:
        return None  # CRS grade D3: the worst of all days counts
    if profile.dates >= _ARE_DATES and month == 0 and not (name.plain or over.plain):
        return Guess(replace(column, role=m.INFUSION), LIKELY, "the dates of day 0")
    if profile.dates >= _ARE_DATES and known_as is not None and known_as.role in m.DATES:
        return None  # Infusion (D0) is what its name says
    if profile.dates >= _ARE_DATES:
        return Guess(replace(column, role=m.DAY, at=month), LIKELY, "the date of what was assessed then")
    judged = profile.responses >= 0.5 or re.search(r"\bmrd\b", said) is not None
    if month <= 0 and judged:  # before CAR-T cells can have done anything
        words = as_written_levels(profile.texts, seen.codes)
        label = seen.heading.words
        own = replace(column, role=m.VARIABLE, of=slug(label), label=label, kind="category", unit="", levels=words)
        return Guess(own, LIKELY, "no later than the infusion: no response to it")
    if re.search(r"\bmrd\b", said):
        levels = levels_for(m.MRD, "", profile.texts, seen.codes, asked(seen))
        return Guess(replace(column, role=m.MRD, at=month, levels=levels), SURE, "MRD by time")
    if profile.responses >= 0.5 or (re.search(r"\bresp", said) and profile.different <= _FEW):
        levels = levels_for(m.RESPONSE, "", profile.texts, seen.codes)
        return Guess(replace(column, role=m.RESPONSE, at=month, levels=levels, unit=""), SURE, "responses by time")
    if not name.plain and not over.plain and (titled := _titled(seen)) is not None:
        name, column = replace(name, plain=titled.plain), replace(column, unit=column.unit or titled.in_brackets)
    known = analyte_named(name.plain) or analyte_named(over.plain)
    asks = known is None or _CUT.search(seen.heading.words) is not None
    is_flag = profile.yes_no >= 0.9 and profile.different <= 3 and asks and not _is_counted_elsewhere(seen)
    if (profile.numbers < 0.5 and known is None) or name.plain in ("crs", "icans") or is_flag:
        return None
    known, told = measured_in(name, over, "" if _OF_TIME.fullmatch(column.unit) else column.unit)
    column = replace(column, unit=told)
    analyte = known or as_written(name, seen.heading.name) or over.plain or seen.heading.words
    unit = f"log10 {column.unit or 'copies/µg'}" if re.search(r"\blog", said) else column.unit
    below = tuple((text, told) for text in map(folded, profile.texts) if (told := limit_told(seen.legend, text)))
    day = float(round(here.day or 0))
    choice = replace(column, role=m.MEASUREMENT, of=analyte, at=day, unit=unit, levels=below)
    return Guess(choice, SURE if known else LIKELY, "an analyte by day")


_OF_TIME = re.compile(
    r"d|days?|tage?n?|w|wks?|weeks?|wochen|m|mo|months?|monate?n?|mois|mesi|jours?|y|years?", re.IGNORECASE
)
"""A unit that is of the day in a heading, and of no analyte: CRP 1 d."""


def _is_counted_elsewhere(seen: Seen) -> bool:
    """Whether a column of that name at another day holds numbers above 1: the zeros and ones of this are such too."""
    if seen.profile.plain_numbers < 1:
        return False
    sisters = [h for h in seen.table.headings if h != seen.heading and name_of(h.name).plain == seen.name.plain != ""]
    cells = (seen.table.sheet.rows[row][h.column] for h in sisters for row in seen.table.rows)
    return any((number := number_in(cell)) is not None and number.value > 1 and not number.rest for cell in cells)


def _titled(seen: Seen) -> Name | None:
    """The analyte that a title over the table names, or the sheet, of columns that are days alone."""
    table = seen.table
    titles = [cell for row, why in table.others.items() if why == TITLE for cell in table.sheet.rows[row] if cell]
    named = [name_of(words) for words in (*titles, table.sheet.title.rpartition(".")[0] or table.sheet.title)]
    return next((name for name in named if analyte_named(name.plain) is not None), None)


def as_written(name: Name, heading: str) -> str:
    """The words of a heading without day and unit, as they are spelled where their plain form has lost that."""
    start = re.match(r"[^\W_][\w-]*", heading.strip())
    return start[0] if start is not None and plain(start[0]) == name.plain else name.plain


def in_a_grid(seen: Seen, column: m.ColumnChoice) -> Guess | None:
    """A column of a grid of terms, in which a dash says that the term was looked for and not seen."""
    heading, place = seen.heading, seen.heading.column
    day = re.fullmatch(r"(.+?)\s*(?:onset|day|tag|start|beginn)", heading.name.strip(), re.I)
    if day is not None and seen.profile.values:
        return Guess(replace(column, role=m.ONSET, of=term_named(day[1])), LIKELY, "the day of the column before")
    dashes = {cell for row in seen.table.rows if (cell := seen.table.sheet.rows[row][place]) in ("-", "–", "—")}
    if not heading.name or not (seen.profile.grades > 0.6 or (dashes and not seen.profile.values)):
        return None
    if re.search(r"\b(max|worst|any|sum|total|n)\b", plain(heading.name)):
        return Guess(column, LIKELY, "a sum of others")
    levels = tuple((dash, "0") for dash in sorted(dashes))
    said = _GRADE_OF.fullmatch(heading.name.strip())
    term = term_named(said[1] if said is not None and _names_a_term(said[1]) else heading.name)
    return Guess(replace(column, role=m.GRADE, of=term, levels=levels), LIKELY, "a grade for each patient")
