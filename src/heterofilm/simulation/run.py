"""Cell + protocol -> Record.

>>> record = simulate("vo-half", "Discharge at 5 uA/cm2 until 2.15 V")
>>> round(record.capacity("uAh/cm2/um"))
53
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from .._version import __version__
from ..cell import MECHANISMS, Cell
from ..engine import ageing as wearing
from ..engine import events
from ..engine import integrate as engine
from ..engine.equilibrium import rest_state
from ..engine.jit import announce
from ..engine.observe import observe
from ..engine.parameters import Model
from ..engine.state import layout
from ..engine.voltage import voltage
from ..errors import HeterofilmError
from ..protocol import Impedance, Limit, Load, Progress, Protocol, Step, Temperature, Turn
from ..records.record import COLUMNS, Record
from ..units import from_si
from . import control as drive
from .checkpoint import Journal, pack, unpack
from .spectrum import spectrum_table

RTOL = 1e-3  # local error per time step: 1 mV at the electrodes, 0.1 % of a full filling
MOST_CYCLES = 10_000_000  # beyond any film's life: days of computing, and a slip more likely
ALL_KEPT = 100  # cycles whose curves are kept unless the user says which
ROUND = (1, 2, 5)  # and of longer runs these times powers of ten
SUMMARY_VOLTS = 0.1  # weight of the voltage's error in cycles of which only charges are kept: 1e-5 of them
POINTS = 60  # of every step whose profiles are kept
SUMMARY = (
    "step", "cycle", "kind", "end", "capacity_C_m2", "energy_J_m2", "t_start", "t_end", "label", "end_voltage_V",
    "active_share",
)  # fmt: skip
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
    ageing: Iterable[str] | bool = True,
    keep: Iterable[int] | None = None,
    folder: str | Path | None = None,
    progress: bool = False,
) -> Record:
    """Run ``protocol`` on ``cell`` from a fresh film at rest.

    Args:
        cell: a Cell, a name of the library, or a TOML file.
        protocol: steps as objects or as text, for example ``"Discharge at 5 uA/cm2 until 2.15 V"``, or the name
            of a ready-made protocol.
        rtol: local error per time step, in V at the electrodes and in full fillings for Li.
        dV: record at least one point per this change of voltage (V).
        detail: also record losses, fillings, oxidation states and profiles.
        start: potential at rest before the first step (V); the upper cut-off by default.
        overrides: single library values by dotted path, where ``cell`` is a name or file.
        ageing: the mechanisms that change the cell from cycle to cycle, of :data:`~heterofilm.cell.MECHANISMS`;
            all that the library has values for by default, False for none.
        keep: numbers of the cycles whose curves are kept; by default all of a run of up to 100 cycles, of a longer
            one cycles 1, 2, 5, 10, 20, ... and the last. The table of steps has every cycle.
        folder: stream the run to this folder, cycle by cycle; the same call goes on where it was stopped.
        progress: show a bar over the cycles.

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
    if protocol.count() > MOST_CYCLES:
        raise HeterofilmError(
            f"The protocol has {protocol.count()} cycles, but at most {MOST_CYCLES} are run; repeat loops less often."
        )
    keep = None if keep is None else tuple(keep)
    if keep is not None and any(number < 1 for number in keep):
        raise HeterofilmError(f"Cycles are counted from 1, so there is no cycle {min(keep)} to keep.")
    mechanisms = _mechanisms(ageing)
    announce()
    run = _Run(cell, rtol, dV, detail, start, mechanisms, keep, protocol.count())
    if folder is None:
        run.through(protocol, progress)
        return run.record(str(protocol))
    identity = {
        "cell": cell.name, "protocol": str(protocol), "rtol": rtol, "start": start, "ageing": list(mechanisms),
        "detail": detail, "version": __version__, "values": hashlib.sha256(repr(cell.entries).encode()).hexdigest(),
    }  # fmt: skip
    with Journal(folder, identity, SUMMARY) as journal:
        run.journal = journal
        run.through(protocol, progress)
        return run.record(str(protocol))


def steps_of(
    cell: Cell, protocol: Protocol, *, rtol: float = RTOL, ageing: Iterable[str] | bool = True
) -> list[dict[str, Any]]:
    """The rows of the table of steps alone, as fast as they can be had."""
    run = _Run(cell, rtol, np.inf, False, None, _mechanisms(ageing), (), protocol.count())
    for turns in protocol.cycles(run.progress):
        run.cycle(turns)
    return [{name: row[name] for name in SUMMARY} for row in run.summary]


def charges_only(rtol: float) -> engine.Settings:
    """Settings for steps of which only charge, energy and end are kept."""
    return engine.Settings(rtol, np.inf, False, 200_000, 1_000_000, SUMMARY_VOLTS)


