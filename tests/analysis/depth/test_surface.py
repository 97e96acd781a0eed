"""The verdict on a film's surface."""

import numpy as np
import polars as pl
import pytest

from heterofilm.analysis.depth.surface import surface_verdict
from heterofilm.errors import HeterofilmError
from heterofilm.instruments import Measurement


def film(copper: np.ndarray, seed: int = 0, vanadium: float = 4000.0) -> Measurement:
    random = np.random.default_rng(seed)
    z = np.arange(copper.size) * 2.0
    columns = {
        "depth_nm": z,
        "H_2Cu+": random.poisson(copper).astype(float),
        "O_2V+": random.poisson(vanadium, z.size).astype(float),
    }
    return Measurement("depth profile", "film", pl.DataFrame(columns))


def test_a_surface_without_copper_is_said_to_be_so_with_numbers() -> None:
    """Share of Cu at half its yield: (1000/5000)/(2000/6000) - 1 = -40 %; of V: 4000/5000 against 4000/6000 = +20 %."""
    copper = np.full(150, 2000.0)
    copper[:6] = 1000.0
    found = surface_verdict(film(copper), ["H_2Cu+", "O_2V+"], (0, 10), (60, 280))
    for value, error, true in zip(found.contrast, found.contrast_error, (-0.4, 0.2), strict=True):
        assert abs(value - true) < 3 * error and error < 0.03
    assert found.verdict.startswith("surface depleted in H_2Cu+") and "enriched in O_2V+" in found.verdict
    assert found.verdict.endswith("homogeneous deeper")
    assert found.results("VOC1")[0].value == found.verdict


def test_a_homogeneous_film_is_called_so_in_nineteen_of_twenty() -> None:
    verdicts = [
        surface_verdict(film(np.full(150, 2000.0), seed), ["H_2Cu+", "O_2V+"], (0, 10), (60, 280)).verdict
        for seed in range(40)
    ]
    assert sum(v == "surface like the depth within the error; homogeneous deeper" for v in verdicts) >= 38


def test_a_gradient_through_the_depth_is_not_called_homogeneous() -> None:
    found = surface_verdict(film(np.linspace(1500, 2500, 150)), ["H_2Cu+", "O_2V+"], (0, 10), (60, 280))
    assert "drifts" in found.verdict and found.drift[0] > 0.1


def test_the_drift_of_the_primary_current_is_no_gradient() -> None:
    """All ions change alike: shares do not."""
    whole = film(np.full(150, 2000.0))
    factor = np.linspace(1.0, 1.4, 150)
    drifting = whole.table.with_columns(pl.Series(ion, whole.column(ion) * factor) for ion in ("H_2Cu+", "O_2V+"))
    found = surface_verdict(Measurement("depth profile", "f", drifting), ["H_2Cu+", "O_2V+"], (0, 10), (60, 280))
    assert found.verdict.endswith("homogeneous deeper")


@pytest.mark.parametrize(("ions", "near", "far"), [
    (["H_2Cu+"], (0, 10), (60, 280)), (["H_2Cu+", "O_2V+"], (0, 70), (60, 280)),
    (["H_2Cu+", "O_2V+"], (0, 10), (500, 600)),
])  # fmt: skip
def test_ranges_and_ions_that_tell_nothing_are_refused(ions, near, far) -> None:
    with pytest.raises(HeterofilmError):
        surface_verdict(film(np.full(150, 2000.0)), ions, near, far)
