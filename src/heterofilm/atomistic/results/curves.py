"""The small part of a ground state that is worth keeping: states, averages along an axis, one slice of ELF.

Recorded under ``library/data/atomistic`` as ``<name>.npz`` (arrays and one line of JSON; nothing is executed on
reading), made by ``record(electrons(load("V2O5").atoms, get("gpaw"), elf=True), "V2O5-PBE-PW", ...)``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import InputError, did_you_mean
from ..engines.electrons import Electrons
from ..fields.averages import Profile, planar_average
from ..fields.grid import Grid, axis_number
from ..fields.states import Edges, States
from .about import About
from .packed import DAMAGED, pack, refused, unpack
from .recorded import FOLDER

__all__ = ["Curves", "Slice", "curve_names", "load_curves", "read_curves", "record", "summary", "take_slice"]


@dataclass(frozen=True)
class Slice:
    """A plane of a field: `values[i, j]` at the places i, j along the two other axes, of which `lengths_A` are whole.

    Drawn as a rectangle: for axes at right angles this is the true shape.
    """

    values: np.ndarray
    lengths_A: tuple[float, float]
    axes: str  # "ac": rows along a, columns along c
    at: float  # fraction along the third axis
    unit: str


@dataclass(frozen=True, kw_only=True)
class Curves:
    """What is kept of a ground state."""

    name: str
    about: About
    edges: Edges
    states: States | None
    density: Profile  # e/Å3
    potential: Profile  # eV
    elf: Slice | None


def take_slice(grid: Grid, axis: str | int, at: float, *, every: int = 1) -> Slice:
    """The plane of points next to the fraction `at` along `axis`."""
    i = axis_number(axis)
    others = [k for k in range(3) if k != i]
    n = grid.values.shape[i]
    values = np.take(grid.values, round(at * n) % n, axis=i)[::every, ::every]
    lengths = tuple(float(np.linalg.norm(grid.cell[k])) for k in others)
    return Slice(values, (lengths[0], lengths[1]), "".join("abc"[k] for k in others), at, grid.unit)


def summary(
    found: Electrons,
    name: str,
    about: Mapping[str, Any],
    *,
    axis: str = "c",
    slice_axis: str = "b",
    slice_at: float = 0.0,
) -> Curves:
    """The curves of `found`: averages along `axis`, and ELF (where it is there) across `slice_axis`.

    `about`: further words of `About` by name; level, version and cost come from the result.
    """
    made = found.provenance
    own = {} if made is None else {"level": made.level, "version": made.version, "wall_s": made.wall_s}
    elf = None if found.elf is None else take_slice(found.elf, slice_axis, slice_at)
    return Curves(
        name=name, about=About.parse({**own, "iterations": found.iterations, **about}), edges=found.edges,
        states=found.states, density=planar_average(found.density, axis),
        potential=planar_average(found.potential, axis), elf=elf,
    )  # fmt: skip


def record(curves: Curves, path: str | os.PathLike[str]) -> Path:
    """Write `curves` (single precision) as one ``.npz``, whole or not at all."""
    e, s, c = curves.edges, curves.states, curves.elf
    head: dict[str, Any] = {
        "name": curves.name, "about": curves.about.words,
        "edges": [e.valence_eV, e.conduction_eV, e.gap_eV, e.direct, e.direct_gap_eV],
        "heights_A": [curves.density.height_A, curves.potential.height_A],
    }  # fmt: skip
    arrays: dict[str, Any] = {"density": curves.density.values, "potential": curves.potential.values}
    if s is not None:
        head |= {"fermi_eV": s.fermi_eV, "parts": list(s.parts)}
        head["energies_eV"] = [float(s.energies_eV[0]), float(s.energies_eV[-1])]
        arrays |= {"states": s.total} | {f"part{k}": part for k, part in enumerate(s.parts.values())}
    if c is not None:
        head["elf"] = {"lengths_A": c.lengths_A, "axes": c.axes, "at": c.at, "unit": c.unit}
        arrays["elf"] = c.values
    return pack(path, head, {key: np.asarray(value, dtype=np.float32) for key, value in arrays.items()})


def curve_names() -> tuple[str, ...]:
    """The names of the recorded curves."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.npz")))


def load_curves(name: str) -> Curves:
    """Recorded curves by name.

    Errors: `HeterofilmError` for an unknown name, with the nearest.
    """
    if name not in curve_names():
        known = ", ".join(curve_names())
        raise InputError(f"There are no recorded curves '{name}'; known: {known}.{did_you_mean(name, curve_names())}")
    return read_curves(FOLDER / f"{name}.npz")


def read_curves(path: str | os.PathLike[str]) -> Curves:
    """What `record` wrote.

    Errors: `HeterofilmError` for a file that is missing, larger than 2 MB, or not of this kind.
    """
    try:
        head, arrays = unpack(path)
        profiles = [
            Profile(np.arange(arrays[k].size) * (h / arrays[k].size), arrays[k].astype(float), h, unit, words)
            for k, h, unit, words in zip(
                ("density", "potential"),
                head["heights_A"],
                ("e/Å3", "eV"),
                ("density", "electrostatic potential"),
                strict=True,
            )
        ]
        states = None
        if "states" in arrays:
            energies = np.linspace(head["energies_eV"][0], head["energies_eV"][1], arrays["states"].shape[-1])
            parts = {word: arrays[f"part{k}"].astype(float) for k, word in enumerate(head["parts"])}
            states = States(energies, arrays["states"].astype(float), parts, head["fermi_eV"])
        elf = None
        if "elf" in arrays:
            e = head["elf"]
            elf = Slice(
                arrays["elf"].astype(float), (e["lengths_A"][0], e["lengths_A"][1]), e["axes"], e["at"], e["unit"]
            )
        return Curves(
            name=head["name"], about=About.parse(head["about"]), edges=Edges(*head["edges"]), states=states,
            density=profiles[0], potential=profiles[1], elf=elf,
        )  # fmt: skip
    except DAMAGED as error:
        raise refused(path, "curves", error) from None
