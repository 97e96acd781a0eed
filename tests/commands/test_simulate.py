"""What ``heterofilm simulate`` prints, and in which order."""

import re

import pytest

import heterofilm as hf
from heterofilm.cli import main


def test_a_run_that_gave_nothing_begins_with_why(capsys: pytest.CaptureFixture) -> None:
    """A film of 0.45 mm for one of 450 nm: the reason stands above the table of zeros, and once only."""
    thick = ["--set", "films.LMO.thickness=450 um", "--rtol", "0.01"]
    assert main(["simulate", "lmo-atfb", "Discharge at C/10", *thick]) == 2
    said = capsys.readouterr().out
    assert said.startswith("! Almost no charge passed.") and said.count("over at once") == 1
    assert main(["simulate", "lmo-atfb", "Discharge at C/10 for 1 s", "--rtol", "0.01"]) == 0
    assert "Almost no charge" not in capsys.readouterr().out, "a short step is no failure"


def test_capacities_per_volume_area_and_mass(capsys: pytest.CaptureFixture) -> None:
    """Each is the one charge over thickness, over area and over the mass of the film; how much of it is active is said
    with what is known of it."""
    assert main(["simulate", "lmo-atfb", "Discharge at 20 uA/cm2 until 3.5 V", "--rtol", "0.01"]) == 0
    title, _, row, *_ = capsys.readouterr().out.splitlines()
    assert "0.75 of it active (utilisation: assumed)" in title
    volume, area, mass = (float(re.search(rf"([\d.]+) {unit}", row)[1]) for unit in ("uAh/cm2/um", "uAh/cm2 ", "mAh/g"))
    cell = hf.Cell.load("lmo-atfb")
    assert area == pytest.approx(volume * 0.3, rel=1e-3)  # um; two digits are printed
    assert mass == pytest.approx(
        10.0 * volume / (1e-3 * cell.composition.density), rel=2e-3
    )  # uAh/cm2/um is 10 mAh/cm3
