"""Autolab: NOVA's text in several locales (synthetic, after published exports), FRA's lists of numbers."""

import numpy as np
import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.instruments import read
from real_data import real_file

F = np.geomspace(1e5, 0.1, 13)
Z = 10.0 + 50.0 / (1.0 + 2j * np.pi * F * 1e-3)


@pytest.mark.parametrize(("mark", "comma"), [(";", False), (";", True), ("\t", True), ("\t", False), (",", False)])
@pytest.mark.parametrize(("ohm", "encoding"), [("Ω", "utf-8"), ("Ω", "utf-8-sig"), ("Ohm", "cp1252"), ("?", "cp1252")])
def test_spectra_of_nova_in_every_locale(tmp_path, mark, comma, ohm, encoding):
    head = mark.join(
        ["Index", "Frequency (Hz)", f"Z' ({ohm})", f"-Z'' ({ohm})", f"Z ({ohm})", "-Phase (°)", "Time (s)"]
    )
    rows = [mark.join(f"{x:.8g}" for x in (k, f, z.real, -z.imag, abs(z), 1.5, k + 0.5)) for k, (f, z) in
            enumerate(zip(F, Z, strict=True))]  # fmt: skip
    body = "\n".join(rows)
    path = tmp_path / "nova.txt"
    path.write_text(head + "\n" + (body.replace(".", ",") if comma else body), encoding)
    m = read(path)
    assert m.column("frequency_Hz") == pytest.approx(F, rel=1e-6)
    assert m.column("Z_re_ohm") + 1j * m.column("Z_im_ohm") == pytest.approx(Z, rel=1e-6)


def test_a_voltammogram_of_nova(tmp_path):
    path = tmp_path / "cv.txt"
    head = "Potential applied (V);Time (s);WE(1).Current (A);WE(1).Potential (V);Scan;Index;Q+;Q-"
    path.write_text(head + "\n3;1;-1E-6;2.999;1;1;0;0\n3.1;2;1E-6;3.099;1;2;0;0\n3;3;-1E-6;3.0;2;3;0;0\n")
    m = read(path)
    assert m.technique == "voltammetry" and m.table["cycle"].to_list() == [1, 1, 2]
    assert m.column("voltage_V")[0] == 2.999 and m.column("current_A")[0] == 1e-6


def test_the_fra_texts_state_the_potential():
    m = read(real_file("eis/pyimpspec_data.P00"))
    assert m.column("voltage_V").tolist() == [0.30981] * 29 and m.column("Z_im_ohm")[0] == -26.556


def test_a_dfr_cut_short_says_so(tmp_path):
    lines = real_file("eis/pyimpspec_data.dfr").read_text().splitlines()
    path = tmp_path / "a.dfr"
    path.write_text("\n".join(lines[: 3 + 9 * 10 + 4]))
    m = read(path)
    assert m.table.height == 10 and m.notes == ("the header says 29 points, 10 are there",)
    path.write_text("\n".join(lines[:4]))
    with pytest.raises(HeterofilmError, match="no point"):
        read(path)
