"""A device: its stack, bent; and a sensor node that it serves for some months."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, NamedTuple

from pydantic import Field

from ....units import from_si
from ..act import Short
from .question import (
    Answered,
    Question,
    in_script,
    own_or_named,
    set_options,
    settings_in_words,
    texts,
    values_in_words,
)
from .rows import rows_of

if TYPE_CHECKING:
    from ....device.bending import Bent, SafeRadius
    from ....device.service import Service
    from ....device.source import Source
    from ....device.stack import Stack
    from ....records.record import Record

__all__ = ["BentDevice", "Device", "Served", "ServiceOf", "bent_device", "device_rows", "served", "service_rows"]

Settings = Annotated[dict[Short, float | Short], Field(max_length=50)]


class BentDevice(NamedTuple):
    """A stack, bent to a radius or flat, and the smallest radius that it bears."""

    stack: Stack
    bent: Bent
    safe: SafeRadius


class Served(NamedTuple):
    """What a stack's cell is as a source, and how long it serves a node; `leak` of the electrolyte (S)."""

    stack: Stack
    source: Source
    service: Service
    leak: float
    records: list[Record]


def bent_device(stack: Stack, radius: float = math.inf) -> BentDevice:
    """A stack bent to a radius (m), layers outside. Errors: as `heterofilm.bend`."""
    from ....device.bending import bend, safe_radius

    return BentDevice(stack, bend(stack, radius), safe_radius(stack))


def served(stack: Stack, node: str | Path, harvester: str | Path = "") -> Served:
    """How long a full cell of the stack serves a sensor node, with a harvester or none.

    Errors: `HeterofilmError` for unknown entries, and where the cell does not bear the node.
    """
    from ....device.rest import leak_of
    from ....device.service import service
    from ....device.source import Source
    from ....library import Harvester, Library, SensorNode
    from ....simulation.device import discharges

    library = Library()
    records = discharges(stack.sized)
    source = Source.of(records, stack.active_area)
    known = stack.cell.entries.electrolyte.electronic_conductivity is not None
    leak = leak_of(stack)[0] if known else 0.0
    by = library.entry(Harvester, harvester) if harvester else None
    return Served(
        stack, source, service(source, library.entry(SensorNode, node), leak=leak, harvester=by), leak, records
    )


class Device(Question):
    """A device of the library or the project, with values set; `mm`: the radius it is bent to, None where flat."""

    kind: Literal["device"] = "device"
    imports: ClassVar[tuple[str, ...]] = ("from heterofilm.app.session.questions.device import bent_device",)
    name: Short = "voc1-polyimide"
    settings: Settings = Field(default_factory=dict)
    mm: Annotated[float, Field(gt=0.0)] | None = None

    def settable(self, folder: Path) -> dict[str, str]:
        stack = _stack(self.name, {}, folder)
        return values_in_words(stack.cell.entries, stack.entry, *dict.fromkeys(stack.materials))

    @property
    def words(self) -> str:
        bent = "flat" if self.mm is None else f"bent to {self.mm:g} mm"
        return f"Device: {self.name}, {bent}{settings_in_words(self.settings)}"

    @property
    def call(self) -> str:
        return f"bent_device({_stack_call(self.name, self.settings)}, {_radius_call(self.mm)})"

    @property
    def command(self) -> list[str]:
        bent = [] if self.mm is None else ["--radius", f"{self.mm} mm"]
        return ["heterofilm", "bend", self.name, *bent, *set_options(self.settings)]

    def check(self, folder: Path) -> None:
        from ....device.bending import bend

        bend(_stack(self.name, self.settings, folder), math.inf if self.mm is None else 1e-3 * self.mm)

    def answered(self, folder: Path) -> Answered:
        from ....device.bending import strain_table
        from ....device.budget import budget_table
        from ....plots.device import budget_figure, masks_figure, stack_figure, strain_figure
        from ....reports.device import radius_sentence, table_of

        made = bent_device(_stack(self.name, self.settings, folder), math.inf if self.mm is None else 1e-3 * self.mm)
        stack, budget = made.stack, budget_table(made.stack)
        figures = [stack_figure(stack), strain_figure(stack, [made.bent]), masks_figure(stack)]
        figures += [budget_figure(budget)] if budget.height else []
        shown = [table_of("Strain of the layers", strain_table(made.bent)), table_of("Thermal budget", budget)]
        tables = [(one.title, one.head, texts(one.rows)) for one in shown if one.rows]
        notes = [radius_sentence(made.safe), *stack.assumed, *stack.cell.remarks]
        return Answered(rows_of(self.kind, made), figures, notes, tables)


