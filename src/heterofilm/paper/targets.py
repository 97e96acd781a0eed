"""The paper's rows marked `calibrate`, as residuals: what was measured, what the model gives, how much they may differ.

A row that is a number gives (model - measured)/sigma. A row in words ("all Cu is Cu0") gives zero where
the model agrees and grows linearly outside. Capacities of a film share what its thickness is uncertain by, those of a
kind of cell what its area is (`uncertainty.py`).
"""

from __future__ import annotations

import numpy as np

from ..analysis.electrochemistry.dqdv import dqdv
from ..calibration.cycle_life import Life
from ..calibration.experiments import Experiments, Residual
from ..cell import Cell
from ..records.record import Record
from ..simulation.oxidation import oxidation_states
from .claims import Claim, claim
from .uncertainty import AREA, AVERAGE, CAPACITY, PLATEAU, RESISTANCE, RETENTION, SHARE, THICKNESS

SMOOTHING = 20e-3  # V, of dQ/dV
TOP = 0.8  # of the highest dQ/dV, above which a peak has its top
WINDOW = 0.09  # V, around a measured plateau in which the model's is looked for


def crystalline(run: Experiments) -> list[Residual]:
    """VO and VOC1: one V2O5, to which VOC1 adds copper and the heterostructure."""
    resistance, measured = charge_transfer_resistance(run.cell("voc1-half")), claim("rct-voc1").number
    return [
        *_plateaus("plateaus-vo", run.discharge("vo-half", 5)),
        *_plateaus("plateau-voc1-cu", run.discharge("voc1-half", 5)),
        *(_capacity(run, row) for row in ("cap-vo-5", "cap-voc1-5", "atfb-vo-5", "atfb-voc1-5")),
        _of(claim("max-voc1-20"), run.first("voc1-half", 20.0), AVERAGE),
        _of(claim("cap-voc1-80-first"), run.first("voc1-half", 80.0), CAPACITY),
        *(_average(run, row) for row in ("rate-vo-80", "rate-voc1-80")),
        Residual("rct-voc1", "resistance", resistance, measured, RESISTANCE * measured),
        *_xps(run.cell("voc1-half"), run.discharge("voc1-half", 5, detail=True)),
    ]


def _average(run: Experiments, row: str) -> Residual:
    """A mean of the rate test: from the second cycle on all at one current are alike, and what was before them is
    forgotten after two at the current before (a test runs the whole)."""
    told = claim(row)
    found = run.cycles(told.cell_name, (0.5 * told.current, 2), (told.current, 2))
    return _of(told, float(0.2 * found[-2] + 0.8 * found[-1]), AVERAGE)


def _of(told: Claim, model: float, sigma: float) -> Residual:
    """A capacity per volume of film: what is wrong with thickness or area is wrong with all of that film or kind."""
    kind = "half-cells" if told.cell == "half-cell" else "solid cells"
    shared = {f"thickness of {told.sample}": THICKNESS * told.number, f"area of {kind}": AREA * told.number}
    return Residual(told.id, "capacity", model, told.number, sigma * told.number, shared=shared)


def amorphous(run: Experiments) -> list[Residual]:
    """VOC2: its contrast between 3 and 5 uA/cm2 from one set of values."""
    return [
        _onset("plateau-voc2", run.discharge("voc2-half", 5)),
        _capacity(run, "cap-voc2-5"),
        _capacity(run, "cap-voc2-3"),
    ]


def _capacity(run: Experiments, row: str) -> Residual:
    told = claim(row)
    return _of(told, run.first(told.cell_name, told.current), CAPACITY)


def charge_transfer_resistance(cell: Cell) -> float:
    """R_ct (ohm) of the cell as made, at open circuit."""
    return cell.transfer_resistance() / cell.area


def _plateaus(row: str, record: Record) -> list[Residual]:
    """Where dQ/dV is highest near each plateau; always defined, so that a fit sees which way to go."""
    curve = dqdv(record, smoothing=SMOOTHING)
    V, density = curve["voltage_V"].to_numpy(), curve["dqdv_C_m2_V"].to_numpy()
    out = []
    for potential in claim(row).numbers:
        near = np.abs(V - potential) < WINDOW
        # the mean over the top of the peak, not its single highest point; no point enters it with a jump
        above = np.maximum(density[near] - TOP * density[near].max(), 0.0)
        model = float(np.average(V[near], weights=above))
        out.append(Residual(row, f"{potential:g} V", model, potential, PLATEAU))
    return out


