"""What a column can be taken for, by the words on screen, and what that choice makes of it."""

from dataclasses import dataclass, replace

from core.cohort.vocabulary import CRS
from core.importers import mapping as m
from core.importers.codes import flag_levels, levels_for
from core.importers.columns import as_variable, before_infusion
from core.importers.layout import SheetTable, headings_of
from core.importers.meanings import KNOWN, Known, variable_called
from core.importers.names import analyte_named, name_of, plain
from core.importers.never_infused import levels_of
from core.importers.profile import profile_of
from core.importers.seen import Seen, asked


@dataclass(frozen=True)
class Offer:
    """A meaning in words, with its role and what it is of."""

    words: str
    role: str
    of: str = ""
    kind: str = ""


BY_ROW = "on the day of each row"

_PATIENTS = (
    Offer("Left out", m.LEFT_OUT),
    Offer("Private, left out", m.PRIVATE),
    Offer("Patient", m.PATIENT),
    Offer("Infusion date", m.INFUSION),
    Offer("Progression date", m.PROGRESSION),
    Offer("Date of death", m.DEATH),
    Offer("Last contact", m.LAST_CONTACT),
    Offer("Last assessment", m.LAST_ASSESSMENT),
    Offer("Progressed, yes or no", m.PROGRESSED),
    Offer("Alive or dead", m.VITAL),
    Offer("Cause of death", m.CAUSE),
    *(Offer(f"{name}: time", m.MONTHS, name) for name in ("PFS", "OS", "EFS", "Relapse", "TTP", "DOR", "TTNT")),
    *(Offer(f"{name}: status", m.STATUS, name) for name in ("PFS", "OS", "EFS", "Relapse", "TTP", "DOR", "TTNT")),
    Offer("Best response", m.BEST_RESPONSE),
    Offer("Date of best response", m.BEST_RESPONSE_DATE),
    Offer("Response at a month", m.RESPONSE),
    Offer("MRD", m.MRD),
    Offer("Date of the response at a month", m.DAY),
    Offer(f"{CRS}: grade", m.GRADE, CRS),
    Offer(f"{CRS}: onset", m.ONSET, CRS),
    Offer("ICANS: grade", m.GRADE, "ICANS"),
    Offer("ICANS: onset", m.ONSET, "ICANS"),
    Offer("Another adverse event: grade", m.GRADE),
    Offer("Another adverse event: onset", m.ONSET),
    Offer("Tocilizumab", m.TREATMENT, "tocilizumab"),
    Offer("Corticosteroids", m.TREATMENT, "corticosteroids"),
    Offer("Another treatment", m.TREATMENT),
    Offer("Tocilizumab: first date", m.TREATED, "tocilizumab"),
    Offer("Corticosteroids: first date", m.TREATED, "corticosteroids"),
    Offer("Infused, yes or no", m.INFUSED),
    Offer("Not infused, or why", m.INFUSED, "not"),
    *(Offer(one.label, m.BEFORE, one.of, one.kind) for one in KNOWN if one.role == m.BEFORE),
    Offer("Another date before infusion", m.BEFORE, "", "number"),
    Offer("Measurement on a day", m.MEASUREMENT),
    Offer("Isotype", m.ISOTYPE, "monoclonal_protein"),
    *(Offer(one.label, m.VARIABLE, one.of, one.kind) for one in KNOWN if one.role == m.VARIABLE),
    Offer("A number of its own", m.VARIABLE, "", "number"),
    Offer("A category of its own", m.VARIABLE, "", "category"),
    Offer("Yes or no of its own", m.VARIABLE, "", "flag"),
)
_LONG: dict[str, tuple[Offer, ...]] = {
    m.EVENTS: (
        Offer("Adverse event", m.TERM), Offer("Grade", m.GRADE), Offer("Start", m.ONSET), Offer("End", m.ENDS),
        Offer("Category", m.CATEGORY), Offer("Scale of grades", m.GRADING), Offer("Serious, yes or no", m.SERIOUS),
    ),
    m.MEASUREMENTS: (
        Offer("Analyte", m.ANALYTE), Offer("Value", m.VALUE), Offer("Unit", m.UNIT), Offer("Date or day", m.DAY),
        Offer("Values of one analyte", m.MEASUREMENT, "", BY_ROW),
    ),
    m.RESPONSES: (Offer("Response", m.RESPONSE), Offer("MRD", m.MRD), Offer("Date or day", m.DAY)),
    m.ENDPOINTS: (Offer("Endpoint", m.ENDPOINT), Offer("Time", m.MONTHS), Offer("Status", m.STATUS)),
}  # fmt: skip
HOLDS = (m.PATIENTS, m.EVENTS, m.MEASUREMENTS, m.RESPONSES, m.ENDPOINTS, m.NOTHING)
"""What a sheet can be taken for."""


