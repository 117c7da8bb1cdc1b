"""The bundled cohort, and cohorts written on the spot."""

from collections.abc import Callable
from pathlib import Path

import pytest

from core.cohort.database import Database, open_cohort

BUNDLED = Path(__file__).parents[1] / "data" / "bcma_cart_2025"

COHORT_CSV = (
    "name,kind,citation,licence,data_cutoff,time_origin,description\nTest cohort,yours,,,2025-01-31,infusion,\n"
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, beside which the others run."""
    items.sort(key=lambda item: "test_kernels" not in item.nodeid)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--links", type=int, default=8, help="how many odd links to try a page (tests/pages)")
    parser.addoption("--mutations", type=int, default=0, help="how many changed cohorts to try (tests/mutations)")


@pytest.fixture(scope="session")
def bundled() -> Database:
    return open_cohort(BUNDLED)


@pytest.fixture
def cohort_folder(tmp_path: Path) -> Callable[..., Path]:
    """A function that writes a cohort from the text of its tables and returns its folder."""

    def write(**tables: str) -> Path:
        folder = tmp_path / "cohort"
        folder.mkdir(exist_ok=True)
        texts = {"cohort": COHORT_CSV} | tables
        for name, text in texts.items():
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        return folder

    return write
