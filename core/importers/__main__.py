"""
A cohort from somebody's sheets without the page, for who does it monthly.

    python -m core.importers FILES --recipe RECIPE.json --out COHORT.duckdb

What the recipe does not say is guessed and told; every cell that was not understood is listed.
"""

import argparse
import sys
from datetime import date
from pathlib import Path

from core.cohort.database import write_tables
from core.cohort.problems import CohortError
from core.importers.apply import applied
from core.importers.kept import as_zip
from core.importers.mapping import BadRecipe, mapping_of
from core.importers.questions import questions_of
from core.importers.recipes import refitted
from core.importers.recognise import recognised
from core.importers.taking import taken
from core.importers.used_sheets import NoPatients


def main(arguments: list[str]) -> int:
    """Read, map, write; returns the exit code: 0, or 1 where no cohort could be written."""
    parser = argparse.ArgumentParser("python -m core.importers", description="A cohort from your own sheets.")
    parser.add_argument("files", nargs="+", type=Path, help="workbooks or CSV files of one cohort")
    parser.add_argument("--recipe", type=Path, help="the recipe that the Data page gave")
    parser.add_argument("--out", type=Path, required=True, help="the .duckdb or .zip file to write")
    chosen = parser.parse_args(arguments)
    try:
        return _run(chosen.files, chosen.recipe, chosen.out)
    except (BadRecipe, NoPatients, CohortError, OSError) as error:
        print(error, file=sys.stderr)
        return 1


def _run(files: list[Path], recipe: Path | None, out: Path) -> int:
    read = taken((file.name, file.read_bytes()) for file in files)
    found = recognised(read.sheets, date.today().isoformat())
    mapping = found.mapping
    told: tuple[str, ...] = ()
    if recipe is not None:
        mapping, told = refitted(found, mapping_of(recipe.read_text(encoding="utf-8"), mapping.last_day))
    for words in (*read.refused, *found.remarks, *told):
        print(words)
    for question in questions_of(found.tables, mapping):
        if not question.answer:
            print(f"not answered: {question.words} ({question.evidence})")
    made = applied(found.tables, mapping)
    for one in made.sums:
        print(f"{one.sheet}: {one.rows} rows = {one.used} used + {one.listed} listed")
    for problem in made.problems:
        cell = f"{problem.sheet}, {problem.column}{problem.row}"
        print(f"{cell}: {problem.value or '(blank)'!r}, expected {problem.expected}; {problem.effect}")
    if out.suffix == ".zip":
        out.write_bytes(as_zip(made.columns, made.tables))
    else:
        write_tables(made.columns, made.tables, out)
    print(f"{out}: {made.patients} patients")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
