"""Identification: calibrated against chance, one-to-one assignment, the paper's lines and bands."""

from typing import Literal

import numpy as np
import polars as pl
import pytest

from heterofilm.analysis.structure.phase_evidence import Observed
from heterofilm.analysis.structure.phases import assign, identify
from heterofilm.analysis.structure.xrd import analyse_xrd
from heterofilm.errors import HeterofilmError
from heterofilm.instruments import Measurement
from heterofilm.library.patterns import pattern

CU = 1.5406


def listed(positions: list[float], technique: str) -> Observed:
    """Positions alone, as a paper prints them: to 0.1 deg or 1 cm-1."""
    x = np.sort(np.array(positions))
    if technique == "xrd":
        return Observed(x, np.full(x.shape, 0.06), np.full(x.shape, 0.3), None, (10.0, 60.0), None, CU)
    return Observed(x, np.full(x.shape, 1.0), np.full(x.shape, 10.0), None, (100.0, 1100.0))


@pytest.mark.parametrize(("technique", "tries"), [("xrd", 25), ("raman", 60)])
def test_random_lines_are_no_phase(technique: Literal["xrd", "raman"], tries: int) -> None:
    """Lines strewn at random: a verdict of "present" in fewer than 2 %, "possible" in fewer than 10 %."""
    rng = np.random.default_rng(1)
    present = possible = 0
    for _ in range(tries):
        n, span, w = int(rng.integers(3, 30)), (10.0, 75.0) if technique == "xrd" else (100.0, 1100.0), 0.3
        w = w if technique == "xrd" else 10.0
        x, a = np.sort(rng.uniform(*span, n)), np.exp(rng.normal(0.0, 1.3, n))
        limit = (np.array(span), np.full(2, 0.7 * a.min()))
        wavelength = CU if technique == "xrd" else None
        found = identify(Observed(x, np.full(n, 0.05 * w), np.full(n, w), a, span, limit, wavelength), technique)
        present += len(found.named("present"))
        possible += len(found.named("possible"))
    assert present <= 0.02 * tries and possible <= 0.1 * tries


def test_the_papers_lines_of_vo_are_those_of_v2o5() -> None:
    """Claim xrd-vo: 15.4, 20.3, 26.2, 31.1 deg are (200), (001), (110), (400) in Pmmn, and no other phase."""
    found = identify(listed([15.4, 20.3, 26.2, 31.1], "xrd"), "xrd")
    assert found.phases[0].name == "V2O5" and found.phases[0].verdict == "present" and not found.unexplained
    labels = [a.label if a else None for a in assign([15.4, 20.3, 26.2, 31.1], pattern("xrd", "V2O5"), 0.1, CU)]
    assert labels == ["(200)", "(001)", "(110)", "(400)"]


def test_the_papers_new_lines_of_voc1_are_those_of_beta_cu2v2o7() -> None:
    """Claim xrd-voc1-new: of the whole library, beta-Cu2V2O7 is best supported by 24.8, 28.2, 28.8, 29.0 deg.

    Printed to 0.1 deg and up to 0.2 deg from the cell's positions, the four lines alone do not reach a verdict.
    """
    new = [24.8, 28.2, 28.8, 29.0]
    assert identify(listed(new, "xrd"), "xrd").phases[0].name == "beta-Cu2V2O7"
    labels = [a.label if a else None for a in assign(new, pattern("xrd", "beta-Cu2V2O7"), 0.25, CU)]
    assert labels == ["(200)", "(112)", "(113\u0305)", "(022)"]


def test_the_papers_raman_bands_lie_19_above_the_literature() -> None:
    """Claims raman-vo and raman-voc1-new: identified, with the common offset of the axis found and told."""
    vo = [122.0, 165.0, 215.0, 305.0, 321.0, 424.0, 503.0, 547.0, 725.0, 1014.0]
    found = identify(listed(vo, "raman"), "raman")
    assert found.named("present") == ("V2O5",) and found.phases[0].shift == pytest.approx(19.5, abs=1.5)
    assert "check the calibration" in found.phases[0].reason
    both = identify(listed([*vo, 811.0, 872.0, 938.0], "raman"), "raman", elements=("V", "Cu", "O"))
    assert set(both.named("present")) == {"V2O5", "beta-Cu2V2O7"}


def test_no_line_is_assigned_twice() -> None:
    found = assign([30.9, 31.0, 31.1], pattern("xrd", "V2O5"), 0.3, CU)
    labels = [a.label for a in found if a]
    assert len(labels) == len(set(labels)) == 2  # (301) and (400); the third has none


def test_two_phases_that_share_their_lines_are_only_possible() -> None:
    """The (111) of gold (38.18 deg) alone cannot be told from that of aluminium (38.47 deg) under strain."""
    x = np.array([38.3])
    one = Observed(x, np.array([0.02]), np.array([0.3]), np.array([100.0]), (30.0, 44.0), None, CU)
    assert not identify(one, "xrd").named("present")


def test_nothing_observed_is_amorphous() -> None:
    empty = Observed(*(np.zeros(0) for _ in range(4)), span=(10.0, 60.0), wavelength_angstrom=CU)
    found = identify(empty, "xrd", hump=True)
    assert found.amorphous and found.summary.startswith("amorphous") and not found.named("present")


def test_an_unknown_substrate_is_refused() -> None:
    with pytest.raises(HeterofilmError, match="Did you mean 'Pt'"):
        identify(listed([40.0], "xrd"), "xrd", substrates=("Ptt",))


def test_a_substance_of_another_lattice_is_not_the_phase_whose_lines_it_has_too() -> None:
    """LaB6 (primitive cubic, 4.1569 angstrom, NIST SRM 660) has all lines of NiO (4.18, F): its own main ones tell."""
    lines = {(1, 0, 0): 54, (1, 1, 0): 100, (1, 1, 1): 41, (2, 0, 0): 22, (2, 1, 0): 46, (2, 1, 1): 24, (2, 2, 0): 7,
             (3, 0, 0): 20, (3, 1, 0): 15, (3, 1, 1): 9, (2, 2, 2): 2}  # fmt: skip
    x = np.arange(15.0, 90.0, 0.02)
    y = np.full(x.size, 80.0)
    for hkl, strength in lines.items():
        at = 2.0 * np.degrees(np.arcsin(1.5406 * np.linalg.norm(hkl) / (2.0 * 4.1569)))
        y += 40.0 * strength / (1.0 + ((x - at) / 0.045) ** 2)
    table = pl.DataFrame({"two_theta_deg": x, "intensity": np.random.default_rng(0).poisson(y).astype(float)})
    found = analyse_xrd(Measurement("xrd", "lab6", table, {"wavelength_m": 1.5406e-10})).identification
    assert not found.named("present")
    nio = next(p for p in found.phases if p.name == "NiO")
    assert nio.verdict != "possible" or "are of no phase" in nio.reason
