"""The figure of one record, chosen by what it holds."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..analysis.electrochemistry.cycles import cycle_table
from ..figures.colours import INK, PALETTE, film_colour
from ..figures.elements import Scale, Series, Style, in_order
from ..figures.figure import Figure
from ..records.record import Record
from ..units import from_si, si
from .voltage import voltage_axis, volts

ELECTRODES = (("cathode_V", "cathode", PALETTE[2]), ("anode_V", "anode", PALETTE[3]))
SAME = 0.03  # of a current, within which another counts as the same
SET = 0.01  # within which a cycler meets what it was set to
MANY = 20  # more cycles than this are shown as capacity over cycles


def record_figure(record: Record) -> Figure:
    """Nyquist plot where there are spectra only, current over potential for sweeps, voltage over charge for a
    titration, capacity over cycles for more than 20 of them, and voltage over capacity otherwise."""
    kinds = set(record.steps["kind"]) - {"rest", "temperature"}
    if kinds == {"impedance"}:
        from ..records.spectrum import spectra
        from .impedance import nyquist

        return nyquist(spectra(record))
    if kinds == {"sweep"}:
        from ..analysis.electrochemistry.cv import sweeps
        from .cv import voltammogram_figure

        columns = (record.frame[c] for c in ("time_s", "voltage_V", "current_A_m2"))
        return voltammogram_figure(sweeps(*columns), title=_title(record), unit=volts(record))
    if set(record.steps["label"]) == {"GITT"}:
        from .gitt import titration_figure

        return titration_figure(record)
    if kinds & {"discharge", "charge"} and record.steps["cycle"].n_unique() > MANY:
        from .cycles import capacity_figure

        return capacity_figure({_title(record): cycle_table(record)}, _title(record))
    return voltage_figure(record)


def voltage_figure(record: Record) -> Figure:
    """Voltage against the charge of each step that moves any (µAh cm⁻² µm⁻¹; per area without a thickness).

    Currents that differ have a colour each, else cycles have; a discharge is solid, a charge dashed. More than a legend
    lists have a bar of colours. Where the anode
    is a film too, the potentials of both electrodes stand beside it.
    """
    thickness = record.meta.get("thickness_m")
    known = isinstance(thickness, int | float) and thickness > 0
    per_volume = si("uAh/cm2/um") * float(thickness or 1.0)
    scale, unit = (per_volume, "µAh cm⁻² µm⁻¹") if known else (si("uAh/cm2"), "µAh cm⁻²")
    film = film_colour(str(record.meta.get("film", ""))) or INK
    curves, bar = _curves(record, film)
    in_legend = {one.label: one.step for one in sorted(curves, key=lambda c: (c.kind == "discharge", -c.step))}
    series: list[Series] = []
    two_films = "filling_anode" in record.frame.columns
    for curve in curves:
        frame = record.step(curve.step).frame
        charge = abs(frame["charge_C_m2"].to_numpy()) / scale
        for key, word, tint in ELECTRODES if two_films else ():
            label = f"{word}, against Li⁺/Li"
            told = label in {s.label for s in series}
            series.append(Series(label, charge, frame[key].to_numpy(), colour=tint, style="dot", in_legend=not told))
        style: Style = "solid" if curve.kind == "discharge" else "dash"
        shown = bar is None and curve.step == in_legend[curve.label]
        series.append(
            Series(
                curve.label, charge, frame["voltage_V"].to_numpy(), colour=curve.colour, style=style, in_legend=shown
            )
        )
    if series:
        x_label = f"Capacity / {unit}"
    else:  # nothing but rest: voltage over time
        hours = record.frame["time_s"].to_numpy() / si("h")
        series, x_label = (
            [Series("rest", hours, record.frame["voltage_V"].to_numpy(), colour=film)],
            "Time / h",
        )
    return Figure("voltage", _title(record), x_label, voltage_axis(record), series, scale=bar)


class _Curve(NamedTuple):
    """How one step is drawn."""

    step: int
    kind: str
    label: str
    colour: str


def _curves(record: Record, film: str) -> tuple[list[_Curve], Scale | None]:
    """Steps that charge or discharge: told apart by their current where they differ in it, else by their cycle.

    Within each, a discharge is solid and a charge dashed. With them the bar of their colours where they are many.
    """
    steps = [row for row in record.steps.iter_rows(named=True) if row["kind"] in ("discharge", "charge")]
    rates = [_current(record, row["step"]) for row in steps]
    currents, cycles = _distinct(rates), sorted({row["cycle"] for row in steps})
    if len(currents) > 1:
        places = [sum(i >= least for least, _ in currents) - 1 for i in rates]
        labels = [_rate_label(least, most, record) for least, most in currents]
        colours, scale = in_order("Current / µA cm⁻²", [_per_area(least, most) for least, most in currents])
    elif len(cycles) > 1:
        places = [cycles.index(row["cycle"]) for row in steps]
        labels = [f"cycle {cycle}" for cycle in cycles]
        colours, scale = in_order("Cycle", [str(cycle) for cycle in cycles])
    else:
        tints = {"discharge": film}
        return [_Curve(r["step"], r["kind"], r["kind"], tints.get(r["kind"], PALETTE[0])) for r in steps], None
    return [
        _Curve(row["step"], row["kind"], labels[k], colours[k]) for row, k in zip(steps, places, strict=True)
    ], scale


def _distinct(rates: list[float]) -> list[tuple[float, float]]:
    """The least and the greatest of every group of currents that are the same within SAME, in their order."""
    found: list[tuple[float, float]] = []
    for i in sorted(rates):
        if found and i <= (1.0 + SAME) * found[-1][0]:
            found[-1] = found[-1][0], i
        else:
            found.append((i, i))
    return found


def _current(record: Record, step: int) -> float:
    """Median of the magnitude of a step's current (A/m2)."""
    i = np.abs(record.step(step).frame["current_A_m2"].to_numpy())
    return float(np.median(i)) if i.size else 0.0


def _rate_label(least: float, most: float, record: Record) -> str:
    """A current per area, and as a multiple of C where the cell says what C is."""
    label = f"{_per_area(least, most)} µA cm⁻²"
    nominal = record.meta.get("nominal_capacity_C_m2")
    if isinstance(nominal, int | float) and nominal > 0.0:
        label += f" ({least * si('h') / nominal:.2g}C)"
    return label


def _per_area(least: float, most: float) -> str:
    """Currents drawn as one, in uA/cm2; those that a cycler sets for one are told by their middle."""
    if most <= (1.0 + SET) * least:
        return f"{from_si(0.5 * (least + most), 'uA/cm2'):.3g}"
    return f"{from_si(least, 'uA/cm2'):.3g} to {from_si(most, 'uA/cm2'):.3g}"


def _title(record: Record) -> str:
    return str(record.meta.get("title") or record.meta.get("name", ""))
