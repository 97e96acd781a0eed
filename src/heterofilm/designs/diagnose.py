"""What limits a cell, by cause and with its uncertainty, and what would help it most.

Capacity, of one discharge at a constant current (``simulation/unused_capacity.py``), and the mean voltage, over the
charge of the same discharge (``simulation/losses.py``):

    theoretical capacity = delivered + sum over causes
    mean reversible potential = mean voltage + sum over causes

>>> import heterofilm as hf
>>> found = hf.diagnose("vo-half", current="20 uA/cm2", draws=0)
>>> found.capacity["cause"][1:3].to_list()
['utilisation', 'diffusion in the matrix']
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..bars import progress_bar
from ..calibration.fitted import FitResult
from ..calibration.joint import fit as fit_to
from ..calibration.measured import measured
from ..cell import Cell
from ..errors import HeterofilmError, InputError
from ..protocol import Protocol, Step
from ..records.record import Record
from ..simulation.arguments import cell_of, count
from ..simulation.control import per_area
from ..simulation.losses import LOSSES, mean_losses, mean_over_charge
from ..simulation.run import simulate
from ..simulation.state import CellState
from ..simulation.unused_capacity import Share, unused_capacity
from ..units import from_si, si
from .levers import UTILISATION, Lever, acting, levers
from .uncertain import of_entries, of_file, of_fit

__all__ = ["Diagnosis", "diagnose"]

Array = NDArray[np.float64]
FIELD = "uAh/cm2/um"
BAND = (0.05, 0.95)  # of the draws
LINE = 0.02  # V between points of a curve that only means are taken of


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """What limits a cell at a current (A/m2).

    - `capacity`: a row per cause, delivered first and then the largest first: ``capacity_uAh_cm2_um`` (they add up to
      the theoretical one), ``low`` and ``high`` (5 and 95 % of the draws, null without), ``alone`` (gain if only this
      were gone);
    - `voltage`: the same of the mean voltage: ``loss_V`` add up to ``reversible_V`` less ``mean_V`` of the cell;
    - `shares`: as `capacity`, in C/m2 and in the order in which causes are taken away;
    - `levers`: what a step on each value would give, the best first;
    - `fit`: the fit that it rests on, if one was made or given; `notes`: what was assumed; `draws`: how many the bands
      rest on.
    """

    cell: Cell
    current: float
    capacity: pl.DataFrame
    voltage: pl.DataFrame
    reversible_V: float
    mean_V: float
    shares: tuple[Share, ...]
    levers: tuple[Lever, ...]
    fit: FitResult | None
    notes: tuple[str, ...]
    draws: int = 0

    @property
    def first(self) -> str:
        """The largest cause of unused capacity."""
        return str(self.capacity["cause"][1])

    def help(self) -> pl.DataFrame:
        """The levers as a table: shares of capacity and energy per volume of film, changes of the mean voltage (V)."""
        names = ("cause", "path", "unit", "now", "then", "beyond", "capacity", "voltage", "energy", "areal", "slope")
        rows = {name: [getattr(one, name) for one in self.levers] for name in names}
        called = {"capacity": "capacity_gain", "energy": "energy_gain", "areal": "areal_capacity_gain"}
        return pl.DataFrame(rows).rename(called | {"voltage": "voltage_gain_V", "slope": "energy_slope"})

    def figures(self) -> list[Any]:
        """The waterfall of capacity, the same of voltage, and the levers."""
        from ..plots.limits import levers_figure, voltage_figure, waterfall_figure

        at = f"{from_si(self.current, 'uA/cm2'):.4g} µA cm⁻²"
        title = f"{self.cell.entries.film.name} ({self.cell.name}) at {at}"
        return [
            waterfall_figure(self.capacity, title, self.draws),
            voltage_figure(self.voltage, self.reversible_V, self.mean_V, title),
            levers_figure([(f"{one.path}: {one.step}", one.energy) for one in self.levers], title),
        ]


def diagnose(
    cell: Cell | str | Path,
    data: Any = None,
    *,
    current: str | None = None,
    values: Any = None,
    noise: float | str | None = None,
    fit: FitResult | str | Path | None = None,
    overrides: Mapping[str, float | str] | None = None,
    cycles: int = 0,
    draws: int = 50,
    seed: int = 0,
    progress: bool = False,
) -> Diagnosis:
    """What limits ``cell`` when it is discharged, and what would help most.

    Args:
        cell: a Cell, a name of the library, or a TOML file; ``overrides`` as of :func:`~heterofilm.simulate`.
        data: what it is fitted to before, as of :func:`~heterofilm.fit`, with ``values`` (by default D of the matrix,
            its utilisation, and i0 of the film's face, as far as they act) and ``noise``.
        current: of the discharge ("20 uA/cm2", "1C"); by default that of the first discharge of the data, else C/5.
        fit: a fit that was made (a :class:`~heterofilm.FitResult`, or the file of one), in place of data.
        cycles: full cycles at the same current before: what they wear off is a cause of its own.
        draws: of the values, for the uncertainty: from the fit, else from what the entries state. 0 for none.

    The discharge follows a discharge and a charge at the same current, so that what such a charge leaves out is seen.
    Raises HeterofilmError for a cell that cannot be discharged, or whose anode ends or is a film.
    """
    if isinstance(draws, bool) or not isinstance(draws, int) or draws < 0:
        raise InputError(f"draws is a whole number, 0 for none, not {draws!r:.60}.")
    cell, number = cell_of(cell, overrides), 0 if cycles == 0 else count(cycles, "cycles") or 0
    notes = list[str]()
    if data is not None and fit is not None:
        raise InputError("Give data or a fit that was made of them, not both.")
    if data is None and not (values is None and noise is None):
        raise InputError("values and noise are about a fit to data; give data, or leave them out.")
    if data is not None:
        asked = _fitted_by_default(cell) if values is None else values
        given = [data] if isinstance(data, str | Path | tuple) or not isinstance(data, Sequence) else list(data)
        fit = fit_to(cell, given, asked, noise=noise, searches=2, profiles=False, progress=progress)
        if values is None:
            notes.append(f"Fitted were {', '.join(asked)} (the default).")
        current = current or _current_of(given[0], cell)
    found = fit if isinstance(fit, FitResult) else None
    if found is not None:
        notes += [*found.sloppy, *found.structure, *found.notes]
        cell = cell.replace(found.overrides)
    elif fit is not None:
        cell = cell.replace(FitResult.values_of(fit))  # type: ignore[arg-type]  # a FitResult is done with above
    i = _amperes(current or "C/5", cell)
    if current is None:
        notes.append(f"No current was named: C/5 is taken (assumed), {from_si(i, 'uA/cm2'):.3g} uA/cm2.")
    protocol = _protocol(i, number)
    shares, losses, record = _looked(cell, i, protocol, number)
    acts = [path for share in shares[1:] for path, _, _ in acting(cell, share.cause)]
    rng = np.random.default_rng(seed)
    if found is not None:
        drawn, words = of_fit(found, draws, rng)
    elif fit is not None:
        drawn, words = of_file(fit, cell, draws, rng)  # type: ignore[arg-type]  # a FitResult is done with above
    else:
        drawn, words = of_entries(cell, acts, draws, rng)
    tables: list[tuple[list[Share], dict[str, float]]] = []
    failures = list[str]()
    with progress_bar(total=len(drawn), desc="draws", progress=progress) as bar:
        for one in drawn:
            try:
                tables.append(_looked(cell.replace(one), i, protocol, number)[:2])
            except HeterofilmError as error:
                failures.append(str(error))
            bar.update()
    if draws:
        notes.append(f"Bands hold 90 % of {words}.")
    if failures:
        notes.append(f"{len(failures)} draws could not be simulated and are left out, the first: {failures[0]}")
    last = record.step(int(record.steps["step"][-1])).frame
    reversible, mean = (mean_over_charge(last, column) for column in ("reversible_V", "voltage_V"))
    worth = _energies(shares, losses, mean)
    ranked = levers(cell, protocol, sorted(worth, key=lambda cause: -worth[cause]), ageing=number > 0)
    return Diagnosis(
        cell, i, _capacity(cell, shares, [t[0] for t in tables]), _voltage(losses, [t[1] for t in tables]), reversible,
        mean, tuple(shares), tuple(ranked), found, (*notes, UTILISATION),
        len(tables),
    )  # fmt: skip


def _fitted_by_default(cell: Cell) -> list[str]:
    """What a fit asks for where nothing is named: one value a cause, of the largest kind."""
    found = []
    for cause, end in (
        ("diffusion in the matrix", ".D"), ("cathode charge transfer", "i0"), ("utilisation", "utilisation")
    ):  # fmt: skip
        paths = [path for path, _, _ in acting(cell, cause) if path.partition(".couples.")[0].endswith(end)]
        found += [path for path in paths if cell.entries.matrix.name in path or cause == "cathode charge transfer"][:1]
    return found


def _current_of(given: Any, cell: Cell) -> str | None:
    """Of the first discharge at constant current of data."""
    for step in measured(given, cell, 1).protocol.steps():
        if isinstance(step.step, Step) and step.step.kind == "discharge" and step.step.setpoint is not None:
            return str(step.step.setpoint)
    return None


def _amperes(text: str, cell: Cell) -> float:
    """A current per area in words (A/m2)."""
    step = None
    with suppress(HeterofilmError):
        step = next(Protocol.of(f"Discharge at {text}").steps()).step
    if not isinstance(step, Step) or step.setpoint is None or step.setpoint.quantity != "current":
        raise InputError(f"'{text}' is no current; write for example '20 uA/cm2' or 'C/5'.")
    return float(per_area(step.setpoint, cell, step))


def _protocol(current: float, cycles: int) -> Protocol:
    at = f"at {from_si(current, 'uA/cm2')!r} uA/cm2"
    before = f"(Discharge {at}; Charge {at})"
    return Protocol.of([f"{cycles} x {before}" if cycles > 1 else before.strip("()"), f"Discharge {at}"])


def _looked(
    cell: Cell, current: float, protocol: Protocol, cycles: int
) -> tuple[list[Share], dict[str, float], Record]:
    """Causes of unused capacity, mean losses of voltage, and the run."""
    record = simulate(cell, protocol, ageing=cycles > 0, keep=[max(cycles, 1) + 1], dV=LINE)
    health = None
    if cycles:
        state = CellState.at_rest(cell, cell.window[1])
        assert record.states is not None
        state.restore(record.states.at())
        health = state.health
    shares = unused_capacity(cell, current, charged_at=current, health=health)
    return shares, mean_losses(record, int(record.steps["step"][-1])), record


def _energies(shares: Sequence[Share], losses: Mapping[str, float], mean: float) -> dict[str, float]:
    """What each cause costs (J/m2): the capacity that it holds back and the voltage that it takes."""
    taken = {LOSSES[name]: x * shares[0].in_order for name, x in losses.items()}
    return {
        s.cause: s.in_order * mean + sum(taken.get(part, 0.0) for part in s.cause.split(" and ")) for s in shares[1:]
    }


def _capacity(cell: Cell, shares: Sequence[Share], draws: Sequence[Sequence[Share]]) -> pl.DataFrame:
    """Delivered, then the causes, the largest first; per volume of film."""
    per = cell.thickness * si(FIELD)
    tables = [{s.cause: s.in_order / per for s in own} for own in draws]
    rows = [
        {"cause": s.cause, "capacity_uAh_cm2_um": s.in_order / per, **_band([t.get(s.cause, 0.0) for t in tables]),
         "alone": None if np.isnan(s.alone) else s.alone / per}
        for s in [shares[0], *sorted(shares[1:], key=lambda s: -s.in_order)]
    ]  # fmt: skip
    return pl.DataFrame(rows, schema_overrides={"low": pl.Float64, "high": pl.Float64, "alone": pl.Float64})


def _voltage(losses: Mapping[str, float], draws: Sequence[Mapping[str, float]]) -> pl.DataFrame:
    """The mean losses, the largest first."""
    rows = [
        {"cause": LOSSES[name], "loss_V": x, **_band([own[name] for own in draws])}
        for name, x in sorted(losses.items(), key=lambda one: -one[1])
    ]
    return pl.DataFrame(rows, schema_overrides={"low": pl.Float64, "high": pl.Float64})


def _band(values: Sequence[float]) -> dict[str, float | None]:
    if not values:
        return {"low": None, "high": None}
    low, high = np.quantile(values, BAND)
    return {"low": float(low), "high": float(high)}
