"""Figures of a titration: diffusivity over potential, and potential over charge."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..analysis.columns import running_integral
from ..analysis.electrochemistry.gitt import GittPulse
from ..figures.colours import INK, film_colour
from ..figures.elements import Series
from ..figures.figure import Figure
from ..records.record import Record
from ..units import si
from .voltage import AGAINST_LITHIUM, voltage_axis

__all__ = ["diffusivity_figure", "titration_figure"]


def diffusivity_figure(
    pulses: Sequence[GittPulse], title: str = "Diffusivity from pulses", unit: str = AGAINST_LITHIUM
) -> Figure:
    """D (cm2/s) over the rest potential after each pulse (``unit``: `volts` of the record): filled where it may be
    believed, open where not."""
    series = []
    for label, valid, marker in (("valid", True, "circle"), ("a condition is not met", False, "circle-open")):
        chosen = [p for p in pulses if p.valid is valid and np.isfinite(p.D_m2_s) and p.D_m2_s > 0.0]
        if chosen:
            x, y = [p.E_end_V for p in chosen], [p.D_m2_s / si("cm2/s") for p in chosen]
            series.append(Series(label, x, y, "points", "#0072B2" if valid else "#7b8794", marker=marker))  # type: ignore[arg-type]
    known = sum(p.valid for p in pulses)
    return Figure(
        "diffusivity", title, f"Rest potential / {unit}", "D / cm² s⁻¹", series,
        caption=f"{known} of {len(pulses)} pulses meet the conditions of the formula of Weppner and Huggins.",
        log_y=True,
    )  # fmt: skip


def titration_figure(record: Record, pulses: Sequence[GittPulse] = (), title: str = "") -> Figure:
    """Voltage over the charge moved since the start (positive on discharge), rest potentials as points."""
    t, V, i = (record.frame[c].to_numpy() for c in ("time_s", "voltage_V", "current_A_m2"))
    charge = running_integral(t, i)
    thickness = record.meta.get("thickness_m")
    known = isinstance(thickness, int | float) and thickness > 0
    per_volume = 1.0 / float(thickness or 1.0) / si("uAh/cm2/um")
    unit, scale = ("µAh cm⁻² µm⁻¹", per_volume) if known else ("µAh cm⁻²", 1.0 / si("uAh/cm2"))
    series = [Series("voltage", scale * charge, V, colour=film_colour(str(record.meta.get("film", ""))) or INK)]
    if pulses:
        at = [float(np.interp(p.start_s + p.tau_s, t, charge)) for p in pulses]
        rest = [p.E_end_V for p in pulses]
        marks = Series("rest potential", scale * np.array(at), rest, "points", INK, marker="circle-open", size=4.5)
        series.append(marks)
    title = title or str(record.meta.get("title") or "Titration")
    return Figure("titration", title, f"Charge / {unit}", voltage_axis(record), series)
