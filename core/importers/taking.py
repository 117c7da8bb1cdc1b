"""What somebody brings, several files at once: sheets to be mapped, a cohort that is one already, a recipe."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from core.importers.collector import collected_later
from core.importers.files import sheets_of
from core.importers.kept import Columns, Tables, cohort_in, cohort_of, files_in_zip
from core.importers.mapping import RECIPE
from core.importers.sheets import MOST_BYTES, Sheet, UnreadableFile

MOST_FILES = 200


@dataclass
class Taken:
    """
    The sheets of all files; a cohort as tables of text, or as the bytes of a
    `.duckdb` file with its name, where one was brought; the text of a recipe; and
    what could not be read, a sentence each.
    """

    sheets: list[Sheet] = field(default_factory=list)
    cohort: tuple[Columns, Tables] | None = None
    database: tuple[str, bytes] | None = None
    recipe: str = ""
    refused: list[str] = field(default_factory=list)


@collected_later
def taken(files: Iterable[tuple[str, bytes]]) -> Taken:
    """Everything that is in the files of these names."""
    result = Taken()
    plain: list[tuple[str, bytes]] = []
    for name, content in files:
        plain += _read(result, name, files_in_zip, name, content) or [] if _is_plain_zip(content) else [(name, content)]
    if len(plain) > MOST_FILES:
        result.refused.append(f"More than {MOST_FILES} files were brought: bring those of one cohort.")
        plain = []
    told = len(result.refused)
    result.cohort = _read(result, "The cohort", cohort_of, plain)
    plain = plain if len(result.refused) == told else []
    for name, content in plain if result.cohort is None else ():
        _read(result, name, _take, result, name, content)
    if (cohort := cohort_in(result.sheets)) is not None:
        result.cohort, result.sheets = cohort, []
    result.sheets = told_apart(result.sheets)
    return result


def told_apart(sheets: list[Sheet]) -> list[Sheet]:
    """Sheets of several files under titles that no two share: of two that are called Sheet1 the later has its file."""
    apart: dict[str, Sheet] = {}
    for sheet in sheets:
        named, number = sheet, 1
        if sheet.title in apart and sheet.name:
            named = replace(sheet, name=f"{sheet.name}, {sheet.file}")
        while named.title in apart:
            number += 1
            more = f"{sheet.title} ({number})"
            named = replace(sheet, name=more) if sheet.name else replace(sheet, file=more)
        apart[named.title] = named
    return list(apart.values())


Made = TypeVar("Made")


def _read(result: Taken, file: str, read: Callable[..., Made], *of: Any) -> Made | None:
    """What a reader makes of a file; nothing where it cannot, which is told: one bad file takes no other with it."""
    try:
        return read(*of)
    except UnreadableFile as error:
        result.refused.append(str(error))
    except Exception:  # of a damaged file a library says anything, and its words may quote the file
        result.refused.append(f"{file} cannot be read, it is damaged: open it, save it anew, and bring that.")
    return None


def _take(result: Taken, name: str, content: bytes) -> None:
    if content[8:12] == b"DUCK":
        if len(content) > MOST_BYTES:
            raise UnreadableFile(f"{name} has more than {MOST_BYTES // 1_000_000} MB: split it.")
        result.database = (name, content)
    elif content.lstrip()[:1] == b"{" and RECIPE.encode() in content[:200]:
        result.recipe = content.decode("utf-8", "replace")
    else:
        result.sheets += sheets_of(name, content)


def _is_plain_zip(content: bytes) -> bool:
    """Whether a file is a zip that is no workbook."""
    return content.startswith(b"PK\x03\x04") and not any(
        part in content for part in (b"[Content_Types].xml", b"content.xml", b"xl/workbook")
    )
