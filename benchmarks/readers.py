"""A cycler's file of a quarter of a million rows, read and summed up by a process of its own: time and peak memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from heterofilm.records.record import Record
from heterofilm.synthetic.cycling import write_arbin_csv, write_mpt

PROGRAM = """
import sys
from heterofilm.analysis.electrochemistry.cycles import cycle_table
from heterofilm.instruments import read
table = cycle_table(read(sys.argv[1]).record(1e-4, 3e-7))
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""
ROWS, CYCLES = 250_000, 50
HERE = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parent.parent / "src")}


def cell() -> Record:
    """Fifty cycles of a made-up cell, voltage linear in charge."""
    n = ROWS // (2 * CYCLES)
    t = np.arange(ROWS) * 10.0
    half = np.arange(ROWS) // n
    sign = np.where(half % 2 == 0, 1.0, -1.0)
    place = (np.arange(ROWS) % n) / n
    V = np.where(sign > 0, 3.8 - 1.6 * place, 2.2 + 1.6 * place)
    moved = sign * 0.05 * 10.0 * (np.arange(ROWS) % n)
    frame = pl.DataFrame(
        {"time_s": t, "voltage_V": V, "current_A_m2": 0.05 * sign, "charge_C_m2": moved, "step": half + 1,
         "cycle": half // 2 + 1}
    )  # fmt: skip
    return Record(frame, meta={"area_m2": 1e-4, "thickness_m": 3e-7})


def measure(runs: int) -> list[dict[str, Any]]:
    """Both formats; medians of `runs` processes."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for name, write in (("mpt", write_mpt), ("arbin csv", write_arbin_csv)):
            path = write(cell(), Path(folder) / f"a.{'mpt' if name == 'mpt' else 'csv'}")
            seconds, peaks = [], []
            for _ in range(runs):
                start = time.perf_counter()
                run = subprocess.run(
                    [sys.executable, "-c", PROGRAM, str(path)], capture_output=True, text=True, check=True
                )
                seconds.append(time.perf_counter() - start)
                peaks.append(int(run.stdout) / 1024.0)
            found.append(
                {"case": f"read and sum up 250,000 rows, {name}", "process_s": float(np.median(seconds)),
                 "peak_MB": float(np.median(peaks))}
            )  # fmt: skip
    return found
