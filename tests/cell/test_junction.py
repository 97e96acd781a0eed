"""A junction in a cell: it moves transport, exchange and storage, and never the open-circuit voltage."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from draws import examples
from heterofilm import Cell, simulate
from heterofilm.cell.junction import Effects, matrix_conductivity, with_computed_junction, with_junction
from heterofilm.errors import HeterofilmError
from heterofilm.junction.transport import neutral_conductivity
from heterofilm.library.files import DATA
from heterofilm.units import from_si

CELL = Cell.load("voc1-half")
EPS = CELL.composition.matrix.volume_fraction
OWN = CELL.entries.film.transport_factor.si * EPS**CELL.entries.film.tortuosity_exponent.si
SLOW = "Discharge at 0.03 uA/cm2 until 2.15 V"


def capacity(cell: Cell, protocol: str = "Discharge at 5 uA/cm2 until 2.15 V") -> float:
    return simulate(cell, protocol, detail=False, ageing=False).capacity()


def test_the_cells_own_permeability_gives_the_cell_back() -> None:
    again = with_junction(CELL, Effects(OWN))
    assert capacity(again) == pytest.approx(capacity(CELL), rel=1e-6)


def test_what_is_stored_comes_out_at_vanishing_current() -> None:
    """At a small current nearly all storage over the window is reached: the charge asked for, per volume of film."""
    storage = 7.2e7  # C/m3, 2 uAh cm-2 um-1
    gain = capacity(with_junction(CELL, Effects(OWN, 1.0, storage)), SLOW) - capacity(CELL, SLOW)
    assert gain == pytest.approx(from_si(storage, "uAh/cm2/um"), rel=0.05)


@examples(100)
@given(st.floats(2.3, 3.7), st.floats(-1.0, 0.3), st.floats(-3.0, 6.0))
def test_the_open_circuit_voltage_does_not_know_of_the_junction(U: float, transport: float, exchange: float) -> None:
    """A film filled to U everywhere holds the Li of one without a junction, rests at U, and stays there."""
    bent = with_junction(CELL, Effects(10.0**transport, 10.0**exchange))
    frames = [simulate(cell, "Rest for 10 hours", start=U, ageing=False).frame for cell in (CELL, bent)]
    for frame in frames:
        assert np.allclose(frame["voltage_V"], U, atol=1e-5)
    fillings = [name for name in frames[0].columns if name.startswith("filling_")]
    for name in fillings:
        assert np.allclose(frames[1][name], frames[0][name][0], atol=1e-6)


def test_more_of_anything_gives_no_less_capacity() -> None:
    base = capacity(with_junction(CELL, Effects(0.3)))
    assert capacity(with_junction(CELL, Effects(0.6))) > base
    assert capacity(with_junction(CELL, Effects(0.3, 10.0))) > base - 1e-3
    assert capacity(with_junction(CELL, Effects(0.3, 1.0, 3.6e7))) > base


def test_values_say_where_they_come_from() -> None:
    film = with_junction(CELL, Effects(0.4)).entries.film
    assert film.transport_factor.kind == "computed" and "junction" in film.transport_factor.source
    assert film.transport_factor.si * EPS**film.tortuosity_exponent.si == pytest.approx(0.4)


@pytest.mark.parametrize("wrong", [(0.0,), (np.nan,), (-1.0,), (1.0, 0.0), (1.0, np.inf), (1.0, 1.0, -1.0)])
def test_impossible_effects_are_refused(wrong: tuple[float, ...]) -> None:
    with pytest.raises(HeterofilmError, match="must be finite and"):
        Effects(*wrong)


def test_a_film_without_domains_has_no_junction() -> None:
    with pytest.raises(HeterofilmError, match="no domains"):
        with_junction(Cell.load("vo-half"), Effects(1.0))


def test_a_cell_may_take_its_junction_from_the_library() -> None:
    """Computed instead of calibrated: less transport than the calibration asks for, and Li in the space charges."""
    computed = with_computed_junction(CELL, "V2O5-Cu2V2O7")
    assert computed.entries.film.transport_factor.kind == "computed"
    assert computed.entries.domain is not None and CELL.entries.domain is not None
    assert computed.entries.domain.background.si > CELL.entries.domain.background.si
    assert 1.0 <= computed.entries.film.transport_factor.si < CELL.entries.film.transport_factor.si
    with pytest.raises(HeterofilmError, match="no domains"):
        with_computed_junction(Cell.load("vo-half"), "V2O5-Cu2V2O7")


def test_conductivity_of_neutral_lithium() -> None:
    """Half of two Li per V2O5 at its density: D c (1 - z)."""
    cell = Cell.load("vo-half")
    sites = cell.composition.matrix.molar_density * cell.model.matrix.theta_full
    expected = neutral_conductivity(cell.entries.matrix.D.si, sites / 4.0, temperature=cell.model.T)
    assert matrix_conductivity(cell) == pytest.approx(float(expected))


def test_a_film_of_any_two_phases_takes_a_junction_computed_for_it(tmp_path: Path) -> None:
    """LiMn2O4 in LiCoO2, told by its volume fraction: transport is Bruggeman's eps^p of that fraction times the gain.

    The solid of the domains has made-up numbers; a junction of other phases is still refused.
    """
    text = (DATA / "semiconductors" / "LiNbO3.toml").read_text(encoding="utf-8")
    (tmp_path / "solid.toml").write_text(text.replace('name = "LiNbO3"', 'name = "LiMn2O4"'), encoding="utf-8")
    (tmp_path / "own.toml").write_text(
        'name = "own"\ntitle = "own"\nmatrix = "LiCoO2"\ndomain = "solid.toml"\ndomain_size = "20 nm"\n'
        "domain_fraction = 0.3\ncontact_share = 1.0\nalpha = 0.5\nelectron_share = 0.0\n"
    )
    film = {"name": "mixed", "title": "mixed", "matrix": "LiCoO2-ocv", "domain": "LiMn2O4", "thickness": "300 nm",
            "domain_fraction": 0.3, "domain_size": "20 nm", "hetero_i0": "1 mA/cm2"}  # fmt: skip
    spec = Cell.load("lco-atfb").entries.spec.model_dump(exclude_none=True, exclude={"film", "nominal_capacity"})
    cell = Cell.from_dict(spec | {"film": film})
    bent = with_computed_junction(cell, tmp_path / "own.toml")
    assert bent.entries.film.transport_factor.kind == "computed"
    assert capacity(bent, "Discharge at C/5 until 3 V") > 0.5 * capacity(cell, "Discharge at C/5 until 3 V")
    with pytest.raises(HeterofilmError, match="is of V2O5 and Cu2V2O7, but the film"):
        with_computed_junction(cell, "V2O5-Cu2V2O7")
