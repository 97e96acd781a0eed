"""Any csv: headings with units, without units, and a map."""

from pathlib import Path

import numpy as np
import pytest

from heterofilm.instruments import read
from real_data import FOLDER, real_file

RISES = "0 3.0 1\n1 3.1 1\n2 3.2 1\n"


def written(folder: Path, head: str, rows: str = RISES, mark: str = ",") -> Path:
    path = folder / "a.csv"
    path.write_text(head + "\n" + rows.replace(" ", mark), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("head", "ampere"),
    [
        ("Time/s,Ecell/V,I/mA", 1e-3), ("Time [s],Voltage [V],Current [A]", 1.0),
        ("Test_Time(s),Voltage(V),Current(uA)", 1e-6),
        ("t (s),U (V),I (µA)", 1e-6), ("time/s,Ewe/V,<I>/mA", 1e-3),
        ("elapsed time (s),potential (V),current (nA)", 1e-9),
        ("time,voltage,current", 1.0),
    ],
)  # fmt: skip
def test_headings_of_every_sort(head: str, ampere: float, tmp_path: Path) -> None:
    measured = read(written(tmp_path, head))
    assert measured.technique == "cycling"
    assert np.allclose(measured.column("current_A"), -ampere)
    assert measured.table["voltage_V"].to_list() == [3.0, 3.1, 3.2]
    assert any("positive current was taken as charge" in note for note in measured.notes)
    assert any("no unit" in note for note in measured.notes) == (
        "(" not in head and "[" not in head and "/" not in head
    )


def test_without_a_time_it_is_voltammetry(tmp_path: Path) -> None:
    assert read(written(tmp_path, "Potential (V),Current (mA)", "3.0 1\n3.1 1\n")).technique == "voltammetry"


def test_other_tables_are_tables(tmp_path: Path) -> None:
    measured = read(written(tmp_path, "x,y,z"))
    assert (measured.technique, measured.table.shape) == ("table", (3, 3))


@pytest.mark.parametrize("name", sorted(path.name for path in (FOLDER / "gitt").glob("*.csv")) or ["none.csv"])
def test_the_gitt_files(name: str) -> None:
    """Pulses are cycling with a positive current on charge; half-cell potentials are tables."""
    measured = read(real_file(f"gitt/{name}"))
    if "pulse" in name:
        assert measured.technique == "cycling"
        current = measured.column("current_A")
        assert current.max() == pytest.approx(1.15e-3, rel=1e-3) and current.min() >= 0.0  # the pulses discharge
    else:
        assert (measured.technique, measured.table.width) == ("table", 2)
        assert measured.table.height > 200 and np.isfinite(measured.table.to_numpy()).all()


def test_a_csv_below_nineteen_lines_of_header() -> None:
    measured = read(real_file("cycling_csv/cellpy_custom_data_001.csv"))
    assert measured.table.height == 2442
    assert measured.table["time_s"][-1] == 142455.05 and measured.table["voltage_V"][-1] == 2.93
    assert measured.table["cycle"].max() == 6
