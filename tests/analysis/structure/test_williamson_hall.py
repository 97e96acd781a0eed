"""Williamson and Hall: size and strain come back, no strain is not found where none is, and doubt is said."""

from pathlib import Path

import numpy as np
import pytest

from heterofilm.analysis.structure.williamson_hall import Broadened, true_width, williamson_hall
from heterofilm.analysis.structure.xrd import analyse_xrd
from heterofilm.errors import HeterofilmError
from heterofilm.instruments import read
from heterofilm.plots.xrd import width_figure
from heterofilm.synthetic.xrd import XrdTruth, write_xrdml

CU = 1.540598
PLACES = (15.4, 20.3, 26.2, 31.0, 45.5, 51.2, 62.0)


def widths(size_nm: float, strain: float, places=PLACES, sd: float = 0.0, seed: int = 0) -> list[Broadened]:
    """Lorentzian lines of an instrument without width."""
    rng = np.random.default_rng(seed)
    theta = np.radians(np.array(places) / 2.0)
    beta = np.degrees(0.9 * 0.1 * CU / (size_nm * np.cos(theta)) + 4.0 * strain * np.tan(theta))
    return [Broadened(f"{p:g}", p, float(B + sd * rng.standard_normal()), max(sd, 1e-6))
            for p, B in zip(places, beta, strict=True)]  # fmt: skip


def test_an_exact_line_gives_size_and_strain() -> None:
    """Without noise and instrument the linear sum is inverted; the squares' answer is a part of the uncertainty."""
    found = williamson_hall(widths(20.0, 4e-3), CU, (0.0, 0.0))
    assert found.size_nm == pytest.approx(20.0, rel=1e-6) and found.strain == pytest.approx(4e-3, rel=1e-6)
    assert found.verdict == "strained" and found.strain_sd > 1e-5


def test_size_alone_has_no_slope() -> None:
    found = williamson_hall(widths(25.0, 0.0), CU, (0.0, 0.0))
    assert found.strain == pytest.approx(0.0, abs=1e-9) and found.verdict == "no strain seen"
    assert [r.quantity for r in found.results("V2O5")] == ["broadening V2O5", "microstrain V2O5"]


@pytest.mark.parametrize(
    ("lines", "reason"),
    [(widths(25.0, 2e-3, (26.0, 27.0, 28.0)), "span a factor"),
     (widths(25.0, 0.0, (20.0, 31.0, 41.0), sd=0.05), "would fit as well")],
)  # fmt: skip
def test_what_cannot_be_told_is_said(lines: list[Broadened], reason: str) -> None:
    found = williamson_hall(lines, CU, (0.1, 0.03))
    assert found.verdict == "not decidable" and reason in found.reason and len(found.results("V2O5")) == 1


def test_the_instrument_s_width_lies_between_the_two_laws() -> None:
    for full, b in ((0.2, 0.1), (1.0, 0.1), (0.11, 0.1)):
        assert full - b <= true_width(full, b) <= (full**2 - b**2) ** 0.5
    assert true_width(0.08, 0.1) == 0.0


def test_virtual_films_give_their_strain_back(tmp_path: Path) -> None:
    """20 random V2O5 films, half of them strained, from .xrdml: strain within two standard deviations in 19, no verdict
    against the truth in 19, and strained films of 0.4 % or more are mostly recognised."""
    rng = np.random.default_rng(11)
    within = right = seen = strong = 0
    for k in range(20):
        strain = float(rng.uniform(0.002, 0.008)) if k % 2 else 0.0
        height, size = float(rng.uniform(2000, 6000)), float(rng.uniform(15, 40))
        truth = XrdTruth(
            {"V2O5": height}, size_nm={"V2O5": size}, microstrain={"V2O5": strain},
            displacement_deg=float(rng.uniform(-0.05, 0.05)), seed=k,
        )  # fmt: skip
        found = analyse_xrd(read(write_xrdml(tmp_path / "a.xrdml", truth))).broadening.get("V2O5")
        assert found is not None
        within += abs(found.strain - strain) <= 2.0 * found.strain_sd
        right += not (found.verdict == "strained" and strain == 0.0) and not (
            found.verdict == "no strain seen" and strain > 0.0
        )
        strong += strain > 0.004
        seen += strain > 0.004 and found.verdict == "strained"
    assert within >= 19 and right >= 19
    assert strong >= 5 and seen >= 0.6 * strong, (seen, strong)
    figure = width_figure("V2O5", found)
    assert found.reason in figure.caption and len(figure.notes) == len(found.lines)


def test_too_few_lines_and_impossible_widths_are_refused() -> None:
    with pytest.raises(HeterofilmError, match="3 lines at least, got 2"):
        williamson_hall(widths(20.0, 0.0)[:2], CU, (0.1, 0.03))
    with pytest.raises(HeterofilmError, match="must be positive"):
        williamson_hall(widths(20.0, 0.0), -1.0, (0.1, 0.03))
