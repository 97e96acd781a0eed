"""A quarter of a million rows, read and summarised by a process of its own, in under 500 MB (the time: benchmarks)."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import heterofilm
from heterofilm.synthetic.cycling import write_arbin_csv, write_mpt
from made_cell import made_cell
from real_data import real_file

PROGRAM = """
import sys
from heterofilm.analysis.electrochemistry.cycles import cycle_table
from heterofilm.instruments import read
measured = read(sys.argv[1])
table = cycle_table(measured.record(1e-4, 3e-7))
print(measured.table.height, table.height)
# of this program alone: the usual account of a process begins with the memory of the one that started it
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not tell a process its peak memory")
@pytest.mark.parametrize("write", [write_mpt, write_arbin_csv, None])
def test_a_quarter_of_a_million_rows(write: Callable[..., Path] | None, tmp_path: Path) -> None:
    if write is None:
        path = real_file("neware/20260302_IFE_BTS85_2_9_8_1.ndax")
    else:
        path = write(made_cell(50, fade=0.001, points=2500), tmp_path / ("a.mpt" if write is write_mpt else "a.csv"))
    here = os.environ | {"PYTHONPATH": str(Path(heterofilm.__file__).parent.parent)}
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path)], capture_output=True, text=True, env=here, check=True
    )
    rows, cycles, peak = map(int, run.stdout.split())
    assert rows >= 250_000 and cycles >= 1
    assert peak < 500_000, f"{peak / 1000:.0f} MB"
