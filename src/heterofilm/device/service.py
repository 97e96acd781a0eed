"""From a cell to the months it serves, and back: a sensor node with its converter, a leak, and a harvester."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..errors import HeterofilmError, InputError
from ..library import Harvester, SensorNode
from ..units import si
from .loads import Lit, Node, Run, discharge
from .source import Source

__all__ = ["Service", "area_for", "service"]

HOUR, DAY = si("h"), si("d")
MONTH = 365.25 * DAY / 12.0  # s


@dataclass(frozen=True)
class Service:
    """How long a full cell serves a node; infinite where a harvester covers it.

    ``balance``: mean power of harvester less node and leak at the full cell (W); ``dark``: the run without a harvester,
    as in the dark part of a day; ``lit``: with its light spread evenly over the day.
    """

    balance: float
    dark: Run
    lit: Run
    sag: tuple[float, float]  # V, of the buffer by one burst: at the full cell, and at the end of ``dark``
    night: float  # s, the dark span of a day; 0 without a harvester

    @property
    def months(self) -> float:
        """Until the node stops."""
        return self.lit.seconds / MONTH

    @property
    def nights(self) -> float:
        """How many dark spans of a day one charge covers; infinite without a harvester."""
        return self.dark.seconds / self.night if self.night > 0.0 else math.inf

    @property
    def sentence(self) -> str:
        """In words."""
        if not math.isinf(self.months):
            light = "With the light spread evenly over the day one" if self.night > 0.0 else "One"
            said = (
                f"{light} charge serves {self.months:.3g} months ({self.lit.seconds / DAY:.3g} days): {self.lit.end}"
                f"{self._sagging}."
            )
            return f"{said} {self._dusk}".strip()
        settled = float(self.lit.table["voltage_V"][-1])
        at = "" if self.balance >= 0.0 else f" at the full cell, and all of it from {settled:.3g} V down"
        return (
            f"The harvester covers the node on average ({1e6 * self.balance:+.3g} uW{at}); one charge bridges "
            f"{self.nights:.3g} dark spans of a day. {self._dusk} Ageing over the years is not modelled."
        ).replace("  ", " ")

    @property
    def _sagging(self) -> str:
        low = float(self.lit.table["voltage_V"][-1])
        return (
            f", from which a burst takes the buffer to {low - self.sag[1]:.3g} V" if "voltage" in self.lit.end else ""
        )

    @property
    def _dusk(self) -> str:
        """A night that one charge does not last through."""
        if self.nights >= 1.0:
            return ""
        return (
            f"But the {self.night / HOUR:.3g} h without light are longer than one charge lasts: from a full cell at "
            f"dusk the node stops after {self.dark.seconds / HOUR:.3g} h, whatever the harvester gives by day."
        )


def service(source: Source, node: SensorNode, *, leak: float = 0.0, harvester: Harvester | None = None) -> Service:
    """A node at a full cell, with a leak across it (S), and a harvester or none.

    Errors: `HeterofilmError` where the buffer cannot feed a burst, or the full cell does not bear the node.
    """
    load, full = Node(node), float(source.rest[0])
    limit = max(node.cut_off.si, source.cut_off)
    least = load.least(limit)
    if least > full:
        raise InputError(
            f"Node '{node.name}': one burst lowers its buffer of {node.buffer} from {full:.3g} V to "
            f"{load.sagged(full):.3g} V, below the cut-off of {limit:.3g} V at once; take a larger buffer."
        )
    dark = discharge(source, load, cut_off=least, leak=leak)
    gained, night = 0.0, 0.0
    if harvester is not None:
        share = harvester.share_of_day.si
        gained = harvester.power.si * harvester.area.si * harvester.efficiency.si * share
        night = DAY * (1.0 - share)
    lit = discharge(source, Lit(load, gained), cut_off=least, leak=leak) if gained > 0.0 else dark
    balance = gained - full * (float(load.current(np.array([full]))[0]) + leak * full)
    last = float(dark.table["voltage_V"][-1])
    return Service(balance, dark, lit, (full - load.sagged(full), last - load.sagged(last)), night)


def area_for(source: Source, node: SensorNode, months: float, *, leak: float = 0.0) -> float:
    """Area (m2) of this cell that serves a node for some months; ``leak`` in S of the source's own area.

    Errors: `HeterofilmError` for months that are not positive, or that no area serves since the leak takes all.
    """
    if not months > 0.0:
        raise InputError(f"Months of service are positive, not {months:g}.")

    def serves(area: float) -> bool:
        try:
            return service(source.sized(area), node, leak=leak * area / source.area).months >= months
        except HeterofilmError:
            return False

    low, high = 1e-8, 1e-8
    while not serves(high):
        low, high = high, 4.0 * high
        if high > 1e4:
            raise InputError(
                f"No area up to 1e4 m2 serves node '{node.name}' for {months:g} months: the leak alone empties the "
                "cell before, or its buffer is too small for a burst."
            )
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if serves(middle) else (middle, high)
    return high
