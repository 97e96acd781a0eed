"""Figures of several spectra of one sample: waterfall, fitted values against cycle or temperature, Arrhenius plot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..analysis.impedance.conductivity import Arrhenius
from ..analysis.impedance.results import unit_words
from ..analysis.impedance.series import Series as Spectra
from ..analysis.impedance.series import series_table
from ..figures.colours import INK, PALETTE
from ..figures.elements import Note, Series, in_order
from ..figures.figure import Figure
from ..records.spectrum import Spectrum
from ..wording import plus_minus
from .impedance import unit_of

__all__ = ["AXES", "arrhenius_figure", "values_figures", "waterfall"]

AXES = {"cycle": "Cycle", "temperature": "Temperature / °C", "number": "Spectrum"}
SHADES = ("#0072B2", "#56B4E9", "#009E73", "#E69F00", "#D55E00", "#CC79A7", "#6B4C9A", "#5F6B73")
LIFT = 0.35  # of the highest spectrum: distance between neighbours


def waterfall(spectra: Sequence[Spectrum], along: str = AXES["number"]) -> Figure:
    """-Im Z over Re Z, each spectrum lifted above the one before: from below in the order given, ``along`` which a bar
    of colours tells more than eight of them apart."""
    unit, factor = unit_of(spectra)
    lift = LIFT * factor * max(float(np.ptp(s.impedance.imag)) for s in spectra)
    shades, scale = in_order(along, [spectrum.name for spectrum in spectra])
    shades = shades if scale is not None else list(SHADES)
    series, notes = [], []
    right = factor * max(float(s.impedance.real.max()) for s in spectra)
    for k, spectrum in enumerate(spectra):
        order = np.argsort(spectrum.frequency_Hz)[::-1]
        Z = factor * spectrum.impedance[order]
        series.append(Series(spectrum.name, Z.real, k * lift - Z.imag, "line", shades[k], in_legend=False))
        if scale is None:
            notes.append(Note(float(Z.real[-1]) + 0.02 * right, k * lift - float(Z.imag[-1]), spectrum.name))
    room = 1.3 if scale is None else 1.05  # for the names at their ends
    return Figure(
        "waterfall", "Impedance, one above the other", f"Re Z / {unit}", f"−Im Z + offset / {unit}", series,
        caption=f"Neighbours are {lift:.3g} {unit} apart.", notes=tuple(notes),
        x_range=(min(0.0, factor * min(float(s.impedance.real.min()) for s in spectra)), room * right), scale=scale,
    )  # fmt: skip


def values_figures(done: Spectra, area: bool = False, scale: float = 1.0) -> list[Figure]:
    """Resistances against cycle or temperature, and all other values relative to their first; with their errors.

    `scale`: the electrode's area in cm2, where spectra in ohm are drawn in ohm cm2.
    """
    table = series_table(done, area)
    shift = 273.15 if done.axis == "temperature" else 0.0
    resistances, others = [], []
    names = [p.name for p in done.fits[0].parameters if not p.fixed]
    unit = unit_words("ohm", area)
    for k, name in enumerate(names):
        rows = table.filter((table["name"] == name) & table["value"].is_not_null())
        if rows.height < 2:
            continue
        x, y, e = rows[done.axis].to_numpy() - shift, rows["value"].to_numpy(), rows["sigma"].to_numpy()
        look: Any = {"kind": "both", "colour": PALETTE[k % len(PALETTE)], "size": 5.0}
        if rows["unit"][0] == unit:
            resistances.append(Series(name, x, scale * y, y_error=scale * e, **look))
        else:
            others.append(Series(name, x, y / y[0], y_error=e / y[0], **look))
    left_out = sum(bool(why) for why in done.why_not)
    caption = (
        f"Circuit {done.fits[0].circuit}; bars: one standard deviation. Values that are not determined are missing."
    )
    if left_out:
        caption += (
            f" {left_out} of {len(done.fits)} spectra fail the Kramers–Kronig test or the circuit: none of theirs."
        )
    made = []
    if resistances:
        label = f"Resistance / {unit_words('ohm', area or scale != 1.0).replace('ohm', 'Ω')}"
        made.append(
            Figure(
                "resistances",
                "Fitted resistances",
                AXES[done.axis],
                label,
                resistances,
                caption,
                log_y=_wide(resistances),
            )
        )
    if others:
        made.append(
            Figure(
                "values", "Fitted values", AXES[done.axis], "Value / its first", others, caption, log_y=_wide(others)
            )
        )
    return made


def _wide(series: Sequence[Series]) -> bool:
    """Whether the values span so much that only a logarithm shows them all."""
    y = np.concatenate([np.asarray(one.y, float) for one in series])
    return bool(y.max() > 5.0 * y.min())


def arrhenius_figure(done: Spectra) -> Figure:
    """s T over 1000/T, with the line where there is an activation energy."""
    known = [c for c in done.conductivities if c.value is not None and c.temperature_K is not None]
    T = np.array([c.temperature_K for c in known], float)
    s, e = (np.array([getattr(c, name) for c in known], float) / 100.0 for name in ("value", "sigma"))
    series = [Series("σT", 1000.0 / T, s * T, "points", INK, y_error=e * T)]
    caption = "Bars: one standard deviation, with area and thickness."
    found = done.arrhenius
    if isinstance(found, Arrhenius):
        ends = np.linspace(0.98 * T.min(), 1.02 * T.max(), 50)
        label = f"Eₐ = {plus_minus(found.energy_eV, found.sigma)} eV"
        series.append(Series(label, 1000.0 / ends, found.at(ends) * ends / 100.0, colour="#D55E00"))
        caption += f" {'; '.join(found.doubts).capitalize()}."
    else:
        caption += f" No activation energy: {found}."
    return Figure(
        "arrhenius", "Ionic conductivity", "1000/T / K⁻¹", "σT / S K cm⁻¹", series, caption, log_y=True
    )  # fmt: skip
