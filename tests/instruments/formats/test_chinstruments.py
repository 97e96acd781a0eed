"""CH Instruments text: the sign and the time that its voltammograms do not write down."""

import numpy as np
import pytest

from heterofilm.analysis.electrochemistry.cv import sweeps
from heterofilm.errors import HeterofilmError
from heterofilm.instruments import read

HEAD = """Feb. 20, 2020   15:55:08
Cyclic Voltammetry
File: a.bin
Data Source:  Experiment
Instrument Model:  CHI660E

Init E (V) = 2
High E (V) = 4
Low E (V) = 2
Scan Rate (V/s) = 0.05
Segment = 2

"""
UP = np.linspace(2.0, 4.0, 101)
E = np.concatenate([UP, UP[::-1][1:]])
DIRECTION = np.concatenate([np.ones(101), -np.ones(100)])  # +1: oxidation
WAVE = np.exp(-(((E - 3.0) / 0.1) ** 2)) + 0.1


def written(tmp_path, current, head=HEAD, mark=", "):
    rows = "\n".join(f"{v:.3f}{mark}{i:.4e}" for v, i in zip(E, current, strict=True))
    path = tmp_path / "cv.txt"
    path.write_text(f"{head}Potential/V{mark}Current/A\n\n{rows}\n")
    return path


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("mark", [", ", "\t"])
def test_both_polarities_of_the_program_give_the_same_current(tmp_path, sign, mark):
    m = read(written(tmp_path, sign * DIRECTION * WAVE * 1e-6, mark=mark))
    assert m.technique == "voltammetry"
    assert m.column("current_A") == pytest.approx(-DIRECTION * WAVE * 1e-6, rel=1e-3)
    assert any("as its loop tells" in note for note in m.notes)


def test_time_is_that_of_the_scan_rate(tmp_path):
    m = read(written(tmp_path, DIRECTION * WAVE * 1e-6))
    found = sweeps(m.column("time_s"), m.column("voltage_V"), m.column("current_A"))
    assert [s.scan_rate_V_s for s in found] == pytest.approx([0.05, 0.05], rel=1e-3)


def test_a_chrono_method_takes_the_set_potential(tmp_path):
    path = tmp_path / "it.txt"
    path.write_text("Feb. 20, 2020\ni-t Curve\nInit E (V) = 3.2\n\nTime/sec, Current/A\n\n1, -1e-6\n2, -5e-7\n")
    m = read(path)
    assert m.technique == "cycling" and m.column("voltage_V").tolist() == [3.2, 3.2]
    assert m.column("current_A").tolist() == [1e-6, 5e-7] and any("taken for positive" in n for n in m.notes)


@pytest.mark.parametrize(
    ("head", "words"), [(HEAD.replace("Scan Rate", "Rate"), "Scan Rate"), (HEAD.replace("0.05", "0"), "Scan Rate")]
)
def test_without_a_scan_rate_there_is_no_time(tmp_path, head, words):
    with pytest.raises(HeterofilmError, match=words):
        read(written(tmp_path, DIRECTION * WAVE, head))
