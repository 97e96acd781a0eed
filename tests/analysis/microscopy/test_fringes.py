"""Lattice fringes: measured SrTiO3, waves of known length, and noise that holds none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from draws import examples
from heterofilm.analysis.microscopy.fringes import (
    Spacing,
    find_fringes,
    image_of,
    match_fringes,
    power_spectrum,
)
from heterofilm.errors import HeterofilmError
from heterofilm.instruments import Measurement, read
from real_data import real_file

STO = [Spacing("SrTiO3", hkl, 3.905e-10 / n**0.5) for hkl, n in (("(100)", 1), ("(110)", 2), ("(200)", 4))]

SPACINGS = (Spacing("V2O5", "(110)", 0.3405e-9), Spacing("Cu2V2O7", "(200)", 0.3606e-9))


def picture(values: np.ndarray, pixel_m: float = 5e-11) -> Measurement:
    return Measurement("image", "i", image=values, meta={"pixel_m": pixel_m})


def wave(d_nm: float, degrees: float, n: int = 256, pixel_nm: float = 0.05) -> np.ndarray:
    y, x = np.mgrid[:n, :n] * pixel_nm
    turn = np.radians(degrees)
    return np.asarray(np.cos(2 * np.pi * (x * np.cos(turn) + y * np.sin(turn)) / d_nm))


def test_strontium_titanates_spacings_come_within_five_percent() -> None:
    """The six strongest spots of the measured image are (100), (110) and (200) of a = 3.905 A, two of each."""
    image = read(real_file("hrtem/ncempy_16_STOimage_1.ser"))
    fringes = find_fringes(image, most=6)
    assert len(fringes) == 6
    for fringe in fringes:
        nearest = min(STO, key=lambda s: abs(s.d_m - fringe.d_m))
        assert abs(fringe.d_m / nearest.d_m - 1.0) < 0.05
        assert fringe.chance < 1e-6 and fringe.d_error < 0.005 * fringe.d_m
    found = match_fringes(find_fringes(image, most=6, calibration=0.025), STO)
    assert sorted(m.candidates[0].hkl for m in found) == ["(100)", "(100)", "(110)", "(110)", "(200)", "(200)"]


@given(st.floats(0.25, 0.6), st.floats(-80, 80))
@examples(250)
def test_a_wave_gives_back_its_length_and_direction(d_nm: float, degrees: float) -> None:
    noise = np.random.default_rng(0).standard_normal((256, 256))
    found = find_fringes(picture(wave(d_nm, degrees) + noise), d_range_m=(0.2e-9, 0.8e-9))[0]
    assert abs(found.d_m * 1e9 - d_nm) < max(3.0 * found.d_error * 1e9, 1e-6)
    assert found.d_error < 0.01 * found.d_m
    assert abs((found.angle_deg - degrees + 90) % 180 - 90) < 0.5


def test_noise_holds_no_fringes() -> None:
    """Chance of 0.001 per image: of 60 images of band-passed noise at most one may show any."""
    images = np.random.default_rng(1).standard_normal((60, 128, 128))
    k = np.hypot(*np.meshgrid(np.fft.fftfreq(128), np.fft.fftfreq(128)))
    shaped = np.fft.ifft2(np.fft.fft2(images) * (np.exp(-((k - 0.2) ** 2) / 0.02) + 0.1)).real
    assert sum(bool(find_fringes(picture(image))) for image in shaped) <= 1


def test_the_power_of_a_windowed_wave_does_not_depend_on_the_window() -> None:
    values = wave(0.4, 30.0)
    total = [power_spectrum(values, window).sum() for window in ("hann", "blackman")]
    assert total[0] == pytest.approx(total[1], rel=1e-3)


def test_a_wave_between_two_candidates_names_both() -> None:
    found = match_fringes(
        find_fringes(picture(wave(0.349, 10.0) + 0.01 * wave(0.4, 5.0)), calibration=0.03)[:1], SPACINGS
    )
    assert found[0].ambiguous and {c.phase for c in found[0].candidates} == {"V2O5", "Cu2V2O7"}
    assert "or" in str(found[0].results()[1].value)


@pytest.mark.parametrize(("image", "options", "words"), [
    (picture(np.ones((64, 64))), {}, "one grey"), (picture(np.ones((8, 64))), {}, "fewer than 32"),
    (picture(wave(0.4, 0)), {"d_range_m": (0.01e-9, 0.05e-9)}, "resolves"),
    (Measurement("image", "i", image=np.ones((64, 64))), {}, "in a sample file as pixel"),
])  # fmt: skip
def test_images_that_cannot_show_fringes_are_refused(image: Measurement, options: dict, words: str) -> None:
    with pytest.raises(HeterofilmError, match=words):
        find_fringes(image, **options)


def test_a_given_scale_overrules_the_files() -> None:
    assert image_of(picture(np.ones((64, 64))), 1e-9)[1] == 1e-9
