"""What one column of a sheet with one row a patient is taken for."""

import re
from dataclasses import replace

from core.importers import mapping as m
from core.importers.codes import Levels, as_written, flag_levels, grade_levels, levels_for, slug
from core.importers.dates import when
from core.importers.emd import any_emd
from core.importers.known_when import dated
from core.importers.layout import Heading, SheetTable
from core.importers.legends import unit_told
from core.importers.levels import folded, yes_or_no
from core.importers.meanings import DATES_BY_WORDS, KNOWN, WORDS, Known, variable_called
from core.importers.names import (
    LIKELY,
    PERHAPS,
    SURE,
    analyte_named,
    ends_either_way,
    holds_units,
    known_by,
    name_of,
    plain,
    unit_in,
)  # fmt: skip
from core.importers.never_infused import levels_of, tells_infused
from core.importers.profile import Profile, privacy_of
from core.importers.said_besides import (
    has_another_scale,
    in_another_unit,
    ones_as_yes,
    only_closer,
    says_otherwise,
)
from core.importers.seen import Guess, Legend, Seen, asked, codes_of
from core.importers.statuses import says_who_lives
from core.importers.timed_columns import in_a_grid, of_a_term, of_graded_name, of_one_grade, over_it, timed

_LONGEST_TERM = 180
_FEW = 20
"""Different texts that a category has at most."""
_SAID = 0.8
"""Share of the cells of a flag that have to say yes or no."""
_OF_CODES = (m.PROGRESSED, m.VITAL, m.STATUS, m.MRD, m.CAUSE, m.BEST_RESPONSE, m.RESPONSE)
"""Roles whose texts each mean something."""
_STATUS_OF = {m.PROGRESSION: m.PROGRESSED, m.DEATH: m.VITAL}
_DATE_OF = {m.PROGRESSED: m.PROGRESSION, m.VITAL: m.DEATH}
NAMED_ELSEWHERE = "another column names the patients"
_MARKS = frozenset(["x", "+", "✓", "1", "yes", "y", "ja"])
_CHOICE = re.compile(r"\s*\(choice=(.*)\)\s*$|___-?\w+$", re.I)
"""A box of REDCap without its dictionary: CRS (choice=No) is another question than CRS, and so is crs___1."""
_NO_GRADE = re.compile(
    r"\b(?:number|no\. of|anzahl|nombre|numero|número|count|days?|tage|jours|hours?|stunden|score|prior|previous"
    r"|duration|dauer|doses?|choice)\b",
    re.I,
)
"""In a heading of a number that is no grade: Number of infections, ICE score, CRS hours."""
_IS_VALUE = re.compile(
    r"peak|max|count|cells?\b|zellen|copies|kopien|auc|densit|level|conc|tit(?:er|re)|bcma|chain|protein|dose|volume|units?\b"
    r"|\bcd\d|lympho|leuko|neutro|platelet|area|cost|kosten",
    re.IGNORECASE,
)
"""In a heading of numbers that are values, however long and different they are."""
_OF_TWO = re.compile(r"[01]\s*/\s*[01]|event|status|y/n|j/n|yes/no|ja/nein|oui/non|s[ií]/no|sì/no", re.IGNORECASE)
"""In brackets behind an endpoint, of which the column is the status then."""
_EMPTY = frozenset(["empty", "blank", "leer", "vide", "vuoto", "vacío"])
"""What a legend calls a cell that holds nothing."""


def names_no_grade(heading: Heading) -> bool:
    """Whether a heading has a known name that is of no adverse event: a stage or a status in numbers is no grade."""
    if _NO_GRADE.search(heading.words):
        return True
    known, sure = known_by([plain(heading.name), name_of(heading.name).plain], KNOWN)
    return known is not None and sure == SURE and known.role not in (m.GRADE, m.ONSET)


