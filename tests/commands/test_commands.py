"""The commands that analyse: what they print agrees with the analyses, what they refuse is one sentence."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from heterofilm.analysis.electrochemistry.cv import sweeps
from heterofilm.analysis.electrochemistry.cv_tracks import last_at_each_rate
from heterofilm.analysis.electrochemistry.cycles import cycle_table, rate_summary
from heterofilm.analysis.electrochemistry.dqdv import plateaus
from heterofilm.analysis.impedance.circuit import Circuit
from heterofilm.cli import main
from heterofilm.commands import eis, inputs
from heterofilm.commands import replicates as replicate_command
from heterofilm.errors import HeterofilmError
from heterofilm.simulation.run import simulate
from heterofilm.synthetic.voltammetry import Film, Scan, voltammogram

F = np.geomspace(1e5, 1e-1, 61)
Z = Circuit.parse("R0-p(R1,C1)").impedance(F, {"R0": 10.0, "R1": 50.0, "C1": 1e-4})
CYCLE = "(Discharge at {0} uA/cm2 until 2.15 V; Charge at {0} uA/cm2 until 3.8 V)"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """One record of every kind, and a table of a spectrum."""
    folder = tmp_path_factory.mktemp("records")
    rates = "; ".join("2 x " + CYCLE.format(i) for i in (20, 40, 80))
    simulate("vo-half", rates, detail=False).write(folder / "rate.nc")
    simulate("vo-half", "2 x " + CYCLE.format(40), detail=False).write(folder / "plain.csv")
    for rate in (1, 2, 4):
        record = simulate("vo-half", f"CV between 2.15 V and 3.8 V at {rate} mV/s for 2 cycles", detail=False)
        record.write(folder / f"cv{rate}.nc")
    gitt = simulate("vo-half", "GITT discharge at 5 uA/cm2 for 10 min, rest for 1 h, until 3.1 V", detail=False)
    gitt.write(folder / "gitt.nc")
    simulate("voc1-atfb", "EIS from 100 kHz to 1 Hz; EIS from 10 kHz to 1 Hz").write(folder / "eis.nc")
    rows = "\n".join(f"{f:.9e},{z.real:.9e},{z.imag:.9e}" for f, z in zip(F, Z, strict=True))
    (folder / "z.csv").write_text(rows)
    return folder


def run(capsys, *arguments):
    assert main([str(a) for a in arguments]) == 0
    return capsys.readouterr().out


def test_cycles(folder, tmp_path, capsys):
    plot, out = tmp_path / "c.svg", tmp_path / "c.csv"
    said = run(capsys, "cycles", folder / "rate.nc", "--plot", plot, "--out", out, "--share", "0.5")
    table = pl.read_csv(out)
    record = inputs.read_record(str(folder / "rate.nc"), None, None)
    assert table["cycle"].to_list() == list(range(1, 7))
    assert table["discharge_C_m2"].to_list() == pytest.approx(cycle_table(record)["discharge_C_m2"].to_list())
    assert f"{table['discharge_uAh_cm2_um'][-1]:.2f}" in said
    assert "stays above 50 %" in said and "among the 2 cycles at its current" in said  # a faster discharge is no ageing
    assert f"{100 * rate_summary(record)['share'][-1]:.1f} %" in said
    text = plot.read_text()
    assert "Rate capability" in text and "Coulombic efficiency" in text and "Mean voltages" in text


def test_cycles_of_a_csv_need_an_area(folder, capsys):
    said = run(capsys, "cycles", folder / "plain.csv", "--area", "1cm2", "--thickness", "300nm")
    assert "uAh/cm2/um" in said
    assert "in uAh/cm2;" in run(capsys, "cycles", folder / "plain.csv", "--area", "1cm2")


def test_cycles_of_cells_made_alike(folder, tmp_path, capsys):
    """Three capacities around one: mean, sample deviation and Student's interval are those of the three numbers."""
    record = inputs.read_record(str(folder / "rate.nc"), None, None)
    files = [tmp_path / f"cell{k}.nc" for k in (1, 2, 3)]
    for k, file in enumerate(files):
        scaled = [pl.col("capacity_C_m2") * (1.0 + 0.1 * k), pl.col("energy_J_m2") * (1.0 + 0.1 * k)]
        replace(record, steps=record.steps.with_columns(scaled)).write(file)
    plot, out = tmp_path / "cells.svg", tmp_path / "cells.csv"
    said = run(capsys, "cycles", *files, "--plot", plot, "--out", out, "--share", "0.9995")
    first = cycle_table(record)["discharge_uAh_cm2_um"][0]
    row = pl.read_csv(out).filter((pl.col("cycle") == 1) & (pl.col("quantity") == "discharge_uAh_cm2_um"))
    assert row["n"][0] == 3 and row["mean"][0] == pytest.approx(1.1 * first)
    assert row["sd"][0] == pytest.approx(0.1 * first)
    # t(0.975, 2) = 4.3027
    assert row["ci_high"][0] - row["mean"][0] == pytest.approx(4.3027 * 0.1 * first / np.sqrt(3.0), rel=1e-4)
    assert "3 cells" in said and f"{1.1 * first:.2f}" in said and f"{0.1 * first:.2f}" in said
    ends = [line for line in said.splitlines() if line.startswith("End of life at 99.95 %")]
    assert len(ends) == 1 and "sd 0.0" in ends[0]  # scaled alike, all end in the same cycle
    # 10 % more charge in the same time are 88 uA/cm2
    assert f"{100 * rate_summary(record)['share'][-1]:.1f} %" in said and "88 uA/cm2" in said
    assert "mean of 3 cells" in plot.read_text()


