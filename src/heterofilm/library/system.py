"""What a film of two metals becomes, as data: which phases, in which order, and how fast they crystallise."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from .elements import Symbol, check_elements
from .value import Entry, Name


class System(Entry):
    """A host element with a second one added, and the phases of both: what `heterofilm grow` makes of the atoms.

    Phases, glasses and kinetics are names of the library, or TOML files relative to this one.
    """

    name: Name
    """What recipes call it."""
    title: str
    """A line for tables and figures."""
    host: Symbol
    """The element that every film of the system holds; amounts are counted per atom of it."""
    added: Symbol
    """The element that is added to it."""
    sufficient: tuple[Symbol, ...] = ()
    """Elements of which there is as much as the phases need, whatever arrives: oxygen in air."""
    phases: Annotated[tuple[str, ...], Field(min_length=2)]
    """Crystalline phases, from the one poorest in the added element to the richest. A film is of the two around its
    ratio, the poorer one as the matrix."""
    inert: tuple[str, ...] = ()
    """Those of them that take up no lithium: they fill volume and do no more."""
    glasses: dict[str, str] = Field(default_factory=dict)
    """Amorphous phases, by the crystalline one of the same atoms: { Cu2V2O7 = "a-CuVO" }."""
    crystallisations: Annotated[tuple[str, ...], Field(min_length=1)]
    """Kinetics, in the order of the ratio; each but the last states the ratio_limit up to which it holds."""
    assumes: str
    """A sentence on what is taken for granted, said beside every film of the system."""
    source: str
    """Where phases and order are from."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        check_elements(dict.fromkeys((self.host, self.added, *self.sufficient), 1.0))
        if self.host == self.added or {self.host, self.added} & set(self.sufficient):
            raise ValueError("host, added and sufficient are different elements; name each once")
        for key, given in (("inert", self.inert), ("glasses", tuple(self.glasses))):
            for phase in given:
                if phase not in self.phases:
                    raise ValueError(f"{key} names '{phase}', but the phases are {', '.join(self.phases)}")
        if set(self.inert) >= set(self.phases):
            raise ValueError("every phase is inert, so no film of the system takes up lithium; name fewer")
        return self

    @property
    def of(self) -> str:
        """The ratio that films are told by, ``"Cu/V"``."""
        return f"{self.added}/{self.host}"

    @property
    def elements(self) -> frozenset[str]:
        """All elements of its films."""
        return frozenset((self.host, self.added, *self.sufficient))
