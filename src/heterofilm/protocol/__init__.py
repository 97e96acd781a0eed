"""What is done to a cell: a protocol of steps, written as a researcher writes it.

    # three slow cycles, then impedance and a voltammogram
    Rest for 30 min
    formation: 3 x (
        Discharge at 5 uA/cm2 until 2.15 V or until 20 uAh/cm2
        Charge at C/10 until 3.8 V
        Hold at 3.8 V until 0.5 uA/cm2
    )
    EIS from 1 MHz to 10 mHz
    CV between 2.15 V and 3.8 V at 0.5 mV/s for 3 cycles

One action per line or between ``;``; ``#`` starts a comment; upper and lower case are the same. A step ends
at whichever of its limits comes first.

==========================  =========================================================================
``Discharge at``            a current per area (``uA/cm2``), absolute (``uA``) or as a C-rate (``C/10``: the
``Charge at``               cell's nominal capacity in 10 h, which is the theoretical one of the dense film
                            unless the cell states another), a power (``uW/cm2``, ``uW``); discharges also a
                            resistance (``kohm``, ``ohm cm2``)
``Rest``, ``Hold at 3.8 V``  no current; a voltage
``Sweep to 2 V at 1 mV/s``  a linear sweep from the present voltage
``CV between .. and ..``    sweeps to the first, then to the second voltage; ``for 3 cycles``
``GITT discharge at .. for 10 min, rest for 1 h, until 2.15 V``
``EIS from 1 MHz to 10 mHz with 10 points per decade``
``Follow "load.csv"``       a current, power or voltage over time (positive on discharge)
``Set temperature to 45 degC``
``3 x (...)``               a loop; ``label: 3 x until 2.15 V (...)``, ``4000 x until 80 % (...)``
==========================  =========================================================================

Limits: a voltage (``until 2.15 V``), a time (``for 2 h``), the charge moved within the step (``until 20
uAh/cm2``, ``uAh/cm2/um``, ``mAh/g``, ``uAh``), a current (``until 0.5 uA/cm2``, ``until C/50``) or a slope
(``until |dV/dt| < 0.1 mV/h``). The strings of a PyBaMM ``Experiment`` are such lines too.

The same objects can be built in Python; every quantity is stored in SI:

>>> body = discharge(5, "uA/cm2", until="2.15 V"), charge("C/10", until="3.8 V")
>>> p = Protocol([rest("30 min"), repeat(3, *body), impedance()])
>>> Protocol.parse(str(p)) == p
True
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from heterofilm.errors import HeterofilmError, did_you_mean

from .quantities import Limit, Setpoint, number, quantity
from .steps import Action, Cycle, Impedance, Item, Load, Progress, Step, Temperature, Turn, count, cycles
from .text import GITT_PULSES, parse

__all__ = [
    "Action", "Cycle", "Impedance", "Limit", "Load", "Progress", "Protocol", "Setpoint", "Step", "Temperature", "Turn",
    "charge", "discharge", "gitt", "hold", "impedance", "ready_made", "repeat", "rest", "sweep", "voltammogram",
]  # fmt: skip

READY = Path(__file__).parent / "ready"


@dataclass(frozen=True)
class Protocol:
    """The whole treatment of a cell: steps and loops in order. ``str(protocol)`` is its text form."""

    items: tuple[Item, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "items", tuple(self.items))
        for item in self.items:
            if not isinstance(item, Action | Cycle):
                raise HeterofilmError(f"A protocol is made of steps and loops, not {item!r}; see Protocol.parse.")
        if not self.items:
            raise HeterofilmError("The protocol is empty: write for example 'Discharge at 5 uA/cm2 until 2.15 V'.")

    @classmethod
    def parse(cls, text: str | Sequence[str | Sequence[str]], folder: Path | None = None) -> Protocol:
        """Read the text form (see the top of this module), or the list given to a PyBaMM ``Experiment``.

        In such a list each string is a cycle of its own, and each tuple of strings is one cycle.
        Errors: `HeterofilmError` with line and column, what was expected, and a caret under the place.
        """
        if isinstance(text, str):
            return cls(parse(text, folder))
        lines = [(entry,) if isinstance(entry, str) else tuple(entry) for entry in text]
        return cls(tuple(Cycle(1, parse("\n".join(entry), folder)) for entry in lines))

    @classmethod
    def load(cls, name: str, folder: Path | None = None) -> Protocol:
        """A ready-made protocol by its name, a text file by its path (``.txt``), or the text itself."""
        if name.strip() in ready_made():
            return cls.parse((READY / f"{name.strip()}.txt").read_text())
        if name.strip().lower().endswith(".txt"):
            path = Path(name.strip())
            try:
                return cls.parse(path.read_text("utf-8"), path.parent)
            except (OSError, UnicodeDecodeError) as error:
                reason = error.strerror if isinstance(error, OSError) else "it is not text"
                raise HeterofilmError(f"Cannot read the protocol '{path}': {reason}.") from None
        if re.fullmatch(r"[\w]+-[\w-]+", name.strip()) and (hint := did_you_mean(name.strip(), ready_made())):
            raise HeterofilmError(f"There is no ready-made protocol '{name.strip()}'.{hint}")
        return cls.parse(name, folder)

    def cycles(self, progress: Progress | None = None) -> Iterator[list[Turn]]:
        """The actions of one cycle after the other, loops unrolled, each with its cycle number and label.

        Cycles count from 1; a new one begins with every pass through a loop and the first action after it.
        Loops end early as far as ``progress`` is kept up to date by the runner.
        """
        return cycles(self.items, progress or Progress())

    def steps(self) -> Iterator[Turn]:
        """Every action in the order it is run where no loop ends early."""
        return (turn for cycle in self.cycles() for turn in cycle)

    def count(self) -> int:
        """How many cycles there are where no loop ends early."""
        return count(self.items)

    def __str__(self) -> str:
        return "\n".join(map(str, self.items))


def ready_made() -> tuple[str, ...]:
    """Names of the protocols that come with the package."""
    return tuple(sorted(path.stem for path in READY.glob("*.txt")))


Limits = str | Iterable[str]
"""One limit such as ``"2.15 V"`` or ``"|dV/dt| < 0.1 mV/h"``, or several."""


def discharge(value: float | str, unit: str | None = None, *, until: Limits) -> Step:
    """A discharge step, e.g. ``discharge(5, "uA/cm2", until=["2.15 V", "2 h"])``; C-rates as ``"C/10"``."""
    return Step("discharge", Setpoint.parse(_joined(value, unit)), _limits(until))


def charge(value: float | str, unit: str | None = None, *, until: Limits) -> Step:
    """A charge step; see `discharge`."""
    return Step("charge", Setpoint.parse(_joined(value, unit)), _limits(until))


def rest(duration: float | str | None = None, unit: str | None = None, *, until: Limits = ()) -> Step:
    """A rest at zero current: ``rest("30 min")``, ``rest(30, "min")`` or ``rest("1 h", until="3.3 V")``."""
    lasting = () if duration is None else (Limit.parse(_joined(duration, unit), "for"),)
    return Step("rest", None, lasting + _limits(until))


def hold(value: float | str, unit: str | None = None, *, until: Limits) -> Step:
    """A voltage held, e.g. ``hold(3.8, "V", until=["0.5 uA/cm2", "2 h"])``."""
    return Step("hold", Setpoint.parse(_joined(value, unit)), _limits(until))


def sweep(to: str, rate: str) -> Step:
    """A linear sweep, e.g. ``sweep("2.15 V", "0.5 mV/s")``."""
    return Step("sweep", Setpoint.parse(to), (), quantity(rate, "V/s", "scan rate", "0.5 mV/s"))


def voltammogram(first: str, second: str, rate: str, cycles: int = 1) -> Cycle:
    """Sweeps to ``first`` and then to ``second``, e.g. ``voltammogram("2.15 V", "3.8 V", "0.5 mV/s")``."""
    return Cycle(cycles, (sweep(first, rate), sweep(second, rate)), "CV")


def gitt(step: Step, pause: str, until: str) -> Cycle:
    """Titration: ``gitt(discharge("5 uA/cm2", until="10 min"), "1 h", until="2.15 V")``."""
    return Cycle(GITT_PULSES, (step, rest(pause)), "GITT", Limit.parse(until))


def impedance(high: float = 1e6, low: float = 1e-2, points: int = 10) -> Impedance:
    """A spectrum from ``high`` to ``low`` (Hz), ``points`` per decade."""
    return Impedance(high, low, points)


def repeat(count: int, *body: Item, label: str = "", until: str | None = None) -> Cycle:
    """A loop: ``repeat(3, discharge(...), charge(...), label="formation")``."""
    return Cycle(count, body, label, Limit.parse(until) if until else None)


def _joined(value: float | str, unit: str | None) -> str:
    if isinstance(value, str):
        return value if unit is None else f"{value} {unit}"
    return f"{number(value)} {unit or ''}"


def _limits(until: Limits) -> tuple[Limit, ...]:
    texts = [until] if isinstance(until, str) else until
    return tuple(Limit.parse(text.replace("|", "").removeprefix("dV/dt <").strip()) for text in texts)
