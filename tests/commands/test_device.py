"""heterofilm device, bend and load."""

from pathlib import Path

import pytest

from heterofilm.cli import main


def test_device_prints_and_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["device", "vo-polyimide", "--out", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "weakest layer" in out and "layers overlap on 1 cm2" in out and "not modelled" in out
    assert (tmp_path / "data" / "device-stack.csv").is_file() and "Thermal budget" in (
        tmp_path / "report.html"
    ).read_text()


def test_bend_prints_and_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["bend", "vo-polyimide", "--angles", "0,180", "--draws", "20", "--substrates", "voc1-steel"]
    assert main([*given, "--current", "20uA/cm2", "--out", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "neutral axis" in out and "Smallest safe radius" in out and "voc1-steel" in out and "assumed" in out
    assert (tmp_path / "figures" / "device-radius.svg").is_file()


def test_load_drives_a_light_a_node_a_file_and_a_pack(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "load.csv"
    file.write_text("time_s,current_A\n0,1e-5\n600,1e-5\n600,2e-5\n1200,2e-5\n")
    given = ["load", "vo-polyimide", "--light", "blue", "--resistor", "47kohm", "--node", "chip-clock"]
    more = ["--harvester", "indoor-light", "--months", "1", "--csv", str(file), "--cells", "2", "--out", str(tmp_path)]
    assert main([*given, *more]) == 0
    out = capsys.readouterr().out
    for words in ("is seen for", "covers the node", "need", "carried for 0.3333 h", "in parallel", "in series"):
        assert words in out, words
    assert (tmp_path / "figures" / "device-lamp.svg").is_file()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["device", "voc1-paper"], "voc1-paper"),
        (["device", "--set", "films.VO.thickness=1um"], "does not act"),
        (["bend", "--angles", "0,x"], "list of degrees"),
        (["bend", "--angles", "0,400"], "between 0 and 360"),
        (["bend", "--radius", "5V"], "no radius"),
        (["bend", "--radius", "1um"], "less than the stack is thick"),
        (["load", "--set", "films.VO.thickness=1um"], "does not act"),
        (["load", "--set", "nodes.chip-clock.area=1"], "does not act"),
        (["load", "--months", "3"], "--node"),
        (["load", "--harvester", "indoor-light"], "--node"),
        (["load", "--cells", "0"], "at least 1"),
        (["load", "--light", "ultraviolet"], "ultraviolet"),
        (["load", "--node", "toaster"], "toaster"),
    ],
)
def test_what_cannot_be_is_refused(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) != 0
    err = capsys.readouterr().err
    assert said in err and err.count("\n") == 1