def offers(holds: str) -> tuple[Offer, ...]:
    """What a column of a sheet can be, by what the sheet holds."""
    return _PATIENTS if holds == m.PATIENTS else (*_PATIENTS[:3], *_LONG.get(holds, ()))


def offer_of(choice: m.ColumnChoice, holds: str) -> Offer:
    """The offer that a column is taken for now; one of its own where no offer says it."""
    known = offers(holds)
    for one in known:
        if one.role == choice.role and one.of == choice.of and (one.of or one.kind == choice.kind or not one.kind):
            return one
    alike = next(
        (one for one in known if one.role == choice.role and not one.of and one.kind in ("", choice.kind)), None
    )
    return alike or Offer(f"{choice.role[:1].upper()}{choice.role[1:]}", choice.role, choice.of)


def seen_in(table: SheetTable, column: str) -> Seen:
    """A column of a table as it is looked at, without its legend."""
    place = headings_of(table)[column]
    heading = next(one for one in table.headings if one.column == place)
    return Seen(table, heading, profile_of(table, heading), {}, name_of(heading.name), name_of(heading.group), {})


def _known_variable(seen: Seen, choice: m.ColumnChoice, known: Known) -> m.ColumnChoice:
    chosen = replace(choice, label=known.label, kind=known.kind, section=known.section)
    if known.kind == "flag":
        return replace(chosen, levels=flag_levels(known, seen.profile.texts, {}))
    if known.kind == "category" and not known.levels:
        return replace(chosen, levels=as_variable(seen, choice, "category").levels)
    levels = levels_for(m.VARIABLE, known.of, seen.profile.texts, {}, asked(seen)) if known.kind == "category" else ()
    return replace(chosen, levels=levels)


def taken_for(choice: m.ColumnChoice, offer: Offer, table: SheetTable) -> m.ColumnChoice:
    """The column as it is when it is taken for an offer: its levels, label, day and unit guessed anew."""
    seen = seen_in(table, choice.column)
    name, over, profile = seen.name, seen.over, seen.profile
    plain_choice = replace(m.ColumnChoice(choice.column, unit=choice.unit), role=offer.role, of=offer.of)
    if offer.role == m.VARIABLE and not offer.of:
        return as_variable(seen, plain_choice, offer.kind)
    known = variable_called(offer.of)
    if offer.role == m.VARIABLE and known is not None:
        return _known_variable(seen, plain_choice, known)
    if offer.role in (m.RESPONSE, m.MRD):
        here = name if name.day is not None else over
        month = here.month if here.month is not None else None if here.day is None else round(here.day / 30.4375, 6)
        month = month if month is not None or offer.role == m.MRD else 1.0
        return replace(plain_choice, at=month, levels=levels_for(offer.role, "", profile.texts, {}))
    called = seen.heading.name or seen.heading.words or choice.column
    if offer.role == m.MEASUREMENT and offer.kind == BY_ROW:
        return replace(plain_choice, of=analyte_named(seen.heading.name) or called, at=name.day)
    if offer.role == m.MEASUREMENT:
        return replace(plain_choice, of=name.plain or called, at=name.day or over.day or 0.0)
    if offer.role in (m.GRADE, m.ONSET, m.TREATMENT) and not offer.of:
        return replace(plain_choice, of=called)
    levels = levels_for(offer.role, offer.of, profile.texts, {}, plain(seen.heading.name))
    if offer.role == m.BEFORE:
        own = as_variable(seen, plain_choice, "number")
        known = next((one for one in KNOWN if one.role == m.BEFORE and one.of == offer.of), None)
        told = (known.of, known.label, known.unit) if known else (own.of, f"{own.label} to infusion", "days")
        return before_infusion(plain_choice, *told)
    if offer.role == m.INFUSED:
        return replace(plain_choice, levels=() if offer.of else levels_of(profile.texts, {}))
    coded = (m.PROGRESSED, m.VITAL, m.CAUSE, m.STATUS, m.BEST_RESPONSE)
    return replace(plain_choice, levels=levels if offer.role in coded else ())
