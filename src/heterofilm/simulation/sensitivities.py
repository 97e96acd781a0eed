"""Exact derivatives of what a cell does by the values that it is made of.

>>> from heterofilm import sensitivities
>>> found = sensitivities("vo-half", "Discharge at 5 uA/cm2 until 2.15 V", ["films.VO.thickness"])
>>> round(found.steps["capacity_C_m2 by films.VO.thickness"][0] * 300.0 / found.steps["capacity_C_m2"][0], 1)
1.0
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from ..cell import Cell
from ..cell.slopes import followed, switched_on
from ..engine.build import SLOPES, SPECTRA, SPECTRA_SLOPES, STEPS, prepare
from ..engine.follow import CURRENT, PASSED, TIME, VOLTAGE
from ..errors import InputError, SimulationError
from ..protocol import Impedance, Loop, Protocol, Temperature
from .arguments import cell_of, check_modelled, options_of, protocol_of
from .followed import NO_TIMES, Followed, FollowedRunner
from .results import check_useful
from .run import ProtocolLike
from .runner import RTOL
from .start import beginning

__all__ = ["Sensitivities", "sensitivities"]


@dataclass(frozen=True)
class Sensitivities:
    """A run with its derivatives by ``values`` (dotted paths), which are ``numbers`` in the ``units`` of their entries.

    - `followed`: the steps of the protocol, as :class:`~heterofilm.simulation.followed.Followed`;
    - `curves`: a row per step of time: ``step``, ``time_s`` from the start of the step, ``voltage_V``,
      ``current_A_m2``, ``charge_C_m2``, and of each ``NAME by VALUE``, per unit of the value, at fixed time;
    - `steps`: a row per step of the protocol: ``step``, ``kind``, ``duration_s``, ``capacity_C_m2``,
      ``end_voltage_V``, and of each ``NAME by VALUE``: the time at which a limit is met moves with the values.
    """

    values: tuple[str, ...]
    numbers: tuple[float, ...]
    units: tuple[str, ...]
    followed: tuple[Followed, ...]

    @property
    def curves(self) -> pl.DataFrame:
        """Everything over time."""
        names = {"time_s": TIME, "voltage_V": VOLTAGE, "current_A_m2": CURRENT, "charge_C_m2": PASSED}
        frames = []
        for one in self.followed:
            if one.impedance is not None:
                continue
            columns: dict[str, Any] = {"step": np.full(len(one.points), one.step)}
            columns |= {name: one.points[:, k] for name, k in names.items()}
            for name, k in names.items():
                columns |= {f"{name} by {path}": one.slopes[:, k, j] for j, path in enumerate(self.values)}
            frames.append(pl.DataFrame(columns))
        return pl.concat(frames) if frames else pl.DataFrame()

    @property
    def impedance(self) -> pl.DataFrame:
        """Spectra: ``step``, ``frequency_Hz``, ``Z_re_ohm_m2``, ``Z_im_ohm_m2``, and of both ``NAME by VALUE``."""
        frames = []
        for one in self.followed:
            if one.impedance is None or one.impedance_slopes is None or one.frequency is None:
                continue
            columns: dict[str, Any] = {"step": np.full(one.frequency.size, one.step), "frequency_Hz": one.frequency}
            for name, part in (("Z_re_ohm_m2", np.real), ("Z_im_ohm_m2", np.imag)):
                columns[name] = part(one.impedance)
                columns |= {f"{name} by {path}": part(one.impedance_slopes[:, j]) for j, path in enumerate(self.values)}
            frames.append(pl.DataFrame(columns))
        return pl.concat(frames) if frames else pl.DataFrame()

    @property
    def steps(self) -> pl.DataFrame:
        """A row per step."""
        rows = []
        for one in self.followed:
            if one.impedance is not None:
                continue
            last, by = one.points[-1], one.slopes[-1]
            way = 1.0 if last[PASSED] >= 0.0 else -1.0
            row: dict[str, Any] = {"step": one.step, "kind": one.kind}
            for name, k, sign in (
                ("duration_s", TIME, 1.0),
                ("capacity_C_m2", PASSED, way),
                ("end_voltage_V", VOLTAGE, 1.0),
            ):
                row[name] = sign * last[k]
                row |= {f"{name} by {path}": sign * by[k, j] for j, path in enumerate(self.values)}
            rows.append(row)
        return pl.DataFrame(rows)


def sensitivities(
    cell: Cell | str | Path,
    protocol: ProtocolLike,
    values: Sequence[str],
    *,
    times: Mapping[int, ArrayLike] | None = None,
    rtol: float = RTOL,
    start: float | str | None = None,
    overrides: Mapping[str, float | str] | None = None,
    ageing: Iterable[str] | bool = True,
) -> Sensitivities:
    """Run ``protocol`` and follow its answers by ``values``, dotted paths as overrides have them.

    Args:
        times: by the number of a step, times (s from its start) at which it is asked for besides; frequencies (Hz) of
            a spectrum in place of its own.
        rtol, start, overrides, ageing: as of :func:`~heterofilm.simulate`; a start is a potential or state of charge.

    Derivatives are those of the steps of time that were taken, and of a spectrum those on the nodes that it is solved
    on, to rounding: no differences of runs, in which steps and nodes may move too. Raises HeterofilmError for a
    protocol without a step or spectrum, for a value that does not act, and for one without derivative: a count such as
    ``nodes``, what a table of an open-circuit potential is read with, a barrier of 0.
    """
    cell = cell_of(cell, overrides)
    paths = paths_of(cell, values)
    numbers, units = zip(*((cell.entries.number(path), cell.entries.unit(path)) for path in paths), strict=True)
    found = run_followed(cell, protocol_of(protocol), paths, times, rtol, start, ageing)
    return Sensitivities(paths, numbers, units, found)


def paths_of(cell: Cell, values: Any) -> tuple[str, ...]:
    """The paths that are meant, each once."""
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise InputError(f"values is a list of dotted paths such as ['phases.V2O5.D'], not {values!r:.60}.")
    paths = tuple(values)
    if not paths:
        raise InputError("values names no value; give dotted paths such as 'phases.V2O5.D'.")
    for path in paths:
        cell.entries.check_acts(path)
        if paths.count(path) > 1:
            raise InputError(f"'{path}' is given twice in values.")
    return paths


def check_followed(cell: Cell) -> None:
    """Errors: `HeterofilmError` for a cell that warms: how its temperature depends on the values is not followed."""
    if cell.entries.spec.thermal is not None:
        raise InputError(
            f"Derivatives of cell '{cell.name}' are not known, since it warms by itself: leave [thermal] out."
        )


def run_followed(
    cell: Cell, protocol: Protocol, paths: Sequence[str], times: Mapping[int, ArrayLike] | None = None,
    rtol: float = RTOL, start: Any = None, ageing: Iterable[str] | bool = True, partial: bool = False,
    cells: Sequence[Cell] | None = None,
) -> tuple[Followed, ...]:  # fmt: skip
    """The steps of :func:`sensitivities` of what was checked.

    ``partial``: what there was until a step that could not be done; ``cells``: those of ``paths``, where they were
    followed before.
    """
    check_followed(cell)
    check_modelled(cell, protocol)
    if all(isinstance(item, Temperature | Loop) for item in protocol.every()):
        raise InputError(f"Nothing in '{protocol}' has an answer to follow; add a step or a spectrum.")
    if (on := switched_on(cell, paths)) is not cell:
        cell, cells = on, None  # those that were followed before lack a law
    begin = beginning(cell, start)
    options = options_of(rtol, 2e-3, False, ageing, None)
    prepare(*STEPS, *SLOPES)
    if any(isinstance(item, Impedance) for item in protocol.every()):
        prepare(*SPECTRA, *SPECTRA_SLOPES)
    cells = [followed(cell, path) for path in paths] if cells is None else cells
    when = {number: np.sort(np.asarray(tau, float).ravel()) for number, tau in (times or {}).items()}
    run = FollowedRunner(
        begin.cell, begin.state, options, protocol.count(), cells, lambda number: when.get(number, NO_TIMES)
    )
    if begin.rest is None:
        raise InputError(
            "How the end of another run depends on the values is not known; start from a potential or a state of "
            "charge, with what came before in the protocol."
        )
    run.start_at(begin.rest)
    try:
        for steps in protocol.cycles(run.progress):
            run.cycle(steps)
        if not partial:
            check_useful(run.results, run.cell.name)
    except SimulationError:
        if not (partial and run.found):
            raise
    return tuple(run.found)
