"""Values that change with filling: polynomials and tables, and how the number beside them scales a table."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from heterofilm import simulate
from heterofilm.cell import Cell
from heterofilm.cell.assemble import diffusion, phase
from heterofilm.errors import HeterofilmError
from heterofilm.library import Library, Phase, load_phase
from heterofilm.library.of_filling import OfFilling

Z = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
D = (1e-11, 4e-12, 1e-12, 3e-12, 8e-12, 2e-12)
TABLE = {"filling": Z, "value": D, "unit": "cm2/s", "source": "titration"}


def with_(**changes: Any) -> Phase:
    """LiCoO2 of the library with some keys changed, None taking one out."""
    content = load_phase("LiCoO2").model_dump() | changes
    return Library().phase({key: value for key, value in content.items() if value is not None})


def test_a_table_passes_through_its_points_and_does_not_overshoot() -> None:
    """Piecewise cubic of the logarithm; constant beyond the ends."""
    shape = OfFilling.model_validate(TABLE)
    assert 10.0 ** shape.logarithm(Z) == pytest.approx(D, rel=1e-12)
    fine = 10.0 ** shape.logarithm(np.linspace(0.0, 1.0, 501))
    for k in range(5):
        part = fine[100 * k : 100 * k + 101]
        assert min(D[k : k + 2]) * (1 - 1e-9) <= part.min() and part.max() <= max(D[k : k + 2]) * (1 + 1e-9)
    assert 10.0 ** shape.logarithm([-1.0, 2.0]) == pytest.approx([D[0], D[-1]])


@pytest.mark.parametrize("m", [1.0, 2.0])
def test_a_power_law_is_its_number_at_half_filling_and_goes_with_the_vacancies(m: float) -> None:
    """D(z)/D = [2 (1 - z)]^m: 2^m empty, 1 half full, and a film all full still conducts."""
    shape = OfFilling.model_validate({"vacancies": m})
    assert shape.relative([0.0, 0.5, 0.75]) == pytest.approx([2.0**m, 1.0, 0.5**m])
    assert shape.relative(1.0) == pytest.approx(0.002**m)
    entry = with_(D="5e-12 cm2/s", D_of_filling={"vacancies": m})
    law = diffusion(entry, phase(entry, 298.15), 298.15)
    assert np.interp(0.5, np.linspace(0.0, 1.0, law.D.size), law.D) == pytest.approx(5e-16, rel=1e-6)


@pytest.mark.parametrize(("a", "b"), [(0.5, 0.5), (0.3, 0.7), (0.0, 1.0), (1.0, 0.0), (0.0, 0.0)])
def test_powers_of_full_and_empty_sites(a: float, b: float) -> None:
    """i0(z)/i0 = (2z)^a [2(1-z)]^b: one at half filling, greatest at a/(a+b); the curve of the model is the law."""
    shape = OfFilling.model_validate({"powers": (a, b)})
    z = np.linspace(0.001, 0.999, 999)
    law = (2.0 * z) ** a * (2.0 * (1.0 - z)) ** b
    assert shape.relative(z) == pytest.approx(law, rel=1e-12)
    assert 10.0 ** shape.curve.value(z) == pytest.approx(law, rel=1e-6)
    assert shape.relative(0.5) == pytest.approx(1.0)
    if a and b:
        assert z[np.argmax(shape.relative(z))] == pytest.approx(a / (a + b), abs=1e-3)
    assert np.isfinite(shape.relative([-0.1, 0.0, 1.0, 1.1])).all()


def test_an_exchange_current_with_powers_of_a_half_is_that_of_a_lattice_gas() -> None:
    """[4z(1-z)]^0.5 by `exponent` and by `powers`: the same discharge, to the model's tail of sites at the ends."""
    cell = Cell.load("lco-atfb")
    lipon = Library().electrolyte("LiPON").model_dump()
    given = []
    for own in ({"exponent": {"value": 0.5, "unit": "1", "kind": "assumed", "source": "lattice gas"}},
                {"i0_of_filling": {"powers": (0.5, 0.5)}}):  # fmt: skip
        electrolyte = Library().electrolyte(lipon | {"cathode_interface": lipon["cathode_interface"] | own})
        given.append(simulate(Cell(replace(cell.entries, electrolyte=electrolyte)), "Discharge at 1 mA/cm2 until 3 V"))
    assert given[0].capacity() == pytest.approx(given[1].capacity(), rel=2e-3)
    assert given[0].capacity() != pytest.approx(simulate(cell, "Discharge at 1 mA/cm2 until 3 V").capacity(), rel=1e-4)


