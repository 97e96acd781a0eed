"""The open-circuit potential from a slow cycle: as a table that a phase runs from, and as redox couples.

The cycle is simulated here, so that the truth is known; ``hf.Record.read`` and ``heterofilm.instruments.read`` bring in
a measured one.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import heterofilm as hf

PHASE = """
name = "mine"
title = "LiCoO2 as measured"
formula = "LiCoO2"
atoms = { Li = 1, Co = 1, O = 2 }
density = "5.05 g/cm3"
utilisation = 1
D = "1.8e-11 cm2/s"
sigma_e = "1e-3 S/cm"

[ocv]
file = "mine.csv"
kind = "measured"
source = "C/50, lco-atfb"
"""


def main() -> tuple[float, float]:
    """Capacity of the new cell over that of the old one, and what the couples miss of the table (V, rms inside)."""
    record = hf.simulate("lco-atfb", "Discharge at C/50 until 3.5 V; Charge at C/50 until 4.2 V")
    table = hf.ocv_from(record, branches="mean")
    print(f"{table.charge_C_m2.size} points; " + "; ".join(table.notes))
    with TemporaryDirectory() as name:
        folder = Path(name)
        table.save(folder / "mine.csv", "a slow cycle")  # charge per volume of the film, all of it active
        (folder / "mine.toml").write_text(PHASE)
        cell = hf.Cell.from_dict(
            {
                "name": "mine", "title": "LiCoO2 as measured", "electrolyte": "LiPON", "area": "1 cm2",
                "series_resistance": "5 ohm cm2", "lower_voltage": "3.6 V", "upper_voltage": "4.15 V",
                "film": {"name": "film", "title": "film", "matrix": "mine.toml", "thickness": "300 nm"},
            },
            folder=folder,
        )  # fmt: skip
        mine = hf.simulate(cell, "Discharge at C/20 until 3.6 V", start="4.1 V").capacity("uAh/cm2")
    library = hf.simulate("lco-atfb", "Discharge at C/20 until 3.6 V", start="4.1 V").capacity("uAh/cm2")
    fit = hf.fit_ocv(table.charge_C_m2 / table.capacity, table.discharge_V)
    print(fit.table, f"{1e3 * fit.rms_V:.2g} mV rms, worst {1e3 * fit.worst_V:.2g} mV at {fit.worst_at[1]:.3f} V")
    return mine / library, fit.inner_rms_V


if __name__ == "__main__":
    main()
