"""Cells of the library beside published ones, and their interfaces within what is known of them."""

from __future__ import annotations

import polars as pl
import pytest

from heterofilm.cell import Cell
from heterofilm.constants import F, R
from heterofilm.simulation.published import beside_published
from heterofilm.units import from_si

SPREAD = 0.15  # relative, beyond the lowest and highest published number
SOLID = ("vo-atfb", "voc1-atfb", "voc2-atfb", "lco-atfb", "lco-textured-atfb", "lmo-atfb", "lfp-atfb", "lnmo-atfb")


@pytest.fixture(scope="module")
def table() -> pl.DataFrame:
    return beside_published()


@pytest.mark.parametrize(
    ("cell", "what"),
    [
        ("lco-atfb", "capacity at C/10"),
        ("lco-atfb", "capacity at 1C"),
        ("lmo-atfb", "capacity at C/10"),
        ("lmo-atfb", "capacity at 1C"),
    ],
)
def test_films_give_what_published_films_give(table: pl.DataFrame, cell: str, what: str) -> None:
    """Within 15 % of the span of the published capacities."""
    own = table.filter((pl.col("beside") == cell) & (pl.col("what") == what))
    assert own.height >= 1
    low, high = own["published"].min(), own["published"].max()
    assert (1.0 - SPREAD) * low <= own["model"][0] <= (1.0 + SPREAD) * high


def test_iron_phosphate_lies_between_its_published_films(table: pl.DataFrame) -> None:
    """At C/10 above the film by aerosol deposition, below the sputtered one: within 15 % of that span, per volume."""
    own = table.filter((pl.col("beside") == "lfp-atfb") & (pl.col("what") == "capacity at C/10"))
    by = {row["unit"]: row for row in own.iter_rows(named=True)}
    assert (1.0 - SPREAD) * by["uAh/cm2/um"]["published"] <= by["uAh/cm2/um"]["model"]
    assert by["mAh/g"]["model"] <= (1.0 + SPREAD) * by["mAh/g"]["published"]


def test_textured_cobaltate_is_as_fast_as_published(table: pl.DataFrame) -> None:
    """70 % at 2 mA/cm2, which its transport comes from; of two cells that it does not come from, the thick one, which
    diffusion governs, within 15 %; the thin one charges in two minutes what it is said to at least."""
    own = {row["cell"]: row for row in table.filter(pl.col("unit") == "1").iter_rows(named=True)}
    assert own["Li | LiPON | LiCoO2, textured"]["off_%"] == pytest.approx(0.0, abs=10.0)
    assert own["Li | LiPON | LiCoO2, NanoEnergy of 0.9 mAh"]["off_%"] == pytest.approx(0.0, abs=15.0)
    assert own["Li | LiPON | LiCoO2, NanoEnergy of 0.25 mAh"]["off_%"] >= 0.0


@pytest.mark.parametrize("name", SOLID)
def test_the_resistance_of_a_solid_pair_lies_in_its_range(name: str) -> None:
    """R_ct at rest, RT/(F i0), within the range that the exchange current of the pair has by its sources.

    No pair is better than the best epitaxial contact, 7.6 ohm cm2, or worse than the worst sputtered one, 1000.
    """
    cell = Cell.load(name)
    i0 = cell.entries.electrolyte.cathode_interface.i0
    found = from_si(cell.transfer_resistance(), "ohm cm2")
    assert i0.low is not None and i0.high is not None and i0.low <= i0.value <= i0.high
    assert 7.5 <= found <= 1001.0
    assert found == pytest.approx(1e3 * R * cell.model.T / F / i0.to("mA/cm2"), rel=1e-6)
