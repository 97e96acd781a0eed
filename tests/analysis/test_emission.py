"""Emission bands: what is put in comes out; noise alone is none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from draws import examples
from heterofilm.analysis.emission import emission_band
from heterofilm.analysis.uvvis import HC
from heterofilm.errors import HeterofilmError
from heterofilm.samples import analyse

X = np.arange(540.0, 900.0, 0.5)


@examples(400)
@given(st.floats(600.0, 840.0), st.floats(8.0, 40.0), st.floats(300.0, 5000.0), st.integers(0, 999))
def test_the_maximum_of_a_band_put_in_comes_out(peak: float, sigma: float, height: float, seed: int) -> None:
    """A Gaussian over a floor with counting noise: maximum within four stated deviations, width within 15 %."""
    y = np.random.default_rng(seed).poisson(50.0 + height * np.exp(-0.5 * ((X - peak) / sigma) ** 2)).astype(float)
    band = emission_band(X, y)
    assert abs(band.peak_nm - peak) <= 4.0 * band.sd_nm + 0.02 * sigma
    assert band.energy_eV == pytest.approx(HC / band.peak_nm)
    assert band.fwhm_nm is None or band.fwhm_nm == pytest.approx(2.3548 * sigma, rel=0.15)


def test_a_band_cut_by_the_end_has_no_width() -> None:
    y = 50.0 + 1000.0 * np.exp(-0.5 * ((X - 545.0) / 30.0) ** 2)
    assert emission_band(X, y).fwhm_nm is None


def test_what_is_no_band_is_refused() -> None:
    with pytest.raises(HeterofilmError, match="above its noise"):
        emission_band(X, np.full(X.size, 3.0))
    with pytest.raises(HeterofilmError, match="at least ten"):
        emission_band(X[:5], X[:5])


def test_a_sample_with_luminescence_and_an_x_ray_spectrum(tmp_path: Path) -> None:
    """A LabSpec file over nm and an EMSA spectrum: the band is told, the X-rays are drawn and not quantified."""
    from instruments.test_more_formats import emsa

    y = 50.0 + 1000.0 * np.exp(-0.5 * ((X - 700.0) / 20.0) ** 2)
    rows = "\n".join(f"{a:.2f}\t{b:.3f}" for a, b in zip(X, y, strict=True))
    (tmp_path / "pl.txt").write_text(f"#Acq. time (s)=\t1\n#Range (nm)=\t540...900\n{rows}\n")
    (tmp_path / "x.msa").write_text(emsa())
    (tmp_path / "sample.toml").write_text('name = "a"\n')
    done = analyse(tmp_path)
    assert not done.failed and set(done.findings) == {"photoluminescence", "energy spectrum"}
    (row,) = [r for r in done.results if r.quantity == "emission maximum"]
    assert row.value == pytest.approx(700.0, abs=0.5)
    assert any("not quantified" in note for note in done.findings["energy spectrum"].notes)
