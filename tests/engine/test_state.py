"""The state vector: blocks follow one another without gap or overlap, and only where the model has them."""

import pytest

from heterofilm.engine.state import layout, new_work
from verification.models import between_films, one_phase, two_phase


@pytest.mark.parametrize(("nodes", "electrolyte"), [(7, 5), (12, 9)])
def test_one_phase(nodes, electrolyte):
    """theta_m | U at the surface | y_e | v_a | v | i."""
    lay = layout(one_phase(nodes, electrolyte))
    assert (lay.theta_m, lay.U_m, lay.n_m, lay.y_e, lay.v_a) == (
        0,
        nodes,
        nodes + 1,
        nodes + 1,
        nodes + 1 + electrolyte,
    )
    assert (lay.v, lay.i, lay.size) == (lay.v_a + 1, lay.v_a + 2, lay.v_a + 3)
    assert lay.first_U == nodes - 1
    assert not (lay.has_n_m or lay.has_n_d)


def test_two_phases():
    """theta_d | U_d | q | theta_m | U_m | v_a | v | i."""
    nodes, shells = 6, 4
    lay = layout(two_phase(nodes, shells))
    assert lay.U_d == nodes * lay.shells
    assert (lay.q, lay.n_d, lay.theta_m) == (lay.U_d + nodes, lay.U_d + 2 * nodes, lay.U_d + 2 * nodes)
    assert (lay.U_m, lay.n_m, lay.v_a) == (lay.theta_m + nodes, lay.theta_m + 2 * nodes, lay.theta_m + 2 * nodes)
    assert lay.first_U == 0


def test_a_film_as_the_anode():
    """theta_m | U | theta_a | U_a at its surface | v_a | v | i; of metal the two blocks are empty."""
    lay = layout(between_films(6, 4))
    assert (lay.theta_a, lay.U_a, lay.v_a, lay.size) == (7, 11, 12, 15)
    metal = layout(two_phase(6, 4))
    assert metal.theta_a == metal.U_a == metal.v_a and metal.nodes_a == 0


def test_work_fits():
    lay = layout(two_phase(6, 4))
    work = new_work(lay)
    assert work.rate.size == lay.size
    assert work.D_d.size == lay.shells * lay.nodes
    assert work.m.shape[1] == lay.nodes - lay.first_U
