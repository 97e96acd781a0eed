"""Impedance at equal accuracy: the film's default against PyBaMM on meshes of its own, judged by the closed form.

One phase at rest without hysteresis behind a liquid: diffusion into a film that is closed at its back, both interfaces
with their double layers. PyBaMM solves the same equations with its finite volumes and its `EISSimulation`; of a
series of meshes, graded towards the electrolyte as it offers, the quickest counts that is at least as close as ours.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from heterofilm.constants import F
from heterofilm.engine.msmr import filling
from heterofilm.engine.parameters import Model
from heterofilm.simulation.spectrum import impedance
from verification.models import ANODE, CATHODE, RT_F, Cell, bare, film, liquid, phase

try:
    import pybamm
except ModuleNotFoundError:
    pybamm = None

FREQUENCIES = np.geomspace(1e-3, 1e6, 60)
U = 3.2  # V, at rest on a plateau
PLAIN = phase([0.5, 0.5, 1.0], [3.41, 3.21, 2.36], [0.6, 0.6, 1.2])
MESHES = [(nodes, stretch) for nodes in (30, 60, 120, 240, 480, 960) for stretch in (4.0, 7.0, 10.0, 13.0)]


def model() -> Model:
    """The film on 24 nodes, as a cell of the library has it."""
    found = bare(PLAIN, film(300e-9, 24, 1e4, stretch=3.0), 3e-17, liquid(1e-3))
    return found.replace(cathode=CATHODE, anode=ANODE, R_s=1e-3)


def exact(m: Model) -> np.ndarray[Any, Any]:
    """Z (ohm m2) in closed form."""
    jw = 2j * np.pi * FREQUENCIES
    _, by_U, _, _ = filling(U, 0.0, 1.0, m.matrix.couples, m.matrix.b, m.matrix.U_ref)
    D, L = float(m.D_m.D[0]), m.film.L
    s = np.sqrt(jw * L**2 / D)
    warburg = L / (F * D * m.film.c_m * -by_U) / (s * np.tanh(s))
    cathode = 1.0 / (jw * m.cathode.C + 1.0 / (RT_F / m.cathode.i0 + warburg))
    return np.asarray(m.R_s + m.electrolyte.R + 1.0 / (jw * m.anode.C + m.anode.i0 / RT_F) + cathode)


def twin(m: Model, nodes: int, stretch: float) -> Any:
    """The same cell for `pybamm.EISSimulation`, per m2."""
    cell = pybamm.lithium_ion.BaseModel(name="film")
    x = pybamm.SpatialVariable("x", domain=["film"], coord_sys="cartesian")
    theta, v, v_a = pybamm.Variable("theta", domain=["film"]), pybamm.Variable("v"), pybamm.Variable("v_a")
    U_s = pybamm.Variable("U_s")
    i = pybamm.FunctionParameter("Current function [A]", {"Time [s]": pybamm.t})
    start = float(filling(U, 0.0, 1.0, m.matrix.couples, m.matrix.b, m.matrix.U_ref)[0])
    surface = pybamm.boundary_value(theta, "right")
    held: Any = m.matrix.b * (m.matrix.U_ref - U_s)
    for X, U0, w, _, _ in m.matrix.couples:
        held = held + X / (1.0 + pybamm.exp((U_s - U0) / w))
    i_F = -2.0 * m.cathode.i0 * pybamm.sinh(0.5 * (v - U_s) / RT_F)
    i_a = 2.0 * m.anode.i0 * pybamm.sinh(0.5 * v_a / RT_F)
    D, L = float(m.D_m.D[0]), m.film.L
    cell.rhs = {
        theta: D / L**2 * pybamm.div(pybamm.grad(theta)),
        v: (i_F - i) / m.cathode.C,
        v_a: (i - i_a) / m.anode.C,
    }
    cell.algebraic = {U_s: held - surface}
    enters = i_F * L / (F * m.film.c_m * D)
    none = pybamm.Scalar(0.0)
    cell.boundary_conditions = {theta: {"left": (none, "Neumann"), "right": (enters, "Neumann")}}
    cell.initial_conditions = {
        theta: pybamm.Scalar(start), v: pybamm.Scalar(U), v_a: pybamm.Scalar(0.0), U_s: pybamm.Scalar(U),
    }  # fmt: skip
    cell.variables = {"Voltage [V]": v - v_a - i * (m.R_s + m.electrolyte.R), "Current [A]": i, "theta": theta}
    graded = pybamm.MeshGenerator(pybamm.Exponential1DSubMesh, {"side": "right", "stretch": stretch})
    return pybamm.EISSimulation(
        cell,
        parameter_values=pybamm.ParameterValues(
            {
                "Current function [A]": 0.0,
                "Nominal cell capacity [A.h]": 1.0,
                "Number of electrodes connected in parallel to make a cell": 1.0,
                "Number of cells connected in series to make a battery": 1.0,
                "Electrode height [m]": 1.0,
                "Electrode width [m]": 1.0,
                "Ambient temperature [K]": 298.15,
            }
        ),
        geometry=pybamm.Geometry({"film": {x: {"min": 0, "max": 1}}}),
        submesh_types={"film": graded},
        var_pts={x: nodes},
        spatial_methods={
            "film": pybamm.FiniteVolume({"extrapolation": {"order": {"gradient": "quadratic", "value": "quadratic"}}})
        },
        skip_surface_form_check=True,
    )


def off(Z: np.ndarray[Any, Any], reference: np.ndarray[Any, Any]) -> float:
    """Largest relative difference."""
    return float(np.abs(Z / reference - 1.0).max())


def seconds(*calls: Callable[[], Any], runs: int) -> np.ndarray[Any, Any]:
    """Processor times (runs, calls) of warm calls, one each in turn: what else a machine does hardly counts."""
    found = np.empty((runs, len(calls)))
    for call in calls:
        call()
    for k in range(runs):
        for j, call in enumerate(calls):
            start = time.process_time()
            call()
            found[k, j] = time.process_time() - start
    return found


def measure(runs: int) -> dict[str, Any]:
    """Milliseconds and errors of both, in turn."""
    m = model()
    cell = Cell(m, U)
    reference = exact(m)

    def ours() -> np.ndarray[Any, Any]:
        return np.asarray(impedance(FREQUENCIES, m, cell.y, cell.history).parts.sum(axis=1))

    error = off(ours(), reference)
    result: dict[str, Any] = {"case": "impedance of one phase, 60 frequencies, equal accuracy", "error": error}
    if pybamm is None:
        return result | {"engine_ms": 1e3 * float(np.median(seconds(ours, runs=runs)))}
    pybamm.set_logging_level("ERROR")
    made = [(nodes, stretch, twin(m, nodes, stretch)) for nodes, stretch in MESHES]
    errors = [off(np.asarray(other.solve(FREQUENCIES).impedance), reference) for *_, other in made]
    for name, asked in (("as close", 1.05 * error), ("within 0.1 %", 1e-3), ("within 1 %", 1e-2)):
        fewest = min((nodes for (nodes, *_), wrong in zip(made, errors, strict=True) if wrong <= asked), default=None)
        if fewest is None:
            result[f"pybamm, {name}"] = "no mesh reaches it"
            continue
        wrong, k = min((wrong, k) for k, wrong in enumerate(errors) if made[k][0] == fewest)
        other = made[k][2]
        times = seconds(ours, lambda other=other: other.solve(FREQUENCIES), runs=runs)
        mine, theirs = 1e3 * np.median(times, axis=0)
        result |= {
            f"{name}: engine_ms": float(mine),
            f"{name}: pybamm_ms": float(theirs),
            f"{name}: ratio": float(np.median(times[:, 1] / times[:, 0])),
            f"{name}: pybamm mesh": f"{fewest} cells, stretch {made[k][1]:g}, error {wrong:.1e}",
        }
    return result
