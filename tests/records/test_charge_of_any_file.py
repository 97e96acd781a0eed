"""The law of charge: of any file a cycler may write the charge is right, or it is refused, or the doubt is said.

Random tests with a known charge are written with all the disturbances of `cycler_files` and their combinations.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import strategies as st

from cycler_files import COUNTERS, FAULTS_OF_COUNTERS, HAPPENS, Half, Rows, measured, write
from draws import examples
from heterofilm.analysis.electrochemistry.cycles import cycle_table
from heterofilm.errors import HeterofilmError
from heterofilm.instruments import read
from heterofilm.records.charge import AGREE
from heterofilm.records.record import Record

AREA = 1e-4
TIMES = ["clock_of_each_step", "clock_of_each_cycle", "clock_wraps", "appended"]
DATES = ["dates_over_spring", "dates_over_autumn", "dates_with_zone"]
CLOCKS = [
    "clock_resumed",
    "first_row_of_steps_zero",
    "wrong_stamp",
    "rows_swapped",
    "pause",
    "jump_at_rest",
    "rows_lost",
]
ROWS = ["rows_doubled", "export_overlaps", "no_numbers"]
STEPS = ["step_of_the_program", "step_stands_still", "step_is_cycle", "no_step"]
CYCLES = ["no_cycle", "cycle_stands_still", "cycle_counts_halves"]
SIGNS = ["magnitudes_with_state", "magnitudes", "positive_on_discharge"]


@st.composite
def files(draw: st.DrawFn) -> tuple[list[Half], float, int, list[str], int]:
    """Half cycles, interval of the rows (s), rows of a rest, what happens to the file in this order, a seed."""
    first = draw(st.sampled_from([1, -1]))
    size = draw(st.sampled_from([80.0, 900.0]))
    halves = [
        Half(
            first if k % 2 == 0 else -first,
            size * draw(st.sampled_from([1.0, 0.95, 0.85, 0.8])),
            size / 1e3 * draw(st.sampled_from([0.7, 1.0, 1.6])),
        )
        for k in range(2 * draw(st.integers(1, 3)))
    ]

    def some(names: list[str], of: int) -> list[str]:
        """One of `names` in one of `of` draws."""
        return [draw(st.sampled_from(names))] if draw(st.integers(1, of)) == of else []

    steps, cycles = some(STEPS, 2), some(CYCLES, 3)
    if len(halves) < 4 and cycles == ["cycle_counts_halves"]:  # two of them are as well two cycles
        cycles = []
    counter = some(COUNTERS, 2)
    dated = some(DATES, 4)
    happens = [*counter, *(some(FAULTS_OF_COUNTERS, 3) if counter else []), *steps, *cycles, *some(SIGNS, 3)]
    if dated:  # a date is what it is: of its clock only hours are told twice
        happens += [
            *some(["pause", "jump_at_rest", "rows_lost"], 3),
            *dated,
            *some(["rows_swapped"], 6),
            *some(ROWS, 5),
        ]
    else:
        faults = draw(st.lists(st.sampled_from(CLOCKS), max_size=2, unique=True))
        happens += [*some(TIMES, 3), *faults, *some(ROWS, 4)]
    return (
        halves, draw(st.sampled_from([20.0, 60.0, 120.0])), draw(st.sampled_from([0, 6])),
        [*happens, *some(["units_below"], 6)], draw(st.integers(0, 2**32 - 1)),
    )  # fmt: skip


def made(halves: list[Half], interval: float, rest: int, names: list[str], seed: int) -> Rows:
    rows = measured(halves, interval, rest=rest, charge_first=halves[0].way < 0)
    draw = np.random.default_rng(seed)
    rows.voltage = rows.voltage + 1e-5 * draw.standard_normal(rows.voltage.size)
    if "magnitudes_with_state" not in names:
        rows.state = None
    for name in names:
        HAPPENS[name](rows, draw)
    return rows


def charges(record: Record) -> tuple[list[float | None], list[float | None]]:
    table = cycle_table(record)
    return tuple(
        [None if q is None else q * AREA / 3.6e-3 for q in table[f"{side}_C_m2"].to_list()]
        for side in ("discharge", "charge")
    )  # type: ignore[return-value]


def said(record: Record) -> str:
    return "\n".join(str(record.meta.get(key, "")) for key in ("assumed", "doubts"))


def check(file: tuple, path: Path) -> str:
    """Write and read a file; what is wrong with its charge, "" for nothing."""
    halves, interval, rest, names, seed = file
    rows = made(halves, interval, rest, names, seed)
    write(rows, path)
    try:
        record = read(path).record(AREA)
        found = charges(record)
    except HeterofilmError as error:
        return "" if str(error).isprintable() else f"'{error}' is no sentence"
    told = said(record)
    doubts = cycle_table(record)["doubt"].to_list()
    several = told and sum(name in (*TIMES, *DATES, *CLOCKS, *ROWS) for name in names) > 1
    if rows.said and not told:
        return "nothing was said"
    truth: tuple[list[float], list[float]] = ([], [])
    for k in range(0, len(halves), 2):
        for side, way in zip(truth, (1, -1), strict=True):
            side.append(next(h.charge for h in halves[k : k + 2] if h.way == way))
    if [len(side) for side in found] != [len(side) for side in truth]:
        return f"{found}, not {truth}; said: {told}"
    for side, way in enumerate((1, -1)):
        for k, (got, true) in enumerate(zip(found[side], truth[side], strict=True)):
            half = 2 * k + (0 if halves[2 * k].way == way else 1)
            if (half in rows.lost and told) or (
                half in rows.thinned and ("begins again" in told or "no row was written" in told)
            ):
                continue
            between = halves[half].current * interval / 3.6
            room = AGREE * true + (2.0 * between if several or doubts[k] or (half in rows.open and told) else 0.0)
            if got is None or abs(got - true) > room:
                return f"cycle {k + 1} {'+-'[side]}: {got}, not {true:.2f}; said: {told}"
    return ""


SWAPPED_BEHIND_A_PAUSE = (
    [Half(1, 80.0, 0.08), Half(-1, 64.0, 0.08)], 120.0, 0,
    ["counters_of_the_test", "counter_restarts", "rows_swapped", "pause"], 230,
)  # fmt: skip

STAMPED_BEHIND_A_WRAP = (
    [Half(1, 80.0, 0.08), Half(-1, 68.0, 0.08)], 60.0, 0,
    ["counters_of_the_test", "clock_wraps", "first_row_of_steps_zero", "wrong_stamp"], 2113,
)  # fmt: skip


@given(files())
@example(SWAPPED_BEHIND_A_PAUSE)
@example(STAMPED_BEHIND_A_WRAP)
@examples(2000, suppress_health_check=list(HealthCheck))
def test_the_charge_is_right_or_refused_or_doubted(tmp_path_factory: pytest.TempPathFactory, file: tuple) -> None:
    """Every half cycle within 1 %, by which a counter may differ from the integral, silently or not.

    Where the clock began again within it, where the cycle is doubted, and where several things happened to clock and
    rows (all of which is said), it may be off by what moves in two intervals; where many rows are lost a word is
    enough.
    """
    assert check(file, Path(tmp_path_factory.getbasetemp()) / "any.csv") == ""