def test_dqdv(folder, tmp_path, capsys):
    """The curves hold the charge of their steps, whatever the smoothing; the plateaus are those of the analysis."""
    plot, out = tmp_path / "d.svg", tmp_path / "d.csv"
    said = run(
        capsys, "dqdv", folder / "rate.nc", "--smoothing", "20 mV", "--cycles", "1,3", "--plot", plot, "--out", out
    )
    record = inputs.read_record(str(folder / "rate.nc"), None, None)
    table = pl.read_csv(out)
    assert table["cycle"].unique().sort().to_list() == [1, 3]
    for (step,), curve in table.group_by("step"):
        Q = np.trapezoid(curve["dqdv_C_m2_V"], curve["voltage_V"])
        assert pytest.approx(36.0 * record.capacity("uAh/cm2", int(step)), rel=1e-3) == Q
    assert "20 mV" in said and "cycle 3" in plot.read_text()
    for V in plateaus(record, 1, 0.02)["voltage_V"]:
        assert f"{V:.3f} V" in said
    assert run(capsys, "dqdv", folder / "rate.nc").count("discharge") >= 3


def test_replicates_need_names_that_differ(folder, tmp_path):
    """Two files of one stem are told apart by their folders; one file does not count as two cells."""
    assert list(replicate_command.named(["a/x.nc", "b/x.nc"])) == ["a/x.nc", "b/x.nc"]
    assert list(replicate_command.named(["a/x.nc", "b/y.nc"])) == ["x", "y"]
    with pytest.raises(HeterofilmError, match="given twice"):
        replicate_command.named(["a/x.nc", "a/../a/x.nc"])


def test_long_tables_are_printed_in_steps_of_1_2_5():
    assert [c + 1 for c in inputs.shown(list(range(1, 1235)))] == [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 1234]
    assert inputs.shown([3, 4, 5]) == [0, 1, 2]


def test_eis_of_a_measured_table(folder, tmp_path, capsys):
    """The circuit that made the spectrum is found again, with its features and its one relaxation."""
    plot, out = tmp_path / "z.html", tmp_path / "z.csv"
    said = run(
        capsys, "eis", folder / "z.csv", "--circuit", "R0-p(R1,C1)", "--fix", "R0=10", "--guess", "R1=30", "--drt",
        "--plot", plot, "--out", out,
    )  # fmt: skip
    assert "Kramers-Kronig: pass" in said and "fixed" in said and "negative in 61 of 61 rows: Im Z" in said
    found = {row["name"]: row["value"] for row in pl.read_csv(out).iter_rows(named=True)}
    assert found["R1"] == pytest.approx(50.0, rel=1e-6) and found["C1"] == pytest.approx(1e-4, rel=1e-6)
    assert found["R0"] == 10.0 and found["intercept"] == pytest.approx(10.0, rel=0.01)
    text = plot.read_text()
    assert all(f"<h2>{title}" in text for title in ("Impedance", "Modulus", "Distribution", "Kramers"))


