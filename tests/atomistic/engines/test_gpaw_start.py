"""Ways to a state with spins and U: the signs to start from, and (with the extra dft) one end for every way."""

from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("ase")
from ase import Atoms
from ase.build import bulk

from heterofilm.atomistic.engines.gpaw_start import alternating_moments, join_densities, magnetise


def test_a_chain_alternates_and_other_elements_stay_without_moment() -> None:
    chain = Atoms("CuOCuOCuOCuO", [[1.5 * k, 5.0, 5.0] for k in range(8)], cell=[12.0, 10.0, 10.0], pbc=True)
    np.testing.assert_array_equal(alternating_moments(chain, "Cu", 0.8), [0.8, 0, -0.8, 0, 0.8, 0, -0.8, 0])


def test_nearest_neighbours_of_a_bipartite_crystal_have_opposite_signs() -> None:
    """CsCl's net of one element: cube corners against centres, whatever the order of the atoms."""
    iron = bulk("Fe", cubic=True).repeat(2)
    iron = iron[np.random.default_rng(1).permutation(len(iron))]
    moments = alternating_moments(iron, "Fe", 2.0)
    d = iron.get_all_distances(mic=True)
    near = np.isclose(d, d[d > 0.1].min(), atol=1e-3)
    i, j = np.nonzero(near)
    assert (moments[i] * moments[j] < 0.0).all() and moments.sum() == 0.0 and moments[0] == 2.0


def test_one_site_and_no_site_are_no_fault() -> None:
    one = Atoms("CuO", [[0, 0, 0], [0, 0, 2]], cell=[5, 5, 5], pbc=True)
    assert alternating_moments(one, "Cu", 1.0).tolist() == [1.0, 0.0]
    assert alternating_moments(one, "Ni", 1.0).tolist() == [0.0, 0.0]


def test_the_density_is_that_without_spins_and_the_difference_that_of_atoms() -> None:
    """n_+ + n_- = n and n_+ - n_- = m, for the grid and for each atom's matrix; the potential follows."""
    rng = np.random.default_rng(0)
    spins, plain, D, D0 = (rng.random(shape) for shape in ((2, 3, 3, 3), (1, 3, 3, 3), (2, 4, 4), (1, 4, 4)))
    m, M = spins[0] - spins[1], D[0] - D[1]
    normalised: list[float] = []

    class Matrices(dict):
        data = None

    density = SimpleNamespace(
        nt_sR=SimpleNamespace(data=spins), D_asii=Matrices({0: D}), normalize=normalised.append, ndensities=2
    )
    seen = []
    calculator = SimpleNamespace(charge=0.0, calculate=lambda n: (seen.append(n), (1, 2, 3))[1])
    dft = SimpleNamespace(density=density, pot_calc=calculator, results={"energy": 1.0})
    other = SimpleNamespace(nt_sR=SimpleNamespace(data=plain), D_asii={0: D0}, ndensities=1)
    magnetise(dft, SimpleNamespace(density=other))
    np.testing.assert_allclose(spins.sum(axis=0), plain[0])
    np.testing.assert_allclose(spins[0] - spins[1], m)
    np.testing.assert_allclose(D.sum(axis=0), D0[0])
    np.testing.assert_allclose(D[0] - D[1], M)
    assert normalised == [0.0] and seen == [density] and dft.results == {} and dft.potential == 1


