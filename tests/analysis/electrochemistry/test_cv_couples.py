"""Peaks that belong together are measured alike."""

import numpy as np
import pytest

from heterofilm.analysis.electrochemistry.cv import Sweep, peaks
from heterofilm.analysis.electrochemistry.cv_couples import one_kind, paths, same_peak
from heterofilm.analysis.electrochemistry.cv_rates import b_value, dunn_split, why_no_b
from heterofilm.analysis.electrochemistry.cv_tracks import follow
from heterofilm.plots.cv import dunn_figure

V = np.linspace(2.0, 4.0, 801)


def anodic(rate, base, height=1.0, at=3.0):
    i = height * np.exp(-(((V - at) / 0.08) ** 2)) + base
    return Sweep("anodic", 1, (V - V[0]) / rate, V, -i, rate, 1.0)


def test_one_baseline_for_all_rates_of_a_couple():
    """The chord of one rate runs through current of the other sign: zero current counts at all, and it is said."""
    sloping = [anodic(v, base) for v, base in ((1e-4, 0.1 + 0.0 * V), (3e-4, 0.1 + 0.0 * V), (1e-3, 0.3 * (V - 2.9)))]
    found = [(s, peaks(s)) for s in sloping]
    assert [ps[0].kind for _, ps in found] == ["chord", "chord", "zero"]
    alike = one_kind(found)
    assert {ps[0].kind for _, ps in alike} == {"zero"}
    assert "as this couple needs it (anodic, 1 mV/s)" in alike[0][1][0].baseline
    assert alike[0][1][0].height == pytest.approx(1.1, rel=0.01)


def test_a_peak_that_appears_at_a_faster_rate_is_followed_from_there():
    found = [(anodic(1e-4, 0.0, 0.0), ()), *((s, peaks(s)) for s in (anodic(v, 0.0) for v in (2e-4, 5e-4, 1e-3)))]
    (path,) = paths(found, "anodic")
    assert [s.scan_rate_V_s for s, _ in path] == [2e-4, 5e-4, 1e-3]


def test_the_current_of_a_rate_is_the_mean_of_its_cycles():
    """Two cycles of 0.9 and 1.1 of the height: the mean, and b of the exponent put in."""
    last = [anodic(v, 0.0, 1.1 * v**0.7) for v in (1e-4, 3e-4, 1e-3)]
    first = [anodic(v, 0.0, 0.9 * v**0.7) for v in (1e-4, 3e-4, 1e-3)]
    each = [(s, peaks(s)) for s in last]
    (track,) = follow(each, [*each, *((s, peaks(s)) for s in first)]).values()
    rates, heights, b = track
    assert heights == pytest.approx([v**0.7 for v in rates], rel=1e-3) and b.b == pytest.approx(0.7, abs=1e-3)
    assert len(same_peak(each[0][0], each[0][1][0], [(s, peaks(s)) for s in first])) == 3


@pytest.mark.parametrize(("b", "known"), [(0.3, False), (0.45, True), (0.5, True), (1.0, True), (1.2, False)])
def test_b_outside_what_physics_knows_is_none(b, known):
    v = np.array([1e-4, 3e-4, 1e-3])
    why = why_no_b(b_value(v, v**b))
    assert (why == "") == known and (known or "outside 0.4 to 1.1" in why)


def test_the_chart_after_dunn_is_its_table():
    """A direction without a share has no bar, and the caption says why."""
    v = np.array([1e-4, 3e-4, 1e-3])
    one = np.ones(V.size)
    sound = dunn_split(V, 10.0 * v[:, None] * one + 0.1 * np.sqrt(v)[:, None], v)
    against = dunn_split(V, 10.0 * v[:, None] * one - 0.1 * np.sqrt(v)[:, None], v)
    erratic = dunn_split(V, 10.0 * (v * [1.0, 2.5, 1.0])[:, None] * one, v)
    assert not sound.why_not and "opposite" in against.why_not and "unexplained" in erratic.why_not
    figure = dunn_figure({"cathodic": sound, "anodic": against})
    assert len(figure.series[0].x) == 3 and all("cathodic" in name for name in figure.series[0].x)
    assert "Anodic: not determined" in figure.caption
