"""Cells put together by hand from the engine's named tuples, and the few lines it takes to run them.

No library entry is behind them: the laws of this folder must hold whatever the library says.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from heterofilm.cell.fronts import front
from heterofilm.constants import F, R
from heterofilm.engine import mesh
from heterofilm.engine.equilibrium import rest_state
from heterofilm.engine.events import CHARGE, DURATION, VOLTAGE_ABOVE, VOLTAGE_BELOW
from heterofilm.engine.integrate import Settings
from heterofilm.engine.parameters import Diffusion, Electrode, Electrolyte, Film, Interface, Model, Phase
from heterofilm.engine.programme import integrate
from heterofilm.engine.state import History, Layout, layout
from heterofilm.engine.table import Table
from heterofilm.engine.voltage import Control
from heterofilm.library.curve import monotone

Array = NDArray[np.float64]
T = 298.15
RT_F = R * T / F
NONE: Array = np.empty(0)


def phase(
    X: Sequence[float],
    U0: Sequence[float],
    omega: Sequence[float],
    H: Sequence[float] | None = None,
    barrier: Sequence[float] | None = None,
    *,
    K: float = 30.0,
    b: float = 1e-4,
) -> Phase:
    """A phase from its couples: Li per formula unit, potential (V), omega, hysteresis (V), barrier (V)."""
    n = len(X)
    columns = [X, U0, np.array(omega) * RT_F, H or [0.0] * n, barrier or [0.0] * n]
    return Phase(
        couples=np.column_stack(columns).reshape(n, 5).astype(float),
        theta_full=float(sum(X)),
        K=K,
        b=b * n,
        U_ref=4.0,
        k_n=1e-4,
        eta_0=0.05,
        n_0=1e-3,
        s_0=1e-3,
    )


def tabulated(theta: Array, U: Array, U_charge: Array | None = None, *, K: float = 30.0) -> Phase:
    """A phase from a table of points: Li per formula unit from 0, potential (V), on charge too where it differs."""
    branches = [monotone(theta, U), *([] if U_charge is None else [monotone(theta, U_charge)])]
    return phase([], [], []).replace(
        theta_full=float(theta[-1]), K=K, ocv=Table.through(theta, *((curve.y, curve.s) for curve in branches))
    )


V2O5 = phase([0.5, 0.5, 1.0], [3.41, 3.21, 2.36], [0.6, 0.6, 1.2], [0.03, 0.03, 0.12], b=2e-4 / 3)
CU2V2O7 = phase([2.0, 2.0, 2.0], [3.05, 2.62, 2.35], [4.0, 1.5, 4.0], [0.08, 0.3, 0.1], b=2e-4)
V2O5_NUCLEATING = phase([0.5, 0.5, 1.0], [3.41, 3.21, 2.36], [0.6, 0.6, 1.2], [0.03, 0.03, 0.12], [0.0, 0.0, 0.3])
CU_NUCLEATING = phase([2.0, 2.0, 2.0], [3.05, 2.62, 2.35], [4.0, 1.5, 4.0], [0.08, 0.3, 0.1], [0.0, 0.2, 0.0])
LATTICE_GAS = phase([1.0], [3.0], [1.0], b=1e-7)  # one ideal couple and next to no background
WIDE = phase([1.0], [3.0], [8.0], b=1e-4)  # one couple so wide that everything is smooth


def constant(D: float) -> Diffusion:
    """The same diffusion coefficient (m2/s) at every filling."""
    return Diffusion.constant(D)


def film(
    L: float,
    nodes: int,
    c_m: float,
    *,
    tau: float = 1.0,
    sigma_e: float = np.inf,
    stretch: float = 1.0,
    c_d: float = 0.0,
    radius: float = 1.0,
    shell_nodes: int = 0,
    shell_stretch: float = 1.0,
    area_per_volume: float = 0.0,
    i0_h: float = 0.0,
) -> Film:
    """A film on its mesh; ``shell_nodes`` counts centre and surface of a domain (0: no domains)."""
    x = mesh.line(L, nodes, stretch)
    r = mesh.line(radius, shell_nodes, shell_stretch) if shell_nodes else NONE
    return Film.on(
        x, r, tau=tau, L=L, c_m=c_m, sigma_e=sigma_e, c_d=c_d, radius=radius, area_per_volume=area_per_volume, i0_h=i0_h
    )


def liquid(resistance: float = 1e-3) -> Electrolyte:
    """An electrolyte that is a resistance (ohm m2)."""
    return Electrolyte.resistance(resistance)


def lipon(nodes: int, L: float = 1e-6, *, scale: float = 1.0, react: bool = True, stretch: float = 1.0) -> Electrolyte:
    """LiPON with dissociation, the published set; ``scale`` multiplies both diffusion coefficients."""
    a0, delta = 6.01e4, 0.18
    k_r = 0.9e-8 if react else 0.0
    D_plus, D_minus = 0.9e-15 * scale, 5.1e-15 * scale
    x = mesh.line(L, nodes, stretch)
    link = 2.0 * D_plus * D_minus / (D_plus + D_minus) / np.diff(x)
    k_d = k_r * a0 * delta**2 / (1.0 - delta)
    return Electrolyte(
        R=0.0,
        x=x,
        width=mesh.widths(x),
        link=link,
        c0=delta * a0,
        a0=a0,
        D_plus=D_plus,
        D_minus=D_minus,
        k_r=k_r,
        k_d=k_d,
    )


_z = np.linspace(0.0, 1.0, 161)
_U = 3.3 - 1.1 * _z - 0.25 * np.tanh((_z - 0.5) / 0.05) - 0.12 * np.tanh((_z - 0.03) / 0.02)
TABLE = tabulated(_z, _U)  # two sloping parts and a step between them
BRANCHES = tabulated(2.0 * _z, _U - 0.02, _U + 0.01 + 0.06 * _z)  # the same with hysteresis
OF_FILLING = Table.through(_z, (-2.0 * _z + np.sin(4.0 * _z), -2.0 + 4.0 * np.cos(4.0 * _z)), ends=False)


CATHODE = Interface(i0=4.1, alpha=0.5, p=0.0, C=0.1)
ANODE = Interface(i0=10.0, alpha=0.5, p=0.0, C=0.1)
FAST = Interface(i0=1e5, alpha=0.5, p=0.0, C=1e-7)  # next to no overpotential, next to no double layer


def one_phase(nodes: int = 40, nodes_e: int = 40, matrix: Phase = V2O5, stretch: float = 1.0) -> Model:
    """A V2O5 film behind dissociating LiPON."""
    geometry = film(300e-9, nodes, 0.55 * 18457, sigma_e=1e-5, stretch=stretch)
    return Model(
        T=T,
        R_s=1e-3,
        matrix=matrix,
        domain=LATTICE_GAS,
        D_m=constant(3e-17),
        D_d=constant(1e-20),
        film=geometry,
        cathode=CATHODE,
        anode=ANODE,
        electrolyte=lipon(nodes_e, scale=0.656),
    )


def two_phase(
    nodes: int = 40,
    shell_nodes: int = 9,
    matrix: Phase = V2O5,
    domain: Phase = CU2V2O7,
    stretch: float = 1.0,
    shell_stretch: float = 1.0,
    electrolyte: Electrolyte | None = None,
) -> Model:
    """V2O5 with domains of Cu2V2O7 in a liquid half-cell."""
    geometry = film(
        300e-9, nodes, 0.42 * 0.55 * 18457, tau=0.65, sigma_e=1e-5, stretch=stretch, c_d=0.58 * 0.5 * 11404,
        radius=5e-9, shell_nodes=shell_nodes, shell_stretch=shell_stretch, area_per_volume=6 * 0.58 / 10e-9, i0_h=1e-3,
    )  # fmt: skip
    return Model(
        T=T,
        R_s=1e-3,
        matrix=matrix,
        domain=domain,
        D_m=constant(3e-17),
        D_d=constant(1e-21),
        film=geometry,
        cathode=CATHODE,
        anode=ANODE,
        electrolyte=electrolyte or liquid(),
    )


HOST = phase([1.0, 1.0], [1.3, 0.7], [3.0, 2.0], [0.05, 0.1], b=2e-4)  # an anode of two couples, with hysteresis


def separating(nodes: int = 40, *, D: float = 3e-17, matrix: Phase = V2O5, gamma: float = 0.05) -> Model:
    """A V2O5 film whose last two phases meet in an interface, an ideal lattice gas of Li moving down its potential."""
    theta = np.linspace(0.0, matrix.theta_full, 101)
    z = np.clip(theta / matrix.theta_full, 1e-3, 1.0 - 1e-3)
    M = D * theta[-1] * z * (1.0 - z) / RT_F
    mobility = Table.through(theta, (M, np.gradient(M, theta)), ends=False)
    return one_phase(nodes, 5, matrix).replace(
        electrolyte=liquid(1e-2), front=front(matrix, (1.05, 1.95), gamma, 2e-8, 18457.0, mobility)
    )


def flat_gap(
    L: float, nodes: int, poor: float, rich: float, c: float, gamma: float, width: float, *, stiffness: float, M: float
) -> Model:
    """A film alone: a flat plateau at 3 V between two phases whose potential falls by ``stiffness`` V per Li, Li with
    the same mobility M (m2/(V s)) everywhere."""
    theta = np.array([-0.1, 0.5 * poor, poor, rich, 0.5 * (1.0 + rich), 1.1])
    U = 3.0 - stiffness * (np.minimum(theta - poor, 0.0) + np.maximum(theta - rich, 0.0))
    slopes = -np.array([stiffness, stiffness, 1e-7, 1e-7, stiffness, stiffness])
    matrix = phase([], [], []).replace(theta_full=1.0, K=0.0, ocv=Table.through(theta, (U - 1e-7 * theta, slopes)))
    mobility = Table.through(np.array([0.0, 1.0]), (np.full(2, M), np.zeros(2)), ends=False)
    made = bare(matrix, film(L, nodes, c), 1e-16)
    return made.replace(front=front(matrix, (poor, rich), gamma, width, c, mobility))


def between_films(
    nodes: int = 40, nodes_a: int = 30, host: Phase = HOST, electrolyte: Electrolyte | None = None, D_a: float = 5e-17
) -> Model:
    """A V2O5 film against another film, which holds twice the charge."""
    below = film(250e-9, nodes_a, 0.6 * 25000.0, sigma_e=1e-5, stretch=1.0)
    return one_phase(nodes, 5).replace(
        electrolyte=electrolyte or liquid(1e-2), negative=Electrode(phase=host, D=constant(D_a), film=below)
    )


def leaking(model: Model, G: float) -> Model:
    """The same cell behind an electrolyte that leaks electrons (S/m2)."""
    return model.replace(electrolyte=model.electrolyte.replace(G=G))


def bare(matrix: Phase, geometry: Film, D: float, electrolyte: Electrolyte | None = None) -> Model:
    """A film and nothing else: fast interfaces and next to no resistance."""
    return Model(
        T=T,
        R_s=0.0,
        matrix=matrix,
        domain=LATTICE_GAS,
        D_m=constant(D),
        D_d=constant(D),
        film=geometry,
        cathode=FAST,
        anode=FAST,
        electrolyte=electrolyte or liquid(1e-7),
    )


def current(i: float) -> Control:
    """Constant current (A/m2, positive on discharge)."""
    return Control(by_i=1.0, at_0=i)


def held(V: float) -> Control:
    """Constant voltage (V)."""
    return Control(by_V=1.0, at_0=V)


def power(P: float) -> Control:
    """Constant power (W/m2)."""
    return Control(by_P=1.0, at_0=P)


class Run(NamedTuple):
    """What one integration gave."""

    status: int
    t: Array
    V: Array
    i: Array
    Q: Array
    states: Array
    effort: NDArray[np.int64]
    leaked: float = 0.0


class Cell:
    """A model with its state, run step after step."""

    def __init__(self, model: Model, U: float = 3.8, h: float = 0.0, n: float = 0.0, U_a: float = 0.75) -> None:
        self.model = model
        self.lay: Layout = layout(model)
        self.y: Array
        self.history: History
        self.y, self.history = rest_state(U, h, n, model, self.lay, U_a)

    def run(
        self,
        control: Control,
        *limits: tuple[int, float],
        rtol: float = 1e-4,
        dV: float = np.inf,
        keep: bool = False,
        max_steps: int = 50_000,
    ) -> Run:
        """Until the first of ``limits`` (kind, value)."""
        kinds = np.array([kind for kind, _ in limits])
        values = np.array([value for _, value in limits])
        settings = Settings(rtol=rtol, dV=dV, keep_states=keep, max_steps=max_steps)
        status, series, effort = integrate(self.y, self.history, control, kinds, values, self.model, self.lay, settings)
        return Run(int(status), *series.points.T, series.states, effort, series.leaked)

    def discharge(self, i: float, stop: float, rtol: float = 1e-4, **how: float) -> Run:
        """At ``i`` (A/m2) until ``stop`` (V)."""
        done = self.run(current(i), (VOLTAGE_BELOW, stop), rtol=rtol, **how)
        assert done.status == 0
        return done

    def charge(self, i: float, stop: float, rtol: float = 1e-4, **how: float) -> Run:
        """At ``i`` (A/m2, a positive number) until ``stop`` (V)."""
        done = self.run(current(-i), (VOLTAGE_ABOVE, stop), rtol=rtol, **how)
        assert done.status == 0
        return done

    def rest(self, duration: float, rtol: float = 1e-4, **how: float) -> Run:
        """Without current for ``duration`` (s)."""
        done = self.run(current(0.0), (DURATION, duration), rtol=rtol, **how)
        assert done.status == 0
        return done

    def pass_charge(self, i: float, Q: float, rtol: float = 1e-4, **how: float) -> Run:
        """At ``i`` (A/m2, of either sign) until the charge ``Q`` (C/m2, positive) has passed."""
        done = self.run(current(i), (CHARGE, Q), rtol=rtol, **how)
        assert done.status == 0
        return done

    def lithium(self) -> tuple[float, float]:
        """Li in matrix and domains, as a charge per area (C/m2)."""
        return lithium(self.y, self.model, self.lay)


def lithium(y: Array, model: Model, lay: Layout) -> tuple[float, float]:
    """Li in matrix and domains of a state, as a charge per area (C/m2)."""
    f = model.film
    in_matrix = F * f.c_m * float(f.width @ y[lay.theta_m : lay.theta_m + lay.nodes])
    in_domains = 0.0
    if lay.shells:
        mean = f.share @ y[: lay.shells * lay.nodes].reshape(lay.shells, lay.nodes)
        in_domains = F * f.c_d * float(f.width @ mean)
    return in_matrix, in_domains


def rough_state(model: Model, seed: int = 0, U: float = 3.2) -> tuple[Layout, Array, History]:
    """A state with nothing smooth or consistent about it, for checks of algebra."""
    lay = layout(model)
    rng = np.random.default_rng(seed)
    y, history = rest_state(U, 0.0, 0.3, model, lay, 0.9)
    y *= 1.0 + 0.02 * rng.standard_normal(y.size)
    y[lay.i] = 0.05
    y[lay.v_a] = 0.003 + (y[lay.U_a] if lay.nodes_a else 0.0)
    y[lay.v] -= 0.01
    if lay.shells:
        y[lay.q : lay.q + lay.nodes] = 1e-5 * rng.standard_normal(lay.nodes)
    history.m[0] *= 0.9
    history.d[0] *= 0.95
    history.a[0] *= 0.95
    return lay, y, history
