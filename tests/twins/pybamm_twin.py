"""The equations of ``docs/equations.md`` once more, with PyBaMM's operators, finite volumes and solver.

An independent implementation to verify against and to measure speed against. It covers the galvanostatic
discharge from rest. All numbers come from a ``Model`` (see ``heterofilm.engine.parameters``); nothing else
of the package is used.

How the equations are put to PyBaMM (IDAKLU: BDF and Newton with a sparse Jacobian), and what else was tried.
Times are the quickest of 12 to 40 interleaved repetitions of a whole call, set up before, at rtol 1e-4 and
atol 1e-6, on one thread of a shared 2.8 GHz core (medians are half as much again): (1) one phase with
dissociating LiPON, 40 + 40 cells; (2) two phases, 40 cells of matrix with 8 shells of domain each. As
written: 3.2 and 110 ms.

* U at surfaces: a table of MSMR inverted (linear). Algebraic, MSMR with a tanh per couple: 4.8 and 154 ms.
  A cubic table: 4.0 and 136 ms.
* U at the cells of the matrix, which the exchange needs: algebraic, MSMR. From the table, so that (2) has no
  algebraic variable: 138 ms, twice the steps. Algebraic, but equal to the table: 136 ms, and with a looser
  Newton iteration wrong stops, for where U falls steeply a tiny correction of theta passes for convergence.
  U in place of theta as the state: 124 ms, but Li is not conserved and the capacity is 0.4 % off.
* Newton iteration stricter than PyBaMM's default of 0.33, with which (2) fails: steps are accepted with U of
  one cell tens of mV off, from where the next cannot converge. At 0.01: 130 ms. Order 2 or 3: no gain, or
  failure.
* Compiled functions; interpreted: 4.7 and 165 ms. ``profiles=False``: 2.8 and 110 ms. All states instead of
  outputs, no Hermite data, other root finding: no difference. Dense Jacobian: 5.4 ms for (1).
* Surface fillings by quadratic extrapolation without the boundary condition. With it the surface depends on
  the flux that depends on the surface: (2) fails unless rtol is 1e-6, and its capacity changes by 0.004 %.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pybamm
from scipy.integrate import cumulative_trapezoid
from scipy.optimize import brentq

if TYPE_CHECKING:
    from heterofilm.engine.parameters import Diffusion, Interface, Model, Phase

F = 96485.33212  # C/mol
R = 8.31446261815324  # J/(mol K)
OPTIONS = {"compile": True, "num_threads": 1, "silence_sundials_errors": True}
STRICTNESS = "nonlinear_convergence_coefficient"
NEWTON = (0.03, 0.01, 0.003)  # of the Newton iteration, the next where a step fails for good
STRETCH = 2.3  # log of the largest over the smallest cell of a stretched mesh

pybamm.telemetry.disable()


@dataclass(frozen=True)
class Solution:
    """One discharge, at the times the solver chose."""

    t: np.ndarray  # s
    V: np.ndarray  # V
    theta_m: np.ndarray  # Li per formula unit of matrix, cells from the collector x times
    capacity: float  # C/m2 delivered until the stop voltage (until the last time if it was not reached)
    stopped: bool  # the stop voltage was reached
    steps: int
    solver_time: float  # s, wall time of the call of the solver
    extra: dict[str, np.ndarray] = field(default_factory=dict)  # outputs asked for by name


class Twin:
    """A discretised discharge. ``x`` and ``volume`` are the centres (m) and shares of the film's cells."""

    def __init__(self, model: pybamm.BaseModel, current: float, x: np.ndarray, volume: np.ndarray) -> None:
        self.x, self.volume = x, volume
        self._model, self._current = model, current
        self._solvers: dict[tuple, pybamm.IDAKLUSolver] = {}

    @property
    def outputs(self) -> list[str]:
        """Names that ``solve`` can return in ``extra``."""
        return list(self._model.variables)

    def solve(
        self,
        t_end: float,
        rtol: float = 1e-4,
        atol: float = 1e-6,
        *,
        extra: Sequence[str] = (),
        profiles: bool = True,
    ) -> Solution:
        """Discharge until the stop voltage or ``t_end`` (s). ``atol`` is in Li per formula unit and in V.

        The first call with given tolerances and outputs sets the solver up, later ones re-use it. Without
        ``profiles``, ``theta_m`` stays empty.
        """
        names = list(dict.fromkeys(["V", *(["theta_m"] if profiles else []), *extra]))
        times = np.array([0.0, t_end])
        key = (rtol, atol, tuple(names))
        if key in self._solvers:
            start = time.perf_counter()
            raw = self._solvers[key].solve(self._model, times)
        else:
            for strictness in NEWTON:
                solver = pybamm.IDAKLUSolver(
                    rtol=rtol, atol=atol, output_variables=names, options=OPTIONS | {STRICTNESS: strictness}
                )
                start = time.perf_counter()
                try:
                    raw = solver.solve(self._model, times)
                except pybamm.SolverError:
                    if strictness == NEWTON[-1]:
                        raise
                else:
                    break
            self._solvers[key] = solver
        wall = time.perf_counter() - start
        data = {name: raw[name].data for name in names}
        return Solution(
            t=raw.t,
            V=data["V"],
            theta_m=data["theta_m"] if profiles else np.empty((0, raw.t.size)),
            capacity=float(self._current * raw.t[-1]),
            stopped=raw.termination.startswith("event"),
            steps=raw.solver_statistics.number_of_steps,
            solver_time=wall,
            extra={name: data[name] for name in extra},
        )


