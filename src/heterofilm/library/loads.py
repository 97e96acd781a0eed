"""What a device drives and what charges it: a light-emitting diode, a sensor node, a harvester; published cells."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import model_validator

from .value import Entry, Name, Quantity, Share, Value

Amperes = Annotated[Value, Quantity("mA", positive=True, maximum=1e5)]
Volts = Annotated[Value, Quantity("V", positive=True, maximum=100.0)]


class Diode(Entry):
    """A light-emitting diode by its rated point: I = I_s (exp((V - I R_s)/(n kT/q)) - 1) goes through it."""

    name: Name
    """What loads call it."""
    title: str
    """A line for tables and figures."""
    rated_voltage: Volts
    """Forward voltage at the rated current."""
    rated_current: Amperes
    """Current at which the forward voltage is stated."""
    ideality: Annotated[Value, Quantity("1", minimum=1.0, maximum=15.0)]
    """n."""
    series_resistance: Annotated[Value, Quantity("ohm", minimum=0.0, maximum=1e6)]
    """R_s of the diode itself."""
    intensity: Annotated[Value, Quantity("1", positive=True)]
    """Luminous intensity at the rated current, in candela; below it in proportion to the current."""
    visible: Annotated[Value, Quantity("1", positive=True)]
    """Luminous intensity that is seen, in candela."""
    wavelength: Annotated[Value, Quantity("nm", minimum=200.0, maximum=2000.0)]
    """Of its light."""


class SensorNode(Entry):
    """A load that sleeps and works: two currents at its supply voltage, a period, a converter before it."""

    name: Name
    """What loads call it."""
    title: str
    """A line for tables and figures."""
    supply: Volts
    """Voltage at which it runs, behind the converter."""
    sleep_current: Annotated[Value, Quantity("uA", minimum=0.0, maximum=1e6)]
    """Between bursts."""
    burst_current: Annotated[Value, Quantity("mA", positive=True, maximum=1e5)]
    """While it measures and sends."""
    burst_time: Annotated[Value, Quantity("ms", positive=True, maximum=1e9)]
    """Length of a burst."""
    period: Annotated[Value, Quantity("s", positive=True, maximum=1e9)]
    """From burst to burst."""
    efficiency: Annotated[Value, Quantity("1", minimum=0.01, maximum=1.0)]
    """Of the converter."""
    quiescent_current: Annotated[Value, Quantity("uA", minimum=0.0, maximum=1e6)]
    """What the converter draws from the cell by itself."""
    cut_off: Volts
    """Voltage of the cell below which the converter gives up."""
    buffer: Annotated[Value, Quantity("uF", minimum=0.0, maximum=1e9)]
    """Capacitor at the cell that feeds the bursts."""

    @model_validator(mode="after")
    def _bursts_fit(self) -> Self:
        if self.burst_time.si > self.period.si:
            raise ValueError(f"a burst of {self.burst_time} does not fit into a period of {self.period}")
        return self


class Harvester(Entry):
    """A source of power per area, for a share of the day."""

    name: Name
    """What loads call it."""
    title: str
    """A line for tables and figures."""
    power: Annotated[Value, Quantity("uW/cm2", positive=True, maximum=1e6)]
    """Electrical power per area of the harvester, while it works."""
    area: Annotated[Value, Quantity("cm2", positive=True, maximum=1e6)]
    """Area of the harvester."""
    share_of_day: Share
    """Share of the time in which it works."""
    efficiency: Annotated[Value, Quantity("1", minimum=0.01, maximum=1.0)]
    """Of the charger behind it."""


class PublishedCell(Entry):
    """A cell as published, to stand beside the model; what was not reported is left out."""

    name: Name
    """What tables call it."""
    title: str
    """The stack, for tables and figures."""
    citation: str
    """Where it was published."""
    capacity: Annotated[Value | None, Quantity("uAh/cm2/um", positive=True)] = None
    """Capacity per area and thickness of the film."""
    specific_capacity: Annotated[Value | None, Quantity("mAh/g", positive=True)] = None
    """Capacity per mass of the film."""
    current: Annotated[Value | None, Quantity("uA/cm2", positive=True)] = None
    """At this current."""
    beside: str = ""
    """Cell of the library that is asked the same (``simulation/published.py``)."""
    areal_capacity: Annotated[Value | None, Quantity("uAh/cm2", positive=True)] = None
    """Capacity per area: the film is made as thick as that takes."""
    rate: Annotated[Value | None, Quantity("mA/cm2", positive=True)] = None
    """A fast discharge."""
    rate_share: Share | None = None
    """Share of the slow capacity that it gives."""
    charge_time: Annotated[Value | None, Quantity("min", positive=True)] = None
    """Time of a charge at the constant voltage ``charge_voltage``, from empty."""
    charge_voltage: Annotated[Value | None, Quantity("V", positive=True)] = None
    """Of that charge."""
    charged_share: Share | None = None
    """Share of the capacity that it has brought."""
    cycles: Annotated[Value | None, Quantity("1", positive=True)] = None
    """Number of cycles followed."""
    retention: Share | None = None
    """Capacity kept after them."""
    anneal: Annotated[Value | None, Quantity("K", positive=True)] = None
    """Hottest step of its making."""
