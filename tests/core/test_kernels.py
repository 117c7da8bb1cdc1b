"""
The statistics are the same on every machine: their tests under other processor kernels, each in a process of its own.

NumPy's matrices and loops have code for each kind of processor, whose last digits differ: a tolerance below rounding
shows on one machine and not on another.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STATISTICS = [
    "tests/core/statistics",
    "tests/core/survival",
    "tests/core/subgroups/test_interaction.py",
    "tests/core/test_properties.py",
]
KERNELS = {
    "Prescott, without SIMD": (
        {"OPENBLAS_CORETYPE": "Prescott", "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR"},
        "sse2",
    ),
    "Haswell": ({"OPENBLAS_CORETYPE": "Haswell"}, "avx2"),
}
MATRICES = [f"tests/core/survival/test_{name}.py" for name in ("cox", "cox_per_unit", "multivariable")]
"""What solves matrices, where kernels differ most; Prescott, which is farther from the others, runs all."""
"""
The settings of each, and what the processor must have for it. (One with AVX-512 takes the kernel SkylakeX or a newer
one by itself, so all other tests run under it.)
"""


def processor_has(feature: str) -> bool:
    cpu = Path("/proc/cpuinfo")
    return cpu.exists() and feature in cpu.read_text().split()


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_statistics_hold_under_another_kernel(kernel):
    settings, feature = KERNELS[kernel]
    if not processor_has(feature):
        pytest.skip(f"this processor has no {feature}")
    tests = MATRICES if kernel == "Haswell" else STATISTICS
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *tests]
    command += ["--ignore-glob=*_faces.py"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | settings, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]
    assert int(done.stdout.rsplit(" passed", 1)[0].split()[-1]) > (100 if kernel == "Haswell" else 1_000)
