"""Numbers of fits by the names of their settings: what is said of a number with them is what the fit then has."""

from __future__ import annotations

import math

import numpy as np
import polars as pl

from heterofilm.analysis.impedance.circuit import Circuit
from heterofilm.analysis.impedance.fit import fit_circuit
from heterofilm.samples.fit_numbers import SCHEMA, of_circuit

VALUES = {"R0": 10.0, "R1": 50.0, "C1": 1e-3}


def test_a_circuits_numbers_are_those_it_was_made_of() -> None:
    """What is held stands between its own value twice, what is tied names the other, bounds are the given ones."""
    circuit = Circuit.parse("R0-p(R1,C1)")
    f = np.logspace(4, -2, 40)
    fit = fit_circuit(f, circuit.impedance(f, VALUES), circuit, fixed={"R0": 10.0}, bounds={"C1": (1e-4, 1e-2)})
    table = of_circuit(fit, "a note")
    assert table.schema == pl.Schema(SCHEMA)
    rows = {row["number"]: row for row in table.to_dicts()}
    assert list(rows) == list(VALUES)
    assert all(math.isclose(rows[name]["value"], value, rel_tol=1e-3) for name, value in VALUES.items())
    assert (rows["R0"]["low"], rows["R0"]["high"]) == (10.0, 10.0)
    assert (rows["C1"]["low"], rows["C1"]["high"]) == (1e-4, 1e-2)
    assert rows["R1"]["low"] < 50.0 < rows["R1"]["high"] and rows["R1"]["at"] is None
    assert {row["note"] for row in rows.values()} == {"a note"}
    tied = of_circuit(fit_circuit(f, circuit.impedance(f, VALUES), circuit, links={"R1": (5.0, "R0")}))
    assert tied.filter(pl.col("number") == "R1")["of"].item() == "5*R0"
