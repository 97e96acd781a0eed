"""What a design is: a cell, runs of it, inputs with ranges, outputs of the runs, and what is wanted of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from ..device.loads import Node
from ..library import Library, SensorNode
from ..library.toml import model_of
from ..library.value import Entry
from ..protocol.quantities import quantity
from ..sweeps.runs import NUMBERS
from ..sweeps.study import Range, Settings
from ..units import from_si, si
from .expression import Expression
from .growth import GROWN, RECIPE
from .growth import NUMBERS as GROWN_NUMBERS

__all__ = ["Design", "Goal", "Limit", "Load", "Robust", "design_of"]

MONTH = 365.25 / 12.0  # d
Names = str | tuple[str, ...]


class Limit(Entry):
    """Of an output, in its own unit."""

    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _some(self) -> Self:
        if self.at_least is None and self.at_most is None:
            raise ValueError("a limit is at_least or at_most a number, or both")
        return self


class Goal(Entry):
    """What is wanted; of several outputs the front on which none gains without another's loss."""

    maximise: Names = ()
    minimise: Names = ()
    where: dict[str, Limit] = Field(default_factory=dict)
    """Limits of outputs, by their names."""

    @property
    def wanted(self) -> list[tuple[str, float]]:
        """Outputs, with -1 where most is best: what is searched for is the least."""
        most, least = ((x,) if isinstance(x, str) else x for x in (self.maximise, self.minimise))
        return [*((name, -1.0) for name in most), *((name, 1.0) for name in least)]


class Load(Entry):
    """What the cell has to feed on one charge: the run ``load``, and the output ``load_uWh`` that must reach it."""

    power: str | None = None
    """That is drawn, as '20 uW'."""
    energy: str | None = None
    """That is needed, as '100 uWh'."""
    node: str | None = None
    """A sensor node of the library, or a file, in place of both."""
    months: Annotated[float | None, Field(gt=0.0)] = None
    """That the node is served."""
    cut_off: str | None = None
    """Voltage at which the load gives up, of a node that to which its bursts lower the buffer; a node's own, else the
    cell's."""

    @model_validator(mode="after")
    def _either(self) -> Self:
        if not (self.power and self.energy and not self.node and self.months is None) and not (
            self.node and self.months and not self.power and not self.energy
        ):
            raise ValueError("a load is a power and an energy, or a node and months")
        return self

    @property
    def demand(self) -> tuple[float, float, float | None]:
        """Power (W), energy (J) and cut-off (V, None for the cell's) at the cell."""
        stop = None if self.cut_off is None else quantity(self.cut_off, "V", "cut_off", "2.2 V")
        if self.node is None:
            assert self.power is not None and self.energy is not None
            return quantity(self.power, "W", "power", "20 uW"), quantity(self.energy, "J", "energy", "100 uWh"), stop
        assert self.months is not None
        entry = Library().entry(SensorNode, self.node)
        lowest = entry.cut_off.si if stop is None else stop
        # the converter's own current is taken at the cut-off and the rated power: the mean voltage is not known before
        watts = Node(entry).power / entry.efficiency.si + entry.quiescent_current.si * 2.0 * lowest
        return watts, watts * self.months * MONTH * si("d"), Node(entry).least(lowest)


class Robust(Entry):
    """What is not known, and how careful the answer is."""

    values: Annotated[tuple[str, ...], Field(min_length=1, max_length=30)]
    """Dotted paths, drawn from what their entries or a fit state."""
    fit: str = ""
    """A file of a fit beside the study, whose values are drawn."""
    draws: Annotated[int, Field(ge=4, le=1000)] = 16
    quantile: Annotated[float, Field(gt=0.0, le=0.5)] = 0.1
    """Of the draws, from the bad end: what nine in ten films reach."""


