"""Any table of time, voltage and current: headings in the field's words, or a map that says what each column is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from ..errors import HeterofilmError, did_you_mean
from ..units import parse_unit
from .cycler import assemble
from .head import Head
from .headings import ROLES, Layout, split, words
from .measurement import Measurement
from .rows import Heading, cells, find_heading, head_lines, read_rows

__all__ = ["GENERIC", "read_columns", "units_of"]

GENERIC = Layout(
    "an unknown tester",
    {
        "test time": "time_s", "total time": "time_s", "elapsed time": "time_s", "run time": "time_s",
        "testtime": "time_s", "time": "time_s", "t": "time_s", "zeit": "time_s", "step time": "step_time_s",
        "voltage": "voltage_V", "potential": "voltage_V", "cell voltage": "voltage_V", "ewe": "voltage_V",
        "ecell": "voltage_V", "ewe/v": "voltage_V", "<ewe>": "voltage_V", "we(1).potential": "voltage_V",
        "e": "voltage_V", "u": "voltage_V", "v": "voltage_V", "spannung": "voltage_V", "电压": "voltage_V",
        "current": "current_A", "<i>": "current_A", "i": "current_A", "we(1).current": "current_A",
        "amps": "current_A", "strom": "current_A", "电流": "current_A",
        "charge capacity": "charged_C", "charging capacity": "charged_C", "q charge": "charged_C",
        "discharge capacity": "discharged_C", "discharging capacity": "discharged_C", "q discharge": "discharged_C",
        "(q-qo)": "counter_C",
        "cycle number": "cycle", "cycle index": "cycle", "cycle count": "cycle", "cycle": "cycle",
        "step number": "step", "step index": "step", "step count": "step", "step": "step", "ns": "step",
        "temperature": "temperature_K", "ambient temperature": "temperature_K", "cell temperature": "temperature_K",
        "date time": "date", "datetime": "date", "date": "date",
    },
    {"charged_C": "Ah", "discharged_C": "Ah", "counter_C": "Ah", "temperature_K": "degC"},
    positive="unknown",
)  # fmt: skip

_WITH_UNITS = ("time_s", "voltage_V", "current_A")


def units_of(headings: tuple[str, ...]) -> tuple[str, ...]:
    """What was assumed for columns whose heading has no unit, in words."""
    found = GENERIC.match(headings)
    bare = [found[role].heading for role in _WITH_UNITS if role in found and not split(found[role].heading)[1]]
    listed = ", ".join(f"'{heading}'" for heading in bare)
    return (f"{listed} had no unit; SI (s, V, A) was taken.",) if bare else ()


def read_columns(
    path: str | os.PathLike[str],
    columns: Mapping[str, str],
    units: Mapping[str, str] | None = None,
    *,
    positive: str = "unknown",
    technique: str = "cycling",
) -> Measurement:
    """A table of text by a map of its columns: heading -> ours (``time_s``, ``voltage_V``, ``current_A``, ...).

    - `columns`: the file's headings, as they stand there; ours are the keys of `headings.ROLES`;
    - `units`: heading -> unit where the heading itself does not say it, for example ``{"I": "uA"}``; SI otherwise;
    - `positive`: what a positive current is: ``charge``, ``discharge`` or ``unknown`` (found out from the voltage);
    - `technique`: ``cycling`` or ``voltammetry``.

    Errors: `HeterofilmError` for a heading that is not in the file, an unknown name or unit.
    """
    path, units = Path(path), dict(units or {})
    for ours in columns.values():
        if ours not in ROLES:
            raise HeterofilmError(f"There is no column '{ours}'.{did_you_mean(ours, ROLES)} Known: {', '.join(ROLES)}.")
    if positive not in ("charge", "discharge", "unknown"):
        raise HeterofilmError(f"A positive current can mean 'charge', 'discharge' or 'unknown', not '{positive}'.")
    for given, unit in units.items():
        if given not in columns:
            raise HeterofilmError(f"A unit is given for '{given}', which is not among the columns of the map.")
        if parse_unit(unit).dimension != parse_unit(ROLES[columns[given]] or "1").dimension:
            raise HeterofilmError(f"'{unit}' is no unit for {columns[given]}.")
    heading = _heading(path, columns)
    frame = read_rows(path, heading, list(columns))
    roles: dict[str, str] = {}
    fallback: dict[str, str] = {}
    renamed: dict[str, str] = {}
    for k, (given, ours) in enumerate(columns.items()):
        unit = units.get(given, split(given)[1])
        said = f"map {chr(97 + k % 26)}{k}"  # words of its own: two headings may read alike
        renamed[given], roles[said], fallback[ours] = said, ours, "" if unit == "clock" else unit
        if unit == "clock":
            renamed[given] = f"{said} (hh:mm:ss)"
    layout = Layout(f"the map of '{path.name}'", roles, fallback, positive)
    try:
        return assemble(frame.rename(renamed), layout, path.stem, technique=technique)
    except HeterofilmError as error:
        raise HeterofilmError(f"Cannot read '{path}': {error}") from None


def _heading(path: Path, columns: Mapping[str, str]) -> Heading:
    """The line in which all the headings of the map stand."""
    nearest: tuple[str, ...] = ()
    head = Head.of(path)
    for lines in head_lines(head):
        for number, line in enumerate(lines):
            for mark in ("\t", ";", ","):
                found = cells(line, mark)
                if set(columns) <= set(found):
                    return Heading(number, found, mark)
                if len(set(columns) & set(found)) > len(set(columns) & set(nearest)) or (
                    not nearest and len(found) > 1
                ):
                    nearest = found
    missing = next((given for given in columns if given not in nearest), "")
    hint = did_you_mean(missing, nearest)
    raise HeterofilmError(
        f"Cannot read '{path}': it has no heading '{missing}'.{hint} It has {', '.join(nearest[:20]) or 'none'}."
    )


def find_generic(head: Head) -> Heading | None:
    """The headings of a table of voltage and current against time, or of current against voltage."""
    heading = find_heading(head, GENERIC, ("time_s", "voltage_V", "current_A"))
    return heading if heading is not None else find_heading(head, GENERIC, ("voltage_V", "current_A"))


def is_bare(heading: Heading) -> bool:
    """Whether the headings are single letters without any unit, too little to tell a cycler's table by."""
    found = GENERIC.match(heading.cells)
    said = [found[role].heading for role in _WITH_UNITS if role in found]
    return all(len(words(one)) < 2 and not split(one)[1] for one in said)
