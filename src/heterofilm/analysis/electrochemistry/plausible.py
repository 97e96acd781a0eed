"""Numbers of a cycle that cannot be right: more charge than any electrode holds, more out than in.

A wrong area, thickness, mass or column makes a number that looks like any other. What no film can reach is told:

- a capacity per volume above that of lithium metal, F rho/M = 2062 mAh/cm3: no known insertion electrode reaches it,
  since none holds lithium more densely than its metal (V2O5 with three Li: 1,490 mAh/cm3). Oxides that convert, and
  alloys, reach more per volume as made: of silicon 8,340 mAh/cm3 (Li15Si4, 3579 mAh/g, M. N. Obrovac and
  L. Christensen, Electrochem. Solid-State Lett. 7 (2004) A93, times 2.33 g/cm3); beyond it nothing is known;
- a capacity per mass above that of lithium metal, F/M = 3862 mAh/g;
- a discharge that gives back more charge than was put in before it, beyond 1 % of drift between halves (assumed), or
  more energy;
- a discharge at a higher mean voltage than the charge.
"""

from __future__ import annotations

import polars as pl

from ...constants import F
from ...elements import ELEMENTS
from ...units import si
from .currents import changes, mean_currents

__all__ = ["implausible"]

LITHIUM = F / (1e-3 * ELEMENTS["Li"].mass)  # C/kg
METAL = 534.0 * LITHIUM / si("uAh/cm2/um")  # per volume, of 0.534 g/cm3 (CRC Handbook of Chemistry and Physics)
SILICON = 3579.0 * 2.33 / 10.0  # uAh cm-2 um-1
GRAM = LITHIUM / si("mAh/g")
DRIFT = 0.01  # by which neighbouring halves differ without a fault, assumed
ENERGY = 1e-3  # the same of energies, which are integrals of two columns
LEVEL = 1e-3  # V by which mean voltages differ without a fault: the digits of a file


def implausible(table: pl.DataFrame) -> dict[int, str]:
    """Cycle -> what cannot be in its row of a `cycles.cycle_table`, in words; cycles without a word are left out."""
    found = {}
    current = mean_currents(table)
    others = [False] * table.height if current is None else changes(current).tolist()
    for row, other in zip(table.iter_rows(named=True), others, strict=True):
        said = [*_too_much(row), *_out_of_nothing(row, other)]
        if said:
            found[int(row["cycle"])] = "; ".join(said)
    return found


def _largest(row: dict[str, float | None], unit: str) -> float:
    return max(row.get(f"{side}_{unit}") or 0.0 for side in ("discharge", "charge"))


def _too_much(row: dict[str, float | None]) -> list[str]:
    """Capacities that no electrode has."""
    said = []
    if (volume := _largest(row, "uAh_cm2_um")) > METAL:
        bound = f"of lithium metal ({METAL:.0f})" if volume <= SILICON else f"of any known electrode ({SILICON:.0f})"
        alone = "; only what converts or alloys reaches it" if volume <= SILICON else ""
        said.append(f"implausible: {volume:.4g} uAh/cm2/um is above that {bound}{alone}: check area and thickness")
    if (mass := _largest(row, "mAh_g")) > GRAM:
        said.append(f"implausible: {mass:.4g} mAh/g is above that of lithium metal ({GRAM:.0f}): check area and mass")
    return said


def _out_of_nothing(row: dict[str, float | None], other: bool) -> list[str]:
    """More out than in; after a charge at ``other`` current, which may have left some, that is no fault."""
    said = []
    charge, energy, apart = (row[name] for name in ("coulombic_efficiency", "energy_efficiency", "polarisation_V"))
    if charge is not None and charge > 1.0 + DRIFT:
        share = f"{100.0 * charge:.4g} % of the charge before it comes out"
        if other:
            return [f"{share}: the cycle before was at another current"]
        said.append(f"implausible: {share} (of a part of a cycle?)")
    if energy is not None and energy > 1.0 + ENERGY:
        said.append(f"implausible: energy efficiency of {100.0 * energy:.4g} %")
    if apart is not None and apart < -LEVEL:
        said.append(f"implausible: discharged {-1e3 * apart:.3g} mV above the mean voltage of the charge")
    return said
