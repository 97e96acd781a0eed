"""Recorded results as library values: with source and range, in the library's units, and usable as they say."""

from __future__ import annotations

import shlex

import pytest

from heterofilm.atomistic.results.evidence import Evidence, evidence
from heterofilm.atomistic.results.values import interface_binding, library_values, shifted_couples
from heterofilm.cell import Cell
from heterofilm.commands.inputs import setting
from heterofilm.constants import K_B_EV
from heterofilm.library import Library
from heterofilm.simulation.run import simulate


def test_every_value_says_that_it_was_computed_and_at_which_level() -> None:
    for one in library_values(evidence()):
        low, high = one.value.span
        assert one.value.kind == "computed" and one.value.source.startswith("computed (")
        assert low <= one.value.value <= high and one.words and one.beside and one.use


def test_the_diffusivity_is_that_of_the_recorded_barrier() -> None:
    import math

    known = evidence()
    one = known.numbers["V2O5-barrier"]
    D = next(v for v in library_values(known) if v.path == "phases.V2O5.D").value
    expected = (1e-8 * one.more["hop_A"]) ** 2 * math.sqrt(1e25) * math.exp(-one.value / K_B_EV / 298.15)
    assert D.to("cm2/s") == pytest.approx(expected, rel=1e-6)


def test_couples_move_together_to_the_recorded_mean() -> None:
    couples = ("alpha-epsilon", "epsilon-delta")
    library = Library()
    paths = shifted_couples(library, "V2O5", couples, 3.516)
    assert sum(paths.values()) / 2 == pytest.approx(3.516, abs=1e-4)  # both hold half a lithium
    before = [library.value(path).value for path in paths]
    after = list(paths.values())
    assert after[0] - after[1] == pytest.approx(before[0] - before[1], abs=1e-4)


def test_a_cell_takes_the_values_and_runs_longer_with_faster_lithium() -> None:
    """The commands that are printed: their --set changes the cell as it says."""
    by_path = {one.path: one for one in library_values(evidence()) if one.path}
    words = shlex.split(by_path["phases.V2O5.D"].use)
    assert words[:3] == ["heterofilm", "simulate", "vo-half"]
    path, value = setting(words[words.index("--set") + 1])
    library = Library({path: value})
    assert library.value("phases.V2O5.D").to("cm2/s") == pytest.approx(by_path["phases.V2O5.D"].value.value, rel=0.05)
    own, fast = (
        simulate(Cell.load("vo-half", library=known), words[3], detail=False).capacity(step=1)
        for known in (Library(), library)
    )
    assert fast > own


def test_the_binding_at_the_interface_needs_both_sites() -> None:
    assert interface_binding({}) is None
    assert library_values(Evidence({}, (), ())) == ()
    known = evidence().numbers
    found = interface_binding(known)
    assert found is not None
    assert found.value == pytest.approx(known["adsorption-interface"].value - known["adsorption-V2O5"].value, abs=1e-4)
