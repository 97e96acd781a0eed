"""All that has been recorded, and which of several records counts: the one at the best level of theory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..level import Level
from . import recorded
from .curves import Curves, curve_names, load_curves
from .interface_record import InterfaceRecord, interface_names, load_interface
from .recorded import Recorded

__all__ = ["Evidence", "evidence", "places"]


@dataclass(frozen=True)
class Evidence:
    """What has been recorded: numbers by name, interfaces, and curves of bulks."""

    numbers: Mapping[str, Recorded]
    interfaces: Sequence[InterfaceRecord]
    curves: Sequence[Curves]

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Film and substrate of the recorded interfaces, each pair once."""
        return tuple(dict.fromkeys(one.about.pair for one in self.interfaces))

    def interface(self, film: str, substrate: str, *, with_elf: bool = False) -> InterfaceRecord | None:
        """The record of `film` on `substrate` at the best level: with spins over without, then with U over without.

        `with_elf`: of those alone that hold an electron localization function.
        """
        own = [one for one in self.interfaces if one.about.pair == (film, substrate)]
        held = [one for one in own if one.elf is not None or not with_elf]
        return max(held, key=lambda one: one.about.level.rank, default=None)

    def bulk(self, name: str, beside: Level | None = None) -> Curves | None:
        """Curves of a bulk at the level nearest to `beside`: the same level, else its functional and U, else any."""
        own = [one for one in self.curves if one.name.startswith(f"{name}-")]

        def near(one: Curves) -> tuple[bool, bool]:
            if beside is None:
                return False, False
            return one.about.level == beside, one.about.level.same_method(beside)

        return max(own, key=near, default=None)


def places(film: str, substrate: str) -> dict[str, str]:
    """Words by place of an ion in an interface, as recorded numbers name the places."""
    return {film: film, "interface": "the interface", substrate: substrate}


def evidence() -> Evidence:
    """Everything that comes with heterofilm."""
    return Evidence(
        {one.name: one for one in recorded.results()},
        tuple(load_interface(name) for name in interface_names()),
        tuple(load_curves(name) for name in curve_names()),
    )
