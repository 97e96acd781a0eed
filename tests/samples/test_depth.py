"""Depth profiles and ion images of a sample file: every interface in nm, layers with their thickness, volumes."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
import tifffile

from heterofilm.records.result import Result
from heterofilm.samples import analyse, write
from heterofilm.synthetic.depth_profile import StackTruth, random_stack, write_depth_profile

HEAD = 'name = "VOC1"\nfilm = "VOC1"\n'


def rows(folder: Path, truth: StackTruth, seed: int, head: str) -> dict[str, Result]:
    write_depth_profile(folder / "tofsims.txt", truth, seed)
    (folder / "sample.toml").write_text(head + '[[files]]\npath = "tofsims.txt"\nwhat = "depth profile"\n')
    done = analyse(folder)
    assert not done.failed
    return {row.quantity: row for row in done.results}


def test_interfaces_and_layers_come_back_in_nm(tmp_path: Path) -> None:
    """20 random stacks of which the sample file knows the film alone: each number within two sigma in at least 19."""
    within: dict[str, int] = {}
    for seed in range(20):
        truth = random_stack(seed)
        found = rows(tmp_path, truth, seed, HEAD + f'thickness = "{truth.film_nm:.2f} +- 5 nm"\n')
        film, platinum = truth.interfaces_nm()
        true = {
            "interface O_2V+ | Pt+": film, "interface O_2V+ | Pt+, width 16-84 %": truth.widths_nm[0],
            "interface Pt+ | Si+": platinum, "interface Pt+ | Si+, width 16-84 %": truth.widths_nm[1],
            "thickness of the layer of Pt+": truth.platinum_nm,
            "H_2Cu+ falling edge": film, "Pt+ rising edge": film,
            "Pt+ falling edge": platinum, "Si+ rising edge": platinum,
        }  # fmt: skip
        for name, value in true.items():
            row = found[name]
            assert row.unit == "nm" and isinstance(row.value, float)
            within[name] = within.get(name, 0) + (abs(row.value - value) < 2 * row.uncertainty)
    assert min(within.values()) >= 19, within


def test_what_lies_below_the_known_film_is_known_less(tmp_path: Path) -> None:
    """The film's rate says little of platinum's: half of the way below the film is in doubt, and nothing above."""
    found = rows(tmp_path, StackTruth(), 0, HEAD + 'thickness = "300 +- 3 nm"\n')
    assert found["interface O_2V+ | Pt+"].uncertainty < 5.0
    below = found["thickness of the layer of Pt+"]
    assert isinstance(below.value, float) and below.uncertainty == pytest.approx(0.5 * below.value, rel=0.1)
    assert [name for name in found if name.startswith("sputter rate")] == ["sputter rate, layer 1"]
    assert found["Pt+ falling edge"].note.endswith(" s")


def test_without_a_thickness_places_are_times(tmp_path: Path) -> None:
    found = rows(tmp_path, StackTruth(), 0, HEAD)
    assert found["interface O_2V+ | Pt+"].unit == found["time in the layer of Pt+"].unit == "s"
    assert not any(name.startswith("sputter rate") for name in found)


def test_stacks_of_ion_images_become_volumes(tmp_path: Path) -> None:
    """An ion of the upper half of the film has half of its counts above a quarter of the thickness."""
    rng = np.random.default_rng(0)
    for ion, where in (("Cu", slice(6, 12)), ("V", slice(0, 6))):
        stack = np.zeros((12, 24, 24), np.uint16)
        stack[where] = rng.poisson(50.0, (6, 24, 24))
        tifffile.imwrite(tmp_path / f"{ion}.tif", stack, imagej=True, resolution=(10.0, 10.0), metadata={"unit": "um"})
    lines = ['name = "a"', 'thickness = "300 nm"']
    for ion in ("Cu", "V"):
        lines += ["[[files]]", f'path = "{ion}.tif"', 'what = "ion maps"', f'name = "{ion}+"']
    (tmp_path / "sample.toml").write_text("\n".join(lines))
    done = analyse(tmp_path)
    assert not done.failed
    values = {r.quantity: r.value for r in done.results}
    assert values["half of the counts of V+ lie above"] == pytest.approx(75.0, abs=15.0)
    assert values["half of the counts of Cu+ lie above"] == pytest.approx(225.0, abs=15.0)
    page = write([done], tmp_path / "results")
    assert "mesh3d" in page.read_text()
    table = pl.read_csv(tmp_path / "results" / "data" / "ion-maps-volume.csv")
    assert table["V+: counts"].sum() == pytest.approx(6 * 24 * 24 * 50.0, rel=0.05)
