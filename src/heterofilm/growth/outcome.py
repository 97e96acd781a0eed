"""What a film of V, Cu and O becomes: V2O5 with Cu2V2O7, or Cu2V2O7 with CuO above Cu/V = 1.

Oxygen is taken to suffice (oxide target, anneal in air), so that no metallic copper is left. All by the mass balance
of ``composition.py``, which is linear in Cu/V: its ends are enough for any number of draws.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..film.composition import Composition, phase_fractions
from ..library.schema import Phase
from ..library.value import Value

Real = Any  # a float, or an array of draws of it
Pick = Callable[[str, Value, str], Real]


class Volumes(NamedTuple):
    """Molar volumes of the dense phases (m3/mol of formula units), and the phases themselves."""

    oxide: Real  # V2O5
    vanadate: Real  # Cu2V2O7
    glass: Real  # a-CuVO
    tenorite: Real  # CuO
    phases: tuple[Phase, Phase, Phase]  # V2O5, Cu2V2O7, CuO

    def per_vanadium(self, cu_to_v: Real, glass: Any) -> Real:
        """Dense volume of film per mole of V (m3/mol); `glass`: with the volume of the glass for Cu2V2O7."""
        vanadate = np.where(glass, self.glass, self.vanadate)
        ends = []  # at Cu/V = 0, 1, 2
        poor, rich = (self.oxide, vanadate), (vanadate, self.tenorite)
        for ratio, volumes in ((0.0, poor), (1.0, poor), (2.0, rich)):
            found = shares(ratio, self.phases)
            ends.append(sum(n * v for n, v in zip(_units(found), volumes, strict=True)))
        x = np.asarray(cu_to_v, dtype=float)
        return ends[0] + (ends[1] - ends[0]) * np.minimum(x, 1.0) + (ends[2] - ends[1]) * np.maximum(x - 1.0, 0.0)


def volumes(oxide: Phase, vanadate: Phase, glass: Phase, tenorite: Phase, pick: Pick) -> Volumes:
    """The molar volumes M/rho, or draws of them."""

    def molar(phase: Phase) -> Real:
        return phase.molar_mass.si / pick(f"phases.{phase.name}.density", phase.density, "kg/m3")

    return Volumes(molar(oxide), molar(vanadate), molar(glass), molar(tenorite), (oxide, vanadate, tenorite))


def shares(cu_to_v: float, phases: tuple[Phase, Phase, Phase]) -> Composition:
    """The crystalline phases at Cu/V: V2O5 and Cu2V2O7 up to one, Cu2V2O7 and CuO above."""
    oxide, vanadate, tenorite = phases
    if cu_to_v > 1.0:
        return phase_fractions(cu_to_v, vanadate, tenorite)
    return phase_fractions(cu_to_v, oxide, vanadate)


def _units(found: Composition) -> tuple[float, float]:
    """Formula units per V atom, of both phases."""
    assert found.domain is not None  # always asked for two phases
    return found.matrix.formula_units, found.domain.formula_units
