"""Write the tables of open-circuit potentials of the library from published functions: ``python tools/ocv_tables.py``.

The functions and their constants are facts that the works below published; each table says where its function is from
and under which licence the program is that it was checked against. Potentials in V against Li+/Li at 25 degC, x in Li
per formula unit.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
FOLDER = Path(__file__).parent.parent / "src" / "heterofilm" / "library" / "data" / "phases" / "ocv"
POINTS = 201
WORST = 2e-4  # V, between the function and the curve through the points


class Table(NamedTuple):
    name: str
    potential: Callable[[Array], Array]
    first: float  # x of the charged end
    last: float
    words: str


def lithium_cobalt_oxide(x: Array) -> Array:
    """Dualfoil's fit to measurements of O. Garcia (2001)."""
    s = 1.062 * x
    return (
        2.16216 + 0.07645 * np.tanh(30.834 - 54.4806 * s) + 2.1581 * np.tanh(52.294 - 50.294 * s)
        - 0.14169 * np.tanh(11.0923 - 19.8543 * s) + 0.2051 * np.tanh(1.4684 - 5.4888 * s)
        + 0.2531 * np.tanh((0.56478 - s) / 0.1316) - 0.02167 * np.tanh((s - 0.525) / 0.006)
    )  # fmt: skip


def lithium_manganese_oxide(x: Array) -> Array:
    """Doyle, Newman and others, J. Electrochem. Soc. 143, 1890 (1996)."""
    return (
        4.19829 + 0.0565661 * np.tanh(8.60942 - 14.5546 * x) - 0.0275479 * ((0.998432 - x) ** -0.492465 - 1.90111)
        - 0.157123 * np.exp(-0.04738 * x**8) + 0.810239 * np.exp(-40.0 * (x - 0.133875))
    )  # fmt: skip


def lithium_iron_phosphate(x: Array) -> Array:
    """Afshar, Morris and Khajepour, arXiv:1709.03970 (2017)."""
    return 3.4077 - 0.020269 * x + 0.5 * np.exp(-150.0 * x) - 0.9 * np.exp(-30.0 * (1.0 - x))


TABLES = (
    Table(
        "LiCoO2", lithium_cobalt_oxide, 0.5, 0.97,
        "function of Dualfoil (J. Newman), which says that it fits measurements of O. Garcia (2001) for 0.5 < x < "
        "0.99; as in PyBaMM's parameter set Marquis2019 (BSD-3-Clause)",
    ),
    Table(
        "LiMn2O4", lithium_manganese_oxide, 0.17, 0.9979,
        "function of M. Doyle, J. Newman, A. S. Gozdz, C. N. Schmutz, J.-M. Tarascon, J. Electrochem. Soc. 143, 1890 "
        "(1996); as in MPET (MIT licence)",
    ),
    Table(
        "LiFePO4", lithium_iron_phosphate, 0.002, 0.998,
        "function of S. Afshar, K. Morris, A. Khajepour, arXiv:1709.03970 (2017); as in PyBaMM's parameter set "
        "Prada2013 (BSD-3-Clause)",
    ),
)  # fmt: skip


def points(table: Table) -> tuple[Array, Array]:
    """Points between which the curve of the table leaves the function by as much everywhere."""
    from heterofilm.library.curve import monotone

    fine = np.linspace(table.first, table.last, 100_001)
    bend = np.abs(np.gradient(np.gradient(table.potential(fine), fine), fine)) ** 0.4 + 0.3
    density = np.concatenate([[0.0], np.cumsum(0.5 * (bend[1:] + bend[:-1]))])
    x = np.round(np.interp(np.linspace(0.0, density[-1], POINTS), density, fine), 5)
    x[[0, -1]] = table.first, table.last
    x = np.unique(x)
    U = np.round(table.potential(x), 6)
    worst = float(np.abs(monotone(x, U).value(fine) - table.potential(fine)).max())
    if worst > WORST:
        raise SystemExit(f"{table.name}: the curve leaves the function by {1e3 * worst:.3g} mV")
    return x, U


def text(table: Table) -> str:
    """The csv of a table."""
    x, U = points(table)
    head = [
        f"# Open-circuit potential of {table.name} at 25 degC against Li+/Li; x: Li per formula unit.",
        f"# Source: {table.words}.",
        f"# Written by tools/ocv_tables.py; between the points the curve is within {1e3 * WORST:g} mV of the function.",
        "x, U [V]",
    ]
    return "\n".join(head + [f"{a:.5f}, {b:.6f}" for a, b in zip(x, U, strict=True)]) + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for table in TABLES:
        (FOLDER / f"{table.name}.csv").write_text(text(table), encoding="utf-8")
