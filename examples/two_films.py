"""Beside lithium without end: bare copper, titanate, lithium that runs out; both potentials, the balance, and heat."""

from __future__ import annotations

import numpy as np

import heterofilm as hf
from heterofilm.cell.rest import balance


def main() -> dict[str, float]:
    found = {}
    for name in ("lco-cu", "lco-lto"):
        cell = hf.Cell.load(name)
        low, high = cell.window
        record = hf.simulate(cell, f"Discharge at 10 uA/cm2 until {low} V; Charge at 10 uA/cm2 until {high} V")
        print(f"{cell.entries.spec.title}: {record.capacity('uAh/cm2', step=1):.1f} uAh/cm2")
        print(f"  {balance(cell)}")
        found[name] = record.capacity("uAh/cm2", step=1)
        down = record.frame.filter(record.frame["step"] == 1)
        half_way = 0.5 * down["time_s"][-1]
        found[f"{name} anode"] = float(np.interp(half_way, down["time_s"], down["anode_V"]))

    thin = hf.Cell.load("vo-atfb", {"anodes.Li.thickness": "20 nm"})
    record = hf.simulate(thin, "Discharge at 10 uA/cm2 until 2.2 V")
    found["thin"] = record.capacity("uAh/cm2", step=1)
    print(f"V2O5 with 20 nm of lithium: {found['thin']:.2f} uAh/cm2, then {record.steps['end'][0]}")

    stack = hf.Stack.load("vo-polyimide")
    warm = hf.simulate(stack.warming(0.0), "Discharge at 40 uA/cm2 until 2.2 V")
    found["warming"] = float(warm.frame["temperature_K"].max()) - 298.15
    print(f"on polyimide, giving no heat away, it warms by {found['warming']:.2f} K")
    return found


if __name__ == "__main__":
    main()
