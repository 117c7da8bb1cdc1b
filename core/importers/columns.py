"""What one column of a sheet with one row a patient is taken for."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from core.cohort.schema import TAKEN_NAMES
from core.cohort.vocabulary import DAYS_PER_MONTH
from core.importers import mapping as m
from core.importers.codes import levels_for
from core.importers.layout import Heading, SheetTable
from core.importers.levels import folded, is_missing, yes_or_no
from core.importers.legends import TOLD, limit_told, unit_told
from core.importers.meanings import KNOWN, TERMS, Known
from core.importers.names import LIKELY, PERHAPS, SURE, Name, analyte_named, known_by, name_of, plain, unit_in
from core.importers.profile import Profile
from core.importers.sheets import letters

_FEW = 20
"""Different texts that a category has at most."""
_OF_CODES = (m.PROGRESSED, m.VITAL, m.STATUS, m.MRD, m.CAUSE, m.BEST_RESPONSE, m.RESPONSE)
"""Roles whose texts each mean something."""
_NEEDS_DATES = (m.INFUSION, m.LAST_CONTACT, m.LAST_ASSESSMENT, m.CUTOFF)
_LATER = re.compile(r"\b(peak|max|maximum|nadir|worst|best|after|post|response|relapse|progression|toxicity)\b", re.I)
"""Words of a variable that is known only after infusion."""
_STATUS_OF = {m.PROGRESSION: m.PROGRESSED, m.DEATH: m.VITAL}
_TERM_OF = {plain(name): term for term, names in TERMS.items() for name in (term, *names.split("|"))}
Legend = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Guess:
    """What a column is taken for, how sure that is (0 to 3), and why."""

    choice: m.ColumnChoice
    sure: int
    reason: str


def named_apart(headings: Iterable[Heading]) -> dict[Heading, str]:
    """What each column is called: by its heading, with its letter where it has none or shares it."""
    headings = tuple(headings)
    said = [heading.words for heading in headings]
    return {
        heading: heading.words
        if heading.words and said.count(heading.words) == 1
        else f"{heading.words or 'Column'} ({letters(heading.column)})"
        for heading in headings
    }


def guess_column(
    table: SheetTable, heading: Heading, column: m.ColumnChoice, profile: Profile, legend: Legend, kinds: str
) -> Guess:
    """What a column is taken for, by its name, its cells, the legend, and whether its sheet is a grid of terms."""
    if kinds == "grid" and (graded := _in_a_grid(table, column, heading, profile)) is not None:
        return graded
    if not profile.values:
        return Guess(column, SURE, "empty")
    if heading.column in table.sheet.hidden:
        return Guess(column, SURE, "hidden in the sheet")
    name, over = name_of(heading.name), name_of(heading.group)
    unit = unit_in(heading.name, name, table.units.get(heading.column, "")) or unit_in(heading.group, over, "")
    unit = unit or unit_told(legend, name.plain)
    column = replace(column, unit=unit)
    codes = _codes(legend, heading)
    if {folded(text) for text in profile.texts} == {"x"} and "empty" in legend.get("x", {}):
        column = replace(column, empty="No")  # the legend says that an empty cell beside an x is a no
    known, sure = known_by([name.plain, plain(heading.name), plain(heading.words)], KNOWN)
    if known is not None and known.role == m.PRIVATE:
        return Guess(replace(column, role=m.PRIVATE), sure, "by its name")
    if profile.is_personal:
        return Guess(replace(column, role=m.PRIVATE), SURE, "telephone numbers or addresses in it")
    if profile.is_free_text and (known is None or known.role in (m.LEFT_OUT, m.PATIENT)):
        return Guess(replace(column, role=m.PRIVATE), LIKELY, "free text, in which names may stand")
    if name.day is not None or over.day is not None:
        timed = _timed(column, heading, name, over, profile, legend)
        if timed is not None:
            return timed
    if known is not None and known.role != m.PATIENT:
        fitted = _fitted(column, known, profile, codes, name)
        if fitted is not None and fitted.role == m.VARIABLE and sure == PERHAPS:
            label = re.sub(r"\s*[(\[].*", "", heading.name).strip()  # Ferritin peak is no ferritin at infusion
            fitted = replace(fitted, of=_slug(label), label=label)
        if fitted is not None:
            by = "by its name" if sure == SURE else "by a name much like it" if sure == LIKELY else "by how it begins"
            return Guess(_dated(fitted), sure, f"{by}{' and its legend' if codes else ''}")
    guess = _by_values(column, heading, profile, codes)
    return replace(guess, choice=_dated(guess.choice))


def _dated(column: m.ColumnChoice) -> m.ColumnChoice:
    """The variable among those known after infusion where its name says that it is."""
    later = column.role == m.VARIABLE and _LATER.search(column.label)
    return replace(column, section="after infusion") if later else column


def _codes(legend: Legend, heading: Heading) -> dict[str, str]:
    said = (heading.name, heading.name.partition("(")[0].strip(), heading.words)
    found = next((legend[one.casefold()] for one in said if one.casefold() in legend), {})
    return {code.casefold(): meaning for code, meaning in found.items() if code != TOLD}


def _timed(
    column: m.ColumnChoice, heading: Heading, name: Name, over: Name, profile: Profile, legend: Legend
) -> Guess | None:
    """A column of a day or a month: a response, an MRD result or an analyte then."""
    here, codes = name if name.day is not None else over, _codes(legend, heading)
    month = here.month if here.month is not None else round((here.day or 0) / DAYS_PER_MONTH, 6)
    said = f"{name.plain} {over.plain}"
    if re.search(r"\bmrd\b", said):
        levels = levels_for(m.MRD, "", profile.texts, codes)
        return Guess(replace(column, role=m.MRD, at=month, levels=levels), SURE, "MRD by time")
    if profile.responses >= 0.5 or (re.search(r"\bresp", said) and profile.different <= _FEW):
        levels = levels_for(m.RESPONSE, "", profile.texts, codes)
        return Guess(replace(column, role=m.RESPONSE, at=month, levels=levels, unit=""), SURE, "responses by time")
    named = analyte_named(name.plain) or analyte_named(over.plain)
    if (profile.numbers >= 0.5 or named) and name.plain not in ("crs", "icans"):
        words = name.plain or over.plain
        analyte = analyte_named(words) or analyte_named(over.plain) or (words or heading.words).strip()
        day = float(round(here.day or 0))
        unit = f"log10 {column.unit or 'copies/µg'}" if re.search(r"\blog", said) else column.unit
        sure = SURE if analyte_named(words) else LIKELY
        below = tuple((text, told) for text in map(folded, profile.texts) if (told := limit_told(legend, text)))
        choice = replace(column, role=m.MEASUREMENT, of=analyte, at=day, unit=unit, levels=below)
        return Guess(choice, sure, "an analyte by day")
    return None


def term_named(words: str) -> str:
    """The adverse event that words name, in the name it has here; the words themselves where it has no other."""
    return _TERM_OF.get(plain(words), words.strip())


def _in_a_grid(table: SheetTable, column: m.ColumnChoice, heading: Heading, profile: Profile) -> Guess | None:
    """A column of a grid of terms, in which a dash says that the term was looked for and not seen."""
    day = re.fullmatch(r"(.+?)\s*(?:onset|day|tag|start|beginn)", heading.name.strip(), re.I)
    if day is not None and profile.values:
        return Guess(replace(column, role=m.ONSET, of=term_named(day[1])), LIKELY, "the day of the column before")
    dashes = {cell for row in table.rows if (cell := table.sheet.rows[row][heading.column]) in ("-", "–", "—")}
    if heading.name and (profile.grades > 0.6 or (dashes and not profile.values)):
        if re.search(r"\b(max|worst|any|sum|total|n)\b", plain(heading.name)):
            return Guess(column, LIKELY, "a sum of others")
        levels = tuple((dash, "0") for dash in sorted(dashes))
        term = term_named(heading.name)
        return Guess(replace(column, role=m.GRADE, of=term, levels=levels), LIKELY, "a grade for each patient")
    return None


def _fitted(
    column: m.ColumnChoice, known: Known, profile: Profile, codes: dict[str, str], name: Name
) -> m.ColumnChoice | None:
    """The column as the meaning that its name says, where its cells fit it; None where they do not."""
    role, chosen = known.role, replace(column, role=known.role, of=known.of)
    if role == m.LEFT_OUT:
        return column
    if role == m.ISOTYPE and codes:  # codes of a legend are of one thing
        role, known = m.VARIABLE, next(one for one in KNOWN if one.of == known.of and one.role == m.VARIABLE)
        chosen = replace(column, of=known.of)
    if role in (m.PROGRESSED, m.VITAL) and profile.dates >= 0.5:
        role = m.PROGRESSION if role == m.PROGRESSED else m.DEATH
    if role in _STATUS_OF and profile.dates < 0.3:
        role = _STATUS_OF[role]
    if role in _NEEDS_DATES and profile.dates < 0.5:
        return None
    if role == m.MONTHS and (profile.numbers < 0.5 or (known.of == "OS" and name.plain == "time")):
        return None
    if role == m.GRADE:
        if profile.grades < 0.5:
            return None
        told = ((code, said) for code, said in codes.items() if is_missing(said))
        return replace(chosen, levels=tuple((code, "") for code, _ in told))
    if role == m.BEST_RESPONSE_DATE and profile.dates < 0.5:
        return chosen if profile.numbers >= 0.5 else None
    if role == m.BEST_RESPONSE and profile.responses < 0.3 and not codes:
        return None
    if role == m.ONSET and profile.numbers + profile.dates < 0.3 and not any("d" in text for text in profile.texts):
        return None
    chosen = replace(chosen, role=role)
    if role in _OF_CODES:
        return replace(chosen, levels=levels_for(role, known.of, profile.texts, codes, name.plain)) if (
            profile.different <= 2 * _FEW
        ) else None
    if role == m.VARIABLE:
        return _variable(chosen, known, profile, codes)
    return chosen


def _variable(
    chosen: m.ColumnChoice, known: Known, profile: Profile, codes: dict[str, str]
) -> m.ColumnChoice | None:
    kind, label = known.kind, known.label
    if kind == "number":
        return replace(chosen, label=label, kind=kind, section=known.section) if profile.numbers >= 0.4 else None
    if profile.different > 2 * _FEW:
        return None
    if kind == "category" and profile.yes_no > 0.9 and not codes and known.of == "emd":
        levels = (("EMD" if said[0] else "No EMD") if (said := yes_or_no(text)) else "" for text in profile.texts)
        words = tuple((folded(text), level) for text, level in zip(profile.texts, levels, strict=True) if level)
        any_emd = "Any extramedullary disease"
        return replace(chosen, of="emd_any", label=any_emd, kind="category", section="first", levels=words)
    if kind == "flag":
        if profile.yes_no < 0.5 and not codes and profile.different > _FEW:
            return None
        return replace(chosen, label=label, kind="flag", section=known.section, levels=flag_levels(known, profile, codes))
    levels = levels_for(m.VARIABLE, known.of, profile.texts, codes)
    if not known.levels:
        levels = _as_written(profile, codes)
    return replace(chosen, label=label, kind=kind, levels=levels, section=known.section)


def flag_levels(known: Known | None, profile: Profile, codes: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """What the texts of a flag mean that are no yes and no by themselves, or by the legend; the unexplained left out."""
    said = {word: level for level, words in (known.levels if known is not None else ()) for word in words}
    levels = []
    for text in map(folded, profile.texts):
        word = folded(codes.get(text, text))
        answer = yes_or_no(word) or yes_or_no(word.partition(" ")[0])
        level = said.get(word) or ("" if answer is None else "Yes" if answer[0] else "No")
        if (text in codes and (level or is_missing(word))) or (yes_or_no(text) is None and level):
            levels.append((text, level))
    return tuple(levels)


def _as_written(profile: Profile, codes: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Each text of a category as a level of its own, as it is written first, or as its legend calls it."""
    levels: dict[str, str] = {}
    for text in profile.texts:
        small = folded(text)
        told = codes.get(small, "")
        levels.setdefault(small, "" if told and is_missing(told) else told or text.strip())
    return tuple(levels.items())


