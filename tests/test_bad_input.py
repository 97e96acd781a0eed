"""Bad input ends in one clear sentence on stderr and a non-zero exit, and leaves nothing half-written."""

from pathlib import Path

import pytest

from heterofilm.cli import main

GOOD = "Discharge at 5 uA/cm2 until 2.15 V"

FILM = """
name = "mine"
title = "mine"
matrix = "V2O5"
thickness = "300 nm"
"""
CELL = """
name = "my-cell"
title = "my cell"
film = "film.toml"
electrolyte = "LiPON"
area = "1 cm2"
series_resistance = "5 ohm cm2"
lower_voltage = "2.15 V"
upper_voltage = "3.8 V"
"""

# (what is changed in the cell or film file, words that the sentence must hold)
FILES = [
    (("film", 'thickness = "300 nm"', 'thickness = "-300 nm"'), ("thickness", "positive")),
    (("film", 'thickness = "300 nm"', 'thickness = "0 nm"'), ("thickness", "positive")),
    (("film", 'thickness = "300 nm"', 'thickness = "300 m"'), ("thickness", "at most")),
    (("film", 'thickness = "300 nm"', 'thickness = "1e-9 nm"'), ("thickness", "at least")),
    (("film", 'thickness = "300 nm"', 'thickness = "300 uA"'), ("thickness", "nm")),
    (("film", 'thickness = "300 nm"', 'thickness = "300"'), ("thickness",)),
    (("film", 'thickness = "300 nm"', 'thickness = "nan nm"'), ("thickness",)),
    (("film", 'thickness = "300 nm"', 'thicknes = "300 nm"'), ("thicknes", "did you mean")),
    (("film", 'matrix = "V2O5"', 'matrix = "V205"'), ("V205", "V2O5")),
    (("film", 'matrix = "V2O5"', 'matrix = "V2O5"\ncu_to_v = 0.46'), ("Cu/V", "0.46")),
    (("film", 'matrix = "V2O5"', 'matrix = "V2O5"\ndomain = "Cu2V2O7"'), ("cu_to_v",)),
    (
        (
            "film",
            'matrix = "V2O5"',
            'matrix = "V2O5"\ndomain = "Cu2V2O7"\ncu_to_v = 1.4\ndomain_size = "10 nm"\nhetero_i0 = "1 mA/cm2"',
        ),
        ("Cu/V", "1.4"),
    ),
    (
        (
            "film",
            'matrix = "V2O5"',
            'matrix = "V2O5"\ndomain = "Cu2V2O7"\ncu_to_v = 0.46\ndomain_size = "10 um"\nhetero_i0 = "1 mA/cm2"',
        ),
        ("do not fit",),
    ),
    (("film", 'matrix = "V2O5"', 'matrix = "V2O5"\nutilisation = { V2O5 = 1.7 }'), ("utilisation", "1")),
    (("film", 'title = "mine"', "title = mine"), ("film.toml", "line")),
    (("cell", 'electrolyte = "LiPON"', 'electrolyte = "LIPON"'), ("LIPON", "LiPON")),
    (("cell", 'electrolyte = "LiPON"', ""), ("electrolyte",)),
    (("cell", 'film = "film.toml"', 'film = "no-such.toml"'), ("no-such.toml",)),
    (("cell", 'area = "1 cm2"', 'area = "1 cm"'), ("area", "cm2")),
    (("cell", 'area = "1 cm2"', 'area = "-1 cm2"'), ("area", "positive")),
    (("cell", 'lower_voltage = "2.15 V"', 'lower_voltage = "4.15 V"'), ("lower_voltage", "below")),
    (("cell", 'lower_voltage = "2.15 V"', 'lower_voltage = "-5 V"'), ("lower_voltage", "at least")),
    (("cell", 'upper_voltage = "3.8 V"', 'upper_voltage = "3800 V"'), ("upper_voltage", "at most 10 V")),
    (("cell", 'area = "1 cm2"', 'area = "1 cm2"\nnodes = 1'), ("nodes",)),
    (("cell", 'area = "1 cm2"', 'area = "1 cm2"\ntemperature = "9000 K"'), ("temperature",)),
    (("cell", 'area = "1 cm2"', "area = "), ("cell.toml", "line")),
]

PROTOCOLS = [
    ("Discharge at 0 uA/cm2 until 2.15 V", ("above zero",)),
    ("Discharge at -5 uA/cm2 until 2.15 V", ()),
    ("Discharge at 5 V until 2.15 V", ("hold step at 5 V cannot end at a voltage",)),
    ("Discharge at 5 A/cm2 until 2.15 V", ("check the unit",)),
    ("Hold at 3 V", ("limit",)),
    ("Discharge at 5 uA/cm2 until 9 V", ()),
    ("Discharge at 5 uA/cm2 until 3.9 V", ("before it begins",)),
    ("Discharge at 5 uA/cm2 until 2150 V", ("mV",)),
    ("Disharge at 5 uA/cm2 until 2.15 V", ("Discharge",)),
    ("Rest", ("limit",)),
    ("Rest for 0 s", ("above zero",)),
    ("Rest until 2.5 V", ("never reaches",)),
    ("Rest until 20 uAh/cm2", ("A rest step cannot end at a capacity",)),
    ("Charge at 5 uA/cm2 until 3.5 V", ("before it begins",)),
    ("0 x (Rest for 1 h)", ("1 or more",)),
    ("99999 x (99999 x (Rest for 1 h))", ("cycles", "at most")),
    ("CV between 2.15 V and 3.8 V at 1e9 mV/s", ("V/s", "at most")),
    ("", ("empty",)),
]

