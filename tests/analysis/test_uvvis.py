"""UV-vis: the published gap, exact lines, round trips over gap, thickness and transition."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from draws import examples
from heterofilm.analysis.uvvis import EXPONENTS, HC, absorption, absorption_of, kubelka_munk, tauc_gap
from heterofilm.errors import HeterofilmError
from heterofilm.instruments.reading import read
from heterofilm.plots.uvvis import spectrum_figure, tauc_figure
from heterofilm.records.measurement import Measurement
from heterofilm.synthetic.uvvis import UvvisTruth, write_uvvis
from real_data import real_file


def test_the_published_gap() -> None:
    """taucauto, spectrum 1: 2.858772 eV within 0.03 eV, and within two of our standard deviations."""
    photon, alpha, how = absorption_of(read(real_file("uvvis/taucauto_spectrum_1.txt")))
    gap = tauc_gap(photon, alpha)
    assert how == "absorbance"
    assert gap.gap_eV == pytest.approx(2.858772, abs=0.03)
    assert abs(gap.gap_eV - 2.858772) <= 2.0 * gap.sd_eV


@examples(300)
@given(st.floats(1.8, 3.5), st.sampled_from(sorted(EXPONENTS)), st.floats(1e-3, 1e8))
def test_an_exact_line_gives_its_gap(gap: float, transition: str, strength: float) -> None:
    """alpha = S (E - E_g)^n/E: the gap to 1 meV times the grid, whatever the strength."""
    E = np.linspace(1.4, 5.0, 400)
    alpha = strength * np.maximum(E - gap, 0.0) ** EXPONENTS[transition] / E
    assert tauc_gap(E, alpha, transition).gap_eV == pytest.approx(gap, abs=0.01)


def test_round_trip(tmp_path: Path) -> None:
    """20 random films on glass (fringes, reflection, Urbach tail, noise): within two standard deviations in 19."""
    good = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        kind = "direct" if seed % 2 else "indirect"
        truth = UvvisTruth(
            rng.uniform(1.8, 3.2), kind, rng.uniform(1e-7, 6e-7), 1e7 * rng.uniform(0.6, 2.0), rng.uniform(0.03, 0.08),
            seed=seed,
        )  # fmt: skip
        m = read(write_uvvis(truth, tmp_path / "film.txt"))
        assert "transmittance" in m.table.columns
        gap = tauc_gap(*absorption_of(m, truth.thickness_m)[:2], kind)
        good += abs(gap.gap_eV - truth.gap_eV) <= 2.0 * gap.sd_eV
        assert gap.sd_eV < 0.15
    assert good >= 19


def test_transmittance_reflectance_and_absorbance_agree() -> None:
    """alpha d = -ln(T/(1 - R)) = ln(10) A of what was not reflected; Kubelka-Munk of 0.5 is 0.25."""
    assert absorption([np.exp(-1.2) * 0.8], 1e-7, [0.2])[0] == pytest.approx(1.2e7)
    wavelength = np.linspace(300.0, 800.0, 100)
    A = np.linspace(1.0, 0.1, 100)
    one = Measurement("uvvis", "a", pl.DataFrame({"wavelength_nm": wavelength, "absorbance": A}))
    other = Measurement("uvvis", "t", pl.DataFrame({"wavelength_nm": wavelength, "transmittance": 10.0**-A}))
    assert np.allclose(absorption_of(one, 2e-7)[1], absorption_of(other, 2e-7)[1])
    assert absorption_of(one)[0][0] == pytest.approx(HC / 800.0)
    assert kubelka_munk([0.5])[0] == 0.25
    diffuse = Measurement("uvvis", "r", pl.DataFrame({"wavelength_nm": wavelength, "reflectance": 0.5 + 0.0 * A}))
    assert absorption_of(diffuse)[1][0] == 0.25


def test_a_window_of_ones_own() -> None:
    E = np.linspace(1.4, 5.0, 400)
    gap = tauc_gap(E, np.maximum(E - 2.5, 0.0) ** 0.5 / E, window=(3.0, 3.5))
    assert gap.gap_eV == pytest.approx(2.5, abs=1e-6) and gap.window[0] >= 3.0
    with pytest.raises(HeterofilmError, match="holds 0 points"):
        tauc_gap(E, E, window=(9.0, 9.5))
    with pytest.raises(HeterofilmError, match="falls with photon energy"):
        tauc_gap(E, 6.0 - E, window=(3.5, 4.5))


def test_what_has_no_gap_is_refused() -> None:
    E = np.linspace(1.4, 5.0, 400)
    with pytest.raises(HeterofilmError, match="Did you mean 'direct'"):
        tauc_gap(E, E, "direkt")
    with pytest.raises(HeterofilmError, match="no absorption"):
        tauc_gap(E, -E)
    with pytest.raises(HeterofilmError, match="no straight rise"):
        tauc_gap(E, np.exp(-E))
    with pytest.raises(HeterofilmError, match="between 0 and 1"):
        kubelka_munk([55.0])
    with pytest.raises(HeterofilmError, match="positive"):
        absorption([0.0], 1e-7)
    counts = Measurement("uvvis", "c", pl.DataFrame({"wavelength_nm": E, "intensity": E}))
    with pytest.raises(HeterofilmError, match="counts only"):
        absorption_of(counts)


def test_figures(tmp_path: Path) -> None:
    m = read(write_uvvis(UvvisTruth(), tmp_path / "film.txt"))
    gap = tauc_gap(*absorption_of(m, 250e-9)[:2])
    for figure in (tauc_figure(gap), spectrum_figure([m])):
        figure.to_plotly()
        assert figure.save(tmp_path / "a.png").stat().st_size > 10_000
    assert gap.results("film")[0].quantity == "direct gap"