def test_eis_per_area(folder, capsys):
    """1 cm2: the same numbers, said per cm2; 2 cm2: twice the resistance times area."""
    said = run(capsys, "eis", folder / "z.csv", "--area", "2cm2", "--circuit", "R0-p(R1,C1)")
    line = next(line.split() for line in said.splitlines() if line.startswith("  R1 "))
    assert float(line[1]) == pytest.approx(100.0) and "ohm cm2" in said and "F/cm2" in said


def test_eis_of_a_record(folder, tmp_path, capsys):
    listed = run(capsys, "eis", folder / "eis.nc", "--plot", tmp_path / "all.svg")
    assert "step 1" in listed and "step 2" in listed and (tmp_path / "all.svg").exists()
    said = run(capsys, "eis", folder / "eis.nc", "--step", "1", "--plot", tmp_path / "one.svg")
    assert "Which arc is which" in said and "cathode charge transfer" in said and "electrolyte" in said
    assert "Which arc is which" in (tmp_path / "one.svg").read_text()


def test_cv(folder, tmp_path, capsys):
    files = [folder / f"cv{rate}.nc" for rate in (4, 1, 2)]
    plot, out = tmp_path / "v.svg", tmp_path / "v.csv"
    said = run(capsys, "cv", *files, "--diffusion", "1e-11cm2/s", "--plot", plot, "--out", out)
    assert "b = " in said and "Share of k1 v, cathodic" in said and "no half-space" in said
    table = pl.read_csv(out)
    assert sorted(set(table["scan_rate_V_s"].round(5))) == [0.001, 0.002, 0.004]
    assert (table["height_A_m2"] > 0).all()
    assert "Peak current over scan rate" in plot.read_text()
    one = run(capsys, "cv", files[0], "--diffusion", "1e-11cm2/s")
    assert "need 3 scan rates" in one and "At 4 mV/s the film is" in one
    assert run(capsys, "cv", files[0], "--all").count("4 mV/s") > one.count("  4 mV/s")


def test_the_last_cycle_at_each_rate_is_taken():
    t = np.linspace(0.0, 4.0, 401)
    V = 3.0 + 0.5 * np.abs((t % 2.0) - 1.0)
    found = sweeps(np.concatenate([t, 4.0 + 2 * t]), np.concatenate([V, V]), np.ones(802))
    last = last_at_each_rate(found)
    assert [(s.direction, round(s.scan_rate_V_s, 2)) for s in last] == [
        ("cathodic", 0.25), ("anodic", 0.25), ("cathodic", 0.5), ("anodic", 0.5)
    ]  # fmt: skip
    assert [s.number for s in last] == [7, 8, 3, 4]


def test_gitt(folder, tmp_path, capsys):
    plot, out = tmp_path / "g.svg", tmp_path / "g.csv"
    said = run(capsys, "gitt", folder / "gitt.nc", "--plot", plot, "--out", out)
    table = pl.read_csv(out)
    assert f"{table['valid'].sum()} of {table.height} pulses" in said
    assert "Diffusivity from pulses" in plot.read_text()