class Design(Entry):
    """A design study."""

    title: str = ""
    cell: str
    """A name of the library, or a file beside the study."""
    recipe: str = ""
    """A recipe of the library, or a file beside the study, that grows the film: its settings are inputs too."""
    runs: Annotated[dict[str, str], Field(default_factory=dict, max_length=10)]
    """Protocols by short names; of each the last discharge counts."""
    inputs: Annotated[dict[str, Range], Field(min_length=1, max_length=30)]
    """Ranges by dotted path of the cell, and of the recipe as ``recipe.power.Cu`` or ``recipe.anneal.temperature``."""
    outputs: Annotated[dict[str, str], Field(default_factory=dict, max_length=30)]
    """Arithmetic over ``run.number``, ``grown.thickness_nm`` ... of a recipe, and inputs, by the end of their path."""
    goal: Goal | None = None
    load: Load | None = None
    robust: Robust | None = None
    most: Annotated[int, Field(ge=8, le=100_000)] = 200
    """Designs that are tried for the goal."""
    indices: Annotated[int | None, Field(ge=16, le=2**20)] = None
    """Base points of Sobol indices, a power of 2: so many times inputs plus 2 are run."""
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0
    settings: Settings = Settings()

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if not self.runs and self.load is None:
            raise ValueError("give at least one run, or a load")
        settings = [path for path in self.inputs if path.startswith(RECIPE)]
        if settings and not self.recipe:
            raise ValueError(f"'{settings[0]}' is a setting of a recipe; name it, for example recipe = 'VOC1'")
        if self.recipe and not settings:
            raise ValueError(f"of recipe '{self.recipe}' no setting is an input; give a range, as of recipe.time")
        if GROWN in self.runs:
            raise ValueError(f"no run is called '{GROWN}', which is what a recipe grows")
        for name in (*self.runs, *self.outputs):
            if not name.isidentifier():
                raise ValueError(f"'{name}' is no short name; use letters, digits and _")
        if self.goal is None and self.indices is None:
            raise ValueError("give a goal, or the number of base points of Sobol indices, or both")
        if self.indices is not None and self.indices & (self.indices - 1):
            raise ValueError(f"indices is a power of 2, such as 256, not {self.indices}")
        for path, one in self.inputs.items():
            if one.count is not None:
                raise ValueError(f"the range of '{path}' takes no count in a design")
        known = set(self.outputs) | ({"load_uWh"} if self.load else set())
        goal = self.goal or Goal(minimise=tuple(known))
        if not goal.wanted:
            raise ValueError("the goal names nothing to maximise or minimise")
        for name in (*(one for one, _ in goal.wanted), *goal.where):
            if name not in known:
                raise ValueError(f"the goal names '{name}', which is no output; outputs are {', '.join(known)}")
        return self

    @property
    def short(self) -> dict[str, str]:
        """Short names of the inputs by path: the end of it, or all of it with _ where two end alike."""
        ends = [path.rpartition(".")[2] for path in self.inputs]
        return {
            path: end if ends.count(end) == 1 else "".join(c if c.isalnum() else "_" for c in path)
            for path, end in zip(self.inputs, ends, strict=True)
        }

    @property
    def protocols(self) -> dict[str, str]:
        """All runs, that of the load included."""
        if self.load is None:
            return self.runs
        watts, _, stop = self.load.demand
        until = "" if stop is None else f" until {stop!r} V"
        return {**self.runs, "load": f"Discharge at {from_si(watts, 'uW')!r} uW{until}"}

    def expressions(self, area: float) -> dict[str, Expression]:
        """All outputs; ``area``: of the cell (m2), where it is no input.

        Errors: `HeterofilmError` for unknown names.
        """
        known = {f"{run}.{number}" for run in self.protocols for number in NUMBERS} | set(self.short.values())
        known |= {f"{GROWN}.{number}" for number in GROWN_NUMBERS} if self.recipe else set()
        texts = dict(self.outputs)
        if self.load is not None:
            inside = next((short for path, short in self.short.items() if path.endswith(".area")), None)
            texts["load_uWh"] = f"load.energy_uWh_cm2 * {inside or repr(from_si(area, 'cm2'))}"
        found = {name: Expression(text) for name, text in texts.items()}
        for one in found.values():
            one.check(known)
        return found

    @property
    def limits(self) -> dict[str, Limit]:
        """Of outputs, what the load needs included."""
        own = {} if self.goal is None else dict(self.goal.where)
        if self.load is not None:
            own["load_uWh"] = Limit(at_least=from_si(self.load.demand[1], "uWh"))
        return own


def design_of(given: Design | Mapping[str, Any] | str | Path) -> tuple[Design, Path]:
    """The design that is meant, and the folder that its files are relative to.

    Errors: `HeterofilmError` in one sentence that names every fault.
    """
    return model_of(given, Design, "design")
