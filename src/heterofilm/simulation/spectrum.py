"""Impedance spectra of a cell about any state, with every contribution.

>>> from heterofilm import simulate
>>> record = simulate("vo-half", "EIS from 100 kHz to 10 mHz")
>>> record.impedance.columns[:3]
['frequency_Hz', 'Z_re_ohm_m2', 'Z_im_ohm_m2']
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from ..engine.impedance import spectrum
from ..engine.parameters import Model
from ..engine.refine import Base, halved, refined, thinned
from ..engine.state import History, layout
from ..protocol import Impedance

CONTRIBUTIONS = (
    "series", "anode", "electrolyte", "film_ohmic", "charge_transfer", "matrix_diffusion", "exchange",
    "domain_diffusion", "storage",
)  # fmt: skip
"""Parts of Z, in the order of the engine; ``storage`` is the film's intercalation capacitance."""


SAMPLED = 8  # frequencies at which the error of the state is looked at: it changes slowly
ASKED = 0.01  # of |Z|, what an impedance may be wrong by without a warning


def frequencies(step: Impedance) -> np.ndarray[Any, Any]:
    """From high to low, evenly on a logarithmic scale (Hz)."""
    count = 1 + round(step.points * math.log10(step.high / step.low))
    return np.geomspace(step.high, step.low, max(count, 2))


class Impedances(NamedTuple):
    """Contributions to Z (ohm m2) at each frequency, and what they may be wrong by, over |Z|.

    - `parts` (frequencies, CONTRIBUTIONS): rows add up to Z;
    - `mesh_error`: of the mesh that the spectrum is solved on, from one with half its cells;
    - `state_error`: of the state between the nodes of the cell, from every second of them. What the run that led to
      the state was wrong by is not in it: a finer mesh of the cell tells.
    """

    parts: np.ndarray[Any, Any]
    mesh_error: np.ndarray[Any, Any]
    state_error: np.ndarray[Any, Any]


def impedance(f: np.ndarray[Any, Any], model: Model, y: np.ndarray[Any, Any], history: History) -> Impedances:
    """Impedance at ``f`` (Hz) about a state, on meshes of its own (``engine/refine.py``).

    Two meshes of second order, one with half the cells of the other, are extrapolated (Richardson); the error named
    is that of the finer one without it.
    """
    omega = 2.0 * math.pi * np.asarray(f, float)
    base = Base(y, history, model, layout(model))

    fine = refined(base, float(omega.max()))
    sparse = slice(None, None, max(omega.size // SAMPLED, 1))
    coarse, some = halved(fine), omega[sparse]
    less = thinned(base, coarse)
    finer, coarser = (spectrum(omega, on.y, on.history, on.model, on.lay) for on in (fine, coarse))
    same = coarser[sparse].sum(axis=1)
    missed = same - spectrum(some, less.y, less.history, less.model, less.lay).sum(axis=1)
    order = np.argsort(some)
    state_error = np.interp(np.log(omega), np.log(some[order]), np.abs(missed / (3.0 * same))[order])
    Z, Z_coarser = finer.sum(axis=1), coarser.sum(axis=1)
    return Impedances(
        parts=finer + (finer - coarser) / 3.0,
        mesh_error=np.abs((Z - Z_coarser) / (3.0 * Z)),
        state_error=state_error,
    )


def spectrum_table(step: Impedance, model: Model, y: np.ndarray[Any, Any], history: History) -> pl.DataFrame:
    """The spectrum about a state: ``frequency_Hz``, ``Z_re_ohm_m2``, ``Z_im_ohm_m2``, the parts of both, and the errors
    of :class:`Impedances`, ``mesh_error`` and ``state_error``.
    """
    f = frequencies(step)
    found = impedance(f, model, y, history)
    total = found.parts.sum(axis=1)
    columns = {"frequency_Hz": f, "Z_re_ohm_m2": total.real, "Z_im_ohm_m2": total.imag}
    for name, Z in zip(CONTRIBUTIONS, found.parts.T, strict=True):
        columns |= {f"{name}_re_ohm_m2": Z.real, f"{name}_im_ohm_m2": Z.imag}
    return pl.DataFrame(columns | {"mesh_error": found.mesh_error, "state_error": found.state_error})


def said(tables: Sequence[pl.DataFrame]) -> str:
    """What the spectra of a run may be wrong by, in a sentence."""
    mesh, state = (100.0 * max(float(t[key].to_numpy().max()) for t in tables) for key in ("mesh_error", "state_error"))
    worse = " That is much: give the cell more nodes." if mesh + state > 100.0 * ASKED else ""
    return f"Impedance: its mesh leaves at most {mesh:.2g} % of |Z|, the nodes of the state {state:.2g} %.{worse}"
