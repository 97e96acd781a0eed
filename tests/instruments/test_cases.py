"""Inputs that once came out wrong, with the right answer: read in place, skipped where they are absent."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from heterofilm.analysis.photoemission.fit import fit_region
from heterofilm.analysis.photoemission.lines import model
from heterofilm.analysis.uvvis import absorption_of, tauc_gap
from heterofilm.instruments import read, read_all
from heterofilm.samples import analyse
from real_data import FOLDER

CASES = Path(os.environ.get("HETEROFILM_CASES", FOLDER.parent / "cases"))


def case(name: str) -> Path:
    """The file `name` of the cases, or a skipped test."""
    path = CASES / name
    if not path.is_file():
        pytest.skip(f"the case '{name}' was not found in '{CASES}': set HETEROFILM_CASES to their folder")
    return path


def analysed(folder: Path, name: str) -> dict[str, float]:
    """Quantity -> value of a sample with this one file."""
    (folder / name).write_bytes(case(name).read_bytes())
    (folder / "sample.toml").write_text('name = "a"\n')
    return {r.quantity: r.value for r in analyse(folder).results if isinstance(r.value, float)}


@pytest.mark.parametrize("axis", ["binding", "kinetic"])
def test_specslab(axis: str, tmp_path: Path) -> None:
    found = analysed(tmp_path, f"specslab2_ups_{axis}.xy")
    assert found["work function"] == pytest.approx(4.435, abs=0.01)
    assert found["valence band edge"] == pytest.approx(2.320, abs=0.01)


@pytest.mark.parametrize("scans", ["10_100", "10_10"])
def test_vamas_rates(scans: str, tmp_path: Path) -> None:
    """0.446 in both, within what a sensitivity factor is known to (10 %); the wrong unit gives a tenth of it."""
    assert analysed(tmp_path, f"vamas_cps_{scans}.vms")["Cu/V at the surface"] == pytest.approx(0.446, rel=0.1)


def test_cary_batch() -> None:
    first = read_all(case("cary_batch.csv"))[0]
    E, alpha, _ = absorption_of(first)
    assert tauc_gap(E, alpha).gap_eV == pytest.approx(2.40, abs=0.01)


@pytest.mark.parametrize("sign", ["percent_sign", "no_percent_sign"])
def test_opaque_transmittance(sign: str) -> None:
    E, alpha, _ = absorption_of(read(case(f"opaque_transmittance_{sign}.csv")))
    assert tauc_gap(E, alpha).gap_eV == pytest.approx(2.400, abs=0.005)


@pytest.mark.parametrize(("name", "pixel"), [("zeiss_2048.tif", 2.913e-9), ("imagej_micron.tif", 1e-7)])
def test_pixels(name: str, pixel: float) -> None:
    assert read(case(name)).meta["pixel_m"] == pytest.approx(pixel, rel=1e-3)


def test_atomic_percent_from_weight_percent() -> None:
    assert read(case("aztec_atomic_empty.csv")).table["atomic_percent"][1] == pytest.approx(28.57, abs=0.02)


@pytest.mark.parametrize("slope", [0.0, 1.0, 2.0, 4.0, 8.0])
def test_shirley_of_a_rising_plateau(slope: float) -> None:
    """The case is a script: its spectrum, made here; area 2000 within 5 %."""
    rng = np.random.default_rng(1)
    E = np.arange(920.0, 972.0, 0.05)
    lorentz = (0.5 / np.pi) / ((E - 932.6) ** 2 + 0.25)
    gauss = np.exp(-4.0 * np.log(2.0) * (E - 932.6) ** 2) * np.sqrt(4.0 * np.log(2.0) / np.pi)
    base = 170.0 + 80.0 / (1.0 + np.exp(-(E - 932.6) / 0.4)) + slope * np.clip(E - 938.0, 0.0, None)
    y = rng.poisson(2000.0 * (0.3 * lorentz + 0.7 * gauss) + base).astype(float)
    whole = model("Cu2p")
    # the spectrum of the case has no 2p1/2, whose wing the library's level knows
    chosen = replace(whole, lines=tuple(line for line in whole.lines if "2p1/2" not in line.name))
    assert fit_region(E, y, chosen, background="shirley").lines[0].area == pytest.approx(2000.0, rel=0.05)
