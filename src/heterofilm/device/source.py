"""A cell as a source, from its discharges: the voltage at a charge that was taken and a current that is drawn.

Discharges at several currents give V(q; i_k); at no current it is the potential at rest, U(q), of the slowest of them.
Between two currents V is linear in the current at the same charge; above the fastest one nothing is known. Where a
discharge ended, the cell is empty at that current; between two currents that charge is linear. The current is taken to
change slowly: what the film remembers of a faster or slower past (profiles of lithium that level out) is left out, and
tested against a simulation of a load's own current.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..records.record import Record

Array = NDArray[np.float64]
POINTS = 400  # of the charge, evenly spread
WIDE = 5.0  # times a current: beyond, what lies between two discharges is not told by them

__all__ = ["Source"]


@dataclass(frozen=True)
class Source:
    """Voltages (V, columns: currents) over a charge per area (C/m2), from currents per area (A/m2) that rise from 0.

    ``ends``: the charge at which the cell is empty at each current; ``area`` (m2) is that of the electrode.
    """

    charge: Array
    currents: Array
    voltages: Array
    ends: Array
    area: float
    cut_off: float

    @classmethod
    def of(cls, records: Sequence[Record], area: float | None = None) -> Source:
        """From records that begin with a discharge at constant current, each at another one.

        ``area`` (m2) in place of that of the records, which are per area. Errors: `HeterofilmError` for fewer than one
        discharge, two at one current, or records without ``equilibrium_V``.
        """
        if not records:
            raise InputError("A source needs at least one discharge.")
        found: dict[float, tuple[Array, Array, Array]] = {}
        for record in records:
            step = next((s for s in record.steps.iter_rows(named=True) if s["kind"] == "discharge"), None)
            if step is None:
                raise InputError(
                    "A record without a discharge is no source; simulate for example 'Discharge at 5 uA/cm2'."
                )
            frame = record.step(step["step"]).frame
            if "equilibrium_V" not in frame.columns:
                raise InputError("A source needs the potential at rest (equilibrium_V): simulate with detail=True.")
            columns = [frame[key].to_numpy() for key in ("charge_C_m2", "voltage_V", "equilibrium_V")]
            i = float(frame["current_A_m2"].median())  # type: ignore[arg-type]
            if i in found:
                raise InputError(f"Two discharges at {100.0 * i:g} uA/cm2 say the same; give each current once.")
            found[i] = (columns[0], columns[1], columns[2])
        order = sorted(found)
        if order[0] <= 0.0:
            raise InputError("A source needs discharges at positive currents.")
        slow = found[order[0]]
        q = np.linspace(0.0, max(float(found[i][0][-1]) for i in order), POINTS)
        columns = [np.interp(q, slow[0], slow[2])]
        columns += [_beyond(q, found[i][0], found[i][1]) for i in order]
        ends = np.array([q[-1], *(float(found[i][0][-1]) for i in order)])
        size = area if area is not None else float(records[0].meta.get("area_m2", 1e-4))
        cut_off = float(min(found[i][1][-1] for i in order))
        return cls(q, np.array([0.0, *order]), np.column_stack(columns), ends, size, cut_off)

    @property
    def rest(self) -> Array:
        """U(q) (V)."""
        return self.voltages[:, 0]

    def voltage(self, charge: Array | float, current: Array | float) -> Array:
        """V (V) after a charge (C) at a current (A) of the whole cell; arrays of one shape."""
        q, i = np.broadcast_arrays(np.asarray(charge, float), np.asarray(current, float))
        return self.at(q)(i)

    def at(self, charge: Array) -> Callable[[Array], Array]:
        """V (V) as a function of the current (A), after these charges (C); arrays of one shape."""
        table = np.stack([np.interp(charge / self.area, self.charge, column) for column in self.voltages.T])

        def voltage(current: Array) -> Array:
            i = current / self.area
            k = np.clip(np.searchsorted(self.currents, i, side="right") - 1, 0, self.currents.size - 2)
            low, high = (np.take_along_axis(table, (k + n)[None], 0)[0] for n in (0, 1))
            share = (i - self.currents[k]) / (self.currents[k + 1] - self.currents[k])
            return low + share * (high - low)

        return voltage

    def end(self, current: Array | float) -> Array:
        """Charge (C) at which the cell is empty at a current (A); -1 above the fastest of its discharges: not known."""
        i = np.asarray(current, float) / self.area
        return np.where(i > self.currents[-1] * (1.0 + 1e-9), -1.0, self.area * np.interp(i, self.currents, self.ends))

    @property
    def fastest(self) -> float:
        """Current (A) of the fastest of its discharges, beyond which it is not asked."""
        return self.area * float(self.currents[-1])

    @property
    def doubt(self) -> str:
        """What is to be said beside its answers, "" for nothing: currents too far apart to be linear between them."""
        i = self.currents[1:]
        wide = i[1:] > WIDE * i[:-1]
        if i.size > 1 and not wide.any():
            return ""
        if i.size == 1:
            return "It is made of one discharge: at other currents its answers are rough."
        k = int(np.argmax(wide))
        return (
            f"Between its discharges at {1e6 * self.area * i[k]:.3g} and {1e6 * self.area * i[k + 1]:.3g} uA nothing "
            "is known; answers there may be wrong by a factor."
        )

    def resistance(self, charge: float, current: float) -> float:
        """(U - V)/I at a charge and a current (ohm)."""
        return float((self.voltage(charge, 0.0) - self.voltage(charge, current)) / current)

    def in_series(self, cells: int) -> Source:
        """A string of cells alike: one charge, their voltages together."""
        return Source(
            self.charge, self.currents, cells * self.voltages, self.ends, self.area, cells * self.cut_off
        )  # fmt: skip

    def sized(self, area: float) -> Source:
        """The same cell with another area (m2)."""
        return Source(self.charge, self.currents, self.voltages, self.ends, area, self.cut_off)


def _beyond(q: Array, own: Array, V: Array) -> Array:
    """V over q, falling on with its last slope, and at least steeply, where the discharge had ended."""
    out = np.interp(q, own, V)
    past = q > own[-1]
    if past.any():
        n = max(own.size // 50, 2)
        slope = (V[-1] - V[-n]) / max(own[-1] - own[-n], 1e-12)
        out[past] = V[-1] + min(slope, -1.0 / max(own[-1], 1e-12)) * (q[past] - own[-1])
    return out
