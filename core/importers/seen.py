"""A column as it is looked at, and what it is taken for."""

import re
from dataclasses import dataclass

from core.importers import mapping as m
from core.importers.layout import Heading, SheetTable
from core.importers.legends import TOLD
from core.importers.names import Name, bracketed, name_of, plain
from core.importers.profile import Profile

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


def codes_of(legend: Legend, heading: Heading) -> dict[str, str]:
    """The codes of a column and what they mean, as its legend tells them."""
    said = (heading.name, heading.name.partition("(")[0].strip(), heading.words)
    found = next((codes for one in said if len(codes := legend.get(one.casefold(), {})) > 1), None)
    if found is None:  # Status of a legend is that of OS status, too
        words = plain(bracketed(heading.name).partition("(")[0])
        called = {words, name_of(heading.name).plain} - {""}  # Response of a legend is that of Response M3, too
        same = [name for name, codes in legend.items() if len(codes) > 1 and plain(name) in called]
        ends = [name for name, codes in legend.items() if len(codes) > 2 and words.endswith(f" {plain(name)}")]
        found = legend[max(same or ends, key=len)] if same or ends else {}
    return {code.casefold(): meaning for code, meaning in found.items() if code != TOLD}


def asked(seen: Seen) -> str:
    """The heading with what stands over it, in small letters, without the codes in its brackets."""
    words = f"{bracketed(seen.heading.name)} {seen.heading.group}"
    return " ".join(re.sub(r"[(\[](?!free of|frei von|libre de|libero da).*?[)\]]", " ", words).casefold().split())