class Thermodynamics:
    """U(theta) of one phase on its first lithiation: h = 1 - exp(-K (z - z0)) from h = 0 at ``theta0``.

    Of a table the points are taken, between which PyBaMM's cubic spline is the curve.
    """

    def __init__(self, phase: Phase, theta0: float, low: float) -> None:
        self.phase, self.z0, self.full = phase, theta0 / phase.theta_full, phase.theta_full
        points = np.asarray(phase.ocv.rows, float)[1:]  # where each piece begins, and the potentials there
        self.points = [(points[:, 0], U) for U in points.T[1::4]] if points.size else []
        if self.points:
            self.rest = float(np.mean([np.interp(theta0, *branch) for branch in self.points]))
            return
        self.X, self.U0, self.w, self.H, self.dU = np.asarray(phase.couples, float).T
        self.hysteretic = phase.K != 0.0 and bool(np.any(self.H))
        self.barriers = np.flatnonzero(self.dU > 0.0)
        if self.barriers.size > 1:
            raise ValueError("the twin knows one nucleating couple per phase")
        self.rest = self._potential(theta0)
        self.table = None if self.barriers.size else self._tabulate(low - 1.0, self.rest + 0.3)

    def filling(self, U: Any, h: Any, n: Any, tanh: Callable = np.tanh) -> Any:
        """MSMR: theta at a potential (V), of arrays or of PyBaMM symbols."""
        theta = self.phase.b * (self.phase.U_ref - U)
        for X, U0, w, H, dU in zip(self.X, self.U0, self.w, self.H, self.dU, strict=True):
            Uj = U0 - 0.5 * H * h - (dU * (1.0 - n) if dU else 0.0)
            theta = theta + 0.5 * X * (1.0 - tanh((U - Uj) / (2.0 * w)))
        return theta

    def hysteresis(self, theta: Any, exp: Callable = np.exp) -> Any:
        """Return h of a monotone lithiation."""
        return 1.0 - exp(-self.phase.K * (theta / self.full - self.z0)) if self.hysteretic else 0.0

    def _potential(self, theta: float) -> float:
        """U (V) at rest, h = n = 0."""
        low, high = self.phase.U_ref - 1.0, self.phase.U_ref + 1.0
        while self.filling(low, 0.0, 0.0) < theta:
            low -= 1.0
        while self.filling(high, 0.0, 0.0) > theta:
            high += 1.0
        return float(brentq(lambda U: self.filling(U, 0.0, 0.0) - theta, low, high, xtol=1e-14))

    def _tabulate(self, low: float, high: float) -> tuple[np.ndarray, np.ndarray]:
        """Table of theta and U, evenly in U: linear interpolation errs by less than w/800."""
        step = min(2e-3, float(self.w.min()) / 10.0)
        U = np.linspace(high, low, int(np.ceil((high - low) / step)) + 1)
        below, above = np.full(U.size, -self.full), np.full(U.size, 2.0 * self.full)
        for _ in range(60):  # bisection: filling(U, h(theta)) - theta falls with theta
            theta = 0.5 * (below + above)
            more = self.filling(U, self.hysteresis(theta), 1.0) > theta
            below, above = np.where(more, theta, below), np.where(more, above, theta)
        return 0.5 * (below + above), U

    def at_surface(self, model: pybamm.BaseModel, theta: Any, place: str, **domain: Any) -> Any:
        """U (V) at a surface: from the table, except where the filling alone does not decide on it."""
        if self.points:
            branches = [pybamm.Interpolant(*branch, theta, interpolator="cubic") for branch in self.points]
            h = 1.0 - pybamm.exp(-self.phase.K * (theta / self.full - self.z0))
            return 0.5 * (1.0 + h) * branches[0] + 0.5 * (1.0 - h) * branches[-1]
        if self.table is None:
            return self.variable(model, theta, place, **domain)
        return pybamm.Interpolant(*self.table, theta, interpolator="linear")

    def variable(self, model: pybamm.BaseModel, theta: Any, place: str, **domain: Any) -> pybamm.Variable:
        """U (V) as an algebraic variable, and n where the phase nucleates."""
        U = pybamm.Variable(f"U {place}", **domain)
        model.initial_conditions[U] = pybamm.Scalar(self.rest)
        h = self.hysteresis(theta, pybamm.exp)
        if not self.barriers.size:
            model.algebraic[U] = self.filling(U, h, 1.0, pybamm.tanh) - theta
            return U
        n = pybamm.Variable(f"n {place}", **domain)
        model.algebraic[U] = self.filling(U, h, n, pybamm.tanh) - theta
        j, phase = int(self.barriers[0]), self.phase
        coexist = float(self.U0[j]) - (1.0 - n) * float(self.dU[j]) + float(self.w[j]) * np.log(1.0 / phase.s_0 - 1.0)
        undercooling = coexist - 0.5 * float(self.H[j]) * h - U
        rate = 2.0 * phase.k_n * pybamm.sinh(undercooling / phase.eta_0)
        growth = (undercooling > 0) * (n + phase.n_0) * (1.0 - n) + (undercooling <= 0) * n
        model.rhs[n] = rate * growth
        model.initial_conditions[n] = pybamm.Scalar(0.0)
        return U


