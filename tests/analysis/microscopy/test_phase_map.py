"""Where matrix and domains lie."""

from dataclasses import replace

import numpy as np
import pytest

from heterofilm.analysis.microscopy.fringes import Fringe, find_fringes
from heterofilm.analysis.microscopy.phase_map import DOMAIN, MATRIX, NONE, domain_sizes, phase_map
from heterofilm.errors import HeterofilmError
from heterofilm.instruments import Measurement
from heterofilm.synthetic.images import FringeTruth, hrtem, random_fringes

ONE = FringeTruth(pixels=384, domains=((17.0, 17.0, 12.0),))


def picture(truth: FringeTruth, seed: int = 0) -> Measurement:
    return Measurement("image", "i", image=hrtem(truth, seed), meta={"pixel_m": truth.pixel_nm * 1e-9})


def fringe(d_nm: float, degrees: float) -> Fringe:
    turn, k = np.radians(degrees), 1e9 / d_nm
    return Fringe(d_nm * 1e-9, 0.0, 0.0, (k * np.cos(turn), k * np.sin(turn)), degrees, 100.0, 0.0)


MATRIX_WAVE, DOMAIN_WAVE = [fringe(ONE.matrix_nm, ONE.matrix_deg)], [fringe(ONE.domain_nm, ONE.domain_deg)]


def test_one_domain_is_found_at_its_place_with_its_size() -> None:
    found = phase_map(picture(ONE), MATRIX_WAVE, DOMAIN_WAVE)
    rows, columns = np.nonzero(found.share > 0.5)
    assert np.hypot(rows.mean() * 0.09 - 17.0, columns.mean() * 0.09 - 17.0) < 0.3
    assert found.classes[189, 189] == DOMAIN and found.classes[20, 360] == MATRIX
    sizes = domain_sizes(found)
    assert len(sizes.diameters) == 1 and abs(sizes.mean - 12e-9) < 2 * sizes.error and sizes.error < 1.5e-9
    assert sum(found.fraction.values()) == pytest.approx(1.0)


@pytest.mark.parametrize("tile", [3e-9, 4e-9, 6e-9])
def test_the_size_does_not_depend_on_the_tile(tile: float) -> None:
    found = domain_sizes(phase_map(picture(ONE), MATRIX_WAVE, DOMAIN_WAVE, tile_m=tile))
    assert found.mean == pytest.approx(12e-9, abs=max(2 * found.error, 0.4e-9))


def test_the_transition_is_wider_with_a_wider_tile() -> None:
    """What is narrower than the tile is the tile's: the map says how wide that is, and must show it."""
    shares = [phase_map(picture(ONE), MATRIX_WAVE, DOMAIN_WAVE, tile_m=t).fraction["transition"] for t in (3e-9, 6e-9)]
    assert shares[1] > 1.4 * shares[0]


def test_amorphous_contrast_alone_is_neither_phase() -> None:
    quiet = picture(replace(ONE, contrast=0.0, domains=()))
    found = phase_map(quiet, MATRIX_WAVE, DOMAIN_WAVE)
    assert np.mean(found.classes == NONE) > 0.8


def test_an_image_too_weak_for_its_noise_gives_no_size() -> None:
    """Fringes of a tenth of the noise: what seems a domain lies beside places that show nothing: no size."""
    weak = picture(replace(ONE, contrast=0.03, amorphous=0.3))
    with pytest.raises(HeterofilmError, match="clearer image"):
        domain_sizes(phase_map(weak, MATRIX_WAVE, DOMAIN_WAVE))


def test_a_domain_cut_by_the_border_is_not_measured() -> None:
    truth = replace(ONE, domains=((17.0, 17.0, 12.0), (0.0, 30.0, 9.0)))
    found = domain_sizes(phase_map(picture(truth), MATRIX_WAVE, DOMAIN_WAVE))
    assert len(found.diameters) == 1 and found.cut == 1
    assert "1 cut by the image" in found.results()[0].note


def test_areas_have_an_error_that_covers_the_truth() -> None:
    """Domains and half of the transition are the true domains, within two errors of the map, in 8 images of 8."""
    for seed in range(8):
        truth = random_fringes(seed)
        image = picture(truth, seed)
        fringes = find_fringes(image)
        own = [[f for f in fringes if abs(1e9 * f.d_m - d) < 0.003][:1] for d in (0.3405, 0.3606)]
        found = phase_map(image, *own)
        true = sum(np.pi * d**2 / 4 for *_, d in truth.domains) / (512 * 0.09) ** 2
        area = found.fraction["domain"] + found.fraction["transition"] / 2
        assert abs(area - true) < 2 * found.fraction_error["domain"] < 0.12
        assert all(0.005 < error < 0.1 for error in found.fraction_error.values())


def test_fringes_that_a_tile_cannot_tell_apart_are_refused() -> None:
    """Spacings of 0.34 and 0.36 nm in one direction lie 0.16 1/nm apart: a tile of 4 nm does not resolve them."""
    with pytest.raises(HeterofilmError, match="cannot tell apart"):
        phase_map(picture(ONE), [fringe(0.3405, 10.0)], [fringe(0.3606, 10.0)])


@pytest.mark.parametrize(("matrix", "tile"), [([], 4e-9), (MATRIX_WAVE, 0.1e-9), (MATRIX_WAVE, 1e-7)])
def test_what_cannot_be_mapped_is_refused(matrix: list[Fringe], tile: float) -> None:
    with pytest.raises(HeterofilmError):
        phase_map(picture(ONE), matrix, DOMAIN_WAVE, tile_m=tile)


def test_fringes_found_in_the_image_serve_as_well_as_true_ones() -> None:
    image = picture(ONE)
    fringes = find_fringes(image, d_range_m=(0.3e-9, 0.4e-9))
    near = [min(fringes, key=lambda f: abs(f.d_m * 1e9 - d)) for d in (ONE.matrix_nm, ONE.domain_nm)]
    found = domain_sizes(phase_map(image, near[:1], near[1:]))
    assert abs(found.mean - 12e-9) < 2 * found.error
