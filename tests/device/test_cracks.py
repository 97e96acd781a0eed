"""Onset and spacing of cracks."""

import math

import pytest

from heterofilm.device.cracks import channel_onset, flaw_onset, spacing


def test_the_energy_released_at_onset_is_the_fracture_energy() -> None:
    K, E, Z, h = 0.5e6, 77e9, 1.976, 1e-6
    e = channel_onset(K, E, Z, h)
    assert Z * (E * e) ** 2 * h / E == pytest.approx(K**2 / E)
    assert e == pytest.approx(0.0046, abs=0.0001)  # about 0.5 % for a micrometre of a phosphate glass


def test_a_flaw_is_griffiths_edge_crack() -> None:
    e = flaw_onset(0.8e6, 170e9, 5e-6)
    assert 1.12 * 170e9 * e * math.sqrt(math.pi * 5e-6) == pytest.approx(0.8e6)


@pytest.mark.parametrize("ratio", [1.01, 1.5, 3.0])
def test_cracks_stand_where_their_energy_is_used_up(ratio: float) -> None:
    Z, h, onset = 1.976, 1e-6, 0.005
    s = spacing(ratio * onset, onset, Z, h)
    assert math.tanh(s / (2 * Z * h)) * ratio**2 == pytest.approx(1.0)


def test_there_are_none_before_the_onset_and_few_just_after() -> None:
    assert spacing(0.005, 0.005, 2.0, 1e-6) == math.inf
    assert spacing(-0.02, 0.005, 2.0, 1e-6) == math.inf
    near = [spacing(0.005 * (1 + d), 0.005, 2.0, 1e-6) for d in (1e-9, 1e-6, 1e-3)]
    assert near[0] > near[1] > near[2] > 2e-6
