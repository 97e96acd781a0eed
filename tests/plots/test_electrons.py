"""Figures of electrons say what they show: level, gap and transfer, with every part that counts."""

import numpy as np
import pytest

pytest.importorskip("ase")

from heterofilm.atomistic.fields.averages import Profile
from heterofilm.atomistic.fields.charge import Transfer
from heterofilm.atomistic.fields.states import Edges, States
from heterofilm.atomistic.level import Level
from heterofilm.plots.electrons import difference_figure, potential_figure, states_figure

E = np.linspace(-8.0, 8.0, 161)
STATES = States(E, np.ones((2, 161)), {"O-p": 0.5 * np.ones((2, 161)), "V-s": 1e-3 * np.ones((2, 161))}, 0.0)
Z = np.arange(40) * 0.5
PBE = Level("PBE")


def test_states_of_two_spins_stand_up_and_down_against_the_valence_edge() -> None:
    figure = states_figure("states", "States", STATES, Edges(-1.0, 1.0, 2.0, True, 2.0), None, PBE)
    drawn = [s for s in figure.series if not s.bands]
    assert [(s.label, float(np.sign(np.asarray(s.y)).mean())) for s in drawn] == [
        ("total", 1.0), ("total", -1.0), ("O-p", 1.0), ("O-p", -1.0),
    ]  # fmt: skip
    assert "valence band" in figure.x_label and figure.series[0].label == "gap 2.00 eV" and "PBE" in figure.caption
    metal = states_figure("states", "States", STATES, Edges(0.0, 0.0, 0.0, None), None, PBE)
    assert "E_F" in metal.x_label


def test_a_difference_and_a_potential_show_where_they_were_read() -> None:
    profile = Profile(Z, np.sin(2 * np.pi * Z / 20.0), 20.0, "e/Å3")
    moved = Transfer(0.4, 0.04, 0.0, 10.0, "0.40 electrons move from b to a")
    figure = difference_figure(profile, moved, ("a", "b"), "Δn", PBE)
    assert np.max(np.asarray(figure.series[0].y)) == pytest.approx(1000.0, rel=1e-3)
    assert figure.series[2].x == [10.0, 10.0] and "0.40 electrons move" in figure.caption
    flat = Profile(Z, np.full(40, 3.0), 20.0, "eV")
    figure = potential_figure(profile, flat, ((2.0, 4.0), (12.0, 15.0)), 0.0, "V", PBE)
    assert [list(s.x) for s in figure.series[2:]] == [[2.0, 4.0], [12.0, 15.0]]
    assert list(figure.series[2].y) == [3.0, 3.0]
