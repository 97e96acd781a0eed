"""From a cell to the months it serves, and back: a sensor node with its converter, a leak, and a harvester."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import HeterofilmError, InputError
from ..library import Harvester, SensorNode
from ..units import si
from .loads import Node, Power, Run, discharge
from .source import Source

__all__ = ["Service", "area_for", "service"]

DAY = si("d")
MONTH = 365.25 * DAY / 12.0  # s


@dataclass(frozen=True)
class Service:
    """How long a full cell serves a node; infinite where a harvester covers it.

    ``balance``: mean power of harvester less node at the cell (W); ``dark``: the run without a harvester, as in the
    dark part of a day.
    """

    months: float
    balance: float
    dark: Run
    droop: float  # V, of the buffer by one burst
    nights: float  # how many dark spans of a day one charge covers; infinite without a harvester

    @property
    def sentence(self) -> str:
        """In words."""
        if np.isinf(self.months):
            return (
                f"The harvester covers the node on average ({1e6 * self.balance:+.3g} uW); one charge bridges "
                f"{self.nights:.3g} dark spans of a day. Ageing over the years is not modelled."
            )
        return f"One charge serves {self.months:.3g} months ({self.months * MONTH / DAY:.3g} days): {self.dark.end}."


def service(source: Source, node: SensorNode, *, leak: float = 0.0, harvester: Harvester | None = None) -> Service:
    """A node at a full cell, with a leak across it (S), and a harvester or none.

    Errors: `HeterofilmError` where the buffer cannot feed a burst, or the full cell does not bear the node.
    """
    load = Node(node)
    droop = load.droop(source.rest[0])
    limit = max(node.cut_off.si, source.cut_off)
    if limit + droop > source.rest[0]:
        raise InputError(
            f"Node '{node.name}': one burst lowers its buffer of {node.buffer} by {droop:.3g} V, below the cut-off of "
            f"{limit:.3g} V at once; take a larger buffer."
        )
    dark = discharge(source, load, cut_off=limit + droop, leak=leak)
    balance = -float(load.current(np.array([source.rest[0]]))[0] * source.rest[0])
    if harvester is None:
        return Service(dark.seconds / MONTH, balance, dark, droop, np.inf)
    gained = harvester.power.si * harvester.area.si * harvester.efficiency.si * harvester.share_of_day.si
    balance += gained - leak * float(source.rest[0]) ** 2
    nights = dark.seconds / max(DAY * (1.0 - harvester.share_of_day.si), 1e-9)
    if balance >= 0.0:
        return Service(np.inf, balance, dark, droop, nights)
    helped = discharge(source, Power(-balance), cut_off=limit + droop)
    return Service(helped.seconds / MONTH, balance, dark, droop, nights)


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
