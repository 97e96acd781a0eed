"""VAMAS: against the vendor's exports, regular against irregular scans, and blocks that leave items out."""

from __future__ import annotations

import numpy as np
import pytest

from damage import all_finite, assault
from heterofilm.errors import HeterofilmError
from heterofilm.instruments.reading import read, read_all
from heterofilm.synthetic.xps import XpsTruth, vamas_text, xps_regions
from real_data import real_file


@pytest.mark.parametrize("region", ["C 1s", "Ni 2p", "O 1s", "W 4f"])
def test_every_region_is_its_text_export(region: str) -> None:
    """Kratos file with blank lines before its identifier: energies and counts as exported by another program."""
    m = read(real_file("xps/lg4x_0-150W.vms"), region)
    word = region.replace(" ", "")
    oracle = read(real_file(f"xps/lg4x2_0-150W_NiW{word}_{word}.txt"))
    assert m.technique == "xps" and m.meta["photon_energy_eV"] == 1486.69 and m.meta["pass_energy_eV"] == 20.0
    assert np.allclose(m.column("binding_energy_eV"), oracle.column("binding_energy_eV"), atol=1e-6)
    assert np.array_equal(m.column("intensity"), oracle.column("intensity"))


def test_all_blocks_are_there() -> None:
    found = read_all(real_file("xps/lg4x_0-150W.vms"))
    assert [m.name for m in found] == ["wide", "Ni 2p", "O 1s", "C 1s", "W 4f"]
    assert found[0].meta["sample"] == "Ni-W" and "Thinfilm" not in found[0].name


def test_regular_and_irregular_scans_of_one_sample_coincide() -> None:
    """One is in counts of 0.1 s, the other in counts per second."""
    a, b = read(real_file("xps/pynxtools_regular.vms")), read(real_file("xps/pynxtools_irregular.vms"))
    assert np.allclose(a.column("kinetic_energy_eV"), b.column("kinetic_energy_eV"))
    rate = [m.column("intensity") / float(m.meta["dwell_s"]) for m in (a, b)]
    assert np.allclose(rate[0], rate[1], rtol=1e-5)
    assert a.column("kinetic_energy_eV")[0] == 136.61 and a.table.height == 1351
    assert a.meta["started"] == "2023-08-24 14:19:47"


def test_the_comment_of_casaxps_stays() -> None:
    m = read(real_file("xps/pynxtools_FeO_analyzed.vms"))
    assert "CASA region (*Fe 2p*) (*U 3 Tougaard*)" in str(m.meta["comment"])
    assert m.name == "Fe 2p" and m.table.height == 1121


def text() -> str:
    return vamas_text(xps_regions(XpsTruth(seed=3)), "sample")


def test_an_exclusion_list_takes_what_is_missing_from_the_first_block(tmp_path) -> None:
    """Item 9 (technique) and 14 (photon energy) listed as excluded: the second block goes without them."""
    lines = text().splitlines()
    first = lines.index("V 2p and O 1s")
    second = lines.index("C 1s")
    assert lines[second + 10] == "XPS" and lines[second + 12] == "1486.6"
    del lines[second + 12], lines[second + 10]
    at = lines.index("NORM") + 4
    assert lines[at] == "0"  # no list
    lines[at : at + 1] = ["-2", "9", "14"]
    # only these two blocks
    third = lines.index("Cu 2p", second)
    lines = [*lines[:third], "end of experiment"]
    lines[first - 1 + 2] = "2"
    path = tmp_path / "a.vms"
    path.write_text("\n".join(lines) + "\n")
    found = read_all(path)
    assert [m.name for m in found] == ["V 2p and O 1s", "C 1s"]
    assert all(m.meta["photon_energy_eV"] == 1486.6 for m in found)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("REGULAR", "MAPPING", "scan mode"),
        ("XPS", "SIMS", "cut short|should be|none of its blocks|claims"),
        ("end of experiment", "", ""),
    ],
)
def test_what_cannot_be_read_is_said(old: str, new: str, words: str, tmp_path) -> None:
    path = tmp_path / "a.vms"
    path.write_text(text().replace(old, new))
    if words:
        with pytest.raises(HeterofilmError, match=words):
            read_all(path)
    else:
        assert len(read_all(path)) == 4


def test_counts_beyond_the_file_are_refused(tmp_path) -> None:
    """A header that claims two thousand million values reserves no memory for them."""
    path = tmp_path / "a.vms"
    path.write_text(text().replace("\n351\n", "\n2000000000\n", 1))
    with pytest.raises(HeterofilmError, match="claims 2e\\+09"):
        read_all(path)


def test_damaged_files_give_a_result_or_one_line(tmp_path) -> None:
    assault(text().encode(), tmp_path / "a.vms", 100, check=all_finite)
    assault(real_file("xps/pynxtools_FeO_analyzed.vms").read_bytes(), tmp_path / "b.vms", 40, check=all_finite)


def test_rates_are_told_by_the_unit_of_the_ordinate(tmp_path) -> None:
    path = tmp_path / "a.vms"
    for label, unit, said in (
        ("Intensity", "d", "counts"),
        ("Intensity", "c/s", "counts/s"),
        ("counts per second", "d", "counts/s"),
    ):
        path.write_text(text().replace("\nIntensity\nd\n", f"\n{label}\n{unit}\n"))
        assert {m.meta["intensity_unit"] for m in read_all(path)} == {said}


def test_a_text_padded_with_nul_is_a_text(tmp_path) -> None:
    """Some programs write a NUL behind each line, or at the end."""
    path, plain = tmp_path / "a.vms", tmp_path / "b.vms"
    plain.write_text(text())
    for padded in (text().replace("\n", "\0\n"), text() + "\0\0", text().replace("\n", "\0\r\n")):
        path.write_bytes(padded.encode())
        assert [m.table.equals(n.table) for m, n in zip(read_all(path), read_all(plain), strict=True)]


@pytest.mark.parametrize(
    ("date", "started"),
    [
        ("2024\n2\n29\n12\n30\n15\n0", "2024-02-29 12:30:15"),
        ("24\n2\n29\n12\n30\n15.4\n1", "2024-02-29 12:30:15"),
        ("1E+37\n1E+37\n1E+37\n1E+37\n1E+37\n1E+37\n1E+37", None),
        ("2024\n2\n29\n-1\n-1\n-1\n0", "2024-02-29 00:00:00"),
        ("2024\n13\n29\n12\n30\n15\n0", None),
        ("0\n0\n0\n0\n0\n0\n0", None),
    ],
)
def test_dates_known_unknown_and_impossible(date: str, started: str | None, tmp_path) -> None:
    path = tmp_path / "a.vms"
    path.write_text(text().replace("2025\n1\n1\n12\n0\n0\n0", date))
    assert {m.meta.get("started") for m in read_all(path)} == {started}


def test_several_samples_of_one_file_are_named(tmp_path) -> None:
    regions = xps_regions(XpsTruth(seed=3))
    lines = vamas_text(regions, "A").splitlines()
    other = vamas_text(regions, "B").splitlines()
    first, end = lines.index(regions[0].name), len(lines) - 1
    lines[first - 1] = str(2 * len(regions))
    path = tmp_path / "a.vms"
    path.write_text("\n".join([*lines[:end], *other[first:]]) + "\n")
    found = read_all(path)
    assert [m.name for m in found] == [f"{s}: {r.name}" for s in "AB" for r in regions]
    assert all("2 samples: A, B" in m.notes[-1] for m in found)
