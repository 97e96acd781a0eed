"""Truth to SurfaceLab file to analysis and back to the truth."""

from pathlib import Path

import numpy as np

from heterofilm.analysis.depth.profile import depth_scale, layers
from heterofilm.analysis.depth.surface import surface_verdict
from heterofilm.instruments import read
from heterofilm.synthetic.depth_profile import StackTruth, random_stack, write_depth_profile

MARKERS = ["Si+", "Pt+", "O_2V+"]


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    a, b, c = (
        write_depth_profile(tmp_path / f"{k}.txt", StackTruth(), seed).read_bytes() for k, seed in enumerate((1, 1, 2))
    )
    assert a == b != c


def test_time_runs_with_the_rate_of_each_layer() -> None:
    truth = StackTruth(widths_nm=(0.01, 0.01))
    t = truth.time(np.array([0.0, 300.0, 400.0]))
    assert np.allclose(np.diff(t), [300 / 0.6, 100 / 0.45], rtol=1e-3)
    assert np.allclose(truth.shares(np.array([10.0, 350.0, 450.0])), np.eye(3), atol=1e-6)


def test_round_trips_come_back_within_two_sigma(tmp_path: Path) -> None:
    """Interfaces (s), widths (nm), order and verdict of 20 random stacks: each quantity in at least 19."""
    within = np.zeros(4, int)
    for seed in range(20):
        truth = random_stack(seed)
        profile = read(write_depth_profile(tmp_path / "p.txt", truth, seed))
        found = layers(profile, MARKERS)
        assert found.ions == ("O_2V+", "Pt+", "Si+") and all(found.certain)
        true = truth.time(np.array([0.0, *truth.interfaces_nm()]))[1:]
        at, thick = [i[0] for i in found.interfaces], [truth.film_nm, truth.platinum_nm]
        scale = depth_scale(at, thick, substrate_nm_s=truth.rates_nm_s[2])
        deep = scale.applied(profile)
        blurred = layers(deep, MARKERS).interfaces
        within[0] += all(abs(i[0] - t) < 2 * i[1] for i, t in zip(found.interfaces, true, strict=True))
        within[1] += all(abs(i[2] - w) < 2 * i[3] for i, w in zip(blurred, truth.widths_nm, strict=True))
        verdict = surface_verdict(deep, ["H_2Cu+", "O_2V+"], (0.0, 8.0), (80.0, truth.film_nm - 60.0)).verdict
        within[2] += verdict.startswith("surface depleted in H_2Cu+") and "enriched in O_2V+" in verdict
        within[3] += verdict.endswith("homogeneous deeper")
    assert np.all(within >= 19), within


def test_errors_are_not_so_wide_that_they_say_nothing(tmp_path: Path) -> None:
    found = layers(read(write_depth_profile(tmp_path / "p.txt", StackTruth(), 0)), MARKERS)
    for position, error, width, width_error in found.interfaces:
        assert error < 0.01 * position and width_error < 0.25 * width
