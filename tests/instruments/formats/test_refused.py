"""Formats that are known and not read say what to export instead."""

from pathlib import Path

import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.instruments import read
from real_data import FOLDER, real_file

TDMS = sorted(path.name for path in (FOLDER / "cv").glob("*.tdms")) or ["ec4py_CV_144700_3.tdms"]


@pytest.mark.parametrize("name", TDMS)
def test_every_tdms_is_refused(name: str) -> None:
    with pytest.raises(HeterofilmError, match="LabVIEW are not read; export"):
        read(real_file(f"cv/{name}"))


@pytest.mark.parametrize(
    ("name", "raw", "said"),
    [
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "save it as .xlsx"),
        ("a.mps", b"EC-LAB SETTING FILE\r\n", "settings, not a measurement"),
        ("a.ccs", b"\0\0\0\2" + bytes(12) + b"DefaultGroup" + bytes(99), "as text or xlsx"),
    ],
)
def test_others_are_refused_by_name(name: str, raw: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(raw)
    with pytest.raises(HeterofilmError, match=said):
        read(path)
