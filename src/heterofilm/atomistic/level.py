"""The level of theory of a computed number: what was solved, in which basis, by which program.

>>> level = Level.parse("PBE+U (Cu 4 eV, V 3.1 eV), LCAO szp(dzp), spins, GPAW")
>>> level.method, dict(level.u_eV), level.basis, level.spins, level.program
('PBE', {'Cu': 4.0, 'V': 3.1}, 'LCAO szp(dzp)', True, 'GPAW')
>>> print(level.for_elements({"V", "O"}))
PBE+U (V 3.1 eV), LCAO szp(dzp), spins, GPAW
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from ..errors import InputError

__all__ = ["NOT_STATED", "Level"]

SPINS = "spins"
LESS = " less "
COMMA = re.compile(r",\s*(?![^()]*\))")  # not one within parentheses
U = re.compile(r"^(.*?)\+U \((.*)\)$")


@dataclass(frozen=True)
class Level:
    """A level of theory. It prints as it is recorded, and is parsed from those words.

    Errors: `HeterofilmError` for no method, and for a basis without its program or the reverse.
    """

    method: str  # the functional ("PBE"), or the name of a potential ("CHGNet 0.3.0")
    u_eV: Mapping[str, float] = field(default_factory=dict, hash=False)  # by element, on its d shell
    basis: str = ""  # "PW 400 eV", "LCAO dzp"
    spins: bool = False  # spin-polarised
    program: str = ""  # "GPAW"; basis and program: "" where a potential has neither
    less: Level | None = None  # of a difference: the level that was subtracted

    def __post_init__(self) -> None:
        if not self.method.strip() or bool(self.basis) != bool(self.program):
            raise InputError(
                f"A level of theory names its method, and basis and program together, not '{self.method}', "
                f"'{self.basis}', '{self.program}'."
            )
        object.__setattr__(self, "u_eV", {element: float(U) for element, U in sorted(self.u_eV.items()) if U})

    def __str__(self) -> str:
        """For example ``"PBE+U (V 3.1 eV), PW 400 eV, spins, GPAW"``."""
        U = ", ".join(f"{element} {value:g} eV" for element, value in self.u_eV.items())
        words = [f"{self.method}+U ({U})" if U else self.method, self.basis, SPINS if self.spins else "", self.program]
        own = ", ".join(word for word in words if word)
        return own if self.less is None else f"{own}{LESS}{self.less}"

    @property
    def rank(self) -> tuple[bool, bool]:
        """What decides between records of one interface: with spins over without, then with U over without."""
        return self.spins, bool(self.u_eV)

    def same_method(self, other: Level) -> bool:
        """Whether functional and U are the same, whatever the basis."""
        return (self.method, self.u_eV) == (other.method, other.u_eV)

    def for_elements(self, elements: Collection[str]) -> Level:
        """The level as it applies to a part that holds `elements`: without the U of others."""
        return replace(self, u_eV={element: U for element, U in self.u_eV.items() if element in elements})

    @classmethod
    def parse(cls, words: str | Level) -> Level:
        """The level that prints as `words`; words of another form become the method as they stand, without a known U.

        Errors: `HeterofilmError` for no words.
        """
        if isinstance(words, Level):
            return words
        first, less, second = words.strip().partition(LESS)
        known = cls.parse(second) if less else None
        head, *rest = COMMA.split(first)
        named = [word for word in rest if word != SPINS]
        found = U.match(head)
        try:
            method, u_eV = (found[1], _by_element(found[2])) if found else (head, {})
            basis, program = named or ("", "")
        except ValueError:  # another form: of U, or of what follows it
            return cls(first, less=known)
        return cls(method, u_eV, basis, SPINS in rest, program, known)


def _by_element(words: str) -> dict[str, float]:
    found = {}
    for one in words.split(", "):
        element, value, unit = one.split(" ")
        if unit != "eV":
            raise ValueError(unit)
        found[element] = float(value)
    return found


NOT_STATED = Level("level not stated")