def test_joined_densities_add_up_and_every_atom_keeps_its_own(tmp_path) -> None:
    rng = np.random.default_rng(1)
    grids, D = rng.random((2, 2, 3, 3, 3)), rng.random((3, 2, 4, 4))
    np.savez(tmp_path / "a.npz", step=2, done=9, grid=grids[0], D0=D[0], D1=D[2])
    np.savez(tmp_path / "b.npz", step=1, done=3, grid=grids[1], D0=D[1])
    join_densities(tmp_path / "whole.npz", [(tmp_path / "a.npz", (0, 2)), (tmp_path / "b.npz", (1,))])
    with np.load(tmp_path / "whole.npz") as whole:
        np.testing.assert_array_equal(whole["grid"], grids.sum(axis=0))
        for k in range(3):
            np.testing.assert_array_equal(whole[f"D{k}"], D[k])
        assert int(whole["step"]) == 1 and int(whole["done"]) == 0
    with pytest.raises(ValueError, match="each of 3 atoms once"):
        join_densities(tmp_path / "whole.npz", [(tmp_path / "a.npz", (0, 1)), (tmp_path / "b.npz", (1,))])
    np.savez(tmp_path / "c.npz", step=1, done=0, grid=grids[1, :, :2], D0=D[1])
    with pytest.raises(ValueError, match="the grid of"):
        join_densities(tmp_path / "whole.npz", [(tmp_path / "a.npz", (0, 2)), (tmp_path / "c.npz", (1,))])


def test_every_way_ends_in_the_same_state(monkeypatch) -> None:
    pytest.importorskip("gpaw")
    from heterofilm.atomistic.engines import gpaw as gpaw_engine
    from heterofilm.atomistic.engines.electrons import electrons
    from heterofilm.atomistic.engines.gpaw import Gpaw

    dimer = Atoms("CuO", [[0, 0, 0], [0, 0, 1.73]], cell=[5, 5, 6], pbc=True)
    common = {
        "mode": "lcao", "basis": "szp(dzp)", "spacing_A": 0.3, "k_density": 0.1, "smearing_eV": 0.1, "empty_bands": 4,
        "moments": {"Cu": 1.0}, "u": {"Cu": 4.0},
    }  # fmt: skip
    at_once = electrons(dimer, Gpaw(common))
    spins = []
    monkeypatch.setattr(gpaw_engine, "magnetise", lambda dft, plain: (spins.append(plain), magnetise(dft, plain)))
    for way in ({"from_spinless": True}, {"from_spinless": True, "u_steps": 2}):
        found = electrons(dimer, Gpaw({**common, **way}))
        assert spins.pop().density.ndensities == 1  # the state it began with has no spins indeed
        assert found.energy_eV == pytest.approx(at_once.energy_eV, abs=1e-4)
        assert found.moments is not None and at_once.moments is not None
        np.testing.assert_allclose(np.abs(found.moments), np.abs(at_once.moments), atol=0.02)
        assert found.iterations > at_once.iterations  # those before count


def test_a_run_that_gave_up_goes_on_from_its_density(tmp_path) -> None:
    """One iteration too few ends nowhere; asked again, it ends where one run ends."""
    pytest.importorskip("gpaw")
    from heterofilm.atomistic.engines.gpaw import Gpaw
    from heterofilm.errors import HeterofilmError

    dimer = Atoms("CuO", [[0, 0, 0], [0, 0, 1.73]], cell=[5, 5, 6], pbc=True)
    settings = {
        "mode": "lcao", "basis": "szp(dzp)", "spacing_A": 0.3, "k_density": 0.1, "smearing_eV": 0.1, "empty_bands": 4,
    }  # fmt: skip
    whole = Gpaw(settings).ground_state(dimer.copy(), elf=False, log=None)
    fewer = Gpaw({**settings, "max_iterations": whole.iterations - 1})
    log = tmp_path / "log.txt"
    with pytest.raises(HeterofilmError, match="did not converge"):
        fewer.ground_state(dimer.copy(), elf=False, log=log)
    for _ in range(4):  # each begins without the mixer's memory; from the beginning, none would ever end
        try:
            found = fewer.ground_state(dimer.copy(), elf=False, log=log)
            break
        except HeterofilmError:
            assert (tmp_path / "density.npz").is_file()
    assert found.energy_eV == pytest.approx(whole.energy_eV, abs=1e-3)
    assert found.iterations >= whole.iterations  # those of all runs
    (tmp_path / "density.npz").write_bytes(b"no density")  # damaged: begun anew
    with pytest.raises(HeterofilmError, match="did not converge"):
        fewer.ground_state(dimer.copy(), elf=False, log=log)
