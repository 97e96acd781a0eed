"""Ultraviolet photoelectron spectra: work function and valence band edge.

Energies are binding energies E_B = h nu - E_K (eV). A sample bias V (-5 V, say) lifts the slow electrons over the
analyser's own cutoff; it moves the whole spectrum by eV, so that E_B is corrected by -V before anything else.

    work function        phi = h nu - (E_cutoff - E_F)
    valence band edge    E_V - E_F: where the leading edge, extrapolated, meets the background
    ionisation energy    phi + E_V
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import HeterofilmError
from .edges import Edge, secondary_cutoff, valence_band_edge
from .result import Result
from .xps.fit import rising

__all__ = ["Ups", "analyse_ups", "unbiased"]

Array = NDArray[Any]
HE_I = 21.22  # eV


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
        """The levels, for a table."""
        spread = "straight edge, spread over windows"
        sd = math.hypot(self.work_function_sd, self.valence_band_edge_sd)
        return [
            Result("work function", self.work_function_eV, self.work_function_sd, "eV",
                   f"hv - (cutoff - E_F), hv = {self.photon_energy_eV:g} eV, {spread}", sample),
            Result("valence band edge", self.valence_band_edge_eV, self.valence_band_edge_sd, "eV",
                   f"below E_F, {spread}", sample),
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

    Errors: `HeterofilmError` for a spectrum without cutoff or valence band, or a work function that is not positive.
    """
    E = unbiased(energy_eV, bias_V)
    own = cutoff_energy_eV is None or cutoff_intensity is None
    x = E if own else unbiased(np.asarray(cutoff_energy_eV, float), bias_V)
    z = np.asarray(intensity if own else cutoff_intensity, float)
    low = max(float(x.min()), photon_energy_eV - 12.0)
    cutoff = secondary_cutoff(x, z, (low, float(x.max())))
    phi = photon_energy_eV - (cutoff.energy_eV - E_F_eV)
    if not 0.5 < phi < photon_energy_eV:
        raise HeterofilmError(
            f"The work function comes out as {phi:.2f} eV, which cannot be: check the photon energy and the bias."
        )
    edge = valence_band_edge(E, intensity, E_F_eV)
    return Ups(
        phi, math.hypot(cutoff.sd_eV, E_F_sd), edge.energy_eV - E_F_eV, math.hypot(edge.sd_eV, E_F_sd),
        photon_energy_eV, E_F_eV, cutoff, edge, *rising(E, intensity),
    )  # fmt: skip
