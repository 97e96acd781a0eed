"""The explanation budget adds up, agrees with the cell model, and says what decides it."""

import numpy as np
import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.study.contributions import Budget, explanation_budget

MEASURED = (53.3, 76.4)


@pytest.fixture(scope="module")
def budget() -> Budget:
    return explanation_budget(measured=MEASURED, samples=500, members=2)


def test_the_causes_add_up_to_what_was_measured(budget: Budget) -> None:
    whole = budget.samples.select("reference", "composition", "junction", "left").sum_horizontal()
    assert np.allclose(whole, MEASURED[1])


def test_the_table_agrees_with_the_model_itself(budget: Budget) -> None:
    """At a hundred random draws, junction and storage included: within 1 % of the gain that is explained."""
    assert budget.error < 0.5
    assert budget.cells > 100


def test_the_junction_never_takes_capacity_away(budget: Budget) -> None:
    assert (budget.samples["junction"] > -budget.error).all()
    assert (budget.samples["stored"] >= 0.0).all()
    assert (budget.samples["transport"] >= 1.0 - 1e-9).all() and (budget.samples["exchange"] >= 1.0).all()


def test_the_contact_potential_decides(budget: Budget) -> None:
    first = budget.influence().row(0, named=True)
    assert first["input"] == "contact potential / V" and first["correlation"] > 0.7


def test_a_row_for_every_cause_in_order_of_its_quantiles(budget: Budget) -> None:
    table = budget.table()
    assert table["cause"].to_list() == ["composition", "junction", "left"]
    assert ((table["low"] <= table["median"]) & (table["median"] <= table["high"])).all()
    assert table["share"].sum() == pytest.approx(1.0, abs=0.15)  # medians need not add up


def test_the_same_seed_gives_the_same_budget() -> None:
    one, two = (explanation_budget(samples=100, members=1, seed=3).samples for _ in range(2))
    assert one.equals(two)
    assert "left" not in one.columns


def test_what_has_no_budget_is_told() -> None:
    with pytest.raises(HeterofilmError, match="at least 100 samples"):
        explanation_budget(samples=10)
    with pytest.raises(HeterofilmError, match="no domains"):
        explanation_budget(cell="vo-half", samples=100)
    with pytest.raises(HeterofilmError, match="V2O5-Cu2V2O7"):
        explanation_budget(junction="V2O5-Cu2V2O8", samples=100, members=1)
