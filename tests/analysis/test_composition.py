"""Cu/V and the shares of phases from atomic percents."""

import numpy as np
import polars as pl
import pytest

from heterofilm.analysis.composition import atomic_ratio, mean_ratio, phase_shares
from heterofilm.errors import HeterofilmError
from heterofilm.film.composition import phase_fractions
from heterofilm.instruments import Measurement
from heterofilm.library.loader import load_phase


def table(cu: float, v: float = 20.0, sigma: float | None = 0.2) -> Measurement:
    frame = pl.DataFrame({"element": ["O", "V", "Cu"], "atomic_percent": [100 - cu - v, v, cu]})
    if sigma is not None:
        frame = frame.with_columns(pl.lit(sigma).alias("sigma"))
    return Measurement("composition", "t", frame)


def test_the_papers_ratio_gives_its_domain_fraction() -> None:
    """Cu/V = 0.46 of V2O5 with Cu2V2O7 makes 0.58 of the volume domains."""
    shares = phase_shares(atomic_ratio(table(9.2)), load_phase("V2O5"), load_phase("Cu2V2O7"))
    assert shares.ratio.value == pytest.approx(0.46)
    assert shares.domain_volume_fraction == pytest.approx(0.58, abs=0.005)
    assert [r.value for r in shares.results()] == pytest.approx(
        [shares.domain_volume_fraction, 1 - shares.domain_volume_fraction]
    )


def test_the_error_of_a_ratio_is_that_of_both_elements_and_of_the_quantification() -> None:
    ratio = atomic_ratio(table(10.0), systematic=0.03)
    assert ratio.statistical == pytest.approx(0.5 * np.hypot(0.02, 0.01))
    assert ratio.error == pytest.approx(np.hypot(ratio.statistical, 0.5 * 0.03))
    assert "assumed" in atomic_ratio(table(10.0, sigma=None)).method


def test_the_fractions_error_is_what_monte_carlo_finds() -> None:
    """Draws of the ratio and of both densities, through the mass balance, scatter as the error states."""
    matrix, domain = load_phase("V2O5"), load_phase("Cu2V2O7")
    shares = phase_shares(atomic_ratio(table(9.2), systematic=0.05), matrix, domain)
    random = np.random.default_rng(0)
    drawn = []
    for r in random.normal(shares.ratio.value, shares.ratio.error, 600):
        f = phase_fractions(r, matrix, domain).domain
        assert f is not None
        volumes = [f.volume_fraction, 1 - f.volume_fraction]
        for k, phase in enumerate((domain, matrix)):
            low, high = phase.density.low, phase.density.high
            spread = (high - low) / 4 / phase.density.value if low is not None and high is not None else 0.0
            volumes[k] /= 1.0 + spread * random.standard_normal()
        drawn.append(volumes[0] / sum(volumes))
    assert np.std(drawn) == pytest.approx(shares.domain_error, rel=0.1)


def test_spots_average_their_noise_away_but_not_the_quantification() -> None:
    ratios = [atomic_ratio(table(cu)) for cu in (9.0, 9.1, 9.2, 9.3, 9.4)]
    mean = mean_ratio(ratios)
    assert mean.value == pytest.approx(0.46) and mean.statistical < ratios[0].statistical
    assert mean.error > 0.05 * mean.value


@pytest.mark.parametrize(("data", "words"), [
    (table(10.0, v=0.0), "no V atoms"),
    (Measurement("composition", "t", pl.DataFrame({"element": ["V"], "atomic_percent": [100.0]})), "has no Cu"),
    (Measurement("table", "t", pl.DataFrame({"a": [1.0]})), "not a composition"),
])  # fmt: skip
def test_tables_without_a_ratio_are_refused(data: Measurement, words: str) -> None:
    with pytest.raises(HeterofilmError, match=words):
        atomic_ratio(data)


def test_more_copper_than_the_phases_hold_is_refused() -> None:
    with pytest.raises(HeterofilmError, match="impossible"):
        phase_shares(atomic_ratio(table(30.0)), load_phase("V2O5"), load_phase("Cu2V2O7"))
