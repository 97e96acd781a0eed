"""A cycler that writes files: a record with known truth goes out as BioLogic, Arbin, Neware or plain csv.

What a tester adds to the truth is in `SyntheticCycler`: noise and resolution of its converters, a drift of its zero, an
error of its calibration that stays the same through a file, rows that were lost. The defaults are assumed, of the size
that data sheets of 16-bit testers state.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..errors import InputError
from ..files import atomic
from ..records.record import Record
from ..units import si

__all__ = ["SyntheticCycler", "write_arbin_csv", "write_csv", "write_mpt", "write_neware_csv"]

Array = NDArray[Any]


@dataclass(frozen=True)
class SyntheticCycler:
    """What a tester does to the truth.

    - `voltage_noise_V`, `voltage_step_V`: standard deviation, and one step of the converter (10 V in 16 bits);
    - `drift_V_per_day`: of the zero of the voltage, linear in time;
    - `current_noise`, `current_step`: the same for the current, as shares of its largest value;
    - `calibration`: standard deviation of the relative error of the current, drawn once for a file;
    - `lost`: share of the rows that are missing (never the first or last of a step); `seed`: of all draws.
    """

    voltage_noise_V: float = 5e-5
    voltage_step_V: float = 10.0 / 2**16
    drift_V_per_day: float = 1e-5
    current_noise: float = 2e-5
    current_step: float = 2.0 / 2**16
    calibration: float = 1e-3
    lost: float = 0.0
    seed: int = 0

    def measure(self, record: Record) -> pl.DataFrame:
        """What the tester sees: time_s, voltage_V, current_A and charge_C (positive on charge, running), step, cycle.

        Errors: `HeterofilmError` for a record that does not say its area, or a share of lost rows outside 0 ... 0.9.
        """
        area = record.meta.get("area_m2")
        if not isinstance(area, int | float) or not area > 0.0:
            raise InputError("A tester measures a whole cell: the record must say its 'area_m2'.")
        if not 0.0 <= self.lost <= 0.9:
            raise InputError(f"The share of lost rows must lie between 0 and 0.9, got {self.lost:g}.")
        draw = np.random.default_rng(self.seed)
        frame = record.frame
        time, step = frame["time_s"].to_numpy(), frame["step"].to_numpy()
        true_current = -frame["current_A_m2"].to_numpy() * area
        gain = 1.0 + self.calibration * draw.standard_normal()
        largest = float(np.max(np.abs(true_current), initial=0.0))
        noise = self.current_noise * largest * draw.standard_normal(time.size)
        current = np.where(true_current != 0.0, gain * true_current + noise, 0.0)
        voltage = (
            frame["voltage_V"].to_numpy()
            + self.drift_V_per_day * (time - time[0]) / si("d")
            + self.voltage_noise_V * draw.standard_normal(time.size)
        )
        seen = pl.DataFrame(
            {
                "time_s": time,
                "voltage_V": _steps_of(voltage, self.voltage_step_V),
                "current_A": _steps_of(current, self.current_step * largest),
                "charge_C": -gain * area * _running(frame["charge_C_m2"].to_numpy(), step),
                "step": step,
                "cycle": frame["cycle"],
            }
        )
        edge = np.concatenate([[True], step[1:] != step[:-1]])
        edge |= np.concatenate([step[1:] != step[:-1], [True]])
        return seen.filter(pl.Series(edge | (draw.random(time.size) >= self.lost)))


def write_mpt(
    record: Record,
    path: str | os.PathLike[str],
    tester: SyntheticCycler | None = None,
    *,
    technique: str = "Galvanostatic Cycling with Potential Limitation",
    decimal_comma: bool = False,
) -> Path:
    """EC-Lab's text export (.mpt): Windows-1252, tabs, and a decimal comma where the computer has one."""
    seen = (tester or SyntheticCycler()).measure(record)
    charge = seen["charge_C"] / si("mAh")
    moved = charge.diff().fill_null(0.0)
    columns = {
        "mode": pl.Series([1]).extend_constant(1, seen.height - 1) if seen.height else pl.Series([], dtype=pl.Int64),
        "Ns": seen["step"],
        "time/s": seen["time_s"],
        "dq/mA.h": moved,
        "(Q-Qo)/mA.h": charge,
        "Ewe/V": seen["voltage_V"],
        "<I>/mA": seen["current_A"] * 1e3,
        "cycle number": seen["cycle"],
    }
    header = [
        technique, "", "Run on channel : 1 (SN 0000)", "Electrode connection : standard",
        "Acquisition started on : 01/01/2025 00:00:00.000", "Device : simulated",
        f"Comments : {record.meta.get('name', 'simulated')}", "",
    ]  # fmt: skip
    count = len(header) + 4
    top = ["EC-Lab ASCII FILE", f"Nb header lines : {count}", "", *header, "\t".join(columns) + "\t"]
    body = _rows(pl.DataFrame(columns), "\t", comma=decimal_comma)
    return _save(path, "\r\n".join(top) + "\r\n" + body.replace("\n", "\r\n"), "cp1252")


