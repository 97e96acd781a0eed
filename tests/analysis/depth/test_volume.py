"""Volumes from maps."""

import numpy as np
import pytest

from heterofilm.analysis.depth.volume import Volume, flattened, reconstruct
from heterofilm.errors import HeterofilmError
from heterofilm.instruments import Measurement

DEPTH = np.linspace(0.0, 400.0, 81)


def maps(values: np.ndarray) -> list[Measurement]:
    return [Measurement("image", "m", image=v, meta={"pixel_m": 1e-6}) for v in values]


def rough() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Film above and substrate below an interface at 200 nm with bumps of 30 nm."""
    y, x = np.mgrid[:24, :24]
    surface = 200.0 + 30.0 * np.sin(x / 5.0) * np.cos(y / 6.0)
    below = DEPTH[:, None, None] > surface
    return np.where(below, 0.0, 10.0), np.where(below, 10.0, 0.0), surface


def test_the_sum_over_each_depth_is_the_profile_and_coarse_blocks_keep_the_counts() -> None:
    values = np.random.default_rng(0).poisson(5.0, (40, 32, 32)).astype(float)
    volume = reconstruct(maps(values), np.arange(40.0), "Si+")
    assert np.array_equal(volume.profile(), values.sum(axis=(1, 2)))
    coarse = volume.coarse(6000)
    assert coarse.values.size <= 6000 and coarse.values.sum() == values.sum()
    assert coarse.pixel_nm == 2000.0 and np.allclose(coarse.depth_nm[:2], [0.5, 2.5])


def test_flattening_makes_the_interface_level() -> None:
    film, substrate, _ = rough()
    a, b = reconstruct(maps(film), DEPTH, "O_2V+"), reconstruct(maps(substrate), DEPTH, "Si+")
    flat = flattened(a, b, smooth_pixels=0.5)

    def bend(volume: Volume) -> float:
        return float(np.std(np.sum(volume.values > 5.0, axis=0) * 5.0))

    assert bend(a) > 12.0 and bend(flat) < 4.0
    assert "flattened to Si+" in flat.note


@pytest.mark.parametrize(("images", "depth"), [
    ([np.ones((4, 4))], [0.0]), ([np.ones((4, 4)), np.ones((4, 5))], [0.0, 1.0]), ([np.ones((4, 4))] * 2, [1.0, 0.0]),
])  # fmt: skip
def test_stacks_that_are_no_volume_are_refused(images, depth) -> None:
    with pytest.raises(HeterofilmError):
        reconstruct(maps(images), depth)
