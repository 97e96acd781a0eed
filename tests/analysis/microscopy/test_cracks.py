"""Cracks of a surface: lines of known width and length come out, grain and pores are none."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from heterofilm.analysis.microscopy.cracks import find_cracks
from heterofilm.errors import HeterofilmError
from heterofilm.records.measurement import Measurement

SIZE, PIXEL = 400, 5e-9


def surface(seed: int, lines: int = 0, width: float = 5.0, pores: int = 0) -> tuple[Measurement, float, float]:
    """Grains and noise with straight cracks across the image; the share that is crack, and their length in pixels."""
    rng = np.random.default_rng(seed)
    grain = gaussian_filter(rng.standard_normal((SIZE, SIZE)), 4.0)
    image = 120.0 + 10.0 * grain / grain.std() + 4.0 * rng.standard_normal((SIZE, SIZE))
    y, x = np.indices((SIZE, SIZE))
    crack, length = np.zeros((SIZE, SIZE), bool), 0.0
    for k in range(lines):
        angle = np.radians(20.0 + 180.0 * k / max(lines, 1))
        off = (x - SIZE / 2) * np.sin(angle) - (y - SIZE / 2) * np.cos(angle) - rng.uniform(-60.0, 60.0)
        own = np.abs(off) < width / 2.0
        crack |= own
        length += own.sum() / width
    for _ in range(pores):
        cy, cx = rng.uniform(20.0, SIZE - 20.0, 2)
        image[(y - cy) ** 2 + (x - cx) ** 2 < 36.0] -= 90.0
    image[crack] -= 90.0
    seen = Measurement("image", "a", image=gaussian_filter(image, 0.8), meta={"pixel_m": PIXEL})
    return seen, float(crack.mean()), length


@pytest.mark.parametrize("width", [4.0, 8.0])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_cracks_come_out(width: float, seed: int) -> None:
    """Share, length per area and width, within two deviations and a tenth for what the digital outline adds."""
    image, share, length = surface(seed, 4, width)
    found = find_cracks(image)
    assert found.number >= 1
    assert abs(found.share - share) < 2.0 * found.share_sd
    true = length * PIXEL / (SIZE * PIXEL) ** 2
    assert abs(found.length_per_area - true) < 2.0 * found.length_sd + 0.15 * true
    assert abs(found.width_m / PIXEL - width) < 2.0 * found.width_sd / PIXEL + 0.2 * width
    assert [r.unit for r in found.results()] == ["%", "1/um", "nm"]


@pytest.mark.parametrize("pores", [0, 30])
def test_grains_and_pores_are_no_cracks(pores: int) -> None:
    found = find_cracks(surface(5, pores=pores)[0])
    assert found.number == 0 and found.results()[0].value == "none"


def test_a_small_image_is_refused() -> None:
    with pytest.raises(HeterofilmError, match="at least 64"):
        find_cracks(Measurement("image", "a", image=np.ones((40, 40)), meta={"pixel_m": PIXEL}))
