"""Records: checks at the door, capacities in every unit, the Battery Data Format, lossless round trips."""

import math
import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from draws import examples
from heterofilm.errors import HeterofilmError
from heterofilm.records.record import COLUMNS, Record

META = {
    "name": "LMO cell",
    "kind": "simulated",
    "area_m2": 1e-4,
    "thickness_m": 3e-7,
    "temperature_K": 298.15,
    "areal_mass_kg_m2": 1.2e-3,
}


def two_steps(**extra):
    """A discharge of 36 C/m2 in an hour while 4 V fall to 2 V, then a charge of half of that."""
    return pl.DataFrame(
        {
            "time_s": [0.0, 1800.0, 3600.0, 3600.0, 5400.0],
            "voltage_V": [4.0, 3.0, 2.0, 2.5, 3.5],
            "current_A_m2": [0.01, 0.01, 0.01, -0.01, -0.01],
            "charge_C_m2": [0.0, 18.0, 36.0, 0.0, -18.0],
            "step": [1, 1, 1, 2, 2],
            "cycle": [1, 1, 1, 1, 1],
            **extra,
        }
    )


def test_the_steps_are_summed_up():
    steps = Record(two_steps(), meta=META).steps
    assert steps["kind"].to_list() == ["discharge", "charge"]
    assert steps["capacity_C_m2"].to_list() == [36.0, 18.0]
    assert steps["energy_J_m2"].to_list() == [108.0, 54.0]  # 36 C/m2 at 3 V, 18 C/m2 at 3 V
    assert steps["t_start"].to_list() == [0.0, 3600.0]
    assert steps["t_end"].to_list() == [3600.0, 5400.0]


def test_capacity_in_every_kind_of_unit():
    record = Record(two_steps(), meta=META)
    assert record.capacity("C/m2", step=1) == 36.0
    assert record.capacity("uAh/cm2", step=1) == 1.0
    assert record.capacity(step=1) == pytest.approx(1 / 0.3)  # 1 uAh/cm2 in 300 nm
    assert record.capacity("mAh/g", step=1) == pytest.approx(10 / 1.2)
    assert record.capacity("uAh", step=1) == pytest.approx(1.0)
    assert record.capacity("uAh/cm2") == record.capacity("uAh/cm2", step=-1) == 0.5


def test_capacity_says_what_is_missing():
    record = Record(two_steps())
    for unit, key in [("uAh/cm2/um", "thickness_m"), ("mAh/g", "areal_mass_kg_m2"), ("uAh", "area_m2")]:
        with pytest.raises(HeterofilmError, match=key):
            record.capacity(unit)
    with pytest.raises(HeterofilmError, match="no unit of capacity"):
        record.capacity("V")
    with pytest.raises(HeterofilmError, match="no step 7 in this record, which has steps 1 to 2"):
        record.capacity("uAh/cm2", step=7)
    with pytest.raises(HeterofilmError, match="no step -3"):
        record.step(-3)


def test_one_step_alone():
    record = Record(two_steps(), meta=META)
    assert record.step(2).equals(record.step(-1))
    assert record.step(1).frame.height == 3
    assert record.step(1).steps.height == 1


def test_pandas():
    assert list(Record(two_steps()).to_pandas().columns) == list(COLUMNS)


def test_bdf_names_signs_and_units():
    bdf = Record(two_steps(loss_ohmic_V=[0.1] * 5), meta=META).bdf()
    assert bdf.columns == [
        "Test Time / s", "Voltage / V", "Current / A", "Cycle Count / 1", "Step Count / 1", "Step Index / 1",
        "Ambient Temperature / degC", "Charging Capacity / Ah", "Discharging Capacity / Ah", "loss_ohmic_V",
    ]  # fmt: skip
    assert bdf["Current / A"].to_list() == pytest.approx([-1e-6, -1e-6, -1e-6, 1e-6, 1e-6])
    assert bdf["Discharging Capacity / Ah"].to_list() == pytest.approx([0, 0.5e-6, 1e-6, 0, 0])
    assert bdf["Charging Capacity / Ah"].to_list() == pytest.approx([0, 0, 0, 0, 0.5e-6])
    assert bdf["Ambient Temperature / degC"].to_list() == [25.0] * 5


def test_a_rest_reads_plus_zero_amperes():
    frame = two_steps().with_columns(pl.lit(0.0).alias("current_A_m2"))
    record = Record(frame, meta=META)
    assert all(math.copysign(1, current) == 1 for current in record.bdf()["Current / A"])
    assert record.steps["kind"].to_list() == ["rest", "rest"]


