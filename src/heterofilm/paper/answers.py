"""The paper's numbers beside the model's: one answer per row of ``claims.csv``.

An answer is a function of :class:`Runs`, so that it serves the library's values and every draw of the
calibration alike. Rows without an answer stay in the table and say why.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from importlib.resources import files
from typing import Any

import numpy as np
import polars as pl

from ..analysis.electrochemistry.dqdv import plateaus
from ..constants import F
from ..junction.pair import load_pair
from ..library import Library
from ..records.record import Record
from ..simulation.oxidation import oxidation_states
from ..study.results import Results, Runs, current_of, discharge_capacities
from .dft_answers import evidence, transfer_direction
from .directions import solid_lower, steepest
from .targets import charge_transfer_resistance, onset
from .unanswered import reason
from .verdict import Answer, deviation, verdict

Ask = Callable[[Runs], "Answer | None"]  # None: the study has no run for it

HALF = {film: f"{film.lower()}-half" for film in ("VO", "VOC1", "VOC2")}


def claims() -> pl.DataFrame:
    """The rows of the paper, all columns as text."""
    source = files("heterofilm.library") / "data" / "claims.csv"
    return pl.read_csv(source.read_bytes(), infer_schema=False).fill_null("")


def claims_table(results: Results) -> pl.DataFrame:
    """Every row of ``claims.csv`` with the simulated value, its band (16 to 84 %), a verdict and a status."""
    fitted = calibrated_ids(results)
    rows = []
    for claim in claims().iter_rows(named=True):
        ask = ANSWERS.get(claim["id"])
        answer = ask(results.main) if ask else None
        low = high = held = None
        if answer is None:
            status = "not yet modelled" if ask is None else "not in this study"
            note = reason(claim["id"]) if ask is None else "no run of this study answers it"
            answer = Answer("", note=note)
        elif answer.fixed:
            status = answer.fixed
        else:
            status = "calibrated" if claim["id"] in fitted else "predicted"
            low, high = _band(ask, results) if ask and answer.number is not None else (None, None)
            if ask and answer.by_draws and (told := _told(ask, results)):
                held = sum(told) / len(told)
                answer = replace(answer, note=f"{answer.note}; holds in {sum(told)} of {len(told)} draws")
        rows.append(
            {
                **{key: claim[key] for key in ("id", "section", "sample", "cell", "quantity", "condition")},
                "measured": claim["value"],
                "simulated": answer.text,
                "low": low,
                "high": high,
                "unit": claim["unit"],
                "role": claim["role"],
                "deviation": deviation(answer),
                "verdict": verdict(answer, held),
                "status": status,
                "note": answer.note,
            }
        )
    return pl.DataFrame(rows, schema_overrides={"low": pl.Float64, "high": pl.Float64})


def calibrated_ids(results: Results) -> frozenset[str]:
    """Rows that values were fitted to: all marked `calibrate` once there is a calibration."""
    named = results.calibrated_rows()
    if not Library().calibrated:
        return named
    marked = claims().filter(pl.col("role") == "calibrate")["id"]
    return named | frozenset(name for name in marked if name in ANSWERS)


def _told(ask: Ask, results: Results) -> list[bool]:
    """Whether a direction holds, by draw of the calibration."""
    answers = (ask(member) for member in results.members)
    return [answer.agrees for answer in answers if answer is not None and answer.agrees is not None]


def _band(ask: Ask, results: Results) -> tuple[float | None, float | None]:
    found = []
    for member in results.members:
        answer = ask(member)
        if answer is not None and answer.number is not None:
            found.append(answer.number)
    if len(found) < 2:
        return None, None
    low, high = np.percentile(found, [16, 84])
    return float(f"{low:.4g}"), float(f"{high:.4g}")


# ---- answers ----


def _capacity(runs: Runs, cell: str, current: float, measured: float, note: str = "") -> Answer | None:
    found = runs.capacity(cell, current)
    if found is None:
        return None
    return Answer(f"{found:.1f}", found, 100.0 * (found / measured - 1.0), "%", note=note)


def _plateaus(runs: Runs, cell: str, measured: tuple[float, ...]) -> Answer | None:
    record = runs.discharge(cell, 5.0)
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


def _onset(runs: Runs, cell: str, measured: float) -> Answer | None:
    record = runs.discharge(cell, 5.0)
    if record is None:
        return None
    V = onset(record.step(1))
    return Answer(f"{V:.2f}", V, V - measured, "V", note="potential where the first 2 % of the charge has passed")


def _resistance(runs: Runs) -> Answer | None:
    cell = runs.cells.get("voc1-half")
    if cell is None:
        return None
    R = charge_transfer_resistance(cell)
    note = f"RT/(F i0 A) with an electrode area of {cell.area * 1e4:g} cm², which the paper does not state"
    return Answer(f"{R:.2f}", R, 100.0 * (R / 62.45 - 1.0), "%", note=note)


def states_at(runs: Runs, potential: float, cell: str = "voc1-half") -> dict[str, float] | None:
    """Shares of the oxidation states at the surface as a 5 uA/cm2 discharge falls to ``potential`` (V)."""
    record = runs.discharge(cell, 5.0)
    if record is None or "equilibrium_V" not in record.frame.columns:
        return None
    step = record.step(1)
    V = step.frame["voltage_V"].to_numpy()
    below = potential + 1e-6 >= V
    k = int(np.argmax(below)) if below.any() else V.size - 1
    row = oxidation_states(step, runs.cells[cell])[k]
    return {name: float(row[name][0]) for name in row.columns}


def _v4_share(runs: Runs) -> Answer | None:
    shares = states_at(runs, 2.9)
    if shares is None:
        return None
    return Answer(f"{shares['V4+']:.2f}", shares["V4+"], shares["V4+"] - 0.48, "1", note="at the surface")


def _states(
    runs: Runs, potential: float, shown: tuple[str, ...], holds: Callable[[dict[str, float]], bool]
) -> Answer | None:
    shares = states_at(runs, potential)
    if shares is None:
        return None
    text = "; ".join(f"{name} {shares.get(name, 0.0):.2f}" for name in shown)
    return Answer(
        text, agrees=holds(shares), note="at the surface; 'all' is read as at least 0.9, 'part' as 0.1 to 0.9"
    )


def _part_copper(runs: Runs) -> Answer | None:
    before = states_at(runs, 2.9)

    def holds(shares: dict[str, float]) -> bool:
        return before is not None and 0.1 <= shares["Cu0"] <= 0.9 and shares["V4+"] > before["V4+"]

    return _states(runs, 2.5, ("Cu+", "Cu0", "V4+"), holds)


def _pristine(runs: Runs) -> Answer | None:
    answer = _states(runs, 10.0, ("V5+", "Cu2+"), lambda s: s["V5+"] >= 0.9 and s["Cu2+"] >= 0.9)
    return answer and Answer(answer.text, agrees=answer.agrees, note="a fresh film at rest at the upper cut-off")


def _scan_rates(runs: Runs) -> Answer | None:
    """Scan rates of the voltammograms (mV/s)."""
    rates = set()
    for record in runs.records.values():
        for step in record.steps.filter(pl.col("kind") == "sweep").iter_rows(named=True):
            V = record.frame.filter(pl.col("step") == step["step"])["voltage_V"]
            rates.add(float(f"{1e3 * abs(V[-1] - V[0]) / (step['t_end'] - step['t_start']):.3g}"))
    return Answer(f"{min(rates):g}-{max(rates):g}", fixed="input", note="run at these rates") if rates else None


def _retention(runs: Runs, cell: str, current: float, cycles: int, measured: float, of: str = "first") -> Answer | None:
    """Capacity after some cycles over the first or the largest."""
    q = runs.life(cell, current, cycles)
    if q is None:
        return None
    found = float(q[cycles - 1] / (q[0] if of == "first" else q[:cycles].max()))
    note = (
        f"of the {of} capacity; the second discharge gives {q[1] / q[0]:.2f} of the first, since a charge at constant "
        "current leaves Li in the film"
    )
    return Answer(f"{found:.2f}", found, found - measured, "1", note=note)


def _maximum(runs: Runs) -> Answer | None:
    """The largest capacity after the first discharge, where there are cycles; else that discharge."""
    q = runs.life("voc1-half", 20.0)
    if q is None:
        note = "the first discharge; this study has no cycles at this current"
        first = _capacity(runs, "voc1-half", 20.0, 62.7, note)
        return first and replace(first, number=None)  # draws without cycles are no band around a maximum of cycles
    top = float(q[1:].max())
    rises = bool(q[1:].argmax() > 0)
    note = f"in cycle {2 + int(q[1:].argmax())}; " + ("rises at first" if rises else "does not rise at first")
    return Answer(
        f"{top:.1f}", top, 100.0 * (top / 62.7 - 1.0), "%", note=f"{note}; the first discharge gives {q[0]:.1f}"
    )


def _slow(runs: Runs) -> Answer | None:
    """The first discharge of VOC2 at 3 uA/cm2, and what becomes of it."""
    answer = _capacity(runs, "voc2-half", 3.0, 138.2)
    record = next((r for (cell, _), r in runs.records.items() if cell == "voc2-half" and _is_activation(r)), None)
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


def _theoretical(runs: Runs, lithium: float, measured: float) -> Answer:
    molar_mass = Library().phase("V2O5").molar_mass.si
    found = lithium * F / molar_mass / 3600.0
    return Answer(
        f"{found:.1f}", None, 100.0 * (found / measured - 1.0), "%", note=f"{lithium:g} F/M", fixed="computed"
    )


def _lithium(runs: Runs) -> Answer:
    found = F / 6.94e-3 / 3600.0
    return Answer(f"{found:.0f}", None, 100.0 * (found / 3860.0 - 1.0), "%", note="F/M", fixed="computed")


def _value(runs: Runs, path: str, unit: str) -> Answer:
    value = Library().value(path)
    note = f"{path} ({value.kind})"
    return Answer(f"{value.to(unit):g}", note=note, fixed="input")


def _electrons(runs: Runs) -> Answer:
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


def _window(runs: Runs) -> Answer | None:
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
    "theoretical-2v-4v": partial(_theoretical, lithium=2.0, measured=294.0),
    "theoretical-full": partial(_theoretical, lithium=3.0, measured=442.0),
    "li-metal-capacity": _lithium,
    "diffusion-v2o5": partial(_value, path="phases.V2O5.D", unit="cm2/s"),
    "conductivity-v2o5": partial(_value, path="phases.V2O5.sigma_e", unit="S/cm"),
    "plateaus-vo": partial(_plateaus, cell="vo-half", measured=(3.4, 3.2, 2.3)),
    "plateau-voc1-cu": partial(_plateaus, cell="voc1-half", measured=(3.4, 3.2, 2.5, 2.3)),
    "plateau-voc2": partial(_onset, cell="voc2-half", measured=3.4),
    "cap-vo-5": partial(_capacity, cell="vo-half", current=5.0, measured=53.3),
    "cap-voc1-5": partial(_capacity, cell="voc1-half", current=5.0, measured=76.4),
    "cap-voc2-5": partial(_capacity, cell="voc2-half", current=5.0, measured=49.0),
    "cap-voc2-3": _slow,
    "max-voc1-20": _maximum,
    "ret-vo-5": partial(_retention, cell="vo-half", current=5.0, cycles=200, measured=0.82),
    "ret-voc1-5": partial(_retention, cell="voc1-half", current=5.0, cycles=200, measured=0.69),
    "ret-voc2-5": partial(_retention, cell="voc2-half", current=5.0, cycles=45, measured=0.56),
    "ret-voc1-20": partial(_retention, cell="voc1-half", current=20.0, cycles=4000, measured=0.93, of="largest"),
    "eis-slope": partial(steepest, films=HALF),
    "cv-rates": _scan_rates,
    "rct-voc1": _resistance,
    "xps-2v9-v": _v4_share,
    "xps-2v9-cu": partial(_states, potential=2.9, shown=("Cu2+", "Cu+", "Cu0"), holds=lambda s: s["Cu+"] >= 0.9),
    "xps-2v5": _part_copper,
    "xps-2v3": partial(_states, potential=2.3, shown=("Cu+", "Cu0"), holds=lambda s: s["Cu0"] >= 0.9),
    "xps-2v15": partial(
        _states,
        potential=2.15,
        shown=("V5+", "V4+", "Cu0"),
        holds=lambda s: s["V4+"] >= 0.9 and s["Cu0"] >= 0.9,
    ),
    "lipon-sigma": partial(_value, path="electrolytes.LiPON.conductivity", unit="S/cm"),
    "lipon-window": partial(_value, path="electrolytes.LiPON.window", unit="V"),
    "atfb-vo-5": partial(_capacity, cell="vo-atfb", current=5.0, measured=41.3),
    "atfb-voc1-5": partial(_capacity, cell="voc1-atfb", current=5.0, measured=65.0),
    "atfb-lower": partial(solid_lower, films=tuple(HALF)),
}


def measured_retentions() -> list[dict[str, Any]]:
    """Retentions of the paper: cell, current (uA/cm2), cycles, measured, and of which capacity."""
    found = [ask.keywords for ask in ANSWERS.values() if isinstance(ask, partial) and ask.func is _retention]
    return [{"of": "first", **told} for told in found]


def measured_capacities() -> list[tuple[str, str, float, float]]:
    """Capacities of the paper: claim id, cell name, current (uA/cm2), value (uAh cm-2 um-1)."""
    found = []
    for name, ask in ANSWERS.items():
        if isinstance(ask, partial) and ask.func is _capacity:
            told = ask.keywords
            found.append((name, told["cell"], told["current"], told["measured"]))
    return [*found, ("cap-voc2-3", "voc2-half", 3.0, 138.2), ("max-voc1-20", "voc1-half", 20.0, 62.7)]
