"""Random mixtures from line shapes that the fit does not use: what is stated holds as often as it says.

Truth: Voigt and Doniach-Sunjic lines of two kinds of sites, seen through the analyser's slits; three satellites, four
terms of the Auger line, losses by Tougaard's universal cross-section (the plateau rises), positions scattered as
between samples. ``HYPOTHESIS_PROFILE=explore`` runs all 200.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from draws import EXPLORE
from heterofilm.analysis.photoemission.detect import area_of
from heterofilm.analysis.photoemission.energy_axis import calibrate
from heterofilm.analysis.photoemission.fit import fit_region
from heterofilm.analysis.photoemission.lines import level, model, with_auger
from heterofilm.analysis.photoemission.quantify import atomic_ratios
from heterofilm.analysis.photoemission.shares import Shares, shares_of
from heterofilm.synthetic.xps import Region, XpsTruth, lipon_regions, xps_regions

DRAWS = range(5000, 5200 if EXPLORE else 5020)
STATES = ("Cu2+", "Cu+", "Cu0")


def joined(regions: list[Region]) -> tuple[np.ndarray, np.ndarray]:
    return np.concatenate([r.energy_eV for r in regions]), np.concatenate([r.counts for r in regions])


def copper(truth: dict[str, float], seed: int, shift: float = 0.0, counts: float | None = None) -> Shares:
    atoms = {"V": 0.1, "Cu": 0.2, "O": 0.5, "C": 0.15}
    found = {r.name: r for r in xps_regions(XpsTruth({"V5+": 1.0}, truth, atoms, shift, counts or COUNTS, seed))}
    cal = calibrate(found["C 1s"].energy_eV, found["C 1s"].counts, "C 1s")
    both = with_auger(model("Cu2p", STATES), level("CuLMM"))
    return shares_of(*joined([found["Cu 2p"], found["Cu LMM"]]), both, cal)


COUNTS = 100_000.0  # at the maximum of O 1s


def holds(inside: np.ndarray) -> None:
    """Two stated deviations hold nine cases of ten, as far as so many draws can tell (5 % of wrong alarms).

    The shares of one mixture are not independent: a mixture counts once, by its share of states that hold.
    """
    assert binom.cdf(round(float(inside.sum())), inside.size, 0.90) > 0.05


def test_copper() -> None:
    """Not because the deviations are wide: half of them are at most 0.03."""
    inside, sds = [], []
    for seed in DRAWS:
        rng = np.random.default_rng([7, seed])
        x = rng.dirichlet([1.0, 1.0, 1.0])
        truth = dict(zip(STATES, x.tolist(), strict=True))
        found = copper(truth, seed, float(rng.uniform(-1.0, 2.0)))
        sd = np.array([found.sd[found.states.index(s)] for s in STATES])
        inside.append(float((np.abs([found[s] - truth[s] for s in STATES]) <= 2.0 * sd).mean()))
        sds += sd.tolist()
    holds(np.array(inside))
    # of a tenth of the draws the median scatters by 0.0025
    assert np.median(sds) <= (0.03 if EXPLORE else 0.035)


def test_lipon() -> None:
    """Both kinds of nitrogen, half of the deviations at most 0.03; nitrogen over phosphorus."""
    inside, sds, ratios = [], [], []
    for seed in DRAWS:
        rng = np.random.default_rng([9, seed])
        three = float(rng.uniform(0.05, 0.95))
        atoms = {"Li": 0.33, "P": 0.13, "O": 0.38, "N": 0.09, "C": 0.07}
        found = {r.name: r for r in lipon_regions(three, atoms, shift_eV=float(rng.uniform(-1.0, 2.0)), seed=seed)}
        cal = calibrate(found["C 1s"].energy_eV, found["C 1s"].counts, "C 1s")
        shares = shares_of(found["N 1s"].energy_eV, found["N 1s"].counts, model("N1s"), cal)
        inside.append(float(abs(shares["N of three P"] - three) <= 2.0 * shares.sd[1]))
        sds.append(float(shares.sd[1]))
        areas, sizes = {}, {}
        for name, own in (("N 1s", "N1s"), ("P 2p", "P2p")):
            fit = fit_region(cal.apply(found[name].energy_eV), found[name].counts, model(own))
            areas[own], sizes[own] = area_of(fit, own)
        energies = {"N1s": 398.0, "P2p": 133.5}
        ratio, sd = atomic_ratios(areas, binding_eV=energies, areas_sd=sizes).ratio("N1s", "P2p")
        ratios.append(float(abs(ratio - atoms["N"] / atoms["P"]) <= 2.0 * sd))
    holds(np.array(inside))
    holds(np.array(ratios))
    assert np.median(sds) <= 0.03


def test_pure_cuprous_oxide() -> None:
    """Its flanks are taken for metal, by two of a hundred: as far off as is stated.

    Spectra of their own: `shares.FLANKS` was measured on the seeds 11 to 30.
    """
    inside = []
    for seed in range(6000, 6040 if EXPLORE else 6004):
        rng = np.random.default_rng([13, seed])
        found = copper({"Cu+": 1.0}, seed, float(rng.uniform(-1.0, 2.0)), (20_000.0, COUNTS)[seed % 2])
        inside.append(1.0 - found["Cu+"] <= 2.0 * found.sd[found.states.index("Cu+")])
    holds(np.array(inside))


@pytest.mark.parametrize("state", STATES)
def test_a_reference_comes_out_as_what_it_is(state: str) -> None:
    """Metallic copper, Cu2O and CuO with their plateaus: nearly all of it, and within two stated deviations."""
    found = copper({state: 1.0}, 11, counts=20_000.0)
    sd = found.sd[found.states.index(state)]
    assert found[state] >= 0.85 and 1.0 - found[state] <= 2.0 * max(sd, 0.03)
