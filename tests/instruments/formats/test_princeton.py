"""Princeton Applied Research: VersaStudio .par (synthetic, after a published file), Parstat and PowerSuite text."""

import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.instruments import read, read_all
from real_data import real_file

DEFINITION = (
    "Definition=Segment #, Point #, E(V), I(A), Elapsed Time(s), Current Range, Status, E Applied(V), Frequency(Hz), "
    "E Real, E Imag, I Real, I Imag, Z Real, Z Imag, ActionId, AC Amplitude, 0"
)


def par(tmp_path, rows, action="Potentiostatic EIS", definition=DEFINITION):
    path = tmp_path / "a.par"
    path.write_text(
        "<Application>\nName=VersaStudio\nVersion=2.52\n</Application>\n\n<Action0>\nSegments=0\nName=Common\n"
        f"</Action0>\n<Action1>\nAmplitude (mV RMS)=20\nName={action}\n</Action1>\n<Segment1>\nType=2\nVersion=3\n"
        f"{definition}\n" + "\n".join(rows) + "\n</Segment1>\n<Graph1>\nXAxis=1,2\n</Graph1>\n"
    )
    return path


def row(segment, k, f, Z, E=3.1, current=-1e-6):
    return f"{segment},{k},{E},{current},{k},5,53,{E},{f},0,0,0,0,{Z.real},{Z.imag},21,0.02"


def test_spectra_at_several_potentials(tmp_path):
    f = [1e5, 1e3, 10.0]
    rows = [row(s, k, x, 50 + s - 3j * k, E=3.0 + s / 10) for s in range(2) for k, x in enumerate(f)]
    (m,) = read_all(par(tmp_path, rows))
    assert m.technique == "impedance" and m.table["step"].to_list() == [1, 1, 1, 2, 2, 2]
    assert m.column("frequency_Hz").tolist() == f + f and m.meta["experiment"] == "Potentiostatic EIS"
    assert m.column("Z_im_ohm").tolist() == [0.0, -3.0, -6.0] * 2
    assert m.column("voltage_V") == pytest.approx([3.0] * 3 + [3.1] * 3)


def test_a_sweep_is_voltammetry_with_discharge_positive(tmp_path):
    rows = [row(0, k, 0, 0j, E=3.0 - k / 100) for k in range(5)]
    m = read(par(tmp_path, rows, "Cyclic Voltammetry (Multiple Cycles)"))
    assert m.technique == "voltammetry" and m.column("current_A").tolist() == [1e-6] * 5


def test_parstat_holds_a_discharge_and_a_spectrum():
    """31 rows with a frequency, 781 without; there the voltage falls, so that its -0.15 A is a discharge."""
    spectrum, dc = read_all(real_file("eis/impedancepy_exampleDataParstat.txt"))
    assert (spectrum.technique, spectrum.table.height) == ("impedance", 31)
    assert (dc.technique, dc.table.height) == ("cycling", 781)
    assert spectrum.column("Z_re_ohm")[-1] == pytest.approx(0.0270946491457229)
    assert spectrum.column("Z_im_ohm")[-1] == pytest.approx(-0.00399791080333837)
    voltage = dc.column("voltage_V")
    assert dc.column("current_A")[0] == pytest.approx(0.149962306022644) and voltage[50] < voltage[0]


@pytest.mark.parametrize(
    ("rows", "definition", "words"),
    [([], DEFINITION, "no segment with data"), (["1,2,3"], "Definition=a, b, c", "holds no measurement")],
)
def test_refusals(tmp_path, rows, definition, words):
    with pytest.raises(HeterofilmError, match=words):
        read(par(tmp_path, rows, definition=definition))
