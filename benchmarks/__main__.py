"""``python -m benchmarks``: a table and one JSON line per case.

The engine against an independent PyBaMM implementation of the same equations (``tests/twins``), on meshes of
the same size: one discharge each in turn, both set up and warm, so that a busy machine slows both alike; what
counts is the median of the ratios. The engine runs at the loosest tolerance whose capacity is within
0.1 % of its own at a tolerance of 1e-7. Without PyBaMM the engine is measured alone. Then impedance, thousands of
cycles and batches (``electrochemistry.py``), a cycler's file (``readers.py``), and the start: the
import of the package, and a cold process up to its first curve (kernels compiled before).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from heterofilm.engine.msmr import filling  # noqa: E402
from heterofilm.engine.parameters import Model, Phase  # noqa: E402
from verification.models import Cell, one_phase, two_phase  # noqa: E402

try:
    from twins import pybamm_twin
except ModuleNotFoundError:
    pybamm_twin = None

U_START, STOP, CURRENT = 3.8, 2.15, 0.05  # V, V, A/m2
TOLERANCES = (3e-2, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5)
CLOSE = 1e-3  # of the capacity


class Case(NamedTuple):
    """One discharge: the engine's model, the twin's mesh, and the capacity on meshes without end."""

    name: str
    model: Model
    finest: Model
    twin_mesh: dict[str, int]


CASES = (
    Case(
        "one phase, 40 film + 40 LiPON", one_phase(40, 40), one_phase(320, 320),
        {"nodes_film": 40, "nodes_electrolyte": 40},
    ),
    Case(
        "two phases, 40 x (1 + 8 shells)", two_phase(40, 9), two_phase(240, 49, stretch=3.0),
        {"nodes_film": 40, "shells": 8},
    ),
)  # fmt: skip


def capacity(model: Model, rtol: float) -> float:
    """Charge of one discharge (C/m2)."""
    return float(Cell(model, U_START).discharge(CURRENT, STOP, rtol=rtol).Q[-1])


def seconds(call: Callable[[], Any]) -> float:
    """Wall time of one call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def at_rest(phase: Phase) -> float:
    """Filling at the start."""
    return float(filling(U_START, 0.0, 0.0, phase.couples, phase.b, phase.U_ref)[0])


def measure(case: Case, runs: int) -> dict[str, Any]:
    """Times, ratio and errors of one case."""
    converged = capacity(case.model, 1e-7)
    reference = capacity(case.finest, 1e-5)
    rtol = next(r for r in TOLERANCES if abs(capacity(case.model, r) / converged - 1.0) < CLOSE)
    effort = Cell(case.model, U_START).discharge(CURRENT, STOP, rtol=rtol).effort
    engine: list[float] = []
    twin: list[float] = []
    result: dict[str, Any] = {
        "case": case.name,
        "rtol": rtol,
        "steps": int(effort[1]),
        "newton": int(effort[0]),
        "rejected": int(effort[2] + effort[3]),
        "reference_C_m2": reference,
        "engine_error": capacity(case.model, rtol) / reference - 1.0,
        "engine_time_error": capacity(case.model, rtol) / converged - 1.0,
    }
    other: Callable[[], Any] | None = None
    if pybamm_twin is not None:
        built = pybamm_twin.build(
            case.model, current=CURRENT, theta_m0=at_rest(case.model.matrix), stop=STOP,
            theta_d0=at_rest(case.model.domain), **case.twin_mesh,
        )  # fmt: skip

        def solve() -> Any:
            return built.solve(2.0 * reference / CURRENT, 1e-4, 1e-6, profiles=False)

        other = solve
        other()
        solved = other()
        result |= {"twin_error": solved.capacity / reference - 1.0, "twin_steps": int(solved.steps)}
    for _ in range(runs):
        engine.append(seconds(lambda: capacity(case.model, rtol)))
        if other is not None:
            twin.append(seconds(other))
    result["engine_ms"] = 1e3 * statistics.median(engine)
    if twin:
        result["twin_ms"] = 1e3 * statistics.median(twin)
        result["ratio"] = statistics.median(b / a for a, b in zip(engine, twin, strict=True))
    return result


def start_up(runs: int) -> dict[str, Any]:
    """Seconds for the import, and for a new process up to its first curve."""
    curve = "from heterofilm.simulation.run import simulate; simulate('vo-half', 'Discharge at 5 uA/cm2 until 2.15 V')"
    timed = "import time; t = time.perf_counter(); import heterofilm; print(time.perf_counter() - t)"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])}

    def python(code: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True
        ).stdout

    python(curve)  # compiles the kernels where that has not been done
    return {
        "case": "start",
        "import_s": statistics.median(float(python(timed)) for _ in range(runs)),
        "cold_process_to_first_curve_s": statistics.median(seconds(lambda: python(curve)) for _ in range(runs)),
        "bare_python_s": statistics.median(seconds(lambda: python("pass")) for _ in range(runs)),
    }


def table(results: list[dict[str, Any]]) -> str:
    """The cases side by side."""
    lines = [f"{'case':34}{'rtol':>8}{'engine':>11}{'twin':>11}{'ratio':>8}{'error':>10}{'twin error':>12}"]
    for r in results:
        twin = f"{r['twin_ms']:8.2f} ms{r['ratio']:8.1f}" if "twin_ms" in r else f"{'-':>11}{'-':>8}"
        error = f"{r['twin_error']:12.3%}" if "twin_error" in r else f"{'-':>12}"
        lines.append(f"{r['case']:34}{r['rtol']:8.0e}{r['engine_ms']:8.3f} ms{twin}{r['engine_error']:10.3%}{error}")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--runs", type=int, default=40, help="repetitions of each discharge")
    parser.add_argument("--starts", type=int, default=5, help="processes started; 0 leaves the start out")
    parser.add_argument("--short", action="store_true", help="the discharges and the start alone")
    options = parser.parse_args()
    if options.runs < 1 or options.starts < 0:
        parser.error("--runs must be at least 1, --starts at least 0")
    results = [measure(case, options.runs) for case in CASES]
    print(table(results))
    if not options.short:
        from benchmarks import electrochemistry, impedance, readers, sensitivities

        more = [impedance.measure(options.runs), *electrochemistry.measure(options.runs)]
        case = CASES[0]
        twin = None if pybamm_twin is None else partial(
            pybamm_twin.build, current=CURRENT, theta_m0=at_rest(case.model.matrix), stop=STOP,
            theta_d0=at_rest(case.model.domain), **case.twin_mesh,
        )  # fmt: skip
        more.append(sensitivities.measure(options.runs, case.model, U_START, STOP, CURRENT, twin))
        more += readers.measure(min(options.runs, 5))
        for result in more:
            told = {key: value for key, value in result.items() if key != "case"}
            numbers = ", ".join(f"{k} {v if isinstance(v, str) else format(v, '.3g')}" for k, v in told.items())
            print(f"{result['case']:40}{numbers}")
        results += more
    if options.starts:
        start = start_up(options.starts)
        print(
            f"import {start['import_s']:.2f} s, cold process to first curve "
            f"{start['cold_process_to_first_curve_s']:.2f} s (bare python {start['bare_python_s']:.2f} s)"
        )
        results.append(start)
    for result in results:
        print(json.dumps(result))


if __name__ == "__main__":
    main()
