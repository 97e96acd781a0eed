"""Truth to an EDS table to Cu/V and phase shares, and back."""

from pathlib import Path

import numpy as np
import pytest

from heterofilm.analysis.composition import Ratio, atomic_ratio, phase_shares
from heterofilm.film.composition import phase_fractions
from heterofilm.instruments import read
from heterofilm.library.loader import load_phase
from heterofilm.synthetic.composition import CompositionTruth, write_composition


@pytest.mark.parametrize("style", ["esprit", "aztec", "edax"])
def test_every_program_tells_the_same(style: str, tmp_path: Path) -> None:
    table = read(write_composition(tmp_path / "e.txt", CompositionTruth(vanadium_counts=1e8), 0, style)).table  # type: ignore[arg-type]
    true = CompositionTruth().atomic_percent()
    assert dict(zip(table["element"], table["atomic_percent"], strict=True)) == pytest.approx(true, rel=1e-3)


def test_the_truth_is_made_of_the_two_phases() -> None:
    """Cu/V = 1 is Cu2V2O7 itself."""
    assert CompositionTruth(1.0).atomic_percent() == pytest.approx({"O": 700 / 11, "V": 200 / 11, "Cu": 200 / 11})


def drawn(path: Path, seed: int) -> tuple[CompositionTruth, Ratio]:
    """A random film with counting noise and a random bias of the quantification, measured."""
    random = np.random.default_rng(100 + seed)
    truth = CompositionTruth(random.uniform(0.1, 0.8), random.uniform(2e3, 5e4), random.normal(0.0, 0.05))
    style = ("esprit", "aztec", "edax")[seed % 3]
    return truth, atomic_ratio(read(write_composition(path, truth, seed, style)))  # type: ignore[arg-type]


def test_round_trips_come_back_within_two_sigma(tmp_path: Path) -> None:
    """Ratio and volume fraction each in 19 of 20."""
    matrix, domain = load_phase("V2O5"), load_phase("Cu2V2O7")
    within = np.zeros(2, int)
    for seed in range(20):
        truth, ratio = drawn(tmp_path / "e.txt", seed)
        true = phase_fractions(truth.cu_to_v, matrix, domain).domain
        assert true is not None
        shares = phase_shares(ratio, matrix, domain)
        within[0] += abs(ratio.value - truth.cu_to_v) < 2 * ratio.error
        within[1] += abs(shares.domain_volume_fraction - true.volume_fraction) < 2 * shares.domain_error
    assert np.all(within >= 19), within


def test_the_counting_error_is_neither_too_small_nor_too_large(tmp_path: Path) -> None:
    """Deviations over their stated errors have a standard deviation of one."""
    pulls = []
    for seed in range(150):
        truth, ratio = drawn(tmp_path / "e.txt", seed)
        pulls.append((ratio.value / (1 + truth.bias) - truth.cu_to_v) / ratio.statistical)
    assert 0.85 < np.std(pulls) < 1.15 and abs(np.mean(pulls)) < 0.25
