"""``python benchmarks/fits.py [PYTHON]``: fits by processor time, ours and, where PYTHON has it, PyBOP's, in one run.

Ours: eight values of a half-cell to three discharges, a GITT and a spectrum with 1 mV and 1 % of noise, with profiles
and without, and two values to one discharge of 240 points. PyBOP's, from that PYTHON: its own examples of two values
(``pybop_two.py``), and the two values of ours on the same equations (``pybop_equal.py``), to the first 80 % of the same
discharge. It knows no profile likelihood. Other work on the machine changes processor time least; what is compiled is
compiled before.
"""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "src")]

import numpy as np  # noqa: E402
import polars as pl  # noqa: E402

from heterofilm import Cell, Data, FitResult, Record, fit, simulate  # noqa: E402
from heterofilm.engine.equilibrium import rest_state  # noqa: E402
from heterofilm.engine.state import layout  # noqa: E402
from heterofilm.engine.structs import Struct  # noqa: E402

CELL = "vo-half"
FACE = "electrolytes.liquid-1M.cathode_interface"
VALUES = (
    "phases.V2O5.D", "phases.V2O5.D_decades", f"{FACE}.i0", f"{FACE}.double_layer", "phases.V2O5.utilisation",
    "phases.V2O5.couples.delta-gamma.U0", "phases.V2O5.couples.delta-gamma.omega", "films.VO.thickness",
)  # fmt: skip
PROTOCOLS = {
    "5": "Discharge at 5 uA/cm2 until 2.15 V",
    "20": "Discharge at 20 uA/cm2 until 2.15 V",
    "80": "Discharge at 80 uA/cm2 until 2.15 V",
    "GITT": "8 x (Discharge at 20 uA/cm2 for 5 min; Rest for 20 min)",
}
OFF = (1.3, 0.8)  # of the truth, where searches begin, in turn
POINTS = 240  # of the discharge of two values


def noisy(text: str, seed: int, points: int = 0) -> Record:
    """A run with 1 mV of noise, at so many of its points."""
    record = simulate(CELL, text, detail=False, rtol=1e-6, dV=2e-2)
    frame = record.frame
    if points:
        frame = frame[np.unique(np.linspace(0, frame.height - 1, points).astype(int))]
    noise = np.random.default_rng(seed).normal(0.0, 1e-3, frame.height)
    frame = frame.with_columns(pl.col("voltage_V") + pl.Series(noise))
    return Record(frame=frame, meta={**record.meta, "kind": "measured"})


def spectrum(seed: int) -> Record:
    """Of the film at 3.3 V with 1 % of noise on both parts."""
    record = simulate(CELL, "EIS from 100 kHz to 10 mHz", detail=False, start=3.3)
    assert record.impedance is not None
    size = np.hypot(record.impedance["Z_re_ohm_m2"].to_numpy(), record.impedance["Z_im_ohm_m2"].to_numpy())
    rng = np.random.default_rng(seed)
    parts = (
        pl.col(name) + pl.Series(1e-2 * size * rng.standard_normal(size.size))
        for name in ("Z_re_ohm_m2", "Z_im_ohm_m2")
    )
    return replace(record, impedance=record.impedance.with_columns(*parts))


def measured(data: Sequence[Data], values: Sequence[str], profiles: bool) -> dict[str, Any]:
    """A fit from beside the truth."""
    cell = Cell.load(CELL)
    start = {path: cell.entries.number(path) * OFF[k % 2] for k, path in enumerate(values) if not path.endswith("U0")}
    start["films.VO.thickness"] = 1.02 * cell.entries.number("films.VO.thickness")
    before = time.process_time()
    found: FitResult = fit(cell, data, list(values), searches=1, start=start, profiles=profiles)
    spent = time.process_time() - before
    held = sum(bool(one.low <= cell.entries.number(one.paths[0]) <= one.high) for one in found.values)
    return {"cpu_s": spent, "evaluations": found.evaluations, "runs": found.evaluations * len(data), "held": held,
            "misfit": found.misfit / found.numbers}  # fmt: skip


def plain(of: Any) -> Any:
    """A struct as names alone, for a Python that does not have this package."""
    if not isinstance(of, Struct):
        return of
    return SimpleNamespace(**{name: plain(getattr(of, name)) for name in type(of).members})


def equal(python: str, one: Data) -> None:
    """PyBOP on the twin of the same equations, with slopes and without."""
    cell = Cell.load(CELL)
    model, lay = cell.model, layout(cell.model)
    y, _ = rest_state(cell.window[1], 0.0, 0.0, model, lay)
    frame = one.record.frame
    asked = {
        "model": plain(model), "current": float(frame["current_A_m2"][-1]), "theta": float(y[lay.theta_m]),
        "stop": cell.window[0], "t": (frame["time_s"] - frame["time_s"][0]).to_numpy(),
        "V": frame["voltage_V"].to_numpy(),
        "start": {"c_m": OFF[0], "tau": OFF[1]},
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "asked.pickle"
        file.write_bytes(pickle.dumps(asked))
        for how in ("slopes", "plain"):
            subprocess.run([python, str(HERE / "pybop_equal.py"), str(file), how], check=True)


def main() -> None:
    """A JSON line a case."""
    data = [Data(noisy(text, k), noise="1 mV", name=name) for k, (name, text) in enumerate(PROTOCOLS.items())]
    data.append(Data(spectrum(9), start=3.3, noise="1 %", name="EIS"))
    one = [Data(noisy(PROTOCOLS["20"], 20, POINTS), noise="1 mV", name="20")]
    whole = one[0].record
    part = Data(replace(whole, frame=whole.frame[: POINTS * 4 // 5]), noise="1 mV", name="20, 80 %")
    pair = (VALUES[4], "films.VO.transport_factor")
    measured(data, VALUES[:1], False)
    cases = {
        "8 values, 5 sets of data, profiles": (data, VALUES, True),
        "8 values, 5 sets of data": (data, VALUES, False),
        f"2 values, a discharge of {POINTS} points, profiles": (one, (VALUES[0], VALUES[4]), True),
        f"2 values, a discharge of {POINTS} points": (one, (VALUES[0], VALUES[4]), False),
        "2 values as PyBOP's on these equations, profiles": ([part], pair, True),
        "2 values as PyBOP's on these equations": ([part], pair, False),
    }
    for name, (sets, values, profiles) in cases.items():
        print(json.dumps({"case": name, **measured(sets, values, profiles)}), flush=True)
    if len(sys.argv) > 1:
        for model in ("SPM", "DFN"):
            subprocess.run([sys.argv[1], str(HERE / "pybop_two.py"), model], check=True)
        equal(sys.argv[1], part)


if __name__ == "__main__":
    main()
