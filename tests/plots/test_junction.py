"""Figures of a junction show its numbers: levels, steps, sign, and both back ends draw them."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.junction import RULES, field_against_lithium, levels_of, solid, solve, sphere, thick
from heterofilm.library import Semiconductor, load
from heterofilm.plots.junction import bands_figure, curve_figure, profile_figures

MATRIX, DOMAIN = load(Semiconductor, "V2O5"), load(Semiconductor, "Cu2V2O7")


@pytest.fixture(scope="module")
def bands():
    A, B = solid(MATRIX), solid(DOMAIN)
    return bands_figure(levels_of(MATRIX), levels_of(DOMAIN), solve(A, B, thick(A, B)))


def test_bands_are_labelled_with_the_numbers(bands):
    """Work functions and gaps of both, the contact potential, electrons to the right, into Cu2V2O7."""
    words = " ".join(note.text for note in bands.notes)
    for text in ("Φ = 5.06 eV", "Φ = 5.81 eV", "gap 2.30 eV", "gap 2.00 eV", "e⁻ ⟶  0.75 V", "vacuum level"):
        assert text in words
    assert "from V2O5 to Cu2V2O7" in bands.caption and bands.x_names[:2] == ("V2O5", "Cu2V2O7")


def test_before_and_after_share_their_levels(bands):
    """The bands of V2O5 run on at the height they had; the vacuum level rises by 0.75 eV into Cu2V2O7."""
    vacuum = [s for s in bands.series if s.style == "dot"]
    assert max(vacuum[-1].y) == pytest.approx(0.75, abs=2e-3) and vacuum[1].y[0] == pytest.approx(0.0, abs=2e-3)
    edges = [s for s in bands.series if s.style == "solid" and len(s.x) > 2]
    assert edges[0].y[0] == pytest.approx(-(5.06 + 2.05 - 2.3), abs=2e-3)


def test_electrons_go_left_when_the_solids_are_exchanged():
    """The arrow follows the work functions, not the order."""
    A, B = solid(DOMAIN), solid(MATRIX)
    figure = bands_figure(levels_of(DOMAIN), levels_of(MATRIX), solve(A, B, sphere(10e-9, 0.4)))
    assert any(note.text.startswith("⟵ e⁻") for note in figure.notes)


def test_profiles():
    """Potential, field and charge in one colour per solid; the charges of the two have opposite signs."""
    field = solve(solid(DOMAIN, doping=1e26), solid(MATRIX, doping=1e26), sphere(10e-9, 0.58))
    figures = profile_figures(field, ("Cu2V2O7", "V2O5"))
    assert [f.name for f in figures] == ["junction-potential", "junction-field", "junction-charge"]
    inner, outer = figures[2].series
    assert inner.y[-1] < 0.0 < outer.y[0] and inner.x[-1] == outer.x[0] == pytest.approx(5.0)
    assert "centre of the domain" in figures[0].x_label and "750 mV" in figures[0].caption


def test_field_against_lithium(tmp_path):
    """A line per rule, positive in the direction of the pristine contact, x = 0 at the left."""
    x = np.concatenate([[0.0], np.logspace(-3, 0, 7)])
    curves = [field_against_lithium(DOMAIN, MATRIX, sphere(10e-9, 0.58), x, rule) for rule in RULES]
    figure = curve_figure(curves)
    assert [s.label for s in figure.series][:-1] == [rule.name for rule in RULES] and figure.log_x
    assert figure.series[0].y[0] == pytest.approx(1e3 * abs(curves[0].numbers.bending_A_V[0]))
    assert min(figure.series[3].y) < 0.0  # a Fermi level that crosses the gap turns the field


def test_both_back_ends_draw(bands, tmp_path):
    """PNG and SVG from matplotlib, and Plotly with names at the ticks."""
    assert bands.save(tmp_path / "bands.png").stat().st_size > 10_000
    assert "Cu2V2O7" in bands.save(tmp_path / "bands.svg").read_text()
    assert list(bands.to_plotly().layout.xaxis.ticktext)[:2] == ["V2O5", "Cu2V2O7"]
