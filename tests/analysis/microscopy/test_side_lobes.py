"""Side lobes: what the outline of domains makes beside a spot is no second set of fringes; what is more, is."""

import numpy as np

from heterofilm.analysis.microscopy.fringes import find_fringes
from heterofilm.analysis.microscopy.side_lobes import without_side_lobes
from heterofilm.instruments import Measurement
from heterofilm.synthetic.images import hrtem, random_fringes

PIXEL = 0.09  # nm


def picture(values: np.ndarray) -> Measurement:
    return Measurement("image", "i", image=values, meta={"pixel_m": PIXEL * 1e-9})


def spots(values: np.ndarray, least: float = 0.01) -> tuple[int, list[float]]:
    """How many spots above `least` of the strongest, and the spacings (nm) of those that are no side lobes."""
    image = picture(values)
    found = find_fringes(image)
    clear = [fringe for fringe in found if fringe.strength >= least * found[0].strength]
    return len(clear), [1e9 * fringe.d_m for fringe in without_side_lobes(image, clear)]


def test_images_of_two_spacings_show_two() -> None:
    """20 images of round domains: two spots in at least 19, side lobes or not, and some had side lobes."""
    found = [spots(hrtem(random_fringes(seed), seed).astype(float)) for seed in range(20)]
    right = [len(d) == 2 and np.allclose(sorted(d), (0.3405, 0.3606), atol=2e-3) for _, d in found]
    assert sum(right) >= 19 and sum(n > 2 for n, _ in found) >= 5


def test_a_second_set_of_fringes_in_the_same_domains_stays() -> None:
    """Where a side lobe would be, but with a tenth of the power: it is real."""
    truth = random_fringes(4)
    both = hrtem(truth, 4).astype(float)

    y, x = np.mgrid[: truth.pixels, : truth.pixels] * PIXEL
    inside = np.any([np.hypot(x - u, y - v) < d / 2 for u, v, d in truth.domains], axis=0)
    turn = np.radians(truth.domain_deg)
    wave = np.cos(2 * np.pi * (x * np.cos(turn) + y * np.sin(turn)) / 0.38)
    strength = 0.4 * truth.contrast * truth.counts
    kept = spots(both + strength * inside * wave)[1]
    assert any(abs(d - 0.38) < 0.003 for d in kept)
    assert not any(abs(d - 0.38) < 0.003 for d in spots(both)[1])
