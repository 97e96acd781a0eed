"""Energy and power of a device: per area, volume and mass, with and without its substrate; Ragone points."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ..errors import InputError
from ..records.record import Record
from ..units import from_si
from .stack import Stack

__all__ = ["energy_table", "ragone_table"]


def energy_table(stack: Stack, record: Record, step: int = 1) -> pl.DataFrame:
    """A row per way of counting one discharge of the stack's cell: energy and mean power.

    Columns: basis, energy, energy_unit, power, power_unit. Errors: `HeterofilmError` for a step that is no discharge.
    """
    row = _discharge(record, step)
    J, seconds = row["energy_J_m2"] * stack.active_area, row["t_end"] - row["t_start"]
    bases = [
        ("device", 1.0, "uWh", "uW"),
        ("active area", stack.active_area, "uWh/cm2", "uW/cm2"),
        ("footprint of the substrate", stack.footprint, "uWh/cm2", "uW/cm2"),
        ("volume without substrate", stack.volume(False), "mWh cm-3", "mW cm-3"),
        ("volume with substrate", stack.volume(True), "mWh cm-3", "mW cm-3"),
        ("mass without substrate", stack.mass(False), "mWh/g", "mW/g"),
        ("mass with substrate", stack.mass(True), "mWh/g", "mW/g"),
    ]
    rows = [
        {
            "basis": name, "energy": from_si(J / size, energy), "energy_unit": energy,
            "power": from_si(J / size / seconds, power), "power_unit": power,
        }
        for name, size, energy, power in bases
    ]  # fmt: skip
    return pl.DataFrame(rows)


def ragone_table(stack: Stack, records: Sequence[Record]) -> pl.DataFrame:
    """Energy against mean power of first discharges: per active area, and per mass of the whole device.

    Columns: current_uA_cm2, energy_uWh_cm2, power_uW_cm2, energy_Wh_kg, power_W_kg, in the order of the currents.
    """
    rows = []
    for record in records:
        row = _discharge(record, 1)
        seconds = row["t_end"] - row["t_start"]
        per_area = row["energy_J_m2"]
        per_mass = per_area * stack.active_area / stack.mass(True)
        rows.append(
            {
                "current_uA_cm2": from_si(row["capacity_C_m2"] / seconds, "uA/cm2"),
                "energy_uWh_cm2": from_si(per_area, "uWh/cm2"),
                "power_uW_cm2": from_si(per_area / seconds, "uW/cm2"),
                "energy_Wh_kg": from_si(per_mass, "Wh"),
                "power_W_kg": per_mass / seconds,
            }
        )
    return pl.DataFrame(rows).sort("current_uA_cm2")


def _discharge(record: Record, step: int) -> dict[str, float]:
    row = record.steps.filter(pl.col("step") == step).row(0, named=True)
    if row["kind"] != "discharge" or not row["t_end"] > row["t_start"]:
        raise InputError(f"Step {step} of this record is no discharge; energy is counted over one.")
    return row
