"""Ultraviolet photoelectron spectra: work function and valence band edge.

Energies are binding energies E_B = h nu - E_K (eV). A sample bias V (-5 V, say) lifts the slow electrons over the
analyser's own cutoff; it moves the whole spectrum by eV, so that E_B is corrected by -V before anything else.

    work function        phi = h nu - (E_cutoff - E_F)
    valence band edge    E_V - E_F: where the leading edge, without its rounding, leaves the background
    ionisation energy    phi + E_V
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...errors import InputError
from ...records.result import Result
from .edges import Edge, secondary_cutoff, valence_band_edge
from .fit import rising

__all__ = ["Ups", "analyse_ups", "unbiased"]

Array = NDArray[Any]
HE_I = 21.22  # eV
WORK_FUNCTIONS = (2.0, 9.0)  # eV: no solid in air or vacuum lies outside
ABOVE = 0.1  # eV: thermal tails and the analyser bring an edge at E_F this far above it


@dataclass(frozen=True, eq=False)
class Ups:
    """Work function and valence band edge of a sample, eV, each with one standard deviation."""

    work_function_eV: float
    work_function_sd: float
    valence_band_edge_eV: float
    valence_band_edge_sd: float
    photon_energy_eV: float
    E_F_eV: float
    cutoff: Edge
    edge: Edge
    energy_eV: Array
    intensity: Array

    @property
    def ionisation_energy_eV(self) -> float:
        """phi + E_V: from the vacuum level to the valence band edge."""
        return self.work_function_eV + self.valence_band_edge_eV

    def results(self, sample: str = "") -> list[Result]:
        """The levels, for a table; each note says what the habit of the field, a drawn line, gives."""
        spread = "edge rounded by a Gaussian, parts of it and its shape varied"
        sd = math.hypot(self.work_function_sd, self.valence_band_edge_sd)
        drawn = (self.photon_energy_eV - self.cutoff.drawn_eV + self.E_F_eV, self.edge.drawn_eV - self.E_F_eV)
        work, edge = (f"by a line drawn through the steepest part {one:.3f} eV" for one in drawn)
        return [
            Result("work function", self.work_function_eV, self.work_function_sd, "eV",
                   f"hv - (cutoff - E_F), hv = {self.photon_energy_eV:g} eV, {spread}", sample, note=work),
            Result("valence band edge", self.valence_band_edge_eV, self.valence_band_edge_sd, "eV",
                   f"below E_F, {spread}", sample, note=edge),
            Result("ionisation energy", self.ionisation_energy_eV, sd, "eV",
                   "work function + valence band edge", sample),
        ]  # fmt: skip


def unbiased(energy_eV: ArrayLike, bias_V: float) -> Array:
    """Binding energies without the sample's bias: measured at -5 V they are 5 eV too small."""
    return np.asarray(energy_eV, float) - bias_V


def analyse_ups(
    energy_eV: ArrayLike,
    intensity: ArrayLike,
    *,
    photon_energy_eV: float = HE_I,
    bias_V: float = 0.0,
    E_F_eV: float = 0.0,
    E_F_sd: float = 0.02,
    cutoff_energy_eV: ArrayLike | None = None,
    cutoff_intensity: ArrayLike | None = None,
) -> Ups:
    """Work function and valence band edge of a sample from its spectrum (shape (n,), binding energies in eV).

    `bias_V` is taken off first; `E_F_eV` is where the Fermi edge of a metal on the same axis then lies. The cutoff may
    come from a scan of its own, taken at the same bias.

    Errors: `HeterofilmError` for a spectrum without cutoff or valence band, a work function that no solid has, or a
    valence band edge above the Fermi level by more than its uncertainty.
    """
    E = unbiased(energy_eV, bias_V)
    own = cutoff_energy_eV is None or cutoff_intensity is None
    x = E if own else unbiased(np.asarray(cutoff_energy_eV, float), bias_V)
    z = np.asarray(intensity if own else cutoff_intensity, float)
    first, last = (photon_energy_eV - phi for phi in reversed(WORK_FUNCTIONS))
    if x.size and float(x.max()) < first:
        raise InputError(
            f"The spectrum ({x.min():.3g} to {x.max():.3g} eV) ends before any secondary cutoff, which lies between "
            f"{first:.3g} and {last:.3g} eV at a photon energy of {photon_energy_eV:g} eV."
        )
    low = max(float(x.min()), photon_energy_eV - 12.0)
    cutoff = secondary_cutoff(x, z, (low, float(x.max())))
    phi = photon_energy_eV - (cutoff.energy_eV - E_F_eV)
    if not WORK_FUNCTIONS[0] < phi < WORK_FUNCTIONS[1]:
        raise InputError(
            f"The work function comes out as {phi:.2f} eV, which cannot be: check the photon energy and the bias."
        )
    edge = valence_band_edge(E, intensity, E_F_eV)
    found, sd = edge.energy_eV - E_F_eV, math.hypot(edge.sd_eV, E_F_sd)
    if found < -max(3.0 * sd, ABOVE):
        raise InputError(
            f"The valence band edge comes out {-found:.2f} eV above the Fermi level, which cannot be: check the photon "
            "energy and the bias."
        )
    return Ups(
        phi, math.hypot(cutoff.sd_eV, E_F_sd), found, sd, photon_energy_eV, E_F_eV, cutoff, edge, *rising(E, intensity)
    )
