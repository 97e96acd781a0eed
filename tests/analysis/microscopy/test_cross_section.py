"""Thickness and roughness from a cross-section."""

from dataclasses import replace

import numpy as np
import pytest

from heterofilm.analysis.microscopy.cross_section import measure_cross_section
from heterofilm.errors import HeterofilmError
from heterofilm.instruments import Measurement
from heterofilm.synthetic.images import CrossSectionTruth, cross_section

FLAT = CrossSectionTruth(rough_top_nm=1e-6, rough_bottom_nm=1e-6, tilt_deg=0.0, beam_nm=2.0)


def picture(truth: CrossSectionTruth, seed: int = 0, pixel_nm: float | None = None) -> Measurement:
    return Measurement(
        "image", "i", image=cross_section(truth, seed), meta={"pixel_m": (pixel_nm or truth.pixel_nm) * 1e-9}
    )


@pytest.mark.parametrize("tilt", [-10.0, -3.3, 0.0, 5.0, 12.0])
def test_a_flat_film_has_its_thickness_at_every_tilt(tilt: float) -> None:
    """cos(tilt) takes out what a slanted film seems thicker."""
    found = measure_cross_section(picture(replace(FLAT, tilt_deg=tilt)), calibration=0.0)
    assert found.thickness * 1e9 == pytest.approx(300.0, abs=0.7)
    assert found.tilt_deg == pytest.approx(tilt, abs=0.1)
    assert abs(found.thickness * 1e9 - 300.0) < 3 * found.thickness_error * 1e9
    assert found.top.rms < 1e-9


def test_roughness_beyond_the_noise_of_the_search() -> None:
    found = measure_cross_section(picture(replace(FLAT, rough_top_nm=8.0), seed=3))
    assert found.top.rms * 1e9 == pytest.approx(8.0, abs=2 * found.top.rms_error * 1e9)
    assert found.bottom.rms < 0.15 * found.top.rms
    assert found.top.mean < found.top.rms  # of a Gaussian, sqrt(2/pi)
    assert 20e-9 < found.top.correlation < 80e-9


def test_a_bright_substrate_and_a_dark_film_serve_as_well() -> None:
    found = measure_cross_section(picture(replace(FLAT, grey=(20.0, 60.0, 160.0))), calibration=0.0)
    assert found.thickness * 1e9 == pytest.approx(300.0, abs=0.7)


def test_lengths_scale_with_the_pixel_and_the_scales_error_is_added() -> None:
    one, two = (measure_cross_section(picture(FLAT, pixel_nm=p)) for p in (2.0, 4.0))
    assert two.thickness == pytest.approx(2 * one.thickness)
    assert one.scale_error == pytest.approx(0.02 * one.thickness) and one.thickness_error > one.scale_error


def test_a_section_seen_askew_is_foreshortened() -> None:
    straight, askew = (measure_cross_section(picture(FLAT), foreshortening=f) for f in (1.0, 0.5))
    assert askew.thickness == pytest.approx(2 * straight.thickness)


def test_a_data_bar_is_cropped_away() -> None:
    image = np.vstack([cross_section(FLAT, 0), np.tile(np.array([[0], [255]], np.uint8), (20, FLAT.shape[1]))])
    found = measure_cross_section(
        Measurement("image", "i", image=image, meta={"pixel_m": 2e-9}), crop=(0, FLAT.shape[0])
    )
    assert found.thickness * 1e9 == pytest.approx(300.0, abs=0.7)


@pytest.mark.parametrize(("image", "options", "words"), [
    (np.random.default_rng(0).poisson(50, (200, 200)), {}, "fewer than two clear steps|is lost"),
    (np.ones((200, 200)), {}, "fewer than two clear steps"),
    (np.ones((200, 200)), {"crop": (0, 5)}, "at least 32"), (np.ones((200, 200)), {"foreshortening": 0.0}, "cosine"),
])  # fmt: skip
def test_images_without_a_film_are_refused(image: np.ndarray, options: dict, words: str) -> None:
    with pytest.raises(HeterofilmError, match=words):
        measure_cross_section(Measurement("image", "i", image=image, meta={"pixel_m": 2e-9}), **options)
