"""What draws a current from a cell, and how long the cell keeps it up.

A load is a current that follows from the cell's voltage, I(V). The cell answers with V(q, I); at every charge that was
taken the two agree at one current, and the time is the integral of dq/I. Loads:

- a diode with a series resistor R: V = I (R + R_s) + (n kT/q) ln(1 + I/I_s), I_s from the rated point;
- a power behind a converter, I = P/(eta V) + I_q; a resistor; a constant current.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..analysis.columns import running_integral
from ..constants import E_CHARGE, K_B
from ..errors import InputError
from ..library import Diode, SensorNode
from .source import Source

Array = NDArray[np.float64]
HALVINGS = 80
COVERED = "a harvester covers the load"

__all__ = ["COVERED", "Constant", "Lamp", "Lit", "Load", "Node", "Power", "Resistor", "Run", "discharge"]


class Load(Protocol):
    """What a load is asked."""

    def current(self, voltage: Array) -> Array:
        """I (A) at voltages (V) of the cell."""
        ...


@dataclass(frozen=True)
class Constant:
    """A constant current (A)."""

    amperes: float

    def current(self, voltage: Array) -> Array:
        """The same at every voltage."""
        return np.full_like(voltage, self.amperes)


@dataclass(frozen=True)
class Resistor:
    """A resistor (ohm)."""

    ohms: float

    def current(self, voltage: Array) -> Array:
        """V/R."""
        return voltage / self.ohms


@dataclass(frozen=True)
class Power:
    """A power (W) and a current that is drawn beside it (A)."""

    watts: float
    amperes: float = 0.0

    def current(self, voltage: Array) -> Array:
        """P/V and the constant part."""
        return self.watts / np.maximum(voltage, 1e-3) + self.amperes


@dataclass(frozen=True)
class Lamp:
    """A light-emitting diode with a series resistor (ohm) at a temperature (K).

    ``ideality`` and ``resistance`` (ohm) in place of those of the diode, for a draw of their ranges.
    """

    diode: Diode
    resistor: float
    temperature: float = 298.15
    ideality: float | None = None
    resistance: float | None = None

    def __post_init__(self) -> None:
        if not (self.resistor >= 0.0 and math.isfinite(self.resistor)):
            raise InputError(f"A series resistor is not negative, got {self.resistor:g} ohm.")
        drop = self.diode.rated_current.si * self._own
        if drop >= self.diode.rated_voltage.si:
            raise InputError(
                f"Diode '{self.diode.name}': its series resistance alone drops {drop:.3g} V of the rated "
                f"{self.diode.rated_voltage}; correct one of the two."
            )

    @property
    def _own(self) -> float:
        return self.diode.series_resistance.si if self.resistance is None else self.resistance

    @property
    def _scale(self) -> float:
        n = self.diode.ideality.si if self.ideality is None else self.ideality
        return n * K_B * self.temperature / E_CHARGE

    @property
    def saturation(self) -> float:
        """ln I_s (A), from the rated point."""
        d = self.diode
        return math.log(d.rated_current.si) - (d.rated_voltage.si - d.rated_current.si * self._own) / self._scale

    def voltage(self, current: Array) -> Array:
        """V (V) across diode and resistor at currents (A)."""
        log = np.log(np.maximum(current, 1e-300)) - self.saturation
        return current * (self.resistor + self._own) + self._scale * np.logaddexp(0.0, log)

    def current(self, voltage: Array) -> Array:
        """I (A) by bisection in its logarithm."""
        low = np.full(np.shape(voltage), math.log(1e-18))
        high = np.full(np.shape(voltage), math.log(10.0))
        for _ in range(HALVINGS):
            middle = 0.5 * (low + high)
            above = self.voltage(np.exp(middle)) > voltage
            high, low = np.where(above, middle, high), np.where(above, low, middle)
        return np.exp(0.5 * (low + high))

    def intensity(self, current: Array) -> Array:
        """Luminous intensity (cd), in proportion to the current; below some microamperes an upper bound."""
        return self.diode.intensity.si * np.asarray(current) / self.diode.rated_current.si

    @property
    def faintest(self) -> float:
        """Current (A) below which the light is not seen."""
        return self.diode.rated_current.si * self.diode.visible.si / self.diode.intensity.si


@dataclass(frozen=True)
class Node:
    """A sensor node behind its converter, on average over its period."""

    entry: SensorNode

    @property
    def power(self) -> float:
        """Mean power behind the converter (W)."""
        n = self.entry
        duty = n.burst_time.si / n.period.si
        return n.supply.si * (n.sleep_current.si * (1.0 - duty) + n.burst_current.si * duty)

    def current(self, voltage: Array) -> Array:
        """Mean current (A)."""
        n = self.entry
        return self.power / (n.efficiency.si * np.maximum(voltage, 1e-3)) + n.quiescent_current.si

    @property
    def burst(self) -> float:
        """Energy of a burst before the converter (J)."""
        n = self.entry
        return n.supply.si * n.burst_current.si * n.burst_time.si / n.efficiency.si

    def sagged(self, voltage: float) -> float:
        """Voltage (V) to which a burst lowers the buffer, which the cell fills again until the next: the energy of the
        burst is that between both, C (V^2 - V_after^2)/2. 0 where the buffer holds less."""
        C = self.entry.buffer.si
        return math.sqrt(max(voltage**2 - 2.0 * self.burst / C, 0.0)) if C > 0.0 else 0.0

    def least(self, limit: float) -> float:
        """Voltage (V) from which a burst lowers the buffer to ``limit``. Errors: `HeterofilmError` without buffer."""
        C = self.entry.buffer.si
        if C <= 0.0:
            raise InputError(f"Node '{self.entry.name}' has no buffer, so nothing feeds its bursts; give it one.")
        return math.sqrt(limit**2 + 2.0 * self.burst / C)


@dataclass(frozen=True)
class Lit:
    """A load beside which a harvester gives a power (W), spread evenly over the time."""

    load: Load
    watts: float

    def current(self, voltage: Array) -> Array:
        """That of the load less that of the harvester; below zero where the cell is charged."""
        return self.load.current(voltage) - self.watts / np.maximum(voltage, 1e-3)


@dataclass(frozen=True)
class Run:
    """How long a cell kept a load up: a table over time, and why it ended.

    ``table``: time_s, charge_C, voltage_V, current_A, power_W.
    """

    table: pl.DataFrame
    end: str

    @property
    def seconds(self) -> float:
        """Until its end; infinite where nothing more is drawn."""
        return math.inf if self.end == COVERED else float(self.table["time_s"][-1])

    @property
    def charge(self) -> float:
        """C."""
        return float(self.table["charge_C"][-1])

    @property
    def current(self) -> float:
        """What the load drew on average (A)."""
        t, i = (self.table[key].to_numpy() for key in ("time_s", "current_A"))
        return float(np.trapezoid(i, t) / t[-1]) if t[-1] > 0.0 else float(i[0])

    @property
    def energy(self) -> float:
        """J."""
        t, P = self.table["time_s"].to_numpy(), self.table["power_W"].to_numpy()
        return float(np.trapezoid(P, t))


def discharge(source: Source, load: Load, *, cut_off: float = 0.0, leak: float = 0.0, least: float = 0.0) -> Run:
    """A full cell at a load, until its voltage falls to ``cut_off`` (V), it is empty, the load draws less than
    ``least`` (A), or a harvester covers the load and the leak (``COVERED``).

    ``leak``: a conductance across the cell (S), which discharges it too. Errors: `HeterofilmError` for a load that the
    full cell cannot bear.
    """
    q = source.area * source.charge
    drawn = _agreed(source, load, q)
    V = source.voltage(q, drawn)
    lost = leak * V
    reason, stop, after = "empty", q.size, 0.0
    fast, limit = source.fastest, max(cut_off, source.cut_off)
    too_fast = fast * (1.0 + 1e-9) - drawn - lost
    for words, room in (
        (COVERED, drawn + lost),
        (f"more than the {1e6 * fast:.4g} uA of its fastest discharge", too_fast),
        ("empty", np.where(too_fast < 0.0, np.inf, source.end(drawn + lost) - q)),
        (f"voltage below {limit:.3g} V", V - limit),
        ("too little current to be of use", drawn - least),
    ):
        ended = room <= 0.0 if words == COVERED else room < 0.0
        first = int(np.argmax(ended)) if ended.any() else q.size
        share = room[first - 1] / (room[first - 1] - room[first]) if 0 < first < q.size else 0.0
        if first < stop or (first == stop < q.size and share < after):
            reason, stop, after = words, first, share
    if stop == 0 and reason != COVERED:
        raise InputError(
            f"The full cell does not bear this load ({reason}): at rest it has {source.rest[0]:.3g} V, under the load "
            f"{V[0]:.3g} V at {1e6 * drawn[0]:.3g} uA; take a larger cell, several of them, or a smaller load."
        )
    known = max(stop, 1)
    if reason != COVERED and stop < q.size:  # where it ends between two rows
        between = [np.append(x[:known], x[stop - 1] + after * (x[stop] - x[stop - 1])) for x in (q, drawn, V, lost)]
    else:
        between = [x[:known] for x in (q, drawn, V, lost)]
    q, drawn, V, lost = between
    t = running_integral(q, 1.0 / np.maximum(drawn + lost, 1e-30))
    table = {"time_s": t, "charge_C": q, "voltage_V": V, "current_A": drawn, "power_W": drawn * V}
    return Run(pl.DataFrame(table), reason)


def _agreed(source: Source, load: Load, q: Array) -> Array:
    """The current (A) at which cell and load agree, at every charge; the smaller where two do."""
    voltage = source.at(q)
    at_rest = load.current(voltage(np.zeros(q.size)))
    if np.any(np.diff(load.current(np.linspace(1.0, 4.0, 7))) < 0.0):  # falls with the voltage, as a power does
        drawn = at_rest
        for _ in range(200):
            V = voltage(drawn)
            before, drawn = drawn, np.where(V > 0.05, load.current(np.maximum(V, 0.05)), drawn)
            if np.array_equal(before, drawn):
                break
        return drawn
    low, high = np.minimum(at_rest, 0.0), np.maximum(at_rest, 0.0)  # below zero: a harvester charges
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        too_much = load.current(np.maximum(voltage(middle), 0.0)) < middle
        high, low = np.where(too_much, middle, high), np.where(too_much, low, middle)
    return 0.5 * (low + high)