def _by_values(column: m.ColumnChoice, heading: Heading, profile: Profile, codes: dict[str, str]) -> Guess:
    """What a column of no known name is taken for: a variable of its own, called as it is."""
    if profile.dates >= 0.5:
        return Guess(column, LIKELY, "dates of something else")
    flag = profile.yes_no >= 0.9 and profile.different <= 6 and not (codes and profile.numbers == 1)
    few = profile.different <= (_FEW if profile.numbers < 0.5 else 0)
    if flag:
        return Guess(as_variable(column, heading, profile, "flag", codes), PERHAPS, "yes and no")
    if codes or (few and profile.values >= 2 * profile.different):
        return Guess(as_variable(column, heading, profile, "category", codes), PERHAPS, "few different words")
    if profile.numbers >= 0.6:
        return Guess(as_variable(column, heading, profile, "number"), PERHAPS, "numbers")
    if profile.values < 2 * profile.different and profile.numbers < 0.3:
        return Guess(replace(column, role=m.PRIVATE), PERHAPS, "hardly a word in it repeats")
    return Guess(column, PERHAPS, "no meaning found")


def as_variable(
    column: m.ColumnChoice, heading: Heading, profile: Profile, kind: str, codes: dict[str, str] | None = None
) -> m.ColumnChoice:
    """A variable of its own, called as its column is."""
    words = re.sub(r"\s*[(\[][^()\[\]]*[)\]]\s*$", "", heading.name).strip()
    words = words if len(words) > 2 else heading.name
    label = (words if not heading.group or len(words) > 4 else f"{heading.group}: {words}") or column.column
    own = replace(column, role=m.VARIABLE, of=_slug(label), label=label, kind=kind)
    if kind == "flag":
        return replace(own, unit="", levels=flag_levels(None, profile, codes or {}))
    return own if kind == "number" else replace(own, unit="", levels=_as_written(profile, codes or {}))


def _slug(label: str) -> str:
    """A name for a variable: small letters and underscores, none that the app has taken."""
    slug = re.sub(r"\W+", "_", label.casefold()).strip("_")[:60] or "variable"
    return f"{slug}_value" if slug in TAKEN_NAMES else slug
