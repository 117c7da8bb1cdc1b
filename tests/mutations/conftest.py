"""How many changed cohorts are tried: a few dozen with the suite, as many as are wanted by `--mutations`."""

import pytest

FEW, DRAWN = 60, 6


def seeds(config: pytest.Config) -> list[int]:
    from tests.mutations.test_mutations import ONCE_WRONG

    asked = config.getoption("--mutations")
    return list(range(asked)) if asked else [*ONCE_WRONG, *range(FEW)]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", dict.fromkeys(seeds(metafunc.config)))
    if "drawn_seeds" in metafunc.fixturenames:
        wanted = 200 if metafunc.config.getoption("--mutations") else DRAWN
        first = range(0, wanted, 20 if wanted > DRAWN else 2)
        metafunc.parametrize("drawn_seeds", [list(range(n, n + (20 if wanted > DRAWN else 2))) for n in first])
