"""Random legal cells and tests: values of the library inside their stated ranges, or up to ten times beyond."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from heterofilm import Cell, HeterofilmError, Record, simulate
from heterofilm.library import ResolvedCell, Value, value_paths
from heterofilm.protocol import Load, Protocol
from heterofilm.records.balance import DOUBTFUL
from heterofilm.simulation import control, runner

CELLS = ("vo-half", "voc1-half", "voc2-half", "vo-atfb", "voc1-atfb", "lco-atfb", "lfp-atfb", "lmo-atfb")
DISSOCIATION = 0.15  # of the cells have an electrolyte whose concentration is resolved
FACTOR = 10.0
SLOWEST = 100  # times the median of Newton's iterations
DETAILED = 5  # of so many runs one is looked at with its losses, fillings and profiles, which takes as long as the run
VOLTAGE = re.compile(r"([\d.]+) V")  # of a step that ended where the voltage met its limit
TOUCHED = 0.3  # of the values of a cell that is beyond its ranges


@dataclass(frozen=True)
class Case:
    """One cell and what is done with it."""

    seed: int
    cell: Cell
    values: Mapping[str, float]
    protocol: Protocol


@dataclass(frozen=True)
class Outcome:
    """What came of a case. ``failure``: the sentence it ended with, if it did; ``iterations`` of Newton's method."""

    case: Case
    record: Record | None
    failure: str
    iterations: int

    @property
    def integrated(self) -> bool:
        return "could not be integrated" not in self.failure

    @property
    def missed(self) -> float:
        """Lithium that the charge does not account for, over the theoretical charge."""
        share = None if self.record is None else self.record.lithium_missed
        return 0.0 if share is None else share

    def __str__(self) -> str:
        case, said = self.case, self.failure or "done"
        return (
            f"{case.seed}: {case.cell.name}, {case.protocol}: {said} ({self.iterations} iterations, lithium "
            f"{self.missed:.1e})"
        )


def case(seed: int, beyond: bool) -> Case:
    """The case of a seed; one whose values contradict each other keeps those that do not."""
    rng = random.Random(f"{seed} {beyond}")
    name = rng.choice(CELLS)
    base = Cell.load(name).entries
    values = drawn(rng, base, beyond)
    values = _together(name, {}, values)
    cell = _built(name, values)
    if name.endswith("atfb") and rng.random() < DISSOCIATION:
        cell = Cell.from_dict(resolved(name))
        values = {path: x for path, x in values.items() if _acts(cell, path)}
        cell = cell.replace(values)
    return Case(seed, cell, values, protocol(rng, cell))


def _together(name: str, kept: dict[str, float], further: dict[str, float]) -> dict[str, float]:
    """What of ``further`` goes together with ``kept``, halving it where it does not."""
    try:
        _built(name, kept | further)
        return kept | further
    except HeterofilmError:
        if len(further) == 1:
            return kept
    items, half = list(further.items()), len(further) // 2
    return _together(name, _together(name, kept, dict(items[:half])), dict(items[half:]))


def _built(name: str, values: Mapping[str, float]) -> Cell:
    cell = Cell.load(name, values)
    _ = cell.model  # some values contradict each other in the mass balance only
    return cell


def _acts(cell: Cell, path: str) -> bool:
    try:
        _ = cell.replace({path: dict(value_paths(cell.entries))[path].value}).model
        return True
    except (HeterofilmError, KeyError):
        return False


def resolved(name: str) -> dict[str, Any]:
    """The content of a cell of the library, with an electrolyte whose concentration is resolved."""
    content = Cell.load(name).entries.spec.model_dump(mode="json", exclude_unset=True)
    return content | {"electrolyte": "LiPON-dissociation"}


