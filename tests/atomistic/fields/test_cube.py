"""Cube files: what was written is read, and a file that lies about itself is refused before room is made for it."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("ase")

from heterofilm.atomistic.fields.cube import read_cube
from heterofilm.constants import BOHR_A
from heterofilm.errors import HeterofilmError

STEPS = np.array([[0.3, 0.0, 0.0], [0.1, 0.4, 0.0], [0.0, -0.1, 0.5]])  # bohr
SHAPE = (4, 3, 5)


def text(values: np.ndarray, **changed: str) -> str:
    head = {
        "title": "made by hand", "more": "a field", "atoms": "    1    0.000000    0.000000    0.000000",
        "axes": "\n".join(f"{n:5d} {a:11.6f} {b:11.6f} {c:11.6f}" for n, (a, b, c) in zip(SHAPE, STEPS, strict=True)),
        "places": "    3    0.000000    1.000000    1.000000    0.000000", **changed,
    }  # fmt: skip
    rows = []
    for line in values.reshape(-1, values.shape[-1]):
        rows += [" ".join(f"{x:12.5E}" for x in line[k : k + 6]) for k in range(0, line.size, 6)]
    return "\n".join([*head.values(), *rows]) + "\n"


@pytest.fixture
def values() -> np.ndarray:
    return np.random.default_rng(1).normal(size=SHAPE)


def test_a_field_comes_back_with_its_cell_and_scale(tmp_path: Path, values: np.ndarray) -> None:
    path = tmp_path / "x.cube"
    path.write_text(text(values), encoding="ascii")
    read = read_cube(path, "eV", "potential", scale=2.0)
    np.testing.assert_allclose(read.values, 2.0 * values, rtol=1e-5)
    np.testing.assert_allclose(read.cell, STEPS * np.array(SHAPE)[:, None] * BOHR_A)
    assert (read.unit, read.name) == ("eV", "potential")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"atoms": "  -1 0 0 0"}, "-1 atoms"),
        ({"atoms": "  999999999 0 0 0"}, "999999999 atoms|1e\\+09 atoms"),
        ({"atoms": "  1 0.5 0 0"}, "origin"),
        ({"atoms": "  1 nan 0 0"}, "4 numbers"),
        ({"axes": "4 0.3 0 0\n3 0 0.4 0\n900000000 0 0 0.5"}, "bytes for"),
        ({"axes": "-4 0.3 0 0\n3 0 0.4 0\n5 0 0 0.5"}, "points"),
        ({"axes": "4 0.3 0 0\n3 0 0.4 0\n5 x 0 0.5"}, "could not convert"),
        ({"axes": "4 0.3 0 0\n3 0 0.4 0\n5 0 0 0.0"}, "lie in a plane"),
        ({"axes": "4 0.3 0 0\n3 0 0.4 0\n6 0 0 0.5"}, "fewer"),
        ({"axes": "4 0.3 0 0\n3 0 0.4 0\n4 0 0 0.5"}, "more"),
        ({"title": "x" * 3000}, "no cube file"),
    ],
)
def test_what_is_no_such_file_is_refused_in_one_sentence(
    tmp_path: Path, values: np.ndarray, changed: dict[str, str], words: str
) -> None:
    path = tmp_path / "x.cube"
    path.write_text(text(values, **changed), encoding="ascii")
    with pytest.raises(HeterofilmError, match=words) as caught:
        read_cube(path, "eV", "potential")
    assert "\n" not in str(caught.value)


def test_values_that_are_words_or_not_finite_and_missing_files_are_refused(tmp_path: Path, values: np.ndarray) -> None:
    path = tmp_path / "x.cube"
    whole = text(values)
    for spoilt, words in (
        (whole[:-40] + "__import__('os')\n", "fewer"),
        (whole[:-13] + "         nan\n", "not finite"),
    ):
        path.write_text(spoilt, encoding="ascii")
        with pytest.raises(HeterofilmError, match=words):
            read_cube(path, "eV", "potential")
    with pytest.raises(HeterofilmError, match="cannot be read"):
        read_cube(tmp_path / "none.cube", "eV", "potential")
    with pytest.raises(HeterofilmError, match="cannot be read"):
        read_cube(tmp_path, "eV", "potential")
