"""What one column of a sheet with one row a patient is taken for."""

import re
from dataclasses import dataclass, replace

from core.cohort.schema import TAKEN_NAMES
from core.cohort.vocabulary import ANY_EVENT, ANY_OF, DAYS_PER_MONTH
from core.importers import mapping as m
from core.importers.codes import as_written, flag_levels, levels_for
from core.importers.layout import Heading, SheetTable
from core.importers.legends import TOLD, limit_told, unit_told
from core.importers.levels import ANY_GRADE, folded, is_missing, yes_or_no
from core.importers.meanings import KNOWN, TERMS, Known, variable_called
from core.importers.names import (
    LIKELY,
    PERHAPS,
    SURE,
    Name,
    analyte_named,
    ends_either_way,
    known_by,
    name_of,
    plain,
    unit_in,
)  # fmt: skip
from core.importers.profile import Profile, privacy_of
from core.importers.said_besides import has_another_scale, in_another_unit, ones_as_yes, only_closer, says_otherwise

_LONGEST_TERM = 180
_FEW = 20
"""Different texts that a category has at most."""
_OF_CODES = (m.PROGRESSED, m.VITAL, m.STATUS, m.MRD, m.CAUSE, m.BEST_RESPONSE, m.RESPONSE)
"""Roles whose texts each mean something."""
_STATUS_OF = {m.PROGRESSION: m.PROGRESSED, m.DEATH: m.VITAL}
_DATE_OF = {m.PROGRESSED: m.PROGRESSION, m.VITAL: m.DEATH}
NAMED_ELSEWHERE = "another column names the patients"
_LATER = re.compile(
    r"\b(peak|max|maximum|nadir|worst|best|after|post|resp|response|relapse|progression|pd|toxicity|crs|icans)\b", re.I
)
"""Words of a variable that is known only after infusion."""
_NO_GRADE = re.compile(r"(?:grade|grad)\s+(?:is\s+)?(?:not|un|nicht)|ungraded|without (?:a )?grade|ohne grad", re.I)
"""What a legend says of a code for an event of which nobody wrote the grade."""
_TERM_OF = {plain(name): term for name, term in TERMS.items()}
Legend = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Guess:
    """What a column is taken for, how sure that is (0 to 3), and why."""

    choice: m.ColumnChoice
    sure: int
    reason: str


@dataclass(frozen=True)
class Seen:
    """A column as it is looked at: its place, its cells, and the parts of its name and of what stands over it."""

    table: SheetTable
    heading: Heading
    profile: Profile
    legend: Legend
    name: Name
    over: Name
    codes: dict[str, str]


def term_named(words: str) -> str:
    """The adverse event that words name, in the name it has here; the words themselves where it has no other."""
    term = _TERM_OF.get(plain(words), words.strip()[:_LONGEST_TERM])
    is_total = term.casefold() == ANY_EVENT.casefold() or term.endswith(ANY_OF)
    return f"{term} (as written)" if is_total else term


def guess_column(
    table: SheetTable, heading: Heading, column: m.ColumnChoice, profile: Profile, legend: Legend, is_grid: bool
) -> Guess:
    """What a column is taken for, by its name, its cells, the legend, and whether its sheet is a grid of terms."""
    name, over = name_of(heading.name), name_of(heading.group)
    seen = Seen(table, heading, profile, legend, name, over, _codes(legend, heading))
    if is_grid and (graded := _in_a_grid(seen, column)) is not None:
        return graded
    if not profile.values:
        return Guess(column, SURE, "empty")
    if heading.column in table.sheet.hidden:
        return Guess(column, SURE, "hidden in the sheet")
    said = [plain(heading.name), name.plain, plain(heading.words), name_of(heading.label).plain]
    known, sure = known_by(["last contact"] if ends_either_way(heading.name) else said, KNOWN)
    if known is not None and known.role == m.PATIENT and sure == SURE:
        return Guess(column, LIKELY, NAMED_ELSEWHERE)
    private = privacy_of(profile, known, sure)
    if private is not None:
        return Guess(replace(column, role=m.PRIVATE), *private)
    unit = unit_in(heading.name, name, table.units.get(heading.column, "")) or unit_in(heading.group, over, "")
    unit = unit or unit_told(legend, name.plain) or unit_in(heading.label, name_of(heading.label), "")
    column = replace(column, unit=unit)
    if {folded(text) for text in profile.texts} == {"x"} and "empty" in legend.get("x", {}):
        column = replace(column, empty="No")  # the legend says that an empty cell beside an x is a no
    timed = _timed(seen, column) if name.day is not None or over.day is not None else None
    if timed is not None:
        return timed
    named = None if known is None or known.role == m.PATIENT else _by_name(seen, column, known, sure)
    guess = named or _by_values(seen, column)
    return replace(guess, choice=_dated(guess.choice))


