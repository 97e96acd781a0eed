"""What no electrode can do is said beside its cycle; what one can is not."""

import polars as pl
import pytest

from heterofilm.analysis.electrochemistry.plausible import GRAM, METAL, SILICON, implausible

RIGHT = {
    "cycle": 1, "discharge_uAh_cm2_um": 148.0, "charge_uAh_cm2_um": 147.0, "discharge_mAh_g": 442.0,
    "charge_mAh_g": None, "coulombic_efficiency": 0.99, "energy_efficiency": 0.95, "polarisation_V": 0.1,
}  # fmt: skip


def said(**changed: float | None) -> str:
    return implausible(pl.DataFrame([RIGHT | changed])).get(1, "")


def test_the_bounds_are_those_of_lithium_metal_and_of_silicon() -> None:
    """2062 mAh/cm3 and 3862 mAh/g, the textbook's numbers of lithium."""
    assert pytest.approx(2062, rel=1e-3) == 10.0 * METAL and pytest.approx(3862, rel=1e-3) == GRAM
    assert pytest.approx(8340, rel=1e-3) == 10.0 * SILICON


def test_three_lithium_in_v2o5_are_plausible() -> None:
    assert said() == "" and said(coulombic_efficiency=None, energy_efficiency=None, polarisation_V=None) == ""


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"charge_uAh_cm2_um": 300.0}, "above that of lithium metal (206)"),
        ({"discharge_uAh_cm2_um": 2843.0}, "above that of any known electrode (834)"),
        ({"discharge_mAh_g": 5000.0}, "check area and mass"),
        ({"coulombic_efficiency": 10.16}, "1016 % of the charge before it"),
        ({"energy_efficiency": 1.09}, "energy efficiency of 109 %"),
        ({"polarisation_V": -0.0137}, "13.7 mV above"),
    ],
)
def test_each_impossible_number_has_its_word(changed: dict[str, float], words: str) -> None:
    assert words in said(**changed) and said(**changed).count("implausible") == 1


def test_more_comes_out_after_a_higher_current_and_that_is_no_fault() -> None:
    """At a lower current the film gives what the cycle before left in it; at the same one nothing can."""
    over = {"cycle": 2, "coulombic_efficiency": 1.4, "energy_efficiency": 1.3}
    for current, fault in ((0.05, False), (0.8, True)):
        table = pl.DataFrame([RIGHT | {"discharge_A_m2": 0.8}, RIGHT | over | {"discharge_A_m2": current}])
        words = implausible(table)
        assert list(words) == [2] and "140 % of the charge before it" in words[2]
        assert ("implausible" in words[2]) == fault and ("another current" in words[2]) != fault
