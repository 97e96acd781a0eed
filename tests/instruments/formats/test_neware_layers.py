"""Neware's csv in three layers."""

from pathlib import Path

import pytest

from heterofilm.analysis.electrochemistry.cycles import cycle_table
from heterofilm.errors import HeterofilmError
from heterofilm.instruments.reading import read

HEAD = ["Cycle ID,Cap_Chg(mAh),Cap_DChg(mAh)", ",Step ID,Step Name,Step Time(h:min:s.ms)"]
NAMES = {
    "short": "Time(h:min:s.ms),Vol(mV),Cur(mA),Cap(mAh)",
    "long": "Time(h:min:s.ms),Voltage(V),Current(mA),Capacity(mAh)",
}


@pytest.mark.parametrize("names", NAMES)
@pytest.mark.parametrize("mark", [",", "\t"])
def test_three_layers_are_one_table(names: str, mark: str, tmp_path: Path) -> None:
    lines, step, n = [*HEAD, f",,Record ID,{NAMES[names]}"], 0, 0
    for cycle in (1, 2):
        lines.append(f"{cycle},0.85,0.9")
        for kind, way, rows in (("CC_DChg", -1, 90), ("Rest", 0, 10), ("CC_Chg", 1, 85), ("Rest", 0, 10)):
            step += 1
            lines.append(f",{step},{kind},0:00:00")
            for k in range(rows + 1):
                n += 1
                V = 3.0 + way * 0.005 * k
                shown = f"{1e3 * V:.1f}" if names == "short" else f"{V:.4f}"
                clock = f"{6 * k // 60}:{6 * k % 60:02d}:00.000"
                lines.append(f",,{n},{clock},{shown},{0.1 * abs(way):.4f},{0.01 * k * abs(way):.6f}")
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines).replace(",", mark) + "\n")
    measured = read(path)
    table = cycle_table(measured.record(1e-4))
    assert measured.format == "Neware layered csv" and table["cycle"].to_list() == [1, 2]
    for side, truth in (("discharge", 900.0), ("charge", 850.0)):
        assert (table[f"{side}_C_m2"] * 1e-4 / 3.6e-3).to_list() == pytest.approx([truth] * 2, rel=1e-6)


def test_layers_without_records_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\n".join([*HEAD, f",,Record ID,{NAMES['long']}", "1,0.85,0.9", ",1,Rest,0:00:00"]) + "\n")
    with pytest.raises(HeterofilmError, match="no record below"):
        read(path)
