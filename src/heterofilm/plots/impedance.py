"""Figures of impedance spectra: Nyquist, Bode, which arc is which, relaxation times, Kramers-Kronig residuals.

Spectra per area are drawn in ohm cm2, those of a whole sample in ohm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..analysis.impedance.drt import Distribution
from ..analysis.impedance.fit import CircuitFit
from ..analysis.impedance.kramers_kronig import KramersKronig
from ..errors import InputError
from ..figures.colours import GREY, INK, PALETTE
from ..figures.elements import Note, Series
from ..figures.figure import Figure
from ..records.spectrum import Spectrum
from ..units import si

__all__ = [
    "Contribution", "bode", "contributions", "contributions_figure", "nyquist", "nyquist_start", "relaxations",
    "residuals", "unit_of",
]  # fmt: skip

NAMES = {
    "series": "series resistance", "anode": "anode charge transfer", "electrolyte": "electrolyte",
    "film_ohmic": "electrons in the film", "charge_transfer": "cathode charge transfer",
    "matrix_diffusion": "diffusion in the matrix", "exchange": "exchange between the phases",
    "domain_diffusion": "diffusion in the domains", "storage": "storage (capacitance of the film)",
}  # fmt: skip
COLOURS = dict(
    zip(
        ("anode", "electrolyte", "charge_transfer", "matrix_diffusion", "exchange", "domain_diffusion", "storage",
         "film_ohmic", "series"),
        ("#E69F00", "#56B4E9", "#D55E00", "#0072B2", "#CC79A7", "#009E73", "#6B4C9A", "#8C6D31", "#5F6B73"),
        strict=True,
    )
)  # fmt: skip
NAMED = 6  # peaks of a distribution with words
START = 0.2  # arcs narrower than this share of the whole get a figure of their own


@dataclass(frozen=True)
class Contribution:
    """One part of a simulated spectrum, in the unit of the spectrum.

    - `resistance`: by how much its real part grows towards low frequency; `ohmic`: its real part at the highest one;
    - `peak_Hz`: where -Im is largest, None for an ohmic part; `height`: -Im there;
    - `closed`: the maximum lies within the measured range: an arc, and no tail.
    """

    name: str
    resistance: float
    ohmic: float
    peak_Hz: float | None
    height: float
    closed: bool

    @property
    def words(self) -> str:
        """What it is, and where: for a legend."""
        name = NAMES.get(self.name, self.name)
        if self.peak_Hz is None:
            return name
        return f"{name}, {hertz(self.peak_Hz)}" if self.closed else f"{name}, tail"


def contributions(spectrum: Spectrum) -> list[Contribution]:
    """The parts of a spectrum that are there, from high to low frequency, ohmic ones first.

    Errors: `HeterofilmError` for a spectrum without parts: a measurement.
    """
    if not spectrum.parts:
        raise InputError("Only a simulated spectrum knows its parts; fit a circuit to a measured one.")
    order = np.argsort(spectrum.frequency_Hz)[::-1]
    f, width = spectrum.frequency_Hz[order], float(np.abs(spectrum.impedance).max())
    found = []
    for name, Z in spectrum.parts.items():
        Z = Z[order]
        if np.abs(Z).max() <= 1e-9 * width:
            continue
        top = int(np.argmax(-Z.imag))
        height = float(-Z.imag[top])
        arc = height > 1e-3 * float(np.abs(Z).max())
        found.append(
            Contribution(
                name, float(Z.real[-1] - Z.real[0]), float(Z.real[0]), float(f[top]) if arc else None,
                height if arc else 0.0, 0 < top < f.size - 1,
            )
        )  # fmt: skip
    return sorted(found, key=lambda c: -(c.peak_Hz or np.inf))


def hertz(f: float) -> str:
    """A frequency in its natural unit."""
    for scale, unit in ((1e6, "MHz"), (1e3, "kHz"), (1.0, "Hz"), (1e-3, "mHz"), (1e-6, "µHz")):
        if f >= 0.9995 * scale:
            return f"{f / scale:.3g} {unit}"
    return f"{f:.3g} Hz"


def nyquist(
    spectra: Sequence[Spectrum],
    fit: CircuitFit | None = None,
    scale: float | None = None,
    largest: float | None = None,
    colours: Sequence[str] = PALETTE,
) -> Figure:
    """-Im Z over Re Z, with equal scales. One simulated spectrum shows its parts, set one after the other.

    `fit` belongs to the first spectrum; `scale` is what its ohm is in those of the spectrum (1 by default); `largest`
    is the impedance that the unit is chosen for; `colours` are those of several spectra.
    """
    unit, factor = unit_of(spectra, largest)
    series = []
    for k, spectrum in enumerate(spectra):
        colour = INK if len(spectra) == 1 else colours[k % len(colours)]
        Z = factor * spectrum.impedance
        kind: Any = "points" if fit is not None and k == 0 else "both"
        name = "total" if spectrum.parts and len(spectra) == 1 else spectrum.name
        series.append(Series(name, Z.real, -Z.imag, kind, colour, marker="circle-open", size=5.0))
    if fit is not None:
        Z = factor * (scale or 1.0) * fit.fitted_ohm
        series.append(Series(f"fit {fit.circuit}", Z.real, -Z.imag, colour="#D55E00"))
    elif len(spectra) == 1:
        series += _arcs(spectra[0], factor)
    return Figure(
        "nyquist", "Impedance", f"Re Z / {unit}", f"−Im Z / {unit}", series, equal=True,
        caption="Parts of a simulated spectrum are set one after the other along the real axis." if len(series) > 1
        and spectra[0].parts else "",
    )  # fmt: skip


def nyquist_start(
    spectra: Sequence[Spectrum], fit: CircuitFit | None = None, scale: float | None = None
) -> Figure | None:
    """The high-frequency end of `nyquist`, where it holds arcs too small to be seen in the whole; else None."""
    spectrum = spectra[0]
    order = np.argsort(spectrum.frequency_Hz)[::-1]
    Z = spectrum.impedance[order]
    width = float(Z.real.max() - Z.real.min())
    begin = float(Z.real[: max(3, Z.size // 3)].min())
    if spectrum.parts:
        small = 0.0
        for c in (c for c in contributions(spectrum) if c.closed):
            if small + c.resistance > START * width:
                break
            small += c.resistance
        end = begin + 1.8 * small
    else:
        y = -Z.imag
        valleys = [k for k in range(2, Z.size - 2) if y[k] == y[k - 2 : k + 3].min() and y[k] > 0.0]
        ends = [float(Z.real[k]) for k in valleys if 0.0 < Z.real[k] - begin < START * width]
        end = begin + 1.4 * (max(ends) - begin) if ends else begin
    if not 0.0 < end - begin < START * width:
        return None
    whole = nyquist(spectra, fit, scale, largest=end)
    _, factor = unit_of(spectra, end)
    span = factor * (end - begin)
    left = factor * begin - 0.08 * span
    inside = [s for s in whole.series if np.any((np.asarray(s.x) <= factor * end) & (np.asarray(s.x) >= left))]
    return Figure(
        "nyquist-start", "The same, high-frequency end", whole.x_label, whole.y_label, inside, whole.caption,
        x_range=(left, factor * end), y_range=(-0.04 * span, 0.62 * span), equal=True,
    )  # fmt: skip


def _arcs(spectrum: Spectrum, factor: float) -> list[Series]:
    """The parts as arcs, each beginning where the ones at higher frequency end."""
    if not spectrum.parts:
        return []
    order = np.argsort(spectrum.frequency_Hz)[::-1]
    found = contributions(spectrum)
    place = sum(c.ohmic for c in found)  # the high-frequency intercept
    series = []
    for c in found:
        if c.peak_Hz is None:
            continue
        Z = spectrum.parts[c.name][order] - c.ohmic + place
        series.append(Series(c.words, factor * Z.real, -factor * Z.imag, colour=COLOURS.get(c.name, GREY)))
        place += c.resistance
    return series


def contributions_figure(spectrum: Spectrum) -> Figure:
    """Which arc is which: -Im of every part of a simulated spectrum over frequency, its maximum in the legend."""
    unit, factor = unit_of([spectrum])
    f, total = spectrum.frequency_Hz, -factor * spectrum.impedance.imag
    floor = 1e-3 * float(np.abs(total).max())
    series = [Series("total", f, _positive(total, floor / 1e4), colour=INK, style="dash")]
    ohmic, lowest = [], np.inf
    for c in contributions(spectrum):
        if c.peak_Hz is None:
            ohmic.append(f"{NAMES.get(c.name, c.name)} {factor * (c.ohmic + c.resistance):.3g} {unit}")
            continue
        y = -factor * spectrum.parts[c.name].imag
        series.append(Series(c.words, f, _positive(y, floor / 1e4), colour=COLOURS.get(c.name, GREY)))
        lowest = min(lowest, factor * c.height)
    bottom = min(lowest, floor) / 30.0
    return Figure(
        "contributions", "Which arc is which", "Frequency / Hz", f"−Im Z / {unit}", series,
        caption=f"Ohmic parts: {', '.join(ohmic)}." if ohmic else "", log_x=True, log_y=True,
        y_range=(bottom, 6.0 * float(total.max())),
    )  # fmt: skip


def _positive(y: NDArray[Any], least: float) -> NDArray[Any]:
    """Gaps where a logarithm has no place."""
    return np.where(y > least, y, np.nan)


def bode(spectra: Sequence[Spectrum], fit: CircuitFit | None = None, scale: float | None = None) -> Figure:
    """|Z| (left) and phase (right) over frequency."""
    unit, factor = unit_of(spectra)
    series = []
    for k, spectrum in enumerate(spectra):
        several = len(spectra) > 1
        tint = (PALETTE[k % len(PALETTE)],) * 2 if several else (INK, "#0072B2")
        f, Z = spectrum.frequency_Hz, factor * spectrum.impedance
        kind: Any = "points" if fit is not None and k == 0 else "line"
        phase = -np.degrees(np.angle(Z))
        look: Any = {"kind": kind, "marker": "circle-open", "size": 5.0}
        series.append(Series(spectrum.name if several else "|Z|", f, np.abs(Z), colour=tint[0], **look))
        series.append(
            Series("phase", f, phase, colour=tint[1], style="dash", right=True, in_legend=not several, **look)
        )
    if fit is not None:
        Z = factor * (scale or 1.0) * fit.fitted_ohm
        series.append(Series("fit", fit.frequency_Hz, np.abs(Z), colour="#D55E00"))
        phase = -np.degrees(np.angle(Z))
        series.append(Series("fit", fit.frequency_Hz, phase, colour="#D55E00", right=True, in_legend=False))
    return Figure(
        "bode", "Modulus and phase", "Frequency / Hz", f"|Z| / {unit}", series, log_x=True, log_y=True,
        caption="Solid: modulus; dashed: phase.", right_label="−Phase / °",
    )  # fmt: skip


def relaxations(distribution: Distribution, area: bool = False, scale: float = 1.0) -> Figure:
    """The distribution of relaxation times, its peaks named; `area`: its ohm times `scale` are ohm cm2."""
    size, prefix = _prefix(scale * float(distribution.gamma_ohm.max()))
    size /= scale
    unit = f"{prefix}Ω{' cm²' if area else ''}"
    gamma = distribution.gamma_ohm / size
    notes = []
    for peak in sorted(distribution.peaks, key=lambda peak: -peak.share)[:NAMED]:
        top = float(np.interp(np.log(peak.tau_s), np.log(distribution.tau_s), gamma))
        notes.append(Note(peak.tau_s, top, hertz(peak.frequency_Hz) + (" (edge)" if peak.at_edge else "")))
    series = [Series("distribution", distribution.tau_s, gamma, colour="#0072B2")]
    return Figure(
        "relaxation-times", "Distribution of relaxation times", "Time constant τ / s", f"γ(ln τ) / {unit}", series,
        caption="At the peaks: 1/(2πτ). Edge: the measurement ends within the peak.", log_x=True,
        y_range=(-0.03 * float(gamma.max()), 1.15 * float(gamma.max())), notes=tuple(notes),
    )  # fmt: skip


def residuals(test: KramersKronig) -> Figure:
    """Residuals of the Kramers-Kronig test over frequency (%)."""
    f = test.frequency_Hz
    series = [
        Series("real part", f, 100.0 * test.residual.real, "both", "#0072B2", "dot", size=4.0),
        Series("imaginary part", f, 100.0 * test.residual.imag, "both", "#D55E00", "dot", "square", size=4.0),
    ]
    return Figure(
        "kramers-kronig", f"Kramers–Kronig test: {test.verdict}", "Frequency / Hz", "Residual / % of |Z|", series,
        caption=test.reason, log_x=True,
    )  # fmt: skip


def unit_of(spectra: Sequence[Spectrum], largest: float | None = None) -> tuple[str, float]:
    """The unit of a figure, and the factor to it from the unit of the spectra."""
    units = {spectrum.unit for spectrum in spectra}
    if len(units) != 1:
        raise InputError("Spectra per area and of whole samples cannot share a figure: give the area.")
    factor, area = (1.0 / si("cm2"), " cm²") if units == {"ohm m2"} else (1.0, "")
    top = factor * (largest or max(float(np.abs(s.impedance).max()) for s in spectra))
    size, prefix = _prefix(top)
    return f"{prefix}Ω{area}", factor / size


def _prefix(top: float) -> tuple[float, str]:
    """The prefix that suits numbers up to `top`, and its value."""
    for size, prefix in ((1e6, "M"), (1e3, "k"), (1.0, ""), (1e-3, "m")):
        if top >= 2.0 * size:
            return size, prefix
    return 1.0, ""
