"""What a file is, told by its content: every file of the synthetic data under a name that says nothing."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.instruments import Measurement
from heterofilm.samples import Sample, load_sample
from heterofilm.samples.guess import guess, listed, read_entry
from heterofilm.samples.sample_file import FileEntry
from heterofilm.synthetic.images import CrossSectionTruth, write_cross_section
from synthetic_files import FILES, write_files


def sample(folder: Path, more: str = "") -> Sample:
    (folder / "sample.toml").write_text(f'name = "VO"\n{more}')
    return load_sample(folder)


@pytest.mark.parametrize("name", FILES)
def test_every_virtual_file_is_taken_for_what_it_is(name: str, tmp_path: Path) -> None:
    (kind,) = write_files(tmp_path, name).values()
    measured = read_entry(sample(tmp_path), FileEntry(path=name))
    assert {guess(one, tmp_path / name) for one in measured} == {kind}


def test_a_name_tells_what_the_content_cannot() -> None:
    """A titration of few pulses, an image without scale: the words of the file's name decide."""
    image = Measurement("image", "x", image=np.zeros((4, 4)))
    assert [guess(image, Path(name)) for name in ("sem_1.tif", "tem_1.tif", "img.tif")] == [
        "cross-section",
        "hrtem",
        "",
    ]
    wide = image.with_meta(pixel_m=3e-9)
    assert [guess(one, Path("img")) for one in (wide, replace(wide, format="FEI TIA series"))] == ["cross-section", ""]
    table = pl.DataFrame({"time_s": [0.0, 1.0], "voltage_V": [3.0, 2.9], "current_A": [1e-6, 1e-6]})
    run = Measurement("cycling", "x", table)
    assert guess(run, Path("VO_GITT.csv")) == "gitt" and guess(run, Path("VO.csv")) == "cycling"
    assert guess(Measurement("table", "x", pl.DataFrame({"x": [1]})), Path("xps.csv")) == ""
    levels = Measurement("xps", "x", pl.DataFrame({"binding_energy_eV": [1.0], "intensity": [1.0]}))
    assert guess(levels, Path("a.vms")) == "xps" and guess(levels.with_meta(photon_energy_eV=21.2), Path("a")) == "ups"
    named = {"ups_film.csv": "ups", "VOC1-UPS.txt": "ups", "film ups.csv": "ups", "groups.csv": "xps"}
    assert {name: guess(levels, Path(name)) for name in named} == named


@pytest.mark.parametrize("swept", [True, False])
def test_a_table_whose_potential_sweeps_is_a_voltammogram(swept: bool, tmp_path: Path) -> None:
    """Time, potential and current are the columns of a cycler too: straight ramps under a current that changes tell."""
    V = np.concatenate([np.linspace(3.8, 2.2, 400), np.linspace(2.2, 3.8, 400)])
    way = np.repeat([-1.0, 1.0], 400)
    i = way * (2.0 + 40.0 * np.exp(-0.5 * ((V - 2.9 - 0.05 * way) / 0.06) ** 2)) if swept else 10.0 * way
    rows = "\n".join(f"{20.0 * k},{a:.5f},{b:.5f}" for k, (a, b) in enumerate(zip(V, i, strict=True)))
    (tmp_path / "a.csv").write_text(f"Time (s),E (V),I (uA)\n{rows}\n")
    (measured,) = read_entry(sample(tmp_path), FileEntry(path="a.csv"))
    assert guess(measured, tmp_path / "a.csv") == ("cv" if swept else "cycling")


def test_hidden_files_results_links_and_papers_are_passed_over(tmp_path: Path) -> None:
    for name in ("raw/a.csv", "b.txt", ".hidden.csv", ".git/c.csv", "results/table.csv", "raw/results/d.csv",
                 "out/provenance.json", "out/data/e.csv", "paper.pdf", "Thumbs.db", "notes.md", "t.json"):  # fmt: skip
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "link.csv").symlink_to(tmp_path / "b.txt")
    (tmp_path / "folder").symlink_to(tmp_path / "raw")
    found = {entry.path for entry in listed(sample(tmp_path))}
    assert found == {"raw/a.csv", "b.txt"}


