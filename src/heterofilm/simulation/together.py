"""The steps of many cells in one call of the engine, where a protocol allows it; the numbers are those of one by one.

It allows it where its steps are known beforehand and begin with fresh cells at rest. A cell that ends otherwise than at
limits of its steps is left to be run alone, which finds the words for it; so is one that warms, or whose anode is not
lithium without end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..cell import Cell
from ..engine import ageing as degradation
from ..engine.integrate import Settings
from ..engine.parameters import Ageing
from ..engine.programme import CHARGE, DURATION, ENERGY, LEAKED, MISSED, STATUS, VOLTAGE, Programme
from ..engine.state import Layout, layout
from ..engine.together import NOWHERE, Passed, run_together
from ..errors import HeterofilmError
from ..protocol import End, Protocol, ScheduledStep, Step
from ..records import balance
from . import control
from .start import potential_of

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Course:
    """What is kept of the course of a step: of step number ``step`` (from 1) so many ``points``, even in time."""

    step: int
    points: int


@dataclass
class Together:
    """Cells that went through the same steps to their ends.

    `which`: their places among those given; `steps`: what they did; `results`: shape (cells, steps, RESULTS);
    `active`: the share of each film that takes part afterwards; `ends`: of each cell what ended its steps; `curves`:
    shape (cells, points, CURVE).
    """

    which: list[int]
    steps: Sequence[ScheduledStep]
    results: Array
    active: Array
    ends: list[list[End]]
    curves: Array

    def columns(self) -> dict[str, Any]:
        """The table of steps, a row per cell and step, by the names of `results.SUMMARY`."""
        cells, steps, _ = self.results.shape
        stop = np.cumsum(self.results[:, :, DURATION], axis=1)
        start = np.concatenate([np.zeros((cells, 1)), stop[:, :-1]], axis=1)
        own = {
            "step": np.tile(np.arange(1, steps + 1), cells),
            "cycle": np.ones(cells * steps, np.int64),
            "kind": [one.step.kind for one in self.steps] * cells,
            "end": [end.words for ends in self.ends for end in ends],
            "capacity_C_m2": np.abs(self.results[:, :, CHARGE]).ravel(),
            "energy_J_m2": np.abs(self.results[:, :, ENERGY]).ravel(),
            "t_start": start.ravel(),
            "t_end": stop.ravel(),
            "label": [one.label for one in self.steps] * cells,
            "end_voltage_V": self.results[:, :, VOLTAGE].ravel(),
            "active_share": np.repeat(self.active, steps),
        }
        return own | {
            balance.COLUMN: self.results[:, :, MISSED].ravel(),
            "leaked_C_m2": self.results[:, :, LEAKED].ravel(),
        }


def known_steps(protocol: Protocol) -> list[ScheduledStep] | None:
    """The steps of a protocol that can be run in one call, or None: those of one cycle, after which a cell ages."""
    if protocol.count() != 1 or not all(isinstance(item, Step) and control.fixed(item) for item in protocol.items):
        return None
    return next(protocol.cycles())


def run_cells(
    cells: Sequence[Cell], protocol: Protocol, settings: Settings, mechanisms: Sequence[str], start: Any = None,
    course: Course | None = None,
) -> Iterator[Together]:  # fmt: skip
    """Those of the cells that can be run in one call; each is in one of the results or, to be run alone, in none."""
    steps = known_steps(protocol)
    if steps is None:
        return
    groups: dict[Layout, list[tuple[int, Cell, float, Programme]]] = defaultdict(list)
    programmes: dict[Any, Programme] = {}
    actions = [one.step for one in steps if isinstance(one.step, Step)]
    for k, cell in enumerate(cells):
        if not _plain(cell):
            continue
        try:
            potential = potential_of(cell, start)
            if potential is None:
                return
            key = _key(cell)
            if (programme := programmes.get(key)) is None:
                programme = programmes[key] = control.programme(actions, cell)
            groups[layout(cell.model)].append((k, cell, potential, programme))
        except HeterofilmError:
            continue  # alone it says what is wrong
    for lay, group in groups.items():
        ageings = [cell.ageing(mechanisms) for _, cell, _, _ in group]
        passed = run_together(
            [cell.model for _, cell, _, _ in group], ageings, np.array([V for _, _, V, _ in group]),
            [programme for *_, programme in group], lay, settings, NOWHERE if course is None else course.step - 1,
            0 if course is None else course.points,
        )  # fmt: skip
        yield _sound(group, steps, ageings, passed)


def _plain(cell: Cell) -> bool:
    entries = cell.entries
    return entries.spec.thermal is None and entries.anode.thickness is None and entries.anode_film is None


def _key(cell: Cell) -> tuple[Any, ...]:
    """What the control equations and limits of a cell depend on."""
    entries = cell.entries
    return id(entries.spec), id(entries.film), id(entries.electrolyte), id(entries.anode), cell.composition


def _sound(
    group: Sequence[tuple[int, Cell, float, Programme]], steps: Sequence[ScheduledStep], ageings: Sequence[Ageing],
    passed: Passed,
) -> Together:  # fmt: skip
    """Of those that were run the ones that ended at limits of their steps."""
    chosen, ends = [], []
    status = passed.results[:, :, STATUS].astype(int).tolist()
    length = passed.results[:, :, DURATION].tolist()
    actions = [(one.step, one.step.limits, one.step.at_window) for one in steps if isinstance(one.step, Step)]
    for row, (_, cell, _, _) in enumerate(group):
        if passed.done[row] < len(actions):
            continue
        own = []
        for (step, limits, at_window), s, t in zip(actions, status[row], length[row], strict=True):
            limits = control.limits_of(step, cell) if at_window else limits
            if 0 <= s < len(limits):
                own.append(End.at(limits[s], at_once=t == 0.0, window=at_window))
        if len(own) == len(actions) and not all(end.at_once for end in own):
            chosen.append(row)
            ends.append(own)
    active = np.array([_active(group[row][1], ageings[row], passed, row) for row in chosen])
    which = [group[row][0] for row in chosen]
    return Together(which, steps, passed.results[chosen], active, ends, passed.curves[chosen])


def _active(cell: Cell, ageing: Ageing, passed: Passed, row: int) -> float:
    """The share of a film that takes part after its cycle."""
    depths = passed.depths[row]
    if passed.results[row, :, CHARGE].min() >= 0.0 or depths.max() <= 0.0:
        return 1.0
    health = np.array([1.0, 1.0, 0.0])
    degradation.wear(health, depths, ageing)
    return degradation.active_share(cell.model, health)
