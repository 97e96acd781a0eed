"""Charge density difference: electrons are counted, moved across a plane, and never lost."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

pytest.importorskip("ase")

from heterofilm.atomistic.fields.charge import charge_difference, transfer
from heterofilm.atomistic.fields.grid import Grid
from heterofilm.errors import HeterofilmError

CELL = np.diag([3.0, 4.0, 20.0])
N = 200
Z = np.arange(N) * 20.0 / N


def field(along: np.ndarray) -> Grid:
    return Grid(np.broadcast_to(along, (4, 5, N)).copy(), CELL, "e/Å3", "density")


def blob(centre: float, electrons: float, width: float = 0.6) -> np.ndarray:
    apart = (Z - centre + 10.0) % 20.0 - 10.0
    shape = np.exp(-0.5 * (apart / width) ** 2)
    return electrons * shape / (shape.sum() * 20.0 / N * 12.0)


@given(st.floats(-0.9, 0.9), st.floats(0.0, 20.0))
def test_the_electrons_that_were_moved_are_found_on_the_side_that_gained_them(moved: float, shift: float) -> None:
    assume(abs(abs(moved) - 5e-3) > 1e-6)  # where the words change
    low, high = 5.0 + shift, 13.0 + shift
    lower, upper = field(blob(low, 3.0)), field(blob(high, 5.0))
    whole = field(blob(low, 3.0 + moved) + blob(high, 5.0 - moved))
    difference = charge_difference(whole, lower, upper)
    assert difference.integral_e == pytest.approx(0.0, abs=1e-12)
    assert difference.moved_e == pytest.approx(abs(moved), abs=1e-6)
    found = transfer(difference, (9.0 + shift) % 20.0, start_A=shift, names=("V2O5", "Cu2V2O7"))
    assert found.electrons == pytest.approx(moved, abs=1e-6)
    assert found.per_area_e_A2 == pytest.approx(moved / 12.0, abs=1e-7)
    if abs(moved) < 5e-3:
        assert found.words.startswith("no electrons move")
    elif moved > 0:
        assert "from Cu2V2O7 to V2O5" in found.words
    else:
        assert "from V2O5 to Cu2V2O7" in found.words


def test_a_plane_between_points_counts_its_share_of_a_uniform_density() -> None:
    step = np.where(Z < 10.0, 0.01, -0.01)
    difference = charge_difference(field(1.0 + step), field(np.full(N, 0.4)), field(np.full(N, 0.6)))
    found = transfer(difference, 4.03, start_A=1.01)
    assert found.electrons == pytest.approx(0.01 * 12.0 * 3.02, rel=1e-9)


def test_lost_electrons_are_refused() -> None:
    with pytest.raises(HeterofilmError, match="integrates to"):
        charge_difference(field(blob(5, 3.0) + blob(13, 5.01)), field(blob(5, 3.0)), field(blob(13, 5.0)))


def test_other_grids_cells_and_too_few_parts_are_refused() -> None:
    one = field(blob(5, 1.0))
    coarse = Grid(one.values[:, :, ::2], CELL, "e/Å3", "part")
    longer = Grid(one.values, CELL * np.array([1, 1, 1.01]), "e/Å3", "part")
    for part, words in ((coarse, "one grid"), (longer, "one cell")):
        with pytest.raises(HeterofilmError, match=words):
            charge_difference(one, one, part)
    with pytest.raises(HeterofilmError, match="two parts"):
        charge_difference(one, one)
    with pytest.raises(HeterofilmError, match="same place"):
        transfer(charge_difference(field(blob(5, 2.0)), one, one), 20.0)
