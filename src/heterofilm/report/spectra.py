"""The figures of impedance and voltammetry of a study (the paper's Figure 3)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from ..analysis.cv import Sweep, peaks, sweeps
from ..analysis.cv_rates import b_value
from ..cell import Cell
from ..errors import HeterofilmError
from ..record import Record
from ..study.runs import CURRENT, Results, group
from .cycling import SHADES
from .figure import PALETTE, Figure, Series
from .shared import VOLTAGE, colour, label

PARTS = {
    "electrolyte": "electrolyte",
    "charge_transfer": "charge transfer at the film",
    "anode": "anode",
    "film_ohmic": "electrons in the film",
    "matrix_diffusion": "diffusion in the matrix",
    "exchange": "exchange between the phases",
    "domain_diffusion": "diffusion in the domains",
    "storage": "storage in the film",
    "series": "series resistance",
}
LOWEST = 3e-3  # Hz shown: below it the storage alone goes on
RE, IM = "Re Z / Ω cm²", "−Im Z / Ω cm²"


def spectra_figures(results: Results) -> list[Figure]:
    """All figures of impedance and voltammetry that the runs of a study allow."""
    found: list[Figure] = []
    for kind in ("half-cell", "ATFB"):
        cells = [(cell, spectra) for cell, spectra in with_spectra(results) if group(cell) == kind]
        if cells:
            found.append(fresh(results, kind, cells))
        for cell, spectra in cells:
            if cell.entries.domain is not None:
                found += [states_of_charge(results, cell, spectra), arcs(results, cell, spectra)]
    found += voltammograms(results)
    return found


def with_spectra(results: Results) -> Iterator[tuple[Cell, pl.DataFrame]]:
    """Cells whose impedance was taken."""
    for (name, _), record in results.main.records.items():
        if record.impedance is not None:
            yield results.main.cells[name], record.impedance


def spectrum(spectra: pl.DataFrame, step: int) -> pl.DataFrame:
    """One spectrum down to the lowest frequency shown."""
    return spectra.filter((pl.col("step") == step) & (pl.col("frequency_Hz") >= LOWEST))


def nyquist(spectra: pl.DataFrame, step: int, name: str, tint: str) -> Series:
    """One spectrum in ohm cm2."""
    one = spectrum(spectra, step)
    return Series(name, 1e4 * one["Z_re_ohm_m2"].to_numpy(), -1e4 * one["Z_im_ohm_m2"].to_numpy(), "both", tint)


def fresh(results: Results, kind: str, cells: list[tuple[Cell, pl.DataFrame]]) -> Figure:
    """The films side by side at the first stop."""
    series = [nyquist(s, s["step"].min(), label(results, c), colour(results, c)) for c, s in cells]  # type: ignore[arg-type]
    words = "half-cells" if kind == "half-cell" else "all-solid-state cells"
    return Figure(
        f"eis-{'half' if kind == 'half-cell' else 'atfb'}",
        f"Impedance near open circuit, {words}",
        RE,
        IM,
        series,
        f"After the first stop of the discharge and a rest, 1 MHz to {1e3 * LOWEST:g} mHz, by exact linearisation.",
    )


def states_of_charge(results: Results, cell: Cell, spectra: pl.DataFrame) -> Figure:
    """One cell down its discharge."""
    series = []
    for step, tint in zip(spectra["step"].unique(maintain_order=True), SHADES, strict=False):
        V = spectra.filter(pl.col("step") == step)["voltage_V"][0]
        series.append(nyquist(spectra, step, f"{V:.2f} V", tint))
    return Figure(
        f"eis-states-{cell.name}",
        f"{label(results, cell)}: impedance down a discharge ({group(cell)})",
        RE,
        IM,
        series,
        "After stops on a discharge and two hours of rest.",
    )


def arcs(results: Results, cell: Cell, spectra: pl.DataFrame) -> Figure:
    """Which arc is which: -Im of every contribution over frequency."""
    step = spectra["step"].unique(maintain_order=True)[0]
    one = spectra.filter(pl.col("step") == step)
    f = one["frequency_Hz"].to_numpy()
    largest = float(np.abs(one["Z_im_ohm_m2"].to_numpy()[f >= LOWEST]).max())
    series = [Series("total", f, -1e4 * one["Z_im_ohm_m2"].to_numpy())]
    tints = iter(PALETTE)
    for part, words in PARTS.items():
        y = -one[f"{part}_im_ohm_m2"].to_numpy()
        if np.abs(y[f >= LOWEST]).max() > 0.003 * largest:
            series.append(Series(words, f, np.where(y > 0.0, 1e4 * y, np.nan), colour=next(tints), style="dash"))
    return Figure(
        f"eis-parts-{cell.name}",
        f"{label(results, cell)}: which arc is which at {one['voltage_V'][0]:.2f} V ({group(cell)})",
        "Frequency / Hz",
        IM,
        series,
        "−Im Z of every contribution; they add up to the total. A peak is an arc.",
        log_x=True,
        log_y=True,
        y_range=(1e-2, 3e4 * largest),
    )


def by_rate(record: Record) -> list[Sweep]:
    """Second half of a voltammogram's first cycle at every scan rate: sweeps down, slowest first."""
    frame = record.frame
    found = []
    for number in record.steps.filter(pl.col("kind") == "sweep")["step"]:
        one = frame.filter(pl.col("step") == number)
        found += list(sweeps(one["time_s"], one["voltage_V"], one["current_A_m2"] * CURRENT))
    return found


