"""Steps and cycles from the file's numbers and the current together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm.records.runs import cycles_of, directions, half_rows, running, steps_of

SIGNS = st.lists(st.sampled_from([1.0, -1.0]), min_size=1, max_size=5)


def halves(signs: list[float], rows: int = 6, rest: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Current, and the charge it moved up to each row, of half cycles with rests behind them."""
    current = np.concatenate([np.r_[np.full(rows, s), np.zeros(rest)] for s in signs])
    return current, np.cumsum(current)


@given(SIGNS, st.integers(0, 99))
def test_noise_at_rest_is_rest(signs: list[float], seed: int) -> None:
    """Noise of 0.1 % that changes its sign from row to row makes no run; a row beside a run may go with it."""
    current, _ = halves(signs, rows=200)
    noise = 1e-3 * np.tile([1.0, -1.0], current.size)[: current.size] * np.random.default_rng(seed).uniform(0.5, 1.0)
    noisy = np.where(current == 0.0, noise, current)
    assert np.count_nonzero(directions(noisy, np.cumsum(noisy)) != np.sign(current)) <= 2 * len(signs)


def test_a_break_of_two_rows_is_no_rest() -> None:
    current = np.r_[np.ones(10), 0.0, 0.0, np.ones(10)]
    assert (directions(current, np.cumsum(current)) == 1).all()
    longer = np.r_[np.ones(10), np.zeros(3), np.ones(10)]
    assert (directions(longer, np.cumsum(longer)) == np.sign(longer)).all()


@pytest.mark.parametrize("given_as", ["one", "cycle"])
def test_a_step_that_discharges_and_charges_is_parted(given_as: str) -> None:
    current, moved = halves([1.0, -1.0, 1.0, -1.0])
    cycle = np.repeat([1, 2], current.size // 2)
    number = np.ones(current.size, np.int64) if given_as == "one" else cycle
    step, said = steps_of(number, cycle, directions(current, moved), moved)
    assert np.array_equal(step, running(np.sign(current))) and "parted" in said


def test_steps_of_one_direction_are_the_files() -> None:
    current, moved = halves([1.0, -1.0])
    number = np.repeat([1, 2, 3, 4], [6, 4, 6, 4])
    assert steps_of(number, None, directions(current, moved), moved) == (pytest.approx(number), "")


def test_neighbouring_halves_of_one_direction_are_parted_by_the_cycle() -> None:
    current = np.r_[np.ones(5), -np.ones(5), -np.ones(5), np.ones(5)]
    cycle = np.repeat([1, 2], 10)
    step, _ = steps_of(None, cycle, directions(current, np.cumsum(current)), np.cumsum(current))
    assert step.tolist() == np.repeat([1, 2, 3, 4], 5).tolist()


def test_numbers_of_cycles_that_begin_again_go_on() -> None:
    current, moved = halves([1.0, -1.0, 1.0, -1.0, 1.0, -1.0])
    given_number = np.repeat([1, 2, 1], current.size // 3)
    cycle, said = cycles_of(given_number, directions(current, moved), moved)
    assert cycle.tolist() == np.repeat([1, 2, 3], current.size // 3).tolist() and "begin again" in said


@pytest.mark.parametrize(("number", "word"), [([1, 1, 1, 1], "one cycle"), ([1, 2, 3, 4], "half cycles")])
def test_a_count_that_is_none_is_replaced(number: list[int], word: str) -> None:
    current, moved = halves([1.0, -1.0, 1.0, -1.0])
    cycle, said = cycles_of(np.repeat(number, current.size // 4), directions(current, moved), moved)
    assert cycle[-1] == 2 and word in said


def test_pulses_within_one_cycle_are_no_cycles() -> None:
    """Short pulses back, as in a resistance test, turn no cycle of the file into several."""
    current = np.concatenate([np.r_[np.ones(50), np.zeros(5), -np.ones(2)] for _ in range(4)])
    moved = np.cumsum(current)
    assert cycles_of(np.ones(current.size, np.int64), directions(current, moved), moved)[1] == ""


def test_a_test_behind_a_single_cycle_is_no_part_of_it() -> None:
    """Both call their first cycle 1; the clock began again, and the current too."""
    current, moved = halves([1.0, -1.0, 1.0, -1.0])
    half = current.size // 2
    assumed = np.arange(current.size) == half
    way, number = directions(current, moved), np.ones(current.size, np.int64)
    number[-3:] = 2  # so that it does not stand still throughout
    cycle, said = cycles_of(number, way, moved, np.ones(current.size, np.int64), assumed)
    assert cycle[half - 1] == 1 and cycle[half] == 2 and "begin again" in said


@given(st.lists(st.sampled_from([-1, 0, 1]), max_size=40))
def test_rests_part_no_half_cycle(way: list[int]) -> None:
    """Row by row: a half cycle begins where the direction is another than that of the last row that flowed."""
    expected: list[list[int]] = []
    for row, side in enumerate(way):
        if side and expected and way[expected[-1][1]] == side:
            expected[-1][1] = row
        elif side:
            expected.append([row, row])
    first, last = half_rows(np.array(way, np.int64))
    assert np.column_stack([first, last]).tolist() == expected
