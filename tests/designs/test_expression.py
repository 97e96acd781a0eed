"""Arithmetic of outputs: as Python has it, and nothing else."""

import numpy as np
import pytest

from heterofilm.designs.expression import Expression
from heterofilm.errors import HeterofilmError

KNOWN = {"a.x": np.array([1.0, 4.0]), "b.x": np.array([2.0, 0.0]), "L": np.array([3.0, 3.0])}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a.x + 2 * L", [7.0, 10.0]),
        ("-a.x ** 2", [-1.0, -16.0]),
        ("a.x / b.x", [0.5, np.nan]),
        ("min(sqrt(a.x), L) - max(b.x, 1)", [-1.0, 1.0]),
        ("log(exp(L))", [3.0, 3.0]),
    ],
)
def test_values(text, values):
    """What cannot be is no number."""
    np.testing.assert_allclose(Expression(text)(KNOWN), values)


def test_names():
    assert Expression("a.x / L").names() == {"a.x", "L"}
    with pytest.raises(HeterofilmError, match=r"Did you mean 'a\.x'"):
        Expression("a.xx").check(set(KNOWN))


@pytest.mark.parametrize(
    "text",
    [
        "", "a.x +", "__import__('os')", "a.b.c", "[1]", "a.x if L else 2", "f(a.x)", "min(L)", "'a'", "True",
        "9" * 600, "a.x.__class__",
    ],
)  # fmt: skip
def test_nothing_else_is_understood(text):
    with pytest.raises(HeterofilmError):
        Expression(text).names()
