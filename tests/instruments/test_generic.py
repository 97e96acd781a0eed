"""Any csv: headings with units, without units, and a map."""

from pathlib import Path

import numpy as np
import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.instruments import read
from heterofilm.instruments.reading import read_all
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


@pytest.mark.parametrize(
    ("head", "mark"),
    [("Temps (s);Tension (V);Courant (A)", ";"), ("Tiempo (s);Voltaje (V);Corriente (A)", ";"),
     ("测试时间/Sec,电压/V,电流/A", ","), ("経過時間(s),電圧(V),電流(A)", ","), ("시간(s),전압(V),전류(A)", ","),
     ("Zeit [s];Spannung [V];Strom [A]", ";")],
)  # fmt: skip
def test_headings_of_other_languages(head: str, mark: str, tmp_path: Path) -> None:
    rows = RISES.replace(".", ",") if mark == ";" else RISES
    measured = read(written(tmp_path, head, rows, mark))
    assert measured.technique == "cycling" and measured.table["voltage_V"].to_list() == [3.0, 3.1, 3.2]


@pytest.mark.parametrize(
    ("charge", "discharge"),
    [("Charge", "Décharge"), ("Laden", "Entladen"), ("CC-Ladung", "CC-Entladung"), ("Carga", "Descarga"),
     ("Carica", "Scarica"), ("充電", "放電"), ("恒流充电", "恒流放电"), ("충전", "방전"), ("CC_Chg", "CC_DChg")],
)  # fmt: skip
def test_states_of_other_languages_give_a_magnitude_its_sign(charge: str, discharge: str, tmp_path: Path) -> None:
    """At one voltage throughout, so that nothing else tells."""
    rows = "".join(f"{60 * m} 3.5 1 {charge if m < 6 else discharge}\n" for m in range(12))
    measured = read(written(tmp_path, "Time (s),Voltage (V),Current (mA),State", rows))
    assert np.allclose(measured.column("current_A"), 1e-3 * np.repeat([-1.0, 1.0], 6))


def test_a_state_that_tells_no_direction_is_said(tmp_path: Path) -> None:
    """Pulses among charges and discharges: the voltage falls and rises under them, and their current is not lost."""
    way = np.repeat([1, -1, 1, -1], 12)
    V = 3.5 - 0.02 * np.cumsum(way)
    words = np.repeat(["Discharge", "Charge", "Pulse", "Pulse"], 12)
    rows = "".join(f"{60 * k} {v:.3f} 1 {word}\n" for k, (v, word) in enumerate(zip(V, words, strict=True)))
    measured = read(written(tmp_path, "Time (s),Voltage (V),Current (mA),State", rows))
    assert np.allclose(measured.column("current_A"), 1e-3 * way)
    assert any("24 rows with a current stand under 'Pulse'" in note for note in measured.notes)


def test_dates_with_points_leave_the_decimal_comma(tmp_path: Path) -> None:
    """As many points of dates as commas of numbers, in every row."""
    rows = "".join(f"30.11.2025_20:{m:02d}:00 3,{m:02d} 0,9\n" for m in range(30)).replace("_", "\t")
    measured = read(written(tmp_path, "Datum;Spannung (V);Strom (mA)", rows, ";").rename(tmp_path / "b.csv"))
    assert np.allclose(measured.column("voltage_V"), 3.0 + 0.01 * np.arange(30))
    assert np.allclose(measured.column("time_s"), 60.0 * np.arange(30))


def test_thousands_are_no_gaps(tmp_path: Path) -> None:
    rows = "".join(f"{60.0 * m:,.1f} {3.0 + 0.01 * m:.2f} 1\n" for m in range(60))
    measured = read(written(tmp_path, "Time (s);Voltage (V);Current (mA)", rows, ";"))
    assert np.allclose(measured.column("time_s"), 60.0 * np.arange(60))
    broken = "".join(
        f"{m // 2 if m % 3 else 'x'} {3.0 + 0.01 * m:.2f} {1 if m % 3 == 1 else 'n.a.'}\n" for m in range(60)
    )
    with pytest.raises(HeterofilmError, match="only 20 of its 60 rows"):
        read(written(tmp_path, "Time (s);Voltage (V);Current (mA)", broken, ";"))


def test_two_channels_in_one_table_are_two_cells(tmp_path: Path) -> None:
    """One row of each in turn, the second with twice the current: none has the other's charge."""
    rows = "".join(f"{c} {60 * m} {3.0 + 0.01 * m:.2f} {c}\n" for m in range(30) for c in (1, 2))
    found = read_all(written(tmp_path, "Channel,Time (s),Voltage (V),Current (mA)", rows))
    assert [m.name for m in found] == ["a, Channel 1", "a, Channel 2"]
    assert [float(np.abs(m.column("current_A")).max()) for m in found] == [1e-3, 2e-3]
    with pytest.raises(HeterofilmError, match="name one of them"):
        read(tmp_path / "a.csv")


def test_cells_beside_each_other_are_as_many(tmp_path: Path) -> None:
    head = "Time (s),Voltage (V),Current (mA)"
    rows = "".join(f"{60 * m} 3.{m} 1 {60 * m} 3.{m} 2\n" for m in range(9))
    found = read_all(written(tmp_path, f"{head},{head}", rows))
    assert [(m.name, float(np.abs(m.column("current_A")).max())) for m in found] == [("a, 1", 1e-3), ("a, 2", 2e-3)]


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
