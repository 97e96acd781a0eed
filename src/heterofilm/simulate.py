"""Cell + protocol -> Record.

>>> record = simulate("vo-half", "Discharge at 5 uA/cm2 until 2.15 V")
>>> round(record.capacity("uAh/cm2/um"))
53
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from ._version import __version__
from .cell import Cell
from .engine import integrate as engine
from .engine.equilibrium import rest_state
from .engine.jit import announce
from .engine.observe import observe
from .engine.state import layout
from .engine.voltage import Control, voltage
from .errors import HeterofilmError
from .protocol import Limit, Protocol, Step
from .record import Record
from .units import from_si

RTOL = 1e-3  # local error per time step: 1 mV at the electrodes, 0.1 % of a full filling
LONGEST_REST = 30 * 86400.0  # s, for a rest that waits for a voltage
LOSS_NAMES = (
    "hysteresis", "nucleation", "exchange", "domain_diffusion", "matrix_diffusion", "charge_transfer",
    "electrolyte", "anode", "film_ohmic", "series",
)  # fmt: skip


def simulate(
    cell: Cell | str | Path,
    protocol: Protocol | str,
    *,
    rtol: float = RTOL,
    dV: float = 2e-3,
    detail: bool = True,
    start: float | None = None,
    overrides: Mapping[str, float] | None = None,
) -> Record:
    """Run ``protocol`` on ``cell`` from a fresh film at rest.

    Args:
        cell: a Cell, a name of the library, or a TOML file.
        protocol: steps as objects or as text, for example ``"Discharge at 5 uA/cm2 until 2.15 V"``.
        rtol: local error per time step, in V at the electrodes and in full fillings for Li.
        dV: record at least one point per this change of voltage (V).
        detail: also record losses, fillings, oxidation states and profiles.
        start: potential at rest before the first step (V); the upper cut-off by default.
        overrides: single library values by dotted path, where ``cell`` is a name or file.

    Returns a Record: columns of :class:`Record`, with ``detail`` also ``equilibrium_V``, ``loss_*_V``
    (they add up to equilibrium minus voltage), ``filling_<phase>``, ``<couple>_<phase>`` and
    ``surface_<couple>_<phase>`` (Li per formula unit), and ``profiles`` over x.

    Raises HeterofilmError for a protocol that cannot be run, and where a limit is never reached.
    """
    if not isinstance(cell, Cell):
        cell = Cell.load(cell, overrides)
    elif overrides:
        raise HeterofilmError("overrides need the name or file of a cell; load the Cell with them instead.")
    if isinstance(protocol, str):
        protocol = Protocol.parse(protocol)
    if not (math.isfinite(rtol) and 1e-12 <= rtol <= 0.1):
        raise HeterofilmError(f"rtol must lie between 1e-12 and 0.1, got {rtol:g}; try {RTOL:g}.")
    if not dV > 0:
        raise HeterofilmError(f"dV must be positive, got {dV:g} V; try 0.002.")
    announce()
    run = _Run(cell, rtol, dV, detail, start)
    for number, (cycle, step) in enumerate(protocol.steps(), start=1):
        run.step(number, cycle, step)
    return run.record(str(protocol))


class _Run:
    """State of a cell while a protocol goes on."""

    def __init__(self, cell: Cell, rtol: float, dV: float, detail: bool, start: float | None) -> None:
        self.cell = cell
        self.model = cell.model
        self.layout = layout(self.model)
        self.settings = engine.Settings(rtol, dV, detail, 200_000, 1_000_000)
        U = cell.window[1] if start is None else start
        if not 0.0 < U < 6.0:
            raise HeterofilmError(f"The start potential must lie between 0 and 6 V, got {U:g} V.")
        self.y, self.history = rest_state(U, 0.0, 0.0, self.model, self.layout)
        self.time = 0.0
        self.frames: list[pl.DataFrame] = []
        self.states: list[np.ndarray[Any, Any]] = []
        self.summary: list[dict[str, Any]] = []

    def step(self, number: int, cycle: int, step: Step) -> None:
        """Run one step and keep what it gave."""
        i = self.current(step)
        kinds, values = self.limits(step, i)
        status, series, _ = engine.integrate(
            self.y,
            self.history,
            Control(1.0, 0.0, 0.0, i, 0.0),
            kinds,
            values,
            self.model,
            self.layout,
            self.settings,
        )
        if status < 0:
            raise HeterofilmError(
                f"Step {number} ('{step}') of cell '{self.cell.name}' could not be integrated beyond "
                f"{series.points[-1, 0]:.6g} s, at {series.points[-1, 1]:.3f} V; check the cell's values for extremes."
            )
        if status >= len(step.limits):
            raise HeterofilmError(
                f"Step {number} ('{step}') of cell '{self.cell.name}' never reaches its limit: after "
                f"{from_si(values[status], 'h'):.3g} h it stands at {series.points[-1, 1]:.3f} V; "
                "give a limit it can reach, or a time."
            )
        limit = step.limits[status]
        if len(series.points) == 1 and limit.kind == "voltage":
            raise HeterofilmError(
                f"Step {number} ('{step}') of cell '{self.cell.name}' is over before it begins: the voltage is "
                f"{series.points[0, 1]:.3f} V at its start, already past {limit}; choose another limit."
            )
        t, V, current, Q = series.points.T
        n = len(t)
        self.frames.append(
            pl.DataFrame(
                {
                    "time_s": t + self.time,
                    "voltage_V": V,
                    "current_A_m2": current,
                    "charge_C_m2": Q,
                    "step": np.full(n, number),
                    "cycle": np.full(n, cycle),
                }
            )
        )
        self.states.append(series.states)
        self.summary.append(
            {
                "step": number,
                "cycle": cycle,
                "kind": step.kind,
                "end": str(limit),
                "capacity_C_m2": float(abs(Q[-1])),
                "energy_J_m2": float(abs(np.trapezoid(V * current, t))),
                "t_start": self.time,
                "t_end": self.time + float(t[-1]),
            }
        )
        self.time += float(t[-1])

    def current(self, step: Step) -> float:
        """Current density (A/m2), positive on discharge."""
        if step.current is None:
            return 0.0
        value = step.current.value
        if step.current.unit == "A":
            value /= self.cell.area
        elif step.current.unit == "C-rate":
            value *= self.cell.theoretical_capacity / 3600.0
        if not 1e-9 <= value <= 1e4:
            raise HeterofilmError(
                f"'{step}' means {from_si(value, 'uA/cm2'):.3g} uA/cm2 on cell '{self.cell.name}'; a film cell takes "
                "between 1e-7 and 1e6 uA/cm2: check the unit (A instead of uA?)."
            )
        return value if step.kind == "discharge" else -value

    def limits(self, step: Step, i: float) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """Kinds and values of the limits for the engine, and one beyond which nothing will happen any more."""
        found = [self.limit(step, limit, i) for limit in step.limits]
        longest = LONGEST_REST if i == 0.0 else 3.0 * self.cell.theoretical_capacity / abs(i)
        found.append((engine.DURATION, longest))
        return np.array([k for k, _ in found]), np.array([v for _, v in found])

    def limit(self, step: Step, limit: Limit, i: float) -> tuple[int, float]:
        """One limit in the engine's terms (charge per area)."""
        if limit.kind == "time":
            return engine.DURATION, limit.value
        if limit.kind == "voltage":
            if not -1.0 < limit.value < 10.0:
                raise HeterofilmError(
                    f"'{step}' asks for {limit.value:g} V; a limit lies between -1 and 10 V: mV for V?"
                )
            below = i > 0.0 or (i == 0.0 and voltage(self.y, self.model, self.layout) > limit.value)
            return (engine.VOLTAGE_BELOW if below else engine.VOLTAGE_ABOVE), limit.value
        if i == 0.0:
            raise HeterofilmError(f"'{step}' waits for a charge, but no current flows; give a time or a voltage.")
        thickness = self.cell.thickness
        scale = {
            "C/m2": 1.0,
            "C/m3": thickness,
            "C/kg": thickness * self.cell.composition.density,
            "C": 1.0 / self.cell.area,
        }[limit.unit]
        return engine.CHARGE, limit.value * scale

    def record(self, protocol: str) -> Record:
        """Everything so far as a Record."""
        cell, spec = self.cell, self.cell.entries.spec
        frame = pl.concat(self.frames)
        profiles: Callable[[], Any] | None = None
        if self.settings.keep_states:
            states = np.concatenate(self.states)
            frame = frame.hstack(self.seen(states))
            profiles = partial(self.profiles, states, frame)
        meta: dict[str, str | float | int] = {
            "name": cell.name,
            "title": spec.title,
            "kind": "simulated",
            "film": cell.entries.film.name,
            "area_m2": cell.area,
            "thickness_m": cell.thickness,
            "areal_mass_kg_m2": cell.composition.density * cell.thickness,
            "temperature_K": self.model.T,
            "theoretical_capacity_C_m2": cell.theoretical_capacity,
            "protocol": protocol,
            "rtol": self.settings.rtol,
            "version": __version__,
        }
        return Record(frame=frame, profiles=profiles, meta=meta, steps=pl.DataFrame(self.summary))

    def seen(self, states: np.ndarray[Any, Any]) -> pl.DataFrame:
        """Losses, fillings and couples of the recorded states."""
        losses, mean, surface = observe(states, self.model, self.layout)
        columns = {"equilibrium_V": losses[:, 0]}
        columns |= {f"loss_{name}_V": losses[:, k + 1] for k, name in enumerate(LOSS_NAMES)}
        k = 0
        for phase in self.cell.phases:
            columns[f"filling_{phase.name}"] = mean[:, k]
            columns[f"surface_filling_{phase.name}"] = surface[:, k]
            for j, couple in enumerate(phase.couples, start=k + 1):
                columns[f"{couple.column}_{phase.name}"] = mean[:, j]
                columns[f"surface_{couple.column}_{phase.name}"] = surface[:, j]
            k += 1 + len(phase.couples)
        return pl.DataFrame(columns)

    def profiles(self, states: np.ndarray[Any, Any], frame: pl.DataFrame) -> Any:
        """Fillings over the depth of the film, at about 60 points of every step."""
        import xarray as xr

        lay, film = self.layout, self.model.film
        keep = np.unique(
            np.concatenate(
                [
                    (start + np.linspace(0, count - 1, min(count, 60))).astype(int)
                    for start, count in zip(
                        np.cumsum([0] + [f.height for f in self.frames[:-1]]),
                        [f.height for f in self.frames],
                        strict=True,
                    )
                ]
            )
        )
        chosen = states[keep]
        N = lay.nodes
        variables: dict[str, Any] = {
            "filling_matrix": (("point", "x"), chosen[:, lay.theta_m : lay.theta_m + N]),
        }
        coordinates: dict[str, Any] = {
            "x": film.x,
            "time": ("point", frame["time_s"].to_numpy()[keep]),
            "voltage": ("point", frame["voltage_V"].to_numpy()[keep]),
        }
        if lay.shells:
            domain = chosen[:, : lay.shells * N].reshape(-1, lay.shells, N)
            variables["filling_domain"] = (("point", "r", "x"), domain)
            coordinates["r"] = film.r
        if lay.nodes_e:
            variables["electrolyte"] = (("point", "x_e"), chosen[:, lay.y_e : lay.y_e + lay.nodes_e])
            coordinates["x_e"] = self.model.electrolyte.x
        return xr.Dataset(variables, coordinates)
