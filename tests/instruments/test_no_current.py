"""A test without a current, or with one of too few digits: its counter of charge is all there is."""

from pathlib import Path

import numpy as np
import pytest

from heterofilm.analysis.electrochemistry.cycles import cycle_table
from heterofilm.instruments.reading import read

HALVES = ((-1, 90, 3.5, -1.3), (0, 30, 2.9, 0.0), (1, 85, 2.4, 1.3), (0, 30, 2.9, 0.0))


def rows(total: str) -> list[tuple[float, float, float, int, int]]:
    """Time, current, voltage, counter (uAh), number of the half cycle: 3 cycles of 900 and 850 uAh."""
    found, t, running, half = [], 0.0, 0.0, -1
    for _ in range(3):
        for way, n, V, slope in HALVES:
            half += way != 0
            for k in range(n + 1):
                q = way * 10.0 * k
                shown = {"half": q, "magnitude": abs(q), "whole": running + q}[total]
                found.append((t + 360.0 * k, way * 1e-4, V + slope * k / n, shown, half))
            running += way * 10.0 * n
            t = found[-1][0] + 1.0
    return found


def capacities(path: Path) -> tuple[list[float], tuple[str, ...]]:
    measured = read(path)
    table = cycle_table(measured.record(1e-4))
    return [
        table[f"{side}_C_m2"][k] * 1e-4 / 3.6e-3 for k in range(3) for side in ("discharge", "charge")
    ], measured.doubts


@pytest.mark.parametrize("heading", ["Q charge/discharge/mA.h", "(Q-Qo)/mA.h"])
@pytest.mark.parametrize("total", ["half", "whole"])
def test_a_counter_of_biologic_counts_without_a_current(heading: str, total: str, tmp_path: Path) -> None:
    head = ["EC-Lab ASCII FILE", "Nb header lines : 5", "", "Galvanostatic Cycling with Potential Limitation"]
    lines = [f"{t:.1f}\t{V:.4f}\t{q / 1e3:.6f}\t{half}" for t, _, V, q, half in rows(total)]
    (tmp_path / "a.mpt").write_text("\n".join([*head, f"time/s\tEwe/V\t{heading}\thalf cycle", *lines]) + "\n")
    found, said = capacities(tmp_path / "a.mpt")
    assert found == pytest.approx([900.0, 850.0] * 3, rel=1e-4)
    assert any("has no current; it was taken from the charge" in one for one in said)


@pytest.mark.parametrize("total", ["half", "magnitude", "whole"])
def test_a_current_of_too_few_digits_is_none(total: str, tmp_path: Path) -> None:
    heading = {"half": "(Q-Qo) (mAh)", "magnitude": "Capacity (mAh)", "whole": "(Q-Qo) (mAh)"}[total]
    lines = [f"{t:.0f},{0.0 * i:.1f},{V:.4f},{q / 1e3:.6f}" for t, i, V, q, _ in rows(total)]
    (tmp_path / "a.csv").write_text("\n".join([f"Time (s),Current (mA),Voltage (V),{heading}", *lines]) + "\n")
    found, said = capacities(tmp_path / "a.csv")
    assert found == pytest.approx([900.0, 850.0] * 3, rel=1e-4)
    assert any("'Current (mA)' is zero throughout although" in one for one in said)


def test_a_test_at_open_circuit_stays_one(tmp_path: Path) -> None:
    lines = [f"{60 * k},0.0,{3.0 + 0.001 * np.exp(-k):.4f},0.0" for k in range(50)]
    (tmp_path / "a.csv").write_text("\n".join(["Time (s),Current (mA),Voltage (V),Capacity (mAh)", *lines]) + "\n")
    measured = read(tmp_path / "a.csv")
    assert not measured.table["current_A"].to_numpy().any() and not any("too few" in one for one in measured.doubts)
