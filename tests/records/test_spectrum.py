"""Spectra: areas scale every part, limits leave points out or say that they do not, parts add up."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm.errors import HeterofilmError
from heterofilm.records.spectrum import Spectrum, spectra_of_table

F = np.logspace(5, -1, 25)


def spectrum() -> Spectrum:
    parts = {"series": np.full(F.size, 5.0 + 0j), "arc": 20.0 / (1.0 + 2j * np.pi * F * 1e-3)}
    return Spectrum(F, parts["series"] + parts["arc"], parts=parts)


@given(st.floats(1e-8, 1.0))
def test_an_area_scales_the_whole_and_its_parts_alike(area: float) -> None:
    one = spectrum().per_area(area)
    assert one.unit == "ohm m2"
    np.testing.assert_allclose(one.impedance, area * spectrum().impedance)
    np.testing.assert_allclose(sum(one.parts.values()), one.impedance)
    with pytest.raises(HeterofilmError, match="per area already"):
        one.per_area(area)


@given(st.floats(-0.9, 2.0), st.floats(3.1, 4.9))
def test_a_window_keeps_what_lies_in_it(low: float, high: float) -> None:
    found = spectrum().within(10**low, 10**high)
    inside = (10**low * (1 - 1e-9) <= F) & (10**high * (1 + 1e-9) >= F)
    np.testing.assert_array_equal(found.frequency_Hz, F[inside])
    assert all(Z.size == inside.sum() for Z in found.parts.values())


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"lowest_Hz": 0.01}, "leaves out no point"),
        ({"highest_Hz": 1e6}, "leaves out no point"),
        ({"without_Hz": [7.0]}, "the nearest is"),
        ({"lowest_Hz": 5e4}, "are needed"),
    ],
)
def test_a_limit_without_effect_is_refused(how: dict[str, object], why: str) -> None:
    with pytest.raises(HeterofilmError, match=why):
        spectrum().within(**how)  # type: ignore[arg-type]


def test_a_table_is_parted_by_its_steps() -> None:
    columns = {"frequency_Hz": [2.0, 1.0] * 2, "Z_re_ohm_m2": [1.0, 2, 3, 4], "Z_im_ohm_m2": [-1.0, -2, -3, -4]}
    found = spectra_of_table(pl.DataFrame({**columns, "step": [1, 1, 4, 4], "voltage_V": [3.0, 3.0, 2.5, 2.5]}))
    assert [(one.step, one.name) for one in found] == [(1, "step 1, 3 V"), (4, "step 4, 2.5 V")]
    np.testing.assert_array_equal(found[1].impedance, [3 - 3j, 4 - 4j])
    with pytest.raises(HeterofilmError, match="has no 'Z_im_ohm_m2'"):
        spectra_of_table(pl.DataFrame(columns).drop("Z_im_ohm_m2"))