def device_rows(made: BentDevice) -> list[tuple[str, float | None, str, str]]:
    """Size and mass, the strains of the bent layers, the smallest safe radius."""
    stack, bent, safe = made
    rows: list[tuple[str, float | None, str, str]] = [
        ("active area", from_si(stack.active_area, "cm2"), "cm2", ""),
        ("thickness", 1e6 * stack.thickness, "um", "with the substrate"),
        ("mass", 1e6 * stack.mass(), "mg", "with the substrate"),
        ("neutral axis", 1e6 * bent.neutral_axis, "um", "above the lower face"),
        (
            "smallest safe radius", 1e3 * safe.radius if math.isfinite(safe.radius) else None, "mm",
            f"the {safe.first} is first; 5 to 95 %: {1e3 * safe.low:.4g} to {1e3 * safe.high:.4g}",
        ),
    ]  # fmt: skip
    for one in bent.layers:
        state = "cracked" if one.cracked else "whole"
        rows.append((f"largest strain of the {one.role}", 100.0 * one.high, "%", state))
    rows.append(("area lost to cracks", 100.0 * bent.lost, "%", ""))
    return rows


class ServiceOf(Question):
    """The months that a device serves a sensor node."""

    kind: Literal["service"] = "service"
    imports: ClassVar[tuple[str, ...]] = ("from heterofilm.app.session.questions.device import served",)
    name: Short = "voc1-polyimide"
    settings: Settings = Field(default_factory=dict)
    node: Short = "temperature-sensor"
    harvester: Short = ""

    @property
    def words(self) -> str:
        light = f" with {self.harvester}" if self.harvester else ""
        return f"Load: {self.name} serves {self.node}{light}"

    @property
    def call(self) -> str:
        stack = _stack_call(self.name, self.settings)
        return f"served({stack}, {in_script(self.node)}, {in_script(self.harvester)})"

    @property
    def command(self) -> list[str]:
        light = ["--harvester", self.harvester] if self.harvester else []
        return ["heterofilm", "load", self.name, "--node", self.node, *light, *set_options(self.settings)]

    def check(self, folder: Path) -> None:
        from ....library import Harvester, Library, SensorNode

        library = Library()
        library.entry(SensorNode, own_or_named(self.node, folder))
        if self.harvester:
            library.entry(Harvester, own_or_named(self.harvester, folder))
        _stack(self.name, self.settings, folder)

    def answered(self, folder: Path) -> Answered:
        from ....device.energy import ragone_table
        from ....device.rest import self_discharge
        from ....plots.device import ragone_figure, rest_figure

        stack = _stack(self.name, self.settings, folder)
        made = served(stack, own_or_named(self.node, folder), own_or_named(self.harvester, folder))
        film = stack.cell.entries.film.name
        figures = [ragone_figure({film: ragone_table(stack, made.records)})]
        figures += [rest_figure({film: self_discharge(made.source, made.leak)})] if made.leak > 0.0 else []
        notes = [made.service.sentence, "Ageing over the years is not modelled.", *stack.assumed, *stack.cell.remarks]
        return Answered(rows_of(self.kind, made), figures, notes)


def service_rows(made: Served) -> list[tuple[str, float | None, str, str]]:
    """Months on one charge, with the harvester and without, and what they come from."""
    from ....device.service import MONTH

    found = made.service
    endless = math.isinf(found.months)
    return [
        ("months of service", None if endless else found.months, "", found.sentence),
        ("months in the dark", found.dark.seconds / MONTH, "", f"on one charge: {found.dark.end}"),
        ("mean power of harvester less node at the full cell", 1e6 * found.balance, "uW", ""),
        (
            "dip of the buffer by a burst",
            1e3 * found.sag[0],
            "mV",
            f"{1e3 * found.sag[1]:.3g} mV at the end of a charge",
        ),
        ("leak of the electrolyte", 1e9 * made.leak, "nS", ""),
        ("area of the cell", from_si(made.source.area, "cm2"), "cm2", ""),
    ]


def _stack(name: str, settings: dict[str, Any], folder: Path) -> Stack:
    from ....device.stack import Stack

    return Stack.load(own_or_named(name, folder), dict(settings))


def _stack_call(name: str, settings: dict[str, Any]) -> str:
    return f"hf.Stack.load({in_script(name)}, {settings!r})"


def _radius_call(mm: float | None) -> str:
    return "float('inf')" if mm is None else f"1e-3 * {mm!r}"
