"""Recorded curves come back as they were written; shipped ones say what they are; damaged files are refused."""

import numpy as np
import pytest

pytest.importorskip("ase")

from heterofilm.atomistic.engines.electrons import Electrons
from heterofilm.atomistic.fields.grid import Grid
from heterofilm.atomistic.fields.states import States
from heterofilm.atomistic.results.curves import curve_names, load_curves, read_curves, record, summary
from heterofilm.errors import HeterofilmError

# filled, for one spin: O 2p of V4O10; with nine d electrons of each Cu2+ in Cu4V4O14; with two more of Li2V4O10
BANDS = {"V2O5": 10 * 3, "Cu2V2O7": 14 * 3 + 4 * 9 / 2, "delta-LiV2O5": 10 * 3 + 2 / 2}
CELL = np.diag([3.0, 4.0, 5.0])


def electrons() -> Electrons:
    rng = np.random.default_rng(0)
    grid = rng.uniform(size=(6, 8, 10))
    eigenvalues = np.array([[[-1.0, 0.0, 2.0]]])
    E = np.linspace(-3.0, 3.0, 61)
    states = States(E, rng.uniform(size=(1, 61)), {"V-d": rng.uniform(size=(1, 61))}, 0.4)
    return Electrons(
        -1.0, 0.4, eigenvalues, np.array([[[1.0, 1.0, 0.0]]]), np.ones(1), Grid(grid, CELL, "e/Å3", "density"),
        Grid(grid - 0.5, CELL, "eV", "electrostatic potential"), states, Grid(grid, CELL, "", "ELF"), None, 7,
    )  # fmt: skip


def test_what_is_written_is_read_back_within_single_precision(tmp_path) -> None:
    made = summary(electrons(), "test", {"level": "none"}, axis="b", slice_axis="a", slice_at=0.5)
    back = read_curves(record(made, tmp_path / "x.npz"))
    assert back.name == "test" and back.about == made.about and back.edges == made.edges
    assert back.density.height_A == pytest.approx(4.0) and back.density.unit == "e/Å3"
    np.testing.assert_allclose(back.potential.values, made.potential.values, atol=1e-6)
    np.testing.assert_allclose(back.states.parts["V-d"], made.states.parts["V-d"], atol=1e-6)
    np.testing.assert_allclose(back.elf.values, electrons().elf.values[3], atol=1e-6)
    assert back.elf.axes == "bc" and back.elf.lengths_A == (4.0, 5.0)


def test_damaged_and_foreign_files_are_one_sentence(tmp_path) -> None:
    (tmp_path / "x.npz").write_bytes(b"nothing")
    np.savez(tmp_path / "y.npz", head=np.array("{}"))
    np.savez(tmp_path / "z.npz", head=np.array(["a", None], dtype=object))
    for name in ("x", "y", "z", "none"):
        with pytest.raises(HeterofilmError, match="no recorded curves"):
            read_curves(tmp_path / f"{name}.npz")
    with pytest.raises(HeterofilmError, match="Did you mean"):
        load_curves("V2O5-PBE-PV")


def gap_of_table(states: States) -> float:
    """What lies around the Fermi level without a twentieth of a state per eV."""
    E, busy = states.energies_eV, states.total.sum(axis=0) > 0.05
    return float(E[busy & (states.fermi_eV < E)].min() - E[busy & (states.fermi_eV > E)].max())


@pytest.mark.parametrize("name", curve_names())
def test_shipped_curves_say_what_they_are_and_their_table_has_the_gap_of_their_bands(name: str) -> None:
    curves = load_curves(name)
    about = curves.about
    assert about.level.program == "GPAW" and about.version and about.settings and about.command and about.limits
    assert about.wall_s > 0.0 and not about.more
    assert curves.states is not None
    held, metal = curves.states, curves.edges.gap_eV == 0.0
    if not metal:  # the table is broadened by 0.1 eV, so that each edge reaches about 0.2 eV into the gap
        assert 0.0 < curves.edges.gap_eV - gap_of_table(held) < 0.6
    top = held.fermi_eV if metal else curves.edges.valence_eV + 0.4
    window = (held.energies_eV > top - 7.5) & (held.energies_eV < top)  # O 2s lies below
    step = held.energies_eV[1] - held.energies_eV[0]
    assert held.total[0, window].sum() * step == pytest.approx(BANDS[about.structure], abs=0.6)