def test_a_sheet_that_lists_files_is_obeyed(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x")
    assert [e.path for e in listed(sample(tmp_path, '[[files]]\npath = "b.csv"'))] == ["b.csv"]


def test_a_sample_without_files_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(HeterofilmError, match=r"has no files: list them under \[\[files\]\] in"):
        listed(sample(tmp_path))


def test_what_the_sheet_adds_is_known_to_the_analysis(tmp_path: Path) -> None:
    write_files(tmp_path, "i.vms")
    line = FileEntry(path="i.vms", potential="2.3 V", photon_energy="1.4866 keV", pixel="0.09 nm", scan_rate="1 mV/s")
    meta = read_entry(sample(tmp_path), line)[0].meta
    assert meta["potential_V"] == 2.3 and meta["photon_energy_eV"] == pytest.approx(1486.6)
    assert meta["pixel_m"] == pytest.approx(9e-11) and meta["scan_rate_V_s"] == pytest.approx(1e-3)


def test_a_part_of_a_file_can_be_named(tmp_path: Path) -> None:
    write_files(tmp_path, "i.vms")
    parts = read_entry(sample(tmp_path), FileEntry(path="i.vms"))
    assert len(parts) > 1
    (second,) = read_entry(sample(tmp_path), FileEntry(path="i.vms", part=2))
    assert second.name == parts[1].name
    with pytest.raises(HeterofilmError, match="has no measurement 99"):
        read_entry(sample(tmp_path), FileEntry(path="i.vms", part=99))


def test_a_map_in_the_sheet_says_what_the_columns_are(tmp_path: Path) -> None:
    """Headings that say nothing, and a current per area, which the sample file's area makes one of the electrode."""
    (tmp_path / "a.csv").write_text("t,E,I\n0,3.0,1\n1,3.1,1\n2,3.2,1\n")
    (tmp_path / "sample.toml").write_text(
        'name = "A"\narea = "2 +- 0.1 cm2"\n[[files]]\npath = "a.csv"\nwhat = "cycling"\n'
        'columns = { time_s = "t", voltage_V = "E", current_A = "I" }\n'
        'units = { time_s = "min", current_A = "mA/cm2" }\n'
    )
    sample = load_sample(tmp_path)
    (measured,) = read_entry(sample, sample.sheet.files[0])
    assert measured.technique == "cycling" and measured.column("time_s")[-1] == pytest.approx(120.0)
    assert abs(measured.column("current_A")) == pytest.approx(2e-3)


def spectrum_over_nm(path: Path) -> None:
    rows = "\n".join(
        f"{x:.3f}\t{100 + 50 * np.exp(-(((x - 550.0) / 4.0) ** 2)):.3f}" for x in np.linspace(534, 570, 200)
    )
    path.write_text(f"#Acq. time (s)=\t1\n#Range (nm)=\t534...570\n{rows}\n")


def test_a_laser_line_in_the_sheet_makes_a_raman_shift(tmp_path: Path) -> None:
    spectrum_over_nm(tmp_path / "a.txt")
    (plain,) = read_entry(sample(tmp_path), FileEntry(path="a.txt"))
    assert guess(plain, tmp_path / "a.txt") == "photoluminescence"
    one = sample(tmp_path, '[[files]]\npath = "a.txt"\nlaser = "532 nm"\n')
    (shifted,) = read_entry(one, one.sheet.files[0])
    assert shifted.technique == "raman" and "532 nm" in shifted.notes[-1]


@pytest.mark.parametrize("heading", ["Wavelength (nm)\tIntensity\n", "Wavelength (nm)\tCounts\n", ""])
def test_counts_over_nm_with_a_laser_line_are_a_raman_shift(tmp_path: Path, heading: str) -> None:
    """shift = 1e7 (1/laser - 1/lambda), whatever heading stands above; without one only near the laser line."""
    shift = np.linspace(100.0, 1000.0, 50)
    nm = 1.0 / (1.0 / 532.0 - shift / 1e7)
    (tmp_path / "raman.txt").write_text(heading + "".join(f"{x:.9g}\t{100 + k}\n" for k, x in enumerate(nm)))
    one = sample(tmp_path, '[[files]]\npath = "raman.txt"\nlaser = "532 nm"\n')
    (m,) = read_entry(one, one.sheet.files[0])
    assert m.technique == "raman" and m.column("raman_shift_cm-1") == pytest.approx(shift, abs=1e-3)
    assert any("laser line of 532 nm" in note for note in m.notes) and not any(
        "taken for the Raman" in n for n in m.notes
    )


@pytest.mark.parametrize("heading", ["Raman shift (cm-1)\tIntensity\n", ""])
def test_a_laser_line_does_nothing_to_a_raman_shift_and_is_refused(tmp_path: Path, heading: str) -> None:
    (tmp_path / "raman.txt").write_text(heading + "".join(f"{90 + 10 * k}\t{100 + k}\n" for k in range(100)))
    one = sample(tmp_path, '[[files]]\npath = "raman.txt"\nlaser = "532 nm"\n')
    with pytest.raises(HeterofilmError, match="no effect on a Raman shift in cm-1"):
        read_entry(one, one.sheet.files[0])


def test_the_sheet_states_the_x_ray_wavelength(tmp_path: Path) -> None:
    """Cu K alpha keeps its doublet, a synchrotron's line has none; what the file says is told where it differs."""
    (tmp_path / "a.xy").write_text("\n".join(f"{10.0 + 0.02 * k:.2f} {100 + k}" for k in range(40)))
    for said, second in (("1.5406 angstrom", True), ("1.5418 angstrom", True), ("0.7 angstrom", False)):
        one = sample(tmp_path, f'[[files]]\npath = "a.xy"\nwavelength = "{said}"\n')
        (m,) = read_entry(one, one.sheet.files[0])
        assert ("wavelength_alpha2_m" in m.meta) is second and "from the sample file" in m.notes[-1]
        assert not any("does not say which wavelength" in note for note in m.notes)


def test_a_wavelength_or_a_laser_without_effect_is_refused(tmp_path: Path) -> None:
    write_files(tmp_path, next(iter(FILES)))
    (tmp_path / "u.csv").write_text("Wavelength (nm),Abs\n" + "\n".join(f"{w},0.5" for w in range(300, 330)))
    for key in ('wavelength = "1.54 angstrom"', 'laser = "532 nm"'):
        one = sample(tmp_path, f'[[files]]\npath = "u.csv"\n{key}\n')
        with pytest.raises(HeterofilmError, match="has no effect on uvvis data"):
            read_entry(one, one.sheet.files[0])


def test_two_columns_without_headings_are_read_where_the_sheet_says_what_they_are(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("\n".join(f"{300 + k} {0.1 + 0.01 * k}" for k in range(40)))
    one = sample(tmp_path, '[[files]]\npath = "a.txt"\ncolumns = { wavelength_nm = 1, absorbance = 2 }\n')
    (m,) = read_entry(one, one.sheet.files[0])
    assert m.technique == "uvvis" and m.table.height == 40


def test_the_size_of_a_pixel_is_said_to_be_that_which_counts(tmp_path: Path) -> None:
    """The sheet's, beside the file's own where that differs; no word of a scale that was not used."""
    write_cross_section(tmp_path / "a.tif", CrossSectionTruth())
    for said, other in (("4 nm", True), ("2 nm", False)):
        one = sample(tmp_path, f'[[files]]\npath = "a.tif"\npixel = "{said}"\n')
        (m,) = read_entry(one, one.sheet.files[0])
        assert f"from the sample file: {said}" in m.notes[-1] and ("the file says 2 nm" in m.notes[-1]) is other
        assert not any("ImageJ" in note for note in m.notes)