class Transport:
    """Phi(theta), m2/s, of one phase: the integral of D, from the table of D and not from that of Phi."""

    def __init__(self, D: Diffusion, full: float, interpolator: str) -> None:
        self.interpolator = interpolator  # PyBaMM's "cubic" takes fewer steps, "linear" a quarter of the time
        values = np.atleast_1d(np.asarray(D.D, float))
        self.D, self.constant = float(values.max()), values.size == 1
        if not self.constant:
            self.grid = np.linspace(-0.05 * full, max(full, D.theta_max) + 0.05 * full, max(2001, 4 * values.size + 1))
            D_fine = np.interp(self.grid, np.linspace(0.0, D.theta_max, values.size), values)
            self.table = cumulative_trapezoid(D_fine, self.grid, initial=0.0) / self.D

    def Phi(self, theta: Any) -> Any:
        """Phi over the largest D."""
        if self.constant:
            return theta
        return pybamm.Interpolant(self.grid, self.table, theta, interpolator=self.interpolator)

    def end(self, model: pybamm.BaseModel, theta: Any, side: str, name: str, start: float) -> Any:
        """Return the filling at a boundary, from Phi: its profile is smooth where that of theta is steep."""
        if self.constant:
            return pybamm.boundary_value(theta, side)
        secondary = theta.domains["secondary"]
        value = pybamm.Variable(name, domain=secondary) if secondary else pybamm.Variable(name)
        model.algebraic[value] = self.Phi(value) - pybamm.boundary_value(self.Phi(theta), side)
        model.initial_conditions[value] = pybamm.Scalar(start)
        return value


def faradaic(interface: Interface, overpotential: Any, z: Any, RT_F: float) -> Any:
    """Butler-Volmer current, A/m2, positive where Li enters."""
    i0 = interface.i0
    if interface.p:
        z = pybamm.minimum(pybamm.maximum(z, 1e-9), 1.0 - 1e-9)
        i0 = i0 * (4.0 * z * (1.0 - z)) ** interface.p
    e = overpotential / RT_F
    return i0 * (pybamm.exp(-interface.alpha * e) - pybamm.exp((1.0 - interface.alpha) * e))