def guess_column(
    table: SheetTable, heading: Heading, column: m.ColumnChoice, profile: Profile, legend: Legend, is_grid: bool
) -> Guess:
    """What a column is taken for, by its name, its cells, the legend, and whether its sheet is a grid of terms."""
    name = name_of(heading.name)
    over = over_it(table, heading, name)
    seen = Seen(table, heading, profile, legend, name, over, codes_of(legend, heading))
    may_be_graded = is_grid and not seen.codes and not names_no_grade(heading)
    graded = of_one_grade(seen, column) or (in_a_grid(seen, column) if may_be_graded else None)
    graded = graded or of_a_term(seen, column) or _ticked(seen, column)
    if graded is not None:
        return replace(graded, choice=dated(graded.choice))
    if not profile.values:
        known, sure = known_by([plain(heading.name), name.plain], KNOWN)
        if known is not None and sure == SURE and known.role in (m.DEATH, m.PROGRESSION):
            return Guess(replace(column, role=known.role), SURE, "by its name: nobody has one")
        return Guess(column, SURE, "empty")
    if heading.column in table.sheet.hidden:
        return Guess(column, SURE, "hidden in the sheet")
    said = [plain(heading.name), name.plain, plain(heading.words), name_of(heading.label).plain]
    known, sure = known_by(["last contact"] if ends_either_way(heading.name) else said, KNOWN)
    if known is not None and known.role == m.PATIENT and sure == SURE:
        return Guess(column, LIKELY, NAMED_ELSEWHERE)
    if holds_units([seen.codes.get(folded(text), text) for text in profile.texts]):
        return Guess(as_variable(seen, column, "category"), LIKELY, "units")
    private = privacy_of(profile, known, sure)
    if private is not None:
        return Guess(replace(column, role=m.PRIVATE), *private)
    unit = unit_in(heading.name, name, table.units.get(heading.column, "")) or unit_in(heading.group, over, "")
    told = unit_told(legend, heading.name.casefold()) or unit_told(legend, name.plain)
    unit = unit or told or unit_in(heading.label, name_of(heading.label), "")
    column = replace(column, unit=unit)
    marks = {folded(text) for text in profile.texts}
    if len(marks) == 1 and marks <= _MARKS and (_EMPTY & {*seen.codes, *legend.get(marks.pop(), {})}):
        column = replace(column, empty="No")  # the legend says that an empty cell beside a mark is a no
    at_a_time = timed(seen, column) if name.day is not None or over.day is not None else None
    if at_a_time is not None:
        return at_a_time
    named = None if known is None or known.role == m.PATIENT else _by_name(seen, column, known, sure)
    guess = named or of_graded_name(seen, column) or _by_values(seen, column)
    return replace(guess, choice=dated(guess.choice))


def _ticked(seen: Seen, column: m.ColumnChoice) -> Guess | None:
    """A box of REDCap without its dictionary, as a yes or no of its own."""
    if not _CHOICE.search(seen.heading.name) or seen.profile.yes_no < _SAID:
        return None
    return Guess(as_variable(seen, column, "flag"), LIKELY, "a box that was ticked or not")


def _by_name(seen: Seen, column: m.ColumnChoice, known: Known, sure: int) -> Guess | None:
    """The column as the meaning that its name says, where its cells fit it; None where they do not."""
    if known.kind == "number" and in_another_unit(seen.heading.words, known, column.unit):
        return Guess(as_variable(seen, column, "number"), LIKELY, f"not in {known.unit or 'the usual unit'}")
    if known.role == m.MONTHS and _OF_TWO.fullmatch(seen.name.in_brackets):  # OS (0/1)
        known = next(one for one in KNOWN if (one.role, one.of) == (m.STATUS, known.of))
    of_name = asked(seen)  # without the codes in brackets: Alive (1=yes, 0=no)
    of_name = seen.heading.words if known.role == m.GRADE else of_name
    if says_otherwise(of_name, known) or (sure == PERHAPS and not only_closer(seen.name.plain, known)):
        return None
    fitted = column if known.role == m.LEFT_OUT else _fitted(seen, column, known)
    if fitted is None:
        return None
    if fitted.role == m.VARIABLE and sure == PERHAPS:
        label = re.sub(r"\s*[(\[].*", "", seen.heading.name).strip()  # Ferritin peak is no ferritin at infusion
        fitted = replace(fitted, of=slug(label), label=label)
    by = {SURE: "by its name", LIKELY: "by a name much like it"}.get(sure, "by how it begins")
    return Guess(fitted, sure, f"{by}{' and its legend' if seen.codes else ''}")


