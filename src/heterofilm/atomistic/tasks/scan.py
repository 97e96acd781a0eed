"""Energies of an interface over terminations, gaps and registries, before it is relaxed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ...constants import EV_A2_IN_J_M2
from ...errors import HeterofilmError, InputError
from ..engine import Engine
from ..engines.checks import check_engine
from ..store import Store, result
from ..structures.interface import Interface, InterfaceBuilder, Match
from .relaxation import energy

__all__ = ["ScanPoint", "scan_interfaces"]


@result
@dataclass(frozen=True)
class ScanPoint:
    """Energy (eV) of one gap, registry and termination, unrelaxed, against separated sides of the same strain."""

    interface: Interface
    energy_eV: float
    per_area_J_m2: float


def scan_interfaces(
    builder: InterfaceBuilder,
    engine: Engine,
    *,
    match: Match | None = None,
    terminations: Sequence[int] | None = None,
    gaps: Sequence[float] = (1.5, 2.0, 2.5, 3.0),
    shifts: Sequence[tuple[float, float]] = ((0.0, 0.0), (0.5, 0.0), (0.0, 0.5), (0.5, 0.5)),
    share: float = 0.5,
    store: Store | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[ScanPoint, ...]:
    """Energies over terminations, gaps and registries, lowest first.

    An energy is counted from the same two sides 10 Å apart in the same cell, so that it is an adhesion of stiff sides;
    the relaxed gap depends on all three. Points whose atoms overlap are left out.

    Errors: `HeterofilmError` when no point is left.
    """
    which = range(len(builder.terminations)) if terminations is None else terminations
    points: list[ScanPoint] = []
    total, done = len(which) * len(gaps) * len(shifts), 0
    for termination in which:
        apart: float | None = None
        for gap in gaps:
            for shift in shifts:
                done += 1
                try:
                    made = builder.build(match, termination, gap=gap, shift=shift, share=share)
                except HeterofilmError:
                    continue
                check_engine(made.atoms, engine, "energy")
                if apart is None:
                    far = builder.build(match, termination, gap=10.0, share=share)
                    apart = energy(far.atoms, engine, store=store).energy_eV
                E = energy(made.atoms, engine, store=store).energy_eV - apart
                area = float(np.linalg.norm(np.cross(made.atoms.cell[0], made.atoms.cell[1])))
                points.append(ScanPoint(made, E, EV_A2_IN_J_M2 * E / area))
                if progress is not None:
                    progress(done, total)
    if not points:
        raise InputError("No gap and registry of the scan leaves the atoms apart: begin with a larger gap.")
    return tuple(sorted(points, key=lambda point: point.energy_eV))
