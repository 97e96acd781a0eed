"""A half cell fitted to two discharges at once: how well its diffusion coefficient and interface are known.

The data are simulated with 1 mV of noise, so that the truth is known; `heterofilm fit` does the same with files.
"""

from dataclasses import replace

import numpy as np
import polars as pl

import heterofilm as hf

D, I0 = "phases.V2O5.D", "electrolytes.liquid-1M.cathode_interface.i0"


def measured(current: float, rng: np.random.Generator) -> hf.Record:
    """A discharge as an instrument would have seen it."""
    text = f"Discharge at {current:g} uA/cm2 until 2.15 V"
    record = hf.simulate("vo-half", text, detail=False, rtol=1e-6, dV=0.03)
    noise = pl.Series(rng.normal(0.0, 1e-3, record.frame.height))
    frame = record.frame.with_columns(pl.col("voltage_V") + noise)
    return replace(record, frame=frame, meta={**record.meta, "kind": "measured"})


def main() -> dict[str, tuple[float, float, float, float]]:
    """Print the fit; return (fitted, low, high, truth) of both values."""
    rng = np.random.default_rng(1)
    data = [hf.Data(measured(i, rng), noise="1 mV", name=f"{i:g} uA/cm2") for i in (5, 40)]
    found = hf.fit("vo-half", data, [D, I0], start={D: 1e-12, I0: 1.0}, searches=1)
    print(found)
    truth = hf.Cell.load("vo-half").entries
    return {one.path: (one.value, one.low, one.high, truth.number(one.path)) for one in found.values}


if __name__ == "__main__":
    main()