def test_the_thickness_scales_a_diffusivity(folder, tmp_path, capsys):
    """D goes with the square of the thickness."""
    values = []
    for L in ("300nm", "600nm"):
        run(capsys, "gitt", folder / "gitt.nc", "--thickness", L, "--out", tmp_path / "g.csv")
        values.append(pl.read_csv(tmp_path / "g.csv")["D_m2_s"].to_numpy())
    assert values[1] == pytest.approx(4.0 * values[0], nan_ok=True)  # the first has no rest before it


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["cycles", "none.nc"], "no such file"),
        (["cycles", "plain.csv"], "--area 1cm2"),
        (["cycles", "plain.csv", "--area", "1cm"], "no area"),
        (["cycles", "plain.csv", "--area=-1cm2"], "positive"),
        (["cycles", "rate.nc", "--share", "2"], "between 0 and 1"),
        (["cycles", "rate.nc", "--reference", "second"], "number of a cycle"),
        (["cycles", "rate.nc", "--plot", "a.jpg"], ".png"),
        (["cycles", "rate.nc", "--out", "a.xls"], ".csv"),
        (["cycles", "rate.txt"], "there is no such file"),
        (["cycles", "rate.nc", "rate.nc"], "given twice"),
        (["dqdv", "rate.nc", "--smoothing", "10 s"], "10mV"),
        (["dqdv", "rate.nc", "--cycles", "one"], "list of cycles"),
        (["dqdv", "rate.nc", "--cycles", "77"], "no curve"),
        (["eis", "rate.nc"], "no impedance spectrum"),
        (["eis", "z.csv", "--fix", "R0=10"], "--circuit"),
        (["eis", "z.csv", "--circuit", "R0-p(R1,C1)", "--fix", "R0"], "NAME=NUMBER"),
        (["eis", "z.csv", "--circuit", "R0-p(R1,C1)", "--fix", "R9=1"], "R9"),
        (["eis", "z.csv", "--circuit", "R0-p(R1,C1)", "--guess", "R1=nan"], "NAME=NUMBER"),
        (["eis", "z.csv", "--circuit", "__import__('os')"], "column"),
        (["eis", "z.csv", "--step", "7"], "step 7"),
        (["eis", "eis.nc", "--drt"], "--step"),
        (["eis", "eis.nc", "--step", "1", "--area", "1cm2"], "per area already"),
        (["eis", "none.csv"], "there is no such file"),
        (["cv", "rate.nc", "none.nc"], "no such file"),
        (["cv", "cv1.nc", "--diffusion", "1e-13 m"], "m2/s"),
        (["gitt", "plain.csv", "--area", "1cm2"], "--thickness"),
        (["gitt", "gitt.nc", "--thickness", "thin"], "--thickness"),
        (["gitt", "cv1.nc"], "pulses and rests"),
    ],
)
def test_refusals(folder, arguments, words, capsys):
    given = [str(folder / a) if a.rpartition(".")[2] in ("nc", "csv", "txt") else a for a in arguments]
    assert main(given) == 2
    told = capsys.readouterr().err
    assert told.startswith("heterofilm: ") and words in told and "Traceback" not in told and len(told) < 500


def test_a_record_too_large_is_refused(tmp_path):
    with (tmp_path / "big.nc").open("wb") as file:
        file.truncate(inputs.MAX_BYTES + 1)
    with pytest.raises(HeterofilmError, match="500 MB"):
        inputs.read_record(str(tmp_path / "big.nc"), None, None)
    assert main(["eis", str(tmp_path / "big.nc")]) == 2


def test_units_per_area():
    assert [eis.unit_words(u, True) for u in ("ohm", "F s^(n-1)", "H", "ohm s^-1/2", "s", "1")] == [
        "ohm cm2", "F/cm2 s^(n-1)", "H cm2", "ohm cm2 s^-1/2", "s", "1",
    ]  # fmt: skip


def test_numbers_and_tables():
    assert inputs.number(None) == inputs.number(float("nan")) == "-"
    assert inputs.lines(("a", "bb"), [("xx", "1")]) == "a   bb\nxx   1"


def spectra_of(folder, name, temperatures=(), cycles=()):
    """Files of a film between blocking electrodes, or one file over cycles."""
    f = np.geomspace(1e6, 1.0, 40)
    made = []
    for T in temperatures:
        R = 5e3 * np.exp(0.5 / 8.617e-5 * (1.0 / T - 1.0 / 298.15)) * T / 298.15
        values = {"R0": 5.0, "R1": R, "C1": 4.4e-10, "CPE2_Q": 3e-8, "CPE2_n": 0.93}
        z = Circuit.parse("R0-p(R1-CPE2,C1)").impedance(f, values)
        z = z * (1.0 + 1e-3 * np.random.default_rng(int(T)).standard_normal(f.size))
        made.append(folder / f"{name}{T:g}.csv")
        rows = (f"{a:.9e},{b.real:.9e},{-b.imag:.9e}" for a, b in zip(f, z, strict=True))
        made[-1].write_text("\n".join(["f/Hz,Re(Z)/Ohm,-Im(Z)/Ohm", *rows]) + "\n")
    rows = []
    for cycle in cycles:
        z = Circuit.parse("R0-p(R1,C1)").impedance(f, {"R0": 10.0, "R1": 50.0 + cycle, "C1": 1e-6})
        z = z * (1.0 + 1e-3 * np.random.default_rng(cycle).standard_normal(f.size))
        rows += [f"{cycle},{a:.9e},{b.real:.9e},{-b.imag:.9e}" for a, b in zip(f, z, strict=True)]
    if cycles:
        made.append(folder / f"{name}.csv")
        made[-1].write_text("\n".join(["cycle,f/Hz,Re(Z)/Ohm,-Im(Z)/Ohm", *rows]) + "\n")
    return made


