"""A run whose answers are followed by the values of the cell: forward sensitivities beside the steps.

The steps are those of any run (``runner.py``). After each step of the protocol the engine goes along it once more
with the derivatives by the values (``engine/follow.py``), eight values at a time, and they go on with the state.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..cell import Cell
from ..cell.shared import shared
from ..cell.slopes import STEP, Slopes, slope
from ..engine import ageing as degradation
from ..engine import programme as engine
from ..engine.dual import LANES
from ..engine.events import DURATION, VOLTAGE_ABOVE, VOLTAGE_BELOW
from ..engine.follow import (
    PASSED,
    TIME,
    VOLTAGE,
    Demand,
    Seen,
    begin,
    follow,
    follow_depth,
    new_dual_history,
    new_path,
    new_work_of_duals,
    see,
)
from ..engine.integrate import UNDELIVERED
from ..engine.parameters import Model
from ..engine.refine import Base, halved, refined
from ..engine.respond import carried_slopes, halved_slopes, on_same_nodes, spectrum_slopes
from ..engine.state import Layout
from ..engine.twin import Twin, dual, dual_zeros
from ..engine.voltage import Control
from ..engine.workspace import lent
from ..protocol import End, EndKind, Impedance, Load, ScheduledStep, Step, Temperature
from . import control
from .followed_start import start
from .runner import Options, Runner
from .spectrum import frequencies
from .start import Rest
from .state import CellState

Array = NDArray[np.float64]
NO_TIMES: Array = np.empty(0)
NO_CONTROL = Twin.of_struct(Control())
NEGLIGIBLE = 1e-200  # weight of the voltage in a demand for current
Times = Callable[[int], Array]  # of a step by its number: when something is asked of it, s after its start


@dataclass(frozen=True)
class Followed:
    """One step of a protocol, with derivatives.

    Columns are t (s from the start of the step), V, i (A/m2, positive on discharge) and Q (C/m2 passed since the
    start). Slopes are at fixed time; only the end of a step that a limit ended moves in time itself.

    - `points` (n, 4), `slopes` (n, 4, values): after every step of time;
    - `asked` (m, 4), `asked_slopes` (m, 4, values): at the times asked for, as far as they lie before the end.
    """

    step: int
    kind: str
    points: Array
    slopes: Array
    asked: Array
    asked_slopes: Array
    frequency: Array | None = None  # Hz, of a spectrum
    impedance: NDArray[np.complex128] | None = None  # ohm m2
    impedance_slopes: NDArray[np.complex128] | None = None  # (frequencies, values)


@lru_cache(maxsize=4)  # of the same cells many sets of data are followed one after the other
def twin_of(model: Model, *followed: Model) -> Twin:
    """The model with its slopes, from the models that are followed. Nobody changes it."""
    return Twin.of_struct(model, [Slopes(one) for one in followed])


@shared(lambda cell, *followed: (cell.entries, *(own.entries for own in followed)))
def _commanded(cell: Cell, *followed: Cell) -> list[bool]:
    """Of each value whether it moves what is imposed."""
    counted = control.counted_by(cell)
    return [control.counted_by(own) != counted for own in followed]


class Lanes:
    """Up to eight values that are followed at once: cells, each with a step on one value, and slopes of the state."""

    def __init__(self, cell: Cell, cells: Sequence[Cell], lay: Layout, mechanisms: Sequence[str]) -> None:
        self.cells = list(cells)
        self.commands = _commanded(cell, *cells)
        self.layout = lay
        self.mechanisms = mechanisms
        self.path = new_path(lay)
        self.history = new_dual_history(lay)
        self.health = [np.array([1.0, 1.0, 0.0], complex) for _ in cells]
        self.worn = False
        self.cycle: tuple[Array, Array, Array] | None = None  # that has passed, and nobody has asked yet what it did
        self._now: Model | None = None
        self._twin: Twin | None = None

    def model(self, now: Model) -> Twin:
        """The model as it is now, with slopes."""
        if self._now is not now or self._twin is None:
            self._now, self._twin = now, twin_of(now, *self.aged())
        return self._twin

    def aged(self) -> list[Model]:
        """The followed models as they are now."""
        if not self.worn:
            return [cell.model for cell in self.cells]
        self._wear()
        return [
            degradation.aged(cell.model, health, cell.ageing(self.mechanisms))
            for cell, health in zip(self.cells, self.health, strict=True)
        ]

    def models(self, fine: Model) -> list[Model]:
        """The followed models as they are now, on the nodes of another."""
        return [on_same_nodes(model, fine) for model in self.aged()]

    def demand(self, now: Control, limits: Array, of: Sequence[tuple[Control, Array] | None]) -> Twin:
        """What is imposed, with slopes; None of a value on which it does not depend."""
        slopes = [None if one is None else Slopes(one[0]) for one in of]
        limits = dual(limits, [None if one is None else slope(one[1]) for one in of])
        return Twin(Demand, {"control": Twin.of_struct(now, slopes), "limits": limits})

    def seen(self, rows: int, asked: int) -> Twin:
        """Room for what is seen."""
        return Twin(Seen, {"steps": dual_zeros(rows, 4), "asked": dual_zeros(asked, 4)})

    def rest(self, potentials: tuple[Array, Array], nuclei: float, model: Twin) -> None:
        """A fresh cell at rest, its cathode and a film of its anode at potentials (V) that may depend on the values."""
        where = Twin(Demand, {"control": NO_CONTROL, "limits": np.array(potentials)})
        begin(self.path, self.history, where, 0.0, nuclei, model, self.layout)

    def voltage(self, model: Twin) -> Array:
        """d(terminal voltage)/d(value) now."""
        seen = self.seen(1, 0)
        see(self.path, model, self.layout, seen)
        found: Array = seen.steps[0, VOLTAGE, 1:]
        return found

    def wear(self, depths: Array, health: Array) -> None:
        """One cycle more, and what it does to the cell; ``depths`` and ``health`` before it."""
        self._wear()
        self.cycle = depths.copy(), self.path.depths.copy(), health.copy()
        self.path.depths[:] = 0.0
        self.worn = True

    def _wear(self) -> None:
        """What the cycle that has passed did, with slopes: asked for where another follows."""
        if self.cycle is None:
            return
        (depths, slopes, health), self.cycle = self.cycle, None
        for lane, (cell, own) in enumerate(zip(self.cells, self.health, strict=True), start=1):
            own.real = health
            degradation.wear(own, depths + 1j * STEP * slopes[..., lane], cell.ageing(self.mechanisms))


class FollowedRunner(Runner):
    """A runner that keeps the derivatives of what it does by the values that ``cells`` are followed by."""

    def __init__(
        self, cell: Cell, state: CellState, options: Options, cycles: int, cells: Sequence[Cell], times: Times
    ) -> None:
        super().__init__(cell, state, options, cycles)
        self.settings = self.settings.replace(dV=np.inf, keep_states=True)
        self.times = times
        self.count = len(cells)
        self.lanes = [
            Lanes(cell, cells[k : k + LANES], self.layout, options.mechanisms) for k in range(0, self.count, LANES)
        ]
        self.found: list[Followed] = []
        self.present: Step | Load | None = None
        self.segment = 0
        self.parts: list[Followed] = []

    def keeps(self, first: ScheduledStep) -> bool:
        """Every cycle: each is followed."""
        return True

    def start_at(self, rest: Rest) -> None:
        """Begin at rest, which may depend on the values."""
        for lanes in self.lanes:
            start(lanes, lanes.model(self.model), self.model, rest, self.cell, self.state)

    def record(self, *_: Any) -> None:
        """Nothing: what is found holds the rows."""

    def take(self, scheduled: ScheduledStep) -> None:
        """Do what comes next, and follow it."""
        step = scheduled.step
        self.present = step if isinstance(step, Step | Load) else None
        self.segment, self.parts = 0, []
        if isinstance(step, Impedance):
            self.number += 1
            self.found.append(self._spectrum(step))
            self.add(scheduled, End(EndKind.SPECTRUM, "spectrum"), 0.0, 0.0, 0.0, 0.0, self.V)
            return
        try:
            super().take(scheduled)
        finally:
            if self.parts:
                self.found.append(_joined(self.parts))

    def _spectrum(self, step: Impedance) -> Followed:
        """The impedance and its slopes, extrapolated from two meshes as that of any run (``spectrum.py``)."""
        asked = self.times(self.number)
        f = asked if asked.size else frequencies(step)
        omega = 2.0 * np.pi * f
        base = Base(self.state.y, self.state.history, self.model, self.layout)
        fine = refined(base, float(omega.max()))
        coarse = halved(fine)
        slopes: list[NDArray[np.complex128]] = []
        for lanes in self.lanes:
            models = lanes.models(fine.model), lanes.models(coarse.model)
            twins = tuple(
                Twin.of_struct(on.model, [Slopes(one) for one in own])
                for on, own in zip((fine, coarse), models, strict=True)
            )
            lanes.path.y[:, 0] = self.state.y
            y, history = carried_slopes(
                base, fine, lanes.path.y, lanes.history, lanes.model(self.model), twins[0]
            )  # fmt: skip
            Z, by = spectrum_slopes(omega, fine, twins[0], y, history)
            less, by_less = spectrum_slopes(omega, coarse, twins[1], *halved_slopes(fine, coarse, y, history))
            slopes.append((by + (by - by_less) / 3.0)[:, : len(lanes.cells)])
        row, by_row = np.array([[0.0, self.V, self.state.y[self.layout.i], 0.0]]), np.zeros((1, 4, self.count))
        return Followed(
            self.number, "impedance", row, by_row, row[:0], by_row[:0], f, Z + (Z - less) / 3.0,
            np.concatenate(slopes, axis=1),
        )  # fmt: skip

    def integrate(self, demand: Any, kinds: Any, values: Any) -> tuple[int, engine.Series]:
        """Integrate, and go along what was done once more."""
        models = [lanes.model(self.model) for lanes in self.lanes]
        imposed = [
            self._imposed(lanes, model, demand, kinds, values) for lanes, model in zip(self.lanes, models, strict=True)
        ]
        status, series = self.run_engine(demand, kinds, values)
        ended = status if status >= 0 else -1
        times = self.times(self.number) - sum(part.points[-1, TIME] for part in self.parts)
        times = np.ascontiguousarray(times[(times >= 0.0) & (times <= series.points[-1, TIME])])
        own = []
        for lanes, model, given in zip(self.lanes, models, imposed, strict=True):
            seen = lanes.seen(len(series.points), times.size)
            with lent(new_work_of_duals, self.layout) as (work, factors):
                follow(
                    series.points, series.states, np.ascontiguousarray(kinds, np.int64), ended, way_of(demand), times,
                    solved_for(demand, self.model), self.model, self.layout, given, model, lanes.history, lanes.path,
                    work, factors, seen,
                )  # fmt: skip
            if (status >= 0 or status == UNDELIVERED) and series.points[-1, 3] > 0.0:
                follow_depth(lanes.path, lanes.history, model, self.layout, self.ageing)
            own.append((seen.steps[:, :, 1:], seen.asked[:, :, 0], seen.asked[:, :, 1:]))
        slopes, asked_slopes = (np.concatenate([one[k] for one in own], axis=2)[..., : self.count] for k in (0, 2))
        assert self.present is not None
        self.parts.append(Followed(self.number, self.present.kind, series.points, slopes, own[0][1], asked_slopes))
        self.segment += 1
        return status, series

    def run_engine(self, demand: Any, kinds: Any, values: Any) -> tuple[int, engine.Series]:
        """The steps themselves."""
        return super().integrate(demand, kinds, values)

    def _imposed(self, lanes: Lanes, model: Twin, demand: Control, kinds: Array, values: Array) -> Twin:
        """The control equation and limits of the present step as the followed cells have them."""
        step = self.present
        assert step is not None
        found: list[tuple[Control, Array] | None] = []
        if isinstance(step, Step) and step.setpoint is None and (kinds == DURATION).all():  # a rest: nothing moves
            return lanes.demand(demand, np.asarray(values, float), [None] * len(lanes.cells))
        if step.kind == "sweep" and isinstance(step, Step):  # begins at the voltage that there is, for so long
            for cell, d_V in zip(lanes.cells, lanes.voltage(model), strict=False):
                now = complex(self.V, STEP * d_V)
                found.append((control.control(step, cell, now), control.limits(step, cell, now)[1]))  # type: ignore[arg-type]
            return lanes.demand(demand, np.asarray(values, float), found)
        for cell, commands in zip(lanes.cells, lanes.commands, strict=True):
            if not commands:
                found.append(None)
            elif isinstance(step, Step):
                own = [value for _, value in control.own_limits(step, cell, self.V)]
                found.append((control.control(step, cell, self.V), _limits(cell, own, kinds, values)))
            else:
                own = list(values[: len(step.limits)])
                found.append((control.segments(step, cell)[self.segment][0], _limits(cell, own, kinds, values)))
        return lanes.demand(demand, np.asarray(values, float), found)

    def wear(self) -> None:
        """What a cycle does to the cell and to its slopes."""
        for lanes in self.lanes:
            lanes.wear(self.state.depths, self.state.health)
        super().wear()

    def set_temperature(self, step: Temperature) -> None:
        """The cell, and those that are followed, at another temperature."""
        super().set_temperature(step)
        for lanes in self.lanes:
            lanes.cells = [cell.at(step.value) for cell in lanes.cells]


def _limits(cell: Cell, own: list[float], kinds: Array, values: Array) -> Array:
    """The limits of a step as a followed cell has them: its own, those of safety, and times, which do not move."""
    stands = dict(zip((VOLTAGE_BELOW, VOLTAGE_ABOVE), control.stands(cell), strict=True))
    beyond = zip(kinds[len(own) :].tolist(), values[len(own) :], strict=True)
    return np.array([*own, *(stands.get(kind, value) for kind, value in beyond)])


def way_of(demand: Control) -> int:
    """The direction that a demand for current gives the hysteresis; 0 where the step does not."""
    if demand.by_i == 0.0 or demand.by_V != 0.0:
        return 0
    return int(np.sign(demand.at_0 if demand.at_0 != 0.0 else demand.slope))


def solved_for(demand: Control, model: Model) -> Control:
    """The same demand, with which the current is solved for wherever a leak makes it depend on the voltage."""
    leaks = model.electrolyte.G > 0.0 and demand.by_V == 0.0
    return demand.replace(by_V=NEGLIGIBLE) if leaks else demand


def _joined(parts: Sequence[Followed]) -> Followed:
    """Stretches of one step one after the other; their lengths do not depend on the values but for the last."""
    if len(parts) == 1:
        return parts[0]
    offset, by = np.zeros(4), np.zeros((4, parts[0].slopes.shape[2]))
    found: list[list[Array]] = [[], [], [], []]
    for part in parts:
        found[0].append(part.points + offset)
        found[1].append(part.slopes + by)
        found[2].append(part.asked + offset)
        found[3].append(part.asked_slopes + by)
        for column in (TIME, PASSED):
            offset[column] += part.points[-1, column]
            by[column] += part.slopes[-1, column]
    points, slopes, asked, asked_slopes = (np.concatenate(one) for one in found)
    return Followed(parts[0].step, parts[0].kind, points, slopes, asked, asked_slopes)
