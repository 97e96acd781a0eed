"""A machine is looked at: what is there, what is missing, and what to do about it."""

from __future__ import annotations

import json
from importlib import metadata

import pytest

from heterofilm import cli
from heterofilm.commands import doctor


def test_all_is_well_where_the_tests_run(capsys: pytest.CaptureFixture[str]) -> None:
    """Every needed package fits, kernels are kept, and a discharge was timed."""
    assert cli.main(["doctor"]) == 0
    said = capsys.readouterr().out
    assert "All is well." in said and "<-" not in said
    assert "discharge of vo-half" in said and " ms (median" in said


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    """A row for each finding."""
    assert cli.main(["doctor", "--json"]) == 0
    (table,) = json.loads(capsys.readouterr().out)["tables"]
    found = {column["name"]: column["values"] for column in table["columns"]}
    assert list(found) == ["about", "what", "found", "fault"]
    packages = {what for about, what in zip(found["about"], found["what"], strict=True) if about == "packages"}
    assert {"numba", "numpy", "polars"} <= packages


def test_a_missing_package_is_a_fault(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Named with the command that installs it, one that is too old too, and the exit code says so."""
    real = metadata.version

    def version(name: str) -> str:
        if name == "lark":
            raise metadata.PackageNotFoundError(name)
        return "0.1" if name == "tqdm" else real(name)

    monkeypatch.setattr(doctor.metadata, "version", version)
    assert cli.main(["doctor"]) == 1
    said = capsys.readouterr().out
    assert 'lark                 missing  <- pip install "lark>=1.1.9"' in said
    assert '0.1  <- pip install "tqdm' in said
    assert "2 to mend" in said


def test_extras_say_how_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """An extra that is not there is no fault."""

    def version(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(doctor.metadata, "version", version)
    extras = {one.what: one for one in doctor.packages() if one.about == "extras"}
    assert "heterofilm[mlp]" in extras["mlp"].found and extras["mlp"].fault == ""
