"""The K-alpha lines of X-ray tubes: what a stated wavelength means; and the line that photoelectrons are taken with."""

from __future__ import annotations

__all__ = ["AL_K_ALPHA", "TUBES", "tube"]

AL_K_ALPHA = 1486.6  # eV: the mean of the doublet, as sensitivity factors and instruments quote it

# K-alpha1 and K-alpha2 in angstrom: Deslattes et al., Rev. Mod. Phys. 75 (2003) 35
TUBES: dict[str, tuple[float, float]] = {
    "Cr": (2.289726, 2.293651), "Fe": (1.936041, 1.939973), "Co": (1.788996, 1.792835), "Cu": (1.540593, 1.544427),
    "Mo": (0.709317, 0.713607), "Ag": (0.559422, 0.563813),
}  # fmt: skip
SAME = 2e-4  # relative: wavelengths are quoted with four or five digits


def tube(wavelength_m: float) -> tuple[str, float, float] | None:
    """Anode, K-alpha1 and K-alpha2 (m) of the tube that a wavelength is quoted for; None for any other.

    The mean of the doublet, weighted 2 : 1, counts as well as its first line.

    >>> tube(1.5406e-10), tube(1.5418e-10), tube(0.7e-10)
    (('Cu', 1.540593e-10, 1.544427e-10), ('Cu', 1.540593e-10, 1.544427e-10), None)
    """
    wavelength = 1e10 * wavelength_m
    for anode, (first, second) in TUBES.items():
        if any(abs(wavelength / one - 1.0) < SAME for one in (first, (2.0 * first + second) / 3.0)):
            return anode, float(f"{first}e-10"), float(f"{second}e-10")
    return None
