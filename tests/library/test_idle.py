"""Which values of a cell act: of those that are offered each changes something, of those that are refused none does."""

from collections.abc import Iterator

import numpy as np
import pytest

from heterofilm import Cell, simulate
from heterofilm.cell.digest import digest
from heterofilm.errors import HeterofilmError, InputError
from heterofilm.library.cell_entries import value_paths
from heterofilm.library.files import DATA
from heterofilm.library.value import Value

CELLS = sorted(path.stem for path in (DATA / "cells").glob("*.toml"))
WARM = 320.0  # K: activation energies change nothing at 25 degC
# not among the engine's numbers: of warnings, limits of steps, lithium plated and made, the surface that XPS sees
ELSEWHERE = (
    ".window",
    ".stable_above",
    ".stable_below",
    ".molar_volume",
    ".surface_domain_share",
    "anodes.Cu.thickness",
)
MOVES = (lambda x: 1.1 * x if x else 1e-3, lambda x: 0.93 * x if x else -1e-3, lambda x: 1.0005 * x, lambda x: x / 2)


def numbers(cell: Cell) -> list[str]:
    """A fingerprint of all that the engine is given, here and warm, and of what its answers are counted by."""
    own = (cell.area, cell.thickness, cell.window, cell.theoretical_capacity, cell.composition.density)
    return [digest(one.model, one.ageing(), own, cell.nominal_capacity) for one in (cell, cell.at(WARM))]


def acts(cell: Cell, path: str) -> bool | None:
    """Whether another value gives other numbers; None where no other goes with the rest of its entry."""
    value = dict(every_path(cell))[path].value
    for move in MOVES if value else MOVES[:2]:
        try:
            return numbers(cell.replace({path: move(value)})) != numbers(cell)
        except HeterofilmError:
            continue
    return None


def every_path(cell: Cell) -> Iterator[tuple[str, Value]]:
    for part in cell.entries.parts.values():
        yield from (pair for pair in value_paths(part) if pair[0] not in cell.entries.shadowed)


@pytest.mark.parametrize("name", CELLS)
def test_what_is_offered_acts_and_what_is_refused_does_not(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = set(Cell.load(name).entries.idle)
    monkeypatch.setattr("heterofilm.library.cell_entries.idle", lambda _: {})
    cell = Cell.load(name)
    found = {path: acts(cell, path) for path, _ in every_path(cell)}
    still = {path for path, one in found.items() if one is False}
    assert {path for path in still - refused if not path.endswith(ELSEWHERE)} == set(), "offered, but nothing follows"
    moves = {path for path in refused if found.get(path)}
    assert {path for path in moves if ".nucleation." not in path} == set(), "refused, but something follows"
    assert refused & still, "a film of one phase has no matrix between domains, one of two no electrons in domains"
    assert sum(one is None for one in found.values()) <= 10, "what goes with other values: molar masses, barriers, gaps"


def test_nuclei_of_a_couple_without_a_barrier_change_no_curve(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are followed, but what is nucleated shifts no potential."""
    monkeypatch.setattr("heterofilm.library.cell_entries.idle", lambda _: {})
    test = "Discharge at 20 uA/cm2 until 2.15 V"
    plain, other = (
        simulate("voc1-half", test, overrides=values)
        for values in ({}, {"phases.Cu2V2O7.nucleation.rate": 1e-2, "phases.Cu2V2O7.nucleation.seeds": 0.1})
    )
    np.testing.assert_allclose(*(run.steps["capacity_C_m2"] for run in (plain, other)), rtol=1e-4)


@pytest.mark.parametrize(
    ("name", "path", "why"),
    [
        ("vo-half", "films.VO.tortuosity_exponent", "the film 'VO' is of one phase"),
        ("voc1-half", "phases.Cu2V2O7.sigma_e", "electrons go through the matrix, 'V2O5'"),
        ("v2o5-lco", "phases.V2O5.ageing.depth_loss", "the film of an anode does not age"),
        ("vo-half", "electrolytes.liquid-1M.activation_energy_electrons", "has no electronic_conductivity"),
    ],
)
def test_why_is_said(name: str, path: str, why: str) -> None:
    with pytest.raises(InputError, match=f"does not act on the cell '{name}': .*{why}"):
        Cell.load(name, {path: Cell.load(name).entries.number(path)})


def test_nuclei_without_a_barrier() -> None:
    barrier, rate = "phases.a-CuVO.couples.Cu+/Cu0.barrier", "phases.a-CuVO.nucleation.rate"
    assert Cell.load("voc2-half", {rate: 1e-6}).entries.number(rate) == 1e-6
    with pytest.raises(InputError, match="no couple of 'a-CuVO' has a barrier"):
        Cell.load("voc2-half", {barrier: 0.0, rate: 1e-6})
