"""UPS: the gold edge, laws of bias and photon energy, round trips."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from heterofilm.analysis.photoemission.edges import fermi_edge, secondary_cutoff, valence_band_edge
from heterofilm.analysis.photoemission.ups import analyse_ups, unbiased
from heterofilm.errors import HeterofilmError
from heterofilm.instruments.reading import read
from heterofilm.junction import bands
from heterofilm.plots.ups import cutoff_figure, fermi_edge_figure, valence_band_figure
from heterofilm.synthetic.ups import UpsTruth, ups_spectrum, write_gold, write_ups
from real_data import real_file


def test_gold() -> None:
    """Measured Au: E_F 0.030 eV, width of the plain Fermi function 0.064 eV; a steeper d band follows at 2 eV."""
    m = read(real_file("ups/lg4x_170109_1712_Ef.csv"))
    edge = fermi_edge(m.column("binding_energy_eV"), m.column("intensity"))
    assert edge.E_F_eV == pytest.approx(0.030, abs=0.01)
    assert edge.width_eV == pytest.approx(0.064, abs=0.005)
    assert edge.E_F_sd < 0.02


def test_a_valence_band_of_a_real_sample() -> None:
    """Cu-HHTP: an edge is found, and lines through it disagree by more than a tenth of an eV, which is said."""
    m = read(real_file("xps/pynxtools_Cu-HHTP_0005.txt"))
    edge = valence_band_edge(m.column("binding_energy_eV"), m.column("intensity"))
    assert 0.3 < edge.energy_eV < 2.5 and edge.sd_eV > 0.05


def test_straight_edges_without_noise() -> None:
    """A ramp: its foot, to a hundredth of the step."""
    E = np.arange(-2.0, 20.0, 0.01)
    y = 1000.0 * np.clip((E - 2.4) / 1.1, 0.0, 1.0) + 10.0
    assert valence_band_edge(E, y).energy_eV == pytest.approx(2.4, abs=0.01)
    z = 10.0 + 9000.0 * np.clip((16.2 - E) / 0.3, 0.0, 1.0) * (1.0 - 0.02 * (16.2 - E))
    assert secondary_cutoff(E, z, (10.0, 20.0)).energy_eV == pytest.approx(16.2, abs=0.01)


def test_the_uncertainty_of_an_edge_is_its_error() -> None:
    """40 draws of resolution and counts: no bias beyond half a standard deviation, 95 % within two, and not too wide.

    Errors in standard deviations have a root mean square of one where these say the truth; 0.3 is three times too wide.
    """
    off: dict[str, list[float]] = {"cutoff": [], "valence band edge": []}
    for seed in range(40):
        rng = np.random.default_rng([3, seed])
        truth = UpsTruth(
            rng.uniform(4.0, 6.5),
            rng.uniform(0.5, 3.0),
            0.0,
            rng.uniform(0.05, 0.25),
            10 ** rng.uniform(4.3, 6.0),
            seed,
        )
        kinetic, counts = ups_spectrum(truth)
        u = analyse_ups(21.22 - kinetic, counts)
        off["cutoff"].append((u.work_function_eV - truth.work_function_eV) / u.cutoff.sd_eV)
        off["valence band edge"].append((u.valence_band_edge_eV - truth.valence_band_edge_eV) / u.edge.sd_eV)
    for name, found in off.items():
        z = np.array(found)
        assert abs(z.mean()) < 0.5, name
        assert 0.3 < np.sqrt(np.mean(z**2)) < 1.2, name
        assert np.mean(np.abs(z) <= 2.0) >= 0.95 and np.mean(np.abs(z) <= 1.0) >= 0.6, name


@pytest.mark.parametrize("onset", ["root", "round", "tail"])
def test_an_edge_of_another_shape_is_less_sure_and_says_so(onset: str) -> None:
    """A root, a knee and an exponential tail: the begin lies within two and a half standard deviations."""
    E = np.arange(-2.0, 6.0, 0.02)
    for seed in range(10):
        rng = np.random.default_rng(seed)
        x = np.clip(E - 1.5, 0.0, None)
        rise = {"root": np.sqrt(np.minimum(x, 1.0)), "round": 1.0 - np.exp(-2.0 * x), "tail": np.clip(x, 0.0, 1.0)}[
            onset
        ]
        if onset == "tail":  # of states in the gap, meeting the ramp with its slope
            rise = np.where(E < 1.6, 0.1 * np.exp((E - 1.6) / 0.1), rise)
        kernel = np.exp(-0.5 * (np.arange(-25, 26) * 0.02 / 0.08) ** 2)
        clean = 30.0 + 1e4 * np.convolve(np.pad(rise, 25, mode="edge"), kernel / kernel.sum(), mode="valid")
        edge = valence_band_edge(E, rng.poisson(clean).astype(float))
        assert abs(edge.energy_eV - 1.5) <= 2.5 * edge.sd_eV < 0.3


def test_a_line_drawn_through_a_rounded_edge_is_kept_beside_it() -> None:
    """Wider resolution moves the drawn line, the habit of the field, and the answer by a third of that at most."""
    found = []
    for width in (0.05, 0.2):
        kinetic, counts = ups_spectrum(UpsTruth(5.06, 2.4, 0.0, width, 1e6, seed=4))
        found.append(analyse_ups(21.22 - kinetic, counts))
    drawn, fitted = ([u.cutoff.drawn_eV for u in found], [u.cutoff.energy_eV for u in found])
    assert drawn[1] - drawn[0] > 0.02 and abs(fitted[1] - fitted[0]) < (drawn[1] - drawn[0]) / 3.0
    assert found[1].cutoff.rounding_eV == pytest.approx(0.2, abs=0.05)
    assert "drawn through the steepest part" in found[0].results()[0].note


def test_round_trip(tmp_path: Path) -> None:
    """20 random samples at a random bias, from csv to levels: within two standard deviations in 19 of them."""
    phi = edge = fermi = resolution = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        truth = UpsTruth(
            rng.uniform(4.0, 6.5), rng.uniform(0.5, 3.0), -rng.uniform(0.0, 10.0), rng.uniform(0.05, 0.2), seed=seed
        )
        place = 0.05 * rng.normal()
        gold = read(write_gold(tmp_path / "gold.csv", truth.resolution_eV, place, seed))
        f = fermi_edge(gold.column("binding_energy_eV"), gold.column("intensity"))
        fermi += abs(f.E_F_eV - place) <= 2.0 * f.E_F_sd
        resolution += abs(f.resolution_eV - truth.resolution_eV) <= 2.0 * f.resolution_sd
        m = read(write_ups(truth, tmp_path / "film.csv"))
        assert m.technique == "ups" and m.meta["sample_bias_V"] == pytest.approx(truth.bias_V, abs=1e-4)
        u = analyse_ups(m.column("binding_energy_eV"), m.column("intensity"), bias_V=truth.bias_V, E_F_sd=f.E_F_sd)
        phi += abs(u.work_function_eV - truth.work_function_eV) <= 2.0 * u.work_function_sd
        edge += abs(u.valence_band_edge_eV - truth.valence_band_edge_eV) <= 2.0 * u.valence_band_edge_sd
        assert u.work_function_sd < 0.08 and u.valence_band_edge_sd < 0.3
    assert min(phi, edge, fermi, resolution) >= 19


def test_the_bias_drops_out() -> None:
    """The same sample at 0 and -8 V, with the axis as measured: one work function."""
    found = []
    for bias in (0.0, -8.0):
        kinetic, counts = ups_spectrum(UpsTruth(5.06, 2.4, bias, seed=1))
        found.append(analyse_ups(21.22 - kinetic, counts, bias_V=bias).work_function_eV)
    assert found[0] == pytest.approx(found[1], abs=1e-6)
    assert unbiased([3.0], -5.0)[0] == 8.0


def test_paper_levels_make_a_diagram(tmp_path: Path) -> None:
    """5.06 and 5.81 eV come back; the ionisation energy is their sum with the edge, the affinity that less the gap."""
    for name, phi, edge, gap in (("V2O5", 5.06, 2.2, 2.4), ("Cu2V2O7", 5.81, 0.9, 2.0)):
        kinetic, counts = ups_spectrum(UpsTruth(phi, edge, seed=2))
        u = analyse_ups(21.22 - kinetic, counts, bias_V=-5.0)
        levels = bands.levels(name, u.work_function_eV, u.valence_band_edge_eV, gap)
        assert levels.work_function == pytest.approx(phi, abs=2.0 * u.work_function_sd)
        assert levels.ionisation_energy == pytest.approx(u.ionisation_energy_eV)
        assert levels.electron_affinity == pytest.approx(levels.ionisation_energy - gap)
    for figure in (cutoff_figure(u), valence_band_figure(u)):
        assert figure.x_range is not None and figure.x_range[0] > figure.x_range[1]
        figure.to_plotly()
        assert figure.save(tmp_path / "a.png").stat().st_size > 10_000
    assert [r.quantity for r in u.results()] == ["work function", "valence band edge", "ionisation energy"]


def test_fermi_figure(tmp_path: Path) -> None:
    gold = read(write_gold(tmp_path / "gold.csv"))
    edge = fermi_edge(gold.column("binding_energy_eV"), gold.column("intensity"))
    assert fermi_edge_figure(edge).save(tmp_path / "a.svg").is_file()


def test_what_is_no_edge_is_refused() -> None:
    E = np.arange(-2.0, 18.0, 0.02)
    flat = np.random.default_rng(0).poisson(500.0, E.size).astype(float)
    with pytest.raises(HeterofilmError, match="no edge that rises above the noise"):
        valence_band_edge(E, flat)
    with pytest.raises(HeterofilmError, match="does not rise"):
        fermi_edge(E, 100.0 - E)
    kinetic, counts = ups_spectrum(UpsTruth())
    with pytest.raises(HeterofilmError, match="check the photon energy and the bias"):
        analyse_ups(21.22 - kinetic, counts, bias_V=-5.0, photon_energy_eV=16.2)
    with pytest.raises(HeterofilmError, match="work function comes out as 10"):
        analyse_ups(21.22 - kinetic, counts)  # the bias is not taken off
    with pytest.raises(HeterofilmError, match=r"valence band edge comes out .* above the Fermi level"):
        analyse_ups(21.22 - kinetic, counts, bias_V=-5.0, E_F_eV=3.0)
    with pytest.raises(HeterofilmError, match=r"ends before any secondary cutoff, which lies between 12.2 and 19.2 eV"):
        analyse_ups(E[E < 5.0], flat[E < 5.0])
