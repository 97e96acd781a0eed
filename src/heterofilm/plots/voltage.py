"""Against what a voltage is drawn: lithium, or, between two films, nothing but the other film."""

from __future__ import annotations

from ..records.record import Record

__all__ = ["AGAINST_LITHIUM", "voltage_axis", "volts"]

AGAINST_LITHIUM = "V vs Li⁺/Li"


def volts(*records: Record) -> str:
    """The unit of the voltages of some records: against lithium, but for one whose anode is a film."""
    return "V" if any(map(_two_films, records)) else AGAINST_LITHIUM


def voltage_axis(*records: Record) -> str:
    """The axis of the voltages of some cells."""
    return f"Voltage / {volts(*records)}"


def _two_films(record: Record) -> bool:
    # a record without detail has no fillings, and one of an earlier version no word of its anode
    return "anode_film" in record.meta or "filling_anode" in record.frame.columns
