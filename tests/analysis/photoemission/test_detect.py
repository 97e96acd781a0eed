"""An element is told from nothing: virtual films with much, little and none of it, and foreign spectra."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from heterofilm.analysis.photoemission.detect import gain
from heterofilm.analysis.photoemission.fit import fit_region
from heterofilm.analysis.photoemission.lines import model
from heterofilm.analysis.photoemission.shares import shares_of
from heterofilm.errors import HeterofilmError
from heterofilm.instruments.reading import read_all
from heterofilm.synthetic.xps import XpsTruth, write_xps
from real_data import real_file


def regions(folder: Path, vanadium: float, copper: float, seed: int) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    atoms = {"V": vanadium, "Cu": copper, "O": 0.6, "C": 0.15}
    path = write_xps(XpsTruth({"V5+": 0.7, "V4+": 0.3}, {"Cu2+": 0.8, "Cu0": 0.2}, atoms, seed=seed), folder / "a.vms")
    return {m.name: (m.column("binding_energy_eV"), m.column("intensity")) for m in read_all(path)}


@pytest.mark.parametrize("seed", range(4))
def test_two_per_cent_are_seen_and_nothing_is_not(seed: int, tmp_path: Path) -> None:
    places = (("V 2p and O 1s", "V2p", "no V5.*V4.* detected"), ("Cu 2p", "Cu2p", "Cu2.* detected|shows no lines"))
    some, none = regions(tmp_path, 0.02, 0.02, seed), regions(tmp_path, 0.0, 0.0, seed)
    for region, name, said in places:
        assert shares_of(*some[region], model(name)).values.sum() == pytest.approx(1.0)
        with pytest.raises(HeterofilmError, match=said):
            shares_of(*none[region], model(name))


def test_the_gain_is_that_of_the_lines_of_states_alone(tmp_path: Path) -> None:
    """The same O 1s with vanadium gains thousands, without it loses what free numbers cost."""
    chosen = model("V2p")
    for vanadium in (0.2, 0.0):
        E, y = regions(tmp_path, vanadium, 0.0, 1)["V 2p and O 1s"]
        found = gain(chosen, fit_region(E, y, chosen), E, y)
        assert found > 1000.0 if vanadium else found < 0.0


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("pynxtools_SnO2_10nm.spe", "Cu2p"),
        ("pynxtools_irregular.vms", "Cu2p"),
        ("pynxtools_Cu-HHTP_0001.txt", "V2p"),
        ("yadg_xps.spe", "V2p"),
        ("yadg_xps.spe", "Cu2p"),
    ],
)
def test_measured_surveys_of_other_solids_show_neither(file: str, name: str) -> None:
    survey = read_all(real_file(f"xps/{file}"))[0]
    with pytest.raises(HeterofilmError, match="detected"):
        shares_of(survey.column("binding_energy_eV"), survey.column("intensity"), model(name))
