"""What every engine offers: atoms in, energies, forces or electrons out, behind ASE's calculator interface."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from .level import Level

if TYPE_CHECKING:
    from ase import Atoms
    from ase.calculators.calculator import BaseCalculator

__all__ = ["CAPABILITIES", "Engine"]

CAPABILITIES = frozenset({"energy", "forces", "stress", "moments", "density", "elf", "dos", "potential"})


@runtime_checkable
class Engine(Protocol):
    """What every engine offers. `settings` are those it was made with; they are part of a result's identity."""

    @property
    def name(self) -> str:
        """The word it is asked for by."""

    @property
    def level(self) -> Level:
        """Level of theory."""

    @property
    def capabilities(self) -> frozenset[str]:
        """Which of `CAPABILITIES` it can give."""

    @property
    def elements(self) -> frozenset[str] | None:
        """Symbols of the elements it knows; None: all."""

    @property
    def settings(self) -> Mapping[str, Any]:
        """Settings that change numbers: plain words, numbers and lists."""

    def version(self) -> str:
        """Name and version of the program behind it, setups included."""

    def calculator(self, atoms: Atoms, **settings: Any) -> BaseCalculator:
        """An ASE calculator for `atoms`, not yet attached to them; `settings` go over those of the engine.

        Errors: `HeterofilmError` for a setting it does not know and for missing setups.
        """
