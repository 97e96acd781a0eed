"""Figures of spectra: equal scales, the right numbers, which arc is which."""

import numpy as np
import pytest

from heterofilm.analysis.impedance.circuit import Circuit
from heterofilm.analysis.impedance.drt import relaxation_times
from heterofilm.analysis.impedance.fit import fit_circuit
from heterofilm.analysis.impedance.kramers_kronig import kramers_kronig
from heterofilm.errors import HeterofilmError
from heterofilm.figures.matplotlib import draw as draw_static
from heterofilm.figures.plotly import draw as draw_plotly
from heterofilm.plots.impedance import (
    bode,
    contributions,
    contributions_figure,
    hertz,
    nyquist,
    nyquist_start,
    relaxations,
    residuals,
)
from heterofilm.records.spectrum import Spectrum, spectra
from heterofilm.simulation.run import simulate

F = np.geomspace(1e6, 1e-2, 81)
VALUES = {"R0": 5.0, "R1": 20.0, "C1": 1e-6, "R2": 400.0, "C2": 1e-3}
Z = Circuit.parse("R0-p(R1,C1)-p(R2,C2)").impedance(F, VALUES)


def arc(R, C):
    return Circuit.parse("p(R1,C1)").impedance(F, {"R1": R, "C1": C})


PARTS = {"series": np.full(81, 5.0 + 0j), "charge_transfer": arc(400.0, 1e-3), "anode": arc(20.0, 1e-6)}
MODEL = Spectrum(F, Z, "ohm m2", "model", 1, PARTS)


def test_a_unit_is_as_long_on_both_axes():
    figure = nyquist([Spectrum(F, Z)])
    axes = draw_static(figure).axes[0]
    axes.figure.draw_without_rendering()
    (x0, y0), (x1, y1) = axes.transData.transform([(0.0, 0.0), (0.1, 0.1)])
    assert x1 - x0 == pytest.approx(y1 - y0, rel=0.02)  # the layout moves axes by a pixel
    assert draw_plotly(figure).layout.yaxis.scaleanchor == "x"


def test_parts_are_named_by_their_maximum():
    """The maximum of -Im of R beside C lies at 1/(2 pi R C), and is R/2."""
    series, anode, cathode = contributions(MODEL)
    assert (series.name, anode.name, cathode.name) == ("series", "anode", "charge_transfer")
    assert series.peak_Hz is None and series.ohmic == 5.0
    for part, R, C in ((anode, 20.0, 1e-6), (cathode, 400.0, 1e-3)):
        assert part.closed and part.peak_Hz == pytest.approx(1 / (2 * np.pi * R * C), rel=0.15)
        assert part.resistance == pytest.approx(R, rel=2e-3) and part.height == pytest.approx(R / 2, rel=0.02)


def test_arcs_stand_one_after_the_other():
    """The first begins at the intercept, the next where it ends."""
    figure = nyquist([MODEL])
    _, first, second = figure.series
    factor = 1e4 / 1e6  # ohm m2 in Mohm cm2
    assert figure.x_label == "Re Z / MΩ cm²"
    assert first.x[0] / factor == pytest.approx(5.0, rel=1e-2)
    assert second.x[0] / factor == pytest.approx(25.0, rel=1e-2)
    assert "anode charge transfer, 7.94 kHz" in first.label


def test_small_arcs_get_a_figure_of_their_own():
    """20 of 425 ohm cannot be seen in the whole; two arcs alike can."""
    for spectrum in (MODEL, Spectrum(F, Z)):
        figure = nyquist_start([spectrum])
        assert figure is not None and figure.x_range[1] < 0.2 * max(nyquist([spectrum]).series[0].x) * 1e6
    like = Circuit.parse("R0-p(R1,C1)-p(R2,C2)").impedance(F, {**VALUES, "R1": 400.0})
    assert nyquist_start([Spectrum(F, like)]) is None


def test_the_figure_of_the_parts():
    figure = contributions_figure(MODEL)
    named = {s.label.rpartition(", ")[2] for s in figure.series if s.label != "total"}
    assert {"7.94 kHz", "398 mHz"} <= named and not figure.notes  # in the legend, where words do not collide
    assert "series resistance" in figure.caption and figure.log_x and figure.log_y
    with pytest.raises(HeterofilmError, match="fit a circuit"):
        contributions_figure(Spectrum(F, Z))


def test_a_simulated_cell_shows_all_its_parts():
    (found,) = spectra(simulate("voc1-atfb", "EIS from 1 MHz to 10 mHz"))
    names = {c.name for c in contributions(found)}
    assert {"series", "electrolyte", "charge_transfer", "domain_diffusion"} <= names


def test_bode_has_two_axes_and_the_fit():
    fit = fit_circuit(F, Z, "R0-p(R1,C1)-p(R2,C2)", guess=VALUES)
    figure = bode([Spectrum(F, Z)], fit)
    modulus, phase, fitted, fitted_phase = figure.series
    assert not modulus.right and phase.right and fitted_phase.right
    assert fitted.y == pytest.approx(np.asarray(modulus.y), rel=1e-3)
    static = draw_static(figure)
    assert static.axes[1].get_ylabel() == figure.right_label
    assert draw_plotly(figure).data[1].yaxis == "y2"


def test_relaxations_are_named():
    figure = relaxations(relaxation_times(F, Z))
    assert len(figure.notes) == 2 and all("Hz" in note.text for note in figure.notes)


def test_residuals_in_percent():
    test = kramers_kronig(F, Z)
    figure = residuals(test)
    assert np.abs(figure.series[0].y).max() <= test.worst_percent + 1e-12
    assert test.verdict in figure.title


def test_units_do_not_mix():
    with pytest.raises(HeterofilmError, match="area"):
        nyquist([Spectrum(F, Z), MODEL])


@pytest.mark.parametrize(("f", "text"), [(1e6, "1 MHz"), (631.0, "631 Hz"), (0.126, "126 mHz"), (3.8e-4, "380 µHz")])
def test_frequencies_in_their_unit(f, text):
    assert hertz(f) == text