def write_arbin_csv(record: Record, path: str | os.PathLike[str], tester: SyntheticCycler | None = None) -> Path:
    """Arbin's csv: capacities in Ah that run on over all steps."""
    seen = (tester or SyntheticCycler()).measure(record)
    up, down = _both_ways(seen)
    columns = {
        "Data_Point": pl.int_range(1, seen.height + 1, eager=True),
        "Test_Time(s)": seen["time_s"],
        "Step_Time(s)": _step_time(seen),
        "Step_Index": seen["step"],
        "Cycle_Index": seen["cycle"],
        "Current(A)": seen["current_A"],
        "Voltage(V)": seen["voltage_V"],
        "Charge_Capacity(Ah)": up / si("Ah"),
        "Discharge_Capacity(Ah)": down / si("Ah"),
    }
    return _save(path, ",".join(columns) + "\n" + _rows(pl.DataFrame(columns), ","), "utf-8")


def write_neware_csv(record: Record, path: str | os.PathLike[str], tester: SyntheticCycler | None = None) -> Path:
    """The csv of Neware's BTSDA: clocks for the times, capacity counted from zero in each step."""
    seen = (tester or SyntheticCycler()).measure(record)
    current = seen["current_A"]
    kind = pl.select(
        pl.when(current > 0).then(pl.lit("CC Chg")).when(current < 0).then(pl.lit("CC DChg")).otherwise(pl.lit("Rest"))
    ).to_series()
    up, down = _both_ways(seen)
    columns = {
        "DataPoint": pl.int_range(1, seen.height + 1, eager=True),
        "Cycle Index": seen["cycle"],
        "Step Index": seen["step"],
        "Step Type": kind,
        "Time": _clock(_step_time(seen)),
        "Total Time": _clock(seen["time_s"]),
        "Current(A)": current,
        "Voltage(V)": seen["voltage_V"],
        "Chg. Cap.(Ah)": _since_step(up, seen) / si("Ah"),
        "DChg. Cap.(Ah)": _since_step(down, seen) / si("Ah"),
    }
    return _save(path, ",".join(columns) + "\n" + _rows(pl.DataFrame(columns), ","), "utf-8")


def write_csv(record: Record, path: str | os.PathLike[str], tester: SyntheticCycler | None = None) -> Path:
    """Time, voltage and current only, current positive on charge."""
    seen = (tester or SyntheticCycler()).measure(record)
    columns = {"Time (s)": seen["time_s"], "Voltage (V)": seen["voltage_V"], "Current (A)": seen["current_A"]}
    return _save(path, ",".join(columns) + "\n" + _rows(pl.DataFrame(columns), ","), "utf-8")


def _steps_of(values: Array, step: float) -> Array:
    return np.asarray(np.round(values / step) * step if step > 0.0 else values)


def _running(charge: Array, step: Array) -> Array:
    """A record's charge, which begins again in each step, as one that runs on."""
    new = np.concatenate([[True], step[1:] != step[:-1]])
    moved = np.where(new, charge, np.diff(charge, prepend=0.0))
    return np.cumsum(moved)


def _both_ways(seen: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """Charge moved so far on charge and on discharge, C."""
    moved = seen["charge_C"].diff().fill_null(seen["charge_C"][:1].first() if seen.height else 0.0)
    return moved.clip(lower_bound=0.0).cum_sum(), (0.0 - moved).clip(lower_bound=0.0).cum_sum()


def _since_step(counter: pl.Series, seen: pl.DataFrame) -> pl.Series:
    both = pl.DataFrame({"n": counter, "step": seen["step"]}).with_columns(
        pl.col("n").shift(1, fill_value=0.0).alias("before")
    )
    return both.select(pl.col("n") - pl.col("before").first().over("step")).to_series()


def _step_time(seen: pl.DataFrame) -> pl.Series:
    return seen.select(pl.col("time_s") - pl.col("time_s").first().over("step")).to_series()


def _clock(seconds: pl.Series) -> pl.Series:
    total = (seconds * 1000.0).round(0).cast(pl.Int64)
    hours, minutes, rest = total // int(si("h") * 1000), total // 60_000 % 60, total % 60_000
    parts = pl.DataFrame({"h": hours, "m": minutes, "s": rest // 1000, "ms": rest % 1000}).with_columns(
        pl.col("h", "m", "s").cast(pl.String).str.zfill(2), pl.col("ms").cast(pl.String).str.zfill(3)
    )
    return parts.select(pl.format("{}:{}:{}.{}", "h", "m", "s", "ms")).to_series()


def _rows(frame: pl.DataFrame, mark: str, comma: bool = False) -> str:
    return frame.write_csv(
        separator=mark, include_header=False, float_scientific=True, float_precision=12, decimal_comma=comma
    )


def _save(path: str | os.PathLike[str], text: str, encoding: str) -> Path:
    return atomic(Path(path), lambda target: target.write_bytes(text.encode(encoding, "replace")))
