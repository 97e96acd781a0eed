"""What a junction must know of a solid: its levels, its carriers, and the sites they have.

Levels in eV. The vacuum level lies the work function above the Fermi level, the valence band the valence band edge
below it, the conduction band a gap higher; so the electron affinity is work function + valence band edge - gap. UPS
gives the first two and UV-vis the third. An affinity that is stated must agree.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import model_validator

from .value import Entry, Name, Quantity, Value, assumed

__all__ = ["DEGENERATE", "Semiconductor", "level_problem"]

DEGENERATE = 0.3  # eV: a Fermi level this far inside a band is taken for a degenerate solid, further for a mistake
AGREEMENT = 0.05  # eV: a stated affinity may differ from the computed one by this

Density = Annotated[Value, Quantity("cm-3", positive=True, maximum=1e24)]
Level = Annotated[Value, Quantity("eV", positive=True, maximum=15.0)]


def level_problem(
    work_function: float, valence_band_edge: float, gap: float, electron_affinity: float | None = None
) -> str | None:
    """What is impossible about the levels of a solid (eV), as the middle of a sentence; None when nothing is."""
    if not gap > 0.0:
        return f"a gap of {gap:g} eV is no gap; it must be positive"
    if not work_function > 0.0:
        return f"a work function of {work_function:g} eV would let electrons escape by themselves; it must be positive"
    if valence_band_edge < -DEGENERATE:
        return (
            f"a valence band edge {-valence_band_edge:g} eV above the Fermi level is further than a degenerate solid "
            f"allows ({DEGENERATE:g} eV); it is stated as the distance below the Fermi level"
        )
    if valence_band_edge > gap + DEGENERATE:
        return (
            f"a valence band edge {valence_band_edge:g} eV below the Fermi level leaves the conduction band of a "
            f"gap of "
            f"{gap:g} eV more than {DEGENERATE:g} eV below it; correct the edge or the gap"
        )
    computed = work_function + valence_band_edge - gap
    if computed <= 0.0:
        return (
            f"the electron affinity would be {computed:.3g} eV (work function + valence band edge - gap), "
            "which is not positive; correct one of the three"
        )
    if electron_affinity is not None:
        if electron_affinity > work_function + DEGENERATE:
            return (
                f"an electron affinity of {electron_affinity:g} eV above the work function of {work_function:g} "
                f"eV puts the "
                f"conduction band below the Fermi level by more than {DEGENERATE:g} eV"
            )
        if abs(electron_affinity - computed) > AGREEMENT:
            return (
                f"an electron affinity of {electron_affinity:g} eV does not agree with work function + valence band "
                f"edge - gap = {computed:.3g} eV; leave one of them out or correct it"
            )
    return None


class Semiconductor(Entry):
    """A solid as its junctions see it."""

    name: Name
    title: str
    explanation: str = ""  # how the values belong together, where that is not plain
    work_function: Level  # vacuum level above the Fermi level
    valence_band_edge: Annotated[Value, Quantity("eV", minimum=-1.0, maximum=15.0)]  # below the Fermi level
    gap: Level
    electron_affinity: Level | None = None  # computed unless it was measured
    permittivity: Annotated[Value, Quantity("1", minimum=1.0, maximum=1e5)]  # static
    carrier: Literal["n", "p"]
    doping: Density  # net ionised donors (n) or acceptors (p) of the solid as made
    conduction_states: Density = assumed(2.5e19, "cm-3", 1e18, 1e22, "free-electron mass; up to one state per cation")
    valence_states: Density = assumed(2.5e19, "cm-3", 1e18, 1e22, "free-electron mass; up to one state per anion")
    formula_units: Density  # to count Li per formula unit
    electron_sites: Density  # places for the carriers, one each: small polarons
    lithium_sites: Density  # places for Li+
    hop_length: Annotated[Value, Quantity("nm", positive=True, maximum=5.0)] = assumed(
        0.35, "nm", 0.25, 0.5, "usual distance of neighbouring Li sites in oxides"
    )

    @property
    def affinity(self) -> float:
        """Electron affinity in eV, stated or computed."""
        if self.electron_affinity is not None:
            return self.electron_affinity.to("eV")
        return self.work_function.to("eV") + self.valence_band_edge.to("eV") - self.gap.to("eV")

    @model_validator(mode="after")
    def _possible(self) -> Self:
        stated = None if self.electron_affinity is None else self.electron_affinity.to("eV")
        problem = level_problem(self.work_function.to("eV"), self.valence_band_edge.to("eV"), self.gap.to("eV"), stated)
        if problem:
            raise ValueError(f"'{self.name}': {problem}")
        if self.doping.to("cm-3") >= self.electron_sites.to("cm-3"):
            raise ValueError(
                f"'{self.name}': a doping of {self.doping} leaves no free place on its {self.electron_sites} "
                f"electron_sites"
            )
        return self
