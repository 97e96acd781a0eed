"""The contribution analysis adds up, agrees with the cell model, and says what decides it."""

import numpy as np
import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.study.contributions import Contributions, contribution_analysis

MEASURED = (53.3, 76.4)


@pytest.fixture(scope="module")
def contributions() -> Contributions:
    return contribution_analysis(measured=MEASURED, samples=500, members=2)


def test_the_causes_add_up_to_what_was_measured(contributions: Contributions) -> None:
    whole = contributions.samples.select("reference", "composition", "junction", "left").sum_horizontal()
    assert np.allclose(whole, MEASURED[1])


def test_the_table_agrees_with_the_model_itself(contributions: Contributions) -> None:
    """At a hundred random draws, junction and storage included: within 1 % of the gain that is explained."""
    assert contributions.error < 0.5
    assert contributions.cells > 100


def test_the_junction_never_takes_capacity_away(contributions: Contributions) -> None:
    assert (contributions.samples["junction"] > -contributions.error).all()
    assert (contributions.samples["stored"] >= 0.0).all()
    assert (contributions.samples["transport"] >= 1.0 - 1e-9).all() and (contributions.samples["exchange"] >= 1.0).all()


def test_the_contact_potential_decides(contributions: Contributions) -> None:
    first = contributions.influence().row(0, named=True)
    assert first["input"] == "contact potential / V" and first["correlation"] > 0.7


def test_a_row_for_every_cause_in_order_of_its_quantiles(contributions: Contributions) -> None:
    table = contributions.table()
    assert table["cause"].to_list() == ["composition", "junction", "left"]
    assert ((table["low"] <= table["median"]) & (table["median"] <= table["high"])).all()
    assert table["share"].sum() == pytest.approx(1.0, abs=0.15)  # medians need not add up


def test_the_same_seed_gives_the_same_contributions() -> None:
    one, two = (contribution_analysis(samples=100, members=1, seed=3).samples for _ in range(2))
    assert one.equals(two)
    assert "left" not in one.columns


def test_what_has_no_contributions_is_told() -> None:
    with pytest.raises(HeterofilmError, match="at least 100 samples"):
        contribution_analysis(samples=10)
    with pytest.raises(HeterofilmError, match="no domains"):
        contribution_analysis(cell="vo-half", samples=100)
    with pytest.raises(HeterofilmError, match="V2O5-Cu2V2O7"):
        contribution_analysis(junction="V2O5-Cu2V2O8", samples=100, members=1)
