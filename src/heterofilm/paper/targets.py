"""The paper's rows marked `calibrate`, as residuals: what was measured, what the model gives, how much they may differ.

A row that is a number gives (model - measured)/sigma. A row in words ("all Cu is Cu0") gives zero where
the model agrees and grows linearly outside. Sigma is the accuracy asked of a calibrated row divided by two
or three, not a measured error: the paper gives none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..analysis.electrochemistry.dqdv import dqdv
from ..calibration.cycle_life import Life, life
from ..cell import Cell
from ..constants import F, R
from ..library import Library
from ..records.record import Record
from ..simulation.oxidation import oxidation_states
from ..simulation.run import simulate

CAPACITY = 0.006  # relative
PLATEAU = 0.02  # V
SHARE = 0.03
RETENTION = 0.01
SMOOTHING = 20e-3  # V, of dQ/dV
WINDOW = 0.09  # V, around a measured plateau in which the model's is looked for


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
        self._lives: dict[tuple[str, float, int], Life] = {}

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
            self._records[key] = simulate(self.cell(cell), protocol, detail=detail, dV=4e-3, rtol=1e-3)
        return self._records[key]

    def life(self, cell: str, current: float, cycles: int) -> Life:
        """Capacity over cycles at ``current`` (uA/cm2)."""
        key = (cell, current, cycles)
        if key not in self._lives:
            self._lives[key] = life(self.cell(cell), current, cycles)
        return self._lives[key]


def residuals(run: Experiments, group: str) -> list[Residual]:
    """Every number of the rows of one group (see ``GROUPS``) that the model has a counterpart for."""
    return GROUPS[group](run)


def _crystalline(run: Experiments) -> list[Residual]:
    """VO and VOC1: one V2O5, to which VOC1 adds copper and the heterostructure."""
    voc1 = run.discharge("voc1-half", 5, detail=True)
    resistance = charge_transfer_resistance(run.cell("voc1-half"))
    return [
        *_plateaus("plateaus-vo", run.discharge("vo-half", 5), (3.4, 3.2, 2.3)),
        *_plateaus("plateau-voc1-cu", voc1, (3.4, 3.2, 2.5, 2.3)),
        _capacity(run, "cap-vo-5", "vo-half", 5, 53.3),
        _capacity(run, "cap-voc1-5", "voc1-half", 5, 76.4),
        _capacity(run, "max-voc1-20", "voc1-half", 20, 62.7),
        _capacity(run, "atfb-vo-5", "vo-atfb", 5, 41.3),
        _capacity(run, "atfb-voc1-5", "voc1-atfb", 5, 65.0),
        Residual("rct-voc1", "resistance", resistance, 62.45, 0.02 * 62.45),
        *_xps(run.cell("voc1-half"), voc1),
    ]


def _amorphous(run: Experiments) -> list[Residual]:
    """VOC2: its contrast between 3 and 5 uA/cm2 from one set of values."""
    return [
        _onset("plateau-voc2", run.discharge("voc2-half", 5), 3.4),
        _capacity(run, "cap-voc2-5", "voc2-half", 5, 49.0),
        _capacity(run, "cap-voc2-3", "voc2-half", 3, 138.2),
    ]


def _capacity(run: Experiments, row: str, cell: str, current: float, measured: float) -> Residual:
    model = run.discharge(cell, current).capacity("uAh/cm2/um")
    return Residual(row, "capacity", model, measured, CAPACITY * measured)


def charge_transfer_resistance(cell: Cell) -> float:
    """RT/(F i0 A) at open circuit (ohm): the linearised Butler-Volmer equation."""
    interface = cell.model.cathode
    return R * cell.model.T / (F * interface.i0 * cell.area)


def _plateaus(row: str, record: Record, measured: tuple[float, ...]) -> list[Residual]:
    """Where dQ/dV is highest near each plateau; always defined, so that a fit sees which way to go."""
    curve = dqdv(record, smoothing=SMOOTHING)
    V, density = curve["voltage_V"].to_numpy(), curve["dqdv_C_m2_V"].to_numpy()
    out = []
    for potential in measured:
        near = np.abs(V - potential) < WINDOW
        # the mean over the top of the peak, not its single highest point
        top = near & (density > 0.8 * density[near].max())
        model = float(np.average(V[top], weights=density[top]))
        out.append(Residual(row, f"{potential:g} V", model, potential, PLATEAU))
    return out


def onset(record: Record) -> float:
    """Potential (V) at which 2 % of the charge of a discharge has passed."""
    frame = record.step(-1).frame
    Q = frame["charge_C_m2"].to_numpy()
    return float(np.interp(0.02 * Q[-1], Q, frame["voltage_V"].to_numpy()))


def _onset(row: str, record: Record, measured: float) -> Residual:
    return Residual(row, "onset", onset(record), measured, PLATEAU)


def _xps(cell: Cell, record: Record) -> list[Residual]:
    states = oxidation_states(record, cell)
    V = record.frame["voltage_V"].to_numpy()

    def at(potential: float, state: str) -> float:
        below = np.flatnonzero(potential >= V)
        k = int(below[0]) if below.size else V.size - 1
        return float(states[state][k])

    v4 = at(2.9, "V4+")
    return [
        Residual("xps-2v9-v", "V4+", v4, 0.48, SHARE),
        Residual("xps-2v9-cu", "Cu+", at(2.9, "Cu+"), 0.96, 0.5 * SHARE, +1),
        Residual("xps-2v5", "Cu0 above", at(2.5, "Cu0"), 0.1, SHARE, +1),
        Residual("xps-2v5", "Cu0 below", at(2.5, "Cu0"), 0.9, SHARE, -1),
        Residual("xps-2v5", "V4+ rises", at(2.5, "V4+") - v4, 0.02, SHARE, +1),
        Residual("xps-2v3", "Cu0", at(2.3, "Cu0"), 0.9, SHARE, +1),
        Residual("xps-2v15", "V4+", at(2.15, "V4+"), 0.93, SHARE, +1),
        Residual("xps-2v15", "Cu0", at(2.15, "Cu0"), 0.95, SHARE, +1),
    ]


def _cycling(run: Experiments) -> list[Residual]:
    """What cycles do to the films; the maximum is that after the first discharge, which starts from a fresh film."""
    fast = run.life("voc1-half", 20, 4000)
    return [
        _retention("ret-vo-5", run.life("vo-half", 5, 200).retention, 0.82),
        _retention("ret-voc1-5", run.life("voc1-half", 5, 200).retention, 0.69),
        _retention("ret-voc2-5", run.life("voc2-half", 5, 45).retention, 0.56),
        _retention("ret-voc1-20", fast.retention_of_maximum, 0.93),
        Residual("max-voc1-20", "maximum", float(fast.capacity[1:].max()), 62.7, CAPACITY * 62.7),
    ]


def _retention(row: str, model: float, measured: float) -> Residual:
    return Residual(row, "retention", model, measured, RETENTION)


GROUPS = {"VO and VOC1": _crystalline, "VOC2": _amorphous, "cycling": _cycling}
