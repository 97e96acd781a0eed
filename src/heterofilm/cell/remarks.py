"""What should be said beside every result of a cell: values out of the usual, windows that are left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from ..library import Layer, ResolvedCell, Value, schema
from ..library.borrowed import borrowed
from ..library.value import Quantity, quantity_of
from ..wording import span

SLACK = 1e-9  # V


def remarks(cell: ResolvedCell) -> tuple[str, ...]:
    """Sentences, the gravest first."""
    return (*_windows(cell), *beyond_ranges(cell), *_stated(cell), *_borrowed(cell))


def _windows(cell: ResolvedCell) -> Iterator[str]:
    """Cut-offs beyond what electrolyte, phases and tables are known for."""
    low, high = cell.spec.lower_voltage.si, cell.spec.upper_voltage.si
    if cell.anode_film is not None:
        yield (
            "The cut-offs are voltages between two films: the potential of each against Li+/Li is in the record "
            "(cathode_V, anode_V), and whether phases and electrolyte stand it is not checked. The film of the anode "
            "neither ages nor is activated: no law of it is known."
        )
        return
    if high > cell.electrolyte.window.si + SLACK:
        yield (
            f"The upper cut-off of {high:g} V lies beyond the stability window of {cell.electrolyte.window} of the "
            f"electrolyte {cell.electrolyte.name} ({cell.electrolyte.window.source}); decomposition is not modelled."
        )
    for phase in (cell.matrix, cell.domain):
        if phase is None:
            continue
        for limit, beyond, word in (
            (phase.stable_below, phase.stable_below is not None and high > phase.stable_below.si + SLACK, "upper"),
            (phase.stable_above, phase.stable_above is not None and low < phase.stable_above.si - SLACK, "lower"),
        ):
            if limit is not None and beyond:
                yield (
                    f"The {word} cut-off of {high if word == 'upper' else low:g} V lies beyond {limit}, up to which "
                    f"{phase.name} is known to cycle ({limit.source}); what happens beyond it is not modelled."
                )
        yield from _beyond(phase, low, high)


def _beyond(phase: schema.Phase, low: float, high: float) -> Iterator[str]:
    """Cut-offs beyond the ends of a table, and how much of the filling that means."""
    table = phase.open_circuit
    if phase.ocv is None or table is None:
        return
    least, most = phase.ocv.ends
    above, below = -float(table.inverse(high, -1.0)), float(table.inverse(low, 1.0)) - table.theta_full
    for cut, end, way, word, lithium in ((high, most, 1.0, "upper", above), (low, least, -1.0, "lower", below)):
        if way * (cut - end) > 1e-3:
            yield (
                f"The {word} cut-off of {cut:g} V lies beyond the open-circuit table of {phase.name}, which ends at "
                f"{end:.4g} V; there the potential is extrapolated with the phase's background, over "
                f"{100.0 * max(lithium, 0.0) / table.theta_full:.2g} % of the filling."
            )


def beyond_ranges(cell: ResolvedCell) -> Iterator[str]:
    """Values outside what is usual, and values set outside the range that their entry gives."""
    for start, part in cell.parts.items():
        for path, value, quantity in _walk(part, start, None):
            if path in cell.shadowed:
                continue
            if quantity is not None and quantity.usual is not None and not _within(value, quantity):
                least, most = quantity.usual
                usual = span(least, most, quantity.unit)
                yield f"{path} = {value} is out of the usual {usual}: check number and unit."
            if value.layer is Layer.CALIBRATION and not _in_span(value):
                low, high = value.span
                yield (
                    f"{path} = {value} was calibrated outside the range of {span(low, high, value.unit)} that its "
                    f"entry gives ({', '.join(value.rows[:3])} ask for it)."
                )
            before = value.before
            if value.layer is Layer.SET and before is not None and value.low is None and value.high is None:
                low, high = before.span
                ranged = before.low is not None and before.high is not None
                if ranged and not low <= value.to(before.unit) <= high:
                    own = span(low, high, before.unit)
                    yield f"{path} = {value} was set outside the range of {own} of its entry."


def _in_span(value: Value) -> bool:
    low, high = value.span
    ranged = value.low is not None and value.high is not None
    return not ranged or low * (1.0 - 1e-9) <= value.value <= high * (1.0 + 1e-9) or low <= value.value <= high


def _within(value: Value, quantity: Quantity) -> bool:
    assert quantity.usual is not None
    low, high = quantity.usual
    return low * (1 - 1e-9) - 1e-12 * (low == 0.0) <= value.to(quantity.unit) <= high * (1 + 1e-9)


def _walk(node: Any, path: str, quantity: Quantity | None) -> Iterator[tuple[str, Value, Quantity | None]]:
    if isinstance(node, Value):
        yield path, node, quantity
    elif isinstance(node, BaseModel):
        for key, field in type(node).model_fields.items():
            yield from _walk(getattr(node, key), f"{path}.{key}", quantity_of(field))
    elif isinstance(node, dict):
        for key, child in node.items():
            yield from _walk(child, f"{path}.{key}", quantity)
    elif isinstance(node, tuple):
        for index, child in enumerate(node):
            yield from _walk(child, f"{path}.{getattr(child, 'name', index)}", None)


def _stated(cell: ResolvedCell) -> Iterator[str]:
    """What was done to a table as it was given, and what a capacity that was stated means."""
    for phase in (cell.matrix, cell.domain, cell.anode_phase):
        if phase is not None and phase.ocv is not None:
            yield from (f"Phase {phase.name}: {note[:1].lower()}{note[1:]}" for note in phase.ocv.notes)
    if cell.film.capacity is not None:
        yield (
            f"The capacity of {cell.film.capacity} of film {cell.film.name} between its cut-offs means a utilisation "
            f"of {cell.matrix.utilisation.value:.4g} of the dense film (mass balance, at no rate and 25 degC)."
        )


def _borrowed(cell: ResolvedCell) -> Iterator[str]:
    """Sources that speak of another number."""
    for path, value, others in borrowed(cell):
        yield f"{path} = {value} keeps the source of {others[0]} ({value.source}): state where yours is from."
