"""A caller can tell errors apart, and catches all of them by one name."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import heterofilm as hf
from heterofilm.errors import FileFormatError, HeterofilmError, InputError, MissingExtraError, SimulationError, require

SOURCE = Path(hf.__file__).parent


@pytest.mark.parametrize("kind", [FileFormatError, InputError, MissingExtraError, SimulationError])
def test_every_kind_is_a_heterofilm_error(kind: type[HeterofilmError]) -> None:
    assert issubclass(kind, HeterofilmError) and getattr(hf, kind.__name__) is kind


def test_a_name_that_is_not_there_is_an_input_error() -> None:
    with pytest.raises(InputError, match="did you mean"):
        hf.Cell.load("vo-hlaf")


def test_a_protocol_that_makes_no_sense_is_an_input_error() -> None:
    with pytest.raises(InputError):
        hf.Protocol.load("Dischrage at 5 uA/cm2 until 2 V")


def test_a_file_that_is_no_record_is_a_file_format_error(tmp_path: Path) -> None:
    file = tmp_path / "a.nc"
    file.write_bytes(b"no netCDF")
    with pytest.raises(FileFormatError):
        hf.Record.read(file)


def test_a_run_that_does_not_get_to_its_end_is_a_simulation_error() -> None:
    with pytest.raises(SimulationError):
        hf.simulate("vo-half", "Discharge at 5 uA/cm2 until 3.5 V; Rest until 2.5 V")


def test_no_sentence_is_of_no_kind() -> None:
    """Whoever raises says which kind it is."""
    bare = []
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            raised = node.exc.func if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) else None
            if isinstance(raised, ast.Name) and raised.id == "HeterofilmError":
                bare.append(f"{path.relative_to(SOURCE)}:{node.lineno}")
    assert bare == []


def test_a_missing_extra_is_told_in_one_form_and_nowhere_else() -> None:
    """Package, extra and who needs them; a module that an old version lacks says so."""
    require("json.decoder", "app", "The app")
    with pytest.raises(MissingExtraError, match=r"^The app needs the package no_such, which is not installed: `pip"):
        require("no_such", "app", "The app")
    for module in ("json.no_such", "no_such.inside"):
        with pytest.raises(MissingExtraError, match=r"not installed, or too old: `pip install heterofilm\[app\]`\.$"):
            require(module, "app", "The app")
    words = {p for p in SOURCE.rglob("*.py") if "pip install" in p.read_text(encoding="utf-8")}
    assert {p.relative_to(SOURCE).as_posix() for p in words} == {"errors.py", "commands/doctor.py"}
