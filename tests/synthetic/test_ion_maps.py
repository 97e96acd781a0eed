"""Stacks of ion images of a film with columns of copper: what they were made from comes back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile

from heterofilm.samples import analyse
from heterofilm.synthetic.depth_profile import StackTruth
from heterofilm.synthetic.ion_maps import IonMapTruth, random_ion_maps, write_ion_maps


def test_half_of_a_uniform_ion_lies_above_the_middle_and_of_a_depleted_one_below_it() -> None:
    even = IonMapTruth(StackTruth(film_nm=300.0, depletion=0.0, enrichment=0.0))
    assert even.half_nm("Cu+") == pytest.approx(150.0) == even.half_nm("V+")
    # 1 - exp(-z/d) over a film much thicker than d: half of L - d lies above (L - d)/2 + d
    thin = IonMapTruth(StackTruth(film_nm=300.0, depletion=1.0, depletion_nm=10.0))
    assert thin.half_nm("Cu+") == pytest.approx(155.0, abs=0.01)


def test_the_files_hold_the_columns_and_the_same_seed_the_same_pictures(tmp_path: Path) -> None:
    truth = IonMapTruth(counts=200.0, contrast=0.9)
    (_, vanadium), (_, copper) = write_ion_maps(tmp_path, truth, seed=3)
    seen = tifffile.imread(copper)
    assert seen.shape == (truth.depths, truth.pixels, truth.pixels)
    sideways = seen[5:].mean(axis=0) / seen[5:].mean()
    share = sideways.max() - sideways.min()
    assert share == pytest.approx(truth.contrast, rel=0.25)  # in and beside a column, of the mean
    assert np.ptp(tifffile.imread(vanadium).mean(axis=0)) / 200.0 < 0.3
    (tmp_path / "again").mkdir()
    again = write_ion_maps(tmp_path / "again", truth, seed=3)
    assert (tifffile.imread(again[1][1]) == seen).all()


def test_half_depths_hold_the_truth_in_19_of_20_random_films(tmp_path: Path) -> None:
    """The sheet's thickness is drawn with its stated 3 %, as one measures it."""
    rng, held = np.random.default_rng(5), {"V+": 0, "Cu+": 0}
    for seed in range(20):
        truth, folder = random_ion_maps(seed), tmp_path / str(seed)
        folder.mkdir()
        stated = truth.stack.film_nm * (1.0 + 0.03 * rng.standard_normal())
        lines = ['name = "a"', f'thickness = "{stated:.2f} +- {0.03 * stated:.2f} nm"']
        for ion, path in write_ion_maps(folder, truth, seed):
            lines += ["[[files]]", f'path = "{path.name}"', 'what = "ion maps"', f'name = "{ion}"']
        (folder / "sample.toml").write_text("\n".join(lines))
        for row in analyse(folder).results:
            ion = row.quantity.removeprefix("half of the counts of ").removesuffix(" lie above")
            held[ion] += abs(row.value - truth.half_nm(ion)) <= 2.0 * row.uncertainty
    assert min(held.values()) >= 19