def _dated(column: m.ColumnChoice) -> m.ColumnChoice:
    """The variable among those known after infusion where its name says that it is."""
    later = column.role == m.VARIABLE and _LATER.search(column.label)
    return replace(column, section="after infusion") if later else column


def _codes(legend: Legend, heading: Heading) -> dict[str, str]:
    said = (heading.name, heading.name.partition("(")[0].strip(), heading.words)
    found = next((legend[one.casefold()] for one in said if one.casefold() in legend), {})
    return {code.casefold(): meaning for code, meaning in found.items() if code != TOLD}


def _timed(seen: Seen, column: m.ColumnChoice) -> Guess | None:
    """A column of a day or a month: a response, an MRD result or an analyte then."""
    name, over, profile = seen.name, seen.over, seen.profile
    here = name if name.day is not None else over
    month = here.month if here.month is not None else round((here.day or 0) / DAYS_PER_MONTH, 6)
    said = f"{name.plain} {over.plain}"
    if re.search(r"\bmrd\b", said):
        levels = levels_for(m.MRD, "", profile.texts, seen.codes, said)
        return Guess(replace(column, role=m.MRD, at=month, levels=levels), SURE, "MRD by time")
    if profile.responses >= 0.5 or (re.search(r"\bresp", said) and profile.different <= _FEW):
        levels = levels_for(m.RESPONSE, "", profile.texts, seen.codes)
        return Guess(replace(column, role=m.RESPONSE, at=month, levels=levels, unit=""), SURE, "responses by time")
    known = analyte_named(name.plain) or analyte_named(over.plain)
    if (profile.numbers < 0.5 and known is None) or name.plain in ("crs", "icans"):
        return None
    analyte = known or name.plain or over.plain or seen.heading.words
    unit = f"log10 {column.unit or 'copies/µg'}" if re.search(r"\blog", said) else column.unit
    below = tuple((text, told) for text in map(folded, profile.texts) if (told := limit_told(seen.legend, text)))
    day = float(round(here.day or 0))
    choice = replace(column, role=m.MEASUREMENT, of=analyte, at=day, unit=unit, levels=below)
    return Guess(choice, SURE if known else LIKELY, "an analyte by day")


def _in_a_grid(seen: Seen, column: m.ColumnChoice) -> Guess | None:
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
    term = term_named(heading.name)
    return Guess(replace(column, role=m.GRADE, of=term, levels=levels), LIKELY, "a grade for each patient")


def _by_name(seen: Seen, column: m.ColumnChoice, known: Known, sure: int) -> Guess | None:
    """The column as the meaning that its name says, where its cells fit it; None where they do not."""
    if known.kind == "number" and in_another_unit(seen.heading.words, known):
        return Guess(as_variable(seen, column, "number"), LIKELY, f"not in {known.unit or 'the usual unit'}")
    asked = f"{seen.over.plain} {seen.name.plain}"  # without the codes in brackets: Alive (1=yes, 0=no)
    if says_otherwise(asked, known) or (sure == PERHAPS and not only_closer(seen.name.plain, known)):
        return None
    fitted = column if known.role == m.LEFT_OUT else _fitted(seen, column, known)
    if fitted is None:
        return None
    if fitted.role == m.VARIABLE and sure == PERHAPS:
        label = re.sub(r"\s*[(\[].*", "", seen.heading.name).strip()  # Ferritin peak is no ferritin at infusion
        fitted = replace(fitted, of=_slug(label), label=label)
    by = {SURE: "by its name", LIKELY: "by a name much like it"}.get(sure, "by how it begins")
    return Guess(fitted, sure, f"{by}{' and its legend' if seen.codes else ''}")


