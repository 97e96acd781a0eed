"""The diffusivity of ions that hop over a computed barrier, with its level of theory as its source and a range.

>>> diffusivity = hopping_diffusivity(0.3, 3.6, dimensions=1, source="computed (test)")
>>> f"{diffusivity.value:.1e} {diffusivity.unit}"
'3.5e-08 cm2/s'
"""

from __future__ import annotations

import math

from ...constants import K_B_EV
from ...errors import InputError
from ...library import Value
from ..tasks.migration import Barrier

__all__ = ["FREQUENCIES", "barrier_diffusivity", "hopping_diffusivity"]

FREQUENCIES = (1e12, 1e13)  # Hz: attempts of an ion in an oxide, of the order of a phonon


def hopping_diffusivity(
    barrier_eV: float,
    hop_A: float,
    *,
    dimensions: int,
    neighbours: int | None = None,
    temperature_K: float = 298.15,
    frequencies: tuple[float, float] = FREQUENCIES,
    barrier_error_eV: float = 0.0,
    source: str,
) -> Value:
    """Diffusivity of independent ions that hop: D = g a² ν exp(-E_a/kT), g = z/(2d).

    A jump rate Γ = ν exp(-E_a/kT) to each of z neighbours at the distance a gives <r²> = z Γ a² t = 2 d D t. The value
    is at the geometric mean of the attempt frequencies; the range spans both, and the barrier's error.

    Args:
        barrier_eV: of the slowest step along the migration path.
        hop_A: distance of two sites (Å).
        dimensions: d, of the net of sites: 1, 2 or 3.
        neighbours: z; two per dimension by default.
        temperature_K: as it says.
        frequencies: lowest and highest attempt frequency (Hz).
        barrier_error_eV: half the span of the barrier, for example the bias of a potential against DFT.
        source: of the barrier.

    Errors: `HeterofilmError` for values that are not positive, and other dimensions.
    """
    if dimensions not in (1, 2, 3):
        raise InputError(f"Ions hop in 1, 2 or 3 dimensions, not in {dimensions}.")
    low, high = frequencies
    positive = (barrier_eV, hop_A, temperature_K, low, high, 1.0 + barrier_error_eV)
    if not all(math.isfinite(x) and x > 0.0 for x in positive) or low > high or barrier_error_eV < 0.0:
        raise InputError("A hop needs a positive barrier, length, temperature and frequencies (lower one first).")
    z = 2 * dimensions if neighbours is None else neighbours
    g = z / (2.0 * dimensions)

    def D(frequency: float, E_a: float) -> float:
        return g * (1e-8 * hop_A) ** 2 * frequency * math.exp(-E_a / (K_B_EV * temperature_K))  # cm2/s

    return Value(
        value=D(math.sqrt(low * high), barrier_eV), unit="cm2/s", kind="computed",
        source=f"{source}: D = g a2 nu exp(-Ea/kT), a = {hop_A:.2f} A, Ea = {barrier_eV:.3f} eV, d = {dimensions}, "
        f"z = {z}, nu = {low:.0e} to {high:.0e} Hz, {temperature_K:g} K",
        low=D(low, barrier_eV + barrier_error_eV), high=D(high, max(barrier_eV - barrier_error_eV, 0.0)), method="log",
    )  # fmt: skip


def barrier_diffusivity(barrier: Barrier, *, dimensions: int, barrier_error_eV: float = 0.0, **more: float) -> Value:
    """Diffusivity from a computed barrier; the larger of the two directions counts, as the ion must come back.

    `more` as for `hopping_diffusivity`.
    """
    return hopping_diffusivity(
        max(barrier.forward_eV, barrier.backward_eV), barrier.hop_A, dimensions=dimensions,
        barrier_error_eV=barrier_error_eV, source=barrier.provenance.words, **more,  # type: ignore[arg-type]
    )  # fmt: skip
