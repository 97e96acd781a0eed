"""An EDS result table as an instrument's program writes it, from a stated film of V2O5 and Cu2V2O7.

Peaks count Poisson numbers in proportion to mass; the program turns them back and states its error. A relative bias of
the quantification (standardless factors) may be put in, which counting statistics do not show.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from ..elements import ELEMENTS
from ..errors import InputError
from ..files import atomic

__all__ = ["CompositionTruth", "write_composition"]

Style = Literal["esprit", "aztec", "edax"]


@dataclass(frozen=True)
class CompositionTruth:
    """Cu/V of the film, counts of the vanadium peak, and the relative bias of Cu against V."""

    cu_to_v: float = 0.46
    vanadium_counts: float = 20_000.0
    bias: float = 0.0

    def atomic_percent(self) -> dict[str, float]:
        """n_m V2O5 + n_d Cu2V2O7 with one V in all: O = 5 n_m + 7 n_d."""
        n_d = self.cu_to_v / 2.0
        atoms = {"O": 5.0 * (0.5 - n_d) + 7.0 * n_d, "V": 1.0, "Cu": self.cu_to_v}
        total = sum(atoms.values())
        return {element: 100.0 * n / total for element, n in atoms.items()}


def write_composition(path: Path, truth: CompositionTruth, seed: int = 0, style: Style = "esprit") -> Path:
    """Write the table as Esprit, AZtec or EDAX lay it out; the same truth and seed give the same bytes."""
    random = np.random.default_rng(seed)
    true = truth.atomic_percent()
    weight = {element: ELEMENTS[element].mass * at for element, at in true.items()}
    if not all(w > 0.0 for w in weight.values()):
        raise InputError("The synthetic film needs O, V and Cu, so Cu/V above 0.")
    counts = {e: float(random.poisson(truth.vanadium_counts * w / weight["V"])) for e, w in weight.items()}
    found = {e: c * (1.0 + truth.bias if e == "Cu" else 1.0) for e, c in counts.items()}
    wt = {e: 100.0 * f / sum(found.values()) for e, f in found.items()}
    moles = {e: w / ELEMENTS[e].mass for e, w in wt.items()}
    at = {e: 100.0 * m / sum(moles.values()) for e, m in moles.items()}
    error = {e: wt[e] / max(counts[e], 1.0) ** 0.5 for e in wt}  # one sigma, wt.%
    number = {"O": 8, "V": 23, "Cu": 29}
    if style == "esprit":
        heading = "El  AN  Series  unn. C [wt.%]  norm. C [wt.%]  Atom. C [at.%]  Error (1 Sigma) [wt.%]"
        rows = ["Spectrum: film", "", heading, "-" * 90]
        rows += [f"{e}  {number[e]}  K-series  {wt[e]:.3f}  {wt[e]:.3f}  {at[e]:.3f}  {error[e]:.3f}" for e in wt]
        rows += ["-" * 90, f"Total:  {sum(wt.values()):.2f}  {sum(wt.values()):.2f}  100.00"]
    elif style == "aztec":
        rows = ["Element,Line Type,Apparent Concentration,k Ratio,Wt%,Wt% Sigma,Atomic %,Standard Label"]
        rows += [f"{e},K series,{wt[e]:.2f},{wt[e] / 100:.5f},{wt[e]:.3f},{error[e]:.3f},{at[e]:.3f},pure" for e in wt]
        rows.append("Total:,,,,100.00,,100.00,")
    else:
        rows = ["Element\tWeight %\tAtomic %\tNet Int.\tError %"]
        rows += [f"{e} K\t{wt[e]:.3f}\t{at[e]:.3f}\t{counts[e] / 60:.2f}\t{100 * error[e] / wt[e]:.2f}" for e in wt]
    text = "\n".join([*rows, ""])
    atomic(path, lambda target: target.write_text(text, encoding="utf-8"))
    return path