def _fitted(seen: Seen, column: m.ColumnChoice, known: Known) -> m.ColumnChoice | None:
    profile, role = seen.profile, known.role
    if role == m.ISOTYPE and seen.codes:  # codes of a legend are of one thing
        known = variable_called(known.of) or known
        role = known.role
    if role in _DATE_OF and profile.dates >= 0.5:
        role = _DATE_OF[role]
    if role in _STATUS_OF and profile.dates < 0.3:
        role = _STATUS_OF[role]
    chosen = replace(column, role=role, of=known.of)
    if role == m.VARIABLE:
        return _variable(seen, chosen, known)
    if not _fits(seen, role, known):
        return None
    if role == m.BEFORE:
        return before_infusion(chosen, known.of, known.label, known.unit)
    if role == m.INFUSED:
        return replace(chosen, levels=flag_levels(None, profile.texts, seen.codes))
    if role == m.GRADE:
        levels = tuple((code, "") for code, said in seen.codes.items() if is_missing(said))
        levels += tuple((code, ANY_GRADE) for code, said in seen.codes.items() if _NO_GRADE.search(said))
        return replace(chosen, levels=levels or ones_as_yes(seen.heading.words, profile.texts))
    if role in _OF_CODES:
        return replace(chosen, levels=levels_for(role, known.of, profile.texts, seen.codes, seen.name.plain))
    return chosen


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
        m.GRADE: profile.grades >= 0.5 and any(re.search(r"[1-5]|[IV]", text) for text in profile.texts),
        m.INFUSED: profile.yes_no >= 0.8,
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
        return None if many else replace(chosen, levels=flag_levels(known, profile.texts, codes))
    if known.of == "emd" and profile.yes_no > 0.9 and not codes:
        said = ((folded(text), yes_or_no(text)) for text in profile.texts)
        words = tuple((text, "EMD" if answer[0] else "No EMD") for text, answer in said if answer is not None)
        return replace(chosen, of="emd_any", label="Any extramedullary disease", levels=words)
    if not known.levels:
        return replace(chosen, levels=as_written(profile.texts, codes))
    levels = levels_for(m.VARIABLE, known.of, profile.texts, codes)
    return replace(chosen, levels=levels or as_written(profile.texts, codes))  # where no word is known, each is a level


def _by_values(seen: Seen, column: m.ColumnChoice) -> Guess:
    """What a column of no known name is taken for: a variable of its own, called as it is."""
    profile, codes = seen.profile, seen.codes
    if profile.dates >= 0.5:
        return Guess(column, LIKELY, "dates of something else")
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
    words = re.sub(r"\s+[(\[][^()\[\]]*[)\]]\s*$", "", heading.name).strip()
    words = heading.name if len(words) < 2 or has_another_scale(heading.name) else words
    label = (words if not heading.group or len(words) > 4 else f"{heading.group}: {words}") or column.column
    label = re.sub(r"\s+[(\[].*$", "", heading.label).strip() or label
    own = replace(column, role=m.VARIABLE, of=_slug(label), label=label, kind=kind)
    if kind == "flag":
        return replace(own, unit="", levels=flag_levels(None, seen.profile.texts, seen.codes))
    return own if kind == "number" else replace(own, unit="", levels=as_written(seen.profile.texts, seen.codes))


def _slug(label: str) -> str:
    """A name for a variable: small letters and underscores, none that the app has taken."""
    slug = re.sub(r"\W+", "_", label.casefold()).strip("_")[:60] or "variable"
    return f"{slug}_value" if slug in (*TAKEN_NAMES, "patient_id") else slug