@pytest.mark.parametrize(
    "wrong",
    [
        {"vacancies": 0.0},
        {"powers": (0.5,)},
        {"powers": (0.5, -1.0)},
        {"vacancies": 5.0},
        {"vacancies": 1.0, "log10": (1.0,)},
        {},
    ],
)
def test_a_power_law_that_cannot_be(wrong: dict[str, Any]) -> None:
    with pytest.raises(HeterofilmError):
        with_(D="5e-12 cm2/s", D_of_filling=wrong)


def test_a_film_that_needs_divacancies_gives_less_at_the_same_current() -> None:
    """Li cannot spread where the film is nearly full; without a current to speak of there is no difference."""
    cell = Cell.load("lco-atfb")
    slow = replace(cell.entries, matrix=with_(D="1e-13 cm2/s", D_of_filling={"vacancies": 2}))
    even = replace(cell.entries, matrix=with_(D="1e-13 cm2/s"))
    protocol = "Discharge at 40 uA/cm2 until 3 V"
    less, more = (simulate(Cell(one), protocol).capacity() for one in (slow, even))
    assert 0.1 * more < less < 0.98 * more


def test_a_table_alone_is_taken_as_it_is() -> None:
    """Without a D beside it, D(z) of the model is that of the table."""
    entry = with_(D=None, D_of_filling=TABLE)
    assert entry.D.kind == "computed" and "titration" in entry.D.source
    law = diffusion(entry, phase(entry, 298.15), 298.15)
    z = np.linspace(0.0, 1.0, law.D.size)
    assert np.interp(Z, z, law.D) == pytest.approx(1e-4 * np.array(D), rel=1e-6)


def test_a_number_beside_a_table_is_its_value_at_half_filling() -> None:
    """Setting D scales the table, so that a fit or a sweep may vary it."""
    entry = with_(D="5e-12 cm2/s", D_of_filling=TABLE)
    law = diffusion(entry, phase(entry, 298.15), 298.15)
    assert law.D[law.D.size // 2] == pytest.approx(5e-16, rel=1e-12)
    assert law.D[0] / law.D[-1] == pytest.approx(D[0] / D[-1], rel=1e-9)


def test_a_shape_multiplies_the_thermodynamic_factor() -> None:
    shaped, plain = (
        with_(D="1e-12 cm2/s", D_of_filling=shape, diffusion_law="thermodynamic") for shape in ({"log10": (0.3,)}, None)
    )
    both = [diffusion(entry, phase(entry, 298.15), 298.15).D for entry in (shaped, plain)]
    assert both[0] / both[1] == pytest.approx(10.0**0.3)


def test_a_csv_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "D.csv").write_text(
        "filling, D [m2/s]\n" + "\n".join(f"{z},{1e-4 * d}" for z, d in zip(Z, D, strict=True))
    )
    text = (Path(__file__).parents[2] / "src/heterofilm/library/data/phases/LiCoO2.toml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("D = ")]
    table = 'D_of_filling = { file = "D.csv", source = "titration" }'
    (tmp_path / "p.toml").write_text("\n".join([lines[0], table, *lines[1:]]), encoding="utf-8")
    entry = Library().phase("p.toml", tmp_path)
    assert entry.D_of_filling is not None
    assert entry.D_of_filling.value == pytest.approx(D) and entry.D_of_filling.unit == "cm2/s"


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ({}, "either log10"),
        (TABLE | {"log10": (1.0,)}, "either log10"),
        (TABLE | {"value": D[:-1]}, "3 points or more of filling and value, got 6 and 5"),
        (TABLE | {"filling": Z[::-1]}, "must rise"),
        (TABLE | {"filling": (0.0, 0.2, 0.4, 0.6, 0.8, 1.1)}, "within 0 to 1"),
        (TABLE | {"value": (0.0, *D[1:])}, "positive"),
        (TABLE | {"unit": "V"}, "D_of_filling: Cannot convert 'V'"),
        (TABLE | {"source": ""}, "source"),
        ({"log10": (0.0, 50.0)}, "20 orders"),
    ],
)
def test_what_is_no_shape_is_told(shape: dict[str, Any], words: str) -> None:
    with pytest.raises(HeterofilmError) as caught:
        with_(D_of_filling=shape)
    assert words in str(caught.value)


def test_a_shape_of_i0_and_an_exponent_exclude_each_other() -> None:
    base = {"name": "c", "title": "c", "area": "1 cm2", "series_resistance": "1 ohm cm2", "lower_voltage": "3 V",
            "upper_voltage": "4.1 V"}  # fmt: skip
    lipon = Library().electrolyte("LiPON").model_dump()
    lipon["cathode_interface"]["i0_of_filling"] = {"log10": (0.0, 1.0)}
    with pytest.raises(HeterofilmError, match="drop one of the two"):
        Cell.from_dict(base | {"film": "LCO", "electrolyte": lipon, "interfaces": {"cathode_exponent": 0.5}})