def onset(record: Record) -> float:
    """Potential (V) at which 2 % of the charge of a discharge has passed."""
    frame = record.step(-1).frame
    Q = frame["charge_C_m2"].to_numpy()
    return float(np.interp(0.02 * Q[-1], Q, frame["voltage_V"].to_numpy()))


def _onset(row: str, record: Record) -> Residual:
    return Residual(row, "onset", onset(record), claim(row).number, PLATEAU)


def _xps(cell: Cell, record: Record) -> list[Residual]:
    states = oxidation_states(record, cell)
    V = record.frame["voltage_V"].to_numpy()

    def at(row: str, state: str) -> float:
        below = np.flatnonzero(claim(row).potential >= V)
        k = int(below[0]) if below.size else V.size - 1
        pair = slice(max(k - 1, 0), k + 1)  # between the points around it, or a fit would see steps
        return float(np.interp(-claim(row).potential, -V[pair], states[state].to_numpy()[pair]))

    v4 = at("xps-2v9-v", "V4+")
    return [
        Residual("xps-2v9-v", "V4+", v4, claim("xps-2v9-v").number, SHARE),
        Residual("xps-2v9-cu", "Cu+", at("xps-2v9-cu", "Cu+"), 0.96, 0.5 * SHARE, +1),
        Residual("xps-2v5", "Cu0 above", at("xps-2v5", "Cu0"), 0.1, SHARE, +1),
        Residual("xps-2v5", "Cu0 below", at("xps-2v5", "Cu0"), 0.9, SHARE, -1),
        Residual("xps-2v5", "V4+ rises", at("xps-2v5", "V4+") - v4, 0.02, SHARE, +1),
        Residual("xps-2v3", "Cu0", at("xps-2v3", "Cu0"), 0.9, SHARE, +1),
        Residual("xps-2v15", "V4+", at("xps-2v15", "V4+"), 0.93, SHARE, +1),
        Residual("xps-2v15", "Cu0", at("xps-2v15", "Cu0"), 0.95, SHARE, +1),
    ]


def cycling(run: Experiments) -> list[Residual]:
    """What cycles do to the films; the maximum is that after the first discharge, which starts from a fresh film."""
    maximum = claim("max-voc1-20").number
    fast = _life(run, "ret-voc1-20")
    return [
        *(_retention(row, _life(run, row).retention) for row in ("ret-vo-5", "ret-voc1-5", "ret-voc2-5")),
        _retention("ret-voc1-20", fast.retention_of_maximum),
        Residual("max-voc1-20", "maximum", float(fast.capacity[1:].max()), maximum, AVERAGE * maximum),
    ]


def _life(run: Experiments, row: str) -> Life:
    told = claim(row)
    return run.life(told.cell_name, told.current, told.cycles)


def _retention(row: str, model: float) -> Residual:
    return Residual(row, "retention", model, claim(row).number, RETENTION)


# the rows that the groups fit; others marked `calibrate` stand beside the model as predictions
FITTED = (
    "plateaus-vo", "plateau-voc1-cu", "cap-vo-5", "cap-voc1-5", "max-voc1-20", "atfb-vo-5", "atfb-voc1-5", "rct-voc1",
    "xps-2v9-v", "xps-2v9-cu", "xps-2v5", "xps-2v3", "xps-2v15", "plateau-voc2", "cap-voc2-5", "cap-voc2-3",
    "ret-vo-5", "ret-voc1-5", "ret-voc2-5", "ret-voc1-20", "cap-voc1-80-first", "rate-vo-80", "rate-voc1-80",
)  # fmt: skip


def unused(run: Experiments) -> dict[str, float]:
    """Capacities (uAh cm-2 um-1) that no row holds, for the test of bands: VO at 20, both solid cells at 20 uA/cm2."""
    asked = (("vo-half", 20.0), ("vo-atfb", 20.0), ("voc1-atfb", 20.0))
    return {f"{cell} at {current:g}": run.first(cell, current) for cell, current in asked}
