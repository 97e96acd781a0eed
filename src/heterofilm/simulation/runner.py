"""A cell taken through a protocol, cycle by cycle: the engine is asked, what it answers is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
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
from . import control
from .observed import losses_and_fillings, profile_rows, weakness
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

    curves: list[pl.DataFrame] = field(default_factory=list)
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

    ``temperatures``: whether the protocol changes the temperature, which then is a column of the curves.
    """

    def __init__(self, cell: Cell, state: CellState, options: Options, cycles: int, temperatures: bool = False) -> None:
        self.cell = cell
        self.layout = layout(cell.model)
        self.state = state
        self.ageing = cell.ageing(options.mechanisms)
        self.fast = charges_only(options.rtol)
        self.settings = self.fast.replace(dV=options.dV, keep_states=options.detail, volts=1.0)
        self.temperatures = temperatures
        self.time = 0.0
        self.number = 0
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
        if simple and not self.keeps(steps[0]):
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
        self.state.restore(state)
        self.__dict__.pop("model", None)

    def replay(self, steps: Sequence[ScheduledStep], results: Sequence[StepResult]) -> None:
        """A cycle that was done before: what is known of it, as if it had just been run."""
        for scheduled, result in zip(steps, results, strict=True):
            if isinstance(scheduled.step, Temperature):
                self.set_temperature(scheduled.step)
            self.results.append(result)
            self.progress.told(scheduled.step, result.end, result.capacity, result.voltage)

    def set_temperature(self, step: Temperature) -> None:
        """The cell at another temperature."""
        self.cell = self.cell.at(step.value)
        self.__dict__.pop("model", None)
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
            self.add(one, end, abs(charge), charge, abs(row[engine.ENERGY]), duration, V, row[engine.MISSED])
            if failure:
                raise SimulationError(failure)

    def take(self, scheduled: ScheduledStep) -> None:
        """Do what comes next and keep what it gave."""
        self.number += 1
        step = scheduled.step
        if isinstance(step, Step):
            kinds, values = control.limits(step, self.cell, self.V)
            status, series = self.integrate(control.control(step, self.cell, self.V), kinds, values)
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
        bounds, safe = control.voltage_bounds(load, self.V), control.safety(load, self.cell, self.V)
        for demand, duration in control.segments(load, self.cell):
            kinds, values = control.segment_limits(load, bounds, safe, passed, duration)
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
                f"{what} could not be integrated beyond {t:.6g} s, at {V:.3f} V; check the cell's values for extremes."
            )
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
        state = self.state
        status, series, _ = engine.integrate(
            state.y, state.history, demand, kinds, values, self.model, self.layout, self.settings_of(demand)
        )
        if (status >= 0 or status == UNDELIVERED) and series.points[-1, 3] > 0.0:
            deepen(state.y, state.history, self.model, self.layout, self.ageing, state.depths)
        return status, series

    def settings_of(self, demand: Any) -> Settings:
        """Numerical settings of a step."""
        if demand.by_V and demand.slope:
            return self.settings.replace(rtol=SWEPT * self.settings.rtol)
        return self.settings

    def store(self, scheduled: ScheduledStep, end: End, parts: Sequence[engine.Series]) -> None:
        """Rows and result of one step, given as one or more stretches of time."""
        time = np.cumsum([0.0] + [part.points[-1, 0] for part in parts])
        charge = np.cumsum([0.0] + [part.points[-1, 3] for part in parts])
        points = np.concatenate(
            [p.points + np.array([t, 0.0, 0.0, Q]) for p, t, Q in zip(parts, time, charge, strict=False)]
        )
        self.record(scheduled, points, parts)
        t, V, current, Q = points.T
        one_way = len(parts) == 1 and scheduled.step.kind != "sweep"
        moved = float(abs(Q[-1])) if one_way else float(np.trapezoid(np.abs(current), t))
        energy = float(abs(np.trapezoid(V, Q)))
        missed = sum(part.missed for part in parts)
        self.add(scheduled, end, moved, float(Q[-1]), energy, float(t[-1]), float(V[-1]), missed)

    def record(
        self, scheduled: ScheduledStep, points: NDArray[np.float64], parts: Sequence[engine.Series]
    ) -> None:  # fmt: skip
        """Keep the rows of one step."""
        t, V, current, Q = points.T
        columns = {"time_s": t + self.time, "voltage_V": V, "current_A_m2": current, "charge_C_m2": Q}
        frame = pl.DataFrame(columns).with_columns(
            pl.lit(self.number).cast(pl.Int64).alias("step"), pl.lit(scheduled.cycle).cast(pl.Int64).alias("cycle")
        )
        if self.temperatures:
            frame = frame.with_columns(pl.lit(float(self.cell.model.T)).alias("temperature_K"))
        if self.settings.keep_states:
            states = np.concatenate([part.states for part in parts])
            frame = frame.hstack(losses_and_fillings(states, self.cell, self.model, self.layout))
            self.kept.profiles.append(profile_rows(t + self.time, V, states))
        self.kept.curves.append(frame)

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
    ) -> None:
        """One more result; the protocol is told."""
        film = self.cell.model.film
        c_d = film.c_d if film.r.size else 0.0
        f_m, f_d = self.state.health[degradation.ACTIVE_M], self.state.health[degradation.ACTIVE_D]
        active = (film.c_m * f_m + c_d * f_d) / (film.c_m + c_d)
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
            )
        )
        self.time += float(lasted)
        self.progress.told(scheduled.step, end, float(capacity), float(V))

    def check_useful(self) -> None:
        """Errors: `SimulationError` for a run in which every step was over before it began."""
        steps = [result for result in self.results if result.end.kind is not EndKind.TEMPERATURE]
        if steps and all(result.end.at_once for result in steps):
            first = steps[0]
            if first.end.kind.cut_short:
                raise SimulationError(
                    f"Step {first.step} ({first.kind}) of cell '{self.cell.name}' cannot begin, nor can any other: it "
                    f"ends at once, at {first.voltage:.3f} V, by {first.end}; choose a smaller current or power."
                )
            limit = first.end.limit
            where = f": the voltage is {first.voltage:.3f} V at its start, already past {limit}"
            if limit is not None and limit.kind != "voltage":
                where = f": at its start, at {first.voltage:.3f} V, it is already past its limit of {limit}"
            raise SimulationError(
                f"Step {first.step} ({first.kind}) of cell '{self.cell.name}' is over before it begins, and so are all "
                f"others{where}; choose "
                "another limit."
            )
