"""What was measured, as a fit needs it: the protocol that was run, and numbers at times of its steps.

Without a protocol the record says what was imposed: steps of constant current, rests, steps of constant voltage, each
for as long as it lasted. A step whose current and voltage both change needs its protocol written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..analysis.columns import running_integral
from ..cell import Cell
from ..errors import InputError
from ..protocol import Impedance, Protocol, Temperature
from ..protocol.quantities import quantity
from ..records.record import Record
from ..simulation.control import LIMITS
from ..units import from_si

__all__ = ["Data", "Measured", "Step", "excess", "measured", "noise_of"]

Array = NDArray[np.float64]
MOST = 150  # points of a step that are compared; more say little more and cost as much again
STEADY = 0.02  # relative spread of a current, and 0.02 of 0.1 V of a voltage, that counts as constant
QUIET = 1e-6  # A/m2 (1e-4 uA/cm2): below it a cell rests
FULL = 0.3  # V below the upper cut-off, from which a discharge counts as one of a full cell
MORE = 0.02  # of the film's capacity, by which a charge may exceed it: the area and the current of a measurement
BEYOND = 0.3  # V past the last voltage measured, where a model that has run empty stops


@dataclass(frozen=True)
class Data:
    """Measured data for a fit.

    - `record`: what was measured (or simulated), or a file of it;
    - `protocol`: what was run, as :func:`~heterofilm.simulate` takes it, with as many steps as the record has; without
      one it is read from the record;
    - `noise`: standard deviation of a voltage ("1 mV"), as a share of the largest of a current, as a share of an
      impedance's magnitude; without one it is taken from the misfit;
    - `start`: where the film rested before ("3.6 V", "50 %"); by default at the first voltage where the record begins
      at rest or with a current elsewhere than near the upper cut-off, else there;
    - `ageing`: whether cycles change the cell in the model;
    - `name`: what it is called; by default the name of the record.
    """

    record: Record | str | Path
    protocol: Any = None
    noise: float | str | None = None
    start: Any = None
    ageing: bool = False
    name: str = ""


@dataclass(frozen=True)
class Step:
    """Numbers of one step: at times (s from its start) a voltage (V) or a current (A/m2); or an impedance (ohm m2)."""

    number: int
    what: str  # "voltage", "current" or "impedance"
    at: Array  # s; Hz of an impedance
    values: NDArray[Any]


@dataclass(frozen=True)
class Measured:
    """Data, ready to be compared with runs."""

    name: str
    protocol: Protocol
    start: Any
    steps: tuple[Step, ...]
    noise: dict[str, float] = field(default_factory=dict)  # by what is compared, where it is known
    ageing: bool = False
    notes: tuple[str, ...] = ()
    passed: float = 0.0  # largest charge between two moments (C/m2)

    @property
    def times(self) -> dict[int, Array]:
        """When each step is asked for something, or at which frequencies."""
        return {step.number: step.at for step in self.steps}


def measured(given: Any, cell: Cell, number: int) -> Measured:
    """The data that are meant: a :class:`Data`, a record, a file, or one of these with its protocol.

    Errors: `HeterofilmError` for anything else, and for a record whose protocol must be written and is not.
    """
    if isinstance(given, tuple) and len(given) == 2:
        given = Data(given[0], given[1])
    if not isinstance(given, Data):
        given = Data(given)
    record = given.record
    if isinstance(record, str | Path):
        record = Record.read(record)
    if not isinstance(record, Record):
        raise InputError(f"Data for a fit is a Record, a file, or heterofilm.Data of these, not {record!r:.60}.")
    name = given.name or str(record.meta.get("name") or "data")
    name = f"{name} {number}" if not given.name else name
    notes: list[str] = []
    if given.protocol is not None:
        protocol = Protocol.of(given.protocol)
    elif record.meta.get("kind") == "simulated" and record.meta.get("protocol"):
        protocol = Protocol.of(str(record.meta["protocol"]))
    else:
        protocol, words = _imposed(record, name)
        notes.append(words)
    steps, left_out = _numbers(record, protocol, name)
    notes += left_out
    start = given.start
    if start is None and record.meta.get("kind") != "simulated":
        start, said = _start(record, cell)
        notes.append(f"{name}: {said}")
    noise = noise_of(given.noise, steps, name)
    return Measured(name, protocol, start, tuple(steps), noise, given.ageing, tuple(notes), _passed(record))


def _parts(record: Record) -> list[tuple[int, pl.DataFrame]]:
    """Rows by step, in their order."""
    return [(int(key[0]), rows) for key, rows in record.frame.group_by("step", maintain_order=True)]


def _spectra(record: Record) -> list[tuple[int, pl.DataFrame]]:
    """Spectra by step, in their order."""
    table = record.impedance
    if table is None:
        return []
    table = table if "step" in table.columns else table.with_columns(pl.lit(1).alias("step"))
    return [(int(key[0]), rows) for key, rows in table.group_by("step", maintain_order=True)]


def _imposed(record: Record, name: str) -> tuple[Protocol, str]:
    """The protocol that a record was made with, as far as it shows."""
    lines = []
    for number, rows in _parts(record):
        t, V, i = (rows[c].to_numpy() for c in ("time_s", "voltage_V", "current_A_m2"))
        lasted = float(t[-1] - t[0])
        if lasted <= 0.0:
            continue
        inner = i[1:] if i.size > 2 else i
        mean = float(np.median(inner))
        if np.abs(inner).max() < QUIET:
            lines.append(f"Rest for {lasted!r} s")
        elif np.abs(inner - mean).max() <= STEADY * abs(mean):
            way = "Discharge" if mean > 0.0 else "Charge"
            limit = float(V.min()) - BEYOND if mean > 0.0 else float(V.max()) + BEYOND
            lines.append(f"{way} at {from_si(abs(mean), 'uA/cm2')!r} uA/cm2 until {lasted!r} s")
            if LIMITS[0] < limit < LIMITS[1]:  # beyond, the limit of safety ends the model
                lines[-1] += f" or until {limit!r} V"
        elif np.ptp(V[1:]) <= STEADY * 0.1:
            lines.append(f"Hold at {float(np.median(V[1:]))!r} V for {lasted!r} s")
        else:
            raise InputError(
                f"Step {number} of {name} has neither a constant current nor a constant voltage: give its protocol, "
                "for example Data(record, 'CV between 2.15 V and 3.8 V at 0.5 mV/s for 1 cycles')."
            )
    if record.impedance is not None and not lines:
        lines += [
            f"EIS from {float(f.max())!r} Hz to {float(f.min())!r} Hz"
            for f in (rows["frequency_Hz"].to_numpy() for _, rows in _spectra(record))
        ]
    if not lines:
        raise InputError(f"The record of {name} has no rows to fit to.")
    return Protocol.of(
        "\n".join(lines)
    ), f"{name}: {len(lines)} steps as the record shows them, each for as long as it lasted."


def _numbers(record: Record, protocol: Protocol, name: str) -> tuple[list[Step], list[str]]:
    """What is compared, step by step."""
    found, notes = list[Step](), list[str]()
    parts = _parts(record)
    spectra = _spectra(record)
    timed: list[tuple[int, str]] = []
    taken: list[int] = []
    for number, scheduled in enumerate(protocol.steps(), start=1):
        if isinstance(scheduled.step, Impedance):
            taken.append(number)
        elif not isinstance(scheduled.step, Temperature):
            timed.append((number, scheduled.step.kind))
        if len(timed) > len(parts) and len(taken) >= len(spectra):
            break  # a loop that ends early has more than were run
    if len(timed) < len(parts) or len(taken) < len(spectra):
        raise InputError(
            f"{name} has {len(parts)} steps in time and {len(spectra)} spectra, but its protocol has {len(timed)} and "
            f"{len(taken)}; write the protocol that was run."
        )
    thinned = 0
    for (number, kind), (_, rows) in zip(timed, parts, strict=False):
        what = "current" if kind in ("hold", "sweep") else "voltage"
        t = rows["time_s"].to_numpy()
        values = rows["current_A_m2" if what == "current" else "voltage_V"].to_numpy()
        known = np.isfinite(t) & np.isfinite(values)
        t, values = t[known] - t[0], values[known]
        t, values = t[1:], values[1:]  # the first row is the instant at which it is switched on
        if t.size > MOST:
            thinned += t.size - MOST
            chosen = _spread(t, values)
            t, values = t[chosen], values[chosen]
        if t.size:
            found.append(Step(number, what, t, values))
    for number, rows in zip(taken, (rows for _, rows in spectra), strict=False):
        Z = rows["Z_re_ohm_m2"].to_numpy() + 1j * rows["Z_im_ohm_m2"].to_numpy()
        found.append(Step(number, "impedance", rows["frequency_Hz"].to_numpy(), Z))
    if not found:
        raise InputError(f"{name} has nothing that a fit can compare.")
    if thinned:
        notes.append(f"{name}: {thinned} rows are left out, so that no step has more than {MOST}.")
    return found, notes


def _spread(t: Array, values: Array) -> NDArray[np.int64]:
    """Rows spread evenly along the curve, time and value counting alike.

    The curve is that of means over groups of rows: which row is taken must not depend on the noise of its own value.
    """
    groups = np.array_split(np.arange(t.size), MOST)
    centre, time, value = (np.array([x[group].mean() for group in groups]) for x in (np.arange(t.size), t, values))
    along = np.abs(np.diff(time)) / max(np.ptp(t), 1e-30) + np.abs(np.diff(value)) / max(float(np.ptp(value)), 1e-30)
    length = np.interp(np.arange(t.size), centre, np.concatenate([[0.0], np.cumsum(along)]))
    found = np.searchsorted(length, np.linspace(0.0, length[-1], MOST))
    return np.unique(np.append(np.minimum(found, t.size - 1), t.size - 1))[-MOST:]


def _start(record: Record, cell: Cell) -> tuple[Any, str]:
    """Where the film rested, and how that is known.

    A record that begins with a current hides it behind an overpotential: a discharge from near the upper cut-off is
    one of a full cell, any other current began about where its first voltage is.
    """
    first = record.frame.head(1)
    low, high = cell.window
    if not first.height:
        return None, f"the film rests at the upper cut-off of {high:g} V before (assumed)."
    V, i = float(first["voltage_V"][0]), float(first["current_A_m2"][0])
    if abs(i) < QUIET:
        return V, f"the film rests at {V:.4g} V before, the first voltage of the record (assumed)."
    if i > 0.0 and high - V < FULL:
        return None, f"the film rests at the upper cut-off of {high:g} V before (assumed)."
    begins = "discharge" if i > 0.0 else "charge"
    at = min(max(V, low), high)
    return at, (
        f"the record begins with a {begins} at {V:.4g} V: the film rests at {at:.4g} V before (assumed; state it as "
        "the start if it is known)."
    )


def _passed(record: Record) -> float:
    """Largest charge (C/m2) between two moments of a record."""
    t, i = record.frame["time_s"].to_numpy(), record.frame["current_A_m2"].to_numpy()
    known = np.isfinite(t) & np.isfinite(i)
    return float(np.ptp(running_integral(t[known], i[known]))) if known.sum() > 1 else 0.0


def excess(one: Measured, cell: Cell) -> str:
    """A sentence where more charge passed than the film of the cell can hold; empty where it did not."""
    if one.passed <= cell.active_capacity * (1.0 + MORE):
        return ""
    return (
        f"{one.name}: {from_si(one.passed, 'uAh/cm2'):.4g} uAh/cm2 passed, but the film of this cell holds "
        f"{from_si(cell.active_capacity, 'uAh/cm2'):.4g}: its area, thickness, composition or utilisation is not that "
        "of the data, and no value of its transport or kinetics makes up for that."
    )


def noise_of(given: float | str | None, steps: Sequence[Step], name: str) -> dict[str, float]:
    """Standard deviation by what is compared, where it is stated."""
    if given is None:
        return {}
    kinds = {step.what for step in steps}
    if kinds == {"voltage"}:
        value = quantity(given, "V", "noise", "1 mV") if isinstance(given, str) else float(given)
    else:
        if isinstance(given, str) and not given.strip().endswith("%"):
            value = quantity(given, "V", "noise", "1 mV")
            if value > 0.0:
                return {"voltage": value}
        value = quantity(given, "1", "noise", "1 %") if isinstance(given, str) else float(given)
    if not value > 0.0:
        raise InputError(f"The noise of {name} must be positive, got {given!r}; try '1 mV'.")
    return dict.fromkeys(kinds, value)
