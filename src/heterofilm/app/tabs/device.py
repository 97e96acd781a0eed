"""*Device*: the stack to scale, bent; and the months that it serves a sensor."""

from __future__ import annotations

from nicegui import ui

from ...errors import InputError
from ...library import names
from .. import words
from ..own_film import FIRST_DEVICE, devices_of
from ..session.questions.device import Device, ServiceOf
from ..session.questions.question import Question
from ..session.state import State
from .asking import Asking, settings_of, settings_text
from .parts import offer

__all__ = ["DeviceTab"]


class DeviceTab(Asking):
    """Stack, bending, load."""

    name = "device"
    lead = words.DEVICE_LEAD
    kinds = ("device", "service")

    def fields(self) -> None:
        self.device = ui.select(self._known(), label=words.DEVICE)
        self.device.set_value(next(iter(devices_of(self.project.folder)), FIRST_DEVICE))
        self.device.props("outlined dense")
        self.settings = self.settings_field(words.DEVICE_HINT, lambda: Device(name=self.device.value))
        self.radius = ui.number(words.RADIUS, min=0.0, step=0.5).props("outlined dense clearable")
        for field in (self.device, self.settings, self.radius):
            self.follows(field, "device", self._device)
        self.button(words.DRAW_STACK, "device", self._device)
        self.node = ui.select(list(names("nodes")), value="temperature-sensor", label=words.NODE)
        self.node.props("outlined dense")
        light = {"": words.NO_HARVESTER, **{name: name for name in names("harvesters")}}
        self.harvester = ui.select(light, value="", label=words.HARVESTER).props("outlined dense")
        for field in (self.node, self.harvester):
            self.follows(field, "service", self._service)
        self.button(words.HOW_LONG, "service", self._service)

    def _known(self) -> list[str]:
        """Devices of the project, and of the library."""
        return [*devices_of(self.project.folder), *names("devices")]

    def changed(self, before: State, after: State) -> None:
        own = [name for name in self._known() if name not in self.device.options]
        if own:  # of a film that was grown meanwhile
            offer(
                self.device, self._known(), self.device.value if self.state.asked.keys() & set(self.kinds) else own[0]
            )
        super().changed(before, after)

    def _device(self) -> Device:
        radius = self.radius.value
        if radius is not None and not radius > 0.0:
            raise InputError(f"A radius of bending is positive, not {radius:g} mm; leave it empty for a flat device.")
        return Device(
            name=self.device.value, settings=settings_of(self.settings.value or ""),
            mm=None if radius is None else float(radius),
        )  # fmt: skip

    def _service(self) -> ServiceOf:
        return ServiceOf(
            name=self.device.value, settings=settings_of(self.settings.value or ""), node=self.node.value,
            harvester=self.harvester.value,
        )  # fmt: skip

    def fill(self, asked: dict[str, Question]) -> None:
        one = asked.get("device") or asked.get("service")
        if isinstance(one, Device | ServiceOf):
            self.device.set_value(one.name)
            self.settings.set_value(settings_text(one.settings))
        if isinstance(one, Device):
            self.radius.set_value(one.mm)
        if isinstance(load := asked.get("service"), ServiceOf):
            self.node.set_value(load.node)
            self.harvester.set_value(load.harvester)
