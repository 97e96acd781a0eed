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
``Pulse at 1 mA/cm2 for 10 ms every 1 s for 1000 pulses until 2.5 V`` (``Pulse charge at ..``)
``Ramp from 0 uA/cm2 to 200 uA/cm2 for 10 min until 2.5 V`` (``Ramp charge from ..``; powers too)
``EIS from 1 MHz to 10 mHz with 10 points per decade``
``Follow "load.csv"``       a current, power or voltage over time, found by its heading (positive on discharge; in the
                            Battery Data Format on charge); ``Follow voltage of "load.csv" until 2 V``
``Set temperature to 45 degC``, ``Soak at 45 degC for 2 h`` (and rests there)
``3 x (...)``               a loop; ``label: 3 x until 2.15 V (...)``, ``4000 x until 80 % (...)``
==========================  =========================================================================

Limits: a voltage (``until 2.15 V``), a time (``for 2 h``), the charge moved within the step (``until 20
uAh/cm2``, ``uAh/cm2/um``, ``mAh/g``, ``uAh``), a current (``until 0.5 uA/cm2``, ``until C/50``) or a slope
(``until |dV/dt| < 0.1 mV/h``). A discharge or charge without a limit ends at the cut-off of the cell. The strings of a
PyBaMM ``Experiment`` are such lines too.

Every pass of a loop is a cycle, and so is every entry of a PyBaMM list. Outside of loops a cycle begins where the
direction of the first discharge or charge comes back.

The same objects can be built in Python; every quantity is stored in SI:

>>> body = discharge(5, "uA/cm2", until="2.15 V"), charge("C/10", until="3.8 V")
>>> p = Protocol([rest("30 min"), repeat(3, *body), impedance()])
>>> Protocol.parse(str(p)) == p
True
"""

from __future__ import annotations

from ..errors import renamed
from .build import (
    charge,
    discharge,
    gitt,
    hold,
    impedance,
    pulses,
    ramp,
    repeat,
    rest,
    soak,
    sweep,
    voltammogram,
)
from .ends import End, EndKind
from .load import Load
from .loops import Action, Item, Loop, Progress, ScheduledStep
from .protocol import READY, Protocol, ready_made
from .quantities import Limit, Setpoint
from .steps import Impedance, Step, Temperature

__all__ = [
    "Action", "End", "EndKind", "Impedance", "Item", "Limit", "Load", "Loop", "Progress", "Protocol", "READY",
    "ScheduledStep", "Setpoint", "Step", "Temperature", "charge", "discharge", "gitt", "hold", "impedance", "pulses",
    "ramp", "ready_made", "repeat", "rest", "soak", "sweep", "voltammogram",
]  # fmt: skip

__getattr__ = renamed(__name__, {"Cycle": "Loop", "Turn": "ScheduledStep"})