def test_bdf_needs_the_area():
    with pytest.raises(HeterofilmError, match="no positive 'area_m2'"):
        Record(two_steps()).bdf()


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        (
            two_steps().drop("voltage_V").rename({"time_s": "time"}),
            "no column 'time_s'. Did you mean 'time'?",
        ),
        (two_steps(note=["a"] * 5), "'note' in the frame of a record holds String"),
        (two_steps(**{"loss / V": [0.0] * 5}), "name some files cannot hold"),
        (two_steps().with_columns(pl.col("step").reverse()), "running count"),
        (two_steps(mark=[1, None, 1, 1, 1]), "has gaps"),
        (two_steps().with_columns(voltage_V=pl.lit("high")), "holds String, but Float64 was expected"),
    ],
)
def test_a_bad_frame_is_refused(frame, says):
    with pytest.raises(HeterofilmError) as caught:
        Record(frame)
    assert says in str(caught.value)


def test_a_missing_step_column_is_refused():
    steps = Record(two_steps()).steps.drop("end")
    with pytest.raises(HeterofilmError, match="The steps of a record has no column 'end'"):
        Record(two_steps(), steps=steps)


# ---- files

numbers = st.floats(allow_infinity=False, width=64)
sane = st.floats(-1e6, 1e6)


@st.composite
def records(draw, values=numbers):
    """Any record of up to 12 rows, with losses, gaps and a step table of its own."""
    n = draw(st.integers(1, 12))
    column = st.lists(values, min_size=n, max_size=n)
    frame = pl.DataFrame(
        {
            **{name: draw(column) for name in ("time_s", "voltage_V", "current_A_m2", "charge_C_m2")},
            "step": sorted(draw(st.lists(st.integers(0, 4), min_size=n, max_size=n))),
            "cycle": draw(st.lists(st.integers(1, 9), min_size=n, max_size=n)),
            "loss_ohmic_V": draw(column),
            "oxidation_Co3+": draw(column),
        }
    )
    key = st.text(min_size=1, max_size=8)
    meta = draw(st.dictionaries(key, st.one_of(st.text(max_size=8), numbers.filter(math.isfinite), st.integers())))
    record = Record(frame, meta=META | meta)
    ends = draw(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])), min_size=5, max_size=5))
    steps = record.steps.with_columns(pl.Series("end", ends[: record.steps.height]))
    return Record(frame, draw(profiles()), record.meta, steps)


@st.composite
def cells(draw):
    """What a cell can have done: steps at constant current, a row a minute, charge the integral of the current."""
    currents = draw(st.lists(st.sampled_from([-2.0, -0.5, 1.0, 1.5]), min_size=1, max_size=4))
    rows = [draw(st.integers(2, 6)) for _ in currents]
    n = sum(rows)
    step = np.repeat(np.arange(1, len(currents) + 1), rows)
    i = np.repeat(currents, rows)
    time, charge, start = [], [], 0.0
    for k, m in zip(currents, rows, strict=True):
        time += [start + 60.0 * j for j in range(m)]
        charge += [k * 60.0 * j for j in range(m)]
        start = time[-1]
    frame = pl.DataFrame(
        {
            "time_s": time, "voltage_V": draw(st.lists(st.floats(2.0, 4.0), min_size=n, max_size=n)),
            "current_A_m2": i, "charge_C_m2": charge, "step": step, "cycle": step, "loss_ohmic_V": [0.1] * n,
        }
    )  # fmt: skip
    return Record(frame, meta=META | {"made": 1})