def build(
    model: Model,
    nodes_film: int,
    nodes_electrolyte: int = 0,
    shells: int = 0,
    *,
    current: float,
    theta_m0: float,
    theta_d0: float = 0.0,
    theta_a0: float = 0.0,
    stop: float = 2.15,
    stretch: bool | float = False,
) -> Twin:
    """Discretise a discharge at ``current`` (A/m2, positive) from rest until V falls to ``stop`` (V).

    The film has ``nodes_film`` cells, each with a domain of ``shells`` shells (0: one phase), the electrolyte
    ``nodes_electrolyte`` cells where it has a profile. ``stretch`` makes cells smaller towards the
    electrolyte and shells towards the surface (a number: log of the ratio of largest to smallest cell). In a
    film of one phase only the surface decides on V, so nuclei of the matrix are followed there alone.
    """
    film, i, RT_F = model.film, current, R * model.T / F
    if bool(shells) != bool(film.c_d > 0.0):
        raise ValueError("shells go with domains: a film has both or none")
    twin = pybamm.BaseModel("thin-film cell")
    twin.convert_to_format = "casadi"
    none = pybamm.Scalar(0.0)
    grade = float(STRETCH if stretch is True else stretch)
    graded = (
        pybamm.MeshGenerator(pybamm.Exponential1DSubMesh, {"side": "right", "stretch": grade})
        if grade
        else pybamm.Uniform1DSubMesh
    )

    # film, in X = x/L
    X = pybamm.SpatialVariable("x", domain=["film"], coord_sys="cartesian")
    geometry, submesh, points = {"film": {X: {"min": 0, "max": 1}}}, {"film": graded}, {X: nodes_film}
    theta = pybamm.Variable("theta_m", domain=["film"])
    matrix = Thermodynamics(model.matrix, theta_m0, stop)
    moves = Transport(model.D_m, matrix.full, "cubic")
    theta_s = moves.end(twin, theta, "right", "theta_m surface", theta_m0)
    U_s = matrix.at_surface(twin, theta_s, "matrix surface")
    v, v_a = pybamm.Variable("v"), pybamm.Variable("v_a")
    i_F = faradaic(model.cathode, v - U_s, theta_s / matrix.full, RT_F)
    Phi_m, scale = moves.Phi(theta), F * film.c_m * film.tau * moves.D / film.L  # A/m2
    twin.boundary_conditions[Phi_m] = {"left": (none, "Neumann"), "right": (i_F / scale, "Neumann")}
    filling_rate = scale / (F * film.c_m * film.L) * pybamm.div(pybamm.grad(Phi_m))
    twin.initial_conditions[theta] = pybamm.Scalar(theta_m0)
    lithium = F * film.L * film.c_m * (pybamm.Integral(theta, X) - theta_m0)

    if shells:
        r = pybamm.SpatialVariable(
            "r", domain=["grain"], auxiliary_domains={"secondary": "film"}, coord_sys="spherical polar"
        )
        geometry["grain"], submesh["grain"], points[r] = {r: {"min": 0, "max": 1}}, graded, shells
        theta_d = pybamm.Variable("theta_d", domain=["grain"], auxiliary_domains={"secondary": "film"})
        domain = Thermodynamics(model.domain, theta_d0, stop)
        enters = Transport(model.D_d, domain.full, "linear")
        theta_ds = enters.end(twin, theta_d, "right", "theta_d surface", theta_d0)
        U_m = matrix.variable(twin, theta, "matrix", domain=["film"])
        U_d = domain.at_surface(twin, theta_ds, "domain surface", domain=["film"])
        exchange = 2.0 * film.area_per_volume * film.i0_h / F * pybamm.sinh((U_d - U_m) / (2.0 * RT_F))
        filling_rate = filling_rate - exchange / film.c_m
        Phi_d, frequency = enters.Phi(theta_d), enters.D / film.radius**2
        uptake = exchange / (3.0 * film.c_d * frequency)  # dPhi_d/d(r/R) at the surface
        twin.boundary_conditions[Phi_d] = {"left": (none, "Neumann"), "right": (uptake, "Neumann")}
        twin.rhs[theta_d] = frequency * pybamm.div(pybamm.grad(Phi_d))
        twin.initial_conditions[theta_d] = pybamm.Scalar(theta_d0)
        mean = 3.0 / (4.0 * np.pi) * pybamm.Integral(theta_d, r)
        lithium = lithium + F * film.L * film.c_d * (pybamm.Integral(mean, X) - theta_d0)
    twin.rhs[theta] = filling_rate

    # interfaces
    twin.rhs[v] = (i_F - i) / model.cathode.C
    twin.initial_conditions[v] = pybamm.Scalar(matrix.rest)
    anode = model.anode
    eta_below = none
    if model.negative.film.x.size:  # a second film without hysteresis, which the current empties
        below, law = model.negative.film, model.negative.D
        X_a = pybamm.SpatialVariable("x_a", domain=["anode"], coord_sys="cartesian")
        geometry["anode"], submesh["anode"], points[X_a] = {X_a: {"min": 0, "max": 1}}, graded, nodes_film
        theta_a = pybamm.Variable("theta_a", domain=["anode"])
        host, flows = Thermodynamics(model.negative.phase, theta_a0, 0.0), Transport(law, below.c_m, "cubic")
        theta_as = flows.end(twin, theta_a, "right", "theta_a surface", theta_a0)
        U_a = host.variable(twin, theta_as, "anode surface")
        i_a = faradaic(anode, v_a - U_a, theta_as / host.full, RT_F)
        Phi_a, scale_a = flows.Phi(theta_a), F * below.c_m * below.tau * flows.D / below.L
        twin.boundary_conditions[Phi_a] = {"left": (none, "Neumann"), "right": (i_a / scale_a, "Neumann")}
        twin.rhs[theta_a] = scale_a / (F * below.c_m * below.L) * pybamm.div(pybamm.grad(Phi_a))
        twin.initial_conditions[theta_a] = pybamm.Scalar(theta_a0)
        twin.rhs[v_a] = (i + i_a) / anode.C
        twin.initial_conditions[v_a] = pybamm.Scalar(host.rest)
        drop_a = pybamm.boundary_value(Phi_a, "right") - pybamm.boundary_value(Phi_a, "left")
        eta_below = below.L / below.sigma_e * (i + scale_a * drop_a)
    else:
        twin.rhs[v_a] = (i - 2.0 * anode.i0 * pybamm.sinh(v_a / (2.0 * RT_F))) / anode.C
        twin.initial_conditions[v_a] = none

    # electrolyte, in x over its thickness
    electrolyte = model.electrolyte
    if np.size(electrolyte.x):
        length, c0 = float(electrolyte.x[-1] - electrolyte.x[0]), electrolyte.c0
        D_p, D_n = electrolyte.D_plus, electrolyte.D_minus
        D, t_p = 2.0 * D_p * D_n / (D_p + D_n), D_p / (D_p + D_n)
        s = pybamm.SpatialVariable("s", domain=["electrolyte"], coord_sys="cartesian")
        geometry["electrolyte"] = {s: {"min": 0, "max": 1}}
        submesh["electrolyte"], points[s] = pybamm.Uniform1DSubMesh, nodes_electrolyte
        y = pybamm.Variable("y", domain=["electrolyte"])
        slope = pybamm.Scalar(-i * length / (2.0 * F * D_p * c0))
        twin.boundary_conditions[y] = {"left": (slope, "Neumann"), "right": (slope, "Neumann")}
        source = electrolyte.k_d * (electrolyte.a0 / c0 - y) - electrolyte.k_r * c0 * y**2
        twin.rhs[y] = D / length**2 * pybamm.div(pybamm.grad(y)) + source
        twin.initial_conditions[y] = pybamm.Scalar(1.0)
        ends = pybamm.boundary_value(y, "right") / pybamm.boundary_value(y, "left")
        ohmic = i * t_p * length / (F * c0 * D_p) * pybamm.Integral(1.0 / y, s)
        eta_el = RT_F * (ohmic - D / D_p * pybamm.log(ends))
        twin.variables["y"] = y
    else:
        eta_el = pybamm.Scalar(i * electrolyte.R)

    # voltage; the integral of the flux over the film is a difference of Phi
    drop = pybamm.boundary_value(Phi_m, "right") - pybamm.boundary_value(Phi_m, "left")
    eta_ohm = film.L / film.sigma_e * (i - scale * drop)
    V = v - v_a - eta_el - i * model.R_s - eta_ohm - eta_below
    twin.variables |= {"V": V, "v": v, "eta_el": eta_el, "eta_ohm": eta_ohm, "lithium": lithium}
    twin.variables |= {"theta_m": theta, "theta_m surface": theta_s}
    if shells:
        twin.variables["theta_d"] = theta_d
    twin.events = [pybamm.Event("stop voltage", V - stop)]

    geometry = pybamm.Geometry(geometry)
    pybamm.ParameterValues({}).process_geometry(geometry)
    mesh = pybamm.Mesh(geometry, submesh, points)
    order = {"gradient": "quadratic", "value": "quadratic"}
    method = pybamm.FiniteVolume({"extrapolation": {"order": order, "use bcs": False}})
    pybamm.Discretisation(mesh, dict.fromkeys(submesh, method)).process_model(twin)
    cells = mesh["film"]
    return Twin(twin, current, film.L * np.asarray(cells.nodes), np.asarray(cells.d_edges))
