"""The kernels that the rest of the package calls, made ready before they are needed.

Their arguments have the same types for every cell, so they can be compiled, loaded or shipped before there is one.

>>> from heterofilm.engine.build import EVERYTHING, prepare
>>> prepare(*EVERYTHING)

``python -m heterofilm.engine.build`` makes those of studies, and needs numba alone: an installation does it beside the
rest. Those of sensitivities and fits are made when they are first asked for, or by ``build everything``.
"""

from __future__ import annotations

import sys
from typing import Any

from numba.core import types

from . import progress
from .balance import stored
from .depth import deepen
from .equilibrium import rest
from .factors import Factors
from .follow import Demand, Path, Seen, begin, follow, follow_depth, see
from .impedance import Linearised, Weights, respond, weigh
from .integrate import Settings
from .jit import Kernel
from .msmr import fillings
from .observe import look
from .parameters import Ageing, Model, Phase
from .programme import run_steps
from .refine import fillings_at, monotone_cubic, potentials
from .respond import Rows, Sites, Small, fillings_of, interpolate, potentials_of, response_slopes
from .state import DualWork, History, Layout, Work
from .struct_types import StructType
from .structs import Struct
from .together import run_cells
from .voltage import Control, voltage
from .workspace import Workspace

NUMBER = types.float64
VECTOR, MATRIX, BLOCK = types.float64[::1], types.float64[:, ::1], types.float64[:, :, ::1]
INDICES = types.int64[::1]
RESPONSE = types.complex128[:, ::1]


def _dual(struct: type[Struct]) -> StructType:
    """numba's type of the twin of a struct."""
    return StructType(struct, dual=True)


def _signature(*arguments: Any) -> tuple[Any, ...]:
    return tuple(one._numba_type_ if isinstance(one, type) and issubclass(one, Struct) else one for one in arguments)


SIGNATURES: dict[Kernel, tuple[Any, ...]] = {
    fillings: _signature(VECTOR, MATRIX, NUMBER, NUMBER, VECTOR, VECTOR),
    rest: _signature(VECTOR, History, NUMBER, NUMBER, NUMBER, NUMBER, Model, Layout),
    voltage: _signature(VECTOR, Model, Layout),
    stored: _signature(VECTOR, Model, Layout),
    run_steps: _signature(
        VECTOR, History, MATRIX, MATRIX, INDICES, INDICES, VECTOR, Model, Layout, Ageing, Settings, Workspace, MATRIX,
        INDICES,
    ),
    run_cells: _signature(
        INDICES, INDICES, VECTOR, VECTOR, History, MATRIX, types.int64[:, ::1], INDICES, VECTOR, Layout, Settings,
        Workspace, types.int64, INDICES, BLOCK, BLOCK, BLOCK, INDICES,
    ),
    deepen: _signature(VECTOR, History, Model, Layout, Ageing, MATRIX),
    look: _signature(MATRIX, Model, Layout, MATRIX, MATRIX, MATRIX, VECTOR, VECTOR, MATRIX),
    weigh: _signature(VECTOR, History, Model, Layout, Weights),
    respond: _signature(
        VECTOR, VECTOR, History, Control, Model, Layout, Linearised, INDICES, INDICES, VECTOR, RESPONSE
    ),
    potentials: _signature(VECTOR, VECTOR, VECTOR, NUMBER, Phase, VECTOR),
    fillings_at: _signature(VECTOR, VECTOR, VECTOR, Phase, VECTOR),
    begin: _signature(_dual(Path), _dual(History), _dual(Demand), NUMBER, NUMBER, _dual(Model), Layout),
    see: _signature(_dual(Path), _dual(Model), Layout, _dual(Seen)),
    follow: _signature(
        MATRIX, MATRIX, INDICES, types.int64, types.int64, VECTOR, Control, Model, Layout, _dual(Demand), _dual(Model),
        _dual(History), _dual(Path), _dual(Work), _dual(Factors), _dual(Seen),
    ),
    follow_depth: _signature(_dual(Path), _dual(History), _dual(Model), Layout, Ageing),
    potentials_of: _signature(_dual(Sites), NUMBER, _dual(Phase)),
    fillings_of: _signature(_dual(Sites), _dual(Phase)),
    interpolate: _signature(_dual(Rows)),
    response_slopes: _signature(
        VECTOR, VECTOR, History, Control, Model, Layout, Linearised, _dual(Small), _dual(History),
        _dual(Model), _dual(DualWork), types.complex128[::1], types.complex128[::1], RESPONSE,
    ),
    monotone_cubic: _signature(VECTOR, MATRIX, VECTOR, VECTOR, MATRIX),
}  # fmt: skip
"""Every kernel that is called from Python, and with what."""

STEPS = (fillings, rest, voltage, stored, run_steps, deepen, look)  # of any simulation
SPECTRA = (weigh, respond, potentials, fillings_at, monotone_cubic)  # of impedance
TOGETHER = (*STEPS, run_cells)  # of many cells
SLOPES = (begin, see, follow, follow_depth)  # of sensitivities
SPECTRA_SLOPES = (potentials_of, fillings_of, interpolate, response_slopes)  # of impedance
USUAL = (*TOGETHER, *SPECTRA)  # of studies
EVERYTHING = (*USUAL, *SLOPES, *SPECTRA_SLOPES)
_READY: set[Kernel] = set()


def prepare(*kernels: Kernel) -> None:
    """Load or compile these kernels, and say so where it takes time (see ``progress.py``)."""
    if _READY.issuperset(kernels):
        return
    waiting = [one for one in kernels if SIGNATURES[one] not in one.entry.overloads]
    missing = [one for one in waiting if not one.is_kept(SIGNATURES[one])]
    if missing:
        progress.begin(set().union(*(one.parts() for one in missing)))
    for one in waiting:
        one.entry.compile(SIGNATURES[one])
    _READY.update(kernels)


if __name__ == "__main__":
    prepare(*(EVERYTHING if sys.argv[1:] == ["everything"] else USUAL))
