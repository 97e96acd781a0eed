"""What can be corrected of a fit: what its figure and its fields ask of the tab that holds them."""

from __future__ import annotations

from typing import Any, Protocol

from ..regions import Region
from .page import Page

__all__ = ["Corrections"]


class Corrections(Protocol):
    """The tab of fits, as its parts see it."""

    page: Page

    def chosen(self) -> tuple[str, Region, dict[str, Any]] | None:
        """The sample, what of it is shown, and what its sample file says of that."""

    def correct(self, said: dict[str, Any]) -> None:
        """What is shown is fitted as told from now on."""

    def window(self, low: float, high: float) -> None:
        """It is fitted from one end to the other."""

    def leave_out(self, low: float, high: float) -> None:
        """The points from one end to the other are left out."""

    def stretch(self, place: int, low: float, high: float) -> None:
        """A stretch that is left out is elsewhere."""

    def peak(self, number: str, to: float) -> None:
        """A peak stands at an energy."""
