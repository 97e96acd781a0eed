"""The best cell for a target, within limits: inputs to runs to outputs, searched, weighed and kept.

>>> import heterofilm as hf
>>> study = {
...     "cell": "vo-half", "runs": {"fast": "Discharge at 40 uA/cm2"},
...     "inputs": {"films.VO.thickness": {"low": 100, "high": 1000}},
...     "outputs": {"capacity": "fast.capacity_uAh_cm2", "film": "thickness"},
...     "goal": {"minimise": "film", "where": {"capacity": {"at_least": 10}}}, "most": 20,
... }
>>> found = hf.design(study)
>>> round(found.best["capacity"][0], 1)
10.0
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..bars import progress_bar
from ..cell import Cell
from ..errors import InputError
from ..files import check_folder
from ..library import SensorNode
from ..simulation.arguments import flag
from ..sweeps.points import scaled, value_range
from ..sweeps.store import base_cell
from ..units import si
from .growth import RECIPE, Growth
from .runs import Runs
from .search import Found, search
from .study import Design, design_of
from .uncertain import of_entries, of_file

__all__ = ["Designed", "design"]

Array = NDArray[np.float64]
FLAT = 0.01  # of the range of an output over all runs, within which a share of its variance says nothing


@dataclass(frozen=True, eq=False)
class Designed:
    """What a design study found.

    - `best`: the run that is best, or the front of several aims, a row each: inputs by path, outputs by name;
    - `runs`: all designs that were tried, with ``met``, whether they meet the limits, in the order in which they were;
    - `indices`: by ``output`` and ``input``, shares of the output's variance over the ranges: ``first`` of the input
      alone, ``total`` with all that it does together with others (Sobol), and half their 95 % intervals; or None;
    - `failed`: reasons why runs gave nothing, and how often; `notes`: what was assumed.
    """

    study: Design
    cell: Cell
    best: pl.DataFrame
    runs: pl.DataFrame
    indices: pl.DataFrame | None
    units: Mapping[str, str]
    growth: Growth | None
    failed: Mapping[str, int]
    notes: tuple[str, ...]

    def best_cell(self, row: int = 0) -> Cell:
        """The cell of a row of `best`."""
        if not self.best.height:
            raise InputError("No design that was tried meets the limits.")
        return self.cell.replace(_changes(self.study, self.growth, self.best, row))

    def figures(self) -> list[Any]:
        """The front or the progress of the search, and the indices."""
        from ..plots.design import indices_figure, search_figure

        goal = self.study.goal
        shown = [] if goal is None else [search_figure(self.runs, self.best, goal.wanted, self.study.title)]
        return [*shown, *([] if self.indices is None else [indices_figure(self.indices)])]


def design(
    study: Design | Mapping[str, Any] | str | Path,
    folder: str | os.PathLike[str] | None = None,
    *,
    cell: Cell | None = None,
    progress: bool = False,
) -> Designed:
    """Search the designs of a study for its goal, and take apart what its outputs depend on.

    Args:
        study: a TOML file, a dictionary of the same content, or a :class:`~heterofilm.designs.study.Design`.
        folder: where runs are kept; the same call goes on where it was stopped, and nothing is run twice.
        cell: a Cell in place of the one that the study names.
        progress: show a bar over the runs.

    An interrupt ends the search with the best until then. Raises HeterofilmError in one sentence for a study that makes
    no sense.
    """
    flag(progress, "progress")
    asked, near = design_of(study)
    base = cell or base_cell(asked.cell, near)
    place = None if folder is None else check_folder(folder)
    problem = _Problem(asked, base, near, place, cell is None)
    notes = list(problem.notes)
    with progress_bar(desc="design", unit="run", progress=progress) as bar:
        problem.runs.told = bar.update
        indices, found = None, None
        try:
            if asked.indices is not None:
                indices = problem.indices(asked.indices)
            if asked.goal is not None:
                found = search(problem, len(asked.inputs), len(asked.goal.wanted), asked.most, asked.seed)
                if len(found.points) < asked.most:
                    notes.append(f"The search was interrupted after {len(found.points)} of {asked.most} designs.")
        except KeyboardInterrupt:
            notes.append("Interrupted: this is what there was until then.")
            if indices is None:
                raise
    runs, best = problem.tables(found)
    if found is not None and not best.height:
        notes.append("No design that was tried meets the limits: loosen them, or widen the ranges.")
    if best.height == 1:
        notes += problem.at_ends(best)
        notes += problem.serves(best)
        if problem.growth is not None:
            notes += problem.growth.told([best[path][0] for path in problem.growth.units])
    failed = problem.runs.reasons | (problem.growth.reasons if problem.growth else {})
    return Designed(asked, base, best, runs, indices, problem.units, problem.growth, failed, tuple(notes))


def _changes(asked: Design, growth: Growth | None, table: pl.DataFrame, row: int) -> dict[str, float]:
    """What a row of inputs changes in the cell, by path."""
    values = {path: float(table[path][row]) for path in asked.inputs}
    found = {path: value for path, value in values.items() if not path.startswith(RECIPE)}
    return found | (growth.changes([values[path] for path in growth.units]) if growth else {})


class _Problem:
    """A study as what is searched: points of the unit cube to objectives and limits."""

    def __init__(self, asked: Design, cell: Cell, near: Path, folder: Path | None, named: bool) -> None:
        self.asked, self.cell = asked, cell
        settings = {path: one for path, one in asked.inputs.items() if path.startswith(RECIPE)}
        self.growth = Growth(asked.recipe, near, cell, settings) if settings else None
        grown = self.growth.ranges if self.growth else {}
        self.ranges = {path: grown.get(path) or value_range(cell, path, one) for path, one in asked.inputs.items()}
        self.units = {
            path: self.growth.units[path] if self.growth and path in settings else cell.entries.unit(path)
            for path in asked.inputs
        }
        self.of_cell = [k for k, path in enumerate(asked.inputs) if path not in settings]
        self.of_recipe = [k for k, path in enumerate(asked.inputs) if path in settings]
        self.expressions = asked.expressions(cell.area)
        self.notes = list[str]()
        self.draws: list[dict[str, float]] = [{}]
        if asked.robust is not None:
            rng = np.random.default_rng(asked.seed)
            if twice := set(asked.robust.values) & set(asked.inputs):
                raise InputError(f"'{twice.pop()}' is an input and drawn as well; leave it out of one of the two.")
            for path in asked.robust.values:
                cell.entries.check_acts(path)
            count = asked.robust.draws
            if asked.robust.fit:
                drawn, words = of_file(near / asked.robust.fit, cell, count, rng)
                self.draws = [{path: row[path] for path in asked.robust.values if path in row} for row in drawn]
            else:
                self.draws, words = of_entries(cell, asked.robust.values, count, rng)
            if not self.draws[0]:
                raise InputError(
                    "None of the values of robust states a range or a standard deviation, so nothing is drawn."
                )
            self.notes.append(f"Outputs are their {100 * asked.robust.quantile:g} % worst over {words}.")
        if asked.load is not None:
            watts, joules, _ = asked.load.demand
            self.notes.append(
                f"The load draws {watts / si('uW'):.3g} uW at the cell and needs {joules / si('uWh'):.4g} uWh of it."
            )
        made = self.growth.paths if self.growth else ()
        for path in (*asked.inputs, *self.draws[0]):
            if path in made:
                raise InputError(
                    f"'{path}' is what recipe '{asked.recipe}' makes of the film; leave it out of the study."
                )
        if self.growth:
            self.notes.append(
                f"Recipe '{asked.recipe}' decides {' and '.join(made)} (growth model, nominal); all else of the film "
                "stays as the cell states it."
            )
        paths = [*(list(asked.inputs)[k] for k in self.of_cell), *made, *self.draws[0]]
        self.runs = Runs(asked, cell, paths, folder, near, named)

    def values(self, points: Array) -> Array:
        """Values of the inputs (n, inputs) at points of the unit cube."""
        return np.stack([scaled(points[:, k], *one) for k, one in enumerate(self.ranges.values())], axis=1)

    def outputs(self, values: Array) -> dict[str, Array]:
        """All outputs of designs: as they are, or the bad end of their draws."""
        draws = len(self.draws)
        drawn = np.array([list(one.values()) for one in self.draws]).reshape(draws, -1)
        own, known = values[:, self.of_cell], dict[str, Array]()
        if self.growth:
            film, numbers = self.growth(values[:, self.of_recipe])
            own = np.concatenate([own, film], axis=1)
            known |= {name: np.repeat(x, draws) for name, x in numbers.items()}
        every = np.concatenate([np.repeat(own, draws, axis=0), np.tile(drawn, (len(values), 1))], axis=1)
        grows = np.isfinite(every).all(axis=1)
        for name, x in self.runs(every[grows]).items():
            known[name] = np.full(len(every), np.nan)
            known[name][grows] = x
        known |= {short: np.repeat(values[:, k], draws) for k, short in enumerate(self.asked.short.values())}
        shape = len(values), draws
        found = {name: np.broadcast_to(one(known), len(every)) for name, one in self.expressions.items()}
        return {name: self._worst(name, x.reshape(shape)) for name, x in found.items()}

    def _worst(self, name: str, drawn: Array) -> Array:
        """The bad end of the draws of an output: low where most is wanted or a least is set, else high."""
        if drawn.shape[1] == 1 or self.asked.robust is None:
            return drawn[:, 0]
        q, goal = self.asked.robust.quantile, self.asked.goal
        wanted = dict(goal.wanted) if goal is not None else {}
        limit = self.asked.limits.get(name)
        low = wanted[name] < 0.0 if name in wanted else limit is not None and limit.at_least is not None
        bad = np.where(np.isnan(drawn), -np.inf if low else np.inf, drawn)  # what cannot be run is the worst
        found = np.quantile(bad, q if low else 1.0 - q, axis=1, method="inverted_cdf")
        return np.where(np.isfinite(found), found, np.nan)

    def __call__(self, points: Array) -> Array:
        """Objectives, then limits (met where at most 0)."""
        assert self.asked.goal is not None
        found = self.outputs(self.values(points))
        columns = [sign * found[name] for name, sign in self.asked.goal.wanted]
        for name, limit in self.asked.limits.items():
            if limit.at_least is not None:
                columns.append(limit.at_least - found[name])
            if limit.at_most is not None:
                columns.append(found[name] - limit.at_most)
        return np.stack(columns, axis=1)

    def indices(self, count: int) -> pl.DataFrame:
        """Sobol indices of every output over the ranges (A. Saltelli et al., Comput. Phys. Commun. 181, 259, 2010)."""
        from scipy.stats import sobol_indices, uniform

        names = list(self.expressions)
        missing = 0

        def function(x: Array) -> Array:
            nonlocal missing
            found = self.outputs(self.values(x.T))
            rows = np.stack([found[name] for name in names])
            missing += int(np.isnan(rows).any(axis=0).sum())
            return np.where(np.isnan(rows), np.nanmedian(rows, axis=1, keepdims=True), rows)

        inputs = list(self.asked.inputs)
        found = sobol_indices(func=function, n=count, dists=[uniform()] * len(inputs), rng=self.asked.seed)
        with warnings.catch_warnings():  # of an index that is nought in every resample: its interval has no width
            warnings.simplefilter("ignore")
            near = found.bootstrap(n_resamples=200)
        if missing:
            self.notes.append(f"{missing} runs of the indices gave nothing and count as the median (assumed).")
        rows = []
        for s, name in enumerate(names):
            for k, path in enumerate(inputs):
                row: dict[str, Any] = {"output": name, "input": path}
                for key, of, band in (
                    ("first", found.first_order, near.first_order), ("total", found.total_order, near.total_order)
                ):  # fmt: skip
                    value = np.atleast_2d(of)[s, k]
                    ends = [np.atleast_2d(getattr(band.confidence_interval, end))[s, k] for end in ("low", "high")]
                    row |= {key: float(value), f"{key}_half": float(np.nan_to_num(0.5 * (ends[1] - ends[0])))}
                rows.append(row)
        return pl.DataFrame(rows)

    def tables(self, found: Found | None) -> tuple[pl.DataFrame, pl.DataFrame]:
        """All runs of a search, and the best of them."""
        if found is None:
            return pl.DataFrame(), pl.DataFrame()
        values = self.values(found.points)
        outputs = self.outputs(values)
        columns = {path: values[:, k] for k, path in enumerate(self.asked.inputs)} | outputs
        known = np.isfinite(found.objectives).all(axis=1)
        met = known & (~(found.limits > 0.0)).all(axis=1) & np.isfinite(found.limits).all(axis=1)
        runs = pl.DataFrame(columns | {"met": met})
        order = found.front[np.argsort(found.objectives[found.front][:, 0], kind="stable")]
        return runs, runs[order].drop("met")

    def at_ends(self, best: pl.DataFrame) -> list[str]:
        """Sentences where the best lies at the end of a range."""
        said = []
        for path, (low, high, log) in self.ranges.items():
            x, a, b = ((np.log(v) if log else v) for v in (best[path][0], low, high))
            share = (x - a) / (b - a)
            if min(share, 1.0 - share) < FLAT:
                end = "lower" if share < 0.5 else "upper"
                said.append(f"The best lies at the {end} end of the range of {path}: a wider one may hold a better.")
        return said

    def serves(self, best: pl.DataFrame) -> list[str]:
        """What the model of devices says of the best cell at its node (`device/service.py`)."""
        from ..device.service import service
        from ..device.source import Source
        from ..library import Library
        from ..simulation.device import discharges

        load = self.asked.load
        if load is None or load.node is None:
            return []
        cell = self.cell.replace(_changes(self.asked, self.growth, best, 0))
        months = service(Source.of(discharges(cell), cell.area), Library().entry(SensorNode, load.node)).months
        return [f"At the node itself, whose current follows the voltage, this cell lasts {months:.3g} months."]
