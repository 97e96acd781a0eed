"""Which experiment tells most about some values: expected information of protocols that could be run next.

Of values u with what is known now, a normal of covariance C, an experiment with noise sigma and slopes J = dy/du leaves

    C' = (C^-1 + J^T J/sigma^2)^-1,    information = (ln det C - ln det C')/2,

as if the model were linear (D. V. Lindley, Ann. Math. Stat. 27, 986, 1956; K. Chaloner, I. Verdinelli, Stat. Sci. 10,
273, 1995). Slopes are exact, at the values that the cell has now. All readings of an experiment share one error more,
of its current.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..calibration.fitted import FitResult
from ..calibration.likelihood import Compared, Likelihood
from ..calibration.measured import Data, measured
from ..calibration.unknown import Unknown, unknowns
from ..errors import HeterofilmError, InputError, SimulationError
from ..records.record import Record
from ..simulation.arguments import cell_of, protocol_of
from ..simulation.run import simulate
from ..units import from_si

__all__ = ["Experiments", "next_experiment"]

Array = NDArray[np.float64]
READINGS = 300  # that every experiment counts as, whatever the length of its steps
RTOL = 1e-5
WIDEST = 10.0  # halves of its range: what is known at least of a value that a fit left open
CURRENT_ERROR = 1e-3  # of the current, off in all of an experiment: what cyclers state
LINE = 0.01  # V between readings at most
NOISE = "1 mV"


@dataclass(frozen=True, eq=False)
class Experiments:
    """What experiments would tell, the best first.

    `table`: ``protocol``, ``information_bit``, ``duration_h`` (null of spectra alone), and of each value by its path
    ``PATH before`` and ``PATH after``, standard deviations in per cent of it (of a potential in mV). `failed`:
    experiments that could not be done, and why; `notes`: what was assumed.
    """

    table: pl.DataFrame
    values: tuple[str, ...]
    failed: Mapping[str, str]
    notes: tuple[str, ...]

    @property
    def best(self) -> str:
        """The protocol that tells most."""
        return str(self.table["protocol"][0])


def next_experiment(
    cell: Any,
    values: Any,
    protocols: Sequence[str] | Mapping[str, Any],
    *,
    of: str | None = None,
    noise: str | float = NOISE,
    fit: FitResult | None = None,
    current_error: float = CURRENT_ERROR,
    overrides: Mapping[str, float | str] | None = None,
    start: Any = None,
    progress: bool = False,
) -> Experiments:
    """The protocols by what they would tell about ``values``, as :func:`~heterofilm.fit` takes them.

    Args:
        protocols: texts, or protocols by names of your own.
        of: a value; the protocols are ranked by how well it is known afterwards, whatever else they tell.
        noise: of a voltage ("1 mV") or a share ("1 %"); of currents and impedances 1 % where a voltage is given.
        fit: what is known now; without one a normal as wide as the range that is looked in.
        current_error: share by which the current of an experiment is off in all of it.
        overrides, start: as of :func:`~heterofilm.simulate`.

    Raises HeterofilmError for values that do not act, and where no protocol can be run.
    """
    from tqdm import tqdm

    base = cell_of(cell, overrides)
    named = dict(protocols) if isinstance(protocols, Mapping) else {str(one): one for one in protocols}
    if isinstance(protocols, str) or not named:
        raise InputError("protocols is a list of texts such as ['Discharge at 5 uA/cm2 until 2.15 V', 'EIS ...'].")
    if fit is not None:
        base = base.replace(fit.overrides)
    free = unknowns(base, values)
    paths = tuple(one.path for one in free)
    if of is not None and of not in paths:
        raise InputError(f"'{of}' is none of the values that are asked about: {', '.join(paths)}.")
    u = np.array([one.parameter.scaled(one.start) for one in free])
    C, words = _known(fit, free)
    notes = [words]
    rows, failed = list[dict[str, Any]](), dict[str, str]()
    for name, protocol in tqdm(named.items(), disable=not progress, delay=2.0, file=sys.stderr):
        try:
            J, hours = _slopes(base, protocol_of(protocol), free, u, noise, start, current_error)
        except HeterofilmError as error:
            failed[name] = str(error)
            continue
        before = np.eye(len(free) + 1)
        before[:-1, :-1] = np.linalg.inv(C)
        after = np.linalg.inv(before + J.T @ J)[:-1, :-1]
        bits = 0.5 * float(np.linalg.slogdet(C)[1] - np.linalg.slogdet(after)[1]) / np.log(2.0)
        row: dict[str, Any] = {"protocol": name, "information_bit": bits, "duration_h": hours}
        for k, one in enumerate(free):
            row |= {f"{one.path} {word}": _shown(one, float(np.sqrt(S[k, k])))
                    for word, S in (("before", C), ("after", after))}  # fmt: skip
        rows.append(row)
    if not rows:
        raise SimulationError(f"None of the protocols can be run; the first: {next(iter(failed.values()))}")
    notes.append(
        f"Every experiment counts as {READINGS} readings with independent noise of {noise} (currents and impedances: "
        f"1 % where that is a voltage) and one error of {100 * current_error:g} % of the current (assumed); all other "
        "values of the cell count as known, and the model as right."
    )
    table = pl.DataFrame(rows)
    by, down = ("information_bit", True) if of is None else (f"{of} after", False)
    return Experiments(table.sort(by, descending=down), paths, failed, tuple(notes))


def _known(fit: FitResult | None, free: Sequence[Unknown]) -> tuple[Array, str]:
    """The covariance of the scaled values before, and where it comes from."""
    if fit is None:
        C = np.eye(len(free))
        for k, one in enumerate(free):
            if one.prior is not None:
                C[k, k] = one.prior[1] ** 2
        return C, "Known before: a normal whose standard deviation is half of the range of each value (assumed)."
    scale = np.ones(len(free))
    for k, one in enumerate(free):
        own = fit[one.path]
        p = one.parameter
        scale[k] = own.sigma / (own.value if p.log else 1.0) / p.half
    order = [next(j for j, v in enumerate(fit.values) if one.path in v.paths) for one in free]
    C = fit.correlation[np.ix_(order, order)] * np.outer(scale, scale)
    open_to = WIDEST**2 * np.eye(len(free))
    return C - C @ np.linalg.solve(C + open_to, C), "Known before: what the fit left open."


def _slopes(
    cell: Any, protocol: Any, free: Sequence[Unknown], u: Array, noise: str | float, start: Any, current_error: float
) -> tuple[Array, float | None]:
    """d(what is read in units of its noise)/du, by all values and then by the error of the current in units of its own,
    as of so many readings; and how long it takes (h)."""
    record: Record = simulate(cell, protocol, detail=False, ageing=False, start=start, rtol=RTOL, dV=LINE)
    one = measured(Data(record, protocol, noise=noise, start=start), cell, 1)
    problem = Likelihood(cell, [one], [_without_prior(f) for f in free], RTOL)
    residuals, slopes, compared = problem(u)
    if not compared:
        raise SimulationError(problem.failure)
    lasted = float(record.steps["t_end"][-1]) if record.frame.height else 0.0
    off = np.concatenate([_of_current(c, problem) for c in compared])
    slopes = np.column_stack([slopes, current_error * off]) * np.sqrt(READINGS / residuals.size)
    return slopes, from_si(lasted, "h") if lasted > 0.0 else None


def _of_current(c: Compared, problem: Likelihood) -> Array:
    """d(readings of a step in units of their noise)/d ln(current): what comes, comes earlier."""
    noise = problem.noise[0, c.step.what]
    if c.step.what == "impedance":
        Z = c.model / (noise * np.abs(c.step.values))
        return np.concatenate([Z.real, Z.imag])
    if c.step.what == "current":
        return np.asarray(c.model / (noise * np.abs(c.step.values).max()))
    if c.step.at.size < 3:
        return np.zeros(c.step.at.size)
    return np.asarray(np.gradient(c.model, c.step.at) * c.step.at / noise)


def _without_prior(one: Unknown) -> Unknown:
    """The unknown without its prior, which is known before."""
    return Unknown(one.parameter, one.start, None, one.note)


def _shown(one: Unknown, sigma: float) -> float:
    """A standard deviation of a scaled value, in per cent of the value, of a potential in mV."""
    p = one.parameter
    own = sigma * p.half
    if p.log:
        return 100.0 * own
    return 1e3 * own if p.unit == "V" else 100.0 * own / max(abs(one.start), 1e-300)