def _fitted(seen: Seen, column: m.ColumnChoice, known: Known) -> m.ColumnChoice | None:
    profile, role = seen.profile, known.role
    if role == m.ISOTYPE and seen.codes:  # codes of a legend are of one thing
        known = variable_called(known.of) or known
        role = known.role
    if role == m.BEST_RESPONSE_DATE and profile.responses >= 0.5:
        role = m.BEST_RESPONSE  # CR (2022-04-01)
    dated = profile.dates > 0 and _are_days_or_none(profile)
    if role in _DATE_OF and (profile.dates >= 0.5 or dated):
        role = _DATE_OF[role]
    if role in _STATUS_OF and profile.dates < 0.3 and not dated:
        role = _STATUS_OF[role]
    chosen = replace(column, role=role, of=known.of)
    if role == m.VARIABLE:
        return _variable(seen, chosen, known)
    if not _fits(seen, role, known):
        return None
    if role == m.BEFORE:
        return before_infusion(chosen, known.of, known.label, known.unit)
    return replace(chosen, levels=_levels(seen, role, known))


def _are_days_or_none(profile: Profile) -> bool:
    """Whether each cell is a day, or a word for none: a column of dates, however few it holds."""
    return all(when(text, 2100) is not None or folded(text) in WORDS["no day"] for text in profile.texts)


def _levels(seen: Seen, role: str, known: Known) -> Levels:
    """What the texts of a column mean that is no variable."""
    texts, codes = seen.profile.texts, seen.codes
    if role == m.INFUSED:
        return () if known.of == "not" else levels_of(texts, codes)
    if role == m.TREATMENT and codes:
        return flag_levels(None, texts, codes)
    if role == m.GRADE:
        return grade_levels(codes) or ones_as_yes(seen.heading.words, texts)
    return levels_for(role, known.of, texts, codes, asked(seen)) if role in _OF_CODES else ()


def _fits(seen: Seen, role: str, known: Known) -> bool:
    """Whether the cells of a column can be what its name says."""
    profile = seen.profile
    needs = {
        m.INFUSION: profile.dates >= 0.5,
        m.BEFORE: profile.dates >= 0.5,
        m.LAST_CONTACT: profile.dates >= 0.5,
        m.LAST_ASSESSMENT: profile.dates >= 0.5,
        m.CUTOFF: profile.dates >= 0.5,
        m.BEST_RESPONSE_DATE: profile.dates >= 0.5 or profile.numbers >= 0.5,
        m.MONTHS: profile.numbers >= 0.5,
        m.GRADE: profile.yes_no >= 0.9
        or (profile.grades >= 0.5 and any(re.search(r"[1-5]|[IV]", text) for text in profile.texts)),
        m.INFUSED: known.of == "not" or profile.yes_no >= 0.8 or tells_infused(profile.texts) or bool(seen.codes),
        m.TREATED: profile.dates + profile.numbers >= 0.5,
        m.BEST_RESPONSE: profile.responses >= 0.3 or bool(seen.codes),
        m.ONSET: (profile.numbers + profile.dates >= 0.3 or any("d" in text for text in profile.texts))
        and not re.search(r"hour|stunde|heure|\bh\b", seen.heading.words, re.I),
    }
    return needs.get(role, True) and (role not in _OF_CODES or profile.different <= 2 * _FEW)


def _variable(seen: Seen, chosen: m.ColumnChoice, known: Known) -> m.ColumnChoice | None:
    profile, codes = seen.profile, seen.codes
    chosen = replace(chosen, label=known.label, kind=known.kind, section=known.section)
    if known.kind == "number":
        return chosen if profile.numbers >= 0.4 else None
    if profile.different > 2 * _FEW:
        return None
    if known.kind == "flag":
        many = profile.yes_no < 0.5 and not codes and profile.different > _FEW
        levels = flag_levels(known, profile.texts, codes)
        told = sum(often for text, often in profile.texts.items() if folded(text) in dict(levels) or yes_or_no(text))
        if not many and told < _SAID * profile.values:  # del17p is neither a yes nor missing
            return replace(chosen, kind="category", levels=as_written(profile.texts, codes))
        return None if many else replace(chosen, levels=levels)
    of_any = any_emd(known, profile.texts, codes) if known.of == "emd" else ()
    if of_any:
        return replace(chosen, of="emd_any", label="Any extramedullary disease", levels=of_any)
    if not known.levels:
        return replace(chosen, levels=as_written(profile.texts, codes))
    levels = levels_for(m.VARIABLE, known.of, profile.texts, codes, asked(seen))
    return replace(chosen, levels=levels or as_written(profile.texts, codes))  # where no word is known, each is a level


