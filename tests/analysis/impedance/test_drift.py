"""A cell that drifts within the sweep is told from one that is noisy, blocked, or slower than the sweep."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from heterofilm.analysis.impedance.circuit import Circuit
from heterofilm.analysis.impedance.drift import drift_within
from heterofilm.analysis.impedance.kramers_kronig import kramers_kronig
from real_data import impedance_file

TAU = {"ZARC1_R": 100.0, "ZARC1_tau": 1e-3, "ZARC1_n": 0.85}
CIRCUITS = {
    "two arcs": ("R0-p(R1,C1)-p(R2,C2)", {"R0": 10.0, "R1": 50.0, "C1": 2e-4, "R2": 30.0, "C2": 0.03}),
    "a sharp arc": ("R0-p(R1,C1)", {"R0": 1.0, "R1": 500.0, "C1": 2e-5}),
    "a film, slow": ("R0-ZARC1-Wo1", {"R0": 20.0, **TAU, "Wo1_R": 5000.0, "Wo1_tau": 1e5}),
    "a film that fills": ("R0-ZARC1-Wo1", {"R0": 20.0, **TAU, "Wo1_R": 50.0, "Wo1_tau": 20.0}),
    "diffusion through": ("R0-ZARC1-Ws1", {"R0": 20.0, **TAU, "Ws1_R": 150.0, "Ws1_tau": 20.0}),
    "blocking": ("R0-p(R1,C1)-C2", {"R0": 10.0, "R1": 50.0, "C1": 2e-6, "C2": 0.01}),
    "blocking, rough": ("R0-ZARC1-CPE1", {"R0": 0.0, **TAU, "CPE1_Q": 1e-4, "CPE1_n": 0.9}),
    "a cable": ("L1-R0-ZARC1-Ws1", {"L1": 1e-6, "R0": 2.0, **TAU, "Ws1_R": 15.0, "Ws1_tau": 20.0}),
}
SWEEPS = (np.geomspace(1e5, 1e-2, 71), np.geomspace(1e6, 1e-2, 41), np.geomspace(1e6, 1.0, 40))


def spectra(share: float, noise: float, draws: int = 1) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Every circuit on every sweep, its impedance multiplied by 1 + share from the first to the last point, in time."""
    rng = np.random.default_rng(1)
    for circuit, values in CIRCUITS.values():
        for f in SWEEPS:
            Z = Circuit.parse(circuit).impedance(f, values) * (1.0 + share * np.cumsum(1.0 / f) / np.sum(1.0 / f))
            for _ in range(draws):
                yield f, Z * (1.0 + noise * (rng.standard_normal(f.size) + 1j * rng.standard_normal(f.size)))


@pytest.mark.parametrize("noise", [0.0, 1e-3, 1e-2, 3e-2])
def test_a_stable_cell_is_never_told_to_drift(noise: float) -> None:
    """Whatever its circuit, and however noisy: the value is none within its deviations."""
    for f, Z in spectra(0.0, noise, draws=3):
        drift = drift_within(f, Z)
        assert drift is not None and not drift.told, drift


@pytest.mark.parametrize("share", [0.3, -0.2])
def test_a_drift_has_its_size(share: float) -> None:
    """Half of the values within 0.67 of their deviations and all within four; so the deviations are neither too small
    nor too large (by half)."""
    off = []
    for f, Z in spectra(share, 1e-2):
        drift = drift_within(f, Z)
        assert drift is not None
        off.append((drift.share - share) / drift.deviation)
    assert max(np.abs(off)) < 4.0 and 0.34 < np.median(np.abs(off)) < 1.34


def test_a_drift_of_a_third_does_not_pass() -> None:
    """With noise of one per cent it is told in 9 of 10; the chain alone passed a third of those of five points per
    decade."""
    tests = [kramers_kronig(f, Z) for f, Z in spectra(0.3, 1e-2)]
    assert np.mean([test.verdict != "pass" for test in tests]) > 0.9
    told = next(test for test in tests if test.drift is not None and test.drift.large)
    assert told.verdict == "fail" and "changed within the sweep, by +" in told.reason


def test_a_sweep_upwards_drifts_from_low_to_high() -> None:
    """The drift of points that are listed upwards is counted in their order, and the assumption is said."""
    for circuit, values in CIRCUITS.values():
        f = SWEEPS[0][::-1]
        for share in (0.3, -0.2):
            Z = Circuit.parse(circuit).impedance(f, values) * (1.0 + share * np.cumsum(1.0 / f) / np.sum(1.0 / f))
            test = kramers_kronig(f, Z)
            assert test.drift is not None and test.drift.share == pytest.approx(share, abs=0.03)
            assert test.drift.told and "from low to high frequency as the points are listed" in test.reason
    assert "from high to low frequency)" in kramers_kronig(*next(spectra(0.3, 0.0))).reason


def test_what_would_show_is_said() -> None:
    f, Z = next(spectra(0.0, 1e-2))
    test = kramers_kronig(f, Z)
    assert test.verdict == "pass" and test.drift is not None
    limit = 100.0 * test.drift.limit
    assert f"A drift of more than {limit:.0f} % within the sweep would show." in test.reason
    assert 10.0 < limit < 40.0, "5 %, and three deviations of a per cent's noise on a few points"


def test_what_cannot_be_told_is_not() -> None:
    """Too few points; and a spectrum that no chain follows, with a drift or without."""
    f = np.geomspace(1e5, 1e-2, 12)
    Z = 10.0 + 50.0 / (1.0 + 2j * np.pi * f * 0.01)
    assert drift_within(f, Z) is None
    assert "There are too few points to tell a drift within the sweep." in kramers_kronig(f, Z).reason
    f = SWEEPS[0]
    jumps = np.where(f > 10.0, 1.0, 1.4) * (10.0 + 50.0 / (1.0 + 2j * np.pi * f * 0.01))
    test = kramers_kronig(f, jumps)
    assert test.verdict == "fail" and test.drift is None


@pytest.mark.parametrize("name", ["impedancepy_exampleData.csv", "pyimpspec_data-comma.csv", "pydrttools_LIB_data.txt"])
def test_measured_cells_that_are_stable(name: str) -> None:
    test = kramers_kronig(*impedance_file(f"eis/{name}"))
    assert test.drift is not None and not test.drift.told and abs(test.drift.share) < 0.02
