"""Pulses and their moments."""

import numpy as np
import pytest

from heterofilm.analysis.electrochemistry.pulses import find_pulses, short_pulses, switched


def test_pulses_are_found():
    """Runs of current; a change of sign ends one; single rows are spikes."""
    i = np.array([0, 0, 1, 1, 1, 0, 0, 1, 0, -1, -1, -1, 1, 1, 1, 0], float)
    assert find_pulses(np.arange(16.0), i) == ((2, 4), (9, 11), (12, 14))


def test_short_pulses_are_those_of_the_others_current():
    """One or two rows of the usual current are pulses; a spike of ten times it, or a tenth, is none."""
    i = np.array([0, 2, 2, 2, 0, 0, 2, 2, 0, 0, 20, 0, 0, 0.2, 0, -2, 0, 0], float)
    assert short_pulses(i, find_pulses(np.arange(i.size), i)) == ((6, 7), (15, 15))


@pytest.mark.parametrize(("times", "early", "late"), [
    ([0, 60, 120, 180], 60, 120),  # a clock that knows of no steps
    ([0, 300, 500, 501], 499, 500),  # a row right after the change
    ([0, 1, 61, 121], 1, 2),  # one right before it
    ([0, 60, 60, 61], 60, 60),  # one before and one after
    ([0, 60, 500, 510], 490, 500),  # rows of the rest are missing
])  # fmt: skip
def test_a_change_lies_where_both_intervals_of_recording_allow(times, early, late):
    moment, *span = switched(np.array(times, float), 2)
    assert span == [early, late] and early <= moment <= late
