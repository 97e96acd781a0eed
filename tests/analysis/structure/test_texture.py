"""Orientation from the strengths of lines: March's function is a distribution, what went in comes out."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.analysis.structure.peaks import Line, Lines
from heterofilm.analysis.structure.texture import Texture, cos2, equivalents, march_dollase, reciprocal, texture
from heterofilm.library.patterns import Pattern, pattern

CU = 1.5406


def told(of: Pattern, axis: tuple[int, int, int], r: float, seed: int = 0, spread: float = 0.05) -> Texture:
    """A film of `of` whose lines stand alone, with strengths by `r` about `axis` and a scatter."""
    rng = np.random.default_rng(seed)
    metric = reciprocal(of.cell)
    where = of.two_theta_deg(CU)
    lines, found = [], []
    for k, place in enumerate(where):
        if any(abs(place - other) < 0.4 for j, other in enumerate(where) if j != k):
            continue  # of lines that overlap the sum would be seen
        upright = march_dollase(r, cos2(metric, equivalents(metric, of.indices[k]), axis)).mean()
        area = 100.0 * of.strength[k] * upright * np.exp(spread * rng.standard_normal())
        if area > 0.5:
            lines.append(Line(float(place), 0.01, area, 0.1, area, 0.02 * area + 0.1, 0.2, 0.01, 0.5, 20.0))
            found.append((float(place), of.labels[k]))
    x = np.arange(8.0, 90.0, 0.02)
    flat = np.zeros_like(x)
    overlapped = np.array([min(abs(p - q) for j, q in enumerate(where) if j != k) < 0.4 for k, p in enumerate(where)])
    place = np.where(overlapped, np.nan, where)
    return texture(of, found, Lines(x, flat, flat, flat + 1.0, flat, tuple(lines), flat + 0.5, 5.0), place)


@pytest.mark.parametrize("r", [0.3, 0.7, 1.0, 1.8])
def test_the_mean_over_all_directions_is_one(r: float) -> None:
    """Crystals that stand upright are missing elsewhere: the integral over the sphere keeps their number."""
    cos = np.linspace(0.0, 1.0, 20001)
    assert np.trapezoid(march_dollase(r, cos**2), cos) == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("r", [0.35, 0.6, 1.7])
@pytest.mark.parametrize(("name", "axis"), [("V2O5", (0, 0, 1)), ("LiCoO2", (0, 0, 1)), ("V2O5", (1, 1, 0))])
def test_what_went_in_comes_out(name: str, axis: tuple[int, int, int], r: float) -> None:
    """The axis, or one said to fit as well; r within three stated deviations."""
    found = told(pattern("xrd", name), axis, r)
    assert found.verdict == "textured"
    if found.axis == axis:
        assert abs(found.r - r) < 3.0 * found.r_sd and found.r_sd < 0.5 * r
        assert ("upright" if r < 1.0 else "in the plane") in found.reason
    else:
        assert "would fit about as well" in found.reason


def test_a_powder_is_one() -> None:
    """Of thirty powders none is called textured: an axis is chosen among twelve, and that is allowed for."""
    of = pattern("xrd", "V2O5")
    verdicts = [told(of, (0, 0, 1), 1.0, seed, spread=0.15).verdict for seed in range(30)]
    assert set(verdicts) == {"like a powder"}


def test_lines_of_one_direction_do_not_tell() -> None:
    of = pattern("xrd", "LiCoO2")
    lines = tuple(
        Line(p, 0.01, 100.0, 1.0, 100.0, 2.0, 0.2, 0.01, 0.5, 20.0)
        for p, index in zip(of.two_theta_deg(CU), of.indices, strict=True) if index[:2] == (0, 0)
    )  # fmt: skip
    x = np.arange(8.0, 90.0, 0.02)
    flat = np.zeros_like(x)
    found = texture(
        of, [(line.position, label) for line, label in
             zip(lines, (la for la, i in zip(of.labels, of.indices, strict=True) if i[:2] == (0, 0)), strict=True)],
        Lines(x, flat, flat, flat + 1.0, flat, lines, flat + 0.5, 5.0), of.two_theta_deg(CU),
    )  # fmt: skip
    assert found.verdict == "not decidable" and "different directions" in found.reason and not np.isfinite(found.r)
    assert [row.value for row in found.results()] == ["not decidable"]


def test_the_planes_of_a_line() -> None:
    """(110) of a cube has six normals, (104) of a rhombohedral crystal three of twelve like (018): by spacing alone."""
    cube = reciprocal((4.0, 4.0, 4.0, 90.0, 90.0, 90.0))
    normals = equivalents(cube, (1, 1, 0))
    assert len({tuple(np.abs(v)) for v in normals}) == 3 and len(normals) >= 6
    assert cos2(cube, normals, (1, 1, 0)).max() == pytest.approx(1.0)
    assert sorted(set(np.round(cos2(cube, normals, (0, 0, 1)), 6))) == [0.0, 0.5]
