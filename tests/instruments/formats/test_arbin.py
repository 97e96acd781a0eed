"""Arbin: csv, workbook and database against known answers."""

import shutil
import sys
import zipfile
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.instruments import access, read
from real_data import real_file

WORKBOOK = "arbin/bs542_004_gr_li_50ua_50mv_1v_191020_Channel_11.xlsx"
RES = "arbin/20160805_test001_45_cc_01.res"


def test_the_workbook_has_its_published_summary() -> None:
    """4526 rows; means over the three blocks of navani: 2.084951 and 0.912430 V, 5.52742 and 2.85135 mAh, 0.49182."""
    measured = read(real_file(WORKBOOK))
    assert measured.table.height == 4526
    steps = measured.record(1e-4).steps
    halves = steps.filter(pl.col("kind") != "rest")
    table = measured.table.with_columns(
        pl.Series("block", np.repeat([0, 1, 1, 2, 2], [n for n in measured.table["step"].rle().struct.field("len")]))
    )
    blocks = table.group_by("block").agg(pl.col("voltage_V").max().alias("top"), pl.col("voltage_V").min().alias("low"))
    assert blocks["top"].mean() == pytest.approx(2.084951, abs=1e-6)
    assert blocks["low"].mean() == pytest.approx(0.912430, abs=1e-6)
    mAh = {
        kind: halves.filter(pl.col("kind") == kind)["capacity_C_m2"].to_numpy() * 1e-4 / 3.6
        for kind in ("discharge", "charge")
    }
    # navani counts each half from its first row on, which is up to 3e-5 mAh less
    assert mAh["discharge"].mean() == pytest.approx(5.52742, abs=5e-5)
    assert mAh["charge"].mean() == pytest.approx(2.85135, abs=5e-5)
    assert (mAh["charge"] / mAh["discharge"]).mean() == pytest.approx(0.491820, abs=1e-5)


def test_the_csv_of_an_arbin() -> None:
    table = read(real_file("cycling_csv/pyprobe_sample_data_arbin.csv")).table
    assert table.height == 13
    assert table["time_s"][-1] == 301.214 and table["voltage_V"][-1] == 3.599601
    assert table["current_A"][-1] == -2.650138  # the file charges with a positive current
    assert table["charge_C"][-1] == pytest.approx(-3600.0 * (0.000400839 - 2.04379e-05))
    assert table["temperature_K"][-1] == pytest.approx(24.68784 + 273.15)


@pytest.fixture
def mdb_export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """mdb-export, or a stand-in of a few lines around the package access_parser."""
    if shutil.which("mdb-export"):
        return
    pytest.importorskip("access_parser", reason="reading .res needs mdbtools (or access_parser for this test)")
    script = tmp_path / "bin" / "mdb-export"
    script.parent.mkdir()
    script.write_text(
        f"#!{sys.executable}\nimport csv, sys\nfrom access_parser import AccessParser\n"
        "table = AccessParser(sys.argv[1]).parse_table(sys.argv[2])\nout = csv.writer(sys.stdout)\n"
        "out.writerow(table)\nout.writerows(zip(*table.values()))\n"
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(script.parent))


@pytest.mark.usefixtures("mdb_export")
def test_the_database_has_its_18_cycles() -> None:
    table = read(real_file(RES)).table
    assert (table.height, table["cycle"].n_unique()) == (10261, 18)
    assert "charge_C" in table.columns and (np.diff(table["time_s"]) > 0.0).all()


@pytest.mark.usefixtures("mdb_export")
def test_the_database_is_the_csv_that_was_made_of_it() -> None:
    """arbin_example.res and the csv of it agree in every row."""
    base = read(real_file("arbin/arbin_example.res")).table
    text = read(real_file("cycling_csv/arbin_example.bdf.csv"), format="Arbin csv").table
    for column in ("time_s", "voltage_V", "current_A", "charge_C", "step", "cycle"):
        assert np.allclose(base[column], text[column], rtol=1e-6, atol=1e-9), column


def test_without_mdbtools_the_sentence_names_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "a.res"
    path.write_bytes(b"\0\1\0\0Standard Jet DB\0" + bytes(100))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(HeterofilmError, match="install mdbtools"):
        read(path)


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("while True: pass", "did not come to an end within 1 s of its own"),
        ("while True: print('1,2,3' * 1000)", "more than any table"),
        ("import sys; sys.stderr.write('no such table\\nmore'); sys.exit(1)", "no such table"),
        ("print('a,b'); print('1,2')", "no column for the voltage"),
        ("print('Test_Time,Voltage,Current'); print('x,y,z')", "as numbers"),
    ],
)
def test_a_tool_that_fails_is_one_sentence(
    script: str, said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The path goes as one argument and is never parsed."""
    tool = tmp_path / "mdb-export"
    tool.write_text(f"#!{sys.executable}\n{script}\n")
    tool.chmod(0o755)
    path = tmp_path / "a; touch b.res"
    path.write_bytes(b"\0\1\0\0Standard Jet DB\0" + bytes(100))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(access, "START_S", 1)
    with pytest.raises(HeterofilmError, match=said) as caught:
        read(path)
    assert "\n" not in str(caught.value) and not (tmp_path / "b.res").exists()


def test_a_slow_machine_is_not_a_damaged_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Only what the tool works counts: time that passes beside it, here twice what it may work, does not."""
    tool = tmp_path / "mdb-export"
    rows = "print('Test_Time,Voltage,Current'); [print(k, 3 + k, 1, sep=',') for k in range(5)]"
    tool.write_text(f"#!{sys.executable}\nimport time; time.sleep(2); {rows}\n")
    tool.chmod(0o755)
    path = tmp_path / "a.res"
    path.write_bytes(b"\0\1\0\0Standard Jet DB\0" + bytes(100))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(access, "START_S", 1)
    assert read(path).table.height == 5


def test_a_workbook_without_a_channel_table_is_refused(tmp_path: Path) -> None:
    from instruments.test_workbook import make_workbook

    path = make_workbook(tmp_path / "a.xlsx", {"Channel_1_1": [["a", "b"], [1, 2]]})
    with pytest.raises(HeterofilmError, match="test time, a voltage and a current"):
        read(path)


def test_a_channel_goes_on_over_sheets_and_two_channels_are_two(tmp_path: Path) -> None:
    from instruments.test_workbook import make_workbook

    head = ["Test_Time(s)", "Step_Index", "Cycle_Index", "Voltage(V)", "Current(A)"]
    sheets = {
        "Global_Info": [["x"]], "Channel_1_1": [head, [0, 1, 1, 3.0, 1e-3], [1, 1, 1, 3.1, 1e-3]],
        "Channel_1_2": [head, [2, 1, 1, 3.2, 1e-3]], "Channel_2_1": [head, [0, 1, 1, 2.0, 0]],
    }  # fmt: skip
    path = make_workbook(tmp_path / "a.xlsx", sheets)
    assert read(path, "Channel_1").table["voltage_V"].to_list() == [3.0, 3.1, 3.2]
    assert read(path, 2).table.height == 1
    assert zipfile.is_zipfile(path)
