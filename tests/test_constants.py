"""The constants are those of scipy's table (CODATA), and each stands in the code once."""

import ast
import math
from pathlib import Path

import pytest
from scipy import constants as codata

from heterofilm import constants

SOURCE = Path(constants.__file__).parent


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("E_CHARGE", codata.e), ("K_B", codata.k), ("N_A", codata.N_A), ("F", codata.e * codata.N_A), ("R", codata.R),
        ("K_B_EV", codata.k / codata.e), ("EPSILON_0", codata.epsilon_0),
        ("HARTREE_EV", codata.value("Hartree energy in eV")), ("BOHR_A", 1e10 * codata.value("Bohr radius")),
        ("EV_IN_K", codata.value("electron volt-kelvin relationship")),
        ("EV_A2_IN_J_M2", codata.eV / codata.angstrom**2),
        ("EV_A3_IN_GPA", codata.eV / codata.angstrom**3 / codata.giga),
    ],
)  # fmt: skip
def test_a_constant_is_that_of_the_table(name: str, value: float) -> None:
    """To nine digits: newer adjustments move the last ones of those that are not exact."""
    assert getattr(constants, name) == pytest.approx(value, rel=2e-9)


def test_each_stands_in_the_code_once() -> None:
    """No other module writes one of them, to three digits or more."""
    known = [v for name, v in vars(constants).items() if name.isupper()]
    found = []
    for path in SOURCE.rglob("*.py"):
        if path.name in ("constants.py", "units.py"):  # the table of units writes its definitions as exact fractions
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            value = node.value if isinstance(node, ast.Constant) else None
            if isinstance(value, float) and any(math.isclose(value, v, rel_tol=1e-4) for v in known):
                found.append(f"{path.relative_to(SOURCE)}:{node.lineno} {value!r}")
    assert found == []
