"""A core level as data: its window, the lines of every chemical state, and how strongly it is seen.

The lines of a state hang on its first: their energies are distances to it, their widths and areas ratios to it. A
number may move in a fit where it is given as ``[value, lowest, highest]``, and is held where it stands alone.
"""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator

from ..errors import InputError, did_you_mean
from .value import Entry, Kind, Name, Quantity, Value

__all__ = ["Component", "CoreLevel", "Doublet", "Range", "State", "Together"]


def _range(given: Any) -> tuple[float, float, float]:
    numbers = [given] * 3 if isinstance(given, int | float) and not isinstance(given, bool) else given
    if (
        not isinstance(numbers, list | tuple)
        or len(numbers) != 3
        or not all(isinstance(x, int | float) and not isinstance(x, bool) for x in numbers)
        or not numbers[1] <= numbers[0] <= numbers[2]
    ):
        raise ValueError(f"expected a number, or [value, lowest, highest] in that order, got {given!r:.60}")
    return float(numbers[0]), float(numbers[1]), float(numbers[2])


Range = Annotated[tuple[float, float, float], BeforeValidator(_range)]


class Component(Entry):
    """One line of a state."""

    name: Annotated[str, Field(min_length=1, max_length=40)]
    """Such as 2p3/2, or satellite: behind the name of the state it is the line's name."""
    energy: Range
    """eV of binding energy; of a further line of the state the distance to its first line."""
    fwhm: Range
    """Full width at half maximum, eV; of a further line the ratio to that of the first."""
    area: Range | None = None
    """Of a further line: its area over that of the first."""
    shape: str = "gl-sum"
    """Gaussian and Lorentzian of one width as a sum (gl-sum) or product (gl-product), voigt, doniach-sunjic or lf."""
    values: tuple[float, ...] = (0.3,)
    """Of the shape: the share of the Lorentzian, or its asymmetry and further numbers."""


class State(Entry):
    """A chemical state: what it is called and the lines that it gives."""

    name: Annotated[str, Field(min_length=1, max_length=40)]
    """Such as V5+, or the bond."""
    kind: Kind
    """Where its positions come from: measured, computed, calibrated or assumed."""
    source: Annotated[str, Field(min_length=20)]
    """The publication with its DOI, and which of the numbers are not in it."""
    doubt: str = ""
    """What is to be said beside every number of this state."""
    fitted: bool = True
    """Whether it is fitted where the sample file names no states."""
    auger_parameter: Range | None = None
    """Of an Auger line: E_B of the photoelectron line + E_K of this one, in eV; places it by the photoelectron line."""
    lines: Annotated[tuple[Component, ...], Field(min_length=1)]
    """The first carries the energy of the state."""

    @model_validator(mode="after")
    def _tied(self) -> Self:
        bare = next((line.name for line in self.lines[1:] if line.area is None), None)
        if bare is not None:
            raise ValueError(f"the line '{bare}' of {self.name} needs area, its ratio to the first line")
        names = [line.name for line in self.lines]
        if len(set(names)) < len(names):
            raise ValueError(f"two lines of {self.name} have the same name")
        return self


class Doublet(Entry):
    """The partner that spin and orbit give to every first line of a state."""

    name: Annotated[str, Field(min_length=1, max_length=40)]
    """Such as 2p1/2."""
    splitting: Range
    """eV by which the partner lies higher."""
    fwhm: Range
    """Its width over that of the line."""
    area: Range
    """Its area over that of the line: 1/2 (p), 2/3 (d), 3/4 (f)."""
    source: Annotated[str, Field(min_length=20)]
    """Where splitting and widths come from."""


class Together(Entry):
    """Another level that lies so near that both have one background."""

    level: Name
    """Of the library, such as O1s."""
    window: tuple[float, float]
    """eV, of both."""


class CoreLevel(Entry):
    """A core level of one element, or an Auger line of it."""

    name: Name
    """Such as V2p: by this name a sample file calls it."""
    title: Annotated[str, Field(min_length=1)]
    """In words."""
    element: Annotated[str, Field(pattern=r"^[A-Z][a-z]?$")]
    """Its symbol."""
    window: tuple[float, float]
    """eV, where it is fitted; as far as it was measured."""
    background: str = "shirley"
    """shirley, linear, tougaard-u2, tougaard-u3, tougaard-u3-sio2 or none."""
    sensitivity: Annotated[Value | None, Quantity("1", positive=True)] = None
    """Of all lines of the window together, C 1s = 1. Without it the level enters no atomic ratio."""
    geometry: str = ""
    """Of the instrument that the sensitivity is for."""
    doublet: Doublet | None = None
    """Spin-orbit partner, where the window shows it."""
    together: Together | None = None
    """A level beside it that is fitted along where both were measured in one region."""
    of_level: str = ""
    """Of an Auger line: the level whose states it tells apart; it is then no level of its own."""
    shares: bool = True
    """Whether the shares of the states are told; otherwise the lines only make up the area."""
    reference: str = ""
    """State whose first line may be the reference of the energy axis."""
    reference_sd: float = 0.2
    """eV: one standard deviation of that reference."""
    note: str = ""
    """What is to be said beside every number of this level."""
    states: Annotated[tuple[State, ...], Field(min_length=1)]
    """In any order."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        low, high = self.window
        if not low < high:
            raise ValueError(f"the window of {self.name} must rise, got {low:g} to {high:g} eV")
        names = [state.name for state in self.states]
        if len(set(names)) < len(names):
            raise ValueError(f"two states of {self.name} have the same name")
        if self.reference and self.reference not in names:
            raise ValueError(f"the reference '{self.reference}' of {self.name} is none of its states")
        if not any(state.fitted for state in self.states):
            raise ValueError(f"no state of {self.name} is fitted; leave fitted away from one at least")
        for state in self.states:
            if state.auger_parameter is None and not low - 2.0 < state.lines[0].energy[0] < high + 2.0:
                raise ValueError(f"the state {state.name} lies outside of the window of {self.name}")
        return self

    def state(self, name: str) -> State:
        """The state called `name`.

        Errors: `HeterofilmError` when there is none.
        """
        for state in self.states:
            if state.name == name:
                return state
        names = [state.name for state in self.states]
        raise InputError(f"{self.name} has no state '{name}'.{did_you_mean(name, names)} Known: {', '.join(names)}.")

    @property
    def chosen(self) -> tuple[str, ...]:
        """The states that are fitted where none are named."""
        return tuple(state.name for state in self.states if state.fitted)

    def __str__(self) -> str:
        return self.name
