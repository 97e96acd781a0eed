"""Constants of nature against scipy's CODATA table."""

import pytest
from scipy.constants import physical_constants

from heterofilm import constants


@pytest.mark.parametrize(
    ("value", "name", "scale"),
    [
        (constants.ELEMENTARY_CHARGE, "elementary charge", 1.0),
        (constants.K_B, "Boltzmann constant", 1.0),
        (constants.K_B_EV, "Boltzmann constant in eV/K", 1.0),
        (constants.EV_IN_K, "electron volt-kelvin relationship", 1.0),
        (constants.HARTREE_EV, "Hartree energy in eV", 1.0),
        (constants.BOHR_A, "Bohr radius", 1e10),
    ],
)
def test_a_constant_is_codatas_within_what_is_known_of_it(value: float, name: str, scale: float) -> None:
    """Tables of other years differ within the uncertainty, 1.5e-10 for the Bohr radius."""
    assert value == pytest.approx(scale * physical_constants[name][0], rel=1e-9)


def test_pressures_and_energies_of_surfaces_follow() -> None:
    assert pytest.approx(16.02176634, rel=1e-12) == constants.EV_A2_IN_J_M2
    assert pytest.approx(160.2176634, rel=1e-12) == constants.EV_A3_IN_GPA
