"""The command line: output, exit codes, one sentence per error."""

import os
import shlex
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import heterofilm
from heterofilm import cli
from heterofilm.commands import commands, groups
from heterofilm.records.record import Record

ROOT = Path(__file__).parents[1]
SHORT = "Discharge at 20 uA/cm2 until 2.15 V"


def test_import_is_light():
    code = (
        "import sys, heterofilm; assert not {'numpy', 'numba', 'polars', 'pydantic'} & set(sys.modules);"
        "import heterofilm.simulation.run; from heterofilm import simulate; assert callable(simulate);"
        "assert heterofilm.simulation.run is sys.modules['heterofilm.simulation.run'];"
        "assert heterofilm.simulate is simulate"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)


def test_every_export_exists():
    for name in heterofilm.__all__:
        assert getattr(heterofilm, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = heterofilm.nothing


def test_version_and_help(capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main(["--version"])
    assert stop.value.code == 0 and heterofilm.__version__ in capsys.readouterr().out
    assert cli.main([]) == 0
    assert "simulate" in capsys.readouterr().out


@pytest.mark.parametrize("name", commands())
def test_every_command_declares_its_options(name, capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main([name, "--help"])
    assert stop.value.code == 0 and commands()[name][1:30] in capsys.readouterr().out


def test_the_list_of_commands_loads_none_of_them():
    code = (
        "import sys, heterofilm.cli; heterofilm.cli.main([]);"
        "assert not [name for name in sys.modules if name.startswith('heterofilm.commands.') and 'lazy' not in name]"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONPATH": str(ROOT / "src")})


def test_simulate_prints_and_writes(tmp_path, capsys):
    out, plot = tmp_path / "r.nc", tmp_path / "r.svg"
    arguments = ["simulate", "vo-half", SHORT, "--out", str(out), "--plot", str(plot)]
    assert cli.main(arguments) == 0
    printed = capsys.readouterr().out
    record = Record.read(out)
    assert f"{record.capacity():.2f} uAh/cm2/um" in printed
    assert f"{heterofilm.plateaus(record)['voltage_V'][0]:.2f} V" in printed
    assert plot.read_text().rstrip().endswith("</svg>")


def test_many_cycles_are_a_table_of_cycles(capsys):
    """25 cycles: first, 2, 5, 10, 20 and last, not fifty steps."""
    assert (
        cli.main(["simulate", "vo-half", "25 x (Discharge at 80 uA/cm2 until 3 V; Charge at 80 uA/cm2 until 3.6 V)"])
        == 0
    )
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[3:9]] == ["1", "2", "5", "10", "20", "25"]
    assert [line.split()[0] for line in lines[9:] if not line.startswith("! ")] == ["lithium", "Values:"]


def test_set_changes_a_value(capsys):
    cli.main(["simulate", "vo-half", SHORT])
    plain = capsys.readouterr().out
    assert cli.main(["simulate", "vo-half", SHORT, "--set", "phases.V2O5.utilisation=0.3"]) == 0
    assert capsys.readouterr().out != plain


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["simulate", "vo-hlf", SHORT], "vo-half"),
        (["simulate", "vo-half", "Dischage at 5 uA/cm2 until 2.15 V"], "ischarge"),
        (["simulate", "vo-half", SHORT, "--set", "phases.V2O5.D"], "PATH=VALUE"),
        (["simulate", "vo-half", SHORT, "--set", "phases.V2O5.DD=1"], "phases.V2O5.DD"),
        (["simulate", "vo-half", SHORT, "--plot", "a.jpg"], ".png"),
        (["simulate", "vo-half", SHORT, "--out", "a.xlsx"], ".parquet"),
        (["simulate", "vo-half", SHORT, "--rtol", "5"], "rtol"),
        (["library", "fims"], "films"),
        (["library", "films", "VOC3"], "VOC"),
        (["run", "none.toml"], "none.toml"),
        (["run", "--members", "-1"], "negative"),
    ],
)
def test_errors_are_one_sentence(arguments, words, capsys):
    assert cli.main(arguments) == 2
    told = capsys.readouterr()
    assert told.err.startswith("heterofilm: ") and words in told.err and "Traceback" not in told.err


