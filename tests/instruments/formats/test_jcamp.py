"""JCAMP-DX: five ways to write the same ordinates, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from damage import assault
from heterofilm.errors import HeterofilmError
from heterofilm.instruments.formats.jcamp import ordinates
from heterofilm.instruments.reading import read, recognise

HEAD = """##TITLE= V2O5
##JCAMP-DX= 4.24
##DATA TYPE= {kind}
##XUNITS= {x}
##YUNITS= {y}
##FIRSTX= {first}
##LASTX= {last}
##NPOINTS= {points}
##XFACTOR= 1
##YFACTOR= 0.5
"""


def written(path: Path, table: str, **labels: object) -> Path:
    said = {"kind": "RAMAN SPECTRUM", "x": "1/CM", "y": "ARBITRARY UNITS", "first": 100, "last": 190, "points": 10}
    path.write_text(HEAD.format(**(said | labels)) + table + "\n##END=\n")
    return path


@pytest.mark.parametrize(
    "line",
    ["100 1 2 3 3 2 1 0 -1 -2 -3", "100+1+2+3+3+2+1+0-1-2-3", "100ABCCBA@abc", "100AJJ%jjjjjj", "100AJT%jX"],
    ids=["fixed", "packed", "squeezed", "differences", "repeated"],
)
def test_every_form_gives_the_same_spectrum(line: str, tmp_path: Path) -> None:
    """The ordinates that McDonald and Wilks (1988) write in each of their forms."""
    path = written(tmp_path / "a.jdx", f"##XYDATA= (X++(Y..Y))\n{line}")
    assert recognise(path).name == "JCAMP-DX"
    found = read(path)
    assert found.technique == "raman" and found.name == "V2O5"
    np.testing.assert_allclose(found.table["raman_shift_cm-1"], np.linspace(100.0, 190.0, 10))
    np.testing.assert_allclose(found.table["intensity"], 0.5 * np.array([1, 2, 3, 3, 2, 1, 0, -1, -2, -3]))


def test_a_line_after_differences_repeats_the_ordinate_before_it() -> None:
    assert ordinates("1A0J\n3A1J") == [10.0, 11.0, 12.0]
    with pytest.raises(HeterofilmError, match="do not meet their check"):
        ordinates("1A0J\n3A2J")


def test_transmittance_in_percent_over_wavenumbers_becomes_a_share_over_wavelengths(tmp_path: Path) -> None:
    table = "##XYPOINTS= (XY..XY)\n20000, 100; 25000, 50\n40000, 20"
    found = read(written(tmp_path / "t.dx", table, kind="UV/VIS SPECTRUM", y="% TRANSMITTANCE", points=3))
    assert found.technique == "uvvis" and any("percent" in note for note in found.notes)
    np.testing.assert_allclose(found.table["wavelength_nm"], [250.0, 400.0, 500.0])
    np.testing.assert_allclose(found.table["transmittance"], [0.1, 0.25, 0.5])


@pytest.mark.parametrize(
    ("table", "labels", "why"),
    [
        ("##XYDATA= (X++(Y..Y))\n100 1 2 3", {}, "says 10 points and holds 3"),
        ("##XYDATA= (X++(Y..Y))\n100A!", {}, "is no JCAMP-DX"),
        ("##XYDATA= (X++(Y..Y))\n100AS999999999", {}, "claims more than"),
        ("##XYDATA= (X++(Y..Y))\nABC", {}, "does not begin with an abscissa"),
        ("##XYDATA= (X++(Y..Y))\n100AJT%jX", {"x": "NANOMETERS"}, "export it in 1/cm"),
        ("##XYDATA= (X++(Y..Y))\n100AJT%jX", {"kind": "INFRARED SPECTRUM"}, "no Raman or UV-vis"),
        ("##XYDATA= (X++(Y..Y))\n100AJT%jX", {"last": "?"}, "LASTX is missing"),
    ],
)
def test_what_cannot_be_read_says_why(table: str, labels: dict[str, object], why: str, tmp_path: Path) -> None:
    with pytest.raises(HeterofilmError, match=why):
        read(written(tmp_path / "a.jdx", table, **labels))


def test_damaged_files_never_raise_anything_else(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jdx", "##XYDATA= (X++(Y..Y))\n100AJT%jX")
    assault(path.read_bytes(), path, 200)
