"""``heterofilm library``: every value with its source and what gave it its number."""

from __future__ import annotations

import pytest

from heterofilm.cli import main


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["library", *arguments]) == 0
    return capsys.readouterr().out


def line(text: str, path: str) -> str:
    return next(one for one in text.splitlines() if one.startswith(path))


def test_lists(capsys: pytest.CaptureFixture[str]) -> None:
    rows = dict(row.split(maxsplit=1) for row in said(capsys).splitlines() if row)
    assert "lco-atfb" in rows["cells"].split(", ") and "V2O5" in rows["phases"].split(", ")
    assert "LiCoO2-ocv" in said(capsys, "phases")


def test_what_gave_a_value_its_number(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "phases", "V2O5")
    assert " calibration " in line(text, "phases.V2O5.utilisation")
    assert " library " in line(text, "phases.V2O5.density")
    assert " default " in line(text, "phases.V2O5.background")
    plain = said(capsys, "phases", "V2O5", "--calibration", "none")
    assert " library " in line(plain, "phases.V2O5.utilisation")
    assert "0.56 " in line(plain, "phases.V2O5.utilisation")


def test_a_table_is_shown_with_its_source(capsys: pytest.CaptureFixture[str]) -> None:
    assert "201 points, 4.186 to" in line(said(capsys, "phases", "LiCoO2-ocv"), "phases.LiCoO2-ocv.ocv")
    assert "5 points, 5.52e-14 to 5.5e-13 cm2/s" in line(said(capsys, "phases", "a-CuVO"), "phases.a-CuVO.D_of_filling")


def test_a_cell_says_what_is_to_be_said_beside_it(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "cells", "lco-atfb", "--set", "cells.lco-atfb.upper_voltage=4.6 V")
    assert "set by the caller" in line(text, "cells.lco-atfb.upper_voltage")
    assert line(text, "Values:").endswith("set: cells.lco-atfb.upper_voltage = 4.6 V (was 4.2 V).")
    assert line(text, "C is the theoretical capacity")
    assert line(text, "! The upper cut-off of 4.6 V")


def test_a_setting_without_effect_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (
        ["cells", "lco-atfb", "--set", "phases.V2O5.D=1e-13"],
        ["films", "LCO", "--set", "phases.LiCoO2.D=1e-13"],
        ["phases", "--set", "phases.LiCoO2.D=1e-13"],
    ):
        assert main(["library", *arguments]) == 2
        assert "does not act" in capsys.readouterr().err
