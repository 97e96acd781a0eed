"""Synthetic XPS: a VAMAS file of core levels and Cu LMM from a stated truth.

What the analysis does not know is drawn by the seed: exact energies and widths within what the literature spans,
satellites, terms of the Auger line, contamination, charging. The lines are Voigt profiles, those of metals
Doniach-Sunjic's, the satellites of Cu2+ three (the fit has other shapes, and two satellites). The background is that of
losses by Tougaard's universal cross-section, so that the plateau behind every line rises, added to a step of shake-off
and a slope; counts are Poisson's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..analysis.photoemission.background import CrossSection
from ..analysis.photoemission.quantify import EXPONENT
from ..analysis.photoemission.shapes import doniach_sunjic, voigt
from ..errors import InputError
from ..files import atomic
from ..instruments.xray_lines import AL_K_ALPHA

__all__ = ["Region", "XpsTruth", "lipon_regions", "vamas_text", "xps_regions", "write_xps"]

Array = NDArray[Any]
Lines = dict[str, list[tuple[float, float, float, float, float]]]  # energy, width, area, mixing, asymmetry
# of whole levels, C 1s = 1 (Scofield 1976): the truth has its own copy, for the library may be changed by its user
CROSS_SECTION = {
    "C 1s": 1.0, "O 1s": 2.93, "N 1s": 1.80, "P 2p": 1.192, "Li 1s": 0.0568, "V 2p": 9.66, "Cu 2p": 25.39,
}  # fmt: skip
SLIT = 0.4  # eV: the rectangle of an analyser's slits at a pass energy of 20 eV, assumed
SITES = 0.25  # of the full width: distance of the two kinds of sites of a compound
NARROWED = 0.94  # of the full width: what is left to each Voigt profile, for a line of about 1.2 eV
NODES, WEIGHTS = np.polynomial.legendre.leggauss(5)
UNIVERSAL = CrossSection(2866.0, 1643.0)  # Tougaard 1988

# Main lines: state -> energy (eV), its spread between samples, full width. V 2p1/2 lies 7.4 eV higher, broader by
# Coster-Kronig decay.
VANADIUM = {"V5+": (517.2, 0.08, 1.25), "V4+": (515.84, 0.06, 1.5), "V3+": (515.25, 0.05, 1.7)}
COPPER = {"Cu2+": (934.2, 0.25, 2.9), "Cu+": (932.25, 0.07, 1.2), "Cu0": (932.62, 0.05, 1.1)}
# Auger parameter (eV), its spread between samples, width of the main term
AUGER = {"Cu2+": (1851.4, 0.25, 2.9), "Cu+": (1849.17, 0.08, 2.4), "Cu0": (1851.24, 0.06, 1.6)}
# of the other terms: distance to the main one (eV), their weights over it, their widths over its
TERMS = ((-2.4, 0.2, 0.95), (1.7, 0.14, 1.0), (3.4, 0.28, 1.5))
YIELD = 0.8  # Auger electrons over 2p electrons of copper
# LiPON: lithium, phosphorus, nitrogen between two and three phosphorus atoms, bridging and other oxygen
NITROGEN = {"N of two P": (397.8, 0.07, 1.45), "N of three P": (399.35, 0.07, 1.55)}
LIPON = {
    "N 1s": ("N", "1s", 391.0, 409.0), "P 2p": ("P", "2p", 125.0, 143.0), "Li 1s": ("Li", "1s", 48.0, 63.0),
    "O 1s": ("O", "1s", 522.0, 542.0), "C 1s": ("C", "1s", 278.0, 298.0),
}  # fmt: skip


@dataclass(frozen=True)
class XpsTruth:
    """What is measured.

    - `vanadium`, `copper`: shares of the states of each element, adding up to one; an empty `copper` for pure V2O5;
    - `atoms`: atomic shares of V, Cu, O and C in what XPS sees;
    - `shift_eV`: charging, by which every line appears higher; `counts`: at the maximum of V 2p and O 1s;
    - `seed`: of all that is drawn.
    """

    vanadium: Mapping[str, float] = field(default_factory=lambda: {"V5+": 1.0})
    copper: Mapping[str, float] = field(default_factory=lambda: {"Cu2+": 1.0})
    atoms: Mapping[str, float] = field(default_factory=lambda: {"V": 0.22, "Cu": 0.03, "O": 0.58, "C": 0.17})
    shift_eV: float = 0.0
    counts: float = 20_000.0
    seed: int = 0

    def __post_init__(self) -> None:
        for word, shares, known in (("vanadium", self.vanadium, VANADIUM), ("copper", self.copper, COPPER)):
            if not set(shares) <= set(known):
                raise InputError(f"The states of {word} must be among {', '.join(known)}, got {', '.join(shares)}.")
            if shares and abs(sum(shares.values()) - 1.0) > 1e-9:
                raise InputError(f"The shares of {word} must add up to one, got {sum(shares.values()):g}.")


@dataclass(frozen=True, eq=False)
class Region:
    """One measured region: binding energies that fall in even steps (eV), counts, shape (n,)."""

    name: str
    species: str
    transition: str
    energy_eV: Array
    counts: Array


def xps_regions(truth: XpsTruth) -> list[Region]:
    """The regions of a measurement of `truth`."""
    rng = np.random.default_rng(truth.seed)
    atoms = dict(truth.atoms)
    lines: Lines = {"C 1s": [], "V 2p and O 1s": [], "Cu 2p": [], "Cu LMM": []}

    def put(region: str, energy: float, width: float, area: float, m: float = 0.35, skew: float = 0.0) -> None:
        lines[region].append((energy + truth.shift_eV, width * rng.uniform(0.95, 1.05), area, m, skew))

    carbon = atoms.get("C", 0.0) * yields("C 1s", 285.0)
    for energy, share in ((284.8, 0.78), (286.3, 0.13), (288.7, 0.09)):
        put("C 1s", energy + 0.03 * rng.normal(), 1.3, carbon * share, 0.2)
    oxygen = atoms.get("O", 0.0) * yields("O 1s", 530.0)
    lattice = rng.uniform(0.72, 0.85)
    put("V 2p and O 1s", 530.0 + 0.05 * rng.normal(), 1.35, oxygen * lattice)
    put("V 2p and O 1s", 531.6 + 0.1 * rng.normal(), 1.8, oxygen * (1.0 - lattice), 0.2)
    metal = atoms.get("V", 0.0) * yields("V 2p", 517.0)
    for state, share in truth.vanadium.items():
        energy, spread, width = VANADIUM[state]
        energy += spread * float(np.clip(rng.normal(), -2.0, 2.0))
        put("V 2p and O 1s", energy, width, metal * share / 1.5)
        put("V 2p and O 1s", energy + 7.4 + 0.04 * rng.normal(), 1.8 * width, metal * share / 3.0)
    metal = atoms.get("Cu", 0.0) * yields("Cu 2p", 933.0)
    for state, share in truth.copper.items():
        energy, spread, width = COPPER[state]
        energy += spread * float(np.clip(rng.normal(), -2.0, 2.0))
        area = metal * share
        if state == "Cu2+":  # its satellites take intensity from the main lines
            satellites = rng.uniform(0.50, 0.64)
            area /= 1.0 + satellites
            for offset, part, broad in ((6.9, 0.32, 1.9), (8.0, 0.40, 2.6), (9.9, 0.28, 1.8)):
                put("Cu 2p", energy + offset + 0.1 * rng.normal(), broad, area * satellites * part * 2.0 / 3.0, 0.1)
            put("Cu 2p", energy + 28.4, 4.0, area * satellites / 3.0, 0.1)
        skew = rng.uniform(0.01, 0.04) if state == "Cu0" else 0.0
        put("Cu 2p", energy, width, area * 2.0 / 3.0, skew=skew)
        put("Cu 2p", energy + 19.8, 1.3 * width, area / 3.0)
        parameter, spread, width = AUGER[state]
        place = AL_K_ALPHA - parameter - spread * float(np.clip(rng.normal(), -2.0, 2.0)) + energy
        weights = np.array([1.0, *(w * rng.uniform(0.8, 1.2) for _, w, _ in TERMS)])
        weights *= YIELD * metal * share / weights.sum()
        put("Cu LMM", place, width, float(weights[0]))
        for (offset, _, broad), weight in zip(TERMS, weights[1:], strict=True):
            put("Cu LMM", place + offset + 0.1 * rng.normal(), broad * width, float(weight), 0.2)
    places = {
        "C 1s": ("C", "1s", 278.0, 298.0), "V 2p and O 1s": ("V", "2p", 507.0, 542.0),
        "Cu 2p": ("Cu", "2p", 922.0, 970.0), "Cu LMM": ("Cu", "LMM", 556.0, 582.0),
    }  # fmt: skip
    chosen = {name: places[name] for name in ("V 2p and O 1s", "C 1s", "Cu 2p", "Cu LMM") if lines[name]}
    return _counted(lines, chosen, truth.counts, rng)


def yields(line: str, energy: float) -> float:
    """Electrons for each atom: cross-section of the whole level times the escape depth (C 1s = 1 at 1 keV)."""
    return float(CROSS_SECTION[line] * ((AL_K_ALPHA - energy) / 1000.0) ** EXPONENT)


def _counted(
    lines: Lines, places: Mapping[str, tuple[str, str, float, float]], counts: float, rng: np.random.Generator
) -> list[Region]:
    """Lines with their losses, step and floor as counts; `counts` at the maximum of the first region."""
    scale = 0.0
    found = []
    for name, (species, transition, low, high) in places.items():
        E = np.arange(low, high + 0.05, 0.1)
        primary = sum((a * _line(E - e, w, m, skew) for e, w, a, m, skew in lines[name]), np.zeros(E.size))
        losses = 0.35 * np.convolve(primary, UNIVERSAL.at(0.1 * np.arange(E.size)))[: E.size] * 0.1
        step = rng.uniform(0.015, 0.03) * np.cumsum(primary) * 0.1
        scale = scale or counts / float(primary.max())
        floor = rng.uniform(0.15, 0.3) / scale * counts
        slope = 1.0 + rng.uniform(-0.002, 0.002) * (E - low)
        mean = scale * (primary + losses + step + floor * slope)
        found.append(Region(name, species, transition, E[::-1], rng.poisson(mean)[::-1].astype(float)))
    return found


def _line(x: Array, width: float, m: float, skew: float) -> Array:
    """Voigt's or, of a metal, Doniach and Sunjic's profile, seen through the slits of the analyser; full width `width`.

    A compound's line is of two kinds of sites, a quarter of them at higher energy, so that it leans a little.
    """
    if skew:  # 0.55 of the width is the lifetime's, the rest the instrument's: together the width (a Voigt's)
        shifts, weights = SLIT * NODES / 2.0, WEIGHTS / 2.0
        return sum((w * doniach_sunjic(x - d, 0.53 * width, skew, 1.2) for d, w in zip(shifts, weights, strict=True)),
                   np.zeros(x.size))  # fmt: skip
    found = np.zeros(x.size)
    for place, share in ((-0.25 * SITES * width, 0.75), (0.75 * SITES * width, 0.25)):
        for node, weight in zip(NODES.tolist(), WEIGHTS.tolist(), strict=True):
            found += 0.5 * share * weight * voigt(x - place - SLIT * node / 2.0, NARROWED * width, m)
    return found


def lipon_regions(
    three: float, atoms: Mapping[str, float], *, counts: float = 20_000.0, shift_eV: float = 0.0, seed: int = 0
) -> list[Region]:
    """LiPON: `three` of its nitrogen between three phosphorus atoms, the rest between two; `atoms`: Li, P, O, N, C."""
    rng = np.random.default_rng(seed)
    lines: Lines = {name: [] for name in LIPON}

    def put(region: str, energy: float, width: float, area: float) -> None:
        e = energy + shift_eV + 0.05 * float(np.clip(rng.normal(), -2.0, 2.0))
        lines[region].append((e, width * rng.uniform(0.93, 1.07), area, rng.uniform(0.15, 0.4), 0.0))

    amount = {name: atoms.get(species, 0.0) for name, (species, *_) in LIPON.items()}
    total = amount["N 1s"] * yields("N 1s", 398.0)
    for (energy, spread, width), share in zip(NITROGEN.values(), (1.0 - three, three), strict=True):
        put("N 1s", energy + spread * float(np.clip(rng.normal(), -2.0, 2.0)), width, total * share)
    total = amount["P 2p"] * yields("P 2p", 133.5)
    energy = 133.2 + 0.15 * float(np.clip(rng.normal(), -2.0, 2.0))
    put("P 2p", energy, 1.4, total * 2.0 / 3.0)
    put("P 2p", energy + 0.87, 1.4, total / 3.0)
    put("Li 1s", 55.4, 1.4, amount["Li 1s"] * yields("Li 1s", 55.5))
    total = amount["O 1s"] * yields("O 1s", 531.0)
    put("O 1s", 531.4, 1.5, 0.85 * total)
    put("O 1s", 533.0, 1.5, 0.15 * total)
    put("C 1s", 284.8, 1.3, amount["C 1s"] * yields("C 1s", 285.0))
    return _counted(lines, LIPON, counts, rng)


def write_xps(truth: XpsTruth, path: str | Path) -> Path:
    """Write a VAMAS file of `truth`, whole or not at all; return its path."""
    text = vamas_text(xps_regions(truth), "synthetic sample")
    return atomic(Path(path), lambda target: target.write_text(text, encoding="ascii", newline="\r\n"))


def vamas_text(
    regions: list[Region], sample: str, photon_eV: float = AL_K_ALPHA, technique: str = "XPS", bias_V: float = 0.0
) -> str:
    """Regions as VAMAS: one block each, a regular scan over kinetic energy."""
    lines: list[Any] = ["VAMAS Surface Chemical Analysis Standard Data Transfer Format 1988 May 4"]
    lines += [
        "heterofilm",
        "synthetic spectrometer",
        "Not specified",
        "Not specified",
        1,
        "Made by heterofilm's synthetic data",
    ]
    lines += ["NORM", "REGULAR", len(regions), 0, 0, 0, 0, 0, len(regions)]
    for r in regions:
        step = abs(float(r.energy_eV[1] - r.energy_eV[0]))
        lines += [r.name, sample, 2025, 1, 1, 12, 0, 0, 0, 0, technique, "Al (mono)" if photon_eV > 100.0 else "He I"]
        lines += [photon_eV, 100, 1e37, 1e37, 1e37, 1e37, "FAT", 20, 1e37, 4.5, bias_V, 1e37, 1e37, 1e37, 1e37]
        lines += [
            r.species,
            r.transition,
            -1,
            "Kinetic energy",
            "eV",
            f"{photon_eV - float(r.energy_eV[0]):.6g}",
            f"{step:.6g}",
        ]
        lines += [1, "Intensity", "d", "pulse counting", 0.1, 1, 1e37, 1e37, 1e37, 1e37, 0]
        lines += [r.counts.size, f"{r.counts.min():g}", f"{r.counts.max():g}", *(f"{c:.8g}" for c in r.counts)]
    return "\n".join(str(line) for line in [*lines, "end of experiment"]) + "\n"
