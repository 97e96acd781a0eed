"""A cell taken through a protocol, cycle by cycle: the engine is asked, what it answers is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..cell import MECHANISMS, Cell
from ..engine import ageing as degradation
from ..engine import programme as engine
from ..engine.depth import deepen
from ..engine.integrate import UNDELIVERED, Settings
from ..engine.parameters import Model
from ..engine.state import layout
from ..engine.voltage import voltage
from ..errors import SimulationError
from ..protocol import End, EndKind, Impedance, Limit, Load, Progress, ScheduledStep, Step, Temperature
from ..units import from_si
from . import control, heat
from .curve import MOST_WAITING, Curve
from .observed import losses_and_fillings, profile_rows, stalled, weakness
from .results import StepResult
from .spectrum import spectrum_table
from .state import CellState

RTOL = 1e-3  # local error per time step: 1 mV at the electrodes, 0.1 % of a full filling
SWEPT = 1e-2  # of it under a swept potential: the current is a rate, and 0.1 % of a filling wrong turns its sign
MOST_STEPS = 20_000  # of time within one step of a protocol: a discharge takes hundreds, what takes more is stuck
ALL_KEPT = 100  # cycles whose curves are kept unless the user says which
ROUND = (1, 2, 5)  # and of longer runs these times powers of ten
SUMMARY_VOLTS = 0.1  # weight of the voltage's error in cycles of which only charges are kept: 1e-5 of them


@dataclass(frozen=True)
class Options:
    """How a run is done: tolerance, what is recorded, what degrades the cell."""

    rtol: float = RTOL
    dV: float = 2e-3
    detail: bool = True
    mechanisms: tuple[str, ...] = MECHANISMS
    keep: tuple[int, ...] | None = None


@dataclass
class Kept:
    """Curves, spectra, depth profiles and end states of the cycles that are kept, in their order."""

    curves: list[Curve] = field(default_factory=list)
    spectra: list[pl.DataFrame] = field(default_factory=list)
    profiles: list[NDArray[np.float64]] = field(default_factory=list)
    states: list[NDArray[np.float64]] = field(default_factory=list)  # rows: the number of the step, then its state

    def lengths(self) -> tuple[int, int, int, int]:
        """Where the lists end now."""
        return len(self.curves), len(self.spectra), len(self.profiles), len(self.states)

    def since(self, lengths: tuple[int, int, int, int]) -> Kept:
        """What was added after they ended there."""
        a, b, c, d = lengths
        return Kept(self.curves[a:], self.spectra[b:], self.profiles[c:], self.states[d:])


def charges_only(rtol: float) -> Settings:
    """Settings for steps of which only charge, energy and end are kept."""
    return Settings(rtol=rtol, volts=SUMMARY_VOLTS, max_steps=MOST_STEPS)


class Runner:
    """State of a cell while a protocol goes on.

    ``temperatures``: whether the protocol changes the temperature, which then is a column of the curves;
    ``temperature``: that at which a cell that warms begins (K), that of its surroundings unless stated.
    """

    def __init__(
        self, cell: Cell, state: CellState, options: Options, cycles: int, temperatures: bool = False,
        temperature: float | None = None,
    ) -> None:  # fmt: skip
        self.cell = cell
        self.warms = cell.entries.spec.thermal is not None
        self.surroundings = cell.model.T
        self.temperature = self.surroundings if temperature is None else temperature
        self.extremes = self.temperature, self.temperature
        self.layout = layout(cell.model)
        self.state = state
        self.ageing = cell.ageing(options.mechanisms)
        self.fast = charges_only(options.rtol)
        self.settings = self.fast.replace(dV=options.dV, keep_states=options.detail, volts=1.0)
        self.temperatures = temperatures or self.warms
        self.time = 0.0
        self.number = 0
        self.waiting = 0  # recorded states that nobody has looked at
        self.cycles = cycles
        self.keep = None if options.keep is None else frozenset(options.keep)
        self.progress = Progress(voltage=self.V)
        self.results: list[StepResult] = []
        self.kept = Kept()
        self.programmes: dict[tuple[Step, ...], tuple[engine.Programme, list[tuple[Limit, ...]]]] = {}

    @cached_property
    def model(self) -> Model:
        """The cell as it is now; forgotten where it changes."""
        return degradation.aged(self.cell.model, self.state.health, self.ageing)

    def model_at(self, temperature: float) -> Model:
        """The cell as it is now, at another temperature (K)."""
        return degradation.aged(self.cell.at(temperature).model, self.state.health, self.ageing)

    def hold(self, temperature: float) -> None:
        """The cell at a temperature (K)."""
        if temperature != self.cell.model.T:
            self.cell = self.cell.at(temperature)
            self.__dict__.pop("model", None)

    @property
    def V(self) -> float:
        """Terminal voltage now (V)."""
        return float(voltage(self.state.y, self.model, self.layout))

    def keeps(self, first: ScheduledStep) -> bool:
        """Whether the curves of a cycle are kept, by the step it begins with."""
        cycle = first.cycle
        if self.keep is not None:
            return cycle in self.keep
        if self.cycles <= ALL_KEPT or first.loop != "loop" or cycle == self.cycles:
            return True
        power: int = 10 ** (len(str(cycle)) - 1)
        return cycle // power in ROUND and cycle % power == 0

    def cycle(self, steps: Sequence[ScheduledStep]) -> None:
        """One cycle, and what it does to the cell."""
        simple = all(isinstance(scheduled.step, Step) and control.fixed(scheduled.step) for scheduled in steps)
        if simple and not self.warms and not self.keeps(steps[0]):
            self.programme(steps)
        else:
            before, kept = len(self.results), self.keeps(steps[0])
            for scheduled in steps:
                self.take(scheduled)
                if kept:
                    self.kept.states.append(self.numbered_state())
            recent = self.results[before:]
            if self.state.depths.max() > 0.0 and any(result.charge < 0.0 for result in recent):
                self.wear()
                if kept:
                    self.kept.states[-1] = self.numbered_state()
        self.__dict__.pop("model", None)

    def wear(self) -> None:
        """What a cycle does to the cell."""
        degradation.wear(self.state.health, self.state.depths, self.ageing)

    def numbered_state(self) -> NDArray[np.float64]:
        """The number of the last step, and the state now."""
        return np.concatenate([[float(self.number)], self.state.row(self.cell.model.T)])

    def go_on(self, number: int, time: float, state: NDArray[np.float64], kept: Kept) -> None:
        """Where another process stopped: its last step, the time then, the state, and what it had kept."""
        self.number, self.time, self.kept = number, time, kept
        self.temperature = self.state.restore(state)
        self.__dict__.pop("model", None)
        if self.warms:
            self.hold(self.temperature)

    def replay(self, steps: Sequence[ScheduledStep], results: Sequence[StepResult]) -> None:
        """A cycle that was done before: what is known of it, as if it had just been run."""
        for scheduled, result in zip(steps, results, strict=True):
            if isinstance(scheduled.step, Temperature):
                self.set_temperature(scheduled.step)
            self.results.append(result)
            self.progress.told(scheduled.step, result.end, result.capacity, result.voltage)

    def set_temperature(self, step: Temperature) -> None:
        """The cell at another temperature; one that warms is only brought into other surroundings."""
        self.surroundings = step.value
        if not self.warms:
            self.hold(step.value)
            self.programmes.clear()

    def programme(self, scheduled: Sequence[ScheduledStep]) -> None:
        """A cycle whose curves are not kept: all of it in one call of the engine."""
        steps = tuple(one.step for one in scheduled if isinstance(one.step, Step))
        if steps not in self.programmes:
            limits = [control.limits_of(step, self.cell) for step in steps]
            self.programmes[steps] = control.programme(steps, self.cell), limits
        (programme, limits), state = self.programmes[steps], self.state
        results = np.zeros((len(steps), engine.RESULTS))
        done = degradation.run_cycle(
            state.y, state.history, state.health, state.depths, programme, self.cell.model, self.layout, self.ageing,
            self.fast, results,
        )  # fmt: skip
        rows = results[: done + 1].tolist()
        for k, (one, step, own, row) in enumerate(zip(scheduled, steps, limits, rows, strict=False)):
            self.number += 1
            duration, charge, V = row[engine.DURATION], row[engine.CHARGE], row[engine.VOLTAGE]
            last = int(programme.first[k + 1] - programme.first[k]) - 1
            end, failure = self.ended(step, own, int(row[engine.STATUS]), last, duration, V, now=False)
            missed, leaked = row[engine.MISSED], row[engine.LEAKED]
            self.add(one, end, abs(charge), charge, abs(row[engine.ENERGY]), duration, V, missed, leaked)
            if failure:
                raise SimulationError(failure)

    def take(self, scheduled: ScheduledStep) -> None:
        """Do what comes next and keep what it gave."""
        self.number += 1
        step = scheduled.step
        if isinstance(step, Step):
            V = self.V
            kinds, values = control.limits(step, self.cell, V)
            status, series = self.integrate(control.control(step, self.cell, V), kinds, values)
            t, V = series.points[-1, :2]
            end, failure = self.ended(step, control.limits_of(step, self.cell), status, len(kinds) - 1, t, V)
            self.store(scheduled, end, [series])
            if failure:
                raise SimulationError(failure)
        elif isinstance(step, Load):
            self.follow(scheduled, step)
        elif isinstance(step, Impedance):
            table = spectrum_table(step, self.model, self.state.y, self.state.history)
            where = {"step": self.number, "cycle": scheduled.cycle, "voltage_V": self.V}
            self.kept.spectra.append(table.with_columns(pl.lit(value).alias(name) for name, value in where.items()))
            self.add(scheduled, End(EndKind.SPECTRUM, "spectrum"), 0.0, 0.0, 0.0, 0.0, self.V)
        elif isinstance(step, Temperature):
            self.set_temperature(step)
            self.add(scheduled, End(EndKind.TEMPERATURE, str(step)), 0.0, 0.0, 0.0, 0.0, self.V)

    def follow(self, scheduled: ScheduledStep, load: Load) -> None:
        """A load, row by row, to its end or to its first limit."""
        parts: list[engine.Series] = []
        end, failure, passed = End(EndKind.LOAD, "end of the load"), "", 0.0
        bounds = control.voltage_bounds(load, self.V)
        beyond = control.safety(load, self.cell, self.V) + control.metal(self.cell)
        for demand, duration in control.segments(load, self.cell):
            kinds, values = control.segment_limits(load, bounds, beyond, passed, duration)
            status, series = self.integrate(demand, kinds, values)
            parts.append(series)
            t, V = series.points[-1, :2]
            passed += float(t)
            if status != len(kinds) - 1:
                end, failure = self.ended(load, load.limits, status, len(kinds) - 1, passed, V)
                break
        self.store(scheduled, end, parts)
        if failure:
            raise SimulationError(failure)

    def ended(
        self, step: Step | Load, limits: Sequence[Limit], status: int, last: int, t: float, V: float, now: bool = True
    ) -> tuple[End, str]:
        """What ended a step, and the sentence for one that could not be done.

        ``last``: the limit that ends hopeless steps, before which come the step's own and those of safety; ``now``:
        whether the state is still that at its end.
        """
        if 0 <= status < len(limits):
            return End.at(limits[status], at_once=t == 0.0, window=isinstance(step, Step) and step.at_window), ""
        what = f"Step {self.number} ('{step}') of cell '{self.cell.name}'"
        if status == UNDELIVERED:
            return End(EndKind.EXHAUSTED, "no current gives this power", at_once=t == 0.0), ""
        if status < 0:
            return End(EndKind.FAILED, "failed: could not be integrated"), (
                f"{what} could not be integrated beyond {t:.6g} s, at {V:.3f} V: "
                + stalled(self.cell, self.state if now else None, self.model)
            )
        if status < last and status == last - len(control.metal(self.cell)):
            return End(EndKind.LITHIUM, "the anode is out of lithium", at_once=t == 0.0), ""
        if status < last:
            low, high = control.stands(self.cell)
            met = Limit("voltage", low if 0.5 * (low + high) > V else high, "V")
            why = f": {weakness(self.state.y, self.state.history, self.model, self.layout)}" if now else ""
            return End(EndKind.SAFETY, f"{met} (safety limit){why}", met, at_once=t == 0.0), ""
        if isinstance(step, Step) and step.kind == "sweep":
            return End(EndKind.VERTEX, str(step.setpoint)), ""
        return End(EndKind.FAILED, "failed: no limit was reached"), (
            f"{what} never reaches its limit: after {from_si(t, 'h'):.3g} h it stands at {V:.3f} V; give a limit it "
            "can reach, or a time."
        )

    def integrate(self, demand: Any, kinds: Any, values: Any) -> tuple[int, engine.Series]:
        """Let the engine run one control equation to its first limit."""
        if not self.warms:
            return self.isothermal(demand, kinds, values)
        status, series = heat.integrate(self, demand, kinds, values)
        assert series.warmth is not None
        lowest, highest = self.extremes
        T = series.warmth[:, 0]
        self.extremes = min(lowest, float(T.min())), max(highest, float(T.max()))
        return status, series

    def isothermal(self, demand: Any, kinds: Any, values: Any) -> tuple[int, engine.Series]:
        """The same at the temperature the cell has."""
        state, settings = self.state, self.settings
        if self.warms:
            settings = settings.replace(keep_states=True)
        if demand.by_V and demand.slope:
            settings = settings.replace(rtol=SWEPT * settings.rtol)
        status, series, _ = engine.integrate(
            state.y, state.history, demand, kinds, values, self.model, self.layout, settings
        )
        if (status >= 0 or status == UNDELIVERED) and series.points[-1, 3] > 0.0:
            deepen(state.y, state.history, self.model, self.layout, self.ageing, state.depths)
        return status, series

    def store(self, scheduled: ScheduledStep, end: End, parts: Sequence[engine.Series]) -> None:
        """Rows and result of one step, given as one or more stretches of time."""
        points = parts[0].points
        if len(parts) > 1:
            time = np.cumsum([0.0] + [part.points[-1, 0] for part in parts])
            charge = np.cumsum([0.0] + [part.points[-1, 3] for part in parts])
            points = np.concatenate(
                [p.points + np.array([t, 0.0, 0.0, Q]) for p, t, Q in zip(parts, time, charge, strict=False)]
            )
        t, V, current, Q = np.ascontiguousarray(points.T)
        self.record(scheduled, t, V, current, Q, parts)
        turns = scheduled.step.kind in ("sweep", "load")  # what moved forth and back counts together
        moved = float(np.abs(Q[1:] - Q[:-1]).sum()) if turns else float(abs(Q[-1]))
        energy = float(abs(((Q[1:] - Q[:-1]) * (V[1:] + V[:-1]) / 2.0).sum()))
        missed, leaked = sum(part.missed for part in parts), sum(part.leaked for part in parts)
        self.add(scheduled, end, moved, float(Q[-1]), energy, float(t[-1]), float(V[-1]), missed, leaked)

    def record(
        self, scheduled: ScheduledStep, t: NDArray[np.float64], V: NDArray[np.float64], current: NDArray[np.float64],
        Q: NDArray[np.float64], parts: Sequence[engine.Series],
    ) -> None:  # fmt: skip
        """Keep the rows of one step."""
        columns: dict[str, Any] = {"time_s": t + self.time, "voltage_V": V, "current_A_m2": current, "charge_C_m2": Q}
        columns |= {"step": self.number, "cycle": scheduled.cycle}
        if self.temperatures:
            columns["temperature_K"] = float(self.cell.model.T)
        warmth = [part.warmth for part in parts if part.warmth is not None]
        if warmth:
            columns |= dict(zip(heat.COLUMNS, np.ascontiguousarray(np.concatenate(warmth).T[:-1]), strict=True))
        look = None
        if self.settings.keep_states:
            states = np.concatenate([part.states for part in parts]) if len(parts) > 1 else parts[0].states
            if warmth:
                columns |= {seen.name: seen.to_numpy() for seen in self.warm(V, states, np.concatenate(warmth)[:, -1])}
            else:
                look = partial(losses_and_fillings, V, states, self.cell, self.model, self.layout)
            self.kept.profiles.append(profile_rows(t + self.time, V, states))
        self.kept.curves.append(Curve(columns, look))
        self.waiting += 0 if look is None else t.size
        if self.waiting > MOST_WAITING:
            for curve in self.kept.curves:
                curve.finish()
            self.waiting = 0

    def warm(self, V: NDArray[np.float64], states: NDArray[np.float64], T: NDArray[np.float64]) -> pl.DataFrame:
        """Losses and fillings of states, each by the model as it was: at the temperature ``T`` of its rates."""
        edges = np.flatnonzero(np.diff(T, prepend=np.nan, append=np.nan))
        return pl.concat(
            losses_and_fillings(V[a:b], states[a:b], self.cell, self.model_at(float(T[a])), self.layout)
            for a, b in pairwise(edges)
        )

    def add(
        self,
        scheduled: ScheduledStep,
        end: End,
        capacity: float,
        charge: float,
        energy: float,
        lasted: float,
        V: float,
        missed: float = 0.0,
        leaked: float = 0.0,
    ) -> None:
        """One more result; the protocol is told."""
        active = degradation.active_share(self.cell.model, self.state.health)
        self.results.append(
            StepResult(
                step=self.number,
                cycle=scheduled.cycle,
                kind=scheduled.step.kind,
                end=end,
                capacity=float(capacity),
                energy=float(energy),
                start=self.time,
                stop=self.time + float(lasted),
                label=scheduled.label,
                voltage=float(V),
                active=float(active),
                missed=float(missed),
                charge=float(charge),
                leaked=float(leaked),
            )
        )
        self.time += float(lasted)
        self.progress.told(scheduled.step, end, float(capacity), float(V))
