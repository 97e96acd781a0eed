"""Impedance spectra of a cell about any state, with every contribution.

>>> from heterofilm import simulate
>>> record = simulate("vo-half", "EIS from 100 kHz to 10 mHz")
>>> record.impedance.columns[:3]
['frequency_Hz', 'Z_re_ohm_m2', 'Z_im_ohm_m2']
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import polars as pl

from ..engine.impedance import spectrum
from ..engine.parameters import Model
from ..engine.state import History, layout
from ..protocol import Impedance

CONTRIBUTIONS = (
    "series", "anode", "electrolyte", "film_ohmic", "charge_transfer", "matrix_diffusion", "exchange",
    "domain_diffusion", "storage",
)  # fmt: skip
"""Parts of Z, in the order of the engine; ``storage`` is the film's intercalation capacitance."""


def frequencies(step: Impedance) -> np.ndarray[Any, Any]:
    """From high to low, evenly on a logarithmic scale (Hz)."""
    count = 1 + round(step.points * math.log10(step.high / step.low))
    return np.geomspace(step.high, step.low, max(count, 2))


def impedance(f: np.ndarray[Any, Any], model: Model, y: np.ndarray[Any, Any], history: History) -> np.ndarray[Any, Any]:
    """Contributions (frequencies, CONTRIBUTIONS) to Z (ohm m2) at ``f`` (Hz) about a state; rows add up to Z."""
    return spectrum(2.0 * math.pi * np.asarray(f, float), y, history, model, layout(model))


def spectrum_table(step: Impedance, model: Model, y: np.ndarray[Any, Any], history: History) -> pl.DataFrame:
    """The spectrum about a state: ``frequency_Hz``, ``Z_re_ohm_m2``, ``Z_im_ohm_m2`` and the parts of both."""
    f = frequencies(step)
    parts = impedance(f, model, y, history)
    total = parts.sum(axis=1)
    columns = {"frequency_Hz": f, "Z_re_ohm_m2": total.real, "Z_im_ohm_m2": total.imag}
    for name, Z in zip(CONTRIBUTIONS, parts.T, strict=True):
        columns |= {f"{name}_re_ohm_m2": Z.real, f"{name}_im_ohm_m2": Z.imag}
    return pl.DataFrame(columns)
