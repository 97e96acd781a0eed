"""ZPlot/ZView: headers, tabs and commas, what a file cut short says."""

import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.instruments import read
from real_data import real_file

HEAD = "ZPLOT2 ASCII\n  Open Circuit Potential (V): 3.25\n  Data Points:                3\n"
NAMES = "  Freq(Hz)\tAmpl\tBias\tTime(Sec)\tZ'(a)\tZ''(b)\tGD\tErr\tRange\nEnd Comments\n"
ROWS = "".join(f"{10.0**k:E}\t1E-2\t3.2\t{k}\t{10 + k}\t{-k}\t0\t0\t3\n" for k in (3, 2, 1))


def written(tmp_path, text):
    (tmp_path / "a.z").write_text(text)
    return tmp_path / "a.z"


def test_bias_is_the_potential_and_the_header_the_open_circuit(tmp_path):
    m = read(written(tmp_path, HEAD + NAMES + ROWS))
    assert m.column("voltage_V").tolist() == [3.2] * 3 and m.meta["open_circuit_V"] == 3.25
    assert m.column("Z_im_ohm").tolist() == [-3.0, -2.0, -1.0] and m.notes == (
        "the column Bias is taken for the dc potential",
    )


def test_no_bias_is_no_potential():
    m = read(real_file("eis/impedancepy_exampleDataZPlot.z"))
    assert "voltage_V" not in m.table.columns and m.meta["open_circuit_V"] == 0.0033
    assert m.notes == ("the header says 56 points, 21 are there",)


@pytest.mark.parametrize(("text", "words"), [(HEAD, "line of headings"), (HEAD + NAMES, "no row of data")])
def test_a_file_cut_short(tmp_path, text, words):
    with pytest.raises(HeterofilmError, match=words):
        read(written(tmp_path, text))
