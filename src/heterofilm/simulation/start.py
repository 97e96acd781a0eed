"""Where a run starts: a fresh film at a potential or a state of charge, or what another run ended with."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

from ..cell import Cell
from ..cell.digest import digest
from ..cell.rest import film_lithium, rest_potentials, rest_voltage
from ..engine.state import layout
from ..errors import InputError
from ..protocol.quantities import quantity
from ..records.record import Record
from ..units import from_si
from .state import CellState, about

HIGHEST = 6.0  # V, of a potential at rest


class Rest(NamedTuple):
    """A fresh film at rest: the cell's voltage (V), the share of nuclei it came from, and what fixes the voltage."""

    potential: float
    nuclei: float = 0.0
    of: Literal["number", "lower", "upper", "charge"] = "number"
    share: float = 0.0  # of the charge between the cut-offs


@dataclass(frozen=True)
class Beginning:
    """A cell and its state before the first step, what identifies it, and what was assumed."""

    cell: Cell
    state: CellState
    identity: str
    note: str = ""
    rest: Rest | None = None  # where the film rests; of a record's end it is not known how it depends on values
    temperature: float | None = None  # K, of a cell that warms, where it is not that of its surroundings


def beginning(cell: Cell, start: Any) -> Beginning:
    """The beginning that ``start`` asks for.

    - None: a fresh film at rest at the upper cut-off;
    - a potential: a number (V) or text such as ``"3.3 V"``;
    - a state of charge: ``"50 %"`` of the charge between the cut-offs, which are 0 % (lower) and 100 % (upper);
    - a `Record`, or the file (.nc) of one: the state at the end of its last step; ``record.step(3)`` at that of step 3.

    A film that starts at a potential or a state of charge is fresh: at rest, without hysteresis, and without nuclei
    but where it would not rest without them.

    Errors: `HeterofilmError` for anything else, and for a record without states, or of another film.
    """
    if (potential := potential_of(cell, start)) is not None:
        rest = Rest(potential, of="upper" if start is None else "number")
        state = CellState.at_rest(cell, potential)
        return Beginning(cell, state, f"{potential!r} V", _unstable(cell, state), rest=rest)
    if isinstance(start, Record):
        return _after(cell, start)
    text = str(start).strip()
    if text.endswith("%"):
        return _charged(cell, quantity(text, "1", "state of charge", "50 %"))
    return _after(cell, Record.read(text))


def potential_of(cell: Cell, start: Any) -> float | None:
    """The potential (V) at which a run starts at rest, or None where ``start`` is another state.

    Errors: as `beginning`.
    """
    if start is None:
        return _possible(cell.window[1])
    if isinstance(start, bool) or not isinstance(start, int | float | Record | str | Path):
        raise InputError(
            "A run starts at a potential ('3.3 V'), a state of charge ('50 %') or a Record's end, not at "
            f"{start!r:.60}."
        )
    if isinstance(start, int | float):
        return _possible(float(start))
    text = "" if isinstance(start, Record) else str(start).strip()
    if isinstance(start, Record) or text.lower().endswith((".nc", ".parquet")) or text.endswith("%"):
        return None
    return _possible(quantity(text, "V", "potential or state of charge", "3.3 V' or '50 %"))


def _possible(potential: float) -> float:
    if not 0.0 < potential < HIGHEST:
        raise InputError(f"The start potential must lie between 0 and {HIGHEST:g} V, got {potential:g} V.")
    return potential


def _charged(cell: Cell, share: float) -> Beginning:
    """A fresh film that holds so much of the charge between the cut-offs."""
    if not 0.0 <= share <= 1.0:
        raise InputError(f"A state of charge lies between 0 and 100 %, got {100.0 * share:g} %.")
    low, high = cell.window
    nuclei = 0.0
    potential = low if share == 0.0 else high  # of the cell
    if 0.0 < share < 1.0:
        bottom, top = rest_potentials(cell, low)[0], rest_potentials(cell, high)[0]  # of the film
        empty, full = film_lithium(cell, top), film_lithium(cell, bottom)
        wanted = full + share * (empty - full)
        U = _holding(cell, wanted, bottom, top, nuclei)
        if abs(film_lithium(cell, U) - wanted) > 1e-6 * wanted:
            # a fresh film that takes this much nucleates, which lifts its potential: it rests beside its nuclei
            nuclei = 1.0
            U = _holding(cell, wanted, U, top, nuclei)
        potential = rest_voltage(cell, U, nuclei)
    state = CellState.at_rest(cell, potential, nuclei)
    of: Literal["lower", "upper", "charge"] = "lower" if share == 0.0 else "upper" if share == 1.0 else "charge"
    rest = Rest(potential, nuclei, of, share)
    told = f"{share!r} of the charge between the cut-offs"
    return Beginning(cell, state, told, _unstable(cell, state), rest=rest)


def _unstable(cell: Cell, state: CellState) -> str:
    """What is to be said of a film of one phase where two would form."""
    front = cell.entries.matrix.front
    if cell.model.front.G == 0.0 or front is None:
        return ""
    theta = float(state.y[layout(cell.model).theta_m])
    if not front.lithium_poor.si < theta < front.lithium_rich.si:
        return ""
    return (
        f"the film starts with {theta:.3g} Li everywhere, within the miscibility gap of {cell.entries.matrix.name}, "
        "where one phase decays into two; start at a cut-off for one front from the electrolyte"
    )


def _holding(cell: Cell, wanted: float, low: float, high: float, nuclei: float) -> float:
    """The film's potential, between two, at which it holds so much lithium, which falls with it."""
    for _ in range(200):
        middle = 0.5 * (low + high)
        if not low < middle < high:
            break
        low, high = (middle, high) if film_lithium(cell, middle, nuclei) > wanted else (low, middle)
    return 0.5 * (low + high)


def _after(cell: Cell, record: Record) -> Beginning:
    """Where a record ended."""
    if record.states is None:
        kind = record.meta.get("kind")
        why = "is measured" if kind == "measured" else "was not read from a .nc or .parquet file, which keep them"
        raise InputError(f"The record '{record.meta.get('name', '')}' has no states to start from: it {why}.")
    then, now = record.states.about, about(cell)
    then = {"anode": "metal", "nodes_a": 0} | then  # of a version that knew no other
    for key in ("film", "phases", "nodes", "shells", "nodes_e", "anode", "nodes_a", "size"):
        if then.get(key) != now[key]:
            raise InputError(
                f"The record is of a cell whose {key} is {then.get(key)}, but that of '{cell.name}' is {now[key]}: a "
                "state fits its own film and mesh only."
            )
    row = record.states.at()
    notes = []
    if record.states.values != cell.digest:
        before, of = float(str(then.get("thickness_m", cell.thickness))), ""
        if not math.isclose(before, cell.thickness, rel_tol=1e-9):
            nm, now_nm = (f"{from_si(one, 'nm'):.4g} nm" for one in (before, cell.thickness))
            of = f", and of a film of {nm}, not {now_nm}: this one begins with its fillings, not with its charge"
        notes.append(f"the record that it went on from is of a cell with other values{of}")
    warm = float(row[0]) if cell.entries.spec.thermal is not None else None
    if warm is None and row[0] != then["temperature_K"]:  # it was changed by the protocol, and stays so
        cell = cell.at(float(row[0]))
        notes.append(f"it began at {row[0]:g} K, as the record that it went on from ended")
    state = CellState.at_rest(cell, cell.window[1])
    state.restore(row)
    return Beginning(cell, state, digest(row), "; ".join(notes), temperature=warm)
