"""Open-circuit potentials as tables: lithium counted right, monotone branches, exact inverse, clear refusals."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.library import Library, Phase, load_phase, names
from heterofilm.library.columns import read_columns
from heterofilm.library.ocv import COLUMNS, TAIL, column_of

F = 96485.33212
X = np.linspace(0.4, 1.0, 25)
U = 4.2 - 0.8 * (X - 0.4) - 0.2 * np.tanh(20.0 * (X - 0.9))


def phase(**ocv: Any) -> Phase:
    """LiCoO2 with a table in place of its couples."""
    content = {"name": "p", "title": "p", "formula": "LiCoO2", "atoms": {"Li": 1, "Co": 1, "O": 2},
               "density": "5 g/cm3", "utilisation": 0.9, "D": "1e-11 cm2/s", "sigma_e": "1e-3 S/cm",
               "ocv": {"kind": "measured", "source": "here"} | ocv}  # fmt: skip
    return Library().phase(content)


def test_lithium_is_the_same_by_x_filling_and_capacity() -> None:
    """Q = n F/M per mass and n F rho/M per volume of dense phase, M = 97.871 g/mol."""
    M = 97.871
    by_mass = (X - 0.4) * F / M / 3.6
    by_volume = by_mass * 5.0e-1  # mAh/g times 5 g/cm3 in mAh/cm3 = 0.1 uAh/cm2/um
    tables = [
        {"x": tuple(X)},
        {"filling": tuple((X - 0.4) / 0.6), "lithium": 0.6},
        {"capacity": tuple(by_mass), "capacity_unit": "mAh/g"},
        {"capacity": tuple(by_volume), "capacity_unit": "uAh/cm2/um"},
    ]
    for table in tables:
        p = phase(**table, U=tuple(U))
        assert p.lithium == pytest.approx(0.6, rel=1e-12)
        assert p.open_circuit is not None
        assert p.open_circuit.value(X - 0.4) == pytest.approx(U, abs=1e-12)


def test_branches_are_met_and_mixed() -> None:
    """h = 1: discharge, h = -1: charge, 0: their mean, at every filling; each has its own inverse."""
    p = phase(x=tuple(X), U_discharge=tuple(U - 0.02), U_charge=tuple(U + 0.03))
    o = p.open_circuit
    assert o is not None
    theta = np.linspace(-0.02, 0.63, 201)
    assert o.value(X - 0.4, 1.0) == pytest.approx(U - 0.02, abs=1e-12)
    assert o.value(X - 0.4, -1.0) == pytest.approx(U + 0.03, abs=1e-12)
    assert o.value(theta, 0.0) == pytest.approx(0.5 * (o.value(theta, 1.0) + o.value(theta, -1.0)))
    for h in (1.0, -1.0):
        assert o.inverse(o.value(theta, h), h) == pytest.approx(theta, abs=1e-12)
    with pytest.raises(ValueError, match="one branch"):
        o.inverse(4.0)
    for h in np.linspace(-1.0, 1.0, 9):
        assert np.all(o.slope(theta, h) < 0.0)


def test_beyond_the_ends_it_turns_to_the_slope_of_the_background() -> None:
    """Within TAIL of the filling the slope goes on to -1/(b theta_full), continuously, and stays there."""
    p = phase(x=tuple(X), U=tuple(U))
    o = p.open_circuit
    assert o is not None
    full, steep = 0.6, -1.0 / (0.005 * 0.6)
    for end, way in ((0.0, -1.0), (full, 1.0)):
        assert o.slope(end + way * 1e-12) == pytest.approx(float(o.slope(end)), rel=1e-6)
        assert o.slope(end + way * 2.0 * TAIL * full) == pytest.approx(steep)
    theta = np.linspace(-0.1, 0.7, 5001)
    assert np.all(np.diff(o.value(theta)) < 0.0)


def test_entropy_goes_through_its_points_and_does_not_overshoot() -> None:
    """dU/dT need not be monotone: between two points it stays between them."""
    entropy = 0.2 * np.sin(8.0 * X)
    o = phase(x=tuple(X), U=tuple(U), dU_dT=tuple(entropy)).open_circuit
    assert o is not None
    assert o.entropy(X - 0.4) == pytest.approx(1e-3 * entropy, abs=1e-15)
    fine = o.entropy(np.linspace(0.0, 0.6, 2401)).reshape(-1)
    low, high = np.minimum(entropy[1:], entropy[:-1]), np.maximum(entropy[1:], entropy[:-1])
    for k in range(24):
        part = 1e3 * fine[100 * k : 100 * k + 101]
        assert part.min() >= low[k] - 1e-9 and part.max() <= high[k] + 1e-9
    assert phase(x=tuple(X), U=tuple(U)).open_circuit.entropy(0.3) == 0.0  # type: ignore[union-attr]


BAD = {
    "no amount": ({"U": tuple(U)}, "one of the columns x, filling and capacity"),
    "two amounts": ({"x": tuple(X), "capacity": tuple(X), "U": tuple(U)}, "got x and capacity"),
    "one branch": ({"x": tuple(X), "U_charge": tuple(U)}, "both U_discharge and U_charge"),
    "filling without lithium": ({"filling": tuple(X), "U": tuple(U)}, "lithium"),
    "few": ({"x": (0.1, 0.2, 0.3), "U": (3.0, 2.0, 1.0)}, "at least 8 points, got 3"),
    "unequal": ({"x": tuple(X), "U": tuple(U[:-1])}, "x has 25 points but U 24"),
    "rises": ({"x": tuple(X), "U": tuple(U[::-1])}, "U must fall as Li goes in from point to point, but point 2"),
    "plateau": ({"x": tuple(X), "U": (*U[:10], U[9], *U[11:])}, "but point 11 has"),
    "counts what is out": ({"x": tuple(X[::-1]), "U": tuple(U)}, "not the Li that is out"),
    "both ways as one": ({"x": (*X, *X[::-1]), "U": (*U, *(U[::-1] + 0.01))}, "x = 0.4 stands in two rows"),
    "millivolts": ({"x": tuple(X), "U": tuple(1e3 * U)}, "mV for V"),
    "swapped": ({"x": tuple(X), "U_charge": tuple(U - 0.1), "U_discharge": tuple(U)}, "swap the columns"),
    "too full": ({"filling": tuple(2 * X), "lithium": 1, "U": tuple(U)}, "a filling up to 1"),
    "entropy": ({"x": tuple(X), "U": tuple(U), "dU_dT": (50.0,) * 25}, "mV/K"),
    "unit": ({"capacity": tuple(X), "capacity_unit": "V", "U": tuple(U)}, "neither mAh/g nor"),
    "not finite": ({"x": (*X[:-1], math.nan), "U": tuple(U)}, "finite"),
    "key": ({"x": tuple(X), "u": tuple(U)}, "did you mean 'U'?"),
}


@pytest.mark.parametrize("case", list(BAD))
def test_what_is_no_table_is_told_in_one_sentence(case: str) -> None:
    table, words = BAD[case]
    with pytest.raises(HeterofilmError, match="phase from Python") as caught:
        phase(**table)
    assert words in str(caught.value) and "\n" not in str(caught.value)


def test_couples_and_a_table_exclude_each_other() -> None:
    both = load_phase("LiCoO2").model_dump() | {
        "ocv": {"kind": "measured", "source": "s", "x": tuple(X), "U": tuple(U)}
    }
    with pytest.raises(HeterofilmError, match="not both"):
        Library().phase(both)


@pytest.mark.parametrize("name", [name for name in names("phases") if name.endswith("-ocv")])
def test_tables_of_the_library(name: str) -> None:
    """At least 100 points with source and licence; strictly falling."""
    p = load_phase(name)
    assert p.ocv is not None and p.open_circuit is not None
    assert len(p.ocv.x) >= 100 and ("BSD" in p.ocv.source or "MIT" in p.ocv.source)
    theta = np.linspace(0.0, p.lithium, 10_001)
    assert np.all(np.diff(p.open_circuit.value(theta)) < 0.0)


@pytest.mark.parametrize(
    ("name", "x", "expected"),
    # as PyBaMM 26.10 evaluates Marquis2019 and Prada2013; LiMn2O4: the five terms of Doyle et al. 1996 at x = 0.5
    [("LiCoO2-ocv", 0.6, 4.027014), ("LiFePO4-ocv", 0.5, 3.397565), ("LiMn2O4-ocv", 0.5, 4.103952)],
)
def test_tables_of_the_library_against_their_source(name: str, x: float, expected: float) -> None:
    p = load_phase(name)
    assert p.ocv is not None and p.open_circuit is not None
    assert p.open_circuit.value(x - p.ocv.x[0]) == pytest.approx(expected, abs=2e-4)


@pytest.mark.parametrize("order", ["downwards", "at random"])
def test_the_order_of_the_rows_does_not_matter_and_is_told(order: str) -> None:
    """Lithium and potential belong together, whatever stands above what; branches and entropy go along."""
    k = np.arange(25)[::-1] if order == "downwards" else np.random.default_rng(7).permutation(25)
    columns = {"x": X, "U_discharge": U - 0.02, "U_charge": U + 0.03, "dU_dT": 0.2 * np.sin(X)}
    straight = phase(**{key: tuple(column) for key, column in columns.items()}).ocv
    sorted_ = phase(**{key: tuple(column[k]) for key, column in columns.items()}).ocv
    assert straight is not None and sorted_ is not None
    for key in columns:
        assert getattr(sorted_, key) == getattr(straight, key)
    assert straight.notes == () and "it was sorted" in sorted_.notes[0]
    assert ("from high to low x" if order == "downwards" else "not in the order of x") in sorted_.notes[0]


@pytest.mark.parametrize(
    ("amount", "potential"),
    [("x in LixCoO2", "E(V)"), ("x in Li_xCoO2", "E/V"), ("x", "Ewe/V"), ("x(Li)", "Voltage (V)"), ("x", "U / V"),
     ("Li content", "E (V vs. Li/Li+)"), ("X", "OCV [V]"), ("x", "u_V")],
)  # fmt: skip
def test_headings_are_understood_as_those_of_instruments(amount: str, potential: str, tmp_path: Path) -> None:
    rows = "\n".join(f"{a:.4f};{b:.4f}" for a, b in zip(X, U, strict=True)).replace(".", ",")
    (tmp_path / "ocv.csv").write_text(f"{amount};{potential}\n{rows}\n", encoding="utf-8")
    found = read_columns(tmp_path / "ocv.csv", COLUMNS, column_of)
    assert found["x"] == (tuple(np.round(X, 4)), "1") and found["U"] == (tuple(np.round(U, 4)), "V")


def test_a_potential_against_another_reference_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "ocv.csv").write_text("x,E (V vs. SHE)\n0.1,1\n")
    with pytest.raises(HeterofilmError, match=r"heading 'E \(V vs. SHE\)'; known: x, filling"):
        read_columns(tmp_path / "ocv.csv", COLUMNS, column_of)


def test_a_csv_beside_the_file(tmp_path: Path) -> None:
    """Columns by heading and unit; what it says stands in the entry."""
    rows = "\n".join(f"{a:.4f};{1e3 * b:.4f};{-0.1}" for a, b in zip(X, U, strict=True))
    (tmp_path / "ocv.csv").write_text(f"# a remark\nx;U [mV];dU_dT [V/K]\n{rows}\n".replace("-0.1", "-0.0001"))
    text = "\n".join(
        ['name = "p"', 'title = "p"', 'formula = "LiCoO2"', "atoms = { Li = 1, Co = 1, O = 2 }", 'density = "5 g/cm3"',
         "utilisation = 0.9", 'D = "1e-11 cm2/s"', 'sigma_e = "1e-3 S/cm"', "[ocv]", 'file = "ocv.csv"',
         'kind = "measured"', 'source = "here"']
    )  # fmt: skip
    (tmp_path / "p.toml").write_text(text)
    p = Library().phase("p.toml", tmp_path)
    assert p.ocv is not None
    assert pytest.approx(U, abs=1e-7) == p.ocv.U
    assert p.ocv.dU_dT == pytest.approx([-0.1] * 25)
    (tmp_path / "ocv.csv").write_text(f"x;U [mV];dU_dT [mV/K]\n{rows}\n")
    assert Library().phase("p.toml", tmp_path).ocv.dU_dT[0] == -0.1  # type: ignore[union-attr]