COMMANDS = [
    (["simulate", "voc1-hlaf", GOOD], ("voc1-half",)),
    (["simulate", "vo-half", GOOD, "--set", "phases.V2O5.D"], ("PATH=VALUE",)),
    (["simulate", "vo-half", GOOD, "--set", "phases.V2O5.DD=1"], ("DD",)),
    (["simulate", "vo-half", GOOD, "--set", "phases.V2O5.D=-1e-13"], ("positive",)),
    (["simulate", "vo-half", GOOD, "--set", "phases.V2O5.D=nan"], ()),
    (["simulate", "vo-half", GOOD, "--set", "phases.LiCoO2.D=1e-13"], ("does not act", "phases.V2O5")),
    (["simulate", "vo-half", GOOD, "--set", "phases.V2O5.couples.0.U0=50"], ("at most 10 V",)),
    (["simulate", "vo-half", GOOD, "--keep", "0"], ("from 1",)),
    (["simulate", "voc1-half", GOOD, "--junction", "LiCoO2-LiNbO3"], ("LiCoO2", "VOC1")),
    (["simulate", "vo-half", GOOD, "--out", "no/such/folder/x.nc"], ("There is no folder",)),
    (["simulate", "vo-half", GOOD, "--plot", "no/such/folder/x.png"], ("There is no folder",)),
    (["vary", "vo-half", GOOD, "phases.V2O5.D=1e-13:1e-12:99999999999"], ("at most",)),
    (["vary", "vo-half", GOOD, "phases.V2O5.D=-1:1:3:log"], ("positive",)),
    (["vary", "vo-half", GOOD, "phases.LiCoO2.D=1e-13,1e-12"], ("does not act",)),
    (["simulate", "vo-half", GOOD, "--rtol", "7"], ("rtol",)),
    (["simulate", "vo-half", GOOD, "--out", "x.xls"], (".csv",)),
    (["simulate", "vo-half", GOOD, "--out", "/proc/no/x.csv"], ()),
    (["simulate", "vo-half", GOOD, "--plot", "x.bmp"], (".png",)),
    (["library", "fazes"], ("phases",)),
    (["library", "phases", "V205"], ("V2O5",)),
    (["run", "no-such-study.toml"], ("no-such-study.toml",)),
    (["run", "--out", "/proc/no/report"], ()),
    (["run", "--members", "-1"], ("negative",)),
    (["calibrate", "--members", "-1"], ("members",)),
    (["calibrate", "--out", "no/such/folder/c.toml"], ("folder",)),
]


def refused(arguments: list[str], capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    """Non-zero exit, and one sentence with these words."""
    assert main(arguments) != 0
    text = capsys.readouterr().err.strip()
    lines = [line for line in text.splitlines() if line.startswith("heterofilm: ") and "compiling" not in line]
    assert len(lines) == 1, text
    assert "Traceback" not in text
    assert len(lines[0]) < 500
    for word in words:
        assert word in text, text


@pytest.mark.parametrize(("change", "words"), FILES)
def test_files(
    change: tuple[str, str, str], words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    which, old, new = change
    texts = {"film": FILM, "cell": CELL}
    assert old in texts[which]
    texts[which] = texts[which].replace(old, new)
    for name, text in texts.items():
        (tmp_path / f"{name}.toml").write_text(text)
    out = tmp_path / "out.csv"
    refused(["simulate", str(tmp_path / "cell.toml"), GOOD, "--out", str(out)], capsys, words)
    assert not out.exists()


def test_the_files_are_good_before_the_change(tmp_path: Path) -> None:
    (tmp_path / "film.toml").write_text(FILM)
    (tmp_path / "cell.toml").write_text(CELL)
    assert main(["simulate", str(tmp_path / "cell.toml"), GOOD]) == 0


@pytest.mark.parametrize(("protocol", "words"), PROTOCOLS)
def test_protocols(protocol: str, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    refused(["simulate", "vo-half", protocol], capsys, words)


@pytest.mark.parametrize(("arguments", "words"), COMMANDS)
def test_commands(arguments: list[str], words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    refused(arguments, capsys, words)


def test_an_absurdly_large_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "cell.toml").write_text("# " + "x" * 2_000_000)
    refused(["simulate", str(tmp_path / "cell.toml"), GOOD], capsys, ("MB",))