def drawn(rng: random.Random, entries: ResolvedCell, beyond: bool) -> dict[str, float]:
    """A number for every value that has a range, or for three in ten of them up to ten times beyond it."""
    found = {}
    for path, value in _turns(entries):
        # the scale of temperatures has no factor of ten, and the engine's own limits are tested elsewhere
        if value.low is None or value.high is None or (beyond and path.endswith(".temperature")):
            continue
        if path.endswith(".front.interface_energy"):  # another law, without spectra
            continue
        if beyond and rng.random() > TOUCHED:
            continue
        low, high = value.low, value.high
        if beyond:
            low, high = (low / FACTOR if low > 0 else low * FACTOR), (high * FACTOR if high > 0 else high / FACTOR)
        if low > 0 and high > 5 * low:
            found[path] = math.exp(rng.uniform(math.log(low), math.log(high)))
        else:
            found[path] = rng.uniform(low, high)
    hindered = any(found.get(path) for path in found if path.endswith(".barrier"))
    return {path: x for path, x in found.items() if path not in entries.idle or (hindered and ".nucleation." in path)}


def _turns(entries: ResolvedCell) -> Iterator[tuple[str, Value]]:
    """What a number is drawn for; also where nothing follows it, so that the cell of a seed stays the same one."""
    for part in entries.parts.values():
        for path, value in value_paths(part):
            if path not in entries.shadowed and not (path in entries.idle and ".front." in path):
                yield path, value


def protocol(rng: random.Random, cell: Cell) -> Protocol:
    """Steps of every kind; over many cases each of them."""
    low, high = cell.window
    i, P = 10 ** rng.uniform(-1, 3), 10 ** rng.uniform(-1, 3)
    rate, ohm = 10 ** rng.uniform(-2, 2), 10 ** rng.uniform(2, 6)
    middle = rng.uniform(low, high)
    whole = [
        f"Discharge at {i:.3g} uA/cm2 until {low} V; Charge at {i:.3g} uA/cm2 until {high} V",
        f"3 x (Discharge at {i:.3g} uA/cm2 until {low} V; Rest for 10 min; Charge at {i:.3g} uA/cm2 until {high} V; "
        f"Hold at {high} V for 30 min)",
        f"CV between {low} V and {high} V at {rate:.3g} mV/s for 2 cycles",
        f"Discharge at C/{rng.choice([1, 5, 20, 50])} for {rng.choice([1, 10, 60])} min; EIS from 1 MHz to 1 mHz; "
        "Rest for 1 h",
        f"Hold at {low + 0.1:.3f} V for 1 h; Charge at {P:.3g} uW/cm2 until {high} V",
        f"Discharge at {P:.3g} uW/cm2 until {low} V or for 2 h; Rest until |dV/dt| < 1 mV/h or for 10 h; Charge "
        f"at {i:.3g} uA/cm2 for 10 min",
        f"Discharge at {ohm:.3g} ohm until {low} V or for 5 h; Rest for 1 h",
        f"Charge at {i:.3g} uA/cm2 until 5 uAh/cm2 or for 2 h; Discharge at {i:.3g} uA/cm2 until 5 uAh/cm2 or for 2 h",
        f"GITT discharge at C/{rng.choice([2, 10, 20])} for {rng.choice([30, 60])} min, rest for 20 min, until {low} V",
        f"Sweep to {middle:.3f} V at {rate:.3g} mV/s; Hold at {middle:.3f} V until 0.1 uA/cm2 or for 3 h; Rest for 1 h",
        f"Set temperature to {rng.uniform(-10, 60):.0f} degC; Discharge at {i:.3g} uA/cm2 for 1 h; Set temperature to "
        f"{rng.uniform(-10, 60):.0f} degC; Charge at {i:.3g} uA/cm2 until {high} V or for 3 h",
    ]  # fmt: skip
    k = rng.randrange(len(whole) + 1)
    return Protocol.of(whole[k]) if k < len(whole) else Protocol.of([load(rng), *Protocol.of("Rest for 10 min").items])


def load(rng: random.Random) -> Load:
    """Ramps and jumps of a current or a power, from nothing and back, or of a voltage."""
    unit = rng.choice(["A/m2", "W/m2"])
    times, values = [0.0], [0.0]
    for _ in range(rng.randrange(2, 8)):
        values.append(rng.choice([0.0, -1.0, 1.0, 1.0]) * 10 ** rng.uniform(-3, 0.5))
        times.append(times[-1] + rng.choice([0.0, 60.0, 600.0, 3600.0]))
    return Load("drawn", unit, (*times, times[-1] + 60.0), (*values, 0.0))


