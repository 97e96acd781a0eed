"""How many cases a law is tried with is said in one place, so that exploring explores."""

import re
from pathlib import Path

import numpy as np
import pytest

import draws
from draws import even_normals, examples

TESTS = Path(__file__).parent


def test_a_run_tries_a_tenth_and_exploring_all(monkeypatch: pytest.MonkeyPatch) -> None:
    for explore, tried in ((False, [1, 25, 100]), (True, [4, 250, 1000])):
        monkeypatch.setattr(draws, "EXPLORE", explore)
        assert [draws.draws(n) for n in (4, 250, 1000)] == tried
        assert examples(250).max_examples == tried[1]


def test_no_test_says_for_itself_how_many() -> None:
    """A number in a test's own settings would stand against the thousand of `make explore`."""
    own = re.compile(r"max_examples|HYPOTHESIS_PROFILE\"")
    found = {p.name for p in TESTS.rglob("*.py") if own.search(p.read_text(encoding="utf-8"))}
    assert found == {"conftest.py", "draws.py", "test_draws.py"}


def test_normals_lie_evenly() -> None:
    """Of 128, a share of 0.683 within one deviation and of 0.954 within two, to two of them."""
    z = np.abs(even_normals(128, 3))
    for limit, share in ((1.0, 0.6827), (2.0, 0.9545)):
        assert np.abs((z < limit).sum(axis=0) - 128 * share).max() <= 2.0
