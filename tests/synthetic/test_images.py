"""Truth to TIFF to analysis and back."""

from pathlib import Path

import numpy as np

from heterofilm.analysis.microscopy.cross_section import measure_cross_section
from heterofilm.analysis.microscopy.fringes import Spacing, find_fringes, match_fringes
from heterofilm.analysis.microscopy.phase_map import domain_sizes, phase_map
from heterofilm.instruments import read
from heterofilm.synthetic.images import random_cross_section, random_fringes, write_cross_section, write_hrtem

SPACINGS = (Spacing("V2O5", "(110)", 0.3405e-9), Spacing("Cu2V2O7", "(200)", 0.3606e-9))


def test_the_same_seed_writes_the_same_pixels(tmp_path: Path) -> None:
    a, b, c = (read(write_hrtem(tmp_path / "i.tif", random_fringes(0), seed)).image for seed in (1, 1, 2))
    assert np.array_equal(a, b) and not np.array_equal(a, c)  # type: ignore[arg-type]


def test_hrtem_round_trips_come_back_within_two_sigma(tmp_path: Path) -> None:
    """Both spacings named and measured (error of the image alone), and the mean domain size, in 19 of 20 images."""
    within = np.zeros(3, int)
    for seed in range(20):
        truth = random_fringes(seed)
        image = read(write_hrtem(tmp_path / "i.tif", truth, seed))
        fringes = find_fringes(image, d_range_m=(0.3e-9, 0.4e-9), calibration=0.01, most=2)
        found = {m.candidates[0].phase: m.fringe for m in match_fringes(fringes, SPACINGS) if m.candidates}
        if set(found) != {"V2O5", "Cu2V2O7"}:
            continue
        for k, (phase, d_nm) in enumerate((("V2O5", truth.matrix_nm), ("Cu2V2O7", truth.domain_nm))):
            within[k] += abs(found[phase].d_m * 1e9 - d_nm) < 2 * found[phase].d_error * 1e9
        sizes = domain_sizes(phase_map(image, [found["V2O5"]], [found["Cu2V2O7"]]))
        within[2] += abs(sizes.mean * 1e9 - np.mean([d for *_, d in truth.domains])) < 2 * sizes.error * 1e9
        assert sizes.error < 1.2e-9 and len(sizes.diameters) == len(truth.domains)
    assert np.all(within >= 19), within


def test_section_round_trips_come_back_within_two_sigma(tmp_path: Path) -> None:
    """Thickness (with a scale known exactly), both roughnesses, correlation length of 40 random films: each in 38."""
    within = np.zeros(4, int)
    for seed in range(40):
        truth = random_cross_section(seed)
        found = measure_cross_section(read(write_cross_section(tmp_path / "s.tif", truth, seed)), calibration=0.0)
        within[0] += abs(found.thickness * 1e9 - truth.thickness_nm) < 2 * found.thickness_error * 1e9
        for k, (face, rms) in enumerate(((found.top, truth.rough_top_nm), (found.bottom, truth.rough_bottom_nm)), 1):
            within[k] += abs(face.rms * 1e9 - rms) < 2 * face.rms_error * 1e9
        length = found.top.correlation
        within[3] += abs(length * 1e9 - truth.correlation_nm) < 2 * found.top.correlation_error * 1e9
        assert 0.0 < found.top.mean_error < found.top.mean and found.top.correlation_error < length
    assert np.all(within >= 38), within
