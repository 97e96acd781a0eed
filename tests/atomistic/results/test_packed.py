"""Small data in a file: back as it was written, and nothing else is read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from heterofilm.atomistic.results.packed import DAMAGED, MAX_BYTES, pack, unpack


def test_head_and_arrays_come_back(tmp_path: Path) -> None:
    arrays = {"a": np.arange(5, dtype=np.float16), "b": np.ones((2, 3))}
    head, back = unpack(pack(tmp_path / "x.npz", {"words": "µ", "n": 1.5}, arrays))
    assert head == {"words": "µ", "n": 1.5}
    assert back.keys() == arrays.keys()
    assert all((back[k] == arrays[k]).all() and back[k].dtype == arrays[k].dtype for k in arrays)


def test_large_and_executable_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "large.npz").write_bytes(b"\0" * (MAX_BYTES + 1))
    with pytest.raises(ValueError, match="larger than 2 MB"):
        unpack(tmp_path / "large.npz")
    np.savez_compressed(tmp_path / "bomb.npz", head=np.array("{}"), a=np.zeros(3_000_000))
    assert (tmp_path / "bomb.npz").stat().st_size < MAX_BYTES
    with pytest.raises(ValueError, match="unpacks to more than 20 MB"):
        unpack(tmp_path / "bomb.npz")
    np.savez(tmp_path / "pickle.npz", head=np.array([object()], dtype=object))
    with pytest.raises(DAMAGED):
        unpack(tmp_path / "pickle.npz")
