"""Arithmetic of numbers that carry slopes, on functions whose derivatives are known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from heterofilm.cell.slopes import STEP, Slopes
from heterofilm.engine.dual import LANES, WIDTH
from heterofilm.engine.exponential import exp
from heterofilm.engine.jit import kernel
from heterofilm.engine.structs import Struct, Vector, zeros
from heterofilm.engine.twin import Twin, dual


class Numbers(Struct, plain=("kept",)):
    """Two inputs, what functions make of them, and a plain copy."""

    x: float
    y: float
    out: Vector
    kept: Vector


@kernel
def functions(of):
    """Every operation that kernels use."""
    x = of.x
    y = of.y
    total = 0.0
    for _ in range(3):
        total += x * y
    of.out[0] = total
    of.out[1] = (x - y) / (x + 2.0)
    of.out[2] = x**1.7 - 3
    of.out[3] = math.exp(-x) * math.log(y) + math.sqrt(x)
    of.out[4] = exp(min(max(x, -1.0), y))
    of.out[5] = math.copysign(abs(-x), y) if x < y else 0.0
    of.out[6] = -x + int(3.9 * x)
    of.out[7] = y**x
    of.kept[0] = x * y


X, Y = 0.8, 2.3
KNOWN = (
    (3 * X * Y, 3 * Y, 3 * X),
    ((X - Y) / (X + 2), (2 + Y) / (X + 2) ** 2, -1 / (X + 2)),
    (X**1.7 - 3, 1.7 * X**0.7, 0.0),
    (math.exp(-X) * math.log(Y) + X**0.5, -math.exp(-X) * math.log(Y) + 0.5 * X**-0.5, math.exp(-X) / Y),
    (math.exp(X), math.exp(X), 0.0),
    (X, 1.0, 0.0),
    (-X + 3, -1.0, 0.0),
    (Y**X, Y**X * math.log(Y), X * Y ** (X - 1)),
)


@pytest.fixture(scope="module")
def found() -> Twin:
    x, y = dual(X, [1.0]), dual(Y, [None, 1.0])
    of = Twin(Numbers, {"x": x, "y": y, "out": dual(np.zeros(8)), "kept": zeros(1)})
    functions(of)
    return of


@pytest.mark.parametrize("k", range(8))
def test_derivatives(found: Twin, k: int) -> None:
    """Value and both slopes of f(x, y) are those of calculus; lanes that nothing feeds stay zero."""
    assert found.out[k, :3] == pytest.approx(KNOWN[k], rel=1e-14, abs=1e-14)
    assert not found.out[k, 3:].any()


def test_a_plain_array_takes_the_value_alone(found: Twin) -> None:
    """What is declared plain holds numbers, not pairs."""
    assert found.kept.shape == (1,)
    assert found.kept[0] == pytest.approx(X * Y, rel=1e-15)


def test_memory_of_a_twin() -> None:
    """A number is its value and LANES slopes; of an array that is one more axis."""
    struct = Numbers(x=1.0, y=2.0, out=np.arange(3.0), kept=np.zeros(1))
    moved = struct.replace(x=1.0 + 5j * STEP, out=struct.out + 1j * STEP)  # y is the same: nothing follows there
    twin = Twin.of_struct(struct, [Slopes(moved)])
    assert WIDTH == 1 + LANES
    assert twin.x.tolist() == [1.0, pytest.approx(5.0), *[0.0] * (LANES - 1)]
    assert twin.y.tolist() == [2.0, *[0.0] * LANES]
    assert twin.out.shape == (3, WIDTH)
    assert twin.out[:, :2].tolist() == [[0.0, 1.0], [1.0, 1.0], [2.0, 1.0]]
