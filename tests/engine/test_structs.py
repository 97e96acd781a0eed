"""Structs: what Python packs is what kernels read."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm.engine.jit import kernel
from heterofilm.engine.parameters import Diffusion
from heterofilm.engine.struct_types import row_as
from heterofilm.engine.structs import Indices, Matrix, Struct, Vector, where, zeros


class Inner(Struct):
    """A struct in a struct."""

    a: float
    x: Vector


class Outer(Struct):
    """Every kind of field."""

    yes: bool
    count: int
    m: Matrix
    inner: Inner
    k: Indices
    b: float = 2.5


class Complex(Inner, numbers=np.complex128):
    """The same fields, of complex numbers."""


class Line(Struct):
    """Floats alone."""

    a: float
    b: float


line_in = row_as(Line)


@kernel
def read(s, out):
    """Every field of an Outer."""
    out[0] = s.b
    out[1] = s.count
    out[2] = 1.0 if s.yes else 0.0
    out[3] = s.inner.a
    out[4] = s.m.shape[0]
    out[5] = s.m.shape[1]
    out[6] = s.inner.x.size
    out[7] = s.k.size
    for i in range(s.m.shape[0]):
        for j in range(s.m.shape[1]):
            out[8] += (i + 1) * (10 * j + 1) * s.m[i, j]
    for j in range(s.inner.x.size):
        out[9] += (j + 1) * s.inner.x[j]
    for j in range(s.k.size):
        out[10] += (j + 1) * s.k[j]


@kernel
def double(s):
    """Write into the arrays of a struct."""
    for j in range(s.x.size):
        s.x[j] *= 2.0


@kernel
def rising(rows, x, out):
    """Each row of a matrix as a line."""
    for k in range(rows.shape[0]):
        line = line_in(rows, k)
        out[k] = line.a + line.b * x


finite = st.floats(-1e9, 1e9)


@given(finite, finite, st.integers(-(2**62), 2**62), st.booleans(), st.integers(0, 5), st.integers(0, 5), st.data())
def test_every_field_is_read_as_it_is(a, b, count, yes, rows, columns, data) -> None:
    """Numbers, arrays of any length, structs within structs."""
    draw = np.random.default_rng(data.draw(st.integers(0, 1000)))
    m, x, k = draw.normal(size=(rows, columns)), draw.normal(size=columns), draw.integers(-9, 9, rows)
    s = Outer(yes=yes, count=count, m=m, inner=Inner(a=a, x=x), k=k, b=b)
    out = np.zeros(11)
    read(s, out)
    assert out[:8].tolist() == [b, float(count), float(yes), a, rows, columns, columns, rows]
    weights = np.outer(np.arange(rows) + 1, 10 * np.arange(columns) + 1)
    assert out[8] == pytest.approx((weights * m).sum(), abs=1e-9)
    assert out[9] == pytest.approx(((np.arange(columns) + 1) * x).sum(), abs=1e-9)
    assert out[10] == ((np.arange(rows) + 1) * k).sum()


def test_tables_of_any_length_are_one_type() -> None:
    """Another number of points, a read-only table: nothing is compiled again."""
    for points in (1, 2, 4097):
        table = np.ones(points)
        table.setflags(write=False)
        s = Outer(yes=True, count=1, m=np.ones((points, 5)), inner=Inner(a=0.0, x=table), k=np.zeros(0, np.int64))
        read(s, np.zeros(11))
    assert len(read.entry.overloads) == 1


def test_arrays_are_shared() -> None:
    """What a kernel writes is seen in Python; structs of other numbers are other types."""
    s, z = Inner(a=1.0, x=np.array([1.0, 2.0])), Complex(a=1.0, x=np.array([1j, 2.0]))
    double(s)
    double(z)
    assert s.x.tolist() == [2.0, 4.0]
    assert z.x.tolist() == [2j, 4.0]


def test_rows_as_structs() -> None:
    """Row k of a matrix is the struct of its numbers."""
    out = np.zeros(2)
    rising(np.array([[1.0, 2.0], [3.0, 4.0]]), 10.0, out)
    assert out.tolist() == [21.0, 43.0]


def test_replace() -> None:
    """A copy with other values is packed anew; the first stays what it was."""
    s = Outer(yes=False, count=3, m=np.ones((1, 1)), inner=Inner(a=1.0, x=np.zeros(1)), k=np.zeros(1, np.int64))
    before = s.address
    other = s.replace(inner=s.inner.replace(a=7.0))
    out, first = np.zeros(11), np.zeros(11)
    read(other, out)
    read(s, first)
    assert (out[3], first[3], s.address) == (7.0, 1.0, before)
    with pytest.raises(AttributeError):
        s.count = 4  # type: ignore[misc]


def test_pickled_without_addresses() -> None:
    """Another process has other addresses."""
    s = Inner(a=1.0, x=np.array([1.0, 2.0]))
    there = pickle.loads(pickle.dumps((s.address, s)))[1]
    assert "address" not in there.__dict__
    double(there)
    assert there.x.tolist() == [2.0, 4.0]
    assert s.x.tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    "x",
    [np.zeros(3, np.float32), np.zeros(3, int), np.zeros((3, 1)), np.zeros(6)[::2], np.zeros(3, complex)],
    ids=["single", "integers", "a matrix", "every second", "complex"],
)
def test_an_array_of_another_kind_is_refused(x: np.ndarray) -> None:
    """Reading it in place would read something else."""
    with pytest.raises(TypeError, match=r"Inner\.x must be a contiguous array of 1 axes of float64"):
        _ = Inner(a=0.0, x=x).address


def test_by_keyword_alone() -> None:
    """Positions would move with the next field."""
    with pytest.raises(TypeError):
        Diffusion(np.ones(1), np.zeros(1), 1.0)  # type: ignore[misc]


@pytest.mark.parametrize("kind", [np.float64, np.complex128, np.int64])
@pytest.mark.parametrize("shape", [(1,), (7,), (3, 5), (0,), (0, 4)])
def test_zeros_begin_at_a_cache_line(kind: type, shape: tuple[int, ...]) -> None:
    """Contiguous zeros of the shape, and where they are; nowhere if there are none."""
    found = zeros(*shape, dtype=kind)
    assert found.shape == shape
    assert found.dtype == kind
    assert found.flags.c_contiguous
    assert not found.any()
    assert found.size == 0 or where(found) % 64 == 0
    assert where(found) == (found.ctypes.data if found.size else 0)
