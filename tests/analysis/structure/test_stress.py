"""Residual stress by sin2psi: the stress that strained the spacings comes out, and what does not tell is said."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.analysis.structure.stress import Elastic, sin2psi
from heterofilm.errors import HeterofilmError
from heterofilm.plots.xrd import stress_figure

FILM = Elastic(60e9, 5e9, 0.25, 0.02, "assumed")
TILTS = np.array([-45.0, -30.0, -15.0, 0.0, 15.0, 30.0, 45.0])
D0 = 0.4368


def strained(stress_Pa: float, tilts: np.ndarray = TILTS) -> np.ndarray:
    """Hooke's law of an isotropic film under a biaxial stress."""
    E, nu = FILM.youngs_modulus_Pa, FILM.poisson
    s1, s2 = stress_Pa * (1 + nu) / E, stress_Pa * 2 * nu / E
    return D0 * (1.0 + s1 * np.sin(np.radians(tilts)) ** 2 - s2)


@pytest.mark.parametrize("stress", [-400e6, 250e6])
def test_the_stress_comes_out(stress: float) -> None:
    """Without noise it is exact, and so is the spacing without stress; its uncertainty holds that of E and of lines."""
    found = sin2psi("V2O5 (001)", TILTS, strained(stress), np.full(7, 2e-6), FILM)
    assert found.verdict == "stressed" and found.stress_Pa == pytest.approx(stress, rel=2e-3)  # second order in strain
    assert found.free_nm == pytest.approx(D0, rel=1e-5)
    assert found.stress_sd_Pa > 0.1 * abs(stress) and ("tension" if stress > 0 else "compression") in found.reason
    assert "60 GPa" in found.reason
    assert len(stress_figure(found).series) == 2


def test_the_uncertainty_holds() -> None:
    """With the noise that is stated, two deviations of the slope hold 90 to 99 % of 200 draws."""
    rng = np.random.default_rng(3)
    sd = 2e-5
    held = 0
    for _ in range(200):
        found = sin2psi("l", TILTS, strained(100e6) + sd * rng.standard_normal(7), np.full(7, sd))
        true = 100e6 * 1.25 / 60e9
        held += abs(found.slope - true) <= 2.0 * found.slope_sd
    assert 0.90 <= held / 200 <= 0.99


def test_without_constants_the_slope_alone() -> None:
    found = sin2psi("X (111)", TILTS, strained(250e6), np.full(7, 2e-6))
    assert [r.quantity.split()[0] for r in found.results()] == ["residual", "d"]
    assert "no elastic constants" in found.reason and np.isnan(found.stress_Pa)


def test_points_on_no_line_give_no_stress() -> None:
    """Split by the sign of psi, as shear does it."""
    split = strained(250e6) + 1e-4 * np.sin(2.0 * np.radians(TILTS))
    found = sin2psi("V2O5 (001)", TILTS, split, np.full(7, 2e-6), FILM)
    assert found.verdict == "not decidable" and "is no line" in found.reason
    assert not any(r.quantity.startswith("stress") for r in found.results())
    one_sided = sin2psi("V2O5 (001)", TILTS[3:], strained(250e6, TILTS[3:]), np.full(4, 2e-6), FILM)
    assert "one sign only" in one_sided.reason


@pytest.mark.parametrize("tilts", [[0.0, 30.0], [0.0, 5.0, 10.0], [-30.0, 30.0, 30.0]])
def test_too_few_tilts_are_refused(tilts: list[float]) -> None:
    with pytest.raises(HeterofilmError, match="3 different tilts"):
        sin2psi("l", tilts, np.full(len(tilts), D0), np.full(len(tilts), 1e-5))