def test_eis_over_temperatures(tmp_path, capsys):
    """Conductivity at each temperature and the activation energy put in, with figure and table."""
    files = spectra_of(tmp_path, "t", (298.15, 318.15, 338.15))
    given = ["--temperature", "25degC", "--temperature", "45degC", "--temperature", "65degC"]
    plot, out = tmp_path / "t.svg", tmp_path / "t.csv"
    said = run(
        capsys, "eis", *files, "--blocking", "--area", "3mm2", "--thickness", "1um", "--circuit", "R0-p(R1-CPE2,C1)",
        *given, "--plot", plot, "--out", out,
    )  # fmt: skip
    assert "Activation energy of sT: 0.50" in said and "Ionic conductivity at 25 °C: (6.67e-07" in said
    assert "Ionic conductivity" in plot.read_text()
    assert pl.read_csv(out).filter(pl.col("name") == "ionic conductivity").height == 3


def test_eis_over_cycles(tmp_path, capsys):
    """One circuit for all spectra of a file, the arc by cycle; one of them alone with a bound, a window and weights."""
    (file,) = spectra_of(tmp_path, "c", cycles=(1, 10, 100))
    plot, out = tmp_path / "c.svg", tmp_path / "values.csv"
    said = run(capsys, "eis", file, "--circuit", "R0-p(R1,C1)", "--plot", plot, "--out", out)
    rows = pl.read_csv(out).filter(pl.col("name") == "R1")
    assert rows["cycle"].to_list() == [1, 10, 100] and "one for all spectra" in said
    assert rows["value"].to_list() == pytest.approx([51.0, 60.0, 150.0], rel=0.01)
    one = run(
        capsys, "eis", file, "--step", "1", "--circuit", "R0-p(R1,C1)", "--bound", "R1=10:90", "--lowest", "10Hz",
        "--weights", "unit", "--without", "1MHz",
    )  # fmt: skip
    kept = int(np.sum(np.geomspace(1e6, 1.0, 40) >= 10.0)) - 1
    assert "unit weights" in one and f"{kept} points" in one
    assert "Proposal: R0-p(R1,CPE1)" in run(capsys, "eis", file, "--step", "1", "--propose")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--thickness", "1um"], "no effect without --blocking"),
        (["--blocking", "--area", "1mm2"], "--thickness"),
        (["--weights", "unit"], "no effect without a fit"),
        (["--lowest", "1mHz"], "leaves out no point"),
        (["--bound", "R1=1:2"], "--circuit"),
        (["--circuit", "R0-p(R1,C1)", "--bound", "R1=5"], "LOW:HIGH"),
        (["--circuit", "R0-p(R1,C1)", "--link", "R1=R1"], "itself tied"),
        (["--temperature", "25degC", "--temperature", "30degC"], "2 temperatures were given for 1 spectra"),
        (["--temperature", "25 V"], "no temperature"),
    ],
)
def test_eis_settings_without_effect_are_refused(folder, arguments, words, capsys):
    assert main(["eis", str(folder / "z.csv"), *arguments]) == 2
    assert words in capsys.readouterr().err


def test_cv_without_time(tmp_path, capsys):
    """The rate is asked for, taken, and refused where the file contradicts it."""
    t, E, i, _ = voltammogram(Film(((3.0, 1e-3),)), Scan(2.5, 3.5, 1e-3, cycles=1))
    bare = "\n".join(["E (V),I (A)", *(f"{a:.6e},{-b:.9e}" for a, b in zip(E, i, strict=True))]) + "\n"
    timed = "\n".join(["Time (s),E (V),I (A)", *(f"{s:.6e},{a:.6e},{-b:.9e}" for s, a, b in zip(t, E, i, strict=True))])
    (tmp_path / "bare.csv").write_text(bare)
    (tmp_path / "timed.csv").write_text(timed + "\n")
    assert main(["cv", str(tmp_path / "bare.csv"), "--area", "1cm2"]) == 2
    assert "--scan-rate" in capsys.readouterr().err
    said = run(capsys, "cv", tmp_path / "bare.csv", "--area", "1cm2", "--scan-rate", "1mV/s", "--signal-to-noise", "8")
    assert (
        "3.000 V" in said and "it was made of the potential" in " ".join(said.split()) and "8 times the noise" in said
    )
    assert main(["cv", str(tmp_path / "timed.csv"), "--area", "1cm2", "--scan-rate", "2mV/s"]) == 2
    assert "swept at 1 mV/s" in capsys.readouterr().err
