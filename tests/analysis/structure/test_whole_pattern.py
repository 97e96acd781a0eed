"""What goes into a synthetic scan comes out of its refinement within two stated deviations; weighed mixtures too."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import voigt_profile

from heterofilm.analysis.structure.pattern_model import PhaseModel, State, cell_of, free_lengths, voigt
from heterofilm.analysis.structure.peaks import area_of, pseudo_voigt
from heterofilm.analysis.structure.refinement import refine_scan
from heterofilm.analysis.structure.whole_pattern import refine
from heterofilm.analysis.structure.xrd import analyse_xrd
from heterofilm.instruments import read
from heterofilm.library.patterns import pattern
from heterofilm.plots.xrd import refinement_figure
from real_data import real_file

WAVES = ((1.540598, 1.0), (1.544426, 0.5))
INSTRUMENT = 0.10
Truth = dict[str, tuple[float, State]]


def scan(truth: Truth, displacement: float, seed: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Counts of exact Voigt profiles, which the fit only approximates, on a falling background with a halo."""
    x = np.arange(10.0, 70.0, 0.02)
    y = 300.0 * (1.0 + np.exp(-(x - 10.0) / 8.0)) + 200.0 * np.exp(-0.5 * ((x - 25.0) / 3.0) ** 2)
    for name, (scale, state) in truth.items():
        model = PhaseModel(pattern("xrd", name), WAVES, INSTRUMENT)
        for wavelength, share in WAVES:
            sine = wavelength / (2.0 * model.spacing(state.cell))
            theta = np.arcsin(sine[sine < 1.0])
            at = np.degrees(2.0 * theta) + displacement * np.cos(theta)
            size = 0.9 * 0.1 * wavelength / (state.L_nm * np.cos(theta))
            broad = np.degrees(size + 4.0 * state.epsilon * np.tan(theta))
            for place, width, strength in zip(at, broad, model.intensities(state)[sine < 1.0], strict=True):
                y += scale * share * strength * voigt_profile(x - place, INSTRUMENT / 2.3548, width / 2.0)
    return x, np.random.default_rng(seed).poisson(y).astype(float)


def test_a_film_on_its_substrate_comes_out_as_it_is() -> None:
    """Cells, sizes, strain, texture, shares, displacement; the platinum's lines are of no powder."""
    of = {name: pattern("xrd", name).cell for name in ("V2O5", "beta-Cu2V2O7", "Pt")}
    changed = cell_of(of["beta-Cu2V2O7"], free_lengths(of["beta-Cu2V2O7"]), (0.002, -0.001, 0.001, 0.002))
    truth = {
        "V2O5": (800.0, State((11.53, 3.57, 4.36, 90, 90, 90), 22.0, 0.002, 0.6, (0, 0, 1))),
        "beta-Cu2V2O7": (400.0, State(changed, 30.0)),
        "Pt": (3000.0, State((3.92, 3.92, 3.92, 90, 90, 90), 60.0, 0.001, 0.4, (1, 1, 1))),
    }
    x, y = scan(truth, 0.04, 1)
    smooth = 300.0 * (1.0 + np.exp(-(x - 10.0) / 8.0)) + 200.0 * np.exp(-0.5 * ((x - 25.0) / 3.0) ** 2)
    told = refine(
        x, y, np.sqrt(np.maximum(y, 1.0)), smooth, [pattern("xrd", name) for name in truth], wavelengths=WAVES,
        instrument_fwhm_deg=(INSTRUMENT, 0.0),
    )  # fmt: skip
    assert told.goodness < 1.2 and abs(told.displacement_deg - 0.04) < 3.0 * told.displacement_sd
    for phase in told.phases:
        state = truth[phase.name][1]
        for k in range(6):
            assert abs(phase.state.cell[k] - state.cell[k]) <= 3.0 * phase.cell_sd[k] + 1e-9
            assert phase.cell_sd[k] < 0.002 * state.cell[k]
        assert abs(phase.state.L_nm - state.L_nm) < 3.0 * phase.L_sd
        assert abs(phase.state.epsilon - state.epsilon) < 3.0 * phase.epsilon_sd
    film, grains, below = told.phases
    assert film.state.axis == (0, 0, 1) and film.state.r == pytest.approx(0.6, abs=0.03)
    mass = 800.0 / pattern("xrd", "V2O5").rir, 400.0 / pattern("xrd", "beta-Cu2V2O7").rir
    assert film.share == pytest.approx(mass[0] / sum(mass), abs=0.03) and film.share + grains.share == pytest.approx(
        1.0
    )
    assert math.isnan(below.share)