def test_library_lists_and_shows(capsys):
    assert cli.main(["library"]) == 0
    assert "voc1-half" in capsys.readouterr().out
    assert cli.main(["library", "films"]) == 0
    assert "VOC1" in capsys.readouterr().out
    assert cli.main(["library", "film", "VOC1"]) == 0
    shown = capsys.readouterr().out
    assert "films.VOC1.thickness" in shown and "300 nm" in shown and "measured" in shown
    assert cli.main(["library", "cells", "voc1-half"]) == 0
    assert "phases.Cu2V2O7.D" in capsys.readouterr().out


def test_run_a_study(tmp_path, capsys):
    study = tmp_path / "s.toml"
    study.write_text(f'title = "T"\ncells = ["vo-half"]\n[[tests]]\nname = "a"\nprotocol = "{SHORT}"\n')
    out = tmp_path / "out"
    assert cli.main(["run", str(study), "--out", str(out), "--quiet", "--members", "0"]) == 0
    assert "report.html" in capsys.readouterr().out
    assert (out / "report.html").is_file() and not (out / "claims.csv").exists()  # no reference was named


def test_interrupt(monkeypatch, capsys):
    from heterofilm.commands import library

    def stop(given):
        raise KeyboardInterrupt

    monkeypatch.setattr(library, "run", stop)
    assert cli.main(["library"]) == 130
    assert "stopped" in capsys.readouterr().err


def test_calibrate_passes_on(monkeypatch):
    from heterofilm.commands import calibrate

    given = []
    monkeypatch.setattr(calibrate, "run", lambda words: given.append((words.out, words.members)) or 0)
    assert cli.main(["calibrate", "--out", "c.toml", "--members", "3"]) == 0
    assert given == [("c.toml", 3)]


def test_a_reader_that_leaves():
    command = f"{sys.executable} -m heterofilm library cells voc1-half | head -1"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(command, shell=True, capture_output=True, text=True, env=environment)
    assert "Traceback" not in done.stderr and "VOC1" in done.stdout


def test_simulate_with_a_calibration_of_ones_own(tmp_path, capsys):
    """A file as `heterofilm calibrate` writes it takes the place of the packaged one."""
    file = tmp_path / "mine.toml"
    file.write_text('[values."phases.V2O5.utilisation"]\nvalue = 0.3\nunit = "1"\nrows = ["cap-vo-5"]\n')
    protocol = "Discharge at 5 uA/cm2 until 2.8 V"
    assert cli.main(["simulate", "vo-half", protocol, "--calibration", str(file)]) == 0
    mine = capsys.readouterr().out
    assert cli.main(["simulate", "vo-half", protocol]) == 0
    assert mine != capsys.readouterr().out
    assert cli.main(["simulate", "vo-half", protocol, "--calibration", str(tmp_path / "no.toml")]) == 2


@pytest.mark.parametrize("name", commands())
def test_examples_of_every_command_are_accepted(name):
    """Two at least, of this command, whose arguments it takes."""
    examples = import_module(f"heterofilm.commands.{name}").EXAMPLES
    assert len(examples) >= 2
    for example in examples:
        program, command, *_ = words = shlex.split(example.partition(" > ")[0])
        assert (program, command) == ("heterofilm", name)
        cli._parser().parse_args(words[1:])


def test_help_lists_commands_in_groups(capsys):
    """Each once, under the heading of its group."""
    assert cli.main([]) == 0
    said = capsys.readouterr().out
    for group, members in groups().items():
        assert f"\n{group}:\n" in said
        for name, words in members.items():
            assert said.count(f"  {words}\n") == 1 and f"\n  {name} " in said
