"""Luminescence of a sample, and spectra of X-rays and energy losses: drawn, the strongest band told."""

from __future__ import annotations

import numpy as np

from ..analysis.emission import emission_band
from ..figures.elements import Series
from ..figures.figure import Figure
from ..instruments import Measurement
from ..wording import counted
from .findings import Findings
from .job import Job
from .sample_file import FileEntry

__all__ = ["energy_spectrum", "luminescence"]

BLUE = "#0072B2"


def luminescence(job: Job) -> Findings:
    """The emission band of every spectrum; of several in a file that of their mean."""

    def one(entry: FileEntry, m: Measurement) -> Findings:
        x, y, notes = m.column("wavelength_nm"), m.column("intensity"), list(m.notes)
        if "spectrum" in m.table.columns:
            count = int(m.table["spectrum"].n_unique())
            x, y = x[: x.size // count], y.reshape(count, -1).mean(axis=0)
            notes.append(f"{m.name}: the mean of {counted(count, 'spectrum')}")
        band = emission_band(x, y)
        figure = Figure(
            "luminescence", f"Luminescence of {m.name}", "Wavelength / nm", "Intensity / arb. units",
            [Series(m.name, x, y, colour=BLUE)],
            caption=f"Maximum at {band.peak_nm:.1f} nm ({band.energy_eV:.3f} eV); not corrected for the instrument.",
        )  # fmt: skip
        methods = ["Emission maxima by a parabola through the top of the band, on the wavelength axis, not "
                   "corrected for the response of the instrument."]  # fmt: skip
        return Findings(band.results(), [figure], methods=methods, notes=notes)

    return job.each(one)


def energy_spectrum(job: Job) -> Findings:
    """The spectrum as a figure: its lines are not quantified."""

    def one(entry: FileEntry, m: Measurement) -> Findings:
        keV = m.column("energy_eV") / 1e3
        figure = Figure(
            "energy-spectrum", f"Spectrum of {m.name}", "Energy / keV", "Intensity / counts",
            [Series(m.name, keV, np.asarray(m.column("intensity")), colour=BLUE)],
        )  # fmt: skip
        said = f"{m.name}: spectra of X-rays and energy losses are drawn, not quantified; the program's table is"
        return Findings([], [figure], notes=[*m.notes, said])

    return job.each(one)