def test_a_lattice_keeps_its_kind() -> None:
    """Equal lengths stay equal, right angles right; beta of a monoclinic cell is free."""
    assert free_lengths((4.0, 4.0, 4.0, 90, 90, 90)) == [(0, 1, 2)]
    assert free_lengths((7.7, 8.0, 10.1, 90, 110.3, 90)) == [(0,), (1,), (2,), (4,)]
    assert cell_of((4.0, 4.0, 6.0, 90, 90, 120), [(0, 1), (2,)], (0.01, 0.0)) == (4.04, 4.04, 6.0, 90.0, 90.0, 120.0)


def test_the_pseudo_voigt_stands_for_voigts_profile() -> None:
    """Within 1 % of its height, from a Gaussian to a Lorentzian."""
    x = np.linspace(-3.0, 3.0, 2001)
    for lorentz in (0.01, 0.1, 0.3, 1.0):
        width, eta = voigt(0.2, np.array([lorentz]))
        exact = voigt_profile(x, 0.2 / 2.3548, lorentz / 2.0)
        w, e = float(width[0]), float(eta[0])
        made = pseudo_voigt(x, 0.0, 1.0 / area_of(1.0, w, e), w, e)
        assert np.abs(made - exact).max() < 0.012 * exact.max()


def test_computed_intensity_ratios_are_those_of_the_cards() -> None:
    """I/Ic of PDF cards, within what is stated: silicon 27-1402, rutile 21-1276, ZnO 36-1451, quartz 46-1045."""
    known = {"Si": 4.70, "rutile-TiO2": 3.40, "ZnO": 5.44, "quartz": 3.41, "corundum": 1.0}
    ratio = [math.log(float(pattern("xrd", name).rir or 0.0) / value) for name, value in known.items()]
    assert np.sqrt(np.mean(np.square(ratio))) < 0.2


@pytest.mark.parametrize(
    ("file", "weighed"),
    [("dara_V2O5_0p4005-NiO_0p6016--8min.xrdml", 0.400), ("dara_V2O5_0p3015-TiO2_0p6998--8min.xrdml", 0.301)],
)
def test_weighed_mixtures(file: str, weighed: float) -> None:
    """Real scans: the share of the mass that was weighed in, the cell of V2O5 within 0.1 %."""
    measurement = read(real_file(f"xrd/{file}"))
    other = "NiO" if "NiO" in file else "anatase-TiO2"
    result = analyse_xrd(measurement, patterns=[pattern("xrd", "V2O5"), pattern("xrd", other)], two_theta_deg=(10, 60))
    told = refine_scan(result)
    oxide = told.fit.phases[[p.name for p in told.fit.phases].index("V2O5")]
    assert abs(oxide.share - weighed) < 2.0 * oxide.share_sd and oxide.share_sd < 0.08
    assert oxide.state.cell[:3] == pytest.approx(pattern("xrd", "V2O5").cell[:3], rel=1.5e-3)
    rows = {row.quantity for row in told.results()}
    assert {"Rwp", "a of V2O5 (refined)", "share of the film's mass V2O5"} <= rows
    figure = refinement_figure(told)
    assert [s.label for s in figure.series] == ["observed", "calculated", "background", "difference"]
    assert Path(figure.name).name == "refinement" and "Rwp" in figure.caption
