"""The paper's rows marked `calibrate`, as residuals: what was measured, what the model gives, how much they may differ.

A row that is a number gives (model - measured)/sigma. A row in words ("all Cu is Cu0") gives zero where
the model agrees and grows linearly outside. Sigma is the accuracy asked of a calibrated row divided by two
or three, not a measured error: the paper gives none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..analysis.dqdv import plateaus
from ..analysis.oxidation import oxidation_states
from ..cell import Cell
from ..engine.parameters import F, R
from ..library import Library
from ..record import Record
from ..simulate import simulate
from ..units import from_si

CAPACITY = 0.01  # relative
PLATEAU = 0.02  # V
SHARE = 0.03
MISSING = 10.0  # residual of a plateau that the model does not show


@dataclass(frozen=True)
class Residual:
    """One number of one row."""

    row: str
    what: str
    model: float
    measured: float
    sigma: float
    one_sided: int = 0  # +1: the model must be at least `measured`; -1: at most

    @property
    def value(self) -> float:
        """In units of sigma."""
        off = (self.model - self.measured) / self.sigma
        if self.one_sided > 0:
            return min(off, 0.0)
        if self.one_sided < 0:
            return max(off, 0.0)
        return off


class Experiments:
    """Discharges of the built-in cells under one set of overrides, each run once."""

    def __init__(self, overrides: Mapping[str, float], library: Library | None = None) -> None:
        self.library = library or Library(overrides, calibration=None)
        self._cells: dict[str, Cell] = {}
        self._records: dict[tuple[str, float], Record] = {}

    def cell(self, name: str) -> Cell:
        """The cell of that name."""
        if name not in self._cells:
            self._cells[name] = Cell(self.library.cell(name))
        return self._cells[name]

    def discharge(self, cell: str, current: float, detail: bool = False) -> Record:
        """First discharge at ``current`` (uA/cm2) to the lower cut-off."""
        key = (cell, current)
        if key not in self._records:
            protocol = f"Discharge at {current:g} uA/cm2 until {self.cell(cell).window[0]:g} V"
            self._records[key] = simulate(self.cell(cell), protocol, detail=detail, dV=4e-3)
        return self._records[key]


def residuals(run: Experiments) -> list[Residual]:
    """Every number of every row marked `calibrate` that the model has a counterpart for."""
    voc1 = run.discharge("voc1-half", 5, detail=True)
    found = [
        *_plateaus("plateaus-vo", run.discharge("vo-half", 5), (3.4, 3.2, 2.3)),
        *_plateaus("plateau-voc1-cu", voc1, (3.4, 3.2, 2.5, 2.3)),
        _onset("plateau-voc2", run.discharge("voc2-half", 5), 3.4),
    ]
    for row, cell, current, measured in (
        ("cap-vo-5", "vo-half", 5, 53.3),
        ("cap-voc1-5", "voc1-half", 5, 76.4),
        ("max-voc1-20", "voc1-half", 20, 62.7),
        ("cap-voc2-5", "voc2-half", 5, 49.0),
        ("cap-voc2-3", "voc2-half", 3, 138.2),
        ("atfb-vo-5", "vo-atfb", 5, 41.3),
        ("atfb-voc1-5", "voc1-atfb", 5, 65.0),
    ):
        model = run.discharge(cell, current).capacity("uAh/cm2/um")
        found.append(Residual(row, "capacity", model, measured, CAPACITY * measured))
    resistance = charge_transfer_resistance(run.cell("voc1-half"))
    found.append(Residual("rct-voc1", "resistance", resistance, 62.45, 0.02 * 62.45))
    return found + _xps(run.cell("voc1-half"), voc1)


def charge_transfer_resistance(cell: Cell) -> float:
    """RT/(F i0 A) at open circuit (ohm): the linearised Butler-Volmer equation."""
    interface = cell.model.cathode
    return R * cell.model.T / (F * interface.i0 * cell.area)


def _plateaus(row: str, record: Record, measured: tuple[float, ...]) -> list[Residual]:
    found = plateaus(record)["voltage_V"].to_numpy()
    out = []
    for V in measured:
        near = found[np.argmin(np.abs(found - V))] if found.size else np.nan
        if not abs(near - V) < 0.12:
            near = V + MISSING * PLATEAU
        out.append(Residual(row, f"{V:g} V", float(near), V, PLATEAU))
    return out


def onset(record: Record) -> float:
    """Potential (V) at which 2 % of the charge of a discharge has passed."""
    frame = record.step(-1).frame
    Q = frame["charge_C_m2"].to_numpy()
    return float(np.interp(0.02 * Q[-1], Q, frame["voltage_V"].to_numpy()))


def _onset(row: str, record: Record, measured: float) -> Residual:
    return Residual(row, "onset", onset(record), measured, 2 * PLATEAU)


def _xps(cell: Cell, record: Record) -> list[Residual]:
    states = oxidation_states(record, cell)
    V = record.frame["voltage_V"].to_numpy()

    def at(potential: float, state: str) -> float:
        k = int(np.argmax(V <= potential)) if (V <= potential).any() else V.size - 1
        return float(states[state][k])

    v4 = at(2.9, "V4+")
    return [
        Residual("xps-2v9-v", "V4+", v4, 0.48, SHARE),
        Residual("xps-2v9-cu", "Cu+", at(2.9, "Cu+"), 0.9, SHARE, +1),
        Residual("xps-2v5", "Cu0 above", at(2.5, "Cu0"), 0.1, SHARE, +1),
        Residual("xps-2v5", "Cu0 below", at(2.5, "Cu0"), 0.9, SHARE, -1),
        Residual("xps-2v5", "V4+ rises", at(2.5, "V4+") - v4, 0.02, SHARE, +1),
        Residual("xps-2v3", "Cu0", at(2.3, "Cu0"), 0.9, SHARE, +1),
        Residual("xps-2v15", "V4+", at(2.15, "V4+"), 0.93, SHARE, +1),
        Residual("xps-2v15", "Cu0", at(2.15, "Cu0"), 0.95, SHARE, +1),
    ]


def in_field_units(charge: float, thickness: float) -> float:
    """C/m2 to uAh cm-2 um-1."""
    return from_si(charge / thickness, "uAh/cm2/um")
