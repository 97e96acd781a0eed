"""Contribution analysis: how much of one film's gain over another each cause can give, and what is left.

The gain of the composite over the film of its matrix alone is taken apart on one ladder, for every draw of the inputs:

    Q0   the film of the matrix
    Q1   + composition: the couples of the domains in place of some matrix, with the matrix' utilisation and Bruggeman's
         transport
    Q2   + the junction: transport, exchange and storage computed from it, nothing of them calibrated
    Qm   measured; Qm - Q2 is left to utilisation, domain size and transport that no computed cause gives

The junction comes before what was calibrated, the order that is kindest to it: gains shrink where much has been gained.
Capacities are those of the cell model, tabulated on a grid of composition, transport and exchange for each joint draw
of the calibration, and interpolated (`Contributions.error` is the largest miss of the table against the model itself at
random points).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..cell import Cell
from ..cell.junction import Effects, matrix_conductivity, with_junction
from ..errors import InputError
from ..film.composition import composition_of
from ..junction.effects import draw
from ..library import Library
from ..library.change import put
from ..protocol import Protocol
from ..simulation.run import steps_of
from ..units import from_si, si

Array = NDArray[np.float64]

TRANSPORT = tuple(np.geomspace(0.08, 1.5, 8).tolist())  # permeability of the film over that of its matrix
EXCHANGE = tuple(np.geomspace(1e-5, 1e-1, 9).tolist())  # exchange current of the hetero-interface, mA/cm2
STORED = 2.0 * si("uAh/cm2/um")  # C/m3: tried, to see what share of it a discharge reaches
CHECKED = 100  # points at which the table is held against the model
RTOL = 1e-3
MEMBERS = 32  # draws of the calibration: each has tables of its own
FIELD = "uAh/cm2/um"


@dataclass(frozen=True)
class Contributions:
    """What each cause gives, in uAh cm-2 um-1.

    - `samples`: a row per draw: ``reference`` (Q0), ``composition`` (Q1 - Q0), ``junction`` (Q2 - Q1) and how much of
    it
      is ``stored``, ``left`` (Qm - Q2), the effects of the junction and the drawn inputs by name;
    - `measured`: of the reference and the composite, or None; `calibrated`: what the calibration gives to utilisation
    and to
      transport in the end, a row per draw of it;
    - `error`: largest difference of the table and the model at random points; `cells`: simulated discharges;
      `protocol`: of each.
    """

    samples: pl.DataFrame
    calibrated: pl.DataFrame
    measured: tuple[float, float] | None
    error: float
    cells: int
    protocol: Protocol

    def table(self) -> pl.DataFrame:
        """A row per cause: ``low``, ``median``, ``high`` (5, 50, 95 %) of its gain, and its share of the measured
        gain.
        """
        rows = []
        causes = ["composition", "junction"] + (["left"] if self.measured else [])
        for name in causes:
            low, median, high = np.quantile(self.samples[name].to_numpy(), (0.05, 0.5, 0.95))
            row = {"cause": name, "low": low, "median": median, "high": high}
            if self.measured:
                row["share"] = median / (self.measured[1] - self.measured[0])
            rows.append(row)
        return pl.DataFrame(rows)

    def influence(self) -> pl.DataFrame:
        """Spearman's rank correlation of the junction's gain with each drawn input, the strongest first."""
        from scipy.stats import spearmanr

        gain = self.samples["junction"].to_numpy()
        inputs = [name for name in self.samples.columns if name.startswith("input ")]
        rows = []
        for name in inputs:
            x = self.samples[name].to_numpy()
            rho = float(spearmanr(x, gain).statistic) if np.ptp(x) > 0.0 else 0.0
            rows.append({"input": name.removeprefix("input "), "correlation": rho})
        return pl.DataFrame(rows, schema={"input": pl.String(), "correlation": pl.Float64()}).sort(
            pl.col("correlation").abs(), descending=True
        )


def contribution_analysis(
    cell: str = "voc1-half",
    reference: str = "vo-half",
    junction: str = "V2O5-Cu2V2O7",
    *,
    protocol: Protocol | str = "Discharge at 5 uA/cm2 until 2.15 V",
    measured: tuple[float, float] | None = None,
    samples: int = 10_000,
    members: int | None = MEMBERS,
    seed: int = 0,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Contributions:
    """How much of the gain of `cell` over `reference` its junction can give.

    Args:
        cell, reference: cells of the library: a film with domains, and the film of its matrix alone.
        junction: of the library; its ranges and those of its solids are drawn, `samples` times.
        protocol: the first discharge in it is counted.
        measured: capacities of reference and cell in uAh cm-2 um-1, for what is left.
        members: joint draws of the calibration that are used, the first of them; None: all. One (the best) without
            an ensemble.
        progress: called with discharges done and in all.

    Errors: `HeterofilmError` for a film without domains, unknown names, fewer than 100 samples, or a cell that
    cannot be discharged.
    """
    if samples < 100:
        raise InputError(f"A contribution analysis needs at least 100 samples, got {samples}; 10000 take some seconds.")
    if members is not None and members < 1:
        raise InputError(f"A contribution analysis uses at least one joint draw of the calibration, got {members}.")
    if isinstance(protocol, str):
        protocol = Protocol.load(protocol)
    rng = np.random.default_rng(seed)
    draws: Sequence[dict[str, float]] = Library().ensemble()[:members] or ({},)
    ladders = [_Ladder(cell, reference, draw, protocol) for draw in draws]
    total = sum(ladder.size for ladder in ladders) + CHECKED
    done = 0
    with ThreadPoolExecutor(workers) as pool:

        def run(cells: Iterable[Cell]) -> Array:
            nonlocal done
            capacities = []
            for capacity in pool.map(lambda one: capacity_of(one, protocol), cells):
                capacities.append(capacity)
                done += 1
                if progress is not None:
                    progress(done, total)
            return np.array(capacities)

        for ladder in ladders:
            ladder.fill(run)
        which = rng.integers(len(ladders), size=samples)
        stated = ladders[0].told.draw(rng, samples, "1")
        sampled = draw(
            junction,
            rng,
            domain_size=np.array([ladder.domain_size for ladder in ladders])[which],
            domain_fraction=ladders[0].fraction(stated),
            neutral=np.array([ladder.neutral for ladder in ladders])[which],
            electronic=ladders[0].reference.entries.matrix.sigma_e.draw(rng, samples, "S/m"),
        )
        values = {name: np.empty(samples) for name in ("reference", "composition", "junction")}
        stored = np.empty(samples)
        for k, ladder in enumerate(ladders):
            mine = which == k
            if mine.any():
                plain = ladder.at_effects(stated[mine], 1.0, 1.0)
                bent = ladder.at_effects(stated[mine], sampled.transport[mine], sampled.exchange[mine])
                values["reference"][mine] = ladder.reference_capacity
                values["composition"][mine] = plain - ladder.reference_capacity
                stored[mine] = ladder.reached * sampled.storage[mine] / SI
                values["junction"][mine] = bent + stored[mine] - plain
        checked = rng.choice(samples, CHECKED, replace=False)
        direct = run(
            ladders[which[i]].junction_cell(
                stated[i],
                Effects(
                    float(ladders[which[i]].bruggeman(stated[i : i + 1])[0] * sampled.transport[i]),
                    float(sampled.exchange[i]),
                    float(sampled.storage[i]),
                ),
            )
            for i in checked
        )
        calibrated = pl.DataFrame([ladder.calibrated(run) for ladder in ladders])
    table = pl.DataFrame(values)
    both = table.sum_horizontal()
    error = float(np.max(np.abs(both.to_numpy()[checked] - direct)))
    if measured is not None:
        table = table.with_columns((measured[1] - both).alias("left"))
    table = table.with_columns(pl.Series("stored", stored))
    further = {f"input {name}": x for name, x in {ladders[0].label: stated, **sampled.inputs}.items()}
    effects = {"transport": sampled.transport, "exchange": sampled.exchange, "storage": sampled.storage / SI}
    table = table.with_columns(pl.Series(name, x) for name, x in {**effects, **further}.items())
    return Contributions(table, calibrated, measured, error, done, protocol)


SI = si(FIELD)


class _Ladder:
    """The capacities of one joint draw of the calibration, tabulated."""

    def __init__(self, cell: str, reference: str, draw: dict[str, float], protocol: Protocol) -> None:
        self.calibrated_cell, self.reference = (
            _lean(Cell.load(name, library=Library(draw=draw))) for name in (cell, reference)
        )
        entries = self.calibrated_cell.entries
        told = entries.film.told_by
        if entries.domain is None or told is None or entries.film.hetero_i0 is None:
            raise InputError(f"The film of '{cell}' has no domains, so there is no junction to account for.")
        alone = self.reference.entries
        if alone.domain is not None or alone.film.matrix != entries.film.matrix:
            raise InputError(
                f"The gain of '{cell}' is counted from a film of its matrix alone, {entries.film.matrix}, and "
                f"'{reference}' is not one; name another reference."
            )
        # the domains are used as well as the matrix: what they do beyond that is for calibration to say
        same = {"utilisation": entries.matrix.utilisation}
        self.cell = replace(
            self.calibrated_cell, entries=replace(entries, domain=entries.domain.model_copy(update=same))
        )
        key, self.told = told
        self.path = tuple(key.split("."))
        self.label = entries.film.ratio[0] if entries.film.ratio else "volume fraction of domains"
        low, high = self.told.span
        self.ratios = np.linspace(low, high, 4) if high > low else np.array([low])
        self.i0 = entries.film.hetero_i0.to("mA/cm2")
        self.domain_size = entries.film.domain_size.si if entries.film.domain_size else 1e-8
        self.neutral = matrix_conductivity(self.reference)
        self.size = self.ratios.size * len(TRANSPORT) * len(EXCHANGE) + 5

    def at(self, stated: float) -> Cell:
        """The composite at a composition: at another number of what tells the shares of its phases."""
        entries = self.cell.entries
        value = self.told.model_copy(update={"value": float(stated)})
        film = put(entries.film, self.path, lambda _: value, ".".join(self.path))
        return replace(self.cell, entries=replace(entries, film=film))

    def junction_cell(self, stated: float, effects: Effects) -> Cell:
        return with_junction(self.at(stated), effects)

    def fill(self, run: Callable[[Iterable[Cell]], Array]) -> None:
        """Simulate the grid."""
        from scipy.interpolate import RegularGridInterpolator

        grid = product(self.ratios, TRANSPORT, EXCHANGE)
        found = run(self.junction_cell(c, Effects(P, i0 / self.i0)) for c, P, i0 in grid)
        shape = (self.ratios.size, len(TRANSPORT), len(EXCHANGE))
        if self.ratios.size == 1:  # no range of composition: a second one, alike, spans the axis
            self.ratios = np.concatenate([self.ratios, self.ratios + 1e-6])
            found, shape = np.concatenate([found, found]), (2, *shape[1:])
        axes = (self.ratios, np.log(TRANSPORT), np.log(EXCHANGE))
        self.table = RegularGridInterpolator(
            axes,
            found.reshape(shape),
            method="linear" if shape[0] < 4 else "cubic",
            bounds_error=False,
            fill_value=None,
        )
        middle, P = float(self.ratios.mean()), float(self.bruggeman(np.array([self.ratios.mean()]))[0])
        cells = [self.junction_cell(middle, Effects(P, storage=storage)) for storage in (0.0, STORED)]
        self.reference_capacity, bare, stored = map(float, run([self.reference, *cells]))
        self.reached = (stored - bare) * SI / STORED  # share of what is stored that a discharge reaches

    def at_effects(self, stated: Array, gain: Array | float, exchange: Array | float) -> Array:
        """Q without storage, of Bruggeman's transport times `gain`; beyond the ends of the table its ends count."""
        P = np.clip(self.bruggeman(stated) * gain, TRANSPORT[0], TRANSPORT[-1])
        i0 = np.clip(self.i0 * np.asarray(exchange), EXCHANGE[0], EXCHANGE[-1])
        return np.asarray(self.table(np.column_stack(np.broadcast_arrays(stated, np.log(P), np.log(i0)))))

    def bruggeman(self, stated: Array) -> Array:
        """eps^p: permeability of the film over that of its matrix, were there no junction."""
        return np.asarray((1.0 - self.fraction(stated)) ** self.cell.entries.film.tortuosity_exponent.si)

    def fraction(self, stated: Array) -> Array:
        """Volume fraction of the domains at every composition."""
        ends = np.unique(np.linspace(stated.min(), stated.max(), 65))
        found = []
        for one in ends:
            entries = self.at(float(one)).entries
            share = composition_of(entries.film, entries.matrix, entries.domain).domain
            found.append(0.0 if share is None else share.volume_fraction)
        return np.interp(stated, ends, found)

    def calibrated(self, run: Callable[[Iterable[Cell]], Array]) -> dict[str, float]:
        """Where the calibration puts the rest: the domains' own utilisation, then the film's own transport."""
        cell = self.calibrated_cell
        eps = cell.composition.matrix.volume_fraction
        used = with_junction(cell, Effects(eps**cell.entries.film.tortuosity_exponent.si))
        plain = float(self.at_effects(np.array([self.told.si]), 1.0, 1.0)[0])
        with_use, whole = run([used, cell])
        return {"utilisation": with_use - plain, "transport": whole - with_use, "total": whole}


def _lean(cell: Cell) -> Cell:
    """On a mesh whose capacity is within 0.2 % of a fine one."""
    spec = cell.entries.spec.model_copy(update={"nodes": 16, "shells": 6})
    return replace(cell, entries=replace(cell.entries, spec=spec))


def capacity_of(cell: Cell, protocol: Protocol) -> float:
    """Of the first discharge, in uAh cm-2 um-1.

    Errors: `HeterofilmError` for a protocol without one.
    """
    rows = steps_of(cell, protocol, rtol=RTOL, ageing=False)
    row: dict[str, Any] | None = next((r for r in rows if r["kind"] == "discharge"), None)
    if row is None:
        raise InputError(f"A capacity is that of a discharge, and '{protocol}' has none.")
    return float(from_si(row["capacity_C_m2"] / cell.thickness, FIELD))
