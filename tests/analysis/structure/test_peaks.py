"""Lines: found where they are, not found where they are not, with honest uncertainties."""

import numpy as np
import pytest

from heterofilm.analysis.structure.peaks import Companion, area_of, fit_lines, pseudo_voigt

X = np.arange(10.0, 70.0, 0.02)


def counts(lines: list[tuple[float, float, float]], seed: int, floor: float = 300.0) -> np.ndarray:
    y = floor + sum(pseudo_voigt(X, x0, h, w, 0.5) for x0, h, w in lines) + 0.0 * X
    return np.random.default_rng(seed).poisson(y).astype(float)


@pytest.mark.parametrize("eta", [0.0, 0.4, 1.0])
def test_the_area_of_a_profile_is_its_integral(eta: float) -> None:
    x = np.linspace(-2000.0, 2000.0, 2_000_001)
    assert np.trapezoid(pseudo_voigt(x, 0.0, 3.0, 2.0, eta), x) == pytest.approx(area_of(3.0, 2.0, eta), rel=2e-3)


def test_noise_alone_has_no_lines() -> None:
    """The threshold allows one false line in a hundred spectra; 30 spectra may have two."""
    assert sum(len(fit_lines(X, counts([], k), (0.06, 1.6)).lines) for k in range(30)) <= 2


def test_numbers_lie_within_two_standard_deviations_in_19_of_20() -> None:
    hits = total = 0
    for k in range(10):
        truth = [(20.3, 800.0, 0.25), (30.9, 150.0, 0.3), (31.5, 300.0, 0.3), (50.0, 2000.0, 0.2)]
        found = fit_lines(X, counts(truth, k), (0.06, 1.6)).lines
        assert len(found) == 4
        for line, (x0, h, w) in zip(found, truth, strict=True):
            hits += abs(line.position - x0) < 2 * line.position_sd
            hits += abs(line.area - area_of(h, w, 0.5)) < 2 * line.area_sd
            hits += abs(line.fwhm - w) < 2 * line.fwhm_sd
            total += 3
    assert hits >= 0.95 * total


def test_a_line_and_its_companion_are_one_line() -> None:
    companion = Companion(lambda v: np.asarray(v) * 1.0025, 0.5)
    y = 300.0 + pseudo_voigt(X, 60.0, 3000.0, 0.06, 0.5) + 0.5 * pseudo_voigt(X, 60.15, 3000.0, 0.06, 0.5)
    (line,) = fit_lines(X, np.random.default_rng(1).poisson(y).astype(float), (0.06, 1.6), companion).lines
    assert line.position == pytest.approx(60.0, abs=0.003) and line.height == pytest.approx(3000.0, rel=0.05)


def test_the_detection_limit_is_where_half_of_the_lines_are_found() -> None:
    limit = float(np.median(fit_lines(X, counts([(20.0, 3000.0, 0.25)], 0), (0.06, 1.6)).limit))
    height = limit / area_of(1.0, 0.25, 0.5)
    found = {factor: 0 for factor in (0.4, 2.0)}
    for k in range(12):
        for factor in found:
            lines = fit_lines(X, counts([(20.0, 3000.0, 0.25), (45.0, factor * height, 0.25)], k), (0.06, 1.6)).lines
            found[factor] += any(abs(line.position - 45.0) < 0.2 for line in lines)
    assert found[2.0] >= 10 and found[0.4] <= 4
