"""Recorded results: each says how it was made, and what of it can be checked without an engine is."""

from __future__ import annotations

import argparse
import ast
from pathlib import Path

import pytest

pytest.importorskip("ase", reason="the extra 'atoms' (ase, pymatgen) is not installed")

from heterofilm.atomistic.engines import base as engines
from heterofilm.atomistic.engines import electrons
from heterofilm.atomistic.fields import alignment, averages, charge
from heterofilm.atomistic.results import recorded
from heterofilm.atomistic.results.curves import load_curves
from heterofilm.atomistic.results.diffusivity import hopping_diffusivity
from heterofilm.atomistic.structures.library import load, read_atoms
from heterofilm.atomistic.tasks import largest_climb
from heterofilm.commands import atoms
from heterofilm.errors import HeterofilmError


@pytest.mark.parametrize("one", recorded.results(), ids=lambda one: one.name)
def test_every_result_has_its_level_command_and_limits(one: recorded.Recorded) -> None:
    assert one.low <= one.value <= one.high
    assert one.level.method and one.version and one.settings and one.limits and one.wall_s > 0.0
    if one.unit != "%":
        assert one.as_value.kind == "computed" and str(one.level) in one.as_value.source
    parser = argparse.ArgumentParser()
    atoms.options(parser)
    if "(" in one.command:  # a call of Python functions
        calls = [node.func for node in ast.walk(ast.parse(one.command)) if isinstance(node, ast.Call)]
        called = {call.id for call in calls if isinstance(call, ast.Name)}
        rooms = (alignment, averages, charge, electrons, engines)
        assert called and all(any(hasattr(room, name) for room in rooms) or name == "load" for name in called)
        return
    for command in one.command.split(" && "):
        words = command.split()
        if words[:1] == ["python"]:  # a script of the repository
            assert (Path(__file__).parents[3] / words[1]).is_file() and len(words) == 2
            continue
        assert words[:2] == ["heterofilm", "atoms"]
        parser.parse_args(words[2:])  # the command exists with these options


def test_relaxed_cells_lie_within_3_percent_of_the_measured_ones() -> None:
    for name in ("V2O5", "Cu2V2O7"):
        one, measured = recorded.load(f"{name}-cell"), load(name).atoms.cell.lengths()
        changes = [100 * (one.more[f"{axis}_A"] / length - 1) for axis, length in zip("abc", measured, strict=True)]
        assert max(abs(change) for change in changes) < 3.0
        assert max(changes, key=abs) == pytest.approx(one.value, abs=0.02)


@pytest.mark.parametrize("one", [r for r in recorded.results() if "energies_eV" in r.more], ids=lambda one: one.name)
def test_a_recorded_path_has_the_recorded_barrier(one: recorded.Recorded) -> None:
    assert largest_climb(one.more["energies_eV"]) == pytest.approx(one.value, abs=1e-3)
    assert len(one.more.get("path_A", one.more["energies_eV"])) == len(one.more["energies_eV"])
    D = hopping_diffusivity(one.value, one.more["hop_A"], dimensions=1, source=str(one.level))
    assert D.low is not None and D.high is not None and D.low < D.value < D.high


def test_the_smallest_direct_gap_of_v2o5_lies_at_2_0_to_2_2_eV_by_two_engines_above_the_indirect_one() -> None:
    for direct, indirect in (("V2O5-direct-gap-PW", "V2O5-gap-PW"), ("V2O5-direct-gap-CP2K", "V2O5-gap-CP2K")):
        assert 2.0 < recorded.load(direct).value < 2.2
        assert recorded.load(indirect).value < recorded.load(direct).value
    assert recorded.load("V2O5-direct-gap-PW").level != recorded.load("V2O5-direct-gap-CP2K").level


@pytest.mark.parametrize(
    ("number", "curves"),
    [
        ("V2O5-gap-PW", "V2O5-PBE-PW"), ("V2O5-gap-U", "V2O5-PBE+U-PW"), ("V2O5-gap-LCAO", "V2O5-PBE-LCAO"),
        ("Cu2V2O7-gap", "Cu2V2O7-PBE-PW"), ("Cu2V2O7-gap-U", "Cu2V2O7-PBE+U-PW"),
    ],
)  # fmt: skip
def test_a_recorded_gap_is_that_of_the_recorded_states(number: str, curves: str) -> None:
    assert recorded.load(number).value == pytest.approx(load_curves(curves).edges.gap_eV, abs=0.005)


def test_the_recorded_hop_of_v2o5_is_the_edge_of_its_cell() -> None:
    hop = recorded.load("V2O5-barrier").more["hop_A"]
    assert hop == pytest.approx(recorded.load("V2O5-cell").more["b_A"], abs=1e-3)


def test_the_interface_that_was_used_comes_along() -> None:
    slab = read_atoms(recorded.FOLDER / "interface-V2O5-Cu2V2O7.extxyz")
    assert len(slab) == 172 and sum(s == "Cu" for s in slab.symbols) == 16


def test_an_unknown_result_is_answered_with_the_nearest() -> None:
    with pytest.raises(HeterofilmError, match="Did you mean 'V2O5-barrier'"):
        recorded.load("V2O5-barier")
