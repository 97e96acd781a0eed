"""Tables of spectra without a vendor: what is taken for one, and what is not."""

import numpy as np
import polars as pl
import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.instruments import read, recognise
from heterofilm.instruments.impedance_table import TABLE

F = np.geomspace(1e5, 1.0, 21)


def written(tmp_path, head, first=F, mark=","):
    rows = (mark.join(f"{x:.7g}" for x in (f, 10 + k, -k)) for k, f in enumerate(first))
    (tmp_path / "z.csv").write_text(head + "\n".join(rows) + "\n")
    return tmp_path / "z.csv"


@pytest.mark.parametrize(
    "head",
    [
        "",
        "f,Z',Z''\n",
        "Frequency (Hz),Re(Z) (Ohm),Im(Z) (Ohm)\n",
        "freq,real,imag\n",
        "made by hand\nf/Hz,Zre,Zim\n",
        "21\n",
    ],
)
def test_taken_for_a_spectrum(tmp_path, head):
    path = written(tmp_path, head)
    assert recognise(path).name == TABLE
    m = read(path)
    assert m.column("frequency_Hz") == pytest.approx(F, rel=1e-6) and m.table["step"].to_list() == [1] * 21


@pytest.mark.parametrize(
    ("head", "first"),
    [
        ("", np.linspace(10.0, 90.0, 21)),  # diffraction angle, counts, error
        ("", np.linspace(1200.0, 0.0, 21)),  # binding energy
        ("Wavelength (nm),Absorbance,Reference\n", F),
        ("Time [s],Voltage [V],Current [A]\n", F),
        ("frequency,Result,Image\n", F),
    ],
)
def test_not_taken_for_a_spectrum(tmp_path, head, first):
    try:
        assert "impedance" not in recognise(written(tmp_path, head, first)).techniques
    except HeterofilmError as error:
        assert "no known layout" in str(error)


def test_a_spectrum_without_frequency_is_refused_with_its_columns(tmp_path):
    with pytest.raises(HeterofilmError, match="but no frequency"):
        read(written(tmp_path, "no,Z',Z''\n", np.arange(0, 21)))


@pytest.mark.parametrize(
    ("head", "factors", "unit"),
    [
        ("Frequency (kHz),Z' (kOhm),Z'' (kOhm)\n", (1e3, 1e3), "ohm"),
        ("freq,re,im\nkHz,kOhm,kOhm\n", (1e3, 1e3), "ohm"),
        ("Freq [Hz],Z' [Ohm cm2],Z'' [Ohm cm2]\n", (1.0, 1e-4), "ohm m2"),
    ],
)
def test_units_of_the_headings(tmp_path, head, factors, unit):
    """Text and parquet alike: the stated unit counts, and the columns of a table per area say so."""
    text = read(written(tmp_path, head))
    f, real, imaginary = (h.partition("\n")[0] for h in head.split(",", 2))
    table = pl.DataFrame({f: F, real: 10.0 + np.arange(21), imaginary: -1.0 * np.arange(21)})
    table.write_parquet(tmp_path / "z.parquet")
    for measured in (text, read(tmp_path / "z.parquet")) if "\n" not in head[:-1] else (text,):
        (spectrum,) = measured.spectra()
        assert spectrum.unit == unit and spectrum.frequency_Hz == pytest.approx(factors[0] * F, rel=1e-6)
        assert spectrum.impedance.real == pytest.approx(factors[1] * (10.0 + np.arange(21)))
        assert f"Z_re_{unit.replace(' ', '_')}" in measured.table.columns
