"""What each technique measures, as curves that can be laid over those of other samples, cycles and potentials.

A curve keeps its units and its size; how it is scaled for a comparison is the figure's to say. Nothing is fitted here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..analysis.depth.edges import axis_of, counts_of, ions_of
from ..analysis.depth.line_scan import elements_of
from ..analysis.electrochemistry.cv_sweeps import clocked, whole
from ..analysis.electrochemistry.cv_tracks import last_at_each_rate, of_record
from ..analysis.electrochemistry.half_cycles import half_cycles
from ..errors import HeterofilmError, InputError
from ..instruments import Measurement
from ..plots.voltage import voltage_axis, volts
from ..units import si
from .core_level_fit import binding
from .electrochemistry import electrode, record_of
from .guess import guess, listed, read_entry
from .sample_file import FileEntry, Sample

__all__ = ["CURVES", "Curve", "curves_of", "curves_of_sample"]

Array = NDArray[Any]
UVVIS = {
    "absorbance": "Absorbance",
    "transmittance": "Transmittance",
    "reflectance": "Reflectance",
    "intensity": "Intensity",
}
NYQUIST = "Nyquist"  # a part whose axes have one scale
MOST = 400  # of one measurement: cycles of a long test beyond it are left out evenly


@dataclass(frozen=True, eq=False)
class Curve:
    """One curve: `x` and `y`, shape (n,), in the units of their labels.

    - `kind`, `part`: what was measured, a key of `sample_file.KINDS`, and of what (a region, an ion); only curves with
      the same of both lie on one pair of axes;
    - `potential_V`, `temperature_K`, `cycle`, `scan_rate_V_s`: at which it was measured, where that is known;
    - `scaled`: its height says nothing by itself (counts), so that curves are compared at the same height;
    - `camera`: counted by a camera, which cosmic rays hit.
    """

    sample: str
    file: str
    kind: str
    part: str
    x_label: str
    y_label: str
    x: Array
    y: Array
    potential_V: float | None = None
    temperature_K: float | None = None
    cycle: int | None = None
    scan_rate_V_s: float | None = None
    scaled: bool = False
    reverse: bool = False  # binding energies run to the left
    camera: bool = False


def curves_of_sample(sample: Sample, kind: str) -> tuple[list[Curve], list[tuple[str, str]]]:
    """The curves of a kind of measurement in a sample's files, and the files that could not be read with the reason.

    Files are read, not analysed. Errors: `HeterofilmError` for a kind that has no curves.
    """
    if kind not in CURVES:
        raise InputError(f"There are no curves of '{kind}'; known: {', '.join(CURVES)}.")
    found: list[Curve] = []
    failed: list[tuple[str, str]] = []
    for entry in listed(sample):
        if entry.what not in ("", kind):
            continue
        try:
            measurements = read_entry(sample, entry)
            for m in measurements:
                if (entry.what or guess(m, sample.path(entry))) == kind:
                    found += curves_of(kind, sample, entry, m)
        except HeterofilmError as error:
            failed.append((entry.path, str(error)))
    return found, failed


def curves_of(kind: str, sample: Sample, entry: FileEntry, m: Measurement) -> list[Curve]:
    """The curves of one measurement, in the order of the file; none where its kind has no curve.

    Errors: `HeterofilmError` for data that make none.
    """
    make = CURVES.get(kind)
    if make is None:
        return []
    potential = None if entry.potential is None else entry.potential.to("V")
    temperature = None if entry.temperature is None else entry.temperature.to("K")
    made = [
        replace(
            curve, sample=sample.name, file=entry.path, kind=kind,
            potential_V=potential if curve.potential_V is None else curve.potential_V,
            temperature_K=temperature if curve.temperature_K is None else curve.temperature_K,
            cycle=entry.cycle if curve.cycle is None else curve.cycle,
        )
        for curve in make(sample, entry, m)
    ]  # fmt: skip
    return [made[k] for k in np.unique(np.linspace(0, len(made) - 1, min(len(made), MOST)).astype(int))] if made else []


def _curve(part: str, x_label: str, y_label: str, x: Array, y: Array, **more: Any) -> Curve:
    return Curve("", "", "", part, x_label, y_label, np.asarray(x, dtype=float), np.asarray(y, dtype=float), **more)


def _cycling(sample: Sample, entry: FileEntry, m: Measurement) -> Iterator[Curve]:
    """Voltage over the capacity of every half cycle, per volume of film where the thickness is known."""
    held = electrode(sample, "Capacities")
    record = record_of(sample, m)
    per, unit = (si("uAh/cm2"), "µAh cm⁻²")
    if held.thickness_m:
        per, unit = si("uAh/cm2/um") * held.thickness_m, "µAh cm⁻² µm⁻¹"
    for cycle, steps, side in half_cycles(record, record.steps["cycle"].unique().to_list()):
        base, xs, ys = 0.0, [], []
        for step in steps:
            frame = record.step(step).frame
            charge = np.abs(frame["charge_C_m2"].to_numpy())
            xs.append(base + charge)
            ys.append(frame["voltage_V"].to_numpy())
            base += float(charge[-1])
        yield _curve(side, f"Capacity / {unit}", voltage_axis(record), np.concatenate(xs) / per, np.concatenate(ys),
                     cycle=int(cycle))  # fmt: skip


def _voltammetry(sample: Sample, entry: FileEntry, m: Measurement) -> Iterator[Curve]:
    """Current per area over potential, the last whole cycle at each scan rate."""
    electrode(sample, "Voltammograms")
    timed = clocked(m, None if entry.scan_rate is None else entry.scan_rate.to("V/s"))
    by_rate: dict[str, list[Any]] = {}
    record = record_of(sample, timed)
    for sweep in last_at_each_rate(whole(of_record(record))):
        by_rate.setdefault(f"{sweep.scan_rate_V_s:.2g}", []).append(sweep)
    for rate, own in by_rate.items():
        gap = np.array([np.nan])
        x = np.concatenate([part for sweep in own for part in (sweep.voltage_V, gap)][:-1])
        y = np.concatenate([part for sweep in own for part in (sweep.current, gap)][:-1]) / si("uA/cm2")
        yield _curve("current", f"Potential / {volts(record)}", "Current / µA cm⁻²", x, y, scan_rate_V_s=float(rate))


def _impedance(sample: Sample, entry: FileEntry, m: Measurement) -> Iterator[Curve]:
    """Nyquist plots, per area where the file or the sample file has one."""
    area = sample.sheet.area
    for spectrum in m.spectra():
        if spectrum.unit == "ohm" and area is not None:
            spectrum = spectrum.per_area(area.si)
        factor, unit = (1e4, "Ω cm²") if spectrum.unit == "ohm m2" else (1.0, "Ω")
        order = np.argsort(spectrum.frequency_Hz)[::-1]
        Z = factor * spectrum.impedance[order]
        yield _curve(NYQUIST, f"Re Z / {unit}", f"−Im Z / {unit}", Z.real, -Z.imag, cycle=spectrum.cycle,
                     temperature_K=spectrum.temperature_K)  # fmt: skip


def _titration(sample: Sample, entry: FileEntry, m: Measurement) -> Iterator[Curve]:
    """Potential over time."""
    electrode(sample, "Titrations")
    record = record_of(sample, m)
    frame = record.frame
    yield _curve("potential", "Time / h", f"Potential / {volts(record)}", frame["time_s"].to_numpy() / si("h"),
                 frame["voltage_V"].to_numpy())  # fmt: skip


def _photoelectrons(sample: Sample, entry: FileEntry, m: Measurement) -> Iterator[Curve]:
    yield _curve(m.name, "Binding energy / eV", "Intensity / arb. units", binding(m), m.column("intensity"),
                 scaled=True, reverse=True)  # fmt: skip


def _absorption(sample: Sample, entry: FileEntry, m: Measurement) -> Iterator[Curve]:
    quantity = next((name for name in UVVIS if name in m.table.columns), "")
    if not quantity:
        raise InputError(f"'{m.name}' holds {m.technique} data and no light that was absorbed or reflected.")
    yield _curve(UVVIS[quantity], "Wavelength / nm", UVVIS[quantity], m.column("wavelength_nm"), m.column(quantity))


Maker = Callable[[Sample, FileEntry, Measurement], Iterator[Curve]]


def _intensity(column: str, label: str, per: float = 1.0, camera: bool = False) -> Maker:
    """Of counts over `column`, in units of `per`: one curve, of several spectra in a file one each, at its potential
    where that was written along; `camera`: see `Curve`."""

    def curves(sample: Sample, entry: FileEntry, m: Measurement) -> Iterator[Curve]:
        def one(rows: Measurement, **more: Any) -> Curve:
            x, y = rows.column(column) / per, rows.column("intensity")
            return _curve("intensity", label, "Intensity / arb. units", x, y, scaled=True, camera=camera, **more)

        if "spectrum" not in m.table.columns:
            yield one(m)
            return
        for rows in m.table.partition_by("spectrum", maintain_order=True):
            volts = float(rows["voltage_V"][0]) if "voltage_V" in rows.columns else None
            yield one(replace(m, table=rows), potential_V=volts)

    return curves


def _depth(sample: Sample, entry: FileEntry, m: Measurement) -> Iterator[Curve]:
    axis, unit = axis_of(m)
    label = "Sputter time / s" if unit == "s" else f"Depth / {unit}"
    for ion in ions_of(m):
        yield _curve(ion, label, "Intensity / arb. units", axis, counts_of(m, ion), scaled=True)


def _line_scan(sample: Sample, entry: FileEntry, m: Measurement) -> Iterator[Curve]:
    for element in elements_of(m):
        yield _curve(element, "Distance / nm", "Intensity / arb. units", m.column("distance_nm"), m.column(element),
                     scaled=True)  # fmt: skip


CURVES: dict[str, Maker] = {
    "cycling": _cycling,
    "cv": _voltammetry,
    "eis": _impedance,
    "gitt": _titration,
    "xps": _photoelectrons,
    "ups": _photoelectrons,
    "uvvis": _absorption,
    "photoluminescence": _intensity("wavelength_nm", "Wavelength / nm", camera=True),
    "energy spectrum": _intensity("energy_eV", "Energy / keV", 1e3),
    "raman": _intensity("raman_shift_cm-1", "Raman shift / cm⁻¹", camera=True),
    "raman map": _intensity("raman_shift_cm-1", "Raman shift / cm⁻¹", camera=True),
    "xrd": _intensity("two_theta_deg", "2θ / °"),
    "depth profile": _depth,
    "line scan": _line_scan,
}
"""Kind of measurement -> what makes its curves."""
