"""What the model says to each row of the paper.

An answer is a function of :class:`Runs` and the row, so that it serves the library's values and every draw of the
calibration alike, and holds no number of the paper's own.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Literal

import numpy as np
import polars as pl

from ..analysis.electrochemistry.dqdv import plateaus
from ..atomistic.results.evidence import evidence
from ..constants import F
from ..elements import ELEMENTS
from ..junction.pair import load_pair
from ..library import Library
from ..records.record import Record
from ..simulation.oxidation import oxidation_states
from ..study.results import MeasuredCapacity, MeasuredRetention, Runs, current_of, discharge_capacities
from ..units import from_si, si
from . import device_answers, structure_answers
from .claims import FILMS, Claim, claim, claims
from .dft_answers import transfer_direction
from .directions import solid_lower, steepest
from .rates import average_in_rate_test, order_in_rate_test, similar_peaks, stable
from .targets import charge_transfer_resistance, onset
from .verdict import Answer

Ask = Callable[[Runs, Claim], "Answer | None"]  # None: the study has no run for it

XPS_CELL, XPS_CURRENT = "voc1-half", 5.0  # uA/cm2: the discharge beside which the ex-situ spectra are laid
HALF = {film: f"{film.lower()}-half" for film in FILMS}


def _capacity(runs: Runs, row: Claim, note: str = "") -> Answer | None:
    found = runs.capacity(row.cell_name, row.current)
    if found is None:
        return None
    return Answer(f"{found:.1f}", found, 100.0 * (found / row.number - 1.0), "%", note=note)


def _plateaus(runs: Runs, row: Claim) -> Answer | None:
    record, measured = runs.discharge(row.cell_name, row.current), row.numbers
    if record is None:
        return None
    found = [float(V) for V in plateaus(record, 1)["voltage_V"]]
    near = [min((V - m for V in found), key=abs, default=np.nan) for m in measured]
    missing = [f"{m:g} V" for m, off in zip(measured, near, strict=True) if not abs(off) < 0.12]
    text = ";".join(f"{V:.2f}" for V in found)
    if missing:
        return Answer(text, agrees=False, note=f"no plateau near {' and '.join(missing)}")
    further = len(found) - len(measured)
    note = f"{further} more than in the paper" if further > 0 else "largest difference of a plateau"
    return Answer(text, off=max(near, key=abs), off_unit="V", note=note)


def _onset(runs: Runs, row: Claim) -> Answer | None:
    record = runs.discharge(row.cell_name, row.current)
    if record is None:
        return None
    V = onset(record.step(1))
    return Answer(f"{V:.2f}", V, V - row.number, "V", note="potential where the first 2 % of the charge has passed")


def _resistance(runs: Runs, row: Claim) -> Answer | None:
    cell = runs.cells.get(row.cell_name)
    if cell is None:
        return None
    R = charge_transfer_resistance(cell)
    area = f"{from_si(cell.area, 'cm2'):g} cm²"
    note = f"slope of the rate law at open circuit; an electrode area of {area}, which the paper does not state"
    return Answer(f"{R:.2f}", R, 100.0 * (R / row.number - 1.0), "%", note=note)


def states_at(runs: Runs, potential: float, cell: str = XPS_CELL) -> dict[str, float] | None:
    """Shares of the oxidation states at the surface as a slow discharge falls to ``potential`` (V)."""
    record = runs.discharge(cell, XPS_CURRENT)
    if record is None or "equilibrium_V" not in record.frame.columns:
        return None
    step = record.step(1)
    V = step.frame["voltage_V"].to_numpy()
    below = potential + 1e-6 >= V
    k = int(np.argmax(below)) if below.any() else V.size - 1
    row = oxidation_states(step, runs.cells[cell])[k]
    return {name: float(row[name][0]) for name in row.columns}


def _v4_share(runs: Runs, row: Claim) -> Answer | None:
    shares = states_at(runs, row.potential)
    if shares is None:
        return None
    return Answer(f"{shares['V4+']:.2f}", shares["V4+"], shares["V4+"] - row.number, "1", note="at the surface")


def _states(
    runs: Runs,
    row: Claim,
    shown: tuple[str, ...],
    holds: Callable[[dict[str, float]], bool],
    potential: float | None = None,
) -> Answer | None:
    shares = states_at(runs, row.potential if potential is None else potential)
    if shares is None:
        return None
    text = "; ".join(f"{name} {shares.get(name, 0.0):.2f}" for name in shown)
    return Answer(
        text, agrees=holds(shares), note="at the surface; 'all' is read as at least 0.9, 'part' as 0.1 to 0.9"
    )


def _part_copper(runs: Runs, row: Claim) -> Answer | None:
    before = states_at(runs, claim("xps-2v9-cu").potential)

    def holds(shares: dict[str, float]) -> bool:
        return before is not None and 0.1 <= shares["Cu0"] <= 0.9 and shares["V4+"] > before["V4+"]

    return _states(runs, row, ("Cu+", "Cu0", "V4+"), holds)


def _pristine(runs: Runs, row: Claim) -> Answer | None:
    fresh = math.inf  # the first point, whatever its potential
    answer = _states(runs, row, ("V5+", "Cu2+"), lambda s: s["V5+"] >= 0.9 and s["Cu2+"] >= 0.9, fresh)
    return answer and Answer(answer.text, agrees=answer.agrees, note="a fresh film at rest at the upper cut-off")


def _mode(runs: Runs, row: Claim) -> Answer | None:
    """The 145 cm-1 mode, read as V2O5 without lithium: V5+ at the surface along a slow discharge."""
    cell = runs.cells.get(XPS_CELL)
    if cell is None:
        return None
    V = np.linspace(cell.window[1], cell.window[0], 8)
    found = [states_at(runs, float(v)) for v in V]
    if any(shares is None for shares in found):
        return None
    share = np.array([shares["V5+"] for shares in found if shares is not None])
    falls = bool(np.all(np.diff(share) < 0.02) and share.argmin() == share.size - 1)
    text = f"V5+ falls from {share[0]:.2f} to {share[-1]:.2f}, least at {V[-1]:.2f} V"
    note = "if the mode is that of V2O5 without lithium; spectra are not simulated, and the charge is not asked"
    return Answer(text, agrees=falls, note=note)


def _scan_rates(runs: Runs, row: Claim) -> Answer | None:
    """Scan rates of the voltammograms (mV/s)."""
    rates = set()
    for record in runs.records.values():
        for step in record.steps.filter(pl.col("kind") == "sweep").iter_rows(named=True):
            V = record.frame.filter(pl.col("step") == step["step"])["voltage_V"]
            rates.add(float(f"{1e3 * abs(V[-1] - V[0]) / (step['t_end'] - step['t_start']):.3g}"))
    return Answer(f"{min(rates):g}-{max(rates):g}", fixed="input", note="run at these rates") if rates else None


def _retention(runs: Runs, row: Claim) -> Answer | None:
    """Capacity after some cycles over the first or the largest."""
    told = _told_retention(row)
    q = runs.life(told.cell, told.current, told.cycles)
    if q is None:
        return None
    found = float(q[told.cycles - 1] / (q[0] if told.of == "first" else q[: told.cycles].max()))
    note = (
        f"of the {told.of} capacity; the second discharge gives {q[1] / q[0]:.2f} of the first, since a charge at "
        "constant current leaves Li in the film"
    )
    return Answer(f"{found:.2f}", found, found - row.number, "1", note=note)


def _maximum(runs: Runs, row: Claim) -> Answer | None:
    """The largest capacity after the first discharge, where there are cycles; else that discharge."""
    q = runs.life(row.cell_name, row.current)
    if q is None:
        note = "the first discharge; this study has no cycles at this current"
        first = _capacity(runs, row, note)
        return first and replace(first, number=None)  # draws without cycles are no band around a maximum of cycles
    top = float(q[1:].max())
    rises = bool(q[1:].argmax() > 0)
    note = f"in cycle {2 + int(q[1:].argmax())}; " + ("rises at first" if rises else "does not rise at first")
    return Answer(
        f"{top:.1f}", top, 100.0 * (top / row.number - 1.0), "%", note=f"{note}; the first discharge gives {q[0]:.1f}"
    )


def _slow(runs: Runs, row: Claim) -> Answer | None:
    """The first discharge of VOC2 at 3 uA/cm2, and what becomes of it."""
    answer = _capacity(runs, row)
    record = next((r for (cell, _), r in runs.records.items() if cell == row.cell_name and _is_activation(r)), None)
    if answer is None or record is None:
        return answer
    q = discharge_capacities(record)[1]
    others = []
    for film in ("VO", "VOC1"):
        slow, fast = (runs.capacity(f"{film.lower()}-half", i) for i in (3.0, 5.0))
        if slow and fast:
            others.append(f"{film} {100.0 * (slow / fast - 1.0):+.0f} % against 5 µA cm⁻²")
    note = f"then {q[1]:.0f} and {q[2]:.0f} in cycles 2 and 3; {', '.join(others)}"
    return replace(answer, note=note)


def _is_activation(record: Record) -> bool:
    cycles = record.steps["cycle"].n_unique()
    return cycles == 3 and record.steps["kind"][0] == "discharge" and current_of(record) == 3.0


def _theoretical(runs: Runs, row: Claim, lithium: float) -> Answer:
    molar_mass = Library().phase("V2O5").molar_mass.si
    found = lithium * F / molar_mass / si("mAh/g")
    return Answer(
        f"{found:.1f}", None, 100.0 * (found / row.number - 1.0), "%", note=f"{lithium:g} F/M", fixed="computed"
    )


def _lithium(runs: Runs, row: Claim) -> Answer:
    found = F / (1e-3 * ELEMENTS["Li"].mass) / si("mAh/g")
    return Answer(f"{found:.0f}", None, 100.0 * (found / row.number - 1.0), "%", note="F/M", fixed="computed")


def _value(runs: Runs, row: Claim, path: str, unit: str) -> Answer:
    value = Library().value(path)
    note = f"{path} ({value.kind})"
    return Answer(f"{value.to(unit):g}", note=note, fixed="input")


def _electrons(runs: Runs, row: Claim) -> Answer:
    """Which way electrons go when the two solids of VOC1 meet."""
    found = load_pair("V2O5-Cu2V2O7").contact
    computed = transfer_direction(evidence())
    return Answer(
        found.electron_flow,
        agrees=found.electron_flow == "from V2O5 to Cu2V2O7",
        note=f"contact of work functions, {found.built_in_V:.2f} V; a difference of surfaces. From first principles: "
        f"{computed.verdict} ({computed.why})",
        fixed="computed",
    )


def _window(runs: Runs, row: Claim) -> Answer | None:
    spans = {cell.window for name, cell in runs.cells.items() if name in HALF.values()}
    if not spans:
        return None
    return Answer(
        "; ".join(f"{low:g}-{high:g}" for low, high in sorted(spans)),
        fixed="input",
        note="cut-offs of the cells",
    )


ANSWERS: dict[str, Ask] = {
    **{f"film-thickness-{film.lower()}": partial(_value, path=f"films.{film}.thickness", unit="nm") for film in HALF},
    **{f"cu-power-{film.lower()}": partial(_value, path=f"recipes.{film}.power.Cu", unit="W") for film in HALF},
    "anneal": partial(_value, path="recipes.VOC1.anneal.temperature", unit="K"),
    "wf-vo": partial(_value, path="semiconductors.V2O5.work_function", unit="eV"),
    "wf-voc2": partial(_value, path="semiconductors.Cu2V2O7.work_function", unit="eV"),
    "transfer-direction": _electrons,
    "cu-v-ratio": partial(_value, path="films.VOC1.cu_to_v", unit="1"),
    "domain-size": partial(_value, path="films.VOC1.domain_size", unit="nm"),
    "cu-initial-valence": _pristine,
    "ls-window": _window,
    "theoretical-2v-4v": partial(_theoretical, lithium=2.0),
    "theoretical-full": partial(_theoretical, lithium=3.0),
    "li-metal-capacity": _lithium,
    "diffusion-v2o5": partial(_value, path="phases.V2O5.D", unit="cm2/s"),
    "conductivity-v2o5": partial(_value, path="phases.V2O5.sigma_e", unit="S/cm"),
    "plateaus-vo": _plateaus,
    "plateau-voc1-cu": _plateaus,
    "plateau-voc2": _onset,
    "cap-vo-5": _capacity,
    "cap-voc1-5": _capacity,
    "cap-voc2-5": _capacity,
    "cap-voc2-3": _slow,
    "max-voc1-20": _maximum,
    "rate-vo-80": average_in_rate_test,
    "rate-voc1-80": average_in_rate_test,
    "cap-voc1-80-first": _capacity,
    "rate-order-80": order_in_rate_test,
    "long-80": stable,
    "atfb-features": similar_peaks,
    "ret-vo-5": _retention,
    "ret-voc1-5": _retention,
    "ret-voc2-5": _retention,
    "ret-voc1-20": _retention,
    "eis-slope": steepest,
    "cv-rates": _scan_rates,
    "rct-voc1": _resistance,
    "xps-2v9-v": _v4_share,
    "xps-2v9-cu": partial(_states, shown=("Cu2+", "Cu+", "Cu0"), holds=lambda s: s["Cu+"] >= 0.9),
    "xps-2v5": _part_copper,
    "xps-2v3": partial(_states, shown=("Cu+", "Cu0"), holds=lambda s: s["Cu0"] >= 0.9),
    "xps-2v15": partial(
        _states,
        shown=("V5+", "V4+", "Cu0"),
        holds=lambda s: s["V4+"] >= 0.9 and s["Cu0"] >= 0.9,
    ),
    "lipon-sigma": partial(_value, path="electrolytes.LiPON.conductivity", unit="S/cm"),
    "lipon-window": partial(_value, path="electrolytes.LiPON.window", unit="V"),
    "atfb-vo-5": _capacity,
    "atfb-voc1-5": _capacity,
    "atfb-lower": solid_lower,
    "polyimide": partial(_value, path=f"devices.{device_answers.DEVICE}.layers.0.thickness", unit="um"),
    "bend": device_answers.bent,
    "led": device_answers.lit,
    "iot-need": device_answers.needed,
    "anneal-cu2v2o7": structure_answers.crystallisation,
    "raman-vo": structure_answers.bands,
    "raman-voc1-new": structure_answers.bands,
    "raman-vo1-redshift": structure_answers.bands,
    "raman-voc2": structure_answers.glass,
    "raman-insitu-mode": _mode,
    "xrd-vo": structure_answers.reflections,
    "xrd-voc1-new": structure_answers.reflections,
    "fringe-v2o5": structure_answers.fringe,
    "fringe-cu2v2o7": structure_answers.fringe,
    "tofsims-surface": structure_answers.surface,
}


def _told_retention(row: Claim) -> MeasuredRetention:
    of: Literal["first", "largest"] = "largest" if row.quantity == "retention_of_maximum" else "first"
    return MeasuredRetention(row.id, row.cell_name, row.current, row.cycles, row.number, of)


def measured_retentions() -> tuple[MeasuredRetention, ...]:
    """Retentions of the paper."""
    return tuple(_told_retention(row) for row in claims().values() if ANSWERS.get(row.id) is _retention)


def measured_rates() -> tuple[MeasuredCapacity, ...]:
    """Means of the paper's rate tests."""
    return tuple(
        MeasuredCapacity(row.id, row.cell_name, row.current, row.number)
        for row in claims().values()
        if ANSWERS.get(row.id) is average_in_rate_test
    )


def measured_capacities() -> tuple[MeasuredCapacity, ...]:
    """First discharges of the paper; the largest capacity of VOC1's cycles stands for one."""
    asks = (_capacity, _slow, _maximum)
    return tuple(
        MeasuredCapacity(row.id, row.cell_name, row.current, row.number)
        for row in claims().values()
        if ANSWERS.get(row.id) in asks
    )