def _mechanisms(ageing: Iterable[str] | bool) -> tuple[str, ...]:
    return (MECHANISMS if ageing else ()) if isinstance(ageing, bool) else tuple(ageing)


class _Run:
    """State of a cell while a protocol goes on."""

    def __init__(
        self, cell: Cell, rtol: float, dV: float, detail: bool, start: float | None, mechanisms: Iterable[str],
        keep: Iterable[int] | None, cycles: int,
    ) -> None:  # fmt: skip
        self.cell = cell
        self.layout = layout(cell.model)
        self.ageing = cell.ageing(mechanisms)
        self.fast = charges_only(rtol)
        self.settings = self.fast._replace(dV=dV, keep_states=detail, volts=1.0)
        U = cell.window[1] if start is None else start
        if not 0.0 < U < 6.0:
            raise HeterofilmError(f"The start potential must lie between 0 and 6 V, got {U:g} V.")
        self.y, self.history = rest_state(U, 0.0, 0.0, cell.model, self.layout)
        self.health = np.array([1.0, 1.0, 0.0])
        self.depths = np.zeros((2, wearing.DEPTHS))
        self.time = 0.0
        self.number = 0
        self.cycles = cycles
        self.kept = None if keep is None else frozenset(keep)
        self.progress = Progress()
        self.journal: Journal | None = None
        self.frames: list[pl.DataFrame] = []
        self.states: list[np.ndarray[Any, Any]] = []
        self.summary: list[dict[str, Any]] = []
        self.spectra: list[pl.DataFrame] = []
        self.programmes: dict[tuple[Step, ...], wearing.Programme] = {}

    @cached_property
    def model(self) -> Model:
        """The cell as it is now; forgotten where it changes."""
        return wearing.aged(self.cell.model, self.health, self.ageing)

    @property
    def V(self) -> float:
        """Terminal voltage now (V)."""
        return float(voltage(self.y, self.model, self.layout))

    def through(self, protocol: Protocol, progress: bool) -> None:
        """Every cycle, from the beginning or from where the journal says."""
        from tqdm import tqdm

        done, rows = self.resumed()
        with tqdm(total=self.cycles, unit="cycle", disable=not progress, delay=2.0, dynamic_ncols=True) as bar:
            for turns in protocol.cycles(self.progress):
                number = turns[0].cycle
                if number <= done:
                    self.replay(turns, rows)
                else:
                    self.cycle(turns)
                bar.update()

    def keeps(self, cycle: int, label: str) -> bool:
        """Whether the curves of a cycle are kept."""
        if self.kept is not None:
            return cycle in self.kept
        if self.cycles <= ALL_KEPT or label in ("GITT", "CV") or cycle == self.cycles:
            return True
        return cycle // 10 ** (len(str(cycle)) - 1) in ROUND and cycle % 10 ** (len(str(cycle)) - 1) == 0

    def cycle(self, turns: Sequence[Turn]) -> None:
        """One cycle, its wear, and its place in the journal."""
        rows, frames, spectra = len(self.summary), len(self.frames), len(self.spectra)
        simple = all(isinstance(turn.step, Step) and drive.fixed(turn.step) for turn in turns)
        if simple and not self.keeps(turns[0].cycle, turns[0].label):
            self.programme(turns)
        else:
            for turn in turns:
                self.take(turn)
            recent = self.summary[rows:]
            if self.depths.max() > 0.0 and any(row["charge_C_m2"] < 0.0 for row in recent):
                wearing.wear(self.health, self.depths, self.ageing)
        self.__dict__.pop("model", None)
        if self.journal is not None:
            if frames < len(self.frames):
                self.journal.keep("curves", turns[0].cycle, pl.concat(self.frames[frames:]))
            if spectra < len(self.spectra):
                self.journal.keep("spectra", turns[0].cycle, pl.concat(self.spectra[spectra:]))
            state = pack(self.y, self.history.m, self.history.d, self.health, self.depths)
            self.journal.append(self.summary[rows:], turns[0].cycle, self.number, self.time, state)

    def resumed(self) -> tuple[int, list[dict[str, str]]]:
        """Cycles that the journal already has, and their rows; the state is set to their end."""
        found = self.journal.resume() if self.journal is not None else None
        if self.journal is None or found is None:
            return 0, []
        done, self.number, self.time, state, rows = found
        unpack(state, self.y, self.history.m, self.history.d, self.health, self.depths)
        self.frames, self.spectra = self.journal.kept("curves", done), self.journal.kept("spectra", done)
        return done, rows

    def replay(self, turns: Sequence[Turn], rows: list[dict[str, str]]) -> None:
        """A cycle the journal has: what it says of it, as if it had just been run."""
        for turn in turns:
            if isinstance(turn.step, Temperature):
                self.cell = self.cell.at(turn.step.value)
            row = rows[len(self.summary)]
            kept: dict[str, Any] = {name: float(row[name]) for name in SUMMARY if name not in _TEXTS}
            kept |= {name: row[name] for name in _TEXTS} | {"step": int(row["step"]), "cycle": int(row["cycle"])}
            self.summary.append(kept)
            self.note(turn, kept["end"], kept["capacity_C_m2"])

    def note(self, turn: Turn, end: str, capacity: float) -> None:
        """Tell the protocol what ended a step and what it gave."""
        if turn.step.kind == "discharge":
            self.progress.discharged = capacity
        if isinstance(turn.step, Step):
            for limit in turn.step.limits:
                self.progress.met[limit] += _said(limit) == end

    def programme(self, turns: Sequence[Turn]) -> None:
        """A cycle whose curves are not kept: all of it in one call of the engine."""
        steps = tuple(turn.step for turn in turns if isinstance(turn.step, Step))
        if steps not in self.programmes:
            self.programmes[steps] = drive.programme(steps, self.cell)
        programme = self.programmes[steps]
        results = np.zeros((len(steps), wearing.RESULTS))
        done = wearing.run_cycle(
            self.y, self.history, self.health, self.depths, programme, self.cell.model, self.layout, self.ageing,
            self.fast, results,
        )  # fmt: skip
        for turn, step, row in zip(turns, steps, results[: done + 1], strict=False):
            self.number += 1
            status = int(row[wearing.STATUS])
            duration, charge, V = row[wearing.DURATION], row[wearing.CHARGE], row[wearing.VOLTAGE]
            if status < 0:
                raise self.stalled(step, duration, V)
            end = self.ended(turn, step, status, duration, V)
            self.summarise(turn, end, abs(charge), charge, abs(row[wearing.ENERGY]), duration, V)

    def take(self, turn: Turn) -> None:
        """Do what comes next and keep what it gave."""
        self.number += 1
        step = turn.step
        if isinstance(step, Step):
            kinds, values = drive.limits(step, self.cell, self.V)
            status, series = self.integrate(drive.control(step, self.cell, self.V), kinds, values, step)
            t, V = series.points[-1, :2]
            self.store(turn, self.ended(turn, step, status, t, V), [series])
        elif isinstance(step, Load):
            kept = []
            for control, duration in drive.segments(step, self.cell):
                _, series = self.integrate(control, np.array([events.DURATION]), np.array([duration]), step)
                kept.append(series)
            self.store(turn, "end of the load", kept)
        elif isinstance(step, Impedance):
            table = spectrum_table(step, self.model, self.y, self.history)
            where = {"step": self.number, "cycle": turn.cycle, "voltage_V": self.V}
            self.spectra.append(table.with_columns(pl.lit(value).alias(name) for name, value in where.items()))
            self.summarise(turn, "spectrum", 0.0, 0.0, 0.0, 0.0, self.V)
        elif isinstance(step, Temperature):
            self.cell = self.cell.at(step.value)
            self.__dict__.pop("model", None)
            self.programmes.clear()
            self.summarise(turn, str(step), 0.0, 0.0, 0.0, 0.0, self.V)

    def ended(self, turn: Turn, step: Step, status: int, t: float, V: float) -> str:
        """The limit that ended a step, in words. Raises HeterofilmError for a step without use."""
        if status >= len(step.limits):
            if step.kind == "sweep":
                return str(step.setpoint)
            raise HeterofilmError(
                f"Step {self.number} ('{step}') of cell '{self.cell.name}' never reaches its limit: after "
                f"{from_si(t, 'h'):.3g} h it stands at {V:.3f} V; give a limit it can reach, or a time."
            )
        limit = step.limits[status]
        # a film that has aged to nothing, or a titration at its end, may be over at once: not so the first cycle
        if t == 0.0 and limit.kind == "voltage" and turn.label != "GITT" and turn.cycle == 1:
            raise HeterofilmError(
                f"Step {self.number} ('{step}') of cell '{self.cell.name}' is over before it begins: the voltage "
                f"is {V:.3f} V at its start, already past {limit}; choose another limit."
            )
        return _said(limit)

    def integrate(self, control: Any, kinds: Any, values: Any, step: Any) -> tuple[int, engine.Series]:
        """Let the engine run one control equation to its first limit."""
        status, series, _ = engine.integrate(
            self.y, self.history, control, kinds, values, self.model, self.layout, self.settings
        )
        if status < 0:
            raise self.stalled(step, *series.points[-1, :2])
        if series.points[-1, 3] > 0.0:
            wearing.deepen(self.y, self.history, self.model, self.layout, self.ageing, self.depths)
        return status, series

    def stalled(self, step: Any, t: float, V: float) -> HeterofilmError:
        """The error for a step the engine gave up."""
        return HeterofilmError(
            f"Step {self.number} ('{step}') of cell '{self.cell.name}' could not be integrated beyond "
            f"{t:.6g} s, at {V:.3f} V; check the cell's values for extremes."
        )

    def store(self, turn: Turn, end: str, parts: list[engine.Series]) -> None:
        """Rows and summary of one step, given as one or more stretches of time."""
        time = np.cumsum([0.0] + [part.points[-1, 0] for part in parts])
        charge = np.cumsum([0.0] + [part.points[-1, 3] for part in parts])
        points = np.concatenate(
            [p.points + np.array([t, 0.0, 0.0, Q]) for p, t, Q in zip(parts, time, charge, strict=False)]
        )
        t, V, current, Q = points.T
        columns = {"time_s": t + self.time, "voltage_V": V, "current_A_m2": current, "charge_C_m2": Q}
        frame = pl.DataFrame(columns).with_columns(
            pl.lit(self.number).cast(pl.Int64).alias("step"), pl.lit(turn.cycle).cast(pl.Int64).alias("cycle")
        )
        if self.settings.keep_states:
            states = np.concatenate([part.states for part in parts])
            frame = frame.hstack(self.seen(states))
            chosen = np.linspace(0, len(states) - 1, min(len(states), POINTS)).astype(int)
            self.states.append(np.column_stack([t[chosen] + self.time, V[chosen], states[chosen]]))
        self.frames.append(frame)
        one_way = len(parts) == 1 and turn.step.kind != "sweep"
        moved = float(abs(Q[-1])) if one_way else float(np.trapezoid(np.abs(current), t))
        energy = float(abs(np.trapezoid(V, Q)))
        self.summarise(turn, end, moved, float(Q[-1]), energy, float(t[-1]), float(V[-1]))

    def summarise(
        self, turn: Turn, end: str, capacity: float, charge: float, energy: float, lasted: float, V: float
    ) -> None:
        """One row of the table of steps."""
        film = self.cell.model.film
        c_d = film.c_d if film.r.size else 0.0
        f_m, f_d = self.health[wearing.ACTIVE_M], self.health[wearing.ACTIVE_D]
        active = (film.c_m * f_m + c_d * f_d) / (film.c_m + c_d)
        row = (self.number, turn.cycle, turn.step.kind, end, float(capacity), float(energy), self.time,
               self.time + float(lasted), turn.label, float(V), float(active))  # fmt: skip
        self.summary.append(dict(zip(SUMMARY, row, strict=True)) | {"charge_C_m2": charge})
        self.time += float(lasted)
        self.note(turn, end, capacity)

    def record(self, protocol: str) -> Record:
        """Everything so far as a Record."""
        cell, spec = self.cell, self.cell.entries.spec
        frame = pl.concat(self.frames) if self.frames else pl.DataFrame(schema=COLUMNS)
        profiles: Callable[[], Any] | None = None
        if self.states:
            profiles = partial(self.profiles, np.concatenate(self.states))
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
            **cell.meta,
        }
        impedance = pl.concat(self.spectra) if self.spectra else None
        steps = pl.DataFrame({name: [row[name] for row in self.summary] for name in SUMMARY})
        return Record(frame=frame, profiles=profiles, meta=meta, steps=steps, impedance=impedance)

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

    def profiles(self, states: np.ndarray[Any, Any]) -> Any:
        """Fillings over the depth of the film, at about 60 points of every kept step."""
        import xarray as xr

        lay, film = self.layout, self.cell.model.film
        time, V, y = states[:, 0], states[:, 1], states[:, 2:]
        N = lay.nodes
        variables: dict[str, Any] = {"filling_matrix": (("point", "x"), y[:, lay.theta_m : lay.theta_m + N])}
        coordinates: dict[str, Any] = {"x": film.x, "time": ("point", time), "voltage": ("point", V)}
        if lay.shells:
            variables["filling_domain"] = (("point", "r", "x"), y[:, : lay.shells * N].reshape(-1, lay.shells, N))
            coordinates["r"] = film.r
        if lay.nodes_e:
            variables["electrolyte"] = (("point", "x_e"), y[:, lay.y_e : lay.y_e + lay.nodes_e])
            coordinates["x_e"] = self.cell.model.electrolyte.x
        return xr.Dataset(variables, coordinates)


_TEXTS = ("kind", "end", "label")


@lru_cache(maxsize=256)  # exact numbers in words take longer than a short step takes to simulate
def _said(limit: Limit) -> str:
    """A limit as the table of steps names it."""
    return limit.words.removeprefix("until ").removeprefix("for ")
