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

from . import drive
from ._version import __version__
from .cell import Cell
from .engine import integrate as engine
from .engine.equilibrium import rest_state
from .engine.jit import announce
from .engine.observe import observe
from .engine.state import layout
from .engine.voltage import voltage
from .errors import HeterofilmError
from .impedance import spectrum_table
from .protocol import Impedance, Load, Progress, Protocol, Step, Temperature, Turn
from .record import COLUMNS, Record
from .units import from_si

RTOL = 1e-3  # local error per time step: 1 mV at the electrodes, 0.1 % of a full filling
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
        protocol = Protocol.load(protocol)
    if not (math.isfinite(rtol) and 1e-12 <= rtol <= 0.1):
        raise HeterofilmError(f"rtol must lie between 1e-12 and 0.1, got {rtol:g}; try {RTOL:g}.")
    if not dV > 0:
        raise HeterofilmError(f"dV must be positive, got {dV:g} V; try 0.002.")
    announce()
    run = _Run(cell, rtol, dV, detail, start)
    for turn in protocol.steps(run.progress):
        run.take(turn)
    return run.record(str(protocol))


class _Run:
    """State of a cell while a protocol goes on."""

    def __init__(self, cell: Cell, rtol: float, dV: float, detail: bool, start: float | None) -> None:
        self.cell = cell
        self.layout = layout(cell.model)
        self.settings = engine.Settings(rtol, dV, detail, 200_000, 1_000_000)
        U = cell.window[1] if start is None else start
        if not 0.0 < U < 6.0:
            raise HeterofilmError(f"The start potential must lie between 0 and 6 V, got {U:g} V.")
        self.y, self.history = rest_state(U, 0.0, 0.0, cell.model, self.layout)
        self.time = 0.0
        self.number = 0
        self.progress = Progress()
        self.frames: list[pl.DataFrame] = []
        self.states: list[np.ndarray[Any, Any]] = []
        self.summary: list[dict[str, Any]] = []
        self.spectra: list[pl.DataFrame] = []

    @property
    def V(self) -> float:
        """Terminal voltage now (V)."""
        return float(voltage(self.y, self.cell.model, self.layout))

    def take(self, turn: Turn) -> None:
        """Do what comes next and keep what it gave."""
        self.number += 1
        step = turn.step
        if isinstance(step, Step):
            self.step(turn, step)
        elif isinstance(step, Load):
            self.load(turn, step)
        elif isinstance(step, Impedance):
            table = spectrum_table(step, self.cell, self.y, self.history)
            where = {"step": self.number, "cycle": turn.cycle, "voltage_V": self.V}
            self.spectra.append(table.with_columns(pl.lit(value).alias(name) for name, value in where.items()))
            self.summarise(turn, "spectrum", 0.0, 0.0, 0.0)
        elif isinstance(step, Temperature):
            self.cell = self.cell.at(step.value)
            self.summarise(turn, str(step), 0.0, 0.0, 0.0)

    def step(self, turn: Turn, step: Step) -> None:
        """One step of set current, power, resistance or voltage."""
        kinds, values = drive.limits(step, self.cell, self.V)
        status, series = self.integrate(drive.control(step, self.cell, self.V), kinds, values, step)
        own = status < len(step.limits)
        if not own and step.kind != "sweep":
            raise HeterofilmError(
                f"Step {self.number} ('{step}') of cell '{self.cell.name}' never reaches its limit: after "
                f"{from_si(values[status], 'h'):.3g} h it stands at {series.points[-1, 1]:.3f} V; "
                "give a limit it can reach, or a time."
            )
        end = f"{step.setpoint}"
        if own:
            limit = step.limits[status]
            end = limit.words.removeprefix("until ").removeprefix("for ")
            self.progress.met[limit] += 1
            if len(series.points) == 1 and limit.kind == "voltage" and turn.label != "GITT":
                raise HeterofilmError(
                    f"Step {self.number} ('{step}') of cell '{self.cell.name}' is over before it begins: the voltage "
                    f"is {series.points[0, 1]:.3f} V at its start, already past {limit}; choose another limit."
                )
        self.keep(turn, end, [series])

    def load(self, turn: Turn, load: Load) -> None:
        """A current, power or voltage over time, segment by segment."""
        kept = []
        for control, duration in drive.segments(load, self.cell):
            _, series = self.integrate(control, np.array([engine.DURATION]), np.array([duration]), load)
            kept.append(series)
        self.keep(turn, "end of the load", kept)

    def integrate(self, control: Any, kinds: Any, values: Any, step: Any) -> tuple[int, engine.Series]:
        """Let the engine run one control equation to its first limit."""
        status, series, _ = engine.integrate(
            self.y, self.history, control, kinds, values, self.cell.model, self.layout, self.settings
        )
        if status < 0:
            raise HeterofilmError(
                f"Step {self.number} ('{step}') of cell '{self.cell.name}' could not be integrated beyond "
                f"{series.points[-1, 0]:.6g} s, at {series.points[-1, 1]:.3f} V; check the cell's values for extremes."
            )
        return status, series

    def keep(self, turn: Turn, end: str, parts: list[engine.Series]) -> None:
        """Rows and summary of one step, given as one or more stretches of time."""
        time = np.cumsum([0.0] + [part.points[-1, 0] for part in parts])
        charge = np.cumsum([0.0] + [part.points[-1, 3] for part in parts])
        # where stretches meet, the first keeps the point: a jump of the current is seen as its two values
        points = np.concatenate(
            [p.points + np.array([t, 0.0, 0.0, Q]) for p, t, Q in zip(parts, time, charge, strict=False)]
        )
        t, V, current, Q = points.T
        frame = pl.DataFrame(
            {
                "time_s": t + self.time,
                "voltage_V": V,
                "current_A_m2": current,
                "charge_C_m2": Q,
                "step": np.full(len(t), self.number),
                "cycle": np.full(len(t), turn.cycle),
            }
        )
        if self.settings.keep_states:
            states = np.concatenate([part.states for part in parts])
            self.states.append(states)
            frame = frame.hstack(self.seen(states))
        self.frames.append(frame)
        moved = float(np.trapezoid(np.abs(current), t)) if len(parts) > 1 or turn.step.kind == "sweep" else abs(Q[-1])
        if turn.step.kind == "discharge":
            self.progress.discharged = float(abs(Q[-1]))
        self.summarise(turn, end, float(moved), float(abs(np.trapezoid(V * current, t))), float(t[-1]))

    def summarise(self, turn: Turn, end: str, capacity: float, energy: float, lasted: float) -> None:
        """One row of the table of steps."""
        self.summary.append(
            {
                "step": self.number,
                "cycle": turn.cycle,
                "kind": turn.step.kind,
                "end": end,
                "capacity_C_m2": capacity,
                "energy_J_m2": energy,
                "t_start": self.time,
                "t_end": self.time + lasted,
                "label": turn.label,
            }
        )
        self.time += lasted

    def record(self, protocol: str) -> Record:
        """Everything so far as a Record."""
        cell, spec = self.cell, self.cell.entries.spec
        frame = pl.concat(self.frames) if self.frames else pl.DataFrame(schema=COLUMNS)
        profiles: Callable[[], Any] | None = None
        if self.settings.keep_states and self.states:
            profiles = partial(self.profiles, np.concatenate(self.states), frame)
        meta: dict[str, str | float | int] = {
            "name": cell.name,
            "title": spec.title,
            "kind": "simulated",
            "film": cell.entries.film.name,
            "area_m2": cell.area,
            "thickness_m": cell.thickness,
            "areal_mass_kg_m2": cell.composition.density * cell.thickness,
            "temperature_K": cell.model.T,
            "theoretical_capacity_C_m2": cell.theoretical_capacity,
            "protocol": protocol,
            "rtol": self.settings.rtol,
            "version": __version__,
        }
        impedance = pl.concat(self.spectra) if self.spectra else None
        return Record(frame=frame, profiles=profiles, meta=meta, steps=pl.DataFrame(self.summary), impedance=impedance)

    def seen(self, states: np.ndarray[Any, Any]) -> pl.DataFrame:
        """Losses, fillings and couples of the recorded states."""
        losses, mean, surface = observe(states, self.cell.model, self.layout)
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

        lay, film = self.layout, self.cell.model.film
        rows = [f.height for f in self.frames]
        starts = np.cumsum([0, *rows[:-1]])
        chosen_rows = [
            (start + np.linspace(0, count - 1, min(count, 60))).astype(int)
            for start, count in zip(starts, rows, strict=True)
        ]
        keep = np.unique(np.concatenate(chosen_rows))
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
            coordinates["x_e"] = self.cell.model.electrolyte.x
        return xr.Dataset(variables, coordinates)
