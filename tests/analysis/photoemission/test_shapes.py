"""Line shapes: unit area, full width, limits, and the curves that CasaXPS exports."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from draws import examples
from heterofilm.analysis.photoemission.shapes import (
    doniach_sunjic,
    gl_product,
    gl_sum,
    lf,
    shape,
    shape_from_casaxps,
    slopes,
    voigt,
)
from heterofilm.errors import HeterofilmError
from heterofilm.instruments.reading import read
from real_data import real_file

X = np.linspace(-400.0, 400.0, 400_001)


@examples(200)
@given(st.floats(0.3, 6.0), st.floats(0.0, 1.0), st.sampled_from(["gl-sum", "gl-product", "voigt"]))
def test_area_is_one_and_symmetric(fwhm: float, m: float, name: str) -> None:
    """The Lorentzian tail beyond 400 eV holds F/(pi 400) of the area."""
    y = shape(name, X, fwhm, (m,))
    assert np.trapezoid(y, X) == pytest.approx(1.0, abs=fwhm / 400.0)
    assert np.allclose(y, y[::-1])


@pytest.mark.parametrize("function", [gl_sum, gl_product, voigt])
@pytest.mark.parametrize("m", [0.0, 0.3, 1.0])
def test_full_width(function, m: float) -> None:
    """Gaussian and Lorentzian limits are exact, mixtures of heights too; a product is up to 6 % narrower."""
    y = function(X, 2.0, m)
    above = X[y >= y.max() / 2.0]
    exact = 0.01 if function is not gl_product or m in (0.0, 1.0) else 0.15
    assert above[-1] - above[0] == pytest.approx(2.0, abs=exact)


def test_asymmetric_lines_lean_to_losses() -> None:
    """Positive x is the side of higher binding energy."""
    for y in (doniach_sunjic(X, 1.0, 0.2), lf(X, 1.0, 0.6, 2.0, 80.0, 50.0)):
        assert y[X > 2.0].sum() > 2.0 * y[X < -2.0].sum()
        assert np.trapezoid(y, X) == pytest.approx(1.0, abs=1e-3)


def test_lines_of_casaxps() -> None:
    """Each exported component, with its stated place, width and area, within 3 % (LF), 1 % (SGL) of its top."""
    m = read(real_file("xps/pynxtools_FeO_analyzed_lineshapes_cols.txt"))
    E = m.column("binding_energy_eV")
    table = [
        ("LF(0.54,10,80,100,6)", 709.04687, 3.8576238, 63507.374, 0.03),
        ("SGL(30)", 716.0, 8.0, 35837.064, 0.01),
        ("LF(0.54,10,80,100,6)", 722.12766, 4.8730051, 49042.126, 0.03),
        ("SGL(30)", 729.88788, 7.8295407, 17705.155, 0.01),
    ]
    for k, (words, place, width, area, within) in enumerate(table, 1):
        name, values = shape_from_casaxps(words)
        exported = m.column(f"component_{k}") - m.column("background")
        mine = area * shape(name, E - place, width, values)
        inside = np.abs(m.column("intensity") - m.column("background")) > 1e-3
        assert np.abs(mine - exported)[inside].max() < within * exported.max()


def test_names_that_are_not_known() -> None:
    with pytest.raises(HeterofilmError, match="Did you mean 'voigt'"):
        shape("voight", X, 1.0)
    with pytest.raises(HeterofilmError, match="values"):
        shape("gl-sum", X, 1.0, (0.1, 0.2, 0.3))
    with pytest.raises(HeterofilmError, match="not known"):
        shape_from_casaxps("DS(0.1,3)")
    assert shape_from_casaxps("LA(1.53,243)") == ("lf", (1.53, 1.53, 0.0, 243.0))


@examples(200)
@given(st.floats(0.3, 6.0), st.floats(0.05, 0.9), st.sampled_from(["gl-sum", "voigt"]))
def test_slopes_are_those_of_the_shape(fwhm: float, m: float, name: str) -> None:
    """By differences of the shape itself, within what a difference can tell."""
    x, h = np.linspace(-8.0, 8.0, 161), 1e-4
    f, by_x, by_width, by_m = slopes(name, x, fwhm, (m,))
    top = float(f.max())
    assert np.allclose(f, shape(name, x, fwhm, (m,)), atol=1e-9 * top)
    for found, ahead, behind in (
        (by_x, shape(name, x + h, fwhm, (m,)), shape(name, x - h, fwhm, (m,))),
        (by_width, shape(name, x, fwhm + h, (m,)), shape(name, x, fwhm - h, (m,))),
        (by_m, shape(name, x, fwhm, (m + h,)), shape(name, x, fwhm, (m - h,))),
    ):
        assert np.allclose(found, (ahead - behind) / (2.0 * h), atol=1e-4 * top / min(fwhm, 1.0) ** 3)
