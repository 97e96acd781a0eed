"""Design studies: every fault in one sentence before any work; loads as runs and limits."""

import pytest

from heterofilm.designs.study import design_of
from heterofilm.errors import HeterofilmError

L = "films.VO.thickness"
GOOD = {
    "cell": "vo-half", "runs": {"fast": "Discharge at 40 uA/cm2"}, "inputs": {L: {"low": 100, "high": 1000}},
    "outputs": {"energy": "fast.energy_uWh_cm2"}, "goal": {"maximise": "energy"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"runs": {}}, "at least one run"),
        ({"runs": {"a b": "Rest for 1 h"}}, "short name"),
        ({"goal": {"maximise": "capacity"}}, "no output"),
        ({"goal": {}}, "nothing to maximise"),
        ({"goal": {"maximise": "energy", "where": {"energy": {}}}}, "at_least or at_most"),
        ({"goal": None}, "give a goal"),
        ({"indices": 100}, "power of 2"),
        ({"inputs": {L: {"low": 1, "high": 2, "count": 3}}}, "takes no count"),
        ({"load": {"power": "20 uW"}}, "a power and an energy"),
        ({"outputs": {"energy": "fast.energy"}}, "fast.energy_uWh_cm2"),
        ({"most": 3}, "most"),
        ({"sort": 1}, "sort"),
    ],
)
def test_faults(change, word):
    with pytest.raises(HeterofilmError, match=word):
        design_of(GOOD | change)[0].expressions(1e-4)


def test_a_load_is_a_run_and_a_limit():
    """20 uW at the cell, 100 uWh of it, in units of the output; of a node its mean power over the months."""
    asked = design_of(GOOD | {"load": {"power": "20 uW", "energy": "100 uWh", "cut_off": "2.5 V"}})[0]
    assert asked.protocols["load"].startswith("Discharge at 20") and asked.protocols["load"].endswith("until 2.5 V")
    assert asked.limits["load_uWh"].at_least == pytest.approx(100.0)
    assert asked.expressions(2e-4)["load_uWh"].text == "load.energy_uWh_cm2 * 2.0"
    one, two = (design_of(GOOD | {"load": {"node": "temperature-sensor", "months": m}})[0] for m in (1.0, 2.0))
    assert two.limits["load_uWh"].at_least == pytest.approx(2.0 * one.limits["load_uWh"].at_least)


def test_inputs_have_short_names():
    inputs = {L: {"low": 1, "high": 2}, "phases.V2O5.D": {"low": 1, "high": 2}, "phases.A.D": {"low": 1, "high": 2}}
    assert list(design_of(GOOD | {"inputs": inputs})[0].short.values()) == ["thickness", "phases_V2O5_D", "phases_A_D"]
