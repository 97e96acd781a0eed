"""The search: as good as a dense grid in a tenth of its runs, fronts that are fronts, limits that hold."""

import numpy as np
import pytest

from heterofilm.designs.search import Found, front, search, violation


def branin(points):
    """Branin's function (three minima, of which a limit leaves one; Dixon and Szegoe 1978)."""
    x, y = 15.0 * points[:, 0] - 5.0, 15.0 * points[:, 1]
    f = (y - 5.1 / (4 * np.pi**2) * x**2 + 5 / np.pi * x - 6) ** 2 + 10 * (1 - 1 / (8 * np.pi)) * np.cos(x) + 10
    return np.stack([f, (x - 4.0) ** 2 + (y - 5.0) ** 2 - 30.0], axis=1)


def grid(side):
    line = np.linspace(0.0, 1.0, side)
    return np.array(np.meshgrid(line, line)).reshape(2, -1).T


@pytest.mark.parametrize("seed", range(3))
def test_as_good_as_a_dense_grid_in_a_tenth_of_its_runs(seed):
    side = 41
    values = branin(grid(side))
    dense = values[values[:, 1] <= 0.0, 0].min()
    found = search(branin, 2, 1, side**2 // 10, seed)
    assert len(found.points) == side**2 // 10
    (best,) = found.front
    assert found.objectives[best, 0] <= dense and found.limits[best, 0] <= 0.0
    assert found.objectives[best, 0] == pytest.approx(0.397887, abs=1e-3)  # the known minimum


def test_a_front_is_near_the_known_one():
    """ZDT1 of three inputs (Zitzler, Deb, Thiele 2000): f2 = 1 - sqrt(f1), from end to end."""

    def function(points):
        g = 1.0 + 9.0 * points[:, 1:].mean(axis=1)
        return np.stack([points[:, 0], g * (1.0 - np.sqrt(points[:, 0] / g))], axis=1)

    found = search(function, 3, 2, 60)
    f1, f2 = found.objectives[found.front].T
    assert len(f1) > 15 and np.median(np.abs(f2 - (1.0 - np.sqrt(f1)))) < 0.02
    assert f1.min() < 0.05 and f1.max() > 0.7


def test_what_cannot_be_run_is_avoided():
    """A third of the range gives nothing, with the least of all beside it."""

    def function(points):
        return np.where(points[:, :1] < 0.35, np.nan, (points[:, :1] - 0.4) ** 2 + points[:, 1:] ** 2)

    found = search(function, 2, 1, 50)
    (best,) = found.front
    assert found.objectives[best, 0] < 1e-4
    assert np.isnan(found.objectives[10:, 0]).mean() < 0.35


def test_limits_that_nothing_meets_leave_no_front():
    found = search(lambda x: np.concatenate([x, 1.0 + x], axis=1), 1, 1, 12)
    assert found.front.size == 0


def test_an_interrupt_keeps_what_there_was():
    calls = []

    def function(points):
        calls.append(len(points))
        if len(calls) == 3:
            raise KeyboardInterrupt
        return points[:, :1]

    assert len(search(function, 1, 1, 40).points) == sum(calls[:2])


def test_fronts_and_violations():
    values = np.array([[1.0, 3.0], [2.0, 2.0], [3.0, 3.0], [1.0, 3.0]])
    assert front(values).tolist() == [0, 1]
    limits = np.array([[-1.0, -1.0], [3.0, -2.0], [np.nan, 0.0]])
    assert violation(limits)[0] == 0.0 and violation(limits)[1] > 0.0 and violation(limits)[2] == np.inf
    assert Found(np.zeros((3, 1)), np.zeros((3, 1)), limits).front.tolist() == [0]