@st.composite
def profiles(draw):
    if draw(st.booleans()):
        return None
    shape = draw(st.integers(1, 4)), draw(st.integers(1, 5))
    values = np.array(draw(st.lists(numbers, min_size=shape[0] * shape[1], max_size=shape[0] * shape[1])))
    return xr.Dataset(
        {"concentration": (("time", "depth"), values.reshape(shape), {"units": "mol/m3"})},
        coords={"depth": np.linspace(0, 3e-7, shape[1]), "layer": ("depth", ["cathode"] * shape[1])},
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("records")


@examples(400)
@given(record=records())
def test_netcdf_keeps_everything(folder, record):
    back = Record.read(record.write(folder / "any.nc"))
    assert back.equals(record)
    assert back.frame.schema == record.frame.schema


@examples(400)
@given(record=st.one_of(records(sane), cells()), suffix=st.sampled_from([".csv", ".parquet"]))
def test_bdf_files_keep_the_rows(folder, record, suffix):
    """A csv does not say that it is ours: it keeps what a cell can have done, but for a count of half cycles, said."""
    if suffix == ".csv" and "made" not in record.meta:
        return
    back = Record.read(record.write(folder / f"any{suffix}"), area_m2=1e-4)
    assert back.frame.columns == record.frame.columns
    halves = "counts half cycles" in str(back.meta.get("assumed", ""))
    for name in record.frame.columns:
        if not (halves and name == "cycle"):
            np.testing.assert_allclose(back.frame[name], record.frame[name], rtol=1e-12, atol=1e-300)
    assert back.meta["temperature_K"] == pytest.approx(298.15)
    if suffix == ".parquet":
        assert back.equals(record)


def test_no_profiles_and_no_rows(tmp_path):
    empty = Record(two_steps().clear(), meta=META)
    assert Record.read(empty.write(tmp_path / "empty.nc")).equals(empty)
    assert Record.read(empty.write(tmp_path / "empty.csv"), **META).frame.equals(empty.frame)
    with pytest.raises(HeterofilmError, match="which has no steps"):
        empty.step(-1)


def test_a_foreign_bdf_file_without_steps_or_capacities(tmp_path):
    path = tmp_path / "foreign.csv"
    path.write_text(
        "Test Time / s,Voltage / V,Current / A,Step Index / 1,Ambient Temperature / degC\n"
        "0,4,-1e-6,1,25\n1800,3,-1e-6,1,25\n3600,2,1e-6,2,25\n5400,3,1e-6,2,26\n7200,3,-1e-6,1,26\n"
    )
    record = Record.read(path, area_m2=1e-4, kind="measured")
    assert record.frame["step"].to_list() == [1, 1, 2, 2, 3]
    assert record.frame["step_index"].to_list() == [1, 1, 2, 2, 1]
    assert record.frame["charge_C_m2"].to_list() == pytest.approx([0, 18, 0, -18, 0])
    assert record.frame["temperature_K"].to_list()[-1] == 299.15
    assert record.meta == {"area_m2": 1e-4, "kind": "measured", "charge": "integral"}
    assert record.bdf()["Step Index / 1"].to_list() == [1, 1, 2, 2, 1]
    assert record.bdf()["Ambient Temperature / degC"].to_list()[0] == 25.0


def test_reading_says_what_is_wrong(tmp_path):
    record = Record(two_steps(), meta=META)
    path = record.write(tmp_path / "a.csv")
    with pytest.raises(HeterofilmError, match="does not say the electrode area"):
        Record.read(path)
    path.write_text(path.read_text().replace("Voltage / V", "Voltage / mA"))
    with pytest.raises(HeterofilmError, match=r"no column 'Voltage / V'\. Did you mean 'Voltage / mA'"):
        Record.read(path, area_m2=1e-4)
    running_on = record.bdf().with_columns(pl.lit(1.0).alias(f"{d} Capacity / Ah") for d in ("Charging", "Discharging"))
    running_on.write_csv(path)
    assert "differs from the integral" in str(Record.read(path, area_m2=1e-4).meta["doubts"])
    with pytest.raises(HeterofilmError, match="no such file"):
        Record.read(tmp_path / "nowhere.nc")
    for name in ("broken.nc", "broken.parquet"):
        (tmp_path / name).write_bytes(b"not a record")
        with pytest.raises(HeterofilmError, match="damaged or not a heterofilm record"):
            Record.read(tmp_path / name)


def test_writing_says_what_is_wrong(tmp_path):
    record = Record(two_steps(), meta=META)
    with pytest.raises(HeterofilmError, match=r"Did you mean '\.csv'"):
        record.write(tmp_path / "a.cvs")
    with pytest.raises(HeterofilmError, match=r"must end in \.csv, \.parquet or \.nc"):
        record.write(tmp_path / "a.xlsx")
    for suffix in (".csv", ".parquet", ".nc"):
        with pytest.raises(HeterofilmError, match="There is no folder"):
            record.write(tmp_path / "nowhere" / f"a{suffix}")
        with pytest.raises(HeterofilmError, match="Cannot write"):
            (tmp_path / f"folder{suffix}").mkdir()
            record.write(tmp_path / f"folder{suffix}")


def test_a_write_that_fails_leaves_the_old_file_and_no_rubbish(tmp_path, monkeypatch):
    record = Record(two_steps(), meta=META)
    path = record.write(tmp_path / "a.nc")
    before = path.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(HeterofilmError, match="No space left on device"):
        record.write(path)
    assert path.read_bytes() == before
    assert [p.name for p in Path(tmp_path).iterdir()] == ["a.nc"]


def test_repr_is_one_line():
    assert repr(Record(two_steps(), meta=META)) == "<Record LMO cell: simulated, 2 steps, 5 rows>"


def test_a_file_that_claims_more_than_it_holds_is_refused(tmp_path):
    """2^40 rows that were never written take no room on disk and all of the memory: they are counted first."""
    h5py = pytest.importorskip("h5py")
    path = Record(two_steps(), meta=META).write(tmp_path / "a.nc")
    with h5py.File(path, "a") as file:
        for name in list(file.keys()):
            if name in ("time_s",):
                del file[name]
                file.create_dataset(name, shape=(2**40,), dtype="f8", chunks=(2**16,))
    with pytest.raises(HeterofilmError, match="Cannot read"):
        Record.read(path)
    for meta in ("[1, 2]", '"text"', '{"a": [1]}', "{", "[" * 5000):
        path = Record(two_steps(), meta=META).write(tmp_path / "b.nc")
        with h5py.File(path, "a") as file:
            file.attrs["heterofilm_meta"] = meta
        with pytest.raises(HeterofilmError, match="Cannot read"):
            Record.read(path)
