"""A quarter of a million rows, read and summarised by a process of its own: under 3 s of processor, under 500 MB."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import heterofilm
from heterofilm.virtual.cycling import write_arbin_csv, write_mpt
from made_cell import made_cell
from real_data import real_file

PROGRAM = """
import sys
from heterofilm.analysis.cycles import cycle_table
from heterofilm.instruments import read
measured = read(sys.argv[1])
table = cycle_table(measured.record(1e-4, 3e-7))
print(measured.table.height, table.height)
"""


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="the system does not account for a finished process")
@pytest.mark.parametrize("write", [write_mpt, write_arbin_csv, None])
def test_a_quarter_of_a_million_rows(write: Callable[..., Path] | None, tmp_path: Path) -> None:
    if write is None:
        path = real_file("neware/20260302_IFE_BTS85_2_9_8_1.ndax")
    else:
        path = write(made_cell(50, fade=0.001, points=2500), tmp_path / ("a.mpt" if write is write_mpt else "a.csv"))
    here = os.environ | {"PYTHONPATH": str(Path(heterofilm.__file__).parent.parent)}
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, str(path)], stdout=subprocess.PIPE, text=True, env=here)
    assert process.stdout is not None
    said = process.stdout.read().split()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0 and int(said[0]) >= 250_000 and int(said[1]) >= 1
    peak = used.ru_maxrss / (1e6 if sys.platform == "darwin" else 1024)
    assert used.ru_utime + used.ru_stime < 3.0, f"{used.ru_utime + used.ru_stime:.2f} s"
    assert peak < 500.0, f"{peak:.0f} MB"
