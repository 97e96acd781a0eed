"""What a sample file says a sample is made of, and what that makes of micrographs and diffraction patterns."""

from pathlib import Path

import pytest

from heterofilm.records.result import Result
from heterofilm.samples import analyse
from heterofilm.samples.phases import film_elements, spacings, substrates
from heterofilm.samples.sample_file import SampleFile
from heterofilm.synthetic.images import random_fringes, write_hrtem
from heterofilm.synthetic.xrd import XrdTruth, write_xrdml
from real_data import real_file


def sheet(film: str = "", *below: str) -> SampleFile:
    return SampleFile.model_validate({"name": "a", "film": film, "substrate": below})


def rows(folder: Path, name: str, what: str, head: str) -> dict[str, Result]:
    (folder / "sample.toml").write_text(f'name = "a"\n{head}\n[[files]]\npath = "{name}"\nwhat = "{what}"\n')
    done = analyse(folder)
    assert not done.failed
    return {row.quantity: row for row in done.results}


@pytest.mark.parametrize(
    ("film", "found"), [("VOC1", ("V", "Cu")), ("LCO", ("Co",)), ("LFP", ("Fe", "P")), ("", ("V", "Cu"))]
)
def test_a_film_is_marked_by_its_elements(film: str, found: tuple[str, ...]) -> None:
    assert film_elements(sheet(film)) == found


def test_spacings_are_those_of_film_and_substrate() -> None:
    assert [s.phase for s in spacings(sheet("VOC1"))] == ["V2O5", "Cu2V2O7"]
    assert [s.phase for s in spacings(sheet("VO"))] == ["V2O5"]
    cobalt = spacings(sheet("LCO", "SrTiO3"))
    assert {s.phase for s in cobalt} == {"LiCoO2", "SrTiO3"}
    assert max(s.d_m for s in cobalt if s.phase == "LiCoO2") == pytest.approx(14.0542e-10 / 3, rel=1e-4)
    assert next(s.d_m for s in cobalt if s.hkl == "(110)" and s.phase == "SrTiO3") == pytest.approx(3.905e-10 / 2**0.5)
    assert spacings(sheet()) == []


def test_a_micrograph_of_another_film_holds_no_copper_vanadate(tmp_path: Path) -> None:
    write_hrtem(tmp_path / "h.tif", random_fringes(0), 0)
    vanadate = rows(tmp_path, "h.tif", "hrtem", 'film = "VOC1"')
    assert any("Cu2V2O7 (200)" in str(row.value) for row in vanadate.values()) and "area of domain" in vanadate
    cobalt = rows(tmp_path, "h.tif", "hrtem", 'film = "LCO"')
    assert not any("V2O" in str(row.value) for row in cobalt.values()) and "area of domain" not in cobalt


def test_the_micrograph_of_strontium_titanate_shows_it(tmp_path: Path) -> None:
    (tmp_path / "s.ser").write_bytes(real_file("hrtem/ncempy_16_STOimage_1.ser").read_bytes())
    rows(tmp_path, "s.ser", "hrtem", 'substrate = ["SrTiO3"]')
    said = " ".join(str(row.value) for row in analyse(tmp_path).results)
    assert all(f"SrTiO3 {hkl}" in said for hkl in ("(100)", "(110)", "(200)"))


def test_substrates_are_called_by_many_names() -> None:
    names, notes = substrates(sheet("", "Al2O3", "FTO", "SS316", "MgO", "glass", "sto"), "xrd")
    assert names == ["corundum", "SnO2", "austenite", "MgO", "SrTiO3"]
    assert notes[0] == "the substrate 'Al2O3' was taken for corundum" and len(notes) == 4
    assert substrates(sheet("", "Pt", "glass", "Si"), "raman") == (["Si"], [])


def test_an_unknown_substrate_does_not_stop_the_analysis(tmp_path: Path) -> None:
    write_xrdml(tmp_path / "x.xrdml", XrdTruth({"V2O5": 2000.0}, {"MgO": 5000.0}))
    found = rows(tmp_path, "x.xrdml", "xrd", 'substrate = ["MgO", "LSAT"]')
    assert found["V2O5 (XRD)"].value == found["MgO (XRD)"].value == "present"
    (note,) = substrates(sheet("", "MgO", "LSAT"), "xrd")[1]
    assert "no pattern of the substrate 'LSAT'" in note and "known: Al, Au, Cu, ITO, MgO, Pt" in note


def test_lines_name_the_setting_of_their_indices(tmp_path: Path) -> None:
    """The line of 0.34 nm is (110) in Pmmn and (101) in PDF 001-0359; lines that fall together are one row."""
    write_xrdml(tmp_path / "x.xrdml", XrdTruth({"V2O5": 3000.0}))
    found = rows(tmp_path, "x.xrdml", "xrd", "")
    assert found["2theta V2O5 (110) Pmmn"].note == "= (101) of PDF 001-0359"
    places = [row.value for name, row in found.items() if name.startswith("2theta ")]
    assert len(places) == len(set(places)) == 6


def test_the_range_of_a_scan_may_stand_in_the_sheet(tmp_path: Path) -> None:
    write_xrdml(tmp_path / "x.xrdml", XrdTruth({"V2O5": 3000.0}))
    found = rows(tmp_path, "x.xrdml", "xrd", "")
    (tmp_path / "sample.toml").write_text('name = "a"\n[[files]]\npath = "x.xrdml"\nwhat = "xrd"\nrange = [14, 28]\n')
    short = {row.quantity: row.value for row in analyse(tmp_path).results if row.quantity.startswith("2theta")}
    assert len(found) > len(short) and all(14.0 < float(place) < 28.0 for place in short.values())