def _date_of(words: str) -> str:
    """What a column of dates is by words in its heading; empty where none or two say it."""
    words = re.sub(r"[_./-]+", " ", words)
    said = [role for role, pattern in DATES_BY_WORDS.items() if pattern.search(words)]
    return said[0] if len(said) == 1 and said[0] in m.DATES else ""


def _by_values(seen: Seen, column: m.ColumnChoice) -> Guess:
    """What a column of no known name is taken for: a variable of its own, called as it is."""
    profile, codes = seen.profile, seen.codes
    is_value = column.unit or analyte_named(seen.name.plain) or _IS_VALUE.search(seen.heading.words)
    if profile.is_of_record_numbers and not is_value:
        why = "long whole numbers that never repeat, as record numbers are"
        return Guess(replace(column, role=m.PRIVATE), LIKELY, why)
    if tells_infused(profile.texts):
        return Guess(replace(column, role=m.INFUSED, levels=levels_of(profile.texts, {})), LIKELY, "its words")
    if profile.dates >= 0.5:
        role = _date_of(seen.heading.words)
        told = "by words in its name" if role else "dates of something else"
        return Guess(replace(column, role=role or m.LEFT_OUT), LIKELY if not role else PERHAPS, told)
    words = [codes.get(folded(text), text) for text in profile.texts]
    if len(words) > 1 and says_who_lives(words):
        levels = levels_for(m.VITAL, "", profile.texts, codes, asked(seen))
        return Guess(replace(column, role=m.VITAL, levels=levels), LIKELY, "its words: who lives and who died")
    few = profile.plain_numbers < 0.5 and profile.different <= _FEW and profile.values >= 2 * profile.different
    if profile.yes_no >= 0.9 and profile.different <= 6 and not (codes and profile.numbers == 1):
        return Guess(as_variable(seen, column, "flag"), PERHAPS, "yes and no")
    if codes or few:
        return Guess(as_variable(seen, column, "category"), PERHAPS, "few different words")
    if profile.numbers >= 0.6:
        return Guess(as_variable(seen, column, "number"), PERHAPS, "numbers")
    if profile.values < 2 * profile.different and profile.numbers < 0.3:
        return Guess(replace(column, role=m.PRIVATE), PERHAPS, "hardly a word in it repeats")
    return Guess(column, PERHAPS, "no meaning found")


def before_infusion(column: m.ColumnChoice, name: str, label: str, unit: str) -> m.ColumnChoice:
    """A column of days before infusion, as the time from each to the infusion."""
    return replace(column, role=m.BEFORE, of=name, label=label, kind="number", unit=unit)


def as_variable(seen: Seen, column: m.ColumnChoice, kind: str) -> m.ColumnChoice:
    """A variable of its own, called as its column is."""
    heading = seen.heading
    words = re.sub(r"\s+\(choice=(.*)\)\s*$", r": \1", heading.name)
    words = re.sub(r"\s+[(\[][^()\[\]]*[)\]]\s*$", "", words).strip()
    words = heading.name if len(words) < 2 or has_another_scale(heading.name) else words
    if column.unit and words.casefold().endswith(f" {column.unit.casefold()}"):
        words = words[: -len(column.unit)].strip()  # the unit is told beside it
    label = (words if not heading.group or len(words) > 4 else f"{heading.group}: {words}") or column.column
    label = re.sub(r"\s+[(\[].*$", "", heading.label).strip() or label
    own = replace(column, role=m.VARIABLE, of=slug(label), label=label, kind=kind)
    if kind == "flag":
        return replace(own, unit="", levels=flag_levels(None, seen.profile.texts, seen.codes))
    return own if kind == "number" else replace(own, unit="", levels=as_written(seen.profile.texts, seen.codes))
