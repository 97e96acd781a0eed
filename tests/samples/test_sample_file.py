"""Sample files: what they may say, and one sentence for each thing that they may not."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm.errors import HeterofilmError
from heterofilm.library.toml import MAX_BYTES
from heterofilm.samples import load_sample, samples_in
from heterofilm.samples.sample_file import with_sigma

NAME = 'name = "VOC1"\n'
FILE = NAME + "[[files]]\n"


def refused(path: Path) -> str:
    """The one sentence."""
    with pytest.raises(HeterofilmError) as caught:
        samples_in(path)
    said = str(caught.value)
    assert said.isprintable() and said.endswith((".", "?")) and ".." not in said[-3:] and "?." not in said
    return said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (NAME + 'thicknes = "300 nm"', "no key 'thicknes' here; did you mean 'thickness'?"),
        (FILE + 'path = "a"\npotental = "2 V"', "file 1: there is no key 'potental' here; did you mean 'potential'?"),
        (NAME + 'thickness = "300 V"', "thickness: expected a quantity in nm or a unit of its kind, got '300 V'"),
        (NAME + "area = 1.0", "area: expected a quantity in cm2"),
        (NAME + 'thickness = "-300 nm"', "thickness: expected a positive value in nm, got -300 nm"),
        (NAME + 'thickness = "0 +- 3 nm"', "thickness: expected a positive value"),
        (NAME + 'area = "nan cm2"', "area: 'nan cm2' is not a quantity"),
        (NAME + 'area = "1 +- 0.1"', "area: expected a quantity in cm2"),
        (NAME + 'area = "1 +- -0.1 cm2"', "cannot be read"),
        (NAME + 'area = "1 cm2 +- 0.1 cm2"', "cannot be read"),
        (NAME + 'area = "1 +- 1e999 cm2"', "area"),
        (
            FILE + 'path = "/etc/passwd"',
            "file 1, path: '/etc/passwd' must be a path inside the folder of the sample file",
        ),
        (FILE + 'path = "raw/../../x"', "must be a path inside the folder of the sample file"),
        (FILE + 'path = ""', "must be a path inside the folder of the sample file"),
        (FILE + r'path = "a\u0000b"', "must be a path inside the folder of the sample file"),
        (FILE + 'what = "xps"', "file 1, path: it is missing"),
        (FILE + 'path = "a"\nwhat = "xsp"', "'xsp' is no kind of measurement; known: cycling, cv.*Did you mean 'xps'"),
        (FILE + 'path = "a"\npotential = "2 nm"', "potential: expected a quantity in V"),
        (
            FILE + 'path = "a"\nbackground = "shirly"',
            "'shirly' is no background for core levels.*Did you mean 'shirley'",
        ),
        (FILE + 'path = "a"\ncalibration = "O1s"', "'O1s' is no calibration for core levels; known: O 1s, C 1s, none"),
        (FILE + 'path = "a"\nreference = "gold"', "reference: expected true or false"),
        (NAME + 'atomic_ratio = { "W" = 0.3 }', 'an atomic ratio is that of two elements, such as "Cu/V", not .W.'),
        (NAME + 'cu_to_v = 0.3\natomic_ratio = { "W/V" = 0.3 }', "cu_to_v and atomic_ratio say the same"),
        (NAME + 'atomic_ratio = { "W/V" = "-0.3 +- 0.1" }', "at least 0"),
        (NAME + 'substrate = "Pt"', r'substrate: expected a list in square brackets, for example \["Pt"\]'),
        (NAME + "files = 3", r"one \[\[files\]\] before each file"),
        ("name = 3", 'name: expected words in quotation marks, for example "VOC1"'),
        ('title = "x"', "name: it is missing"),
        ('name = "  "', "a sample needs a name"),
        (r'name = "a\u001b[31m"', "printable letters"),
        ("not toml", "is not valid TOML"),
        ("x = " * 3000, "is not valid TOML"),
        ("x = " + "[" * 5000, "is not usable TOML: its brackets nest too deeply"),
        ("x" + ".x" * 5000 + " = 1", "has a key of more than"),
        ("[[" + "x." * 5000 + "x]]", "has a key of more than"),
        ("a = { 'x'" + ' . "x"' * 5000 + " = 1 }", "has a key of more than"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(content: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "sample.toml").write_text(content)
    with pytest.raises(HeterofilmError, match=said):
        load_sample(tmp_path)
    assert str(tmp_path / "sample.toml") in refused(tmp_path)


def test_files_that_are_no_sheets_are_one_sentence(tmp_path: Path) -> None:
    sheet = tmp_path / "sample.toml"
    with pytest.raises(HeterofilmError, match="there is no such file"):
        load_sample(sheet)
    assert "There is no sample file at" in refused(sheet)
    assert "There is no sample file at" in refused(tmp_path)
    assert "There is no sample file at" in refused(tmp_path / "absent")
    sheet.write_bytes(b"\xff\xfe\x00\x01")
    assert "is not UTF-8 text" in refused(tmp_path)
    sheet.write_bytes(b"#" * (MAX_BYTES + 1))
    assert "larger than 1 MB" in refused(sheet)
    sheet.unlink()
    sheet.mkdir()
    assert "There is no sample file at" in refused(tmp_path)
    with pytest.raises(HeterofilmError, match="Cannot read the sample file"):
        load_sample(tmp_path)


def test_two_samples_of_one_name_are_refused(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "sample.toml").write_text(NAME)
    assert "Two samples of the project are called 'VOC1'" in refused(tmp_path)
    (tmp_path / "b" / "sample.toml").write_text('name = "VOC2"')
    assert [sample.name for sample in samples_in(tmp_path)] == ["VOC1", "VOC2"]


@pytest.mark.parametrize(
    "text", ["300 +- 10 nm", "300 ± 10 nm", "300+-10 nm", "300 +/- 10nm", "(300 ± 10) nm", "3.0e2 ± 1e1 nm"]
)
def test_a_value_with_its_standard_deviation(text: str, tmp_path: Path) -> None:
    (tmp_path / "sample.toml").write_text(NAME + f'thickness = "{text}"', encoding="utf-8")
    thickness = load_sample(tmp_path).sheet.thickness
    assert thickness is not None
    assert (thickness.to("nm"), thickness.sigma, thickness.unit) == (pytest.approx(300.0), 10.0, "nm")
    assert thickness.kind == "measured"


def test_a_value_without_one_has_none(tmp_path: Path) -> None:
    (tmp_path / "sample.toml").write_text(NAME + 'thickness = "0.3 um"')
    thickness = load_sample(tmp_path).sheet.thickness
    assert thickness is not None and thickness.sigma is None and thickness.si == pytest.approx(300e-9)


@given(st.floats(1e-3, 1e6), st.floats(0.0, 1e5), st.sampled_from(["+-", "±", "+/-", " +- ", " ± "]))
def test_plus_minus_is_read_as_it_was_written(value: float, sigma: float, between: str) -> None:
    found = with_sigma(f"{value!r}{between}{sigma!r} cm2")
    assert (found["value"], found["sigma"], found["unit"]) == (value, sigma, "cm2")


def test_a_link_that_leads_out_is_refused(tmp_path: Path) -> None:
    """A sample file from elsewhere reads nothing outside its folder."""
    secret = tmp_path / "secret.txt"
    secret.write_text("x")
    inside = tmp_path / "sample"
    inside.mkdir()
    (inside / "sample.toml").write_text(FILE + 'path = "link.txt"\n[[files]]\npath = "own.txt"')
    (inside / "link.txt").symlink_to(secret)
    (inside / "data.txt").write_text("y")
    (inside / "own.txt").symlink_to(inside / "data.txt")
    sample = load_sample(inside)
    with pytest.raises(HeterofilmError, match=r"'link.txt' leads out of the folder of sample.toml"):
        sample.path(sample.sheet.files[0])
    assert sample.path(sample.sheet.files[1]).read_text() == "y"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('columns = { time = "t" }', "no column 'time'.*Did you mean 'time_s'"),
        ('columns = { time_s = "t" }\nunits = { current_A = "mA" }', "a unit is given for 'current_A'"),
        ('columns = { time_s = "t", voltage_V = "t" }', "'t' cannot be two columns"),
    ],
)
def test_a_wrong_map_of_columns_is_one_sentence(lines: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "sample.toml").write_text(FILE + 'path = "a.csv"\n' + lines)
    with pytest.raises(HeterofilmError, match=said):
        load_sample(tmp_path)
