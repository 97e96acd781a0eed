"""The answer of an overlay fits a terminal."""

from pathlib import Path

import numpy as np
import pytest

from heterofilm.cli import main


def test_curves_of_many_cycles_are_named_by_their_ends(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of 30 cycles the number, the first and the last; a line that can be read."""
    half = np.linspace(3.0, 4.0, 20)
    rows = [
        (v, sign, cycle)
        for cycle in range(1, 31)
        for sign, half_cycle in ((1, half), (-1, half[::-1]))
        for v in half_cycle
    ]
    text = "".join(f"{60 * k},{v:.4f},{0.1 * sign},{cycle}\n" for k, (v, sign, cycle) in enumerate(rows))
    (tmp_path / "cycles.csv").write_text("time (s),Voltage (V),Current (mA),Cycle\n" + text)
    (tmp_path / "sample.toml").write_text(
        'name = "S"\narea = "1 cm2"\n[[files]]\npath = "cycles.csv"\nwhat = "cycling"\n'
    )
    assert main(["overlay", str(tmp_path), "cycling", "--over", "cycles", "--out", str(tmp_path / "out.csv")]) == 0
    said = capsys.readouterr().out
    assert "30: cycle 1, cycle 2, cycle 3 ... cycle 30" in said
    assert max(len(line) for line in said.splitlines()) < 120
