"""Steps and loops built in Python: the words of the text form as functions."""

from __future__ import annotations

from collections.abc import Iterable

from ..errors import InputError
from ..units import parse_quantity, parse_unit, to_si
from .load import Ramp
from .loops import MOST_PASSES, Item, Loop
from .quantities import Limit, Setpoint, number, quantity, short
from .steps import Impedance, Step, Temperature

Limits = str | Iterable[str]
"""One limit such as ``"2.15 V"`` or ``"|dV/dt| < 0.1 mV/h"``, or several."""
RAMP = "write for example 'Ramp from 0 uA/cm2 to 200 uA/cm2 for 10 min until 2.5 V'"


def discharge(value: float | str, unit: str | None = None, *, until: Limits = ()) -> Step:
    """A discharge step, e.g. ``discharge(5, "uA/cm2", until=["2.15 V", "2 h"])``; C-rates as ``"C/10"``.

    Without a limit it ends at the lower cut-off of the cell.
    """
    return Step("discharge", Setpoint.parse(_joined(value, unit)), _limits(until))


def charge(value: float | str, unit: str | None = None, *, until: Limits = ()) -> Step:
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


def voltammogram(first: str, second: str, rate: str, cycles: int = 1) -> Loop:
    """Sweeps to ``first`` and then to ``second``, e.g. ``voltammogram("2.15 V", "3.8 V", "0.5 mV/s")``."""
    return Loop(cycles, (sweep(first, rate), sweep(second, rate)), kind="voltammogram")


def gitt(step: Step, pause: str, until: str) -> Loop:
    """Titration: ``gitt(discharge("5 uA/cm2", until="10 min"), "1 h", until="2.15 V")``."""
    return Loop(MOST_PASSES, (step, rest(pause)), until=Limit.parse(until), kind="titration")


def pulses(step: Step, every: str, count: int = MOST_PASSES, until: str | None = None) -> Loop:
    """Pulses with rests between them, one every so often, as a load that sleeps and sends draws them:
    ``pulses(discharge("200 uA/cm2", until="100 ms"), "1 s", count=1000, until="2.5 V")``.
    """
    lasting = [limit.value for limit in step.limits if limit.kind == "time"]
    period = quantity(every, "s", "time", "1 s")
    if step.kind not in ("discharge", "charge") or len(step.limits) != 1 or not lasting:
        raise InputError(
            f"A pulse is a discharge or charge for a time, as 'Discharge at 1 mA/cm2 for 1 s', not '{step}'."
        )
    if not period > lasting[0]:
        raise InputError(f"Pulses of {lasting[0]:g} s cannot come every {period:g} s: leave a rest between them.")
    body = (step, rest(period - lasting[0], "s"))
    return Loop(count, body, "pulse", None if until is None else Limit.parse(until))


def ramp(start: str, end: str, duration: str, until: Limits = (), kind: str = "discharge") -> Ramp:
    """A current or power that changes evenly, as ``ramp("0 uA/cm2", "200 uA/cm2", "10 min", until="2.5 V")``; of the
    kind "charge" while it charges. It is followed as a load is, and ends at a voltage or at its time.
    """
    if kind not in ("discharge", "charge"):
        raise InputError(f"A ramp is of discharge or charge, not '{kind}': {RAMP}.")
    seconds = quantity(duration, "s", "time", "10 min")
    if not seconds > 0.0:
        raise InputError(f"A ramp takes some time, not {duration}: {RAMP}.")
    (first, unit), (last, other) = _ramped(start), _ramped(end)
    if unit != other:
        raise InputError(f"A ramp from {start} to {end} goes from one quantity to another: {RAMP}.")
    sign = 1.0 if kind == "discharge" else -1.0
    values = tuple(sign * value + 0.0 for value in (first, last))  # 0.0 of either sign is one
    limits = _limits(until)
    words = " or ".join(limit.words for limit in limits)
    text = f"Ramp {'' if sign > 0.0 else 'charge '}from {start} to {end} for {duration} {words}"
    return Ramp(text.rstrip(), unit, (0.0, seconds), values, limits)


def _ramped(text: str) -> tuple[float, str]:
    """A current or power at an end of a ramp, from zero, in SI."""
    value, own = parse_quantity(short(text))
    for unit in ("A/m2", "A", "W/m2", "W"):
        if parse_unit(unit).dimension == parse_unit(own).dimension and value >= 0.0:
            return to_si(value, own), unit
    raise InputError(f"'{text}' is no current or power from zero upwards: {RAMP}.")


def impedance(high: float = 1e6, low: float = 1e-2, points: int = 10) -> Impedance:
    """A spectrum from ``high`` to ``low`` (Hz), ``points`` per decade."""
    return Impedance(high, low, points)


def soak(temperature: str, duration: str) -> tuple[Temperature, Step]:
    """A temperature set and a rest there, e.g. ``soak("45 degC", "2 h")``."""
    return Temperature(quantity(temperature, "K", "temperature", "45 degC")), rest(duration)


def repeat(count: int, *body: Item | tuple[Item, ...], label: str = "", until: str | None = None) -> Loop:
    """A loop: ``repeat(3, discharge(...), charge(...), label="formation")``."""
    return Loop(count, flat(body), label, Limit.parse(until) if until else None)


def flat(items: Iterable[Item | tuple[Item, ...]]) -> tuple[Item, ...]:
    """Items one after the other, those of a tuple (as `soak` gives it) in its place."""
    found: list[Item] = []
    for item in items:
        found += item if isinstance(item, tuple) else (item,)
    return tuple(found)


def _joined(value: float | str, unit: str | None) -> str:
    if isinstance(value, str):
        return value if unit is None else f"{value} {unit}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(f"A number with its unit is written as '5 uA/cm2' or as 5, 'uA/cm2', not {value!r}.")
    return f"{number(value)} {unit or ''}"


def _limits(until: Limits) -> tuple[Limit, ...]:
    if isinstance(until, int | float) or not isinstance(until, Iterable):
        raise InputError(f"A limit is text with its unit, such as until='2.15 V', not {until!r}.")
    found = []
    for text in [until] if isinstance(until, str) else until:
        if not isinstance(text, str):
            raise InputError(f"A limit is text with its unit, such as until='2.15 V', not {text!r}.")
        found.append(Limit.parse(text.replace("|", "").removeprefix("dV/dt <").strip()))
    return tuple(found)