@contextmanager
def counted() -> Iterator[list[int]]:
    """Iterations of Newton's method of every step meanwhile."""
    found: list[int] = []
    engine = runner.engine.integrate

    def integrate(*given: Any) -> Any:
        status, series, effort = engine(*given)
        found.append(int(effort[0]))
        return status, series, effort

    runner.engine.integrate = integrate  # type: ignore[assignment]
    try:
        yield found
    finally:
        runner.engine.integrate = engine


def outcome(case: Case) -> Outcome:
    """Run a case. Raises AssertionError for a result that is silently wrong."""
    with counted() as iterations:
        try:
            record, failure = simulate(case.cell, case.protocol, detail=case.seed % DETAILED == 0), ""
        except HeterofilmError as error:
            record, failure = getattr(error, "record", None), str(error)
    if record is not None:
        check(case, record, failure)
    return Outcome(case, record, failure, sum(iterations))


def check(case: Case, record: Record, failure: str) -> None:
    """Every number is one, no voltage lies beyond what the cell stands, and every step that was cut short says so."""
    where = f"seed {case.seed}, {case.cell.name}, {case.protocol}"
    for name in record.frame.columns:
        assert np.isfinite(record.frame[name].to_numpy()).all(), f"{where}: {name} is not finite"
    low, high = control.stands(case.cell)
    for step in record.steps.iter_rows(named=True):
        V = record.step(step["step"]).frame["voltage_V"]
        at_once = step["t_end"] == step["t_start"]  # what a current asks for before anything has happened
        if V.len() and not at_once:
            assert low - 0.01 < V.min() and V.max() < high + 0.01, f"{where}: {V.min():.2f} to {V.max():.2f} V"
        met = VOLTAGE.fullmatch(step["end"])
        if met:
            assert abs(step["end_voltage_V"] - float(met[1])) < 0.01, f"{where}: '{step['end']}', at {V[-1]:.3f} V"
        words = ("safety limit", "no current gives")
        if any(word in step["end"] for word in words):
            assert f"Step {step['step']} " in record.meta.get("notes", "") or "more steps" in record.meta["notes"]
    assert ("incomplete" in record.meta) == bool(failure), where


@dataclass(frozen=True)
class Tally:
    """What came of many cases."""

    outcomes: list[Outcome]

    @property
    def stalled(self) -> list[Outcome]:
        """Those that could not be integrated."""
        return [one for one in self.outcomes if not one.integrated]

    @property
    def leaking(self) -> list[Outcome]:
        """Those that lost or made lithium."""
        return [one for one in self.outcomes if one.missed > DOUBTFUL]

    @property
    def unchecked(self) -> list[Outcome]:
        """Those with steps whose lithium nobody has counted."""
        ran = [one for one in self.outcomes if one.record is not None and one.record.steps.height]
        return [one for one in ran if one.record is None or one.record.lithium_missed is None]

    @property
    def slow(self) -> list[Outcome]:
        """Those that took a hundred times the iterations of the median."""
        median = float(np.median([one.iterations for one in self.outcomes] or [0]))
        return [one for one in self.outcomes if one.iterations > SLOWEST * median]

    def __str__(self) -> str:
        iterations = [one.iterations for one in self.outcomes] or [0]
        ended = sum(bool(one.failure) and one.integrated for one in self.outcomes)
        most = max((one.missed for one in self.outcomes), default=0.0)
        return (
            f"{len(self.outcomes)} cases: {len(self.stalled)} not integrated, {ended} ended with another sentence, "
            f"{len(self.leaking)} with lithium missed (most {most:.1e} of the charge), {len(self.slow)} over {SLOWEST} "
            f"times the median of {np.median(iterations):.0f} iterations (most {max(iterations)})"
        )
