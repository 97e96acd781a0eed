"""Rows of the paper about structure: its lines, bands and fringes, found by the analyses in crystals of the library.

The rows are lists of positions. They are read as an analysis reads a spectrum of which only positions are known; the
crystals that it finds are those of the library's patterns, none of which was made from this paper.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from ..analysis.structure.phase_evidence import Observed
from ..analysis.structure.phases import assign, identify
from ..growth.grow import grow
from ..library import Library
from ..library.patterns import pattern
from ..study.results import Runs
from .claims import Claim, claim
from .verdict import Answer

__all__ = ["bands", "crystallisation", "fringe", "glass", "reflections", "surface"]

WAVELENGTH = 1.5406  # angstrom, Cu K-alpha1
PRINTED = {"xrd": 0.06, "raman": 1.0}  # deg and cm-1: one standard deviation of a printed position
WIDTH = {"xrd": 0.3, "raman": 10.0}
RANGE = {"xrd": (10.0, 60.0), "raman": (100.0, 1100.0)}
MEANT = {"VO": "V2O5", "VOC1": "beta-Cu2V2O7"}  # which phase the paper's lines are said to be
FRINGE = 0.01  # nm: the digits of a printed spacing


def _observed(positions: list[float], technique: Literal["xrd", "raman"]) -> Observed:
    x = np.sort(np.array(positions))
    spread, width = np.full(x.shape, PRINTED[technique]), np.full(x.shape, WIDTH[technique])
    return Observed(x, spread, width, None, RANGE[technique], None, WAVELENGTH if technique == "xrd" else None)


def reflections(runs: Runs, row: Claim) -> Answer:
    """Diffraction lines: the phase of the whole library that they support best, and its indices."""
    meant, x = MEANT[row.sample], sorted(row.numbers)
    found = identify(_observed(x, "xrd"), "xrd").phases[0]
    labels = [a.label if a else "?" for a in assign(x, pattern("xrd", meant), 0.25, WAVELENGTH)]
    text = f"{found.name}: {' '.join(labels)}"
    note = (
        f"best supported of the library's crystals (by these lines alone: {found.verdict}); {meant} is meant; indices "
        "in the library's setting"
    )
    return Answer(text, agrees=found.name == meant and "?" not in labels, note=note, fixed="computed")


def bands(runs: Runs, row: Claim) -> Answer:
    """Raman bands of the whole film, the row's among them: the phases that they support."""
    x = list(row.numbers)
    if row.sample != "VO":
        x += [n for name in ("raman-vo", "raman-voc1-new", "raman-vo1-redshift") for n in claim(name).numbers]
    found = identify(_observed(sorted(set(x)), "raman"), "raman", elements=("V", "Cu", "O"))
    present, meant = found.named("present"), MEANT[row.sample]
    shift = next((p.shift for p in found.phases if p.name == meant), float("nan"))
    note = f"{meant} is meant; the axis lies {shift:+.0f} cm-1 from the literature's" if np.isfinite(shift) else ""
    return Answer(f"present: {', '.join(present) or 'none'}", agrees=meant in present, note=note, fixed="computed")


def fringe(runs: Runs, row: Claim) -> Answer:
    """A lattice fringe: the nearest spacing of the phase's crystal that films show, or of low index."""
    name = "V2O5" if "v2o5" in row.id and "cu2v2o7" not in row.id else "beta-Cu2V2O7"
    p = pattern("xrd", name)
    k = int(np.argmin(np.abs(0.1 * p.position - row.number)))
    d = 0.1 * float(p.position[k])
    note = f"nearest spacing of the crystal of {name}, {p.labels[k]} in the library's setting"
    off = 100.0 * (d / row.number - 1.0)
    return Answer(f"{d:.3f}", agrees=abs(d - row.number) < FRINGE, off=off, off_unit="%", note=note, fixed="computed")


def glass(runs: Runs, row: Claim) -> Answer:
    """No bands: the film is amorphous in the model of growth."""
    grown = grow(row.sample)
    note = "no phase crystallises under its recipe; copper's limit of crystallisation was set by this film"
    return Answer(
        "amorphous" if not grown.crystalline else "crystalline", agrees=not grown.crystalline, note=note, fixed="input"
    )


def crystallisation(runs: Runs, row: Claim) -> Answer:
    """The temperature at which half of the glass has crystallised in an hour."""
    value = Library().value("crystallisations.a-CuVO.half_temperature")
    low, high = value.span
    note = f"half crystallised after an hour ({low:g} to {high:g} K): a range that this row bounds; it gives no more"
    return Answer(f"{value.si:g}", note=note, fixed="input")


def surface(runs: Runs, row: Claim) -> Answer:
    """Copper at the surface over the bulk."""
    value = Library().value("films.VOC1.surface_domain_share")
    text = f"Cu/V at the surface {value.si:.2g} of the bulk's"
    return Answer(text, note=f"a value of the library ({value.kind}), not an answer of the model", fixed="input")
