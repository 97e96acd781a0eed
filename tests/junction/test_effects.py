"""Effects of a junction: drawn from ranges, never less than nothing, gone with the contact potential."""

import numpy as np
import pytest

from heterofilm.junction.effects import Drawn, draw

SIZE, FRACTION = 10e-9, 0.58


def drawn(n: int = 400, **changes: float) -> Drawn:
    rng = np.random.default_rng(1)
    given = {"domain_size": SIZE, "domain_fraction": FRACTION, "neutral": 3e-6, "electronic": 1e-4} | changes
    return draw("V2O5-Cu2V2O7", rng, **{k: np.full(n, v) for k, v in given.items()})


def test_no_effect_is_negative() -> None:
    found = drawn()
    assert (found.transport >= 1.0).all() and (found.exchange >= 1.0).all() and (found.storage >= 0.0).all()


def test_storage_and_hops_go_with_the_contact_potential() -> None:
    found = drawn(2000)
    V = np.abs(found.inputs["contact potential / V"])
    assert found.parts["hopping gain"][V < 0.02].max() < 1.001
    assert np.median(found.storage[V < 0.05]) < 0.15 * np.median(found.storage[V > 0.5])


def test_electrons_give_no_more_than_the_ambipolar_bound() -> None:
    found = drawn(neutral=5e-5)
    assert found.parts["electron gain"].max() <= 1.0 / (1.0 - 0.5) + 1e-9


def test_larger_domains_store_less() -> None:
    assert np.median(drawn(domain_size=40e-9).storage) < 0.5 * np.median(drawn().storage)


def test_inputs_stay_in_their_ranges() -> None:
    found = drawn()
    assert found.inputs["hop / nm"].min() >= 0.3 and found.inputs["hop / nm"].max() <= 0.44
    doping = found.inputs["doping of the matrix / cm-3"]
    assert doping.min() >= 1e14 and doping.max() <= 1e20
    assert np.log10(doping).std() == pytest.approx(6.0 / np.sqrt(12.0), rel=0.1)  # even in the logarithm
