"""From atomic percents to ratios and phases: a ratio A/B with its error, and the shares of two phases it implies.

    r = A/B        (s_r/r)^2 = (s_A/A)^2 + (s_B/B)^2 + systematic^2

The volume fraction of domains follows from the mass balance of `heterofilm.film.composition`; its error is the half
span between r - s_r and r + s_r, and the densities' ranges as the library states them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import HeterofilmError, InputError
from ..film.composition import Composition, phase_fractions
from ..instruments import Measurement
from ..library.schema import Phase
from ..records.result import Result

__all__ = ["PhaseShares", "Ratio", "atomic_ratio", "mean_ratio", "phase_shares"]

STANDARDLESS = 0.05  # relative: standardless EDS of elements like V and Cu, assumed; literature gives 2 to 10 %
NO_SIGMA = 0.02  # relative, of an element whose file states no error; assumed


@dataclass(frozen=True)
class Ratio:
    """An atomic ratio and one standard deviation; `statistical` is the part that repeats average away."""

    name: str
    value: float
    error: float
    statistical: float
    method: str

    def results(self, sample: str = "") -> list[Result]:
        return [Result(f"{self.name} atomic ratio", self.value, self.error, "1", self.method, sample)]


@dataclass(frozen=True)
class PhaseShares:
    """What a film of two phases consists of at the measured ratio; errors are one standard deviation."""

    composition: Composition
    ratio: Ratio
    domain_volume_fraction: float
    domain_error: float
    note: str

    def results(self, sample: str = "") -> list[Result]:
        assert self.composition.domain is not None
        domain, matrix = self.composition.domain.phase, self.composition.matrix.phase
        how = f"mass balance of {matrix} and {domain} at {self.ratio.name} = {self.ratio.value:.3f}, dense phases"
        return [
            Result(f"volume fraction of {domain}", self.domain_volume_fraction, self.domain_error, "1", how, sample,
                   note=self.note),
            Result(f"volume fraction of {matrix}", 1 - self.domain_volume_fraction, self.domain_error, "1", how, sample,
                   note=self.note),
        ]  # fmt: skip


def atomic_ratio(table: Measurement, over: str = "Cu", under: str = "V", systematic: float = STANDARDLESS) -> Ratio:
    """The atomic ratio of two elements of a composition table; `systematic`: relative error of the quantification.

    Errors: `HeterofilmError` for an element that the table lacks or that has no atom, or another kind of data.
    """
    if table.technique != "composition":
        raise InputError(f"'{table.name}' holds {table.technique} data, not a composition.")
    values, shares, stated = [], [], True
    for element in (over, under):
        rows = table.table.filter(table.table["element"] == element)
        if rows.height != 1:
            have = ", ".join(table.table["element"].to_list())
            raise InputError(f"The composition '{table.name}' has no {element}; it has {have}.")
        value = float(rows["atomic_percent"][0])
        if element == under and not value > 0.0:
            raise InputError(f"The composition '{table.name}' has no {under} atoms to divide by.")
        sigma = rows["sigma"][0] if "sigma" in rows.columns else None
        stated &= sigma is not None
        values.append(value)
        shares.append(float(sigma) / value if sigma is not None and value > 0.0 else NO_SIGMA)
    ratio = values[0] / values[1]
    statistical = ratio * math.hypot(*shares)
    how = f"EDS atomic percents; {100 * systematic:g} % systematic of the quantification"
    how += "" if stated else f"; {100 * NO_SIGMA:g} % assumed where the file states no error"
    return Ratio(f"{over}/{under}", ratio, math.hypot(statistical, ratio * systematic), statistical, how)


def mean_ratio(ratios: Sequence[Ratio], systematic: float = STANDARDLESS) -> Ratio:
    """The mean over spots: its error is the larger of the errors' and the scatter's, and the systematic one once.

    Errors: `HeterofilmError` for none.
    """
    if not ratios:
        raise InputError("A mean needs at least one measured ratio.")
    n = len(ratios)
    mean = sum(r.value for r in ratios) / n
    within = math.sqrt(sum(r.statistical**2 for r in ratios)) / n
    between = math.sqrt(sum((r.value - mean) ** 2 for r in ratios) / (n - 1) / n) if n > 1 else 0.0
    statistical = max(within, between)
    how = f"mean of {n} spots; {100 * systematic:g} % systematic of the quantification"
    return Ratio(ratios[0].name, mean, math.hypot(statistical, mean * systematic), statistical, how)


def phase_shares(ratio: Ratio, matrix: Phase, domain: Phase) -> PhaseShares:
    """Volume fraction of the domains from a ratio of two elements.

    Where the error reaches beyond what the two phases can make, the fraction's error is taken from the other side.

    Errors: `HeterofilmError` for a ratio outside of what the phases can make.
    """
    centre = phase_fractions(ratio.value, matrix, domain, ratio.name)
    assert centre.domain is not None
    at, spans = centre.domain.volume_fraction, []
    for shifted in (ratio.value - ratio.error, ratio.value + ratio.error):
        try:
            moved = phase_fractions(shifted, matrix, domain, ratio.name)
        except HeterofilmError:
            continue
        assert moved.domain is not None
        spans.append(abs(moved.domain.volume_fraction - at))
    # f = V_d n_d/(V_d n_d + V_m n_m): df = f (1 - f) d ln(V_d/V_m), and the volumes go as 1/density
    packing = at * (1.0 - at) * math.hypot(_relative(matrix), _relative(domain))
    error = math.hypot(sum(spans) / len(spans) if spans else math.nan, packing)
    held = ratio.name.replace("/", " and ")
    note = f"{matrix.name} and {domain.name} taken as dense, and as the only phases that hold {held}"
    return PhaseShares(centre, ratio, at, error, note)


def _relative(phase: Phase) -> float:
    """Relative error of a density: a quarter of its stated range (two standard deviations each way)."""
    low, high = phase.density.low, phase.density.high
    return (high - low) / 4.0 / phase.density.value if low is not None and high is not None else 0.0
