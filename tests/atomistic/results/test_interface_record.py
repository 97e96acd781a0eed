"""An interface's record comes back as it was written; shipped ones say what they are; damaged files are refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("ase")


from heterofilm.atomistic.results.interface_record import (
    INTERFACES,
    interface_names,
    load_interface,
    read_interface,
    write_interface,
)
from heterofilm.errors import HeterofilmError
from made_interface import made

AREA = 20.0


def test_damaged_and_foreign_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.npz").write_bytes(b"nothing")
    np.savez(tmp_path / "b.npz", head=np.array(["a", None], dtype=object))
    np.savez(tmp_path / "c.npz", head=np.array("[]"))
    np.save(tmp_path / "d.npz", np.zeros(3))
    (tmp_path / "d.npz.npy").rename(tmp_path / "d.npz")
    made(tmp_path)
    whole = (tmp_path / "x.npz").read_bytes()
    (tmp_path / "e.npz").write_bytes(whole[: len(whole) // 2])
    for name in "abcdef":
        with pytest.raises(HeterofilmError, match="no recorded interface"):
            read_interface(tmp_path / f"{name}.npz")
    with pytest.raises(HeterofilmError, match="no recorded interface"):
        load_interface("V2O5-nothing")


@pytest.mark.parametrize("name", interface_names())
def test_shipped_interfaces_say_what_they_are(name: str) -> None:
    found = load_interface(name)
    about = found.about
    assert about.pair == ("V2O5", "Cu2V2O7") and about.level.program == "GPAW" and not about.more
    assert about.version and about.settings and about.command and about.limits and about.wall_s > 0.0
    assert abs(found.numbers.integral_e) < 1e-2 and abs(found.volume.integral) < 2e-2
    assert (INTERFACES / f"{name}.npz").stat().st_size < 1_000_000


def test_a_record_that_is_read_and_written_again_is_the_same(tmp_path: Path) -> None:
    first = made(tmp_path, spins=2)
    again = read_interface(write_interface(first, tmp_path / "again.npz"))
    assert again.about == first.about and again.numbers == first.numbers and again.words == first.words
    assert again.about.level.spins and str(again.about.level) == "test level, spins"
    np.testing.assert_array_equal(again.slab.positions_A, first.slab.positions_A)
    np.testing.assert_array_equal(again.normal.charge_e, first.normal.charge_e)
