"""Any table of time, voltage and current whose headings are the field's words. `column_map` reads all others."""

from __future__ import annotations

from ..text_tables import POTENTIAL
from .head import Head
from .headings import Layout, split, words
from .rows import Heading, find_heading

__all__ = ["GENERIC", "find_generic", "is_bare", "units_of"]

GENERIC = Layout(
    "an unknown tester",
    {
        "test time": "time_s", "total time": "time_s", "elapsed time": "time_s", "run time": "time_s",
        "testtime": "time_s", "time": "time_s", "t": "time_s", "zeit": "time_s",
        **dict.fromkeys(("temps", "tiempo", "tempo", "时间", "测试时间", "总时间"), "time_s"),
        **dict.fromkeys(("時間", "経過時間", "시간"), "time_s"),
        "step time": "step_time_s",
        **dict.fromkeys(POTENTIAL, "voltage_V"),
        "current": "current_A", "<i>": "current_A", "i": "current_A", "we(1).current": "current_A",
        "amps": "current_A", "strom": "current_A",
        **dict.fromkeys(("courant", "corriente", "corrente", "电流", "電流", "전류"), "current_A"),
        "charge capacity": "charged_C", "charging capacity": "charged_C", "q charge": "charged_C",
        "discharge capacity": "discharged_C", "discharging capacity": "discharged_C", "q discharge": "discharged_C",
        "(q-qo)": "counter_C", "capacity": "amount_C", "cap": "amount_C", "amp hr": "amount_C", "ah": "amount_C",
        "state": "direction", "status": "direction", "md": "direction", "step type": "direction",
        "step mode": "direction", "step state": "direction", "direction": "direction", "mode": "direction",
        "cycle number": "cycle", "cycle index": "cycle", "cycle count": "cycle", "cycle": "cycle",
        **dict.fromkeys(("zyklus", "zyklen", "ciclo", "循环", "循环号", "循环序号"), "cycle"),
        **dict.fromkeys(("サイクル", "사이클"), "cycle"),
        **dict.fromkeys(("schritt", "工步", "工步号", "工步序号"), "step"),
        "工步类型": "direction", "状态": "direction",
        "step number": "step", "step index": "step", "step count": "step", "step": "step", "ns": "step",
        "temperature": "temperature_K", "ambient temperature": "temperature_K", "cell temperature": "temperature_K",
        "date time": "date", "datetime": "date", "date/time": "date", "timestamp": "date", "time stamp": "date",
        "real time": "date", "realtime": "date", "absolute time": "date", "system time": "date", "dpt time": "date",
        **dict.fromkeys(("date", "datum", "datum/zeit", "zeitstempel", "fecha", "data", "日付", "日期"), "date"),
    },
    {"charged_C": "Ah", "discharged_C": "Ah", "counter_C": "Ah", "amount_C": "Ah", "temperature_K": "degC"},
    positive="unknown",
)  # fmt: skip

_WITH_UNITS = ("time_s", "voltage_V", "current_A")


def units_of(headings: tuple[str, ...]) -> tuple[str, ...]:
    """What was assumed for columns whose heading has no unit, in words."""
    found = GENERIC.match(headings)
    bare = [found[role].heading for role in _WITH_UNITS if role in found and not split(found[role].heading)[1]]
    listed = ", ".join(f"'{heading}'" for heading in bare)
    return (f"{listed} had no unit; SI (s, V, A) was taken.",) if bare else ()


def find_generic(head: Head) -> Heading | None:
    """The headings of a table of voltage and current against time, or of current against voltage."""
    heading = find_heading(head, GENERIC, ("time_s", "voltage_V", "current_A"))
    return heading if heading is not None else find_heading(head, GENERIC, ("voltage_V", "current_A"))


def is_bare(heading: Heading) -> bool:
    """Whether the headings are single letters without any unit, too little to tell a cycler's table by."""
    found = GENERIC.match(heading.cells)
    said = [found[role].heading for role in _WITH_UNITS if role in found]
    return all(len(words(one)) < 2 and not split(one)[1] for one in said)
