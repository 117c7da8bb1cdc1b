"""The examples in core's docstrings do what they say."""

import doctest
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted(
    ".".join(file.relative_to(ROOT).with_suffix("").parts)
    for file in (ROOT / "core").rglob("*.py")
    if ">>>" in file.read_text(encoding="utf-8")
)


def test_there_are_examples():
    assert len(MODULES) > 10


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_of(module):
    done = doctest.testmod(importlib.import_module(module))
    assert done.attempted
    assert not done.failed
