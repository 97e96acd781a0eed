"""`Measurement`: what it demands of a reader, and what it gives."""

import numpy as np
import polars as pl
import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.instruments import TECHNIQUES, Measurement

IMPEDANCE = pl.DataFrame(
    {
        "frequency_Hz": [100.0, 10.0, 100.0, 10.0],
        "Z_re_ohm": [1.0, 2.0, 3.0, 4.0],
        "Z_im_ohm": [-1.0] * 4,
        "step": [1, 1, 2, 2],
    }
)


@pytest.mark.parametrize("technique", [name for name, groups in TECHNIQUES.items() if groups])
def test_every_technique_demands_its_columns(technique: str) -> None:
    columns = [group[-1] for group in TECHNIQUES[technique]]
    full = pl.DataFrame({name: [1.0] for name in columns})
    assert Measurement(technique, "a", full).technique == technique
    for name in columns:
        with pytest.raises(HeterofilmError, match="data need"):
            Measurement(technique, "a", full.drop(name))


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: Measurement("cyling", "a"), "Did you mean 'cycling'"),
        (lambda: Measurement("table", "a", pl.DataFrame({"x": []})), "no row of data"),
        (lambda: Measurement("image", "a"), "no two-dimensional image"),
        (lambda: Measurement("image", "a", image=np.zeros((2, 2, 3))), "no two-dimensional image"),
        (lambda: Measurement("image", "a", image=np.zeros((0, 2))), "no two-dimensional image"),
        (lambda: Measurement("table", "a", pl.DataFrame({"x": [1]})).column("y", "z"), "no column y or z"),
        (lambda: Measurement("table", "a", pl.DataFrame({"x": [1]})).spectra(), "not an impedance spectrum"),
    ],
)
def test_what_is_none_is_refused(made: object, said: str) -> None:
    with pytest.raises(HeterofilmError, match=said):
        made()  # type: ignore[operator]


def test_columns_are_floats_and_meta_grows() -> None:
    measured = Measurement("table", "a", pl.DataFrame({"x": [1, 2]}), {"a": 1})
    assert measured.column("y", "x").dtype == np.float64
    assert measured.with_meta(b=2).meta == {"a": 1, "b": 2} and measured.meta == {"a": 1}
    assert "2 rows" in repr(measured) and "3 x 2" in repr(Measurement("image", "b", image=np.zeros((3, 2))))


def test_spectra_are_told_apart_by_step() -> None:
    one, two = Measurement("impedance", "a", IMPEDANCE).spectra()
    assert np.allclose(two.impedance, [3.0 - 1.0j, 4.0 - 1.0j]) and (one.name, two.name) == ("a 1", "a 2")
    (alone,) = Measurement("impedance", "a", IMPEDANCE.drop("step").head(2)).spectra()
    assert alone.name == "a" and len(alone.frequency_Hz) == 2