def voltammograms(results: Results) -> list[Figure]:
    """Voltammograms of every cell at all scan rates, and the b-values of the heterostructure's peaks."""
    figures = []
    for (name, _), record in results.main.records.items():
        cell = results.main.cells[name]
        if record.steps["kind"][0] != "sweep" or group(cell) != "half-cell":
            continue
        found = by_rate(record)
        rates = sorted({float(f"{1e3 * s.scan_rate_V_s:.3g}") for s in found})
        tint = dict(zip(rates, SHADES, strict=False))
        series = []
        for sweep in found:
            rate = float(f"{1e3 * sweep.scan_rate_V_s:.3g}")
            series.append(
                Series(
                    f"{rate:g} mV s⁻¹",
                    sweep.voltage_V[::4],
                    -sweep.current[::4],
                    colour=tint.get(rate, "#7b8794"),
                    in_legend=sweep.direction == "cathodic",
                )
            )
        figures.append(
            Figure(
                f"cv-{cell.name}",
                f"{label(results, cell)}: voltammograms, {rates[0]:g} to {rates[-1]:g} mV s⁻¹",
                VOLTAGE,
                "Current / µA cm⁻²",
                series,
                "Lithiation is negative here, as voltammograms are usually drawn.",
            )
        )
        if cell.entries.domain is not None or len(results.main.cells) == 1:
            figures += _b_values(results, cell, found)
    return figures


def _b_values(results: Results, cell: Cell, found: list[Sweep]) -> list[Figure]:
    """ln i_p over ln v of the main peak of both directions."""
    series = []
    for direction, tint in (("cathodic", "#0072B2"), ("anodic", "#D55E00")):
        chosen = [s for s in found if s.direction == direction]
        tops = [max(peaks(s), key=lambda peak: peak.height, default=None) for s in chosen]
        pairs = [(s.scan_rate_V_s, abs(p.current)) for s, p in zip(chosen, tops, strict=True) if p is not None]
        if len(pairs) < 3:
            continue
        v, i = np.array(pairs).T
        try:
            fit = b_value(v, i)
        except HeterofilmError:
            continue
        name = f"{direction}: b = {fit.b:.2f} ({fit.low:.2f} to {fit.high:.2f})"
        series.append(Series(name, 1e3 * v, i, "points", tint))
        series.append(Series("", 1e3 * v, 10.0**fit.log10_a * v**fit.b, "line", tint, "dash", in_legend=False))
    if not series:
        return []
    return [
        Figure(
            f"cv-b-{cell.name}",
            f"{label(results, cell)}: peak current over scan rate",
            "Scan rate / mV s⁻¹",
            "Peak current / µA cm⁻²",
            series,
            "The highest peak of each direction; b with its 95 % confidence. One half is diffusion without end; a film "
            "whose diffusion keeps pace gives one without being a capacitor.",
            log_x=True,
            log_y=True,
        )
    ]
